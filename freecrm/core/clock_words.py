"""Times of day and lengths in words: 上午9点, 明早9点, 下午三点半, 9-11点, 3pm, noon; 1小时, 半小时, 90分钟, 2h, 30 min.

Patterns only; texts come in half-width signs. A length is minutes.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

_DIGITS = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_PART = r"(凌晨|清晨|早上|早晨|早|上午|中午|正午|午后|下午|傍晚|晚上|夜里|晚)"
_DAY_PART = r"(?:(?<![天日周月年期拜之以])(今|明|后|昨)天?(?=早|晚|上午|中午|下午|凌晨|傍晚|夜))"
_HOUR_ZH = r"([0-9]{1,2}|二十[一二三四]?|十[一二三四五六七八九]?|[零一二两三四五六七八九])"
_MINUTE_ZH = r"([0-9]{1,2}|[二三四五]十[一二三四五六七八九]?|十[一二三四五六七八九]?|零[一二三四五六七八九]|半|一刻|三刻)"
_CLOCK = re.compile(
    rf"{_DAY_PART}?{_PART}? ?(?:{_HOUR_ZH}(?:点钟?|时)(?!建议|意见|要求|问题|间)(?:{_MINUTE_ZH}分?)?|([0-9]{{1,2}}):([0-9]{{2}})(?::[0-9]{{2}})?(?![0-9:])(?: ?([ap])\.?m\b\.?)?)"
    r"|(?<![0-9a-z:.])([0-9]{1,2}) ?([ap])\.?m\b\.?"
    r"|\b(noon|midday)\b|(中午|正午)(?![饭餐])",
    re.IGNORECASE,
)
_TO = r" ?(?:-|~|～|到|至|to|until|till) ?"
_BOTH = re.compile(_TO, re.IGNORECASE)
_SHORT = re.compile(
    rf"{_DAY_PART}?{_PART}? ?([0-9]{{1,2}}){_TO}{_PART}?([0-9]{{1,2}})(?:点|时)(半)?"
    rf"|(?<![0-9:/.-])([0-9]{{1,2}}){_TO}([0-9]{{1,2}}) ?([ap])\.?m\b\.?",
    re.IGNORECASE,
)
_END_ONLY = re.compile(r"(?:到|至|直到|\buntil |\btill ) ?$", re.IGNORECASE)

_N_ZH = r"([0-9]{1,3}(?:\.[0-9])?|[一二两三四五六七八九十]{1,3}|半)"
_HOURS = r"(?:小时|钟头)"
_LENGTH = re.compile(
    rf"{_N_ZH}个?(半)?(?:{_HOURS})(半)?(?:([0-9]{{1,2}})分钟?)?(?![后前内])"
    r"|([0-9]{1,3}|[一二三四五]?十[五]?|五)分钟?(?![后前内之])|([一三])刻钟"
    r"|(?<![0-9a-z.])([0-9]{1,2}(?:\.[0-9]{1,2})?) ?(?:h|hrs?|hours?)(?: ?([0-9]{1,2}) ?(?:m|min|mins|minutes)?)?(?![a-z0-9])"
    r"|(?<![0-9a-z.])([0-9]{1,3}) ?(?:m|min|mins|minutes?)(?![a-z0-9])"
    r"|\b(half an hour|an hour and a half|an hour|one hour|two hours|three hours)\b",
    re.IGNORECASE,
)
_ENGLISH = {
    "half an hour": 30, "an hour and a half": 90, "an hour": 60, "one hour": 60, "two hours": 120, "three hours": 180,
}  # fmt: skip


class Clock(NamedTuple):
    """A time of day in a text. away: days from today that its words name (明早: 1), None when they name none. part:
    whether words said which half of the day. at, to: where it stands."""

    time: dt.time
    away: int | None
    part: bool
    at: int
    to: int


class Hours(NamedTuple):
    """What a text says of the time of day. start, end: None = not said; late: the end is on the next day.
    backwards: it would be, but nobody meant that (下午3点到2点)."""

    start: Clock | None
    end: dt.time | None
    late: bool
    at: int
    to: int
    backwards: bool = False


def number(text: str) -> float | None:
    """12, 1.5, 三, 二十一, 半."""
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text):
        return float(text)
    if text == "半":
        return 0.5
    tens, ten, ones = text.rpartition("十")
    if any(sign not in _DIGITS for sign in tens + ones) or len(tens) > 1 or len(ones) > 2:
        return None
    units = _DIGITS[ones[-1]] if ones else 0
    return float((_DIGITS[tens] if tens else 1) * 10 * bool(ten) + units)


def find_clock(text: str, since: int = 0) -> Clock | None:
    """The first time of day in a text."""
    for found in _CLOCK.finditer(text, since):
        made = _clock(found)
        if made is not None:
            return made
    return None


def _clock(found: re.Match[str]) -> Clock | None:
    day, part, hour_zh, minute_zh, hour, minute, half, hour_en, half_en, noon, noon_zh = found.groups()
    away = {"今": 0, "明": 1, "后": 2, "昨": -1}.get(day or "")
    if noon or noon_zh:
        return Clock(dt.time(12), away, True, found.start(), found.end())
    n = number(hour_zh) if hour_zh else float(hour or hour_en)
    if n is None:
        return None
    minutes = _minute(minute_zh) if minute_zh else int(minute or 0)
    made = _hour(int(n), minutes, part, half or half_en)
    if made is None:
        return None
    if made == dt.time(0) and (
        int(n) == 24 or (int(n) == 12 and part)
    ):  # 24点, 今晚12点 is the midnight behind today
        away = (away or 0) + 1
    return Clock(made, away, bool(part or half or half_en), found.start(), found.end())


def _minute(text: str) -> int:
    quarter = {"半": 30, "一刻": 15, "三刻": 45}.get(text)
    return quarter if quarter is not None else int(number(text.removeprefix("零")) or 0)


def _hour(hour: int, minute: int, part: str | None, half: str | None) -> dt.time | None:
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (half.lower() == "p")
    elif part in ("下午", "午后", "傍晚") and hour <= 12:
        hour = hour % 12 + 12
    elif part in ("晚上", "晚", "夜里") and 5 <= hour <= 12:
        hour = (hour + 12) % 24
    elif part in ("中午", "正午") and hour <= 3:
        hour += 12
    elif part == "凌晨" and hour == 12:
        hour = 0
    if hour == 24 and minute == 0:
        return dt.time(0)
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


def find(text: str) -> Hours | None:
    """The first time of day in a text, or the first two with 到 or - between: from when to when."""
    for found in _SHORT.finditer(text):
        made = _short(found)
        if made is not None:
            return made
    start = find_clock(text)
    if start is None:
        return None
    if _END_ONLY.search(text[: start.at]):
        cut = _END_ONLY.search(text[: start.at])
        assert cut is not None
        return Hours(None, start.time, False, cut.start(), start.to)
    at = start.at - len(_said_before(text[: start.at]))
    between = _BOTH.match(text, start.to)
    end = find_clock(text, between.end()) if between else None
    if between is None or end is None or end.at != between.end():
        return Hours(start, None, False, at, start.to)
    return _between(start, end.time, end.part, at, end.to)


def _said_before(text: str) -> str:
    found = re.search(r"\b(?:at|from) ?$", text, re.IGNORECASE)
    return found[0] if found else ""


def _short(found: re.Match[str]) -> Hours | None:
    day, part, one, other_part, other, half, first, second, pm = found.groups()
    if first:
        end = _hour(int(second), 0, None, pm)
        start = _hour(int(first), 0, None, pm)
        if start is not None and end is not None and start > end:
            start = _hour(int(first), 0, None, "a" if pm.lower() == "p" else "p")
        part = pm
    else:
        start = _hour(int(one), 0, part, None)
        end = _hour(int(other), 30 if half else 0, other_part, None)
        if half and other_part is None and end is None:
            return None
    if start is None or end is None:
        return None
    away = {"今": 0, "明": 1, "后": 2, "昨": -1}.get(day or "")
    at = found.start() - len(_said_before(found.string[: found.start()]))
    clock = Clock(start, away, bool(part), found.start(), found.end())
    return _between(clock, end, bool(other_part or pm), at, found.end())


def _between(start: Clock, end: dt.time, said: bool, at: int, to: int) -> Hours:
    """From a time to another one, which lies in the same half of the day unless it said another one."""
    if end <= start.time and not said and start.time.hour < end.hour + 12 < 24:
        end = end.replace(hour=end.hour + 12)
    late = end <= start.time
    return Hours(start, end, late, at, to, late and _is_backwards(start, end, said))


def _is_backwards(start: Clock, end: dt.time, said: bool) -> bool:
    """Whether an end before its beginning is a slip and not the night behind it: in the same half of an afternoon, or
    more than half a day away."""
    if not said and start.part and 12 <= start.time.hour < 18 and 1 <= end.hour < 12:
        return True
    return (end.hour - start.time.hour) * 60 + end.minute - start.time.minute + 24 * 60 > (
        18 if said else 12
    ) * 60


_BARE = r"([01]?[0-9]|2[0-4])(?: ?(?:to|until|till) ?|[-~–])([01]?[0-9]|2[0-4])(?![0-9:./%-])"
_NOT_COUNTED = (
    r"(?! ?(?:people|persons?|pcs|days?|weeks?|months?|years?|h|hours?|hrs?|m|min(?:ute)?s?|times|firms?|customers?|k|kg|units?)\b"
    r"|[一-鿿个]| ?[天周月年小分个人家台件号日楼层期万元])"
)
_BARE_FROM = re.compile(rf"\bfrom {_BARE}{_NOT_COUNTED}", re.IGNORECASE)
_BARE_HERE = re.compile(rf" ?(?:at |from )?{_BARE}{_NOT_COUNTED}", re.IGNORECASE)
_BARE_UP_TO = re.compile(rf"(?<![0-9:./-])(?:from )?{_BARE} ?$", re.IGNORECASE)


def find_bare(text: str, beside: int | None) -> Hours | None:
    """Two hours with nothing but a day beside them (Monday 9 to 11), or with from in front. beside: where the day
    stood in the text."""
    found = _BARE_FROM.search(text)
    if found is None and beside is not None:
        found = _BARE_HERE.match(text, beside) or _BARE_UP_TO.search(text, 0, beside)
    if found is None:
        return None
    start, end = _hour(int(found[1]), 0, None, None), _hour(int(found[2]), 0, None, None)
    if start is None or end is None:
        return None
    return _between(Clock(start, None, False, *found.span()), end, False, *found.span())


def afternoon(hours: Hours) -> Hours:
    """The same of an appointment: who says 3点 and nothing more doesn't mean the middle of the night."""
    start = hours.start
    if start is None or start.part or not 1 <= start.time.hour <= 6 or hours.late:
        return hours
    moved = start._replace(time=start.time.replace(hour=start.time.hour + 12))
    end = hours.end
    if end is not None and end.hour < 12:
        end = end.replace(hour=end.hour + 12)
    return hours._replace(start=moved, end=end)


def find_length(text: str) -> tuple[int, int, int] | None:
    """The first length in a text: minutes, and where it stands."""
    for found in _LENGTH.finditer(text):
        minutes = _length(found)
        if minutes and minutes <= 7 * 24 * 60:
            return minutes, found.start(), found.end()
    return None


def _length(found: re.Match[str]) -> int | None:
    hours, half, half_behind, more, minutes, quarters, hours_en, more_en, minutes_en, english = found.groups()
    if english:
        return _ENGLISH[english.lower()]
    if quarters:
        return {"一": 15, "三": 45}[quarters]
    if minutes or minutes_en:
        n = number(minutes or minutes_en)
        return None if n is None else round(n)
    if hours_en:
        return round(float(hours_en) * 60) + int(more_en or 0)
    n = number(hours)
    if n is None:
        return None
    return round((n + 0.5 * bool(half or half_behind)) * 60) + int(more or 0)
