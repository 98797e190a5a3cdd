"""A list of offers below a line that is being typed into. The focus stays in the line, so that input methods
and the cursor are not disturbed; its keys are handed on by the line's owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from freecrm.ui import look

ROWS_SEEN = 9
_OFFER = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Offer:
    """One line. value: what picking it means. hint: small text behind. icon, tint: in front.
    apart: a hairline above it."""

    text: str
    value: Any
    hint: str = ""
    icon: str = ""
    tint: str = ""
    apart: bool = False


class _Painter(QStyledItemDelegate):
    """Paints an offer: a dot or an icon, the text, the hint."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(look.px(60), look.px(32))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        offer: Offer = index.data(_OFFER)
        view = self.parent()
        assert isinstance(view, QWidget)
        rect: QRect = option.rect
        painter.save()
        chosen = isinstance(view, Suggestions) and index.row() == view.row
        if chosen:
            painter.fillRect(rect, look.colour("selected"))
        if offer.apart and index.row():
            painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 1), look.colour("border"))
        left, side = rect.left() + look.px(10), look.px(16)
        if offer.icon:
            ratio = view.devicePixelRatioF()
            painter.drawPixmap(
                left, rect.center().y() - side // 2, look.pixmap(offer.icon, side, "text2", ratio)
            )
            left += side + look.px(8)
        elif offer.tint:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("text3" if offer.tint in ("neutral", "plain") else offer.tint))
            dot = look.px(8)
            painter.drawEllipse(left, rect.center().y() - dot // 2 + 1, dot, dot)
            left += dot + look.px(8)
        room = QRect(left, rect.top(), rect.right() - left - look.px(8), rect.height())
        painter.setFont(look.font())
        painter.setPen(look.colour("accent" if offer.apart else "text"))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(offer.text, Qt.TextElideMode.ElideRight, room.width())
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, text)
        used = metrics.horizontalAdvance(text) + look.px(12)
        if offer.hint and room.width() - used > look.px(40):
            painter.setFont(look.font("caption"))
            painter.setPen(look.colour("text2"))
            hint = painter.fontMetrics().elidedText(
                offer.hint, Qt.TextElideMode.ElideRight, room.width() - used
            )
            painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, hint)
        painter.restore()


class Suggestions(QListView):
    """The list itself. picked(Offer): by mouse or by `take`."""

    picked = Signal(object)

    def __init__(self, below: QWidget) -> None:
        super().__init__(below)
        self.below, self.row = below, -1
        self.offers: list[Offer] = []
        # A tool tip's window never takes the focus or the keys.
        self.setWindowFlags(Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setProperty("popup", True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Painter(self))
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self.clicked.connect(lambda index: self._pick(index.row()))
        self.entered.connect(lambda index: self.choose(index.row()))
        self.hide()

    def offer(self, offers: Sequence[Offer], row: int = 0) -> None:
        """Show these offers, one of them chosen (-1: none yet)."""
        self.offers = list(offers)
        self._model.clear()
        for one in self.offers:
            item = QStandardItem(one.text)
            item.setData(one, _OFFER)
            item.setAccessibleText(one.text)
            self._model.appendRow(item)
        self.choose(min(row, len(self.offers) - 1))
        if not self.offers or not self.below.isVisible():
            self.hide()
            return
        self._place()
        self.show()

    def choose(self, row: int) -> None:
        """Mark an offer."""
        self.row = row
        index = self._model.index(max(row, 0), 0)
        if row >= 0:
            self.setCurrentIndex(index)
            self.scrollTo(index)
        self.viewport().update()

    def current(self) -> Offer | None:
        """The offer that is marked, None when none is or nothing is shown."""
        return self.offers[self.row] if self.isVisible() and 0 <= self.row < len(self.offers) else None

    def take(self, event: QKeyEvent) -> bool:
        """Whether a key of the line was meant for the list, and done: arrows, Page keys, Enter, Esc."""
        if not self.isVisible():
            return False
        key = event.key()
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: ROWS_SEEN - 1,
            Qt.Key.Key_PageUp: 1 - ROWS_SEEN,
        }
        if key in steps:
            at, last = self.row + steps[Qt.Key(key)], len(self.offers) - 1
            single = abs(steps[Qt.Key(key)]) == 1
            self.choose(at % (last + 1) if single else min(max(at, 0), last))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~_KEYPAD:
            if self.row < 0:
                return False
            self._pick(self.row)
        elif key == Qt.Key.Key_Escape:
            self.hide()
        else:
            return False
        return True

    def _pick(self, row: int) -> None:
        if 0 <= row < len(self.offers):
            self.hide()
            self.picked.emit(self.offers[row])

    def _place(self) -> None:
        rows = min(len(self.offers), ROWS_SEEN)
        height = rows * look.px(32) + look.px(10)
        at = self.below.mapToGlobal(QPoint(0, self.below.height() + look.px(2)))
        width = max(self.below.width(), look.px(220))
        screen = QGuiApplication.screenAt(at) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        if at.y() + height > room.bottom():
            at.setY(self.below.mapToGlobal(QPoint(0, 0)).y() - height - look.px(2))
        at.setX(max(min(at.x(), room.right() - width), room.left()))
        self.setGeometry(QRect(at, QSize(width, height)))


_KEYPAD = Qt.KeyboardModifier.KeypadModifier
