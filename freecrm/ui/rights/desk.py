"""The commands of rights, and the dialogs they open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freecrm.core.words import N_
from freecrm.store import signin
from freecrm.ui.commands import Command
from freecrm.ui.page import Place

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow


def commands(window: MainWindow) -> Iterator[Command]:
    """Locking, roles, the log, what is shown in part."""
    yield Command(
        "rights.lock",
        N_("Lock now"),
        lambda: window.lock.lock(),
        menu="tools",
        group=1,
        key="Ctrl+Alt+L",
        icon="shield-check",
        enabled=lambda: signin.is_on(window.store),
        also=("锁定", "离开", "lock"),
    )
    yield Command(
        "rights.roles",
        N_("Roles…"),
        lambda: window.visit(Place("roles")),
        menu="tools",
        group=1,
        icon="user-cog",
        also=("角色", "权限", "rights", "permissions", "users"),
    )
    yield Command(
        "rights.trail",
        N_("Log of sign-ins and exports"),
        lambda: window.visit(Place("trail")),
        menu="tools",
        group=1,
        icon="history",
        enabled=lambda: signin.may_give(window.store),
        also=("登录日志", "导出日志", "审计", "audit"),
    )
    yield Command(
        "record.reveal",
        N_("Show what is shown in part…"),
        lambda: _reveal(window),
        menu="record",
        icon="eye",
        enabled=lambda: window.store.rights is not None and bool(window.store.rights.masked),
        also=("查看完整号码", "脱敏", "mask"),
    )


def _reveal(window: MainWindow) -> None:
    from freecrm.ui.rights.reveal import RevealDialog
    from freecrm.ui.window_commands import shown

    shown.with_record(window, lambda entity, id: RevealDialog(window, window.store, entity, id).open())


def turn_on(window: MainWindow) -> None:
    """Ask for a password from now on, and show the recovery sheet."""
    from freecrm.ui.rights.code_sheet import CodeSheet
    from freecrm.ui.rights.sign_in import TurnOnDialog

    dialog = TurnOnDialog(window, window.store)

    def done() -> None:
        CodeSheet(window, window.store, dialog.code, window.tasks).open()
        follow(window)

    dialog.accepted.connect(done)
    dialog.open()


def change_password(window: MainWindow) -> None:
    """A new password for whoever works here."""
    from freecrm.ui.rights.sign_in import PasswordDialog

    if window.store.user is not None:
        PasswordDialog(window, window.store, window.store.user, "").open()


def new_sheet(window: MainWindow) -> None:
    """A new recovery sheet; the old one is void."""
    from freecrm.store import passwords
    from freecrm.ui.rights.code_sheet import CodeSheet

    CodeSheet(window, window.store, passwords.new_code(window.store), window.tasks).open()


def follow(window: MainWindow) -> None:
    """Who works here may be somebody else now, or see something else."""
    window.lock.follow()
    window.refresh()
    window.who.reword()
    window.show_place()
