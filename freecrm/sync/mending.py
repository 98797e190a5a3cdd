"""Two copies of the same records held against each other: by a digest first, by the records themselves where that differs.

It is the cure after rights or a program changed, after a damaged file, and the check that nothing crept in.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from freecrm.store import faults
from freecrm.store.tables import blocks, quoted
from freecrm.sync import books as books_of
from freecrm.sync import incoming
from freecrm.sync.incoming import said
from freecrm.sync.outbox import pending, records
from freecrm.sync.server import STRETCHES, Row

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.sync.server import Server

log = logging.getLogger("freecrm.sync")
GREETINGS = 256
"""After so many all contents were held against the server's."""
FEW = 500
"""Records that are held against the server's in one question, and at the least at each greeting."""
LAST = "F" * 32
STRIDE = 50_000
"""Numbers of the history of which is asked at once: what belongs to a part is found out record by record."""


@faults.by_program
def digest(store: Store) -> dict[int, tuple[int, int]]:
    """Part of the records that came from the server -> how many and the sum of their versions."""
    found: dict[int, tuple[int, int]] = {}
    for name in store.model.entities:
        sql = f"SELECT substr(hex(id), 31), count(*), sum(seq) FROM {quoted(name)} WHERE seq > 0 GROUP BY 1"
        for part, count, total in store.read().execute(sql):
            rows, before = found.get(int(part, 16), (0, 0))
            found[int(part, 16)] = rows + count, before + total
    return found


def reconcile(store: Store, server: Server) -> int:
    """Make this file what the server shows this person, or the part of it that it is to hold; how many records are not
    there and had to stay, as they did not go out yet."""
    books = books_of.read(store.read())
    assert books is not None
    if books.part:
        return _keep_part(store, server)
    names = sorted(store.model.entities)
    theirs, ours = server.digest(names), digest(store)
    unseen(store, server)
    gone: list[tuple[str, str]] = []
    for part in sorted({*theirs, *ours}):
        if theirs.get(part) != ours.get(part):
            gone += _mend(store, server, part, names)
    # What somebody deleted comes back by what was typed into it here; of what may no longer be seen the server says so.
    waits = pending(store.read(), books.upto, [bytes.fromhex(id) for _entity, id in gone])
    goes = [(entity, id) for entity, id in gone if bytes.fromhex(id) not in waits]
    if goes:  # as one step, which the list of changes has one line of
        books = books_of.read(store.read())
        assert books is not None
        incoming.take_off(store, goes, books)
    return len(waits)


def unseen(store: Store, server: Server, made: dict[str, list[bytes]] | None = None) -> None:
    """Take off what was made here and went out, but never came back: its author may not see it, or not any more. made:
    entity -> ids to look at; None: all."""
    books = books_of.read(store.read())
    assert books is not None
    gone: list[tuple[str, str]] = []
    for name in store.model.entities if made is None else made.keys() & store.model.entities.keys():
        fresh = _without_version(store, name, None if made is None else made[name])
        waits = pending(store.read(), books.upto, fresh)
        for block in blocks([id.hex().upper() for id in fresh if id not in waits]):
            there = {row.id for row in server.fetch(block)}
            gone += [(name, id) for id in block if id not in there]
    if gone and books.part:
        incoming.put_outside(store, gone, books)
    elif gone:
        incoming.take_off(store, gone, books)


def _without_version(store: Store, name: str, ids: list[bytes] | None) -> list[bytes]:
    """Those of the records that never came from the server; ids None: of all."""
    c, sql = store.read(), f"SELECT id FROM {quoted(name)} WHERE seq = 0"
    if ids is None:
        return [id for (id,) in c.execute(sql).fetchall()]
    found: list[bytes] = []
    for block in blocks(ids):
        marks = ", ".join("?" * len(block))
        found += [id for (id,) in c.execute(f"{sql} AND id IN ({marks})", block)]
    return found


def _held(store: Store, part: int, names: list[str]) -> dict[bytes, tuple[str, int]]:
    """The records of a part that came from the server, with their versions."""
    found: dict[bytes, tuple[str, int]] = {}
    for name in names:
        sql = f"SELECT id, seq FROM {quoted(name)} WHERE seq > 0 AND substr(hex(id), 31) = ?"
        found.update((id, (name, seq)) for id, seq in store.read().execute(sql, (f"{part:02X}",)))
    return found


def _mend(store: Store, server: Server, part: int, names: list[str]) -> list[tuple[str, str]]:
    """Take what differs in a part; what is here and not there."""
    books = books_of.read(store.read())
    assert books is not None
    theirs, ours = server.part(part, names), _held(store, part, names)
    other = [id.hex().upper() for id, seq in theirs.items() if ours.get(id, ("", 0))[1] != seq]
    for block in blocks(other):
        incoming.take(store, server.fetch(block), books, forced=False)
    return [(name, id.hex().upper()) for id, (name, _seq) in ours.items() if id not in theirs]


@faults.by_program
def look_over(store: Store, server: Server) -> int:
    """Hold the contents of the next records, by their ids, against the server's, once all has come in; how many were
    spoiled here, and are made right. Then the next exchange holds all against it. Each greeting takes a 256th."""
    books = books_of.read(store.read())
    assert books is not None
    if books.version < STRETCHES:
        return 0  # a server that is still to be renewed
    names = sorted(store.model.entities)
    # row numbers are never used twice: that many records there are at the most
    (most,) = store.read().execute("SELECT value FROM counter WHERE name = 'n'").fetchone()
    left = max(FEW, -(-most // GREETINGS))
    after, spoiled, odd = books.looked_to, list[Row](), False
    while left > 0:
        asked = min(left, FEW)
        rows = server.stretch(after, asked, names)
        upto = rows[-1].id if len(rows) == asked else LAST
        theirs = {bytes.fromhex(row.id): row.seq for row in rows}
        ours = _between(store, after, upto, names)
        spoiled += _spoiled(store, [row for row in rows if ours.get(bytes.fromhex(row.id)) == row.seq])
        odd |= not books.part and _amiss(store, server, books, ours, theirs)
        left, after = left - asked, upto
        if upto == LAST:
            after, left = "", 0
    with books_of.written(store) as c:
        books = books_of.read(c)
        assert books is not None
        books.looked_to = after
        books.again |= bool(spoiled or odd)
        books_of.write(c, books)
    if not spoiled:
        return 0
    log.warning("%d records were other than the server's and are taken anew.", len(spoiled))
    incoming.take(store, spoiled, books)
    return len(spoiled)


def _amiss(
    store: Store, server: Server, books: books_of.Books, ours: dict[bytes, int], theirs: dict[bytes, int]
) -> bool:
    """Whether any record of a stretch is on one side only, and neither what waits here nor what comes next says why."""
    lost = {id for id, seq in theirs.items() if seq <= books.cursor and id not in ours}
    more = ours.keys() - theirs.keys()
    if not lost and not more:
        return False
    waits = pending(store.read(), books.upto, [*lost, *more])
    left = more - waits
    coming = {
        bytes.fromhex(row.id) for row in server.fetch([id.hex() for id in left]) if row.seq > books.cursor
    }
    return bool(lost - waits or left - coming)


def _between(store: Store, after: str, upto: str, names: list[str]) -> dict[bytes, int]:
    """The records that came from the server with ids after one and up to another -> their versions."""
    found: dict[bytes, int] = {}
    ends = bytes.fromhex(after), bytes.fromhex(upto)
    for name in names:
        sql = f"SELECT id, seq FROM {quoted(name)} WHERE id > ? AND id <= ? AND seq > 0"
        found.update(store.read().execute(sql, ends))
    return found


def _spoiled(store: Store, rows: list[Row]) -> list[Row]:
    """Those of the records that hold something else here, though their versions are the same."""
    c, found = store.read(), []
    books = books_of.read(c)
    assert books is not None
    waits = pending(c, books.upto, [bytes.fromhex(row.id) for row in rows])
    for name in {row.entity for row in rows}:
        own = {bytes.fromhex(row.id): row for row in rows if row.entity == name and row.data}
        held = records(c, store.schema.entity(name), list(own))
        for id, row in own.items():
            there = said(json.loads(row.data or "{}"))
            if id not in waits and id in held and held[id] != there:
                found.append(row)
    return found


# ---- a part


def _keep_part(store: Store, server: Server) -> int:
    theirs: dict[bytes, tuple[int, str]] = {}
    books = books_of.read(store.read())
    assert books is not None
    upto = server.news(books.cursor).head
    for start in range(0, upto, STRIDE):
        theirs.update(
            (bytes.fromhex(id), (seq, entity))
            for seq, entity, id in server.listing(start, min(start + STRIDE, upto))
        )
    other = {id: entity for id, (_seq, entity) in theirs.items() if entity in store.model.entities}
    here: list[tuple[str, str]] = []
    fresh: list[tuple[str, str]] = []
    for name in store.model.entities:
        for id, seq in store.read().execute(f"SELECT id, seq FROM {quoted(name)}").fetchall():
            if id not in theirs:
                (here if seq > 0 else fresh).append((name, id.hex().upper()))
            elif theirs[id][0] == seq:
                other.pop(id, None)
    # what was made here for somebody else never came back; what the server doesn't have stays
    waits = pending(store.read(), books.upto, [bytes.fromhex(id) for _name, id in fresh])
    asked = {id: name for name, id in fresh if bytes.fromhex(id) not in waits}
    for block in blocks(list(asked)):
        here += [(asked[id], id) for id in server.came_from_me(block)]
    return look_at(store, server, [*here, *((name, id.hex().upper()) for id, name in other.items())])


def look_at(store: Store, server: Server, wanted: list[tuple[str, str]]) -> int:
    """Look records, (entity, id), up one by one: take those of this computer's part, put the others outside. How many of
    them had to stay."""
    kept = 0
    for block in blocks(wanted):
        books = books_of.read(store.read())
        assert books is not None
        there = server.fetch([id for _entity, id in block])
        incoming.take(store, there, books)
        found = {row.id for row in there}
        outside = [(entity, id) for entity, id in block if id not in found]
        if outside:
            kept += incoming.put_outside(store, outside, books)
    return kept
