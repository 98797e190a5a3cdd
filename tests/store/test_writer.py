"""The one door: what it takes, what it refuses, what it tells."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from freecrm.core.change import Touched
from freecrm.core.problems import Bug, Known
from freecrm.store import history
from freecrm.store.database import Store
from tests.store.samples import a_firm, assert_well, dump, found, ids, open_in, raw


def test_a_step_is_told_once_with_what_it_touched(store: Store) -> None:
    heard: list[Touched] = []
    stop = store.listen(heard.append)
    owner, customer, contact = a_firm(store)
    (touched,) = heard
    assert touched.step == 1
    assert touched.ids["user"] == {owner}
    assert touched.ids["customer"] == {customer}
    assert touched.ids["contact"] == {contact}
    assert touched.counts["phone"] == (2, 0, 0)
    stop()
    with store.step("Change") as step:
        step.update("customer", customer, {"grade": "B"})
    assert len(heard) == 1


def test_a_derived_change_touches_too(store: Store) -> None:
    _, customer, contact = a_firm(store)
    heard: list[Touched] = []
    store.listen(heard.append)
    with store.step("Rename") as step:
        step.update("contact", contact, {"name": "林小棠"})
    assert heard[0].ids["customer"] == {customer}


def test_an_exception_leaves_everything_as_it_was(store: Store) -> None:
    _, customer, _ = a_firm(store)
    before, steps = dump(store), len(history.steps(store))

    def half_way() -> None:
        with store.step("Change") as step:
            step.update("customer", customer, {"grade": "C", "phones": []})
            step.insert("customer", {"name": "x"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()
    assert dump(store) == before
    assert len(history.steps(store)) == steps
    assert_well(store)
    with store.step("Change") as step:  # the door still opens
        step.update("customer", customer, {"grade": "C"})


def test_a_step_inside_a_step_is_our_mistake_and_harms_nothing(store: Store) -> None:
    with store.step("Outer") as step:
        step.insert("customer", {"name": "外"})
        with pytest.raises(Exception, match="transaction"), store.step("Inner"):
            pass
    assert found(store, "外") == ["外"]


def test_a_step_that_changes_nothing_is_no_step(store: Store) -> None:
    _, customer, contact = a_firm(store)
    record = store.reader().record("contact", contact)
    assert record is not None
    with store.step("Same") as step:
        assert not step.update("customer", customer, {"grade": "A", "code": "", "remark": None})
        assert not step.update("contact", contact, {n: record[n] for n in ("name", "phones", "jobs", "tags")})
    assert len(history.steps(store)) == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "Customer name is needed"),
        ({"name": ""}, "Customer name is needed"),
        ({"name": "x" * 501}, "500 characters"),
        ({"name": "x", "grade": "Q"}, "not in the list"),
        ({"name": "x", "phones": [{"number": ""}]}, "Number is needed"),
    ],
)
def test_refused_values(store: Store, values: dict[str, object], sentence: str) -> None:
    with pytest.raises(Known, match=sentence), store.step("New") as step:
        step.insert("customer", values)
    assert ids(store, "customer") == []


def test_names_that_are_no_fields_are_our_mistake(store: Store) -> None:
    _, customer, _ = a_firm(store)
    with pytest.raises(Bug), store.step("x") as step:
        step.insert("customer", {"name": "x", "colour": "red"})
    with pytest.raises(Bug), store.step("x") as step:
        step.update("customer", customer, {"main_phone": "1"})
    with pytest.raises(Bug), store.step("x") as step:
        step.insert_many("customer", ["name", "city"], [["x", "y"]])
    with pytest.raises(Bug), store.step("x") as step:
        step.insert("phone", {"number": "1", "parent": customer})


def test_what_is_gone_cannot_be_changed(store: Store) -> None:
    _, customer, _ = a_firm(store)
    with store.step("Delete") as step:
        step.delete("customer", customer)
    for write in ({"grade": "B"}, {"phones": [{"number": "1"}]}, {}):
        with pytest.raises(Known, match="no longer there"), store.step("x") as step:
            step.update("customer", customer, write)
    with pytest.raises(Known, match="no longer there"), store.step("x") as step:
        step.delete("customer", customer)
    with pytest.raises(Known, match="no longer there"), store.step("x") as step:
        step.insert("phone", {"number": "1", "parent": customer, "parent_entity": "customer"})
    assert_well(store)


def test_defaults_and_blanks(store: Store) -> None:
    with store.step("New") as step:
        made = step.insert("customer", {"name": "x", "code": "", "remark": ""})
    record = store.reader().record("customer", made)
    assert record is not None
    assert (record["kind"], record["code"], record["remark"]) == ("company", None, None)


def test_child_rows_are_replaced_added_changed_and_kept(store: Store) -> None:
    _, customer, _ = a_firm(store)
    record = store.reader().record("customer", customer)
    assert record is not None
    (phone,) = record["phones"]
    with store.step("Add") as step:
        assert step.update("customer", customer, {"phones": [{**phone, "ext": "8"}, {"number": "+8610"}]})
    record = store.reader().record("customer", customer)
    assert record is not None
    assert [(p["id"] == phone["id"], p["number"], p["ext"]) for p in record["phones"]] == [
        (True, "+8657186543210", "8"),
        (False, "+8610", None),
    ]
    with store.step("Remove") as step:
        assert step.update("customer", customer, {"phones": record["phones"][1:]})
    assert raw(store, "SELECT number FROM phone WHERE parent_entity = 'customer'") == [("+8610",)]
    assert_well(store)


def test_deleting_takes_along_what_belongs_to_it(store: Store) -> None:
    _, customer, contact = a_firm(store)
    with store.step("Note") as step:
        step.update("customer", customer, {"notes": [{"text": "周一"}], "emails": [{"address": "a@b.cn"}]})
    with store.step("Delete") as step:
        step.delete("customer", customer)
    left = {entity: len(rows) for entity, rows in dump(store).items() if rows}
    assert left == {"user": 1, "contact": 1, "phone": 1}
    assert store.reader().record("contact", contact)["jobs"] == []  # type: ignore[index]
    assert_well(store)


def test_many_rows_in_and_out(store: Store) -> None:
    rows = [[f"客户{i}", "AB"[i % 2], i] for i in range(1234)]
    with store.step("Import", origin="import") as step:
        numbers = step.insert_many("customer", ["name", "grade", "opening_balance"], rows)
    assert len(set(numbers)) == 1234
    assert_well(store)
    assert found(store, "客户1233") == ["客户1233"]
    with store.step("Delete") as step:
        step.delete_many("customer", ids(store, "customer")[:1000])
    assert len(ids(store, "customer")) == 234
    assert_well(store)


def test_numbers_are_never_used_twice(store: Store) -> None:
    with store.step("New") as step:
        first = step.insert("customer", {"name": "x"})
    with store.step("Delete") as step:
        step.delete("customer", first)
    with store.step("New") as step:
        step.insert("contact", {"name": "y"})
        step.insert("customer", {"name": "z"})
    assert raw(store, "SELECT (SELECT n FROM contact) <> 1 AND (SELECT n FROM customer) <> 1") == [(1,)]


def test_values_of_every_kind_come_back(store: Store) -> None:
    at = dt.datetime(2026, 2, 28, 23, 59, 59, 123000, dt.UTC)
    with store.step("Fields") as step:
        for key, kind in (("x_p", "percent"), ("x_n", "number"), ("x_m", "moment"), ("x_y", "yesno")):
            step.insert(
                "custom_field", {"name": key, "on": "customer", "key": key, "kind": kind, "places": 2}
            )
    values = {
        "name": "'; DROP TABLE customer; --",
        "last_contact": dt.date(2024, 2, 29),
        "opening_balance": -(2**61),
        "x_p": Decimal("12.50"),
        "x_n": Decimal("-0.01"),
        "x_m": at,
        "x_y": False,
        "notes": [{"text": "=cmd|' /C calc'!A0", "at": at, "at_zone": "Asia/Shanghai"}],
    }
    with store.step("New") as step:
        made = step.insert("customer", values)
    record = store.reader().record("customer", made)
    assert record is not None
    (note,) = record.values.pop("notes")
    assert {k: record[k] for k in values if k != "notes"} == {k: v for k, v in values.items() if k != "notes"}
    assert (note["text"], note["at"], note["at_zone"]) == ("=cmd|' /C calc'!A0", at, "Asia/Shanghai")


def test_two_threads_take_turns(store: Store) -> None:
    def write(name: str) -> None:
        for i in range(15):
            with store.step("New") as step:
                step.insert("customer", {"name": f"{name}{i}"})

    threads = [threading.Thread(target=write, args=(name,)) for name in "甲乙"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids(store, "customer")) == 30
    assert [s.n for s in history.steps(store)] == list(range(30, 0, -1))
    assert_well(store)


def test_titles_keep_their_figures(tmp_path: Path) -> None:
    store = open_in(tmp_path)
    with store.step("Merge {n} of {names}", n=3, names=["鹿", "溪"]) as step:
        step.insert("customer", {"name": "x"})
    assert str(history.steps(store)[0]) == "Merge 3 of 鹿, 溪"
    store.close()
