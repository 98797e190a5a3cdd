"""What follows from an activity by itself: when its next step is, whether it was a contact, when it is to remind.

These functions are the rules of derived fields (`derive.Worked`): the store hands them to SQLite, so they see
values as tables hold them (moments are milliseconds UTC) and answer in the same way. They never raise: what can't
be worked out is None.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

PLANNED, DONE, DROPPED = "planned", "done", "dropped"
TASK = "task"
"""The kind of activity that is work of one's own: it is no contact with anybody."""

DAY = 86_400_000  # milliseconds
MINUTE = 60_000


def zone_of(name: str | None) -> dt.tzinfo:
    """The zone of that name; this computer's own where there is none or nobody knows it."""
    try:
        return ZoneInfo(name) if name else _here()
    except (OSError, ValueError, LookupError):  # unknown here, or no name of a zone at all
        return _here()


def is_zone(name: str) -> bool:
    """Whether the tz database knows a zone of that name."""
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

    return rules.next_time(start, zone, repeats, skipped, done_through)


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


def alarm_at(before: int | None, seen: int | None, again: int | None, opens: int | None) -> int | None:
    """When a reminder rings. before: minutes before the activity `opens` (below zero: after it).

    seen: the beginning for which it was shown; an activity that was moved since rings anew, at once when its time
    has passed. again: when it was put off to."""
    if opens is None or before is None:
        return None
    if seen == opens:
        return again
    return opens - before * MINUTE


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
