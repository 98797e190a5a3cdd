"""What others changed, written into the file: a step of origin «sync» with its author, logged like any other.

A record that has changes of ours which did not go out yet is left alone: the server gives it a new number when they
come there, and what both sides made of it comes back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from freecrm.core.change import LEFT, OUTSIDE, Touched
from freecrm.core.entity import is_child
from freecrm.core.words import N_
from freecrm.store.logbook import unlogged
from freecrm.store.tables import blocks, pack_custom, quoted, shadow_columns, shadow_values, takes_custom
from freecrm.sync import agreed, outbox
from freecrm.sync import books as books_of
from freecrm.sync.outbox import CUSTOM, pending, shared

if TYPE_CHECKING:
    import sqlite3

    from freecrm.core.entity import Entity
    from freecrm.store.database import Store
    from freecrm.store.writer import Step
    from freecrm.sync.books import Books
    from freecrm.sync.server import Row

CAME = N_("Changes of {name} received")
FIRST = N_("The team's records received")


def take(
    store: Store,
    rows: Sequence[Row],
    books: Books,
    *,
    who: bytes | None = None,
    name: str = "",
    first: bool = False,
    forced: bool = False,
) -> int:
    """Write rows of one author, and the books as they are then, in one transaction; how many rows differed here.

    forced: also where a change of ours is waiting (the server refused it)."""
    news: list[str] = []
    came = (
        store.step(FIRST, origin="sync") if first or not name else store.step(CAME, origin="sync", name=name)
    )
    with came as step:
        step.who = who
        written = _write(step, rows, books, forced, news)
        books_of.write(step.connection, books)
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
        c = step.connection
        outbox.note_unsent(c, step.schema, books, [bytes.fromhex(id) for _entity, id in gone], "gone")
        for entity, id in gone:
            count += _remove(store, c, entity, bytes.fromhex(id))
        books_of.write(c, books)
        step.carried = True
    return count


def put_outside(store: Store, gone: Iterable[tuple[str, str]], books: Books) -> int:
    """Remove what lies outside of this computer's part, but for what was changed here and did not go out yet. How many
    records had to stay for that."""
    found = [(entity, bytes.fromhex(id)) for entity, id in gone if entity in store.model.entities]
    with store.step(OUTSIDE, origin="sync") as step:
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


def _write(step: Step, rows: Sequence[Row], books: Books, forced: bool, news: list[str]) -> int:
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
        fresh: list[tuple[bytes, Row]] = []
        for row in own:
            id = ids[row.id]
            newer = held.get(id, -1) - (1 if books.again or forced else 0)
            if id in waits or newer >= row.seq:
                continue
            written += 1
            if row.gone:
                if row.data:  # erased for good: here as well, once all has come in
                    books.erase.append((entity, row.id))
                c.execute(
                    "INSERT OR REPLACE INTO sync_tomb(id, entity, seq) VALUES (?, ?, ?)",
                    (id, entity, row.seq),
                )
                if id in held:
                    c.execute(f"DELETE FROM {quoted(entity)} WHERE id = ?", (id,))
            elif id in held:
                _update(c, declared, id, row)
            else:
                fresh.append((id, row))
        _insert(step, declared, fresh)
    return written


def _versions(c: sqlite3.Connection, entity: str, ids: list[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for block in blocks(ids):
        marks = ", ".join("?" * len(block))
        found.update(c.execute(f"SELECT id, seq FROM {quoted(entity)} WHERE id IN ({marks})", block))
    return found


def _row(entity: type[Entity], data: dict[str, Any]) -> tuple[list[str], list[Any]]:
    """The columns of a record and their values, from what the server has."""
    names: list[str] = []
    values: list[Any] = []
    for f in shared(entity):
        value = unlogged(f, data.get(f.name))
        names += [f.name, *shadow_columns(f)]
        values += [value, *shadow_values(f, f.unpack(value))]
    known = {f.name for f in shared(entity)}
    if takes_custom(entity):
        own = {k.removeprefix(CUSTOM): v for k, v in data.items() if k.startswith(CUSTOM) and v is not None}
        names.append("custom")
        values.append(pack_custom(own))
    extra = {k: v for k, v in data.items() if k not in known and not k.startswith(CUSTOM)}
    names.append("extra")
    values.append(pack_custom(extra))
    return names, values


def _update(c: sqlite3.Connection, entity: type[Entity], id: bytes, row: Row) -> None:
    names, values = _row(entity, json.loads(row.data or "{}"))
    sets = ", ".join(f"{quoted(name)} = ?" for name in (*names, "seq"))
    c.execute(f"UPDATE {quoted(entity.entity)} SET {sets} WHERE id = ?", (*values, row.seq, id))
    c.execute("DELETE FROM sync_tomb WHERE id = ?", (id,))


def _insert(step: Step, entity: type[Entity], fresh: Sequence[tuple[bytes, Row]]) -> None:
    if not fresh:
        return
    block = []
    names: list[str] = []
    for id, row in fresh:
        names, values = _row(entity, json.loads(row.data or "{}"))
        block.append((step.next_number(), id, row.seq, *values))
    step.insert_rows(entity.entity, ["seq", *names], block)
    step.connection.executemany("DELETE FROM sync_tomb WHERE id = ?", [(id,) for id, _row in fresh])
