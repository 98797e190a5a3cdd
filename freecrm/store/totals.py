"""Counts and sums of what a list shows: of its groups, its columns, the rows selected. Jobs ask, never the
drawing path. Sums are exact however large: SQLite adds the two halves of a number by themselves.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

from freecrm.core.fields import Field, Link
from freecrm.core.problems import Known
from freecrm.core.query import Query
from freecrm.core.rows import Rows
from freecrm.core.words import N_, say
from freecrm.store import select

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from freecrm.store.reader import Reader

GROUPS_MOST = 20_000
VALUES_MOST = 200


@dataclass(frozen=True, slots=True)
class Total:
    """What a column holds. sum, least, most: as people know values, None where the field has none of it."""

    filled: int = 0
    sum: Any = None
    least: Any = None
    most: Any = None

    def average(self, f: Field) -> Any:
        """The mean of the filled values, None when there is none."""
        if not self.filled or self.sum is None:
            return None
        mean = Decimal(self.sum) / self.filled
        if f.kind == "money":
            return int(mean.to_integral_value(ROUND_HALF_EVEN))
        return mean.quantize(Decimal(1).scaleb(-max(getattr(f, "places", 0), 2)), ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows of one group. keys: its value at each level, as people know them (links as titles; a bucket
    of days as its place). ids: what tells it apart from others. sums: by field."""

    keys: tuple[Any, ...]
    ids: tuple[Any, ...]
    count: int
    sums: dict[str, Any]


def groups(reader: Reader, query: Query, names: Sequence[str]) -> list[Slice]:
    """The groups of a question in the order in which `Reader.numbers` has their rows, with the sums of the
    named fields. Known when there are too many to be looked at."""
    from sqlalchemy import func
    from sqlalchemy import select as select_

    query = select.worked_out(reader.store, query, reader.rights)
    compiler = select.Compiler(reader.store, query.entity)
    made = [compiler.group(group) for group in query.group]
    keys = [key.label(f"key{at}") for at, (key, _order) in enumerate(made)]
    fields = [compiler.fields[name] for name in names]
    sums = [part for f in fields for part in _halves(compiler.column(f))]
    statement = (
        select_(*keys, func.count(), *sums)
        .select_from(compiler.table)
        .where(*compiler.conditions(query, reader.rights))
        .group_by(*(key for key, _order in made))
        .order_by(*(part for _key, order in made for part in order))
        .limit(GROUPS_MOST + 1)
    )
    rows = reader.execute(*select.as_text(statement), query).fetchall()
    if len(rows) > GROUPS_MOST:
        title = compiler.fields[query.group[-1].field].title
        what = N_("“{field}” has more than {most} different values; a list of so many groups helps nobody.")
        raise Known(say(what, field=title, most=f"{GROUPS_MOST:,}"))
    return _slices(reader, query, rows, fields)


def _halves(column: ColumnElement[Any]) -> list[Any]:
    from sqlalchemy import func

    return [func.sum(column.op(">>")(32)), func.sum(column.op("&")(0xFFFFFFFF))]


def _whole(f: Field, high: int | None, low: int | None) -> Any:
    return None if high is None or low is None else f.unpack((high << 32) + low)


def _slices(reader: Reader, query: Query, rows: list[Any], fields: list[Field]) -> list[Slice]:
    depth = len(query.group)
    shown: list[dict[Any, Any]] = []
    for level, group in enumerate(query.group):
        f = reader.schema.fields(query.entity)[group.field]
        held = {row[level] for row in rows if row[level] is not None}
        if isinstance(f, Link) and f.to:
            shown.append(dict(reader.linked(f.to, held)))
        elif group.by or isinstance(f, Rows):
            shown.append({key: key for key in held})
        else:
            shown.append({key: f.unpack(key) for key in held})
    found = []
    for row in rows:
        ids = tuple(row[:depth])
        values = row[depth + 1 :]
        sums = {f.name: _whole(f, values[2 * at], values[2 * at + 1]) for at, f in enumerate(fields)}
        found.append(
            Slice(tuple(s.get(key) for s, key in zip(shown, ids, strict=True)), ids, row[depth], sums)
        )
    return found


def totals(
    reader: Reader, query: Query, names: Sequence[str], numbers: Sequence[int] | None = None
) -> dict[str, Total]:
    """What the named columns hold in all rows of a question, or in those of the given numbers only."""
    if not names:
        return {}

    def make(compiler: select.Compiler, asked: Query) -> Select[Any]:
        from sqlalchemy import bindparam, func, literal_column
        from sqlalchemy import select as select_

        conditions = compiler.conditions(asked, reader.rights)
        if numbers is not None:
            each = func.json_each(bindparam("chosen_", ""))
            conditions.append(compiler.table.c.n.in_(select_(literal_column("value")).select_from(each)))
        parts = [part for name in names for part in _measures(compiler, compiler.fields[name])]
        return select_(*parts).select_from(compiler.table).where(*conditions)

    shape = f"totals {' '.join(names)}{'' if numbers is None else ' chosen'}"
    sql, parameters = select.compiled(reader.store, query, reader.rights, shape, make)
    chosen = json.dumps(list(numbers)) if numbers is not None else ""
    parameters = tuple(chosen if p == select.CHOSEN else p for p in parameters)
    row = reader.execute(sql, parameters, query).fetchone()
    fields = [reader.schema.fields(query.entity)[name] for name in names]
    found, at = {}, 0
    for f in fields:
        if f.numeric:
            filled, high, low, least, most = row[at : at + 5]
            found[f.name] = Total(filled, _whole(f, high, low), f.unpack(least), f.unpack(most))
            at += 5
        elif f.kind in ("date", "moment"):
            found[f.name] = Total(row[at], None, f.unpack(row[at + 1]), f.unpack(row[at + 2]))
            at += 3
        else:
            found[f.name] = Total(row[at])
            at += 1
    return found


def _measures(compiler: select.Compiler, f: Field) -> list[Any]:
    from sqlalchemy import Integer, func, type_coerce

    if isinstance(f, Rows):
        return [func.count(compiler.first_row(f, key=False))]
    column = compiler.column(f)
    if f.numeric:
        column = type_coerce(column, Integer)
        return [func.count(column), *_halves(column), func.min(column), func.max(column)]
    if f.kind in ("date", "moment"):
        return [func.count(column), func.min(column), func.max(column)]
    return [func.count(column)]


def values(reader: Reader, entity: str, name: str, most: int = VALUES_MOST) -> list[tuple[Any, int]]:
    """The values that a field holds, the commonest first, with how often; links as their ids."""
    from sqlalchemy import func
    from sqlalchemy import select as select_

    compiler = select.Compiler(reader.store, entity)
    f = compiler.fields[name]
    query = Query(entity)
    if isinstance(f, Rows):
        child = compiler.store.metadata.tables[f.of]
        of = reader.schema.fields(f.of)[f.shows]
        column, table = child.c[f.shows], child
        conditions = [child.c.parent_entity == entity]
    else:
        of, column, table = f, compiler.column(f), compiler.table
        conditions = compiler.conditions(query, reader.rights)
    statement = (
        select_(column, func.count())
        .select_from(table)
        .where(*conditions, column.isnot(None))
        .group_by(column)
        .order_by(func.count().desc(), column)
        .limit(most)
    )
    return [(of.unpack(value), count) for value, count in reader.execute(*select.as_text(statement), query)]
