"""A report as a workbook, and on paper: the same table that the page shows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freecrm.core.fields import Money
from freecrm.core.money import from_minor, minor_digits
from freecrm.store import reports
from freecrm.store.reports import COUNT, DAYS, MONEY, SCORE, SHARE, Figure, Line, Table

if TYPE_CHECKING:
    from freecrm.exchange.table_print import TablePrint
    from freecrm.store.database import Store

_KINDS = {COUNT: "number", MONEY: "money", SHARE: "percent", DAYS: "number", SCORE: "number"}


def currency_of(store: Store) -> str:
    """The currency of the firm's amounts."""
    f = store.schema.fields("deal")["amount"]
    return f.currency if isinstance(f, Money) else "CNY"


def lines_of(table: Table) -> list[Line]:
    """The rows with the sum below them."""
    return [*table.rows, *([table.total] if table.total is not None else [])]


def texts(table: Table, currency: str) -> list[list[str]]:
    """Every row as it is read."""
    return [[line.title, *(reports.text(cell, currency) for cell in line.cells)] for line in lines_of(table)]


def write(store: Store, table: Table, title: str, path: Path) -> Path:
    """Write it as a workbook. Known when the file can't be written, or may not leave."""
    from freecrm.exchange import leaving, workbook

    leaving.let_out(store, path.name)
    currency, lines = currency_of(store), lines_of(table)
    columns = [workbook.Column(table.heads[0], width=30)]
    for at, head in enumerate(table.heads[1:]):
        kind = next((cell.kind for line in lines if (cell := line.cells[at]) is not None), COUNT)
        places = {MONEY: minor_digits(currency), SHARE: 2, DAYS: 1, SCORE: 3}.get(kind, 0)
        columns.append(workbook.Column(head, _KINDS[kind], places=places, width=16))
    rows = [(line.title, *(_cell(cell, currency) for cell in line.cells)) for line in lines]
    workbook.write(path, columns, workbook.in_blocks(rows), len(rows), name=title)
    return path


def _cell(of: Figure | None, currency: str) -> Any:
    if of is None:
        return None
    if of.kind == MONEY:
        return from_minor(of.value, currency)
    if of.kind == SHARE:
        from decimal import Decimal

        return Decimal(of.value) / 100
    if of.kind in (DAYS, SCORE):
        return of.value / (10 if of.kind == DAYS else 1000)
    return of.value


def printed(store: Store, table: Table, title: str, lines: Sequence[str]) -> TablePrint:
    """It on paper. lines: what was asked, below the title."""
    from freecrm.exchange.table_print import TablePrint

    every = texts(table, currency_of(store))
    sums = every.pop() if table.total is not None else ()
    widths = (170.0, *([86.0] * (len(table.heads) - 1)))
    right = frozenset(range(1, len(table.heads)))
    return TablePrint(store, title, table.heads, every, widths, right, lines, sums)
