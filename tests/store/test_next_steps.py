"""The next step written where it is read: it moves the open activity, or plans a call where there is none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from freecrm.core.problems import Known
from freecrm.exchange import cellpaste
from freecrm.exchange.cellpaste import Copied, Target
from freecrm.store import activities, cells, check, single, undo
from freecrm.store.database import Store

TODAY = dt.date(2026, 3, 19)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """«Tomorrow» is the same day from the first line of a test to its last, at whatever hour the tests run."""
    with time_machine.travel(dt.datetime.combine(TODAY, dt.time(12)).astimezone()):
        yield


def at(days: int, hour: int, minute: int = 0) -> dt.datetime:
    local = dt.datetime.combine(TODAY + days * DAY, dt.time(hour, minute)).astimezone()
    return local.astimezone(dt.UTC)


@pytest.fixture
def firms(store: Store) -> list[bytes]:
    with store.step("Add") as step:
        user = step.insert("user", {"name": "马小川"})
        return [
            step.insert("customer", {"name": name, "owner_user": user})
            for name in ("云杉谷酒店", "栗子街面馆", "青桐影院")
        ]


def record(store: Store, entity: str, id: bytes) -> Any:
    found = store.reader().record(entity, id)
    assert found is not None
    return found


def steps_of(store: Store, customer: bytes) -> list[Any]:
    rows = store.read().execute("SELECT id FROM activity WHERE customer = ? ORDER BY start, n", (customer,))
    return [record(store, "activity", id) for (id,) in rows]


def say(store: Store, customer: bytes, when: dt.datetime | None) -> None:
    shown = {"next_at": record(store, "customer", customer)["next_at"]}
    single.change_fields(store, "customer", customer, {"next_at": when}, shown=shown)


def test_typing_plans_a_call_and_is_taken_back_whole(store: Store, firms: list[bytes]) -> None:
    say(store, firms[0], at(3, 10))
    (made,) = steps_of(store, firms[0])
    assert (made["kind"], made["start"], made["state"]) == ("call", at(3, 10), "planned")
    assert made["owner_user"] == record(store, "customer", firms[0])["owner_user"]
    assert record(store, "customer", firms[0])["next_at"] == at(3, 10)
    undo.undo(store)
    assert steps_of(store, firms[0]) == []
    assert record(store, "customer", firms[0])["next_at"] is None
    assert check.check(store) == []


def test_typing_moves_the_step_there_is_with_its_length(store: Store, firms: list[bytes]) -> None:
    id = activities.plan(
        store,
        {
            "kind": "visit",
            "subject": "看现场",
            "customer": firms[0],
            "start": at(1, 9),
            "end": at(1, 11),
            "reminders": [{"before": 5}],
        },
    )
    say(store, firms[0], at(4, 14, 30))
    (moved,) = steps_of(store, firms[0])
    assert (moved.id, moved["subject"], moved["start"], moved["end"]) == (
        id,
        "看现场",
        at(4, 14, 30),
        at(4, 16, 30),
    )
    assert [one["before"] for one in moved["reminders"]] == [5]
    undo.undo(store)
    assert record(store, "customer", firms[0])["next_at"] == at(1, 9)


def test_a_day_alone_is_the_whole_day_and_a_time_ends_that(store: Store, firms: list[bytes]) -> None:
    say(store, firms[0], at(2, 0))
    (made,) = steps_of(store, firms[0])
    assert made["all_day"]
    assert (made["start"], made["end"]) == (at(2, 0), at(3, 0))
    say(store, firms[0], at(2, 15))
    (made,) = steps_of(store, firms[0])
    assert not made["all_day"]
    assert made["start"] == at(2, 15)
    assert made["end"] is None or made["end"] - made["start"] < DAY


def test_of_a_repeating_one_only_the_next_time_moves(store: Store, firms: list[bytes]) -> None:
    values = {"subject": "周会", "customer": firms[0], "start": at(1, 9), "repeats": "FREQ=WEEKLY"}
    id = activities.plan(store, {"kind": "meeting", **values})
    say(store, firms[0], at(2, 9))
    assert record(store, "customer", firms[0])["next_at"] == at(2, 9)
    assert record(store, "activity", id)["open_at"] == at(8, 9)
    assert check.check(store) == []


def test_it_is_not_emptied_and_says_how_to_end_it(store: Store, firms: list[bytes]) -> None:
    say(store, firms[0], at(3, 10))
    with pytest.raises(Known, match="isn't emptied here"):
        say(store, firms[0], None)
    numbers = [record(store, "customer", firms[0]).n]
    cells.clear(store, "customer", numbers, ["next_at"])
    assert record(store, "customer", firms[0])["next_at"] == at(3, 10)


def test_fill_down_and_paste_plan_and_move_as_one_step(store: Store, firms: list[bytes]) -> None:
    say(store, firms[0], at(3, 10))
    say(store, firms[1], at(1, 9))
    numbers = [record(store, "customer", id).n for id in firms]
    assert cells.fill_down(store, "customer", numbers, ["next_at"]) == 0
    assert [record(store, "customer", id)["next_at"] for id in firms] == [at(3, 10)] * 3
    undo.undo(store)
    assert [record(store, "customer", id)["next_at"] for id in firms] == [at(3, 10), at(1, 9), None]

    plan = cellpaste.plan(
        store, Target("customer", ["next_at"], numbers, 0), Copied([["明天 14:30"], ["昨夜风起"], ["明天"]])
    )
    assert [line.cells[0].state for line in plan.lines] == ["changed", "bad", "changed"]
    cellpaste.apply(store, plan)
    assert [record(store, "customer", id)["next_at"] for id in firms] == [at(1, 14, 30), at(1, 9), at(1, 0)]
    undo.undo(store)
    assert [record(store, "customer", id)["next_at"] for id in firms] == [at(3, 10), at(1, 9), None]
    assert check.check(store) == []
