"""What a damaged file of a team held that had not gone out: read piece by piece, and sent from the file in its place.

The server has everything else, so whoever goes back to a backup, or begins anew, loses nothing of it. A damaged file is
set aside by `store/restore.py`; the next exchange looks for it here.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core.change import DELETE, UPDATE
from freecrm.store import tables
from freecrm.store.database import address_of
from freecrm.store.restore import DAMAGED
from freecrm.store.tables import quoted
from freecrm.sync import books as books_of
from freecrm.sync import outbox
from freecrm.sync.books import Books, written

if TYPE_CHECKING:
    from pathlib import Path

    from freecrm.store.database import Store

FAR = 10_000
"""Changes one after the other that can't be read, before the log is taken to end."""
DONE = "salvaged"

log = logging.getLogger("freecrm.sync")


@dataclass(frozen=True, slots=True)
class Salvaged:
    """records: that had changes which did not go out. unread: changes and records that could not be read."""

    records: int
    unread: int


def from_set_aside(store: Store) -> None:
    """Take what did not go out from each damaged file beside the backups, once."""
    found = sorted(path for path in store.backups.glob(f"*{DAMAGED}"))
    row = store.read().execute("SELECT value FROM sync_meta WHERE key = ?", (DONE,)).fetchone()
    done = [] if row is None else list(json.loads(row[0]))
    for path in found:
        if path.name not in done:
            done.append(path.name)
            taken = take(store, path, done)
            log.info(
                "Of %s %d records were taken, %d pieces were unreadable.", path, taken.records, taken.unread
            )


def take(store: Store, damaged: Path, done: Sequence[str] = ()) -> Salvaged:
    """Queue what a damaged file had not sent, as batches of this one. done: the files that this is true of by then."""
    with closing(_opened(damaged)) as source, closing(sqlite3.connect(":memory:")) as whole:
        reading = _Reading(source, whole, store)
        items = reading.items()
    with written(store) as c:
        books = books_of.read(c)
        assert books is not None
        if items and reading.books.server in ("", books.server):
            outbox.queue(c, items, books)
        c.execute(
            "INSERT OR REPLACE INTO sync_meta(key, value) VALUES (?, ?)", (DONE, json.dumps(list(done)))
        )
    return Salvaged(len(items), reading.unread)


def _opened(damaged: Path) -> sqlite3.Connection:
    made = sqlite3.connect(f"{address_of(damaged)}?mode=ro", uri=True)
    made.text_factory = lambda held: held.decode(errors="replace")
    with suppress(sqlite3.Error):
        made.execute("PRAGMA writable_schema = ON")  # one spoiled trigger doesn't close the whole file
    return made


class _Reading:
    """One damaged file; what can be read of it goes into tables in memory."""

    def __init__(self, source: sqlite3.Connection, whole: sqlite3.Connection, store: Store) -> None:
        self.source, self.whole, self.schema = source, whole, store.schema
        self.unread = 0
        for statement in tables.ddl(store.model):
            whole.execute(statement)
        self._copy("sync_meta", "key", "books")
        try:
            self.books = books_of.read(whole) or Books("")
        except (ValueError, TypeError):
            self.books = Books("")  # all of its own is sent once more then: the server knows it

    def items(self) -> list[list[Any]]:
        """The changes that did not go out, as they would be sent."""
        upto = self.books.upto
        for n in self._changes(upto):
            upto = n
        wanted = self.whole.execute("SELECT DISTINCT entity, id FROM change").fetchall()
        for entity, id in wanted:
            if entity in self.schema.model.entities:
                self._copy(entity, "id", id)
                self._copy("sync_tomb", "id", id)
        items = outbox.unsent(self.whole, self.schema, self.books, upto)
        sent = {bytes.fromhex(item[1]) for item in items}
        return items + [item for id, item in self._from_log().items() if id not in sent]

    def _changes(self, upto: int) -> Iterator[int]:
        """Copy the log behind a place, change by change, with the steps that they belong to."""
        missed, n = 0, upto
        while missed < FAR:
            n += 1
            if not self._copy("change", "n", n):
                missed += 1
                continue
            missed = 0
            (step,) = self.whole.execute("SELECT step FROM change WHERE n = ?", (n,)).fetchone()
            self._copy("step", "n", step)
            yield n

    def _copy(self, table: str, by: str, value: Any) -> bool:
        """Copy one row; whether it is there by now."""
        names = [row[1] for row in self.whole.execute(f"PRAGMA table_info({quoted(table)})")]
        columns, marks = ", ".join(map(quoted, names)), ", ".join("?" * len(names))
        try:
            row = self.source.execute(
                f"SELECT {columns} FROM {quoted(table)} WHERE {quoted(by)} = ?", (value,)
            ).fetchone()
            if row is not None:
                self.whole.execute(f"INSERT OR IGNORE INTO {quoted(table)}({columns}) VALUES ({marks})", row)
        except sqlite3.Error:
            self.unread += 1
            return False
        return row is not None

    def _from_log(self) -> dict[bytes, list[Any]]:
        """What the log itself says of records that can't be read any more."""
        found: dict[bytes, list[Any]] = {}
        sql = (
            "SELECT c.entity, c.id, c.op, c.base, c.at, c.data FROM change c LEFT JOIN step s ON s.n = c.step"
            " WHERE s.origin IS NOT 'sync' ORDER BY c.n"
        )
        for entity, id, op, base, at, data in self.whole.execute(sql):
            if op == DELETE:
                found.pop(id, None)
            elif op == UPDATE and entity in self.schema.model.entities:
                item = found.setdefault(id, [entity, id.hex(), base, 0, "u", {}, {}])
                item[3] = at + self.books.skew
                for name, (old, new) in json.loads(data).items():
                    item[5][name] = new
                    item[6].setdefault(name, old)
        return found
