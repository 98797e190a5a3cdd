"""The question for how many times of a repeating activity a change is meant."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.parts import label

ANSWERS = ("this", "later", "all")


class TimesQuestion(QDialog):
    """This time, this and the later ones, or all; Esc goes back. answer: one of ANSWERS, "" = go back."""

    def __init__(self, over: QWidget, title: str, *, deleting: bool = False, ending: bool = False) -> None:
        super().__init__(over)
        self.answer = ""
        self.setWindowTitle("FreeCRM")
        self.setModal(True)
        ask = (
            _("Which times of “{title}” are to be deleted?")
            if deleting
            else _("Which times of “{title}” change?")
        )
        head = label("subtitle", ask.format(title=title))
        head.setWordWrap(True)
        texts = {
            "this": (_("Only this time"), _("The others stay as they are.")),
            "later": (_("This and the later times"), _("What was before stays as it is.")),
            "all": (_("All times"), _("Times that were changed or done by themselves stay as they are.")),
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 18, 20, 18)))
        column.setSpacing(look.px(8))
        column.addWidget(head)
        self.buttons: dict[str, QPushButton] = {}
        for answer in ANSWERS[1:] if ending else ANSWERS:
            text, hint = texts[answer]
            made = QPushButton(text)
            made.setProperty("kind", "way")
            made.setAccessibleDescription(hint)
            made.clicked.connect(lambda _checked=False, answer=answer: self._take(answer))
            under = label("caption", hint)
            under.setContentsMargins(look.px(10), 0, 0, look.px(4))
            column.addWidget(made)
            column.addWidget(under)
            self.buttons[answer] = made
        self.back_button = QPushButton(_("Keep editing") if not deleting else _("Cancel"))
        self.back_button.setProperty("kind", "quiet")
        self.back_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.back_button)
        column.addLayout(row)
        self.setMinimumWidth(look.px(420))
        first = next(iter(self.buttons.values()))
        first.setDefault(True)
        first.setFocus()

    def _take(self, answer: str) -> None:
        self.answer = answer
        self.accept()


def ask(over: QWidget, title: str, *, deleting: bool = False, ending: bool = False) -> str:
    """The user's answer: "this", "later", "all", or "" to go back."""
    dialog = TimesQuestion(over, title, deleting=deleting, ending=ending)
    dialog.exec()
    dialog.deleteLater()
    return dialog.answer
