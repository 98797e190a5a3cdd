"""The sample firm: 86 customers and three months of life, put in as one step and taken out in one.

What the user made meanwhile stays, whatever it was linked to.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from freecrm.core.change import Touched
from freecrm.core.home import RESOURCES
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, say
from freecrm.store import arrivals
from freecrm.store.arrivals import TakenOut

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

FOLDER = RESOURCES / "sample"
KEY = "sample"  # the number of the step, among the things kept in the file
LIMIT = 5_000_000
"""What customers of grade A may owe in the sample, in the minor unit."""


def content(language: str) -> dict[str, Any]:
    """The firm as it lies in the file of that language."""
    name = "firm_zh.json" if language == "zh_CN" else "firm_en.json"
    found: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
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
        for number, customer in enumerate(customers):
            if progress is not None:
                progress.tell(number, len(customers))
            made.append(_add(step, customer, users, made, day))
        store.keep(KEY, step.n)
    assert step.touched is not None
    return step.touched


def _add(step: Step, customer: dict[str, Any], users: list[bytes], made: list[bytes], day: dt.date) -> bytes:
    """Put in one customer and its people; its id."""
    values = {k: v for k, v in customer.items() if k not in ("owner", "group", "people", "notes")}
    notes = [_note(note, day) for note in customer["notes"]]
    values["owner_user"] = users[customer["owner"]]
    values["group"] = made[customer["group"]] if "group" in customer else None
    values["notes"] = notes
    values["last_contact"] = max(note["at"] for note in notes).astimezone().date()
    if values.get("grade") == "A":
        values |= {"credit_grade": "good", "credit_limit": LIMIT, "terms_days": 30}
    if values.get("source") == "referral" and made:
        values["ties"] = [{"kind": "referred_by", "customer": made[len(made) // 3]}]
    id = step.insert("customer", values)
    _people(step, id, customer["people"])
    return id


def _people(step: Step, id: bytes, people: list[dict[str, Any]]) -> None:
    """Put in the people of a customer; whoever decides is the boss of the others."""
    boss = None
    for person in sorted(people, key=lambda one: one["jobs"][0].get("role") != "decider"):
        jobs = [{**job, "customer": id, "reports_to": boss} for job in person["jobs"]]
        made = step.insert("contact", {**person, "jobs": jobs})
        if boss is None and person["jobs"][0].get("role") == "decider":
            boss = made


def _note(note: dict[str, Any], day: dt.date) -> dict[str, Any]:
    """A note with its moment, on a working day."""
    when = day - dt.timedelta(days=note["ago"])
    when -= dt.timedelta(days=max(when.weekday() - 4, 0))
    at = dt.datetime.combine(when, dt.time.fromisoformat(note["time"])).astimezone()
    return {"text": note["text"], "at": at}


def is_there(store: Store) -> bool:
    """Whether any record of the sample firm is in the file."""
    n = store.kept(KEY)
    return n is not None and arrivals.still_here(store, n)


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
