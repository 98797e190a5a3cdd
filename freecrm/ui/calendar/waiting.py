"""What has no time yet: cards that are dragged into the calendar, or put at its cursor by a key."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QApplication,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from freecrm.core.words import _
from freecrm.store.calendar import Item
from freecrm.ui import look
from freecrm.ui.calendar.tones import contrast, tone

CARD, GAP, MOST_SEEN = 30, 6, 8
_ITEM = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class _Cards(QStyledItemDelegate):
    """Paints the cards."""

    def __init__(self, of: Waiting) -> None:
        super().__init__(of)
        self.of = of

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(look.px(80), look.px(CARD + GAP))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item: Item = index.data(_ITEM)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(option.rect).adjusted(1, 1, -1, -look.px(GAP))
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        focused = chosen and self.of.hasFocus()
        painter.setBrush(look.colour("selected" if chosen else "surface"))
        painter.setPen(QPen(look.colour("focus" if focused else "border"), 2 if focused else 1))
        painter.drawRoundedRect(rect, look.px(4), look.px(4))
        side, ratio = look.px(14), self.of.devicePixelRatioF()
        middle = rect.center().y()
        painter.drawPixmap(
            round(rect.left() + look.px(4)),
            round(middle - side / 2),
            look.pixmap("grip-vertical", side, "text3", ratio),
        )
        left, right = rect.left() + look.px(22), rect.right() - look.px(6)
        name = self.of.names.get(item.owner or b"", "")
        if name:
            right -= look.px(22)
            self._disc(
                painter, QRectF(right + look.px(4), middle - look.px(9), look.px(18), look.px(18)), name, item
            )
        font = look.font("caption")
        painter.setFont(font)
        painter.setPen(look.colour("text"))
        words = QFontMetricsF(font).elidedText(title(item), Qt.TextElideMode.ElideRight, right - left)
        painter.drawText(
            QRectF(left, rect.top(), right - left, rect.height()), int(Qt.AlignmentFlag.AlignVCenter), words
        )
        painter.restore()

    def _disc(self, painter: QPainter, rect: QRectF, name: str, item: Item) -> None:
        colours = tone(self.of.places.get(item.owner or b""))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.edge)
        painter.drawEllipse(rect)
        light = contrast(look.colour("on_accent"), colours.edge) >= contrast(
            look.colour("text"), colours.edge
        )
        painter.setFont(look.font("caption"))
        painter.setPen(look.colour("on_accent" if light else "text"))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), name[:1])


def title(item: Item) -> str:
    """What a card says: the customer and the subject."""
    parts = [item.title]
    if item.customer_name and item.customer_name not in item.title:
        parts.insert(0, item.customer_name)
    return " · ".join(part for part in parts if part) or _("(no name)")


class Waiting(QListWidget):
    """opened(Item): it is to be seen. put_wanted(Item): it is to stand at the cursor of the calendar. held(Item,
    QPoint), dropped(Item, QPoint, fine): it is dragged over a place of the screen, let go there. given_up."""

    opened = Signal(object)
    put_wanted = Signal(object)
    held = Signal(object, object)
    dropped = Signal(object, object, bool)
    given_up = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.names: Mapping[bytes, str] = {}
        self.places: Mapping[bytes, int] = {}
        self._pressed: tuple[QPoint, Item] | None = None
        self._dragging = False
        self.setItemDelegate(_Cards(self))
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.itemDoubleClicked.connect(lambda row: self.opened.emit(row.data(_ITEM)))

    def show_items(self, items: list[Item], names: Mapping[bytes, str], places: Mapping[bytes, int]) -> None:
        """Show these; the one that was chosen stays so."""
        self.names, self.places = names, places
        held = self.item_now()
        self.clear()
        for item in items:
            row = QListWidgetItem(title(item))
            row.setData(_ITEM, item)
            row.setToolTip(title(item))
            self.addItem(row)
            if held is not None and item.id == held.id:
                self.setCurrentItem(row)
        self._fit()

    def _fit(self) -> None:
        rows = min(self.count(), MOST_SEEN)
        self.setFixedHeight(rows * look.px(CARD + GAP) + look.px(2))

    def item_now(self) -> Item | None:
        """The one that is chosen."""
        row = self.currentItem()
        found: Item | None = row.data(_ITEM) if row is not None else None
        return found

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.setAccessibleName(_("Not scheduled"))
        self._fit()

    # ---- dragging

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        row = self.itemAt(event.position().toPoint())
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = (event.position().toPoint(), row.data(_ITEM))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        far = (event.position().toPoint() - self._pressed[0]).manhattanLength()
        if self._dragging or far >= QApplication.startDragDistance():
            self._dragging = True
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self.held.emit(self._pressed[1], event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, dragging = self._pressed, self._dragging
        self._end()
        if dragging and pressed is not None:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            self.dropped.emit(pressed[1], event.globalPosition().toPoint(), fine)
        else:
            super().mouseReleaseEvent(event)

    def _end(self) -> None:
        self._pressed, self._dragging = None, False
        self.viewport().unsetCursor()

    # ---- without dragging

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, item = event.key(), self.item_now()
        if key == Qt.Key.Key_Escape and self._dragging:
            self._end()
            self.given_up.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            put = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            (self.put_wanted if put else self.opened).emit(item)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        item = self.item_now()
        if item is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("Open")).triggered.connect(lambda: self.opened.emit(item))
        put = menu.addAction(_("Put at the cursor of the calendar") + "\tAlt+Enter")
        put.triggered.connect(lambda: self.put_wanted.emit(item))
        menu.popup(event.globalPos())
