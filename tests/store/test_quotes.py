"""Quotes: their sums at the door, numbers, versions, what was sent stays, what follows from an answer."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from freecrm.core.day_words import this_day
from freecrm.core.problems import Known
from freecrm.core.words import N_
from freecrm.store import check, deals, quotes, undo
from freecrm.store.database import Store
from tests.store.samples import assert_well, raw

PICTURE = (  # design/09b
    ("Dispenser", "RO-800G", "6", 12_800_00, "3"),
    ("Ultrafilter 2T/h", "UF-2T", "1", 9_600_00, None),
    ("Prefilter 40 µm", "PF-40", "2", 680_00, None),
    ("Installation at night", "AZ-01", "1", 4_200_00, None),
    ("First year's care", "WB-1Y", "1", 3_600_00, "100"),
)


def line(name: str, spec: str, quantity: str, price: int, discount: str | None) -> dict[str, Any]:
    return {
        "name": name,
        "spec": spec,
        "quantity": Decimal(quantity),
        "price": price,
        "discount": None if discount is None else Decimal(discount),
        "tax": Decimal(13),
    }


@pytest.fixture
def customer(store: Store) -> bytes:
    with store.step(N_("{field} changed"), field="x") as step:
        return step.insert("customer", {"name": "云杉谷酒店管理有限公司"})


@pytest.fixture
def quote(store: Store, customer: bytes) -> bytes:
    lines = [{**line(*one), "position": at} for at, one in enumerate(PICTURE, 1)]
    with store.step(N_("{field} changed"), field="x") as step:
        return step.insert("quote", quotes.fresh(store, customer=customer, lines=lines))


def read(store: Store, id: bytes) -> Any:
    record = store.reader().record("quote", id)
    assert record is not None
    return record


def change(store: Store, entity: str, id: bytes, **values: Any) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        step.update(entity, id, values)


def sums(store: Store, id: bytes) -> tuple[int, ...]:
    record = read(store, id)
    return tuple(record[name] for name in ("full", "off", "net", "tax", "total"))


def test_the_door_keeps_the_sums_of_the_worked_example(store: Store, quote: bytes) -> None:
    assert sums(store, quote) == (95_560_00, 5_904_00, 79_341_59, 10_314_41, 89_656_00)
    change(store, "quote", quote, tax_in=False)
    assert sums(store, quote) == (95_560_00, 5_904_00, 89_656_00, 11_655_28, 101_311_28)
    change(store, "quote", quote, tax_in=True, discount=Decimal(10))
    assert sums(store, quote)[4] == 80_690_40
    undo.undo(store)
    undo.undo(store)
    assert sums(store, quote) == (95_560_00, 5_904_00, 79_341_59, 10_314_41, 89_656_00)


def test_one_line_changed_and_one_taken_out_change_the_sums(store: Store, quote: bytes) -> None:
    first, second = read(store, quote)["lines"][:2]
    change(store, "quote_line", first["id"], quantity=Decimal(5))
    assert sums(store, quote)[4] == 89_656_00 - 12_416_00
    with store.step(N_("{field} changed"), field="x") as step:
        step.delete("quote_line", second["id"])
    assert sums(store, quote)[4] == 89_656_00 - 12_416_00 - 9_600_00
    assert_well(store)
    undo.undo(store)
    assert sums(store, quote)[4] == 89_656_00 - 12_416_00


def test_sums_changed_by_another_program_are_found(store: Store, quote: bytes) -> None:
    raw(store, "UPDATE quote SET total = 1 WHERE id = ?", quote)
    assert [one for one in check.check(store) if "Total" in str(one) or "total" in str(one)]


def test_quotes_are_numbered_by_the_rule(store: Store, quote: bytes, customer: bytes) -> None:
    today = this_day()
    assert read(store, quote)["number"] == f"Q{today:%y%m}-001"
    store.set_setting("quote.number_rule", "BJ-{YY}{MM}-{000}")
    change_again = {"customer": customer}
    with store.step(N_("{field} changed"), field="x") as step:
        other = step.insert("quote", change_again)
    assert read(store, other)["number"] == f"BJ-{today:%y%m}-001"


def test_what_was_sent_stays(store: Store, quote: bytes, customer: bytes) -> None:
    quotes.send(store, quote)
    record = read(store, quote)
    assert (record["state"], record["sent"]) == ("sent", this_day())
    number = record["number"]
    for values in (
        {"discount": Decimal(5)},
        {"terms": "x"},
        {"valid_until": dt.date(2030, 1, 1)},
        {"number": "other"},
        {"note": "x"},
        {"lines": []},
        {"state": "draft"},
    ):
        with pytest.raises(Known, match=f"Quote {number} was sent"):
            change(store, "quote", quote, **values)
    first = record["lines"][0]
    with pytest.raises(Known, match="its lines stay as the customer has them"):
        change(store, "quote_line", first["id"], price=1)
    with pytest.raises(Known, match="its lines stay"), store.step(N_("{field} changed"), field="x") as step:
        step.delete("quote_line", first["id"])
    extra = {**line("More", "", "1", 1, None), "parent": quote, "parent_entity": "quote"}
    with pytest.raises(Known, match="its lines stay"), store.step(N_("{field} changed"), field="x") as step:
        step.insert("quote_line", extra)
    with store.step(N_("{field} changed"), field="x") as step:
        other = step.insert("customer", {"name": "Other"})
    with pytest.raises(Known, match="customer stays"):
        change(store, "quote", quote, customer=other)
    assert sums(store, quote)[4] == 89_656_00


def test_sending_and_changing_in_one_step_is_refused_for_nobody_who_drafts(
    store: Store, quote: bytes
) -> None:
    change(store, "quote", quote, terms="Paid in advance", state="sent")
    assert read(store, quote)["terms"] == "Paid in advance"


def test_taking_back_the_sending_makes_a_draft_of_it(store: Store, quote: bytes) -> None:
    change(store, "quote", quote, terms="a")
    quotes.send(store, quote)
    undo.undo(store)
    assert read(store, quote)["state"] == "draft"
    change(store, "quote", quote, terms="b")


def test_a_step_that_sent_and_changed_is_taken_back_whole(store: Store, quote: bytes) -> None:
    before = read(store, quote)["terms"]
    change(store, "quote", quote, terms="Paid in advance", state="sent")
    undo.undo(store)
    assert (read(store, quote)["terms"], read(store, quote)["state"]) == (before, "draft")
    undo.redo(store)
    assert (read(store, quote)["terms"], read(store, quote)["state"]) == ("Paid in advance", "sent")


def test_what_a_sent_quote_names_may_go_and_come_back(store: Store, quote: bytes) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        contact = step.insert("contact", {"name": "沈嘉言"})
    change(store, "quote", quote, contact=contact)
    quotes.send(store, quote)
    with store.step(N_("Delete {n} {things:lower}"), n=1, things="x") as step:
        step.delete("contact", contact)
    assert read(store, quote)["contact"] is None
    undo.undo(store)
    assert read(store, quote)["contact"] == contact


def test_a_sent_quote_is_deleted_and_restored_whole(store: Store, quote: bytes) -> None:
    quotes.send(store, quote)
    with store.step(N_("Delete {n} {things:lower}"), n=1, things="x") as step:
        step.delete("quote", quote)
    undo.undo(store)
    assert sums(store, quote)[4] == 89_656_00
    assert len(read(store, quote)["lines"]) == 5


def test_a_new_version_copies_and_replaces_when_it_is_sent(store: Store, quote: bytes) -> None:
    with pytest.raises(Known, match="still a draft"):
        quotes.new_version(store, quote)
    quotes.send(store, quote)
    later = quotes.new_version(store, quote)
    with pytest.raises(Known, match="has a later version"):
        quotes.new_version(store, quote)
    new = read(store, later)
    assert new["number"] == f"{read(store, quote)['number']}-V2"
    assert (new["version"], new["replaces"], new["state"]) == (2, quote, "draft")
    assert sums(store, later) == sums(store, quote)
    assert read(store, quote)["state"] == "sent"
    change(store, "quote_line", new["lines"][0]["id"], quantity=Decimal(8))
    quotes.send(store, later)
    assert read(store, quote)["state"] == "replaced"
    third = quotes.new_version(store, later)
    assert read(store, third)["number"].endswith("-V3")
    assert quotes.versions(store, later) == [quote, later, third]


def test_versions_are_compared_line_by_line(store: Store, quote: bytes) -> None:
    quotes.send(store, quote)
    later = quotes.new_version(store, quote)
    rows = read(store, later)["lines"]
    rows[0]["quantity"] = Decimal(8)
    del rows[2]
    rows.append(line("Pump", "P-1", "1", 100_00, None))
    change(store, "quote", later, lines=rows, discount=Decimal(1))
    found = quotes.differences(store, quote, later)
    assert [
        ((one.before or {}).get("spec"), (one.after or {}).get("spec"), one.changed) for one in found.lines
    ] == [
        ("RO-800G", "RO-800G", ("quantity",)),
        ("UF-2T", "UF-2T", ()),
        ("PF-40", None, ()),
        ("AZ-01", "AZ-01", ()),
        ("WB-1Y", "WB-1Y", ()),
        (None, "P-1", ()),
    ]
    assert [name for name, _old, _new in found.heads] == ["discount", "total"]


def test_nothing_is_sent_that_lacks_a_price_a_rate_or_lines(store: Store, customer: bytes) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        empty = step.insert("quote", {"customer": customer})
        bare = step.insert("quote", {"customer": customer, "lines": [{"name": "Pump", "tax": Decimal(13)}]})
        free = step.insert("quote", {"customer": customer, "lines": [{"name": "Pump", "price": 1_00}]})
    with pytest.raises(Known, match="has no lines yet"):
        quotes.send(store, empty)
    with pytest.raises(Known, match="Line 1, “Pump”, has no price"):
        quotes.send(store, bare)
    with pytest.raises(Known, match="Line 1, “Pump”, has no tax rate"):
        quotes.send(store, free)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"quantity": Decimal(-1)}, "Quantity"),
        ({"discount": Decimal("100.01")}, "Discount"),
        ({"tax": Decimal(101)}, "Tax"),
    ],
)
def test_what_no_line_can_have_is_refused(
    store: Store, customer: bytes, values: dict[str, Any], said: str
) -> None:
    row = {"name": "Pump", "price": 1_00, **values}
    with pytest.raises(Known, match=said), store.step(N_("{field} changed"), field="x") as step:
        step.insert("quote", {"customer": customer, "lines": [row]})


def test_a_quote_expires_by_itself(store: Store, quote: bytes) -> None:
    change(store, "quote", quote, valid_until=dt.date(2026, 3, 31))
    assert quotes.state_of(read(store, quote), dt.date(2026, 4, 1)) == "draft"
    quotes.send(store, quote)
    assert quotes.state_of(read(store, quote), dt.date(2026, 3, 31)) == "sent"
    assert quotes.state_of(read(store, quote), dt.date(2026, 4, 1)) == "expired"


def test_a_deal_becomes_a_quote_and_is_won_with_it(store: Store, customer: bytes) -> None:
    deals.take_ready(store)
    with store.step(N_("{field} changed"), field="x") as step:
        product = step.insert("product", {"name": "Dispenser", "spec": "RO-800G", "price": 12_800_00})
        rows = [{"product": product, "quantity": Decimal(6), "price": 12_000_00, "discount": Decimal(3)}]
        deal = step.insert("deal", {"name": "Phase 2", "customer": customer, "lines": rows})
        loose = step.insert("deal", {"name": "Nobody's"})
    id = quotes.from_deal(store, deal)
    record = read(store, id)
    (row,) = record["lines"]
    assert (record["customer"], record["deal"], record["name"]) == (customer, deal, "Phase 2")
    assert (row["name"], row["spec"], row["tax"], row["total"]) == (
        "Dispenser",
        "RO-800G",
        Decimal(13),
        69_840_00,
    )
    with pytest.raises(Known, match="has no customer yet"):
        quotes.from_deal(store, loose)
    with pytest.raises(Known, match="wasn't sent"):
        quotes.answer(store, id, accepted=True)
    quotes.send(store, id)
    quotes.answer(store, id, accepted=True, win=True)
    won = store.reader().record("deal", deal)
    assert won is not None
    assert (won["state"], read(store, id)["state"]) == ("won", "accepted")
    undo.undo(store)
    assert read(store, id)["state"] == "sent"
    assert_well(store)
