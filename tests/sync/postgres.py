"""A real PostgreSQL of the tests' own: made in a folder of its own, on a free port, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

PASSWORD = "only for tests"


def programs() -> Path | None:
    """The folder with initdb and postgres, or None where there is no PostgreSQL: the one that FREECRM_POSTGRES names,
    or the newest one of this machine."""
    if wanted := os.environ.get("FREECRM_POSTGRES"):
        return Path(wanted)
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if found:
        return found[-1]
    named = shutil.which("initdb")
    return Path(named).resolve().parent if named else None


class Postgres:
    """A server that can be stopped, killed and started again."""

    def __init__(self, folder: Path, bin: Path) -> None:
        self.folder, self.bin = folder, bin
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.databases = 0
        self.pattern: str | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def make(self, *, sure: bool = False) -> None:
        """Make its files and start it."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD, encoding="ascii")
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            shutil.chown(secret, "postgres", "postgres")
        self.run(
            "initdb",
            "-D",
            str(self.data),
            "-U",
            "postgres",
            "-A",
            "scram-sha-256",
            "--pwfile",
            str(secret),
            "-E",
            "UTF8",
            "--locale",
            "C",
        )
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(
                f"listen_addresses = '127.0.0.1'\nport = {self.port}\nunix_socket_directories = ''\n"
                # a killed server loses nothing without it, only a computer without power would
                f"fsync = {'on' if sure else 'off'}\n"
                "shared_buffers = 64MB\nmax_connections = 120\nlog_min_messages = fatal\n"
            )
        self.start()

    def start(self) -> None:
        self.run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.folder / "log"), "start")

    def stop(self, how: str = "immediate") -> None:
        """how: "fast" (clean) or "immediate" (as if it were killed)."""
        self.run("pg_ctl", "-D", str(self.data), "-w", "-m", how, "stop")

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self.bin / program), *arguments]
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder)

    def admin(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """An administrator's connection."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="postgres",
            password=PASSWORD,
            dbname=database,
            autocommit=True,
        )

    def database(self, like: str = "") -> str:
        """The name of a new database: empty, or a copy of another one, with who may connect to that."""
        self.databases += 1
        name = f"firm{self.databases}"
        with self.admin() as admin:
            admin.execute(f"CREATE DATABASE {name} TEMPLATE {like or 'template1'} STRATEGY FILE_COPY")
            if like:
                of = "(SELECT datacl FROM pg_database WHERE datname = %s)"
                admin.execute(f"UPDATE pg_database SET datacl = {of} WHERE datname = %s", (like, name))
        return name

    def team(self, install: Callable[[psycopg.Connection[Any]], object]) -> tuple[str, str]:
        """The name of a new database that `install` made a team's, and the team's id. It is installed once: the others
        are copies that nobody has used, with an id of their own. Tests about installing take an empty `database`."""
        if self.pattern is None:
            made = self.database()
            with self.admin(made) as admin:
                install(admin)
            self.pattern = made
        name = self.database(self.pattern)
        with self.admin(name) as admin:
            row = admin.execute("UPDATE sync.server SET id = DEFAULT, made = DEFAULT RETURNING id").fetchone()
        assert row is not None
        return name, str(row[0])

    def drop(self, database: str) -> None:
        """Take a database away, whoever is still connected to it."""
        with self.admin() as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


@contextlib.contextmanager
def running(*, sure: bool = False) -> Iterator[Postgres]:
    """A server for the length of a block. sure: it writes to the disk what it has promised, as a firm's does."""
    bin = programs()
    assert bin is not None, "PostgreSQL is not installed: these tests need Debian's package “postgresql”"
    folder = Path(tempfile.mkdtemp(prefix="freecrm-postgres-"))
    made = Postgres(folder, bin)
    try:
        made.make(sure=sure)
        yield made
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            made.stop()
        shutil.rmtree(folder, ignore_errors=True)
