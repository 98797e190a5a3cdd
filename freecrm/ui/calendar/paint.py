"""How an item of a calendar looks: colour = person, sign = kind, grey with a tick = done, a red edge = overdue, a red
frame with a sign = clash. No state is told by colour alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QTextLayout, QTextOption

from freecrm.ui import look
from freecrm.ui.calendar.shown import Laid, Shown
from freecrm.ui.calendar.spoken import below, headline, hours, one_line
from freecrm.ui.calendar.tones import Tone, tone

if TYPE_CHECKING:
    from freecrm.ui.calendar.spots import Spot

RADIUS, BAR, ICON, TICK, LINE = 4, 4, 14, 24, 16
NARROW = 52
BEHIND = 36
"""The least room behind a subject that a customer's name is begun in."""
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class How(NamedTuple):
    """chosen: the cursor is on it. focus: the view has the focus. held: it is being dragged. tick: a box shows where
    it is ticked off. ratio: of the screen."""

    chosen: bool = False
    focus: bool = False
    held: bool = False
    tick: bool = False
    ratio: float = 1.0


def tick_rect(spot: Spot) -> QRectF:
    """Where an item is ticked off: large enough for a finger's tip."""
    side = look.px(TICK)
    if spot.line:
        return QRectF(spot.rect.left() + look.px(4), spot.rect.center().y() - side / 2, side, side)
    return QRectF(spot.rect.right() - side, spot.rect.top(), side, side)


def has_room_for_tick(spot: Spot) -> bool:
    """Whether a box fits beside the words."""
    return spot.rect.width() >= look.px(64) and spot.rect.height() >= look.px(18)


def item(painter: QPainter, spot: Spot, shown: Shown, how: How) -> None:
    """One item where it stands."""
    laid = spot.laid
    one = laid.item
    colours = tone(shown.places.get(one.owner) if one.owner is not None else None)
    overdue, clash = one.overdue(shown.now), one.key in shown.clashing
    painter.save()
    if how.held:
        painter.setOpacity(0.45)
    _ground(painter, spot, colours, done=one.done, overdue=overdue)
    if clash:
        _frame(painter, spot.rect.adjusted(1, 1, -1, -1), look.colour("danger"), 2)
    narrow = spot.rect.width() < look.px(NARROW)  # every pixel is needed for its time
    sides = (look.px(BAR + 2), 0) if narrow else (look.px(BAR + 5), look.px(4))
    inside = spot.rect.adjusted(sides[0], look.px(2), -sides[1], -look.px(1))
    if spot.line:
        _one_line(painter, spot, inside, shown, how, colours)
    else:
        _lines(painter, spot, inside, shown, how, colours)
    painter.restore()
    if how.chosen:
        colour = look.colour("focus" if how.focus else "border_strong")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 2))
        painter.drawRoundedRect(spot.rect.adjusted(-2, -2, 2, 2), look.px(RADIUS) + 2, look.px(RADIUS) + 2)


def _ground(painter: QPainter, spot: Spot, colours: Tone, *, done: bool, overdue: bool) -> None:
    radius = look.px(RADIUS)
    shape = QPainterPath()
    shape.addRoundedRect(spot.rect, radius, radius)
    if not spot.begins or not spot.ends:  # it goes on beyond this edge
        shape.setFillRule(Qt.FillRule.WindingFill)
        shape.addRect(_open_half(spot))
    painter.fillPath(shape, look.colour("surface"))
    painter.fillPath(shape, look.colour("sunken") if done else colours.ground)
    if spot.begins or spot.part == "grid":
        painter.save()
        painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
        bar = QRectF(spot.rect.left(), spot.rect.top(), look.px(BAR), spot.rect.height())
        painter.fillRect(bar, look.colour("danger") if overdue else colours.edge)
        painter.restore()


def _open_half(spot: Spot) -> QRectF:
    """The part of an item whose corners are not rounded, for it goes on there."""
    rect = spot.rect
    if not spot.begins and not spot.ends:
        return rect
    if spot.part == "grid" and not spot.line:
        top = rect.top() if not spot.begins else rect.center().y()
        return QRectF(rect.left(), top, rect.width(), rect.height() / 2)
    left = rect.left() if not spot.begins else rect.center().x()
    return QRectF(left, rect.top(), rect.width() / 2, rect.height())


def _frame(painter: QPainter, rect: QRectF, colour: QColor, wide: int) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, wide))
    painter.drawRoundedRect(rect, look.px(RADIUS) - 1, look.px(RADIUS) - 1)


def _icon(
    painter: QPainter, name: str, left: float, middle: float, colour: str, ratio: float, size: int = ICON
) -> None:
    side = look.px(size)
    picture = look.pixmap(name, side, colour, ratio)
    painter.drawPixmap(QPointF(left, middle - side / 2), picture)


def _state_icon(laid: Laid, shown: Shown) -> tuple[str, str]:
    """The sign of how things stand, and its colour; "" for nothing particular."""
    one = laid.item
    if one.done:
        return "check", "success"
    if one.key in shown.clashing:
        return "triangle-alert", "danger"
    if one.overdue(shown.now):
        return "clock", "danger"
    return "", ""


def sign(painter: QPainter, laid: Laid, shown: Shown, at: QPointF, ratio: float) -> None:
    """The sign of how things stand with an item, else of its kind; its left edge and middle at a place."""
    name, colour = _state_icon(laid, shown)
    _icon(painter, name or shown.icon(laid.item), at.x(), at.y(), colour or "text2", ratio)


def _lines(painter: QPainter, spot: Spot, inside: QRectF, shown: Shown, how: How, colours: Tone) -> None:
    """Time and signs above, then what it is, then customer and place, as much as there is room for."""
    laid, one = spot.laid, spot.laid.item
    font, bold = look.font("caption"), look.font("caption", True)
    line = float(look.px(LINE))
    if spot.rect.height() < 1.7 * line:
        _one_line(painter, spot, inside, shown, how, colours, timed=True)
        return
    middle = inside.top() + line / 2
    left, right = inside.left(), inside.right()
    sign, sign_colour = _state_icon(laid, shown)
    if sign:
        _icon(painter, sign, left, middle, sign_colour, how.ratio)
        left += look.px(ICON + 4)
    right = _signs(painter, spot, middle, right, left + look.px(36), shown, how)
    ink = (
        look.colour("text2")
        if one.done
        else look.colour("danger")
        if sign == "triangle-alert"
        else colours.ink
    )
    if (
        QFontMetricsF(bold).horizontalAdvance(hours(laid.start)) <= right - left + 1
    ):  # its place tells it, too
        write(painter, QRectF(left, middle - line / 2, right - left, line), hours(laid.start), bold, ink)
    top = inside.top() + line
    ink = look.colour("text2" if one.done else "text")
    more, words = below(laid), headline(laid)
    if more and top + 2 * line > inside.bottom() + look.px(2):  # an hour: two lines in all
        left += QFontMetricsF(bold).horizontalAdvance(hours(laid.start)) + look.px(5)
        if QFontMetricsF(font).horizontalAdvance(words) <= right - left:
            write(painter, QRectF(left, middle - line / 2, right - left, line), words, font, ink)
            words, ink = more, look.colour("text2")
        else:
            words = f"{words} · {more}"
        more = ""
    top = _wrapped(painter, inside, top, words, font, ink)
    if more:
        _wrapped(painter, inside, top, more, font, look.colour("text2"))


def _signs(
    painter: QPainter, spot: Spot, middle: float, right: float, least: float, shown: Shown, how: How
) -> float:
    """The signs at the right of the first line: the box to tick, the kind, that it repeats; where they begin."""
    one = spot.laid.item
    names = ["square" if how.tick else shown.icon(one)]
    if one.repeats or one.series is not None:
        names.append("repeat")
    for name in names:
        if right - look.px(ICON) < least:
            break
        if name == "square":
            box(painter, tick_rect(spot).center())
            right = tick_rect(spot).left()
            continue
        right -= look.px(ICON)
        _icon(painter, name, right, middle, "text3" if one.done else "text2", how.ratio)
        right -= look.px(3)
    return right


def box(painter: QPainter, centre: QPointF) -> None:
    """An empty box to be ticked."""
    side = look.px(14)
    rect = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
    painter.setBrush(look.colour("surface"))
    painter.setPen(QPen(look.colour("border_strong"), 1))
    painter.drawRoundedRect(rect, look.px(3), look.px(3))


def _one_line(
    painter: QPainter,
    spot: Spot,
    inside: QRectF,
    shown: Shown,
    how: How,
    colours: Tone,
    *,
    timed: bool = False,
) -> None:
    """Everything in one line: signs, the time where there is one, what it is."""
    laid, one = spot.laid, spot.laid.item
    middle, left, right = spot.rect.center().y(), inside.left(), inside.right()
    font, bold = look.font("caption"), look.font("caption", True)
    sign, colour = _state_icon(laid, shown)
    wide = right - left
    if how.tick:
        box(painter, tick_rect(spot).center() if spot.line else QPointF(left + look.px(7), middle))
        left = max(left, tick_rect(spot).right()) if spot.line else left + look.px(ICON + 4)
    elif sign and wide > look.px(20):
        _icon(painter, sign, left, middle, colour, how.ratio)
        left += look.px(ICON + 4)
    elif wide > look.px(64):
        _icon(painter, shown.icon(one), left, middle, "text2", how.ratio)
        left += look.px(ICON + 4)
    if (one.repeats or one.series is not None) and right - left > look.px(72):
        right -= look.px(ICON)
        _icon(painter, "repeat", right, middle, "text3", how.ratio)
        right -= look.px(3)
    height = QFontMetricsF(font).height()
    if (timed or not laid.in_band) and (spot.begins or timed):
        clock = hours(laid.start)
        room = QFontMetricsF(bold).horizontalAdvance(clock) + look.px(5)
        if right - left > room:
            ink = look.colour("text2") if one.done else colours.ink
            write(painter, QRectF(left, middle - height / 2, room, height), clock, bold, ink)
            left += room
    metrics = QFontMetricsF(font)
    room = right - left - look.px(BEHIND)
    words = one_line(laid, lambda title: metrics.horizontalAdvance(title) <= room)
    ink = look.colour("text2" if one.done else "text")
    write(painter, QRectF(left, middle - height / 2, right - left, height), words, font, ink)


def write(painter: QPainter, rect: QRectF, text: str, font: QFont, colour: QColor) -> None:
    """One line in the middle of a place, cut with "…" where it is too long."""
    if rect.width() < look.px(8):
        return
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rect, int(_LEFT), shown)


def _wrapped(painter: QPainter, inside: QRectF, top: float, text: str, font: QFont, colour: QColor) -> float:
    """A text over as many lines as there is room for, the last one cut with "…"; where the next one begins."""
    metrics = QFontMetricsF(font)
    height, bottom = float(look.px(LINE)), inside.bottom() + look.px(2)
    if inside.width() < look.px(12) or top + height > bottom:
        return bottom
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    painter.setFont(font)
    painter.setPen(colour)
    while True:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(inside.width())
        start, length = line.textStart(), line.textLength()
        last = top + 2 * height > bottom
        words = text[start:] if last else text[start : start + length]
        shown = (
            metrics.elidedText(words.strip(), Qt.TextElideMode.ElideRight, inside.width()) if last else words
        )
        painter.drawText(QRectF(inside.left(), top, inside.width() + 2, height), int(_LEFT), shown)
        top += height
        if last:
            top = bottom
            break
    layout.endLayout()
    return top


def more(painter: QPainter, rect: QRectF, count: int, *, chosen: bool) -> None:
    """A «+3» for what is not drawn."""
    painter.setBrush(look.colour("surface2"))
    painter.setPen(QPen(look.colour("focus" if chosen else "border"), 2 if chosen else 1))
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), look.px(RADIUS), look.px(RADIUS))
    painter.setFont(look.font("caption", True))
    painter.setPen(look.colour("text2"))
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), f"+{count}")


def ghost(painter: QPainter, rect: QRectF, words: str, title: str) -> None:
    """Where something that is dragged would stand, and when that is."""
    painter.setBrush(look.colour("accent_subtle"))
    pen = QPen(look.colour("accent"), 2)
    painter.setPen(pen)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), look.px(RADIUS), look.px(RADIUS))
    font, bold = look.font("caption"), look.font("caption", True)
    height = QFontMetricsF(bold).height()
    inside = rect.adjusted(look.px(7), look.px(2), -look.px(4), -look.px(1))
    if inside.height() < 2 * height:
        text = f"{words} {title}".strip()
        line = QRectF(inside.left(), rect.center().y() - height / 2, inside.width(), height)
        write(painter, line, text, bold, look.colour("accent"))
        return
    write(
        painter,
        QRectF(inside.left(), inside.top(), inside.width(), height),
        words,
        bold,
        look.colour("accent"),
    )
    _wrapped(painter, inside, inside.top() + height + look.px(2), title, font, look.colour("text"))


def cursor(painter: QPainter, rect: QRectF) -> None:
    """The cursor where no item stands."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.colour("focus"), 2))
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), look.px(RADIUS), look.px(RADIUS))


def nothing(painter: QPainter, rect: QRectF, words: str) -> None:
    """What stands where there is no item: one sentence."""
    metrics = QFontMetricsF(look.font("body"))
    wide, high = metrics.horizontalAdvance(words) + look.px(32), look.px(40)
    plate = QRectF(rect.center().x() - wide / 2, rect.top() + rect.height() / 3, wide, high)
    painter.setPen(QPen(look.colour("border"), 1))
    painter.setBrush(look.colour("surface"))
    painter.drawRoundedRect(plate, look.px(8), look.px(8))
    painter.setFont(look.font("body"))
    painter.setPen(look.colour("text2"))
    painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), words)
