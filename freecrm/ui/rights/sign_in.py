"""Signing in: before the window is there, and with the recovery sheet for whoever lost the password."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say
from freecrm.store import passwords, signin
from freecrm.store.database import Store
from freecrm.ui.asking import Asking, two_alike
from freecrm.ui.fitting import ComboBox


def ask(store: Store, name: str = "") -> bool:
    """Let somebody sign in, whoever worked here last at first; False when they leave."""
    signin.work_as(store, "")
    dialog = SignInDialog(None, store, name)
    done = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return done


def people_box(store: Store, name: str = "", *, gives: bool = False) -> ComboBox:
    """Who can sign in; gives: only who gives rights. name: who is chosen at first."""
    box = ComboBox()
    for one in passwords.people(store):
        if one.gives or not gives:
            box.addItem(one.name, one.id.hex())
    box.setCurrentIndex(max(box.findText(name), 0))
    return box


def chosen(box: ComboBox) -> bytes:
    """The person who is chosen; nothing where there is nobody to choose."""
    return bytes.fromhex(str(box.currentData() or ""))


class SignInDialog(Asking):
    """Who, and the password. Accepted: that person works here."""

    def __init__(self, over: QWidget | None, store: Store, name: str = "") -> None:
        firm = store.setting("firm.name") or store.path.stem
        super().__init__(over, "FreeCRM", str(firm), "", _("Sign in"))
        self.store = store
        self.who = people_box(store, name)
        self.add_row(_("Your name"), self.who)
        self.password = self.add_line(_("Password"), secret=True)
        self.forgot_button = QPushButton(_("Password forgotten…"))
        self.forgot_button.setProperty("kind", "quiet")
        self.forgot_button.setAutoDefault(False)
        self.forgot_button.clicked.connect(self._forgot)
        self.foot.insertWidget(0, self.forgot_button)
        self.cancel_button.setText(_("Leave") if over is None else _("Cancel"))
        self.ready(self.password)

    def act(self) -> None:
        try:
            passwords.enter(self.store, chosen(self.who), self.password.text())
        except Known:
            self.password.selectAll()
            self.password.setFocus()
            raise
        self.accept()

    def _forgot(self) -> None:
        dialog = RecoverDialog(self, self.store, self.who.currentText())
        dialog.accepted.connect(self.accept)
        dialog.open()


class RecoverDialog(Asking):
    """The code of the recovery sheet and a new password. Accepted: that person works here, and a new sheet was shown."""

    def __init__(self, over: QWidget | None, store: Store, name: str = "") -> None:
        text = _(
            "Whoever gives rights sets a new password with the code of the recovery sheet that was printed when the"
            " sign-in was turned on. For everybody else somebody who gives rights sets a new one: Settings → Colleagues."
        )
        super().__init__(over, _("Password forgotten"), _("Password forgotten"), text, _("Set the password"))
        self.store = store
        self.who = people_box(store, name, gives=True)
        self.add_row(_("Your name"), self.who)
        self.code = self.add_line(_("Code of the recovery sheet"))
        self.new = self.add_line(_("New password"), secret=True)
        self.again = self.add_line(_("The same again"), secret=True)
        self.fresh = ""
        self.ready(self.code)

    def act(self) -> None:
        differ = two_alike(self.new, self.again)
        if differ is not None:
            self.tell(differ)
            return
        self.fresh = passwords.recover(self.store, self.code.text(), chosen(self.who), self.new.text())
        from freecrm.ui.rights.code_sheet import CodeSheet

        sheet = CodeSheet(self, self.store, self.fresh)
        sheet.finished.connect(lambda _code: self.accept())
        sheet.open()


class TurnOnDialog(Asking):
    """Ask for passwords from now on. code: of the recovery sheet, once it is accepted."""

    def __init__(self, over: QWidget | None, store: Store) -> None:
        text = _(
            "From now on whoever opens this file chooses their name and types a password, and sees and does what their"
            " role allows. Begin with yourself; the others get their passwords in Settings → Colleagues. The file itself"
            " is not encrypted: this keeps honest people apart, no more."
        )
        super().__init__(over, _("Ask for a password"), _("Ask for a password"), text, _("Turn on"))
        self.store, self.code = store, ""
        from freecrm.store import colleagues

        self.who = ComboBox()
        for one in colleagues.everyone(store, gone=False, counted=False):
            self.who.addItem(one.name, one.id.hex())
        self.who.setCurrentIndex(max(self.who.findData((store.user or b"").hex()), 0))
        self.add_row(_("You are"), self.who)
        self.new = self.add_line(_("Your password"), secret=True)
        self.again = self.add_line(_("The same again"), secret=True)
        self.ready(self.new)

    def act(self) -> None:
        if not chosen(self.who):
            raise Known(say(N_("Put yourself among the colleagues first: Settings → Colleagues.")))
        differ = two_alike(self.new, self.again)
        if differ is not None:
            self.tell(differ)
            return
        self.code = passwords.turn_on(self.store, chosen(self.who), self.new.text())
        self.accept()


class PasswordDialog(Asking):
    """A new password: one's own with the old one, or somebody else's by whoever gives rights."""

    def __init__(self, over: QWidget | None, store: Store, person: bytes, name: str) -> None:
        own = person == store.user
        head = _("Change your password") if own else _("Password of {name}").format(name=name)
        text = (
            "" if own else _("Tell it to them yourself; they can change it in Settings → Sign-in and rights.")
        )
        super().__init__(over, _("Password"), head, text, _("Set the password"))
        self.store, self.person = store, person
        self.old = self.add_line(_("Old password"), secret=True) if own else None
        self.new = self.add_line(_("New password"), secret=True)
        self.again = self.add_line(_("The same again"), secret=True)
        self.ready(self.old or self.new)

    def act(self) -> None:
        differ = two_alike(self.new, self.again)
        if differ is not None:
            self.tell(differ)
            return
        old = self.old.text() if self.old is not None else None
        passwords.set_password(self.store, self.person, self.new.text(), old)
        self.accept()
