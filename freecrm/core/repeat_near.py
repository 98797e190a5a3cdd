"""The times of a daily or weekly rule in a few weeks, by arithmetic alone: what is asked of hundreds of rules at once.

    repeat_near.times(start, zone, rule, since, until)     the same moments as `repeats.times`, or None: ask that one

Where a clock keeps its distance from UTC over the whole stretch of time, what comes every day or week comes every so
many milliseconds. Anything else (months, moons, summer time beginning in between, parts that choose) is not for here.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from freecrm.core import repeat_days
from freecrm.core.agenda import DAY
from freecrm.core.repeat_rule import DAILY, WEEKLY, Rule

LONGEST = 60 * DAY
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LATEST = round((dt.datetime(repeat_days.LATEST - 1, 1, 1, tzinfo=dt.UTC) - _EPOCH).total_seconds()) * 1000
_MONDAY = 4 * DAY  # the first Monday after the epoch
_END = 1 << 62


def times(start: int, zone: str | None, rule: Rule, since: int, until: int) -> list[int] | None:
    """The beginnings (ms UTC) from `since` on, before `until`; None where arithmetic alone doesn't tell."""
    known = _known(start, zone or "", rule)
    if known is None or until > _LATEST or until - since > LONGEST:
        return None
    first, last, wall_last, steps, span = known
    if until <= start or since > last:
        return []
    now = _away(zone or "", since // DAY - 1)
    if now is None or any(_away(zone or "", day) != now for day in range(since // DAY, until // DAY + 3)):
        return None
    begin, end = max(since, start + 1) + now, min(until, wall_last + 1 - now, last + 1) + now
    found = []
    for step in steps:
        # the first one of these that is neither before the window nor before the rule has begun
        lowest = max(begin, first + 1)
        at = step + -(-(lowest - step) // span) * span
        while at < end:
            found.append(at - now)
            at += span
    if since <= start < until:
        found.append(start)
    return sorted(set(found))


_Known = tuple[int, int, int, tuple[int, ...], int]
"""Wall time (ms) of the beginning; the last moment and the last wall time that count; where
on the wall each day of the rule begins to count; and how far apart its times are."""


@lru_cache(maxsize=8192)
def _known(start: int, zone: str, rule: Rule) -> _Known | None:
    choosing = (rule.by_month, rule.by_week, rule.by_year_day, rule.by_month_day, rule.by_place)
    clocks = (rule.by_hour, rule.by_minute, rule.by_second)
    if rule.freq not in (DAILY, WEEKLY) or any(choosing) or any(clocks) or any(nth for nth, _ in rule.by_day):
        return None
    try:
        at = dt.datetime.fromtimestamp(start / 1000, dt.UTC).astimezone(ZoneInfo(zone))
        offset = at.utcoffset()
        last, wall_last = _ends(rule, at.replace(tzinfo=None))
    except (OSError, OverflowError, ValueError, LookupError):
        return None
    if offset is None or at.microsecond % 1000:
        return None
    first = start + round(offset.total_seconds() * 1000)
    clock, midnight = first % DAY, first - first % DAY
    days = sorted({day for _nth, day in rule.by_day})
    if rule.freq == DAILY:
        if days and rule.interval > 1:
            return None
        if not days:
            return first, last, wall_last, (first,), rule.interval * DAY
        monday = midnight - (midnight - _MONDAY) % (7 * DAY)
        return first, last, wall_last, tuple(monday + day * DAY + clock for day in days), 7 * DAY
    begin = midnight - ((midnight - _MONDAY) // DAY - rule.week_start) % 7 * DAY
    weekday = (midnight - _MONDAY) // DAY % 7
    of_week = [(day - rule.week_start) % 7 for day in days or (weekday,)]
    return (
        first,
        last,
        wall_last,
        tuple(begin + day * DAY + clock for day in of_week),
        7 * rule.interval * DAY,
    )


def _ends(rule: Rule, first: dt.datetime) -> tuple[int, int]:
    """The last moment (UTC) and the last time of the wall (both ms) that count."""
    if isinstance(rule.until, dt.datetime) and rule.until.tzinfo is not None:
        return round(rule.until.timestamp() * 1000), _END
    end = repeat_days.end(rule, first)
    if end is None:
        return _END, _END
    return _END, (end.replace(tzinfo=dt.UTC) - _EPOCH) // dt.timedelta(milliseconds=1)


@lru_cache(maxsize=16384)
def _away(zone: str, day: int) -> int | None:
    """How far (ms) the clock of a zone is from UTC when a day since 1970 begins there; None for no zone."""
    try:
        offset = (_EPOCH + dt.timedelta(days=day)).astimezone(ZoneInfo(zone)).utcoffset()
    except (OSError, OverflowError, ValueError, LookupError):
        return None
    return None if offset is None else round(offset.total_seconds() * 1000)
