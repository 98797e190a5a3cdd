"""What all views of a calendar share: items by their places, a cursor in time, keys, gestures, words for who listens.

A view says where things stand (`arrange`, `where_at`, `ghosts`) and paints its ground (`paint_ground`); it writes
nothing: what the user wants done goes out as signals.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QToolTip

from freecrm.store.calendar import Item, Key
from freecrm.ui import look
from freecrm.ui.calendar import keys, paint
from freecrm.ui.calendar.gesture import BEGIN, CREATE, END, MOVE, Gesture, Target, Where
from freecrm.ui.calendar.shown import DAY, Laid, Shown
from freecrm.ui.calendar.spoken import clock_words, spoken
from freecrm.ui.parts import announce

EDGE = 6
"""Pixels of an item's edge that are pulled instead of the item."""
SCROLL_MS, SCROLL_PX = 40, 24
_CURSORS = {
    ("grid", BEGIN): Qt.CursorShape.SizeVerCursor,
    ("grid", END): Qt.CursorShape.SizeVerCursor,
    ("band", BEGIN): Qt.CursorShape.SizeHorCursor,
    ("band", END): Qt.CursorShape.SizeHorCursor,
}


@dataclass(slots=True)
class Spot:
    """Where an item is drawn. part: "grid" scrolls, "band" stands. begins, ends: it doesn't reach over this edge.
    line: drawn in one line. tick: where it is ticked off."""

    laid: Laid
    rect: QRectF
    part: str = "grid"
    begins: bool = True
    ends: bool = True
    line: bool = False
    day: dt.date | None = None


@dataclass(slots=True)
class More:
    """A «+3»: what is not drawn for want of room."""

    hidden: list[Laid]
    rect: QRectF
    part: str = "grid"
    day: dt.date | None = None


class TimeView(QAbstractScrollArea):
    """opened(Item). create_wanted(Target). placed(Item, Target, copies). delete_wanted(Item).
    finish_wanted(id, instance). turned(by): the time before or after is wanted. today_wanted. day_wanted(date):
    this day by itself. copied(Item). paste_wanted(Target). more_wanted(list of Laid, QPoint). menu_wanted(Item or
    None, Target, QPoint)."""

    opened = Signal(object)
    create_wanted = Signal(object)
    placed = Signal(object, object, bool)
    delete_wanted = Signal(object)
    finish_wanted = Signal(object, object)
    turned = Signal(int)
    today_wanted = Signal()
    day_wanted = Signal(object)
    copied = Signal(object)
    paste_wanted = Signal(object)
    more_wanted = Signal(object, object)
    menu_wanted = Signal(object, object, object)
    chosen = Signal()

    timed = True
    """Whether it has hours that things are dragged to."""
    resizes: tuple[str, ...] = ("grid", "band")

    def __init__(self) -> None:
        super().__init__()
        self.shown = Shown()
        self.days: list[dt.date] = []
        self.spots: list[Spot] = []
        self.mores: list[More] = []
        self.here = Where(self.shown.today, 9 * 60)
        self.current: Key | None = None
        self.gesture: Gesture | None = None
        self._hovered: Key | None = None
        self._scrolls = QTimer(self, interval=SCROLL_MS)
        self._scrolls.timeout.connect(self._scroll_on)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)

    # ---- of each view

    def arrange(self) -> None:
        """Work out `spots` and `mores` for the size shown now."""
        raise NotImplementedError

    def where_at(self, at: QPointF) -> Where | None:
        """The time at a place of the viewport; None beside the days."""
        raise NotImplementedError

    def ghosts(self, target: Target) -> list[tuple[QRectF, str]]:
        """Where something would be drawn, and in which part."""
        raise NotImplementedError

    def paint_ground(self, painter: QPainter, rect: QRectF) -> None:
        """Everything below the items."""
        raise NotImplementedError

    def paint_above(self, painter: QPainter) -> None:
        """Everything that covers items that scroll."""

    def shift(self, part: str) -> QPointF:
        """What has to be added to a place of a part for that in the viewport."""
        return QPointF(0, -self.verticalScrollBar().value() if part == "grid" else 0)

    def clip(self, part: str) -> QRectF:
        """Where in the viewport a part is seen."""
        return QRectF(self.viewport().rect())

    def step_cursor(self, across: int, down: int) -> Where:
        """Where an arrow leads from the cursor."""
        raise NotImplementedError

    # ---- what is shown

    def show_days(self, days: list[dt.date], shown: Shown) -> None:
        """Show these days; the item that was chosen stays so where it is still there."""
        self.days, self.shown = days, shown
        if self.current is not None and self.current not in shown.by_key:
            self.current = None
        held = self.gesture.laid if self.gesture is not None and not self.gesture.loose else None
        if held is not None and held.item.key not in shown.by_key:  # it went away while it was held
            self.cancel()
        self.lay_out()

    def lay_out(self) -> None:
        """Arrange everything anew and paint it."""
        self.arrange()
        self.viewport().update()

    def reword(self) -> None:
        """Take words, colours and sizes from the look shown now."""
        self.lay_out()

    def laid(self) -> Laid | None:
        """The item that is chosen, None when none is."""
        return self.shown.by_key.get(self.current) if self.current is not None else None

    def target(self) -> Target:
        """A new item at the cursor, as long as is usual."""
        day, minute, person = self.here
        at = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minute or 0)
        return Target(at, None, minute is None, person)

    # ---- choosing

    def choose(self, laid: Laid | None, *, speak: bool = True) -> None:
        """Choose an item (None: none), bring it into sight and tell of it."""
        self.current = laid.item.key if laid is not None else None
        if laid is not None:
            minute = None if laid.in_band else laid.start.hour * 60 + laid.start.minute
            spot = self.spot_of(laid.item.key)
            person = self.here.person
            day = spot.day if spot is not None and spot.day is not None else laid.first
            if spot is not None:
                person = self._person_of(spot)
            self.here = Where(day, minute, person)
            self.bring_into_sight()
            self.tell(spoken(laid, self.shown), speak=speak)
        self.chosen.emit()
        self.viewport().update()

    def _person_of(self, spot: Spot) -> bytes | None:
        found = self.where_at(spot.rect.center() + self.shift(spot.part))
        return found.person if found is not None else None

    def go(self, where: Where) -> None:
        """Put the cursor there, on the item that stands there if there is one."""
        self.here = where
        at = self.spot_at_cursor()
        self.current = at.laid.item.key if at is not None else None
        self.bring_into_sight()
        self.tell(self.cursor_words())
        self.chosen.emit()
        self.viewport().update()

    def tell(self, words: str, *, speak: bool = True) -> None:
        """Say where one is."""
        self.setAccessibleDescription(words)
        if speak:
            announce(self, words)

    def cursor_words(self) -> str:
        """The cursor's place in words, with the item that stands there."""
        laid = self.laid()
        if laid is not None:
            return spoken(laid, self.shown)
        from freecrm.core import date_words

        day, minute, person = self.here
        at = "" if minute is None or not self.timed else f"{minute // 60:02}:{minute % 60:02}"
        parts = (date_words.show(day), at, self.shown.names.get(person or b"", ""))
        return " ".join(part for part in parts if part)

    def spot_of(self, key: Key | None) -> Spot | None:
        """Where an item is drawn first; None when it isn't."""
        return next((spot for spot in self.spots if spot.laid.item.key == key), None)

    def spot_at_cursor(self) -> Spot | None:
        """The item that stands at the cursor."""
        day, minute, _person = self.here
        for spot in self.spots:
            laid = spot.laid
            if minute is None:
                if laid.in_band and laid.first <= day <= laid.last:
                    return spot
            elif not laid.in_band:
                at = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minute)
                if laid.start <= at < max(laid.end, laid.start + dt.timedelta(minutes=1)):
                    return spot
        return None

    def in_order(self) -> list[Laid]:
        """The items that Tab goes through: those of the days shown, in the order of time."""
        if not self.days:
            return []
        first, last = self.days[0], self.days[-1]
        return [laid for laid in self.shown.laid if laid.first <= last and laid.last >= first]

    def step_item(self, by: int) -> bool:
        """Go to the next item, or the one before; False behind the last one."""
        order = self.in_order()
        here = next((at for at, laid in enumerate(order) if laid.item.key == self.current), None)
        if here is None:
            now = self._cursor_moment()
            behind = [at for at, laid in enumerate(order) if laid.start >= now]
            ahead = [at for at, laid in enumerate(order) if laid.start < now]
            at = (behind[0] if behind else len(order)) if by > 0 else (ahead[-1] if ahead else -1)
        else:
            at = here + by
        if not 0 <= at < len(order):
            return False
        self.choose(order[at])
        return True

    def _cursor_moment(self) -> dt.datetime:
        return dt.datetime.combine(self.here.day, dt.time()) + dt.timedelta(minutes=self.here.minute or 0)

    def bring_into_sight(self) -> None:
        """Scroll to the item chosen, or to the cursor."""
        spot = self.spot_of(self.current)
        if spot is not None and spot.part == "grid":
            self.scroll_to(spot.rect.top(), spot.rect.bottom())

    def scroll_to(self, top: float, bottom: float) -> None:
        """Scroll so that this stretch of the content is seen, its top first."""
        bar, room, edge = self.verticalScrollBar(), self.clip("grid").height(), look.px(8)
        if bottom - bar.value() > room - edge:
            bar.setValue(round(bottom - room + edge))
        if top - bar.value() < edge:
            bar.setValue(round(top - edge))

    def focusNextPrevChild(self, forward: bool) -> bool:
        if self.hasFocus() and self.step_item(1 if forward else -1):
            return True
        return super().focusNextPrevChild(forward)

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

    def can_tick(self, spot: Spot) -> bool:
        """Whether an item shows where it is ticked off: tasks always, others while one is at them."""
        item = spot.laid.item
        near = item.key in (self._hovered, self.current if self.hasFocus() else None)
        return not item.done and (item.kind == "task" or near) and paint.has_room_for_tick(spot)

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
        at = QPointF(self.viewport().mapFromGlobal(self.cursor_place()))
        by = self._scroll_by(at)
        if not by:
            self._scrolls.stop()
            return
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + by)
        self.drag_to(at)

    def cursor_place(self) -> QPoint:
        """Where the mouse is on the screen."""
        from PySide6.QtGui import QCursor

        return QCursor.pos()

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
        """Nothing comes of what is dragged."""
        self.gesture = None
        self._scrolls.stop()
        self.viewport().update()

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
                MOVE, Laid(item, now, now), place, Where(now.date()), self.timed, begun=True, loose=True
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

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_ground(painter, QRectF(event.rect()))
        for part in ("grid", "band"):
            clip, shift = self.clip(part), self.shift(part)
            if clip.isEmpty():
                continue
            painter.save()
            painter.setClipRect(clip)
            painter.translate(shift)
            self._paint_part(painter, part, clip.translated(-shift))
            painter.restore()
            if part == "grid":
                self.paint_above(painter)
        painter.end()

    def _paint_part(self, painter: QPainter, part: str, seen: QRectF) -> None:
        held = (
            self.gesture.laid.item.key if self.gesture and self.gesture.begun and self.gesture.laid else None
        )
        for spot in self.spots:
            if spot.part == part and seen.intersects(spot.rect):
                how = paint.How(
                    chosen=spot.laid.item.key == self.current,
                    focus=self.hasFocus(),
                    held=spot.laid.item.key == held,
                    tick=self.can_tick(spot),
                    ratio=self.devicePixelRatioF(),
                )
                paint.item(painter, spot, self.shown, how)
        for more in self.mores:
            if more.part == part and seen.intersects(more.rect):
                chosen = self.current is not None and any(one.item.key == self.current for one in more.hidden)
                paint.more(painter, more.rect, len(more.hidden), chosen=chosen)
        self.paint_cursor(painter, part)
        if self.gesture is not None and self.gesture.begun:
            target = self.gesture.target
            if target is not None:
                self._paint_ghost(painter, part, target)

    def _paint_ghost(self, painter: QPainter, part: str, target: Target) -> None:
        assert self.gesture is not None
        laid = self.gesture.laid
        end = target.end or target.start + self.usual(laid.item if laid else None)
        full = Target(target.start, end, target.all_day, target.person)
        words = clock_words(target.start, end, all_day=target.all_day)
        title = (laid.item.title or laid.item.customer_name) if laid is not None else ""
        sign = "+ " if self.gesture.copies and laid is not None and self.gesture.way == MOVE else ""
        for rect, of in self.ghosts(full):
            if of == part:
                paint.ghost(painter, rect, f"{sign}{words}", title)

    def usual(self, item: Item | None) -> dt.timedelta:
        """How long something is where nobody said it."""
        habit = self.shown.habits.get(item.kind if item is not None else "task")
        return dt.timedelta(minutes=(habit.minutes if habit is not None else 0) or 30)

    def paint_cursor(self, painter: QPainter, part: str) -> None:
        """Show where the cursor is while no item is chosen."""
        if not self.hasFocus() or self.current is not None:
            return
        day, minute, person = self.here
        start = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minute or 0)
        end = start + (DAY if minute is None else dt.timedelta(minutes=30))
        for rect, of in self.ghosts(Target(start, end, minute is None, person)):
            if of == part:
                paint.cursor(painter, rect)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.tell(self.cursor_words())
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lay_out()

    def state(self) -> Any:
        """What `restore` needs."""
        return self.here, self.current, self.verticalScrollBar().value()

    def restore(self, state: Any) -> None:
        """Put cursor and scrolling back as they were."""
        self.here, self.current, at = state
        self.verticalScrollBar().setValue(at)
        self.viewport().update()


def _differs(laid: Laid, target: Target) -> bool:
    same = (target.start, target.end, target.all_day) == (laid.start, laid.end, laid.item.all_day)
    return not same or target.person is not None
