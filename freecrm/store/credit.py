"""What a customer owes, and how that stands to what they may owe: for the page, and for whoever sells.

credit.of(store.reader(), id)
credit.warning(store, id, 500_000, order)           what speaks against selling so much more, None: nothing
credit.release(store, id, 500_000, "…", order)      keeps why it is sold all the same
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core import spans
from freecrm.core.credit import BLOCKS, Outlook, outlook
from freecrm.core.day_words import this_day
from freecrm.core.fields import Field
from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, say
from freecrm.store import faults
from freecrm.store.noting import title_of

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.reader import Reader
    from freecrm.store.writer import Step

FIELDS = ("credit_grade", "credit_limit", "terms_days", "discount")
"""What is agreed on with a customer; the history of these is the credit record."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Where a customer stands. Amounts in minor units; None: nothing is set."""

    grade: str | None
    limit: int | None
    terms: int | None
    owed: int
    outlook: Outlook

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is set and nothing is owed."""
        return self.grade is None and self.limit is None and self.terms is None and not self.owed


def owed(reader: Reader, id: bytes) -> int:
    """What a customer owes, in minor units; below zero: money of theirs that lies with us. The one place that
    answers it: the balance they were entered with, and all receivables, less all receipts."""
    with faults.told(reader.store.path):
        sql = "SELECT balance FROM customer WHERE id = ?"
        row = reader.connection().execute(sql, (id,)).fetchone()
    return int(row[0] or 0) if row is not None else 0


@dataclass(frozen=True, slots=True)
class Agreed:
    """One change of what is agreed on. who: the user's name, "" when nobody is known."""

    at: dt.datetime
    field: Field
    old: Any
    new: Any
    who: str


def record(reader: Reader, id: bytes, limit: int = 10) -> list[Agreed]:
    """How grade, limit, terms and discount of a customer were changed, the latest first."""
    fields = reader.schema.fields("customer")
    any_of = " OR ".join(f"x.data -> '$.{name}' IS NOT NULL" for name in FIELDS)
    sql = (
        "SELECT x.at, x.data, s.who FROM change x LEFT JOIN step s ON s.n = x.step"
        f" WHERE x.id = ? AND x.op = 1 AND ({any_of}) ORDER BY x.n DESC LIMIT ?"
    )
    with faults.told(reader.store.path):
        rows = reader.connection().execute(sql, (id, limit)).fetchall()
        names = reader.titles("user", {who for _at, _data, who in rows if who})
    found = []
    for at, data, who in rows:
        moment, changed = spans.moment(at), json.loads(data)
        for name in FIELDS:
            if name in changed:
                f = fields[name]
                old, new = (f.unpack(value) for value in changed[name])
                found.append(Agreed(moment, f, old, new, names.get(who, "") if who else ""))
    return found[:limit]


def of(reader: Reader, id: bytes, extra: int = 0) -> Credit | None:
    """Where a customer stands, and how it looks when `extra` more is sold on credit; None when they are gone or
    the reader may not see what is set."""
    hidden = reader.rights.hidden if reader.rights is not None else frozenset()
    if hidden & {
        ("customer", name) for name in ("credit_grade", "credit_limit", "opening_balance", "balance")
    }:
        return None
    with faults.told(reader.store.path):
        sql = "SELECT credit_grade, credit_limit, terms_days FROM customer WHERE id = ?"
        row = reader.connection().execute(sql, (id,)).fetchone()
    if row is None:
        return None
    grade, limit, terms = row
    debt = owed(reader, id)
    late = _late(reader, id) if debt > 0 else 0
    return Credit(grade, limit, terms, debt, outlook(limit, debt, grade, extra, late))


def _late(reader: Reader, id: bytes) -> int:
    """For how many days something of a customer has been overdue, where that is longer than the firm lets pass; else
    0."""
    most = int(reader.store.setting("receivable.late_days"))
    if not most:
        return 0
    with faults.told(reader.store.path):
        (day,) = reader.connection().execute(_OLDEST, {"id": id}).fetchone()
    days = (this_day() - dt.date.fromisoformat(day)).days if day else 0
    return days if days > most else 0


_OLDEST = """SELECT min(day) FROM (SELECT min(due) AS day FROM receivable WHERE customer = :id AND "left" > 0
UNION ALL SELECT opening_day FROM customer WHERE id = :id AND opening_balance > coalesce((SELECT sum(a.amount)
    FROM receipt r JOIN allocation a ON a.parent = r.id AND a.receivable IS NULL WHERE r.customer = :id), 0))"""


# ---- going on all the same


class Beyond(Known):
    """More than a customer may owe. Going on needs a reason."""


OVER = N_("{name} may owe {limit} and owes {owed}. With {amount} more that is over the limit by {over}.")
LATE = N_(
    "{name} has been overdue for {days} days, longer than the {most} days after which nothing more is sold on credit."
)
CASH = N_("{name} buys for cash only and would owe {amount}.")
WHY = N_("Write why you go on all the same: the reason is kept with the customer.")


def warning(store: Store, id: bytes, extra: int, order: bytes | None = None) -> Said | None:
    """What speaks against selling a customer so much more on credit: the limit, what is owed, and by how much it would be
    over; None when nothing does, or a release of at least as much is kept for this order already."""
    found = of(store.reader(), id, extra)
    if found is None or extra <= 0 or found.outlook.verdict != BLOCKS or _released(store, id, extra, order):
        return None
    show = store.schema.fields("customer")["credit_limit"].show
    name = title_of(store, "customer", id)
    if found.outlook.late:
        return say(LATE, name=name, days=found.outlook.late, most=store.setting("receivable.late_days"))
    if not found.outlook.over:
        return say(CASH, name=name, amount=show(found.owed + extra))
    figures = {"limit": found.limit, "owed": found.owed, "amount": extra, "over": found.outlook.over}
    return say(OVER, name=name, **{key: show(value) for key, value in figures.items()})


def refuse_beyond(store: Store, id: bytes, extra: int, order: bytes | None = None, reason: str = "") -> None:
    """Beyond, when that is more than a customer may owe and no reason is given."""
    why = warning(store, id, extra, order)
    if why is not None and not reason.strip():
        raise Beyond(why)


def release(store: Store, id: bytes, extra: int, reason: str, order: bytes | None = None) -> None:
    """Keep why a customer is sold more than they may owe, in a step of its own; nothing when it isn't more.
    Known without a reason."""
    if warning(store, id, extra, order) is None:
        return
    if not reason.strip():
        raise Known(say(WHY))
    with store.step(N_("Credit release for {name} saved"), name=title_of(store, "customer", id)) as step:
        keep_release(step, id, extra, order, reason)


def keep_release(step: Step, id: bytes, extra: int, order: bytes | None, reason: str) -> None:
    """The same inside a step that does what is released; nothing when it isn't more than they may owe."""
    store = step.store
    if not reason.strip() or warning(store, id, extra, order) is None:
        return
    found = of(store.reader(), id, extra)
    assert found is not None
    values = {
        "parent": id,
        "parent_entity": "customer",
        "day": this_day(),
        "reason": reason.strip(),
        "sales_order": order,
        "amount": extra,
        "owed": found.owed,
        "allowed": found.limit,
        "over": found.outlook.over,
        "user": store.user,
    }
    step.insert("credit_release", {name: value for name, value in values.items() if value is not None})


@faults.reads
def _released(store: Store, id: bytes, extra: int, order: bytes | None) -> bool:
    if order is None:
        return False
    sql = "SELECT 1 FROM credit_release WHERE parent = ? AND sales_order = ? AND amount >= ? LIMIT 1"
    return store.read().execute(sql, (id, order, extra)).fetchone() is not None
