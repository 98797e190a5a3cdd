"""Looking after the shared database: how it stands, who is in, what blocks, wiping a record for ever, a backup."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freecrm.core.problems import Known
from freecrm.core.words import N_, say

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True, slots=True)
class Health:
    """records: that there are; gone: deleted ones still remembered. size: bytes. open: differences nobody settled."""

    name: str
    server: str
    version: int
    postgres: str
    head: int
    records: int
    gone: int
    open: int
    size: int
    blocked: int


@dataclass(frozen=True, slots=True)
class Computer:
    """A computer that exchanges. behind: changes of others it has not fetched."""

    login: str
    device: str
    program: str
    seen: dt.datetime
    behind: int


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may sign in."""

    login: str
    name: str
    admin: bool
    disabled: bool
    computers: tuple[Computer, ...] = ()


@contextmanager
def admin(where: str, database: str = "") -> Iterator[psycopg.Connection[Any]]:
    """An administrator's connection, by libpq's own words (`host=… user=…`); Known when there is none."""
    import psycopg

    try:
        words = psycopg.conninfo.make_conninfo(where, dbname=database) if database else where
        made = psycopg.connect(words, autocommit=True)
    except psycopg.ProgrammingError as error:
        what = N_("What stands after --to isn't understood: {why}. Write it like “host=… user=… dbname=…”.")
        raise Known(say(what, why=_first_line(error)), str(error)) from error
    except psycopg.Error as error:
        if "no password supplied" in str(error):
            what = N_(
                "PostgreSQL asks for a password. Put it into the variable PGPASSWORD or the file ~/.pgpass, where others"
                " don't see it, and run this once more."
            )
            raise Known(say(what), str(error)) from error
        if "FATAL" not in str(error):  # the server's own refusals say so
            what = N_(
                "No PostgreSQL answers there ({why}). Look whether it runs, and whether host and port are right."
            )
            raise Known(say(what, why=_first_line(error)), str(error)) from error
        raise Known(
            say(
                N_(
                    "PostgreSQL doesn't let us in there: look whether user and password (PGPASSWORD) are right. On the"
                    " server itself, run this as the user “postgres”; from elsewhere, say --to “host=… user=… dbname=…”."
                )
            ),
            str(error),
        ) from error
    try:
        yield made
    except psycopg.Error as error:
        raise Known(say(N_("PostgreSQL refused: {why}"), why=_first_line(error)), str(error)) from error
    finally:
        made.close()


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def make_database(where: str, database: str) -> bool:
    """Make an empty database of this name where there is none; whether it was made."""
    from psycopg import sql

    with admin(where, "postgres") as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone():
            return False
        connection.execute(
            sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(database))
        )
    return True


def health(connection: psycopg.Connection[Any]) -> Health:
    """How the database stands. Counts all records: seconds for a million."""
    ours(connection)
    row = connection.execute(
        "SELECT v.name, v.id::text, v.version, current_setting('server_version'), (SELECT seq FROM sync.head),"
        " pg_database_size(current_database()) FROM sync.server v"
    ).fetchone()
    assert row is not None
    with connection.transaction():
        connection.execute("SET LOCAL ROLE fc_writer")
        counted = connection.execute(
            "SELECT count(*) FILTER (WHERE NOT del), count(*) FILTER (WHERE del),"
            " count(*) FILTER (WHERE ent = 'conflict' AND NOT del AND data ->> 'ended' IS NULL) FROM sync.rec"
        ).fetchone()
    assert counted is not None
    name, server, version, postgres, head, size = row
    records, gone, open_ = counted
    return Health(
        name, server, version, postgres, head, records, gone, open_, size, len(_holders(connection))
    )


def members(connection: psycopg.Connection[Any]) -> list[Member]:
    """Who may sign in, and with which computers they do."""
    ours(connection)
    with connection.transaction():
        connection.execute("SET LOCAL ROLE fc_writer")
        computers: dict[str, list[Computer]] = {}
        for login, device, program, seen, behind in connection.execute(
            "SELECT c.login, c.device, c.program, c.seen, (SELECT seq FROM sync.head) - c.cursor"
            " FROM sync.client c ORDER BY c.seen DESC"
        ):
            computers.setdefault(login, []).append(Computer(login, device, program, seen, behind))
        return [
            Member(login, name or "", is_admin, disabled, tuple(computers.get(login, ())))
            for login, name, is_admin, disabled in connection.execute(
                "SELECT m.login, u.data ->> 'name', m.admin, m.disabled FROM sync.member m"
                " LEFT JOIN sync.rec u ON u.id = m.person ORDER BY m.login"
            ).fetchall()
        ]


def _holders(connection: psycopg.Connection[Any], seconds: int = 3) -> list[int]:
    """The sessions in which a transaction was left open, so that nobody can push."""
    rows = connection.execute(
        "SELECT DISTINCT l.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
        " WHERE l.relation = 'sync.head'::regclass AND l.mode = 'RowShareLock' AND a.state = 'idle in transaction'"
        " AND a.state_change < now() - make_interval(secs => %s)",
        (seconds,),
    )
    return [row[0] for row in rows]


def unblock(connection: psycopg.Connection[Any], seconds: int = 3) -> int:
    """End the sessions that keep everybody from pushing; how many there were. Their changes go out again."""
    ours(connection)
    found = _holders(connection, seconds)
    for pid in found:
        connection.execute("SELECT pg_terminate_backend(%s)", (pid,))
    return len(found)


def purge(connection: psycopg.Connection[Any], id: str) -> int:
    """Wipe a deleted record with its rows from the server for ever: values, history, differences. How many rows.

    Known when it is still there for somebody: delete it in the program first."""
    ours(connection)
    with connection.transaction():
        connection.execute("SET LOCAL ROLE fc_writer")
        row = connection.execute("SELECT del FROM sync.rec WHERE id = %s::uuid", (id,)).fetchone()
        if row is None:
            raise Known(say(N_("There is no record {id} on the server."), id=id))
        if not row[0]:
            raise Known(say(N_("This record is in use. Delete it in FreeCRM first, then wipe it here.")))
        # every desktop that comes does the same
        wiped = connection.execute("SELECT sync.purge(ARRAY[%s::uuid])", (id,)).fetchone()
        assert wiped is not None
    return int(wiped[0])


def backup(where: str, database: str, target: Path) -> int:
    """Write a backup that `pg_restore` reads; its bytes. A part of it is never left under that name."""
    program = shutil.which("pg_dump")
    if program is None:
        raise Known(say(N_("The program pg_dump isn't here. Install the package “postgresql-client”.")))
    part = target.with_name(target.name + ".part")
    command = [program, "--format=custom", "--file", str(part), "--dbname", f"{where} dbname={database}"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    if done.returncode:
        part.unlink(missing_ok=True)
        if "server version mismatch" in done.stderr:
            what = N_(
                "The program pg_dump is older than the server's PostgreSQL, and can't back it up. Nothing was changed."
                " Install the “postgresql-client” of the server's version, and run this once more."
            )
            raise Known(say(what), done.stderr)
        why = next((line for line in done.stderr.splitlines() if line.strip()), "").partition("error: ")
        what = N_("The backup couldn't be written: {why}. Nothing was changed.")
        raise Known(say(what, why=why[2] or why[0] or str(done.returncode)), done.stderr)
    part.replace(target)
    return target.stat().st_size


def currency(connection: psycopg.Connection[Any]) -> str:
    """The firm's currency, as the team's settings say."""
    with connection.transaction():
        connection.execute("SET LOCAL ROLE fc_writer")
        row = connection.execute(
            "SELECT data ->> 'value' FROM sync.rec WHERE ent = 'setting' AND NOT del AND data ->> 'key' = 'firm.currency'"
        ).fetchone()
    return str(row[0]).strip('"') if row is not None and row[0] else "CNY"


def ours(connection: psycopg.Connection[Any]) -> None:
    """Known when this is no team's database."""
    if connection.execute("SELECT to_regnamespace('sync')").fetchone() == (None,):
        raise Known(
            say(
                N_(
                    "There is no team's database in there. Make one with “freecrm server init”, or name another."
                )
            )
        )
