"""The work of the day in a window that nobody closes: over midnight, after sleep, by two windows, after a refusal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from freecrm.core.jobs import Jobs
from freecrm.modules import model
from freecrm.store import backup, copies, ids, pool_rules, repeat_bills
from freecrm.store.database import Store, open_store
from freecrm.ui.page import Place
from freecrm.ui.window import MainWindow
from tests import boards
from tests.store.samples import assert_well, raw
from tests.ui.conftest import MakeWindow

EVENING = dt.datetime(2026, 3, 31, 22).astimezone()
HOUR = dt.timedelta(hours=1)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Tuesday evening, the last of the month."""
    monkeypatch.setattr(ids, "_last_ms", 0)  # ids tell when a record was made
    with time_machine.travel(EVENING, tick=True) as made:
        yield made


@pytest.fixture
def firm(store: Store, clock: Any) -> Store:
    """A file in which every kind of work of a day waits for the first of April."""
    clock.move_to(EVENING - 29 * 24 * HOUR)
    for key in ("points.given", "pool.on"):
        store.set_setting(key, True)
    with store.step("Made") as step:
        user = step.insert("user", {"name": "陈思远"})
        step.insert("customer", {"name": "鹿溪堂茶业", "owner_user": user, "grade": "A"})
    pool_rules.save_rules(store, [pool_rules.Rule("A", 30, 5)])
    clock.move_to(EVENING)
    with store.step("Made") as step:
        hotel = step.insert("customer", {"name": "云杉谷酒店", "owner_user": user})
        entry = {"parent": hotel, "parent_entity": "customer", "day": dt.date(2026, 1, 2), "move": "adjust"}
        step.insert(
            "points_entry", {**entry, "points": 80, "expires": dt.date(2026, 3, 31), "reason": "Gift"}
        )
        bill = {"name": "Care", "customer": hotel, "every": "month", "begins": dt.date(2026, 4, 1)}
        step.insert("repeat_bill", {**bill, "amount": 500_00})
    boards.pipeline(store)
    return store


def state(store: Store) -> tuple[int, int, int, int, int]:
    """Drafts, points that ran out, customers who went back, weeks that are frozen, backups of a day."""
    counts = [
        raw(store, sql)[0][0]
        for sql in (
            "SELECT count(*) FROM sales_order",
            "SELECT count(*) FROM points_entry WHERE move = 'expire'",
            "SELECT count(*) FROM pool_move",
            "SELECT count(DISTINCT week) FROM frozen",
        )
    ]
    daily = [one for one in copies.listed(store.path) if one.why == copies.DAILY]
    return (*counts, len(daily))  # type: ignore[return-value]


def tick(window: MainWindow) -> None:
    window.day.clock.timer.timeout.emit()


def test_a_window_left_open_does_it_when_the_day_begins(
    make_window: MakeWindow, firm: Store, clock: Any, qtbot: QtBot
) -> None:
    window = make_window(firm)
    window.day.start()
    assert state(firm) == (0, 0, 0, 1, 1)
    assert window.day.clock.timer.interval() == 5 * 60_000
    clock.move_to(EVENING + 2 * HOUR - dt.timedelta(minutes=2))
    tick(window)
    assert 110_000 < window.day.clock.timer.interval() <= 121_000
    assert state(firm) == (0, 0, 0, 1, 1)
    clock.move_to(EVENING + 2 * HOUR)
    tick(window)
    assert state(firm) == (1, 1, 1, 1, 2)
    tick(window)
    window.day.look()
    assert state(firm) == (1, 1, 1, 1, 2)
    clock.move_to(EVENING + 6 * 24 * HOUR)  # it slept over Easter
    tick(window)
    assert state(firm) == (1, 1, 1, 2, 3)
    toast = next(one for one in window.toasts.shown if "repeating bill" in one.accessibleName())
    qtbot.mouseClick(toast.findChildren(QPushButton)[0], LEFT)
    (order,) = raw(firm, "SELECT id FROM sales_order")[0]
    assert window.navigator.place == Place("record", f"sales_order/{order.hex()}")
    assert_well(firm)


def test_whoever_comes_back_to_it_waits_for_no_clock(
    make_window: MakeWindow, firm: Store, clock: Any
) -> None:
    window = make_window(firm)
    window.day.start()
    clock.move_to(EVENING + 10 * HOUR)  # the lid was shut, and the timer slept, too
    app = QApplication.instance()
    assert isinstance(app, QGuiApplication)
    app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert state(firm) == (1, 1, 1, 1, 2)


def test_in_the_tray_it_goes_on_and_for_good_it_ends(
    make_window: MakeWindow, firm: Store, clock: Any
) -> None:
    window = make_window(firm)
    window.day.start()
    window.hide()
    clock.move_to(EVENING + 3 * HOUR)
    tick(window)
    assert state(firm)[0] == 1
    window.close()
    clock.move_to(EVENING + 31 * 24 * HOUR)
    assert not window.day.clock.timer.isActive()
    window.day.look()
    assert state(firm)[0] == 1


def test_lists_show_the_new_day(make_window: MakeWindow, firm: Store, clock: Any) -> None:
    window = make_window(firm)
    window.day.start()
    page = window.visit(Place("today"))
    assert page is not None
    clock.move_to(EVENING + 3 * HOUR)
    tick(window)
    assert page.date.text().startswith("Wed 1 April")  # type: ignore[attr-defined]


def test_two_windows_do_it_once(make_window: MakeWindow, firm: Store, clock: Any) -> None:
    other = open_store(firm.path, model())
    windows = [make_window(one, workers=Jobs()) for one in (firm, other)]
    for window in windows:
        window.day.start()
        window.tasks.jobs.rest()
    clock.move_to(EVENING + 3 * HOUR)
    for window in windows:
        tick(window)
    for window in windows:
        window.tasks.jobs.rest()
    assert state(firm)[:4] == (1, 1, 1, 1)
    assert_well(firm)
    windows[1].close()
    other.close()


def test_nobody_waits_for_it(make_window: MakeWindow, firm: Store, clock: Any, qtbot: QtBot) -> None:
    """Another program holds the file: the window goes on, and what was refused is done some minutes later."""
    window = make_window(firm, workers=Jobs())
    window.day.start()
    window.tasks.jobs.rest()
    clock.move_to(EVENING + 3 * HOUR)
    other = open_store(firm.path, model())
    firm.write().execute("PRAGMA busy_timeout = 50")
    other.write().execute("BEGIN IMMEDIATE")
    tick(window)
    assert window.day.clock.timer.isActive()
    window.tasks.jobs.rest()
    qtbot.waitUntil(lambda: not window.day.is_done, timeout=5000)
    assert state(firm)[:3] == (0, 0, 0)
    other.write().execute("ROLLBACK")
    other.close()
    tick(window)
    qtbot.waitUntil(lambda: state(firm)[:3] == (1, 1, 1), timeout=5000)
    window.tasks.jobs.rest()


def test_a_step_without_its_mark_is_done_once(firm: Store, clock: Any, tmp_path: Path) -> None:
    """Whoever was killed behind the step and before the mark does nothing twice."""
    clock.move_to(EVENING + 3 * HOUR)
    assert len(repeat_bills.run_daily(firm)) == 1
    firm.keep("repeat_bills.looked", None)
    assert repeat_bills.run_daily(firm) == []
    assert backup.daily(firm) is not None
    assert backup.daily(firm) is None
