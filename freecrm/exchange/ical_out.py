"""Activities as a calendar file (RFC 5545) that Outlook, Google, Apple and telephones read.

    made = export(store, Path("calendar.ics"), Chosen(customer=id))

What has a time is an event, what has none a task. Nobody is invited by it: who takes part stands in lines of our own,
the customer in CONTACT. The same activities give the same bytes, whenever they are written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freecrm import VERSION
from freecrm.core import spans
from freecrm.core.agenda import DONE, DROPPED, zone_of
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.query import Query
from freecrm.core.record import Record
from freecrm.core.repeats import left_out, times
from freecrm.core.words import N_, _, say
from freecrm.exchange import leaving
from freecrm.exchange.ical_rules import until_utc
from freecrm.exchange.saving import saving
from freecrm.exchange.sheets import UNSEEN
from freecrm.store import calendar_rows, trail
from freecrm.store.calendar_rows import uid_of

if TYPE_CHECKING:
    from freecrm.store.database import Store

BLOCK = 500
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which activities: those with these ids (None = all), of a customer, of a contact, from a day on, until a
    day (both counted)."""

    ids: Sequence[bytes] | None = None
    customer: bytes | None = None
    contact: bytes | None = None
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What was written. count: how many activities stand in it."""

    path: Path
    count: int


def export(store: Store, path: Path, chosen: Chosen, progress: Progress | None = None) -> Written:
    """Write a calendar file. Known when there is nothing to write, or the file can't be written."""
    leaving.narrowed(store, Query("activity"), "export")
    trail.note(store, "export", "activity", detail=path.name)
    ids = calendar_rows.chosen(
        store, chosen.ids, chosen.customer, chosen.contact, _ms(chosen.since), _ms(chosen.until, 1)
    )
    if not ids:
        raise Known(say(N_("There is no activity to save. Choose others, or a longer span of time.")))
    with saving(path) as part, part.open("wb") as file:
        for block in written(store, ids, progress):
            file.write(block)
    return Written(path, len(ids))


def _ms(day: dt.date | None, more: int = 0) -> int | None:
    if day is None:
        return None
    from freecrm.store.activities import midnight

    return spans.ms(midnight(day + more * _DAY))


def written(store: Store, ids: Sequence[bytes], progress: Progress | None = None) -> Iterator[bytes]:
    """The file's content, piece by piece; a series comes with the times that stand for themselves."""
    yield _folded(
        ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//FreeCRM//FreeCRM {VERSION}//EN", "CALSCALE:GREGORIAN"]
    )
    zones = calendar_rows.zones_of(store, ids)
    for name, first, last in zones:
        yield _zone(name, first, last)
    for start in range(0, len(ids), BLOCK):
        block = ids[start : start + BLOCK]
        if progress is not None:
            progress.tell(start, len(ids), say(N_("Writing the calendar")))
        records = store.reader().by_ids("activity", block)
        context = _Context(store, list(records.values()))
        lines: list[str] = []
        for id in block:
            if id in records:
                lines += context.lines(records[id])
        yield _folded(lines)
    yield _folded(["END:VCALENDAR"])


class _Context:
    """What some activities need to be written: names of those they are with, when they were changed, their series."""

    def __init__(self, store: Store, records: list[Record]) -> None:
        self.store = store
        ids = [record.id for record in records]
        self.changed = calendar_rows.last_changes(store, ids)
        self.single = calendar_rows.single_times(store, ids)
        masters = [record["series"] for record in records if record["series"]]
        self.masters = store.reader().by_ids(
            "activity", masters, {"uid", "repeats", "start", "all_day", "start_zone"}
        )
        reader = store.reader()
        self.customers = reader.titles("customer", {r["customer"] for r in records if r["customer"]})
        people = [row for record in records for row in record["people"] or ()]
        self.names = {
            kind: reader.titles(kind, {row[kind] for row in people if row.get(kind)})
            for kind in ("contact", "user")
        }
        self.mails = calendar_rows.mails_of(store, [id for found in self.names.values() for id in found])
        self.kind = store.schema.fields("activity")["kind"]

    def lines(self, record: Record) -> list[str]:
        """An activity as the lines of its component."""
        name = "VTODO" if record["start"] is None else "VEVENT"
        lines = [f"BEGIN:{name}", f"UID:{_escaped(self._uid(record))}"]
        stamp = spans.moment(self.changed.get(record.id, 0))
        lines += [f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}", f"LAST-MODIFIED:{stamp:%Y%m%dT%H%M%SZ}"]
        lines.append(f"SUMMARY:{_escaped(record['subject'] or '')}")
        if record["start"] is not None:
            lines += self._when(record)
        lines += self._what(record)
        lines += self._state(record, task=name == "VTODO")
        lines += self._who(record)
        for row in record["reminders"] or ():
            lines += _alarm(row["before"], record["subject"] or "")
        return [*lines, f"END:{name}"]

    def _master(self, record: Record) -> Record | None:
        return self.masters.get(record["series"]) if record["series"] else None

    def _uid(self, record: Record) -> str:
        master = self._master(record)
        return (
            uid_of(master.id, master["uid"])
            if master is not None and record["instance"]
            else uid_of(record.id, record["uid"])
        )

    # ---- when

    def _when(self, record: Record) -> list[str]:
        start, end, zone, whole = (record[name] for name in ("start", "end", "start_zone", "all_day"))
        lines = [_time("DTSTART", start, zone, whole=whole)]
        if end is not None and (end > start or whole):
            lines.append(_time("DTEND", end, zone, whole=whole))
        if record["instance"] is not None:
            master = self._master(record)
            if master is not None or record["uid"]:
                of = master or record
                lines.append(
                    _time("RECURRENCE-ID", record["instance"], of["start_zone"] or zone, whole=of["all_day"])
                )
        single = self.single.get(record.id, set())
        if record["repeats"]:
            lines.append(f"RRULE:{until_utc(record['repeats'], zone, whole=bool(whole))}")
            out = sorted(left_out(record["skipped"]) - single)
            if out:
                lines.append(_many("EXDATE", out, zone, whole=whole))
        more = sorted(_outside(record, single))
        if more:
            lines.append(_many("RDATE", more, zone, whole=whole))
        if record["done_through"] is not None:
            lines.append(f"X-FREECRM-DONE-THROUGH:{record['done_through']:%Y%m%dT%H%M%SZ}")
        return lines

    # ---- what

    def _what(self, record: Record) -> Iterator[str]:
        if record["text"]:
            yield f"DESCRIPTION:{_escaped(record['text'])}"
        if record["place"]:
            yield f"LOCATION:{_escaped(record['place'])}"
        if record["kind"]:
            yield f"CATEGORIES:{_escaped(self.kind.show(record['kind']))}"
            yield f"X-FREECRM-KIND:{_escaped(record['kind'])}"
        if record["start"] is not None:
            yield f"TRANSP:{'TRANSPARENT' if record['free'] else 'OPAQUE'}"

    def _state(self, record: Record, *, task: bool) -> Iterator[str]:
        state = record["state"]
        if state == DROPPED:
            yield "STATUS:CANCELLED"
        elif task:
            yield f"STATUS:{'COMPLETED' if state == DONE else 'NEEDS-ACTION'}"
        else:
            yield "STATUS:CONFIRMED"
        yield f"X-FREECRM-STATE:{state}"
        if record["done_at"] is not None:
            name = "COMPLETED" if task else "X-FREECRM-DONE-AT"
            yield f"{name}:{record['done_at']:%Y%m%dT%H%M%SZ}"
        for field in ("result", "outcome", "direction"):
            if record[field]:
                yield f"X-FREECRM-{field.upper()}:{_escaped(record[field])}"

    def _who(self, record: Record) -> Iterator[str]:
        customer = record["customer"]
        if customer in self.customers:
            yield f"CONTACT:{_escaped(self.customers[customer])}"
            yield f"X-FREECRM-CUSTOMER;X-ID={customer.hex()}:{_escaped(self.customers[customer])}"
        for row in record["people"] or ():
            for kind in ("contact", "user"):
                id = row.get(kind)
                if id in self.names[kind]:
                    mail = f';X-MAIL="{_quoted(self.mails[id])}"' if id in self.mails else ""
                    yield f"X-FREECRM-WITH;X-ID={id.hex()}{mail}:{_escaped(self.names[kind][id])}"


def _outside(record: Record, single: set[int]) -> set[int]:
    """Those of the times standing for themselves that the rule doesn't give."""
    start = spans.ms(record["start"])
    if not single:
        return set()
    if not record["repeats"]:
        return single - {start}
    given, last = set[int](), max(single)
    for ms in times(start, record["start_zone"], record["repeats"]):
        if ms > last:
            break
        given.add(ms)
    return single - given


def _time(name: str, moment: dt.datetime, zone: str | None, *, whole: bool | None) -> str:
    wall = moment.astimezone(zone_of(zone))
    if whole:
        return f"{name};VALUE=DATE:{wall:%Y%m%d}"
    if not zone or zone == "UTC":
        return f"{name}:{moment:%Y%m%dT%H%M%SZ}"
    return f"{name};TZID={zone}:{wall:%Y%m%dT%H%M%S}"


def _many(name: str, many: Iterable[int], zone: str | None, *, whole: bool | None) -> str:
    told = [_time(name, spans.moment(ms), zone, whole=whole) for ms in many]
    head = told[0].partition(":")[0]
    return f"{head}:{','.join(one.partition(':')[2] for one in told)}"


def _alarm(before: int, subject: str) -> list[str]:
    days, minutes = divmod(abs(before), 1440)
    length = f"P{days}D" if days and not minutes else f"PT{abs(before)}M"
    sign = "-" if before > 0 else ""
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(subject)}",
        f"TRIGGER:{sign}{length}",
        "END:VALARM",
    ]


def _zone(name: str, first: int, last: int) -> bytes:
    """A zone's own definition for the years of the events in it."""
    from icalendar import Timezone

    since = spans.moment(first).date() - 400 * _DAY
    until = max(spans.moment(last).date(), since) + 5 * 366 * _DAY
    text = Timezone.from_tzid(
        name, first_date=since.replace(month=1, day=1), last_date=until.replace(month=12, day=31)
    )
    lines = text.to_ical().decode().replace("\r\n ", "").split("\r\n")
    return _folded([line for line in lines if line and not line.startswith("COMMENT:")])


def _escaped(text: Any) -> str:
    plain = UNSEEN.sub("", str(text)).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _quoted(text: str) -> str:
    return "".join(c for c in text if c >= " " and c != '"')


def _folded(lines: Iterable[str]) -> bytes:
    from freecrm.exchange.vcard import fold

    return "".join(fold(line) for line in lines).encode()


def file_name(title: str) -> str:
    """A name for the file: "云杉谷酒店.ics"."""
    plain = "".join(" " if c in '\\/:*?"<>|' or c < " " else c for c in title)
    return f"{' '.join(plain.split())[:80] or _('Calendar')}.ics"
