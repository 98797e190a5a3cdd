"""One's own password for the team's database, changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout

from freecrm.core.problems import Known
from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.parts import JobBar, announce, label
from freecrm.ui.tabs import order_tabs

if TYPE_CHECKING:
    from freecrm.sync.server import Address
    from freecrm.ui.window import MainWindow


class TeamPasswordDialog(QDialog):
    """The old password, and twice the new one. changed(password): the server takes the new one now."""

    def __init__(
        self, window: MainWindow, name: str, address: Address, changed: Callable[[str], None]
    ) -> None:
        super().__init__(window)
        self.window_, self.address, self._changed = window, address, changed
        self.setWindowTitle(_("Change the password"))
        title = label("subtitle", name)
        words = _(
            "The password of {login} for the server {host}. On your other computers you will be asked for the new one."
        )
        text = label("", words.format(login=address.login, host=address.host))
        self.old, self.new, self.again = QLineEdit(), QLineEdit(), QLineEdit()
        form = QFormLayout()
        form.setHorizontalSpacing(look.px(12))
        form.setVerticalSpacing(look.px(8))
        for line, named in (
            (self.old, _("Old password")),
            (self.new, _("New password")),
            (self.again, _("New password once more")),
        ):
            line.setEchoMode(QLineEdit.EchoMode.Password)
            line.setAccessibleName(named)
            form.addRow(label("", named), line)
        self.trouble = label("trouble")
        self.trouble.hide()
        for part in (title, text, self.trouble):
            part.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(10))
        column.addWidget(title)
        column.addWidget(text)
        column.addLayout(form)
        column.addWidget(self.trouble)
        column.addStretch(1)
        column.addLayout(self._foot())
        self.setMinimumWidth(look.px(460))
        order_tabs(self)
        self.old.setFocus()

    def _foot(self) -> QHBoxLayout:
        self.bar = JobBar()
        self.cancel_button, self.act_button = QPushButton(_("Cancel")), QPushButton(_("Change the password"))
        self.act_button.setProperty("kind", "primary")
        self.act_button.setDefault(True)
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self.reject)
        self.act_button.clicked.connect(self._act)
        foot = QHBoxLayout()
        foot.addWidget(self.bar, 1)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.act_button)
        return foot

    def _act(self) -> None:
        from freecrm.sync import password

        old, new = self.old.text(), self.new.text()
        if not old:
            self._tell(_("Type the password that you have now."), self.old)
            return
        if new != self.again.text():
            self._tell(_("The new passwords differ. Type them once more."), self.again)
            return
        try:
            password.refuse(old, new)
        except Known as problem:
            self._tell(str(problem), self.new)
            return
        self._busy(True)
        self.window_.tasks.run(
            password.change,
            self.address,
            old,
            new,
            then=lambda _none: self._done(new),
            failed=self._failed,
            finally_=lambda: self._busy(False),
        )

    def _done(self, new: str) -> None:
        self.accept()
        self._changed(new)

    def _failed(self, problem: Known) -> None:
        self._tell(str(problem), self.old)

    def _tell(self, text: str, line: QLineEdit) -> None:
        self.trouble.setText(text)
        self.trouble.show()
        self.adjustSize()  # else the other texts would give way for it
        line.selectAll()
        line.setFocus()
        announce(self, text)

    def _busy(self, yes: bool) -> None:
        self.bar.busy(yes)
        self.act_button.setEnabled(not yes)
