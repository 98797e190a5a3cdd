"""The page of the day: every line acts in place, by real keys and clicks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QMenu
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.store import activities
from freecrm.store.database import Store
from freecrm.ui.activity_form import ActivityDialog
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Place
from freecrm.ui.preferences import Preferences
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.settings_page import SettingsPage
from freecrm.ui.today.carry_dialog import CarryDialog
from freecrm.ui.today.day_dialog import DayDialog
from freecrm.ui.today.line import Line
from freecrm.ui.today.page import TodayPage
from freecrm.ui.today.plan_dialog import PlanDialog
from freecrm.ui.today.words import greeting
from freecrm.ui.window import MainWindow
from tests.ui.forms import typed

MakeWindow = Callable[..., MainWindow]
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = dt.date(2026, 3, 19)  # a Thursday
LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key


@pytest.fixture(autouse=True)
def half_past_ten() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 3, 19, 10, 30, tzinfo=SHANGHAI), tick=False):
        yield


def at(days: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    day = TODAY + dt.timedelta(days=days)
    return activities.midnight(day, "Asia/Shanghai") + dt.timedelta(hours=hour, minutes=minute)


@pytest.fixture
def ids(store: Store) -> dict[str, bytes]:
    """A firm with something of everything."""
    found: dict[str, bytes] = {}
    with store.step("Begin") as step:
        for name, grade, days in (("Hotel", "A", 3), ("Printers", "A", 46), ("Bookshop", "C", 300)):
            last = TODAY - dt.timedelta(days=days)
            values = {
                "name": name,
                "grade": grade,
                "last_contact": last,
                "phones": [{"number": "13800004471"}],
            }
            found[name] = step.insert("customer", values)
        found["Logistics"] = step.insert("customer", {"name": "Logistics"})
        found["Ada"] = step.insert("contact", {"name": "Ada", "birthday": "1980-03-21"})

        def plan(subject: str, **values: Any) -> None:
            found[subject] = activities.add(
                step, store, {"kind": "call", "subject": subject, "start_zone": "Asia/Shanghai", **values}
            )

        plan("late", customer=found["Hotel"], start=at(-3, 15))
        plan("now", customer=found["Hotel"], start=at(0, 14))
        plan("whole", start=at(0), all_day=True)
        plan("some day")
    return found


@pytest.fixture
def window(make_window: MakeWindow, store: Store, ids: dict[str, bytes]) -> MainWindow:
    return make_window(store)


@pytest.fixture
def page(window: MainWindow) -> TodayPage:
    shown = window.visit(Place("today"))
    assert isinstance(shown, TodayPage)
    shown.focus_first()
    return shown


def texts(page: TodayPage) -> list[str]:
    return [line.title.text() for line in page.lines]


def line(page: TodayPage, text: str) -> Line:
    return next(one for one in page.lines if one.title.text().endswith(text))


def record(window: MainWindow, id: bytes) -> Any:
    return window.store.reader().record("activity", id)


def focused(page: TodayPage) -> str:
    focus = QApplication.focusWidget()
    assert isinstance(focus, Line)
    return focus.title.text()


def popup() -> QMenu:
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    return found


def dialog() -> QDialog:
    found = QApplication.activeModalWidget()
    assert isinstance(found, QDialog)
    return found


# ---- what it shows


def test_everything_of_the_day_is_there_in_its_order(page: TodayPage) -> None:
    left, right = (page.panes()[at][0] for at in (0, 1))
    shown = [one.title.text() for one in page.lines if left.isAncestorOf(one)]
    assert shown == ["late", "14:00 now", "whole", "some day"]
    shown = [one.title.text() for one in page.lines if right.isAncestorOf(one)]
    firsts = ["Write the first follow-up", "Make a backup"]
    assert shown == [*firsts, "Printers", "Bookshop", "Logistics", "Ada"]
    assert page.hello.text() == "Good morning"
    assert page.date.text() == "Thu 19 March · lunar 2-1"
    assert page.count.text() == "3 things to do today, 1 of them late"
    assert line(page, "late").about.text() == "Mon 15:00 · 3 days late · Hotel · A"
    assert line(page, "Printers").about.text() == "46 days without contact"
    assert line(page, "Logistics").about.text() == "not contacted yet"
    assert line(page, "Ada").about.text() == "Sat · Birthday · turns 46"


def test_the_date_names_the_holiday(make_window: MakeWindow, store: Store) -> None:
    with time_machine.travel(dt.datetime(2026, 2, 17, 9, tzinfo=SHANGHAI), tick=False):
        page = make_window(store).visit(Place("today"))
        assert isinstance(page, TodayPage)
        assert page.date.text() == "Tue 17 February · lunar 1-1 · Spring Festival"


def test_the_greeting_goes_by_the_hour_and_the_name() -> None:
    noon = dt.datetime(2026, 3, 19, 12, tzinfo=SHANGHAI)
    assert greeting(noon.replace(hour=8), "") == "Good morning"
    assert greeting(noon.replace(hour=15), "Ruoxi") == "Good afternoon, Ruoxi"
    words.use("zh_CN")
    assert greeting(noon, "若溪") == "中午好，若溪"
    assert greeting(noon.replace(hour=21), "") == "晚上好"


def test_it_greets_whoever_works_here_and_shows_what_is_theirs(
    make_window: MakeWindow, store: Store, ids: dict[str, bytes]
) -> None:
    with store.step("Users") as step:
        me, other = step.insert("user", {"name": "沈若溪"}), step.insert("user", {"name": "陈思远"})
        step.update("activity", ids["late"], {"owner_user": other})
        step.update("customer", ids["Printers"], {"owner_user": me})
    store.user = me
    window = make_window(store)
    window.who.choose("沈若溪")
    page = window.visit(Place("today"))
    assert isinstance(page, TodayPage)
    assert page.hello.text() == "Good morning, 沈若溪"
    assert "late" not in texts(page)
    assert "Printers" in texts(page)
    assert "Bookshop" not in texts(page)


def test_an_empty_day_says_what_comes_next(make_window: MakeWindow, store: Store) -> None:
    activities.plan(store, {"kind": "call", "subject": "Call Hotel", "start": at(1, 9)})
    page = make_window(store).visit(Place("today"))
    assert isinstance(page, TodayPage)
    (card,) = page.sides[0]
    assert card.heading.text() == "To do today"
    assert page.count.text() == "nothing is due today"
    assert any("The day is yours. Next: Call Hotel, tomorrow." in text for text in _labels(page))


def _labels(page: TodayPage) -> list[str]:
    from PySide6.QtWidgets import QLabel

    return [one.text() for one in page.findChildren(QLabel)]


# ---- acting in place


def finish(window: MainWindow, qtbot: QtBot) -> None:
    """The quick way: Enter in the box."""
    from freecrm.ui.finish_box import FinishBox

    box = window.findChildren(FinishBox)[-1]
    box.next_box.setChecked(False)
    box.text.setFocus()
    qtbot.keyClick(box.text, KEY.Key_Return)


def test_space_says_that_it_is_done_and_undo_brings_it_back(
    window: MainWindow, page: TodayPage, ids: dict[str, bytes], qtbot: QtBot
) -> None:
    asked: list[bytes] = []
    page.finish_wanted.connect(asked.append)
    assert focused(page) == "late"
    qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Space)
    assert asked == [ids["late"]]
    finish(window, qtbot)
    assert record(window, ids["late"])["state"] == "done"
    assert "late" not in texts(page)
    assert focused(page) == "14:00 now"  # the focus stays where work goes on
    window.commands.run("edit.undo")
    assert texts(page)[0] == "late"


def test_the_box_before_a_line_does_the_same(
    window: MainWindow, page: TodayPage, ids: dict[str, bytes], qtbot: QtBot
) -> None:
    from PySide6.QtWidgets import QToolButton

    box = line(page, "now").findChildren(QToolButton)[0]
    assert box.accessibleName() == "Done: now"
    qtbot.mouseClick(box, LEFT)
    finish(window, qtbot)
    assert record(window, ids["now"])["state"] == "done"


def test_arrows_go_from_line_to_line_and_across(page: TodayPage, qtbot: QtBot) -> None:
    for _step in range(2):
        qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Down)
    assert focused(page) == "whole"
    qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Up)
    assert focused(page) == "14:00 now"
    qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Right)
    assert focused(page) == "Write the first follow-up"
    qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Left)
    assert focused(page) == "14:00 now"


def test_enter_opens_the_activity_then_its_customer_and_back_leads_to_the_line(
    window: MainWindow, page: TodayPage, qtbot: QtBot
) -> None:
    qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Down)
    qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Return)
    (opened,) = [one for one in window.findChildren(ActivityDialog) if one.isVisible()]
    qtbot.mouseClick(opened.form.parts.customer_button, LEFT)
    shown = window.navigator.page
    assert isinstance(shown, RecordPage)
    assert shown.name == "Hotel"
    window.go_back()
    assert window.navigator.place == Place("today")
    assert focused(page) == "14:00 now"


def test_the_menu_key_offers_all_that_can_be_done(
    window: MainWindow, page: TodayPage, ids: dict[str, bytes], qtbot: QtBot
) -> None:
    qtbot.keyClick(line(page, "late"), KEY.Key_Menu)
    menu = popup()
    assert [action.text() for action in menu.actions()] == [
        "Done…",
        "Tomorrow (Fri)",
        "In 3 days (Sun)",
        "Next Monday (3-23)",
        "Another day…",
        "Copy the number 13800004471",
        "Open the customer",
        "Open the activity",
        "Won't be done",
    ]
    qtbot.keyClick(menu, KEY.Key_Down)
    qtbot.keyClick(menu, KEY.Key_Return)
    assert record(window, ids["late"])["start"] == at(1, 15)
    assert record(window, ids["late"])["carried"] == 1


def test_another_day_is_typed_in_words(
    window: MainWindow, page: TodayPage, ids: dict[str, bytes], qtbot: QtBot
) -> None:
    line(page, "late").menu().actions()[4].trigger()
    asked = dialog()
    assert isinstance(asked, DayDialog)
    qtbot.keyClick(asked.day.main(), KEY.Key_Return)
    assert asked.isVisible()
    assert "Type a day" in asked.trouble.text()
    typed(asked.day.main(), "next wed")
    qtbot.mouseClick(asked.take_button, LEFT)
    assert record(window, ids["late"])["start"] == at(6, 15)


def test_a_number_is_copied(window: MainWindow, page: TodayPage) -> None:
    line(page, "Printers").menu().actions()[0].trigger()
    assert QApplication.clipboard().text() == "13800004471"


def test_a_call_is_planned_with_whom_nobody_contacts(
    window: MainWindow, page: TodayPage, ids: dict[str, bytes], qtbot: QtBot
) -> None:
    qtbot.keyClick(line(page, "Printers"), KEY.Key_Space)
    qtbot.keyClick(popup(), KEY.Key_Return)  # tomorrow
    assert "Printers" not in texts(page)
    customer = window.store.reader().record("customer", ids["Printers"])
    assert customer is not None
    assert (customer["next_step"], customer["next_at"]) == ("Call Printers", at(1))


def test_calls_are_planned_with_all_of_a_grade(window: MainWindow, page: TodayPage, qtbot: QtBot) -> None:
    page.plan_all("A")
    asked = dialog()
    assert isinstance(asked, PlanDialog)
    qtbot.mouseClick(asked.plan_button, LEFT)
    assert "Printers" not in texts(page)
    assert "Bookshop" in texts(page)


def test_what_wont_be_done_leaves_the_page(
    window: MainWindow, page: TodayPage, ids: dict[str, bytes]
) -> None:
    line(page, "whole").menu().actions()[-1].trigger()
    assert record(window, ids["whole"])["state"] == "dropped"
    assert "whole" not in texts(page)


def test_limits_are_a_click_away(window: MainWindow, page: TodayPage) -> None:
    page.show_limits()
    assert isinstance(window.navigator.page, SettingsPage)


def test_all_of_them_are_in_the_list_in_their_view(window: MainWindow, page: TodayPage) -> None:
    page.show_view("activity", "overdue")
    listed = window.navigator.page
    assert isinstance(listed, ListPage)
    assert listed.views.name == "Overdue"
    assert listed.model.rowCount() == 1
    weekly = {
        "start": at(-14, 9),
        "start_zone": "Asia/Shanghai",
        "repeats": "FREQ=WEEKLY",
        "subject": "weekly",
    }
    id = activities.plan(window.store, weekly)
    for _missed in range(2):
        activities.finish(window.store, id)
    assert listed.model.rowCount() == 1  # it began long ago, and its next time is today
    page.show_view("customer", "no_next")
    listed = window.navigator.page
    assert isinstance(listed, ListPage)
    assert listed.model.rowCount() == 3


# ---- carrying over


def test_what_is_late_is_carried_over_to_the_next_working_day(
    window: MainWindow, page: TodayPage, ids: dict[str, bytes], qtbot: QtBot
) -> None:
    window.commands.run("record.carry")
    asked = dialog()
    assert isinstance(asked, CarryDialog)
    assert asked.carry_button.text() == "Carry 1 activity over"
    asked.next_choice.click()
    qtbot.mouseClick(asked.carry_button, LEFT)
    assert record(window, ids["late"])["start"] == at(1, 15)
    assert page.count.text() == "2 things to do today"
    window.commands.run("edit.undo")
    assert record(window, ids["late"])["start"] == at(-3, 15)


def test_a_day_that_is_over_is_refused(window: MainWindow, page: TodayPage, qtbot: QtBot) -> None:
    page.carry_over()
    asked = dialog()
    assert isinstance(asked, CarryDialog)
    typed(asked.other.main(), "2020-01-01")
    assert asked.other_choice.isChecked()
    qtbot.mouseClick(asked.carry_button, LEFT)
    assert asked.isVisible()
    assert asked.trouble.text() == "That day is over. Choose today or a later one."
    asked.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert not asked.carry_button.isEnabled()
    asked.reject()


def test_nothing_late_is_said(make_window: MakeWindow, store: Store) -> None:
    make_window(store).commands.run("record.carry")
    asked = dialog()
    assert isinstance(asked, CarryDialog)
    assert "Nothing is late" in asked.text.text()
    assert not asked.carry_button.isVisible()
    asked.reject()


# ---- the list of activities


def test_activities_are_done_and_put_off_in_their_list(
    window: MainWindow, ids: dict[str, bytes], qtbot: QtBot
) -> None:
    listed = window.visit(Place("list", "activity"))
    assert isinstance(listed, ListPage)
    window.commands.run("activity.done")
    finish(window, qtbot)  # the newest: whole or now, the first of the list
    assert sum(record(window, ids[name])["state"] == "done" for name in ("late", "now", "whole")) == 1
    listed.grid.setFocus()
    listed.grid.selectAll()
    window.commands.run("activity.put_off")
    asked = dialog()
    assert isinstance(asked, DayDialog)
    typed(asked.day.main(), "tomorrow")
    qtbot.mouseClick(asked.take_button, LEFT)
    assert record(window, ids["late"])["start"] == at(1, 15)


# ---- the sidebar, the start, the clock


def test_the_sidebar_says_how_much_is_due(window: MainWindow, ids: dict[str, bytes], qtbot: QtBot) -> None:
    button = window.sidebar.buttons[Place("today")]
    assert not button.badge
    window.after_first_paint()
    assert (button.badge, button.urgent) == (3, True)
    assert button.accessibleName() == "Today, 3 due"
    activities.finish(window.store, ids["late"])
    assert button.badge == 2
    activities.finish(window.store, ids["now"])
    activities.drop(window.store, ids["whole"])
    assert button.badge == 0
    assert button.accessibleName() == "Today"


def test_it_opens_with_the_page_that_was_chosen(
    make_window: MakeWindow, store: Store, ids: dict[str, bytes]
) -> None:
    window = make_window(store)
    assert window.navigator.place == Place("list", "customer")
    window.preferences.set("look.start", "today")
    window.close()
    again = make_window(store)
    assert again.navigator.place == Place("today")
    assert again.home() == Place("list", "customer")


def test_another_day_is_read_when_it_begins(window: MainWindow, page: TodayPage) -> None:
    with time_machine.travel(dt.datetime(2026, 3, 20, 0, 1, tzinfo=SHANGHAI), tick=False):
        page.clock.timer.timeout.emit()
        assert page.date.text().startswith("Fri 20 March")
        assert page.count.text() == "3 things to do today, 3 of them late"


def test_languages_change_at_any_time(window: MainWindow, page: TodayPage) -> None:
    window.dress.set_language("zh_CN")
    assert page.hello.text() == "上午好"
    assert page.date.text() == "3 月 19 日 周四 · 农历二月初一"
    assert page.count.text() == "今天 3 件事，其中 1 件已逾期"
    assert line(page, "Printers").about.text() == "46 天未联系"


# ---- first steps


def test_first_steps_lead_to_what_they_name_until_they_are_closed(
    make_window: MakeWindow, store: Store, qtbot: QtBot
) -> None:
    window = make_window(store)
    page = window.visit(Place("today"))
    assert isinstance(page, TodayPage)
    assert [one.title.text() for one in page.lines] == [
        "Bring in your customers",
        "Write the first follow-up",
        "Plan a call back",
        "Make a backup",
    ]
    page.focus_first()
    qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Return)
    assert window.navigator.place == Place("import")
    with store.step("New") as step:
        step.insert("customer", {"name": "Hotel"})
    page = window.visit(Place("today"))
    assert isinstance(page, TodayPage)
    assert "Bring in your customers" not in texts(page)
    page.step_wanted.emit("follow_up")
    assert isinstance(window.navigator.page, RecordPage)
    page = window.visit(Place("today"))
    assert isinstance(page, TodayPage)
    page.close_steps()
    assert texts(page) == ["Hotel"]
    assert isinstance(window.preferences, Preferences)
