"""The calendar's quick line, its series and its lesser gestures, with real keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from freecrm.core.query import Query
from freecrm.store.database import Store
from freecrm.ui.calendar import right
from freecrm.ui.calendar.page import CalendarPage
from freecrm.ui.calendar.scope import ScopePopup
from freecrm.ui.window import MainWindow
from tests import calendars
from tests.calendars import at
from tests.ui.calendar_host import ALT, CTRL, LEFT, NONE, StandIn, calendar_page, drag, middle, place, when

Key = Qt.Key
CALL = "听松书院 回访"

pytestmark = pytest.mark.usefixtures("thursday")


@pytest.fixture
def made(store: Store) -> dict[str, bytes]:
    return calendars.week(store)


@pytest.fixture
def page(
    make_window: Callable[..., MainWindow],
    store: Store,
    made: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> CalendarPage:
    monkeypatch.setattr(right, "make_form", StandIn)
    window = make_window(store)
    window.who.choose(calendars.PEOPLE[4])
    window.resize(1440, 900)
    return calendar_page(window)


def newest(store: Store) -> dict[str, object]:
    n = max(store.reader().numbers(Query("activity")))
    record = store.reader().by_number("activity", n)
    assert record is not None
    return record.values


def test_a_line_becomes_an_activity(page: CalendarPage, store: Store, made: dict[str, bytes]) -> None:
    """AC-CAL-4."""
    page.quick.box.setFocus()
    page.quick.box.setText("周五下午3点 拜访拓岩 1小时")
    assert page.quick.hint.isVisible()
    assert "15:00–16:00" in page.quick.hint.words.text()
    assert "拓岩精工机械" in page.quick.hint.words.text()
    QTest.keyClick(page.quick.box, Key.Key_Return)
    values = newest(store)
    assert (values["kind"], values["customer"]) == ("visit", made["拓岩精工机械"])
    assert (values["start"], values["end"]) == (at(4, "15:00"), at(4, "16:00"))
    assert values["owner_user"] == store.user
    assert page.quick.box.text() == ""
    assert not page.quick.hint.isVisible()
    laid = page.view.laid()
    assert laid is not None
    assert laid.start == at(4, "15:00").astimezone(page.shown.clock.zone).replace(tzinfo=None)


@pytest.mark.parametrize("text", ["2月31日 10点 拜访拓岩", "明天 25点 开会", "9999-12-31 10点 开会"])
def test_a_day_that_is_none_is_told_and_nothing_is_planned(
    page: CalendarPage, store: Store, text: str
) -> None:
    before = store.reader().numbers(Query("activity"))
    page.quick.box.setFocus()
    page.quick.box.setText(text)
    QTest.keyClick(page.quick.box, Key.Key_Return)
    assert page.quick.hint.trouble.text()
    assert page.quick.hint.isVisible()
    assert page.quick.box.text() == text
    assert list(store.reader().numbers(Query("activity"))) == list(before)


def test_it_asks_which_of_two_customers(page: CalendarPage, store: Store) -> None:
    with store.step("Add") as step:
        other = step.insert("customer", {"name": "拓岩软件"})
    page.quick.box.setFocus()
    page.quick.box.setText("明天上午9点 拜访拓岩")
    before = len(store.reader().numbers(Query("activity")))
    QTest.keyClick(page.quick.box, Key.Key_Return)
    assert len(store.reader().numbers(Query("activity"))) == before
    names = [button.text() for button in page.quick.hint.answers]
    assert sorted(names[:-1]) == ["拓岩精工机械", "拓岩软件"]
    assert names[-1] == "Neither, without a customer"
    here = QApplication.focusWidget()
    assert here in page.quick.hint.answers
    while QApplication.focusWidget().text() != "拓岩软件":  # type: ignore[attr-defined]
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Down)
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Return)
    assert newest(store)["customer"] == other
    assert page.quick.box.hasFocus()


@pytest.mark.parametrize("text", ["   ", "？？", "2月30日 开会", "x" * 3000, "=1+1"])
def test_any_words_are_taken(page: CalendarPage, store: Store, text: str) -> None:
    page.quick.box.setFocus()
    page.quick.box.setText(text)
    QTest.keyClick(page.quick.box, Key.Key_Return)
    assert page.isVisible()
    QTest.keyClick(page.quick.box, Key.Key_Escape)
    assert page.quick.box.text() == ""


def test_an_unscheduled_line_waits(page: CalendarPage) -> None:
    page.quick.box.setText("寄样品给鹿溪堂")
    assert "No date yet" in page.quick.hint.words.text()
    QTest.keyClick(page.quick.box, Key.Key_Return)
    assert page.left_pane.waiting.count() == 5


@pytest.fixture
def weekly(store: Store, made: dict[str, bytes], page: CalendarPage) -> bytes:
    with store.step("Repeat") as step:
        step.update("activity", made[CALL], {"repeats": "FREQ=WEEKLY"})
    return made[CALL]


def fridays(page: CalendarPage) -> list[str]:
    """When the call is on three Fridays."""
    found = []
    for day in (dt.date(2026, 3, 20), dt.date(2026, 3, 27), dt.date(2026, 4, 3)):
        page.go_to(day)
        found += [f"{laid.start:%-d %H:%M}" for laid in page.view.in_order() if laid.item.title == CALL]
    return found


@pytest.mark.parametrize(
    ("scope", "times"),
    [
        ("this", ["20 15:00", "27 16:00", "3 15:00"]),
        ("later", ["20 15:00", "27 16:00", "3 16:00"]),
        ("all", ["20 16:00", "27 16:00", "3 16:00"]),
    ],
)
def test_a_drag_of_a_repeating_one(
    page: CalendarPage, store: Store, weekly: bytes, scope: str, times: list[str]
) -> None:
    page.go_to(dt.date(2026, 3, 27))
    drag(page.view, middle(page.view, weekly), place(page.view, 4, "16:31"))
    (popup,) = page.window().findChildren(ScopePopup)
    QTest.mouseClick(popup.buttons[scope], LEFT)
    assert fridays(page) == times


def test_one_time_of_a_repeating_one_is_deleted(page: CalendarPage, store: Store, weekly: bytes) -> None:
    page.go_to(dt.date(2026, 3, 27))
    QTest.mouseClick(page.view.viewport(), LEFT, NONE, middle(page.view, weekly))
    QTest.keyClick(page.view, Key.Key_Delete)
    (popup,) = page.window().findChildren(ScopePopup)
    QTest.keyClick(popup.first(), Key.Key_Space)
    assert fridays(page) == ["20 15:00", "3 15:00"]


def test_a_menu_does_what_a_drag_does(page: CalendarPage, store: Store, made: dict[str, bytes]) -> None:
    """AC-CAL-6: by the mouse without dragging."""
    from freecrm.ui.calendar import menu as menus

    QTest.mouseClick(page.view.viewport(), LEFT, NONE, middle(page.view, made[CALL]))
    laid = page.view.laid()
    assert laid is not None
    menu = menus.popup(page, laid.item, page.view.target(), page.mapToGlobal(page.rect().center()))
    moves = next(action.menu() for action in menu.actions() if action.text() == "Move")
    assert isinstance(moves, QMenu)
    later = next(action for action in moves.actions() if action.text().startswith("A day later"))
    later.trigger()
    menu.close()
    assert when(store, made[CALL]) == ("3-21 15:00", "3-21 16:00")


def test_escape_while_nothing_is_held_leaves_all(
    page: CalendarPage, store: Store, made: dict[str, bytes]
) -> None:
    QTest.keyClick(page.view, Key.Key_Escape)
    QTest.keyClick(page.view, Key.Key_V, CTRL)  # nothing was copied
    QTest.keyClick(page.view, Key.Key_Down, ALT)
    assert when(store, made[CALL]) == ("3-20 15:00", "3-20 16:00")


def test_a_drag_beside_the_days_is_given_up(page: CalendarPage, store: Store, made: dict[str, bytes]) -> None:
    waiting = page.left_pane.waiting
    row = waiting.visualItemRect(waiting.item(0)).center()
    from tests.ui.calendar_host import move

    QTest.mousePress(waiting.viewport(), LEFT, NONE, row)
    move(waiting.viewport(), row + row)
    QTest.mouseRelease(waiting.viewport(), LEFT, NONE, row + row)
    assert when(store, made["鹿溪堂：寄样品"]) == ("", "")
    assert page.view.gesture is None


def test_language_theme_and_size_change_at_any_time(page: CalendarPage) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)
    window.dress.set_language("zh_CN")
    assert page.head.title.text() == "2026年3月16日 – 22日"
    assert page.head.clash.text() == "本周 1 处冲突"
    assert page.shown.mark(dt.date(2026, 3, 20)).name == "春分"
    window.dress.set_theme("dark")
    window.dress.set_zoom(150)
    for name in page.views:
        page.show_view(name)
        page.view.grab()
    window.dress.set_language("en")
    assert page.shown.mark(dt.date(2026, 3, 20)).name == "Spring Equinox"
