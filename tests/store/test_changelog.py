"""The log sees every write, whoever writes and however."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from freecrm.core.change import DELETE, INSERT, UPDATE
from freecrm.core.problems import Known
from freecrm.modules import model
from freecrm.store import changelog, check, history, undo
from freecrm.store.database import Store, connect, open_store
from tests.store.samples import a_firm, assert_well, ids, indexed, open_in, raw, should_be_indexed

A, B, C = b"a" * 16, b"b" * 16, b"c" * 16

PATHS = {
    "insert": ("INSERT INTO customer(id, name) VALUES (:c, 'x')", [INSERT]),
    "insert of many": ("INSERT INTO customer(id, name) VALUES (:c, 'x'), (x'01', 'y')", [INSERT] * 2),
    "insert from select": ("INSERT INTO customer(id, name) SELECT :c, name FROM customer LIMIT 1", [INSERT]),
    "replace": ("INSERT OR REPLACE INTO customer(id, name) VALUES (:a, 'x')", [DELETE, INSERT]),
    "upsert": (
        "INSERT INTO customer(id, name) VALUES (:a, 'x') ON CONFLICT(id) DO UPDATE SET name = excluded.name",
        [UPDATE],
    ),
    "update": ("UPDATE customer SET name = 'x' WHERE id = :a", [UPDATE]),
    "update of all": ("UPDATE customer SET name = 'x'", [UPDATE] * 2),
    "update from": (
        "UPDATE customer SET name = o.name FROM customer o WHERE o.id = :b AND customer.id = :a",
        [UPDATE],
    ),
    "update or replace": ("UPDATE OR REPLACE customer SET id = :b WHERE id = :a", [DELETE, UPDATE]),
    "delete": ("DELETE FROM customer WHERE id = :a", [DELETE]),
    "delete of all": ("DELETE FROM customer", [DELETE] * 2),
}


@pytest.fixture
def two(store: Store) -> Store:
    with store.step("Two") as step:
        step.insert("customer", {"name": "鹿溪堂"}, id=A)
        step.insert("customer", {"name": "蓝星"}, id=B)
    return store


@pytest.mark.parametrize("path", PATHS)
def test_every_way_to_write_is_seen(two: Store, path: str) -> None:
    sql, ops = PATHS[path]
    before = raw(two, "SELECT max(n) FROM change")[0][0]
    connection = connect(two.path)
    connection.execute(sql, {k: v for k, v in (("a", A), ("b", B), ("c", C)) if f":{k}" in sql})
    connection.close()
    seen = raw(two, "SELECT op, step FROM change WHERE n > ? ORDER BY n", before)
    assert sorted(op for op, _ in seen) == sorted(ops)
    assert {step for _, step in seen} == {None}


def test_executemany_and_another_process_are_seen(two: Store) -> None:
    connection = connect(two.path)
    connection.executemany("INSERT INTO customer(id, name) VALUES (?, 'x')", [(C,), (b"d" * 16,)])
    connection.close()
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
        "c.execute(\"UPDATE customer SET name = 'z' WHERE name = 'x'\"); c.commit()"
    )
    subprocess.run([sys.executable, "-c", code, str(two.path)], check=True)
    seen = raw(two, "SELECT op, data FROM change WHERE step IS NULL ORDER BY n")
    assert seen == [(0, None), (0, None), (1, '{"name":["x","z"]}'), (1, '{"name":["x","z"]}')]


def test_a_write_outside_a_step_has_no_undo(store: Store) -> None:
    raw(store, "INSERT INTO customer(id, name) VALUES (?, 'x')", A)
    assert raw(store, "SELECT step FROM change") == [(None,)]
    with pytest.raises(Known, match="nothing to undo"):
        undo.undo(store)
    assert ids(store, "customer") == [A]
    assert history.of_record(store, "customer", A)[0].step is None


def test_rows_made_outside_get_numbers_that_no_other_row_has(store: Store) -> None:
    _, _, contact = a_firm(store)
    raw(store, "INSERT INTO customer(id, name) VALUES (?, 'x')", A)
    (taken,) = raw(store, "SELECT n FROM contact WHERE id = ?", contact)
    raw(store, "INSERT INTO customer(n, id, name) VALUES (?, ?, 'y')", taken[0], B)
    with store.step("Change") as step:
        step.update("customer", A, {"grade": "A"})
        step.update("customer", B, {"grade": "A"})
        step.insert("customer", {"name": "z"})
    numbers = [
        n for entity in ("user", "customer", "contact") for (n,) in raw(store, f"SELECT n FROM {entity}")
    ]
    assert len(set(numbers)) == len(numbers) == 6
    assert indexed(store) == should_be_indexed(store)


def test_what_is_logged(store: Store) -> None:
    owner, customer, _ = a_firm(store)
    with store.step("Change") as step:
        step.update("customer", customer, {"owner_user": None, "opening_balance": 2**53 + 1, "name": '"\\鹿'})
        step.delete("customer", customer)
    changed, *_, deleted = [c for c in history.changes_of_step(store, 2) if c.entity == "customer"]
    assert changed.values == {
        "owner_user": (owner.hex().upper(), ""),
        "opening_balance": (None, 2**53 + 1),
        "name": ("鹿溪堂茶业", '"\\鹿'),
    }
    assert deleted.op == DELETE
    assert deleted.values["opening_balance"] == (2**53 + 1, None)


def test_derived_and_shadow_columns_are_not_logged(store: Store) -> None:
    a_firm(store)
    before = raw(store, "SELECT count(*) FROM change")
    raw(store, "UPDATE customer SET main_phone = 'x', name_key = 'y', seq = 4")
    assert raw(store, "SELECT count(*) FROM change") == before


@pytest.mark.parametrize(
    "harm",
    [
        "DROP TRIGGER log_customer_update",
        "DROP TRIGGER log_customer_update; CREATE TRIGGER log_customer_update AFTER UPDATE ON customer"
        " BEGIN SELECT 1; END",
        "CREATE TRIGGER log_of_mine AFTER INSERT ON customer BEGIN DELETE FROM change; END",
        "UPDATE door SET step = 7, at = 1",
    ],
)
def test_a_start_mends_what_was_tampered_with(tmp_path: Path, harm: str) -> None:
    store = open_in(tmp_path)
    a_firm(store)
    connection = connect(store.path)
    connection.executescript(harm)
    connection.close()
    assert check.check(store)
    store.close()
    store = open_store(store.path, model())
    assert_well(store)
    with store.step("Change") as step:
        step.update("customer", ids(store, "customer")[0], {"grade": "C"})
    assert history.changes_of_step(store, 2)[0].values == {"grade": ("A", "C")}
    store.close()


def test_every_entity_has_its_triggers(store: Store) -> None:
    there = dict(raw(store, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    assert there == changelog.all_triggers(model())
    assert len(there) >= 3 * len(model().entities)
