"""Prices by grade, quantity and day; what they make of a deal."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from freecrm.core.day_words import this_day
from freecrm.core.record import Record
from freecrm.core.words import N_
from freecrm.store import choosing, deals, orders, quotes, repeat_bills, undo
from freecrm.store.database import Store
from freecrm.store.prices import Price, price_for


def put(store: Store, entity: str, **values: Any) -> bytes:
    with store.step(N_("{field} changed"), field="x") as step:
        return step.insert(entity, values)


def change(store: Store, entity: str, id: bytes, **values: Any) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        step.update(entity, id, values)


def record(store: Store, entity: str, id: bytes) -> Record:
    found = store.reader().record(entity, id)
    assert found is not None
    return found


MARCH = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))


@pytest.fixture
def filter_(store: Store) -> bytes:
    deals.take_ready(store)
    levels = [
        {"grade": "A", "price": 90_00},
        {"least": Decimal("2.5"), "price": 80_00},
        {"grade": "A", "least": Decimal(10), "price": 70_00},
        {"since": MARCH[0], "until": MARCH[1], "price": 85_00},
    ]
    return put(store, "product", name="活性炭滤芯", code="P1", price=100_00, prices=levels)


@pytest.mark.parametrize(
    ("grade", "quantity", "day", "price"),
    [
        (None, 1, "2026-02-28", 100_00),
        ("B", 1, "2026-02-28", 100_00),
        ("A", 1, "2026-02-28", 90_00),
        ("A", 1, "2026-03-01", 85_00),
        (None, 1, "2026-03-31", 85_00),
        (None, 1, "2026-04-01", 100_00),
        (None, "2.499", "2026-02-28", 100_00),
        (None, "2.5", "2026-02-28", 80_00),
        ("B", 10, "2026-03-10", 80_00),
        ("A", 10, "2026-03-10", 70_00),
    ],
)
def test_the_lowest_that_holds(
    store: Store, filter_: bytes, grade: str | None, quantity: str | int, day: str, price: int
) -> None:
    found = price_for(store, filter_, grade=grade, quantity=Decimal(quantity), day=dt.date.fromisoformat(day))
    assert found.price == price
    assert (found.level is None) == (price == 100_00)


def test_a_level_above_the_list_price_never_counts(store: Store) -> None:
    dear = put(store, "product", name="a", price=10_00, prices=[{"price": 12_00}])
    assert price_for(store, dear) == Price(10_00)
    bare = put(store, "product", name="b")
    assert price_for(store, bare) == Price(None)
    only = put(store, "product", name="c", prices=[{"price": 12_00}])
    assert price_for(store, only).price == 12_00


def test_a_line_gets_the_price_for_its_customer_and_the_amount_follows(store: Store, filter_: bytes) -> None:
    customer = put(store, "customer", name="云杉谷酒店", grade="A")
    lines = [
        {"product": filter_, "quantity": Decimal(1)},
        {"product": filter_, "quantity": Decimal(2), "price": 1},
    ]
    deal = put(store, "deal", name="yearly", customer=customer, lines=lines, close=dt.date(2030, 1, 1))
    kept = record(store, "deal", deal)
    assert [row["price"] for row in kept["lines"]] == [90_00, 1]
    assert kept["amount"] == kept["listed"] == 90_02
    more = {"quantity": Decimal(10), "product": filter_}
    change(store, "deal", deal, lines=[kept["lines"][0], more])
    kept = record(store, "deal", deal)
    assert kept["amount"] == kept["listed"] == 90_00 + 10 * 70_00
    undo.undo(store)
    assert record(store, "deal", deal)["amount"] == 90_02
    change(store, "deal", deal, lines=[])
    assert record(store, "deal", deal)["amount"] == 90_02  # nothing is known better


def test_an_amount_set_by_hand_stays(store: Store, filter_: bytes) -> None:
    deal = put(store, "deal", name="x", amount=5_00, lines=[{"product": filter_}])
    assert (record(store, "deal", deal)["amount"], record(store, "deal", deal)["listed"]) == (5_00, 100_00)
    change(store, "deal", deal, lines=[{"product": filter_, "price": 1_00}])
    assert record(store, "deal", deal)["amount"] == 5_00
    change(store, "deal", deal, amount=1_00)  # the sum again: from now on it follows
    line = record(store, "deal", deal)["lines"][0]
    change(store, "deal_line", line["id"], price=3_00)
    assert record(store, "deal", deal)["amount"] == 3_00
    with store.step(N_("{field} changed"), field="x") as step:
        step.update("deal_line", line["id"], {"price": 4_00})
        step.update("deal", deal, {"amount": 9_00})
    assert record(store, "deal", deal)["amount"] == 9_00


def test_a_stopped_product_is_offered_nowhere_and_stays_where_it_was_sold(
    store: Store, filter_: bytes
) -> None:
    deal = put(store, "deal", name="x", lines=[{"product": filter_}])
    other = put(store, "product", name="活性炭滤芯 2", price=1)
    choosing.used(store, "product", filter_)
    assert {one.id for one in choosing.choices(store, "product", "")} == {filter_, other}
    change(store, "product", filter_, state="stopped")
    assert [one.id for one in choosing.choices(store, "product", "")] == [other]
    assert [one.id for one in choosing.choices(store, "product", "活性炭")] == [other]
    assert record(store, "deal", deal)["lines"][0]["product_title"] == "活性炭滤芯"


def test_a_barcode_finds_its_product(store: Store, filter_: bytes) -> None:
    change(store, "product", filter_, barcode="6901234567892")
    assert [one.id for one in choosing.choices(store, "product", "6901234567892")] == [filter_]


def test_categories_are_offered_as_their_tree(store: Store) -> None:
    water = put(store, "category", name="Water")
    put(store, "category", name="Air")
    osmosis = put(store, "category", name="Reverse osmosis", above=water)
    put(store, "category", name="Large", above=osmosis)
    found = [(one.title, one.deep) for one in choosing.choices(store, "category", "")]
    assert found == [("Air", 0), ("Water", 0), ("Reverse osmosis", 1), ("Large", 2)]


# ---- what is agreed on with a customer


def test_the_discount_agreed_on_with_a_customer_begins_quotes_orders_and_repeating_bills(
    store: Store,
) -> None:
    customer = put(store, "customer", name="A", discount=Decimal("7.5"))
    line = {"name": "P", "quantity": Decimal(1), "price": 100_00, "tax": Decimal(13)}
    order = put(store, "sales_order", customer=customer, lines=[line])
    bill = put(store, "repeat_bill", name="Rent", customer=customer, begins=dt.date(2026, 3, 1), lines=[line])
    quote = quotes.begin(store, customer)
    for made in (("sales_order", order), ("repeat_bill", bill), ("quote", quote)):
        assert record(store, *made)["discount"] == Decimal("7.5")
    assert record(store, "sales_order", order)["total"] == 92_50
    assert record(store, "quote", quotes.begin(store, put(store, "customer", name="B")))["discount"] is None


def test_what_was_said_counts_more_than_what_is_agreed_on(store: Store) -> None:
    customer = put(store, "customer", name="A", discount=Decimal(10))
    said = quotes.begin(store, customer, discount=Decimal(3))
    assert record(store, "quote", said)["discount"] == 3
    lines = [{"product": put(store, "product", name="P", price=100_00), "price": 90_00}]
    deal = put(store, "deal", name="D", customer=customer, lines=lines)
    for entity, made in (
        ("quote", quotes.from_deal(store, deal)),
        ("sales_order", orders.from_deal(store, deal)),
    ):
        assert (record(store, entity, made)["discount"], record(store, entity, made)["total"]) == (
            None,
            90_00,
        )
    bill = put(store, "repeat_bill", name="R", customer=customer, begins=this_day(), amount=100_00)
    change(store, "repeat_bill", bill, discount=None)
    (draft,) = repeat_bills.run_one(store, bill, this_day())
    assert record(store, "sales_order", draft)["discount"] is None
    change(store, "quote", said, discount=None, lines=[{"name": "P", "price": 1, "tax": Decimal(13)}])
    quotes.send(store, said)
    assert record(store, "quote", quotes.new_version(store, said))["discount"] is None
