"""A window on a real file with invented customers, jobs in line, off-screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from freecrm.core.jobs import InLine
from freecrm.store.database import Store
from freecrm.ui import cells, look, speech
from freecrm.ui.preferences import Preferences
from freecrm.ui.tasks import Tasks
from freecrm.ui.window import MainWindow
from tests import calendars
from tests.files import filled_store, hand_on, new_store

MakeWindow = Callable[..., MainWindow]


@pytest.fixture(autouse=True)
def qt_speaks_english(qapp: QApplication) -> Iterator[None]:
    yield
    speech.speak(qapp, "en")


@pytest.fixture
def thursday(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """It is the Thursday of the picture of the calendar, half past ten in Shanghai."""
    monkeypatch.setenv("TZ", calendars.ZONE)
    time.tzset()
    with time_machine.travel(calendars.NOW, tick=True):
        yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def store(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    path = tmp_path / "禾川净水设备.freecrm"
    filled = "full_store" in request.fixturenames
    made = filled_store(path, 60) if filled else new_store(path, begun=True)
    yield made
    hand_on(made)
    made.close()


@pytest.fixture
def full_store(store: Store) -> Store:
    return store


@pytest.fixture
def make_window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[MakeWindow]:
    """`make_window(store, **more)`: a shown window; its jobs run in line."""
    look.apply(qapp, "light")
    cells.warm_up()
    made: list[MainWindow] = []

    def make(store: Store, **more: Any) -> MainWindow:
        workers = more.pop("workers", None) or InLine()
        window = MainWindow(store, Tasks(workers), Preferences(tmp_path / "settings"), **more)
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.show()
        window.activateWindow()
        QApplication.processEvents()  # as a rule it is active then, and nobody has to wait
        qtbot.waitUntil(window.isActiveWindow)  # keys reach the commands of an active window only
        window.page.grid.setFocus()
        made.append(window)
        return window

    yield make
    for window in made:
        window.close()
        window.tasks.close()


@pytest.fixture
def window(make_window: MakeWindow, full_store: Store) -> MainWindow:
    return make_window(full_store)
