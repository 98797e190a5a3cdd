"""What is done with orders by command: made of a quote or a deal, confirmed, delivered, taken back, invoiced, cancelled;
how far an invoice is; what repeating bills brought."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from freecrm.core.day_words import this_day
from freecrm.core.ordering import BACK, OUT
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say
from freecrm.ui import talk
from freecrm.ui.commands import Command
from freecrm.ui.page import Place
from freecrm.ui.window_commands.shown import chosen_record

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow


def _meant(window: MainWindow, *entities: str) -> tuple[str, bytes] | None:
    chosen = chosen_record(window)
    return chosen if chosen is not None and chosen[0] in entities else None


def _run(
    window: MainWindow, work: Callable[..., Any], *args: Any, then: Callable[[Any], None] | None = None
) -> None:
    window.tasks.run(partial(work, *args), then=then or _nothing, failed=talk.tell_problem, writes=True)


def _nothing(_done: object) -> None:
    """The step itself tells what was done."""


def _open(window: MainWindow, dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.finished.connect(lambda _code: window.navigator.page.focus_first())
    dialog.open()


# ---- orders


def make(window: MainWindow) -> None:
    """Make an order of the quote or the deal that is meant, and open it; one that was made already is opened."""
    from freecrm.store import orders

    meant = _meant(window, "quote", "deal")
    if meant is None:
        return
    entity, id = meant

    def then(made: bytes) -> None:
        window.show_id("sales_order", made)

    find, begin = (
        (orders.for_deal, orders.from_deal) if entity == "deal" else (orders.of_quote, orders.from_quote)
    )
    before = find(window.store, id)
    if before is None:
        _run(window, begin, window.store, id, then=then)
        return
    titles = window.store.reader().titles
    talk.tell(
        say(
            N_("There is order {order} of “{name}” already: here it is."),
            order=titles("sales_order", {before}).get(before, ""),
            name=titles(entity, {id}).get(id, ""),
        )
    )
    then(before)


def act_on(module: str, work: str, entity: str, window: MainWindow) -> None:
    """Do what a function of the store does to the record of this kind that is meant. It is loaded when it is used:
    a start doesn't wait for it."""
    meant = _meant(window, entity)
    if meant is not None:
        _run(window, getattr(import_module(f"freecrm.store.{module}"), work), window.store, meant[1])


def confirm(window: MainWindow, reason: str = "") -> None:
    """Confirm the order that is meant; beyond the credit limit only with a reason, which is asked for."""
    from freecrm.store import orders
    from freecrm.store.credit import Beyond

    meant = _meant(window, "sales_order")
    if meant is None:
        return

    def failed(problem: Known) -> None:
        if isinstance(problem, Beyond):
            from freecrm.ui.money.bill_dialog import ask_reason

            ask_reason(window, problem, partial(confirm, window))
        else:
            talk.tell_problem(problem)

    work = partial(orders.confirm, window.store, meant[1], reason)
    window.tasks.run(work, then=_nothing, failed=failed, writes=True)


def deliver(kind: str, window: MainWindow) -> None:
    """Ask how many of which lines go out, or come back."""
    from freecrm.store import deliveries, orders
    from freecrm.ui.orders.deliver_dialog import DeliverDialog

    meant = _meant(window, "sales_order")
    if meant is None:
        return
    id = meant[1]
    try:
        record = orders.there(window.store, id)
        rows = deliveries.open_lines(window.store, id, kind)
        if record["confirmed"] is None:
            what = N_("Order {number} is still a draft. Confirm it, then deliver.")
            raise Known(say(what, number=orders.number_of(record)))
        if kind == BACK and not any(row.left for row in rows):
            what = N_("Nothing of order {number} was delivered, so nothing can come back.")
            raise Known(say(what, number=orders.number_of(record)))
        address = deliveries.address_of(window.store, id) if kind == OUT else ""
    except Known as problem:
        talk.tell_problem(problem)
        return
    keep = partial(deliveries.deliver, window.store, id, kind=kind)
    number = orders.number_of(record)
    _open(window, DeliverDialog(window, window.store, window.tasks, number, kind, rows, address, keep))


def invoice(window: MainWindow) -> None:
    """Ask to whom an invoice of the order is made out, and on how much."""
    from freecrm.store import invoices

    meant = _meant(window, "sales_order")
    if meant is None:
        return
    try:
        known = invoices.begun(window.store, meant[1])
    except Known as problem:
        talk.tell_problem(problem)
        return
    ask_invoice(window, meant[1], known)


def ask_invoice(window: MainWindow, order: bytes, known: dict[str, Any], trouble: str = "") -> None:
    """The form for it with what is known. trouble: why what was typed before can't be."""
    from freecrm.store import invoices, orders
    from freecrm.ui.orders.invoice_box import InvoiceBox

    store = window.store

    def taken(values: dict[str, Any]) -> None:
        try:
            invoices.ask(store, order, **values)
        except Known as problem:
            ask_invoice(window, order, values, str(problem.what))

    record = orders.there(store, order)
    saved = invoices.heads(store, record["customer"])
    box = InvoiceBox(window, store, window.tasks, orders.number_of(record), known, saved, taken)
    if trouble:
        box.trouble.setText(trouble)
        box.trouble.show()
    _open(window, box)


BEGUN = {
    "delivery": ("to_deliver", N_("Choose the order whose goods go out, then “Deliver…” in its menu.")),
    "invoice": ("to_invoice", N_("Choose the order to be invoiced, then “Ask for an invoice…” in its menu.")),
}
"""What is begun from an order: the view of the orders it may be, and what to do there."""


def begin(window: MainWindow, entity: str) -> None:
    """Begin one of `BEGUN`: of the order in hand, else the orders it may be are shown."""
    if _meant(window, "sales_order") is not None:
        if entity == "delivery":
            deliver(OUT, window)
        else:
            invoice(window)
        return
    from freecrm.ui import today_desk

    view, what = BEGUN[entity]
    today_desk.show_view(window, "sales_order", view)
    talk.tell(say(what))


# ---- invoices


def issue(window: MainWindow) -> None:
    """Ask for the number under which an invoice was issued."""
    from freecrm.store import invoices
    from freecrm.ui.board.ask_box import AskBox

    meant = _meant(window, "invoice")
    if meant is None:
        return
    store, id = window.store, meant[1]
    fields = {name: store.schema.fields("invoice")[name] for name in ("number", "issued")}

    def taken(values: dict[str, Any]) -> None:
        _run(window, invoices.issue, store, id, values.get("number"), values.get("issued"))

    record = store.reader().record("invoice", id)
    about = str(record["head"] or "") if record is not None else ""
    box = AskBox(
        window, store, window.tasks, _("Invoice issued"), about, _("Keep"), fields, ("number", "issued"), taken,
        known={"issued": this_day()},
    )  # fmt: skip
    _open(window, box)


# ---- repeating bills


def make_due(window: MainWindow) -> None:
    """Make the drafts that are due of the repeating bill that is meant."""
    from freecrm.store import repeat_bills

    meant = _meant(window, "repeat_bill")
    if meant is not None:
        _run(window, repeat_bills.run_one, window.store, meant[1], this_day())


def tell_bills(window: MainWindow, made: Sequence[bytes]) -> None:
    """Tell what repeating bills brought at the start of a day."""
    if not made:
        return
    what = N_("{n} drafts of orders came from repeating bills.")
    if len(made) == 1:
        what = N_("A draft of an order came from a repeating bill.")
    window.toasts.add(say(what, n=f"{len(made):,}"), N_("Show"), lambda: _show(window, made))


def _show(window: MainWindow, made: Sequence[bytes]) -> None:
    if len(made) == 1:
        window.show_id("sales_order", made[0])
    else:
        window.visit(Place("list", "sales_order"))


# ---- as commands


def commands(window: MainWindow) -> Iterator[Command]:
    """The commands; each acts on records of its kind alone."""
    wanted: tuple[tuple[str, str, Callable[..., object], str, tuple[str, ...], tuple[str, ...]], ...] = (
        ("order.make", N_("Make order"), make, "clipboard-list", ("quote", "deal"), ("订单", "生成订单", "sales order")),
        ("order.confirm", N_("Confirm order"), confirm, "check", ("sales_order",), ("确认订单",)),
        ("order.deliver", N_("Deliver…"), partial(deliver, OUT), "truck", ("sales_order",), ("发货", "出库", "ship")),
        ("order.return", N_("Take goods back…"), partial(deliver, BACK), "undo-2", ("sales_order",), ("退货", "return")),
        ("order.invoice", N_("Ask for an invoice…"), invoice, "receipt-text", ("sales_order",), ("开票", "发票", "invoice")),
        ("order.cancel", N_("Cancel order"), partial(act_on, "orders", "cancel", "sales_order"), "ban", ("sales_order",), ("取消订单",)),
        ("invoice.issue", N_("Invoice issued…"), issue, "check", ("invoice",), ("开票", "已开")),
        ("invoice.send", N_("Invoice sent"), partial(act_on, "invoices", "send", "invoice"), "send", ("invoice",), ("寄出",)),
        ("invoice.void", N_("Make invoice void"), partial(act_on, "invoices", "make_void", "invoice"), "ban", ("invoice",), ("作废", "红冲")),
        ("repeat.make", N_("Make bills that are due"), make_due, "repeat", ("repeat_bill",), ("生成账单",)),
        ("repeat.stop", N_("Stop repeating bill"), partial(act_on, "repeat_bills", "stop", "repeat_bill"), "ban", ("repeat_bill",), ("停止",)),
    )  # fmt: skip
    for id, text, act, icon, entities, also in wanted:
        yield Command(
            id,
            text,
            partial(act, window),
            "record",
            group=7,
            icon=icon,
            enabled=partial(_can, window, entities),
            also=also,
        )


def _can(window: MainWindow, entities: tuple[str, ...]) -> bool:
    meant = _meant(window, *entities)
    if meant is None or meant[0] != "quote":
        return meant is not None
    record = window.store.reader().record("quote", meant[1], ("lines", "files"))
    return record is not None and record["state"] in ("sent", "accepted")
