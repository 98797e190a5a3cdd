"""One line of the form: what it is at the left, its value at the right, below it why it isn't taken."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from freecrm.core.words import Said, _
from freecrm.ui import look
from freecrm.ui.parts import announce, label

NAME = 68  # px of the names at the left


class Line(QWidget):
    """text: marked with N_(). beside: stands at the right of the value."""

    def __init__(
        self, text: str, part: QWidget, main: QWidget | None = None, beside: QWidget | None = None
    ) -> None:
        super().__init__()
        self.text, self.part, self.main = text, part, main or part
        self.name, self.trouble = label("hint"), label("trouble")
        self.name.setWordWrap(True)
        self.name.setFixedWidth(look.px(NAME))
        self.name.setBuddy(self.main)
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        right = QVBoxLayout()
        right.setSpacing(look.px(3))
        right.addWidget(part)
        right.addWidget(self.trouble)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(8))
        self.name.setContentsMargins(0, look.px(6), 0, 0)
        row.addWidget(self.name, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(right, 1)
        if beside is not None:
            row.addWidget(beside, 0, Qt.AlignmentFlag.AlignTop)

    def show_problem(self, why: Said | None) -> None:
        """Say why its value isn't taken, or nothing."""
        text = str(why or "")
        if text and text != self.trouble.text():
            announce(self.main, f"{_(self.text)}: {text}")
        self.trouble.setText(text)
        self.trouble.setVisible(bool(text))
        self.main.setAccessibleDescription(text)

    def reword(self) -> None:
        """Say its name in the language spoken now."""
        self.name.setText(_(self.text))
        self.name.setFixedWidth(look.px(NAME))
