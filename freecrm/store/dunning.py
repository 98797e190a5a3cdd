"""Who is to be asked for what is overdue, by which letter, and what is kept of it.

    due = dunning.due(store, this_day())        customers, most overdue first, with the level of their letter
    dunning.write(store, due)                   kept with the customer, and a step to ask again is planned

The level follows from how late the oldest bill is, by the firm's settings. Nobody gets a letter of the same or a lower
level twice within the days that are set, nor one while their credit covers what is overdue.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freecrm.core import dunning as rules
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say
from freecrm.store import activities, ageing, faults, receivables
from freecrm.store.receivables import Item

if TYPE_CHECKING:
    from freecrm.store.database import Store

MOST = 500
"""Letters that are offered at a time."""


@dataclass(frozen=True, slots=True)
class Due:
    """A customer to be asked. amount: overdue, less their credit. days: how late the oldest of it is. items: the bills.
    last: the latest letter (day, level), None: there was none."""

    id: bytes
    name: str
    level: int
    days: int
    amount: int
    items: tuple[Item, ...]
    day: dt.date
    last: tuple[dt.date, int] | None = None

    @property
    def oldest(self) -> dt.date:
        """The day on which the oldest of it was due."""
        return self.day - dt.timedelta(days=self.days)


def limits(store: Store) -> tuple[int, ...]:
    """From how many days overdue on each level is written; 0: never."""
    return tuple(int(store.setting(f"receivable.dun_days_{level}")) for level in rules.LEVELS)


def wording(store: Store, level: int) -> str:
    """What a letter of a level says, with its tags, in the language spoken."""
    own = str(store.setting(f"receivable.dun_text_{level}")).strip()
    return own or _(rules.USUAL[level - 1])


@faults.reads
def due(store: Store, day: dt.date, owner: bytes | None = None) -> list[Due]:
    """The customers who are to get a letter on a day, most overdue first, at most MOST. owner: of this colleague."""
    steps, again = limits(store), int(store.setting("receivable.dun_again"))
    found: list[Due] = []
    for row in ageing.ageing(store, day, owner, since=True).rows:
        if row.id is None or row.overdue - row.credit <= 0 or len(found) >= MOST:
            continue
        if not rules.level_of((day - row.first).days if row.first else 0, steps):
            continue
        items = tuple(item for item in receivables.open_items(store.reader(), row.id) if item.late(day))
        late = max((item.late(day) for item in items), default=0)
        level, last = rules.level_of(late, steps), _last(store, row.id)
        if not level or (last is not None and last[1] >= level and (day - last[0]).days < again):
            continue
        amount = sum(item.left for item in items) - row.credit
        if amount > 0:
            found.append(Due(row.id, row.name, level, late, amount, items, day, last))
    return found


def _last(store: Store, customer: bytes) -> tuple[dt.date, int] | None:
    sql = "SELECT day, level FROM dunning WHERE parent = ? ORDER BY day DESC, n DESC LIMIT 1"
    row = store.read().execute(sql, (customer,)).fetchone()
    return None if row is None else (dt.date.fromisoformat(row[0]), int(row[1]))


def until(store: Store, day: dt.date) -> dt.date:
    """The day by which a letter asks to be paid."""
    return day + dt.timedelta(days=int(store.setting("receivable.dun_until")))


def write(store: Store, chosen: Sequence[Due]) -> None:
    """Keep that letters were written, in one step, with a step to ask again for each customer on the day it was to be
    paid by. Known when one of them got such a letter meanwhile, or nobody is chosen."""
    if not chosen:
        raise Known(say(N_("Nobody is chosen. Tick the customers who are to get a letter.")))
    again = int(store.setting("receivable.dun_again"))
    for one in chosen:
        last = _last(store, one.id)
        if last is not None and last[1] >= one.level and (one.day - last[0]).days < again:
            what = N_("{name} got a letter of level {level} on {day} already. Take them out, and go on.")
            raise Known(say(what, name=one.name, level=last[1], day=last[0].isoformat()))
    title = N_("Dunning letters to {n} customers saved")
    with store.step(title, n=len(chosen), name=chosen[0].name) as step:
        for one in chosen:
            values = {"day": one.day, "level": one.level, "days": one.days, "amount": one.amount}
            values |= {"parent": one.id, "parent_entity": "customer"}
            step.insert("dunning", values if store.user is None else {**values, "user": store.user})
            start = activities.midnight(until(store, one.day))
            asked = {
                "kind": "call",
                "subject": _("Ask about the payment"),
                "customer": one.id,
                "start": start,
                "end": activities.day_after(start),
                "all_day": True,
            }
            activities.add(step, store, asked)


def values_of(store: Store, one: Due) -> dict[str, str]:
    """What the tags of a letter stand for."""
    show = store.schema.fields("receivable")["amount"].show
    return {
        "customer": one.name,
        "amount": show(one.amount),
        "days": str(one.days),
        "count": str(len(one.items)),
        "oldest": one.oldest.isoformat(),
        "day": one.day.isoformat(),
        "until": until(store, one.day).isoformat(),
        "firm": str(store.setting("firm.name") or store.path.stem),
    }
