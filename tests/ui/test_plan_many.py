"""One activity for each of many customers, from the list of customers, by real keys and clicks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import pytest
import time_machine
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from freecrm.store.database import Store
from freecrm.ui import row_menu
from freecrm.ui.page import Place
from freecrm.ui.today.plan_dialog import PlanDialog
from freecrm.ui.window import MainWindow
from tests.store.samples import raw
from tests.ui.forms import typed

MakeWindow = Callable[..., MainWindow]
SHANGHAI = ZoneInfo("Asia/Shanghai")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def a_thursday() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 3, 19, 10, 30, tzinfo=SHANGHAI), tick=False):
        yield


@pytest.fixture
def window(make_window: MakeWindow, store: Store) -> MainWindow:
    with store.step("Many") as step:
        owner = step.insert("user", {"name": "沈若溪"})
        step.insert("user", {"name": "陈思远"})
        for number in range(200):
            step.insert("customer", {"name": f"Firm {number:03}", "owner_user": owner})
    return make_window(store)


def opened(window: MainWindow, qtbot: QtBot) -> PlanDialog:
    window.page.grid.setFocus()
    qtbot.keyClick(window.page.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.mouseClick(window.page.cells.bar.buttons["batch.plan"], LEFT)
    found = QApplication.activeModalWidget()
    assert isinstance(found, PlanDialog)
    return found


def samples(dialog: PlanDialog) -> list[str]:
    return [one.text() for one in dialog.card.findChildren(QLabel) if not one.isHidden()]


def test_two_hundred_are_planned_with_one_way_back(window: MainWindow, qtbot: QtBot) -> None:
    dialog = opened(window, qtbot)
    assert dialog.head.text() == "Plan an activity for each of 200 customers"
    assert samples(dialog)[:3] == ["Call Firm 000", "2026-03-20 Fri", "沈若溪"]
    assert (dialog.spread.isChecked(), dialog.a_day.value()) == (True, 20)
    qtbot.mouseClick(dialog.plan_button, LEFT)
    assert raw(window.store, "SELECT count(*), count(DISTINCT customer) FROM activity") == [(200, 200)]
    assert raw(window.store, "SELECT count(DISTINCT start) FROM activity") == [(10,)]
    assert "200 activities planned" in window.toasts.shown[-1].text.text()
    window.commands.run("edit.undo")
    assert raw(window.store, "SELECT count(*) FROM activity") == [(0,)]


def test_kind_subject_day_hour_and_owner_are_chosen(window: MainWindow, qtbot: QtBot) -> None:
    dialog = opened(window, qtbot)
    dialog.kind.setCurrentIndex(dialog.kind.findData("visit"))
    assert dialog.subject.text() == "Visit {name}"
    dialog.subject.selectAll()
    typed(dialog.subject, "Spring check at {name}")
    dialog.kind.setCurrentIndex(dialog.kind.findData("call"))
    assert dialog.subject.text() == "Spring check at {name}"  # one's own words stay
    dialog.first.set_value(dt.date(2026, 3, 21))
    typed(dialog.clock, "9:30")
    dialog.a_day.setValue(2)
    dialog.owner.setCurrentIndex(dialog.owner.findText("陈思远"))
    dialog.look_again()
    assert dialog.trouble.text() == ""
    assert samples(dialog)[:9] == [
        *("Spring check at Firm 000", "2026-03-23 Mon 09:30", "陈思远"),
        *("Spring check at Firm 001", "2026-03-23 Mon 09:45", "陈思远"),
        *("Spring check at Firm 002", "2026-03-24 Tue 09:30", "陈思远"),
    ]
    dialog.workdays.click()
    assert samples(dialog)[1] == "2026-03-21 Sat 09:30"
    dialog.reject()


@pytest.mark.parametrize(
    ("subject", "clock", "said"),
    [("", "", "Say what is to be done"), ("x", "half past nonsense", "is no time of day")],
)
def test_what_cannot_be_is_said_and_nothing_is_planned(
    window: MainWindow, qtbot: QtBot, subject: str, clock: str, said: str
) -> None:
    dialog = opened(window, qtbot)
    dialog.subject.setText(subject)
    dialog.clock.setText(clock)
    dialog.look_again()
    assert said in dialog.trouble.text()
    assert not dialog.plan_button.isEnabled()
    assert dialog.subject.text() == subject
    dialog.reject()
    assert raw(window.store, "SELECT count(*) FROM activity") == [(0,)]


def test_the_rows_menu_offers_it_for_customers_alone(window: MainWindow) -> None:
    def offered() -> list[str]:
        return [action.text() for action in row_menu.made(window, window.page).actions()]

    assert "Plan for all…" in offered()
    window.visit(Place("list", "contact"))
    assert not window.commands.is_enabled("batch.plan")
