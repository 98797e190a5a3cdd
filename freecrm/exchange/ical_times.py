"""When an event of a calendar file is: its beginning and end in UTC with the zone they were meant in, and its repeats."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from freecrm.core import repeats
from freecrm.core.agenda import zone_of
from freecrm.core.spans import ms
from freecrm.core.words import N_, Said, say
from freecrm.exchange.ical_lines import Part, Prop
from freecrm.exchange.ical_rules import Unfit, rule_of
from freecrm.exchange.ical_zones import Zones

EARLIEST, LATEST = 1900, 2199
"""Years that a calendar is kept for."""

_LENGTH = re.compile(r"([+-])?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.I)
_WHEN = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2})(?::?(\d{2}))?(?:\.\d+)?(Z)?)?", re.I)


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for a whole file. here: the zone that floating times are meant in. cancelled: all of it is called off."""

    zones: Zones
    here: str
    cancelled: bool = False


@dataclass(slots=True)
class When:
    """A time of the file. moment: in UTC. whole: a day without a time."""

    moment: dt.datetime
    zone: str
    whole: bool
    wall: dt.datetime


class Times:
    """The times of one component. notes: what of them had to be taken otherwise than it says."""

    def __init__(self, part: Part, of: Setting) -> None:
        self.part, self.of = part, of
        self.notes: list[Said] = []

    def span(self) -> tuple[When | None, dt.datetime | None]:
        """When it begins and ends; (None, None) where the file names no time. Raises Unfit."""
        part = self.part
        begins, ends = part.first("DTSTART"), part.first("DUE" if self.part.is_task else "DTEND")
        if begins is None and not self.part.is_task:
            raise Unfit(say(N_("It has no beginning (DTSTART).")))
        start = None if begins is None else self.when(begins)
        end = None if ends is None or not ends.value.strip() else self.when(ends, start)
        first = start or end
        return (None, None) if first is None else (first, self._end(first, end, ends))

    def _end(self, start: When, end: When | None, prop: Prop | None) -> dt.datetime:
        length = self.part.first("DURATION")
        if end is None and length is not None:
            return start.moment + length_of(length)
        if end is None or (end is start and not start.whole):
            return self._midnight_after(start) if start.whole else start.moment
        if start.whole and end.whole:
            # DTEND of a whole day is the day after it, a task is due on its day; some write the day itself
            moment = self._midnight_after(end) if self.part.is_task or end.wall <= start.wall else end.moment
        else:
            moment = end.moment
        if moment < start.moment or (end.whole and end.wall < start.wall):
            what = N_("It ends at {end}, before it begins at {start}.")
            shown = {"start": _shown(start.wall, start.whole), "end": _shown(end.wall, end.whole)}
            raise Unfit(say(what, **shown), prop.line if prop else 0)
        return moment

    def _midnight_after(self, when: When) -> dt.datetime:
        day = when.wall.replace(hour=0, minute=0, second=0) + dt.timedelta(days=1)
        return day.replace(tzinfo=zone_of(when.zone)).astimezone(dt.UTC)

    def when(self, prop: Prop, like: When | None = None) -> When:
        """The time that a line names, in the zone of `like` where it names none. Raises Unfit."""
        return self._moment(prop, prop.value, like)

    def _moment(self, prop: Prop, text: str, like: When | None = None) -> When:
        found = _WHEN.fullmatch(text.strip())
        if found is None:
            what = N_("{name} says “{text}”, which is no date.")
            raise Unfit(say(what, name=prop.name, text=text.strip()[:60]), prop.line)
        year, month, day, hour, minute, second, utc = found.groups()
        if not EARLIEST <= int(year) <= LATEST:
            what = N_("{name} lies in the year {year}; calendars are kept from {first} to {last}.")
            figures = {"name": prop.name, "year": int(year), "first": EARLIEST, "last": LATEST}
            raise Unfit(say(what, **figures), prop.line)
        try:
            clock = dt.time(int(hour or 0), int(minute or 0), min(int(second or 0), 59))
            wall = dt.datetime.combine(dt.date(int(year), int(month), int(day)), clock)
        except ValueError:
            what = N_("{name} says “{text}”, a day or time that there isn't.")
            raise Unfit(say(what, name=prop.name, text=text.strip()[:60]), prop.line) from None
        whole = hour is None
        if utc:
            moment = wall.replace(tzinfo=dt.UTC)
            # a rule of times in UTC means the weekdays of UTC; we write UTC only where UTC was meant
            meant = self.part.first("RRULE") or self.part.first("X-FREECRM-KIND")
            own = "UTC" if prop.name == "DTSTART" and meant is not None else self.of.here
            zone = (like.zone if like is not None else "") or own
            return When(moment, zone, False, moment.astimezone(zone_of(zone)).replace(tzinfo=None))
        zone = self.of.here if whole else self._zone(prop)
        return When(wall.replace(tzinfo=zone_of(zone)).astimezone(dt.UTC), zone, whole, wall)

    def _zone(self, prop: Prop) -> str:
        tzid = prop.params.get("TZID", "")
        if not tzid:
            return self.of.here
        found = self.of.zones.of(tzid)
        if found:
            return found
        what = N_("There is no time zone “{zone}”; its times were taken on this computer's clock ({here}).")
        note = say(what, zone=tzid[:60], here=self.of.here or "?")
        if note not in self.notes:
            self.notes.append(note)
        return self.of.here

    def repeats(self, start: When) -> dict[str, Any]:
        """The rule and what it leaves out, as an activity keeps them."""
        prop = self.part.first("RRULE")
        rule, note = ("", None) if prop is None else rule_of(prop.value, start.zone, whole=start.whole)
        if note is not None:
            self.notes.append(note)
        if rule and next(iter(islice(repeats.times(ms(start.moment), start.zone, rule), 1, 2)), None) is None:
            asked = repeats.parse(rule)[0]
            if asked is not None and asked.is_endless:
                what = N_(
                    "Its repetition “{rule}” names a day that never comes; it stands once, at its beginning."
                )
                self.notes.append(say(what, rule=prop.value.strip()[:80] if prop is not None else ""))
                rule = ""
        if not rule:
            return {"repeats": None, "skipped": None}
        out = sorted(set(self.dates("EXDATE", start)))
        return {"repeats": rule, "skipped": " ".join(map(str, out)) or None}

    def dates(self, name: str, start: When) -> Iterator[int]:
        """The times (ms) that all lines of this name hold. Raises Unfit."""
        for prop in self.part.props:
            if prop.name != name:
                continue
            for text in filter(str.strip, prop.value.split(",")):
                one = self._moment(prop, text.partition("/")[0], start)
                yield ms(self._at(one, start))

    def _at(self, when: When, start: When) -> dt.datetime:
        """A time of a series: one that is named by its day only is at the hour of the series, and the other way."""
        if when.whole == start.whole:
            return when.moment
        clock = dt.time() if start.whole else start.wall.time()
        wall = dt.datetime.combine(when.wall.date(), clock)
        return wall.replace(tzinfo=zone_of(start.zone)).astimezone(dt.UTC)

    def instance(self, start: When | None) -> int | None:
        """Which time (ms) of a series it stands in place of. Raises Unfit."""
        prop = self.part.first("RECURRENCE-ID")
        if prop is None:
            return None
        if prop.params.get("RANGE", "").upper() == "THISANDFUTURE":
            self.notes.append(say(N_("It changes all later times as well; only this one time was changed.")))
        return ms(self.when(prop, start).moment)


def length_of(prop: Prop) -> dt.timedelta:
    """The length of time that a line names. Raises Unfit."""
    found = _LENGTH.fullmatch(prop.value.strip())
    if found is None or len(prop.value) > 40:
        what = N_("{name} says “{text}”, which is no length of time.")
        raise Unfit(say(what, name=prop.name, text=prop.value.strip()[:60]), prop.line)
    weeks, days, hours, minutes, seconds = (int(one or 0) for one in found.groups()[1:])
    whole = ((weeks * 7 + days) * 24 + hours) * 3600 + minutes * 60 + seconds
    if whole > 20 * 366 * 86400:
        what = N_("{name} says “{text}”, longer than twenty years.")
        raise Unfit(say(what, name=prop.name, text=prop.value.strip()[:60]), prop.line)
    return dt.timedelta(seconds=-whole if found[1] == "-" else whole)


def _shown(wall: dt.datetime, whole: bool) -> str:
    return wall.strftime("%Y-%m-%d" if whole else "%Y-%m-%d %H:%M")


def is_time(text: str) -> bool:
    """Whether a text is a time as calendar files write them."""
    return _WHEN.fullmatch(text.strip()) is not None
