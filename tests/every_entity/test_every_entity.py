"""What every entity must be able to do. A new one gets these tests by being declared."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest

from freecrm.core.entity import Child, Entity, columns, is_child
from freecrm.core.fields import KINDS, Choice, Field, Link, Number, Text
from freecrm.core.problems import Known
from freecrm.core.query import Query, Sort, Where
from freecrm.core.rows import Rows
from freecrm.core.webs import WebAddress
from freecrm.core.words import translated
from freecrm.modules import model
from freecrm.store import changelog, check, derive, documents, history, undo
from freecrm.store.database import Store
from tests.store.samples import dump

ENTITIES = list(model().entities.values())
ROOTS = model().roots()
LOCKS = {("quote", "state")}
"""What keeps a record from being changed stays as it begins: tests of its own are about that."""


def by_name(entity: object) -> str:
    return entity.entity if isinstance(entity, type) and issubclass(entity, Entity) else str(entity)


def written(entity: type[Entity]) -> list[Field]:
    """The fields that a person fills: no derived ones, none that only tie a child row to its record; of the
    links of which one is filled the first, and none that needs others beside it or names a child row."""
    left = {"parent", "parent_entity", *(entity.one_of[1:] if issubclass(entity, Child) else ())}
    links = [f for f in entity.fields.values() if isinstance(f, Link)]
    left |= {f.name for f in links if f.above or (f.to and is_child(model().entities[f.to]))}
    return [f for f in entity.fields.values() if f.derived is None and f.name not in left]


def value_of(store: Store, step: Any, f: Field, n: int) -> Any:
    """A value of this field, another for each `n`."""
    if isinstance(f, Rows):
        child = store.model.entities[f.of]
        return [{c.name: value_of(store, step, c, n) for c in written(child) if not isinstance(c, Rows)}]
    if isinstance(f, Link):
        to = store.model.entities[f.to]
        title = to.fields[to.title]
        whose = f" {f.entity} {f.name}" if title.unique else ""  # two links don't share a number
        called = (
            {to.title: f"{to.title}{whose} 鹿溪堂{n}"}
            if isinstance(title, Text) and title.derived is None
            else {}
        )
        return step.insert(f.to, {**called, **needed(store, step, to, n)})
    if (f.entity, f.name) in LOCKS:
        return f.default
    if isinstance(f, Choice):
        return f.options.entries[n % len(f.options.entries)].key
    if f.kind in ("date", "moment"):
        day = dt.date(2024, 2, 29) + dt.timedelta(days=n)
        return day if f.kind == "date" else dt.datetime(day.year, day.month, day.day, 1, 2, 3, tzinfo=dt.UTC)
    if f.kind == "yearly":
        return f"2024-02-2{n % 10}"
    if isinstance(f, WebAddress):
        return f"www.example{n}.com"
    if f.kind == "yesno":
        return n % 2 == 0
    if isinstance(f, Number):
        return Decimal(1250 + n).scaleb(-f.places) if f.places else 7 + n
    if f.name == "spot":
        return f"a{n}"
    if f.search == "digits":
        return f"+861380000120{n}"
    return 123456 + n if f.kind == "money" else f"{f.name.replace('_', '')} 鹿溪堂{n}"


def needed(store: Store, step: Any, entity: type[Entity], n: int) -> dict[str, Any]:
    """The least that a record of this entity needs."""
    kept = set(entity.one_of) if issubclass(entity, Child) else set()
    return {f.name: value_of(store, step, f, n) for f in written(entity) if f.required or f.name in kept}


FOLLOW = {("deal", "pipeline"): ("stage", "SELECT pipeline FROM stage WHERE id = ?")}
"""Fields that can only say what another field of the record says already: that one, and what it says."""


def full(store: Store, step: Any, entity: type[Entity], n: int) -> dict[str, Any]:
    values = {f.name: value_of(store, step, f, n) for f in written(entity)}
    for (whose, name), (by, sql) in FOLLOW.items():
        if whose == entity.entity:
            (values[name],) = step.connection.execute(sql, (values[by],)).fetchone()
    for row in values.get("matches", ()):  # a receipt settles bills of its own customer only
        step.update("receivable", row["receivable"], {"customer": values["customer"]})
    return values


def make(store: Store, entity: type[Entity], n: int) -> tuple[bytes, dict[str, Any]]:
    """A record with every field filled (a child row with something to belong to), and what was given."""
    with store.step("Make") as step:
        values = full(store, step, entity, n)
        if is_child(entity):
            parent = ROOTS[-1]
            values["parent"] = step.insert(parent.entity, needed(store, step, parent, n))
            values["parent_entity"] = parent.entity
        return step.insert(entity.entity, values), values


def read(store: Store, entity: type[Entity], id: bytes, values: dict[str, Any]) -> dict[str, Any]:
    """What came back of `values`."""
    record = store.reader().record(entity.entity, id)
    assert record is not None
    found = {}
    for name, given in values.items():
        found[name] = record[name]
        if isinstance(entity.fields[name], Rows):
            found[name] = [{k: row[k] for k in one} for row, one in zip(record[name], given, strict=True)]
    return found


@pytest.mark.parametrize("entity", ENTITIES, ids=by_name)
def test_is_named_in_both_languages(entity: type[Entity]) -> None:
    labels = {entity.label, entity.plural}
    for f in entity.fields.values():
        labels |= {f.label, f.section, f.hint}
        if isinstance(f, Choice):
            labels |= {entry.label for entry in f.options.entries if len(entry.label) > 1}
    assert entity.label
    assert entity.plural
    assert all(f.label for f in entity.fields.values())
    assert entity.__doc__
    missing = {text for text in labels - {"", "QQ"} if translated(text, "zh_CN") == text}
    assert missing == set()


@pytest.mark.parametrize("entity", ENTITIES, ids=by_name)
def test_is_well_declared(entity: type[Entity]) -> None:
    assert entity.title in entity.fields
    assert not entity.owner or isinstance(entity.fields[entity.owner], Link)
    for f in entity.fields.values():
        assert f.name.isidentifier()
        assert f.entity == entity.entity
        assert f.search in ("", "name", "code", "digits", "word", "long")
        if isinstance(f, Link) and f.to:
            assert f.to in model().entities
        if isinstance(f, Rows):
            assert f.shows in model().entities[f.of].fields
            assert is_child(model().entities[f.of])
        assert f.derived is None or not f.required


def test_pages_name_fields_that_exist() -> None:
    for page in model().pages():
        fields = model().entities[page.entity].fields
        assert {*page.columns, page.sort.lstrip("-") or page.columns[0]} <= fields.keys()


@pytest.mark.parametrize("entity", ENTITIES, ids=by_name)
def test_its_table_holds_no_floats(store: Store, entity: type[Entity]) -> None:
    rows = store.read().execute(f'PRAGMA table_info("{entity.entity}")').fetchall()
    assert {row[2] for row in rows} <= {"INTEGER", "TEXT", "BLOB"}
    assert {f.name for f in columns(entity.fields)} <= {row[1] for row in rows}
    there = dict(store.read().execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    assert changelog.triggers(entity).items() <= there.items()


@pytest.mark.parametrize("entity", ENTITIES, ids=by_name)
def test_a_record_goes_all_the_way(store: Store, entity: type[Entity]) -> None:
    before = dump(store)
    id, values = make(store, entity, 0)
    assert read(store, entity, id, values) == values
    made = dump(store)
    if getattr(entity, "ledger", ""):
        _stays_as_it_was_written(store, entity, id)
        assert dump(store) == made
        undo.undo(store)
        assert dump(store) == before
        return

    with store.step("Change") as step:
        other = full(store, step, entity, 1)
        assert step.update(entity.entity, id, other)
    assert read(store, entity, id, other) == other
    changed = dump(store)
    undo.undo(store)
    assert dump(store) == made
    undo.redo(store)
    assert dump(store) == changed

    with store.step("Delete") as step:
        step.delete(entity.entity, id)
    assert store.reader().record(entity.entity, id) is None
    assert check.check(store) == []
    if not is_child(entity):
        assert id in {b.id for b in history.bin(store)}
        undo.restore(store, entity.entity, id)
        assert dump(store) == changed
        undo.undo(store)
    undo.undo(store)
    assert dump(store) == changed
    undo.undo(store)
    undo.undo(store)
    assert dump(store) == before
    assert check.check(store) == []
    assert derive.wrong(store.read(), store.model) == []


def _stays_as_it_was_written(store: Store, entity: type[Entity], id: bytes) -> None:
    with pytest.raises(Known), store.step("Change") as step:
        step.update(entity.entity, id, full(store, step, entity, 1))
    with pytest.raises(Known), store.step("Delete") as step:
        step.delete(entity.entity, id)


@pytest.mark.parametrize("entity", ENTITIES, ids=by_name)
def test_what_was_read_can_be_written_back(store: Store, entity: type[Entity]) -> None:
    id, values = make(store, entity, 0)
    record = store.reader().record(entity.entity, id)
    assert record is not None
    with store.step("Same") as step:
        assert not step.update(entity.entity, id, {name: record[name] for name in values})
    assert len(history.steps(store)) == 1


@pytest.mark.parametrize("entity", ROOTS, ids=by_name)
def test_a_record_is_found_by_what_it_says(store: Store, entity: type[Entity]) -> None:
    if not documents.is_searchable(store.schema, entity.entity):
        return
    id, values = make(store, entity, 3)
    for f in written(entity):
        if f.search in ("name", "code", "word", "long"):
            hits = store.reader().find(values[f.name], entities=[entity.entity])
            assert id in {hit.record.id for hit in hits}, f
        if isinstance(f, Rows):
            child = store.model.entities[f.of].fields
            for name, text in values[f.name][0].items():
                if child[name].search in ("word", "digits", "long"):
                    hits = store.reader().find(text, entities=[entity.entity])
                    assert id in {hit.record.id for hit in hits}, (f, name)
    undo.undo(store)
    assert store.reader().find("鹿溪堂3") == []


@pytest.mark.parametrize("entity", ENTITIES, ids=by_name)
def test_every_field_filters_and_sorts(store: Store, entity: type[Entity]) -> None:
    reader = store.reader()
    ids = [make(store, entity, n)[0] for n in range(2)]
    if not is_child(entity):
        with store.step("Blank") as step:
            ids.append(step.insert(entity.entity, needed(store, step, entity, 9)))
    numbers = [reader.record(entity.entity, id).n for id in ids]  # type: ignore[union-attr]
    for f in store.schema.fields(entity.entity).values():
        held = {n: reader.by_number(entity.entity, n)[f] for n in numbers}  # type: ignore[index]
        blank = {n for n in numbers if held[n] in (None, [])}
        for op, wanted in (("empty", blank), ("filled", set(numbers) - blank)):
            got = set(reader.numbers(Query(entity.entity, Where(f.name, op))))
            assert got & set(numbers) == wanted, (f, op)
        if not isinstance(f, Rows):
            for n in set(numbers) - blank:
                for op, value in (
                    ("=", held[n]),
                    ("in", (held[n],)),
                    ("<=" if f.column != "BLOB" else "=", held[n]),
                ):
                    assert n in reader.numbers(Query(entity.entity, Where(f.name, op, value))), (f, op)
                assert n not in reader.numbers(Query(entity.entity, Where(f.name, "!=", held[n])))
        for down in (False, True):
            order = [
                n for n in reader.numbers(Query(entity.entity, None, (Sort(f.name, down),))) if n in numbers
            ]
            assert {*order} == {*numbers}
            assert set(order[len(order) - len(blank) :]) == blank, f
            first = reader.first(Query(entity.entity, None, (Sort(f.name, down),)), 99)
            assert [n for n in first if n in numbers] == order


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "entity", [e for e in ROOTS if e.entity not in ("custom_field", "pick_option")], ids=by_name
)
def test_a_custom_field_of_every_kind_equals_a_built_in_one(
    store: Store, entity: type[Entity], kind: str
) -> None:
    with store.step("Field") as step:
        values = {"name": "自定义", "on": entity.entity, "key": "x_own", "kind": kind, "places": 2}
        step.insert("custom_field", {**values, "choices": json.dumps(["大", "中", "小"])})
    f = store.schema.fields(entity.entity)["x_own"]
    assert f in store.schema.shown(entity.entity)
    reader = store.reader()
    with store.step("Make") as step:
        least = [needed(store, step, entity, n) for n in range(3)]
        given = [value_of(store, step, f, n) for n in range(2)]
        one, two = (step.insert(entity.entity, {**least[n], "x_own": given[n]}) for n in range(2))
        none = step.insert(entity.entity, least[2])
    n = {id: reader.record(entity.entity, id).n for id in (one, two, none)}  # type: ignore[union-attr]
    assert reader.rows(entity.entity, [*n.values()], ["x_own"]) == {
        n[one]: [given[0]],
        n[two]: [given[1]],
        n[none]: [None],
    }
    assert list(reader.numbers(Query(entity.entity, Where("x_own", "=", given[1])))) == [n[two]]
    assert n[none] in reader.numbers(Query(entity.entity, Where("x_own", "empty")))
    packed = [f.pack(v) for v in given]
    places = [e.key for e in f.options.entries] if isinstance(f, Choice) else None
    keys = [places.index(v) for v in given] if places else packed
    ascending = [n[one], n[two]] if keys[0] < keys[1] else [n[two], n[one]]
    filled = Where("x_own", "filled")
    assert list(reader.numbers(Query(entity.entity, filled, (Sort("x_own"),)))) == ascending
    assert list(reader.numbers(Query(entity.entity, filled, (Sort("x_own", True),)))) == ascending[::-1]
    if f.search and documents.is_searchable(store.schema, entity.entity):
        assert [hit.record.id for hit in reader.find("xown")] or reader.find(str(given[0]))
    before = dump(store)
    with store.step("Change") as step:
        assert step.update(entity.entity, one, {"x_own": given[1]})
        assert step.update(entity.entity, two, {"x_own": None})
        step.delete(entity.entity, none)
    assert reader.record(entity.entity, one)["x_own"] == given[1]  # type: ignore[index]
    undo.undo(store)
    assert dump(store) == before
    assert reader.record(entity.entity, two)["x_own"] == given[1]  # type: ignore[index]
    assert check.check(store) == []
