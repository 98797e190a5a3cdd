"""A plain window with a table and the palette over it, as the tests of the palette use it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QTableWidget

from freecrm.core.jobs import InLine, Jobs
from freecrm.core.words import N_
from freecrm.store.database import Store
from freecrm.ui.commands import Command, Commands
from freecrm.ui.palette import Palette
from freecrm.ui.preferences import Preferences
from freecrm.ui.tasks import Tasks

Key = Qt.Key
CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
PLAIN = Qt.KeyboardModifier.NoModifier


class Host:
    """heard: (signal, what it said) in order; ran: ids of the commands that were run."""

    def __init__(self, store: Store, folder: Path, workers: Jobs | None = None) -> None:
        self.store, self.ran, self.heard = store, list[str](), list[tuple[str, Any]]()
        self.window, self.grid = QMainWindow(), QTableWidget(30, 5)
        self.window.setCentralWidget(self.grid)
        self.window.resize(1366, 768)
        self.tasks, self.preferences = Tasks(workers or InLine()), Preferences(folder)
        self.commands = Commands(self.window)
        self.add("edit.undo", N_("Undo"), menu="edit", key="Ctrl+Z")
        self.add("file.import", N_("Import a list…"), menu="file", key="Ctrl+I", also=("excel", "表格"))
        self.add("view.palette", N_("Look anything up"), menu="view", key="Ctrl+K", shown=False)
        self.add("view.contact", N_("Contacts"), menu="view", key="Ctrl+2", icon="contact")
        self.add("tools.settings", N_("Settings"), key="Ctrl+,")
        self.add("help.keys", N_("Keys"), menu="help", key="Ctrl+/")
        self.palette = Palette(self.window, store, self.tasks, self.commands, self.preferences)
        for name in ("record_wanted", "list_wanted", "setting_wanted", "copied", "closed"):
            getattr(self.palette, name).connect(lambda *said, name=name: self.heard.append((name, said)))
        self.window.show()
        self.window.activateWindow()
        self.grid.setFocus()

    def add(self, id: str, text: str, **more: Any) -> None:
        self.commands.add(Command(id, text, lambda: self.ran.append(id), **more))

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = PLAIN) -> None:
        """A key for whatever has the focus."""
        QTest.keyClick(QApplication.focusWidget(), key, held)

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        QTest.keyClicks(QApplication.focusWidget(), text)

    def look_up(self, text: str) -> list[str]:
        """Open the palette anew and paste a text; what is listed then."""
        self.palette.close()
        self.palette.open()
        self.palette.box.insert(text)
        return self.titles()

    def rows(self, *kinds: str) -> list[Any]:
        """The rows listed, of these kinds."""
        return [row for row in self.palette.hits.rows.rows if not kinds or row.kind in kinds]

    def titles(self, *kinds: str) -> list[str]:
        """What the rows are called that the cursor can go to."""
        return [row.title for row in self.rows(*kinds) if row.can_be_chosen]

    def chips(self) -> dict[str, str]:
        """The chips shown: what they are called -> their counts."""
        return {chip.text: chip.count for chip in self.palette.chips.chips}

    @property
    def current(self) -> str:
        """What the row under the cursor is called."""
        row = self.palette.hits.row
        return row.title if row is not None else ""

    def close(self) -> None:
        self.window.close()
        self.tasks.close()
