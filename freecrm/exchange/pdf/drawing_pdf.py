"""A drawing on paper: turned and made smaller to fit one page, down to what can still be read; a larger one goes
over several pages, on which no box is cut.

    made = drawing_pdf.write(path, Head("云杉谷酒店", "Hechuan", "2026-03-19"), drawing)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from freecrm.core.drawing import Box, Drawing, Line, Point, Text
from freecrm.core.jobs import Progress
from freecrm.exchange.pdf.sheet import Head, Made, Paper, Sheet
from freecrm.exchange.pdf.wrapping import cut

LEAST, LARGEST = 0.42, 0.8
"""Points to a unit: below the first a name can't be read; beyond the second it is larger than any other text."""
TITLE, CAPTION = 13.0, 11.0
_FIRST_HEAD = 70.0  # points that the head of the first page takes more than that of others
_BACKGROUND = {"accent": "accent_subtle", "neutral": "sunken"}


def write(
    path: Path,
    head: Head,
    drawing: Drawing,
    *,
    paper: Paper | None = None,
    progress: Progress | None = None,
) -> Made:
    """Write a drawing as PDF; see `list_pdf.write`."""
    paper = _turned(paper or Paper(), drawing)
    scale = max(LEAST, _fitting(paper, drawing))
    across, down = paper.room / scale, (paper.capacity - _FIRST_HEAD) / scale
    tiles = _tiles(drawing, across, down)
    sheet = Sheet(path, paper, head, len(tiles))
    for at, (left, top, step) in enumerate(tiles):
        sheet.begin()
        _Tile(sheet, drawing, scale, (left, top), step).draw()
        if progress is not None:
            progress.tell(at + 1, len(tiles))
    return Made(path, sheet.finish(), len(drawing.boxes), "".join(sorted(sheet.missing)))


def _turned(paper: Paper, drawing: Drawing) -> Paper:
    if paper.turn != "auto":
        return paper
    sides = [paper.turned("portrait"), paper.turned("landscape")]
    return max(sides, key=lambda one: _fitting(one, drawing))


def _fitting(paper: Paper, drawing: Drawing) -> float:
    """Points to a unit with which it fits on one page."""
    across = paper.room / max(drawing.width, 1)
    return min(LARGEST, across, (paper.capacity - _FIRST_HEAD) / max(drawing.height, 1))


Step = tuple[float, float]


def _tiles(drawing: Drawing, across: float, down: float) -> list[tuple[float, float, Step]]:
    """The left upper corners of the pages in the drawing, and how far it is to the next ones. They overlap by a
    box, so that none is cut."""
    wide = max((box.width for box in drawing.boxes), default=0.0)
    high = max((box.height for box in drawing.boxes), default=0.0)
    step = (
        across if drawing.width <= across + 0.01 else across - wide,
        down if drawing.height <= down + 0.01 else down - high,
    )
    columns = max(1, math.ceil((drawing.width - (wide if step[0] < across else 0)) / step[0] - 0.001))
    rows = max(1, math.ceil((drawing.height - (high if step[1] < down else 0)) / step[1] - 0.001))
    return [
        (column * step[0], row * step[1], step)
        for row in range(rows)
        for column in range(columns)
        if _holds(drawing.boxes, column * step[0], row * step[1], step)
    ]


def _holds(boxes: Sequence[Box], left: float, top: float, step: Step) -> bool:
    return any(left <= box.left < left + step[0] and top <= box.top < top + step[1] for box in boxes)


class _Tile:
    """What of a drawing stands on one page."""

    def __init__(self, sheet: Sheet, drawing: Drawing, scale: float, corner: Point, step: Step) -> None:
        self.sheet, self.drawing, self.scale, self.corner = sheet, drawing, scale, corner
        self.step, self.top = step, sheet.y

    def draw(self) -> None:
        """Put it onto the sheet."""
        for line in self.drawing.lines:
            self._line(line)
        for text in self.drawing.texts:
            if self._here(text.left, text.y):
                self._text(text)
        for box in self.drawing.boxes:
            if self._here(box.left, box.top):
                self._box(box)

    def _here(self, x: float, y: float) -> bool:
        left, top = self.corner
        return left <= x < left + self.step[0] and top <= y < top + self.step[1]

    def _place(self, x: float, y: float) -> Point:
        left, top = self.corner
        return self.sheet.left + (x - left) * self.scale, self.top - (y - top) * self.scale

    def _line(self, line: Line) -> None:
        for start, end in line.parts():
            clipped = self._clipped(start, end)
            if clipped is not None:
                here = self._place(*clipped[0]), self._place(*clipped[1])
                self.sheet.stroke(*here, "border_strong", 0.5, dashed=line.dashed)

    def _clipped(self, start: Point, end: Point) -> tuple[Point, Point] | None:
        (left, top), (wide, high) = self.corner, self.step  # what is beyond stands on the next page
        (x1, x2), (y1, y2) = sorted((start[0], end[0])), sorted((start[1], end[1]))
        x1, x2 = max(x1, left), min(x2, left + wide)
        y1, y2 = max(y1, top), min(y2, top + high)
        return ((x1, y1), (x2, y2)) if x1 <= x2 and y1 <= y2 else None

    def _text(self, text: Text) -> None:
        size = CAPTION * self.scale
        shown = self._cut(text.text, text.width, size)
        x, y = self._place(text.left, text.y)
        if text.right:
            self.sheet.text_right(x + text.width * self.scale, y, shown, size, colour="text2")
        else:
            self.sheet.text(x, y, shown, size, colour="text2")

    def _box(self, box: Box) -> None:
        x, y = self._place(box.left, box.bottom)
        edge = "accent" if box.strong else "border_strong"
        ground = "accent_subtle" if box.strong else "surface" if box.round else "surface2"
        self.sheet.frame(
            x, y, box.width * self.scale, box.height * self.scale, (ground, edge), 1.2 if box.strong else 0.6
        )
        self._in(box, 20 if box.caption or box.plate else 30, box.title, TITLE, bold=True)
        self._in(box, 38, box.caption, CAPTION, colour="text2")
        if box.plate:
            tint = box.tint or "neutral"
            size = CAPTION * self.scale
            shown = self._cut(box.plate, box.width - 32, size)
            wide = self.sheet.fonts.face(shown, False).width(shown, size) + 10 * self.scale
            left, low = self._place(box.left + 10, box.top + 65)
            self.sheet.plate(left, low, wide, 18 * self.scale, _BACKGROUND.get(tint, f"{tint}_bg"))
            self.sheet.text(
                left + 5 * self.scale,
                low + 5 * self.scale,
                shown,
                size,
                colour="text2" if tint == "neutral" else tint,
            )

    def _in(
        self, box: Box, down: float, text: str, size: float, *, bold: bool = False, colour: str = "text"
    ) -> None:
        if text:
            size *= self.scale
            x, y = self._place(box.left + 10, box.top + down)
            self.sheet.text(x, y, self._cut(text, box.width - 20, size, bold), size, bold=bold, colour=colour)

    def _cut(self, text: str, width: float, size: float, bold: bool = False) -> str:
        fitted = self.sheet.fit(text)
        return cut(fitted, width * self.scale, self.sheet.fonts.face(fitted, bold), size)
