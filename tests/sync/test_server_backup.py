"""A backup of the shared database, put back as the help page says: on the same server, and on a new one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from freecrm.modules import model
from freecrm.sync import keeping, setup
from freecrm.sync.exchange import exchange
from freecrm.sync.server import connect
from tests.sync.conftest import Desktop, Firm
from tests.sync.postgres import PASSWORD, Postgres, running


def words(server: Postgres) -> str:
    return f"host=127.0.0.1 port={server.port} user=postgres password='{PASSWORD}' dbname=postgres"


def put_back(server: Postgres, database: str, backup: Path) -> None:
    """The lines of the help page."""
    where = ["-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres"]
    for line in (
        ["dropdb", *where, "--force", "--if-exists", database],
        ["createdb", *where, "--template", "template0", database],
        ["pg_restore", *where, "--exit-on-error", "--dbname", database, str(backup)],
    ):
        program, *rest = line
        subprocess.run(
            [str(server.bin / program), *rest],
            check=True,
            capture_output=True,
            env={**os.environ, "PGPASSWORD": PASSWORD},
        )
    with server.admin(database) as admin:
        setup.renew(admin, model())


@pytest.fixture
def backup(
    firm: Firm, pair: tuple[Desktop, Desktop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A backup, and what was shared and typed since."""
    monkeypatch.setenv("PATH", str(firm.postgres.bin), prepend=":")
    a, b = pair
    a.add(name="云杉谷酒店")
    firm.settle()
    made = tmp_path / "firm.dump"
    assert keeping.backup(words(firm.postgres), firm.database, made) > 0
    b.add(name="小满烘焙")
    firm.settle()
    a.cut()
    b.cut()
    a.add(name="鹿溪堂")
    return made


def names(desktop: Desktop) -> set[str]:
    return {str(one["name"]) for one in desktop.all("customer").values()}


ALL = {"云杉谷酒店", "小满烘焙", "鹿溪堂"}


def test_on_the_same_server(firm: Firm, pair: tuple[Desktop, Desktop], backup: Path) -> None:
    put_back(firm.postgres, firm.database, backup)
    firm.settle()
    firm.settle()
    assert [names(one) for one in pair] == [ALL, ALL]
    with firm.admin() as admin:  # only members come in, as before
        assert admin.execute(
            "SELECT has_database_privilege('public', current_database(), 'connect')"
        ).fetchone() == (False,)


def test_on_a_new_server(firm: Firm, pair: tuple[Desktop, Desktop], backup: Path) -> None:
    with running() as new:
        keeping.make_database(words(new), firm.database)
        with new.admin(firm.database) as admin:  # setup.sh
            setup.install(admin, model(), "Anew")
        put_back(new, firm.database, backup)
        with new.admin(firm.database) as admin:
            for one in pair:
                setup.add_member(admin, firm.address(one.name).login, "new password")
        firm.postgres, old = new, firm.postgres
        try:
            for one in (*pair, *pair):
                with connect(firm.address(one.name), "new password") as server:
                    exchange(one.store, server)
        finally:
            firm.postgres = old
        assert [names(one) for one in pair] == [ALL, ALL]
