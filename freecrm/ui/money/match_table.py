"""The bills that money is put on, as a table that is typed into."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTableView

from freecrm.core import money
from freecrm.core.day_words import this_day
from freecrm.core.fields import Money
from freecrm.core.words import N_, Said, _, say
from freecrm.store.receivables import Item, Match
from freecrm.ui import look

Index = QModelIndex | QPersistentModelIndex
HEADS = (N_("What for"), N_("Due"), N_("Days overdue"), N_("Still open"), N_("Pays now"))
PAYS = len(HEADS) - 1
_DISPLAY, _EDIT, _ALIGN = (
    int(role)
    for role in (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.EditRole,
        Qt.ItemDataRole.TextAlignmentRole,
    )
)
_SPOKEN, _INK = int(Qt.ItemDataRole.AccessibleTextRole), int(Qt.ItemDataRole.ForegroundRole)
_NOWHERE = QModelIndex()


class MatchModel(QAbstractTableModel):
    """typed: an amount was typed. refused(why): what was typed is none, or more than is open."""

    typed = Signal()
    refused = Signal(object)

    def __init__(self, amount: Money, currency: str) -> None:
        super().__init__()
        self.amount, self.currency = amount, currency
        self.items: list[Item] = []
        self.pays: list[int] = []

    def show_items(self, items: Sequence[Item]) -> None:
        """Show what is open; nothing is put on any of it."""
        self.beginResetModel()
        self.items, self.pays = list(items), [0] * len(items)
        self.endResetModel()

    def propose(self, matches: Sequence[Match]) -> None:
        """Put these amounts on them."""
        held = dict(matches)
        self.pays = [held.get(item.id, 0) for item in self.items]
        if self.items:
            self.dataChanged.emit(self.index(0, PAYS), self.index(len(self.items) - 1, PAYS))

    @property
    def matches(self) -> list[Match]:
        """What is put on which, as the store takes it."""
        return [(item.id, n) for item, n in zip(self.items, self.pays, strict=True) if n]

    @property
    def sum(self) -> int:
        """All that is put on bills."""
        return sum(self.pays)

    # ---- as Qt asks

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.items)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _ALIGN:
            return int(_side(section))
        return _(HEADS[section]) if role == _DISPLAY else None

    def text(self, row: int, column: int) -> str:
        """What stands in a cell."""
        item, today = self.items[row], this_day()
        late = item.late(today)
        shown = (
            item.name or _("Opening balance"),
            _shown(item.due),
            f"{late:,}" if late else "",
            self.amount.show(item.left),
            self.amount.show(self.pays[row]) if self.pays[row] else "",
        )
        return shown[column]

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        row, column = index.row(), index.column()
        if role in (_DISPLAY, _EDIT):
            return self.text(row, column)
        if role == _SPOKEN:
            return f"{_(HEADS[column])} {self.text(row, column) or '–'}"
        if role == _ALIGN:
            return int(_side(column))
        if role == _INK and self.items[row].late(this_day()) and column in (1, 2):
            return look.colour("danger")
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable if index.column() == PAYS else found

    def setData(self, index: Index, value: Any, role: int = _EDIT) -> bool:
        if role != _EDIT or index.column() != PAYS:
            return False
        item, text = self.items[index.row()], str(value).strip()
        amount, why = (0, None) if not text else self._read(text)
        if why is None:
            why = self._beyond(item, amount)
        if why is not None:
            self.refused.emit(why)
            return False
        self.put(index.row(), amount)
        return True

    def put(self, row: int, amount: int) -> None:
        """Put an amount on a bill."""
        self.pays[row] = amount
        self.dataChanged.emit(self.index(row, PAYS), self.index(row, PAYS))
        self.typed.emit()

    def _read(self, text: str) -> tuple[int, Said | None]:
        why = money.foreign(text, self.currency)
        if why is not None:
            return 0, why
        worked, why = money.work_out(text, 2)
        if worked is None:
            return 0, why
        value, why = self.amount.read(worked)
        return int(value or 0), why

    def _beyond(self, item: Item, amount: int) -> Said | None:
        least, most = min(item.left, 0), max(item.left, 0)
        if least <= amount <= most:
            return None
        what = N_("“{bill}” has {left} open; {amount} is more than that. Put at most {left} on it.")
        if amount * item.left < 0:
            what = N_("“{bill}” has {left} open; {amount} goes the other way. Put at most {left} on it.")
        show = self.amount.show
        return say(what, bill=item.name or _("Opening balance"), left=show(item.left), amount=show(amount))


def _shown(day: dt.date | None) -> str:
    return "" if day is None else day.isoformat()


def _side(column: int) -> Qt.AlignmentFlag:
    return (
        Qt.AlignmentFlag.AlignRight if column > 1 else Qt.AlignmentFlag.AlignLeft
    ) | Qt.AlignmentFlag.AlignVCenter


class MatchTable(QTableView):
    """Digits, F2 or a double click write an amount; Space puts all of a bill on it, or nothing."""

    def __init__(self, model: MatchModel) -> None:
        super().__init__()
        self.matches = model
        self.setModel(model)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        edits = QTableView.EditTrigger
        self.setEditTriggers(edits.DoubleClicked | edits.EditKeyPressed | edits.AnyKeyPressed)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for at in range(1, len(HEADS)):
            head.resizeSection(at, look.px(112))
        self.verticalHeader().setDefaultSectionSize(look.row_height("comfortable"))
        head.setMinimumSectionSize(look.px(70))

    def focusInEvent(self, event: Any) -> None:
        if not self.currentIndex().isValid() and self.matches.items:
            self.setCurrentIndex(self.matches.index(0, PAYS))
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() == Qt.Key.Key_Space and index.isValid():
            left, row = self.matches.items[index.row()].left, index.row()
            self.matches.put(row, 0 if self.matches.pays[row] else left)
        elif event.key() == Qt.Key.Key_Delete and index.isValid():
            self.matches.put(index.row(), 0)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # what is being typed is taken first; only the next Enter is for the dialog
            event.setAccepted(self.state() == QTableView.State.EditingState)
        else:
            super().keyPressEvent(event)
