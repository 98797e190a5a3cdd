"""What was not done is moved to a later day: one of them, or all that are late at once.

    carry.later(store, id, day)          keeps its time of day; without a day so far: the whole of that day
    carry.over(store, day, me)           everything late, as one step with one way back

Of what repeats nothing is piled up: its missed times are passed over (`done_through`), and the next one counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from freecrm.core import agenda, zones
from freecrm.core.day_words import this_day
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store import activities, today

if TYPE_CHECKING:
    from freecrm.core.record import Record
    from freecrm.store.database import Store

BLOCK = 500
_NEEDED = {"start", "end", "start_zone", "all_day", "repeats", "carried", "open_at"}


def later(store: Store, id: bytes, day: dt.date, clock: dt.time | None = None) -> None:
    """Move an activity to a day. clock: another time of day, None: its own."""
    record = activities.there(store, id)
    if record["start"] is None:
        _give_day(store, record, day, clock)
        return
    moved = _moved(record, day, clock)
    activities.put_off(store, id, moved["start"], moved["end"])


def _give_day(store: Store, record: Record, day: dt.date, clock: dt.time | None) -> None:
    """What had no day so far gets one."""
    zone = zones.here() or None
    start = activities.midnight(day, zone)
    values: dict[str, Any] = {"start": start, "start_zone": zone, "all_day": clock is None}
    if clock is None:
        values["end"] = activities.day_after(start, zone)
    else:
        values["start"] = _at(day, clock, zone)
        habit = activities.habits(store).get(record["kind"] or "task", activities.USUAL["other"])
        values["end"] = values["start"] + dt.timedelta(minutes=habit.minutes)
    with store.step(N_("Activity put off: {name}"), name=record["subject"] or "") as step:
        step.update("activity", record.id, values)


def over(
    store: Store,
    day: dt.date,
    me: bytes | None,
    ids: Sequence[bytes] | None = None,
    progress: Progress | None = None,
) -> int:
    """Move what is late to a day, each to its own time of day, as one step; how many were moved or passed over.
    ids: only these of them, None: all of `me`. Known when nothing is late."""
    now = this_day()
    late = today.late_ids(store, now, me) if ids is None else list(ids)
    if not late:
        raise Known(say(N_("Nothing is late. There is nothing to carry over.")))
    passed = activities.midnight(now) - dt.timedelta(milliseconds=1)
    count = 0
    with store.step(N_("Carry {n} activities over"), n=len(late)) as step:
        step.progress = progress
        for at in range(0, len(late), BLOCK):
            found = store.reader().by_ids("activity", late[at : at + BLOCK], _NEEDED)
            changes: list[tuple[bytes, dict[str, Any]]] = []
            for id, record in found.items():
                if record["repeats"]:
                    changes.append((id, {"done_through": passed}))
                elif record["start"] is not None:
                    changes.append((id, {**_moved(record, day), "carried": (record["carried"] or 0) + 1}))
            count += step.update_many("activity", changes)
            if progress is not None:
                progress.tell(min(at + BLOCK, len(late)), len(late))
        step.figures["n"] = f"{count:,}"
    return count


def _moved(record: Record, day: dt.date, clock: dt.time | None = None) -> dict[str, Any]:
    """Its beginning and end on another day, on the clock of its zone."""
    zone, begins = record["start_zone"], record["start"]
    if record["repeats"] and record["open_at"] is not None:
        begins = record["open_at"]
    length = record["end"] - record["start"] if record["end"] is not None else None
    if record["all_day"]:
        start = activities.midnight(day, zone)
        days = max(round(length / dt.timedelta(days=1)), 1) if length is not None else 1
        return {"start": start, "end": activities.midnight(day + dt.timedelta(days=days), zone)}
    start = _at(day, clock or begins.astimezone(agenda.zone_of(zone or zones.here())).time(), zone)
    return {"start": start, "end": start + length if length is not None else None}


def _at(day: dt.date, clock: dt.time, zone: str | None) -> dt.datetime:
    return dt.datetime.combine(day, clock, agenda.zone_of(zone or zones.here())).astimezone(dt.UTC)
