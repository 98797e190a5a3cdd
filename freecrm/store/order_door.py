"""At the door: what holds of orders and deliveries, whoever writes them (page, form, cell, import, undo).

* Goods go out, or come back, only of an order that is confirmed and not cancelled, and only by its own lines.
* Of a line never more comes back than went out. More than was ordered goes out only by a delivery that is marked so,
  with its reason.
* The quantity of a line never becomes less than what the customer has of it. Its price, discount, tax and unit stay as
  they are while they have any of it; so do the discount and the tax of the whole order. All else of a confirmed order
  may change. A line of which a delivery speaks stays in the order.
* An order is confirmed with lines that have a price and a tax rate. It is cancelled, or a draft again, only while the
  customer has nothing of it.

A line of a delivery that doesn't say its line of the order is that of the same name. Where there is none, the goods
go along (a gift, a part for repair) and count for nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from freecrm.core.custom import Schema
from freecrm.core.problems import Known
from freecrm.core.selling import ONE
from freecrm.core.words import N_, say

if TYPE_CHECKING:
    from freecrm.store.writer import Step

WATCHED = frozenset({"sales_order", "sales_order_line", "delivery", "delivery_line"})
FIXED, FIXED_WHOLE = ("price", "discount", "tax", "unit"), ("discount", "tax_in")
WHY_OVER = N_("Say why more goes out than was ordered: it stays with the delivery.")

_HAS = """(SELECT coalesce(sum(CASE h.kind WHEN 'back' THEN -d.quantity ELSE d.quantity END), 0)
    FROM delivery_line d JOIN delivery h ON h.id = d.parent WHERE d.order_line = l.id)"""
"""What the customer has of a line, in thousandths."""
_LINES = f"""
WITH t(id) AS (
  SELECT x.id FROM change x WHERE x.n >= :first AND x.entity = 'sales_order_line' AND x.op < 2
  UNION SELECT d.order_line FROM change x JOIN delivery_line d ON d.id = x.id
    WHERE x.n >= :first AND x.entity = 'delivery_line'
  UNION SELECT unhex_id(CASE x.op WHEN 2 THEN x.data ->> '$.order_line' ELSE x.data ->> '$.order_line[0]' END)
    FROM change x WHERE x.n >= :first AND x.entity = 'delivery_line' AND x.op > 0
  UNION SELECT d.order_line FROM change x JOIN delivery_line d ON d.parent = x.id
    WHERE x.n >= :first AND x.entity = 'delivery')
SELECT l.id, l.name, coalesce(l.quantity, {ONE}), {_HAS},
  EXISTS (SELECT 1 FROM delivery_line d JOIN delivery h ON h.id = d.parent WHERE d.order_line = l.id AND h.over = 1)
  AND NOT EXISTS (SELECT 1 FROM change y JOIN delivery_line d ON d.id = y.id JOIN delivery h ON h.id = d.parent
    WHERE y.n >= :first AND y.entity = 'delivery_line' AND d.order_line = l.id AND h.kind = 'out'
      AND coalesce(h.over, 0) = 0 AND (y.op = 0 OR (y.op = 1 AND json_type(y.data, '$.quantity') IS NOT NULL)))
FROM t JOIN sales_order_line l ON l.id = t.id
"""
_CHANGED = f"""
SELECT l.name, e.key, {_HAS}, coalesce(e.value ->> '$[0]', {ONE}), coalesce(e.value ->> '$[1]', {ONE})
FROM change x JOIN sales_order_line l ON l.id = x.id, json_each(x.data) e
WHERE x.n >= :first AND x.entity = 'sales_order_line' AND x.op = 1
"""
_LOOSE = """
SELECT d.name FROM change x JOIN delivery_line d ON d.id = x.id JOIN delivery h ON h.id = d.parent
WHERE x.n >= :first AND x.entity = 'delivery_line' AND x.op = 1 AND d.order_line IS NULL
  AND x.data ->> '$.order_line[0]' IS NOT NULL
"""
_MOVED = """
SELECT DISTINCT o.number, o.confirmed, o.cancelled, d.name, coalesce(d.quantity, 0), l.parent = o.id
FROM change x JOIN delivery_line d ON d.id = x.id JOIN delivery h ON h.id = d.parent
JOIN sales_order o ON o.id = h.sales_order JOIN sales_order_line l ON l.id = d.order_line
WHERE x.n >= :first AND x.entity = 'delivery_line' AND x.op < 2
"""
_OVER = """
SELECT h.number FROM change x JOIN delivery h ON h.id = x.id
WHERE x.n >= :first AND x.entity = 'delivery' AND x.op < 2 AND h.over = 1 AND trim(coalesce(h.why, '')) = ''
"""
_ORDERS = f"""
SELECT o.id, o.number, e.key, o.confirmed, o.cancelled, e.value ->> '$[0]',
  EXISTS (SELECT 1 FROM sales_order_line l WHERE l.parent = o.id AND {_HAS} > 0),
  EXISTS (SELECT 1 FROM delivery h WHERE h.sales_order = o.id)
FROM change x JOIN sales_order o ON o.id = x.id, json_each(x.data) e
WHERE x.n >= :first AND x.entity = 'sales_order' AND x.op = 1
  AND e.key IN ('confirmed', 'cancelled', 'discount', 'tax_in')
"""


def fill(step: Step, counts: dict[str, tuple[int, int, int]]) -> bool:
    """Find the lines of the order for those of deliveries that don't say them, and whose goods they are. Whether it
    wrote anything."""
    if "delivery" not in counts and "delivery_line" not in counts:
        return False
    c, first = step.connection, (step.first,)
    lines = c.execute(
        "SELECT d.id, (SELECT l.id FROM sales_order_line l WHERE l.parent = h.sales_order AND l.name = d.name"
        " ORDER BY l.position, l.n LIMIT 1) FROM change x JOIN delivery_line d ON d.id = x.id"
        " JOIN delivery h ON h.id = d.parent"
        " WHERE x.n >= ? AND x.entity = 'delivery_line' AND x.op = 0 AND d.order_line IS NULL",
        first,
    ).fetchall()
    named: list[tuple[bytes, dict[str, Any]]] = [(id, {"order_line": line}) for id, line in lines if line]
    whose = c.execute(
        "SELECT h.id, o.customer FROM change x JOIN delivery h ON h.id = x.id"
        " JOIN sales_order o ON o.id = h.sales_order WHERE x.n >= ? AND x.entity = 'delivery' AND x.op = 0"
        " AND h.customer IS NULL AND o.customer IS NOT NULL",
        first,
    ).fetchall()
    if named:
        step.update_many("delivery_line", named)
    if whose:
        step.update_many("delivery", [(id, {"customer": customer}) for id, customer in whose])
    return bool(named or whose)


def refuse(c: sqlite3.Connection, schema: Schema, first: int, touched: Collection[str]) -> None:
    """Known when the changes from number `first` on leave what isn't allowed."""
    if not WATCHED.intersection(touched):
        return
    here = {"first": first}
    if "delivery_line" in touched:
        _deliveries(c, here)
    if "delivery" in touched and c.execute(_OVER, here).fetchone() is not None:
        raise Known(say(WHY_OVER))
    if "sales_order_line" in touched:
        _changed_lines(c, schema, here)
    _amounts(c, here)
    if "sales_order" in touched:
        _orders(c, schema, here)


def _deliveries(c: sqlite3.Connection, here: dict[str, int]) -> None:
    for (name,) in c.execute(_LOOSE, here):
        what = N_("“{name}” was delivered, so its line stays in the order. Set its quantity instead.")
        raise Known(say(what, name=name or ""))
    for number, confirmed, cancelled, name, quantity, own in c.execute(_MOVED, here):
        if cancelled is not None:
            raise Known(
                say(N_("Order {number} was cancelled: nothing of it is delivered."), number=number or "")
            )
        if confirmed is None:
            what = N_("Order {number} is still a draft. Confirm it, then deliver.")
            raise Known(say(what, number=number or ""))
        if not own:
            what = N_("“{name}” is not of order {number}. Make a delivery of its own for it.")
            raise Known(say(what, name=name or "", number=number or ""))
        if quantity <= 0:
            what = N_("How many of “{name}”? Type a number above 0, or take the line out.")
            raise Known(say(what, name=name or ""))


def _changed_lines(c: sqlite3.Connection, schema: Schema, here: dict[str, int]) -> None:
    fields = schema.fields("sales_order_line")
    for name, key, has, before, after in c.execute(_CHANGED, here):
        if has > 0 and key in FIXED:
            what = N_("“{name}” was delivered already, so its {field:lower} stays. Take it back first.")
            raise Known(say(what, name=name or "", field=say(fields[key].label)))
        if key == "quantity" and int(after) < has and int(after) < int(before):
            what = N_(
                "{n} of “{name}” were delivered already: the order can't be of less. Take some back first."
            )
            raise Known(say(what, n=_shown(has), name=name or ""))


def _amounts(c: sqlite3.Connection, here: dict[str, int]) -> None:
    for _id, name, quantity, has, over in c.execute(_LINES, here):
        if has < 0:
            what = N_("{n} more of “{name}” would have come back than went out. Type fewer.")
            raise Known(say(what, n=_shown(-has), name=name or ""))
        if has > quantity and not over:
            what = N_(
                "That would be {n} more of “{name}” than ordered. Type fewer, or tick “More than ordered” and say why."
            )
            raise Known(say(what, n=_shown(has - quantity), name=name or ""))


def _orders(c: sqlite3.Connection, schema: Schema, here: dict[str, int]) -> None:
    fields = schema.fields("sales_order")
    for id, number, key, confirmed, cancelled, before, has, moved in c.execute(_ORDERS, here).fetchall():
        named = {"number": number or ""}
        if key in FIXED_WHOLE and has:
            what = N_(
                "Goods of order {number} were delivered, so its {field:lower} stays. Take them back first."
            )
            raise Known(say(what, **named, field=say(fields[key].label)))
        if key == "cancelled" and cancelled is not None and has:
            what = N_("The customer has goods of order {number}. Take them back first, then cancel it.")
            raise Known(say(what, **named))
        if key == "confirmed" and confirmed is None and moved:
            what = N_("Order {number} was delivered and can't be a draft again. Delete its deliveries first.")
            raise Known(say(what, **named))
        if key == "confirmed" and confirmed is not None and before is None:
            for why in wanting(c, id, number or ""):
                raise Known(why)


def wanting(c: sqlite3.Connection, id: bytes, number: str) -> list[Any]:
    """What keeps an order from being confirmed, as sentences."""
    sql = "SELECT name, price, tax FROM sales_order_line WHERE parent = ? ORDER BY position IS NULL, position, n"
    rows = c.execute(sql, (id,)).fetchall()
    if not rows:
        what = N_("Order {number} has no lines yet. Add what was ordered, then confirm it.")
        return [say(what, number=number)]
    found = []
    for at, (name, price, tax) in enumerate(rows, 1):
        if price is None:
            what = N_("Line {n}, “{name}”, has no price. Write one; 0 if it is free.")
            found.append(say(what, n=at, name=name or ""))
        if tax is None:
            what = N_("Line {n}, “{name}”, has no tax rate. Write one; 0 if there is no tax.")
            found.append(say(what, n=at, name=name or ""))
    return found


def _shown(thousandths: int) -> str:
    return f"{(Decimal(thousandths) / ONE).normalize():f}"
