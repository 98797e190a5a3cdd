"""The relations of a record on paper, and the list of who brought whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from freecrm.core.drawing import Drawing
from freecrm.core.jobs import Progress
from freecrm.core.words import _
from freecrm.exchange.pdf.sheet import Head, Made
from freecrm.exchange.pdf.table import Column
from freecrm.exchange.printing import Wishes, firm_name, today
from freecrm.exchange.saving import saving
from freecrm.store.database import Store


@dataclass(frozen=True)
class ChartPrint:
    """A drawing with a title; see `printing.Printable`."""

    store: Store
    title: str
    drawing: Drawing
    count: int = 0
    selected: int = 0
    has_fields: bool = False
    has_notes: bool = False

    def make(self, path: Path, wishes: Wishes, progress: Progress | None = None) -> Made:
        """Write the PDF; see `Printable`."""
        from freecrm.exchange.pdf import drawing_pdf

        head = Head(self.title, firm_name(self.store), today())
        with saving(path) as part:
            made = drawing_pdf.write(part, head, self.drawing, paper=wishes.paper, progress=progress)
        made.path = path
        return made


@dataclass(frozen=True)
class TablePrint:
    """Rows of texts under heads, as they are seen; see `printing.Printable`. numeric: columns of figures."""

    store: Store
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: Sequence[bool]
    selected: int = 0
    has_fields: bool = False
    has_notes: bool = False

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def make(self, path: Path, wishes: Wishes, progress: Progress | None = None) -> Made:
        """Write the PDF; see `Printable`."""
        from freecrm.exchange.pdf import list_pdf

        counted = _("{n} {things}").format(n=f"{len(self.rows):,}", things=_("Rows").lower())
        columns = [Column(head, 120.0, of) for head, of in zip(self.heads, self.numeric, strict=True)]
        with saving(path) as part:
            made = list_pdf.write(
                part,
                Head(self.title, firm_name(self.store), today(), [counted]),
                columns,
                self.rows,
                paper=wishes.paper,
                count=len(self.rows),
                progress=progress,
            )
        made.path = path
        return made
