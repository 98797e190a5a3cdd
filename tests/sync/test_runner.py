"""The threads that keep a file in step: changes are with the others at once, and whatever happens on the way."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from freecrm.core.problems import Known
from freecrm.store import files
from freecrm.sync import joining, runner
from freecrm.sync.runner import Runner, State
from freecrm.sync.server import Address
from tests.sync.conftest import Desktop, Firm

PATIENCE = 30.0


class Watched:
    """A runner whose states can be waited for."""

    def __init__(self, desktop: Desktop, password: str | None = None) -> None:
        self.desktop, self.states = desktop, list[State]()
        self._changed = threading.Condition()
        address = desktop.firm.address(desktop.name)
        self.runner = Runner(desktop.store, address, password or desktop.name, self._heard)
        self._deaf = desktop.store.listen(lambda _touched: self._heard(None))
        self.runner.start()

    def _heard(self, state: State | None) -> None:
        with self._changed:
            if state is not None:
                self.states.append(state)
            self._changed.notify_all()

    def until(self, holds: Callable[[], bool]) -> bool:
        with self._changed:
            return self._changed.wait_for(holds, PATIENCE)

    def becomes(self, kind: str) -> bool:
        return self.until(lambda: bool(self.states) and self.states[-1].kind == kind)

    def end(self) -> None:
        self.runner.stop()
        self._deaf()


@pytest.fixture
def running() -> Iterator[Callable[..., Watched]]:
    made: list[Watched] = []

    def run(desktop: Desktop, password: str | None = None) -> Watched:
        made.append(Watched(desktop, password))
        return made[-1]

    yield run
    for one in made:
        one.end()


def test_a_change_is_with_the_others_at_once(firm: Firm, running: Callable[..., Watched]) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen")
    first, second = running(a), running(b)
    assert first.becomes("synced")
    assert second.becomes("synced")
    id = a.add(name="云杉谷酒店")
    assert second.until(lambda: b.get("customer", id) is not None)
    b.set("customer", id, grade="A")
    assert first.until(lambda: (a.get("customer", id) or {}).get("grade") == "A")


def test_who_stops_does_not_wait_for_the_servers_word(firm: Firm, running: Callable[..., Watched]) -> None:
    one = running(firm.desktop("lin"))
    assert one.becomes("synced")
    one.runner.stop()
    assert not [thread for thread in threading.enumerate() if thread.name in ("sync", "sync ears")]


def test_who_stops_does_not_wait_for_a_server_that_is_silent(firm: Firm) -> None:
    """As on a computer at home: nothing refuses the connection, and nothing answers."""
    desktop = firm.desktop("lin")
    desktop.sync()
    told: list[State] = []
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = replace(firm.address("lin"), host="127.0.0.1", port=silent.getsockname()[1])
        runner = Runner(desktop.store, address, "lin", told.append)
        before = set(threading.enumerate())
        runner.start()
        held = [silent.accept()[0], silent.accept()[0]]
        runner.stop(PATIENCE)
        calling = set(threading.enumerate()) - before
        assert len(calling) == 2
        said = len(told)
        for one in held:
            one.close()
    for thread in calling:
        thread.join(PATIENCE)
    assert len(told) == said


def test_a_file_is_there_soon_after_its_record(
    firm: Firm, running: Callable[..., Watched], tmp_path: Path
) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen")
    first, second = running(a), running(b)
    assert first.becomes("synced")
    assert second.becomes("synced")
    path = tmp_path / "offer.pdf"
    path.write_bytes(b"x" * 3_000_000)
    with a.store.step("Attached") as step:
        id = step.insert("customer", {"name": "云杉谷酒店", "files": [files.take(a.store, path)]})
    assert second.until(lambda: b.get("customer", id) is not None)
    digest = b.all("file").popitem()[1]["hash"]
    assert second.until(files.place(b.store, digest).is_file)


def test_without_the_server_work_goes_on(firm: Firm, running: Callable[..., Watched]) -> None:
    a = firm.desktop("lin")
    watched = running(a)
    assert watched.becomes("synced")
    firm.postgres.stop()
    try:
        id = a.add(name="云杉谷酒店")
        # it may have knocked once already before that was written
        assert watched.until(lambda: (watched.states[-1].kind, watched.states[-1].waiting) == ("offline", 1))
        assert a.get("customer", id) is not None
    finally:
        firm.postgres.start()
    watched.runner.now()
    assert watched.becomes("synced")
    assert watched.states[-1].waiting == 0


def test_what_is_changed_offline_is_counted_at_once(
    firm: Firm, running: Callable[..., Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "FIRST_WAIT", 3_600.0)  # nobody knocks again meanwhile
    a = firm.desktop("lin")
    watched = running(a)
    assert watched.becomes("synced")
    firm.postgres.stop()
    try:
        a.add(name="云杉谷酒店")
        assert watched.becomes("offline")
        a.add(name="小满烘焙")
        assert watched.until(lambda: watched.states[-1].waiting == 2)
    finally:
        firm.postgres.start()
    watched.runner.now()
    assert watched.becomes("synced")


def test_a_wrong_password_says_so_and_stops(firm: Firm, running: Callable[..., Watched]) -> None:
    watched = running(firm.desktop("lin"), "no password of ours")
    assert watched.becomes("stopped")
    assert "does not take this name and password" in str(watched.states[-1].why)


def test_who_is_let_in_no_longer_is_told(firm: Firm, running: Callable[..., Watched]) -> None:
    from freecrm.sync import setup

    a = firm.desktop("lin")
    watched = running(a)
    assert watched.becomes("synced")
    with firm.admin() as admin:
        setup.end_member(admin, firm.address("lin").login)
    a.add(name="云杉谷酒店")
    assert watched.becomes("stopped")
    assert "access to the team's database has ended" in str(watched.states[-1].why)
    assert len(a.all("customer")) == 1


# ---- joining


def test_a_file_joins_by_its_join_file(firm: Firm, tmp_path: Path) -> None:
    a = firm.desktop("lin")
    other = firm.desktop("shen", place="laptop")
    joining.leave(other.store)
    path = tmp_path / "firm.freecrm-team"
    joining.write(path, firm.address(""), "禾川净水设备")
    assert "shen" not in path.read_text("utf-8")
    invitation = joining.read(path)
    kept = other.add(name="松湾牧场")
    assert joining.join(other.store, invitation, firm.address("shen").login, "shen") == "禾川净水设备"
    assert other.store.user == joining.person(other.store) == other.person
    found = joining.team(other.store)
    assert found is not None
    assert (found[0], found[1].server) == ("禾川净水设备", firm.id)
    other.sync()
    a.sync()
    assert a.get("customer", kept) is not None


def test_who_is_known_in_the_file_stays_the_same_person(firm: Firm, tmp_path: Path) -> None:
    from freecrm.sync import setup

    a = firm.desktop("lin")
    joining.leave(a.store)
    me = a.add("user", name="林晓棠")
    mine = a.add(name="云杉谷酒店", owner_user=me)
    with firm.admin() as admin:
        setup.add_member(admin, f"{firm.database}_xt", "secret", "林晓棠")
    joining.join(a.store, ("禾川", firm.address("")), f"{firm.database}_xt", "secret")
    assert joining.person(a.store) == me
    from freecrm.sync.exchange import exchange
    from freecrm.sync.server import connect

    with connect(
        Address("127.0.0.1", f"{firm.database}_xt", firm.database, firm.postgres.port), "secret"
    ) as server:
        exchange(a.store, server)
    names = [row["name"] for row in a.all("user").values()]
    assert names == ["林晓棠"]
    assert a.get("customer", mine)["owner_user"] == me  # type: ignore[index]


@pytest.mark.parametrize("text", ["", "{}", "[1]", "no json", '{"kind": "FreeCRM join file"}'])
def test_what_is_no_join_file_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.freecrm-team"
    path.write_text(text, "utf-8")
    with pytest.raises(Known, match="is no join file"):
        joining.read(path)


def test_another_server_is_never_filled(firm: Firm, postgres: object, tmp_path: Path) -> None:
    a = firm.desktop("lin")
    a.add(name="云杉谷酒店")
    a.sync()
    other = Firm(firm.postgres, tmp_path / "other")
    other.member("lin")
    a.cut()
    a.firm = other
    with pytest.raises(Known, match="another shared database"):
        a.sync()
    assert len(a.all("customer")) == 1
    with other.admin() as admin:
        assert admin.execute("SELECT count(*) FROM sync.rec").fetchone() == (0,)


def test_much_deleting_stops_and_asks(firm: Firm, running: Callable[..., Watched]) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen")
    ids = [a.add(name=f"客户 {n}") for n in range(80)]
    firm.settle()
    watched = running(b)
    assert watched.becomes("synced")
    with a.store.step("Deleted") as step:
        step.delete_many("customer", ids)
    a.sync()
    assert watched.becomes("stopped")
    assert watched.states[-1].braked
    assert "Others deleted 80 of 80" in str(watched.states[-1].why)
    assert len(b.all("customer")) == 80
    watched.runner.let_delete()
    assert watched.becomes("synced")
    assert b.all("customer") == {}
