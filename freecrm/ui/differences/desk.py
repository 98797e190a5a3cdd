"""The differences as a command of the window."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from freecrm.core.words import N_, say
from freecrm.ui import talk
from freecrm.ui.commands import Command

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow


def commands(window: MainWindow) -> Iterator[Command]:
    """The command."""
    yield Command(
        "team.differences",
        N_("Settle differences…"),
        lambda: settle(window),
        menu="tools",
        icon="shuffle",
        enabled=lambda: window.team.address is not None,
        also=("conflict", "merge", "冲突", "差异"),
    )


def settle(window: MainWindow) -> None:
    """Show what two people changed apart; nothing of that kind is told."""
    from freecrm.ui.differences.dialog import DifferencesDialog

    dialog = DifferencesDialog(window, window.store, window.tasks)
    if not dialog.groups:
        dialog.deleteLater()
        talk.tell(say(N_("There are no differences to settle.")))
        return
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
