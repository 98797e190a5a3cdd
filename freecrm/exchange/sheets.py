"""What every reader of a foreign file hands on: sheets of plain cells.

A cell is `None` (blank), `str`, `int`, `float` (only where the number has a fraction), `bool`,
`datetime.date`, `datetime.datetime` or `datetime.time`. Nothing here knows a file format.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from freecrm.core.words import N_, Said, say

Cell = None | str | int | float | bool | dt.date | dt.datetime | dt.time
Row = tuple[int, list[Cell]]

LONGEST = 100_000
"""Characters kept of one cell; what is longer is cut and counted."""

UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")


@dataclass
class Tally:
    """What tidying had to do to the cells, counted for the report."""

    cut: int = 0
    unread: int = 0
    no_result: dict[int, int] = field(default_factory=dict)

    def notes(self, rows_left_out: set[int]) -> list[Said]:
        """The sentences; formulas in `rows_left_out` (totals rows) don't matter to anybody."""
        said: list[Said] = []
        if self.cut:
            said.append(
                say(
                    N_("Cells longer than {limit} characters: {n}. The rest of each was cut off."),
                    n=self.cut,
                    limit=LONGEST,
                )
            )
        if self.unread:
            said.append(
                say(
                    N_(
                        "Signs that could not be read: {n}; each became “{sign}”. "
                        "If names look wrong, choose another encoding."
                    ),
                    n=self.unread,
                    sign="\ufffd",
                )
            )
        missing = sum(n for row, n in self.no_result.items() if row not in rows_left_out)
        if missing:
            said.append(
                say(
                    N_(
                        "Cells with formulas whose result was not saved: {n}. They are read as blank; "
                        "open the file in Excel and save it once to have them."
                    ),
                    n=missing,
                )
            )
        return said


@dataclass
class Sheet:
    """One sheet: `rows()` starts anew each time and gives (row number in the file, cells).

    Row numbers count from 1 as Excel shows them; rows without any cell may be missing. `merged`:
    ranges as (top row, left column, bottom row, right column), rows from 1, columns from 0. about:
    the height is a guess, the file does not state it.
    """

    name: str
    rows: Callable[[], Iterator[Row]]
    width: int
    height: int = 0
    hidden: bool = False
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    about: bool = False


@dataclass
class Source:
    """What a file turned out to be, by its content and not by its name.

    kind: "xlsx", "xls", "ods", "xlsb", "csv", "html" or "vcf". encoding and delimiter: of csv.
    epoch1904: bare numbers that mean days count from 1904-01-01 instead of 1899-12-30.
    """

    kind: str
    sheets: list[str] = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ""
    epoch1904: bool = False
    notes: list[Said] = field(default_factory=list)


def tidy_text(text: str, tally: Tally) -> str | None:
    """`text` without control characters, cut at `LONGEST`; `None` where nothing is left to read."""
    if len(text) > LONGEST:
        tally.cut += 1
        text = text[:LONGEST]
    if not text.isprintable():
        text = UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return None if text.isspace() or not text else text


def whole(number: float) -> int | float | None:
    """3.0 as 3; a fraction as it stands; not-a-number and infinity as blank."""
    if number.is_integer():
        return int(number)
    return number if number - number == 0 else None


def tidy_row(row: list[Any], tally: Tally) -> list[Cell]:
    """Cells as a spreadsheet library gives them, as `Cell`s: '' blank, whole floats int."""
    out: list[Cell] = []
    add = out.append
    for value in row:
        kind = type(value)
        if kind is str:
            if not value:
                add(None)
            elif len(value) < LONGEST and value.isprintable() and value != " ":
                add(value)
            else:
                add(tidy_text(value, tally))
        elif kind is float:
            add(int(value) if value.is_integer() else whole(value))
        elif kind is dt.datetime:
            add(of_moment(value))
        elif kind is dt.timedelta:
            add(of_duration(value))
        else:
            add(value)
    return out


def of_moment(value: dt.datetime) -> Cell:
    """A moment at midnight is a date: sheets know no other way to write one."""
    return value.date() if value.time() == dt.time.min else value


def of_duration(value: dt.timedelta) -> Cell:
    """A time of day below 24 hours, else text as «30:00:00»."""
    if dt.timedelta(0) <= value < dt.timedelta(days=1):
        return (dt.datetime.min + value).time()  # noqa: DTZ901 - a time of day, no moment
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def letters(column: int) -> str:
    """The name Excel gives a column: 0 → A, 25 → Z, 26 → AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_of(name: str) -> int:
    """The other way: A → 0, XFD → 16383."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1
