"""An exchange without a network: a file goes to the server on a stick or through a chat, and its answer comes back.

    written = write(store, path)                 at the computer without a network
    carried = carry(server, Letter(path), to)    anywhere from where the server is reached, by anybody of the team
    outcome = read(store, Letter(to))            at the first computer again

What is carried in counts as if that computer had been connected: its author's batches, under its author's rights of that
moment, and the pages it would have pulled, applied by the code of an online exchange (`exchange.take_answer`). The file
says who wrote it (`letters.py`), so the carrier's own rights count for nothing. Two files of FreeCRM are never merged with
each other: all order comes from the server.

A batch that went into a file stays as it is, and stands in each further file until its answer is here; the server keeps
that answer until it is told so. So files may be lost, come late, twice or in another order, and the network may be back in
between: each batch counts once, and a page that begins after the place that was reached is refused, one that ends before
it changes nothing. Contents of attached files and new ranges of numbers wait for the network.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store import faults
from freecrm.sync import books as books_of
from freecrm.sync import brake, letters, outbox, part, sealing
from freecrm.sync.exchange import PAGE, Outcome, fields, take_answer
from freecrm.sync.letters import COVER, END, IN, OUT, Letter
from freecrm.sync.server import CARRIED, Behind, Came, News, Row, Server, Who

if TYPE_CHECKING:
    from freecrm.store.database import Store

Told = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Written:
    """What went into a file. batches, records: that wait for the server."""

    batches: int
    records: int


@dataclass(frozen=True, slots=True)
class Carried:
    """What was carried in. person, device: whose. batches: that were news. pages: of the answer."""

    person: str
    device: str
    batches: int
    pages: int


# ---- at the computer without a network


@faults.by_program
def write(store: Store, path: Path, *, deletions: bool = False, most: int = outbox.MOST) -> Written:
    """Write all that waits for the server, and how far this computer is, into a file. It may be done again at any time.

    Known when no key was agreed on yet. deletions: as in `exchange`. most: changes of a batch."""
    books = _books(store)
    key = letters.key_of(books)
    part.settle(store)
    if not deletions:
        brake.outgoing(store, books.upto)
    batches = outbox.seal_all(store, most)
    books = _books(store)
    who = Who(str(UUID(books.server)), str(UUID(books.client)), str(uuid4()))
    pieces = [
        sealing.seal(key, letters.about(OUT, who, n), one.payload.encode())
        for n, one in enumerate(batches, 1)
    ]
    cover = {
        "next_batch": books.next_batch,
        "cursor": books.cursor,
        "mark": books.mark,
        "token": books.token,
        "rights": books.rights,
        "part": books.part,
        "whole": books.again or not books.settled or books.entities != fields(store),
        "refused": [id for _entity, id in books.refused],
        "batches": [one.batch for one in batches],
        "pieces": [hashlib.sha256(one).hexdigest() for one in pieces],
    }
    sealed = sealing.seal(key, letters.about(OUT, who, COVER), json.dumps(cover).encode())
    letters.put(path, OUT, who, [(COVER, sealed), *((str(n), data) for n, data in enumerate(pieces, 1))])
    return Written(len(batches), sum(len(json.loads(one.payload)) for one in batches))


def is_own(store: Store, letter: Letter) -> bool:
    """Whether a file was written by this computer."""
    return letter.way == OUT and letter.who.client == str(UUID(_books(store).client))


@faults.by_program
def read(store: Store, letter: Letter, told: Told | None = None, *, deletions: bool = False) -> Outcome:
    """Take an answer in. Nothing is changed when it is another computer's, changed on its way, or doesn't follow on what
    is here; Known says which. One that was read before changes nothing."""
    books = _books(store)
    if letter.way != IN:
        raise Known(
            say(
                N_(
                    "This file is on its way to the team's server. Nothing was changed. Carry it in where the server is"
                    " reached; its answer is what is read here."
                )
            )
        )
    if books.server and letter.who.server != str(UUID(books.server)):
        raise Known(say(CARRIED["FC011"]))
    if letter.who.client != str(UUID(books.client)):
        raise Known(say(N_("This answer is for another computer of the team. Nothing was changed.")))
    answer = Answer(letter, letters.key_of(books), books.skew)
    part.settle(store)
    _refuse(store, _books(store), answer)
    return take_answer(store, answer, told, deletions=deletions)


def _refuse(store: Store, books: books_of.Books, answer: Answer) -> None:
    """Known when an answer doesn't fit what is here."""
    end = answer.end
    waits = outbox.sealed(store.read())
    known = {(batch, digest) for batch, digest, _answer in answer.receipts(books.client)}
    if end["last_batch"] >= books.next_batch and (
        not waits or (waits[0].batch, waits[0].digest()) not in known
    ):
        raise Known(
            say(
                N_(
                    "This FreeCRM file is an older copy of the one that wrote to the server. Nothing was changed. Exchange"
                    " over the network once."
                )
            )
        )
    if answer.upto < books.cursor or (answer.upto == books.cursor and not books.again):
        return  # it says nothing that is not here
    other = (end["rights"], fields(store)) != (books.rights, books.entities) or books.again
    if (answer.begins and other) or end["part"] != books.part:
        raise Known(
            say(
                N_(
                    "Your rights, this program or what this computer holds is another one since the file was written."
                    " Nothing was changed. Write a new file and have it carried in."
                )
            )
        )
    if answer.begins > books.cursor:
        raise Known(
            say(
                N_(
                    "An answer before this one was not read here. Nothing was changed. Read that one first, or write a"
                    " new file and have it carried in."
                )
            )
        )


class Answer(Server):
    """The server as far as an answer knows it. Made, it has been looked through: it is genuine, whole and without a gap.

    begins, upto: the stretch of the history that it covers. end: what else the server said."""

    def __init__(self, letter: Letter, key: bytes, skew: int) -> None:
        self.letter, self._key, self._skew = letter, key, skew
        self.end: dict[str, Any] = letter.open(key, END, END)
        self._at: tuple[int, dict[str, Any]] = (-1, {})
        self._index: dict[str, tuple[int, int, str, bool]] = {}
        self._found: dict[str, Row] = {row.id: row for row in _rows(self.end["refused"])}
        self._reach: list[tuple[int, int]] = []
        for n in range(letter.count):
            page = self._page(n)
            if page["from"] != letter.starts[n] or (n and page["from"] != self._reach[-1][1]):
                raise Known(say(CARRIED["FC012"]))
            if page["rights"] != self.end["rights"]:
                raise Known(
                    say(
                        N_(
                            "Your rights were changed while the file was carried in. Nothing was changed here. Have it"
                            " carried in once more."
                        )
                    )
                )
            self._reach.append((page["from"], page["to"]))
            for seq, entity, id, gone, *_more in page["rows"]:
                self._index[id] = (n, seq, entity, gone)
            self._found.update((row.id, row) for row in _rows(page["found"]))
        if not self._reach or self._reach[-1][1] != self.end["to"]:
            raise Known(say(CARRIED["FC012"]))
        self.begins, self.upto = self._reach[0][0], self._reach[-1][1]

    def _page(self, n: int) -> dict[str, Any]:
        if self._at[0] != n:
            self._at = (n, self.letter.open(self._key, n + 1, self.letter.starts[n]))
        return self._at[1]

    def _here(self, cursor: int) -> dict[str, Any]:
        n = next(n for n, (start, end) in enumerate(self._reach) if start <= cursor < end)
        return self._page(n)

    # ---- what a server is asked

    def hello(self, about: dict[str, Any]) -> dict[str, Any]:
        return {
            **self.end,
            "server": self.letter.who.server,
            "last_batch": about["next_batch"] - 1,  # looked at before
            "known": True,
            "time": int(time.time() * 1000) + self._skew,  # a file knows no clock
        }

    def news(self, cursor: int, own: int = 0) -> News:
        mark = str(self._page(len(self._reach) - 1)["mark"] or "")
        return News(self.upto, mark, int(self.end["rights"]))

    def receipts(self, client: str) -> list[tuple[int, str, dict[str, Any]]]:
        return [(batch, digest, dict(answer)) for batch, digest, answer in self.end["receipts"]]

    def computers(self) -> dict[int, tuple[str, str]]:
        return {no: (person, device) for no, person, device in self.end["computers"]}

    def page(self, cursor: int, head: tuple[int, str], limit: int, *, first: bool, own: int = 0) -> Came:
        page = self._here(cursor)
        gone, near = ([(entity, id) for entity, id in page[name]] for name in ("gone", "near"))
        rows = [row for row in _rows(page["rows"]) if row.seq > cursor]
        return Came(rows, page["to"], str(page["mark"] or ""), gone, near, self.computers())

    def fetch(self, ids: Sequence[str]) -> list[Row]:
        found = [self._found[id.upper()] for id in ids if id.upper() in self._found]
        pages: dict[int, set[str]] = {}
        for id in map(str.upper, ids):
            if id in self._index and id not in self._found:
                pages.setdefault(self._index[id][0], set()).add(id)
        for n in sorted(pages):
            found += [row for row in _rows(self._page(n)["rows"]) if row.id in pages[n]]
        return found

    def going(self, cursor: int, upto: int) -> dict[str, int]:
        counts: dict[str, int] = {}
        for _n, seq, entity, gone in self._index.values():
            if gone and seq > cursor:
                counts[entity] = counts.get(entity, 0) + 1
        return counts

    def deleted(self, cursor: int, upto: int, entity: str) -> list[bytes]:
        return [
            bytes.fromhex(id)
            for id, (_n, seq, name, gone) in self._index.items()
            if gone and seq > cursor and name == entity
        ]

    def listing(self, cursor: int, upto: int) -> list[tuple[int, str, str]]:
        return [
            (seq, entity, id)
            for id, (_n, seq, entity, gone) in self._index.items()
            if not gone and cursor < seq <= upto
        ]

    def came_from_me(self, ids: Sequence[str]) -> list[str]:
        return []  # not said in a file: they stay until the network is back

    def digest(self, entities: Sequence[str]) -> dict[int, tuple[int, int]]:
        found: dict[int, tuple[int, int]] = {}
        for id, seq in self._held(entities):
            rows, total = found.get(id[-1], (0, 0))
            found[id[-1]] = rows + 1, total + seq
        return found

    def part(self, part: int, entities: Sequence[str]) -> dict[bytes, int]:
        return {id: seq for id, seq in self._held(entities) if id[-1] == part}

    def _held(self, entities: Sequence[str]) -> Iterator[tuple[bytes, int]]:
        names = set(entities)
        for id, (_n, seq, entity, gone) in self._index.items():
            if not gone and entity in names:
                yield bytes.fromhex(id), seq


def _rows(held: list[list[Any]]) -> list[Row]:
    return [Row(*row) for row in held]


def _books(store: Store) -> books_of.Books:
    books = books_of.read(store.read())
    if books is None:
        raise Known(say(N_("This file belongs to no team. Join one in the settings under “Team”.")))
    return books


# ---- where the server is reached


def carry(server: Server, letter: Letter, to: Path, told: Told | None = None, *, page: int = PAGE) -> Carried:
    """Bring a file in and write its answer; doing so again changes nothing and writes the answer anew. Nothing of it
    can be read here. page: records of one page. told: called with (done, all).

    Known when it is an answer, another team's, changed on its way, or its author is let in no longer."""
    if letter.way != OUT:
        raise Known(
            say(
                N_(
                    "This file is an answer of the team's server. Nothing was changed. Read it in at the computer that"
                    " asked."
                )
            )
        )
    cover = letter.piece(COVER)
    found = server.carry_open(letter.who, cover)
    digests = [hashlib.sha256(letter.piece(n)).hexdigest() for n in range(1, letter.count + 1)]
    if digests != found["pieces"]:
        raise Known(say(CARRIED["FC012"]))
    news = 0
    try:
        for n in range(1, letter.count + 1):
            news += server.carry_push(letter.who, cover, n, letter.piece(n))
            if told is not None:
                told(n, letter.count)
    except Behind as error:
        raise Known(say(CARRIED["FC015"]), str(error)) from error
    pages = [0]

    def answer() -> Iterator[tuple[str, bytes]]:
        after, head = int(found["from"]), -1
        while after != head:
            data, reached, head = server.carry_pull(letter.who, cover, after, page)
            yield str(after), data
            pages[0] += 1
            if told is not None:
                told(reached, head)
            after = reached
        yield END, server.carry_close(letter.who, cover, after)

    letters.put(to, IN, letter.who, answer())
    return Carried(str(found["person"] or found["login"]), str(found["device"]), news, pages[0])
