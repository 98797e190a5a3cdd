"""Editors of several elements, each a row: add, remove, one of them the main one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from freecrm.core.fields import Field, Moment
from freecrm.core.rows import Rows
from freecrm.core.words import Said, _, inside
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors.base import Editor
from freecrm.ui.editors.row_lines import AddressRow, RowLine, TextRow
from freecrm.ui.editors.row_whole import WholeRow
from freecrm.ui.editors.ties import TieRow
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Tasks

_LINES: dict[str, type[RowLine]] = {
    "phones": TextRow,
    "emails": TextRow,
    "handles": TextRow,
    "addresses": AddressRow,
    "ties": TieRow,
}
NARROW = frozenset({"phones", "emails", "handles"})
ALWAYS_OPEN = frozenset({"phones"})  # a blank row stands ready, since nearly every record has one


class RowsEditor(Editor):
    """Rows of one child entity. Ctrl+Enter belongs to the form; Ctrl+Delete takes the row away."""

    trouble_at = 1

    def __init__(self, field: Field, store: Store, tasks: Tasks) -> None:
        super().__init__(field, store, tasks)
        assert isinstance(field, Rows)
        self.grows = field.kind not in NARROW
        self.of = field
        self.lines: list[RowLine] = []
        self.box = QVBoxLayout()
        self.box.setSpacing(look.px(6))
        self.column.addLayout(self.box)
        self.add_button = QPushButton()
        self.add_button.setProperty("kind", "quiet")
        self.add_button.setProperty("small", True)
        self.add_button.clicked.connect(lambda: self.add())
        foot = QHBoxLayout()
        foot.addWidget(self.add_button)
        foot.addStretch(1)
        self.column.addLayout(foot)
        self.watch(self.add_button)
        self.set_value(None)

    # ---- value

    def value(self) -> Any:
        rows = [row for line in self.lines if (row := line.value()) is not None]
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        for row in rows:
            for f in self.store.schema.fields(self.of.of).values():
                if isinstance(f, Moment) and not row.get("id") and row.get(f.name) is None:
                    row[f.name] = now
        return rows

    def set_value(self, value: Any) -> None:
        for line in self.lines:
            self._drop(line)
        self.lines = []
        for row in value or ():
            self._append(row)
        if not self.lines and self.of.kind in ALWAYS_OPEN:
            self._append({})
        self._show_stars()

    def problem(self) -> Said | None:
        why = next((why for line in self.lines if (why := line.problem()) is not None), None)
        return why or (self.field.check(self.value()) if why is None else why)

    def main(self) -> QWidget:
        wrong = next((line for line in self.lines if line.problem() is not None), None)
        line = wrong or (self.lines[0] if self.lines else None)
        return line.main() if line is not None else self.add_button

    def mark(self, wrong: bool) -> None:
        for line in self.lines:
            line.show_problem(wrong and line.problem() is not None)

    def name(self, text: str) -> None:
        self.setAccessibleName(text)

    # ---- rows

    def open_one(self) -> None:
        """Have a blank row stand ready when there is none."""
        if not self.lines:
            self._append({})
            self._show_stars()

    def add(self) -> RowLine:
        """One more row, with the cursor in it."""
        line = self._append({})
        self._show_stars()
        line.main().setFocus()
        return line

    def remove(self, line: RowLine) -> None:
        """Take a row away; the cursor goes to its neighbour."""
        at = self.lines.index(line)
        was_primary = bool(line.row.get("primary"))
        self.lines.remove(line)
        self._drop(line)
        if not self.lines and self.of.kind in ALWAYS_OPEN:
            self._append({})
        if was_primary and self.lines:
            self.lines[0].row["primary"] = True
        self._show_stars()
        (self.lines[min(at, len(self.lines) - 1)].main() if self.lines else self.add_button).setFocus()
        self.changed.emit()

    def make_primary(self, line: RowLine) -> None:
        """The main one of the rows is this one now; pressed again, none is."""
        chosen = not line.row.get("primary")
        for other in self.lines:
            if other is line:
                other.row["primary"] = chosen
            elif other.row.get("primary"):
                other.row["primary"] = False
        self._show_stars()
        self.changed.emit()

    def _append(self, row: dict[str, Any]) -> RowLine:
        line = _LINES.get(self.of.kind, WholeRow)(self.of, self.store, self.tasks)
        line.set_value(row)
        line.changed.connect(self.changed)
        line.removed.connect(lambda: self.remove(line))
        line.primary_wanted.connect(lambda: self.make_primary(line))
        line.more.connect(lambda rows: self._more(line, rows))
        for part in line.inputs():
            self.watch(part)
        line.reword()
        self.lines.append(line)
        self.box.addWidget(line)
        line.show()  # at once, so that Tab pressed in a hurry finds it
        return line

    def _more(self, after: RowLine, rows: Sequence[dict[str, Any]]) -> None:
        for row in rows:
            self._append(row)
        self._show_stars()
        self.changed.emit()

    def _drop(self, line: RowLine) -> None:
        self.box.removeWidget(line)
        line.hide()
        line.deleteLater()

    def _show_stars(self) -> None:
        for line in self.lines:
            line.show_primary()
            if line.star is not None:
                line.star.setVisible(len(self.lines) > 1)
            line.cross.setVisible(len(self.lines) > 1 or self.of.kind not in ALWAYS_OPEN)
        order_tabs(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Delete
            and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        ):
            focus = QApplication.focusWidget()
            line = next((one for one in self.lines if focus is not None and one.isAncestorOf(focus)), None)
            if line is not None:
                self.remove(line)
                return True
        return super().eventFilter(watched, event)

    def reword(self) -> None:
        child = self.store.schema.entity(self.of.of)
        self.add_button.setText("+ " + _("Add {thing}").format(thing=inside(_(child.label))))
        for line in self.lines:
            line.reword()
