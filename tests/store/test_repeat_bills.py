"""Bills that come again: each day one draft, caught up, once however many run, until the contract ends."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from freecrm.core.ordering import bill_days
from freecrm.core.words import N_
from freecrm.modules import model
from freecrm.store import orders, repeat_bills, undo
from freecrm.store.database import Store, open_store
from tests.store.samples import assert_well, raw

DAY = dt.date


def bill(store: Store, **more: Any) -> bytes:
    with store.step(N_("{field} changed"), field="x") as step:
        customer = step.insert("customer", {"name": "云杉谷酒店"})
        return step.insert(
            "repeat_bill",
            {"name": "Service", "customer": customer, "every": "month", "begins": DAY(2026, 1, 31), **more},
        )


def days(store: Store) -> list[str]:
    return [day for (day,) in raw(store, "SELECT day FROM sales_order ORDER BY day")]


def next_of(store: Store, id: bytes) -> dt.date | None:
    record = store.reader().record("repeat_bill", id)
    assert record is not None
    found: dt.date | None = record["next"]
    return found


@pytest.mark.parametrize(
    ("every", "first", "wanted"),
    [
        ("month", DAY(2026, 1, 31), ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("month", DAY(2028, 1, 29), ["2028-01-29", "2028-02-29", "2028-03-29", "2028-04-29"]),
        ("quarter", DAY(2026, 11, 30), ["2026-11-30", "2027-02-28", "2027-05-30", "2027-08-30"]),
        ("year", DAY(2024, 2, 29), ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28"]),
        ("weeks", DAY(2026, 12, 21), ["2026-12-21", "2027-01-04", "2027-01-18", "2027-02-01"]),
        ("half", DAY(2026, 1, 15), ["2026-01-15", "2026-07-15", "2027-01-15", "2027-07-15"]),
    ],
)
def test_a_day_that_a_month_lacks_is_its_last(every: str, first: dt.date, wanted: list[str]) -> None:
    assert [day.isoformat() for day in bill_days(every, first, None, 4)] == wanted
    assert [day.isoformat() for day in bill_days(every, first, DAY.fromisoformat(wanted[1]), 2)] == wanted[2:]


def test_what_was_missed_is_caught_up_once(store: Store) -> None:
    id = bill(store, amount=500_00)
    assert next_of(store, id) == DAY(2026, 1, 31)
    assert len(repeat_bills.run(store, DAY(2026, 2, 28))) == 2
    assert repeat_bills.run(store, DAY(2026, 2, 28)) == []
    assert next_of(store, id) == DAY(2026, 3, 31)
    repeat_bills.run(store, DAY(2026, 4, 30))  # it was off in March and April
    assert days(store) == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    made = store.reader().record("sales_order", orders_of(store)[0])
    assert made is not None
    assert (made["state"], made["total"], made["name"], made["repeat"]) == ("draft", 500_00, "Service", id)
    orders.confirm(store, made.id)
    assert_well(store)


def orders_of(store: Store) -> list[bytes]:
    return [bytes(id) for (id,) in raw(store, "SELECT id FROM sales_order ORDER BY n")]


def test_lines_come_along(store: Store) -> None:
    row = {"name": "Care", "quantity": Decimal(3), "price": 100_00, "tax": Decimal(6)}
    id = bill(store, lines=[row], discount=Decimal(10))
    assert store.reader().record("repeat_bill", id)["total"] == 270_00  # type: ignore[index]
    (made,) = repeat_bills.run(store, DAY(2026, 2, 1))
    assert store.reader().record("sales_order", made)["total"] == 270_00  # type: ignore[index]


def test_the_end_of_the_contract_and_a_stop_end_it(store: Store) -> None:
    id = bill(store, ends=DAY(2026, 3, 30))
    repeat_bills.run(store, DAY(2026, 12, 31))
    assert days(store) == ["2026-01-31", "2026-02-28"]
    assert next_of(store, id) is None
    with store.step(N_("{field} changed"), field="x") as step:
        step.update("repeat_bill", id, {"ends": None, "stopped": DAY(2026, 4, 1)})
    assert repeat_bills.run(store, DAY(2026, 12, 31)) == []


def test_drafts_that_were_undone_come_again(store: Store) -> None:
    bill(store)
    repeat_bills.run(store, DAY(2026, 2, 1))
    undo.undo(store, raw(store, "SELECT max(n) FROM step")[0][0])
    assert days(store) == []
    repeat_bills.run(store, DAY(2026, 2, 1))
    assert days(store) == ["2026-01-31"]


def test_a_renewal_is_planned_once(store: Store) -> None:
    id = bill(store, ends=DAY(2026, 6, 30), warn=30)
    repeat_bills.run(store, DAY(2026, 5, 30))
    assert raw(store, "SELECT count(*) FROM activity") == [(0,)]
    repeat_bills.run(store, DAY(2026, 5, 31))
    repeat_bills.run(store, DAY(2026, 6, 1))
    assert raw(store, "SELECT subject, state FROM activity") == [
        ("Renew “Service”: ends on 2026-06-30", "planned")
    ]
    with store.step(N_("{field} changed"), field="x") as step:
        step.update("repeat_bill", id, {"ends": DAY(2027, 6, 30)})
    repeat_bills.run(store, DAY(2027, 6, 1))
    assert raw(store, "SELECT count(*) FROM activity") == [(2,)]


def test_many_programs_make_each_draft_once(store: Store, tmp_path: Path) -> None:
    bill(store)
    others = [open_store(store.path, model()) for _ in range(3)]
    threads = [Thread(target=repeat_bills.run, args=(one, DAY(2026, 6, 30))) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in others:
        one.close()
    assert days(store) == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"]


def test_once_a_day_is_enough(store: Store) -> None:
    bill(store)
    assert len(repeat_bills.run_daily(store)) > 1
    assert repeat_bills.run_daily(store) == []
