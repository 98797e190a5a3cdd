"""The register of tax invoices: asked for, issued, sent, made void; what of an order is still to be invoiced.

invoices.head_of(store, customer)           to whom the last one was made out
invoices.ask(store, order, amount=…, …)     at most what is left of the order
invoices.issue(store, id, number)           each is one step; the state follows from the days
invoices.send(store, id)
invoices.make_void(store, id)
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from freecrm.core import money
from freecrm.core.day_words import this_day
from freecrm.core.fields import Money
from freecrm.core.problems import Known
from freecrm.core.record import Record
from freecrm.core.selling import half_up
from freecrm.core.words import N_, say
from freecrm.store import faults, orders

if TYPE_CHECKING:
    from freecrm.store.database import Store

HEAD = ("head", "tax_no", "address", "bank", "kind")
GONE = N_("The invoice is no longer there; somebody deleted it. Undo the deletion to get it back.")
Values = dict[str, Any]


@faults.reads
def heads(store: Store, customer: bytes) -> list[Values]:
    """To whom invoices of a customer were made out, the latest first; each tax number once."""
    sql = (
        f"SELECT {', '.join(HEAD)} FROM invoice WHERE customer = ? AND head IS NOT NULL"
        " ORDER BY coalesce(issued, asked) DESC, n DESC LIMIT 100"
    )
    found: dict[Any, Values] = {}
    for row in store.read().execute(sql, (customer,)):
        values = dict(zip(HEAD, row, strict=True))
        found.setdefault((values["head"], values["tax_no"]), values)
    return list(found.values())


def head_of(store: Store, customer: bytes) -> Values:
    """The head that the next invoice begins with: that of the last one, else the customer's name."""
    saved = heads(store, customer)
    if saved:
        return saved[0]
    record = store.reader().record("customer", customer, ())
    return {"head": record["name"] if record is not None else None, "kind": "special"}


def begun(store: Store, order: bytes) -> Values:
    """What the form of an invoice for an order begins with. Known when nothing of it is left to invoice."""
    record = orders.there(store, order)
    left = record["to_invoice"] or 0
    if left <= 0:
        what = N_("All of order {number} is invoiced.")
        if record["confirmed"] is None:
            what = N_("Order {number} is still a draft. Confirm it, then ask for its invoice.")
        elif record["cancelled"] is not None:
            what = N_("Order {number} was cancelled: there is nothing to invoice.")
        raise Known(say(what, number=orders.number_of(record)))
    return {"amount": left, "asked": this_day(), **head_of(store, record["customer"])}


def ask(store: Store, order: bytes, *, amount: int | None = None, **known: Any) -> bytes:
    """Ask for an invoice of an order; its id. amount: minor units with tax, None = all that is left.

    Known when more is asked for than is left, or nothing is."""
    record = orders.there(store, order)
    values = {**begun(store, order), **{name: value for name, value in known.items() if value is not None}}
    left = values["amount"]
    wanted = left if amount is None else amount
    number = orders.number_of(record)
    f = store.schema.fields("invoice")["amount"]
    assert isinstance(f, Money)
    if wanted > left:
        what = N_("Only {left} of order {number} is left to invoice. Type that or less.")
        raise Known(say(what, left=money.show(left, f.currency, True), number=number))
    if wanted <= 0:
        raise Known(say(N_("An invoice is of an amount above 0.")))
    values |= {"amount": wanted, "sales_order": order, "customer": record["customer"]}
    values.setdefault(
        "tax", half_up(wanted * (record["tax"] or 0), record["total"]) if record["total"] else None
    )
    values["owner_user"] = store.user or record["owner_user"]
    with store.step(N_("Invoice of order {number} asked for"), number=number) as step:
        return step.insert("invoice", values)


def issue(store: Store, id: bytes, number: str | None = None, day: dt.date | None = None) -> None:
    """The invoice was issued, under this number. Known when it was already, or is void."""
    record = _there(store, id)
    if record["state"] != "asked":
        raise Known(say(N_("This invoice was issued already, or is void.")))
    values = {"issued": day or this_day(), **({"number": number} if number else {})}
    with store.step(N_("Invoice issued for {name}"), name=record["head"] or "") as step:
        step.update("invoice", id, values)


def send(store: Store, id: bytes, day: dt.date | None = None) -> None:
    """It went to the customer. Known when it isn't issued, or went already."""
    record = _there(store, id)
    if record["state"] != "issued":
        raise Known(say(N_("Only an invoice that was issued and hasn't gone yet is sent.")))
    with store.step(N_("Invoice sent to {name}"), name=record["head"] or "") as step:
        step.update("invoice", id, {"sent": day or this_day()})


def make_void(store: Store, id: bytes) -> None:
    """It counts no more: its amount of the order is open to invoice again. Known when it is void already."""
    record = _there(store, id)
    if record["state"] == "void":
        raise Known(say(N_("This invoice is void already.")))
    with store.step(N_("Invoice for {name} made void"), name=record["head"] or "") as step:
        step.update("invoice", id, {"void": this_day()})


def _there(store: Store, id: bytes) -> Record:
    record = store.reader().record("invoice", id)
    if record is None:
        raise Known(say(GONE))
    return record
