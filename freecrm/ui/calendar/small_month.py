"""The small month at the side: which days are shown, which have something, and the way to any of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from freecrm.core import dates, day_words
from freecrm.ui import look
from freecrm.ui.calendar.shown import DAY, weeks_of
from freecrm.ui.parts import announce

CELL, HEAD = 26, 22
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
_WAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}


class SmallMonth(QWidget):
    """chosen(date): this day is wanted. turned(date): another month is shown, that of this day."""

    chosen = Signal(object)
    turned = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.month = day_words.this_day()
        self.here = self.month
        self.days: tuple[dt.date, dt.date] = (self.month, self.month)
        self.counts: Mapping[dt.date, int] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(7 * look.px(CELL), look.px(HEAD) + 6 * look.px(CELL))

    minimumSizeHint = sizeHint

    def show_days(self, first: dt.date, last: dt.date) -> None:
        """Mark the days that the calendar shows."""
        self.days = (first, last)
        self.here = min(max(self.here, first), last)
        self.update()

    def show_month(self, day: dt.date) -> bool:
        """Show the month of a day; whether that is another one, of which `turned` has told by then."""
        turns = (day.year, day.month) != (self.month.year, self.month.month)
        if turns:
            self.month = day.replace(day=1)
            self.turned.emit(self.month)
        self.update()
        return turns

    def show_counts(self, counts: Mapping[dt.date, int]) -> None:
        """Say on which days there is something."""
        self.counts = counts
        self.update()

    def turn(self, by: int) -> None:
        """A month on, or back."""
        self.here = dates.add_months(self.month, by)
        self.show_month(self.here)

    def _cell(self, day: dt.date) -> QRectF:
        since, _until = weeks_of(self.month)
        at = (day - since).days
        wide, high = self.width() / 7, look.px(CELL)
        return QRectF(at % 7 * wide, look.px(HEAD) + at // 7 * high, wide, high)

    def day_at(self, at: QPointF) -> dt.date | None:
        """The day at a place."""
        row, column = int((at.y() - look.px(HEAD)) // look.px(CELL)), int(at.x() // (self.width() / 7))
        if 0 <= row < 6 and 0 <= column < 7:
            return weeks_of(self.month)[0] + (7 * row + column) * DAY
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        day = self.day_at(event.position())
        if day is not None and event.button() == Qt.MouseButton.LeftButton:
            self.here = day
            self.chosen.emit(day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _WAYS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._go(self.here + _WAYS[key] * DAY)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._go(dates.add_months(self.here, -1 if key == Qt.Key.Key_PageUp else 1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.here)
        else:
            event.ignore()

    def _go(self, day: dt.date) -> None:
        self.here = day
        self.show_month(day)
        announce(self, day_words.show(day))
        self.setAccessibleDescription(day_words.show(day))

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        since, until = weeks_of(self.month)
        caption = look.font("caption")
        painter.setFont(caption)
        painter.setPen(look.colour("text3"))
        for at in range(7):
            rect = QRectF(at * self.width() / 7, 0, self.width() / 7, look.px(HEAD))
            painter.drawText(rect, _CENTRE, _short(since + at * DAY))
        self._paint_range(painter, since, until)
        today, day = day_words.this_day(), since
        while day < until:
            self._paint_day(painter, day, today)
            day += DAY

    def _paint_range(self, painter: QPainter, since: dt.date, until: dt.date) -> None:
        first, last = max(self.days[0], since), min(self.days[1], until - DAY)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("selected"))
        if (last - first).days > 20:  # a whole month needs no mark
            return
        day = first
        while day <= last:
            end = min(day + (6 - day.weekday()) * DAY, last)
            rect = self._cell(day).united(self._cell(end)).adjusted(0, 1, 0, -1)
            painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
            day = end + DAY

    def _paint_day(self, painter: QPainter, day: dt.date, today: dt.date) -> None:
        rect = self._cell(day)
        ink = "text" if day.month == self.month.month else "text3"
        if day == today:
            side = look.px(CELL) - 2
            disc = QRectF(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent"))
            painter.drawEllipse(disc)
            ink = "on_accent"
        painter.setPen(look.colour(ink))
        painter.drawText(rect.adjusted(0, -1, 0, -1), _CENTRE, str(day.day))
        if self.counts.get(day) and day != today:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent"))
            radius = look.px(3) / 2
            painter.drawEllipse(QPointF(rect.center().x(), rect.bottom() - look.px(3)), radius, radius)
        if self.hasFocus() and day == self.here:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("focus"), 2))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), look.px(4), look.px(4))


def _short(day: dt.date) -> str:
    """A weekday in as few signs as tell it from others: 一 of 周一, Mo of Mon."""
    name = day_words.weekday(day)
    return name[:2] if name.isascii() else name[-1:]
