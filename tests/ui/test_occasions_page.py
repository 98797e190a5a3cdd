"""The page of yearly dates, and how they are typed: by real keys and clicks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from freecrm.ui.editors import editor_for
from freecrm.ui.editors.dates import YearlyEditor
from freecrm.ui.occasions_page import OccasionsPage
from freecrm.ui.page import Place
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.window import MainWindow
from tests.ui.forms import typed

MakeWindow = Callable[..., MainWindow]


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> OccasionsPage:
    today = dt.datetime.now().astimezone().date()
    with window.store.step("Dates") as step:
        for name, away in (("Ada Frost", 2), ("Bo Winter", 20), ("Cy Summer", 200)):
            day = today + dt.timedelta(days=away)
            step.insert("contact", {"name": name, "birthday": f"1980-{day:%m-%d}"})
    window.commands.run("record.occasions")
    shown = window.navigator.page
    assert isinstance(shown, OccasionsPage)
    return shown


def names(page: OccasionsPage) -> list[str]:
    return [page.model.text(row, 1) for row in range(page.model.rowCount())]


def test_the_list_goes_as_far_as_is_chosen(window: MainWindow, page: OccasionsPage, qtbot: QtBot) -> None:
    ours = {"Ada Frost", "Bo Winter", "Cy Summer"}
    assert [name for name in names(page) if name in ours] == ["Ada Frost", "Bo Winter"]
    assert "in 2 days" in page.model.text(names(page).index("Ada Frost"), 0)
    page.range.setFocus()
    qtbot.keyClick(page.range, Qt.Key.Key_End)
    assert [name for name in names(page) if name in ours] == ["Ada Frost", "Bo Winter", "Cy Summer"]


def test_enter_opens_whose_date_it_is_and_back_leads_to_the_same_row(
    window: MainWindow, page: OccasionsPage, qtbot: QtBot
) -> None:
    row = names(page).index("Bo Winter")
    page.table.setFocus()
    page.table.setCurrentIndex(page.model.index(row, 0))
    qtbot.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "Bo Winter" in QApplication.clipboard().text()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    shown = window.navigator.page
    assert isinstance(shown, RecordPage)
    assert shown.name == "Bo Winter"
    window.go_back()
    assert window.navigator.place == Place("occasions")
    assert page.table.currentIndex().row() == row


def test_it_prints_what_it_shows(page: OccasionsPage) -> None:
    (printed,) = page.printed()
    assert printed.count == len(names(page))
    assert printed.title == "Yearly dates"


def test_a_day_that_is_kept_on_another_says_why(window: MainWindow) -> None:
    with time_machine.travel(dt.datetime(2027, 2, 1, 12, tzinfo=dt.UTC), tick=False):
        with window.store.step("Date") as step:
            step.insert("contact", {"name": "Leap Day", "birthday": "1988-02-29"})
        window.commands.run("record.occasions")
        page = window.navigator.page
        assert isinstance(page, OccasionsPage)
        cell = page.model.index(names(page).index("Leap Day"), 3)
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            assert cell.data(role) == "1988-02-29 · no 29 February that year"


@time_machine.travel(dt.datetime(2026, 3, 19, 12, tzinfo=dt.UTC), tick=False)
def test_a_lunar_birthday_is_typed_and_shown_with_its_next_day(window: MainWindow, qtbot: QtBot) -> None:
    made = editor_for(window.store.schema.fields("contact")["birthday"], window.store, window.tasks)
    assert isinstance(made, YearlyEditor)
    qtbot.addWidget(made)
    made.show()
    made.line.setFocus()
    typed(made.line, "农历八月十五")
    assert "2026-09-25 Fri" in made.understood.text()
    assert made.value() == "lunar --08-15"
    made.line.clear()
    qtbot.keyClicks(made.line, "some day")
    made.line.clearFocus()
    assert made.unreadable() is not None
    made.line.clear()
    qtbot.keyClicks(made.line, "20 May")
    qtbot.keyClick(made.line, Qt.Key.Key_Up)
    assert made.value() == "2026-05-21"
