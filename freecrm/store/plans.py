"""Follow-up plans at work: begun for customers, shown while they run, stopped, ended.

    begin(store, plan, customers, day)      one step, however many customers; each step of the plan is an activity
    stop(store, run)                        what is still planned is taken away, what was done stays

A plan stops by itself when its customer comes to one of the statuses it `stops` at, inside the step that changed the
status, whoever wrote it; it is finished when nothing of it is left to do. `follow` does both at the door.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core import spans, workdays, zones
from freecrm.core.agenda import PLANNED, zone_of
from freecrm.core.change import Touched
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say
from freecrm.store import activities, faults
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

RUNNING, FINISHED, STOPPED = "running", "finished", "stopped"
NAMED = 3  # customers that a sentence names
BLOCK = 500
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Ready:
    """A plan that FreeCRM offers. steps: days after its beginning, kind, subject. stops: keys of statuses."""

    name: str
    note: str
    stops: str
    steps: tuple[tuple[int, str, str], ...]


READY = (
    Ready(
        N_("New lead"),
        N_("Call, visit, quote: until they buy."),
        "customer",
        ((1, "call", N_("First call")), (3, "visit", N_("First visit")), (7, "task", N_("Send the quote"))),
    ),
    Ready(
        N_("After the sale"),
        N_("Ask whether all is well, and for the next order."),
        "dormant",
        (
            (3, "call", N_("Did everything arrive?")),
            (30, "call", N_("How do they get on with it?")),
            (90, "visit", N_("Visit, ask for the next order")),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Running:
    """A plan that runs for a customer. done: steps that are over, of `total`. next_at: when the next one is due,
    with its subject and id; None where nobody said when."""

    id: bytes
    name: str
    customer: bytes
    begun: dt.date | None
    done: int
    total: int
    next_id: bytes | None
    next_at: dt.datetime | None
    next_subject: str


@dataclass(frozen=True, slots=True)
class Begun:
    """What beginning a plan did. left_out: customers for whom it runs already, or who are where it stops."""

    touched: Touched
    count: int
    left_out: tuple[bytes, ...]


def clock_of(text: str | None) -> dt.time | None:
    """The time of day that a step names, None for a whole day. Known when it is none."""
    plain = (text or "").strip()
    if not plain:
        return None
    found = _CLOCK.fullmatch(plain)
    if found is None:
        what = N_("“{text}” is no time of day. Write it as 9:30, or leave it blank for the whole day.")
        raise Known(say(what, text=plain[:40]))
    return dt.time(int(found[1]), int(found[2]))


def dates(store: Store, days: Iterable[int], day: dt.date, *, only_workdays: bool) -> list[dt.date]:
    """When steps so many days after `day` fall; `only_workdays` moves them on to a working day."""
    calendar = workdays.of(store) if only_workdays else None
    made = [day + dt.timedelta(days=n) for n in days]
    return made if calendar is None else [calendar.next_workday(one) for one in made]


def ready(store: Store) -> bytes:
    """Put the plans that FreeCRM offers into the file, in the language spoken now; the id of the first."""
    return take_ready(store)[0]


def take_ready(store: Store) -> list[bytes]:
    """The same; the ids of all, in the order of `READY`."""
    with store.step(N_("Ready follow-up plans added")) as step:
        made = [
            step.insert(
                "plan",
                {
                    "name": _(one.name),
                    "note": _(one.note),
                    "stops": one.stops,
                    "workdays": True,
                    "steps": [{"days": n, "kind": kind, "subject": _(what)} for n, kind, what in one.steps],
                },
            )
            for one in READY
        ]
    return made


# ---- begin


def begin(
    store: Store, plan: bytes, customers: Sequence[bytes], day: dt.date, owner: bytes | None = None
) -> Begun:
    """Begin a plan for customers, as one step. owner: of the activities; None = whoever owns the customer.

    Known when the plan has no steps or is gone, or when none of them can begin it: it runs there already, or they
    are at a status at which it stops."""
    record = store.reader().record("plan", plan)
    if record is None:
        raise Known(say(N_("This plan isn't there any more. Look in the recycle bin.")))
    steps = sorted(record["steps"] or (), key=lambda row: row["days"])
    if not steps:
        raise Known(say(N_("“{plan}” has no steps yet. Add one, then begin it."), plan=record["name"]))
    wanted = list(dict.fromkeys(customers))
    held = store.reader().by_ids("customer", wanted, {"name", "status", "owner_user"})
    there = [id for id in wanted if id in held]
    running = _running_for(store, plan, there)
    stops = frozenset((record["stops"] or "").split())
    over = {id for id in there if held[id]["status"] in stops}
    fresh = [id for id in there if id not in running and id not in over]
    if not fresh:
        raise _nobody(record["name"], [held[id]["name"] or "" for id in there], running, over)
    fall = dates(store, [row["days"] for row in steps], day, only_workdays=bool(record["workdays"]))
    title = (
        N_("Plan “{plan}” begun for {name}")
        if len(fresh) == 1
        else N_("Plan “{plan}” begun for {n} customers")
    )
    figures = {"plan": record["name"], "name": held[fresh[0]]["name"] or "", "n": f"{len(fresh):,}"}
    drafts = [_draft(store, row, on) for row, on in zip(steps, fall, strict=True)]
    with store.step(title, **figures) as step:
        for id in fresh:
            whose = owner or held[id]["owner_user"] or store.user
            run = step.insert(
                "plan_run",
                {"name": record["name"], "plan": plan, "customer": id, "owner_user": whose, "begun": day},
            )
            for values in drafts:
                step.insert("activity", {**values, "customer": id, "owner_user": whose, "plan_run": run})
    assert step.touched is not None
    return Begun(step.touched, len(fresh), tuple(id for id in wanted if id not in set(fresh)))


def _draft(store: Store, row: dict[str, Any], on: dt.date) -> dict[str, Any]:
    """The activity that a step of a plan is."""
    clock, zone = clock_of(row.get("time")), zones.here() or None
    values: dict[str, Any] = {"kind": row["kind"], "subject": row.get("subject"), "text": row.get("text")}
    if clock is None:
        values |= {"start": activities.midnight(on, zone), "start_zone": zone, "all_day": True}
    else:
        wall = dt.datetime.combine(on, clock, tzinfo=zone_of(zone or zones.here()))
        values |= {"start": wall.astimezone(dt.UTC), "start_zone": zone}
    return activities.whole(store, values)


def _nobody(plan: str, names: Sequence[str], running: set[bytes], over: set[bytes]) -> Known:
    if not names:
        return Known(say(N_("Choose one customer or more, then begin the plan.")))
    shown = [*names[:NAMED], *(["…"] if len(names) > NAMED else [])]
    if running:
        what = N_("“{plan}” is running for {names} already. Stop it there first to begin it anew.")
    else:
        what = N_("“{plan}” stops at the status that {names} has. Change the status, or choose another plan.")
    return Known(say(what, plan=plan, names=shown))


@faults.reads
def _running_for(store: Store, plan: bytes, customers: Sequence[bytes]) -> set[bytes]:
    sql = "SELECT customer FROM plan_run WHERE plan = ? AND state = 'running'"
    return {id for (id,) in store.read().execute(sql, (plan,))} & set(customers)


# ---- what runs


@faults.reads
def running(store: Store, customer: bytes) -> list[Running]:
    """The plans that run for a customer, the one begun last first."""
    rows = store.read().execute(
        "SELECT id, name, begun FROM plan_run WHERE customer = ? AND state = 'running' ORDER BY n DESC",
        (customer,),
    )
    return [_running(store, customer, *row) for row in rows.fetchall()]


def _running(store: Store, customer: bytes, id: bytes, name: str, begun: str | None) -> Running:
    rows = (
        store.read()
        .execute(
            "SELECT id, state, open_at, subject FROM activity WHERE plan_run = ? ORDER BY open_at IS NULL, open_at, n",
            (id,),
        )
        .fetchall()
    )
    left = [row for row in rows if row[1] == PLANNED]
    next_id, _state, at, subject = left[0] if left else (None, None, None, "")
    moment = None if at is None else spans.moment(at)
    day = dt.date.fromisoformat(begun) if begun else None
    return Running(
        id, name or "", customer, day, len(rows) - len(left), len(rows), next_id, moment, subject or ""
    )


@faults.reads
def in_use(store: Store, plan: bytes) -> int:
    """For how many customers a plan runs."""
    sql = "SELECT count(*) FROM plan_run WHERE plan = ? AND state = 'running'"
    found: int = store.read().execute(sql, (plan,)).fetchone()[0]
    return found


# ---- stop


def stop(store: Store, run: bytes, why: str = "") -> None:
    """Stop a plan for its customer: what is still planned of it is taken away. Known when it is gone."""
    record = store.reader().record("plan_run", run)
    if record is None:
        raise Known(say(N_("This plan isn't there any more. Look in the recycle bin.")))
    if record["state"] != RUNNING:
        return
    name = record["customer_title"] if record["customer"] else ""
    with store.step(N_("Plan “{plan}” stopped for {name}"), plan=record["name"], name=name) as step:
        _end(step, [run], STOPPED, why)


def follow(step: Step, counts: dict[str, tuple[int, int, int]]) -> bool:
    """At the door: stop what its customer's status stops, end what has nothing left. Whether it wrote anything."""
    wrote = False
    if counts.keys() & {"customer", "plan"}:
        for status, runs in _stopped(step).items():
            shown = step.schema.fields("customer")["status"].show(status)
            _end(step, runs, STOPPED, _("The status became “{status}”").format(status=shown))
            wrote = True
    if "activity" in counts:
        done = _finished(step)
        if done:
            _end(step, done, FINISHED, "")
            wrote = True
    return wrote


def _stopped(step: Step) -> dict[str, list[bytes]]:
    """Status -> the runs whose customer is there, where their plan stops at it."""
    found: dict[str, list[bytes]] = {}
    rows = step.connection.execute(
        "SELECT c.status, r.id FROM plan_run r JOIN plan p ON p.id = r.plan JOIN customer c ON c.id = r.customer"
        " WHERE r.state = 'running' AND p.stops IS NOT NULL AND c.status IS NOT NULL"
        " AND instr(' ' || p.stops || ' ', ' ' || c.status || ' ') > 0"
    )
    for status, run in rows:
        found.setdefault(status, []).append(run)
    return found


def _finished(step: Step) -> list[bytes]:
    """The running ones of which this step touched an activity, and that have none left to do."""
    rows = step.connection.execute(
        "SELECT r.id FROM plan_run r WHERE r.state = 'running' AND r.id IN ("
        " SELECT a.plan_run FROM change x JOIN activity a ON a.id = x.id"
        " WHERE x.n >= :first AND x.entity = 'activity' AND a.plan_run IS NOT NULL"
        " UNION SELECT unhex_id(data ->> '$.plan_run') FROM change"
        " WHERE n >= :first AND entity = 'activity' AND op = 2)"
        " AND NOT EXISTS (SELECT 1 FROM activity a WHERE a.plan_run = r.id AND a.state = 'planned')",
        {"first": step.first},
    )
    return [id for (id,) in rows]


def _end(step: Step, runs: Sequence[bytes], state: str, why: str) -> None:
    for start in range(0, len(runs), BLOCK):
        block = runs[start : start + BLOCK]
        marks = ", ".join("?" * len(block))
        sql = f"SELECT id FROM {quoted('activity')} WHERE plan_run IN ({marks}) AND state = 'planned'"
        left = [id for (id,) in step.connection.execute(sql, block)]
        if left:
            step.delete_ids("activity", left)
        values = {"state": state, "ended": dt.datetime.now().astimezone().date(), "why": why or None}
        step.update_many("plan_run", [(run, values) for run in block])


def delete(store: Store, plan: bytes) -> None:
    """Take a plan away; where it runs it is stopped, as the same step. Known when it is gone already."""
    record = store.reader().record("plan", plan)
    if record is None:
        raise Known(say(N_("This plan isn't there any more. Look in the recycle bin.")))
    with store.step(N_("Follow-up plan “{name}” deleted"), name=record["name"]) as step:
        sql = "SELECT id FROM plan_run WHERE plan = ? AND state = 'running'"
        runs = [id for (id,) in step.connection.execute(sql, (plan,))]
        _end(step, runs, STOPPED, _("The plan was deleted"))
        step.delete("plan", plan)
