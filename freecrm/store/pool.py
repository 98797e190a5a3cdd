"""The shared pool (公海): customers without an owner, and whom its rules return to it.

    pool.look(store, today)            whom the rules would return, whom they warn of
    pool.run_daily(store)              returns them, once a day, as one step

The rules are `pool_rules.py`, taking and giving by hand is `pool_moves.py`.

Days without contact count from the latest of: the last contact, the day the record was made (its id tells), the day
it got its present owner (the change log tells, whatever way it got them). So nobody loses what they were given
yesterday, an import of old customers empties no list at once, and who takes a return back has the whole time again. Nor
does a customer go earlier than the days of warning after its rule was made. A next step that is planned from today on
and begins within the days of the rule keeps a customer; one that is overdue doesn't.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freecrm.core.day_words import this_day
from freecrm.core.jobs import Progress
from freecrm.core.spans import moment, ms
from freecrm.core.words import N_, _
from freecrm.store import faults
from freecrm.store.activities import day_of, midnight
from freecrm.store.pool_moves import BUYER, keep_move, refuse_without
from freecrm.store.pool_rules import Rule, rules
from freecrm.store.tables import BLOCK, OWNED, rows_of

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

_LOOKED = "pool.looked"
_DAY = 86_400_000  # milliseconds
_TAKEN = f"(SELECT max(at) FROM change INDEXED BY ix_change_owned WHERE id = c.id AND {OWNED})"
"""SQL for when (ms) a customer got its present owner, if it did after it was made."""
_OVER = N_("No contact for {n} days")


@dataclass(frozen=True, slots=True)
class Due:
    """A customer that the rules speak of. on: the day on which it goes back. last: the day its days count from."""

    id: bytes
    name: str
    owner: bytes
    grade: str
    last: dt.date
    on: dt.date
    rule: Rule

    def days_left(self, today: dt.date) -> int:
        """In how many days it goes back; 0 or less: now."""
        return (self.on - today).days


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whom the rules would return today, and whom they only warn of; both the most urgent first."""

    due: tuple[Due, ...] = ()
    warned: tuple[Due, ...] = ()


@faults.reads
def look(
    store: Store,
    today: dt.date | None = None,
    wanted: Sequence[Rule] | None = None,
    *,
    owner: bytes | None = None,
    only: bytes | None = None,
    progress: Progress | None = None,
) -> Outlook:
    """What the rules (or others, that are not kept yet: `wanted`) say of today. owner: of the customers of one
    colleague. only: of one customer."""
    today = today or this_day()
    due: list[Due] = []
    warned: list[Due] = []
    days = _Days()
    for rule in rules(store) if wanted is None else wanted:
        for one in _of_rule(store, rule, today, owner, only, days, progress):
            (due if one.on <= today else warned).append(one)
    return Outlook(*(tuple(sorted(some, key=lambda one: (one.on, one.name))) for some in (due, warned)))


def _of_rule(
    store: Store,
    rule: Rule,
    today: dt.date,
    owner: bytes | None,
    only: bytes | None,
    days: _Days,
    progress: Progress | None,
) -> Iterator[Due]:
    c = store.read()
    latest = today - dt.timedelta(
        days=rule.days - rule.warn
    )  # contacted later: neither due nor to be warned of
    where = ["c.owner_user IS NOT NULL", "coalesce(c.protected, 0) = 0", "c.id < ?"]
    given: list[object] = [_first_id(latest + dt.timedelta(days=1))]
    where.append("c.grade = ?" if rule.grade else "c.grade IS NULL")
    given += [rule.grade] if rule.grade else []
    if owner is not None:
        where.append("c.owner_user = ?")
        given.append(owner)
    if only is not None:
        where.append("c.id = ?")
        given.append(only)
    if store.setting("pool.buyers_stay"):
        where.append("c.status IS NOT ?")
        given.append(BUYER)
    begin = ms(midnight(today))
    where.append("NOT (c.next_at IS NOT NULL AND c.next_at >= ? AND c.next_at < ?)")
    given += [begin, begin + rule.days * _DAY]
    # nobody else gets an owner this way: whoever got one since then has the whole time
    where.append(
        f"NOT EXISTS (SELECT 1 FROM change x INDEXED BY ix_change_owned WHERE x.id = c.id AND x.at >= ? AND {OWNED})"
    )
    given.append(ms(midnight(latest + dt.timedelta(days=1))))
    given_days = dt.timedelta(days=rule.days)
    soonest = (rule.since or today) + dt.timedelta(days=rule.warn)
    index = "ix_customer_held" if only is None else "sqlite_autoindex_customer_1"
    for known in ("c.last_contact <= ?", "c.last_contact IS NULL"):
        sql = (
            f"SELECT c.id, c.name, c.owner_user, c.last_contact, {_TAKEN}"
            f" FROM customer c INDEXED BY {index} WHERE {known} AND " + " AND ".join(where)
        )
        rows = c.execute(sql, [*([latest.isoformat()] if "?" in known else []), *given])
        for at, (id, name, held, last, taken) in enumerate(rows):
            if progress is not None and not at % BLOCK:
                progress.check()
            begun = days.of(int.from_bytes(id[:6], "big"))  # when it was made
            if last:
                begun = max(begun, dt.date.fromisoformat(last))
            if taken is not None:
                begun = max(begun, days.of(taken))
            on = max(begun + given_days, soonest)
            yield Due(id, name or "", held, rule.grade, begun, on, rule)


class _Days:
    """On which day of this computer's calendar a moment (ms) is, for very many moments."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[dt.date, dt.date, int]] = {}

    def of(self, at: int) -> dt.date:
        """The day; a day of UTC reaches into two of ours at most, which are worked out once."""
        held = self._held.get(at // _DAY)
        if held is None:
            day = day_of(moment(at // _DAY * _DAY))
            after = day + dt.timedelta(days=1)
            held = self._held[at // _DAY] = (day, after, ms(midnight(after)))
        return held[0] if at < held[2] else held[1]


def warning(store: Store, id: bytes, today: dt.date | None = None) -> Due | None:
    """What the rules say of one customer, when they say anything; None as well where there is no pool."""
    if not store.setting("pool.on"):
        return None
    found = look(store, today, only=id)
    return next(iter((*found.due, *found.warned)), None)


@faults.reads
def count(store: Store) -> int:
    """How many customers are in the pool."""
    sql = "SELECT (SELECT count(*) FROM customer) - (SELECT count(*) FROM customer WHERE owner_user IS NOT NULL)"
    return int(store.read().execute(sql).fetchone()[0])


def _first_id(day: dt.date) -> bytes:
    """The smallest id that a record made on this day can have."""
    return ms(midnight(day)).to_bytes(6, "big") + bytes(10)


# ---- returning by rule


def run(
    store: Store,
    today: dt.date | None = None,
    progress: Progress | None = None,
    *,
    origin: str = "user",
) -> list[Due]:
    """Return whom the rules name, all in one step; who that was. origin: "program" when nobody asked for it.

    Nobody to return is no step. Cancelled leaves everything as it was."""
    refuse_without(store)
    found = list(look(store, today, progress=progress).due)
    if not found:
        return []
    title = (
        N_("“{name}” went back to the pool") if len(found) == 1 else N_("{n} customers went back to the pool")
    )
    gone: list[Due] = []
    with store.step(title, origin=origin, n=f"{len(found):,}", name=found[0].name) as step:
        for start in range(0, len(found), BLOCK):
            if progress is not None:
                progress.tell(start, len(found))
            block = _still_held(step, found[start : start + BLOCK])
            gone += block
            step.update_many("customer", [(one.id, {"owner_user": None}) for one in block])
            for one in block:
                reason = _(_OVER).format(n=one.rule.days)
                keep_move(step, one.id, "expire", one.owner, reason, due=one.on)
    return gone


def _still_held(step: Step, block: Sequence[Due]) -> list[Due]:
    """Those who still belong to whom they did when they were looked for: another window may have been first."""
    sql = "SELECT id, owner_user FROM customer WHERE id IN (?)"
    held = dict(rows_of(step.connection, sql, [one.id for one in block]))
    return [one for one in block if held.get(one.id) == one.owner]


@faults.by_program
def run_daily(store: Store, progress: Progress | None = None) -> list[Due]:
    """The same once a day, for whoever has a pool; a second call that day does nothing."""
    today = this_day()
    if not store.setting("pool.on") or store.kept(_LOOKED) == today.isoformat():
        return []
    found = run(store, today, progress, origin="program")
    store.keep(_LOOKED, today.isoformat())
    return found
