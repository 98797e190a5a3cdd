"""A line with a list of offers below it: what the editors of choices, links and tags share."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit

from freecrm.core.fields import Field
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors.base import Editor
from freecrm.ui.editors.suggest import Offer, Suggestions
from freecrm.ui.tasks import Tasks


class Chooser(Editor):
    """Base: typing asks for offers (`ask`), picking one calls `pick`, leaving calls `settle`.

    made: something new came to be that a reload of the schema should show."""

    made = Signal()

    def __init__(self, field: Field, store: Store, tasks: Tasks, icon: str = "chevron-down") -> None:
        super().__init__(field, store, tasks)
        self.line = QLineEdit()
        self.arrow: QAction | None = None
        if icon:
            self.arrow = self.line.addAction(look.icon(icon, 16), QLineEdit.ActionPosition.TrailingPosition)
            self.arrow.triggered.connect(self.toggle)
        self.list = Suggestions(self.line)
        self.list.picked.connect(self._picked)
        self._tabbed = False
        self.column.addWidget(self.line)
        self.line.textEdited.connect(self._edited)
        self._icon = icon
        self.watch(self.line)

    def ask(self, typed: str) -> None:
        """Show offers for what is typed ("" = all); ends in `self.list.offer`."""
        raise NotImplementedError

    def pick(self, value: Any) -> None:
        """Take an offer."""
        raise NotImplementedError

    def settle(self) -> None:
        """The cursor is elsewhere now: make of the text what it means."""

    def main(self) -> QLineEdit:
        return self.line

    def toggle(self) -> None:
        """Open the list with everything in it, or close it."""
        if self.list.isVisible():
            self.list.hide()
        else:
            self.line.setFocus()
            self.line.selectAll()
            self.ask("")

    def reword(self) -> None:
        if self.arrow is not None:
            self.arrow.setIcon(look.icon(self._icon, 16))
        self.list.hide()

    def _edited(self, text: str) -> None:
        self.changed.emit()
        self.ask(text)

    def _picked(self, offer: Offer) -> None:
        self.pick(offer.value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line:
            kind = event.type()
            if isinstance(event, QKeyEvent) and kind in (
                QEvent.Type.KeyPress,
                QEvent.Type.ShortcutOverride,
            ):
                if kind == QEvent.Type.ShortcutOverride:
                    if self.list.isVisible() and event.key() == Qt.Key.Key_Escape:
                        event.accept()
                        return True
                elif self._key(event):
                    return True
            elif kind == QEvent.Type.FocusOut:
                self.list.hide()
                self.settle()
            elif isinstance(event, QMouseEvent) and kind == QEvent.Type.MouseButtonPress:
                self.clicked()
        return super().eventFilter(watched, event)

    def clicked(self) -> None:
        """The line was clicked."""

    def _key(self, event: QKeyEvent) -> bool:
        if self.list.take(event):
            return True
        opens = event.key() == Qt.Key.Key_Down or event.key() == Qt.Key.Key_F4
        if opens and not self.list.isVisible() and not event.modifiers() & ~Qt.KeyboardModifier.AltModifier:
            self.ask("")
            return True
        if event.key() == Qt.Key.Key_Tab and self.list.isVisible():
            offer = self.list.current()
            if offer is not None and self.line.text() and not offer.apart:
                self._tabbed = True  # the key itself says where it goes from here
                self._picked(offer)
                self._tabbed = False
        return False

    def end(self) -> None:
        """Tell that the value is complete, unless Tab is on its way to the next field."""
        if not self._tabbed:
            self.done.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        self.list.hide()
        super().hideEvent(event)
