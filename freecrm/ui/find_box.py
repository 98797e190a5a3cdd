"""The box that narrows the list under it while one types; Esc brings all rows back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from freecrm.ui import look
from freecrm.ui.parts import label

_WIDE = 240
_SIGNS = 56  # px: the glass, and the gaps before, between and behind


class FindBox(QLineEdit):
    """left: the user goes back to the list (Esc has cleared it, ↓ or Enter has not).

    key: the key that leads here, shown in the box as long as nothing is typed and the hint leaves room for it."""

    left = Signal()

    def __init__(self, key: str = "Ctrl F", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.glass = QAction(self)
        look.dress(self.glass, "search", 16, "text3")
        self.addAction(self.glass, QLineEdit.ActionPosition.LeadingPosition)
        self.wipe = QAction(self)
        look.dress(self.wipe, "x", 16)
        self.wipe.triggered.connect(self.clear)
        self.addAction(self.wipe, QLineEdit.ActionPosition.TrailingPosition)
        self.wipe.setVisible(False)
        self.key = label("key", key, self)
        self.key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.textChanged.connect(self._show_signs)

    def reword(self, hint: str, wipe: str) -> None:
        """hint: what can be typed here. wipe: what the × does. Takes the width of the text size shown now."""
        self.setFixedWidth(look.px(_WIDE))
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.wipe.setText(wipe)
        self._show_signs()

    def _show_signs(self) -> None:
        self.wipe.setVisible(bool(self.text()))
        self.key.setVisible(not self.text() and not self.hasFocus() and self._has_room())
        self.setTextMargins(0, 0, 0 if self.key.isHidden() else self.key.width(), 0)

    def _has_room(self) -> bool:
        """Whether the hint and the key stand side by side, the glass before them."""
        hint = self.fontMetrics().horizontalAdvance(self.placeholderText())
        return look.px(_SIGNS) + hint + self.key.sizeHint().width() <= self.width()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_signs()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_signs()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.key.adjustSize()
        middle = (self.height() - self.key.height()) // 2
        self.key.move(self.width() - self.key.width() - look.px(8), middle)
        self._show_signs()
