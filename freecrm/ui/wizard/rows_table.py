"""The first rows as they will be: painted, with what could not be taken framed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from freecrm.core.words import _
from freecrm.exchange.changeset import SampleRow
from freecrm.ui import look
from freecrm.ui.fitting import EdgeHead, in_sight, watch_edge

Index = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_TINTS = {"bad": ("danger_bg", "danger"), "ask": ("warning_bg", "warning")}
ROW = 28


class RowsModel(QAbstractTableModel):
    """Rows under titles; the first column is the row's number in the file."""

    def __init__(self) -> None:
        super().__init__()
        self.titles: list[str] = []
        self.rows: list[SampleRow] = []

    def show_rows(self, titles: list[str], rows: list[SampleRow]) -> None:
        """Show these."""
        if titles != self.titles or len(rows) != len(self.rows):
            self.beginResetModel()
            self.titles, self.rows = titles, rows
            self.endResetModel()
        elif rows != self.rows:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(titles)))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.titles) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, place = self.rows[index.row()], index.column() - 1
        if role == Qt.ItemDataRole.DisplayRole:
            return str(row.row) if place < 0 else row.cells[place]
        mark = row.marks.get(place) if place >= 0 else ("bad", row.out) if row.out is not None else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return str(mark[1]) if mark is not None else (row.cells[place] if place >= 0 else None)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            text = str(row.row) if place < 0 else row.cells[place]
            return f"{text}: {mark[1]}" if mark is not None else text
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return _("Row") if section == 0 else self.titles[section - 1]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _LEFT
        return None


class _Painter(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, RowsModel)
        row, place = model.rows[index.row()], index.column() - 1
        rect = QRect(option.rect)
        view = option.widget
        assert isinstance(view, QTableView)
        painter.save()
        current = index.row() == view.currentIndex().row() and view.hasFocus()
        painter.fillRect(rect, look.colour("selected" if current else "surface"))
        painter.setPen(QPen(look.colour("border"), 1))
        painter.drawLine(rect.left(), rect.bottom(), rect.right(), rect.bottom())
        mark = row.marks.get(place) if place >= 0 else ("bad", row.out) if row.out is not None else None
        if mark is not None:
            ground, edge = _TINTS[mark[0]]
            painter.setBrush(look.colour(ground))
            painter.setPen(QPen(look.colour(edge), 1))
            painter.drawRect(QRectF(rect).adjusted(0.5, 0.5, -1.5, -1.5))
        text = str(row.row) if place < 0 else row.cells[place]
        painter.setFont(look.font("caption" if place < 0 else "body"))
        quiet = place < 0 or not text
        painter.setPen(look.colour("text3" if quiet else "disabled" if row.out is not None else "text"))
        inside = in_sight(view, rect).adjusted(look.px(8), 0, -look.px(6), 0)
        shown = painter.fontMetrics().elidedText(text or "—", Qt.TextElideMode.ElideRight, inside.width())
        painter.drawText(inside, _LEFT, shown)
        painter.restore()


class RowsTable(QTableView):
    """The rows; columns as wide as what stands in the first of them."""

    NARROW, WIDE = 56, 190

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = RowsModel()
        self.rows.setParent(self)
        self.setModel(self.rows)
        self.setItemDelegate(_Painter(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.setHorizontalHeader(EdgeHead(self))
        watch_edge(self)

    def show_rows(self, titles: list[str], rows: list[SampleRow]) -> None:
        """Show these rows."""
        anew = titles != self.rows.titles
        self.rows.show_rows(titles, rows)
        if anew and rows:
            self.resize_columns()

    def resize_columns(self) -> None:
        """Give rows and columns their sizes at the zoom shown now."""
        self.verticalHeader().setDefaultSectionSize(look.px(ROW))
        self.setColumnWidth(0, look.px(44))
        body, caption = QFontMetrics(look.font("body")), QFontMetrics(look.font("caption"))
        for place, title in enumerate(self.rows.titles):
            texts = [row.cells[place][:40] for row in self.rows.rows[:12]]
            wide = max([caption.horizontalAdvance(title), *map(body.horizontalAdvance, texts)])
            wide = min(max(wide + look.px(20), look.px(self.NARROW)), look.px(self.WIDE))
            self.setColumnWidth(place + 1, wide)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier):
            event.ignore()
        else:
            super().keyPressEvent(event)
            self.viewport().update()
