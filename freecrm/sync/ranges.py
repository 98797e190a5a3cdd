"""Numbers of this computer's own: while the server is there, each series gets some in advance, so that two computers
that are apart never give the same one."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from freecrm.core.day_words import this_day
from freecrm.store import numbering
from freecrm.sync.books import written

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.sync.server import Server

SIZE = 50
LOW = 25
AHEAD = (0, 1, 3, 7)
"""Days from today whose series get numbers: a month may begin on a train."""


def fill(store: Store, server: Server, mark: str) -> int:
    """Get more numbers for the series that run low; how many series that were. mark: what numbers of this computer are
    told by when it has none left."""
    got = 0
    for name, first in _low(store):
        begins = server.reserve(name, first, SIZE)
        with written(store) as c:
            ranges, _mark = numbering.ranges_of(c, name)
            ranges = [*ranges, (begins, begins + SIZE - 1)][-4:]
            c.execute(
                "INSERT INTO sync_meta(key, value) VALUES (?, ?)"
                " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
                (f"range {name}", json.dumps(ranges)),
            )
        got += 1
    if (
        store.read().execute("SELECT 1 FROM sync_meta WHERE key = 'mark' AND value = ?", (mark,)).fetchone()
        is None
    ):
        with written(store) as c:
            c.execute(
                "INSERT INTO sync_meta(key, value) VALUES ('mark', ?)"
                " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
                (mark,),
            )
    return got


def _low(store: Store) -> list[tuple[str, int]]:
    """(series, number it has come to and one more) of those that run low."""
    c = store.read()
    found: dict[str, int] = {}
    for entity in store.model.roots():
        for f in numbering.ruled(entity):
            rule = numbering.rule_of(c, f)
            if rule is None:
                continue
            days = [this_day() + dt.timedelta(days=ahead) for ahead in AHEAD]
            for day in {
                rule.series(day): day for day in reversed(days)
            }.values():  # mostly one series for all
                numbers = numbering.Numbers(c, f, rule, day)
                reached = numbers.number or 0
                left = sum(last - max(first - 1, reached) for first, last in numbers.ranges if last > reached)
                if left < LOW:
                    found[numbers.name] = reached + 1
    return list(found.items())
