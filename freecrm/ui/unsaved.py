"""The question what shall become of typed text, asked once when it would be lost."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from freecrm.core.words import _, plural
from freecrm.ui import look
from freecrm.ui.parts import label

NAMED = 4


class Unsaved(QDialog):
    """Save, don't save, or go on editing; Esc goes on editing. answer: "save", "discard" or "stay"."""

    def __init__(self, over: QWidget | None, title: str, fields: Sequence[str]) -> None:
        super().__init__(over)
        self.answer = "stay"
        self.setWindowTitle("FreeCRM")
        self.setModal(True)
        head = label("subtitle", _("Save the changes to “{title}”?").format(title=title))
        named = _(", ").join(fields[:NAMED]) + ("…" if len(fields) > NAMED else "")
        lost = plural(
            "Changed: {fields}. It's lost if you don't save.",
            "{n} changed: {fields}. They're lost if you don't save.",
            len(fields),
            fields=named,
        )
        text = label("", lost)
        for part in (head, text):
            part.setWordWrap(True)
        self.stay_button = self._button(_("Keep editing"), "stay", "quiet")
        self.discard_button = self._button(_("Don't save"), "discard")
        self.save_button = self._button(_("Save"), "save", "primary")
        self.save_button.setDefault(True)
        row = QHBoxLayout()
        row.setSpacing(look.px(8))
        row.addWidget(self.stay_button)
        row.addStretch(1)
        row.addWidget(self.discard_button)
        row.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 18, 20, 18)))
        column.setSpacing(look.px(8))
        column.addWidget(head)
        column.addWidget(text)
        column.addSpacing(look.px(12))
        column.addLayout(row)
        self.setMinimumWidth(look.px(420))
        self.save_button.setFocus()

    def _button(self, text: str, answer: str, kind: str = "") -> QPushButton:
        made = QPushButton(text)
        if kind:
            made.setProperty("kind", kind)
        made.clicked.connect(lambda: self._answer(answer))
        return made

    def _answer(self, answer: str) -> None:
        self.answer = answer
        self.accept()


def ask(over: QWidget | None, title: str, fields: Sequence[str]) -> str:
    """The user's answer: "save", "discard" or "stay"."""
    dialog = Unsaved(over, title, fields)
    dialog.exec()
    dialog.deleteLater()
    return dialog.answer
