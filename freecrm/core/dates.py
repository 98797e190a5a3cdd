"""Dates as sheets keep them: real ones, Excel's day numbers, and text in a dozen ways.

`read` gives a date, `read_moment` a moment in UTC. Which of 3/5/2026 is the month can't be seen
in one cell: `ambiguous` finds such cells, so that a person is asked once for the whole column.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

from freecrm.core.day_words import MONTHS
from freecrm.core.values import blank, half, plain, quoted, short
from freecrm.core.words import N_, Said, say

FIRST_YEAR, LAST_YEAR = 1900, 2199

_MONTH_NUMBER = {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"

_FAST = re.compile(r"(?P<y>[0-9]{4})([-/.])(?P<m>[0-9]{1,2})\2(?P<d>[0-9]{1,2})")
_FAST_CHINESE = re.compile(r"(?P<y>[0-9]{4})年(?P<m>[0-9]{1,2})月(?P<d>[0-9]{1,2})[日号]")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_YEAR_FIRST = re.compile(
    r"([0-9]{4}|[0-9]{2}) ?(?:年 ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?[日号]?|"
    r"([-/.]) ?([0-9]{1,2}) ?\4 ?([0-9]{1,2})|([0-9]{1,2}) ([0-9]{1,2}))"
)
_YEAR_LAST = re.compile(r"([0-9]{1,2}) ?([-/.]) ?([0-9]{1,2}) ?\2 ?([0-9]{4}|[0-9]{2})")
_MONTH_ONLY = re.compile(r"([0-9]{4}) ?(?:年 ?([0-9]{1,2}) ?月份?|[-/.] ?([0-9]{1,2}))")
_DAY_NAMED = re.compile(
    r"([0-9]{1,2})(?:st|nd|rd|th)?[- ./]*(?:of )?" + _MONTH + r"[- ./,]*([0-9]{4}|'?[0-9]{2})"
)
_NAMED_DAY = re.compile(_MONTH + r"[- ./]*([0-9]{1,2})(?:st|nd|rd|th)?(?: ?, ?| )([0-9]{4})")
_YEAR_NAMED = re.compile(r"([0-9]{4})[- ./]*" + _MONTH + r"[- ./]*([0-9]{1,2})")
_NAMED_MONTH = re.compile(_MONTH + r"[- ./,]*([0-9]{4})")
_NO_YEAR = re.compile(r"[0-9]{1,2} ?(?:月 ?[0-9]{1,2} ?[日号]?|[-/.][0-9]{1,2})")
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_WEEKDAY = re.compile(
    r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,? +|[ (]*(?:星期|周|礼拜)[一二三四五六日天][ )]*"
)
_TIME = re.compile(
    r"(?:(?<=[0-9日号])t| +|(?<=[日号年月]))(上午|下午|晚上|中午|早上|凌晨|am|pm)? ?([0-9]{1,2})(?::|点|时)"
    r"(?:([0-9]{1,2})(?:分|:([0-9]{1,2})(?:[.,]([0-9]{1,9}))?秒?)?|半)?(?:([0-9]{1,2})秒)?"
    r" ?(am|pm|a\.m\.|p\.m\.)? ?(z|utc|gmt|[+-][0-9]{2}:?[0-9]{2})?$"
)

NO_DATE = N_("“{value}” isn't a date that can be understood; write it as 2026-03-05.")
_NO_SUCH_DAY = N_("“{value}” can't be: {month} {year} has {days} days.")
_NO_SUCH_MONTH = N_("“{value}” can't be: there is no month {month}.")
FAR = N_("“{value}” lies outside the years {first} to {last}; check the year.")
_YEAR_MISSING = N_("“{value}” has no year; write it as 2026-03-05.")
_ONLY_YEAR = N_("“{value}” is only a year; add month and day.")
_NO_TIME = N_("“{value}” has no such time of day; write it as 2026-03-05 14:30.")
_NO_LEAP = N_(
    "“{value}” is Excel's number for 29 February 1900, a day that never was; write the date itself."
)


class _Found(NamedTuple):
    """What stood in a cell: the day, the time of day with its own zone when one was written."""

    day: date | None
    clock: time | None = None
    said: Said | None = None


def read(cell: object, *, epoch1904: bool = False, order: str = "") -> tuple[date | None, Said | None]:
    """The date in `cell`, without its time of day; (None, None) for a blank; (None, sentence) for
    what is none. A month alone is its first day. Never raises.

    epoch1904: the workbook counts days from 1904. order: "dmy", "mdy" or "ymd" for cells such as
    3/5/2026 and 03-05-26; without it dots and dashes are read as dmy, slashes as mdy, and two
    digits in front as the year."""
    if type(cell) is str and (match := _FAST.fullmatch(cell) or _FAST_CHINESE.fullmatch(cell)):
        year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
        if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 28:
            return date(year, month, day), None
    found = _find(cell, epoch1904, order)
    return found.day, found.said


def read_moment(
    cell: object, *, zone: str = "", epoch1904: bool = False, order: str = ""
) -> tuple[datetime | None, Said | None]:
    """The moment in `cell` in UTC; a cell without a time of day is midnight. Text is local time
    of `zone` (IANA name; this computer's own when empty or unknown) unless it names its offset.
    Otherwise as `read`."""
    found = _find(cell, epoch1904, order)
    if found.day is None:
        return None, found.said
    local = datetime.combine(found.day, found.clock or time())
    if local.tzinfo is None and (place := _zone(zone)):
        local = local.replace(tzinfo=place)
    try:
        return local.astimezone(UTC), None
    except (OSError, OverflowError, ValueError):  # Windows knows no local time before 1970
        return local.replace(tzinfo=datetime.now().astimezone().tzinfo).astimezone(UTC), None


def ambiguous(cell: object) -> bool:
    """Whether `cell` is a text that reads as two different dates, depending on the order of day
    and month (3/5/2026, 03-05-26): ask once and pass the answer as `order`."""
    if not isinstance(cell, str) or len(cell) > 60:
        return False
    return len({read(cell, order=order)[0] for order in ("dmy", "mdy", "")} - {None}) > 1


def show(day: date) -> str:
    """A date as lists show it: 2026-03-05."""
    return day.isoformat()[:10]


def add_months(day: date, months: int) -> date:
    """The same day of another month, its last day where that one is shorter; never outside the years
    that can be kept."""
    number = day.year * 12 + day.month - 1 + months
    year = min(max(number // 12, FIRST_YEAR), LAST_YEAR)
    month = number % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (OSError, ValueError, LookupError):  # unknown here, or no name of a zone at all
        return None


def _find(cell: object, epoch1904: bool, order: str) -> _Found:
    if cell is None or cell == "":
        return _Found(None)
    if isinstance(cell, datetime):
        return _in_range(cell.date(), plain(cell), cell.timetz())
    if isinstance(cell, date):
        return _in_range(cell, plain(cell), None)
    text = half(plain(cell)[:200]).strip()
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _of_number(float(cell) if isinstance(cell, float) else cell, text, epoch1904)
    if not isinstance(cell, str):
        return _Found(None, None, say(NO_DATE, value=quoted(cell)))
    if blank(text) or text.startswith("0000-00-00"):
        return _Found(None)
    if len(cell) > 100:
        return _Found(None, None, say(NO_DATE, value=short(text)))
    if _SERIAL.fullmatch(text) and 10_000 <= float(text) < 100_000:
        return _of_serial(float(text), text, epoch1904)
    return _of_text(text, order)


def _of_number(value: float, text: str, epoch1904: bool) -> _Found:
    if FIRST_YEAR <= value < LAST_YEAR + 1:  # as a day number it would be a day of 1905
        return _Found(None, None, say(_ONLY_YEAR, value=short(text)))
    # `text` has no point when the number is whole.
    if compact := _COMPACT.fullmatch(text):
        return _made(int(compact[1]), int(compact[2]), int(compact[3]), text)
    return _of_serial(value, text, epoch1904)


def _of_serial(value: float, text: str, epoch1904: bool) -> _Found:
    if not 0 < value < 120_000:  # also false for NaN
        return _Found(None, None, say(NO_DATE, value=short(text) or "…"))
    days, part = divmod(value, 1)
    seconds = round(part * 86400)
    if seconds == 86400:
        days, seconds = days + 1, 0
    if epoch1904:
        start = date(1904, 1, 1)
    elif days < 60:
        start = date(1899, 12, 31)
    elif days < 61:
        return _Found(None, None, say(_NO_LEAP, value=short(text)))
    else:
        start = date(1899, 12, 30)
    clock = time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    return _in_range(start + timedelta(days=days), text, clock)


def _of_text(text: str, order: str) -> _Found:
    rest, clock = text.lower(), None
    if found := _TIME.search(rest):
        clock = _clock(found)
        if clock is None:
            return _Found(None, None, say(_NO_TIME, value=short(text)))
        rest = rest[: found.start()]
    rest = _WEEKDAY.sub(" ", rest, count=2).strip(" ,.'")
    got = _of_day(rest, text, order)
    return got if clock is None or got.day is None else got._replace(clock=clock)


def _of_day(rest: str, text: str, order: str) -> _Found:
    if found := _COMPACT.fullmatch(rest):
        return _made(int(found[1]), int(found[2]), int(found[3]), text)
    first, last = _YEAR_FIRST.fullmatch(rest), _YEAR_LAST.fullmatch(rest)
    if last and (first is None or (len(first[1]) == 2 and order in ("dmy", "mdy") and len(last[4]) == 2)):
        a, sign, b, year = int(last[1]), last[2], int(last[3]), _year(last[4])
        month_first = order == "mdy" or (order != "dmy" and sign == "/")
        month, day = (a, b) if month_first else (b, a)
        if month > 12 >= day:
            month, day = day, month
        return _made(year, month, day, text)
    if first:
        parts = [g for g in first.groups()[1:] if g and g.isdigit()]
        return _made(_year(first[1]), int(parts[0]), int(parts[1]), text)
    if found := _MONTH_ONLY.fullmatch(rest):
        return _made(int(found[1]), int(found[2] or found[3]), 1, text)
    if found := _DAY_NAMED.fullmatch(rest):
        return _made(_year(found[3]), _MONTH_NUMBER[found[2]], int(found[1]), text)
    if found := _NAMED_DAY.fullmatch(rest):
        return _made(int(found[3]), _MONTH_NUMBER[found[1]], int(found[2]), text)
    if found := _YEAR_NAMED.fullmatch(rest):
        return _made(int(found[1]), _MONTH_NUMBER[found[2]], int(found[3]), text)
    if found := _NAMED_MONTH.fullmatch(rest):
        return _made(int(found[2]), _MONTH_NUMBER[found[1]], 1, text)
    if _NO_YEAR.fullmatch(rest):
        return _Found(None, None, say(_YEAR_MISSING, value=short(text)))
    if re.fullmatch(r"(?:19|2[01])[0-9]{2} ?年?", rest):
        return _Found(None, None, say(_ONLY_YEAR, value=short(text)))
    return _Found(None, None, say(NO_DATE, value=short(text)))


def _year(text: str) -> int:
    """Two digits are years 1970 to 2069."""
    year = int(text.lstrip("'"))
    return year if len(text.lstrip("'")) == 4 else year + (2000 if year < 70 else 1900)


def _made(year: int, month: int, day: int, text: str) -> _Found:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return _Found(None, None, say(FAR, value=short(text), first=FIRST_YEAR, last=LAST_YEAR))
    if not 1 <= month <= 12:
        return _Found(None, None, say(_NO_SUCH_MONTH, value=short(text), month=month))
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        name = say(MONTHS[month - 1])
        return _Found(None, None, say(_NO_SUCH_DAY, value=short(text), month=name, year=year, days=days))
    return _Found(date(year, month, day))


def _in_range(day: date, text: str, clock: time | None) -> _Found:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return _Found(None, None, say(FAR, value=short(text), first=FIRST_YEAR, last=LAST_YEAR))
    return _Found(day, clock)


def _clock(found: re.Match[str]) -> time | None:
    """The time of day, None for one that no clock shows."""
    half_day, hour_, minute, second, fraction, second_, ampm, offset = found.groups()
    hour = int(hour_)
    seconds = int(second or second_ or 0)
    minutes = 30 if "半" in found.group() else int(minute or 0)
    mark = (ampm or half_day or "").replace(".", "")
    if mark in ("pm", "下午", "晚上", "中午") and hour < 12 and not (mark == "中午" and hour > 9):
        hour += 12
    elif mark == "am" and hour == 12:
        hour = 0
    if (hour, minutes, seconds) == (24, 0, 0) or hour > 23 or minutes > 59 or seconds > 59:
        return None
    zone: timezone | None = None
    if offset:
        sign = -1 if offset[0] == "-" else 1
        figures = offset[1:].replace(":", "")
        away = (
            timedelta(hours=int(figures[:2]), minutes=int(figures[2:])) if figures.isdigit() else timedelta()
        )
        if away >= timedelta(hours=24):
            return None
        zone = timezone(sign * away)
    return time(hour, minutes, seconds, int((fraction or "0")[:6].ljust(6, "0")), tzinfo=zone)
