"""Columns: chosen, moved, made wider, kept in sight; heads with their menu."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.column_chooser import ColumnChooser
from freecrm.ui.field_list import NAME
from freecrm.ui.head_menu import head_menu
from freecrm.ui.name_popup import NamePopup
from freecrm.ui.page import Place
from freecrm.ui.window import MainWindow
from tests.ui.arranging import (
    ALT,
    LEFT,
    SHIFT,
    chips,
    click_head,
    column_of,
    groups,
    names,
    panel,
    pick_field,
    with_city,
)
from tests.ui.test_access import check_names, left_in_english

MakeWindow = Callable[..., MainWindow]
EIGHT = (
    "name",
    "grade",
    "main_contact",
    "main_phone",
    "owner_user",
    "last_contact",
    "next_at",
    "balance",
)


def chooser(window: MainWindow, qtbot: QtBot) -> ColumnChooser:
    qtbot.mouseClick(window.page.bar.columns_button, LEFT)
    opened = window.page.bar.popup
    assert isinstance(opened, ColumnChooser)
    return opened


def heads(window: MainWindow) -> list[str]:
    model = window.page.model
    return [str(model.headerData(at, Qt.Orientation.Horizontal)) for at in range(model.columnCount())]


def run(window: MainWindow, section: int, text: str) -> None:
    menu = head_menu(window.page, section)
    next(action for action in menu.actions() if action.text() == text).trigger()


def test_a_column_is_ticked_and_shows_its_values(window: MainWindow, qtbot: QtBot) -> None:
    assert window.page.bar.columns_button.text() == "Columns 8/33"
    opened = chooser(window, qtbot)
    qtbot.keyClicks(opened.list.search, "indus")
    pick_field(qtbot, opened.list.list, "industry")
    assert heads(window)[-1] == "Industry"
    assert window.page.bar.columns_button.text() == "Columns 9/33"
    texts = {str(window.page.model.index(row, 8).data()) for row in range(60)}
    assert "Manufacturing" in texts
    pick_field(qtbot, opened.list.list, "industry")
    assert tuple(window.page.model.columns) == EIGHT


def test_the_name_is_always_shown(window: MainWindow, qtbot: QtBot) -> None:
    opened = chooser(window, qtbot)
    pick_field(qtbot, opened.list.list, "name")
    window.page.arranger.set_columns(["grade"])
    assert window.page.model.columns == ("name", "grade")


def test_columns_are_moved_by_keys_and_brought_back(window: MainWindow, qtbot: QtBot) -> None:
    opened = chooser(window, qtbot)
    pick = next(
        row
        for row in range(opened.list.list.count())
        if opened.list.list.item(row).data(NAME) == "main_phone"
    )
    opened.list.list.setFocus()
    opened.list.list.setCurrentRow(pick)
    qtbot.keyClick(opened.list.list, Qt.Key.Key_Up, ALT)
    qtbot.mouseClick(opened.up, LEFT)
    assert window.page.model.columns[1] == "main_phone"
    assert opened.list.list.currentItem().data(NAME) == "main_phone"
    qtbot.mouseClick(opened.reset_button, LEFT)
    assert window.page.model.columns == EIGHT


def test_a_head_is_dragged_to_another_place(window: MainWindow, qtbot: QtBot) -> None:
    with_city(window)
    grid = window.page.grid
    grid.go(4, column_of(window, "city"))
    head = grid.horizontalHeader()
    head.moveSection(head.visualIndex(column_of(window, "city")), 1)  # what dropping a head does
    qtbot.waitUntil(lambda: window.page.model.columns[1] == "city")
    assert [head.logicalIndex(at) for at in range(head.count())] == list(range(head.count()))
    assert grid.currentIndex().column() == 1
    assert grid.currentIndex().row() == 4
    assert heads(window)[1] == "City"


def test_double_click_on_an_edge_fits_the_column(window: MainWindow, qtbot: QtBot) -> None:
    with_city(window)
    grid = window.page.grid
    city = column_of(window, "city")
    head = grid.horizontalHeader()
    before = grid.columnWidth(city)
    edge = QPoint(head.sectionViewportPosition(city) + before - 1, 10)
    qtbot.mouseDClick(head.viewport(), LEFT, pos=edge)
    assert grid.columnWidth(city) < before
    own = grid.columnWidth(city)
    window.resize(1500, 800)
    assert grid.columnWidth(city) == own  # the others share what the window has more
    assert window.page.views.is_changed


def test_the_heads_menu(window: MainWindow, qtbot: QtBot) -> None:
    with_city(window)
    page = window.page
    grade = column_of(window, "grade")
    run(window, grade, "Sort the other way round")
    assert (page.model.query.sort[0].field, page.model.query.sort[0].down) == ("grade", True)
    run(window, column_of(window, "city"), "Then sort by this")
    assert [one.field for one in page.model.query.sort] == ["grade", "city"]
    run(window, grade, "Group by this")
    assert [name for name, _n in groups(window)] == ["A", "B", "C", "No grade"]
    run(window, grade, "Don't group")
    assert groups(window) == []
    run(window, grade, "Filter by this…")
    assert panel(window).title.text() == "Grade"
    panel(window).dismiss()
    run(window, grade, "Hide this column")
    assert "grade" not in page.model.columns
    assert chips(window) == []
    assert "Hide this column" not in [action.text() for action in head_menu(page, 0).actions()]


def test_shift_click_adds_a_further_order(window: MainWindow, qtbot: QtBot) -> None:
    with_city(window)
    click_head(qtbot, window, column_of(window, "grade"))
    click_head(qtbot, window, column_of(window, "city"), SHIFT)
    assert [(one.field, one.down) for one in window.page.model.query.sort] == [
        ("grade", False),
        ("city", False),
    ]
    click_head(qtbot, window, column_of(window, "city"), SHIFT)
    assert window.page.model.query.sort[-1].down


# ---- the column that stays


@pytest.fixture
def wide(window: MainWindow) -> MainWindow:
    """More columns than the window is wide, scrolled to the right."""
    page = window.page
    page.arranger.set_columns([f.name for f in page.arranger.fields if f.kind != "longtext"])
    QApplication.processEvents()
    bar = page.grid.horizontalScrollBar()
    assert bar.maximum() > 200
    bar.setValue(bar.maximum())
    QApplication.processEvents()
    return window


def test_the_names_stay_in_sight(wide: MainWindow, qtbot: QtBot) -> None:
    grid, model = wide.page.grid, wide.page.model
    width = grid.columnWidth(0)
    assert grid.frozen_width == width
    spot = QPoint(20, grid.rowViewportPosition(3) + 5)
    assert (grid.indexAt(spot).row(), grid.indexAt(spot).column()) == (3, 0)
    qtbot.mouseClick(grid.viewport(), LEFT, pos=spot)
    assert grid.currentIndex().column() == 0
    assert grid.visualRect(model.index(3, 0)).left() == 0
    assert grid.horizontalScrollBar().value() == grid.horizontalScrollBar().maximum()  # nothing jumped
    shot = grid.viewport().grab(grid.visualRect(model.index(5, 0))).toImage()
    grid.horizontalScrollBar().setValue(0)
    assert grid.frozen_width == 0
    again = grid.viewport().grab(grid.visualRect(model.index(5, 0))).toImage()
    inner = shot.rect().adjusted(0, 0, -4, 0)  # but for the line at its right edge
    assert shot.copy(inner) == again.copy(inner)


def test_no_cell_hides_under_the_names(wide: MainWindow, qtbot: QtBot) -> None:
    grid = wide.page.grid
    grid.setFocus()
    grid.go(2, wide.page.model.columnCount() - 1)
    for _step in range(wide.page.model.columnCount() - 2):
        qtbot.keyClick(grid, Qt.Key.Key_Left)
        rect = grid.visualRect(grid.currentIndex())
        assert grid.currentIndex().column() == 0 or rect.left() >= grid.frozen_width


def test_the_head_of_the_names_sorts_where_it_is_seen(wide: MainWindow, qtbot: QtBot) -> None:
    head = wide.page.grid.horizontalHeader()
    qtbot.mouseClick(head.viewport(), LEFT, pos=QPoint(30, 10))
    assert wide.page.model.query.sort[0].field == "name"
    assert wide.page.model.query.sort[0].down


def test_more_columns_can_stay_or_none(wide: MainWindow) -> None:
    run(wide, 1, "Keep in sight up to here")
    assert wide.page.grid.frozen_width == wide.page.grid.columnWidth(0) + wide.page.grid.columnWidth(1)
    run(wide, 1, "Scroll all columns")
    assert wide.page.grid.frozen_width == 0
    assert wide.page.grid.grab().width() > 0


def test_as_many_stay_as_there_is_room_for(wide: MainWindow) -> None:
    grid = wide.page.grid
    run(wide, 9, "Keep in sight up to here")
    assert 1 < grid.staying < 10
    assert grid.frozen_width == sum(grid.columnWidth(at) for at in range(grid.staying))
    assert grid.frozen_width <= grid.viewport().width() * 0.6
    assert wide.status.hint.text().startswith(f"There is room to keep {grid.staying} of these 10 columns")
    page = wide.page
    page.grid.columns.own["name"] = 2000
    page.grid.columns.fit()
    assert grid.staying == 1  # the name, however wide


# ---- what fits


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_eight_columns_and_eighteen_rows_fit_at_1366(
    make_window: MakeWindow, full_store: Store, qtbot: QtBot, language: str
) -> None:
    window = make_window(full_store)
    window.dress.set_language(language)
    window.dress.set_density("compact")
    window.resize(1366, 768)
    grid = window.page.grid
    qtbot.waitUntil(lambda: window.width() == 1366)
    assert window.page.model.columnCount() == 8
    assert not grid.horizontalScrollBar().isVisible()
    assert grid.viewport().height() // look.row_height("compact") >= 18


def test_the_chooser_is_for_everybody(window: MainWindow, qtbot: QtBot) -> None:
    window.dress.set_language("zh_CN")
    opened = chooser(window, qtbot)
    check_names(opened)
    assert left_in_english(opened) == []
    for _step in range(8):
        focus = QApplication.focusWidget()
        assert focus is not None
        assert opened.isAncestorOf(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    qtbot.keyClick(opened.list.search, Qt.Key.Key_Escape)
    assert window.page.bar.popup is None


def test_contacts_have_columns_of_their_own(window: MainWindow, qtbot: QtBot) -> None:
    window.visit(Place("list", "contact"))
    opened = chooser(window, qtbot)
    pick_field(qtbot, opened.list.list, "jobs")
    assert heads(window)[-1] == "Works at"
    assert len(names(window)) > 60


def test_a_column_is_renamed_here_alone(window: MainWindow, qtbot: QtBot) -> None:
    grade = column_of(window, "grade")

    def rename(text: str) -> NamePopup:
        run(window, column_of(window, "grade"), "Rename here…")
        popup = next(one for one in window.findChildren(NamePopup) if one.isVisible())
        popup.line.setText(text)
        qtbot.keyClick(popup.line, Qt.Key.Key_Return)
        return popup

    rename("级别")
    assert heads(window)[grade] == "级别"
    assert window.page.grid.hasFocus()
    assert window.page.views.is_changed
    window.page.views.save_as("Mine")
    window.page.views.show_view(None)
    assert heads(window)[grade] == "Grade"
    window.page.views.step(1)
    assert heads(window)[grade] == "级别"
    popup = rename("长" * 41)
    assert popup.trouble.isVisible()
    assert heads(window)[grade] == "级别"
    popup.dismiss()
    rename("")
    assert heads(window)[grade] == "Grade"
