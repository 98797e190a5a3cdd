"""The list of differences as a workbook or as text: the same columns that the page shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say
from freecrm.exchange import leaving
from freecrm.store.database import Store
from freecrm.store.differences_list import HEADS, DifferenceLine

_MOMENTS = (6, 7)
_WIDTHS = (30, 12, 18, 30, 30, 14, 17, 17, 18, 14)


def write(store: Store, lines: Sequence[DifferenceLine], path: Path) -> Path:
    """Write them as .xlsx or .csv, by the name of the path. Known when it is another one, can't be written, or whoever
    is signed in may export nothing."""
    leaving.let_out(store, path.name)
    heads = [_(head) for head in HEADS]
    rows = [[_here(cell) for cell in line.cells()] for line in lines]
    if path.suffix.casefold() == ".csv":
        from freecrm.exchange import csvout

        csvout.write(path, heads, rows)
    elif path.suffix.casefold() == ".xlsx":
        from freecrm.exchange import workbook

        columns = [
            workbook.Column(head, "moment" if at in _MOMENTS else "text", width=width)
            for at, (head, width) in enumerate(zip(heads, _WIDTHS, strict=True))
        ]
        workbook.write(path, columns, workbook.in_blocks(rows), len(rows), name=_("Differences"))
    else:
        raise Known(say(N_("{file} can't be written: its name must end in .xlsx or .csv."), file=path.name))
    return path


def _here(cell: str | dt.datetime | None) -> str | dt.datetime | None:
    """Spreadsheets know no zones: the clock on the wall."""
    return cell.astimezone().replace(tzinfo=None) if isinstance(cell, dt.datetime) else cell
