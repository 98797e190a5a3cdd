"""The differences as commands and as a page of the window."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from freecrm.core.words import N_, say
from freecrm.ui import talk
from freecrm.ui.commands import Command
from freecrm.ui.page import Page, Place

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow


def commands(window: MainWindow) -> Iterator[Command]:
    """The commands."""
    yield Command(
        "team.differences",
        N_("Settle differences…"),
        lambda: settle(window),
        menu="tools",
        icon="shuffle",
        enabled=lambda: window.team.address is not None,
        also=("conflict", "merge", "冲突", "差异"),
    )
    yield Command(
        "team.differences_list",
        N_("List of differences"),
        lambda: window.visit(Place("differences")),
        menu="tools",
        icon="list-checks",
        enabled=lambda: window.team.address is not None,
        also=("conflict", "merge", "冲突", "差异"),
    )


def settle(
    window: MainWindow, at: tuple[bytes, bytes | str] | None = None, *, over: QWidget | None = None
) -> None:
    """Show what two people changed apart; nothing of that kind is told. at: the record and the difference, or the
    field, to begin with. over: another window than the main one."""
    from freecrm.ui.differences.dialog import DifferencesDialog

    dialog = DifferencesDialog(over or window, window.store, window.tasks, at)
    if not dialog.groups:
        dialog.deleteLater()
        talk.tell(say(N_("There are no differences to settle.")))
        return
    dialog.list_wanted.connect(lambda: window.visit(Place("differences")))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    window.team.settling = dialog
    dialog.finished.connect(lambda _how: window.team.end_settling(dialog))
    dialog.open()


def page(window: MainWindow, _place: Place) -> Page:
    """The list of all of them."""
    from freecrm.ui.differences.page import DifferencesPage

    made = DifferencesPage(window.store, window.tasks)
    made.settle_wanted.connect(lambda record, one: settle(window, (record, one)))
    made.open_record.connect(window.show_id)
    made.told.connect(
        lambda what, path: window.toasts.add(what, N_("Open folder"), lambda: talk.show_folder(path.parent))
    )
    return made
