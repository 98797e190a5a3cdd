"""The file: opened, checked, upgraded, and handed out as connections.

    store = open_store(path, modules.model())
    with store.step(N_("New customer")) as step:
        step.insert("customer", {"name": "..."})
    store.reader().record("customer", id)

One writer connection guarded by a lock, a read-only connection a thread. Everything SQLite
refuses comes out as a Known sentence (`store/faults.py`).
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freecrm.core.change import Touched
from freecrm.core.custom import Schema, as_seen, schema_of
from freecrm.core.module import Model, P
from freecrm.core.problems import Known
from freecrm.core.settings import setting
from freecrm.core.words import N_, say
from freecrm.store import changelog, faults, tables

if TYPE_CHECKING:
    from freecrm.core.rights import Rights
    from freecrm.store.reader import Reader
    from freecrm.store.writer import Step

WAIT_SECONDS = 5.0  # how long a write waits for another program before it gives up with a sentence
SELECTS = 4_000
"""Compiled questions that the file keeps at the most, the latest ones; a start prepares 1,900 of about 1.4 kB each."""
CURRENCY, COUNTRY = "firm.currency", "firm.country"
"""Settings that are part of the schema."""
HEADER = b"SQLite format 3\x00"


class Store:
    """One open file. Made by `open_store`."""

    def __init__(self, path: Path, model: Model) -> None:
        self.path, self.model = path, model
        self.lock = threading.RLock()
        self._writer: sqlite3.Connection | None = None
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._listeners: list[Callable[[Touched], None]] = []
        self.schema: Schema = schema_of(model)
        self.user: bytes | None = None
        self._given: Rights | None = None
        self._rights: Rights | None = None
        self._sight = 0
        self.follows_rights = False  # whether changed roles are heard of (`store/signin.py`)
        self.asks = False  # whether a password was asked for when somebody last began to work here
        self.waits = False  # whether one is asked for since then, and nobody has given it
        self.select_cache: dict[Any, tuple[str, tuple[Any, ...]]] = {}
        self.fresh_select: dict[str, tuple[str, tuple[Any, ...]]] = {}
        self.metadata: Any = None

    # ---- connections

    @property
    def files(self) -> Path:
        """The folder with the attachments."""
        return files_of(self.path)

    @property
    def backups(self) -> Path:
        """The folder with the backups."""
        return backups_of(self.path)

    def read(self) -> sqlite3.Connection:
        """This thread's read-only connection; it answers what whoever is signed in may see (`store/sight.py`)."""
        if self.rights is not None and not self.rights.is_whole:
            return self.read_as(self.rights)
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            with faults.told(self.path):
                found = connect(self.path, read_only=True)
            self._local.connection = found
            self._open.append(found)
        return found

    def read_as(self, rights: Rights) -> sqlite3.Connection:
        """This thread's read-only connection of somebody who may see what these rights say."""
        from freecrm.store import sight

        held: dict[Rights, tuple[sqlite3.Connection, int]] = getattr(self._local, "narrow", None) or {}
        self._local.narrow = held
        found, made = held.get(rights, (None, -1))
        if found is None:
            for old in [one for one in held if one != self._rights]:  # of rights as they were before
                gone, _sight = held.pop(old)
                self._open.remove(gone)
                gone.close()
            with faults.told(self.path):
                found = connect(self.path, read_only=True, factory=sight.Narrow)
            self._open.append(found)
        if made != self._sight:
            with faults.told(self.path):
                sight.narrow(found, self.schema, rights)
            held[rights] = (found, self._sight)
        return found

    @property
    def rights(self) -> Rights | None:
        """What whoever is signed in may do; None: everything. Inside `whole` the program itself works."""
        return None if getattr(self._local, "whole", 0) else self._rights

    def hold_to(self, rights: Rights | None) -> None:
        """From here on reading and writing are held to these rights, in all threads."""
        if rights is not None or self._given is not None:
            self._given = rights
            self.load_schema()

    @contextmanager
    def whole(self) -> Iterator[None]:
        """What this thread does inside is the program's own doing (the exchange with the team, the work of a new day),
        not that of whoever is signed in: it sees and may do everything."""
        self._local.whole = getattr(self._local, "whole", 0) + 1
        try:
            yield
        finally:
            self._local.whole -= 1

    def write(self) -> sqlite3.Connection:
        """The writer's connection; hold `lock` while you use it."""
        if self._writer is None:
            with faults.told(self.path):
                self._writer = connect(self.path)
        return self._writer

    def reader(self, rights: Rights | None = None, *, for_files: bool = False) -> Reader:
        """Reads for a person of these rights (None: of whoever is signed in). for_files: see `Reader`."""
        from freecrm.store.reader import Reader

        return Reader(self, rights, for_files=for_files)

    @contextmanager
    def step(
        self,
        title: str,
        /,
        *,
        rights: Rights | None = None,
        origin: str = "user",
        undoes: int | None = None,
        **figures: Any,
    ) -> Iterator[Step]:
        """The one door: everything written inside is one named, logged, undoable transaction.

        title: marked with N_(), its figures as keywords («Undo: Merge 3 customers»). rights: None = of whoever is signed
        in; what came from the team or is done by the program itself is held to none. Leaving by an
        exception leaves the file as it was. Listeners hear once, after the commit.
        """
        from freecrm.store.writer import Step

        if rights is None and origin not in ("sync", "program"):
            rights = self.rights
        with self.lock:
            made = Step(self, title, figures, rights=rights, origin=origin, undoes=undoes)
            with faults.told(self.path), self._sure(origin != "sync"):
                made.begin()
                try:
                    yield made
                    touched = made.end()
                except BaseException:
                    made.abandon()
                    raise
        self.tell(touched)

    @contextmanager
    def _sure(self, sure: bool) -> Iterator[None]:
        """Whether a commit waits until the disk holds it. What came from the team's server need not: should power fail,
        it is gone together with the place that was reached, and comes again. Whatever is written later, and waits, has
        the disk hold all before it as well."""
        if sure:
            yield
            return
        connection = self.write()
        connection.execute("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            connection.execute("PRAGMA synchronous = FULL")

    # ---- listeners

    def listen(self, heard: Callable[[Touched], None]) -> Callable[[], None]:
        """Call `heard` after each step, in the thread that wrote; answers how to stop it."""
        self._listeners.append(heard)
        return lambda: self._listeners.remove(heard)

    def tell(self, touched: Touched) -> None:
        """Tell every listener what was touched, the schema first."""
        if touched.ids.keys() & {"custom_field", "pick_option"}:
            self.load_schema()
        for heard in list(self._listeners):
            heard(touched)

    def load_schema(self) -> None:
        """Make the schema anew from the records of custom fields and pick-list entries, as whoever is signed in meets
        it."""
        with self.whole():
            whole = self._read_schema(self.read())
        rights = self._given
        if rights is not None:
            from freecrm.store import sight

            rights = sight.closed(whole, rights)
        self._rights = rights
        self.schema = self._as_seen(whole)
        self.select_cache.clear()
        self._sight += 1

    def read_schema(self, connection: sqlite3.Connection) -> Schema:
        """The schema as a connection sees it; the writer's sees the step under way."""
        return self._as_seen(self._read_schema(connection))

    def _as_seen(self, schema: Schema) -> Schema:
        return schema if self._rights is None else as_seen(schema, self._rights)

    def _read_schema(self, connection: sqlite3.Connection) -> Schema:
        found = []
        for name in ("custom_field", "pick_option"):
            fields = self.model.entities[name].fields
            columns = ", ".join(tables.quoted(f) for f in fields)
            found.append(
                [
                    {key: f.unpack(value) for (key, f), value in zip(fields.items(), row, strict=True)}
                    for row in connection.execute(f"SELECT {columns} FROM {tables.quoted(name)}")
                ]
            )
        off = {key for key in self.model.switches() if not _setting(connection, key)}
        own = [_setting(connection, key) for key in (CURRENCY, COUNTRY)]
        return schema_of(self.model, found[0], found[1], off, *own)

    def pieces(self, entity: str, kind: type[P]) -> list[P]:
        """What the page of a record is put together from in this file: `pieces("customer", Tab)`."""
        found = self.model.pieces(entity, kind)
        return [piece for piece in found if not piece.when or self.setting(piece.when)]

    # ---- settings

    def setting(self, key: str) -> Any:
        """A setting of the firm, kept in the file."""
        return _setting(self.read(), key)

    def set_setting(self, key: str, value: Any) -> None:
        """Keep a setting of the firm; Known when it does not take the value, or it is not for whoever is signed in."""
        if self.rights is not None and not self.rights.admin:
            what = N_("This setting holds for the whole firm. Ask whoever gives the rights to change it.")
            raise Known(say(what))
        value = setting(key).check(value)
        if key == CURRENCY:
            self._refuse_other_digits(value)
        self._keep("setting", key, json.dumps(value, ensure_ascii=False))
        if key in self.model.switches() or key in (CURRENCY, COUNTRY):
            self.load_schema()

    def _refuse_other_digits(self, currency: str) -> None:
        """Known when amounts are kept already and would be others in a currency with more or fewer digits."""
        from freecrm.core.fields import Money
        from freecrm.core.money import minor_digits

        now = self.setting(CURRENCY)
        if minor_digits(now) == minor_digits(currency):
            return
        for entity in self.model.entities.values():
            for f in entity.fields.values():
                if not isinstance(f, Money) or f.derived is not None:
                    continue
                column = tables.quoted(f.name)
                sql = f"SELECT 1 FROM {tables.quoted(entity.entity)} WHERE {column} <> 0 LIMIT 1"
                if self.read().execute(sql).fetchone() is not None:
                    what = N_(
                        "There are amounts in this file, in {now}; {currency} has other digits behind the point, so"
                        " they would become others. Begin a new file for {currency}."
                    )
                    raise Known(say(what, now=now, currency=currency))

    def kept(self, key: str) -> Any:
        """A thing the program remembers in this file (a mapping, a view), or None."""
        row = self.read().execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def keep(self, key: str, value: Any) -> None:
        """Remember a thing in this file; no step, not undone."""
        self._keep("kept", key, json.dumps(value, ensure_ascii=False))

    def _keep(self, table: str, key: str, value: str) -> None:
        sql = (
            f"INSERT INTO {table}(key, value) VALUES (?, ?)"
            " ON CONFLICT(key) DO UPDATE SET value = excluded.value"
        )
        with self.lock, faults.told(self.path):
            self.write().execute(sql, (key, value))
        # so that nobody takes the write for one of another program and reads everything anew
        self.tell(Touched(None, {}))

    def close(self) -> None:
        """Keep the compiled questions of this session for the next start and close all connections."""
        with suppress(Known):  # a convenience that a full disk may cost
            self._keep_selects()
        self.fresh_select.clear()
        with self.lock:
            for connection in [*self._open, *([self._writer] if self._writer else [])]:
                connection.close()
            self._open.clear()
            self._writer = None
            self._local = threading.local()

    def _keep_selects(self) -> None:
        if not self.fresh_select:
            return
        with self.lock, faults.told(self.path):
            connection = self.write()
            connection.execute("BEGIN IMMEDIATE")
            for name, held in self.fresh_select.items():
                self.keep(name, held)
            # what asks for a day is another question on each
            connection.execute(
                "DELETE FROM kept WHERE key GLOB 'sql.*' AND rowid NOT IN"
                " (SELECT rowid FROM kept WHERE key GLOB 'sql.*' ORDER BY rowid DESC LIMIT ?)",
                (SELECTS,),
            )
            connection.execute("COMMIT")


def _setting(connection: sqlite3.Connection, key: str) -> Any:
    row = connection.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
    return setting(key).default if row is None else json.loads(row[0])


def files_of(path: Path) -> Path:
    """The folder with the attachments of the file at `path`."""
    return path.with_name(f"{path.stem} files")


def backups_of(path: Path) -> Path:
    """The folder with the backups of the file at `path`."""
    return path.with_name(f"{path.stem} backups")


def _unhex(text: str | None) -> bytes | None:
    return bytes.fromhex(text) if text else None


def address_of(path: Path) -> str:
    """The path as SQLite's URI; urllib would cost a start two milliseconds for these three signs."""
    text = str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return "file:" + (text.replace("\\", "/") if os.name == "nt" else text)


WORKED = (
    "open_at",
    "contact_day",
    "is_long",
    "alarm_at",
    "same",
    "odds",
    "binding",
    "line_total",
    "answer_by",
    "left_of",
    "lines_full",
    "lines_off",
    "lines_net",
    "lines_tax",
    "lines_total",
    "order_state",
    "moved_out",
    "to_invoice",
    "invoice_counts",
    "invoice_state",
    "next_bill",
)
"""The functions of `core/workings.py` by which derived fields are worked out."""


def _worked(name: str, *values: Any) -> Any:
    from freecrm.core import workings  # only writing and checking need it: a start does not wait for it

    return workings.FUNCTIONS[name](*values)


def connect(
    path: Path, *, read_only: bool = False, factory: type[sqlite3.Connection] = sqlite3.Connection
) -> sqlite3.Connection:
    """A connection with FreeCRM's settings; transactions are begun and ended by hand."""
    address = f"{address_of(path)}?mode={'ro' if read_only else 'rw'}"
    made = sqlite3.connect(
        address,
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=WAIT_SECONDS,
        cached_statements=256,
        factory=factory,
    )
    for name in WORKED:
        made.create_function(name, -1, partial(_worked, name), deterministic=True)
    made.create_function("unhex_id", 1, _unhex, deterministic=True)
    made.execute("PRAGMA temp_store = MEMORY")
    # KiB, and each thread that reads has its own; the system keeps the file's pages as well
    small = read_only and factory is sqlite3.Connection  # what is seen through views looks up much more
    made.execute(f"PRAGMA cache_size = -{2_000 if small else 16_000}")
    if not read_only:
        _write_ahead(made)
        made.execute("PRAGMA synchronous = FULL")
        made.execute("PRAGMA recursive_triggers = ON")
        made.execute("PRAGMA foreign_keys = OFF")
    return made


def _write_ahead(made: sqlite3.Connection) -> None:
    """Turn the write-ahead log on; a file has it from its making, so that this is only done once.

    SQLite does not wait for a lock here by itself when two programs open a new file at once.
    """
    until = time.monotonic() + WAIT_SECONDS
    while made.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            made.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)


def open_store(path: Path, model: Model, *, create: bool = True) -> Store:
    """Open a file, making it when it does not exist; Known when it cannot be opened as it is.

    A file of an older program is backed up and upgraded, one of a newer program, on a network
    share, write-protected, damaged or no FreeCRM file at all is refused with its own sentence.
    """
    path = Path(path).expanduser().absolute()
    if faults.on_network(path):
        raise faults.on_network_refusal(path)
    store = Store(path, model)
    try:
        with faults.told(path):
            if _is_blank(path):
                if not create:
                    raise Known(
                        say(
                            N_("There is no file {file}. Check its name, or import a list: that makes it."),
                            file=str(path),
                        )
                    )
                _create(path, model)
            _check_head(path)
            _check_format(store)
            store.load_schema()
            _mend(store)
    except BaseException:
        store.close()
        raise
    return store


def _is_blank(path: Path) -> bool:
    """Whether nothing was written there yet: no file, an empty one, or one whose making was cut short."""
    try:
        if not path.exists() or (path.is_file() and path.stat().st_size == 0):
            return True
        with path.open("rb") as file:
            head = file.read(100)
    except OSError:
        return False
    if head[:16] != HEADER or any(head[60:72]):  # user_version and application_id are set with the tables
        return False
    connection = sqlite3.connect(f"{address_of(path)}?mode=ro", uri=True, timeout=WAIT_SECONDS)
    try:
        tables_held = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        return not tables_held and not connection.execute("PRAGMA application_id").fetchone()[0]
    finally:
        connection.close()


def _create(path: Path, model: Model) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            pass
    except OSError as error:
        raise Known(
            say(
                N_("{file} cannot be made there. Choose a folder that you may write to."),
                file=str(path),
            ),
            str(error),
        ) from error
    from freecrm.store import search  # only a new file needs it

    connection = connect(path)
    try:
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            connection.execute("ROLLBACK")  # another process made it while we waited
            return
        for statement in (*tables.ddl(model), *search.DDL):
            connection.execute(statement)
        connection.execute("INSERT INTO door(one) VALUES (1)")
        connection.execute("INSERT INTO counter(name, value) VALUES ('n', 0)")
        changelog.mend_triggers(connection, model)
        connection.execute(f"PRAGMA application_id = {tables.APPLICATION}")
        connection.execute(f"PRAGMA user_version = {tables.FORMAT}")
        connection.execute("COMMIT")
    finally:
        connection.close()


def _check_head(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except PermissionError as error:
        raise Known(
            say(
                N_("You may not read {file}. Ask whoever set up this computer, or choose another file."),
                file=str(path),
            )
        ) from error
    except IsADirectoryError as error:
        raise Known(say(N_("{file} is a folder, not a file. Choose a file."), file=str(path))) from error
    if head[:16] != HEADER:
        if head[68:72] == tables.APPLICATION.to_bytes(4, "big"):
            raise faults.damaged(path, "header")
        raise Known(
            say(
                N_("{file} is not a FreeCRM file. To bring in a list, import it: freecrm import FILE."),
                file=path.name,
            )
        )
    try:
        with path.open("r+b"):
            pass
    except OSError as error:
        raise faults.read_only(path, str(error)) from error


def _check_format(store: Store) -> None:
    connection = store.read()
    if connection.execute("PRAGMA application_id").fetchone()[0] != tables.APPLICATION:
        raise Known(
            say(
                N_("{file} belongs to another program. FreeCRM leaves it alone; choose a FreeCRM file."),
                file=store.path.name,
            )
        )
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > tables.FORMAT:
        raise Known(
            say(
                N_(
                    "{file} was written by a newer FreeCRM (format {found}, this program knows {ours})."
                    " Nothing was changed in it. Install the newer FreeCRM to open it."
                ),
                file=store.path.name,
                found=found,
                ours=tables.FORMAT,
            )
        )
    if found < tables.FORMAT:
        from freecrm.store import migrate

        migrate.upgrade(store)


def _mend(store: Store) -> None:
    """Make the triggers what they have to be, and close a step that another tool left open."""
    wanted = changelog.all_triggers(store.model)
    found = dict(store.read().execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    left_open = store.read().execute("SELECT 1 FROM door WHERE step IS NOT NULL").fetchone()
    if wanted == found and not left_open:
        return
    with store.lock:
        connection = store.write()
        connection.execute("BEGIN IMMEDIATE")
        changelog.mend_triggers(connection, store.model)
        connection.execute("UPDATE door SET step = NULL, at = NULL")
        connection.execute("COMMIT")
