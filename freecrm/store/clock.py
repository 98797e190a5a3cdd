"""The computer's clock against the file: what was written last cannot lie in the future."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING

from freecrm.core.words import N_, Said, say
from freecrm.store import faults

if TYPE_CHECKING:
    from freecrm.store.database import Store

TOLERATED_MS = 10 * 60 * 1000  # clocks are set by a few minutes now and then


@faults.reads
def behind(store: Store) -> Said | None:
    """What to tell when the clock has jumped back behind the latest step; None when it hasn't."""
    row = store.read().execute("SELECT at FROM step ORDER BY n DESC LIMIT 1").fetchone()
    if row is None or row[0] <= time.time_ns() // 1_000_000 + TOLERATED_MS:
        return None
    last = dt.datetime.fromtimestamp(row[0] / 1000, dt.UTC).astimezone()
    what = N_(
        "This computer's clock says {now}, but the latest change in {file} is of {last}. Nothing is lost:"
        " set the clock right, so that what you write from now on gets its right time."
    )
    now = dt.datetime.now().astimezone()
    return say(what, now=f"{now:%Y-%m-%d %H:%M}", file=store.path.name, last=f"{last:%Y-%m-%d %H:%M}")
