"""Records that may be one, side by side: what differs, the safe choice of each field, what would move.

    found = compare.compare(store, "customer", ids)
    found.lines         a field each, those that differ first
    found.moves         «3 contacts, 2 notes, 5 files»

Reads only; `store/merging.py` carries it out. Amounts are never added up: one of them is chosen.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core import names
from freecrm.core.entity import ends, is_child
from freecrm.core.fields import Field, Link, LongText, Money, Text
from freecrm.core.problems import Known
from freecrm.core.record import Record
from freecrm.core.rows import Files, Rows
from freecrm.core.words import N_, Said, _, plural, say
from freecrm.store import history
from freecrm.store.faults import reads
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.core.custom import Schema
    from freecrm.store.database import Store

MOST = 10
"""So many records are merged at once, and no more."""
BOTH = b"both"
"""Chosen in place of a record: the texts of all of them, one below the other."""

Picks = Mapping[str, bytes]
"""Field -> id of the record whose value is taken, or BOTH."""


@dataclass(frozen=True, slots=True)
class Line:
    """One field. values: record -> value; texts: the same as people read it, "" for blank. pick: the safe
    choice (a record, or BOTH)."""

    field: Field
    values: dict[bytes, Any]
    texts: dict[bytes, str]
    pick: bytes

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose: two of them say something else."""
        return not self.adds_up and len({text for text in self.texts.values() if text}) > 1

    def pick_for(self, master: bytes) -> bytes:
        """The safe choice when it is this record that stays."""
        is_name = self.field.search == "name" and self.texts.get(master)
        return _name(self.texts, master) if is_name else self.pick

    @property
    def takes_both(self) -> bool:
        """Whether the texts can stand one below the other."""
        return isinstance(self.field, LongText)

    @property
    def adds_up(self) -> bool:
        """Whether the one record gets the sum of what several have: then nobody has to choose."""
        filled = [value for value in self.values.values() if value]
        return isinstance(self.field, Money) and self.field.unites and len(filled) > 1

    @property
    def total(self) -> Any:
        """What the amounts come to where they are added up."""
        return sum(value or 0 for value in self.values.values())

    @property
    def blank(self) -> bool:
        """Whether no record says anything here."""
        return not any(self.texts.values())


@dataclass(frozen=True, slots=True)
class United:
    """The child rows of one field. texts: record -> its rows in words. kept: all of them, each once."""

    field: Rows
    texts: dict[bytes, list[str]]
    kept: list[str]


@dataclass(frozen=True, slots=True)
class Moving:
    """So many records that point at those merged away. entity: what they are."""

    entity: str
    count: int
    label: str
    plural: str

    def __str__(self) -> str:
        things = say(self.label if self.count == 1 else self.plural)
        return str(say(N_("{n} {things:lower}"), n=self.count, things=things))


@dataclass(frozen=True, slots=True)
class Comparison:
    """records: in the order they were asked for. master: the one that should stay. seen: number of the
    latest change when this was read. moves: by the master that stays, what comes to it from the others.
    loops: links between the records themselves, which go."""

    entity: str
    records: list[Record]
    master: bytes
    seen: int
    lines: list[Line]
    united: list[United]
    moves: dict[bytes, list[Moving]]
    loops: list[Said]

    @property
    def picks(self) -> dict[str, bytes]:
        """The safe choice of every field that differs."""
        return {line.field.name: line.pick for line in self.lines if line.differs}


def asked(schema: Schema, entity: str, ids: Sequence[bytes], of: Mapping[bytes, str | None]) -> None:
    """Known when these records cannot be merged at all. of: what kind each of those is that are not of
    `entity`, None: never heard of."""
    if len(set(ids)) < len(ids):
        raise Known(say(N_("The same record was given twice. Choose two different records.")))
    label = say(schema.entity(entity).label)
    if len(ids) < 2:
        raise Known(say(N_("One record alone can't be merged. Select 2 to {most} rows."), most=MOST))
    if len(ids) > MOST:
        raise Known(
            say(
                N_("{n} records at once are too many to look at side by side. Select up to {most}."),
                n=len(ids),
                most=MOST,
            )
        )
    for kind in of.values():
        if kind is not None and kind != entity:
            raise Known(
                say(
                    N_(
                        "A {one:lower} and a {other:lower} can't be merged: they are different kinds of record."
                        " Select records of one list."
                    ),
                    one=label,
                    other=say(schema.entity(kind).label),
                )
            )


@reads
def compare(store: Store, entity: str, ids: Sequence[bytes]) -> Comparison:
    """The records side by side. Known when they can't be merged: gone, the same twice, of different kinds."""
    reader = store.reader()
    held = reader.by_ids(entity, list(ids))
    missing = [id for id in ids if id not in held]
    asked(store.schema, entity, ids, {id: history.entity_of(store, id) for id in missing})
    with reader.snapshot() as seen:
        held = reader.by_ids(entity, list(ids))
        if len(held) < len(ids):
            raise gone(store.schema, entity)
        records = [held[id] for id in ids]
        children = {id: _children(store, entity, id) for id in ids}
        master = max(records, key=lambda one: (children[one.id], -one.n)).id
        changed = newest(store.read(), entity, ids)
        fields = [f for f in store.schema.fields(entity).values() if _shown(f)]
        rights = reader.rights
        if rights is not None:
            closed = rights.hidden | rights.readonly | rights.masked
            fields = [f for f in fields if (entity, f.name) not in closed]
        lines = [
            line_of(f, records, master, changed) for f in fields if not isinstance(f, Rows)
        ]  # fmt: skip
        lines = sorted((one for one in lines if not one.blank), key=lambda one: not one.differs)
        united = [_united(f, records) for f in fields if isinstance(f, Rows) and unites(store.schema, f)]
        moves = {id: _moves(store, entity, [i for i in ids if i != id], id) for id in ids}
    return Comparison(
        entity,
        records,
        master,
        seen,
        lines,
        [u for u in united if u.kept],
        moves,
        [*_loops(records, fields), *_loops_of_rows(store.schema, records, fields)],
    )


def gone(schema: Schema, entity: str) -> Known:
    """What to say of a record that somebody deleted, or merged, meanwhile."""
    return Known(
        say(
            N_(
                "One of these records is no longer there: it was deleted or merged meanwhile."
                " Nothing was changed. Look in the recycle bin, or select the rows again."
            )
        )
    )


def _shown(f: Field) -> bool:
    return not f.hidden and f.derived is None


def unites(schema: Schema, f: Rows) -> bool:
    """Whether equal child rows of this field become one: phones do, notes and files stay as they are."""
    child = schema.entity(f.of)
    return not isinstance(f, Files) and not isinstance(child.fields.get(child.title), LongText)


# ---- the safe choice


def line_of(
    f: Field, records: Sequence[Record], master: bytes, changed: Mapping[tuple[bytes, str], int]
) -> Line:
    """One field of these records. changed: (record, field) -> number of the change that set it."""
    own = {one.id for one in records}
    values = {one.id: one.values.get(f.name) for one in records}
    if isinstance(f, Link):  # a link to one of them would point at itself
        values = {id: None if value in own else value for id, value in values.items()}
    texts = {one.id: _text(f, one, values[one.id]) for one in records}
    return Line(f, values, texts, _pick(f, texts, values, master, changed))


def _text(f: Field, one: Record, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(f, Link):
        return str(one.values.get(f"{f.name}_title") or "")
    return f.show(value)


def _pick(
    f: Field,
    texts: Mapping[bytes, str],
    values: Mapping[bytes, Any],
    master: bytes,
    changed: Mapping[tuple[bytes, str], int],
) -> bytes:
    """The fuller of two texts, the later of two days, else what was set last, else the master's. Of two names the
    fuller one only where both name the same firm (with and without its legal form), not its branch."""
    filled = [id for id in texts if texts[id]]
    order = sorted(filled, key=lambda id: (changed.get((id, f.name), 0), id == master), reverse=True)
    if not order:
        return master
    if len({texts[id] for id in filled}) == 1:
        return master if master in filled else order[0]
    if isinstance(f, Text):
        fullest = max(order, key=lambda id: len(texts[id]))
        if f.search == "name" and master in filled:
            return _name(texts, master)
        if all(texts[id].casefold() in texts[fullest].casefold() for id in filled):
            return fullest
        if isinstance(f, LongText):
            return BOTH
    if isinstance(values[order[0]], dt.date):
        return max(order, key=lambda id: values[id])
    return order[0]


def _name(texts: Mapping[bytes, str], master: bytes) -> bytes:
    """The fullest of the names that are the master's, with its legal form or without."""
    same = [id for id in texts if names.normal(texts[id]) == names.normal(texts[master])]
    return max(same, key=lambda id: (len(texts[id]), id == master))


def newest(c: sqlite3.Connection, entity: str, ids: Sequence[bytes]) -> dict[tuple[bytes, str], int]:
    """(record, field) -> number of the change that set the field last, where it was ever changed."""
    found: dict[tuple[bytes, str], int] = {}
    marks = ", ".join("?" * len(ids))
    sql = f"SELECT n, id, data FROM change WHERE id IN ({marks}) AND entity = ? AND op = 1 ORDER BY n"
    for n, id, data in c.execute(sql, (*ids, entity)):
        found.update(((id, name), n) for name in json.loads(data))
    return found


def both(texts: Iterable[str]) -> str:
    """Texts one below the other, each once; one that stands inside another is left out."""
    parts = list(dict.fromkeys(text.strip() for text in texts if text and text.strip()))
    return "\n\n".join(p for p in parts if not any(p != other and p in other for other in parts))


# ---- child rows


Key = tuple[Any, ...]


def key_of(child_fields: Mapping[str, Field], shows: str, row: Mapping[str, Any]) -> Key:
    """What makes two child rows the same one: what they show, or all they say where that is blank."""
    main = _plain(row.get(shows))
    if main:
        return (main,)
    return tuple(_plain(row.get(name)) for name in child_fields)


def _plain(value: Any) -> Any:
    return value.strip().casefold() if isinstance(value, str) else value


def agree(names: Collection[str], one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two rows contradict each other nowhere: one may say more than the other."""
    return all(
        _plain(one.get(name)) == _plain(other.get(name))
        for name in names
        if one.get(name) and other.get(name)
    )


BOOKKEEPING = frozenset({"parent", "parent_entity", "position", "primary"})


def _united(f: Rows, records: Sequence[Record]) -> United:
    texts = {one.id: [f.show_one(row) for row in one.values.get(f.name) or ()] for one in records}
    every = [text for rows in texts.values() for text in rows if text]
    return United(f, texts, list({text.casefold(): text for text in reversed(every)}.values())[::-1])


# ---- what moves


def links_to(schema: Schema, entity: str) -> list[tuple[str, Link]]:
    """(entity, field) of every declared link that may hold a record of `entity`, a child row's parent included."""
    return [
        (name, f)
        for name in schema.model.entities
        for f in schema.fields(name).values()
        if isinstance(f, Link) and f.to in ("", entity)
    ]


def _children(store: Store, entity: str, id: bytes) -> int:
    return sum(_count(store, name, f, entity, [id])[0] for name, f in links_to(store.schema, entity))


def where(f: Link, entity: str, count: int) -> tuple[str, tuple[str, ...]]:
    """The SQL condition that link `f` holds one of `count` records of `entity`, with its last parameters."""
    held = f"{quoted(f.name)} IN ({', '.join('?' * count)})"
    return (held, ()) if f.to else (f"{held} AND {quoted(f.name + '_entity')} = ?", (entity,))


def _count(store: Store, name: str, f: Link, entity: str, ids: Sequence[bytes]) -> tuple[int, str]:
    """How many records point at these, and what they are called: a person for a position."""
    declared = store.schema.entity(name)
    condition, more = where(f, entity, len(ids))
    what, kind = "count(*)", name
    if is_child(declared) and f.name != "parent":
        what = "count(DISTINCT parent), max(parent_entity)"
    row = store.read().execute(
        f"SELECT {what} FROM {quoted(name)} WHERE {condition}", (*ids, *more)
    ).fetchone()  # fmt: skip
    return row[0], (row[1] or kind) if len(row) > 1 else kind


def _moves(store: Store, entity: str, others: Sequence[bytes], master: bytes) -> list[Moving]:
    counts: dict[str, int] = {}
    for name, f in links_to(store.schema, entity):
        count, kind = _count(store, name, f, entity, others)
        if count and kind in store.schema.model.entities:
            counts[kind] = counts.get(kind, 0) + count
    found = []
    for kind, count in counts.items():
        declared = store.schema.entity(kind)
        found.append(Moving(kind, count, declared.label, declared.plural))
    return sorted(found, key=lambda one: is_child(store.schema.entity(one.entity)))


def _loops(records: Sequence[Record], fields: Iterable[Field]) -> list[Said]:
    names = {one.id: one.values for one in records}
    what = N_("“{one}” names “{other}” as “{field}”. One record can't belong to itself, so that link goes.")
    return [
        say(what, one=_title(one), other=_title(other), field=say(f.label))
        for one in records
        for f in fields
        if isinstance(f, Link) and f.to == one.entity
        for other in records
        if one.values.get(f.name) == other.id and other.id in names
    ]


def _loops_of_rows(schema: Schema, records: Sequence[Record], fields: Iterable[Field]) -> list[Said]:
    """The same of their child rows: a relation between the two, one who reports to the other."""
    names = {one.id: _title(one) for one in records}
    what = N_("“{one}” names “{other}” as “{field}”. One record can't belong to itself, so that link goes.")
    found = []
    for f in fields:
        child = schema.entity(f.of) if isinstance(f, Rows) else None
        for link in child.fields.values() if child is not None else ():
            if child is None or not isinstance(link, Link) or link.to != records[0].entity:
                continue
            title = schema.fields(child.entity)[child.title]
            for one in records:
                for row in one.values.get(f.name) or ():
                    other = row.get(link.name)
                    if other in names and other != one.id:
                        said: Any = title.show(row[title.name]) if link in ends(child) else say(link.label)
                        found.append(say(what, one=names[one.id], other=names[other], field=said))
    return found


def _title(one: Record) -> str:
    return str(one.values.get("name") or "")


def counted(moves: Sequence[Moving]) -> str:
    """«3 contacts, 2 notes, 5 files move»."""
    total = sum(one.count for one in moves)
    what = _(", ").join(str(one) for one in moves)
    return plural("{what} moves", "{what} move", total, what=what)
