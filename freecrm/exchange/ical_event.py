"""What an event or a task of a calendar file says, as the values of an activity; when it is says `ical_times.py`."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import re
from dataclasses import dataclass, field
from typing import Any

from freecrm.core.agenda import DONE, DROPPED, PLANNED
from freecrm.core.spans import ms
from freecrm.core.words import N_, Said, say
from freecrm.exchange.ical_lines import Part, split, unescaped
from freecrm.exchange.ical_rules import Unfit
from freecrm.exchange.ical_times import Setting, Times, When, is_time, length_of

SHORT = 500
"""Signs of a subject or a place; of a longer one the beginning is taken."""

_TAGS = re.compile(r"<(style|script|head)\b.*?</\1\s*>|<!--.*?-->", re.S | re.I)
_MARKED = re.compile(r"<(?:br|p|div|span|a|b|i|ul|li|html|table)\b[^>]*>", re.I)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part. id: of a record of the file that wrote it, "" for all others' files."""

    mail: str = ""
    name: str = ""
    id: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.mail}>" if self.name and self.mail else self.name or self.mail


@dataclass(slots=True)
class Event:
    """One event or task. values: those of an activity that the file states. instance: it stands in place of that
    time (ms) of the one with the same uid. befores: of its reminders, None = the file says nothing of them.
    extra: further beginnings (ms). stamp: its SEQUENCE and when it was changed last (ms). settled: the file says
    in so many words whether it is done. kinds: what it is filed under."""

    line: int
    uid: str
    task: bool
    values: dict[str, Any]
    instance: int | None = None
    befores: tuple[int, ...] | None = None
    extra: tuple[int, ...] = ()
    people: tuple[Person, ...] = ()
    customer: Person | None = None
    kinds: tuple[str, ...] = ()
    stamp: tuple[int, int] = (0, 0)
    settled: bool = False
    notes: list[Said] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, int | None]:
        """What tells it from all others of its file."""
        return self.uid, self.instance


def event_of(part: Part, of: Setting) -> Event:
    """The event or task that a component is. Raises Unfit where it can't be taken."""
    return _One(part, of).event()


class _One:
    """One component on its way to an event."""

    def __init__(self, part: Part, of: Setting) -> None:
        self.part, self.of, self.times = part, of, Times(part, of)
        self.notes = self.times.notes

    def event(self) -> Event:
        part = self.part
        start, end = self.times.span()
        values: dict[str, Any] = {"subject": self._subject(), "text": self._text() or None}
        values["place"] = _short(part.text("LOCATION")) or None
        values["free"] = part.text("TRANSP").upper() == "TRANSPARENT" or None
        extra: tuple[int, ...] = ()
        if start is not None:
            values |= {
                "start": start.moment,
                "start_zone": start.zone or None,
                "all_day": start.whole or None,
            }
            values["end"] = end
            values |= self.times.repeats(start)
            through = part.first("X-FREECRM-DONE-THROUGH")
            if through is not None and values["repeats"]:
                values["done_through"] = self.times.when(through).moment
            extra = tuple(at for at in self.times.dates("RDATE", start) if at != ms(start.moment))
        settled = self._state(values)
        instance = self.times.instance(start)
        made = Event(part.line, self._uid(values), self.part.is_task, values, instance)
        made.befores, made.extra, made.settled = self._befores(start, end), extra, settled
        made.people, made.customer = self._people(), self._customer()
        made.kinds = self._kinds()
        made.stamp, made.notes = self._stamp(), self.notes
        return made

    def _uid(self, values: dict[str, Any]) -> str:
        uid = self.part.text("UID")
        if uid:
            return uid if len(uid) <= 400 else f"{hashlib.sha256(uid.encode()).hexdigest()}@long"
        # so that the same file read again finds what it made the first time
        said = repr((values.get("start"), values["subject"], self.part.text("LOCATION"), self.part.name))
        return f"{hashlib.sha256(said.encode()).hexdigest()[:32]}@no-uid"

    def _subject(self) -> str:
        whole = " ".join(self.part.text("SUMMARY").split())
        if len(whole) > SHORT:
            what = N_("Its subject has {n} signs; the first {most} were taken.")
            self.notes.append(say(what, n=f"{len(whole):,}", most=SHORT - 1))
        return _short(whole)

    def _text(self) -> str:
        text, marked = self.part.text("DESCRIPTION"), self.part.first("X-ALT-DESC")
        if not text and marked is not None:
            return plain(unescaped(marked.value))[:90_000]
        return (plain(text) if _MARKED.search(text) else text)[:90_000]

    def _kinds(self) -> tuple[str, ...]:
        own = self.part.text("X-FREECRM-KIND")
        return tuple(filter(None, [own])) + tuple(
            word for prop in self.part.props if prop.name == "CATEGORIES" for word in split(prop.value)
        )

    def _state(self, values: dict[str, Any]) -> bool:
        """Whether the file says it in so many words."""
        own, status = self.part.text("X-FREECRM-STATE"), self.part.text("STATUS").upper()
        done = self.part.first("COMPLETED")
        if self.of.cancelled or status == "CANCELLED":
            values["state"] = DROPPED
        elif own in (PLANNED, DONE, DROPPED):
            values["state"] = own
        elif self.part.is_task and (status == "COMPLETED" or done is not None or self._percent() >= 100):
            values["state"] = DONE
        else:
            values["state"] = PLANNED
            return self.part.is_task and bool(status)
        if values["state"] == DONE:
            done = done or self.part.first("X-FREECRM-DONE-AT")
            values["done_at"] = self.times.when(done).moment if done is not None else values.get("end")
        for name in ("result", "outcome", "direction"):
            said = self.part.text(f"X-FREECRM-{name.upper()}")
            if said:
                values[name] = said
        return True

    def _percent(self) -> int:
        text = self.part.text("PERCENT-COMPLETE")
        return int(text) if text.isdecimal() and len(text) < 4 else 0

    def _befores(self, start: When | None, end: dt.datetime | None) -> tuple[int, ...] | None:
        alarms = [part for part in self.part.parts if part.name == "VALARM"]
        if not alarms or start is None:
            return None if not self.part.text("X-FREECRM-KIND") else ()
        found = set()
        for alarm in alarms:
            trigger = alarm.first("TRIGGER")
            if trigger is None or alarm.text("ACTION").upper() == "NONE":
                continue
            try:
                if trigger.params.get("VALUE", "").upper() == "DATE-TIME" or is_time(trigger.value):
                    at = self.times.when(trigger, start).moment
                else:
                    from_end = trigger.params.get("RELATED", "").upper() == "END" and end is not None
                    at = (end if from_end and end is not None else start.moment) + length_of(trigger)
            except Unfit:
                self.notes.append(say(N_("A reminder of it can't be read and was left out.")))
                continue
            before = round((start.moment - at).total_seconds() / 60)
            if abs(before) <= 5_256_000:
                found.add(before)
        return tuple(sorted(found))

    def _people(self) -> tuple[Person, ...]:
        found: dict[str, Person] = {}
        for prop in self.part.props:
            if prop.name == "X-FREECRM-WITH":
                person = Person(
                    prop.params.get("X-MAIL", ""), unescaped(prop.value), prop.params.get("X-ID", "")
                )
            elif prop.name in ("ATTENDEE", "ORGANIZER"):
                mail = re.sub(r"^\s*mailto:", "", prop.value, flags=re.I).strip()
                if prop.params.get("CUTYPE", "").upper() in ("ROOM", "RESOURCE"):
                    continue
                person = Person(
                    mail.lower() if "@" in mail else "", unescaped(prop.params.get("CN", ""))[:200]
                )
            else:
                continue
            if person.mail or person.name:
                found.setdefault(person.id or person.mail or person.name, person)
        return tuple(found.values())[:200]

    def _customer(self) -> Person | None:
        prop = self.part.first("X-FREECRM-CUSTOMER")
        return None if prop is None else Person("", unescaped(prop.value), prop.params.get("X-ID", ""))

    def _stamp(self) -> tuple[int, int]:
        number = self.part.text("SEQUENCE")
        changed = self.part.first("LAST-MODIFIED") or self.part.first("DTSTAMP")
        try:
            at = 0 if changed is None else ms(self.times.when(changed).moment)
        except Unfit:
            at = 0
        return (int(number) if number.isdecimal() and len(number) < 10 else 0), at


def plain(marked: str) -> str:
    """The text of a piece of HTML."""
    text = _TAGS.sub("", marked)
    text = re.sub(r"\s+", " ", text.replace("\xa0", " "))
    text = re.sub(r"<\s*(br|/p|/div|/li|/tr|/h\d)\b[^>]*>", "\n", text, flags=re.I)
    text = re.sub(r"[ \xa0]+", " ", html.unescape(re.sub(r"<[^>]{0,2000}>", "", text)))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()


def _short(text: str) -> str:
    return text if len(text) <= SHORT else text[: SHORT - 1].rstrip() + "…"
