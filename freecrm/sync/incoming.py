"""What others changed, written into the file: a step of origin «sync» with its author, logged like any other.

A record that has changes of ours which did not go out yet is left alone: the server gives it a new number when they
come there, and what both sides made of it comes back.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from freecrm.core.change import LEFT, LET_GO, OUTSIDE, Touched
from freecrm.core.entity import is_child
from freecrm.core.problems import Known
from freecrm.core.words import N_
from freecrm.store.logbook import unlogged
from freecrm.store.tables import blocks, pack_custom, quoted, shadow_columns, shadow_makers, takes_custom
from freecrm.sync import agreed, outbox
from freecrm.sync import books as books_of
from freecrm.sync.outbox import CUSTOM, pending, records, shared
from freecrm.sync.server import SENT

if TYPE_CHECKING:
    import sqlite3

    from freecrm.core.entity import Entity
    from freecrm.core.fields import Field
    from freecrm.core.module import Model
    from freecrm.store.database import Store
    from freecrm.store.writer import Step
    from freecrm.sync.books import Books
    from freecrm.sync.server import Row

log = logging.getLogger("freecrm.sync")
CAME = N_("Changes of {name} received")
FIRST = N_("The team's records received")
Ready = dict[str, list[Any]]
"""Id -> the values of a record's columns."""


def take(
    store: Store,
    rows: Sequence[Row],
    books: Books,
    *,
    who: bytes | None = None,
    name: str = "",
    first: bool = False,
    forced: bool = False,
    point: tuple[int, str] | None = None,
    ready: Ready | None = None,
) -> int:
    """Write rows of one author, and the books as they are then, in one transaction; how many rows differed here.

    point: the place in the server's history that is reached with them, and its mark, "" where it has none. ready: what `ready` has made
    of them. forced: also where a change of ours is waiting (the server refused it)."""
    news: list[str] = []
    came = (
        store.step(FIRST, origin="sync") if first or not name else store.step(CAME, origin="sync", name=name)
    )
    with came as step:
        step.who, step.indexed_later = who, first
        written = _write(step, rows, books, forced, news, ready or {})
        books_of.write(step.connection, books)
        if point is not None and point[1]:
            books_of.pass_point(step.connection, *point)
        step.carried = True
    if news:
        store.load_schema()  # some settings switch fields and pages
        store.tell(Touched(None, {}))
    return written


def take_off(store: Store, gone: Iterable[tuple[str, str]], books: Books) -> int:
    """Remove what this person may no longer see; it is no deletion. How many records went."""
    count = 0
    gone = list(gone)
    with store.step(LEFT, origin="sync") as step:
        step.who = None  # nobody's doing here: whoever works here may not look up in the log what went
        c = step.connection
        outbox.note_unsent(c, step.schema, books, [bytes.fromhex(id) for _entity, id in gone], "gone")
        for entity, id in gone:
            count += _remove(store, c, entity, bytes.fromhex(id))
        books_of.write(c, books)
        step.carried = True
    return count


def let_go(store: Store, unmade: Iterable[tuple[str, str]], books: Books) -> None:
    """New records of ours were refused, and are gone: what named them lets go as if they had been deleted, here and,
    where it arrived, for everybody. What can't be without them goes; what was typed into it is in a note."""
    named: dict[str, list[bytes]] = {}
    for entity, id in unmade:
        named.setdefault(entity, []).append(bytes.fromhex(id))
    books.unmade = []
    try:
        with store.step(LET_GO, origin="program") as step:
            for entity, ids in named.items():
                if entity in store.model.entities:
                    step.delete_ids(entity, ids)
            outbox.note_deleted(step.connection, step.schema, step.first, "create")
            books_of.write(step.connection, books)
            step.carried = True
    except Known as problem:  # a quote that was sent stays as it is, and with it what it names
        log.warning("What named refused records stays: %s", problem)
        with books_of.written(store) as c:
            books_of.write(c, books)


def put_outside(store: Store, gone: Iterable[tuple[str, str]], books: Books) -> int:
    """Remove what lies outside of this computer's part, but for what was changed here and did not go out yet. How many
    records had to stay for that."""
    found = [(entity, bytes.fromhex(id)) for entity, id in gone if entity in store.model.entities]
    with store.step(OUTSIDE, origin="sync") as step:
        step.who = None
        c = step.connection
        stays = _staying(store, c, books)
        kept = [(entity, id) for entity, id in found if id in stays or _owner(store, c, entity, id) in stays]
        for entity, id in set(found).difference(kept):
            _remove(store, c, entity, id)
        books_of.write(c, books)
        step.carried = True
    return len(kept)


def _staying(store: Store, c: sqlite3.Connection, books: Books) -> set[bytes]:
    """What has changes that did not go out yet, and what such rows belong to."""
    found: set[bytes] = set()
    for entity, id in outbox.changed(c, books.upto):
        found.add(id)
        owner = _owner(store, c, entity, id)
        if owner is not None:
            found.add(owner)
    return found


def _owner(store: Store, c: sqlite3.Connection, entity: str, id: bytes) -> bytes | None:
    declared = store.model.entities.get(entity)
    if declared is None or not is_child(declared):
        return None
    row = c.execute(f"SELECT parent FROM {quoted(entity)} WHERE id = ?", (id,)).fetchone()
    return None if row is None else row[0]


def _remove(store: Store, c: sqlite3.Connection, entity: str, id: bytes) -> int:
    if entity not in store.model.entities:
        return 0
    return c.execute(f"DELETE FROM {quoted(entity)} WHERE id = ?", (id,)).rowcount


def ready(model: Model, rows: Sequence[Row]) -> Ready:
    """What `take` would work out of rows itself, in any thread and before their turn."""
    return {
        row.id: _shape(model.entities[row.entity]).row(json.loads(row.data))
        for row in rows
        if row.data and not row.gone and row.entity in model.entities
    }


def _write(step: Step, rows: Sequence[Row], books: Books, forced: bool, news: list[str], ready: Ready) -> int:
    c = step.connection
    by_entity: dict[str, list[Row]] = {}
    for row in rows:
        by_entity.setdefault(row.entity, []).append(row)
    written = 0
    for entity, own in by_entity.items():
        if entity == agreed.ENTITY:
            changed = [agreed.take(c, row.seq, row.data) for row in own]
            if any(changed):
                news.append(entity)
            continue
        if entity not in step.schema.model.entities:
            continue  # a newer program knows it; this one asks again when it has been brought up to date
        ids = {row.id: bytes.fromhex(row.id) for row in own}
        waits = pending(c, books.upto, ids.values())
        if forced and waits:
            outbox.note_unsent(c, step.schema, books, waits, "change")
            waits = set()
        held = _versions(c, entity, list(ids.values()))
        declared = step.schema.entity(entity)
        shape = _shape(declared)
        fresh: list[tuple[bytes, Row]] = []
        there: dict[bytes, Row] = {}
        sent: list[tuple[int, bytes]] = []
        for row in own:
            id = ids[row.id]
            newer = held.get(id, -1) - (1 if books.again or forced else 0)
            if id in waits or newer >= row.seq:
                continue
            if row.gone:
                written += 1
                if row.data:  # erased for good: here as well, once all has come in
                    books.erase.append((entity, row.id))
                c.execute(
                    "INSERT OR REPLACE INTO sync_tomb(id, entity, seq) VALUES (?, ?, ?)",
                    (id, entity, row.seq),
                )
                if id in held:
                    c.execute(f"DELETE FROM {quoted(entity)} WHERE id = ?", (id,))
            elif row.data == SENT and id in held:
                sent.append((row.seq, id))
            elif row.data == SENT:  # it went out from a damaged file in the place of this one
                books.absent.append((entity, row.id))
            elif id in held:
                there[id] = row
            else:
                fresh.append((id, row))
        c.executemany(f"UPDATE {quoted(entity)} SET seq = ? WHERE id = ?", sent)
        written += len(fresh) + _update(c, shape, there)
        _insert(step, shape, fresh, ready)
    return written


def _versions(c: sqlite3.Connection, entity: str, ids: list[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for block in blocks(ids):
        marks = ", ".join("?" * len(block))
        found.update(c.execute(f"SELECT id, seq FROM {quoted(entity)} WHERE id IN ({marks})", block))
    return found


class _Shape:
    """How records of an entity lie in its table. names: the columns that come from the server."""

    def __init__(self, entity: type[Entity]) -> None:
        self.entity = entity
        self.takes_custom = takes_custom(entity)
        self.names: list[str] = []
        self._places: dict[str, tuple[int, Field, tuple[Callable[[str], str], ...]]] = {}
        for f in shared(entity):
            self._places[f.name] = (len(self.names), f, shadow_makers(f.search))
            self.names += [f.name, *shadow_columns(f)]
        self.names += [*(["custom"] if self.takes_custom else []), "extra"]

    def row(self, data: dict[str, Any]) -> list[Any]:
        """The values of these columns, from what the server has."""
        values: list[Any] = [None] * len(self.names)
        own: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        for name, value in data.items():
            place = self._places.get(name)
            if place is None:
                if not name.startswith(CUSTOM):
                    extra[name] = value
                elif self.takes_custom and value is not None:
                    own[name.removeprefix(CUSTOM)] = value
                continue
            if value is None:
                continue
            at, f, makers = place
            values[at] = unlogged(f, value)
            if makers:
                shown = f.unpack(value)
                for number, make in enumerate(makers, at + 1):
                    values[number] = make(shown) if shown else None
        if own:
            values[-2] = pack_custom(own)
        if extra:
            values[-1] = pack_custom(extra)
        return values


_shapes: dict[str, _Shape] = {}


def _shape(entity: type[Entity]) -> _Shape:
    found = _shapes.get(entity.entity)
    if found is None or found.entity is not entity:
        found = _shapes[entity.entity] = _Shape(entity)
    return found


def _update(c: sqlite3.Connection, shape: _Shape, rows: dict[bytes, Row]) -> int:
    """Write what records hold now; how many differed. One that is the same here, as what went out from here is when
    it comes back, only gets its version."""
    if not rows:
        return 0
    table = quoted(shape.entity.entity)
    held = records(c, shape.entity, list(rows))
    changed = []
    for id, row in rows.items():
        data = json.loads(row.data or "{}")
        if held[id] != said(data):
            changed.append((*shape.row(data), row.seq, id))
    sets = ", ".join(f"{quoted(name)} = ?" for name in (*shape.names, "seq"))
    c.executemany(f"UPDATE {table} SET {sets} WHERE id = ?", changed)
    if len(changed) < len(rows):
        c.executemany(f"UPDATE {table} SET seq = ? WHERE id = ?", [(row.seq, id) for id, row in rows.items()])
    _forget(c, rows)
    return len(changed)


def said(data: dict[str, Any]) -> dict[str, Any]:
    """What a record says: empty fields say nothing."""
    return {name: value for name, value in data.items() if value is not None}


def _insert(step: Step, shape: _Shape, fresh: Sequence[tuple[bytes, Row]], ready: Ready) -> None:
    if not fresh:
        return
    block = []
    for id, row in fresh:
        values = ready.get(row.id) or shape.row(json.loads(row.data or "{}"))
        block.append((step.next_number(), id, row.seq, *values))
    step.insert_rows(shape.entity.entity, ["seq", *shape.names], block)
    _forget(step.connection, [id for id, _row in fresh])


def _forget(c: sqlite3.Connection, ids: Iterable[bytes]) -> None:
    """Take off what says that these are deleted."""
    if c.execute("SELECT 1 FROM sync_tomb LIMIT 1").fetchone() is not None:
        c.executemany("DELETE FROM sync_tomb WHERE id = ?", [(id,) for id in ids])
