"""What is said of a day in a calendar: its day of the Chinese year, a solar term, a holiday, whether it is worked."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from freecrm.store.database import Store

DAY = dt.timedelta(days=1)


class DayMark(NamedTuple):
    """name: of a holiday or a solar term. lunar: the day of the Chinese year, "" where nobody reads it. works:
    whether it is a working day. moved: it is so by a rule of its own (a holiday, or a weekend that is worked)."""

    name: str = ""
    lunar: str = ""
    works: bool = True
    moved: bool = False
    holiday: bool = False


def marks_of(store: Store, since: dt.date, until: dt.date) -> dict[dt.date, DayMark]:
    """What is said of each of these days, the last one not included."""
    made = {}
    day = since
    while day < until:
        made[day] = DayMark(works=day.weekday() < 5)
        day += DAY
    return made
