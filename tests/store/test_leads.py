"""Leads become customers, are given up, and are shared out by rules."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from freecrm.core.problems import Known
from freecrm.core.record import Record
from freecrm.core.words import N_
from freecrm.store import deals, leads, sharing, undo
from freecrm.store.database import Store
from freecrm.store.leads import Wanted
from freecrm.store.sharing import Shared


def put(store: Store, entity: str, **values: Any) -> bytes:
    with store.step(N_("{field} changed"), field="x") as step:
        return step.insert(entity, values)


def record(store: Store, entity: str, id: bytes | None) -> Record:
    found = store.reader().record(entity, id) if id is not None else None
    assert found is not None
    return found


def count(store: Store, entity: str) -> int:
    return int(store.read().execute(f"SELECT count(*) FROM {entity}").fetchone()[0])


@pytest.fixture
def lin(store: Store) -> bytes:
    return put(store, "user", name="林晓棠")


@pytest.fixture
def lead(store: Store, lin: bytes) -> bytes:
    deals.take_ready(store)
    return put(
        store, "lead", name="苏州昊天食品有限公司", person="王磊", phones=[{"number": "+8613800138000"}],
        source="fair", industry="catering", province="江苏省", city="苏州市", owner_user=lin, text="2 吨反渗透",
    )  # fmt: skip


def test_a_lead_becomes_a_customer_a_contact_and_a_deal_in_one_step(
    store: Store, lead: bytes, lin: bytes
) -> None:
    before = {name: count(store, name) for name in ("customer", "contact", "deal")}
    became = leads.convert(store, lead, Wanted(deal="反渗透主机", amount=5_800_000))
    customer = record(store, "customer", became.customer)
    assert (customer["name"], customer["source"], customer["industry"]) == (
        "苏州昊天食品有限公司", "fair", "catering",
    )  # fmt: skip
    assert (customer["owner_user"], customer["city"], customer["main_phone"]) == (
        lin, "苏州市", "+8613800138000",
    )  # fmt: skip
    contact = record(store, "contact", became.contact)
    assert (contact["name"], contact["jobs"][0]["customer"]) == ("王磊", became.customer)
    deal = record(store, "deal", became.deal)
    assert (deal["name"], deal["amount"], deal["customer"], deal["text"]) == (
        "反渗透主机", 5_800_000, became.customer, "2 吨反渗透",
    )  # fmt: skip
    assert deal["stage"] is not None  # the door put it into the first one
    kept = record(store, "lead", lead)
    assert (kept["state"], kept["customer"], kept["contact"], kept["deal"]) == (
        "converted", became.customer, became.contact, became.deal,
    )  # fmt: skip
    assert isinstance(kept["turned"], dt.datetime)
    undo.undo(store)
    assert {name: count(store, name) for name in before} == before
    assert record(store, "lead", lead)["state"] == "new"
    undo.redo(store)
    assert record(store, "lead", lead)["customer"] == became.customer


def test_a_customer_that_is_there_gets_only_what_it_lacks(store: Store, lead: bytes) -> None:
    held = put(store, "customer", name="昊天食品", source="web", phones=[{"number": "+8651286660000"}])
    became = leads.convert(store, lead, Wanted(held, contact=False))
    customer = record(store, "customer", held)
    assert became == leads.Became(held)
    assert (customer["name"], customer["source"], customer["industry"]) == ("昊天食品", "web", "catering")
    assert [row["number"] for row in customer["phones"]] == ["+8651286660000", "+8613800138000"]
    undo.undo(store)
    assert record(store, "customer", held)["industry"] is None


def test_the_person_who_is_there_already_is_no_second_one(store: Store, lead: bytes) -> None:
    held = put(store, "customer", name="昊天食品")
    person = put(store, "contact", name="王磊", jobs=[{"customer": held}])
    assert leads.convert(store, lead, Wanted(held)).contact == person
    assert [row["number"] for row in record(store, "contact", person)["phones"]] == ["+8613800138000"]


def test_a_lead_is_converted_once(store: Store, lead: bytes) -> None:
    leads.convert(store, lead, Wanted())
    with pytest.raises(Known, match="converted already"):
        leads.convert(store, lead, Wanted())
    assert count(store, "customer") == 1


def test_nothing_comes_of_a_customer_that_is_gone(store: Store, lead: bytes) -> None:
    with pytest.raises(Known, match="deleted meanwhile"):
        leads.convert(store, lead, Wanted(customer=bytes(16)))
    assert record(store, "lead", lead)["state"] == "new"


def test_leads_are_given_up_with_a_reason(store: Store, lead: bytes) -> None:
    with pytest.raises(Known, match="Say why"):
        leads.drop(store, [lead], "  ")
    assert leads.drop(store, [lead], " only asked \n for prices ") == 1
    kept = record(store, "lead", lead)
    assert (kept["state"], kept["why"]) == ("dropped", "only asked for prices")
    with pytest.raises(Known, match="None of these leads is open"):
        leads.drop(store, [lead], "again")


# ---- sharing out


@pytest.fixture
def people(store: Store) -> list[bytes]:
    return [put(store, "user", name=name) for name in ("陈思远", "马小川", "何嘉木")]


def rule(store: Store, people: list[bytes], **values: Any) -> bytes:
    seats = [{"user": user, "position": at} for at, user in enumerate(people, 1)]
    return put(store, "share_rule", **{"name": "all", "seats": seats, **values})


def owners(store: Store) -> list[bytes | None]:
    return [row[0] for row in store.read().execute("SELECT owner_user FROM lead ORDER BY n")]


def test_new_leads_go_round(store: Store, people: list[bytes]) -> None:
    first = rule(store, people)
    ids = [put(store, "lead", name=f"lead {n}") for n in range(4)]
    assert owners(store) == [people[0], people[1], people[2], people[0]]
    assert record(store, "lead", ids[0])["rule"] == first
    undo.undo(store)
    put(store, "lead", name="lead 5")
    assert owners(store) == [people[0], people[1], people[2], people[0]]  # undone is not counted


def test_many_at_once_go_round_too(store: Store, people: list[bytes]) -> None:
    """As an import brings them."""
    rule(store, people[:2])
    with store.step(N_("Import {file}"), origin="import", file="leads.csv") as step:
        step.insert_many("lead", ("name", "state"), [(f"lead {n}", "new") for n in range(4)])
    assert owners(store) == [people[0], people[1]] * 2


def test_whoever_has_fewest_open_ones_is_next(store: Store, people: list[bytes]) -> None:
    put(store, "lead", name="held", owner_user=people[0])
    put(store, "lead", name="held, too", owner_user=people[1], state="dropped")
    rule(store, people[:2], way="least")
    for n in range(3):
        put(store, "lead", name=f"lead {n}")
    assert owners(store)[2:] == [people[1], people[0], people[1]]


def test_the_first_rule_that_fits_counts(store: Store, people: list[bytes]) -> None:
    rule(store, people[:1], name="fair in Zhejiang", source="fair", province="浙江", position=1)
    rule(store, people[1:2], name="catering", industry="catering", position=2)
    put(store, "lead", name="a", source="fair", province="浙江省")
    put(store, "lead", name="b", source="fair", province="江苏", industry="catering")
    put(store, "lead", name="c", source="web")
    put(store, "lead", name="d", source="fair", province="浙江", owner_user=people[2])
    put(store, "lead", name="e", source="fair", province="浙江", state="converted")
    assert owners(store) == [people[0], people[1], None, people[2], None]


def test_nobody_who_left_gets_leads(store: Store, people: list[bytes]) -> None:
    rule(store, people[:2])
    with store.step(N_("{field} changed"), field="x") as step:
        step.update("user", people[0], {"left": True})
    put(store, "lead", name="a")
    put(store, "lead", name="b")
    assert owners(store) == [people[1], people[1]]


def test_what_waits_is_shared_out_when_asked(store: Store, people: list[bytes]) -> None:
    ids = [put(store, "lead", name=f"lead {n}", source="fair" if n else "web") for n in range(3)]
    with pytest.raises(Known, match="no rule of sharing out"):
        sharing.share_out(store, ids)
    rule(store, people, source="fair")
    with pytest.raises(Known, match="No rule of sharing out fits"):
        sharing.share_out(store, ids[:1])
    assert sharing.share_out(store, ids) == Shared(2, 1)
    assert owners(store) == [None, people[0], people[1]]
    with pytest.raises(Known, match="None of these leads waits"):
        sharing.share_out(store, ids[1:])
    undo.undo(store)
    assert owners(store) == [None, None, None]


def test_rules_put_by_are_not_used(store: Store, people: list[bytes]) -> None:
    rule(store, people, off=True)
    put(store, "lead", name="a", budget=100, text="x", rating="hot")
    assert owners(store) == [None]
