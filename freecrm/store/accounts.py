"""A customer's account: what they were entered with, were billed and paid, with the balance after each entry.

found = accounts.statement(store.reader(), id, first, last)
found.opening + sum(entry.amount for entry, _after in found.rows) == found.closing        to the cent
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freecrm.core.words import N_
from freecrm.store import credit, faults, statements

if TYPE_CHECKING:
    from freecrm.store.reader import Reader

OPENING, BILL, NOTE, RECEIPT, REFUND, SET_OFF = "opening", "bill", "note", "receipt", "refund", "set_off"
KINDS = {
    OPENING: N_("Opening balance"),
    BILL: N_("Receivable"),
    NOTE: N_("Credit note"),
    RECEIPT: N_("Receipt"),
    REFUND: N_("Refund"),
    SET_OFF: N_("Set-off"),
}
_ENTRIES = """
SELECT v.id, 0, coalesce(v.day, v.due), coalesce(v.amount, 0), coalesce(v.name, ''), coalesce(o.number, ''), v.due,
    v."left", v.n
FROM receivable v LEFT JOIN sales_order o ON o.id = v.sales_order WHERE v.customer = :id
UNION ALL
SELECT r.id, 1, r.day, -coalesce(r.amount, 0), coalesce(r.number, ''), coalesce(r.reference, ''), NULL,
    coalesce(r.amount, 0) - coalesce(r.matched, 0), r.n
FROM receipt r WHERE r.customer = :id
ORDER BY 3, 2, 9
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """kind: one of KINDS. id: of the receivable or receipt, None: the opening balance. amount: added to what they owe,
    in minor units. name, more: what it is called (number, order). left: of it still open, or on no bill."""

    kind: str
    id: bytes | None
    day: dt.date
    amount: int
    name: str = ""
    more: str = ""
    due: dt.date | None = None
    left: int = 0

    @property
    def entity(self) -> str:
        """Of which its record is, "" = it has none."""
        return {OPENING: "", BILL: "receivable", NOTE: "receivable"}.get(self.kind, "receipt")


@dataclass(frozen=True, slots=True)
class Statement:
    """first, last: the days it is of, None: without an end. balance: as it stands with everything."""

    first: dt.date | None
    last: dt.date | None
    opening: int
    rows: list[tuple[Entry, int]]
    closing: int
    balance: int

    @property
    def billed(self) -> int:
        """What was added within it."""
        return sum(entry.amount for entry, _after in self.rows if entry.entity != "receipt")

    @property
    def paid(self) -> int:
        """What was paid within it, less what was paid back."""
        return -sum(entry.amount for entry, _after in self.rows if entry.entity == "receipt")


def entries(reader: Reader, id: bytes) -> list[Entry]:
    """All entries in the order of their days. The opening balance stands first: without a day of its own it is of
    before everything else."""
    with faults.told(reader.store.path):
        c = reader.connection()
        row = c.execute("SELECT opening_balance, opening_day FROM customer WHERE id = ?", (id,)).fetchone()
        found = c.execute(_ENTRIES, {"id": id}).fetchall()
    made = []
    for entry, receipt, day, amount, name, more, due, left, _n in found:
        if receipt:
            kind = SET_OFF if not amount else REFUND if amount > 0 else RECEIPT
        else:
            kind = NOTE if amount < 0 else BILL
        made.append(Entry(kind, entry, _day(day) or dt.date.min, amount, name, more, _day(due), left or 0))
    if row is not None and row[0]:
        opening = Entry(OPENING, None, _day(row[1]) or dt.date.min, row[0])
        made = sorted([opening, *made], key=lambda one: one.day)
    return made


def statement(
    reader: Reader, id: bytes, first: dt.date | None = None, last: dt.date | None = None
) -> Statement:
    """The account from the first day to the last, both included. Known when it would end before it begins."""
    statements.check(first, last)
    found = statements.window(entries(reader, id), first, last, lambda one: one.day, lambda one: one.amount)
    return Statement(first, last, found.opening, found.rows, found.closing, credit.owed(reader, id))


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)
