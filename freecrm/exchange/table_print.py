"""Any table of plain texts on paper: what a page shows that is no list of records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from freecrm.core.jobs import Progress
from freecrm.exchange import leaving
from freecrm.exchange.printing import Wishes, firm_name, today
from freecrm.exchange.saving import saving

if TYPE_CHECKING:
    from freecrm.exchange.pdf.sheet import Made
    from freecrm.store.database import Store

ALIKE = 120.0  # points a column has where none is asked for


@dataclass(frozen=True)
class TablePrint:
    """A table as it is seen. widths: of its columns in points, () = all alike. right: the columns whose texts end
    at the right edge. lines: what stands below the title, such as what narrows it."""

    store: Store
    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[str]]
    widths: Sequence[float] = ()
    right: frozenset[int] = frozenset()
    lines: Sequence[str] = ()
    sums: Sequence[str] = field(default=())
    selected: int = 0
    has_fields: bool = False
    has_notes: bool = False

    @property
    def count(self) -> int:
        """How many rows there are, 0 where that is known only when they were read."""
        return len(self.rows) if isinstance(self.rows, Sequence) else 0

    def make(self, path: Path, wishes: Wishes, progress: Progress | None = None) -> Made:
        """Write the PDF; see `Printable`."""
        from freecrm.exchange.pdf import list_pdf
        from freecrm.exchange.pdf.sheet import Head
        from freecrm.exchange.pdf.table import Column

        leaving.refuse_page(self.store)
        widths = self.widths or [ALIKE] * len(self.heads)
        columns = [
            Column(head, width, at in self.right)
            for at, (head, width) in enumerate(zip(self.heads, widths, strict=True))
        ]
        with saving(path) as part:
            made = list_pdf.write(
                part,
                Head(self.title, firm_name(self.store), today(), list(self.lines)),
                columns,
                self.rows,
                paper=wishes.paper,
                count=self.count,
                sums=self.sums or None,
                progress=progress,
            )
        made.path = path
        return made
