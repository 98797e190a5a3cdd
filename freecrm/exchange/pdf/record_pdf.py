"""A record on paper: its fields by section in two columns, rows that belong to it as tables, notes in full.

made = record_pdf.write(path, Head("云杉谷酒店", "Hechuan", "2026-03-19"), [
    Facts("Basics", [("Code", "KH-2026-0001"), …]),
    Grid("Contacts", columns, rows),
    Notes("Notes", [("2026-03-18 14:30", "…"), …]),
])
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from freecrm.core.jobs import Progress
from freecrm.exchange.pdf.sheet import BODY, Head, Made, Paper, Sheet
from freecrm.exchange.pdf.table import LEADING, Column, Table, fitted, needs

LABEL, GAP, HEADING = 76.0, 18.0, 10.0
SEAL = 96.0
BETWEEN, LONG = 3.2, 2  # points between facts; lines from which a fact takes the whole width


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values."""

    title: str
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows with heads."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Notes:
    """Texts with what heads each (when, who), in the order they are given; they are taken as they come."""

    title: str
    entries: Iterable[tuple[str, str]]
    count: int = 0


Section = Facts | Grid | Notes


def write(
    path: Path,
    head: Head,
    sections: Iterable[Section],
    *,
    paper: Paper | None = None,
    progress: Progress | None = None,
    seal: bytes = b"",
) -> Made:
    """Write a record as PDF. Sections stand one below the other, the seal (a picture file's bytes) below the last."""
    paper = paper or Paper()
    if paper.turn == "auto":
        paper = paper.turned("portrait")
    flow = _Flow(Sheet(path, paper, head), progress)
    for section in sections:
        if isinstance(section, Facts):
            flow.facts(section)
        elif isinstance(section, Grid):
            flow.grid(section)
        else:
            flow.notes(section)
    if seal:
        flow.seal(seal)
    return Made(path, flow.sheet.finish(), flow.rows, "".join(sorted(flow.sheet.missing)))


class _Flow:
    """Puts sections below each other."""

    def __init__(self, sheet: Sheet, progress: Progress | None) -> None:
        self.sheet, self.progress, self.rows = sheet, progress, 0
        sheet.begin()

    def need(self, height: float) -> bool:
        """Go to a new page when there is no room for this; whether that was so."""
        if self.sheet.room >= height:
            return False
        self.sheet.begin()
        self.sheet.y -= 4
        return True

    def seal(self, picture: bytes) -> None:
        """The firm's seal at the right, over its name."""
        sheet = self.sheet
        self.need(SEAL + 8)
        sheet.picture(picture, sheet.right - SEAL * 1.3, sheet.y - 4, SEAL)
        firm = sheet.fit(sheet.head.firm)
        sheet.text_right(sheet.right, sheet.y - SEAL / 2 - 4, firm, BODY)
        sheet.y -= SEAL + 8

    def title(self, text: str, below: float) -> None:
        """The heading of a section, with room for something below it."""
        sheet = self.sheet
        lines = sheet.wrapped(sheet.fit(text), sheet.paper.room, HEADING, bold=True)
        self.need(8 + len(lines) * (HEADING + 4.5) + below)
        sheet.y -= 6
        for line in lines:
            sheet.text(sheet.left, sheet.y - HEADING, line, HEADING, bold=True, colour="accent")
            sheet.y -= HEADING + 4.5
        sheet.line(sheet.y, "border")
        sheet.y -= 5

    # ---- names and values

    def facts(self, section: Facts) -> None:
        """Short values in two columns, long ones over the whole width."""
        if not section.facts:
            return
        if section.title:
            self.title(section.title, LEADING * 2)
        sheet = self.sheet
        half = (sheet.paper.room - GAP) / 2
        waiting: tuple[list[str], list[str]] | None = None
        for name, value in section.facts:
            name, value = sheet.fit(name), sheet.fit(value)
            label = sheet.wrapped(name, LABEL - 6)
            lines = sheet.wrapped(value, half - LABEL)
            if len(lines) > LONG or (sheet.paper.size == "A5" and sheet.paper.turn == "portrait"):
                if waiting is not None:
                    self._pair(waiting, None, half)
                    waiting = None
                self._whole(label, sheet.wrapped(value, sheet.paper.room - LABEL))
            elif waiting is None:
                waiting = (label, lines)
            else:
                self._pair(waiting, (label, lines), half)
                waiting = None
        if waiting is not None:
            self._pair(waiting, None, half)
        sheet.y -= 4

    def _pair(
        self,
        left: tuple[list[str], list[str]],
        right: tuple[list[str], list[str]] | None,
        half: float,
    ) -> None:
        parts = [left] if right is None else [left, right]
        lines = max(len(part) for pair in parts for part in pair)
        self.need(lines * LEADING)
        sheet = self.sheet
        for at, (label, value) in enumerate(parts):
            x = sheet.left + at * (half + GAP)
            self._lines(x, label, "text3")
            self._lines(x + LABEL, value, "text")
        sheet.y -= lines * LEADING + BETWEEN

    def _whole(self, label: list[str], lines: list[str]) -> None:
        self.need(min(3, len(lines)) * LEADING)
        sheet = self.sheet
        self._lines(sheet.left, label, "text3")
        self._running(sheet.left + LABEL, lines)
        sheet.y -= max(0, len(label) - len(lines)) * LEADING + BETWEEN

    def _lines(self, x: float, lines: Sequence[str], colour: str) -> None:
        y = self.sheet.y - BODY
        for line in lines:
            self.sheet.text(x, y, line, colour=colour)
            y -= LEADING

    def _running(self, x: float, lines: Sequence[str]) -> None:
        """Lines that go on over the page."""
        sheet = self.sheet
        for at, line in enumerate(lines):
            if not at % 50 and self.progress is not None:
                self.progress.check()
            self.need(LEADING)
            sheet.text(x, sheet.y - BODY, line)
            sheet.y -= LEADING

    # ---- rows

    def grid(self, section: Grid) -> None:
        """A small table, its head again on every page."""
        if not section.rows:
            return
        sheet = self.sheet
        need = needs(sheet, section.columns, section.rows[:300])
        widths = fitted(section.columns, need, sheet.paper.room, 0)
        if widths is None:  # narrower than its words: they break
            widths = [width * sheet.paper.room / sum(need.least) for width in need.least]
        table = Table(sheet, section.columns, widths)
        self.title(section.title, table.head_height + 2 * LEADING)
        table.draw_head()
        most = int((sheet.capacity - table.head_height - 20) // LEADING)
        for row in section.rows:
            laid = table.lay(row)
            for start in range(0, laid.lines, most):
                part = table.lay(row)
                part.cells = [cell[start : start + most] for cell in laid.cells]
                part.lines = min(most, laid.lines - start)
                if self.need(part.height):
                    table.draw_head()
                table.draw(part)
            self._told()
        sheet.y -= 6

    # ---- texts

    def notes(self, section: Notes) -> None:
        """Each text in full below its time."""
        begun = False
        sheet = self.sheet
        for when, text in section.entries:
            if not begun:
                self.title(section.title, LEADING * 3)
                begun = True
            lines = sheet.wrapped(sheet.fit(text), sheet.paper.room)
            self.need(LEADING * (1 + min(2, len(lines))))
            for line in sheet.wrapped(sheet.fit(when), sheet.paper.room, bold=True):
                sheet.text(sheet.left, sheet.y - BODY, line, bold=True, colour="text2")
                sheet.y -= LEADING
            sheet.y -= 1
            self._running(sheet.left, lines)
            sheet.y -= 5
            self._told(section.count)

    def _told(self, count: int = 0) -> None:
        self.rows += 1
        if self.progress is not None and not self.rows % 50:
            self.progress.tell(self.rows, max(count, self.rows))
