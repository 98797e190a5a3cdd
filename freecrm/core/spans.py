"""Moments and walls: a point in time (ms UTC, as tables hold it), and what the clock on the wall shows for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from freecrm.core import agenda

if TYPE_CHECKING:
    from freecrm.core.record import Record


def ms(moment: dt.datetime) -> int:
    """A moment as tables hold it."""
    return round(moment.timestamp() * 1000)


def moment(at: int) -> dt.datetime:
    """The moment that a table holds."""
    return dt.datetime.fromtimestamp(at / 1000, dt.UTC)


def wall(at: int, zone: str | None) -> dt.datetime:
    """What the clock of a zone shows at a moment, naive."""
    return agenda.local(at, zone).replace(tzinfo=None)


def at_wall(shown: dt.datetime, zone: str | None) -> int:
    """The moment at which the clock of a zone shows this; the first of two, past a gap by as much as it was put on."""
    return ms(shown.replace(tzinfo=agenda.zone_of(zone)))


def end_of(
    activity: Mapping[str, Any] | Record, start: dt.datetime, zone: str | None = None
) -> dt.datetime | None:
    """When a time of a (repeating) activity that begins at `start` is over: as long as the activity itself, a whole day
    to midnight also where the clock is put forward. None for one without an end. zone: that of the time, when it is
    another one than the activity's."""
    first, end = activity["start"], activity["end"]
    if first is None or end is None:
        return None
    if not activity["all_day"]:
        made: dt.datetime = start + (end - first)
        return made
    own = activity["start_zone"]
    days = wall(ms(end), own) - wall(ms(first), own)
    there = zone or own
    return moment(at_wall(wall(ms(start), there) + days, there))
