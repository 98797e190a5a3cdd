"""AC-X-8: whatever is done to whatever kind of record, undo gives the same file apart from its history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from freecrm.core.entity import Child, Entity, is_child
from freecrm.core.problems import Known
from freecrm.core.rows import Rows
from freecrm.modules import model
from freecrm.store import check, history, picks, undo
from freecrm.store.database import Store
from freecrm.store.tables import quoted
from tests.every_entity.test_every_entity import ENTITIES, ROOTS, by_name, full, make, needed
from tests.store.samples import a_firm, indexed, written_columns

HISTORY = ("step", "change", "counter", "door", "kept", "search_")
Act = Callable[[Store, type[Entity], bytes], None]


def everything(store: Store) -> dict[str, Any]:
    """What every table of the file holds, but for the history; the index by what it says."""
    c = store.read()
    names = [row[0] for row in c.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found: dict[str, Any] = {
        name: sorted(c.execute(f"SELECT * FROM {quoted(name)}").fetchall(), key=repr)  # noqa: S608  names of the file
        for name in names
        if not name.startswith((*HISTORY, "sqlite_"))
    }
    found["index"] = indexed(store)
    return found


def health(store: Store) -> list[str]:
    """What the health check says; the contents of invented files are missing from the beginning."""
    return [str(said) for said in check.check(store)]


def edit(store: Store, entity: type[Entity], id: bytes) -> None:
    with store.step("Edit") as step:
        step.update(entity.entity, id, full(store, step, entity, 2))


def blank(store: Store, entity: type[Entity], id: bytes) -> None:
    with store.step("Blank") as step:
        names = [f for f in written_columns(store, entity.entity) if not entity.fields[f].required]
        names += [f.name for f in entity.fields.values() if isinstance(f, Rows)]
        one_of = entity.one_of if issubclass(entity, Child) else ()
        kept = ("parent", "parent_entity", "key", "on", "kind", *one_of)
        step.update(
            entity.entity,
            id,
            {n: [] if isinstance(entity.fields[n], Rows) else None for n in names if n not in kept},
        )


def delete(store: Store, entity: type[Entity], id: bytes) -> None:
    with store.step("Delete") as step:
        step.delete(entity.entity, id)


def copy(store: Store, entity: type[Entity], _id: bytes) -> None:
    make(store, entity, 3)


def bulk(store: Store, entity: type[Entity], _id: bytes) -> None:
    """As an import writes."""
    with store.step("Import", origin="import") as step:
        values = needed(store, step, entity, 4)
        if is_child(entity):
            parent = ROOTS[-1]
            values["parent"] = step.insert(parent.entity, needed(store, step, parent, 4))
            values["parent_entity"] = parent.entity
        names = list(values)
        fields = entity.fields
        step.insert_many(entity.entity, names, [[fields[n].pack(values[n]) for n in names]] * 3)


def all_at_once(store: Store, entity: type[Entity], id: bytes) -> None:
    with store.step("All at once") as step:
        step.update(entity.entity, id, full(store, step, entity, 5))
        step.delete(entity.entity, id)
        step.insert(ROOTS[-1].entity, needed(store, step, ROOTS[-1], 5))


@pytest.mark.parametrize("act", [edit, blank, delete, copy, bulk, all_at_once], ids=lambda act: act.__name__)
@pytest.mark.parametrize("entity", ENTITIES, ids=by_name)
def test_undo_gives_the_same_file(store: Store, entity: type[Entity], act: Act) -> None:
    id, _values = make(store, entity, 1)
    before, well = everything(store), health(store)
    if getattr(entity, "ledger", "") and act in (edit, blank, delete, all_at_once):
        with pytest.raises(Known):
            act(store, entity, id)
        assert everything(store) == before
        return
    act(store, entity, id)
    after = everything(store)
    if after == before:
        assert act is blank  # all that it has is needed
        return
    undo.undo(store)
    assert everything(store) == before
    undo.redo(store)
    assert everything(store) == after
    undo.undo(store)
    assert everything(store) == before
    assert health(store) == well


@pytest.mark.parametrize("entity", ROOTS, ids=by_name)
def test_restoring_gives_the_same_file_and_is_undone(store: Store, entity: type[Entity]) -> None:
    id, _values = make(store, entity, 1)
    before, well = everything(store), health(store)
    delete(store, entity, id)
    without = everything(store)
    (binned,) = [b for b in history.bin(store) if b.id == id]
    undo.restore_many(store, [(binned.entity, binned.id)])
    assert everything(store) == before
    undo.undo(store)
    assert everything(store) == without
    assert set(health(store)) <= set(well)  # the invented files went, too


def test_every_kind_of_record_is_walked() -> None:
    assert {e.entity for e in ENTITIES} == set(model().entities)


@pytest.mark.parametrize("act", ["rename", "add", "replace"])
def test_pick_lists_go_back(store: Store, act: str) -> None:
    _owner, customer, _contact = a_firm(store)
    before, well = everything(store), health(store)
    name = store.schema.fields("customer")["grade"].options.name  # type: ignore[attr-defined]
    if act == "rename":
        wanted = [picks.Entry(o.key, f"{o.title} x", o.colour) for o in picks.entries_of(store, name)]
        picks.save_list(store, name, wanted)
    elif act == "add":
        picks.add_option(store, name, "Z")
    else:
        picks.replace_option(store, name, "A", "B")
        assert store.reader().record("customer", customer)["grade"] == "B"  # type: ignore[index]
    assert everything(store) != before
    undo.undo(store)
    assert everything(store) == before
    assert health(store) == well
