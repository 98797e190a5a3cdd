"""The form of an activity as a dialog, for everywhere but the calendar."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from freecrm.core.words import _
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.activity_form.form import ActivityForm
from freecrm.ui.tasks import Tasks

WIDE, HIGH = 520, 680


def plan(over: QWidget, store: Store, tasks: Tasks, values: dict[str, Any]) -> ActivityDialog:
    """Open the dialog for a new activity over a window. values: what is known of it."""
    made = ActivityDialog(over, store, tasks)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    made.form.begin(values)
    made.form.reword()
    made.show_for()
    return made


class ActivityDialog(QDialog):
    """One form; it goes when the form is done. Closing it asks what becomes of typed text."""

    def __init__(self, over: QWidget, store: Store, tasks: Tasks) -> None:
        super().__init__(over)
        self.setModal(True)
        self.form = ActivityForm(store, tasks, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)
        self.form.parts.head.hide()
        self.form.parts.head_edge.hide()
        self.form.parts.save_button.setDefault(True)
        self.form.saved.connect(lambda _id: self.accept())
        self.form.deleted.connect(self.accept)
        self.form.closed.connect(self._leave)
        self.form.changed.connect(self._say)
        screen = self.screen().availableGeometry()
        self.resize(min(look.px(WIDE), screen.width() - 40), min(look.px(HIGH), screen.height() - 60))
        self._say()

    def _say(self) -> None:
        mark = " ●" if self.form.unsaved() else ""
        title = _("New activity") if self.form.id is None else _("Edit activity")
        self.setWindowTitle(f"{title}{mark}")

    def show_for(self) -> None:
        """Open it with the cursor in the subject."""
        self._say()
        self.open()
        self.form.focus_first()

    def reject(self) -> None:
        if self.isVisible():
            self.form.ask_to_leave()
        else:
            super().reject()

    def _leave(self) -> None:
        super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()  # goes on to the next field; only Ctrl+Enter saves
        else:
            super().keyPressEvent(event)
