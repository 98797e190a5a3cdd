"""The dialog that chooses files leaves the files of the folder alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QFileSystemModel, QLineEdit
from pytestqt.qtbot import QtBot

from freecrm.core.words import N_
from freecrm.store.database import Store
from freecrm.ui import file_dialog, look

LONE = (
    "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=0);"
    "print(c.execute('PRAGMA journal_mode = DELETE').fetchone()[0])"
)
"""Another program: prints "delete" when it believes that nobody else has the file open."""


def _alone(path: Path) -> bool:
    done = subprocess.run(
        [sys.executable, "-c", LONE, str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout.strip() == "delete"


@pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="locks are kept, or folders listed, elsewhere"
)
def test_a_look_at_the_folder_of_the_open_file_keeps_its_locks(
    qapp: QApplication, qtbot: QtBot, store: Store
) -> None:
    look.apply(qapp, "light")
    with store.step(N_("New customer")) as step:
        step.insert("customer", {"name": "One"})
    assert not _alone(store.path)
    dialog = file_dialog.make(None, "", "Lists (*)")
    qtbot.addWidget(dialog)
    dialog.setDirectory(str(store.path.parent))
    dialog.show()
    model = dialog.findChild(QFileSystemModel)
    assert model is not None
    root = str(store.path.parent)
    qtbot.waitUntil(lambda: model.rowCount(model.index(root)) >= 1)
    kinds = model.index(str(store.path), 2)
    qtbot.waitUntil(lambda: bool(kinds.data()))
    assert kinds.data() == "FREECRM"
    assert not _alone(store.path)
    dialog.close()


def test_a_folder_is_chosen_by_keyboard(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    look.apply(qapp, "light")
    (tmp_path / "stick").mkdir()

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        assert dialog.labelText(QFileDialog.DialogLabel.Accept) == "Choose"
        dialog.setDirectory(str(tmp_path))
        line = dialog.findChild(QLineEdit)
        assert line is not None
        line.setText(str(tmp_path / "stick"))
        qtbot.keyClick(line, Qt.Key.Key_Return)

    QTimer.singleShot(0, answer)
    assert file_dialog.ask_folder(None, "Second place") == tmp_path / "stick"
