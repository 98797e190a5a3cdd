"""The pipeline of design picture 04 on its Thursday: the same deals every time, put in through the door."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from freecrm.core.words import N_
from freecrm.store import deals
from freecrm.store.database import Store
from tests import calendars

NOW = calendars.NOW
PEOPLE = ("陈思远", "林晓棠", "马小川")

# stage, name, customer, amount, close, next step (days from now, time; None = none), days in stage, owner
CARDS = (
    (0, "Staff canteen, 2 units", "Blue Heron Dental", 18_600, (4, 30), None, 3, 1),
    (0, "Showroom trial", "Paper Crane Press", 9_800, (5, 12), (4, "9:00"), 1, 2),
    (0, "RO line for bakery #4", "小满烘焙", 24_300, (4, 18), (0, "15:30"), 5, 1),
    (1, "Annual maintenance", "云杉谷酒店", 65_400, (6, 20), (7, "9:00"), 9, 0),
    (1, "Cold store rinse water", "Harbor Lane Foods", 142_000, (5, 8), (2, "10:00"), 12, 2),
    (1, "Dormitory water", "知行培训学校", 53_700, (4, 25), (-4, "10:00"), 27, 2),
    (2, "Phase 2, 6 dispensers", "晴川电子", 86_400, (3, 31), (0, "14:00"), 3, 0),
    (2, "Coolant recycling", "拓岩精工机械", 210_000, (4, 30), (-3, "10:00"), 19, 0),
    (2, "Tea room RO", "鹿溪堂茶业", 12_900, (5, 20), None, 6, 1),
    (3, "Restaurant, phase 2", "云杉谷酒店", 92_600, (3, 31), (-1, "10:00"), 3, 0),
    (3, "Full softener", "北麓牧场", 74_000, (3, 27), (1, "9:00"), 6, 2),
    (4, "Fleet depot water bar", "柏舟物流", 51_000, (3, 24), (2, "9:00"), 2, 0),
    (4, "Clinic framework", "星桥口腔", 118_000, (3, 30), (0, "18:00"), 8, 1),
)


def pipeline(store: Store, *, limit: int | None = 14) -> dict[str, bytes]:
    """Fill a file with the pipeline of the picture; what everything is called -> its id. Who works here is the first
    of the owners. limit: days after which a deal is stuck."""
    pipe_id = deals.take_ready(store)
    (pipe,) = deals.pipelines(store)
    made: dict[str, bytes] = {"pipeline": pipe_id}
    made |= {stage.name: stage.id for stage in pipe.stages}
    with store.step(N_("{field} changed"), field="x") as step:
        for name in PEOPLE:
            made[name] = step.insert("user", {"name": name})
        for stage in pipe.open:
            step.update("stage", stage.id, {"days": limit})
        for customer in sorted({row[2] for row in CARDS}):
            made[customer] = step.insert("customer", {"name": customer})
        for stage_at, name, customer, amount, close, _next, _days, owner in reversed(CARDS):
            values: dict[str, Any] = {
                "name": name, "customer": made[customer], "amount": amount * 100, "stage": pipe.stages[stage_at].id,
                "close": dt.date(2026, *close), "owner_user": made[PEOPLE[owner]],
            }  # fmt: skip
            made[name] = step.insert("deal", values)
        for name, amount in (("Hotel filters", 98_000), ("School fountains", 60_000)):
            won: dict[str, Any] = {"name": name, "amount": amount * 100, "stage": pipe.ending("won").id}  # type: ignore[union-attr]
            made[name] = step.insert(
                "deal", {**won, "closed": dt.date(2026, 3, 9), "owner_user": made[PEOPLE[0]]}
            )
        for month in ("2026-03", "2026-04", "2026-05", "2026-06"):
            step.insert("target", {"month": month, "amount": 400_000_00})
    _put_in_their_places(store, made)
    store.user = made[PEOPLE[0]]
    return made


def _put_in_their_places(store: Store, made: dict[str, bytes]) -> None:
    """Cards in the order of the picture, moves as long ago as there, next steps."""
    from fractional_indexing import generate_n_keys_between

    spots = generate_n_keys_between(None, None, len(CARDS))
    with store.step(N_("{field} changed"), field="x") as step:
        for (_stage, name, _customer, _amount, _close, next_, days, owner), spot in zip(
            CARDS, spots, strict=True
        ):
            step.update("deal", made[name], {"spot": spot})
            (move,) = step.connection.execute(
                "SELECT id FROM deal_move WHERE parent = ?", (made[name],)
            ).fetchone()
            step.update("deal_move", move, {"at": NOW - dt.timedelta(days=days)})
            if next_ is not None:
                start = calendars.at(3 + next_[0], next_[1])
                values = {"subject": name, "kind": "call", "start": start, "deal": made[name]}
                step.insert("activity", {**values, "owner_user": made[PEOPLE[owner]]})


def own_chance(store: Store, id: bytes, chance: str) -> None:
    """Give a deal a chance of its own, in per cent."""
    with store.step(N_("{field} changed"), field="x") as step:
        step.update("deal", id, {"chance": Decimal(chance)})
