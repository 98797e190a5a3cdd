"""What is done with activities, whoever asks: plan, finish, put off, drop. Each is one step that can be undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core import agenda, repeats, spans, zones
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say
from freecrm.store import notices, single
from freecrm.store.reader import Reader

if TYPE_CHECKING:
    from freecrm.core.record import Record
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

NOTICES = {
    (True, True): N_("{by} gave you: {name} ({when})"),
    (True, False): N_("Yours from now on: {name} ({when})"),
    (False, True): N_("{by} wants you along: {name} ({when})"),
    (False, False): N_("You are to come along: {name} ({when})"),
}
"""By whether it is theirs, and whether it is known who gave it to them."""
GONE = N_("This activity isn't there any more. Look in the recycle bin.")
_TAKEN = (
    "subject", "kind", "customer", "owner_user", "place", "room", "free", "text", "all_day", "start_zone",
)  # fmt: skip
"""What a time of an activity that stands by itself has from it."""
MOST_SAID = 500
"""Letters of a notice: nobody reads more."""
WHOLE_DAY = -540
"""Minutes before the midnight at which a whole day begins that its reminder rings: nine in the morning."""


@dataclass(frozen=True, slots=True)
class Habit:
    """What is usual for a kind of activity. minutes: its length, 0 = none. before: minutes that the reminder comes
    before it, None = no reminder."""

    icon: str
    minutes: int
    before: int | None


USUAL: dict[str, Habit] = {
    "call": Habit("phone", 15, 10),
    "visit": Habit("map-pin", 60, 60),
    "meeting": Habit("users", 60, 15),
    "letter": Habit("file-text", 30, None),
    "email": Habit("mail", 15, None),
    "fax": Habit("printer", 15, None),
    "wechat": Habit("message-circle", 15, 10),
    "task": Habit("circle-check", 30, 15),
    "other": Habit("calendar", 30, 15),
}
"""By key of the kind; own kinds begin as "other"."""


def habits(store: Store) -> dict[str, Habit]:
    """What is usual for every kind of this file, the firm's own habits first."""
    own = store.schema.fields("activity")["kind"].options.entries  # type: ignore[attr-defined]
    made = {entry.key: USUAL.get(entry.key, USUAL["other"]) for entry in own}
    rows = store.read().execute("SELECT of, sign, minutes, reminds, before FROM kind_habit ORDER BY n")
    for of, sign, minutes, reminds, before in rows:
        usual = made.get(of, USUAL["other"])
        rings = (usual.before if before is None else int(before)) if reminds in (None, 1) else None
        made[of] = Habit(sign or usual.icon, usual.minutes if minutes is None else int(minutes), rings)
    return made


def set_habit(store: Store, key: str, habit: Habit) -> None:
    """Let something else be usual for a kind; one step."""
    title = store.schema.fields("activity")["kind"].show(key)
    row = store.read().execute("SELECT id FROM kind_habit WHERE of = ? ORDER BY n DESC", (key,)).fetchone()
    values = {
        "sign": habit.icon,
        "minutes": habit.minutes,
        "reminds": habit.before is not None,
        "before": habit.before,
    }
    with store.step(N_("{name} changed"), name=title) as step:
        if row is None:
            step.insert("kind_habit", {"of": key, **values})
        else:
            step.update("kind_habit", row[0], values)


def rooms(store: Store) -> dict[bytes, tuple[str, bool]]:
    """Id of each room or car -> its name, and whether only one activity can have it at a time; by name."""
    rows = store.read().execute("SELECT id, name, coalesce(single, 1) FROM resource ORDER BY name_key, n")
    return {id: (str(name or ""), bool(single)) for id, name, single in rows}


def whole(store: Store, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an activity with what is usual for its kind: its end, its zone, its reminder, its subject.

    Known when it ends before it begins."""
    made = dict(values)
    kind = made.get("kind") or "task"
    habit = habits(store).get(kind, USUAL["other"])
    start, end = made.get("start"), made.get("end")
    if start is not None:
        made.setdefault("start_zone", zones.here() or None)
        if end is None:
            made["end"] = day_after(start, made["start_zone"]) if made.get("all_day") else None
            if made["end"] is None and habit.minutes:
                made["end"] = start + dt.timedelta(minutes=habit.minutes)
        if "reminders" not in made and made.get("state", agenda.PLANNED) == agenda.PLANNED:
            before = WHOLE_DAY if made.get("all_day") else habit.before
            made["reminders"] = [] if before is None else [{"before": before}]
    if not made.get("subject"):
        made["subject"] = store.schema.fields("activity")["kind"].show(kind)
    refuse_backwards(made.get("start"), made.get("end"))
    return made


def refuse_backwards(start: dt.datetime | None, end: dt.datetime | None) -> None:
    """Known when something would be over before it begins."""
    if start is not None and end is not None and end < start:
        what = N_("It would end at {end}, before it begins at {start}. Set the end after the beginning.")
        raise Known(say(what, start=_shown(start), end=_shown(end)))


def _shown(moment: dt.datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def midnight(day: dt.date, zone: str | None = None) -> dt.datetime:
    """The moment at which a day begins in a zone (this computer's own when none is named)."""
    at = agenda.zone_of(zone or zones.here())
    return dt.datetime.combine(day, dt.time(), tzinfo=at).astimezone(dt.UTC)


def day_of(moment: dt.datetime, zone: str | None = None) -> dt.date:
    """The day of a moment on the clock of a zone."""
    return moment.astimezone(agenda.zone_of(zone or zones.here())).date()


def day_after(moment: dt.datetime, zone: str | None = None) -> dt.datetime:
    """The midnight behind a moment: where a whole day ends."""
    return midnight(day_of(moment, zone) + dt.timedelta(days=1), zone)


def plan(store: Store, values: Mapping[str, Any]) -> bytes:
    """Put in a new activity, with what is usual for its kind; its id."""
    with store.step(N_("New activity: {name}"), name=values.get("subject") or "") as step:
        id = add(step, store, values)
    return id


def add(step: Step, store: Store, values: Mapping[str, Any]) -> bytes:
    """The same inside a step that does more."""
    made = whole(store, values)
    step.figures.setdefault("name", made["subject"])
    step.figures["name"] = step.figures["name"] or made["subject"]
    return step.insert("activity", made)


def save(
    store: Store,
    id: bytes | None,
    values: Mapping[str, Any],
    *,
    shown: Mapping[str, Any] | None = None,
    accepted: Iterable[bytes] = (),
) -> bytes:
    """Put in a new activity (id None) or change fields of one, as one step; its id. Colleagues who come to it by that
    get a notice. shown: what stood there when editing began; `single.Changed` is raised, and nothing written, when
    the file holds something else by now. accepted: the activities it may clash with.

    Known when it ends before it begins, or isn't there any more."""
    from freecrm.store import clashes

    if id is None:
        with store.step(N_("New activity: {name}"), name=values.get("subject") or "") as step:
            made = add(step, store, values)
            clashes.accept(step, made, accepted)
            tell_colleagues(step, store, made, set())
        return made
    before = there(store, id)
    refuse_backwards(values.get("start", before["start"]), values.get("end", before["end"]))
    with store.step(
        N_("Activity changed: {name}"), name=values.get("subject") or before["subject"] or ""
    ) as step:
        if shown is not None:
            single.refuse_changed(step, "activity", id, values, shown)
        step.update("activity", id, dict(values))
        clashes.accept(step, id, accepted)
        tell_colleagues(step, store, id, people_of(before))
    return id


def remove(store: Store, id: bytes) -> None:
    """Delete an activity with all its times; it lies in the recycle bin."""
    record = there(store, id)
    with store.step(N_("Activity deleted: {name}"), name=record["subject"] or "") as step:
        step.delete("activity", id)


def there(store: Store, id: bytes) -> Record:
    """The activity. Known when it isn't there any more."""
    record = store.reader().record("activity", id)
    if record is None:
        raise Known(say(GONE))
    return record


def people_of(record: Record) -> set[bytes]:
    """The users whose time an activity takes."""
    found = {row["user"] for row in record["people"] or () if row.get("user")}
    return found | ({record["owner_user"]} if record["owner_user"] else set())


def tell_colleagues(step: Step, store: Store, id: bytes, before: set[bytes]) -> None:
    """A notice for each colleague who comes to an activity by this step. before: whose time it took till then."""
    record = Reader(store, None, step).record("activity", id)
    if record is None or record["state"] != agenda.PLANNED:
        return
    names = store.reader().titles("user", {store.user}) if store.user else {}
    by = names.get(store.user or b"", "")
    for user in sorted(people_of(record) - before):
        text = NOTICES[record["owner_user"] == user, bool(by)]
        said = say(text, name=record["subject"] or "", when=_shown_of(record), by=by)
        notices.add(step, user, str(said)[:MOST_SAID], about=id, customer=record["customer"])


def _shown_of(record: Record) -> str:
    """When it is, for people: a day, or a day with its time."""
    start = record["start"]
    if start is None:
        return _("no time yet")
    return day_of(start, record["start_zone"]).isoformat() if record["all_day"] else _shown(start)


def finish(
    store: Store,
    id: bytes,
    *,
    result: str = "",
    outcome: str | None = None,
    at: dt.datetime | None = None,
    instance: dt.datetime | None = None,
    then: Mapping[str, Any] | None = None,
) -> bytes:
    """Say that an activity is done, with what came of it and the next one (`then`: its values); the id of the done
    one. instance: which time of a repeating one; that time then stands by itself, and those before it are dealt
    with."""
    record = there(store, id)
    done: dict[str, Any] = {
        "state": agenda.DONE,
        "done_at": at or dt.datetime.now(dt.UTC),
        "done_at_zone": zones.here() or None,
        "result": result or None,
        "outcome": outcome,
    }
    with store.step(N_("Activity done: {name}"), name=record["subject"] or "") as step:
        made = close(step, record, done, instance)
        if then is not None:
            common = {name: record[name] for name in ("customer", "owner_user") if record[name]}
            add(step, store, {**common, **then})
    return made


def close(step: Step, record: Any, values: Mapping[str, Any], instance: dt.datetime | None = None) -> bytes:
    """Give an activity these values, of one that repeats to this time of it; the id of what has them now."""
    if not record["repeats"]:
        step.update("activity", record.id, dict(values))
        return bytes(record.id)
    at = instance or record["open_at"]
    made = _one_time(step, record, at, values)
    skipped = repeats.with_left_out(record["skipped"], spans.ms(at))
    step.update("activity", record.id, {"done_through": at, "skipped": skipped})
    return made


def _one_time(step: Step, record: Any, instance: dt.datetime, values: Mapping[str, Any]) -> bytes:
    """One time of a repeating activity as an activity of its own."""
    own = {name: record[name] for name in _TAKEN if record[name] is not None}
    length = record["end"] - record["start"] if record["end"] is not None else None
    own |= {"start": instance, "series": record.id, "instance": instance}
    if length is not None:
        own["end"] = instance + length
    return step.insert("activity", {**own, **values})


def move_one_time(step: Step, record: Any, values: Mapping[str, Any]) -> None:
    """Let the next open time of a repeating activity be an activity of its own with these values; the others stay
    where they are."""
    _one_time(step, record, record["open_at"], values)
    left_out = f"{record['skipped'] or ''} {spans.ms(record['open_at'])}".strip()
    step.update("activity", record.id, {"skipped": left_out})


def put_off(store: Store, id: bytes, start: dt.datetime, end: dt.datetime | None = None) -> None:
    """Move an activity that was not done to a later time; its length stays where `end` is None. Of a repeating one
    only the next open time moves, as an activity of its own, and the others stay where they are."""
    record = there(store, id)
    if end is None and record["start"] is not None and record["end"] is not None:
        end = start + (record["end"] - record["start"])
    refuse_backwards(start, end)
    moved: dict[str, Any] = {"start": start, "end": end, "carried": (record["carried"] or 0) + 1}
    with store.step(N_("Activity put off: {name}"), name=record["subject"] or "") as step:
        if record["repeats"] and record["open_at"] is not None:
            reminders = [{"before": one["before"]} for one in record["reminders"] or ()]
            move_one_time(step, record, {**moved, "carried": 1, "reminders": reminders})
        else:
            step.update("activity", id, moved)


def drop(store: Store, id: bytes) -> None:
    """Say that an activity won't be done; it stays in the file as dropped."""
    record = there(store, id)
    with store.step(N_("Activity dropped: {name}"), name=record["subject"] or "") as step:
        step.update("activity", id, {"state": agenda.DROPPED})
