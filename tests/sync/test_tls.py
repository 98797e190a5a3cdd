"""Only the office's own server is talked to: its certificate is looked at, whatever answers."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from freecrm.core.problems import Known
from freecrm.sync.server import Address, connect
from tests.sync.conftest import Firm
from tests.sync.postgres import Postgres, running

SCRIPT = Path(__file__).parents[2] / "installer" / "server" / "certificates.sh"


def certificates(folder: Path, *names: str) -> Path:
    subprocess.run([str(SCRIPT), str(folder), *names], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Postgres, Path]]:
    """A server as `installer/server/setup.sh` makes it: encrypted, known by the office's certificate."""
    made = certificates(tmp_path_factory.mktemp("office"), "crm.office", "127.0.0.1")
    with running() as server:
        for name in ("server.crt", "server.key"):
            target = server.data / name
            shutil.copyfile(made / name, target)
            if os.geteuid() == 0:
                shutil.chown(target, "postgres", "postgres")
            target.chmod(0o600)
        with (server.data / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write("ssl = on\nssl_cert_file = 'server.crt'\nssl_key_file = 'server.key'\n")
        (server.data / "pg_hba.conf").write_text(
            "host all postgres 127.0.0.1/32 scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256\n",
            "ascii",
        )
        server.stop("fast")
        server.start()
        yield server, made


@pytest.fixture
def address(office: tuple[Postgres, Path], tmp_path: Path) -> Iterator[Address]:
    server, made = office
    firm = Firm(server, tmp_path)
    firm.member("lin")
    yield replace(firm.address("lin"), ca=(made / "office.crt").read_text("ascii"))
    firm.close()


def greets(address: Address) -> str:
    with connect(address, "lin") as server:
        return str(server.hello({"client": "0" * 31 + "1", "next_batch": 1, "cursor": 0})["name"])


def test_the_offices_server_is_known(address: Address) -> None:
    assert greets(address) == "禾川净水设备"
    assert greets(replace(address, host="crm.office", reach="127.0.0.1")) == "禾川净水设备"


def test_a_server_with_another_certificate_gets_nothing(address: Address, tmp_path: Path) -> None:
    other = certificates(tmp_path / "other", "crm.office", "127.0.0.1")
    with pytest.raises(Known, match="not your team's"):
        greets(replace(address, ca=(other / "office.crt").read_text("ascii")))


def test_a_server_of_another_name_gets_nothing(address: Address) -> None:
    with pytest.raises(Known, match="not your team's"):
        greets(replace(address, host="bank.office", reach="127.0.0.1"))


def test_nothing_goes_out_unencrypted(address: Address) -> None:
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        psycopg.connect(
            host="127.0.0.1",
            port=address.port,
            dbname=address.database,
            user=address.login,
            password="lin",
            sslmode="disable",
        )


def test_without_a_certificate_only_this_computer_is_trusted(address: Address) -> None:
    with pytest.raises(Known, match="holds no certificate"):
        greets(replace(address, ca="", host="crm.office", reach="192.168.0.9"))


def test_what_is_no_certificate_is_said(address: Address) -> None:
    with pytest.raises(Known, match="not your team's"):
        greets(replace(address, ca="no certificate at all"))
