"""The way of a deal through its pipeline: when it came to each stage, how long it stood there, who moved it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freecrm.core.spans import moment
from freecrm.store import faults

if TYPE_CHECKING:
    from freecrm.store.database import Store


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in a stage. days: whole days, of the last one until now. since: in UTC. ends: it is over."""

    stage: bytes | None
    name: str
    since: dt.datetime
    days: int
    by: str
    ends: bool
    reason: str = ""


@faults.reads
def stays(store: Store, deal: bytes, now: dt.datetime | None = None) -> list[Stay]:
    """The stays of a deal, the first one first."""
    now = now or dt.datetime.now(dt.UTC)
    rows = (
        store.read()
        .execute(
            "SELECT m.after, s.name, m.at, u.name, m.reason FROM deal_move m LEFT JOIN stage s ON s.id = m.after"
            " LEFT JOIN user u ON u.id = m.by WHERE m.parent = ? ORDER BY m.at, m.n",
            (deal,),
        )
        .fetchall()
    )
    times = [moment(row[2]) for row in rows] + [now]
    return [
        Stay(
            stage,
            name or "",
            times[i],
            (times[i + 1] - times[i]).days,
            by or "",
            i + 1 < len(rows),
            why or "",
        )
        for i, (stage, name, _at, by, why) in enumerate(rows)
    ]
