"""The days and wall times that a rule of repeats falls on, from any day on without walking there from the beginning.

Time is cut into the rule's periods (days, weeks, months, years; `INTERVAL` of them at once). Which period a day lies in
is arithmetic; what comes in a period follows from the rule alone. So a window of weeks costs the same however long ago
the rule began. Only `COUNT` has to be counted from the beginning: its end is worked out once and remembered.

Days that a month lacks don't happen (RFC 5545), with one exception, written down in `core/yearly.py`: what comes every
year on 29 February is kept on the 28th in other years.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from freecrm.core import lunar
from freecrm.core.repeat_rule import DAILY, LUNAR, MONTHLY, WEEKLY, Rule

LATEST = 2200
"""The year in which every rule is over."""
_EARLIEST_LUNAR = 1900
_DAY = dt.timedelta(days=1)

Wall = dt.datetime
"""A time on the clock of the wall: naive."""


def walls(rule: Rule, first: Wall, since: Wall | None = None) -> Iterator[Wall]:
    """The times from `since` on, in order. `first` is always one and counts as the first (RFC 5545, 3.8.5.3), also
    where the rule doesn't hit it. Ends with `COUNT`, a day or wall time `UNTIL` (one in UTC is the caller's), in 2200."""
    end = _end(rule, first)
    if since is None or first >= since:
        yield first
    for wall in hits(rule, first, first if since is None else max(since, first)):
        if end is not None and wall > end:
            return
        if wall > first:
            yield wall


def end(rule: Rule, first: Wall) -> Wall | None:
    """The last wall time that can count; None when the rule has no end of its own or one in UTC."""
    return _end(rule, first)


@lru_cache(maxsize=4096)
def _end(rule: Rule, first: Wall) -> Wall | None:
    if isinstance(rule.until, dt.datetime):
        return rule.until if rule.until.tzinfo is None else None
    if rule.until is not None:
        return dt.datetime.combine(rule.until, dt.time.max)
    return None if rule.count is None else _counted(rule, first)


def _counted(rule: Rule, first: Wall) -> Wall:
    left = (rule.count or 1) - 1  # the first one is counted
    if rule.freq == DAILY and rule.is_plain and not _clock_parts(rule):
        try:
            return first + rule.interval * left * _DAY
        except OverflowError:
            return dt.datetime.max  # noqa: DTZ901 - a wall time
    last = first
    for wall in hits(rule, first, first):
        if left <= 0:
            break
        if wall > first:
            last, left = wall, left - 1
    return last


def _clock_parts(rule: Rule) -> bool:
    return bool(rule.by_hour or rule.by_minute or rule.by_second)


def hits(rule: Rule, first: Wall, since: Wall) -> Iterator[Wall]:
    """What the rule hits from `since` on, whether or not it is counted."""
    clocks = _clocks(rule, first)
    if (
        rule.freq == DAILY
        and (rule.by_day or rule.by_month or rule.by_month_day)
        and _never(rule, first.date())
    ):
        return
    for days in _periods(rule, first.date(), since.date()):
        made = [dt.datetime.combine(day, clock) for day in days for clock in clocks]
        for wall in _placed(rule, made):
            if wall >= since:
                yield wall


@lru_cache(maxsize=4096)
def _never(rule: Rule, first: dt.date) -> bool:
    """Whether a daily rule has no day at all until 2200: found out once, not whenever somebody asks."""
    return next(_daily(rule, first, first), None) is None


def _clocks(rule: Rule, first: Wall) -> list[dt.time]:
    hours = rule.by_hour or (first.hour,)
    minutes = rule.by_minute or (first.minute,)
    seconds = sorted({min(second, 59) for second in rule.by_second}) or (first.second,)
    return [dt.time(h, m, s, first.microsecond) for h in hours for m in minutes for s in seconds]


def _placed(rule: Rule, made: list[Wall]) -> list[Wall]:
    if not rule.by_place:
        return made
    count = len(made)
    at = {place - 1 if place > 0 else count + place for place in rule.by_place}
    return [made[place] for place in sorted(at) if 0 <= place < count]


def _periods(rule: Rule, first: dt.date, since: dt.date) -> Iterator[list[dt.date]]:
    """The days of each period in order, beginning with the one that `since` lies in or one before it."""
    if rule.freq == DAILY:
        yield from _daily(rule, first, since)
    elif rule.freq == WEEKLY:
        yield from _weekly(rule, first, since)
    elif rule.freq == MONTHLY:
        number = first.year * 12 + first.month - 1
        away = max(since.year * 12 + since.month - 1 - number, 0)
        for month in range(number + away - away % rule.interval, LATEST * 12, rule.interval):
            yield _of_month(rule, first, month // 12, month % 12 + 1)
    elif rule.freq == LUNAR:
        yield from _by_moon(rule, first, since)
    else:
        away = max(since.year - first.year, 0)
        for year in range(first.year + away - away % rule.interval, LATEST, rule.interval):
            yield _of_year(rule, first, year)


def _daily(rule: Rule, first: dt.date, since: dt.date) -> Iterator[list[dt.date]]:
    weekdays = {(day + 1) % 7 for _nth, day in rule.by_day}  # as ordinals count them: 1 = Monday
    away = max((since - first).days, 0)
    number = first.toordinal() + away - away % rule.interval
    last = dt.date(LATEST, 1, 1).toordinal()
    while number < last:
        day = dt.date.fromordinal(number)
        if (
            rule.by_month and day.month not in rule.by_month
        ):  # the months that don't count are skipped at once
            gap = monthrange(day.year, day.month)[1] - day.day + 1
            number += -(-gap // rule.interval) * rule.interval
            continue
        if (not weekdays or number % 7 in weekdays) and _is_month_day(rule, day):
            yield [day]
        number += rule.interval


def _weekly(rule: Rule, first: dt.date, since: dt.date) -> Iterator[list[dt.date]]:
    begin = first.toordinal() - (first.weekday() - rule.week_start) % 7
    span = 7 * rule.interval
    away = max(since.toordinal() - begin, 0)
    days = sorted({(day - rule.week_start) % 7 for _nth, day in rule.by_day})
    days = days or [(first.weekday() - rule.week_start) % 7]
    last = dt.date(LATEST, 1, 1).toordinal()
    for week in range(begin + away - away % span, last, span):
        made = [dt.date.fromordinal(week + day) for day in days if week + day >= 1]
        yield [day for day in made if not rule.by_month or day.month in rule.by_month]


def _of_month(rule: Rule, first: dt.date, year: int, month: int) -> list[dt.date]:
    if rule.by_month and month not in rule.by_month:
        return []
    begin, count = dt.date(year, month, 1), monthrange(year, month)[1]
    if rule.by_month_day:
        days = _month_days(rule, year, month)
        wanted = set(_nth_days(rule, begin, count)) if rule.by_day else None
        return [day for day in days if wanted is None or day in wanted]
    if rule.by_day:
        return _nth_days(rule, begin, count)
    return [begin.replace(day=first.day)] if first.day <= count else []


def _of_year(rule: Rule, first: dt.date, year: int) -> list[dt.date]:
    begin = dt.date(year, 1, 1)
    count = 366 if monthrange(year, 2)[1] == 29 else 365
    if rule.by_year_day:
        numbers = sorted({one if one > 0 else count + one + 1 for one in rule.by_year_day})
        made = [begin + (one - 1) * _DAY for one in numbers if 1 <= one <= count]
        return _limited(rule, made, begin, count)
    if rule.by_week:
        return _limited(rule, _weeks(rule, first, year), begin, count)
    months = rule.by_month or (tuple(range(1, 13)) if rule.by_month_day or rule.by_day else (first.month,))
    if rule.by_month_day:
        made = [day for month in months for day in _month_days(rule, year, month)]
        return _limited(rule, made, begin, count)
    if rule.by_day and not rule.by_month:
        return _nth_days(rule, begin, count)
    if rule.by_day:
        return [
            day
            for month in months
            for day in _nth_days(rule, dt.date(year, month, 1), monthrange(year, month)[1])
        ]
    if rule.is_plain and (first.month, first.day) == (2, 29):
        return [dt.date(year, 2, monthrange(year, 2)[1])]
    return [dt.date(year, month, first.day) for month in months if first.day <= monthrange(year, month)[1]]


def _limited(rule: Rule, days: list[dt.date], begin: dt.date, count: int) -> list[dt.date]:
    """Of days, those that the other parts of a yearly rule leave."""
    if rule.by_month:
        days = [day for day in days if day.month in rule.by_month]
    if rule.by_month_day and rule.by_year_day:
        days = [day for day in days if _is_month_day(rule, day)]
    if rule.by_day and rule.by_month and any(nth for nth, _day in rule.by_day):
        wanted = {
            day
            for month in rule.by_month
            for day in _nth_days(rule, dt.date(begin.year, month, 1), monthrange(begin.year, month)[1])
        }
        days = [day for day in days if day in wanted]
    elif rule.by_day:
        all_of = {day for nth, day in rule.by_day if not nth}
        wanted = set(_nth_days(rule, begin, count))
        days = [day for day in days if day.weekday() in all_of or day in wanted]
    return days


def _weeks(rule: Rule, first: dt.date, year: int) -> list[dt.date]:
    """The days of the numbered weeks of a year (a week belongs to the year with four of its days)."""
    begin = _first_week(year, rule.week_start)
    after = _first_week(year + 1, rule.week_start) if year < 9999 else begin + 52 * 7 * _DAY
    count = (after - begin).days // 7
    weeks = sorted({one if one > 0 else count + one + 1 for one in rule.by_week})
    made = [begin + ((week - 1) * 7 + day) * _DAY for week in weeks if 1 <= week <= count for day in range(7)]
    return made if rule.by_day else [day for day in made if day.weekday() == first.weekday()]


def _first_week(year: int, week_start: int) -> dt.date:
    fourth = dt.date(year, 1, 4)
    back = (fourth.weekday() - week_start) % 7
    return fourth - min(back, fourth.toordinal() - 1) * _DAY


def _month_days(rule: Rule, year: int, month: int) -> list[dt.date]:
    count = monthrange(year, month)[1]
    numbers = {one if one > 0 else count + one + 1 for one in rule.by_month_day}
    if (
        month == 2
        and count == 28
        and rule.by_month == (2,)
        and rule.by_month_day == (29,)
        and not rule.by_day
    ):
        numbers = {28}
    return [dt.date(year, month, one) for one in sorted(numbers) if 1 <= one <= count]


def _is_month_day(rule: Rule, day: dt.date) -> bool:
    if not rule.by_month_day:
        return True
    return (
        day.day in rule.by_month_day or day.day - monthrange(day.year, day.month)[1] - 1 in rule.by_month_day
    )


def _nth_days(rule: Rule, begin: dt.date, count: int) -> list[dt.date]:
    """The weekdays that a rule names within a month or year of `count` days."""
    found: set[int] = set()
    for nth, weekday in rule.by_day:
        first = (weekday - begin.weekday()) % 7
        all_of = range(first, count, 7)
        if nth == 0:
            found.update(all_of)
        elif abs(nth) <= len(all_of):
            found.add(all_of[nth - 1] if nth > 0 else all_of[nth])
    return [begin + one * _DAY for one in sorted(found)]


def _by_moon(rule: Rule, first: dt.date, since: dt.date) -> Iterator[list[dt.date]]:
    assert rule.lunar is not None
    month, day, leap = rule.lunar
    if first.year >= LATEST - 1:
        return
    base = first.year
    if first.year >= _EARLIEST_LUNAR and rule.interval > 1:
        base = lunar.of(first)[0].year
    away = max(since.year - 1 - base, _EARLIEST_LUNAR - base, 0)
    begin = base + -(-away // rule.interval) * rule.interval
    if begin - rule.interval >= _EARLIEST_LUNAR and (begin > base or rule.interval == 1):
        begin -= rule.interval  # the day of a lunar year may lie in our next one
    for year in range(begin, LATEST - 1, rule.interval):
        yield [lunar.day_of(year, month, day, leap=leap)]


def carried(rule: Rule, before: dt.date, after: dt.date) -> Rule:
    """The rule that comes on `after` where this one came on `before`."""
    away = (after - before).days
    if rule.freq in (DAILY, WEEKLY):
        days = tuple(sorted((0, (day + away) % 7) for _nth, day in rule.by_day))
        turned = (rule.week_start + away) % 7 if rule.by_day and rule.interval > 1 else rule.week_start
        return replace(rule, by_day=days, week_start=turned)
    if rule.lunar is not None:
        month, number = lunar.of(after)
        return replace(rule, lunar=(month.number, number, month.leap))
    if rule.by_place or rule.by_week or rule.by_year_day or max(len(rule.by_day), len(rule.by_month_day)) > 1:
        return rule
    made = rule
    if len(rule.by_month) == 1:
        made = replace(made, by_month=(after.month,))
    count = monthrange(after.year, after.month)[1]
    if rule.by_month_day:
        is_last = after.day == count and rule.by_month_day[0] < 0
        return replace(made, by_month_day=(-1 if is_last else after.day,))
    if rule.by_day and (rule.by_month or rule.freq == MONTHLY):
        nth = rule.by_day[0][0]
        if nth:
            nth = -1 if nth < 0 and after.day > count - 7 else (after.day + 6) // 7
        return replace(made, by_day=((nth, after.weekday()),))
    return made
