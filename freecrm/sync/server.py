"""The shared database as seen from one desktop: a connection, and the few calls there are.

    with connect(address, password) as server:
        answer = server.hello(...)

Whatever PostgreSQL or the network says against it comes out as a `Known` sentence.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, NamedTuple

from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, say

if TYPE_CHECKING:
    import psycopg

CONNECT_SECONDS = 5
CALL_MS = 60_000
UNHEARD_MS = 10_000
"""So long may what was sent stay without an answer of the network: a pulled cable says nothing (Linux; elsewhere the
system's own time)."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the shared database is and as whom we come. ca: the office's certificate (PEM text) by which the server
    is known; only a server on this very computer may do without. reach: its IP, where `host` is only the name on its
    certificate."""

    host: str
    login: str
    database: str = "freecrm"
    port: int = 5432
    ca: str = ""
    reach: str = ""
    server: str = ""

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)


SENT = ""
"""The data of a record that is there as this copy of the file made and sent it."""
LITTLE = 500
"""Records of which the news tell at once."""
NEWS, STRETCHES = 2, 3
"""Versions of the server's functions from which on they tell news, and stretches of records."""
STRIDE = 50_000
"""Numbers of the history that are looked through at once where only a part of it is asked for."""


class Who(NamedTuple):
    """Whose file it is and which: ids of the team, of the computer, of the file."""

    server: str
    client: str
    file: str


class Row(NamedTuple):
    """A record as the server has it. id: 16 bytes as hex. by: number of the computer that wrote last. at: ms."""

    seq: int
    entity: str
    id: str
    gone: bool
    by: int
    at: int
    data: str | None


class Came(NamedTuple):
    """A stretch of the history. reached, mark: its end. gone: (entity, id) of what we may no longer see. near: of what
    may have come into this computer's part or left it. people: number of a computer -> who and its name."""

    rows: list[Row]
    reached: int
    mark: str
    gone: list[tuple[str, str]]
    near: list[tuple[str, str]]
    people: dict[int, tuple[str, str]]


class News(NamedTuple):
    """How things stand there: the end of the history as of now with its mark, the version of our rights. came: all
    that is new, where that is little."""

    head: int
    token: str
    rights: int
    came: Came | None = None


class Past(NamedTuple):
    """A line of the server's log. stamp: ms. person, id: 16 bytes as hex. op: n, u, d. patch, prev: JSON, what came
    and what was there before."""

    seq: int
    stamp: int
    person: str
    device: str
    entity: str
    id: str
    op: str
    patch: str | None
    prev: str | None


class Unreachable(Known):
    """The server can't be reached or is busy with itself: nobody has to do anything, it is tried again."""


class WrongPassword(Known):
    """The server doesn't take the name and the password, or no longer."""


class Behind(Exception):
    """The server doesn't expect this batch: start again with `hello`."""


class Server:
    """An open connection. Each call is a transaction of its own, so that a laptop that vanishes holds no lock."""

    shown = ""
    """What this connection was told to show of what its person may see (`part.py`)."""
    version = 0
    """Of the server's functions, once it has said it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self._people: dict[int, tuple[str, str]] = {}

    def narrow(self, part: str) -> None:
        """Show only this part from now on; "" = all that the person may see."""
        self._all("SELECT set_config('freecrm.part', %s, false)", part)
        self.shown = part

    def hello(self, about: dict[str, Any]) -> dict[str, Any]:
        """Say who we are and how far we are; what the server knows of us."""
        answer = dict(self._one("SELECT sync.hello(%s::jsonb)", json.dumps(about)))
        self.version = answer["version"]
        return answer

    def push(self, client: str, batch: int, payload: str) -> dict[str, Any]:
        """Send one sealed batch; {head, token, rejected}. Behind when the server expects another one."""
        return dict(self._one("SELECT sync.push(%s::uuid, %s, %s)", client, batch, payload))

    def news(self, cursor: int, own: int = 0) -> News:
        """How things stand, and what came after `cursor`. own: as in `pull`."""
        if self.version < NEWS:
            return News(*self._head())
        found = self._one("SELECT sync.news(%s, %s, %s)", cursor, LITTLE, own)
        came = found["came"]
        if came is not None:
            gone, near = ([(entity, id) for entity, id in came[name]] for name in ("gone", "near"))
            people = {int(no): (person, device) for no, (person, device) in came["people"].items()}
            rows = [Row(*row) for row in came["rows"]]
            came = Came(rows, found["head"], found["token"] or "", gone, near, people)
        return News(found["head"], found["token"] or "", found["rights"] or 0, came)

    def _head(self) -> tuple[int, str, int]:
        seq, token, rights = self._one("SELECT sync.head_mark()")
        return int(seq), str(token or ""), int(rights or 0)

    def claim(self, person: str) -> bool:
        """Be that person, whose id this file had before it joined; whether nobody else is."""
        return bool(self._one("SELECT sync.claim(%s::uuid)", person))

    def reached(self, client: str, cursor: int) -> None:
        """Tell how far this computer is."""
        self._all("SELECT sync.reached(%s::uuid, %s)", client, cursor)

    def mark(self, seq: int) -> str:
        """The mark of a place within the history."""
        return str(self._one("SELECT sync.mark(%s)", seq) or "")

    def pull(self, cursor: int, upto: int, limit: int, own: int = 0) -> list[Row]:
        """The records written after `cursor`, oldest first. own: the number of the computer whose new records come
        without their data where they stand there as it sent them (`SENT`)."""
        asked = [cursor, upto, limit, *([own] if own and self.version >= NEWS else [])]
        return [
            Row(*row)
            for row in self._all(f"SELECT * FROM sync.pull({', '.join(['%s'] * len(asked))})", *asked)
        ]

    def page(self, cursor: int, head: tuple[int, str], limit: int, *, first: bool, own: int = 0) -> Came:
        """The next stretch up to the end of the history, (place, mark). first: nothing was here before `cursor`, so that
        nothing can be gone."""
        upto, token = head
        end = min(upto, cursor + STRIDE) if self.shown else upto
        rows = self.pull(cursor, end, limit, own)
        reached = rows[-1].seq if len(rows) == limit else end
        return Came(
            rows,
            reached,
            token if reached == upto else self.mark(reached),
            [] if first else self.pull_gone(cursor, reached),
            self.near(cursor, reached) if self.shown and not first else [],
            self.people({row.by for row in rows}),
        )

    def pull_gone(self, cursor: int, upto: int) -> list[tuple[str, str]]:
        """(entity, id) of what we may no longer see."""
        return [
            (entity, id) for entity, id in self._all("SELECT * FROM sync.pull_gone(%s, %s)", cursor, upto)
        ]

    def near(self, cursor: int, upto: int) -> list[tuple[str, str]]:
        """(entity, id) of what may have come into this computer's part or left it through others' records."""
        return [(entity, id) for entity, id in self._all("SELECT * FROM sync.near(%s, %s)", cursor, upto)]

    def listing(self, cursor: int, upto: int) -> list[tuple[int, str, str]]:
        """(version, entity, id) of what belongs to this computer's part in a stretch of the history."""
        return [
            (seq, entity, id)
            for seq, entity, id in self._all("SELECT * FROM sync.listing(%s, %s)", cursor, upto)
        ]

    def came_from_me(self, ids: Sequence[str]) -> list[str]:
        """Those of these records that this person made and the server has."""
        return [id for (id,) in self._all("SELECT * FROM sync.came_from_me(%s)", list(ids))]

    def give_key(self, client: str, key: bytes) -> None:
        """Tell the key by which this computer's files are known (`letters.py`)."""
        self._all("SELECT sync.give_key(%s::uuid, %b)", client, key)

    def receipts(self, client: str) -> list[tuple[int, str, dict[str, Any]]]:
        """(batch, MD5, answer) of what came here by a file and was not answered yet."""
        return [
            (batch, digest, dict(answer))
            for batch, digest, answer in self._all("SELECT * FROM sync.receipts(%s::uuid)", client)
        ]

    def carry_open(self, letter: Who, cover: bytes) -> dict[str, Any]:
        """Look at a carried file: who wrote it, from where it is to be answered, the digests of its pieces."""
        return dict(self._one("SELECT sync.carry_open(%s::uuid, %s::uuid, %s::uuid, %b)", *letter, cover))

    def carry_push(self, letter: Who, cover: bytes, n: int, piece: bytes) -> bool:
        """Bring in a piece of it; whether it was news."""
        sql = "SELECT sync.carry_push(%s::uuid, %s::uuid, %s::uuid, %b, %s, %b)"
        return bool(self._one(sql, *letter, cover, n, piece))

    def carry_pull(self, letter: Who, cover: bytes, after: int, limit: int) -> tuple[bytes, int, int]:
        """A page for its author, how far that reaches, and the end of the history."""
        sql = "SELECT * FROM sync.carry_pull(%s::uuid, %s::uuid, %s::uuid, %b, %s, %s, %s)"
        page, reached, head = self._all(sql, *letter, cover, after, limit, STRIDE)[0]
        return bytes(page), int(reached), int(head)

    def carry_close(self, letter: Who, cover: bytes, reached: int) -> bytes:
        """What else its author has to know."""
        sql = "SELECT sync.carry_close(%s::uuid, %s::uuid, %s::uuid, %b, %s)"
        return bytes(self._one(sql, *letter, cover, reached))

    def going(self, cursor: int, upto: int) -> dict[str, int]:
        """How many records of which entities were deleted after `cursor`."""
        return dict(self._all("SELECT * FROM sync.going(%s, %s)", cursor, upto))

    def deleted(self, cursor: int, upto: int, entity: str) -> list[bytes]:
        """The records of one entity that were."""
        return [
            bytes.fromhex(id)
            for (id,) in self._all("SELECT * FROM sync.deleted(%s, %s, %s)", cursor, upto, entity)
        ]

    def fetch(self, ids: Sequence[str]) -> list[Row]:
        """Records as they stand there; those that we may not see are missing."""
        return [Row(*row) for row in self._all("SELECT * FROM sync.fetch(%s)", list(ids))]

    def history(self, id: str) -> list[Past]:
        """All that the server's log knows of a record and its rows, the oldest first."""
        return [Past(*row) for row in self._all("SELECT * FROM sync.history(%s)", id)]

    def common(self, points: Sequence[tuple[int, str]]) -> int:
        """The latest of these marks that the server's history has, 0 when none."""
        return int(self._one("SELECT sync.common(%s::jsonb)", json.dumps(points)))

    def computers(self) -> dict[int, tuple[str, str]]:
        """Number -> (person's id as hex, name of the computer)."""
        return {no: (person, device) for no, person, device in self._all("SELECT * FROM sync.computers()")}

    def people(self, computers: set[int]) -> dict[int, tuple[str, str]]:
        """The same for those that may be told of; asked anew only for one that this connection hasn't heard of yet."""
        if not self._people.keys() >= computers:
            self._people = self.computers()
        return self._people

    def reserve(self, key: str, first: int, count: int) -> int:
        """Take the next `count` numbers of a series for this computer alone; the first of them."""
        return int(self._one("SELECT sync.reserve(%s, %s, %s)", key, first, count))

    def files_wanted(self) -> list[tuple[str, str, int]]:
        """(id, SHA-256, pieces there) of the files whose content the server lacks."""
        return [(id, digest, pieces) for id, digest, pieces in self._all("SELECT * FROM sync.files_wanted()")]

    def files_there(self, ids: Sequence[str]) -> list[tuple[str, int]]:
        """(id, pieces) of those files whose content the server has."""
        return [(id, pieces) for id, pieces in self._all("SELECT * FROM sync.files_there(%s)", list(ids))]

    def put_piece(self, id: str, n: int, data: bytes, last: bool) -> None:
        """Send a mebibyte of a file."""
        self._all("SELECT sync.put_piece(%s::uuid, %s, %b, %s)", id, n, data, last)

    def piece(self, id: str, n: int) -> bytes | None:
        """Fetch a mebibyte of a file; None when there is none."""
        found = self._one("SELECT sync.piece_of(%s::uuid, %s)", id, n)
        return None if found is None else bytes(found)

    def digest(self, entities: Sequence[str]) -> dict[int, tuple[int, int]]:
        """Part of these entities' records that we may see -> how many and the sum of their versions."""
        rows = self._all("SELECT * FROM sync.digest(%s)", list(entities))
        return {part: (count, int(total)) for part, count, total in rows}

    def part(self, part: int, entities: Sequence[str]) -> dict[bytes, int]:
        """The records of one part -> their versions."""
        rows = self._all("SELECT * FROM sync.part(%s, %s)", part, list(entities))
        return {bytes.fromhex(id): seq for id, seq in rows}

    def stretch(self, after: str, most: int, entities: Sequence[str]) -> list[Row]:
        """The next of these entities' records after an id (as hex, "" = from the first) as they stand there."""
        rows = self._all("SELECT * FROM sync.stretch(%s, %s, %s)", after, most, list(entities))
        return [Row(*row) for row in rows]

    def set_password(self, login: str, password: str) -> None:
        """Change the password of whoever signed in, which is `login`."""
        from psycopg import sql

        with _told():
            made = self.connection.pgconn.encrypt_password(
                password.encode(), login.encode(), b"scram-sha-256"
            ).decode()
            # PostgreSQL takes no parameters here
            self.connection.execute(sql.SQL("ALTER ROLE CURRENT_USER PASSWORD {}").format(sql.Literal(made)))

    def expires(self) -> dt.datetime | None:
        """Until when the password is taken; None: for ever."""
        until = self._one(
            "SELECT nullif(rolvaliduntil, 'infinity') FROM pg_catalog.pg_roles WHERE rolname = session_user"
        )
        return until.astimezone(dt.UTC) if until is not None else None

    def wait(self, seconds: float) -> bool:
        """Wait for somebody's change; whether there was one. Needs `listen` before."""
        with _told():
            return any(True for _ in self.connection.notifies(timeout=seconds, stop_after=1))

    def listen(self) -> None:
        """From now on the server tells this connection of every change."""
        with _told():
            self.connection.execute("LISTEN freecrm")

    def close(self) -> None:
        self.connection.close()

    def _one(self, sql: str, *values: Any) -> Any:
        return self._all(sql, *values)[0][0]

    def _all(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with _told():
            return self.connection.execute(sql, values).fetchall()


@contextmanager
def connect(address: Address, password: str) -> Iterator[Server]:
    """Sign in; Known when the server isn't reached, isn't the right one or doesn't know us."""
    made = open_connection(address, password)
    try:
        yield made
    finally:
        made.close()


def open_connection(address: Address, password: str, seconds: float | None = None) -> Server:
    """The same without a block: close it yourself. seconds: how long a call may take (`patience.SECONDS`)."""
    from freecrm.sync.patience import Patient

    with _told():
        made = Patient.connect(**settings(address), password=password, autocommit=True)
        if seconds is not None:
            made.seconds = seconds
        return Server(made)


def settings(address: Address) -> dict[str, Any]:
    """What libpq is told: never a connection to somebody whose certificate isn't the office's."""
    found: dict[str, Any] = {
        "host": address.host,
        "port": address.port,
        "dbname": address.database,
        "user": address.login,
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "FreeCRM",
        "require_auth": "scram-sha-256",
        "keepalives_idle": 10,
        "keepalives_interval": 3,
        "keepalives_count": 3,
        "tcp_user_timeout": UNHEARD_MS,
        "options": f"-c statement_timeout={CALL_MS} -c search_path=pg_catalog -c client_min_messages=warning",
    }
    if address.reach:
        found["hostaddr"] = address.reach
    if address.ca:
        found |= {
            "sslmode": "verify-full",
            "sslrootcert": _as_file(address.ca),
            "channel_binding": "require",
            "ssl_min_protocol_version": "TLSv1.2",
        }
    elif not _is_here(address.reach or address.host):
        raise Known(
            say(
                N_(
                    "The join file for {host} holds no certificate, so nobody could tell whether it is your server."
                    " Ask whoever set it up for a new join file."
                ),
                host=address.host,
            )
        )
    return found


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.startswith("/")


def _as_file(pem: str) -> str:
    """libpq reads certificates from files only."""
    import hashlib

    from freecrm.core import home

    path = home.settings_folder() / f"office-{hashlib.sha256(pem.encode()).hexdigest()[:16]}.pem"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pem, encoding="ascii")
    return str(path)


@contextmanager
def _told() -> Iterator[None]:
    """What PostgreSQL and the network say, as sentences."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        state = error.sqlstate or ""
        if state == "FC001" or state == "FC002":
            raise Behind(str(error)) from error
        raise _problem(state, str(error)) from error


def _problem(state: str, text: str) -> Known:
    what = _sentence(state, text.casefold())
    if what is not None:
        return (WrongPassword if _is_wrong(state, text.casefold()) else Known)(what, text)
    if state == "53100" or "no space left" in text.casefold():
        full = N_("The server's disk is full. Your work stays here and goes out once there is room again.")
        return Unreachable(say(full), text)
    if not state or state.startswith(("08", "53", "57")):
        away = N_("The team's database can't be reached. You can go on working; it is tried again by itself.")
        return Unreachable(say(away), text)
    return Known(
        say(
            N_(
                "The team's database answered with something unexpected. Your work stays on this computer."
                " Show the details to whoever set it up."
            )
        ),
        text,
    )


CARRIED = {
    "FC011": N_(
        "This file belongs to another team than the one that this computer is in. Nothing was changed. Take it to a"
        " computer of its own team."
    ),
    "FC012": N_(
        "This file was changed on its way, or wasn't written by the computer that it names. Nothing was changed here. Have it"
        " written and brought once more."
    ),
    "FC013": N_(
        "The team's server doesn't know the computer that wrote this file. Nothing was changed. That computer has to"
        " exchange over the network once."
    ),
    "FC014": N_(
        "Whoever wrote this file is let into the team's database no longer. Nothing was changed. Ask whoever looks after"
        " the server."
    ),
    "FC015": N_(
        "The computer that wrote this file knows more than the team's server, which was put back to an older copy. Nothing"
        " was changed. That computer has to exchange over the network once."
    ),
}
"""What can be wrong with a carried file, as `sql/carry.sql` finds it."""


TORN = ("ssl syscall error", "closed unexpectedly", "unexpected eof", "timed out", "connection reset")
"""How OpenSSL and libpq tell that the network ended an encrypted connection: nothing is wrong with the server."""


def _sentence(state: str, low: str) -> Said | None:
    """What somebody has to do something about."""
    if state == "FC003" or "not permitted to log in" in low:
        return say(
            N_(
                "Your access to the team's database has ended. Your work stays on this computer. Ask whoever looks after the"
                " server."
            )
        )
    if state in CARRIED:
        return say(CARRIED[state])
    if state in ("3F000", "42883") and ("crypto" in low or "hmac" in low or "encrypt" in low):
        return say(
            N_(
                "The team's server can't read files: PostgreSQL's extension pgcrypto is missing there. Whoever looks after"
                " the server installs the package “postgresql-contrib” and runs “freecrm server init” again."
            )
        )
    if state == "FC004":
        return say(N_("This computer was joined under another name. Join the team anew under yours."))
    if _is_wrong(state, low):
        return say(N_("The team's database does not take this name and password. Type them again."))
    torn = any(word in low for word in TORN)
    if "certificate" in low or ("ssl" in low and not torn):
        return say(
            N_(
                "The server that answered is not your team's: its certificate is another one. Nothing was sent."
                " Ask whoever set it up; a new server needs a new join file."
            )
        )
    return None


def _is_wrong(state: str, low: str) -> bool:
    return state == "28P01" or "password authentication failed" in low or "no password supplied" in low
