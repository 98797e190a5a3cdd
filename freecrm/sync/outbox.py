"""What this computer has to tell: the change log read from where the last batch ended.

A batch is sealed, that is written down byte for byte, before it is sent, and sent again exactly so until the server
has answered. Each record stands in it once: with the fields that were changed, as they are now, and what they were
before. Steps that came from the server don't go back to it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from freecrm.core.change import DELETE, INSERT
from freecrm.core.entity import columns, is_child
from freecrm.core.fields import Field, Moment
from freecrm.store.ids import RANDOM
from freecrm.store.tables import blocks, quoted, takes_custom
from freecrm.sync import agreed
from freecrm.sync import books as books_of
from freecrm.sync.books import written

if TYPE_CHECKING:
    from freecrm.core.custom import Schema
    from freecrm.core.entity import Entity
    from freecrm.store.database import Store

MOST = 1_000
"""Changes of one batch: more keep others waiting for the server's counter."""

CUSTOM = "custom."
"""Before the key of a custom field, so that none is taken for a field of ours."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A batch as it is sent. since, upto: the changes in it."""

    batch: int
    since: int
    upto: int
    payload: str

    @property
    def may_make(self) -> bool:
        """Whether new records are among them; seldom too many are thought so."""
        return ',"n",{' in self.payload

    def digest(self) -> str:
        """By which the server knows that it is the same one."""
        return hashlib.md5(self.payload.encode(), usedforsecurity=False).hexdigest()


@dataclass(slots=True)
class _Folded:
    """All changes of one record in a batch. told: others may have it, from a server that lost it since."""

    entity: str
    id: bytes
    base: int
    at: int = 0
    last: int = 0
    new: bool = False
    told: bool = False
    gone: dict[str, Any] | None = None
    names: dict[str, None] = field(default_factory=dict)
    was: dict[str, Any] = field(default_factory=dict)


def waiting(connection: sqlite3.Connection) -> int:
    """How many records have changes that did not go out yet."""
    books = books_of.read(connection)
    if books is None:
        return 0
    sql = f"SELECT count(DISTINCT id) FROM {_OURS} AND c.n > ?"
    return int(connection.execute(sql, (books.upto,)).fetchone()[0])


_OURS = "change c LEFT JOIN step s ON s.n = c.step WHERE s.origin IS NOT 'sync'"


def changed(connection: sqlite3.Connection, upto: int) -> set[tuple[str, bytes]]:
    """(entity, id) of all records that have changes which did not go out yet."""
    sql = f"SELECT DISTINCT c.entity, c.id FROM {_OURS} AND c.n > ?"
    return set(connection.execute(sql, (upto,)).fetchall())


def pending(connection: sqlite3.Connection, upto: int, ids: Iterable[bytes]) -> set[bytes]:
    """Those of the records that have changes which did not go out yet."""
    found: set[bytes] = set()
    for block in blocks(list(ids)):
        marks = ", ".join("?" * len(block))
        sql = f"SELECT DISTINCT c.id FROM {_OURS} AND c.n > ? AND c.id IN ({marks})"
        found.update(row[0] for row in connection.execute(sql, (upto, *block)))
    return found


def seal(store: Store, most: int = MOST, *, after: Sealed | None = None) -> Sealed | None:
    """The batch under way, or the next one; None when everything went out. after: the one behind this, which has no
    answer yet."""
    with written(store) as c:
        if after is None:
            row = c.execute("SELECT batch, since, upto, payload FROM sync_sealed ORDER BY batch").fetchone()
        else:
            sql = "SELECT batch, since, upto, payload FROM sync_sealed WHERE batch = ?"
            row = c.execute(sql, (after.batch + 1,)).fetchone()
        if row is not None:
            return Sealed(*row)
        books = books_of.read(c)
        if books is None:
            return None
        if after is not None:
            made = _next(c, store.schema, books, after.upto, after.batch + 1, most)[0]
            books_of.write(c, books)
            return made
        reached = books.upto
        made, books.upto = _next(c, store.schema, books, books.upto, books.next_batch, most)
        # writing waits for the disk: to pass over a few of others' changes again costs less
        if made is None and books.upto - reached <= MOST and not _ours(c, reached, books.upto):
            return None
        if made is None:
            books.early = []
        books_of.write(c, books)
    return made


def goes_on(store: Store, sealed: Sealed) -> bool:
    """Whether there are changes after those of this batch."""
    return store.read().execute("SELECT 1 FROM change WHERE n > ?", (sealed.upto,)).fetchone() is not None


def unseal(store: Store, made: Sealed) -> None:
    """Give up a batch that was not sent."""
    with written(store) as c:
        agreed.untold(c)
        c.execute("DELETE FROM sync_sealed WHERE batch = ?", (made.batch,))


def seal_all(store: Store, most: int = MOST) -> list[Sealed]:
    """All batches that have no answer yet, up to what was changed last: for a file, which waits for none."""
    with written(store) as c:
        books = books_of.read(c)
        if books is None:
            return []
        found = sealed(c)
        since, batch = books.upto, books.next_batch
        if found:
            since, batch = found[-1].upto, found[-1].batch + 1
        while True:
            made, since = _next(c, store.schema, books, since, batch, most)
            if made is None:
                break
            found.append(made)
            since, batch = made.upto, made.batch + 1
        if not found:
            books.upto = since
        books_of.write(c, books)
    return found


def sealed(c: sqlite3.Connection) -> list[Sealed]:
    """The batches that have no answer yet, in order."""
    return [
        Sealed(*row)
        for row in c.execute("SELECT batch, since, upto, payload FROM sync_sealed ORDER BY batch").fetchall()
    ]


def _next(
    c: sqlite3.Connection, schema: Schema, books: books_of.Books, since: int, batch: int, most: int
) -> tuple[Sealed | None, int]:
    """Write down the batch of the changes after one, if there are any; and where it really begins."""
    while True:
        since = _begin(c, since)
        upto = _end(c, since, most)
        items = agreed.items(c, books) if upto == since else _items(c, schema, since, upto, books)
        if items:
            break
        if upto == since:
            return None, since
        since = upto  # what was made and deleted again
    payload = json.dumps(items, ensure_ascii=False, separators=(",", ":"))
    made = Sealed(batch, since, upto, payload)
    c.execute(
        "INSERT INTO sync_sealed(batch, since, upto, payload) VALUES (?, ?, ?, ?)",
        (made.batch, made.since, made.upto, made.payload),
    )
    return made, since


def _ours(c: sqlite3.Connection, since: int, upto: int) -> bool:
    """Whether anything of ours stands between two places of the log."""
    sql = f"SELECT 1 FROM {_OURS} AND c.n > ? AND c.n <= ? LIMIT 1"
    return c.execute(sql, (since, upto)).fetchone() is not None


def _begin(c: sqlite3.Connection, since: int) -> int:
    """The last change before the next one of ours: what came in with a first exchange is passed over at once."""
    row = c.execute(f"SELECT c.n FROM {_OURS} AND c.n > ? ORDER BY c.n LIMIT 1", (since,)).fetchone()
    if row is not None:
        return int(row[0]) - 1
    return int(c.execute("SELECT coalesce(max(n), 0) FROM change").fetchone()[0])


def _end(c: sqlite3.Connection, since: int, most: int) -> int:
    """The last change of the next batch: whole steps where they fit."""
    rows = c.execute(
        "SELECT n, step FROM change WHERE n > ? ORDER BY n LIMIT ?", (since, most + 1)
    ).fetchall()
    if not rows:
        return since
    if len(rows) <= most:
        return int(rows[-1][0])
    cut = rows[most][1]
    for n, step in reversed(rows[:most]):
        if step != cut:
            return int(n)
    return int(rows[most - 1][0])


def acknowledge(store: Store, sealed: Sealed, answer: dict[str, Any]) -> None:
    """Keep that a batch arrived: in the one transaction in which the next may begin."""
    with written(store) as c:
        books = books_of.read(c)
        if (
            books is None
            or not c.execute("DELETE FROM sync_sealed WHERE batch = ?", (sealed.batch,)).rowcount
        ):
            return
        books.next_batch, books.upto = sealed.batch + 1, sealed.upto
        books.fresh |= sealed.may_make
        untaken = answer.get("untaken", ())  # an older server doesn't say
        told = answer["rejected"] or untaken
        mine = {item[1].upper(): item for item in json.loads(sealed.payload)} if told else {}
        for entity, id, why in answer["rejected"]:
            note(c, entity, bytes.fromhex(id), why, mine[id])
            books.refused.append((entity, id))
            if mine[id][4] == "n":
                books.unmade.append((entity, id))
        for entity, id, names in untaken:
            typed = {name: mine[id][5][name] for name in names if _is_typed(store.schema, entity, name)}
            if typed:
                note(c, entity, bytes.fromhex(id), "field", [*mine[id][:5], typed])
        c.execute(
            "INSERT OR REPLACE INTO sync_sent(batch, since, upto, seq) VALUES (?, ?, ?, ?)",
            (sealed.batch, sealed.since, sealed.upto, answer["head"]),
        )
        books_of.write(c, books)


def _is_typed(schema: Schema, entity: str, name: str) -> bool:
    """Whether people write this field themselves, and only they."""
    f = schema.fields(entity).get(name.removeprefix(CUSTOM)) if entity in schema.model.entities else None
    return f is not None and f.derived is None


def answered(store: Store, receipts: Sequence[tuple[int, str, dict[str, Any]]]) -> list[Sealed]:
    """Take answers, (batch, MD5 of what was sent, answer), to batches that went out by a file; those that they belong to."""
    found = {(batch, digest): answer for batch, digest, answer in receipts}
    taken = []
    for one in sealed(store.read()):
        answer = found.get((one.batch, one.digest()))
        if answer is None:
            break  # the ones after it stand on it
        acknowledge(store, one, answer)
        taken.append(one)
    return taken


def set_aside(c: sqlite3.Connection) -> None:
    """Number what was sent out of the way of a new name's batches."""
    lowest = (
        c.execute("SELECT min(batch, 0) FROM (SELECT min(batch) AS batch FROM sync_sent)").fetchone()[0] or 0
    )
    most = c.execute("SELECT max(batch) FROM sync_sent WHERE batch > 0").fetchone()[0] or 0
    c.execute("UPDATE sync_sent SET batch = batch + ? WHERE batch > 0", (lowest - most - 1,))


def note(c: sqlite3.Connection, entity: str, id: bytes, why: str, item: list[Any]) -> None:
    """Keep what could not be shared, as it would have been sent, for its author to read."""
    c.execute(
        "INSERT INTO sync_note(at, entity, id, why, data) VALUES (?, ?, ?, ?, ?)",
        (int(time.time() * 1000), entity, id, why, json.dumps(item, ensure_ascii=False)),
    )


def note_unsent(
    c: sqlite3.Connection, schema: Schema, books: books_of.Books, ids: Iterable[bytes], why: str
) -> None:
    """The same for what was changed in these records and did not go out."""
    waits = pending(c, books.upto, ids)
    if not waits:
        return
    last = c.execute("SELECT max(n) FROM change").fetchone()[0]
    for item in _items(c, schema, books.upto, last, books):
        if bytes.fromhex(item[1]) in waits:
            note(c, item[0], bytes.fromhex(item[1]), why, item)


def note_deleted(c: sqlite3.Connection, schema: Schema, since: int, why: str) -> None:
    """The same for what the step under way has deleted, from change `since` of the log on."""
    sql = f"SELECT entity, id, at, data FROM change WHERE n >= ? AND op = {DELETE}"
    for entity, id, at, data in c.execute(sql, (since,)).fetchall():
        held = _gone(schema.entity(entity), data)
        names = [f.name for f in shared(schema.entity(entity))]
        names += [CUSTOM + key for key in held.get("custom") or {}]
        values = {name: value for name in names if (value := _of_gone(held, name)) is not None}
        note(c, entity, id, why, [entity, id.hex(), 0, at, "n", values])


def unsent(c: sqlite3.Connection, schema: Schema, books: books_of.Books, upto: int) -> list[list[Any]]:
    """What did not go out up to a change of the log, as items of a batch."""
    return _items(c, schema, books.upto, upto, books)


def queue(c: sqlite3.Connection, items: list[list[Any]], books: books_of.Books) -> None:
    """Seal items as the batches that go out next."""
    waits = sealed(c)
    batch, upto = (waits[-1].batch + 1, waits[-1].upto) if waits else (books.next_batch, books.upto)
    for start in range(0, len(items), MOST):
        payload = json.dumps(items[start : start + MOST], ensure_ascii=False, separators=(",", ":"))
        c.execute(
            "INSERT INTO sync_sealed(batch, since, upto, payload) VALUES (?, ?, ?, ?)",
            (batch, upto, upto, payload),
        )
        batch += 1


# ---- folding


def _items(
    c: sqlite3.Connection, schema: Schema, since: int, upto: int, books: books_of.Books
) -> list[list[Any]]:
    folded = _fold(c, schema, since, upto, books)
    held = _values(c, schema, folded.values())
    items: list[list[Any]] = []
    for early in _early(c, folded, held, upto):
        books.early.append(early.hex())
        del folded[early]
    for known in _offered(c, schema, folded, books):
        del folded[known]
    for one in folded.values():
        stamp = one.at + books.skew
        id = one.id.hex()
        now = held.get(one.id)
        if now is not None and one.new:
            items.append([one.entity, id, one.base, stamp, "n", now, *([one.was] if one.was else [])])
        elif now is not None:
            names = _widened(schema.entity(one.entity), one.names)
            fields = {name: now.get(name) for name in names}
            items.append([one.entity, id, one.base, stamp, "u", fields, one.was])
        elif one.gone is not None and (one.told or not one.new):
            fields = {name: _of_gone(one.gone, name) for name in one.names}
            items.append([one.entity, id, one.base, stamp, "d", fields, one.was])
    return items


def _offered(
    c: sqlite3.Connection, schema: Schema, folded: dict[bytes, _Folded], books: books_of.Books
) -> list[bytes]:
    """New records that are offered to a server put back as they stand: with a time of their own they would be a word
    against their deletion, which came after. But what another computer may have made as well (a field of the firm's own)
    keeps its time: whoever deleted it may have known of that one only."""
    if not books.clamp_upto:
        return []
    found = dict(c.execute("SELECT id, 1 FROM sync_offer").fetchall())
    return [
        one.id
        for one in folded.values()
        if one.new and not one.names and one.last <= books.clamp_upto and one.id in found
        if is_child(schema.entity(one.entity)) or one.id[6] >> 4 == RANDOM
    ]


def _early(
    c: sqlite3.Connection, folded: dict[bytes, _Folded], held: dict[bytes, dict[str, Any]], upto: int
) -> list[bytes]:
    """New rows that were moved since to a record that goes out later: they go out with it."""
    moved: dict[bytes, list[bytes]] = {}
    for one in folded.values():
        parent = held.get(one.id, {}).get("parent") if one.new else None
        if parent and bytes.fromhex(parent) not in folded:
            moved.setdefault(bytes.fromhex(parent), []).append(one.id)
    found: list[bytes] = []
    for block in blocks(list(moved)):
        marks = ", ".join("?" * len(block))
        sql = f"SELECT DISTINCT id FROM change WHERE n > ? AND op = {INSERT} AND id IN ({marks})"
        rows = [row for (parent,) in c.execute(sql, (upto, *block)).fetchall() for row in moved[parent]]
        found += pending(c, upto, rows)
    return found


def _fold(
    c: sqlite3.Connection, schema: Schema, since: int, upto: int, books: books_of.Books
) -> dict[bytes, _Folded]:
    """The records of a batch in the order of their last change."""
    sql = (
        f"SELECT c.n, c.entity, c.id, c.op, c.base, c.at, c.data FROM {_OURS}"
        " AND c.n > ? AND c.n <= ? ORDER BY c.n"
    )
    tombs = dict(
        c.execute(
            "SELECT id, seq FROM sync_tomb WHERE id IN (SELECT id FROM change WHERE n > ? AND n <= ? AND op = 0)",
            (since, upto),
        ).fetchall()
    )
    folded: dict[bytes, _Folded] = {}
    for n, entity, id, op, base, at, data in c.execute(sql, (since, upto)):
        if entity not in schema.model.entities:
            continue
        if n <= books.clamp_upto:
            base = min(base, books.clamp)
        one = folded.pop(id, None)
        if op == INSERT:
            if one is None:
                one = _Folded(entity, id, tombs.get(id, 0))
                one.new, one.told = True, n <= books.clamp_upto
            elif one.gone is not None:  # deleted and brought back: what it was worth then counts
                one.gone, one.names = None, dict.fromkeys(_all_names(schema, entity))
        else:
            if one is None:
                one = _Folded(entity, id, base)
                one.new = base == 0 and id.hex() in books.early
            if not one.new and base:
                one.base = min(one.base, base) if one.base else base
            if op == DELETE:
                one.gone = _gone(schema.entity(entity), data)
            else:
                for name, (old, _new) in json.loads(data).items():
                    name = name if name in schema.entity(entity).fields else CUSTOM + name
                    one.names[name] = None
                    one.was.setdefault(name, old)
        one.at, one.last = at, n
        folded[id] = one  # at the end: in the order of what was done last
    return folded


def _gone(entity: type[Entity], data: str) -> dict[str, Any]:
    """What a deleted record held. The log writes "" for a link to nobody, which elsewhere is no value at all."""
    held: dict[str, Any] = json.loads(data)
    for f in shared(entity):
        if f.column == "BLOB" and held.get(f.name) == "":
            del held[f.name]
    return held


def _of_gone(data: dict[str, Any], name: str) -> Any:
    if name.startswith(CUSTOM):
        return (data.get("custom") or {}).get(name.removeprefix(CUSTOM))
    return data.get(name)


def shared(entity: type[Entity]) -> list[Field]:
    """The fields that go to the server: all that are no derived ones."""
    return [f for f in columns(entity.fields) if f.derived is None]


def _all_names(schema: Schema, entity: str) -> list[str]:
    declared = schema.entity(entity)
    own = [CUSTOM + f.name for f in schema.fields(entity).values() if f.custom]
    return [*(f.name for f in shared(declared)), *own]


def _widened(entity: type[Entity], names: Iterable[str]) -> list[str]:
    """The fields with those that only make sense beside them: a moment and its zone."""
    found = dict.fromkeys(names)
    for name in list(found):
        f = entity.fields.get(name)
        if isinstance(f, Moment):
            found[f"{name}_zone"] = None
        elif name.endswith("_zone") and isinstance(entity.fields.get(name.removesuffix("_zone")), Moment):
            found[name.removesuffix("_zone")] = None
    return list(found)


def _values(c: sqlite3.Connection, schema: Schema, folded: Iterable[_Folded]) -> dict[bytes, dict[str, Any]]:
    """Id -> what the record holds now, as the log would keep it, with custom fields beside the others."""
    by_entity: dict[str, list[bytes]] = {}
    for one in folded:
        by_entity.setdefault(one.entity, []).append(one.id)
    found: dict[bytes, dict[str, Any]] = {}
    for entity, ids in by_entity.items():
        found.update(records(c, schema.entity(entity), ids))
    return found


def records(c: sqlite3.Connection, entity: type[Entity], ids: list[bytes]) -> dict[bytes, dict[str, Any]]:
    """Id -> what a record holds, in the form in which it travels; empty fields are left out."""
    fields, custom = shared(entity), takes_custom(entity)
    names = [f.name for f in fields]
    known = set(names)
    blobs = [f.name for f in fields if f.column == "BLOB"]
    selected = ", ".join(["id", "extra", "custom" if custom else "NULL", *map(quoted, names)])
    found = {}
    for block in blocks(ids):
        marks = ", ".join("?" * len(block))
        for id, extra, own, *row in c.execute(
            f"SELECT {selected} FROM {quoted(entity.entity)} WHERE id IN ({marks})", block
        ):
            held = {name: value for name, value in zip(names, row, strict=True) if value is not None}
            for name in blobs:
                if name in held:
                    held[name] = held[name].hex().upper()
            if extra:
                held.update((k, v) for k, v in json.loads(extra).items() if v is not None and k not in known)
            if own:
                held.update((CUSTOM + key, value) for key, value in json.loads(own).items())
            found[id] = held
    return found
