"""Which day a phrase means that is nothing but a day: 明天, 下周三, 3天后, next Wed, end of month, 25号.

The patterns of `date_words.py`, one reader for each way to name a day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from freecrm.core import dates, day_words, festival_words

_DAYS = {
    "今天": 0, "今日": 0, "today": 0, "now": 0, "明天": 1, "明日": 1, "tomorrow": 1, "tmr": 1, "tmrw": 1, "后天": 2,
    "day after tomorrow": 2, "the day after tomorrow": 2, "大后天": 3, "昨天": -1, "昨日": -1,
    "yesterday": -1, "前天": -2, "day before yesterday": -2, "the day before yesterday": -2, "大前天": -3,
}  # fmt: skip
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ENGLISH_DAY = r"(mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday|s|rs|r|ur)?\.?"
_CHINESE_DAY = r"(?:周|星期|礼拜)([一二三四五六日天])"
_WEEK_ZH = re.compile(r"(本|这个?|下+个?|上+个?)?" + _CHINESE_DAY)
_WEEK_EN = re.compile(r"(?:(this|next|last|coming) )?" + _ENGLISH_DAY)
COUNT = r"([0-9]{1,4}|[零一二两三四五六七八九十半]{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten)"
_AWAY_ZH = re.compile(COUNT + r"(?:个)?(半)?(天|日|周|星期|礼拜|月|年)(半)?(?:之|以)?(后|前)")
_AWAY_EN = re.compile(r"(?:in )?" + COUNT + r" ?(day|week|month|year|d|w|m|y)s?( ago| from now| later)?")
_MONTH_DAY = re.compile(r"(本|这个?|下+个?|上+个?)月(?:份)?([0-9]{1,2})[号日]?")
_MONTH_END = re.compile(r"(本|这个?|下+个?|上+个?)?月(底|末|初)")
_YEAR_END = re.compile(r"(今|明|去)?年(底|末|初)")
_END_EN = re.compile(r"(end|start|beginning) of (?:the |(this|next|last) )?(month|year|week)")
_DAY_ONLY = re.compile(r"([0-9]{1,2})[号日]")
_DAY_OF_MONTH = re.compile(r"([0-9]{1,2})(?:[-/.]|月)([0-9]{1,2})[号日]?|([01][0-9])([0-3][0-9])")
_NAMED = re.compile(
    r"(?:([0-9]{1,2})(?:st|nd|rd|th)? )?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
    r"(?: ([0-9]{1,2})(?:st|nd|rd|th)?)?"
)
_WEEK_ONLY = re.compile(r"(?:(下+)个?(?:周|星期|礼拜))|next week")
_WEEKEND = re.compile(r"(本|这个?|下+个?|上+个?)?周末|(?:the )?(?:(this|next|last) )?weekend")
_MONTH_ONLY = re.compile(r"(下+)个?月|next month")
_YEARS = {"今年": 0, "明年": 1, "后年": 2, "去年": -1}
_YEAR_WORD = re.compile(r"(今年|明年|后年|去年)([0-9]{1,2})月([0-9]{1,2})[号日]?")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "十": 10}
_WORDS = {
    word: n for n, word in enumerate("zero one two three four five six seven eight nine ten".split())
} | {"a": 1, "an": 1}
_MONTHS = {name[:3].lower(): number for number, name in enumerate(day_words.MONTHS, 1)}


def meant(text: str, today: date) -> date | None:
    """The day that words mean, squeezed and in small letters; None for what are none or lie outside all calendars."""
    squeezed = text if text.isascii() else text.replace(" ", "")
    if squeezed in _DAYS:
        return today + timedelta(days=_DAYS[squeezed])
    for reader in (_of_week, _of_weeks, _away, _of_month, _ends, _without_year, festival_words.whole):
        try:
            found = reader(squeezed, today)
        except (ValueError, OverflowError):  # a day that this month or this calendar has not
            return None
        if found is not None:
            return found
    return None


def is_bare_weekday(words: str) -> bool:
    """Whether words are a weekday and nothing else (周五, Fri)."""
    found = _WEEK_ZH.fullmatch(words.replace(" ", "")) or _WEEK_EN.fullmatch(words.lower())
    return found is not None and not found[1]


def _of_week(text: str, today: date) -> date | None:
    monday = today - timedelta(days=today.weekday())
    if found := _WEEK_ZH.fullmatch(text):
        which, day = found.groups()
        number = "一二三四五六日".index("日" if day == "天" else day)
    elif found := _WEEK_EN.fullmatch(text):
        which, day = found.groups()
        number = _WEEKDAYS.index(day)
        which = {"next": "下", "last": "上", "this": "本"}.get(which or "", "")
    else:
        return None
    if not which:
        return today + timedelta(days=(number - today.weekday()) % 7)
    return monday + timedelta(days=number + 7 * _offset(which))


def _of_weeks(text: str, today: date) -> date | None:
    """下周 is its Monday, 周末 the Saturday (on a Sunday today), 下个月 the first."""
    monday = today - timedelta(days=today.weekday())
    if found := _WEEK_ONLY.fullmatch(text):
        return monday + timedelta(days=7 * (_offset(found[1]) or 1))
    if found := _WEEKEND.fullmatch(text):
        away = _offset(found[1]) or {"next": 1, "last": -1}.get(found[2] or "", 0)
        return max(monday + timedelta(days=5), today) if not away else monday + timedelta(days=5 + 7 * away)
    if found := _MONTH_ONLY.fullmatch(text):
        return dates.add_months(today.replace(day=1), _offset(found[1]) or 1)
    return None


def _offset(which: str | None) -> int:
    """How many weeks or months 本, 下, 下下, 上 are away."""
    return (which or "").count("下") - (which or "").count("上")


def _away(text: str, today: date) -> date | None:
    if found := _AWAY_ZH.fullmatch(text):
        count, inside, unit, behind, side = found.groups()
        half_more = inside or behind
        sign = 1 if side == "后" else -1
    elif found := _AWAY_EN.fullmatch(text):
        count, unit, side = found.groups()
        if side is None and not text.startswith("in "):
            return None
        sign, half_more = (-1 if side == " ago" else 1), None
    else:
        return None
    n = _count(count)
    if n is None:
        return None
    unit = {"日": "d", "天": "d", "周": "w", "星期": "w", "礼拜": "w", "月": "m", "年": "y"}.get(
        unit, unit[0]
    )
    extra = 0.5 if half_more else 0.0
    if unit in "dw":
        return today + sign * timedelta(days=round((n + extra) * (7 if unit == "w" else 1)))
    months = int(n) if unit == "m" else round((n + extra) * 12)
    days = 15 if unit == "m" and (n + extra) % 1 else 0
    number = today.year * 12 + today.month - 1 + sign * months
    if not dates.FIRST_YEAR <= number // 12 <= dates.LAST_YEAR:
        return None
    return dates.add_months(today, sign * months) + sign * timedelta(days=days)


def _count(text: str) -> float | None:
    if text.isdecimal():
        return float(text)
    if text in _WORDS:
        return float(_WORDS[text])
    if text == "半":
        return 0.5
    tens, ten, ones = text.rpartition("十")
    if any(c not in _DIGITS for c in tens + ones) or len(tens) > 1 or len(ones) > 1:
        return None
    return float((_DIGITS[tens] if tens else 1) * 10 * bool(ten) + (_DIGITS[ones] if ones else 0))


def _of_month(text: str, today: date) -> date | None:
    if found := _MONTH_DAY.fullmatch(text):
        first = dates.add_months(today.replace(day=1), _offset(found[1]))
        return first.replace(day=int(found[2]))
    if found := _DAY_ONLY.fullmatch(text):
        day, first = int(found[1]), today.replace(day=1)
        for _month in range(12):
            if day <= monthrange(first.year, first.month)[1] and first.replace(day=day) >= today:
                return first.replace(day=day)
            first = dates.add_months(first, 1)
    return None


def _ends(text: str, today: date) -> date | None:
    if found := _MONTH_END.fullmatch(text):
        first = dates.add_months(today.replace(day=1), _offset(found[1]))
        return first if found[2] == "初" else _last(first)
    if found := _YEAR_END.fullmatch(text):
        year = today.year + {"明": 1, "去": -1}.get(found[1] or "", 0)
        return date(year, 1, 1) if found[2] == "初" else date(year, 12, 31)
    if found := _END_EN.fullmatch(text):
        side, which, unit = found.groups()
        away = {"next": 1, "last": -1}.get(which or "", 0)
        if unit == "week":
            monday = today - timedelta(days=today.weekday() - 7 * away)
            return monday + timedelta(days=6 if side == "end" else 0)
        if unit == "year":
            return date(today.year + away, 12, 31) if side == "end" else date(today.year + away, 1, 1)
        first = dates.add_months(today.replace(day=1), away)
        return _last(first) if side == "end" else first
    return None


def _last(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


def _without_year(text: str, today: date) -> date | None:
    if found := _YEAR_WORD.fullmatch(text):
        year = today.year + _YEARS[found[1]]
        return date(year, int(found[2]), int(found[3]))
    if found := _DAY_OF_MONTH.fullmatch(text):
        month, day = (found[1], found[2]) if found[1] else (found[3], found[4])
        if found[1] and "/" in text and int(month) > 12 >= int(day):
            month, day = day, month
        return _nearest(int(month), int(day), today)
    if (found := _NAMED.fullmatch(text)) and bool(found[1]) != bool(found[3]):
        return _nearest(_MONTHS[found[2]], int(found[1] or found[3]), today)
    return None


def _nearest(month: int, day: int, today: date) -> date | None:
    """That day of the year in which it is nearest to today."""
    near = [
        date(year, month, day)
        for year in range(today.year - 1, today.year + 2)
        if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    ]
    return min(near, key=lambda one: abs(one - today)) if near else None


def before(text: str, found: date, today: date) -> date:
    """What `found` is of the days that were, where the words leave it open (周三, 25号, 3/5)."""
    squeezed = text if text.isascii() else text.replace(" ", "")
    week = _WEEK_ZH.fullmatch(squeezed) or _WEEK_EN.fullmatch(squeezed)
    if week is not None:
        return found if week[1] else found - timedelta(days=7)
    if _DAY_ONLY.fullmatch(squeezed):
        return _same_day(found, -1)
    if _YEAR_WORD.fullmatch(squeezed) is None and (
        _DAY_OF_MONTH.fullmatch(squeezed) or _NAMED.fullmatch(squeezed)
    ):
        return _same_day(found, -12)
    return found


def _same_day(day: date, months: int) -> date:
    """The latest day of this number so many months before, or earlier where that month has none."""
    step = -1 if months == -1 else -12
    while True:
        first = dates.add_months(day.replace(day=1), months)
        if day.day <= monthrange(first.year, first.month)[1]:
            return first.replace(day=day.day)
        months += step
