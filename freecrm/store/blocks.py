"""Many records at once: one statement for a block, turned over into columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any

from freecrm.core.fields import Field, Link, Number
from freecrm.core.record import Record
from freecrm.core.rows import Rows
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.reader import Reader

KEPT = 10_000  # titles of linked records that a long read keeps

Titles = dict[str, dict[bytes, str]]
"""What linked records are called, by entity."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is read. key: "n" or "id"."""

    entity: str
    key: str
    fields: list[Field]


def records(reader: Reader, wanted: Wanted, values: Sequence[Any]) -> list[Record]:
    """The records whose key is among `values`, in that order."""
    numbers, ids, seqs, held = in_columns(reader, wanted, values, {})
    names = list(held)
    rows: Iterable[tuple[Any, ...]] = zip(*held.values(), strict=True) if held else repeat((), len(ids))
    return [
        Record(wanted.entity, id, n, dict(zip(names, row, strict=True)), seq)
        for n, id, seq, row in zip(numbers, ids, seqs, rows, strict=True)
    ]


def in_columns(
    reader: Reader, wanted: Wanted, values: Sequence[Any], known: Titles
) -> tuple[Sequence[int], Sequence[bytes], Sequence[int], dict[str, Sequence[Any]]]:
    """(numbers, ids, seqs, values by name) of the records whose key is among `values`, in that order.

    known: titles from earlier blocks of the same read; those of this one are added.
    """
    plain = [f for f in wanted.fields if not isinstance(f, Rows)]
    selected = ", ".join(["n", "id", "seq", *(column(f) for f in plain)])
    marks = ", ".join("?" * len(values))
    sql = f"SELECT {selected} FROM {quoted(wanted.entity)} WHERE {wanted.key} IN ({marks})"
    place = ("n", "id").index(wanted.key)
    found = {row[place]: row for row in reader.connection().execute(sql, list(values))}
    rows = [found[value] for value in values if value in found]
    # Turned over in C, then unpacked column by column: most columns hold their values as they are.
    numbers, ids, seqs, *columns = zip(*rows, strict=True) if rows else [()] * (3 + len(plain))
    held: dict[str, Sequence[Any]] = dict(zip((f.name for f in plain), columns, strict=True))
    for name, unpack in packed(plain):
        held[name] = [None if value is None else unpack(value) for value in held[name]]
    for f in wanted.fields:
        if isinstance(f, Rows):
            children = reader.children(f, ids)
            held[f.name] = [children.get(id, []) for id in ids]
        elif isinstance(f, Link) and f.to:
            held[f"{f.name}_title"] = _titles(reader, f.to, held[f.name], known)
    return numbers, ids, seqs, held


def _titles(reader: Reader, entity: str, ids: Sequence[bytes | None], known: Titles) -> list[str]:
    # A few owners and groups are named in every block: they are asked for once.
    named = known.setdefault(entity, {})
    if len(named) > KEPT:
        named.clear()
    unknown = {id for id in ids if id and id not in named}
    if unknown:
        named.update(reader.linked(entity, unknown))
    return [named.get(id, "") if id else "" for id in ids]


def packed(fields: Iterable[Field]) -> list[tuple[str, Callable[[Any], Any]]]:
    """(name, unpack) of the fields whose stored value is not the value itself."""
    return [(f.name, f.unpack) for f in fields if is_packed(f)]


def is_packed(f: Field) -> bool:
    """Whether the stored value of `f` is not the value itself."""
    return type(f).unpack is not Field.unpack and not (isinstance(f, Number) and f.places == 0)


def column(f: Field) -> str:
    """The SQL of a field's column."""
    return f"custom ->> '$.{f.name}'" if f.custom else quoted(f.name)
