"""Two versions of a quote side by side: what each line was and is, what else differs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from freecrm.core import money
from freecrm.core.fields import Field, Link, Money
from freecrm.core.words import N_, _
from freecrm.exchange.quote_print import plain
from freecrm.store.database import Store
from freecrm.store.quotes import SHOWN, Differences, Pair
from freecrm.ui import look
from freecrm.ui.fitting import plain_table

Index = QModelIndex | QPersistentModelIndex
Row = tuple[str, str, str, str, bool]
ADDED, TAKEN_OUT, SAME = N_("New line"), N_("Taken out"), N_("The same")
_NOWHERE = QModelIndex()


def rows_of(store: Store, found: Differences) -> list[Row]:
    """(line, what, before, after, whether it differs) of two versions."""
    fields = store.schema.fields("quote_line")
    rows: list[Row] = []
    for pair in found.lines:
        rows += _of_pair(fields, pair)
    heads = store.schema.fields("quote")
    for name, before, after in found.heads:
        f = heads[name]
        old, new = (
            str(record[f"{name}_title"] or "") if isinstance(f, Link) else _shown(f, value)
            for record, value in ((found.before, before), (found.after, after))
        )
        rows.append((_("Whole quote"), f.title, old, new, True))
    return rows


def _of_pair(fields: dict[str, Field], pair: Pair) -> list[Row]:
    line = pair.after or pair.before or {}
    title = " ".join(str(part) for part in (line.get("spec"), line.get("name")) if part)
    if pair.before is None or pair.after is None:
        said = _whole(fields, line)
        return [
            (title, _(ADDED), "", said, True)
            if pair.before is None
            else (title, _(TAKEN_OUT), said, "", True)
        ]
    if not pair.changed:
        said = _whole(fields, line)
        return [(title, _(SAME), said, said, False)]
    return [
        (
            title,
            fields[name].title,
            _shown(fields[name], pair.before.get(name)),
            _shown(fields[name], line.get(name)),
            True,
        )
        for name in SHOWN
        if name in pair.changed
    ]


def _whole(fields: dict[str, Field], line: dict[str, Any]) -> str:
    return f"{plain(line.get('quantity'))} × {_shown(fields['price'], line.get('price'))}"


def _shown(f: Field, value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(f, Money):
        return money.show(value, f.currency)
    return plain(value) if isinstance(value, Decimal) else f.show(value)


class CompareModel(QAbstractTableModel):
    """The rows that `rows_of` gives."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.names = ("", "")

    def show_rows(self, rows: list[Row], names: tuple[str, str]) -> None:
        """Show these. names: of the two versions."""
        self.beginResetModel()
        self.rows, self.names = rows, names
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (_("Line"), _("What"), *self.names)[section]
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        row = self.rows[index.row()]
        if role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return row[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and not row[4]:
            return look.colour("text2")
        if role == Qt.ItemDataRole.FontRole and row[4] and index.column() == 3:
            return look.font("body", True)
        return None


class CompareTable(QTableView):
    """Two versions on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows_model = CompareModel()
        self.setModel(self.rows_model)
        plain_table(self)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.take_look()

    def take_look(self) -> None:
        """Take sizes from the look shown now."""
        self.verticalHeader().setDefaultSectionSize(look.row_height("comfortable"))
        self.setAccessibleName(_("Versions side by side"))
