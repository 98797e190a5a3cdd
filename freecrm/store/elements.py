"""Ids of new rows. Of a set (tags) they follow from the owner and the word, so that the same word put on the same record
on two computers is one row. Of what the program makes by itself they follow from what it is: a colleague's computer that
makes it on the same day makes the same record."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import count
from typing import Any

from freecrm.core.custom import fixed_id
from freecrm.core.entity import Child, Entity
from freecrm.store.ids import new_id, new_ids
from freecrm.store.tables import quoted, rows_of


def ids(
    c: sqlite3.Connection, entity: type[Entity], names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> list[bytes]:
    """The ids of new rows that hold these columns. What has been there and is another word now keeps its own."""
    element = entity.element if issubclass(entity, Child) else ""
    if not element or not {"parent", element} <= set(names):
        return new_ids(len(rows))
    parent, word = names.index("parent"), names.index(element)
    found = [fixed_id(entity.entity, row[parent].hex(), str(row[word] or "")) for row in rows]
    taken = {row[0] for row in rows_of(c, f"SELECT id FROM {quoted(entity.entity)} WHERE id IN (?)", found)}
    made: list[bytes] = []
    for id in found:
        made.append(new_id() if id in taken else id)
        taken.add(id)
    return made


def foreseen(c: sqlite3.Connection, entity: str, *what: object) -> bytes:
    """The id of a record that every computer of a team makes by itself (of the kinds that `sync.change` in `push.sql`
    names). what: all that it follows from. Whatever was made
    of the same before and is still there keeps its id; then it is that of the next one."""
    words = [one.hex() if isinstance(one, bytes) else str(one) for one in what]
    sql = f"SELECT 1 FROM {quoted(entity)} WHERE id = ?"
    return next(
        id
        for id in (fixed_id(entity, *words, str(n)) for n in count())
        if c.execute(sql, (id,)).fetchone() is None
    )
