"""What is said of a day in a calendar: its day of the Chinese year, a solar term, a holiday, whether it is worked."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from freecrm.core import workdays
from freecrm.core.words import language
from freecrm.store.database import Store

DAY = dt.timedelta(days=1)


class DayMark(NamedTuple):
    """name: of a holiday or a solar term. lunar: the day of the Chinese year, "" for who doesn't read Chinese. works:
    whether it is a working day. badge: 休 or 班, where a rule of its own says so. holiday: `name` is one."""

    name: str = ""
    lunar: str = ""
    works: bool = True
    badge: str = ""
    holiday: bool = False


def marks_of(store: Store, since: dt.date, until: dt.date) -> dict[dt.date, DayMark]:
    """What is said of each of these days, the last one not included."""
    days, made, day = workdays.of(store), dict[dt.date, DayMark](), since
    chinese = language() == "zh_CN"
    while day < until:
        free_for = days.name(day)
        first = bool(free_for) and days.name(day - DAY) != free_for
        name = free_for if first else workdays.term(day)
        lunar = workdays.lunar_word(day) if chinese else ""
        made[day] = DayMark(name, lunar, days.is_workday(day), days.mark(day), first)
        day += DAY
    return made


def hours_of(store: Store) -> tuple[int, int]:
    """The minutes of the day at which work begins and ends."""
    begin, end = workdays.hours(store)
    return begin.hour * 60 + begin.minute, max(
        end.hour * 60 + end.minute, begin.hour * 60 + begin.minute + 60
    )
