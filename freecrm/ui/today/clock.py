"""Tells when the day is to be read anew: every few minutes, and at midnight."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QObject, QTimer, Signal

MINUTES = 5


class DayClock(QObject):
    """ticked: some minutes went by, or another day began."""

    ticked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.timer = QTimer(self, singleShot=True)
        self.timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin, or begin anew."""
        now = dt.datetime.now().astimezone()
        midnight = dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time()).astimezone()
        seconds = min(MINUTES * 60.0, max((midnight - now).total_seconds(), 0.0) + 1)
        self.timer.start(round(seconds * 1000))

    def stop(self) -> None:
        """Tell no more."""
        self.timer.stop()

    def _tick(self) -> None:
        self.start()
        self.ticked.emit()
