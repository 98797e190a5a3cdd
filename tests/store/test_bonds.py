"""Relations have two ends, and nobody ends up above themselves: whichever way a row comes in."""

from __future__ import annotations

from typing import Any

import pytest

from freecrm.core.problems import Known
from freecrm.store import compare, merging, undo
from freecrm.store.database import Store
from tests.store.samples import assert_well, raw


@pytest.fixture
def firm(store: Store) -> bytes:
    with store.step("x") as step:
        return step.insert("customer", {"name": "云杉谷酒店"})


@pytest.fixture
def people(store: Store, firm: bytes) -> list[bytes]:
    with store.step("x") as step:
        return [
            step.insert("contact", {"name": name, "jobs": [{"customer": firm}]})
            for name in ("王芳", "李静", "张伟", "陈晨")
        ]


def job_of(store: Store, person: bytes, firm: bytes) -> bytes:
    found: bytes = raw(store, "SELECT id FROM job WHERE parent = ? AND customer = ?", person, firm)[0][0]
    return found


def report(store: Store, firm: bytes, person: bytes, boss: bytes | None) -> None:
    with store.step("Reports") as step:
        step.update("job", job_of(store, person, firm), {"reports_to": boss})


def tie(store: Store, owner: bytes, entity: str = "customer", **values: Any) -> bytes:
    with store.step("Tie") as step:
        given = {"kind": "friend", "parent": owner, "parent_entity": entity, **values}
        return step.insert("tie", given)


def ties(store: Store) -> list[tuple[Any, ...]]:
    return raw(store, "SELECT parent, kind, contact, customer FROM tie ORDER BY n")


# ---- a relation names exactly one other


def test_a_relation_names_one_other_and_never_its_owner(
    store: Store, firm: bytes, people: list[bytes]
) -> None:
    with pytest.raises(Known, match="needs two ends"):
        tie(store, firm)
    with store.step("x") as step:
        other = step.insert("customer", {"name": "松湾牧场"})
    with pytest.raises(Known, match="not to two"):
        tie(store, firm, contact=people[0], customer=other)
    with pytest.raises(Known, match="“云杉谷酒店” can't be tied to itself"):
        tie(store, firm, customer=firm)
    assert ties(store) == []
    assert_well(store)


@pytest.mark.parametrize("change", ["self", "none", "gone"])
def test_a_change_or_rows_of_a_form_keep_to_it_too(
    store: Store, firm: bytes, people: list[bytes], change: str
) -> None:
    id = tie(store, firm, contact=people[0])
    values: dict[str, Any] = {
        "self": {"contact": None, "customer": firm},
        "none": {"contact": None},
        "gone": {"contact": b"z" * 16},
    }[change]
    with pytest.raises(Known), store.step("x") as step:
        step.update("tie", id, values)
    with pytest.raises(Known), store.step("x") as step:
        step.update("customer", firm, {"ties": [{"id": id, "kind": "friend", **values}]})
    names = ["kind", "parent", "parent_entity", *values]
    with pytest.raises(Known), store.step("x") as step:
        step.insert_many("tie", names, [["friend", firm, "customer", *values.values()]])
    assert ties(store) == [(firm, "friend", people[0], None)]


def test_a_relation_goes_with_either_end_and_comes_back(
    store: Store, firm: bytes, people: list[bytes]
) -> None:
    tie(store, firm, contact=people[0])
    before = ties(store)
    for entity, id in (("contact", people[0]), ("customer", firm)):
        with store.step("Delete") as step:
            step.delete(entity, id)
        assert ties(store) == []
        undo.undo(store)
        assert ties(store) == before
        with store.step("Delete") as step:
            step.delete(entity, id)
        undo.restore(store, entity, id)
        assert ties(store) == before
    assert_well(store)


def test_both_ends_deleted_the_relation_comes_with_the_later_one(
    store: Store, firm: bytes, people: list[bytes]
) -> None:
    tie(store, firm, contact=people[0])
    before = ties(store)
    for entity, id in (("contact", people[0]), ("customer", firm)):
        with store.step("Delete") as step:
            step.delete(entity, id)
    undo.restore(store, "customer", firm)
    assert ties(store) == []
    undo.restore(store, "contact", people[0])
    assert ties(store) == before


def test_loops_of_relations_are_fine(store: Store, firm: bytes) -> None:
    with store.step("x") as step:
        other = step.insert("customer", {"name": "松湾牧场"})
    tie(store, firm, kind="referred_by", customer=other)
    tie(store, other, kind="referred_by", customer=firm)
    assert len(ties(store)) == 2


# ---- merging


def test_a_relation_between_the_two_merged_goes_and_is_told(
    store: Store, firm: bytes, people: list[bytes]
) -> None:
    with store.step("x") as step:
        other = step.insert("customer", {"name": "云杉谷酒店管理"})
    tie(store, other, kind="referred_by", customer=firm)
    tie(store, other, kind="friend", contact=people[0])
    said = [str(one) for one in compare.compare(store, "customer", [firm, other]).loops]
    assert said == [
        "“云杉谷酒店管理” names “云杉谷酒店” as “Recommended by”. One record can't belong to itself, so that link"
        " goes."
    ]
    before = ties(store)
    merging.merge(store, "customer", [firm, other], firm)
    assert ties(store) == [(firm, "friend", people[0], None)]
    undo.undo(store)
    assert ties(store) == before
    assert_well(store)


def test_what_points_at_a_person_merged_away_is_moved(store: Store, firm: bytes, people: list[bytes]) -> None:
    tie(store, firm, contact=people[1])
    report(store, firm, people[2], people[1])
    merging.merge(store, "contact", people[:2], people[0])
    assert ties(store) == [(firm, "friend", people[0], None)]
    assert raw(store, "SELECT reports_to FROM job WHERE parent = ?", people[2]) == [(people[0],)]


def test_relations_of_one_kind_to_different_others_all_stay(
    store: Store, firm: bytes, people: list[bytes]
) -> None:
    with store.step("x") as step:
        other, third = (step.insert("customer", {"name": name}) for name in ("云杉谷管理", "松湾牧场"))
    tie(store, firm, contact=people[0])
    tie(store, other, contact=people[0], note="同学")
    tie(store, other, customer=third)
    tie(store, other, contact=people[1])
    merging.merge(store, "customer", [firm, other], firm)
    assert ties(store) == [
        (firm, "friend", people[0], None),
        (firm, "friend", None, third),
        (firm, "friend", people[1], None),
    ]
    assert raw(store, "SELECT note FROM tie WHERE note IS NOT NULL") == [("同学",)]


def test_who_reports_to_the_other_keeps_the_position(store: Store, firm: bytes, people: list[bytes]) -> None:
    report(store, firm, people[1], people[0])
    said = compare.compare(store, "contact", people[:2]).loops
    assert [str(one) for one in said] == [
        "“李静” names “王芳” as “Reports to”. One record can't belong to itself, so that link goes."
    ]
    merging.merge(store, "contact", people[:2], people[0])
    assert raw(store, "SELECT reports_to FROM job WHERE parent = ?", people[0]) == [(None,)]
    assert_well(store)


def test_a_merge_that_closes_a_loop_of_people_is_refused(
    store: Store, firm: bytes, people: list[bytes]
) -> None:
    report(store, firm, people[0], people[1])
    report(store, firm, people[1], people[2])
    with pytest.raises(Known, match="above themselves at “云杉谷酒店”"):
        merging.merge(store, "contact", [people[0], people[2]], people[0])
    assert raw(store, "SELECT count(*) FROM contact") == [(4,)]


# ---- who reports to whom


@pytest.mark.parametrize("length", [2, 3, 4])
def test_loops_of_every_length_are_refused(
    store: Store, firm: bytes, people: list[bytes], length: int
) -> None:
    for at in range(length - 1):
        report(store, firm, people[at], people[at + 1])
    with pytest.raises(Known, match=r"“.+” would end up above themselves at “云杉谷酒店”"):
        report(store, firm, people[length - 1], people[0])
    assert_well(store)


def test_nobody_reports_to_themselves_or_to_a_stranger(
    store: Store, firm: bytes, people: list[bytes]
) -> None:
    with pytest.raises(Known, match="“王芳” can't be above themselves"):
        report(store, firm, people[0], people[0])
    with store.step("x") as step:
        stranger = step.insert("contact", {"name": "解安"})
    with pytest.raises(Known, match="“解安” has no position at “云杉谷酒店”"):
        report(store, firm, people[0], stranger)
    assert raw(store, "SELECT count(*) FROM job WHERE reports_to IS NOT NULL") == [(0,)]


def test_a_boss_may_come_in_the_same_step_and_leave_later(
    store: Store, firm: bytes, people: list[bytes]
) -> None:
    with store.step("x") as step:
        boss = step.insert("contact", {"name": "解安", "jobs": [{"customer": firm}]})
        step.update("job", job_of(store, people[0], firm), {"reports_to": boss})
    with store.step("x") as step:
        step.delete("job", job_of(store, boss, firm))
        step.update("job", job_of(store, people[0], firm), {"job": "经理"})  # what was said before may stand
    with store.step("x") as step:
        step.update("job", job_of(store, people[0], firm), {"department": "采购"})
    undo.undo(store)
    assert_well(store)


def test_two_firms_have_orders_of_their_own(store: Store, firm: bytes, people: list[bytes]) -> None:
    with store.step("x") as step:
        other = step.insert("customer", {"name": "松湾牧场"})
        for person in people[:2]:
            rows = [{"customer": other, "parent": person, "parent_entity": "contact"}]
            step.insert("job", rows[0])
    report(store, firm, people[0], people[1])
    report(store, other, people[1], people[0])
    with pytest.raises(Known, match="above themselves"):
        merging.merge(store, "customer", [firm, other], firm)


def test_turning_two_round_in_one_step_is_fine(store: Store, firm: bytes, people: list[bytes]) -> None:
    report(store, firm, people[0], people[1])
    with store.step("x") as step:
        step.update("job", job_of(store, people[0], firm), {"reports_to": None})
        step.update("job", job_of(store, people[1], firm), {"reports_to": people[0]})
    undo.undo(store)
    assert_well(store)


def test_a_loop_from_another_tool_does_not_stop_the_work(
    store: Store, firm: bytes, people: list[bytes]
) -> None:
    for at in range(2):
        boss, job = people[1 - at], job_of(store, people[at], firm)
        raw(store, "UPDATE job SET reports_to = ? WHERE id = ?", boss, job)
    with store.step("x") as step:
        step.update("job", job_of(store, people[0], firm), {"job": "经理"})
    report(store, firm, people[2], people[0])


def test_undo_that_would_close_a_loop_says_so(store: Store, firm: bytes, people: list[bytes]) -> None:
    report(store, firm, people[0], people[1])
    report(store, firm, people[0], None)
    report(store, firm, people[1], people[0])
    second = store.read().execute("SELECT max(n) - 1 FROM step").fetchone()[0]
    with pytest.raises(Known, match="above themselves"):
        undo.undo(store, second)
    assert_well(store)
