"""What happened with a record, and the figures of its page: from the same rows, whatever was done to them."""

from __future__ import annotations

import datetime as dt

import pytest

from freecrm.core.derive import Count
from freecrm.core.pieces import Entry, Figure, Tab, tree_of
from freecrm.core.words import N_
from freecrm.store import deals, figures, history, timeline, undo
from freecrm.store.database import Store
from freecrm.store.timeline import CHANGES

DAY = dt.datetime(2026, 3, 19, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def customer(store: Store) -> bytes:
    with store.step(N_("Add")) as step:
        return step.insert("customer", {"name": "云杉谷酒店", "grade": "B", "opening_balance": 3_240_000})


def note(store: Store, customer: bytes, text: str, at: dt.datetime | None = DAY) -> bytes:
    values = {"text": text, "at": at, "parent": customer, "parent_entity": "customer"}
    with store.step(N_("Add a note")) as step:
        return step.insert("note", values)


def read(store: Store, customer: bytes, **more: object) -> timeline.Page:
    wanted = store.model.pieces("customer", Entry)
    return timeline.page(store.reader(), "customer", customer, more.pop("wanted", wanted), **more)  # type: ignore


def kinds(page: timeline.Page) -> list[str]:
    return [entry.kind for entry in page.entries]


def test_everything_stands_in_the_order_of_its_time(store: Store, customer: bytes) -> None:
    note(store, customer, "last year", dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    with store.step(N_("Add")) as step:
        person = step.insert("contact", {"name": "沈嘉言", "jobs": [{"customer": customer}]})
    with store.step(N_("Change")) as step:
        step.update("customer", customer, {"grade": "A", "phones": [{"number": "+8657100006688"}]})
    with store.step(N_("Attach")) as step:
        file = {"name": "报价.pdf", "size": 1840, "parent": customer, "parent_entity": "customer"}
        step.insert("file", file)
    note(store, customer, "just now", None)
    found = read(store, customer)
    assert kinds(found) == ["note", "file", CHANGES, "person", CHANGES, "note"]
    assert [entry.text for entry in found.entries] == ["just now", "报价.pdf", "", "沈嘉言", "", "last year"]
    assert found.after is None
    changed = {
        (one.of.name if one.of else one.entity): (one.old, one.new) for one in found.entries[2].details
    }
    assert changed == {"grade": ("B", "A"), "phone": (None, "+8657100006688")}
    assert found.entries[3].values["parent"] == person


def test_pages_follow_each_other_without_a_gap(store: Store, customer: bytes) -> None:
    for at in range(25):
        note(store, customer, f"note {at}", DAY + dt.timedelta(minutes=at // 2))  # two of each time
    whole = [entry.text for entry in read(store, customer, limit=100).entries]
    seen: list[str] = []
    after = None
    while True:
        page = read(store, customer, limit=4, after=after)
        seen += [entry.text for entry in page.entries]
        after = page.after
        if after is None:
            break
    assert seen == whole
    assert len(seen) == 26


def test_it_is_narrowed_by_kind_and_by_words(store: Store, customer: bytes) -> None:
    note(store, customer, "滤芯 100% 换好")
    note(store, customer, "other")
    by_name = {one.name: one for one in store.model.pieces("customer", Entry)}
    assert kinds(read(store, customer, wanted=[by_name["note"]], changes=False)) == ["note", "note"]
    assert [entry.text for entry in read(store, customer, words="100%").entries] == ["滤芯 100% 换好"]
    assert read(store, customer, words="%").entries == read(store, customer, words="100%").entries
    assert read(store, customer, words="B_").entries == ()


def test_a_phone_that_was_removed_and_an_undo_stand_there(store: Store, customer: bytes) -> None:
    with store.step(N_("Change")) as step:
        step.update("customer", customer, {"phones": [{"number": "+8657100006688"}]})
    with store.step(N_("Change")) as step:
        step.update("customer", customer, {"phones": []})
    removed = read(store, customer).entries[0].details[0]
    assert (removed.entity, removed.old, removed.new) == ("phone", "+8657100006688", None)
    undo.undo(store)
    assert read(store, customer).entries[0].origin == "undo"


def figure(store: Store, id: bytes, name: str, *, whole: bool = False) -> figures.Found:
    link = tree_of(store.schema.entity("customer")) if whole else None
    wanted = [one for one in store.model.pieces("customer", Figure) if one.name == name]
    return figures.values(store.reader(), "customer", id, wanted, link)[name]


def test_figures_are_the_sums_of_their_tabs_also_after_undo(store: Store, customer: bytes) -> None:
    note(store, customer, "one")
    note(store, customer, "two")
    assert figure(store, customer, "notes").value == 2
    assert figure(store, customer, "balance").value == 3_240_000
    for tab in store.model.pieces("customer", Tab):
        counted = figures.count(store.reader(), "customer", customer, tab)
        found = [one for one in store.model.pieces("customer", Figure) if one.opens == tab.name]
        found = [one for one in found if isinstance(one.of, Count)]  # points are a sum of theirs
        assert all(figure(store, customer, one.name).value == counted for one in found)
    undo.undo(store)
    assert figure(store, customer, "notes").value == 1


def test_what_lies_below_is_added_up_also_in_a_ring(store: Store, customer: bytes) -> None:
    with store.step(N_("Add")) as step:
        child = step.insert("customer", {"name": "分店", "group": customer, "opening_balance": 100})
        step.insert("customer", {"name": "分店的分店", "group": child, "opening_balance": 10})
    note(store, child, "below")
    assert figure(store, customer, "balance", whole=True).value == 3_240_110
    assert figure(store, customer, "notes", whole=True).value == 1
    assert figure(store, customer, "below").value == 1
    assert figure(store, customer, "below", whole=True).value == 2
    # another tool can tie a ring past the door: adding up must end all the same
    store.write().execute('UPDATE customer SET "group" = ? WHERE id = ?', (child, customer))
    assert figure(store, customer, "balance", whole=True).value == 3_240_110


def test_the_history_of_a_record_with_very_many_notes_is_read(store: Store, customer: bytes) -> None:
    rows = [(f"note {at}", customer, "customer") for at in range(40_000)]
    with store.step(N_("Import")) as step:
        step.insert_many("note", ("text", "parent", "parent_entity"), rows)
    assert len(history.of_record(store, "customer", customer, limit=10)) == 10


def test_what_was_done_is_an_entry_and_what_is_planned_is_not(store: Store, customer: bytes) -> None:
    with store.step(N_("Add")) as step:
        user = step.insert("user", {"name": "陈思远"})
        person = step.insert("contact", {"name": "沈嘉言", "jobs": [{"customer": customer}]})
        common = {"kind": "call", "customer": customer, "owner_user": user}
        people = [{"contact": person}]
        done = {"state": "done", "subject": "价格", "result": "希望再让 3%", "done_at": DAY, "people": people}
        call = step.insert("activity", {**common, **done})
        step.insert("activity", {**common, "state": "done", "subject": "无时间", "start": DAY - HOUR})
        step.insert("activity", {**common, "subject": "下次", "start": DAY})
    entry = [one for one in store.model.pieces("customer", Entry) if one.of == "activity"]
    first, second = read(store, customer, wanted=entry, changes=False).entries
    assert (first.id, first.text, first.at, first.who) == (call, "希望再让 3%", DAY, user)
    assert first.rows["people"] == ("沈嘉言",)
    assert second.at == DAY - HOUR
    assert len(read(store, customer, wanted=entry, changes=False, words="价格").entries) == 1
    assert len(read(store, customer, wanted=entry, changes=False, words="下次").entries) == 0
    own = [one for one in store.model.pieces("contact", Entry) if one.of == "activity"]
    found = timeline.page(store.reader(), "contact", person, own, changes=False)
    assert [one.id for one in found.entries] == [call]
    tabs = [tab for tab in store.model.pieces("customer", Tab) if tab.name == "activities"]
    assert figures.count(store.reader(), "customer", customer, tabs[0]) == 3


def test_a_deal_that_moves_is_told_once_on_its_page_and_on_that_of_its_customer(store: Store) -> None:
    """AC-PIPE-2: who, when, from where, where to."""
    deals.take_ready(store)
    pipe = deals.pipelines(store)[0]
    with store.step("Make") as step:
        user = step.insert("user", {"name": "马小川"})
        customer = step.insert("customer", {"name": "云杉谷酒店"})
        deal = step.insert("deal", {"name": "RO line", "customer": customer, "stage": pipe.stages[0].id})
    store.user = user
    deals.move(store, [deal], pipe.stages[1].id)
    for entity, id in (("deal", deal), ("customer", customer)):
        wanted = store.model.pieces(entity, Entry)
        found = timeline.page(store.reader(), entity, id, wanted).entries
        moved = [one for one in found if one.entity == "deal_move"]
        assert [one.values.get("after_title") for one in moved] == [pipe.stages[1].name, pipe.stages[0].name]
        assert moved[0].values["before_title"] == pipe.stages[0].name
        assert moved[0].values["by"] == user
        if entity == "customer":
            assert moved[0].text == "RO line"
        told = [one for one in found if one.said is not None and "moved to" in str(one.said)]
        assert told == []
