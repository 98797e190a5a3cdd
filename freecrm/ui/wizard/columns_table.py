"""The table of columns in step 3: what a column is called, an example, where it goes, what becomes of it.

Painted rows over a model; the list of targets is opened in place by a click, Enter or Alt+↓.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from freecrm.core.words import N_, Said, _
from freecrm.ui import look
from freecrm.ui.fitting import fit_heads
from freecrm.ui.wizard.spread import spread

Index = QModelIndex | QPersistentModelIndex
LETTER, HEAD, EXAMPLE, ARROW, TARGET, TIDIED, FILLED, STATE = range(8)
_TITLES = (
    N_("Col."),
    N_("Head in the file"),
    N_("Example"),
    "",
    N_("Goes to"),
    N_("Tidied"),
    N_("Filled"),
    N_("State"),
)
_WIDE = ((0, 50), (1.2, 84), (1.2, 84), (0, 28), (2.2, 190), (1.8, 100), (0, 68), (1.8, 120))
_FOLDS = (LETTER, FILLED, ARROW, EXAMPLE, TIDIED)
ROW = 33
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class State:
    """How a column stands: an icon, a colour of the look, words."""

    icon: str
    colour: str
    text: Said

    @property
    def needs_look(self) -> bool:
        """Whether the user should have a look."""
        return self.colour in ("warning", "danger")


@dataclass(frozen=True, slots=True)
class Line:
    """One column of the file as the table shows it. kind: "new", "out", "" of its target."""

    letter: str
    head: str
    example: str
    path: str
    target: str
    kind: str
    needed: bool
    tidied: str
    filled: str
    state: State


class ColumnsModel(QAbstractTableModel):
    """The columns of the file."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []

    def show_lines(self, lines: list[Line]) -> None:
        """Show these; only what differs is painted anew."""
        if len(lines) != len(self.lines):
            self.beginResetModel()
            self.lines = lines
            self.endResetModel()
            return
        before, self.lines = self.lines, lines
        for at, (old, new) in enumerate(zip(before, lines, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(at, 0), self.index(at, STATE))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_TITLES)

    def texts(self, row: int) -> tuple[str, ...]:
        """What stands in the cells of a row."""
        line = self.lines[row]
        return (
            line.letter,
            line.head,
            line.example,
            "",
            line.target,
            line.tidied,
            line.filled,
            str(line.state.text),
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.texts(index.row())[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            texts = self.texts(index.row())
            whole = (
                (HEAD, EXAMPLE, TIDIED) if index.column() == HEAD else (index.column(),)
            )  # they may be folded
            return "\n".join(texts[column] for column in whole if texts[column])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            line = self.lines[index.row()]
            said = _("{head}: goes to {target}; {state}")
            return said.format(head=line.head, target=line.target, state=line.state.text)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return _(_TITLES[section]) if _TITLES[section] else ""
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if section == FILLED else _LEFT
        return None


class _Painter(QStyledItemDelegate):
    """Paints the cells straight from the lines."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model, view = index.model(), option.widget
        assert isinstance(model, ColumnsModel)
        assert isinstance(view, ColumnsTable)
        line, rect, column = model.lines[index.row()], QRect(option.rect), index.column()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = "warning_bg" if line.state.needs_look else "surface"
        if index.row() == view.currentIndex().row() and view.hasFocus():
            ground = "selected"
        painter.fillRect(rect, look.colour(ground))
        painter.setPen(QPen(look.colour("border"), 1))
        painter.drawLine(rect.left(), rect.bottom(), rect.right(), rect.bottom())
        if column == ARROW:
            side, ratio = look.px(16), view.devicePixelRatioF()
            name = "arrow-right"
            picture = look.pixmap(name, side, "text3" if line.kind == "out" else "text2", ratio)
            painter.drawPixmap(
                rect.left() + (rect.width() - side) // 2, rect.center().y() - side // 2, picture
            )
        elif column == TARGET:
            self._target(painter, view, rect, line, index.row() == view.currentIndex().row())
        elif column == STATE:
            self._state(painter, view, rect, line)
        else:
            self._words(painter, rect, line, column, model.texts(index.row())[column])
        painter.restore()

    def _words(self, painter: QPainter, rect: QRect, line: Line, column: int, text: str) -> None:
        small = column in (LETTER, TIDIED, FILLED)
        font = look.font("caption" if small else "body", bold=column == HEAD and line.kind != "out")
        painter.setFont(font)
        colour = "text3" if column == LETTER or line.kind == "out" else "text" if column == HEAD else "text2"
        painter.setPen(look.colour(colour))
        inside = rect.adjusted(look.px(8), 0, -look.px(8), 0)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, inside.width())
        painter.drawText(inside, _RIGHT if column == FILLED else _LEFT, shown)

    def _target(self, painter: QPainter, view: ColumnsTable, rect: QRect, line: Line, current: bool) -> None:
        box = QRectF(rect).adjusted(look.px(4) + 0.5, look.px(3) + 0.5, -look.px(4) - 0.5, -look.px(3) - 0.5)
        focused = current and view.hasFocus()
        edge = "focus" if focused else "violet" if line.kind == "new" else "border_strong"
        painter.setPen(QPen(look.colour(edge), 2 if focused else 1))
        painter.setBrush(look.colour("surface"))
        painter.drawRoundedRect(box, look.px(4), look.px(4))
        side, ratio = look.px(16), view.devicePixelRatioF()
        arrow = look.pixmap("chevron-down", side, "text2", ratio)
        right = box.right() - look.px(6) - side
        painter.drawPixmap(int(right), int(box.center().y() - side / 2), arrow)
        room = int(right - box.left()) - look.px(14)
        painter.setFont(look.font("body"))
        if line.needed:
            painter.setPen(look.colour("danger"))
            star = QRectF(right - look.px(14), box.top(), look.px(12), box.height())
            painter.drawText(star, Qt.AlignmentFlag.AlignCenter, "*")
            room -= look.px(14)
        painter.setPen(look.colour("text3" if line.kind == "out" else "text"))
        words = painter.fontMetrics().elidedText(line.target, Qt.TextElideMode.ElideRight, room)
        painter.drawText(box.adjusted(look.px(8), 0, 0, 0), _LEFT, words)

    def _state(self, painter: QPainter, view: ColumnsTable, rect: QRect, line: Line) -> None:
        state = line.state
        side, ratio = look.px(16), view.devicePixelRatioF()
        left = rect.left() + look.px(8)
        painter.drawPixmap(
            left, rect.center().y() - side // 2, look.pixmap(state.icon, side, state.colour, ratio)
        )
        painter.setFont(look.font("caption"))
        painter.setPen(look.colour(state.colour))
        inside = QRect(rect)
        inside.setLeft(left + side + look.px(6))
        words = painter.fontMetrics().elidedText(
            str(state.text), Qt.TextElideMode.ElideRight, inside.width() - 4
        )
        painter.drawText(inside, _LEFT, words)


class ColumnsTable(QTableView):
    """wanted(row): the user wants to send that column somewhere else."""

    wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = ColumnsModel()
        self.lines.setParent(self)
        self.setModel(self.lines)
        self.setItemDelegate(_Painter(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setSectionsClickable(False)
        head.setHighlightSections(False)
        head.setDefaultAlignment(_LEFT)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setStretchLastSection(True)
        fit_heads(head)
        self.resize_columns()

    def resize_columns(self) -> None:
        """Give rows and columns their sizes at the zoom shown now."""
        self.verticalHeader().setDefaultSectionSize(look.px(ROW))
        spread(self, _WIDE, _FOLDS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        spread(self, _WIDE, _FOLDS)

    def show_lines(self, lines: list[Line]) -> None:
        """Show these columns; the cursor stays where it is."""
        at = self.currentIndex().row()
        self.lines.show_lines(lines)
        if lines and not self.currentIndex().isValid():
            self.setCurrentIndex(self.lines.index(max(min(at, len(lines) - 1), 0), TARGET))

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.setAccessibleName(_("Columns of the file and where they go"))
        self.lines.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, STATE)
        self.resize_columns()

    def target_rect(self, row: int) -> QRect:
        """Where the target of a row stands in the viewport."""
        return self.visualRect(self.lines.index(row, TARGET))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, alt = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        opens = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2, Qt.Key.Key_F4, Qt.Key.Key_Space)
        row = self.currentIndex().row()
        if row >= 0 and ((alt and key == Qt.Key.Key_Down) or (opens and not event.modifiers())):
            self.wanted.emit(row)
        elif event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier):
            event.ignore()
        else:
            super().keyPressEvent(event)
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        self.viewport().update()
        if index.isValid() and index.column() == TARGET and event.button() == Qt.MouseButton.LeftButton:
            self.wanted.emit(index.row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.indexAt(event.position().toPoint()).column() == TARGET
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)
