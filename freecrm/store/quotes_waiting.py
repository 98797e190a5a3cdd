"""Quotes that wait for an answer beyond their last day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freecrm.store import faults

if TYPE_CHECKING:
    from freecrm.store.database import Store

_LATE = (
    "FROM quote q WHERE q.answer_by < :today AND (:me IS NULL OR q.owner_user IS NULL OR q.owner_user = :me)"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A quote. until: its last day. total: in minor units."""

    id: bytes
    number: str
    customer: bytes
    name: str
    until: dt.date
    total: int


@faults.reads
def waiting(store: Store, today: dt.date, me: bytes | None, limit: int) -> tuple[list[Waiting], int]:
    """The first of them, longest first, and how many there are (counted up to 1,001). me: whose; None = all."""
    given = {"today": today.isoformat(), "me": me, "limit": limit}
    sql = f"""SELECT q.id, coalesce(q.number, q.name, ''), q.customer, q.answer_by, coalesce(q.total, 0) {_LATE}
        ORDER BY q.answer_by, q.n LIMIT :limit"""
    rows = store.read().execute(sql, given).fetchall()
    names = store.reader().linked("customer", {row[2] for row in rows if row[2]})
    found = [
        Waiting(id, number, customer, names.get(customer) or "", dt.date.fromisoformat(until), total)
        for id, number, customer, until, total in rows
    ]
    (n,) = store.read().execute(f"SELECT count(*) FROM (SELECT 1 {_LATE} LIMIT 1001)", given).fetchone()
    return found, int(n)
