"""Leads in the window: converted from list, panel and page, given up, shared out, ruled over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core.query import Query
from freecrm.core.record import Record
from freecrm.core.words import N_
from freecrm.store import deals, undo
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.leads.convert_dialog import NEW, OTHER, ConvertDialog
from freecrm.ui.leads.rules_panel import SharingPanel
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Place
from freecrm.ui.reason_dialog import ReasonDialog
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.settings_page import SettingsPage
from freecrm.ui.window import MainWindow

MakeWindow = Callable[..., MainWindow]


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(12, button.height() // 2))


def put(store: Store, entity: str, **values: Any) -> bytes:
    with store.step(N_("{field} changed"), field="x") as step:
        return step.insert(entity, values)


def record(store: Store, entity: str, id: bytes | None) -> Record:
    found = store.reader().record(entity, id) if id is not None else None
    assert found is not None
    return found


def count(store: Store, entity: str) -> int:
    return sum(1 for _record in store.reader().each(Query(entity)))


@pytest.fixture
def store(store: Store) -> Store:
    deals.take_ready(store)
    put(store, "customer", name="苏州昊天食品有限公司", phones=[{"number": "+8613800138000"}])
    put(store, "customer", name="Other Firm")
    return store


@pytest.fixture
def lead(store: Store) -> bytes:
    return put(
        store, "lead", name="昊天食品", person="王磊", phones=[{"number": "+8613800138000"}], city="苏州市", budget=500
    )  # fmt: skip


def listed(make_window: MakeWindow, store: Store) -> tuple[MainWindow, ListPage]:
    window = make_window(store)
    page = window.visit(Place("list", "lead"))
    assert isinstance(page, ListPage)
    page.grid.selectRow(0)
    return window, page


def dialog(window: MainWindow, kind: type[QDialog]) -> Any:
    return next(one for one in window.findChildren(kind) if one.isVisible())


def test_who_it_may_be_already_is_shown_first(make_window: MakeWindow, store: Store, lead: bytes) -> None:
    window, _page = listed(make_window, store)
    window.commands.run("lead.convert")
    asked = dialog(window, ConvertDialog)
    texts = [button.text() for button in asked.choices.values()]
    assert texts == ["苏州昊天食品有限公司", "New customer “昊天食品”", "Another customer:"]
    assert [button.isChecked() for button in asked.choices.values()] == [True, False, False]
    before = count(store, "customer")
    click(asked.convert_button)
    kept = record(store, "lead", lead)
    assert kept["state"] == "converted"
    assert record(store, "customer", kept["customer"])["name"] == "苏州昊天食品有限公司"
    assert (count(store, "customer"), count(store, "contact"), count(store, "deal")) == (before, 1, 0)
    assert isinstance(window.navigator.page, RecordPage)  # its customer is shown
    assert window.navigator.page.entity.entity == "customer"
    assert "Lead “昊天食品” converted" in window.toasts.shown[-1].text.text()


def test_a_new_customer_with_its_deal_by_keys(make_window: MakeWindow, store: Store, lead: bytes) -> None:
    window, page = listed(make_window, store)
    page.grid.setFocus()
    QTest.keyClick(
        page.grid, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    asked = dialog(window, ConvertDialog)
    click(asked.choices[NEW])
    click(asked.deal)
    asked.name.main().selectAll()
    QTest.keyClicks(asked.name.main(), "RO line")
    asked.amount.main().selectAll()
    QTest.keyClicks(asked.amount.main(), "much")
    click(asked.convert_button)
    assert asked.isVisible()  # an amount that is none: nothing happens, and it is said why
    assert "much" in asked.trouble.text()
    asked.amount.main().selectAll()
    QTest.keyClicks(asked.amount.main(), "1,200")
    QTest.keyClick(asked.amount.main(), Qt.Key.Key_Return)
    kept = record(store, "lead", lead)
    assert record(store, "customer", kept["customer"])["name"] == "昊天食品"
    deal = record(store, "deal", kept["deal"])
    assert (deal["name"], deal["amount"]) == ("RO line", 120_000)
    undo.undo(store)
    assert (record(store, "lead", lead)["state"], count(store, "deal")) == ("new", 0)


def test_another_customer_has_to_be_named(make_window: MakeWindow, store: Store, lead: bytes) -> None:
    window, _page = listed(make_window, store)
    window.commands.run("lead.convert")
    asked = dialog(window, ConvertDialog)
    QTest.keyClicks(asked.other.main(), "zzz")
    assert asked.choices[OTHER].isChecked()
    click(asked.convert_button)
    assert asked.isVisible()
    assert "Choose a customer" in asked.trouble.text()
    asked.other.main().clear()
    QTest.keyClicks(asked.other.main(), "Other Firm")
    click(asked.convert_button)
    kept = record(store, "lead", lead)
    assert record(store, "customer", kept["customer"])["name"] == "Other Firm"


def test_panel_and_page_have_its_buttons(make_window: MakeWindow, store: Store, lead: bytes) -> None:
    window, page = listed(make_window, store)
    page.toggle_panel()
    assert page.panel is not None
    strip = page.panel.acts
    assert [button.text() for button in strip.buttons.values() if button.isVisible()] == [
        "Convert…", "Share out", "Give up…",
    ]  # fmt: skip
    click(strip.buttons["lead.convert"])
    click(dialog(window, ConvertDialog).convert_button)
    window.show_id("lead", lead)
    shown = window.navigator.page
    assert isinstance(shown, RecordPage)
    buttons = shown.acts.buttons
    assert [button.text() for button in buttons.values() if button.isVisible()] == ["Open the customer"]
    click(buttons["lead.customer"])
    assert window.navigator.page.entity.entity == "customer"  # type: ignore[attr-defined]
    with talk.recording() as heard:
        window.show_id("lead", lead)
        window.commands.run("lead.convert")
    assert "converted already" in str(heard.messages[-1].what)


def test_the_customers_timeline_tells_of_the_lead(make_window: MakeWindow, store: Store, lead: bytes) -> None:
    window, _page = listed(make_window, store)
    window.commands.run("lead.convert")
    click(dialog(window, ConvertDialog).convert_button)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    heads = [row.head for row in page.overview.timeline.model.rows]
    assert "Came from the lead “昊天食品”" in heads


def test_given_up_with_a_reason(make_window: MakeWindow, store: Store, lead: bytes) -> None:
    window, _page = listed(make_window, store)
    window.commands.run("lead.drop")
    asked = dialog(window, ReasonDialog)
    click(asked.act_button)
    assert asked.isVisible()
    assert "Say why" in asked.trouble.text()
    QTest.keyClicks(asked.reason, "no need")
    QTest.keyClick(asked.reason, Qt.Key.Key_Return)
    assert record(store, "lead", lead)["why"] == "no need"
    assert "given up" in window.toasts.shown[-1].text.text()


def test_a_rule_made_in_the_settings_shares_out(
    make_window: MakeWindow, store: Store, lead: bytes, qtbot: QtBot
) -> None:
    who = put(store, "user", name="Lin Xiaotang")
    window, page = listed(make_window, store)
    with talk.recording() as heard:
        window.commands.run("lead.share")
    assert "There is no rule of sharing out" in str(heard.messages[-1].what)
    settings = window.visit(Place("settings", "lead"))
    assert isinstance(settings, SettingsPage)
    panel = settings.sections["lead"].panel
    assert isinstance(panel, SharingPanel)
    assert panel.nothing.isVisible()
    click(panel.box.new_button)
    assert QApplication.focusWidget() is panel.box.editors["name"].main()
    QTest.keyClicks(panel.box.editors["name"].main(), "Everybody")
    seats: Any = panel.box.editors["seats"]
    click(seats.add_button)
    line = seats.lines[0].editors["user"].main()
    QTest.keyClicks(line, "Lin Xiaotang")
    line.clearFocus()
    panel.box.editors["province"].main().setFocus()
    qtbot.waitUntil(lambda: not panel.box.unsaved())
    (made,) = panel.box.records
    assert (made["name"], [row["user"] for row in made["seats"]]) == ("Everybody", [who])
    window.visit(Place("list", "lead"))
    page.grid.selectRow(0)
    window.commands.run("lead.share")
    assert record(store, "lead", lead)["owner_user"] == who
    fresh = put(store, "lead", name="another")
    assert record(store, "lead", fresh)["owner_user"] == who
