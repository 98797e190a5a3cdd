"""What a day asks: late, due, without a day, silent customers; and moving what was not done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from freecrm.core.jobs import Progress
from freecrm.core.problems import Cancelled, Known
from freecrm.store import activities, carry, clashes, ids, plan_many, today, undo
from freecrm.store.database import Store
from freecrm.store.plan_many import Wanted
from tests.store.samples import assert_well, dump, raw

ZONE = "Asia/Shanghai"
TODAY = dt.date(2026, 3, 19)  # a Thursday
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Half past ten in Shanghai."""
    monkeypatch.setattr(ids, "_last_ms", 0)  # ids never go back in time, unless no test has made any yet
    with time_machine.travel(dt.datetime(2026, 3, 19, 10, 30, tzinfo=ZoneInfo(ZONE)), tick=False):
        yield


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return activities.midnight(day, ZONE) + dt.timedelta(hours=hour, minutes=minute)


def away(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


def firm(store: Store, name: str, **values: Any) -> bytes:
    with store.step("New") as step:
        return step.insert("customer", {"name": name, **values})


def user(store: Store, name: str) -> bytes:
    with store.step("New") as step:
        return step.insert("user", {"name": name})


def plan(
    store: Store, subject: str, day: dt.date | None = None, hour: int | None = None, **values: Any
) -> bytes:
    when: dict[str, Any] = {}
    if day is not None:
        when = {"start": at(day, hour or 0), "start_zone": ZONE, "all_day": hour is None}
    return activities.plan(store, {"kind": "call", "subject": subject, **when, **values})


def record(store: Store, id: bytes) -> Any:
    found = store.reader().record("activity", id)
    assert found is not None
    return found


def subjects(found: tuple[today.Todo, ...]) -> list[str]:
    return [one.subject for one in found]


# ---- the day


def test_late_comes_worst_first_and_today_in_its_order(store: Store) -> None:
    best, small = firm(store, "云杉谷酒店", grade="A"), firm(store, "百川印务", grade="C")
    plan(store, "small, long ago", away(-9), 15, customer=small)
    plan(store, "best, yesterday", away(-1), 15, customer=best)
    plan(store, "best, on Monday", away(-3), 9, customer=best)
    plan(store, "nobody's", away(-20))
    plan(store, "whole day", TODAY)
    plan(store, "afternoon", TODAY, 14, customer=best)
    plan(store, "early, not done yet", TODAY, 8)
    plan(store, "tomorrow", away(1), 9)
    plan(store, "some day")
    done = plan(store, "done", TODAY, 9)
    activities.finish(store, done)
    found = today.day(store, TODAY, None)
    assert subjects(found.overdue) == ["best, on Monday", "best, yesterday", "small, long ago", "nobody's"]
    assert [one.late for one in found.overdue] == [3, 1, 9, 20]
    assert subjects(found.due) == ["early, not done yet", "afternoon", "whole day"]
    assert subjects(found.tasks) == ["some day"]
    assert (found.count, found.overdue_count, found.due_count, found.tasks_count) == (7, 4, 3, 1)
    assert found.coming is not None
    assert found.coming.subject == "tomorrow"
    assert today.due(store, TODAY, None) == today.Due(4, 3)


def test_a_whole_day_planned_in_another_zone_is_that_day(store: Store) -> None:
    start = activities.midnight(TODAY, "America/Los_Angeles")  # tomorrow morning in Shanghai
    activities.plan(
        store, {"subject": "there", "start": start, "start_zone": "America/Los_Angeles", "all_day": True}
    )
    assert subjects(today.day(store, TODAY, None).due) == ["there"]
    assert today.day(store, away(1), None).overdue_count == 1


def test_mine_is_what_i_own_what_nobody_owns_and_where_i_take_part(store: Store) -> None:
    me, other = user(store, "沈若溪"), user(store, "陈思远")
    plan(store, "mine", TODAY, 9, owner_user=me)
    plan(store, "nobody's", TODAY, 10)
    plan(store, "hers", TODAY, 11, owner_user=other)
    plan(store, "hers with me", TODAY, 12, owner_user=other, people=[{"user": me}])
    plan(store, "hers, late", away(-1), 11, owner_user=other)
    found = today.day(store, TODAY, me)
    assert subjects(found.due) == ["mine", "nobody's", "hers with me"]
    assert [one.owner for one in found.due] == ["", "", "陈思远"]
    assert found.overdue_count == 0
    assert today.day(store, TODAY, None).count == 5


def test_two_at_one_time_are_marked_unless_somebody_said_so(store: Store) -> None:
    visit = plan(store, "visit", TODAY, 14, end=at(TODAY, 16))
    plan(store, "call", TODAY, 15)
    plan(store, "later", TODAY, 16)
    assert [(one.subject, one.clash) for one in today.day(store, TODAY, None).due] == [
        ("visit", "call"),
        ("call", "visit"),
        ("later", ""),
    ]
    call = today.day(store, TODAY, None).due[1].id
    with store.step("Known") as step:
        clashes.accept(step, visit, [call])
    assert [one.clash for one in today.day(store, TODAY, None).due] == ["", "", ""]
    activities.put_off(store, call, at(TODAY, 15) + dt.timedelta(minutes=5))
    assert [one.clash for one in today.day(store, TODAY, None).due] == ["call", "visit", ""]


# ---- customers


def test_who_is_silent_for_longer_than_the_grade_allows(store: Store) -> None:
    for name, grade, days in (
        ("A, 31 days", "A", 31),
        ("A, 29 days", "A", 29),
        ("A, 400 days", "A", 400),
        ("B, 59 days", "B", 59),
        ("C, 91 days", "C", 91),
        ("none, 91 days", None, 91),
    ):
        firm(store, name, grade=grade, last_contact=away(-days))
    cared = firm(store, "A with a next step", grade="A", last_contact=away(-99))
    plan(store, "visit", away(30), 9, customer=cared)
    firm(store, "lost", grade="A", status="lost", last_contact=away(-99))
    firm(store, "new", grade="A")
    found = today.day(store, TODAY, None)
    assert [(s.grade, s.limit, s.count, [one.name for one in s.first]) for s in found.silent] == [
        ("A", 30, 2, ["A, 400 days", "A, 31 days"]),
        ("C", 90, 1, ["C, 91 days"]),
        ("", 90, 1, ["none, 91 days"]),
    ]
    assert found.silent[0].first[1].days == 31
    assert [one.name for one in found.idle] == ["A, 29 days", "new", "B, 59 days"]
    assert found.idle_count == 3
    assert len(today.silent_ids(store, TODAY, None, "A")) == 2
    later = today.day(store, away(31), None)
    assert [one.name for one in later.silent[0].first] == ["A, 400 days", "A, 31 days", "A, 29 days", "new"]
    assert later.silent[0].first[-1].last is None


def test_the_limits_are_the_firms(store: Store) -> None:
    firm(store, "A", grade="A", last_contact=away(-8))
    store.set_setting("activity.quiet_a", 7)
    assert today.day(store, TODAY, None).silent[0].limit == 7
    store.set_setting("activity.quiet_a", 0)
    found = today.day(store, TODAY, None)
    assert (found.silent, found.idle_count) == ((), 1)


def test_silent_customers_are_their_owners(store: Store) -> None:
    me = user(store, "沈若溪")
    firm(store, "mine", owner_user=me, last_contact=away(-100))
    firm(store, "in the pool", last_contact=away(-100))
    firm(store, "hers", owner_user=user(store, "陈思远"), last_contact=away(-100))
    assert [[one.name for one in s.first] for s in today.day(store, TODAY, me).silent] == [["mine"]]
    (everybody,) = today.day(store, TODAY, None).silent
    assert everybody.count == 3


def test_counts_stop_where_nobody_counts_any_more(store: Store) -> None:
    with store.step("Many") as step:
        for _one in range(today.MOST + 9):
            step.insert("customer", {"name": "X"})
    found = today.day(store, TODAY, None)
    assert found.idle_count == today.MOST + 1
    assert len(found.idle) == today.FEW


def test_yearly_dates_of_the_next_days_are_of_my_customers(store: Store) -> None:
    me = user(store, "沈若溪")
    mine, other = firm(store, "mine", owner_user=me), firm(store, "other")
    with store.step("People") as step:
        for name, of in (("Ada", mine), ("Bo", other)):
            step.insert("contact", {"name": name, "birthday": "1980-03-21", "jobs": [{"customer": of}]})
    assert [one.name for one in today.dates(store, TODAY, None)] == ["Ada", "Bo"]
    assert [one.name for one in today.dates(store, TODAY, me)] == ["Ada"]


# ---- moving what was not done


def test_all_that_is_late_is_carried_over_in_one_step(store: Store) -> None:
    call = plan(store, "call", away(-3), 15)
    whole = plan(store, "trade fair", away(-9))
    two_days = plan(store, "two days", away(-9), end=at(away(-7), 0))
    weekly = plan(store, "report", away(-15), 9, repeats="FREQ=WEEKLY")
    today_ = plan(store, "today", TODAY, 14)
    before = dump(store)
    assert carry.over(store, TODAY, None) == 4
    assert (record(store, call)["start"], record(store, call)["end"]) == (
        at(TODAY, 15),
        at(TODAY, 15) + HOUR / 4,
    )
    assert record(store, call)["carried"] == 1
    assert (record(store, whole)["start"], record(store, whole)["end"]) == (at(TODAY, 0), at(away(1), 0))
    assert record(store, two_days)["end"] == at(away(2), 0)
    assert record(store, weekly)["start"] == at(away(-15), 9)
    assert record(store, weekly)["open_at"] == at(away(6), 9)  # its missed times are passed over
    assert record(store, today_)["carried"] is None
    assert today.day(store, TODAY, None).overdue_count == 0
    assert_well(store)
    undo.undo(store)
    assert dump(store) == before
    with pytest.raises(Known, match="Nothing is late"):
        carry.over(store, TODAY, None, [])


def test_only_those_chosen_are_carried_over(store: Store) -> None:
    one, other = plan(store, "one", away(-3), 15), plan(store, "other", away(-3), 16)
    assert carry.over(store, away(1), None, [one]) == 1
    assert record(store, one)["start"] == at(away(1), 15)
    assert record(store, other)["start"] == at(away(-3), 16)


def test_nine_stays_nine_where_the_clock_changes(store: Store) -> None:
    start = activities.midnight(dt.date(2026, 3, 13), "Europe/Berlin") + 9 * HOUR
    call = activities.plan(store, {"subject": "call", "start": start, "start_zone": "Europe/Berlin"})
    carry.over(store, dt.date(2026, 3, 30), None, [call])  # summer time began on the 29th
    assert record(store, call)["start"] == dt.datetime(2026, 3, 30, 7, tzinfo=dt.UTC)


def test_one_is_put_off_and_keeps_its_hour(store: Store) -> None:
    call, task = plan(store, "call", away(-1), 15), plan(store, "task")
    carry.later(store, call, away(3))
    assert record(store, call)["start"] == at(away(3), 15)
    carry.later(store, call, away(4), dt.time(9, 30))
    assert (record(store, call)["start"], record(store, call)["carried"]) == (at(away(4), 9, 30), 2)
    carry.later(store, task, away(1))
    assert record(store, task)["all_day"]
    assert (record(store, task)["start"], record(store, task)["end"]) == (at(away(1), 0), at(away(2), 0))
    assert_well(store)


def test_one_time_of_a_repeating_one_is_put_off_alone(store: Store) -> None:
    daily = plan(store, "report", away(-1), 9, repeats="FREQ=DAILY")
    carry.later(store, daily, away(1))
    assert record(store, daily)["start"] == at(away(-1), 9)
    assert record(store, daily)["open_at"] == at(TODAY, 9)
    ((moved,),) = raw(store, "SELECT id FROM activity WHERE series IS NOT NULL")
    assert record(store, moved)["start"] == at(away(1), 9)
    assert record(store, moved)["instance"] == at(away(-1), 9)
    assert [one["before"] for one in record(store, moved)["reminders"]] == [10]
    assert_well(store)
    undo.undo(store)
    assert record(store, daily)["open_at"] == at(away(-1), 9)


# ---- one for many


def many(store: Store, count: int, **values: Any) -> list[int]:
    with store.step("Many") as step:
        for number in range(count):
            step.insert("customer", {"name": f"Firm {number}", **values})
    return [row[0] for row in raw(store, "SELECT n FROM customer ORDER BY n")]


def test_two_hundred_customers_get_an_activity_each(store: Store) -> None:
    numbers = many(store, 200)
    wanted = Wanted("call", "Call {name} back", away(1), a_day=20)
    assert [(one.subject, one.day) for one in plan_many.look(store, numbers, wanted)][:2] == [
        ("Call Firm 0 back", away(1)),
        ("Call Firm 1 back", away(1)),
    ]
    before = dump(store)
    assert plan_many.apply(store, numbers, wanted) == 200
    days = raw(store, "SELECT start, count(*) FROM activity GROUP BY start ORDER BY start")
    assert [count for _start, count in days] == [20] * 10
    found = [activities.day_of(dt.datetime.fromtimestamp(ms / 1000, dt.UTC), ZONE) for ms, _count in days]
    assert found[:3] == [away(1), away(4), away(5)]  # Friday, then Monday
    assert found[-1] == away(14)
    assert len(raw(store, "SELECT DISTINCT next_step FROM customer")) == 200
    activities.finish(store, raw(store, "SELECT id FROM activity LIMIT 1")[0][0])
    assert raw(store, "SELECT state, count(*) FROM activity GROUP BY state ORDER BY state") == [
        ("done", 1),
        ("planned", 199),
    ]
    assert_well(store)
    undo.undo(store)
    undo.undo(store)
    assert dump(store) == before


def test_a_spread_leaves_out_public_holidays(store: Store) -> None:
    wanted = Wanted("call", "{name}", dt.date(2026, 4, 30), a_day=1)
    plan_many.apply(store, many(store, 3), wanted)  # 1 to 5 May are free, Saturday the 9th is worked
    days = [raw_day for (raw_day,) in raw(store, "SELECT start FROM activity ORDER BY start")]
    found = [activities.day_of(dt.datetime.fromtimestamp(ms / 1000, dt.UTC), ZONE) for ms in days]
    assert found == [dt.date(2026, 4, 30), dt.date(2026, 5, 6), dt.date(2026, 5, 7)]


def test_each_owner_has_a_spread_of_their_own_and_calls_follow_each_other(store: Store) -> None:
    me, other = user(store, "沈若溪"), user(store, "陈思远")
    mine, hers = many(store, 3, owner_user=me), many(store, 2, owner_user=other)[3:]
    wanted = Wanted("call", "{name}", TODAY, clock=dt.time(9), a_day=2)
    found = plan_many.look(store, [*mine, *hers], wanted)
    assert [(one.owner, one.start) for one in found] == [
        ("沈若溪", at(TODAY, 9)),
        ("沈若溪", at(TODAY, 9, 15)),
        ("沈若溪", at(away(1), 9)),
        ("陈思远", at(TODAY, 9)),
        ("陈思远", at(TODAY, 9, 15)),
    ]
    plan_many.apply(store, mine, Wanted("visit", "{name}", TODAY, owner=other))
    assert raw(store, "SELECT DISTINCT owner_user FROM activity") == [(other,)]


def test_what_cannot_be_planned_is_said_and_leaves_nothing(store: Store) -> None:
    numbers = many(store, 3)
    with pytest.raises(Known, match="Say what is to be done"):
        plan_many.apply(store, numbers, Wanted("call", "  ", TODAY))
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        plan_many.apply(store, numbers, Wanted("call", "{name}", TODAY), progress)
    assert raw(store, "SELECT count(*) FROM activity") == [(0,)]


def test_a_spread_over_more_than_ten_years_is_refused(store: Store) -> None:
    spread = plan_many.Spread(Wanted("call", "x", TODAY, a_day=1), 15, lambda _day: True)
    with pytest.raises(Known, match="more than ten years"):
        list(map(spread.next, [None] * 4000))
