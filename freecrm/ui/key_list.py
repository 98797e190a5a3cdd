"""All keys on one sheet, made from the commands: look one up, give a command another one.

A key that is taken is named before it is given away; nothing is kept before «Save».
"""

from __future__ import annotations

from PySide6.QtCore import QKeyCombination, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.named import Named, found
from freecrm.core.words import LANGUAGES, N_, _, translated
from freecrm.ui import look
from freecrm.ui.commands import MENUS, Command, Commands
from freecrm.ui.parts import announce, label

FIXED = (
    (N_("Move in a list"), "↑ ↓ ← →  Home End  PgUp PgDn"),
    (N_("First or last row"), "Ctrl+Home  Ctrl+End"),
    (N_("Select several rows"), "Shift+↑ ↓"),
    (N_("Select a block of cells"), "Shift+← →"),
    (N_("Menu of the selected rows"), "Shift+F10"),
    (N_("Save the cell and go down, to the right"), "Enter  Tab"),
    (N_("Open the record"), "Enter"),
    (N_("Sort by this column, up or down"), "Alt+↑  Alt+↓"),
    (N_("Cut or paste text"), "Ctrl+X  Shift+Ins"),
    (N_("Edit a value in the details"), "F2  Enter"),
    (N_("Edit the cell, or write over it"), "F2"),
    (N_("Save the value and go to the next one"), "Tab"),
    (N_("Save a form"), "Ctrl+Enter  Ctrl+S"),
    (N_("Close the top-most thing, give up"), "Esc"),
    (N_("Open a date or list"), "F4  Alt+↓"),
    (
        N_("Input methods, QQ and WeChat"),
        "Ctrl+Space  Shift+Space  Ctrl+.  Ctrl+Shift+F  Ctrl+Alt+A  Ctrl+Alt+Z  Alt+A",
    ),
)
"""Keys that belong to lists, forms and other programs and stay as they are."""

_CHANGING = frozenset({"edit.undo", "edit.redo"})
"""Commands that are called after what was done last: here they have their plain names."""

_ID = Qt.ItemDataRole.UserRole
_KEYS_WIDE = 230
_MODIFIERS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)


class KeyBox(QLineEdit):
    """Takes the next key that is pressed. pressed(text): as Qt writes it."""

    pressed = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = held in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if key == Qt.Key.Key_Tab or key == Qt.Key.Key_Backtab or (key == Qt.Key.Key_Escape and plain):
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and plain:
            self.pressed.emit("")
        elif key not in _MODIFIERS and not (plain and not Qt.Key.Key_F1 <= key <= Qt.Key.Key_F35):
            self.pressed.emit(QKeySequence(QKeyCombination(held, key)).toString())


class KeyList(QDialog):
    """keys_changed(id -> key): what the user has chosen, commands that keep their own key left out."""

    keys_changed = Signal(object)

    def __init__(self, commands: Commands, own: dict[str, str], parent: QWidget | None = None) -> None:
        """own: the keys that were chosen before."""
        super().__init__(parent)
        self.commands, self.own = commands, dict(own)
        self._build()
        self.reword()
        self.resize(look.px(640), look.px(600))
        self.filter.setFocus()

    def _build(self) -> None:
        self.title = label("title")
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(lambda _text: self._show())
        self.list = QTreeWidget()
        self.list.setColumnCount(2)
        self.list.setRootIsDecorated(False)
        self.list.setIndentation(0)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        self.list.header().resizeSection(1, look.px(_KEYS_WIDE))
        self.list.header().setStretchLastSection(False)
        self.list.currentItemChanged.connect(lambda _now, _before: self._show_box())
        self.box_label, self.problem = label(), label("danger")
        self.box = KeyBox()
        self.box_label.setBuddy(self.box)
        self.box.pressed.connect(self.give)
        self.reset_button, self.reset_all_button = QPushButton(), QPushButton()
        self.reset_button.clicked.connect(self._reset)
        self.reset_all_button.clicked.connect(self._reset_all)
        self.cancel_button, self.save_button = QPushButton(), QPushButton()
        self.save_button.setProperty("kind", "primary")
        self.save_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.save_button.clicked.connect(self.accept)
        change = QHBoxLayout()
        change.addWidget(self.box_label)
        change.addWidget(self.box, 1)
        change.addWidget(self.reset_button)
        foot = QHBoxLayout()
        foot.addWidget(self.reset_all_button)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(10))
        for part in (self.title, self.filter):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        column.addLayout(change)
        column.addWidget(self.problem)
        column.addLayout(foot)

    # ---- what is shown

    def _key(self, id: str) -> str:
        return self.own.get(id, self.commands.get(id).key)

    def _show(self) -> None:
        """The commands that the filter finds, menu by menu, then the keys that stay as they are."""
        before = self._chosen()
        kept = self._kept(self.filter.text().strip())
        self.list.clear()
        for menu, title in MENUS.items():
            commands = [c for c in self.commands.all() if c.menu == menu and c.id in kept and c.when()]
            if commands:
                self._head(_(title))
            for command in commands:
                keys = [self._key(command.id), *command.more_keys]
                shown = "   ".join(_native(key) for key in keys if key)
                item = QTreeWidgetItem(self.list, [_title(command), shown])
                item.setData(0, _ID, command.id)
                if command.id == before:
                    self.list.setCurrentItem(item)
        fixed = [(text, keys) for text, keys in FIXED if text in kept]
        if fixed:
            self._head(_("In lists and forms"))
        for text, shown in fixed:
            QTreeWidgetItem(self.list, [_(text), shown])
        self._show_box()

    def _kept(self, words: str) -> set[str]:
        """Ids of the commands and texts of the fixed keys that the words find by name or by key."""
        named = [
            Named(c.id, (_title(c), *(translated(c.text, language) for language in LANGUAGES)), c.also)
            for c in self.commands.all()
        ]
        named += [
            Named(text, tuple(translated(text, language) for language in LANGUAGES)) for text, _k in FIXED
        ]
        if not words:
            return {one.key for one in named}
        key = words.casefold().replace(" ", "")
        keys = {c.id: [_native(k) for k in (self._key(c.id), *c.more_keys)] for c in self.commands.all()}
        keys.update((text, shown.split()) for text, shown in FIXED)
        by_key = {id for id, there in keys.items() if any(k.casefold().startswith(key) for k in there)}
        return by_key | {one.key for one, _rank in found(words, named)}

    def _head(self, text: str) -> None:
        item = QTreeWidgetItem(self.list, [text])
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        font = look.font("caption", bold=True)
        item.setFont(0, font)
        item.setForeground(0, look.colour("text2"))

    def _chosen(self) -> str:
        item = self.list.currentItem()
        return str(item.data(0, _ID) or "") if item is not None else ""

    def _show_box(self) -> None:
        id = self._chosen()
        self.problem.setText("")
        self.problem.hide()
        self.box.setEnabled(bool(id))
        self.reset_button.setEnabled(id in self.own)
        self.box.setText(_native(self._key(id)) if id else "")
        self.box.setPlaceholderText(_("Press the new key") if id else _("Choose a command above"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on from the filter to what it found, and from a command to its new key."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self.filter.hasFocus():
            rows = [self.list.topLevelItem(at) for at in range(self.list.topLevelItemCount())]
            first = next((item for item in rows if item is not None and item.data(0, _ID)), None)
            if first is not None:
                self.list.setCurrentItem(first)
                self.list.setFocus()
        elif enter and self.list.hasFocus():
            self.box.setFocus()
        else:
            super().keyPressEvent(event)

    # ---- changing

    def give(self, key: str) -> None:
        """Give the chosen command a key ("" = none); a key that another one has is named and not given."""
        id = self._chosen()
        problem = self._problem(key, id)
        if problem:
            self.problem.setText(problem)
            self.problem.setWordWrap(True)
            self.problem.show()
            announce(self.box, problem)
            return
        if key == self.commands.get(id).key:
            self.own.pop(id, None)
        else:
            self.own[id] = key
        self._show()
        self.box.setFocus()

    def _problem(self, key: str, id: str) -> str:
        """Why the command can't have this key; "" when it can."""
        own = not key or key == self.commands.get(id).key
        fixed = next((text for text, shown in FIXED if key in map(_pressed, shown.split())), None)
        if fixed is not None and not own:
            stays = _("{key} is already “{command}” and stays so. Press another key.")
            return stays.format(key=_native(key), command=_(fixed))
        owners = [other for other in self._owners(key) if other != id] if key else []
        if not owners:
            return ""
        taken = _("{key} is already “{command}”. Take it from there first, or press another key.")
        return taken.format(key=_native(key), command=_title(self.commands.get(owners[0])))

    def _owners(self, key: str) -> list[str]:
        wanted = QKeySequence(key)
        return [
            c.id
            for c in self.commands.all()
            if any(QKeySequence(k) == wanted for k in (self._key(c.id), *c.more_keys) if k)
        ]

    def _reset(self) -> None:
        self.own.pop(self._chosen(), None)
        self._show()

    def _reset_all(self) -> None:
        self.own.clear()
        self._show()

    def accept(self) -> None:
        """Keep the keys as they are shown."""
        self.keys_changed.emit(dict(self.own))
        super().accept()

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.setWindowTitle(_("Keys"))
        self.title.setText(_("Keys"))
        hint = _("Find a command")
        self.filter.setPlaceholderText(hint)
        self.filter.setAccessibleName(hint)
        self.list.setAccessibleName(_("Commands and their keys"))
        self.list.setHeaderLabels([_("Command"), _("Key")])
        self.box_label.setText(_("New key:"))
        self.reset_button.setText(_("Its own key again"))
        self.reset_all_button.setText(_("All keys as they came"))
        self.cancel_button.setText(_("Cancel"))
        self.save_button.setText(_("Save"))
        self._show()


def _title(command: Command) -> str:
    return _(command.text) if command.id in _CHANGING else command.title


def _pressed(shown: str) -> str:
    """A key of FIXED as Qt writes it."""
    for sign, name in (("↑", "Up"), ("↓", "Down"), ("Enter", "Return")):
        shown = shown.replace(sign, name)
    return QKeySequence(shown).toString()


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
