"""A merge of two customers with many child rows, beside a floor: the same updates by plain SQL."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from tests.bench.measure import Goal, Line, Run

CHILDREN = 10_000


def merging(run: Run) -> list[Line]:
    """Half of the rows hang on the record merged away; splitting is measured too."""
    from freecrm.modules import model
    from freecrm.store import merging as work
    from freecrm.store.database import open_store

    file = run.new("merge.freecrm")
    store = open_store(file, model())
    with store.step("New customers") as step:
        ids = [step.insert("customer", {"name": name}) for name in ("鹿溪堂茶业", "鹿溪堂茶业有限公司")]
        for child, column in (("note", "text"), ("phone", "number"), ("tag", "word"), ("email", "address")):
            names = ["parent", "parent_entity", column]
            rows = [
                (ids[at % 2], "customer", f"{child}{at}@{at % 2}.example") for at in range(CHILDREN // 4)
            ]  # fmt: skip
            step.insert_many(child, names, rows)
    floor = _floor(store.path, ids)
    begun = time.perf_counter()
    work.merge(store, "customer", ids, ids[0])
    merged = time.perf_counter() - begun
    begun = time.perf_counter()
    work.split(store, work.merges(store, "customer")[0].step)
    split = time.perf_counter() - begun
    store.close()
    what = f"merge of two with {CHILDREN:,} children"
    plain = "the same updates by plain SQL, the log's triggers included"
    return [
        Line("merging", what, "s", merged, floor, Goal("most", 0.5), plain, size=CHILDREN),
        Line("merging", f"the same, split again after {CHILDREN:,}", "s", split, None, None, size=CHILDREN),
    ]


def _floor(file: Path, ids: list[bytes]) -> float:
    """Seconds that the updates alone take, with the log's triggers; taken back at the end."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.create_function("unhex_id", 1, lambda text: bytes.fromhex(text) if text else None)
    begun = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE note SET parent = ? WHERE parent = ?", ids)
    connection.execute("UPDATE phone SET parent = ? WHERE parent = ?", ids)
    connection.execute("UPDATE tag SET parent = ? WHERE parent = ?", ids)
    connection.execute("UPDATE email SET parent = ? WHERE parent = ?", ids)
    connection.execute("DELETE FROM customer WHERE id = ?", ids[1:])
    taken = time.perf_counter() - begun
    connection.execute("ROLLBACK")
    connection.close()
    return taken
