"""The data rows of a sheet, without totals, empty rows and repeated heads; all of it counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from freecrm.core.words import N_, Said, say
from freecrm.exchange.heads import Layout, head_text
from freecrm.exchange.sheets import Cell, Row, letters

_TOTAL = re.compile(
    r"(?:合计|总计|总合计|小计|共计|累计|总和|汇总|本页小计|本页合计|grand ?totals?|sub-?totals?|totals?|sum)"
    r"(?:[((][^))]*[))])?[::]?",
    re.I,
)
_AMOUNT = re.compile(r"[¥¥$€£]?\s*-?[\d,.\s]+(?:元|万|万元|%|个|家|户|条)?|共?\s*\d+\s*\S{0,3}|[-–—/=]+")


@dataclass
class Sieve:
    """Lets the data rows of one sheet through, cut to the layout's columns.

    Held back and counted: rows without a cell, totals rows, the header repeated, and cells
    outside the layout's columns.
    """

    layout: Layout
    blank: int = 0
    totals: set[int] = field(default_factory=set)
    repeated: int = 0
    beyond: int = 0
    first_beyond: str = ""
    passed: int = 0

    def through(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The data rows of `rows`, each with exactly one cell a head."""
        columns, first = self.layout.columns, self.layout.first_data_row
        width, plain = len(columns), self.layout.columns == list(range(len(columns)))
        head = self.layout.heads[0] if self.layout.heads else ""
        held: list[Row] = []
        empty = 0
        expected = first
        for number, cells in rows:
            if number < first:
                continue
            empty += number - expected
            expected = number + 1
            if not plain or len(cells) != width:
                cells = self._fitted(number, cells, columns, plain)
            start = cells[0] if cells else None
            if start is None:
                place = next((i for i, c in enumerate(cells) if c is not None), -1)
                if place < 0:
                    empty += 1
                    continue
                start = cells[place]
                if _only_numbers(cells):
                    held.append((number, cells))
                    continue
            if type(start) is str:
                if len(start) <= 16 and _TOTAL.fullmatch("".join(start.split())) and _rest_are_sums(cells):
                    self.totals.add(number)
                    continue
                if start == head and self._is_header_again(cells):
                    self.repeated += 1
                    continue
            self.blank += empty
            empty = 0
            if held:
                self.passed += len(held)
                yield from held
                held = []
            self.passed += 1
            yield number, cells
        # Numbers under nothing but numbers, and nothing after them: sums without a word.
        if self.passed:
            self.totals.update(number for number, _ in held)
        else:
            self.passed += len(held)
            yield from held

    def _fitted(self, number: int, cells: list[Cell], columns: list[int], plain: bool) -> list[Cell]:
        have = len(cells)
        kept = [cells[c] if c < have else None for c in columns]
        if have > len(columns) or not plain:
            inside = set(columns)
            for column, cell in enumerate(cells):
                if cell is not None and column not in inside:
                    self.beyond += 1
                    self.first_beyond = self.first_beyond or f"{letters(column)}{number}"
        return kept

    def _is_header_again(self, cells: list[Cell]) -> bool:
        return all(c is None or head_text(c) == h for c, h in zip(cells, self.layout.heads, strict=True))

    def notes(self) -> list[Said]:
        """What was held back, for the report; complete once all rows went through."""
        said: list[Said] = []
        if self.totals:
            said.append(
                say(
                    N_("Totals rows were left out: {n} (row {rows})."),
                    n=len(self.totals),
                    rows=[str(n) for n in sorted(self.totals)[:10]],
                )
            )
        if self.blank:
            said.append(say(N_("Empty rows between the data were left out: {n}."), n=self.blank))
        if self.repeated:
            said.append(
                say(N_("The header was repeated further down and left out there: {n}."), n=self.repeated)
            )
        if self.beyond:
            said.append(
                say(
                    N_("Cells outside the columns of the table were left out: {n}, the first is {cell}."),
                    n=self.beyond,
                    cell=self.first_beyond,
                )
            )
        return said


def _only_numbers(cells: list[Cell]) -> bool:
    """Few cells, all bare numbers: may be sums."""
    filled = [c for c in cells if c is not None]
    return len(filled) * 2 <= len(cells) and all(type(c) in (int, float) for c in filled)


def _rest_are_sums(cells: list[Cell]) -> bool:
    words = [c for c in cells if isinstance(c, str) and not _AMOUNT.fullmatch(c.strip())]
    return len(words) <= 1
