"""Tabs that are tables of child rows: the people of a firm with their roles, the files of a record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.entity import columns
from freecrm.core.fields import Field
from freecrm.core.pieces import People
from freecrm.core.rights import WHY_UNSEEN, Unseen
from freecrm.core.words import N_, _, inside
from freecrm.store import figures, roles
from freecrm.store.database import Store
from freecrm.ui import cells, look
from freecrm.ui.editors.files import size_text
from freecrm.ui.parts import label
from freecrm.ui.record_lines import Spot
from freecrm.ui.record_page.empty import EmptyTab
from freecrm.ui.tasks import Latest, Tasks

MOST = 2000  # rows a tab shows
Index = QModelIndex | QPersistentModelIndex
_DISPLAY, _SPOKEN = int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole)
_DECORATION, _ALIGN = int(Qt.ItemDataRole.DecorationRole), int(Qt.ItemDataRole.TextAlignmentRole)
_TOOLTIP, _INK = int(Qt.ItemDataRole.ToolTipRole), int(Qt.ItemDataRole.ForegroundRole)
_NOWHERE = QModelIndex()


@dataclass(slots=True)
class Line:
    """One row. aim: entity and id of the record it leads to, where it does."""

    id: bytes
    name: str
    values: dict[str, Any]
    phone: str = ""
    aim: tuple[str, bytes] | None = None

    @property
    def is_unseen(self) -> bool:
        """Whether it is about a record that whoever looks may not see: nobody can go there."""
        return isinstance(self.name, Unseen)


@dataclass(frozen=True, slots=True)
class Column:
    """of: a field of the row that is edited here, None: none is. right: its texts end at the right edge."""

    title: Callable[[], str]
    text: Callable[[Line], str]
    of: Field | None = None
    right: bool = False


class RowsModel(QAbstractTableModel):
    """The rows as they are shown."""

    def __init__(self, columns_: Sequence[Column]) -> None:
        super().__init__()
        self.columns_, self.lines = columns_, list[Line]()

    def show_lines(self, lines: list[Line]) -> None:
        """Show these."""
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns_)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        column, line = self.columns_[index.column()], self.lines[index.row()]
        if role in (_INK, _TOOLTIP) and isinstance(column.text(line), Unseen):
            return look.colour("text3") if role == _INK else _(WHY_UNSEEN)
        if role in (_DISPLAY, _TOOLTIP):
            return column.text(line)
        if role == _SPOKEN:
            return f"{column.title()} {column.text(line) or cells.EMPTY}"
        if role == _ALIGN and (column.right or (column.of is not None and column.of.numeric)):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns_[section]
        if role == _ALIGN and (column.right or (column.of is not None and column.of.numeric)):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return column.title() if role == _DISPLAY else None


class RowsTable(QTableView):
    """opened(line): Enter on the name, or a double click on it; where whole rows are selected, anywhere. edit_wanted(line, field): on another cell.
    menu_wanted(line, place): the menu of a row."""

    opened = Signal(object)
    edit_wanted = Signal(object, object)
    menu_wanted = Signal(object, object)
    remove_wanted = Signal(object)

    def __init__(self, model: RowsModel) -> None:
        super().__init__()
        self.rows_model = model
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.take_look()

    def take_look(self) -> None:
        """Take sizes from the look shown now."""
        self.verticalHeader().setDefaultSectionSize(look.row_height("comfortable"))
        self.horizontalHeader().setMinimumSectionSize(look.px(80))

    def line(self) -> Line | None:
        """The row under the cursor."""
        row = self.currentIndex().row()
        return self.rows_model.lines[row] if 0 <= row < len(self.rows_model.lines) else None

    def _act(self, index: Index) -> None:
        if not index.isValid():
            return
        line, column = self.rows_model.lines[index.row()], self.rows_model.columns_[index.column()]
        if index.column() == 0 or self.selectionBehavior() == QTableView.SelectionBehavior.SelectRows:
            if not line.is_unseen:
                self.opened.emit(line)
        elif column.of is not None:
            self.edit_wanted.emit(line, column.of)

    def focusInEvent(self, event: Any) -> None:
        if not self.currentIndex().isValid() and self.rows_model.lines:
            self.setCurrentIndex(self.rows_model.index(0, 0))
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, line = event.key(), self.line()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and not event.modifiers():
            self._act(self.currentIndex())
        elif key == Qt.Key.Key_Delete and line is not None:
            self.remove_wanted.emit(line)
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._act(self.indexAt(event.position().toPoint()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            at = self.visualRect(index).center() if by_key else event.pos()
            self.menu_wanted.emit(self.rows_model.lines[index.row()], self.viewport().mapToGlobal(at))


class TableTab(QWidget):
    """A table of rows with what can be added above it.

    open_record(entity, id): somebody's page is wanted. add_wanted: a new one. told: a value was written. act(verb,
    line): what is to be done with a row. hint(text): for the status bar."""

    open_record = Signal(str, object)
    add_wanted = Signal()
    act = Signal(str, object)
    hint = Signal(str)

    icon = "list"

    def __init__(self, store: Store, tasks: Tasks, id: bytes, child: str) -> None:
        super().__init__()
        self.store, self.tasks, self.id, self.child = store, tasks, id, child
        self._latest = Latest(tasks)
        self.model = RowsModel(self.made_columns())
        self.table = RowsTable(self.model)
        self.place: QFrame | None = None
        self.nothing, self.more = EmptyTab(self.icon, self.add_wanted.emit), label("caption")
        self.add_button = QPushButton()
        self.add_button.setProperty("small", True)
        look.dress(self.add_button, "plus", 16)
        self.add_button.clicked.connect(lambda: self.add_wanted.emit())
        top = QHBoxLayout()
        top.addWidget(self.add_button)
        top.addWidget(self.more, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (16, 10, 16, 12)))
        column.setSpacing(look.px(8))
        column.addLayout(top)
        column.addWidget(self.nothing, 1)
        column.addWidget(self.table, 1)
        self.table.edit_wanted.connect(self.edit)
        self.table.opened.connect(self.open_line)
        self.table.menu_wanted.connect(self._menu)
        self.table.remove_wanted.connect(lambda line: self.act.emit("remove", line))
        self.reword()

    # ---- what it shows; for the kinds of tables to say

    def made_columns(self) -> list[Column]:
        """The columns."""
        raise NotImplementedError

    def find_lines(self, id: bytes) -> tuple[list[Line], int]:
        """The rows, and how many there are; in a job."""
        raise NotImplementedError

    def open_line(self, line: Line) -> None:
        """Go to what a row is about."""
        if line.aim is not None:
            self.open_record.emit(*line.aim)

    def verbs(self) -> list[tuple[str, str, str]]:
        """What the menu of a row offers: icon, words, verb."""
        return []

    # ----

    def load(self, id: bytes) -> None:
        """Show the rows of this record."""
        self.id = id
        self._latest.run(self.find_lines, id, then=self._show)

    def _show(self, found: tuple[list[Line], int]) -> None:
        lines, total = found
        at, scrolled = self.table.currentIndex(), self.table.verticalScrollBar().value()
        row, column = at.row(), max(at.column(), 0)
        self.model.show_lines(lines)
        if row >= 0 and lines:
            self.table.setCurrentIndex(self.model.index(min(row, len(lines) - 1), column))
        self.table.verticalScrollBar().setValue(scrolled)
        self.nothing.setVisible(not lines)
        self.add_button.setVisible(bool(lines))
        self.table.setVisible(bool(lines))
        few = _("The first {n} of {total}; find others by Ctrl+K.")
        self.more.setText(few.format(n=len(lines), total=f"{total:,}") if total > len(lines) else "")

    def _menu(self, line: Line, at: Any) -> None:
        menu = QMenu(self)
        for icon, text, verb in self.verbs():
            action = menu.addAction(_(text))
            look.dress(action, icon, 16)
            action.triggered.connect(partial(self._chosen, verb, line))
        menu.popup(at)

    def _chosen(self, verb: str, line: Line) -> None:
        if verb == "open":
            self.open_line(line)
        else:
            self.act.emit(verb, line)

    def edit(self, line: Line, f: Field) -> None:
        """Edit a cell where it stands."""
        from freecrm.ui.in_place import InPlace

        if self.place is not None:
            return
        index = self.table.currentIndex()
        spot = Spot(f.name, f, self.child, line.id, line.values.get(f.name))
        editing = InPlace(self.store, self.tasks, spot)
        frame = self.place = QFrame(self.table)
        frame.setProperty("popup", True)
        column = QVBoxLayout(frame)
        column.setContentsMargins(*(look.px(4),) * 4)
        column.addWidget(editing)
        cell = self.table.visualRect(index).translated(self.table.viewport().pos())
        wide = max(cell.width(), look.px(220))
        left = min(cell.left(), self.table.width() - wide)
        frame.setGeometry(QRect(max(left, 0), cell.top(), wide, frame.sizeHint().height()))
        editing.ended.connect(lambda step: self._ended(frame, step))
        frame.show()
        editing.editor.focus_first()

    def _ended(self, frame: QFrame, step: int | None) -> None:
        self.place = None
        frame.hide()
        frame.deleteLater()
        if step is not None:
            index = self.table.currentIndex().siblingAtColumn(self.table.currentIndex().column() + step)
            if index.isValid():
                self.table.setCurrentIndex(index)
            self.table.setFocus()
        self.load(self.id)

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        return [self.add_button, self.table, self.nothing.button]

    def state(self) -> Any:
        """How far it is scrolled."""
        return self.table.verticalScrollBar().value()

    def restore(self, state: Any) -> None:
        """Show it as it was."""
        self.table.verticalScrollBar().setValue(state)

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self.table.take_look()
        self.table.setAccessibleName(_(self.store.schema.entity(self.child).plural))
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.model.columns_) - 1)
        self.table.viewport().update()


class PeopleTab(TableTab):
    """The people of a record, those who decide first."""

    icon = "users"

    def __init__(self, store: Store, tasks: Tasks, id: bytes, show: People) -> None:
        self.show_ = show
        super().__init__(store, tasks, id, show.of)

    def made_columns(self) -> list[Column]:
        store, fields = self.store, columns(self.store.schema.entity(self.child).fields)
        shown = [f for f in fields if not f.hidden and f.column != "BLOB"]
        return [
            Column(lambda: _("Name"), lambda line: line.name),
            *(_column(store.schema.fields(self.child)[f.name]) for f in shown),
            Column(lambda: _("Main phone"), lambda line: cells.phone(line.phone) if line.phone else ""),
        ]

    def find_lines(self, id: bytes) -> tuple[list[Line], int]:
        people, total = roles.key_people(self.store.reader(), self.show_.of, self.show_.by, id, MOST)
        lines = [Line(p.row, p.name, p.values, p.phone, (p.entity, p.id)) for p in people]
        return lines, total

    def verbs(self) -> list[tuple[str, str, str]]:
        return [("external-link", N_("Open"), "open"), ("trash-2", N_("Take off this record"), "remove")]

    def reword(self) -> None:
        super().reword()
        thing, things = next(
            (
                (e.label, e.plural)
                for e in self.store.model.roots()
                if self.child in {child.entity for child in self.store.schema.children(e.entity).values()}
            ),
            (self.store.schema.entity(self.child).label, self.store.schema.entity(self.child).plural),
        )
        self.add_button.setText(_("New {thing}").format(thing=inside(_(thing))))
        text = _("Who decides, who pays, who picks up the phone: the people of this record stand here.")
        self.nothing.say(_(things), text, self.add_button.text())


class FilesTab(TableTab):
    """The files of a record, the newest first."""

    icon = "paperclip"

    def made_columns(self) -> list[Column]:
        fields = self.store.schema.fields(self.child)
        return [
            Column(lambda: _("Name"), lambda line: line.name),
            Column(lambda: fields["size"].title, lambda line: size_text(line.values.get("size"))),
            Column(lambda: fields["type"].title, lambda line: str(line.values.get("type") or "")),
        ]

    def find_lines(self, id: bytes) -> tuple[list[Line], int]:
        rows, total = figures.newest(self.store.reader(), self.child, id, MOST)
        return [Line(row, str(values.get("name") or ""), values) for row, values in rows], total

    def open_line(self, line: Line) -> None:
        self.act.emit("open", line)

    def verbs(self) -> list[tuple[str, str, str]]:
        return [
            ("external-link", N_("Open the file"), "open"),
            ("download", N_("Save the file as…"), "save"),
            ("trash-2", N_("Remove the file"), "remove"),
        ]

    def reword(self) -> None:
        super().reword()
        self.add_button.setText(_("Attach a file…"))
        text = _("Drop files anywhere on this page, or choose one. They are copied beside your data.")
        self.nothing.say(_(self.store.schema.entity(self.child).plural), text, self.add_button.text())


def _column(f: Field) -> Column:
    return Column(lambda: f.title, lambda line: cells.text(f, line.values.get(f.name)), f)
