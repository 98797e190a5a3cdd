"""Who would have to be in two places at once: clashes of activities, common free time, and when people are busy.

    clashes.find(store, Draft(start, end, owner=me, users=(he,)))     before it is saved
    clashes.between(store, since, until)                              what clashes in the days a calendar shows
    clashes.free_slots(store, [me, he], None, 120, since=start)       when all of them could
    clashes.accept(step, made, [other])                               «save anyway»
    clashes.overlapping(taken)                                        of what was read already

Two activities clash when they share a person (owner or colleague who takes part) or a room that only one can have,
and overlap by a minute or more. What is done or dropped, lasts whole days or blocks no time doesn't count; what only
touches doesn't either. An accepted clash is kept in `settled` of both with the time at which it was accepted, so that
it counts anew as soon as one of them is moved, by whatever way.

A person is the id of a user, None whoever works here where nobody said who that is.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core import agenda, repeats, workdays
from freecrm.core.agenda import DAY, MINUTE, PLANNED
from freecrm.core.spans import moment, ms
from freecrm.store import faults
from freecrm.store.activities import day_of, midnight
from freecrm.store.tables import rows_of

if TYPE_CHECKING:
    import sqlite3

    from freecrm.store.database import Store
    from freecrm.store.writer import Step

Person = bytes | None

AHEAD = 26 * 7 * DAY
"""How far a repeating activity is looked at: half a year."""
MOST = 20  # clashes that are told; nobody reads more
DAYS = 60  # looked at for free time
OVER = 30 * MINUTE  # free time may run over the end of work by so much: rather so than on another day
GRID = 15 * MINUTE  # free time begins on a quarter of an hour

_COLUMNS = (
    'a.id, a.subject, a.start, a."end", a.owner_user, a.room, a.settled, a.start_zone, a.repeats, a.skipped,'
    " a.done_through"
)
_BLOCKS = (
    " AND a.state = 'planned' AND coalesce(a.free, 0) = 0 AND coalesce(a.all_day, 0) = 0"
    ' AND a."end" > a.start'
)


@dataclass(frozen=True, slots=True)
class Draft:
    """An activity as it is about to be saved. users: the colleagues who take part. id: None for a new one."""

    start: dt.datetime
    end: dt.datetime
    owner: Person = None
    users: tuple[bytes, ...] = ()
    room: bytes | None = None
    id: bytes | None = None
    zone: str | None = None
    repeats: str | None = None
    skipped: str | None = None
    settled: str | None = None

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody whose time it takes."""
        return tuple(dict.fromkeys((self.owner, *self.users)))


@dataclass(frozen=True, slots=True)
class Clash:
    """What is in the way. id, subject, start, end: of that activity (of a repeating one that time of it). people:
    who would have to be at both; room: the room that both want, None where that is none of them. minutes: how long
    they overlap. at: when the draft begins that it is in the way of."""

    id: bytes
    subject: str
    start: dt.datetime
    end: dt.datetime
    people: tuple[Person, ...]
    room: bytes | None
    minutes: int
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Span:
    """Time that somebody has no more: of which activity, from when to when."""

    id: bytes
    subject: str
    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """Time that all have."""

    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True, slots=True)
class Pair:
    """Two activities that clash, by id; of repeating ones those times of them. at: when it begins."""

    one: bytes
    other: bytes
    one_start: dt.datetime
    other_start: dt.datetime
    minutes: int
    at: dt.datetime
    one_subject: str = ""
    other_subject: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """One time of an activity (ms), and whom and what it takes. people: owner and colleagues, None as everywhere here.
    room: only one that is for one at a time. settled: as it is stored. first, last: beginning and end of the activity
    itself, which a repeating one has many times."""

    id: bytes
    start: int
    end: int
    people: Collection[Person]
    room: bytes | None
    settled: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Busy:
    """One time of an activity, in ms. first, last: beginning and end of the activity itself."""

    id: bytes
    subject: str
    start: int
    end: int
    owner: Person
    room: bytes | None
    settled: str
    first: int
    last: int


def draft_of(values: Mapping[str, Any], id: bytes | None = None) -> Draft | None:
    """The draft that an activity's values are; None for what can't clash: no time, whole days, done, free."""
    start, end = values.get("start"), values.get("end")
    if start is None or end is None or end <= start or values.get("all_day") or values.get("free"):
        return None
    if (values.get("state") or PLANNED) != PLANNED:
        return None
    users = tuple(row["user"] for row in values.get("people") or () if row.get("user"))
    return Draft(
        start,
        end,
        values.get("owner_user"),
        users,
        values.get("room"),
        id,
        values.get("start_zone"),
        values.get("repeats"),
        values.get("skipped"),
        values.get("settled"),
    )


# ---- clashes


def find(store: Store, draft: Draft) -> list[Clash]:
    """What stands in the way of an activity, in order of time; of a repeating one in the next half year."""
    own = _times_of(draft)
    if not own:
        return []
    starts = [start for start, _end in own]
    room = _single(store, draft.room)
    met: dict[tuple[bytes, int, int], tuple[_Busy, int, int]] = {}
    for since, until in _windows(own):
        for busy in _rows(store, since, until, draft.people, room):
            if busy.id == draft.id or _is_settled(draft, busy):
                continue
            at = bisect_right(starts, busy.end) - 1
            while at >= 0 and own[at][1] > busy.start:
                overlap = min(busy.end, own[at][1]) - max(busy.start, own[at][0])
                if overlap >= MINUTE:
                    met[busy.id, busy.start, own[at][0]] = (busy, overlap // MINUTE, own[at][0])
                at -= 1
    found = sorted(met.values(), key=lambda one: (one[2], one[0].start, one[0].id))[:MOST]
    also = _attending(store.read(), [busy.id for busy, _minutes, _at in found])
    made = []
    for busy, minutes, at in found:
        theirs = {busy.owner, *also.get(busy.id, ())}
        shared = tuple(person for person in draft.people if person in theirs)
        taken = room if room is not None and busy.room == room else None
        start, end = moment(busy.start), moment(busy.end)
        made.append(Clash(busy.id, busy.subject, start, end, shared, taken, minutes, moment(at)))
    return made


def between(
    store: Store, since: dt.datetime, until: dt.datetime, people: Sequence[Person] | None = None
) -> list[Pair]:
    """All clashes in a stretch of time, each pair once, in order of time. people: only among what takes their time."""
    rows = _rows(store, ms(since), ms(until), people)
    also = _attending(store.read(), list({row.id for row in rows}))
    singles = {
        row[0] for row in store.read().execute("SELECT id FROM resource WHERE coalesce(single, 1) = 1")
    }
    subjects = {row.id: row.subject for row in rows}
    taken = [
        Taken(
            row.id,
            row.start,
            row.end,
            {row.owner, *also.get(row.id, ())},
            row.room if row.room in singles else None,
            row.settled,
            row.first,
            row.last,
        )
        for row in rows
    ]
    made = []
    for one, other in overlapping(taken):
        minutes = (min(one.end, other.end) - other.start) // MINUTE
        start = moment(other.start)
        titles = subjects[one.id], subjects[other.id]
        made.append(Pair(one.id, other.id, moment(one.start), start, minutes, start, *titles))
    return made


def overlapping(found: Iterable[Taken], *, settled: bool = False) -> Iterator[tuple[Taken, Taken]]:
    """Which of these times clash, each pair once, in order of time, the earlier one first. settled: also those that
    somebody accepted. The rule for everybody who has read what is planned already."""
    held: dict[tuple[str, Person], list[Taken]] = {}
    for row in sorted(found, key=lambda one: (one.start, one.id)):
        wants: list[tuple[str, Person]] = [("who", one) for one in row.people]
        if row.room is not None:
            wants.append(("room", row.room))
        met = set()
        for want in wants:
            before = [one for one in held.get(want, ()) if one.end > row.start]
            for one in before:
                if one.id == row.id or min(one.end, row.end) - row.start < MINUTE:
                    continue
                if (one.id, one.start) not in met and (settled or not _both_settled(one, row)):
                    met.add((one.id, one.start))
                    yield one, row
            held[want] = [*before, row]


def accept(step: Step, id: bytes, others: Iterable[bytes]) -> None:
    """Keep that these clashes of an activity are meant, in the activity and in the others. Inside a step."""
    c = step.connection
    wanted = list(dict.fromkeys(other for other in others if other != id))
    sql = 'SELECT id, start, "end", settled FROM activity WHERE id IN (?)'
    held = {one: row for one, *row in rows_of(c, sql, [id, *wanted])}
    added = (
        [other for other in wanted if other in held] if id in held else []
    )  # the others were deleted meanwhile
    for other in added:
        step.update("activity", other, {"settled": _with(held[other], [id])})
    if added:
        step.update("activity", id, {"settled": _with(held[id], added)})


def _with(row: Sequence[Any], ids: Iterable[bytes]) -> str:
    start, end, settled = row
    kept = [word for word in (settled or "").split() if word.endswith(f"@{start}-{end}")]
    return " ".join(dict.fromkeys([*kept, *(_token(id, start, end) for id in ids)]))


def _token(other: bytes, start: int, end: int) -> str:
    """That a clash with another activity was accepted while this one stood at that time."""
    return f"{other.hex()}@{start}-{end}"


def _is_settled(draft: Draft, busy: _Busy) -> bool:
    if draft.id is None or not draft.settled:
        return False
    own = _token(busy.id, ms(draft.start), ms(draft.end))
    theirs = _token(draft.id, busy.first, busy.last)
    return own in draft.settled.split() and theirs in busy.settled.split()


def _both_settled(one: Taken, other: Taken) -> bool:
    return (
        _token(other.id, one.first, one.last) in one.settled.split()
        and _token(one.id, other.first, other.last) in other.settled.split()
    )


def _times_of(draft: Draft) -> list[tuple[int, int]]:
    """When a draft takes place (ms): once, or the times of the next half year."""
    start, length = ms(draft.start), ms(draft.end) - ms(draft.start)
    if length <= 0:
        return []
    if not draft.repeats:
        return [(start, start + length)]
    now = ms(dt.datetime.now(dt.UTC))
    since = max(start, min(now, start + AHEAD * 20))
    return _expanded(start, draft.zone, draft.repeats, draft.skipped, length, since, since + AHEAD)


def _expanded(
    start: int, zone: str | None, rule: str, skipped: str | None, length: int, since: int, until: int
) -> list[tuple[int, int]]:
    """The times of a repeating activity that reach into a stretch of time."""
    out = repeats.left_out(skipped)
    found = repeats.between(start, zone, rule, since - length + 1, until)
    return [(at, at + length) for at in found if at not in out]


def _windows(times: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches of time that hold all of these; those that lie close to each other are one."""
    since, until = times[0]
    for start, end in times[1:]:
        if start - until > 2 * DAY:
            yield since, until
            since = start
        until = max(until, end)
    yield since, until


# ---- free time


def hours(store: Store) -> tuple[dt.time, dt.time]:
    """From when to when people work."""
    return workdays.hours(store)


def free_slots(
    store: Store,
    people: Sequence[Person],
    room: bytes | None,
    minutes: int,
    since: dt.datetime,
    n: int = 2,
    *,
    but: bytes | None = None,
) -> list[Slot]:
    """The next times from `since` on at which all these people and the room are free for so long, in working hours
    of working days (or `OVER` beyond them); at most one of each stretch of free time. but: the activity that is to
    be moved."""
    length = max(minutes, 1) * MINUTE
    room = _single(store, room)
    found: list[Slot] = []
    for opens, closes in _workdays(store, since):
        since_ms = max(opens, ms(since))
        until = closes + OVER
        taken = sorted(
            (row.start, row.end) for row in _rows(store, opens, until, people, room) if row.id != but
        )
        at = -(-since_ms // GRID) * GRID
        for start, end in [*taken, (until, until)]:
            if at < closes and at + length <= min(start, until) and len(found) < n:
                found.append(Slot(moment(at), moment(at + length)))
            at = max(at, -(-end // GRID) * GRID)
        if len(found) >= n:
            break
    return found


def busy(
    store: Store, people: Sequence[Person], day: dt.date, *, but: bytes | None = None
) -> dict[Person, list[Span]]:
    """When each of these people is busy on a day of this computer's calendar."""
    since, until = ms(midnight(day)), ms(midnight(day + dt.timedelta(days=1)))
    rows = sorted(_rows(store, since, until, people, None), key=lambda one: one.start)
    also = _attending(store.read(), [row.id for row in rows])
    made: dict[Person, list[Span]] = {person: [] for person in people}
    for row in rows:
        if row.id == but:
            continue
        span = Span(row.id, row.subject, moment(row.start), moment(row.end))
        for person in {row.owner, *also.get(row.id, ())} & made.keys():
            made[person].append(span)
    return made


def _workdays(store: Store, since: dt.datetime) -> Iterator[tuple[int, int]]:
    """The moments (ms) at which work begins and ends on the next working days."""
    opens, closes = hours(store)
    first, days = day_of(since), workdays.of(store)
    for ahead in range(DAYS):
        day = first + dt.timedelta(days=ahead)
        if days.is_workday(day):
            yield ms(_at(day, opens)), ms(_at(day, closes))


def _at(day: dt.date, clock: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, clock, tzinfo=agenda.zone_of(None)).astimezone(dt.UTC)


# ---- reading


def _rows(
    store: Store,
    since: int,
    until: int,
    people: Sequence[Person] | None = None,
    room: bytes | None = None,
) -> list[_Busy]:
    """Every time of an activity that reaches into a stretch of time (ms) and takes the time of one of these people,
    or the room; of anybody where no people are named."""
    whose, more = _whose(people, room)
    once = f" AND a.repeats IS NULL{_BLOCKS}{whose}"
    questions: tuple[tuple[str, str, tuple[int, ...]], ...] = (
        ("busy", f'a.start > ? AND a.start < ? AND a."end" > ?{once}', (since - DAY - 1, until, since)),
        ("long", f'a.long = 1 AND a.start <= ? AND a."end" > ?{once}', (since - DAY - 1, since)),
    )
    found: list[_Busy] = []
    c = store.read()
    with faults.told(store.path):
        for index, where, values in questions:
            sql = f"SELECT {_COLUMNS} FROM activity a INDEXED BY ix_activity_{index} WHERE {where}"
            for row in c.execute(sql, (*values, *more)):
                found.append(_of_row(row, row[2], row[3]))
        sql = f"SELECT {_COLUMNS} FROM activity a INDEXED BY ix_activity_repeats WHERE a.repeats > '' AND a.start < ?"
        for row in c.execute(f"{sql}{_BLOCKS}{whose}", (until, *more)).fetchall():
            length, done = row[3] - row[2], row[10]
            first = since if done is None else max(since, done + 1 + length)
            for start, end in _expanded(row[2], row[7], row[8], row[9], length, first, until):
                found.append(_of_row(row, start, end))
    return found


def _of_row(row: Sequence[Any], start: int, end: int) -> _Busy:
    return _Busy(row[0], row[1] or "", start, end, row[4], row[5], row[6] or "", row[2], row[3])


def _whose(people: Sequence[Person] | None, room: bytes | None) -> tuple[str, list[Any]]:
    if people is None:
        return "", []
    known = [person for person in people if person is not None]
    ways, values = [], list[Any]()
    if known:
        marks = ", ".join("?" * len(known))
        ways += [
            f"+a.owner_user IN ({marks})",
            f"EXISTS (SELECT 1 FROM attendee t WHERE t.parent = a.id AND +t.user IN ({marks}))",
        ]
        values += known * 2
    if None in people:
        ways.append("+a.owner_user IS NULL")
    if room is not None:
        ways.append("+a.room = ?")
        values.append(room)
    return (f" AND ({' OR '.join(ways)})" if ways else " AND 0"), values


def _attending(c: sqlite3.Connection, ids: Sequence[bytes]) -> dict[bytes, list[bytes]]:
    """Activity -> the colleagues who take part."""
    found: dict[bytes, list[bytes]] = {}
    sql = 'SELECT parent, "user" FROM attendee WHERE parent IN (?) AND "user" IS NOT NULL'
    for parent, user in rows_of(c, sql, ids):
        found.setdefault(parent, []).append(user)
    return found


def _single(store: Store, room: bytes | None) -> bytes | None:
    """The room, where only one activity can have it."""
    if room is None:
        return None
    sql = "SELECT 1 FROM resource WHERE id = ? AND coalesce(single, 1) = 1"
    return room if store.read().execute(sql, (room,)).fetchone() else None
