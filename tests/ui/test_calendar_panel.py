"""The settings of the calendar: what is usual for a kind of activity, rooms and cars."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from freecrm.store import activities
from freecrm.store.database import Store
from freecrm.ui.calendar_panel import CalendarPanel
from freecrm.ui.page import Place
from freecrm.ui.settings_page import SettingsPage
from tests.ui.conftest import MakeWindow


@pytest.fixture
def panel(make_window: MakeWindow, store: Store) -> CalendarPanel:
    window = make_window(store)
    page = window.visit(Place("settings", "calendar"))
    assert isinstance(page, SettingsPage)
    found = page.sections["calendar"].panel
    assert isinstance(found, CalendarPanel)
    return found


def test_what_is_usual_for_a_kind_is_kept_and_can_be_undone(
    qtbot: QtBot, store: Store, panel: CalendarPanel
) -> None:
    row = panel.kinds["call"]
    row.minutes.setFocus()
    row.minutes.selectAll()
    qtbot.keyClicks(row.minutes, "45")
    qtbot.keyClick(row.minutes, Qt.Key.Key_Return)
    assert activities.habits(store)["call"].minutes == 45
    row.before.setCurrentIndex(0)
    row.before.activated.emit(0)
    next(one for one in row.menu.actions() if one.data() == "star").trigger()
    assert activities.habits(store)["call"] == activities.Habit("star", 45, None)
    row.before.setCurrentIndex(4)
    row.before.activated.emit(4)
    assert activities.habits(store)["call"].before == 15
    assert activities.habits(store)["visit"] == activities.USUAL["visit"]


def test_rooms_are_added_renamed_and_deleted(qtbot: QtBot, store: Store, panel: CalendarPanel) -> None:
    panel.new_room.setFocus()
    qtbot.keyClicks(panel.new_room, "Car 1")
    qtbot.keyClick(panel.new_room, Qt.Key.Key_Return)
    ((id, told),) = activities.rooms(store).items()
    assert told == ("Car 1", True)
    row = panel.rooms[id]
    row.line.setFocus()
    row.line.selectAll()
    qtbot.keyClicks(row.line, "Van")
    qtbot.keyClick(row.line, Qt.Key.Key_Return)
    tick = panel.rooms[id].single
    qtbot.mouseClick(tick, Qt.MouseButton.LeftButton, pos=QPoint(10, tick.height() // 2))
    assert activities.rooms(store) == {id: ("Van", False)}
    qtbot.mouseClick(panel.rooms[id].cross, Qt.MouseButton.LeftButton)
    assert activities.rooms(store) == {}
    assert panel.rooms == {}
