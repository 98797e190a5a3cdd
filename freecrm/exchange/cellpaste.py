"""A block of cells from a spreadsheet, pasted into a list: what each cell would become, before it is written.

Words become dates, people and entries of lists as they do in an import (`tidy.py`, `words_of.py`); what can't be
read is marked and left as it is. Blank cells change nothing unless they are asked to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from freecrm.core import phone_text
from freecrm.core.fields import Choice, Date, Field, Link, Moment, clean
from freecrm.core.jobs import Progress
from freecrm.core.module import Together
from freecrm.core.numbering import same_code
from freecrm.core.rows import Addresses, Phones, Rows
from freecrm.core.words import N_, Said, say
from freecrm.exchange import htmltable
from freecrm.exchange.changeset import Options
from freecrm.exchange.mapping import Column, Mapping
from freecrm.exchange.tidy import Tidier
from freecrm.exchange.words_of import BLANK, resolve_words
from freecrm.store import lookup, next_steps, numbering
from freecrm.store.database import Store
from freecrm.store.many import BLOCK
from freecrm.store.reader import Reader
from freecrm.store.sources import can_write, own_part, source_of, with_first

SAME, CHANGED, BAD, EMPTY = "same", "changed", "bad", "empty"
_QUOTED = re.compile(r'"((?:[^"]|"")*)"(?=[\t\n]|\Z)')
_PLAIN = re.compile(r"[^\t\n]*")
_FORMULA = re.compile(r"=\s*[-+(\"'$\w]")
_MERGED = re.compile(r"<t[dh][^>]*\b(?:row|col)span\s*=\s*[\"']?\s*(?!1\b)\d", re.I)


@dataclass(frozen=True)
class Copied:
    """What was copied: rows of texts, all of one width. merged: some of its cells were merged ones."""

    rows: list[list[str]]
    merged: bool = False


class Target(NamedTuple):
    """Where it goes: fields by name in the order of the list, and the numbers of the records, None for a row that
    is to be made. beyond: columns that have no place at the right."""

    entity: str
    names: Sequence[str]
    numbers: Sequence[int | None]
    beyond: int = 0


@dataclass(slots=True)
class Cell:
    """One cell. state: SAME, CHANGED, BAD (see `why`) or EMPTY (left alone).
    taken: it was understood, but only one record may have it and another does."""

    old: str
    new: str
    state: str
    value: Any = None
    why: Said | None = None
    taken: bool = False


@dataclass
class Line:
    """One row: the record's number (None: it is made) and its cells. why: it can't be made."""

    n: int | None
    title: str
    cells: list[Cell]
    why: Said | None = None


@dataclass
class Plan:
    """What pasting would do."""

    target: Target
    lines: list[Line] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)

    def _count(self, state: str, *, new: bool = False) -> int:
        lines = (line for line in self.lines if (line.n is None) == new)
        return sum(cell.state == state for line in lines for cell in line.cells)

    @property
    def changed(self) -> int:
        """How many cells of records that are there change."""
        return self._count(CHANGED)

    @property
    def bad(self) -> int:
        """How many cells can't be taken."""
        return self._count(BAD) + self._count(BAD, new=True)

    @property
    def taken(self) -> int:
        """How many of those were understood, but belong to another."""
        return sum(cell.taken for line in self.lines for cell in line.cells)

    @property
    def empty(self) -> int:
        """How many blank cells there are that change nothing."""
        return self._count(EMPTY)

    @property
    def made(self) -> int:
        """How many records are made."""
        return sum(line.n is None and line.why is None for line in self.lines)


def copied(text: str, html: str = "") -> Copied:
    """The cells on a clipboard: tab-separated text, or the table of a page where the text has no columns."""
    merged = bool(html and _MERGED.search(html))
    if "\t" not in text and "<table" in html.lower():
        tables = htmltable.tables(html.encode())
        rows = max(tables, key=len) if tables else []
    else:
        rows = _from_text(text)
    width = max((len(row) for row in rows), default=0)
    return Copied([[*row, *[""] * (width - len(row))] for row in rows], merged)


def _from_text(text: str) -> list[list[str]]:
    """Excel puts quotes around cells of several lines only; a quote elsewhere is a sign like any other."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    if not text:
        return []
    if '"' not in text:
        return [line.split("\t") for line in text.split("\n")]
    rows: list[list[str]] = [[]]
    at = 0
    while at <= len(text):
        found = _QUOTED.match(text, at) or _PLAIN.match(text, at)
        assert found is not None
        whole = found.re is _QUOTED
        rows[-1].append(found[1].replace('""', '"') if whole else found[0])
        at = found.end() + 1
        if text[at - 1 : at] == "\n":
            rows.append([])
    return rows


# ---- what would become of each cell


def plan(
    store: Store, target: Target, what: Copied, *, blanks: bool = False, progress: Progress | None = None
) -> Plan:
    """What pasting would do; nothing is written. blanks: empty cells empty what is there."""
    made = Plan(target)
    if what.merged:
        made.notes.append(say(N_("Some of the copied cells are merged; each value goes to the first cell.")))
    if target.beyond:
        note = N_("{n} columns have no place to the right of the list and are left out.")
        made.notes.append(say(note, n=target.beyond))
    readers = [
        _Reader(
            store, target.entity, store.schema.fields(target.entity)[name], [row[at] for row in what.rows]
        )
        for at, name in enumerate(target.names)
    ]
    held = _held(store, target)
    title = store.schema.entity(target.entity).title
    for at, (n, row) in enumerate(zip(target.numbers, what.rows, strict=False)):
        if progress is not None:
            progress.tell(at, len(what.rows))
        values = held.get(n) if n is not None else None
        if n is not None and values is None:
            continue  # deleted meanwhile
        cells = [
            _cell(
                reader, text, values[i + 1] if values is not None else None, blanks=blanks and n is not None
            )
            for i, (reader, text) in enumerate(zip(readers, row, strict=False))
        ]
        line = Line(n, str(values[0] or "") if values is not None else "", cells)
        if n is None:
            _check_new(store, target, line, title)
        made.lines.append(line)
    ahead = [
        reader.f.title
        for at, reader in enumerate(readers)
        if isinstance(reader.f, Date)
        and any(reader.f.lies_ahead(line.cells[at].value) for line in made.lines if at < len(line.cells))
    ]
    if ahead:
        note = N_("Some days pasted into “{fields}” are still to come. Check their year.")
        made.notes.append(say(note, fields=ahead))
    _refuse_shared(store, made)
    if any(line.why is not None for line in made.lines):
        made.notes.append(next(line.why for line in made.lines if line.why is not None))
    return made


def _refuse_shared(store: Store, made: Plan) -> None:
    """Mark cells whose value another record has, or another line of the block, and may not be shared."""
    target = made.target
    fields = store.schema.fields(target.entity)
    for at, name in enumerate(target.names):
        if not fields[name].unique:
            continue
        lines = [line for line in made.lines if line.cells[at].state == CHANGED and line.cells[at].value]
        c, entity = store.read(), store.model.entities[target.entity]
        held = numbering.holders(c, entity, fields[name], {line.cells[at].value for line in lines})
        reader = store.reader()
        ids = {n: id for id, n in reader.numbers_of(target.entity, reader.ids_of(
            target.entity, [line.n for line in lines if line.n is not None])).items()}  # fmt: skip
        seen: dict[str, Line] = {}
        for line in lines:
            cell = line.cells[at]
            id = ids.get(line.n) if line.n is not None else None
            other = next(
                (h for h in held.get(cell.value, ()) if id is None or id not in (h.id, h.into)), None
            )
            if other is not None:
                cell.state, cell.taken = BAD, True
                cell.why = numbering.taken_words(fields[name], cell.value, other)
            elif seen.setdefault(same_code(cell.value), line) is not line:
                what = N_("“{text}” stands in several of the copied rows, and only one may have it.")
                cell.state, cell.taken, cell.why = BAD, True, say(what, text=cell.value)


def _held(store: Store, target: Target) -> dict[int, list[Any]]:
    """Number -> title and the values of the fields, as people know them."""
    numbers = [n for n in target.numbers if n is not None]
    names = [store.schema.entity(target.entity).title, *target.names]
    found: dict[int, list[Any]] = {}
    for start in range(0, len(numbers), 500):
        found.update(store.reader().rows(target.entity, numbers[start : start + 500], names))
    return found


def _cell(reader: _Reader, text: str, value: Any, *, blanks: bool) -> Cell:
    old = reader.show_old(value)
    text = clean(text)
    if not reader.can_write:
        if text in ("", old):
            return Cell(old, text, EMPTY)
        fixed = say(N_("“{field}” follows from other values and can't be pasted."), field=reader.f.title)
        return Cell(old, text, BAD, why=fixed)
    if not text:
        if not blanks or not old:
            return Cell(old, "", EMPTY)
        if reader.f.moves:
            return Cell(old, "", BAD, why=say(next_steps.NOT_EMPTIED, field=reader.f.title))
        empty: Any = [] if isinstance(reader.f, Rows) or reader.rows is not None else None
        why = reader.f.check(empty) if reader.f.is_written else None
        return Cell(old, "", BAD if why is not None else CHANGED, empty, why)
    new, why = reader.read(text)
    if why is not None:
        return Cell(old, text, BAD, why=why)
    shown = reader.show_new(new, text)
    return Cell(old, shown, SAME if shown == old else CHANGED, new)


def _check_new(store: Store, target: Target, line: Line, title: str) -> None:
    """A row beyond the end of the list becomes a record when it has what every such record needs."""
    given = {
        name: cell for name, cell in zip(target.names, line.cells, strict=False) if cell.state == CHANGED
    }
    line.title = given[title].new if title in given else ""
    needed = [f for f in store.schema.fields(target.entity).values() if f.required and f.default is None]
    missing = [f.title for f in needed if f.name not in given]
    if missing:
        what = N_("Rows beyond the end of the list can't become new records: “{fields}” is needed.")
        line.why = say(what, fields=missing)


class _Reader:
    """Turns the texts of one column into values of its field, as an import does."""

    def __init__(self, store: Store, entity: str, f: Field, texts: Sequence[str]) -> None:
        self.store, self.entity, self.f = store, entity, f
        self.can_write = can_write(store.schema, entity, f)
        own = own_part(store.schema, entity, f)
        self.rows: Rows | None = own[0] if own is not None else None
        self.part = own[1] if own is not None else ""
        self.can_write = self.can_write and (f.in_cells or own is not None)
        if not self.can_write or f.moves:
            return
        name = self.rows.name if self.rows is not None else f.name
        part = f".{self.part}" if isinstance(self.rows, Addresses) else ""
        column = Column(0, f.title, target=f"{entity}.{name}{part}", how="told")
        mapping = Mapping([column], entity)
        schema = store.schema.copy()
        words = Counter(clean(text) for text in texts if clean(text))
        answers = {f"word:{f.title}": BLANK}
        plan = Together(entity)
        resolve_words(store, schema, mapping, Options(people="leave", answers=answers), {0: words}, plan)
        self.tidier = Tidier(schema, plan, mapping)
        self.tidier.remark = ""  # what isn't understood stays with the user, who sees it
        self.own = _named(store, entity, f, words) if isinstance(f, Link) and f.to == entity else {}

    def read(self, text: str) -> tuple[Any, Said | None]:
        """The value of a text, or why there is none."""
        if _FORMULA.match(text):
            what = N_("“{text}” is a formula. Copy its value in Excel and paste that.")
            return None, say(what, text=text[:60])
        if self.f.moves and isinstance(self.f, Moment):
            return self.f.read_words(text)
        made = self.tidier.row([text])
        if made.troubles and isinstance(self.f, (Date, Moment)):
            return self.f.read_words(text)
        if made.troubles:
            own = self.f.read(text)[1] if isinstance(self.f, (Choice, Link)) else None
            return None, own or made.troubles[0].why
        if made.links:
            found = self.own.get(text)
            return found, None if found is not None else self.f.read(text)[1]
        value = made.main.get(self.rows.name if self.rows is not None else self.f.name)
        if value in (None, []):
            what = N_("“{text}” was not understood as “{field}”.")
            return None, say(what, text=text[:60], field=self.f.title)
        return value, self.f.check(value) if self.rows is None else None

    def show_old(self, value: Any) -> str:
        """A value that is there as people read it."""
        if value in (None, ""):
            return ""
        return phone_text.show(value, "") if isinstance(self.rows, Phones) else self.f.show(value)

    def show_new(self, value: Any, text: str) -> str:
        """A value that was read as people read it."""
        if isinstance(self.f, Link):
            return self.store.reader().titles(self.f.to, {value}).get(value, text)
        if self.rows is None:
            return self.f.show(value)
        return self.rows.show_one(value[0]) if self.part == self.rows.shows else str(value[0].get(self.part))


def _named(store: Store, entity: str, f: Link, words: Counter[str]) -> dict[str, bytes]:
    """Text -> the one record of that name, for links between records of one kind."""
    found = lookup.by_names(store.read(), entity, list(words))
    return {text: ids[0] for text, ids in found.items() if len(ids) == 1}


# ---- writing


def apply(store: Store, made: Plan, progress: Progress | None = None) -> None:
    """Write what a plan says, as one step. Known when it can't be written; then nothing is."""
    target = made.target
    fields = [store.schema.fields(target.entity)[name] for name in target.names]
    declared = store.schema.entity(target.entity)
    things = say(declared.label if made.made == 1 else declared.plural)
    if made.made:
        both = N_("Pasted {n} cells, {new} new {things:lower}")
        text = both if made.changed else N_("Pasted {new} new {things:lower}")
    else:
        text = N_("Pasted {n} cells")
    with store.step(text, n=made.changed, new=made.made, things=things) as step:
        reader = Reader(store, None, step)
        numbers = [line.n for line in made.lines if line.n is not None]
        ids = dict(zip(numbers, _ids(reader, target.entity, numbers), strict=True))
        waiting: list[tuple[bytes, dict[str, Any]]] = []  # written together, but before what comes between
        for at, line in enumerate(made.lines):
            if progress is not None:
                progress.tell(at, len(made.lines))
            new = [(f, c) for f, c in zip(fields, line.cells, strict=False) if c.state == CHANGED]
            if line.n is None:
                step.update_many(target.entity, waiting)
                waiting.clear()
                if line.why is None:
                    step.insert(target.entity, dict(_new_value(store, target.entity, f, c) for f, c in new))
                continue
            id = ids[line.n]
            plain = {f.name: cell.value for f, cell in new if f.in_cells}
            if id is not None and plain:
                waiting.append((id, plain))
            derived = [(f, cell) for f, cell in new if not f.in_cells] if id is not None else []
            if derived or len(waiting) == BLOCK:
                step.update_many(target.entity, waiting)
                waiting.clear()
            for f, cell in derived:
                assert id is not None
                source = source_of(reader, target.entity, id, f)
                if source is not None:
                    of = reader.schema.fields(source.entity)[source.name]
                    assert isinstance(of, Rows)
                    held = reader.children(of, [source.id]).get(source.id, [])
                    step.update(source.entity, source.id, {source.name: with_first(held, cell.value)})
        step.update_many(target.entity, waiting)


def _ids(reader: Reader, entity: str, numbers: Sequence[int]) -> list[bytes | None]:
    found = {n: id for id, n in reader.numbers_of(entity, reader.ids_of(entity, numbers)).items()}
    return [found.get(n) for n in numbers]


def _new_value(store: Store, entity: str, f: Field, cell: Cell) -> tuple[str, Any]:
    own = own_part(store.schema, entity, f) if not f.is_written else None
    return (own[0].name if own is not None else f.name), cell.value
