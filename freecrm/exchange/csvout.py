"""Text tables written: UTF-8 with its mark (Excel needs it), RFC 4180, nothing that runs as a formula."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from freecrm.exchange.saving import saving
from freecrm.exchange.sheets import UNSEEN

# Our reader takes one ' off before these signs, so a text that really begins with '= gets a second.
_RISKY = re.compile(r"'*[=+\-@\t\r]")


def guarded(text: str) -> str:
    """`text` with a ' in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if _RISKY.match(text) else text


def write(path: str | Path, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a csv; the number of rows. Raises `Known` when the file cannot be written."""
    count = 0
    with saving(Path(path)) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, lineterminator="\r\n")
        out.writerow(_cells(heads))
        for row in rows:
            out.writerow(_cells(row))
            count += 1
    return count


def _cells(row: Iterable[Any]) -> Iterator[str]:
    for value in row:
        if value is None:
            yield ""
        elif isinstance(value, str):
            if not value.isprintable():
                value = UNSEEN.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
            yield guarded(value)
        elif isinstance(value, dt.datetime):
            yield value.isoformat(" ", "seconds" if value.second else "minutes")
        else:
            yield str(value)
