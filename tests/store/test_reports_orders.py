"""Sales as the orders say: the same as plain adding up, with every row to open."""

from __future__ import annotations

import datetime as dt
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from freecrm.core.words import N_
from freecrm.store import check, report_kinds, reports_orders, undo
from freecrm.store.database import Store
from freecrm.store.report_kinds import Asked
from freecrm.store.reports import Line, Table, Wish

ROOT = Path(__file__).parents[2]
PROVINCES = ("浙江", "上海", None)
UNTIL = dt.date(2026, 6, 30)


@pytest.fixture
def orders(store: Store) -> list[dict[str, Any]]:
    """Forty orders as plain data, the same in the file: some drafts, some cancelled."""
    chance, made = random.Random(3), list[dict[str, Any]]()
    with store.step(N_("{field} changed"), field="x") as step:
        users = [step.insert("user", {"name": name}) for name in ("Anna", "Ben")]
        products = [step.insert("product", {"name": name}) for name in ("Pump", "Filter")]
        customers = {
            step.insert(
                "customer", {"name": f"C{n}", "addresses": [{"province": place}] if place else []}
            ): place
            for n, place in enumerate(PROVINCES)
        }
        for n in range(40):
            confirmed = dt.date(2026, 1, 1) + dt.timedelta(days=chance.randrange(180)) if n % 5 else None
            lines = [
                {"product": chance.choice([*products, None]), "name": "x", "quantity": chance.randrange(1, 9), "price": chance.randrange(1, 900_00)}
                for _line in range(chance.randrange(1, 4))
            ]  # fmt: skip
            one: dict[str, Any] = {
                "customer": chance.choice(list(customers)), "owner_user": chance.choice(users), "confirmed": confirmed,
                "cancelled": dt.date(2026, 7, 1) if n % 7 == 3 else None, "discount": 10 if n % 3 == 0 else None, "lines": lines,
            }  # fmt: skip
            id = step.insert("sales_order", {"number": f"A{n}", **one})
            made.append({**one, "id": id, "place": customers[one["customer"]]})
    for one in made:
        whole = store.reader().record("sales_order", one["id"])
        assert whole is not None
        one["total"] = whole["total"]
        one["sums"] = [(line["product"], line["total"]) for line in whole["lines"]]
    return made


def counting(orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in orders if one["confirmed"] and not one["cancelled"] and one["confirmed"] <= UNTIL]


def figures(table: Table) -> dict[Any, tuple[int, int]]:
    return {line.key: pair(line) for line in table.rows if line.cells[0] is not None}


def pair(line: Line) -> tuple[int, int]:
    first, second = line.cells[:2]
    assert first is not None
    assert second is not None
    return first.value, second.value


@pytest.mark.parametrize("by", ["month", "owner_user", "region"])
def test_orders_add_up_as_by_hand(store: Store, orders: list[dict[str, Any]], by: str) -> None:
    key = {"month": lambda one: f"{one['confirmed']:%Y-%m}", "owner_user": lambda one: one["owner_user"], "region": lambda one: one["place"]}[by]  # fmt: skip
    counts, sums = Counter[Any](), Counter[Any]()
    for one in counting(orders):
        counts[key(one)] += 1
        sums[key(one)] += one["total"]
    table = reports_orders.sales(store, Wish(until=UNTIL), by)
    assert figures(table) == {one: (counts[one], sums[one]) for one in counts}
    assert table.total is not None
    assert pair(table.total) == (len(counting(orders)), sum(one["total"] for one in counting(orders)))
    for line in (*table.rows, table.total):
        assert line.cells[0] is not None
        assert line.cells[0].query is not None
        assert store.reader().count(line.cells[0].query) == line.cells[0].value


@pytest.mark.parametrize("narrow", [False, True])
def test_products_are_those_of_the_lines(store: Store, orders: list[dict[str, Any]], narrow: bool) -> None:
    owner = orders[0]["owner_user"] if narrow else None
    wish = Wish(since=dt.date(2026, 2, 1), until=UNTIL, owner=owner)
    counts, sums, total = Counter[Any](), Counter[Any](), 0
    for one in counting(orders):
        if one["confirmed"] < dt.date(2026, 2, 1) or owner not in (None, one["owner_user"]):
            continue
        total += one["total"]
        for product, amount in one["sums"]:
            counts[product] += 1
            sums[product] += amount
    table = reports_orders.sales(store, wish, "product")
    assert figures(table) == {one: (counts[one], sums[one]) for one in counts}
    rest = next(line.cells[1] for line in table.rows if line.cells[0] is None)
    assert rest is not None
    assert rest.value == total - sum(sums.values())
    for line in table.rows:
        if line.cells[0] is not None and line.key is not None:
            assert line.cells[0].query is not None
            found = store.reader().numbers(line.cells[0].query)
            assert 0 < len(found) <= line.cells[0].value


def test_a_line_counts_while_its_order_binds(store: Store, orders: list[dict[str, Any]]) -> None:
    one = next(one for one in orders if one["confirmed"] and not one["cancelled"])
    bound = "SELECT DISTINCT bound FROM sales_order_line WHERE parent = ?"
    assert store.read().execute(bound, (one["id"],)).fetchall() == [(one["confirmed"].isoformat(),)]
    with store.step(N_("{field} changed"), field="x") as step:
        step.update("sales_order", one["id"], {"cancelled": dt.date(2026, 8, 1)})
    assert store.read().execute(bound, (one["id"],)).fetchall() == [(None,)]
    assert not check.check(store)
    undo.undo(store)
    assert store.read().execute(bound, (one["id"],)).fetchall() == [(one["confirmed"].isoformat(),)]


def test_the_page_asks_by_its_source(store: Store, orders: list[dict[str, Any]]) -> None:
    report = report_kinds.of("sales")
    table = report.work(store, Wish(), report.fitting(Asked(source="orders")))
    assert table.heads[1:3] == ("Orders", "Ordered")
    assert report.fitting(Asked("nonsense", "x", "y")) == Asked("month", "", "deals")


@pytest.mark.parametrize(
    ("key", "days"),
    [
        ("this_quarter", ("2026-01-01", "2026-03-31")),
        ("last_quarter", ("2025-10-01", "2025-12-31")),
        ("this_month", ("2026-03-01", "2026-03-31")),
        ("2026-02-01/", ("2026-02-01", None)),
        ("ever", (None, None)),
    ],
)
def test_periods(key: str, days: tuple[str | None, str | None]) -> None:
    found = report_kinds.span(key, dt.date(2026, 3, 19))
    assert tuple(day.isoformat() if day else None for day in found) == days


ASKED = """
import sys
from pathlib import Path
from freecrm.modules import model
from freecrm.store import reports_orders
from freecrm.store.database import open_store
from freecrm.store.reports import Wish
store = open_store(Path(sys.argv[1]), model())
for by in ("month", "owner_user", "product", "region"):
    reports_orders.sales(store, Wish(), by)
print([name for name in sys.modules if name == "sqlalchemy"])
"""


def test_a_later_start_asks_what_was_asked_before(store: Store, orders: list[dict[str, Any]]) -> None:
    """Whoever has seen a report once waits for no library to put the question again."""
    reports_orders.sales(store, Wish(), "month")
    store.close()
    done = subprocess.run(
        [sys.executable, "-c", ASKED, str(store.path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
