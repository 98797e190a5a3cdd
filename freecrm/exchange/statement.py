"""The statement of a customer's points on paper and as a table: opening balance, lines, closing balance.

job = PointsPrint(store, id, name, first, last)
job.make(Path("statement.pdf"), Wishes())
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from freecrm.core.jobs import Progress
from freecrm.core.words import N_, _
from freecrm.exchange.pdf.sheet import Head, Made
from freecrm.exchange.pdf.table import Column
from freecrm.exchange.printing import Wishes, firm_name, today
from freecrm.exchange.saving import saving
from freecrm.store import points
from freecrm.store.points import Statement

if TYPE_CHECKING:
    from freecrm.exchange.pdf.record_pdf import Section
    from freecrm.store.database import Store

HEADS = (N_("Day"), N_("Kind"), N_("Reason"), N_("Amount bought"), N_("Points"), N_("Balance"))
_WIDTHS = (62.0, 60.0, 170.0, 80.0, 60.0, 64.0)
_RIGHT = 3  # from this column on there are numbers


@dataclass(frozen=True)
class PointsPrint:
    """The statement of a customer from one day to another, both included; None: without an end."""

    store: Store
    id: bytes
    name: str
    first: dt.date | None = None
    last: dt.date | None = None
    count: int = 0
    selected: int = 0
    has_fields: bool = False
    has_notes: bool = False

    @property
    def title(self) -> str:
        """What it is called: "Points statement 云杉谷酒店"."""
        return _("Points statement {name}").format(name=self.name)

    def make(self, path: Path, wishes: Wishes, progress: Progress | None = None) -> Made:
        """Write the PDF; see `Printable`."""
        from freecrm.exchange.pdf import record_pdf

        reader = self.store.reader()
        with reader.snapshot(), saving(path) as part:
            found = points.statement(reader, self.id, self.first, self.last)
            about = [self.name, span_words(self.first, self.last)]
            head = Head(_("Points statement"), firm_name(self.store), today(), about)
            made = record_pdf.write(
                part, head, _sections(self.store, found), paper=wishes.paper, progress=progress
            )
        made.path = path
        return made


def span_words(first: dt.date | None, last: dt.date | None) -> str:
    """What a statement covers, in words."""
    if first is not None and last is not None:
        return _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat())
    if first is not None:
        return _("from {day} on").format(day=first.isoformat())
    return _("up to {day}").format(day=last.isoformat()) if last is not None else _("from the beginning")


def rows(store: Store, found: Statement) -> Iterator[list[str]]:
    """The lines in words, a text for each of `HEADS`, with opening and closing balance around them."""
    fields = store.schema.fields(points.ENTITY)
    if found.first is not None:
        yield [found.first.isoformat(), _("Opening balance"), "", "", "", f"{found.opening:,}"]
    for line, balance in found.rows:
        yield [
            line.day.isoformat(),
            fields["move"].show(line.move),
            line.reason or "",
            fields["amount"].show(line.amount),
            f"{line.points:+,}",
            f"{balance:,}",
        ]
    end = found.last.isoformat() if found.last is not None else ""
    yield [end, _("Closing balance"), "", "", "", f"{found.closing:,}"]


def _sections(store: Store, found: Statement) -> Iterator[Section]:
    from freecrm.exchange.pdf.record_pdf import Facts, Grid

    came = sum(line.points for line, _after in found.rows if line.points > 0)
    went = sum(line.points for line, _after in found.rows if line.points < 0)
    yield Facts(
        "",
        [
            (_("Opening balance"), f"{found.opening:,}"),
            (_("Came in"), f"{came:+,}"),
            (_("Closing balance"), f"{found.closing:,}"),
            (_("Went out"), f"{went:+,}" if went else "0"),
        ],
    )
    columns = [
        Column(_(head), width, at >= _RIGHT)
        for at, (head, width) in enumerate(zip(HEADS, _WIDTHS, strict=True))
    ]
    yield Grid(_("Points"), columns, list(rows(store, found)))
    if found.soon:
        heads = [Column(_("Count until"), 90), Column(_("Points"), 60, True)]
        soon = [[day.isoformat(), f"{n:,}"] for day, n in found.soon]
        yield Grid(_("Run out within 30 days"), heads, soon)
