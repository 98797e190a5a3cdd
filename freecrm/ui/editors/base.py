"""What every editor of a value has: the value, what is wrong with it, and when it changes."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from freecrm.core.fields import Field, clean
from freecrm.core.record import Typed
from freecrm.core.words import Said
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.parts import label
from freecrm.ui.tasks import Tasks


class Editor(QWidget):
    """A field's value being edited.

    changed: something was typed or chosen. left: the focus went out of it. done: the value is complete (an
    entry was picked, Enter would say no more). grows: whether it takes the whole width of a form.
    """

    changed = Signal()
    left = Signal()
    done = Signal()

    grows = False
    trouble_at = -1  # where in `column` a sentence about a wrong value belongs
    labelled = True  # False: the editor says itself what it is about (a check box)

    def __init__(self, field: Field, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.field, self.store, self.tasks = field, store, tasks
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(look.px(2))

    def value(self) -> Any:
        """What is in it now: a value of the field, or `Typed` text that isn't one (see `problem`)."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value of the field, or `Typed` text. Tells nobody."""
        raise NotImplementedError

    def problem(self) -> Said | None:
        """Why what is in it can't be saved, or None."""
        value = self.value()
        return self.unreadable() if isinstance(value, Typed) else self.field.check(value)

    def unreadable(self) -> Said | None:
        """Why what was typed is no value."""
        return None

    def open_one(self) -> None:
        """Have an empty row stand ready, where there are rows."""

    def foresee(self, values: dict[str, Any]) -> None:
        """Say what will be in it by itself when it is left blank. values: what else is known of the new record."""

    def main(self) -> QWidget:
        """The widget that a label belongs to and that takes the focus first."""
        return self

    def focus_first(self) -> None:
        """Put the focus where typing begins."""
        self.main().setFocus()

    def mark(self, wrong: bool) -> None:
        """Show that the value is not taken, or that it is."""
        mark(self.main(), wrong)

    def name(self, text: str) -> None:
        """Tell screen readers what is being edited."""
        self.main().setAccessibleName(text)

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""

    def watch(self, widget: QWidget) -> None:
        """Let `left` be told when the focus goes out of this part to somewhere outside."""
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Going to another program and back is not leaving.
        if (
            isinstance(event, QFocusEvent)
            and event.type() == QEvent.Type.FocusOut
            and event.reason() != Qt.FocusReason.ActiveWindowFocusReason
            and not self._holds_focus()
        ):
            self.left.emit()
        return super().eventFilter(watched, event)

    def _holds_focus(self) -> bool:
        focus = QApplication.focusWidget()
        over = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        asked = over is not None and not over.isAncestorOf(self)
        return asked or (focus is not None and self.isAncestorOf(focus))


class LineEditor(Editor):
    """An editor of one line of text; below it, what was understood, where that isn't plain to see."""

    def __init__(self, field: Field, store: Store, tasks: Tasks) -> None:
        super().__init__(field, store, tasks)
        self.line = QLineEdit()
        self.understood = label("understood")
        self.understood.setWordWrap(True)  # or it would push the line out of a narrow side panel
        self.understood.hide()
        self.column.addWidget(self.line)
        self.column.addWidget(self.understood)
        self.line.textEdited.connect(self.edited)
        self.watch(self.line)

    def edited(self) -> None:
        """Something was typed."""
        self.explain()  # reads it, too: whoever hears of the change finds the value that stands there now
        self.changed.emit()

    def explain(self) -> None:
        """Say how what was typed is understood."""

    def tell(self, text: str) -> None:
        """Show a sentence below the line, or take it away."""
        self.understood.setText(text)
        self.understood.setVisible(bool(text))

    def main(self) -> QWidget:
        return self.line


class ReadEditor(LineEditor):
    """An editor of a line that is read: words stand for a value, and give way to it once the focus left."""

    def __init__(self, field: Field, store: Store, tasks: Tasks) -> None:
        super().__init__(field, store, tasks)
        self._held: Any = None
        self._why: Said | None = None
        self.left.connect(self._settle)

    def read(self, text: str) -> tuple[Any, Said | None]:
        """What a text means, or why it means nothing."""
        return self.field.read(text)

    def as_typed(self, value: Any) -> str:
        """A value as it is edited."""
        return self.field.show(value)

    def value(self) -> Any:
        text = clean(self.line.text())
        if not text:
            return None
        return self._held if self._why is None else Typed(text)

    def set_value(self, value: Any) -> None:
        if isinstance(value, Typed):
            self.line.setText(value)
            self._read()
        else:
            self._held, self._why = value, None
            self.line.setText(self.as_typed(value))
        self.tell("")

    def unreadable(self) -> Said | None:
        return self._why

    def _read(self) -> None:
        self._held, self._why = self.read(self.line.text())

    def _settle(self) -> None:
        if self._why is None and self._held is not None:
            self.line.setText(self.as_typed(self._held))
        self.tell("")


def mark(widget: QWidget, wrong: bool) -> None:
    """Give an input the look of one whose value is not taken, or take it away."""
    if bool(widget.property("wrong")) != wrong:
        widget.setProperty("wrong", wrong)
        look.refresh(widget)
