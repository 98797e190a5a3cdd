"""Numbers of quotes, orders and customers by one rule: the next three are known, and none is given twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from freecrm.core.day_words import this_day
from freecrm.core.words import N_
from freecrm.modules import model
from freecrm.store import numbering, quotes, undo
from freecrm.store.database import Store, open_store

KINDS = (("quote", "number"), ("sales_order", "number"), ("customer", "code"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path / "firm.freecrm", model())
    for entity, name in KINDS:
        made.set_setting(f"{entity}.{name}_rule", "{YY}{MM}-{0000}")
    yield made
    made.close()


def expected(*numbers: int) -> list[str]:
    return [f"{this_day():%y%m}-{n:04}" for n in numbers]


def one(store: Store, entity: str, name: str, number: str | None = None) -> str:
    """A new record's number."""
    with store.step(N_("{field} changed"), field="x") as step:
        values = {"name": "A"}
        if entity != "customer":
            values["customer"] = step.insert("customer", {"name": "B"})  # type: ignore[assignment]
        id = step.insert(entity, {**values, name: number})
    record = store.reader().record(entity, id)
    assert record is not None
    return str(record[name])


def bulk(store: Store, entity: str, name: str, numbers: list[str]) -> None:
    """As an import writes."""
    with store.step(N_("Import {file}"), origin="import", file="x") as step:
        customer = step.insert("customer", {"name": "C", "code": "C"})
        if entity == "customer":
            step.insert_many(entity, ["name", name], [["D", number] for number in numbers])
        else:
            step.insert_many(entity, ["customer", name], [[customer, number] for number in numbers])


@pytest.mark.parametrize(("entity", "name"), KINDS)
def test_the_next_three_are_known_and_come(store: Store, entity: str, name: str) -> None:
    assert numbering.preview(store, entity, name) == expected(1, 2, 3)
    assert [one(store, entity, name) for _n in range(2)] == expected(1, 2)
    assert numbering.preview(store, entity, name) == expected(3, 4, 5)


@pytest.mark.parametrize(("entity", "name"), KINDS)
def test_none_is_given_twice_after_an_import_and_undo(store: Store, entity: str, name: str) -> None:
    assert one(store, entity, name) == expected(1)[0]
    bulk(store, entity, name, expected(2, 4))
    assert numbering.preview(store, entity, name) == expected(3, 5, 6)
    assert [one(store, entity, name) for _n in range(2)] == expected(3, 5)
    undo.undo(store)  # the last one
    undo.undo(store)
    undo.undo(store)  # the import
    given = [one(store, entity, name) for _n in range(3)]
    assert len({*given, *expected(1, 3, 5)}) == 6
    held = [
        row[0] for row in store.read().execute(f'SELECT "{name}" FROM "{entity}" WHERE "{name}" IS NOT NULL')
    ]
    assert len(held) == len(set(held))


def test_versions_have_the_number_of_the_first(store: Store) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        customer = step.insert("customer", {"name": "B"})
        line = {"name": "Pump", "price": 1_00, "quantity": 1, "tax": 13}
        id = step.insert("quote", quotes.fresh(store, customer=customer, lines=[line]))
    quotes.send(store, id)
    later = store.reader().record("quote", quotes.new_version(store, id))
    assert later is not None
    assert later["number"] == f"{expected(1)[0]}-V2"
    undo.undo(store)
    again = store.reader().record("quote", quotes.new_version(store, id))
    assert again is not None
    assert again["number"] == f"{expected(1)[0]}-V2"
    assert numbering.preview(store, "quote", "number") == expected(2, 3, 4)
