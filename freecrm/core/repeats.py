"""Activities that repeat: a rule of RFC 5545 (`FREQ=WEEKLY;BYDAY=MO`), or a day of the Chinese year (`LUNAR=08-15`).

What the standard leaves open is decided so:

* The beginning is always the first time and counts for `COUNT`, whether or not the rule hits it.
* Times stay on the clock of the activity's zone: nine o'clock stays nine o'clock over a change of summer time. A time
  that the clock skips comes as much later as the clock was put forward, one that it shows twice comes the first time.
* What comes every year on 29 February is kept on the 28th in other years; a lunar 30th on the 29th of a month that has
  no 30th; a leap month in the plain month of its number where a year has no such leap month (as `core/yearly.py`).
* A day as `UNTIL` counts to its end in the activity's zone. Every rule is over by 2200.

Only what is asked for is expanded (`core/repeat_days.py`). Nothing here raises for any text or moment.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from freecrm.core import agenda, repeat_days, repeat_near
from freecrm.core.repeat_rule import DAILY, LUNAR, MONTHLY, WEEKLY, YEARLY, Day, Rule, parse, write
from freecrm.core.words import Said

__all__ = [
    "DAILY", "LUNAR", "MONTHLY", "WEEKLY", "YEARLY", "Rule", "between", "check", "ended", "left_out", "make",
    "next_time", "parse", "put_together", "shown", "times", "write",
]  # fmt: skip

_WIDE = dt.timedelta(days=1, hours=2)  # more than any zone is put forward at once
_MOMENT = re.compile(r"(?<!\S)-?[0-9]{1,18}(?!\S)")
_FAR = (OSError, OverflowError, ValueError)
"""Moments outside of what a calendar knows."""


def check(rule: str) -> Said | None:
    """What is wrong with a rule, in a sentence; None when nothing is."""
    return parse(rule)[1]


def shown(rule: str, start: dt.date | None = None) -> str:
    """A rule in the words of the language spoken now: 每周一、周三,到 2026-12-31. start: the day it begins on, which
    says more of one that names no day. What is no rule stays as it is."""
    from freecrm.core import repeat_words

    return repeat_words.shown(rule, start)


def make(
    freq: str,
    *,
    interval: int = 1,
    weekdays: Sequence[int] = (),
    nth: int = 0,
    month_day: int | None = None,
    month: int | None = None,
    until: dt.date | None = None,
    count: int | None = None,
    lunar: str = "",
) -> str:
    """The text of a rule made in a form. freq: DAILY, WEEKLY, MONTHLY or YEARLY; lunar: instead of it a day of the
    Chinese year, "08-15" or "04+-15". weekdays: 0 = Monday to 6; nth: which of them in the month (2, -1 = the last).
    month_day: 1 to 31, -1 = the last day; month: 1 to 12 of a yearly rule. 29 February becomes the last of February."""
    if lunar:
        rule = parse(f"LUNAR={lunar}")[0] or Rule(YEARLY)
        return write(_ended(rule, interval, until, count))
    if (month, month_day) == (2, 29):
        month_day = -1
    days: tuple[Day, ...] = tuple(
        sorted((nth if freq in (MONTHLY, YEARLY) else 0, day) for day in set(weekdays))
    )
    rule = Rule(
        freq,
        by_month=(month,) if month else (),
        by_month_day=(month_day,) if month_day and freq in (MONTHLY, YEARLY) else (),
        by_day=days,
    )
    return write(_ended(rule, interval, until, count))


def _ended(rule: Rule, interval: int, until: dt.date | None, count: int | None) -> Rule:
    from dataclasses import replace

    return replace(rule, interval=max(interval, 1), count=count if until is None else None, until=until)


def put_together(rule: str, **parts: object) -> str:
    """The same rule with some parts of `Rule` put otherwise (`until=…, count=None`); what is no rule stays."""
    from dataclasses import replace

    made = parse(rule)[0]
    return rule if made is None else write(replace(made, **parts))  # type: ignore[arg-type]


def ended(rule: str, before: int) -> str:
    """The rule, over before a moment (ms): with `UNTIL` a second earlier, as the standard wants it in UTC."""
    until = dt.datetime.fromtimestamp(before / 1000, dt.UTC) - dt.timedelta(seconds=1)
    return put_together(rule, until=until, count=None)


def left_out(skipped: str | None) -> set[int]:
    """The beginnings (ms) of the times that are left out, of the text in which they are kept."""
    return {int(one) for one in _MOMENT.findall(skipped or "")}


def times(
    start: int, zone: str | None, rule: str, since: int | None = None, until: int | None = None
) -> Iterator[int]:
    """The beginnings (ms UTC) of a repeating activity in order, from `since` on, before `until`. Of a rule that nobody
    understands nothing but the first time itself."""
    try:
        for ms in _times(start, zone, rule, since):
            if until is not None and ms >= until:
                return
            yield ms
    except _FAR:
        return


def between(start: int, zone: str | None, rule: str, since: int, until: int) -> list[int]:
    """The beginnings from `since` on, before `until`, as `times` gives them: the quick way for a few weeks."""
    made = parse(rule)[0]
    near = repeat_near.times(start, zone, made, since, until) if made is not None else None
    if near is None or (since <= start < until and start not in near):  # the beginning counts in any case
        return list(times(start, zone, rule, since, until))
    return near


def _times(start: int, zone: str | None, text: str, since: int | None) -> Iterator[int]:
    rule = parse(text)[0]
    if since is None or start >= since:
        yield start
    if rule is None:
        return
    at = agenda.zone_of(zone)
    first = agenda.local(start, zone).replace(tzinfo=None)
    after = None
    if since is not None and since > start:
        after = max(agenda.local(since, zone).replace(tzinfo=None) - _WIDE, first)
    over = rule.until if isinstance(rule.until, dt.datetime) and rule.until.tzinfo is not None else None
    last = round(over.timestamp() * 1000) if over is not None else None
    before = start if since is None else max(start, since - 1)
    for wall in repeat_days.walls(rule, first, after):
        ms = round(wall.replace(tzinfo=at).timestamp() * 1000)
        if last is not None and ms > last:
            return
        if ms > before:  # two walls may be one moment where a clock was put forward
            before = ms
            yield ms


def next_time(
    start: int, zone: str | None, rule: str, skipped: str | None, done_through: int | None
) -> int | None:
    """The first time (ms) that was neither done nor left out; None when the rule has come to its end."""
    out = left_out(skipped)
    since = None if done_through is None else done_through + 1
    return next((ms for ms in times(start, zone, rule, since) if ms not in out), None)


def with_left_out(skipped: str | None, *more: int) -> str | None:
    """The text of the times that are left out, with more of them; None for none."""
    return " ".join(map(str, sorted(left_out(skipped).union(more)))) or None


def moved(rule: str, before: dt.date, after: dt.date) -> str:
    """A rule whose time on the day `before` was moved to `after`: weekdays, days of the month and of the Chinese year
    move along. What names several days of a month stays as it is."""
    made = parse(rule)[0]
    if made is None or before == after:
        return rule
    from freecrm.core.repeat_days import carried

    return write(carried(made, before, after))


def first_near(rule: str, wall: dt.datetime) -> dt.datetime:
    """The time that a rule hits next to a wall time at which it is to begin, within three weeks; else that time."""
    made = parse(rule)[0]
    if made is None or made.is_plain:
        return wall
    near = dt.timedelta(days=21)
    try:
        found = islice(repeat_days.hits(made, wall, wall - near), 60)
        return min(
            (one for one in found if one - wall <= near), key=lambda one: abs(one - wall), default=wall
        )
    except _FAR:
        return wall
