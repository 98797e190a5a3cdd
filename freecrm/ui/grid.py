"""The table of a list: one painter for all cells, rows selected as ranges, keys as in Excel.

There is always a cell cursor; its row is the current one. What is selected is one of three: the row of the
cursor; rows that were chosen by hand (boxes, Shift and Ctrl, all of them); or a block of cells (Shift and an
arrow to the side, or a drag). Qt's own selection is switched off: it walks through every cell of a range, which
takes seconds for a million rows.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

from freecrm.ui import grid_copy, look
from freecrm.ui.fitting import watch_edge
from freecrm.ui.frozen import FrozenTable, own_ground
from freecrm.ui.grid_columns import GridColumns
from freecrm.ui.grid_head import GridHead
from freecrm.ui.grid_paint import GridPainter
from freecrm.ui.grouping import NO_ROW, number_of
from freecrm.ui.list_model import ListModel
from freecrm.ui.selection import Block, RowSelection, block_of
from freecrm.ui.tasks import Tasks
from freecrm.ui.tick_column import HeadBox, TickColumn

KEPT_MOST = 5_000  # rows that stay chosen when the list comes anew

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
_STEPS = {
    Qt.Key.Key_Up: QAbstractItemView.CursorAction.MoveUp,
    Qt.Key.Key_Down: QAbstractItemView.CursorAction.MoveDown,
    Qt.Key.Key_Left: QAbstractItemView.CursorAction.MoveLeft,
    Qt.Key.Key_Right: QAbstractItemView.CursorAction.MoveRight,
    Qt.Key.Key_PageUp: QAbstractItemView.CursorAction.MovePageUp,
    Qt.Key.Key_PageDown: QAbstractItemView.CursorAction.MovePageDown,
}
_SORTS = {Qt.Key.Key_Up: False, Qt.Key.Key_Down: True}  # with Alt; whether from large to small


class Grid(FrozenTable):
    """A list of records as a table.

    cursor_moved: another row, or another record in it, is current. selected: other rows are selected.
    opened: the user wants to see the current record (Enter, double click on its name).
    sort_wanted(field, down). more_sort_wanted(field): as a further order. painted: the first picture stands.
    columns_moved(names): the user dragged a column elsewhere. widths_changed: a column was dragged wider.
    scrolled: columns have other places or widths. edit_wanted(text): the cell under
    the cursor is to be edited; text: what takes its place, None: nothing does. composed(event): an input method
    begins to write. clear_wanted: the cells of the block are to be emptied. menu_wanted(place): on the screen.
    acted: a key or a button was pressed.
    """

    cursor_moved = Signal()
    selected = Signal()
    opened = Signal()
    sort_wanted = Signal(str, bool)
    more_sort_wanted = Signal(str)
    columns_moved = Signal(object)
    widths_changed = Signal()
    scrolled = Signal()
    painted = Signal()
    edit_wanted = Signal(object)
    composed = Signal(object)
    clear_wanted = Signal()
    menu_wanted = Signal(object)
    acted = Signal()

    def __init__(self, model: ListModel, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list_model, self.tasks = model, tasks
        self.selection = RowSelection()
        self.hovered = -1
        self._anchor = 0
        self._corner: tuple[int, int] | None = None  # where a block of cells began, None: there is none
        self._by_hand = False  # the rows were chosen, not just gone to
        self.in_cells = False  # somebody works from cell to cell, so that Tab goes to the next one
        self._wanted = NO_ROW  # the record that the user chose, also while the list does not show it
        self._wanted_column = model.title_column
        self._top: tuple[int, int] | None = None
        self._row = -1
        self._height: int | None = None  # where the cursor's row began, when in sight
        self._asked = model.query  # what the list showed when its rows last changed
        self._unsearched = (model.query, 0)  # the list without words, and how far it was scrolled
        self._chosen: frozenset[int] = frozenset()  # the records whose rows were chosen
        self._has_painted = False
        self._set_up()
        self.setModel(model)
        self.painter = GridPainter(self)
        model.moving.connect(self._remember_place)
        model.moved.connect(self._return_to_place)
        model.headerDataChanged.connect(self.columns.fit)
        self.set_density("comfortable")
        self.show_sort()

    def _set_up(self) -> None:
        own_ground(self, QPalette.ColorRole.Base)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.ticks = TickColumn(self)
        self.setVerticalHeader(self.ticks)
        self.head_box = HeadBox(self)
        head = GridHead(self)
        self.setHorizontalHeader(head)
        self.columns = GridColumns(self, head)
        head.sectionClicked.connect(self._sort)
        head.released.connect(self.columns.drag_ended)
        watch_edge(self)
        self.horizontalScrollBar().valueChanged.connect(lambda _value: self.scrolled.emit())

    # ---- rows and columns

    def set_density(self, density: str) -> None:
        """Row height "comfortable", "compact" or "touch"; text keeps its size, the cursor stays in sight."""
        self.density = density
        row = self.currentIndex().row()
        top = self.rowViewportPosition(row) if row >= 0 else -1
        in_sight = 0 <= top < self.viewport().height()
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(look.row_height(density))
        self.verticalScrollBar().setSingleStep(look.row_height(density))
        if in_sight:
            self.updateGeometries()
            self.verticalScrollBar().setValue(row * look.row_height(density) - top)
            self.scrollTo(self.currentIndex())

    def show_sort(self) -> None:
        """Put the arrow into the head of the column that the list is sorted by."""
        sort = self.list_model.query.sort
        names = [f.name for f in self.list_model.fields]
        head = self.horizontalHeader()
        if sort and sort[0].field in names:
            order = Qt.SortOrder.DescendingOrder if sort[0].down else Qt.SortOrder.AscendingOrder
            head.setSortIndicator(names.index(sort[0].field), order)
        else:
            head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)

    def _sort(self, section: int) -> None:
        """Sort by a column, the second time the other way round; with Shift as a further order."""
        if QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.more_sort_wanted.emit(self.list_model.fields[section].name)
            return
        f = self.list_model.fields[section]
        sort = self.list_model.query.sort
        self.sort_by(section, down=bool(sort) and sort[0].field == f.name and not sort[0].down)

    def sort_by(self, section: int, *, down: bool) -> None:
        """Let the list be sorted by a column. The record under the cursor stays there; a cursor in the first
        row stays in the first row, for whoever sorts from there wants to see what comes first."""
        if self.currentIndex().row() <= 0:
            self._wanted = NO_ROW
        self.sort_wanted.emit(self.list_model.fields[section].name, down)

    @property
    def at_top(self) -> bool:
        """Whether the list stays at its beginning when it is sorted anew."""
        return self._wanted == NO_ROW

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.columns.fit()  # first, so that no scroll bar comes and goes
        super().resizeEvent(event)

    def wanted_column(self, name: str) -> None:
        """Let the cursor return to this column when the rows are shown anew, or to the names."""
        names = self.list_model.columns
        self._wanted_column = names.index(name) if name in names else self.list_model.title_column

    # ---- the cursor

    def current_n(self) -> int:
        """The number of the current record, -1 when the list is empty."""
        return max(self._current(), NO_ROW)

    def _current(self) -> int:
        """The number of the current row, below NO_ROW when it is a group's."""
        row = self.currentIndex().row()
        return self.list_model.numbers[row] if 0 <= row < len(self.list_model.numbers) else NO_ROW

    def go(self, row: int, column: int | None = None) -> None:
        """Put the cursor there, as the user does, and select that row alone."""
        self._move(self.list_model.index(row, self._column() if column is None else column))
        self._select_only(row)

    def go_to(self, n: int) -> None:
        """Put the cursor on the record of this number, now or as soon as the list shows it."""
        self.list_model.reveal(n)
        at = self.list_model.place(n)
        if at >= 0:
            self.go(at)
            self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)
        else:
            self._wanted = n

    def _select_only(self, row: int) -> None:
        self._anchor, self._corner, self._by_hand = row, None, False
        self.selection.set(row, row)
        self._selection_changed()

    def _column(self) -> int:
        column = self.currentIndex().column()
        return column if column >= 0 else self.list_model.title_column

    def _move(self, index: QModelIndex, *, chosen: bool = True) -> None:
        before = self.currentIndex().row()
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        if chosen and index.isValid():
            self._wanted, self._wanted_column = self._current(), index.column()
        self._update_row(before)
        self._update_row(index.row())
        if before != index.row() or not chosen:
            self.cursor_moved.emit()

    def _remember_place(self) -> None:
        top = self.rowAt(0)
        numbers = self.list_model.numbers
        chosen = self.chosen and len(self.selection) <= KEPT_MOST
        self._chosen = frozenset(numbers[row] for row in self.selection) if chosen else frozenset()
        self._top = (numbers[top], self.rowViewportPosition(top)) if 0 <= top < len(numbers) else None
        self._row = self.currentIndex().row()
        height = self.rowViewportPosition(self._row) if self._row >= 0 else -1
        self._height = height if 0 <= height < self.viewport().height() else None
        if not self._asked.words:
            self._unsearched = (self._asked, self.verticalScrollBar().value())

    def _return_to_place(self) -> None:
        """After the rows changed: the same record under the cursor, at the same height."""
        model = self.list_model
        self.hovered = -1
        if not len(model.numbers):
            self.selection.clear()
            self._by_hand = False
            self.cursor_moved.emit()
            self._selection_changed()
            return
        before, self._asked = self._asked, model.query
        same = model.query == before
        at = model.place(self._wanted) if self._wanted != NO_ROW else 0
        if at < 0 and same:  # the record is gone: the one that took its place
            at = min(max(self._row, 0), len(model.numbers) - 1)
        row = max(at, 0)
        self._move(model.index(row, self._wanted_column), chosen=False)
        self._anchor, self._corner = row, None
        self._select_again(row)
        self.updateGeometries()
        if same:
            self._scroll_back(row)
        elif before.words and model.query == self._unsearched[0]:
            self.verticalScrollBar().setValue(self._unsearched[1])
        elif at < 0 or self._wanted == NO_ROW or self._height is None:
            self.scrollToTop()
        else:
            self._scroll_back(row)
        self._selection_changed()

    def _select_again(self, row: int) -> None:
        """The records that were chosen, those of them that are still shown; else the row of the cursor."""
        self.selection.clear()
        wanted, self._chosen = self._chosen, frozenset()
        if wanted:
            for at, n in enumerate(self.list_model.numbers):
                if n in wanted:
                    self.selection.add(at, at)
        self._by_hand = bool(len(self.selection))
        if not self._by_hand:
            self.selection.set(row, row)

    def _scroll_back(self, row: int) -> None:
        """The cursor's row at the height where it was; where it was out of sight, the first row."""
        height = self.verticalHeader().defaultSectionSize()
        if self._height is not None:
            self.verticalScrollBar().setValue(row * height - self._height)
        elif self._top is not None:
            n, offset = self._top
            top = self.list_model.place(n)
            if top >= 0:
                self.verticalScrollBar().setValue(top * height - offset)

    # ---- what is selected

    def block(self) -> Block | None:
        """The block of cells that is selected, None when whole rows are."""
        if self._corner is None:
            return None
        index = self.currentIndex()
        return block_of(self._corner, (index.row(), index.column()))

    @property
    def chosen(self) -> bool:
        """Whether rows were chosen by hand: they have ticks, and what is done to many is offered."""
        return self._by_hand and bool(len(self.selection))

    def is_ticked(self, row: int) -> bool:
        """Whether the box of a row has a tick."""
        return self._by_hand and row in self.selection

    def is_picked(self, row: int) -> bool:
        """Whether a row is painted as selected."""
        return row == self.currentIndex().row() or (self._corner is None and row in self.selection)

    def ticked_all(self) -> bool:
        """Whether every row that is shown was chosen."""
        return self.chosen and len(self.selection) == len(self.list_model.numbers)

    def tick(self, row: int, *, reach: bool = False) -> None:
        """Set or take away the tick of a row and go there. reach: set those of all rows from the last one on."""
        if self.list_model.group_at(row) is not None and not reach:
            return
        if not self._by_hand:
            self.selection.clear()
        self._corner, self._by_hand = None, True
        self._move(self.list_model.index(row, self._column()))
        if reach:
            self.selection.add(self._anchor, row)
        else:
            self.selection.toggle(row)
            self._anchor = row
        if not len(self.selection):
            self._select_only(row)
        self._selection_changed()

    def let_go(self) -> None:
        """Select nothing but the row of the cursor."""
        self._select_only(max(self.currentIndex().row(), 0))

    def selectAll(self) -> None:
        """Select every row."""
        if len(self.list_model.numbers):
            self._corner, self._by_hand = None, True
            self.selection.set(0, len(self.list_model.numbers) - 1)
            self._selection_changed()

    def _selection_changed(self) -> None:
        self.viewport().update()
        self.ticks.refresh()
        self.head_box.button.update()
        self.selected.emit()

    # ---- keys

    def event(self, event: QEvent) -> bool:
        # Del empties a block of cells; elsewhere it is a command of the window.
        clears = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Delete
        if clears and event.type() == QEvent.Type.ShortcutOverride and self.block() is not None:
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes to the next cell while somebody works in cells; behind the last one, and else, it leaves."""
        if self.in_cells:
            self.list_model.settle()
            if self.walk(1 if next else -1):
                self.acted.emit()
                return True
        self.in_cells = False
        return super().focusNextPrevChild(next)

    def walk(self, by: int) -> bool:
        """Put the cursor on the cell to the right (1) or left (-1), at the end of a row into the next; False at the
        very last one."""
        row, wide = self.currentIndex().row(), self.list_model.columnCount()
        column = self.currentIndex().column() + by
        if not 0 <= column < wide:
            column = 0 if by > 0 else wide - 1
            row += by
            while 0 <= row < len(self.list_model.numbers) and self.list_model.group_at(row) is not None:
                row += by
        if not 0 <= row < len(self.list_model.numbers):
            return False
        self.go(row, column)
        self.scrollTo(self.currentIndex())
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        self.list_model.settle()
        if self._folds(key, held):
            pass
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not held:
            self._enter()
        elif key in _SORTS and held == Qt.KeyboardModifier.AltModifier:
            self.sort_by(self._column(), down=_SORTS[key])
        elif key in _STEPS or key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._step(key, held)
        elif key == Qt.Key.Key_Menu or (key == Qt.Key.Key_F10 and held == _SHIFT):
            self._menu_at_cursor()
        elif not self._other_key(event, key, held):
            event.ignore()
            return
        event.accept()
        self.acted.emit()

    def _enter(self) -> None:
        if self.currentIndex().column() == self.list_model.title_column:
            self.opened.emit()
        else:
            self._edit(None)

    def _edit(self, text: str | None) -> None:
        self.in_cells = True
        self.edit_wanted.emit(text)

    def _other_key(self, event: QKeyEvent, key: Qt.Key, held: Qt.KeyboardModifier) -> bool:
        """Keys that mean a cell or a block: Esc, Del, F2, Backspace, and whatever writes."""
        if key == Qt.Key.Key_Escape and not held:
            self.in_cells = False
        if key == Qt.Key.Key_Escape and not held and (self.chosen or self.block() is not None):
            self.let_go()
        elif key == Qt.Key.Key_Delete and not held and self.block() is not None:
            self.clear_wanted.emit()
        elif self.list_model.group_at(self.currentIndex().row()) is not None:
            return False
        elif key == Qt.Key.Key_F2 and not held:
            self._edit(None)
        elif key == Qt.Key.Key_Backspace and not held:
            self._edit("")
        elif _writes(event):
            self._edit(event.text())
        else:
            return False
        return True

    def _folds(self, key: Qt.Key, held: Qt.KeyboardModifier) -> bool:
        """Whether a key was meant for the group under the cursor, and done: ← → fold, Enter does the other."""
        group = self.list_model.group_at(self.currentIndex().row())
        if group is None or held or self.list_model.groups is None:
            return False
        folded = group.path in self.list_model.groups.folded
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.list_model.fold(group, not folded)
        elif key == Qt.Key.Key_Right:
            self.list_model.fold(group, False)
        elif key == Qt.Key.Key_Left and not folded:
            self.list_model.fold(group, True)
        elif key == Qt.Key.Key_Left and group.level:
            outer = next(
                at for at, row in enumerate(self.list_model.groups.rows) if row.path == group.path[:-1]
            )
            self.go(self.list_model.place(number_of(outer)))
            self.scrollTo(self.currentIndex())
        return key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Left, Qt.Key.Key_Right)

    def fold_all(self, folded: bool) -> None:
        """Hide the rows of all groups, or show them; the cursor goes to the group it was in."""
        if folded and self.current_n() >= 0:
            self._wanted = self.list_model.head_of(self.current_n())
        self.list_model.fold_all(folded)
        self.scrollTo(self.currentIndex())

    def _step(self, key: Qt.Key, held: Qt.KeyboardModifier) -> None:
        rows, columns = self.list_model.rowCount(), self.list_model.columnCount()
        if not rows:
            return
        now = self.currentIndex()
        ctrl = bool(held & Qt.KeyboardModifier.ControlModifier)
        far = ctrl and key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right)
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            end = key == Qt.Key.Key_End
            row = (rows - 1 if end else 0) if ctrl else max(now.row(), 0)
            target = self.list_model.index(row, columns - 1 if end else 0)
        elif far:
            sideways = key in (Qt.Key.Key_Left, Qt.Key.Key_Right)
            last = key in (Qt.Key.Key_Down, Qt.Key.Key_Right)
            target = (
                self.list_model.index(max(now.row(), 0), columns - 1 if last else 0)
                if sideways
                else self.list_model.index(rows - 1 if last else 0, self._column())
            )
        else:
            target = self.moveCursor(_STEPS[key], Qt.KeyboardModifier.NoModifier)
        if not target.isValid():
            return
        if target.column() != now.column():
            self.in_cells = True
        if held & _SHIFT:
            self._reach(target)
        else:
            self._move(target)
            self._select_only(target.row())

    def _reach(self, target: QModelIndex) -> None:
        """Shift: rows when the cursor goes up or down, a block of cells once it goes to the side."""
        now = self.currentIndex()
        if self._corner is None and target.column() != now.column():
            self._corner, self._by_hand = (self._anchor, now.column()), False
        elif self._corner is None:
            self._by_hand = True
        self._move(target)
        self.selection.set(self._anchor, target.row())
        self._selection_changed()

    # ---- input methods, which write without keys

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.in_cells = True
        self.composed.emit(event)
        event.accept()

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> Any:
        if query == Qt.InputMethodQuery.ImCursorRectangle and self.currentIndex().isValid():
            return self.visualRect(self.currentIndex())
        return super().inputMethodQuery(query)

    # ---- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.button() not in _BUTTONS:
            return
        self.list_model.settle()
        row, held = index.row(), event.modifiers()
        if event.button() == Qt.MouseButton.RightButton:
            self._press_right(index)
            self.acted.emit()
            return
        self._corner, self.in_cells = None, True
        group = self.list_model.group_at(row)
        if group is not None and not held:
            self.go(row)
            folded = self.list_model.groups is not None and group.path in self.list_model.groups.folded
            self.list_model.fold(group, not folded)
            self.acted.emit()
            return
        if held & _SHIFT:
            self.selection.set(self._anchor, row)
            self._by_hand = True
        elif held & Qt.KeyboardModifier.ControlModifier:
            self.selection.toggle(row)
            self._anchor, self._by_hand = row, True
        else:
            self.selection.set(row, row)
            self._anchor, self._by_hand = row, False
        self._move(index)
        self._selection_changed()
        self.acted.emit()

    def _press_right(self, index: QModelIndex) -> None:
        """What is selected stays so when the button is pressed on it."""
        block = self.block()
        inside = (
            block is not None and block.holds(index.row()) and block.left <= index.column() <= block.right
        )
        if inside:
            return
        if self.chosen and index.row() in self.selection:
            self._move(index)
        else:
            self.go(index.row(), index.column())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.buttons() & Qt.MouseButton.LeftButton and index.isValid():
            self._drag(index)
        self.hover(index.row())

    def _drag(self, index: QModelIndex) -> None:
        now = self.currentIndex()
        if (index.row(), index.column()) == (now.row(), now.column()):
            return
        if self._corner is None and not self._by_hand:
            self._corner = (now.row(), now.column())
        self._move(index)
        self.selection.set(self._anchor, index.row())
        self._selection_changed()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        if self.list_model.group_at(index.row()) is not None:
            return
        if index.column() == self.list_model.title_column:
            self.opened.emit()
        else:
            self._edit(None)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self._menu_at_cursor()
        elif self.indexAt(event.pos()).isValid():
            self.menu_wanted.emit(event.globalPos())
        event.accept()

    def _menu_at_cursor(self) -> None:
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())
            below = self.visualRect(self.currentIndex()).bottomLeft()
            self.menu_wanted.emit(self.viewport().mapToGlobal(below))

    def leaveEvent(self, event: QEvent) -> None:
        self.hover(-1)
        super().leaveEvent(event)

    def hover(self, row: int) -> None:
        """The mouse is over a row, -1: over none."""
        if row != self.hovered:
            before, self.hovered = self.hovered, row
            self._update_row(before)
            self._update_row(row)

    def _update_row(self, row: int) -> None:
        if row >= 0:
            top, height = self.rowViewportPosition(row), self.rowHeight(row)
            self.viewport().update(QRect(0, top, self.viewport().width(), height))
            self.ticks.viewport().update(QRect(0, top, self.ticks.width(), height))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and len(self.list_model.numbers):
            self.go(0)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)  # Qt asks for cells that it edits itself
        self._update_row(self.currentIndex().row())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        focus = QApplication.focusWidget()
        if focus is not None and focus is not self and not self.isAncestorOf(focus):
            self.in_cells = False
        self._update_row(self.currentIndex().row())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        self.painter.paint(painter, event.rect())
        painter.end()
        if not self._has_painted and len(self.list_model.numbers):
            self._has_painted = True
            self.painted.emit()

    def copy(self) -> None:
        """Put the block or the chosen rows on the clipboard as Excel takes them; else the focused cell."""
        grid_copy.copy(self)


def _writes(event: QKeyEvent) -> bool:
    """Whether a key writes a sign; a blank opens the details."""
    text, held = event.text(), event.modifiers()
    other = (
        Qt.KeyboardModifier.ControlModifier
        | Qt.KeyboardModifier.AltModifier
        | Qt.KeyboardModifier.MetaModifier
    )
    altgr = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return (
        bool(text)
        and text.isprintable()
        and not text.isspace()
        and (not held & other or held & other == altgr)
    )
