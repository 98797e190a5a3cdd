"""The months of the forecast as standing bars: what is won, what the open deals weigh, the rest of them (hatched),
and the target as a line. A month is pressed, or gone to with the arrows, to see its deals."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from freecrm.core import day_words
from freecrm.core.words import _
from freecrm.store.forecast import Month
from freecrm.ui import look
from freecrm.ui.board.shown import month_title, whole
from freecrm.ui.parts import announce

HIGH, LABEL = 150, 18
SHOWN = 4


def month_words(month: Month, currency: str) -> str:
    """A month in one sentence."""
    parts = [
        month_title(month.first),
        _("won {amount}").format(amount=whole(month.won, currency)),
        _("weighted {amount}").format(amount=whole(month.weighted, currency)),
        _("all open deals {amount}").format(amount=whole(month.total, currency)),
    ]
    if month.target is not None:
        parts.append(_("target {amount}").format(amount=whole(month.target, currency)))
    return " · ".join(parts)


class MonthChart(QWidget):
    """month_wanted(Month): its deals are to be seen."""

    month_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.months: list[Month] = []
        self.currency = ""
        self.at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_months(self, months: list[Month], currency: str) -> None:
        """Show the first of these. currency: of their sums."""
        self.currency = currency
        self.months = [month for month in months if not month.kind][:SHOWN]
        self.at = min(self.at, max(len(self.months) - 1, 0))
        self._tell()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look.px(200), look.px(HIGH + LABEL))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def bar_rect(self, at: int) -> QRectF:
        """Where a month stands, its name included."""
        wide = self.width() / max(len(self.months), 1)
        return QRectF(at * wide, 0, wide, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = self.height() - look.px(LABEL + 6)
        most = max((max(one.won + one.total, one.target or 0) for one in self.months), default=0) or 1
        floor = look.px(4) + room
        for at, month in enumerate(self.months):
            place = self.bar_rect(at)
            side = min(place.width() - look.px(10), look.px(44))
            left, unit = place.center().x() - side / 2, room / most
            top = self._stack(painter, month, left, side, floor, unit)
            if top == floor:  # a month without anything has a foot
                painter.fillRect(QRectF(left, floor - 1, side, 1), look.colour("border_strong"))
            if month.target is not None:
                painter.setPen(QPen(look.colour("text"), 2, Qt.PenStyle.DashLine))
                y = floor - month.target * unit
                painter.drawLine(QPointF(place.left() + 1, y), QPointF(place.right() - 1, y))
            painter.setPen(look.colour("text2"))
            painter.setFont(look.font("caption"))
            name = self.name(month)
            painter.drawText(
                QRectF(place.left(), self.height() - look.px(LABEL), place.width(), look.px(LABEL)),
                int(Qt.AlignmentFlag.AlignCenter),
                name,
            )
            if self.hasFocus() and at == self.at:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(look.colour("focus"), 2))
                painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), look.px(4), look.px(4))
        painter.end()

    @staticmethod
    def name(month: Month) -> str:
        """A short name of a month: Mar, 3月."""
        assert month.first is not None
        name = _(day_words.MONTHS[month.first.month - 1]).replace(" ", "")
        return name[:3]

    def _stack(
        self, painter: QPainter, month: Month, left: float, side: float, floor: float, unit: float
    ) -> float:
        for amount, kind in (
            (month.won, "won"),
            (month.weighted, "weighted"),
            (month.total - month.weighted, "rest"),
        ):
            if amount > 0:
                high = max(amount * unit, 2)
                swatch(painter, QRectF(left, floor - high, side, high), kind)
                floor -= high
        return floor

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for at, month in enumerate(self.months):
            if self.bar_rect(at).contains(event.position()) and event.button() == Qt.MouseButton.LeftButton:
                self.at = at
                self.month_wanted.emit(month)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if by is not None and self.months:
            self.at = max(min(self.at + by, len(self.months) - 1), 0)
            self._tell(speak=True)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.months:
            self.month_wanted.emit(self.months[self.at])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._tell(speak=True)
        self.update()

    def _tell(self, *, speak: bool = False) -> None:
        words = month_words(self.months[self.at], self.currency) if self.months else ""
        self.setAccessibleDescription(words)
        self.setToolTip("\n".join(month_words(month, self.currency) for month in self.months))
        if speak and words:
            announce(self, words)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.setAccessibleName(_("Forecast by month"))
        self.setMinimumHeight(self.sizeHint().height())
        self._tell()
        self.update()


def swatch(painter: QPainter, rect: QRectF, kind: str) -> None:
    """What stands for "won", "weighted" or "rest": a colour, and a pattern for what may not come."""
    colours = look.chart_colours()
    if kind == "rest":
        painter.setPen(QPen(look.colour("border_strong"), 1))
        painter.setBrush(QBrush(look.colour("border_strong"), Qt.BrushStyle.BDiagPattern))
        painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
    else:
        painter.fillRect(rect, colours[5] if kind == "won" else colours[0])
