"""What a report looks like: standing columns for months, a funnel for stages. Told apart by filling, hatching and words,
so that it is read in grey as well; each mark is a way to its rows, by mouse and by the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.parts import announce, label

COLUMN, FUNNEL = 220, 34
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)


@dataclass(frozen=True, slots=True)
class Mark:
    """One column, or one step of a funnel. text: its value. more: what stands hatched upon it. target: of the line
    across it. between: what stands between it and the one before. said: all of it as it is spoken."""

    name: str
    value: int
    text: str
    said: str
    more: int = 0
    target: int | None = None
    between: str = ""


class MarkChart(QWidget):
    """Marks that are walked with the arrows. opened(place): one was clicked, or Enter pressed upon it."""

    opened = Signal(int)
    forward, back = Qt.Key.Key_Right, Qt.Key.Key_Left

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.marks: Sequence[Mark] = ()
        self.at, self.over = 0, -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Show these."""
        self.marks, self.over = marks, -1
        self.at = min(self.at, max(len(marks) - 1, 0))
        self.fit()

    def fit(self) -> None:
        """Take the size and the words of the look shown now."""
        self.setFixedHeight(self.sizeHint().height())
        self.setAccessibleDescription(self.marks[self.at].said if self.marks else "")
        self.update()

    def place(self, at: int) -> QRectF:
        """Where a mark stands, its name included."""
        raise NotImplementedError

    def paint_marks(self, painter: QPainter) -> None:
        """Paint them."""
        raise NotImplementedError

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if 0 <= self.over < len(self.marks):
            painter.fillRect(self.place(self.over), look.colour("hover"))
        if self.marks:
            self.paint_marks(painter)
        if self.hasFocus() and self.marks:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("focus"), 2))
            painter.drawRoundedRect(self.place(self.at).adjusted(1, 1, -1, -1), look.px(4), look.px(4))
        painter.end()

    def place_at(self, point: QPointF) -> int:
        """The mark at a point, -1 for none."""
        return next((at for at in range(len(self.marks)) if self.place(at).contains(point)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.place_at(event.position())
        if over != self.over:
            self.over = over
            self.setToolTip(self.marks[over].said if over >= 0 else "")
            self.setCursor(Qt.CursorShape.PointingHandCursor if over >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, _event: object) -> None:
        self.over = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self.go(place)
            self.opened.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            self.forward: 1,
            self.back: -1,
            Qt.Key.Key_Home: -len(self.marks),
            Qt.Key.Key_End: len(self.marks),
        }
        key = Qt.Key(event.key())
        if key in steps and not event.modifiers() and self.marks:
            self.go(min(max(self.at + steps[key], 0), len(self.marks) - 1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.marks:
            self.opened.emit(self.at)
        else:
            super().keyPressEvent(event)

    def go(self, place: int) -> None:
        """Put the cursor on a mark, and say it."""
        self.at = place
        self.setAccessibleDescription(self.marks[place].said)
        announce(self, self.marks[place].said)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


class ColumnChart(MarkChart):
    """Standing columns; the target of each is a line across it."""

    def sizeHint(self) -> QSize:
        return QSize(look.px(320), look.px(COLUMN))

    def place(self, at: int) -> QRectF:
        wide = self.width() / max(len(self.marks), 1)
        return QRectF(at * wide, 0, wide, self.height())

    def paint_marks(self, painter: QPainter) -> None:
        painter.setFont(look.font("caption"))
        metrics = QFontMetricsF(look.font("caption"))
        names, top = look.px(22), look.px(20)
        floor = self.height() - names
        most = max(max(mark.value + mark.more, mark.target or 0) for mark in self.marks) or 1
        least = min(0, *(mark.value for mark in self.marks)) if self.marks else 0
        unit = (floor - top) / (most - least)
        zero = floor + least * unit
        painter.setPen(QPen(look.colour("border"), 1))
        painter.drawLine(QPointF(0, zero), QPointF(self.width(), zero))
        wide = self.place(0).width()
        longest = max(metrics.horizontalAdvance(mark.name) for mark in self.marks) + look.px(8)
        every = max(1, -int(-longest // wide))
        for at, mark in enumerate(self.marks):
            place = self.place(at)
            side = min(wide - look.px(4), look.px(64))
            left, high = place.center().x() - side / 2, mark.value * unit
            bar = QRectF(left, zero - high, side, high).normalized()
            painter.fillRect(bar, look.chart_colours()[0])
            above = bar.top()
            if mark.more > 0:
                above -= mark.more * unit
                hatch(painter, QRectF(left, above, side, mark.more * unit), look.chart_colours()[0])
            if mark.target is not None:
                y = zero - mark.target * unit
                target_line(painter, place.left() + look.px(2), place.right() - look.px(2), y)
                if above - top < y < above + look.px(2):  # the value would stand upon the line
                    above = y
            if metrics.horizontalAdvance(mark.text) <= wide:
                inside = (
                    bar.height() >= top and metrics.horizontalAdvance(mark.text) <= side and mark.value > 0
                )
                painter.setPen(look.colour("on_accent" if inside else "text"))
                low = bar.bottom() - top if inside else above - top
                painter.drawText(QRectF(place.left(), low, wide, top), _CENTRE, mark.text)
            if at % every == 0:
                painter.setPen(look.colour("text2"))
                painter.drawText(
                    QRectF(place.left(), floor, wide * every, names),
                    _CENTRE if every == 1 else _LEFT,
                    mark.name,
                )


class FunnelChart(MarkChart):
    """Steps one below the other, each as wide as it is large, with what comes on from the one before."""

    forward, back = Qt.Key.Key_Down, Qt.Key.Key_Up

    def sizeHint(self) -> QSize:
        return QSize(look.px(320), look.px(FUNNEL) * max(len(self.marks), 1) + look.px(8))

    def place(self, at: int) -> QRectF:
        high = look.px(FUNNEL)
        return QRectF(0, look.px(4) + at * high, self.width(), high)

    def paint_marks(self, painter: QPainter) -> None:
        metrics = QFontMetricsF(look.font("body"))
        names = min(
            max(metrics.horizontalAdvance(mark.name) for mark in self.marks) + look.px(20),
            self.width() * 0.34,
        )
        ends = look.px(110)
        room = max(self.width() - names - ends, look.px(40))
        most = max(mark.value for mark in self.marks) or 1
        for at, mark in enumerate(self.marks):
            place = self.place(at)
            painter.setFont(look.font("body"))
            painter.setPen(look.colour("text"))
            name = painter.fontMetrics().elidedText(
                mark.name, Qt.TextElideMode.ElideRight, round(names - look.px(12))
            )
            painter.drawText(QRectF(look.px(6), place.top(), names, place.height()), _LEFT, name)
            wide = max(room * mark.value / most, look.px(2))
            bar = QRectF(
                names + (room - wide) / 2, place.top() + look.px(4), wide, place.height() - look.px(8)
            )
            painter.fillRect(bar, look.chart_colours()[0])
            painter.setFont(look.font("body", True))
            inside = painter.fontMetrics().horizontalAdvance(mark.text) + look.px(8) <= wide
            painter.setPen(look.colour("on_accent" if inside else "text"))
            painter.drawText(
                bar if inside else QRectF(bar.right() + look.px(6), bar.top(), look.px(80), bar.height()),
                _CENTRE if inside else _LEFT,
                mark.text,
            )
            painter.setFont(look.font("caption"))
            painter.setPen(look.colour("text2"))
            painter.drawText(
                QRectF(self.width() - ends, place.top(), ends - look.px(8), place.height()),
                _RIGHT,
                mark.between,
            )


def hatch(painter: QPainter, rect: QRectF, colour: QColor) -> None:
    """A rectangle of a series that is told by its pattern."""
    painter.fillRect(rect, look.colour("surface"))
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern))
    painter.drawRect(rect.adjusted(0.75, 0.75, -0.75, -0.75))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def target_line(painter: QPainter, left: float, right: float, y: float) -> None:
    """The line that stands for a target."""
    painter.setPen(QPen(look.chart_colours()[1], 2.5))
    painter.drawLine(QPointF(left, y), QPointF(right, y))


class _Swatch(QWidget):
    """What a series looks like. kind: "full", "hatch" or "line"."""

    def __init__(self, kind: str, series: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind, self.series = kind, series
        self.setFixedSize(look.px(14), look.px(12))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(0, 0, self.width(), self.height())
        colour = look.chart_colours()[self.series]
        if self.kind == "full":
            painter.fillRect(rect, colour)
        elif self.kind == "hatch":
            hatch(painter, rect, colour)
        else:
            target_line(painter, 0, self.width(), self.height() / 2)
        painter.end()


class Legend(QWidget):
    """What the parts of a chart mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(look.px(6))

    def show_parts(self, parts: Sequence[tuple[str, int, str]]) -> None:
        """kind, series, text of each."""
        while (item := self.row.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for kind, series, text in parts:
            self.row.addWidget(_Swatch(kind, series, self))
            self.row.addWidget(label("caption", text, self))
            self.row.addSpacing(look.px(8))
        self.setAccessibleName(_("Key: {parts}").format(parts=_(", ").join(text for _k, _s, text in parts)))
