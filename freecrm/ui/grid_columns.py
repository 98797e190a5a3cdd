"""How wide the columns of a table are, and in which order: shared out by what they hold, or as the user dragged them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHeaderView

from freecrm.ui import columns, look

if TYPE_CHECKING:
    from freecrm.ui.grid import Grid


class GridColumns(QObject):
    """The columns of one table. own: widths of those that the user dragged, by field name, at 100 %."""

    def __init__(self, grid: Grid, head: QHeaderView) -> None:
        super().__init__(grid)
        self.grid = grid
        self.own: dict[str, int] = {}
        self._dragged = self._sizing = False
        head.setMinimumSectionSize(look.px(columns.NARROWEST))
        head.setSectionsMovable(True)
        head.setFirstSectionMovable(False)
        head.sectionResized.connect(self._resized)
        head.sectionHandleDoubleClicked.connect(self.fit_one)
        # not while Qt is still at work on the drop: the columns are made anew
        head.sectionMoved.connect(self._moved, Qt.ConnectionType.QueuedConnection)

    def _resized(self, section: int, _old: int, new: int) -> None:
        if self._sizing:
            return
        if QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            self._keep_width(section, new)
            self._dragged = True
        self.grid.scrolled.emit()

    def _keep_width(self, section: int, width: int) -> None:
        self.own[self.grid.list_model.fields[section].name] = round(width * 100 / look.zoom())

    def drag_ended(self) -> None:
        """The button was let go over the head: what was dragged wider is told once."""
        if self._dragged:
            self._dragged = False
            self.grid.widths_changed.emit()

    def _moved(self, _section: int, _old: int, _new: int) -> None:
        head = self.grid.horizontalHeader()
        order = [head.logicalIndex(at) for at in range(head.count())]
        if order == sorted(order):
            return
        names = [self.grid.list_model.fields[at].name for at in order]
        head.blockSignals(True)
        for at in range(head.count()):  # the model's columns are in the order of the screen
            head.moveSection(head.visualIndex(at), at)
        head.blockSignals(False)
        self.grid.columns_moved.emit(names)

    def fit_one(self, section: int) -> None:
        """Make a column as wide as its head and the longest of its texts in sight."""
        model, rows_head = self.grid.list_model, self.grid.verticalHeader()
        height = rows_head.defaultSectionSize()
        first = rows_head.offset() // height
        rows = range(first, min(first + self.grid.viewport().height() // height + 1, model.rowCount()))
        shown = [row for at in rows if (row := model.row(at)) is not None]
        width = columns.fitting(
            model.fields[section],
            [model.shown(row, section) for row in shown],
            [row.tags for row in shown] if section == model.title_column else [],
        )
        self._keep_width(section, width)
        self.fit()
        self.grid.widths_changed.emit()

    def fit(self, *_changed: object) -> None:
        """Share the width among the columns, those aside that the user dragged."""
        fields = self.grid.list_model.fields
        if not fields:
            return
        title = self.grid.list_model.title_column
        wanted = columns.widths(fields, title, self.grid.viewport().width())
        own = {at: look.px(self.own[f.name]) for at, f in enumerate(fields) if f.name in self.own}
        if own:
            wanted = columns.with_own(wanted, own, title, self.grid.viewport().width())
        self._sizing = True
        for column, width in enumerate(wanted):
            self.grid.setColumnWidth(column, width)
        self._sizing = False
        self.grid.scrolled.emit()
