"""The panel that says which columns a list shows, and in which order."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from freecrm.core.fields import Field
from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.field_list import NAME, FieldList
from freecrm.ui.filters.boxes import TickList
from freecrm.ui.parts import icon_button, name_button
from freecrm.ui.popup import Popup

_ALT = Qt.KeyboardModifier.AltModifier


class ColumnChooser(Popup):
    """changed(names): these columns, in this order; it stays open, so that the list can be seen.
    reset: the columns of the declaration are wanted.

    title: the field that is always shown."""

    changed = Signal(object)
    reset = Signal()

    def __init__(self, anchor: QWidget, fields: Sequence[Field], shown: Sequence[str], title: str) -> None:
        super().__init__(anchor)
        self.title = title
        self.fields = {f.name: f for f in fields}
        self.list = FieldList(_("Columns"), 11, TickList())
        self.up = icon_button("arrow-up", lambda: self.move_current(-1), 16)
        self.down = icon_button("arrow-down", lambda: self.move_current(1), 16)
        name_button(self.up, _("Further left"), _("Alt+↑"))
        name_button(self.down, _("Further right"), _("Alt+↓"))
        self.reset_button = QPushButton(_("As at first"))
        self.reset_button.setProperty("kind", "quiet")
        self.reset_button.setProperty("small", True)
        self.reset_button.clicked.connect(self.reset)
        foot = QHBoxLayout()
        foot.setSpacing(look.px(4))
        foot.addWidget(self.up)
        foot.addWidget(self.down)
        foot.addStretch(1)
        foot.addWidget(self.reset_button)
        self.column.addWidget(self.list)
        self.column.addLayout(foot)
        self.list.list.itemChanged.connect(lambda _item: self._tell())
        self.list.list.currentRowChanged.connect(lambda _row: self._can_move())
        self.show_columns(shown)

    def first(self) -> QWidget:
        return self.list.search

    def show_columns(self, shown: Sequence[str]) -> None:
        """List the columns shown, then all others."""
        order = [*shown, *(name for name in self.fields if name not in shown)]
        listed = self.list.list
        listed.blockSignals(True)
        self.list.show_fields([self.fields[name] for name in order])
        for row in range(listed.count()):
            item = listed.item(row)
            name = item.data(NAME)
            item.setCheckState(Qt.CheckState.Checked if name in shown else Qt.CheckState.Unchecked)
            if name == self.title:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
                item.setToolTip(_("Always shown: it says which row is which"))
        listed.blockSignals(False)
        self._can_move()

    def names(self) -> list[str]:
        """The columns ticked, in their order."""
        items = [self.list.list.item(row) for row in range(self.list.list.count())]
        return [
            item.data(NAME)
            for item in items
            if item.checkState() == Qt.CheckState.Checked or item.data(NAME) == self.title
        ]

    def _tell(self) -> None:
        self.changed.emit(self.names())
        self._can_move()

    def _can_move(self) -> None:
        item = self.list.list.currentItem()
        names = self.names()
        at = names.index(item.data(NAME)) if item is not None and item.data(NAME) in names else -1
        self.up.setEnabled(at > 0)
        self.down.setEnabled(0 <= at < len(names) - 1)

    def move_current(self, by: int) -> None:
        """Put the marked column one place further left (-1) or right (1)."""
        item = self.list.list.currentItem()
        names = self.names()
        if item is None or item.data(NAME) not in names:
            return
        name = item.data(NAME)
        at = names.index(name)
        if not 0 <= at + by < len(names):
            return
        names.insert(at + by, names.pop(at))
        self.show_columns(names)
        self.list.list.setCurrentRow(at + by)
        self.changed.emit(names)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched in (self.list.search, self.list.list) and isinstance(event, QKeyEvent):
            moves = event.modifiers() & _ALT and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
            if moves and event.type() == QEvent.Type.KeyPress:
                self.move_current(-1 if event.key() == Qt.Key.Key_Up else 1)
                return True
        return super().eventFilter(watched, event)
