"""The next step of a customer, written where it is read: in a cell of a list, in the details, over many rows at once.

The field itself is derived and never written: the open activity that it comes from is moved, or a call is planned
where there is none. It is not emptied that way: a step is done or dropped, and then it is gone from the cell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from freecrm.core import zones
from freecrm.core.change import Kept
from freecrm.core.fields import Field
from freecrm.core.problems import Known
from freecrm.core.record import Record
from freecrm.core.words import N_, say

if TYPE_CHECKING:
    from freecrm.store.writer import Step

CALL = "call"
"""The kind of a step of which only the time was said."""
NOT_EMPTIED = N_("“{field}” isn't emptied here. Tick the step as done, or drop it, on the customer's page.")


def move(
    step: Step, f: Field, said: Sequence[tuple[bytes, dt.datetime | None]], *, alone: bool
) -> set[bytes]:
    """Let the next step of each customer be at this moment; local midnight stands for the whole day. The ids of those
    of which it differs now. A blank changes nothing: it is listed as kept, or (alone: somebody is looking at it)
    Known says why."""
    changed: set[bytes] = set()
    for id, at in said:
        record = _open(step, id)
        if at is None:
            if record is not None and alone:
                raise Known(say(NOT_EMPTIED, field=f.title))
            keep(step, f, id)
        elif record is None:
            _plan(step, id, at)
            changed.add(id)
        elif record["open_at"] != at:
            _move(step, record, at)
            changed.add(id)
    return changed


def keep(step: Step, f: Field, id: bytes) -> None:
    """Tell at the end of the step that a customer keeps the next step it has."""
    from freecrm.store.logged import title_of  # it stands above this one

    if _open(step, id) is not None:
        name = title_of(step.connection, step.schema, f.entity, id)
        step.kept.append(Kept(f.entity, id, name, say(NOT_EMPTIED, field=f.title)))


def _open(step: Step, customer: bytes) -> Record | None:
    """The activity that the next step is, None where nothing is planned."""
    from freecrm.store.reader import Reader

    sql = "SELECT id FROM activity WHERE customer = ? AND open_at IS NOT NULL ORDER BY open_at, n LIMIT 1"
    row = step.connection.execute(sql, (customer,)).fetchone()
    return Reader(step.store, None, step).record("activity", row[0]) if row is not None else None


def _is_day(at: dt.datetime) -> bool:
    local = at.astimezone()
    return (local.hour, local.minute) == (0, 0)


def _plan(step: Step, customer: bytes, at: dt.datetime) -> None:
    from freecrm.store import activities

    sql = "SELECT owner_user FROM customer WHERE id = ?"
    row = step.connection.execute(sql, (customer,)).fetchone()
    owner = step.store.user or (row[0] if row is not None else None)
    values = {"kind": CALL, "customer": customer, "start": at, "all_day": _is_day(at) or None}
    if owner is not None:
        values["owner_user"] = owner
    step.insert("activity", activities.whole(step.store, values))


def _move(step: Step, record: Record, at: dt.datetime) -> None:
    from freecrm.store import activities

    day = _is_day(at)
    moved: dict[str, Any] = {
        "start": at,
        "start_zone": zones.here() or None,
        "all_day": day or None,
        "end": None,
    }
    if day == bool(record["all_day"]):
        if record["start"] is not None and record["end"] is not None and not day:
            moved["end"] = at + (record["end"] - record["start"])
        moved["reminders"] = [{"before": one["before"]} for one in record["reminders"] or ()]
    wanted = activities.whole(step.store, {"kind": record["kind"], "subject": record["subject"], **moved})
    if record["repeats"]:
        activities.move_one_time(step, record, wanted)
    else:
        step.update("activity", record.id, wanted)
