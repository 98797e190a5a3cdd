"""Who works with a file: passwords, the way back, roles, and the log of what was seen."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from freecrm.core.problems import Known
from freecrm.core.query import Query
from freecrm.core.rights import Rights, masked
from freecrm.exchange import exporter
from freecrm.modules import model
from freecrm.store import history, passwords, recycle, signin, trail, user_roles
from freecrm.store.database import Store, open_store
from freecrm.store.user_roles import Draft

SECRET, OTHER = "correct horse", "battery staple"


@pytest.fixture
def firm(store: Store) -> dict[str, bytes]:
    with store.step("Firm") as step:
        made = {
            name: step.insert("user", {"name": name, "team": team})
            for name, team in (("林", "南"), ("陈", "南"), ("高", "北"))
        }
        for name, id in list(made.items()):
            phones = [{"number": "+8613800001234"}]
            made[f"{name}的客户"] = step.insert(
                "customer", {"name": f"{name}的客户", "owner_user": id, "phones": phones}
            )
    return made


def names(store: Store) -> set[str]:
    return {str(r["name"]) for r in store.reader().each(Query("customer"))}


def test_without_a_sign_in_roles_keep_nothing_back(store: Store, firm: dict[str, bytes]) -> None:
    role = user_roles.save(store, None, Draft("Sales", grants={("*", "see"): "own"}))
    user_roles.give(store, firm["林"], role)
    assert signin.work_as(store, "林") == firm["林"]
    assert store.rights is None
    assert len(names(store)) == 3
    trail.note(store, "export")
    assert trail.lines(store) == []


def test_a_password_opens_what_the_role_lets_see(store: Store, firm: dict[str, bytes]) -> None:
    role = user_roles.save(store, None, Draft("Sales", grants={("*", "see"): "own", ("*", "delete"): "none"}))
    user_roles.give(store, firm["陈"], role)
    signin.work_as(store, "林")
    passwords.turn_on(store, firm["林"], SECRET)
    passwords.set_password(store, firm["陈"], OTHER)
    assert names(store) == {"林的客户", "陈的客户", "高的客户"}
    path = store.path
    store.close()

    again = open_store(path, model())
    try:
        assert signin.work_as(again, "林") is None  # the setting of the computer opens nothing
        assert names(again) == set()
        with pytest.raises(Known, match="do not let you"), again.step("x") as step:
            step.insert("customer", {"name": "x"})
        assert [(one.name, one.gives) for one in passwords.people(again)] == [("陈", False), ("林", True)]
        for wrong in ("", "correct Horse", OTHER):
            with pytest.raises(Known, match="not right"):
                passwords.enter(again, firm["林"], wrong)
        with pytest.raises(Known, match="not right"):
            passwords.enter(again, firm["高"], SECRET)  # has none
        assert again.user is None
        passwords.enter(again, firm["陈"], OTHER)
        assert names(again) == {"陈的客户"}
        with pytest.raises(Known, match="do not let you delete"), again.step("x") as step:
            step.delete("customer", firm["陈的客户"])
        told = [(line.what, line.who) for line in trail.lines(again)]
        assert told[0] == ("in", firm["陈"])
        assert told.count(("wrong", firm["林"])) == 3
        assert ("on", firm["林"]) in told
        # a role that is changed, by whomever, holds at once
        with again.whole():
            user_roles.save(again, role, Draft("Sales", grants={("*", "see"): "team"}))
        assert names(again) == {"林的客户", "陈的客户"}
    finally:
        again.close()


def test_too_many_wrong_passwords_wait(
    store: Store, firm: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords.turn_on(store, firm["林"], SECRET)
    for _ in range(passwords.TRIES):
        with pytest.raises(Known, match="not right"):
            passwords.enter(store, firm["林"], "wrong guess")
    with pytest.raises(Known, match="Too many"):
        passwords.enter(store, firm["林"], SECRET)
    import time

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + passwords.WAIT_SECONDS + 1)
    passwords.enter(store, firm["林"], SECRET)


def test_the_recovery_sheet_opens_once(store: Store, firm: dict[str, bytes]) -> None:
    role = user_roles.save(store, None, Draft("Sales", grants={("*", "see"): "own"}))
    user_roles.give(store, firm["陈"], role)
    code = passwords.turn_on(store, firm["林"], SECRET)
    passwords.set_password(store, firm["陈"], OTHER)
    assert len(code.replace("-", "")) == 20
    with pytest.raises(Known, match="not the code"):
        passwords.recover(store, "AAAAA-AAAAA-AAAAA-AAAAA", firm["林"], "a new password")
    with pytest.raises(Known, match="gives rights"):
        passwords.recover(store, code, firm["陈"], "a new password")
    with pytest.raises(Known, match="8 characters"):
        passwords.recover(store, code, firm["林"], "short")
    fresh = passwords.recover(store, code.lower().replace("-", " "), firm["林"], "a new password")
    assert store.user == firm["林"]
    with pytest.raises(Known, match="not right"):
        passwords.enter(store, firm["林"], SECRET)
    passwords.enter(store, firm["林"], "a new password")
    with pytest.raises(Known, match="not the code"):
        passwords.recover(store, code, firm["林"], "a third password")
    passwords.recover(store, fresh, firm["林"], "a third password")
    assert passwords.new_code(store) not in (code, fresh)


def test_no_password_stands_in_the_file(store: Store, firm: dict[str, bytes]) -> None:
    code = passwords.turn_on(store, firm["林"], SECRET)
    path = store.path
    store.close()
    for file in path.parent.glob(f"{path.name}*"):
        held = file.read_bytes()
        for secret in (SECRET, code, code.replace("-", "")):
            assert secret.encode() not in held
    kept = sqlite3.connect(path).execute("SELECT value FROM kept WHERE key = 'sign-in'").fetchone()[0]
    assert '"salt"' in kept


def test_who_may_set_passwords(store: Store, firm: dict[str, bytes]) -> None:
    role = user_roles.save(store, None, Draft("Sales"))
    user_roles.give(store, firm["陈"], role)
    with pytest.raises(Known, match="somebody who may give rights"):
        passwords.turn_on(store, firm["陈"], OTHER)
    passwords.turn_on(store, firm["林"], SECRET)
    passwords.set_password(store, firm["陈"], OTHER)
    with pytest.raises(Known, match="old password"):
        passwords.set_password(store, firm["林"], "another one", "wrong")
    passwords.enter(store, firm["陈"], OTHER)
    with pytest.raises(Known, match="Only whoever gives"):
        passwords.set_password(store, firm["林"], "mine now!")
    for work in (passwords.turn_off, passwords.new_code):
        with pytest.raises(Known, match="Only whoever gives"):
            work(store)
    passwords.set_password(store, firm["陈"], "changed it", OTHER)
    passwords.enter(store, firm["陈"], "changed it")
    passwords.enter(store, firm["林"], SECRET)
    with pytest.raises(Known, match="That is you"):
        passwords.forget(store, firm["林"])
    passwords.forget(store, firm["陈"])
    with pytest.raises(Known, match="not right"):
        passwords.enter(store, firm["陈"], "changed it")
    passwords.turn_off(store)
    assert not signin.is_on(store)
    assert store.rights is None


def test_who_gives_no_rights_gives_none(store: Store, firm: dict[str, bytes]) -> None:
    role = user_roles.save(store, None, Draft("Sales"))
    user_roles.give(store, firm["陈"], role)
    passwords.turn_on(store, firm["林"], SECRET)
    passwords.set_password(store, firm["陈"], OTHER)
    passwords.enter(store, firm["陈"], OTHER)
    with pytest.raises(Known, match="do not let you"):
        user_roles.give(store, firm["陈"], None)
    with pytest.raises(Known, match="do not let you"):
        user_roles.save(store, role, Draft("Sales", admin=True))
    with pytest.raises(Known, match="whole firm"):
        store.set_setting("firm.name", "Mine")
    with store.step("x") as step:  # but what stands of oneself is one's own to keep right
        step.update("user", firm["陈"], {"phones": [{"number": "+8613900001111"}]})


def test_somebody_always_gives_rights(store: Store, firm: dict[str, bytes]) -> None:
    role = user_roles.save(store, None, Draft("Sales"))
    for name in ("林", "陈"):
        user_roles.give(store, firm[name], role)
    with pytest.raises(Known, match="nobody could give rights"):
        user_roles.give(store, firm["高"], role)
    with pytest.raises(Known, match="is the role of somebody"):
        user_roles.delete(store, role)
    user_roles.save(store, role, Draft("Sales", admin=True))
    user_roles.give(store, firm["高"], role)
    with pytest.raises(Known, match="nobody could give rights"):
        user_roles.save(store, role, Draft("Sales"))


def test_names_of_roles(store: Store) -> None:
    user_roles.take_ready(store)
    user_roles.take_ready(store)
    assert len(user_roles.everyone(store)) == len(user_roles.READY)
    with pytest.raises(Known, match="already"):
        user_roles.save(store, None, Draft("Sales"))
    with pytest.raises(Known, match="needs a name"):
        user_roles.save(store, None, Draft(" "))
    with pytest.raises(Known, match="names the record"):
        user_roles.save(store, None, Draft("x", hidden=frozenset({("customer", "name")})))


def test_looking_at_a_masked_phone_is_logged(store: Store, firm: dict[str, bytes], tmp_path: Path) -> None:
    role = user_roles.save(
        store, None, Draft("Office", masked=frozenset({("customer", "phones"), ("customer", "code")}))
    )
    user_roles.give(store, firm["陈"], role)
    passwords.turn_on(store, firm["林"], SECRET)
    passwords.set_password(store, firm["陈"], OTHER)
    passwords.enter(store, firm["陈"], OTHER)
    id = firm["林的客户"]
    record = store.reader().record("customer", id)
    assert record is not None
    assert record["phones"][0]["number"] == "+86138****1234"
    assert record["main_phone"] == "+86138****1234"
    exporter.export(store, Query("customer"), tmp_path / "x.csv")
    assert "13800001234" not in (tmp_path / "x.csv").read_text("utf-8-sig")
    assert [
        hit.record.id for hit in store.reader().find("13800001234")
    ]  # who calls is found by the whole number
    whole = passwords.shown(store, "customer", id, "phones")
    assert whole[0]["number"] == "+8613800001234"
    line = trail.lines(store)[0]
    assert (line.what, line.who, line.id, line.detail, line.name) == (
        "shown",
        firm["陈"],
        id,
        "phones",
        "林的客户",
    )
    assert "export" in {one.what for one in trail.lines(store)}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("13800001234", "138****1234"),
        ("138 0000 1234", "138****1234"),
        ("+8613800001234", "+86138****1234"),
        ("0571-87654321", "057****4321"),
        ("zhang@example.com", "z****@example.com"),
        ("张小泉", "张**"),
        ("K-1", "K**"),
        ("", ""),
        (None, None),
    ],
)
def test_masking(value: str | None, shown: str | None) -> None:
    assert masked(value) == shown


def test_what_is_in_the_bin_is_erased_only_by_who_may_delete(store: Store, firm: dict[str, bytes]) -> None:
    role = user_roles.save(store, None, Draft("Sales", grants={("*", "delete"): "none"}))
    user_roles.give(store, firm["陈"], role)
    passwords.turn_on(store, firm["林"], SECRET)
    passwords.set_password(store, firm["陈"], OTHER)
    id = firm["陈的客户"]
    with store.step("Deleted") as step:
        step.delete("customer", id)
    passwords.enter(store, firm["陈"], OTHER)
    with pytest.raises(Known, match="do not let you delete"):
        recycle.erase(store, [("customer", id)])
    assert id in {one.id for one in history.bin(store)}


def test_a_deleted_row_of_hidden_rows_stays_hidden(store: Store, firm: dict[str, bytes]) -> None:
    id = firm["陈的客户"]
    with store.step("Another") as step:
        step.update("customer", id, {"phones": [{"number": "+8613800005678", "kind": "mobile"}]})
    store.user = firm["陈"]
    store.hold_to(Rights(firm["陈"], hidden=frozenset({("customer", "phones")})))
    told = {change.entity for change in history.of_record(store, "customer", id)}
    assert "phone" not in told
