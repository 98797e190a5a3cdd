"""The page of a record as a newcomer uses it: F2 from the tabs, text sizes, empty tabs, room for the timeline."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFontMetrics
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from freecrm.store import noting
from freecrm.ui import look
from freecrm.ui.record_page.figures import ROLES
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.record_page.rows_tab import TableTab
from freecrm.ui.record_page.tabs import EntriesTab, LinkedTab
from freecrm.ui.window import MainWindow

CTRL = Qt.KeyboardModifier.ControlModifier
NAME = "云杉谷酒店"


@pytest.fixture
def page(window: MainWindow) -> RecordPage:
    return opened(window, NAME)


def opened(window: MainWindow, name: str) -> RecordPage:
    id = window.store.reader().named("customer", name)
    assert id is not None
    window.show_id("customer", id)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    return page


@pytest.fixture
def bare(window: MainWindow) -> RecordPage:
    with window.store.step("New") as step:
        step.insert("customer", {"name": "Bare"})
    return opened(window, "Bare")


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


# ---- F2


def test_f2_on_the_tabs_edits_the_first_value_and_then_the_one_edited_last(
    window: MainWindow, page: RecordPage, qtbot: QtBot
) -> None:
    assert focus() is page.tab_bar
    assert "F2" in page.hint()
    qtbot.keyClick(page.tab_bar, Qt.Key.Key_F2)
    assert page.fields.place is not None
    assert page.fields.place.spot.key == "name"
    qtbot.keyClick(focus(), Qt.Key.Key_Escape)
    page.fields.edit("employees")
    qtbot.keyClick(focus(), Qt.Key.Key_Escape)
    page.show_tab("files")
    page.tab_bar.setFocus()
    qtbot.keyClick(page.tab_bar, Qt.Key.Key_F2)
    assert page.tab == "overview"
    assert page.fields.place.spot.key == "employees"


# ---- figures


def test_figures_follow_the_text_size_while_the_page_is_open(window: MainWindow, page: RecordPage) -> None:
    button = next(one for one in page.bar.buttons.values() if one.isVisible())
    window.dress.set_zoom(150)
    lines = sum(QFontMetrics(look.font(role)).lineSpacing() for role in ROLES)
    assert button.minimumHeight() >= lines
    assert page.bar.minimumHeight() > button.minimumHeight()
    window.dress.set_zoom(100)


def test_figures_of_money_show_the_sign_of_the_currency(window: MainWindow, page: RecordPage) -> None:
    with window.store.step("Change") as step:
        step.update("customer", page.id, {"opening_balance": 3_240_000})
    assert page.bar.buttons["balance"].value.text() == "¥32,400.00"


# ---- empty tabs


def test_an_empty_tab_says_what_it_is_for_and_begins(bare: RecordPage, qtbot: QtBot) -> None:
    for name, action in (
        ("people", "New contact"),
        ("below", "New customer"),
        ("files", "Attach a file…"),
        ("notes", "Write the first note"),
    ):
        bare.show_tab(name)
        tab = bare.made[name]
        assert isinstance(tab, (TableTab, LinkedTab, EntriesTab))
        state = tab.nothing
        assert state.isVisible()
        assert state.title.text().startswith("No ")
        assert state.text.text()
        assert state.button.text() == action
        assert abs(state.mapTo(tab, state.rect().center()).x() - tab.rect().center().x()) < 40
        bare.focus_tab()
        assert tab.isAncestorOf(focus())
    assert "Drop files anywhere" in bare.made["files"].nothing.text.text()  # type: ignore[attr-defined]
    qtbot.mouseClick(bare.made["notes"].nothing.button, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    assert focus() is bare.overview.composer.text
    qtbot.keyClicks(focus(), "x")
    qtbot.keyClick(focus(), Qt.Key.Key_Return, CTRL)
    bare.show_tab("notes")
    assert not bare.made["notes"].nothing.isVisible()  # type: ignore[attr-defined]
    bare.show_tab("people")
    qtbot.mouseClick(bare.made["people"].nothing.button, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    assert bare.new is not None
    bare.give_up()


# ---- what is told leaves with its record


def test_a_warning_about_one_record_leaves_with_it(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.page.grid.go(0, 0)
    qtbot.keyClick(window.page.grid, Qt.Key.Key_Return)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "empty"))])
    (tmp_path / "empty").mkdir()
    buttons, keys, copy = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    at = QPointF(300, 300)
    QApplication.sendEvent(page, QDragEnterEvent(at.toPoint(), copy, data, buttons, keys))
    QApplication.sendEvent(page, QDropEvent(at, copy, data, buttons, keys))
    assert page.messages.isVisible()
    qtbot.keyClick(focus(), Qt.Key.Key_Down, CTRL)
    assert not page.messages.isVisible()


# ---- room for the timeline


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_four_entries_and_one_line_of_chips_at_1366(
    window: MainWindow, page: RecordPage, language: str, qtbot: QtBot
) -> None:
    for n in range(6):
        noting.add_note(window.store, "customer", page.id, f"note {n}")
    window.dress.set_language(language)
    box = page.overview.timeline
    view = box.view
    qtbot.waitUntil(lambda: view.visualRect(view.rows_model.index(1)).height() > 0)
    assert len({chip.y() for chip in box.chips.values()}) == 1
    last = max(chip.mapTo(box, chip.rect().topRight()).x() for chip in box.chips.values())
    assert last < box.find_box.x()
    whole = [
        row
        for row in range(view.rows_model.rowCount())
        if view.rows_model.rows[row].about is not None
        and 0 <= view.visualRect(view.rows_model.index(row)).bottom() <= view.viewport().height()
    ]
    assert len(whole) >= 4
    window.dress.set_language("en")


def test_the_box_for_notes_is_one_line_until_it_is_used(page: RecordPage, qtbot: QtBot) -> None:
    composer = page.overview.composer
    low = composer.height()
    page.fields.edit("employees")
    qtbot.keyClick(focus(), Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert not composer.save_button.isVisible()
    qtbot.keyClick(focus(), Qt.Key.Key_J, CTRL)
    qtbot.waitUntil(lambda: composer.height() > low + 40)
    assert composer.save_button.isVisible()
    qtbot.keyClicks(focus(), "x")
    page.tab_bar.setFocus()
    assert composer.save_button.isVisible()


# ---- fields


def test_an_address_says_that_it_is_one(window: MainWindow, page: RecordPage) -> None:
    with window.store.step("Address") as step:
        step.insert(
            "address",
            {"parent": page.id, "parent_entity": "customer", "kind": "office", "street": "Elm 1"},
        )
    titles = [line.title for _title, lines in page.fields.view.sections for line in lines]
    assert "Address (office)" in titles


def test_a_website_with_a_blank_is_told_where_it_is_typed(
    window: MainWindow, page: RecordPage, qtbot: QtBot
) -> None:
    page.fields.edit("website")
    focus().selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(focus(), "x y")
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert page.fields.place is not None
    assert "isn't a web address" in page.fields.place.trouble.text()
    record = window.store.reader().record("customer", page.id)
    assert record is not None
    assert record["website"] != "x y"
    page.fields.give_up()


def test_long_words_of_the_score_cut_no_card(window: MainWindow) -> None:
    with window.store.step("New") as step:
        step.insert("customer", {"name": "Bare", "opening_balance": 4_700_000, "credit_limit": 3_500_000})
    page = opened(window, "Bare")
    right = page.overview.right
    for language in ("en", "zh_CN"):
        for zoom in (100, 150):
            window.dress.set_language(language)
            window.dress.set_zoom(zoom)
            QApplication.processEvents()
            assert right.isHidden() or page.overview.stack.width() <= right.viewport().width(), (
                language,
                zoom,
            )
    window.dress.set_zoom(100)
