"""At the door: what follows when a deal's products change, whoever wrote them.

A line without a price gets that of its product for the deal's customer, its quantity and the day. The amount of the
deal follows the sum of its lines, as long as nobody has set another one: then it stays, also in the same step. What
is imported keeps the amounts of its list, those that are blank too.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from freecrm.core.day_words import this_day
from freecrm.core.selling import ONE, line_total
from freecrm.store import prices

if TYPE_CHECKING:
    from freecrm.store.writer import Step

_BARE = """
SELECT l.id, l.product, l.quantity, d.close, c.grade FROM change x JOIN deal_line l ON l.id = x.id
JOIN deal d ON d.id = l.parent LEFT JOIN customer c ON c.id = d.customer
WHERE x.n >= ? AND x.entity = 'deal_line' AND x.op = 0 AND l.price IS NULL
"""
_TOUCHED = """
SELECT l.parent FROM change x JOIN deal_line l ON l.id = x.id WHERE x.n >= ? AND x.entity = 'deal_line'
"""
_LOST = "SELECT data ->> '$.parent' FROM change WHERE n >= ? AND entity = 'deal_line' AND op = 2"
_DEAL = """
SELECT d.amount, d.listed,
  EXISTS (SELECT 1 FROM change y WHERE y.n >= :first AND y.entity = 'deal' AND y.id = d.id
          AND json_type(y.data, '$.amount') IS NOT NULL
          AND (y.op = 1 OR y.data ->> '$.amount' IS NOT NULL))
FROM deal d WHERE d.id = :id
"""


def follow(step: Step, counts: dict[str, tuple[int, int, int]]) -> bool:
    """Do that for the lines of a step. Whether it wrote anything."""
    if "deal_line" not in counts:
        return False
    if step.origin == "import":
        return False
    wrote = _fill_prices(step)
    changes: list[tuple[bytes, dict[str, Any]]] = []
    sql = "SELECT quantity, price, discount FROM deal_line WHERE parent = ?"
    for id in _touched(step):
        deal = step.connection.execute(_DEAL, {"first": step.first, "id": id}).fetchone()
        if deal is None:
            continue
        amount, listed, said = deal
        if said or not (amount is None or (listed is not None and amount == listed)):
            continue
        totals = [line_total(*row) for row in step.connection.execute(sql, (id,))]
        known = [total for total in totals if total is not None]
        if known and sum(known) != amount:
            changes.append((id, {"amount": sum(known)}))
    if changes:
        step.update_many("deal", changes)
    return wrote or bool(changes)


def _touched(step: Step) -> dict[bytes, None]:
    """The deals whose lines a step changed."""
    first = (step.first,)
    found = dict.fromkeys(bytes(parent) for (parent,) in step.connection.execute(_TOUCHED, first))
    lost = [parent for (parent,) in step.connection.execute(_LOST, first) if parent]
    return found | dict.fromkeys(bytes.fromhex(parent) for parent in lost)


def _fill_prices(step: Step) -> bool:
    changes: list[tuple[bytes, dict[str, Any]]] = []
    for id, product, quantity, close, grade in step.connection.execute(_BARE, (step.first,)).fetchall():
        day = max(dt.date.fromisoformat(close), this_day()) if close else this_day()
        found = prices.find(step.connection, product, grade, ONE if quantity is None else quantity, day)
        if found.price is not None:
            changes.append((id, {"price": found.price}))
    if changes:
        step.update_many("deal_line", changes)
    return bool(changes)
