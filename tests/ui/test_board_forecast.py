"""The forecast by month in a window: what is dragged to another month closes there."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator

import pytest
import time_machine
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from freecrm.store import deal_acts, undo
from freecrm.store.database import Store
from freecrm.ui.board.page import PipelinePage
from freecrm.ui.list_page import ListPage
from freecrm.ui.window import MainWindow
from tests import boards, calendars
from tests.ui.board_host import CTRL_SHIFT, PHASE, board_page, drag, lane_of, middle, names, press, value
from tests.ui.calendar_host import LEFT, NONE
from tests.ui.test_board import choose, menu_of, press_on

MakeWindow = Callable[..., MainWindow]


@pytest.fixture(autouse=True)
def thursday(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", calendars.ZONE)
    time.tzset()
    with time_machine.travel(boards.NOW, tick=True):
        yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def made(store: Store) -> dict[str, bytes]:
    return boards.pipeline(store)


@pytest.fixture
def page(make_window: MakeWindow, store: Store, made: dict[str, bytes]) -> PipelinePage:
    window = make_window(store)
    window.who.choose(boards.PEOPLE[0])
    window.resize(1440, 900)
    page = board_page(window)
    QTest.mouseClick(page.head.views["forecast"], LEFT)
    return page


def test_months_with_their_deals_and_numbers(page: PipelinePage) -> None:
    lanes = page.view.lanes
    assert [lane.title for lane in lanes][:2] == ["March 2026", "April 2026"]
    assert lanes[0].figures == ("Committed ¥0", "Best case ¥0", "Won ¥158,000 / ¥400,000")
    assert [lane.weighted for lane in lanes] == [320_250_00, 125_400_00, 50_030_00, 19_620_00, 0, 0]
    assert page.hint()
    assert page.crumbs() == ["Pipeline", "Sales"]


@pytest.mark.parametrize("way", ["drag", "keys", "menu"])
def test_a_deal_comes_into_another_month(
    page: PipelinePage, store: Store, made: dict[str, bytes], way: str
) -> None:
    id = made[PHASE]
    if way == "drag":
        told: list[str] = []
        to = page.view.card_rect(lane_of(page, "April 2026"), 0).center().toPoint()
        drag(page.view, middle(page.view, id), to, lambda: told.append(page.view.accessibleDescription()))
        assert told == ["April 2026: closes 30 Apr"]
    elif way == "keys":
        press_on(page, id)
        press(page, Qt.Key.Key_Right, CTRL_SHIFT)
    else:
        press_on(page, id)
        QTest.keyClick(page.view, Qt.Key.Key_Menu)
        page.view.menu_wanted.emit(page.view.card(), page.view.current_lane(), page.mapToGlobal(page.pos()))
        menu = menu_of(page)
        choose(menu, "Expected close in", "April 2026")
    assert value(store, id, "close") == dt.date(2026, 4, 30)
    assert PHASE in names(page, "April 2026")
    assert PHASE not in names(page, "March 2026")
    undo.undo(store)
    assert value(store, id, "close") == dt.date(2026, 3, 31)
    assert PHASE in names(page, "March 2026")


def test_how_a_deal_counts_is_said_by_its_menu(
    page: PipelinePage, store: Store, made: dict[str, bytes]
) -> None:
    press_on(page, made[PHASE])
    page.view.menu_wanted.emit(page.view.card(), page.view.current_lane(), page.mapToGlobal(page.pos()))
    menu = menu_of(page)
    choose(menu, "Counts in the forecast as", "Committed")
    assert page.view.lanes[0].figures[0] == "Committed ¥86,400"
    head = page.view.head_rect(0).center().toPoint()
    QTest.mouseClick(page.view.viewport(), LEFT, NONE, head)
    menu = menu_of(page)
    choose(menu, "Show in the table", "Committed ¥86,400")
    window = page.window()
    assert isinstance(window, MainWindow)
    QApplication.processEvents()
    listed = window.navigator.page
    assert isinstance(listed, ListPage)
    assert len(listed.model.records) == 1


def test_what_is_overdue_or_without_a_day_stands_beside(
    page: PipelinePage, store: Store, made: dict[str, bytes]
) -> None:
    deal_acts.close_on(store, made[PHASE], dt.date(2026, 2, 3))
    deal_acts.close_on(store, made["Tea room RO"], None)
    titles = [lane.title for lane in page.view.lanes]
    assert (titles[0], titles[-1]) == ("Before this month", "Without a day")
    press_on(page, made[PHASE])
    press(page, Qt.Key.Key_Right, CTRL_SHIFT)
    assert value(store, made[PHASE], "close") == dt.date(2026, 3, 31)
    before = store.reader().version()
    press_on(page, made["Full softener"])
    press(page, Qt.Key.Key_Left, CTRL_SHIFT)  # into the past leads no way
    assert store.reader().version() == before
