"""Lanes with cards, painted: where they stand, what is seen of them, the card that the cursor is on.

All cards are equally high, so a place is found by arithmetic, and only what is in sight is painted: a lane of five
thousand costs no more than one of five. Keys and mouse are in `view.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea

from freecrm.store.deals import Card
from freecrm.ui import look
from freecrm.ui.board import paint
from freecrm.ui.board.drag import Drag, Sizes
from freecrm.ui.board.shown import Lane, Shown
from freecrm.ui.board.spoken import lane_words, spoken
from freecrm.ui.parts import announce

LEAST, BETWEEN, STRIP, FOOT, ZONE = 164, 8, 34, 84, 56
_MARGIN = 8
_KEPT = 400
"""Painted cards that are kept; more than two screens hold."""


class Surface(QAbstractScrollArea):
    """opened(Card). dropped(Card, Lane, id of the card above or None). zoned(Card, name of a zone). stepped(Card, by):
    into a neighbouring lane. swapped(Card, by): up or down in its lane. new_wanted(Lane). menu_wanted(Card or None,
    Lane or None, QPoint). dragging(Card or None, Lane or None). chosen."""

    opened = Signal(object)
    dropped = Signal(object, object, object)
    zoned = Signal(object, str)
    stepped = Signal(object, int)
    swapped = Signal(object, int)
    new_wanted = Signal(object)
    menu_wanted = Signal(object, object, object)
    dragging = Signal(object, object)
    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.shown = Shown()
        self.current: bytes | None = None
        self.lane = 0
        self.row = 0
        self.drag: Drag | None = None
        self.empty_words = ""
        self.place_words: Callable[[Card, Lane], str] = lambda _card, lane: lane.title
        self._hovered: bytes | None = None
        self._adds: int | None = None  # the lane whose «Add deal» the mouse is on
        self._pictures: dict[tuple[bytes, paint.How], tuple[Card, QPixmap]] = {}
        self._parts: dict[tuple[object, ...], QPixmap] = {}
        self._sizes = Sizes(1, 0, 1, 1, 0, 0, 0, 0)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)

    # ---- where things stand

    @property
    def lanes(self) -> list[Lane]:
        """The lanes in their order."""
        return self.shown.lanes

    def _measure(self) -> Sizes:
        count, between, edge = len(self.lanes) or 1, look.px(BETWEEN), look.px(12)
        room = self.viewport().width() - 2 * edge - (count - 1) * between
        figures = max((len(lane.figures) for lane in self.lanes), default=0)
        card, gap = look.px(paint.CARD), look.px(paint.GAP)
        return Sizes(
            wide=max(room / count, look.px(LEAST)),
            top=edge + look.px(paint.HEAD) + figures * look.px(paint.FIGURE) + look.px(4),
            card=card,
            step=card + gap,
            edge=edge,
            between=between,
            pad=look.px(paint.PAD),
            strip=look.px(STRIP) + gap,
        )

    @property
    def step(self) -> int:
        """From the top of a card to that of the next."""
        return self._sizes.step

    @property
    def wide(self) -> float:
        """How wide a lane is."""
        return self._sizes.wide

    @property
    def top(self) -> int:
        """Where the first card stands while nothing is scrolled."""
        return self._sizes.top

    def lane_rect(self, at: int) -> QRectF:
        """A lane in the viewport, as high as that."""
        sizes = self._sizes
        left = sizes.edge + at * (sizes.wide + sizes.between) - self.horizontalScrollBar().value()
        return QRectF(left, sizes.edge, sizes.wide, self.viewport().height() - sizes.edge - sizes.between)

    def head_rect(self, at: int) -> QRectF:
        """Its head in the viewport."""
        lane = self.lane_rect(at)
        lane.setBottom(self.top)
        return lane

    def card_rect(self, lane: int, at: int) -> QRectF:
        """A card in the viewport, where it stands while nothing is dragged."""
        return self._slot(lane, at * self.step, self._sizes.card)

    def _slot(self, lane: int, down: float, high: float) -> QRectF:
        rect, pad = self.lane_rect(lane), self._sizes.pad
        top = self.top + down - self.verticalScrollBar().value()
        return QRectF(rect.left() + pad, top, rect.width() - 2 * pad, high)

    def foot_rect(self, at: int) -> QRectF:
        """The room below the last card of a lane."""
        return self._slot(at, self._length(at), look.px(FOOT))

    def _length(self, at: int) -> int:
        count = len(self.lanes[at].cards) * self.step
        drag = self.drag
        if drag is not None and drag.begun and drag.over is not None and drag.over != drag.lane:
            if at == drag.over:
                return count + self.step
            if at == drag.lane:
                return count - self.step + self._sizes.strip
        return count

    def clip(self) -> QRectF:
        """Where cards are seen: below the heads, above the zones."""
        bottom = self.viewport().height() - look.px(9)
        if self.drag is not None and self.drag.begun:
            bottom = round(self.zone_rect(paint.WON).top()) - look.px(8)
        return QRectF(0, self.top - look.px(2), self.viewport().width(), bottom - self.top + look.px(2))

    def zone_rect(self, name: str) -> QRectF:
        """A place at the foot to drop a card on."""
        names, between = list(paint.ZONES), look.px(BETWEEN)
        shares = (2, 2, 1, 1)
        at = names.index(name)
        room = self.viewport().width() - 2 * look.px(12) - 3 * between
        left = look.px(12) + at * between + room * sum(shares[:at]) / sum(shares)
        top = self.viewport().height() - look.px(ZONE) - look.px(8)
        return QRectF(left, top, room * shares[at] / sum(shares), look.px(ZONE))

    def lane_at(self, at: QPointF) -> int | None:
        """The lane at a place of the viewport."""
        return next((n for n in range(len(self.lanes)) if self.lane_rect(n).contains(at)), None)

    def card_at(self, at: QPointF) -> tuple[int, int] | None:
        """Lane and place of the card at a place of the viewport."""
        lane = self.lane_at(at)
        if lane is None or not self.clip().contains(at):
            return None
        row = int((at.y() - self.top + self.verticalScrollBar().value()) // self.step)
        if 0 <= row < len(self.lanes[lane].cards) and self.card_rect(lane, row).contains(at):
            return lane, row
        return None

    def add_at(self, at: QPointF) -> int | None:
        """The lane whose «Add deal» is at a place of the viewport."""
        lane = self.lane_at(at)
        if lane is None or self.lanes[lane].stage is None or not self.clip().contains(at):
            return None
        return lane if paint.add_rect(self.foot_rect(lane), self.lanes[lane]).contains(at) else None

    def place_of(self, id: bytes | None) -> tuple[int, int] | None:
        """Lane and place of a card, None when it isn't shown."""
        if id is None:
            return None
        lanes = [self.lane, *(n for n in range(len(self.lanes)) if n != self.lane)]
        for lane in lanes:
            if lane < len(self.lanes):
                for row, card in enumerate(self.lanes[lane].cards):
                    if card.id == id:
                        return lane, row
        return None

    # ---- what is shown

    def show_lanes(self, shown: Shown) -> None:
        """Show these; the card that was chosen stays so, or its neighbour where it is gone."""
        if not self.shown.seen.looks_like(shown.seen):
            self._pictures.clear()
        self.shown = shown
        place = self.place_of(self.current)
        if place is not None:
            self.lane, self.row = place
        elif self.lanes:
            self.lane = min(self.lane, len(self.lanes) - 1)
            cards = self.lanes[self.lane].cards
            self.row = min(self.row, max(len(cards) - 1, 0))
            self.current = cards[self.row].id if cards and self.current is not None else None
        drag = self.drag
        if drag is not None:
            held = self.place_of(drag.card.id)
            if held is None:  # it went away while it was held
                self.cancel()
            else:
                drag.lane, drag.at = held
        self.lay_out()

    def lay_out(self) -> None:
        """Take the room there is and paint everything anew."""
        self._parts.clear()
        before, self._sizes = self._sizes, self._measure()
        if self._sizes != before:
            self._pictures.clear()
        view = self.viewport().size()
        whole = 2 * look.px(12) + len(self.lanes) * (self.wide + look.px(BETWEEN)) - look.px(BETWEEN)
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setRange(0, max(round(whole) - view.width(), 0))
        across.setPageStep(view.width())
        across.setSingleStep(look.px(40))
        longest = max((self._length(at) for at in range(len(self.lanes))), default=0)
        room = view.height() - self.top - look.px(12)
        down.setRange(0, max(longest + look.px(FOOT) - room, 0))
        down.setPageStep(max(room, 1))
        down.setSingleStep(self.step // 3)
        self.viewport().update()

    def reword(self) -> None:
        """Take words, colours and sizes from the look shown now."""
        self._pictures.clear()
        self.lay_out()
        if self.hasFocus():
            self.setAccessibleDescription(self.words())

    def card(self) -> Card | None:
        """The card that is chosen."""
        place = self.place_of(self.current)
        return None if place is None else self.lanes[place[0]].cards[place[1]]

    def current_lane(self) -> Lane | None:
        """The lane that the cursor is in."""
        return self.lanes[self.lane] if self.lane < len(self.lanes) else None

    def choose(self, lane: int, row: int, *, speak: bool = True) -> None:
        """Put the cursor on a card, or on the head of a lane that has none."""
        cards = self.lanes[lane].cards
        self.lane, self.row = lane, max(min(row, len(cards) - 1), 0)
        self.current = cards[self.row].id if cards else None
        self.bring_into_sight()
        self.tell(speak=speak)
        self.chosen.emit()
        self.viewport().update()

    def choose_id(self, id: bytes) -> bool:
        """Put the cursor on a deal's card; False when it isn't shown."""
        place = self.place_of(id)
        if place is not None:
            self.choose(*place)
        return place is not None

    def words(self) -> str:
        """Where the cursor is."""
        card, lane = self.card(), self.current_lane()
        if card is not None:
            return spoken(card, lane, self.shown.seen)
        return lane_words(lane) if lane is not None else self.empty_words

    def tell(self, *, speak: bool = True) -> None:
        """Say where the cursor is."""
        self.setAccessibleDescription(self.words())
        if speak:
            announce(self, self.words())

    def bring_into_sight(self) -> None:
        """Scroll to the card that is chosen, or to its lane."""
        across, down, clip = self.horizontalScrollBar(), self.verticalScrollBar(), self.clip()
        lane = self.lane_rect(self.lane)
        if lane.right() > self.viewport().width() - look.px(12):
            across.setValue(across.value() + round(lane.right() - self.viewport().width()) + look.px(12))
        elif lane.left() < look.px(12):
            across.setValue(across.value() + round(lane.left()) - look.px(12))
        rect = self.card_rect(self.lane, self.row)
        if rect.bottom() > clip.bottom() - look.px(8):
            down.setValue(down.value() + round(rect.bottom() - clip.bottom()) + look.px(8))
        elif rect.top() < clip.top() + look.px(4):
            down.setValue(down.value() + round(rect.top() - clip.top()) - look.px(4))

    def cancel(self) -> None:
        """Nothing comes of what is dragged."""
        begun = self.drag is not None and self.drag.begun
        self.drag = None
        if begun:
            self.dragging.emit(None, None)
        self.viewport().update()

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), look.colour("surface"))
        drag = self.drag if self.drag is not None and self.drag.begun else None
        most = max((lane.total for lane in self.lanes), default=0)
        seen = QRectF(self.viewport().rect())
        for at, lane in enumerate(self.lanes):
            rect = self.lane_rect(at)
            if not rect.intersects(seen):
                continue
            if drag is not None:
                rect.setBottom(self.clip().bottom())
            paint.ground(painter, rect, target=drag is not None and drag.over == at)
            bare = self.hasFocus() and self.current is None and at == self.lane
            head = partial(paint.head, lane=lane, most=most, chosen=bare)
            self._put(painter, ("head", at, bare), self.head_rect(at), head)
            painter.save()
            painter.setClipRect(self.clip())
            self._paint_cards(painter, at)
            painter.restore()
        if drag is not None:
            self._paint_drag(painter, drag)
        painter.end()

    def _paint_cards(self, painter: QPainter, at: int) -> None:
        lane, ratio = self.lanes[at], self.devicePixelRatioF()
        for card, rect in self._in_sight(at):
            how = paint.How(card.id == self.current, self.hasFocus(), card.id == self._hovered, ratio=ratio)
            painter.drawPixmap(
                rect.topLeft() - QPointF(_MARGIN, _MARGIN), self._picture(card, rect.size(), how)
            )
        drag = self.drag
        if drag is not None and drag.begun:
            if at == drag.lane and drag.over != at:
                strip = self._slot(at, drag.at * self.step, look.px(STRIP))
                paint.strip(painter, strip, drag.card.name)
            if at == drag.over:
                place = self._slot(at, drag.to * self.step, look.px(paint.CARD))
                paint.gap(painter, place, self.place_words(drag.card, lane))
            return
        foot = self.foot_rect(at)
        if foot.top() < self.viewport().height():
            paint.foot(painter, foot, lane, ratio, hovered=self._adds == at, empty=self.empty_words)

    def _in_sight(self, at: int) -> Iterator[tuple[Card, QRectF]]:
        """The cards of a lane that are seen, and where."""
        cards, step, drag = self.lanes[at].cards, self.step, self.drag
        begin = self.verticalScrollBar().value()
        away = 2 if drag is not None and drag.begun else 0  # others make room for the card in the hand
        first = max(int(begin // step) - away, 0)
        last = min(int((begin + self.clip().height()) // step) + 1 + away, len(cards))
        for row in range(first, last):
            down = row * step
            if drag is not None and drag.begun:
                if cards[row].id == drag.card.id:
                    continue
                behind = at == drag.lane and row > drag.at
                place = row - behind
                down = place * step
                if at == drag.over and place >= drag.to:
                    down += step
                if behind and drag.over != at:
                    down += self._sizes.strip
            yield cards[row], self._slot(at, down, self._sizes.card)

    def _picture(self, card: Card, size: QSizeF, how: paint.How) -> QPixmap:
        """A card as it is painted: while one scrolls or drags nothing is written anew."""
        held = self._pictures.get((card.id, how))
        known = held[1] if held is not None and held[0] == card else None
        if known is None:
            if len(self._pictures) > _KEPT:
                self._pictures.clear()
            room = size + QSizeF(2 * _MARGIN, 2 * _MARGIN)
            known = QPixmap((room * how.ratio).toSize() + QSize(1, 1))
            known.setDevicePixelRatio(how.ratio)
            known.fill(Qt.GlobalColor.transparent)
            painter = QPainter(known)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint.card(painter, QRectF(QPointF(_MARGIN, _MARGIN), size), card, self.shown.seen, how)
            painter.end()
            self._pictures[card.id, how] = card, known
        return known

    def _put(
        self,
        painter: QPainter,
        key: tuple[object, ...],
        rect: QRectF,
        paint_: Callable[[QPainter, QRectF], None],
    ) -> None:
        """Something that looks the same from frame to frame, painted once."""
        known = self._parts.get(key)
        ratio = self.devicePixelRatioF()
        if known is None:
            known = QPixmap((rect.size() * ratio).toSize() + QSize(1, 1))
            known.setDevicePixelRatio(ratio)
            known.fill(Qt.GlobalColor.transparent)
            inner = QPainter(known)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_(inner, QRectF(QPointF(0, 0), rect.size()))
            inner.end()
            self._parts[key] = known
        painter.drawPixmap(rect.topLeft(), known)

    def _paint_drag(self, painter: QPainter, drag: Drag) -> None:
        ratio = self.devicePixelRatioF()
        for name in paint.ZONES:
            zone = partial(paint.zone, name=name, ratio=ratio, over=drag.zone == name)
            self._put(painter, ("zone", name, drag.zone == name), self.zone_rect(name), zone)
        if drag.now is not None:
            size = QSizeF(self.wide - 2 * look.px(paint.PAD), look.px(paint.CARD))
            picture = self._picture(drag.card, size, paint.How(lifted=True, ratio=ratio))
            painter.drawPixmap(drag.now - drag.grip - QPointF(_MARGIN, _MARGIN), picture)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.current is None and self.lanes:
            full = [at for at in range(len(self.lanes)) if self.lanes[at].cards]
            if not self.lanes[min(self.lane, len(self.lanes) - 1)].cards and full:
                self.lane = full[0]
            self.choose(min(self.lane, len(self.lanes) - 1), self.row)
        self.tell()
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lay_out()

    def state(self) -> Any:
        """What `restore` needs."""
        return (
            self.current,
            self.lane,
            self.row,
            self.horizontalScrollBar().value(),
            self.verticalScrollBar().value(),
        )

    def restore(self, state: Any) -> None:
        """Put cursor and scrolling back as they were."""
        self.current, self.lane, self.row, across, down = state
        self.horizontalScrollBar().setValue(across)
        self.verticalScrollBar().setValue(down)
        self.viewport().update()
