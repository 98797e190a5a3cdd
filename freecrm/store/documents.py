"""What the search index is told of a record: its searchable fields and those of its child rows."""

from __future__ import annotations

import sqlite3
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from freecrm.core import grams
from freecrm.core.custom import CustomField, Schema
from freecrm.core.entity import Entity, is_child
from freecrm.core.fields import Choice, Field
from freecrm.core.jobs import Progress
from freecrm.store.search import SearchIndex
from freecrm.store.span import Span
from freecrm.store.tables import quoted, takes_custom

BLOCK = 500
WORDS = ("name", "code", "digits", "word")


@lru_cache(maxsize=256)
def entity_number(entity: str) -> int:
    """The number that stands for an entity in the index: the same in every file and version."""
    return zlib.crc32(entity.encode()) & 0xFFFF


def searched(schema: Schema, entity: str) -> list[Field]:
    """The fields of an entity's own row that its search document is made of."""
    return schema.once(
        ("searched", entity),
        lambda: [f for f in schema.fields(entity).values() if f.search in WORDS and f.derived is None],
    )


def long_field(schema: Schema, entity: str) -> Field | None:
    """The field whose long text has a document of its own."""
    return schema.once(
        ("long", entity),
        lambda: next((f for f in schema.fields(entity).values() if f.search == "long"), None),
    )


def is_partly_hidden(schema: Schema, entity: str, hidden: Collection[tuple[str, str]]) -> bool:
    """Whether the search document of a record holds something of these (entity, field)."""
    if not hidden or not is_searchable(schema, entity):
        return False
    return any((entity, f.name) in hidden for f in searched(schema, entity)) or any(
        (entity, name) in hidden and searched(schema, kind.entity)
        for name, kind in schema.children(entity).items()
    )


def is_searchable(schema: Schema, entity: str) -> bool:
    """Whether records of this entity stand in the index by themselves."""
    return not is_child(schema.entity(entity)) and any(
        f.search in ("name", "code") for f in searched(schema, entity)
    )


def document(pairs: Iterable[tuple[Field, Any]]) -> str:
    """The search document of a record from its searchable values, child rows included."""
    found: dict[str, list[str]] = {"name": [], "code": [], "digits": [], "word": []}
    for f, value in pairs:
        if value:
            found[f.search].append(f.show(value) if isinstance(f, Choice) else str(value))
    return grams.document(found["name"], found["code"], found["digits"], found["word"])


@dataclass
class Ready:
    """Search documents that came with the rows. rows: entity -> rows added with theirs handed over."""

    numbers: set[int] = field(default_factory=set)
    rows: Counter[str] = field(default_factory=Counter)

    def covers(self, entities: Iterable[str], counts: dict[str, tuple[int, int, int]]) -> bool:
        """Whether all changes of these entities are such rows: then nothing is left to look for."""
        return all(counts[e] == (self.rows[e], 0, 0) for e in entities if e in counts)


def refresh(
    connection: sqlite3.Connection,
    schema: Schema,
    span: Span,
    ready: Ready,
    next_number: Callable[[], int],
    progress: Progress | None = None,
) -> None:
    """Bring the index up to date with the changes of a step.

    ready: what was handed over with the rows (bulk import). progress: told how many records are done.
    """
    first, counts = span.first, span.counts
    for entity in counts:
        if schema.entity(entity).entity == entity and long_field(schema, entity):
            _refresh_long(connection, schema, entity, span, next_number)
    for root, told_by in schema.once("documents", lambda: _told_by(schema)):
        if CustomField.entity not in counts and counts.keys().isdisjoint(told_by):
            continue
        if CustomField.entity not in counts and ready.covers(told_by, counts):
            continue
        gone = [
            row[0]
            for row in connection.execute(
                "SELECT data ->> '$.n' FROM change WHERE n >= ? AND entity = ? AND op = 2",
                (first, root.entity),
            )
        ]
        if gone:
            SearchIndex(connection).drop(gone)
        shrunk = _shrunk(connection, schema, root.entity, span)
        if shrunk is not None and CustomField.entity not in counts and not shrunk[1]:
            continue
        done = ready.numbers | (shrunk[0] if shrunk is not None else set())
        rows = [row for row in touched_roots(connection, schema, root.entity, span) if row[0] not in done]
        for start in range(0, len(rows), BLOCK):
            if progress is not None:
                progress.tell(start, len(rows))
            block = rows[start : start + BLOCK]
            texts = texts_of(connection, schema, root.entity, [row[1] for row in block])
            SearchIndex(connection).put(
                [(entity_number(root.entity), n, texts.get(id, "")) for n, id in block],
                next_number,
            )


def _told_by(schema: Schema) -> list[tuple[type[Entity], frozenset[str]]]:
    """What has documents, and the entities whose records these are made of."""
    found = []
    for root in schema.model.roots():
        if is_searchable(schema, root.entity):
            children = {k.entity for k in schema.children(root.entity).values() if searched(schema, k.entity)}
            found.append((root, frozenset({root.entity, *children})))
    return found


def _shrunk(
    connection: sqlite3.Connection, schema: Schema, entity: str, span: Span
) -> tuple[set[int], set[int]] | None:
    """Take what deleted child rows added to documents out of them, where the step did nothing else to these
    records (their customers are deleted); the numbers of those that are in order then, and of
    those to be made anew. None where the step did more."""
    children = [child for child in schema.children(entity).values() if searched(schema, child.entity)]
    if not span.exact or any(
        span.counts.get(e, (0, 0))[:2] != (0, 0) for e in (entity, *(c.entity for c in children))
    ):
        return None
    lost: dict[int, list[tuple[Field, Any]]] = {}
    for name in dict.fromkeys(child.entity for child in children if child.entity in span.counts):
        found = searched(schema, name)
        values = ", ".join(f"x.data ->> '$.{f.name}'" for f in found)
        rows = connection.execute(
            f"SELECT t.n, {values} FROM change x JOIN {quoted(entity)} t ON t.id = unhex_id(x.data ->> '$.parent')"
            " WHERE x.n >= ? AND x.entity = ? AND x.op = 2 AND x.data ->> '$.parent_entity' = ?",
            (span.first, name, entity),
        )
        for n, *held in rows:
            lost.setdefault(n, []).extend(zip(found, held, strict=True))
    index, numbers, done = SearchIndex(connection), sorted(lost), set()
    for start in range(0, len(numbers), BLOCK):
        smaller = []
        for n, (docid, text) in index.texts(numbers[start : start + BLOCK]).items():
            left = grams.without(text, document(lost[n]))
            if left:
                done.add(n)
                if left != text:
                    smaller.append((docid, left))
        index.shrink(smaller)
    return done, lost.keys() - done


def touched_roots(
    connection: sqlite3.Connection,
    schema: Schema,
    entity: str,
    span: Span,
) -> list[tuple[int, bytes]]:
    """(n, id) of the records of `entity` that exist and were touched, themselves or in a child row, where it is
    found by what was changed."""
    first, counts = span.first, span.counts
    parts = []
    parameters: list[object] = []
    if CustomField.entity in counts and takes_custom(schema.entity(entity)):
        for key in _changed_keys(connection, entity, first):
            parts.append(f"SELECT id FROM {quoted(entity)} WHERE custom ->> ? IS NOT NULL")
            parameters.append(key)
    for sql, values in span.written(entity, "id", [f.name for f in searched(schema, entity)]):
        parts.append(sql)
        parameters += values
    for name in dict.fromkeys(child.entity for child in schema.children(entity).values()):
        if name in counts and searched(schema, name):
            found_by = [f.name for f in searched(schema, name)]
            for sql, values in span.written(name, "parent", ["parent", *found_by]):
                parts.append(sql)
                parameters += values
            if counts[name][1]:  # a row that moved to another record
                parts.append(
                    "SELECT unhex_id(data ->> '$.parent[0]') FROM change"
                    " WHERE n >= ? AND entity = ? AND op = 1 AND data -> '$.parent' IS NOT NULL"
                )
                parameters += (first, name)
            if counts[name][2]:
                parts.append(
                    "SELECT unhex_id(data ->> '$.parent') FROM change WHERE n >= ? AND entity = ? AND op = 2"
                )
                parameters += (first, name)
    if not parts:
        return []
    sql = f"SELECT n, id FROM {quoted(entity)} WHERE id IN ({' UNION '.join(parts)}) ORDER BY n"
    return connection.execute(sql, parameters).fetchall()


def _changed_keys(connection: sqlite3.Connection, entity: str, first: int) -> list[str]:
    """Keys of the custom fields that came, went or were switched on or off since change `first`."""
    rows = connection.execute(
        'SELECT key FROM custom_field WHERE "on" = :entity AND id IN'
        " (SELECT id FROM change WHERE n >= :first AND entity = 'custom_field')"
        " UNION SELECT data ->> '$.key' FROM change WHERE n >= :first AND entity = 'custom_field' AND op = 2"
        " AND data ->> '$.on' = :entity",
        {"entity": entity, "first": first},
    )
    return [f'$."{row[0]}"' for row in rows.fetchall() if row[0] and '"' not in row[0]]


def texts_of(
    connection: sqlite3.Connection, schema: Schema, entity: str, ids: Sequence[bytes]
) -> dict[bytes, str]:
    """id -> search document of these records (at most a few hundred at a time)."""
    marks = ", ".join("?" * len(ids))
    pairs: dict[bytes, list[tuple[Field, Any]]] = {id: [] for id in ids}
    own = searched(schema, entity)
    names = ", ".join(f"custom ->> '$.{f.name}'" if f.custom else quoted(f.name) for f in own)
    for id, *values in connection.execute(
        f"SELECT id, {names} FROM {quoted(entity)} WHERE id IN ({marks})", ids
    ):
        pairs[id] += zip(own, values, strict=True)
    for name in dict.fromkeys(child.entity for child in schema.children(entity).values()):
        found = searched(schema, name)
        if not found or connection.execute(f"SELECT 1 FROM {quoted(name)} LIMIT 1").fetchone() is None:
            continue
        names = ", ".join(quoted(f.name) for f in found)
        sql = f"SELECT parent, {names} FROM {quoted(name)} WHERE parent IN ({marks}) ORDER BY n"
        for id, *values in connection.execute(sql, ids):
            pairs[id] += zip(found, values, strict=True)
    return {id: document(found) for id, found in pairs.items()}


def touched_long(
    connection: sqlite3.Connection, schema: Schema, entity: str, span: Span
) -> list[tuple[int, bytes]]:
    """(n, id) of the records whose long text came or was changed."""
    f = long_field(schema, entity)
    assert f is not None
    column, log = quoted(f.name), "SELECT id FROM change WHERE n >= ? AND entity = ? AND op"
    new, changed, _deleted = span.counts.get(entity, (0, 0, 0))
    parts: list[str] = []
    parameters: list[object] = []
    if new and span.fresh is not None:
        parts.append(f"n > ? AND {column} IS NOT NULL")
        parameters.append(span.fresh)
    elif new:
        parts.append(f"id IN ({log} = 0) AND {column} IS NOT NULL")
        parameters += (span.first, entity)
    if changed:
        parts.append(f"id IN ({log} = 1 AND data -> '$.{f.name}' IS NOT NULL)")
        parameters += (span.first, entity)
    if not parts:
        return []
    sql = " UNION ".join(f"SELECT n, id FROM {quoted(entity)} WHERE {part}" for part in parts)
    return connection.execute(f"{sql} ORDER BY n", parameters).fetchall()


def long_texts_of(
    connection: sqlite3.Connection, schema: Schema, entity: str, ids: Sequence[bytes]
) -> dict[bytes, str]:
    """id -> the long text of these records as its index stores it (at most a few hundred at a time)."""
    f = long_field(schema, entity)
    assert f is not None
    marks = ", ".join("?" * len(ids))
    rows = connection.execute(f"SELECT id, {quoted(f.name)} FROM {quoted(entity)} WHERE id IN ({marks})", ids)
    return {id: grams.long_text(text or "") for id, text in rows}


def _refresh_long(
    connection: sqlite3.Connection, schema: Schema, entity: str, span: Span, next_number: Callable[[], int]
) -> None:
    index = SearchIndex(connection, long=True)
    gone = connection.execute(
        "SELECT data ->> '$.n' FROM change WHERE n >= ? AND entity = ? AND op = 2", (span.first, entity)
    ).fetchall()
    if gone:
        index.drop([row[0] for row in gone])
    rows, number = touched_long(connection, schema, entity, span), entity_number(entity)
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        texts = long_texts_of(connection, schema, entity, [id for _n, id in block])
        index.put([(number, n, texts[id]) for n, id in block], next_number)
