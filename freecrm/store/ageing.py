"""How old what is owed is: not due, 1–30, 31–60, 61–90, over 90 days overdue, by customer and in total, as of a day.

    found = ageing.ageing(store, this_day())
    found.rows[0].parts[ageing.OLDEST]
    ageing.rows_of(this_day(), 2)               the question for the receivables behind a number

A balance a customer was entered with is as old as its day says; without one it is not due. What was paid and is on no
bill stands apart (`credit`), so that for each customer the parts less the credit are what they owe.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

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

# Grouped inside by the index that has all three columns in this order: no row of the table is touched.
_SQL = """
SELECT t.customer, c.name, sum(t.a), sum(t.b), sum(t.c), sum(t.d), sum(t.e), sum(t.credit), min(t.first)
FROM (
  SELECT customer,
    sum(CASE WHEN due >= :d0 OR due IS NULL THEN "left" ELSE 0 END) AS a,
    sum(CASE WHEN due < :d0 AND due >= :d30 THEN "left" ELSE 0 END) AS b,
    sum(CASE WHEN due < :d30 AND due >= :d60 THEN "left" ELSE 0 END) AS c,
    sum(CASE WHEN due < :d60 AND due >= :d90 THEN "left" ELSE 0 END) AS d,
    sum(CASE WHEN due < :d90 THEN "left" ELSE 0 END) AS e,
    0 AS credit, min(due) AS first
  FROM receivable INDEXED BY ix_receivable_aged WHERE "left" <> 0 GROUP BY customer
  UNION ALL
  SELECT id,
    CASE WHEN day >= :d0 OR day IS NULL THEN n ELSE 0 END,
    CASE WHEN day < :d0 AND day >= :d30 THEN n ELSE 0 END,
    CASE WHEN day < :d30 AND day >= :d60 THEN n ELSE 0 END,
    CASE WHEN day < :d60 AND day >= :d90 THEN n ELSE 0 END,
    CASE WHEN day < :d90 THEN n ELSE 0 END,
    0, day
  FROM (SELECT o.id, o.opening_day AS day, o.opening_balance - coalesce((SELECT sum(p.amount) FROM receipt r
      JOIN allocation p ON p.parent = r.id AND p.receivable IS NULL WHERE r.customer = o.id), 0) AS n
    FROM customer o WHERE o.opening_balance < 0 OR o.opening_balance > 0) WHERE n <> 0
  UNION ALL
  SELECT customer, 0, 0, 0, 0, 0, sum(amount - coalesce(matched, 0)), NULL
  FROM receipt WHERE amount IS NOT matched GROUP BY customer
) t JOIN customer c ON c.id = t.customer
WHERE :owner IS NULL OR c.owner_user = :owner
GROUP BY t.customer
ORDER BY sum(t.b) + sum(t.c) + sum(t.d) + sum(t.e) DESC, sum(t.a) DESC, c.name
"""


@dataclass(frozen=True, slots=True)
class Aged:
    """One customer, or all (id None). parts: amounts by `PARTS`, in minor units. credit: paid and on no bill. first: the
    earliest day on which something was due."""

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
    """rows: by customer, most overdue first. total: of all of them."""

    day: dt.date
    rows: tuple[Aged, ...]
    total: Aged


@faults.reads
def ageing(store: Store, day: dt.date, owner: bytes | None = None) -> Ageing:
    """What is open on a day, by its age. owner: only customers of this colleague. Customers with nothing open are not
    among the rows. What was paid since that day counts as paid: it is a look at what is open now."""
    ends = {"d0": day, **{f"d{n}": day - dt.timedelta(days=n) for n in LIMITS}}
    given = {name: end.isoformat() for name, end in ends.items()}
    found, sums, credit = [], [0] * len(PARTS), 0
    for id, name, *parts, over, first in store.read().execute(_SQL, {**given, "owner": owner}):
        if not over and not any(parts):
            continue
        started = dt.date.fromisoformat(first) if first else None
        found.append(Aged(id, name or "", tuple(parts), over, started))
        sums = [sum + part for sum, part in zip(sums, parts, strict=True)]
        credit += over
    return Ageing(day, tuple(found), Aged(None, "", tuple(sums), credit))


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
SELECT t.customer, c.name, t.n, t.first FROM (SELECT customer, sum("left") AS n, min(due) AS first
    FROM receivable INDEXED BY ix_receivable_late WHERE "left" <> 0 AND due < :day GROUP BY customer) t
JOIN customer c ON c.id = t.customer WHERE t.n > 0 AND (:owner IS NULL OR c.owner_user = :owner OR c.owner_user IS NULL)
ORDER BY t.n DESC, t.first
"""


@faults.reads
def overdue(store: Store, day: dt.date, owner: bytes | None = None, limit: int = 5) -> Overdue:
    """Bills that are overdue on a day, by customer, for a look at the day. owner: only of customers of this colleague,
    and of nobody."""
    given = {"day": day.isoformat(), "owner": owner}
    rows = store.read().execute(_LATE, given).fetchall()
    first = tuple(Late(id, name or "", n, dt.date.fromisoformat(due)) for id, name, n, due in rows[:limit])
    return Overdue(len(rows), sum(row[2] for row in rows), first)
