"""Steps as somebody sees them whose role keeps something back: no title or figure tells of what is not for them."""

from __future__ import annotations

import pytest

from freecrm.core.problems import Known
from freecrm.core.query import Query
from freecrm.core.rights import Rights
from freecrm.core.words import N_
from freecrm.store import history, journal, undo
from freecrm.store.database import Store

TWELVE = N_("Delete {n} {things:lower}")


@pytest.fixture
def me(store: Store) -> bytes:
    """Somebody who sees their own customers. A colleague made twelve, one of them for me, then one of mine."""
    with store.step("People") as step:
        me, other = (step.insert("user", {"name": name}) for name in ("林晓棠", "陈思远"))
    store.user = other
    with store.step(N_("{n} rows"), n=12) as step:
        for n in range(12):
            step.insert("customer", {"name": f"客户{n}", "owner_user": other if n else me})
    with store.step(N_("{field} of {name} changed"), field="x", name="客户0") as step:
        mine = next(
            record.id for record in store.reader().each(Query("customer")) if record["owner_user"] == me
        )
        step.update("customer", mine, {"grade": "A"})
    store.user = me
    return me


def narrowed(store: Store, me: bytes) -> None:
    store.hold_to(Rights(me, {("customer", "see"): "own"}))


def test_a_step_seen_in_part_tells_no_figures_of_the_rest(store: Store, me: bytes) -> None:
    narrowed(store, me)
    last, twelve = history.steps(store)[:2]
    assert str(last.said) == "x of 客户0 changed"  # all of it is mine to see
    assert str(twelve.said) == "Changes that you see in part"
    assert twelve.figures == {}
    assert twelve.counts["customer"] == (1, 0, 0)
    assert journal.counts_words(store, twelve) == "Customer: 1 new"
    store.hold_to(None)
    twelve = history.steps(store)[1]
    assert str(twelve.said) == "12 rows"
    assert twelve.counts["customer"] == (12, 0, 0)


def test_ones_own_steps_keep_their_titles(store: Store, me: bytes) -> None:
    with store.step(N_("{n} rows"), n=3) as step:
        for n in range(3):
            step.insert("customer", {"name": f"新{n}", "owner_user": me})
    with store.step("Given away") as step:
        for record in store.reader().each(Query("customer")):
            if str(record["name"]).startswith("新"):
                step.update("customer", record.id, {"owner_user": None})
    narrowed(store, me)
    assert [str(one.said) for one in history.steps(store)[:2]] == ["Given away", "3 rows"]


def test_undo_takes_ones_own_step_and_no_colleagues(store: Store, me: bytes) -> None:
    with store.step("Mine") as step:
        id = step.insert("customer", {"name": "我的", "owner_user": me})
    store.user = None
    with store.step("Nobody's") as step:
        step.update("customer", id, {"grade": "B"})
    store.user = me
    with store.step("Nobody's", origin="program") as step:
        step.insert("customer", {"name": "程序"})
    narrowed(store, me)
    found = history.next_undo(store)
    assert found is not None
    assert str(found.said) == "Mine"


def test_who_did_nothing_is_told_so(store: Store, me: bytes) -> None:
    narrowed(store, me)
    assert history.next_undo(store) is None
    with pytest.raises(Known, match="You have done nothing here that could be undone"):
        undo.undo(store)
    assert history.next_redo(store) is None
