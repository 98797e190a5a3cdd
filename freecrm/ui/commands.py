"""Every command, declared once: menu, palette, key list, buttons and tests are made from it.

    commands = Commands(window)
    commands.add(Command("edit.undo", N_("Undo"), window.undo, menu="edit", key="Ctrl+Z"))
    commands.action("edit.undo")        a QAction for menus and buttons
    commands.run("edit.undo")

A key may be changed by the user (`set_keys`); two commands with one key are named by `clashes`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from freecrm.core.words import N_, Said, _
from freecrm.ui import talk

MENUS = {
    "file": N_("File"),
    "edit": N_("Edit"),
    "view": N_("View"),
    "record": N_("Record"),
    "tools": N_("Tools"),
    "help": N_("Help"),
}


def _always() -> bool:
    return True


def _nobody() -> Said | None:
    return None


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the user can do.

    id: dotted. text: marked with N_(), "…" at its end where it asks more. menu: one of MENUS.
    key: as Qt writes it ("Ctrl+K"); more_keys: others that do the same. group: menus draw a line
    between groups. enabled: whether it can be done now. checked: for commands that switch something.
    names: instead of `text`, a text that changes. also: other words that find it (both languages).
    shown: whether it stands in the palette. in_list: its keys act only while a list has the focus, for
    everywhere else they type, delete or press what has it. when: whether it is there at all. refusal: why whoever works
    here may not do it, None: they may; it is then offered nowhere, and says why.
    """

    id: str
    text: str
    act: Callable[[], object]
    menu: str = "tools"
    key: str = ""
    more_keys: tuple[str, ...] = ()
    group: int = 0
    icon: str = ""
    enabled: Callable[[], bool] = _always
    checked: Callable[[], bool] | None = None
    names: Callable[[], str] | None = None
    also: tuple[str, ...] = ()
    shown: bool = True
    in_list: bool = False
    when: Callable[[], bool] = _always
    refusal: Callable[[], Said | None] = _nobody

    @property
    def can_run(self) -> bool:
        """Whether it can be done now, by whoever works here."""
        return self.enabled() and self.refusal() is None

    @property
    def title(self) -> str:
        """What it is called in the language spoken now."""
        return self.names() if self.names is not None else _(self.text)


class Commands(QObject):
    """All commands of a window, each with its QAction."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        self._own: dict[str, str] = {}
        self._held = False

    def add(self, *commands: Command) -> None:
        """Declare commands; an id that is there already is our mistake (ValueError)."""
        for command in commands:
            if command.id in self._commands:
                raise ValueError(f"command {command.id} is declared twice")
            action = QAction(self._window)
            action.setObjectName(command.id)
            action.setCheckable(command.checked is not None)
            action.setMenuRole(QAction.MenuRole.NoRole)
            where = Qt.ShortcutContext
            action.setShortcutContext(where.WidgetShortcut if command.in_list else where.WindowShortcut)
            action.triggered.connect(lambda _checked=False, id=command.id: self.run(id))
            self._commands[command.id] = command
            self._actions[command.id] = action
            self._set_keys(command)
            action.setText(command.title)
        self._window.addActions([self._actions[command.id] for command in commands])

    def take_keys_of(self, part: QWidget) -> None:
        """Let the keys act that belong to lists while this one has the focus."""
        part.addActions([self._actions[id] for id, command in self._commands.items() if command.in_list])

    def all(self) -> list[Command]:
        """Every command in the order of declaration."""
        return list(self._commands.values())

    def get(self, id: str) -> Command:
        """The declaration of that id; KeyError when there is none."""
        return self._commands[id]

    def action(self, id: str) -> QAction:
        """The QAction of a command, for menus and buttons."""
        return self._actions[id]

    def run(self, id: str) -> None:
        """Do it, if it can be done now; what whoever works here may not do says why."""
        command = self._commands[id]
        if command.enabled():
            why = command.refusal()
            if why is None:
                command.act()
            else:
                talk.tell(why)
        self.refresh()

    def is_enabled(self, id: str) -> bool:
        """Whether it can be done now."""
        return self._commands[id].can_run

    # ---- keys

    def keys(self, id: str) -> list[str]:
        """The keys of a command as people read them, the first one first."""
        return [QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in self._keys(id)]

    def _keys(self, id: str) -> list[str]:
        command = self._commands[id]
        first = self._own.get(id, command.key)
        return [key for key in (first, *command.more_keys) if key]

    def set_keys(self, own: Mapping[str, str]) -> None:
        """Let commands (id -> key, "" = none) have keys of the user's choice; all others have their own."""
        before, self._own = self._own, {id: key for id, key in own.items() if id in self._commands}
        for id in before.keys() | self._own.keys():
            self._set_keys(self._commands[id])

    def _set_keys(self, command: Command) -> None:
        self._actions[command.id].setShortcuts([QKeySequence(key) for key in self._keys(command.id)])

    def clashes(self) -> dict[str, list[str]]:
        """Key -> ids of the commands that share it; empty when each key does one thing."""
        found: dict[str, list[str]] = {}
        for id in self._commands:
            for key in self._keys(id):
                found.setdefault(QKeySequence(key).toString(), []).append(id)
        return {key: ids for key, ids in found.items() if len(ids) > 1}

    # ---- showing

    def hold(self) -> None:
        """Show nothing anew until `release`: much changes at once."""
        self._held = True

    def release(self) -> None:
        """From here on, `refresh` shows how things stand."""
        self._held = False

    def refresh(self) -> None:
        """Show which commands can be done and which are switched on."""
        if self._held:
            return
        for id, command in self._commands.items():
            action = self._actions[id]
            why = command.refusal()
            action.setEnabled(command.enabled() and why is None)
            action.setToolTip(str(why) if why is not None else "")
            action.setVisible(command.when())
            if command.checked is not None:
                action.setChecked(command.checked())
            if command.names is not None:
                action.setText(command.title)

    def reword(self) -> None:
        """Say every command in the language spoken now."""
        for id, command in self._commands.items():
            self._actions[id].setText(command.title)
        self.refresh()
