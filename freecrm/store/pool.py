"""The shared pool (公海): customers without an owner, how they get there and who takes them.

    pool.look(store, today)            whom the rules would return, whom they warn of
    pool.run_daily(store)              returns them, once a day, as one step
    pool.claim(store, ids)             whoever works here takes them; the limits are looked at inside the step
    pool.assign(store, ids, user)      a colleague gets them
    pool.give_back(store, ids, why)    they go back by hand

Days without contact count from the latest of: the last contact, the day the record was made (its id tells), the day
it got its present owner (the change log tells, whatever way it got them). So nobody loses what they were given
yesterday, an import of old customers empties no list at once, and who takes a return back has the whole time again. Nor
does a customer go earlier than the days of warning after its rule was made. A next step that is planned from today on
and begins within the days of the rule keeps a customer; one that is overdue doesn't.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, _, say
from freecrm.store import faults
from freecrm.store.activities import day_of, midnight
from freecrm.store.tables import OWNED

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

BUYER = "customer"
"""The status of those who buy from us: they count to no limit."""
BLOCK = 500
REASON_MOST = 200
_LOOKED = "pool.looked"
_DAY = 86_400_000  # milliseconds
_TAKEN = f"(SELECT max(at) FROM change INDEXED BY ix_change_owned WHERE id = c.id AND {OWNED})"
"""SQL for when (ms) a customer got its present owner, if it did after it was made."""
_OVER = N_("No contact for {n} days")


@dataclass(frozen=True, slots=True)
class Rule:
    """grade: key of the grade, "" = customers without one. days: without contact, then they go back. warn: days
    before that on which their owner is warned. since: the day on which the rule was made so, None = it is new."""

    grade: str
    days: int
    warn: int = 0
    since: dt.date | None = None


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


# ---- rules


@faults.reads
def rules(store: Store) -> list[Rule]:
    """The rules as they hold, in their order; a grade without one never goes back."""
    rows = store.read().execute(
        "SELECT id, of, days, warn FROM pool_rule WHERE days IS NOT NULL ORDER BY coalesce(position, 0), n"
    )
    return [Rule(of or "", int(days), int(warn or 0), _made(id)) for id, of, days, warn in rows]


def save_rules(store: Store, wanted: Sequence[Rule]) -> None:
    """Keep these rules in place of those there are, as one step. One that says something else now is made anew, so
    that its days of warning begin today. Known when one makes no sense."""
    problem = next((why for rule in wanted if (why := why_not(rule)) is not None), None)
    if problem is not None:
        raise Known(problem)
    with store.step(N_("Rules of the shared pool changed")) as step:
        held = {
            of or "": (id, days, warn or 0, position)
            for id, of, days, warn, position in step.connection.execute(
                "SELECT id, of, days, warn, position FROM pool_rule"
            )
        }
        for position, rule in enumerate(wanted, 1):
            values = {"of": rule.grade or None, "days": rule.days, "warn": rule.warn, "position": position}
            before = held.pop(rule.grade, None)
            if before is not None and before[1:3] == (rule.days, rule.warn):
                if before[3] != position:
                    step.update("pool_rule", before[0], {"position": position})
                continue
            if before is not None:
                step.delete("pool_rule", before[0])
            step.insert("pool_rule", values)
        for id, *_rest in held.values():
            step.delete("pool_rule", id)


def why_not(rule: Rule) -> Said | None:
    """What is wrong with a rule, None when nothing is."""
    if not 1 <= rule.days <= 3650:
        return say(N_("A customer goes back after 1 to 3,650 days. Write such a number, or leave it blank."))
    if not 0 <= rule.warn <= 365 or rule.warn >= rule.days:
        what = N_("The warning has to come within the {n} days after which the customer goes back.")
        return say(what, n=rule.days)
    return None


def _made(id: bytes) -> dt.date:
    """The day on which a record was made: its id says so."""
    return day_of(dt.datetime.fromtimestamp(int.from_bytes(id[:6], "big") / 1000, dt.UTC))


def _first_id(day: dt.date) -> bytes:
    """The smallest id that a record made on this day can have."""
    return round(midnight(day).timestamp() * 1000).to_bytes(6, "big") + bytes(10)


# ---- what is due


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
    begin = round(midnight(today).timestamp() * 1000)
    where.append("NOT (c.next_at IS NOT NULL AND c.next_at >= ? AND c.next_at < ?)")
    given += [begin, begin + rule.days * _DAY]
    # nobody else gets an owner this way: whoever got one since then has the whole time
    where.append(
        f"NOT EXISTS (SELECT 1 FROM change x INDEXED BY ix_change_owned WHERE x.id = c.id AND x.at >= ? AND {OWNED})"
    )
    given.append(round(midnight(latest + dt.timedelta(days=1)).timestamp() * 1000))
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

    def of(self, ms: int) -> dt.date:
        """The day; a day of UTC reaches into two of ours at most, which are worked out once."""
        held = self._held.get(ms // _DAY)
        if held is None:
            day = day_of(dt.datetime.fromtimestamp(ms // _DAY * _DAY / 1000, dt.UTC))
            after = day + dt.timedelta(days=1)
            held = self._held[ms // _DAY] = (day, after, round(midnight(after).timestamp() * 1000))
        return held[0] if ms < held[2] else held[1]


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


def this_day() -> dt.date:
    """Today where this computer stands."""
    return dt.datetime.now().astimezone().date()


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
    _on(store)
    found = list(look(store, today, progress=progress).due)
    if not found:
        return []
    title = (
        N_("“{name}” went back to the pool") if len(found) == 1 else N_("{n} customers went back to the pool")
    )
    with store.step(title, origin=origin, n=f"{len(found):,}", name=found[0].name) as step:
        for start in range(0, len(found), BLOCK):
            if progress is not None:
                progress.tell(start, len(found))
            block = found[start : start + BLOCK]
            step.update_many("customer", [(one.id, {"owner_user": None}) for one in block])
            for one in block:
                reason = _(_OVER).format(n=one.rule.days)
                _move(step, one.id, "expire", one.owner, reason)
    return found


def run_daily(store: Store, progress: Progress | None = None) -> list[Due]:
    """The same once a day, for whoever has a pool; a second call that day does nothing."""
    today = this_day()
    if not store.setting("pool.on") or store.kept(_LOOKED) == today.isoformat():
        return []
    found = run(store, today, progress, origin="program")
    store.keep(_LOOKED, today.isoformat())
    return found


# ---- taking and giving


@dataclass(frozen=True, slots=True)
class Held:
    """How a colleague stands to the limits. daily, most: the limits, 0 = none."""

    claimed: int
    daily: int
    holds: int
    most: int


def held(store: Store, user: bytes, c: sqlite3.Connection | None = None) -> Held:
    """How many customers a colleague has claimed today and holds."""
    c = c or store.read()
    begin = round(midnight(this_day()).timestamp() * 1000)
    (claimed,) = c.execute(
        "SELECT count(*) FROM pool_move WHERE user = ? AND move = 'claim' AND at >= ?", (user, begin)
    ).fetchone()
    (holds,) = c.execute(
        "SELECT count(*) FROM customer WHERE owner_user = ? AND status IS NOT ?", (user, BUYER)
    ).fetchone()
    return Held(claimed, store.setting("pool.daily"), holds, store.setting("pool.holding"))


def claim(store: Store, ids: Sequence[bytes]) -> int:
    """Take customers out of the pool for whoever works here; how many. Known, and nothing is taken, where a limit
    stands against it or somebody was faster."""
    _on(store)
    me = store.user
    if me is None:
        what = N_(
            "Nobody said who works at this computer. Choose yourself under Settings, Colleagues; then claim."
        )
        raise Known(say(what))
    with _named(store, ids, N_("“{name}” claimed from the pool"), N_("{n} customers claimed from the pool")) as (
        step, names,
    ):  # fmt: skip
        _refuse_owned(store, step, ids, names)
        now = held(store, me, step.connection)
        _refuse_daily(now, len(ids))
        _refuse_holding(store, now, me, _counting(step, ids))
        _refuse_early(store, step, ids, names, me)
        _hand_over(step, ids, me, "claim")
    return len(ids)


def assign(store: Store, ids: Sequence[bytes], user: bytes) -> int:
    """Give customers of the pool to a colleague; how many. What they may hold is minded, the limit of a day isn't."""
    _on(store)
    record = store.reader().record("user", user)
    if record is None or record["left"]:
        who = str(record["name"]) if record is not None else "?"
        raise Known(say(N_("{who} isn't among the colleagues any more. Choose somebody else."), who=who))
    one, many = N_("“{name}” assigned to {who}"), N_("{n} customers assigned to {who}")
    with _named(store, ids, one, many, str(record["name"])) as (step, names):
        _refuse_owned(store, step, ids, names)
        _refuse_holding(store, held(store, user, step.connection), user, _counting(step, ids))
        _hand_over(step, ids, user, "assign")
    return len(ids)


@faults.reads
def owners(store: Store, ids: Sequence[bytes]) -> dict[bytes, bytes]:
    """Customer -> whose it is, of these; those that nobody has are left out."""
    found: dict[bytes, bytes] = {}
    for block in _blocks(ids):
        marks = ", ".join("?" * len(block))
        sql = f"SELECT id, owner_user FROM customer WHERE id IN ({marks}) AND owner_user IS NOT NULL"
        found |= dict(store.read().execute(sql, block).fetchall())
    return found


def give_back(store: Store, ids: Sequence[bytes], reason: str) -> int:
    """Let customers go back to the pool, with the reason that whoever finds them there reads; how many had an owner.
    Known when there is no reason, or none of them has an owner."""
    _on(store)
    reason = " ".join(reason.split())[:REASON_MOST]
    if not reason:
        raise Known(say(N_("Say why: whoever finds the customer in the pool reads it.")))
    had = owners(store, ids)
    if not had:
        raise Known(say(N_("These customers are in the pool already.")))
    with _named(
        store, list(had), N_("“{name}” returned to the pool"), N_("{n} customers returned to the pool")
    ) as (step, _names):
        step.update_many("customer", [(id, {"owner_user": None}) for id in had])
        for id, owner in had.items():
            _move(step, id, "return", owner, reason)
    return len(had)


class _named:
    """A step about some customers: with the name of the only one, or their number."""

    def __init__(
        self,
        store: Store,
        ids: Sequence[bytes],
        one: str,
        many: str,
        who: str = "",
    ) -> None:
        names: dict[bytes, str] = {}
        for block in _blocks(ids):
            names |= store.reader().titles("customer", set(block))
        if len(names) < len(set(ids)):
            raise Known(say(N_("One of these customers was deleted meanwhile. Look in the recycle bin.")))
        self.names = names
        first = names.get(ids[0], "") if ids else ""
        title = one if len(ids) == 1 else many
        self._step = store.step(title, name=first, n=f"{len(ids):,}", who=who)

    def __enter__(self) -> tuple[Step, dict[bytes, str]]:
        return self._step.__enter__(), self.names

    def __exit__(self, *caught: object) -> bool | None:
        return self._step.__exit__(*caught)  # type: ignore[arg-type]


def _blocks(ids: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    return (ids[start : start + BLOCK] for start in range(0, len(ids), BLOCK))


def _hand_over(step: Step, ids: Sequence[bytes], user: bytes, move: str) -> None:
    step.update_many("customer", [(id, {"owner_user": user}) for id in ids])
    for id in ids:
        _move(step, id, move, user)


def _move(step: Step, id: bytes, move: str, user: bytes, reason: str | None = None) -> None:
    values = {"customer": id, "move": move, "at": dt.datetime.fromtimestamp(step.at / 1000, dt.UTC)}
    by = step.store.user if step.origin == "user" else None
    step.insert("pool_move", {**values, "user": user, "by": by, "reason": reason})


def _on(store: Store) -> None:
    if not store.setting("pool.on"):
        raise Known(say(N_("This firm has no shared pool. Switch it on in the settings first.")))


# ---- limits


def _refuse_owned(store: Store, step: Step, ids: Sequence[bytes], names: Mapping[bytes, str]) -> None:
    for block in _blocks(ids):
        marks = ", ".join("?" * len(block))
        row = step.connection.execute(
            f"SELECT id, owner_user FROM customer WHERE id IN ({marks}) AND owner_user IS NOT NULL LIMIT 1",
            block,
        ).fetchone()
        if row is not None:
            who = store.reader().titles("user", {row[1]}).get(row[1], "?")
            what = N_("“{name}” isn't in the pool any more: {who} has it. The list shows it as it is now.")
            raise Known(say(what, name=names[row[0]], who=who))


def _refuse_daily(now: Held, wanted: int) -> None:
    if not now.daily or now.claimed + wanted <= now.daily:
        return
    figures = {"limit": f"{now.daily:,}", "claimed": f"{now.claimed:,}", "n": f"{wanted:,}"}
    tomorrow = this_day() + dt.timedelta(days=1)
    if now.claimed >= now.daily:
        what = N_(
            "You may claim {limit} customers a day and have claimed {claimed} today. From {day} on you can again."
        )
    else:
        what = N_(
            "You may claim {limit} customers a day and have claimed {claimed} today; {n} more are too many."
            " Choose {left}, the others from {day} on."
        )
    left = f"{max(now.daily - now.claimed, 0):,}"
    raise Known(say(what, **figures, left=left, day=tomorrow.isoformat()))


def _counting(step: Step, ids: Sequence[bytes]) -> int:
    """How many of these customers count to what a colleague may hold."""
    total = 0
    for block in _blocks(ids):
        marks = ", ".join("?" * len(block))
        sql = f"SELECT count(*) FROM customer WHERE id IN ({marks}) AND status IS NOT ?"
        total += step.connection.execute(sql, (*block, BUYER)).fetchone()[0]
    return total


def _refuse_holding(store: Store, now: Held, user: bytes, wanted: int) -> None:
    if not now.most or now.holds + wanted <= now.most:
        return
    who = store.reader().titles("user", {user}).get(user, "?")
    what = N_(
        "{who} may hold {limit} customers and has {holds}; {n} more are too many. Return some to the pool first"
        " (those who buy from us don't count)."
    )
    raise Known(say(what, who=who, limit=f"{now.most:,}", holds=f"{now.holds:,}", n=f"{wanted:,}"))


def _refuse_early(
    store: Store, step: Step, ids: Sequence[bytes], names: Mapping[bytes, str], me: bytes
) -> None:
    """Known when one of these was mine until a few hours ago."""
    hours = store.setting("pool.hours")
    since = time.time_ns() // 1_000_000 - hours * 3_600_000
    for block in _blocks(ids) if hours else ():
        marks = ", ".join("?" * len(block))
        row = step.connection.execute(
            f"SELECT customer, max(at) FROM pool_move WHERE customer IN ({marks}) AND user = ?"
            " AND move IN ('return', 'expire') AND at > ? GROUP BY customer ORDER BY 2 DESC LIMIT 1",
            (*block, me, since),
        ).fetchone()
        if row is not None:
            free = dt.datetime.fromtimestamp(row[1] / 1000, dt.UTC).astimezone() + dt.timedelta(hours=hours)
            what = N_(
                "“{name}” was yours until it went to the pool; others come first for {hours} hours."
                " You can claim it again from {time} on."
            )
            raise Known(say(what, name=names[row[0]], hours=hours, time=f"{free:%Y-%m-%d %H:%M}"))
