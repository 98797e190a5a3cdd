"""Activities: next step and last contact follow from them, reminders from both."""

from __future__ import annotations

import datetime as dt

import pytest

from freecrm.core.problems import Known
from freecrm.store import activities, undo
from freecrm.store.database import Store
from freecrm.store.single import Changed
from tests.store.samples import assert_well, raw

NINE = dt.datetime(2026, 3, 19, 1, tzinfo=dt.UTC)  # nine o'clock in Shanghai
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def hotel(store: Store) -> bytes:
    with store.step("New") as step:
        return step.insert("customer", {"name": "云杉谷酒店"})


def customer(store: Store, id: bytes) -> dict[str, object]:
    record = store.reader().record("customer", id)
    assert record is not None
    return record.values


def test_a_plan_is_the_next_step_until_it_is_done(store: Store, hotel: bytes) -> None:
    call = activities.plan(store, {"kind": "call", "start": NINE, "customer": hotel, "subject": "回访"})
    assert (customer(store, hotel)["next_at"], customer(store, hotel)["next_step"]) == (NINE, "回访")
    then = {"kind": "visit", "start": NINE + 24 * HOUR, "subject": "上门"}
    activities.finish(store, call, result="想二期", outcome="reached", at=NINE + HOUR, then=then)
    now = customer(store, hotel)
    assert (now["next_at"], now["next_step"]) == (NINE + 24 * HOUR, "上门")
    assert now["last_contact"] == dt.date(2026, 3, 19)
    assert_well(store)
    undo.undo(store)
    assert (customer(store, hotel)["next_at"], customer(store, hotel)["last_contact"]) == (NINE, None)
    assert_well(store)


def test_a_reminder_rings_anew_when_its_activity_is_moved(store: Store, hotel: bytes) -> None:
    call = activities.plan(store, {"kind": "call", "start": NINE, "customer": hotel})
    ten_before = round((NINE - dt.timedelta(minutes=10)).timestamp() * 1000)
    ((row, at),) = raw(store, "SELECT id, at FROM reminder")
    assert at == ten_before
    with store.step("Seen") as step:
        step.update("reminder", row, {"seen": NINE})
    assert raw(store, "SELECT at FROM reminder") == [(None,)]
    with store.step("Moved") as step:
        step.update("activity", call, {"start": NINE - HOUR, "end": NINE})
    assert raw(store, "SELECT at FROM reminder") == [(ten_before - 3_600_000,)]
    activities.drop(store, call)
    assert raw(store, "SELECT at FROM reminder") == [(None,)]
    assert_well(store)


def test_one_time_of_a_repeating_one_is_done(store: Store, hotel: bytes) -> None:
    weekly = activities.plan(
        store,
        {
            "kind": "call",
            "start": NINE,
            "start_zone": "Asia/Shanghai",
            "customer": hotel,
            "repeats": "FREQ=WEEKLY",
        },
    )
    done = activities.finish(store, weekly)
    assert done != weekly
    assert customer(store, hotel)["next_at"] == NINE + 7 * 24 * HOUR
    assert_well(store)


def test_what_ends_before_it_begins_is_refused(store: Store) -> None:
    with pytest.raises(Known, match="before it begins"):
        activities.plan(store, {"kind": "call", "start": NINE, "end": NINE - HOUR})
    assert raw(store, "SELECT count(*) FROM activity") == [(0,)]


def test_a_last_contact_that_is_stated_is_an_activity(store: Store, hotel: bytes) -> None:
    day = dt.date(2026, 3, 5)
    with store.step("Set") as step:
        step.update("customer", hotel, {"last_contact": day})
    assert customer(store, hotel)["last_contact"] == day
    with store.step("Corrected") as step:
        step.update("customer", hotel, {"last_contact": day - dt.timedelta(days=3)})
    assert customer(store, hotel)["last_contact"] == day - dt.timedelta(days=3)
    assert raw(store, "SELECT kind, state, recorded FROM activity") == [("other", "done", 1)]
    with store.step("Emptied") as step:
        step.update("customer", hotel, {"last_contact": None})
    assert customer(store, hotel)["last_contact"] is None
    assert raw(store, "SELECT count(*) FROM activity") == [(0,)]
    undo.undo(store)
    assert customer(store, hotel)["last_contact"] == day - dt.timedelta(days=3)
    assert_well(store)


def test_colleagues_who_come_to_an_activity_are_told_in_the_same_step(store: Store, hotel: bytes) -> None:
    with store.step("Team") as step:
        me, he, she = (step.insert("user", {"name": name}) for name in ("沈若溪", "何嘉木", "林晓棠"))
    store.user = me
    values = {"kind": "visit", "subject": "上门", "start": NINE, "customer": hotel, "owner_user": me}
    visit = activities.save(store, None, {**values, "people": [{"user": he}]})
    told = "SELECT text, to_user, by, about, customer FROM notice ORDER BY n"
    ((text, *rest),) = raw(store, told)
    assert text.startswith("沈若溪 wants you along: 上门 (2026-03-19")
    assert rest == [he, me, visit, hotel]
    record = store.reader().record("activity", visit)
    assert record is not None
    activities.save(store, visit, {"owner_user": she}, shown=record.values)
    activities.save(store, visit, {"subject": "上门看点位"})  # nobody new: nothing to tell
    assert [row[:2] for row in raw(store, told)][1:] == [(raw(store, told)[1][0], she)]
    assert raw(store, told)[1][0].startswith("沈若溪 gave you: 上门")
    undo.undo(store)
    undo.undo(store)
    assert len(raw(store, told)) == 1
    assert_well(store)


def test_a_change_over_one_that_somebody_else_made_is_refused(store: Store) -> None:
    call = activities.plan(store, {"kind": "call", "subject": "回访", "start": NINE})
    record = store.reader().record("activity", call)
    assert record is not None
    activities.save(store, call, {"subject": "改期"}, shown=record.values)
    with pytest.raises(Changed, match="changed meanwhile"):
        activities.save(store, call, {"subject": "取消"}, shown=record.values)
    with pytest.raises(Known, match="before it begins"):
        activities.save(store, call, {"end": NINE - HOUR})


def test_what_was_deleted_is_told_as_gone(store: Store) -> None:
    call = activities.plan(store, {"kind": "call", "subject": "回访", "start": NINE})
    activities.remove(store, call)
    for act in (activities.remove, activities.drop):
        with pytest.raises(Known, match="recycle bin"):
            act(store, call)
    assert_well(store)


def recorded(store: Store) -> list[str]:
    sql = "SELECT contact_day FROM activity WHERE recorded = 1 ORDER BY start"
    return [day for (day,) in raw(store, sql)]


def test_a_last_contact_that_others_say_is_left_alone_and_told_why(store: Store, hotel: bytes) -> None:
    call = activities.plan(store, {"kind": "call", "start": NINE, "customer": hotel, "subject": "回访"})
    activities.finish(store, call, at=NINE)
    for stated in (None, dt.date(2026, 3, 1)):
        with pytest.raises(Known, match="follows from “回访” of 2026-03-19"), store.step("Set") as step:
            step.update("customer", hotel, {"last_contact": stated})
    with store.step("Later") as step:
        step.update("customer", hotel, {"last_contact": dt.date(2026, 3, 25)})
    assert customer(store, hotel)["last_contact"] == dt.date(2026, 3, 25)
    with pytest.raises(Known, match="follows from"), store.step("Emptied") as step:
        step.update("customer", hotel, {"last_contact": None})
    assert recorded(store) == ["2026-03-25"]


def test_of_many_those_that_others_say_are_kept_and_named(store: Store, hotel: bytes) -> None:
    with store.step("New") as step:
        other = step.insert("customer", {"name": "鹿溪堂茶业", "last_contact": dt.date(2026, 3, 1)})
    activities.finish(store, activities.plan(store, {"kind": "call", "customer": hotel}), at=NINE)
    with store.step("Set") as step:
        step.update_many("customer", [(id, {"last_contact": dt.date(2026, 2, 1)}) for id in (hotel, other)])
    assert step.touched is not None
    assert [(kept.id, "follows from" in str(kept.why)) for kept in step.touched.kept] == [(hotel, True)]
    assert customer(store, other)["last_contact"] == dt.date(2026, 2, 1)
    assert customer(store, hotel)["last_contact"] == dt.date(2026, 3, 19)
    assert_well(store)


def test_stated_twice_in_one_step_the_last_word_counts(store: Store, hotel: bytes) -> None:
    with store.step("Twice") as step:
        step.update("customer", hotel, {"last_contact": dt.date(2026, 3, 9)})
        step.update("customer", hotel, {"last_contact": dt.date(2026, 3, 5)})
    assert customer(store, hotel)["last_contact"] == dt.date(2026, 3, 5)
    assert recorded(store) == ["2026-03-05"]


def test_an_import_only_adds_what_is_later(store: Store, hotel: bytes) -> None:
    for day in (dt.date(2026, 3, 9), dt.date(2026, 3, 5), dt.date(2026, 3, 9), dt.date(2026, 3, 12)):
        with store.step("Import", origin="import") as step:
            step.update("customer", hotel, {"last_contact": day})
    assert customer(store, hotel)["last_contact"] == dt.date(2026, 3, 12)
    assert recorded(store) == ["2026-03-09", "2026-03-12"]
    undo.undo(store)
    assert customer(store, hotel)["last_contact"] == dt.date(2026, 3, 9)
    assert_well(store)


def test_people_of_an_activity_are_written_back_as_they_were_read(store: Store, hotel: bytes) -> None:
    with store.step("New") as step:
        person = step.insert("contact", {"name": "沈嘉言"})
    id = activities.plan(store, {"kind": "call", "start": NINE, "people": [{"contact": person}]})
    record = store.reader().record("activity", id)
    assert record is not None
    with store.step("Saved") as step:
        assert not step.update("activity", id, {n: record[n] for n in ("people", "reminders", "subject")})
