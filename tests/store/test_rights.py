"""Rights are held by the door and by the reader."""

from __future__ import annotations

import datetime as dt

import pytest

from freecrm.core.problems import Known
from freecrm.core.query import Query, Sort, Where
from freecrm.core.rights import Rights
from freecrm.store import ageing, calendar
from freecrm.store.database import Store

MINE, MATE, OTHER = b"m" * 16, b"t" * 16, b"o" * 16


@pytest.fixture
def three(store: Store) -> dict[str, bytes]:
    made = {}
    with store.step("Three") as step:
        for name, owner in (("我的", MINE), ("同事", MATE), ("别人", OTHER), ("无主", None)):
            values = {"name": name, "owner_user": owner, "phones": [{"number": "+8613800001234"}]}
            made[name] = step.insert("customer", values)
    return made


def rights(action: str, scope: str) -> Rights:
    return Rights(MINE, {("customer", action): scope}, team=frozenset({MATE}))


REACH = {
    "none": set(),
    "own": {"我的", "无主"},  # what is nobody's is everybody's
    "team": {"我的", "同事", "无主"},
    "all": {"我的", "同事", "别人", "无主"},
}


@pytest.mark.parametrize("scope", REACH)
def test_see(store: Store, three: dict[str, bytes], scope: str) -> None:
    reader = store.reader(rights("see", scope))
    query = Query("customer", None, (Sort("name"),))
    everything = store.reader().numbers(query)
    numbers = reader.numbers(query)
    assert {v[0] for v in reader.rows("customer", numbers, ["name"]).values()} == REACH[scope]
    assert {v[0] for v in reader.rows("customer", everything, ["name"]).values()} == REACH[scope]
    assert {r["name"] for r in reader.each(query)} == REACH[scope]
    assert reader.count(query) == len(reader.first(query, 10)) == len(REACH[scope])
    assert {name for name, id in three.items() if reader.record("customer", id)} == REACH[scope]
    assert {hit.record["name"] for hit in reader.find("1234")} == REACH[scope]
    assert len(reader.find("1234", limit=1)) == min(1, len(REACH[scope]))


@pytest.mark.parametrize("action", ["create", "change", "delete"])
@pytest.mark.parametrize("scope", REACH)
def test_write(store: Store, three: dict[str, bytes], action: str, scope: str) -> None:
    done, told = set(), set()
    for name, id in three.items():
        owner = store.reader().record("customer", id)["owner_user"]  # type: ignore[index]
        try:
            with store.step("Write", rights=rights(action, scope)) as step:
                if action == "create":
                    step.insert("customer", {"name": "x", "owner_user": owner})
                elif action == "change":
                    step.update("customer", id, {"grade": "A"})
                else:
                    step.delete("customer", id)
            done.add(name)
        except Known as known:
            told.add(str(known))
    assert done == REACH[scope]
    assert all(f"do not let you {action} this customer" in sentence for sentence in told)


def test_child_rows_count_as_a_change_of_their_record(store: Store, three: dict[str, bytes]) -> None:
    mine = rights("change", "own")
    phone = {"number": "+86", "parent_entity": "customer"}
    with store.step("Mine", rights=mine) as step:
        step.update("customer", three["我的"], {"phones": [], "tags": [{"word": "t"}]})
        step.insert("phone", {**phone, "parent": three["我的"]})
    for write in ({"phones": []}, {"tags": [{"word": "t"}]}, {}):
        with pytest.raises(Known, match="do not let you change"), store.step("x", rights=mine) as step:
            step.update("customer", three["别人"], write)
    with pytest.raises(Known, match="do not let you change"), store.step("x", rights=mine) as step:
        step.insert("phone", {**phone, "parent": three["别人"]})
    held = store.reader().record("customer", three["别人"])
    assert held is not None
    with pytest.raises(Known, match="do not let you change"), store.step("x", rights=mine) as step:
        step.delete("phone", held["phones"][0]["id"])


def test_who_may_create_but_not_change_creates_with_child_rows(store: Store) -> None:
    only = Rights(MINE, {("customer", "create"): "own"}, otherwise="none")
    with store.step("New", rights=only) as step:
        step.insert("customer", {"name": "x", "owner_user": MINE, "phones": [{"number": "1"}]})


def test_nothing_is_given_away_or_taken_from_somebody(store: Store, three: dict[str, bytes]) -> None:
    mine = rights("change", "own")
    with pytest.raises(Known, match="do not let you change"), store.step("x", rights=mine) as step:
        step.update("customer", three["我的"], {"owner_user": OTHER})
    with pytest.raises(Known, match="do not let you change"), store.step("x", rights=mine) as step:
        step.update("customer", three["别人"], {"owner_user": MINE})
    with store.step("x", rights=mine) as step:
        step.update("customer", three["无主"], {"owner_user": MINE})


def test_a_target_is_seen_by_all_and_set_by_whom_it_is_for(store: Store) -> None:
    with store.step("People") as step:
        for id in (MINE, MATE, OTHER):
            step.insert("user", {"name": id.decode()[:1]}, id=id)
    whose = {"me": MINE, "mate": MATE, "other": OTHER, "the firm": None}
    for scope, wanted in {
        "none": set(),
        "own": {"me"},
        "team": {"me", "mate"},
        "all": {"me", "mate", "other", "the firm"},
    }.items():
        grants = {("target", action): scope for action in ("create", "change", "delete")}
        mine = Rights(MINE, {**grants, ("target", "see"): "own"}, team=frozenset({MATE}))
        done = set()
        for name, person in whose.items():
            with store.step("Given") as step:
                id = step.insert("target", {"month": "2026-03", "user": person, "amount": 100})
            assert store.reader(mine).record("target", id) is not None
            tries = [
                lambda step, id=id: step.update("target", id, {"amount": 200}),
                lambda step, id=id: step.delete("target", id),
                lambda step, person=person: step.insert(
                    "target", {"month": "2026-04", "user": person, "amount": 1}
                ),
                lambda step, person=person: step.insert_many(
                    "target", ("month", "user", "amount"), [("2026-05", person, 1)]
                ),
            ]
            passed = []
            for write in tries:
                try:
                    with store.step("Try", rights=mine) as step:
                        write(step)
                    passed.append(True)
                except Known:
                    passed.append(False)
            assert len(set(passed)) == 1, (scope, name, passed)
            done |= {name} if passed[0] else set()
        assert done == wanted, scope


def test_bulk_writes_need_the_right_for_all_of_them(store: Store, three: dict[str, bytes]) -> None:
    with pytest.raises(Known, match="create"), store.step("x", rights=rights("create", "team")) as step:
        step.insert_many("customer", ["name", "owner_user"], [["x", MINE], ["y", OTHER]])
    with pytest.raises(Known, match="delete"), store.step("x", rights=rights("delete", "own")) as step:
        step.delete_many("customer", [three["我的"], three["别人"]])
    assert store.reader().count(Query("customer")) == 4


def test_readonly_and_hidden_fields(store: Store, three: dict[str, bytes]) -> None:
    some = Rights(
        MINE,
        hidden=frozenset({("customer", "phones"), ("customer", "opening_balance")}),
        readonly=frozenset({("customer", "grade"), ("phone", "number")}),
    )
    for values in ({"grade": "A"}, {"opening_balance": 1}, {"phones": []}):
        with pytest.raises(Known, match="You may not change"), store.step("x", rights=some) as step:
            step.update("customer", three["我的"], values)
        with pytest.raises(Known, match="You may not change"), store.step("x", rights=some) as step:
            step.insert("customer", {"name": "x", **values})
    with pytest.raises(Known, match="You may not change"), store.step("x", rights=some) as step:
        step.insert_many("customer", ["name", "grade"], [["x", "A"]])
    reader = store.reader(some)
    record = reader.record("customer", three["我的"])
    assert record is not None
    assert "phones" not in record.values
    assert "opening_balance" not in record.values
    numbers = reader.numbers(Query("customer"))
    rows = reader.rows("customer", numbers, ["phones", "opening_balance", "name"])
    assert sorted(rows[numbers[0]][:2], key=str) == [None, None]
    assert {row[2] for row in rows.values()} == REACH["all"]
    assert "phones" not in next(reader.each(Query("customer"))).values
    for query in (
        Query("customer", Where("opening_balance", ">", 5)),
        Query("customer", None, (Sort("opening_balance"),)),
    ):
        with pytest.raises(Known, match="You may not see"):
            reader.numbers(query)


def test_a_hidden_owner_field_still_counts(store: Store, three: dict[str, bytes]) -> None:
    hidden = Rights(MINE, {("customer", "see"): "own"}, hidden=frozenset({("customer", "owner_user")}))
    reader = store.reader(hidden)
    assert {n for n, id in three.items() if reader.record("customer", id)} == REACH["own"]


def test_what_names_an_index_is_asked_of_what_may_be_seen(store: Store) -> None:
    since = dt.datetime(2030, 5, 6, tzinfo=dt.UTC)
    with store.step("Plan") as step:
        for title, owner in (("mine", MINE), ("theirs", OTHER)):
            values = {"subject": title, "start": since + dt.timedelta(hours=9), "owner_user": owner}
            step.insert("activity", values)
    store.hold_to(Rights(MINE, {("activity", "see"): "own", ("receivable", "see"): "own"}))
    found = calendar.items(store, since, since + dt.timedelta(days=1))
    assert [item.title for item in found] == ["mine"]
    assert ageing.ageing(store, since.date()).rows == ()


def test_a_taken_number_tells_nothing_of_a_record_that_may_not_be_seen(store: Store) -> None:
    with store.step("Two") as step:
        step.insert("customer", {"name": "别人的", "owner_user": OTHER, "code": "K-7"})
        mine = step.insert("customer", {"name": "我的", "owner_user": MINE, "code": "K-8"})
    store.hold_to(Rights(MINE, {("*", "see"): "own"}))
    with pytest.raises(Known, match="may not see") as refused, store.step("Take it") as step:
        step.insert("customer", {"name": "新的", "code": "K-7"})
    assert "别人的" not in str(refused.value)
    with pytest.raises(Known, match="may not see"), store.step("Take it") as step:
        step.update("customer", mine, {"code": "K-7"})
    with pytest.raises(Known, match="我的"), store.step("Take it") as step:
        step.insert("customer", {"name": "新的", "code": "K-8"})
