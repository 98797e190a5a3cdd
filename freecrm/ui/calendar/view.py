"""A view of the calendar: its keys and its gestures over a `Surface`. It writes nothing: what the user wants done
goes out as signals."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QCursor, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QToolTip

from freecrm.store.calendar import Item
from freecrm.ui import look
from freecrm.ui.calendar import keys, paint
from freecrm.ui.calendar.gesture import BEGIN, CREATE, END, MOVE, Gesture, Target, Where
from freecrm.ui.calendar.shown import Laid
from freecrm.ui.calendar.shown import laid as laid_at
from freecrm.ui.calendar.spoken import clock_words, spoken
from freecrm.ui.calendar.spots import More, Spot
from freecrm.ui.calendar.surface import Surface

EDGE = 6
"""Pixels of an item's edge that are pulled instead of the item."""
SCROLL_MS, SCROLL_PX = 40, 24
_CURSORS = {
    ("grid", BEGIN): Qt.CursorShape.SizeVerCursor,
    ("grid", END): Qt.CursorShape.SizeVerCursor,
    ("band", BEGIN): Qt.CursorShape.SizeHorCursor,
    ("band", END): Qt.CursorShape.SizeHorCursor,
}


class TimeView(Surface):
    """What a user does in a calendar."""

    def __init__(self) -> None:
        super().__init__()
        self._scrolls = QTimer(self, interval=SCROLL_MS)
        self._scrolls.timeout.connect(self._scroll_on)

    # ---- keys

    def event(self, event: QEvent) -> bool:
        # The window's own keys (Alt+Left goes back, Ctrl+N begins a customer) mean something else in a calendar.
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return super().event(event)
        if keys.is_ours(event) or (self.gesture is not None and event.key() == Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.gesture is not None:
            if event.key() == Qt.Key.Key_Escape:
                self.cancel()
            else:
                self._held_changed(event.modifiers())
            return
        if not keys.act(self, event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self.gesture is not None:
            self._held_changed(event.modifiers())
        super().keyReleaseEvent(event)

    def _held_changed(self, held: Qt.KeyboardModifier) -> None:
        if self.gesture is not None:
            self.gesture.copies = bool(held & Qt.KeyboardModifier.ControlModifier)
            self.gesture.fine = bool(held & Qt.KeyboardModifier.AltModifier)
            self.viewport().update()

    # ---- the mouse

    def spot_at(self, at: QPointF) -> Spot | None:
        """The item that is drawn at a place of the viewport, the uppermost one."""
        for spot in reversed(self.spots):
            if self.clip(spot.part).contains(at) and spot.rect.contains(at - self.shift(spot.part)):
                return spot
        return None

    def more_at(self, at: QPointF) -> More | None:
        """The «+3» at a place of the viewport."""
        for more in self.mores:
            if self.clip(more.part).contains(at) and more.rect.contains(at - self.shift(more.part)):
                return more
        return None

    def on_tick(self, spot: Spot, at: QPointF) -> bool:
        """Whether a place is where an item is ticked off."""
        return self.can_tick(spot) and paint.tick_rect(spot).contains(at - self.shift(spot.part))

    def _way(self, spot: Spot, at: QPointF) -> str:
        if spot.part not in self.resizes:
            return MOVE
        place, edge = at - self.shift(spot.part), look.px(EDGE)
        if spot.part == "band":
            edge = min(edge, int(spot.rect.width() / 4))
            near_begin, near_end = place.x() - spot.rect.left(), spot.rect.right() - place.x()
        else:
            edge = min(edge, int(spot.rect.height() / 4))
            near_begin, near_end = place.y() - spot.rect.top(), spot.rect.bottom() - place.y()
        if near_end <= edge and spot.ends:
            return END
        if near_begin <= edge and spot.begins:
            return BEGIN
        return MOVE

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if event.button() != Qt.MouseButton.LeftButton:
            spot = self.spot_at(at)
            if spot is not None:
                self.choose(spot.laid)
            return
        more, spot, where = self.more_at(at), self.spot_at(at), self.where_at(at)
        if more is not None:
            self.more_wanted.emit(more.hidden, self.viewport().mapToGlobal(at.toPoint()))
            return
        if spot is not None and self.on_tick(spot, at):
            self.choose(spot.laid)
            self.finish_wanted.emit(spot.laid.item.id, spot.laid.item.instance)
            return
        if where is None:
            self.head_pressed(at)
            return
        held = event.modifiers()
        if spot is not None:
            self.choose(spot.laid)
            self.gesture = Gesture(self._way(spot, at), spot.laid, at.toPoint(), where, self.timed)
        else:
            self.go(where if where.minute is None else where._replace(minute=where.minute // 15 * 15))
            self.gesture = Gesture(CREATE, None, at.toPoint(), where, self.timed)
        self._held_changed(held)

    def head_pressed(self, at: QPointF) -> None:
        """A press beside the times: on the head of a day."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self.gesture is None:
            self._hover(at)
            return
        far = (at.toPoint() - self.gesture.pressed).manhattanLength()
        if not self.gesture.begun and far < QApplication.startDragDistance():
            return
        self.gesture.begun = True
        self._held_changed(event.modifiers())
        self.drag_to(at)

    def drag_to(self, at: QPointF) -> None:
        """What is dragged is held over this place of the viewport."""
        if self.gesture is None:
            return
        self.gesture.now = self.where_at(at) or (None if self.gesture.loose else self.gesture.now)
        if self._scroll_by(at) and not self._scrolls.isActive():
            self._scrolls.start()
        target = self.gesture.target
        if target is not None:
            self.setAccessibleDescription(
                clock_words(target.start, target.end or target.start, all_day=target.all_day)
            )
        self.viewport().update()

    def _scroll_by(self, at: QPointF) -> int:
        """How far the content is to move while something is held at the edge of it."""
        clip = self.clip("grid")
        if self.gesture is None or not self.gesture.begun or not clip.left() <= at.x() <= clip.right():
            return 0
        if at.y() > clip.bottom() - look.px(12):
            return look.px(SCROLL_PX)
        near_top = clip.top() - look.px(4) <= at.y() < clip.top() + look.px(8)
        return -look.px(SCROLL_PX) if near_top and self.gesture.way != MOVE else 0

    def _scroll_on(self) -> None:
        at = QPointF(self.viewport().mapFromGlobal(QCursor.pos()))
        by = self._scroll_by(at)
        if not by:
            self._scrolls.stop()
            return
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + by)
        self.drag_to(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture, self.gesture = self.gesture, None
        self._scrolls.stop()
        self.viewport().update()
        if gesture is None or event.button() != Qt.MouseButton.LeftButton or not gesture.begun:
            return
        gesture.copies = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        gesture.fine = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        self._drop(gesture)

    def _drop(self, gesture: Gesture) -> None:
        target = gesture.target
        if target is None:
            return
        if gesture.laid is None:
            self.create_wanted.emit(target)
        elif gesture.loose or gesture.copies or _differs(gesture.laid, target):
            copies = gesture.copies and gesture.way == MOVE and not gesture.loose
            self.placed.emit(gesture.laid.item, target, copies)

    def cancel(self) -> None:
        super().cancel()
        self._scrolls.stop()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position())
        if spot is not None:
            self.opened.emit(spot.laid.item)
        elif self.where_at(event.position()) is not None and self.more_at(event.position()) is None:
            self.create_wanted.emit(self.target())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        if not by_key:
            spot, where = self.spot_at(QPointF(event.pos())), self.where_at(QPointF(event.pos()))
            if spot is not None:
                self.choose(spot.laid)
            elif where is not None:
                self.go(where if where.minute is None else where._replace(minute=where.minute // 15 * 15))
        laid, place = self.laid(), event.pos()
        chosen = self.spot_of(self.current)
        if by_key and chosen is not None:
            place = (chosen.rect.center() + self.shift(chosen.part)).toPoint()
        self.menu_wanted.emit(laid.item if laid else None, self.target(), self.viewport().mapToGlobal(place))

    def _hover(self, at: QPointF) -> None:
        spot = self.spot_at(at)
        key = spot.laid.item.key if spot is not None else None
        if key != self._hovered:
            self._hovered = key
            self.viewport().update()
        shape = Qt.CursorShape.ArrowCursor
        if spot is not None:
            shape = _CURSORS.get((spot.part, self._way(spot, at)), Qt.CursorShape.ArrowCursor)
        if self.more_at(at) is not None or (spot is not None and self.on_tick(spot, at)):
            shape = Qt.CursorShape.PointingHandCursor
        self.viewport().setCursor(shape)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.viewport().update()
        super().leaveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = QPointF(event.pos())
            spot, more = self.spot_at(at), self.more_at(at)
            words = spoken(spot.laid, self.shown) if spot is not None else ""
            if more is not None:
                words = "\n".join(spoken(laid, self.shown) for laid in more.hidden[:12])
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().viewportEvent(event)

    # ---- from the list of what has no time

    def hold(self, item: Item, at: QPoint) -> bool:
        """Something that has no time is held over a place of the screen; whether it can be let go there."""
        place = self.viewport().mapFromGlobal(at)
        inside = self.viewport().rect().contains(place)
        if self.gesture is None:
            now = dt.datetime.combine(self.shown.today, dt.time())
            self.gesture = Gesture(
                MOVE, laid_at(item, now, now), place, Where(now.date()), self.timed, begun=True, loose=True
            )
        self.gesture.now = self.where_at(QPointF(place)) if inside else None
        self.viewport().update()
        return self.gesture.now is not None

    def let_go(self, item: Item, at: QPoint, *, fine: bool = False) -> None:
        """It is let go there."""
        if self.hold(item, at) and self.gesture is not None:
            self.gesture.fine = fine
            gesture, self.gesture = self.gesture, None
            self._drop(gesture)
        self.cancel()


def _differs(laid: Laid, target: Target) -> bool:
    same = (target.start, target.end, target.all_day) == (laid.start, laid.end, laid.item.all_day)
    return not same or target.person is not None
