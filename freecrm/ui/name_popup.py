"""A small panel that asks for a name."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from freecrm.core.problems import Known
from freecrm.core.words import _
from freecrm.ui.parts import label
from freecrm.ui.popup import Popup


class NamePopup(Popup):
    """taken(text): the user wants this name; whoever asked dismisses the panel or refuses the name."""

    taken = Signal(str)

    def __init__(self, anchor: QWidget, title: str, now: str, hint: str) -> None:
        super().__init__(anchor)
        self.line = QLineEdit(now)
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(hint)
        self.line.returnPressed.connect(self.take)
        self.line.selectAll()
        self.trouble = label("danger")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.button = QPushButton(_("Save"))
        self.button.setProperty("kind", "primary")
        self.button.setProperty("small", True)
        self.button.clicked.connect(lambda: self.take())
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.button)
        self.column.addWidget(label("strong", title))
        self.column.addWidget(self.line)
        self.column.addWidget(self.trouble)
        self.column.addLayout(foot)

    def give_back(self) -> None:
        """The focus goes back to the anchor, or, where that takes none, to what holds it."""
        taker: QWidget | None = self.anchor
        while taker is not None and taker.focusPolicy() == Qt.FocusPolicy.NoFocus:
            taker = taker.parentWidget()
        (taker or self.anchor).setFocus(Qt.FocusReason.PopupFocusReason)

    def first(self) -> QWidget:
        return self.line

    def take(self) -> None:
        """Ask whether the name will do."""
        self.taken.emit(self.line.text())

    def refuse(self, problem: Known) -> None:
        """Say why a name can't be had; what was typed stays."""
        self.trouble.setText(str(problem))
        self.trouble.show()
        self.place()
        self.line.setFocus()
