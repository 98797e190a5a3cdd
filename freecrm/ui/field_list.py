"""A list of an entity's fields with a search box above it: for filters and for columns."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from freecrm.core.fields import Field
from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.parts import label

NAME = Qt.ItemDataRole.UserRole
_MOVES = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


def means(f: Field, typed: str) -> bool:
    """Whether typed words may mean a field: part of its name in either language or of another name it has."""
    folded = typed.strip().casefold()
    return not folded or any(folded in title.casefold() for title in f.titles())


def is_called(f: Field, typed: str) -> bool:
    """Whether a field's own name, in either language, begins with typed words."""
    folded = typed.strip().casefold()
    own = f.titles()[: len(f.titles()) - len(f.heads)]
    return any(title.casefold().startswith(folded) for title in own)


class LineList(QListWidget):
    """A list whose lines have the height of the look from the first moment on."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.doItemsLayout()  # they were measured before the list had its look

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.doItemsLayout()


class FieldList(QWidget):
    """chosen(name): a field was picked by click or Enter. rows: how many are seen at once."""

    chosen = Signal(str)

    def __init__(self, title: str, rows: int = 9, listed: QListWidget | None = None) -> None:
        super().__init__()
        self.fields: list[Field] = []
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search a field"))
        self.search.setAccessibleName(_("Search a field"))
        self.search.textChanged.connect(lambda _text: self.narrow())
        self.search.installEventFilter(self)
        self.list = LineList() if listed is None else listed
        self.list.setProperty("framed", True)
        self.list.setAccessibleName(title)
        self.list.setFixedHeight(look.px(30) * rows)
        self.list.itemClicked.connect(self._pick)
        self.nothing = label("hint", _("No field is called so."))
        self.nothing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(6))
        column.addWidget(self.search)
        column.addWidget(self.list)
        column.addWidget(self.nothing)

    def show_fields(self, fields: Sequence[Field]) -> None:
        """List these fields."""
        self.fields = list(fields)
        self.list.clear()
        for f in self.fields:
            QListWidgetItem(f.title, self.list).setData(NAME, f.name)
        self.narrow()

    def narrow(self) -> None:
        """Show what is meant by the words typed; marked is what is called so, else the first."""
        by_name = {f.name: f for f in self.fields}
        first, typed = -1, self.search.text()
        called = -1
        for row in range(self.list.count()):
            item = self.list.item(row)
            f = by_name[item.data(NAME)]
            item.setHidden(not means(f, typed))
            if first < 0 and not item.isHidden():
                first = row
            if called < 0 and is_called(f, typed):
                called = row
        self.list.setCurrentRow(called if called >= 0 else first)
        self.nothing.setVisible(first < 0)

    def _pick(self, item: QListWidgetItem | None) -> None:
        if item is not None and not item.isHidden():
            self.chosen.emit(item.data(NAME))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows and Enter of the search box are the list's."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _MOVES:
                self._move(1 if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown) else -1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._pick(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def _move(self, by: int) -> None:
        row = self.list.currentRow() + by
        while 0 <= row < self.list.count() and self.list.item(row).isHidden():
            row += by
        if 0 <= row < self.list.count():
            self.list.setCurrentRow(row)
