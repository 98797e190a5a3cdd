"""The boxes at the left of a list: a tick for each selected row, and at the head one for all that is shown.

It is the table's vertical head: it stays where it is when the columns scroll, and no column moves for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QHeaderView

from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.frozen import own_ground

if TYPE_CHECKING:
    from freecrm.ui.grid import Grid

WIDTH = 28
_SIDE, _BAR = 16, 3
_GROUNDS = {
    (False, False): "surface",
    (False, True): "hover",
    (True, False): "selected",
    (True, True): "selected_hover",
}


class TickColumn(QHeaderView):
    """The boxes of the rows of a `Grid`."""

    def __init__(self, grid: Grid) -> None:
        super().__init__(Qt.Orientation.Vertical, grid)
        self.grid = grid
        self._begun: int | None = None  # where a drag over the boxes began
        own_ground(self, QPalette.ColorRole.Button)
        self.setMouseTracking(True)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def sizeHint(self) -> QSize:
        # only the width counts; for the height Qt would ask for the heads of a hundred rows
        return QSize(look.px(WIDTH), look.px(WIDTH))

    def paintEvent(self, event: QPaintEvent) -> None:
        height = self.defaultSectionSize()
        painter = QPainter(self.viewport())
        area = event.rect()
        painter.fillRect(area, look.colour("surface"))
        first = max((area.top() + self.offset()) // height, 0)
        last = min((area.bottom() + self.offset()) // height, self.count() - 1)
        for row in range(first, last + 1):
            self._paint_row(painter, QRect(0, row * height - self.offset(), self.width(), height), row)
        painter.end()

    def _paint_row(self, painter: QPainter, rect: QRect, row: int) -> None:
        grid = self.grid
        picked = grid.is_picked(row)
        group = grid.list_model.group_at(row)
        ground = _GROUNDS[picked, row == grid.hovered]
        painter.fillRect(rect, look.colour("surface2" if group is not None and not picked else ground))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), look.colour("border"))
        if picked:
            bar = QRect(rect.left(), rect.top(), _BAR, rect.height() - 1)
            painter.fillRect(bar, look.colour("accent"))
        if group is None:
            paint_box(painter, rect, "on" if grid.is_ticked(row) else "off")

    def refresh(self) -> None:
        """Paint anew."""
        self.viewport().update()

    # ---- the mouse

    def mousePressEvent(self, e: QMouseEvent) -> None:
        row = self.logicalIndexAt(e.position().toPoint())
        if row < 0 or e.button() != Qt.MouseButton.LeftButton:
            return
        self._begun = row
        self.grid.setFocus(Qt.FocusReason.MouseFocusReason)
        self.grid.tick(row, reach=bool(e.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def mouseMoveEvent(self, e: QMouseEvent) -> None:
        row = self.logicalIndexAt(e.position().toPoint())
        if self._begun is not None and row >= 0 and row != self._begun:
            self.grid.tick(row, reach=True)
        self.grid.hover(row)

    def mouseReleaseEvent(self, e: QMouseEvent) -> None:
        self._begun = None

    def mouseDoubleClickEvent(self, e: QMouseEvent) -> None:
        self.mousePressEvent(e)

    def leaveEvent(self, event: QEvent) -> None:
        self.grid.hover(-1)
        super().leaveEvent(event)


class HeadBox(QObject):
    """The box at the head of the boxes: all rows that are shown, or none."""

    def __init__(self, grid: Grid) -> None:
        super().__init__(grid)
        self.grid = grid
        found = grid.findChild(QAbstractButton, options=Qt.FindChildOption.FindDirectChildrenOnly)
        assert isinstance(found, QAbstractButton)
        self.button: QAbstractButton = found
        self.button.installEventFilter(self)
        self.reword()

    def reword(self) -> None:
        """Say what it does in the language spoken now."""
        text = _("Select all rows, or none")
        self.button.setToolTip(f"{text} (Ctrl+A)")
        self.button.setAccessibleName(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Paint:
            self._paint()
            return True
        if kind == QEvent.Type.MouseButtonPress:
            if self.grid.ticked_all():
                self.grid.let_go()
            else:
                self.grid.selectAll()
            self.grid.setFocus(Qt.FocusReason.MouseFocusReason)
            return True
        return kind in (QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick)

    def _paint(self) -> None:
        painter, rect = QPainter(self.button), self.button.rect()
        painter.fillRect(rect, look.colour("surface2"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), look.colour("border"))
        grid = self.grid
        state = "on" if grid.ticked_all() else "some" if grid.chosen else "off"
        paint_box(painter, rect, state)
        painter.end()


def paint_box(painter: QPainter, rect: QRect, state: str) -> None:
    """A check box in the middle of a place. state: "on", "some" or "off"."""
    side = look.px(_SIDE)
    left = rect.left() + (rect.width() - side) // 2 + 1
    box = QRectF(left + 0.5, rect.top() + (rect.height() - side) // 2 + 0.5, side - 1, side - 1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    on = state != "off"
    painter.setPen(QPen(look.colour("accent" if on else "border_strong"), 1))
    painter.setBrush(look.colour("accent" if on else "surface"))
    painter.drawRoundedRect(box, look.px(3), look.px(3))
    painter.restore()
    if on:
        inner = look.px(12)
        ratio = painter.device().devicePixelRatioF()
        picture = look.pixmap("check" if state == "on" else "minus", inner, "on_accent", ratio)
        off = (side - inner) // 2
        painter.drawPixmap(left + off, int(box.top()) + off, picture)
