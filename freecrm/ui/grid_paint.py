"""How the cells of a list are painted: one delegate, a painter for each kind of field.

Everything that costs is kept: pictures of names by their look, shortened texts by their width.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from freecrm.core.fields import Field
from freecrm.ui import cells, look
from freecrm.ui.columns import PAD

if TYPE_CHECKING:
    from freecrm.ui.grid import Grid
    from freecrm.ui.list_model import Row

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter
_BAR, _GAP = 3, 8
_GROUNDS = {
    (False, False): "surface",
    (False, True): "hover",
    (True, False): "selected",
    (True, True): "selected_hover",
}

Drawer = Callable[["CellPainter", QPainter, QRect, "Row", int], None]


class Pictures:
    """Painted small things, kept by what they look like; forgotten when the look changes."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], QPixmap] = {}
        self._elided: dict[tuple[str, int, bool], str] = {}
        self._look: tuple[str, int] = ("", 0)

    def check(self) -> None:
        """Forget everything when theme or zoom are others than before."""
        now = (look.theme(), look.zoom())
        if now != self._look or len(self._kept) > 4000:
            self._look = now
            self._kept.clear()
            self._elided.clear()

    def avatar(self, name: str, side: int, ratio: float) -> QPixmap:
        """A tinted square with the first character of a name."""
        letter, tint = cells.initial(name), cells.tint(name)
        key = ("avatar", letter, tint, side, ratio)
        if key not in self._kept:
            ground = "accent_subtle" if tint == "accent" else f"{tint}_bg"
            self._kept[key] = self._letter(letter, side, ratio, ground, tint, look.px(4))
        return self._kept[key]

    def person(self, name: str, side: int, ratio: float) -> QPixmap:
        """A filled disc with the first character of a person's name."""
        number = cells.person_colour(name)
        key = ("person", name[:1], number, side, ratio)
        if key not in self._kept:
            picture, painter = _blank(side, ratio)
            painter.setBrush(look.chart_colours()[number])
            painter.drawEllipse(QRectF(0, 0, side, side))
            painter.setFont(look.font("caption"))
            painter.setPen(look.colour("on_accent"))
            painter.drawText(QRectF(0, 0, side, side), _CENTRE, name[:1].upper())
            painter.end()
            self._kept[key] = picture
        return self._kept[key]

    def key(self, name: str, ratio: float) -> QPixmap:
        """A key of the keyboard with its name on it."""
        wanted = ("key", name, ratio)
        if wanted not in self._kept:
            font, height = look.font("caption"), look.px(20)
            width = max(height, QFontMetrics(font).horizontalAdvance(name) + look.px(12))
            picture, painter = _blank(width, ratio, height)
            painter.setPen(look.colour("border"))
            painter.setBrush(look.colour("surface2"))
            plate = QRectF(0.5, 0.5, width - 1, height - 1)
            painter.drawRoundedRect(plate, look.px(4), look.px(4))
            painter.setFont(font)
            painter.setPen(look.colour("text2"))
            painter.drawText(plate, _CENTRE, name)
            painter.end()
            self._kept[wanted] = picture
        return self._kept[wanted]

    def _letter(self, letter: str, side: int, ratio: float, ground: str, colour: str, radius: int) -> QPixmap:
        picture, painter = _blank(side, ratio)
        painter.setBrush(look.colour(ground))
        painter.drawRoundedRect(QRectF(0, 0, side, side), radius, radius)
        painter.setFont(look.font("caption" if side < look.px(28) else "subtitle", bold=True))
        painter.setPen(look.colour(colour))
        painter.drawText(QRectF(0, 0, side, side), _CENTRE, letter)
        painter.end()
        return picture

    def elided(self, text: str, width: int, bold: bool, metrics: QFontMetrics) -> str:
        """`text` shortened with … to `width`."""
        key = (text, width, bold)
        found = self._elided.get(key)
        if found is None:
            if len(self._elided) > 20_000:
                self._elided.clear()
            found = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
            self._elided[key] = found
        return found


def _blank(side: int, ratio: float, height: int = 0) -> tuple[QPixmap, QPainter]:
    picture = QPixmap(round(side * ratio), round((height or side) * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    return picture, painter


class CellPainter(QStyledItemDelegate):
    """Paints every cell of a `Grid` straight from its model's rows."""

    def __init__(self, grid: Grid) -> None:
        super().__init__(grid)
        self.grid, self.pictures = grid, Pictures()
        self._drawers: list[Drawer] = []
        self._of: list[Field] = []
        self._picked = False

    def _drawer(self, column: int) -> Drawer:
        fields = self.grid.list_model.fields
        if self._of is not fields:
            self._of = fields
            title = self.grid.list_model.title_column
            self._drawers = [
                CellPainter._title if i == title else DRAWERS.get(f.kind, CellPainter._text)
                for i, f in enumerate(fields)
            ]
        return self._drawers[column]

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        grid = self.grid
        at, column = index.row(), index.column()
        rect: QRect = option.rect
        current = at == grid.currentIndex().row()
        picked = self._picked = current or at in grid.selection
        hovered = at == grid.hovered
        painter.fillRect(rect, look.colour(_GROUNDS[picked, hovered]))
        if column == 0:
            self.pictures.check()
            if picked:
                painter.fillRect(QRect(rect.x(), rect.y(), _BAR, rect.height() - 1), look.colour("accent"))
        painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), look.colour("border"))
        row = grid.list_model.row(at)
        if row is not None:
            inner = rect.adjusted(look.px(PAD), 0, -look.px(PAD), -1)
            self._drawer(column)(self, painter, inner, row, column)
        if current and column == grid.currentIndex().column() and grid.hasFocus():
            self._frame(painter, rect)

    def _frame(self, painter: QPainter, rect: QRect) -> None:
        colour = look.colour("focus")
        for edge in (
            QRect(rect.left(), rect.top(), rect.width(), 2),
            QRect(rect.left(), rect.bottom() - 2, rect.width(), 2),
            QRect(rect.left(), rect.top(), 2, rect.height() - 1),
            QRect(rect.right() - 1, rect.top(), 2, rect.height() - 1),
        ):
            painter.fillRect(edge, colour)

    # ---- one painter a kind

    def _write(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        *,
        colour: str = "text",
        role: str = "body",
        bold: bool = False,
        align: Qt.AlignmentFlag = _LEFT,
    ) -> None:
        font = look.font(role, bold)
        painter.setFont(font)
        painter.setPen(look.colour(colour))
        shown = text
        if len(text) * look.px(14) > rect.width():
            shown = self.pictures.elided(text, rect.width(), bold, painter.fontMetrics())
        painter.drawText(rect, align, shown)

    def _text(self, painter: QPainter, rect: QRect, row: Row, column: int) -> None:
        self._write(painter, rect, row.texts[column])

    def _quiet(self, painter: QPainter, rect: QRect, row: Row, column: int) -> None:
        self._write(painter, rect, row.texts[column], colour="text2")

    def _figure(self, painter: QPainter, rect: QRect, row: Row, column: int) -> None:
        text = row.texts[column]
        self._write(painter, rect, text or cells.EMPTY, colour="text" if text else "text3", align=_RIGHT)

    def _choice(self, painter: QPainter, rect: QRect, row: Row, column: int) -> None:
        entry = cells.option(self.grid.list_model.fields[column], row.values[column])
        if entry is None:
            self._text(painter, rect, row, column)
        else:
            self._chip(painter, rect.left(), rect, row.texts[column], entry.colour, letter=True)

    def _person(self, painter: QPainter, rect: QRect, row: Row, column: int) -> None:
        name = row.texts[column]
        if not name:
            return
        side = look.px(20)
        ratio = self.grid.devicePixelRatioF()
        painter.drawPixmap(
            rect.left(), rect.center().y() - side // 2 + 1, self.pictures.person(name, side, ratio)
        )
        self._write(painter, rect.adjusted(side + look.px(6), 0, 0, 0), name)

    def _title(self, painter: QPainter, rect: QRect, row: Row, column: int) -> None:
        name = row.texts[column]
        side = look.px(20 if rect.height() < look.px(32) else 24)
        ratio = self.grid.devicePixelRatioF()
        painter.drawPixmap(
            rect.left(), rect.center().y() - side // 2 + 1, self.pictures.avatar(name, side, ratio)
        )
        bold = row.n == self.grid.current_n()
        area = rect.adjusted(side + look.px(_GAP), 0, 0, 0)
        painter.setFont(look.font("body", bold))
        used = min(painter.fontMetrics().horizontalAdvance(name), area.width())
        self._write(painter, area, name, bold=bold)
        x = area.left() + used + look.px(_GAP)
        for word, width in self._chip_widths(row.tags, area.right() - x):
            self._chip(painter, x, area, word, cells.tag_tint(word))
            x += width + look.px(_GAP)

    def _chip_widths(self, words: Sequence[str], room: int) -> list[tuple[str, int]]:
        """The tags that a name leaves room for; how many more there are stands behind them."""
        metrics = QFontMetrics(look.font("caption"))
        found: list[tuple[str, int]] = []
        for at, word in enumerate(words):
            width = metrics.horizontalAdvance(word) + look.px(12)
            if width > room:
                more = f"+{len(words) - at}"
                width = metrics.horizontalAdvance(more) + look.px(12)
                return [*found, (more, width)] if width <= room else found
            room -= width + look.px(_GAP)
            found.append((word, width))
        return found

    def _chip(
        self, painter: QPainter, x: int, rect: QRect, text: str, tint: str, *, letter: bool = False
    ) -> None:
        """A small tinted plate with a word; a single letter in the accent is filled."""
        single = letter and len(text) == 1
        font = look.font("caption", bold=single)
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(text) + look.px(12)
        width = max(look.px(22), width) if single else min(width, rect.right() - x)
        plate = QRectF(x, rect.center().y() - look.px(10) + 1, width, look.px(20))
        ground, ink = chip_colours(tint, filled=single)
        if self._picked and ground == "accent_subtle":  # hardly to be told from a selected row
            ground = "surface"
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour(ground))
        painter.drawRoundedRect(plate, look.px(4), look.px(4))
        painter.setPen(look.colour(ink))
        painter.drawText(plate, _CENTRE, text)


def chip_colours(tint: str, *, filled: bool = False) -> tuple[str, str]:
    """The tokens of a chip's ground and of its word."""
    if tint == "accent":
        return ("accent", "on_accent") if filled else ("accent_subtle", "accent")
    if tint == "neutral":
        return "sunken", "text2"
    if tint == "success" and filled:
        return "accent_subtle", "accent"
    return f"{tint}_bg", tint


DRAWERS: dict[str, Drawer] = {
    "choice": CellPainter._choice,
    "link": CellPainter._person,
    "money": CellPainter._figure,
    "number": CellPainter._figure,
    "percent": CellPainter._figure,
    "date": CellPainter._quiet,
    "moment": CellPainter._quiet,
}
