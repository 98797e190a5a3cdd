"""Two copies of the same records held against each other: by a digest first, by the records themselves where that differs.

It is the cure after rights or a program changed, after a damaged file, and the check that nothing crept in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from freecrm.store import faults
from freecrm.store.tables import blocks, quoted
from freecrm.sync import books as books_of
from freecrm.sync import incoming

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.sync.server import Server


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
    """Make this file what the server shows this person, but for what waits to go out; how many records differed."""
    names = sorted(store.model.entities)
    theirs, ours = server.digest(names), digest(store)
    count = 0
    for part in sorted({*theirs, *ours}):
        if theirs.get(part) != ours.get(part):
            count += _mend(store, server, part, names)
    return count


def _mend(store: Store, server: Server, part: int, names: list[str]) -> int:
    books = books_of.read(store.read())
    assert books is not None
    theirs = server.part(part, names)
    ours: dict[bytes, tuple[str, int]] = {}
    for name in names:
        sql = f"SELECT id, seq FROM {quoted(name)} WHERE seq > 0 AND substr(hex(id), 31) = ?"
        ours.update((id, (name, seq)) for id, seq in store.read().execute(sql, (f"{part:02X}",)))
    gone = [(name, id.hex().upper()) for id, (name, _seq) in ours.items() if id not in theirs]
    if gone:
        incoming.take_off(store, gone, books)
    other = [id.hex().upper() for id, seq in theirs.items() if ours.get(id, ("", 0))[1] != seq]
    for block in blocks(other):
        incoming.take(store, server.fetch(block), books, forced=False)
    return len(gone) + len(other)
