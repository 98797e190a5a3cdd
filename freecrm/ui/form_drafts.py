"""Keeps what is being typed into a form or a place, every two seconds, until it is saved or given up."""

from __future__ import annotations

import datetime as dt
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from freecrm.core.problems import Known
from freecrm.store import drafts
from freecrm.store.database import Store
from freecrm.ui.tasks import Tasks

EVERY_MS = 2000


class Typing(Protocol):
    """Whatever holds typed text: a form, a value edited in place."""

    def unsaved(self) -> list[str]: ...

    def values(self) -> dict[str, Any]: ...


class DraftKeeper(QObject):
    """The draft of one form. kept: what was typed lies in the file now."""

    kept = Signal()

    def __init__(self, store: Store, tasks: Tasks, of: tuple[str, bytes | None], key: str, form: Any) -> None:
        """of: entity, and id of a record that is being changed. key: of the draft that is gone on with, or "".
        form: a widget that is a `Typing`; the draft is no longer kept when it is gone."""
        super().__init__(form)
        entity, id = of
        self.store, self.tasks, self.entity, self.id = store, tasks, entity, id
        self.form: Typing = form
        self.key = key or drafts.key_for(entity, id)
        self.is_left = False  # the form goes, its draft lies there for whoever goes on with it
        self._there = bool(key)
        self._timer = QTimer(self, singleShot=True, interval=EVERY_MS)
        self._timer.timeout.connect(self.keep)

    def touch(self) -> None:
        """Something was typed: keep it soon."""
        if not self._timer.isActive():
            self._timer.start()

    def keep(self) -> None:
        """Keep what is in the form now; a form with nothing of its own keeps nothing."""
        self._timer.stop()
        if not self.form.unsaved():
            self.drop()
            return
        draft = drafts.Draft(self.key, self.entity, self.id, self.form.values(), dt.datetime.now(dt.UTC))
        self._there = True
        self.tasks.run(
            drafts.put, self.store, draft, then=lambda _none: self.kept.emit(), failed=_unheard, writes=True
        )

    def drop(self) -> None:
        """Forget the draft: it was saved or given up."""
        self._timer.stop()
        if self._there:
            self._there = False
            self.tasks.run(drafts.drop, self.store, self.key, failed=_unheard, writes=True)


def _unheard(_problem: Known) -> None:
    """A full disk is told when the user saves; that a draft found no place disturbs nobody."""
