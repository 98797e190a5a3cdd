"""Statements on paper and as a table: opening balance, lines, closing balance; of points, and of what is owed.

job = PointsPrint(store, id, name, first, last)
job.make(Path("statement.pdf"), Wishes())
to_workbook(AccountPrint(store, id, name, first, last), Path("statement.xlsx"))
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freecrm.core.jobs import Progress
from freecrm.core.words import N_, _
from freecrm.exchange import firm_paper, leaving
from freecrm.exchange.pdf.sheet import Head, Made
from freecrm.exchange.pdf.table import Column
from freecrm.exchange.printing import Tick, Wishes, firm_name, today
from freecrm.exchange.saving import saving
from freecrm.store import accounts, points
from freecrm.store.points import Statement

if TYPE_CHECKING:
    from freecrm.exchange.pdf.record_pdf import Section
    from freecrm.store.database import Store
    from freecrm.store.reader import Reader

HEADS = (N_("Day"), N_("Kind"), N_("Reason"), N_("Amount bought"), N_("Points"), N_("Balance"))
_WIDTHS = (62.0, 60.0, 170.0, 80.0, 60.0, 64.0)
_RIGHT = 3  # from this column on there are numbers
OF_ACCOUNT = (N_("Day"), N_("Kind"), N_("What for"), N_("Due"), N_("Billed"), N_("Paid"), N_("Balance"))
_OF_ACCOUNT = (62.0, 62.0, 150.0, 62.0, 74.0, 74.0, 80.0)
_OF_MONEY = 4


@dataclass(frozen=True)
class _Print:
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
        """What it is called."""
        return self.heading

    @property
    def heading(self) -> str:
        """What stands above it on paper."""
        raise NotImplementedError

    def sections(self, reader: Reader) -> Iterator[Section]:
        """What stands on paper."""
        raise NotImplementedError

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """What may stand on it or not: the seal, by those who may print it."""
        return (Tick(firm_paper.SEAL, N_("Seal")),) if firm_paper.may_seal(self.store) else ()

    def make(self, path: Path, wishes: Wishes, progress: Progress | None = None) -> Made:
        """Write the PDF; see `Printable`."""
        from freecrm.exchange.pdf import record_pdf

        leaving.refuse_page(self.store)
        reader = self.store.reader()
        shown = {tick.name for tick in self.ticks if wishes.wants(tick)}
        seal = firm_paper.picture(self.store, "seal") if firm_paper.SEAL in shown else b""
        with reader.snapshot(), saving(path) as part:
            head = Head(
                self.heading,
                firm_name(self.store),
                today(),
                [self.name, span_words(self.first, self.last)],
                firm_paper.picture(self.store, "logo"),
                firm_paper.setting(self.store, "latin", "address", "phone"),
            )
            made = record_pdf.write(
                part, head, self.sections(reader), paper=wishes.paper, progress=progress, seal=seal
            )
        made.path = path
        return made


@dataclass(frozen=True)
class PointsPrint(_Print):
    """The statement of a customer's points."""

    @property
    def title(self) -> str:
        """What it is called: "Points statement 云杉谷酒店"."""
        return _("Points statement {name}").format(name=self.name)

    @property
    def heading(self) -> str:
        """What stands above it on paper."""
        return _("Points statement")

    def sections(self, reader: Reader) -> Iterator[Section]:
        """What stands on paper."""
        return _sections(self.store, points.statement(reader, self.id, self.first, self.last))


@dataclass(frozen=True)
class AccountPrint(_Print):
    """The statement of what a customer was billed and paid."""

    @property
    def title(self) -> str:
        """What it is called: "Statement 云杉谷酒店"."""
        return _("Statement {name}").format(name=self.name)

    @property
    def heading(self) -> str:
        """What stands above it on paper."""
        return _("Statement of account")

    def found(self, reader: Reader) -> accounts.Statement:
        """The entries it is made of. Known when it would end before it begins."""
        return accounts.statement(reader, self.id, self.first, self.last)

    def sections(self, reader: Reader) -> Iterator[Section]:
        """What stands on paper."""
        return _of_account(self.store, self.found(reader))


def span_words(first: dt.date | None, last: dt.date | None) -> str:
    """What a statement covers, in words."""
    if first is not None and last is not None:
        return _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat())
    if first is not None:
        return _("from {day} on").format(day=first.isoformat())
    return _("up to {day}").format(day=last.isoformat()) if last is not None else _("from the beginning")


# ---- points


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
    yield Grid(_("Points"), _columns(HEADS, _WIDTHS, _RIGHT), list(rows(store, found)))
    if found.soon:
        heads = [Column(_("Count until"), 90), Column(_("Points"), 60, True)]
        soon = [[day.isoformat(), f"{n:,}"] for day, n in found.soon]
        yield Grid(_("Run out within 30 days"), heads, soon)


def _columns(heads: Sequence[str], widths: Sequence[float], right: int) -> list[Column]:
    return [
        Column(_(head), width, at >= right)
        for at, (head, width) in enumerate(zip(heads, widths, strict=True))
    ]


# ---- what is owed


def values(found: accounts.Statement) -> Iterator[list[Any]]:
    """The lines of an account as values for each of `OF_ACCOUNT`, with opening and closing balance around them; amounts
    in minor units."""
    if found.first is not None:
        yield [found.first, _("Opening balance"), "", None, None, None, found.opening]
    for entry, balance in found.rows:
        paid = entry.entity == "receipt"
        named = " · ".join(
            part for part in (entry.name, entry.more if entry.more != entry.name else "") if part
        )
        yield [
            entry.day if entry.day != dt.date.min else None,
            _(accounts.KINDS[entry.kind]),
            named,
            entry.due,
            None if paid else entry.amount,
            -entry.amount if paid else None,
            balance,
        ]
    yield [found.last, _("Closing balance"), "", None, found.billed, found.paid, found.closing]


def texts(store: Store, found: accounts.Statement) -> Iterator[list[str]]:
    """The same in words."""
    show = store.schema.fields("receipt")["amount"].show
    for row in values(found):
        days = [row[0].isoformat() if row[0] else "", row[1], row[2], row[3].isoformat() if row[3] else ""]
        yield [*days, *(show(value) for value in row[_OF_MONEY:])]


def _of_account(store: Store, found: accounts.Statement) -> Iterator[Section]:
    from freecrm.exchange.pdf.record_pdf import Facts, Grid

    show = store.schema.fields("receipt")["amount"].show
    yield Facts(
        "",
        [
            (_("Opening balance"), show(found.opening)),
            (_("Billed"), show(found.billed)),
            (_("Closing balance"), show(found.closing)),
            (_("Paid"), show(found.paid)),
        ],
    )
    yield Grid(_("Entries"), _columns(OF_ACCOUNT, _OF_ACCOUNT, _OF_MONEY), list(texts(store, found)))


def to_workbook(job: AccountPrint, path: Path, progress: Progress | None = None) -> Path:
    """The statement of an account as a workbook, with days and amounts that Excel reckons with. Known when it can't be
    written."""
    from freecrm.exchange import leaving, workbook

    leaving.let_out(job.store, path.name)
    cell = job.store.schema.fields("receipt")["amount"].cell
    found = job.found(job.store.reader())
    lines = [[*row[:_OF_MONEY], *(cell(value) for value in row[_OF_MONEY:])] for row in values(found)]
    kinds = ("date", "text", "text", "date", "money", "money", "money")
    columns = [
        workbook.Column(_(head), kind, 2 if kind == "money" else 0, width=width / 5)
        for head, kind, width in zip(OF_ACCOUNT, kinds, _OF_ACCOUNT, strict=True)
    ]
    blocks = workbook.in_blocks(lines)
    workbook.write(path, columns, blocks, len(lines), name=_("Statement of account"), progress=progress)
    return path
