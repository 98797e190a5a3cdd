"""A pick-list edited where it is used: add, rename, colour, put in order, and delete with a replacement.

pick_lists.edit(over, store, tasks, "grade")
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.problems import Known
from freecrm.core.words import N_, _, plural
from freecrm.store import picks
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.fitting import ComboBox
from freecrm.ui.parts import icon_button, label, name_button
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Tasks

COLOURS = {
    "neutral": N_("Grey"),
    "accent": N_("Teal"),
    "success": N_("Green"),
    "warning": N_("Yellow"),
    "danger": N_("Red"),
    "info": N_("Blue"),
    "violet": N_("Violet"),
}


class EntryLine(QWidget):
    """One entry: its colour, name, place, and the way out. moved(step), removed, entered: Enter in the name."""

    moved = Signal(int)
    removed = Signal()
    entered = Signal()

    def __init__(self, key: str, name: str, colour: str) -> None:
        super().__init__()
        self.key, self.colour = key, colour or "neutral"
        self.colour_button = QToolButton()
        self.colour_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self)
        self.menu.triggered.connect(lambda action: self._take(action.data()))
        self.colour_button.setMenu(self.menu)
        self.line = QLineEdit(name)
        self.line.installEventFilter(self)
        self.up = icon_button("arrow-up", lambda: self.moved.emit(-1), 16)
        self.down = icon_button("arrow-down", lambda: self.moved.emit(1), 16)
        self.cross = icon_button("trash-2", self.removed.emit, 16)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(4))
        row.addWidget(self.colour_button)
        row.addWidget(self.line, 1)
        for button in (self.up, self.down, self.cross):
            row.addWidget(button)
        self.reword()

    def entry(self) -> picks.Entry:
        """The entry as it shall be."""
        return picks.Entry(self.key, self.line.text().strip(), self.colour)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
            if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self.moved.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
                self.entered.emit()
                return True
        return super().eventFilter(watched, event)

    def _take(self, colour: str) -> None:
        self.colour = colour
        self.reword()

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self.menu.clear()
        for token, text in COLOURS.items():
            action = self.menu.addAction(_dot(token, self.devicePixelRatioF()), _(text))
            action.setData(token)
            action.setCheckable(True)
            action.setChecked(token == self.colour)
        self.colour_button.setIcon(_dot(self.colour, self.devicePixelRatioF()))
        colour = _("Colour: {name}").format(name=_(COLOURS.get(self.colour, COLOURS["neutral"])))
        name_button(self.colour_button, colour)
        self.line.setAccessibleName(_("Name"))
        name_button(self.up, _("Move up"), _("Alt+Up"))
        name_button(self.down, _("Move down"), _("Alt+Down"))
        name_button(self.cross, _("Delete"))


class PickList(QDialog):
    """The dialog. Names, colours and order are written together by Save; a deletion at once, as a step of its own."""

    def __init__(self, over: QWidget | None, store: Store, tasks: Tasks, name: str) -> None:
        super().__init__(over)
        self.store, self.tasks, self.list = store, tasks, name
        self.lines: list[EntryLine] = []
        self.leaving: EntryLine | None = None
        self._build()
        self.load()
        self.resize(look.px(460), look.px(460))

    def _build(self) -> None:
        self.head, self.text, self.trouble = label("subtitle"), label("hint"), label("trouble")
        self.text.setWordWrap(True)
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        body = QWidget()
        self.rows = QVBoxLayout(body)
        self.rows.setContentsMargins(0, 0, look.px(4), 0)
        self.rows.setSpacing(look.px(4))
        self.rows.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(body)
        self.add_button, self.save_button, self.cancel_button = (QPushButton() for _button in range(3))
        self.add_button.setProperty("kind", "quiet")
        self.save_button.setProperty("kind", "primary")
        self.add_button.clicked.connect(lambda: self.add())
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self.save)
        self.cancel_button.clicked.connect(self.reject)
        self.asking = Replacement()
        self.asking.chosen.connect(self._replace)
        self.asking.stayed.connect(self._keep)
        foot = QHBoxLayout()
        foot.setSpacing(look.px(8))
        foot.addWidget(self.add_button)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.save_button)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        self.column.setSpacing(look.px(8))
        for part in (self.head, self.text, area, self.asking, self.trouble):
            self.column.addWidget(part)
        self.column.setStretch(2, 1)
        self.column.addLayout(foot)

    def load(self) -> None:
        """Show the list as the file has it; what was typed into it is gone."""
        for line in self.lines:
            self._drop(line)
        self.lines = []
        for entry in picks.entries_of(self.store, self.list):
            self._append(entry.key, entry.title, entry.colour)
        self.reword()
        order_tabs(self)

    # ---- entries

    def add(self, name: str = "") -> EntryLine:
        """One more entry at the end, with the cursor in it."""
        line = self._append("", name, "neutral")
        order_tabs(self)
        line.line.setFocus()
        return line

    def _append(self, key: str, name: str, colour: str) -> EntryLine:
        line = EntryLine(key, name, colour)
        line.moved.connect(lambda step: self.move_line(line, step))
        line.removed.connect(lambda: self.remove(line))
        line.entered.connect(lambda: self._entered(line))
        self.lines.append(line)
        self.rows.insertWidget(self.rows.count() - 1, line)
        return line

    def _drop(self, line: EntryLine) -> None:
        self.rows.removeWidget(line)
        line.hide()
        line.deleteLater()

    def _entered(self, line: EntryLine) -> None:
        at = self.lines.index(line)
        if at + 1 < len(self.lines):
            self.lines[at + 1].line.setFocus()
        elif line.line.text().strip():
            self.add()

    def move_line(self, line: EntryLine, step: int) -> None:
        """Put an entry one place up (-1) or down (1)."""
        at = self.lines.index(line)
        to = min(max(at + step, 0), len(self.lines) - 1)
        self.lines.insert(to, self.lines.pop(at))
        self.rows.removeWidget(line)
        self.rows.insertWidget(to, line)
        order_tabs(self)

    def remove(self, line: EntryLine) -> None:
        """Delete an entry; asks what rows that use it shall have instead."""
        if not line.key:
            self.lines.remove(line)
            self._drop(line)
            return
        self.leaving = line
        self.tasks.run(picks.used, self.store, self.list, line.key, then=self._ask, failed=self._say)

    def _ask(self, count: int) -> None:
        if self.leaving is None:
            return
        others = [line for line in self.lines if line is not self.leaving and line.key]
        name = self.leaving.line.text().strip()
        self.asking.ask(name, count, [(line.key, line.line.text().strip()) for line in others])

    def _replace(self, by: str | None) -> None:
        line, self.leaving = self.leaving, None
        if line is None:
            return

        def gone(_count: int) -> None:
            self.lines.remove(line)
            self._drop(line)
            self.add_button.setFocus()

        self.tasks.run(
            picks.replace_option,
            *(self.store, self.list, line.key, by),
            then=gone,
            failed=self._say,
            writes=True,
        )

    def _keep(self) -> None:
        if self.leaving is not None:
            self.leaving.line.setFocus()
        self.leaving = None

    # ---- saving

    def save(self) -> None:
        """Write names, colours and order as one step, and close."""
        wanted = [line.entry() for line in self.lines if line.key or line.line.text().strip()]
        self.tasks.run(
            picks.save_list, self.store, self.list, wanted, then=self._saved, failed=self._say, writes=True
        )

    def _saved(self, _made: dict[str, str]) -> None:
        self.accept()

    def _say(self, problem: Known) -> None:
        self.trouble.setText(str(problem.what))
        self.trouble.show()

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        title = picks.title_of(self.store, self.list)
        self.setWindowTitle(_("Edit list"))
        self.head.setText(_("List “{field}”").format(field=title))
        self.text.setText(_("A new name shows in all rows at once."))
        self.add_button.setText("+ " + _("Add entry"))
        self.save_button.setText(_("Save"))
        self.cancel_button.setText(_("Cancel"))
        for line in self.lines:
            line.reword()


class Replacement(QFrame):
    """Asks what rows shall have in place of an entry that goes. chosen(key or None), stayed."""

    chosen = Signal(object)
    stayed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("message", "warning")
        self.text = label()
        self.text.setWordWrap(True)
        self.box = ComboBox()
        self.go_button, self.stay_button = QPushButton(), QPushButton()
        self.go_button.setProperty("kind", "danger")
        for button, clicked in ((self.go_button, self._go), (self.stay_button, self._stay)):
            button.setProperty("small", True)
            button.clicked.connect(clicked)
        row = QHBoxLayout()
        row.addWidget(self.box, 1)
        row.addWidget(self.go_button)
        row.addWidget(self.stay_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (12, 8, 12, 8)))
        column.addWidget(self.text)
        column.addLayout(row)
        self.hide()

    def ask(self, name: str, count: int, others: list[tuple[str, str]]) -> None:
        """Ask about an entry that `count` rows use; `others`: key and name of what they may have instead."""
        self.box.clear()
        for key, title in others:
            self.box.addItem(title, key)
        self.box.addItem(_("Leave empty"), None)
        used = plural(
            "{n} row has “{name}”. What shall it have instead?",
            "{n} rows have “{name}”. What shall they have instead?",
            count,
            name=name,
        )
        self.text.setText(used if count else _("No row has “{name}”.").format(name=name))
        self.box.setVisible(bool(count))
        self.box.setAccessibleName(self.text.text())
        self.go_button.setText(
            plural("Replace in {n} row and delete", "Replace in {n} rows and delete", count)
            if count
            else _("Delete “{name}”").format(name=name)
        )
        self.stay_button.setText(_("Keep it"))
        self.show()
        (self.box if count else self.go_button).setFocus()

    def _go(self) -> None:
        self.hide()
        self.chosen.emit(self.box.currentData() if self.box.isVisibleTo(self) else None)

    def _stay(self) -> None:
        self.hide()
        self.stayed.emit()


def edit(over: QWidget | None, store: Store, tasks: Tasks, name: str) -> None:
    """Let the user change the list of this name; comes back when the dialog is closed."""
    dialog = PickList(over, store, tasks, name)
    dialog.exec()
    dialog.deleteLater()


def _dot(token: str, ratio: float) -> QIcon:
    """A round patch in the colour of a token."""
    side = look.px(16)
    picture = QPixmap(round(side * ratio), round(side * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.colour("text3" if token == "neutral" else token)))
    inset = look.px(2)
    painter.drawEllipse(inset, inset, side - 2 * inset, side - 2 * inset)
    painter.end()
    return QIcon(picture)
