"""Screens of activities where there is little room: large text on a small screen, nothing cut and nothing squashed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from freecrm.store import activities
from freecrm.store.database import Store
from freecrm.ui.calendar_file_page import CalendarFilePage
from freecrm.ui.follow_up import desk
from freecrm.ui.page import Place
from freecrm.ui.plan_steps import StepLine
from freecrm.ui.plans_page import PlansPage
from freecrm.ui.record_page.next_card import StepCard
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.window import MainWindow
from tests import calendars
from tests.ui.calendar_host import calendar_page
from tests.ui.conftest import MakeWindow

BAD = Path(__file__).parents[1] / "data" / "ics" / "bad.ics"

pytestmark = pytest.mark.usefixtures("thursday")


@pytest.fixture
def window(make_window: MakeWindow, store: Store) -> MainWindow:
    calendars.week(store)
    made = make_window(store)
    made.dress.set_zoom(150)
    made.resize(1366, 768)
    return made


def test_the_views_of_the_calendar_keep_their_names(window: MainWindow) -> None:
    head = calendar_page(window).head
    for button in head.views.values():
        assert button.width() >= button.sizeHint().width(), button.text()
    assert head.title.width() >= head.title.sizeHint().width()
    assert head.clash.text() == "1"
    assert head.clash.accessibleName() == "1 clash this week"
    assert "1 clash this week" in head.clash.toolTip()
    assert calendar_page(window).selection_words() == "1 clash this week"
    window.dress.set_zoom(100)
    QApplication.processEvents()
    assert head.clash.text() == "1 clash this week"
    assert head.week.isVisible()


def test_next_steps_and_the_follow_up_are_whole_on_a_customers_page(window: MainWindow, store: Store) -> None:
    id = store.read().execute("SELECT id FROM customer WHERE name = '晴川电子'").fetchone()[0]
    for days in (1, 2):
        with store.step("Plan") as step:
            start = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
            activities.add(step, store, {"kind": "call", "customer": id, "start": start})
    window.show_id("customer", id)
    desk.begin(window)
    QApplication.processEvents()
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    cards = [card for card in page.findChildren(StepCard) if card.isVisible()]
    assert len(cards) >= 2
    for part in (*cards, page.overview.composer):
        assert part.height() >= part.minimumSizeHint().height()
    for button in page.overview.composer.findChildren(QPushButton):
        if button.isVisible():
            assert button.height() >= button.minimumSizeHint().height(), button.text()


def test_every_part_of_a_plans_step_can_be_reached(window: MainWindow, store: Store) -> None:
    page = window.visit(Place("plans"))
    assert isinstance(page, PlansPage)
    page.take_ready()
    QApplication.processEvents()
    line = page.findChildren(StepLine)[0]
    edge = page.area.viewport().width()
    for part in (line.cross, line.falls, line.subject):
        assert part.mapTo(page.area.viewport(), part.rect().topRight()).x() < edge
    assert line.subject.width() > line.days.width() * 2
    window.dress.set_zoom(90)
    window.resize(1800, 800)
    QApplication.processEvents()
    assert line.cross.y() == line.days.y() or abs(line.cross.y() - line.days.y()) < line.days.height()


def test_the_reasons_of_a_calendar_file_are_shown_whole(window: MainWindow, qtbot: QtBot) -> None:
    page = window.visit(Place("calendar_file", str(BAD)))
    assert isinstance(page, CalendarFilePage)
    table, last = page.table, page.table.model().columnCount() - 1

    def whole() -> None:
        for row in range(3):
            text = str(table.model().index(row, last).data())
            room = table.columnWidth(last)
            lines = -(-table.fontMetrics().horizontalAdvance(text) // room)
            high = table.rowHeight(row)
            assert (
                lines * table.fontMetrics().height()
                <= high
                <= (lines + 3) * table.fontMetrics().lineSpacing()
            )

    qtbot.waitUntil(whole)


def test_the_middle_of_a_customers_page_scrolls_only_where_it_must(
    window: MainWindow, store: Store, qtbot: QtBot
) -> None:
    id = store.read().execute("SELECT id FROM customer WHERE name = '晴川电子'").fetchone()[0]
    window.show_id("customer", id)
    desk.begin(window)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    overview = page.overview
    QApplication.processEvents()
    assert overview.middle_area.verticalScrollBar().isVisible()
    assert overview.timeline.view.height() > overview.timeline.view.minimumHeight()
    window.dress.set_zoom(100)
    bar = overview.middle_area.verticalScrollBar()
    qtbot.waitUntil(lambda: not bar.isVisible())


def test_the_way_out_of_a_clash_is_not_cut(window: MainWindow, store: Store) -> None:
    day = calendars.MONDAY + dt.timedelta(days=8)
    with store.step("New") as step:
        user = store.read().execute("SELECT id FROM user LIMIT 1").fetchone()[0]
        for hours in ((8, 18), (14, 17)):
            at = [dt.datetime.combine(day, dt.time(hour)).astimezone(dt.UTC) for hour in hours]
            id = activities.add(
                step, store, {"kind": "visit", "start": at[0], "end": at[1], "owner_user": user}
            )
    page = calendar_page(window)
    page.right.show_activity(id)
    QApplication.processEvents()
    assert page.right.form is not None
    button = page.right.form.parts.move_button
    for zoom in (150, 100):
        window.dress.set_zoom(zoom)
        QApplication.processEvents()
        assert button.text().startswith("Move to 3/2")
        assert button.minimumSizeHint().width() <= button.width()
        advance = button.fontMetrics().horizontalAdvance(button.text())
        assert advance < button.width() - 8
        assert "Wed" in button.accessibleName()
