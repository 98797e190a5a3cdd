"""Every role by every entity by every action, generated: what a person may not see is in no answer of reader, search,
log, bin or export, and what they may not do the door refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from freecrm.core.entity import Entity
from freecrm.core.problems import Known
from freecrm.core.query import Query
from freecrm.core.rights import SCOPES, Rights
from freecrm.exchange import exporter
from freecrm.store import finder, history, sight, user_roles
from freecrm.store.database import Store
from tests.every_entity.test_every_entity import FOLLOW, full

PEOPLE = ("me", "mate", "other")
REACH = {
    "none": set(),
    "own": {"me", "nobody"},
    "team": {"me", "mate", "nobody"},
    "all": {"me", "mate", "other", "nobody"},
}


def offered(store: Store) -> list[type[Entity]]:
    """What the screen of roles offers to keep back."""
    return [store.model.entities[name] for name in user_roles.kinds(store.schema) if name != "*"]


ENTITIES = (
    "customer contact activity product deal lead quote sales_order delivery invoice repeat_bill receivable receipt"
).split()


def test_the_list_of_entities_is_whole(store: Store) -> None:
    assert [one.entity for one in offered(store)] == ENTITIES


@pytest.fixture
def people(store: Store) -> dict[str, bytes | None]:
    with store.step("People") as step:
        made: dict[str, bytes | None] = {
            name: step.insert("user", {"name": name, "team": "south" if name != "other" else "north"})
            for name in PEOPLE
        }
    return {**made, "nobody": None}


def four(store: Store, entity: type[Entity], people: dict[str, bytes | None]) -> dict[str, bytes]:
    """A record of each person's and one of nobody's, all fields filled."""
    made = {}
    with store.step("Four") as step:
        for n, (who, id) in enumerate(people.items()):
            values = full(store, step, entity, n + 20)
            for (whose, name), (by, sql) in FOLLOW.items():
                if whose == entity.entity:
                    (values[name],) = step.connection.execute(sql, (values[by],)).fetchone()
            if entity.owner:
                values[entity.owner] = id
            child, link = sight.tie(store.model, entity.entity)
            for rows in values.values():  # a contact is whose the customers are at which they work
                for row in rows if isinstance(rows, list) else ():
                    if child and link in row:
                        step.update("customer", row[link], {"owner_user": id})
            if entity.fields[entity.title].derived is None and entity.title in values:
                values[entity.title] = f"纪念{who}"  # what links make beside it is called otherwise
            made[who] = step.insert(entity.entity, values)
    return made


def held(store: Store, people: dict[str, bytes | None], entity: str, action: str, scope: str) -> None:
    me, mate = people["me"], people["mate"]
    assert me is not None
    assert mate is not None
    store.user = me
    store.hold_to(Rights(me, {(entity, action): scope}, team=frozenset({me, mate})))


def is_shared(entity: type[Entity], store: Store) -> bool:
    """Records of it are nobody's: every scope but none reaches all of them."""
    return not entity.owner and not sight.tie(store.model, entity.entity)[0]


@pytest.mark.parametrize("name", ENTITIES)
def test_see(store: Store, people: dict[str, bytes | None], name: str, tmp_path: Path) -> None:
    entity = store.model.entities[name]
    made = four(store, entity, people)
    ids = set(made.values())
    titles = {who: store.reader().titles(name, {id})[id] for who, id in made.items()}
    everything = store.reader().numbers(Query(name))
    with store.step("Gone") as step:
        gone = step.insert(name, full(store, step, entity, 40))
    with store.step("Delete") as step:
        step.update(name, gone, {entity.owner: people["other"]} if entity.owner else {})
        step.delete(name, gone)
    for scope in SCOPES:
        held(store, people, name, "see", scope)
        wanted = REACH[scope]
        if is_shared(entity, store) and scope != "none":
            wanted = REACH["all"]
        may = {made[who] for who in wanted}

        reader = store.reader()
        numbers = reader.numbers(Query(name))
        assert ids & set(reader.ids_of(name, numbers)) == may
        assert reader.count(Query(name)) == len(numbers)
        assert {id for id in ids if reader.record(name, id)} == may
        assert {id for id in ids if id in reader.numbers_of(name, ids)} == may
        assert set(reader.rows(name, list(everything), [entity.title])) <= set(numbers)
        for who, title in titles.items():
            found = {hit.record.id for hit in reader.find(title)} | {
                card.id for card in finder.find(reader, title)
            }
            assert (made[who] in found) <= (who in wanted)

        for who, id in made.items():
            changes = history.of_record(store, name, id)
            assert bool(changes) == (who in wanted)
        binned = {one.id for one in history.bin(store) if one.entity == name}
        assert (gone in binned) == (scope == "all" or (scope != "none" and is_shared(entity, store)))
        for child in store.schema.children(name).values():
            sql = f'SELECT DISTINCT parent FROM "{child.entity}" WHERE parent_entity = ?'  # noqa: S608
            assert {row[0] for row in store.read().execute(sql, (name,))} & ids <= may

        path = tmp_path / f"{scope}.csv"
        exporter.export(store, Query(name), path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            told = [row[store.schema.fields(name)[entity.title].title] for row in csv.DictReader(file)]
        for who, title in titles.items():
            assert (title in told) == (who in wanted)


class _Tried(Exception):
    """Ends a step that was only tried."""


@pytest.mark.parametrize("name", ENTITIES)
def test_write(store: Store, people: dict[str, bytes | None], name: str) -> None:
    entity = store.model.entities[name]
    made = four(store, entity, people)
    given: dict[str, dict[str, Any]] = {}
    with store.step("Values") as step:
        for n, who in enumerate(people):
            given[who] = full(store, step, entity, 60 + n)
            if entity.owner:
                given[who][entity.owner] = people[who]
            child, link = sight.tie(store.model, name)
            for rows in given[who].values():
                for row in rows if isinstance(rows, list) else ():
                    if child and link in row:
                        step.update("customer", row[link], {"owner_user": people[who]})
    for action in ("create", "change", "delete"):
        for scope in SCOPES:
            wanted = REACH["all"] if is_shared(entity, store) and scope != "none" else REACH[scope]
            held(store, people, name, action, scope)
            done, told = set(), set()
            for who, id in made.items():
                try:
                    with store.step("Try") as step:
                        if action == "create":
                            step.insert(name, given[who])
                        elif action == "change":
                            step.update(
                                name, id, {"tags": [{"word": "x"}]} if "tags" in entity.fields else {}
                            )
                        else:
                            step.delete(name, id)
                        raise _Tried
                except _Tried:
                    done.add(who)
                except Known as problem:
                    told.add(str(problem).partition(" this")[0])
            assert (action, scope, done) == (action, scope, wanted)
            assert told <= {f"Your rights do not let you {action}"}


@pytest.mark.parametrize("name", ENTITIES)
def test_export(store: Store, people: dict[str, bytes | None], name: str, tmp_path: Path) -> None:
    entity = store.model.entities[name]
    made = four(store, entity, people)
    numbers = list(store.reader().numbers_of(name, made.values()).values())
    for scope in SCOPES:
        held(store, people, name, "export", scope)
        path = tmp_path / f"{scope}.xlsx"
        if scope == "none":
            with pytest.raises(Known, match="do not let you export"):
                exporter.export(store, Query(name), path)
            assert not path.exists()
            continue
        wanted = REACH[scope] if entity.owner else REACH["all"]
        assert exporter.export(store, Query(name), path, only=numbers).rows == len(wanted)


@pytest.mark.parametrize("name", ENTITIES)
def test_a_hidden_field_is_nowhere(
    store: Store, people: dict[str, bytes | None], name: str, tmp_path: Path
) -> None:
    entity = store.model.entities[name]
    made = four(store, entity, people)["me"]
    reader = store.reader()
    record = reader.record(name, made)
    assert record is not None
    for f in user_roles.fields(store.schema, name):
        value = record.values.get(f.name)
        if value in (None, "", []):
            continue
        me = people["me"]
        assert me is not None
        store.user = me
        store.hold_to(Rights(me, hidden=frozenset({(name, f.name)}), team=frozenset({me})))
        seen = store.reader().record(name, made)
        assert seen is not None
        assert f.name not in seen.values
        assert f.name not in [one.name for one in store.schema.shown(name)]
        assert store.reader().rows(name, [seen.n], [f.name])[seen.n] == [None]
        assert all(
            f.name not in change.values
            for change in history.of_record(store, name, made)
            if change.id == made
        )
        if f.column and not f.custom:
            sql = f'SELECT "{f.name}" FROM "{name}" WHERE id = ?'  # noqa: S608
            assert store.read().execute(sql, (made,)).fetchone() == (None,)
        if isinstance(value, str) and f.derived is None:
            visible = json.dumps(seen.values, default=str, ensure_ascii=False).casefold()
            if not all(word in visible for word in value.casefold().split()):
                assert made not in {hit.record.id for hit in store.reader().find(value)}
                assert seen.n not in store.reader().numbers(Query(name, words=value))
        path = tmp_path / f"{f.name}.csv"
        exporter.export(store, Query(name), path)
        head = path.read_text("utf-8-sig").splitlines()[0]
        if f.derived is None:  # a worked-out one alone hides nothing that stands elsewhere
            assert f.title not in next(csv.reader([head]))
        store.hold_to(None)


@pytest.mark.parametrize("name", ENTITIES)
def test_a_masked_field_is_shown_in_part_and_kept_whole(
    store: Store, people: dict[str, bytes | None], name: str
) -> None:
    entity = store.model.entities[name]
    made = four(store, entity, people)["me"]
    record = store.reader().record(name, made)
    assert record is not None
    me = people["me"]
    assert me is not None
    for f in user_roles.fields(store.schema, name):
        value = record.values.get(f.name)
        if not user_roles.may_mask(f) or not value:
            continue
        store.user = me
        store.hold_to(Rights(me, masked=frozenset({(name, f.name)}), team=frozenset({me})))
        seen = store.reader().record(name, made)
        assert seen is not None
        assert f.show(value) != f.show(seen.values[f.name])
        assert "**" in f.show(seen.values[f.name])
        with store.step("Kept as it was shown") as step:  # what a form does with a field that nobody touched
            step.update(name, made, {f.name: seen.values[f.name]})
        store.hold_to(None)
        after = store.reader().record(name, made)
        assert after is not None
        assert f.show(after.values[f.name]) == f.show(value)
