"""The calendar as a list: a heading a day, below it one line an item."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from freecrm.core import day_words
from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.calendar import day_head, paint
from freecrm.ui.calendar.gesture import Target, Where
from freecrm.ui.calendar.shown import DAY, Laid, Shown
from freecrm.ui.calendar.spoken import below, clock_words, headline, state_words
from freecrm.ui.calendar.spots import Spot
from freecrm.ui.calendar.tones import tone
from freecrm.ui.calendar.view import TimeView

HEADING, ROW = 40, 36
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class _Line(NamedTuple):
    """A heading (laid None) or an item of a day."""

    top: float
    day: dt.date
    laid: Laid | None


class Agenda(TimeView):
    """Days that have something, with what they have."""

    timed = False
    resizes = ()

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[_Line] = []
        self._bottom = 0.0
        self._settled = False

    def arrange(self) -> None:
        by_day: dict[dt.date, list[Laid]] = {}
        for laid in self.in_order():
            day = max(laid.first, self.days[0])
            while day <= min(laid.last, self.days[-1]):
                by_day.setdefault(day, []).append(laid)
                day += DAY
        self._lines, self.spots, self.mores, top = [], [], [], look.px(4)
        wide = self.viewport().width()
        for day in sorted(by_day):
            self._lines.append(_Line(top, day, None))
            top += look.px(HEADING)
            for laid in sorted(by_day[day], key=lambda one: (not one.in_band, one.start)):
                self._lines.append(_Line(top, day, laid))
                rect = QRectF(look.px(16), top, wide - look.px(32), look.px(ROW))
                self.spots.append(Spot(laid, rect, "grid", line=True, day=day))
                top += look.px(ROW)
        self._bottom = top + look.px(16)
        bar, room = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, round(self._bottom - room)))
        bar.setPageStep(max(1, room))
        bar.setSingleStep(look.px(ROW))

    def settle(self) -> None:
        self._settled = False

    def show_days(self, days: list[dt.date], shown: Shown) -> None:
        super().show_days(days, shown)
        if not self._settled and self.isVisible():
            self._settled = True
            heads = [line.top for line in self._lines if line.laid is None and line.day >= self.here.day]
            self.verticalScrollBar().setValue(round(heads[0]) if heads else 0)

    def clip(self, part: str) -> QRectF:
        return QRectF(self.viewport().rect()) if part == "grid" else QRectF()

    def _line_at(self, y: float) -> _Line | None:
        at = bisect_right([line.top for line in self._lines], y) - 1
        return self._lines[at] if 0 <= at < len(self._lines) and y < self._bottom - look.px(16) else None

    def where_at(self, at: QPointF) -> Where | None:
        line = self._line_at(at.y() - self.shift("grid").y())
        return Where(line.day) if line is not None else None

    def ghosts(self, target: Target) -> list[tuple[QRectF, str]]:
        if self.gesture is None:
            return []
        heads = [line for line in self._lines if line.laid is None and line.day == target.start.date()]
        wide = self.viewport().width() - look.px(32)
        return [
            (QRectF(look.px(16), line.top + look.px(4), wide, look.px(HEADING - 8)), "grid") for line in heads
        ]

    def step_cursor(self, across: int, down: int) -> Where:
        """From line to line up and down, from day to day across."""
        if across:
            return Where(self.here.day + across * DAY)
        rows = self.spots
        here = next((at for at, spot in enumerate(rows) if spot.laid.item.key == self.current), None)
        at = (0 if down > 0 else len(rows) - 1) if here is None else here + down
        if 0 <= at < len(rows):
            self.current = rows[at].laid.item.key
            return Where(rows[at].day or self.here.day)
        return self.here

    def spot_at_cursor(self) -> Spot | None:
        held = self.spot_of(self.current)
        if held is not None and held.laid.first <= self.here.day <= held.laid.last:
            return held
        return next((spot for spot in self.spots if spot.day == self.here.day), None)

    def target(self) -> Target:
        return Target(dt.datetime.combine(self.here.day, dt.time()), None, True)

    # ---- painting

    def paint_ground(self, painter: QPainter, rect: QRectF) -> None:
        painter.fillRect(rect, look.colour("surface"))
        shift, room = self.shift("grid").y(), self.viewport().height()
        for line in self._lines:
            if line.laid is None and -look.px(HEADING) <= line.top + shift <= room:
                self._paint_heading(painter, line, line.top + shift)

    def _paint_heading(self, painter: QPainter, line: _Line, top: float) -> None:
        today = line.day == self.shown.today
        rect = QRectF(look.px(16), top, self.viewport().width() - look.px(32), look.px(HEADING))
        font = look.font("body", True)
        metrics = QFontMetricsF(font)
        words = day_words.show(line.day)
        near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get((line.day - self.shown.today).days)
        words = f"{words} · {near}" if near else words
        middle = rect.bottom() - look.px(14)
        painter.setFont(font)
        painter.setPen(look.colour("accent" if today else "text"))
        wide = metrics.horizontalAdvance(words)
        painter.drawText(
            QRectF(rect.left(), middle - metrics.height() / 2, wide + 2, metrics.height()),
            int(_MIDDLE),
            words,
        )
        mark = self.shown.mark(line.day)
        left = day_head.badge(painter, rect.left() + wide + look.px(10), middle, mark, rect.right())
        painter.setFont(look.font("caption"))
        painter.setPen(look.colour("danger" if mark.holiday else "text2"))
        place = QRectF(left + look.px(4), middle - look.px(8), rect.right() - left, look.px(16))
        painter.drawText(place, int(_MIDDLE), " ".join(part for part in (mark.name, mark.lunar) if part))
        painter.setPen(QPen(look.colour("border"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    def _paint_part(self, painter: QPainter, part: str, seen: QRectF) -> None:
        for spot in self.spots:
            if seen.intersects(spot.rect):
                self._paint_row(painter, spot)
        if self.gesture is not None and self.gesture.begun and self.gesture.target is not None:
            self._paint_ghost(painter, part, self.gesture.target)

    def _paint_row(self, painter: QPainter, spot: Spot) -> None:
        laid, one, rect = spot.laid, spot.laid.item, spot.rect
        chosen = one.key == self.current and spot.day == self.here.day
        if chosen:
            painter.fillRect(rect, look.colour("selected"))
        elif one.key == self._hovered:
            painter.fillRect(rect, look.colour("hover"))
        colours = tone(self.shown.places.get(one.owner) if one.owner is not None else None)
        overdue = one.overdue(self.shown.now)
        bar = QRectF(rect.left(), rect.top() + look.px(5), look.px(4), rect.height() - look.px(10))
        painter.fillRect(bar, look.colour("danger") if overdue else colours.edge)
        middle, left, right = rect.center().y(), rect.left() + look.px(14), rect.right() - look.px(8)
        if self.can_tick(spot):
            paint.box(painter, paint.tick_rect(spot).center())
        else:
            paint.sign(painter, laid, self.shown, QPointF(left, middle), self.devicePixelRatioF())
        left += look.px(24)
        muted, main = look.colour("text2"), look.colour("text2" if one.done else "text")
        caption, body = look.font("caption"), look.font("body")
        wide = right - left
        clock = (
            clock_words(laid.start, laid.end, all_day=one.all_day)
            if laid.last == laid.first
            else _("all day")
        )
        names = ", ".join(self.shown.names.get(person, "") for person in one.people)
        state = state_words(laid, self.shown)
        columns = (
            (100, clock, caption, muted),
            (0.40, headline(laid), body, main),
            (0.28, below(laid), caption, muted),
        )
        for share, words, font, ink in columns:
            room = look.px(share) if share > 1 else wide * share
            paint.write(painter, QRectF(left, rect.top(), room - look.px(8), rect.height()), words, font, ink)
            left += room
        alarm = overdue or one.key in self.shown.clashing
        ink = look.colour("danger" if alarm else "success" if one.done else "text2")
        half = (right - left) / 2
        paint.write(
            painter, QRectF(left, rect.top(), half - look.px(6), rect.height()), names, caption, muted
        )
        paint.write(painter, QRectF(left + half, rect.top(), half, rect.height()), state, caption, ink)
        if chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("focus" if self.hasFocus() else "border_strong"), 2))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), look.px(4), look.px(4))
