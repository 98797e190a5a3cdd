"""Text tables read: csv and tsv in whatever encoding and with whatever delimiter they come.

Every cell stays text, so leading zeros and long numbers survive. The file passes line by line;
its size does not matter.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.exchange.sheets import LONGEST, UNSEEN, Cell, Row, Sheet, Source, Tally, tidy_text

MIXED = "utf-8+gb18030"
"""Our name for a file with lines of both; each line is read as what it is."""

ENCODINGS = ("utf-8", "gb18030", "utf-16", "big5", "cp1252")
"""What a person is offered to choose from."""

PIECE = 1 << 20
_SAMPLE = 64 << 10
_DELIMITERS = ",\t;|"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEP = re.compile(r'\A"?sep=(.)"?\r?\n', re.I)
_GUARDED = re.compile(r"'(?='*[=+\-@\t\r])")
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\xfe]|[\x80-\xff]")
_ENOUGH = 5000
_RUNAWAY = 1000  # lines in one cell: more means a quotation mark that was never closed

csv.field_size_limit(1 << 30)


def open_csv(path: Path, encoding: str | None = None) -> tuple[Source, Sheet]:
    """The table in `path`. `encoding` overrules the guess; raises `Known` for one that is none."""
    if encoding is None:
        encoding = guess_encoding(path)
    elif encoding != MIXED:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise Known(
                say(
                    N_("FreeCRM does not know the encoding “{encoding}”. Choose one of {known}."),
                    encoding=encoding,
                    known=list(ENCODINGS),
                )
            ) from None
    head = _head(path, encoding)
    sep = _SEP.match(head)
    delimiter = sep[1] if sep else guess_delimiter(head)
    table = _Table(path, encoding, delimiter, sep is not None)
    width = max((len(row) for _, row in islice(table.rows(), 200)), default=0)
    table.tally = Tally()
    source = Source("csv", [path.stem], encoding, delimiter)
    if encoding == MIXED:
        source.notes.append(
            say(N_("Some lines of this file are UTF-8 and some are GB18030; each was read as what it is."))
        )
    return source, Sheet(path.stem, table.rows, width, tally=table.tally)


def _head(path: Path, encoding: str) -> str:
    text = ""
    for piece in _texts(path, encoding):
        text += piece
        if len(text) >= _SAMPLE:
            break
    return text[:_SAMPLE].lstrip("\ufeff")


@dataclass
class _Table:
    path: Path
    encoding: str
    delimiter: str
    has_sep: bool
    tally: Tally = field(default_factory=Tally)

    def rows(self) -> Iterator[Row]:
        """(row number as Excel counts them, cells)."""
        lines = _Lines(self.path, self.encoding, self.has_sep, self.tally)
        reader = csv.reader(lines, delimiter=self.delimiter)
        number = 0
        for row in reader:
            number += 1
            if len(lines.held) > _RUNAWAY:
                # What the open quotation mark swallowed is read again with quotes meaning nothing.
                number -= 1
                for row in csv.reader(lines.again(), delimiter=self.delimiter, quoting=csv.QUOTE_NONE):
                    number += 1
                    yield number, self._tidy(row, lines)
                return
            lines.held.clear()
            yield number, self._tidy(row, lines)

    def _tidy(self, row: list[str], lines: _Lines) -> list[Cell]:
        if lines.guarded:
            row = [cell[1:] if _GUARDED.match(cell) else cell for cell in row]
        cells: list[Cell] = [cell if cell and not cell.isspace() else None for cell in row]
        if lines.long:
            cells = [
                tidy_text(cell, self.tally) if isinstance(cell, str) and len(cell) > LONGEST else cell
                for cell in cells
            ]
        return cells


class _Lines:
    """The file's lines, control characters taken out piece by piece; keeps those of one record."""

    def __init__(self, path: Path, encoding: str, has_sep: bool, tally: Tally) -> None:
        self.held: list[str] = []
        self.guarded = self.long = False
        self.tally = tally
        self.source = self._read(path, encoding)
        if has_sep:
            next(self.source, None)

    def __iter__(self) -> Iterator[str]:
        held = self.held
        for line in self.source:
            held.append(line)
            yield line

    def again(self) -> Iterator[str]:
        """The lines of the record being read, and then the rest of the file."""
        held, self.held = self.held, []
        yield from held
        yield from self.source

    def _read(self, path: Path, encoding: str) -> Iterator[str]:
        rest: list[str] = []
        first = True
        for piece in _texts(path, encoding):
            if first:
                piece, first = piece.lstrip("\ufeff"), False
            if "\ufffd" in piece:
                self.tally.unread += piece.count("\ufffd")
            if UNSEEN.search(piece):
                piece = UNSEEN.sub("", piece)
            # Once seen, the closer look stays on: a record may reach over two pieces.
            self.guarded = self.guarded or _GUARDED.search(piece) is not None
            cut = max(piece.rfind("\n"), piece.rfind("\r", 0, -1)) + 1
            if not cut:
                rest.append(piece)
                self.long = self.long or len(rest) > 1
                continue
            whole = "".join([*rest, piece[:cut]])
            rest = [piece[cut:]]
            for line in io.StringIO(whole, newline=""):
                if len(line) > LONGEST:
                    self.long = True
                yield line
        last = "".join(rest)
        self.long = self.long or len(last) > LONGEST
        yield from io.StringIO(last, newline="")


def _texts(path: Path, encoding: str) -> Iterator[str]:
    """The file's text in pieces; what cannot be decoded becomes the replacement sign."""
    if encoding == MIXED:
        with path.open("rb") as file:
            while lines := file.readlines(PIECE):
                yield "".join(map(_either, lines))
        return
    with path.open(encoding=encoding, errors="replace", newline="") as text:
        while piece := text.read(PIECE):
            yield piece


def _either(line: bytes) -> str:
    if not line.isascii() and _is_utf8(line) and not _looks_gb(line):
        return line.decode("utf-8")
    return line.decode("gb18030", "replace")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _looks_gb(data: bytes) -> bool:
    """Whether most signs above ASCII are pairs of the plain GB2312 range (hanzi of daily use)."""
    pairs = _PAIR.findall(data)
    plain = sum(1 for p in pairs if len(p) == 2 and 0xA1 <= p[0] <= 0xF7 and p[1] >= 0xA1)
    common = sum(1 for p in pairs if len(p) == 2 and (p[0] <= 0xA3 or 0xB0 <= p[0] <= 0xD7) and p[1] >= 0xA1)
    return plain > 0.7 * len(pairs) and common > 0.5 * len(pairs)


def guess_encoding(path: Path) -> str:
    """The encoding's name as Python knows it, or `MIXED`."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    wide = _wide(head)
    if wide:
        return wide
    if _decodes(path, "utf-8"):
        return "utf-8"
    utf8, other, gb = _count_lines(path)
    if utf8 and (gb or not other or utf8 >= other):
        return MIXED
    if gb * 2 >= other:
        return "gb18030"
    return _by_statistics(head)


def _wide(head: bytes) -> str | None:
    """UTF-16 without its mark: every second byte of the ASCII signs in it is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    least = max(2, len(head) // 100)
    if odd >= least and odd > 10 * even:
        return "utf-16-le"
    return "utf-16-be" if even >= least and even > 10 * odd else None


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                decoder.decode(piece)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _count_lines(path: Path) -> tuple[int, int, int]:
    """(lines that are UTF-8, others, those of the others that look like GB), ASCII aside.

    Of the others only the first thousands are counted.
    """
    utf8 = other = gb = 0
    with path.open("rb") as file:
        for line in file:
            if line.isascii():
                continue
            if _is_utf8(line) and not _looks_gb(line):
                utf8 += 1
            elif other < _ENOUGH:  # the closer look at each is slow
                other += 1
                gb += _looks_gb(line)
    return utf8, other, gb


def _by_statistics(head: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(head).best()
    return best.encoding if best else "gb18030"


def guess_delimiter(head: str) -> str:
    """The sign that cuts the first lines most evenly into most cells; "," where none does."""
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        if delimiter not in head:
            continue
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        widths = [len(row) for row in islice(reader, 60) if row] or [1]
        common = max(set(widths), key=lambda w: (w > 1, widths.count(w)), default=1)
        score = widths.count(common) / len(widths) * min(common, 6) if common > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best
