"""The calendar below a line of a date: by keys and by mouse, with what the day is in China."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.fields import Date, Field, Moment
from freecrm.core.jobs import InLine
from freecrm.store.database import Store
from freecrm.ui import cells, look
from freecrm.ui.date_popup import DatePopup
from freecrm.ui.editors import editor_for
from freecrm.ui.editors.dates import DateEditor
from freecrm.ui.tasks import Tasks
from tests.ui.forms import line_of

NOW = dt.datetime(2026, 3, 19, 10, 0).astimezone()
Opened = Callable[..., tuple[DateEditor, DatePopup]]
KEY = Qt.Key


@pytest.fixture
def opened(qtbot: QtBot, qapp: QApplication, store: Store) -> Iterator[Opened]:
    """`opened(Date, value)`: an editor in a shown window, with its calendar opened by F4."""
    look.apply(qapp, "light")
    cells.warm_up()
    shown: list[QWidget] = []

    def make(kind: type[Field], value: Any = None) -> tuple[DateEditor, DatePopup]:
        field = kind("When")
        field.name = "when"
        window = QWidget()
        editor = editor_for(field, store, Tasks(InLine()))
        assert isinstance(editor, DateEditor)
        QVBoxLayout(window).addWidget(editor)
        qtbot.addWidget(window)
        window.show()
        shown.append(window)
        qtbot.waitExposed(window)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        editor.focus_first()
        if value is not None:
            editor.set_value(value)
        qtbot.keyClick(line_of(editor), KEY.Key_F4)
        assert editor.calendar is not None
        return editor, editor.calendar

    with time_machine.travel(NOW, tick=False):
        yield make
    for window in shown:
        window.close()


def press(key: Qt.Key) -> None:
    """A key for whatever has the focus in the calendar."""
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClick(popup.focusWidget() or popup, key)


def test_a_day_by_keys_alone(opened: Opened) -> None:
    editor, popup = opened(Date)
    assert popup.day() == dt.date(2026, 3, 19)
    press(KEY.Key_Right)
    assert popup.told.text() == "2026-03-20 Fri · lunar 2-2 · Spring Equinox"
    press(KEY.Key_PageDown)
    assert popup.day() == dt.date(2026, 4, 20)
    press(KEY.Key_Home)
    assert popup.day() == dt.date(2026, 3, 19)
    press(KEY.Key_Down)
    press(KEY.Key_Return)
    assert editor.calendar is None
    assert editor.value() == dt.date(2026, 3, 26)
    assert editor.understood.text() == "2026-03-26 Thu"


def test_escape_leaves_everything_as_it_was(opened: Opened) -> None:
    editor, _popup = opened(Date, dt.date(2026, 5, 2))
    press(KEY.Key_Right)
    press(KEY.Key_Escape)
    assert editor.calendar is None
    assert editor.value() == dt.date(2026, 5, 2)


def test_holidays_and_terms_are_said(opened: Opened) -> None:
    words.use("zh_CN")
    _editor, popup = opened(Date, dt.date(2026, 2, 14))
    assert popup.told.text() == "2026-02-14 周六 · 农历腊月廿七 · 春节调休上班"
    assert popup.month.word(dt.date(2026, 2, 18)) == "雨水"
    assert popup.month.word(dt.date(2026, 2, 20)) == "初四"
    press(KEY.Key_Right)
    assert "春节" in popup.told.text()
    assert popup.month.accessibleDescription() == popup.told.text()


def test_a_firm_elsewhere_sees_plain_days(opened: Opened, store: Store) -> None:
    store.set_setting("firm.country", "49")
    _editor, popup = opened(Date, dt.date(2026, 10, 1))
    assert popup.told.text() == "2026-10-01 Thu"
    assert popup.month.word(dt.date(2026, 10, 1)) == ""


def test_a_year_without_holidays_says_so(opened: Opened) -> None:
    _editor, popup = opened(Date, dt.date(2040, 10, 1))
    assert "holidays of 2040 not known yet" in popup.told.text()


def test_a_moment_takes_its_time_from_the_list(opened: Opened) -> None:
    editor, popup = opened(Moment)
    assert popup.list is not None
    current = popup.list.currentItem()
    assert current is not None
    assert current.text() == "09:00"  # where work begins
    press(KEY.Key_Right)
    press(KEY.Key_Tab)
    press(KEY.Key_Down)
    press(KEY.Key_Return)
    assert editor.calendar is None
    assert editor.value() == dt.datetime(2026, 3, 20, 9, 30).astimezone(dt.UTC)
    assert editor.understood.text() == "2026-03-20 Fri 09:30"


def test_a_moment_keeps_its_time_when_a_day_is_taken(opened: Opened) -> None:
    editor, _popup = opened(Moment, dt.datetime(2026, 3, 25, 15, 30).astimezone(dt.UTC))
    press(KEY.Key_Right)
    press(KEY.Key_Return)
    assert editor.value() == dt.datetime(2026, 3, 26, 15, 30).astimezone(dt.UTC)


def test_a_moment_without_one_begins_when_work_does(opened: Opened) -> None:
    editor, _popup = opened(Moment)
    press(KEY.Key_Return)
    assert editor.value() == dt.datetime(2026, 3, 19, 9, 0).astimezone(dt.UTC)


def test_by_mouse_the_day_is_shown_before_the_time_is_taken(opened: Opened) -> None:
    editor, popup = opened(Moment)
    popup.month.setSelectedDate(popup.month.selectedDate().addDays(5))
    popup.month.clicked.emit(popup.month.selectedDate())
    assert line_of(editor).text() == "2026-03-24 09:00"
    assert editor.calendar is popup
    assert popup.list is not None
    item = popup.list.item(31)
    QTest.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=_shown(popup, item))
    assert editor.value() == dt.datetime(2026, 3, 24, 15, 30).astimezone(dt.UTC)


def _shown(popup: DatePopup, item: Any) -> Any:
    assert popup.list is not None
    popup.list.scrollToItem(item)
    return popup.list.visualItemRect(item).center()


@pytest.mark.parametrize("text", ["周五下午3点", "Fri 3pm"])
def test_a_moment_in_words_is_shown_with_its_weekday_first(opened: Opened, qtbot: QtBot, text: str) -> None:
    editor, _popup = opened(Moment)
    press(KEY.Key_Escape)
    line = line_of(editor)
    line.setText(text)
    line.textEdited.emit(text)
    assert editor.understood.text() == "2026-03-20 Fri 15:00"
