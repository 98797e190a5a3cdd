"""What customers owe, by command: receipts, refunds, receivables, ageing, dunning letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from freecrm.core.words import N_
from freecrm.ui import talk
from freecrm.ui.commands import Command
from freecrm.ui.list_page import ListPage
from freecrm.ui.offering import why_not
from freecrm.ui.page import Page, Place
from freecrm.ui.window_commands.shown import chosen_record, with_record

if TYPE_CHECKING:
    from freecrm.store.dunning import Due
    from freecrm.ui.window import MainWindow

CUSTOMER = "customer"
ASKED = ("receipt", "receivable")  # begun by a dialog of their own


def commands(window: MainWindow) -> Iterator[Command]:
    """The commands."""
    yield Command(
        "money.receipt",
        N_("New receipt…"),
        lambda: receive(window),
        menu="record",
        key="Ctrl+Shift+R",
        group=5,
        icon="banknote",
        also=("payment", "money came", "收款", "到账", "回款"),
    )
    yield Command(
        "money.refund",
        N_("Refund…"),
        lambda: receive(window, refund=True),
        menu="record",
        group=5,
        icon="undo-2",
        also=("pay back", "退款"),
    )
    yield Command(
        "money.receivable",
        N_("New receivable…"),
        lambda: bill(window),
        menu="record",
        group=5,
        icon="hand-coins",
        also=("bill", "invoice", "应收", "欠款", "credit note", "红字"),
    )
    yield Command(
        "money.ageing",
        N_("Ageing"),
        lambda: window.visit(Place("ageing")),
        menu="record",
        group=5,
        icon="hourglass",
        also=("overdue", "aging", "账龄", "逾期"),
    )
    yield Command(
        "money.dunning",
        N_("Dunning letters…"),
        lambda: dun(window),
        refusal=lambda: why_not(window.store, "print"),
        menu="record",
        group=5,
        icon="mail",
        also=("reminder", "overdue", "催款", "催收"),
    )
    yield Command(
        "money.receipt_paper",
        N_("Print the receipt…"),
        lambda: with_record(window, lambda _entity, id: show_receipt(window, id)),
        menu="record",
        group=5,
        icon="printer",
        enabled=lambda: (chosen := chosen_record(window)) is not None and chosen[0] == "receipt",
        refusal=lambda: why_not(window.store, "print"),
        also=("receipt", "收据", "打印收据"),
    )


def customer_at(window: MainWindow) -> bytes | None:
    """The customer whose page is shown, or of whatever record is in hand; None where there is none."""
    chosen = chosen_record(window)
    if chosen is None:
        return None
    entity, id = chosen
    if entity == CUSTOMER:
        return id
    if "customer" not in window.store.schema.fields(entity):
        return None
    record = window.store.reader().by_ids(entity, [id], {"customer"}).get(id)
    found = record["customer"] if record is not None else None
    return found if isinstance(found, bytes) else None


def begin(window: MainWindow, entity: str) -> None:
    """Begin one of `ASKED`: of the customer in hand, but of none in the list of what is begun, where the cursor only
    stands on an earlier one."""
    listed = window.navigator.place == Place("list", entity)
    customer = None if listed else customer_at(window)
    if entity == "receipt":
        _receive(window, customer, refund=False)
    else:
        _bill(window, customer)


def receive(window: MainWindow, customer: bytes | None = None, *, refund: bool = False) -> None:
    """Ask for a receipt of a customer; of the one in hand, where none is named."""
    _receive(window, customer or customer_at(window), refund=refund)


def _receive(window: MainWindow, customer: bytes | None, *, refund: bool) -> None:
    from freecrm.ui.money.receipt_dialog import ReceiptDialog

    made = ReceiptDialog(window, window.store, window.tasks, customer, refund=refund)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    made.saved.connect(partial(_show_made, window, "receipt"))
    made.open()


def bill(window: MainWindow) -> None:
    """Begin a receivable of the customer in hand."""
    _bill(window, customer_at(window))


def _bill(window: MainWindow, customer: bytes | None) -> None:
    from freecrm.ui.money.bill_dialog import BillDialog

    made = BillDialog(window, window.store, window.tasks, customer)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    made.saved.connect(partial(_show_made, window, "receivable"))
    made.open()


def _show_made(window: MainWindow, entity: str, id: bytes) -> None:
    page = window.navigator.page
    if isinstance(page, ListPage) and page.page.entity == entity:
        page.show_made(id)


def dun(window: MainWindow) -> None:
    """Show who is to be asked for what is overdue."""
    from freecrm.ui.money.dunning_dialog import DunningDialog

    made = DunningDialog(window, window.store, window.tasks, partial(show_letters, window))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    made.open()


def show_letters(window: MainWindow, due: Sequence[Due]) -> None:
    """Show letters as they stand on paper."""
    from freecrm.exchange.letters import letters_of
    from freecrm.ui.print_preview import preview

    preview(window, letters_of(window.store, due))


def show_receipt(window: MainWindow, id: bytes) -> None:
    """Show a receipt as it stands on paper."""
    from freecrm.exchange.letters import receipts
    from freecrm.ui.print_preview import preview

    name = window.store.reader().titles("receipt", {id}).get(id, "")
    preview(window, receipts(window.store, id, name))


def open_account(window: MainWindow, id: bytes) -> None:
    """Show the account on a customer's page."""
    from freecrm.ui.record_page.page import RecordPage

    window.show_id(CUSTOMER, id)
    page = window.navigator.page
    if isinstance(page, RecordPage):
        page.show_tab("account")


def ageing(window: MainWindow, _place: Place) -> Page:
    """The page of ageing, its wishes heard."""
    from freecrm.ui.money.ageing_page import AgeingPage

    made = AgeingPage(window.store, window.tasks)
    made.open_account.connect(partial(open_account, window))
    made.rows_wanted.connect(lambda filters: window.show_filtered("receivable", filters))
    made.dunning_wanted.connect(partial(dun, window))
    made.told.connect(
        lambda what, path: window.toasts.add(what, N_("Open folder"), partial(talk.show_folder, path.parent))
    )
    return made
