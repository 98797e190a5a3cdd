"""What a step brought in and is still here, and how all of it is taken out again, whatever happened since.

Undo leaves alone what was edited or is needed by others. Here everything goes that the step made, and
what others made stays: it only loses its link to what went, unless it can't be without it.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freecrm.core.change import Touched
from freecrm.core.entity import columns, ends, is_child
from freecrm.core.fields import Link
from freecrm.core.module import Model
from freecrm.store import faults
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store

_BORN = (
    "SELECT t.id FROM change x JOIN {table} t ON t.id = x.id WHERE x.n BETWEEN"
    " (SELECT first FROM step WHERE n = :n) AND (SELECT last FROM step WHERE n = :n)"
    " AND x.entity = '{entity}' AND x.op = 0 AND x.step = :n"
)


@dataclass(frozen=True, slots=True)
class TakenOut:
    """removed: entity -> records that went. linked: entity -> records of others that stay and had a link to one
    of them. along: what others had added to them (a note, an activity) and that went with them."""

    removed: dict[str, int]
    linked: dict[str, int]
    along: int


@faults.reads
def still_here(store: Store, n: int) -> bool:
    """Whether a record that step `n` made is still there."""
    return any(
        store.read().execute(f"{_born(entity.entity)} LIMIT 1", {"n": n}).fetchone()
        for entity in store.model.roots()
    )


def take_out(store: Store, n: int, title: str) -> tuple[Touched, TakenOut]:
    """Remove all that step `n` made and that is still there, in a step of its own called `title`."""
    with store.step(title) as step:
        c, model = step.connection, store.model
        _gather(c, model, n)
        found = _told(c, model)
        for entity in [*model.roots(), *(e for e in model.entities.values() if is_child(e))]:
            ids = [
                row[0] for row in c.execute("SELECT id FROM temp.going WHERE entity = ?", (entity.entity,))
            ]
            step.delete_many(entity.entity, ids)
    assert step.touched is not None
    return step.touched, found


def _born(entity: str) -> str:
    return _BORN.format(table=quoted(entity), entity=entity)


def _gather(c: sqlite3.Connection, model: Model, n: int) -> None:
    """Temp table `going`: id and entity of what the step made and is still there."""
    c.execute("DROP TABLE IF EXISTS temp.going")
    c.execute("CREATE TEMP TABLE going(id BLOB PRIMARY KEY, entity TEXT) WITHOUT ROWID")
    for name in model.entities:
        c.execute(f"INSERT OR IGNORE INTO temp.going SELECT id, '{name}' FROM ({_born(name)})", {"n": n})


def _links(model: Model) -> list[tuple[str, Link, bool]]:
    """(entity, link, whether its rows are child rows) of every link there is."""
    return [
        (e.entity, f, is_child(e))
        for e in model.entities.values()
        for f in columns(e.fields)
        if isinstance(f, Link)
    ]


def _told(c: sqlite3.Connection, model: Model) -> TakenOut:
    removed = {
        entity.entity: c.execute(
            "SELECT count(*) FROM temp.going WHERE entity = ?", (entity.entity,)
        ).fetchone()[0]
        for entity in model.roots()
    }
    linked: set[tuple[str, bytes]] = set()
    along: set[bytes] = set()
    for name, f, child in _links(model):
        sql = (
            f"SELECT id{', parent_entity, parent' if child else ''} FROM {quoted(name)}"
            f" WHERE {quoted(f.name)} IN (SELECT id FROM temp.going) AND id NOT IN (SELECT id FROM temp.going)"
        )
        rows = c.execute(sql).fetchall()
        if f in ends(model.entities[name]) and (f.name == "parent" or not child):
            along.update(row[0] for row in rows)
        else:
            linked.update((row[1], row[2]) if child else (name, row[0]) for row in rows)
    linked |= _other_ends(c, model)
    going = {row[0] for row in c.execute("SELECT id FROM temp.going")}
    counts: dict[str, int] = {}
    for entity, id in linked:
        if id not in going:
            counts[entity] = counts.get(entity, 0) + 1
    return TakenOut({e: n for e, n in removed.items() if n}, counts, len(along))


def _other_ends(c: sqlite3.Connection, model: Model) -> set[tuple[str, bytes]]:
    """What child rows of the records that go point at: the customer whose contact goes."""
    found: set[tuple[str, bytes]] = set()
    for name, f, child in _links(model):
        if child and f.name != "parent" and f.to:
            sql = (
                f"SELECT {quoted(f.name)} FROM {quoted(name)} WHERE parent IN (SELECT id FROM temp.going)"
                f" AND {quoted(f.name)} IN (SELECT id FROM {quoted(f.to)})"
            )
            found.update((f.to, row[0]) for row in c.execute(sql))
    return found
