"""Pulled cables, servers that die and disks that are full: nothing hangs, nothing is lost, and it goes on by itself."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from freecrm.core.problems import Known
from freecrm.modules import model
from freecrm.store.database import open_store
from freecrm.sync import exchange
from freecrm.sync.server import Address, Behind, open_connection
from tests.sync.conftest import Desktop, Firm
from tests.sync.postgres import Postgres, running
from tests.sync.proxy import Cable
from tests.sync.test_together import people, well

PATIENCE = 1.0
QUOTA = int(os.environ.get("FREECRM_QUOTA", "20"))
"""Megabytes that a disk fills up with, page by page."""
ROOT = Path(__file__).parents[2]


class Far(Desktop):
    """A desktop at the end of a cable."""

    cable: Cable

    @property
    def server(self):  # type: ignore[no-untyped-def]
        if self._server is None:
            address = replace(self.firm.address(self.name), port=self.cable.port)
            self._server = open_connection(address, self.name, PATIENCE)
        return self._server


@pytest.fixture
def far(firm: Firm, postgres: Postgres) -> Iterator[Far]:
    made = Far(firm, "wang", firm.folder / "far.freecrm", firm.member("wang"))
    made.cable = Cable(postgres.port)
    yield made
    made.close()
    made.cable.close()


KINDS = ("cut", "dead", "slow", "cut at once", "late")


def _break(cable: Cable, how: str, chance: random.Random) -> None:
    if how == "slow":
        cable.mode = "slow"
    elif how == "cut at once":
        cable.cut()
    else:
        cable.after(chance.randrange(1, 20_000), how)


def play(firm: Firm, far: Far, count: int, kinds: Sequence[str], figures: Counter[str]) -> None:
    near = firm.desktop("lin")
    people(near, far)
    near.sync()
    chance = random.Random(count)
    made = []
    for n in range(count):
        made += [near.add(name=f"近{n}"), far.add(name=f"远{n}", phones=[{"number": f"+8657{n:08}"}])]
        with far.store.step("Imported", origin="import") as step:
            step.insert_many("customer", ["name"], [(f"远{n}-{k}",) for k in range(60)])
        near.sync()
        _break(far.cable, chance.choice(kinds), chance)
        began = time.monotonic()
        try:
            exchange.exchange(far.store, far.server, page=20, most=20)
        except (Known, Behind):
            figures["exchanges broken off"] += 1
            far.cut()
        assert time.monotonic() - began < 20 * PATIENCE
        far.cable.mend()
        far.cut()
        if chance.random() < 0.5:  # what is late comes before it is said again, or after
            figures["came late"] += far.cable.deliver()
        try:
            exchange.exchange(far.store, far.server, page=20, most=20)
        except (Known, Behind):
            far.cut()
        figures["came late, and twice"] += far.cable.deliver()
        figures["faults"] += 1
    for _ in range(2):
        far.sync()
        near.sync()
    assert set(made) <= near.all("customer").keys() & far.all("customer").keys()
    assert len(near.all("customer")) == count * 62
    assert near.all("conflict") == {}
    with firm.admin() as admin:
        doubles = "SELECT client, batch FROM sync.batch GROUP BY 1, 2 HAVING count(*) > 1"
        assert admin.execute(doubles).fetchall() == []
    well(near, far)


def test_cables_are_pulled(firm: Firm, far: Far) -> None:
    before = threading.active_count()
    play(firm, far, 6, KINDS, Counter())
    assert threading.active_count() <= before + 2 * far.cable.opened


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_many_cables_are_pulled(firm: Firm, far: Far, kind: str, figures: Counter[str]) -> None:
    play(firm, far, int(os.environ.get("FREECRM_FAULTS", "50")), [kind], figures)


def test_a_dead_cable_is_noticed(firm: Firm, far: Far) -> None:
    far.sync()
    far.cable.mode = "dead"
    began = time.monotonic()
    with pytest.raises(Known, match="can't be reached"):
        far.sync()
    assert time.monotonic() - began < 10 * PATIENCE
    far.cut()
    far.cable.mend()
    far.sync()


@pytest.fixture
def own() -> Iterator[Postgres]:
    """A server that may die without disturbing other tests."""
    with running() as made:
        yield made


def deaths(own: Postgres, folder: Path, count: int) -> int:
    """How many records went through."""
    firm = Firm(own, folder)
    a, b = firm.desktop("lin"), firm.desktop("shen")
    people(a, b)
    chance = random.Random(count)
    total = 0
    for n in range(count):
        with a.store.step("Imported", origin="import") as step:
            step.insert_many("customer", ["name"], [(f"客户{n}-{k}",) for k in range(400)])
        total += 400
        killer = threading.Timer(chance.uniform(0, 0.15), own.stop, [chance.choice(["immediate", "fast"])])
        killer.start()
        with contextlib.suppress(Known, Behind):
            exchange.exchange(a.store, a.server, most=20)
        killer.join()
        for one in (a, b):
            one.cut()
        own.start()
    firm.settle()
    with firm.admin() as admin:
        head, last = admin.execute("SELECT seq, (SELECT max(seq) FROM sync.batch) FROM sync.head").fetchone()
        assert head == last
        assert admin.execute("SELECT count(*) FROM sync.rec WHERE ent = 'customer'").fetchone() == (total,)
        doubles = "SELECT client, batch FROM sync.batch GROUP BY 1, 2 HAVING count(*) > 1"
        assert admin.execute(doubles).fetchall() == []
    well(a, b)
    firm.close()
    return total


def test_the_server_dies_in_between(own: Postgres, tmp_path: Path) -> None:
    deaths(own, tmp_path, 3)


@pytest.mark.soak
def test_the_server_dies_often(own: Postgres, tmp_path: Path, figures: Counter[str]) -> None:
    figures["restarts"] = int(os.environ.get("FREECRM_DEATHS", "30"))
    figures["records"] = deaths(own, tmp_path, figures["restarts"])


def rollbacks(own: Postgres, folder: Path, count: int) -> int:
    """The server's files are put back to an older copy, as somebody would who has a backup of the folder. How much was
    made and deleted."""
    firm = Firm(own, folder)
    a, b, c = (firm.desktop(name) for name in ("lin", "shen", "wang"))
    people(a, b, c)
    firm.settle()
    made: set[bytes] = set()
    gone: set[bytes] = set()
    chance = random.Random(count)
    for n in range(count):
        own.stop("fast")
        copy = own.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        subprocess.run(["cp", "-a", str(own.data), str(copy)], check=True)
        own.start()
        for one in (a, b, c):
            one.cut()
            made.add(one.add(name=f"{one.name}{n}", phones=[{"number": "+8657100006600"}]))
        firm.settle()
        for one in (a, b, c):
            id = chance.choice(sorted(made - gone))
            one.drop("customer", id)
            gone.add(id)
            one.sync()
        made.add(a.add(name=f"noch{n}"))
        a.sync()
        for one in (a, b, c):
            one.cut()
        own.stop("immediate")
        shutil.rmtree(own.data)
        copy.rename(own.data)
        own.start()
        order = [a, b, c]
        chance.shuffle(order)
        for one in order:
            one.sync()
        firm.settle()
        firm.settle()
        for one in (a, b, c):
            assert one.all("customer").keys() == made - gone
        assert a.all("conflict") == {}
    well(a, b, c)
    firm.close()
    return len(made) + len(gone)


def test_the_server_is_put_back(own: Postgres, tmp_path: Path) -> None:
    rollbacks(own, tmp_path, 3)


@pytest.mark.soak
def test_the_server_is_put_back_often(own: Postgres, tmp_path: Path, figures: Counter[str]) -> None:
    figures["rollbacks"] = int(os.environ.get("FREECRM_ROLLBACKS", "20"))
    figures["edits"] = rollbacks(own, tmp_path, figures["rollbacks"])


# ---- full disks


@pytest.mark.soak
def test_the_disk_here_is_full_at_every_page(firm: Firm, figures: Counter[str]) -> None:
    """One page more each time, until all is in; meanwhile somebody goes on typing, and what was acknowledged stays."""
    a, b = firm.desktop("lin"), firm.desktop("shen")
    people(a, b)
    firm.settle()
    for n in range(QUOTA * 1_000_000 // 7_000):
        with a.store.step("Imported", origin="import") as step:
            step.insert_many("customer", ["name", "remark"], [(f"客户{n}", "x" * 4_000)])
    a.sync()
    b.close()
    command = [sys.executable, "-m", "tests.sync.test_faults", str(b.path), firm.database]
    command += [str(firm.postgres.port), str(b.path.stat().st_size), str(QUOTA * 1_000_000)]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=3_600)
    assert not ran.stderr, ran.stderr
    said = [line.split() for line in ran.stdout.splitlines()]
    figures["pages of room"] = len([line for line in said if line[0] == "room"])
    figures["exchanges that found no room"] = len([line for line in said if line[0] == "full"])
    kept = {line[1] for line in said if line[0] == "kept"}
    figures["edits acknowledged meanwhile"] = len(kept)
    b.store = open_store(b.path, model())
    b.store.user = b.person
    firm.settle()
    assert kept
    assert kept == {row["name"] for row in a.all("customer").values() if row["name"].startswith("k")}
    well(a, b)


def test_the_disk_here_is_full(firm: Firm) -> None:
    """A desktop whose file may not grow takes in what fits, says so, and has all once there is room."""
    a, b = firm.desktop("lin"), firm.desktop("shen")
    people(a, b)
    firm.settle()
    with a.store.step("Imported", origin="import") as step:
        step.insert_many("customer", ["name", "remark"], [(f"客户{n}", "x" * 500) for n in range(4_000)])
    a.sync()
    typed = b.add(name="没发出去")
    b.close()
    size = b.path.stat().st_size
    for room in (200_000, 1_000_000, 2_500_000):
        command = [sys.executable, "-m", "tests.sync.test_faults", str(b.path), firm.database]
        command += [str(firm.postgres.port), str(size + room), "0"]
        ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
        assert "full Known" in ran.stdout, ran.stdout + ran.stderr
    b.store = open_store(b.path, model())
    b.store.user = b.person
    firm.settle()
    assert typed in a.all("customer")
    assert b.store.read().execute("SELECT count(*) FROM customer").fetchone() == (4_001,)
    well(a, b)


def _small(path: str, database: str, port: str, least: str, more: str) -> None:
    """The child: exchanges on a disk that has room for a file of `least` bytes, and of one page more each time up to
    `more` beyond that; from the second time on it types as well."""
    store = open_store(Path(path), model())
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    server = open_connection(Address("127.0.0.1", f"{database}_shen", database, int(port)), "shen")
    for n, most in enumerate(range(int(least), int(least) + int(more) + 1, 4_096)):
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
        say(f"room {most}")
        try:
            if n:
                with store.step("Made") as step:
                    step.insert("customer", {"name": f"k{n}"})
                say(f"kept k{n}")
            exchange.exchange(store, server, page=500 if not n else 20)
        except Known as known:
            say(f"full Known: {known}")


# ---- the server's disk


class Disk:
    """A small disk of its own for the server's database."""

    def __init__(self, own: Postgres) -> None:
        self.folder = own.folder / "small"
        self.folder.mkdir()

    def mount(self, megabytes: int) -> None:
        size = f"size={megabytes}m,mode=0777"
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", size, "none", str(self.folder)], capture_output=True
        )
        if mounted.returncode:
            pytest.skip(f"no small disk can be made on this machine: {mounted.stderr.decode().strip()}")

    def resize(self, kilobytes: int) -> bool:
        """False when more than that is on it."""
        command = ["mount", "-o", f"remount,size={kilobytes}k", str(self.folder)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def used(self) -> int:
        """Kilobytes."""
        return shutil.disk_usage(self.folder).used // 1024

    def unmount(self) -> None:
        subprocess.run(["umount", "-l", str(self.folder)], check=False)


@pytest.fixture
def disk(own: Postgres) -> Iterator[Disk]:
    made = Disk(own)
    yield made
    own.stop("immediate")
    made.unmount()


def on_small_disk(own: Postgres, folder: Path, disk: Disk, megabytes: int) -> Firm:
    disk.mount(megabytes)
    place = disk.folder / "space"
    place.mkdir()
    shutil.chown(place, "postgres", "postgres")
    firm = Firm(own, folder)
    with own.admin() as admin:
        admin.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        admin.execute(f"ALTER DATABASE {firm.database} SET TABLESPACE small")
    return firm


def test_the_servers_disk_is_full(own: Postgres, tmp_path: Path, disk: Disk) -> None:
    """What doesn't fit stays here, with a sentence, and goes out once there is room."""
    firm = on_small_disk(own, tmp_path, disk, 12)
    a, b = firm.desktop("lin"), firm.desktop("shen")
    with a.store.step("Imported", origin="import") as step:
        step.insert_many(
            "customer", ["name", "remark"], [(f"客户{n}", os.urandom(400).hex()) for n in range(9_000)]
        )
    with pytest.raises(Known, match="disk is full"):
        a.sync()
    a.cut()
    assert disk.resize(200_000)
    firm.settle()
    assert b.store.read().execute("SELECT count(*) FROM customer").fetchone() == (9_000,)
    firm.close()


@pytest.mark.soak
def test_the_servers_disk_is_full_at_many_moments(
    own: Postgres, tmp_path: Path, disk: Disk, figures: Counter[str]
) -> None:
    firm = on_small_disk(own, tmp_path, disk, 400)
    a, b = firm.desktop("lin"), firm.desktop("shen")
    people(a, b)
    firm.settle()
    chance = random.Random(5)
    count = int(os.environ.get("FREECRM_FULL", "50"))
    for n in range(count):
        with a.store.step("Imported", origin="import") as step:
            rows = [(f"客户{n}-{k}", os.urandom(300).hex()) for k in range(300)]
            step.insert_many("customer", ["name", "remark"], rows)
        b.add(name=f"b{n}")
        assert disk.resize(disk.used() + chance.randrange(300))
        for one in (a, b):
            try:
                exchange.exchange(one.store, one.server, most=chance.choice((20, 100, 1000)))
            except (Known, Behind):
                figures["exchanges that found no room"] += 1
                one.cut()
        assert disk.resize(400_000)
    figures["moments"] = count
    firm.settle()
    with firm.admin() as admin:
        head, last = admin.execute("SELECT seq, (SELECT max(seq) FROM sync.batch) FROM sync.head").fetchone()
        assert head == last
        kept = "SELECT count(*) FROM sync.rec WHERE ent = 'customer'"
        assert admin.execute(kept).fetchone() == (count * 301,)
    assert a.all("conflict") == {}
    well(a, b)
    firm.close()


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _small(*sys.argv[1:])
