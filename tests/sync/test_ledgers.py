"""Sums whose lines are written on computers that do not know of each other: every line counts, and once."""

from __future__ import annotations

import datetime as dt

import pytest

from freecrm.core.problems import Known
from freecrm.store import derive, points, receivables, undo
from tests.sync.conftest import Desktop, Firm
from tests.sync.test_together import conflicts, people, well

Pair = tuple[Desktop, Desktop]
DAY = dt.date(2026, 3, 19)


def giving(firm: Firm, pair: Pair, points_held: int) -> bytes:
    """A customer of both with so many points."""
    a, b = pair
    people(a, b)
    for one in pair:
        one.store.set_setting("points.given", True)
    id = a.add(name="云杉谷酒店")
    points.earn(a.store, id, None, points_held, day=DAY, today=DAY)
    firm.settle()
    return id


def agreed(*desktops: Desktop) -> None:
    well(*desktops)
    for one in desktops:
        assert derive.wrong(one.store.read(), one.store.model) == []
        assert conflicts(one) == []


def balance(desktop: Desktop, id: bytes) -> int:
    return desktop.get("customer", id)["points"]  # type: ignore[index,no-any-return]


def test_all_that_was_earned_and_spent_apart_counts(firm: Firm, pair: Pair) -> None:
    a, b = pair
    id = giving(firm, pair, 100)
    for one, more, fewer in ((a, 20, 30), (b, 5, 40), (a, 20, 30)):
        points.earn(one.store, id, None, more, day=DAY, today=DAY)
        points.spend(one.store, id, fewer, day=DAY, today=DAY)
    assert (balance(a, id), balance(b, id)) == (80, 65)
    firm.settle()
    agreed(a, b)
    assert (balance(a, id), balance(b, id)) == (45, 45)
    held = sorted(row["points"] for row in b.all("points_entry").values())
    assert held == [-40, -30, -30, 5, 20, 20, 100]


def test_points_that_two_gave_away_are_both_gone(firm: Firm, pair: Pair) -> None:
    a, b = pair
    id = giving(firm, pair, 100)
    for one in pair:
        points.spend(one.store, id, 80, day=DAY, today=DAY)
    firm.settle()
    agreed(a, b)
    assert (balance(a, id), balance(b, id)) == (-60, -60)
    with pytest.raises(Known, match="more than that"):
        points.spend(a.store, id, 1, day=DAY, today=DAY)
    points.earn(b.store, id, None, 10, day=DAY, today=DAY)  # whoever buys on still earns
    firm.settle()
    agreed(a, b)
    assert balance(a, id) == -50
    with pytest.raises(Known, match="fewer than none"):
        undo.undo(b.store)
    points.correct(a.store, id, 50, "Both gave it away", day=DAY, today=DAY)
    firm.settle()
    assert balance(b, id) == 0


def test_no_line_is_written_over(firm: Firm, pair: Pair) -> None:
    a, b = pair
    giving(firm, pair, 100)
    (line,) = b.all("points_entry")
    with pytest.raises(Known, match="stays as it was written"):
        b.set("points_entry", line, points=500)
    with pytest.raises(Known, match="stays as it was written"):
        b.drop("points_entry", line)
    firm.settle()
    agreed(a, b)
    assert [row["points"] for row in a.all("points_entry").values()] == [100]


def test_bills_and_payments_entered_apart_all_count(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    id = a.add(name="云杉谷酒店", opening_balance=50_00, opening_day=DAY)
    firm.settle()
    for one, billed, paid in ((a, 1_000_00, 300_00), (b, 500_00, 450_00)):
        one.add("receivable", customer=id, name=f"Bill of {one.name}", amount=billed, day=DAY, due=DAY)
        one.add("receipt", customer=id, amount=paid, day=DAY)
    firm.settle()
    agreed(a, b)
    for one in pair:
        assert one.get("customer", id)["balance"] == (50_00 + 1_500_00 - 750_00)  # type: ignore[index]


def test_a_bill_that_was_paid_to_two_leaves_a_credit(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    id = a.add(name="云杉谷酒店")
    bill = a.add("receivable", customer=id, name="Filter", amount=1_000_00, day=DAY, due=DAY)
    firm.settle()
    for one, paid in ((a, 1_000_00), (b, 600_00)):
        (item,) = receivables.open_items(one.store.reader(), id)
        receivables.receive(one.store, id, paid, matches=receivables.propose([item], paid), day=DAY)
    firm.settle()
    agreed(a, b)
    for one in pair:
        held = one.get("receivable", bill)
        assert held is not None
        assert (held["paid"], held["left"]) == (1_600_00, -600_00)
        assert one.get("customer", id)["balance"] == -600_00  # type: ignore[index]
