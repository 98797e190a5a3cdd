"""Targets: spread to the cent, rolled up from people over departments to the firm, set and taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freecrm.core.spread import spread
from freecrm.core.words import N_
from freecrm.store import deals, forecast, goals, reports_orders, reports_sales, undo
from freecrm.store.database import Store
from freecrm.store.reports import Wish


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=12))
def test_nothing_is_lost_by_spreading(total: int, shape: list[int]) -> None:
    parts = spread(total, shape)
    assert sum(parts) == total
    whole = sum(shape)
    for part, weight in zip(parts, shape, strict=True):
        assert abs(part - (total * weight / whole if whole else total / len(shape))) <= 1


@pytest.fixture
def made(store: Store) -> dict[str, bytes]:
    """Two people of a department, one of none; each won something last year."""
    deals.take_ready(store)
    (pipe,) = deals.pipelines(store)
    won = pipe.ending("won")
    assert won is not None
    with store.step(N_("{field} changed"), field="x") as step:
        ids = {
            name: step.insert("user", {"name": name, "team": team})
            for name, team in (("Anna", "North"), ("Ben", "North"), ("Cleo", None))
        }
        category = ids["category"] = step.insert("category", {"name": "Pumps"})
        product = ids["product"] = step.insert("product", {"name": "Pump", "category": category})
        customer = step.insert("customer", {"name": "C", "addresses": [{"province": "浙江"}]})
        for month, amount in ((2, 100_00), (11, 300_00)):
            step.insert(
                "deal",
                {
                    "name": f"{month}", "stage": won.id, "owner_user": ids["Anna"], "customer": customer,
                    "closed": dt.date(2025, month, 5), "lines": [{"product": product, "price": amount}],
                    "amount": amount,
                },
            )  # fmt: skip
    return ids


def by_name(rows: list[goals.Row]) -> dict[str, goals.Row]:
    return {row.name: row for row in rows}


def test_targets_are_rolled_up(store: Store, made: dict[str, Any]) -> None:
    goals.write(
        store,
        2026,
        {(goals.USER, made[name], 3): n * 100_00 for n, name in enumerate(("Anna", "Ben", "Cleo"), 1)},
    )
    rows = goals.read(store, 2026)
    assert [row.name for row in rows] == ["The whole firm", "North", "Anna", "Ben", "Cleo"]
    assert [row.target(3) for row in rows] == [600_00, 300_00, 100_00, 200_00, 300_00]
    assert goals.firm(store, "2026-01", "2026-12") == {"2026-03": 600_00}
    goals.write(store, 2026, {(goals.TEAM, "North", 3): 1_000_00})
    assert goals.firm(store, "2026-01", "2026-12") == {"2026-03": 1_300_00}
    goals.write(store, 2026, {(goals.FIRM, None, 3): 5_000_00})
    assert goals.read(store, 2026)[0].target(3) == 5_000_00
    assert forecast.targets(store, ["2026-03"]) == {"2026-03": 5_000_00}
    assert forecast.targets(store, ["2026-03"], made["Ben"]) == {"2026-03": 200_00}
    undo.undo(store)
    assert goals.firm(store, "2026-01", "2026-12") == {"2026-03": 1_300_00}
    goals.write(store, 2026, {(goals.TEAM, "North", 3): None})
    assert goals.firm(store, "2026-01", "2026-12") == {"2026-03": 600_00}


def test_a_target_of_a_department_stays_in_sight_when_nobody_is_left_in_it(
    store: Store, made: dict[str, Any]
) -> None:
    goals.write(store, 2026, {(goals.TEAM, "North", 3): 1_000_00, (goals.USER, made["Anna"], 3): 100_00})
    with store.step(N_("{field} changed"), field="x") as step:
        step.update("user", made["Anna"], {"team": "South"})
        step.update("user", made["Ben"], {"left": True})
    rows = goals.read(store, 2026)
    assert [(row.name, row.target(3)) for row in rows] == [
        ("The whole firm", 1_100_00), ("North", 1_000_00), ("South", 100_00), ("Anna", 100_00), ("Cleo", None),
    ]  # fmt: skip
    assert goals.firm(store, "2026-01", "2026-12") == {"2026-03": 1_100_00}
    goals.write(store, 2026, {(goals.TEAM, "North", 3): None})
    assert "North" not in by_name(goals.read(store, 2026))


def test_a_target_is_set_once(store: Store, made: dict[str, Any]) -> None:
    for amount in (1, 2, 3):
        goals.write(store, 2026, {(goals.REGION, "浙江", 1): amount})
    assert store.read().execute("SELECT month, region, amount FROM target").fetchall() == [
        ("2026-01", "浙江", 3)
    ]


def test_a_year_is_spread_as_last_year_was_sold(store: Store, made: dict[str, Any]) -> None:
    rows = by_name(goals.read(store, 2026))
    assert rows["Anna"].before == {2: 100_00, 11: 300_00}
    assert rows["Anna"].spread(1_000_01)[2] == 250_00
    assert sum(rows["Anna"].spread(1_000_01).values()) == 1_000_01
    assert rows["Ben"].spread(12_00) == dict.fromkeys(range(1, 13), 1_00)
    assert rows["Ben"].spread(4_00, rows["The whole firm"].before)[11] == 3_00


@pytest.mark.parametrize(("kind", "name"), [("product", "Pump"), ("category", "Pumps"), ("region", "浙江")])
def test_what_was_sold_stands_beside(store: Store, made: dict[str, Any], kind: str, name: str) -> None:
    row = by_name(goals.read(store, 2025, kind))[name]
    assert row.sold == {2: 100_00, 11: 300_00}
    goals.write(store, 2025, {(*row.key, 2): 200_00})
    assert by_name(goals.read(store, 2025, kind))[name].year == 200_00
    assert goals.firm(store, "2025-01", "2025-12") == {}


@pytest.mark.parametrize(("by", "key"), [("region", "浙江"), ("team", "North")])
def test_reports_know_the_targets_of_regions_and_departments(
    store: Store, made: dict[str, Any], by: str, key: str
) -> None:
    goals.write(store, 2025, {(by, key, 2): 200_00})
    for work in (reports_sales, reports_orders):
        table = work.sales(store, Wish(since=dt.date(2025, 1, 1), until=dt.date(2025, 12, 31)), by)
        line = next(one for one in table.rows if one.key == key)
        assert line.cells[2] is not None
        assert line.cells[2].value == 200_00
        query = line.cells[0].query if line.cells[0] is not None else None
        assert query is not None
        assert store.reader().count(query) == line.cells[0].value  # type: ignore[union-attr]
