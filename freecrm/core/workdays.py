"""Working days, public holidays and 调休, and what a cell of a calendar says of the Chinese year.

    days = workdays.of(store)
    days.is_workday(day), days.next_workday(day), days.name(day), days.known(2027)

The working week is a setting of the firm. In China (firm.country 86) the State Council's holidays come on top: those of
chinesecalendar, and years that people have added as files (`core/holiday_files.py`), which count first. Of a year that
nobody has a table of, only the working week is known: `known(year)` says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from freecrm.core.words import N_, _, language

CHINA = "86"
"""The usual working week: 1 = Monday to 7 = Sunday."""

FESTIVALS = {
    "New Year's Day": (N_("New Year's Day"), "元旦"),
    "Spring Festival": (N_("Spring Festival"), "春节"),
    "Tomb-sweeping Day": (N_("Tomb-sweeping Day"), "清明节"),
    "Labour Day": (N_("Labour Day"), "劳动节"),
    "Dragon Boat Festival": (N_("Dragon Boat Festival"), "端午节"),
    "National Day": (N_("National Day"), "国庆节"),
    "Mid-autumn Festival": (N_("Mid-autumn Festival"), "中秋节"),
    "Anti-Fascist 70th Day": (N_("Victory Day"), "抗战胜利纪念日"),
}
"""As chinesecalendar calls them -> our text, and the Chinese word by which files may name them as well."""

TERMS = {
    "小寒": N_("Minor Cold"), "大寒": N_("Major Cold"), "立春": N_("Start of Spring"), "雨水": N_("Rain Water"),
    "惊蛰": N_("Awakening of Insects"), "春分": N_("Spring Equinox"), "清明": N_("Clear and Bright"),
    "谷雨": N_("Grain Rain"), "立夏": N_("Start of Summer"), "小满": N_("Grain Buds"), "芒种": N_("Grain in Ear"),
    "夏至": N_("Summer Solstice"), "小暑": N_("Minor Heat"), "大暑": N_("Major Heat"), "立秋": N_("Start of Autumn"),
    "处暑": N_("End of Heat"), "白露": N_("White Dew"), "秋分": N_("Autumn Equinox"), "寒露": N_("Cold Dew"),
    "霜降": N_("Frost's Descent"), "立冬": N_("Start of Winter"), "小雪": N_("Minor Snow"), "大雪": N_("Major Snow"),
    "冬至": N_("Winter Solstice"),
}  # fmt: skip


class Settings(Protocol):
    """Whoever knows the firm's settings: a store."""

    def setting(self, key: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Year:
    """The table of a year. off: free days -> what for; on: days of a weekend that are worked (调休) -> what for."""

    off: Mapping[dt.date, str]
    on: Mapping[dt.date, str]


@dataclass(frozen=True)
class Workdays:
    """The working days of a firm. week: working weekdays, 0 = Monday. holidays: whether China's count.
    added: years that people have added."""

    week: frozenset[int] = frozenset((0, 1, 2, 3, 4))
    holidays: bool = True
    added: Mapping[int, Year] = field(default_factory=dict)

    def known(self, year: int) -> bool:
        """Whether the holidays of a year are known; where none count at all, they are."""
        return not self.holidays or self._table(year) is not None

    def is_workday(self, day: dt.date) -> bool:
        """Whether the firm works on a day."""
        table = self._table(day.year)
        if table is not None and day in table.off:
            return False
        if table is not None and day in table.on:
            return True
        return day.weekday() in self.week

    def next_workday(self, day: dt.date) -> dt.date:
        """The day itself when it is a working day, else the next that is."""
        found = day
        for _away in range(60):  # no holiday lasts longer; who never works gets the day itself
            if self.is_workday(found):
                return found
            try:
                found += dt.timedelta(days=1)
            except OverflowError:
                break
        return day

    def after(self, day: dt.date, count: int) -> dt.date:
        """The day so many working days behind a day."""
        for _one in range(count):
            day = self.next_workday(day + dt.timedelta(days=1))
        return day

    def name(self, day: dt.date) -> str:
        """The holiday that a day is free for, in the language spoken now; "" on any other day."""
        table = self._table(day.year)
        return _spoken(table.off.get(day, "")) if table is not None else ""

    def made_up_for(self, day: dt.date) -> str:
        """The holiday that a day of a weekend is worked for (调休上班); "" on any other day."""
        table = self._table(day.year)
        return _spoken(table.on.get(day, "")) if table is not None else ""

    def is_made_up(self, day: dt.date) -> bool:
        """Whether a day of a weekend is worked because of a holiday (调休上班)."""
        table = self._table(day.year)
        return table is not None and day in table.on

    def mark(self, day: dt.date) -> str:
        """What a cell of a calendar shows in its corner: 休, 班 or nothing; English: Rest, Work."""
        table = self._table(day.year)
        if table is None:
            return ""
        return _("Rest") if day in table.off else _("Work") if day in table.on else ""

    def _table(self, year: int) -> Year | None:
        if not self.holidays:
            return None
        return self.added.get(year) or _published(year)


def of(store: Settings) -> Workdays:
    """The working days of a firm by its settings, with the years added on this computer."""
    from freecrm.core import holiday_files

    week = str(store.setting("calendar.workdays"))
    counts = store.setting("firm.country") == CHINA and bool(store.setting("calendar.holidays"))
    return _of(week, counts, holiday_files.folder(), holiday_files.stamp() if counts else 0)


@lru_cache(maxsize=8)
def _of(week: str, counts: bool, folder: Path, stamp: int) -> Workdays:
    """stamp: changes when a file of the folder does."""
    from freecrm.core import holiday_files

    days = frozenset(int(sign) - 1 for sign in week if sign in "1234567")
    return Workdays(days, counts, holiday_files.years(folder) if counts else {})


def hours(store: Settings) -> tuple[dt.time, dt.time]:
    """When the working day of a firm begins and ends."""
    return clock(store.setting("calendar.from")), clock(store.setting("calendar.to"))


def clock(text: str) -> dt.time:
    """The time of day that a setting such as 09:00 says."""
    hour, _colon, minute = text.partition(":")
    return dt.time(min(int(hour), 23), int(minute)) if int(hour) < 24 else dt.time(23, 59)


@lru_cache(maxsize=64)
def _published(year: int) -> Year | None:
    """What chinesecalendar knows of a year, None when it doesn't know it."""
    try:
        from chinese_calendar import constants

        off = {day: name for day, name in constants.holidays.items() if day.year == year}
        on = {day: name for day, name in constants.workdays.items() if day.year == year}
    except ImportError:
        return None
    return Year(off, on) if off else None


def published_years() -> list[int]:
    """The years that chinesecalendar knows, in order."""
    from chinese_calendar import constants

    return sorted({day.year for day in constants.holidays})


def _spoken(name: str) -> str:
    """A festival in the language spoken now; one that people have named themselves as they did."""
    if name in FESTIVALS:
        return _(FESTIVALS[name][0])
    chinese, _bar, english = name.partition("|")
    return english if english and language() != "zh_CN" else chinese


# ---- the Chinese year in a cell


@lru_cache(maxsize=4096)
def _moon(day: dt.date) -> tuple[str, str]:
    """The solar term of a day, and its place in the Chinese month; both in Chinese."""
    from freecrm.core import lunar, yearly

    month, number = lunar.of(day)
    words = yearly.day_words(number)
    if number == 1:
        words = f"{'闰' * month.leap}{yearly.MONTHS_ZH[month.number - 1]}月"
    return _terms(day.year).get(day, ""), words


@lru_cache(maxsize=64)
def _terms(year: int) -> dict[dt.date, str]:
    from lunar_python import Lunar

    found = {}
    for lunar_year in (year, year + 1):  # the table of a year begins with the winter solstice before it
        for name, at in Lunar.fromYmd(lunar_year, 6, 1).getJieQiTable().items():
            day = dt.date(at.getYear(), at.getMonth(), at.getDay())
            if day.year == year and name in TERMS:
                found[day] = name
    return found


def _is_held(day: dt.date) -> bool:
    return 1901 <= day.year <= 2198


def term(day: dt.date) -> str:
    """The solar term (节气) that begins on a day, in the language spoken now; "" on any other."""
    found = _moon(day)[0] if _is_held(day) else ""
    return found if not found or language() == "zh_CN" else _(TERMS[found])


def lunar_word(day: dt.date) -> str:
    """The day of the Chinese month as a cell shows it: 初二, on the first the month (二月, 闰六月); English: 2, 2/1."""
    if not _is_held(day):
        return ""
    if language() == "zh_CN":
        return _moon(day)[1]
    from freecrm.core import lunar

    month, number = lunar.of(day)
    return f"{month.number}{'+' * month.leap}/{number}"


def lunar_date(day: dt.date) -> str:
    """The whole Chinese date of a day: 农历二月初二, lunar 2-2."""
    from freecrm.core import lunar, yearly

    if not _is_held(day):
        return ""
    month, number = lunar.of(day)
    return yearly.show(yearly.keep(yearly.Yearly(month.number, number, None, True, month.leap)))


def cell_word(day: dt.date, days: Workdays | None = None) -> str:
    """The one word under the number of a day: its holiday on the first day of it, else its term, else its lunar day."""
    name = days.name(day) if days is not None else ""
    if name and days is not None and days.name(day - dt.timedelta(days=1)) != name:
        return name
    return term(day) or lunar_word(day)
