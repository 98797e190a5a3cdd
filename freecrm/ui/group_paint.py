"""How group rows are painted: as tall as all others, one word across the columns, sums under their heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from freecrm.ui import group_words, look
from freecrm.ui.columns import PAD

if TYPE_CHECKING:
    from freecrm.ui.grid import Grid
    from freecrm.ui.grouping import GroupRow

INDENT, _ARROW, _GAP = 20, 16, 8
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


def paint(grid: Grid, painter: QPainter, group: GroupRow, top: int, height: int, right: int) -> None:
    """Paint one group row over its ground."""
    model = grid.list_model
    inner = height - 1
    left = look.px(PAD) + group.level * look.px(INDENT)
    folded = model.groups is not None and group.path in model.groups.folded
    _arrow(painter, left + look.px(_ARROW) // 2, top + inner // 2, folded=folded)
    left += look.px(_ARROW + _GAP)
    bucket = group_words.bucket_of(model, group)
    token = bucket.token if bucket is not None else "text"
    if bucket is not None:
        side = look.px(16)
        picture = look.pixmap(
            bucket.icon, side, "text2" if token == "text" else token, grid.devicePixelRatioF()
        )
        painter.drawPixmap(left, top + (inner - side) // 2, picture)
        left += side + look.px(_GAP)
    sums = _sums(grid, painter, group, top, inner)
    room = min(right, sums) - left - look.px(60)
    painter.setFont(look.font("body", bold=True))
    painter.setPen(look.colour(token))
    metrics = painter.fontMetrics()
    text = metrics.elidedText(
        group_words.title(model, group), Qt.TextElideMode.ElideRight, max(room, look.px(40))
    )
    painter.drawText(QRect(left, top, metrics.horizontalAdvance(text) + 2, inner), _MIDDLE, text)
    _pill(painter, left + metrics.horizontalAdvance(text) + look.px(_GAP), top, inner, f"{group.count:,}")


def _sums(grid: Grid, painter: QPainter, group: GroupRow, top: int, height: int) -> int:
    """Paint the sums under the heads of their columns; where the first of them begins."""
    first = grid.horizontalHeader().length()
    bold = look.font("body", bold=True)
    metrics = QFontMetrics(bold)
    painter.setFont(bold)
    painter.setPen(look.colour("text"))
    for column in range(grid.list_model.columnCount()):
        text = group_words.sum_text(grid.list_model, group, column)
        if not text:
            continue
        left, width = grid.column_left(column), grid.columnWidth(column)
        edge = left + width - look.px(PAD)
        wide = metrics.horizontalAdvance(text)
        painter.drawText(
            QRect(edge - wide - 2, top, wide + 2, height), _MIDDLE | Qt.AlignmentFlag.AlignRight, text
        )
        first = min(first, edge - wide)
    return first


def _arrow(painter: QPainter, x: int, y: int, *, folded: bool) -> None:
    half = look.px(8) / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.colour("text2"), 1.75))
    if folded:
        points = [QPointF(x - half / 2, y - half), QPointF(x + half / 2, y), QPointF(x - half / 2, y + half)]
    else:
        points = [QPointF(x - half, y - half / 2), QPointF(x, y + half / 2), QPointF(x + half, y - half / 2)]
    painter.drawPolyline(points)
    painter.restore()


def _pill(painter: QPainter, left: int, top: int, height: int, text: str) -> None:
    painter.save()
    painter.setFont(look.font("caption"))
    metrics = painter.fontMetrics()
    tall = look.px(18)
    plate = QRectF(
        left, top + (height - tall) / 2, max(metrics.horizontalAdvance(text) + look.px(12), tall), tall
    )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("sunken"))
    painter.drawRoundedRect(plate, tall / 2, tall / 2)
    painter.setPen(look.colour("text2"))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
