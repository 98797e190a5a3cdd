"""A customer's account from one day to another: opening and moves are the closing balance, in table, Excel and PDF."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from freecrm.core.problems import Known
from freecrm.core.words import speaking
from freecrm.exchange import statement
from freecrm.exchange.printing import Wishes
from freecrm.exchange.statement import AccountPrint
from freecrm.store import accounts, credit, receivables
from freecrm.store.database import Store
from tests.exchange.test_pdf import joined
from tests.store.samples import open_in


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_in(tmp_path)
    yield opened
    opened.close()


FIRST = dt.date(2026, 1, 1)


def account(store: Store, opening: int | None = 123_456, day: dt.date | None = None) -> bytes:
    """A customer with some months of bills and receipts."""
    chance = random.Random(7)
    with store.step("New") as step:
        values = {"name": "云杉谷酒店", "opening_balance": opening, "opening_day": day}
        id = step.insert("customer", values)
    for n in range(12):
        on = FIRST + dt.timedelta(days=chance.randrange(180))
        receivables.add(
            store, id, chance.randrange(1, 99_999) * (-1 if n == 5 else 1), name=f"Bill {n}", day=on
        )
    for _n in range(6):
        on = FIRST + dt.timedelta(days=chance.randrange(180))
        receivables.receive(store, id, chance.randrange(1, 99_999), day=on, method="transfer")
    return id


@pytest.mark.parametrize("day", [None, dt.date(2026, 2, 1)])
@pytest.mark.parametrize("span", [(None, None), (3, 5), (1, 1), (None, 4), (5, None), (9, 12)])
def test_opening_and_moves_are_the_closing_balance(
    store: Store, span: tuple[int | None, int | None], day: dt.date | None
) -> None:
    id = account(store, day=day)
    first, last = (None if month is None else dt.date(2026, month, 15) for month in span)
    if span == (1, 1):
        last = dt.date(2026, 1, 31)
    found = accounts.statement(store.reader(), id, first, last)
    assert found.opening + sum(entry.amount for entry, _after in found.rows) == found.closing
    assert found.opening + found.billed - found.paid == found.closing
    before = accounts.statement(store.reader(), id, None, first - dt.timedelta(days=1)) if first else None
    assert found.opening == (before.closing if before else 0)
    assert found.balance == credit.owed(store.reader(), id)
    if last is None:
        assert found.closing == found.balance


def test_a_period_turned_round_is_refused(store: Store) -> None:
    with pytest.raises(Known, match="end before it begins"):
        accounts.statement(store.reader(), account(store), dt.date(2026, 3, 2), dt.date(2026, 3, 1))


def test_in_excel_it_adds_up(store: Store, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    id = account(store)
    job = AccountPrint(store, id, "云杉谷酒店", dt.date(2026, 2, 1), dt.date(2026, 4, 30))
    path = statement.to_workbook(job, tmp_path / "account.xlsx")
    rows = list(load_workbook(path).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[0] == ("Day", "Kind", "What for", "Due", "Billed", "Paid", "Balance")
    opening, *moves, closing = rows[1:]
    assert (opening[1], closing[1]) == ("Opening balance", "Closing balance")

    def sum_of(column: int) -> Decimal:
        return sum((Decimal(str(row[column])) for row in moves if row[column] is not None), Decimal())

    assert Decimal(str(opening[6])) + sum_of(4) - sum_of(5) == Decimal(str(closing[6]))
    assert isinstance(moves[0][0], dt.datetime)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_on_paper_it_says_the_same(store: Store, tmp_path: Path, language: str) -> None:
    id = account(store)
    with speaking(language):
        made = AccountPrint(store, id, "云杉谷酒店", dt.date(2026, 2, 1)).make(tmp_path / "a.pdf", Wishes())
    text = joined(made.path)
    found = accounts.statement(store.reader(), id, dt.date(2026, 2, 1))
    for amount in (found.opening, found.closing, found.billed, found.paid):
        assert f"{Decimal(amount) / 100:,.2f}" in text
    assert ("期末余额" if language == "zh_CN" else "Closingbalance") in text
