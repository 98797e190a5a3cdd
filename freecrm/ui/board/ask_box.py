"""A small form for what is missing before a card may come to a stage: only these fields, with what is known in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.fields import Date, Field
from freecrm.core.words import _
from freecrm.store.checks import REASON_MOST, Check
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors import editor_for
from freecrm.ui.editors.base import Editor, mark
from freecrm.ui.parts import announce, label
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Tasks

REASON, RIVAL, CLOSED, PASSED, ORDER = "reason", "rival", "closed", "passed", "order"


class ReasonBox(QComboBox):
    """Why a deal was lost: one of the reasons of its pipeline."""

    def __init__(self, reasons: Sequence[tuple[bytes, str]]) -> None:
        super().__init__()
        self.addItem("")
        for id, name in reasons:
            self.addItem(name, id)

    def value(self) -> bytes | None:
        """The reason chosen."""
        found = self.currentData()
        return bytes(found) if found is not None else None


class AskBox(QDialog):
    """taken(values): what was asked for is there. fields: those to be filled in, by what they are called in the answer;
    needed: those that can't be left blank. reasons: of a loss, offered in front of all. open_: checks that are passed
    over; why is asked last, and is `PASSED` in the answer."""

    def __init__(
        self,
        over: QWidget,
        store: Store,
        tasks: Tasks,
        title: str,
        about: str,
        take: str,
        fields: dict[str, Field],
        needed: Sequence[str],
        taken: Callable[[dict[str, Any]], object],
        *,
        reasons: Sequence[tuple[bytes, str]] = (),
        known: dict[str, Any] | None = None,
        open_: Sequence[Check] = (),
    ) -> None:
        super().__init__(over)
        self.fields, self.needed, self._taken = fields, tuple(needed), taken
        self.setWindowTitle(title)
        self.head, self.about = label("subtitle", title, self), label("caption", about, self)
        self.head.setWordWrap(True)
        self.reason = ReasonBox(reasons) if reasons else None
        self.editors: dict[str, Editor] = {}
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        self.column.setSpacing(look.px(6))
        self.column.addWidget(self.head)
        self.column.addWidget(self.about)
        self.column.addSpacing(look.px(6))
        if self.reason is not None:
            self.reason.setAccessibleName(_("Why it was lost"))
            self._line(_("Why it was lost"), self.reason, self.reason)
        for name, field in fields.items():
            made = self.editors[name] = editor_for(field, store, tasks)
            if known is not None and known.get(name) is not None:
                made.set_value(known[name])
            if made.labelled:
                self._line(field.title, made, made.main())
            else:
                self.column.addWidget(made)
        self.passed = self._checks(open_) if open_ else None
        self.trouble = label("trouble", "", self)
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.column.addWidget(self.trouble)
        self.column.addStretch(1)
        self._foot(take)
        self.setMinimumWidth(look.px(400))
        order_tabs(self)
        if self.reason is not None:
            self.reason.setFocus()
        elif self.editors:
            next(iter(self.editors.values())).focus_first()
        elif self.passed is not None:
            self.passed.setFocus()

    def _checks(self, open_: Sequence[Check]) -> QLineEdit:
        listed = _("Still open: {checks}").format(checks=_(", ").join(one.text for one in open_))
        text = label("warning", listed, self)
        text.setWordWrap(True)
        made = QLineEdit(self)
        made.setMaxLength(REASON_MOST)
        made.setAccessibleName(_("Why they are passed over"))
        self.column.addWidget(text)
        self._line(_("Why they are passed over"), made, made)
        return made

    def _line(self, title: str, part: QWidget, input_: QWidget) -> None:
        made = QLabel(title, self)
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.setBuddy(input_)
        self.column.addWidget(made)
        self.column.addWidget(part)

    def _foot(self, take: str) -> None:
        self.take_button, self.cancel_button = QPushButton(take, self), QPushButton(_("Cancel"), self)
        self.take_button.setProperty("kind", "primary")
        self.take_button.setDefault(True)
        self.cancel_button.setAutoDefault(False)
        self.take_button.clicked.connect(self.take)
        self.cancel_button.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.take_button)
        self.column.addSpacing(look.px(6))
        self.column.addLayout(foot)

    def take(self) -> None:
        """Take what stands there, or say what is missing."""
        values: dict[str, Any] = {}
        if self.reason is not None:
            values[REASON] = self.reason.value()
            if values[REASON] is None:
                self._tell(_("Choose why it was lost: the report of lost deals lives on it."), self.reason)
                return
        for name, editor in self.editors.items():
            getattr(editor, "settle", lambda: None)()
            why = editor.problem()
            value = editor.value() if why is None else None
            if why is None and name in self.needed and value in (None, "", []):
                self._tell(
                    _("“{field}” is needed here.").format(field=self.fields[name].title), editor.main()
                )
                return
            if why is not None:
                self._tell(str(why), editor.main())
                return
            if value not in (None, "", []):
                values[name] = value
        if self.passed is not None:
            values[PASSED] = " ".join(self.passed.text().split())
            mark(self.passed, not values[PASSED])
            if not values[PASSED]:
                self._tell(
                    _("Say why what is still open is passed over, or go back and tick it off."), self.passed
                )
                return
        self.accept()
        self._taken(values)

    def _tell(self, text: str, at: QWidget) -> None:
        self.trouble.setText(text)
        self.trouble.show()
        announce(self, text)
        at.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.take()
        else:
            super().keyPressEvent(event)


def day_field(title: str) -> Date:
    """A field for the day on which a deal was decided."""
    made = Date(title, past=True)
    made.name, made.entity = CLOSED, "deal"
    return made
