"""What every form does alike: it stands still while it is written, asks before it goes, and knows the same keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from shiboken6 import isValid

from freecrm.ui import talk


class Asking(Protocol):
    """A form that may hold typed text."""

    def unsaved(self) -> list[str]: ...

    def heading(self) -> str: ...

    def save(self) -> bool: ...

    def give_up(self) -> None: ...


class Hold:
    """One form while it is written: it takes no keys, the window lives on. on: whether it is being written."""

    def __init__(self, form: QWidget) -> None:
        self.form = form
        self.on = False
        self._had_focus: QWidget | None = None
        self._loop: QEventLoop | None = None

    def begin(self) -> None:
        """Let the form stand still."""
        self.on = True
        self._had_focus = QApplication.focusWidget()
        self.form.setEnabled(False)

    def end(self) -> None:
        """Let it go on, with the focus where it was; whoever waits goes on too."""
        self.on = False
        self.form.setEnabled(True)
        before = self._had_focus
        if before is not None and isValid(before) and QApplication.focusWidget() is None:
            before.setFocus()
        if self._loop is not None:
            self._loop.quit()

    def wait(self) -> None:
        """Come back when it has ended."""
        if self.on:
            self._loop = QEventLoop()
            self._loop.exec()
            self._loop = None


def save_by_keys(form: QWidget, save: Callable[[], Any]) -> None:
    """Let Ctrl+S and Ctrl+Enter save it from wherever the focus is in it."""
    for key in ("Ctrl+S", "Ctrl+Return", "Ctrl+Enter"):
        shortcut = QShortcut(QKeySequence(key), form)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(save)


def ask_to_leave(form: Any) -> bool:
    """Whether a form may go: nothing was typed, or it was saved or given up when asked. form: a widget that is
    `Asking`."""
    asking: Asking = form
    fields = asking.unsaved()
    answer = talk.ask_unsaved(form, asking.heading(), fields) if fields else "discard"
    if answer == "save":
        return asking.save()
    if answer == "discard":
        asking.give_up()
    return answer == "discard"


def goes_on(event: QKeyEvent) -> bool:
    """Whether a key means the next line: Enter in a line of text."""
    enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return enter and isinstance(QApplication.focusWidget(), QLineEdit)
