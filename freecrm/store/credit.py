"""What a customer owes, and how that stands to what they may owe: for the page, and for whoever sells.

credit.of(store.reader(), id)
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core import spans
from freecrm.core.credit import Outlook, outlook
from freecrm.core.fields import Field
from freecrm.store import faults

if TYPE_CHECKING:
    from freecrm.store.reader import Reader

FIELDS = ("credit_grade", "credit_limit", "terms_days", "discount")
"""What is agreed on with a customer; the history of these is the credit record."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Where a customer stands. Amounts in minor units; None: nothing is set."""

    grade: str | None
    limit: int | None
    terms: int | None
    owed: int
    outlook: Outlook

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is set and nothing is owed."""
        return self.grade is None and self.limit is None and self.terms is None and not self.owed


def owed(reader: Reader, id: bytes) -> int:
    """What a customer owes, in minor units; below zero: money of theirs that lies with us. The one place that
    answers it: as long as there are no receivables it is the balance the customer was entered with."""
    with faults.told(reader.store.path):
        sql = "SELECT opening_balance FROM customer WHERE id = ?"
        row = reader.connection().execute(sql, (id,)).fetchone()
    return int(row[0] or 0) if row is not None else 0


@dataclass(frozen=True, slots=True)
class Agreed:
    """One change of what is agreed on. who: the user's name, "" when nobody is known."""

    at: dt.datetime
    field: Field
    old: Any
    new: Any
    who: str


def record(reader: Reader, id: bytes, limit: int = 10) -> list[Agreed]:
    """How grade, limit, terms and discount of a customer were changed, the latest first."""
    fields = reader.schema.fields("customer")
    any_of = " OR ".join(f"x.data -> '$.{name}' IS NOT NULL" for name in FIELDS)
    sql = (
        "SELECT x.at, x.data, s.who FROM change x LEFT JOIN step s ON s.n = x.step"
        f" WHERE x.id = ? AND x.op = 1 AND ({any_of}) ORDER BY x.n DESC LIMIT ?"
    )
    with faults.told(reader.store.path):
        rows = reader.connection().execute(sql, (id, limit)).fetchall()
        names = reader.titles("user", {who for _at, _data, who in rows if who})
    found = []
    for at, data, who in rows:
        moment, changed = spans.moment(at), json.loads(data)
        for name in FIELDS:
            if name in changed:
                f = fields[name]
                old, new = (f.unpack(value) for value in changed[name])
                found.append(Agreed(moment, f, old, new, names.get(who, "") if who else ""))
    return found[:limit]


def of(reader: Reader, id: bytes, extra: int = 0) -> Credit | None:
    """Where a customer stands, and how it looks when `extra` more is sold on credit; None when they are gone or
    the reader may not see what is set."""
    hidden = reader.rights.hidden if reader.rights is not None else frozenset()
    if hidden & {("customer", name) for name in ("credit_grade", "credit_limit", "opening_balance")}:
        return None
    with faults.told(reader.store.path):
        sql = "SELECT credit_grade, credit_limit, terms_days FROM customer WHERE id = ?"
        row = reader.connection().execute(sql, (id,)).fetchone()
    if row is None:
        return None
    grade, limit, terms = row
    debt = owed(reader, id)
    return Credit(grade, limit, terms, debt, outlook(limit, debt, grade, extra))
