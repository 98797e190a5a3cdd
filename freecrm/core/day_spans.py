"""Spans in a line of text that one day alone doesn't say: from a time of one day to a time of another
(3/25 15:00-3/26 10:00), the day on which a repeat is over (到年底), and months and days in Chinese numerals (十月一日)."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from freecrm.core import clock_words, date_words, dates
from freecrm.core.day_phrases import is_bare_weekday

TO = re.compile(r" ?(?:-|~|–|到|至|to|until|till) ?", re.IGNORECASE)
_OVER = re.compile(r"[, ]*(?:直到|一直到|到|至|截止到?|until|till|to) ?", re.IGNORECASE)
_BEHIND = re.compile(r" ?为止")
_DAY_ALONE = re.compile(r"[0-9]{1,2}[号日]")
_NUMERALS = re.compile(
    r"(?<![一二三四五六七八九十正元0-9闰閏])(十[一二]|[一二三四五六七八九十])月"
    r"(三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])(?=[日号])"
)
_YEAR_SAID = re.compile(r"[0-9]{4}[-/.年]|[年昨前天周上]|星期|礼拜|ago|last|yester", re.IGNORECASE)
_LATELY = dt.timedelta(days=60)
_LUNAR = ("农历", "阴历", "旧历", "农历 ", "阴历 ", "旧历 ")


class Span(NamedTuple):
    """From when to when on the clock of the wall, and where the words stand. backwards: the end is before."""

    start: dt.datetime
    end: dt.datetime
    at: int
    to: int

    @property
    def backwards(self) -> bool:
        """Whether it ends before it begins."""
        return self.end <= self.start


class Over(NamedTuple):
    """The last day of a repeat, and where the words stand."""

    day: dt.date
    at: int
    to: int


def digits(text: str) -> str:
    """A text whose days of the solar year are in digits: 十月一日 → 10月1日. Those of the moon stay as they are."""

    def put(found: re.Match[str]) -> str:
        if found.string[: found.start()].endswith(_LUNAR):
            return found[0]
        month, day = (clock_words.number(found[n]) or 0 for n in (1, 2))
        return f"{month:.0f}月{day:.0f}"

    return _NUMERALS.sub(put, text)


def ahead(day: dt.date, words: str, today: dt.date) -> dt.date:
    """The day that words mean in a line that plans: 10月1日 without a year is the next one, unless it was lately."""
    if day >= today - _LATELY or _YEAR_SAID.search(words):
        return day
    return dates.add_months(day, 12)


def find(text: str, now: dt.datetime) -> Span | None:
    """The first day with its time of day that goes on to another day with its time; None where there is none."""
    first = date_words.find(text, now)
    start = _clock_behind(text, first.to) if first is not None else None
    between = TO.match(text, start.to) if start is not None else None
    last = date_words.find(text, now, between.end()) if between is not None else None
    if first is None or start is None or between is None or last is None or last.at != between.end():
        return None
    end = _clock_behind(text, last.to)
    if end is None:
        return None
    today = now.date()
    begins = ahead(first.day, text[first.at : first.to], today)
    day = ahead(last.day, text[last.at : last.to], today)
    if day < begins and is_bare_weekday(text[last.at : last.to].strip()):
        day += dt.timedelta(days=7)
    return Span(_on(begins, start), _on(day, end), first.at, end.to)


def over(text: str, at: int, now: dt.datetime) -> Over | None:
    """The day on which a repeat is over, where that stands at a place of a text: 到年底, 至12月31日为止. A day of the
    month alone (每月1号到5号) or a weekday is none: it belongs to the rhythm."""
    lead = _OVER.match(text, at)
    found = date_words.find(text, now, lead.end()) if lead is not None else None
    if lead is None or found is None or found.at != lead.end():
        return None
    words = text[found.at : found.to].strip()
    if _DAY_ALONE.fullmatch(words) or is_bare_weekday(words):
        return None
    behind = _BEHIND.match(text, found.to)
    return Over(ahead(found.day, words, now.date()), at, behind.end() if behind else found.to)


def _clock_behind(text: str, at: int) -> clock_words.Clock | None:
    """The time of day that stands right behind a day."""
    found = clock_words.find_clock(text, at)
    return found if found is not None and not text[at : found.at].strip(" ,的") else None


def _on(day: dt.date, clock: clock_words.Clock) -> dt.datetime:
    late = clock.time == dt.time() and clock.away == 1  # 24点 is the midnight behind the day
    return dt.datetime.combine(day + dt.timedelta(days=int(late)), _daytime(clock))


def _daytime(clock: clock_words.Clock) -> dt.time:
    """3点 is the afternoon, as elsewhere in a line."""
    hours = clock_words.afternoon(clock_words.Hours(clock, None, False, clock.at, clock.to))
    return hours.start.time if hours.start is not None else clock.time
