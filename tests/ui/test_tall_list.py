"""The list of a timeline: rows of different heights, of which only those in sight are measured."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QListView
from pytestqt.qtbot import QtBot

from freecrm.core.words import N_
from freecrm.store import noting
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.record_page.timeline import TimelineView
from freecrm.ui.window import MainWindow

NAME = "云杉谷酒店"
COUNT = 90


@pytest.fixture
def view(window: MainWindow) -> TimelineView:
    """A timeline of ninety notes, long ones among short ones."""
    id = window.store.reader().named("customer", NAME)
    now = round(time.time() * 1000)
    rows = [
        (f"note {n} " + "word " * (n % 7 * 20), now - n * 3_600_000, id, "customer") for n in range(COUNT)
    ]
    with window.store.step(N_("Import {file}"), file="notes.csv") as step:
        step.insert_many("note", ("text", "at", "parent", "parent_entity"), rows)
    assert id is not None
    window.show_id("customer", id)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    page.overview.timeline.view.setFocus()
    return page.overview.timeline.view


def rects(view: TimelineView) -> list[tuple[int, int]]:
    found = [view.visualRect(view.rows_model.index(at)) for at in range(len(view.rows_model.rows))]
    return [(rect.top(), rect.bottom() + 1) for rect in found]


def at_top(view: TimelineView) -> int:
    return view.indexAt(QPoint(10, 0)).row()


def test_every_row_begins_where_the_one_before_ends(view: TimelineView) -> None:
    found = rects(view)
    assert all(one[1] == other[0] for one, other in pairwise(found))
    assert len({bottom - top for top, bottom in found}) > 3


def test_the_end_of_the_bar_is_the_last_row(view: TimelineView) -> None:
    bar = view.verticalScrollBar()
    while bar.value() < bar.maximum():
        bar.setValue(bar.maximum())
    assert rects(view)[-1][1] == view.viewport().height()


def test_a_click_chooses_what_is_under_it(view: TimelineView, qtbot: QtBot) -> None:
    view.verticalScrollBar().setValue(1500)
    spot = QPoint(60, view.viewport().height() // 2)
    row = view.indexAt(spot).row()
    assert view.visualRect(view.rows_model.index(row)).contains(spot)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert [index.row() for index in view.selectedIndexes()] == [row]
    assert view.currentIndex().row() == row


def test_end_home_and_whole_pages_by_key(view: TimelineView, qtbot: QtBot) -> None:
    last = len(view.rows_model.rows) - 1
    begun = view.currentIndex().row()
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    further = view.currentIndex().row()
    assert begun < further < last
    assert view.viewport().rect().intersects(view.visualRect(view.currentIndex()))
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.currentIndex().row() == last
    assert view.visualRect(view.currentIndex()).bottom() < view.viewport().height()
    qtbot.keyClick(view, Qt.Key.Key_PageUp)
    assert view.currentIndex().row() < last
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.currentIndex().row() == 1  # the first is a heading
    assert view.verticalScrollBar().value() == 0


def test_the_row_in_sight_stays_when_the_window_gets_narrower(
    window: MainWindow, view: TimelineView, qtbot: QtBot
) -> None:
    view.scrollTo(view.rows_model.index(50), QListView.ScrollHint.PositionAtTop)
    assert at_top(view) == 50
    wide = view.viewport().width()
    window.resize(window.width() - 120, window.height())
    qtbot.waitUntil(lambda: view.viewport().width() < wide)
    assert at_top(view) == 50


def test_a_note_more_leaves_the_others_in_sight(window: MainWindow, view: TimelineView) -> None:
    view.verticalScrollBar().setValue(2000)
    page = window.navigator.page
    before = len(view.rows_model.rows)
    assert isinstance(page, RecordPage)
    noting.add_note(window.store, "customer", page.id, "one more")
    assert len(view.rows_model.rows) > before
    assert view.verticalScrollBar().value() == 2000
