"""What customers owe, how it is paid, and which receipt settles what. Each act is one step.

    receivables.plan(store, order, parse("30% 0, 70% 30"))      an order's bills; they come to its total exactly
    items = receivables.open_items(store.reader(), customer)
    receipt = receivables.receive(store, customer, 500_000)     settles the oldest first; what is over stays as credit
    receivables.use_credit(store, customer, matches)            puts that credit on later bills
    receivables.refund(store, customer, 20_000)                 pays it back

Amounts are in minor units. The balance a customer was entered with is the first entry of their account: it is no row, an
allocation without a receivable settles it. What may not be is refused at the door (`receivable_door.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from freecrm.core.day_words import this_day
from freecrm.core.instalments import Part, sums
from freecrm.core.problems import Known
from freecrm.core.record import Record
from freecrm.core.words import N_, say
from freecrm.store import credit, faults
from freecrm.store.noting import title_of

if TYPE_CHECKING:
    import sqlite3

    from freecrm.store.database import Store
    from freecrm.store.reader import Reader
    from freecrm.store.writer import Step

Match = tuple[bytes | None, int]
"""How much goes on a receivable; None: on the opening balance."""

ABOVE_ZERO = N_("Enter an amount above zero. Money that goes back to the customer is a refund.")
NO_CREDIT = N_("{name} has a credit of {credit}; {amount} is more than that. Take less.")


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is still open. id: the receivable, None: the opening balance. left: below zero is to be paid back
    or set off."""

    id: bytes | None
    name: str
    day: dt.date | None
    due: dt.date | None
    amount: int
    left: int

    def late(self, today: dt.date) -> int:
        """By how many days it is overdue; 0: it is not."""
        return max((today - self.due).days, 0) if self.due is not None and self.left > 0 else 0


def open_items(reader: Reader, customer: bytes) -> list[Item]:
    """What is open of a customer: what is due first stands first, and before all the opening balance."""
    with faults.told(reader.store.path):
        c = reader.connection()
        found = []
        opening = c.execute(
            """SELECT opening_day, coalesce(opening_balance, 0), coalesce((SELECT sum(a.amount) FROM receipt r
            JOIN allocation a ON a.parent = r.id AND a.receivable IS NULL WHERE r.customer = c.id), 0)
            FROM customer c WHERE c.id = ?""",
            (customer,),
        ).fetchone()
        if opening is not None and opening[1] != opening[2]:
            day = _day(opening[0])
            found.append(Item(None, "", day, day, opening[1], opening[1] - opening[2]))
        rows = c.execute(
            """SELECT v.id, coalesce(v.name, o.number, ''), v.day, v.due, v.amount, v."left" FROM receivable v
            LEFT JOIN sales_order o ON o.id = v.sales_order WHERE v.customer = ? AND v."left" <> 0
            ORDER BY v.due IS NULL, v.due, v.day, v.n""",
            (customer,),
        )
        return found + [
            Item(id, name, _day(day), _day(due), amount, left) for id, name, day, due, amount, left in rows
        ]


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def propose(items: Sequence[Item], amount: int) -> list[Match]:
    """How an amount is put on what is open, the oldest first. Credit notes are set off as far as bills take them; an
    amount below zero (a refund) pays credit notes out."""
    if amount < 0:
        return _spread([one for one in items if one.left < 0], amount)
    bills = [one for one in items if one.left > 0]
    notes = [one for one in items if one.left < 0]
    wanting = max(sum(one.left for one in bills) - amount, 0)
    taken = _spread(notes, -wanting)
    return taken + _spread(bills, amount - sum(n for _id, n in taken))


def _spread(items: Sequence[Item], amount: int) -> list[Match]:
    found: list[Match] = []
    for one in items if amount else ():
        part = min(one.left, amount) if amount > 0 else max(one.left, amount)
        found.append((one.id, part))
        amount -= part
        if not amount:
            break
    return found


# ---- what lies with us


@faults.reads
def credit_of(store: Store, customer: bytes) -> int:
    """What a customer paid that is on no bill yet, less what was paid back of it."""
    sql = "SELECT coalesce(sum(amount - coalesce(matched, 0)), 0) FROM receipt WHERE customer = ?"
    return int(store.read().execute(sql + " AND amount IS NOT matched", (customer,)).fetchone()[0])


def _free(store: Store, customer: bytes) -> list[tuple[bytes, int]]:
    """Receipts of which something is on no bill: (id, how much), the oldest first."""
    sql = """SELECT id, amount - coalesce(matched, 0) FROM receipt WHERE customer = ? AND amount IS NOT matched
        AND amount > coalesce(matched, 0) ORDER BY day, n"""
    return [(bytes(id), int(n)) for id, n in store.read().execute(sql, (customer,))]


# ---- receipts


def receive(
    store: Store,
    customer: bytes,
    amount: int,
    matches: Sequence[Match] | None = None,
    **more: Any,
) -> bytes:
    """Keep money that came from a customer; the id of the receipt. matches: what it settles, None: the oldest first;
    what is over stays as credit. more: day, method, reference, note, number.

    Known when the amount isn't above zero, or more is put somewhere than is open there or than came."""
    if amount <= 0:
        raise Known(say(ABOVE_ZERO))
    if matches is None:
        matches = propose(open_items(store.reader(), customer), amount)
    title = N_("Receipt of {amount} from {name} saved")
    return _write(store, title, customer, amount, matches, more)


def refund(store: Store, customer: bytes, amount: int, **more: Any) -> bytes:
    """Keep money that went back to a customer, as a receipt below zero: credit notes are settled first, then it is
    taken from what lies with us. Known when that is less."""
    if amount <= 0:
        raise Known(say(N_("Enter how much was paid back, as an amount above zero.")))
    matches = propose(open_items(store.reader(), customer), -amount)
    there = max(credit_of(store, customer), 0)
    if amount + sum(n for _id, n in matches) > there:
        notes = -sum(n for _id, n in matches)
        raise Known(_no_credit(store, customer, there + notes, amount))
    return _write(store, N_("Refund of {amount} to {name} saved"), customer, -amount, matches, more)


def set_off(store: Store, customer: bytes, matches: Sequence[Match], **more: Any) -> bytes:
    """Settle bills by credit notes without money: a receipt of nothing. Known unless both come to the same."""
    if sum(n for _id, n in matches) or not matches:
        raise Known(
            say(N_("Bills and credit notes have to come to the same to be set off. Change the amounts."))
        )
    return _write(store, N_("Set-off for {name} saved"), customer, 0, matches, more)


def use_credit(store: Store, customer: bytes, matches: Sequence[Match]) -> None:
    """Put what lies with us on bills, from the oldest receipt on. Known when it is less than that."""
    there, wanted = max(credit_of(store, customer), 0), sum(n for _id, n in matches)
    if wanted > there:
        raise Known(_no_credit(store, customer, there, wanted))
    name, free = title_of(store, "customer", customer), _free(store, customer)
    if not free:
        set_off(store, customer, matches)
        return
    with store.step(N_("Credit of {name} on bills saved"), name=name) as step:
        for receivable, amount in sorted(matches, key=lambda one: one[1]):
            _take(step, free, receivable, amount)


def _take(step: Step, free: list[tuple[bytes, int]], receivable: bytes | None, amount: int) -> None:
    """Put an amount on a bill out of `free`, whose amounts shrink. A credit note makes the first one larger."""
    while amount and free:
        receipt, there = free[0]
        part = min(there, amount)
        _allocate(step, receipt, receivable, part)
        amount -= part
        free[0] = (receipt, there - part)
        if there == part:
            del free[0]


def _allocate(step: Step, receipt: bytes, receivable: bytes | None, amount: int) -> None:
    values = {"receivable": receivable, "amount": amount, "parent": receipt, "parent_entity": "receipt"}
    step.insert("allocation", values)


def _write(
    store: Store,
    title: str,
    customer: bytes,
    amount: int,
    matches: Sequence[Match],
    more: dict[str, Any],
) -> bytes:
    show = store.schema.fields("receipt")["amount"].show
    if amount >= 0 and sum(n for _id, n in matches) > amount:
        what = N_("{amount} came in; {sum} is put on bills. Put {over} less on them.")
        figures = {"amount": amount, "sum": sum(n for _id, n in matches)}
        over = show(figures["sum"] - amount)
        raise Known(say(what, **{name: show(n) for name, n in figures.items()}, over=over))
    rows = [{"receivable": id, "amount": n} for id, n in matches if n]
    values = {"customer": customer, "amount": amount, "owner_user": store.user, **more, "matches": rows}
    values = {name: value for name, value in values.items() if value is not None}
    name = title_of(store, "customer", customer)
    with store.step(title, name=name, amount=show(abs(amount))) as step:
        return step.insert("receipt", values)


def _no_credit(store: Store, customer: bytes, there: int, amount: int) -> Any:
    show = store.schema.fields("receipt")["amount"].show
    return say(NO_CREDIT, name=title_of(store, "customer", customer), credit=show(there), amount=show(amount))


@faults.reads
def settled_by(store: Store, receipt: bytes) -> int:
    """How many bills a receipt settles, in whole or in part: they are open again when it goes."""
    sql = "SELECT count(*) FROM allocation WHERE parent = ?"
    return int(store.read().execute(sql, (receipt,)).fetchone()[0])


def delete_receipt(store: Store, receipt: bytes) -> int:
    """Delete a receipt; how many bills are open again by it. Undo settles them as they were."""
    count = settled_by(store, receipt)
    number = title_of(store, "receipt", receipt)
    title = (
        N_("Receipt {number} with {n} bills it settled deleted") if count else N_("Receipt {number} deleted")
    )
    with store.step(title, number=number, n=count) as step:
        step.delete("receipt", receipt)
    return count


# ---- receivables


def add(
    store: Store,
    customer: bytes,
    amount: int,
    *,
    reason: str = "",
    **more: Any,
) -> bytes:
    """Keep a sum that a customer owes; below zero: a credit note. more: name, day, due, sales_order, note, owner_user.
    What isn't said follows from today and the customer's terms.

    credit.Beyond (a Known) when that is more than they may owe, unless a reason is given, which is kept."""
    name = title_of(store, "customer", customer)
    if not amount:
        raise Known(say(N_("A receivable of nothing changes nothing. Enter its amount.")))
    if amount > 0:
        credit.refuse_beyond(store, customer, amount, more.get("sales_order"), reason)
    with store.step(N_("Receivable of {name} saved"), name=name) as step:
        if amount > 0:
            credit.keep_release(step, customer, amount, more.get("sales_order"), reason)
        values = {"customer": customer, "amount": amount, "owner_user": store.user, **more}
        return step.insert("receivable", {name: value for name, value in values.items() if value is not None})


def usual(store: Store, order: bytes) -> list[Part]:
    """The plan an order has when nobody says another: the firm's, or all of it by the customer's terms."""
    from freecrm.core.instalments import parse

    text = store.setting("receivable.plan").strip()
    if text:
        return parse(text)
    record = _order(store, order)
    customer = store.reader().record("customer", record["customer"], without=("notes", "files"))
    days = int(customer["terms_days"] or 0) if customer is not None else 0
    return [Part(Decimal(100), days)]


def plan(
    store: Store,
    order: bytes,
    parts: Sequence[Part] | None = None,
    *,
    reason: str = "",
) -> list[bytes]:
    """Make the receivables of an order, instead of those planned before; their ids. parts: None: the usual plan. They
    come to the order's total to the unit: the last one takes the rest.

    Known when the order is gone, worth nothing or paid in part already, or the parts don't come to 100 %;
    credit.Beyond when it is more than the customer may owe, unless a reason is given, which is kept."""
    number = title_of(store, "sales_order", order)
    with store.step(N_("Payment plan of order {number} saved"), number=number) as step:
        return put_plan(step, order, parts, reason=reason)


def put_plan(
    step: Step,
    order: bytes,
    parts: Sequence[Part] | None = None,
    *,
    reason: str = "",
    begin: dt.date | None = None,
) -> list[bytes]:
    """The same inside a step that does more. begin: the day its terms count from, None: that of its confirmation."""
    store = step.store
    record = _order(store, order)
    parts = usual(store, order) if parts is None else list(parts)
    total, customer = total_of(step.connection, order), record["customer"]
    number = str(record["number"] or record["name"] or "")
    if total <= 0:
        raise Known(
            say(N_("Order {number} comes to nothing yet. Add what was ordered first."), number=number)
        )
    amounts = sums(total, parts)
    before = of_order(step.connection, order)
    if any(paid for _id, _amount, paid in before):
        what = N_("Order {number} is paid in part already. Change what is still open bill by bill.")
        raise Known(say(what, number=number))
    more = total - sum(amount for _id, amount, _paid in before)
    credit.refuse_beyond(store, customer, more, order, reason)
    begin = begin or record["confirmed"] or record["day"] or this_day()
    credit.keep_release(step, customer, more, order, reason)
    for id, _amount, _paid in before:
        step.delete("receivable", id)
    made = []
    for part, amount in zip(parts, amounts, strict=True):
        values = {
            "name": number if len(parts) == 1 else f"{number} {part.share.normalize():f} %".strip(),
            "customer": customer,
            "sales_order": order,
            "owner_user": record["owner_user"],
            "day": begin,
            "due": begin + dt.timedelta(days=part.days),
            "amount": amount,
        }
        kept = {name: value for name, value in values.items() if value is not None}
        made.append(step.insert("receivable", kept))
    return made


def drop_plan(step: Step, order: bytes) -> None:
    """Take the receivables of an order away, as part of a step. What was paid of them stays as the customer's
    credit."""
    for id, _amount, _paid in of_order(step.connection, order):
        step.delete("receivable", id)


@faults.reads
def planned(store: Store, order: bytes) -> list[tuple[bytes, int, int]]:
    """The receivables of an order: (id, amount, paid)."""
    return of_order(store.read(), order)


def of_order(c: sqlite3.Connection, order: bytes) -> list[tuple[bytes, int, int]]:
    """The same on any connection."""
    sql = "SELECT id, coalesce(amount, 0), coalesce(paid, 0) FROM receivable WHERE sales_order = ?"
    return list(c.execute(sql, (order,)))


def total_of(c: sqlite3.Connection, order: bytes) -> int:
    """What an order comes to by the lines that it has on a connection, also while the step that changes them is under
    way."""
    sql = """SELECT lines_total((SELECT json_group_array(json_array(l.quantity, l.price, l.discount, l.tax))
        FROM sales_order_line l WHERE l.parent = o.id), o.tax_in, o.discount) FROM sales_order o WHERE o.id = ?"""
    row = c.execute(sql, (order,)).fetchone()
    return int(row[0] or 0) if row is not None else 0


def _order(store: Store, order: bytes) -> Record:
    record = store.reader().record("sales_order", order)
    if record is None:
        raise Known(
            say(N_("The order is no longer there; somebody deleted it. Undo the deletion to get it back."))
        )
    return record
