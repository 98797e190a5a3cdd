"""A month: six weeks one below the other, as many items a day as there is room for, the rest behind «+3»."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from freecrm.core import day_words
from freecrm.ui import look
from freecrm.ui.calendar import day_head, layout
from freecrm.ui.calendar.gesture import Target, Where
from freecrm.ui.calendar.shown import DAY, Laid
from freecrm.ui.calendar.spots import More, Spot
from freecrm.ui.calendar.view import TimeView

HEAD, NUMBER, LANE, WEEK = 28, 26, 22, 7
LEAST_LANES = 2


class MonthGrid(TimeView):
    """The weeks that a month touches. month: the one it is about; the days of others stand back."""

    timed = False
    resizes = ("band",)

    def __init__(self) -> None:
        super().__init__()
        self.month = self.here.day
        self._columns: list[tuple[float, float]] = []

    @property
    def _weeks(self) -> int:
        return max(len(self.days) // WEEK, 1)

    @property
    def _high(self) -> float:
        """The height of a week."""
        least = look.px(NUMBER) + LEAST_LANES * look.px(LANE) + look.px(4)
        return max((self.viewport().height() - look.px(HEAD)) / self._weeks, least)

    def arrange(self) -> None:
        self._columns = layout.shares([1.0] * WEEK, max(self.viewport().width(), 1))
        self.spots, self.mores = [], []
        if not self.days:
            return
        most = max(1, int((self._high - look.px(NUMBER) - look.px(2)) // look.px(LANE)))
        weeks: list[list[Laid]] = [[] for _week in range(self._weeks)]
        of = {day: at // WEEK for at, day in enumerate(self.days)}
        for laid in self.in_order():
            first, last = of.get(laid.first, 0), of.get(laid.last, len(weeks) - 1)
            for week in range(first, last + 1):
                weeks[week].append(laid)
        for week, items in enumerate(weeks):
            self._arrange_week(week, items, most)
        bar = self.verticalScrollBar()
        room = self.clip("grid").height()
        bar.setRange(0, max(0, round(self._weeks * self._high - room)))
        bar.setPageStep(max(1, round(room)))
        bar.setSingleStep(look.px(40))

    def _arrange_week(self, week: int, items: list[Laid], most: int) -> None:
        begin = self.days[week * WEEK]
        # They come in the order of time: within a day only bands and what lasts longer go before the others.
        items = sorted(items, key=lambda one: (not one.in_band, one.first, one.first - one.last))
        column = {begin + day * DAY: day for day in range(WEEK)}
        spans = [(column.get(one.first, -1), column.get(one.last, WEEK)) for one in items]
        lanes, hidden = layout.lanes(spans, WEEK, most)
        top, high = week * self._high + look.px(NUMBER), look.px(LANE)
        for at, lane in lanes.items():
            first, last = max(spans[at][0], 0), min(spans[at][1], WEEK - 1)
            left = self._columns[first][0] + look.px(3)
            right = sum(self._columns[last]) - look.px(3)
            rect = QRectF(left, top + lane * high, right - left, high - look.px(2))
            begins, ends = spans[at][0] >= 0, spans[at][1] < WEEK
            self.spots.append(Spot(items[at], rect, "grid", begins, ends, True, begin + first * DAY))
        for day, gone in enumerate(hidden):
            if gone:
                left, wide = self._columns[day]
                rect = QRectF(
                    left + look.px(3), top + (most - 1) * high, wide - look.px(6), high - look.px(2)
                )
                self.mores.append(More([items[at] for at in gone], rect, "grid", begin + day * DAY))

    def shift(self, part: str) -> QPointF:
        return QPointF(0, look.px(HEAD) - self.verticalScrollBar().value())

    def clip(self, part: str) -> QRectF:
        if part == "band":
            return QRectF()
        return QRectF(
            0, look.px(HEAD), self.viewport().width(), max(self.viewport().height() - look.px(HEAD), 0)
        )

    def where_at(self, at: QPointF) -> Where | None:
        if not self.days or not self.clip("grid").contains(at):
            return None
        week = int((at.y() - self.shift("grid").y()) // self._high)
        column = next(
            (n for n, (left, wide) in enumerate(self._columns) if left <= at.x() < left + wide), None
        )
        if column is None or not 0 <= week < self._weeks:
            return None
        return Where(self.days[week * WEEK + column])

    def ghosts(self, target: Target) -> list[tuple[QRectF, str]]:
        end = target.end or target.start + dt.timedelta(minutes=30)
        last = max((end - dt.timedelta(microseconds=1)).date(), target.start.date())
        found = []
        for at, day in enumerate(self.days):
            if target.start.date() <= day <= last:
                left, wide = self._columns[at % WEEK]
                top = at // WEEK * self._high
                rect = QRectF(left, top, wide, self._high).adjusted(2, 2, -2, -2)
                if self.gesture is not None and self.gesture.begun:
                    rect = QRectF(left + 2, top + look.px(NUMBER), wide - 4, look.px(LANE))
                found.append((rect, "grid"))
        return found

    def step_cursor(self, across: int, down: int) -> Where:
        return self.here._replace(day=self.here.day + (across + WEEK * down) * DAY, minute=None)

    def spot_at_cursor(self) -> Spot | None:
        return next((spot for spot in self.spots if spot.day == self.here.day), None)

    def target(self) -> Target:
        return Target(dt.datetime.combine(self.here.day, dt.time()), None, True)

    # ---- painting

    def paint_ground(self, painter: QPainter, rect: QRectF) -> None:
        painter.fillRect(rect, look.colour("surface"))
        painter.save()
        painter.setClipRect(self.clip("grid"))
        painter.translate(self.shift("grid"))
        for at, day in enumerate(self.days):
            left, wide = self._columns[at % WEEK]
            self._paint_day(painter, QRectF(left, at // WEEK * self._high, wide, self._high), day)
        pen = QPen(look.colour("border"), 1)
        painter.setPen(pen)
        for week in range(self._weeks + 1):
            painter.drawLine(
                QPointF(0, week * self._high), QPointF(self.viewport().width(), week * self._high)
            )
        for left, _wide in self._columns:
            painter.drawLine(QPointF(left, 0), QPointF(left, self._weeks * self._high))
        painter.restore()

    def _paint_day(self, painter: QPainter, rect: QRectF, day: dt.date) -> None:
        mark, today = self.shown.mark(day), day == self.shown.today
        elsewhere = (day.year, day.month) != (self.month.year, self.month.month)
        if today:
            painter.fillRect(rect, look.colour("accent_subtle"))
        elif not mark.works:
            painter.fillRect(rect, look.colour("surface2"))
        painter.save()
        painter.setOpacity(0.6 if elsewhere else 1)
        middle = rect.top() + look.px(NUMBER) / 2
        left = day_head.number(
            painter, QPointF(rect.left() + look.px(7), middle), day, today=today
        ) + look.px(5)
        left = day_head.badge(painter, left, middle, mark, rect.right())
        words = mark.name or mark.lunar
        font = look.font("caption")
        metrics = QFontMetricsF(font)
        room = rect.right() - left - look.px(5)
        if words and room > metrics.horizontalAdvance(words[:2]):
            painter.setFont(font)
            painter.setPen(look.colour("danger" if mark.holiday else "text2" if mark.name else "text3"))
            place = QRectF(left, rect.top(), room, look.px(NUMBER))
            how = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(place, int(how), metrics.elidedText(words, Qt.TextElideMode.ElideRight, room))
        painter.restore()

    def paint_above(self, painter: QPainter) -> None:
        head = QRectF(0, 0, self.viewport().width(), look.px(HEAD))
        painter.fillRect(head, look.colour("surface"))
        painter.setFont(look.font("caption"))
        for day, (left, wide) in zip(self.days[:WEEK], self._columns, strict=False):
            painter.setPen(look.colour("text2"))
            place = QRectF(left + look.px(8), 0, wide, look.px(HEAD))
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), day_words.weekday(day))
        painter.setPen(QPen(look.colour("border"), 1))
        painter.drawLine(head.bottomLeft(), head.bottomRight())
