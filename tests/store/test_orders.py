"""Orders from quote to cancellation: what they begin with, when they bind, what may change once goods went out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from freecrm.core.day_words import this_day
from freecrm.core.instalments import Part
from freecrm.core.problems import Known
from freecrm.core.query import Query
from freecrm.core.words import N_
from freecrm.store import check, credit, deals, deliveries, orders, quotes, receivables, undo
from freecrm.store.database import Store
from tests.store.samples import assert_well

LINES = (("Dispenser", "6", 12_800_00), ("Prefilter", "2", 680_00))


def line(name: str, quantity: str, price: int | None, tax: str | None = "13") -> dict[str, Any]:
    return {
        "name": name,
        "quantity": Decimal(quantity),
        "price": price,
        "tax": None if tax is None else Decimal(tax),
    }


def read(store: Store, id: bytes) -> Any:
    record = store.reader().record("sales_order", id)
    assert record is not None
    return record


def change(store: Store, entity: str, id: bytes, **values: Any) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        step.update(entity, id, values)


def ids(store: Store, order: bytes) -> list[bytes]:
    return [row["id"] for row in quotes.ordered(read(store, order)["lines"])]


def test_a_quote_becomes_an_order_once(store: Store, customer: bytes) -> None:
    lines = [{**line(*one), "discount": Decimal(3), "position": at} for at, one in enumerate(LINES, 1)]
    with store.step(N_("{field} changed"), field="x") as step:
        quote = step.insert(
            "quote",
            quotes.fresh(store, customer=customer, lines=lines, discount=Decimal(5), name="Third floor"),
        )
    with pytest.raises(Known, match="wasn't sent yet"):
        orders.from_quote(store, quote)
    quotes.send(store, quote)
    id = orders.from_quote(store, quote)
    made, offered = read(store, id), store.reader().record("quote", quote)
    assert offered is not None
    assert made["total"] == offered["total"] > 0
    assert (made["state"], made["quote"], made["name"], made["day"]) == (
        "draft", quote, "Third floor", this_day(),
    )  # fmt: skip
    assert made["number"] == f"S{this_day():%y%m}-001"
    with pytest.raises(Known, match=r"Order S\d+-001 was made of quote"):
        orders.from_quote(store, quote)
    undo.undo(store)
    assert store.reader().record("sales_order", id) is None
    again = orders.from_quote(store, quote)
    orders.cancel(store, again)
    assert orders.from_quote(store, quote) != again  # one that was called off is in nobody's way
    assert_well(store)


def test_a_quote_that_was_declined_or_replaced_makes_none(store: Store, customer: bytes) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        quote = step.insert("quote", quotes.fresh(store, customer=customer, lines=[line("A", "1", 1)]))
    quotes.send(store, quote)
    later = quotes.new_version(store, quote)
    quotes.send(store, later)
    with pytest.raises(Known, match="later version"):
        orders.from_quote(store, quote)
    quotes.answer(store, later, accepted=False)
    with pytest.raises(Known, match="declined"):
        orders.from_quote(store, later)


def test_a_deal_becomes_an_order(store: Store, customer: bytes) -> None:
    deals.take_ready(store)
    with store.step(N_("{field} changed"), field="x") as step:
        product = step.insert("product", {"name": "Dispenser", "price": 100_00, "spec": "RO-8"})
        lines = [{"product": product, "quantity": Decimal(4), "price": 90_00}]
        deal = step.insert("deal", {"name": "Floor 3", "customer": customer, "lines": lines})
        bare = step.insert("deal", {"name": "Nobody's"})
    made = read(store, orders.from_deal(store, deal))
    assert (made["deal"], made["name"], made["total"]) == (deal, "Floor 3", 360_00)
    assert made["lines"][0]["spec"] == "RO-8"
    with pytest.raises(Known, match="no customer yet"):
        orders.from_deal(store, bare)


def test_an_order_binds_with_prices_and_tax_alone(store: Store, customer: bytes, order: bytes) -> None:
    first = ids(store, order)[0]
    change(store, "sales_order_line", first, price=None)
    with pytest.raises(Known, match="has no price"):
        orders.confirm(store, order)
    with pytest.raises(Known, match="has no price"):
        change(store, "sales_order", order, confirmed=this_day())  # the form comes through the same door
    change(store, "sales_order_line", first, price=12_800_00, tax=None)
    with pytest.raises(Known, match="has no tax rate"):
        orders.confirm(store, order)
    change(store, "sales_order_line", first, tax=Decimal(13))
    orders.confirm(store, order)
    assert (read(store, order)["state"], read(store, order)["confirmed"]) == ("confirmed", this_day())
    with pytest.raises(Known, match="confirmed already"):
        orders.confirm(store, order)
    undo.undo(store)
    assert read(store, order)["state"] == "draft"
    with store.step(N_("{field} changed"), field="x") as step:
        empty = step.insert("sales_order", orders.fresh(store, customer=customer))
    with pytest.raises(Known, match="no lines yet"):
        orders.confirm(store, empty)


def test_a_cancelled_order_comes_back_by_undo(store: Store, order: bytes) -> None:
    orders.confirm(store, order)
    orders.cancel(store, order)
    assert read(store, order)["state"] == "cancelled"
    with pytest.raises(Known, match="cancelled already"):
        orders.cancel(store, order)
    with pytest.raises(Known, match="was cancelled"):
        orders.confirm(store, order)
    with pytest.raises(Known, match="nothing of it is delivered"):
        deliveries.deliver(store, order)
    undo.undo(store)
    assert read(store, order)["state"] == "confirmed"


def test_what_went_out_keeps_its_price_and_is_never_ordered_less(store: Store, order: bytes) -> None:
    orders.confirm(store, order)
    first, second = ids(store, order)
    change(store, "sales_order_line", first, quantity=Decimal(8), price=12_000_00)  # nothing went out yet
    deliveries.deliver(store, order, {first: Decimal(5)})
    change(store, "sales_order_line", first, quantity=Decimal(5))
    assert read(store, order)["state"] == "partly"
    with pytest.raises(Known, match="5 of “Dispenser” were delivered already"):
        change(store, "sales_order_line", first, quantity=Decimal(4))
    for values in ({"price": 1}, {"discount": Decimal(1)}, {"tax": Decimal(6)}):
        with pytest.raises(Known, match="“Dispenser” was delivered already"):
            change(store, "sales_order_line", first, **values)
    with pytest.raises(Known, match="were delivered"):
        change(store, "sales_order", order, discount=Decimal(50))
    with (
        pytest.raises(Known, match="stays in the order"),
        store.step(N_("{field} changed"), field="x") as step,
    ):
        step.delete("sales_order_line", first)
    change(store, "sales_order_line", second, price=700_00, quantity=Decimal(1))
    with store.step(N_("{field} changed"), field="x") as step:
        step.delete("sales_order_line", second)
    assert read(store, order)["state"] == "delivered"
    with pytest.raises(Known, match="customer has goods"):
        orders.cancel(store, order)
    assert_well(store)


def test_confirming_is_not_undone_under_goods_that_went_out(store: Store, order: bytes) -> None:
    orders.confirm(store, order)
    deliveries.deliver(store, order)
    with pytest.raises(Known, match="can't be a draft again"):
        change(store, "sales_order", order, confirmed=None)


# ---- what is owed by it


def test_confirmed_it_is_owed_by_the_customers_terms_and_cancelled_no_more(
    store: Store, order: bytes
) -> None:
    customer = read(store, order)["customer"]
    with store.step(N_("{field} changed"), field="x") as step:
        step.update("customer", customer, {"terms_days": 30})
    total = read(store, order)["total"]
    orders.confirm(store, order)
    (bill,) = receivables.open_items(store.reader(), customer)
    assert (bill.left, bill.due) == (total, this_day() + dt.timedelta(days=30))
    undo.undo(store)
    assert receivables.open_items(store.reader(), customer) == []
    orders.confirm(store, order)
    receivables.receive(store, customer, 100_00)
    orders.cancel(store, order)
    assert receivables.open_items(store.reader(), customer) == []
    assert receivables.credit_of(store, customer) == 100_00
    undo.undo(store)
    (bill,) = receivables.open_items(store.reader(), customer)
    assert bill.left == total - 100_00
    assert check.check(store) == []


def test_a_plan_made_before_the_confirmation_stays(store: Store, order: bytes) -> None:
    receivables.plan(store, order, [Part(Decimal(30), 0), Part(Decimal(70), 60)])
    before = receivables.planned(store, order)
    orders.confirm(store, order)
    assert receivables.planned(store, order) == before
    assert sum(amount for _id, amount, _paid in before) == read(store, order)["total"]


def test_beyond_the_credit_limit_it_is_confirmed_with_a_reason_that_is_kept(
    store: Store, order: bytes
) -> None:
    customer = read(store, order)["customer"]
    with store.step(N_("{field} changed"), field="x") as step:
        step.update("customer", customer, {"credit_limit": 1_00, "credit_grade": "good"})
    with pytest.raises(credit.Beyond):
        orders.confirm(store, order)
    assert read(store, order)["state"] == "draft"
    orders.confirm(store, order, "deposit promised by phone")
    assert read(store, order)["state"] == "confirmed"
    rows = store.read().execute("SELECT reason, sales_order FROM credit_release").fetchall()
    assert rows == [("deposit promised by phone", order)]


def test_whoever_types_the_days_of_an_order_owes_what_it_says(store: Store, order: bytes) -> None:
    """In a cell, a form, many at once: not by the commands alone."""
    record = read(store, order)
    customer, total = record["customer"], record["total"]
    change(store, "sales_order", order, confirmed=this_day() - dt.timedelta(days=3))
    (bill,) = receivables.open_items(store.reader(), customer)
    assert (bill.left, bill.day) == (total, this_day() - dt.timedelta(days=3))
    change(store, "sales_order", order, cancelled=this_day())
    assert receivables.open_items(store.reader(), customer) == []
    undo.undo(store)
    assert [one.left for one in receivables.open_items(store.reader(), customer)] == [total]
    change(store, "sales_order", order, cancelled=this_day())
    change(store, "sales_order", order, cancelled=None)
    assert [one.left for one in receivables.open_items(store.reader(), customer)] == [total]
    change(store, "sales_order", order, confirmed=this_day())  # it was bound before: nothing new is owed
    assert [one.left for one in receivables.open_items(store.reader(), customer)] == [total]
    change(store, "sales_order", order, confirmed=None)
    assert receivables.open_items(store.reader(), customer) == []
    assert_well(store)


def test_days_and_lines_typed_at_once_are_owed_as_they_stand_then(store: Store, order: bytes) -> None:
    first, _second = ids(store, order)
    with store.step(N_("{field} changed"), field="x") as step:
        step.update("sales_order_line", first, {"quantity": Decimal(1)})
        step.update("sales_order", order, {"confirmed": this_day()})
    record = read(store, order)
    (bill,) = receivables.open_items(store.reader(), record["customer"])
    assert bill.left == record["total"]


def test_beyond_the_credit_limit_typing_a_day_says_how_it_is_confirmed(store: Store, order: bytes) -> None:
    customer = read(store, order)["customer"]
    change(store, "customer", customer, credit_limit=1_00)
    with pytest.raises(credit.Beyond, match="“Confirm order” instead, which asks why"):
        change(store, "sales_order", order, confirmed=this_day())
    assert read(store, order)["state"] == "draft"


def test_a_deleted_order_is_owed_no_more_until_it_is_back(store: Store, order: bytes) -> None:
    customer = read(store, order)["customer"]
    orders.confirm(store, order)
    receivables.receive(store, customer, 100_00)
    with store.step(N_("{field} changed"), field="x") as step:
        step.delete("sales_order", order)
    assert receivables.open_items(store.reader(), customer) == []
    assert receivables.credit_of(store, customer) == 100_00
    assert_well(store)
    undo.undo(store)
    (bill,) = receivables.open_items(store.reader(), customer)
    assert bill.left == read(store, order)["total"] - 100_00
    assert_well(store)


def test_only_what_is_past_its_day_and_not_yet_out_is_late(store: Store, order: bytes) -> None:
    view = next(one for one in store.model.views("sales_order") if one.key == "late")

    def late() -> list[bytes]:
        numbers = store.reader().numbers(Query("sales_order").and_(view.filters.condition))
        return store.reader().ids_of("sales_order", list(numbers))

    change(store, "sales_order", order, wanted=this_day() - dt.timedelta(days=1))
    assert late() == []  # it is a draft
    orders.confirm(store, order)
    assert late() == [order]
    change(store, "sales_order", order, wanted=this_day() + dt.timedelta(days=1))
    assert late() == []
    change(store, "sales_order", order, wanted=this_day() - dt.timedelta(days=1))
    deliveries.deliver(store, order)
    assert late() == []
