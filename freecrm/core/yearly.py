"""Days that come back every year, in our calendar or the Chinese one: 5月20日, 1985-05-20, 农历八月十五, 20 May.

Kept as text: `1985-05-20` and `--05-20` (no year known) of our calendar, `lunar 1985-08-15`, `lunar --08-15` and
`lunar --04+-15` (+ = the leap month) of the Chinese one. In years that lack the day: 29 February is kept on the
28th, a lunar 30th on the 29th, a leap month in the plain month of its number.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from freecrm.core import dates, lunar
from freecrm.core.day_words import MONTHS
from freecrm.core.values import blank, half, short
from freecrm.core.words import N_, Said, _, language, say

LUNAR = "lunar "
_SHAPE = re.compile(r"(lunar )?([0-9]{4}|-)-([0-9]{2})(\+?)-([0-9]{2})")
MONTHS_ZH = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
_TENS_ZH = ("初", "十", "廿", "三")
_ONES_ZH = ("十", "一", "二", "三", "四", "五", "六", "七", "八", "九")
_ZH = "〇零一二两三四五六七八九"
_DIGITS = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_MONTH_WORDS = {word: n for n, word in enumerate(MONTHS_ZH, 1)} | {
    "一": 1, "元": 1, "十一": 11, "十二": 12, "臘": 12,
}  # fmt: skip
_YEAR = r"(?:([0-9]{4}|[〇零一二三四五六七八九]{4})[-年/. ]?)?"
_MONTH = r"([0-9]{1,2}|十[一二]|[正元一二三四五六七八九十冬腊臘])"
_DAY = r"([0-9]{1,2}|初[一二三四五六七八九十]|[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|卅|[一二三四五六七八九])"
_LUNAR_ZH = re.compile(_YEAR + r"(闰|閏)?" + _MONTH + r"(?:月份?|[-/. ])(\+?)" + _DAY + r"[日号]?")
_LUNAR_EN = re.compile(r"(?:([0-9]{4})[- ])?(leap )?(?:month )?([0-9]{1,2})(\+?)[-/. ](?:day )?([0-9]{1,2})")
_IS_LUNAR = re.compile(r"^(农历|農曆|阴历|陰曆|旧历|舊曆|lunar|chinese calendar)[:： ]*")
_LUNAR_BEHIND = re.compile(r"(.+?) ?[(\[【]? ?(?:农历|農曆|阴历|陰曆|旧历|舊曆|lunar) ?[)\]】]?")
_LUNAR_AMID = re.compile(
    r"([0-9]{4}|[〇零一二三四五六七八九]{4})年? ?(?:农历|農曆|阴历|陰曆|旧历|舊曆)[:： ]*(.+)"
)
_YEAR_THEN_WORDS = re.compile(r"([0-9]{4})年?([闰閏]?[正一二三四五六七八九十冬腊臘].*[^日号])")
_LABEL = re.compile(r"^(?:生日|出生日期|birthday)[:： ]*")
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])([0-3][0-9])")
_IS_SOLAR = re.compile(r"^(公历|阳历|新历|西历|solar|every|每年|on)[:： ]*")
_SURELY_LUNAR = re.compile(r"^[闰閏]|^[正冬腊臘]月|初|廿|卅")
_PLAIN = re.compile(r"--?([0-9]{2})-?([0-9]{2})|([0-9]{1,2})(?:月|[-/.])([0-9]{1,2})[日号]?")
_WORDS_ZH = re.compile(r"(十[一二]|[一二三四五六七八九十])月" + _DAY + r"[日号]")
_AROUND = re.compile(r" ?([年月日号闰]) ?")
_NAMED = re.compile(
    r"(?:the )?([0-9]{1,2})(?:st|nd|rd|th)?(?: of)?[ -]([a-z]{3,9})\.?|([a-z]{3,9})\.?[ -]([0-9]{1,2})(?:st|nd|rd|th)?"
)
_MONTH_NUMBER = {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}

_LEAST_NUMBER = 367  # as a day count a date of 1900, when nobody here was born
_NO_DAY = N_("“{value}” isn't a day of the year; write it as 5-20, 20 May or lunar 8-15.")
_NO_SUCH = N_("“{value}” can't be: month {month} has no day {day}.")
_NO_LEAP = N_("“{value}” can't be: the year {year} had no leap month {month}.")


class Yearly(NamedTuple):
    """A day of the year. year: when it was first, None = not known. leap: of a leap month of the Chinese calendar."""

    month: int
    day: int
    year: int | None = None
    is_lunar: bool = False
    leap: bool = False


def parse(text: str) -> Yearly | None:
    """What a kept text says, None when it is none."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        return None
    year = None if found[2] == "-" else int(found[2])
    return Yearly(int(found[3]), int(found[5]), year, bool(found[1]), bool(found[4]))


def keep(what: Yearly) -> str:
    """The text that is kept."""
    year = f"{what.year:04d}" if what.year else "-"
    sign = "+" if what.leap else ""
    return f"{LUNAR if what.is_lunar else ''}{year}-{what.month:02d}{sign}-{what.day:02d}"


def read(cell: object, *, epoch1904: bool = False, order: str = "") -> tuple[str | None, Said | None]:
    """The kept text of what a cell or a person says; (None, None) for a blank, (None, sentence) for what is none.

    epoch1904, order: as in `dates.read`; order "dmy" makes 3/5 the third of May."""
    if type(cell) is not str:
        return _dated(cell, epoch1904, order)
    text = " ".join(half(cell[:200]).lower().split()).strip(" ,.。")
    text = _LABEL.sub("", _AROUND.sub(r"\1", text))
    if blank(text):
        return None, None
    kept = parse(text)
    if kept is not None:
        return _checked(kept, cell)
    is_lunar, plain = _IS_LUNAR.match(text), text
    if is_lunar is not None:
        return _lunar(text[is_lunar.end() :], cell)
    if found := _LUNAR_AMID.fullmatch(text) or _YEAR_THEN_WORDS.fullmatch(text):
        return _lunar(f"{found[1]}年{found[2]}", cell)
    if found := _LUNAR_BEHIND.fullmatch(text):
        return _lunar(found[1], cell)
    if sign := _IS_SOLAR.match(text):
        plain = text[sign.end() :]
    elif _SURELY_LUNAR.search(text) or (text[0] in _ZH + "十" and not text.endswith(("日", "号"))):
        return _lunar(text, cell)
    return _solar(plain, cell, epoch1904, order)


def _dated(cell: object, epoch1904: bool, order: str) -> tuple[str | None, Said | None]:
    if isinstance(cell, (int, float)) and 0 < cell < _LEAST_NUMBER:
        return _month_day(cell)
    day, why = dates.read(cell, epoch1904=epoch1904, order=order)
    return (None if day is None else day.isoformat()), why


def _solar(text: str, cell: str, epoch1904: bool, order: str) -> tuple[str | None, Said | None]:
    if found := _PLAIN.fullmatch(text):
        first, second = int(found[1] or found[3]), int(found[2] or found[4])
        marked = "月" in text or bool(found[1])
        if not marked and (order == "dmy" or first > 12 >= second):
            first, second = second, first
        return _checked(Yearly(first, second), cell)
    if found := _WORDS_ZH.fullmatch(text):
        return _checked(Yearly(_MONTH_WORDS[found[1]], _day(found[2])), cell)
    if (found := _NAMED.fullmatch(text)) and (month := _MONTH_NUMBER.get((found[2] or found[3])[:3])):
        return _checked(Yearly(month, int(found[1] or found[4])), cell)
    if found := _MONTH_DAY.fullmatch(text):
        return _checked(Yearly(int(found[1]), int(found[2])), cell)
    day, why = _dated(text, epoch1904, order)
    if why is not None and why.text == dates.NO_DATE:
        why = say(_NO_DAY, value=short(cell))
    return day, why


def _month_day(cell: float) -> tuple[str | None, Said | None]:
    """What Excel made a number of: 5.25 is 25 May; 5.2 may have been 5.2 or 5.20, and is asked about."""
    found = re.fullmatch(r"([0-9]{1,2})\.([0-9]{2})", str(cell))
    if found is None:
        return None, say(_NO_DAY, value=str(cell))
    return _checked(Yearly(int(found[1]), int(found[2])), str(cell))


def _lunar(text: str, cell: str) -> tuple[str | None, Said | None]:
    text = text.strip()
    if (found := _LUNAR_ZH.fullmatch(text)) or (found := _LUNAR_EN.fullmatch(text)):
        year, leap, month, plus, day = found.groups()
    else:
        return None, say(_NO_DAY, value=short(cell))
    number = int(month) if month.isdigit() else _MONTH_WORDS[month]
    first = int("".join(str(_DIGITS.get(sign, sign)) for sign in year)) if year else None
    return _checked(Yearly(number, _day(day), first, True, bool(leap or plus)), cell)


def _day(text: str) -> int:
    """28 of 28, 廿八, 二十八."""
    if text.isdigit():
        return int(text)
    if text == "卅":
        return 30
    tens = 0
    if text[0] in "初廿":
        tens, text = (20 if text[0] == "廿" else 0), text[1:]
        return tens + (10 if text == "十" else _DIGITS[text] if text else 0)
    if "十" in text:
        before, _ten, after = text.partition("十")
        return (_DIGITS[before] if before else 1) * 10 + (_DIGITS[after] if after else 0)
    return _DIGITS[text]


def _checked(what: Yearly, cell: str) -> tuple[str | None, Said | None]:
    month, day, year = what.month, what.day, what.year
    most = 30 if what.is_lunar else monthrange(year or 2000, month)[1] if 1 <= month <= 12 else 0
    if not 1 <= month <= 12 or not 1 <= day <= most:
        return None, say(_NO_SUCH, value=short(cell), month=month, day=day)
    if year is not None and not dates.FIRST_YEAR <= year <= dates.LAST_YEAR:
        return None, say(dates.FAR, value=short(cell), first=dates.FIRST_YEAR, last=dates.LAST_YEAR)
    if what.leap and year is not None and not any(m.leap and m.number == month for m in lunar.months(year)):
        return None, say(_NO_LEAP, value=short(cell), year=year, month=month)
    return keep(what), None


# ---- in words


def show(text: str) -> str:
    """A kept text in the language spoken now, as `read` takes it again: 5月20日, 农历八月十五, lunar 8-15."""
    what = parse(text)
    if what is None:
        return text
    year = what.year
    if what.is_lunar:
        return _lunar_words(what)
    if year is not None:
        return text
    return _("{day} {month}").format(month=_(MONTHS[what.month - 1]), day=what.day)


def _lunar_words(what: Yearly) -> str:
    if language() == "zh_CN":
        year = f" {what.year} 年" if what.year else ""
        month, day = f"{'闰' * what.leap}{MONTHS_ZH[what.month - 1]}月", day_words(what.day)
    else:
        year = f"{what.year}-" if what.year else ""
        month, day = f"{what.month}{'+' * what.leap}-", str(what.day)
    return _("lunar {year}{month}{day}").format(year=year, month=month, day=day)


def day_words(day: int) -> str:
    tens, ones = divmod(day, 10)
    if ones == 0:
        return {1: "初十", 2: "二十", 3: "三十"}[tens]
    return _TENS_ZH[tens] + _ONES_ZH[ones]


# ---- when it is


def next_day(text: str, since: date) -> date | None:
    """The next day, from `since` on, that a kept text falls on; None when it says none."""
    what = parse(text)
    if what is None:
        return None
    if not what.is_lunar:
        return next(
            day for day in (_in_year(what, since.year), _in_year(what, since.year + 1)) if day >= since
        )
    days = (lunar.day_of(year, what.month, what.day, leap=what.leap) for year in _lunar_years(since))
    return next(day for day in days if day >= since)


def shifted(text: str, day: date) -> str:
    """Why a kept text falls on that day instead of the one it names, in words; "" when it names that day."""
    what = parse(text)
    if what is None:
        return ""
    if not what.is_lunar:
        return "" if day.day == what.day else _("no 29 February that year")
    month, number = lunar.of(day)
    found = []
    if what.leap and not month.leap:
        found.append(_("no leap month {n} that year").format(n=what.month))
    if number != what.day:
        found.append(_("that month has {n} days").format(n=month.days))
    return _(", ").join(found)


def _lunar_years(since: date) -> Iterator[int]:
    yield from range(since.year - 1, since.year + 3)


def _in_year(what: Yearly, year: int) -> date:
    return date(year, what.month, min(what.day, monthrange(year, what.month)[1]))


def turns(text: str, day: date) -> int | None:
    """How many years it is on that day since it was first; None when its year isn't known or still to come."""
    what = parse(text)
    if what is None or what.year is None:
        return None
    year = lunar.of(day)[0].year if what.is_lunar else day.year
    return year - what.year if year > what.year else None


def ends(day: date) -> list[str]:
    """How the kept texts end that fall on that day, with the calendar in front: `05-20`, `lunar 08-15`."""
    found = [day.strftime("%m-%d")]
    if (day.month, day.day) == (2, 28) and monthrange(day.year, 2)[1] == 28:
        found.append("02-29")
    month, number = lunar.of(day)
    numbers = [number] if number < month.days or number == 30 else [number, 30]
    has_leap = any(one.leap and one.number == month.number for one in lunar.months(month.year))
    signs = ["+"] if month.leap else [""] if has_leap else ["", "+"]
    return found + [f"{LUNAR}{month.number:02d}{sign}-{n:02d}" for sign in signs for n in numbers]


def window(since: date, days: int) -> Iterator[tuple[date, list[str]]]:
    """The days from `since` on, each with its `ends`."""
    for away in range(days):
        day = since + timedelta(days=away)
        yield day, ends(day)
