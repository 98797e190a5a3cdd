"""Lists on paper: a PDF of ten thousand customers, against the same texts drawn one by one on reportlab's canvas."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from tests.bench import data
from tests.bench.measure import Goal, Line, Run, fresh

ROWS = 10_000
NAMES = (
    "name",
    "grade",
    "main_contact",
    "main_phone",
    "city",
    "owner_user",
    "last_contact",
    "opening_balance",
)
A_PAGE = 40


def _texts(file: str) -> tuple[list[Any], list[list[str]]]:
    from freecrm.core.query import Query, Sort
    from freecrm.exchange.pdf.table import Column
    from freecrm.exchange.printing import shown
    from freecrm.modules import model
    from freecrm.store.database import open_store

    store = open_store(Path(file), model())
    reader = store.reader()
    numbers = reader.first(Query("customer", None, (Sort("name"),)), ROWS)
    fields = [store.schema.fields("customer")[name] for name in NAMES]
    rows = []
    for start in range(0, len(numbers), 500):
        found = reader.rows("customer", numbers[start : start + 500], NAMES)
        rows += [
            [shown(f, v) for f, v in zip(fields, found[n], strict=True)] for n in numbers[start : start + 500]
        ]
    store.close()
    return [Column(f.title, 64, f.name == "opening_balance") for f in fields], rows


def paper_ours(file: str, target: str) -> dict[str, Any]:
    """In its own process: the list as PDF, measured, broken into lines, with heads and numbers on each page."""
    from freecrm.exchange.pdf import list_pdf
    from freecrm.exchange.pdf.fonts import fonts
    from freecrm.exchange.pdf.sheet import Head

    columns, rows = _texts(file)
    fonts()
    begun = time.perf_counter()
    made = list_pdf.write(
        Path(target), Head("Customers", "Firm", "2026-03-19"), columns, rows, count=len(rows)
    )
    return {
        "seconds": time.perf_counter() - begun,
        "pages": made.pages,
        "bytes": made.size,
        "rows": made.rows,
    }


def paper_canvas(file: str, target: str) -> dict[str, Any]:
    """In its own process: the same texts in the same font at fixed places, nothing measured or broken."""
    from reportlab.pdfgen.canvas import Canvas

    from freecrm.exchange.pdf.fonts import fonts

    columns, rows = _texts(file)
    font = fonts().regular.name
    begun = time.perf_counter()
    canvas = Canvas(target, pageCompression=1)
    for start in range(0, len(rows), A_PAGE):
        canvas.setFont(font, 8.5)
        y = 780.0
        for row in [[column.title for column in columns], *rows[start : start + A_PAGE]]:
            for at, (text, column) in enumerate(zip(row, columns, strict=True)):
                if text and column.right:
                    canvas.drawRightString(40 + (at + 1) * 64, y, text)
                elif text:
                    canvas.drawString(40 + at * 64, y, text)
            canvas.line(40, y - 4, 555, y - 4)
            y -= 17.8
        canvas.showPage()
    canvas.save()
    return {"seconds": time.perf_counter() - begun}


def paper(run: Run) -> list[Line]:
    """A printed list."""
    file = str(data.filled(run))
    ours = [fresh("paper:paper_ours", file, str(run.new("ours.pdf"))) for _ in range(run.repeats(2))]
    floor = [fresh("paper:paper_canvas", file, str(run.new("floor.pdf"))) for _ in range(run.repeats(2))]
    best = min(ours, key=lambda one: one.value["seconds"]).value
    what = f"PDF of {best['rows']:,} × {len(NAMES)} cells"
    return [
        Line(
            "paper", what, "s", best["seconds"], min(one.value["seconds"] for one in floor), Goal("times", 1.3),
            "reportlab's canvas: the same texts at fixed places, nothing measured, broken or coloured", size=run.size,
            note=f"{best['pages']:,} pages, {best['seconds'] / best['pages'] * 1000:.1f} ms each,"
            f" {best['bytes'] / 1e6:.1f} MB",
        ),
        Line("paper", f"{what}: memory", "MB", max(one.peak for one in ours), max(one.peak for one in floor),
             None, "the same", size=run.size),
    ]  # fmt: skip
