"""Every role by every entity through the exchange: only what may be seen comes to a computer, and only what may be
changed is taken from it, whatever its own file would let pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from freecrm.core.change import LEFT
from freecrm.core.rights import SCOPES
from freecrm.store import journal, signin
from freecrm.sync import books
from tests.every_entity.test_rights import ENTITIES, REACH, four, is_shared
from tests.sync.conftest import Firm


@pytest.mark.parametrize("scope", SCOPES)
def test_only_what_may_be_seen_comes_and_only_what_may_be_changed_goes(
    firm: Firm, tmp_path: Path, scope: str
) -> None:
    owner = firm.desktop("owner")
    me = firm.desktop("me", gives_rights=False)
    mate, other = (firm.member(name) for name in ("mate", "other"))
    people: dict[str, bytes | None] = {"me": me.person, "mate": mate, "other": other, "nobody": None}
    grants = {name: {"see": "all", "change": scope, "delete": scope} for name in ENTITIES}
    with owner.store.step("People") as step:
        role = step.insert("role", {"name": "Sales", "grants": json.dumps(grants)})
        for name, id in people.items():
            if id is not None:
                department = "north" if name == "other" else "south"
                values = {"name": name, "team": department, "role": role if name == "me" else None}
                step.insert("user", values, id=id)
    made = {}
    for name in ENTITIES:
        entity = owner.store.model.entities[name]
        made[name] = four(owner.store, entity, people)
    firm.settle()
    wanted = {
        name: REACH["all"]
        if scope != "none" and is_shared(me.store.model.entities[name], me.store)
        else REACH[scope]
        for name in ENTITIES
    }

    # what is changed without asking: the server takes what the role allows, and puts the rest back
    with me.store.whole(), me.store.step("Changed") as step:
        for name in ENTITIES:
            entity = me.store.model.entities[name]
            for id in made[name].values():
                if "remark" in entity.fields:
                    step.update(name, id, {"remark": "changed by me"})
    firm.settle()
    for name in ENTITIES:
        if "remark" not in owner.store.model.entities[name].fields:
            continue
        for who, id in made[name].items():
            found, back = owner.get(name, id), me.get(name, id)
            assert found is not None
            assert back is not None
            assert (found["remark"] == "changed by me") == (who in wanted[name]), (name, who)
            assert back["remark"] == found["remark"]

    narrow = {name: {"see": scope} for name in ENTITIES}
    owner.set("role", role, grants=json.dumps(narrow))
    firm.settle()
    for name in ENTITIES:
        with me.store.whole():
            held = set(me.all(name)) & set(made[name].values())
        assert held == {made[name][who] for who in wanted[name]}, name
    # and what the file itself shows agrees with it
    signin.work_as(me.store, "")
    for name in ENTITIES:
        assert set(me.all(name)) & set(made[name].values()) == {made[name][who] for who in wanted[name]}, name


def test_a_target_is_taken_from_whom_it_is_for_only(firm: Firm) -> None:
    owner = firm.desktop("owner")
    me = firm.desktop("me", gives_rights=False)
    grants = {"target": {"see": "own", "create": "own", "change": "own", "delete": "own"}}
    with owner.store.step("People") as step:
        role = step.insert("role", {"name": "Sales", "grants": json.dumps(grants)})
        step.insert("user", {"name": "me", "role": role}, id=me.person)
        step.insert("user", {"name": "owner"}, id=owner.person)
        whose = {"me": me.person, "owner": owner.person, "the firm": None}
        made = {
            name: step.insert("target", {"month": "2026-03", "user": person, "amount": 100})
            for name, person in whose.items()
        }
    firm.settle()
    assert set(me.all("target")) == set(made.values())  # everybody sees them
    with me.store.whole(), me.store.step("Without asking") as step:
        for name, id in made.items():
            step.update("target", id, {"amount": 200})
            step.insert("target", {"month": "2026-04", "user": whose[name], "amount": 1})
    firm.settle()
    for name, id in made.items():
        found = owner.get("target", id)
        assert found is not None
        assert found["amount"] == (200 if name == "me" else 100), name
    months = list(owner.all("target").values())
    assert [one["user"] for one in months if one["month"] == "2026-04"] == [me.person]


def test_what_went_with_the_rights_is_not_in_the_list_of_changes(firm: Firm) -> None:
    owner, me = firm.desktop("owner"), firm.desktop("me", gives_rights=False)
    with owner.store.step("People") as step:
        role = step.insert("role", {"name": "Sales", "grants": '{"customer": {"see": "own"}}'})
        for one in (owner, me):
            step.insert("user", {"name": one.name}, id=one.person)
        for n in range(40):
            values = {
                "name": f"梅野食品{n}",
                "owner_user": owner.person,
                "phones": [{"number": f"+86138000026{n:02}"}],
            }
            step.insert("customer", values)
    firm.settle()
    assert len(journal.find(me.store, "梅野食品").numbers)
    with books.written(me.store) as c:  # as joining does
        c.execute("INSERT INTO sync_meta(key, value) VALUES ('person', ?)", (me.person.hex(),))
    owner.set("user", me.person, role=role)
    firm.settle()
    signin.work_as(me.store, "")
    assert me.all("customer") == {}
    assert list(journal.find(me.store, "梅野食品").numbers) == []
    assert list(journal.find(me.store, "138000026").numbers) == []
    sql = "SELECT count(*) FROM main.step WHERE title = ?"
    assert me.store.read().execute(sql, (LEFT,)).fetchone() == (1,)
