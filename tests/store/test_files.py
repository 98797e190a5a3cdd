"""Attachments lie beside the file, one copy a content."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from freecrm.core.problems import Known
from freecrm.store import check, files, undo
from freecrm.store.database import Store
from tests.store.samples import a_firm, found


def test_taken_once_a_content(store: Store, tmp_path: Path) -> None:
    one, two = tmp_path / "a 合同.pdf", tmp_path / "b.PDF"
    for path in (one, two):
        path.write_bytes(b"x" * 3_000_000)
    rows = [files.take(store, path) for path in (one, two)]
    digest = hashlib.sha256(b"x" * 3_000_000).hexdigest()
    assert rows[0] == {"name": "a 合同.pdf", "hash": digest, "size": 3_000_000, "type": "application/pdf"}
    assert rows[1]["hash"] == digest
    assert [p for p in store.files.rglob("*") if p.is_file()] == [files.place(store, digest)]
    assert files.place(store, digest).read_bytes() == one.read_bytes()


def test_a_missing_one_is_told(store: Store, tmp_path: Path) -> None:
    _, customer, _ = a_firm(store)
    path = tmp_path / "样册.txt"
    path.write_text("x")
    with store.step("Attach") as step:
        step.update("customer", customer, {"files": [files.take(store, path)]})
    assert check.check(store) == []
    assert found(store, "样册") == ["鹿溪堂茶业"]
    files.place(store, files.take(store, path)["hash"]).unlink()
    assert files.broken(store) == ["样册.txt"]
    assert [str(said) for said in check.check(store)] == ["1 attached files are not in the folder: 样册.txt."]
    undo.undo(store)
    assert check.check(store) == []


@pytest.mark.parametrize("name", ["missing.pdf", "."])
def test_what_cannot_be_read(store: Store, tmp_path: Path, name: str) -> None:
    with pytest.raises(Known, match=r"could not be attached.*The original is untouched"):
        files.take(store, tmp_path / name)
    assert not store.files.exists() or list(store.files.iterdir()) == []
