"""The numbers beside the pages of the sidebar: what is due to me today in red, everything else in grey.

They are read in a job, never before the first picture of the window stands.
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from freecrm.core.change import Touched
from freecrm.core.day_words import this_day
from freecrm.store import today
from freecrm.store.database import Store
from freecrm.store.today import Due
from freecrm.ui.page import Place
from freecrm.ui.sidebar import Sidebar
from freecrm.ui.tasks import Latest, Tasks
from freecrm.ui.today.clock import DayClock

DAY = Place("today")


class Badges(QObject):
    """Keeps the sidebar's numbers true."""

    def __init__(self, store: Store, tasks: Tasks, sidebar: Sidebar) -> None:
        super().__init__(sidebar)
        self.store, self.sidebar = store, sidebar
        self._latest = Latest(tasks)
        self.clock = DayClock(self)
        self.clock.ticked.connect(self.read)
        self.clock.start()

    def read(self) -> None:
        """Count anew."""
        self._latest.run(today.due, self.store, this_day(), self.store.user, then=self._show)

    def heard(self, touched: Touched | None) -> None:
        """A step changed something, or (None) another program did."""
        if touched is None or {"activity", "attendee"} & touched.ids.keys():
            self.read()

    def _show(self, due: Due) -> None:
        self.sidebar.set_badge(DAY, due.overdue + due.due, urgent=True)
