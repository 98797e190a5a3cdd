"""Lists coming in: reading a workbook, single blocks of rows, the whole import, its undo, the window meanwhile."""

from __future__ import annotations

import pickle
import sqlite3
import time
from pathlib import Path
from typing import Any

from tests.bench import data
from tests.bench.measure import Goal, Line, Run, fresh

COPIED = ("user", "customer", "contact", "job", "phone", "email", "address", "handle", "tag", "note")


# ---- reading


def read_ours(path: str) -> dict[str, Any]:
    """In its own process: station 1, all rows."""
    from freecrm.exchange.reading import open_source

    begun = time.perf_counter()
    rows = sum(1 for _ in open_source(path).rows())
    return {"seconds": time.perf_counter() - begun, "rows": rows}


def read_calamine(path: str) -> dict[str, Any]:
    """In its own process: calamine alone, row by row."""
    from python_calamine import CalamineWorkbook

    begun = time.perf_counter()
    rows = sum(1 for _ in CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows())
    return {"seconds": time.perf_counter() - begun, "rows": rows}


def read_openpyxl(path: str) -> dict[str, Any]:
    """In its own process: openpyxl's read-only mode."""
    from openpyxl import load_workbook

    begun = time.perf_counter()
    rows = sum(1 for _ in load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True))
    return {"seconds": time.perf_counter() - begun, "rows": rows}


def reading(run: Run) -> list[Line]:
    """A workbook of 20 columns, read whole."""
    path = str(data.sheet(run, "wide"))
    ours = [fresh("lists_in:read_ours", path) for _ in range(run.repeats(3))]
    floor = [fresh("lists_in:read_calamine", path) for _ in range(run.repeats(3))]
    other = fresh("lists_in:read_openpyxl", path)
    best = min(one.value["seconds"] for one in ours)
    run.found[f"reading {run.size}"] = best
    what = f"read {run.size:,} × 20 xlsx"
    floor_is = "python-calamine alone, iter_rows, cells as they come"
    return [
        Line(
            "read", what, "s", best, min(one.value["seconds"] for one in floor), Goal("times", 1.2), floor_is,
            {"openpyxl": other.value["seconds"]}, size=run.size,
        ),
        Line(
            "read", f"{what}: memory", "MB", max(one.peak for one in ours), max(one.peak for one in floor),
            None, floor_is, {"openpyxl": other.peak}, size=run.size,
        ),
    ]  # fmt: skip


# ---- single rows


def inserting(run: Run) -> list[Line]:
    """Customers through the door, block by block, beside bare SQL into the same tables."""
    from freecrm.core.words import N_
    from freecrm.modules import model
    from freecrm.store.database import open_store

    count = min(run.size, 100_000)
    blocks = [
        data.block(31 + at, at, min(10_000, count - at), [b"\0" * 16]) for at in range(0, count, 10_000)
    ]
    tables = [block[0] for block in blocks]

    def through_the_door(*, ready: bool) -> None:
        store = open_store(run.new("door.freecrm"), model())
        begun = time.perf_counter()
        with store.step(N_("Import {file}"), file="data", origin="import") as step:
            for entity, names, rows, ids, shadows, texts in tables:
                numbers = step.insert_many(entity, names, rows, ids=ids, shadows=shadows if ready else None)
                if ready:
                    step.index(entity, [(n, *found) for n, found in zip(numbers, texts, strict=True)])
        taken.append(time.perf_counter() - begun)
        store.close()

    taken: list[float] = []
    through_the_door(ready=True)
    through_the_door(ready=False)
    entity, names, *_ = tables[0]
    store = open_store(run.new("bare.freecrm"), model())
    store.close()
    with store.step(N_("Import {file}"), file="data") as step:
        extra = step.shadow_names(entity, names)
    store.close()
    rows = [
        (n, id, *row, *more)
        for n, (id, row, more) in enumerate(
            (found for t in tables for found in zip(t[3], t[2], t[4], strict=True)), 1
        )
    ]
    tokens = [(n, text, grams) for n, (text, grams) in enumerate((d for t in tables for d in t[5]), 1)]
    held = {entity: ([*("n", "id"), *names, *extra], rows)}
    floor = _bare(
        store.path, held, [(n, 1, n, text) for n, text, _ in tokens], [(n, g) for n, _, g in tokens]
    )
    floor_is = (
        "executemany of the packed rows and search documents into the same tables, indexes, log triggers"
    )
    return [
        Line(
            "insert", "insert a customer (block; packed and tokenised before)", "µs", taken[0] / count * 1e6,
            floor / count * 1e6, Goal("times", 1.5), floor_is, size=count,
        ),
        Line(
            "insert", "insert a customer (block; the door makes keys and tokens)", "µs", taken[1] / count * 1e6,
            floor / count * 1e6, None, floor_is, size=count,
        ),
    ]  # fmt: skip


def _bare(
    path: Path,
    tables: dict[str, tuple[list[str], list[tuple[Any, ...]]]],
    documents: list[tuple[Any, ...]],
    tokens: list[tuple[int, str]],
) -> float:
    """Seconds of the plainest writing: one transaction, executemany a table, the triggers at work."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("temp_store = MEMORY", "cache_size = -32000", "journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    begun = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE door SET step = 1, at = 1")
    for name, (columns, rows) in tables.items():
        marks = ", ".join("?" * len(columns))
        named = ", ".join(f'"{column}"' for column in columns)
        connection.executemany(f'INSERT INTO "{name}" ({named}) VALUES ({marks})', rows)  # noqa: S608
    connection.executemany("INSERT INTO search_doc (docid, entity, n, text) VALUES (?, ?, ?, ?)", documents)
    connection.executemany("INSERT INTO search_gram (rowid, tokens) VALUES (?, ?)", tokens)
    connection.execute("UPDATE door SET step = NULL, at = NULL")
    connection.execute("COMMIT")
    taken = time.perf_counter() - begun
    connection.close()
    return taken


# ---- the whole import


def import_ours(file: str, listed: str) -> dict[str, Any]:
    """In its own process: the import as `freecrm import` does it, then its undo; seconds of each."""
    from freecrm.exchange import applier
    from freecrm.exchange.changeset import Options
    from freecrm.modules import model
    from freecrm.store import undo
    from freecrm.store.database import open_store

    store = open_store(Path(file), model())
    begun = time.perf_counter()
    plan = store.model.imported("customer")
    made, _touched = applier.bring_in(store, Path(listed), plan, Options())
    answer = {
        "import": time.perf_counter() - begun,
        "rows": made.rows,
        "counts": {kind: n for kind, n in made.counts.items() if n},
    }
    _keep_for_the_floor(store.path)
    begun = time.perf_counter()
    undo.undo(store)
    answer["undo"] = time.perf_counter() - begun
    left = store.read().execute("SELECT count(*) FROM customer").fetchone()[0]
    answer["left"] = left
    store.close()
    return answer


def _kept(file: Path) -> Path:
    return file.with_name(file.name + ".rows")


def _keep_for_the_floor(file: Path) -> None:
    """What the import has written, as plain rows, for `import_bare` to write once more."""
    connection = sqlite3.connect(file)
    held: dict[str, Any] = {}
    for table in (*COPIED, "search_doc"):
        found = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own tables
        held[table] = ([d[0] for d in found.description], found.fetchall())
    connection.close()
    with _kept(file).open("wb") as out:
        pickle.dump(held, out, pickle.HIGHEST_PROTOCOL)


def import_bare(file: str, listed: str, kept: str) -> dict[str, Any]:
    """In its own process: the floor of an import. Rows and tokens lie ready before the clock starts."""
    from freecrm.core.grams import grams
    from freecrm.modules import model
    from freecrm.store.database import open_store

    open_store(Path(file), model()).close()
    with Path(kept).open("rb") as source:
        held = pickle.load(source)
    documents = held.pop("search_doc")[1]
    tokens = [(row[0], f"{grams(row[3])} °{row[1]}") for row in documents]
    read = read_calamine(listed)["seconds"]
    written = _bare(Path(file), {name: found for name, found in held.items() if found[1]}, documents, tokens)
    return {"read": read, "write": written, "rows": sum(len(found[1]) for found in held.values())}


def whole(run: Run) -> list[Line]:
    """A list from the workbook into the file and out again."""
    listed, file = str(data.sheet(run, "list")), run.new("import.freecrm")
    ran = fresh("lists_in:import_ours", str(file), listed)
    kept = _kept(file)
    floor = fresh("lists_in:import_bare", str(run.new("floor.freecrm")), listed, str(kept)).value
    kept.unlink()
    got = ran.value
    taken, bottom = got["import"], floor["read"] + floor["write"]
    run.found[f"import {run.size}"] = run.size / taken
    what = f"import {run.size:,} rows"
    floor_is = (
        "calamine reads the workbook; executemany of what the import wrote (child rows, search documents,"
        " tokens made before) into the same tables, indexes and log triggers; nothing parsed or compared"
    )
    counts = ", ".join(f"{n:,} {kind}" for kind, n in got["counts"].items())
    return [
        Line(
            "import", f"{what}, whole", "s", taken, bottom, Goal("times", 1.5), floor_is, size=run.size,
            note=f"{run.size / taken:,.0f} rows/s; {counts}; {floor['rows']:,} rows of all tables;"
            f" of the floor {floor['read']:.1f} s are reading",
        ),
        Line(
            "import", f"undo of {run.size:,} rows", "s", got["undo"], taken, Goal("times", 1),
            "the import itself", size=run.size, note=f"{got['left']:,} customers are left",
        ),
        Line(
            "import", f"{what}: memory of the reading child", "MB", ran.child_peak, None, Goal("most", 250),
            size=run.size,
        ),
    ]  # fmt: skip


def in_window(run: Run) -> list[Line]:
    """The same brought in by a window: its memory, and whether it stays alive."""
    home = run.scratch / "home"
    home.mkdir(exist_ok=True)
    count = min(run.size, 100_000)
    listed = data.sheet(run, "list", count)
    ran = fresh("window:importing", str(run.new("window.freecrm")), str(listed), home=home)
    got = ran.value
    blank = fresh("window:blank").marks["painted"][1]
    return [
        Line(
            "window_import", "longest gap of the main thread while importing", "ms", got["gap"], None,
            Goal("most", 50), size=count, note=f"{got['rows']:,} rows in {got['seconds']:.1f} s, a 0-ms timer beating",
        ),
        Line(
            "window_import", "memory of the window while importing, peak", "MB", ran.peak, blank,
            Goal("most", 150), "a blank window's process", size=count,
        ),
        Line(
            "window_import", "memory of the window before it", "MB", ran.marks["begun"][1], blank, None,
            "a blank window's process", size=count,
        ),
    ]  # fmt: skip
