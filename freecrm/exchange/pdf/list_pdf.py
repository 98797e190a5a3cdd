"""A list on paper: the columns as they are seen, their titles on every page, long texts broken, nothing cut.

    made = list_pdf.write(path, Head("Customers", "Hechuan", "2026-03-19"), columns, rows, count=1286)

Columns that don't fit on portrait paper turn it; those that don't fit even then go onto pages of their
own, with the first column repeated. Rows are taken as they come: a hundred thousand of them are never
held at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from freecrm.core.jobs import Progress
from freecrm.core.words import _
from freecrm.exchange.pdf.sheet import BODY, Head, Made, Paper, Sheet
from freecrm.exchange.pdf.table import (
    ABOVE,
    BELOW,
    LEADING,
    Column,
    Group,
    Laid,
    Table,
    fitted,
    needs,
    slices,
)

Row = Sequence[str] | Group

SAMPLE = 300  # rows that tell how wide the columns have to be
TOLD_EVERY = 100
UPRIGHT, ON_ONE_PAGE = (
    0.88,
    0.7,
)  # how far columns are narrowed before paper is turned, before pages stand side by side


def write(
    path: Path,
    head: Head,
    columns: Sequence[Column],
    rows: Iterable[Row],
    *,
    paper: Paper | None = None,
    count: int = 0,
    sums: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Made:
    """Write a list as PDF. count: about how many rows there will be. sums: texts below the last row.

    Whoever calls makes sure that the file is put in place only when all went well; `Cancelled` comes
    from `progress`."""
    coming = iter(rows)
    sample = list(islice(coming, SAMPLE))
    plain = [row for row in sample if not isinstance(row, Group)]
    plan = _Plan(path, head, columns, [*plain, *([sums] if sums else [])], paper or Paper(), count)
    taken = 0
    for row in chain(sample, coming):
        plan.take(row)
        if not isinstance(row, Group):
            taken += 1
            if progress is not None and not taken % TOLD_EVERY:
                progress.tell(taken, max(count, taken))
    if not taken:
        plan.nothing()
    if sums:
        plan.put(plan.lay(sums, "sum"))
    if progress is not None:
        progress.tell(taken, max(count, taken))
    plan.flush()
    return Made(path, plan.sheet.finish(), taken, "".join(sorted(plan.sheet.missing)))


class _Plan:
    """Which columns stand on which page; holds the rows of one page at a time."""

    def __init__(
        self,
        path: Path,
        head: Head,
        columns: Sequence[Column],
        sample: Sequence[Sequence[str]],
        paper: Paper,
        count: int,
    ) -> None:
        measure = Sheet(path, paper, head)  # nothing is written of it
        need = needs(measure, columns, sample)
        turns = ("portrait", "landscape") if paper.turn == "auto" else (paper.turn,)
        widths = None
        for turn in turns:
            paper = paper.turned(turn)
            last = turn == turns[-1]
            widths = fitted(columns, need, paper.room, ON_ONE_PAGE if last else UPRIGHT)
            if widths is not None:
                break
        parts = [(list(range(len(columns))), widths)] if widths else slices(need.fair, paper.room)
        self.sheet = Sheet(path, paper, head, _guess(paper, count, len(parts)))
        self.parts = [
            (Table(self.sheet, [columns[at] for at in places], widths or []), places)
            for places, widths in parts
        ]
        self.held: list[list[Laid]] = []
        self.sheet.begin()
        self._begin()

    def _begin(self) -> None:
        self.top = self.sheet.y
        self.left = self.sheet.room - max(table.head_height for table, _places in self.parts)

    def take(self, row: Row) -> None:
        """Put a row, or a heading with room for a row below it."""
        if isinstance(row, Group):
            cells = list(row.cells)
            laid = [
                table.lay_group(Group(row.title, ["", *(cells[at] for at in places[1:] if at < len(cells))]))
                for table, places in self.parts
            ]
            self.put(_level(laid), keep=LEADING + ABOVE + BELOW)
        else:
            self.put(self.lay(row))

    def lay(self, row: Sequence[str], kind: str = "row") -> list[Laid]:
        """A row broken into lines, for each of the pages side by side."""
        if len(self.parts) == 1:
            return [self.parts[0][0].lay(row, kind)]
        return _level(
            [
                table.lay([row[at] if at < len(row) else "" for at in places], kind)
                for table, places in self.parts
            ]
        )

    def put(self, row: list[Laid], keep: float = 0) -> None:
        """Take a row onto this page or the next; one that is higher than a page goes on where it breaks."""
        for part in self._broken(row):
            height = part[0].height
            if height + keep > self.left and self.held:
                self.flush()
                self.sheet.begin()
                self._begin()
            self.held.append(part)
            self.left -= height

    def _broken(self, row: list[Laid]) -> Iterator[list[Laid]]:
        head = max(table.head_height for table, _places in self.parts)
        most = int((self.sheet.capacity - head - ABOVE - BELOW) // LEADING)
        lines = row[0].lines
        if lines <= most:
            yield row
            return
        start = 0
        while start < lines:
            end = start + most
            fits = int((self.left - ABOVE - BELOW) // LEADING)
            if not start and fits > 3:
                end = fits  # begins below what is there already
            end = min(end, lines)
            yield [Laid([cell[start:end] for cell in r.cells], end - start, r.kind) for r in row]
            start = end

    def flush(self) -> None:
        """Draw what is held, on as many pages as stand side by side."""
        for at, (table, _places) in enumerate(self.parts):
            if at:
                self.sheet.begin()
            top = self.top if not at else self.sheet.y
            self.sheet.y = top
            table.draw_head()
            for row in self.held:
                table.draw(row[at])
        self.held = []

    def nothing(self) -> None:
        """Say that there are no rows."""
        self.sheet.text(self.sheet.left, self.sheet.y - 40, _("No rows"), BODY, colour="text2")


def _guess(paper: Paper, rows: int, parts: int) -> int:
    """How many pages rows of one line take, for the room that their number takes."""
    return 1 + int(rows / (paper.capacity / (LEADING + ABOVE + BELOW))) * parts


def _level(rows: list[Laid]) -> list[Laid]:
    """The same row on several pages, as high on each."""
    most = max(row.lines for row in rows)
    for row in rows:
        row.lines = most
    return rows
