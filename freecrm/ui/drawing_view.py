"""A drawing on the screen: zoomed by wheel and keys, gone through by the arrows, every box by its name.

view = DrawingView()
view.show_drawing(drawing)
view.opened.connect(...)            Enter, or a double click, on a box: its key
"""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip

from freecrm.core.drawing import Box, Drawing, Line, Text
from freecrm.ui import look
from freecrm.ui.parts import announce

ZOOMS = (0.2, 3.0)
READABLE = 0.75  # no smaller at first sight: what doesn't fit is scrolled to
STEP = 1.2
TITLE, CAPTION, EDGE = 13, 11, 24
_BACKGROUND = {"accent": "accent_subtle", "neutral": "sunken"}
_ELIDE = Qt.TextElideMode.ElideRight
_WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class DrawingView(QAbstractScrollArea):
    """opened(key): a box was opened. menu_wanted(key, place): its menu. remove_wanted(key): Del on it.
    zoomed: it is shown at another size. fits: it keeps to the size of the window."""

    opened = Signal(object)
    menu_wanted = Signal(object, object)
    remove_wanted = Signal(object)
    zoomed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.drawing = Drawing()
        self.current = -1
        self.fits = True
        self._zoom = 1.0
        self._drag: tuple[QPoint, int, int] | None = None
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)

    # ---- what is shown

    def show_drawing(self, drawing: Drawing) -> None:
        """Show this one; the box that was chosen stays so where it is still there."""
        held = self.key()
        self.drawing = drawing
        keys = [box.key for box in drawing.boxes]
        self.current = keys.index(held) if held in keys else -1
        if self.fits:
            self.look_at()
        self._lay_out()
        self.viewport().update()

    def key(self) -> Hashable:
        """What the box stands for that is chosen, None when none is."""
        return self.drawing.boxes[self.current].key if 0 <= self.current < len(self.drawing.boxes) else None

    @property
    def zoom(self) -> float:
        """1.0 is the size of all other texts."""
        return self._zoom

    def set_zoom(self, zoom: float, *, fits: bool = False, at: QPointF | None = None) -> None:
        """Show it at this size; what is at `at` stays there."""
        held = at or QPointF(self.viewport().width() / 2, self.viewport().height() / 2)
        before, corner = self._unit(), self._corner()
        place = (held - corner) / before
        self._zoom, self.fits = min(max(zoom, ZOOMS[0]), ZOOMS[1]), fits
        self._lay_out()
        moved = place * self._unit()
        self.horizontalScrollBar().setValue(round(moved.x() + self._margin().x() - held.x()))
        self.verticalScrollBar().setValue(round(moved.y() + self._margin().y() - held.y()))
        self.zoomed.emit()
        self.viewport().update()

    def look_at(self) -> None:
        """All of it at once where it can be read so, else around what it is about."""
        self.fit(READABLE)
        boxes = self.drawing.boxes
        if boxes:
            x, _y = boxes[self._first()].centre
            bar = self.horizontalScrollBar()
            bar.setValue(round(x * self._unit() + self._margin().x() - self.viewport().width() / 2))
            self.verticalScrollBar().setValue(0)

    def fit(self, least: float = ZOOMS[0]) -> None:
        """All of it at once, never larger than other texts."""
        room, edge = self.viewport().size(), 2 * look.px(EDGE)
        across = (room.width() - edge) / max(self.drawing.width * look.zoom() / 100, 1)
        down = (room.height() - edge) / max(self.drawing.height * look.zoom() / 100, 1)
        self.set_zoom(max(min(across, down, 1.0), least), fits=True)

    def _unit(self) -> float:
        """Pixels of the screen to a unit of the drawing."""
        return self._zoom * look.zoom() / 100

    def _margin(self) -> QPointF:
        """From the left upper corner of the sheet to that of the drawing; a small one stands in the middle."""
        unit, room, edge = self._unit(), self.viewport().size(), look.px(EDGE)
        return QPointF(max(edge, (room.width() - self.drawing.width * unit) / 2), edge)

    def _corner(self) -> QPointF:
        """Where the drawing begins in the viewport."""
        return self._margin() - QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def _lay_out(self) -> None:
        unit, room, edge = self._unit(), self.viewport().size(), look.px(EDGE)
        for bar, length, seen in (
            (self.horizontalScrollBar(), self.drawing.width, room.width()),
            (self.verticalScrollBar(), self.drawing.height, room.height()),
        ):
            bar.setRange(0, max(0, round(length * unit + 2 * edge - seen)))
            bar.setPageStep(seen)
            bar.setSingleStep(look.px(40))

    def reword(self) -> None:
        """Take colours and sizes from the look shown now."""
        if self.fits:
            self.look_at()
        self._lay_out()
        self.viewport().update()

    # ---- going through the boxes

    def choose(self, at: int, *, speak: bool = True) -> None:
        """Choose a box and bring it into sight."""
        if not 0 <= at < len(self.drawing.boxes):
            return
        self.current = at
        box, unit, corner = self.drawing.boxes[at], self._unit(), self._corner()
        edge = look.px(EDGE)
        for bar, start, end, seen in (
            (self.horizontalScrollBar(), box.left, box.right, self.viewport().width()),
            (self.verticalScrollBar(), box.top, box.bottom, self.viewport().height()),
        ):
            begin = corner.x() if bar is self.horizontalScrollBar() else corner.y()
            if begin + start * unit < edge:
                bar.setValue(round(bar.value() + begin + start * unit - edge))
            elif begin + end * unit > seen - edge:
                bar.setValue(round(bar.value() + begin + end * unit - seen + edge))
        self.setAccessibleDescription(box.spoken)
        if speak:
            announce(self, box.spoken)
        self.viewport().update()

    def step(self, across: int, down: int) -> None:
        """Go to the nearest box in a direction."""
        boxes = self.drawing.boxes
        if self.current < 0:
            self.choose(self._first())
            return
        x, y = boxes[self.current].centre
        nearest, least = -1, float("inf")
        for at, box in enumerate(boxes):
            dx, dy = box.centre[0] - x, box.centre[1] - y
            ahead, aside = (dx * across, abs(dy)) if across else (dy * down, abs(dx))
            if ahead > 1 and ahead + 3 * aside < least:
                nearest, least = at, ahead + 3 * aside
        self.choose(nearest)

    def _first(self) -> int:
        return next((at for at, box in enumerate(self.drawing.boxes) if box.strong), 0)

    def _at(self, place: QPointF) -> int:
        unit, corner = self._unit(), self._corner()
        x, y = (place.x() - corner.x()) / unit, (place.y() - corner.y()) / unit
        boxes = self.drawing.boxes
        return next(
            (at for at, box in enumerate(boxes) if box.left <= x <= box.right and box.top <= y <= box.bottom),
            -1,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = Qt.Key(event.key()), event.modifiers()
        control = bool(held & Qt.KeyboardModifier.ControlModifier)
        if key in _WAYS and not held & ~Qt.KeyboardModifier.KeypadModifier:
            self.step(*_WAYS[key])
        elif key == Qt.Key.Key_Home and not control:
            self.choose(self._first())
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal) and not control:
            self.set_zoom(self._zoom * STEP)
        elif key == Qt.Key.Key_Minus and not control:
            self.set_zoom(self._zoom / STEP)
        elif key == Qt.Key.Key_0 and not control:
            self.fit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not held and self.key() is not None:
            self.opened.emit(self.key())
        elif key == Qt.Key.Key_Delete and self.key() is not None:
            self.remove_wanted.emit(self.key())
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and not control:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + bar.pageStep() * (1 if key == Qt.Key.Key_PageDown else -1))
        else:
            event.ignore()

    def focusInEvent(self, event: object) -> None:
        if self.current < 0 and self.drawing.boxes:
            self.choose(self._first(), speak=False)
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.viewport().update()

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.viewport().update()

    # ---- the mouse

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self._zoom * STEP ** (event.angleDelta().y() / 120), at=event.position())
            event.accept()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position())
        if at >= 0:
            self.choose(at)
        elif event.button() == Qt.MouseButton.LeftButton:
            bars = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
            self._drag = (event.position().toPoint(), *bars)
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            start, across, down = self._drag
            moved = event.position().toPoint() - start
            self.horizontalScrollBar().setValue(across - moved.x())
            self.verticalScrollBar().setValue(down - moved.y())
        else:
            over = self._at(event.position()) >= 0
            self.viewport().setCursor(
                Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
            )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self._drag = None
            self.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position())
        if at >= 0 and self.drawing.boxes[at].key is not None:
            self.opened.emit(self.drawing.boxes[at].key)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        at = self.current if by_key else self._at(QPointF(event.pos()))
        if at < 0:
            return
        self.choose(at)
        x, y = self.drawing.boxes[at].centre
        place = (self._corner() + QPointF(x, y) * self._unit()).toPoint() if by_key else event.pos()
        self.menu_wanted.emit(self.key(), self.viewport().mapToGlobal(place))

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.drawing.boxes[at].spoken if at >= 0 else "", self)
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.fits:
            self.look_at()
        self._lay_out()

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), look.colour("surface"))
        corner, unit = self._corner(), self._unit()
        painter.translate(corner)
        painter.scale(unit, unit)
        seen = QRectF(event.rect()).translated(-corner)
        seen = QRectF(seen.x() / unit, seen.y() / unit, seen.width() / unit, seen.height() / unit)
        for line in self.drawing.lines:
            _paint_line(painter, line)
        for text in self.drawing.texts:
            _paint_text(painter, text)
        for at, box in enumerate(self.drawing.boxes):
            if seen.intersects(QRectF(box.left - 4, box.top - 4, box.width + 8, box.height + 8)):
                self._paint_box(painter, box, chosen=at == self.current)

    def _paint_box(self, painter: QPainter, box: Box, *, chosen: bool) -> None:
        frame = QRectF(box.left, box.top, box.width, box.height)
        radius = 8 if box.round else 2
        ground = "accent_subtle" if box.strong else "surface" if box.round else "surface2"
        painter.setBrush(look.colour(ground))
        painter.setPen(QPen(look.colour("accent" if box.strong else "border_strong"), 2 if box.strong else 1))
        painter.drawRoundedRect(frame, radius, radius)
        if chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("focus" if self.hasFocus() else "border_strong"), 2))
            painter.drawRoundedRect(frame.adjusted(-3, -3, 3, 3), radius + 2, radius + 2)
        down = 21 if box.caption or box.plate else box.height / 2 + 5
        ink = "accent" if box.strong else "text3"
        self._icon(painter, box.icon, QRectF(box.left + 9, box.top + down - 12, 14, 14), ink)
        _write(painter, box.left + 28, box.top + down, box.width - 36, box.title, TITLE, "text", bold=True)
        _write(painter, box.left + 10, box.top + 39, box.width - 18, box.caption, CAPTION, "text2")
        if box.plate:
            self._plate(painter, box)

    def _icon(self, painter: QPainter, name: str, where: QRectF, colour: str) -> None:
        if name:
            side = max(1, round(where.width() * self._unit()))
            picture = look.pixmap(name, side, colour, self.devicePixelRatioF())
            painter.drawPixmap(where, picture, QRectF(picture.rect()))

    def _plate(self, painter: QPainter, box: Box) -> None:
        tint = box.tint or "neutral"
        ink = "text2" if tint == "neutral" else tint
        wide = min(QFontMetricsF(look.drawn_font(CAPTION)).horizontalAdvance(box.plate) + 30, box.width - 20)
        plate = QRectF(box.left + 10, box.top + 47, wide, 19)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour(_BACKGROUND.get(tint, f"{tint}_bg")))
        painter.drawRoundedRect(plate, 4, 4)
        self._icon(painter, box.plate_icon, QRectF(plate.left() + 5, plate.top() + 3.5, 12, 12), ink)
        _write(painter, plate.left() + 21, plate.top() + 13.5, wide - 26, box.plate, CAPTION, ink)


def _write(
    painter: QPainter,
    left: float,
    y: float,
    room: float,
    text: str,
    size: int,
    colour: str,
    *,
    bold: bool = False,
    right: bool = False,
) -> None:
    if not text:
        return
    font = look.drawn_font(size, bold)
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(text, _ELIDE, room)
    painter.setFont(font)
    painter.setPen(look.colour(colour))
    start = left + room - metrics.horizontalAdvance(shown) if right else left
    painter.drawText(QPointF(start, y), shown)


def _paint_line(painter: QPainter, line: Line) -> None:
    pen = QPen(look.colour("border_strong"), 1)
    if line.dashed:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.drawPolyline([QPointF(x, y) for x, y in line.points])


def _paint_text(painter: QPainter, text: Text) -> None:
    _write(painter, text.left, text.y, text.width, text.text, CAPTION, "text2", right=text.right)
