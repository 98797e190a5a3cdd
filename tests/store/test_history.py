"""The log read: one record's history, the recycle bin, the chain of seals."""

from __future__ import annotations

import pytest

from freecrm.core.change import DELETE, INSERT, UPDATE
from freecrm.core.problems import Known
from freecrm.store import check, history, undo
from freecrm.store.database import Store
from tests.store.samples import a_firm, assert_well, dump, found, ids, raw


def test_a_record_tells_who_changed_what_when(store: Store) -> None:
    owner, customer, _ = a_firm(store)
    store.user = owner
    record = store.reader().record("customer", customer)
    assert record is not None
    with store.step("Change") as step:
        step.update("customer", customer, {"name": "云杉谷", "grade": "B"})
        step.update("customer", customer, {"phones": [{**record["phones"][0], "ext": "8"}]})
    with store.step("Phone away") as step:
        step.update("customer", customer, {"phones": []})
    told = history.of_record(store, "customer", customer)
    assert [(c.step, c.entity, c.op) for c in told[:3]] == [
        (3, "phone", DELETE),
        (2, "phone", UPDATE),
        (2, "customer", UPDATE),
    ]
    assert {(c.entity, c.op) for c in told[3:]} == {
        (e, INSERT) for e in ("customer", "phone", "tag", "address")
    }
    assert told[2].values == {"name": ("鹿溪堂茶业", "云杉谷"), "grade": ("A", "B")}
    made = {c.entity: c.values for c in told[3:]}
    assert made["customer"]["name"] == (None, "鹿溪堂茶业")
    assert made["customer"]["grade"] == (None, "A")
    assert made["phone"]["number"] == (None, "+8657186543210")
    assert "ext" not in made["phone"]
    step_of = history.step(store, 2)
    assert step_of is not None
    assert (step_of.who, step_of.at == told[2].at, str(step_of)) == (owner, True, "Change")


def test_the_history_outlives_the_record_and_its_return(store: Store) -> None:
    _, customer, _ = a_firm(store)
    with store.step("Delete") as step:
        step.delete("customer", customer)
    told = history.of_record(store, "customer", customer)
    assert [c.op for c in told if c.entity == "customer"] == [DELETE, INSERT]
    assert told[-1].values["name"] == (None, "鹿溪堂茶业")
    undo.undo(store)
    told = history.of_record(store, "customer", customer)
    assert [c.op for c in told if c.entity == "customer"] == [INSERT, DELETE, INSERT]
    assert all(c.values["name"] for c in told if c.entity == "customer")
    assert history.of_record(store, "customer", customer, limit=2) == told[:2]


def test_custom_values_in_the_history(store: Store) -> None:
    _, customer, _ = a_firm(store)
    with store.step("Field") as step:
        step.insert("custom_field", {"name": "TDS", "on": "customer", "key": "x_tds", "kind": "number"})
        step.update("customer", customer, {"x_tds": 150})
    with store.step("Delete") as step:
        step.delete("customer", customer)
    told = [c for c in history.of_record(store, "customer", customer) if c.entity == "customer"]
    assert told[0].values["x_tds"] == (150, None)
    assert told[1].values == {"x_tds": (None, 150)}
    assert "x_tds" not in told[2].values


def test_what_a_step_did(store: Store) -> None:
    a_firm(store)
    done = history.changes_of_step(store, 1)
    assert len(done) == 8
    assert {c.op for c in done} == {INSERT}
    assert history.changes_of_step(store, 1, limit=3) == done[:3]
    assert history.changes_of_step(store, 99) == []
    assert history.step(store, 99) is None
    assert [s.n for s in history.steps(store, before=1)] == []


def test_the_recycle_bin_gives_back_with_children_and_positions(store: Store) -> None:
    _, customer, contact = a_firm(store)
    before = dump(store)
    with store.step("Delete") as step:
        step.delete("customer", customer)
    assert [(b.entity, b.title, b.step) for b in history.bin(store)] == [("customer", "鹿溪堂茶业", 2)]
    assert store.reader().record("contact", contact)["firm"] is None  # type: ignore[index]
    assert found(store, "鹿溪") == []
    undo.restore(store, "customer", customer)
    assert dump(store) == before
    assert history.bin(store) == []
    assert_well(store)
    with pytest.raises(Known, match="not in the recycle bin"):
        undo.restore(store, "customer", customer)
    with pytest.raises(Known, match="not in the recycle bin"):
        undo.restore(store, "contact", contact)
    undo.undo(store)
    assert [b.id for b in history.bin(store)] == [customer]


@pytest.mark.parametrize("order", [("customer", "contact"), ("contact", "customer")])
@pytest.mark.parametrize("steps", [1, 2])
def test_a_position_comes_back_with_the_later_of_the_two(
    store: Store, order: tuple[str, str], steps: int
) -> None:
    _, customer, contact = a_firm(store)
    before = dump(store)
    known = {"customer": customer, "contact": contact}
    if steps == 1:
        with store.step("Delete both") as step:
            step.delete("customer", customer)
            step.delete("contact", contact)
    else:
        for entity in ("customer", "contact"):
            with store.step("Delete") as step:
                step.delete(entity, known[entity])
    assert {b.id for b in history.bin(store)} == {customer, contact}
    for entity in order:
        undo.restore(store, entity, known[entity])
        assert_well(store)
    assert dump(store) == before


def test_what_was_removed_earlier_stays_removed(store: Store) -> None:
    _, customer, _ = a_firm(store)
    with store.step("Delete") as step:
        step.delete("customer", customer)
    undo.restore(store, "customer", customer)
    with store.step("Phone away") as step:
        step.update("customer", customer, {"phones": []})
    with store.step("Delete") as step:
        step.delete("customer", customer)
    undo.restore(store, "customer", customer)
    record = store.reader().record("customer", customer)
    assert record is not None
    assert (record["phones"], [t["word"] for t in record["tags"]]) == ([], ["重点"])
    assert_well(store)


def test_an_undone_creation_is_not_in_the_bin(store: Store) -> None:
    a_firm(store)
    undo.undo(store)
    assert history.bin(store) == []


@pytest.mark.parametrize(
    ("harm", "step"),
    [
        ("UPDATE change SET data = replace(data, 'B', 'C') WHERE step = 2", 2),
        ("UPDATE change SET at = at - 1 WHERE step = 1 AND entity = 'tag'", 1),
        ("UPDATE change SET step = NULL WHERE step = 2", 2),
        ("DELETE FROM change WHERE step = 1 AND entity = 'user'", 1),
        ("UPDATE change SET id = x'00' WHERE step = 3", 3),
        ("UPDATE step SET title = 'Nothing' WHERE n = 1", 1),
        ("UPDATE step SET who = x'01' WHERE n = 2", 2),
        ("UPDATE step SET at = at + 1 WHERE n = 3", 3),
        ("UPDATE step SET figures = '{\"n\": 2}' WHERE n = 2", 2),
        ("DELETE FROM step WHERE n = 2", 3),
        ("DELETE FROM step WHERE n = 1", 2),
        ("DELETE FROM step WHERE n = 3", 3),
        ("INSERT INTO change(step, entity, id, op, base, at) VALUES (2, 'user', x'01', 0, 0, 0)", None),
    ],
)
def test_tampering_with_the_log_is_found(store: Store, harm: str, step: int | None) -> None:
    _, customer, _ = a_firm(store)
    for grade in "BC":
        with store.step("Grade {n}", n=grade) as made:
            made.update("customer", customer, {"grade": grade})
    assert history.broken_links(store) is None
    raw(store, harm)
    if step is None:
        step = 2
    assert history.broken_links(store) == step
    assert any("seal does not fit" in str(said) for said in check.check(store))


def test_undo_and_redo_leave_the_chain_whole(store: Store) -> None:
    a_firm(store)
    for _ in range(3):
        undo.undo(store)
        undo.redo(store)
    assert history.broken_links(store) is None
    assert len(ids(store, "customer")) == 1
