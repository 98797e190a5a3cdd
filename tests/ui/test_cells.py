"""The cells of a list, by real keys: edit as in Excel, blocks, fill down, what refuses and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core.record import Record
from freecrm.core.words import N_
from freecrm.store import activities, history, undo
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.grid import Grid
from freecrm.ui.window import MainWindow
from tests.ui.arranging import with_city, with_opening

MakeWindow = Callable[..., MainWindow]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def window(make_window: MakeWindow, full_store: Store) -> MainWindow:
    """With a column of amounts that are typed."""
    made = make_window(full_store)
    with_opening(made)
    return made


@pytest.fixture(autouse=True)
def nothing_asks(make_window: MakeWindow) -> Iterator[None]:
    """A test that fails in the middle of typing doesn't wait for an answer for ever."""
    with talk.recording(unsaved="discard"):
        yield


def column_of(window: MainWindow, field: str) -> int:
    return [f.name for f in window.page.model.fields].index(field)


def go(window: MainWindow, row: int, field: str) -> Grid:
    grid = window.page.grid
    grid.go(row, column_of(window, field))
    grid.setFocus()
    return grid


def text(window: MainWindow, row: int, field: str) -> str:
    return str(window.page.model.index(row, column_of(window, field)).data() or "")


def record(window: MainWindow) -> Record:
    found = window.store.reader().by_number(window.page.entity.entity, window.page.grid.current_n())
    assert found is not None
    return found


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def steps(window: MainWindow) -> list[str]:
    return [str(step) for step in history.steps(window.store)]


def editor(window: MainWindow) -> QWidget | None:
    cells = window.page.cells
    return cells.editing.editor if cells.is_made("editing") else None


# ---- the keys


def test_typing_replaces_and_enter_goes_down(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 3, "opening_balance")
    before = len(steps(window))
    qtbot.keyClicks(grid, "1")
    qtbot.keyClicks(focus(), "234.5")
    qtbot.keyClick(focus(), Key.Key_Return)
    assert text(window, 3, "opening_balance") == "1,234.50"
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (
        4,
        column_of(window, "opening_balance"),
    )
    assert grid.hasFocus()
    assert len(steps(window)) == before + 1
    qtbot.keyClick(window, Key.Key_Z, CTRL)
    assert text(window, 3, "opening_balance") != "1,234.50"
    assert window.toasts.shown


def test_f2_keeps_what_stands_there_and_tab_goes_right(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 2, "name")
    name = text(window, 2, "name")
    qtbot.keyClick(grid, Key.Key_F2)
    qtbot.keyClicks(focus(), "!")
    qtbot.keyClick(focus(), Key.Key_Tab)
    assert f"{name}!" in [text(window, row, "name") for row in range(60)]
    assert grid.currentIndex().column() == column_of(window, "name") + 1
    qtbot.keyClick(grid, Key.Key_F2)
    qtbot.keyClick(focus(), Key.Key_Escape)  # the list of grades
    qtbot.keyClick(focus(), Key.Key_Tab, SHIFT)
    assert grid.currentIndex().column() == column_of(window, "name")
    assert grid.hasFocus()


def test_tab_goes_on_to_the_next_cell(window: MainWindow, qtbot: QtBot) -> None:
    """C11: also from a cell that can't be edited, and from the end of a row into the next."""
    with_city(window)
    grid = go(window, 2, "grade")
    qtbot.keyClicks(grid, "B")
    qtbot.keyClick(focus(), Key.Key_Tab)
    qtbot.keyClick(focus(), Key.Key_Tab)  # past the main contact, which follows from the positions
    qtbot.keyClick(focus(), Key.Key_Tab)
    assert grid.currentIndex().column() == column_of(window, "city")
    qtbot.keyClicks(focus(), "Ningbo")
    qtbot.keyClick(focus(), Key.Key_Tab)
    assert text(window, 2, "city") == "Ningbo"
    go(window, 2, "opening_balance")
    qtbot.keyClicks(focus(), "5")
    qtbot.keyClick(focus(), Key.Key_Tab)
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (3, 0)
    qtbot.keyClick(focus(), Key.Key_Tab, SHIFT)
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (
        2,
        column_of(window, "opening_balance"),
    )
    assert grid.hasFocus()


def test_tab_leaves_the_list_of_whoever_does_not_work_in_cells(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 2, "name")
    qtbot.keyClick(grid, Key.Key_Down)
    qtbot.keyClick(grid, Key.Key_Tab)
    assert not grid.hasFocus()
    grid.setFocus()
    qtbot.keyClick(grid, Key.Key_Right)
    qtbot.keyClick(grid, Key.Key_Tab)
    assert grid.hasFocus()
    qtbot.keyClick(grid, Key.Key_Escape)
    qtbot.keyClick(grid, Key.Key_Tab)
    assert not grid.hasFocus()
    go(window, len(window.page.model.numbers) - 1, "last_contact")
    qtbot.keyClick(grid, Key.Key_End)
    qtbot.keyClick(grid, Key.Key_Tab)  # behind the very last cell
    assert not grid.hasFocus()


def test_escape_gives_up(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 5, "last_contact")
    was, before = text(window, 5, "last_contact"), len(steps(window))
    qtbot.keyClicks(grid, "2")
    qtbot.keyClicks(focus(), "026-03-25")
    qtbot.keyClick(focus(), Key.Key_Escape)
    assert text(window, 5, "last_contact") == was
    assert grid.currentIndex().row() == 5
    assert grid.hasFocus()
    assert editor(window) is None
    assert len(steps(window)) == before


def test_backspace_empties_the_cell(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 4, "last_contact")
    qtbot.keyClicks(grid, "2026-03-25")
    qtbot.keyClick(focus(), Key.Key_Return)
    assert text(window, 4, "last_contact") == "2026-03-25"
    go(window, 4, "last_contact")
    qtbot.keyClick(grid, Key.Key_Backspace)
    qtbot.keyClick(focus(), Key.Key_Return)
    assert text(window, 4, "last_contact") == ""


def test_enter_on_the_name_opens_the_record_elsewhere_it_edits(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 1, "name")
    qtbot.keyClick(grid, Key.Key_Return)
    assert window.navigator.place is not None
    assert window.navigator.place.kind == "record"
    window.go_back()
    assert editor(window) is None
    go(window, 1, "last_contact")
    qtbot.keyClick(grid, Key.Key_Return)
    assert editor(window) is not None


def test_double_click_edits_or_opens(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    spot = grid.visualRect(grid.model().index(6, column_of(window, "opening_balance"))).center()
    qtbot.mouseClick(grid.viewport(), LEFT, pos=spot)
    qtbot.mouseDClick(grid.viewport(), LEFT, pos=spot)
    assert editor(window) is not None
    qtbot.keyClick(focus(), Key.Key_Escape)
    spot = grid.visualRect(grid.model().index(6, column_of(window, "name"))).center()
    qtbot.mouseDClick(grid.viewport(), LEFT, pos=spot)
    assert window.navigator.place is not None
    assert window.navigator.place.kind == "record"


def test_the_list_of_a_choice_opens_and_enter_takes_from_it(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 7, "grade")
    qtbot.keyClicks(grid, "C")
    qtbot.keyClick(focus(), Key.Key_Return)
    assert text(window, 7, "grade") == "C"
    assert grid.currentIndex().row() == 8


def test_a_person_is_found_by_pinyin(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 7, "owner_user")
    qtbot.keyClicks(grid, "l")
    qtbot.keyClicks(focus(), "xt")
    qtbot.keyClick(focus(), Key.Key_Return)
    assert text(window, 7, "owner_user") == "林晓棠"


def test_f2_in_the_details_edits_the_value_there(window: MainWindow, qtbot: QtBot) -> None:
    window.page.open_panel()
    panel = window.page.panel
    assert panel is not None
    go(window, 1, "grade")
    panel.edit("remark")
    assert panel.place is not None
    panel.place.restore()
    qtbot.keyClick(focus(), Key.Key_F2)
    assert panel.place is not None
    assert editor(window) is None


# ---- what can't be taken


def test_what_cannot_be_read_keeps_the_editor_open(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 3, "opening_balance")
    before = len(steps(window))
    qtbot.keyClicks(grid, "x")
    qtbot.keyClicks(focus(), "yz")
    qtbot.keyClick(focus(), Key.Key_Return)
    cell = window.page.cells.editing.editor
    assert cell is not None
    assert cell.trouble.isVisible()
    assert cell.trouble.text()
    assert grid.viewport().rect().contains(cell.geometry())
    assert len(steps(window)) == before
    qtbot.keyClick(focus(), Key.Key_A, CTRL)
    qtbot.keyClicks(focus(), "77")
    qtbot.keyClick(focus(), Key.Key_Return)
    assert text(window, 3, "opening_balance") == "77.00"


def test_a_name_cannot_be_emptied(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 3, "name")
    was = text(window, 3, "name")
    qtbot.keyClick(grid, Key.Key_Backspace)
    qtbot.keyClick(focus(), Key.Key_Return)
    cell = window.page.cells.editing.editor
    assert cell is not None
    assert "needed" in cell.trouble.text()
    qtbot.keyClick(focus(), Key.Key_Escape)
    assert text(window, 3, "name") == was


def test_what_follows_from_others_says_so_in_one_line(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 3, "main_contact")
    qtbot.keyClicks(grid, "x")
    assert editor(window) is None
    assert window.status.hint.text() == "Main contact is worked out from: Contacts. Change it there."
    assert grid.hasFocus()


def test_the_phone_in_the_list_is_the_contacts_phone(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 0, "main_phone")
    contact = text(window, 0, "main_contact")
    qtbot.keyClicks(grid, "1390000")
    qtbot.keyClick(focus(), Key.Key_Return)
    cell = window.page.cells.editing.editor
    assert cell is not None
    assert cell.trouble.text()
    qtbot.keyClicks(focus(), "7788")
    qtbot.keyClick(focus(), Key.Key_Return)
    assert text(window, 0, "main_phone") == "139-0000-7788"
    assert steps(window)[0] == f"Mobile of {contact} changed"
    undo.undo(window.store)
    assert text(window, 0, "main_phone") != "139-0000-7788"


def test_the_phone_of_a_customer_without_people_is_its_own(window: MainWindow, qtbot: QtBot) -> None:
    with window.store.step(N_("New customer")) as step:
        id = step.insert("customer", {"name": "Lone Pine"})
    window.page.find_box.setText("lone pine")
    grid = go(window, 0, "main_phone")
    qtbot.keyClicks(grid, "13900007788")
    qtbot.keyClick(focus(), Key.Key_Return)
    held = window.store.reader().record("customer", id)
    assert held is not None
    assert [row["number"] for row in held["phones"]] == ["+8613900007788"]
    go(window, 0, "main_phone")
    qtbot.keyClick(grid, Key.Key_Backspace)
    qtbot.keyClick(focus(), Key.Key_Return)
    assert text(window, 0, "main_phone") == ""


def test_somebody_elses_change_is_not_overwritten(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 3, "opening_balance")
    held = record(window)
    qtbot.keyClick(grid, Key.Key_F2)
    with window.store.step(N_("Customer changed")) as step:
        step.update("customer", held.id, {"opening_balance": 4_200})
    qtbot.keyClick(focus(), Key.Key_A, CTRL)
    qtbot.keyClicks(focus(), "9")
    qtbot.keyClick(focus(), Key.Key_Return)
    cell = window.page.cells.editing.editor
    assert cell is not None
    assert cell.clash.isVisible()
    qtbot.mouseClick(cell.mine_button, LEFT)
    assert text(window, 3, "opening_balance") == "9.00"


def test_leaving_by_mouse_saves(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 3, "opening_balance")
    qtbot.keyClicks(grid, "5")
    spot = grid.visualRect(grid.model().index(9, 1)).center()
    window.page.find_box.setFocus()
    assert text(window, 3, "opening_balance") == "5.00"
    qtbot.mouseClick(grid.viewport(), LEFT, pos=spot)
    assert grid.currentIndex().row() == 9


# ---- input methods


def test_an_input_method_writes_into_the_cell(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 2, "name")
    assert grid.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    QApplication.sendEvent(grid, QInputMethodEvent("yun", []))
    cell = window.page.cells.editing.editor
    assert cell is not None
    assert grid.hasFocus()  # to move the focus would end the composing
    whole = QInputMethodEvent("", [])
    whole.setCommitString("云")
    QApplication.sendEvent(grid, whole)
    assert not grid.hasFocus()
    qtbot.keyClicks(focus(), "1")
    qtbot.keyClick(focus(), Key.Key_Return)
    assert "云1" in [text(window, row, "name") for row in range(60)]


def test_composing_that_is_given_up_changes_nothing(window: MainWindow) -> None:
    grid = go(window, 2, "name")
    was = text(window, 2, "name")
    QApplication.sendEvent(grid, QInputMethodEvent("yun", []))
    QApplication.sendEvent(grid, QInputMethodEvent("", []))
    assert editor(window) is None
    assert text(window, 2, "name") == was
    QApplication.sendEvent(grid, QInputMethodEvent("", []))  # as some input methods send all the time
    assert editor(window) is None


# ---- the row stays where it is for a while


def test_an_edited_row_stays_until_the_next_action(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 2, "name")
    n = grid.current_n()
    qtbot.keyClicks(grid, "zz")
    qtbot.keyClick(focus(), Key.Key_Return)
    assert text(window, 2, "name") == "zz"
    assert window.page.model.numbers[2] == n
    following = grid.current_n()
    qtbot.keyClick(grid, Key.Key_Left)
    assert window.page.model.numbers[2] != n
    assert grid.current_n() == following


def test_an_edited_row_moves_by_itself(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 2, "name")
    n = grid.current_n()
    qtbot.keyClicks(grid, "zz")
    qtbot.keyClick(focus(), Key.Key_Return)
    assert window.page.model.numbers[2] == n
    qtbot.waitUntil(lambda: window.page.model.numbers[2] != n, timeout=5000)


# ---- blocks and rows


def drag(qtbot: QtBot, grid: Grid, begin: tuple[int, int], end: tuple[int, int]) -> None:
    first, last = (grid.visualRect(grid.model().index(*cell)).center() for cell in (begin, end))
    qtbot.mousePress(grid.viewport(), LEFT, pos=first)
    qtbot.mouseMove(grid.viewport(), (first + last) / 2)
    qtbot.mouseMove(grid.viewport(), last)
    qtbot.mouseRelease(grid.viewport(), LEFT, pos=last)


def test_shift_to_the_side_makes_a_block(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    grid.go(2, 1)
    qtbot.keyClick(grid, Key.Key_Down, SHIFT)
    assert grid.chosen
    assert grid.block() is None
    qtbot.keyClick(grid, Key.Key_Right, SHIFT)
    assert grid.block() == (2, 1, 3, 2)
    assert not grid.chosen
    qtbot.keyClick(grid, Key.Key_Down, SHIFT)
    assert grid.block() == (2, 1, 4, 2)
    qtbot.keyClick(grid, Key.Key_C, CTRL)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines == ["\t".join(str(grid.model().index(r, c).data()) for c in (1, 2)) for r in (2, 3, 4)]
    qtbot.keyClick(grid, Key.Key_Escape)
    assert grid.block() is None
    assert grid.selection.ranges() == [(4, 4)]


def test_dragging_over_cells_makes_a_block(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    grid.go(0, 0)
    drag(qtbot, grid, (3, 1), (6, 3))
    assert grid.block() == (3, 1, 6, 3)
    assert not grid.chosen
    qtbot.mouseClick(grid.viewport(), LEFT, pos=grid.visualRect(grid.model().index(8, 1)).center())
    assert grid.block() is None


def test_delete_empties_a_block_and_one_undo_takes_it_back(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    column = column_of(window, "last_contact")
    was = [[text(window, row, name) for name in ("last_contact", "opening_balance")] for row in (2, 3, 4)]
    grid.go(2, column)
    qtbot.keyClick(grid, Key.Key_Right, SHIFT)
    qtbot.keyClick(grid, Key.Key_Right, SHIFT)  # past the next step, which isn't emptied
    qtbot.keyClick(grid, Key.Key_Down, SHIFT)
    qtbot.keyClick(grid, Key.Key_Down, SHIFT)
    before = len(steps(window))
    qtbot.keyClick(grid, Key.Key_Delete)
    now = [[text(window, row, name) for name in ("last_contact", "opening_balance")] for row in (2, 3, 4)]
    assert now == [["", ""]] * 3
    assert len(steps(window)) == before + 1
    undo.undo(window.store)
    assert [
        [text(window, row, name) for name in ("last_contact", "opening_balance")] for row in (2, 3, 4)
    ] == was


@pytest.mark.parametrize("rows", [1, 4])
def test_fill_down(window: MainWindow, qtbot: QtBot, rows: int) -> None:
    grid = go(window, 10, "grade")
    qtbot.keyClicks(grid, "A")
    qtbot.keyClick(focus(), Key.Key_Return)
    if rows == 1:  # one cell takes what stands above it
        grid.go(11, column_of(window, "grade"))
    else:
        grid.go(10, column_of(window, "grade"))
        for _row in range(rows - 1):
            qtbot.keyClick(grid, Key.Key_Down, SHIFT)
    before = len(steps(window))
    qtbot.keyClick(grid, Key.Key_D, CTRL)
    last = 11 if rows == 1 else 13
    assert {text(window, row, "grade") for row in range(10, last + 1)} == {"A"}
    assert len(steps(window)) == before + 1
    assert steps(window)[0].startswith("Filled down")


@pytest.mark.parametrize("field", ["main_phone", "city"])
def test_fill_down_reaches_what_is_kept_in_a_row(window: MainWindow, qtbot: QtBot, field: str) -> None:
    with_city(window)
    value = {"main_phone": "13800007788", "city": "Ningbo"}[field]
    grid = go(window, 10, field)
    qtbot.keyClicks(grid, value)
    qtbot.keyClick(focus(), Key.Key_Return)
    shown = text(window, 10, field)
    assert shown.replace(" ", "").replace("-", "") == value
    was = [text(window, row, field) for row in (11, 12)]
    grid.go(10, column_of(window, field))
    for _row in range(2):
        qtbot.keyClick(grid, Key.Key_Down, SHIFT)
    qtbot.keyClick(grid, Key.Key_D, CTRL)
    assert [text(window, row, field) for row in (11, 12)] == [shown, shown]
    assert steps(window)[0] == "Filled down 2 cells"
    qtbot.keyClick(window, Key.Key_Z, CTRL)
    assert [text(window, row, field) for row in (11, 12)] == was


def test_fill_down_counts_what_it_filled(window: MainWindow, qtbot: QtBot) -> None:
    with_city(window)
    grid = go(window, 10, "main_contact")
    qtbot.keyClick(grid, Key.Key_Right, SHIFT)
    qtbot.keyClick(grid, Key.Key_Right, SHIFT)
    qtbot.keyClick(grid, Key.Key_Down, SHIFT)
    left, right = grid.block().left, grid.block().right  # type: ignore[union-attr]
    names = [f.name for f in window.page.model.fields][left : right + 1]
    assert names == ["main_contact", "main_phone", "city"]
    qtbot.keyClick(grid, Key.Key_D, CTRL)
    assert steps(window)[0] == "Filled down 2 cells"
    assert window.status.hint.text().startswith("1 cells follow")


@pytest.mark.parametrize("field", ["last_contact", "opening_balance", "main_phone", "grade"])
def test_the_input_stays_on_its_cell_in_the_last_row(window: MainWindow, qtbot: QtBot, field: str) -> None:
    grid = window.page.grid
    for row in (grid.viewport().height() // grid.rowHeight(0) - 1, len(window.page.model.numbers) - 1):
        go(window, row, field)
        grid.scrollTo(grid.currentIndex())
        cell = grid.visualRect(grid.currentIndex())
        qtbot.keyClick(grid, Key.Key_F2)
        over = window.page.cells.editing.editor
        assert over is not None
        line = over.editor.main()
        assert line is not None
        assert abs(line.mapTo(grid.viewport(), QPoint(0, 0)).y() - cell.top()) <= 2
        assert grid.viewport().rect().contains(over.geometry())
        if field == "opening_balance":  # what is wrong is said without moving the input
            qtbot.keyClicks(line, "xx")
            qtbot.keyClick(line, Key.Key_Return)
            assert over.trouble.isVisible()
            QApplication.processEvents()
            assert abs(line.mapTo(grid.viewport(), QPoint(0, 0)).y() - cell.top()) <= 2
            assert grid.viewport().rect().contains(over.geometry())
        over.restore()


def test_boxes_tick_rows(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    grid.go(0, 0)

    def click(row: int, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        spot = QPoint(grid.ticks.width() // 2, grid.rowViewportPosition(row) + 5)
        qtbot.mouseClick(grid.ticks.viewport(), LEFT, held, spot)

    click(3)
    assert grid.selection.ranges() == [(3, 3)]
    click(6)
    click(8, SHIFT)
    assert grid.selection.ranges() == [(3, 3), (6, 8)]
    assert window.status.selection.text() == "4 selected"
    click(7)
    click(3)
    assert grid.selection.ranges() == [(6, 6), (8, 8)]
    click(6)
    click(8)
    assert not grid.chosen
    qtbot.mouseClick(grid.head_box.button, LEFT)
    assert grid.ticked_all()
    assert len(grid.selection) == 60
    qtbot.mouseClick(grid.head_box.button, LEFT)
    assert not grid.chosen


def test_chosen_rows_stay_chosen_when_the_list_comes_anew(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    for row in (2, 5, 9):
        grid.tick(row)
    numbers = [window.page.model.numbers[row] for row in grid.selection]
    grid.sort_by(column_of(window, "name"), down=True)
    assert sorted(window.page.model.numbers[row] for row in grid.selection) == sorted(numbers)
    assert grid.chosen


def test_a_last_contact_that_activities_say_is_not_emptied(window: MainWindow, qtbot: QtBot) -> None:
    grid, store = window.page.grid, window.store
    column = column_of(window, "last_contact")
    grid.go(2, column)
    (id,) = store.reader().ids_of("customer", [grid.current_n()])
    done = activities.plan(store, {"kind": "call", "subject": "回访", "customer": id})
    activities.finish(store, done, at=dt.datetime.now(dt.UTC))
    day = text(window, 2, "last_contact")
    with talk.recording() as heard:
        qtbot.keyClick(grid, Key.Key_Down, SHIFT)
        qtbot.keyClick(grid, Key.Key_Right, SHIFT)
        qtbot.keyClick(grid, Key.Key_Left, SHIFT)
        qtbot.keyClick(grid, Key.Key_Delete)
    assert (text(window, 2, "last_contact"), text(window, 3, "last_contact")) == (day, "")
    assert heard.messages[0].kind == "warning"
    assert "follows from “回访”" in heard.messages[0].details


# ---- the next step, which other records say


def test_words_in_the_next_step_plan_it_and_ctrl_z_takes_it_back(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 0, "next_at")
    before, n = record(window)["next_at"], grid.current_n()
    before_text = text(window, 0, "next_at")
    day = dt.datetime.now().astimezone().date() + dt.timedelta(days=10)
    qtbot.keyClicks(grid, "i")
    qtbot.keyClicks(focus(), "n 10 days 10:00")
    made = editor(window)
    assert made is not None
    assert f"{day:%a}" in made.editor.understood.text()  # type: ignore[attr-defined]
    assert "10:00" in made.editor.understood.text()  # type: ignore[attr-defined]
    qtbot.keyClick(focus(), Key.Key_Return)
    found = window.store.reader().by_number("customer", n)
    assert found is not None
    assert found["next_at"] == dt.datetime.combine(day, dt.time(10)).astimezone(dt.UTC)
    assert text(window, 0, "next_at") == f"{day.month}/{day.day} {day:%a}"
    qtbot.keyClick(window, Key.Key_Z, CTRL)
    found = window.store.reader().by_number("customer", n)
    assert found is not None
    assert found["next_at"] == before
    assert text(window, 0, "next_at") == before_text


def test_a_customer_without_a_next_step_says_so_in_words(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 0, "name")
    customer = record(window)
    assert customer["next_at"] is None
    assert text(window, 0, "next_at") == "None planned"
    with window.store.step(N_("Changed")) as step:
        step.update("customer", customer.id, {"status": "lost"})
    assert text(window, 0, "next_at") == ""
    tomorrow = dt.datetime.now().astimezone().date() + dt.timedelta(days=1)
    at = dt.datetime.combine(tomorrow, dt.time(10, 30)).astimezone(dt.UTC)
    activities.plan(window.store, {"kind": "call", "customer": customer.id, "start": at})
    assert text(window, 0, "next_at") == "Tomorrow 10:30"
    grid.go(0, column_of(window, "next_at"))
    qtbot.keyClick(grid, Key.Key_C, CTRL)
    qtbot.waitUntil(lambda: "10:30" in QGuiApplication.clipboard().text())
    assert f"{tomorrow.isoformat()} 10:30" in QGuiApplication.clipboard().text()


def test_an_emptied_next_step_stays_and_says_how_it_ends(window: MainWindow, qtbot: QtBot) -> None:
    grid = go(window, 0, "name")
    at = dt.datetime(2031, 3, 25, 10).astimezone(dt.UTC)
    activities.plan(window.store, {"kind": "call", "customer": record(window).id, "start": at})
    grid = go(window, 0, "next_at")
    qtbot.keyClick(grid, Key.Key_F2)
    qtbot.keyClick(focus(), Key.Key_A, CTRL)
    qtbot.keyClick(focus(), Key.Key_Delete)
    qtbot.keyClick(focus(), Key.Key_Return)
    made = editor(window)
    assert made is not None
    assert "isn't emptied here" in made.trouble.text()  # type: ignore[attr-defined]
    qtbot.keyClick(focus(), Key.Key_Escape)
    assert record(window)["next_at"] == at
