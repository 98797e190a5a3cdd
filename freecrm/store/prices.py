"""What a product costs a customer: the lowest of its price levels that holds, else its list price.

price_for(store, product, grade="A", quantity=Decimal(20), day=dt.date(2026, 3, 1)) -> Price(5_220_000, level)

At the door `fill` gives what is begun for a customer the discount agreed on with them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from freecrm.core.day_words import this_day
from freecrm.core.selling import ONE
from freecrm.store import faults

if TYPE_CHECKING:
    import sqlite3

    from freecrm.store.database import Store
    from freecrm.store.writer import Step


@dataclass(frozen=True, slots=True)
class Price:
    """A price for one unit, in minor units; None: nobody said one. level: the id of the price level it comes from,
    None: it is the list price."""

    price: int | None
    level: bytes | None = None


@faults.reads
def price_for(
    store: Store,
    product: bytes,
    *,
    grade: str | None = None,
    quantity: Decimal | int = 1,
    day: dt.date | None = None,
) -> Price:
    """The price of a product. grade: of the customer. quantity: sold at once. day: of the sale, None = today."""
    return find(store.read(), product, grade, round(Decimal(quantity) * ONE), day or this_day())


def find(c: sqlite3.Connection, product: bytes, grade: str | None, quantity: int, day: dt.date) -> Price:
    """The same on any connection. quantity: in thousandths."""
    sql = (
        "SELECT price, id FROM price_level WHERE parent = :product AND price IS NOT NULL"
        " AND (grade IS NULL OR grade = '' OR grade = :grade) AND coalesce(least, 0) <= :quantity"
        " AND (since IS NULL OR since <= :day) AND (until IS NULL OR until >= :day) ORDER BY price, n LIMIT 1"
    )
    given = {"product": product, "grade": grade or "", "quantity": quantity, "day": day.isoformat()}
    level = c.execute(sql, given).fetchone()
    row = c.execute("SELECT price FROM product WHERE id = ?", (product,)).fetchone()
    listed = row[0] if row is not None else None
    if level is None or (listed is not None and listed <= level[0]):
        return Price(listed)
    return Price(level[0], bytes(level[1]))


DISCOUNTED = frozenset({"quote", "sales_order", "repeat_bill"})


def fill(step: Step, entity: str, values: dict[str, Any]) -> None:
    """Give a new quote, order or repeating bill the discount agreed on with its customer, unless one was said, or that
    there is none."""
    if entity not in DISCOUNTED or "discount" in values or values.get("customer") is None:
        return
    sql = "SELECT discount FROM customer WHERE id = ?"
    row = step.connection.execute(sql, (values["customer"],)).fetchone()
    if row is not None and row[0]:
        values["discount"] = step.schema.fields("customer")["discount"].unpack(row[0])
