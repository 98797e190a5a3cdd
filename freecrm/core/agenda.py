"""What follows from an activity by itself: when its next step is, whether it was a contact, when it is to remind.

These functions are the rules of derived fields (`derive.Worked`): the store hands them to SQLite, so they see
values as tables hold them (moments are milliseconds UTC) and answer in the same way. They never raise: what can't
be worked out is None.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

PLANNED, DONE, DROPPED = "planned", "done", "dropped"
TASK = "task"
"""The kind of activity that is work of one's own: it is no contact with anybody."""

DAY = 86_400_000  # milliseconds
YEAR = 366 * DAY
MINUTE = 60_000
ENOUGH = 10_000  # times looked at for one reminder
FIRST, LAST = -62_135_596_800_000, 253_402_300_799_000  # the years 1 to 9999, all that a calendar shows


def zone_of(name: str | None) -> dt.tzinfo:
    """The zone of that name; this computer's own where there is none or nobody knows it."""
    from zoneinfo import ZoneInfo  # a start of the program does without the zones of the world

    try:
        return ZoneInfo(name) if name else _here()
    except (OSError, ValueError, LookupError):  # unknown here, or no name of a zone at all
        return _here()


def is_zone(name: str) -> bool:
    """Whether the tz database knows a zone of that name."""
    from zoneinfo import ZoneInfo

    try:
        return bool(ZoneInfo(name).key)
    except (OSError, ValueError, LookupError):
        return False


def _here() -> dt.tzinfo:
    zone = dt.datetime.now().astimezone().tzinfo
    assert zone is not None
    return zone


def local(ms: int, zone: str | None = None) -> dt.datetime:
    """A moment of the table as the clock on the wall shows it in that zone."""
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC).astimezone(zone_of(zone))


def open_at(
    state: str | None,
    start: int | None,
    zone: str | None,
    repeats: str | None,
    skipped: str | None,
    done_through: int | None,
) -> int | None:
    """When an activity that is still to be done begins; of one that repeats the first time that was neither done
    nor left out. None: nothing is to be done, or nobody said when."""
    if state != PLANNED or start is None:
        return None
    if not repeats:
        return start
    from freecrm.core import repeats as rules

    try:
        return rules.next_time(start, zone, repeats, skipped, done_through)
    except (OSError, OverflowError, ValueError):  # far outside of what a calendar knows: it is held once
        return start


def contact_day(
    state: str | None, kind: str | None, done_at: int | None, start: int | None, zone: str | None
) -> str | None:
    """The day on which an activity was a contact with somebody, as ISO text; None when it was none."""
    if state != DONE or kind == TASK:
        return None
    moment = start if done_at is None else done_at
    if moment is None:
        return None
    try:
        return local(moment, zone).date().isoformat()
    except (OSError, OverflowError, ValueError):  # far outside of what a calendar knows
        return None


def is_long(start: int | None, end: int | None) -> int | None:
    """1 for what lasts longer than a day: it is looked for by itself, the others by their start."""
    return 1 if start is not None and end is not None and end - start > DAY else None


def rings_at(before: int, begins: int, zone: str | None = None, all_day: int | None = None) -> int:
    """When the reminder of a time rings, `before` minutes ahead of its beginning. Of a whole day the minutes are
    those of the clock on the wall: nine in the morning stays nine when summer time begins."""
    if not all_day:
        at = begins - before * MINUTE
    else:
        wall = local(begins, zone).replace(tzinfo=None) - dt.timedelta(minutes=before)
        at = round(wall.replace(tzinfo=zone_of(zone)).timestamp() * 1000)
    return min(max(at, FIRST), LAST)


def waiting(
    before: int | None,
    seen: int | None,
    again: int | None,
    opens: int | None,
    start: int | None = None,
    zone: str | None = None,
    repeats: str | None = None,
    skipped: str | None = None,
    all_day: int | None = None,
    *,
    floor: int = FIRST,
) -> Iterator[tuple[int, int]]:
    """(when it rings, for which beginning) of the times of which nobody was reminded yet, the earliest first.

    seen: the beginning for which it was shown last, and with it all before; it comes again when it was put off
    (`again`). opens: the first time that is still to be done. An activity that was moved since it was shown rings
    anew; of a repeating one that is the time nearest to the one shown. floor: its times before that are passed over."""
    if opens is None or before is None:
        return
    if not repeats or start is None:
        if seen != opens:
            yield rings_at(before, opens, zone, all_day), opens
        elif again is not None:
            yield again, opens
        return
    from freecrm.core import repeats as rules

    out, since = rules.left_out(skipped), opens
    if seen is not None and seen >= opens:
        here = next(rules.times(start, zone, repeats, seen), None)
        if here == seen:
            since = seen + 1
            if again is not None and seen not in out:
                yield again, seen
        else:
            since = _nearest(rules.times(start, zone, repeats, opens), seen)
    for begins in rules.times(start, zone, repeats, max(since, floor)):
        if begins not in out:
            yield rings_at(before, begins, zone, all_day), begins


def _nearest(times: Iterator[int], to: int) -> int:
    """The one of some times in order that lies nearest, the later one where two do; beyond all when there is none."""
    last: int | None = None
    for one in times:
        if one >= to:
            return one if last is None or one - to <= to - last else last
        last = one
    return to if last is None else last


def alarm_at(before: int | None, seen: int | None, again: int | None, *activity: Any) -> int | None:
    """When a reminder rings next; None when it doesn't. As `waiting` says, whose values it takes."""
    try:
        found = waiting(before, seen, again, *activity)
        return min((at for at, _begins in islice(found, 2)), default=None)
    except (OSError, OverflowError, ValueError):  # far outside of what a calendar knows
        return None


def rung(now: int, before: int | None, seen: int | None, *rest: Any) -> tuple[int, int] | None:
    """For which beginning a reminder has rung by `now`, and for how many times of the last year: of several that
    nobody saw the latest stands for all. None when it hasn't rung. The values are those of `waiting`."""
    recent = min(max(now - YEAR + (before or 0) * MINUTE, FIRST), LAST)
    try:
        return _rung(now, seen, waiting(before, seen, *rest, floor=recent)) or _rung(
            now, seen, waiting(before, seen, *rest)
        )
    except (OSError, OverflowError, ValueError):
        return None


def _rung(now: int, seen: int | None, found: Iterator[tuple[int, int]]) -> tuple[int, int] | None:
    latest, count = FIRST, 0
    for at, begins in islice(found, ENOUGH):
        if at <= now:
            latest, count = max(latest, begins), count + 1
        elif begins != seen:  # one that was put off says nothing of those behind it
            break
    return (latest, count) if count else None


def same(value: Any) -> Any:
    """The value itself: a field that stands in another record, too."""
    return value


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "open_at": open_at,
    "contact_day": contact_day,
    "is_long": is_long,
    "alarm_at": alarm_at,
    "same": same,
}
