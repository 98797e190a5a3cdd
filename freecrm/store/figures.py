"""The figures of one record's page, worked out from the same rows that its tabs show.

    figures.values(store.reader(), "customer", id, wanted)                  name -> (value, what stands beside)
    figures.values(reader, "customer", id, wanted, whole=tree_of(entity))   with all that is below it in the tree

Nothing is kept, so a figure can't differ from its rows. Every question goes along an index.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from freecrm.core.derive import Count, Earliest, First, Rows, Rule, Sum, parts
from freecrm.core.entity import columns
from freecrm.core.fields import Date, Field, Link, Moment, Number
from freecrm.core.pieces import Children, Doings, Figure, Held, Linked, People, Relations, Tab
from freecrm.store import faults, relations
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.reader import Reader


class Found(NamedTuple):
    """A figure: its value, what stands beside it, and the fields that show them (None: a count)."""

    value: Any
    of: Field | None
    beside: Any
    beside_of: Field | None


def values(
    reader: Reader, entity: str, id: bytes, wanted: Sequence[Figure], whole: Link | None = None
) -> dict[str, Found]:
    """Name -> figure of each that is wanted. whole: the link of a tree: the records below count as well."""
    with faults.told(reader.store.path):
        found = {}
        for figure in wanted:
            value, of = _part(reader, entity, id, figure.of, whole, figure.only)
            beside, beside_of = (
                _part(reader, entity, id, figure.beside, whole) if figure.beside else (None, None)
            )
            found[figure.name] = Found(value, of, beside, beside_of)
        return found


def count(reader: Reader, entity: str, id: bytes, tab: Tab, whole: Link | None = None) -> int | None:
    """How many rows a tab has, None where that isn't counted."""
    show = tab.show
    if isinstance(show, Children):
        rule = Count(show.of, "parent")
    elif isinstance(show, (People, Linked)):
        rule = Count(show.of, show.by)
    elif isinstance(show, Relations):
        return relations.count(reader, entity, id, show)
    elif isinstance(show, Doings):
        return _doings(reader, id, show)
    elif isinstance(show, Held):
        rule = Count(reader.schema.children(entity)[show.field].entity, "parent")
    else:
        return None
    with faults.told(reader.store.path):
        value, _of = _part(reader, entity, id, rule, whole)
    return int(value or 0)


def _doings(reader: Reader, id: bytes, show: Doings) -> int:
    """How many activities there are with a record, those dropped left out."""
    child, link = show.over
    here = f"{quoted(show.by)} = ?"
    if child:
        here = f"id IN (SELECT parent FROM {quoted(child)} WHERE {quoted(link)} = ?)"
    sql = f"SELECT count(*) FROM activity WHERE {here} AND state IS NOT 'dropped'"
    with faults.told(reader.store.path):
        return int(reader.connection().execute(sql, (id,)).fetchone()[0])


def crowded(reader: Reader, entity: str, id: bytes, most: int) -> dict[str, int]:
    """The fields of child rows of which a record has more than `most`, with how many: too many to show whole."""
    found = {}
    with faults.told(reader.store.path):
        for name, child in reader.schema.children(entity).items():
            table, here = quoted(child.entity), "parent = ?"
            sql = f"SELECT 1 FROM {table} WHERE {here} LIMIT 1 OFFSET ?"
            if reader.connection().execute(sql, (id, most)).fetchone() is not None:
                sql = f"SELECT count(*) FROM {table} WHERE {here}"
                found[name] = int(reader.connection().execute(sql, (id,)).fetchone()[0])
    return found


def below(reader: Reader, entity: str, id: bytes, link: Link) -> list[bytes]:
    """The record and everything below it in its tree."""
    sql = f"SELECT id FROM {_ids(entity, link)}"
    with faults.told(reader.store.path):
        return [row[0] for row in reader.connection().execute(sql, (id,))]


def _part(
    reader: Reader,
    entity: str,
    id: bytes,
    of: str | Rule,
    whole: Link | None,
    only: tuple[str, str] = ("", ""),
) -> tuple[Any, Field | None]:
    if isinstance(of, str):
        return _field(reader, entity, id, of, whole)
    for rule in parts(of):
        value, f = _rule(reader, entity, id, rule, whole, only)
        if value is not None:
            return value, f
    return None, None


def _field(reader: Reader, entity: str, id: bytes, name: str, whole: Link | None) -> tuple[Any, Field | None]:
    f = reader.schema.fields(entity)[name]
    if reader.rights is not None and (entity, name) in reader.rights.hidden:
        return None, f
    column = quoted(name)
    if whole is not None and (f.numeric or isinstance(f, (Date, Moment))):
        taken = f"sum({column})" if f.numeric else f"max({column})"
        sql = f"SELECT {taken} FROM {quoted(entity)} WHERE id IN (SELECT id FROM {_ids(entity, whole)})"
    else:
        sql = f"SELECT {column} FROM {quoted(entity)} WHERE id = ?"
    row = reader.connection().execute(sql, (id,)).fetchone()
    return (f.unpack(row[0]) if row is not None else None), f


def _rule(
    reader: Reader, entity: str, id: bytes, rule: Rows, whole: Link | None, only: tuple[str, str]
) -> tuple[Any, Field | None]:
    if isinstance(rule, First):
        raise ValueError("a figure counts or adds; the first of several rows is a field of the record")
    table, by = quoted(rule.of), quoted(rule.by)
    here = f"{by} = ?" if whole is None else f"{by} IN (SELECT id FROM {_ids(entity, whole)})"
    given: tuple[bytes | str, ...] = (id,)
    if only[0]:
        here, given = f"{here} AND {quoted(only[0])} = ?", (id, only[1])
    if isinstance(rule, Count):
        row = reader.connection().execute(f"SELECT count(*) FROM {table} WHERE {here}", given).fetchone()
        return row[0], None
    f = reader.schema.fields(rule.of)[rule.take]
    way = "sum" if isinstance(rule, Sum) else "min" if isinstance(rule, Earliest) else "max"
    taken = f"{way}({quoted(rule.take)})"
    row = reader.connection().execute(f"SELECT {taken} FROM {table} WHERE {here}", given).fetchone()
    value = f.unpack(row[0])
    return (None if isinstance(f, Number) and not value else value), f


def _ids(entity: str, link: Link) -> str:
    """The ids of a record (one parameter) and of all below it, as a table. UNION ends in a ring, too."""
    table = quoted(entity)
    return (
        f"(WITH RECURSIVE whole(id) AS (SELECT ? UNION SELECT t.id FROM {table} t"
        f" JOIN whole ON t.{quoted(link.name)} = whole.id) SELECT id FROM whole)"
    )


def newest(
    reader: Reader, child: str, id: bytes, limit: int
) -> tuple[list[tuple[bytes, dict[str, Any]]], int]:
    """The rows of a child entity that belong to a record, the newest first, and how many there are."""
    fields = [f for f in columns(reader.schema.entity(child).fields) if f.name != "parent"]
    names = ", ".join(quoted(f.name) for f in fields)
    sql = f"SELECT id, {names} FROM {quoted(child)} WHERE parent = ? ORDER BY n DESC LIMIT ?"
    with faults.told(reader.store.path):
        found = reader.connection().execute(sql, (id, limit)).fetchall()
        count = f"SELECT count(*) FROM {quoted(child)} WHERE parent = ?"
        total = int(reader.connection().execute(count, (id,)).fetchone()[0])
    return [
        (row[0], {f.name: f.unpack(v) for f, v in zip(fields, row[1:], strict=True)}) for row in found
    ], total
