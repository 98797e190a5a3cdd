"""What the record panel is built from: values that can be marked, copied and edited in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QLabel, QSizePolicy, QWidget

from freecrm.core.fields import Field
from freecrm.ui import look
from freecrm.ui.parts import label

LABEL_MOST = 104


class Value(QLabel):
    """A value that can be marked and copied with mouse and keyboard. wanted: the user wants to edit it (a click
    that marks nothing, F2, Enter) or, with `opens`, to go there."""

    wanted = Signal()

    def __init__(self, text: str, *, link: bool = False, role: str = "", tag: str = "") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if link or role:
            self.setProperty("role", "link" if link else role)
        if tag:
            self.setProperty("tag", tag)
            self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        else:
            self.setWordWrap(True)
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._pressed: QPoint | None = None

    def editable(self, named: str) -> Value:
        """Let it be reached by Tab and edited; itself, for chaining."""
        self.setProperty("value", "chip" if self.property("tag") else "text")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{named}: {self.text()}")
        if not self.property("tag"):
            self.setCursor(Qt.CursorShape.IBeamCursor)
        return self

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = event.position().toPoint() if left else None
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        super().mouseReleaseEvent(event)
        if pressed is None or not self.property("value") or self.hasSelectedText():
            return
        moved = (event.position().toPoint() - pressed).manhattanLength()
        if moved < QApplication.startDragDistance():
            self.wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.property("value") and event.key() in (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Copy) and not self.hasSelectedText():
            QGuiApplication.clipboard().setText(self.text())
        else:
            super().keyPressEvent(event)


@dataclass
class Spot:
    """A value on the panel: whose it is, what stands there, and the widgets that make way for its editor.

    key: how it is found again when the panel is built anew. into: the grid and its row (None: the head)."""

    key: str
    of: Field
    entity: str
    id: bytes
    value: Any
    labels: list[Value] = field(default_factory=list)
    hides: list[QWidget] = field(default_factory=list)
    into: tuple[QGridLayout, int] | None = None


@dataclass
class Line:
    """A row of a section. title "": the widget takes the whole width. spot: what is edited there."""

    title: str
    widget: QWidget
    spot: Spot | None = None


class SectionGrid(QWidget):
    """A heading, and below it names and values."""

    def __init__(self, title: str, lines: Sequence[Line], names: int = 84) -> None:
        """names: the least width of the column of names."""
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, look.px(4), 0, 0)
        grid.setHorizontalSpacing(look.px(12))
        grid.setVerticalSpacing(look.px(6))
        grid.setColumnMinimumWidth(0, look.px(names))
        grid.setColumnStretch(1, 1)
        if title:
            grid.addWidget(label("strong", title), 0, 0, 1, 2)
        for at, line in enumerate(lines, 1):
            if line.title:
                name = label("hint", line.title)
                name.setWordWrap(name.sizeHint().width() > look.px(LABEL_MOST))
                name.setMaximumWidth(look.px(LABEL_MOST))
                grid.addWidget(name, at, 0, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(line.widget, at, 1, Qt.AlignmentFlag.AlignTop)
                if line.spot is not None:
                    line.spot.hides.append(name)
            else:
                grid.addWidget(line.widget, at, 0, 1, 2)
            if line.spot is not None:
                line.spot.hides.append(line.widget)
                if line.spot.into is None:
                    line.spot.into = (grid, at)
