"""The right side of the calendar: the editor of an activity, made when it is first wanted."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from freecrm.core.change import Touched
from freecrm.core.problems import Known
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.tasks import Tasks

if TYPE_CHECKING:
    from freecrm.ui.activity_form import ActivityForm

WIDE = 320


def make_form(store: Store, tasks: Tasks) -> ActivityForm:
    """The editor of an activity."""
    from freecrm.ui.activity_form import ActivityForm

    return ActivityForm(store, tasks)


class RightPane(QWidget):
    """opened: it is shown. closed: it is gone. changed: what it would lose is other. saved(id): an activity is in the file.
    finish_wanted(id, instance), open_record(entity, id): as of the page."""

    opened = Signal()
    closed = Signal()
    changed = Signal()
    saved = Signal(object)
    finish_wanted = Signal(object, object)
    open_record = Signal(str, object)

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.form: ActivityForm | None = None
        self.setProperty("page", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether an activity is shown."""
        return not self.isHidden()

    def _open(self) -> ActivityForm:
        if self.form is None:
            self.form = make_form(self.store, self.tasks)
            self.form.can_open = True
            self.form.closed.connect(self._closed)
            self.form.deleted.connect(self._closed)
            self.form.finish_wanted.connect(self._finish)
            self.form.saved.connect(self._saved)
            for name in ("changed", "open_record"):
                getattr(self.form, name).connect(getattr(self, name))
            self.column.addWidget(self.form)
        self.setMinimumWidth(look.px(WIDE))
        was_open = self.is_open
        self.show()
        if not was_open:
            self.opened.emit()
        return self.form

    def _finish(self, id: bytes, instance: dt.datetime | None) -> None:
        self._closed()
        self.finish_wanted.emit(id, instance)

    def begin(self, values: dict[str, Any]) -> None:
        """Begin a new activity with these values."""
        if self._lets_go():
            self._open().begin(values)
            self.focus()
            self.changed.emit()

    def show_activity(self, id: bytes, instance: dt.datetime | None = None) -> None:
        """Show an activity, one time of a repeating one."""
        if not self._lets_go():
            return
        try:
            self._open().show_activity(id, instance)
        except Known as problem:  # it was taken away meanwhile
            self.hide()
            talk.tell_problem(problem)
            return
        self.focus()
        self.changed.emit()

    def _saved(self, id: bytes) -> None:
        """What was new is in the calendar now and needs no form any more; what was there stays open as it is now."""
        if self.form is not None and self.form.was_new:
            self._closed()
        self.saved.emit(id)

    def heard(self, touched: Touched | None) -> None:
        """The file changed: the form shows what it says now."""
        if self._asked is not None:
            self._asked.look_again(touched)

    def _lets_go(self) -> bool:
        """Whether what was typed may go; the form asks what becomes of it."""
        return self._asked is None or self._asked.ask_to_leave()

    def _closed(self) -> None:
        self.hide()
        self.closed.emit()
        self.changed.emit()

    def close_form(self) -> None:
        """Take it away; what was typed is asked after by the form."""
        if self._lets_go() and self.is_open:
            self._closed()

    @property
    def _asked(self) -> ActivityForm | None:
        """The form, where it is shown."""
        return self.form if self.is_open else None

    def focus(self) -> None:
        """Put the focus into it."""
        if self.form is not None:
            self.form.focus_first()

    def unsaved(self) -> list[str]:
        """What would be lost."""
        return self._asked.unsaved() if self._asked is not None else []

    def save(self) -> bool:
        """Save what would be lost."""
        return self._asked is None or self._asked.save()

    def give_up(self) -> None:
        """Forget what would be lost."""
        if self._asked is not None:
            self._asked.give_up()

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        if self.form is not None:
            self.form.reword()
        self.setMinimumWidth(look.px(WIDE))
