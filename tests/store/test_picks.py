"""Pick-lists changed by their users: in all rows at once, and undone in one step."""

from __future__ import annotations

import json

import pytest

from freecrm.core.problems import Known
from freecrm.core.query import Query, Sort
from freecrm.store import check, history, picks, undo
from freecrm.store.database import Store
from tests.store.samples import dump


def names(store: Store, list: str = "grade") -> list[str]:
    return [entry.title for entry in picks.entries_of(store, list)]


def grades(store: Store) -> list[str | None]:
    return [record["grade"] for record in store.reader().each(Query("customer", sort=(Sort("name"),)))]


@pytest.fixture
def filled(store: Store) -> Store:
    with store.step("Make") as step:
        for n, grade in enumerate(("A", "B", "A", None)):
            step.insert("customer", {"name": f"K{n}", "grade": grade})
    return store


def test_a_new_name_shows_in_all_rows(filled: Store) -> None:
    before = dump(filled)
    wanted = [
        picks.Entry("A", "一级", "danger"),
        picks.Entry("B", "B", "success"),
        picks.Entry("C", "C", "neutral"),
    ]
    assert picks.save_list(filled, "grade", wanted) == {}
    assert names(filled) == ["一级", "B", "C"]
    assert grades(filled) == ["A", "B", "A", None]
    f = filled.schema.fields("customer")["grade"]
    assert f.show("A") == "一级"
    assert f.read("一级") == ("A", None)
    assert f.read("重点") == ("A", None)  # the old words still mean it
    assert picks.options_of(filled, "grade").get("A").colour == "danger"  # type: ignore[union-attr]
    assert str(history.steps(filled)[0]) == "List “Grade” changed"
    undo.undo(filled)
    assert dump(filled) == before
    assert names(filled) == ["A", "B", "C"]


def test_order_counts_for_lists_and_for_sorting(filled: Store) -> None:
    wanted = [picks.Entry(key, key) for key in ("B", "C", "A")]
    made = picks.save_list(filled, "grade", [wanted[0], picks.Entry("", "S", "violet"), *wanted[1:]])
    assert made == {"S": "S"}
    assert names(filled) == ["B", "S", "C", "A"]
    sorted_ = [r["grade"] for r in filled.reader().each(Query("customer", sort=(Sort("grade"),)))]
    assert sorted_ == ["B", "A", "A", None]
    undo.undo(filled)
    assert names(filled) == ["A", "B", "C"]


def test_an_entry_goes_and_its_rows_get_another(filled: Store) -> None:
    before = dump(filled)
    assert picks.used(filled, "grade", "A") == 2
    assert picks.replace_option(filled, "grade", "A", "C") == 2
    assert grades(filled) == ["C", "B", "C", None]
    assert names(filled) == ["B", "C"]
    assert picks.used(filled, "grade", "A") == 0
    assert filled.schema.fields("customer")["grade"].show("A") == "A"  # for the log's sake
    assert check.check(filled) == []
    undo.undo(filled)
    assert dump(filled) == before
    assert names(filled) == ["A", "B", "C"]
    undo.redo(filled)
    assert grades(filled) == ["C", "B", "C", None]


def test_an_entry_goes_and_its_rows_get_nothing(filled: Store) -> None:
    assert picks.replace_option(filled, "grade", "A", None) == 2
    assert grades(filled) == [None, "B", None, None]


def test_lists_of_custom_fields_are_changed_alike(store: Store) -> None:
    with store.step("Field") as step:
        values = {"name": "水质", "on": "customer", "key": "x_water", "kind": "choice", "needed": True}
        step.insert("custom_field", {**values, "choices": json.dumps(["硬", "软"])})
    with store.step("Make") as step:
        ids = [step.insert("customer", {"name": n, "x_water": w}) for n, w in (("a", "硬"), ("b", "软"))]
    before = dump(store)
    picks.save_list(store, "x_water", [picks.Entry("软", "很软", "info"), picks.Entry("硬", "硬")])
    assert names(store, "x_water") == ["很软", "硬"]
    with pytest.raises(Known, match="needed"):
        picks.replace_option(store, "x_water", "软", None)
    assert picks.replace_option(store, "x_water", "软", "硬") == 1
    assert [store.reader().record("customer", id)["x_water"] for id in ids] == ["硬", "硬"]  # type: ignore[index]
    undo.undo(store)
    undo.undo(store)
    assert dump(store) == before
    assert names(store, "x_water") == ["硬", "软"]


def test_one_more_entry(filled: Store) -> None:
    key = picks.add_option(filled, "grade", " 特级 ")
    assert names(filled) == ["A", "B", "C", "特级"]
    with filled.step("Change") as step:
        step.insert("customer", {"name": "new", "grade": key})
    assert picks.used(filled, "grade", key) == 1


@pytest.mark.parametrize("wanted", [["A", " a "], ["A", " "]])
def test_blank_and_equal_names_are_refused(filled: Store, wanted: list[str]) -> None:
    before = dump(filled)
    with pytest.raises(Known):
        picks.save_list(filled, "grade", [picks.Entry("A", wanted[0]), picks.Entry("B", wanted[1])])
    assert dump(filled) == before


def test_lists_of_child_rows_are_changed_alike(store: Store) -> None:
    with store.step("Make") as step:
        id = step.insert("customer", {"name": "a", "phones": [{"number": "95588", "kind": "fax"}]})
    assert picks.replace_option(store, "phone_kind", "fax", "other") == 1
    assert store.reader().record("customer", id)["phones"][0]["kind"] == "other"  # type: ignore[index]
