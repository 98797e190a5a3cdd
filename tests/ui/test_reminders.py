"""Reminders on the screen: the popup, what it does, the summary after an absence, the sign beside the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QPushButton, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from freecrm.store import activities, alarms, history
from freecrm.store.database import Store
from freecrm.ui import look, speech, talk
from freecrm.ui.activity_form import ActivityDialog
from freecrm.ui.finish_box import FinishBox
from freecrm.ui.reminders.popup import ReminderPopup
from freecrm.ui.window import MainWindow
from tests.store.samples import raw
from tests.ui.conftest import MakeWindow

NOON = dt.datetime(2026, 3, 19, 12, tzinfo=dt.UTC)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
QUIET_TRAY = "systemTrayWindowChanged"  # what Qt says of a tray on a platform without a screen


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as made:
        yield made


def plan(store: Store, start: dt.datetime, subject: str = "Visit", **more: Any) -> bytes:
    values = {"kind": "visit", "subject": subject, "start": start, "reminders": [{"before": 30}]}
    return activities.plan(store, {**values, **more})


def shown(window: MainWindow) -> list[str]:
    """The heads of the cards that are seen."""
    popup = window.reminders.popup
    if popup is None or not popup.isVisible():
        return []
    return [popup.column.itemAt(at).widget().head.text() for at in range(popup.column.count())]


def popup_of(window: MainWindow) -> ReminderPopup:
    popup = window.reminders.popup
    assert popup is not None
    assert popup.isVisible()
    return popup


def press(qtbot: QtBot, button: QPushButton) -> None:
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def only_card(window: MainWindow) -> Any:
    (card,) = popup_of(window).cards.values()
    return card


def test_a_reminder_comes_in_its_time_and_takes_no_focus(
    window: MainWindow, full_store: Store, clock: Any, qtbot: QtBot
) -> None:
    with full_store.step("New") as step:
        firm = step.insert("customer", {"name": "晴川电子"})
        wu = {"name": "吴亦舟", "jobs": [{"customer": firm, "job": "采购经理"}]}
        wu["phones"] = [{"number": "+8613800002216", "kind": "mobile"}]
        contact = step.insert("contact", wu)
    window.reminders.start()
    id = plan(full_store, NOON + HOUR, customer=firm, people=[{"contact": contact}], place="星湖街 0 号")
    window.reminders.look()
    assert shown(window) == []
    clock.move_to(NOON + 30 * MINUTE)
    window.reminders.look()
    assert shown(window) == ["In 30 minutes: 晴川电子 · Visit"]
    card = only_card(window)
    assert card.where.text().endswith("星湖街 0 号")
    assert card.who.text() == "吴亦舟, 采购经理 · 138-0000-2216"
    assert window.isActiveWindow()
    assert window.page.grid.hasFocus()
    clock.move_to(NOON + 45 * MINUTE)
    window.reminders.look()
    assert shown(window) == ["In 15 minutes: 晴川电子 · Visit"]  # it stays until somebody acts
    press(qtbot, card.open_button)
    (opened,) = [one for one in window.findChildren(ActivityDialog) if one.isVisible()]
    assert opened.form.id == id
    assert shown(window) == []
    assert alarms.due(full_store, NOON + HOUR) == []


def test_its_own_timer_wakes_for_a_new_one(window: MainWindow, full_store: Store, qtbot: QtBot) -> None:
    window.reminders.start()
    plan(full_store, dt.datetime.now(dt.UTC) + 30 * MINUTE + dt.timedelta(seconds=1))
    assert shown(window) == []
    qtbot.waitUntil(lambda: bool(shown(window)), timeout=5000)  # AC-CAL-5


def test_later_and_got_it(window: MainWindow, full_store: Store, clock: Any, qtbot: QtBot) -> None:
    plan(full_store, NOON + 10 * MINUTE)
    window.reminders.start()
    later = only_card(window).later_button
    assert [action.text() for action in later.menu_.actions()] == [
        "In 5 minutes",
        "In 10 minutes",
        "In 1 hour",
        "Tomorrow 9:00",
    ]
    later.menu_.actions()[0].trigger()
    assert shown(window) == []
    clock.move_to(NOON + 5 * MINUTE)
    window.reminders.look()
    press(qtbot, only_card(window).got_button)
    assert shown(window) == []
    clock.move_to(NOON + 24 * HOUR)
    window.reminders.look()
    assert shown(window) == []
    undone = history.next_undo(full_store)
    assert undone is not None
    assert undone.title == "New activity: {name}"
    assert not window.toasts.shown or "oted" not in window.toasts.shown[-1].text.text()


def test_closing_it_is_ten_minutes_of_peace(
    window: MainWindow, full_store: Store, clock: Any, qtbot: QtBot
) -> None:
    plan(full_store, NOON + 10 * MINUTE)
    window.reminders.start()
    close = popup_of(window).close_button
    assert close.accessibleName() == "Again in 10 minutes"
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert shown(window) == []
    clock.move_to(NOON + 10 * MINUTE)
    window.reminders.look()
    assert shown(window) == ["Now: Visit"]


def test_what_was_missed_is_one_summary_the_worst_first(
    window: MainWindow, full_store: Store, clock: Any, qtbot: QtBot
) -> None:
    with full_store.step("New") as step:
        good = step.insert("customer", {"name": "云杉谷酒店", "grade": "A"})
        step.insert("contact", {"name": "沈嘉言", "birthday": "1980-03-19", "jobs": [{"customer": good}]})
    plan(full_store, NOON - 24 * HOUR, "Report", kind="task")
    plan(full_store, NOON - 3 * HOUR, "Quote", kind="call")
    mine = plan(full_store, NOON - HOUR, "Contract", kind="call", customer=good)
    window.reminders.start()
    popup = popup_of(window)
    assert popup.summary.text() == "While you were away: 4 · 2 calls, 1 birthday, 1 task"
    assert [head.partition(": ")[2] for head in shown(window)] == [
        "云杉谷酒店 · Contract",
        "沈嘉言 · Birthday",
        "Quote",
        "Report",
    ]
    cards = list(popup.cards.values())
    assert not cards[1].done_button.isVisible()
    press(qtbot, cards[0].done_button)
    box = window.findChildren(FinishBox)[-1]
    qtbot.keyClick(box.text, Qt.Key.Key_Return)
    assert raw(full_store, "SELECT state FROM activity WHERE id = ?", mine) == [("done",)]
    qtbot.waitUntil(lambda: len(shown(window)) == 3)
    press(qtbot, popup.all_got)
    assert shown(window) == []
    assert alarms.missed(full_store, NOON) == []
    window.commands.run("edit.undo")  # the call that was done, not the bookkeeping
    assert raw(full_store, "SELECT state FROM activity WHERE id = ?", mine) == [("planned",)]


def test_after_sleep_one_summary(window: MainWindow, full_store: Store, clock: Any) -> None:  # AC-CAL-5
    for n in range(3):
        plan(full_store, NOON + HOUR + n * MINUTE, f"Visit {n}")
    window.reminders.start()
    clock.move_to(NOON + 3 * HOUR)
    window.reminders.look()
    assert popup_of(window).summary.text() == "While you were away: 3 · 3 visits"
    assert len(shown(window)) == 3


def test_a_clock_set_back_takes_it_away_and_brings_it_again(
    window: MainWindow, full_store: Store, clock: Any
) -> None:
    plan(full_store, NOON + 10 * MINUTE)
    window.reminders.start()
    clock.move_to(NOON - 2 * HOUR)
    window.reminders.look()
    assert shown(window) == []
    clock.move_to(NOON)
    window.reminders.look()
    assert shown(window) == ["In 10 minutes: Visit"]


def test_what_changes_in_the_file_changes_it(window: MainWindow, full_store: Store, clock: Any) -> None:
    id = plan(full_store, NOON + 10 * MINUTE)
    other = plan(full_store, NOON + 20 * MINUTE, "Other")
    window.reminders.start()
    assert len(shown(window)) == 2
    activities.drop(full_store, id)
    window.reminders.look()
    assert shown(window) == ["In 20 minutes: Other"]
    with full_store.step("Moved") as step:
        step.update("activity", other, {"start": NOON + 5 * HOUR, "end": NOON + 6 * HOUR})
    window.reminders.look()
    assert shown(window) == []


def test_quiet_hours_let_it_wait(window: MainWindow, full_store: Store, clock: Any) -> None:
    now = NOON.astimezone()
    window.preferences.set("remind.quiet_from", f"{now - HOUR:%H:%M}")
    window.preferences.set("remind.quiet_to", f"{now + HOUR:%H:%M}")
    plan(full_store, NOON + 10 * MINUTE)
    window.reminders.start()
    assert shown(window) == []
    window.commands.run("tools.reminders")  # whoever asks sees it
    assert shown(window) == ["In 10 minutes: Visit"]
    alarms.later(full_store, alarms.due(full_store, NOON), NOON + MINUTE)
    window.reminders.look()
    clock.move_to(NOON + 2 * MINUTE)
    window.reminders.look()
    assert shown(window) == []
    clock.move_to(NOON + HOUR)
    window.reminders.look()
    assert shown(window) == ["50 minutes ago: Visit"]


def test_paused_for_an_hour(window: MainWindow, full_store: Store, clock: Any) -> None:
    window.reminders.start()
    window.commands.run("tools.pause_reminders")
    assert window.commands.get("tools.pause_reminders").title == "Resume reminders"
    plan(full_store, NOON + 10 * MINUTE)
    window.reminders.look()
    assert shown(window) == []
    clock.move_to(NOON + 59 * MINUTE)
    window.reminders.look()
    assert shown(window) == []
    clock.move_to(NOON + 61 * MINUTE)
    window.reminders.look()
    assert shown(window) == ["51 minutes ago: Visit"]
    assert window.commands.get("tools.pause_reminders").title == "Pause reminders for 1 hour"


def test_by_the_keyboard(window: MainWindow, full_store: Store, clock: Any, qtbot: QtBot) -> None:
    window.reminders.start()
    window.commands.run("tools.reminders")
    assert window.status.hint.text() == "There is nothing to be reminded of."
    plan(full_store, NOON + 10 * MINUTE)
    window.reminders.look()
    popup, card = popup_of(window), only_card(window)
    window.commands.run("tools.reminders")
    qtbot.waitUntil(popup.isActiveWindow)
    assert card.open_button.hasFocus()
    reached = []
    for _tab in range(4):
        focus = QApplication.focusWidget()
        assert focus is not None
        reached.append(focus.accessibleName())
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert reached == ["Open: Visit", "Snooze: Visit", "Got it: Visit", "Done: Visit"]
    qtbot.keyClick(popup, Qt.Key.Key_F6)
    qtbot.waitUntil(window.isActiveWindow)
    assert popup.isVisible()


@pytest.mark.parametrize("zoom", [90, 150])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_in_every_dress(
    window: MainWindow, full_store: Store, clock: Any, qapp: QApplication, zoom: int, theme: str
) -> None:
    for n in range(40):
        plan(full_store, NOON - n * HOUR, f"Visit {n}")
    window.reminders.start()
    popup = popup_of(window)
    assert len(popup.cards) == 30
    assert popup.more.text() == "and 10 more"
    look.apply(qapp, theme, zoom)
    speech.speak(qapp, "zh_CN")
    window.reword()
    assert popup.summary.text().startswith("你不在时有 40 项 · 40 次拜访")
    assert popup.all_got.text() == "全部知道了"
    free = window.screen().availableGeometry()
    assert free.contains(popup.geometry())
    assert popup.foot.geometry().bottom() <= popup.height()
    look.apply(qapp, "light")


def test_other_peoples_reminders_are_theirs(window: MainWindow, full_store: Store, clock: Any) -> None:
    with full_store.step("New") as step:
        chen, lin = (step.insert("user", {"name": name}) for name in ("陈思远", "林晓棠"))
    full_store.user = chen
    plan(full_store, NOON, "Mine", owner_user=chen)
    plan(full_store, NOON, "Hers", owner_user=lin)
    window.reminders.start()
    assert shown(window) == ["Now: Mine"]


def test_a_full_disk_loses_no_reminder(
    window: MainWindow, full_store: Store, clock: Any, qtbot: QtBot
) -> None:
    for n in range(40):
        plan(full_store, NOON, f"Visit {n}")
    window.reminders.start()
    c = full_store.write()
    pages = c.execute("PRAGMA page_count").fetchone()[0]
    c.execute(f"PRAGMA max_page_count = {pages}")
    with talk.recording() as heard:
        while not heard.messages:  # until the last page has no room for that somebody knows
            popup_of(window).all_later.menu_.actions()[0].trigger()
            clock.shift(5 * MINUTE)
            window.reminders.look()
    assert "full" in str(heard.messages[0].what)
    assert len(window.reminders.alarms) == 40
    assert shown(window)
    c.execute("PRAGMA max_page_count = 1000000")
    press(qtbot, popup_of(window).all_got)
    assert shown(window) == []


# ---- the sign beside the clock


@pytest.fixture
def tray(monkeypatch: pytest.MonkeyPatch, window: MainWindow) -> MainWindow:
    """A window on a system that has a tray."""
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    window.reminders.start()
    assert window.reminders.tray is not None
    return window


@pytest.mark.qt_log_ignore(QUIET_TRAY)
def test_closing_goes_into_the_tray_and_says_so_once(tray: MainWindow, clock: Any, qtbot: QtBot) -> None:
    window, sign = tray, tray.reminders.tray
    assert sign is not None
    assert not window.close()
    assert window.isHidden()
    assert not QApplication.quitOnLastWindowClosed()  # the window of a record may be closed after it
    notice = sign.notice
    assert notice is not None
    assert "goes on here" in notice.accessibleName()
    qtbot.mouseClick(notice.got, Qt.MouseButton.LeftButton)
    plan(window.store, NOON + 10 * MINUTE)
    window.reminders.look()
    assert shown(window) == ["In 10 minutes: Visit"]  # AC-CAL-5: with the window closed to the tray
    sign.opening.trigger()
    assert window.isVisible()
    assert not window.close()
    assert sign.notice is None
    assert window.reminders.leave_popup() is None
    assert window.isHidden()
    window.come_forward()
    assert window.leave()
    assert QApplication.quitOnLastWindowClosed()
    assert window.reminders.tray is None
    assert shown(window) == []


@pytest.mark.qt_log_ignore(QUIET_TRAY)
def test_the_setting_turns_it_off(tray: MainWindow) -> None:
    tray.preferences.set("remind.tray", False)
    tray.take_setting("remind.tray")
    assert tray.reminders.tray is None
    assert tray.close()


@pytest.mark.qt_log_ignore(QUIET_TRAY)
def test_always_quit_is_a_way_out(tray: MainWindow, qtbot: QtBot) -> None:
    tray.close()
    assert tray.reminders.tray is not None
    notice = tray.reminders.tray.notice
    assert notice is not None
    qtbot.mouseClick(notice.quit_, Qt.MouseButton.LeftButton)
    assert tray.preferences.get("remind.tray") is False
    assert tray.reminders.tray is None


@pytest.mark.qt_log_ignore(QUIET_TRAY)
def test_the_menu_of_the_sign(tray: MainWindow, clock: Any) -> None:
    sign = tray.reminders.tray
    assert sign is not None
    names = [action.text() for action in sign.menu.actions() if not action.isSeparator()]
    assert names == ["Open FreeCRM", "Reminders", "Pause reminders for 1 hour", "Quit"]
    sign.pause.trigger()
    assert sign.pause.text() == "Resume reminders"
    sign.pause.trigger()
    assert sign.pause.text() == "Pause reminders for 1 hour"
    tray.reword()
    sign.quit_.trigger()
    assert tray.reminders.tray is None


def test_without_a_tray_closing_closes(window: MainWindow) -> None:
    window.reminders.start()
    event = QCloseEvent()
    window.closeEvent(event)
    assert event.isAccepted()


def test_a_closed_window_shows_nothing_more(make_window: MakeWindow, full_store: Store, clock: Any) -> None:
    window = make_window(full_store)
    plan(full_store, NOON)
    window.reminders.start()
    assert shown(window) == ["Now: Visit"]
    window.close()
    assert shown(window) == []
    assert len(alarms.due(full_store, NOON)) == 1  # and it waits for the next start
