"""What a step changed, line by line, fetched as it is painted: a million lines are one vector."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QHeaderView, QTableView, QWidget

from freecrm.core.fields import Text
from freecrm.core.words import N_, _
from freecrm.store import lines as log
from freecrm.store.database import Store
from freecrm.store.lines import Extent, Line
from freecrm.ui import cells, look
from freecrm.ui.fitting import plain_table
from freecrm.ui.headed_model import HeadedModel, Index

WINDOW, WINDOWS = 64, 32
HEADS = (N_("Record"), N_("What"), N_("Before"), N_("After"))
COPIED_MOST = 2_000
_TEXT = Text("")
_NOTHING = Extent(0, 1, 0)
_TEXTS = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)


class Lines(HeadedModel):
    """The lines of one step."""

    heads = HEADS

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.extent = _NOTHING
        self._windows: OrderedDict[int, list[Line]] = OrderedDict()

    def show_extent(self, extent: Extent) -> None:
        """Show the lines of this step in place of those before."""
        self.beginResetModel()
        self.extent = extent
        self._windows.clear()
        self.endResetModel()

    def line(self, row: int) -> Line | None:
        """The line in a row, read when somebody looks at it."""
        if not 0 <= row < self.extent.lines:
            return None
        window = self._windows.get(row // WINDOW)
        if window is None:
            start = row // WINDOW * WINDOW
            window = log.lines(self.store, self.extent, start, start + WINDOW)
            self._windows[row // WINDOW] = window
            if len(self._windows) > WINDOWS:
                self._windows.popitem(last=False)
        at = row % WINDOW
        return window[at] if at < len(window) else None

    def texts(self, row: int) -> tuple[str, str, str, str]:
        """The cells of a row."""
        line = self.line(row)
        if line is None:
            return "", "", "", ""
        kind = _(self.store.schema.entity(line.entity).label)
        return line.title or kind, line.field, line.old, line.new

    def count(self) -> int:
        return self.extent.lines

    def data(self, index: Index, role: int = 0) -> Any:
        if role in _TEXTS:
            text = self.texts(index.row())[index.column()]
            if role == Qt.ItemDataRole.DisplayRole:
                return " ".join(text.split())
            return text
        if role == Qt.ItemDataRole.ForegroundRole:
            if index.column() == 2:
                return look.colour("text3")
            if index.column() == 1:
                return look.colour("text2")
        return None


class LineTable(QTableView):
    """The lines on the screen. opened(entity, id): the record of a line is wanted."""

    opened = Signal(str, object)

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = Lines(store)
        self.setModel(self.lines)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        plain_table(self)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        self.fit()

    def fit(self) -> None:
        """Give the rows the height of the text size shown now."""
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(look.row_height("compact"))

    def _open(self, row: int) -> None:
        line = self.lines.line(row)
        if line is not None:
            self.opened.emit(line.entity, line.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex().row())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the selected lines on the clipboard, as Excel takes them."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})[:COPIED_MOST]
        if rows:
            cut = ("\t".join(cells.copied(_TEXT, text) for text in self.lines.texts(row)) for row in rows)
            QApplication.clipboard().setText("\n".join(cut))
