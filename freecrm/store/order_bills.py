"""At the door: what a customer owes of an order follows from whether it binds, whoever writes its days.

An order that comes to bind (its day of confirmation is typed, or that of its cancellation taken out) is to be paid by the
usual plan, unless it has one; one that binds no more is owed no more, and what was paid of it stays as the customer's
credit. `orders.confirm` plans before, for it may have been given a reason.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from freecrm.core.selling import binding
from freecrm.core.words import N_, say

if TYPE_CHECKING:
    from freecrm.store.writer import Step

_DAYS = """
SELECT o.id, o.confirmed, o.cancelled, x.data FROM change x JOIN sales_order o ON o.id = x.id
WHERE x.n >= ? AND x.entity = 'sales_order' AND x.op = 1
  AND (x.data -> '$.confirmed' IS NOT NULL OR x.data -> '$.cancelled' IS NOT NULL) ORDER BY x.n DESC
"""
ASK = N_("{why} Choose “Confirm order” instead, which asks why you go on all the same.")


def follow(step: Step, counts: dict[str, tuple[int, int, int]]) -> bool:
    """Do that for the orders of a step. Whether it wrote anything.

    credit.Beyond when it is more than the customer may owe."""
    if not counts.get("sales_order", (0, 0, 0))[1]:
        return False
    from freecrm.store import receivables  # a start does not wait for it

    days: dict[bytes, tuple[str | None, str | None]] = {}
    before: dict[bytes, tuple[str | None, str | None]] = {}
    for id, confirmed, cancelled, data in step.connection.execute(_DAYS, (step.first,)).fetchall():
        days[id] = (confirmed, cancelled)
        was, changed = before.get(id, (confirmed, cancelled)), json.loads(data)
        before[id] = (changed.get("confirmed", [was[0]])[0], changed.get("cancelled", [was[1]])[0])
    wrote = False
    for id, now in days.items():
        day, planned = binding(*now), receivables.of_order(step.connection, id)
        if (day is None) == (binding(*before[id]) is None) or (day is None) == (not planned):
            continue
        if day is None:
            receivables.drop_plan(step, id)
        elif receivables.total_of(step.connection, id) > 0:
            _plan(step, id, dt.date.fromisoformat(day))
        else:
            continue
        wrote = True
    return wrote


def _plan(step: Step, order: bytes, day: dt.date) -> None:
    from freecrm.store import credit, receivables

    try:
        receivables.put_plan(step, order, begin=day)
    except credit.Beyond as problem:
        raise credit.Beyond(say(ASK, why=problem.what)) from problem
