"""A firm's deals coming in from four lists, once and once more, and what the reports about them take."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import Any

from tests.bench.measure import ROOT, Goal, Line, Run, fresh

LISTS = ROOT / "tests" / "data" / "sales"
DEALS = 8_800


def pipeline(path: Path, count: int) -> Path:
    """A list of so many deals: those of the tests again and again, each with a code of its own."""
    with (LISTS / "sales_pipeline.csv").open(encoding="utf-8") as file:
        heads, *rows = csv.reader(file)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(heads)
        for at in range(count):
            code, *rest = rows[at % len(rows)]
            out.writerow([f"{code}-{at // len(rows)}", *rest])
    return path


def come_in(file: str, listed: str) -> dict[str, Any]:
    """In its own process: the four lists as `freecrm import` takes them, the last one twice; then the reports."""
    import datetime as dt

    from freecrm.exchange import applier
    from freecrm.exchange.changeset import Options
    from freecrm.modules import model
    from freecrm.store import reports_sales, reports_stages
    from freecrm.store.database import open_store
    from freecrm.store.reports import Wish

    store = open_store(Path(file), model())
    for about, name in (("user", "sales_teams"), ("customer", "accounts"), ("product", "products")):
        applier.bring_in(store, LISTS / f"{name}.csv", store.model.imported(about), Options())
    plan, answer = store.model.imported("deal"), dict[str, Any]()
    for name in ("first", "again"):
        begun = time.perf_counter()
        made, _touched = applier.bring_in(store, Path(listed), plan, Options())
        answer[name] = time.perf_counter() - begun
        answer[f"{name} counts"] = made.counts
    now = dt.datetime.now(dt.UTC)
    works = {
        "sales by person": lambda: reports_sales.sales(store, Wish(), "owner_user"),
        "sales by product": lambda: reports_sales.sales(store, Wish(), "product"),
        "won and lost": lambda: reports_sales.win_loss(store, Wish(), "owner_user"),
        "pipeline": lambda: reports_stages.pipeline(store, Wish()),
        "funnel": lambda: reports_stages.funnel(store, Wish()),
        "time in stage": lambda: reports_stages.times(store, Wish(), now),
    }
    answer["reports"] = {}
    for name, work in works.items():
        begun = time.perf_counter()
        work()
        answer["reports"][name] = time.perf_counter() - begun
    store.close()
    return answer


def deals(run: Run) -> list[Line]:
    """8,800 deals, whatever the size of the run (fewer only in a test)."""
    count = min(DEALS, run.size * 10)
    listed = pipeline(run.new("deals.csv"), count)
    got = fresh("sales:come_in", str(run.new("deals.freecrm")), str(listed)).value
    lines = [
        Line(
            "deals", f"import {count:,} deals, links by name", "s", got["first"], None, Goal("most", 3),
            note=str(got["first counts"]), size=count,
        ),
        Line(
            "deals", f"import the same {count:,} deals again", "s", got["again"], note=str(got["again counts"]),
            size=count,
        ),
    ]  # fmt: skip
    return lines + [
        Line("deals", f"report: {name}", "s", taken, None, Goal("most", 1), size=count)
        for name, taken in got["reports"].items()
    ]
