"""What the tests of forms share: finding the parts, typing into them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core.query import Query
from freecrm.core.record import Record
from freecrm.store.database import Store
from freecrm.ui.editors.base import Editor
from freecrm.ui.form import Form

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def focus() -> QWidget:
    """The widget with the focus."""
    found = QApplication.focusWidget()
    assert found is not None
    return found


def line_of(editor: Editor) -> QLineEdit:
    """The line that is typed into."""
    main = editor.main()
    assert isinstance(main, QLineEdit)
    return main


def fill(qtbot: QtBot, form: Form, **texts: str) -> None:
    """Type into fields of a form; "__" stands for the dot of a person's fields."""
    for name, text in texts.items():
        editor = form.boxes[name.replace("__", ".")].editor
        editor.focus_first()
        widget = focus()
        qtbot.keyClicks(widget, text) if text.isascii() else typed(widget, text)


def typed(widget: QWidget, text: str) -> None:
    """Text as an input method gives it."""
    from PySide6.QtGui import QInputMethodEvent

    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def records(store: Store, entity: str = "customer") -> list[Record]:
    """All records of an entity, whole."""
    return list(store.reader().each(Query(entity)))


def plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Child rows without ids and blanks."""
    return [
        {k: v for k, v in row.items() if v not in (None, "") and k not in ("id", "parent_entity")}
        for row in rows
    ]
