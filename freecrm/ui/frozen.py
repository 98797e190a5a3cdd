"""A table whose first columns stay in sight while the others are scrolled sideways. It is one view: cells are
painted, hit and scrolled to by their place on the screen (`column_left`), so nothing is done twice."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

_MOST = 0.6  # the share of the width that columns may take which stay in sight


def own_ground(view: QAbstractItemView, role: QPalette.ColorRole) -> None:
    """Give a view a viewport that Python knows: to find out the kind of Qt's own takes it ten milliseconds."""
    ground = QWidget()
    ground.setBackgroundRole(role)
    ground.setAutoFillBackground(True)
    ground.setMouseTracking(True)
    view.setViewport(ground)


class FrozenTable(QTableView):
    """frozen: how many columns at the left shall stay; 0 = none. Where they would take most of the width, as many
    stay as leave room for the others (`staying`), the first one always."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.frozen = 1

    def set_frozen(self, count: int) -> None:
        """Keep so many columns in sight."""
        self.frozen = max(count, 0)
        self.viewport().update()
        self.horizontalHeader().viewport().update()

    @property
    def frozen_width(self) -> int:
        """How many pixels at the left are covered by columns that stay; 0 while nothing is scrolled under them."""
        head = self.horizontalHeader()
        if not self.frozen or not head.offset():
            return 0
        return sum(head.sectionSize(column) for column in range(self.staying))

    @property
    def staying(self) -> int:
        """How many of the columns that shall stay there is room for."""
        head, left = self.horizontalHeader(), self.viewport().width() * _MOST
        fits = 0
        for column in range(min(self.frozen, head.count())):
            left -= head.sectionSize(column)
            if left < 0 and column:
                break
            fits += 1
        return fits

    def column_left(self, column: int) -> int:
        """Where a column begins in the viewport."""
        left = self.columnViewportPosition(column)
        return left + self.horizontalHeader().offset() if self.stays(column) else left

    def stays(self, column: int) -> bool:
        """Whether a column lies still over the others now."""
        return column < self.staying and self.frozen_width > 0

    def indexAt(self, pos: QPoint) -> QModelIndex:
        if 0 <= pos.x() < self.frozen_width:
            pos = QPoint(pos.x() - self.horizontalHeader().offset(), pos.y())
        return super().indexAt(pos)

    def visualRect(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        rect = super().visualRect(index)
        if index.isValid() and self.stays(index.column()):
            rect.moveLeft(self.column_left(index.column()))
        return rect

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        bar = self.horizontalScrollBar()
        before, stays = bar.value(), self.stays(index.column())
        super().scrollTo(index, hint)
        if stays:
            bar.setValue(before)  # it is in sight wherever the others are
            return
        covered = self.frozen_width - self.columnViewportPosition(index.column())
        if index.isValid() and covered > 0:
            bar.setValue(bar.value() - covered)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if dx:
            self.viewport().update()
            self.horizontalHeader().viewport().update()
