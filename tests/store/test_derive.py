"""Derived fields hold what their rule says, whatever way a change came."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from freecrm.modules import model
from freecrm.store import check, derive, undo
from freecrm.store.database import Store
from tests.store.samples import a_firm, change_something, raw

Write = Callable[[Store, bytes, bytes], None]


def seen(store: Store) -> tuple[object, ...]:
    row = raw(store, "SELECT main_contact, main_phone, city FROM customer WHERE name = '鹿溪堂茶业'")
    firm = raw(store, "SELECT firm FROM contact WHERE id IN (SELECT parent FROM job)")
    return (*row[0], *(firm[0] if firm else ("",))) if row else ("", "", "", *(firm[0] if firm else ("",)))


def rename_contact(store: Store, customer: bytes, contact: bytes) -> None:
    with store.step("x") as step:
        step.update("contact", contact, {"name": "曾知强"})


def delete_contact(store: Store, customer: bytes, contact: bytes) -> None:
    with store.step("x") as step:
        step.delete("contact", contact)


def change_phone(store: Store, customer: bytes, contact: bytes) -> None:
    with store.step("x") as step:
        step.update("contact", contact, {"phones": [{"number": "+8613900000000"}]})


def no_phone(store: Store, customer: bytes, contact: bytes) -> None:
    with store.step("x") as step:
        step.update("contact", contact, {"phones": []})


def primary_phone(store: Store, customer: bytes, contact: bytes) -> None:
    record = store.reader().record("contact", contact)
    assert record is not None
    with store.step("x") as step:
        rows = [*record["phones"], {"number": "+8613700000000", "primary": True}]
        step.update("contact", contact, {"phones": rows})


def move_phone(store: Store, customer: bytes, contact: bytes) -> None:
    with store.step("x") as step:
        other = step.insert("contact", {"name": "王伟"})
        step.connection.execute("UPDATE phone SET parent = ? WHERE parent = ?", (other, contact))


def another_primary_job(store: Store, customer: bytes, contact: bytes) -> None:
    with store.step("x") as step:
        job = {"customer": customer, "primary": True}
        step.insert("contact", {"name": "单小月", "phones": [{"number": "+8610"}], "jobs": [job]})


def leave_the_firm(store: Store, customer: bytes, contact: bytes) -> None:
    with store.step("x") as step:
        step.update("contact", contact, {"jobs": []})


def new_address(store: Store, customer: bytes, contact: bytes) -> None:
    with store.step("x") as step:
        step.update("customer", customer, {"addresses": [{"city": "杭州"}]})


def rename_firm(store: Store, customer: bytes, contact: bytes) -> None:
    with store.step("x") as step:
        step.update("customer", customer, {"name": "云杉谷"})


def delete_firm(store: Store, customer: bytes, contact: bytes) -> None:
    with store.step("x") as step:
        step.delete("customer", customer)


BEFORE = ("林晓棠", "+8613800004471", "湖州", "鹿溪堂茶业")
AFTER: list[tuple[Write, tuple[object, ...]]] = [
    (rename_contact, ("曾知强", *BEFORE[1:])),
    (delete_contact, (None, "+8657186543210", "湖州", "")),
    (change_phone, ("林晓棠", "+8613900000000", *BEFORE[2:])),
    (no_phone, ("林晓棠", "+8657186543210", *BEFORE[2:])),
    (primary_phone, ("林晓棠", "+8613700000000", *BEFORE[2:])),
    (move_phone, ("林晓棠", "+8657186543210", *BEFORE[2:])),
    (another_primary_job, ("单小月", "+8610", *BEFORE[2:])),
    (leave_the_firm, (None, "+8657186543210", "湖州", "")),
    (new_address, ("林晓棠", "+8613800004471", "杭州", "鹿溪堂茶业")),
    (rename_firm, ("", "", "", "云杉谷")),
    (delete_firm, ("", "", "", "")),
]


@pytest.mark.parametrize(("write", "after"), AFTER, ids=lambda x: getattr(x, "__name__", ""))
def test_every_path_and_its_undo(store: Store, write: Write, after: tuple[object, ...]) -> None:
    _, customer, contact = a_firm(store)
    assert seen(store) == BEFORE
    write(store, customer, contact)
    assert seen(store) == after
    assert derive.wrong(store.read(), store.model) == []
    undo.undo(store)
    assert seen(store) == BEFORE
    undo.redo(store)
    assert seen(store) == after
    assert derive.wrong(store.read(), store.model) == []


def test_the_position_may_come_before_the_phone_in_other_steps(store: Store) -> None:
    with store.step("x") as step:
        contact = step.insert("contact", {"name": "林晓棠"})
    with store.step("x") as step:
        customer = step.insert("customer", {"name": "鹿溪堂茶业"})
    with store.step("x") as step:
        step.insert("job", {"parent": contact, "parent_entity": "contact", "customer": customer})
    assert seen(store) == ("林晓棠", None, None, "鹿溪堂茶业")
    with store.step("x") as step:
        step.insert("phone", {"parent": contact, "parent_entity": "contact", "number": "+8612"})
    assert seen(store)[1] == "+8612"


def test_a_tampered_one_is_found(store: Store) -> None:
    a_firm(store)
    raw(store, "UPDATE customer SET main_phone = '110', city = 'x'")
    assert sorted(derive.wrong(store.read(), store.model)) == [
        ("customer", "city", 1),
        ("customer", "main_phone", 1),
    ]
    assert "“City” is not up to date in 1 records." in [str(said) for said in check.check(store)]


def test_order_of_the_rules() -> None:
    order = [(level.entity, f.name) for level in derive.levels(model()) for f in level.fields]
    assert order.index(("contact", "main_phone")) < order.index(("customer", "main_phone"))


@pytest.mark.parametrize("seed", range(5))
def test_random_steps(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(25):
        change_something(store, chance)
        assert derive.wrong(store.read(), store.model) == []
