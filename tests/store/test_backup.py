"""A backup is a whole file that opens, with its attachments beside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from freecrm.core.jobs import Progress
from freecrm.core.problems import Cancelled, Known
from freecrm.modules import model
from freecrm.store import backup, files
from freecrm.store.database import Store, open_store
from tests.store.samples import a_firm, assert_well, dump, raw


def test_opens_and_holds_everything(store: Store, tmp_path: Path) -> None:
    _, customer, _ = a_firm(store)
    letter = tmp_path / "合同.pdf"
    letter.write_bytes(b"%PDF")
    with store.step("Attach") as step:
        step.update("customer", customer, {"files": [files.take(store, letter)]})
    taken = backup.take(store)
    assert taken.counts["customer"] == 1
    assert (taken.files, taken.missing) == (1, 0)
    assert [p.name for p in (store.backups / "files").rglob("*") if p.is_file()] == [
        raw(store, "SELECT hash FROM file")[0][0]
    ]
    copy = open_store(taken.path, model())
    assert dump(copy) == dump(store)
    copy.close()
    assert backup.listed(store) == [taken.path]
    assert not [p for p in store.backups.rglob("*") if p.name.endswith(".part")]
    assert_well(store)


def test_taken_in_the_middle_of_a_step_holds_none_of_it(store: Store) -> None:
    a_firm(store)
    with store.step("Under way") as step:
        step.insert("customer", {"name": "x"})
        taken = backup.take(store, "daily")
    assert taken.counts["customer"] == 1


def test_cancelled_leaves_nothing(store: Store) -> None:
    a_firm(store)
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        backup.make(store, progress=progress)
    assert list(store.backups.iterdir()) == []
    assert len(dump(store)["customer"]) == 1


def test_a_folder_that_is_none(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Known, match=r"could not be written to .*Choose another folder"):
        backup.make(store, folder=tmp_path / "file" / "x")


def test_a_missing_attachment_is_counted_not_fatal(store: Store) -> None:
    _, customer, _ = a_firm(store)
    with store.step("Attach") as step:
        step.update("customer", customer, {"files": [{"name": "a.pdf", "hash": "ab" * 32}]})
    assert backup.take(store).missing == 1


def test_only_the_oldest_daily_ones_go(store: Store) -> None:
    store.backups.mkdir()
    for i in range(5):
        for why in (" daily", " before upgrade", ""):
            path = store.backups / f"firm 2026-01-0{i + 1} 120000{why}.freecrm"
            path.touch()
            os.utime(path, (i, i))
    gone = backup.thin(store, 2)
    assert sorted(p.name[5:15] for p in gone) == ["2026-01-01", "2026-01-02", "2026-01-03"]
    assert len(backup.listed(store)) == 12
