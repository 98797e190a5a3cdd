"""The undo toast, by keyboard and over time (AC-ST-3)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QRect, Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from freecrm.ui import toast
from freecrm.ui.window import MainWindow
from tests.ui.arranging import column_of, with_opening

KEY, NONE, CTRL = Qt.Key, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


def delete_first(window: MainWindow) -> None:
    window.page.grid.go(0, 0)
    window.commands.run("edit.delete")
    assert len(window.toasts.shown) == 1


def press_f6_until_on_toast(window: MainWindow, qtbot: QtBot) -> None:
    shown = window.toasts.shown[-1]
    for _pane in range(8):
        focus = QApplication.focusWidget()
        if focus is not None and shown.isAncestorOf(focus):
            return
        qtbot.keyClick(focus or window, KEY.Key_F6)
    pytest.fail("F6 doesn't reach the toast")


def test_f6_reaches_it_and_enter_undoes(window: MainWindow, qtbot: QtBot) -> None:
    count = len(window.page.model.numbers)
    delete_first(window)
    done = window.toasts.shown[-1]
    press_f6_until_on_toast(window, qtbot)
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, KEY.Key_Space)
    assert len(window.page.model.numbers) == count
    assert done not in window.toasts.shown


def test_escape_sends_it_away_and_undo_still_works(window: MainWindow, qtbot: QtBot) -> None:
    count = len(window.page.model.numbers)
    delete_first(window)
    press_f6_until_on_toast(window, qtbot)
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, KEY.Key_Escape)
    assert not window.toasts.shown
    qtbot.keyClick(window, KEY.Key_Z, CTRL)
    assert len(window.page.model.numbers) == count


def test_it_stays_under_the_focus_and_goes_afterwards(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toast, "STAYS_MS", 40)  # the eight seconds, shorter
    delete_first(window)
    shown = window.toasts.shown[-1]
    timer = shown.findChild(QTimer)
    assert isinstance(timer, QTimer)
    QApplication.sendEvent(shown, QEvent(QEvent.Type.Leave))  # the pointer lay where it came up
    shown.button.setFocus()
    for _time in range(2):
        with qtbot.waitSignal(timer.timeout):
            pass
        assert window.toasts.shown == [shown]
    window.page.grid.setFocus()
    qtbot.waitUntil(lambda: not window.toasts.shown)


def test_it_says_what_was_done_to_a_screen_reader(window: MainWindow) -> None:
    delete_first(window)
    shown = window.toasts.shown[-1]
    assert shown.accessibleName() == shown.text.text() != ""
    assert shown.close_button.accessibleName() == "Close"


def test_at_most_two_stand_above_each_other(window: MainWindow) -> None:
    for _time in range(3):
        window.page.grid.go(0, 0)
        window.commands.run("edit.delete")
    upper, lower = window.toasts.shown
    assert upper.geometry().bottom() < lower.geometry().top()


def clear_of_work(window: MainWindow) -> bool:
    """Whether no toast lies over the row of the cursor or over what is typed into."""
    grid = window.page.grid
    row = grid.visualRect(grid.currentIndex())
    left = grid.viewport().mapTo(window.ground, row.topLeft())
    row = QRect(0, left.y(), window.ground.width(), row.height())
    focus = QApplication.focusWidget()
    assert focus is not None
    typed = QRect(focus.mapTo(window.ground, focus.rect().topLeft()), focus.size())
    if focus is grid:
        typed = row
    return not any(one.geometry().intersects(row.intersected(typed)) for one in window.toasts.shown)


def test_it_keeps_clear_of_the_row_of_the_cursor(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    for _time in range(2):
        grid.go(0, 0)
        window.commands.run("edit.delete")
    assert len(window.toasts.shown) == 2
    grid.setFocus()
    last = grid.viewport().height() // grid.rowHeight(0) - 1
    for row in range(last - 5, last + 3):
        grid.go(row, 1)
        grid.scrollTo(grid.currentIndex())
        assert clear_of_work(window), row
        qtbot.keyClick(grid, KEY.Key_F2)
        assert QApplication.focusWidget() is not grid
        assert clear_of_work(window), row
        focus = QApplication.focusWidget()
        assert focus is not None
        qtbot.keyClick(focus, KEY.Key_Escape)
        qtbot.keyClick(QApplication.focusWidget() or grid, KEY.Key_Escape)
        grid.setFocus()
        upper, lower = window.toasts.shown
        assert not upper.geometry().intersects(lower.geometry())


def test_one_cell_says_nothing_and_can_be_undone(window: MainWindow, qtbot: QtBot) -> None:
    with_opening(window)
    grid = window.page.grid
    column = column_of(window, "opening_balance")
    grid.go(2, column)
    grid.setFocus()
    was = grid.currentIndex().data()
    qtbot.keyClicks(grid, "7")
    qtbot.keyClick(QApplication.focusWidget() or grid, KEY.Key_Return)
    assert not window.toasts.shown
    qtbot.keyClick(window, KEY.Key_Z, CTRL)
    assert window.page.model.index(2, column).data() == was
    assert window.toasts.shown[-1].text.text().startswith("Undone: Opening balance of ")
