"""The ledger of a customer's points: earned, spent, corrected with a reason, run out. Each is one named step.

    points.earn(store, id, 129_900)             points by the firm's rules, or as many as are given
    points.spend(store, id, 100)                refused beyond the balance
    points.expire(store)                        writes off what has run out, of everybody; never twice
    points.statement(store.reader(), id, first, last)

Lines may be of an earlier day, never of one to come. Before points are used up, what has run out goes.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core import money
from freecrm.core import points as worked
from freecrm.core.day_words import this_day
from freecrm.core.fields import Money
from freecrm.core.jobs import Progress
from freecrm.core.points import MOST, Line, Lot, Rules
from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, say
from freecrm.store import elements, faults, statements
from freecrm.store.noting import title_of

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.reader import Reader
    from freecrm.store.writer import Step

ENTITY, OWNER = "points_entry", "customer"
SOON = 30
"""So many days ahead people are told of what runs out."""
_LOOKED = "points.expired"
_BLOCK = 500


def rules(store: Store) -> Rules:
    """What the firm has agreed on."""
    return Rules(*(store.setting(f"points.{name}") for name in ("earned", "per", "months", "least", "step")))


def worth(store: Store, amount: int) -> int:
    """The points that an amount earns."""
    return rules(store).worth(amount, _digits(store))


def _digits(store: Store) -> int:
    f = store.schema.fields(ENTITY)["amount"]
    assert isinstance(f, Money)
    return money.minor_digits(f.currency)


# ---- what stands in it


def lines(connection: sqlite3.Connection, id: bytes) -> list[Line]:
    """All lines of a customer in the order of their days."""
    sql = "SELECT day, move, points, expires, amount, reason, id FROM points_entry WHERE parent = ? ORDER BY day, n"
    return [
        Line(dt.date.fromisoformat(day), move, n, dt.date.fromisoformat(until) if until else None, *more)
        for day, move, n, until, *more in connection.execute(sql, (id,))
    ]


@dataclass(frozen=True, slots=True)
class Statement:
    """The ledger between two days. opening: the balance before the first day. rows: lines with the balance after
    them. soon: what runs out within 30 days of today: (last day, points). balance: as it is today."""

    first: dt.date | None
    last: dt.date | None
    opening: int
    rows: list[tuple[Line, int]]
    closing: int
    soon: list[tuple[dt.date, int]]
    balance: int


def statement(
    reader: Reader,
    id: bytes,
    first: dt.date | None = None,
    last: dt.date | None = None,
    today: dt.date | None = None,
) -> Statement:
    """The statement of a customer from the first day to the last, both included; None: without an end."""
    statements.check(first, last)
    with faults.told(reader.store.path):
        found = lines(reader.connection(), id)
    within = statements.window(found, first, last, lambda one: one.day, lambda one: one.points)
    soon = worked.soon(found, today or this_day(), SOON)
    total = sum(one.points for one in found)
    return Statement(first, last, within.opening, within.rows, within.closing, soon, total)


def balance_with(store: Store, id: bytes, points: int, day: dt.date, today: dt.date | None = None) -> int:
    """The balance after points of this day would be added, and what has run out by today written off."""
    with faults.told(store.path):
        held = lines(store.read(), id)
    held.append(Line(day, "earn", points, rules(store).until(day)))
    held.sort(key=lambda one: one.day)
    over = sum(lot.left for lot in worked.due(held, today or this_day()))
    return sum(one.points for one in held) - over


# ---- writing


def earn(
    store: Store,
    id: bytes,
    amount: int | None,
    points: int | None = None,
    *,
    day: dt.date | None = None,
    reason: str = "",
    today: dt.date | None = None,
) -> int:
    """Give points for an amount (minor units), as many as the rules say or as are given; how many.

    Known when that is none, or too many, or the day is still to come; then nothing is written.
    """
    today, agreed = today or this_day(), rules(store)
    if amount is not None and amount < 0:
        raise Known(say(N_("An amount below zero earns nothing. For a return, correct the points instead.")))
    if points is None:
        points = agreed.worth(amount or 0, _digits(store))
    if points <= 0:
        raise Known(_earns_nothing(agreed) if points == 0 else say(POSITIVE))
    day = _day(day, today)
    values = {"move": "earn", "points": points, "amount": amount, "expires": agreed.until(day)}
    title = N_("{n} points earned by {name}")
    _write(store, id, title, {**values, "day": day, "reason": reason}, today)
    return points


def spend(
    store: Store,
    id: bytes,
    points: int,
    *,
    day: dt.date | None = None,
    reason: str = "",
    today: dt.date | None = None,
) -> None:
    """Take points away for something that was got for them.

    Known when there are not so many, when the firm's rules (steps, smallest balance) speak against it or
    the day is still to come; then nothing is written.
    """
    today, agreed = today or this_day(), rules(store)
    if points <= 0:
        raise Known(say(POSITIVE))
    if points % agreed.step:
        what = N_("Points are spent in steps of {step}; {n} isn't one of them. Take {less} or {more}.")
        less = points - points % agreed.step
        figures = {"step": agreed.step, "n": points, "less": less, "more": less + agreed.step}
        raise Known(say(what, **{name: f"{n:,}" for name, n in figures.items()}))
    values = {"move": "spend", "points": -points, "day": _day(day, today), "reason": reason}
    _write(store, id, N_("{n} points spent by {name}"), values, today)


def correct(
    store: Store,
    id: bytes,
    points: int,
    reason: str,
    *,
    day: dt.date | None = None,
    today: dt.date | None = None,
) -> None:
    """Put the balance right by so many points, up or down. Known without a reason, and as the others."""
    today = today or this_day()
    if not points:
        raise Known(say(N_("A correction by 0 points changes nothing. Say how many more or fewer it is.")))
    if not reason.strip():
        raise Known(say(N_("A correction needs a reason. Write why, so that others understand it later.")))
    day = _day(day, today)
    until = rules(store).until(day) if points > 0 else None
    values = {"move": "adjust", "points": points, "day": day, "expires": until, "reason": reason}
    _write(store, id, N_("Points of {name} corrected by {n}"), values, today)


def give(
    store: Store,
    numbers: Sequence[int],
    points: int,
    reason: str,
    *,
    today: dt.date | None = None,
    progress: Progress | None = None,
) -> int:
    """Give the customers of these row numbers so many points each, in one step; how many customers."""
    _on(store)
    if points <= 0:
        raise Known(say(POSITIVE))
    today = today or this_day()
    _fits(points)
    values = {"day": today, "move": "earn", "points": points, "expires": rules(store).until(today)}
    reader, done = store.reader(), 0
    title = N_("{n} points each given to {count} customers")
    with store.step(title, n=f"{points:,}", count=f"{len(numbers):,}") as step:
        for start in range(0, len(numbers), _BLOCK):
            for id in reader.ids_of(OWNER, numbers[start : start + _BLOCK]):
                _insert(step, id, {**values, "reason": reason.strip() or None})
                done += 1
            if progress is not None:
                progress.tell(done, len(numbers))
        if progress is not None:
            progress.check()
            progress.fixed = True
    return done


POSITIVE = N_("How many points? Give a whole number above zero.")
TOO_MANY = N_("{n} points are more than can be kept. Check the number for digits too many.")


def _earns_nothing(agreed: Rules) -> Said:
    what = N_(
        "That earns no whole point: there are {earned} for each full {per}. Give the points yourself, or enter"
        " the amount again."
    )
    return say(what, earned=f"{agreed.earned:,}", per=f"{agreed.per:,}")


def _on(store: Store) -> None:
    if not store.setting("points.given"):
        raise Known(say(N_("Points are switched off. Switch them on in the settings, under “Points”.")))


def _day(day: dt.date | None, today: dt.date) -> dt.date:
    if day is not None and day > today:
        what = N_("{day} is still to come. Enter points on the day itself, or take an earlier day.")
        raise Known(say(what, day=day.isoformat()))
    return day or today


def _fits(points: int) -> None:
    if abs(points) > MOST:
        raise Known(say(TOO_MANY, n=f"{points:,}"))


def _write(store: Store, id: bytes, title: str, values: dict[str, Any], today: dt.date) -> None:
    _on(store)
    points = values["points"]
    _fits(points)
    reason = values["reason"].strip() or None
    n = f"{points:+,}" if values["move"] == "adjust" else f"{abs(points):,}"
    with store.step(title, n=n, name=title_of(store, OWNER, id)) as step:
        if points < 0:
            _write_off(step, id, today)
            _refuse_beyond(step, id, -points, values, today)
        else:
            _fits(points + sum(one.points for one in lines(step.connection, id)))
        _insert(step, id, {**values, "reason": reason})
        _write_off(step, id, today)


def _insert(step: Step, id: bytes, values: dict[str, Any], own: bytes | None = None) -> None:
    step.insert(ENTITY, {**values, "parent": id, "parent_entity": OWNER}, id=own)


def _refuse_beyond(step: Step, id: bytes, wanted: int, values: dict[str, Any], today: dt.date) -> None:
    """Known when a customer has not so many points to take away on this day."""
    held, day = lines(step.connection, id), values["day"]
    balance, free = sum(one.points for one in held), worked.available(held, day)
    figures = {"name": title_of(step.store, OWNER, id), "n": f"{wanted:,}", "balance": f"{balance:,}"}
    if wanted > balance:
        what = N_("“{name}” has {balance} points; {n} are more than that. Take fewer.")
        raise Known(say(what, **figures))
    if wanted > free:
        what = N_(
            "On {day} “{name}” had only {free} points to spare; {n} are more than that. Take a later day."
        )
        raise Known(say(what, **figures, day=day.isoformat(), free=f"{free:,}"))
    least = rules(step.store).least
    if values["move"] == "spend" and balance < least:
        what = N_("“{name}” has {balance} points; they are spent from {least} on. Wait until there are more.")
        raise Known(say(what, **figures, least=f"{least:,}"))


# ---- what runs out


@dataclass(frozen=True, slots=True)
class Lost:
    """A customer whose points ran out, and how many."""

    id: bytes
    name: str
    points: int


def expire(
    store: Store, today: dt.date | None = None, progress: Progress | None = None, *, origin: str = "user"
) -> list[Lost]:
    """Write off what has run out before today, of all customers in one step; who lost how many.

    origin: "program" when nobody asked for it.
    Each line is of the day after the last on which the points counted, however late it is written. When nothing
    has run out there is no step. Known as the door raises it; Cancelled leaves everything as it was.
    """
    _on(store)
    today, found = today or this_day(), list[Lost]()
    with faults.told(store.path):
        ids = _candidates(store.read(), today)
    ids = [id for id in ids if worked.due(lines(store.read(), id), today)]
    if not ids:
        return []
    names = store.reader().titles(OWNER, set(ids))
    title = N_("Points of {name} ran out") if len(ids) == 1 else N_("Points of {n} customers ran out")
    with store.step(title, origin=origin, n=f"{len(ids):,}", name=names.get(ids[0], "")) as step:
        for done, id in enumerate(ids):
            if not done % _BLOCK and progress is not None:
                progress.tell(done, len(ids))
            lost = sum(lot.left for lot in _write_off(step, id, today))
            if lost:
                found.append(Lost(id, names.get(id, ""), lost))
        if progress is not None:
            progress.check()
            progress.fixed = True
    return found


@faults.by_program
def expire_daily(store: Store, progress: Progress | None = None) -> list[Lost]:
    """The same once a day, for whoever gives points; a second call that day does nothing."""
    today = this_day()
    if not store.setting("points.given") or store.kept(_LOOKED) == today.isoformat():
        return []
    found = expire(store, today, progress, origin="program")
    store.keep(_LOOKED, today.isoformat())
    return found


def _write_off(step: Step, id: bytes, today: dt.date) -> list[Lot]:
    """One line for each lot of a customer that has run out."""
    over = worked.due(lines(step.connection, id), today)
    for lot in over:
        assert lot.line.expires is not None
        day = lot.line.expires + dt.timedelta(days=1)
        values = {"day": day, "move": "expire", "points": -lot.left, "expires": lot.line.expires}
        _insert(step, id, values, elements.foreseen(step.connection, ENTITY, id, lot.line.id))
    return over


def _candidates(c: sqlite3.Connection, today: dt.date) -> list[bytes]:
    """The customers of whom something may have run out: less was ever used up than had come in by the day of
    the latest points that no longer count. Most are sorted out here, without reading their lines."""
    sql = """
        WITH over(parent, last) AS (
            SELECT parent, max(day) FROM points_entry WHERE points > 0 AND expires < ? GROUP BY parent)
        SELECT e.parent FROM over o JOIN points_entry e ON e.parent = o.parent
            JOIN customer c ON c.id = e.parent
            GROUP BY e.parent
            HAVING sum(CASE WHEN e.points > 0 AND e.day <= o.last THEN e.points ELSE 0 END)
                > -sum(min(e.points, 0))
            ORDER BY min(e.n)"""
    return [id for (id,) in c.execute(sql, (today.isoformat(),))]
