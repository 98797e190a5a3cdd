"""What an invoice is made out on: its amount and head, with the heads that the customer had before to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QComboBox, QWidget

from freecrm.core.words import _
from freecrm.store.database import Store
from freecrm.ui.board.ask_box import AskBox
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Tasks

ASKED = ("amount", "kind", "head", "tax_no", "address", "bank", "asked")
"""What is asked for, in this order."""


class InvoiceBox(AskBox):
    """taken(values): what was asked for is there. heads: those of earlier invoices, the latest first; where there are
    several one is chosen, and fills the lines below."""

    def __init__(
        self,
        over: QWidget,
        store: Store,
        tasks: Tasks,
        number: str,
        known: dict[str, Any],
        heads: Sequence[dict[str, Any]],
        taken: Callable[[dict[str, Any]], object],
    ) -> None:
        fields = {name: store.schema.fields("invoice")[name] for name in ASKED}
        title = _("Invoice for order {number}").format(number=number)
        about = _("It stands in the register as asked for until it is issued.")
        needed = ("amount", "head")
        super().__init__(
            over, store, tasks, title, about, _("Ask for it"), fields, needed, taken, known=known
        )
        self.heads = list(heads)
        self.saved = QComboBox(self)
        self.saved.setAccessibleName(_("Made out before to"))
        self.saved.setVisible(len(self.heads) > 1)
        for one in self.heads:
            self.saved.addItem(" · ".join(str(one[name]) for name in ("head", "tax_no") if one.get(name)))
        self.saved.activated.connect(self._fill)
        self.column.insertWidget(2, self.saved)
        order_tabs(self)
        self.editors["amount"].focus_first()

    def _fill(self, at: int) -> None:
        for name, value in self.heads[at].items():
            if name in self.editors:
                self.editors[name].set_value(value)
