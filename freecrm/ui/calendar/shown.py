"""What a calendar shows: read off the drawing path as one answer, then turned by the page into what views paint."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from freecrm.core import agenda, zones
from freecrm.store import activities, calendar
from freecrm.store.activities import Habit
from freecrm.store.calendar import Clash, Item, Key, Person
from freecrm.store.database import Store
from freecrm.ui.calendar.daymarks import DayMark, hours_of, marks_of

DAY = dt.timedelta(days=1)
MINUTES = 24 * 60
_MIDNIGHT = dt.time()


class Clock:
    """The clock on the wall where this computer stands: views think in it, the store in UTC."""

    def __init__(self) -> None:
        self.zone = agenda.zone_of(zones.here())
        self._walls: dict[dt.datetime, dt.datetime] = {}

    def wall(self, moment: dt.datetime) -> dt.datetime:
        """What the clock shows at a moment in UTC, without a zone."""
        shown = self._walls.get(moment)
        if shown is None:  # many items begin at the same moment
            shown = self._walls[moment] = moment.astimezone(self.zone).replace(tzinfo=None)
        return shown

    def utc(self, wall: dt.datetime) -> dt.datetime:
        """When the clock shows that; an hour that summer time leaves out is the one after it."""
        return wall.replace(tzinfo=self.zone).astimezone(dt.UTC)

    def offset(self, day: dt.date) -> str:
        """How far a day's noon is from UTC: GMT+8."""
        away = dt.datetime.combine(day, dt.time(12), tzinfo=self.zone).utcoffset() or dt.timedelta()
        minutes = round(away.total_seconds() / 60)
        hours, rest = divmod(abs(minutes), 60)
        return f"GMT{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


class Laid(NamedTuple):
    """An item on the clock of the wall. first, last: its days; what ends at midnight was over on the day before.
    in_band: it stands above the hours: whole days, and what lasts a day or longer."""

    item: Item
    start: dt.datetime
    end: dt.datetime
    first: dt.date
    last: dt.date
    in_band: bool


def laid(item: Item, start: dt.datetime, end: dt.datetime) -> Laid:
    """An item at a time of the wall."""
    first, last = start.date(), end.date()
    if last <= first:
        return Laid(item, start, end, first, first, item.all_day)
    if end.time() == _MIDNIGHT:
        last -= DAY
    return Laid(item, start, end, first, last, item.all_day or end - start >= DAY)


@dataclass
class Seen:
    """The answer of one reading. since, until: the days that were read, the last one not included. laid: the items
    on the clock of the wall. of_month: the day on which each item of the small month begins, and whose it is."""

    since: dt.date
    until: dt.date
    items: list[Item] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    waiting: list[Item] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    habits: dict[str, Habit] = field(default_factory=dict)
    marks: dict[dt.date, DayMark] = field(default_factory=dict)
    hours: tuple[int, int] = (9 * 60, 18 * 60)
    laid: list[Laid] = field(default_factory=list)
    of_month: list[tuple[dt.date, tuple[bytes, ...]]] = field(default_factory=list)

    def counts(self) -> dict[bytes, int]:
        """How many of the items each person has."""
        return Counter(person for item in self.items for person in item.people)

    def waits(self, people: frozenset[bytes] | None) -> list[Item]:
        """What has no time yet, of these people (None = of everybody)."""
        return [one for one in self.waiting if people is None or not people.isdisjoint(one.people)]

    def dots(self, people: frozenset[bytes] | None) -> dict[dt.date, int]:
        """How many items of these people begin on each day of the small month."""
        return Counter(day for day, whose in self.of_month if people is None or not people.isdisjoint(whose))


def weeks_of(month: dt.date) -> tuple[dt.date, dt.date]:
    """The six weeks in which a month is drawn, from a Monday to the Monday behind them."""
    first = month.replace(day=1)
    since = first - first.weekday() * DAY
    return since, since + 42 * DAY


def read(store: Store, since: dt.date, until: dt.date, month: dt.date) -> Seen:
    """Read everything that a calendar shows of these days. month: one of the small month."""
    clock = Clock()
    spans = ((since, until), weeks_of(month))
    begins = [clock.utc(dt.datetime.combine(first, dt.time())) for first, _last in spans]
    ends = [clock.utc(dt.datetime.combine(last, dt.time())) for _first, last in spans]
    if begins[0] <= ends[1] and begins[1] <= ends[0]:  # the days lie in the month, or the other way round
        every = calendar.items(store, min(begins), max(ends))
        found, of_month = (
            [one for one in every if one.start < end and (one.end > begin or one.start >= begin)]
            for begin, end in zip(begins, ends, strict=True)
        )
    else:
        found, of_month = (calendar.items(store, begin, end) for begin, end in zip(begins, ends, strict=True))
    return Seen(
        since,
        until,
        found,
        calendar.people(store),
        calendar.unscheduled(store),
        calendar.clashes(found),
        activities.habits(store),
        marks_of(store, since, until),
        hours_of(store),
        laid=[laid(item, clock.wall(item.start), clock.wall(item.end)) for item in found],
        of_month=[(clock.wall(item.start).date(), item.people) for item in of_month],
    )


@dataclass
class Shown:
    """What views paint: the items of the people chosen, in the order of time. now: the moment of drawing.

    names: people by id. places: by which they have a colour. clashing: keys of what clashes. clashes: how many clashes
    that nobody accepted they have."""

    clock: Clock = field(default_factory=Clock)
    laid: list[Laid] = field(default_factory=list)
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    people: list[Person] = field(default_factory=list)
    clashing: frozenset[Key] = frozenset()
    habits: dict[str, Habit] = field(default_factory=dict)
    marks: dict[dt.date, DayMark] = field(default_factory=dict)
    hours: tuple[int, int] = (9 * 60, 18 * 60)
    clashes: int = 0

    def __post_init__(self) -> None:
        self.names = {person.id: person.name for person in self.people}
        self.places = {person.id: person.place for person in self.people}
        self.by_key = {(laid.item.id, laid.item.instance): laid for laid in self.laid}

    @property
    def today(self) -> dt.date:
        """The day that it is."""
        return self.clock.wall(self.now).date()

    def mark(self, day: dt.date) -> DayMark:
        """What is said of a day."""
        return self.marks.get(day) or DayMark(works=day.weekday() < 5)

    def icon(self, item: Item) -> str:
        """The sign of its kind."""
        return self.habits[item.kind].icon if item.kind in self.habits else "calendar"


def choose(seen: Seen, people: Collection[bytes] | None) -> Shown:
    """What is seen of the people chosen (None = everybody, and what is nobody's)."""
    wanted = None if people is None else frozenset(people)
    found = [one for one in seen.laid if wanted is None or not wanted.isdisjoint(one.item.people)]
    clashing = frozenset(one.key for clash in seen.clashes for one in (clash.one, clash.other))
    keys = {one.item.key for one in found}
    return Shown(
        Clock(),
        found,
        dt.datetime.now(dt.UTC),
        seen.people,
        clashing,
        seen.habits,
        seen.marks,
        seen.hours,
        clashes=sum(clash.one.key in keys or clash.other.key in keys for clash in seen.clashes),
    )
