"""The five steps at the head of the wizard: done ones ticked and clickable, the current one filled."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from freecrm.core.words import N_, _
from freecrm.ui import look

STEPS = (N_("Choose a file"), N_("Sheet and heads"), N_("Fields"), N_("Duplicates"), N_("Result"))
_DISC, _GAP = 22, 8


class _Step(QAbstractButton):
    """One step: a disc with its number or a tick, and its name."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place
        self.state = "later"  # "done", "current", "later"
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.short = False

    def show_state(self, state: str, reachable: bool) -> None:
        """Be done, current or later; only reachable ones can be clicked."""
        self.state = state
        self.setEnabled(reachable)
        states = {"done": N_("done"), "current": N_("you are here"), "later": N_("to come")}
        name = _("Step {n} of {all}: {title}, {state}")
        self.setAccessibleName(
            name.format(n=self.place + 1, all=len(STEPS), title=self.text(), state=_(states[state]))
        )
        self.setCursor(Qt.CursorShape.PointingHandCursor if reachable else Qt.CursorShape.ArrowCursor)
        self.updateGeometry()
        self.update()

    def _font_metrics(self) -> QFontMetrics:
        return QFontMetrics(look.font("body", bold=True))

    def whole_width(self) -> int:
        """How wide it is with its name."""
        return (
            look.px(_DISC) + look.px(_GAP) + self._font_metrics().horizontalAdvance(self.text()) + look.px(8)
        )

    def sizeHint(self) -> QSize:
        short = self.short and self.state != "current"
        return QSize(look.px(_DISC + 8) if short else self.whole_width(), look.px(32))

    def minimumSizeHint(self) -> QSize:
        """So narrow it may get: `StepsBar.squeeze` takes the names of the others away by then."""
        return self.sizeHint() if self.state == "current" else QSize(look.px(_DISC + 8), look.px(32))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side, left = look.px(_DISC), look.px(4)
        disc = QRectF(left + 0.5, (self.height() - side) / 2 + 0.5, side - 1, side - 1)
        done, current = self.state == "done", self.state == "current"
        ground = "accent" if current else "accent_subtle" if done else "surface"
        edge = "accent" if done or current else "border_strong"
        painter.setBrush(look.colour(ground))
        painter.setPen(QPen(look.colour(edge), 1))
        painter.drawEllipse(disc)
        if done:
            size, ratio = look.px(14), self.devicePixelRatioF()
            tick = look.pixmap("check", size, "accent", ratio)
            painter.drawPixmap(QPointF(disc.center().x() - size / 2, disc.center().y() - size / 2), tick)
        else:
            painter.setFont(look.font("caption", bold=current))
            painter.setPen(look.colour("on_accent" if current else "text2"))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(self.place + 1))
        if not self.short or current:
            painter.setFont(look.font("body", bold=current))
            painter.setPen(look.colour("text" if current else "text2"))
            words = QRectF(disc.right() + look.px(_GAP), 0, self.width(), self.height())
            painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("focus"), 2))
            edge_rect = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(edge_rect, look.px(4), look.px(4))


class _Between(QWidget):
    """The line between two steps."""

    def __init__(self) -> None:
        super().__init__()
        self.done, self.wide = False, 44
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(look.px(12))

    def sizeHint(self) -> QSize:
        return QSize(look.px(self.wide), look.px(32))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(look.colour("accent" if self.done else "border"), 1))
        middle = self.height() // 2
        painter.drawLine(0, middle, self.width(), middle)


class StepsBar(QWidget):
    """The steps in a row. chosen(place): the user wants to go back to one."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.steps: list[_Step] = []
        self.between: list[_Between] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(4))
        for place in range(len(STEPS)):
            if place:
                line = _Between()
                self.between.append(line)
                row.addWidget(line)
            step = _Step(place)
            step.clicked.connect(lambda _checked=False, at=place: self.chosen.emit(at))
            self.steps.append(step)
            row.addWidget(step)
        self._current, self._reached, self._ended = 0, 0, False
        self.reword()

    def show_step(self, current: int, reached: int, ended: bool = False) -> None:
        """Stand at `current`; steps up to `reached` can be gone to. ended: there is no way back any more."""
        self._current, self._reached, self._ended = current, reached, ended
        for step in self.steps:
            at = step.place
            done = at < current or (ended and at == current)
            state = "current" if at == current and not ended else "done" if done else "later"
            step.show_state(state, not ended and at <= reached and at != current)
        for place, line in enumerate(self.between):
            line.done = place < current
            line.update()

    def squeeze(self, wide: int) -> None:
        """Let the lines between get shorter, then show only the current step's name, to fit into `wide`."""
        full = sum(step.whole_width() for step in self.steps)
        room = full + len(self.between) * look.px(12 + 2 * 4)
        spare = (wide - room) // len(self.between) if room <= wide else look.px(44)
        for line in self.between:
            line.wide = min(12 + spare * 100 // look.zoom(), 44)
            line.updateGeometry()
        for step in self.steps:
            if step.short != (room > wide):
                step.short = room > wide
                step.updateGeometry()
                step.update()

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        for step, text in zip(self.steps, STEPS, strict=True):
            step.setText(_(text))
            step.setToolTip(_(text))
        self.show_step(self._current, self._reached, self._ended)
