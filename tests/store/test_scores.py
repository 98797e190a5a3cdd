"""How complete and how fresh records are: by standard rules, by own rules, by owner; and the ten of today."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from freecrm.core.day_words import this_day
from freecrm.core.problems import Known
from freecrm.core.scoring import CHANGED, STANDARD, Rule
from freecrm.store import history, scores, tenlist, undo
from freecrm.store.database import Store
from freecrm.store.scores import Score
from freecrm.ui.score_words import in_words


def customer(store: Store, **values: Any) -> bytes:
    with store.step("New") as step:
        return step.insert("customer", {"name": "云杉谷酒店", **values})


def score(store: Store, id: bytes, entity: str = "customer", today: dt.date | None = None) -> Score:
    found = scores.of_record(store.reader(), entity, id, today)
    assert found is not None
    return found


def ago(days: int) -> dt.date:
    return this_day() - dt.timedelta(days=days)


def lacks(of: Score) -> list[str]:
    return [lack.rule.field for lack in of.lacks]


def test_standard_rules_hold_until_they_are_changed(store: Store) -> None:
    bare = customer(store)
    found = score(store, bare)
    assert (found.complete, found.fresh) == (0, 100)  # made just now: nobody is late yet
    assert found.uncontacted
    assert in_words(found) == "0 % complete · not contacted yet"
    assert lacks(found)[0] == "main_contact"
    full = customer(
        store,
        grade="A",
        industry="it",
        source="web",
        last_contact=ago(10),
        phones=[{"number": "+8613800001203"}],
        emails=[{"address": "a@example.com"}],
        addresses=[{"city": "杭州"}],
    )
    found = score(store, full)
    assert (found.complete, found.fresh) == (67, 100)  # 10 of 15 points
    assert in_words(found) == "67 % complete · fresh"
    assert lacks(found) == ["main_contact", "owner_user"]
    assert found.lacks[0].points == 20


def test_a_day_is_fresh_up_to_its_limit(store: Store) -> None:
    scores.save_rules(store, "customer", [Rule("grade", 1), Rule("last_contact", 1, 30)])
    assert score(store, customer(store, last_contact=ago(30))).fresh == 100
    assert score(store, customer(store, last_contact=ago(31))).fresh == 0


def test_a_blank_day_is_as_old_as_the_record(store: Store) -> None:
    scores.save_rules(
        store, "customer", [Rule("grade", 1), Rule("last_contact", 3, 30), Rule(CHANGED, 1, 365)]
    )
    id = customer(store)
    assert score(store, id, today=ago(-30)).fresh == 100
    late = score(store, id, today=ago(-31))
    assert (late.fresh, lacks(late)) == (25, ["grade", "last_contact"])
    assert in_words(late) == "0 % complete · not contacted yet"
    stale = score(store, id, today=ago(-366))
    assert (stale.fresh, in_words(stale)) == (0, "0 % complete · stale")
    with time_machine.travel(dt.datetime.now().astimezone() + dt.timedelta(days=40), tick=True):
        with store.step("Delete") as step:
            step.delete("customer", id)
        undo.undo(store)  # brought back is not made anew
        assert score(store, id).fresh == 25


def test_a_change_of_a_row_is_a_change_of_its_record(store: Store) -> None:
    scores.save_rules(store, "customer", [Rule("grade", 1), Rule(CHANGED, 1, 30)])
    id = customer(store, phones=[{"number": "+8613800001203"}])
    later = this_day() + dt.timedelta(days=31)
    assert score(store, id, today=this_day() + dt.timedelta(days=30)).fresh == 100
    assert score(store, id, today=later).fresh == 0


def test_rules_are_a_step_that_can_be_undone(store: Store) -> None:
    id = customer(store, grade="A")
    scores.save_rules(store, "customer", [Rule("grade", 3), Rule("source", 1)])
    assert score(store, id) == Score(75, None, score(store, id).lacks)
    assert str(history.steps(store)[0].said) == "Rules of the score of customers changed"
    scores.save_rules(store, "customer", [Rule("source", 1), Rule("grade", 3)])
    assert [rule.field for rule in scores.rules(store.reader(), "customer")] == ["source", "grade"]
    scores.save_rules(store, "customer", None)
    assert scores.rules(store.reader(), "customer") == STANDARD["customer"]
    undo.undo(store)
    assert score(store, id).complete == 75


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ([Rule("grade", 0), Rule("source", 0)], "All weights are 0"),
        ([], "All weights are 0"),
        ([Rule("gone", 1)], "There is no field “gone”"),
        ([Rule("grade", -1)], "The weight of Grade has to be between 0 and 1000."),
        ([Rule("last_contact", 1, -3)], "The days of Last contact have to be between 1 and 36500."),
        ([Rule("grade", 1, 30)], "Grade is neither a day nor a time"),
        ([Rule(CHANGED, 1)], "say within how many days"),
        ([Rule("grade", 1), Rule("grade", 2)], "Grade has two rules of this kind"),
    ],
)
def test_wrong_rules_are_refused_and_nothing_is_written(store: Store, rules: list[Rule], why: str) -> None:
    before = len(history.steps(store))
    with pytest.raises(Known, match=why):
        scores.save_rules(store, "customer", rules)
    assert len(history.steps(store)) == before
    with pytest.raises(Known, match="nothing called"):
        scores.save_rules(store, "phone", [Rule("number", 1)])


def test_a_rule_on_a_deleted_field_counts_nothing(store: Store) -> None:
    with store.step("Field") as step:
        field = step.insert(
            "custom_field", {"name": "TDS", "on": "customer", "key": "x_tds", "kind": "number"}
        )
    scores.save_rules(store, "customer", [Rule("x_tds", 1), Rule("grade", 1)])
    id = customer(store, grade="A", x_tds=50)
    assert score(store, id).complete == 100
    assert score(store, customer(store, grade="A")).complete == 50
    with store.step("Field") as step:
        step.delete("custom_field", field)
    assert score(store, customer(store, grade="A")).complete == 100
    scores.save_rules(store, "customer", [Rule("x_tds", 1), Rule("grade", 5)])  # the others can be changed


def test_by_owner(store: Store) -> None:
    scores.save_rules(store, "customer", [Rule("grade", 1), Rule("source", 1), Rule("last_contact", 1, 30)])
    with store.step("Users") as step:
        one, other = (step.insert("user", {"name": name}) for name in ("陈思远", "林晓棠"))
    customer(store, owner_user=one, grade="A", source="web", last_contact=ago(1))
    customer(store, owner_user=one, grade="A")
    customer(store, owner_user=other)
    customer(store, grade="A", source="web")
    rows = scores.by_owner(store.reader(), "customer")
    assert [(r.name, r.records, r.complete, r.fresh) for r in rows] == [
        ("陈思远", 2, 75, 100),
        ("林晓棠", 1, 0, 100),
        ("", 1, 100, 100),
    ]


def test_the_lowest_first(store: Store) -> None:
    scores.save_rules(store, "customer", [Rule("grade", 1), Rule("source", 2)])
    full, third, none = customer(store, grade="A", source="web"), customer(store, grade="A"), customer(store)
    found, count = scores.lowest(store.reader(), "customer")
    assert [one.id for one in found] == [none, third, full]
    assert [one.complete for one in found] == [0, 33, 100]
    found, count = scores.lowest(store.reader(), "customer", below=33)
    assert ([one.id for one in found], count) == ([none], 1)
    found, count = scores.lowest(store.reader(), "customer", limit=1)
    assert (len(found), count) == (1, 3)


# ---- ten today


def names(of: tenlist.Today) -> list[str]:
    return [one.title for one in of.ones]


def many(store: Store, count: int = 25) -> list[bytes]:
    with store.step("New") as step:
        return [
            step.insert("customer", {"name": f"客户{n:02d}", "grade": "ABC"[n % 3]}) for n in range(count)
        ]


def test_ten_of_today_are_the_first_grade_first_and_others_tomorrow(store: Store) -> None:
    many(store)
    day = this_day()
    first = tenlist.today(store, "customer", day)
    assert names(first) == [f"客户{n:02d}" for n in (0, 3, 6, 9, 12, 15, 18, 21, 24, 1)]
    assert [str(why) for why in first.ones[0].why] == ["Grade A", "13 % complete", "no contact noted yet"]
    assert names(tenlist.today(store, "customer", day)) == names(first)
    second = tenlist.today(store, "customer", day + dt.timedelta(days=1))
    assert not set(names(first)) & set(names(second))
    third = tenlist.today(store, "customer", day + dt.timedelta(days=2))
    assert len(names(third)) == 10  # only five are left: the first ones come again
    assert names(third)[:5] == [f"客户{n:02d}" for n in (11, 14, 17, 20, 23)]


def test_mine_alone_when_somebody_is_signed_in(store: Store) -> None:
    many(store, 3)
    with store.step("User") as step:
        me = step.insert("user", {"name": "陈思远"})
    mine = customer(store, owner_user=me)
    store.user = me
    found = tenlist.today(store, "customer")
    assert found.mine
    assert [one.id for one in found.ones] == [mine]


def test_what_was_done_is_counted_from_the_log(store: Store) -> None:
    ids = many(store, 12)
    found = tenlist.today(store, "customer")
    assert found.finished == 0  # to be made today is not to be tidied
    tomorrow = this_day() + dt.timedelta(days=1)
    later = dt.datetime.combine(tomorrow, dt.time(9)).astimezone()
    with time_machine.travel(later, tick=False):
        found = tenlist.today(store, "customer")
        assert found.finished == 0
        one, two, three = (o.id for o in found.ones[:3])
        with store.step("Edit") as step:
            step.update("customer", one, {"source": "web"})
        with store.step("Edit") as step:
            step.insert("contact", {"name": "林晓棠", "jobs": [{"customer": two}]})
        assert [o.done for o in tenlist.today(store, "customer").ones[:3]] == [True, True, False]
        undo.undo(store)
        assert [o.done for o in tenlist.today(store, "customer").ones[:3]] == [True, False, False]
        tenlist.set_aside(store, found, three)
        assert tenlist.today(store, "customer").finished == 2
        tenlist.set_aside(store, found, three, False)
        assert tenlist.today(store, "customer").finished == 1
    assert len(ids) == 12


def test_a_deleted_one_leaves_the_list(store: Store) -> None:
    many(store, 12)
    found = tenlist.today(store, "customer")
    with store.step("Delete") as step:
        step.delete("customer", found.ones[0].id)
    assert names(tenlist.today(store, "customer")) == names(found)[1:]


def test_nobody_is_left_when_all_are_complete(store: Store) -> None:
    scores.save_rules(store, "customer", [Rule("grade", 1)])
    customer(store, grade="A")
    assert tenlist.today(store, "customer").ones == ()
