"""Calendar files (.ics) read: every event and task of a file as the values of an activity, every flaw with its line.

    for found in read(path):        # in a child process, as all foreign files
        ...                         # Event or Flaw

Times come out in UTC with the zone they were meant in; what the file leaves to the reader (floating times) is taken
on this computer's clock. What is made of them in the file of the firm: `ical_in.py`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from freecrm.core import repeats, zones
from freecrm.core.agenda import DONE, DROPPED, PLANNED, zone_of
from freecrm.core.problems import Known
from freecrm.core.spans import ms
from freecrm.core.words import N_, Said, language, say, use
from freecrm.exchange import child
from freecrm.exchange.ical_lines import Flaw, Part, Prop, parts, split, unescaped
from freecrm.exchange.ical_rules import Unfit, rule_of
from freecrm.exchange.ical_zones import Zones, named

LARGEST = 50_000_000
"""Bytes of a file that is read."""
MOST = 1_000_000
"""Events and tasks of one file."""
EARLIEST, LATEST = 1900, 2199
"""Years that a calendar is kept for."""
BLOCK = 500
SHORT = 500
"""Signs of a subject or a place; of a longer one the beginning is taken."""
ENDINGS = (".ics", ".ical", ".ifb", ".vcs")

_LENGTH = re.compile(r"([+-])?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.I)
_WHEN = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2})(?::?(\d{2}))?(?:\.\d+)?(Z)?)?", re.I)
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


def read(path: Path, *, cancel: Callable[[], bool] | None = None) -> Iterator[Event | Flaw]:
    """Every event and task of a file, read in a child process. Known when it can't be opened, is larger than
    50 MB, holds more than a million of them, or is no calendar."""
    path = Path(path).absolute()
    for block in child.run(read_in, (path, language(), zones.here()), cancel=cancel):
        yield from block


def read_in(path: Path, tongue: str, here: str) -> Iterator[list[Event | Flaw]]:
    """The child's side: some hundred at a time."""
    use(tongue)
    block: list[Event | Flaw] = []
    for found in read_bytes(_content(path), here, path.name):
        block.append(found)
        if len(block) >= BLOCK:
            yield block
            block = []
    if block:
        yield block


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            what = N_(
                "{file} has {size} MB; FreeCRM reads calendar files of up to {most} MB. Nothing was changed. Export a"
                " shorter span of time and import the parts."
            )
            raise Known(say(what, file=path.name, size=f"{size / 1e6:.0f}", most=LARGEST // 1_000_000))
        return path.read_bytes()
    except OSError as error:
        what = N_(
            "{file} can't be read. Close it in other programs, or copy it to another folder and try again."
        )
        raise Known(say(what, file=path.name), str(error)) from error


def read_bytes(data: bytes, here: str, name: str = "") -> Iterator[Event | Flaw]:
    """Every event, task and flaw of a calendar's content. here: the zone that floating times are meant in."""
    if b"BEGIN:V" not in data.upper() and b"B\0E\0G\0I\0N\0" not in data:
        what = N_(
            "Line 1 of {file} is not the beginning of a calendar (BEGIN:VCALENDAR). Nothing was changed. Export the"
            " calendar again as iCalendar (.ics) and import that file."
        )
        raise Known(say(what, file=name))
    found = Zones()
    if b"VTIMEZONE" in data.upper():
        for part in parts(_definitions(data)):
            if isinstance(part, Part) and part.name == "VTIMEZONE":
                found.add(part)
    told = re.search(rb"^X-WR-TIMEZONE:([\x20-\x7e]+?)\s*$", data, re.M | re.I)
    here = (named(told[1].decode()) if told is not None else "") or here
    reader = _Reader(found, here, cancelled=re.search(rb"^METHOD:CANCEL\s*$", data, re.M | re.I) is not None)
    count = 0
    for part in parts(data):
        if isinstance(part, Flaw):
            yield part
        elif part.name in ("VEVENT", "VTODO"):
            count += 1
            if count > MOST:
                what = N_(
                    "{file} holds more than {most} events. Nothing was changed. Export a shorter span of time and"
                    " import the parts."
                )
                raise Known(say(what, file=name, most=f"{MOST:,}"))
            yield from reader.events(part)


def _definitions(data: bytes) -> bytes:
    """The zones of a file, which may stand behind the events that use them."""
    return b"\n".join(re.findall(rb"BEGIN:VTIMEZONE.*?END:VTIMEZONE", data, re.S | re.I))


class _Reader:
    """Makes events of components."""

    def __init__(self, zones_: Zones, here: str, *, cancelled: bool) -> None:
        self.zones, self.here, self.cancelled = zones_, here, cancelled

    def events(self, part: Part) -> Iterator[Event | Flaw]:
        """The event that a component is, or why it is none."""
        title = part.text("SUMMARY")
        if not part.ended:
            what = N_("This event isn't ended (END:{name} is missing); it was left out.")
            yield Flaw(part.line, title, say(what, name=part.name))
            return
        try:
            event = _One(self, part).event()
        except Unfit as unfit:
            yield Flaw(unfit.line or part.line, title, unfit.why)
            return
        yield event
        for note in event.notes:
            yield Flaw(event.line, title, note, lost=False)


@dataclass(slots=True)
class _When:
    """A time of the file. moment: in UTC. whole: a day without a time."""

    moment: dt.datetime
    zone: str
    whole: bool
    wall: dt.datetime


class _One:
    """One component on its way to an event."""

    def __init__(self, reader: _Reader, part: Part) -> None:
        self.reader, self.part = reader, part
        self.task = part.name == "VTODO"
        self.notes: list[Said] = []

    def event(self) -> Event:
        """Raises Unfit where it can't be taken."""
        part = self.part
        start, end = self._span()
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
            values |= self._repeats(start)
            through = part.first("X-FREECRM-DONE-THROUGH")
            if through is not None and values["repeats"]:
                values["done_through"] = self._when(through).moment
            extra = tuple(at for at in self._dates("RDATE", start) if at != ms(start.moment))
        settled = self._state(values)
        instance = self._instance(start)
        made = Event(part.line, self._uid(values), self.task, values, instance)
        made.befores, made.extra, made.settled = self._befores(start, end), extra, settled
        made.people, made.customer = self._people(), self._customer()
        made.kinds = self._kinds()
        made.stamp, made.notes = self._stamp(), self.notes
        return made

    # ---- when

    def _span(self) -> tuple[_When | None, dt.datetime | None]:
        part = self.part
        begins, ends = part.first("DTSTART"), part.first("DUE" if self.task else "DTEND")
        if begins is None and not self.task:
            raise Unfit(say(N_("It has no beginning (DTSTART).")))
        start = None if begins is None else self._when(begins)
        end = None if ends is None or not ends.value.strip() else self._when(ends, start)
        first = start or end
        return (None, None) if first is None else (first, self._end(first, end, ends))

    def _end(self, start: _When, end: _When | None, prop: Prop | None) -> dt.datetime:
        length = self.part.first("DURATION")
        if end is None and length is not None:
            return start.moment + _length(length)
        if end is None or (end is start and not start.whole):
            return self._midnight_after(start) if start.whole else start.moment
        if start.whole and end.whole:
            # DTEND of a whole day is the day after it, a task is due on its day; some write the day itself
            moment = self._midnight_after(end) if self.task or end.wall <= start.wall else end.moment
        else:
            moment = end.moment
        if moment < start.moment or (end.whole and end.wall < start.wall):
            what = N_("It ends at {end}, before it begins at {start}.")
            shown = {"start": _shown(start.wall, start.whole), "end": _shown(end.wall, end.whole)}
            raise Unfit(say(what, **shown), prop.line if prop else 0)
        return moment

    def _midnight_after(self, when: _When) -> dt.datetime:
        day = when.wall.replace(hour=0, minute=0, second=0) + dt.timedelta(days=1)
        return day.replace(tzinfo=zone_of(when.zone)).astimezone(dt.UTC)

    def _when(self, prop: Prop, like: _When | None = None) -> _When:
        return self._moment(prop, prop.value, like)

    def _moment(self, prop: Prop, text: str, like: _When | None = None) -> _When:
        found = _WHEN.fullmatch(text.strip())
        if found is None:
            what = N_("{name} says “{text}”, which is no date.")
            raise Unfit(say(what, name=prop.name, text=text.strip()[:60]), prop.line)
        year, month, day, hour, minute, second, utc = found.groups()
        if not EARLIEST <= int(year) <= LATEST:
            what = N_("{name} lies in the year {year}; calendars are kept from {first} to {last}.")
            figures = {"name": prop.name, "year": int(year), "first": EARLIEST, "last": LATEST}
            raise Unfit(say(what, **figures), prop.line)
        try:
            clock = dt.time(int(hour or 0), int(minute or 0), min(int(second or 0), 59))
            wall = dt.datetime.combine(dt.date(int(year), int(month), int(day)), clock)
        except ValueError:
            what = N_("{name} says “{text}”, a day or time that there isn't.")
            raise Unfit(say(what, name=prop.name, text=text.strip()[:60]), prop.line) from None
        whole = hour is None
        if utc:
            moment = wall.replace(tzinfo=dt.UTC)
            # a rule of times in UTC means the weekdays of UTC; we write UTC only where UTC was meant
            meant = self.part.first("RRULE") or self.part.first("X-FREECRM-KIND")
            own = "UTC" if prop.name == "DTSTART" and meant is not None else self.reader.here
            zone = (like.zone if like is not None else "") or own
            return _When(moment, zone, False, moment.astimezone(zone_of(zone)).replace(tzinfo=None))
        zone = self.reader.here if whole else self._zone(prop)
        return _When(wall.replace(tzinfo=zone_of(zone)).astimezone(dt.UTC), zone, whole, wall)

    def _zone(self, prop: Prop) -> str:
        tzid = prop.params.get("TZID", "")
        if not tzid:
            return self.reader.here
        found = self.reader.zones.of(tzid)
        if found:
            return found
        what = N_("There is no time zone “{zone}”; its times were taken on this computer's clock ({here}).")
        note = say(what, zone=tzid[:60], here=self.reader.here or "?")
        if note not in self.notes:
            self.notes.append(note)
        return self.reader.here

    # ---- repeats

    def _repeats(self, start: _When) -> dict[str, Any]:
        prop = self.part.first("RRULE")
        rule, note = ("", None) if prop is None else rule_of(prop.value, start.zone, whole=start.whole)
        if note is not None:
            self.notes.append(note)
        if rule and next(iter(islice(repeats.times(ms(start.moment), start.zone, rule), 1, 2)), None) is None:
            asked = repeats.parse(rule)[0]
            if asked is not None and asked.is_endless:
                what = N_(
                    "Its repetition “{rule}” names a day that never comes; it stands once, at its beginning."
                )
                self.notes.append(say(what, rule=prop.value.strip()[:80] if prop is not None else ""))
                rule = ""
        if not rule:
            return {"repeats": None, "skipped": None}
        out = sorted(set(self._dates("EXDATE", start)))
        return {"repeats": rule, "skipped": " ".join(map(str, out)) or None}

    def _dates(self, name: str, start: _When) -> Iterator[int]:
        for prop in self.part.props:
            if prop.name != name:
                continue
            for text in filter(str.strip, prop.value.split(",")):
                one = self._moment(prop, text.partition("/")[0], start)
                yield ms(self._at(one, start))

    def _at(self, when: _When, start: _When) -> dt.datetime:
        """A time of a series: one that is named by its day only is at the hour of the series, and the other way."""
        if when.whole == start.whole:
            return when.moment
        clock = dt.time() if start.whole else start.wall.time()
        wall = dt.datetime.combine(when.wall.date(), clock)
        return wall.replace(tzinfo=zone_of(start.zone)).astimezone(dt.UTC)

    def _instance(self, start: _When | None) -> int | None:
        prop = self.part.first("RECURRENCE-ID")
        if prop is None:
            return None
        if prop.params.get("RANGE", "").upper() == "THISANDFUTURE":
            self.notes.append(say(N_("It changes all later times as well; only this one time was changed.")))
        return ms(self._when(prop, start).moment)

    # ---- what

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
        if self.reader.cancelled or status == "CANCELLED":
            values["state"] = DROPPED
        elif own in (PLANNED, DONE, DROPPED):
            values["state"] = own
        elif self.task and (status == "COMPLETED" or done is not None or self._percent() >= 100):
            values["state"] = DONE
        else:
            values["state"] = PLANNED
            return self.task and bool(status)
        if values["state"] == DONE:
            done = done or self.part.first("X-FREECRM-DONE-AT")
            values["done_at"] = self._when(done).moment if done is not None else values.get("end")
        for name in ("result", "outcome", "direction"):
            said = self.part.text(f"X-FREECRM-{name.upper()}")
            if said:
                values[name] = said
        return True

    def _percent(self) -> int:
        text = self.part.text("PERCENT-COMPLETE")
        return int(text) if text.isdecimal() and len(text) < 4 else 0

    def _befores(self, start: _When | None, end: dt.datetime | None) -> tuple[int, ...] | None:
        alarms = [part for part in self.part.parts if part.name == "VALARM"]
        if not alarms or start is None:
            return None if not self.part.text("X-FREECRM-KIND") else ()
        found = set()
        for alarm in alarms:
            trigger = alarm.first("TRIGGER")
            if trigger is None or alarm.text("ACTION").upper() == "NONE":
                continue
            try:
                if trigger.params.get("VALUE", "").upper() == "DATE-TIME" or _WHEN.fullmatch(
                    trigger.value.strip()
                ):
                    at = self._when(trigger, start).moment
                else:
                    from_end = trigger.params.get("RELATED", "").upper() == "END" and end is not None
                    at = (end if from_end and end is not None else start.moment) + _length(trigger)
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
            at = 0 if changed is None else ms(self._when(changed).moment)
        except Unfit:
            at = 0
        return (int(number) if number.isdecimal() and len(number) < 10 else 0), at


def _length(prop: Prop) -> dt.timedelta:
    found = _LENGTH.fullmatch(prop.value.strip())
    if found is None or len(prop.value) > 40:
        what = N_("{name} says “{text}”, which is no length of time.")
        raise Unfit(say(what, name=prop.name, text=prop.value.strip()[:60]), prop.line)
    weeks, days, hours, minutes, seconds = (int(one or 0) for one in found.groups()[1:])
    whole = ((weeks * 7 + days) * 24 + hours) * 3600 + minutes * 60 + seconds
    if whole > 20 * 366 * 86400:
        what = N_("{name} says “{text}”, longer than twenty years.")
        raise Unfit(say(what, name=prop.name, text=prop.value.strip()[:60]), prop.line)
    return dt.timedelta(seconds=-whole if found[1] == "-" else whole)


def plain(marked: str) -> str:
    """The text of a piece of HTML."""
    text = _TAGS.sub("", marked)
    text = re.sub(r"\s+", " ", text.replace("\xa0", " "))
    text = re.sub(r"<\s*(br|/p|/div|/li|/tr|/h\d)\b[^>]*>", "\n", text, flags=re.I)
    text = re.sub(r"[ \xa0]+", " ", html.unescape(re.sub(r"<[^>]{0,2000}>", "", text)))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()


def _short(text: str) -> str:
    return text if len(text) <= SHORT else text[: SHORT - 1].rstrip() + "…"


def _shown(wall: dt.datetime, whole: bool) -> str:
    return wall.strftime("%Y-%m-%d" if whole else "%Y-%m-%d %H:%M")
