"""Cells as the XML of an xlsx sheet: real types, and nothing that a spreadsheet would run or bend.

A number keeps 15 digits in a spreadsheet, so a longer one is text; a day before March 1900 is
counted wrongly there, so it is text too. A text that begins like a formula is a text cell with
quotePrefix, which stays harmless when somebody edits it.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from freecrm.exchange.sheets import UNSEEN

LONGEST_CELL = 32_767
"""Characters (UTF-16 units) a cell of Excel holds."""

DIGITS = 15
WHOLE = 1_000_000_000_000_000
REMEMBERED = 2000
LONGEST_KEPT = 1000  # bytes; below LONGEST_CELL, so every text that is cut is counted
ROW = "\0"
"""Stands for the row number in a cell; no text has it, see `fit`."""

RISKY = frozenset("=+-@\t\r＝＋－＠")
FIRST_DAY = dt.date(1900, 3, 1)
_DAY_ZERO = 693_594  # date(1899, 12, 30).toordinal()
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True, slots=True)
class Styles:
    """Numbers of the cell formats in the workbook's styles."""

    text: int
    quoted: int
    date: int
    moment: int


def fit(text: str, most: int | None = LONGEST_CELL) -> str:
    """`text` as a cell can hold it: no control characters, at most `most` long."""
    if not text.isprintable():
        text = UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if most is not None and len(text) > most // 2:
        packed = text.encode("utf-16-le")
        if len(packed) > 2 * most:
            text = packed[: 2 * most].decode("utf-16-le", "ignore")
    return text


def is_exact(value: int | float | Decimal) -> bool:
    """Whether a spreadsheet keeps every digit of a number."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return abs(value) < WHOLE
    return bool(value.is_finite()) and len(value.normalize().as_tuple().digits) <= DIGITS


class Cells(dict[Any, bytes]):
    """The cells of one column by their value, made when a value comes for the first time.

    A cell is the same in every row: `ROW` stands where its row number belongs, see `rows`. So a
    value that comes again costs one look into this dict, which `map` takes without any Python
    code. `cut` counts texts that were too long.
    """

    def __init__(self, letters: str, styles: Styles, number: int) -> None:
        """number: the format of the column's numbers (its own money, per cent or plain format)."""
        super().__init__({None: b"", "": b""})
        self.styles, self.cut = styles, 0
        self.start = f'<c r="{letters}{ROW}'
        self.plain_end = f'" s="{styles.text}" t="inlineStr"><is><t>'
        self.number_end = f'" s="{number}"><v>'
        self.date_end = f'" s="{styles.date}"><v>'
        self.moment_end = f'" s="{styles.moment}"><v>'

    def __missing__(self, value: Any) -> bytes:
        kind = type(value)
        if kind is str:
            made = f"{self.start}{self._text(value)}".encode()
        elif kind is int or kind is Decimal or kind is float:
            # Not kept, for 1 and True are one key and two cells.
            text = str(value)
            if (len(text) <= DIGITS and text[-1] in "0123456789") or is_exact(value):
                return f"{self.start}{self.number_end}{text}</v></c>".encode()
            return f"{self.start}{self._text(text)}".encode()
        else:
            made = f"{self.start}{self._other(value)}".encode()
            if kind is not dt.date:
                return made
        if len(self) < REMEMBERED and len(made) < LONGEST_KEPT:
            self[value] = made
        return made

    def _text(self, text: str) -> str:
        """What follows the cell's address."""
        if text.isalnum() and len(text) < LONGEST_CELL // 2:
            return f"{self.plain_end}{text}</t></is></c>"
        if not text.isprintable() or len(text) >= LONGEST_CELL // 2:
            whole = len(fit(text, None))
            text = fit(text)
            self.cut += len(text) < whole
            if not text:
                return '"/>'
        if "&" in text or "<" in text or "_x" in text:
            text = _ESCAPE.sub("_x005F_", text).replace("&", "&amp;").replace("<", "&lt;")
        first, last = text[0], text[-1]
        if first not in RISKY and first > " " < last and "\n" not in text and "\u3000" not in (first, last):
            return f"{self.plain_end}{text}</t></is></c>"
        style = self.styles.quoted if first in RISKY else self.styles.text
        return f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'

    def _other(self, value: Any) -> str:
        if isinstance(value, dt.datetime):
            if value.date() < FIRST_DAY or value.tzinfo is not None:
                return self._text(value.isoformat(" ", "seconds"))
            seconds = value.hour * 3600 + value.minute * 60 + value.second
            return f"{self.moment_end}{value.toordinal() - _DAY_ZERO + seconds / 86400!r}</v></c>"
        if isinstance(value, dt.date):
            if value < FIRST_DAY:
                return self._text(value.isoformat())
            return f"{self.date_end}{value.toordinal() - _DAY_ZERO}</v></c>"
        if isinstance(value, bool):
            return f'" t="b"><v>{int(value)}</v></c>'
        return self._text(value.isoformat() if isinstance(value, dt.time) else str(value))


def rows(columns: Sequence[Cells], block: Sequence[Sequence[Any]], first: int) -> bytes:
    """Rows from number `first` on as XML; block: the values column by column."""
    made = [map(cells.__getitem__, values) for cells, values in zip(columns, block, strict=True)]
    mark = ROW.encode()
    return b"".join(
        [
            b'<row r="%d">%b</row>' % (n, line.replace(mark, b"%d" % n))
            for n, line in enumerate(map(b"".join, zip(*made, strict=True)), first)
        ]
    )
