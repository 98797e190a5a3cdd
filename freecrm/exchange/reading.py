"""Station 1: any foreign file as a table of rows. Runs in the child process (see child.py).

`open_source(path)` says what the file is, picks the sheet with the most data, finds its header,
and `rows()` streams the data rows. All it ever raises is `Known`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, say
from freecrm.exchange import csvfile, excel, quicklook, vcard
from freecrm.exchange.heads import LOOKED_AT, Layout, layout
from freecrm.exchange.quicklook import QuickBook
from freecrm.exchange.sheets import Cell, Row, Sheet, Source
from freecrm.exchange.sieve import Sieve

OWN_SHEET, LISTS_SHEET = "_freecrm", "_freecrm_lists"
OWN_SHEETS = (OWN_SHEET, LISTS_SHEET)
"""The hidden sheets of our own workbooks: nobody misses them in a report. Only what can be brought back has the first."""

CARD_HEADS = [
    "Full name", "Family name", "Given name", "Company", "Department", "Job title",
    "Mobile", "Phone", "Fax", "E-mail", "E-mail 2",
    "Street", "City", "Province", "Postal code", "Country",
    "Website", "Birthday", "WeChat", "QQ", "Tags", "Note", "UID",
]  # fmt: skip
"""The heads of a vcf's rows, one row a card. Several numbers of one kind are joined by « / »."""


@dataclass
class Opened:
    """A file ready to be read.

    source: what it is. sheet: the name of the sheet taken. layout: header and columns. first: the
    first rows as they stand in the file, for a look. tables: all sheets that were looked at. notes:
    sentences for the report; those that count rows are there once `rows()` came to its end.
    """

    source: Source
    sheet: str
    layout: Layout
    first: list[Row]
    notes: list[Said] = field(default_factory=list)
    tables: list[Sheet] = field(default_factory=list)
    _table: Sheet | None = None

    def rows(self) -> Iterator[Row]:
        """(row number in the file, one cell a head) of every data row, in the file's order."""
        if self._table is None:
            return
        sieve = Sieve(self.layout)
        with excel.speaks():
            yield from sieve.through(
                spread(self._table.rows(), self._table.merged, self.layout.first_data_row)
            )
        if self.source.kind == "vcf":
            sieve.blank = 0  # the rows' numbers are the lines the cards begin in
        counted = [*sieve.notes(), *self._table.tally.notes(sieve.totals)]
        self.notes.extend(note for note in counted if note not in self.notes)

    def close(self) -> None:
        """Let go of the file's content, which may be large; no rows come any more."""
        self._table = None
        self.tables = []


def spread(rows: Iterable[Row], merged: Iterable[tuple[int, int, int, int]], first: int) -> Iterator[Row]:
    """The rows, with the value of a cell merged over several data rows in each of them."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for top, left, bottom, _right in merged:
        if top >= first and bottom > top:
            spans.setdefault(top, []).append((left, bottom))
    if not spans:
        yield from rows
        return
    over: dict[int, tuple[int, Cell]] = {}  # column -> (last row, value)
    for number, cells in rows:
        for column, (last, value) in list(over.items()):
            if number > last:
                del over[column]
                continue
            cells.extend([None] * (column + 1 - len(cells)))
            if cells[column] is None:
                cells[column] = value
        for column, last in spans.get(number, ()):
            if column < len(cells):
                over[column] = last, cells[column]
        yield number, cells


def open_source(
    path: str | Path,
    sheet: str | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
    *,
    quick: bool = False,
) -> Opened:
    """The table in the file at `path`.

    sheet: its name, `None` for the one with the most data. header_row: row number in the file,
    0 for «no header», `None` to find it. encoding: of csv, `None` to find it. quick: only the
    beginning of a big xlsx is read; its `rows()` must not be taken for the whole.
    Raises `Known` for every file that holds no table that can be read.
    """
    path = Path(path)
    kind = kind_of(path)
    if kind == "csv":
        source, table = csvfile.open_csv(path, encoding)
        return _opened(source, [table], table.name, header_row)
    if kind == "vcf":
        return _cards(path)
    if kind == "html":
        with path.open("rb") as file:
            table = excel.read_html(file)
        return _opened(Source("html", [table.name]), [table], table.name, header_row)
    book: excel.Workbook | QuickBook
    if quick and kind == "xlsx" and quicklook.is_worth_it(path):
        book = QuickBook(path)
    else:
        book = excel.Workbook(path, kind)
    names = [sheet] if sheet is not None else book.source.sheets
    return _opened(book.source, [book.sheet(name) for name in names], sheet, header_row)


def kind_of(path: Path) -> str:
    """What the file is, by its first bytes: "xlsx", "xlsb", "ods", "xls", "html", "vcf", "csv".

    Raises `Known` when it cannot be opened, is empty, or is something FreeCRM does not read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(8192)
    except FileNotFoundError:
        raise Known(
            say(
                N_("There is no file {path}. It may have been moved or renamed; choose it again."),
                path=str(path),
            )
        ) from None
    except IsADirectoryError:
        raise Known(say(N_("{path} is a folder. Choose a file in it."), path=str(path))) from None
    except PermissionError as problem:
        raise locked(path) from problem
    except (OSError, ValueError) as problem:
        raise Known(
            say(
                N_("The file {path} cannot be opened. Copy it to this computer and try again."),
                path=str(path),
            ),
            details=str(problem),
        ) from problem
    if not head.strip(b"\x00 \t\r\n"):
        raise Known(say(N_("The file {name} is empty. Choose the one that holds the list."), name=path.name))
    return _kind(head, path)


def locked(path: Path) -> Known:
    """The sentence for a file that may not be read now."""
    if path.is_dir():  # Windows refuses to open a folder in the same way
        return Known(say(N_("{path} is a folder. Choose a file in it."), path=str(path)))
    if sys.platform == "win32" or path.with_name(f"~${path.name}").exists():
        return Known(
            say(
                N_("Excel has the file {name} open and locked. Close it there and try again."), name=path.name
            )
        )
    return Known(
        say(
            N_("You may not read the file {name}. Ask its owner, or copy it to your own folder."),
            name=path.name,
        )
    )


_PAGE = ("<html", "<table", "<!doctype html", "<tr", "<meta")
_OTHER = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"SQLite format 3", "SQLite"),
    (b"MZ", "EXE"),
    (b"{\\rtf", "RTF"),
)


def _kind(head: bytes, path: Path) -> str:
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    if head.startswith(b"PK\x05\x06"):
        raise excel.unreadable("empty zip")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_kind(path)
    if head[:4] in (b"\x09\x08\x10\x00", b"\x09\x08\x06\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00"):
        raise _not_read("Excel 2-5")
    for mark, name in _OTHER:
        if head.startswith(mark):
            raise _not_read(name)
    text = _ascii_of(head).lstrip().lower()
    if text.startswith("begin:vcard"):
        return "vcf"
    if "urn:schemas-microsoft-com:office:spreadsheet" in text and text.startswith("<?xml"):
        raise _not_read("XML Spreadsheet 2003")
    if text.startswith("mime-version:") and "multipart/related" in text:
        raise _not_read("MHTML")
    if text.startswith("<") and any(tag in text for tag in _PAGE):
        return "html"
    control = sum(1 for b in head if b < 9 or 13 < b < 32)
    zeros = head.count(0)
    if control - zeros > len(head) // 10:
        raise _not_read("?")
    return "csv"


def _ascii_of(head: bytes) -> str:
    return head.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").lstrip(b"\xff\xfe").decode("latin-1")


def _not_read(what: str) -> Known:
    return Known(
        say(
            N_(
                "FreeCRM does not read this kind of file ({what}). Open it in the program it comes from, "
                "save the list as .xlsx or .csv and import that."
            ),
            what=what,
        )
    )


def _zip_kind(path: Path) -> str:
    names = excel.names_in(path)
    lower = {n.lower() for n in names}
    if "xl/workbook.xml" in lower:
        return "xlsx"
    if "xl/workbook.bin" in lower:
        return "xlsb"
    if any(n.endswith(".iwa") for n in lower) or "index.zip" in lower:
        raise _not_read("Apple Numbers")
    if "word/document.xml" in lower:
        raise _not_read("Word")
    if "ppt/presentation.xml" in lower:
        raise _not_read("PowerPoint")
    if "content.xml" in lower:
        return "ods"
    raise _not_read("ZIP")


def _ole_kind(path: Path) -> str:
    def named(name: str) -> bool:
        return name.encode("utf-16-le") in data

    with path.open("rb") as file:
        data = file.read(256 << 20)
    if named("EncryptedPackage") or named("EncryptionInfo"):
        raise excel.password()
    if named("Workbook") or named("Book"):
        return "xls"
    if named("WordDocument"):
        raise _not_read("Word")
    if named("PowerPoint Document"):
        raise _not_read("PowerPoint")
    if named("WksSSWorkBook") or named("CONTENTS"):
        raise _not_read("WPS / Works")
    raise excel.unreadable("OLE")


def _opened(source: Source, tables: list[Sheet], asked: str | None, header_row: int | None) -> Opened:
    """The best of `tables`, the others named with the reason why they were left out."""
    looked = []
    for table in tables:
        with excel.speaks():
            first = list(islice(table.rows(), LOOKED_AT))
        table.tally.cut = table.tally.unread = 0  # counted again when the rows are read
        found = layout(first, header_row, table.merged)
        height = max(table.height, len(first))
        looked.append((found.score * max(1.0, height / LOOKED_AT), table, found, first))
    seen = [each for each in looked if not each[1].hidden] or looked
    if not seen:
        raise _no_table()
    score, table, found, first = max(seen, key=lambda each: each[0])
    if not found.heads or (score <= 0 and asked is None):
        raise _no_table()
    opened = Opened(source, table.name, found, first, list(source.notes), tables, table)
    opened.notes.extend(found.notes)
    for other_score, other, _, _ in looked:
        if other is not table and other.name not in OWN_SHEETS:
            opened.notes.append(_left_out(other, other_score))
    return opened


def _no_table() -> Known:
    return Known(
        say(
            N_(
                "No table was found in the file: no sheet has several rows with several columns. "
                "Choose the file that holds the list."
            )
        )
    )


def _left_out(sheet: Sheet, score: float) -> Said:
    if sheet.hidden:
        return say(N_("The sheet “{name}” is hidden and was left out."), name=sheet.name)
    if score <= 0:
        return say(N_("The sheet “{name}” holds no table and was left out."), name=sheet.name)
    return say(
        N_("The sheet “{name}” holds a table too, with fewer data; import it on its own if you need it."),
        name=sheet.name,
    )


def _cards(path: Path) -> Opened:
    with path.open("rb") as file:
        entries = list(vcard.read(file.read()))
    notes = [entry.why for entry in entries if entry.why]
    rows: list[Row] = [(entry.line, card_cells(entry.card)) for entry in entries if entry.card is not None]
    table = Sheet(path.stem, lambda: iter(rows), len(CARD_HEADS), len(rows))
    columns = list(range(len(CARD_HEADS)))
    found = Layout(0, list(CARD_HEADS), columns, 0, float(len(rows)))
    return Opened(Source("vcf", [path.stem]), path.stem, found, rows[:LOOKED_AT], notes, [table], table)


def card_cells(card: vcard.Card) -> list[Cell]:
    """A card as one row under `CARD_HEADS`."""
    tels, mails = card.get("tels", []), [m for m, _ in card.get("mails", [])]
    adr = next(iter(card.get("adrs", [])), {})
    handles = card.get("handles", [])
    street = " ".join(filter(None, (adr.get("street"), adr.get("extended"), adr.get("box"))))
    cells = [
        card.get("full"), card.get("family"), card.get("given"),
        card.get("org"), card.get("department"), card.get("title"),
        " / ".join(n for n, kind in tels if kind == "cell"),
        " / ".join(n for n, kind in tels if kind not in ("cell", "fax")),
        " / ".join(n for n, kind in tels if kind == "fax"),
        mails[0] if mails else None, " / ".join(mails[1:]),
        street, adr.get("city"), adr.get("region"), adr.get("code"), adr.get("country"),
        card.get("url"), card.get("birthday"),
        " / ".join(h for service, h in handles if service in ("wechat", "weixin")),
        " / ".join(h for service, h in handles if service == "qq"),
        ", ".join(card.get("categories", [])), card.get("note"), card.get("uid"),
    ]  # fmt: skip
    return [cell or None for cell in cells]
