"""One exchange with the shared database: what is ours goes out, then what is others' comes in.

    outcome = exchange(store, server)

It may be stopped, killed or cut off at any moment: each half-done thing is done again the same way next time.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from freecrm import VERSION
from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, say
from freecrm.store import faults, indexing, recycle, signin
from freecrm.store.ids import new_id
from freecrm.sync import (
    agreed,
    brake,
    contents,
    incoming,
    letters,
    lines,
    mending,
    outbox,
    part,
    ranges,
    recovery,
    salvage,
)
from freecrm.sync import books as books_of
from freecrm.sync.books import Books, written

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.sync.server import Came, News, Row, Server

PAGE = 5_000
"""Records of one page: a page and the place up to which it reaches are written together."""

DRIFT_MS = 120_000


@dataclass(slots=True)
class Outcome:
    """sent, received: records. made: whether new ones of ours were among them, which may have used up numbers. files:
    whether attachments were among them; files_left: how many of their contents are not here yet. refused: changes that the rights do not reach. drift: ms by which this computer's clock
    is wrong, where that is worth a word. fresh: entity -> ids of the new ones of ours."""

    sent: int = 0
    received: int = 0
    made: bool = False
    refused: int = 0
    drift: int = 0
    files: bool = False
    files_left: int = 0
    said: list[Said] = field(default_factory=list)
    fresh: dict[str, list[bytes]] = field(default_factory=dict)

    def note(self, items: list[list[Any]]) -> None:
        """Count what went out."""
        self.sent += len(items)
        for entity, id, _base, _stamp, op, *_values in items:
            self.files |= entity == "file"
            if op == "n":
                self.made = True
                self.fresh.setdefault(entity, []).append(bytes.fromhex(id))


Told = Callable[[int, int], object]


@faults.by_program
def exchange(
    store: Store,
    server: Server,
    told: Told | None = None,
    *,
    greeted: bool = False,
    place: str = "",
    deletions: bool = False,
    page: int = PAGE,
    most: int = outbox.MOST,
) -> Outcome:
    """Exchange once; Known when the server is another one than before or doesn't take this program.

    told: called with (done, all) while much comes in. greeted: this connection has exchanged a moment ago. place: this
    installation, so that a copy of the file that was taken to another one is known as such. deletions: whether much
    may be deleted; Braked asks for that. page, most: records of one page, changes of one batch."""
    outcome = Outcome()
    left = _books(store).fresh
    _narrow(store, server)
    if not greeted:
        _greet(store, server, outcome, place)
        letters.agree(store, server)
        salvage.from_set_aside(store)
    _give_up(store, server, outcome)
    if not deletions:
        brake.outgoing(store, _books(store).upto)
    _send(store, server, outcome, most)
    books = _books(store)
    news = server.news(books.cursor, _own(books))
    if news.rights != books.rights:
        _greet(store, server, outcome, place)
        news = news._replace(came=None)
    _receive(store, server, outcome, told, news, page, deletions)
    if outcome.received and lines.unite(store, _books(store).device):
        _send(store, server, outcome, most)
    _keep_seen(store, server, outcome, left=left)
    if not greeted or outcome.received > PAGE:
        books = _books(store)
        server.reached(books.client, books.cursor)
    if not greeted:
        mending.look_over(store, server)
    if not greeted or outcome.made:
        ranges.fill(store, server, f"K{_books(store).number}")
    if not greeted or outcome.files:
        outcome.files_left = contents.exchange(store, server)
    return outcome


@faults.by_program
def take_answer(
    store: Store, server: Server, told: Told | None = None, *, deletions: bool = False
) -> Outcome:
    """The same from a server that answered by a file: what went out by one before is known to have arrived, and what is
    others' comes in. What was changed here since then goes with the next file."""
    outcome = Outcome()
    books = _books(store)
    left = books.fresh
    for one in outbox.answered(store, server.receipts(books.client)):
        outcome.note(json.loads(one.payload))
    _give_up(store, server, outcome)
    news = server.news(books.cursor)
    if (news.rights, fields(store)) != (books.rights, books.entities):
        _greet(store, server, outcome, "")
    books = _books(store)
    if news.head > books.cursor or (news.head == books.cursor and books.again):
        _receive(store, server, outcome, told, news, PAGE, deletions)
    if outcome.received:
        lines.unite(store, _books(store).device)
    _keep_seen(store, server, outcome, left=left, carried=True)
    return outcome


def _narrow(store: Store, server: Server) -> None:
    """Tell a connection which part this computer holds."""
    wanted = part.settle(store)
    if server.shown != wanted:
        server.narrow(wanted)


# ---- hello


def _greet(store: Store, server: Server, outcome: Outcome, place: str) -> Books:
    books = _books(store)
    if place and books.place != place:
        books = _renamed(store, place)
    before = int(time.time() * 1000)
    answer = server.hello(_about(books))
    after = int(time.time() * 1000)
    if books.server and answer["server"] != books.server:
        raise Known(
            say(
                N_(
                    "This is another shared database (“{name}”) than the one this file belongs to. Nothing was"
                    " exchanged and nothing changed. Connect to your own server, or leave the team first."
                ),
                name=answer["name"],
            )
        )
    if answer["min_version"] > 1:
        raise Known(
            say(
                N_(
                    "The team works with a newer FreeCRM. Install it here; until then your work stays on this"
                    " computer and goes out afterwards."
                )
            )
        )
    if answer["version"] >= part.VERSION and (answer["last_batch"] or 0) >= books.next_batch:
        outbox.answered(store, server.receipts(books.client))  # they went by a file
        books = _books(store)
    older = (answer["last_batch"] or 0) < books.next_batch - 1  # than what it once told us
    if not older and not _same_batch(store, books, answer):
        # an older copy of this file: a new name, so that nothing is taken for known
        books = _renamed(store)
        answer = server.hello(_about(books))
    if older or not answer["known"]:
        recovery.after_rollback(store, server)
        books = _books(store)
        answer = server.hello(_about(books))
    with written(store) as c:
        books = _held(c)
        books.server, books.number = answer["server"], answer["client"]
        books.version, gave = answer["version"], books.gives
        books.gives = answer.get("admin", gave)  # the answer to a file does not say
        books.skew = answer["time"] - (before + after) // 2
        if abs(books.skew) < 1_000:
            books.skew = 0  # within what asking takes
        known = fields(store)
        if (books.rights, books.entities) != (answer["rights"], known):
            # other records may be ours to see now, or this program understands more of them
            books.again = books.settled
            books.rights, books.entities, books.cursor = answer["rights"], known, 0
        books_of.write(c, books)
    if gave != books.gives:
        signin.rights_again(store)
    outcome.drift = books.skew if abs(books.skew) > DRIFT_MS else 0
    return books


def fields(store: Store) -> str:
    """What this program knows of records, in short."""
    names = sorted(f"{e.entity}.{name}" for e in store.model.entities.values() for name in e.fields)
    return hashlib.sha256(" ".join(names).encode()).hexdigest()[:16]


def _about(books: Books) -> dict[str, Any]:
    return {
        "client": books.client,
        "device": books.device,
        "next_batch": books.next_batch,
        "cursor": books.cursor,
        "mark": books.mark,
        "token": books.token,
        "program": VERSION,
    }


def _same_batch(store: Store, books: Books, answer: dict[str, Any]) -> bool:
    """Whether the server's last batch of this computer is the one before the next, or the one whose answer was lost."""
    last = answer["last_batch"]
    if last == books.next_batch - 1:
        return True
    row = store.read().execute("SELECT batch, payload FROM sync_sealed ORDER BY batch").fetchone()
    if row is None or not row[0] == last == books.next_batch:
        return False
    return bool(outbox.sealed(store.read())[0].digest() == answer["last_hash"])


def _renamed(store: Store, place: str = "") -> Books:
    """A new name for this copy of the file. What went out under the old one is remembered as such."""
    with written(store) as c:
        books = _held(c)
        books.client, books.next_batch, books.place = new_id().hex(), 1, place or books.place
        agreed.untold(c)
        c.execute("DELETE FROM sync_sealed")
        outbox.set_aside(c)
        books_of.write(c, books)
    return books


def _books(store: Store) -> Books:
    return _held(store.read())


def _held(connection: Any) -> Books:
    books = books_of.read(connection)
    if books is None:
        raise Known(say(N_("This file belongs to no team. Join one in the settings under “Team”.")))
    return books


# ---- out


def _send(store: Store, server: Server, outcome: Outcome, most: int) -> None:
    """Send batch after batch; while the server works on one, the next is made."""
    sealed = outbox.seal(store, most)
    if sealed is None:
        return
    client = _books(store).client
    with ThreadPoolExecutor(1, "sync batch") as sender:
        while sealed is not None:
            following = None
            if outbox.goes_on(store, sealed):
                sent = sender.submit(server.push, client, sealed.batch, sealed.payload)
                try:
                    following = outbox.seal(store, most, after=sealed)
                finally:
                    wait([sent])  # nobody else may speak with the server until then
                answer = sent.result()
            else:
                answer = server.push(client, sealed.batch, sealed.payload)
            outbox.acknowledge(store, sealed, answer)
            outcome.note(json.loads(sealed.payload))
            if following is not None and answer["rejected"]:
                # what it says of these records is to be put back first
                outbox.unseal(store, following)
                following = None
            _give_up(store, server, outcome)
            sealed = following or outbox.seal(store, most)


def _give_up(store: Store, server: Server, outcome: Outcome) -> None:
    """Put records whose changes were refused back to what they are for everybody. What was typed is in a note."""
    books = _books(store)
    if not books.refused and not books.unmade:
        return
    outcome.refused += len(books.refused)
    there = {row.id: row for row in server.fetch([id for _entity, id in books.refused])}
    incoming.take(store, list(there.values()), books, forced=True)
    gone = [(entity, id) for entity, id in books.refused if id not in there]
    books.refused = []
    incoming.take_off(store, gone, books)
    if books.unmade:
        incoming.let_go(store, [one for one in books.unmade if one[1] not in there], books)


# ---- in


def _keep_seen(store: Store, server: Server, outcome: Outcome, *, left: bool, carried: bool = False) -> None:
    """Take off what was made here for others and its author may not see: all else has come back by now. left: an
    exchange before this one was cut off ahead of it, so that it isn't known what that sent. carried: the server is an
    answer in a file, which knows only of what this one sent."""
    if _books(store).fresh:
        mending.unseen(store, server, None if left and not carried else outcome.fresh)
        with written(store) as c:
            books = _held(c)
            books.fresh = left and carried
            books_of.write(c, books)


def _receive(
    store: Store,
    server: Server,
    outcome: Outcome,
    told: Told | None,
    news: News,
    page: int,
    deletions: bool,
) -> None:
    books = _books(store)
    start = books.cursor
    if news.head == start:
        _settle(store, server)
        return
    if not deletions and books.settled:
        brake.incoming(store, server, start, news.head)
    if news.came is not None and len(news.came.rows) <= page:
        _look_near(store, server, news.came)
        _write(store, news.came, outcome, first=not books.settled, ready={})
        _settle(store, server)
        return
    with ThreadPoolExecutor(1, "sync next page") as ahead:
        _pages(store, server, outcome, told, news, page, ahead)


def _pages(
    store: Store,
    server: Server,
    outcome: Outcome,
    told: Told | None,
    news: News,
    page: int,
    ahead: ThreadPoolExecutor,
) -> None:
    """Take page after page; while one is written, the next is fetched and made ready."""
    books = _books(store)
    start, first = books.cursor, not books.settled
    own = _own(books)

    def fetch(cursor: int) -> tuple[Came, incoming.Ready]:
        came = server.page(cursor, (news.head, news.token), page, first=not start, own=own)
        full = len(came.rows) >= page
        return came, incoming.ready(store.model, came.rows) if full else {}

    came, ready = fetch(start)
    while True:
        _look_near(store, server, came)
        # nothing else asks the server meanwhile
        coming = ahead.submit(fetch, came.reached) if came.reached < news.head else None
        _write(store, came, outcome, first=first, ready=ready)
        if told is not None:
            told(came.reached - start, news.head - start)
        if coming is None:
            _settle(store, server)
            return
        came, ready = coming.result()


def _own(books: Books) -> int:
    """By which number the server knows what this copy of the file made: none while all is looked at anew."""
    return 0 if books.again else books.number


def _look_near(store: Store, server: Server, came: Came) -> None:
    if came.near:
        _stay(store, mending.look_at(store, server, came.near))


def _settle(store: Store, server: Server) -> None:
    books = _books(store)
    if books.absent:
        there = server.fetch([id for _entity, id in books.absent])
        books.absent = []
        incoming.take(store, there, books)
    if not books.settled:
        indexing.catch_up(store)
    kept = mending.reconcile(store, server) if books.again else 0
    if books.erase:
        with suppress(Known):  # none of them was ever here, or they were erased by hand
            recycle.erase(store, [(entity, bytes.fromhex(id)) for entity, id in books.erase])
    if books.again or books.erase or not books.settled:
        with written(store) as c:
            books = _held(c)
            c.executemany(
                "DELETE FROM sync_note WHERE id = ?", [(bytes.fromhex(id),) for _e, id in books.erase]
            )
            books.settled, books.again, books.erase = True, bool(kept), []
            books_of.write(c, books)


def _write(store: Store, came: Came, outcome: Outcome, *, first: bool, ready: incoming.Ready) -> None:
    """Write a page: what each colleague did as a step of theirs, the last of them with the place reached."""
    outcome.files |= any(row.entity == "file" for row in came.rows)
    groups: dict[str, list[Row]] = {}
    for row in came.rows:
        groups.setdefault("" if first else came.people.get(row.by, ("", ""))[0], []).append(row)
    books = _books(store)
    names = _names(store, groups)
    todo = list(groups.items()) or [("", [])]
    if came.gone and books.part:
        _stay(store, incoming.put_outside(store, came.gone, books))
        books.again = _books(store).again
    elif came.gone:
        incoming.take_off(store, came.gone, books)
    for at, (person, own) in enumerate(todo):
        if at == len(todo) - 1:
            books.cursor = came.reached
            if came.reached >= books.mark:
                books.mark, books.token = came.reached, came.mark
        outcome.received += incoming.take(
            store,
            own,
            books,
            who=bytes.fromhex(person) if person else None,
            name=names.get(person, ""),
            first=first,
            ready=ready,
            point=(came.reached, came.mark) if at == len(todo) - 1 else None,
        )


def _stay(store: Store, kept: int) -> None:
    """Records outside of this computer's part had to stay, as they did not go out yet: look again next time."""
    if kept:
        with written(store) as c:
            books = _held(c)
            books.again = True
            books_of.write(c, books)


def _names(store: Store, groups: dict[str, list[Row]]) -> dict[str, str]:
    """How the colleagues are called, those that just come in included."""
    ids = {person: bytes.fromhex(person) for person in groups if person}
    titles = store.reader().titles("user", set(ids.values()))
    found = {person: str(titles.get(id) or "") for person, id in ids.items()}
    for own in groups.values():
        for row in own:
            if row.entity == "user" and row.data and not found.get(row.id, "x"):
                found[row.id] = str(json.loads(row.data).get("name") or "")
    return found
