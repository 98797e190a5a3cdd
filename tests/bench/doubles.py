"""Doubles over a labelled file (`labelled.py`): time, memory, and how many are found rightly."""

from __future__ import annotations

import time
from itertools import combinations
from pathlib import Path
from typing import Any

from tests.bench.measure import Goal, Line, Run, fresh

SEED = 20260319


def scanned(file: str, count: int) -> dict[str, Any]:
    """In its own process: the scan of a file that `labelled_file` has made."""
    from freecrm.exchange.doublescan import scan
    from freecrm.modules import model
    from freecrm.store.database import open_store

    store = open_store(Path(file), model())
    begun = time.perf_counter()
    groups = scan(store)
    taken = time.perf_counter() - begun
    pairs = [[a.hex(), b.hex()] for g in groups for a, b in combinations(sorted(m.id for m in g.members), 2)]
    store.close()
    return {"seconds": taken, "pairs": pairs, "rows": count}


def doubles(run: Run) -> list[Line]:
    """Precision and recall over pairs of records; groups count with all their pairs."""
    from freecrm.modules import model
    from freecrm.store.database import open_store
    from tests.bench import labelled

    count = min(run.size, 100_000)
    file = run.new("labelled.freecrm")
    store = open_store(file, model())
    truth = {(a.hex(), b.hex()) for a, b in labelled.write(store, count, SEED)}
    store.close()
    ran = fresh("doubles:scanned", str(file), count)
    found = {(a, b) for a, b in ran.value["pairs"]}
    right = len(found & truth)
    what = f"{len(truth):,} true pairs, {len(found):,} told, {right:,} of them right"
    return [
        Line("doubles", f"doubles over {count:,}", "s", ran.value["seconds"], None, Goal("most", 60), size=count),
        Line("doubles", "doubles: memory", "MB", ran.peak, None, Goal("most", 400), size=count),
        Line(
            "doubles", "doubles: precision", "", right / max(len(found), 1), None, Goal("least", 0.95), size=count,
            note=what,
        ),
        Line(
            "doubles", "doubles: recall", "", right / max(len(truth), 1), None, Goal("least", 0.90), size=count,
            note=what,
        ),
    ]  # fmt: skip
