"""Follow-ups: what was said, with whom, when next, written as one step; and what is still to be done.

    followups.save(store, "customer", id, FollowUp("call", "Wants it before May.", then={...}))
    followups.open_steps(store, "customer", id)      the next steps, the earliest first
    followups.next_day(store, "customer", id)        when the next contact is due by the customer's grade

What was said becomes the `result` of a done activity, its first words the subject. The steps that it settles are
closed with it, so that nobody is reminded of a call that was made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core import agenda, spans, workdays, zones
from freecrm.core.entity import Entity
from freecrm.core.words import N_, _, say
from freecrm.store import activities, faults, notices, noting, rhythm
from freecrm.store.faults import reads
from freecrm.store.reader import Reader

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

SUBJECT, FEW, MOST = 60, 50, 200
OTHER = "other"
"""The kind of a follow-up of which nobody said in what way it was made."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """kind: of the activity. text: what was said. people: ids of contacts. at: when, None = now. minutes: how long it
    took. then: values of the next activity. closes: ids of the planned ones that it settles. files: rows as
    `files.take` gives them. owner: whose it is, None: whoever works here. all_day, at: of a task, which is planned."""

    kind: str
    text: str
    people: tuple[bytes, ...] = ()
    at: dt.datetime | None = None
    all_day: bool = False
    owner: bytes | None = None
    direction: str | None = None
    minutes: int | None = None
    place: str = ""
    outcome: str | None = None
    then: Mapping[str, Any] | None = None
    closes: tuple[bytes, ...] = ()
    files: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class OpenStep:
    """Something planned. at: its next time, None: nobody said when. people: who takes part."""

    id: bytes
    kind: str
    subject: str
    at: dt.datetime | None
    all_day: bool
    zone: str | None
    owner: str
    people: tuple[str, ...]
    repeats: bool
    place: str

    def is_late(self, now: dt.datetime) -> bool:
        """Whether its time has passed; a whole day has when it is over."""
        return self.at is not None and is_late(self.at, now, all_day=self.all_day, zone=self.zone)


def is_late(at: dt.datetime, now: dt.datetime, *, all_day: bool, zone: str | None = None) -> bool:
    """Whether the time of a step has passed; a whole day has when it is over."""
    return (activities.day_after(at, zone) if all_day else at) <= now


def takes(entity: type[Entity]) -> bool:
    """Whether follow-ups are written about records of this entity."""
    return entity.entity in ("customer", "contact", "deal")


# ---- what is still to be done


@reads
def open_steps(store: Store, entity: str, id: bytes, limit: int = FEW) -> list[OpenStep]:
    """What is planned with a customer or a contact, the earliest first; what has no time comes last."""
    own = {"customer": "customer = ?", "deal": "deal = ?"}
    mine = own.get(entity, "id IN (SELECT parent FROM attendee WHERE contact = ?)")
    sql = (
        "SELECT id, kind, subject, open_at, all_day, start_zone, owner_user, repeats, place FROM activity"
        f" WHERE {mine} AND state = 'planned' ORDER BY open_at IS NULL, open_at, n LIMIT ?"
    )
    rows = store.read().execute(sql, (id, limit)).fetchall()
    owners = store.reader().titles("user", {row[6] for row in rows if row[6]})
    people = with_whom(store.reader(), [row[0] for row in rows])
    return [
        OpenStep(
            row[0],
            row[1] or "task",
            row[2] or "",
            None if row[3] is None else spans.moment(row[3]),
            bool(row[4]),
            row[5],
            owners.get(row[6], ""),
            tuple(people.get(row[0], ())),
            bool(row[7]),
            row[8] or "",
        )
        for row in rows
    ]


def with_whom(reader: Reader, ids: Sequence[bytes]) -> dict[bytes, list[str]]:
    """Activity -> the names of the contacts that take part, in their order; those deleted are left out."""
    marks = ", ".join("?" * len(ids))
    sql = (
        "SELECT a.parent, a.contact FROM attendee a"
        f" WHERE a.parent IN ({marks}) AND a.contact IS NOT NULL ORDER BY a.n"
    )
    found: dict[bytes, list[str]] = {}
    with faults.told(reader.store.path):
        rows = reader.connection().execute(sql, list(ids)).fetchall()
        names = reader.linked("contact", {contact for _parent, contact in rows})
        for parent, contact in rows:
            if contact in names:
                found.setdefault(parent, []).append(str(names[contact] or ""))
    return found


@reads
def people_of(store: Store, customer: bytes) -> list[tuple[bytes, str, str]]:
    """The contacts of a customer: id, name, job; the main one first."""
    sql = (
        "SELECT c.id, c.name, j.job FROM job j JOIN contact c ON c.id = j.parent WHERE j.customer = ?"
        ' ORDER BY coalesce(j."primary", 0) DESC, j.n LIMIT ?'
    )
    rows = store.read().execute(sql, (customer, MOST)).fetchall()
    return [(id, str(name or ""), str(job or "")) for id, name, job in rows]


@reads
def is_settled(store: Store, entity: str, id: bytes) -> bool:
    """Whether nothing more is to be done about a record: a deal that was won or lost."""
    if entity != "deal":
        return False
    row = store.read().execute("SELECT state FROM deal WHERE id = ?", (id,)).fetchone()
    return row is not None and row[0] not in (None, "open")


@reads
def customer_of(store: Store, entity: str, id: bytes) -> bytes | None:
    """The customer that a follow-up about this record is filed with: of a contact the firm of their main position."""
    if entity == "customer":
        return id
    if entity == "contact":
        sql = 'SELECT customer FROM job WHERE parent = ? ORDER BY coalesce("primary", 0) DESC, n LIMIT 1'
    elif entity in ("activity", "deal"):
        sql = f"SELECT customer FROM {entity} WHERE id = ?"
    else:
        return None
    row = store.read().execute(sql, (id,)).fetchone()
    return row[0] if row is not None else None


# ---- when next


@reads
def next_day(store: Store, customer: bytes | None, today: dt.date) -> dt.date:
    """The day that is proposed for the next step with a customer: a working day, that many days on or the next."""
    row = None
    if customer is not None:
        row = store.read().execute("SELECT grade FROM customer WHERE id = ?", (customer,)).fetchone()
    day = today + dt.timedelta(days=rhythm.days_to_next(store, row[0] if row is not None else None))
    return workdays.of(store).next_workday(day)


# ---- writing


def subject_of(text: str) -> str:
    """The first words of a text, as what it is called."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    for mark in ("。", "！", "？", "；", ". ", "! ", "? ", "; "):
        head, found, _rest = line.partition(mark)
        if found and head:
            line = head
    return line if len(line) <= SUBJECT else line[: SUBJECT - 1].rstrip() + "…"


def save(store: Store, entity: str, id: bytes, said: FollowUp) -> bytes:
    """Write a follow-up about a customer, a contact or a deal as one step; the id of its activity.

    Known when the record is gone, or the next step would end before it begins."""
    name = noting.title_of(store, entity, id)
    customer = customer_of(store, entity, id)
    shared = _shared(store, customer, said)
    if entity == "contact" and id not in said.people:
        shared["people"] = [{"contact": id}, *shared.get("people", [])]
    if entity == "deal":
        shared["deal"] = id
    with store.step(N_("Follow-up on {name}"), name=name) as step:
        if said.kind == agenda.TASK:
            made = activities.add(step, store, {**shared, **_task(said)})
        else:
            made = _write(step, store, said, shared)
            if said.then is not None:
                activities.add(step, store, {**shared, "subject": "", **said.then})
        for row in said.files:
            step.insert("file", {**row, "parent": made, "parent_entity": "activity"})
        _tell(step, store, made, customer, name, said.text)
    return made


def _shared(store: Store, customer: bytes | None, said: FollowUp) -> dict[str, Any]:
    """What the follow-up and its next step have in common."""
    made: dict[str, Any] = {"people": [{"contact": one} for one in said.people]}
    owner = said.owner or store.user
    if customer is not None:
        made["customer"] = customer
    if owner is not None:
        made["owner_user"] = owner
    return made


def _task(said: FollowUp) -> dict[str, Any]:
    subject = subject_of(said.text)
    made: dict[str, Any] = {"kind": agenda.TASK, "subject": subject, "start": said.at}
    if said.all_day:
        made["all_day"] = True
    return made | ({"text": said.text} if said.text.strip() != subject else {})


def _write(step: Step, store: Store, said: FollowUp, shared: Mapping[str, Any]) -> bytes:
    """The done activity: the first planned one that it settles, or a new one."""
    at = said.at or dt.datetime.now(dt.UTC)
    begun = at - dt.timedelta(minutes=said.minutes or 0)
    done = {
        "state": agenda.DONE,
        "done_at": at,
        "done_at_zone": zones.here() or None,
        "result": said.text,
        "outcome": said.outcome,
        "direction": said.direction,
    }
    own = {"start": begun, "end": at, "start_zone": zones.here() or None, "all_day": None}
    if said.place:
        own["place"] = said.place
    reader, made = store.reader(), None
    for id in said.closes:
        record = reader.record("activity", id)
        if record is None or record["state"] != agenda.PLANNED:
            continue  # somebody else was faster
        if made is not None:
            _settle(step, record, at)
            continue
        kind = record["kind"] if said.kind == OTHER and record["kind"] != agenda.TASK else said.kind
        people = {"people": shared["people"]} if shared["people"] and not record["people"] else {}
        made = activities.close(step, record, {**own, **done, **people, "kind": kind})
        _catch_up(step, record, at)
    if made is None:
        new = {"kind": said.kind, "subject": subject_of(said.text), **own, **done, **shared}
        made = step.insert("activity", {name: value for name, value in new.items() if value is not None})
    return made


def _settle(step: Step, record: Any, at: dt.datetime) -> None:
    """One more planned activity that is over with the same follow-up."""
    done = {"state": agenda.DONE, "done_at": at, "done_at_zone": zones.here() or None}
    activities.close(step, record, done)
    _catch_up(step, record, at)


def _catch_up(step: Step, record: Any, at: dt.datetime) -> None:
    """All times of a repeating activity up to a moment are dealt with."""
    if record["repeats"] and record["open_at"] is not None and record["open_at"] < at:
        step.update("activity", record.id, {"done_through": at})


# ---- colleagues who are named


def colleagues(store: Store) -> list[tuple[bytes, str]]:
    """Everybody who can be named with @: id and name, but for whoever works here."""
    found = store.reader().titles("user", {row[0] for row in store.read().execute("SELECT id FROM user")})
    return sorted(
        ((id, name) for id, name in found.items() if name and id != store.user), key=lambda one: one[1]
    )


def named(store: Store, text: str) -> list[bytes]:
    """The colleagues whom a text names with @; of two names that begin alike the longer one counts."""
    rest, found = text, list[bytes]()
    for id, name in sorted(colleagues(store), key=lambda one: -len(one[1])) if "@" in text else ():
        if f"@{name}" in rest:
            rest = rest.replace(f"@{name}", "")
            found.append(id)
    return found


def _tell(step: Step, store: Store, about: bytes, customer: bytes | None, name: str, text: str) -> None:
    """A notice for each colleague whom the text names."""
    to = named(store, text)
    by = store.reader().titles("user", {store.user}).get(store.user, "") if store.user and to else ""
    words = N_("{by} named you, {name}: {text}") if by else N_("You were named, {name}: {text}")
    for user in to:
        said = say(words, by=by, name=name, text=subject_of(text))
        notices.add(step, user, str(said), about=about, customer=customer)


def when_words(at: dt.datetime, *, all_day: bool, zone: str | None = None) -> str:
    """A moment as people say it of a plan: the day with its weekday, and the time unless it is the whole day."""
    from freecrm.core import day_words

    if all_day:
        return day_words.show(activities.day_of(at, zone))
    local = at.astimezone()
    return _("{day} {time}").format(day=day_words.show(local.date()), time=f"{local:%H:%M}")


def plan(store: Store, entity: str, id: bytes, values: Mapping[str, Any]) -> bytes:
    """Plan a next step with a customer or a contact as one step of its own; the id of the activity."""
    said = FollowUp(str(values.get("kind") or agenda.TASK), "")
    shared = _shared(store, customer_of(store, entity, id), said)
    if entity == "contact" or values.get("people"):
        shared["people"] = values.get("people") or [{"contact": id}]
    if entity == "deal":
        shared["deal"] = id
    return activities.plan(store, {**shared, **values})


@reads
def old_figures(store: Store, entity: str, id: bytes) -> frozenset[str]:
    """The figures of a record that say something is too long ago: "last", the last contact."""
    if entity != "customer":
        return frozenset()
    row = store.read().execute("SELECT last_contact, grade FROM customer WHERE id = ?", (id,)).fetchone()
    if row is None or row[0] is None:
        return frozenset()
    limit = rhythm.days_old(store, row[1])
    away = (dt.datetime.now().astimezone().date() - dt.date.fromisoformat(row[0])).days
    return frozenset({"last"}) if limit and away > limit else frozenset()
