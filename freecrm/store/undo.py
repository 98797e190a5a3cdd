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
from typing import TYPE_CHECKING, Any

from freecrm.core.change import Step, Touched
from freecrm.core.entity import Entity, columns
from freecrm.core.fields import Link
from freecrm.core.problems import Known
from freecrm.core.rights import Rights
from freecrm.core.words import N_, Said, say
from freecrm.store import history
from freecrm.store.logged import Anchors, Row, restore_rows, values_of
from freecrm.store.tables import quoted
from freecrm.store.takeback import TakeBack

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step as Writing

DAYS = 90


def undo(
    store: Store, n: int | None = None, *, rights: Rights | None = None, called: Said | None = None
) -> Touched:
    """Take a step back (the latest one of this user when `n` is None); what was touched and kept.

    called: what the new step is called, «Undo: …» by itself.

    Known when there is nothing to undo, the step is older than 90 days, already undone, or
    nothing of it can be taken back any more.
    """
    step = history.step(store, n) if n is not None else history.next_undo(store)
    if step is None:
        raise Known(say(N_("There is nothing to undo.")))
    if step.undone:
        raise Known(say(N_("“{title}” has been undone already."), title=step.said))
    if step.origin == "sync":
        raise Known(
            say(
                N_("“{title}” came from a colleague. Open its history and set the values back there."),
                title=step.said,
            )
        )
    age = (time.time() - step.at.timestamp()) / 86400
    if age > DAYS:
        raise Known(
            say(
                N_("“{title}” is {days} days old; undo reaches back {most} days."),
                title=step.said,
                days=int(age),
                most=DAYS,
            )
        )
    again = step.origin == "undo"  # an undo taken back by its number is a redo
    return _take_back(store, step, again, rights, called)


def redo(store: Store, *, rights: Rights | None = None) -> Touched:
    """Bring back what the latest undo took; Known when there is nothing to bring back."""
    step = history.next_redo(store)
    if step is None or step.undoes is None:
        raise Known(say(N_("There is nothing to redo.")))
    return _take_back(store, step, True, rights)


def _take_back(
    store: Store, step: Step, again: bool, rights: Rights | None, called: Said | None = None
) -> Touched:
    title, origin = (N_("Redo: {title}"), "redo") if again else (N_("Undo: {title}"), "undo")
    of = _original(store, step).said
    named = called or say(title, title=of)
    mine = rights is None or step.who == rights.user
    with store.step(named.text, rights=rights, origin=origin, undoes=step.n, **named.figures) as made:
        work = take_back(made, step.n, mine)
        if not work.did:
            why = work.kept[0].why if work.kept else say(N_("Nothing of what it did is left."))
            raise Known(say(N_("“{title}” can no longer be undone. {why}"), title=of, why=why))
        _mark(made.connection, step.n, made.n)
    assert made.touched is not None
    return made.touched


def take_back(made: Writing, n: int, mine: bool = True) -> TakeBack:
    """Put back in the step under way what step `n` did; what was done and what was kept."""
    first, last = made.connection.execute("SELECT first, last FROM step WHERE n = ?", (n,)).fetchone()
    work = TakeBack(made, n, first, last)
    if not mine:  # what one was allowed to do one may take back; others' steps need the right
        work.refuse_what_is_not_allowed()
    work.bring_back_deleted()
    work.set_values_back()
    work.remove_new()  # last: by now nothing points at it that did not point at it before
    made.kept = work.kept
    return work


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


def restore(store: Store, entity: str, id: bytes, *, rights: Rights | None = None) -> Touched:
    """Bring a deleted record back from the recycle bin, with what was deleted along with it.

    A position comes back with the later of the two, the person or the customer, that it belongs to.
    """
    found = history.deletion(store, entity, id)
    if found is None:
        raise Known(say(N_("This record is not in the recycle bin.")))
    step, title = found
    with store.step(N_("Restore {title}"), rights=rights, title=title) as made:
        c = made.connection
        rows = c.execute(
            "SELECT id, data FROM change x WHERE step = ? AND id = ? AND entity = ? AND op = 2"
            f" AND id NOT IN (SELECT id FROM {quoted(entity)}) ORDER BY n DESC LIMIT 1",
            (step, id, entity),
        ).fetchall()
        if not rows:
            raise Known(say(N_("This record is not in the recycle bin.")))
        back = [(row_id, json.loads(data)) for row_id, data in rows]
        made.guard.record(entity, "create", values_of(made.schema, entity, back[0][1]))
        restore_rows(made, entity, back)
        for child in store.schema.child_entities():
            anchors = Anchors(c, made.schema, child.entity)
            lost = _went_along(c, child, id)
            restore_rows(made, child.entity, [row for row in lost if anchors.hold(row[1])])
    assert made.touched is not None
    return made.touched


def _went_along(c: sqlite3.Connection, child: type[Entity], id: bytes) -> list[Row]:
    """The child rows of a record that went because it, or the other one they belong to, was deleted."""
    links = [f.name for f in columns(child.fields) if isinstance(f, Link) and f.required]
    targets = ", ".join(f"unhex_id(x.data ->> '$.{link}')" for link in links)
    found: dict[bytes, dict[str, Any]] = {}
    for link in links:
        sql = (
            f"SELECT x.id, x.data FROM change x WHERE x.op = 2 AND x.data ->> '$.{link}' = ? AND x.entity = ?"
            " AND NOT EXISTS (SELECT 1 FROM change z WHERE z.id = x.id AND z.n > x.n)"
            " AND EXISTS (SELECT 1 FROM change y WHERE y.step = x.step AND y.op = 2"
            f" AND y.id IN ({targets})) ORDER BY x.n"
        )
        rows = c.execute(sql, (id.hex().upper(), child.entity))
        found.update((row_id, json.loads(data)) for row_id, data in rows)
    return list(found.items())
