"""Opening a file: what is refused, in which words, and that nothing is harmed by it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from freecrm.core.problems import Known
from freecrm.core.query import Query, Where
from freecrm.modules import model
from freecrm.store import check, database, faults, select, tables
from freecrm.store.database import SELECTS, Store, open_store
from tests.store.samples import a_firm, assert_well, dump, ids, open_in, raw

ROOT = Path(__file__).parents[2]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A closed file with something in it."""
    store = open_in(tmp_path)
    a_firm(store)
    with store.step("Many") as step:
        step.insert_many("customer", ["name", "remark"], [[f"客户{i}", "x" * 500] for i in range(200)])
    store.close()
    return store.path


def refused(path: Path, sentence: str, kind: type[Known] = Known) -> None:
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(kind, match=sentence):
        open_store(path, model()).close()
    assert (path.read_bytes() if path.is_file() else b"") == before


def in_child(code: str, *args: object, user: int | None = None) -> str:
    """Run code in a process of its own (under another user's rights where asked); what it printed."""
    whole = (
        f"import os, sys; sys.path.insert(0, {str(ROOT)!r})\nfrom pathlib import Path\n"
        "from freecrm.core.problems import Known\nfrom freecrm.modules import model\n"
        "from freecrm.store.database import open_store\nmodel()\nfrom sqlalchemy.dialects import sqlite\n"
        + ("" if user is None else f"os.setuid({user})\n")
        + code
    )
    done = subprocess.run(
        [sys.executable, "-c", whole, *map(str, args)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_new_file(tmp_path: Path) -> None:
    store = open_store(tmp_path / "新 100%?#'公司" / "a'b.freecrm", model())
    a_firm(store)
    assert_well(store)
    assert store.read().execute("PRAGMA journal_mode").fetchone() == ("wal",)
    store.close()
    assert open_store(store.path, model(), create=False).path == store.path


def test_an_empty_file_and_one_cut_short_while_it_was_made(tmp_path: Path) -> None:
    empty, begun = tmp_path / "empty.freecrm", tmp_path / "begun.freecrm"
    empty.touch()
    connection = sqlite3.connect(begun)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    assert begun.stat().st_size
    for path in (empty, begun):
        store = open_store(path, model())
        assert_well(store)
        store.close()


def test_missing_and_not_to_be_made(tmp_path: Path) -> None:
    with pytest.raises(Known, match="There is no file"):
        open_store(tmp_path / "no.freecrm", model(), create=False)
    assert list(tmp_path.iterdir()) == []


def test_newer(made: Path) -> None:
    connection = sqlite3.connect(made)
    connection.execute(f"PRAGMA user_version = {tables.FORMAT + 1}")
    connection.close()
    refused(made, r"written by a newer FreeCRM .*Nothing was changed in it")


def test_no_freecrm_file(tmp_path: Path) -> None:
    path = tmp_path / "list.freecrm"
    path.write_text("客户名称,电话\n鹿溪堂,138\n", "utf-8")
    refused(path, "is not a FreeCRM file")


def test_another_programs_database(tmp_path: Path) -> None:
    path = tmp_path / "other.freecrm"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t(x)")
    connection.close()
    refused(path, "belongs to another program")


def test_a_folder_and_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    refused(tmp_path, "is a folder")
    (tmp_path / "file").touch()
    refused(tmp_path / "file" / "x.freecrm", "cannot be made there|could not be opened")


def test_a_damaged_header(made: Path) -> None:
    content = bytearray(made.read_bytes())
    content[:16] = bytes(b ^ 0xFF for b in content[:16])
    made.write_bytes(content)
    refused(made, "is damaged", faults.Damaged)


@pytest.mark.parametrize("at", [18, 28, 100, 105, 4096, 0.3, 0.5, 0.9])
def test_damaged_in_the_middle(made: Path, at: float) -> None:
    content = bytearray(made.read_bytes())
    start = int(at) if at > 1 else int(len(content) * at) // 4096 * 4096
    content[start : start + 400] = bytes(b ^ 0x5A for b in content[start : start + 400])
    made.write_bytes(content)
    try:
        store = open_store(made, model())
    except Known:
        return
    try:
        told = [str(said) for said in check.check(store)]
    except Known as known:
        told = [str(known)]
    store.close()
    assert told


def test_cut_off_at_the_end(made: Path) -> None:
    os.truncate(made, made.stat().st_size // 2)
    try:
        store = open_store(made, model())
    except faults.Damaged:
        return
    told = [str(said) for said in check.check(store)]
    store.close()
    assert "damaged" in told[0]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users of the computer reach."""
    folder = Path(tempfile.mkdtemp(prefix="freecrm-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
@pytest.mark.parametrize(
    ("mode", "folder_mode", "sentence"),
    [(0o444, 0o777, "write-protected"), (0o000, 0o777, "may not read"), (0o666, 0o555, "write-protected")],
)
def test_what_the_system_forbids(
    made: Path, open_folder: Path, mode: int, folder_mode: int, sentence: str
) -> None:
    path = open_folder / "firm.freecrm"
    shutil.copy(made, path)
    before = path.read_bytes()
    path.chmod(mode)
    open_folder.chmod(folder_mode)
    told = in_child(
        "try:\n    open_store(Path(sys.argv[1]), model()); print('opened')\nexcept Known as k: print(k)",
        path,
        user=65534 if os.geteuid() == 0 else None,
    )
    open_folder.chmod(0o755)
    path.chmod(0o644)
    assert sentence in told
    assert path.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_a_folder_one_may_not_write_to(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    told = in_child(
        "try:\n    open_store(Path(sys.argv[1]), model())\nexcept Known as k: print(k)",
        open_folder / "new.freecrm",
        user=65534 if os.geteuid() == 0 else None,
    )
    assert "Choose a folder that you may write to" in told


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
//server/firm /home/u/My\\040share cifs rw 0 0
srv:/x /mnt/nfs nfs4 rw 0 0
me@h:/ /mnt/ssh fuse.sshfs rw 0 0
/dev/sdb1 /mnt/nfs/local ext4 rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "network"),
    [
        ("/home/u/firm.freecrm", False),
        ("/home/u/My share/firm.freecrm", True),
        ("/home/u/My shared/firm.freecrm", False),
        ("/mnt/nfs/a/b.freecrm", True),
        ("/mnt/nfs/local/b.freecrm", False),
        ("/mnt/ssh/b.freecrm", True),
        ("\\\\server\\share\\b.freecrm", True),
        ("//server/share/b.freecrm", True),
    ],
)
def test_network_shares(path: str, network: bool) -> None:
    assert faults.on_network(Path(path), MOUNTS) == network


def test_a_share_is_refused_before_anything_is_made() -> None:
    refused(Path("//server/share/firm.freecrm"), "lies on a network share")


def test_two_processes_take_turns_and_one_gives_up_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.05)
    store = open_in(tmp_path)
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('BEGIN IMMEDIATE'); c.execute(\"INSERT INTO customer(id, name) VALUES (x'01', 'z')\");"
        "print('held', flush=True); sys.stdin.readline(); c.execute('COMMIT'); print('done', flush=True)"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(store.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    with pytest.raises(faults.Busy, match="Another program is writing"), store.step("New") as step:
        step.insert("customer", {"name": "x"})
    with pytest.raises(faults.Busy):
        store.set_setting("firm.name", "鹿")
    assert ids(store, "customer") == []  # reading goes on beside it
    child.stdin.write("\n")
    child.stdin.flush()
    assert child.stdout.readline() == "done\n"
    child.communicate()
    with store.step("New") as step:
        step.insert("customer", {"name": "x"})
    assert len(ids(store, "customer")) == 2
    store.close()


def test_processes_that_open_a_new_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "new.freecrm"
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom pathlib import Path\n"
        "from freecrm.modules import model\nfrom freecrm.store.database import open_store\nmodel()\n"
        "from sqlalchemy.dialects import sqlite\nprint('ready', flush=True); sys.stdin.readline()\n"
        "s = open_store(Path(sys.argv[1]), model())\n"
        "with s.step('New') as step: step.insert('customer', {'name': sys.argv[2]})\ns.close()"
    )
    run = [sys.executable, "-c", code, str(path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    children = [subprocess.Popen([*run, name], **pipes) for name in "甲乙丙"]  # type: ignore[call-overload]
    for child in children:
        assert child.stdout.readline() == "ready\n"
    for child in children:
        child.stdin.write("\n")
        child.stdin.flush()
    for child in children:
        _, errors = child.communicate()
        assert child.returncode == 0, errors
    store = open_in(tmp_path, "new.freecrm")
    assert len(ids(store, "customer")) == 3
    assert_well(store)
    store.close()


FILL = (
    "s = open_store(Path(sys.argv[1]), model())\n"
    "with s.step('Small') as step: step.insert('customer', {'name': 'kept'})\n"
    "{limit}"
    "try:\n"
    "    with s.step('Big') as step:\n"
    "        step.insert_many('customer', ['name', 'remark'], [[str(i), 'x' * 900] for i in range(8000)])\n"
    "    print('written')\n"
    "except Known as k: print(k)\n"
    "print(s.reader().count(__import__('freecrm.core.query').core.query.Query('customer')))\n"
    "s.close()"
)


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_disk_that_takes_no_more(tmp_path: Path) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, 4_000_000))\n"
    told = in_child(FILL.replace("{limit}", limit), tmp_path / "firm.freecrm").splitlines()
    assert "Everything saved before is still there" in told[0] or "is full" in told[0]
    assert told[1] == "1"
    store = open_in(tmp_path)
    assert raw(store, "SELECT name FROM customer") == [("kept",)]
    assert_well(store)
    store.close()


def test_a_full_disk(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be made by the administrator only")
    try:
        told = in_child(FILL.replace("{limit}", ""), folder / "firm.freecrm").splitlines()
        assert "The disk with firm.freecrm is full" in told[0]
        assert told[1] == "1"
        store = open_in(folder)
        assert raw(store, "SELECT name FROM customer") == [("kept",)]
        assert_well(store)
        store.close()
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_settings_and_kept_things(tmp_path: Path) -> None:
    store = open_in(tmp_path)
    assert store.setting("firm.currency") == "CNY"
    store.set_setting("firm.name", "鹿溪堂")
    store.keep("view", {"columns": ["name"]})
    with pytest.raises(Known, match="does not take"):
        store.set_setting("backup.keep_days", "seven")
    store.close()
    store = open_in(tmp_path)
    assert store.setting("firm.name") == "鹿溪堂"
    assert store.kept("view") == {"columns": ["name"]}
    assert store.kept("nothing") is None
    store.close()


def test_closing_twice_and_reading_after(store: Store) -> None:
    a_firm(store)
    before = dump(store)
    store.close()
    store.close()
    assert dump(store) == before


def test_questions_of_days_gone_by_do_not_pile_up(tmp_path: Path) -> None:
    path = tmp_path / "firm.freecrm"
    store = open_store(path, model())
    old = [(f"sql.{n}", json.dumps(["SELECT 1", []])) for n in range(SELECTS)]
    store.write().executemany("INSERT INTO kept(key, value) VALUES (?, ?)", old)
    asked = Query("customer", Where("name", "=", "今天"))
    store.reader().count(asked)
    store.close()
    store = open_store(path, model())
    assert len(raw(store, "SELECT 1 FROM kept WHERE key GLOB 'sql.*'")) == SELECTS
    assert select.is_known(store, asked, None, "count")
    assert (store.kept("sql.0"), store.kept("sql.1")) == (None, ["SELECT 1", []])
    store.close()
