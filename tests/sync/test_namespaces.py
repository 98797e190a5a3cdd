"""Two hosts and a cable between them, in a network namespace of its own: pulled, work goes on; put back, all arrives."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.sync.conftest import Firm
from tests.sync.postgres import Postgres
from tests.sync.proxy import Cable
from tests.sync.test_tls import office

__all__ = ["office"]

SECONDS = 90


@dataclass
class Hosts:
    """The other host's name, this end of the cable and its address."""

    name: str
    end: str
    here: str

    def cable(self, state: str) -> None:
        """ "up" or "down"."""
        _ip("link", "set", self.end, state)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    mine = os.getpid() % 250
    made = Hosts(f"freecrm{mine}", f"fcrm{mine}", f"10.211.{mine}.1")
    if shutil.which("ip") is None:
        pytest.skip("NO NETWORK NAMESPACES HERE: the program ip is not installed.")
    try:
        _ip("netns", "add", made.name)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"NO NETWORK NAMESPACES HERE: {error.stderr.decode().strip()}")
    try:
        far = f"fcrw{mine}"
        _ip("link", "add", made.end, "type", "veth", "peer", "name", far)
        _ip("link", "set", far, "netns", made.name)
        _ip("addr", "add", f"{made.here}/30", "dev", made.end)
        _ip("link", "set", made.end, "up")
        for words in (
            ("addr", "add", f"10.211.{mine}.2/30", "dev", far),
            ("link", "set", far, "up"),
            ("link", "set", "lo", "up"),
        ):
            _ip("netns", "exec", made.name, "ip", *words)
        yield made
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            _ip("link", "del", made.end)
        _ip("netns", "del", made.name)


class Far:
    """The desktop on the other host."""

    def __init__(self, hosts: Hosts, firm: Firm, path: Path, port: int, login: str, ca: Path) -> None:
        words = [str(path), firm.database, hosts.here, str(port), login, str(ca)]
        command = ["ip", "netns", "exec", hosts.name, sys.executable, "-m", "tests.sync.far", *words]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self._ears = threading.Thread(target=self._hear, daemon=True)
        self._ears.start()

    def _hear(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line.strip())

    def until(self, *wanted: str) -> str:
        """The next line that is one of these."""
        while (line := self.lines.get(timeout=SECONDS)) not in wanted:
            pass
        return line

    def say(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def close(self) -> None:
        self.say("end")
        self.until("ended")
        self.process.wait(SECONDS)
        self._ears.join(SECONDS)
        for end in (self.process.stdin, self.process.stdout):
            if end is not None:
                end.close()


def test_a_pulled_cable(office: tuple[Postgres, Path], hosts: Hosts, tmp_path: Path) -> None:
    server, certificates = office
    firm = Firm(server, tmp_path)
    try:
        work_on(firm, hosts, certificates / "office.crt")
    finally:
        firm.close()


def work_on(firm: Firm, hosts: Hosts, ca: Path) -> None:
    office, train = firm.desktop("office"), firm.desktop("train")
    firm.settle()
    train.close()
    firm.desktops.remove(train)
    cable = Cable(firm.postgres.port, hosts.here)
    far = Far(hosts, firm, train.path, cable.port, "train", ca)
    try:
        far.until("state synced 0")
        far.say("add before")
        far.until("added before")
        far.until("state synced 0")
        office.sync()
        assert {one["name"] for one in office.all("customer").values()} == {"before"}

        hosts.cable("down")
        far.say("add meanwhile")
        far.until("added meanwhile")
        # a torn connection is no strange server, and nobody has to do anything
        assert far.until("state offline 1", "state stopped 1") == "state offline 1"
        office.add(name="from the office")
        office.sync()
        far.say("add later")
        far.until("added later")

        hosts.cable("up")
        far.say("now")
        far.until("state synced 0")
        office.sync()
        names = {one["name"] for one in office.all("customer").values()}
        assert names == {"before", "meanwhile", "from the office", "later"}
        far.say("has from the office")
        assert far.until("has 1", "has 0") == "has 1"
    finally:
        far.close()
        cable.close()
