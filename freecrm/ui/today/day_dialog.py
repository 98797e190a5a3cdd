"""Asks for a day in words, with what is understood shown before it is taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from freecrm.core.fields import Date
from freecrm.core.words import N_, _
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors import editor_for
from freecrm.ui.editors.base import Editor
from freecrm.ui.parts import label
from freecrm.ui.tasks import Tasks


def day_editor(store: Store, tasks: Tasks, title: str, day: dt.date | None = None) -> Editor:
    """A line that takes a day, as in every form."""
    field = Date(title)
    field.name, field.entity = "day", "activity"
    made = editor_for(field, store, tasks)
    made.set_value(day)
    made.name(_(title))
    return made


class DayDialog(QDialog):
    """picked(day): the user has said which. title: what for."""

    def __init__(
        self, over: QWidget, store: Store, tasks: Tasks, title: str, picked: Callable[[dt.date], object]
    ) -> None:
        super().__init__(over)
        self._title, self._picked = title, picked
        self.head = label("subtitle", "", self)
        self.day = day_editor(store, tasks, N_("Day"))
        self.day.main().returnPressed.connect(self.take)  # type: ignore[attr-defined]
        self.trouble = label("trouble", "", self)
        self.trouble.setWordWrap(True)
        self.take_button, self.cancel_button = QPushButton(self), QPushButton(self)
        self.take_button.setProperty("kind", "primary")
        self.take_button.setDefault(True)
        self.take_button.clicked.connect(self.take)
        self.cancel_button.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.take_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(10))
        for part in (self.head, self.day, self.trouble):
            column.addWidget(part)
        column.addLayout(foot)
        self.trouble.hide()
        self.setMinimumWidth(look.px(360))
        self.reword()
        self.day.focus_first()

    def take(self) -> None:
        """Take the day that stands there, or say why it is none."""
        if not self.isVisible():
            return
        why, day = self.day.unreadable(), self.day.value()
        if why is None and day is not None:
            self.accept()
            self._picked(day)
            return
        said = str(why) if why is not None else _("Type a day: tomorrow, next Wed, in 3 days, 25 March.")
        self.trouble.setText(said)
        self.trouble.show()
        self.day.focus_first()

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.setWindowTitle(_(self._title))
        self.head.setText(_(self._title))
        self.take_button.setText(_("Take this day"))
        self.cancel_button.setText(_("Cancel"))
        self.day.reword()
