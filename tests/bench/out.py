"""Lists going out: an export of 20 columns as .xlsx."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from tests.bench import data
from tests.bench.measure import Goal, Line, Run, fresh

FIELDS = (
    "name code kind grade status source industry owner_user group phones emails addresses website tags"
    " last_contact opening_balance employees main_contact main_phone remark"
).split()


def export_ours(file: str, target: str) -> dict[str, Any]:
    """In its own process: the export, from the open file to the whole workbook."""
    from freecrm.core.query import Query, Sort
    from freecrm.exchange.exporter import export
    from freecrm.modules import model
    from freecrm.store.database import open_store

    store = open_store(Path(file), model())
    begun = time.perf_counter()
    made = export(store, Query("customer", None, (Sort("name"),)), target, fields=FIELDS)
    taken = time.perf_counter() - begun
    begun = time.perf_counter()
    reader = store.reader()
    for _block in reader.in_columns("customer", reader.numbers(Query("customer")), FIELDS):
        pass
    reading = time.perf_counter() - begun
    store.close()
    return {"seconds": taken, "rows": made.rows, "reading": reading}


def export_openpyxl(source: str, target: str) -> dict[str, Any]:
    """In its own process: the same cells by openpyxl's write-only mode; they lie ready before the clock starts."""
    from openpyxl import Workbook
    from python_calamine import CalamineWorkbook

    rows = [
        [None if cell == "" else cell for cell in row]
        for row in CalamineWorkbook.from_path(source).get_sheet_by_index(0).iter_rows()
    ]
    begun = time.perf_counter()
    book = Workbook(write_only=True)
    sheet = book.create_sheet("customers")
    for row in rows:
        sheet.append(row)
    book.save(target)
    return {"seconds": time.perf_counter() - begun, "rows": len(rows)}


def exporting(run: Run) -> list[Line]:
    """Customers as a workbook of 20 columns."""
    file, target = str(data.filled(run)), run.new("ours.xlsx")
    ours = [fresh("out:export_ours", file, str(target)) for _ in range(run.repeats(2))]
    other = fresh("out:export_openpyxl", str(target), str(run.new("theirs.xlsx")))
    best = min(one.value["seconds"] for one in ours)
    reading = min(one.value["reading"] for one in ours)
    run.found[f"export {run.size}"] = best
    what = f"export {run.size:,} × {len(FIELDS)} xlsx"
    floor_is = "openpyxl write-only, the same cells ready in memory (ours reads them from the file)"
    return [
        Line(
            "export", what, "s", best, other.value["seconds"], Goal("times", 0.2), floor_is, size=run.size,
            note=f"{best / run.size * 1e6:.0f} µs a row; reading the records alone takes {reading:.1f} s",
        ),
        Line("export", f"{what}: memory", "MB", max(one.peak for one in ours), other.peak, None, floor_is, size=run.size),
    ]  # fmt: skip
