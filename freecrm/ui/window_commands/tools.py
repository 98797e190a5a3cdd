"""The Tools and Help menus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from freecrm.core.words import N_
from freecrm.store import signin
from freecrm.ui.commands import Command
from freecrm.ui.page import Place

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow


def of_tools(window: MainWindow) -> Iterator[Command]:
    yield Command(
        "tools.settings",
        N_("Settings"),
        lambda: window.visit(Place("settings")),
        menu="tools",
        key="Ctrl+,",
        icon="settings",
        also=("preferences", "options", "设置"),
    )

    yield Command(
        "tools.backups",
        N_("Backups"),
        lambda: window.visit(Place("settings", "backup")),
        menu="tools",
        icon="history",
        also=("backup", "备份"),
    )
    yield Command(
        "tools.restore",
        N_("Restore from a backup…"),
        window.file.restore,
        menu="tools",
        icon="history",
        refusal=lambda: signin.why_gives_none(window.store),
        also=("恢复", "restore"),
    )


def of_team(window: MainWindow) -> Iterator[Command]:
    yield Command(
        "team.join",
        N_("Join a team…"),
        lambda: window.team.join(),
        menu="tools",
        icon="users",
        enabled=lambda: window.team.address is None,
        also=("sync", "server", "share", "团队", "同步"),
    )
    yield Command(
        "team.now",
        N_("Exchange with the team now"),
        window.team.now,
        menu="tools",
        icon="refresh-cw",
        enabled=lambda: window.team.address is not None,
        also=("sync", "同步"),
    )
    yield Command(
        "team.write_file",
        N_("Write a file for the team's server…"),
        window.team.write_file,
        menu="tools",
        icon="upload",
        enabled=lambda: window.team.address is not None,
        also=("stick", "usb", "offline", "U盘", "离线", "同步"),
    )
    yield Command(
        "team.take_file",
        N_("Carry in or read a team file…"),
        window.team.take_file,
        menu="tools",
        icon="download",
        enabled=lambda: window.team.address is not None,
        also=("stick", "usb", "offline", "U盘", "离线", "同步"),
    )
    yield Command(
        "team.part",
        N_("What this computer holds of the team's records…"),
        window.team.choose_part,
        menu="tools",
        icon="funnel",
        enabled=lambda: window.team.address is not None,
        also=("own", "region", "part", "地区", "部分", "同步"),
    )
    yield Command(
        "team.show",
        N_("How the exchange with the team stands"),
        window.team.click,
        menu="tools",
        icon="cloud-check",
        enabled=lambda: window.team.address is not None,
    )
    yield Command(
        "team.password",
        N_("Change my password for the team…"),
        window.team.change_password,
        menu="tools",
        icon="users",
        enabled=lambda: window.team.address is not None,
        also=("password", "密码", "口令"),
    )


def of_help(window: MainWindow) -> Iterator[Command]:
    yield Command(
        "help.here",
        N_("Help for this page"),
        window.show_help,
        menu="help",
        key="F1",
        icon="circle-question-mark",
    )
    yield Command(
        "help.keys", N_("List of keys…"), window.show_keys, menu="help", key="Ctrl+/", icon="keyboard"
    )
    yield Command(
        "help.log_folder",
        N_("Copy the place of this file"),
        lambda: QGuiApplication.clipboard().setText(str(window.store.path)),
        menu="help",
        group=1,
        icon="copy",
    )
    yield Command(
        "help.qt", N_("About Qt"), lambda: QApplication.aboutQt(), menu="help", group=2, icon="info"
    )
