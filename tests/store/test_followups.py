"""Follow-ups: one step for what was said and what is next; what it settles; who is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from freecrm.core.problems import Known
from freecrm.store import activities, check, followups, undo
from freecrm.store.database import Store
from freecrm.store.followups import FollowUp

NOW = dt.datetime(2026, 3, 19, 12).astimezone().astimezone(dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """The day doesn't change between the first line of a test and its last."""
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def hotel(store: Store) -> bytes:
    with store.step("Add") as step:
        return step.insert("customer", {"name": "云杉谷酒店", "grade": "A"})


@pytest.fixture
def person(store: Store, hotel: bytes) -> bytes:
    with store.step("Add") as step:
        return step.insert("contact", {"name": "沈嘉言", "jobs": [{"customer": hotel, "job": "总经理"}]})


def record(store: Store, entity: str, id: bytes) -> Any:
    found = store.reader().record(entity, id)
    assert found is not None
    return found


def count(store: Store, table: str) -> int:
    return int(store.read().execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_a_follow_up_sets_last_contact_and_plans_the_next(store: Store, hotel: bytes, person: bytes) -> None:
    then = {"kind": "call", "start": NOW + DAY}
    said = FollowUp("visit", "要求五一前装好。\n希望再让 3%", (person,), place="大堂", then=then, minutes=30)
    made = followups.save(store, "customer", hotel, said)
    done = record(store, "activity", made)
    assert (done["subject"], done["result"]) == ("要求五一前装好", "要求五一前装好。\n希望再让 3%")
    assert done["end"] - done["start"] == HOUR / 2
    firm = record(store, "customer", hotel)
    assert firm["last_contact"] == NOW.astimezone().date()
    assert firm["next_at"] == then["start"]
    assert record(store, "contact", person)["last_contact"] == firm["last_contact"]
    (planned,) = followups.open_steps(store, "customer", hotel)
    assert planned.people == ("沈嘉言",)
    assert not planned.is_late(NOW)
    undo.undo(store)
    assert count(store, "activity") == 0
    assert record(store, "customer", hotel)["last_contact"] is None
    assert check.check(store) == []


def test_what_was_planned_becomes_the_follow_up_that_settles_it(store: Store, hotel: bytes) -> None:
    late = activities.plan(store, {"kind": "task", "subject": "回访", "start": NOW - DAY, "customer": hotel})
    later = activities.plan(
        store, {"kind": "call", "subject": "再打", "start": NOW - HOUR, "customer": hotel}
    )
    said = FollowUp("other", "谈妥了", closes=(late, later), then={"kind": "call", "start": NOW + DAY})
    assert followups.save(store, "customer", hotel, said) == late
    done = record(store, "activity", late)
    assert (done["subject"], done["state"], done["kind"], done["result"]) == (
        "回访",
        "done",
        "other",
        "谈妥了",
    )
    assert record(store, "activity", later)["state"] == "done"
    assert count(store, "activity") == 3
    assert record(store, "customer", hotel)["next_at"] == NOW + DAY
    assert record(store, "customer", hotel)["last_contact"] == NOW.astimezone().date()


def test_a_repeating_call_that_was_missed_for_weeks_is_caught_up(store: Store, hotel: bytes) -> None:
    begun = NOW - 15 * DAY
    weekly = activities.plan(
        store, {"kind": "call", "start": begun, "customer": hotel, "repeats": "FREQ=WEEKLY"}
    )
    made = followups.save(store, "customer", hotel, FollowUp("call", "ok", closes=(weekly,)))
    assert made != weekly
    assert record(store, "customer", hotel)["next_at"] == begun + 21 * DAY


def test_a_task_is_planned_and_is_no_contact(store: Store, hotel: bytes) -> None:
    with store.step("Add") as step:
        user = step.insert("user", {"name": "陈思远"})
    said = FollowUp("task", "把合同寄出", at=NOW + DAY, owner=user)
    made = record(store, "activity", followups.save(store, "customer", hotel, said))
    assert (made["state"], made["subject"], made["owner_user"]) == ("planned", "把合同寄出", user)
    assert record(store, "customer", hotel)["last_contact"] is None


def test_a_contact_s_follow_up_is_filed_with_their_firm(store: Store, hotel: bytes, person: bytes) -> None:
    made = record(store, "activity", followups.save(store, "contact", person, FollowUp("call", "好")))
    assert made["customer"] == hotel
    assert [row["contact"] for row in made["people"]] == [person]
    activities.plan(store, {"kind": "call", "start": NOW, "customer": hotel, "people": [{"contact": person}]})
    assert len(followups.open_steps(store, "contact", person)) == 1


def test_nobody_signs_what_nobody_said_they_wrote(store: Store, hotel: bytes) -> None:
    with store.step("Add") as step:
        owner, me = (step.insert("user", {"name": name}) for name in ("陈思远", "林晓棠"))
        step.update("customer", hotel, {"owner_user": owner})
    made = followups.save(store, "customer", hotel, FollowUp("call", "报价已发", then={"kind": "call"}))
    assert record(store, "activity", made)["owner_user"] is None
    store.user = me
    made = followups.save(store, "customer", hotel, FollowUp("call", "再报一次价"))
    assert record(store, "activity", made)["owner_user"] == me


def test_colleagues_who_are_named_get_a_notice(store: Store, hotel: bytes) -> None:
    with store.step("Add") as step:
        users = [step.insert("user", {"name": name}) for name in ("林晓", "林晓棠", "马小川")]
    followups.save(store, "customer", hotel, FollowUp("other", "@林晓棠 请报价,谢谢 @马小川"))
    told = {row[0] for row in store.read().execute("SELECT to_user FROM notice")}
    assert told == {users[1], users[2]}
    undo.undo(store)
    assert count(store, "notice") == 0


@pytest.mark.parametrize(("grade", "days"), [("A", 7), ("B", 14), ("C", 32), (None, 14)])
def test_the_next_day_follows_from_the_grade(store: Store, grade: str | None, days: int) -> None:
    with store.step("Add") as step:
        id = step.insert("customer", {"name": "x", "grade": grade})
    today = dt.date(2026, 3, 19)
    assert followups.next_day(store, id, today) == today + days * DAY
    store.set_setting("activity.next_other", 3)  # a Sunday: the Monday after
    assert followups.next_day(store, None, today) == today + 4 * DAY


def test_a_record_that_is_gone_takes_no_follow_up(store: Store, hotel: bytes) -> None:
    with store.step("Delete") as step:
        step.delete("customer", hotel)
    with pytest.raises(Known, match="deleted"):
        followups.save(store, "customer", hotel, FollowUp("call", "x"))


@pytest.mark.parametrize(
    ("text", "subject"),
    [("", ""), ("\n\n二期。再说", "二期"), ("Call back. Then more", "Call back"), ("x" * 99, "x" * 59 + "…")],
)
def test_the_first_words_are_the_subject(text: str, subject: str) -> None:
    assert followups.subject_of(text) == subject
