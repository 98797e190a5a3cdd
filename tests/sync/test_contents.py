"""Attached files travel with their records, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest

from freecrm.store import files
from freecrm.sync import contents
from tests.sync.conftest import Desktop, Firm


def attach(desktop: Desktop, to: bytes, path: Path) -> bytes:
    with desktop.store.step("Attached") as step:
        return step.insert(
            "file", {**files.take(desktop.store, path), "parent": to, "parent_entity": "customer"}
        )


def content(desktop: Desktop, id: bytes) -> bytes | None:
    row = desktop.all("file").get(id)
    path = files.place(desktop.store, row["hash"]) if row else None
    return path.read_bytes() if path is not None and path.is_file() else None


@pytest.mark.parametrize("size", [0, 5, contents.PIECE, 2 * contents.PIECE + 7])
def test_a_file_comes_with_its_record(
    firm: Firm, pair: tuple[Desktop, Desktop], tmp_path: Path, size: int
) -> None:
    a, b = pair
    path = tmp_path / "合同.pdf"
    path.write_bytes(os.urandom(size))
    id = attach(a, a.add(name="云杉谷酒店"), path)
    a.sync()
    b.sync()
    assert content(b, id) == path.read_bytes()
    assert files.broken(b.store) == []


def test_what_was_cut_off_goes_on_where_it_was(
    firm: Firm, pair: tuple[Desktop, Desktop], tmp_path: Path
) -> None:
    a, b = pair
    path = tmp_path / "plan.pdf"
    path.write_bytes(os.urandom(3 * contents.PIECE))
    id = attach(a, a.add(name="云杉谷酒店"), path)
    digest = a.all("file")[id]["hash"]
    stored = files.place(a.store, digest)
    away = stored.with_name("away")
    stored.rename(away)  # as if it broke off: the record is there, its content not yet
    a.sync()
    b.sync()
    assert content(b, id) is None
    with path.open("rb") as source:
        a.server.put_piece(id.hex(), 0, source.read(contents.PIECE), False)
    away.rename(stored)
    a.sync()
    part = files.place(b.store, digest).with_name(f".{digest}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(path.read_bytes()[: contents.PIECE + 100])  # b was cut off in its second piece
    b.sync()
    assert content(b, id) == path.read_bytes()
    assert not part.exists()


def test_other_content_under_a_name_is_not_taken(
    firm: Firm, pair: tuple[Desktop, Desktop], tmp_path: Path
) -> None:
    a, b = pair
    path = tmp_path / "offer.pdf"
    path.write_bytes(b"the offer")
    id = attach(a, a.add(name="云杉谷酒店"), path)
    files.place(a.store, a.all("file")[id]["hash"]).write_bytes(b"another!!")
    a.sync()
    b.sync()
    assert content(b, id) is None
    files.place(a.store, a.all("file")[id]["hash"]).write_bytes(b"the offer")
    firm.settle()
    assert content(b, id) == b"the offer"


def test_a_file_of_what_is_not_seen_is_not_given_out(firm: Firm, tmp_path: Path) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen", gives_rights=False)
    role = a.add("role", name="Sales", grants='{"*": {"see": "own"}}')
    a.add("user", name="Lin")
    firm.settle()
    with a.store.step("People") as step:
        for one in (a, b):
            if step.guard.held("user", one.person) is None:
                step.insert("user", {"name": one.name, **({"role": role} if one is b else {})}, id=one.person)
    path = tmp_path / "secret.pdf"
    path.write_bytes(b"secret")
    id = attach(a, a.add(name="云杉谷酒店", owner_user=a.person), path)
    firm.settle()
    assert b.all("file") == {}
    assert b.server.piece(id.hex(), 0) is None
    with pytest.raises(psycopg.Error):
        b.server.connection.execute("SELECT * FROM sync.piece")
    assert a.server.piece(id.hex(), 0) == b"secret"
