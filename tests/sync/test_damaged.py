"""Files that the disk spoiled: found by SQLite, by the health check, or at the latest by holding contents against the
server's; and nothing that was acknowledged is lost, though it had not gone out."""

from __future__ import annotations

import logging
import os
import random
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from freecrm import cli
from freecrm.core.jobs import InLine
from freecrm.core.problems import Known
from freecrm.modules import model
from freecrm.store import backup, check, restore
from freecrm.store.database import open_store
from freecrm.sync import books, mending, outbox
from freecrm.ui import look
from freecrm.ui.restore_dialog import RestoreDialog
from freecrm.ui.tasks import Tasks
from tests.sync.conftest import Desktop, Firm
from tests.sync.office import contents
from tests.sync.test_together import people, well
from tests.ui.starting import shown

Pair = tuple[Desktop, Desktop]
PAGE = 4_096


def put_away(desktop: Desktop) -> None:
    """Close the file, and have it whole in itself."""
    desktop.store.close()
    with closing(sqlite3.connect(desktop.path)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def take_out(desktop: Desktop) -> None:
    desktop.store = open_store(desktop.path, model())
    desktop.store.user = desktop.person


def go_back(desktop: Desktop, copy: Path) -> Path | None:
    """What somebody does whose file is damaged: the latest backup takes its place."""
    ready = restore.restore(copy, desktop.path, model())
    take_out(desktop)
    return ready.before


def look_over(desktop: Desktop) -> int:
    """As often as it takes to see all."""
    return sum(mending.look_over(desktop.store, desktop.server) for _ in range(mending.GREETINGS))


def test_spoiled_contents_are_found_and_made_right(
    firm: Firm, pair: Pair, log_warnings: list[logging.LogRecord]
) -> None:
    a, b = pair
    people(a, b)
    ids = [a.add(name=f"客户{n}", remark=f"nightshift{n}") for n in range(5)]
    firm.settle()
    assert look_over(b) == 0
    put_away(b)
    content = b.path.read_bytes()
    assert b"nightshift3" in content
    b.path.write_bytes(content.replace(b"nightshift3", b"nightshift7"))
    take_out(b)
    assert b.get("customer", ids[3])["remark"] == "nightshift7"  # type: ignore[index]
    b.set("customer", ids[1], remark="mine")  # what waits is nobody else's to judge
    assert look_over(b) == 1
    assert b.get("customer", ids[3])["remark"] == "nightshift3"  # type: ignore[index]
    assert [record.getMessage() for record in log_warnings] == [
        "1 records were other than the server's and are taken anew."
    ]
    firm.settle()
    assert a.get("customer", ids[1])["remark"] == "mine"  # type: ignore[index]
    assert contents(a) == contents(b)


def test_all_is_looked_over_within_so_many_greetings(
    firm: Firm, pair: Pair, monkeypatch: pytest.MonkeyPatch, log_warnings: list[logging.LogRecord]
) -> None:
    """Wherever it lies, while others go on working."""
    monkeypatch.setattr(mending, "GREETINGS", 8)
    monkeypatch.setattr(mending, "FEW", 2)
    a, b = pair
    people(a, b)
    ids = [a.add(name=f"客户{n}", phones=[{"number": f"+8657100006{n:03}"}]) for n in range(40)]
    phone = a.get("customer", ids[20])["phones"][0]["id"]  # type: ignore[index]
    firm.settle()
    with b.store.lock:
        c = b.store.write()
        for name in ("customer_update", "phone_update", "customer_delete"):
            c.execute(f"DROP TRIGGER log_{name}")
        for id in (ids[0], ids[11], ids[-1]):
            c.execute("UPDATE customer SET remark = 'spoiled' WHERE id = ?", (id,))
        c.execute("UPDATE phone SET number = '1' WHERE id = ?", (phone,))
        c.execute("DELETE FROM customer WHERE id = ?", (ids[30],))
    with firm.admin() as admin:  # and one that should not be here any more
        admin.execute("DELETE FROM sync.rec WHERE root = %s", (ids[5].hex(),))
    b.close()
    take_out(b)
    begun = [b.sync()]
    while held_to(b) and len(begun) < 3 * mending.GREETINGS:
        a.add(name="another")
        a.sync()
        begun.append(b.sync())
    assert 1 < len(begun) <= mending.GREETINGS
    b.sync()
    assert {row["remark"] for row in b.all("customer").values()} == {None}
    assert b.all("phone")[phone]["number"] == "+8657100006020"
    assert ids[30] in b.all("customer")
    assert ids[5] not in b.all("customer")
    assert log_warnings


def held_to(desktop: Desktop) -> str:
    held = books.read(desktop.store.read())
    assert held is not None
    return held.looked_to


def test_a_server_of_before_is_not_asked_for_what_it_has_not(firm: Firm, pair: Pair) -> None:
    _a, b = pair
    with firm.admin() as admin:
        admin.execute("DROP FUNCTION sync.stretch; UPDATE sync.server SET version = 2")
    b.cut()
    b.sync()
    assert look_over(b) == 0


def test_rows_that_are_gone_from_a_file_come_back(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    ids = [a.add(name=f"客户{n}", phones=[{"number": "+8657100006600"}]) for n in range(5)]
    firm.settle()
    with b.store.lock:  # as if its page had been lost: nothing logs it
        c = b.store.write()
        c.execute("DROP TRIGGER log_customer_delete")
        c.execute("DELETE FROM customer WHERE id = ?", (ids[2],))
    b.close()
    take_out(b)
    assert ids[2] not in b.all("customer")
    look_over(b)
    b.sync()
    assert ids[2] in b.all("customer")
    assert contents(a) == contents(b)


def spoil_index(desktop: Desktop) -> None:
    """Close the file, and have the disk lose a page of what searching goes by."""
    sql = "SELECT rootpage FROM sqlite_master WHERE name = 'search_doc'"
    (root,) = desktop.store.read().execute(sql).fetchone()
    put_away(desktop)
    with desktop.path.open("r+b") as file:
        file.seek((root - 1) * PAGE)
        file.write(b"\0" * PAGE)


def test_what_a_damaged_file_had_not_sent_goes_out_after_a_restore(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    old = a.add(name="云杉谷酒店", grade="C", phones=[{"number": "+8657100006600"}])
    gone = a.add(name="走的")
    firm.settle()
    copy = backup.make(b.store)
    a.set("customer", old, grade="B")
    firm.settle()
    new = b.add(name="新客户", phones=[{"number": "+8657100007700"}])
    b.set("customer", old, remark="夜间施工")
    b.drop("customer", gone)
    a.set("customer", old, remark="白天施工")
    spoil_index(b)
    before = go_back(b, copy)
    assert before is not None
    assert before.suffix == restore.DAMAGED
    assert new not in b.all("customer")
    firm.settle()
    firm.settle()
    for one in pair:
        assert new in one.all("customer")
        assert len(one.get("customer", new)["phones"]) == 1  # type: ignore[index]
        assert gone not in one.all("customer")
        got = one.get("customer", old)
        assert got is not None
        assert got["grade"] == "B"
    (difference,) = a.all("conflict").values()
    assert {difference["kept"], difference["other"]} == {'"夜间施工"', '"白天施工"'}
    well(a, b)
    a.drop("customer", new)
    firm.settle()
    assert new not in b.all("customer")  # it is taken from there once only


def test_what_only_the_health_check_finds_damaged_is_set_aside_as_well(firm: Firm, pair: Pair) -> None:
    """An index that lies: the file can be copied, but says itself that one should go back to a backup."""
    a, b = pair
    people(a, b)
    firm.settle()
    copy = backup.make(b.store)
    put_away(b)
    with closing(sqlite3.connect(b.path)) as file:
        file.execute("PRAGMA writable_schema = ON")
        held = file.execute("SELECT * FROM sqlite_master WHERE name = 'ix_customer_grade'").fetchone()
        file.execute("DELETE FROM sqlite_master WHERE name = 'ix_customer_grade'")
        file.commit()
    take_out(b)
    new = b.add(name="新客户", grade="A")  # not written into the index
    put_away(b)
    with closing(sqlite3.connect(b.path)) as file:
        file.execute("PRAGMA writable_schema = ON")
        file.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", held)
        file.commit()
    take_out(b)
    assert any("is damaged" in str(one) for one in check.check(b.store))
    b.store.close()
    before = go_back(b, copy)
    assert before is not None
    assert before.suffix != restore.DAMAGED  # it is a backup like others, too
    firm.settle()
    firm.settle()
    for one in pair:
        assert one.get("customer", new)["grade"] == "A"  # type: ignore[index]
    well(a, b)


def test_who_begins_anew_lays_the_damaged_file_among_the_backups(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    firm.settle()
    new = b.add(name="新客户")
    spoil_index(b)
    content = b.path.read_bytes()
    anew = firm.desktop("shen", place="anew")
    anew.store.backups.mkdir(exist_ok=True)
    (anew.store.backups / "shen.damaged").write_bytes(content)
    b.cut()
    firm.desktops.remove(b)
    b.path.unlink()
    firm.settle()
    firm.settle()
    assert new in a.all("customer")
    assert contents(a) == contents(anew)


DECLARED = (b"CREATE ", b"json_array(", b"OLD.", b"NEW.")
"""Of pages that hold how the tables are made: much of a small file, and written anew at the next start."""


def spoil(path: Path, chance: random.Random, marks: set[str]) -> set[str]:
    """Turn one bit round; the unsent words that stand in that very page, and may be lost with it."""
    content = bytearray(path.read_bytes())
    while True:
        at = chance.randrange(len(content))
        page = bytes(content[at - at % PAGE : at - at % PAGE + PAGE])
        if any(page) and not any(word in page for word in DECLARED):
            break
    content[at] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    return {mark for mark in marks if mark.encode() in page}


def flips(firm: Firm, count: int, figures: Counter[str]) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen")
    people(a, b)
    ids = [a.add(name=f"客户{n}", remark=f"r{n} " * 100) for n in range(400)]
    firm.settle()
    chance = random.Random(count)
    for n in range(count):
        copy = backup.make(b.store)
        marks = {f"mark{n}x{k}x" for k in range(8)}
        for k in range(4):
            b.add(name=f"mark{n}x{k}x", phones=[{"number": "+8657100006600"}])
            b.set("customer", chance.choice(ids), remark=f"mark{n}x{k + 4}x")
        marks = {mark for mark in marks if mark in words(b)}
        put_away(b)
        excused = spoil(b.path, chance, marks)
        figures["bits turned round"] += 1
        try:
            take_out(b)
            b.sync()
            healed = look_over(b)
            said = check.check(b.store)
            figures["found by the digest"] += bool(healed)
            figures["found by the health check"] += bool(said) and not healed
            figures["of no effect"] += not said and not healed
            damaged = bool(said)
        except (Known, sqlite3.Error, ValueError, AssertionError):
            figures["found by SQLite"] += 1
            damaged = True
        b.cut()
        b.store.close()
        if damaged:
            go_back(b, copy)
        else:
            take_out(b)
        firm.settle()
        firm.settle()
        lost = marks - words(a)
        figures["unsent edits"] += len(marks)
        figures["of them lost with their own page"] += len(lost & excused)
        assert lost <= excused, f"flip {n}: {lost - excused}"
        well(a, b)
        assert a.server.digest(sorted(model().entities)) == mending.digest(b.store)
        assert outbox.waiting(b.store.read()) == 0


def words(desktop: Desktop) -> set[str]:
    rows = desktop.store.read().execute("SELECT name, remark FROM customer").fetchall()
    told = desktop.store.read().execute("SELECT kept, other FROM conflict").fetchall()
    return {word.strip('"') for row in (*rows, *told) for word in row if word}


@pytest.mark.soak
def test_turned_bits(firm: Firm, figures: Counter[str], log_warnings: list[logging.LogRecord]) -> None:
    flips(firm, int(os.environ.get("FREECRM_FLIPS", "100")), figures)


def test_a_backup_from_before_the_team_says_that_it_leaves_it(
    qtbot: QtBot, qapp: QApplication, pair: Pair, tmp_path: Path
) -> None:
    a, _b = pair
    alone = open_store(tmp_path / "alone.freecrm", model())
    before, since = backup.make(alone), backup.make(a.store)
    alone.close()
    look.apply(qapp, "light")
    dialog = RestoreDialog(a.path, model(), Tasks(InLine()), a.store)
    shown(qtbot, dialog, 680, 560)
    dialog.choose(since)
    assert "can be restored" in dialog.preview.told.text()
    dialog.choose(before)
    assert "before this file joined the team" in dialog.preview.told.text()
    assert dialog.go.isEnabled()
    dialog.reject()


def test_the_command_line_says_so_too(pair: Pair, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, _b = pair
    alone = open_store(tmp_path / "alone.freecrm", model())
    before = backup.make(alone)
    alone.close()
    words = ["--file", str(a.path), "--language", "en", "restore", str(before), "--dry-run"]
    assert cli.main(words) == 0
    assert "before this file joined the team" in capsys.readouterr().out
