"""Bars on the screen: painted from primitives, walked with the arrow keys, each of them a way to its rows."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from freecrm.core.bars import Bar, Drawing, Primitive, Rect, Sizes, drawing
from freecrm.ui import look
from freecrm.ui.parts import announce

_EDGE = 8
_NOTHING = Drawing((), (), 0)


class BarChart(QWidget):
    """opened(place): that bar was pressed, or Enter upon it."""

    opened = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.bars: Sequence[Bar] = ()
        self.at, self.over = 0, -1
        self._drawn = _NOTHING
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show these."""
        self.bars = bars
        self.at = min(self.at, max(len(bars) - 1, 0))
        self.fit()

    def fit(self) -> None:
        """Lay it out anew: at another width, text size or with other words."""

        def measure(text: str, role: str) -> float:
            return QFontMetricsF(look.font(role)).horizontalAdvance(text)

        room = max(self.width() - 2 * look.px(_EDGE), look.px(160))
        self._drawn = drawing(self.bars, room, Sizes(look.zoom() / 100, measure))
        self.setFixedHeight(max(round(self._drawn.height), 1))
        self._name()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look.px(400), max(round(self._drawn.height), 1))

    def words(self, place: int) -> str:
        """One bar as a screen reader says it."""
        bar = self.bars[place]
        return ", ".join([bar.label, bar.beside, *(value.text for value in bar.values)])

    def _name(self) -> None:
        if self.bars:
            self.setAccessibleDescription(self.words(self.at))

    # ---- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if 0 <= self.over < len(self._drawn.rows):
            top, high = self._drawn.rows[self.over]
            painter.fillRect(QRectF(0, top, self.width(), high), look.colour("hover"))
        painter.translate(look.px(_EDGE), 0)
        for item in self._drawn.items:
            self._paint(painter, item)
        painter.resetTransform()
        if self.hasFocus() and self._drawn.rows:
            top, high = self._drawn.rows[self.at]
            painter.setPen(QPen(look.colour("focus"), 2))
            painter.drawRoundedRect(QRectF(1, top + 1, self.width() - 2, high - 2), 4, 4)

    def _paint(self, painter: QPainter, item: Primitive) -> None:
        rect = QRectF(item.x, item.y, item.width, item.height)
        if isinstance(item, Rect):
            if item.series is None:
                painter.fillRect(rect, look.colour("sunken"))
                return
            colour = look.chart_colours()[item.series]
            if item.series == 0:
                painter.fillRect(rect, colour)
                return
            painter.fillRect(rect, look.colour("surface"))  # told by its pattern, not by colour alone
            painter.setPen(QPen(colour, 1.5))
            painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern))
            painter.drawRect(rect.adjusted(0.75, 0.75, -0.75, -0.75))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            return
        painter.setFont(look.font(item.role))
        painter.setPen(look.colour("text2" if item.faint else "text"))
        text = painter.fontMetrics().elidedText(item.text, Qt.TextElideMode.ElideRight, ceil(item.width))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    # ---- hands

    def place_at(self, y: float) -> int:
        """The bar at this height, -1 for none."""
        return next((i for i, (top, high) in enumerate(self._drawn.rows) if top <= y < top + high), -1)

    def middle_of(self, place: int) -> int:
        """The height of a bar's middle."""
        top, high = self._drawn.rows[place]
        return round(top + high / 2)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.place_at(event.position().y())
        if over != self.over:
            self.over = over
            self.setCursor(Qt.CursorShape.PointingHandCursor if over >= 0 else Qt.CursorShape.ArrowCursor)
            self.setToolTip(self.words(over) if over >= 0 else "")
            self.update()

    def leaveEvent(self, event: object) -> None:
        self.over = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._go(place)
            self.opened.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if key in steps and not event.modifiers() and self.bars:
            self._go(min(max(self.at + steps[Qt.Key(key)], 0), len(self.bars) - 1))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and self.bars:
            self._go(0 if key == Qt.Key.Key_Home else len(self.bars) - 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.bars:
            self.opened.emit(self.at)
        else:
            super().keyPressEvent(event)

    def _go(self, place: int) -> None:
        self.at = place
        self._name()
        announce(self, self.words(place))
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
