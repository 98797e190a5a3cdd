"""What tidying reads and remembers: rows in blocks along their numbers, what changed since, what is kept.

A row is (n, id, record, entity, values): the record it belongs to is itself, or its parent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from freecrm.core.change import DELETE, Touched
from freecrm.core.entity import is_child
from freecrm.core.fields import Field
from freecrm.store import faults
from freecrm.store.blocks import column
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.reader import Reader

BLOCK = 1000


class Row(NamedTuple):
    """id: of the row. record, entity: what it belongs to. values: by field name, as stored."""

    n: int
    id: bytes
    record: bytes
    entity: str
    values: dict[str, Any]


def count(reader: Reader, table: str) -> int:
    """How many rows an entity has."""
    with faults.told(reader.store.path):
        return int(reader.connection().execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()[0])


def every(reader: Reader, table: str, fields: Sequence[Field]) -> Iterator[list[Row]]:
    """All rows of an entity, a block at a time, by number."""
    after = 0
    while True:
        block = _rows(reader, table, fields, "n > ?", (after,), f" ORDER BY n LIMIT {BLOCK}")
        if not block:
            return
        yield block
        after = block[-1].n


def of_records(
    reader: Reader, table: str, fields: Sequence[Field], entity: str, ids: Sequence[bytes]
) -> list[Row]:
    """The rows of an entity that are these records or belong to them."""
    child = is_child(reader.schema.entity(table))
    found: list[Row] = []
    for start in range(0, len(ids), 500):
        block = ids[start : start + 500]
        marks = ", ".join("?" * len(block))
        if child:
            where, given = f"parent IN ({marks}) AND parent_entity = ?", (*block, entity)
        else:
            where, given = f"id IN ({marks})", tuple(block)
        found += _rows(reader, table, fields, where, given, " ORDER BY n")
    return found


def _rows(
    reader: Reader, table: str, fields: Sequence[Field], where: str, given: Sequence[Any], tail: str
) -> list[Row]:
    child = is_child(reader.schema.entity(table))
    owner = ["parent", "parent_entity"] if child else ["id", "NULL"]
    names = ", ".join(["n", "id", *owner, *(column(f) for f in fields)])
    keys = [f.name for f in fields]
    with faults.told(reader.store.path):
        return [
            Row(n, id, record, entity or ("" if child else table), dict(zip(keys, values, strict=True)))
            for n, id, record, entity, *values in reader.connection().execute(
                f"SELECT {names} FROM {quoted(table)} WHERE {where}{tail}", given
            )
        ]


def tag_counts(reader: Reader, child: str, shown: str) -> dict[str, int]:
    """Spelling -> how many rows have it."""
    sql = f"SELECT {quoted(shown)}, count(*) FROM {quoted(child)} GROUP BY {quoted(shown)}"
    with faults.told(reader.store.path):
        return {word: n for word, n in reader.connection().execute(sql) if word}


# ---- what changed since


def last_change(reader: Reader) -> int:
    """The number of the latest change."""
    with faults.told(reader.store.path):
        row = reader.connection().execute("SELECT coalesce(max(n), 0) FROM change").fetchone()
        return int(row[0])


def changed_since(
    reader: Reader, number: int, entities: Sequence[str], most: int
) -> dict[str, set[bytes]] | None:
    """Entity -> records of these entities that were changed since, they or rows of theirs; None: more than
    `most` changes."""
    found: dict[str, set[bytes]] = {entity: set() for entity in entities}
    rows: dict[str, set[bytes]] = {}
    model = reader.schema.model.entities
    sql = (
        "SELECT entity, id, op, data ->> '$.parent', data ->> '$.parent_entity' FROM change"
        " WHERE n > ? ORDER BY n LIMIT ?"
    )
    with faults.told(reader.store.path):
        changes = reader.connection().execute(sql, (number, most + 1)).fetchall()
        if len(changes) > most:
            return None
        for entity, id, op, parent, of in changes:
            if entity in found:
                found[entity].add(id)
            elif op == DELETE and of in found and parent:
                found[of].add(bytes.fromhex(parent))
            elif entity in model and is_child(model[entity]):
                rows.setdefault(entity, set()).add(id)
        for child, ids in rows.items():
            wanted = list(ids)
            for start in range(0, len(wanted), 500):
                block = wanted[start : start + 500]
                marks = ", ".join("?" * len(block))
                sql = f"SELECT parent_entity, parent FROM {quoted(child)} WHERE id IN ({marks})"
                for of, parent in reader.connection().execute(sql, block):
                    if of in found:
                        found[of].add(parent)
    return found


# ---- what is kept


def keep_all(store: Store, prefix: str, values: Mapping[str, Any]) -> None:
    """Remember these things under keys that begin so, in place of all that was there; no step, not undone."""
    with store.lock, faults.told(store.path):
        connection = store.write()
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute("DELETE FROM kept WHERE key >= ? AND key < ?", _span(prefix))
            connection.executemany(
                "INSERT INTO kept(key, value) VALUES (?, ?)",
                [(prefix + key, json.dumps(value, ensure_ascii=False)) for key, value in values.items()],
            )
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
    store.tell(Touched(None, {}))


def kept_keys(store: Store, prefix: str) -> set[str]:
    """What stands behind the prefix of the keys kept."""
    with faults.told(store.path):
        rows = store.read().execute("SELECT key FROM kept WHERE key >= ? AND key < ?", _span(prefix))
        return {key[len(prefix) :] for (key,) in rows}


def put(store: Store, prefix: str, keys: Sequence[str], there: bool) -> None:
    """Let these keys be kept, or no more."""
    full = [(prefix + key,) for key in keys]
    sql = (
        "INSERT INTO kept(key, value) VALUES (?, 'true') ON CONFLICT(key) DO NOTHING"
        if there
        else "DELETE FROM kept WHERE key = ?"
    )
    with store.lock, faults.told(store.path):
        store.write().executemany(sql, full)
    store.tell(Touched(None, {}))


def _span(prefix: str) -> tuple[str, str]:
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)
