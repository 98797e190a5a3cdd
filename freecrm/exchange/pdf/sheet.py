"""Pages of paper: sizes, head and foot, and what is drawn on them.

Lengths are points (1/72 inch), measured from the lower left corner. A sheet is filled from its head
downwards: `y` is where the next thing stands, `room` what is left above the foot.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from freecrm.core.home import RESOURCES
from freecrm.core.words import N_, Said, _, say
from freecrm.exchange.pdf.fonts import Face, fonts
from freecrm.exchange.pdf.wrapping import cut, wrap

SIZES = {"A4": (595.28, 841.89), "A5": (419.53, 595.28), "Letter": (612.0, 792.0)}
TURNS = ("auto", "portrait", "landscape")
MARGIN, FOOT = 40.0, 46.0
TITLE, BODY, SMALL = 16.0, 8.5, 7.5


@dataclass(frozen=True, slots=True)
class Paper:
    """size: one of SIZES. turn: one of TURNS; auto: as what is printed needs it."""

    size: str = "A4"
    turn: str = "auto"

    @property
    def width(self) -> float:
        """Points from left to right."""
        return SIZES[self.size][1 if self.turn == "landscape" else 0]

    @property
    def height(self) -> float:
        """Points from top to bottom."""
        return SIZES[self.size][0 if self.turn == "landscape" else 1]

    @property
    def room(self) -> float:
        """Points between the margins."""
        return self.width - 2 * MARGIN

    def turned(self, turn: str) -> Paper:
        """The same paper, turned."""
        return replace(self, turn=turn)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above every page. lines: what is shown (filter, order, count) in words; the first of
    them is repeated on every page. under: what stands below the title in grey."""

    title: str
    firm: str = ""
    date: str = ""
    lines: Sequence[str] = ()


@dataclass(slots=True)
class Made:
    """What was made: the file, its pages, its rows, and the signs the font doesn't have."""

    path: Path
    pages: int
    rows: int = 0
    missing: str = ""

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.path.stat().st_size

    @property
    def note(self) -> Said | None:
        """What is to be known of signs that could not be set, or None."""
        if not self.missing:
            return None
        some = " ".join(f"{char} (U+{ord(char):04X})" for char in self.missing[:8])
        return say(
            N_("The font for paper doesn't have these signs; they stand as 〓: {signs}."),
            signs=some + (" …" if len(self.missing) > 8 else ""),
        )


@lru_cache(maxsize=1)
def _colours() -> dict[str, tuple[float, float, float]]:
    """The light theme's colours: paper is white whatever the screen shows."""
    light = json.loads((RESOURCES / "look" / "tokens.json").read_text("utf-8"))["light"]
    return {
        name: (int(v[1:3], 16) / 255, int(v[3:5], 16) / 255, int(v[5:7], 16) / 255)
        for name, v in light.items()
        if v.startswith("#")
    }


class Sheet:
    """One file being filled. guess: about how many pages it will have, for the room its number takes."""

    def __init__(self, path: Path, paper: Paper, head: Head, guess: int = 1) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self.fonts = fonts()
        self.paper, self.guess, self.missing = paper, guess, set[str]()
        self.head = replace(
            head, title=self.fit(head.title), firm=self.fit(head.firm), lines=[*map(self.fit, head.lines)]
        )
        self.path, self.pages = path, 0
        self.left, self.right = MARGIN, paper.width - MARGIN
        self.y = 0.0
        self._canvas = Canvas(
            str(path),
            pagesize=(paper.width, paper.height),
            pageCompression=1,
            initialFontName=self.fonts.regular.name,
        )
        self._canvas.setTitle(head.title)
        self._canvas.setAuthor(head.firm)
        self._canvas.setCreator("FreeCRM")
        self._before, _total, self._after = _("Page {n} / {total}").partition("{total}")

    def fit(self, text: str) -> str:
        """A text with signs only that the font has."""
        return self.fonts.fit(text, self.missing)

    @property
    def room(self) -> float:
        """Points that are left above the foot."""
        return self.y - FOOT

    def capacity(self) -> float:
        """Points between the head of a further page and the foot."""
        return self.paper.height - MARGIN - 18 - FOOT

    # ---- pages

    def begin(self) -> None:
        """A new page with its head."""
        if self.pages:
            self._end()
        self.pages += 1
        self._text = self._canvas.beginText()
        self._state: tuple[str, float, str] = ("", 0.0, "")
        self.y = self.paper.height - MARGIN
        if self.pages == 1:
            self._first_head()
        else:
            self._further_head()

    def _first_head(self) -> None:
        head = self.head
        if head.firm or head.date:
            date = self.fonts.regular.width(head.date, BODY)
            lines = self.wrapped(head.firm, self.paper.room - date - 20, 10, bold=True)
            self.text(self.right - date, self.y - 9, head.date, BODY, colour="text2")
            for line in lines:
                self.text(self.left, self.y - 9, line, 10, bold=True)
                self.y -= 13
            self.y -= 4
            self.line(self.y, "accent", 1.2)
            self.y -= 12
        for line in self.wrapped(head.title, self.paper.room, TITLE, bold=True):
            self.text(self.left, self.y - TITLE, line, TITLE, bold=True)
            self.y -= TITLE * 1.3
        self.y -= 4
        for said in head.lines:
            for line in self.wrapped(said, self.paper.room, BODY):
                self.text(self.left, self.y - BODY, line, BODY, colour="text2")
                self.y -= BODY * 1.45
        self.y -= 8

    def _further_head(self) -> None:
        head = self.head
        date = self.fonts.regular.width(head.date, SMALL)
        said = " · ".join(part for part in (head.firm, head.title, *head.lines[:1]) if part)
        shown = cut(said, self.paper.room - date - 20, self.fonts.regular, SMALL)
        self.text(self.left, self.y - SMALL, shown, SMALL, colour="text2")
        self.text(self.right - date, self.y - SMALL, head.date, SMALL, colour="text2")
        self.y -= SMALL + 4
        self.line(self.y, "border")
        self.y -= 6.5

    def _end(self) -> None:
        face, size = self.fonts.regular, SMALL
        self.line(FOOT - 12, "border")
        before = self._before.format(n=self.pages)
        total = f"{'0' * len(str(self.guess))}{self._after}"
        x = self.right - face.width(total, size) - face.width(before, size)
        self.text(x, FOOT - 24, before, size, colour="text2")
        self._canvas.drawText(self._text)
        # how many pages there are is known only at the end: a drawing that all pages show
        self._canvas.saveState()
        self._canvas.translate(x + face.width(before, size), FOOT - 24)
        self._canvas.doForm("pages")
        self._canvas.restoreState()
        self._canvas.showPage()

    def finish(self) -> int:
        """Write the file; how many pages it has."""
        self._end()
        self._canvas.beginForm("pages", 0, -SMALL, 200, 2 * SMALL)
        self._canvas.setFillColorRGB(*_colours()["text2"])
        self._canvas.setFont(self.fonts.regular.name, SMALL)
        self._canvas.drawString(0, 0, f"{self.pages}{self._after}")
        self._canvas.endForm()
        self._canvas.save()
        return self.pages

    # ---- what stands on them

    def wrapped(self, text: str, room: float, size: float = BODY, *, bold: bool = False) -> list[str]:
        """The lines of a text in `room` points."""
        return wrap(text, room, self.fonts.face(text, bold), size)

    def text(
        self, x: float, y: float, text: str, size: float = BODY, *, bold: bool = False, colour: str = "text"
    ) -> None:
        """One line of text, its baseline at y."""
        if not text:
            return
        self._use(self.fonts.face(text, bold), size, colour)
        self._text.setTextOrigin(x, y)
        self._text.textOut(text)

    def text_right(
        self, x: float, y: float, text: str, size: float = BODY, *, bold: bool = False, colour: str = "text"
    ) -> None:
        """One line of text that ends at x."""
        width = self.fonts.face(text, bold).width(text, size)
        self.text(x - width, y, text, size, bold=bold, colour=colour)

    def _use(self, face: Face, size: float, colour: str) -> None:
        if (face.name, size, colour) == self._state:
            return
        name, old_size, old_colour = self._state
        if (face.name, size) != (name, old_size):
            self._text.setFont(face.name, size)
        if colour != old_colour:
            self._text.setFillColorRGB(*_colours()[colour])
        self._state = (face.name, size, colour)

    def line(
        self, y: float, colour: str, thick: float = 0.5, left: float | None = None, right: float | None = None
    ) -> None:
        """A line across, from margin to margin unless told otherwise."""
        self._canvas.setStrokeColorRGB(*_colours()[colour])
        self._canvas.setLineWidth(thick)
        self._canvas.line(self.left if left is None else left, y, self.right if right is None else right, y)

    def plate(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled rectangle, its lower left corner at x, y."""
        self._canvas.setFillColorRGB(*_colours()[colour])
        self._canvas.rect(x, y, width, height, stroke=0, fill=1)
