"""What goes with a record and comes back with it: activities of a customer, times of a series, participants."""

from __future__ import annotations

import datetime as dt
import random
from contextlib import suppress
from typing import Any

import pytest

from freecrm.core.problems import Known
from freecrm.store import history, merging, recycle, rooms, undo
from freecrm.store.database import Store
from tests.store.samples import assert_well, change_something, dump, ids, raw

NINE = dt.datetime(2027, 3, 1, 1, 0, tzinfo=dt.UTC)
GOING = ("activity", "attendee", "reminder", "plan_run", "pool_move", "notice", "file")


def a_day(store: Store) -> dict[str, bytes]:
    """A customer with all that hangs on them, and another without anything."""
    with store.step("Made") as step:
        user = step.insert("user", {"name": "林晓棠"})
        group = step.insert("customer", {"name": "鹿溪堂集团"})
        customer = step.insert("customer", {"name": "鹿溪堂茶业", "owner_user": user, "group": group})
        contact = step.insert("contact", {"name": "曾知强"})
        room = step.insert("resource", {"name": "一号会议室"})
        run = step.insert("plan_run", {"name": "新客户", "customer": customer})
        activity = step.insert(
            "activity",
            {
                "subject": "周会",
                "customer": customer,
                "start": NINE,
                "end": NINE + dt.timedelta(hours=1),
                "repeats": "FREQ=WEEKLY",
                "owner_user": user,
                "room": room,
                "plan_run": run,
                "people": [{"contact": contact}, {"user": user}],
                "reminders": [{"before": 15}],
            },
        )
        once = step.insert(
            "activity",
            {
                "subject": "周会（改期）",
                "customer": customer,
                "series": activity,
                "instance": NINE,
                "start": NINE,
            },
        )
        step.insert("pool_move", {"customer": customer, "move": "claim", "at": NINE, "user": user})
        notice = {"text": "给你的", "to_user": user, "about": activity, "customer": customer, "at": NINE}
        step.insert("notice", notice)
        other = step.insert("customer", {"name": "蓝星糖果"})
    names = ("user", "group", "customer", "contact", "room", "run", "activity", "once", "other")
    return dict(zip(names, (user, group, customer, contact, room, run, activity, once, other), strict=True))


def delete(store: Store, entity: str, *wanted: bytes) -> int:
    with store.step("Delete {n}", n=len(wanted)) as step:
        step.delete_many(entity, wanted)
    return history.steps(store)[0].n


def test_what_belongs_to_a_customer_goes_and_comes_back(store: Store) -> None:
    day = a_day(store)
    before = dump(store)
    delete(store, "customer", day["customer"])
    assert {name: ids(store, name) for name in GOING if ids(store, name)} == {}
    assert_well(store)
    without = dump(store)
    undo.undo(store)
    assert dump(store) == before
    undo.redo(store)
    assert dump(store) == without
    (binned,) = history.bin(store)
    assert binned.id == day["customer"]
    along = recycle.went_along(store, [binned])[binned.id]
    assert along["activity"] == 2
    assert "2 activities" in recycle.along_words(store, along)
    undo.restore(store, "customer", day["customer"])
    assert dump(store) == before
    assert history.bin(store) == []
    assert_well(store)
    undo.undo(store)
    assert dump(store) == without


def test_an_activity_deleted_by_itself_is_an_entry_and_waits_for_its_customer(store: Store) -> None:
    day = a_day(store)
    with store.step("Without a plan") as step:  # the plan would end with its last activity
        step.update("activity", day["activity"], {"plan_run": None})
    before = dump(store)
    delete(store, "activity", day["activity"])
    assert ids(store, "activity") == []  # the one time of it as well
    assert [b.id for b in history.bin(store)] == [day["activity"]]
    delete(store, "customer", day["customer"])
    assert {b.id for b in history.bin(store)} == {day["activity"], day["customer"]}
    with pytest.raises(Known, match="The customer that it belongs to was deleted"):
        undo.restore(store, "activity", day["activity"])
    undo.restore_many(store, [("activity", day["activity"]), ("customer", day["customer"])])
    assert dump(store) == before
    assert_well(store)


def test_an_undone_deletion_whose_customer_is_gone_by_now_is_kept(store: Store) -> None:
    day = a_day(store)
    n = delete(store, "activity", day["activity"])
    delete(store, "customer", day["customer"])
    with pytest.raises(Known, match=r"can no longer be undone\. What it belongs to was deleted since"):
        undo.undo(store, n)
    assert_well(store)


@pytest.mark.parametrize(("entity", "name"), [("contact", "contact"), ("user", "user"), ("resource", "room")])
def test_links_are_emptied_and_filled_again(store: Store, entity: str, name: str) -> None:
    day = a_day(store)
    before = dump(store)
    delete(store, entity, day[name])
    assert len(ids(store, "activity")) == 2
    assert_well(store)
    without = dump(store)
    undo.restore(store, entity, day[name])
    assert dump(store) == before
    undo.undo(store)
    assert dump(store) == without
    undo.undo(store)
    assert dump(store) == before


def test_a_link_given_anew_meanwhile_stays(store: Store) -> None:
    day = a_day(store)
    delete(store, "resource", day["room"])
    with store.step("Another room") as step:
        room = step.insert("resource", {"name": "二号会议室"})
        step.update("activity", day["activity"], {"room": room})
    undo.restore(store, "resource", day["room"])
    assert store.reader().record("activity", day["activity"])["room"] == room  # type: ignore[index]


def test_a_group_that_closed_meanwhile_does_not_hinder_restoring(store: Store) -> None:
    day = a_day(store)
    with store.step("Above") as step:
        step.update("customer", day["group"], {"group": day["other"]})
    delete(store, "customer", day["group"])
    with store.step("The other way round") as step:
        step.update("customer", day["other"], {"group": day["customer"]})
    undo.restore(store, "customer", day["group"])
    assert store.reader().record("customer", day["customer"])["group"] is None  # type: ignore[index]
    assert_well(store)


def test_a_room_that_is_booked_stays(store: Store) -> None:
    day = a_day(store)
    with pytest.raises(Known, match=r"“一号会议室” is booked for planned activities \(1\)"):
        rooms.delete(store, day["room"])
    with store.step("Over") as step:
        step.update("activity", day["activity"], {"state": "done"})
    before = dump(store)
    rooms.delete(store, day["room"])
    assert_well(store)
    undo.undo(store)
    assert dump(store) == before


def test_for_good_takes_all_of_it_out_of_the_file(store: Store) -> None:
    day = a_day(store)
    with store.step("Said") as step:
        step.update("activity", day["activity"], {"result": "Tell nobody"})
    delete(store, "customer", day["customer"])
    assert recycle.erase(store, [("customer", day["customer"])]) == 1
    assert raw(
        store, "SELECT count(*) FROM change WHERE data LIKE '%Tell nobody%' OR data LIKE '%周会%'"
    ) == [(0,)]
    assert raw(store, "SELECT count(*) FROM change WHERE data LIKE '%鹿溪堂集团%'") == [(0,)]
    assert_well(store)
    with pytest.raises(Known):
        undo.restore(store, "activity", day["activity"])


def test_merging_moves_them_and_splitting_gives_them_back(store: Store) -> None:
    day = a_day(store)
    before = dump(store)
    merging.merge(store, "customer", [day["customer"], day["other"]], day["other"])
    held = {store.reader().record("activity", id)["customer"] for id in ids(store, "activity")}  # type: ignore[index]
    assert held == {day["other"]}
    assert_well(store)
    merging.split(store, history.steps(store)[0].n)
    assert dump(store) == before


def test_what_an_undo_leaves_keeps_what_belongs_to_it(store: Store) -> None:
    """An import brought a customer with an activity; the customer was edited since."""
    with store.step("Import", origin="import") as step:
        customer = step.insert("customer", {"name": "鹿溪堂茶业"})
        step.insert("activity", {"subject": "拜访", "customer": customer})
        step.insert("customer", {"name": "蓝星糖果"})
    n = history.steps(store)[0].n
    with store.step("Edit") as step:
        step.update("customer", customer, {"grade": "A"})
    undo.undo(store, n)
    assert ids(store, "customer") == [customer]
    assert len(ids(store, "activity")) == 1
    assert_well(store)


def test_very_many_go_in_blocks(store: Store) -> None:
    with store.step("Many") as step:
        step.insert_many("customer", ["name"], [(f"鹿溪堂{i}",) for i in range(2000)])
    customers = ids(store, "customer")
    with store.step("Activities") as step:
        step.insert_many("activity", ["subject", "customer"], [("拜访", id) for id in customers * 2])
    before = dump(store)
    delete(store, "customer", *customers)
    assert ids(store, "activity") == []
    assert len(history.bin(store, 3000)) == 2000
    undo.undo(store)
    assert dump(store) == before


def _act(store: Store, chance: random.Random) -> None:
    """One thing that somebody does: more of everything, something goes, comes back, is made one, is taken back."""
    kind = chance.choice("make make some delete delete delete restore merge split undo redo edit".split())
    customers = ids(store, "customer")
    entity = chance.choice(
        ("customer", "customer", "contact", "activity", "user", "resource", "plan_run", "notice")
    )
    if kind == "make" or not customers:
        a_day(store)
    elif kind == "some":
        change_something(store, chance)
    elif kind == "delete":
        there = ids(store, entity)
        delete(store, entity, *chance.sample(there, min(len(there), chance.choice((1, 1, 2)))))
    elif kind == "restore":
        binned = history.bin(store)
        some = chance.sample(binned, min(len(binned), chance.choice((1, 1, 3))))
        undo.restore_many(store, [(b.entity, b.id) for b in some])
    elif kind == "merge" and len(customers) > 1:
        two = chance.sample(customers, 2)
        merging.merge(store, "customer", two, two[0])
    elif kind == "split":
        made = merging.merges(store, "customer")
        if made:
            merging.split(store, chance.choice(made).step)
    elif kind == "undo":
        undo.undo(store, chance.choice(history.steps(store)).n)
    elif kind == "redo":
        undo.redo(store)
    elif kind == "edit" and ids(store, "activity"):
        values: dict[str, Any] = {"customer": chance.choice(customers)}
        with store.step("Edit") as step:
            step.update("activity", chance.choice(ids(store, "activity")), values)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_done_nothing_dangles_and_undoing_all_leads_back(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    a_day(store)
    before = dump(store)
    for _ in range(25):
        with suppress(Known):  # refused with a sentence; nothing was written
            _act(store, chance)
        assert_well(store)
    for n in [step.n for step in history.steps(store)][:-1]:  # newest first
        step = history.step(store, n)
        assert step is not None
        if not step.undone:
            undo.undo(store, n)
            assert_well(store)
    assert dump(store) == before
