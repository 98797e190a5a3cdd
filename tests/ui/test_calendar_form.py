"""The calendar with its own editor at the right: saving, undoing, and where the focus is afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from freecrm.core.query import Query
from freecrm.store import undo
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.activity_form import ActivityForm
from freecrm.ui.calendar.page import CalendarPage
from freecrm.ui.calendar.scope import ScopePopup
from freecrm.ui.calendar.spoken import one_line
from freecrm.ui.window import MainWindow
from tests import calendars
from tests.calendars import at
from tests.ui.calendar_host import ALT, CTRL, LEFT, NONE, SHIFT, calendar_page, middle

Key = Qt.Key
CALL = "听松书院 回访"

pytestmark = pytest.mark.usefixtures("thursday")


@pytest.fixture
def made(store: Store) -> dict[str, bytes]:
    return calendars.week(store)


@pytest.fixture
def page(make_window: Callable[..., MainWindow], store: Store, made: dict[str, bytes]) -> CalendarPage:
    window = make_window(store)
    window.who.choose(calendars.PEOPLE[4])
    window.resize(1440, 900)
    return calendar_page(window)


@pytest.fixture
def weekly(store: Store, made: dict[str, bytes], page: CalendarPage) -> bytes:
    with store.step("Repeat") as step:
        step.update("activity", made[CALL], {"repeats": "FREQ=WEEKLY"})
    return made[CALL]


def focus() -> object:
    QApplication.processEvents()
    return QApplication.focusWidget()


def form_of(page: CalendarPage) -> ActivityForm:
    assert page.right.form is not None
    return page.right.form


def named(store: Store, name: str) -> int:
    rows = store.reader().numbers(Query("activity"))
    found = [store.reader().by_number("activity", n) for n in rows]
    return sum(one is not None and one["subject"] == name for one in found)


def write(page: CalendarPage, text: str) -> None:
    """Type a subject in place of the one that stands there."""
    form_of(page).focus_first()
    line = QApplication.focusWidget()
    assert line is not None
    QTest.keyClick(line, Key.Key_A, CTRL)
    QTest.keyClicks(line, text)


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_S])
def test_saving_a_new_one_twice_makes_one(page: CalendarPage, store: Store, key: Qt.Key) -> None:
    page.view.setFocus()
    QTest.keyClick(page.view, Key.Key_N, CTRL)
    write(page, "Tea")
    for _press in range(2):
        QTest.keyClick(QApplication.focusWidget() or page.view, key, CTRL)
    assert named(store, "Tea") == 1
    assert not page.right.is_open
    assert focus() is page.view
    laid = page.view.laid()
    assert laid is not None
    assert laid.item.title == "Tea"


def test_a_saved_change_leaves_the_form_clean_and_the_focus_on_the_item(
    page: CalendarPage, store: Store, made: dict[str, bytes]
) -> None:
    QTest.mouseClick(page.view.viewport(), LEFT, NONE, middle(page.view, made[CALL]))
    QTest.keyClick(page.view, Key.Key_Return)
    write(page, "Tea")
    QTest.keyClick(QApplication.focusWidget() or page.view, Key.Key_S, CTRL)
    assert page.right.is_open
    assert form_of(page).unsaved() == []
    assert not any("●" in one.text() for one in form_of(page).findChildren(QLabel))
    assert focus() is page.view
    assert named(store, "Tea") == 1
    undo.undo(store)
    QApplication.processEvents()
    assert form_of(page).heading() == CALL


def test_later_ones_with_an_accepted_clash_are_one_step(
    page: CalendarPage, store: Store, weekly: bytes
) -> None:
    record = store.reader().record("activity", weekly)
    assert record is not None
    with store.step("In the way") as step:
        values = {"subject": "In the way", "start": at(11, "15:30"), "end": at(11, "16:30")}
        step.insert("activity", {**values, "start_zone": calendars.ZONE, "owner_user": record["owner_user"]})
    page.go_to(dt.date(2026, 3, 27))
    QTest.mouseClick(page.view.viewport(), LEFT, NONE, middle(page.view, weekly))
    QTest.keyClick(page.view, Key.Key_Return)
    write(page, "Tea")
    form_of(page).look_for_clashes()
    assert form_of(page).parts.clash.isVisible()
    with talk.recording(times="later"):
        assert form_of(page).save()
    assert named(store, "Tea") == 1
    undo.undo(store)
    QApplication.processEvents()
    assert named(store, "Tea") == 0
    assert page.right.is_open
    assert (form_of(page).id, form_of(page).heading()) == (weekly, CALL)


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_Space])
def test_the_keys_go_on_after_the_question_how_far(page: CalendarPage, weekly: bytes, key: Qt.Key) -> None:
    page.go_to(dt.date(2026, 3, 27))
    QTest.mouseClick(page.view.viewport(), LEFT, NONE, middle(page.view, weekly))
    QTest.keyClick(page.view, Key.Key_Delete)
    (popup,) = page.window().findChildren(ScopePopup)
    assert popup.findChildren(QLabel)[0].text() == f"Which times of “{CALL}” are to be deleted?"
    assert popup.buttons["later"].text() == "Delete this and later ones"
    QTest.keyClick(popup.first(), key)
    assert focus() is page.view


def test_a_new_one_on_today_begins_after_now(page: CalendarPage) -> None:
    def begin() -> str:
        return form_of(page).parts.when.begin.line.text()

    page.view.go(page.view.here._replace(day=dt.date(2026, 3, 19), minute=540))
    QTest.keyClick(page.view, Key.Key_N, CTRL)
    assert begin() == "11:00"  # it is half past ten
    page.right.give_up()
    page.view.go(page.view.here._replace(day=dt.date(2026, 3, 19), minute=720))
    QTest.keyClick(page.view, Key.Key_N, CTRL)
    assert begin() == "12:00"
    page.right.give_up()
    page.show_view("team")
    page.view.go(page.view.here._replace(day=dt.date(2026, 3, 20)))
    QTest.keyClick(page.view, Key.Key_N, CTRL)
    assert not form_of(page).parts.when.whole.isChecked()
    assert begin() == "09:00"


def test_the_quick_line_tells_of_a_clash_and_saves_nevertheless(page: CalendarPage, store: Store) -> None:
    page.quick.box.setFocus()
    page.quick.box.setText("3月19日 17:30 开会 1小时")
    told = page.quick.hint.trouble.text()
    assert page.quick.hint.trouble.isVisible()
    assert told == "沈若溪: 17:00–18:00 面谈：安装外包报价, 30 min at the same time"
    before = len(store.reader().numbers(Query("activity")))
    QTest.keyClick(page.quick.box, Key.Key_Return)
    assert len(store.reader().numbers(Query("activity"))) == before + 1


def test_a_toast_stays_at_the_foot_while_one_works_in_the_calendar(
    page: CalendarPage, made: dict[str, bytes]
) -> None:
    QTest.mouseClick(page.view.viewport(), LEFT, NONE, middle(page.view, made[CALL]))
    QTest.keyClick(page.view, Key.Key_Down, ALT | SHIFT)
    QApplication.processEvents()
    window = page.window()
    assert isinstance(window, MainWindow)
    assert window.toasts.shown[-1].geometry().top() > window.ground.height() / 2


@pytest.mark.parametrize(("zoom", "width"), [(100, 1366), (100, 1100), (150, 1366)])
def test_two_on_a_narrow_free_day_are_seen_or_counted(
    page: CalendarPage, store: Store, zoom: int, width: int
) -> None:
    with store.step("New") as step:
        more = {"start_zone": calendars.ZONE, "owner_user": store.user}
        id = step.insert(
            "activity", {"subject": "Tea", "start": at(5, "10:00"), "end": at(5, "11:00"), **more}
        )
    window = page.window()
    assert isinstance(window, MainWindow)
    window.dress.set_zoom(zoom)
    window.resize(width, 768)
    page.begin_new()
    QApplication.processEvents()
    saturday = dt.date(2026, 3, 21)
    seen = [spot for spot in page.view.spots if spot.day == saturday]
    counted = [one for one in page.view.mores if one.day == saturday]
    found = {spot.laid.item.id for spot in seen} | {laid.item.id for one in counted for laid in one.hidden}
    assert id in found
    assert len(found) == 2
    for part in (*seen, *counted):
        assert part.rect.width() >= look.px(18)
    assert not any(a.rect.intersects(b.rect) for a in seen for b in counted)


def test_a_line_says_with_whom_where_there_is_room(page: CalendarPage, made: dict[str, bytes]) -> None:
    laid = next(one for one in page.view.in_order() if one.item.id == made["拓岩精工 方案"])
    assert one_line(laid, lambda _title: True) == "拓岩精工 方案 · 拓岩精工机械"
    assert one_line(laid, lambda _title: False) == "拓岩精工 方案"


def test_the_width_of_the_editor_is_remembered(page: CalendarPage) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)
    page.begin_new()
    QApplication.processEvents()
    handle = page.frame.splitter.handle(1)
    before = page.right.width()
    at = handle.rect().center()
    QTest.mousePress(handle, LEFT, NONE, at)
    QTest.mouseMove(handle, at - QPoint(120, 0))
    QTest.mouseRelease(handle, LEFT, NONE, at - QPoint(120, 0))
    QApplication.processEvents()
    wide = page.right.width()
    assert wide > before + 80
    page.right.give_up()
    page.right.close_form()
    page.begin_new()
    QApplication.processEvents()
    assert abs(page.right.width() - wide) < 4
    again = CalendarPage(window.store, window.tasks, window.preferences)
    assert abs(again.frame.right_wide - wide) < 4


def test_the_menu_saves_what_the_calendar_shows(page: CalendarPage, tmp_path: Path) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)
    path = tmp_path / "week.ics"
    with talk.recording(path):
        window.commands.run("file.save_calendar")
    shown = len(page.ids_shown())
    assert shown > 10
    assert path.read_bytes().count(b"BEGIN:VEVENT") == shown
    page.show_view("day")
    with talk.recording(path):
        window.commands.run("file.save_calendar")
    assert path.read_bytes().count(b"BEGIN:VEVENT") == len(page.ids_shown()) < shown
