"""Much that is about to be deleted is asked about first."""

from __future__ import annotations

import sqlite3

import pytest

from freecrm.store import undo
from freecrm.sync import exchange
from freecrm.sync.brake import Braked
from tests.sync.conftest import Desktop, Firm

Pair = tuple[Desktop, Desktop]


def bring_in(desktop: Desktop, count: int) -> None:
    with desktop.store.step("Imported", origin="import") as step:
        step.insert_many("customer", ["name"], [(f"客户 {n}",) for n in range(count)])


def count(desktop: Desktop) -> int:
    return int(desktop.store.read().execute("SELECT count(*) FROM customer").fetchone()[0])


def test_others_are_asked_and_the_author_is_not(firm: Firm, pair: Pair) -> None:
    a, b = pair
    bring_in(a, 60)
    firm.settle()
    undo.undo(a.store)
    assert a.sync().sent == 60
    with pytest.raises(Braked, match="60 of 60 customers") as asked:
        b.sync()
    assert asked.value.counts == {"customer": 60}
    assert count(b) == 60
    b.add(name="新的")
    with pytest.raises(Braked):
        b.sync()
    a.sync()
    assert count(a) == 1  # what is ours goes out all the same
    exchange.exchange(b.store, b.server, deletions=True)
    assert count(b) == 1
    assert b.sync().received == 0


def test_few_are_not_asked_about(firm: Firm, pair: Pair) -> None:
    a, b = pair
    bring_in(a, 400)
    firm.settle()
    ids = list(a.all("customer"))
    with a.store.step("Deleted") as step:
        step.delete_many("customer", ids[:70])
    firm.settle()
    assert count(b) == 330


def test_what_another_program_deleted_does_not_go_out_unasked(firm: Firm, pair: Pair) -> None:
    a, b = pair
    bring_in(a, 60)
    firm.settle()
    other = sqlite3.connect(a.path)
    other.create_function("unhex_id", 1, lambda text: bytes.fromhex(text) if text else None)
    other.execute("DELETE FROM customer")
    other.commit()
    other.close()
    with pytest.raises(Braked, match="Another program deleted 60 of 60"):
        a.sync()
    b.sync()
    assert count(b) == 60
    exchange.exchange(a.store, a.server, deletions=True)
    with pytest.raises(Braked):
        b.sync()
