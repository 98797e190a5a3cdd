"""Day and week: the hours from top to bottom, whole days in a band above, the days side by side."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPen, QResizeEvent

from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.calendar import day_head, layout
from freecrm.ui.calendar.gesture import Target, Where
from freecrm.ui.calendar.shown import DAY, MINUTES, Laid, Shown
from freecrm.ui.calendar.shown import laid as laid_at
from freecrm.ui.calendar.spots import More, Spot
from freecrm.ui.calendar.tones import mixed
from freecrm.ui.calendar.view import TimeView

GUTTER, HEAD, LANE, HOUR = 52, 52, 24, 48
MOST_LANES, LEAST_COLUMN, FOLD, LEAST_HEIGHT = 4, 42, 26, 18
WEEKEND = 0.55
"""The share of a working day's width that a free day of a week gets."""
FIRST, TIME, LEAST_BESIDE = 0.6, 42, 20
"""The share of a narrow day that the first of two gets, and the width in which its time can be read."""
FOOT = 12
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class DayGrid(TimeView):
    """One day, or the seven of a week."""

    def __init__(self) -> None:
        super().__init__()
        self._columns: list[tuple[float, float]] = []
        self._lanes = 1
        self._scrolled = False
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._minute = QTimer(self, interval=60_000)
        self._minute.timeout.connect(self._minute_passed)
        self._minute.start()

    def _minute_passed(self) -> None:
        self.shown.now = dt.datetime.now(dt.UTC)
        self.repaint_items()

    # ---- where things stand

    def arrange(self) -> None:
        room = self.viewport().width() - look.px(GUTTER)
        weights = [1.0 if len(self.days) == 1 or self.shown.mark(day).works else WEEKEND for day in self.days]
        self._columns = [
            (look.px(GUTTER) + left, wide) for left, wide in layout.shares(weights, max(room, 1))
        ]
        self.spots, self.mores = [], []
        band = [laid for laid in self.in_order() if laid.in_band]
        self._arrange_band(sorted(band, key=lambda laid: (laid.first, -(laid.last - laid.first).days)))
        by_day: dict[dt.date, list[Laid]] = {day: [] for day in self.days}
        for laid in self.in_order():
            if not laid.in_band:
                for day in {laid.first, laid.last}:
                    if day in by_day:
                        by_day[day].append(laid)
        for at, day in enumerate(self.days):
            self._arrange_day(at, day, by_day[day])
        bar, room_down = self.verticalScrollBar(), self.clip("grid").height()
        bar.setRange(0, max(0, round(self._content() - room_down)))
        bar.setPageStep(max(1, round(room_down)))
        bar.setSingleStep(look.px(HOUR))

    def _content(self) -> float:
        return 24 * look.px(HOUR) + look.px(FOOT)

    def _arrange_band(self, band: list[Laid]) -> None:
        spans = [((one.first - self.days[0]).days, (one.last - self.days[0]).days) for one in band]
        lanes, hidden = layout.lanes(spans, len(self.days), MOST_LANES)
        self._lanes = max([1, *(lane + 1 for lane in lanes.values()), *(MOST_LANES for one in hidden if one)])
        top, high = look.px(HEAD) + look.px(4), look.px(LANE)
        for at, lane in lanes.items():
            first, last = max(spans[at][0], 0), min(spans[at][1], len(self.days) - 1)
            left = self._columns[first][0] + 1
            right = self._columns[last][0] + self._columns[last][1] - look.px(4)
            rect = QRectF(left, top + lane * high, right - left, high - look.px(3))
            self.spots.append(
                Spot(
                    band[at],
                    rect,
                    "band",
                    spans[at][0] >= 0,
                    spans[at][1] < len(self.days),
                    True,
                    self.days[first],
                )
            )
        for day, gone in enumerate(hidden):
            if gone:
                left, wide = self._columns[day]
                rect = QRectF(left + 1, top + (MOST_LANES - 1) * high, wide - look.px(5), high - look.px(3))
                self.mores.append(More([band[at] for at in gone], rect, "band", self.days[day]))

    def _arrange_day(self, at: int, day: dt.date, items: list[Laid]) -> None:
        left, wide = self._columns[at][0] + look.px(2), self._columns[at][1] - look.px(6)
        spans = [self._span(laid, day) for laid in items]
        most = max(1, int(wide // look.px(LEAST_COLUMN)))
        narrow = (
            most < 2
        )  # a free day: two as long as they can be told apart, else one and a count, or the count
        if narrow:
            least = look.px(LEAST_BESIDE)
            most = 2 if wide >= look.px(TIME) + least else 1 if wide >= look.px(FOLD) + least else 0
        slots, folds = layout.columns(spans, most)
        folded = {index for fold in folds for index in fold.hidden}
        with_fold = [(fold.since, fold.until) for fold in folds]
        for index, slot in slots.items():
            since, until = spans[index]
            beside = any(a < until and since < b for a, b in with_fold) if folds else False
            room = wide - (look.px(FOLD) if beside else 0)
            x, part = slot.column * room / slot.of, room / slot.of
            if slot.of == 2 and narrow:  # the first one is wide enough for its time
                first = min(max(room * FIRST, look.px(TIME)), room - look.px(LEAST_BESIDE))
                x, part = (0, first) if slot.column == 0 else (first, room - first)
            rect = QRectF(left + x, self._y(since), part - look.px(2), self._y(until) - self._y(since))
            laid = items[index]
            self.spots.append(
                Spot(laid, rect.adjusted(0, 1, 0, -1), "grid", laid.first == day, laid.last == day, day=day)
            )
        for fold in folds:
            gone = [items[index] for index in fold.hidden if index in folded]
            part = look.px(FOLD) if fold.of else wide - look.px(2)
            x = left + wide - part
            high = max(self._y(fold.until) - self._y(fold.since), look.px(24))
            self.mores.append(More(gone, QRectF(x, self._y(fold.since), part, high), "grid", day))

    def _span(self, laid: Laid, day: dt.date) -> tuple[float, float]:
        """From which minute of a day to which an item is drawn; never so short that it can't be read."""
        start = 0.0 if laid.first < day else laid.start.hour * 60 + laid.start.minute
        end = (
            MINUTES
            if laid.last > day
            else (laid.end - dt.datetime.combine(day, dt.time())).total_seconds() / 60
        )
        least = look.px(LEAST_HEIGHT) * 60 / look.px(HOUR)
        end = max(end, start + least)
        return (min(start, MINUTES - least), min(end, MINUTES))

    def _y(self, minute: float) -> float:
        return minute * look.px(HOUR) / 60

    @property
    def _top(self) -> int:
        """Where the hours begin in the viewport: below the heads and the band."""
        return look.px(HEAD) + self._lanes * look.px(LANE) + look.px(8)

    def shift(self, part: str) -> QPointF:
        return QPointF(0, self._top - self.verticalScrollBar().value()) if part == "grid" else QPointF(0, 0)

    def clip(self, part: str) -> QRectF:
        wide, high = self.viewport().width(), self.viewport().height()
        if part == "band":
            return QRectF(0, look.px(HEAD), wide, self._top - look.px(HEAD))
        return QRectF(0, self._top, wide, max(high - self._top, 0))

    def where_at(self, at: QPointF) -> Where | None:
        day = next(
            (
                day
                for day, (left, wide) in zip(self.days, self._columns, strict=True)
                if left <= at.x() < left + wide
            ),
            None,
        )
        if day is None or at.y() < look.px(HEAD) or not self.viewport().rect().contains(at.toPoint()):
            return None
        if at.y() < self._top:
            return Where(day)
        minute = (at.y() - self._top + self.verticalScrollBar().value()) * 60 / look.px(HOUR)
        return Where(day, min(max(int(minute), 0), MINUTES - 1))

    def ghosts(self, target: Target) -> list[tuple[QRectF, str]]:
        found = []
        end = target.end or target.start + dt.timedelta(minutes=30)
        last = max((end - dt.timedelta(microseconds=1)).date(), target.start.date())
        if target.all_day or end - target.start >= DAY:
            seen = [at for at, day in enumerate(self.days) if target.start.date() <= day <= last]
            if seen:
                left, right = self._columns[seen[0]][0], sum(self._columns[seen[-1]])
                top = look.px(HEAD) + look.px(4)
                found.append(
                    (QRectF(left + 1, top, right - left - look.px(5), look.px(LANE) - look.px(3)), "band")
                )
            return found
        held = (
            laid_at(self.gesture.laid.item, target.start, end) if self.gesture and self.gesture.laid else None
        )
        for at, day in enumerate(self.days):
            if target.start.date() <= day <= last:
                since, until = self._span(held, day) if held else _minutes(target.start, end, day)
                left, wide = self._columns[at]
                rect = QRectF(
                    left + look.px(2), self._y(since), wide - look.px(8), self._y(until) - self._y(since)
                )
                found.append((rect, "grid"))
        return found

    def step_cursor(self, across: int, down: int) -> Where:
        day, minute, person = self.here
        if across:
            return Where(day + across * DAY, minute, person)
        if minute is None:
            return Where(day, self.shown.hours[0], person) if down > 0 else self.here
        if down < 0 and minute < 30:
            return Where(day, None, person)
        return Where(day, min(max((minute + down * 30) // 30 * 30, 0), MINUTES - 30), person)

    def bring_into_sight(self) -> None:
        spot, minute = self.spot_of(self.current), self.here.minute
        if spot is None and minute is not None:
            self.scroll_to(self._y(minute), self._y(minute + 30))
        else:
            super().bring_into_sight()

    # ---- showing

    def show_days(self, days: list[dt.date], shown: Shown) -> None:
        super().show_days(days, shown)
        if not self._scrolled and self.isVisible():
            self.scroll_to_hours()

    def settle(self) -> None:
        self._scrolled = False

    def scroll_to_hours(self) -> None:
        """Scroll to the time at which work begins, or earlier where something stands before it."""
        first = min((spot.rect.top() for spot in self.spots if spot.part == "grid"), default=float("inf"))
        begin = min(self._y(self.shown.hours[0]), max(first, self._y(6 * 60)))
        self.verticalScrollBar().setValue(round(begin - look.px(HOUR) / 2))
        self._scrolled = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._scrolled and self.days and self.isVisible():
            self.scroll_to_hours()

    def head_pressed(self, at: QPointF) -> None:
        for day, (left, wide) in zip(self.days, self._columns, strict=True):
            if left <= at.x() < left + wide and at.y() < look.px(HEAD) and len(self.days) > 1:
                self.day_wanted.emit(day)

    # ---- painting

    def paint_ground(self, painter: QPainter, rect: QRectF) -> None:
        surface = look.colour("surface")
        painter.fillRect(rect, surface)
        grid, y = self.clip("grid"), self.shift("grid").y()
        painter.save()
        painter.setClipRect(grid)
        for day, (left, wide) in zip(self.days, self._columns, strict=True):
            column = QRectF(left, grid.top(), wide, grid.height())
            works = self.shown.mark(day).works
            outside = mixed(surface, look.colour("surface2"), 1.0)
            if not works:
                painter.fillRect(column, look.colour("surface2"))
            else:
                begin, end = (self._y(minute) + y for minute in self.shown.hours)
                painter.fillRect(QRectF(left, y, wide, begin - y), outside)
                painter.fillRect(QRectF(left, end, wide, self._content() + y - end), outside)
            if day == self.shown.today and len(self.days) > 1:
                tint = look.colour("accent_subtle")
                painter.setOpacity(0.55)
                painter.fillRect(column, tint)
                painter.setOpacity(1)
        whole, half = QPen(look.colour("border"), 1), QPen(look.colour("border"), 1, Qt.PenStyle.DotLine)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for hour in range(25):
            at = round(self._y(hour * 60) + y)
            painter.setPen(whole)
            painter.drawLine(look.px(GUTTER), at, round(grid.right()), at)
            if hour < 24:
                painter.setPen(half)
                middle = round(self._y(hour * 60 + 30) + y)
                painter.drawLine(look.px(GUTTER), middle, round(grid.right()), middle)
        painter.setPen(whole)
        for left, _wide in self._columns:
            painter.drawLine(round(left), round(grid.top()), round(left), round(grid.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self._paint_hours(painter, y)
        painter.restore()

    def _paint_hours(self, painter: QPainter, y: float) -> None:
        painter.setFont(look.font("caption"))
        painter.setPen(look.colour("text2"))
        high = look.px(16)
        for hour in range(1, 24):
            rect = QRectF(0, self._y(hour * 60) + y - high / 2, look.px(GUTTER - 8), high)
            painter.drawText(rect, int(_RIGHT), f"{hour}:00")

    def paint_above(self, painter: QPainter) -> None:
        self._paint_now(painter)
        wide, top = self.viewport().width(), self._top
        painter.fillRect(QRectF(0, 0, wide, top), look.colour("surface"))
        pen = QPen(look.colour("border"), 1)
        for day, (left, room) in zip(self.days, self._columns, strict=True):
            head = QRectF(left, 0, room, look.px(HEAD))
            if not self.shown.mark(day).works:
                painter.fillRect(QRectF(left, 0, room, top), look.colour("surface2"))
            if day == self.shown.today and len(self.days) > 1:
                painter.setOpacity(0.55)
                painter.fillRect(
                    QRectF(left, look.px(HEAD), room, top - look.px(HEAD)), look.colour("accent_subtle")
                )
                painter.setOpacity(1)
            day_head.paint(painter, head, day, self.shown)
            painter.setPen(pen)
            painter.drawLine(QPointF(left, 0), QPointF(left, top))
        painter.setPen(pen)
        for at in (look.px(HEAD), top):
            painter.drawLine(QPointF(0, at), QPointF(wide, at))
        painter.setFont(look.font("caption"))
        painter.setPen(look.colour("text3"))
        zone = self.shown.clock.offset(self.days[0]) if self.days else ""
        painter.drawText(QRectF(0, 0, look.px(GUTTER - 6), look.px(HEAD)), int(_RIGHT), zone)
        band = QRectF(0, look.px(HEAD) + look.px(4), look.px(GUTTER - 8), look.px(LANE) - look.px(3))
        painter.setPen(look.colour("text2"))
        painter.drawText(band, int(_RIGHT), _("All day"))

    def _paint_now(self, painter: QPainter) -> None:
        now = self.shown.clock.wall(self.shown.now)
        if now.date() not in self.days:
            return
        left, wide = self._columns[self.days.index(now.date())]
        y = self._y(now.hour * 60 + now.minute) + self.shift("grid").y()
        clip = self.clip("grid")
        if not clip.top() - look.px(4) <= y <= clip.bottom():
            return
        painter.setPen(QPen(look.colour("danger"), 2))
        painter.drawLine(QPointF(left, y), QPointF(left + wide, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("danger"))
        painter.drawEllipse(QPointF(left, y), look.px(5), look.px(5))


def _minutes(start: dt.datetime, end: dt.datetime, day: dt.date) -> tuple[float, float]:
    """From which minute of a day to which something lasts."""
    midnight = dt.datetime.combine(day, dt.time())
    since, until = ((at - midnight).total_seconds() / 60 for at in (start, end))
    return max(since, 0), min(until, MINUTES)
