"""Cells from a spreadsheet as lines of a quote."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from freecrm.core.problems import Known
from freecrm.core.record import Record
from freecrm.exchange.cellpaste import copied
from freecrm.store import quote_lines
from freecrm.ui.quotes.line_model import REACHED, LineModel

Values = dict[str, Any]


@dataclass(slots=True)
class Pasted:
    """changes: lines that are there, and what becomes of them. new: lines behind them. bad: cells that say nothing."""

    changes: list[tuple[bytes, Values]] = field(default_factory=list)
    new: list[Values] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)


def read(model: LineModel, quote: Record, row: int, column: int, text: str) -> Pasted:
    """What a copied text means from this row and column on. Names and codes of products bring what these say."""
    names = [name for name in model.columns[column:] if name not in REACHED]
    found = Pasted()
    for at, cells in enumerate(copied(text).rows, row):
        values = _line(model, quote, dict(zip(names, cells, strict=False)), found.bad)
        if at < len(model.rows):
            found.changes.append((model.rows[at]["id"], values))
        elif values.get("name"):
            found.new.append(values)
        elif any(cell.strip() for cell in cells):
            found.bad.append(" ".join(cells).strip())
    return found


def _line(model: LineModel, quote: Record, cells: dict[str, str], bad: list[str]) -> Values:
    values: Values = {}
    for name, text in cells.items():
        if not text.strip():
            continue
        value, why = model.read(name, text)
        if why is not None:
            bad.append(text.strip())
        elif name == "name":
            values |= _named(model, quote, text.strip(), cells.get("quantity", ""), bad) or {
                "name": value,
                "product": None,
            }
        else:
            values[name] = value
    return values


def _named(model: LineModel, quote: Record, text: str, quantity: str, bad: list[str]) -> Values | None:
    wanted, why = model.read("quantity", quantity)
    try:
        return quote_lines.product_named(model.store, quote, text, None if why else wanted)
    except Known:  # it is sold no more: the line stands with its name alone
        bad.append(text)
        return None
