"""The calendar page in a window: real clicks, drags and keys; each with what it wrote and the way back."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from freecrm.store import undo
from freecrm.store.database import Store
from freecrm.ui.calendar import right
from freecrm.ui.calendar.page import CalendarPage
from freecrm.ui.calendar.scope import ScopePopup
from freecrm.ui.page import Place
from freecrm.ui.window import MainWindow
from tests import calendars
from tests.calendars import at
from tests.ui.calendar_host import (
    ALT,
    CTRL,
    LEFT,
    NONE,
    SHIFT,
    StandIn,
    calendar_page,
    drag,
    edge,
    middle,
    move,
    place,
    when,
)

MakeWindow = Callable[..., MainWindow]
Key = Qt.Key
CALL = "听松书院 回访"  # Friday, 15:00 to 16:00

pytestmark = pytest.mark.usefixtures("thursday")


@pytest.fixture
def made(store: Store) -> dict[str, bytes]:
    return calendars.week(store)


@pytest.fixture
def page(
    make_window: MakeWindow, store: Store, made: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> CalendarPage:
    monkeypatch.setattr(right, "make_form", StandIn)
    window = make_window(store)
    window.who.choose(calendars.PEOPLE[4])
    window.resize(1440, 900)
    return calendar_page(window)


def press(page: CalendarPage, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(page.view, key, held)
    QApplication.processEvents()


def go_to(page: CalendarPage, id: bytes) -> None:
    """Choose an item as a click does."""
    QTest.mouseClick(page.view.viewport(), LEFT, NONE, middle(page.view, id))
    assert page.view.current is not None
    assert page.view.current[0] == id


# ---- what is seen


def test_the_week_of_the_picture(page: CalendarPage, made: dict[str, bytes]) -> None:
    assert page.head.title.text() == "March 16 – 22, 2026"
    assert page.head.week.text() == "Week 12"
    assert page.head.clash.text() == "1 clash this week"
    assert page.summary() == "20 items · 9 done"
    assert [row.count for row in page.left_pane.rows] == [5, 5, 3, 5, 3]
    assert page.left_pane.waiting.count() == 4
    assert len(page.view.spots) == 20
    assert page.view.mores == []
    weekday, saturday = page.grid._columns[0][1], page.grid._columns[5][1]
    assert saturday < 0.6 * weekday
    one, other = (
        next(spot.rect for spot in page.view.spots if spot.laid.item.id == made[name])
        for name in ("晴川电子 上门：确认点位", "知行培训学校 维修")
    )
    assert one.right() <= other.left()


def test_every_view_shows_the_same_items(page: CalendarPage) -> None:
    for name, button in page.head.views.items():
        QTest.mouseClick(button, LEFT)
        assert page.view_name == name
        assert button.isChecked()
        hidden = {laid.item.id for more in page.view.mores for laid in more.hidden}
        shown = {spot.laid.item.id for spot in page.view.spots} | hidden
        assert shown == {laid.item.id for laid in page.view.in_order()}
        assert page.view.grab().toImage().width() > 0


def test_turning_the_page_reads_the_file_once(page: CalendarPage, store: Store) -> None:
    page.show_view("month")
    for _time in range(2):  # the small month at the left turns along
        asked: list[str] = []
        store.read().set_trace_callback(asked.append)
        page.turn(1)
        store.read().set_trace_callback(None)
        assert sum("AND long IS NULL" in one for one in asked) == 1


def test_the_chip_goes_from_clash_to_clash(page: CalendarPage, made: dict[str, bytes]) -> None:
    QTest.mouseClick(page.head.clash, LEFT)
    assert page.view.current == (made["晴川电子 上门：确认点位"], None)
    QTest.mouseClick(page.head.clash, LEFT)
    assert page.view.current == (made["知行培训学校 维修"], None)
    assert "clashes" in page.view.accessibleDescription()


def test_a_name_shows_only_that_person(page: CalendarPage, made: dict[str, bytes]) -> None:
    row = page.left_pane.rows[2]
    QTest.mouseClick(row, LEFT, NONE, QPoint(60, row.height() // 2))
    assert {spot.laid.item.owner for spot in page.view.spots} == {made["马小川"]}
    assert page.left_pane.waiting.count() == 1
    QTest.mouseClick(page.left_pane.only_me, LEFT)  # it shows everybody again
    assert len(page.view.spots) == 20
    QTest.mouseClick(row, LEFT, NONE, QPoint(8, row.height() // 2))
    assert made["马小川"] not in {spot.laid.item.owner for spot in page.view.spots}
    QTest.keyClick(row, Key.Key_Space)
    assert len(page.view.spots) == 20
    QTest.mouseClick(page.left_pane.only_me, LEFT)
    assert {spot.laid.item.owner for spot in page.view.spots} == {made["沈若溪"]}


def test_an_empty_week_asks_for_words(page: CalendarPage) -> None:
    for _turn in range(2):
        QTest.mouseClick(page.head.after, LEFT)
    assert page.view.spots == []
    assert page.view.empty_words == "Nothing is planned in this week yet"
    page.focus_first()
    assert page.quick.box.hasFocus()


def test_the_way_comes_back_with_view_day_and_people(page: CalendarPage, made: dict[str, bytes]) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)
    page.show_view("month")
    page.go_to(dt.date(2026, 5, 5))
    page.left_pane.show_only(made["何嘉木"])
    window.visit(Place("help"))
    window.navigator.back()
    again = window.navigator.page
    assert isinstance(again, CalendarPage)
    assert again is not page
    assert (again.view_name, again.day) == ("month", dt.date(2026, 5, 5))
    assert again.left_pane.people() == frozenset((made["何嘉木"],))
    window.visit(Place("list", "customer"))
    fresh = window.visit(Place("calendar"))
    assert isinstance(fresh, CalendarPage)
    assert (fresh.view_name, fresh.day) == ("month", dt.date(2026, 3, 19))
    assert fresh.left_pane.people() == frozenset((made["何嘉木"],))


def test_another_program_s_write_is_seen(page: CalendarPage, store: Store, made: dict[str, bytes]) -> None:
    with store.step("Elsewhere") as step:
        step.delete("activity", made[CALL])
    assert made[CALL] not in {spot.laid.item.id for spot in page.view.spots}


# ---- AC-CAL-6: what a drag does, and its ways by keys


def test_drag_moves_by_quarters_of_an_hour(page: CalendarPage, store: Store, made: dict[str, bytes]) -> None:
    view = page.view
    start = middle(view, made[CALL])
    drag(view, start, start + QPoint(0, 10))  # 12.5 minutes: a quarter
    assert when(store, made[CALL]) == ("3-20 15:15", "3-20 16:15")
    drag(view, middle(view, made[CALL]), place(view, 1, "11:45"))
    assert when(store, made[CALL])[0].startswith("3-17 11:")
    undo.undo(store)
    undo.undo(store)
    assert when(store, made[CALL]) == ("3-20 15:00", "3-20 16:00")


def test_alt_moves_by_five_minutes(page: CalendarPage, store: Store, made: dict[str, bytes]) -> None:
    start = middle(page.view, made[CALL])
    drag(page.view, start, start + QPoint(0, 16), ALT)  # 20 minutes
    assert when(store, made[CALL]) == ("3-20 15:20", "3-20 16:20")


def test_edges_change_the_length(page: CalendarPage, store: Store, made: dict[str, bytes]) -> None:
    bottom = edge(page.view, made[CALL], "bottom")
    drag(page.view, bottom, bottom + QPoint(0, 48))
    assert when(store, made[CALL]) == ("3-20 15:00", "3-20 17:00")
    top = edge(page.view, made[CALL], "top")
    drag(page.view, top, top + QPoint(0, 24))
    assert when(store, made[CALL]) == ("3-20 15:30", "3-20 17:00")
    drag(page.view, edge(page.view, made[CALL], "top"), place(page.view, 4, "20:00"))  # not over its end
    assert when(store, made[CALL]) == ("3-20 16:45", "3-20 17:00")


def test_ctrl_drag_copies(page: CalendarPage, store: Store, made: dict[str, bytes]) -> None:
    start = middle(page.view, made[CALL])
    drag(page.view, start, start - QPoint(0, 96), CTRL)
    assert when(store, made[CALL]) == ("3-20 15:00", "3-20 16:00")
    copies = [laid for laid in page.view.in_order() if laid.item.title == CALL and laid.item.id != made[CALL]]
    assert [when(store, copy.item.id)[0] for copy in copies] == ["3-20 13:00"]
    assert copies[0].item.customer == made["听松书院"]


def test_drag_on_empty_time_begins_a_new_one(page: CalendarPage) -> None:
    drag(page.view, place(page.view, 1, "17:00"), place(page.view, 1, "18:20"))
    assert StandIn.heard[-1] == (
        "begin",
        {
            "start": at(1, "17:00"),
            "end": at(1, "18:30"),
            "all_day": False,
            "owner_user": page.store.user,
        },
    )


def test_esc_during_a_drag_changes_nothing(page: CalendarPage, store: Store, made: dict[str, bytes]) -> None:
    start = middle(page.view, made[CALL])
    drag(
        page.view,
        start,
        start + QPoint(0, 96),
        before_drop=lambda: QTest.keyClick(page.view, Key.Key_Escape),
    )
    assert when(store, made[CALL]) == ("3-20 15:00", "3-20 16:00")
    assert page.view.gesture is None


def test_a_click_alone_moves_nothing(page: CalendarPage, store: Store, made: dict[str, bytes]) -> None:
    before = store.reader().version()
    QTest.mouseClick(page.view.viewport(), LEFT, NONE, middle(page.view, made[CALL]) + QPoint(3, 3))
    assert store.reader().version() == before


def test_into_the_band_and_out_of_it(page: CalendarPage, store: Store, made: dict[str, bytes]) -> None:
    drag(page.view, middle(page.view, made[CALL]), place(page.view, 2))
    assert when(store, made[CALL]) == ("3-18 00:00", "3-19 00:00")
    record = store.reader().record("activity", made[CALL])
    assert record is not None
    assert record["all_day"]
    drag(page.view, middle(page.view, made[CALL]), place(page.view, 4, "13:00"))
    assert when(store, made[CALL]) == ("3-20 13:00", "3-20 13:15")  # a call is as long as is usual


def test_whole_days_are_stretched_by_their_edge(
    page: CalendarPage, store: Store, made: dict[str, bytes]
) -> None:
    id = made["到期换芯 3 户"]
    drag(
        page.view,
        edge(page.view, id, "right"),
        QPoint(place(page.view, 5).x(), middle(page.view, id).y()),
    )
    assert when(store, id) == ("3-20 00:00", "3-22 00:00")


def test_what_waits_is_dragged_in(page: CalendarPage, store: Store, made: dict[str, bytes]) -> None:
    waiting, view = page.left_pane.waiting, page.view
    row = waiting.visualItemRect(waiting.item(0)).center()
    to = waiting.viewport().mapFromGlobal(view.viewport().mapToGlobal(place(view, 0, "12:05")))
    QTest.mousePress(waiting.viewport(), LEFT, NONE, row)
    move(waiting.viewport(), row + QPoint(30, 0))
    move(waiting.viewport(), to)
    assert view.gesture is not None
    assert view.gesture.target is not None
    QTest.keyClick(waiting, Key.Key_Escape)
    assert view.gesture is None
    QTest.mouseRelease(waiting.viewport(), LEFT, NONE, to)
    assert when(store, made["鹿溪堂：寄样品"]) == ("", "")  # Esc: nothing came of it
    QTest.mousePress(waiting.viewport(), LEFT, NONE, row)
    move(waiting.viewport(), row + QPoint(30, 0))
    move(waiting.viewport(), to)
    QTest.mouseRelease(waiting.viewport(), LEFT, NONE, to)
    assert when(store, made["鹿溪堂：寄样品"]) == ("3-16 12:00", "3-16 12:30")
    assert waiting.count() == 3


def test_what_waits_is_put_in_by_keys(page: CalendarPage, store: Store, made: dict[str, bytes]) -> None:
    page.view.setFocus()
    page.view.go(page.view.here._replace(day=dt.date(2026, 3, 18), minute=780))
    waiting = page.left_pane.waiting
    waiting.setFocus()
    waiting.setCurrentRow(0)
    QTest.keyClick(waiting, Key.Key_Return, ALT)
    assert when(store, made["鹿溪堂：寄样品"]) == ("3-18 13:00", "3-18 13:30")


def test_keys_move_and_stretch(page: CalendarPage, store: Store, made: dict[str, bytes]) -> None:
    go_to(page, made[CALL])
    press(page, Key.Key_Down, ALT)
    assert when(store, made[CALL]) == ("3-20 15:15", "3-20 16:15")
    press(page, Key.Key_Left, ALT)
    press(page, Key.Key_Up, ALT)
    assert when(store, made[CALL]) == ("3-19 15:00", "3-19 16:00")
    press(page, Key.Key_Down, ALT | SHIFT)
    assert when(store, made[CALL]) == ("3-19 15:00", "3-19 16:15")
    for _press in range(9):
        press(page, Key.Key_Up, ALT | SHIFT)
    assert when(store, made[CALL]) == ("3-19 15:00", "3-19 15:15")  # never less than a quarter
    assert page.view.current == (made[CALL], None)


def test_keys_copy_paste_and_delete(page: CalendarPage, store: Store, made: dict[str, bytes]) -> None:
    go_to(page, made[CALL])
    press(page, Key.Key_C, CTRL)
    assert CALL in QApplication.clipboard().text()
    page.view.go(page.view.here._replace(day=dt.date(2026, 3, 17), minute=720))
    press(page, Key.Key_V, CTRL)
    copies = [laid for laid in page.view.in_order() if laid.item.title == CALL]
    assert [when(store, copy.item.id)[0] for copy in copies] == ["3-17 12:00", "3-20 15:00"]
    go_to(page, made[CALL])
    press(page, Key.Key_Delete)
    assert store.reader().record("activity", made[CALL]) is None
    window = page.window()
    assert isinstance(window, MainWindow)
    QTest.mouseClick(window.toasts.shown[-1].button, LEFT)
    assert store.reader().record("activity", made[CALL]) is not None


def test_arrows_and_tab_go_round(page: CalendarPage, made: dict[str, bytes]) -> None:
    view = page.view
    view.setFocus()
    view.go(view.here._replace(day=dt.date(2026, 3, 20), minute=870))
    assert view.current is None
    press(page, Key.Key_Down)
    assert view.current == (made[CALL], None)
    assert view.accessibleDescription().startswith(f"{CALL} · 2026-03-20 Fri 15:00–16:00")
    press(page, Key.Key_Tab)
    laid = view.laid()
    assert laid is not None
    assert laid.item.title == "Harbor Lane 视频会"
    press(page, Key.Key_Backtab, SHIFT)
    assert view.current == (made[CALL], None)
    press(page, Key.Key_Right)
    press(page, Key.Key_Right)
    press(page, Key.Key_Right)
    assert page.days()[0] == dt.date(2026, 3, 23)  # over Sunday into the next week
    press(page, Key.Key_PageUp)
    assert page.days()[0] == dt.date(2026, 3, 16)
    press(page, Key.Key_PageDown)
    press(page, Key.Key_PageDown)
    press(page, Key.Key_Home, CTRL)
    assert (page.days()[0], view.here.day) == (dt.date(2026, 3, 16), dt.date(2026, 3, 19))


def test_enter_opens_and_ctrl_n_begins(page: CalendarPage, made: dict[str, bytes]) -> None:
    go_to(page, made[CALL])
    press(page, Key.Key_Return)
    assert StandIn.heard[-1] == ("show", made[CALL], None)
    assert page.right.isVisible()
    press(page, Key.Key_Escape)
    assert not page.right.isVisible()
    assert page.view.hasFocus()
    page.view.go(page.view.here._replace(day=dt.date(2026, 3, 17), minute=720))
    press(page, Key.Key_N, CTRL)
    assert StandIn.heard[-1][0] == "begin"
    assert StandIn.heard[-1][1]["start"] == at(1, "12:00")


def test_the_large_button_begins_an_activity(page: CalendarPage) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)
    page.view.go(page.view.here._replace(day=dt.date(2026, 3, 17), minute=720))
    window.commands.run("file.new")
    assert window.navigator.page is page
    assert StandIn.heard[-1][1]["start"] == at(1, "12:00")


def test_a_task_is_ticked_off(page: CalendarPage, made: dict[str, bytes], qtbot: QtBot) -> None:
    from freecrm.ui.calendar import paint

    spot = page.view.spot_of((made["星桥口腔：寄合同"], None))
    assert spot is not None
    with qtbot.waitSignal(page.finish_wanted) as heard:
        where = (paint.tick_rect(spot).center() + page.view.shift(spot.part)).toPoint()
        QTest.mouseClick(page.view.viewport(), LEFT, NONE, where)
    assert heard.args == [made["星桥口腔：寄合同"], None]


# ---- months, people


def test_a_month_s_drag_keeps_the_time_of_day(
    page: CalendarPage, store: Store, made: dict[str, bytes]
) -> None:
    page.show_view("month")
    drag(page.view, middle(page.view, made[CALL]), middle(page.view, made["周会"]) + QPoint(0, 40))
    assert when(store, made[CALL]) == ("3-16 15:00", "3-16 16:00")
    go_to(page, made[CALL])
    press(page, Key.Key_Right, ALT)
    assert when(store, made[CALL]) == ("3-17 15:00", "3-17 16:00")


def test_among_people_a_drag_hands_it_over(page: CalendarPage, store: Store, made: dict[str, bytes]) -> None:
    page.show_view("team")
    to = QPoint(middle(page.view, made[CALL]).x(), middle(page.view, made["周会"]).y())
    drag(page.view, middle(page.view, made[CALL]), to)
    record = store.reader().record("activity", made[CALL])
    assert record is not None
    assert record["owner_user"] == made["沈若溪"]
    assert when(store, made[CALL]) == ("3-20 15:00", "3-20 16:00")


def test_more_than_fits_is_folded(page: CalendarPage, store: Store) -> None:
    """AC-CAL-3."""
    with store.step("Six at once") as step:
        for number in range(6):
            values = {"subject": f"n{number}", "start": at(1, "17:00"), "end": at(1, "18:00")}
            step.insert("activity", {**values, "start_zone": calendars.ZONE})
    (more,) = page.view.mores
    seen = [spot for spot in page.view.spots if spot.laid.item.title.startswith("n")]
    assert len(seen) + len(more.hidden) == 6
    assert all(spot.rect.width() >= 40 for spot in seen)
    QTest.mouseClick(
        page.view.viewport(), LEFT, NONE, (more.rect.center() + page.view.shift(more.part)).toPoint()
    )
    menu = QApplication.activePopupWidget()
    assert menu is not None
    assert len(menu.actions()) == len(more.hidden)
    menu.actions()[0].trigger()
    menu.close()
    assert StandIn.heard[-1] == ("show", more.hidden[0].item.id, None)


def test_a_repeating_one_asks_how_far(page: CalendarPage, store: Store, made: dict[str, bytes]) -> None:
    with store.step("Repeat") as step:
        step.update("activity", made[CALL], {"repeats": "FREQ=WEEKLY"})
    start = middle(page.view, made[CALL])
    drag(page.view, start, start + QPoint(0, 48))
    (popup,) = page.window().findChildren(ScopePopup)
    assert popup.isVisible()
    assert [button.text() for button in popup.buttons.values()] == [
        "Only this one",
        "This and later ones",
        "All of them",
    ]
    QTest.keyClick(popup, Key.Key_Escape)
    assert when(store, made[CALL]) == ("3-20 15:00", "3-20 16:00")


def test_a_week_of_summer_time(
    make_window: MakeWindow, store: Store, made: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In Berlin the Sunday of 29 March has 23 hours: nine stays nine over it."""
    from zoneinfo import ZoneInfo

    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    berlin = ZoneInfo("Europe/Berlin")
    start = dt.datetime(2026, 3, 28, 9, tzinfo=berlin).astimezone(dt.UTC)
    with store.step("Add") as step:
        id = step.insert(
            "activity",
            {
                "subject": "x",
                "start": start,
                "end": start + dt.timedelta(hours=1),
                "start_zone": "Europe/Berlin",
            },
        )
    page = calendar_page(make_window(store))
    page.go_to(dt.date(2026, 3, 28))
    go_to(page, id)
    press(page, Key.Key_Right, ALT)
    record = store.reader().record("activity", id)
    assert record is not None
    local = record["start"].astimezone(berlin)
    assert (local.day, local.hour, record["end"] - record["start"]) == (29, 9, dt.timedelta(hours=1))
    assert record["start"] - start == dt.timedelta(hours=23)


def test_five_thousand_in_a_month(make_window: MakeWindow, store: Store) -> None:
    """Only what is seen is drawn, and all of it is counted."""
    with store.step("Many") as step:
        user = step.insert("user", {"name": "陈思远"})
        for number in range(5000):
            begin = at(-15, "8:00") + dt.timedelta(minutes=8 * number)
            values: dict[str, Any] = {"subject": f"n{number}", "start": begin, "start_zone": calendars.ZONE}
            step.insert("activity", {**values, "end": begin + dt.timedelta(minutes=30), "owner_user": user})
    page = calendar_page(make_window(store))
    for name in ("month", "week", "list", "team", "day"):
        page.show_view(name)
        page.view.grab()
        hidden = {laid.item.id for more in page.view.mores for laid in more.hidden}
        shown = {spot.laid.item.id for spot in page.view.spots}
        assert len(shown | hidden) == len(page.view.in_order())
    page.show_view("month")
    assert len(page.view.in_order()) > 4500
    assert len(page.view.spots) < 400
