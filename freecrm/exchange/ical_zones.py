"""Which zone of the tz database a calendar file means: by its name, Windows' name for it, or its own definition."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from freecrm.exchange.ical_lines import Part

_FIRST = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Tokyo", "Asia/Singapore", "Europe/Berlin", "Europe/London",
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Australia/Sydney",
)  # fmt: skip
"""Of zones whose clocks go alike one of these is meant."""
_CLOCK = re.compile(r"([+-])(\d{2}):?(\d{2})(?::?\d{2})?")
_UTC = {"utc", "gmt", "z", "etc/utc", "tzone://microsoft/utc", "coordinated universal time"}


def named(tzid: str) -> str:
    """The zone of that name; "" when the name alone doesn't tell. Knows Windows' names and the prefixes that
    programs put before a name (`/mozilla.org/20050126_1/Europe/Berlin`)."""
    name = tzid.strip().strip('"')
    if name.lower() in _UTC:
        return "UTC"
    pieces = [piece for piece in name.split("/") if piece]
    for at in range(max(0, len(pieces) - 3), len(pieces)):
        found = _known("/".join(pieces[at:]))
        if found and (at or "/" in found or len(pieces) == 1):
            return found
    return _of_windows(name)


@lru_cache(maxsize=256)
def _known(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (OSError, ValueError, LookupError):
        return ""


@lru_cache(maxsize=256)
def _of_windows(name: str) -> str:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    plain = " ".join(name.split())
    if plain in WINDOWS_TO_OLSON:
        return _known(WINDOWS_TO_OLSON[plain])
    # Outlook in Chinese writes «(UTC+08:00) 北京，重庆，香港特别行政区，乌鲁木齐»
    if re.search(r"北京|重庆|乌鲁木齐|Beijing|Chongqing|中国标准时间", plain):
        return "Asia/Shanghai"
    return ""


class Zones:
    """The zones that one file defines, by their names there."""

    def __init__(self) -> None:
        self.defined: dict[str, Part] = {}
        self._found: dict[str, str] = {}

    def add(self, part: Part) -> None:
        """A VTIMEZONE of the file."""
        tzid = part.first("TZID")
        if tzid is not None:
            self.defined[tzid.value.strip().strip('"')] = part

    def of(self, tzid: str) -> str:
        """The name of the zone that is meant; "" where nobody can tell."""
        name = tzid.strip().strip('"')
        if name not in self._found:
            self._found[name] = named(name) or self._by_definition(name)
        return self._found[name]

    def _by_definition(self, name: str) -> str:
        part = self.defined.get(name)
        if part is None:
            return ""
        lic = part.first("X-LIC-LOCATION")
        if lic is not None and named(lic.value):
            return named(lic.value)
        return _alike(part)


def _alike(part: Part) -> str:
    """The zone whose clock goes as a VTIMEZONE says, looked at in the middle of each month of two years."""
    turns = [turn for turn in (_turn(one) for one in part.parts) if turn is not None]
    if not turns:
        return ""
    year, noon = dt.datetime.now(dt.UTC).year, dt.time(12)
    days = [
        dt.datetime.combine(dt.date(y, month, 15), noon) for y in (year - 1, year) for month in range(1, 13)
    ]
    wanted = [_offset(turns, day) for day in days]
    if None in wanted:
        return ""
    for name in (*_FIRST, *sorted(available_timezones())):
        zone = ZoneInfo(name)
        if all(zone.utcoffset(day) == offset for day, offset in zip(days, wanted, strict=True)):
            return name
    return ""


Turn = tuple[dt.datetime, str, dt.timedelta]
"""Since when, by which rule, what is added to UTC from then on."""


def _turn(part: Part) -> Turn | None:
    start, to = part.first("DTSTART"), part.first("TZOFFSETTO")
    clock = _CLOCK.fullmatch(to.value.strip()) if to is not None else None
    if start is None or clock is None:
        return None
    try:
        first = dt.datetime.fromisoformat(start.value.strip()[:15])
    except ValueError:
        return None
    offset = dt.timedelta(hours=int(clock[2]), minutes=int(clock[3]))
    rule = part.first("RRULE")
    return first, rule.value if rule is not None else "", -offset if clock[1] == "-" else offset


def _offset(turns: list[Turn], day: dt.datetime) -> dt.timedelta | None:
    """What the latest turn before a day says."""
    from dateutil.rrule import rrulestr

    latest: tuple[dt.datetime, dt.timedelta] | None = None
    for first, rule, offset in turns:
        when: dt.datetime | None = first if first <= day else None
        if rule and when is not None:
            # a rule from 1601 on, as Windows has them, would be walked for centuries
            near = (
                first.replace(year=max(first.year, day.year - 2))
                if (first.month, first.day) != (2, 29)
                else first
            )
            try:
                when = rrulestr(re.sub(r"UNTIL=(\d{8}T\d{6})Z", r"UNTIL=\1", rule), dtstart=near).before(
                    day, inc=True
                )
            except (ValueError, TypeError, KeyError):
                when = first
        if when is not None and (latest is None or when > latest[0]):
            latest = when, offset
    if latest is None:
        return turns[0][2] if len(turns) == 1 else None
    return latest[1]
