"""A dialog with a few lines to type and one thing to do; what is wrong stands above its buttons, and what was typed stays."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from freecrm.core.problems import Known
from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.parts import JobBar, announce, label
from freecrm.ui.tabs import order_tabs


class Asking(QDialog):
    """head: what it is about. text: what follows from it. act: what the button does."""

    def __init__(self, over: QWidget | None, title: str, head: str, text: str, act: str) -> None:
        super().__init__(over)
        self.setWindowTitle(title)
        self.head, self.text = label("subtitle", head), label("", text)
        self.text.setVisible(bool(text))
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(look.px(12))
        self.form.setVerticalSpacing(look.px(8))
        self.trouble = label("trouble")
        self.trouble.hide()
        for part in (self.head, self.text, self.trouble):
            part.setWordWrap(True)
        self.cancel_button, self.act_button = QPushButton(_("Cancel")), QPushButton(act)
        self.act_button.setProperty("kind", "primary")
        self.cancel_button.setAutoDefault(False)
        self.act_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.act_button.clicked.connect(self._go)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(look.px(8))
        self.bar = JobBar()
        self.foot.addWidget(self.bar, 1)
        self.foot.addStretch(1)
        self.foot.addWidget(self.cancel_button)
        self.foot.addWidget(self.act_button)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        self.column.setSpacing(look.px(10))
        self.column.addWidget(self.head)
        self.column.addWidget(self.text)
        self.column.addLayout(self.form)
        self.column.addWidget(self.trouble)
        self.column.addStretch(1)
        self.column.addLayout(self.foot)
        self.setMinimumWidth(look.px(460))

    def add_line(self, title: str, *, secret: bool = False) -> QLineEdit:
        """One more line to type; secret: a password."""
        made = QLineEdit()
        made.setMaxLength(200)
        if secret:
            made.setEchoMode(QLineEdit.EchoMode.Password)
        self.add_row(title, made)
        return made

    def add_row(self, title: str, widget: QWidget) -> None:
        """One more line with something to choose."""
        widget.setAccessibleName(title)
        self.form.addRow(label("", title), widget)

    def ready(self, first: QWidget) -> None:
        """All lines are there; the focus goes to this one."""
        order_tabs(self)
        first.setFocus()

    def act(self) -> None:
        """Do it and accept; Known stands in the dialog."""
        raise NotImplementedError

    def _go(self) -> None:
        try:
            self.act()
        except Known as problem:
            self.tell(str(problem))

    def busy(self, yes: bool) -> None:
        """What the button began is under way, or it is over."""
        self.bar.busy(yes)
        self.act_button.setEnabled(not yes)

    def tell(self, text: str, line: QLineEdit | None = None) -> None:
        """Say what is wrong. line: where; it is marked to be typed anew."""
        if line is not None:
            line.selectAll()
            line.setFocus()
        self.trouble.setText(text)
        self.trouble.show()
        self.adjustSize()  # else the other texts would give way for it
        announce(self, text)


def two_alike(first: QLineEdit, second: QLineEdit) -> str | None:
    """Why a password typed twice is none; None when it is one."""
    if first.text() == second.text():
        return None
    return _("The two passwords differ. Type the same one in both lines.")
