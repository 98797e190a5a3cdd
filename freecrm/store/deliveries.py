"""What goes out of an order, and what comes back, in parts.

    deliveries.open_lines(store, order)                   what is left of each line
    deliveries.deliver(store, order, {line: Decimal(2)})  one step; the state of the order follows
    deliveries.deliver(store, order, {line: Decimal(1)}, kind=BACK)

More than was ordered goes out only with a reason (`why_over`), which the delivery keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from freecrm.core.day_words import this_day
from freecrm.core.ordering import BACK, OUT
from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store import orders, quotes

if TYPE_CHECKING:
    from freecrm.store.database import Store

NONE = N_("Nothing was typed yet. Say how many of a line, then go on.")
OF_LINE = ("name", "spec", "unit")


@dataclass(frozen=True, slots=True)
class Open:
    """A line of an order. delivered: what the customer has of it. left: what is still to go out, or may come back."""

    id: bytes
    name: str
    spec: str
    unit: str | None
    ordered: Decimal
    delivered: Decimal
    left: Decimal


def open_lines(store: Store, order: bytes, kind: str = OUT) -> list[Open]:
    """All lines of an order in their order. Known when it is gone."""
    record = orders.there(store, order)
    found = []
    for row in quotes.ordered(record["lines"]):
        ordered = Decimal(1) if row.get("quantity") is None else row["quantity"]
        has = row.get("delivered") or Decimal(0)
        left = has if kind == BACK else max(ordered - has, Decimal(0))
        found.append(
            Open(row["id"], row["name"] or "", row.get("spec") or "", row.get("unit"), ordered, has, left)
        )
    return found


def deliver(
    store: Store,
    order: bytes,
    quantities: Mapping[bytes, Decimal] | None = None,
    *,
    kind: str = OUT,
    why_over: str = "",
    **known: Any,
) -> bytes:
    """Keep that goods went out, or came back (kind BACK); the id of the delivery.

    quantities: how many of which lines; None = all that is open. known: day, carrier, tracking, address, note.
    Known when nothing is left, the order isn't confirmed, or more would go out or come back than can."""
    record = orders.there(store, order)
    rows = open_lines(store, order, kind)
    wanted = {row.id: row.left for row in rows} if quantities is None else dict(quantities)
    lines = [
        {**{name: getattr(row, name) for name in OF_LINE}, "order_line": row.id, "quantity": wanted[row.id], "position": at}
        for at, row in enumerate(rows, 1)
        if wanted.get(row.id)
    ]  # fmt: skip
    number = orders.number_of(record)
    if not lines:
        if quantities is not None:
            raise Known(say(NONE))
        what = N_("All of order {number} is delivered.")
        if kind == BACK:
            what = N_("Nothing of order {number} was delivered, so nothing can come back.")
        raise Known(say(what, number=number))
    values = {
        "kind": kind,
        "sales_order": order,
        "customer": record["customer"],
        "day": this_day(),
        "owner_user": store.user or record["owner_user"],
        "over": True if why_over else None,
        "why": why_over or None,
        "lines": lines,
        **{name: value for name, value in known.items() if value is not None},
    }
    title = (
        N_("Goods of order {number} taken back") if kind == BACK else N_("Goods of order {number} delivered")
    )
    with store.step(title, number=number) as step:
        return step.insert("delivery", values)


def address_of(store: Store, order: bytes) -> str:
    """Where the goods of an order go: where the last ones went, else the customer's first address."""
    row = store.read().execute(_LAST, (order,)).fetchone()
    if row is not None:
        return str(row[0])
    customer = store.reader().record("customer", orders.there(store, order)["customer"], ("addresses",))
    rows = customer["addresses"] if customer is not None else None
    return store.schema.fields("customer")["addresses"].show(rows[:1]) if rows else ""


_LAST = "SELECT address FROM delivery WHERE sales_order = ? AND address IS NOT NULL ORDER BY day DESC, n DESC LIMIT 1"
