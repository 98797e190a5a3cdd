"""One activity for each of many customers: their own name in it, spread over days, one step with one way back.

wanted = Wanted("call", "Call {name}", first=day, a_day=20)
plan_many.look(store, numbers, wanted)      the first of them, as they would be
plan_many.apply(store, numbers, wanted)     puts them in; how many
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from freecrm.core import agenda, workdays, zones
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store import activities
from freecrm.store.reader import Reader

if TYPE_CHECKING:
    from freecrm.store.database import Store

ENTITY = "customer"
NAME = "{name}"
"""What stands in a subject for the customer's name."""
SAMPLES, BLOCK = 5, 500
FARTHEST = 3650
"""Days from the first one that a spread may reach."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """subject: with {name} where the customer's name belongs. first: the day they begin. clock: when the first of a
    day begins, one after the other in their usual length; None: the whole day. a_day: so many of each owner a day,
    0: all on the first. workdays: only on working days. owner: whose they are, None: of each customer's owner."""

    kind: str
    subject: str
    first: dt.date
    clock: dt.time | None = None
    a_day: int = 0
    workdays: bool = True
    owner: bytes | None = None
    text: str = ""


class Sample(NamedTuple):
    """One of them: of whom, what, when, whose."""

    name: str
    subject: str
    day: dt.date
    start: dt.datetime
    all_day: bool
    owner: str


def look(store: Store, numbers: Sequence[int], wanted: Wanted) -> list[Sample]:
    """The first few as they would be. Known when it can't be done."""
    _refuse(wanted)
    made = list(islice(chain.from_iterable(_blocks(store.reader(), store, numbers, wanted)), SAMPLES))
    owners = store.reader().titles("user", {one["owner_user"] for _name, one in made if one["owner_user"]})
    zone = zones.here() or None
    return [
        Sample(
            name,
            one["subject"],
            activities.day_of(one["start"], zone),
            one["start"],
            bool(one["all_day"]),
            owners.get(one["owner_user"], ""),
        )
        for name, one in made
    ]


def apply(store: Store, numbers: Sequence[int], wanted: Wanted, progress: Progress | None = None) -> int:
    """Put in one activity for each of these customers, as one step; how many. Known when it can't be done, then
    there is none."""
    _refuse(wanted)
    count = 0
    with store.step(N_("Plan {n} activities"), n=0) as step:
        step.progress = progress
        for block in _blocks(Reader(store, None, step), store, numbers, wanted):
            for _name, values in block:
                step.insert("activity", values)
            count += len(block)
            if progress is not None:
                progress.tell(count, len(numbers))
        step.figures["n"] = f"{count:,}"
    return count


def _refuse(wanted: Wanted) -> None:
    if not wanted.subject.strip():
        raise Known(say(N_("Say what is to be done. {name} stands for the customer's name."), name=NAME))


def _blocks(
    reader: Reader, store: Store, numbers: Sequence[int], wanted: Wanted
) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """(name of the customer, values of the activity), some hundred at a time."""
    habit = activities.habits(store).get(wanted.kind, activities.USUAL["other"])
    spread = Spread(wanted, habit.minutes, workdays.of(store).is_workday)
    before = activities.WHOLE_DAY if wanted.clock is None else habit.before
    for records in reader.blocks(ENTITY, numbers, {"name", "owner_user"}, BLOCK):
        block = []
        for record in records:
            owner = wanted.owner or record["owner_user"]
            start, end = spread.next(owner)
            name = str(record["name"] or "")
            values: dict[str, Any] = {
                "kind": wanted.kind,
                "subject": wanted.subject.strip().replace(NAME, name),
                "start": start,
                "end": end,
                "start_zone": spread.zone,
                "all_day": wanted.clock is None,
                "customer": record.id,
                "owner_user": owner,
                "text": wanted.text or None,
                "reminders": [] if before is None else [{"before": before}],
            }
            block.append((name, values))
        yield block


class Spread:
    """Gives each owner's activities their days and hours, one after the other."""

    def __init__(self, wanted: Wanted, minutes: int, works: Callable[[dt.date], bool]) -> None:
        self.wanted, self.minutes, self.works = wanted, max(minutes, 1), works
        self.zone = zones.here() or None
        self._count: Counter[bytes | None] = Counter()
        self._days = [self._working(wanted.first)]

    def next(self, owner: bytes | None) -> tuple[dt.datetime, dt.datetime]:
        """Beginning and end of the owner's next one."""
        nth = self._count[owner]
        self._count[owner] += 1
        day, place = divmod(nth, self.wanted.a_day) if self.wanted.a_day else (0, nth)
        on = self._day(day)
        if self.wanted.clock is None:
            start = activities.midnight(on, self.zone)
            return start, activities.midnight(on + dt.timedelta(days=1), self.zone)
        at = agenda.zone_of(self.zone)
        start = dt.datetime.combine(on, self.wanted.clock, at).astimezone(dt.UTC)
        start += dt.timedelta(minutes=self.minutes * place)
        return start, start + dt.timedelta(minutes=self.minutes)

    def _day(self, nth: int) -> dt.date:
        while len(self._days) <= nth:
            self._days.append(self._working(self._days[-1] + dt.timedelta(days=1)))
        found = self._days[nth]
        if (found - self.wanted.first).days > FARTHEST:
            raise Known(
                say(N_("That would take more than ten years. Plan more a day, or choose fewer customers."))
            )
        return found

    def _working(self, day: dt.date) -> dt.date:
        while self.wanted.workdays and not self.works(day):
            day += dt.timedelta(days=1)
        return day
