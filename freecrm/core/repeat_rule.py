"""A rule of repeats as text and as data: `FREQ=MONTHLY;BYDAY=2FR;COUNT=12` (RFC 5545, 3.3.10), `LUNAR=08-15`.

    LUNAR=08-15      every year on the 15th of the eighth month of the Chinese calendar
    LUNAR=04+-15     of the leap fourth month; in years without one of the plain fourth (as `core/yearly.py`)

Both take INTERVAL, COUNT and UNTIL behind a semicolon. What comes more often than daily is refused: a calendar of a
firm would drown in it. Texts are foreign: `parse` never raises, it says what a text lacks.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from freecrm.core.words import N_, Said, say

DAILY, WEEKLY, MONTHLY, YEARLY, LUNAR = "DAILY", "WEEKLY", "MONTHLY", "YEARLY", "LUNAR"
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST = 2000
"""Letters of a rule."""
MOST_A_DAY = 48
"""Times a day that BYHOUR, BYMINUTE and BYSECOND may ask for."""

Day = tuple[int, int]
"""A weekday: which one of its month or year (0 = each, -1 = the last), and 0 = Monday to 6."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule says. by_…: empty = nothing said. until: the last moment (UTC), wall time or day that counts."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: dt.datetime | dt.date | None = None
    by_month: tuple[int, ...] = ()
    by_week: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_day: tuple[Day, ...] = ()
    by_hour: tuple[int, ...] = ()
    by_minute: tuple[int, ...] = ()
    by_second: tuple[int, ...] = ()
    by_place: tuple[int, ...] = ()
    week_start: int = 0
    lunar: tuple[int, int, bool] | None = None

    @property
    def is_plain(self) -> bool:
        """Whether only the beginning says on which days it comes."""
        return not (
            self.by_month or self.by_week or self.by_year_day or self.by_month_day or self.by_day
            or self.by_place or self.lunar
        )  # fmt: skip

    @property
    def is_endless(self) -> bool:
        return self.count is None and self.until is None


_NO_RULE = N_("“{rule}” is no rule of repeats that FreeCRM knows.")
_TOO_OFTEN = N_("It would repeat more often than daily. Choose daily, weekly, monthly or yearly.")
_MANY_A_DAY = N_("It would come {n} times a day; at most {most} are taken.")
_TWO_ENDS = N_("A repeat ends after a number of times or on a day, not both.")
_NUMBER = N_("“{value}” can't stand for {part} in a rule of repeats.")
_NOT_TOGETHER = N_("{part} can't stand in a rule that repeats {freq}.")
_LONG = N_("The rule of repeats is longer than {most} letters.")
FREQUENCIES = {
    DAILY: N_("daily"), WEEKLY: N_("weekly"), MONTHLY: N_("monthly"), YEARLY: N_("yearly"), LUNAR: N_("yearly"),
}  # fmt: skip

_LUNAR_DAY = re.compile(r"([0-9]{1,2})(\+?)-([0-9]{1,2})")
_BY_DAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z?))?")
_LISTS = {  # part -> field, least, most, whether counted from the end as well
    "BYMONTH": ("by_month", 1, 12, False),
    "BYWEEKNO": ("by_week", 1, 53, True),
    "BYYEARDAY": ("by_year_day", 1, 366, True),
    "BYMONTHDAY": ("by_month_day", 1, 31, True),
    "BYHOUR": ("by_hour", 0, 23, False),
    "BYMINUTE": ("by_minute", 0, 59, False),
    "BYSECOND": ("by_second", 0, 60, False),
    "BYSETPOS": ("by_place", 1, 366, True),
}
_ORDER = (
    "BYMONTH",
    "BYWEEKNO",
    "BYYEARDAY",
    "BYMONTHDAY",
    "BYDAY",
    "BYHOUR",
    "BYMINUTE",
    "BYSECOND",
    "BYSETPOS",
)


class _Refused(Exception):
    def __init__(self, why: Said) -> None:
        self.why = why


@lru_cache(maxsize=4096)
def parse(text: str) -> tuple[Rule | None, Said | None]:
    """The rule that a text is, or (None, why it is none)."""
    if len(text) > MOST:
        return None, say(_LONG, most=MOST)
    plain = "".join(text.split()).upper().removeprefix("RRULE:").strip(";")
    parts: dict[str, str] = {}
    for piece in plain.split(";"):
        name, equals, value = piece.partition("=")
        if not equals or not value or name in parts:
            return None, say(_NO_RULE, rule=text[:80])
        parts[name] = value
    try:
        return _made(parts, text), None
    except _Refused as refused:
        return None, refused.why


def _made(parts: dict[str, str], text: str) -> Rule:
    freq = parts.pop("FREQ", "")
    day = parts.pop("LUNAR", "")
    if freq in ("HOURLY", "MINUTELY", "SECONDLY"):
        raise _Refused(say(_TOO_OFTEN))
    if bool(day) == bool(freq) or (freq and freq not in FREQUENCIES):
        raise _Refused(say(_NO_RULE, rule=text[:80]))
    made: dict[str, object] = {"freq": freq or LUNAR}
    if day:
        made["lunar"] = _lunar(day)
    if "COUNT" in parts and "UNTIL" in parts:
        raise _Refused(say(_TWO_ENDS))
    for name, value in parts.items():
        if name == "INTERVAL":
            made["interval"] = _whole(name, value, 1, 99_999)
        elif name == "COUNT":
            made["count"] = _whole(name, value, 1, 999_999)
        elif name == "UNTIL":
            made["until"] = _until(value)
        elif name == "WKST":
            if value not in WEEKDAYS:
                raise _Refused(say(_NUMBER, value=value[:40], part=name))
            made["week_start"] = WEEKDAYS.index(value)
        elif day:
            raise _Refused(say(_NOT_TOGETHER, part=name[:20], freq=say(FREQUENCIES[LUNAR])))
        elif name == "BYDAY":
            made["by_day"] = _by_day(value)
        elif name in _LISTS:
            field, least, most, from_end = _LISTS[name]
            made[field] = _list(name, value, least, most, from_end)
        elif not name.startswith("X-"):
            raise _Refused(say(_NO_RULE, rule=text[:80]))
    rule = Rule(**made)  # type: ignore[arg-type]
    _refuse_mixture(rule)
    return rule


def _refuse_mixture(rule: Rule) -> None:
    """What RFC 5545 forbids to stand together, and too many times a day."""
    freq = say(FREQUENCIES[rule.freq])
    if any(nth for nth, _day in rule.by_day) and (rule.freq in (DAILY, WEEKLY) or rule.by_week):
        raise _Refused(say(_NOT_TOGETHER, part="BYDAY=2MO", freq=freq))
    if rule.by_week and rule.freq != YEARLY:
        raise _Refused(say(_NOT_TOGETHER, part="BYWEEKNO", freq=freq))
    if rule.by_year_day and rule.freq != YEARLY:
        raise _Refused(say(_NOT_TOGETHER, part="BYYEARDAY", freq=freq))
    if rule.by_month_day and rule.freq == WEEKLY:
        raise _Refused(say(_NOT_TOGETHER, part="BYMONTHDAY", freq=freq))
    many = max(len(rule.by_hour), 1) * max(len(rule.by_minute), 1) * max(len(rule.by_second), 1)
    if many > MOST_A_DAY:
        raise _Refused(say(_MANY_A_DAY, n=many, most=MOST_A_DAY))


def _whole(name: str, value: str, least: int, most: int) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) <= 9 and least <= int(value) <= most):
        raise _Refused(say(_NUMBER, value=value[:40], part=name))
    return int(value)


def _list(name: str, value: str, least: int, most: int, from_end: bool) -> tuple[int, ...]:
    found = set()
    for one in value.split(","):
        sign = -1 if from_end and one.startswith("-") else 1
        found.add(sign * _whole(name, one.lstrip("+-") if from_end else one, least, most))
    return tuple(sorted(found))


def _by_day(value: str) -> tuple[Day, ...]:
    made = set()
    for one in value.split(","):
        found = _BY_DAY.fullmatch(one)
        nth = int(found[1] or 0) if found else 0
        if found is None or (found[1] and not 1 <= abs(nth) <= 53):
            raise _Refused(say(_NUMBER, value=one[:40], part="BYDAY"))
        made.add((nth, WEEKDAYS.index(found[2])))
    return tuple(sorted(made))


def _until(value: str) -> dt.datetime | dt.date:
    found = _UNTIL.fullmatch(value)
    try:
        if found is None:
            raise ValueError(value)
        year, month, day = int(found[1]), int(found[2]), int(found[3])
        if found[4] is None:
            return dt.date(year, month, day)
        wall = dt.datetime(year, month, day, int(found[4]), int(found[5]), min(int(found[6]), 59))  # noqa: DTZ001
        return wall.replace(tzinfo=dt.UTC) if found[7] else wall
    except ValueError:
        raise _Refused(say(_NUMBER, value=value[:40], part="UNTIL")) from None


def _lunar(value: str) -> tuple[int, int, bool]:
    found = _LUNAR_DAY.fullmatch(value)
    if found is None or not (1 <= int(found[1]) <= 12 and 1 <= int(found[3]) <= 30):
        raise _Refused(say(_NUMBER, value=value[:40], part="LUNAR"))
    return int(found[1]), int(found[3]), bool(found[2])


def write(rule: Rule) -> str:
    """The text of a rule, as `parse` takes it again."""
    if rule.lunar is not None:
        month, day, leap = rule.lunar
        made = [f"LUNAR={month:02d}{'+' * leap}-{day:02d}"]
    else:
        made = [f"FREQ={rule.freq}"]
    if rule.interval != 1:
        made.append(f"INTERVAL={rule.interval}")
    for name in _ORDER:
        if name == "BYDAY":
            texts = [f"{nth or ''}{WEEKDAYS[day]}" for nth, day in rule.by_day]
        else:
            texts = [str(one) for one in getattr(rule, _LISTS[name][0])]
        if texts:
            made.append(f"{name}={','.join(texts)}")
    if rule.week_start:
        made.append(f"WKST={WEEKDAYS[rule.week_start]}")
    if rule.count is not None:
        made.append(f"COUNT={rule.count}")
    if rule.until is not None:
        made.append(f"UNTIL={_shown_until(rule.until)}")
    return ";".join(made)


def _shown_until(until: dt.datetime | dt.date) -> str:
    if not isinstance(until, dt.datetime):
        return f"{until.year:04d}{until:%m%d}"
    zulu = "" if until.tzinfo is None else "Z"
    at = until if until.tzinfo is None else until.astimezone(dt.UTC)
    return f"{at.year:04d}{at:%m%dT%H%M%S}{zulu}"
