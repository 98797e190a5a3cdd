"""What the window can be told about reminders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from freecrm.core.words import N_, _
from freecrm.ui.commands import Command

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow


def commands(window: MainWindow) -> Iterator[Command]:
    """Go to the reminders that wait; let them wait for an hour."""
    yield Command(
        "tools.reminders",
        N_("Reminders"),
        lambda: window.reminders.show(),
        menu="tools",
        key="Ctrl+Shift+A",
        group=1,
        icon="bell",
        also=("alarm", "due", "提醒", "到期"),
    )
    yield Command(
        "tools.pause_reminders",
        N_("Pause reminders for 1 hour"),
        lambda: window.reminders.pause(not _is_paused(window)),
        menu="tools",
        group=1,
        icon="bell-off",
        names=lambda: _("Resume reminders") if _is_paused(window) else _("Pause reminders for 1 hour"),
        also=("do not disturb", "mute", "quiet", "免打扰", "勿扰", "静音"),
    )


def _is_paused(window: MainWindow) -> bool:
    desk = window.__dict__.get("reminders")  # made after the first picture, and not by asking
    return isinstance(desk, QObject) and desk.property("paused") is True
