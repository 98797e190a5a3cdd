"""A drawing on paper, such as the relations of a record."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from freecrm.core.drawing import Drawing
from freecrm.core.jobs import Progress
from freecrm.exchange import leaving
from freecrm.exchange.pdf.sheet import Head, Made
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

        leaving.refuse_page(self.store)
        head = Head(self.title, firm_name(self.store), today())
        with saving(path) as part:
            made = drawing_pdf.write(part, head, self.drawing, paper=wishes.paper, progress=progress)
        made.path = path
        return made
