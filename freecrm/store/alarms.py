"""What somebody is to be reminded of: reminders are rows, so that none gets lost when the program or its clock stops.

    alarms.due(store, now, me)             what has rung and nobody has acknowledged
    alarms.missed(store, now, me)          the same at a start, with the yearly dates since, worst first
    alarms.next_at(store, now)             when to look again
    alarms.seen(store, found)              somebody knows; alarms.later(store, found, until): not now

An alarm stays due until it is acknowledged or put off; a crash or a power cut changes nothing of that. What is kept
of it is bookkeeping: neither Ctrl+Z nor a history takes note of it (`core/change.NOTED`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from freecrm.core import agenda
from freecrm.core.change import NOTED
from freecrm.core.spans import moment, ms
from freecrm.store import faults, occasions
from freecrm.store.tables import rows_of

if TYPE_CHECKING:
    from freecrm.store.database import Store

YEARLY = "yearly"
"""What an alarm is of that no activity stands behind: a birthday, an anniversary."""
MORNING = 9  # o'clock: yearly dates of a day are told from then on, and «tomorrow» is then
MOST = 500  # alarms told at once; the others follow when these are dealt with
BACK = 31  # days of yearly dates that are told afterwards
_FIRST_OF_ALL = ("call", "visit", "meeting")


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing to be reminded of. what: key of the activity's kind, or YEARLY. entity, id: the record behind it.

    name: what it is about. at: when it rang. begins, ends: of the activity, of the time of it that is meant; of a
    yearly date its day, whose remark is its `place`. times: how many times of a repeating one it stands for.
    reminders: their ids.
    """

    what: str
    entity: str
    id: bytes
    name: str
    at: dt.datetime
    begins: dt.datetime
    ends: dt.datetime | None = None
    all_day: bool = False
    zone: str | None = None
    times: int = 1
    reminders: tuple[bytes, ...] = ()
    customer: bytes | None = None
    firm: str = ""
    grade: str | None = None
    place: str = ""
    person: str = ""
    job: str = ""
    phone: str = ""

    @property
    def key(self) -> tuple[bytes, dt.datetime]:
        """What tells it from others, however often it is looked for."""
        return self.id, self.begins

    @property
    def is_yearly(self) -> bool:
        """Whether it is a yearly date, which nobody can do or miss."""
        return self.what == YEARLY


@faults.reads
def due(store: Store, now: dt.datetime, me: bytes | None = None) -> list[Alarm]:
    """What has rung by `now` for somebody (None: for everybody), at most MOST, the earliest first.

    Theirs is what they own or take part in, and what nobody owns. An activity rings once, however many reminders
    of it have come."""
    at = ms(now)
    found: dict[tuple[bytes, int], Alarm] = {}
    for row in store.read().execute(_SQL, {"now": at, "me": me, "most": MOST}).fetchall():
        told = agenda.rung(at, *row[1:10])
        if told is None:
            continue
        begins, times = told
        known = found.get((row[10], begins))
        found[row[10], begins] = (
            _alarm(store.schema.title_of, row, begins, times)
            if known is None
            else replace(known, reminders=(*known.reminders, row[0]), times=max(times, known.times))
        )
    firms = {one.customer for one in found.values() if one.customer}
    names = store.reader().linked("customer", firms)
    alarms = [replace(one, firm=names.get(one.customer or b"") or "") for one in found.values()]
    made = _with_people(store, alarms)
    return sorted(made, key=lambda one: (one.at, one.begins, one.name))


_SQL = """
SELECT r.id, r.before, r.seen, r.again, a.open_at, a.start, a.start_zone, a.repeats, a.skipped, a.all_day,
       a.id, a."end", a.subject, a.kind, a.place, a.customer, r.at, c.grade,
       c.main_contact, c.main_phone
FROM reminder r JOIN activity a ON a.id = r.parent LEFT JOIN customer c ON c.id = a.customer
WHERE r.at <= :now AND (:me IS NULL OR a.owner_user IS NULL OR a.owner_user = :me
  OR EXISTS (SELECT 1 FROM attendee t WHERE t.parent = a.id AND +t.user = :me))
ORDER BY r.at DESC LIMIT :most
"""


def _alarm(
    title_of: Callable[[str, dict[str, Any]], str], row: Sequence[Any], begins: int, times: int
) -> Alarm:
    start, zone, all_day = row[5], row[6], row[9]
    id, end, subject, kind, place, customer, at, grade, person, phone = row[10:]
    ends = None if end is None or start is None else begins + (end - start)
    return Alarm(
        kind or "task",
        "activity",
        id,
        subject or title_of("activity", {"subject": None, "kind": kind}),
        moment(at),
        moment(begins),
        None if ends is None else moment(ends),
        bool(all_day),
        zone,
        customer=customer,
        grade=grade,
        place=place or "",
        reminders=(row[0],),
        times=times,
        person=person or "",
        phone=phone or "",
    )


def _with_people(store: Store, alarms: list[Alarm]) -> list[Alarm]:
    """The same with whom it is about: the first who takes part, else the customer's first contact."""
    c = store.read()
    # most have nobody: one question tells which do
    sql = "SELECT DISTINCT parent FROM attendee WHERE parent IN (?) AND contact IS NOT NULL"
    accompanied = {id for (id,) in rows_of(c, sql, [one.id for one in alarms])}
    made = []
    for one in alarms:
        row = c.execute(_WHO, (one.customer, one.id)).fetchone() if one.id in accompanied else None
        if row is not None:
            person, job, phone = row
            one = replace(one, person=person or "", job=job or "", phone=phone or "")
        made.append(one)
    return made


_WHO = """
SELECT p.name, (SELECT j.job FROM job j WHERE j.parent = p.id AND (j.customer = ?1 OR ?1 IS NULL)
                ORDER BY coalesce(j."primary", 0) DESC, j.n LIMIT 1), p.main_phone
FROM attendee t JOIN contact p ON p.id = t.contact WHERE t.parent = ?2 ORDER BY t.n LIMIT 1
"""


@faults.reads
def next_at(store: Store, now: dt.datetime) -> dt.datetime | None:
    """When the next reminder rings after `now`; None when none is set."""
    row = store.read().execute("SELECT min(at) FROM reminder WHERE at > ?", (ms(now),)).fetchone()
    return None if row[0] is None else moment(row[0])


def seen(store: Store, alarms: Iterable[Alarm]) -> None:
    """Somebody knows of them: they don't ring again, unless the activity is moved. One step, whatever their number."""
    _note(store, alarms, None)


def later(store: Store, alarms: Iterable[Alarm], until: dt.datetime) -> None:
    """Remind of them again at `until`."""
    _note(store, alarms, until)


def _note(store: Store, alarms: Iterable[Alarm], again: dt.datetime | None) -> None:
    given = list(alarms)
    rows = {id: {"seen": one.begins, "again": again} for one in given for id in one.reminders}
    if rows:
        with store.step(NOTED, origin="program") as step:
            # one that was deleted meanwhile has nothing to remind of
            marks = ", ".join("?" * len(rows))
            there = step.connection.execute(f"SELECT id FROM reminder WHERE id IN ({marks})", list(rows))
            step.update_many("reminder", [(id, rows[id]) for (id,) in there.fetchall()])
    yearly = [one for one in given if one.is_yearly]
    if yearly:
        _note_yearly(store, yearly, again)


# ---- what was missed


def missed(
    store: Store, now: dt.datetime, me: bytes | None = None, since: dt.date | None = None
) -> list[Alarm]:
    """What rang while nobody was told: `due`, and the yearly dates up to the day of `now`, worst first.

    since: from which day on yearly dates are told; by itself from where they were told last in this file."""
    return worst_first(store, [*due(store, now, me), *yearly(store, now, me, since)])


def worst_first(store: Store, alarms: Iterable[Alarm]) -> list[Alarm]:
    """By the damage that forgetting them does: the best customers, then who waits to be called or visited."""
    options = store.schema.fields("customer")["grade"].options.entries  # type: ignore[attr-defined]
    grades = {option.key: place for place, option in enumerate(options)}

    def damage(one: Alarm) -> tuple[int, int, dt.datetime, str]:
        kind = 0 if one.what in _FIRST_OF_ALL else 2 if one.what == agenda.TASK else 1
        return grades.get(one.grade or "", len(grades)), kind, one.begins, one.name

    return sorted(alarms, key=damage)


@faults.reads
def yearly(
    store: Store, now: dt.datetime, me: bytes | None = None, since: dt.date | None = None
) -> list[Alarm]:
    """Birthdays and other yearly dates up to the day of `now` that nobody was told of; those of other people's
    customers are theirs. Walks all records that have such a date: not for the main thread."""
    here = now.astimezone()
    today = here.date()
    kept = _kept(store, me)
    begun = since or min(max(kept.since or today, today - dt.timedelta(days=BACK)), today)
    found = []
    for one in occasions.coming(store, begun, (today - begun).days + 1):
        at = dt.datetime.combine(one.day, dt.time(MORNING)).astimezone(dt.UTC)
        alarm = Alarm(
            YEARLY, one.entity, one.id, one.what, at, at, all_day=True, person=one.name, place=one.note
        )
        put_off = kept.later.get(_name(alarm))
        if one.day > today or _name(alarm) in kept.seen or (put_off is not None and put_off > ms(now)):
            continue
        owned = _of_whom(store, alarm)
        if me is None or owned[0] is None or owned[0] == me:
            found.append(replace(alarm, customer=owned[1], firm=owned[2], grade=owned[3]))
        if len(found) == MOST:
            break
    return found


def _of_whom(store: Store, alarm: Alarm) -> tuple[bytes | None, bytes | None, str, str | None]:
    """(owner, customer, its name, its grade) of a record that has a yearly date."""
    by = {
        "customer": "c.id = ?",
        "contact": "c.id = (SELECT customer FROM job WHERE parent = ? ORDER BY n LIMIT 1)",
    }
    if alarm.entity not in by:
        return None, None, "", None
    sql = f"SELECT owner_user, id, name, grade FROM customer c WHERE {by[alarm.entity]}"
    row = store.read().execute(sql, (alarm.id,)).fetchone()
    if row is None:
        return None, None, "", None
    return row[0], row[1], (row[2] or "") if alarm.entity == "contact" else "", row[3]


@dataclass(slots=True)
class _Kept:
    """What a file remembers of the yearly dates told to somebody: since: from this day on they are looked for.
    seen, later: by name of the alarm, of that day and those after it."""

    since: dt.date | None
    seen: set[str]
    later: dict[str, int]


def _kept(store: Store, me: bytes | None) -> _Kept:
    held: Mapping[str, Any] = store.kept(_key(me)) or {}
    since = dt.date.fromisoformat(held["since"]) if held.get("since") else None
    return _Kept(since, set(held.get("seen", ())), dict(held.get("later", {})))


def _key(me: bytes | None) -> str:
    return f"yearly told {me.hex() if me else ''}".strip()


def _name(alarm: Alarm) -> str:
    return f"{alarm.begins.astimezone().date().isoformat()} {alarm.entity} {alarm.id.hex()}"


def _note_yearly(store: Store, alarms: Sequence[Alarm], again: dt.datetime | None) -> None:
    """Keep that they were told; looking begins at the earliest day of which something is still to be told."""
    me = store.user
    kept = _kept(store, me)
    names = {_name(one) for one in alarms}
    kept.later = {name: at for name, at in kept.later.items() if name not in names}
    if again is None:
        kept.seen |= names
    else:
        kept.later |= dict.fromkeys(names, ms(again))
    now = dt.datetime.now(dt.UTC)
    waits = [one.begins.astimezone().date() for one in yearly(store, now, me) if _name(one) not in kept.seen]
    put_off = [dt.date.fromisoformat(name[:10]) for name in kept.later]
    since = min([now.astimezone().date(), *waits, *put_off]).isoformat()
    store.keep(
        _key(me),
        {"since": since, "seen": sorted(n for n in kept.seen if n[:10] >= since), "later": kept.later},
    )


# ---- times


def tomorrow(now: dt.datetime) -> dt.datetime:
    """Nine o'clock on the next day, on this computer's clock."""
    day = now.astimezone().date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(MORNING)).astimezone(dt.UTC)
