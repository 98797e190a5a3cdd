"""Goods that go out in parts and come back: the state follows, nothing goes out twice, nothing comes back twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from freecrm.core.ordering import BACK
from freecrm.core.problems import Known
from freecrm.core.words import N_
from freecrm.store import deliveries, merging, orders, quotes, undo
from freecrm.store.database import Store
from tests.store.samples import assert_well, order_of

FIRST, SECOND = Decimal(6), Decimal(2)


@pytest.fixture
def bound(store: Store, order: bytes) -> bytes:
    orders.confirm(store, order)
    return order


def lines(store: Store, id: bytes) -> list[Any]:
    return quotes.ordered(order_of(store, id)["lines"])


def has(store: Store, id: bytes) -> list[Decimal]:
    return [row["delivered"] for row in lines(store, id)]


def test_goods_go_out_in_parts(store: Store, bound: bytes) -> None:
    first, second = (row["id"] for row in lines(store, bound))
    id = deliveries.deliver(
        store, bound, {first: Decimal("2.5")}, carrier="SF", tracking="SF1", address="Lane 3"
    )
    made = store.reader().record("delivery", id)
    assert made is not None
    assert (made["carrier"], made["tracking"], made["address"], made["customer"]) == (
        "SF", "SF1", "Lane 3", order_of(store, bound)["customer"],
    )  # fmt: skip
    assert made["number"].startswith("D")
    assert (order_of(store, bound)["state"], has(store, bound)) == ("partly", [Decimal("2.5"), 0])
    assert [row.left for row in deliveries.open_lines(store, bound)] == [Decimal("3.5"), SECOND]
    assert deliveries.address_of(store, bound) == "Lane 3"
    deliveries.deliver(store, bound)  # all that is open
    assert (order_of(store, bound)["state"], has(store, bound)) == ("delivered", [FIRST, SECOND])
    with pytest.raises(Known, match=r"All of order .* is delivered"):
        deliveries.deliver(store, bound)
    undo.undo(store)
    assert (order_of(store, bound)["state"], has(store, bound)) == ("partly", [Decimal("2.5"), 0])
    with store.step(N_("{field} changed"), field="x") as step:
        step.delete("delivery", id)
    assert (order_of(store, bound)["state"], has(store, bound)) == ("confirmed", [0, 0])
    undo.undo(store)
    assert has(store, bound) == [Decimal("2.5"), 0]
    assert second
    assert_well(store)


def test_more_than_ordered_needs_a_reason_that_is_kept(store: Store, bound: bytes) -> None:
    first = lines(store, bound)[0]["id"]
    with pytest.raises(Known, match="1 more of “Dispenser” than ordered"):
        deliveries.deliver(store, bound, {first: Decimal(7)})
    id = deliveries.deliver(store, bound, {first: Decimal(7)}, why_over="One as a spare")
    made = store.reader().record("delivery", id)
    assert made is not None
    assert (made["over"], made["why"]) == (True, "One as a spare")
    with pytest.raises(Known, match="2 more of “Dispenser” than ordered"):  # each of them says why
        deliveries.deliver(store, bound, {first: Decimal(1)})
    with pytest.raises(Known, match="Say why more"), store.step(N_("{field} changed"), field="x") as step:
        step.update("delivery", id, {"why": None})
    with pytest.raises(Known, match="than ordered"), store.step(N_("{field} changed"), field="x") as step:
        step.update("delivery", id, {"over": None})


def test_never_more_comes_back_than_went_out(store: Store, bound: bytes) -> None:
    first = lines(store, bound)[0]["id"]
    with pytest.raises(Known, match="nothing can come back"):
        deliveries.deliver(store, bound, kind=BACK)
    out = deliveries.deliver(store, bound, {first: Decimal(4)})
    with pytest.raises(Known, match="1 more of “Dispenser” would have come back"):
        deliveries.deliver(store, bound, {first: Decimal(5)}, kind=BACK)
    deliveries.deliver(store, bound, {first: Decimal(1)}, kind=BACK)
    assert has(store, bound)[0] == 3
    with (
        pytest.raises(Known, match="would have come back"),
        store.step(N_("{field} changed"), field="x") as step,
    ):
        step.delete("delivery", out)
    deliveries.deliver(store, bound, kind=BACK)
    assert (order_of(store, bound)["state"], has(store, bound)[0]) == ("confirmed", 0)
    orders.cancel(store, bound)  # nothing of it is with the customer
    assert_well(store)


def test_goods_go_out_of_a_confirmed_order_and_by_its_own_lines(
    store: Store,
    order: bytes,
    customer: bytes,
) -> None:
    with pytest.raises(Known, match="still a draft"):
        deliveries.deliver(store, order)
    orders.confirm(store, order)
    with store.step(N_("{field} changed"), field="x") as step:
        row = {"name": "X", "price": 1, "tax": Decimal(0)}
        other = step.insert("sales_order", orders.fresh(store, customer=customer, lines=[row]))
    orders.confirm(store, other)
    foreign = order_of(store, other)["lines"][0]["id"]
    wrong = {"sales_order": order, "lines": [{"name": "X", "order_line": foreign, "quantity": Decimal(1)}]}
    with pytest.raises(Known, match="is not of order"), store.step(N_("{field} changed"), field="x") as step:
        step.insert("delivery", wrong)
    with pytest.raises(Known, match="above 0"), store.step(N_("{field} changed"), field="x") as step:
        step.insert(
            "delivery", {"sales_order": order, "lines": [{"name": "Dispenser", "quantity": Decimal(0)}]}
        )
    with store.step(N_("{field} changed"), field="x") as step:  # by its name
        step.insert(
            "delivery", {"sales_order": order, "lines": [{"name": "Dispenser", "quantity": Decimal(2)}]}
        )
    assert has(store, order)[0] == 2
    with store.step(N_("{field} changed"), field="x") as step:  # a gift goes along
        step.insert("delivery", {"sales_order": order, "lines": [{"name": "Cap"}]})
    assert has(store, order) == [2, 0]


def test_a_deleted_order_takes_its_deliveries_along_and_back(store: Store, bound: bytes) -> None:
    id = deliveries.deliver(store, bound, {lines(store, bound)[0]["id"]: Decimal(2)})
    with store.step(N_("{field} changed"), field="x") as step:
        step.delete("sales_order", bound)
    assert store.reader().record("delivery", id) is None
    undo.undo(store)
    assert has(store, bound)[0] == 2
    assert_well(store)


def test_what_went_out_survives_orders_and_customers_made_one(
    store: Store, bound: bytes, customer: bytes
) -> None:
    deliveries.deliver(store, bound, {lines(store, bound)[0]["id"]: Decimal(2)})
    with store.step(N_("{field} changed"), field="x") as step:
        other = step.insert("customer", {"name": "Other"})
    merging.merge(store, "customer", [other, customer], other)
    assert (order_of(store, bound)["customer"], has(store, bound)[0]) == (other, 2)
    assert_well(store)
    undo.undo(store)
    assert (order_of(store, bound)["customer"], has(store, bound)[0]) == (customer, 2)
