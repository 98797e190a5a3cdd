"""What tidying does to the cells of a column, in words, by the examples of its first rows."""

from __future__ import annotations

from collections.abc import Sequence

from freecrm.core.custom import Schema
from freecrm.core.fields import Choice, Link
from freecrm.core.words import N_, Said, say
from freecrm.exchange.changeset import SampleRow
from freecrm.exchange.mapping import Column, field_at
from freecrm.exchange.questions import as_it_is
from freecrm.exchange.sheets import Cell
from freecrm.exchange.shown import Shower

KINDS = {
    "text": N_("Text"),
    "longtext": N_("Long text"),
    "number": N_("Numbers"),
    "date": N_("Dates"),
    "choice": N_("Pick-list"),
    "yesno": N_("Yes or no"),
}
"""What the kinds of new fields are called."""

_FEW = 3
_LONGEST = 24


def in_words(shower: Shower, rows: Sequence[tuple[Sequence[Cell], SampleRow]]) -> dict[int, Said]:
    """Column -> what becomes of its cells, for the columns where something does."""
    columns = shower.mapping.columns
    places = list(shower.places.values())
    found: dict[int, Said] = {}
    for column in columns:
        place = shower.places.get(column.index)
        if place is None:
            continue
        if column.new is not None:
            found[column.index] = say(KINDS[column.new["kind"]])
            continue
        if places.count(place) > 1:
            continue
        pairs = _pairs(column, place, rows)
        said = _said(shower.schema, column, pairs)
        if said is not None:
            found[column.index] = said
    return found


def _pairs(column: Column, place: int, rows: Sequence[tuple[Sequence[Cell], SampleRow]]) -> dict[str, str]:
    """Cell as it stands -> as it will be, where these differ and nothing is wrong with it."""
    found: dict[str, str] = {}
    for cells, shown in rows:
        cell = cells[column.index] if column.index < len(cells) else None
        text = shown.cells[place]
        bad = shown.marks.get(place, ("",))[0] == "bad"
        if cell is not None and text and not bad and str(cell) != text:
            found.setdefault(str(cell), text)
    return found


def _said(schema: Schema, column: Column, pairs: dict[str, str]) -> Said | None:
    if not pairs:
        return None
    if isinstance(field_at(schema, column.target), (Choice, Link)):
        shown = [f"{raw.strip()}→{text}" for raw, text in pairs.items() if raw.strip() != text]
        more = " …" if len(shown) > _FEW else ""
        return as_it_is("  ".join(shown[:_FEW]) + more) if shown else None
    for raw, text in pairs.items():
        if "".join(raw.split()) != "".join(text.split()) and max(len(raw), len(text)) <= _LONGEST:
            first = raw[:60] in column.examples[:1]  # stands in the column beside it
            return as_it_is(f"→ {text}" if first else f"{' '.join(raw.split())} → {text}")
    if all("".join(raw.split()) == "".join(text.split()) for raw, text in pairs.items()):
        return say(N_("Blanks removed"))
    return None
