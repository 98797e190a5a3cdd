"""The books a file keeps of the shared database: who it is there, how far it is, what is under way."""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from freecrm.store import faults
from freecrm.store.ids import new_id

if TYPE_CHECKING:
    from freecrm.store.database import Store

POINTS = 500
"""Marks of the server's history that are kept."""


@dataclass(slots=True)
class Books:
    """client: this copy of the file, as hex. next_batch: number of the next batch. cursor: how far the server's
    history has come in. mark, token: the furthest place that it ever reached, by which the server is known to be
    the same. upto: change of the log up to which everything went out.
    skew: ms by which the server's clock is ahead of ours. clamp, clamp_upto: versions seen in changes up to that one
    count no more than `clamp`, because the server lost what came later. entities: in short what this program knew of records when it
    last pulled from the start. settled: it has had everything at least once. again: it is having everything once more,
    because its rights or this program are others now. refused: (entity, id) of records whose changes the server
    refused and which are to be put back. unmade: those of them that it never had, so that what names them is to let go. erase: those that the server erased for good and this file did not yet.
    number: of this copy among the team's computers. version: of the server's functions. part: what this computer is to hold of
    what its person may see, as `part.py` writes it; "" = all of it. gives: the server lets this person give rights. told: the name of this copy
    whose key for files the server was told. early: new rows whose batch went without them, as they belong by now to a
    record that goes out later, and they with it. absent: (entity, id) of what the server took for known here and is to be
    asked for. fresh: new records went out since those that never came back were looked for. looked_to: the id up to which
    contents were held against the server's in this round, as hex."""

    client: str
    next_batch: int = 1
    cursor: int = 0
    mark: int = 0
    token: str = ""
    server: str = ""
    upto: int = 0
    skew: int = 0
    clamp: int = 0
    clamp_upto: int = 0
    rights: int = 0
    device: str = ""
    place: str = ""
    entities: str = ""
    settled: bool = False
    number: int = 0
    again: bool = False
    version: int = 0
    part: str = ""
    gives: bool = True
    told: str = ""
    looked_to: str = ""
    fresh: bool = False
    early: list[str] = field(default_factory=list)
    absent: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    unmade: list[tuple[str, str]] = field(default_factory=list)
    erase: list[tuple[str, str]] = field(default_factory=list)


def read(connection: sqlite3.Connection) -> Books | None:
    """The books, or None where no team was joined."""
    row = connection.execute("SELECT value FROM sync_meta WHERE key = 'books'").fetchone()
    if row is None:
        return None
    return _parsed(row[0])


@lru_cache(maxsize=8)
def _told(text: str) -> dict[str, Any]:
    # an exchange reads the same again and again; what a program of another time kept besides is nothing to this one
    return {name: value for name, value in json.loads(text).items() if name in Books.__slots__}


def _parsed(text: str) -> Books:
    books = Books(**_told(text))
    books.early = [*books.early]
    for name in ("absent", "refused", "unmade", "erase"):
        setattr(books, name, [(e, id) for e, id in getattr(books, name)])
    return books


def write(connection: sqlite3.Connection, books: Books) -> None:
    """Keep them, within the transaction under way."""
    text = json.dumps({name: getattr(books, name) for name in Books.__slots__})
    connection.execute(
        "INSERT INTO sync_meta(key, value) VALUES ('books', ?)"
        " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        (text,),
    )


def pass_point(connection: sqlite3.Connection, seq: int, token: str) -> None:
    """Remember a place in the server's history by its mark, and forget the oldest, within the transaction under way."""
    connection.execute("INSERT OR REPLACE INTO sync_point(seq, token) VALUES (?, ?)", (seq, token))
    connection.execute(
        "DELETE FROM sync_point WHERE seq NOT IN (SELECT seq FROM sync_point ORDER BY seq DESC LIMIT ?)",
        (POINTS,),
    )


def begin(store: Store, *, device: str, place: str) -> Books:
    """Open the books of a file that joins a team. place: tells this installation from others, so that a copy of the
    file on another computer is known as one."""
    books = Books(new_id().hex(), device=device, place=place)
    with written(store) as c:
        write(c, books)
    return books


class written:
    """`with written(store) as connection:` one transaction on the file's books, outside of any step. Known when it
    couldn't be written; the file is then as it was."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __enter__(self) -> sqlite3.Connection:
        self.store.lock.acquire()
        try:
            with faults.told(self.store.path):
                self.connection = self.store.write()
                self.connection.execute("BEGIN IMMEDIATE")
        except BaseException:
            self.store.lock.release()
            raise
        return self.connection

    def __exit__(self, kind: Any, value: Any, trace: Any) -> None:
        try:
            with faults.told(self.store.path):
                if isinstance(value, sqlite3.Error):
                    raise value  # as a sentence
                self.connection.execute("COMMIT" if kind is None else "ROLLBACK")
        finally:
            if self.connection.in_transaction:
                with suppress(sqlite3.Error):
                    self.connection.execute("ROLLBACK")
            self.store.lock.release()
