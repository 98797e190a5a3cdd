"""The head of a day: weekday, number (in a disc today), what day of the Chinese year it is, holidays."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from freecrm.core import day_words
from freecrm.ui import look
from freecrm.ui.calendar.daymarks import DayMark
from freecrm.ui.calendar.shown import Shown

_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
NARROW = 84
"""Below this width of a column (at 100 %) its head is in small letters."""
_CENTRE = Qt.AlignmentFlag.AlignCenter


def paint(painter: QPainter, rect: QRectF, day: dt.date, shown: Shown) -> None:
    """The head of a column: 周四 19 春分."""
    today = day == shown.today
    narrow = rect.width() < look.px(NARROW)
    gap = look.px(4 if narrow else 8)
    left = rect.left() + gap
    middle = rect.center().y()
    weekday = day_words.weekday(day)
    font = look.font("caption" if narrow else "body", today)
    ink = look.colour("accent" if today else "text2")
    left = _text(painter, left, middle, weekday, font, ink, rect.right()) + gap
    left = number(painter, QPointF(left, middle), day, today=today, big=not narrow) + gap
    mark = shown.mark(day)
    left = badge(painter, left, middle, mark, rect.right())
    words = mark.name or mark.lunar
    colour = look.colour("danger" if mark.holiday else "text2" if mark.name else "text3")
    _text(painter, left, middle, words, look.font("caption"), colour, rect.right() - look.px(2), elide=True)


def number(painter: QPainter, at: QPointF, day: dt.date, *, today: bool, big: bool = False) -> float:
    """The number of a day, its left edge and middle at a place; where it ends."""
    font = look.font("subtitle" if big else "caption", today and not big)
    metrics = QFontMetricsF(font)
    words = str(day.day)
    wide = metrics.horizontalAdvance(words)
    painter.setFont(font)
    if today:
        side = look.px(30 if big else 20)
        disc = QRectF(at.x(), at.y() - side / 2, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("accent"))
        painter.drawEllipse(disc)
        painter.setPen(look.colour("on_accent"))
        painter.drawText(disc, int(_CENTRE), words)
        return disc.right()
    painter.setPen(look.colour("text"))
    painter.drawText(
        QRectF(at.x(), at.y() - metrics.height() / 2, wide + 2, metrics.height()), int(_MIDDLE), words
    )
    return at.x() + wide


def badge(painter: QPainter, left: float, middle: float, mark: DayMark, right: float) -> float:
    """Whether a day is free, or worked, by a rule of its own: 休 班; where it ends."""
    words = mark.badge
    if not words:
        return left
    font = look.font("caption", True)
    metrics = QFontMetricsF(font)
    wide = metrics.horizontalAdvance(words) + look.px(6)
    if left + wide > right:
        return left
    plate = QRectF(left, middle - look.px(8), wide, look.px(16))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("warning_bg" if mark.works else "success_bg"))
    painter.drawRoundedRect(plate, look.px(3), look.px(3))
    painter.setFont(font)
    painter.setPen(look.colour("warning" if mark.works else "success"))
    painter.drawText(plate, int(_CENTRE), words)
    return plate.right() + look.px(4)


def _text(
    painter: QPainter, left: float, middle: float, words: str, font: QFont, ink: QColor, right: float,
    *, elide: bool = False,
) -> float:  # fmt: skip
    metrics = QFontMetricsF(font)
    room = right - left
    if not words or (elide and room < metrics.horizontalAdvance(words[:2])):
        return left
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room) if elide else words
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(QRectF(left, middle - metrics.height() / 2, room, metrics.height()), int(_MIDDLE), shown)
    return left + metrics.horizontalAdvance(shown)
