"""A quote on paper: the firm's head, for whom, the lines, what they come to, terms and signatures.

    made = quote_pdf.write(path, Offer(title="报价单", …))

It is fed plain texts and knows no entity. The head of the table stands on every page, with the sum so far carried
over; a long name breaks into lines; totals, and signatures, stay together. Nothing is cut.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from freecrm.core.pictures import NO_PICTURE
from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.exchange.pdf.sheet import BODY, FOOT, Head, Made, Paper, Sheet, fitted
from freecrm.exchange.pdf.table import PAD, Column, Table
from freecrm.exchange.pdf.wrapping import cut, wrap

TEXT, SUB, NAME, TITLE, GRAND = 9.0, 8.0, 13.0, 20.0, 13.5
LOGO, LABEL, LEAD = 36.0, 46.0, 14.0
ROW_ABOVE, ROW_BELOW, ROW_LEAD = 5.4, 5.0, 11.8
WATERMARK, SEAL, CODE = 110.0, 96.0, 62.0
SHOT, BESIDE = 42.0, 8.0
"""How high and wide the picture of a product is at most, and how far from its name."""
NARROW = 0.78  # of A4's width: what is narrower is turned
_AT = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Item:
    """A line. cells: its texts in the order of the columns. sum: what this line and those before it come to. picture:
    stands at the right of its name, b"" = none."""

    cells: tuple[str, ...]
    sum: str = ""
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class Offer:
    """What stands on a quote. facts: two columns of (label, text) above the lines. name: which column is the widest.
    amount: the last column's sums are carried over the pages. totals: (label, text) below the lines; grand: the last
    of them. capitals: (label, the total in words). terms: their title and lines. signs: titles of the two places to
    sign, the word before the day, and the day on our side. above, below: own words before and behind the lines.
    watermark: across every page, "" = none. logo, seal: picture files' bytes. qr: the text of a QR code and what
    stands below it. number: what further pages are known by."""

    title: str
    firm: str
    columns: tuple[Column, ...]
    items: tuple[Item, ...]
    facts: tuple[Sequence[tuple[str, str]], Sequence[tuple[str, str]]] = ((), ())
    under_title: str = ""
    under_firm: str = ""
    name: int = 1
    carried: tuple[str, str] = ("", "")
    totals: Sequence[tuple[str, str]] = ()
    grand: tuple[str, str] | None = None
    capitals: tuple[str, str] | None = None
    terms: tuple[str, Sequence[str]] = ("", ())
    signs: tuple[str, str, str, str] | None = None
    foot: str = ""
    watermark: str = ""
    logo: bytes = b""
    seal: bytes = b""
    qr: tuple[str, str] = ("", "")
    above: str = ""
    below: str = ""
    number: str = ""


def write(path: Path, offer: Offer, *, paper: Paper | None = None) -> Made:
    """Write a quote as PDF. Known when the logo is no picture."""
    paper = paper or Paper()
    upright = paper.turned("portrait")
    if paper.turn == "auto":
        paper = paper.turned("landscape") if upright.width < NARROW * Paper().width else upright
    sheet = _Page(path, paper, offer)
    sheet.begin()
    drawn = _Drawn(sheet, offer)
    drawn.facts()
    drawn.words(offer.above)
    drawn.lines()
    drawn.totals()
    drawn.words(offer.below)
    drawn.terms()
    drawn.signs()
    return Made(path, sheet.finish(), len(offer.items), "".join(sorted(sheet.missing)))


class _Page(Sheet):
    """Pages with the firm's head on the first, its bank in the foot, a watermark across them."""

    def __init__(self, path: Path, paper: Paper, offer: Offer) -> None:
        self.offer = offer
        super().__init__(path, paper, Head(offer.title, offer.firm))
        self._bank = self.fit(offer.foot)

    def begin(self) -> None:
        super().begin()
        if self.offer.watermark:
            self._watermark(self.fit(self.offer.watermark))
        if self._bank:
            room = self.paper.room - 90
            lines = wrap(self._bank, room, self.fonts.regular, 7.5)
            for at, line in enumerate(lines[:2]):
                self.text(self.left, FOOT - 24 - at * 9.5, line, 7.5, colour="text2")

    def _watermark(self, text: str) -> None:
        face = self.fonts.face(text, True)
        wide = face.width(text, 1.0)
        turn = math.atan2(self.paper.height, self.paper.width)
        size = min(WATERMARK, self.paper.width * 0.8 / wide)
        cos, sin = math.cos(turn), math.sin(turn)
        x = self.paper.width / 2 - wide * size / 2 * cos + size * 0.35 * sin
        y = self.paper.height / 2 - wide * size / 2 * sin - size * 0.35 * cos
        self.turned((x, y), (cos, sin), text, size, colour="sunken")

    def _first_head(self) -> None:
        offer, top = self.offer, self.y
        title = self.fit(offer.title)
        face = self.fonts.face(title, False)
        wide = face.width(title, TITLE)
        under = self.fit(offer.under_title)
        self.text_right(self.right, top - TITLE, title, TITLE)
        self.text_right(self.right, top - TITLE - 13, under, SUB, colour="text2")
        left = self.left
        if offer.logo:
            left += self.picture(offer.logo, self.left, top, LOGO) + 10
        room = self.right - left - max(wide, self.fonts.regular.width(under, SUB)) - 20
        y = top - 12
        for line in self.wrapped(self.fit(offer.firm), room, NAME, bold=True):
            self.text(left, y, line, NAME, bold=True)
            y -= NAME * 1.3
        for line in self.wrapped(self.fit(offer.under_firm), room, SUB) if offer.under_firm else ():
            self.text(left, y + 2, line, SUB, colour="text2")
            y -= SUB * 1.4
        self.y = min(y + 2, top - LOGO) - 10
        self.line(self.y, "accent", 2.0)
        self.y -= 16

    def _further_head(self) -> None:
        offer = self.offer
        number = self.fit(offer.number)
        wide = self.fonts.regular.width(number, 7.5)
        said = " · ".join(part for part in (self.fit(offer.firm), self.fit(offer.title)) if part)
        shown = cut(said, self.paper.room - wide - 20, self.fonts.regular, 7.5)
        self.text(self.left, self.y - 7.5, shown, 7.5, colour="text2")
        self.text(self.right - wide, self.y - 7.5, number, 7.5, colour="text2")
        self.y -= 11.5
        self.line(self.y, "accent", 1.0)
        self.y -= 8


class _Drawn:
    """A quote being drawn from the top down."""

    def __init__(self, sheet: _Page, offer: Offer) -> None:
        self.sheet, self.offer = sheet, offer
        self.half = sheet.left + sheet.paper.room * 0.58

    def facts(self) -> None:
        """For whom at the left, number and days at the right."""
        sheet = self.sheet
        left, right = self.offer.facts
        top = sheet.y
        lows = [
            self._facts(left, sheet.left, self.half - sheet.left - 12, top, first_bold=True),
            self._facts(right, sheet.left + sheet.paper.room * 0.6, sheet.paper.room * 0.4, top),
        ]
        sheet.y = min(lows) - 6

    def _facts(
        self, facts: Sequence[tuple[str, str]], x: float, room: float, y: float, *, first_bold: bool = False
    ) -> float:
        sheet = self.sheet
        label_wide = max(
            [LABEL, *(sheet.fonts.regular.width(sheet.fit(name), TEXT) + 10 for name, _text in facts)]
        )
        for at, (name, text) in enumerate(facts):
            sheet.text(x, y - TEXT, sheet.fit(name), TEXT, colour="text2")
            bold = first_bold and not at
            for line in sheet.wrapped(sheet.fit(text), room - label_wide, TEXT, bold=bold):
                sheet.text(x + label_wide, y - TEXT, line, TEXT, bold=bold)
                y -= LEAD
            y -= 2.5
        return y

    def words(self, text: str) -> None:
        """Own words of the firm."""
        sheet = self.sheet
        for line in sheet.wrapped(sheet.fit(text), sheet.paper.room, TEXT) if text else ():
            self._need(LEAD)
            sheet.text(sheet.left, sheet.y - TEXT, line, TEXT)
            sheet.y -= LEAD
        sheet.y -= 8 if text else 0

    # ---- the lines

    def lines(self) -> None:
        """The table; its head on every page, sums carried over."""
        sheet, offer = self.sheet, self.offer
        table = _Table(sheet, offer.columns, self._widths())
        table.draw_head()
        before = ""
        for at, item in enumerate(offer.items):
            cells, shot = table.broken(item, offer.name)
            carry = table.carry_height if offer.carried[0] else 0.0
            last = at == len(offer.items) - 1
            if sheet.room < table.height(cells, shot) + (0 if last else carry):
                if before:
                    table.carry(offer.carried[0], before)
                sheet.begin()
                table.draw_head()
                if before:
                    table.carry(offer.carried[1], before)
            for part in table.parts(cells, sheet.capacity - table.head_height - 2 * carry):
                if sheet.room < table.height(part, shot):
                    sheet.begin()
                    table.draw_head()
                table.row(part, shot, offer.name)
                shot = b""
            before = item.sum if offer.carried[0] else ""
        sheet.y -= 12

    def _widths(self) -> list[float]:
        sheet, offer = self.sheet, self.offer
        widths = []
        for at, column in enumerate(offer.columns):
            texts = [column.title, *(item.cells[at] for item in offer.items)]
            if at == len(offer.columns) - 1:
                texts += [item.sum for item in offer.items[-1:]]
            need = max(sheet.fonts.regular.width(sheet.fit(text), BODY) for text in texts) + 2 * PAD + 1
            widths.append(min(max(need, column.width), max(column.width * 2.2, 30)))
        rest = sheet.paper.room - sum(width for at, width in enumerate(widths) if at != offer.name)
        widths[offer.name] = max(rest, 60.0)
        over = sum(widths) - sheet.paper.room
        if over > 0.01:  # a very narrow paper: all give their part
            widths = [width * sheet.paper.room / sum(widths) for width in widths]
        return widths

    # ---- what stands below

    def _need(self, height: float) -> None:
        if self.sheet.room < height:
            self.sheet.begin()

    def totals(self) -> None:
        """Subtotal to total at the right, the total in words at the left."""
        sheet, offer = self.sheet, self.offer
        if offer.grand is None:
            return
        left = sheet.left + sheet.paper.room * 0.58
        words: list[str] = []
        if offer.capitals is not None:
            room = left - sheet.left - 20
            words = sheet.wrapped(sheet.fit(offer.capitals[1]), room, TEXT + 1.5, bold=True)
        self._need(max(len(offer.totals) * 16 + 34, len(words) * 14 + 18))
        top = sheet.y
        if offer.capitals is not None:
            sheet.text(sheet.left, top - TEXT, sheet.fit(offer.capitals[0]), TEXT, colour="text2")
            for at, line in enumerate(words):
                sheet.text(sheet.left, top - TEXT - 16 - at * 14, line, TEXT + 1.5, bold=True)
        y = top
        for name, text in offer.totals:
            sheet.text(left, y - TEXT, sheet.fit(name), TEXT, colour="text2")
            sheet.text_right(sheet.right, y - TEXT, sheet.fit(text), TEXT)
            y -= 16
        sheet.line(y - 1, "text", 1.0, left, sheet.right)
        sheet.text(left, y - 17, sheet.fit(offer.grand[0]), TEXT + 0.5, bold=True)
        sheet.text_right(sheet.right, y - 18, sheet.fit(offer.grand[1]), GRAND, bold=True)
        sheet.y = min(y - 24, top - TEXT - 16 - len(words) * 14) - 14

    def terms(self) -> None:
        """The terms, numbered as they were written."""
        sheet, (title, terms) = self.sheet, self.offer.terms
        if not terms:
            return
        self._need(30)
        sheet.text(sheet.left, sheet.y - TEXT, sheet.fit(title), TEXT + 0.5, bold=True)
        sheet.y -= 17
        for term in terms:
            for line in sheet.wrapped(sheet.fit(term), sheet.paper.room, TEXT):
                self._need(LEAD)
                sheet.text(sheet.left, sheet.y - TEXT, line, TEXT)
                sheet.y -= LEAD
        sheet.y -= 10

    def signs(self) -> None:
        """Where both sign."""
        sheet, signs = self.sheet, self.offer.signs
        if signs is None:
            return
        qr, side = code_of(self.offer.qr[0]) if self.offer.qr[0] else (None, 0.0)
        self._need(96 + (side + 24 if qr else 0))
        ours, theirs, day_word, day = map(sheet.fit, signs)
        sheet.y -= 22
        if self.offer.seal:
            across = sheet.left + sheet.paper.room * 0.22
            sheet.picture(self.offer.seal, across, sheet.y - 4, SEAL)
        for x, title, said in (
            (sheet.left, ours, f"{day_word}{day}"),
            (sheet.left + sheet.paper.room * 0.58, theirs, day_word),
        ):
            sheet.text(x, sheet.y - TEXT, title, TEXT, colour="text2")
            sheet.line(sheet.y - 48, "border_strong", 0.7, x, x + sheet.paper.room * 0.36)
            sheet.text(x, sheet.y - 64, said, TEXT, colour="text2")
        sheet.y -= 74
        if qr:
            sheet.y -= 14
            code_at(sheet, qr, sheet.left, sheet.y, side)
            room = sheet.paper.room - side - 14
            for at, line in enumerate(sheet.wrapped(sheet.fit(self.offer.qr[1]), room, SUB)[:4]):
                sheet.text(sheet.left + side + 14, sheet.y - SUB - 4 - at * 12, line, SUB, colour="text2")
            sheet.y -= side


class _Table(Table):
    """The lines of a quote: airier than a list."""

    carry_height = ROW_ABOVE + ROW_LEAD + ROW_BELOW

    def broken(self, item: Item, name: int) -> tuple[list[list[str]], bytes]:
        """The cells of a line in lines, and its picture where the name leaves room for one."""
        cells = self.lay(item.cells).cells
        room = self.widths[name] - 2 * PAD - SHOT - BESIDE
        if not item.picture or room < SHOT:
            return cells, b""
        cells[name] = self.sheet.wrapped(self.sheet.fit(item.cells[name]), room)
        return cells, item.picture

    def height(self, cells: Sequence[Sequence[str]], shot: bytes) -> float:
        """Points that a row takes."""
        high = fitted(shot, SHOT, SHOT)[1] if shot else 0.0
        return max(max(map(len, cells)) * ROW_LEAD, high) + ROW_ABOVE + ROW_BELOW

    def parts(self, cells: Sequence[Sequence[str]], room: float) -> list[list[list[str]]]:
        """A row that is higher than a page, in rows that are not."""
        most = max(1, int((room - ROW_ABOVE - ROW_BELOW) / ROW_LEAD))
        longest = max(map(len, cells))
        return [[list(cell[at : at + most]) for cell in cells] for at in range(0, max(longest, 1), most)]

    def row(self, cells: Sequence[Sequence[str]], shot: bytes, name: int) -> None:
        """One row with a line below it, its picture at the right end of the name."""
        sheet, x = self.sheet, self.sheet.left
        height = self.height(cells, shot)
        if shot:
            middle = x + sum(self.widths[: name + 1]) - PAD - SHOT / 2
            left = middle - fitted(shot, SHOT, SHOT)[0] / 2
            sheet.picture(shot, left, sheet.y - ROW_ABOVE, SHOT, SHOT)
        for lines, column, width in zip(cells, self.columns, self.widths, strict=True):
            y = sheet.y - ROW_ABOVE - BODY + 0.6
            for line in lines:
                if line:
                    self._text(x, y, line, width, column.right, BODY, bold=False, colour="text")
                y -= ROW_LEAD
            x += width
        sheet.y -= height
        sheet.line(sheet.y, "border", 0.5)

    def carry(self, title: str, sum: str) -> None:
        """The sum so far, below the last row of a page and above the first of the next."""
        sheet = self.sheet
        y = sheet.y - ROW_ABOVE - BODY + 0.6
        title = sheet.fit(title)
        wide = sheet.fonts.face(title, True).width(title, BODY)
        x = sheet.right - self.widths[-1] - wide - PAD
        sheet.text(x, y, title, BODY, bold=True, colour="text2")
        sheet.text_right(sheet.right - PAD, y, sheet.fit(sum), BODY, bold=True)
        sheet.y -= self.carry_height
        sheet.line(sheet.y, "border", 0.5)


CODE_BYTES = 500
DOT = 1.0  # finer ones are read from no ordinary print
TOO_LONG = N_("The text of the QR code is too long for one. Shorten it in the settings.")


def code_of(text: str) -> tuple[Any, float]:
    """A QR code, and how high and wide it is on paper: the longer its text, the larger. Known when that is too long."""
    from reportlab.graphics.barcode.qr import QrCodeWidget

    if len(text.encode()) > CODE_BYTES:
        raise Known(say(TOO_LONG))
    code = QrCodeWidget(text, barLevel="M").qr
    code.make()
    return code, max(CODE, code.getModuleCount() * DOT)


def code_at(sheet: Sheet, code: Any, left: float, top: float, side: float) -> None:
    """Draw a QR code, its upper left corner at left, top."""
    n = code.getModuleCount()
    one = side / n
    for y in range(n):
        x = 0
        while x < n:
            run = next((at for at in range(x, n) if not code.isDark(y, at)), n) - x
            if run:
                sheet.plate(left + x * one, top - (y + 1) * one, run * one, one + 0.05, "text")
            x += run + 1


LARGEST, SMALLEST = 400, 240
"""Dots of a picture's longer side: of a logo or seal, of a product."""


@lru_cache(maxsize=8)
def picture_of(data: bytes, name: str) -> bytes:
    """A picture as it goes onto paper: no larger than it is printed. name: of its file. Known when it is none."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as image:
            image.thumbnail((LARGEST, LARGEST))
            made = io.BytesIO()
            image.convert("RGBA").save(made, "PNG")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as why:
        raise Known(say(NO_PICTURE, file=name), details=str(why)) from why
    return made.getvalue()


@lru_cache(maxsize=64)
def shot_of(path: Path) -> bytes:
    """The picture of a product as it goes onto paper, upright and on white; b"" for a file that is none, or isn't there."""
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as image:
            image.draft("RGB", (SMALLEST, SMALLEST))
            turned = ImageOps.exif_transpose(image)
            turned.thumbnail((SMALLEST, SMALLEST))
            full = turned.convert("RGBA")
            ground = Image.new("RGB", full.size, "white")
            ground.paste(full, mask=full)
            made = io.BytesIO()
            ground.save(made, "JPEG", quality=85)
    except (OSError, ValueError, Image.DecompressionBombError):
        return b""
    return made.getvalue()
