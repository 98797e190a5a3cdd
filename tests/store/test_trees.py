"""A customer is never, by any way round, part of itself."""

from __future__ import annotations

import pytest

from freecrm.core.problems import Known
from freecrm.store.database import Store
from tests.store.samples import assert_well, raw


@pytest.fixture
def chain(store: Store) -> list[bytes]:
    made: list[bytes] = []
    with store.step("Chain") as step:
        for i in range(5):
            made.append(step.insert("customer", {"name": f"公司{i}", "group": made[-1] if made else None}))
    return made


@pytest.mark.parametrize("below", range(5))
def test_loops_of_every_length(store: Store, chain: list[bytes], below: int) -> None:
    with pytest.raises(Known, match="“公司0” would end up above itself"), store.step("x") as step:
        step.update("customer", chain[0], {"group": chain[below]})
    assert raw(store, 'SELECT count(*) FROM customer WHERE "group" IS NULL') == [(1,)]
    assert_well(store)


def test_a_loop_closed_by_two_writes_or_in_bulk(store: Store, chain: list[bytes]) -> None:
    def two_writes() -> None:
        with store.step("x") as step:
            new = step.insert("customer", {"name": "y", "group": chain[4]})
            step.update("customer", chain[2], {"group": new})

    with pytest.raises(Known, match="above itself"):
        two_writes()
    with pytest.raises(Known, match="above itself"), store.step("x") as step:
        step.insert_many("customer", ["name", "group"], [["z", b"z" * 16]], ids=[b"z" * 16])


def test_turning_a_chain_round_in_one_step_is_fine(store: Store, chain: list[bytes]) -> None:
    with store.step("x") as step:
        step.update("customer", chain[1], {"group": None})
        step.update("customer", chain[0], {"group": chain[1]})
    assert_well(store)


def test_a_loop_of_others_does_not_stop_the_work(store: Store, chain: list[bytes]) -> None:
    raw(store, 'UPDATE customer SET "group" = ? WHERE id = ?', chain[1], chain[0])
    with store.step("x") as step:
        step.update("customer", chain[0], {"grade": "A"})
        step.insert("customer", {"name": "below the loop", "group": chain[4]})
