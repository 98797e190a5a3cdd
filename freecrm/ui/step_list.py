"""The list of steps: days as headings, each step a sentence with when, who and what; fetched as it is painted."""

from __future__ import annotations

import datetime as dt
from array import array
from bisect import bisect_right
from collections import OrderedDict
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from freecrm.core import day_words
from freecrm.core.change import Step
from freecrm.core.words import _
from freecrm.store import journal
from freecrm.store.database import Store
from freecrm.ui import look

Index = QModelIndex | QPersistentModelIndex
WINDOW, WINDOWS = 64, 64
HEIGHT = 52
_NO_INDEX = QModelIndex()
_NOTHING = journal.Found(array("q"), (), 0)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ICONS = {"import": "upload", "undo": "undo-2", "redo": "redo-2", "sync": "users", "program": "settings"}


def icon_of(step: Step) -> str:
    """What stands for a step: how it came to be, and whether it only deleted."""
    if step.origin == "user" and step.counts:
        new, changed, deleted = (sum(c[i] for c in step.counts.values()) for i in range(3))
        return (
            "trash-2" if deleted and not new and not changed else "plus" if new and not changed else "pencil"
        )
    return _ICONS.get(step.origin, "pencil")


class Steps(QAbstractTableModel):
    """Headings and steps in one flat list."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.found = _NOTHING
        self._heads: list[int] = []
        self._windows: OrderedDict[int, dict[int, Step]] = OrderedDict()
        self.people: dict[bytes, str] = {}

    def show_found(self, found: journal.Found) -> None:
        """Show these steps in place of those before."""
        self.beginResetModel()
        self.found = found
        self._heads = [place + k for k, (place, _day) in enumerate(found.days)]
        self.forget()
        self.endResetModel()

    def forget(self) -> None:
        """Read anew what is painted next."""
        self._windows.clear()
        self.people.clear()

    def head(self, row: int) -> str | None:
        """The ISO day that begins in this row, or None where a step stands."""
        k = bisect_right(self._heads, row)
        return self.found.days[k - 1][1] if k and self._heads[k - 1] == row else None

    def number(self, row: int) -> int | None:
        """The number of the step in a row; None in a heading and outside."""
        if not 0 <= row < self.rowCount() or self.head(row) is not None:
            return None
        return self.found.numbers[row - bisect_right(self._heads, row)]

    def row_of(self, number: int) -> int:
        """The row of a step, -1 when it is not among them. The numbers fall from row to row."""
        numbers = self.found.numbers
        low, high = 0, len(numbers)
        while low < high:
            middle = (low + high) // 2
            if numbers[middle] > number:
                low = middle + 1
            else:
                high = middle
        if low == len(numbers) or numbers[low] != number:
            return -1
        places = [place for place, _day in self.found.days]
        return low + bisect_right(places, low)

    def step(self, row: int) -> Step | None:
        """The step in a row, read when somebody looks at it."""
        number = self.number(row)
        if number is None:
            return None
        place = row - bisect_right(self._heads, row)
        window = self._windows.get(place // WINDOW)
        if window is None:
            start = place // WINDOW * WINDOW
            window = journal.steps(self.store, self.found.numbers[start : start + WINDOW])
            self.people |= journal.people(self.store, list(window.values()))
            self._windows[place // WINDOW] = window
            if len(self._windows) > WINDOWS:
                self._windows.popitem(last=False)
        return window.get(number)

    def facts(self, step: Step) -> str:
        """When, who, from where and how much, in one line."""
        parts = [f"{step.at.astimezone():%H:%M}"]
        if step.who in self.people:
            parts.append(self.people[step.who])
        if step.origin not in ("undo", "redo"):
            parts.append(journal.origin_words(step))
        parts.append(journal.counts_words(self.store, step))
        return " · ".join(part for part in parts if part)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.found.numbers) + len(self.found.days)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.head(index.row()) is not None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = 0) -> Any:
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return None
        day = self.head(index.row())
        if day is not None:
            return day_words.heading(dt.date.fromisoformat(day))
        step = self.step(index.row())
        if step is None:
            return None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            undone = [_("Undone")] if step.undone else []
            return _(", ").join([str(step.done), *undone, self.facts(step)])
        return str(step.done)


class StepPainter(QStyledItemDelegate):
    """Paints headings and steps."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self.parent()
        assert isinstance(view, StepList)
        rect: QRect = option.rect
        day = view.steps.head(index.row())
        if day is not None:
            painter.setFont(look.font("caption", True))
            painter.setPen(look.colour("text2"))
            place = rect.adjusted(look.px(16), look.px(20), -look.px(12), -look.px(4))
            painter.drawText(place, _LEFT, day_words.heading(dt.date.fromisoformat(day)))
            return
        step = view.steps.step(index.row())
        if step is not None:
            self._step(painter, option, step, view)

    def _step(self, painter: QPainter, option: QStyleOptionViewItem, step: Step, view: StepList) -> None:
        rect: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if chosen or hovered:
            painter.fillRect(rect, look.colour("selected" if chosen else "hover"))
        if chosen:
            painter.fillRect(QRect(rect.left(), rect.top(), look.px(3), rect.height()), look.colour("accent"))
        if chosen and view.hasFocus():
            painter.setPen(look.colour("focus"))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        side, pad = look.px(16), look.px(16)
        picture = look.pixmap(
            icon_of(step), side, "text3" if step.undone else "text2", view.devicePixelRatioF()
        )
        painter.drawPixmap(rect.left() + pad, rect.top() + look.px(10), picture)
        inner = rect.adjusted(pad + side + look.px(10), look.px(7), -look.px(12), -look.px(7))
        upper = QRect(inner.left(), inner.top(), inner.width(), inner.height() // 2)
        lower = QRect(inner.left(), upper.bottom() + 1, inner.width(), inner.height() - upper.height())
        if step.undone:
            upper.setRight(upper.right() - self._tag(painter, upper, _("Undone")))
        painter.setFont(look.font("body"))
        painter.setPen(look.colour("text3" if step.undone else "text"))
        text = " ".join(str(step.done).split())
        painter.drawText(upper, _LEFT, self._fit(painter, text, upper.width()))
        painter.setFont(look.font("caption"))
        painter.setPen(look.colour("text2" if chosen else "text3"))
        painter.drawText(lower, _LEFT, self._fit(painter, view.steps.facts(step), lower.width()))

    def _tag(self, painter: QPainter, place: QRect, text: str) -> int:
        """Paint a word on a plate at the right end; how much room it took."""
        painter.setFont(look.font("caption"))
        width = painter.fontMetrics().horizontalAdvance(text) + look.px(12)
        plate = QRect(place.right() - width, place.center().y() - look.px(9), width, look.px(18))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("sunken"))
        painter.drawRoundedRect(plate, look.px(4), look.px(4))
        painter.restore()
        painter.setPen(look.colour("text2"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
        return width + look.px(8)

    def _fit(self, painter: QPainter, text: str, width: int) -> str:
        return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)


class StepList(QTableView):
    """The list on the screen. chosen(number): the cursor stands on another step (0: on none)."""

    chosen = Signal(int)

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps = Steps(store)
        self.setModel(self.steps)
        self.setItemDelegate(StepPainter(self))
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.fit()

    def fit(self) -> None:
        """Give the rows the height of the text size shown now."""
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(look.px(HEIGHT))
        self.verticalScrollBar().setSingleStep(look.px(HEIGHT))

    def show_found(self, found: journal.Found, number: int = 0) -> None:
        """Show these steps, the cursor on the one of this number, else on the newest."""
        self.steps.show_found(found)
        self.choose(number if self.steps.row_of(number) >= 0 else (found.numbers[0] if found.numbers else 0))

    def choose(self, number: int) -> None:
        """Put the cursor on a step."""
        row = self.steps.row_of(number)
        if row >= 0:
            self.setCurrentIndex(self.steps.index(row, 0))
            if row == 1:
                self.scrollToTop()  # its heading is seen, too
        else:
            self.chosen.emit(0)

    @property
    def number(self) -> int:
        """The number of the step under the cursor; 0: none."""
        return self.steps.number(self.currentIndex().row()) or 0

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.chosen.emit(self.number)

    def moveCursor(self, action: QTableView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """As the keys say, past the headings."""
        if action == QTableView.CursorAction.MoveHome:
            return self._step_near(0, 1)
        if action == QTableView.CursorAction.MoveEnd:
            return self._step_near(self.steps.rowCount() - 1, -1)
        there = super().moveCursor(action, modifiers)
        up = there.row() < self.currentIndex().row()
        found = self._step_near(there.row(), -1 if up else 1)
        return found if found.isValid() else self.currentIndex()

    def _step_near(self, row: int, by: int) -> QModelIndex:
        while 0 <= row < self.steps.rowCount() and self.steps.head(row) is not None:
            row += by
        return self.steps.index(row, 0) if 0 <= row < self.steps.rowCount() else QModelIndex()
