"""A letter or a receipt on paper: the firm's head, for whom, what is said, a small table, what it comes to.

    letter_pdf.write(path, [Letter(firm="…", title="…", facts=(left, right), text=("…",), …)])

All of it is plain text; each letter begins a page of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from freecrm.core.jobs import Progress
from freecrm.exchange.pdf.sheet import FOOT, Head, Made, Paper, Sheet
from freecrm.exchange.pdf.table import Column, Table, fitted, needs

NAME, TITLE, TEXT, LEAD, SUB = 13.0, 17.0, 10.0, 15.5, 8.5
LOGO, SEAL = 36.0, 96.0


@dataclass(frozen=True, slots=True)
class Letter:
    """facts: names and values at the left and at the right. large: the sum that is set large, with its name. capitals:
    it in words. text: paragraphs. signs: what stands above the lines to sign on, ours the last. logo, seal: picture
    files' bytes."""

    firm: str
    title: str
    under_firm: str = ""
    facts: tuple[Sequence[tuple[str, str]], Sequence[tuple[str, str]]] = ((), ())
    text: Sequence[str] = ()
    large: tuple[str, str] | None = None
    capitals: tuple[str, str] | None = None
    columns: Sequence[Column] = ()
    rows: Sequence[Sequence[str]] = ()
    total: Sequence[str] = ()
    after: Sequence[str] = ()
    signs: Sequence[str] = ()
    foot: str = ""
    logo: bytes = b""
    seal: bytes = b""


def write(
    path: Path, letters: Sequence[Letter], *, paper: Paper | None = None, progress: Progress | None = None
) -> Made:
    """Write letters as one PDF."""
    paper = paper or Paper()
    if paper.turn == "auto":
        paper = paper.turned("portrait")
    sheet = _Page(path, paper, letters[0], len(letters))
    for at, letter in enumerate(letters):
        if progress is not None:
            progress.tell(at, len(letters))
        sheet.letter, sheet.fresh = letter, True
        sheet.begin()
        _Drawn(sheet, letter).all()
    return Made(path, sheet.finish(), len(letters), "".join(sorted(sheet.missing)))


class _Page(Sheet):
    """Pages with the firm's head on the first of each letter, its bank in the foot."""

    def __init__(self, path: Path, paper: Paper, letter: Letter, guess: int) -> None:
        self.letter, self.fresh = letter, True
        super().__init__(path, paper, Head(letter.title, letter.firm), guess)

    def begin(self) -> None:
        super().begin()
        foot = self.fit(self.letter.foot)
        for at, line in enumerate(self.wrapped(foot, self.paper.room - 90, 7.5)[:2] if foot else ()):
            self.text(self.left, FOOT - 24 - at * 9.5, line, 7.5, colour="text2")

    def _first_head(self) -> None:
        self._own_head()

    def _further_head(self) -> None:
        if self.fresh:
            self._own_head()
        else:
            super()._further_head()

    def _own_head(self) -> None:
        self.fresh, letter, top, left = False, self.letter, self.y, self.left
        if letter.logo:
            left += self.picture(letter.logo, left, top, LOGO) + 10
        room = self.right - left
        for line in self.wrapped(self.fit(letter.firm), room, NAME, bold=True):
            self.text(left, self.y - 12, line, NAME, bold=True)
            self.y -= NAME * 1.35
        for line in self.wrapped(self.fit(letter.under_firm), room, SUB) if letter.under_firm else ():
            self.text(left, self.y - 9, line, SUB, colour="text2")
            self.y -= SUB * 1.45
        self.y = min(self.y, top - LOGO if letter.logo else self.y) - 8
        self.line(self.y, "accent", 2.0)
        self.y -= 26
        title = self.fit(letter.title)
        wide = self.fonts.face(title, True).width(title, TITLE)
        self.text(self.left + (self.paper.room - wide) / 2, self.y - TITLE, title, TITLE, bold=True)
        self.y -= TITLE + 22


class _Drawn:
    """A letter being drawn from the top down."""

    def __init__(self, sheet: _Page, letter: Letter) -> None:
        self.sheet, self.letter = sheet, letter

    def all(self) -> None:
        """Everything."""
        letter = self.letter
        self._facts()
        self._paragraphs(letter.text)
        if letter.large is not None:
            self._large(letter.large, letter.capitals)
        self._table()
        self._paragraphs(letter.after)
        self._signs()

    def _need(self, height: float) -> None:
        if self.sheet.room < height:
            self.sheet.begin()

    def _facts(self) -> None:
        sheet, top, lows = self.sheet, self.sheet.y, []
        half = sheet.paper.room * 0.56
        for facts, x, room in (
            (self.letter.facts[0], sheet.left, half - 12),
            (self.letter.facts[1], sheet.left + half, sheet.paper.room - half),
        ):
            y = top
            label = max(
                [46.0, *(sheet.fonts.regular.width(sheet.fit(name), TEXT) + 10 for name, _v in facts)]
            )
            for name, value in facts:
                sheet.text(x, y - TEXT, sheet.fit(name), TEXT, colour="text2")
                for line in sheet.wrapped(sheet.fit(value), room - label, TEXT):
                    sheet.text(x + label, y - TEXT, line, TEXT)
                    y -= LEAD
            lows.append(y)
        sheet.y = min(lows) - 12

    def _paragraphs(self, texts: Sequence[str]) -> None:
        sheet = self.sheet
        for text in texts:
            for line in sheet.wrapped(sheet.fit(text), sheet.paper.room, TEXT):
                self._need(LEAD)
                sheet.text(sheet.left, sheet.y - TEXT, line, TEXT)
                sheet.y -= LEAD
            sheet.y -= 8

    def _large(self, large: tuple[str, str], capitals: tuple[str, str] | None) -> None:
        sheet = self.sheet
        rows = [*([(capitals, TEXT + 1)] if capitals is not None else []), (large, 15.0)]
        height = sum(size + 12 for _pair, size in rows) + 8
        self._need(height)
        sheet.plate(sheet.left, sheet.y - height, sheet.paper.room, height, "sunken")
        y = sheet.y - 8
        for (name, value), size in rows:
            sheet.text(sheet.left + 12, y - size, sheet.fit(name), TEXT, colour="text2")
            sheet.text(sheet.left + 92, y - size, sheet.fit(value), size, bold=True)
            y -= size + 12
        sheet.y -= height + 16

    def _table(self) -> None:
        sheet, letter = self.sheet, self.letter
        if not letter.rows:
            return
        need = needs(sheet, letter.columns, [*letter.rows[:300], letter.total or letter.rows[0]])
        widths = fitted(letter.columns, need, sheet.paper.room, 0)
        if widths is None:
            widths = [width * sheet.paper.room / sum(need.least) for width in need.least]
        table = Table(sheet, letter.columns, widths)
        self._need(table.head_height + 40)
        table.draw_head()
        laid = [table.lay(row) for row in letter.rows]
        laid += [table.lay(letter.total, "sum")] if letter.total else []
        for row in laid:
            if sheet.room < row.height:
                sheet.begin()
                table.draw_head()
            table.draw(row)
        sheet.y -= 16

    def _signs(self) -> None:
        sheet, signs = self.sheet, self.letter.signs
        if not signs:
            return
        self._need(110 if self.letter.seal else 70)
        sheet.y -= 20
        room = sheet.paper.room / len(signs)
        if self.letter.seal:
            across = sheet.left + (len(signs) - 1) * room + min(room * 0.8, 200) * 0.45
            sheet.picture(self.letter.seal, across, sheet.y + 14, SEAL)
        for at, title in enumerate(signs):
            x = sheet.left + at * room
            sheet.text(x, sheet.y - TEXT, sheet.fit(title), TEXT, colour="text2")
            sheet.line(sheet.y - 40, "border_strong", 0.7, x, x + min(room * 0.8, 200))
        sheet.y -= 50
