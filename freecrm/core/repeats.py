"""Activities that repeat: a rule of RFC 5545 (`FREQ=WEEKLY;BYDAY=MO`), or a day of the Chinese year (`LUNAR=08-15`).

Times are worked out on the clock of the activity's zone, so that nine o'clock stays nine o'clock over a change of
summer time. Only what is asked for is expanded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from freecrm.core import agenda

LATEST = 2200  # the year in which every rule is over
STEPS = 100_000  # occurrences looked at before a rule is given up


def left_out(skipped: str | None) -> set[int]:
    """The beginnings (ms) of the times that are left out, of the text in which they are kept."""
    return {int(one) for one in (skipped or "").split() if one.lstrip("-").isdecimal()}


def times(start: int, zone: str | None, rule: str, since: int | None = None) -> Iterator[int]:
    """The beginnings (ms UTC) of a repeating activity in order, from `since` on. Nothing for a rule that nobody
    understands but the first time itself."""
    first = agenda.local(start, zone).replace(tzinfo=None)
    at = agenda.zone_of(zone)
    after = first if since is None else agenda.local(since, zone).replace(tzinfo=None) - dt.timedelta(days=1)
    for count, moment in enumerate(_walls(first, rule, max(after, first))):
        if count > STEPS or moment.year >= LATEST:
            return
        ms = round(moment.replace(tzinfo=at).timestamp() * 1000)
        if since is None or ms >= since:
            yield ms


def _walls(first: dt.datetime, rule: str, since: dt.datetime) -> Iterator[dt.datetime]:
    from dateutil.rrule import rrulestr

    try:
        made = rrulestr(rule, dtstart=first)
    except (ValueError, TypeError, KeyError):  # no rule that anybody understands: it is held once
        yield from [first] if first >= since else []
        return
    yield from made.xafter(since, inc=True)


def next_time(
    start: int, zone: str | None, rule: str, skipped: str | None, done_through: int | None
) -> int | None:
    """The first time (ms) that was neither done nor left out; None when the rule has come to its end."""
    out = left_out(skipped)
    since = None if done_through is None else done_through + 1
    return next((ms for ms in times(start, zone, rule, since) if ms not in out), None)
