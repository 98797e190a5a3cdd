"""Follow-up plans by hand: made, begun on a page and for many, seen on the card, stopped."""

from __future__ import annotations

import datetime as dt

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from freecrm.store import plans
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.page import Place
from freecrm.ui.plan_begin import PlanBegin
from freecrm.ui.plans_page import PlansPage
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.record_page.plan_card import PlanCard
from freecrm.ui.window import MainWindow
from tests.ui.test_access import check_names, check_sizes

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")


def page_of(window: MainWindow) -> PlansPage:
    window.commands.run("tools.plans")
    page = window.navigator.page
    assert isinstance(page, PlansPage)
    return page


def one(store: Store, sql: str) -> object:
    return store.read().execute(sql).fetchone()[0]


def dialog_of(window: MainWindow) -> PlanBegin:
    found = [d for d in window.findChildren(PlanBegin) if d.isVisible()]
    assert len(found) == 1
    return found[0]


def card_of(window: MainWindow) -> PlanCard:
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    return page.findChildren(PlanCard)[0]


def open_customer(window: MainWindow) -> bytes:
    id = (
        window.store.read()
        .execute("SELECT id FROM customer WHERE status = 'lead' ORDER BY n LIMIT 1")
        .fetchone()[0]
    )
    window.show_id("customer", id)
    return bytes(id)


def test_two_ready_plans_are_offered(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window)
    assert page.empty.isVisible()
    qtbot.mouseClick(page.ready_button, LEFT)
    assert [page.list.item(at).text() for at in range(page.list.count())] == ["New lead", "After the sale"]
    assert [line.days.value() for line in page.steps.lines] == [1, 3, 7]
    assert all(line.falls.text() for line in page.steps.lines)
    window.commands.run("edit.undo")
    assert page.empty.isVisible()


def test_a_plan_of_ones_own(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window)
    qtbot.mouseClick(page.own_button, LEFT)
    qtbot.keyClicks(page.name, "Trade fair")  # the name is selected: typing replaces it
    qtbot.mouseClick(page.add_button, LEFT)
    qtbot.keyClicks(page.steps.lines[0].subject, "Thank them")
    qtbot.keyClick(page.steps.lines[0].subject, Qt.Key.Key_Return)
    qtbot.keyClicks(page.steps.lines[1].subject, "Send samples")
    qtbot.keyClick(page.steps.lines[1].subject, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    page.statuses["customer"].click()
    assert page.unsaved() == ["Name", "Stops at status", "Steps"]
    qtbot.keyClicks(page.steps.lines[0].time, "25:00")
    qtbot.mouseClick(page.save_button, LEFT)
    assert "“25:00” is no time of day" in page.trouble.text()
    page.steps.lines[0].time.setText("9:30")
    qtbot.mouseClick(page.save_button, LEFT)
    record = window.store.reader().record("plan", page.id or b"")
    assert record is not None
    assert (record["name"], record["stops"]) == ("Trade fair", "customer")
    assert [(row["days"], row["subject"], row["time"]) for row in record["steps"]] == [
        (1, "Send samples", "9:30"),
        (4, "Thank them", None),
    ]
    assert page.unsaved() == []


def test_choosing_another_asks_what_becomes_of_what_is_typed(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window)
    qtbot.mouseClick(page.ready_button, LEFT)
    page.name.setText("")
    with talk.recording() as heard:
        heard.unsaved = "save"
        page.list.setCurrentRow(1)
    assert heard.asked == ["New lead: Name"]
    assert page.list.currentRow() == 0  # it can't be saved like that
    assert page.trouble.text() == "Give the plan a name."
    page.name.setText("Leads")
    with talk.recording() as heard:
        heard.unsaved = "stay"
        page.list.setCurrentRow(1)
    assert (page.list.currentRow(), page.name.text()) == (0, "Leads")
    with talk.recording() as heard:
        heard.unsaved = "save"
        page.list.setCurrentRow(1)
    assert page.name.text() == "After the sale"
    assert page.list.item(0).text() == "Leads"
    page.name.setText("Thanks")
    with talk.recording() as heard:
        heard.unsaved = "discard"
        page.list.setCurrentRow(0)
    assert (page.list.currentRow(), page.name.text()) == (0, "Leads")
    assert page.list.item(1).text() == "After the sale"


def test_begun_on_the_page_shown_on_the_card_and_stopped(window: MainWindow, qtbot: QtBot) -> None:
    plans.ready(window.store)
    open_customer(window)
    assert not card_of(window).isVisibleTo(window.navigator.page)
    window.commands.run("record.plan")
    dialog = dialog_of(window)
    assert dialog.preview.text().count("\n") == 2
    qtbot.mouseClick(dialog.begin_button, LEFT)
    card = card_of(window)
    assert card.found[0].name == "New lead"
    assert (card.found[0].done, card.found[0].total) == (0, 3)
    assert card.isVisibleTo(window.navigator.page)
    assert "begun for" in window.toasts.shown[-1].text.text()
    window.commands.run("record.plan")
    dialog = dialog_of(window)
    with talk.recording() as heard:
        qtbot.mouseClick(dialog.begin_button, LEFT)
    assert "is running for" in str(heard.messages[0].what)
    qtbot.mouseClick(card.buttons[0], LEFT)
    assert one(window.store, "SELECT count(*) FROM activity WHERE plan_run IS NOT NULL") == 0
    assert card.found == []
    window.commands.run("edit.undo")
    assert card_of(window).found[0].total == 3


def test_the_menu_of_the_page_begins_it_too(window: MainWindow, qtbot: QtBot) -> None:
    plans.ready(window.store)
    open_customer(window)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    qtbot.mouseClick(page.more_button, LEFT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(action for action in menu.actions() if action.text() == "Begin a follow-up plan…")
    menu.close()
    action.trigger()
    assert dialog_of(window).isVisible()


def test_for_many_in_the_list(window: MainWindow, qtbot: QtBot) -> None:
    plans.ready(window.store)
    window.visit(Place("list", "customer"))
    window.page.grid.selectAll()
    count = len(window.page.cells.numbers())
    window.commands.run("batch.begin_plan")
    with talk.recording() as heard:
        qtbot.mouseClick(dialog_of(window).begin_button, LEFT)
    begun = one(window.store, "SELECT count(*) FROM plan_run")
    bought = one(window.store, "SELECT count(*) FROM customer WHERE status = 'customer'")
    assert begun == count - int(str(bought))
    assert "were left out" in str(heard.messages[-1].what)
    window.commands.run("edit.undo")
    assert one(window.store, "SELECT count(*) FROM plan_run") == 0


def test_without_a_plan_the_ready_ones_are_offered_at_once(window: MainWindow, qtbot: QtBot) -> None:
    open_customer(window)
    window.commands.run("record.plan")
    dialog = dialog_of(window)
    assert "There is no follow-up plan yet" in dialog.offer.text()
    assert [dialog.plan.itemText(at) for at in range(dialog.plan.count())] == ["New lead", "After the sale"]
    assert "Call: First call" in dialog.preview.text()
    dialog.plan.setCurrentIndex(1)
    assert "Did everything arrive?" in dialog.preview.text()
    dialog.reject()
    assert one(window.store, "SELECT count(*) FROM plan") == 0
    window.commands.run("record.plan")
    dialog = dialog_of(window)
    assert dialog.offer.isVisible()
    dialog.plan.setCurrentIndex(1)
    qtbot.mouseClick(dialog.begin_button, LEFT)
    assert one(window.store, "SELECT count(*) FROM plan") == 2
    begun = "SELECT p.name FROM plan_run r JOIN plan p ON p.id = r.plan"
    qtbot.waitUntil(lambda: window.store.read().execute(begun).fetchall() == [("After the sale",)])


def test_a_day_that_is_none_is_refused(window: MainWindow, qtbot: QtBot) -> None:
    plans.ready(window.store)
    open_customer(window)
    window.commands.run("record.plan")
    dialog = dialog_of(window)
    dialog.day.set_value(None)
    qtbot.mouseClick(dialog.begin_button, LEFT)
    assert dialog.isVisible()
    assert dialog.trouble.text() == "Say on which day the plan begins."
    dialog.day.set_value(dt.date(2026, 9, 30))
    qtbot.mouseClick(dialog.begin_button, LEFT)
    QApplication.processEvents()
    assert one(window.store, "SELECT count(*) FROM plan_run") == 1


def test_a_deleted_plan_stops_where_it_runs(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window)
    qtbot.mouseClick(page.ready_button, LEFT)
    id = open_customer(window)
    assert page.id is not None
    plans.begin(window.store, page.id, [id], dt.date(2026, 3, 19))
    page = page_of(window)
    assert "running for 1 customer." in page.text.text()
    qtbot.mouseClick(page.delete_button, LEFT)
    assert one(window.store, "SELECT state FROM plan_run") == "stopped"
    assert page.list.count() == 1
    window.commands.run("edit.undo")
    assert one(window.store, "SELECT state FROM plan_run") == "running"


def test_the_page_and_the_dialog_can_be_used_by_everybody(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window)
    qtbot.mouseClick(page.ready_button, LEFT)
    check_names(page)
    check_sizes(page)
    open_customer(window)
    window.commands.run("record.plan")
    check_names(dialog_of(window))
    check_sizes(dialog_of(window))
