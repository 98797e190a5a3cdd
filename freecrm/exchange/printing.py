"""What of the file goes onto paper: a list as it is seen, a record with all that belongs to it.

    job = ListPrint(store, query, ("name", "grade", "city"))
    made = job.make(Path("customers.pdf"), Wishes(Paper("A4")))

The layouts (`exchange/pdf`) get plain texts; they are loaded when something is made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from freecrm.core import phone_text
from freecrm.core.entity import columns, is_place
from freecrm.core.fields import Choice, Field, Link, LongText, YesNo
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.query import Query
from freecrm.core.record import Record
from freecrm.core.rows import Addresses, Emails, Files, Handles, Phones, Rows, Tags
from freecrm.core.words import N_, _, say
from freecrm.exchange import leaving
from freecrm.exchange.pdf.sheet import Head, Made, Paper
from freecrm.exchange.pdf.table import Column, Group
from freecrm.exchange.saving import saving

if TYPE_CHECKING:
    from freecrm.exchange.pdf.record_pdf import Grid, Section
    from freecrm.store.database import Store
    from freecrm.store.reader import Reader

BLOCK = 500
POINTING_MOST = 10_000

_IN_A_CELL = (Phones, Emails, Addresses, Handles, Tags)
_WIDTHS = {"date": 62.0, "yearly": 74.0, "moment": 90.0, "money": 80.0, "number": 60.0, "percent": 50.0, "link": 84.0,
           "choice": 60.0, "yesno": 36.0, "longtext": 180.0, "addresses": 150.0, "emails": 120.0}  # fmt: skip
_OTHERWISE, _NAMES = 90.0, 170.0


@dataclass(frozen=True, slots=True)
class Tick:
    """Something that may stand on a paper or not. name: technical. on: it does unless told otherwise."""

    name: str
    label: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class Wishes:
    """How it is printed. selected: only the selected rows. all_fields: columns that are not seen, too.
    notes: of a record, its notes. ticks: the names of what is to stand on it of what may; None = the usual."""

    paper: Paper = field(default_factory=Paper)
    selected: bool = False
    all_fields: bool = False
    notes: bool = True
    ticks: frozenset[str] | None = None

    def wants(self, tick: Tick) -> bool:
        """Whether this is to stand on the paper."""
        return tick.on if self.ticks is None else tick.name in self.ticks


class Printable(Protocol):
    """Something that can be printed; any screen may have one of its own.

    title: what it is called. count, selected: rows in all, and of these the selected ones; 0 where there is
    no choice between them. has_fields, has_notes: whether `Wishes.all_fields`, `Wishes.notes` mean anything. Some
    have `ticks`, too: a tuple of `Tick`."""

    @property
    def title(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def selected(self) -> int: ...
    @property
    def has_fields(self) -> bool: ...
    @property
    def has_notes(self) -> bool: ...

    def make(self, path: Path, wishes: Wishes, progress: Progress | None = None) -> Made:
        """Write the PDF; Known when that can't be done, Cancelled leaves no file."""


def shown(f: Field, value: Any) -> str:
    """A value as the screen shows it."""
    if value in (None, "", []):
        return ""
    if isinstance(f, Rows):
        parts = (str(row.get(f"{f.shows}_title") or f.show_one(row)) for row in value)
        return _(", ").join(part for part in parts if part)
    if f.name == "main_phone" and isinstance(value, str):
        return phone_text.show(value)
    return f.show(value)


def file_name(of: Printable) -> str:
    """A name for its file: "Customers 2026-03-19.pdf"."""
    plain = "".join(" " if c in '\\/:*?"<>|' or c < " " else c for c in of.title)
    return f"{' '.join(plain.split())[:80]} {today()}.pdf"


def today() -> str:
    """The date that stands on paper."""
    return dt.datetime.now().astimezone().date().isoformat()


def firm_name(store: Store) -> str:
    """What the firm is called on paper: its setting, else the name of the file."""
    return str(store.setting("firm.name") or store.path.stem)


# ---- a list


@dataclass(frozen=True)
class ListPrint:
    """A list as it is seen. names: its columns in their order. titles: what these are called; () = as their fields
    are. widths: of each, in points as the screen shows them; () = as they come. numbers: the rows, if they are
    known already; those below zero are the headings in `heads`. chosen: the numbers of the selected rows.
    filter: what narrows the list, in words; None = say the words that were searched. sums: texts below the
    last row, one for each column."""

    store: Store
    query: Query
    names: Sequence[str]
    titles: Sequence[str] = ()
    widths: Sequence[float] = ()
    numbers: Sequence[int] | None = None
    chosen: Callable[[], Sequence[int]] | None = None
    selected: int = 0
    filter: str | None = None
    heads: Mapping[int, Group] = field(default_factory=dict)
    sums: Sequence[str] = ()
    has_fields: bool = True
    has_notes: bool = False

    @property
    def title(self) -> str:
        """What is listed: "Customers"."""
        return _(self.store.schema.entity(self.query.entity).plural)

    @property
    def count(self) -> int:
        """How many rows there are, as far as that is known."""
        return len(self.numbers) - len(self.heads) if self.numbers is not None else 0

    def make(self, path: Path, wishes: Wishes, progress: Progress | None = None) -> Made:
        """Write the PDF; see `Printable`."""
        from freecrm.exchange.pdf import list_pdf

        reader = self.store.reader()
        query = leaving.narrowed(self.store, self.query, "print")
        with reader.snapshot(), saving(path) as part:
            numbers: Sequence[int] = reader.numbers(query) if self.numbers is None else self.numbers
            if wishes.selected and self.chosen is not None:
                numbers = self.chosen()
            if query is not self.query:
                may = frozenset(reader.numbers(query))
                numbers = [n for n in numbers if n < 0 or n in may]
            count = sum(n >= 0 for n in numbers) if self.heads else len(numbers)
            fields = self._fields(wishes)
            made = list_pdf.write(
                part,
                Head(self.title, firm_name(self.store), today(), self._lines(count, wishes)),
                [self._column(f) for f in fields],
                self._rows(reader, numbers, fields),
                paper=wishes.paper,
                count=count,
                sums=None if wishes.selected else self.sums or None,
                progress=progress,
            )
        made.path = path
        return made

    def _fields(self, wishes: Wishes) -> list[Field]:
        fields = self.store.schema.fields(self.query.entity)
        names = list(self.names)
        if wishes.all_fields:
            names += [
                f.name
                for f in self.store.schema.shown(self.query.entity)
                if f.name not in names
                and f.derived is None
                and (not isinstance(f, Rows) or isinstance(f, _IN_A_CELL))
            ]
        return [fields[name] for name in names]

    def _column(self, f: Field) -> Column:
        usual = _NAMES if f.search == "name" else _OTHERWISE
        title, width = f.title, _WIDTHS.get(f.kind, usual)
        if f.name in self.names:
            at = list(self.names).index(f.name)
            title = self.titles[at] if self.titles else title
            width = self.widths[at] if self.widths else width
        return Column(title, width, f.numeric and not isinstance(f, Choice))

    def _lines(self, count: int, wishes: Wishes) -> list[str]:
        said = []
        words = self.query.words
        narrowed = (
            self.filter
            if self.filter is not None
            else words and _("Found with “{words}”").format(words=words)
        )
        if narrowed:
            said.append(narrowed)
        entity = self.store.schema.entity(self.query.entity)
        things = _(entity.label if count == 1 else entity.plural).lower()
        counted = _("{n} {things}").format(n=f"{count:,}", things=things)
        if wishes.selected:
            counted += " · " + _("selected rows only")
        parts = [counted]
        for sort in self.query.sort[:1]:
            f = self.store.schema.fields(self.query.entity)[sort.field]
            text = N_("sorted by {field}, descending") if sort.down else N_("sorted by {field}")
            parts.append(_(text).format(field=f.title))
        said.append(" · ".join(parts))
        return said

    def _rows(
        self, reader: Reader, numbers: Sequence[int], fields: Sequence[Field]
    ) -> Iterator[list[str] | Group]:
        """The rows as texts, some hundred at a time; those deleted meanwhile are missing."""
        names = [f.name for f in fields]
        for start in range(0, len(numbers), BLOCK):
            block = numbers[start : start + BLOCK]
            found = reader.rows(self.query.entity, block, names)
            for n in block:
                if n in found:
                    yield [shown(f, value) for f, value in zip(fields, found[n], strict=True)]
                elif n in self.heads:
                    yield self.heads[n]


# ---- a record


@dataclass(frozen=True)
class RecordPrint:
    """A record with its fields by section, what belongs to it, who belongs to it, and its notes."""

    store: Store
    entity: str
    id: bytes
    title: str
    count: int = 0
    selected: int = 0
    has_fields: bool = False
    has_notes: bool = True

    def make(self, path: Path, wishes: Wishes, progress: Progress | None = None) -> Made:
        """Write the PDF; see `Printable`."""
        from freecrm.exchange.pdf import record_pdf

        leaving.refuse_record(self.store, self.entity, self.id)
        reader = self.store.reader()
        with reader.snapshot(), saving(path) as part:
            record = reader.record(self.entity, self.id)
            if record is None:
                raise Known(
                    say(
                        N_("“{name}” isn't there any more: it was deleted. Undo that to print it."),
                        name=self.title,
                    )
                )
            declared = self.store.schema.entity(self.entity)
            title = str(record[declared.title] or self.title)
            head = Head(title, firm_name(self.store), today(), [_(declared.label)])
            sections = _sections(self.store, reader, record, wishes.notes)
            made = record_pdf.write(part, head, sections, paper=wishes.paper, progress=progress)
        made.path = path
        return made


def _sections(store: Store, reader: Reader, record: Record, notes: bool) -> Iterator[Section]:
    from freecrm.exchange.pdf.record_pdf import Facts

    facts: dict[str, list[tuple[str, str]]] = {}
    below: list[Section] = []
    title = store.schema.entity(record.entity).title
    for f in store.schema.shown(record.entity):
        value = record[f.name]
        if value in (None, "", []) or f.name == title or _follows(f, record):
            continue
        into = facts.setdefault(f.section, [])
        if isinstance(f, Tags):
            into.append((f.title, shown(f, value)))
        elif isinstance(f, Files):
            into.append((f.title, "\n".join(f.show_one(row) for row in value)))
        elif isinstance(f, _IN_A_CELL):
            into += [(_kind(store, f, row), f.show_one(row)) for row in value]
        elif isinstance(f, Rows) and isinstance(store.schema.fields(f.of).get(f.shows), LongText):
            if notes:
                below.append(_notes(f, value))
        elif isinstance(f, Rows):
            below.insert(0, _grid(store, f.title, f.of, value, ()))
        elif isinstance(f, Link):
            into.append((f.title, str(record[f"{f.name}_title"] or "")))
        else:
            into.append((f.title, shown(f, value)))
    for name, pairs in facts.items():
        yield Facts(_(name) if name else "", [pair for pair in pairs if pair[1]])
    yield from _pointing(store, reader, record)
    yield from below


def _follows(f: Field, record: Record) -> bool:
    """Whether a field only repeats what stands elsewhere on the page."""
    return f.derived is not None and f.kind == "text"


def _kind(store: Store, f: Rows, row: dict[str, Any]) -> str:
    kind = store.schema.fields(f.of).get("kind")
    return (kind.show(row.get("kind")) if isinstance(kind, Choice) else "") or f.title


def _notes(f: Rows, rows: Iterable[dict[str, Any]]) -> Section:
    """Notes, the newest first; those without a time last."""
    from freecrm.exchange.pdf.record_pdf import Notes

    oldest = dt.datetime.min.replace(tzinfo=dt.UTC)
    ordered = sorted(rows, key=lambda row: row.get("at") or oldest, reverse=True)
    entries = [
        (
            f"{row['at'].astimezone():%Y-%m-%d %H:%M}" if row.get("at") else _("Without a date"),
            f.show_one(row),
        )
        for row in ordered
    ]
    return Notes(f.title, entries, len(entries))


def _pointing(store: Store, reader: Reader, record: Record) -> Iterator[Section]:
    """Who points at this record by a child row of theirs: the contacts with their jobs here."""
    for child in store.schema.child_entities():
        for f in store.schema.fields(child.entity).values():
            if not (isinstance(f, Link) and f.to == record.entity and is_place(f, child)):
                continue
            rows = reader.pointing(child.entity, f.name, record.id, POINTING_MOST)
            for parent in dict.fromkeys(row["parent_entity"] for row in rows if row["parent_entity"]):
                of = [row for row in rows if row["parent_entity"] == parent]
                phones = _phones(store, reader, parent, of)
                beside = [(row.get("parent_title") or "", phones.get(row["parent"], "")) for row in of]
                declared = store.schema.entity(parent)
                heads = (store.schema.fields(parent)[declared.title].title, _("Phone"))
                yield _grid(store, _(declared.plural), child.entity, of, heads, beside, leave=f.name)


def _phones(store: Store, reader: Reader, entity: str, rows: Sequence[dict[str, Any]]) -> dict[bytes, str]:
    f = store.schema.fields(entity).get("main_phone")
    if f is None:
        return {}
    held = reader.by_ids(entity, [row["parent"] for row in rows], {f.name})
    return {id: shown(f, one[f.name]) for id, one in held.items()}


def _grid(
    store: Store,
    title: str,
    child: str,
    rows: Sequence[dict[str, Any]],
    heads: Sequence[str],
    beside: Sequence[Sequence[str]] = (),
    leave: str = "",
) -> Grid:
    """Child rows as a table. heads, beside: columns that stand before (the first) and behind their own."""
    from freecrm.exchange.pdf.record_pdf import Grid

    own = [
        f
        for f in columns(store.schema.fields(child))
        if not f.hidden and f.name != leave and not (isinstance(f, YesNo) and f.name == "primary")
    ]
    texts = []
    for at, row in enumerate(rows):
        cells = [
            str(row.get(f"{f.name}_title") or "") if isinstance(f, Link) else shown(f, row.get(f.name))
            for f in own
        ]
        texts.append([*beside[at][:1], *cells, *beside[at][1:]] if beside else cells)
    used = [f.title for f in own]
    all_heads = [*heads[:1], *used, *heads[1:]]
    kept = [at for at in range(len(all_heads)) if any(row[at] for row in texts)]
    return Grid(
        title, [Column(all_heads[at], 120) for at in kept], [[row[at] for at in kept] for row in texts]
    )
