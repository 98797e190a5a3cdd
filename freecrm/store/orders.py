"""Orders at work: begun from a quote or a deal, confirmed, delivered in parts, taken back, cancelled.

    id = orders.from_quote(store, quote)        a draft with all that stands in the quote
    orders.confirm(store, id)                   from today it binds
    deliveries.deliver(store, id, …)            its state follows by itself: draft, confirmed, partly, delivered
    orders.cancel(store, id)

Each is one step with its way back. What may be changed when, the door says (`order_door.py`). Known says what is
missing, and the way on.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from freecrm.core.day_words import this_day
from freecrm.core.problems import Known
from freecrm.core.record import Record
from freecrm.core.words import N_, say
from freecrm.store import deals, faults, quotes, receivables
from freecrm.store.order_door import wanting

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

Values = dict[str, Any]
COPIED = ("name", "customer", "contact", "deal", "owner_user", "tax_in", "discount", "terms", "note")
GONE = N_("The order is no longer there; somebody deleted it. Undo the deletion to get it back.")


def fresh(store: Store, **known: Any) -> Values:
    """What a new draft begins with by the firm's settings. known: what is known already, such as its customer."""
    terms = "\n".join(one.strip() for one in re.split("[;；]", store.setting("quote.terms")) if one.strip())
    return {
        "day": this_day(),
        "tax_in": store.setting("quote.tax_in"),
        "terms": terms or None,
        "owner_user": store.user,
        **known,
    }


def from_quote(store: Store, quote: bytes) -> bytes:
    """A draft with all that stands in a quote; its id.

    Known when the quote is gone, isn't with the customer, or an order was made of it already."""
    record = store.reader().record("quote", quote)
    if record is None:
        raise Known(say(quotes.GONE))
    number = str(record["number"] or record["name"] or "")
    if record["state"] not in (quotes.SENT, quotes.ACCEPTED):
        what = {
            quotes.DRAFT: N_("Quote {number} wasn't sent yet. Send it, then make the order."),
            quotes.DECLINED: N_("Quote {number} was declined. Mark it as accepted, then make the order."),
        }.get(
            record["state"] or quotes.DRAFT,
            N_("A later version took the place of quote {number}. Open that one."),
        )
        raise Known(say(what, number=number))
    made = of_quote(store, quote)
    if made is not None:
        what = N_(
            "Order {order} was made of quote {number} already. Open it, or delete it to make another one."
        )
        raise Known(
            say(what, order=store.reader().titles("sales_order", {made}).get(made, ""), number=number)
        )
    lines = [{name: row.get(name) for name in quotes.OF_LINE} for row in quotes.ordered(record["lines"])]
    values = {**{name: record[name] for name in COPIED}, "lines": lines, "quote": quote}
    with store.step(N_("Order of quote {number} made"), number=number) as step:
        return step.insert("sales_order", fresh(store, **_known(values)))


@faults.reads
def of_quote(store: Store, quote: bytes) -> bytes | None:
    """The order that was made of a quote, if any; one that was cancelled doesn't count."""
    sql = "SELECT id FROM sales_order WHERE quote = ? AND cancelled IS NULL ORDER BY n LIMIT 1"
    row = store.read().execute(sql, (quote,)).fetchone()
    return None if row is None else bytes(row[0])


@faults.reads
def for_deal(store: Store, deal: bytes) -> bytes | None:
    """The first order that belongs to a deal, if any; one that was cancelled doesn't count."""
    sql = "SELECT id FROM sales_order WHERE deal = ? AND cancelled IS NULL ORDER BY n LIMIT 1"
    row = store.read().execute(sql, (deal,)).fetchone()
    return None if row is None else bytes(row[0])


def from_deal(store: Store, deal: bytes) -> bytes:
    """A draft with the lines of a deal; its id. Known when the deal is gone or has no customer."""
    values = of_deal(store, deal)
    with store.step(N_("Order for {name} made"), name=values["name"] or "") as step:
        return step.insert("sales_order", values)


def add_of_deal(step: Step, deal: bytes) -> bytes:
    """The same within a step that does more (the deal is won)."""
    return step.insert("sales_order", of_deal(step.store, deal))


def of_deal(store: Store, deal: bytes) -> Values:
    """What an order for a deal begins with: its lines, else its amount as one. Known as of `from_deal`."""
    record = store.reader().record("deal", deal)
    if record is None:
        raise Known(say(deals.GONE))
    if record["customer"] is None:
        what = N_("“{name}” has no customer yet. Choose one, then make the order.")
        raise Known(say(what, name=record["name"]))
    names = ("quantity", "price", "discount")
    lines = [
        quotes.line_of(store, row["product"], position=at, **{name: row[name] for name in names})
        for at, row in enumerate(quotes.ordered(record["lines"]), 1)
    ]
    if not lines and record["amount"]:
        one = {"name": record["name"], "quantity": Decimal(1), "price": record["amount"], "position": 1}
        lines = [{**one, "tax": quotes.usual_tax(store)}]
    known = {name: record[name] for name in ("customer", "contact", "name", "owner_user")}
    # what a deal comes to was talked over: nothing is taken off again
    return fresh(store, **_known({**known, "deal": deal, "lines": lines, "discount": None}))


def _known(values: Values) -> Values:
    """Without an owner that isn't known: then it is whoever makes it."""
    return {name: value for name, value in values.items() if name != "owner_user" or value is not None}


def confirm(store: Store, id: bytes, reason: str = "") -> None:
    """From today on the order binds, and is to be paid by the usual plan unless it has one already. reason: why it is
    sold beyond the customer's credit limit.

    Known when it was confirmed or cancelled, or a line lacks price or tax rate; credit.Beyond when it is more than the
    customer may owe and no reason is given."""
    record = there(store, id)
    if record["cancelled"] is not None:
        raise Known(
            say(N_("Order {number} was cancelled. Undo that, then confirm it."), number=number_of(record))
        )
    if record["confirmed"] is not None:
        raise Known(say(N_("Order {number} was confirmed already."), number=number_of(record)))
    for why in wanting(store.read(), id, number_of(record)):
        raise Known(why)
    with store.step(N_("Order {number} confirmed"), number=number_of(record)) as step:
        step.update("sales_order", id, {"confirmed": this_day()})
        if int(record["total"] or 0) > 0 and not receivables.planned(store, id):
            receivables.put_plan(step, id, reason=reason, begin=this_day())


def cancel(store: Store, id: bytes) -> None:
    """The order is called off, and nothing of it is owed any more: what was paid stays as the customer's credit. Known
    when the customer has goods of it."""
    record = there(store, id)
    if record["cancelled"] is not None:
        raise Known(say(N_("Order {number} was cancelled already."), number=number_of(record)))
    with store.step(N_("Order {number} cancelled"), number=number_of(record)) as step:
        step.update("sales_order", id, {"cancelled": this_day()})


def there(store: Store, id: bytes) -> Record:
    """The order. Known when it is gone."""
    record = store.reader().record("sales_order", id)
    if record is None:
        raise Known(say(GONE))
    return record


def number_of(record: Record) -> str:
    """What an order is called in a sentence."""
    return str(record["number"] or record["name"] or "")
