"""Undo and redo: new steps that put old values back, made from the change log alone.

A value is put back only where it is still the one the step left; what was edited since stays and
is listed. A record that the step made goes, with its child rows, unless it or a child row was
edited since or something that stays still points at it. Redo is the undo of an undo. Set-based
where rows come and go, so that an import of 100,000 rows is taken back faster than it came.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freecrm.core.change import TAKEN_OFF, Kept, Step, Touched
from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, say
from freecrm.store import away, going, history
from freecrm.store.logged import Anchors, restore_rows, values_of
from freecrm.store.tables import quoted
from freecrm.store.takeback import TakeBack

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step as Made

DAYS = 90


def undo(store: Store, n: int | None = None, *, called: Said | None = None) -> Touched:
    """Take a step back (the latest one of this user when `n` is None); what was touched and kept.

    called: what the new step is called, «Undo: …» by itself.

    Known when there is nothing to undo, the step is older than 90 days, already undone, or
    nothing of it can be taken back any more.
    """
    step = history.step(store, n) if n is not None else history.next_undo(store)
    if step is None:
        raise Known(history.nothing(store))
    why = refusal(step)
    if why is not None:
        raise Known(why)
    again = step.origin == "undo"  # an undo taken back by its number is a redo
    return _take_back(store, step, again, called)


def refusal(step: Step) -> Said | None:
    """Why a step cannot be taken back at all, as far as the step itself tells; None when nothing speaks
    against it."""
    if step.undone:
        return say(N_("“{title}” has been undone already."), title=step.said)
    if step.title in TAKEN_OFF:
        return say(
            N_(
                "What was taken off this computer is not deleted. It comes back once your rights, or what this computer holds,"
                " reach it again."
            )
        )
    if step.origin == "sync":
        return say(
            N_("“{title}” came from a colleague. Open its history and set the values back there."),
            title=step.said,
        )
    age = (time.time() - step.at.timestamp()) / 86400
    if age > DAYS:
        return say(
            N_("“{title}” is {days} days old; undo reaches back {most} days."),
            title=step.said,
            days=int(age),
            most=DAYS,
        )
    return None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What taking a step back would do. why: the reason why not, None when it can be done. kept: records
    that would stay as they are."""

    why: Said | None
    kept: tuple[Kept, ...] = ()


class _OnlyLooked(Exception):
    """Ends a step that was only tried."""


def outlook(store: Store, n: int) -> Outlook:
    """What undoing step `n` would do, found by doing it and leaving the file as it was.

    Takes about as long as the undo itself, and the writer's turn for that time. Known as the door raises it
    (write-protected, in use), but what the undo would refuse is answered as `why`.
    """
    rights = store.rights
    step = history.step(store, n)
    if step is None:
        return Outlook(say(N_("There is nothing to undo.")))
    why = refusal(step)
    if why is not None:
        return Outlook(why)
    found = Outlook(None)
    try:
        with store.step("", origin="undo") as made:
            try:
                work = take_back(made, step.n, rights is None or step.who == rights.user)
            except Known as problem:  # the rights do not reach
                found = Outlook(problem.what)
            else:
                why = None if work.did else _nothing_left(_original(store, step).said, work.kept)
                found = Outlook(why, tuple(work.kept))
            raise _OnlyLooked
    except _OnlyLooked:
        return found


def redo(store: Store) -> Touched:
    """Bring back what the latest undo took; Known when there is nothing to bring back."""
    step = history.next_redo(store)
    if step is None or step.undoes is None:
        raise Known(say(N_("There is nothing to redo.")))
    return _take_back(store, step, True)


def _take_back(store: Store, step: Step, again: bool, called: Said | None = None) -> Touched:
    title, origin = (N_("Redo: {title}"), "redo") if again else (N_("Undo: {title}"), "undo")
    of = _original(store, step).said
    figures = called.figures if called is not None else {"title": of}
    mine = store.rights is None or step.who == store.rights.user
    with store.step(
        called.text if called is not None else title,
        origin=origin,
        undoes=step.n,
        **figures,
    ) as made:
        work = take_back(made, step.n, mine)
        if not work.did:
            raise Known(_nothing_left(of, work.kept))
        _mark(made.connection, step.n, made.n)
    assert made.touched is not None
    return made.touched


def take_back(made: Made, n: int, mine: bool = True) -> TakeBack:
    """Put back in the step under way what step `n` did; what was done and what was kept."""
    first, last = made.connection.execute("SELECT first, last FROM step WHERE n = ?", (n,)).fetchone()
    work = TakeBack(made, n, first, last)
    if not mine:  # what one was allowed to do one may take back; others' steps need the right
        work.refuse_what_is_not_allowed()
    work.bring_back_deleted()
    work.set_values_back()
    work.settle_links()
    work.remove_new()  # last: by now nothing points at it that did not point at it before
    made.kept = work.kept
    return work


def _nothing_left(of: Said, kept: Sequence[Kept]) -> Said:
    why = kept[0].why if kept else say(N_("Nothing of what it did is left."))
    return say(N_("“{title}” can no longer be undone. {why}"), title=of, why=why)


def _original(store: Store, step: Step) -> Step:
    """The step that a row of undo and redo goes back to."""
    while step.undoes is not None:
        before = history.step(store, step.undoes)
        if before is None:
            break
        step = before
    return step


def _mark(c: sqlite3.Connection, n: int, by: int) -> None:
    """Write down that step `by` took back step `n`; what `n` itself had taken back stands again."""
    here: int | None = n
    taken_by: int | None = by
    while here is not None:
        c.execute("UPDATE step SET undone_by = ? WHERE n = ?", (taken_by, here))
        row = c.execute("SELECT undoes FROM step WHERE n = ?", (here,)).fetchone()
        taken_by = here if taken_by is None else None
        here = row[0] if row else None


def restore(store: Store, entity: str, id: bytes) -> Touched:
    """Bring a deleted record back from the recycle bin, with what was deleted along with it.

    A position comes back with the later of the two, the person or the customer, that it belongs to.
    """
    return restore_many(store, [(entity, id)])


def restore_many(store: Store, records: Sequence[tuple[str, bytes]]) -> Touched:
    """Bring deleted records, (entity, id) each, back as one step with what was deleted along with them.

    Those that are back already, or gone for good, are left out and listed as kept; Known when none is left.
    """
    with store.whole():
        off = {id for _entity, id in records if away.why(store.read(), id) is not None}
    titles = {
        record: history.deletion(store, *record) if record[1] not in off else None for record in records
    }
    known = [record for record in records if titles[record] is not None]
    if not known:
        raise Known(say(_NOT_THERE))
    first = titles[known[0]]
    assert first is not None
    head = N_("Restore {title}") if len(known) == 1 else N_("Restore {n} records")
    with store.step(head, title=first[1] or "", n=len(known)) as made:
        waiting = [(entity, id, titles[entity, id] or (0, "")) for entity, id in known]
        done = 0
        while waiting:  # one may belong to another of them
            why = {id: _restore(made, entity, id, found[0]) for entity, id, found in waiting}
            came = sum(said is None for said in why.values())
            done += came
            waiting = [one for one in waiting if why[one[1]] is not None]
            if not came:
                break
        if not done:
            raise Known(why[waiting[0][1]] or say(_NOT_THERE))
        made.kept += [Kept(e, id, found[1], why[id] or say(_NOT_THERE)) for e, id, found in waiting]
        going.settle(made, store.model.entities)
    assert made.touched is not None
    return made.touched


_NOT_THERE = N_("This record is not in the recycle bin.")
_BELONGS = N_("The {what:lower} that it belongs to was deleted. Bring that back first.")


def _restore(made: Made, entity: str, id: bytes, step: int) -> Said | None:
    """Bring one record back that was deleted in `step`, with all that went with it; why it can't be, or None."""
    c = made.connection
    row = c.execute(
        "SELECT data FROM change x WHERE step = ? AND id = ? AND entity = ? AND op = 2"
        f" AND data ->> '$.erased' IS NULL AND id NOT IN (SELECT id FROM {quoted(entity)} WHERE id = x.id)"
        " ORDER BY n DESC LIMIT 1",
        (step, id, entity),
    ).fetchone()
    if row is None:
        sql = "SELECT 1 FROM change WHERE id = ? AND n >= ? AND op = 0"
        came = c.execute(sql, (id, made.first)).fetchone()  # along with another one of this step
        return None if came else say(_NOT_THERE)
    data = json.loads(row[0])
    made.guard.record(entity, "create", values_of(made.schema, entity, data))
    lacks = Anchors(c, made.schema, entity).lacking(data)
    if lacks is not None:
        return say(_BELONGS, what=say(made.schema.entity(lacks.to).label))
    restore_rows(made, entity, [(id, data)])
    going.bring_along(made, entity, id, step)
    return None
