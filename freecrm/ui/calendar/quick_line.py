"""The quick line: an activity in one line of words («Fri 3pm visit Tuoyan 1 h»), understood while it is typed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from freecrm.core.words import _
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.tasks import Tasks


class QuickLine(QWidget):
    """made(id): something was planned."""

    made = Signal(object)

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.box = QLineEdit()
        self.box.setClearButtonEnabled(True)
        self._sign = QAction(self.box)
        self.box.addAction(self._sign, QLineEdit.ActionPosition.LeadingPosition)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.box)
        self.setFocusProxy(self.box)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.box.setPlaceholderText(_("Try: Fri 3pm visit Tuoyan 1h"))
        self.box.setAccessibleName(_("Plan in one line"))
        self._sign.setIcon(look.icon("sparkles", 16))
