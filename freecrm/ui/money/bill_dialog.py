"""A receivable by hand: who owes how much, for what, by when. Below zero it is a credit note. What goes beyond the credit
limit is asked about; the reason is kept."""

from __future__ import annotations

from collections.abc import Callable
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
from freecrm.core.problems import Known
from freecrm.core.record import Typed
from freecrm.core.words import N_, Said, _, say
from freecrm.store import credit, receivables
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors import editor_for
from freecrm.ui.editors.base import Editor
from freecrm.ui.parts import announce, label
from freecrm.ui.reason_dialog import ReasonDialog
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Tasks

_ASKED = ("customer", "amount", "name", "sales_order", "day", "due")


class BillDialog(QDialog):
    """saved(id): the receivable stands in the file."""

    saved = Signal(object)

    def __init__(self, over: QWidget, store: Store, tasks: Tasks, customer: bytes | None = None) -> None:
        super().__init__(over)
        self.store, self.tasks = store, tasks
        fields = store.schema.fields("receivable")
        self.editors: dict[str, Editor] = {name: editor_for(fields[name], store, tasks) for name in _ASKED}
        self.labels = {name: QLabel(fields[name].title) for name in _ASKED}
        self.hint, self.trouble = label("caption"), label("trouble")
        self.cancel_button, self.save_button = QPushButton(_("Cancel")), QPushButton(_("Save"))
        self.save_button.setProperty("kind", "primary")
        self._build()
        self.cancel_button.setAutoDefault(False)
        self.save_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.save_button.clicked.connect(lambda: self.save())
        order_tabs(self)
        self.editors["day"].set_value(this_day())
        self._raw, line = "", self.editors["amount"].main()
        if isinstance(line, QLineEdit):
            line.textEdited.connect(self._typed)
        if customer is not None:
            self.editors["customer"].set_value(customer)
        self.editors["customer" if customer is None else "amount"].focus_first()

    def _build(self) -> None:
        head = _("New receivable")
        self.setWindowTitle(head)
        self.hint.setText(
            _("Without a due day it follows from the customer's terms. Below zero: a credit note.")
        )
        for part in (self.hint, self.trouble):
            part.setWordWrap(True)
        self.trouble.hide()
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.px(12))
        grid.setVerticalSpacing(look.px(2))
        for at, name in enumerate(_ASKED):
            row, column = at // 2 * 2, at % 2
            self.labels[name].setBuddy(self.editors[name].main())
            self.labels[name].setProperty("role", "caption")
            grid.addWidget(self.labels[name], row, column)
            grid.addWidget(self.editors[name], row + 1, column, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(column, 1)
        foot = QHBoxLayout()
        foot.setSpacing(look.px(8))
        foot.addWidget(self.hint, 1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.save_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        whole.setSpacing(look.px(8))
        whole.addWidget(label("subtitle", head))
        whole.addLayout(grid)
        whole.addStretch(1)
        whole.addWidget(self.trouble)
        whole.addLayout(foot)
        self.resize(look.px(620), look.px(300))

    def _tell(self, why: Said) -> None:
        self.trouble.setText(str(why))
        self.trouble.show()
        announce(self, str(why))

    def _typed(self, text: str) -> None:
        self._raw = text

    def _problem(self) -> tuple[str, Said] | None:
        foreign_sign = money.foreign(self._raw, str(self.store.setting("firm.currency")))
        if foreign_sign is not None:
            return "amount", foreign_sign
        for name, editor in self.editors.items():
            value = editor.value()
            why = editor.unreadable() if isinstance(value, Typed) else None
            if name == "customer" and not isinstance(value, bytes):
                why = say(N_("Who owes it? Choose the customer."))
            elif name == "amount" and value is None:
                why = say(N_("How much is owed? Enter the amount."))
            if why is not None:
                return name, why
        return None

    def save(self, reason: str = "") -> None:
        """Keep it. reason: why it goes beyond the credit limit, where it does."""
        found = self._problem()
        if found is not None:
            self._tell(found[1])
            self.editors[found[0]].focus_first()
            return
        values: dict[str, Any] = {name: self.editors[name].value() for name in _ASKED}
        customer, amount = values.pop("customer"), values.pop("amount")
        values = {name: value for name, value in values.items() if value not in (None, "")}
        work = partial(receivables.add, self.store, customer, amount, reason=reason, **values)
        self.tasks.run(work, writes=True, then=self._saved, failed=self._failed)

    def _saved(self, id: bytes) -> None:
        self.accept()
        self.saved.emit(id)

    def _failed(self, problem: Known) -> None:
        if isinstance(problem, credit.Beyond):
            ask_reason(self, problem, self.save)
        else:
            self._tell(problem.what)


def ask_reason(over: QWidget, problem: credit.Beyond, agreed: Callable[[str], None]) -> ReasonDialog:
    """Ask why somebody goes on beyond a credit limit; agreed(reason)."""
    made = ReasonDialog(
        over,
        agreed,
        head=_("Beyond the credit limit. Go on all the same?"),
        hint=_("Such as: deposit promised by phone"),
        text=str(problem.what) + "\n" + _(credit.WHY),
        act=_("Go on all the same"),
        wanted=_(credit.WHY),
    )
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    made.open()
    return made
