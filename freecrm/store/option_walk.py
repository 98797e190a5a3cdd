"""Lists ordered by a choice, without sorting: the index is gone along one option after the other.

The order is that of `Compiler.sort_key`: options as they are listed, then words that are none of them, at
last empty ones; within an option by the rest of the order. Words that are no option are found by going
through what lies between the options in the index: mostly nothing.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from freecrm.core.fields import Choice, Field

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select, Subquery, Table

    from freecrm.store.select import Compiler

MOST = 100
"""Options; SQLite takes 500 SELECTs in one, and each option costs one or two."""


def has_walk(f: Field | None) -> bool:
    """Whether records can be gone through in the order of this field option by option."""
    return isinstance(f, Choice) and f.index and not f.custom and 0 < len(f.options.entries) <= MOST


def walk(
    compiler: Compiler,
    f: Field,
    down: bool,
    rest: list[ColumnElement[Any]],
    columns: list[ColumnElement[Any]],
) -> Subquery:
    """All rows, ordered by `f`, then by `rest`, which ends in a tie-break. columns: what is selected."""
    from sqlalchemy import select, union_all

    assert isinstance(f, Choice)
    held = compiler.table.c[f.name]
    keys = [entry.key for entry in f.options.entries]
    parts: list[ColumnElement[Any]] = [held == key for key in keys]
    parts.append(compiler.table.c.n.in_(_of_no_option(compiler.table, f.name, keys)))
    if down:
        parts.reverse()
    made = [select(*columns).where(part).order_by(*rest).subquery() for part in [*parts, held.is_(None)]]
    # each in a SELECT of its own: a part of a UNION may have no order
    return union_all(*(select(*part.c) for part in made)).subquery()


def _of_no_option(table: Table, name: str, keys: list[str]) -> Select[Any]:
    """The numbers of the rows that hold a word between two options, before the first or after the last."""
    from sqlalchemy import and_, select, union_all

    other = table.alias()
    held, ordered = other.c[name], sorted(keys)
    gaps = [held < ordered[0], held > ordered[-1]]
    gaps += [and_(held > low, held < high) for low, high in pairwise(ordered)]
    found = union_all(*(select(other.c.n).where(gap) for gap in gaps)).subquery()
    return select(found.c.n)
