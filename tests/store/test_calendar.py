"""What stands in a calendar: windows, long ones, repeats with what stands in their place, clashes, drags as steps."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from freecrm.core.problems import Known
from freecrm.store import activities, calendar, clashes, undo
from freecrm.store.calendar import Item
from freecrm.store.database import Store
from tests import calendars
from tests.calendars import at
from tests.store.samples import assert_well

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SINCE, UNTIL = at(0, "0:00"), at(7, "0:00")


@pytest.fixture(autouse=True)
def shanghai(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")


def add(store: Store, **values: Any) -> bytes:
    with store.step("Add") as step:
        return step.insert(
            "activity", {"subject": "x", "kind": "call", "start_zone": calendars.ZONE, **values}
        )


def titles(found: list[Item]) -> list[str]:
    return [item.title for item in found]


def test_a_window_holds_what_touches_it(store: Store) -> None:
    made = calendars.week(store)
    found = calendar.items(store, SINCE, UNTIL)
    assert len(found) == 20
    assert [item.start for item in found] == sorted(item.start for item in found)
    visit = next(item for item in found if item.title.startswith("晴川电子 上门"))
    assert visit.people == (made["陈思远"], made["何嘉木"])
    assert (visit.customer_name, visit.place, visit.kind, visit.done) == (
        "晴川电子",
        "确认二期 6 个点位",
        "visit",
        False,
    )
    assert titles(calendar.items(store, at(7, "0:00"), at(14, "0:00"))) == []
    only = calendar.items(store, SINCE, UNTIL, [made["何嘉木"]])
    assert len(only) == 5  # the one that he takes part in as well


def test_what_ends_as_the_window_begins_is_not_in_it(store: Store) -> None:
    add(store, subject="before", start=SINCE - HOUR, end=SINCE)
    add(store, subject="over midnight", start=SINCE - HOUR, end=SINCE + HOUR)
    add(store, subject="at the end", start=UNTIL, end=UNTIL + HOUR)
    add(store, subject="no end", start=SINCE)
    assert titles(calendar.items(store, SINCE, UNTIL)) == ["over midnight", "no end"]


def test_long_ones_are_found_from_the_middle(store: Store) -> None:
    add(store, subject="trip", start=at(-20, "0:00"), end=at(20, "0:00"), all_day=True)
    assert titles(calendar.items(store, SINCE, UNTIL)) == ["trip"]
    assert titles(calendar.items(store, at(21, "0:00"), at(22, "0:00"))) == []


def test_dropped_ones_are_left_out(store: Store) -> None:
    activities.drop(store, add(store, start=at(0, "9:00")))
    assert calendar.items(store, SINCE, UNTIL) == []


def test_repeats_are_expanded_in_the_window_only(store: Store) -> None:
    start = at(-7 * 200, "9:00")
    ms = round(at(1, "9:00").timestamp() * 1000)
    add(store, subject="daily", start=start, end=start + HOUR, repeats="FREQ=DAILY", skipped=str(ms))
    found = calendar.items(store, SINCE, UNTIL)
    assert [item.start for item in found] == [at(day, "9:00") for day in (0, 2, 3, 4, 5, 6)]
    assert all(item.repeats and item.instance == item.start for item in found)


def test_a_time_that_stands_for_itself_takes_the_place(store: Store) -> None:
    start = at(-7, "9:00")
    id = add(store, subject="weekly", start=start, end=start + HOUR, repeats="FREQ=WEEKLY")
    activities.finish(store, id, instance=at(0, "9:00"), result="fine", at=at(0, "10:00"))
    found = calendar.items(store, at(-7, "0:00"), at(14, "0:00"))
    assert [(item.start, item.done) for item in found] == [
        (at(-7, "9:00"), True),  # dealt with, for a later one was done
        (at(0, "9:00"), True),
        (at(7, "9:00"), False),
    ]
    assert [item.series == id for item in found] == [False, True, False]
    with store.step("Move it out of the window") as step:
        step.update("activity", found[1].id, {"start": at(30, "9:00"), "end": at(30, "10:00")})
    assert at(0, "9:00") not in [item.start for item in calendar.items(store, SINCE, UNTIL)]


def test_nine_stays_nine_over_a_change_of_summer_time(store: Store) -> None:
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    start = dt.datetime(2026, 3, 20, 9, tzinfo=berlin)
    utc = start.astimezone(dt.UTC)
    add(store, start=utc, end=utc + HOUR, start_zone="Europe/Berlin", repeats="FREQ=DAILY")
    found = calendar.items(store, utc, utc + 14 * DAY)
    assert {item.start.astimezone(berlin).hour for item in found} == {9}


def test_waiting_ones(store: Store) -> None:
    made = calendars.week(store)
    assert len(calendar.unscheduled(store)) == 4
    assert titles(calendar.unscheduled(store, [made["马小川"]])) == ["百川印务：挽回回访"]


def clash_names(store: Store) -> list[tuple[str, str]]:
    found = calendar.clashes(calendar.items(store, SINCE, UNTIL))
    return [(clash.one.title, clash.other.title) for clash in found]


def test_a_clash_of_a_colleague_who_takes_part(store: Store) -> None:
    made = calendars.week(store)
    (clash,) = calendar.clashes(calendar.items(store, SINCE, UNTIL))
    assert (clash.who, clash.until - clash.since) == (made["何嘉木"], dt.timedelta(minutes=90))


def test_touching_is_no_clash(store: Store) -> None:
    """AC-CAL-2."""
    with store.step("Add") as step:
        user = step.insert("user", {"name": "陈思远"})
    add(store, subject="a", start=at(0, "14:00"), end=at(0, "15:00"), owner_user=user)
    second = add(store, subject="b", start=at(0, "15:00"), end=at(0, "16:00"), owner_user=user)
    assert clash_names(store) == []
    calendar.move(store, second, at(0, "14:59"), at(0, "15:59"))
    assert clash_names(store) == [("a", "b")]


@pytest.mark.parametrize(
    "change", [{"free": True}, {"state": "done"}, {"all_day": True}, {"owner_user": None}], ids=str
)
def test_what_blocks_nobodys_time_clashes_with_nothing(store: Store, change: dict[str, Any]) -> None:
    with store.step("Add") as step:
        user = step.insert("user", {"name": "陈思远"})
    add(store, subject="a", start=at(0, "14:00"), end=at(0, "15:00"), owner_user=user)
    second = add(store, subject="b", start=at(0, "14:30"), end=at(0, "15:30"), owner_user=user)
    assert clash_names(store) == [("a", "b")]
    with store.step("Change") as step:
        step.update("activity", second, change)
    assert clash_names(store) == []


def test_an_accepted_clash_counts_no_more(store: Store) -> None:
    with store.step("Add") as step:
        user = step.insert("user", {"name": "陈思远"})
    first = add(store, subject="a", start=at(0, "14:00"), end=at(0, "15:00"), owner_user=user)
    second = add(store, subject="b", start=at(0, "14:30"), end=at(0, "15:30"), owner_user=user)
    with store.step("Accept") as step:
        clashes.accept(step, second, [first])
    assert clash_names(store) == []
    assert len(calendar.clashes(calendar.items(store, SINCE, UNTIL), settled=True)) == 1
    calendar.move(store, first, at(0, "14:10"), at(0, "15:10"))
    assert clash_names(store) == [("a", "b")]


def test_where_nobody_said_who_works_here_all_are_one_person(store: Store) -> None:
    add(store, subject="a", start=at(0, "14:00"), end=at(0, "15:00"))
    add(store, subject="b", start=at(0, "14:30"), end=at(0, "15:30"))
    assert clash_names(store) == [("a", "b")]


def test_the_day_of_a_last_contact_is_no_appointment(store: Store) -> None:
    with store.step("Add") as step:
        customer = step.insert("customer", {"name": "云杉谷酒店"})
    with store.step("Type") as step:
        step.update("customer", customer, {"last_contact": calendars.MONDAY})
    held = store.read().execute(
        "SELECT count(*) FROM activity WHERE customer = ? AND recorded = 1", (customer,)
    )
    assert held.fetchone()[0] == 1
    assert calendar.items(store, SINCE, UNTIL) == []


@pytest.mark.parametrize("single", [True, False])
def test_a_room_for_one_at_a_time(store: Store, *, single: bool) -> None:
    with store.step("Add") as step:
        room = step.insert("resource", {"name": "会议室", "single": single})
        one, other = (step.insert("user", {"name": name}) for name in calendars.PEOPLE[:2])
    add(store, subject="a", start=at(0, "14:00"), end=at(0, "15:00"), room=room, owner_user=one)
    add(store, subject="b", start=at(0, "14:30"), end=at(0, "15:30"), room=room, owner_user=other)
    assert (clash_names(store) == [("a", "b")]) is single


def test_a_drag_is_one_step_that_can_be_undone(store: Store) -> None:
    made = calendars.week(store)
    id = made["听松书院 回访"]
    calendar.move(store, id, at(4, "16:00"), at(4, "17:00"))
    record = store.reader().record("activity", id)
    assert record is not None
    assert record["start"] == at(4, "16:00")
    undo.undo(store)
    record = store.reader().record("activity", id)
    assert record is not None
    assert record["start"] == at(4, "15:00")
    assert_well(store)


def test_what_gets_its_time_gets_length_and_reminder(store: Store) -> None:
    made = calendars.week(store)
    calendar.move(store, made["鹿溪堂：寄样品"], at(2, "13:00"))
    record = store.reader().record("activity", made["鹿溪堂：寄样品"])
    assert record is not None
    assert (record["start"], record["end"]) == (at(2, "13:00"), at(2, "13:30"))
    assert [row["before"] for row in record["reminders"]] == [15]


def test_a_copy_has_its_people_but_not_its_result(store: Store) -> None:
    made = calendars.week(store)
    id = calendar.copy(store, made["晴川电子 上门：确认点位"], at(5, "14:00"), at(5, "16:00"))
    record = store.reader().record("activity", id)
    assert record is not None
    assert (record["state"], record["place"], record["done_at"]) == ("planned", "确认二期 6 个点位", None)
    assert [row["user"] for row in record["people"]] == [made["何嘉木"]]
    assert_well(store)


def test_a_copy_reminds_as_the_first_one_does(store: Store) -> None:
    id = activities.plan(
        store, {"kind": "visit", "start": at(0, "9:00"), "reminders": [{"before": 30}, {"before": 1440}]}
    )
    for all_day, before in ((False, [30, 1440]), (True, [activities.WHOLE_DAY])):
        made = calendar.copy(store, id, at(1, "0:00"), all_day=all_day)
        record = store.reader().record("activity", made)
        assert record is not None
        assert sorted(row["before"] for row in record["reminders"]) == before


def test_whoever_is_given_something_by_a_drag_is_told(store: Store) -> None:
    made = calendars.week(store)
    store.user, he = made["陈思远"], made["何嘉木"]
    told = "SELECT to_user, about FROM notice ORDER BY n"
    moved = made["听松书院 回访"]
    calendar.move(store, moved, at(4, "16:00"), owner=he)
    calendar.move(store, moved, at(4, "17:00"), owner=he)  # it is his by now
    copied = calendar.copy(store, moved, at(5, "16:00"))
    assert store.read().execute(told).fetchall() == [(he, moved), (he, copied)]


def test_bad_times_are_refused_with_a_sentence(store: Store) -> None:
    made = calendars.week(store)
    with pytest.raises(Known, match="before it begins"):
        calendar.move(store, made["周会"], at(1, "10:00"), at(1, "9:00"))
    calendar.delete(store, made["周会"])
    calendar.delete(store, made["周会"])  # it is gone already: nothing to be said
    with pytest.raises(Known, match="recycle bin"):
        calendar.move(store, made["周会"], at(1, "10:00"))
    with pytest.raises(Known, match="recycle bin"):
        calendar.copy(store, made["周会"], at(1, "10:00"))


def test_one_without_a_subject_is_called_by_its_kind(store: Store) -> None:
    with store.step("New") as step:
        start = dt.datetime(2026, 3, 19, 1, tzinfo=dt.UTC)
        step.insert("activity", {"kind": "visit", "start": start, "end": start + dt.timedelta(hours=1)})
    assert titles(calendar.items(store, start, start + dt.timedelta(days=1))) == ["Visit"]
