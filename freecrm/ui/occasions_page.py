"""Yearly dates that come up: whose birthday it is next week, in both calendars, with the way to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHeaderView,
    QTableView,
)

from freecrm.core import day_words, yearly
from freecrm.core.change import Touched
from freecrm.core.words import N_, _, plural
from freecrm.store import occasions
from freecrm.store.database import Store
from freecrm.store.occasions import Coming
from freecrm.ui import look
from freecrm.ui.fitting import plain_table
from freecrm.ui.headed_model import HeadedModel, Index
from freecrm.ui.page import Pane
from freecrm.ui.table_page import TablePage
from freecrm.ui.tasks import Tasks

if TYPE_CHECKING:
    from freecrm.exchange.printing import Printable

HEADS = (N_("When"), N_("Who"), N_("Occasion"), N_("Date"), N_("Years"), N_("Remark"))
_WIDTHS = (220, 210, 120, 310, 70, 160)
RANGES = {
    7: N_("The next 7 days"),
    30: N_("The next 30 days"),
    90: N_("The next 90 days"),
    366: N_("A whole year"),
}
SOON = 7  # days; what comes up by then stands out
_TEXTS = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)


def when_words(day: dt.date, today: dt.date) -> str:
    """A day that comes up, and how far away it is: 2026-03-25 Wed · in 6 days."""
    away = (day - today).days
    near = {0: _("today"), 1: _("tomorrow")}.get(away) or plural("in {n} day", "in {n} days", away)
    return f"{day_words.show(day)} · {near}"


class ComingModel(HeadedModel):
    """One row a date that comes up, soonest first."""

    heads = HEADS

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store, self.today = store, day_words.this_day()
        self.rows: list[Coming] = []

    def show_rows(self, rows: list[Coming], today: dt.date) -> None:
        """Show these in place of those before."""
        self.beginResetModel()
        self.rows, self.today = rows, today
        self.endResetModel()

    def text(self, row: int, column: int) -> str:
        """One cell."""
        one = self.rows[row]
        if column == 0:
            return when_words(one.day, self.today)
        if column == 4:
            return str(one.turns or "")
        if column == 3:
            return " · ".join(filter(None, (yearly.show(one.text), yearly.shifted(one.text, one.day))))
        return (one.name, one.what, "", "", one.note)[column - 1]

    def count(self) -> int:
        return len(self.rows)

    def data(self, index: Index, role: int = 0) -> Any:
        row, column = index.row(), index.column()
        if role in _TEXTS:
            return self.text(row, column)
        one = self.rows[row]
        if role == Qt.ItemDataRole.DecorationRole and column == 1:
            return look.icon(self.store.schema.entity(one.entity).icon, 16)
        if role == Qt.ItemDataRole.FontRole and column == 0 and (one.day - self.today).days < SOON:
            return look.font("body", True)
        if role == Qt.ItemDataRole.ForegroundRole and column > 1:
            return look.colour("text2")
        return None


class OccasionsPage(TablePage):
    """The table, and how far ahead it looks."""

    name, icon = N_("Yearly dates"), "calendar"
    found: Sequence[Coming]

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__(store, tasks)
        self._read = False
        self.range = QComboBox()
        for days in RANGES:
            self.range.addItem("", days)
        self.range.setCurrentIndex(1)
        self.range.currentIndexChanged.connect(lambda _at: self._ask())
        self.model = ComingModel(store)
        self.table = self._table()
        self.lay_out(self.table, self.range)
        self.reword()
        self._ask()

    def _table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        plain_table(table)
        header = table.horizontalHeader()
        header.setStretchLastSection(True)
        table.doubleClicked.connect(lambda index: self.open_row(index.row()))
        return table

    # ---- which dates

    def days(self) -> int:
        """How many days are looked ahead."""
        return int(self.range.currentData())

    def _ask(self) -> None:
        today = day_words.this_day()
        self.latest.run(
            occasions.coming, self.store, today, self.days(), then=lambda found: self._answered(found, today)
        )

    def _answered(self, found: list[Coming], today: dt.date) -> None:
        row, self._read = self.row(), True
        self.model.show_rows(found, today)
        self.take(found, row)
        self._say_count()
        self.changed.emit()

    def open_row(self, row: int) -> None:
        """Open whose date it is."""
        if 0 <= row < len(self.model.rows):
            one = self.model.rows[row]
            self.open_record.emit(one.entity, one.id)

    def copy(self) -> None:
        """Put the selected rows on the clipboard, as a table."""
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        lines = ["\t".join(self.model.text(row, column) for column in range(len(HEADS))) for row in rows]
        QApplication.clipboard().setText("\n".join(lines))

    def printed(self) -> list[Printable]:
        from freecrm.exchange.table_print import TablePrint

        rows = [
            [self.model.text(row, column) for column in range(len(HEADS))]
            for row in range(len(self.model.rows))
        ]
        widths = [width * 0.6 for width in _WIDTHS]
        heads = [_(head) for head in HEADS]
        return [
            TablePrint(self.store, _("Yearly dates"), heads, rows, widths, lines=[self.range.currentText()])
        ]

    # ---- of the window

    def heard(self, touched: Touched | None) -> None:
        if touched is None or touched.step is not None:
            self._ask()

    def summary(self) -> str:
        return self.text.text()

    def hint(self) -> str:
        return _("Enter opens whose date it is")

    def focus_first(self) -> None:
        (self.table if self.stack.currentIndex() == 0 else self.range).setFocus()

    def panes(self) -> list[Pane]:
        return [(self.stack, self.focus_first), (self.range, self.range.setFocus)]

    def state(self) -> Any:
        return self.days(), self.row()

    def restore(self, state: Any) -> None:
        days, row = state
        self.range.setCurrentIndex(max(self.range.findData(days), 0))
        self.go_to(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.table.hasFocus():
            self.open_row(self.row())
        elif event.matches(QKeySequence.StandardKey.Copy) and self.table.hasFocus():
            self.copy()
        elif event.key() == Qt.Key.Key_Escape and not event.modifiers():
            self.left.emit()
        else:
            super().keyPressEvent(event)

    # ---- words

    def _say_count(self) -> None:
        n = len(self.model.rows)
        self.text.setText(plural("{n:,} date", "{n:,} dates", n) if self._read else _("Reading…"))

    def reword(self) -> None:
        super().reword()
        self.range.setAccessibleName(_("How far ahead"))
        for at, text in enumerate(RANGES.values()):
            self.range.setItemText(at, _(text))
        self.table.verticalHeader().setMinimumSectionSize(1)
        self.table.verticalHeader().setDefaultSectionSize(look.row_height("comfortable"))
        for column, width in enumerate(_WIDTHS[:-1]):
            self.table.setColumnWidth(column, look.px(width))
        self.nothing.title.setText(_("No birthday or yearly date comes up"))
        self.nothing.text.setText(
            _(
                "Birthdays of contacts and the yearly dates of customers stand here, also those of the Chinese calendar."
            )
        )
        self._say_count()
        if self._read:
            self.model.show_rows(self.model.rows, self.model.today)
            self._ask()
