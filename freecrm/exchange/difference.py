"""What bringing a workbook back would do, cell by cell, shown before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from freecrm.core.words import N_, Said, say

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


_SHOWN = ("row", "title", "head", "was", "here", "sheet")
_LINES = {
    TAKE: N_("Row {row}, {title}, {head}: “{here}” becomes “{sheet}”."),
    ASK: N_("Row {row}, {title}, {head}: “{was}” became “{here}” here and “{sheet}” in the sheet."),
}


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

    def report(self) -> dict[str, Any]:
        """The counts, and what has to be looked at, as plain values for JSON."""
        return {
            "rows": self.rows,
            "same": self.same,
            "kept": self.kept,
            "changed": sum(edit.state == TAKE for edit in self.edits),
            "both": sum(edit.state == ASK for edit in self.edits),
            "new": len(self.new),
            "gone": len(self.gone),
            "missing": len(self.missing),
            "troubles": [
                {"row": t.row, "head": t.head, "text": t.text, "why": str(t.why)} for t in self.troubles
            ],
            "edits": [
                {"row": e.row, "name": e.title, "head": e.head, "was": e.was, "here": e.here, "sheet": e.sheet,
                 "state": e.state}
                for e in self.edits
            ],
            "notes": [str(note) for note in self.notes],
        }  # fmt: skip

    def lines(self) -> list[str]:
        """The difference as sentences, in the language spoken now."""
        told = [say(N_("{n} rows, {same} of them as they are here."), n=self.rows, same=self.same)]
        for edit in self.edits:
            told.append(say(_LINES[edit.state], **{n: getattr(edit, n) for n in _SHOWN}))
        told += [say(N_("Row {row}: {name} is new."), row=new.row, name=new.title) for new in self.new]
        told += [
            say(N_("Row {row}: {name} was deleted here and stays deleted."), row=lost.row, name=lost.title)
            for lost in self.gone
        ]
        told += [
            say(N_("{name} is no longer in the sheet; it stays here."), name=lost.title)
            for lost in self.missing
        ]
        told += [
            say(N_("Row {row}, {head}: {why}"), row=t.row, head=t.head or "_id", why=t.why)
            for t in self.troubles
        ]
        return [str(line) for line in (*told, *self.notes)]
