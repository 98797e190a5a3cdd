"""Pale rows where a list that takes longer will stand."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from freecrm.ui import look


class Skeleton(QWidget):
    """Twelve of them; nothing moves."""

    ROWS = 12

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        height = look.row_height("comfortable")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("sunken"))
        for at in range(self.ROWS):
            middle = at * height + height // 2
            square = QRect(look.px(12), middle - look.px(12), look.px(24), look.px(24))
            painter.drawRoundedRect(square, look.px(4), look.px(4))
            left = look.px(48)
            for share in (0.18, 0.04, 0.1, 0.12, 0.08):
                width = int(self.width() * share) - (at * 13) % look.px(24)
                bar = QRect(left, middle - look.px(5), max(width, look.px(16)), look.px(10))
                painter.drawRoundedRect(bar, look.px(5), look.px(5))
                left += int(self.width() * share * 1.6)
