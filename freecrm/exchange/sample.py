"""The sample firm: 86 customers and three months of life, put in as one step and taken out in one.

What the user made meanwhile stays, whatever it was linked to.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from freecrm.core import agenda
from freecrm.core.change import Touched
from freecrm.core.home import RESOURCES
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, say
from freecrm.exchange import sample_sales
from freecrm.store import activities, arrivals
from freecrm.store.arrivals import TakenOut

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

FOLDER = RESOURCES / "sample"
KEY = "sample"  # the number of the step, among the things kept in the file
LIMIT = 5_000_000
"""What customers of grade A may owe in the sample, in the minor unit."""

SOON = dt.timedelta(hours=1)
"""Longer before something than its reminder rings."""


def content(language: str) -> dict[str, Any]:
    """The firm as it lies in the file of that language."""
    name = "firm_zh.json" if language == "zh_CN" else "firm_en.json"
    found: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    sold = FOLDER / name.replace("firm", "sales")
    found["sales"] = json.loads(sold.read_text(encoding="utf-8"))
    return found


def install(
    store: Store, language: str, today: dt.date | None = None, progress: Progress | None = None
) -> Touched:
    """Put the sample firm in, as one step; its three months end the day before `today`.

    Known when it is there already."""
    if is_there(store):
        raise Known(say(N_("The sample data is in this file already.")))
    firm = content(language)
    day = today or dt.datetime.now().astimezone().date()
    customers = firm["customers"]
    with store.step(N_("Add the sample data")) as step:
        users = [step.insert("user", user) for user in firm["users"]]
        made: list[bytes] = []
        rooms = _work(step, firm["work"])
        _weekly(step, store, firm["work"]["weekly"], users, rooms[0], day)
        for number, customer in enumerate(customers):
            if progress is not None:
                progress.tell(number, len(customers))
            made.append(_add(step, store, customer, users, made, day))
        sample_sales.put_in(step, language, firm["sales"], users, made, day)
        store.keep(KEY, step.n)
    assert step.touched is not None
    return step.touched


_APART = ("owner", "group", "people", "talks", "next")


def _work(step: Step, work: dict[str, Any]) -> list[bytes]:
    """Put in what a firm works with: rooms, usual phrases, a follow-up plan; the ids of the rooms."""
    for number, phrase in enumerate(work["phrases"]):
        step.insert("phrase", {"text": phrase, "position": number})
    step.insert("plan", {"name": work["plan"]["name"], "steps": work["plan"]["steps"]})
    return [step.insert("resource", {"name": room}) for room in work["rooms"]]


def _weekly(step: Step, store: Store, subject: str, users: list[bytes], room: bytes, day: dt.date) -> None:
    """The meeting of all on Mondays, for three weeks already."""
    monday = day - dt.timedelta(days=day.weekday())
    start = _at(monday - dt.timedelta(days=21), "09:00")
    people = [{"user": user} for user in users]
    values = {"kind": "meeting", "subject": subject, "start": start, "room": room, "owner_user": users[0]}
    last = monday if monday < day else monday - dt.timedelta(days=7)
    held = {"repeats": "FREQ=WEEKLY;BYDAY=MO", "done_through": _at(last, "09:00")}
    activities.add(step, store, {**values, **held, "people": people})


def _add(
    step: Step, store: Store, customer: dict[str, Any], users: list[bytes], made: list[bytes], day: dt.date
) -> bytes:
    """Put in one customer, its people, what was talked about and what is planned; its id."""
    values = {k: v for k, v in customer.items() if k not in _APART}
    values["owner_user"] = users[customer["owner"]]
    values["group"] = made[customer["group"]] if "group" in customer else None
    if values.get("grade") == "A":
        values |= {"credit_grade": "good", "credit_limit": LIMIT, "terms_days": 30}
    if values.get("source") == "referral" and made:
        values["ties"] = [{"kind": "referred_by", "customer": made[len(made) // 3]}]
    id = step.insert("customer", values)
    people = _people(step, id, customer["people"], day if not made else None)
    common = {"customer": id, "people": [{"contact": people[0]}]}
    for talk in customer["talks"]:
        step.insert("activity", {**common, "owner_user": users[customer["owner"]], **_talk(store, talk, day)})
    if "next" in customer:
        place = customer["addresses"][0].get("street", "")
        _plan(step, store, {**common, "place": place}, customer["next"], users, day)
    return id


def _talk(store: Store, talk: dict[str, Any], day: dt.date) -> dict[str, Any]:
    """A talk that was had, on a working day."""
    start = _at(_workday(day - dt.timedelta(days=talk["ago"]), -1), talk["time"])
    return {
        "kind": talk["kind"],
        "subject": store.schema.fields("activity")["kind"].show(talk["kind"]),
        "state": agenda.DONE,
        "start": start,
        "done_at": start,
        "outcome": "reached",
        "result": talk["text"],
    }


def _plan(
    step: Step,
    store: Store,
    common: dict[str, Any],
    planned: dict[str, Any],
    users: list[bytes],
    day: dt.date,
) -> None:
    """What is planned next. What is overdue by then, or soon, has no reminder: it would ring at once."""
    ahead = planned["in"]
    on = day + dt.timedelta(days=ahead) if not ahead else _workday(day + dt.timedelta(days=ahead), ahead)
    start = _at(on, planned["time"])
    values = {
        **common,
        "kind": planned["kind"],
        "subject": planned["subject"],
        "start": start,
        "end": start + dt.timedelta(minutes=planned["minutes"]),
        "owner_user": users[planned["owner"]],
    }
    if planned["kind"] not in ("visit", "meeting"):
        del values["place"]
    if start <= dt.datetime.now(dt.UTC) + SOON:
        values["reminders"] = []
    activities.add(step, store, values)
    if "clash" in planned:  # somebody promised to be at two places
        other = {"kind": "call", "subject": planned["clash"], "start": start + dt.timedelta(minutes=5)}
        activities.add(step, store, {**values, **other})


def _workday(day: dt.date, towards: int) -> dt.date:
    """The day, or the working day before (towards < 0) or after it."""
    over = max(day.weekday() - 4, 0)  # 1 on a Saturday, 2 on a Sunday
    return day + dt.timedelta(days=-over if towards < 0 else (3 - over) % 3)


def _at(day: dt.date, time: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(time)).astimezone()


def _people(step: Step, id: bytes, people: list[dict[str, Any]], born: dt.date | None) -> list[bytes]:
    """Put in the people of a customer; whoever decides is the boss of the others. born: two days after that the
    first of them has their birthday. Their ids."""
    boss = None
    ids: list[bytes] = []
    for person in sorted(people, key=lambda one: one["jobs"][0].get("role") != "decider"):
        jobs = [{**job, "customer": id, "reports_to": boss} for job in person["jobs"]]
        if born is not None and not ids:
            person = {**person, "birthday": f"1980-{born + dt.timedelta(days=2):%m-%d}"}
        made = step.insert("contact", {**person, "jobs": jobs})
        ids.append(made)
        if boss is None and person["jobs"][0].get("role") == "decider":
            boss = made
    return ids


def is_there(store: Store) -> bool:
    """Whether any record of the sample firm is in the file."""
    n = store.kept(KEY)
    return n is not None and arrivals.still_here(store, n)


def refuse_to_share(store: Store) -> None:
    """Known when the sample firm is in a file that is to join a team: everybody would have it."""
    if is_there(store):
        raise Known(
            say(
                N_(
                    "The sample firm is in this file, and joining would give it to all of your colleagues. Nothing was"
                    " done. Remove it first (the line above the list of customers), then join."
                )
            )
        )


def remove(store: Store) -> tuple[Touched, TakenOut]:
    """Take the sample firm out, as one step that can be undone: all of it, edited or not, and nothing else.

    Known when there is none."""
    if not is_there(store):
        raise Known(say(N_("There is no sample data in this file.")))
    return arrivals.take_out(store, store.kept(KEY), N_("Remove the sample data"))


def told(store: Store, taken: TakenOut) -> Said:
    """What a removal did, and what of the user's own had to do with it."""
    removed = [
        say(N_("{what} {n}"), n=f"{n:,}", what=say(store.schema.entity(entity).plural))
        for entity, n in taken.removed.items()
    ]
    said = say(N_("The sample data is gone: {what}."), what=removed)
    linked = sum(taken.linked.values())
    if linked:
        what = N_("Records of your own that were linked to it stay without that link: {n}.")
        said = say(N_("{one} {two}"), one=said, two=say(what, n=f"{linked:,}"))
    if taken.along:
        what = N_("What you had added to sample records went with them: {n} entries.")
        said = say(N_("{one} {two}"), one=said, two=say(what, n=f"{taken.along:,}"))
    return said
