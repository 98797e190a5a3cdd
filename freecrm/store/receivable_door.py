"""At the door: what is owed and paid holds together, whoever writes (form, cell, import, merge, undo).

A receipt settles bills of its own customer only, never more than it brought, and no bill more than it comes to. In sums:
what the allocations of a receipt come to lies between nothing and its amount, and so does what settles a bill, or the
balance a customer was entered with. A bill that was taken back (below zero) is settled by allocations below zero.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from freecrm.core.custom import Schema
from freecrm.core.day_words import this_day
from freecrm.core.problems import Known
from freecrm.core.words import N_, say

if TYPE_CHECKING:
    from freecrm.store.writer import Step

Counts = Mapping[str, tuple[int, int, int]]

BEYOND_RECEIPT = N_(
    "Receipt {number} brought {amount}; {sum} of it would be put on bills. Put less on them, or correct the receipt."
)
BEYOND_BILL = N_(
    "“{bill}” of {name} comes to {amount}; {sum} would be paid of it. Put less on it, and leave the rest as credit."
)
BEYOND_OPENING = N_(
    "The opening balance of {name} is {amount}; {sum} of it would be paid. Put less on it, and leave the rest as credit."
)
STRANGER = N_(
    "“{bill}” is a bill of {owner}, the receipt is of {name}. Choose bills of {name}, or another customer."
)

_RECEIPTS = """
SELECT a.parent FROM change x JOIN allocation a ON a.id = x.id
    WHERE x.n >= :first AND x.entity = 'allocation' AND x.op < 2
UNION SELECT unhex_id(CASE op WHEN 2 THEN data ->> '$.parent' ELSE data ->> '$.parent[0]' END) FROM change
    WHERE n >= :first AND entity = 'allocation' AND op > 0
UNION SELECT id FROM change WHERE n >= :first AND entity = 'receipt' AND op = 1
    AND (data -> '$.amount' IS NOT NULL OR data -> '$.customer' IS NOT NULL)
"""
_BILLS = """
SELECT a.receivable FROM change x JOIN allocation a ON a.id = x.id
    WHERE x.n >= :first AND x.entity = 'allocation' AND x.op < 2
UNION SELECT unhex_id(CASE op WHEN 2 THEN data ->> '$.receivable' ELSE data ->> '$.receivable[0]' END) FROM change
    WHERE n >= :first AND entity = 'allocation' AND op > 0
UNION SELECT id FROM change WHERE n >= :first AND entity = 'receivable' AND op = 1
    AND (data -> '$.amount' IS NOT NULL OR data -> '$.customer' IS NOT NULL)
"""
_OWNERS = f"""
SELECT customer FROM receipt WHERE id IN ({_RECEIPTS})
UNION SELECT unhex_id(CASE op WHEN 2 THEN data ->> '$.customer' ELSE data ->> '$.customer[0]' END) FROM change
    WHERE n >= :first AND entity = 'receipt' AND op > 0
UNION SELECT id FROM change WHERE n >= :first AND entity = 'customer' AND op = 1
    AND data -> '$.opening_balance' IS NOT NULL
"""


def refuse(c: sqlite3.Connection, schema: Schema, first: int, counts: Counts) -> None:
    """Known when the changes from number `first` on leave a receipt, a bill or an opening balance out of its bounds."""
    changed = any(counts.get(name, (0, 0, 0))[1] for name in ("receipt", "receivable", "customer"))
    if "allocation" not in counts and not changed:
        return
    if "allocation" not in counts and c.execute("SELECT 1 FROM allocation LIMIT 1").fetchone() is None:
        return
    given, show = {"first": first}, schema.fields("receipt")["amount"].show
    row = c.execute(
        f"""SELECT v.name, o.name, c.name FROM allocation a JOIN receipt r ON r.id = a.parent
        JOIN receivable v ON v.id = a.receivable JOIN customer c ON c.id = r.customer
        LEFT JOIN customer o ON o.id = v.customer
        WHERE (r.id IN ({_RECEIPTS}) OR v.id IN ({_BILLS})) AND v.customer IS NOT r.customer LIMIT 1""",
        given,
    ).fetchone()
    if row is not None:
        raise Known(say(STRANGER, bill=row[0] or "", owner=row[1] or "", name=row[2] or ""))
    row = _beyond(c, f"SELECT id, number, amount, '' FROM receipt WHERE id IN ({_RECEIPTS})", "parent", given)
    if row is not None:
        raise Known(say(BEYOND_RECEIPT, number=row[0] or "", amount=show(row[1]), sum=show(row[3])))
    bills = f"""SELECT v.id, v.name, v.amount, c.name FROM receivable v LEFT JOIN customer c ON c.id = v.customer
        WHERE v.id IN ({_BILLS})"""
    row = _beyond(c, bills, "receivable", given)
    if row is not None:
        raise Known(
            say(BEYOND_BILL, bill=row[0] or "", name=row[2] or "", amount=show(row[1]), sum=show(row[3]))
        )
    row = c.execute(
        f"""SELECT c.name, coalesce(c.opening_balance, 0), sum(a.amount) FROM customer c
        JOIN receipt r ON r.customer = c.id JOIN allocation a ON a.parent = r.id AND a.receivable IS NULL
        WHERE c.id IN ({_OWNERS}) GROUP BY c.id
        HAVING sum(a.amount) > max(0, coalesce(c.opening_balance, 0))
            OR sum(a.amount) < min(0, coalesce(c.opening_balance, 0)) LIMIT 1""",
        given,
    ).fetchone()
    if row is not None:
        raise Known(say(BEYOND_OPENING, name=row[0] or "", amount=show(row[1]), sum=show(row[2])))


def _beyond(c: sqlite3.Connection, those: str, link: str, given: dict[str, int]) -> Any:
    """(name, amount, whose, sum) of one of `those` (id, name, amount, whose) whose allocations are out of bounds."""
    row: Any = c.execute(
        f"""WITH t(id, name, amount, whose) AS ({those})
        SELECT t.name, coalesce(t.amount, 0), t.whose, sum(a.amount) FROM t JOIN allocation a ON a.{link} = t.id
        GROUP BY t.id HAVING sum(a.amount) > max(0, coalesce(t.amount, 0))
            OR sum(a.amount) < min(0, coalesce(t.amount, 0)) LIMIT 1""",
        given,
    ).fetchone()
    return row


# ---- what a new one is filled in with


def fill(entity: str, values: dict[str, Any]) -> None:
    """Give the balance that a new customer is entered with the day of its entry, where it has none: without a day it
    would never fall due."""
    if entity == "customer" and values.get("opening_balance") and values.get("opening_day") is None:
        values["opening_day"] = this_day()


def follow(step: Step, counts: Counts) -> bool:
    """Give new receivables and receipts their day, receivables the day they are due by the customer's terms, and a
    balance that a customer is entered with the day of its entry, where they have none. Whether it wrote anything."""
    wrote = bool(counts.get("customer", (0, 0))[1]) and _date_openings(step)
    if counts.get("receivable", (0,))[0]:
        rows = step.connection.execute(
            """SELECT v.id, v.day, v.due, coalesce(c.terms_days, 0) FROM change x JOIN receivable v ON v.id = x.id
            LEFT JOIN customer c ON c.id = v.customer
            WHERE x.n >= ? AND x.entity = 'receivable' AND x.op = 0 AND (v.day IS NULL OR v.due IS NULL)""",
            (step.first,),
        ).fetchall()
        changes = [(id, _days(day, due, terms)) for id, day, due, terms in rows]
        wrote = bool(changes) and bool(step.update_many("receivable", changes))
    if counts.get("receipt", (0,))[0]:
        rows = step.connection.execute(
            """SELECT r.id FROM change x JOIN receipt r ON r.id = x.id
            WHERE x.n >= ? AND x.entity = 'receipt' AND x.op = 0 AND r.day IS NULL""",
            (step.first,),
        ).fetchall()
        days = [(id, {"day": this_day()}) for (id,) in rows]
        wrote = (bool(days) and bool(step.update_many("receipt", days))) or wrote
    return wrote


def _date_openings(step: Step) -> bool:
    """As `fill` does, of customers that were changed."""
    rows = step.connection.execute(
        """SELECT c.id FROM change x JOIN customer c ON c.id = x.id
        WHERE x.n >= ? AND x.entity = 'customer' AND x.op = 1 AND c.opening_balance <> 0 AND c.opening_day IS NULL
            AND x.data -> '$.opening_balance' IS NOT NULL GROUP BY c.id""",
        (step.first,),
    ).fetchall()
    days = [(id, {"opening_day": this_day()}) for (id,) in rows]
    return bool(days) and bool(step.update_many("customer", days))


def _days(day: str | None, due: str | None, terms: int) -> dict[str, Any]:
    if day is not None:
        return {"due": dt.date.fromisoformat(day) + dt.timedelta(days=terms)}
    if due is not None:
        return {"day": min(dt.date.fromisoformat(due), this_day())}
    return {"day": this_day(), "due": this_day() + dt.timedelta(days=terms)}
