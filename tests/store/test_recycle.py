"""Deleting for good: no value is left in any byte of the file, and the log still holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from freecrm.core.problems import Known
from freecrm.core.rights import Rights
from freecrm.store import files, history, recycle, undo
from freecrm.store.database import Store
from tests.store.samples import a_firm, assert_well, dump, found, raw

SECRETS = (
    "Zanzibar Quill",
    "Quillworth",
    "+8613899997777",
    "quill@zanzibar.example",
    "Tell nobody",
    "plan.txt",
)


def in_the_file(store: Store) -> list[str]:
    """The secrets that stand in the bytes of the file or of what lies beside it."""
    paths = [p for p in store.path.parent.iterdir() if p.is_file()]
    paths += [p for p in store.files.rglob("*") if p.is_file()]
    whole = b"".join(path.read_bytes() for path in paths).lower()
    return [secret for secret in (*SECRETS, "content of the plan") if secret.lower().encode() in whole]


def secret_customer(store: Store, folder: Path) -> bytes:
    plan = folder / "elsewhere"
    plan.mkdir()
    (plan / "plan.txt").write_text("content of the plan")
    row = files.take(store, plan / "plan.txt")
    with store.step("{name} added", name="Zanzibar Quill") as step:
        id = step.insert(
            "customer",
            {
                "name": "Zanzibar Quill",
                "phones": [{"number": "+8613899997777"}],
                "emails": [{"address": "quill@zanzibar.example"}],
                "notes": [{"text": "Tell nobody"}],
                "files": [row],
            },
        )
    with store.step("{name} changed", name="Zanzibar Quill") as step:
        step.update("customer", id, {"name": "Quillworth"})
    with store.step("{name} deleted", name="Quillworth") as step:
        step.delete("customer", id)
    return id


def test_no_value_is_left_in_the_file(store: Store, tmp_path: Path) -> None:
    a_firm(store)
    before = dump(store)
    id = secret_customer(store, tmp_path)
    deletion = history.steps(store)[0].n
    undo.undo(store)
    undo.redo(store)
    assert len(in_the_file(store)) > 4
    assert recycle.erase(store, [("customer", id)]) == 1
    assert in_the_file(store) == []
    assert dump(store) == before
    assert history.bin(store) == []
    assert found(store, "鹿溪") == ["鹿溪堂茶业"]
    assert_well(store)  # the chain of seals, too
    assert str(history.steps(store)[0]) == "One record deleted for ever"
    assert all("uill" not in str(step) for step in history.steps(store))
    with pytest.raises(Known, match="recycle bin"):
        undo.restore(store, "customer", id)
    outlook = undo.outlook(store, deletion)
    assert outlook.why is not None
    history.of_record(store, "customer", id)


def test_others_of_the_same_step_come_back(store: Store) -> None:
    _owner, customer, contact = a_firm(store)
    with store.step("Both") as step:
        step.delete("customer", customer)
        step.delete("contact", contact)
    n = history.steps(store)[0].n
    recycle.erase(store, [("customer", customer)])
    undo.undo(store, n)
    assert store.reader().record("contact", contact) is not None
    assert store.reader().record("customer", customer) is None
    assert_well(store)


def test_what_is_there_or_was_never_there_is_refused(store: Store) -> None:
    _owner, customer, _contact = a_firm(store)
    before = history.steps(store)
    with pytest.raises(Known, match="not in the recycle bin any more"):
        recycle.erase(store, [("customer", customer), ("customer", b"\0" * 16)])
    assert history.steps(store) == before
    assert_well(store)


def test_it_needs_the_right_to_delete(store: Store) -> None:
    owner, customer, _contact = a_firm(store)
    with store.step("Away") as step:
        step.delete("customer", customer)
    rights = Rights(b"\1" * 16, {("customer", "delete"): "own"})
    store.hold_to(rights)
    with pytest.raises(Known, match="Your rights"):
        recycle.erase(store, [("customer", customer)])
    store.hold_to(Rights(owner, {}))
    assert recycle.erase(store, [("customer", customer)]) == 1


def test_a_file_that_another_record_has_stays(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("shared")
    row = files.take(store, tmp_path / "a.txt")
    with store.step("Two") as step:
        one = step.insert("customer", {"name": "one", "files": [row]})
        step.insert("customer", {"name": "two", "files": [row]})
    with store.step("Away") as step:
        step.delete("customer", one)
    recycle.erase(store, [("customer", one)])
    assert files.broken(store) == []
    assert raw(store, "PRAGMA integrity_check") == [("ok",)]
