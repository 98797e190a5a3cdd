"""Receivables, receipts and what settles what: to the cent, in any order of writing, undoing and deleting."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freecrm.core.day_words import this_day
from freecrm.core.instalments import Part, parse, sums
from freecrm.core.pieces import Entry
from freecrm.core.problems import Known
from freecrm.core.words import speaking
from freecrm.store import ageing, check, compare, credit, derive, merging, receivables, timeline, undo
from freecrm.store.database import Store
from freecrm.store.receivables import Item
from tests.store.samples import assert_well, open_in

TODAY = this_day()


@pytest.fixture(autouse=True)
def holds(store: Store) -> Iterator[None]:
    yield
    agrees(store)


def agrees(store: Store) -> None:
    """What is derived is what the rows say, and what is open less the credit is what is owed."""
    assert derive.wrong(store.read(), store.model) == []
    reader = store.reader()
    for id, opening, balance in store.read().execute("SELECT id, opening_balance, balance FROM customer"):
        ask = "SELECT coalesce(sum(amount), 0) FROM {} WHERE customer = ?"
        billed, paid = (
            store.read().execute(ask.format(t), (id,)).fetchone()[0] for t in ("receivable", "receipt")
        )
        assert (balance or 0) == (opening or 0) + billed - paid == credit.owed(reader, id)
        left = sum(item.left for item in receivables.open_items(reader, id))
        assert left - receivables.credit_of(store, id) == (balance or 0)


def customer(store: Store, name: str = "云杉谷酒店", **more: object) -> bytes:
    with store.step("New") as step:
        return step.insert("customer", {"name": name, **more})


def order(store: Store, customer: bytes, price: int, **more: object) -> bytes:
    lines = [{"name": "Grinder", "quantity": Decimal(1), "price": price, "tax": Decimal(13)}]
    with store.step("New") as step:
        return step.insert("sales_order", {"customer": customer, "number": "S-1", "lines": lines, **more})


def open_of(store: Store, id: bytes) -> list[tuple[str, int]]:
    return [(item.name, item.left) for item in receivables.open_items(store.reader(), id)]


# ---- plans


def test_an_order_is_paid_in_parts_that_come_to_its_total(store: Store) -> None:
    who = customer(store)
    bought = order(store, who, 100_001, confirmed=dt.date(2026, 3, 2))
    receivables.plan(store, bought, [Part(Decimal(30)), Part(Decimal(70), 30)])
    rows = store.read().execute("SELECT name, amount, day, due FROM receivable ORDER BY n").fetchall()
    assert rows == [
        ("S-1 30 %", 30_000, "2026-03-02", "2026-03-02"),
        ("S-1 70 %", 70_001, "2026-03-02", "2026-04-01"),
    ]
    receivables.plan(store, bought, parse("33.33% 0；33.33% 10；33.34% 20"))  # planned anew, not twice
    amounts = [row[0] for row in store.read().execute("SELECT amount FROM receivable ORDER BY n")]
    assert amounts == [33_330, 33_330, 33_341]
    receivables.receive(store, who, 1)
    with pytest.raises(Known, match="paid in part already"):
        receivables.plan(store, bought)


def test_without_a_plan_all_is_due_by_the_terms(store: Store) -> None:
    bought = order(store, customer(store, terms_days=45), 5_000, day=dt.date(2026, 3, 1))
    receivables.plan(store, bought)
    assert store.read().execute("SELECT amount, due FROM receivable").fetchall() == [(5_000, "2026-04-15")]
    store.set_setting("receivable.plan", "50% 0, 50% 60")
    receivables.plan(store, bought)
    assert store.read().execute("SELECT due FROM receivable ORDER BY n").fetchall() == [
        ("2026-03-01",),
        ("2026-04-30",),
    ]


@given(st.integers(1, 10**12), st.lists(st.integers(1, 100), min_size=1, max_size=8))
def test_parts_always_come_to_the_whole(total: int, weights: list[int]) -> None:
    shares = [Decimal(w * 10_000 // sum(weights)) / 100 for w in weights[:-1]]
    parts = [Part(share) for share in shares if share] + [Part(100 - sum(shares))]
    assert sum(sums(total, parts)) == total


@pytest.mark.parametrize("text", ["30% 0", "abc", "30% 0, 80% 30", "", "-30% 0, 130% 1", "0%, 100%"])
def test_a_plan_that_is_none_is_refused(store: Store, text: str) -> None:
    with pytest.raises(Known, match="payment plan"):
        parse(text)
    if text:
        with pytest.raises(Known, match="payment plan"):
            store.set_setting("receivable.plan", text)


# ---- receipts


def test_one_receipt_settles_many_bills_the_oldest_first(store: Store) -> None:
    who = customer(store, opening_balance=10_000, terms_days=30)
    for name, amount, days in (("later", 5_000, 40), ("first", 3_000, 5), ("middle", 4_000, 20)):
        receivables.add(store, who, amount, name=name, due=TODAY + dt.timedelta(days=days))
    assert open_of(store, who) == [("", 10_000), ("first", 3_000), ("middle", 4_000), ("later", 5_000)]
    receivables.receive(store, who, 14_500)
    assert open_of(store, who) == [("middle", 2_500), ("later", 5_000)]
    undo.undo(store)
    assert len(open_of(store, who)) == 4
    undo.redo(store)
    assert open_of(store, who) == [("middle", 2_500), ("later", 5_000)]
    receivables.receive(store, who, 10_000, method="cash")  # too much stays as credit
    assert open_of(store, who) == []
    assert receivables.credit_of(store, who) == 2_500
    assert credit.owed(store.reader(), who) == -2_500
    bill = receivables.add(store, who, 4_000, name="new")
    receivables.use_credit(store, who, [(bill, 2_000)])
    assert (open_of(store, who), receivables.credit_of(store, who)) == ([("new", 2_000)], 500)
    with pytest.raises(Known, match=r"credit of 5\.00; 6\.00 is more"):
        receivables.refund(store, who, 600)
    receivables.refund(store, who, 500)
    assert receivables.credit_of(store, who) == 0
    with pytest.raises(Known, match="credit of"):
        receivables.use_credit(store, who, [(bill, 1)])


def test_credit_notes_are_set_off(store: Store) -> None:
    who = customer(store)
    bill = receivables.add(store, who, 10_000, name="bill")
    note = receivables.add(store, who, -3_000, name="note")
    receivables.receive(store, who, 7_000)  # the note is set off with it
    assert open_of(store, who) == []
    undo.undo(store)
    receivables.set_off(store, who, [(bill, 3_000), (note, -3_000)])
    assert open_of(store, who) == [("bill", 7_000)]
    with pytest.raises(Known, match="come to the same"):
        receivables.set_off(store, who, [(bill, 1)])
    back = receivables.add(store, who, -500, name="taken back")
    receivables.refund(store, who, 500)  # a note may be paid out as well
    assert open_of(store, who) == [("bill", 7_000)]
    record = store.reader().record("receivable", back)
    assert record is not None
    assert record["paid"] == -500


def test_what_may_not_be_is_refused_with_a_sentence(store: Store) -> None:
    who, other = customer(store), customer(store, "Other")
    bill, theirs = (
        receivables.add(store, who, 1_000, name="ours"),
        receivables.add(store, other, 1_000, name="X"),
    )
    for matches, amount, why in (
        ([(bill, 1_001)], 2_000, "“ours” of 云杉谷酒店 comes to 10.00; 10.01 would be paid"),
        ([(bill, 600)], 500, "5.00 came in; 6.00 is put on bills. Put 1.00 less"),
        ([(theirs, 500)], 500, "“X” is a bill of Other"),
        ([(None, 1)], 500, "opening balance of 云杉谷酒店 is 0.00"),
        ([], 0, "above zero"),
        ([], -5, "above zero"),
    ):
        with pytest.raises(Known, match=why):
            receivables.receive(store, who, amount, matches)
    assert store.read().execute("SELECT count(*) FROM receipt").fetchone() == (0,)
    receipt = receivables.receive(store, who, 800)
    for entity, id, values in (
        ("receivable", bill, {"amount": 700}),
        ("receivable", bill, {"customer": other}),
        ("receipt", receipt, {"amount": 700}),
        ("receipt", receipt, {"customer": other}),
    ):
        with pytest.raises(Known), store.step("Change") as step:
            step.update(entity, id, values)
    with speaking("zh_CN"), pytest.raises(Known) as caught:
        receivables.receive(store, who, 500, [(bill, 201)])
    assert not str(caught.value).isascii()


def test_a_deleted_receipt_opens_its_bills_and_undo_settles_them(store: Store) -> None:
    who = customer(store)
    receivables.add(store, who, 1_000, name="a")
    receipt = receivables.receive(store, who, 1_000)
    assert receivables.delete_receipt(store, receipt) == 1
    assert open_of(store, who) == [("a", 1_000)]
    undo.undo(store)
    assert open_of(store, who) == []


def test_a_deleted_bill_leaves_its_money_as_credit(store: Store) -> None:
    who = customer(store)
    bill = receivables.add(store, who, 1_000, name="a")
    receivables.receive(store, who, 1_000)
    with store.step("Delete") as step:
        step.delete("receivable", bill)
    assert receivables.credit_of(store, who) == 1_000
    again = receivables.add(store, who, 1_000, name="b")
    receivables.use_credit(store, who, [(again, 1_000)])
    assert check.check(store) == []


# ---- credit


def test_beyond_the_limit_needs_a_reason_that_is_kept(store: Store) -> None:
    who = customer(store, credit_limit=10_000, opening_balance=4_000)
    assert credit.warning(store, who, 6_000) is None
    why = credit.warning(store, who, 7_000)
    assert str(why) == (
        "云杉谷酒店 may owe 100.00 and owes 40.00. With 70.00 more that is over the limit by 10.00."
    )
    with pytest.raises(credit.Beyond):
        receivables.add(store, who, 7_000)
    bought = order(store, who, 7_000)
    with pytest.raises(credit.Beyond):
        receivables.plan(store, bought)
    with pytest.raises(Known, match="reason"):
        credit.release(store, who, 7_000, " ", bought)
    credit.release(store, who, 7_000, "Deposit promised by phone", bought)
    assert credit.warning(store, who, 7_000, bought) is None
    receivables.plan(store, bought)  # released once is enough
    rows = store.read().execute("SELECT reason, amount, owed, allowed, over FROM credit_release").fetchall()
    assert rows == [("Deposit promised by phone", 7_000, 4_000, 10_000, 1_000)]
    entries = timeline.page(store.reader(), "customer", who, store.pieces("customer", Entry)).entries
    assert any(entry.kind == "release" and "Deposit promised" in entry.text for entry in entries)


def test_who_has_been_overdue_for_too_long_is_sold_on_credit_with_a_reason_only(store: Store) -> None:
    who = customer(store)
    bill = receivables.add(store, who, 10_000, due=TODAY - dt.timedelta(days=31))
    assert credit.warning(store, who, 5_000) is None  # nobody said after how many days
    store.set_setting("receivable.late_days", 31)
    assert credit.warning(store, who, 5_000) is None
    store.set_setting("receivable.late_days", 30)
    assert str(credit.warning(store, who, 5_000)) == (
        "云杉谷酒店 has been overdue for 31 days, longer than the 30 days after which nothing more is sold on credit."
    )
    bought = order(store, who, 5_000)
    with pytest.raises(credit.Beyond):
        receivables.plan(store, bought)
    receivables.plan(store, bought, reason="The boss knows")
    rows = store.read().execute("SELECT reason, amount, owed FROM credit_release").fetchall()
    assert rows == [("The boss knows", 5_000, 10_000)]
    receivables.receive(store, who, 10_000, [(bill, 10_000)])
    assert credit.warning(store, who, 5_000) is None


def test_a_balance_from_before_can_be_overdue_too(store: Store) -> None:
    store.set_setting("receivable.late_days", 30)
    who = customer(store, opening_balance=4_000, opening_day=TODAY - dt.timedelta(days=40))
    assert credit.warning(store, who, 1) is not None
    receivables.receive(store, who, 3_000)
    assert credit.warning(store, who, 1) is not None
    receivables.receive(store, who, 1_000)
    assert credit.warning(store, who, 1) is None


# ---- whatever happens


def test_the_proposal_never_takes_more_than_there_is() -> None:
    items = [Item(None, "", None, None, 500, 500), Item(b"a", "", None, None, -200, -200)]
    assert receivables.propose(items, 1_000) == [(None, 500)]
    assert receivables.propose(items, 400) == [(b"a", -100), (None, 500)]
    assert receivables.propose(items, -1_000) == [(b"a", -200)]


Act = tuple[str, int, int]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ("bill", "note", "pay", "some", "credit", "refund", "drop", "lose", "undo", "redo", "open")
        ),
        st.integers(1, 5_000),
        st.integers(0, 3),
    ),
    max_size=14,
)


def act(store: Store, who: list[bytes], one: Act) -> None:
    what, amount, at = one
    id = who[at % len(who)]
    items = receivables.open_items(store.reader(), id)
    if what in ("bill", "note"):
        receivables.add(store, id, amount if what == "bill" else -amount)
    elif what == "pay":
        receivables.receive(store, id, amount)
    elif what == "some":
        receivables.receive(store, id, amount, [(item.id, amount) for item in items[at : at + 1]])
    elif what == "credit":
        receivables.use_credit(store, id, receivables.propose(items, amount))
    elif what == "refund":
        receivables.refund(store, id, amount)
    elif what in ("drop", "lose"):
        entity = "receipt" if what == "drop" else "receivable"
        rows = store.read().execute(f"SELECT id FROM {entity} ORDER BY n").fetchall()
        if rows:
            with store.step("Delete") as step:
                step.delete(entity, rows[amount % len(rows)][0])
    elif what == "undo":
        undo.undo(store)
    elif what == "redo":
        undo.redo(store)
    else:
        with store.step("Change") as step:
            step.update("customer", id, {"opening_balance": amount if at else None})


@settings(max_examples=40)
@given(ACTS)
def test_the_ledger_always_equals_the_balances(acts: list[Act]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_in(Path(folder))
        try:
            who = [customer(store, "A"), customer(store, "B", opening_balance=2_000, terms_days=10)]
            for one in acts:
                try:
                    act(store, who, one)
                except Known:  # refused: then nothing of it is there
                    assert not store.write().in_transaction
                agrees(store)
        finally:
            store.close()


def test_an_opening_balance_is_of_the_day_it_was_entered(store: Store) -> None:
    """Without a day it would never fall due."""
    with store.step("New") as step:
        a = step.insert("customer", {"name": "A", "opening_balance": 500})
        b = step.insert("customer", {"name": "B"})
        c = step.insert(
            "customer", {"name": "C", "opening_balance": 500, "opening_day": TODAY - dt.timedelta(days=3)}
        )

    def day(id: bytes) -> object:
        record = store.reader().record("customer", id)
        assert record is not None
        return record["opening_day"]

    assert (day(a), day(b), day(c)) == (TODAY, None, TODAY - dt.timedelta(days=3))
    with store.step("Change") as step:
        step.update("customer", b, {"opening_balance": 700})
    assert day(b) == this_day()
    with store.step("Change") as step:
        step.update("customer", b, {"opening_day": None})  # taken out on purpose
    assert day(b) is None
    undo.undo(store)
    assert day(b) == this_day()
    undo.undo(store)
    assert day(b) is None
    late = this_day() + dt.timedelta(days=20)
    assert [one.overdue for one in ageing.ageing(store, late).rows if one.name == "A"] == [500]


def test_merged_customers_owe_what_both_owed(store: Store) -> None:
    ids = [
        customer(store, name, opening_balance=amount)
        for name, amount in (("A", 3_600), ("B", 1_120), ("C", None))
    ]
    receivables.receive(store, ids[1], 120)
    before = [owed(store, id) for id in ids]
    shown = compare.compare(store, "customer", ids)
    line = next(one for one in shown.lines if one.field.name == "opening_balance")
    assert (line.differs, line.adds_up, line.total) == (False, True, 4_720)
    merging.merge(store, "customer", ids, ids[0])
    assert owed(store, ids[0]) == sum(before) == 4_600
    (merged,) = merging.merges(store, "customer")
    merging.split(store, merged.step)
    assert [owed(store, id) for id in ids] == before
    assert_well(store)


def owed(store: Store, id: bytes) -> int:
    record = store.reader().record("customer", id)
    assert record is not None
    return record["balance"] or 0
