"""The lines of a quote as they are typed: changed, added, pasted, taken out, each as one step."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store.quotes import GONE, line_for, proposed, usual_tax

if TYPE_CHECKING:
    from freecrm.core.record import Record
    from freecrm.store.database import Store

Values = dict[str, Any]
Change = tuple[bytes, Values]


def write(store: Store, quote: bytes, changes: Sequence[Change], rows: Sequence[Values] = ()) -> list[bytes]:
    """Change lines and put new ones behind the last; the ids of these. A new line without a name is refused; one
    without a quantity is of one piece, one without a tax rate has the usual one.

    Known when the quote is gone or was sent, or a value can't be had."""
    record = store.reader().record("quote", quote)
    if record is None:
        raise Known(say(GONE))
    last = max((row["position"] or 0 for row in record["lines"] or ()), default=0)
    title = N_("Lines added to quote {number}") if rows else N_("Lines of quote {number} changed")
    with store.step(title, number=record["number"] or "") as step:
        step.update_many("quote_line", changes)
        return [
            step.insert(
                "quote_line",
                {
                    "quantity": Decimal(1),
                    "tax": usual_tax(store),
                    **{name: value for name, value in row.items() if value is not None},
                    "position": last + at,
                    "parent": quote,
                    "parent_entity": "quote",
                },
            )
            for at, row in enumerate(rows, 1)
        ]


def remove(store: Store, quote: bytes, line: bytes) -> None:
    """Take a line out. Known when the quote was sent."""
    number = store.reader().titles("quote", {quote}).get(quote, "")
    with store.step(N_("Line of quote {number} removed"), number=number) as step:
        step.delete("quote_line", line)


def with_quantity(store: Store, quote: Record, row: Values, quantity: Decimal | None) -> Values:
    """What changes in a line with its quantity: the price with it, unless somebody typed another one."""
    product = row.get("product")
    if product is None or row.get("price") != proposed(store, quote, product, row.get("quantity")):
        return {"quantity": quantity}
    return {"quantity": quantity, "price": proposed(store, quote, product, quantity)}


def product_named(store: Store, quote: Record, text: str, quantity: Decimal | None = None) -> Values | None:
    """A line of the product with exactly this code or name; None when none or several have it. Known when it is
    sold no more."""
    reader = store.reader()
    row = store.read().execute("SELECT id FROM product WHERE code = ? LIMIT 1", (text,)).fetchone()
    found = row[0] if row is not None else reader.named("product", text)
    return None if found is None else line_for(store, quote, found, quantity)
