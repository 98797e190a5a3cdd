"""What stands in a calendar between two moments: read here, drawn by `ui/calendar/`, printed by `exchange/`.

    items(store, since, until)          everything that touches the window, in the order of time
    clashes(found)                      which of them want the same person, or the same room, at the same time
    move(store, item, start, end)       what a drag does; one step that can be undone

Single activities come by the index on their start, those longer than a day by a mark of their own, and of repeating
ones only the times inside the window are worked out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from freecrm.core import agenda, repeats, zones
from freecrm.core.spans import moment, ms
from freecrm.core.words import N_
from freecrm.store import activities, faults
from freecrm.store import clashes as rule
from freecrm.store.calendar_rows import single_times
from freecrm.store.tables import quoted, rows_of

if TYPE_CHECKING:
    from freecrm.store.database import Store

SHORT = dt.timedelta(minutes=30)
"""How long something is shown that has no end."""
MOST_TIMES = 1_000
"""Times of one repeating activity in a window; a rule that gives more is drawn so far."""
MOST_CLASHES = 2_000
_COLUMNS = (
    "id", "subject", "kind", "state", "start", "start_zone", "end", "all_day", "customer", "owner_user", "place",
    "room", "free", "repeats", "skipped", "done_through", "series", "settled", "carried",
)  # fmt: skip
_TAKEN = f"SELECT {', '.join(quoted(name) for name in _COLUMNS)} FROM activity "
_SELECT = f"{_TAKEN}WHERE "
_KEPT = " AND coalesce(state, '') <> 'dropped' AND recorded IS NOT 1"
"""What was dropped stands nowhere; the day of a last contact that somebody typed is no appointment."""

Key = tuple[bytes, dt.datetime | None]
"""What an item is known by: the activity, and which time of a repeating one."""


class Item(NamedTuple):
    """One activity in a calendar, or one time of a repeating one.

    start, end: UTC; of a whole day from midnight to a midnight. instance: which time it is of one that repeats.
    people: the owner first, then the colleagues who take part. single: its room is for one at a time. settled:
    as stored, only `store/clashes.py` reads it. of: when the activity itself begins and ends (ms), which a repeating
    one does many times; None where nobody said until when. is_owned: it has an owner. series: it stands in place
    of one time of that one.
    """

    id: bytes
    title: str
    kind: str
    state: str
    start: dt.datetime
    end: dt.datetime
    all_day: bool = False
    instance: dt.datetime | None = None
    people: tuple[bytes, ...] = ()
    customer: bytes | None = None
    customer_name: str = ""
    place: str = ""
    room: bytes | None = None
    room_name: str = ""
    single: bool = False
    free: bool = False
    repeats: bool = False
    settled: str = ""
    is_owned: bool = True
    of: tuple[int, int] | None = None
    series: bytes | None = None

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.id, self.instance

    @property
    def done(self) -> bool:
        """Whether it was done."""
        return self.state == agenda.DONE

    @property
    def owner(self) -> bytes | None:
        """Whose it is."""
        return self.people[0] if self.people else None

    def overdue(self, now: dt.datetime) -> bool:
        """Whether its time has passed and nobody said that it was done."""
        return self.state == agenda.PLANNED and self.end <= now


class Person(NamedTuple):
    """A colleague whose calendar can be looked at. place: their place among all, by which they have a colour."""

    id: bytes
    name: str
    place: int


class Clash(NamedTuple):
    """Two items that want the same at the same time. who: the person both need, None = the room, or nobody said."""

    one: Item
    other: Item
    who: bytes | None
    since: dt.datetime
    until: dt.datetime


# ---- reading


@faults.reads
def items(
    store: Store, since: dt.datetime, until: dt.datetime, people: Collection[bytes] | None = None
) -> list[Item]:
    """What stands between two moments, in the order of time, dropped ones left out.

    people: only what these own or take part in; None = everybody's, and what is nobody's."""
    rows = sorted(_rows(store, ms(since), ms(until)), key=_in_order)
    window = ms(since) - agenda.DAY, ms(until)
    others = [row[0] for row, *_rest in rows if not window[0] <= row[4] < window[1]]
    made = _Maker(store, others, {row[8] for row, *_rest in rows if row[8]}, window)
    found = [made.item(*row) for row in rows]
    if people is not None:
        wanted = frozenset(people)
        found = [item for item in found if not wanted.isdisjoint(item.people)]
    return found


def _in_order(found: _Found) -> tuple[Any, ...]:
    row, start, end, *_rest = found
    return start, not row[7], -end, row[1] or "", row[0]


@faults.reads
def unscheduled(store: Store, people: Collection[bytes] | None = None, limit: int = 200) -> list[Item]:
    """What is planned without anybody having said when, newest first. Their start and end mean nothing."""
    where = "start IS NULL AND state = 'planned' AND repeats IS NULL ORDER BY n DESC LIMIT ?"
    rows = store.read().execute(_SELECT + where, (limit,)).fetchall()
    made = _Maker(store, [row[0] for row in rows], {row[8] for row in rows if row[8]})
    found = [made.item(row, 0, 0, None, row[3]) for row in rows]
    return [one for one in found if people is None or not frozenset(people).isdisjoint(one.people)]


@faults.reads
def people(store: Store) -> list[Person]:
    """The colleagues who are still there, in the order in which they came."""
    rows = store.read().execute(
        "SELECT id, coalesce(nullif(short, ''), name), coalesce(\"left\", 0) FROM user ORDER BY n"
    )
    return [Person(id, name or "", at) for at, (id, name, left) in enumerate(rows) if not left]


_Row = tuple[Any, ...]
_Found = tuple[_Row, int, int, int | None, str | None]
"""A row, where the item begins and ends (ms), the time of a repeating one, its state."""


def _rows(store: Store, since: int, until: int) -> Iterator[_Found]:
    """What the tables have for a window, a question for each kind."""
    connection = store.read()
    # Which index finds few of very many is told: nearly all are neither long nor repeating. Repeating ones come by a
    # question of their own.
    single = f"{_TAKEN}INDEXED BY ix_activity_start WHERE start >= ? AND start < ? AND repeats IS NULL AND long IS NULL{_KEPT}"
    for row in connection.execute(single, (since - agenda.DAY, until)).fetchall():
        end = _end(row)
        if end > since or row[4] >= since:
            yield row, row[4], end, None, row[3]
    longer = _SELECT + '+start < ? AND "end" > ? AND long = 1 AND repeats IS NULL' + _KEPT
    for row in connection.execute(longer, (until, since)).fetchall():
        yield row, row[4], _end(row), None, row[3]
    again = f"{_TAKEN}INDEXED BY ix_activity_repeats WHERE repeats > '' AND start < ?{_KEPT}"
    rows = connection.execute(again, (until,)).fetchall()
    taken = single_times(store, [row[0] for row in rows])
    for row in rows:
        yield from _times(row, since, until, taken.get(row[0], frozenset()))


def _end(row: _Row) -> int:
    start, end = int(row[4]), row[6]
    return start + round(SHORT.total_seconds() * 1000) if end is None else max(int(end), start)


def _times(row: _Row, since: int, until: int, taken: Collection[int]) -> Iterator[_Found]:
    """The times of a repeating activity inside a window, those left out and those that stand alone left out."""
    out = repeats.left_out(row[14])
    length = _end(row) - int(row[4])
    through = row[15]
    found = repeats.between(row[4], row[5], row[13], max(since - length, row[4]), until)
    for at in found[:MOST_TIMES]:
        if at in out or at in taken or (at + length <= since and at < since):
            continue
        dealt_with = row[3] == agenda.PLANNED and through is not None and at <= through
        yield row, at, at + length, at, agenda.DONE if dealt_with else row[3]


_ATTENDED = (
    "SELECT t.parent, t.user FROM activity a INDEXED BY ix_activity_start CROSS JOIN attendee t ON t.parent = a.id"
    " WHERE a.start >= ? AND a.start < ? AND t.user IS NOT NULL ORDER BY t.n"
)


class _Maker:
    """Makes items of rows, with the names and people they point at, read at once for all: those of these ids, and
    those that begin in a window (ms), which are told without naming each."""

    def __init__(
        self,
        store: Store,
        ids: Sequence[bytes],
        customers: set[bytes],
        window: tuple[int, int] | None = None,
    ) -> None:
        self._names = store.reader().linked("customer", customers)
        self._rooms = {
            id: (name or "", single != 0)
            for id, name, single in store.read().execute("SELECT id, name, single FROM resource")
        }
        self._title_of = store.schema.title_of
        self._kinds: dict[str | None, str] = {}
        self._moments: dict[int, dt.datetime] = {}  # a month has few beginnings beside its thousands of items
        self._with: dict[bytes, list[bytes]] = {}
        sql = "SELECT parent, user FROM attendee WHERE parent IN (?) AND user IS NOT NULL ORDER BY n"
        found = [*rows_of(store.read(), sql, sorted(set(ids)))]
        if window is not None:
            found += store.read().execute(_ATTENDED, window).fetchall()
        for parent, user in found:
            self._with.setdefault(parent, []).append(user)

    def _title(self, kind: str | None) -> str:
        """What an activity without a subject is called: by its kind."""
        if kind not in self._kinds:
            self._kinds[kind] = self._title_of("activity", {"subject": None, "kind": kind})
        return self._kinds[kind]

    def item(self, row: _Row, start: int, end: int, instance: int | None, state: str | None) -> Item:
        """The item of a row."""
        room_name, single = self._rooms.get(row[11], ("", False))
        owner = (row[9],) if row[9] else ()
        others = tuple(user for user in self._with.get(row[0], ()) if user != row[9])
        return Item(
            row[0],
            row[1] or self._title(row[2]),
            row[2] or "other",
            state or agenda.PLANNED,
            self._moment(start),
            self._moment(end),
            bool(row[7]),
            None if instance is None else self._moment(instance),
            owner + others,
            row[8],
            self._names.get(row[8]) or "",
            row[10] or "",
            row[11],
            room_name,
            single,
            bool(row[12]),
            bool(row[13]),
            row[17] or "",
            row[9] is not None,
            None if row[4] is None or row[6] is None else (row[4], row[6]),
            row[16],
        )

    def _moment(self, at: int) -> dt.datetime:
        made = self._moments.get(at)
        if made is None:
            made = self._moments[at] = moment(at)
        return made


# ---- clashes


def clashes(found: Sequence[Item], *, settled: bool = False) -> list[Clash]:
    """Which items want the same person, or the same room for one at a time, in order of time; the rule is that of
    `store/clashes.py`. settled: also those that somebody accepted."""
    of: dict[tuple[bytes, int], Item] = {}
    wanted = []
    for item in found:
        taken = _taken(item)
        if taken is not None:
            of[taken.id, taken.start] = item
            wanted.append(taken)
    pairs = rule.overlapping(wanted, settled=settled)
    made = [
        _clash(of[one.id, one.start], of[other.id, other.start]) for one, other in islice(pairs, MOST_CLASHES)
    ]
    return sorted(made, key=lambda clash: (clash.since, clash.one.start))


def _taken(item: Item) -> rule.Taken | None:
    """Whom and what an item takes; None where it blocks no time."""
    if item.all_day or item.free or item.state != agenda.PLANNED or item.of is None:
        return None
    room = item.room if item.single else None
    start, end = item.of if item.instance is None else (ms(item.start), ms(item.end))
    people = item.people if item.is_owned else (None, *item.people)
    return rule.Taken(item.id, start, end, people, room, item.settled, *item.of)


def _clash(one: Item, other: Item) -> Clash:
    who = (
        one.owner if one.owner in other.people else next(filter(other.people.__contains__, one.people), None)
    )
    return Clash(one, other, who, max(one.start, other.start), min(one.end, other.end))


# ---- what a drag does


def placed(
    store: Store, kind: str, start: dt.datetime, end: dt.datetime | None, *, all_day: bool
) -> dict[str, Any]:
    """The values that put an activity at a time, with its usual length where `end` is None."""
    zone = zones.here() or None
    if end is None and all_day:
        end = activities.day_after(start, zone)
    if end is None:
        habit = activities.habits(store).get(kind, activities.USUAL["other"])
        end = start + dt.timedelta(minutes=habit.minutes or 30)
    activities.refuse_backwards(start, end)
    return {"start": start, "end": end, "start_zone": zone, "all_day": all_day}


def move(
    store: Store,
    id: bytes,
    start: dt.datetime,
    end: dt.datetime | None = None,
    *,
    all_day: bool = False,
    owner: bytes | None = None,
) -> None:
    """Put an activity at another time, as one step. end: None = as long as is usual. owner: given to them, too."""
    record = activities.there(store, id)
    values = placed(store, record["kind"] or "task", start, end, all_day=all_day)
    if owner is not None:
        values["owner_user"] = owner
    if record["start"] is None and not record["reminders"]:
        values["reminders"] = activities.whole(store, {"kind": record["kind"], **values})["reminders"]
    with store.step(N_("Activity moved: {name}"), name=record["subject"] or "") as step:
        step.update("activity", id, values)
        activities.tell_colleagues(step, store, id, activities.people_of(record))


_COPIED = ("subject", "kind", "customer", "owner_user", "place", "room", "free", "text", "people")


def copy(
    store: Store,
    id: bytes,
    start: dt.datetime,
    end: dt.datetime | None = None,
    *,
    all_day: bool = False,
    owner: bytes | None = None,
) -> bytes:
    """Plan the same once more at another time; the id of the new one. Its reminders go along, unless whole days
    become hours or the other way round."""
    record = activities.there(store, id)
    values = {name: record[name] for name in _COPIED if record[name] not in (None, "", [])}
    if "people" in values:
        values["people"] = [
            {name: row[name] for name in ("contact", "user") if row.get(name)} for row in values["people"]
        ]
    if owner is not None:
        values["owner_user"] = owner
    if record["start"] is not None and bool(record["all_day"]) == all_day:
        values["reminders"] = [{"before": row["before"]} for row in record["reminders"] or ()]
    values |= placed(store, record["kind"] or "task", start, end, all_day=all_day)
    with store.step(N_("Activity copied: {name}"), name=record["subject"] or "") as step:
        made = activities.add(step, store, values)
        activities.tell_colleagues(step, store, made, set())
    return made


def delete(store: Store, id: bytes) -> None:
    """Take an activity away; the recycle bin keeps it."""
    record = store.reader().record("activity", id)
    if record is None:
        return
    with store.step(N_("Activity deleted: {name}"), name=record["subject"] or "") as step:
        step.delete("activity", id)
