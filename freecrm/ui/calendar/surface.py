"""What all views of a calendar show, and how: items by their places, a cursor in time, words for who listens.

A view says where things stand (`arrange`, `where_at`, `ghosts`) and paints its ground (`paint_ground`); what is done
with keys and mouse is in `view.py`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea

from freecrm.store.calendar import Item, Key
from freecrm.ui import look
from freecrm.ui.calendar import paint
from freecrm.ui.calendar.gesture import MOVE, Gesture, Target, Where
from freecrm.ui.calendar.shown import DAY, Laid, Shown
from freecrm.ui.calendar.spoken import clock_words, spoken
from freecrm.ui.calendar.spots import More, Spot
from freecrm.ui.parts import announce

_MARGIN = 3
"""Pixels around an item for the ring of the one that is chosen."""


class Surface(QAbstractScrollArea):
    """opened(Item). create_wanted(Target). new_wanted: at the cursor, or from now on. placed(Item, Target, copies). delete_wanted(Item).
    finish_wanted(id, instance). turned(by): the time before or after is wanted. today_wanted. day_wanted(date):
    this day by itself. copied(Item). paste_wanted(Target). more_wanted(list of Laid, QPoint). menu_wanted(Item or
    None, Target, QPoint)."""

    opened = Signal(object)
    create_wanted = Signal(object)
    placed = Signal(object, object, bool)
    delete_wanted = Signal(object)
    finish_wanted = Signal(object, object)
    new_wanted = Signal()
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
        self.empty_words = ""
        """What stands in the middle where there is no item."""
        self._order: list[Laid] | None = None
        self._pictures: dict[tuple[int, paint.How], QPixmap] = {}
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

    def settle(self) -> None:
        """Scroll to where one begins to look when the days are shown next."""

    def lay_out(self) -> None:
        """Arrange everything anew and paint it."""
        self._order = None
        self.arrange()
        self.repaint_items()

    def repaint_items(self) -> None:
        """Paint items anew, which otherwise are painted once and then only put where they are scrolled to."""
        self._pictures.clear()
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
        from freecrm.core import day_words

        day, minute, person = self.here
        at = "" if minute is None or not self.timed else f"{minute // 60:02}:{minute % 60:02}"
        parts = (day_words.show(day), at, self.shown.names.get(person or b"", ""))
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
        if self._order is None:
            first, last = self.days[0], self.days[-1]
            self._order = [laid for laid in self.shown.laid if laid.first <= last and laid.last >= first]
        return self._order

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

    def cancel(self) -> None:
        """Nothing comes of what is dragged."""
        self.gesture = None
        self.viewport().update()

    def can_tick(self, spot: Spot) -> bool:
        """Whether an item shows where it is ticked off: tasks always, others while one is at them."""
        item = spot.laid.item
        near = item.key in (self._hovered, self.current if self.hasFocus() else None)
        return not item.done and (item.kind == "task" or near) and paint.has_room_for_tick(spot)

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
        if self.empty_words and not self.in_order() and self.gesture is None:
            paint.nothing(painter, self.clip("grid"), self.empty_words)
        painter.end()

    def _paint_part(self, painter: QPainter, part: str, seen: QRectF) -> None:
        held = (
            self.gesture.laid.item.key if self.gesture and self.gesture.begun and self.gesture.laid else None
        )
        for spot in self.spots:
            if (
                spot.part == part
                and seen.intersects(spot.rect)
                and min(spot.rect.width(), spot.rect.height()) >= 1
            ):
                how = paint.How(
                    chosen=spot.laid.item.key == self.current,
                    focus=self.hasFocus(),
                    held=spot.laid.item.key == held,
                    tick=self.can_tick(spot),
                    ratio=self.devicePixelRatioF(),
                )
                corner = spot.rect.topLeft() - QPointF(_MARGIN, _MARGIN)
                painter.drawPixmap(corner, self._picture(spot, how))
        for more in self.mores:
            if more.part == part and seen.intersects(more.rect):
                chosen = self.current is not None and any(one.item.key == self.current for one in more.hidden)
                paint.more(painter, more.rect, len(more.hidden), chosen=chosen)
        self.paint_cursor(painter, part)
        if self.gesture is not None and self.gesture.begun:
            target = self.gesture.target
            if target is not None:
                self._paint_ghost(painter, part, target)

    def _picture(self, spot: Spot, how: paint.How) -> QPixmap:
        """An item as it is painted: while one scrolls nothing is written anew."""
        known = self._pictures.get((id(spot), how))
        if known is None:
            room = spot.rect.size() + QSizeF(2 * _MARGIN, 2 * _MARGIN)
            known = QPixmap((room * how.ratio).toSize() + QSize(1, 1))
            known.setDevicePixelRatio(how.ratio)
            known.fill(Qt.GlobalColor.transparent)
            painter = QPainter(known)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(QPointF(_MARGIN, _MARGIN) - spot.rect.topLeft())
            paint.item(painter, spot, self.shown, how)
            painter.end()
            self._pictures[id(spot), how] = known
        return known

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
        spot = self.spot_at_cursor() if self.current is None else None
        if spot is not None:
            self.current = spot.laid.item.key
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
