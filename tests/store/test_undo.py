"""Undo and redo: everything as it was, nothing lost that came since."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pytest
import time_machine

from freecrm.core.problems import Known
from freecrm.core.rights import Rights
from freecrm.store import history, undo
from freecrm.store.database import Store
from tests.store.samples import a_firm, assert_well, change_something, dump, found, ids, open_in, raw


def back_and_forth(store: Store, before: dict[str, list[tuple[object, ...]]]) -> None:
    """What the last step did can be taken back, brought back, and taken back again."""
    after = dump(store)
    undo.undo(store)
    assert dump(store) == before
    assert_well(store)
    undo.redo(store)
    assert dump(store) == after
    assert_well(store)
    undo.undo(store)
    assert dump(store) == before


def test_of_new_records(store: Store) -> None:
    before = dump(store)
    a_firm(store)
    assert found(store, "lxt")
    back_and_forth(store, before)
    assert found(store, "lxt") == []


def test_of_changed_values(store: Store) -> None:
    _, customer, _ = a_firm(store)
    before = dump(store)
    with store.step("Change") as step:
        step.update("customer", customer, {"name": "云杉谷", "grade": None, "owner_user": None})
        step.update("customer", customer, {"name": "松湾", "tags": [{"word": "展会"}], "phones": []})
    back_and_forth(store, before)
    assert found(store, "鹿溪") == ["鹿溪堂茶业"]


def test_of_a_deletion_with_children(store: Store) -> None:
    _, customer, contact = a_firm(store)
    before = dump(store)
    with store.step("Delete") as step:
        step.delete("customer", customer)
        step.delete("contact", contact)
    back_and_forth(store, before)


def test_of_rows_in_bulk(store: Store) -> None:
    a_firm(store)
    before = dump(store)
    with store.step("Import", origin="import") as step:
        step.insert_many("customer", ["name", "custom"], [[f"客户{i}", '{"x_a":1}'] for i in range(700)])
    back_and_forth(store, before)


def test_of_records_made_changed_and_deleted_in_one_step(store: Store) -> None:
    _, customer, contact = a_firm(store)
    before = dump(store)
    with store.step("All at once") as step:
        made = step.insert("customer", {"name": "x", "tags": [{"word": "t"}]})
        step.update("customer", made, {"name": "y"})
        step.delete("customer", made)
        step.update("customer", customer, {"name": "z", "grade": "C"})
        step.update("contact", contact, {"name": "曾知强"})
        step.delete("contact", contact)
    back_and_forth(store, before)


def test_of_a_row_replaced_under_its_id(store: Store) -> None:
    _, customer, _ = a_firm(store)
    before = dump(store)
    with store.step("Replace") as step:
        step.update("customer", customer, {"grade": "B"})
        step.connection.execute("DELETE FROM customer WHERE id = ?", (customer,))
        step.insert("customer", {"name": "anew", "grade": "C"}, id=customer)
    back_and_forth(store, before)


def test_of_custom_values(store: Store) -> None:
    _, customer, _ = a_firm(store)
    empty = dump(store)
    with store.step("Field with values") as step:
        step.insert("custom_field", {"name": "TDS", "on": "customer", "key": "x_tds", "kind": "number"})
        step.insert("custom_field", {"name": "口味", "on": "customer", "key": "x_taste", "kind": "text"})
        step.update("customer", customer, {"x_tds": 150, "x_taste": "淡"})
    assert store.reader().record("customer", customer)["x_tds"] == 150  # type: ignore[index]
    assert found(store, "淡") == ["鹿溪堂茶业"]
    before = dump(store)
    with store.step("Change") as step:
        step.update("customer", customer, {"x_tds": None, "x_taste": "浓"})
    back_and_forth(store, before)
    undo.undo(store)
    assert dump(store) == empty
    assert "x_tds" not in store.schema.fields("customer")


def test_one_custom_value_changed_since_leaves_the_other(store: Store) -> None:
    _, customer, _ = a_firm(store)
    with store.step("Fields") as step:
        for key in ("x_a", "x_b"):
            step.insert("custom_field", {"name": key, "on": "customer", "key": key, "kind": "number"})
    with store.step("Set") as step:
        step.update("customer", customer, {"x_a": 1, "x_b": 1})
    n = history.steps(store)[0].n
    with store.step("Since") as step:
        step.update("customer", customer, {"x_b": 2})
    (kept,) = undo.undo(store, n).kept
    record = store.reader().record("customer", customer)
    assert record is not None
    assert (record["x_a"], record["x_b"], str(kept.why)) == (None, 2, "Changed since: x_b.")


def test_survives_a_restart(tmp_path: Path) -> None:
    store = open_in(tmp_path)
    _, customer, _ = a_firm(store)
    before = dump(store)
    with store.step("Change") as step:
        step.update("customer", customer, {"grade": "C", "phones": []})
    after = dump(store)
    store.close()
    store = open_in(tmp_path)
    undo.undo(store)
    assert dump(store) == before
    store.close()
    store = open_in(tmp_path)
    undo.redo(store)
    assert dump(store) == after
    assert_well(store)
    store.close()


def test_what_was_edited_since_stays_and_is_listed(store: Store) -> None:
    _, customer, _ = a_firm(store)
    with store.step("Change") as step:
        step.update("customer", customer, {"grade": "C", "code": "K-1"})
    n = history.steps(store)[0].n
    with store.step("Since") as step:
        step.update("customer", customer, {"grade": "B"})
    touched = undo.undo(store, n)
    record = store.reader().record("customer", customer)
    assert record is not None
    assert (record["grade"], record["code"]) == ("B", None)
    assert [(k.title, str(k.why)) for k in touched.kept] == [("鹿溪堂茶业", "Changed since: Grade.")]


def test_a_new_record_edited_since_stays_with_its_rows(store: Store) -> None:
    with store.step("Import", origin="import") as step:
        edited = step.insert("contact", {"name": "林晓棠", "phones": [{"number": "+861"}]})
        step.insert("contact", {"name": "王伟", "phones": [{"number": "+862"}]})
    with store.step("Since") as step:
        step.update("contact", edited, {"remark": "x"})
    (kept,) = undo.undo(store, 1).kept
    assert (kept.entity, kept.id, str(kept.why)) == ("contact", edited, "It was edited since.")
    assert raw(store, "SELECT number FROM phone") == [("+861",)]
    assert_well(store)


@pytest.mark.parametrize("since", ["changed", "added", "removed", "outside"])
def test_an_edited_child_keeps_its_parent(store: Store, since: str) -> None:
    with store.step("New") as step:
        customer = step.insert("customer", {"name": "鹿溪堂", "phones": [{"number": "+861"}]})
        step.insert("contact", {"name": "王伟", "phones": [{"number": "+862"}]})
    record = store.reader().record("customer", customer)
    assert record is not None
    (phone,) = record["phones"]
    rows = {"changed": [{**phone, "note": "x"}], "added": [phone, {"number": "+8699"}], "removed": []}
    if since == "outside":
        raw(store, "UPDATE phone SET note = 'x' WHERE id = ?", phone["id"])
    else:
        with store.step("Since") as step:
            step.update("customer", customer, {"phones": rows[since]})
    touched = undo.undo(store, 1)
    assert customer in {k.id for k in touched.kept}
    assert ids(store, "customer") == [customer]
    assert ids(store, "contact") == []
    assert len(ids(store, "phone")) == (2 if since == "added" else 0 if since == "removed" else 1)
    assert_well(store)


def test_a_customer_that_stays_keeps_its_people(store: Store) -> None:
    owner, customer, contact = a_firm(store)
    with store.step("Since") as step:
        step.update("customer", customer, {"grade": "B"})
        other = step.insert("contact", {"name": "王伟"})
    with pytest.raises(Known, match="can no longer be undone"):
        undo.undo(store, 1)
    assert (ids(store, "user"), ids(store, "contact")) == ([owner], [contact, other])


def test_a_record_that_something_still_needs_stays(store: Store) -> None:
    with store.step("New") as step:
        owner = step.insert("user", {"name": "陈思远"})
        customer = step.insert("customer", {"name": "鹿溪堂", "phones": [{"number": "+861"}]})
        step.insert("contact", {"name": "王伟", "phones": [{"number": "+862"}]})
    with store.step("Another") as step:
        step.insert("customer", {"name": "蓝星", "owner_user": owner, "group": customer})
    kept = undo.undo(store, 1).kept
    assert {(k.entity, str(k.why)) for k in kept} == {
        ("user", "Something that stays still needs it."),
        ("customer", "Something that stays still needs it."),
    }
    assert ids(store, "contact") == []
    assert len(ids(store, "phone")) == 1
    assert_well(store)


def test_edits_that_were_taken_back_do_not_count(store: Store) -> None:
    _, customer, _ = a_firm(store)
    before = dump(store)
    with store.step("Change") as step:
        step.update("customer", customer, {"grade": "C"})
    undo.undo(store)
    assert dump(store) == before
    assert undo.undo(store).kept == ()
    assert ids(store, "customer") == []


def test_a_child_row_whose_record_is_gone_stays_away(store: Store) -> None:
    _, customer, contact = a_firm(store)
    with store.step("Rows") as step:
        step.update("customer", customer, {"phones": [], "grade": "B"})
        step.update("contact", contact, {"jobs": []})
    n = history.steps(store)[0].n
    with store.step("Delete") as step:
        step.delete("customer", customer)
    with pytest.raises(Known, match="can no longer be undone"):
        undo.undo(store, n)
    assert_well(store)


def test_undo_of_an_undo_is_a_redo(store: Store) -> None:
    a_firm(store)
    after = dump(store)
    taken = undo.undo(store).step
    assert undo.undo(store, taken).step == 3
    assert dump(store) == after
    assert [str(s) for s in history.steps(store)] == [
        "Redo: New customer",
        "Undo: New customer",
        "New customer",
    ]
    assert [s.undone for s in history.steps(store)] == [False, True, False]
    undo.undo(store)
    assert ids(store, "customer") == []
    undo.redo(store)
    assert dump(store) == after
    undo.undo(store, history.steps(store)[0].n)  # the redo, by its number
    assert ids(store, "customer") == []
    assert str(history.steps(store)[0]) == "Undo: New customer"
    undo.redo(store)
    assert dump(store) == after


def test_nothing_to_redo_after_something_new(store: Store) -> None:
    with pytest.raises(Known, match="nothing to redo"):
        undo.redo(store)
    a_firm(store)
    undo.undo(store)
    with store.step("New") as step:
        step.insert("customer", {"name": "x"})
    with pytest.raises(Known, match="nothing to redo"):
        undo.redo(store)


def test_twice_is_refused(store: Store) -> None:
    a_firm(store)
    undo.undo(store)
    with pytest.raises(Known, match="undone already"):
        undo.undo(store, 1)
    with pytest.raises(Known, match="nothing to undo"):
        undo.undo(store)


@pytest.mark.parametrize(("days", "reached"), [(89, True), (92, False)])
def test_reaches_back_ninety_days(store: Store, days: int, reached: bool) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(days=days), tick=True):
        a_firm(store)
        with store.step("Delete") as step:
            step.delete("customer", ids(store, "customer")[0])
    assert [b.title for b in history.bin(store)] == (["鹿溪堂茶业"] if reached else [])
    if reached:
        undo.undo(store)
        assert len(ids(store, "customer")) == 1
    else:
        with pytest.raises(Known, match="92 days old; undo reaches back 90"):
            undo.undo(store)


def test_only_ones_own_steps_by_themselves(store: Store) -> None:
    store.user = b"y" * 16  # what nobody in particular did is everybody's
    owner, customer, _ = a_firm(store)
    store.user = b"y" * 16
    with store.step("Another's") as step:
        step.update("customer", customer, {"grade": "C"})
    store.user = owner
    with store.step("Mine") as step:
        step.update("customer", customer, {"grade": "B"})
    store.user = b"x" * 16
    rights = Rights(b"x" * 16, {("customer", "change"): "own"})
    store.hold_to(rights)
    with pytest.raises(Known, match="do not let you change this customer"):
        undo.undo(store, 2)
    store.user = owner
    store.hold_to(Rights(owner, {("customer", "change"): "none"}))
    undo.undo(store)
    assert store.reader().record("customer", customer)["grade"] == "C"  # type: ignore[index]


def test_another_persons_deletion_needs_the_right_to_create(store: Store) -> None:
    owner, customer, _ = a_firm(store)
    with store.step("Delete") as step:
        step.delete("customer", customer)
    store.hold_to(Rights(b"x" * 16, {("*", "see"): "all"}, otherwise="own"))
    with pytest.raises(Known, match="do not let you create this customer"):
        undo.undo(store, 2)
    with pytest.raises(Known, match="do not let you create this customer"):
        undo.restore(store, "customer", customer)
    store.hold_to(Rights(owner, {("job", "create"): "all"}, otherwise="own"))
    undo.restore(store, "customer", customer)
    store.hold_to(None)
    assert ids(store, "customer") == [customer]


@pytest.mark.parametrize("seed", range(8))
def test_any_sequence_of_steps_can_be_taken_back_and_brought_back(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    change_something(store, chance)
    dumps = [dump(store)]
    for _ in range(14):
        steps = len(history.steps(store))
        change_something(store, chance)
        if len(history.steps(store)) > steps:
            dumps.append(dump(store))
    assert_well(store)
    for wanted in reversed(dumps[:-1]):
        assert undo.undo(store).kept == ()
        assert dump(store) == wanted
    assert_well(store)
    for wanted in dumps[1:]:
        assert undo.redo(store).kept == ()
        assert dump(store) == wanted
    assert_well(store)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 300))
def test_long_sequences(store: Store, seed: int) -> None:
    test_any_sequence_of_steps_can_be_taken_back_and_brought_back(store, seed)


@pytest.mark.parametrize("seed", range(6))
def test_undo_of_any_earlier_step_leaves_the_file_well(store: Store, seed: int) -> None:
    chance = random.Random(1000 + seed)
    told: list[str] = []
    for _ in range(10):
        change_something(store, chance)
    for _ in range(12):
        n = chance.choice([s.n for s in history.steps(store)])
        try:
            undo.undo(store, n)
        except Known as known:
            told.append(str(known))
        assert_well(store)
    assert all("undone" in sentence or "above itself" in sentence for sentence in told)


def test_what_pointed_elsewhere_before_does_not_keep_a_new_record(store: Store) -> None:
    _, customer, contact = a_firm(store)
    before = dump(store)
    with store.step("New owner, group and home of a phone") as step:
        owner, group = step.insert("user", {"name": "曾知强"}), step.insert("customer", {"name": "集团"})
        step.update("customer", customer, {"owner_user": owner, "group": group})
        other = step.insert("contact", {"name": "王伟"})
        step.connection.execute("UPDATE phone SET parent = ? WHERE parent = ?", (other, contact))
        step.delete("contact", contact)
    assert found(store, "4471") == ["王伟"]
    back_and_forth(store, before)
    assert found(store, "4471") == ["林晓棠"]
