"""Dates in words, as people type them into a form: 明天, 下周三, 3天后, next Wed, end of month, 25号.

A bare weekday is the next one, today included; 下周三 is the Wednesday of the next Monday-to-Sunday
week; a day without a year is the one nearest to today. Whatever is none of these is read as any
other date (`core/dates.py`). Plain patterns, no guessing: what comes out is shown before it is taken.
Which day a phrase means is in `day_phrases.py`, how days are said in `day_words.py`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from freecrm.core import clock_words, dates, festival_words
from freecrm.core.day_phrases import COUNT, before, is_bare_weekday, meant
from freecrm.core.day_words import this_day
from freecrm.core.values import half
from freecrm.core.words import Said

_FULL = re.compile(r"[0-9]{4}(?:[-/.][0-9]{1,2}[-/.][0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}[号日]?)")
_NOT_BEHIND = r"(?!楼|线|院|店|门|库|厅|机|车|桌|柜|仓|会议|展|厂|房|单元)"
_WHICH = r"(?:本|这个?|下+个?|上+个?)"
_PHRASE = re.compile(
    r"(?<![0-9])[0-9]{4}(?:[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?![0-9])|年[0-9]{1,2}月[0-9]{1,2}[号日]?)"
    rf"|(?:(?:今年|明年|后年|去年)|{_WHICH}(?=[0-9]*月))?(?<![0-9])[0-9]{{1,2}}月[0-9]{{1,2}}[号日]?(?![0-9])"
    r"|(?<![0-9])[0-9]{1,2} ?月 ?[0-9]{1,2} ?[号日]"
    rf"|{_WHICH}?周末|下+个?(?:周|星期|礼拜)(?![一二三四五六日天末]|报(?!价|名|到|税|销))"
    r"|下+个?月(?![底末初份度报]|[0-9])"
    rf"|{_WHICH}?月(?:底|末|初(?![一二三四五六七八九十]))|(?:今|明|去)?年(?:底|末|初)|{_WHICH}月(?:份)?[0-9]{{1,2}}[号日]"
    rf"|大后天|大前天|今天|今日|明天|明日|后天|昨天|昨日|前天|{_WHICH}?(?:周|星期|礼拜)[一二三四五六日天](?!报|刊)"
    r"|(?:[0-9]{1,4}|[一二两三四五六七八九十半]{1,3})个?半?(?:天|日|周|星期|礼拜|月|年)半?(?:之|以)?[后前]"
    rf"|(?<![0-9])[0-9]{{1,2}}[号日]{_NOT_BEHIND}|(?<![0-9/])[0-9]{{1,2}}/[0-9]{{1,2}}(?![0-9/])"
    r"|(?<![^ ])[01][0-9][0-3][0-9](?![^ ])"
    r"|\b(?:the )?day (?:after tomorrow|before yesterday)\b|\b(?:today|tomorrow|tmrw?|yesterday)\b"
    r"|\bnext (?:week|month)\b(?!')|\b(?:the )?(?:(?:this|next) )?weekend\b"
    r"|\b(?:end|start|beginning) of (?:the |(?:this|next|last) )?(?:month|year|week)\b"
    rf"|\bin {COUNT} ?(?:day|week|month|year|d|w)s?\b|\b{COUNT} (?:day|week|month|year)s? (?:from now|later)\b"
    r"|\b[0-9]{1,2}(?:st|nd|rd|th)? (?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b\.?"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? [0-9]{1,2}(?:st|nd|rd|th)?\b"
    r"|\b(?:(?:this|next|last|coming) )?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b",
    re.IGNORECASE,
)
_PLAINLY = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?: [0-9]{1,2}:[0-9]{2})?")


def read(text: str, today: date | None = None, *, past: bool = False) -> tuple[date | None, Said | None]:
    """The day that `text` means, seen from `today`; (None, None) when blank, (None, sentence) when
    it is none. past: of the days that it can mean, the latest that was. Never raises."""
    plain = _tidy(text)
    if not plain:
        return None, None
    today = today or this_day()
    found = meant(plain, today) if len(plain) <= 60 else None
    found = _first_of_many(plain, today) if found is None else found
    if found is not None and past and found > today:
        found = before(plain, found, today)
    if found is not None and dates.FIRST_YEAR <= found.year <= dates.LAST_YEAR:
        return found, None
    found, why = dates.read(text)
    return found, _reason(why, half(text[:200]), today)


def read_moment(text: str, now: datetime | None = None) -> tuple[datetime | None, Said | None]:
    """As `read`, with a time of day behind the words (明天 14:30, 下周三下午3点, Fri 3pm): the moment in
    UTC, midnight where none is named."""
    plain = _tidy(text)
    if not plain:
        return None, None
    now = now or datetime.now().astimezone()
    if len(plain) <= 60:
        clock = clock_words.find_clock(plain)
        at = clock.time if clock is not None else time()
        day = _day_around(plain, clock, now)
        if day is not None and dates.FIRST_YEAR <= day.year <= dates.LAST_YEAR:
            return _in_utc(datetime.combine(day, at), now), None
    found, why = dates.read_moment(text)
    return found, _reason(why, half(text[:200]), now.date())


def _reason(why: Said | None, text: str, today: date) -> Said | None:
    """Why a text is no day: of a day that no month has just that, though it has no year either."""
    from freecrm.core import no_such_words

    return why and (no_such_words.day(text, today) or no_such_words.clock(text) or why)


def _day_around(plain: str, clock: clock_words.Clock | None, now: datetime) -> date | None:
    """The day of a text without its time of day; None when what is left is none."""
    if clock is None:
        return meant(plain, now.date()) or _first_of_many(plain, now.date())
    rest = f"{plain[: clock.at]} {plain[clock.to :]}".strip(" ,的")
    rest = rest.removesuffix(" at").removesuffix("@").strip()
    return on_day(rest, clock, now)


def on_day(words: str, clock: clock_words.Clock | None, now: datetime) -> date | None:
    """The day that words mean when a time of day goes with them; None when they mean none. Without words that of the
    clock (明早), else today. A bare weekday is today only while its time is still ahead."""
    today = now.date()
    if not words:
        return today + timedelta(days=(clock.away or 0) if clock else 0)
    midnight = clock is not None and clock.away == 1 and clock.time == time()
    if clock is not None and clock.away is not None and not midnight:
        return None
    day = meant(words, today) or _first_of_many(words, today)
    if day is not None and midnight:  # 周五24点 is the midnight behind it
        return day + timedelta(days=1) if day < date.max else None
    if day == today and clock is not None and is_bare_weekday(words) and clock.time <= now.time():
        return day + timedelta(days=7)
    return day


class Found(NamedTuple):
    """A day in a text. at, to: where its words stand."""

    day: date
    at: int
    to: int


def find(text: str, now: datetime, since: int = 0) -> Found | None:
    """The first words of a text that mean a day, seen from now; None when there are none. Never raises."""
    chinese = festival_words.lunar_day(text, now.date(), since)
    if chinese is not None and chinese.day.year <= dates.LAST_YEAR:
        return Found(*chinese)
    for found in _PHRASE.finditer(text, since):
        words = found[0].strip().lower()
        day = meant(words, now.date())
        if day is None and _FULL.fullmatch(words):
            day = dates.read(words)[0]
        if day is not None and dates.FIRST_YEAR <= day.year <= dates.LAST_YEAR:
            return Found(day, found.start(), found.end())
    feast = festival_words.festival(text, now.date(), since)
    return Found(*feast) if feast is not None and feast.day.year <= dates.LAST_YEAR else None


def is_plain(text: str) -> bool:
    """Whether a date is written just as it is shown, so that nobody need be told how it was read."""
    return _PLAINLY.fullmatch(half(text).strip()) is not None


def _first_of_many(text: str, today: date) -> date | None:
    """The next day of a repeat in words (每周一): a field that holds one day takes the first."""
    from freecrm.core import repeat_words

    found = repeat_words.read(text, today) if "每" in text or "every" in text or "each" in text else None
    return found[1] if found else None


def _tidy(text: str) -> str:
    from freecrm.core import day_spans

    return day_spans.digits(_plain(text))


def _plain(text: str) -> str:
    return " ".join(half(text[:200]).lower().split()).strip(" ,.。")


def _in_utc(local: datetime, now: datetime) -> datetime:
    """A wall time of the zone that `now` stands in; of this computer's where it has a fixed distance from UTC only."""
    if isinstance(now.tzinfo, ZoneInfo):
        return local.replace(tzinfo=now.tzinfo).astimezone(UTC)
    try:
        return local.astimezone(UTC)
    except (OSError, OverflowError, ValueError):  # Windows knows no local time before 1970
        return local.replace(tzinfo=datetime.now().astimezone().tzinfo).astimezone(UTC)
