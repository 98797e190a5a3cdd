"""Rows and columns on paper: how wide columns are, how rows break into lines, how they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from freecrm.exchange.pdf.sheet import BODY, SMALL, Sheet
from freecrm.exchange.pdf.wrapping import wrap

PAD, ABOVE, BELOW, LEADING = 4.0, 3.0, 3.2, 11.6
LEAST, _AROUND = 24.0, 2 * PAD + 1
_GIVE = 1.25  # a column may be so much wider than on the screen before its texts break


@dataclass(frozen=True, slots=True)
class Column:
    """width: as the screen shows it, in points. right: its texts end at the right edge (numbers)."""

    title: str
    width: float = 80.0
    right: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A row that heads those below it. cells: texts for the columns (counts, sums), the first is not shown."""

    title: str
    cells: Sequence[str] = ()


@dataclass(slots=True)
class Laid:
    """A row broken into lines. kind: "row", "group" or "sum"."""

    cells: list[list[str]]
    lines: int
    kind: str = "row"

    @property
    def height(self) -> float:
        """Points it takes."""
        return self.lines * LEADING + ABOVE + BELOW


class Need(NamedTuple):
    """What columns take, in points. fair: no text of the sample breaks. least: no word or number of it does."""

    fair: list[float]
    least: list[float]


def needs(sheet: Sheet, columns: Sequence[Column], sample: Sequence[Sequence[str]]) -> Need:
    """The widths that heads and the rows of a sample need; few are above what is wished."""
    fair, least = [], []
    regular, bold = sheet.fonts.regular, sheet.fonts.bold
    for at, column in enumerate(columns):
        title = sheet.fit(column.title)
        cells = [line for row in sample if at < len(row) for line in sheet.fit(row[at]).split("\n")]
        words = {word for line in cells for word in line.split(" ")}
        head = max((bold.width(word, SMALL) for word in title.split(" ")), default=0.0)
        longest = max((_unbroken(word, regular.width(word, BODY)) for word in words), default=0.0)
        widest = max((regular.width(line, BODY) for line in cells), default=0.0)
        most = max(column.width * _GIVE, LEAST)
        least.append(max(LEAST, max(head, min(longest, most)) + _AROUND))
        fair.append(max(least[-1], bold.width(title, SMALL) + _AROUND, min(widest + _AROUND, most)))
    return Need(fair, least)


def _unbroken(word: str, width: float) -> float:
    """How much of a word is kept in one line: short Chinese names whole, long texts not."""
    return min(width, (5 if max(word, default="") >= "\u2e80" else 14) * BODY)


def fitted(columns: Sequence[Column], need: Need, room: float, squeeze: float) -> list[float] | None:
    """The widths of all columns in `room` points, or None when too much would have to break.

    squeeze: the part of the fair widths that is still good to read."""
    wish = [max(column.width, fair) for column, fair in zip(columns, need.fair, strict=True)]
    for wide, narrow in ((wish, need.fair), (need.fair, need.least)):
        if sum(wide) <= room:
            return [width * room / sum(wide) for width in wide]
        if sum(narrow) <= room and (wide is wish or sum(wide) * squeeze <= room):
            part = (room - sum(narrow)) / (sum(wide) - sum(narrow))
            return [low + (high - low) * part for high, low in zip(wide, narrow, strict=True)]
    return None


def slices(need: Sequence[float], room: float) -> list[tuple[list[int], list[float]]]:
    """Columns for several pages side by side, the first one on each, with their widths."""
    first = min(need[0], room * 0.35)
    parts: list[list[int]] = [[]]
    left = room - first
    for at, width in enumerate(need[1:], 1):
        width = min(width, room - first)
        if parts[-1] and width > left:
            parts.append([])
            left = room - first
        parts[-1].append(at)
        left -= width
    made = []
    for part in parts:
        widths = [min(need[at], room - first) for at in part]
        factor = (room - first) / (sum(widths) or 1)
        made.append(([0, *part], [first, *(width * factor for width in widths)]))
    return made


class Table:
    """Draws rows on a sheet. widths: one for each column that is drawn."""

    def __init__(self, sheet: Sheet, columns: Sequence[Column], widths: Sequence[float]) -> None:
        self.sheet, self.columns, self.widths = sheet, columns, widths
        self._head = [
            wrap(sheet.fit(c.title), w - 2 * PAD, sheet.fonts.face(sheet.fit(c.title), True), SMALL)
            for c, w in zip(columns, widths, strict=True)
        ]

    @property
    def head_height(self) -> float:
        """Points that the head takes."""
        return max(map(len, self._head)) * (SMALL + 2.5) + 8

    def lay(self, texts: Sequence[str], kind: str = "row") -> Laid:
        """A row broken into lines."""
        sheet = self.sheet
        regular, fit = sheet.fonts.regular, sheet.fit
        made, most = [], 1
        for text, width in zip(texts, self.widths, strict=False):
            if not text:
                made.append(_NOTHING)
                continue
            text = fit(text)
            face = regular if kind == "row" else sheet.fonts.face(text, True)
            lines = wrap(text, width - 2 * PAD, face, BODY)
            most = max(most, len(lines))
            made.append(lines)
        return Laid(made, most, kind)

    def lay_group(self, group: Group) -> Laid:
        """A heading row: its title may run on as far as the other columns are empty."""
        sheet = self.sheet
        cells = [*group.cells, *[""] * (len(self.widths) - len(group.cells))]
        free = next((at for at, text in enumerate(cells[1:], 1) if text), len(cells))
        title = sheet.wrapped(sheet.fit(group.title), sum(self.widths[:free]) - 2 * PAD, bold=True)
        laid = self.lay(["", *cells[1:]], "group")
        return Laid([title, *laid.cells[1:]], max(laid.lines, len(title)), "group")

    def draw_head(self) -> None:
        """The titles of the columns, white on the firm's colour."""
        sheet, height = self.sheet, self.head_height
        sheet.plate(sheet.left, sheet.y - height, sum(self.widths), height, "accent")
        x = sheet.left
        for lines, column, width in zip(self._head, self.columns, self.widths, strict=True):
            y = sheet.y - (height - len(lines) * (SMALL + 2.5)) / 2 - SMALL + 0.4
            for line in lines:
                self._text(x, y, line, width, column.right, SMALL, bold=True, colour="on_accent")
                y -= SMALL + 2.5
            x += width
        sheet.y -= height

    def draw(self, row: Laid) -> None:
        """One row; the sheet has room for it."""
        sheet, height = self.sheet, row.height
        if row.kind == "group":
            sheet.plate(sheet.left, sheet.y - height, sum(self.widths), height, "sunken")
        elif row.kind == "sum":
            sheet.line(sheet.y, "text", 0.9, right=sheet.left + sum(self.widths))
        x, bold, first = sheet.left, row.kind != "row", sheet.y - ABOVE - BODY + 0.4
        for lines, column, width in zip(row.cells, self.columns, self.widths, strict=False):
            y = first
            for line in lines:
                if line:
                    self._text(x, y, line, width, column.right, BODY, bold=bold, colour="text")
                y -= LEADING
            x += width
        sheet.y -= height
        if row.kind != "sum":
            sheet.line(sheet.y, "border", 0.4, right=sheet.left + sum(self.widths))

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        width: float,
        right: bool,
        size: float,
        *,
        bold: bool,
        colour: str,
    ) -> None:
        if right:
            self.sheet.text_right(x + width - PAD, y, text, size, bold=bold, colour=colour)
        else:
            self.sheet.text(x + PAD, y, text, size, bold=bold, colour=colour)


_NOTHING: list[str] = []
