"""Words that look like a day or a time of day and are none: 2月31日, Feb 31, 31/2, 9999-12-31, 25点. Each with its reason."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from freecrm.core import clock_words, dates, day_words, yearly
from freecrm.core.words import N_, Said, say

_NO_DAY = N_("“{value}” isn't a day: {month} has no day {day}.")
_NO_MONTH = N_("“{value}” isn't a day: there is no month {month}.")
_NO_TIME = N_("“{value}” isn't a time of day; those go from 0:00 to 24:00.")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_FULL = re.compile(
    r"(?<![0-9])([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])|年([0-9]{1,2})月([0-9]{1,2})[号日]?)"
)
_MONTH_DAY = re.compile(r"(?<![0-9年])([0-9]{1,2}) ?月(?: ?([0-9]{1,2}) ?[号日]|([0-9]{1,2})(?![0-9个]))")
_SLASH = re.compile(r"(?<![0-9/.])([0-9]{1,2})/([0-9]{1,2})(?![0-9/.%])")
_NAMED = re.compile(
    rf"\b([0-9]{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}(?![a-z])|\b{_MONTH} ([0-9]{{1,2}})(?:st|nd|rd|th)?\b",
    re.IGNORECASE,
)
_THIS_MONTH = re.compile(r"((?:本|这个?|下+个?|上+个?)月)(?:份)?([0-9]{1,2})[号日]")
_LUNAR = re.compile(
    r"(?:农历|阴历|旧历) ?闰?[0-9正元一二三四五六七八九十冬腊]{1,3}月[0-9初廿卅一二三四五六七八九十]{1,4}[日号]?"
)
_MONTHS = {name[:3].lower(): number for number, name in enumerate(day_words.MONTHS, 1)}
_CLOCK = re.compile(
    r"(?<![0-9:.])(?:[0-9]{1,2}(?:点钟?(?:[0-9]{1,2}分)?)(?!建议|意见|要求|问题|间|积分|[0-9])|[0-9]{1,2}:[0-9]{2}(?![0-9:])|[0-9]{1,2} ?[ap]m\b)",
    re.IGNORECASE,
)


def day(text: str, today: date, *, loose: bool = True) -> Said | None:
    """Why the first words of a text that look like a day are none; None when there are no such words. loose: also of
    what may as well be a fraction (31/2)."""
    for found in _FULL.finditer(text):
        month, number = int(found[3] or found[5]), int(found[4] or found[6])
        likely = "年" in found[0] or (1 <= month <= 19 and 1 <= number <= 39)
        year = int(found[1])
        value = f"{year:04d}-{month:02d}-{number:02d}"
        why = dates.read(value)[1] if likely else None
        if why is not None:
            return Said(why.text, **(why.figures | {"value": found[0]}))
    for found in _LUNAR.finditer(text):
        if why := yearly.read(found[0])[1]:
            return why
    for found in _MONTH_DAY.finditer(text):
        if why := _of(int(found[1]), int(found[2] or found[3]), found[0], today):
            return why
    for found in _NAMED.finditer(text):
        number = int(found[1] or found[4])
        if number <= 39 and (why := _of(_MONTHS[(found[2] or found[3]).lower()], number, found[0], today)):
            return why
    for found in _SLASH.finditer(text) if loose else ():
        one, other = int(found[1]), int(found[2])
        if one > 12 >= other:
            one, other = other, one
        if 1 <= one <= 12 and 13 <= other <= 31 and (why := _of(one, other, found[0], today)):
            return why
    return _of_this_month(text, today)


def _of_this_month(text: str, today: date) -> Said | None:
    for found in _THIS_MONTH.finditer(text):
        months = today.month - 1 + found[1].count("下") - found[1].count("上")
        year, month, number = today.year + months // 12, months % 12 + 1, int(found[2])
        if not 1 <= number <= monthrange(min(max(year, 1), 9999), month)[1]:
            return say(_NO_DAY, value=found[0], month=say(day_words.MONTHS[month - 1]), day=number)
    return None


def _of(month: int, number: int, value: str, today: date) -> Said | None:
    if not 1 <= month <= 12:
        return say(_NO_MONTH, value=value, month=month)
    years = range(today.year - 1, today.year + 2)
    if 1 <= number <= max(monthrange(year, month)[1] for year in years):
        return None
    return say(_NO_DAY, value=value, month=say(day_words.MONTHS[month - 1]), day=number)


def clock(text: str) -> Said | None:
    """Why the first words of a text that look like a time of day are none; None when there are no such words."""
    for found in _CLOCK.finditer(text):
        if clock_words.find_clock(found[0]) is None:
            return say(_NO_TIME, value=found[0])
    return None
