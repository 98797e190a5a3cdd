"""xlsx sheets read as a stream of XML, for what the fast reader cannot do.

calamine lays a sheet out as a full rectangle and keeps all of it: cells only at A1 and
XFD1048576, or a million rows of twenty columns, do not fit. It also shows neither error cells
nor formulas without a saved result. Here a sheet passes by piece by piece: `look` finds those
cells and the true extent, `rows` reads the used cells alone, about five times slower.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import IO

from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.exchange.sheets import Cell, Row, Tally, column_of, of_moment, tidy_text, whole

PIECE = 1 << 20
LONGEST_ROW = 128 << 20

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?row>)", re.S)
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)</")
_TEXT = re.compile(rb"<(?:\w+:)?t\b[^>]*>([^<]*)</")
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh>", re.S)
_STRING = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.S)
# The cell as Excel, WPS and openpyxl write it, taken apart in one go; others go the slow way.
_QUICK = re.compile(
    rb'<c r="([A-Z]{1,3})\d+"(?: s="(\d+)")?(?: t="(n|s|inlineStr)")?>'
    rb"(?:<v>([^<]*)</v>|<is><t(?: [^>]*)?>([^<]*)</t></is>)</c>|"
    rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)",
    re.S,
)
_AT = re.compile(rb'\br="([A-Z]{1,3})?(\d{1,7})"')
_KIND = re.compile(rb'\bt="(\w+)"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
# Both begin with plain letters: only then the search runs as fast as the unpacking.
_LAST_ROW = re.compile(rb'row [^>]*?\br="(\d{1,7})"')
_LOW_CELL = re.compile(rb' r="[A-Z]{1,3}(\d{6,})"')
_FAR = re.compile(rb' r="([A-Z]{2,3})\d')
_ERROR = re.compile(rb'<(?:\w+:)?c\b([^>]*\bt="e"[^>]*)>(.*?)</(?:\w+:)?c>', re.S)
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>|</(?:\w+:)?c>)"
)


@dataclass
class Look:
    """What a pass over the sheet's XML found. Rows from 1, columns from 0.

    far_column: the last one used, where that is beyond Z.
    """

    last_row: int = 0
    far_column: int = 25
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    no_result: dict[int, int] = field(default_factory=dict)


def look(stream: IO[bytes], extent: bool = True) -> Look:
    """One pass over a sheet's XML.

    Without `extent` only error cells and formulas are looked for; that is as fast as unpacking.
    """
    found = Look()
    for piece in _whole_rows(stream):
        if extent:
            rows = (*_LAST_ROW.findall(piece), *_LOW_CELL.findall(piece))
            found.last_row = max([found.last_row, *map(int, rows)])
            found.far_column = max(
                [found.far_column, *(column_of(n.decode()) for n in set(_FAR.findall(piece)))]
            )
        if b't="e"' in piece:
            for match in _ERROR.finditer(piece):
                at, value = _AT.search(match[1]), _VALUE.search(match[2])
                if at and at[1] and value:
                    place = int(at[2]), column_of(at[1].decode())
                    found.errors[place] = value[1].decode("utf-8", "replace")
        if b"<f" in piece or b":f" in piece:
            for match in _FORMULA.finditer(piece):
                at, kind = _AT.search(match[1]), _KIND.search(match[1])
                if at and not (kind and kind[1] == b"str"):  # a saved empty text is a result
                    found.no_result[int(at[2])] = found.no_result.get(int(at[2]), 0) + 1
    return found


def _whole_rows(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream in pieces that end where a row ends."""
    rest: list[bytes] = []
    size = 0
    while piece := stream.read(PIECE):
        cut = piece.rfind(b"row>")
        if cut < 0 and rest:  # the end tag may lie across two pieces
            rest[-1] += piece
            cut = rest[-1].rfind(b"row>")
            piece = rest.pop()
            size -= len(piece)
        if cut < 0:
            rest.append(piece)
            size += len(piece)
            if size > LONGEST_ROW:
                raise Known(
                    say(
                        N_(
                            "One row of this workbook holds more than {size} MB of text. "
                            "Shorten the long cell in Excel and import the file again."
                        ),
                        size=LONGEST_ROW >> 20,
                    )
                )
            continue
        yield b"".join([*rest, piece[: cut + 4]])
        rest = [piece[cut + 4 :]]
        size = len(rest[0])
    yield b"".join(rest)


class SparseBook:
    """An xlsx seen through its XML: sheets as streams, strings read as far as cells ask for them."""

    def __init__(self, archive: zipfile.ZipFile, epoch1904: bool) -> None:
        self.archive = archive
        self.names = set(archive.namelist())
        first = dt.date(1904, 1, 1) if epoch1904 else dt.date(1899, 12, 30)
        self.epoch = dt.datetime.combine(first, dt.time.min)
        self.strings: list[str] = []
        self.more_strings = self._strings()
        self.date_styles = self._date_styles()

    def _strings(self) -> Iterator[str]:
        name = next((n for n in self.names if n.lower() == "xl/sharedstrings.xml"), None)
        if name is None:
            return
        with self.archive.open(name) as stream:
            rest = b""
            while piece := stream.read(PIECE):
                rest += piece
                end = 0
                for match in _STRING.finditer(rest):
                    yield _joined(match[1] or b"")
                    end = match.end()
                rest = rest[end:]

    def _date_styles(self) -> set[int]:
        name = next((n for n in self.names if n.lower() == "xl/styles.xml"), None)
        if name is None:
            return set()
        xml = self.archive.read(name).decode("utf-8", "replace")
        own = {
            int(number): unescape(code)
            for number, code in re.findall(r'numFmtId="(\d+)"\s+formatCode="([^"]*)"', xml)
        }
        cells = re.search(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", xml, re.S)
        formats = re.findall(r"<(?:\w+:)?xf\b[^>]*?numFmtId=\"(\d+)\"", cells[0]) if cells else []
        return {n for n, number in enumerate(formats) if _is_date(int(number), own)}

    def rows(self, part: str, tally: Tally) -> Iterator[Row]:
        """(row number, cells) of the sheet stored at `part`; rows without a cell are missing."""
        number = 0
        with self.archive.open(part) as stream:
            for piece in _whole_rows(stream):
                for match in _ROW.finditer(piece):
                    at = _AT.search(match[1])
                    number = int(at[2]) if at else number + 1
                    cells = self._cells(match[2] or b"", tally)
                    if cells:
                        yield number, cells

    def _cells(self, xml: bytes, tally: Tally) -> list[Cell]:
        cells: list[Cell] = []
        value: Cell
        for name, style, kind, number, text, attributes, inner in _QUICK.findall(xml):
            if name:
                column = _column(name)
                if kind == b"s":
                    value = self._string(number, tally)
                elif kind == b"inlineStr":
                    value = tidy_text(_plain(text), tally)
                else:
                    value = self._number(number, style != b"" and int(style) in self.date_styles)
            else:
                at = _AT.search(attributes)
                column = _column(at[1]) if at and at[1] else len(cells)
                value = self._value(attributes, inner, tally)
            if value is None and column != len(cells):
                continue
            if column < len(cells):
                cells[column] = value
            else:
                cells.extend([None] * (column - len(cells)))
                cells.append(value)
        while cells and cells[-1] is None:
            cells.pop()
        return cells

    def _value(self, attributes: bytes, xml: bytes | None, tally: Tally) -> Cell:
        if not xml:
            return None
        found = _KIND.search(attributes)
        kind = found[1] if found else b"n"
        if kind == b"inlineStr":
            return tidy_text(_joined(xml), tally)
        value = _VALUE.search(xml)
        if value is None:
            return None
        text = value[1].strip()
        if kind == b"s":
            return self._string(text, tally)
        if kind == b"b":
            return text == b"1"
        if kind in (b"str", b"e"):
            return tidy_text(_plain(value[1]), tally)
        if kind == b"d":
            return of_iso(text.decode("utf-8", "replace"))
        style = _STYLE.search(attributes)
        return self._number(text, style is not None and int(style[1]) in self.date_styles)

    def _string(self, text: bytes, tally: Tally) -> Cell:
        index = int(text) if text.isdigit() else -1
        while index >= len(self.strings):
            more = next(self.more_strings, None)
            if more is None:
                break
            self.strings.append(more)
        return tidy_text(self.strings[index], tally) if 0 <= index < len(self.strings) else None

    def _number(self, text: bytes, is_date: bool) -> Cell:
        try:
            number = float(text)
        except ValueError:
            return None
        if not is_date:
            return whole(number)
        try:
            if 0 <= number < 1:
                return (self.epoch + dt.timedelta(seconds=round(number * 86400))).time()
            return of_moment(self.epoch + dt.timedelta(days=int(number), seconds=round(number % 1 * 86400)))
        except (OverflowError, ValueError):
            return whole(number)


def of_iso(text: str) -> Cell:
    """A date cell kept as ISO text; text that is none stays text."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return text or None
    return of_moment(moment.replace(tzinfo=None))


@lru_cache(maxsize=20_000)
def _column(name: bytes) -> int:
    return column_of(name.decode())


def _joined(xml: bytes) -> str:
    """The runs of a rich text in one, without the reading aids of Japanese files."""
    if b"rPh" in xml:
        xml = _PHONETIC.sub(b"", xml)
    return _plain(b"".join(_TEXT.findall(xml)))


def _plain(xml: bytes) -> str:
    text = xml.decode("utf-8", "replace")
    if "&" in text:
        text = unescape(text)
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def _is_date(number: int, own: dict[int, str]) -> bool:
    if number in own:
        code = re.sub(r'"[^"]*"|\\.|\[(?![hms]+\])[^\]]*\]|_.|\*.', "", own[number].lower().split(";")[0])
        return "general" not in code and any(letter in code for letter in "ymdhs")
    return 14 <= number <= 22 or 27 <= number <= 36 or 45 <= number <= 47 or 50 <= number <= 58
