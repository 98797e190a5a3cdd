"""Workbooks written: head, formats and drop-downs by openpyxl, the rows streamed into the zip by us.

openpyxl makes a workbook with heads only; its sheets are cut open where the rows belong. That is
the one way for five rows and for a million: types and looks are the same, memory stays flat, and
it takes about a tenth of openpyxl's own time.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freecrm.core.jobs import Progress
from freecrm.core.words import N_, Said, say
from freecrm.exchange import sheetxml
from freecrm.exchange.reading import LISTS_SHEET, OWN_SHEET
from freecrm.exchange.saving import saving
from freecrm.exchange.sheets import letters
from freecrm.exchange.sheetxml import Cells, Styles

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MOST_ROWS = 1_048_576
"""Rows of a sheet, the head among them."""

HIDDEN = OWN_SHEET
"""Name of the hidden sheet with drop-down lists and what bringing back needs to know; one with lists alone has another
name, for by this one a workbook is known as exported."""

BLOCK = 500
PACKED = 1  # level of the zip: 6 takes three times as long for a tenth less
_LISTS_FROM = 4  # column E of the hidden sheet
_LONGEST_FORMULA = 255
_DATE, _MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"

Block = Sequence[Sequence[Any]]
"""Some rows, column by column."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. kind: "text", "number", "money", "percent", "date", "moment", "any" (by its cells).

    options: the entries of its drop-down; strict: Excel refuses anything else. width: in characters,
    0 = by the head. note: a comment on the head. tint: a needed column, its head stands out.
    """

    head: str
    kind: str = "text"
    places: int = 0
    options: tuple[str, ...] = ()
    strict: bool = False
    width: float = 0
    note: str = ""
    hidden: bool = False
    tint: bool = False


def in_blocks(rows: Iterable[Sequence[Any]], size: int = BLOCK) -> Iterator[Block]:
    """Rows as blocks of columns; all rows have the same length."""
    source = iter(rows)
    while some := list(islice(source, size)):
        yield list(zip(*some, strict=True))


def write(
    path: str | Path,
    columns: Sequence[Column],
    blocks: Iterable[Block],
    count: int,
    *,
    name: str = "",
    about: Callable[[], Iterable[Sequence[str]]] | None = None,
    progress: Progress | None = None,
    most: int = MOST_ROWS,
) -> list[Said]:
    """Write a workbook; the sentences about what Excel could not hold.

    blocks: the rows, see `in_blocks`. count: at least as many as there will be (more sheets are
    made when one does not hold them). name: of the sheet. about: rows for the hidden sheet, asked
    for when all rows are written. Raises `Known` when the file cannot be written; the path holds
    either the whole workbook or what it held before.
    """
    path = Path(path)
    sheets = max(1, -(-count // (most - 1)))
    shell = _Shell(columns, name or "1", sheets, about is not None)
    cells = [Cells(letters(i), shell.styles, number) for i, number in enumerate(shell.numbers)]
    source = _Rows(iter(blocks), progress, count)
    packing = zipfile.ZIP_DEFLATED
    with saving(path) as part, zipfile.ZipFile(part, "w", packing, compresslevel=PACKED) as archive:
        for part_name, data in shell.other_parts():
            archive.writestr(part_name, data)
        for sheet in range(sheets):
            wanted = min(count - sheet * (most - 1), most - 1)
            _stream(archive, shell, sheet, wanted + 1, source.take(most - 1), cells)
        if shell.has_hidden:
            lists = [column.options for column in shell.listed]
            _hidden(archive, shell, list(about()) if about else [], lists)
    notes = []
    cut = sum(column.cut for column in cells)
    if cut:
        notes.append(
            say(
                N_(
                    "{n} texts are longer than the {limit} characters that a cell of Excel holds; the file"
                    " has their beginning. Export as .csv to have them whole."
                ),
                n=cut,
                limit=sheetxml.LONGEST_CELL,
            )
        )
    if sheets > 1:
        told = N_("A sheet of Excel holds {most} rows; the list goes on over {n} sheets.")
        notes.append(say(told, most=most, n=sheets))
    return notes


class _Rows:
    """The blocks, dealt out to sheets."""

    def __init__(self, blocks: Iterator[Block], progress: Progress | None, total: int) -> None:
        self.blocks, self.progress, self.total = blocks, progress, total
        self.rest: Block | None = None
        self.done = 0

    def take(self, most: int) -> Iterator[Block]:
        """The next blocks, `most` rows together."""
        left = most
        while left:
            block = self.rest if self.rest is not None else next(self.blocks, None)
            self.rest = None
            if block is None:
                return
            size = len(block[0]) if block else 0
            if size > left:
                self.rest = [values[left:] for values in block]
                block, size = [values[:left] for values in block], left
            left -= size
            self.done += size
            if self.progress is not None:
                self.progress.tell(self.done, self.total)
            yield block


class _Shell:
    """A workbook with heads and no rows, taken apart."""

    def __init__(self, columns: Sequence[Column], name: str, sheets: int, about: bool) -> None:
        from openpyxl import Workbook

        self.columns = columns
        self.listed = [c for c in columns if c.options and not _inline(c.options)]
        self.has_hidden = about or bool(self.listed)
        self.hidden = HIDDEN if about else LISTS_SHEET
        book = Workbook()
        del book[book.sheetnames[0]]
        self.styles = Styles(
            text=_style(book, "@"),
            quoted=_style(book, "@", quote=True),
            date=_style(book, _DATE),
            moment=_style(book, _MOMENT),
        )
        self.numbers = [_style(book, _format(column)) for column in columns]
        for i in range(sheets):
            sheet = book.create_sheet(_sheet_name(name, i))
            self._dress(sheet)
        if self.has_hidden:
            book.create_sheet(self.hidden).sheet_state = "hidden"
        packed = io.BytesIO()
        book.save(packed)
        with zipfile.ZipFile(packed) as archive:
            self.parts = {part: archive.read(part) for part in archive.namelist()}

    def other_parts(self) -> Iterator[tuple[str, bytes]]:
        """All parts of the zip but the sheets."""
        for part, data in self.parts.items():
            if not part.startswith("xl/worksheets/sheet"):
                yield part, data

    def halves(self, sheet: int) -> tuple[str, str, str]:
        """(part name, what stands before the rows to come, what stands behind them)."""
        part = f"xl/worksheets/sheet{sheet + 1}.xml"
        text = self.parts[part].decode("utf-8")
        if "<sheetData/>" in text or "<sheetData />" in text:
            text = re.sub("<sheetData ?/>", "<sheetData></sheetData>", text, count=1)
        before, end, after = text.partition("</sheetData>")
        return part, before, end + after

    def _dress(self, sheet: Worksheet) -> None:
        from openpyxl.comments import Comment
        from openpyxl.styles import Alignment, Font, PatternFill
        from openpyxl.worksheet.datavalidation import DataValidation

        last = letters(len(self.columns) - 1)
        for i, column in enumerate(self.columns, 1):
            cell = sheet.cell(1, i)
            cell.value = sheetxml.fit(column.head)
            cell.data_type = "s"
            cell.font = Font(bold=True, color="FFFFFF" if column.tint else "1F2937")
            cell.fill = PatternFill("solid", fgColor="2563EB" if column.tint else "E5E7EB")
            cell.alignment = Alignment(vertical="center", wrap_text=False)
            if column.head[:1] in sheetxml.RISKY:
                cell.quotePrefix = True
            if column.note:
                comment = Comment(column.note, "FreeCRM")
                comment.width, comment.height = 260, 30 + 18 * (1 + len(column.note) // 30)
                cell.comment = comment
            dimension = sheet.column_dimensions[letters(i - 1)]
            dimension.width = column.width or max(10.0, _width(column.head) + 4)
            dimension.number_format = _format(column) if column.kind != "any" else "General"
            dimension.hidden = column.hidden
            if column.options:
                formula = (
                    f'"{",".join(column.options)}"'
                    if _inline(column.options)
                    else self._range(self.listed.index(column), len(column.options))
                )
                choice = DataValidation(
                    "list", formula1=formula, allow_blank=True, showErrorMessage=column.strict
                )
                choice.add(f"{letters(i - 1)}2:{letters(i - 1)}{MOST_ROWS}")
                sheet.add_data_validation(choice)
        sheet.row_dimensions[1].height = 20
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{last}1"

    def _range(self, place: int, length: int) -> str:
        column = letters(_LISTS_FROM + place)
        return f"{self.hidden}!${column}$1:${column}${length}"


def _style(book: Workbook, number_format: str, *, quote: bool = False) -> int:
    from openpyxl.cell.cell import Cell

    sheet = book.create_sheet()
    cell = Cell(sheet, row=1, column=1)
    cell.number_format = number_format
    if quote:
        cell.quotePrefix = True
    found = int(cell.style_id)
    book.remove(sheet)
    return found


def _format(column: Column) -> str:
    point = "." + "0" * column.places if column.places else ""
    return {
        "text": "@",
        "number": "0" + point,
        "money": "#,##0" + point,
        "percent": "0" + point + '"%"',
        "date": _DATE,
        "moment": _MOMENT,
    }.get(column.kind, "General")


def _inline(options: Sequence[str]) -> bool:
    """Whether a drop-down's entries fit into its formula."""
    return sum(len(o) + 1 for o in options) < _LONGEST_FORMULA and not any(
        sign in option for option in options for sign in ',"\n&<>'
    )


def _sheet_name(name: str, number: int) -> str:
    plain = "".join(" " if c in "[]:*?/\\" else c for c in name).strip().strip("'") or "1"
    end = f" {number + 1}" if number else ""
    return plain[: 31 - len(end)] + end


def _width(text: str) -> int:
    return sum(2 if c >= "\u2e80" else 1 for c in text)


def _stream(
    archive: zipfile.ZipFile,
    shell: _Shell,
    sheet: int,
    last_row: int,
    blocks: Iterator[Block],
    cells: list[Cells],
) -> None:
    part, before, after = shell.halves(sheet)
    last = letters(len(cells) - 1)
    before = re.sub(r'<dimension ref="[^"]*"', f'<dimension ref="A1:{last}{last_row}"', before, count=1)
    after = re.sub(r'<autoFilter ref="[^"]*"', f'<autoFilter ref="A1:{last}{last_row}"', after, count=1)
    with archive.open(part, "w", force_zip64=True) as out:
        out.write(before.encode())
        row = 2
        for block in blocks:
            out.write(sheetxml.rows(cells, block, row))
            row += len(block[0]) if block else 0
        out.write(after.encode())


def _hidden(
    archive: zipfile.ZipFile, shell: _Shell, about: list[Sequence[str]], lists: list[tuple[str, ...]]
) -> None:
    """The hidden sheet: `about` from column A, the drop-down lists from column E."""
    told = zip_longest(*about, fillvalue="")
    columns = [*([*told] or []), *([()] * _LISTS_FROM)][:_LISTS_FROM] + lists
    length = max((len(c) for c in columns), default=0)
    block = [[*values, *[""] * (length - len(values))] for values in columns]
    cells = [Cells(letters(i), shell.styles, shell.styles.text) for i in range(len(block))]
    place = sum(part.startswith("xl/worksheets/sheet") for part in shell.parts) - 1
    part, before, after = shell.halves(place)
    with archive.open(part, "w", force_zip64=True) as out:
        out.write(before.encode() + sheetxml.rows(cells, block, 1) + after.encode())
