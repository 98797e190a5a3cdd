"""The grid in which the lines of a quote are typed.

Typing replaces what stands in a cell, F2 edits it. Enter goes down, and from the last line to a new one; Tab goes to
the next cell while something is typed, and leaves the grid otherwise. Esc gives up. Ctrl+V takes lines from a
spreadsheet, Ctrl+Del takes a line out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from freecrm.core.fields import Text
from freecrm.ui import cells, look
from freecrm.ui.editors.suggest import Offer, Suggestions
from freecrm.ui.quotes.line_model import TYPED, LineModel

Index = QModelIndex | QPersistentModelIndex
Key = Qt.Key
WIDTHS = {"name": 240, "spec": 100, "unit": 64, "quantity": 84, "price": 110, "discount": 84, "tax": 84, "total": 120, "delivered": 84, "note": 150}  # fmt: skip
OFFERED = 8
_PLAIN = Text("")


class CellLine(QLineEdit):
    """The input over a cell. picked: the product that was chosen from the list below, if one was."""

    def __init__(self, parent: QWidget, offers: Callable[[str], list[Offer]] | None) -> None:
        super().__init__(parent)
        self.picked: Any = None
        self.offers = offers
        self.list = Suggestions(self) if offers is not None else None
        if self.list is not None:
            self.list.picked.connect(self._take)
            self.textEdited.connect(self._offer)

    def _offer(self, text: str) -> None:
        self.picked = None
        if self.list is not None and self.offers is not None:
            self.list.offer(self.offers(text) if text.strip() else [], -1)

    def _take(self, offer: Offer) -> None:
        self.picked = offer.value
        self.setText(offer.text)
        if self.list is not None:
            self.list.hide()

    def settle(self) -> None:
        """Take the offer that is marked."""
        if self.list is not None and self.list.isVisible() and self.list.row >= 0:
            self._take(self.list.offers[self.list.row])
        elif self.list is not None:
            self.list.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.list is not None and self.list.isVisible() and event.key() in (Key.Key_Down, Key.Key_Up):
            by = 1 if event.key() == Key.Key_Down else -1
            self.list.choose(max(-1, min(self.list.row + by, len(self.list.offers) - 1)))
            return
        super().keyPressEvent(event)


class _Delegate(QStyledItemDelegate):
    """Makes the inputs. typed(row, name, text): a key changed one."""

    typed = Signal(int, str, str)

    def __init__(self, grid: LineGrid) -> None:
        super().__init__(grid)
        self.grid = grid
        self.line: CellLine | None = None

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        name = self.grid.lines.columns[index.column()]
        row = index.row()
        made = CellLine(parent, self.grid.offers if name == "name" else None)
        made.setFrame(False)
        made.setAccessibleName(self.grid.lines.fields[name].title)
        made.textEdited.connect(lambda text: self.typed.emit(row, name, text))
        self.line = made
        return made

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, CellLine):
            editor.settle()
            if editor.picked is not None:
                self.grid.picked.emit(index.row(), editor.picked)
            else:
                model.setData(index, editor.text(), Qt.ItemDataRole.EditRole)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Key.Key_Return, Key.Key_Enter) and isinstance(editor, CellLine):
                self.commitData.emit(editor)
                self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.SubmitModelCache)
                return True
            if event.key() == Key.Key_Escape and isinstance(editor, CellLine):
                if editor.list is not None and editor.list.isVisible():
                    editor.list.hide()
                    return True
                self.grid.gave_up.emit()
        return super().eventFilter(editor, event)


class LineGrid(QTableView):
    """typed(row, name, text): a key was pressed in a cell. picked(row, product): a product was chosen for a line.
    gave_up: typing was left by Esc. pasted(row, column, text), remove_wanted(row)."""

    typed = Signal(int, str, str)
    picked = Signal(int, object)
    gave_up = Signal()
    pasted = Signal(int, int, str)
    remove_wanted = Signal(int)

    def __init__(self, model: LineModel, offers: Callable[[str], list[Offer]]) -> None:
        super().__init__()
        self.lines, self.offers = model, offers
        self.setModel(model)
        self.delegate = _Delegate(self)
        self.delegate.typed.connect(self.typed)
        self.setItemDelegate(self.delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectItems)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.AnyKeyPressed | triggers.EditKeyPressed | triggers.DoubleClicked)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setStretchLastSection(True)
        self.take_look()

    def take_look(self) -> None:
        """Take sizes from the look shown now."""
        self.verticalHeader().setDefaultSectionSize(look.row_height("comfortable"))
        for at, name in enumerate(self.lines.columns):
            self.horizontalHeader().resizeSection(at, look.px(WIDTHS[name]))
        self.viewport().update()

    # ---- going

    def go_to(self, row: int, column: int, *, edit: bool = False) -> None:
        """Put the cursor on a cell, which may be beyond the last line."""
        index = self.lines.index(min(max(row, 0), self.lines.rowCount() - 1), column)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        if edit and index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        at = self.currentIndex()
        row, column = at.row(), at.column()
        ends = QAbstractItemDelegate.EndEditHint
        super().closeEditor(editor, ends.NoHint)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if hint == ends.SubmitModelCache:
            self.go_to(row + 1, 0 if row + 1 >= len(self.lines.rows) else column)
        elif hint in (ends.EditNextItem, ends.EditPreviousItem):
            self._aside(row, column, 1 if hint == ends.EditNextItem else -1)

    def _aside(self, row: int, column: int, by: int) -> None:
        """Edit the next cell that is typed into, from the end of a line in the one below."""
        at = TYPED.index(self.lines.columns[column]) + by
        if at >= len(TYPED):
            row, at = row + 1, 0
        elif at < 0:
            row, at = row - 1, len(TYPED) - 1
        if 0 <= row < self.lines.rowCount():
            self.go_to(row, self.lines.columns.index(TYPED[at]), edit=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Paste):
            if self.lines.open:
                row = max(at.row(), 0) if at.isValid() else len(self.lines.rows)
                self.pasted.emit(row, max(at.column(), 0), QApplication.clipboard().text())
        elif event.matches(QKeySequence.StandardKey.Copy):
            if at.isValid():
                text = cells.copied(_PLAIN, self.lines.text(at.row(), at.column()))
                QApplication.clipboard().setText(text)
        elif event.key() == Key.Key_Delete and self.lines.open and 0 <= at.row() < len(self.lines.rows):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.remove_wanted.emit(at.row())
            elif at.flags() & Qt.ItemFlag.ItemIsEditable:
                self.lines.setData(at, "", Qt.ItemDataRole.EditRole)
        elif event.key() in (Key.Key_Return, Key.Key_Enter) and at.isValid():
            if at.flags() & Qt.ItemFlag.ItemIsEditable:
                self.edit(at)
        else:
            super().keyPressEvent(event)
