"""Attached files: opened, saved elsewhere, removed; added by a button or by dropping them here."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from freecrm.core.fields import Field
from freecrm.core.words import _
from freecrm.store import files
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.editors.base import Editor
from freecrm.ui.parts import icon_button, label, name_button
from freecrm.ui.tasks import Tasks

UNITS = ("B", "KB", "MB", "GB", "TB")


class FilesEditor(Editor):
    """The files of a record. A file is copied when it is chosen and hangs on the record when that is saved."""

    grows = True

    def __init__(self, field: Field, store: Store, tasks: Tasks) -> None:
        super().__init__(field, store, tasks)
        self.rows: list[dict[str, Any]] = []
        self.copying = 0
        self.box = QVBoxLayout()
        self.box.setSpacing(look.px(2))
        self.column.addLayout(self.box)
        self.add_button = QPushButton()
        self.add_button.setProperty("small", True)
        self.add_button.clicked.connect(self.ask)
        self.where = label("hint")
        foot = QHBoxLayout()
        foot.addWidget(self.add_button)
        foot.addWidget(self.where, 1)
        self.column.addLayout(foot)
        self.watch(self.add_button)
        self.setAcceptDrops(True)

    def value(self) -> Any:
        return [dict(row) for row in self.rows]

    def set_value(self, value: Any) -> None:
        self.rows = [dict(row) for row in value or ()]
        self._show()

    def main(self) -> QWidget:
        return self.add_button

    def reword(self) -> None:
        self.add_button.setText(_("Attach a file…"))
        self.where.setText(_("Copying…") if self.copying else _("or drop it here"))
        self._show()

    # ---- adding

    def ask(self) -> None:
        """Let a file be chosen and attach it."""
        path = talk.ask_file(self, _("Attach a file"), _("All files (*)"))
        if path is not None:
            self.attach([path])

    def attach(self, paths: Sequence[Path]) -> None:
        """Copy these files beside the database and list them."""
        self.copying += 1
        self.reword()

        def copy() -> list[dict[str, Any]]:
            return [files.take(self.store, path) for path in paths]

        self.tasks.run(copy, then=self._copied, failed=talk.tell_problem, finally_=self._done)

    def _copied(self, rows: list[dict[str, Any]]) -> None:
        self.rows += rows
        self._show()
        self.changed.emit()

    def _done(self) -> None:
        self.copying -= 1
        self.reword()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if paths_of(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        found = paths_of(event)
        if found:
            event.acceptProposedAction()
            self.attach(found)

    # ---- what can be done with one

    def open(self, row: dict[str, Any]) -> None:
        """Open a copy of a file with the program the computer has for it."""
        self.tasks.run(files.lend, self.store, row, then=open_file, failed=talk.tell_problem)

    def save_as(self, row: dict[str, Any]) -> None:
        """Write a file to where the user wants it."""
        name = str(row["name"])
        path = talk.ask_save(self, _("Save “{name}”").format(name=name), "", name)
        if path is not None:
            self.tasks.run(files.copy_out, self.store, row, path, failed=talk.tell_problem)

    def remove(self, at: int) -> None:
        """Take a file off the record."""
        del self.rows[at]
        self._show()
        self.add_button.setFocus()
        self.changed.emit()

    def _show(self) -> None:
        while (item := self.box.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for at, row in enumerate(self.rows):
            self.box.addWidget(self._line(at, row))

    def _line(self, at: int, row: dict[str, Any]) -> QWidget:
        made, name = QWidget(), str(row.get("name") or "")
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(look.px(4))
        title = label("", name)
        title.setToolTip(name)
        line.addWidget(title, 1)
        line.addWidget(label("hint", size_text(row.get("size"))))
        for icon, text, clicked in (
            ("external-link", _("Open “{name}”"), lambda: self.open(row)),
            ("download", _("Save “{name}”"), lambda: self.save_as(row)),
            ("x", _("Remove “{name}”"), lambda: self.remove(at)),
        ):
            button = icon_button(icon, clicked, 16)
            name_button(button, text.format(name=name))
            self.watch(button)
            line.addWidget(button)
        return made


def paths_of(event: QDropEvent) -> list[Path]:
    """The local files that are being dragged; folders and web addresses left out."""
    urls = [url for url in event.mimeData().urls() if url.isLocalFile()]
    found = [Path(url.toLocalFile()) for url in urls]
    with contextlib.suppress(OSError):
        return [path for path in found if path.is_file()]
    return []


def size_text(size: Any) -> str:
    """A size in bytes as people say it: 184 KB."""
    if not isinstance(size, int):
        return ""
    amount, unit = float(size), 0
    while amount >= 1000 and unit < len(UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.0f} {UNITS[unit]}" if amount >= 10 or not unit else f"{amount:.1f} {UNITS[unit]}"


def open_file(path: Path) -> None:
    """Let the computer's own program open a file."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
