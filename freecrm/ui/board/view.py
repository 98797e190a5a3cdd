"""What a user does on a board: keys and gestures over a `Surface`. It writes nothing: wishes go out as signals."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QCursor, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QToolTip

from freecrm.ui import look
from freecrm.ui.board import paint
from freecrm.ui.board.drag import Drag
from freecrm.ui.board.spoken import lane_words, spoken
from freecrm.ui.board.surface import Surface

SCROLL_MS, SCROLL_PX, NEAR = 30, 22, 28
_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_PLAIN = Qt.KeyboardModifier.NoModifier
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ENDS = {Qt.Key.Key_W: paint.WON, Qt.Key.Key_L: paint.LOST}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class BoardView(Surface):
    """A board, or the months of the forecast."""

    def __init__(self) -> None:
        super().__init__()
        self._scrolls = QTimer(self, interval=SCROLL_MS)
        self._scrolls.timeout.connect(self._scroll_on)

    # ---- keys

    def event(self, event: QEvent) -> bool:
        # Ctrl+Shift+L, Del and others mean something else in the window.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            dragged = self.drag is not None and event.key() == Qt.Key.Key_Escape
            if dragged or self._is_ours(event):
                event.accept()
                return True
        return super().event(event)

    def _is_ours(self, event: QKeyEvent) -> bool:
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held == _CTRL_SHIFT:
            return key in _ARROWS or key in _ENDS
        if held == Qt.KeyboardModifier.ControlModifier:
            return key == Qt.Key.Key_N
        plain = (*_ARROWS, *_ENTER, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Delete)
        return held == _PLAIN and key in (*plain, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.drag is not None:
            if event.key() == Qt.Key.Key_Escape:
                self.cancel()
            return
        if not self._is_ours(event) or not self.lanes:
            event.ignore()
            return
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        card, lane = self.card(), self.lanes[min(self.lane, len(self.lanes) - 1)]
        if held == Qt.KeyboardModifier.ControlModifier or (key in _ENTER and card is None):
            self.new_wanted.emit(lane)
        elif held == _CTRL_SHIFT and card is not None:
            if key in _ENDS:
                self.zoned.emit(card, _ENDS[key])
            else:
                across, down = _ARROWS[key]
                (self.stepped if across else self.swapped).emit(card, across or down)
        elif held == _PLAIN:
            self._plain(key)

    def _plain(self, key: Qt.Key) -> None:
        card = self.card()
        count = len(self.lanes[self.lane].cards)
        page = max(int(self.clip().height() // self.step), 1)
        rows = {
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: count - 1,
            Qt.Key.Key_PageUp: self.row - page,
            Qt.Key.Key_PageDown: self.row + page,
        }
        if key in _ARROWS:
            across, down = _ARROWS[key]
            lane = self.lane + across
            if 0 <= lane < len(self.lanes):
                self.choose(lane, self.row + down)
        elif key in rows:
            self.choose(self.lane, max(rows[key], 0))
        elif card is not None and key in _ENTER:
            self.opened.emit(card)
        elif card is not None:
            self.zoned.emit(card, paint.DELETE)

    # ---- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        found = self.card_at(at)
        if found is not None:
            self.choose(*found)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if found is not None:
            rect, card = self.card_rect(*found), self.lanes[found[0]].cards[found[1]]
            if paint.menu_rect(rect).contains(at):
                below = paint.menu_rect(rect).bottomLeft().toPoint()
                lane = self.lanes[found[0]]
                self.menu_wanted.emit(card, lane, self.viewport().mapToGlobal(below))
                return
            self.drag = Drag(card, *found, at.toPoint(), at - rect.topLeft())
            return
        adds, lane_at = self.add_at(at), self.lane_at(at)
        if adds is not None:
            self.new_wanted.emit(self.lanes[adds])
        elif lane_at is not None and self.head_rect(lane_at).contains(at):
            place = self.head_rect(lane_at).bottomLeft().toPoint()
            self.menu_wanted.emit(None, self.lanes[lane_at], self.viewport().mapToGlobal(place))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at, drag = event.position(), self.drag
        if drag is None:
            self._hover(at)
            return
        far = (at.toPoint() - drag.pressed).manhattanLength()
        if not drag.begun and far < QApplication.startDragDistance():
            return
        if not drag.begun:
            drag.begun = True
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self.drag_to(at)

    def drag_to(self, at: QPointF) -> None:
        """The card in the hand is held over this place of the viewport."""
        drag = self.drag
        if drag is None:
            return
        before = drag.over
        drag.now = at
        drag.zone = next((name for name in paint.ZONES if self.zone_rect(name).contains(at)), "")
        lane = None if drag.zone else self.lane_at(at)
        drag.over = lane if lane is not None and (self.lanes[lane].takes or lane == drag.lane) else None
        if drag.over is not None:
            count = len(self.lanes[drag.over].cards) - (drag.over == drag.lane)
            row = (at.y() - self.top + self.verticalScrollBar().value()) // self.step
            drag.to = max(min(int(row), count), 0)
        if drag.over != before or drag.now is None:
            over = self.lanes[drag.over] if drag.over is not None else None
            self.dragging.emit(drag.card, over)
            if over is not None:
                self.setAccessibleDescription(f"{over.title}: {self.place_words(drag.card, over)}")
        if any(self._scroll_by(at)) and not self._scrolls.isActive():
            self._scrolls.start()
        self.viewport().update()

    def _scroll_by(self, at: QPointF) -> tuple[int, int]:
        """How far to scroll, across and down, while something is held near an edge."""
        if self.drag is None or not self.drag.begun:
            return 0, 0
        near, by, clip = look.px(NEAR), look.px(SCROLL_PX), self.clip()
        across = by if at.x() > clip.right() - near else -by if at.x() < clip.left() + near else 0
        down = 0
        if not self.drag.zone:
            down = by if at.y() > clip.bottom() - near else -by if at.y() < clip.top() + near // 2 else 0
        bars = self.horizontalScrollBar(), self.verticalScrollBar()
        return (
            across if bars[0].maximum() else 0,
            down if bars[1].maximum() and at.y() > look.px(40) else 0,
        )

    def _scroll_on(self) -> None:
        at = QPointF(self.viewport().mapFromGlobal(QCursor.pos()))
        across, down = self._scroll_by(at)
        if not across and not down:
            self._scrolls.stop()
            return
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + across)
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + down)
        self.drag_to(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self.drag = self.drag, None
        self._scrolls.stop()
        self.viewport().unsetCursor()
        self.viewport().update()
        if drag is None or not drag.begun or event.button() != Qt.MouseButton.LeftButton:
            return
        self.dragging.emit(None, None)
        if drag.zone:
            self.zoned.emit(drag.card, drag.zone)
        elif drag.over is not None and (drag.over, drag.to) != (drag.lane, drag.at):
            lane = self.lanes[drag.over]
            others = [card for card in lane.cards if card.id != drag.card.id]
            self.dropped.emit(drag.card, lane, others[drag.to - 1].id if drag.to else None)

    def cancel(self) -> None:
        super().cancel()
        self._scrolls.stop()
        self.viewport().unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = self.card_at(event.position())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.drag = None
            self.opened.emit(self.lanes[found[0]].cards[found[1]])

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            card, lane = self.card(), self.current_lane()
            rect = self.card_rect(self.lane, self.row) if card is not None else self.head_rect(self.lane)
            place = rect.center().toPoint()
        else:
            at, place = QPointF(event.pos()), event.pos()
            found, over = self.card_at(at), self.lane_at(at)
            card = self.lanes[found[0]].cards[found[1]] if found is not None else None
            lane = self.lanes[over] if over is not None else None
        if lane is not None:
            self.menu_wanted.emit(card, lane, self.viewport().mapToGlobal(place))

    def _hover(self, at: QPointF) -> None:
        found, adds = self.card_at(at), self.add_at(at)
        id = self.lanes[found[0]].cards[found[1]].id if found is not None else None
        if (id, adds) != (self._hovered, self._adds):
            self._hovered, self._adds = id, adds
            self.viewport().update()
        lane = self.lane_at(at)
        on_head = lane is not None and self.head_rect(lane).contains(at)
        on_menu = found is not None and paint.menu_rect(self.card_rect(*found)).contains(at)
        hand = adds is not None or on_head or on_menu
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = self._adds = None
        self.viewport().update()
        super().leaveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = QPointF(event.pos())
            found, lane = self.card_at(at), self.lane_at(at)
            words = ""
            if found is not None:
                words = spoken(self.lanes[found[0]].cards[found[1]], None, self.shown.seen)
            elif lane is not None and self.head_rect(lane).contains(at):
                of = self.lanes[lane]
                tip = of.stage.tip if of.stage is not None else ""
                words = "\n".join(part for part in (lane_words(of), tip) if part)
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().viewportEvent(event)
