"""Fields and pick-list entries that the users of one file added."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from freecrm.core.custom import CustomField, field_of, fixed_id, words_of
from freecrm.core.query import Query, Sort, Where
from freecrm.store import undo
from freecrm.store.database import Store
from tests.store.samples import assert_well, found, open_in


def add(store: Store, key: str, kind: str, **more: object) -> bytes:
    with store.step("Field") as step:
        return step.insert("custom_field", {"name": key, "on": "customer", "key": key, "kind": kind, **more})


def names(store: Store, query: Query) -> list[str]:
    reader = store.reader()
    numbers = list(reader.numbers(query))
    rows = reader.rows("customer", numbers, ["name"])
    return [rows[n][0] for n in numbers]


def test_a_field_of_the_same_name_made_twice_is_one() -> None:
    assert fixed_id("custom_field", "customer", "x_tds") == fixed_id("custom_field", "customer", "x_tds")


def test_switched_off_and_on(store: Store) -> None:
    made = add(store, "x_a", "text")
    with store.step("New") as step:
        customer = step.insert("customer", {"name": "鹿", "x_a": "淡"})
    with store.step("Off") as step:
        step.update("custom_field", made, {"off": True})
    assert "x_a" not in store.schema.fields("customer")
    with store.step("Change") as step:
        step.update("customer", customer, {"name": "溪"})
    undo.undo(store)
    undo.undo(store)
    assert store.reader().record("customer", customer)["x_a"] == "淡"  # type: ignore[index]
    assert_well(store)


def test_is_there_after_a_restart_and_for_another_window(tmp_path: Path) -> None:
    store = open_in(tmp_path)
    add(store, "x_a", "number")
    store.close()
    store = open_in(tmp_path)
    assert "x_a" in store.schema.fields("customer")
    store.close()


def test_required_ones_are_asked_for(store: Store) -> None:
    add(store, "x_a", "text", needed=True)
    with pytest.raises(Exception, match="x_a is needed"), store.step("New") as step:
        step.insert("customer", {"name": "x"})


def test_a_choice_takes_its_entries_only(store: Store) -> None:
    add(store, "x_size", "choice", choices=json.dumps(["大", "中", "小"]))
    with store.step("New") as step:
        for name, size in (("a", "小"), ("b", "大"), ("c", None), ("d", "中")):
            step.insert("customer", {"name": name, "x_size": size})
    with pytest.raises(Exception, match="not in the list"), store.step("New") as step:
        step.insert("customer", {"name": "x", "x_size": "巨"})
    assert names(store, Query("customer", None, (Sort("x_size"),))) == ["b", "d", "a", "c"]
    assert names(store, Query("customer", None, (Sort("x_size", True),))) == ["a", "d", "b", "c"]
    assert names(store, Query("customer", Where("x_size", "in", ["大", "小"]), (Sort("name"),))) == ["a", "b"]


def test_a_choice_without_entries(store: Store) -> None:
    add(store, "x_size", "choice")
    assert names(store, Query("customer", None, (Sort("x_size"),))) == []


@pytest.mark.parametrize("key", ["name", "x_a'; DROP TABLE customer; --", "x_", "X_A", "x_a b", ""])
def test_keys_that_could_be_sql_are_no_fields(key: str) -> None:
    record = {"name": "x", "on": "customer", "key": key, "kind": "text"}
    assert field_of({**dict.fromkeys(CustomField.fields), **record}) is None


def test_of_a_kind_or_entity_that_only_a_newer_program_knows(store: Store) -> None:
    with store.step("Field") as step:
        base = {"name": "x", "key": "x_x"}
        step.insert("custom_field", {**base, "on": "customer", "kind": "hologram"})
        step.insert("custom_field", {**base, "on": "spaceship", "kind": "text"})
    assert "x_x" not in store.schema.fields("customer")


def test_pick_list_entries_added_renamed_and_off(tmp_path: Path) -> None:
    store = open_in(tmp_path)
    entry = {"list": "grade", "position": 1}
    with store.step("Entries") as step:
        step.insert("pick_option", {**entry, "name": "特级", "key": "S", "also": '["超级"]'})
        renamed = step.insert("pick_option", {**entry, "name": "重要客户", "key": "A"})
    grade = store.schema.fields("customer")["grade"]
    assert grade.read("特级") == ("S", None)
    assert grade.read("超级") == ("S", None)
    assert grade.read("VIP") == ("A", None)
    assert grade.show("A") == "重要客户"
    with store.step("New") as step:
        for name, key in (("a", "S"), ("b", "A"), ("c", "C")):
            step.insert("customer", {"name": name, "grade": key})
    by_grade = Query("customer", None, (Sort("grade"),))
    assert names(store, by_grade) == ["b", "c", "a"]
    assert store.reader().first(by_grade, 3)
    store.close()
    store = open_in(tmp_path)  # the compiled question was kept: another list must not be sorted by it
    with store.step("More") as step:
        step.delete("pick_option", renamed)
        step.insert("pick_option", {**entry, "name": "新", "key": "N"})
        step.insert("customer", {"name": "n", "grade": "N"})
    first = store.reader().first(by_grade, 9)
    rows = store.reader().rows("customer", first, ["name"])
    assert [rows[n][0] for n in first] == names(store, by_grade)
    assert store.schema.fields("customer")["grade"].show("A") == "A"
    store.close()


def test_a_text_field_is_searched(store: Store) -> None:
    add(store, "x_a", "text")
    with store.step("New") as step:
        made = step.insert("customer", {"name": "云杉", "x_a": "恒温水壶"})
    assert found(store, "水壶") == ["云杉"]
    with store.step("Change") as step:
        step.update("customer", made, {"x_a": "茶杯"})
    assert found(store, "水壶") == []
    assert found(store, "茶杯") == ["云杉"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, ()),
        ('["大", "小", "大", ""]', ("大", "小")),
        ("大\n小", ("大", "小")),
        ("[1", ("[1",)),
        ('"x"', ("x",)),
    ],
)
def test_lists_written_by_hand_never_keep_a_file_shut(text: str | None, words: tuple[str, ...]) -> None:
    assert words_of(text) == words
