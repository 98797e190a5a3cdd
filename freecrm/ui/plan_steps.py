"""The steps of a follow-up plan as lines that are edited: days after, kind, subject, time of day."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from freecrm.core.fields import Choice
from freecrm.core.problems import Known
from freecrm.core.words import _, plural
from freecrm.store import plans
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.fitting import ComboBox
from freecrm.ui.parts import icon_button, inset, label, name_button

MOST_DAYS = 3650
NARROW = 760
"""With less room than this (at 100 %) a step stands in two rows."""
FIELDS = ("kind", "subject", "time", "text")
"""What of a step moves with it; its days stay with its place, for the order is that of the days."""


class StepLine(QWidget):
    """One step. changed: something is otherwise. moved(by), removed, entered: Enter in a line."""

    changed = Signal()
    moved = Signal(int)
    removed = Signal()
    entered = Signal()

    def __init__(self, store: Store, row: dict[str, Any]) -> None:
        super().__init__()
        self.row = dict(row)
        kind = store.schema.fields("plan_step")["kind"]
        assert isinstance(kind, Choice)
        self.days, self.kind = QSpinBox(), ComboBox()
        self.days.setRange(0, MOST_DAYS)
        self.days.setPrefix("+")
        self.days.setValue(int(row.get("days") or 0))
        self.days.setFixedWidth(look.px(96))
        inset(self.days)
        for option in kind.options.entries:
            if not option.off or option.key == row.get("kind"):
                self.kind.addItem(kind.show(option.key), option.key)
        self.kind.setCurrentIndex(max(self.kind.findData(row.get("kind")), 0))
        self.kind.setFixedWidth(look.px(120))
        self.subject, self.time = QLineEdit(row.get("subject") or ""), QLineEdit(row.get("time") or "")
        self.time.setFixedWidth(look.px(96))
        self.up = icon_button("arrow-up", lambda: self.moved.emit(-1), 16)
        self.down = icon_button("arrow-down", lambda: self.moved.emit(1), 16)
        self.cross = icon_button("trash-2", self.removed.emit, 16)
        self.falls = label("hint")
        self.falls.setFixedWidth(look.px(112))
        self.line, self.below = QHBoxLayout(), QHBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(4))
        for box in (self.line, self.below):
            box.setSpacing(look.px(6))
            column.addLayout(box)
        self.line.addWidget(self.days)
        self.line.addWidget(self.kind)
        self.line.addWidget(self.subject, 1)
        self.narrow = False
        for part in self._rest():
            self.line.addWidget(part)
        self.days.valueChanged.connect(lambda _n: self._say_days())
        self.days.valueChanged.connect(lambda _n: self.changed.emit())
        self.kind.currentIndexChanged.connect(lambda _at: self.changed.emit())
        for one in (self.subject, self.time):
            one.textChanged.connect(lambda _text: self.changed.emit())
            one.installEventFilter(self)
        self.reword()

    def values(self) -> dict[str, Any]:
        """The step as it shall be, its id with it where it has one."""
        made = {"days": self.days.value(), "kind": self.kind.currentData()}
        made |= {"subject": self.subject.text().strip() or None, "time": self.time.text().strip() or None}
        made["text"] = self.row.get("text")
        return {"id": self.row["id"], **made} if self.row.get("id") else made

    def trouble(self) -> Known | None:
        """Why it can't be kept, None when it can."""
        try:
            plans.clock_of(self.time.text())
        except Known as why:
            return why
        return None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
            if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self.moved.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
                self.entered.emit()
                return True
        return super().eventFilter(watched, event)

    def _rest(self) -> tuple[QWidget, ...]:
        return self.time, self.falls, self.up, self.down, self.cross

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for all of it beside each other, the end stands below."""
        super().resizeEvent(event)
        narrow = self.width() < look.px(NARROW)
        if narrow == self.narrow:
            return
        self.narrow = narrow
        into = self.below if narrow else self.line
        if not narrow:
            self.below.takeAt(self.below.count() - 1)  # the stretch
        for part in self._rest():
            into.addWidget(part)
        if narrow:
            self.below.addStretch(1)

    def _say_days(self) -> None:
        self.days.setSuffix(plural(" day", " days", self.days.value()))

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self._say_days()
        self.days.setAccessibleName(_("Days after the beginning"))
        self.kind.setAccessibleName(_("Kind"))
        self.subject.setAccessibleName(_("Subject"))
        self.subject.setPlaceholderText(_("Subject"))
        self.time.setAccessibleName(_("Time of day"))
        self.time.setPlaceholderText(_("All day"))
        name_button(self.up, _("Move up"), _("Alt+Up"))
        name_button(self.down, _("Move down"), _("Alt+Down"))
        name_button(self.cross, _("Delete"))


class Steps(QWidget):
    """All steps, in the order of their days. changed: something is otherwise."""

    changed = Signal()

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.lines: list[StepLine] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(look.px(6))
        self.empty = QLabel()
        self.empty.setProperty("role", "hint")
        self.column.addWidget(self.empty)

    def load(self, rows: list[dict[str, Any]]) -> None:
        """Show these steps in place of those before."""
        for line in self.lines:
            self.column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.lines = []
        for row in sorted(rows, key=lambda row: row.get("days") or 0):
            self._add(row)
        self.reword()

    def values(self) -> list[dict[str, Any]]:
        """The steps as they shall be."""
        return sorted((line.values() for line in self.lines), key=lambda row: row["days"])

    def add(self) -> None:
        """One more step, after the last."""
        last = max((line.days.value() for line in self.lines), default=0)
        line = self._add({"days": min(last + (3 if self.lines else 1), MOST_DAYS), "kind": "call"})
        self.reword()
        self.changed.emit()
        line.subject.setFocus()

    def _add(self, row: dict[str, Any]) -> StepLine:
        line = StepLine(self.store, row)
        line.changed.connect(self.changed)
        line.moved.connect(lambda by: self._move(line, by))
        line.removed.connect(lambda: self._remove(line))
        line.entered.connect(self.add)
        self.lines.append(line)
        self.column.addWidget(line)
        return line

    def _move(self, line: StepLine, by: int) -> None:
        """What a step does changes places with its neighbour; the days stay where they are."""
        at = self.lines.index(line)
        if not 0 <= at + by < len(self.lines):
            return
        rows = [one.values() for one in self.lines]
        here, there = rows[at], rows[at + by]
        for name in FIELDS:
            here[name], there[name] = there[name], here[name]
        self.load(rows)
        self.changed.emit()
        self.lines[at + by].subject.setFocus()

    def _remove(self, line: StepLine) -> None:
        at = self.lines.index(line)
        self.lines.remove(line)
        self.column.removeWidget(line)
        line.hide()
        line.deleteLater()
        self.reword()
        self.changed.emit()
        if self.lines:
            self.lines[min(at, len(self.lines) - 1)].subject.setFocus()

    def show_days(self, texts: list[str]) -> None:
        """Say beside each line on which day it would fall."""
        for line, text in zip(self.lines, texts, strict=True):
            line.falls.setText(text)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.empty.setText(_("No steps yet. Add the first one: a call tomorrow, a visit in three days."))
        self.empty.setVisible(not self.lines)
        for at, line in enumerate(self.lines):
            line.up.setEnabled(at > 0)
            line.down.setEnabled(at < len(self.lines) - 1)
            line.reword()
