"""Sales targets: a year of months to type into, beside what was sold and what last year was.

A cell is typed over, F2 edits it, Del takes its target away; what is typed into the column of the year is spread over its
months as last year's sales were. Ctrl+R fills a month's target to the end of the year, Ctrl+V takes cells from a
spreadsheet. What stands in grey follows from the rows below it. Every change can be undone.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QFont, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from freecrm.core import day_words
from freecrm.core.change import Touched
from freecrm.core.day_words import this_day
from freecrm.core.fields import Field
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say
from freecrm.store import goals
from freecrm.store.database import Store
from freecrm.store.goals import MONTHS, PEOPLE, Row
from freecrm.ui import look, talk
from freecrm.ui.page import Page, Pane
from freecrm.ui.parts import icon_button, label, name_button
from freecrm.ui.tasks import Latest, Tasks

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
YEAR, SOLD, BEFORE, REACHED = 13, 14, 15, 16
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_NOWHERE = QModelIndex()
_WIDE = {0: 150, YEAR: 112, SOLD: 112, BEFORE: 112, REACHED: 70}
_SHARE = N_("{n}%")
KEPT = N_("Your rights do not let you set this target. Ask whoever gives the rights.")


class TargetModel(QAbstractTableModel):
    """written({(kind, key, month): amount}): targets were typed. refused(Said): why they weren't taken."""

    written = Signal(object)
    refused = Signal(object)

    def __init__(self, amount: Field) -> None:
        super().__init__()
        self.amount = amount
        self.rows: list[Row] = []
        self.year = this_day().year

    def show_rows(self, rows: list[Row], year: int) -> None:
        """Show these; the cursor stays where the rows are the same ones."""
        same = [row.key for row in rows] == [row.key for row in self.rows]
        if same:
            self.rows, self.year = rows, year
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, REACHED))
            return
        self.beginResetModel()
        self.rows, self.year = rows, year
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else REACHED + 1

    def money(self, amount: int | None) -> str:
        """An amount without its cents where it has none."""
        return "" if amount is None else self.amount.show(amount).removesuffix(".00")

    def text(self, row: Row, column: int) -> str:
        """What a cell says."""
        if column == 0:
            return row.name
        if column in MONTHS:
            return self.money(row.target(column))
        sold, year = sum(row.sold.values()), row.year
        if column == REACHED:
            return _(_SHARE).format(n=f"{sold * 100 / year:,.1f}") if year else ""
        return self.money({YEAR: year, SOLD: sold, BEFORE: sum(row.before.values())}[column])

    def said(self, row: Row, column: int) -> str:
        """Plan, actual and last year of a cell, in words."""
        if column not in MONTHS:
            return f"{row.name}: {self.headerData(column, Qt.Orientation.Horizontal)} {self.text(row, column) or '–'}"
        return _("{name}, {month}: target {target}, sold {sold}, last year {before}").format(
            name=row.name,
            month=f"{self.year}-{column:02}",
            target=self.money(row.target(column)) or "–",
            sold=self.money(row.sold.get(column, 0)),
            before=self.money(row.before.get(column, 0)),
        )

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        if role == Role.DisplayRole:
            return "    " * row.depth + self.text(row, column) if not column else self.text(row, column)
        if role == Role.EditRole:
            return self.text(row, column)
        is_kept = column in (*MONTHS, YEAR) and not self.takes(index.row(), column)
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            return f"{self.said(row, column)}. {_(KEPT)}" if is_kept else self.said(row, column)
        if role == Role.TextAlignmentRole and column:
            return _RIGHT
        if role == Role.ForegroundRole:
            follows = column in MONTHS and column not in row.plan
            return look.colour("text3" if follows or is_kept or column > YEAR else "text")
        if role == Role.BackgroundRole and is_kept:
            return QBrush(look.colour("sunken"))
        if role == Role.FontRole and not row.depth and row.key[0] == goals.FIRM:
            made = QFont(look.font("body"))
            made.setBold(True)
            return made
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return _RIGHT if section else _LEFT
        if role != Role.DisplayRole:
            return None
        if section in MONTHS:
            return _(day_words.MONTHS[section - 1]).replace(" ", "")[:3]
        return {
            0: _("Name"),
            YEAR: _("Target of the year"),
            SOLD: _("Sold"),
            BEFORE: _("Last year"),
            REACHED: _("Reached"),
        }[section]

    def flags(self, index: Index) -> Qt.ItemFlag:
        made = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return made | Qt.ItemFlag.ItemIsEditable if self.takes(index.row(), index.column()) else made

    def takes(self, at: int, column: int) -> bool:
        """Whether whoever looks may type into a cell."""
        months = MONTHS if column == YEAR else (column,) if column in MONTHS else ()
        return bool(months) and all(self.rows[at].takes(month) for month in months)

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        if role != Role.EditRole:
            return False
        cells = self.meant(index.row(), index.column(), str(value))
        if cells:
            self.written.emit(cells)
        return bool(cells)

    def meant(self, at: int, column: int, text: str) -> dict[tuple[str, Any, int], int | None]:
        """The targets that a text in a cell sets; {} where it changes nothing or can't be read, which is told."""
        row = self.rows[at]
        if not self.takes(at, column):
            self.refused.emit(say(KEPT))
            return {}
        amount, why = self.amount.read(text.strip()) if text.strip() else (None, None)
        if why is None and amount is not None and amount < 0:
            why = say(N_("A target is at least 0: {text}."), text=text.strip())
        if why is not None:
            self.refused.emit(why)
            return {}
        if text.strip() == self.text(row, column):
            return {}
        if column == YEAR:
            months: dict[int, Any] = (
                dict.fromkeys(MONTHS) if amount is None else row.spread(amount, self.rows[0].before)
            )
            return {(*row.key, month): one for month, one in months.items()}
        return {(*row.key, column): amount}


class _Delegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        ground = index.data(
            Role.BackgroundRole
        )  # the style sheet paints none of its own beneath cells with a border
        if isinstance(ground, QBrush):
            painter.fillRect(option.rect, ground)
        super().paint(painter, option, index)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        made = QLineEdit(parent)
        made.setFrame(False)
        made.setAlignment(Qt.AlignmentFlag.AlignRight)
        made.setAccessibleName(str(index.data(Role.AccessibleTextRole)))
        return made

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text(), Role.EditRole)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Enter ends at the input: the grid would begin anew."""
        is_key = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        enters = is_key and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)  # type: ignore[attr-defined]
        if enters and isinstance(editor, QWidget):
            self.commitData.emit(editor)
            self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.SubmitModelCache)
            return True
        return super().eventFilter(editor, event)


class TargetGrid(QTableView):
    """moved: the cursor stands in another cell."""

    moved = Signal()

    def __init__(self, model: TargetModel) -> None:
        super().__init__()
        self.targets = model
        self.setModel(model)
        self.setItemDelegate(_Delegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.AnyKeyPressed | triggers.EditKeyPressed | triggers.DoubleClicked)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().moveSection(YEAR, 1)
        self.take_look()

    def take_look(self) -> None:
        """Take sizes from the look shown now."""
        self.verticalHeader().setDefaultSectionSize(look.row_height("comfortable"))
        for column in range(REACHED + 1):
            self.horizontalHeader().resizeSection(column, look.px(_WIDE.get(column, 84)))
        self.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.moved.emit()

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        ends = QAbstractItemDelegate.EndEditHint
        at = self.currentIndex()
        super().closeEditor(editor, ends.NoHint if hint == ends.SubmitModelCache else hint)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if hint == ends.SubmitModelCache and at.row() + 1 < len(self.targets.rows):
            self.setCurrentIndex(at.siblingAtRow(at.row() + 1))

    def focusInEvent(self, event: Any) -> None:
        if not self.currentIndex().isValid() and self.targets.rows:
            self.setCurrentIndex(self.targets.index(0, 1))
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = self.currentIndex()
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste(QApplication.clipboard().text())
        elif event.matches(QKeySequence.StandardKey.Copy) and at.isValid():
            QApplication.clipboard().setText(self.targets.text(self.targets.rows[at.row()], at.column()))
        elif control and event.key() == Qt.Key.Key_R:
            self.fill()
        elif event.key() == Qt.Key.Key_Delete and at.isValid():
            self.targets.setData(at, "")
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and at.isValid():
            self.edit(at)
        else:
            self._say_kept(at, event)
            super().keyPressEvent(event)

    def _say_kept(self, at: Index, event: QKeyEvent) -> None:
        """Say why, where a key would begin to write and may not."""
        writes = event.key() == Qt.Key.Key_F2 or (event.text().isprintable() and event.text().strip())
        is_target = at.isValid() and at.column() in (*MONTHS, YEAR)
        if writes and is_target and not self.targets.takes(at.row(), at.column()):
            self.targets.refused.emit(say(KEPT))

    def fill(self) -> None:
        """Give the months behind the cursor the target of its month."""
        at = self.currentIndex()
        if not at.isValid() or at.column() not in MONTHS:
            return
        row = self.targets.rows[at.row()]
        amount = row.target(at.column())
        cells = {(*row.key, month): amount for month in range(at.column() + 1, 13) if row.takes(month)}
        if amount is not None and cells:
            self.targets.written.emit(cells)

    def paste(self, text: str) -> None:
        """Put cells of a spreadsheet in from the cursor on; one that can't be read changes nothing at all."""
        at = self.currentIndex()
        if not at.isValid() or not text.strip():
            return
        cells: dict[tuple[str, Any, int], int | None] = {}
        heard: list[object] = []
        self.targets.refused.connect(heard.append)
        for down, line in enumerate(text.rstrip("\r\n").splitlines()):
            for right, cell in enumerate(line.split("\t")):
                row, column = at.row() + down, at.column() + right
                if row < len(self.targets.rows) and column in (*MONTHS, YEAR) and cell.strip() and not heard:
                    cells |= self.targets.meant(row, column, cell)
        self.targets.refused.disconnect(heard.append)
        if cells and not heard:
            self.targets.written.emit(cells)


class TargetsPage(Page):
    """The page with the grid."""

    message_at = 0

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.year, self.kind = this_day().year, PEOPLE
        self._latest = Latest(tasks)
        self.model = TargetModel(store.schema.fields("target")["amount"])
        self.grid = TargetGrid(self.model)
        self.grid.setProperty("framed", True)
        self.grid.moved.connect(self._say_cell)
        self.model.written.connect(self.write)
        self.model.refused.connect(lambda why: talk.tell_problem(Known(why)))
        self.title, self.about, self.cell = label("title"), label("hint"), label("caption")
        self.about.setWordWrap(True)
        self.cell.setWordWrap(True)
        self.back, self.on = (
            icon_button("chevron-left", partial(self.turn, -1)),
            icon_button("chevron-right", partial(self.turn, 1)),
        )
        self.shown_year = label("subtitle")
        self.group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        top = QHBoxLayout()
        top.setSpacing(look.px(8))
        for part in (self.title, self.back, self.shown_year, self.on):
            top.addWidget(part)
        top.addSpacing(look.px(12))
        for kind in goals.KINDS:
            button = self.buttons[kind] = QPushButton()
            button.setCheckable(True)
            button.clicked.connect(partial(self.show_kind, kind))
            self.group.addButton(button)
            top.addWidget(button)
        top.addStretch(1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(look.px(side) for side in (20, 14, 20, 12)))
        self.column.setSpacing(look.px(8))
        self.column.addLayout(top)
        self.column.addWidget(self.about)
        self.column.addWidget(self.grid, 1)
        self.column.addWidget(self.cell)
        self.reword()
        self.show_kind(PEOPLE)

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    def show_kind(self, kind: str) -> None:
        """Show the targets of people, products, categories or regions."""
        self.kind = kind
        for one, button in self.buttons.items():
            button.setChecked(one == kind)
            button.setProperty("chip", True if one == kind else "off")
            look.refresh(button)
        self.read()

    def turn(self, by: int) -> None:
        """To another year."""
        self.year += by
        self._say()
        self.read()

    def read(self) -> None:
        """Read them anew."""
        self._latest.run(_read, self.store, self.year, self.kind, then=self._show)

    def _show(self, found: tuple[int, str, list[Row]]) -> None:
        year, kind, rows = found
        if (year, kind) == (self.year, self.kind):
            self.model.show_rows(rows, year)
            self._say_cell()
            self.changed.emit()

    def write(self, cells: dict[tuple[str, Any, int], int | None]) -> None:
        """Keep what was typed."""
        self.tasks.run(goals.write, self.store, self.year, cells, writes=True, failed=talk.tell_problem)

    def heard(self, touched: Touched | None) -> None:
        if touched is None or {"target", "user", "role", "deal", "product", "category"} & touched.ids.keys():
            self.read()

    # ---- words and going

    def _say(self) -> None:
        self.shown_year.setText(str(self.year))

    def _say_cell(self) -> None:
        at = self.grid.currentIndex()
        there = at.isValid() and at.row() < len(self.model.rows)
        self.cell.setText(self.model.said(self.model.rows[at.row()], at.column()) if there else " ")

    def crumbs(self) -> list[str]:
        return [_("Sales targets")]

    def hint(self) -> str:
        return _("Type: set a target   Ctrl+R: fill to the right   Ctrl+V: paste   Del: clear")

    def focus_first(self) -> None:
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[Pane]:
        return [(self.buttons[self.kind], self.buttons[self.kind].setFocus), (self.grid, self.focus_first)]

    def state(self) -> Any:
        return self.year, self.kind, self.grid.currentIndex().row(), self.grid.currentIndex().column()

    def restore(self, state: Any) -> None:
        self.year, kind, row, column = state
        self._say()
        self.show_kind(kind)
        self.grid.setCurrentIndex(self.model.index(row, column))

    def reword(self) -> None:
        super().reword()
        self.title.setText(_("Sales targets"))
        self.about.setText(
            _(
                "Type a month, or the whole year: it is spread as last year was sold. Grey numbers follow from the rows below."
            )
        )
        name_button(self.back, _("The year before"))
        name_button(self.on, _("The year after"))
        for kind, button in self.buttons.items():
            button.setText(_(goals.KINDS[kind]))
        self.grid.setAccessibleName(_("Targets by month"))
        self.grid.take_look()
        self._say()
        self.read()


def _read(store: Store, year: int, kind: str) -> tuple[int, str, list[Row]]:
    return year, kind, goals.read(store, year, kind)
