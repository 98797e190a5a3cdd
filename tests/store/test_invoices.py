"""Tax invoices: what is left to invoice of an order, how far each is, to whom the last one was made out."""

from __future__ import annotations

import pytest

from freecrm.core.day_words import this_day
from freecrm.core.problems import Known
from freecrm.core.query import Query, Where
from freecrm.core.words import N_
from freecrm.store import invoices, orders, undo
from freecrm.store.database import Store
from tests.store.samples import assert_well, order_of

TOTAL = 78_160_00


def state(store: Store, id: bytes) -> str:
    record = store.reader().record("invoice", id)
    assert record is not None
    return str(record["state"])


def billed(store: Store, id: bytes) -> tuple[int, int]:
    record = order_of(store, id)
    return record["invoiced"], record["to_invoice"]


def test_an_order_is_invoiced_in_parts(store: Store, order: bytes) -> None:
    with pytest.raises(Known, match="still a draft"):
        invoices.ask(store, order)
    orders.confirm(store, order)
    assert billed(store, order) == (0, TOTAL)
    id = invoices.ask(store, order, amount=30_000_00, head="Spruce Valley Ltd", tax_no="91310000MA1")
    assert (state(store, id), billed(store, order)) == ("asked", (30_000_00, TOTAL - 30_000_00))
    with pytest.raises(Known, match=r"Only .*48,160.00 of order"):
        invoices.ask(store, order, amount=TOTAL)
    with pytest.raises(Known, match="above 0"):
        invoices.ask(store, order, amount=0)
    invoices.issue(store, id, "2600001")
    assert state(store, id) == "issued"
    with pytest.raises(Known, match="issued already"):
        invoices.issue(store, id)
    invoices.send(store, id)
    assert state(store, id) == "sent"
    with pytest.raises(Known, match="hasn't gone yet"):
        invoices.send(store, id)
    rest = invoices.ask(store, order)
    assert billed(store, order) == (TOTAL, 0)
    with pytest.raises(Known, match="All of order"):
        invoices.ask(store, order)
    invoices.make_void(store, rest)
    assert (state(store, rest), billed(store, order)) == ("void", (30_000_00, TOTAL - 30_000_00))
    with pytest.raises(Known, match="void already"):
        invoices.make_void(store, rest)
    undo.undo(store)
    assert billed(store, order) == (TOTAL, 0)
    assert_well(store)


def test_the_last_head_is_offered_again(store: Store, order: bytes, customer: bytes) -> None:
    orders.confirm(store, order)
    assert invoices.begun(store, order)["head"] == "云杉谷酒店"
    head = {"head": "云杉谷酒店管理有限公司", "tax_no": "91310000MA1", "bank": "ICBC 6222", "kind": "plain"}
    invoices.ask(store, order, amount=1_00, **head)
    again = invoices.begun(store, order)
    assert {name: again[name] for name in head} == head
    assert (again["amount"], again["asked"]) == (TOTAL - 1_00, this_day())
    assert len(invoices.heads(store, customer)) == 1


def test_what_isnt_invoiced_is_a_list(store: Store, order: bytes) -> None:
    wanted = Query("sales_order", where=Where("to_invoice", ">", 0))
    assert store.reader().count(wanted) == 0  # a draft binds nobody
    orders.confirm(store, order)
    assert store.reader().count(wanted) == 1
    invoices.ask(store, order)
    assert store.reader().count(wanted) == 0


def test_the_tax_of_an_invoice_is_its_part_of_that_of_the_order(store: Store, order: bytes) -> None:
    orders.confirm(store, order)
    tax = order_of(store, order)["tax"]
    whole = store.reader().record("invoice", invoices.ask(store, order))
    assert whole is not None
    assert whole["tax"] == tax
    with store.step(N_("{field} changed"), field="x") as step:
        step.update("invoice", whole.id, {"tax": 1})
