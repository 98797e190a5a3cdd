"""What bringing a workbook back would do, cell by cell, shown before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from freecrm.core.words import Said

TAKE, ASK = "take", "ask"
SHEET, HERE = "sheet", "here"

Decisions = Mapping[tuple[int, str], str]
"""(row of the sheet, column key) -> SHEET or HERE; a new row has the key ""."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A cell that says something else than the record. was, here, sheet: the three texts.

    row: in the sheet. key, head: the column's. value: what the sheet's cell means. state: TAKE
    (changed in the sheet only) or ASK (changed in both places).
    """

    row: int
    id: bytes
    title: str
    key: str
    head: str
    was: str
    here: str
    sheet: str
    value: Any
    state: str


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row without an id: a record to be made."""

    row: int
    title: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lost:
    """A record on one side only. row: None where the row is gone from the sheet."""

    row: int | None
    id: bytes
    title: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A cell (or a row, head "") that cannot be taken as it stands, and why."""

    row: int
    head: str
    text: str
    why: Said


@dataclass
class Difference:
    """A workbook brought back, compared with the records and with what was exported.

    rows: rows of the sheet. same: rows that change nothing. kept: cells that were changed in
    FreeCRM only; they stay. edits: cells to take or to decide. new: rows without an id. gone:
    rows whose record was deleted here. missing: records whose row was deleted in the sheet; they
    stay. troubles: cells that stay as they are here until they are put right.
    """

    entity: str
    path: Path
    language: str
    rows: int = 0
    same: int = 0
    kept: int = 0
    edits: list[Edit] = field(default_factory=list)
    new: list[NewRow] = field(default_factory=list)
    gone: list[Lost] = field(default_factory=list)
    missing: list[Lost] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to take and nothing to tell."""
        return not (self.edits or self.new or self.gone or self.missing or self.troubles)
