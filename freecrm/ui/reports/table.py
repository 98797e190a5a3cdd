"""The table of a report: every number leads to its rows and says its formula."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont, QMouseEvent

from freecrm.core.words import _
from freecrm.exchange import report_sheet
from freecrm.store import reports
from freecrm.store.reports import Figure, Table
from freecrm.store.reports import Line as ReportLine
from freecrm.ui import look
from freecrm.ui.record_page.rows_tab import Column, Line, RowsModel, RowsTable

Index = QModelIndex | QPersistentModelIndex
_FONT, _INK, _TIP = (
    int(role)
    for role in (Qt.ItemDataRole.FontRole, Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.ToolTipRole)
)


class ReportModel(RowsModel):
    """The rows of a report, the sum as the last of them."""

    def __init__(self) -> None:
        super().__init__([])
        self.of: list[ReportLine] = []
        self.totals = 0

    def show_table(self, table: Table, currency: str) -> None:
        """Show this."""
        self.beginResetModel()
        self.columns_ = [
            Column(lambda head=head: head, lambda line, at=at: str(line.values["texts"][at]), right=at > 0)  # type: ignore[misc]
            for at, head in enumerate(table.heads)
        ]
        self.of = report_sheet.lines_of(table)
        self.totals = 0 if table.total is None else 1
        self.lines = [
            Line(b"", one.title, {"texts": texts})
            for one, texts in zip(self.of, report_sheet.texts(table, currency), strict=True)
        ]
        self.endResetModel()

    def figure(self, index: Index) -> Figure | None:
        """The figure in a cell; None in the first column, and where there is none."""
        if not index.isValid() or not index.column():
            return None
        return self.of[index.row()].cells[index.column() - 1]

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        found = self.figure(index)
        if role == _TIP and found is not None:
            return self.formula(index)
        if role == _FONT and index.row() >= len(self.of) - self.totals:
            made = QFont(look.font("body"))
            made.setBold(True)
            return made
        if role == _INK and found is not None and found.query is not None and found.value:
            return look.colour("accent")
        return super().data(index, role)

    def formula(self, index: Index) -> str:
        """What a figure is: its column, how it is made, and whether it leads anywhere."""
        found = self.figure(index)
        if found is None:
            return ""
        said = f"{self.columns_[index.column()].title()}: {found.says}"
        return (
            said
            if found.query is None
            else _("{formula}. Enter or a click shows these rows.").format(formula=said)
        )


class ReportTable(RowsTable):
    """rows_wanted(Figure, title of its row): the rows of a number are to be seen. row_wanted(Line): all is to be about
    that row. moved: the cursor is in another cell."""

    rows_wanted = Signal(object, str)
    row_wanted = Signal(object)
    moved = Signal()

    def __init__(self) -> None:
        self.report = ReportModel()
        super().__init__(self.report)
        self.setMouseTracking(True)
        self.setProperty("framed", True)

    def show_table(self, table: Table, currency: str) -> None:
        """Show this, the cursor on the first figure."""
        self.report.show_table(table, currency)
        header = self.horizontalHeader()
        header.setSectionResizeMode(header.ResizeMode.Stretch)
        if self.report.of:
            self.setCurrentIndex(self.report.index(0, min(1, len(table.heads) - 1)))
        self.moved.emit()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.moved.emit()

    def formula(self) -> str:
        """What the figure under the cursor is."""
        index = self.currentIndex()
        return self.report.formula(index) if index.isValid() and index.row() < len(self.report.of) else ""

    def open_figure(self, index: Index) -> None:
        """Show the rows of a cell, where it has any."""
        if index.isValid() and not index.column() and index.row() < len(self.report.of) - self.report.totals:
            self.row_wanted.emit(self.report.of[index.row()])
            return
        found = self.report.figure(index)
        if found is not None and found.query is not None:
            self.rows_wanted.emit(found, self.report.of[index.row()].title)

    def _act(self, index: Index) -> None:
        self.open_figure(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.open_figure(self.indexAt(event.position().toPoint()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()  # the first click has opened it

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        found = self.report.figure(self.indexAt(event.position().toPoint()))
        leads = found is not None and found.query is not None
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor)


def said(figure: Figure | None, currency: str) -> str:
    """A figure as charts say it: amounts without their cents."""
    text = reports.text(figure, currency)
    return text.removesuffix(".00") if figure is not None and figure.kind == reports.MONEY else text
