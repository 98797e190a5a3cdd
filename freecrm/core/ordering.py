"""What follows of an order by itself: how far it is delivered, what is left to invoice, when the next bill is due.

These functions are rules of derived fields (`derive.Worked`, `derive.Rolled`): they see values as tables hold them
(amounts in minor units, quantities in thousandths, days as "2026-03-31") and answer in the same way. They never raise.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from itertools import islice
from typing import Any

from freecrm.core.selling import ONE

DRAFT, CONFIRMED, PARTLY, DELIVERED, CANCELLED = "draft", "confirmed", "partly", "delivered", "cancelled"
OUT, BACK = "out", "back"
ASKED, ISSUED, SENT, VOID = "asked", "issued", "sent", "void"
EVERY = {"week": 7, "weeks": 14, "month": 1, "months": 2, "quarter": 3, "half": 6, "year": 12}
"""How often -> days of the two that go by weeks, months of the others."""


def order_state(lines: str | None, confirmed: str | None, cancelled: str | None) -> str:
    """Where an order stands. lines: JSON of [[ordered, delivered], …]; a blank quantity is one piece. A line of which
    nothing was ordered waits for nothing."""
    if cancelled is not None:
        return CANCELLED
    if confirmed is None:
        return DRAFT
    rows = [(ONE if ordered is None else ordered, done or 0) for ordered, done in json.loads(lines or "[]")]
    if not any(done > 0 for _ordered, done in rows):
        return CONFIRMED
    return DELIVERED if all(done >= ordered for ordered, done in rows) else PARTLY


def moved_out(quantity: int | None, kind: str | None) -> int:
    """What a line of a delivery adds to what the customer has: less than zero for what came back."""
    return -(quantity or 0) if kind == BACK else (quantity or 0)


def to_invoice(total: int | None, invoiced: int | None, confirmed: str | None, cancelled: str | None) -> int:
    """What of an order that binds has no invoice yet, in minor units; below zero: too much was invoiced."""
    due = 0 if confirmed is None or cancelled is not None else (total or 0)
    return due - (invoiced or 0)


def invoice_counts(amount: int | None, void: str | None) -> int:
    """What an invoice counts: nothing when it was made void."""
    return 0 if void is not None else (amount or 0)


def invoice_state(asked: str | None, issued: str | None, sent: str | None, void: str | None) -> str:
    """How far an invoice is, by the days that were kept. One without any day is asked for."""
    if void is not None:
        return VOID
    return SENT if sent is not None else ISSUED if issued is not None else ASKED


def next_bill(
    every: str | None, begins: str | None, ends: str | None, made: str | None, stopped: str | None
) -> str | None:
    """The day of the next bill after `made`; None when there is none (stopped, or the contract is over)."""
    if stopped is not None or begins is None:
        return None
    try:
        first = dt.date.fromisoformat(begins)
        after = None if made is None else dt.date.fromisoformat(made)
        last = None if ends is None else dt.date.fromisoformat(ends)
    except ValueError:
        return None
    days = bill_days(every, first, after, 1)
    return days[0].isoformat() if days and (last is None or days[0] <= last) else None


def bill_days(every: str | None, first: dt.date, after: dt.date | None, most: int) -> list[dt.date]:
    """The days of bills from `first` on and after `after`, at most so many. What is due on a day that a month lacks is
    due on its last."""
    from freecrm.core import repeat_days

    rule = rule_of(every, first)
    begin = dt.datetime.combine(first, dt.time())
    since = begin if after is None else dt.datetime.combine(after, dt.time()) + dt.timedelta(days=1)
    if rule is None:
        return [first] if since <= begin else []
    return [one.date() for one in islice(repeat_days.walls(rule, begin, max(begin, since)), most)]


def rule_of(every: str | None, first: dt.date) -> Any:
    """The rule of RFC 5545 by which bills come; None = only once."""
    from freecrm.core.repeat_rule import MONTHLY, WEEKLY, Rule

    many = EVERY.get(every or "")
    if many is None:
        return None
    if every in ("week", "weeks"):
        return Rule(WEEKLY, interval=many // 7)
    if first.day <= 28:
        return Rule(MONTHLY, interval=many, by_month_day=(first.day,))
    return Rule(MONTHLY, interval=many, by_month_day=tuple(range(28, first.day + 1)), by_place=(-1,))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "order_state": order_state,
    "moved_out": moved_out,
    "to_invoice": to_invoice,
    "invoice_counts": invoice_counts,
    "invoice_state": invoice_state,
    "next_bill": next_bill,
}
