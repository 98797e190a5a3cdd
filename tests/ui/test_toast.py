"""The undo toast, by keyboard and over time (AC-ST-3)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from freecrm.ui import toast
from freecrm.ui.window import MainWindow

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
