"""What somebody had in hand goes to others in one step, and comes back with one undo."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from freecrm.core.problems import Known
from freecrm.core.query import Query
from freecrm.store import deals, handover, passwords, undo
from freecrm.store.database import Store


@pytest.fixture
def people(store: Store) -> dict[str, bytes]:
    with store.step("People") as step:
        return {name: step.insert("user", {"name": name}) for name in ("leaver", "mei", "chen")}


@pytest.fixture
def work(store: Store, people: dict[str, bytes]) -> list[bytes]:
    """Five customers of the leaver's, each with an open and a lost deal, a plan and something done."""
    leaver, made = people["leaver"], []
    deals.take_ready(store)
    stage = deals.pipelines(store)[0].stages[0].id
    now = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
    with store.step("Work") as step:
        for n in range(5):
            customer = step.insert("customer", {"name": f"C{n}", "owner_user": leaver})
            tied: dict[str, Any] = {"customer": customer, "owner_user": leaver}
            deal = step.insert("deal", {"name": f"open {n}", "stage": stage, **tied})
            step.insert(
                "activity", {"subject": f"plan {n}", "kind": "call", "start": now, "state": "planned", **tied}
            )
            step.insert(
                "activity", {"subject": f"was {n}", "kind": "call", "start": now, "state": "done", **tied}
            )
            made.append(deal)
        step.insert("lead", {"name": "a lead", "owner_user": leaver})
    return made


def owners(store: Store, entity: str) -> dict[str, bytes | None]:
    title = store.model.entities[entity].title
    return {r[title]: r["owner_user"] for r in store.reader().each(Query(entity))}


def test_all_to_one(store: Store, people: dict[str, bytes], work: list[bytes]) -> None:
    leaver, mei = people["leaver"], people["mei"]
    owned = {kind.entity: (kind.open, kind.done) for kind in handover.owned(store, leaver)}
    assert owned == {"customer": (5, 0), "activity": (5, 5), "deal": (5, 0), "lead": (1, 0)}
    before = {name: owners(store, name) for name in owned}
    done = handover.hand_over(store, leaver, [mei])
    assert dict(done.counts[mei]) == {"customer": 5, "activity": 5, "deal": 5, "lead": 1}
    assert set(owners(store, "customer").values()) == {mei}
    acts = owners(store, "activity")
    assert {acts[f"plan {n}"] for n in range(5)} == {mei}
    assert {acts[f"was {n}"] for n in range(5)} == {leaver}
    user = store.reader().record("user", leaver)
    assert user is not None
    assert user["left"]
    undo.undo(store)
    assert {name: owners(store, name) for name in owned} == before
    user = store.reader().record("user", leaver)
    assert user is not None
    assert not user["left"]


def test_shared_out_each_customer_with_what_is_theirs(
    store: Store, people: dict[str, bytes], work: list[bytes]
) -> None:
    leaver, mei, chen = people["leaver"], people["mei"], people["chen"]
    done = handover.hand_over(store, leaver, [mei, chen], finished=True, left=False)
    assert sorted(len(ids) for ids in done.customers.values()) == [2, 3]
    firms = owners(store, "customer")
    deals, acts = owners(store, "deal"), owners(store, "activity")
    for n in range(5):
        assert firms[f"C{n}"] == deals[f"open {n}"] == acts[f"plan {n}"] == acts[f"was {n}"]
    assert handover.owned(store, leaver) == []


def test_refused(store: Store, people: dict[str, bytes], work: list[bytes]) -> None:
    leaver = people["leaver"]
    for to, why in (([], "Choose who"), ([leaver], "can't be the one")):
        with pytest.raises(Known, match=why):
            handover.hand_over(store, leaver, to)
    assert set(owners(store, "customer").values()) == {leaver}


def test_whoever_has_left_signs_in_no_more(store: Store, people: dict[str, bytes], work: list[bytes]) -> None:
    passwords.turn_on(store, people["mei"], "correct horse")
    passwords.set_password(store, people["leaver"], "battery staple")
    handover.hand_over(store, people["leaver"], [people["mei"]])
    with pytest.raises(Known, match="not right"):
        passwords.enter(store, people["leaver"], "battery staple")
