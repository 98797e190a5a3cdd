"""One's own password for the team's database, changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from freecrm.core.problems import Known
from freecrm.core.words import _
from freecrm.ui.asking import Asking

if TYPE_CHECKING:
    from freecrm.sync.server import Address
    from freecrm.ui.window import MainWindow


class TeamPasswordDialog(Asking):
    """The old password, and twice the new one. changed(password): the server takes the new one now."""

    def __init__(
        self, window: MainWindow, name: str, address: Address, changed: Callable[[str], None]
    ) -> None:
        words = _(
            "The password of {login} for the server {host}. On your other computers you will be asked for the new one."
        )
        text = words.format(login=address.login, host=address.host)
        super().__init__(window, _("Change the password"), name, text, _("Change the password"))
        self.window_, self.address, self._changed = window, address, changed
        self.old = self.add_line(_("Old password"), secret=True)
        self.new = self.add_line(_("New password"), secret=True)
        self.again = self.add_line(_("New password once more"), secret=True)
        self.ready(self.old)

    def act(self) -> None:
        from freecrm.sync import password

        old, new = self.old.text(), self.new.text()
        if not old:
            self.tell(_("Type the password that you have now."), self.old)
            return
        if new != self.again.text():
            self.tell(_("The new passwords differ. Type them once more."), self.again)
            return
        try:
            password.refuse(old, new)
        except Known as problem:
            self.tell(str(problem), self.new)
            return
        self.busy(True)
        self.window_.tasks.run(
            password.change,
            self.address,
            old,
            new,
            then=lambda _none: self._done(new),
            failed=lambda problem: self.tell(str(problem), self.old),
            finally_=lambda: self.busy(False),
        )

    def _done(self, new: str) -> None:
        self.accept()
        self._changed(new)
