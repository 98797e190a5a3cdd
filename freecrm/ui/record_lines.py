"""What the record panel is built from: values that can be marked, copied and edited in place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QGridLayout, QLabel, QSizePolicy, QWidget

from freecrm.core.fields import Field
from freecrm.core.rights import WHY_UNSEEN, Unseen
from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.parts import label

LABEL_MOST = 104
_NARROWEST = 44  # what a value gives way to
_LONG = re.compile(r"[!-~]{12,}")  # what does not break: an address of a mail or a page, a number


class Value(QLabel):
    """A value that can be marked and copied with mouse and keyboard. wanted: the user wants to edit it (a click
    that marks nothing, F2, Enter) or, with `opens`, to go there."""

    wanted = Signal()

    def __init__(
        self, text: str, *, link: bool = False, role: str = "", tag: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._text = text
        self.is_unseen = isinstance(text, Unseen)
        """Whether it stands in place of a record that whoever looks may not see: nobody can go there."""
        if self.is_unseen:
            role = role or "hint"
            self.setToolTip(_(WHY_UNSEEN))
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

    def text(self) -> str:
        """All of it, also where a word is too long for the room there is and ends in "…"."""
        return self._text

    def setText(self, text: str, /) -> None:
        self._text = text
        self._fit()

    def _fit(self) -> None:
        metrics, room = self.fontMetrics(), self.contentsRect().width()
        mode = Qt.TextElideMode.ElideRight
        if self.wordWrap():
            shown = _LONG.sub(lambda found: metrics.elidedText(found[0], mode, room), self._text)
        else:
            shown = metrics.elidedText(self._text, mode, room)
        if shown != super().text():
            super().setText(shown)
            if not self.is_unseen:
                self.setToolTip("" if shown == self._text else self._text)

    def sizeHint(self) -> QSize:
        hint, metrics = super().sizeHint(), self.fontMetrics()
        more = metrics.horizontalAdvance(self._text) - metrics.horizontalAdvance(super().text())
        return hint if self.wordWrap() else QSize(hint.width() + more, hint.height())

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), look.px(_NARROWEST)), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

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


class Signed(Value):
    """A value under the small line that says when it was written and by whom. The line is painted: a label of
    its own for each note makes the panel a tenth slower."""

    def __init__(self, text: str, said: str) -> None:
        super().__init__(text)
        self.said = said
        self._high = QFontMetrics(look.font("caption")).height()
        self.setContentsMargins(0, self._high, 0, 0)

    def editable(self, named: str) -> Value:
        return super().editable(f"{named}, {self.said}")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setFont(look.font("caption"))
        painter.setPen(look.colour("text2"))
        inner = self.contentsRect()
        line = QRect(inner.left(), inner.top() - self._high, inner.width(), self._high)
        shown = painter.fontMetrics().elidedText(self.said, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


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

    def __init__(
        self, title: str, lines: Sequence[Line], names: int = 84, parent: QWidget | None = None
    ) -> None:
        """names: the least width of the column of names."""
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, look.px(4), 0, 0)
        grid.setHorizontalSpacing(look.px(12))
        grid.setVerticalSpacing(look.px(6))
        grid.setColumnMinimumWidth(0, look.px(names))
        grid.setColumnStretch(1, 1)
        if title:
            grid.addWidget(label("strong", title, self), 0, 0, 1, 2)
        for at, line in enumerate(lines, 1):
            if line.title:
                name = label("hint", line.title, self)
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
