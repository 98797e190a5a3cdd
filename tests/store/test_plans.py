"""Follow-up plans: begun for many in one step, over working days, stopped by a status, ended by their last step."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from freecrm.core.problems import Known
from freecrm.core.words import use
from freecrm.store import activities, plans, undo
from freecrm.store.database import Store
from tests.store.samples import assert_well, dump

THURSDAY = dt.date(2026, 3, 19)


@pytest.fixture(autouse=True)
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")


def customers(store: Store, count: int, **values: Any) -> list[bytes]:
    with store.step("New") as step:
        return [step.insert("customer", {"name": f"云杉谷{n}", **values}) for n in range(count)]


def a_plan(store: Store, **values: Any) -> bytes:
    steps = [
        {"days": 3, "kind": "visit", "subject": "拜访", "time": "9:30"},
        {"days": 1, "kind": "call", "subject": "电话"},
        {"days": 7, "kind": "task", "subject": "报价"},
    ]
    with store.step("New") as step:
        return step.insert("plan", {"name": "新线索", "stops": "customer", "steps": steps, **values})


def of_run(store: Store, customer: bytes) -> list[tuple[str, str, dt.datetime | None]]:
    rows = store.read().execute("SELECT id FROM activity WHERE customer = ? ORDER BY start", (customer,))
    found = store.reader().by_ids("activity", [id for (id,) in rows.fetchall()])
    return [(r["subject"], r["state"], r["start"]) for r in sorted(found.values(), key=lambda r: r["start"])]


def run_of(store: Store, customer: bytes) -> Any:
    rows = (
        store.read()
        .execute("SELECT id FROM plan_run WHERE customer = ? ORDER BY n DESC", (customer,))
        .fetchall()
    )
    return store.reader().record("plan_run", rows[0][0])


def local(moment: dt.datetime | None) -> str:
    assert moment is not None
    return moment.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%m-%d %H:%M")


def test_each_step_is_an_activity_on_a_working_day(store: Store) -> None:
    (hotel,) = customers(store, 1)
    plans.begin(store, a_plan(store), [hotel], THURSDAY)
    found = of_run(store, hotel)
    # the Sunday moves on to Monday
    assert [(what, local(start)) for what, _state, start in found] == [
        ("电话", "03-20 00:00"),
        ("拜访", "03-23 09:30"),
        ("报价", "03-26 00:00"),
    ]
    assert {state for _what, state, _start in found} == {"planned"}
    assert_well(store)


def test_a_holiday_is_no_working_day(store: Store) -> None:
    (hotel,) = customers(store, 1)
    store.set_setting("firm.country", "86")
    plans.begin(store, a_plan(store), [hotel], dt.date(2026, 9, 30))
    # National Day lasts from 1 to 7 October
    assert local(of_run(store, hotel)[0][2]) == "10-08 00:00"


def test_every_day_counts_where_the_plan_says_so(store: Store) -> None:
    (hotel,) = customers(store, 1)
    plans.begin(store, a_plan(store, workdays=None), [hotel], THURSDAY)
    assert [local(start) for _what, _state, start in of_run(store, hotel)][1] == "03-22 09:30"


def test_two_hundred_are_one_step(store: Store) -> None:
    many = customers(store, 200)
    plan = a_plan(store)
    before = dump(store)
    begun = plans.begin(store, plan, many, THURSDAY)
    assert (begun.count, begun.left_out) == (200, ())
    assert store.read().execute("SELECT count(*) FROM activity").fetchone()[0] == 600
    undo.undo(store)
    assert dump(store)["activity"] == before["activity"]
    assert dump(store)["plan_run"] == before["plan_run"]


def test_a_plan_is_not_begun_twice(store: Store) -> None:
    one, other = customers(store, 2)
    plan = a_plan(store)
    plans.begin(store, plan, [one], THURSDAY)
    with pytest.raises(Known, match="“新线索” is running for 云杉谷0 already"):
        plans.begin(store, plan, [one], THURSDAY)
    begun = plans.begin(store, plan, [one, other], THURSDAY)
    assert (begun.count, begun.left_out) == (1, (one,))


def test_what_stops_it_keeps_it_from_beginning(store: Store) -> None:
    (won,) = customers(store, 1, status="customer")
    with pytest.raises(Known, match="stops at the status that 云杉谷0 has"):
        plans.begin(store, a_plan(store), [won], THURSDAY)
    with pytest.raises(Known, match="has no steps yet"):
        plans.begin(store, a_plan(store, steps=[]), [won], THURSDAY)
    odd = a_plan(store, steps=[{"days": 1, "kind": "call", "time": "half past"}], stops=None)
    with pytest.raises(Known, match="is no time of day"):
        plans.begin(store, odd, [won], THURSDAY)


def test_stopping_takes_away_what_is_planned(store: Store) -> None:
    (hotel,) = customers(store, 1)
    plans.begin(store, a_plan(store), [hotel], THURSDAY)
    first = store.read().execute("SELECT id FROM activity ORDER BY start LIMIT 1").fetchone()[0]
    activities.finish(store, first, result="ok")
    (running,) = plans.running(store, hotel)
    assert (running.done, running.total, running.next_subject) == (1, 3, "拜访")
    plans.stop(store, running.id, "no interest")
    assert [(what, state) for what, state, _start in of_run(store, hotel)] == [("电话", "done")]
    run = run_of(store, hotel)
    assert (run["state"], run["why"]) == ("stopped", "no interest")
    undo.undo(store)
    assert len(of_run(store, hotel)) == 3
    assert len(plans.running(store, hotel)) == 1


@pytest.mark.parametrize("way", ["form", "batch", "import"])
def test_the_status_stops_it_whoever_writes_it(store: Store, way: str) -> None:
    hotel, other = customers(store, 2)
    plans.begin(store, a_plan(store), [hotel, other], THURSDAY)
    with store.step("Change", origin="import" if way == "import" else "user") as step:
        if way == "batch":
            step.update_many("customer", [(hotel, {"status": "customer"})])
        elif way == "import":
            step.fill("customer", "status", [("customer", hotel)])
        else:
            step.update("customer", hotel, {"status": "customer"})
    assert of_run(store, hotel) == []
    assert run_of(store, hotel)["why"] == "The status became “Buys from us”"
    assert len(of_run(store, other)) == 3
    assert_well(store)
    undo.undo(store)
    assert len(of_run(store, hotel)) == 3
    assert run_of(store, hotel)["state"] == "running"
    undo.redo(store)
    assert of_run(store, hotel) == []
    assert run_of(store, hotel)["state"] == "stopped"


def test_another_status_stops_nothing(store: Store) -> None:
    (hotel,) = customers(store, 1)
    plans.begin(store, a_plan(store), [hotel], THURSDAY)
    with store.step("Change") as step:
        step.update("customer", hotel, {"status": "active"})
    assert len(of_run(store, hotel)) == 3


def test_it_ends_with_its_last_step(store: Store) -> None:
    (hotel,) = customers(store, 1)
    plans.begin(store, a_plan(store), [hotel], THURSDAY)
    ids = [id for (id,) in store.read().execute("SELECT id FROM activity ORDER BY start").fetchall()]
    activities.finish(store, ids[0])
    activities.drop(store, ids[1])
    assert run_of(store, hotel)["state"] == "running"
    activities.finish(store, ids[2])
    assert run_of(store, hotel)["state"] == "finished"
    undo.undo(store)
    assert run_of(store, hotel)["state"] == "running"
    with store.step("Delete") as step:
        step.delete("activity", ids[2])
    assert run_of(store, hotel)["state"] == "finished"


def test_the_ready_plans_speak_the_language(store: Store) -> None:
    use("zh_CN")
    id = plans.ready(store)
    record = store.reader().record("plan", id)
    assert record is not None
    assert record["name"] == "新线索"
    assert [row["days"] for row in record["steps"]] == [1, 3, 7]
