"""Workbooks read: xlsx, xlsb, xls and ods through calamine, after a look whether that is safe.

The only file that knows calamine. What a file is, is decided by its first bytes, never by its
name. Whatever is wrong with it comes out as a `Known`.
"""

from __future__ import annotations

import contextlib
import lzma
import re
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import IO

import python_calamine as calamine

from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.exchange.sheets import Cell, Row, Sheet, Source, Tally, column_of, tidy_row, tidy_text
from freecrm.exchange.sparse import Look, SparseBook, look

RECTANGLE = 8_000_000
"""Cells, blank ones too, that are given to calamine at once: about 90 bytes each."""

QUICK_LOOK = 16 << 20
BEGINNING = 1 << 20
LARGEST = 2 << 30
MOST_PARTS = 10_000
BOMB = 100 << 20, 200  # a part bigger than this, packed tighter than this many times

_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    RuntimeError,  # an encrypted part; a packing this Python does not know is its subclass
)

_SUFFIXES = {
    "xlsx": (".xlsx", ".xlsm", ".xlam"),
    "xlsb": (".xlsb",),
    "xls": (".xls", ".xla"),
    "ods": (".ods",),
}
DIMENSION = re.compile(rb'<(?:\w+:)?dimension\b[^>]*\bref="([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?"')


class Workbook:
    """An opened workbook: `source` says what it is, `sheet(name)` gives one sheet."""

    def __init__(self, path: Path, kind: str) -> None:
        self.path = path
        self.archive: zipfile.ZipFile | None = None
        self.parts: dict[str, str] = {}
        epoch1904 = False
        if kind != "xls":
            self.archive = checked_archive(path)
        if kind == "xlsx" and self.archive:
            self.parts, epoch1904 = xlsx_parts(self.archive)
        elif kind == "xls":
            epoch1904 = _xls_epoch1904(path)
        with _calamine_speaks():
            self.book = _loaded(path, kind)
            sheets = [s for s in self.book.sheets_metadata if s.typ == calamine.SheetTypeEnum.WorkSheet]
        self.hidden = {s.name for s in sheets if s.visible != calamine.SheetVisibleEnum.Visible}
        self.source = Source(kind, [s.name for s in sheets], epoch1904=epoch1904)

    def sheet(self, name: str) -> Sheet:
        """One sheet, read as a rectangle where it is one, else cell by cell.

        Raises `Known` when there is no such sheet or it cannot be read.
        """
        if name not in self.source.sheets:
            raise Known(
                say(
                    N_("The file has no sheet “{name}”. It has: {sheets}."),
                    name=name,
                    sheets=list(self.source.sheets),
                )
            )
        part = self.parts.get(name)
        if part is None or self.archive is None:
            return self._whole(name, None)
        glance = _Glance(self.archive, self.path, part)
        if glance.too_far():
            return self._streamed(name, part, glance)
        return self._whole(name, glance)

    def _streamed(self, name: str, part: str, glance: _Glance) -> Sheet:
        assert self.archive is not None
        tally = Tally()
        book = SparseBook(self.archive, self.source.epoch1904)
        height, width = glance.extent()
        found = glance.result()
        tally.no_result = found.no_result
        return Sheet(
            name,
            lambda: book.rows(part, tally),
            width,
            max(height, found.last_row),
            name in self.hidden,
            tally=tally,
        )

    def _whole(self, name: str, glance: _Glance | None) -> Sheet:
        with _calamine_speaks():
            table = self.book.get_sheet_by_name(name)
            merged = table.merged_cell_ranges or []
        found = glance.result() if glance else Look()
        tally = Tally(no_result=found.no_result)
        left = table.start[1] if table.start else 0
        ranges = [(top + 1, first, bottom + 1, last) for (top, first), (bottom, last) in merged]
        return Sheet(
            name,
            lambda: _tidied(table, left, found.errors, tally),
            left + table.width,
            table.end[0] + 1 if table.end else 0,
            name in self.hidden,
            ranges,
            tally,
        )


def _loaded(path: Path, kind: str) -> calamine.CalamineWorkbook:
    if path.suffix.lower() in _SUFFIXES[kind]:
        return calamine.load_workbook(str(path))
    with path.open("rb") as file:  # given a path, calamine believes the name
        return calamine.load_workbook(file)


def _tidied(
    table: calamine.CalamineSheet, left: int, errors: dict[tuple[int, int], str], tally: Tally
) -> Iterator[Row]:
    if table.start is None:
        return
    pad: list[Cell] = [None] * left
    rows_with_errors = {row for row, _ in errors}
    for number, row in enumerate(table.iter_rows(), 1):
        cells = pad + tidy_row(row, tally) if left else tidy_row(row, tally)
        if number in rows_with_errors:
            for column in range(len(cells)):
                if cells[column] is None:
                    cells[column] = errors.get((number, column))
        yield number, cells


def guessed_extent(head: bytes, size: int) -> tuple[int, int]:
    """(rows, columns) of a sheet that doesn't state its extent, if it goes on as it begins."""
    columns = {column_of(name.decode()) for name in re.findall(rb' r="([A-Z]{1,3})\d', head)}
    rows = head.count(b"<row")
    return rows * size // max(1, len(head)), max(columns, default=0) + 1


class _Glance:
    """A look over a sheet's XML: all of a small sheet at once; of a big one its beginning.

    Where the beginning of a big sheet holds formulas or error cells, the rest is looked over in a
    thread while calamine reads: formulas fill columns, so the beginning tells.
    """

    def __init__(self, archive: zipfile.ZipFile, path: Path, part: str) -> None:
        self.path, self.part = path, part
        size = archive.getinfo(part).file_size
        self.small = size <= QUICK_LOOK
        with zip_speaks(), archive.open(part) as stream:
            head = stream.read(BEGINNING)
        self.stated = DIMENSION.search(head[:4096])
        self.guessed = guessed_extent(head, size)
        self.found = Look()
        self.trouble: Known | None = None
        self.thread = threading.Thread(target=self._look, daemon=True)
        if self.small or any(mark in head for mark in (b"<f>", b"<f ", b't="e"')):
            self.thread.start()
        if self.small:
            self.result()

    def _look(self) -> None:
        # Its own handle: one ZipFile must not be read from two threads.
        try:
            with zip_speaks(), zipfile.ZipFile(self.path) as archive, archive.open(self.part) as stream:
                self.found = look(stream, extent=self.small)
        except Known as problem:
            self.trouble = problem

    def result(self) -> Look:
        """What was found; waits for it."""
        if self.thread.ident is not None:
            self.thread.join()
        if self.trouble:
            raise self.trouble
        return self.found

    def extent(self) -> tuple[int, int]:
        """(rows, columns) as far as known now."""
        stated = self.stated
        rows, columns = self.guessed
        if stated:
            rows, columns = int(stated[4] or stated[2]), column_of((stated[3] or stated[1]).decode()) + 1
        if self.small:
            rows = self.found.last_row or rows
            columns = self.found.far_column + 1
        return rows, columns

    def too_far(self) -> bool:
        """Whether the rectangle from A1 to the last cell is more than calamine should hold."""
        rows, columns = self.extent()
        return rows * columns > RECTANGLE


@contextlib.contextmanager
def _calamine_speaks() -> Iterator[None]:
    """Turns what calamine raises, its panics too, into a `Known`."""
    try:
        yield
    except calamine.PasswordError as problem:
        raise password() from problem
    except (calamine.CalamineError, OSError, ValueError, TypeError) as problem:
        raise unreadable(str(problem)) from problem
    except BaseException as problem:
        # A panic of the Rust side is a BaseException whose class cannot be imported.
        if type(problem).__name__ == "PanicException":
            raise unreadable(str(problem)) from problem
        raise


@contextlib.contextmanager
def zip_speaks() -> Iterator[None]:
    """Turns what a broken zip raises into a `Known`."""
    try:
        yield
    except _BROKEN_ZIP as problem:
        raise unreadable(str(problem)) from problem


def unreadable(details: str = "") -> Known:
    """The sentence for a workbook that is damaged or was cut short."""
    return Known(
        say(
            N_(
                "The workbook is damaged or was cut short, so it cannot be read. Open it in Excel, "
                "let Excel repair it, save it as a new .xlsx file and import that one."
            )
        ),
        details=details,
    )


def password() -> Known:
    """The sentence for a workbook that is locked by a password."""
    return Known(
        say(
            N_(
                "The workbook is protected by a password. Open it in Excel, take the password off "
                "(File › Info › Protect Workbook), save it and import it again."
            )
        )
    )


def checked_archive(path: Path) -> zipfile.ZipFile:
    with zip_speaks():
        archive = zipfile.ZipFile(path)
    parts = archive.infolist()
    total = sum(p.file_size for p in parts)
    size, times = BOMB
    bomb = any(p.file_size > size and p.file_size > times * max(1, p.compress_size) for p in parts)
    if total > LARGEST or len(parts) > MOST_PARTS or bomb:
        raise Known(
            say(
                N_(
                    "Unpacked, this workbook would take {size} MB in {parts} parts, far more than a list "
                    "needs. Copy the list into a new workbook and import that one."
                ),
                size=total >> 20,
                parts=len(parts),
            )
        )
    if any(p.flag_bits & 1 for p in parts):
        raise password()
    if "META-INF/manifest.xml" in archive.namelist():
        with zip_speaks():
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise password()
    return archive


def xlsx_parts(archive: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """Sheet name → part of the zip, and whether dates count from 1904."""
    with zip_speaks():
        names = {n.lower(): n for n in archive.namelist()}
        book = archive.read(names.get("xl/workbook.xml", "")).decode("utf-8", "replace")
        links_name = names.get("xl/_rels/workbook.xml.rels")
        links = archive.read(links_name).decode("utf-8", "replace") if links_name else ""
    targets = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", links):
        target = _attribute(tag, "Target").lstrip("/")
        full = target if target.lower().startswith("xl/") else f"xl/{target}"
        targets[_attribute(tag, "Id")] = names.get(full.lower(), "")
    parts = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        part = targets.get(_attribute(tag, r"\w+:id"), "")
        if part:
            parts[_attribute(tag, "name")] = part
    return parts, re.search(r'\bdate1904="(1|true)"', book) is not None


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


def _xls_epoch1904(path: Path) -> bool:
    """The DATEMODE record (0x0022) among the first ones of the workbook stream."""
    with path.open("rb") as file:
        head = file.read(1 << 20)
    at = head.find(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    end = min(len(head), at + 65536)
    while 0 <= at < end - 4:
        record, size = struct.unpack_from("<HH", head, at)
        if record == 0x22:
            return head[at + 4 : at + 6] == b"\x01\x00"
        at += 4 + size
    return False


def read_html(file: IO[bytes]) -> Sheet:
    """The biggest table of a web page that calls itself .xls, as many programs write them."""
    from freecrm.exchange.htmltable import tables

    tally = Tally()
    found = max(tables(file.read()), key=len, default=[])
    if not found:
        raise Known(
            say(
                N_(
                    "This file is a web page without a table, only its name says Excel. "
                    "Open it in Excel, save it as .xlsx and import that one."
                )
            )
        )
    rows = [[tidy_text(cell, tally) for cell in row] for row in found]

    def numbered() -> Iterator[Row]:
        for number, row in enumerate(rows, 1):
            yield number, list(row)

    return Sheet("html", numbered, max(map(len, rows)), len(rows), tally=tally)


def names_in(path: Path) -> list[str]:
    """The names of the parts of a zip."""
    with zip_speaks(), zipfile.ZipFile(path) as archive:
        return archive.namelist()


@contextlib.contextmanager
def speaks() -> Iterator[None]:
    """Around reading rows: whatever breaks in the file on the way is a `Known`."""
    try:
        yield
    except _BROKEN_ZIP as problem:
        raise unreadable(str(problem)) from problem
