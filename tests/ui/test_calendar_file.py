"""Calendar files: dropped on the window, looked at, taken in; activities saved as one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from freecrm.ui import talk
from freecrm.ui.calendar.page import CalendarPage
from freecrm.ui.calendar_file_page import CalendarFilePage
from freecrm.ui.page import Place
from freecrm.ui.window import MainWindow

DATA = Path(__file__).parents[1] / "data" / "ics"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")


def drop(window: MainWindow, path: Path) -> CalendarFilePage:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(300, 300), Qt.DropAction.CopyAction, data, LEFT, none))
    page = window.navigator.page
    assert isinstance(page, CalendarFilePage)
    return page


def texts(page: CalendarFilePage, column: int) -> list[str]:
    model = page.table.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def count(window: MainWindow) -> int:
    found: int = window.store.read().execute("SELECT count(*) FROM activity").fetchone()[0]
    return found


def test_a_dropped_calendar_is_shown_before_anything_is_written(window: MainWindow, qtbot: QtBot) -> None:
    before = count(window)
    page = drop(window, DATA / "bad.ics")
    assert count(window) == before
    assert texts(page, 0)[:6] == ["Not taken in"] * 6
    assert texts(page, 0).count("Taken in, with a remark") == 4
    assert texts(page, 0).count("New") == 6
    assert (
        "6 new activities · 0 changed · 0 as they are here · 6 not taken in · 4 remarks on what is taken in"
        in page.text.text()
    )
    assert texts(page, 1)[0] == "12"
    assert page.take_button.text() == "Take in 6 activities"
    qtbot.mouseClick(page.take_button, LEFT)
    assert count(window) == before + 6
    assert window.toasts.shown[-1].text.text() == "Imported bad.ics"
    window.commands.run("edit.undo")
    assert count(window) == before


def test_what_is_here_already_is_not_taken_again(window: MainWindow, qtbot: QtBot) -> None:
    page = drop(window, DATA / "google.ics")
    qtbot.mouseClick(page.take_button, LEFT)
    page = drop(window, DATA / "google.ics")
    assert not page.take_button.isEnabled()
    assert "There is nothing to take in." in page.text.text()


def test_what_is_no_calendar_is_refused(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "not.ics"
    path.write_text("hello")
    with talk.recording() as heard:
        page = drop(window, path)
    assert "Line 1 of not.ics is not the beginning of a calendar" in str(heard.messages[0].what)
    assert page.text.text() == "Nothing was changed."
    assert not page.take_button.isEnabled()


def test_the_menu_saves_the_list_and_the_customers_own(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    page = drop(window, DATA / "google.ics")
    qtbot.mouseClick(page.take_button, LEFT)
    window.visit(Place("list", "activity"))
    path = tmp_path / "out.ics"
    with talk.recording(path):
        window.commands.run("file.save_calendar")
    assert path.read_bytes().count(b"BEGIN:VEVENT") == 3  # days of contact that were only stated are no times
    assert window.toasts.shown[-1].button.text() == "Open folder"
    row = window.store.read().execute("SELECT id FROM customer LIMIT 1").fetchone()
    window.show_id("customer", row[0])
    with talk.recording(tmp_path / "none.ics") as heard:
        window.commands.run("file.save_calendar")
    assert "There is no activity to save" in str(heard.messages[-1].what)


def test_the_calendar_saves_what_it_shows(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    page = drop(window, DATA / "google.ics")
    qtbot.mouseClick(page.take_button, LEFT)
    calendar = window.visit(Place("calendar"))
    assert isinstance(calendar, CalendarPage)
    row = window.store.read().execute("SELECT min(start) FROM activity WHERE recorded IS NOT 1").fetchone()
    calendar.show_view("day")
    calendar.go_to(calendar.shown.clock.wall(dt.datetime.fromtimestamp(row[0] / 1000, dt.UTC)).date())
    shown = {laid.item.id for laid in calendar.view.in_order()}
    assert shown
    path = tmp_path / "out.ics"
    with talk.recording(path):
        window.commands.run("file.save_calendar")
    assert path.read_bytes().count(b"BEGIN:VEVENT") == len(shown) < 3
    calendar.go_to(dt.date(2031, 5, 5))
    with talk.recording(tmp_path / "none.ics") as heard:
        window.commands.run("file.save_calendar")
    assert "There is no activity to save" in str(heard.messages[-1].what)


def test_a_calendar_is_chosen_from_the_menu_too(window: MainWindow) -> None:
    with talk.recording(DATA / "apple.ics"):
        window.commands.run("file.import_calendar")
    assert isinstance(window.navigator.page, CalendarFilePage)


def test_a_calendar_of_which_nothing_can_be_taken_is_not_called_the_same(
    window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "cut.ics"
    path.write_bytes(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nDTSTART:20261")
    text = drop(window, path).text.text()
    assert "1 not taken in" in text
    assert "There is nothing in it that can be taken in." in text
    assert "nothing else than your activities" not in text
