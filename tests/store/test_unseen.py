"""What hangs at a customer that one may not see says so, and files that may come back say nothing in its place."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from freecrm.core.day_words import this_day
from freecrm.core.pieces import Entry
from freecrm.core.query import Group, Query, Where
from freecrm.core.rights import Rights, Unseen
from freecrm.exchange.exporter import export, returned
from freecrm.store import (
    ageing,
    alarms,
    calendar,
    deals,
    history,
    lines,
    quotes_waiting,
    timeline,
    today,
    totals,
)
from freecrm.store.database import Store

NAME = "云杉谷酒店"
WHO = "沈若溪"


@pytest.fixture
def ids(store: Store) -> dict[str, bytes]:
    """A deal, an activity, a quote and a bill of one's own at a customer of somebody else's."""
    deals.take_ready(store)
    (pipe,) = deals.pipelines(store)
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    with store.step("People") as step:
        me, other = (step.insert("user", {"name": name}) for name in ("林晓棠", "陈思远"))
        customer = step.insert("customer", {"name": NAME, "owner_user": other})
        contact = step.insert("contact", {"name": WHO, "jobs": [{"customer": customer, "job": "采购"}]})
        deal = step.insert(
            "deal",
            {
                "name": "热水改造",
                "customer": customer,
                "owner_user": me,
                "pipeline": pipe.id,
                "stage": pipe.stages[0].id,
            },
        )
        activity = step.insert(
            "activity",
            {
                "subject": "回访",
                "kind": "call",
                "customer": customer,
                "owner_user": me,
                "start": now - dt.timedelta(hours=1),
                "people": [{"contact": contact}],
                "reminders": [{"before": 0}],
            },
        )
        quote = step.insert(
            "quote",
            {
                "customer": customer,
                "owner_user": me,
                "day": this_day() - dt.timedelta(days=60),
                "valid_until": this_day() - dt.timedelta(days=30),
                "state": "sent",
            },
        )
        step.insert(
            "receivable",
            {
                "customer": customer,
                "owner_user": me,
                "amount": 100_00,
                "day": this_day() - dt.timedelta(days=40),
            },
        )
    store.user = me
    store.hold_to(Rights(me, {("customer", "see"): "own", ("contact", "see"): "own"}))
    return {
        "me": me,
        "customer": customer,
        "contact": contact,
        "deal": deal,
        "activity": activity,
        "quote": quote,
        "pipeline": pipe.id,
    }


def test_a_record_says_so(store: Store, ids: dict[str, bytes]) -> None:
    reader = store.reader()
    assert reader.record("customer", ids["customer"]) is None
    found = [
        reader.record("deal", ids["deal"]),
        reader.by_ids("deal", [ids["deal"]])[ids["deal"]],
        next(reader.each(Query("deal"))),
    ]
    for record in found:
        assert record is not None
        assert isinstance(record["customer_title"], Unseen)
        assert record["customer_title"] == "Not for you"
    numbers = reader.numbers(Query("deal"))
    (row,) = reader.rows("deal", numbers, ["name", "customer"]).values()
    assert isinstance(row[1], Unseen)
    activity = reader.record("activity", ids["activity"])
    assert activity is not None
    assert activity["people"][0]["contact_title"] == "Not for you"
    assert reader.titles("customer", {ids["customer"]}) == {}


def test_a_record_of_ones_own_is_named_and_an_empty_link_stays_empty(
    store: Store, ids: dict[str, bytes]
) -> None:
    with store.step("Mine") as step:
        mine = step.insert("customer", {"name": "我的", "owner_user": ids["me"]})
        step.update("deal", ids["deal"], {"customer": mine})
        bare = step.insert("activity", {"subject": "x", "owner_user": ids["me"]})
    deal, activity = store.reader().record("deal", ids["deal"]), store.reader().record("activity", bare)
    assert deal is not None
    assert activity is not None
    assert deal["customer_title"] == "我的"
    assert not activity["customer_title"]
    (step_made,) = history.steps(store, limit=1)
    told = lines.of_changes(store, history.changes_of_step(store, step_made.n))
    (line,) = [one for one in told if one.field == "Customer"]
    assert (line.old, line.new) == ("Not for you", "我的")  # it was not deleted


def test_every_view_of_the_day_says_so(store: Store, ids: dict[str, bytes]) -> None:
    day = today.day(store, this_day(), ids["me"])
    here = [*day.overdue, *day.due]
    assert {one.name for one in here} == {"Not for you"}
    assert {one.firm for one in alarms.due(store, dt.datetime.now(dt.UTC), ids["me"])} == {"Not for you"}
    waiting, _count = quotes_waiting.waiting(store, this_day(), ids["me"], 5)
    assert {one.name for one in waiting} == {"Not for you"}
    now = dt.datetime.now(dt.UTC)
    items = calendar.items(store, now - dt.timedelta(days=1), now + dt.timedelta(days=1))
    assert {one.customer_name for one in items} == {"Not for you"}


def test_board_groups_and_ageing_say_so(store: Store, ids: dict[str, bytes]) -> None:
    (pipe,) = deals.pipelines(store)
    assert {card.customer_name for card in deals.cards(store, pipe)} == {"Not for you"}
    (group,) = totals.groups(store.reader(), Query("deal", group=(Group("customer"),)), ())
    assert group.keys == ("Not for you",)
    assert {row.name for row in ageing.ageing(store, this_day()).rows} == {"Not for you"}


def test_the_timeline_says_so(store: Store, ids: dict[str, bytes]) -> None:
    with store.step("Moved") as step:
        step.update("deal", ids["deal"], {"customer": None})
    page = timeline.page(store.reader(), "deal", ids["deal"], store.pieces("deal", Entry))
    told = [(detail.old, detail.new) for one in page.entries for detail in one.details]
    assert ("Not for you", "") in told
    of_activity = timeline.page(store.reader(), "activity", ids["activity"], store.pieces("activity", Entry))
    assert NAME not in repr(of_activity)


def test_a_file_that_may_come_back_stays_empty_there_and_changes_nothing(
    store: Store, ids: dict[str, bytes], tmp_path: Path
) -> None:
    export(store, Query("activity"), tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert [row["Customer"] for row in csv.DictReader(text.splitlines())] == [""]
    assert "Not for you" not in text
    export(store, Query("deal"), tmp_path / "a.xlsx")
    with store.step("Later") as step:
        step.update("deal", ids["deal"], {"name": "热水改造二期"})
    assert returned(store, tmp_path / "a.xlsx").is_empty
    export(store, Query("contact", Where("name", "=", WHO)), tmp_path / "a.vcf")
    assert "Not for you" not in (tmp_path / "a.vcf").read_text(encoding="utf-8")


def test_who_sees_all_meets_none_of_it(store: Store, ids: dict[str, bytes]) -> None:
    store.hold_to(None)
    record = store.reader().record("deal", ids["deal"])
    assert record is not None
    assert record["customer_title"] == NAME
