"""Bills that come again and again: drafts of orders on their days, a task before the contract ends.

    repeat_bills.run_daily(store)       what has become due since it last ran: a missed March and April each their own
    repeat_bills.run(store, today)      the same for any day

Drafts are never confirmed by themselves. Each is made once, however many windows and programs run: the day up to which
a bill has its drafts is read and moved on in the very transaction that makes them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from freecrm.core.day_words import show, this_day
from freecrm.core.jobs import Progress
from freecrm.core.ordering import bill_days
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say
from freecrm.store import elements, faults, orders, quotes

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

_LOOKED = "repeat_bills.looked"
MOST = 60
"""Drafts of one bill at a time: whoever began it years ago by mistake isn't buried in them."""
_DUE = "SELECT id FROM repeat_bill WHERE next IS NOT NULL AND next <= ? ORDER BY next, n"
_ENDING = """
SELECT id FROM repeat_bill WHERE ends IS NOT NULL AND stopped IS NULL AND warned IS NOT ends
  AND date(ends, '-' || coalesce(warn, 30) || ' days') <= ? AND ends >= ?
"""
TAKEN = ("name", "customer", "contact", "tax_in", "discount", "note")


@faults.by_program
def run_daily(store: Store, progress: Progress | None = None) -> list[bytes]:
    """Make what is due, once a day; the drafts that were made. A second call that day does nothing."""
    today = this_day()
    if store.kept(_LOOKED) == today.isoformat():
        return []
    made = run(store, today, progress)
    store.keep(_LOOKED, today.isoformat())
    return made


@faults.reads
def due(store: Store, today: dt.date) -> tuple[list[bytes], list[bytes]]:
    """The bills that are due, and those whose contract ends soon and has no task for that yet."""
    day, c = today.isoformat(), store.read()
    return (
        [bytes(id) for (id,) in c.execute(_DUE, (day,))],
        [bytes(id) for (id,) in c.execute(_ENDING, (day, day))],
    )


def run_one(store: Store, id: bytes, today: dt.date) -> list[bytes]:
    """The same for one bill. Known when none is due."""
    record = store.reader().record("repeat_bill", id)
    if record is None or record["next"] is None:
        raise Known(say(N_("This bill doesn't come any more: it was stopped, or its contract is over.")))
    if record["next"] > today:
        raise Known(say(N_("Nothing is due yet: the next one comes on {day}."), day=show(record["next"])))
    with store.step(N_("Drafts of repeating bills made")) as step:
        return _make(step, id, today)


def stop(store: Store, id: bytes) -> None:
    """No more bills come of it."""
    name = store.reader().titles("repeat_bill", {id}).get(id, "")
    with store.step(N_("Repeating bill “{name}” stopped"), name=name) as step:
        step.update("repeat_bill", id, {"stopped": this_day()})


def run(store: Store, today: dt.date, progress: Progress | None = None) -> list[bytes]:
    """Make a draft of an order for each day that has come, and a task for each contract that is about to end."""
    bills, ending = due(store, today)
    if not bills and not ending:
        return []
    made: list[bytes] = []
    with store.step(N_("Drafts of repeating bills made"), origin="program") as step:
        step.progress = progress
        for id in bills:
            made += _make(step, id, today)
        for id in ending:
            _warn(step, id, today)
    return made


def _make(step: Step, id: bytes, today: dt.date) -> list[bytes]:
    """Drafts of one bill, by what the file holds now that nobody else can write."""
    sql = "SELECT every, begins, ends, made, stopped FROM repeat_bill WHERE id = ?"
    row = step.connection.execute(sql, (id,)).fetchone()
    if row is None or row[4] is not None or row[1] is None:
        return []
    every, begins = row[0], dt.date.fromisoformat(row[1])
    ends, done = (None if one is None else dt.date.fromisoformat(one) for one in row[2:4])
    last = today if ends is None else min(today, ends)
    days = [day for day in bill_days(every, begins, done, MOST) if day <= last]
    if not days:
        return []
    values, lines = _values(step, id)
    found = [_draft(step, id, {**values, "day": day}, lines) for day in days]
    step.update("repeat_bill", id, {"made": days[-1]})
    return found


def _draft(step: Step, id: bytes, values: dict[str, Any], lines: Sequence[dict[str, Any]]) -> bytes:
    """A draft with its lines, the same on whatever computer of a team it is made."""
    made = elements.foreseen(step.connection, "sales_order", id, values["day"])
    step.insert("sales_order", values, id=made)
    for at, line in enumerate(lines):
        own = elements.foreseen(step.connection, "sales_order_line", made, at)
        step.insert("sales_order_line", {**line, "parent": made, "parent_entity": "sales_order"}, id=own)
    return made


def _values(step: Step, id: bytes) -> tuple[dict[str, Any], Sequence[dict[str, Any]]]:
    """What each draft holds, and its lines."""
    from freecrm.store.reader import Reader

    record = Reader(step.store, None, step).record("repeat_bill", id)
    assert record is not None
    lines: Sequence[dict[str, Any]] = [
        {name: row.get(name) for name in quotes.OF_LINE} for row in quotes.ordered(record["lines"])
    ]
    if not lines and record["amount"] is not None:
        lines = [
            {
                "name": record["name"],
                "quantity": Decimal(1),
                "price": record["amount"],
                "tax": quotes.usual_tax(step.store),
                "position": 1,
            }
        ]
    known = {name: record[name] for name in TAKEN if record[name] is not None}
    owner = record["owner_user"] if record["owner_user"] is not None else step.store.user
    own = {"discount": record["discount"], "owner_user": owner, "repeat": id}
    return {**orders.fresh(step.store), **known, **own}, lines


def _warn(step: Step, id: bytes, today: dt.date) -> None:
    """Plan a task to renew, and remember for which end."""
    from freecrm.store import activities

    sql = "SELECT name, customer, owner_user, ends, warned FROM repeat_bill WHERE id = ?"
    row = step.connection.execute(sql, (id,)).fetchone()
    if row is None or row[3] == row[4]:
        return
    name, customer, owner, ends, _warned = row
    values = {
        "kind": "task",
        "subject": _("Renew “{name}”: ends on {day}").format(name=name, day=ends),
        "customer": customer,
        "start": activities.midnight(today),
        "all_day": True,
    }
    if owner is not None:
        values["owner_user"] = owner
    own = elements.foreseen(step.connection, "activity", id, ends)
    step.insert("activity", activities.whole(step.store, values), id=own)
    step.update("repeat_bill", id, {"warned": dt.date.fromisoformat(ends)})
