"""The beginning of a big xlsx, without the wait for the rest: for a look at its first rows.

The ordinary reader unpacks a whole sheet and all of its texts before it gives a row. Here the
first pieces of each sheet are taken, and of the shared texts only those that these rows name.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.exchange.excel import (
    BEGINNING,
    DIMENSION,
    RECTANGLE,
    checked_archive,
    guessed_extent,
    xlsx_parts,
    zip_speaks,
)
from freecrm.exchange.sheets import Row, Sheet, Source, Tally, column_of
from freecrm.exchange.sparse import SparseBook

BIG = 4 << 20
"""Bytes of XML from which the ordinary reader keeps people waiting."""

TAIL = 256 << 10
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_HIDDEN = re.compile(r'\sstate="(?:hidden|veryHidden)"')
_NAME = re.compile(r'\sname="([^"]*)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


def is_worth_it(path: Path) -> bool:
    """Whether a workbook is so big that its beginning should be looked at first."""
    with zip_speaks(), zipfile.ZipFile(path) as archive:
        return sum(part.file_size for part in archive.infolist()) > BIG


class QuickBook:
    """The sheets of an xlsx, each good for its first rows. Like `excel.Workbook`, without calamine."""

    def __init__(self, path: Path) -> None:
        self.archive = checked_archive(path)
        self.parts, epoch1904 = xlsx_parts(self.archive)
        self.parts = {n: p for n, p in self.parts.items() if "chartsheet" not in p and "dialogsheet" not in p}
        self.hidden = self._hidden()
        self.source = Source("xlsx", list(self.parts), epoch1904=epoch1904)
        with zip_speaks():
            self.book = SparseBook(self.archive, epoch1904)

    def _hidden(self) -> set[str]:
        with zip_speaks():
            name = next(n for n in self.archive.namelist() if n.lower() == "xl/workbook.xml")
            book = self.archive.read(name).decode("utf-8", "replace")
        tags = [tag for tag in _SHEET.findall(book) if _HIDDEN.search(tag)]
        return {unescape(found[1]) for tag in tags if (found := _NAME.search(tag))}

    def sheet(self, name: str) -> Sheet:
        """The beginning of one sheet; Known when there is no such one."""
        if name not in self.parts:
            raise Known(
                say(
                    N_("The file has no sheet “{name}”. It has: {sheets}."),
                    name=name,
                    sheets=list(self.source.sheets),
                )
            )
        part, tally = self.parts[name], Tally()
        with zip_speaks(), self.archive.open(part) as stream:
            head = stream.read(BEGINNING)
        rows, columns = guessed_extent(head, self.archive.getinfo(part).file_size)
        stated = DIMENSION.search(head[:4096])
        if stated:
            rows, columns = int(stated[4] or stated[2]), column_of((stated[3] or stated[1]).decode()) + 1
        # Merged ranges stand behind the rows; where the whole is read cell by cell they are not known at all.
        merged = [] if rows * columns > RECTANGLE else self._merged(part)
        hidden, about = name in self.hidden, stated is None
        return Sheet(name, lambda: self._rows(part, tally), columns, rows, hidden, merged, tally, about)

    def _rows(self, part: str, tally: Tally) -> Iterator[Row]:
        """The rows that there are, and the blank ones between them, as the ordinary reader counts them."""
        expected = 1
        for number, cells in self.book.rows(part, tally):
            for blank in range(expected, min(number, expected + 1000)):
                yield blank, []
            expected = number + 1
            yield number, cells

    def _merged(self, part: str) -> list[tuple[int, int, int, int]]:
        tail = b""
        with zip_speaks(), self.archive.open(part) as stream:
            while piece := stream.read(BEGINNING):
                tail = (tail + piece)[-TAIL:] if len(piece) < TAIL else piece[-TAIL:]
        return [
            (int(top), column_of(left.decode()), int(bottom), column_of(right.decode()))
            for left, top, right, bottom in _MERGED.findall(tail)
        ]
