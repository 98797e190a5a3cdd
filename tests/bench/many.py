"""A field of very many records changed at once, taken back and brought again. Processor time: it is work."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from freecrm.core.query import Query, Sort
from freecrm.modules import model
from freecrm.store import batch, undo
from freecrm.store.batch import Change
from freecrm.store.database import open_store
from tests.bench import data
from tests.bench.measure import Goal, Line, Run

MOST = 100_000


def changing(run: Run) -> list[Line]:
    """A grade (nothing follows from it) and a tag (it is searched) for up to 100,000 customers."""
    path = run.new("copy.freecrm")
    shutil.copyfile(data.filled(run), path)
    store = open_store(path, model())
    numbers = store.reader().numbers(Query("customer", None, (Sort("name"),)))[:MOST]
    lines = []
    for change in (Change("grade", "set", "A"), Change("tags", "append", [{"word": "展会"}])):
        what = f"{change.name} of {len(numbers):,} customers"
        goal = Goal("most", 5) if change.name == "grade" else None
        asked: dict[str, Callable[[], Any]] = {
            "changed": partial(batch.apply, store, "customer", numbers, change),
            "taken back": partial(undo.undo, store),
            "brought again": partial(undo.redo, store),
        }
        for done, work in asked.items():
            lines.append(Line("many", f"{what} {done}", "s", _spent(work), None, goal, size=run.size))
            goal = None
    store.close()
    path.unlink()
    return lines


def _spent(work: Callable[[], Any]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
