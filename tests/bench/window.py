"""What runs inside the window's process: marks of a start, and a session that is timed from within.

Everything here goes the way `freecrm.app.run` goes; nothing heavier is imported before the first
picture than the program itself imports.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.bench.process import mark

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.ui.window import MainWindow

PATIENCE = 60.0
LINGERS_MS = 50  # after a mark, so that its memory can be looked at


def blank() -> None:
    """The floor: a process that shows and paints an empty main window."""
    import sys

    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication(sys.argv[:1])

    class Blank(QMainWindow):
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            mark("painted")
            QTimer.singleShot(LINGERS_MS, app.quit)

    window = Blank()
    window.resize(1280, 800)
    window.show()
    app.exec()


def start(file: str, until: str) -> dict[str, Any]:
    """The program on `file`. until: "painted" (first rows), "ready" (all loaded), "gaps" (the same, with a
    0-ms timer that measures how long the main thread was away)."""
    from pathlib import Path

    from freecrm import app

    after = app.after_first_paint
    answer: dict[str, Any] = {}

    def painted(window: MainWindow) -> None:
        mark("painted")
        if until == "painted":
            time.sleep(LINGERS_MS / 1000)
            os._exit(0)
        after(window)
        _until_ready(window, answer, 0 if until == "gaps" else 5)

    app.after_first_paint = painted
    app.run(Path(file))
    return answer


def _until_ready(window: MainWindow, answer: dict[str, Any], every_ms: int) -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    heart = Heart(every_ms, window)
    watch = QTimer(window, interval=2)

    def look() -> None:
        if time.perf_counter() - heart.begun > PATIENCE:
            os._exit(1)  # it never came so far: told by the exit code
        if is_ready(window):
            watch.stop()
            mark("ready")
            time.sleep(LINGERS_MS / 1000)
            answer["gap"] = heart.longest * 1000
            answer["rows"] = len(window.page.model.numbers)
            window.close()
            QApplication.quit()

    watch.timeout.connect(look)
    watch.start()


def is_ready(window: MainWindow) -> bool:
    """Whether the list is whole and everything that is loaded later has been."""
    return window.page.model.complete and not window.page.model.waiting and window.server is not None


class Heart:
    """A timer on the main thread; `longest`: the most seconds between two of its beats."""

    def __init__(self, every_ms: int, parent: Any) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.every = every_ms / 1000
        self.timer = QTimer(parent, interval=every_ms)
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.beat)
        self.restart()
        self.timer.start()

    def restart(self) -> None:
        """Begin to measure anew."""
        self.begun = self.last = time.perf_counter()
        self.longest = 0.0

    def beat(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self.last - self.every)
        self.last = now


# ---- a session


def _open(file: str) -> tuple[MainWindow, Store]:
    from pathlib import Path

    from freecrm import app
    from freecrm.core.problems import Known

    store = app.try_open(Path(file))
    if isinstance(store, Known):
        raise RuntimeError(str(store))
    app.make_app()
    store.keep("started", True)
    window = app.make_window(store)
    window.page.grid.painted.connect(lambda: app.after_first_paint(window))
    window.resize(1366, 768)
    window.show()
    if window.page.model.first is None:
        app.after_first_paint(window)
    _wait(lambda: is_ready(window))
    return window, store


def _wait(done: Callable[[], bool], patience: float = PATIENCE) -> float:
    """Let the window live until `done`; the seconds it took."""
    from PySide6.QtWidgets import QApplication

    begun = time.perf_counter()
    while not done():
        QApplication.processEvents()
        if time.perf_counter() - begun > patience:
            raise TimeoutError
    return time.perf_counter() - begun


def session(file: str, jumps: int, typed: list[str]) -> dict[str, Any]:
    """Lists as they feel: jumps, frames, everything selected, sorts, searches, themes; milliseconds each."""
    import random

    from PySide6.QtWidgets import QApplication

    window, _store = _open(file)
    mark("open")
    grid, model = window.page.grid, window.page.model
    chance = random.Random(3)
    bar = grid.verticalScrollBar()
    height = grid.verticalHeader().defaultSectionSize()
    places = [chance.randrange(len(model.numbers)) * height for _ in range(jumps)]
    answer: dict[str, Any] = {"rows": len(model.numbers), "jump": [], "frame": []}
    for place in places:
        begun = time.perf_counter()
        bar.setValue(place)
        grid.viewport().repaint()
        answer["jump"].append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        grid.viewport().repaint()
        answer["frame"].append((time.perf_counter() - begun) * 1000)
    begun = time.perf_counter()
    grid.selectAll()
    grid.viewport().repaint()
    answer["select_all"] = (time.perf_counter() - begun) * 1000
    answer["selected"] = len(grid.selection)
    grid.go(0)
    heart = Heart(0, window)
    answer["sorts"] = {}
    for name, down in (("last_contact", True), ("balance", True), ("name", False)):
        answer["sorts"][name] = _asked(heart, window, partial(model.sort_by, name, down))
    arranger = window.page.arranger
    answer["groups"] = {
        name: _asked(heart, window, partial(arranger.group_by, name))
        for name in ("grade", "last_contact", "city")
    }
    answer["folds"] = []
    for folded in (True, False, True, False):
        begun = time.perf_counter()
        grid.fold_all(folded)
        grid.viewport().repaint()
        answer["folds"].append((time.perf_counter() - begun) * 1000)
    begun = time.perf_counter()
    bar.setValue(bar.maximum() // 2)
    grid.viewport().repaint()
    answer["grouped_jump"] = (time.perf_counter() - begun) * 1000
    arranger.set_group(())
    _wait(lambda: is_ready(window))
    answer["searches"] = {words: _asked(heart, window, partial(model.search, words)) for words in typed}
    model.search("")
    _wait(lambda: is_ready(window))
    heart.timer.stop()
    answer["themes"] = []
    for theme in ("dark", "light", "dark", "light"):
        begun = time.perf_counter()
        window.dress.set_theme(theme)
        QApplication.processEvents()
        answer["themes"].append((time.perf_counter() - begun) * 1000)
    mark("used")
    time.sleep(LINGERS_MS / 1000)
    answer["floor"] = _plain_table(window, jumps)  # last, for it must not count as our memory
    window.close()
    return answer


def _asked(heart: Heart, window: MainWindow, ask: Callable[[], None]) -> tuple[float, float]:
    """(milliseconds until the list is whole again, longest gap of the main thread)."""
    _wait(lambda: is_ready(window))
    heart.restart()
    begun = time.perf_counter()
    ask()
    _wait(lambda: is_ready(window))
    window.page.grid.viewport().repaint()
    heart.beat()
    return (time.perf_counter() - begun) * 1000, heart.longest * 1000


def _plain_table(window: MainWindow, jumps: int) -> list[float]:
    """The floor of a jump: Qt's own table and C++ model with the texts of some thousand of these rows."""
    import random

    from PySide6.QtGui import QStandardItem, QStandardItemModel
    from PySide6.QtWidgets import QTableView

    ours, grid = window.page.model, window.page.grid
    count = min(len(ours.numbers), 2000)
    plain = QStandardItemModel(count, ours.columnCount())
    for at in range(count):
        row = ours.row(at)
        for column, text in enumerate(row.texts if row is not None else ()):
            plain.setItem(at, column, QStandardItem(text))
    view = QTableView()
    view.setModel(plain)
    height = grid.verticalHeader().defaultSectionSize()
    view.verticalHeader().setDefaultSectionSize(height)
    view.verticalHeader().hide()
    view.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
    for column in range(ours.columnCount()):
        view.setColumnWidth(column, grid.columnWidth(column))
    view.resize(grid.size())
    view.show()
    _wait(lambda: view.windowHandle().isExposed())
    chance = random.Random(3)
    taken = []
    for _ in range(jumps):
        begun = time.perf_counter()
        view.verticalScrollBar().setValue(chance.randrange(count) * height)
        view.viewport().repaint()
        taken.append((time.perf_counter() - begun) * 1000)
    view.close()
    return taken


def importing(file: str, listed: str) -> dict[str, Any]:
    """A list is brought in by the window's own writer, as the wizard does it, with its progress shown: how long
    the main thread was away at the most."""
    from pathlib import Path

    from freecrm.core.words import N_, say
    from freecrm.exchange import applier
    from freecrm.exchange.changeset import Options

    window, store = _open(file)
    ended: list[bool] = []
    heart = Heart(0, window)
    mark("begun")
    progress = window.tasks.progress(lambda _progress: None)
    done = window.progress.follow(say(N_("Importing {file}"), file="list"), progress)
    plan = store.model.imported("customer")

    def end() -> None:
        done()
        ended.append(True)

    work = applier.carry_out
    window.tasks.run(work, store, Path(listed), plan, Options(), writes=True, progress=progress, finally_=end)
    taken = _wait(lambda: bool(ended) and is_ready(window), 1800)
    mark("done")
    answer = {"seconds": taken, "gap": heart.longest * 1000, "rows": len(window.page.model.numbers)}
    window.close()
    return answer
