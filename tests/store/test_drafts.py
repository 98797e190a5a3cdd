"""What is typed and not saved yet is kept in the file, whatever it is."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from freecrm.core.record import Typed
from freecrm.modules import model
from freecrm.store import drafts, history
from freecrm.store.database import Store, open_store

AT = dt.datetime(2026, 3, 19, 6, 2, tzinfo=dt.UTC)
VALUES = {
    "name": "云杉谷酒店",
    "grade": "A",
    "owner_user": b"\x01" * 16,
    "last_contact": dt.date(2026, 3, 19),
    "x_rate": Decimal("12.50"),
    "x_at": AT,
    "x_vip": True,
    "opening_balance": 320_000,
    "phones": [
        {"number": Typed("138-0000-552"), "kind": "mobile"},
        {"number": "+8657100006688", "id": b"2" * 16},
    ],
    "person": {"name": "沈嘉言", "phones": []},
    "nothing": None,
}


def test_comes_back_as_it_was(store: Store) -> None:
    key = drafts.key_for("customer")
    drafts.put(store, drafts.Draft(key, "customer", None, VALUES, AT))
    path = store.path
    store.close()
    other = open_store(path, model())
    (found,) = drafts.all(other)
    assert found == drafts.Draft(key, "customer", None, VALUES, AT)
    assert isinstance(found.values["phones"][0]["number"], Typed)
    assert not isinstance(found.values["phones"][1]["number"], Typed)
    assert drafts.get(other, key) == found
    drafts.drop(other, key)
    assert drafts.all(other) == []
    assert drafts.get(other, key) is None
    other.close()


def test_newest_comes_first_and_is_in_no_log(store: Store) -> None:
    for minutes in (1, 3, 2):
        at = AT + dt.timedelta(minutes=minutes)
        drafts.put(
            store, drafts.Draft(drafts.key_for("contact"), "contact", None, {"name": str(minutes)}, at)
        )
    assert [draft.values["name"] for draft in drafts.all(store)] == ["3", "2", "1"]
    assert history.steps(store) == []


def test_a_record_has_one_draft(store: Store) -> None:
    id = b"7" * 16
    assert drafts.key_for("customer", id) == drafts.key_for("customer", id)
    assert drafts.key_for("customer") != drafts.key_for("customer")
    for name in ("one", "two"):
        drafts.put(store, drafts.Draft(drafts.key_for("customer", id), "customer", id, {"name": name}, AT))
    assert [(draft.id, draft.values) for draft in drafts.all(store)] == [(id, {"name": "two"})]


def test_what_another_version_left_is_passed_over(store: Store) -> None:
    store.keep("draft.customer.x", {"entity": "customer"})
    store.keep("draft.planet.x", {"entity": "planet", "id": "", "at": 0, "values": {}})
    store.keep("drafty", {})
    assert drafts.all(store) == []
