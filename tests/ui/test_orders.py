"""From quote to delivery and invoice with real clicks: order made, confirmed, delivered in parts, taken back, billed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from pytestqt.qtbot import QtBot

from freecrm.core.day_words import this_day
from freecrm.core.words import N_
from freecrm.store import deal_acts, deals, deliveries, invoices, orders, quotes, repeat_bills, undo
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.board.ask_box import AskBox
from freecrm.ui.list_page import ListPage
from freecrm.ui.orders import desk
from freecrm.ui.orders.deliver_dialog import DeliverDialog
from freecrm.ui.orders.lines_tab import OrderTab
from freecrm.ui.page import Place
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.window import MainWindow

LEFT, Key = Qt.MouseButton.LeftButton, Qt.Key


def rows() -> list[dict[str, Any]]:
    return [
        {"name": "Dispenser", "quantity": Decimal(6), "price": 12_800_00, "tax": Decimal(13), "position": 1},
        {"name": "Prefilter", "quantity": Decimal(2), "price": 680_00, "tax": Decimal(13), "position": 2},
    ]


@pytest.fixture
def quote(store: Store) -> bytes:
    with store.step(N_("{field} changed"), field="x") as step:
        customer = step.insert("customer", {"name": "云杉谷酒店"})
        id = step.insert("quote", quotes.fresh(store, customer=customer, lines=rows()))
    quotes.send(store, id)
    return id


@pytest.fixture
def order(store: Store, quote: bytes) -> bytes:
    id = orders.from_quote(store, quote)
    orders.confirm(store, id)
    return id


def page_of(window: MainWindow, entity: str, id: bytes) -> RecordPage:
    window.show_id(entity, id)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    return page


def button(page: RecordPage, command: str) -> QPushButton:
    return page.acts.buttons[command]


def shown(page: RecordPage) -> list[str]:
    return [name for name, one in page.acts.buttons.items() if one.isVisible()]


def press(qtbot: QtBot, page: RecordPage, command: str) -> None:
    qtbot.mouseClick(button(page, command), LEFT)


def dialog(kind: type[QDialog]) -> Any:
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]
    assert len(found) == 1
    return found[0]


def read(store: Store, id: bytes, entity: str = "sales_order") -> Any:
    record = store.reader().record(entity, id)
    assert record is not None
    return record


def test_a_quote_becomes_an_order_that_is_confirmed(
    qtbot: QtBot, window: MainWindow, store: Store, quote: bytes
) -> None:
    page = page_of(window, "quote", quote)
    press(qtbot, page, "order.make")
    made = window.navigator.page
    assert isinstance(made, RecordPage)
    assert made.entity.entity == "sales_order"
    assert "order.confirm" in shown(made)
    assert "order.deliver" not in shown(made)
    press(qtbot, made, "order.confirm")
    assert read(store, made.id)["state"] == "confirmed"
    assert [name for name in shown(made) if name != "order.cancel"] == ["order.deliver", "order.invoice"]
    again = page_of(window, "quote", quote)
    press(qtbot, again, "order.make")  # it opens the one there is
    assert window.navigator.page.id == made.id  # type: ignore[attr-defined]
    assert store.read().execute("SELECT count(*) FROM sales_order").fetchone() == (1,)


def test_enter_delivers_all_that_is_open(
    qtbot: QtBot, window: MainWindow, store: Store, order: bytes
) -> None:
    page = page_of(window, "sales_order", order)
    press(qtbot, page, "order.deliver")
    box: DeliverDialog = dialog(DeliverDialog)
    assert [one.text() for one in box.boxes] == ["6", "2"]
    qtbot.keyClick(box.boxes[0], Key.Key_Return)
    assert not box.isVisible()
    assert read(store, order)["state"] == "delivered"
    assert "order.deliver" not in shown(page)
    assert "order.return" in shown(page)
    undo.undo(store)
    assert read(store, order)["state"] == "confirmed"


def test_a_part_goes_out_and_a_part_comes_back(
    qtbot: QtBot, window: MainWindow, store: Store, order: bytes
) -> None:
    page = page_of(window, "sales_order", order)
    press(qtbot, page, "order.deliver")
    box: DeliverDialog = dialog(DeliverDialog)
    box.boxes[0].selectAll()
    qtbot.keyClicks(box.boxes[0], "4")
    box.boxes[1].selectAll()
    qtbot.keyClick(box.boxes[1], Key.Key_Delete)
    box.editors["carrier"].main().setFocus()
    qtbot.keyClicks(box.editors["carrier"].main(), "SF Express")
    qtbot.mouseClick(box.act_button, LEFT)
    assert read(store, order)["state"] == "partly"
    page.show_tab("deliveries")
    assert page.made["deliveries"].model.rowCount() == 1  # type: ignore[attr-defined]
    press(qtbot, page, "order.return")
    back: DeliverDialog = dialog(DeliverDialog)
    assert len(back.boxes) == 1  # what never went out can't come back
    qtbot.keyClicks(back.boxes[0], "5")
    qtbot.mouseClick(back.act_button, LEFT)
    assert back.isVisible()
    assert "1 more of “Dispenser” would have come back" in back.trouble.text()
    back.boxes[0].selectAll()
    qtbot.keyClicks(back.boxes[0], "4")
    qtbot.mouseClick(back.act_button, LEFT)
    assert read(store, order)["state"] == "confirmed"


def test_more_than_ordered_is_asked_about(
    qtbot: QtBot, window: MainWindow, store: Store, order: bytes
) -> None:
    page = page_of(window, "sales_order", order)
    press(qtbot, page, "order.deliver")
    box: DeliverDialog = dialog(DeliverDialog)
    assert not box.over.isVisible()
    box.boxes[0].selectAll()
    qtbot.keyClicks(box.boxes[0], "x")
    qtbot.mouseClick(box.act_button, LEFT)
    assert box.trouble.isVisible()
    box.boxes[0].selectAll()
    qtbot.keyClicks(box.boxes[0], "7")
    assert box.over.isVisible()
    qtbot.mouseClick(box.act_button, LEFT)
    assert "1 more of “Dispenser” than ordered" in box.trouble.text()
    box.over.click()
    qtbot.mouseClick(box.act_button, LEFT)
    assert "Say why" in box.trouble.text()
    qtbot.keyClicks(box.why, "A spare")
    qtbot.mouseClick(box.act_button, LEFT)
    assert not box.isVisible()
    assert read(store, order)["state"] == "delivered"


def test_an_order_is_invoiced(qtbot: QtBot, window: MainWindow, store: Store, order: bytes) -> None:
    page = page_of(window, "sales_order", order)
    press(qtbot, page, "order.invoice")
    box: AskBox = dialog(AskBox)
    assert box.editors["head"].value() == "云杉谷酒店"
    amount = box.editors["amount"].main()
    amount.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(amount, "100000")
    qtbot.mouseClick(box.take_button, LEFT)
    again: AskBox = dialog(AskBox)  # it was too much: said, and nothing typed is lost
    assert "is left to invoice" in again.trouble.text()
    amount = again.editors["amount"].main()
    amount.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(amount, "30000")
    qtbot.mouseClick(again.take_button, LEFT)
    assert read(store, order)["to_invoice"] == 48_160_00
    (id,) = store.read().execute("SELECT id FROM invoice").fetchone()
    bill = page_of(window, "invoice", id)
    press(qtbot, bill, "invoice.issue")
    number: AskBox = dialog(AskBox)
    qtbot.keyClicks(number.editors["number"].main(), "2600001")
    qtbot.mouseClick(number.take_button, LEFT)
    assert (read(store, id, "invoice")["state"], read(store, id, "invoice")["number"]) == (
        "issued",
        "2600001",
    )
    press(qtbot, bill, "invoice.send")
    assert read(store, id, "invoice")["state"] == "sent"
    press(qtbot, bill, "invoice.void")
    assert read(store, order)["to_invoice"] == 78_160_00


def test_a_head_of_before_is_chosen(qtbot: QtBot, window: MainWindow, store: Store, order: bytes) -> None:
    page = page_of(window, "sales_order", order)
    press(qtbot, page, "order.invoice")
    box: AskBox = dialog(AskBox)
    assert not box.saved.isVisible()  # type: ignore[attr-defined]
    qtbot.keyClick(box, Key.Key_Escape)
    for head, tax_no in (("Valley One Ltd", "91310000A"), ("Valley Two Ltd", "91310000B")):
        invoices.ask(store, order, amount=1_00, head=head, tax_no=tax_no)
    press(qtbot, page, "order.invoice")
    again: AskBox = dialog(AskBox)
    assert again.editors["head"].value() == "Valley Two Ltd"
    saved = again.saved  # type: ignore[attr-defined]
    saved.setFocus()
    qtbot.keyClick(saved, Key.Key_Down)
    assert (again.editors["head"].value(), again.editors["tax_no"].value()) == ("Valley One Ltd", "91310000A")
    qtbot.mouseClick(again.take_button, LEFT)
    assert read(store, order)["to_invoice"] == 0


def test_the_lines_show_what_is_delivered_and_stay_open(
    qtbot: QtBot, window: MainWindow, store: Store, order: bytes
) -> None:
    first = quotes.ordered(read(store, order)["lines"])[0]["id"]
    deliveries.deliver(store, order, {first: Decimal(4)})
    page = page_of(window, "sales_order", order)
    page.show_tab("lines")
    tab = page.made["lines"]
    assert isinstance(tab, OrderTab)
    assert "78,160.00" in tab.total.text()
    at = tab.model.columns.index("delivered")
    assert [tab.model.text(row, at) for row in range(2)] == ["4", "0"]
    assert not tab.model.flags(tab.model.index(0, at)) & Qt.ItemFlag.ItemIsEditable
    assert tab.state_label.text() == "Partly delivered"
    tab.model.setData(tab.model.index(0, 3), "3", Qt.ItemDataRole.EditRole)
    assert "4 of “Dispenser” were delivered already" in tab.trouble.text()
    tab.model.setData(tab.model.index(0, 3), "5", Qt.ItemDataRole.EditRole)
    assert tab.model.text(0, 3) == "5"


def test_a_won_deal_becomes_an_order_in_the_same_step(store: Store) -> None:
    deals.take_ready(store)
    with store.step(N_("{field} changed"), field="x") as step:
        customer = step.insert("customer", {"name": "云杉谷酒店"})
        deal = step.insert("deal", {"name": "Floor 3", "customer": customer, "amount": 900_00})
    deal_acts.win(store, deal, order=True)
    assert read(store, deal, "deal")["state"] == "won"
    (id,) = store.read().execute("SELECT id FROM sales_order").fetchone()
    assert read(store, id)["total"] == 900_00
    undo.undo(store)
    assert read(store, deal, "deal")["state"] == "open"
    assert store.reader().record("sales_order", id) is None


def test_what_repeating_bills_brought_is_told(qtbot: QtBot, window: MainWindow, store: Store) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        customer = step.insert("customer", {"name": "云杉谷酒店"})
        values = {"name": "Service", "customer": customer, "begins": this_day(), "amount": 500_00}
        step.insert("repeat_bill", values)
    made = repeat_bills.run_daily(store)
    desk.tell_bills(window, made)
    toast = window.toasts.shown[-1]
    assert "A draft of an order came from a repeating bill" in toast.accessibleName() or toast.isVisible()
    qtbot.mouseClick(toast.findChildren(QPushButton)[0], LEFT)
    assert window.navigator.page.id == made[0]  # type: ignore[attr-defined]


@pytest.mark.parametrize("entity", ["sales_order", "delivery", "invoice", "repeat_bill"])
def test_each_has_its_list_under_orders(window: MainWindow, order: bytes, entity: str) -> None:
    window.visit(Place("list", entity))
    page = window.navigator.page
    assert isinstance(page, ListPage)
    assert page.page.entity == entity


@pytest.mark.parametrize(("entity", "says"), [("delivery", "goods go out"), ("invoice", "to be invoiced")])
def test_what_is_made_of_an_order_begins_at_the_orders(
    window: MainWindow, order: bytes, entity: str, says: str
) -> None:
    with talk.recording() as heard:
        window.new(entity)
    page = window.navigator.page
    assert isinstance(page, ListPage)
    assert (page.page.entity, len(page.model.numbers)) == ("sales_order", 1)
    assert says in str(heard.messages[0].what)
    page_of(window, "sales_order", order)
    window.new(entity)  # of the order in hand, at once
    box = dialog(DeliverDialog if entity == "delivery" else AskBox)
    box.close()


def test_the_large_button_makes_another_of_what_is_shown(
    window: MainWindow, order: bytes, quote: bytes
) -> None:
    page_of(window, "sales_order", order)
    assert window.new_entity().entity == "sales_order"
    page_of(window, "quote", quote)
    assert window.new_entity().entity == "quote"
    window.visit(Place("reports"))
    assert window.new_entity().entity == "customer"
