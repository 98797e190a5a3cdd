"""The lines of a quote, an order or a repeating bill as they are typed: changed, added, pasted, taken out, each as one step."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from freecrm.core.problems import Known
from freecrm.core.rows import Rows
from freecrm.core.words import N_, say
from freecrm.store import orders, quotes
from freecrm.store.quotes import line_of, usual_tax

if TYPE_CHECKING:
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


def remove(store: Store, entity: str, id: bytes, line: bytes) -> None:
    """Take a line out. Known when the door doesn't allow it."""
    number = store.reader().titles(entity, {id}).get(id, "")
    with store.step(_REMOVED[entity], number=number) as step:
        step.delete(_line_of(store, entity), line)


def _line_of(store: Store, entity: str) -> str:
    of = store.schema.fields(entity)["lines"]
    assert isinstance(of, Rows)
    return of.of


def product_named(store: Store, text: str) -> Values | None:
    """A line of the product with exactly this code or name; None when none or several have it."""
    reader = store.reader()
    row = store.read().execute("SELECT id FROM product WHERE code = ? LIMIT 1", (text,)).fetchone()
    found = row[0] if row is not None else reader.named("product", text)
    return None if found is None else line_of(store, found)
