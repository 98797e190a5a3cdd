"""Leads at work: turned into customers, given up, brought back to work.

convert(store, id, Wanted(customer=None, contact=True, deal="RO line", amount=2_430_000))     one step
drop(store, ids, "A competitor asking for prices")                                            one step, with the reason

Who is in the file already is asked of `exchange/similar.py`; to whom new leads go is `sharing.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core.fields import clean
from freecrm.core.problems import Known
from freecrm.core.record import Record
from freecrm.core.words import N_, say

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

NEW, WORKING, CONVERTED, DROPPED = "new", "working", "converted", "dropped"
OPEN = (NEW, WORKING)
REASON_MOST = 200
GONE = N_("The lead is no longer there; somebody deleted it. Undo the deletion to get it back.")
REACHES = ("phones", "emails", "handles")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a lead is to become. customer: the id of one there is, None = a new one. contact: whether its person
    becomes a contact of that customer. deal: the name of a deal, "" = none. amount: of the deal, in minor units."""

    customer: bytes | None = None
    contact: bool = True
    deal: str = ""
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Became:
    """What a lead has become."""

    customer: bytes
    contact: bytes | None = None
    deal: bytes | None = None


def convert(store: Store, id: bytes, wanted: Wanted) -> Became:
    """Make a customer of a lead, as one step that one undo takes back.

    A customer that is there already gets what the lead knows where it has nothing itself; nothing of it is
    overwritten. Known when the lead is gone or was converted before, or the customer is gone."""
    lead = store.reader().record("lead", id)
    if lead is None:
        raise Known(say(GONE))
    if lead["state"] == CONVERTED:
        what = N_("“{name}” was converted already. Open the customer that it became, or undo the conversion.")
        raise Known(say(what, name=lead["name"]))
    with store.step(N_("Convert lead “{name}”"), name=lead["name"]) as step:
        person = clean(lead["person"]) if wanted.contact else ""
        customer = _customer(store, step, lead, wanted.customer, bare=bool(person))
        contact = _contact(store, step, lead, customer, person) if person else None
        deal = _deal(step, lead, customer, contact, wanted) if clean(wanted.deal) else None
        became = {"customer": customer, "contact": contact, "deal": deal, "why": None}
        turned = dt.datetime.now(dt.UTC).replace(microsecond=0)
        step.update("lead", id, {"state": CONVERTED, "turned": turned, **became})
    return Became(customer, contact, deal)


def _customer(store: Store, step: Step, lead: Record, id: bytes | None, *, bare: bool) -> bytes:
    """The customer a lead becomes. bare: its phones are those of a person, who has them then."""
    given = {"source": lead["source"], "industry": lead["industry"], "owner_user": lead["owner_user"]}
    address = {"province": lead["province"], "city": lead["city"]}
    reaches = {} if bare else {name: _plain(lead[name]) for name in REACHES}
    if id is None:
        values = {"name": lead["name"], **given, **reaches}
        if any(address.values()):
            values["addresses"] = [address]
        return step.insert("customer", {k: v for k, v in values.items() if v})
    held = store.reader().record("customer", id)
    if held is None:
        raise Known(say(N_("The customer was deleted meanwhile. Choose another one, or make a new one.")))
    changes: dict[str, Any] = {k: v for k, v in given.items() if v and not held[k]}
    if any(address.values()) and not held["addresses"]:
        changes["addresses"] = [address]
    changes |= _more_reaches(held, reaches)
    if changes:
        step.update("customer", id, changes)
    return id


def _contact(store: Store, step: Step, lead: Record, customer: bytes, person: str) -> bytes:
    """The person of a lead in that firm: whoever is called so there already, else a new contact."""
    sql = (
        "SELECT c.id FROM job j JOIN contact c ON c.id = j.parent"
        " WHERE j.customer = ? AND c.name = ? ORDER BY c.n LIMIT 1"
    )
    found = step.connection.execute(sql, (customer, person)).fetchone()
    reaches = {name: _plain(lead[name]) for name in REACHES}
    if found is None:
        values = {"name": person, "jobs": [{"customer": customer}], **{k: v for k, v in reaches.items() if v}}
        return step.insert("contact", values)
    id = bytes(found[0])
    held = store.reader().record("contact", id)
    changes = _more_reaches(held, reaches) if held is not None else {}
    if changes:
        step.update("contact", id, changes)
    return id


def _deal(step: Step, lead: Record, customer: bytes, contact: bytes | None, wanted: Wanted) -> bytes:
    values = {
        "name": clean(wanted.deal),
        "customer": customer,
        "contact": contact,
        "amount": wanted.amount,
        "owner_user": lead["owner_user"],
        "source": lead["source"],
        "text": lead["text"],
        "begun": dt.datetime.now().astimezone().date(),
    }
    return step.insert("deal", {k: v for k, v in values.items() if v is not None and v != ""})


def _plain(rows: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """Child rows as those of another record: without their ids and whom they belong to."""
    left = {"id", "parent", "parent_entity", "primary"}
    return [{k: v for k, v in row.items() if k not in left} for row in rows or ()]


def _more_reaches(held: Record, reaches: Mapping[str, Sequence[dict[str, Any]]]) -> dict[str, Any]:
    """Fields of phones, mails and names with those added that a record does not have."""
    keys = {"phones": "number", "emails": "address", "handles": "handle"}
    changes: dict[str, Any] = {}
    for name, rows in reaches.items():
        known = {row[keys[name]] for row in held[name] or ()}
        fresh = [row for row in rows if row[keys[name]] not in known]
        if fresh:
            changes[name] = [*(held[name] or ()), *fresh]
    return changes


def drop(store: Store, ids: Sequence[bytes], reason: str) -> int:
    """Give up leads, as one step; how many. Those converted already stay as they are.

    Known when there is no reason, or nothing to give up."""
    reason = " ".join(reason.split())[:REASON_MOST]
    if not reason:
        raise Known(say(N_("Say why: whoever meets this lead again wants to know.")))
    held = store.reader().by_ids("lead", list(ids), {"name", "state"})
    open_ = [id for id in ids if id in held and held[id]["state"] not in (CONVERTED, DROPPED)]
    if not open_:
        raise Known(say(N_("None of these leads is open any more. Choose others.")))
    with store.step(
        N_("Give up lead “{name}”") if len(open_) == 1 else N_("Give up {n} leads"),
        name=held[open_[0]]["name"],
        n=f"{len(open_):,}",
    ) as step:
        step.update_many("lead", [(id, {"state": DROPPED, "why": reason}) for id in open_])
    return len(open_)
