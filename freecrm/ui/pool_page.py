"""The shared pool as a list: the same table as everywhere, of the customers that nobody has."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget

from freecrm.core.module import List
from freecrm.core.query import Where
from freecrm.core.words import N_, _
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Place
from freecrm.ui.parts import label
from freecrm.ui.tasks import Tasks

LISTED = List(
    "customer",
    ("name", "grade", "city", "last_contact", "pool_from", "pool_since", "pool_why"),
    "-pool_since",
    only=Where("owner_user", "empty"),
)


NOBODY = (
    N_("Nobody is in the shared pool"),
    N_("Customers without an owner stand here, to be claimed. Every customer has somebody now."),
    N_("Show all customers"),
)


class PoolPage(ListPage):
    """Customers without an owner, to be claimed or assigned."""

    has_views = False
    acts = (("pool.claim", "hand", N_("Claim")), ("pool.assign", "user-check", N_("Assign…")))

    def __init__(self, store: Store, tasks: Tasks, parent: QWidget | None = None) -> None:
        self.heading = label("subtitle")
        self.claim_button = QPushButton()
        super().__init__(store, tasks, LISTED, None, parent)

    def _build(self) -> None:
        super()._build()
        self.states.said_empty = NOBODY
        self.claim_button.setProperty("small", True)
        look.dress(self.claim_button, "hand", 16)
        self.claim_button.clicked.connect(lambda: self.command_wanted.emit("pool.claim"))
        self.head.insertWidget(0, self.heading, 1)
        self.head.insertWidget(self.head.indexOf(self.find_box), self.claim_button)

    def _connect(self) -> None:
        super()._connect()
        self.states.import_wanted.disconnect()
        self.states.import_wanted.connect(lambda: self.go.emit(Place("list", "customer")))

    def _show_what_fits(self) -> None:
        super()._show_what_fits()
        self.claim_button.setEnabled(self.states.has_rows)

    def crumbs(self) -> list[str]:
        return [_(self.entity.plural), _("Shared pool")]

    def reword(self) -> None:
        super().reword()
        self.heading.setText(_("Shared pool"))
        self.claim_button.setText(_("Claim"))
        self.grid.setAccessibleName(_("Shared pool"))
