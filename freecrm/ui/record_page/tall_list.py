"""A list whose rows differ in height, and of which only those in sight are measured.

Qt's list asks for every height anew each time rows come: at 10,000 rows it stands still for a fifth of a second.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem, QWidget

Index = QModelIndex | QPersistentModelIndex
_Action = QAbstractItemView.CursorAction
_Hint = QAbstractItemView.ScrollHint
AT_ONCE = 120  # new rows that are measured at once, so that the scroll bar is right
GUESS = 60  # pixels of a row that nobody has seen yet, when none was measured


class Heights:
    """Heights of rows from the top, those not measured yet guessed."""

    def __init__(self) -> None:
        self._high: list[int] = []
        self._known = bytearray()
        self._tops: list[int] | None = [0]
        self._seen, self._sum = 0, 0

    def __len__(self) -> int:
        return len(self._high)

    def clear(self) -> None:
        """No rows."""
        self._high, self._known, self._tops = [], bytearray(), [0]

    def add(self, count: int) -> None:
        """More rows at the end."""
        guess = self._sum // self._seen if self._seen else GUESS
        self._high += [guess] * count
        self._known += bytes(count)
        self._tops = None

    def forget(self, first: int | None = None, last: int | None = None) -> None:
        """These rows (None: all) are to be measured anew; until then they stay as high as they were."""
        start, end = (0, len(self)) if first is None or last is None else (first, last + 1)
        self._known[start:end] = bytes(end - start)

    def measure(self, row: int, height: Callable[[int], int]) -> int:
        """How high a row is, measured if it was not."""
        if not self._known[row]:
            self._known[row] = 1
            found = height(row)
            self._seen, self._sum = self._seen + 1, self._sum + found
            if found != self._high[row]:
                self._high[row], self._tops = found, None
        return self._high[row]

    def measure_to(self, y: int, height: Callable[[int], int]) -> None:
        """Measure all rows from the top to this place."""
        row, reached = 0, 0
        while row < len(self) and reached <= y:
            reached += self.measure(row, height)
            row += 1

    @property
    def tops(self) -> list[int]:
        """Where each row begins, and at last where all of them end."""
        if self._tops is None:
            self._tops = [0, *accumulate(self._high)]
        return self._tops

    def at(self, y: int) -> int:
        """The row at this place, the last one below all; -1 where there are none."""
        return min(max(bisect_right(self.tops, y) - 1, 0), len(self) - 1)


class TallList(QListView):
    """Rows one below the other, as high as `height(row)` says, scrolled by pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heights = Heights()
        self._width = 0
        self._hovered = -1
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setMouseTracking(True)

    def height_of(self, row: int) -> int:
        """How high a row is at the width that the viewport has now."""
        raise NotImplementedError

    # ---- laying out

    def lay_out(self) -> None:
        """Measure what is in sight and set the scroll bar; the row at the top of the sight stays there."""
        heights, bar, room = self.heights, self.verticalScrollBar(), self.viewport().height()
        if self.viewport().width() != self._width:
            self._width = self.viewport().width()
            heights.forget()
        for _again in range(len(heights) and 3):
            first = heights.at(bar.value())
            inside = bar.value() - heights.tops[first]
            before, row, left = heights.tops, first, room + inside
            while row < len(heights) and left > 0:
                left -= heights.measure(row, self.height_of)
                row += 1
            if heights.tops is before:
                break
            self._set_range()
            bar.setValue(heights.tops[first] + inside)
        self._set_range()

    def scroll_to_place(self, value: int) -> None:
        """Scroll to where the list was once, by pixels from the top."""
        self.executeDelayedItemsLayout()
        self.heights.measure_to(value + self.viewport().height(), self.height_of)
        self._set_range()
        self.verticalScrollBar().setValue(value)

    def _measure_around(self, row: int) -> None:
        """Measure a row and what may be in sight with it."""
        room = self.viewport().height()
        for rows in (range(row, len(self.heights)), range(row - 1, -1, -1)):
            left = room
            for one in rows:
                if left <= 0:
                    break
                left -= self.heights.measure(one, self.height_of)
        self._set_range()

    def _set_range(self) -> None:
        bar, room = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(room)
        bar.setRange(0, max(self.heights.tops[-1] - room, 0))

    def doItemsLayout(self) -> None:
        model = self.model()
        count = model.rowCount() if model is not None else 0
        if count < len(self.heights):
            self.heights.clear()
        first = len(self.heights)
        self.heights.add(count - first)
        for row in range(first, count) if count - first <= AT_ONCE else ():
            self.heights.measure(row, self.height_of)
        QAbstractItemView.doItemsLayout(self)  # Qt's list would ask for every height

    def reset(self) -> None:
        self.heights.clear()
        self._hovered = -1
        super().reset()

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        if start != len(self.heights):
            self.heights.clear()
        self.doItemsLayout()
        QAbstractItemView.rowsInserted(self, parent, start, end)

    def dataChanged(self, topLeft: Index, bottomRight: Index, roles: Sequence[int] = ()) -> None:
        if bottomRight.row() < len(self.heights):
            self.heights.forget(topLeft.row(), bottomRight.row())
        QAbstractItemView.dataChanged(self, topLeft, bottomRight, list(roles))
        self.scheduleDelayedItemsLayout()

    def updateGeometries(self) -> None:
        self.lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lay_out()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.lay_out()
        self.viewport().update()

    # ---- where things are

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def visualRect(self, index: Index) -> QRect:
        row = index.row()
        if not index.isValid() or row >= len(self.heights):
            return QRect()
        tops = self.heights.tops
        top = tops[row] - self.verticalScrollBar().value()
        return QRect(0, top, self.viewport().width(), tops[row + 1] - tops[row])

    def indexAt(self, point: QPoint) -> QModelIndex:
        y = point.y() + self.verticalScrollBar().value()
        if not len(self.heights) or not 0 <= y < self.heights.tops[-1]:
            return QModelIndex()
        return self.model().index(self.heights.at(y), 0)

    def scrollTo(self, index: Index, hint: QAbstractItemView.ScrollHint = _Hint.EnsureVisible) -> None:
        self.executeDelayedItemsLayout()
        bar, rect, room = self.verticalScrollBar(), self.visualRect(index), self.viewport().height()
        seen = rect.top() >= 0 and rect.bottom() < room
        if not rect.isValid() or (seen and hint == _Hint.EnsureVisible):
            return
        above = rect.top() < 0
        self._measure_around(index.row())
        top, bottom = self.heights.tops[index.row() : index.row() + 2]
        if hint == _Hint.PositionAtCenter:
            bar.setValue(top - (room - (bottom - top)) // 2)
        elif hint == _Hint.PositionAtTop or (hint == _Hint.EnsureVisible and above) or bottom - top > room:
            bar.setValue(top)
        else:
            bar.setValue(bottom - room)

    # ---- going and selecting

    def moveCursor(self, action: QAbstractItemView.CursorAction, _modifiers: object) -> QModelIndex:
        """Page up and down, Home and End, the arrows; rows that are none to stand on are passed over."""
        if not len(self.heights):
            return QModelIndex()
        now, room = max(self.currentIndex().row(), 0), self.viewport().height()
        last, top = len(self.heights) - 1, self.heights.tops[now]
        rows = {
            _Action.MoveHome: 0,
            _Action.MoveEnd: last,
            _Action.MovePageDown: self.heights.at(top + room),
            _Action.MovePageUp: self.heights.at(max(top - room, 0)),
            _Action.MoveUp: now - 1,
            _Action.MovePrevious: now - 1,
            _Action.MoveDown: now + 1,
            _Action.MoveNext: now + 1,
        }
        wanted = min(max(rows.get(action, now), 0), last)
        if action == _Action.MoveHome:
            self.scrollToTop()
        on = range(wanted, last + 1) if wanted >= now or not wanted else range(wanted, -1, -1)
        indexes = (self.model().index(row, 0) for row in on)
        return next((one for one in indexes if one.flags() & Qt.ItemFlag.ItemIsEnabled), self.currentIndex())

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        index = self.indexAt(rect.center())
        self.selectionModel().select(QItemSelection(index, index), command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        for index in selection.indexes():
            region += self.visualRect(index)
        return region

    # ---- painting

    def hover(self, row: int) -> None:
        """The mouse is over this row, -1: over none."""
        if row != self._hovered:
            self._hovered = row
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        self.executeDelayedItemsLayout()
        heights = self.heights
        if not len(heights):
            return
        painter, model, delegate = QPainter(self.viewport()), self.model(), self.itemDelegate()
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        plain, selected = option.state, self.selectionModel()
        offset, area = self.verticalScrollBar().value(), event.rect()
        row = heights.at(offset + area.top())
        while row < len(heights) and heights.tops[row] - offset <= area.bottom():
            index = model.index(row, 0)
            option.rect = self.visualRect(index)
            option.state = plain
            if selected.isSelected(index):
                option.state |= QStyle.StateFlag.State_Selected
            if row == self._hovered:
                option.state |= QStyle.StateFlag.State_MouseOver
            delegate.paint(painter, option, index)
            row += 1
        painter.end()
