"""Joining a team: who comes, with which password. And the question before leaving one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout

from freecrm.core.words import _, plural
from freecrm.ui import look
from freecrm.ui.asking import Asking
from freecrm.ui.parts import label

if TYPE_CHECKING:
    from freecrm.sync.server import Address
    from freecrm.ui.window import MainWindow


class JoinDialog(Asking):
    """Login and password for a team's database. joined(password): the server took them, and the file belongs to the
    team. login: stands there already, as in asking for a password again."""

    def __init__(
        self,
        window: MainWindow,
        invitation: tuple[str, Address],
        joined: Callable[[str], None],
        login: str = "",
    ) -> None:
        name, address = invitation
        text = _(
            "The server {host} lets you in by the name and password that you were given. Your file stays on this"
            " computer and works without the network, too."
        ).format(host=address.host)
        title, act = (_("Password"), _("Sign in")) if login else (_("Join a team"), _("Join"))
        super().__init__(window, title, name, text, act)
        self.window_, self.invitation, self._joined = window, invitation, joined
        self.login = self.add_line(_("Login"))
        self.login.setMaxLength(63)
        self.login.setText(login)
        self.password = self.add_line(_("Password"), secret=True)
        self.ready(self.password if login else self.login)

    def act(self) -> None:
        from freecrm.core import home
        from freecrm.sync import joining

        login, password = self.login.text().strip(), self.password.text()
        if not login or not password:
            empty = self.password if login else self.login
            self.tell(_("Type the name and the password that you were given."), empty)
            return
        self.busy(True)
        place = str(home.settings_folder())
        self.window_.tasks.run(
            lambda: joining.join(self.window_.store, self.invitation, login, password, place=place),
            then=self._done,
            failed=lambda problem: self.tell(str(problem), self.password),
            finally_=lambda: self.busy(False),
        )

    def _done(self, _name: str) -> None:
        self.accept()
        self._joined(self.password.text())


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
