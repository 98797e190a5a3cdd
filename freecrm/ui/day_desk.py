"""The work of the day: what the program does by itself, once a day, at its start and whenever another day begins.

A window that is left open or lies in the tray is there at midnight; a computer that slept over it is noticed when it is
used again, at the latest some minutes later. Everything is done in jobs, so nobody waits. Whether a piece was done today
the file knows, in the very step that does it or by a mark behind it: two windows, or a kill in between, do nothing twice.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from freecrm.core.day_words import this_day
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.store import frozen, indexing, points, pool, repeat_bills, upkeep
from freecrm.ui import points_desk
from freecrm.ui.orders import desk as orders_desk
from freecrm.ui.today.clock import DayClock

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow


@dataclass(frozen=True, slots=True)
class _Work:
    """A piece of it. then: told what came of it."""

    run: Callable[..., Any]
    then: Callable[[Any], None] | None = None


class DayDesk(QObject):
    """The work of each day of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.clock = DayClock(self)
        self.clock.ticked.connect(self.look)
        self._running = False
        self._day: dt.date | None = None
        self._begun: set[_Work] = set()  # of this day, unless they failed: those are tried again
        self._progress = Progress()
        self._works = (
            _Work(indexing.catch_up),
            _Work(upkeep.renew_search),
            _Work(points.expire_daily, lambda lost: points_desk.tell_lost(lost) if lost else None),
            _Work(repeat_bills.run_daily, partial(orders_desk.tell_bills, window)),
            _Work(frozen.freeze),
            _Work(pool.run_daily, window.pool.tell_day),
        )

    @property
    def is_done(self) -> bool:
        """Whether nothing of today's work has to be tried again."""
        return len(self._begun) == len(self._works)

    def start(self) -> None:
        """Do the work of today, and that of each day from here on."""
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.aboutToQuit.connect(self._progress.cancel)  # whoever closes the window does not wait
        app.applicationStateChanged.connect(self._turned_to)
        self._running = True
        self.look()
        self.clock.start()

    def stop(self) -> None:
        """The window goes: what is not done yet is done at the next start."""
        self._running = False
        self.clock.stop()
        self._progress.cancel()

    def look(self) -> None:
        """Begin what is not done yet today. In a team that waits until what the others did came in, or can't."""
        if not self._running or self.window.team.is_arriving:
            return
        day = this_day()
        if day != self._day:
            another, self._day = self._day is not None, day
            self._begun.clear()
            self.window.file.back_up()
            if another:
                self.window.refresh()  # what is late, due or of this week is other rows now
        for work in self._works:
            if work not in self._begun:
                self._begun.add(work)
                self.window.tasks.run(
                    work.run,
                    self.window.store,
                    writes=True,
                    progress=self._progress,
                    then=work.then,
                    failed=partial(self._failed, work),
                )

    def _turned_to(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive and self._day != this_day():
            self.look()

    def _failed(self, work: _Work, problem: Known) -> None:
        """It was nobody's wish and is tried again: a line in the log."""
        self._begun.discard(work)
        logging.getLogger("freecrm").info("Not kept up: %s", problem)
