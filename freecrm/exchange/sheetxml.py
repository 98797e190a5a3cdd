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
RISKY = frozenset("=+-@\t\r＝＋－＠")
FIRST_DAY = dt.date(1900, 3, 1)
_DAY_ZERO = 693_594  # date(1899, 12, 30).toordinal()
_ODD = re.compile("[&<>\x00-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]|_x[0-9A-Fa-f]{4}_")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True, slots=True)
class Styles:
    """Numbers of the cell formats in the workbook's styles."""

    text: int
    quoted: int
    date: int
    moment: int


def fit(text: str) -> str:
    """`text` as a cell can hold it: no control characters, at most LONGEST_CELL long."""
    if not text.isprintable():
        text = UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > LONGEST_CELL // 2:
        packed = text.encode("utf-16-le", "replace")
        if len(packed) > 2 * LONGEST_CELL:
            text = packed[: 2 * LONGEST_CELL].decode("utf-16-le", "ignore")
    return text


def is_exact(value: int | float | Decimal) -> bool:
    """Whether a spreadsheet keeps every digit of a number."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return abs(value) < 10**DIGITS
    return value.is_finite() and len(value.normalize().as_tuple().digits) <= DIGITS


class Cells:
    """Makes the cells of one column. `cut` counts texts that were too long."""

    def __init__(self, letters: str, styles: Styles, number: int) -> None:
        """number: the format of the column's numbers (its own money, per cent or plain format)."""
        self.letters, self.styles, self.cut = letters, styles, 0
        self.plain_end = f'" s="{styles.text}" t="inlineStr"><is><t>'
        self.number_end = f'" s="{number}"><v>'
        self.date_end = f'" s="{styles.date}"><v>'
        self.moment_end = f'" s="{styles.moment}"><v>'

    def column(self, values: Sequence[Any], first: int) -> list[str]:
        """The cells of rows `first`, `first` + 1 … as XML, "" for blank ones."""
        made: list[str] = []
        add = made.append
        start, plain_end, number_end = f'<c r="{self.letters}', self.plain_end, self.number_end
        for n, value in enumerate(values, first):
            kind = type(value)
            if value is None or value == "":
                add("")
            elif kind is str:
                if value.isalnum() and len(value) < 16_000:
                    add(f"{start}{n}{plain_end}{value}</t></is></c>")
                else:
                    add(f"{start}{n}{self._text(value)}")
            elif kind is int or kind is Decimal or kind is float:
                if is_exact(value):
                    add(f"{start}{n}{number_end}{value}</v></c>")
                else:
                    add(f"{start}{n}{self._text(str(value))}")
            else:
                add(f"{start}{n}{self._other(value)}")
        return made

    def _text(self, text: str) -> str:
        if len(text) > LONGEST_CELL // 2:
            fitted = fit(text)
            self.cut += len(fitted) < len(UNSEEN.sub("", text.replace("\r\n", "\n")))
            text = fitted
        if _ODD.search(text):
            text = fit(text)
            if not text:
                return '"/>'
            text = _ESCAPE.sub("_x005F_", text)
            text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        space = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() or "\n" in text else ""
        style = self.styles.quoted if text[0] in RISKY else self.styles.text
        return f'" s="{style}" t="inlineStr"><is><t{space}>{text}</t></is></c>'

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


def rows(columns: Sequence[Cells], block: Sequence[Sequence[Any]], first: int) -> str:
    """Rows from number `first` on as XML; block: the values column by column."""
    made = [cells.column(values, first) for cells, values in zip(columns, block, strict=True)]
    return "".join(
        [f'<row r="{n}">{"".join(cells)}</row>' for n, cells in enumerate(zip(*made, strict=True), first)]
    )
