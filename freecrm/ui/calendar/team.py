"""The team: one row a person across the days, so that it is seen at a glance who is where."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.calendar import day_head, layout
from freecrm.ui.calendar.day_grid import WEEKEND
from freecrm.ui.calendar.gesture import Target, Where
from freecrm.ui.calendar.shown import DAY, Laid, Shown
from freecrm.ui.calendar.spots import More, Spot
from freecrm.ui.calendar.tones import tone
from freecrm.ui.calendar.view import TimeView

HEAD, NAMES, LANE, LEAST = 44, 112, 24, 2
MOST = 12
"""Items of one day that a row shows; the rest is behind «+3»."""


class TeamView(TimeView):
    """One row a person. rows: the people shown, b"" = what is nobody's."""

    timed = False
    resizes = ()

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[bytes] = []
        self._columns: list[tuple[float, float]] = []
        self._tops: list[float] = [0.0]

    def show_people(self, rows: list[bytes]) -> None:
        """Whose rows there are, in their order."""
        self.rows = rows

    def show_days(self, days: list[dt.date], shown: Shown) -> None:
        if self.here.person not in self.rows and self.rows:
            self.here = self.here._replace(person=self.rows[0])
        super().show_days(days, shown)

    def arrange(self) -> None:
        room = max(self.viewport().width() - look.px(NAMES), 1)
        weights = [1.0 if self.shown.mark(day).works else WEEKEND for day in self.days]
        self._columns = [(look.px(NAMES) + left, wide) for left, wide in layout.shares(weights, room)]
        self.spots, self.mores, self._tops = [], [], [0.0]
        of: dict[bytes, list[Laid]] = {person: [] for person in self.rows}
        for laid in self.in_order():
            for person in laid.item.people or (b"",):
                if person in of:
                    of[person].append(laid)
        for person in self.rows:
            self._arrange_row(of[person])
        bar, seen = self.verticalScrollBar(), self.clip("grid").height()
        bar.setRange(0, max(0, round(self._tops[-1] - seen)))
        bar.setPageStep(max(1, round(seen)))
        bar.setSingleStep(look.px(LANE))

    def _arrange_row(self, items: list[Laid]) -> None:
        items = sorted(items, key=lambda one: (not one.in_band, one.first, one.start))
        spans = [((one.first - self.days[0]).days, (one.last - self.days[0]).days) for one in items]
        lanes, hidden = layout.lanes(spans, len(self.days), MOST)
        top, high = self._tops[-1] + look.px(4), look.px(LANE)
        used = max([LEAST, *(lane + 1 for lane in lanes.values()), *(MOST for gone in hidden if gone)])
        for at, lane in lanes.items():
            first, last = max(spans[at][0], 0), min(spans[at][1], len(self.days) - 1)
            left, right = self._columns[first][0] + look.px(2), sum(self._columns[last]) - look.px(3)
            rect = QRectF(left, top + lane * high, right - left, high - look.px(3))
            begins, ends = spans[at][0] >= 0, spans[at][1] < len(self.days)
            self.spots.append(Spot(items[at], rect, "grid", begins, ends, True, self.days[first]))
        for day, gone in enumerate(hidden):
            if gone:
                left, wide = self._columns[day]
                rect = QRectF(left + 2, top + (MOST - 1) * high, wide - look.px(5), high - look.px(3))
                self.mores.append(More([items[at] for at in gone], rect, "grid", self.days[day]))
        self._tops.append(self._tops[-1] + used * high + look.px(8))

    def shift(self, part: str) -> QPointF:
        return QPointF(0, look.px(HEAD) - self.verticalScrollBar().value())

    def clip(self, part: str) -> QRectF:
        if part == "band":
            return QRectF()
        return QRectF(
            0, look.px(HEAD), self.viewport().width(), max(self.viewport().height() - look.px(HEAD), 0)
        )

    def _row_at(self, y: float) -> bytes | None:
        for person, top, bottom in zip(self.rows, self._tops, self._tops[1:], strict=False):
            if top <= y < bottom:
                return person
        return None

    def where_at(self, at: QPointF) -> Where | None:
        if not self.clip("grid").contains(at):
            return None
        person = self._row_at(at.y() - self.shift("grid").y())
        for day, (left, wide) in zip(self.days, self._columns, strict=True):
            if left <= at.x() < left + wide and person is not None:
                return Where(day, None, person)
        return None

    def ghosts(self, target: Target) -> list[tuple[QRectF, str]]:
        person = target.person if target.person is not None else self.here.person
        if person not in self.rows:
            return []
        at = self.rows.index(person)
        end = target.end or target.start + dt.timedelta(minutes=30)
        last = max((end - dt.timedelta(microseconds=1)).date(), target.start.date())
        seen = [n for n, day in enumerate(self.days) if target.start.date() <= day <= last]
        if not seen:
            return []
        left, right = self._columns[seen[0]][0], sum(self._columns[seen[-1]])
        top, high = self._tops[at], self._tops[at + 1] - self._tops[at]
        if self.gesture is not None and self.gesture.begun:
            top, high = top + look.px(4), look.px(LANE)
        return [(QRectF(left + 1, top + 1, right - left - 2, high - 2), "grid")]

    def step_cursor(self, across: int, down: int) -> Where:
        day, _minute, person = self.here
        at = self.rows.index(person) if person in self.rows else 0
        at = min(max(at + down, 0), max(len(self.rows) - 1, 0))
        return Where(day + across * DAY, None, self.rows[at] if self.rows else None)

    def spot_at_cursor(self) -> Spot | None:
        for spot in self.spots:
            person = self._row_at(spot.rect.center().y())
            if person == self.here.person and spot.laid.first <= self.here.day <= spot.laid.last:
                return spot
        return None

    def bring_into_sight(self) -> None:
        if self.here.person in self.rows:
            at = self.rows.index(self.here.person)
            self.scroll_to(self._tops[at], self._tops[at + 1])

    def target(self) -> Target:
        start = dt.datetime.combine(self.here.day, dt.time())
        return Target(start, None, True, self.here.person)

    # ---- painting

    def paint_ground(self, painter: QPainter, rect: QRectF) -> None:
        painter.fillRect(rect, look.colour("surface"))
        grid = self.clip("grid")
        painter.save()
        painter.setClipRect(grid)
        for day, (left, wide) in zip(self.days, self._columns, strict=True):
            column = QRectF(left, grid.top(), wide, grid.height())
            if not self.shown.mark(day).works:
                painter.fillRect(column, look.colour("surface2"))
            if day == self.shown.today:
                painter.setOpacity(0.55)
                painter.fillRect(column, look.colour("accent_subtle"))
                painter.setOpacity(1)
        painter.translate(self.shift("grid"))
        pen = QPen(look.colour("border"), 1)
        for at, person in enumerate(self.rows):
            self._paint_name(painter, person, self._tops[at], self._tops[at + 1])
            painter.setPen(pen)
            painter.drawLine(QPointF(0, self._tops[at + 1]), QPointF(grid.right(), self._tops[at + 1]))
        painter.setPen(pen)
        for left, _wide in self._columns:
            painter.drawLine(QPointF(left, 0), QPointF(left, self._tops[-1]))
        painter.restore()

    def _paint_name(self, painter: QPainter, person: bytes, top: float, bottom: float) -> None:
        colours = tone(self.shown.places.get(person))
        name = self.shown.names.get(person) or _("Nobody's")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.edge)
        middle = top + look.px(4) + look.px(LANE) / 2
        painter.drawRoundedRect(QRectF(look.px(12), middle - look.px(6), look.px(12), look.px(12)), 3, 3)
        font = look.font("body")
        metrics = QFontMetricsF(font)
        room = look.px(NAMES) - look.px(36)
        painter.setFont(font)
        painter.setPen(look.colour("text"))
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(
            QRectF(look.px(30), middle - metrics.height() / 2, room, metrics.height()),
            int(Qt.AlignmentFlag.AlignVCenter),
            shown,
        )

    def paint_above(self, painter: QPainter) -> None:
        head = QRectF(0, 0, self.viewport().width(), look.px(HEAD))
        painter.fillRect(head, look.colour("surface"))
        for day, (left, wide) in zip(self.days, self._columns, strict=True):
            if not self.shown.mark(day).works:
                painter.fillRect(QRectF(left, 0, wide, head.height()), look.colour("surface2"))
            day_head.paint(painter, QRectF(left, 0, wide, head.height()), day, self.shown)
        painter.setPen(QPen(look.colour("border"), 1))
        painter.drawLine(head.bottomLeft(), head.bottomRight())

    def head_pressed(self, at: QPointF) -> None:
        for day, (left, wide) in zip(self.days, self._columns, strict=True):
            if left <= at.x() < left + wide and at.y() < look.px(HEAD):
                self.day_wanted.emit(day)
