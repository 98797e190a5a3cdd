"""A receipt: from whom, how much, when and how, and which bills it settles. The proposal pays the oldest first; Enter
takes it, typing into the table changes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core import money
from freecrm.core.day_words import this_day
from freecrm.core.fields import Money
from freecrm.core.problems import Known
from freecrm.core.record import Typed
from freecrm.core.words import N_, Said, _, plural, say
from freecrm.store import receivables
from freecrm.store.database import Store
from freecrm.store.receivables import Item
from freecrm.ui import look
from freecrm.ui.editors import editor_for
from freecrm.ui.editors.base import Editor
from freecrm.ui.money.match_table import MatchModel, MatchTable
from freecrm.ui.parts import announce, fitted, label
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Latest, Tasks

_ASKED = ("customer", "amount", "day", "method", "reference")


class ReceiptDialog(QDialog):
    """saved(id): the receipt stands in the file. refund: money goes back, in place of coming."""

    saved = Signal(object)

    def __init__(
        self,
        over: QWidget,
        store: Store,
        tasks: Tasks,
        customer: bytes | None = None,
        *,
        refund: bool = False,
    ) -> None:
        super().__init__(over)
        self.store, self.tasks, self.refund = store, tasks, refund
        self._latest, self._whose, self._own, self._raw = Latest(tasks), None, False, ""
        self.credit = 0
        fields = store.schema.fields("receipt")
        amount = fields["amount"]
        assert isinstance(amount, Money)
        self.show_amount = amount.show
        self.currency = str(store.setting("firm.currency"))
        self.editors: dict[str, Editor] = {name: editor_for(fields[name], store, tasks) for name in _ASKED}
        self.labels = {name: QLabel(fields[name].title) for name in _ASKED}
        self.model = MatchModel(amount, self.currency)
        self.table = MatchTable(self.model)
        self.heading, self.open_label = label("subtitle"), label("strong", _("Open bills, the oldest first"))
        self.outlook, self.trouble = label("caption"), label("trouble")
        self.cancel_button, self.save_button = QPushButton(_("Cancel")), QPushButton(_("Save"))
        self._build()
        self._connect()
        self.editors["day"].set_value(this_day())
        self.editors["method"].set_value("transfer")
        if customer is not None:
            self.editors["customer"].set_value(customer)
        self._turn()
        self.editors["customer" if customer is None else "amount"].focus_first()

    def _build(self) -> None:
        head = _("Refund") if self.refund else _("New receipt")
        self.setWindowTitle(head)
        self.heading.setText(head)
        for part in (self.outlook, self.trouble):
            part.setWordWrap(True)
        self.trouble.hide()
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.px(12))
        grid.setVerticalSpacing(look.px(2))
        places = {"customer": (0, 0, 2), "amount": (0, 2, 1), "day": (2, 0, 1), "method": (2, 1, 1)}
        places["reference"] = (2, 2, 1)
        for name, (row, column, wide) in places.items():
            self.labels[name].setBuddy(self.editors[name].main())
            self.labels[name].setProperty("role", "caption")
            grid.addWidget(self.labels[name], row, column, 1, wide)
            grid.addWidget(self.editors[name], row + 1, column, 1, wide, Qt.AlignmentFlag.AlignTop)
        for at in range(3):
            grid.setColumnStretch(at, 1)
        self.table.setAccessibleName(self.open_label.text())
        self.table.setMinimumHeight(look.px(180))
        foot = QHBoxLayout()
        foot.setSpacing(look.px(8))
        foot.addWidget(self.outlook, 1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.save_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        whole.setSpacing(look.px(8))
        whole.addWidget(self.heading)
        whole.addLayout(grid)
        if not self.refund:
            whole.addWidget(self.open_label)
            whole.addWidget(self.table, 1)
        self.table.setVisible(not self.refund)
        whole.addWidget(self.trouble)
        whole.addLayout(foot)
        fitted(self, 700, 240 if self.refund else 520)

    def _connect(self) -> None:
        self.save_button.setProperty("kind", "primary")
        self.cancel_button.setAutoDefault(False)
        self.save_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.save_button.clicked.connect(self.save)
        self.editors["customer"].changed.connect(self._turn)
        self.editors["amount"].changed.connect(self._propose)
        line = self.editors["amount"].main()
        if isinstance(line, QLineEdit):
            line.textEdited.connect(self._typed)
        self.model.typed.connect(self._matched)
        self.model.refused.connect(self._tell)
        order_tabs(self)

    # ---- what is open

    def _turn(self) -> None:
        """Show what is open of the customer who is chosen now."""
        whose = self.editors["customer"].value()
        if whose == self._whose:
            return
        self._whose, self._own = whose, False
        if isinstance(whose, bytes):
            self._latest.run(self._find, whose, then=self._show)
        else:
            self._show((0, []))

    def _find(self, customer: bytes) -> tuple[int, Sequence[Item]]:
        return receivables.credit_of(self.store, customer), receivables.open_items(
            self.store.reader(), customer
        )

    def _show(self, found: tuple[int, Sequence[Item]]) -> None:
        self.credit, items = found
        self.model.show_items(items)
        self._own = False
        self._propose()

    def _typed(self, text: str) -> None:
        self._raw = text

    def _amount(self) -> int | None:
        value = self.editors["amount"].value()
        return value if isinstance(value, int) else None

    def _propose(self) -> None:
        """Put the amount on the oldest bills, as long as nobody has typed otherwise."""
        self._tell(None)
        amount = self._amount()
        if not self._own and not self.refund:
            wanted = amount if amount is not None and amount > 0 else 0
            self.model.propose(receivables.propose(self.model.items, wanted) if wanted else [])
        self._say()

    def _matched(self) -> None:
        self._own = True
        self._tell(None)
        self._say()

    def _say(self) -> None:
        amount, n, show = self._amount() or 0, len(self.model.matches), self.show_amount
        if self.refund:
            text = _("{amount} lies with us.").format(amount=show(max(self.credit, 0)))
        elif not n:
            text = _("All of it stays as credit.") if amount > 0 else ""
        else:
            text = plural("{sum} on {n} bill", "{sum} on {n} bills", n, sum=show(self.model.sum))
            rest = amount - self.model.sum
            if rest > 0:
                text += " · " + _("{rest} stays as credit").format(rest=show(rest))
        self.outlook.setText(text)

    # ---- saving

    def _tell(self, why: Said | None) -> None:
        self.trouble.setText("" if why is None else str(why))
        self.trouble.setVisible(why is not None)
        if why is not None:
            announce(self, str(why))

    def problem(self) -> tuple[str, Said] | None:
        """The first thing that keeps it from being saved: (editor, why)."""
        why = money.foreign(self._raw, self.currency)
        if why is not None:
            return "amount", why
        for name, editor in self.editors.items():
            value = editor.value()
            why = editor.problem() if value is not None else None
            if name == "customer" and not isinstance(value, bytes):
                why = say(N_("From whom? Choose the customer."))
            if why is None and name == "amount" and (not isinstance(value, int) or value <= 0):
                why = say(receivables.ABOVE_ZERO)
            if why is None and isinstance(value, Typed):
                why = editor.unreadable()
            if why is not None:
                return name, why
        return None

    def save(self) -> None:
        """Keep it; what can't be kept is said, and nothing of it is lost."""
        found = self.problem()
        if found is not None:
            self._tell(found[1])
            self.editors[found[0]].focus_first()
            return
        values: dict[str, Any] = {name: self.editors[name].value() for name in _ASKED}
        customer, amount = values.pop("customer"), values.pop("amount")
        values = {name: value for name, value in values.items() if value not in (None, "")}
        if not isinstance(values.get("day", this_day()), dt.date):
            values.pop("day")
        if self.refund:
            work = partial(receivables.refund, self.store, customer, amount, **values)
        else:
            work = partial(receivables.receive, self.store, customer, amount, self.model.matches, **values)
        self.save_button.setEnabled(False)
        self.tasks.run(work, writes=True, then=self._saved, failed=self._failed)

    def _saved(self, id: bytes) -> None:
        self.accept()
        self.saved.emit(id)

    def _failed(self, problem: Known) -> None:
        self.save_button.setEnabled(True)
        self._tell(problem.what)
