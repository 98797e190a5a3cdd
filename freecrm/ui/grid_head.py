"""The heads of a table's columns: the text whole, the arrow of the sort beside it or, where that is too
narrow, above it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHeaderView, QWidget

from freecrm.ui import look
from freecrm.ui.columns import PAD
from freecrm.ui.frozen import FrozenTable, own_ground

_ARROW, _SMALL, _GAP = 12, 9, 4


class GridHead(QHeaderView):
    """A horizontal head whose sections are clicked to sort. released: a button of the mouse was let go."""

    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._hovered = self._pressed = -1
        self._hint: QSize | None = None
        own_ground(self, QPalette.ColorRole.Button)
        self.setMouseTracking(True)
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setSortIndicatorShown(True)
        self.setStretchLastSection(False)

    def sizeHint(self) -> QSize:
        """As Qt says, which asks every column for it at every turn; one line is as high as another."""
        if self._hint is None or not self.count():
            self._hint = super().sizeHint()
        return QSize(self._hint)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._hint = None
        super().changeEvent(event)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        section = logicalIndex
        ground = "sunken" if section == self._pressed else "hover" if section == self._hovered else "surface2"
        painter.fillRect(rect, look.colour(ground))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), look.colour("border"))
        sorted_by = section == self.sortIndicatorSection()
        right = self._is_right(section)
        inner = self._in_sight(rect, section).adjusted(look.px(PAD), 0, -look.px(PAD), -1)
        painter.setFont(look.font("caption"))
        painter.setPen(look.colour("text" if sorted_by or section == self._hovered else "text2"))
        metrics = painter.fontMetrics()
        text = str(self.model().headerData(section, Qt.Orientation.Horizontal) or "")
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        if inner.width() > 0:
            painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter, shown)
        if sorted_by:
            self._arrow(painter, inner, metrics.horizontalAdvance(shown), right=right)

    def _in_sight(self, rect: QRect, section: int) -> QRect:
        """The part of a head that is not beyond the right edge, nor under the columns that stay."""
        table = self.parent()
        stays = isinstance(table, FrozenTable) and table.stays(section)
        left = rect.left() if stays else max(rect.left(), self._covered())
        right = min(rect.right(), self.viewport().width() - 1)
        return QRect(left, rect.top(), max(right - left + 1, 0), rect.height())

    def _arrow(self, painter: QPainter, inner: QRect, used: int, *, right: bool) -> None:
        up = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        beside = used + look.px(_GAP + _ARROW) <= inner.width()
        side = look.px(_ARROW if beside else _SMALL)
        if not beside:
            middle = QPoint(inner.center().x(), inner.top() + side // 2 + 1)
        elif right:
            middle = QPoint(inner.right() - used - look.px(_GAP) - side // 2, inner.center().y() + 1)
        else:
            middle = QPoint(inner.left() + used + look.px(_GAP) + side // 2, inner.center().y() + 1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.colour("accent"), 1.5))
        painter.translate(middle)
        half, wing = side * 0.34, side * 0.27
        tip = QPointF(0, -half if up else half)
        back = wing if up else -wing
        painter.drawLine(QPointF(0, -tip.y()), tip)
        painter.drawPolyline([tip + QPointF(-wing, back), tip, tip + QPointF(wing, back)])
        painter.restore()

    def _is_right(self, section: int) -> bool:
        where = self.model().headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        return where is not None and bool(Qt.AlignmentFlag(where) & Qt.AlignmentFlag.AlignRight)

    # ---- the columns that stay

    def _covered(self) -> int:
        table = self.parent()
        return table.frozen_width if isinstance(table, FrozenTable) else 0

    def paintEvent(self, e: QPaintEvent) -> None:
        super().paintEvent(e)
        covered, left, section = self._covered(), 0, 0
        if not covered:
            return
        painter = QPainter(self.viewport())
        while left < covered:
            self.paintSection(painter, QRect(left, 0, self.sectionSize(section), self.height()), section)
            left += self.sectionSize(section)
            section += 1
        painter.fillRect(QRect(covered - 1, 0, 1, self.height()), look.colour("border_strong"))
        painter.end()

    def viewportEvent(self, e: QEvent) -> bool:
        """What happens over a column that stays is told as if that column lay where it would be scrolled to."""
        if isinstance(e, QMouseEvent) and 0 <= e.position().x() < self._covered():
            at = QPointF(e.position().x() - self.offset(), e.position().y())
            e = QMouseEvent(e.type(), at, e.globalPosition(), e.button(), e.buttons(), e.modifiers())
        return super().viewportEvent(e)

    # ---- the mouse

    def _mark(self, hovered: int, pressed: int) -> None:
        if (hovered, pressed) != (self._hovered, self._pressed):
            self._hovered, self._pressed = hovered, pressed
            self.viewport().update()

    def mouseMoveEvent(self, e: QMouseEvent) -> None:
        super().mouseMoveEvent(e)
        self._mark(self.logicalIndexAt(e.position().toPoint()), self._pressed)

    def mousePressEvent(self, e: QMouseEvent) -> None:
        super().mousePressEvent(e)
        self._mark(self._hovered, self.logicalIndexAt(e.position().toPoint()))

    def mouseReleaseEvent(self, e: QMouseEvent) -> None:
        super().mouseReleaseEvent(e)
        self._mark(self._hovered, -1)
        self.released.emit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._mark(-1, -1)
