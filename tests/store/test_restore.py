"""A backup takes the place of the file, and whatever happens one of the two is there whole."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from freecrm.core.jobs import Progress
from freecrm.core.problems import Cancelled, Known
from freecrm.modules import model
from freecrm.store import backup, copies, faults, files, restore, tables
from freecrm.store.database import Store, open_store
from tests.store.samples import a_firm, assert_well, dump, open_in

CHILD = Path(__file__).parents[1] / "restored.py"


@pytest.fixture
def taken(store: Store, tmp_path: Path) -> Path:
    """A backup with two customers and an attachment; the file has three by now."""
    store.set_setting("firm.name", "禾川净水设备")
    _, customer, _ = a_firm(store)
    letter = tmp_path / "合同.pdf"
    letter.write_bytes(b"%PDF")
    with store.step("Attach") as step:
        step.update("customer", customer, {"files": [files.take(store, letter)]})
        step.insert("customer", {"name": "云杉谷酒店"})
    made = backup.make(store)
    with store.step("One more") as step:
        step.insert("customer", {"name": "晴川电子"})
    return made


def names(path: Path) -> list[str]:
    store = open_store(path, model(), create=False)
    found = [row[0] for row in store.read().execute("SELECT name FROM customer ORDER BY n")]
    if not path.parent.name.endswith(" backups"):  # there the attachments lie elsewhere
        assert_well(store)
    store.close()
    return found


def test_what_is_in_it_is_said_before_anything_happens(store: Store, taken: Path) -> None:
    found = restore.info(taken, model())
    assert found.firm == "禾川净水设备"
    assert found.counts["customer"] == 2
    assert (found.files, found.missing, found.size) == (1, 0, taken.stat().st_size)
    assert [p.name for p in store.path.parent.iterdir() if "restor" in p.name] == []


def test_restored_and_what_was_there_is_kept(store: Store, taken: Path) -> None:
    now = dump(store)
    copy = open_store(taken, model())
    then = dump(copy)
    copy.close()
    ready = restore.prepare(taken, store.path, model())
    assert dump(store) == now  # the window goes on until it is put in place
    shutil.rmtree(store.files)
    store.close()
    backup.attach([], store.backups / "files", store.files)
    ready = restore.prepare(taken, store.path, model())
    assert restore.put_in_place(ready) == store.path
    again = open_store(store.path, model())
    assert dump(again) == then
    assert again.kept("copy") is None
    assert files.broken(again) == []
    assert_well(again)
    again.close()
    assert ready.before is not None
    before = open_store(ready.before, model())
    assert dump(before) == now
    before.close()
    assert [c.why for c in copies.listed(store.path)].count("before restore") == 2
    assert not [p for p in store.path.parent.iterdir() if p.name.endswith((".restoring", ".part"))]


def test_restored_where_there_is_no_file_yet(store: Store, taken: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "other.freecrm"
    done = restore.restore(taken, path, model())
    assert done.before is None
    assert len(names(path)) == 2
    assert len([p for p in (tmp_path / "new" / "other files").rglob("*") if p.is_file()]) == 1
    blank = open_in(tmp_path, "blank.freecrm")
    blank.close()
    assert restore.restore(taken, blank.path, model()).before is None  # nothing was in it


def test_a_damaged_file_is_set_aside_as_it_is(store: Store, taken: Path) -> None:
    store.close()
    content = bytearray(store.path.read_bytes())
    content[100:6000] = bytes(b ^ 0x5A for b in content[100:6000])
    store.path.write_bytes(content)
    (store.path.parent / "firm.freecrm-wal").write_bytes(b"left over")
    done = restore.restore(taken, store.path, model())
    assert done.before is not None
    assert done.before.read_bytes() == content
    assert done.before.with_name(done.before.name + "-wal").read_bytes() == b"left over"
    assert len(names(store.path)) == 2
    assert done.before not in [c.path for c in copies.listed(store.path)]


def test_a_log_left_beside_the_old_file_does_not_get_into_the_new_one(store: Store, taken: Path) -> None:
    with store.step("In the log only") as step:
        step.insert("customer", {"name": "百川印务"})
    left = {end: (store.path.with_name(store.path.name + end)).read_bytes() for end in ("", "-wal", "-shm")}
    store.close()
    for end, content in left.items():  # as a crash leaves it
        store.path.with_name(store.path.name + end).write_bytes(content)
    done = restore.restore(taken, store.path, model())
    assert "百川印务" not in names(store.path)
    assert done.before is not None
    assert "百川印务" in names(done.before)


def refused(copy: Path, store: Store, sentence: str) -> None:
    before = dump(store)
    with pytest.raises(Known, match=sentence):
        restore.prepare(copy, store.path, model())
    assert dump(store) == before
    assert not [p for p in store.path.parent.iterdir() if p.name.endswith(".restoring")]


def test_what_is_no_sound_backup_is_refused(store: Store, taken: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.freecrm"
    bad.write_text("客户名称,电话\n" * 90, "utf-8")
    refused(bad, store, "is not a FreeCRM file")
    refused(tmp_path / "gone.freecrm", store, "is not there any more")
    refused(store.path, store, "is the file that is open now")
    content = bytearray(taken.read_bytes())
    content[30_000:90_000] = b"\x5a" * 60_000
    bad.write_bytes(content)
    refused(bad, store, "is damaged and can't be restored")
    bad.write_bytes(bytes(b ^ 0xFF for b in content[:16]) + content[16:])
    refused(bad, store, "is damaged and can't be restored")
    shutil.copy(taken, bad)
    connection = sqlite3.connect(bad)
    connection.execute(f"PRAGMA user_version = {tables.FORMAT + 1}")
    connection.close()
    refused(bad, store, "was made by a newer FreeCRM")
    bad.unlink()
    connection = sqlite3.connect(bad)
    connection.execute("CREATE TABLE t(x)")
    connection.close()
    refused(bad, store, "is not a FreeCRM file")


def test_another_programs_file_is_not_overwritten(taken: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.freecrm"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE t(x)")
    connection.close()
    with pytest.raises(Known, match="belongs to another program"):
        restore.restore(taken, other, model())
    assert sqlite3.connect(other).execute("SELECT * FROM t").fetchall() == []


def test_another_window_on_the_file_is_told_of(store: Store, taken: Path) -> None:
    other = open_in(store.path.parent)
    other.read().execute("SELECT 1 FROM customer").fetchone()
    store.close()
    ready = restore.prepare(taken, store.path, model())
    with pytest.raises(Known, match=r"Another window or program has firm\.freecrm open"):
        restore.put_in_place(ready)
    assert len(dump(other)["customer"]) == 3
    other.close()
    restore.put_in_place(ready)
    assert len(names(store.path)) == 2


def test_given_up_or_cancelled_leaves_the_file(store: Store, taken: Path) -> None:
    before = dump(store)
    restore.give_up(restore.prepare(taken, store.path, model()))
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        restore.prepare(taken, store.path, model(), progress)
    assert dump(store) == before
    assert not [p for p in store.path.parent.iterdir() if p.name.endswith(".restoring")]


def test_a_disk_too_small_for_it(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be made by the administrator only")
    try:
        big = open_in(tmp_path, "big.freecrm")
        with big.step("Many") as step:
            step.insert_many("customer", ["name", "remark"], [[str(i), "x" * 900] for i in range(8000)])
        copy = backup.make(big)
        big.close()
        small = open_in(folder)
        with small.step("Small") as step:
            step.insert("customer", {"name": "kept"})
        before = dump(small)
        with pytest.raises(Known, match=r"The disk with .* is full .*The file itself is untouched"):
            restore.prepare(copy, small.path, model())
        (folder / "filler").write_bytes(b"x" * max(shutil.disk_usage(folder).free - 40_000, 1))
        with pytest.raises(Known, match=r"The disk with .* is full"):
            backup.make(small)
        assert dump(small) == before
        assert not list(folder.rglob("*.part"))
        assert not list(folder.glob("*.restoring"))
        small.close()
    finally:
        subprocess.run(["umount", str(folder)], check=True)


# ---- killed


def child(copy: Path, path: Path, moment: int) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, str(CHILD), str(copy), str(path), str(moment)]
    return subprocess.run(run, capture_output=True, text=True, check=False)


def killed(store: Store, taken: Path, folder: Path, moment: int) -> None:
    shutil.copytree(store.path.parent, folder)
    path = folder / store.path.name
    done = child(folder / taken.relative_to(store.path.parent), path, moment)
    assert done.returncode == -signal.SIGKILL, done.stderr
    left = names(path)
    assert left in (["鹿溪堂茶业", "云杉谷酒店"], ["鹿溪堂茶业", "云杉谷酒店", "晴川电子"])
    again = restore.restore(folder / taken.relative_to(store.path.parent), path, model())
    assert names(path) == ["鹿溪堂茶业", "云杉谷酒店"]
    assert again.before is not None
    assert names(again.before) == left


@pytest.fixture
def closed(store: Store, taken: Path) -> Store:
    store.close()
    return store


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("share", [0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.0])
def test_killed_it_leaves_one_of_the_two_whole(
    closed: Store, taken: Path, tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    folder = tmp_path_factory.mktemp("killed")
    shutil.copytree(closed.path.parent, folder / "whole")
    whole = child(
        folder / "whole" / taken.relative_to(closed.path.parent), folder / "whole" / closed.path.name, -1
    )
    assert whole.returncode == 0, whole.stderr
    killed(closed, taken, folder / "cut", round(share * (int(whole.stdout) - 1)))


@pytest.mark.soak
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_killed_at_every_moment(closed: Store, taken: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("killed")
    shutil.copytree(closed.path.parent, folder / "whole")
    whole = child(
        folder / "whole" / taken.relative_to(closed.path.parent), folder / "whole" / closed.path.name, -1
    )
    for moment in range(int(whole.stdout)):
        killed(closed, taken, folder / str(moment), moment)


def test_damage_is_a_kind_of_its_own(store: Store, taken: Path) -> None:
    content = bytearray(taken.read_bytes())
    content[30_000:90_000] = b"\x5a" * 60_000
    taken.write_bytes(content)
    with pytest.raises(faults.Damaged):
        restore.info(taken, model())
