"""The power fails in the middle of work and exchange, and what the disk holds then (`power.py`) is a sound file with all
that was acknowledged, and goes on exchanging."""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from freecrm.modules import model
from freecrm.store import check
from freecrm.store.database import open_store
from tests.sync import power
from tests.sync.conftest import Firm
from tests.sync.test_together import people, well

ROOT = Path(__file__).parents[2]
LIFE = 5
"""Failures looked at in one life of a program; the last of them is the end of it."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a program that stands still: POSIX")


class Said:
    """What a program told: pieces of work announced and acknowledged, and how far its log of writes was then."""

    def __init__(self) -> None:
        self.begun: set[tuple[str, str]] = set()
        self.done: set[tuple[str, str]] = set()
        self.sure = (b"", power.HEAD)
        self._last = ("", "")
        self._rest = ""

    def hear(self, text: str) -> None:
        """What came out of it."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            word, *more = line.split()
            if word == "begin":
                self._last = (more[0], more[1])
                self.begun.add(self._last)
            elif word == "done":
                self.done.add(self._last)
                self.sure = (bytes.fromhex("".join(more[1:])), int(more[0]))

    def begin(self, path: Path) -> None:
        """A program begins: what the disk has of the file by now, it has."""
        self._rest, self.sure = "", power.reached(path)


def own(kind: str, number: str) -> set[str]:
    return {f"e{number}"} if kind == "edit" else {f"i{number}-{k}" for k in range(50)}


def hold(path: Path, said: Said) -> None:
    """The copy is sound, and holds each piece of work wholly or, if that was not acknowledged, not at all."""
    store = open_store(path, model())
    try:
        assert [str(what) for what in check.check(store)] == []
        codes = [row[0] for row in store.read().execute("SELECT code FROM customer WHERE code IS NOT NULL")]
    finally:
        store.close()
    assert len(codes) == len(set(codes))
    held = set(codes)
    for kind, number in said.begun:
        wanted = own(kind, number)
        there = wanted & held
        done = (kind, number) in said.done
        assert there == wanted or (not done and not there), f"{kind} {number}: {len(there)} of {len(wanted)}"
        held -= wanted
    assert not held


def failures(firm: Firm, count: int, figures: Counter[str]) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen")
    people(a, b)
    firm.settle()
    a.close()
    chance = random.Random(count)
    said = Said()
    copy = a.path.with_name("copy.freecrm")
    while figures["failures"] < count:
        said.begin(a.path)
        command = [sys.executable, "-m", "tests.sync.worker", str(a.path), firm.database]
        command += [str(firm.postgres.port), "lin"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, cwd=ROOT
        ) as child:
            try:
                assert child.stdout is not None
                assert child.stderr is not None
                out = child.stdout.fileno()
                said.hear(os.read(out, 100).decode())  # that it is ready
                for _n in range(LIFE):
                    threading.Event().wait(chance.uniform(0.01, 0.25))
                    child.send_signal(signal.SIGSTOP)
                    os.waitid(os.P_PID, child.pid, os.WSTOPPED)
                    while select.select([out], [], [], 0)[0] and (text := os.read(out, 65_536)):
                        said.hear(text.decode())
                    figures[power.fail(a.path, copy, said.sure, chance)] += 1
                    figures["failures"] += 1
                    hold(copy, said)
                    if figures["failures"] == count:
                        break
                    if _n < LIFE - 1:
                        child.send_signal(signal.SIGCONT)
            finally:
                child.kill()  # one that stands still would never end
            trouble = child.stderr.read().decode()
        assert not trouble, trouble
        for end in ("", "-wal", "-shm"):
            Path(f"{a.path}{end}").unlink(missing_ok=True)
            if Path(f"{copy}{end}").exists():
                shutil.move(f"{copy}{end}", f"{a.path}{end}")
    figures["pieces of work acknowledged"] = len(said.done)
    a.store = open_store(a.path, model())
    a.store.user = a.person
    firm.settle()
    well(a, b)
    b.close()
    hold(b.path, said)
    b.store = open_store(b.path, model())
    assert b.all("conflict") == {}


def test_the_power_fails(firm: Firm) -> None:
    failures(firm, 10, Counter())


@pytest.mark.soak
def test_the_power_fails_often(firm: Firm, figures: Counter[str]) -> None:
    failures(firm, int(os.environ.get("FREECRM_POWER", "500")), figures)
