"""What the sample firm sells: products, a pipeline with thirteen open deals, half a year of closed ones, leads; quotes,
orders, what went out and what was paid."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from freecrm.store import deals

if TYPE_CHECKING:
    from freecrm.store.writer import Step

OPEN_STAGES = 5
PAST = 60
"""So many deals were closed, over half a year."""
DAY = dt.timedelta(days=1)
TARGET = 40_000_000
"""What the firm means to sell in a month, in the minor unit."""


def put_in(
    step: Step,
    language: str,
    sales: dict[str, Any],
    users: list[bytes],
    customers: list[bytes],
    day: dt.date,
) -> None:
    """Put it in, as part of a step. language: in which the pipeline is named. users, customers: those of the sample,
    in its order. day: the day it is today."""
    stages, reasons = _pipeline(step, language)
    products = _products(step, sales)
    rivals = [step.insert("competitor", {"name": name}) for name in sales["rivals"]]
    _open(step, sales["deals"], stages, users, customers, day)
    _past(step, sales, stages, reasons, rivals, products, users, customers, day)
    _quotes(step, sales, products, users, customers, day)
    _orders(step, sales, products, users, customers, day)
    for month in range(-6, 6):
        first = (day.replace(day=15) + dt.timedelta(days=30 * month)).replace(day=1)
        step.insert("target", {"month": f"{first:%Y-%m}", "amount": TARGET})
    for number, lead in enumerate(sales["leads"]):
        values = {k: v for k, v in lead.items() if k not in ("phone", "owner") and v}
        values |= {
            "phones": [{"number": lead["phone"], "kind": "mobile"}],
            "owner_user": users[lead["owner"]],
        }
        values |= {"got": day - (number + 1) * DAY, "rating": ("hot", "warm", "cold")[number % 3]}
        step.insert("lead", values)


def _pipeline(step: Step, language: str) -> tuple[list[bytes], list[bytes]]:
    """The stages (open ones, won, lost) and the reasons of loss of the usual pipeline."""
    records = deals.ready_records(language)
    for entity, id, values in records:
        step.insert(entity, values, id=id)
    return (
        [id for entity, id, _values in records if entity == "stage"],
        [id for entity, id, _values in records if entity == "loss_reason"],
    )


def _products(step: Step, sales: dict[str, Any]) -> list[tuple[bytes, int]]:
    """The products and their prices."""
    categories = [
        step.insert("category", {"name": name, "position": at}) for at, name in enumerate(sales["categories"])
    ]
    made = []
    for product in sales["products"]:
        values = {**product, "category": categories[product["category"]]}
        made.append((step.insert("product", values), product["price"]))
    return made


def _open(
    step: Step,
    rows: list[dict[str, Any]],
    stages: list[bytes],
    users: list[bytes],
    customers: list[bytes],
    day: dt.date,
) -> None:
    from fractional_indexing import generate_n_keys_between

    pipeline = _pipeline_of(step, stages[0])
    spots = generate_n_keys_between(None, None, len(rows))
    for row, spot in zip(rows, spots, strict=True):
        customer, stage = customers[row["customer"]], row["stage"]
        came = day - row["since"] * DAY
        begun = came - 6 * stage * DAY
        values = {
            "name": row["name"], "customer": customer, "pipeline": pipeline, "stage": stages[stage], "spot": spot,
            "amount": row["amount"], "close": day + row["close"] * DAY, "begun": begun,
            "owner_user": users[row["owner"]],
        }  # fmt: skip
        id = step.insert("deal", {**values, **_said(step, customer)})
        _moves(step, id, stages[: stage + 1], begun, came, row["amount"], users[row["owner"]])
        _tie(step, id, customer)


def _past(
    step: Step,
    sales: dict[str, Any],
    stages: list[bytes],
    reasons: list[bytes],
    rivals: list[bytes],
    products: list[tuple[bytes, int]],
    users: list[bytes],
    customers: list[bytes],
    day: dt.date,
) -> None:
    """Deals won and lost. Which is which follows from their number, so that the sample is the same each time."""
    won, lost = stages[OPEN_STAGES], stages[OPEN_STAGES + 1]
    pipeline = _pipeline_of(step, won)
    for number in range(PAST):
        customer = customers[(number * 7) % len(customers)]
        user = users[number % 3]
        product, price = products[number % len(products)]
        quantity = 1 + number * 5 % 4 if price > 100_000 else 10 + number * 3 % 30
        closed = day - (1 + number * 3) * DAY
        begun = closed - (14 + number * 11 % 40) * DAY
        is_won = number % 5 not in (1, 3) and number % 7 != 4
        reached = OPEN_STAGES if is_won else 1 + number % 4
        values: dict[str, Any] = {
            "name": sales["past"][number % len(sales["past"])], "customer": customer, "pipeline": pipeline,
            "stage": won if is_won else lost, "amount": quantity * price, "begun": begun, "closed": closed,
            "close": closed, "owner_user": user,
            "lines": [{"product": product, "quantity": quantity, "price": price, "position": 1}],
        }  # fmt: skip
        if not is_won:
            values |= {
                "reason": reasons[number % len(reasons)],
                "why": sales["why"][number % len(sales["why"])] or None,
            }
            if number % 3 == 0:
                values["rivals"] = [{"competitor": rivals[number % len(rivals)], "won": True}]
        id = step.insert("deal", {**values, **_said(step, customer)})
        way = [*stages[:reached], won if is_won else lost]
        _moves(step, id, way, begun, closed, quantity * price, user)


STATES = ("draft", "sent", "sent", "accepted")
TAX = Decimal(13)


def _lines(
    step: Step, products: list[tuple[bytes, int]], chosen: list[tuple[int, int]]
) -> list[dict[str, Any]]:
    """Lines of (product, quantity), as a quote or an order has them."""
    made = []
    for at, (which, quantity) in enumerate(chosen, 1):
        id, price = products[which]
        name, spec, unit = step.connection.execute(
            "SELECT name, spec, unit FROM product WHERE id = ?", (id,)
        ).fetchone()
        made.append({"product": id, "name": name, "spec": spec, "unit": unit, "quantity": Decimal(quantity),
                     "price": price, "tax": TAX, "position": at})  # fmt: skip
    return made


def _quotes(
    step: Step,
    sales: dict[str, Any],
    products: list[tuple[bytes, int]],
    users: list[bytes],
    customers: list[bytes],
    day: dt.date,
) -> None:
    """One of each state; one waits beyond its last day."""
    for number, (name, customer) in enumerate(sales["quotes"]):
        made = day - (3 + number * 12) * DAY
        state = STATES[number]
        values = {
            "name": name, "customer": customers[customer], "owner_user": users[number % 3], "day": made,
            "valid_until": made + 20 * DAY, "tax_in": True, "terms": sales["terms"], "state": state,
            "sent": None if state == "draft" else made, "answered": made + 5 * DAY if state == "accepted" else None,
            "lines": _lines(step, products, [(number, 2), (3, 6), (8, 1)]),
        }  # fmt: skip
        step.insert("quote", {name: value for name, value in values.items() if value is not None})


ORDERED = ((9, 70, 45, "all"), (0, 48, 30, "part"), (18, 20, 30, "none"), (39, 6, 30, "none"))
"""Orders: customer, days ago, days to pay, what of it was paid."""


def _orders(
    step: Step,
    sales: dict[str, Any],
    products: list[tuple[bytes, int]],
    users: list[bytes],
    customers: list[bytes],
    day: dt.date,
) -> None:
    """From paid long ago to confirmed this week; of each but the last the goods went out."""
    for number, (customer, ago, terms, paid) in enumerate(ORDERED):
        whose = {"customer": customers[customer], "owner_user": users[number % 3]}
        made = day - ago * DAY
        lines = _lines(step, products, [(number, 1), (3, 2 + number), (6, 4)])
        order = step.insert(
            "sales_order",
            {**whose, "name": sales["orders"][number], "day": made, "confirmed": made, "wanted": made + 14 * DAY,
             "tax_in": True, "lines": lines},
        )  # fmt: skip
        total = sum(int(row["quantity"]) * row["price"] for row in lines)
        code = step.connection.execute("SELECT number FROM sales_order WHERE id = ?", (order,)).fetchone()[0]
        bill = step.insert(
            "receivable",
            {**whose, "name": code or sales["orders"][number], "sales_order": order, "day": made,
             "due": made + terms * DAY, "amount": total},
        )  # fmt: skip
        if number < len(ORDERED) - 1:
            _deliver(step, whose, order, made + 7 * DAY, part=number == 2)
        sum_ = {"all": total, "part": total // 2, "none": 0}[paid]
        if sum_:
            matches = [{"receivable": bill, "amount": sum_}]
            step.insert(
                "receipt",
                {**whose, "day": made + 9 * DAY, "amount": sum_, "method": "transfer", "matches": matches},
            )


def _deliver(step: Step, whose: dict[str, Any], order: bytes, day: dt.date, *, part: bool) -> None:
    """The goods of an order go out; part: only those of its first line."""
    sql = "SELECT id, name, spec, unit, quantity FROM sales_order_line WHERE parent = ? ORDER BY position"
    rows = step.connection.execute(sql, (order,)).fetchall()[: 1 if part else None]
    lines = [
        {"order_line": id, "name": name, "spec": spec, "unit": unit, "quantity": Decimal(quantity).scaleb(-3),
         "position": at}
        for at, (id, name, spec, unit, quantity) in enumerate(rows, 1)
    ]  # fmt: skip
    step.insert("delivery", {**whose, "sales_order": order, "kind": "out", "day": day, "lines": lines})


def _pipeline_of(step: Step, stage: bytes) -> bytes:
    row = step.connection.execute("SELECT pipeline FROM stage WHERE id = ?", (stage,)).fetchone()
    return bytes(row[0])


def _said(step: Step, customer: bytes) -> dict[str, Any]:
    """What is known of a customer that a deal says, too."""
    row = step.connection.execute("SELECT source FROM customer WHERE id = ?", (customer,)).fetchone()
    return {"source": row[0]} if row is not None and row[0] else {}


def _moves(
    step: Step, id: bytes, way: list[bytes], begun: dt.date, came: dt.date, amount: int, user: bytes
) -> None:
    """The way of a deal through these stages, from the day it began to the day it came to the last one."""
    names = ("parent", "parent_entity", "before", "after", "at", "by", "amount", "odds")
    sql = "SELECT id, chance FROM stage"
    chances = dict(step.connection.execute(sql).fetchall())
    first = dt.datetime.combine(begun, dt.time(10)).astimezone()
    last = dt.datetime.combine(came, dt.time(16)).astimezone()
    rows = []
    for at, stage in enumerate(way):
        when = first + (last - first) * (at / max(len(way) - 1, 1))
        before = way[at - 1] if at else None
        rows.append(
            (id, "deal", before, stage, int(when.timestamp() * 1000), user, amount, chances.get(stage))
        )
    step.insert_many("deal_move", names, rows)


def _tie(step: Step, id: bytes, customer: bytes) -> None:
    """What is planned with the customer is the next step of the deal."""
    sql = "SELECT id FROM activity WHERE customer = ? AND state = 'planned' AND deal IS NULL ORDER BY start LIMIT 1"
    row = step.connection.execute(sql, (customer,)).fetchone()
    if row is not None:
        step.update("activity", bytes(row[0]), {"deal": id})
