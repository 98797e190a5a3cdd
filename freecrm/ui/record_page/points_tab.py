"""The ledger of a customer's points: balance, what runs out soon, lines with a running balance, what adds one.

The period that is chosen is what is seen and what Ctrl+P prints.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QMenu, QPushButton, QVBoxLayout, QWidget

from freecrm.core.problems import Known
from freecrm.core.words import N_, _, plural
from freecrm.exchange.printing import Printable
from freecrm.store import points
from freecrm.store.database import Store
from freecrm.store.points import Statement
from freecrm.ui import cells, look
from freecrm.ui.offering import offer, why_not
from freecrm.ui.parts import label
from freecrm.ui.record_page.period_bar import PeriodBar
from freecrm.ui.record_page.points_form import CORRECT, EARN, SPEND, PointsForm
from freecrm.ui.record_page.rows_tab import MOST, Column, Line, RowsModel, RowsTable
from freecrm.ui.tasks import Latest, Tasks

WIDTHS = (112, 92, 96, 104, 132, 118)
BUTTONS = {
    EARN: ("plus", N_("Earn…")),
    SPEND: ("minus", N_("Spend…")),
    CORRECT: ("pencil", N_("Correct…")),
}


class PointsTab(QWidget):
    """changed: something was typed. shown: other inputs are there. print_wanted: what is seen, on paper."""

    changed = Signal()
    shown = Signal()
    print_wanted = Signal()

    def __init__(self, store: Store, tasks: Tasks, id: bytes, name: Callable[[], str]) -> None:
        super().__init__()
        self.store, self.tasks, self.id, self._name = store, tasks, id, name
        self.found: Statement | None = None
        self._latest = Latest(tasks)
        self.balance, self.soon, self.trouble = label("title"), label("caption"), label("trouble")
        self.buttons: dict[str, QPushButton] = {}
        for kind, (icon, _text) in BUTTONS.items():
            button = self.buttons[kind] = QPushButton()
            button.setProperty("small", True)
            look.dress(button, icon, 16)
            button.clicked.connect(partial(self.begin, kind))
        self.form = PointsForm(store, tasks)
        self.form.done.connect(self._form_closed)
        self.form.changed.connect(self.changed)
        self.bar = PeriodBar(store, tasks)
        self.period, self.days = self.bar.period, self.bar.days
        self.bar.turned.connect(self._turn)
        self.print_button = QPushButton()
        self.print_button.setProperty("small", True)
        look.dress(self.print_button, "printer", 16)
        self.print_button.clicked.connect(lambda: self.print_wanted.emit())
        self.model = RowsModel(self._columns())
        self.table = RowsTable(self.model)
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setStretchLastSection(True)
        self.table.opened.connect(self._counter)
        self.table.remove_wanted.connect(self._counter)
        self.table.menu_wanted.connect(self._menu)
        self.nothing, self.more = label("hint"), label("caption")
        self._build()
        self.reword()

    def _build(self) -> None:
        top, span = QHBoxLayout(), QHBoxLayout()
        for row in (top, span):
            row.setSpacing(look.px(8))
        top.addWidget(self.balance)
        top.addWidget(self.soon, 1)
        for button in self.buttons.values():
            top.addWidget(button)
        span.addWidget(self.bar)
        span.addWidget(self.more)
        span.addWidget(self.trouble, 1)
        span.addWidget(self.print_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (16, 10, 16, 12)))
        column.setSpacing(look.px(8))
        column.addLayout(top)
        column.addWidget(self.form)
        column.addLayout(span)
        column.addWidget(self.nothing)
        column.addWidget(self.table, 1)
        column.addStretch(0)

    def _columns(self) -> list[Column]:
        fields = self.store.schema.fields(points.ENTITY)

        def shown(name: str) -> Callable[[Line], str]:
            return lambda line: cells.text(fields[name], line.values[name])

        return [
            Column(lambda: fields["day"].title, shown("day")),
            Column(lambda: fields["move"].title, shown("move")),
            Column(lambda: fields["points"].title, lambda line: f"{line.values['points']:+,}", right=True),
            Column(lambda: _("Balance"), lambda line: f"{line.values['balance']:,}", right=True),
            Column(lambda: fields["amount"].title, shown("amount"), right=True),
            Column(lambda: fields["expires"].title, shown("expires")),
            Column(lambda: fields["reason"].title, shown("reason")),
        ]

    # ---- the period

    def span(self) -> tuple[dt.date | None, dt.date | None]:
        """The first and the last day that are shown; None: without an end."""
        return self.bar.span()

    def _turn(self) -> None:
        why = self.bar.unreadable()
        if why is not None:
            self.trouble.setText(str(why))
            return
        self.load(self.id)
        self.shown.emit()

    # ---- what it shows

    def load(self, id: bytes) -> None:
        """Show the ledger of this customer."""
        if id != self.id:
            self.form.close_form()
        self.id = id
        self._latest.run(self._find, id, *self.span(), then=self._show)

    def _find(self, id: bytes, first: dt.date | None, last: dt.date | None) -> Statement | Known:
        try:
            return points.statement(self.store.reader(), id, first, last)
        except Known as problem:
            return problem

    def _show(self, found: Statement | Known) -> None:
        self.trouble.setText(str(found) if isinstance(found, Known) else "")
        if isinstance(found, Known):
            return
        self.found = found
        self.form.balance = found.balance
        newest = [
            Line(line.id, "", {**_values(line), "balance": after})
            for line, after in reversed(found.rows[-MOST:])
        ]
        at = self.table.currentIndex()
        self.model.show_lines(newest)
        if at.row() >= 0 and newest:
            index = self.model.index(min(at.row(), len(newest) - 1), at.column())
            self.table.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
        self.table.setVisible(bool(newest))
        self.nothing.setVisible(not newest)
        self._say()
        self.shown.emit()

    def _say(self) -> None:
        offer(self.print_button, why_not(self.store, "print"))
        found = self.found
        if found is None:
            return
        shown = f"{found.balance:,}"
        self.balance.setText(plural("{shown} point", "{shown} points", found.balance, shown=shown))
        total = sum(n for _day, n in found.soon)
        self.soon.setText(
            _("{n} run out within 30 days, the first after {day}").format(
                n=f"{total:,}", day=found.soon[0][0].isoformat()
            )
            if found.soon
            else ""
        )
        first = found.opening or found.rows or not self.bar.whole
        self.nothing.setText(_("Nothing in this period.") if first else _("No points yet."))
        text = _("The latest {n} of {total}; the statement has them all.")
        total_rows = len(found.rows)
        self.more.setText(text.format(n=f"{MOST:,}", total=f"{total_rows:,}") if total_rows > MOST else "")
        self.more.setVisible(total_rows > MOST)

    # ---- acting

    def begin(self, kind: str) -> None:
        """Ask for a new line; what is typed into an open form of this kind stays."""
        if self.form.unsaved() and self.form.kind == kind:
            self.form.editors["points"].focus_first()
            return
        self.form.begin(kind, self.id, self.found.balance if self.found is not None else 0)
        self.shown.emit()

    def _form_closed(self) -> None:
        if self.isVisible():
            self.buttons[self.form.kind].setFocus(Qt.FocusReason.OtherFocusReason)
        self.shown.emit()

    def _counter(self, line: Line) -> None:
        """Offer a correction that takes a line back."""
        values = line.values
        kind = self.store.schema.fields(points.ENTITY)["move"].show(values["move"])
        what = _("Takes back: {kind} {n}, {day}")
        reason = what.format(kind=kind, n=f"{values['points']:+,}", day=values["day"].isoformat())
        balance = self.found.balance if self.found is not None else 0
        self.form.begin(CORRECT, self.id, balance, {"points": -values["points"], "reason": reason})
        self.shown.emit()

    def _menu(self, line: Line, at: Any) -> None:
        menu = QMenu(self)
        action = menu.addAction(_("Take back by a correction…"))
        look.dress(action, "undo-2", 16)
        action.triggered.connect(lambda _on=False: self._counter(line))
        menu.popup(at)

    def printed(self) -> list[Printable]:
        """The statement of what is seen."""
        from freecrm.exchange.statement import PointsPrint

        return [PointsPrint(self.store, self.id, self._name(), *self.span())]

    def unsaved(self) -> list[str]:
        """What was typed and would be lost."""
        return self.form.unsaved()

    def save(self) -> bool:
        """Save what `unsaved` names."""
        return not self.form.unsaved() or self.form.save()

    def give_up(self) -> None:
        """Forget what `unsaved` names."""
        if self.form.is_open:
            self.form.close_form()

    # ----

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        asked = [self.form.editors[name].main() for name in self.form.editors] if self.form.is_open else []
        foot = [self.form.cancel_button, self.form.save_button] if asked else []
        return [*self.buttons.values(), *asked, *foot, *self.bar.inputs(), self.print_button, self.table]

    def state(self) -> Any:
        """The period, and how far it is scrolled."""
        return (*self.bar.state(), self.table.verticalScrollBar().value())

    def restore(self, state: Any) -> None:
        """Show it as it was."""
        span, days, scrolled = state
        self.bar.restore((span, days))
        self.table.verticalScrollBar().setValue(scrolled)

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        for kind, (_icon, text) in BUTTONS.items():
            self.buttons[kind].setText(_(text))
        self.bar.reword()
        self.print_button.setText(_("Statement…"))
        self.table.take_look()
        for at, width in enumerate(WIDTHS):
            self.table.horizontalHeader().resizeSection(at, look.px(width))
        self.table.setAccessibleName(_("Points"))
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.model.columns_) - 1)
        self.table.viewport().update()
        self.form.reword()
        self._say()


def _values(line: Any) -> dict[str, Any]:
    return {name: getattr(line, name) for name in ("day", "move", "points", "expires", "amount", "reason")}
