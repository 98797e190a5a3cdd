"""The lines of a quote, an order or a repeating bill as a table that is typed into; the row below the last one is blank and takes a new line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from freecrm.core import money
from freecrm.core.fields import Field, Money
from freecrm.core.totals import Line, Totals
from freecrm.core.words import Said, _
from freecrm.exchange.quote_print import line_of, plain, totals_of, totals_of_lines
from freecrm.store.database import Store
from freecrm.store.quotes import Values, ordered
from freecrm.ui import look

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("name", "spec", "unit", "quantity", "price", "discount", "tax", "total", "note")
REACHED = ("total", "delivered")
"""Columns that are worked out, not typed."""
TYPED = tuple(name for name in COLUMNS if name not in REACHED)
_NOWHERE = QModelIndex()
_TEXTS = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class LineModel(QAbstractTableModel):
    """written(row, name, text): a cell was typed. open: lines may change. of: the entity of a line. columns: what is
    shown of it."""

    written = Signal(int, str, str)

    def __init__(self, store: Store, of: str = "quote_line", columns: tuple[str, ...] = COLUMNS) -> None:
        super().__init__()
        self.store, self.of, self.columns = store, of, columns
        self.rows: list[Values] = []
        self.open = False
        self.tax_in: Any = True
        self.discount: Decimal | None = None
        self.totals = totals_of((), True, None)
        self._lines: list[Line] = []

    @property
    def fields(self) -> dict[str, Field]:
        """The fields of a line."""
        return self.store.schema.fields(self.of)

    def show_quote(self, record: Any, open_: bool) -> None:
        """Show the lines of a record. open_: whether they may change."""
        self.beginResetModel()
        self.rows = ordered(record["lines"])
        self.open = open_
        self.tax_in, self.discount = record["tax_in"], record["discount"]
        self._lines = [line_of(row) for row in self.rows]
        self.totals = totals_of_lines(self._lines, self.tax_in, self.discount)
        self.endResetModel()

    def read(self, name: str, text: str) -> tuple[Any, Said | None]:
        """What somebody means by a text in a column."""
        f = self.fields[name]
        value, why = f.read(text.strip())
        if why is None and value is not None:
            why = f.check(value)
        return value, why

    def tentative(self, row: int, name: str, text: str) -> tuple[Totals, list[Values]]:
        """What all lines would come to with this text in a cell, and these lines."""
        value, why = self.read(name, text)
        if why is not None:
            return self.totals, self.rows
        rows, lines = [*self.rows], [*self._lines]
        if row == len(rows):
            rows.append({"quantity": Decimal(1)})
        rows[row] = {**rows[row], name: value}
        lines[row:] = [line_of(rows[row]), *lines[row + 1 :]]
        return totals_of_lines(lines, self.tax_in, self.discount), rows

    def text(self, row: int, column: int) -> str:
        """One cell as it is shown."""
        if row >= len(self.rows):
            return ""
        name = self.columns[column]
        value = self.rows[row].get(name)
        if name == "total":
            value = self.totals.lines[row].total
        if value is None:
            return ""
        f = self.fields[name]
        if isinstance(f, Money):
            return money.show(value, f.currency)
        return plain(value) if isinstance(value, Decimal) else f.show(value)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows) + self.open

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        f = self.fields[self.columns[section]]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if f.numeric else _LEFT
        if role == Qt.ItemDataRole.DisplayRole:
            return f.title + (" %" if self.columns[section] in ("discount", "tax") else "")
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        row, column = index.row(), index.column()
        if role in _TEXTS:
            shown = self.text(row, column)
            if not shown and role == Qt.ItemDataRole.DisplayRole and row == len(self.rows) and not column:
                return _("Type a product…")
            return shown
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.fields[self.columns[column]].title} {self.text(row, column)}"
        if role == Qt.ItemDataRole.TextAlignmentRole and self.fields[self.columns[column]].numeric:
            return _RIGHT
        if role == Qt.ItemDataRole.ForegroundRole and (
            row == len(self.rows) or self.columns[column] == "note"
        ):
            return look.colour("text2")
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not self.open or self.columns[index.column()] in REACHED:
            return flags
        if index.row() == len(self.rows) and index.column():
            return flags  # a new line begins with what it is
        return flags | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: Any, role: int = 0) -> bool:
        text = str(value or "")
        if role != Qt.ItemDataRole.EditRole or text == self.text(index.row(), index.column()):
            return False
        self.written.emit(index.row(), self.columns[index.column()], text)
        return True
