"""The question why something is done that others will want to understand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.parts import announce, label
from freecrm.ui.tabs import order_tabs

MOST = 200


class ReasonDialog(QDialog):
    """One line for the reason. agreed(reason): the user wants it; it is a step like any other.

    head: the question. hint: an example of a reason. text: who reads it, what follows. act: what the button says.
    wanted: what is told when no reason is given."""

    def __init__(
        self,
        over: QWidget,
        agreed: Callable[[str], None],
        *,
        head: str,
        hint: str,
        text: str,
        act: str,
        wanted: str,
    ) -> None:
        super().__init__(over)
        self._agreed, self._wanted = agreed, wanted
        self.setWindowTitle(head)
        title, why, below = label("subtitle", head), label("", _("Why")), label("caption", text)
        self.trouble = label("trouble")
        for part in (title, below, self.trouble):
            part.setWordWrap(True)
        self.trouble.hide()
        self.reason = QLineEdit()
        self.reason.setMaxLength(MOST)
        self.reason.setPlaceholderText(hint)
        self.reason.setAccessibleName(_("Why"))
        why.setBuddy(self.reason)
        self.cancel_button, self.act_button = QPushButton(_("Cancel")), QPushButton(act)
        self.act_button.setProperty("kind", "primary")
        self.cancel_button.setAutoDefault(False)
        self.act_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.act_button.clicked.connect(self._act)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.act_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(8))
        column.addWidget(title)
        column.addWidget(why)
        column.addWidget(self.reason)
        column.addWidget(self.trouble)
        column.addWidget(below)
        column.addStretch(1)
        column.addLayout(foot)
        self.resize(look.px(460), look.px(220))
        order_tabs(self)
        self.reason.setFocus()

    def _act(self) -> None:
        reason = " ".join(self.reason.text().split())
        if not reason:
            self.trouble.setText(self._wanted)
            self.trouble.show()
            self.reason.setProperty("wrong", True)
            look.refresh(self.reason)
            announce(self, self._wanted)
            self.reason.setFocus()
            return
        self.accept()
        self._agreed(reason)
