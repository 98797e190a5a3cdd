"""Export of any question: xlsx that can be brought back, csv, address cards; and empty templates."""

from __future__ import annotations

import base64
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from freecrm.core import words
from freecrm.core.fields import Choice, Date, Link, LongText, Moment, Number, Yearly, YesNo
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.query import Query
from freecrm.core.record import Columns, Record
from freecrm.core.rows import Addresses, Emails, Handles, Phones, Tags
from freecrm.core.words import N_, Said, _, say
from freecrm.exchange import cardout, csvout, leaving, vcard, workbook
from freecrm.exchange.columns import Out, columns_of
from freecrm.exchange.returning import returned as returned
from freecrm.exchange.saving import saving
from freecrm.exchange.sheetback import ID_HEAD
from freecrm.exchange.taking import take as take
from freecrm.store import trail

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.reader import Reader

Records = TypeVar("Records", list[Record], Columns)

REASON = N_("Why it was left out")
IDS_IN_A_CELL = 1000
LISTED = 500  # a drop-down of more names than this helps nobody


@dataclass
class Exported:
    """What was written: where, how many rows, and what is to be known of it."""

    path: Path
    rows: int
    notes: list[Said] = field(default_factory=list)


def export(
    store: Store,
    query: Query,
    path: str | Path,
    *,
    fields: Sequence[str] | None = None,
    progress: Progress | None = None,
    language: str | None = None,
    version: str = "3.0",
    only: Collection[int] | None = None,
) -> Exported:
    """Write the rows of a question to a file; its ending says how: .xlsx, .csv or .vcf.

    fields: names of the columns in their order, None = all that people fill in. language: of the
    heads and words. version: of address cards, "3.0" or "4.0". only: of these
    rows the ones with these numbers. Raises `Known` for another ending,
    where the rights do not reach, and when the file cannot be written; `Cancelled` leaves no file.
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind not in (".xlsx", ".csv", ".vcf"):
        raise Known(
            say(
                N_(
                    "FreeCRM writes .xlsx, .csv and .vcf; “{file}” ends otherwise."
                    " Choose one of these endings."
                ),
                file=path.name,
            )
        )
    query = leaving.narrowed(store, query, "export")
    trail.note(store, "export", query.entity, detail=path.name)
    reader = store.reader(for_files=True)
    with words.speaking(language or words.language()), reader.snapshot() as position:
        numbers = reader.numbers(query)
        if only is not None:
            chosen = frozenset(only)
            numbers = array("q", (n for n in numbers if n in chosen))
        if kind == ".vcf":
            return _cards(store, reader, query.entity, numbers, path, version, progress)
        columns = columns_of(store, query.entity, fields)
        needs = {name for column in columns for name in column.needs}
        blocks = reader.in_columns(query.entity, numbers, needs)
        if kind == ".csv":
            rows = chain.from_iterable(
                zip(*_given(columns, b), strict=True) for b in _told(blocks, progress, len(numbers))
            )
            return Exported(path, csvout.write(path, [c.head for c in columns], rows))
        return _workbook(store, query.entity, columns, blocks, len(numbers), position, path, progress)


def _given(columns: Iterable[Out], block: Columns) -> list[Sequence[Any]]:
    return [column.give(block) for column in columns]


def _told(blocks: Iterable[Records], progress: Progress | None, total: int) -> Iterator[Records]:
    done = 0
    for block in blocks:
        done += len(block)
        if progress is not None:
            progress.tell(done, total)
        if block:
            yield block


def _workbook(
    store: Store,
    entity: str,
    columns: list[Out],
    blocks: Iterable[Columns],
    count: int,
    position: int,
    path: Path,
    progress: Progress | None,
) -> Exported:
    ids: list[bytes] = []

    def given() -> Iterator[workbook.Block]:
        for block in blocks:
            if block:
                ids.extend(block.ids)
                yield [[f"{id.hex()}:{position}" for id in block.ids], *_given(columns, block)]

    def about() -> Iterator[Sequence[str]]:
        yield "entity", entity
        yield "language", words.language()
        for column in columns:
            yield "column", column.head, column.key
        for start in range(0, len(ids), IDS_IN_A_CELL):
            packed = b"".join(ids[start : start + IDS_IN_A_CELL])
            yield "ids", base64.b64encode(packed).decode()

    shown = [workbook.Column(ID_HEAD, hidden=True), *(_shown(store, column) for column in columns)]
    name = _(store.schema.entity(entity).plural)
    notes = workbook.write(path, shown, given(), count, name=name, about=about, progress=progress)
    return Exported(path, len(ids), notes)


def _shown(store: Store, column: Out, *, helped: bool = False) -> workbook.Column:
    f = column.field
    width = {"text": 0, "money": 14, "date": 12, "moment": 18}.get(column.kind, 0)
    if isinstance(f, LongText):
        width = 40
    elif isinstance(f, (Phones, Emails, Addresses)) and not column.part:
        width = 26
    elif f is not None and f.search == "name":
        width = 28
    return workbook.Column(
        column.head,
        column.kind,
        column.places,
        options=_options(store, column),
        strict=isinstance(f, Choice) and not f.options.open,
        width=width,
        note=_help(column) if helped else "",
        tint=bool(helped and f is not None and f.required and column.own),
    )


def _options(store: Store, column: Out) -> tuple[str, ...]:
    f = column.field
    if not column.own or column.part or f is None:
        return ()
    if isinstance(f, Choice):
        return tuple(entry.title for entry in f.options.entries if not entry.off)
    if isinstance(f, YesNo):
        return _("Yes"), _("No")
    if isinstance(f, Link) and f.to:
        reader = store.reader()
        first = reader.first(Query(f.to), LISTED + 1)
        title = store.schema.entity(f.to).title
        if len(first) <= LISTED:
            rows = reader.rows(f.to, first, [title]).values()
            return tuple(sorted({str(row[0]) for row in rows if row[0]}))
    return ()


# ---- the empty workbook


def template(store: Store, entity: str, path: str | Path, *, language: str | None = None) -> Exported:
    """An empty workbook for filling in and importing: the fields as they are in this file now.

    Drop-downs for pick-lists and people; what a column takes stands in a comment on its head;
    needed columns stand out. Raises `Known` when the file cannot be written, or nobody could bring it in.
    """
    path = Path(path)
    why = leaving.why_no_template(store, entity)
    if why is not None:
        raise Known(why)
    with words.speaking(language or words.language()):
        columns = columns_of(store, entity, spread=True)
        shown = [_shown(store, column, helped=True) for column in columns]
        workbook.write(path, shown, [], 0, name=_(store.schema.entity(entity).plural))
    return Exported(path, 0)


def _help(column: Out) -> str:
    f = column.field
    told: list[Said] = []
    if f is not None and column.own and f.required:
        told.append(say(N_("Needed in every row.")))
    if f is not None and f.hint:
        told.append(say(f.hint))
    if isinstance(f, (Phones, Emails, Handles)):
        told.append(say(N_("Several in one cell: put / between them.")))
    elif isinstance(f, Tags):
        told.append(say(N_("Several in one cell: put commas between them.")))
    elif isinstance(f, Yearly):
        told.append(say(N_("A day of the year: 1985-05-20, 5-20, or lunar 8-15.")))
    elif isinstance(f, (Date, Moment)):
        told.append(say(N_("A date, as 2026-03-05.")))
    elif isinstance(f, Choice):
        told.append(say(N_("One of the list.")))
    elif isinstance(f, Link):
        told.append(say(N_("The name, exactly as it is in FreeCRM.")))
    elif isinstance(f, Number) and f.places:
        told.append(say(N_("A number with at most {n} places after the point."), n=f.places))
    elif column.kind in ("number", "money", "percent"):
        told.append(say(N_("A number, without words.")))
    return "\n".join(map(str, told))


# ---- rows that were not taken


def left_out(
    path: str | Path, heads: Sequence[str], rows: Sequence[tuple[Sequence[Any], Said | str]]
) -> Exported:
    """Rows that an import left out, as a workbook with the reason behind each.

    rows: (cells as they were read, why). Corrected there, the file is imported again; its column
    of reasons is left out then.
    """
    path = Path(path)
    reason = _(REASON)
    columns = [*(workbook.Column(head, "any") for head in heads), workbook.Column(reason, width=50)]
    told = ([*cells, *[None] * (len(heads) - len(cells)), str(why)] for cells, why in rows)
    notes = workbook.write(path, columns, workbook.in_blocks(told), len(rows), name=reason)
    return Exported(path, len(rows), notes)


# ---- address cards


def _cards(
    store: Store,
    reader: Reader,
    entity: str,
    numbers: Sequence[int],
    path: Path,
    version: str,
    progress: Progress | None,
) -> Exported:
    if not cardout.has_cards(store.schema, entity):
        raise Known(
            say(
                N_("{entities} have no phone numbers, so they make no address cards. Export them as .xlsx."),
                entities=say(store.schema.entity(entity).plural),
            )
        )
    jobs = next(
        (p for m in store.model.modules for p in m.imports if p.person == entity),
        None,
    )
    place = next(
        (
            f.name
            for f in store.schema.fields(entity).values()
            if jobs is not None and getattr(f, "of", "") == jobs.position
        ),
        "",
    )
    count = 0
    with saving(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        for block in _told(reader.blocks(entity, numbers), progress, len(numbers)):
            cards = [cardout.card(store.schema, r, next(iter(r[place] or ()), None)) for r in block]
            file.write(vcard.write(cards, version))
            count += len(block)
    return Exported(path, count)
