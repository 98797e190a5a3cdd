"""A calendar file taken in: first what it would do, then the doing, as one step that can be undone.

    found = look(store, path)
    touched = take(store, found)

An event that was taken before is found again by its uid: what differs is changed, nothing is ever doubled. A blank of
the file wipes nothing. What somebody changed here after the file's event was last changed stays as it is here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freecrm.core import spans, zones
from freecrm.core.agenda import DONE, DROPPED, PLANNED
from freecrm.core.change import Touched
from freecrm.core.fields import Choice
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.record import Record
from freecrm.core.repeats import left_out
from freecrm.core.words import N_, _, plural, say
from freecrm.exchange import ical
from freecrm.exchange.ical_event import Event, Person
from freecrm.exchange.ical_lines import Flaw
from freecrm.store import calendar_rows
from freecrm.store.calendar_rows import Key, Names, Owner
from freecrm.store.ids import new_id

if TYPE_CHECKING:
    from freecrm.store.database import Store

NEW, CHANGED, SAME, KEPT = "new", "changed", "same", "kept"
FLAWS_KEPT = 1_000
BLOCK = 500
_PLAIN = ("subject", "text", "place", "start", "end", "start_zone")
"""Fields that the file states; a blank there leaves them."""


@dataclass(slots=True)
class Item:
    """One event and what becomes of it. values: all of a new activity, what differs of one that is here."""

    event: Event
    id: bytes
    verdict: str
    values: dict[str, Any]


@dataclass
class Found:
    """What a calendar file would do. flaws: the first thousand; lost, odd: how many events were left out, or taken
    otherwise than they stand there."""

    path: Path
    items: list[Item] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    lost: int = 0
    odd: int = 0

    def count(self, verdict: str) -> int:
        """How many events become of what."""
        return sum(item.verdict == verdict for item in self.items)

    @property
    def writes(self) -> int:
        """How many activities taking it in would make or change."""
        return self.count(NEW) + self.count(CHANGED)

    def lines(self) -> list[str]:
        """What it would do, in words."""
        said = [
            plural("{n} new activity", "{n} new activities", self.count(NEW)),
            _("{n} changed").format(n=f"{self.count(CHANGED):,}"),
            plural("{n} as it is here", "{n} as they are here", self.count(SAME)),
        ]
        if self.count(KEPT):
            said.append(
                plural(
                    "{n} changed here since, left as it is",
                    "{n} changed here since, left as they are",
                    self.count(KEPT),
                )
            )
        if self.lost:
            said.append(_("{n} not taken in").format(n=f"{self.lost:,}"))
        if self.odd:
            said.append(plural("{n} remark on what is taken in", "{n} remarks on what is taken in", self.odd))
        return said

    def report(self) -> dict[str, Any]:
        """The same for programs."""
        counts: dict[str, Any] = {verdict: self.count(verdict) for verdict in (NEW, CHANGED, SAME, KEPT)}
        flaws = [{"line": f.line, "name": f.name, "why": str(f.why), "lost": f.lost} for f in self.flaws]
        return {**counts, "lost": self.lost, "odd": self.odd, "flaws": flaws}


def told(flaw: Flaw) -> str:
    """A flaw as one line of text."""
    name = f"{flaw.name[:40]} — " if flaw.name else ""
    return _("Line {n}: {what}").format(n=flaw.line, what=f"{name}{flaw.why}")


def look(
    store: Store, path: Path, progress: Progress | None = None, *, now: dt.datetime | None = None
) -> Found:
    """What taking a calendar file in would do; nothing is written. now: what lies before it has been.

    Known when the file can't be read at all, see `ical.read`; Cancelled."""
    made = Found(Path(path))
    events: dict[Key, Event] = {}
    cancel: Callable[[], bool] | None = None
    if progress is not None:
        cancel = partial(getattr, progress, "cancelled")
    for one in ical.read(made.path, cancel=cancel):
        if isinstance(one, Flaw):
            _keep(made, one)
            continue
        if progress is not None and not len(events) % BLOCK:
            progress.tell(len(events), 0, say(N_("Reading {file}"), file=made.path.name))
        for event in (one, *_further(one)):
            before = events.get(event.key)
            if before is not None and event.stamp < before.stamp:
                continue
            events[event.key] = event
    if not events and not made.lost:
        what = N_("{file} is a calendar without events. There is nothing to take in.")
        raise Known(say(what, file=made.path.name))
    _Matching(store, made, events, now or dt.datetime.now(dt.UTC)).run()
    made.flaws.sort(key=lambda flaw: (not flaw.lost, flaw.line))
    return made


def _keep(made: Found, flaw: Flaw) -> None:
    if flaw.lost:
        made.lost += 1
    else:
        made.odd += 1
    if len(made.flaws) < FLAWS_KEPT:
        made.flaws.append(flaw)


def _further(event: Event) -> Iterable[Event]:
    """The times that an event names beside its rule, each as one that stands for itself."""
    start, end = event.values.get("start"), event.values.get("end")
    for ms in event.extra:
        begins = spans.moment(ms)
        values = {**event.values, "start": begins, "repeats": None, "skipped": None}
        if start is not None and end is not None:
            values["end"] = begins + (end - start)
        yield Event(
            event.line, event.uid, event.task, values, ms, event.befores, (), event.people, event.customer,
            event.kinds, event.stamp, event.settled,
        )  # fmt: skip


class _Matching:
    """Finds what is here already of the events of a file, and what of it differs."""

    def __init__(self, store: Store, made: Found, events: dict[Key, Event], now: dt.datetime) -> None:
        self.store, self.made, self.events, self.now = store, made, events, now
        self.here = calendar_rows.known(store, (event.uid for event in events.values()))
        # one time of a series comes after the series
        self.ordered = sorted(events.values(), key=lambda event: event.instance is not None)
        self.ids = {key: self.here.get(key) or new_id() for key in events}
        self._people()
        new = [e for e in self.ordered if e.key not in self.here]
        names = {event.customer.name for event in new if event.customer is not None and event.customer.name}
        self.names = Names(store, {*names, *(str(event.values.get("subject") or "") for event in new)})
        self.kinds = self._kind_words()

    def run(self) -> None:
        """Fill the items."""
        for start in range(0, len(self.ordered), BLOCK):
            block = self.ordered[start : start + BLOCK]
            held = [self.here[event.key] for event in block if event.key in self.here]
            records = self.store.reader().by_ids("activity", held)
            touched = calendar_rows.changed_by_hand(self.store, held)
            for event in block:
                id = self.here.get(event.key)
                record = records.get(id) if id is not None else None
                if record is None:
                    values = self._whole(event)
                    self.made.items.append(Item(event, self.ids[event.key], NEW, values))
                else:
                    self.made.items.append(self._again(event, record, touched.get(record.id, 0)))

    # ---- who

    def _people(self) -> None:
        people = [person for event in self.ordered for person in event.people]
        self.mails = calendar_rows.by_mail(self.store, (person.mail for person in people if person.mail))
        told_ids = [bytes.fromhex(p.id) for p in people if _is_id(p.id)]
        self.contacts = calendar_rows.there(self.store, "contact", told_ids)
        self.users = calendar_rows.there(self.store, "user", told_ids)
        found = [owner.id for owner in self.mails.values() if owner.entity == "contact"]
        self.firms = calendar_rows.firms_of(self.store, [*found, *self.contacts])
        firms = [bytes.fromhex(e.customer.id) for e in self.ordered if e.customer and _is_id(e.customer.id)]
        self.customers = calendar_rows.there(self.store, "customer", firms)

    def _owner_of(self, person: Person) -> Owner | None:
        if _is_id(person.id):
            id = bytes.fromhex(person.id)
            if id in self.contacts:
                return Owner("contact", id)
            if id in self.users:
                return Owner("user", id)
        return self.mails.get(person.mail.lower())

    def _with(self, event: Event) -> tuple[list[dict[str, Any]], list[str], list[Owner]]:
        """The rows of those who take part, the names of those nobody knows, all that are known."""
        rows: list[dict[str, Any]] = []
        strangers: list[str] = []
        owners: list[Owner] = []
        for person in event.people:
            owner = self._owner_of(person)
            if owner is None:
                strangers.append(str(person))
            else:
                owners.append(owner)
                row = {owner.entity: owner.id}
                if owner.entity != "customer" and not (
                    owner.entity == "user" and owner.id == self.store.user
                ):
                    rows += [row] if row not in rows else []
        return rows, strangers, owners

    def _customer(self, event: Event, owners: Sequence[Owner]) -> bytes | None:
        told_one = event.customer
        if told_one is not None and _is_id(told_one.id) and bytes.fromhex(told_one.id) in self.customers:
            return bytes.fromhex(told_one.id)
        if told_one is not None:
            return self.names.called(told_one.name)
        direct = {owner.id for owner in owners if owner.entity == "customer"}
        through = {
            firm for owner in owners if owner.entity == "contact" for firm in self.firms.get(owner.id, ())
        }
        named = self.names.named_in(event.values.get("subject") or "")
        for found in (direct, through):
            if len(found) == 1:
                return next(iter(found))
            if named in found:
                return named
        return None if direct or through else named

    # ---- what

    def _kind_words(self) -> dict[str, str]:
        f = self.store.schema.fields("activity")["kind"]
        assert isinstance(f, Choice)
        found: dict[str, str] = {}
        for option in f.options.entries:
            for word in (option.key, option.label, f.show(option.key), *option.also):
                found.setdefault(word.casefold(), option.key)
        return found

    def _kind(self, event: Event, customer: bytes | None) -> str:
        for word in event.kinds:
            if word.casefold() in self.kinds:
                return self.kinds[word.casefold()]
        subject = (event.values.get("subject") or "").casefold()
        for word, key in self.kinds.items():
            behind = subject[len(word) : len(word) + 1]
            if len(word) > 1 and subject.startswith(word) and not (word.isascii() and behind.isalnum()):
                return key
        if event.task:
            return "task"
        return "meeting" if event.people or customer else "task"

    def _text(self, event: Event, strangers: Sequence[str]) -> str | None:
        """What it is about; below it those who take part and are nobody's contact."""
        text = event.values.get("text") or ""
        unsaid = [name for name in strangers if name not in text]
        return "\n\n".join(part for part in (text, "\n".join(unsaid)) if part) or None

    def _whole(self, event: Event) -> dict[str, Any]:
        rows, strangers, owners = self._with(event)
        customer = self._customer(event, owners)
        values = {name: value for name, value in event.values.items() if value is not None}
        values |= {"uid": event.uid, "text": self._text(event, strangers), "customer": customer}
        values["kind"] = self._kind(event, customer)
        values["subject"] = event.values.get("subject") or self.store.schema.fields("activity")["kind"].show(
            values["kind"]
        )
        values["owner_user"] = self.store.user
        values["people"] = rows
        values["reminders"] = [{"before": before} for before in event.befores or ()]
        if values.get("done_at") is not None or values.get("state") == DONE:
            values.setdefault("done_at", values.get("end") or values.get("start") or self.now)
            values["done_at_zone"] = zones.here() or None
        self._place_in_series(event, values)
        if values.get("state") == PLANNED and not event.settled and not event.task:
            self._past(values)
        return values

    def _past(self, values: dict[str, Any]) -> None:
        """A calendar keeps no ticks: what it shows in the past has been, and is not to be overdue here."""
        if values.get("repeats"):
            if values["start"] < self.now and values.get("done_through") is None:
                values["done_through"] = self.now
        elif values.get("end") is not None and values["end"] < self.now:
            values |= {"state": DONE, "done_at": values["end"], "done_at_zone": values.get("start_zone")}

    def _place_in_series(self, event: Event, values: dict[str, Any]) -> None:
        if event.instance is not None:
            master: Key = (event.uid, None)
            values["instance"] = spans.moment(event.instance)
            values["series"] = self.ids.get(master) or self.here.get(master)
        elif values.get("repeats"):
            values["skipped"] = self._skipped(event, "") or None

    def _skipped(self, event: Event, held: str | None) -> str:
        """All times that are left out: the file's, those that stand for themselves, and what was left out here."""
        own = {
            instance
            for uid, instance in self._instances(event.uid)
            if (uid, instance) not in self._extras(event)
        }
        every = left_out(event.values.get("skipped")) | left_out(held) | own
        return " ".join(map(str, sorted(every)))

    def _instances(self, uid: str) -> list[tuple[str, int]]:
        if not hasattr(self, "_by_uid"):
            self._by_uid: dict[str, list[tuple[str, int]]] = {}
            for one, instance in self.events:
                if instance is not None:
                    self._by_uid.setdefault(one, []).append((one, instance))
        return self._by_uid.get(uid, [])

    def _extras(self, event: Event) -> set[tuple[str, int]]:
        return {(event.uid, ms) for ms in event.extra}

    # ---- again

    def _again(self, event: Event, record: Record, by_hand: int) -> Item:
        values = self._differences(event, record)
        if not values:
            return Item(event, record.id, SAME, {})
        if event.stamp[1] and event.stamp[1] // 1000 < by_hand // 1000:  # files know seconds
            return Item(event, record.id, KEPT, {})
        return Item(event, record.id, CHANGED, values)

    def _differences(self, event: Event, record: Record) -> dict[str, Any]:
        rows, strangers, _owners = self._with(event)
        stated = {name: event.values.get(name) for name in _PLAIN}
        stated["text"] = self._text(event, strangers)
        if stated["start"] is None:
            stated["start_zone"] = None
        found = {name: value for name, value in stated.items() if value is not None and value != record[name]}
        if not event.values.get("repeats"):
            found.pop("start_zone", None)  # the same moment, told on another clock
        if "start" in found:
            found["start_zone"] = stated["start_zone"]
        if stated["start"] is not None:
            for name in ("all_day", "free"):
                if bool(event.values.get(name)) != bool(record[name]):
                    found[name] = bool(event.values.get(name)) or None
            if event.instance is None:
                if event.values.get("repeats") != record["repeats"]:
                    found["repeats"] = event.values.get("repeats")
                held = None if "start" in found or "repeats" in found else record["skipped"]
                skipped = self._skipped(event, held) if event.values.get("repeats") else ""
                if left_out(skipped) != left_out(record["skipped"]):
                    found["skipped"] = skipped or None
        self._state_again(event, record, found)
        if event.befores is not None:
            held_befores = sorted(row["before"] for row in record["reminders"] or ())
            if held_befores != list(event.befores):
                found["reminders"] = [{"before": before} for before in event.befores]
        there = {(row.get("contact"), row.get("user")) for row in record["people"] or ()}
        more = [row for row in rows if (row.get("contact"), row.get("user")) not in there]
        if more:
            found["people"] = [*(record["people"] or ()), *more]
        return found

    def _state_again(self, event: Event, record: Record, found: dict[str, Any]) -> None:
        """What is done stays done; what the file calls done or dropped follows it."""
        state = event.values.get("state")
        if not event.settled or state == record["state"] or record["state"] != PLANNED:
            return
        if state == DROPPED:
            found["state"] = DROPPED
        elif state == DONE:
            found |= {
                "state": DONE,
                "done_at": event.values.get("done_at") or event.values.get("end") or self.now,
            }
            found["done_at_zone"] = zones.here() or None


def _is_id(text: str) -> bool:
    try:
        return len(bytes.fromhex(text)) == 16
    except ValueError:
        return False


def take(store: Store, found: Found, progress: Progress | None = None) -> Touched:
    """Write what a look has shown, as one step. Known when a value is refused by the door."""
    with store.step(N_("Import {file}"), file=found.path.name, origin="import") as step:
        step.progress = progress
        total = found.writes
        done = 0
        for item in found.items:
            if item.verdict == NEW:
                step.insert("activity", item.values, id=item.id)
            elif item.verdict == CHANGED:
                step.update("activity", item.id, item.values)
            else:
                continue
            done += 1
            if progress is not None and not done % 100:
                progress.tell(done, total, say(N_("Writing the activities")))
    assert step.touched is not None
    return step.touched
