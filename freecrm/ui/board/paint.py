"""How lanes and cards look. No state is told by colour alone: late has a sign, stuck an edge and its days."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from freecrm.core.rights import Unseen
from freecrm.core.words import N_, _
from freecrm.store.deals import Card
from freecrm.ui import look
from freecrm.ui.board.shown import Lane, Seen, exact, whole
from freecrm.ui.board.spoken import day, next_step, others_words
from freecrm.ui.grid_paint import Pictures

CARD, GAP, HEAD, FIGURE, PAD, EDGE = 110, 8, 70, 17, 8, 4
RADIUS, ICON, DISC, MENU = 6, 14, 20, 28
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
WON, LOST, LATER, DELETE = "won", "lost", "later", "delete"
ZONES = {
    WON: (N_("Won"), "trophy", "success"),
    LOST: (N_("Lost · ask why"), "circle-x", "danger"),
    LATER: (N_("Later…"), "calendar-clock", "text2"),
    DELETE: (N_("Delete"), "trash-2", "text2"),
}
_pictures = Pictures()


class How(NamedTuple):
    """chosen: the cursor is on it. focus: the board has the focus. lifted: it is in the hand. ratio: of the screen."""

    chosen: bool = False
    focus: bool = False
    hovered: bool = False
    lifted: bool = False
    ratio: float = 1.0


def write(painter: QPainter, rect: QRectF, text: str, font: QFont, colour: str, flags: int = _LEFT) -> None:
    """One line, cut with "…" where it is too long."""
    if rect.width() < look.px(8):
        return
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.setFont(font)
    painter.setPen(look.colour(colour))
    painter.drawText(rect, flags, shown)


def wide(text: str, font: QFont) -> float:
    """How long a text is."""
    return QFontMetricsF(font).horizontalAdvance(text)


def icon(
    painter: QPainter, name: str, left: float, middle: float, colour: str, ratio: float, size: int = ICON
) -> None:
    """An icon, its left edge and middle at a place."""
    side = look.px(size)
    painter.drawPixmap(QPointF(left, middle - side / 2), look.pixmap(name, side, colour, ratio))


def menu_rect(rect: QRectF) -> QRectF:
    """Where a card's «⋯» is pressed."""
    side = look.px(MENU)
    return QRectF(rect.right() - side - look.px(2), rect.top() + look.px(2), side, side)


# ---- cards


def card(painter: QPainter, rect: QRectF, of: Card, seen: Seen, how: How) -> None:
    """One card where it stands."""
    stuck = seen.is_stuck(of)
    _plate(painter, rect, stuck=stuck, how=how)
    bold, caption = look.font("body", True), look.font("caption")
    left, right = rect.left() + look.px(12), rect.right() - look.px(10)
    line = look.px(20)
    top = rect.top() + look.px(8)
    dots = menu_rect(rect)
    name = of.name or _("(no name)")
    write(painter, QRectF(left, top, dots.left() - left + look.px(4), line), name, bold, "text")
    icon(painter, "ellipsis", dots.center().x() - look.px(8), top + line / 2, "text2", how.ratio, 16)
    top += line
    customer = of.customer_name or _("No customer")
    ink = "text3" if not of.customer_name or isinstance(of.customer_name, Unseen) else "text2"
    write(painter, QRectF(left, top, right - left, look.px(17)), customer, caption, ink)
    top += look.px(20)
    amount = exact(of.amount, seen.currency)
    close = day(of.close, seen.today) if of.close is not None else _("No day")
    room = right - left - wide(amount, bold) - look.px(8)
    write(painter, QRectF(left, top, right - left, line), amount, bold, "text")
    if room > look.px(24):
        late = of.close is not None and of.close < seen.today
        words = f"! {close}" if late else close
        place = QRectF(right - room, top, room, line)
        write(painter, place, words, caption, "danger" if late else "text2", _RIGHT)
    top += line + look.px(6)
    painter.setPen(QPen(look.colour("border"), 1))
    painter.drawLine(QPointF(left, top), QPointF(right, top))
    _foot(painter, QRectF(left, top, right - left, rect.bottom() - top - look.px(2)), of, seen, how)


def _foot(painter: QPainter, rect: QRectF, of: Card, seen: Seen, how: How) -> None:
    """Its next step, how long it has been here, whose it is."""
    caption, middle = look.font("caption"), rect.center().y()
    right = rect.right()
    name = seen.people.get(of.owner or b"", "")
    if name:
        _pictures.check()
        side = look.px(DISC)
        painter.drawPixmap(QPointF(right - side, middle - side / 2), _pictures.person(name, side, how.ratio))
        right -= side + look.px(6)
    days = _("{n} d").format(n=seen.days(of))
    room = wide(days, caption)
    high = look.px(18)
    if seen.is_stuck(of):
        plate = QRectF(right - room - look.px(10), middle - high / 2, room + look.px(10), high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("danger_bg"))
        painter.drawRoundedRect(plate, look.px(3), look.px(3))
        write(painter, plate, days, caption, "danger", _CENTRE)
        right = plate.left() - look.px(4)
    else:
        write(
            painter,
            QRectF(right - room - 1, middle - high / 2, room + 2, high),
            days,
            caption,
            "text2",
            _RIGHT,
        )
        right -= room + look.px(6)
    step = next_step(of, seen.now)
    icon(painter, step.sign, rect.left(), middle, step.token, how.ratio)
    left = rect.left() + look.px(ICON + 4)
    words = step.text if not step.brief or wide(step.text, caption) <= right - left else step.brief
    write(painter, QRectF(left, middle - high / 2, right - left, high), words, caption, step.token)


def _plate(painter: QPainter, rect: QRectF, *, stuck: bool, how: How) -> None:
    radius = look.px(RADIUS)
    shape = QPainterPath()
    shape.addRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    if how.lifted:
        shadow = look.colour("shadow")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shadow)
        for deep in (6, 4, 2):
            painter.drawRoundedRect(rect.adjusted(-deep / 2, deep / 2, deep / 2, deep), radius, radius)
    painter.fillPath(shape, look.colour("surface"))
    if stuck:
        painter.save()
        painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
        painter.fillRect(QRectF(rect.left(), rect.top(), look.px(EDGE), rect.height()), look.colour("danger"))
        painter.restore()
    edge = "border_strong" if how.hovered and not how.chosen else "border"
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.colour(edge), 1))
    painter.drawPath(shape)
    if how.chosen:
        painter.setPen(QPen(look.colour("focus" if how.focus else "border_strong"), 2))
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)


def gap(painter: QPainter, rect: QRectF, words: str) -> None:
    """Where a card that is dragged would come, and what that means."""
    pen = QPen(look.colour("accent"), 2, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(look.colour("accent_subtle"))
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), look.px(RADIUS), look.px(RADIUS))
    inside = QRectF(
        rect.left() + look.px(10), rect.top() + look.px(6), rect.width() - look.px(20), look.px(20)
    )
    write(painter, inside, words, look.font("caption", True), "accent")


def strip(painter: QPainter, rect: QRectF, name: str) -> None:
    """Where a card was that is dragged elsewhere."""
    painter.setPen(QPen(look.colour("border_strong"), 1, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), look.px(RADIUS), look.px(RADIUS))
    words = _("{name} (moving)").format(name=name)
    write(painter, rect.adjusted(look.px(10), 0, -look.px(8), 0), words, look.font("caption"), "text2")


# ---- lanes


def ground(painter: QPainter, rect: QRectF, *, target: bool) -> None:
    """The ground of a lane; outlined where something would be dropped into it."""
    painter.setPen(QPen(look.colour("accent"), 1.5) if target else Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("accent_subtle" if target else "sunken"))
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), look.px(RADIUS + 2), look.px(RADIUS + 2))


def head(painter: QPainter, rect: QRectF, lane: Lane, most: int, *, chosen: bool) -> None:
    """Dot, name, count, chance; sum, weighted sum; a bar as long as its sum is beside the largest."""
    bold, caption = look.font("body", True), look.font("caption")
    left, right, top = rect.left() + look.px(12), rect.right() - look.px(12), rect.top() + look.px(8)
    line = look.px(22)
    dot = look.px(8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour(lane.colour))
    painter.drawEllipse(QRectF(left, top + line / 2 - dot / 2, dot, dot))
    end = right
    if lane.chance:
        room = wide(lane.chance, caption)
        write(painter, QRectF(right - room - 1, top, room + 2, line), lane.chance, caption, "text2", _RIGHT)
        end -= room + look.px(6)
    count = f"{len(lane.cards):,}" + (f" +{lane.others:,}" if lane.others else "")
    plate = wide(count, caption) + look.px(10)
    begin = left + dot + look.px(6)
    room = min(wide(lane.title, bold) + 2, end - begin - plate - look.px(6))
    write(painter, QRectF(begin, top, room, line), lane.title, bold, "text")
    high = look.px(18)
    disc = QRectF(begin + room + look.px(6), top + (line - high) / 2, plate, high)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("border"))
    painter.drawRoundedRect(disc, high / 2, high / 2)
    write(painter, disc.adjusted(-2, 0, 2, 0), count, caption, "text2", _CENTRE)
    top += line + look.px(2)
    weight = _("w. {amount}").format(amount=whole(lane.weighted, lane.currency))
    total = whole(lane.total, lane.currency)
    write(painter, QRectF(left, top, right - left, line), total, bold, "text")
    room = right - left - wide(total, bold) - look.px(8)
    if wide(weight, caption) > room:
        weight = whole(lane.weighted, lane.currency)
    write(painter, QRectF(right - room, top, room, line), weight, caption, "text2", _RIGHT)
    top += line + look.px(2)
    for words in lane.figures:
        write(painter, QRectF(left, top, right - left, look.px(FIGURE)), words, caption, "text2")
        top += look.px(FIGURE)
    _bar(painter, QRectF(left, top + look.px(2), right - left, look.px(4)), lane, most)
    if chosen:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.colour("focus"), 2))
        painter.drawRoundedRect(rect.adjusted(2, 2, -2, -1), look.px(RADIUS), look.px(RADIUS))


def _bar(painter: QPainter, rect: QRectF, lane: Lane, most: int) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("border"))
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    if lane.total > 0 and most > 0:
        part = QRectF(rect)
        part.setWidth(max(rect.width() * lane.total / most, rect.height()))
        painter.setBrush(look.colour(lane.colour))
        painter.drawRoundedRect(part, rect.height() / 2, rect.height() / 2)


def foot(painter: QPainter, rect: QRectF, lane: Lane, ratio: float, *, hovered: bool, empty: str) -> None:
    """Below the last card: that there is none, what the filter hides, the way to a new one."""
    caption, top = look.font("caption"), rect.top()
    for words in (empty if not lane.cards and not lane.others else "", others_words(lane)):
        if words:
            place = QRectF(rect.left() + look.px(8), top, rect.width() - look.px(12), look.px(20))
            write(painter, place, words, caption, "text2")
            top += look.px(20)
    if lane.stage is not None:
        place = add_rect(rect, lane)
        if hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("hover"))
            painter.drawRoundedRect(place, look.px(4), look.px(4))
        icon(painter, "plus", place.left() + look.px(8), place.center().y(), "text2", ratio, 16)
        words_at = place.adjusted(look.px(30), 0, 0, 0)
        write(painter, words_at, _("Add deal"), look.font("body"), "text2")


def add_rect(rect: QRectF, lane: Lane) -> QRectF:
    """Where «Add deal» is pressed, in the room below the cards."""
    lines = int(bool(lane.others) or not lane.cards)
    return QRectF(rect.left(), rect.top() + lines * look.px(20), rect.width(), look.px(32))


def zone(painter: QPainter, rect: QRectF, name: str, ratio: float, *, over: bool) -> None:
    """A place at the foot where a card that is dragged can be dropped."""
    text, sign, token = ZONES[name]
    tint = look.colour(f"{token}_bg") if token != "text2" else look.colour("surface2")
    painter.setPen(
        QPen(look.colour(token), 2 if over else 1, Qt.PenStyle.SolidLine if over else Qt.PenStyle.DashLine)
    )
    painter.setBrush(tint)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), look.px(RADIUS), look.px(RADIUS))
    font = look.font("body", True)
    words = _(text)
    room = min(wide(words, font), rect.width() - look.px(40))
    left = rect.center().x() - (room + look.px(26)) / 2
    icon(painter, sign, left, rect.center().y(), token, ratio, 18)
    place = QRectF(left + look.px(26), rect.top(), room + 2, rect.height())
    write(painter, place, words, font, token)
