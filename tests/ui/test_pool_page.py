"""The shared pool in the window: listed, claimed, assigned, returned with a reason, ruled over."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from freecrm.core.words import N_
from freecrm.store import colleagues, pool, pool_moves, pool_rules, undo
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.page import Place
from freecrm.ui.pool_page import PoolPage
from freecrm.ui.pool_return import ReturnDialog
from freecrm.ui.pool_rules import PoolRulesPanel
from freecrm.ui.settings_page import SettingsPage
from freecrm.ui.window import MainWindow

MakeWindow = Callable[..., MainWindow]
HERE = Place("pool")


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def owned(store: Store) -> list[bytes]:
    sql = "SELECT id FROM customer WHERE owner_user IS NOT NULL ORDER BY n"
    return [id for (id,) in store.read().execute(sql)]


@pytest.fixture
def window(make_window: MakeWindow, full_store: Store) -> MainWindow:
    full_store.set_setting("pool.on", True)
    made = make_window(full_store)
    made.who.choose("林晓棠")
    made.after_first_paint()
    return made


def opened(window: MainWindow) -> PoolPage:
    page = window.visit(HERE)
    assert isinstance(page, PoolPage)
    return page


def returned(window: MainWindow, count: int) -> list[bytes]:
    store = window.store
    mine, store.user = store.user, colleagues.known(store, "马小川")
    ids = owned(store)[:count]
    pool_moves.give_back(store, ids, "联系不上")
    store.user = mine
    return ids


def test_the_sidebar_follows_the_setting(window: MainWindow) -> None:
    assert HERE in window.sidebar.buttons
    window.store.set_setting("pool.on", False)
    window.take_setting("pool.on")
    assert HERE not in window.sidebar.buttons
    window.store.set_setting("pool.on", True)
    window.take_setting("pool.on")
    assert HERE in window.sidebar.buttons


def test_only_whom_nobody_has_is_listed(window: MainWindow) -> None:
    page = opened(window)
    before = len(page.model.records)
    returned(window, 3)
    assert len(page.model.records) == before + 3 == page.model.total
    free = pool.count(window.store)
    assert free == before + 3
    assert window.sidebar.buttons[HERE].badge_text() == str(free)
    page.find_box.setText("qqxz")
    assert len(page.model.records) == 0
    page.find_box.clear()
    assert page.crumbs() == ["Customers", "Shared pool"]


def test_an_empty_pool_leads_to_all_customers(window: MainWindow) -> None:
    store = window.store
    free = store.read().execute("SELECT id FROM customer WHERE owner_user IS NULL").fetchall()
    with store.step(N_("Changed")) as step:
        step.update_many("customer", [(id, {"owner_user": store.user}) for (id,) in free])
    page = opened(window)
    assert page.states.empty.title.text() == "Nobody is in the shared pool"
    assert page.states.new_button.isHidden()
    click(page.states.import_button)
    assert window.navigator.page is window.page


def test_claimed_with_a_click_and_taken_back(window: MainWindow) -> None:
    returned(window, 3)
    page = opened(window)
    count = len(page.model.records)
    page.grid.selectRow(0)
    click(page.claim_button)
    assert len(page.model.records) == count - 1
    assert "claimed from the pool" in window.toasts.shown[-1].text.text()
    undo.undo(window.store)
    assert len(page.model.records) == count


def test_a_limit_is_told_and_nothing_taken(window: MainWindow) -> None:
    returned(window, 3)
    window.store.set_setting("pool.daily", 1)
    page = opened(window)
    count = len(page.model.records)
    page.grid.selectAll()
    with talk.recording() as heard:
        window.commands.run("pool.claim")
    assert "You may claim 1 customers a day" in str(heard.messages[-1].what)
    assert len(page.model.records) == count


def test_assigned_by_the_menu(window: MainWindow) -> None:
    (id,) = returned(window, 1)
    page = opened(window)
    page.show_record(window.store.reader().numbers_of("customer", [id])[id])
    menu = window.pool.colleagues()
    next(one for one in menu.actions() if one.text().startswith("马小川")).trigger()
    record = window.store.reader().record("customer", id)
    assert record is not None
    assert record["owner_user"] == colleagues.known(window.store, "马小川")


def test_returned_with_a_reason(window: MainWindow) -> None:
    window.visit(window.home())
    page = window.page
    n = page.model.records[0]
    (id,) = window.store.reader().ids_of("customer", [n])
    with window.store.step("Mine") as step:
        step.update("customer", id, {"owner_user": window.store.user})
    page.grid.go_to(n)
    window.commands.run("pool.return")
    dialog = next(one for one in window.findChildren(ReturnDialog) if one.isVisible())
    assert "马小川" in dialog.seen.text()
    assert "For 48 hours you can't take it back." in dialog.seen.text()
    click(dialog.return_button)
    assert dialog.isVisible()
    assert "Say why" in dialog.trouble.text()
    QTest.keyClicks(dialog.reason, "no need")
    QTest.keyClick(dialog.reason, Qt.Key.Key_Return)
    record = window.store.reader().record("customer", id)
    assert record is not None
    assert (record["owner_user"], record["pool_why"]) == (None, "no need")


def test_the_box_says_who_may_claim_and_who_not(window: MainWindow) -> None:
    store = window.store
    first, second = owned(store)[:2]
    owner = colleagues.known(store, "马小川")
    with store.step("Theirs") as step:
        step.update_many("customer", [(id, {"owner_user": owner}) for id in (first, second)])
    box = ReturnDialog(window, store, [first], lambda _why: None)
    who, wait = box.seen.text().split(". ")
    assert who.startswith("You, ")
    assert "马小川" not in who
    assert wait == "For 48 hours 马小川 can't take it back."
    pool_moves.give_back(store, [first], "no need")
    assert pool_moves.claim(store, [first]) == 1
    both = ReturnDialog(window, store, [first, second], lambda _why: None)
    assert "马小川" in both.seen.text()
    assert "nobody can take back what was theirs" in both.seen.text()
    store.set_setting("pool.hours", 0)
    assert "马小川" in ReturnDialog(window, store, [second], lambda _why: None).seen.text()


def test_nothing_of_it_without_the_setting(make_window: MakeWindow, full_store: Store) -> None:
    window = make_window(full_store)
    for id in ("pool.claim", "pool.assign", "pool.return"):
        assert not window.commands.is_enabled(id)
    assert HERE not in window.sidebar.buttons
    assert "pool_since" not in [f.name for f in full_store.schema.shown("customer")]


def rules(window: MainWindow) -> PoolRulesPanel:
    page = window.visit(Place("settings", "pool"))
    assert isinstance(page, SettingsPage)
    panel = page.sections["pool"].panel
    assert isinstance(panel, PoolRulesPanel)
    return panel


def test_rules_are_looked_at_before_they_are_saved(window: MainWindow) -> None:
    panel = rules(window)
    days, warn = panel.boxes["A"]
    QTest.keyClicks(days, "30")
    QTest.keyClicks(warn, "5")
    panel.preview()
    assert panel.outlook.text().startswith("Today 0 customers would go back")
    assert pool_rules.rules(window.store) == []
    click(panel.save_button)
    assert [(r.grade, r.days, r.warn) for r in pool_rules.rules(window.store)] == [("A", 30, 5)]
    assert not panel.save_button.isEnabled()
    undo.undo(window.store)
    assert pool_rules.rules(window.store) == []
    assert days.text() == ""


@pytest.mark.parametrize(("days", "warn"), [("0", ""), ("abc", ""), ("10", "10"), ("99999", "1")])
def test_a_rule_that_makes_no_sense_stays_and_says_why(window: MainWindow, days: str, warn: str) -> None:
    panel = rules(window)
    QTest.keyClicks(panel.boxes["A"][0], days)
    QTest.keyClicks(panel.boxes["A"][1], warn)
    click(panel.save_button)
    assert panel.trouble.isVisible()
    assert panel.trouble.text()
    assert panel.boxes["A"][0].text() == days
    assert pool_rules.rules(window.store) == []
    assert panel.unsaved()
    click(panel.drop_button)
    assert not panel.unsaved()


def test_the_page_says_that_it_can_be_claimed(window: MainWindow) -> None:
    (id,) = returned(window, 1)
    window.show_id("customer", id)
    texts = [
        one.text()
        for one in window.navigator.page.findChildren(QWidget)
        if callable(getattr(one, "text", None)) and one.isVisible()
    ]
    assert "Nobody has this customer: it can be claimed." in texts
    assert window.commands.is_enabled("pool.claim")
    assert QApplication.activeModalWidget() is None
    assert not [one for one in window.findChildren(QPushButton) if one.text() == "None"]
