"""How old what customers owe is: bars over all of it, a table by customer; each number leads to its rows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from freecrm.core.bars import Bar, Value
from freecrm.core.change import Touched
from freecrm.core.day_words import this_day
from freecrm.core.words import N_, _, plural, say
from freecrm.store import ageing
from freecrm.store.ageing import PARTS, Aged, Ageing
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.bar_chart import BarChart
from freecrm.ui.offering import offer, why_not
from freecrm.ui.page import Page, Pane, Place
from freecrm.ui.parts import EmptyState, label
from freecrm.ui.record_page.rows_tab import Column, Index, Line, RowsModel, RowsTable
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from freecrm.exchange.printing import Printable

MOST = 2000
SHOWN_OF = {"receivable", "receipt", "customer"}


class _Table(RowsTable):
    """cell(line, column): Enter or a double click on any of them."""

    cell = Signal(object, int)

    def _act(self, index: Index) -> None:
        if index.isValid():
            self.cell.emit(self.rows_model.lines[index.row()], index.column())


class AgeingPage(Page):
    """open_account(id): the account of a customer is wanted. rows_wanted(filters): the receivables behind a number.
    dunning_wanted: letters are to be written. told(what, path): a file was written."""

    open_account = Signal(object)
    rows_wanted = Signal(object)
    dunning_wanted = Signal()
    told = Signal(object, object)

    can_print = True
    message_at = 1

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.found: Ageing | None = None
        self._latest = Latest(tasks)
        self.show_amount = store.schema.fields("receivable")["amount"].show
        self.title, self.total, self.text = label("title"), label("strong"), label("hint")
        self.chart = BarChart()
        self.model = RowsModel(self._columns())
        self.table = _Table(self.model)
        self.dunning_button, self.export_button = QPushButton(), QPushButton()
        self.nothing = EmptyState("hand-coins")
        self.list_button = self.nothing.add_button(
            lambda: self.go.emit(Place("list", "receivable")), "primary"
        )
        self._build()
        self.reword()
        self.read()

    def _build(self) -> None:
        self.text.setWordWrap(True)
        for button, icon, act in (
            (self.dunning_button, "mail", self.dunning_wanted.emit),
            (self.export_button, "file-spreadsheet", self.export),
        ):
            look.dress(button, icon, 16)
            button.clicked.connect(lambda _on=False, act=act: act())
        texts = QVBoxLayout()
        for part in (self.title, self.total, self.text):
            texts.addWidget(part)
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 8)))
        head.setSpacing(look.px(8))
        head.addLayout(texts, 1)
        for button in (self.dunning_button, self.export_button):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        both = QWidget()
        rows = QVBoxLayout(both)
        rows.setContentsMargins(*(look.px(side) for side in (20, 4, 20, 16)))
        rows.setSpacing(look.px(12))
        rows.addWidget(self.chart)
        rows.addWidget(self.table, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(both)
        self.stack.addWidget(self.nothing)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(head)
        self.column.addWidget(self.stack, 1)
        self.chart.opened.connect(self._open_part)
        self.table.cell.connect(self._open_cell)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    def _columns(self) -> list[Column]:
        def amount(of: int) -> str:
            return self.show_amount(of) if of else ""

        def part(at: int) -> Column:
            return Column(lambda: _(PARTS[at]), lambda line: amount(line.values["row"].parts[at]), right=True)

        return [
            Column(lambda: _("Customer"), lambda line: line.name),
            *(part(at) for at in range(len(PARTS))),
            Column(lambda: _("Paid in advance"), lambda line: amount(-line.values["row"].credit), right=True),
            Column(lambda: _("Owes us"), lambda line: self.show_amount(line.values["row"].owed), right=True),
        ]

    # ---- reading

    def read(self) -> None:
        """Work it out anew, as of today."""
        self._latest.run(ageing.ageing, self.store, this_day(), None, MOST, then=self._show)

    def _show(self, found: Ageing) -> None:
        self.found = found
        at = self.table.currentIndex()
        lines = [Line(row.id or b"", row.name, {"row": row}) for row in found.rows]
        self.model.show_lines(lines)
        if lines:
            row = min(max(at.row(), 0), len(lines) - 1)
            self.table.setCurrentIndex(self.model.index(row, max(at.column(), 0)))
        self.stack.setCurrentIndex(0 if lines else 1)
        offer(self.export_button, why_not(self.store, "export"), bool(lines))
        offer(self.dunning_button, why_not(self.store, "print"))
        self.dunning_button.setEnabled(found.total.overdue > 0)
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        found = self.found
        if found is None:
            return
        total = found.total
        parts = [_("{amount} owed").format(amount=self.show_amount(total.owed))]
        if total.overdue:
            parts.append(_("{amount} overdue").format(amount=self.show_amount(total.overdue)))
        if total.credit:
            parts.append(_("{amount} credit").format(amount=self.show_amount(total.credit)))
        self.total.setText(" · ".join(parts))
        whole = max((abs(part) for part in total.parts), default=0) or 1
        self.chart.show_bars(
            [
                Bar(
                    _(title),
                    plural("{n} customer", "{n} customers", found.counts[at]),
                    (Value(max(total.parts[at], 0) / whole, self.show_amount(total.parts[at]), 0),),
                )
                for at, title in enumerate(PARTS)
            ]
        )

    def heard(self, touched: Touched | None) -> None:
        if touched is None or SHOWN_OF & touched.ids.keys():
            self.read()

    def arrived(self) -> None:
        if self.found is not None and self.found.day != this_day():
            self.read()

    # ---- to the rows

    def _open_part(self, part: int) -> None:
        if self.found is not None:
            self.rows_wanted.emit(ageing.rows_of(self.found.day, part))

    def _open_cell(self, line: Line, column: int) -> None:
        row: Aged = line.values["row"]
        if self.found is None or row.id is None:
            return
        if 1 <= column <= len(PARTS) and row.parts[column - 1]:
            self.rows_wanted.emit(ageing.rows_of(self.found.day, column - 1, row.id))
        else:
            self.open_account.emit(row.id)

    # ---- files and paper

    def export(self) -> None:
        """Write the table to a workbook of the user's choice."""
        name = f"{_('Ageing')} {this_day().isoformat()}.xlsx"
        path = talk.ask_save(self, _("Export this list"), _("Excel workbooks") + " (*.xlsx)", name)
        if path is not None and self.found is not None:
            self.tasks.run(self._write, path, self.found.day, then=self._written, failed=talk.tell_problem)

    def _write(self, path: Path, day: dt.date) -> Path:
        from freecrm.exchange import leaving, workbook

        leaving.let_out(self.store, path.name)
        found = ageing.ageing(self.store, day)

        cell = self.store.schema.fields("receivable")["amount"].cell
        heads = [column.title() for column in self.model.columns_]
        columns = [
            workbook.Column(head, "money" if at else "text", 2 if at else 0, width=16 if at else 30)
            for at, head in enumerate(heads)
        ]
        rows = [
            [row.name, *(cell(part) for part in row.parts), cell(-row.credit), cell(row.owed)]
            for row in found.rows
        ]
        workbook.write(path, columns, workbook.in_blocks(rows), len(rows), name=_("Ageing"))
        return path

    def _written(self, path: Path) -> None:
        n = self.found.count if self.found is not None else 0
        self.told.emit(say(N_("{n} rows are in {file}."), n=f"{n:,}", file=path.name), path)

    def printed(self) -> list[Printable]:
        if self.found is None or not self.found.rows:
            return []
        from freecrm.exchange.table_print import TablePrint

        heads = [column.title() for column in self.model.columns_]
        rows = [[column.text(line) for column in self.model.columns_] for line in self.model.lines]
        title = f"{_('Ageing')} {self.found.day.isoformat()}"
        right = frozenset(range(1, len(heads)))
        return [TablePrint(self.store, title, heads, rows, right=right, lines=[self.total.text()])]

    # ---- words and going

    def crumbs(self) -> list[str]:
        return [_("Ageing")]

    def summary(self) -> str:
        n = self.found.count if self.found is not None else 0
        return plural("{n} customer", "{n} customers", n) if n else ""

    def hint(self) -> str:
        return _("Enter on a number: its bills   Enter on a name: the account   F6: the bars")

    def focus_first(self) -> None:
        there = self.found is not None and bool(self.found.rows)
        (self.table if there else self.list_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[Pane]:
        if self.found is None or not self.found.rows:
            return [(self.nothing, self.focus_first)]
        return [(self.table, self.focus_first), (self.chart, self.chart.setFocus)]

    def state(self) -> Any:
        index = self.table.currentIndex()
        return index.row(), index.column()

    def restore(self, state: Any) -> None:
        if self.model.lines:
            row = min(max(state[0], 0), len(self.model.lines) - 1)
            self.table.setCurrentIndex(self.model.index(row, max(state[1], 0)))

    def reword(self) -> None:
        super().reword()
        self.title.setText(_("Ageing"))
        self.text.setText(
            _(
                "By the day it is due, as of today. What was paid and is on no bill stands under “Paid in advance”."
            )
        )
        self.dunning_button.setText(_("Dunning letters…"))
        self.export_button.setText(_("Export to Excel…"))
        self.chart.setAccessibleName(_("Ageing"))
        self.nothing.title.setText(_("Nobody owes anything"))
        self.nothing.text.setText(_("Plan an order's payments or enter a receivable, and it is aged here."))
        self.list_button.setText(_(self.store.schema.entity("receivable").plural))
        self.nothing.repaint_icon()
        self.table.take_look()
        self.table.horizontalHeader().resizeSection(0, look.px(240))
        self.table.setAccessibleName(_("Ageing by customer"))
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.model.columns_) - 1)
        self.table.viewport().update()
        self._say()
