"""Handing over what somebody who leaves had in hand: their customers and all that is open with them, as one step that
can be undone.

    handover.owned(store, person)                      what there is
    handover.hand_over(store, person, [mei, chen])     shared out evenly: a customer with all that is theirs to one of them

What is finished (won deals, appointments that were, paid bills) stays under the name of who did it, unless it is asked
for: reports count by that name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, say
from freecrm.store import faults, signin
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.core.module import Model
    from freecrm.store.database import Store

OPEN = {
    "activity": "state = 'planned'",
    "deal": "state = 'open'",
    "lead": "state IN ('new', 'working')",
    "quote": "state IN ('draft', 'sent')",
    "sales_order": "state IN ('draft', 'confirmed', 'partly')",
    "delivery": "0",
    "invoice": "state = 'asked'",
    "receivable": 'coalesce("left", 0) <> 0',
    "receipt": "0",
    "plan_run": "state = 'running'",
}
"""What of an entity is still in hand, as SQL; of others all is."""

OWN = frozenset({"phrase", "list_view"})
"""What is nobody else's business: turns of phrase, views of lists."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How many records of an entity somebody owns: still in hand, and finished."""

    entity: str
    open: int
    done: int


@dataclass(slots=True)
class Handed:
    """What was handed over. counts: receiver -> entity -> how many. customers: receiver -> their new customers."""

    step: int | None
    counts: dict[bytes, Counter[str]] = field(default_factory=dict)
    customers: dict[bytes, list[bytes]] = field(default_factory=dict)


def kinds(model: Model) -> list[str]:
    """The entities whose records are handed over, customers first."""
    owned_by = [e.entity for e in model.entities.values() if e.owner and e.entity not in OWN]
    return sorted(owned_by, key=lambda name: name != "customer")


@faults.reads
def owned(store: Store, person: bytes) -> list[Kind]:
    """What somebody owns, kind by kind; kinds of which they own nothing are left out."""
    found = []
    for entity in kinds(store.model):
        owner = quoted(store.model.entities[entity].owner)
        sql = f"SELECT coalesce(sum({OPEN.get(entity, '1')}), 0), count(*) FROM {quoted(entity)} WHERE {owner} = ?"
        held, all_ = store.read().execute(sql, (person,)).fetchone()
        if all_:
            found.append(Kind(entity, held, all_ - held))
    return found


def why_not(store: Store, person: bytes, to: Sequence[bytes]) -> Said | None:
    """Why nothing can be handed over like that; None when it can."""
    if not to:
        return say(N_("Choose who takes over."))
    if person in to:
        return say(N_("Whoever hands over can't be the one who takes over. Choose somebody else."))
    return None if store.user == person else signin.why_gives_none(store)


def hand_over(
    store: Store,
    person: bytes,
    to: Sequence[bytes],
    *,
    finished: bool = False,
    left: bool = True,
    progress: Progress | None = None,
) -> Handed:
    """Give what somebody has in hand to these colleagues, one step.

    Several: customers go to them in turns, and what belongs to a customer goes with it. finished: what is done as well.
    left: mark that the person has left; they sign in no more. Known when it can't be; nothing is changed then."""
    why = why_not(store, person, to)
    if why is not None:
        raise Known(why)
    names = store.reader().titles("user", {person, *to})
    made = Handed(None, {one: Counter() for one in to}, {one: [] for one in to})
    others = say(N_("{n} colleagues"), n=len(to)) if len(to) > 1 else names.get(to[0], "")
    with store.step(N_("Work of {name} handed over to {to}"), name=names.get(person, ""), to=others) as step:
        step.progress = progress
        c = step.connection
        taker: dict[bytes, bytes] = {}
        for entity in kinds(store.model):
            declared = store.model.entities[entity]
            owner = quoted(declared.owner)
            link = "customer" if "customer" in declared.fields else "NULL"
            condition = "1" if finished else OPEN.get(entity, "1")
            rows = c.execute(
                f"SELECT id, {link} FROM {quoted(entity)} WHERE {owner} = ? AND {condition} ORDER BY n",
                (person,),
            ).fetchall()
            changes = []
            for at, (id, customer) in enumerate(rows):
                new = taker.get(customer) or to[at % len(to)]
                if entity == "customer":
                    taker[id] = new
                    made.customers[new].append(id)
                made.counts[new][entity] += 1
                changes.append((id, {declared.owner: new}))
            step.update_many(entity, changes)
        if left:
            step.update("user", person, {"left": True})
    if left and person != store.user and signin.is_on(store):
        from freecrm.store import passwords  # its hashing is loaded where passwords are

        passwords.forget(store, person)
    assert step.touched is not None
    made.step = step.touched.step
    return made
