"""Where small windows stand that come by themselves: at the lower right of the screen, as high as they have to be."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLayout, QWidget

_FROM_EDGE = 16


def free_height() -> int:
    """How high a window may be on the screen, with air above and below."""
    return QGuiApplication.primaryScreen().availableGeometry().height() - 2 * _FROM_EDGE


def width_of(wanted: int) -> int:
    """The wanted width, or what the screen has."""
    return min(wanted, QGuiApplication.primaryScreen().availableGeometry().width() - 2 * _FROM_EDGE)


def height(layout: QLayout, wide: int) -> int:
    """How high it has to be for that width, with all its lines."""
    layout.activate()
    return layout.totalHeightForWidth(wide) if layout.hasHeightForWidth() else layout.totalSizeHint().height()


def stand(window: QWidget, layout: QLayout, wide: int) -> None:
    """Give a window that width and the height of its layout, and move it to the corner."""
    window.setFixedWidth(wide)
    window.setFixedHeight(height(layout, wide))
    corner = QGuiApplication.primaryScreen().availableGeometry().bottomRight()
    window.move(corner - QPoint(window.width() + _FROM_EDGE - 1, window.height() + _FROM_EDGE - 1))
