"""The recycle bin: what was deleted, brought back with all that belongs to it, or gone for good."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from freecrm.store import history
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.bin_page import BinPage
from freecrm.ui.history_page import HistoryPage
from freecrm.ui.page import Place
from freecrm.ui.purge_question import PurgeQuestion
from freecrm.ui.window import MainWindow
from tests.store.samples import a_firm, assert_well, dump
from tests.ui.conftest import MakeWindow
from tests.ui.starting import click


def deleted(store: Store, *records: tuple[str, bytes]) -> None:
    for entity, id in records:
        with store.step("Away") as step:
            step.delete(entity, id)


def opened(window: MainWindow) -> BinPage:
    page = window.visit(Place("bin"))
    assert isinstance(page, BinPage)
    return page


def row_of(qtbot: QtBot, page: BinPage, row: int) -> list[str]:
    page.rows.text(row, 4)
    qtbot.waitUntil(lambda: bool(page.rows._along) or not page.rows._asked)
    return [page.rows.text(row, column) for column in (0, 1, 4)]


def test_it_lists_what_went_and_with_what(qtbot: QtBot, make_window: MakeWindow, store: Store) -> None:
    _owner, customer, _contact = a_firm(store)
    deleted(store, ("customer", customer))
    page = opened(make_window(store))
    name, kind, along = row_of(qtbot, page, 0)
    assert (name, kind) == ("鹿溪堂茶业", "Customer")
    assert "1 phone" in along
    assert "1 position" in along
    assert "1 tag" in along
    assert page.rows.text(0, 2).startswith("Today ")
    assert page.summary() == "1 record"


def test_one_is_restored_by_enter_with_its_rows(qtbot: QtBot, make_window: MakeWindow, store: Store) -> None:
    _owner, customer, _contact = a_firm(store)
    before = dump(store)
    deleted(store, ("customer", customer))
    page = opened(make_window(store))
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert dump(store) == before
    assert page.nothing.isVisible()
    assert page.nothing.title.text() == "The recycle bin is empty"
    assert not page.restore_button.isEnabled()
    assert not page.empty_button.isEnabled()


def test_many_are_restored_as_one_step(qtbot: QtBot, make_window: MakeWindow, store: Store) -> None:
    _owner, customer, contact = a_firm(store)
    before = dump(store)
    deleted(store, ("contact", contact), ("customer", customer))
    page = opened(make_window(store))
    page.table.selectAll()
    assert page.restore_button.text() == "Restore 2 records"
    assert page.selection_words() == "2 selected"
    click(qtbot, page.restore_button)
    assert dump(store) == before
    assert str(history.steps(store)[0]) == "Restore 2 records"


def test_found_by_any_value(qtbot: QtBot, make_window: MakeWindow, store: Store) -> None:
    _owner, customer, contact = a_firm(store)
    deleted(store, ("contact", contact), ("customer", customer))
    page = opened(make_window(store))
    qtbot.keyClick(page.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    page.find_box.setText("鹿溪")
    assert [b.title for b in page.rows.rows] == ["鹿溪堂茶业"]
    assert not page.empty_button.isEnabled()  # what is not seen is not emptied
    page.find_box.setText("qqxz")
    assert page.nothing.title.text() == "Nothing in the bin fits"
    click(qtbot, page.all_button)
    assert len(page.rows.rows) == 2


def test_gone_for_good_only_after_the_question(qtbot: QtBot, make_window: MakeWindow, store: Store) -> None:
    _owner, customer, contact = a_firm(store)
    deleted(store, ("contact", contact), ("customer", customer))
    page = opened(make_window(store))
    page.table.selectRow(0)
    page.table.setFocus()
    with talk.recording() as heard:
        qtbot.keyClick(page.table, Qt.Key.Key_Delete)
        assert heard.asked == ["purge 1"]
        assert len(page.rows.rows) == 2
        heard.purge = True
        click(qtbot, page.empty_button)
    assert heard.asked == ["purge 1", "purge 2"]
    assert str(heard.messages[-1].what) == "2 records are gone for good."
    assert page.nothing.isVisible()
    assert_well(store)


def test_the_question_names_verb_and_number(qtbot: QtBot) -> None:
    dialog = PurgeQuestion(None, 12)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.delete_button.text() == "Delete 12 records for ever"
    qtbot.keyClick(dialog, Qt.Key.Key_Return)  # Enter keeps
    assert not dialog.wanted
    dialog = PurgeQuestion(None, 1, "Blue Heron")
    qtbot.addWidget(dialog)
    dialog.show()
    click(qtbot, dialog.delete_button)
    assert dialog.wanted


def test_what_another_brought_back_is_told(qtbot: QtBot, make_window: MakeWindow, store: Store) -> None:
    _owner, customer, _contact = a_firm(store)
    deleted(store, ("customer", customer))
    page = opened(make_window(store))
    stale = list(page.rows.rows)
    click(qtbot, page.restore_button)
    page.rows.show_rows(stale)
    page.table.selectRow(0)
    with talk.recording() as heard:
        page.restore_chosen()
    assert "not in the recycle bin" in str(heard.messages[0].what)


def test_the_step_is_shown(qtbot: QtBot, make_window: MakeWindow, store: Store) -> None:
    _owner, customer, _contact = a_firm(store)
    deleted(store, ("customer", customer))
    window = make_window(store)
    click(qtbot, opened(window).step_button)
    page = window.navigator.page
    assert isinstance(page, HistoryPage)
    assert page.detail.title.text() == "Away"
