"""The lines of a quote, an order or a repeating bill as they are typed: changed, added, pasted, taken out, each as one step."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from freecrm.core.problems import Known
from freecrm.core.rows import Rows
from freecrm.core.words import N_, say
from freecrm.store import orders, quotes
from freecrm.store.quotes import line_for, proposed, usual_tax

if TYPE_CHECKING:
    from freecrm.core.record import Record
    from freecrm.store.database import Store

Values = dict[str, Any]
Change = tuple[bytes, Values]
_ADDED = {
    "quote": N_("Lines added to quote {number}"),
    "sales_order": N_("Lines added to order {number}"),
    "repeat_bill": N_("Lines added to “{number}”"),
}
_CHANGED = {
    "quote": N_("Lines of quote {number} changed"),
    "sales_order": N_("Lines of order {number} changed"),
    "repeat_bill": N_("Lines of “{number}” changed"),
}
_HEAD = {
    "quote": N_("Quote {number} changed"),
    "sales_order": N_("Order {number} changed"),
    "repeat_bill": N_("“{number}” changed"),
}
_REMOVED = {
    "quote": N_("Line of quote {number} removed"),
    "sales_order": N_("Line of order {number} removed"),
    "repeat_bill": N_("Line of “{number}” removed"),
}
_GONE = {
    "quote": quotes.GONE,
    "sales_order": orders.GONE,
    "repeat_bill": N_(
        "The repeating bill is no longer there; somebody deleted it. Undo the deletion to get it back."
    ),
}


def write(
    store: Store, entity: str, id: bytes, changes: Sequence[Change], rows: Sequence[Values] = ()
) -> list[bytes]:
    """Change lines of a record and put new ones behind the last; the ids of these. A new line without a name is
    refused; one without a quantity is of one piece, one without a tax rate has the usual one.

    entity: "quote", "sales_order" or "repeat_bill". Known when the record is gone, the door doesn't allow it (a quote
    that was sent, goods that went out), or a value can't be had."""
    record = store.reader().record(entity, id)
    if record is None:
        raise Known(say(_GONE[entity]))
    last = max((row["position"] or 0 for row in record["lines"] or ()), default=0)
    title, of = (_ADDED if rows else _CHANGED)[entity], _line_of(store, entity)
    with store.step(title, number=store.reader().titles(entity, {id}).get(id, "")) as step:
        step.update_many(of, changes)
        return [
            step.insert(
                of,
                {
                    "quantity": Decimal(1),
                    "tax": usual_tax(store),
                    **{name: value for name, value in row.items() if value is not None},
                    "position": last + at,
                    "parent": id,
                    "parent_entity": entity,
                },
            )
            for at, row in enumerate(rows, 1)
        ]


def change_head(store: Store, entity: str, id: bytes, **values: Any) -> None:
    """Change what holds for all lines: the discount on the whole, whether prices are with tax. Known when the record is
    gone, the door doesn't allow it, or a value can't be had."""
    number = store.reader().titles(entity, {id}).get(id)
    if number is None:
        raise Known(say(_GONE[entity]))
    with store.step(_HEAD[entity], number=number) as step:
        step.update(entity, id, values)


def remove(store: Store, entity: str, id: bytes, line: bytes) -> None:
    """Take a line out. Known when the door doesn't allow it."""
    number = store.reader().titles(entity, {id}).get(id, "")
    with store.step(_REMOVED[entity], number=number) as step:
        step.delete(_line_of(store, entity), line)


def _line_of(store: Store, entity: str) -> str:
    of = store.schema.fields(entity)["lines"]
    assert isinstance(of, Rows)
    return of.of


def with_quantity(store: Store, quote: Record, row: Values, quantity: Decimal | None) -> Values:
    """What changes in a line with its quantity: the price with it, unless somebody typed another one."""
    product = row.get("product")
    if product is None or row.get("price") != proposed(store, quote, product, row.get("quantity")):
        return {"quantity": quantity}
    return {"quantity": quantity, "price": proposed(store, quote, product, quantity)}


def product_named(store: Store, quote: Record, text: str, quantity: Decimal | None = None) -> Values | None:
    """A line of the product with exactly this code, barcode or name; None when none or several have it. Known when
    it is sold no more."""
    for field in ("code", "barcode"):
        rows = store.read().execute(f"SELECT id FROM product WHERE {field} = ? LIMIT 2", (text,)).fetchall()
        if len(rows) == 1:
            return line_for(store, quote, rows[0][0], quantity)
    found = store.reader().named("product", text)
    return None if found is None else line_for(store, quote, found, quantity)
