"""Choosing a backup: looked into first, put back with one button that says the number; and the refusal at the start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.jobs import InLine, Jobs
from freecrm.core.problems import Known
from freecrm.modules import model
from freecrm.store import backup, copies, faults
from freecrm.store.database import Store, open_store
from freecrm.ui import look, refusal, talk
from freecrm.ui.refusal import RefusalDialog
from freecrm.ui.restore_dialog import RestoreDialog
from freecrm.ui.tasks import Tasks
from tests.ui.starting import CHINESE, click, nameless, shown, texts

Make = Callable[..., RestoreDialog]


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication) -> Make:
    look.apply(qapp, "light")

    def made(store: Store, workers: Jobs | None = None) -> RestoreDialog:
        dialog = RestoreDialog(store.path, store.model, Tasks(workers or InLine()), store)
        shown(qtbot, dialog, 680, 560)
        return dialog

    return made


@pytest.fixture
def taken(full_store: Store) -> Path:
    """A backup with 60 customers of a file that has one less by now."""
    made = backup.make(full_store)
    with full_store.step("Delete") as step:
        step.delete("customer", step.connection.execute("SELECT id FROM customer LIMIT 1").fetchone()[0])
    return made


def count(path: Path) -> int:
    store = open_store(path, model(), create=False)
    found = store.read().execute("SELECT count(*) FROM customer").fetchone()[0]
    store.close()
    return int(found)


def test_what_is_in_it_stands_there_before_anything_happens(
    make: Make, taken: Path, full_store: Store
) -> None:
    dialog = make(full_store)
    assert dialog.go.text() == "Restore 60 customers"
    assert dialog.go.isDefault()
    assert "Customers 60" in dialog.preview.holds.text()
    assert "Opened, checked and counted" in dialog.preview.told.text()
    item = dialog.list.topLevelItem(0)
    assert item is not None
    assert [item.text(column) for column in (1, 2, 4)] == ["By hand", "60", "Proven"]
    dialog.reject()
    assert full_store.read().execute("SELECT count(*) FROM customer").fetchone()[0] == 59


def test_put_back_with_one_click(qtbot: QtBot, make: Make, taken: Path, full_store: Store) -> None:
    dialog = make(full_store)
    with qtbot.waitSignal(dialog.restored) as heard:
        click(qtbot, dialog.go)
    assert heard.args == [full_store.path]
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert count(full_store.path) == 60
    (before,) = [c for c in copies.listed(full_store.path) if c.why == "before restore"]
    assert before.counts is not None
    assert before.counts["customer"] == 59


def test_with_real_threads_and_readers_at_work(
    qtbot: QtBot, make: Make, taken: Path, full_store: Store
) -> None:
    dialog = make(full_store, Jobs())
    qtbot.waitUntil(dialog.go.isEnabled, timeout=20_000)
    for _ in range(20):
        dialog.tasks.run(full_store.reader().find, "海")
    with qtbot.waitSignal(dialog.restored, timeout=20_000):
        click(qtbot, dialog.go)
    dialog.tasks.close()
    assert count(full_store.path) == 60


def test_by_keyboard_alone(qtbot: QtBot, make: Make, taken: Path, full_store: Store) -> None:
    second = backup.make(full_store)
    dialog = make(full_store)
    dialog.list.setFocus()
    assert "59" in dialog.go.text()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    assert dialog.go.text() == "Restore 60 customers"
    assert dialog.info is not None
    assert dialog.info.path == taken != second
    with qtbot.waitSignal(dialog.restored):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    other = make(open_store(full_store.path, model()))
    qtbot.keyClick(other, Qt.Key.Key_Escape)
    assert not other.isVisible()
    assert other.store is not None
    other.store.close()


def test_another_file_and_one_that_is_none(
    qtbot: QtBot, make: Make, taken: Path, store: Store, tmp_path: Path
) -> None:
    bad = tmp_path / "list.freecrm"
    bad.write_text("客户名称\n" * 99, "utf-8")
    dialog = make(store)
    with talk.recording(bad) as heard:
        click(qtbot, dialog.other)
    assert heard.asked == ["Choose a backup"]
    assert "is not a FreeCRM file" in dialog.preview.holds.text()
    assert not dialog.go.isEnabled()
    with talk.recording(store.path):
        click(qtbot, dialog.other)
    assert "is the file that is open now" in dialog.preview.holds.text()
    assert not dialog.go.isEnabled()
    with talk.recording(taken):
        click(qtbot, dialog.other)
    assert dialog.go.isEnabled()


def test_none_beside_the_file(make: Make, store: Store) -> None:
    dialog = make(store)
    assert "no backups beside this file" in dialog.preview.head.text()
    assert not dialog.go.isEnabled()
    words.use("zh_CN")
    dialog.reword()
    names = {store.path.name}
    said = [text for text in texts(dialog) if text not in names and text not in ("",)]
    assert all(CHINESE.search(text) for text in said), said


def test_a_file_open_elsewhere_stays_as_it_is(
    qtbot: QtBot, make: Make, taken: Path, full_store: Store
) -> None:
    other = open_store(full_store.path, model())
    other.read().execute("SELECT 1 FROM customer").fetchone()
    dialog = make(full_store)
    click(qtbot, dialog.go)
    assert dialog.isVisible()
    assert "Another window or program has" in dialog.preview.told.text()
    assert other.read().execute("SELECT count(*) FROM customer").fetchone()[0] == 59
    other.close()
    with qtbot.waitSignal(dialog.restored):
        click(qtbot, dialog.go)
    assert count(full_store.path) == 60


# ---- a file that can't be opened


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100:5000] = bytes(b ^ 0x5A for b in content[100:5000])
    path.write_bytes(content)


def refused(path: Path) -> Known:
    with pytest.raises(Known) as caught:
        open_store(path, model()).close()
    return caught.value


def test_a_damaged_file_offers_its_backups(
    qtbot: QtBot, qapp: QApplication, taken: Path, full_store: Store
) -> None:
    """AC-ST-4."""
    full_store.close()
    damage(full_store.path)
    problem = refused(full_store.path)
    assert isinstance(problem, faults.Damaged)
    dialog = RefusalDialog(problem, full_store.path)
    shown(qtbot, dialog, 560, 240)
    assert dialog.restore.isDefault()
    assert dialog.restore.isVisible()
    assert "Couldn't open" in dialog.title.text()

    def put_back() -> None:
        inner = QApplication.activeModalWidget()
        assert isinstance(inner, RestoreDialog)
        if not inner.go.isEnabled():
            QTimer.singleShot(20, put_back)
            return
        qtbot.keyClick(inner, Qt.Key.Key_Return)

    QTimer.singleShot(0, put_back)
    click(qtbot, dialog.restore)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.found == full_store.path
    assert count(full_store.path) == 60
    assert len(list(full_store.backups.glob("*.damaged"))) == 1


def test_without_backups_another_file_is_the_way_on(qtbot: QtBot, qapp: QApplication, store: Store) -> None:
    store.close()
    damage(store.path)
    dialog = RefusalDialog(refused(store.path), store.path)
    shown(qtbot, dialog, 560, 240)
    assert not dialog.restore.isVisible()
    assert dialog.other.isDefault()
    assert not nameless(dialog)
    assert dialog.more.isVisible()
    click(qtbot, dialog.more)
    assert dialog.details.isVisible()
    click(qtbot, dialog.copy)
    assert dialog.problem.details in QApplication.clipboard().text()
    words.use("zh_CN")
    dialog.reword()
    said = [text for text in texts(dialog) if text != dialog.problem.details]
    assert all(CHINESE.search(text) for text in said), said
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.result() == QDialog.DialogCode.Rejected


def test_asking_answers_none_when_the_user_leaves(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    def leave() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, RefusalDialog)
        click(qtbot, dialog.quit)

    QTimer.singleShot(0, leave)
    assert refusal.ask(faults.read_only(tmp_path / "firm.freecrm"), tmp_path / "firm.freecrm") is None
