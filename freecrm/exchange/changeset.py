"""An import before it is written: what each row would do, what is doubtful, what has to be decided.

Made by `prepare` in a child process, written by `apply`. The rows' writes lie in a spool file, so
that a list of any length takes no memory in the window.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from freecrm.core.module import Together
from freecrm.core.words import Said
from freecrm.exchange.mapping import Column, Mapping

NEW, CHANGED, SAME, DOUBTFUL, REJECTED, SKIPPED = "new", "changed", "same", "doubtful", "rejected", "skipped"
ACTIONS = ("new", "update", "fill", "skip")
SHOWN = 1000  # rows of a kind that are kept for showing; the counts count them all


@dataclass
class Options:
    """What the user says of an import; every default is the safe one.

    told: head -> path, in place of the guess. words: head -> {raw value -> key or hex id or None}.
    doubtful: what happens to rows that may be doubles: "auto" (fill the blanks of a sure double,
    else a new record), "new", "update", "fill", "skip". existing: rows that are surely known
    already: "update", "fill", "skip", "new". decisions: row number in the file -> action.
    blank_wipes: an empty cell clears the field. unread: "keep" the row without the cell, or
    "reject" it. order: "dmy"/"mdy" where dates can be read both ways. tag: put on every new row.
    answers: key of a Decision -> the value of one of its answers; stronger than the general wishes.
    forget: don't take the mapping that was remembered for files with the same heads. keep_as: also
    keep the mapping under this name.
    """

    sheet: str | None = None
    header_row: int | None = None
    encoding: str | None = None
    told: dict[str, str] = field(default_factory=dict)
    words: dict[str, dict[str, str | None]] = field(default_factory=dict)
    existing: str = "update"
    doubtful: str = "auto"
    decisions: dict[int, str] = field(default_factory=dict)
    blank_wipes: bool = False
    unread: str = "keep"
    order: str = ""
    tag: str = ""
    people: str = "create"
    name: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    forget: bool = False
    keep_as: str = ""


@dataclass(frozen=True, slots=True)
class CellTrouble:
    """A cell that could not be taken as it stands: row number in the file, column head, text, why."""

    row: int
    head: str
    text: str
    why: Said
    code: str


Pairs = tuple[tuple[str, str], ...]
"""What is known of a row or a record, for a look: (path of the field, its text)."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row that may be a double of a record (`of` = its name) or of an earlier row (`of_row`).

    alike: the key that answers for all rows with the same reasons. mine, theirs: both sides.
    """

    row: int
    name: str
    of: str
    of_row: int | None
    score: float
    reasons: tuple[Said, ...]
    action: str
    alike: str = ""
    mine: Pairs = ()
    theirs: Pairs = ()


@dataclass(frozen=True, slots=True)
class RowChange:
    """A known record that a row would change: (field title, old, new) as texts."""

    row: int
    name: str
    cells: tuple[tuple[str, str, str], ...]
    reasons: tuple[Said, ...] = ()
    action: str = "update"
    alike: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is not imported: its number, its cells and why."""

    row: int
    cells: tuple[Any, ...]
    why: Said


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that a question takes, and how it reads."""

    value: str
    text: Said


@dataclass(frozen=True, slots=True)
class Decision:
    """One question with a safe answer already chosen: what, how often, the answer.

    key: what `Options.answers` calls it, the same as long as the file is. kind: "person", "word",
    "phone", "date", "unread", "taken", "order" or "join". answers: what may be answered. chosen: the value
    of the answer in force.
    """

    head: str
    text: str
    why: Said
    count: int
    rows: tuple[int, ...]
    answer: Said
    key: str = ""
    kind: str = ""
    answers: tuple[Answer, ...] = ()
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A row as it will be: its cells as texts, one a target. marks: place -> (kind, why), kind "bad"
    for what could not be taken, "ask" for what is new and worth a look. out: why it is left out."""

    row: int
    cells: tuple[str, ...]
    marks: dict[int, tuple[str, Said]]
    out: Said | None = None


@dataclass
class ChangeSet:
    """Everything an import would do. counts: rows of each kind; they add up to `rows`.

    targets: what the cells of `preview` and `troubled` rows are. filled: cells that are not blank, a
    column each. tidied: column -> what tidying does to it. trouble_by_head: cells that could not be taken, by column. troubled_count: rows with one.
    advice: notes that only the command line can follow.
    """

    path: Path
    plan: Together
    sheet: str = ""
    header_row: int = 0
    heads: list[str] = field(default_factory=list)
    rows: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    actions: dict[str, int] = field(default_factory=dict)
    mapping: Mapping | None = None
    notes: list[Said] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    troubles: list[CellTrouble] = field(default_factory=list)
    trouble_count: int = 0
    doubts: list[Doubt] = field(default_factory=list)
    changes: list[RowChange] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    preview: list[SampleRow] = field(default_factory=list)
    troubled: list[SampleRow] = field(default_factory=list)
    troubled_count: int = 0
    trouble_by_head: dict[str, int] = field(default_factory=dict)
    filled: list[int] = field(default_factory=list)
    tidied: dict[int, Said] = field(default_factory=dict)
    advice: list[Said] = field(default_factory=list)
    options: Options = field(default_factory=Options)
    base: int = 0
    spool: Path | None = None
    ambiguous_dates: int = 0

    @property
    def columns(self) -> list[Column]:
        """The columns of the file with their targets."""
        return self.mapping.columns if self.mapping else []

    def count(self, kind: str) -> int:
        """How many rows are of that kind."""
        return self.counts.get(kind, 0)

    def discard(self) -> None:
        """Throw the spool away; nothing was written."""
        if self.spool is not None:
            self.spool.unlink(missing_ok=True)
            self.spool = None


_SPOOL = "freecrm-import-"


def spool_path(ending: str = "spool") -> Path:
    """A new empty file for what an import keeps on the way, in the system's folder for such things.

    What imports that were killed have left there is thrown away: it holds customers.
    """
    folder = Path(tempfile.gettempdir())
    for left in folder.glob(f"{_SPOOL}*.*"):
        with contextlib.suppress(OSError, ValueError):
            if not _runs(int(left.name.removeprefix(_SPOOL).partition("-")[0])):
                left.unlink()
    name = f"{_SPOOL}{os.getpid()}-"
    with tempfile.NamedTemporaryFile(prefix=name, suffix=f".{ending}", delete=False) as file:
        return Path(file.name)


def _runs(process: int) -> bool:
    """Whether a process of this number runs; where that cannot be asked, it is taken to run."""
    if sys.platform == "win32":  # there a signal of 0 would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
