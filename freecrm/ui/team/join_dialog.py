"""Joining a team: who comes, with which password. And the question before leaving one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout

from freecrm.core.problems import Known
from freecrm.core.words import _, plural
from freecrm.ui import look
from freecrm.ui.parts import JobBar, announce, label
from freecrm.ui.tabs import order_tabs

if TYPE_CHECKING:
    from freecrm.sync.server import Address
    from freecrm.ui.window import MainWindow


class JoinDialog(QDialog):
    """Login and password for a team's database. joined(password): the server took them, and the file belongs to the
    team. login: stands there already, as in asking for a password again."""

    def __init__(
        self,
        window: MainWindow,
        invitation: tuple[str, Address],
        joined: Callable[[str], None],
        login: str = "",
    ) -> None:
        super().__init__(window)
        self.window_, self.invitation, self._joined = window, invitation, joined
        name, address = invitation
        self.setWindowTitle(_("Password") if login else _("Join a team"))
        title = label("subtitle", name)
        text = label(
            "",
            _(
                "The server {host} lets you in by the name and password that you were given. Your file stays on this"
                " computer and works without the network, too."
            ).format(host=address.host),
        )
        self.login, self.password = QLineEdit(login), QLineEdit()
        self.login.setMaxLength(63)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        form = QFormLayout()
        form.setHorizontalSpacing(look.px(12))
        form.setVerticalSpacing(look.px(8))
        form.addRow(label("", _("Login")), self.login)
        form.addRow(label("", _("Password")), self.password)
        self.login.setAccessibleName(_("Login"))
        self.password.setAccessibleName(_("Password"))
        self.trouble = label("trouble")
        self.trouble.hide()
        for part in (title, text, self.trouble):
            part.setWordWrap(True)
        self.bar = JobBar()
        self.cancel_button = QPushButton(_("Cancel"))
        self.act_button = QPushButton(_("Sign in") if login else _("Join"))
        self.act_button.setProperty("kind", "primary")
        self.cancel_button.setAutoDefault(False)
        self.act_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.act_button.clicked.connect(self._act)
        foot = QHBoxLayout()
        foot.addWidget(self.bar, 1)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.act_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(10))
        column.addWidget(title)
        column.addWidget(text)
        column.addLayout(form)
        column.addWidget(self.trouble)
        column.addStretch(1)
        column.addLayout(foot)
        self.setMinimumWidth(look.px(460))
        order_tabs(self)
        (self.password if login else self.login).setFocus()

    def _act(self) -> None:
        from freecrm.core import home
        from freecrm.sync import joining

        login, password = self.login.text().strip(), self.password.text()
        if not login or not password:
            self._tell(_("Type the name and the password that you were given."))
            (self.password if login else self.login).setFocus()
            return
        self._busy(True)
        place = str(home.settings_folder())
        self.window_.tasks.run(
            lambda: joining.join(self.window_.store, self.invitation, login, password, place=place),
            then=self._done,
            failed=self._failed,
            finally_=lambda: self._busy(False),
        )

    def _done(self, _name: str) -> None:
        self.accept()
        self._joined(self.password.text())

    def _failed(self, problem: Known) -> None:
        from freecrm.sync import password

        self._tell(str(password.told(self.window_.store, problem)))
        self.password.selectAll()
        self.password.setFocus()

    def _tell(self, text: str) -> None:
        self.trouble.setText(text)
        self.trouble.show()
        self.adjustSize()  # else the other texts would give way for it
        announce(self, text)

    def _busy(self, yes: bool) -> None:
        self.bar.busy(yes)
        self.act_button.setEnabled(not yes)


class LeaveQuestion(QDialog):
    """Stay, or leave the team; Esc and Enter stay. agreed(): the user leaves."""

    def __init__(self, window: MainWindow, name: str, waiting: int, agreed: Callable[[], None]) -> None:
        super().__init__(window)
        self._agreed = agreed
        self.setWindowTitle(_("Leave the team"))
        head = label("subtitle", _("Leave the team “{name}”?").format(name=name))
        text = label(
            "",
            _(
                "Everything in this file stays in it, and nothing is exchanged any more. What colleagues do after"
                " that doesn't come here, and yours doesn't go there."
            ),
        )
        self.waits = label("trouble")
        if waiting:
            self.waits.setText(
                plural(
                    "{n} record has changes that nobody else has yet. They stay in this file alone.",
                    "{n} records have changes that nobody else has yet. They stay in this file alone.",
                    waiting,
                )
            )
        self.waits.setVisible(bool(waiting))
        for part in (head, text, self.waits):
            part.setWordWrap(True)
        self.stay_button, self.leave_button = QPushButton(_("Stay")), QPushButton(_("Leave the team"))
        self.stay_button.setDefault(True)
        self.leave_button.setProperty("kind", "danger")
        self.leave_button.setAutoDefault(False)
        self.stay_button.clicked.connect(self.reject)
        self.leave_button.clicked.connect(self._leave)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.stay_button)
        foot.addWidget(self.leave_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(8))
        for part in (head, text, self.waits):
            column.addWidget(part)
        column.addSpacing(look.px(8))
        column.addLayout(foot)
        self.setMinimumWidth(look.px(460))
        self.stay_button.setFocus()

    def _leave(self) -> None:
        self.accept()
        self._agreed()
