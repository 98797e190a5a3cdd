"""How the cells of a list are painted: a painter for each kind of field.

Everything that costs is kept: pictures of names by their look, shortened texts by their width.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPixmap

from freecrm.core.fields import Field
from freecrm.core.rights import Unseen
from freecrm.ui import cells, look
from freecrm.ui.columns import PAD

if TYPE_CHECKING:
    from freecrm.ui.grid import Grid
    from freecrm.ui.grouping import GroupRow
    from freecrm.ui.list_model import Row
    from freecrm.ui.selection import Block

_CENTRE = Qt.AlignmentFlag.AlignCenter
_GAP = 8
_LEAST = 20  # of a cell that reaches over the edge: less of it is not worth a text
_GROUNDS = {
    (False, False): "surface",
    (False, True): "hover",
    (True, False): "selected",
    (True, True): "selected_hover",
}

Drawer = Callable[["GridPainter", QPainter, "Cells"], None]


class Pictures:
    """Painted small things, kept by what they look like; forgotten when the look changes."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], QPixmap] = {}
        self._elided: dict[tuple[str, int, bool], str] = {}
        self._advances: dict[str, int] = {}
        self._look: tuple[str, int] = ("", 0)

    def check(self) -> None:
        """Forget everything when theme or zoom are others than before."""
        now = (look.theme(), look.zoom())
        if now != self._look or len(self._kept) > 4000:
            self._look = now
            self._kept.clear()
            self._elided.clear()
            self._advances.clear()

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

    def chip(self, text: str, ground: str, ink: str, room: int, ratio: float, *, single: bool) -> QPixmap:
        """A plate with a word on it, as wide as it must be and at most `room`. single: nearly square."""
        key = ("chip", text, ground, ink, room, single, ratio)
        if key not in self._kept:
            font = look.font("caption", bold=single)
            width = QFontMetrics(font).horizontalAdvance(text) + look.px(12)
            width = max(look.px(22), width) if single else max(min(width, room), 1)
            plate = QRectF(0, 0, width, look.px(20))
            picture, painter = _blank(width, ratio, look.px(20))
            painter.setBrush(look.colour(ground))
            painter.drawRoundedRect(plate, look.px(4), look.px(4))
            painter.setFont(font)
            painter.setPen(look.colour(ink))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width - look.px(8))
            painter.drawText(plate, _CENTRE, shown)
            painter.end()
            self._kept[key] = picture
        return self._kept[key]

    def advance(self, text: str, metrics: QFontMetrics) -> int:
        """How wide a figure is in the body font."""
        found = self._advances.get(text)
        if found is None:
            if len(self._advances) > 5_000:
                self._advances.clear()
            found = self._advances[text] = metrics.horizontalAdvance(text)
        return found

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


def _blank(width: int, ratio: float, height: int = 0) -> tuple[QPixmap, QPainter]:
    picture = QPixmap(round(width * ratio), round((height or width) * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    return picture, painter


class Cells(NamedTuple):
    """The cells of one column that are painted: where the column's texts are, and (top, row, picked) of each."""

    column: int
    left: int
    width: int
    rows: list[tuple[int, Row, bool]]


class GridPainter:
    """Paints what a `Grid` shows straight from its model's rows, column by column.

    Qt would ask for every cell by itself, with an index and an option of its own; and a painter is slow
    at changing its font and pen, which the cells of a column share.
    """

    def __init__(self, grid: Grid) -> None:
        self.grid, self.pictures = grid, Pictures()
        self._drawers: list[Drawer] = []
        self._of: list[Field] = []
        self._height = 0  # of a row's inside

    def _drawer(self, column: int) -> Drawer:
        fields = self.grid.list_model.fields
        if self._of is not fields:
            self._of = fields
            title = self.grid.list_model.title_column
            self._drawers = [
                GridPainter._titles if i == title else _drawer_of(f) for i, f in enumerate(fields)
            ]
        return self._drawers[column]

    def paint(self, painter: QPainter, area: QRect) -> None:
        """Paint the rows of this part of the viewport."""
        grid, numbers = self.grid, self.grid.list_model.numbers
        height, offset = grid.verticalHeader().defaultSectionSize(), grid.verticalHeader().offset()
        first = (area.top() + offset) // height
        last = min((area.bottom() + offset) // height, len(numbers) - 1)
        if last < first:
            return
        self.pictures.check()
        self._height = height - 1
        right = min(grid.horizontalHeader().length() - grid.horizontalHeader().offset(), area.right() + 1)
        current = grid.currentIndex()
        shown: list[tuple[int, Row, bool]] = []
        top = first * height - offset
        painter.fillRect(0, top, right, (last - first + 1) * height, look.colour("surface"))
        block = grid.block()
        for at in range(first, last + 1):
            picked = grid.is_picked(at)
            if picked or at == grid.hovered:
                painter.fillRect(0, top, right, height, look.colour(_GROUNDS[picked, at == grid.hovered]))
            if block is not None and block.holds(at):
                self._block_ground(painter, block, top, height)
            painter.fillRect(0, top + height - 1, right, 1, look.colour("border"))
            group = grid.list_model.group_at(at)
            if group is not None:
                self._group(painter, group, top, right, picked=picked)
                top += height
                continue
            row = grid.list_model.row(at)
            if row is not None:
                shown.append((top, row, picked))
            top += height
        self._columns(painter, area, shown)
        if block is not None:
            self._frame(painter, self._block_rect(block), "accent", 1)
        if first <= current.row() <= last and grid.hasFocus():
            rect = grid.visualRect(current)
            if grid.list_model.group_at(current.row()) is not None:
                rect = QRect(0, rect.top(), right, rect.height())
            self._frame(painter, rect)

    def _group(self, painter: QPainter, group: GroupRow, top: int, right: int, *, picked: bool) -> None:
        from freecrm.ui import group_paint

        if not picked:
            painter.fillRect(0, top, right, self._height, look.colour("surface2"))
        group_paint.paint(self.grid, painter, group, top, self._height + 1, right)

    def _block_rect(self, block: Block) -> QRect:
        model = self.grid.list_model
        first = self.grid.visualRect(model.index(block.top, block.left))
        return first.united(self.grid.visualRect(model.index(block.bottom, block.right)))

    def _block_ground(self, painter: QPainter, block: Block, top: int, height: int) -> None:
        for column in range(block.left, block.right + 1):
            left, width = self.grid.column_left(column), self.grid.columnWidth(column)
            painter.fillRect(left, top, width, height, look.colour("selected"))

    def _columns(self, painter: QPainter, area: QRect, rows: list[tuple[int, Row, bool]]) -> None:
        covered = self.grid.frozen_width
        if covered:
            painter.save()
            painter.setClipRect(area.intersected(QRect(covered, area.top(), area.right(), area.height())))
        for column in range(self.grid.list_model.columnCount()):
            if not self.grid.stays(column):
                self._one_column(painter, area, rows, column)
        if covered:
            painter.restore()
            for column in range(self.grid.staying):
                self._one_column(painter, area, rows, column)
            painter.fillRect(covered - 1, area.top(), 1, area.height(), look.colour("border_strong"))

    def _one_column(
        self, painter: QPainter, area: QRect, rows: list[tuple[int, Row, bool]], column: int
    ) -> None:
        pad = look.px(PAD)
        left, width = self.grid.column_left(column), self.grid.columnWidth(column)
        if width <= 2 * pad or left + width <= area.left() or left > area.right():
            return
        edge, begins = self.grid.viewport().width(), left
        if not self.grid.stays(column):  # what lies half under the others begins where it is seen
            begins = max(left, self.grid.frozen_width)
        inner = min(left + width, edge) - begins - 2 * pad  # what reaches over the edge ends in "…" there
        if inner >= min(look.px(_LEAST), width - 2 * pad):
            self._drawer(column)(self, painter, Cells(column, begins + pad, inner, rows))

    def _frame(self, painter: QPainter, rect: QRect, token: str = "focus", thick: int = 2) -> None:
        colour = look.colour(token)
        for edge in (
            QRect(rect.left(), rect.top(), rect.width(), thick),
            QRect(rect.left(), rect.bottom() - thick, rect.width(), thick),
            QRect(rect.left(), rect.top(), thick, rect.height() - 1),
            QRect(rect.right() - thick + 1, rect.top(), thick, rect.height() - 1),
        ):
            painter.fillRect(edge, colour)

    # ---- one painter a kind

    def _ink(self, painter: QPainter, colour: str, *, bold: bool = False) -> tuple[QFontMetrics, int]:
        """Take the font and colour of texts; the font's measures, and how deep below a row's top they stand."""
        painter.setFont(look.font("body", bold))
        painter.setPen(look.colour(colour))
        metrics = painter.fontMetrics()
        return metrics, (self._height - metrics.height() + 1) // 2 + metrics.ascent()

    def _fitting(self, text: str, width: int, metrics: QFontMetrics, *, bold: bool = False) -> str:
        if len(text) * look.px(14) > width:
            text = self.pictures.elided(text, width, bold, metrics)
        return text.replace("\n", " ") if "\n" in text else text

    def _texts(self, painter: QPainter, of: Cells, colour: str = "text", before: int = 0) -> None:
        """before: room left free in front of the texts."""
        metrics, base = self._ink(painter, colour)
        left, width, column = of.left + before, of.width - before, of.column
        for top, row, _picked in of.rows:
            text = row.texts[column]
            if isinstance(text, Unseen):
                painter.setPen(look.colour("text3"))
                painter.drawText(of.left, top + base, self._fitting(text, of.width, metrics))
                painter.setPen(look.colour(colour))
            elif text:
                painter.drawText(left, top + base, self._fitting(text, width, metrics))

    def _quiet(self, painter: QPainter, of: Cells) -> None:
        self._texts(painter, of, "text2")

    def _next_steps(self, painter: QPainter, of: Cells) -> None:
        """When it is in words; what is past and what is missing with a sign in front."""
        metrics, base = self._ink(painter, "text")
        side, ratio = look.px(14), self.grid.devicePixelRatioF()
        deep, before = self._middle(side), side + look.px(4)
        for top, row, _picked in of.rows:
            said = self.grid.list_model.next_step(row, of.column)
            if not said.text:
                continue
            room = before if said.sign else 0
            if said.sign and not look.holding():
                painter.drawPixmap(of.left, top + deep, look.pixmap(said.sign, side, said.token, ratio))
            painter.setPen(look.colour(said.token))
            painter.drawText(of.left + room, top + base, self._fitting(said.text, of.width - room, metrics))

    def _contacts(self, painter: QPainter, of: Cells) -> None:
        """Quiet, but what is too long ago in amber."""
        from freecrm.ui.due_words import Limits

        limits, model = Limits(self.grid.list_model.store), self.grid.list_model
        over = [one for one in of.rows if model.days_over(one[1], of.column, limits)]
        self._texts(painter, of._replace(rows=[one for one in of.rows if one not in over]), "text2")
        self._texts(painter, of._replace(rows=over), "warning")

    def _days(self, painter: QPainter, of: Cells) -> None:
        """Quiet, but what is due and past in red."""
        if self.grid.list_model.fields[of.column].moves:
            self._next_steps(painter, of)
            return
        if self.grid.list_model.tells_contact(of.column):
            self._contacts(painter, of)
            return
        if not getattr(self.grid.list_model.fields[of.column], "due", False):
            self._quiet(painter, of)
            return
        now = dt.datetime.now(dt.UTC)
        late = [
            one
            for one in of.rows
            if self.grid.list_model.waits(one[1], of.column) and _is_late(one[1].values[of.column], now)
        ]
        self._texts(
            painter, Cells(of.column, of.left, of.width, [one for one in of.rows if one not in late]), "text2"
        )
        if late:
            self._texts(painter, Cells(of.column, of.left, of.width, late), "danger")

    def _figures(self, painter: QPainter, of: Cells) -> None:
        metrics, base = self._ink(painter, "text")
        right = of.left + of.width
        blank = []
        for top, row, _picked in of.rows:
            text = row.texts[of.column]
            if text:
                shown = self._fitting(text, of.width, metrics)
                painter.drawText(right - self.pictures.advance(shown, metrics), top + base, shown)
            else:
                blank.append(top)
        painter.setPen(look.colour("text3"))
        left = right - self.pictures.advance(cells.EMPTY, metrics)
        for top in blank:
            painter.drawText(left, top + base, cells.EMPTY)

    def _choices(self, painter: QPainter, of: Cells) -> None:
        f = self.grid.list_model.fields[of.column]
        plain = []
        for top, row, picked in of.rows:
            entry = cells.option(f, row.values[of.column])
            if entry is None:
                plain.append((top, row, picked))
            else:
                text = row.texts[of.column]
                self._chip(painter, of.left, top, text, entry.colour, of.width, picked=picked, letter=True)
        if plain:
            self._texts(painter, Cells(of.column, of.left, of.width, plain))

    def _people(self, painter: QPainter, of: Cells) -> None:
        side, ratio = look.px(20), self.grid.devicePixelRatioF()
        deep = self._middle(side)
        for top, row, _picked in of.rows:
            name = row.texts[of.column]
            if name and not isinstance(name, Unseen):
                painter.drawPixmap(of.left, top + deep, self.pictures.person(name, side, ratio))
        self._texts(painter, of, before=side + look.px(6))

    def _middle(self, side: int) -> int:
        return (self._height - 1) // 2 - side // 2 + 1

    def _titles(self, painter: QPainter, of: Cells) -> None:
        side, ratio = look.px(20 if self._height < look.px(32) else 24), self.grid.devicePixelRatioF()
        deep, before, gap = self._middle(side), side + look.px(_GAP), look.px(_GAP)
        left, width, column = of.left + before, of.width - before, of.column
        current, mark = self.grid.current_n(), look.px(14)
        metrics, base = self._ink(painter, "text")
        for top, row, picked in of.rows:
            name = row.texts[column]
            painter.drawPixmap(of.left, top + deep, self.pictures.avatar(name, side, ratio))
            bold = row.n == current
            if bold:
                metrics, base = self._ink(painter, "text", bold=True)
            differs = self.grid.list_model.differs(row)
            room = width - mark - gap if differs else width
            painter.drawText(left, top + base, self._fitting(name, room, metrics, bold=bold))
            x = left + min(metrics.horizontalAdvance(name), room) + gap
            if differs:
                sign = look.pixmap("shuffle", mark, "warning", ratio)
                painter.drawPixmap(x, top + self._middle(mark), sign)
                x += mark + gap
            if row.tags:
                for word, taken in self._chip_widths(row.tags, of.left + of.width - 1 - x):
                    tint = cells.tag_tint(word)
                    self._chip(painter, x, top, word, tint, of.left + of.width - x, picked=picked)
                    x += taken + gap
            if bold:
                metrics, base = self._ink(painter, "text")

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
        self,
        painter: QPainter,
        x: int,
        top: int,
        text: str,
        tint: str,
        room: int,
        *,
        picked: bool,
        letter: bool = False,
    ) -> None:
        """A small tinted plate with a word; a single letter in the accent is filled."""
        single = letter and len(text) == 1
        ground, ink = chip_colours(tint, filled=single)
        if picked and ground == "accent_subtle":  # hardly to be told from a selected row
            ground = "surface"
        ratio = self.grid.devicePixelRatioF()
        plate = self.pictures.chip(text, ground, ink, room, ratio, single=single)
        painter.drawPixmap(x, top + self._middle(look.px(20)), plate)


def _is_late(value: Any, now: dt.datetime) -> bool:
    """Whether a time by which something is to be done has passed; midnight stands for the whole day."""
    if not isinstance(value, dt.date):
        return False
    if not isinstance(value, dt.datetime):
        return value < now.astimezone().date()
    local = value.astimezone()
    whole = (local.hour, local.minute) == (0, 0)
    return local.date() < now.astimezone().date() if whole else value <= now


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
    "choice": GridPainter._choices,
    "link": GridPainter._people,
    "money": GridPainter._figures,
    "number": GridPainter._figures,
    "percent": GridPainter._figures,
    "date": GridPainter._days,
    "moment": GridPainter._days,
}


def _drawer_of(f: Field) -> Drawer:
    """What draws the values of a field; only people and firms have a disc before their name."""
    if f.kind == "link" and not cells.has_disc(f):
        return GridPainter._texts
    return DRAWERS.get(f.kind, GridPainter._texts)
