"""The menu bar: every command with its key. Hidden until Alt or F10, unless it is pinned."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu

from freecrm.core import words
from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.commands import MENUS, Command, Commands
from freecrm.ui.preferences import Preferences


class Menus(QObject):
    """Filled when it is first opened; all its entries are the commands' own actions."""

    def __init__(self, window: QMainWindow, commands: Commands, preferences: Preferences) -> None:
        super().__init__(window)
        self.window, self.commands, self.preferences = window, commands, preferences
        self.menus: dict[str, QMenu] = {}
        self._alone = False  # Alt is down and no other key was pressed with it

    def watch(self) -> None:
        """Hear the keys of the window from here on."""
        self.window.installEventFilter(self)

    @property
    def pinned(self) -> bool:
        """Whether the bar is always shown."""
        return bool(self.preferences.get("look.menu_bar"))

    def show(self) -> None:
        """Show the bar, filled when this is the first time."""
        bar = self.window.menuBar()
        if not self.menus:
            self._fill()
        bar.show()

    def _fill(self) -> None:
        bar = self.window.menuBar()
        bar.setNativeMenuBar(False)
        bar.installEventFilter(self)
        for name in MENUS:
            menu = self.menus[name] = bar.addMenu("")
            menu.setToolTipsVisible(True)
            menu.aboutToShow.connect(self.commands.refresh)
            menu.aboutToHide.connect(lambda: QTimer.singleShot(0, self, self._hide_when_left))
            mine = [c for c in self.commands.all() if c.menu == name]
            _put(menu, sorted(mine, key=lambda c: c.group), self.commands)
        for command in self.commands.all():
            if command.icon:
                look.dress(self.commands.action(command.id), command.icon, 16)
        self.reword()

    def reword(self) -> None:
        """Say the menus in the language spoken now."""
        if not self.menus:
            return
        self.window.menuBar().setAccessibleName(_("Menu bar"))
        for name, menu in self.menus.items():
            title, letter = _(MENUS[name]), MENUS[name][0]
            menu.setTitle(f"{title}(&{letter})" if words.language() == "zh_CN" else f"&{title}")

    def open(self) -> None:
        """Go into the menu bar, its first menu chosen."""
        self.show()
        bar = self.window.menuBar()
        bar.setFocus(Qt.FocusReason.MenuBarFocusReason)
        bar.setActiveAction(bar.actions()[0])

    def popup(self, at: QPoint) -> QMenu:
        """The whole menu as one, for the mouse; shown at a place on the screen."""
        self.show()
        made = QMenu(self.window)
        for menu in self.menus.values():
            made.addMenu(menu)
        if not self.pinned:
            self.window.menuBar().hide()
        made.popup(at)
        return made

    @property
    def is_shown(self) -> bool:
        """Whether the bar is in sight."""
        return bool(self.menus) and self.window.menuBar().isVisible()

    def toggle_pin(self) -> None:
        """Show the bar always, or only when it is asked for."""
        self.preferences.set("look.menu_bar", not self.pinned)
        self.show_pinned()

    def show_pinned(self) -> None:
        """Show the bar as the setting says."""
        if self.pinned:
            self.show()
        elif self.menus:
            self.window.menuBar().hide()

    def _hide_when_left(self) -> None:
        bar = self.window.menuBar()
        if not self.pinned and QApplication.activePopupWidget() is None and bar.activeAction() is None:
            bar.hide()

    # ---- Alt, which Qt's own menu bar hears as well: it goes into the bar and out of it

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is not self.window:
            if kind == QEvent.Type.FocusOut:
                QTimer.singleShot(0, self, self._hide_when_left)
        elif kind in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride) and isinstance(event, QKeyEvent):
            self._alone = event.key() == Qt.Key.Key_Alt
        elif kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Alt and self._alone:
                QTimer.singleShot(0, self, self._alt)
            self._alone = False
        return super().eventFilter(watched, event)

    def _alt(self) -> None:
        if self.is_shown:
            self._hide_when_left()
        else:
            self.open()


def _put(menu: QMenu, commands: Iterable[Command], all_: Commands) -> None:
    group = 0
    for command in commands:
        if command.group != group and menu.actions():
            menu.addSeparator()
        group = command.group
        menu.addAction(all_.action(command.id))
