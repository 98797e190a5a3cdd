"""A firm's shared database and the desktops that exchange with it, all real."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from freecrm.modules import model
from freecrm.store.database import Store
from freecrm.store.ids import new_id
from freecrm.sync import books, setup
from freecrm.sync.exchange import Outcome, exchange
from freecrm.sync.server import Address, Server, open_connection
from tests.files import new_store
from tests.sync.postgres import Postgres, programs, running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    if programs() is None and not os.environ.get("CI"):
        pytest.skip("NO POSTGRESQL HERE: nothing of the team is tested. Install the package “postgresql”.")
    with running() as made:
        yield made


class Desktop:
    """One computer of the firm: a file of its own, a person, a connection that lasts as long as nobody cuts it."""

    def __init__(self, firm: Firm, name: str, path: Path, person: bytes) -> None:
        self.firm, self.name, self.path, self.person = firm, name, path, person
        self.store: Store = new_store(path)
        self.store.user = person
        self._server: Server | None = None
        books.begin(self.store, device=f"PC of {name}", place=name)

    @property
    def server(self) -> Server:
        if self._server is None:
            self._server = open_connection(self.firm.address(self.name), self.name)
        return self._server

    def sync(self) -> Outcome:
        return exchange(self.store, self.server)

    def cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def add(self, entity: str = "customer", **values: Any) -> bytes:
        with self.store.step("Made") as step:
            return step.insert(entity, values)

    def set(self, entity: str, id: bytes, **values: Any) -> None:
        with self.store.step("Changed") as step:
            step.update(entity, id, values)

    def drop(self, entity: str, id: bytes) -> None:
        with self.store.step("Deleted") as step:
            step.delete(entity, id)

    def get(self, entity: str, id: bytes) -> dict[str, Any] | None:
        record = self.store.reader().record(entity, id)
        return None if record is None else {**record.values, "id": record.id}

    def all(self, entity: str) -> dict[bytes, dict[str, Any]]:
        ids = [row[0] for row in self.store.read().execute(f'SELECT id FROM "{entity}"')]
        return {id: found for id in ids if (found := self.get(entity, id)) is not None}

    def close(self) -> None:
        self.cut()
        self.store.close()


class Firm:
    """A shared database and who belongs to it. Logins and passwords are the persons' names."""

    def __init__(self, postgres: Postgres, folder: Path) -> None:
        self.postgres, self.folder = postgres, folder
        self.database, self.id = postgres.team(lambda admin: setup.install(admin, model(), "禾川净水设备"))
        self.desktops: list[Desktop] = []
        self.people: dict[str, bytes] = {}

    def admin(self) -> Any:
        return self.postgres.admin(self.database)

    def address(self, login: str) -> Address:
        return Address("127.0.0.1", f"{self.database}_{login}", self.database, self.postgres.port)

    def member(self, name: str, *, gives_rights: bool = True) -> bytes:
        if name not in self.people:
            self.people[name] = new_id()
            with self.admin() as admin:
                setup.add_member(
                    admin,
                    f"{self.database}_{name}",
                    name,
                    person=self.people[name],
                    gives_rights=gives_rights,
                )
        return self.people[name]

    def desktop(self, name: str, place: str = "", **more: Any) -> Desktop:
        person = self.member(name, **more)
        made = Desktop(self, name, self.folder / f"{place or name}.freecrm", person)
        self.desktops.append(made)
        return made

    def settle(self, *desktops: Desktop) -> None:
        """Exchange until nobody has news."""
        for _ in range(2):
            for one in desktops or self.desktops:
                one.sync()

    def close(self) -> None:
        for one in self.desktops:
            one.close()
        with suppress(psycopg.OperationalError):  # the server was stopped for good
            self.postgres.drop(self.database)


@pytest.fixture
def firm(postgres: Postgres, tmp_path: Path) -> Iterator[Firm]:
    made = Firm(postgres, tmp_path)
    yield made
    made.close()


@pytest.fixture
def pair(firm: Firm) -> tuple[Desktop, Desktop]:
    """Two desktops that have exchanged."""
    a, b = firm.desktop("lin"), firm.desktop("shen")
    firm.settle()
    return a, b


Pair = tuple[Desktop, Desktop]
Make = Callable[[str], Desktop]
