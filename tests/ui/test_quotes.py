"""A quote on its page by real keys: lines typed and pasted, live totals, versions, comparing, paper."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from freecrm.core.words import N_
from freecrm.store import deals, quotes, undo
from freecrm.store.database import Store
from freecrm.ui.code_rule import CodeRuleEditor
from freecrm.ui.list_page import ListPage
from freecrm.ui.new_panel import NewPanel
from freecrm.ui.page import Place
from freecrm.ui.print_preview import PrintPreview
from freecrm.ui.quotes.line_grid import CellLine
from freecrm.ui.quotes.lines_tab import QuoteTab
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.settings_page import SettingsPage
from freecrm.ui.today.page import TodayPage
from freecrm.ui.window import MainWindow

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
Made = tuple[MainWindow, QuoteTab, bytes]


@pytest.fixture
def made(window: MainWindow, store: Store) -> Made:
    with store.step(N_("{field} changed"), field="x") as step:
        step.insert(
            "product",
            {"name": "Dispenser", "code": "D-1", "spec": "RO-800G", "price": 12_800_00, "tax": Decimal(13)},
        )
        step.insert(
            "product",
            {"name": "Prefilter", "code": "P-1", "spec": "PF-40", "price": 680_00, "tax": Decimal(13)},
        )
        customer = step.insert("customer", {"name": "云杉谷酒店"})
        id = step.insert("quote", quotes.fresh(store, customer=customer, terms="a"))
    return window, tab_of(window, id), id


def tab_of(window: MainWindow, id: bytes) -> QuoteTab:
    window.show_id("quote", id)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    page.show_tab("lines")
    tab = page.made["lines"]
    assert isinstance(tab, QuoteTab)
    tab.grid.setFocus()
    return tab


def press(qtbot: QtBot, tab: QuoteTab, *keys: Any) -> None:
    """Keys go to whatever has the focus."""
    for key in [sign for one in keys for sign in (one if isinstance(one, str) else [one])]:
        focus = QApplication.focusWidget() or tab.grid
        if isinstance(key, str):
            qtbot.keyClicks(focus, key)
        elif isinstance(key, tuple):
            qtbot.keyClick(focus, *key)
        else:
            qtbot.keyClick(focus, key)


def lines(store: Store, id: bytes) -> list[tuple[Any, ...]]:
    record = store.reader().record("quote", id)
    assert record is not None
    return [
        (row["name"], row["quantity"], row["price"], row["total"]) for row in quotes.ordered(record["lines"])
    ]


def test_a_line_is_typed_and_enter_goes_to_the_next(qtbot: QtBot, made: Made, store: Store) -> None:
    _window, tab, id = made
    tab.grid.go_to(0, 0)
    press(qtbot, tab, "Dispenser", Key.Key_Return)
    assert lines(store, id) == [("Dispenser", 1, 12_800_00, 12_800_00)]
    assert (tab.grid.currentIndex().row(), tab.grid.currentIndex().column()) == (1, 0)
    press(qtbot, tab, "Something else", Key.Key_Return)
    assert [row[0] for row in lines(store, id)] == ["Dispenser", "Something else"]
    assert "14,464" not in tab.total.text()
    assert "12,800.00" in tab.total.text()


def test_a_scanner_types_a_barcode_and_enter(qtbot: QtBot, made: Made, store: Store) -> None:
    _window, tab, id = made
    with store.step("x") as step:
        step.update("product", product(store, "D-1"), {"barcode": "6901234567892"})
    tab.grid.go_to(0, 0)
    press(qtbot, tab, "6901234567892", Key.Key_Return)
    assert lines(store, id) == [("Dispenser", 1, 12_800_00, 12_800_00)]
    with store.step("x") as step:  # of two nobody can say which is meant
        step.update("product", product(store, "P-1"), {"barcode": "6901234567892"})
    press(qtbot, tab, "6901234567892", Key.Key_Return)
    assert [row[0] for row in lines(store, id)] == ["Dispenser", "6901234567892"]


def test_a_product_is_found_while_it_is_typed(qtbot: QtBot, made: Made, store: Store) -> None:
    _window, tab, id = made
    tab.grid.go_to(0, 0)
    press(qtbot, tab, "Pref")
    line = QApplication.focusWidget()
    assert isinstance(line, CellLine)
    assert line.list is not None
    assert [offer.text for offer in line.list.offers] == ["Prefilter"]
    press(qtbot, tab, Key.Key_Down, Key.Key_Return)
    assert lines(store, id) == [("Prefilter", 1, 680_00, 680_00)]


def test_totals_follow_each_key(qtbot: QtBot, made: Made, store: Store) -> None:
    _window, tab, id = made
    tab.grid.go_to(0, 0)
    press(qtbot, tab, "Dispenser", Key.Key_Return)
    tab.grid.go_to(0, 3)
    press(qtbot, tab, "6")
    assert "76,800.00" in tab.total.text()
    press(qtbot, tab, Key.Key_Tab)  # keeps it and goes to the price
    assert tab.grid.currentIndex().column() == 4
    press(qtbot, tab, Key.Key_Tab)
    press(qtbot, tab, "3")
    assert "74,496.00" in tab.total.text()
    assert lines(store, id)[0][3] == 76_800_00  # not yet kept
    press(qtbot, tab, Key.Key_Escape)
    assert "76,800.00" in tab.total.text()
    undo.undo(store)
    assert lines(store, id)[0][1] == 1


def test_what_no_line_can_have_is_told(qtbot: QtBot, made: Made, store: Store) -> None:
    _window, tab, id = made
    tab.grid.go_to(0, 0)
    press(qtbot, tab, "Dispenser", Key.Key_Return)
    for column, text in ((3, "-2"), (5, "101"), (4, "abc")):
        tab.grid.go_to(0, column)
        press(qtbot, tab, text, Key.Key_Return)
        assert tab.trouble.isVisible()
        assert tab.trouble.text()
    assert lines(store, id) == [("Dispenser", 1, 12_800_00, 12_800_00)]


def test_lines_are_pasted_from_a_spreadsheet(qtbot: QtBot, made: Made, store: Store) -> None:
    _window, tab, id = made
    text = "Dispenser\t\t\t6\t12800\t3\nPump\tX\t\t2\tabc\n"
    QApplication.clipboard().setText(text)
    tab.grid.go_to(0, 0)
    press(qtbot, tab, (Key.Key_V, Qt.KeyboardModifier.ControlModifier))
    assert lines(store, id) == [("Dispenser", 6, 12_800_00, 74_496_00), ("Pump", 2, None, None)]
    assert "abc" in tab.trouble.text()
    undo.undo(store)
    assert lines(store, id) == []


def test_a_line_is_taken_out(qtbot: QtBot, made: Made, store: Store) -> None:
    _window, tab, id = made
    tab.grid.go_to(0, 0)
    press(qtbot, tab, "Dispenser", Key.Key_Return)
    tab.grid.go_to(0, 0)
    press(qtbot, tab, (Key.Key_Delete, Qt.KeyboardModifier.ControlModifier))
    assert lines(store, id) == []


def test_its_way_to_the_customer(qtbot: QtBot, made: Made, store: Store) -> None:
    window, tab, id = made
    qtbot.mouseClick(tab.buttons["send"], LEFT)
    assert "has no lines yet" in tab.trouble.text()
    tab.grid.go_to(0, 0)
    tab.grid.setFocus()
    press(qtbot, tab, "Dispenser", Key.Key_Return)
    qtbot.mouseClick(tab.buttons["send"], LEFT)
    assert tab.state_label.text() == "Sent · Version 1"
    assert not tab.buttons["send"].isVisible()
    tab.grid.go_to(0, 0)
    tab.grid.setFocus()
    press(qtbot, tab, "Changed", Key.Key_Return)
    assert [row[0] for row in lines(store, id)] == ["Dispenser"]
    qtbot.mouseClick(tab.buttons["version"], LEFT)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    assert page.id != id
    later = tab_of(window, page.id)
    later.grid.go_to(0, 3)
    press(qtbot, later, "8", Key.Key_Return)
    later.compare(id)
    model = later.compared.rows_model
    assert (model.rows[0][1:4]) == ("Quantity", "1", "8")
    qtbot.mouseClick(later.buttons["back"], LEFT)
    assert later.middle.currentWidget() is later.grid
    assert next(iter(window.navigator.page.printed())).title.endswith("in English")


# ---- prices, the whole, the margin


def record_of(store: Store, id: bytes) -> Any:
    record = store.reader().record("quote", id)
    assert record is not None
    return record


def change(store: Store, entity: str, id: bytes, **values: Any) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        step.update(entity, id, values)


def product(store: Store, code: str) -> bytes:
    return bytes(store.read().execute("SELECT id FROM product WHERE code = ?", (code,)).fetchone()[0])


def test_the_price_follows_grade_and_quantity_until_one_is_typed(
    qtbot: QtBot, made: Made, store: Store
) -> None:
    _window, tab, id = made
    change(store, "customer", record_of(store, id)["customer"], grade="A")
    levels = [
        {"grade": "A", "price": 12_000_00},
        {"grade": "A", "least": Decimal(10), "price": 11_000_00},
        {"grade": "B", "price": 1_00},
    ]
    change(store, "product", product(store, "D-1"), prices=levels)
    tab.load(id)
    tab.grid.go_to(0, 0)
    press(qtbot, tab, "Dispenser", Key.Key_Return)
    assert lines(store, id) == [("Dispenser", 1, 12_000_00, 12_000_00)]
    tab.grid.go_to(0, 3)
    press(qtbot, tab, "10", Key.Key_Return)
    assert lines(store, id)[0][1:3] == (10, 11_000_00)
    QApplication.clipboard().setText("Dispenser\t\t\t20\n")
    tab.grid.go_to(1, 0)
    press(qtbot, tab, (Key.Key_V, Qt.KeyboardModifier.ControlModifier))
    assert lines(store, id)[1][1:3] == (20, 11_000_00)
    tab.grid.go_to(0, 4)
    press(qtbot, tab, "11500", Key.Key_Return)
    tab.grid.go_to(0, 3)
    press(qtbot, tab, "1", Key.Key_Return)
    assert lines(store, id)[0][1:3] == (1, 11_500_00)  # what was typed stays


def test_what_is_sold_no_more_or_has_no_price_is_told(qtbot: QtBot, made: Made, store: Store) -> None:
    _window, tab, id = made
    change(store, "product", product(store, "D-1"), state="stopped")
    change(store, "product", product(store, "P-1"), price=None)
    tab.grid.go_to(0, 0)
    press(qtbot, tab, "Dispenser", Key.Key_Return)
    assert "sold no more" in tab.trouble.text()
    assert lines(store, id) == []
    tab.grid.go_to(0, 0)
    press(qtbot, tab, "Prefilter", Key.Key_Return)
    assert "has no price yet" in tab.trouble.text()
    assert lines(store, id) == [("Prefilter", 1, None, None)]
    qtbot.mouseClick(tab.buttons["send"], LEFT)
    assert "Line 1, “Prefilter”, has no price" in tab.trouble.text()


def test_the_discount_on_the_whole(qtbot: QtBot, made: Made, store: Store) -> None:
    _window, tab, id = made
    tab.grid.go_to(0, 0)
    press(qtbot, tab, "Dispenser", Key.Key_Return)
    line = tab.foot.discount
    line.setFocus()
    qtbot.keyClicks(line, "10")
    assert "11,520.00" in tab.total.text()
    assert record_of(store, id)["discount"] is None  # not yet kept
    qtbot.keyClick(line, Key.Key_Escape)
    assert "12,800.00" in tab.total.text()
    qtbot.keyClicks(line, "10")
    qtbot.keyClick(line, Key.Key_Return)
    assert record_of(store, id)["total"] == 11_520_00
    line.selectAll()
    qtbot.keyClicks(line, "101")
    qtbot.keyClick(line, Key.Key_Return)
    assert tab.trouble.isVisible()
    assert record_of(store, id)["total"] == 11_520_00
    undo.undo(store)
    tab.load(id)
    assert line.text() == ""
    qtbot.mouseClick(tab.foot.tax_in, LEFT)
    assert record_of(store, id)["total"] == 14_464_00


def test_the_margin_is_seen_by_those_who_may(qtbot: QtBot, made: Made, store: Store) -> None:
    _window, tab, id = made
    tab.grid.go_to(0, 0)
    press(qtbot, tab, "Dispenser", Key.Key_Return)
    assert not tab.foot.margin.isVisible()  # nobody said what it costs
    change(store, "product", product(store, "D-1"), cost=8_000_00)
    tab.load(id)
    assert "29.4 %" in tab.foot.margin.text()
    assert "3,327.43" in tab.foot.margin.text()
    tab.grid.go_to(0, 5)
    press(qtbot, tab, "5", "0")
    assert tab.foot.margin.text().startswith("Margin -")
    press(qtbot, tab, Key.Key_Escape)
    with store.step(N_("{field} changed"), field="x") as step:
        me = step.insert("user", {"name": "陈思远"})
    store.user = me
    store.set_setting("quote.margin_for", "沈若溪")
    tab.load(id)
    assert not tab.foot.margin.isVisible()
    store.set_setting("quote.margin_for", "沈若溪，陈思远")
    tab.load(id)
    assert tab.foot.margin.isVisible()


# ---- begun elsewhere, past its day


def test_begun_from_a_customer(qtbot: QtBot, made: Made, store: Store) -> None:
    window, _tab, id = made
    customer = record_of(store, id)["customer"]
    window.show_id("customer", customer)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    page.show_tab("quotes")
    assert window.new_entity().entity == "quote"
    window.commands.run("file.new")
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    assert page.tab == "lines"
    record = record_of(store, page.id)
    assert (record["customer"], record["state"]) == (customer, "draft")
    assert record["valid_until"] is not None
    undo.undo(store)
    assert store.reader().record("quote", page.id) is None


def test_begun_from_a_deal(qtbot: QtBot, made: Made, store: Store) -> None:
    window, _tab, id = made
    customer = record_of(store, id)["customer"]
    with store.step(N_("{field} changed"), field="x") as step:
        rows = [{"product": product(store, "D-1"), "quantity": Decimal(2), "price": 12_000_00}]
        deal = step.insert("deal", {"name": "Phase 2", "customer": customer, "lines": rows})
    window.show_id("deal", deal)
    window.commands.run("record.quote")
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    assert record_of(store, page.id)["deal"] == deal
    assert lines(store, page.id) == [("Dispenser", 2, 12_000_00, 24_000_00)]


def test_one_past_its_day_is_seen(qtbot: QtBot, made: Made, store: Store) -> None:
    window, tab, id = made
    tab.grid.go_to(0, 0)
    press(qtbot, tab, "Dispenser", Key.Key_Return)
    change(store, "quote", id, valid_until=dt.date(2026, 1, 2))
    qtbot.mouseClick(tab.buttons["send"], LEFT)
    assert tab.state_label.text() == "Expired · Version 1"
    page = window.visit(Place("today"))
    assert isinstance(page, TodayPage)
    line = page.line_of(("quote", id))
    assert line is not None
    qtbot.keyClick(line, Key.Key_Return)
    assert isinstance(window.navigator.page, RecordPage)
    assert window.navigator.page.id == id
    quotes.answer(store, id, accepted=True)
    assert record_of(store, id)["answer_by"] is None
    page = window.visit(Place("today"))
    assert isinstance(page, TodayPage)
    assert page.line_of(("quote", id)) is None


def test_the_preview_ticks_what_stands_on_the_paper(qtbot: QtBot, made: Made, store: Store) -> None:
    window, tab, _id = made
    tab.grid.go_to(0, 0)
    press(qtbot, tab, "Dispenser", Key.Key_Return)
    qtbot.mouseClick(tab.buttons["print"], LEFT)
    (preview,) = [one for one in window.findChildren(PrintPreview) if one.isVisible()]
    try:
        assert preview.shelf is not None
        assert "Without tax" in preview.shelf.pages.text(0)
        assert list(preview.options.ticks) == ["tax", "watermark"]
        assert preview.options.ticks["watermark"].isChecked()  # a draft
        qtbot.keyClick(preview.options.ticks["tax"], Key.Key_Space)
        assert "Without tax" not in preview.shelf.pages.text(0)
        assert "12,800.00" in preview.shelf.pages.text(0)
        preview.options.what.setCurrentIndex(1)
        assert "words" in preview.options.ticks
        preview.options.what.setCurrentIndex(2)
        assert "12,800.00" not in preview.shelf.pages.text(0)
        assert not preview.options.ticks["tax"].isVisible()
    finally:
        preview.reject()


@pytest.mark.parametrize("key", ["quote.number_rule", "sales_order.number_rule", "receipt.number_rule"])
def test_the_settings_show_the_next_three_numbers(qtbot: QtBot, made: Made, store: Store, key: str) -> None:
    window, _tab, _id = made
    page = window.visit(Place("settings"))
    assert isinstance(page, SettingsPage)
    page.show_setting(key)
    editor = page.rows[key].editor
    assert isinstance(editor, CodeRuleEditor)
    editor.line.clear()
    qtbot.keyClicks(editor.line, "{YY}{MM}-{0000}")
    month = f"{dt.datetime.now().astimezone():%y%m}"
    wanted = f"Next: {month}-0001, {month}-0002, {month}-0003"
    qtbot.waitUntil(lambda: editor.next.text() == wanted)
    qtbot.keyClick(editor.line, Key.Key_Return)
    assert store.setting(key) == "{YY}{MM}-{0000}"


def test_undo_by_key_is_seen_in_the_lines(qtbot: QtBot, made: Made, store: Store) -> None:
    window, tab, id = made
    tab.grid.go_to(0, 0)
    press(qtbot, tab, "Dispenser", Key.Key_Return)
    tab.grid.go_to(0, 3)
    press(qtbot, tab, "6", Key.Key_Return)
    assert "76,800.00" in tab.total.text()
    window.commands.run("edit.undo")
    assert lines(store, id)[0][1] == 1
    assert "12,800.00" in tab.total.text()
    assert tab.model.text(0, 3) == "1"
    window.commands.run("edit.redo")
    assert "76,800.00" in tab.total.text()


def test_a_sent_quote_takes_nothing_more(qtbot: QtBot, made: Made, store: Store) -> None:  # AC-Q-4
    _window, tab, id = made
    tab.grid.go_to(0, 0)
    press(qtbot, tab, "Dispenser", Key.Key_Return)
    qtbot.mouseClick(tab.buttons["send"], LEFT)
    before = record_of(store, id).values
    QApplication.clipboard().setText("Pump\tX\n")
    tab.grid.go_to(0, 0)
    tab.grid.setFocus()
    press(qtbot, tab, (Key.Key_V, Qt.KeyboardModifier.ControlModifier))
    press(qtbot, tab, (Key.Key_Delete, Qt.KeyboardModifier.ControlModifier))
    press(qtbot, tab, Key.Key_Delete)
    assert tab.foot.discount.isReadOnly()
    assert not tab.foot.tax_in.isEnabled()
    assert record_of(store, id).values == before
    qtbot.mouseClick(tab.buttons["decline"], LEFT)
    assert tab.state_label.text() == "Declined · Version 1"


def test_the_form_of_a_new_quote_has_what_is_usual(qtbot: QtBot, made: Made, store: Store) -> None:
    window, _tab, id = made
    store.set_setting("quote.terms", "Paid in advance")
    page = window.visit(Place("list", "quote"))
    window.commands.run("file.new")
    assert isinstance(page, ListPage)
    panel = page.side.new
    assert panel is not None
    assert panel.unsaved() == []
    panel.form.boxes["customer"].editor.set_value(record_of(store, id)["customer"])
    with qtbot.waitSignal(panel.form.saved) as saved:
        assert panel.form.save()
    record = record_of(store, saved.args[0])  # type: ignore[index]
    fresh = quotes.fresh(store)
    for name in ("day", "valid_until", "terms", "tax_in", "state", "version"):
        assert record[name] == fresh[name], name
    assert record["number"]


def test_accepting_asks_whether_the_deal_is_won(qtbot: QtBot, made: Made, store: Store) -> None:
    window, _tab, id = made
    deals.take_ready(store)
    customer = record_of(store, id)["customer"]
    with store.step(N_("{field} changed"), field="x") as step:
        rows = [{"product": product(store, "D-1"), "quantity": Decimal(2), "price": 12_000_00}]
        deal = step.insert("deal", {"name": "Phase 2", "customer": customer, "lines": rows})
    tab = tab_of(window, quotes.from_deal(store, deal))
    qtbot.mouseClick(tab.buttons["send"], LEFT)
    qtbot.mouseClick(tab.buttons["accept"], LEFT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == ["Accepted, and the deal is won", "Accepted"]
    menu.actions()[0].trigger()
    menu.close()
    assert tab.state_label.text() == "Accepted · Version 1"
    won = store.reader().record("deal", deal)
    assert won is not None
    assert won["state"] == "won"


def test_an_order_offers_its_confirmation(made: Made, store: Store) -> None:
    window, _tab, id = made
    with store.step(N_("{field} changed"), field="x") as step:
        values = {"number": "S-1", "customer": record_of(store, id)["customer"]}
        order = step.insert("sales_order", values)
    window.show_id("sales_order", order)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    assert [one.title for one in page.printed()][:2] == ["S-1 · in English", "S-1 · in Chinese"]


def test_begun_by_the_big_button_its_lines_come_next(qtbot: QtBot, made: Made, store: Store) -> None:
    """The short form asks for whom; saved, it goes on where prices come with the products."""
    window, _tab, id = made
    customer = record_of(store, id)["customer"]
    for entity in ("quote", "sales_order"):
        shown = window.visit(Place("list", entity))
        assert isinstance(shown, ListPage)
        qtbot.mouseClick(window.top.new_button, Qt.MouseButton.LeftButton)
        panel = shown.side.part
        assert isinstance(panel, NewPanel)
        panel.form.boxes["customer"].editor.set_value(customer)
        qtbot.mouseClick(panel.save_button, Qt.MouseButton.LeftButton)
        page = window.navigator.page
        assert isinstance(page, RecordPage)
        assert (page.entity.entity, page.tab) == (entity, "lines")
        assert page.id != id
