"""Editors of text: one line, and many."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from freecrm.core.fields import Field, LongText, clean, too_long
from freecrm.core.words import Said
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors.base import Editor, LineEditor
from freecrm.ui.tasks import Tasks

LINES = 3


class TextEditor(LineEditor):
    """One line of text, kept as it is typed but for outer blanks."""

    def value(self) -> Any:
        text = clean(self.line.text())
        value, why = self.field.read(text)
        return value if why is None else text

    def set_value(self, value: Any) -> None:
        self.line.setText(str(value or ""))
        self.line.setCursorPosition(0)


class LongTextEditor(Editor):
    """Text of many lines. Tab goes on to the next field, Ctrl+Tab writes one."""

    grows = True

    def __init__(self, field: Field, store: Store, tasks: Tasks) -> None:
        super().__init__(field, store, tasks)
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(self._height())
        self.text.textChanged.connect(self._grow)
        self.text.installEventFilter(self)
        self._quiet = False
        self.column.addWidget(self.text)

    def value(self) -> Any:
        text = clean(self.text.toPlainText())
        return text or None

    def set_value(self, value: Any) -> None:
        self._quiet = True
        self.text.setPlainText(str(value or ""))
        self._quiet = False

    def problem(self) -> Said | None:
        text = self.value() or ""
        if isinstance(self.field, LongText) and len(text) > self.field.most:
            return too_long(self.field, text, self.field.most)
        return super().problem()

    def main(self) -> QWidget:
        return self.text

    def reword(self) -> None:
        self.text.setFixedHeight(self._height())

    def _height(self) -> int:
        lines = min(max(self.text.blockCount(), LINES), 4 * LINES)
        return self.text.fontMetrics().lineSpacing() * lines + look.px(22)

    def _grow(self) -> None:
        self.text.setFixedHeight(self._height())
        if not self._quiet:
            self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # These belong to the form around it; the text would swallow them.
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and (event.key() == Qt.Key.Key_Escape or _sends(event))
        ):
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def _sends(event: QKeyEvent) -> bool:
    """Whether this is Ctrl+Enter."""
    enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
