"""Quiet hours: from one time of the day to another, over midnight as well; reminders wait until they are over."""

from __future__ import annotations

import datetime as dt
import re

from freecrm.core.words import N_, Said, say

_TIME = re.compile(r"([01]?\d|2[0-3])[:：.]([0-5]\d)")


def read(text: str) -> dt.time | None:
    """The time of day that a text such as 22:00 names; None when it names none."""
    found = _TIME.fullmatch(text.strip())
    return dt.time(int(found[1]), int(found[2])) if found else None


def why_not(text: str) -> Said | None:
    """What is wrong with a time of day; None for one, and for none at all."""
    if not text.strip() or read(text) is not None:
        return None
    return say(
        N_("“{text}” isn't a time of day. Write hours and minutes, such as 22:00, or leave it empty."),
        text=text,
    )


def until(now: dt.datetime, begin: str, end: str) -> dt.datetime | None:
    """When the quiet hours that `now` lies in are over; None when it is in none, or none are set.

    now: with a zone, whose clock counts."""
    first, last = read(begin), read(end)
    if first is None or last is None or first == last:
        return None
    here = now.timetz().replace(tzinfo=None)
    inside = first <= here < last if first < last else here >= first or here < last
    if not inside:
        return None
    day = now.date() + dt.timedelta(days=1 if here >= last else 0)
    return dt.datetime.combine(day, last, tzinfo=now.tzinfo)
