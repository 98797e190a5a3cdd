"""Days of the Chinese calendar and festivals in words: 农历正月初一, 腊月廿三, 中秋, 国庆, Christmas.

A day of the Chinese calendar needs words that no other has: 农历 in front, 正月, 腊月, 初 or 廿. A festival that only
says what something is for (中秋礼品, Christmas party) is none.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from freecrm.core import yearly

_TENS = r"初[一二三四五六七八九十]|廿[一二三四五六七八九]?|卅"
_DAY = rf"(?:{_TENS}|[二三]?十[一二三四五六七八九]?|[0-9]{{1,2}}|[一二三四五六七八九])"
_MONTH = r"[闰閏]?(?:[0-9]{1,2}|十[一二]|[正元一二三四五六七八九十冬腊臘])月"
_ENDS = r"(?![一二三四五六七八九十0-9])"
_LUNAR = re.compile(
    rf"(?:农历|農曆|阴历|旧历) ?{_MONTH}{_DAY}[日号]?{_ENDS}"
    rf"|(?<![一二三四五六七八九十0-9])(?:[闰閏]?[正冬腊臘]月{_DAY}|{_MONTH}(?:{_TENS})){_ENDS}"
    r"|\blunar [0-9]{1,2}\+?-[0-9]{1,2}\b",
    re.IGNORECASE,
)
_DAYS = {
    "春节": "lunar --01-01", "大年初一": "lunar --01-01", "元宵": "lunar --01-15", "端午": "lunar --05-05",
    "七夕": "lunar --07-07", "中秋": "lunar --08-15", "重阳": "lunar --09-09", "元旦": "--01-01", "五一": "--05-01",
    "劳动节": "--05-01", "国庆": "--10-01", "圣诞": "--12-25",
    "chinese new year": "lunar --01-01", "lunar new year": "lunar --01-01", "spring festival": "lunar --01-01",
    "lantern festival": "lunar --01-15", "dragon boat festival": "lunar --05-05",
    "mid-autumn festival": "lunar --08-15", "mid-autumn": "lunar --08-15", "new year's day": "--01-01",
    "labour day": "--05-01", "christmas": "--12-25",
}  # fmt: skip
_NOT_FOR = r"(?!节?(?:礼|活动|促销|福利|物资|采购|前|后|期间|假|值班|放假|贺|祝|档|特|快乐|的|月饼|大|晚会|联欢|聚|问候|红包))"
_NAMES = re.compile(
    r"(五一劳动节|大年初一|(?<![周期拜一二三四五六七八九十0-9])五一(?![一二三四五六七八九十0-9起个些样点月年号天路厂])"
    r"|春节|元宵|端午|七夕|中秋|重阳(?=节|[ ,]|$)|元旦|劳动节|国庆(?!路|街|店)|圣诞(?!树|老人|卡))"
    rf"{_NOT_FOR}(?:节(?!目|约|日)|当天)*"
    r"|\b(chinese new year|lunar new year|spring festival|lantern festival|dragon boat festival"
    r"|mid-autumn(?: festival)?|new year's day|labour day|christmas)(?:(?<=christmas) day)?\b"
    r"(?! (?:party|parties|gift|present|card|dinner|eve|sale|tree|bonus|season|greeting|campaign))",
    re.IGNORECASE,
)


class Found(NamedTuple):
    """A day in a text. at, to: where its words stand."""

    day: date
    at: int
    to: int


def lunar_day(text: str, today: date, since: int = 0) -> Found | None:
    """The first day of the Chinese calendar in a text, as the next day of ours that it falls on. Never raises."""
    for found in _LUNAR.finditer(text, since):
        kept = yearly.read(found[0])[0]
        day = _next(kept, today) if kept and kept.startswith(yearly.LUNAR) else None
        if day is not None:
            return Found(day, found.start(), found.end())
    return None


def festival(text: str, today: date, since: int = 0) -> Found | None:
    """The first festival in a text, as the next day that it falls on. Never raises."""
    for found in _NAMES.finditer(text, since):
        word = (found[1] or found[2]).lower()
        day = _next(_DAYS.get(word) or _DAYS["五一"], today)
        if day is not None:
            return Found(day, found.start(), found.end())
    return None


def whole(text: str, today: date) -> date | None:
    """The day that a text means with nothing beside it; None when it means none."""
    for reader in (lunar_day, festival):
        found = reader(text, today)
        if found is not None and (found.at, found.to) == (0, len(text)):
            return found.day
    return None


def _next(kept: str, today: date) -> date | None:
    try:
        return yearly.next_day(kept, today)
    except (ValueError, OverflowError, IndexError, StopIteration):  # at the end of all calendars
        return None
