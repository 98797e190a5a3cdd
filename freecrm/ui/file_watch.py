"""Whether another program has written to the file: asked twice a second, and told once for each write."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from freecrm.core.problems import Known
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.tasks import Tasks

LOOK_MS = 500


class FileWatch(QObject):
    """written: another program wrote. Whoever hears of a step of this program says so by `noted`."""

    written = Signal()

    def __init__(self, store: Store, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self.store, self.tasks = store, tasks
        self._version = store.reader().version()
        self._asking = False  # whether a write that was noticed was our own
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look at the file from now on."""
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def noted(self) -> None:
        """All that stands in the file now is known."""
        self._version = self.store.reader().version()

    def look(self) -> None:
        """Tell when another program has written since, if it has."""
        try:
            version = self.store.reader().version()
        except Known as problem:
            self.stop()
            talk.tell_problem(problem)
            return
        if version != self._version and not self._asking:
            # what our own writer has just written is told on this thread before a job behind it ends
            self._asking = True
            self.tasks.run(_its_turn, writes=True, then=lambda _none: self._look_again())

    def _look_again(self) -> None:
        self._asking = False
        if self.store.reader().version() != self._version:
            self.written.emit()


def _its_turn() -> None:
    """A job that only has to have its turn."""
