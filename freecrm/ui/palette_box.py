"""The box of the palette that one types into."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

Taken = Callable[[QKeyEvent], bool]


class PaletteBox(QLineEdit):
    """Gives its keys to the palette first, except while an input method is composing: those are the
    method's (arrows choose a candidate, Enter and Esc end it)."""

    def __init__(self, taken: Taken, passed: Taken) -> None:
        """taken(event): the palette did something with the key. passed(event), asked of keys that no edit
        takes: it may be a key of the window's commands."""
        super().__init__()
        self._taken, self._passed = taken, passed
        self.composing = False
        self.setProperty("popup", True)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return False  # Tab shows the actions of a hit

    def event(self, event: QEvent) -> bool:
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return super().event(event)
        event.ignore()
        super().event(event)
        if not event.isAccepted() and not self._passed(event):
            event.accept()  # whatever lies behind the palette hears nothing
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.composing or not self._taken(event):
            super().keyPressEvent(event)
        event.accept()
