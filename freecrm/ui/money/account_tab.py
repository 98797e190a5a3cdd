"""The account of a customer: what they owe, what of it is overdue, every bill and receipt with the balance after it.

The period that is chosen is what is seen, and what Ctrl+P prints.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QMenu, QPushButton, QVBoxLayout, QWidget

from freecrm.core.day_words import this_day
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say
from freecrm.exchange.printing import Printable
from freecrm.store import accounts, receivables
from freecrm.store.accounts import Entry, Statement
from freecrm.store.database import Store
from freecrm.store.receivables import Item
from freecrm.ui import look, talk
from freecrm.ui.offering import offer, why_not
from freecrm.ui.parts import label
from freecrm.ui.record_page.period_bar import PeriodBar
from freecrm.ui.record_page.rows_tab import MOST, Column, Line, RowsModel, RowsTable
from freecrm.ui.tasks import Latest, Tasks

RECEIPT, BILL, REFUND = "money.receipt", "money.receivable", "money.refund"
WIDTHS = (104, 142, 240, 104, 112, 112, 120)
WHAT_FOR = 2  # takes the room that is left
BUTTONS = {
    RECEIPT: ("banknote", N_("Receipt…")),
    BILL: ("plus", N_("Receivable…")),
    REFUND: ("undo-2", N_("Refund…")),
}
Found = tuple[Statement, list[Item], int]


class AccountTab(QWidget):
    """shown: other inputs are there. print_wanted: what is seen, on paper. open_record(entity, id). wanted(command):
    something is to be begun."""

    changed = Signal()
    shown = Signal()
    print_wanted = Signal()
    open_record = Signal(str, object)
    wanted = Signal(str)

    def __init__(self, store: Store, tasks: Tasks, id: bytes, name: Callable[[], str]) -> None:
        super().__init__()
        self.store, self.tasks, self.id, self._name = store, tasks, id, name
        self.found: Found | None = None
        self._receipt: bytes | None = None  # to be printed in place of the statement, once
        self._latest = Latest(tasks)
        self.show_amount = store.schema.fields("receipt")["amount"].show
        self.balance, self.about, self.trouble = label("title"), label("caption"), label("trouble")
        self.about.setWordWrap(True)
        self.buttons: dict[str, QPushButton] = {}
        for command, (icon, _text) in BUTTONS.items():
            self.buttons[command] = self._button(icon, partial(self.wanted.emit, command))
        self.credit_button = self._button("link", self.use_credit)
        self.bar = PeriodBar(store, tasks)
        self.bar.turned.connect(self._turn)
        self.print_button = self._button("printer", self.print_wanted.emit)
        self.excel_button = self._button("file-spreadsheet", self.export)
        self.model = RowsModel(self._columns())
        self.table = RowsTable(self.model)
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(WHAT_FOR, QHeaderView.ResizeMode.Stretch)
        self.table.opened.connect(self._open)
        self.table.remove_wanted.connect(self._remove)
        self.table.menu_wanted.connect(self._menu)
        self.nothing, self.more = label("hint"), label("caption")
        self._build()
        self.reword()

    def _button(self, icon: str, act: Callable[[], object]) -> QPushButton:
        made = QPushButton(self)
        made.setProperty("small", True)
        look.dress(made, icon, 16)
        made.clicked.connect(lambda: act())
        return made

    def _build(self) -> None:
        top, span = QHBoxLayout(), QHBoxLayout()
        for row in (top, span):
            row.setSpacing(look.px(8))
        top.addWidget(self.balance)
        top.addWidget(self.about, 1)
        for button in (self.credit_button, *self.buttons.values()):
            top.addWidget(button)
        span.addWidget(self.bar)
        span.addWidget(self.more)
        span.addWidget(self.trouble, 1)
        span.addWidget(self.print_button)
        span.addWidget(self.excel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (16, 10, 16, 12)))
        column.setSpacing(look.px(8))
        column.addLayout(top)
        column.addLayout(span)
        column.addWidget(self.nothing)
        column.addWidget(self.table, 1)
        column.addStretch(0)

    def _columns(self) -> list[Column]:
        def entry(line: Line) -> Entry:
            found: Entry = line.values["entry"]
            return found

        def what(line: Line) -> str:
            of = entry(line)
            parts = (of.name, of.more if of.more != of.name else "")
            said = " · ".join(part for part in parts if part)
            if of.left and of.kind != accounts.OPENING:
                text = _("{amount} open") if of.entity == "receivable" else _("{amount} on no bill")
                said = f"{said} ({text.format(amount=self.show_amount(of.left))})".strip()
            return said

        def billed(line: Line) -> str:
            return "" if entry(line).entity == "receipt" else self.show_amount(entry(line).amount)

        def paid(line: Line) -> str:
            return self.show_amount(-entry(line).amount) if entry(line).entity == "receipt" else ""

        return [
            Column(lambda: _("Day"), lambda line: _shown(entry(line).day)),
            Column(lambda: _("Kind"), lambda line: _(accounts.KINDS[entry(line).kind])),
            Column(lambda: _("What for"), what),
            Column(lambda: _("Due"), lambda line: _shown(entry(line).due)),
            Column(lambda: _("Billed"), billed, right=True),
            Column(lambda: _("Paid"), paid, right=True),
            Column(lambda: _("Balance"), lambda line: self.show_amount(line.values["balance"]), right=True),
        ]

    # ---- what it shows

    def _turn(self) -> None:
        why = self.bar.unreadable()
        if why is not None:
            self.trouble.setText(str(why))
            return
        self.load(self.id)
        self.shown.emit()

    def load(self, id: bytes) -> None:
        """Show the account of this customer."""
        self.id = id
        self._latest.run(self._find, id, *self.bar.span(), then=self._show)

    def _find(self, id: bytes, first: dt.date | None, last: dt.date | None) -> Found | Known:
        reader = self.store.reader()
        try:
            found = accounts.statement(reader, id, first, last)
            return found, receivables.open_items(reader, id), receivables.credit_of(self.store, id)
        except Known as problem:
            return problem

    def _show(self, found: Found | Known) -> None:
        self.trouble.setText(str(found) if isinstance(found, Known) else "")
        if isinstance(found, Known):
            return
        self.found = found
        newest = [
            Line(entry.id or b"", entry.name, {"entry": entry, "balance": after})
            for entry, after in reversed(found[0].rows[-MOST:])
        ]
        at = self.table.currentIndex()
        self.model.show_lines(newest)
        if at.row() >= 0 and newest:
            index = self.model.index(min(at.row(), len(newest) - 1), at.column())
            select = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.table.selectionModel().setCurrentIndex(index, select)
        self.table.setVisible(bool(newest))
        self.nothing.setVisible(not newest)
        self._say()
        self.shown.emit()

    def _say(self) -> None:
        offer(self.print_button, why_not(self.store, "print"))
        offer(self.excel_button, why_not(self.store, "export"))
        if self.found is None:
            return
        found, items, credit = self.found
        text = _("{amount} owed") if found.balance >= 0 else _("{amount} lie with us")
        self.balance.setText(text.format(amount=self.show_amount(abs(found.balance))))
        late = [item for item in items if item.late(this_day())]
        said = []
        if late:
            amount = self.show_amount(sum(item.left for item in late))
            days = max(item.late(this_day()) for item in late)
            said.append(_("{amount} overdue, the oldest by {n} days").format(amount=amount, n=f"{days:,}"))
        if credit > 0:
            said.append(_("{amount} credit").format(amount=self.show_amount(credit)))
        self.about.setText(" · ".join(said))
        self.credit_button.setVisible(bool(receivables.propose(items, max(credit, 0))))
        self.buttons[REFUND].setVisible(credit > 0 or any(item.left < 0 for item in items))
        self.nothing.setText(_("No entries yet.") if self.bar.whole else _("Nothing in this period."))
        total = len(found.rows)
        text = _("The latest {n} of {total}; the statement has them all.")
        self.more.setText(text.format(n=f"{MOST:,}", total=f"{total:,}") if total > MOST else "")
        self.more.setVisible(total > MOST)

    # ---- acting

    def use_credit(self) -> None:
        """Put what lies with us, and credit notes, on the oldest bills."""
        if self.found is None:
            return
        _statement, items, credit = self.found
        matches = receivables.propose(items, max(credit, 0))
        self.tasks.run(
            receivables.use_credit, self.store, self.id, matches, writes=True, failed=talk.tell_problem
        )

    def _open(self, line: Line) -> None:
        entry: Entry = line.values["entry"]
        if entry.id is not None:
            self.open_record.emit(entry.entity, entry.id)

    def _remove(self, line: Line) -> None:
        """Take a receipt out; its bills are open again until it is undone. Bills go on their own page."""
        entry: Entry = line.values["entry"]
        if entry.id is None:
            what = N_("The opening balance stands in the customer's details. Change it there.")
            talk.tell(say(what))
        elif entry.entity == "receipt":
            self.tasks.run(
                receivables.delete_receipt, self.store, entry.id, writes=True, failed=talk.tell_problem
            )
        else:
            self._open(line)

    def _menu(self, line: Line, at: QPoint) -> None:
        entry: Entry = line.values["entry"]
        if entry.id is None:
            return
        menu = QMenu(self)
        acts: list[tuple[str, str, Callable[[], object]]] = [
            (_("Open"), "maximize-2", lambda: self._open(line))
        ]
        if entry.entity == "receipt":
            acts += [
                (_("Print the receipt…"), "printer", lambda: self.print_receipt(entry)),
                (_("Delete the receipt"), "trash-2", lambda: self._remove(line)),
            ]
        for text, icon, act in acts:
            action = menu.addAction(text)
            if icon == "printer":
                why = why_not(self.store, "print")
                offer(action, why)
            look.dress(action, icon, 16)
            action.triggered.connect(lambda _on=False, act=act: act())
        menu.setToolTipsVisible(True)
        menu.popup(at)

    def printed(self) -> list[Printable]:
        """The statement of what is seen; the receipt that is asked for before it."""
        from freecrm.exchange.letters import receipts

        id, self._receipt = self._receipt, None
        name = "" if id is None else self.store.reader().titles("receipt", {id}).get(id, "")
        return [*([] if id is None else receipts(self.store, id, name)), self._job()]

    def print_receipt(self, entry: Entry) -> None:
        """Show a receipt as it stands on paper."""
        self._receipt = entry.id
        self.print_wanted.emit()

    def _job(self) -> Any:
        from freecrm.exchange.statement import AccountPrint

        return AccountPrint(self.store, self.id, self._name(), *self.bar.span())

    def export(self) -> None:
        """Write the statement of what is seen to a workbook of the user's choice."""
        job = self._job()
        kinds = _("Excel workbooks") + " (*.xlsx)"
        path = talk.ask_save(self, _("Statement to Excel"), kinds, f"{job.title}.xlsx")
        if path is not None:
            self.tasks.run(_write, job, path, then=self._written, failed=talk.tell_problem)

    def _written(self, path: Path) -> None:
        talk.tell(say(N_("The statement is in {file}."), file=path.name))

    # ----

    def unsaved(self) -> list[str]:
        """What was typed and would be lost: nothing is."""
        return []

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        return [
            self.credit_button,
            *self.buttons.values(),
            *self.bar.inputs(),
            self.print_button,
            self.excel_button,
            self.table,
        ]

    def state(self) -> Any:
        """The period, and how far it is scrolled."""
        return self.bar.state(), self.table.verticalScrollBar().value()

    def restore(self, state: Any) -> None:
        """Show it as it was."""
        self.bar.restore(state[0])
        self.table.verticalScrollBar().setValue(state[1])

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        for command, (_icon, text) in BUTTONS.items():
            self.buttons[command].setText(_(text))
        self.credit_button.setText(_("Use the credit"))
        self.bar.reword()
        self.print_button.setText(_("Statement…"))
        self.excel_button.setText(_("Excel…"))
        self.table.take_look()
        for at, width in enumerate(WIDTHS):
            self.table.horizontalHeader().resizeSection(at, look.px(width))
        self.table.setAccessibleName(_("Account"))
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.model.columns_) - 1)
        self.table.viewport().update()
        self._say()


def _write(job: Any, path: Path) -> Path:
    from freecrm.exchange.statement import to_workbook

    return to_workbook(job, path)


def _shown(day: dt.date | None) -> str:
    return "" if day is None or day == dt.date.min else day.isoformat()
