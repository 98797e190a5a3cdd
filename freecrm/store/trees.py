"""Links that make a tree (group -> subsidiary): a record never ends up above itself."""

from __future__ import annotations

import sqlite3

from freecrm.core.fields import Link
from freecrm.core.module import Model
from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store.tables import quoted


def refuse_loops(connection: sqlite3.Connection, model: Model, first: int, touched: set[str]) -> None:
    """Known when the changes from number `first` on close a loop in a tree of records."""
    for entity in touched & model.entities.keys():
        for f in model.entities[entity].fields.values():
            if isinstance(f, Link) and f.tree:
                _refuse(connection, entity, f, model.entities[entity].title, first)


def _refuse(connection: sqlite3.Connection, entity: str, f: Link, title: str, first: int) -> None:
    table, link = quoted(entity), quoted(f.name)
    row = connection.execute(
        f"""WITH RECURSIVE
        start(id) AS (SELECT id FROM {table} WHERE {link} IS NOT NULL AND id IN
            (SELECT id FROM change WHERE n >= ? AND entity = ? AND op < 2
             AND (op = 0 OR data -> '$.{f.name}' IS NOT NULL))),
        up(start, id) AS (
            SELECT s.id, t.{link} FROM start s JOIN {table} t ON t.id = s.id
            UNION SELECT up.start, t.{link} FROM up JOIN {table} t ON t.id = up.id WHERE t.{link} IS NOT NULL)
        SELECT t.{quoted(title)} FROM up JOIN {table} t ON t.id = up.start WHERE up.id = up.start LIMIT 1""",
        (first, entity),
    ).fetchone()
    if row is not None:
        raise Known(
            say(
                N_(
                    "“{name}” would end up above itself in the group. Choose another group,"
                    " or take the other record out of this one first."
                ),
                name=row[0],
            )
        )
