"""The server was put back to an older copy: everything that it lost is offered to it again, and nothing is undone.

The last mark of its history that both sides know tells where the two part. What this computer changed after that goes
out again from the change log; what it had received from others after that, and deletions, are offered as they stand,
and give way to whatever was really changed since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from freecrm.core.entity import is_child
from freecrm.store.ids import new_id
from freecrm.store.tables import blocks, quoted
from freecrm.sync import agreed, outbox
from freecrm.sync import books as books_of
from freecrm.sync.books import written

if TYPE_CHECKING:
    import sqlite3

    from freecrm.store.database import Store
    from freecrm.sync.server import Server


def after_rollback(store: Store, server: Server) -> None:
    """Bring a server that lost its latest history back to what this computer knows."""
    points = store.read().execute("SELECT seq, token FROM sync_point ORDER BY seq DESC").fetchall()
    common = server.common([(seq, token) for seq, token in points])
    with written(store) as c:
        books = books_of.read(c)
        if books is None:
            return
        offered = _offers(c, store, common)
        row = c.execute("SELECT min(since) FROM sync_sent WHERE seq > ?", (common,)).fetchone()
        last = c.execute("SELECT coalesce(max(n), 0) FROM change").fetchone()[0]
        if row[0] is not None:
            books.upto = min(books.upto, row[0])
        books.clamp, books.clamp_upto = common, last
        books.client, books.next_batch = new_id().hex(), 1
        books.cursor, books.mark = min(books.cursor, common), common
        books.token = next((token for seq, token in points if seq == common), "")
        agreed.untold(c, common)
        for table in ("sealed", "sent"):
            c.execute(f"DELETE FROM sync_{table}")
        c.execute("DELETE FROM sync_point WHERE seq > ?", (common,))
        for table in (*store.model.entities, "sync_tomb"):
            c.execute(f"UPDATE {quoted(table)} SET seq = ? WHERE seq > ?", (common, common))
        c.execute("DELETE FROM sync_offer")
        c.executemany(
            "INSERT INTO sync_offer(id, entity, stamp, seq) VALUES (?, ?, ?, ?)",
            [(bytes.fromhex(item[1]), item[0], item[3], common) for item in offered],
        )
        outbox.queue(c, offered, books)
        books_of.write(c, books)


def _offers(c: sqlite3.Connection, store: Store, common: int) -> list[list[Any]]:
    """What this computer got after the point: records as they stand, with their old version in place of a time, so
    that any real change is newer; and deletions. Rows come after what they belong to.

    What was offered to a server put back before, and has not come back since, is offered anew."""
    before = {
        id: (stamp, seq) for id, stamp, seq in c.execute("SELECT id, stamp, seq FROM sync_offer").fetchall()
    }
    found: list[tuple[int, int, list[Any]]] = []
    for entity in store.model.entities.values():
        name = entity.entity
        rows = _held(c, name, common, before)
        held = outbox.records(c, store.schema.entity(name), list(rows))
        for id, stamp in rows.items():
            if id in held:
                found.append((int(is_child(entity)), stamp, [name, id.hex(), common, stamp, "r", held[id]]))
    found += _above(c, store, common, [item for _kind, _stamp, item in found])
    names = dict(c.execute("SELECT id, entity FROM sync_tomb").fetchall())
    live = _deleted_and_made_again(c, store)
    for id, stamp in _held(c, "sync_tomb", common, before).items():
        if id not in live:
            found.append((2, stamp, [names[id], id.hex(), common, stamp, "d", {}]))
    return [item for _kind, _stamp, item in sorted(found, key=lambda one: one[:2])]


def _above(
    c: sqlite3.Connection, store: Store, common: int, items: list[list[Any]]
) -> list[tuple[int, int, list[Any]]]:
    """The records to which rows that are offered belong, where they went out with them and have not come back: somebody
    typed into them meanwhile. Without them the server could not take the rows."""
    rows: dict[str, dict[bytes, int]] = {}
    for _entity, _id, _base, stamp, _op, data in items:
        above = data.get("parent_entity")
        if above in store.model.entities and data.get("parent"):
            stamps = rows.setdefault(above, {})
            id = bytes.fromhex(data["parent"])
            stamps[id] = min(stamp, stamps.get(id, stamp))
    found: list[tuple[int, int, list[Any]]] = []
    offered = {item[1] for item in items}
    for name, stamps in rows.items():
        for block in blocks(list(stamps)):
            marks = ", ".join("?" * len(block))
            fresh = c.execute(f"SELECT id FROM {quoted(name)} WHERE seq = 0 AND id IN ({marks})", block)
            held = outbox.records(c, store.schema.entity(name), [id for (id,) in fresh.fetchall()])
            for id, data in held.items():
                if id.hex() not in offered:
                    found.append((0, stamps[id], [name, id.hex(), common, stamps[id], "r", data]))
    return found


def _deleted_and_made_again(c: sqlite3.Connection, store: Store) -> set[bytes]:
    """What is here although it was deleted once: its being made anew goes out, and says more."""
    found: set[bytes] = set()
    for name in store.model.entities:
        sql = f"SELECT t.id FROM sync_tomb t JOIN {quoted(name)} r ON r.id = t.id WHERE t.entity = ?"
        found.update(id for (id,) in c.execute(sql, (name,)))
    return found


def _held(
    c: sqlite3.Connection, table: str, common: int, before: dict[bytes, tuple[int, int]]
) -> dict[bytes, int]:
    """Records of a table that the server doesn't know -> their old version."""
    rows = c.execute(f"SELECT id, seq FROM {quoted(table)} WHERE seq > ?", (common,)).fetchall()
    found = dict(rows)
    if before:
        for id, seq in c.execute(
            f"SELECT id, seq FROM {quoted(table)} WHERE id IN (SELECT id FROM sync_offer)"
        ):
            if seq == before[id][1]:
                found[id] = before[id][0]
    return found
