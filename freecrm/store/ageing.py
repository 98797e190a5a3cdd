"""How old what is owed is: not due, 1–30, 31–60, 61–90, over 90 days overdue, by customer and in total, as of a day.

    found = ageing.ageing(store, this_day())
    found.rows[0].parts[ageing.OLDEST]
    ageing.rows_of(this_day(), 2)               the question for the receivables behind a number

A balance a customer was entered with is as old as its day says; without one it is not due. What was paid and is on no
bill stands apart (`credit`), so that for each customer the parts less the credit are what they owe.
"""

from __future__ import annotations

import datetime as dt
import heapq
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter, ne
from typing import TYPE_CHECKING, Any, NamedTuple

from freecrm.core.filters import Filters
from freecrm.core.query import Where
from freecrm.core.words import N_
from freecrm.store import faults

if TYPE_CHECKING:
    from freecrm.store.database import Store

PARTS = (N_("Not due"), N_("1–30 days"), N_("31–60 days"), N_("61–90 days"), N_("Over 90 days"))
LIMITS = (30, 60, 90)
OLDEST = len(PARTS) - 1

_OPEN = (Where("left", "between", (1, None)), Where("left", "between", (None, -1)))

# Grouped by the index that has all three columns in this order: no row of the table is touched. Sums of all that was due
# before a day cost half of sums between two days; the differences are the parts.
_SQL = """
SELECT customer, sum("left"), coalesce(sum("left") FILTER (WHERE due < :d0), 0),
    coalesce(sum("left") FILTER (WHERE due < :d30), 0), coalesce(sum("left") FILTER (WHERE due < :d60), 0),
    coalesce(sum("left") FILTER (WHERE due < :d90), 0), 0, {first}
FROM receivable INDEXED BY ix_receivable_aged WHERE "left" <> 0 GROUP BY customer
UNION ALL
SELECT id, n, CASE WHEN day < :d0 THEN n ELSE 0 END, CASE WHEN day < :d30 THEN n ELSE 0 END,
    CASE WHEN day < :d60 THEN n ELSE 0 END, CASE WHEN day < :d90 THEN n ELSE 0 END, 0, day
FROM (SELECT o.id, o.opening_day AS day, o.opening_balance - coalesce((SELECT sum(p.amount) FROM receipt r
    JOIN allocation p ON p.parent = r.id AND p.receivable IS NULL WHERE r.customer = o.id), 0) AS n
    FROM customer o WHERE o.opening_balance < 0 OR o.opening_balance > 0) WHERE n <> 0
UNION ALL
SELECT customer, 0, 0, 0, 0, 0, sum(amount - coalesce(matched, 0)), NULL
FROM receipt WHERE amount IS NOT matched GROUP BY customer
"""
_Row = tuple[bytes, int, int, int, int, int, int, str | None]


class Aged(NamedTuple):
    """One customer, or all (id None). parts: amounts by `PARTS`, in minor units. credit: paid and on no bill. first: the
    earliest day on which something was due, where that was asked for."""

    id: bytes | None
    name: str
    parts: tuple[int, ...]
    credit: int
    first: dt.date | None = None

    @property
    def overdue(self) -> int:
        """All that is overdue."""
        return sum(self.parts[1:])

    @property
    def owed(self) -> int:
        """What they owe: the parts less the credit."""
        return sum(self.parts) - self.credit


@dataclass(frozen=True, slots=True)
class Ageing:
    """rows: by customer, most overdue first, then what they owe. total: of all of them. count: how many customers; counts: how many have
    something in each part."""

    day: dt.date
    rows: tuple[Aged, ...]
    total: Aged
    count: int
    counts: tuple[int, ...]


@faults.reads
def ageing(
    store: Store, day: dt.date, owner: bytes | None = None, most: int | None = None, *, since: bool = False
) -> Ageing:
    """What is open now, by its age on a day; what was paid meanwhile counts as paid. owner: only customers of this
    colleague. most: so many rows; count and total are of all. since: with the first day of each row. Customers with
    nothing open are not among the rows."""
    c = store.read()
    ends = {"d0": day, **{f"d{n}": day - dt.timedelta(days=n) for n in LIMITS}}
    given = {name: end.isoformat() for name, end in ends.items()}
    found: list[_Row] = c.execute(_SQL.format(first="min(due)" if since else "NULL"), given).fetchall()
    found = [row for row in _united(found) if any(row[1:7])]
    if owner is not None:
        own = {id for (id,) in c.execute("SELECT id FROM customer WHERE owner_user = ?", (owner,))}
        found = [row for row in found if row[0] in own]
    found.sort(key=itemgetter(2, 1), reverse=True)
    shown = found[:most]
    names = store.reader().linked("customer", {row[0] for row in shown})
    rows = tuple(
        Aged(row[0], names.get(row[0], ""), _parts(*row[1:6]), row[6], _day(row[7])) for row in shown
    )
    columns: list[tuple[Any, ...]] = list(zip(*found, strict=True))[1:7] or [()] * 6
    total = Aged(None, "", _parts(*map(sum, columns[:5])), sum(columns[5]))
    # by whole columns: there may be very many customers
    counts = [sum(map(ne, before, after)) for before, after in pairwise(columns[:5])]
    return Ageing(day, rows, total, len(found), (*counts, sum(map(bool, columns[4]))))


def _united(found: list[_Row]) -> list[_Row]:
    """One row for each customer; few have more than one."""
    held = {row[0]: row for row in found}
    if len(held) == len(found):
        return found
    held = {}
    for row in found:
        other = held.get(row[0])
        held[row[0]] = row if other is None else _both(row, other)
    return list(held.values())


def _both(one: _Row, other: _Row) -> _Row:
    every, late, d30, d60, d90, credit = (x + y for x, y in zip(one[1:7], other[1:7], strict=True))
    days = [day for day in (one[7], other[7]) if day is not None]
    return one[0], every, late, d30, d60, d90, credit, min(days, default=None)


def _parts(every: int, late: int, d30: int, d60: int, d90: int) -> tuple[int, ...]:
    """What lies between the days before which so much was due."""
    return (every - late, late - d30, d30 - d60, d60 - d90, d90)


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def span_of(day: dt.date, part: int) -> tuple[dt.date | None, dt.date | None]:
    """The first and the last due day of a part; None: without an end."""
    starts = [day, *(day - dt.timedelta(days=n) for n in LIMITS)]
    first = starts[part] if part < OLDEST else None
    return first, (starts[part - 1] - dt.timedelta(days=1) if part else None)


def rows_of(day: dt.date, part: int | None = None, customer: bytes | None = None) -> Filters:
    """The filter of the receivables behind a number. part: one of `PARTS`, None: all that is overdue."""
    if part is None:
        due: tuple[Where, ...] = (Where("due", "between", (None, day - dt.timedelta(days=1))),)
    else:
        due = (Where("due", "between", span_of(day, part)),)
        if not part:
            due = (*due, Where("due", "empty"))
    mine = () if customer is None else ((Where("customer", "in", (customer,)),),)
    return Filters((*mine, _OPEN, due))


@dataclass(frozen=True, slots=True)
class Late:
    """A customer with something overdue. amount: in minor units. first: the earliest day on which it was due."""

    id: bytes
    name: str
    amount: int
    first: dt.date


@dataclass(frozen=True, slots=True)
class Overdue:
    """count: of customers. amount: of all of them. first: some of them, most of it first."""

    count: int = 0
    amount: int = 0
    first: tuple[Late, ...] = ()


_LATE = """
SELECT customer, sum("left"), min(due) FROM receivable INDEXED BY ix_receivable_aged
WHERE "left" <> 0 AND due < ? GROUP BY customer HAVING sum("left") > 0
"""


@faults.reads
def overdue(store: Store, day: dt.date, owner: bytes | None = None, limit: int = 5) -> Overdue:
    """Bills that are overdue on a day, by customer, for a look at the day. owner: only of customers of this colleague,
    and of nobody."""
    c = store.read()
    rows = c.execute(_LATE, (day.isoformat(),)).fetchall()
    if owner is not None:
        others = "SELECT id FROM customer WHERE owner_user IS NOT NULL AND owner_user <> ?"
        away = {id for (id,) in c.execute(others, (owner,))}
        rows = [row for row in rows if row[0] not in away]
    most = heapq.nlargest(limit, rows, key=itemgetter(1))
    names = store.reader().linked("customer", {row[0] for row in most})
    first = tuple(Late(id, names.get(id, ""), n, dt.date.fromisoformat(due)) for id, n, due in most)
    return Overdue(len(rows), sum(row[1] for row in rows), first)
