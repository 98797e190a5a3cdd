"""What the readers of foreign cells share: text of any cell, half width, the ways to say «nothing».

A cell is whatever a sheet, a csv or a form hands over: text, int, float, bool, date, None.
"""

from __future__ import annotations

import math
from datetime import date, datetime, time
from decimal import Decimal

_HALF: dict[int, str | None] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_BLANKS = (0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
# Zero-width and direction marks come along when people copy from web pages and chat windows.
_UNSEEN = (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF)
_HALF.update(dict.fromkeys(_BLANKS, " "))
_HALF.update(dict.fromkeys(_UNSEEN))
_HALF.update(dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0xFE63, 0xFF0D), "-"))
_HALF.update({0xFFE5: "¥", 0xFFE1: "£", 0x2044: "/", 0x2215: "/"})

NOTHING = frozenset("- -- --- / // \\ 无 無 没有 暂无 空 none null nil n/a na #n/a".split()) | {""}
"""What people write into a cell that has no value (after `half` and strip, lower case)."""


def half(text: str) -> str:
    """`text` with full-width letters, digits and signs as half-width ones, every kind of dash as
    "-", every kind of blank as " ", invisible marks removed. Chinese characters stay."""
    return text if text.isascii() else text.translate(_HALF)


def blank(text: str) -> bool:
    """Whether `text` (already through `half`) is one of the ways to write that there is nothing."""
    return len(text) < 9 and text.strip().lower() in NOTHING


def plain(cell: object) -> str:
    """The text of a cell. Whole floats lose their ".0"; None, NaN and infinities give ""."""
    if isinstance(cell, str):
        return cell
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else str(cell)
    if isinstance(cell, int):
        return str(cell) if cell.bit_length() < 4096 else ""
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return ""
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e17 else repr(cell)
    if isinstance(cell, (Decimal, datetime, date, time)):
        return str(cell)
    return str(cell) if type(cell).__str__ is not object.__str__ else ""


def short(text: str, limit: int = 40) -> str:
    """`text` in one line, cut to `limit` characters, for quoting it in a sentence."""
    line = " ".join(text[: limit * 2].split())
    return line if len(line) <= limit and len(text) <= limit * 2 else line[: limit - 1] + "…"


def quoted(cell: object) -> str:
    """What a sentence shows of a cell that couldn't be read."""
    return short(plain(cell) or (repr(cell) if isinstance(cell, float) else "…"))
