"""Files by which a computer without a network exchanges with the team's server: the way out, and the answer.

A letter is between one computer and the server; whoever carries it is a postman. It is an uncompressed ZIP whose pieces are
sealed (`sealing.py`) by a key that this computer made up and told the server over its own connection (`agree`), when it
joined or first met a server that knows files. So the server knows who wrote it without taking the carrier's word, and
nobody else can read it or its answer. A passphrase typed at both ends would say who may open a file, not whose changes are
in it, and would be guessed offline once the file lies in a chat; the login's password would be, too. The key is in the
system's safe, never in the FreeCRM file, so that a copy or a backup of that doesn't speak for this computer.

Each piece is sealed for one team, computer, file, direction and place in it, and the cover names the digests of all
others: pieces can't be taken from another file, left out, put in another order, or sent back as an answer.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.sync import books as books_of
from freecrm.sync import part, sealing, secrets
from freecrm.sync.books import written
from freecrm.sync.server import CARRIED, Who

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.sync.server import Server

OUT, IN = "out", "in"
SUFFIXES = {OUT: ".freecrm-out", IN: ".freecrm-in"}
KIND, VERSION = "FreeCRM letter", 1
HEAD, COVER, END = "letter.json", "0", "end"
LARGEST = 1 << 30
"""Bytes of a piece that are read at most."""
READING = (OSError, ValueError, KeyError, TypeError, NotImplementedError, EOFError, zipfile.BadZipFile)
"""What reading a file raises that somebody made up or that was cut off."""


class Letter:
    """A letter on a disk, whole and undamaged as far as anybody without its key can tell.

    way: OUT (to be carried to the server) or IN (its answer). who: whose and which. starts: of an answer, where in the
    history each of its pages begins."""

    def __init__(self, path: Path) -> None:
        """Known when it is none, was damaged or cut off, or is a newer program's."""
        self.path = path
        try:
            with self._open() as box:
                held: Any = json.loads(self._read(box, HEAD))
                if held["kind"] != KIND:
                    raise KeyError(KIND)
                if held["version"] > VERSION:
                    raise Known(
                        say(
                            N_(
                                "{file} was written by a newer FreeCRM. Nothing was changed. Update this one."
                            ),
                            file=path.name,
                        )
                    )
                self.way = str(held["way"])
                self.who = Who(*(str(UUID(held[name])) for name in Who._fields))
                self.starts = [int(n) for n in held.get("starts", [])]
                self.count = int(held["count"])
                wanted = {HEAD, COVER} if self.way == OUT else {HEAD, END}
                wanted |= {str(n) for n in range(1, self.count + 1)}
                plain = all(info.compress_type == zipfile.ZIP_STORED for info in box.infolist())
                if self.way not in SUFFIXES or sorted(box.namelist()) != sorted(wanted) or not plain:
                    raise KeyError(self.way)
                if self.way == IN and len(self.starts) != self.count:
                    raise KeyError("starts")
                if box.testzip() is not None:
                    raise KeyError("crc")
        except READING as error:
            raise self._unread(error) from error

    def piece(self, name: str | int) -> bytes:
        """One of its pieces, sealed; Known when the stick was pulled out meanwhile."""
        try:
            with self._open() as box:
                return self._read(box, str(name))
        except READING as error:
            raise self._unread(error) from error

    def open(self, key: bytes, name: str | int, place: str | int) -> Any:
        """What stands in a piece, by its key; Known when it was changed, or is none of this letter. place: which one it
        is to be."""
        try:
            return json.loads(sealing.unseal(key, about(self.way, self.who, place), self.piece(name)))
        except sealing.Tampered as error:
            raise Known(say(CARRIED["FC012"])) from error

    def _unread(self, error: Exception) -> Known:
        if isinstance(error, OSError):
            return Known(
                say(
                    N_(
                        "{file} can't be read. Look whether it is still in its place, and its stick plugged in."
                    ),
                    file=self.path.name,
                ),
                str(error),
            )
        return Known(
            say(
                N_(
                    "{file} is no exchange file of FreeCRM, or was damaged or cut off on its way. Nothing was"
                    " changed. Have it sent once more, as a file and not as text."
                ),
                file=self.path.name,
            ),
            str(error),
        )

    @contextmanager
    def _open(self) -> Iterator[zipfile.ZipFile]:
        with zipfile.ZipFile(self.path) as box:
            yield box

    @staticmethod
    def _read(box: zipfile.ZipFile, name: str) -> bytes:
        info = box.getinfo(name)
        if info.compress_type != zipfile.ZIP_STORED or info.file_size > LARGEST:
            raise zipfile.BadZipFile(name)
        return box.read(info)


def about(way: str, who: Who, place: str | int) -> str:
    """What a piece is sealed for; `sql/carry.sql` writes the same."""
    return " ".join(["FreeCRM", way, *who, str(place)])


def put(path: Path, way: str, who: Who, pieces: Iterable[tuple[str, bytes]]) -> None:
    """Write a letter; nothing of it is left under that name where that breaks off. pieces: (place, sealed) in order; the
    place of a page is where it begins."""
    part_path = path.with_name(path.name + ".part")
    ends = {COVER, END}
    starts: list[str] = []
    try:
        with zipfile.ZipFile(part_path, "w", zipfile.ZIP_STORED) as box:
            for place, data in pieces:
                if place not in ends or (place == COVER and way == IN):
                    starts.append(place)
                    box.writestr(str(len(starts)), data)
                else:
                    box.writestr(place, data)
            head = {"kind": KIND, "version": VERSION, "way": way, **who._asdict(), "count": len(starts)}
            if way == IN:
                head["starts"] = [int(place) for place in starts]
            box.writestr(HEAD, json.dumps(head))
        with part_path.open("rb+") as made:
            os.fsync(made.fileno())
        part_path.replace(path)
    except OSError as error:
        part_path.unlink(missing_ok=True)
        raise Known(
            say(N_("{file} can't be written there. Choose another place."), file=path.name), str(error)
        ) from error
    except BaseException:
        part_path.unlink(missing_ok=True)
        raise


# ---- the key


def agree(store: Store, server: Server) -> None:
    """Tell the server the key of this copy of the file, made up the first time. A server that lost it has it again."""
    books = books_of.read(store.read())
    if books is None or books.version < part.VERSION:
        return
    key = secrets.key_kept(books.client) if books.told == books.client else None
    if key is None:
        key = os.urandom(sealing.KEY)
        secrets.keep_key(books.client, key)
    server.give_key(books.client, key)
    if books.told != books.client:
        with written(store) as c:
            books = books_of.read(c)
            if books is not None:
                books.told = books.client
                books_of.write(c, books)


def key_of(books: books_of.Books) -> bytes:
    """The key of this copy of the file; Known when the server doesn't know one."""
    key = secrets.key_kept(books.client) if books.told == books.client else None
    if key is None:
        raise Known(
            say(
                N_(
                    "This computer and the team's server have agreed on no key for files yet. Nothing was changed. Exchange"
                    " over the network once; the server has to be set up by this FreeCRM or a newer one."
                )
            )
        )
    return key
