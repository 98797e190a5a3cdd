"""Pages of paper: sizes, head and foot, and what is drawn on them.

Lengths are points (1/72 inch), measured from the lower left corner. A sheet is filled from its head
downwards: `y` is where the next thing stands, `room` what is left above the foot.
"""

from __future__ import annotations

import io
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
TITLE, BODY, SMALL, LOGO = 16.0, 8.5, 7.5, 36.0


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

    @property
    def capacity(self) -> float:
        """Points between the head of a further page and the foot."""
        return self.height - MARGIN - (SMALL + 10.5) - FOOT

    def turned(self, turn: str) -> Paper:
        """The same paper, turned."""
        return replace(self, turn=turn)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above every page. lines: what is shown (filter, order, count) in words; the first of
    them is repeated on every page. logo, under: of the firm, on the first page: a picture file's bytes, and what stands
    below its name in grey."""

    title: str
    firm: str = ""
    date: str = ""
    lines: Sequence[str] = ()
    logo: bytes = b""
    under: str = ""


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
def _colours() -> dict[str, str]:
    """The light theme's colours as PDF writes them: paper is white whatever the screen shows."""
    light = json.loads((RESOURCES / "look" / "tokens.json").read_text("utf-8"))["light"]
    return {
        name: " ".join(f"{int(v[at : at + 2], 16) / 255:.4g}" for at in (1, 3, 5))
        for name, v in light.items()
        if v.startswith("#")
    }


def fitted(data: bytes, height: float, width: float | None = None) -> tuple[float, float]:
    """The width and height in points of a picture that is no higher and no wider than this (None: four times the
    height)."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        wide, high = image.size
    scale = min(height / high, (4 * height if width is None else width) / wide)
    return wide * scale, high * scale


# How each byte stands in a text of a PDF.
_SIGNS = [chr(b) if 32 <= b < 127 and chr(b) not in "()\\" else f"\\{b:03o}" for b in range(256)]
_SET = 5_000  # texts that are kept as they are set: dates, places and names come again and again


class Sheet:
    """One file being filled. guess: about how many pages it will have, for the room its number takes.

    What stands on a page is written as PDF's own operators: a list of ten thousand rows is half a million of
    them, and reportlab's way to each takes twice as long."""

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
        self._kept: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
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

    @property
    def capacity(self) -> float:
        """Points between the head of a further page and the foot."""
        return self.paper.capacity

    # ---- pages

    def begin(self) -> None:
        """A new page with its head."""
        if self.pages:
            self._end()
        self.pages += 1
        self._texts, self._drawn = list[str](), list[str]()
        self._font, self._ink, self._pen = ("", 0.0), "", ("", 0.0)
        self.y = self.paper.height - MARGIN
        if self.pages == 1:
            self._first_head()
        else:
            self._further_head()

    def _first_head(self) -> None:
        head = self.head
        if head.firm or head.date:
            date, top, left = self.fonts.regular.width(head.date, BODY), self.y, self.left
            if head.logo:
                left += self.picture(head.logo, left, top, LOGO) + 10
            room = self.right - left - date - 20
            self.text(self.right - date, self.y - 9, head.date, BODY, colour="text2")
            for line in self.wrapped(head.firm, room, 10, bold=True):
                self.text(left, self.y - 9, line, 10, bold=True)
                self.y -= 13
            for line in self.wrapped(self.fit(head.under), room, SMALL) if head.under else ():
                self.text(left, self.y - 8, line, SMALL, colour="text2")
                self.y -= SMALL * 1.45
            self.y = min(self.y, top - LOGO if head.logo else self.y) - 4
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
        self._canvas.addLiteral("\n".join([*self._drawn, "BT", *self._texts, "ET"]))
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
        self._canvas.addLiteral(f"{_colours()['text2']} rg")
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
        out, ink = self._texts, _colours()[colour]
        if ink != self._ink:
            self._ink = ink
            out.append(f"{ink} rg")
        out.append(f"1 0 0 1 {x:.2f} {y:.2f} Tm")
        for font, signs in self._set(text, self.fonts.face(text, bold)):
            if (font, size) != self._font:
                self._font = (font, size)
                out.append(f"{font} {size:g} Tf")
            out.append(f"({signs}) Tj")

    def _set(self, text: str, face: Face) -> tuple[tuple[str, str], ...]:
        """A text in the parts that the embedded fonts take: (font, signs)."""
        found = self._kept.get((text, face.name))
        if found is None:
            doc = self._canvas._doc
            found = tuple(
                (face.font.getSubsetInternalName(part, doc), "".join(map(_SIGNS.__getitem__, codes)))
                for part, codes in face.font.splitString(text, doc)
            )
            if len(self._kept) >= _SET:
                self._kept.clear()
            self._kept[text, face.name] = found
        return found

    def turned(
        self, at: tuple[float, float], turn: tuple[float, float], text: str, size: float, *, colour: str
    ) -> None:
        """One line of text below all else, turned. turn: cosine and sine of the angle."""
        (x, y), (cos, sin) = at, turn
        out = [f"{_colours()[colour]} rg {cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {x:.2f} {y:.2f} Tm"]
        out += [
            f"{font} {size:g} Tf ({signs}) Tj" for font, signs in self._set(text, self.fonts.face(text, True))
        ]
        self._drawn.append(" ".join(["BT", *out, "ET"]))

    def picture(self, data: bytes, x: float, top: float, height: float, width: float | None = None) -> float:
        """A picture, its upper left corner at x, top, no higher than `height`, no wider than `width` (None: four times
        the height); its width in points."""
        from reportlab.lib.utils import ImageReader

        wide, high = fitted(data, height, width)
        image = ImageReader(io.BytesIO(data))
        self._canvas.drawImage(image, x, top - high, wide, high, mask="auto")
        return wide

    def text_right(
        self, x: float, y: float, text: str, size: float = BODY, *, bold: bool = False, colour: str = "text"
    ) -> None:
        """One line of text that ends at x."""
        width = self.fonts.face(text, bold).width(text, size)
        self.text(x - width, y, text, size, bold=bold, colour=colour)

    def line(
        self, y: float, colour: str, thick: float = 0.5, left: float | None = None, right: float | None = None
    ) -> None:
        """A line across, from margin to margin unless told otherwise."""
        left, right = self.left if left is None else left, self.right if right is None else right
        pen = (_colours()[colour], thick)
        if pen != self._pen:
            self._pen = pen
            self._drawn.append(f"{pen[0]} RG {thick:g} w")
        self._drawn.append(f"{left:.2f} {y:.2f} m {right:.2f} {y:.2f} l S")

    def plate(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled rectangle, its lower left corner at x, y."""
        self._drawn.append(f"{_colours()[colour]} rg {x:.2f} {y:.2f} {width:.2f} {height:.2f} re f")

    def frame(
        self, x: float, y: float, width: float, height: float, colours: tuple[str, str], thick: float = 0.6
    ) -> None:
        """A rectangle, filled in the first colour and edged in the second, its lower left corner at x, y."""
        ground, edge = (_colours()[name] for name in colours)
        self._pen = ("", 0.0)
        self._drawn.append(
            f"{ground} rg {edge} RG {thick:g} w [] 0 d {x:.2f} {y:.2f} {width:.2f} {height:.2f} re B"
        )

    def stroke(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        colour: str,
        thick: float = 0.6,
        *,
        dashed: bool = False,
    ) -> None:
        """A straight line between two points."""
        self._pen = ("", 0.0)
        dash = "[3 2] 0 d" if dashed else "[] 0 d"
        self._drawn.append(
            f"{_colours()[colour]} RG {thick:g} w {dash} {start[0]:.2f} {start[1]:.2f} m"
            f" {end[0]:.2f} {end[1]:.2f} l S [] 0 d"
        )
