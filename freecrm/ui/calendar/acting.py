"""What is done to activities from the calendar: each one step with its way back; repeating ones ask how far it goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from freecrm.store import calendar, series
from freecrm.store.calendar import Item
from freecrm.store.database import Store
from freecrm.ui.calendar.gesture import Target
from freecrm.ui.calendar.scope import ScopePopup
from freecrm.ui.calendar.shown import Clock
from freecrm.ui.tasks import Tasks


class Acting(QObject):
    """Over a page: what it asks opens below `anchor`. clip: the item that was copied."""

    def __init__(self, store: Store, tasks: Tasks, anchor: QWidget) -> None:
        super().__init__(anchor)
        self.store, self.tasks, self.anchor = store, tasks, anchor
        self.clip: Item | None = None

    def place(self, item: Item, target: Target, *, copies: bool = False) -> None:
        """Put an item where it was let go, or the same once more."""
        clock = Clock()
        start = clock.utc(target.start)
        end = None
        if target.end is not None:
            same_length = target.end - target.start == clock.wall(item.end) - clock.wall(item.start)
            timed = same_length and not target.all_day
            end = start + (item.end - item.start) if timed else clock.utc(target.end)
        more: dict[str, Any] = {"all_day": target.all_day, "owner": target.person or None}
        if copies:
            self._run(calendar.copy, self.store, item.id, start, end, **more)
        elif item.repeats and item.instance is not None:
            values = calendar.placed(self.store, item.kind, start, end, all_day=target.all_day)
            if target.person:
                values["owner_user"] = target.person
            self._ask(item, lambda scope: self._series("change", item, values, scope))
        else:
            self._run(calendar.move, self.store, item.id, start, end, **more)

    def delete(self, item: Item) -> None:
        """Take an item away."""
        if item.repeats and item.instance is not None:
            self._ask(item, lambda scope: self._series("delete", item, {}, scope), deleting=True)
        else:
            self._run(calendar.delete, self.store, item.id)

    def paste(self, target: Target, *, timed: bool) -> None:
        """Plan what was copied once more at this time; on that day at its own time where the view isn't timed."""
        item, wall = self.clip, Clock().wall
        if item is None:
            return
        start, end = wall(item.start), wall(item.end)
        at = target.start
        if not timed or item.all_day or target.all_day:
            at = dt.datetime.combine(target.start.date(), start.time())
        self.place(item, Target(at, at + (end - start), item.all_day, target.person), copies=True)

    def _series(self, what: str, item: Item, values: dict[str, Any], scope: str) -> None:
        assert item.instance is not None
        if what == "delete":
            self._run(series.delete, self.store, item.id, item.instance, scope)
        else:
            self._run(series.change, self.store, item.id, item.instance, values, scope)

    def _ask(self, item: Item, then: Callable[[str], None], *, deleting: bool = False) -> None:
        popup = ScopePopup(self.anchor, item.title, deleting=deleting)
        popup.chosen.connect(then)
        popup.open()

    def _run(self, work: Callable[..., Any], *args: Any, **more: Any) -> None:
        self.tasks.run(partial(work, *args, **more), writes=True)
