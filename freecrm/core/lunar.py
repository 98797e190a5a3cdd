"""The Chinese calendar: its months as days of ours, and back.

The months come from lunar-python (imported when first asked, 5 ms a year); here they are only counted.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

_JULIAN = 1721425  # the Julian day of noon on the ordinal 0


class Month(NamedTuple):
    """A month of a lunar year. number: 1 to 12. leap: the second of that number. days: 29 or 30."""

    year: int
    number: int
    leap: bool
    first: date
    days: int


@cache
def months(year: int) -> tuple[Month, ...]:
    """The 12 or 13 months of a lunar year, 1899 to 2200."""
    from lunar_python import LunarYear

    found = (month for month in LunarYear.fromYear(year).getMonths() if month.getYear() == year)
    return tuple(
        Month(
            year,
            abs(month.getMonth()),
            month.getMonth() < 0,
            date.fromordinal(int(month.getFirstJulianDay()) - _JULIAN),
            month.getDayCount(),
        )
        for month in found
    )


def of(day: date) -> tuple[Month, int]:
    """The lunar month that a day lies in, and its number there."""
    held = months(day.year)
    if day < held[0].first:
        held = months(day.year - 1)
    month = held[bisect_right([one.first for one in held], day) - 1]
    return month, (day - month.first).days + 1


def day_of(year: int, number: int, day: int, *, leap: bool = False) -> date:
    """The day on which a lunar one is kept in a lunar year. A leap month is kept in the month of the same number
    where the year has no such leap month, a 30th on the 29th where the month has no 30th."""
    held = [month for month in months(year) if month.number == number]
    month = next((one for one in held if one.leap == leap), held[0])
    return month.first + timedelta(days=min(day, month.days) - 1)
