"""A desktop is killed in the middle of its work, again and again: what was acknowledged is there, and there once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from freecrm.modules import model
from freecrm.store.database import open_store
from tests.sync.conftest import Firm
from tests.sync.test_together import people, well

ROOT = Path(__file__).parents[2]


def kills(firm: Firm, count: int) -> int:
    """Kill so often; how many pieces of work were acknowledged in all."""
    a, b = firm.desktop("lin"), firm.desktop("shen")
    people(a, b)
    firm.settle()
    a.close()
    chance = random.Random(count)
    said: dict[tuple[str, str], bool] = {}
    for n in range(count):
        command = [sys.executable, "-m", "tests.sync.worker", str(a.path), firm.database]
        command += [str(firm.postgres.port), "lin"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        ) as child:
            assert child.stdout is not None
            assert child.stderr is not None
            assert child.stdout.readline() == "ready\n", child.stderr.read()
            killer = threading.Timer(chance.uniform(0.02, 0.6), child.kill)
            killer.start()
            lines = child.stdout.read().splitlines()
            killer.join()
            trouble = child.stderr.read()
        assert not trouble, trouble
        for at, line in enumerate(lines):
            if line.startswith("begin"):
                _begin, kind, number = line.split()
                done = at + 1 < len(lines) and lines[at + 1].startswith("done")
                said[kind, number] = (
                    said.get((kind, number), False) or done
                )  # a number that never was comes again
        b.add(name=f"b{n}")  # so that something comes in, too
        b.sync()
    a.store = open_store(a.path, model())
    a.store.user = a.person
    firm.settle()
    well(a, b)
    codes = [row[0] for row in b.store.read().execute("SELECT code FROM customer WHERE code IS NOT NULL")]
    assert len(codes) == len(set(codes))
    held = set(codes)
    for (kind, number), done in said.items():
        own = {f"e{number}"} if kind == "edit" else {f"i{number}-{k}" for k in range(50)}
        there = own & held
        assert there == own or (not done and not there), f"{kind} {number}: {len(there)} of {len(own)}"
        held -= own
    assert not held
    assert len(b.all("conflict")) == 0
    with firm.admin() as admin:
        doubles = "SELECT client, batch FROM sync.batch GROUP BY 1, 2 HAVING count(*) > 1"
        assert admin.execute(doubles).fetchall() == []
    return sum(said.values())


def test_killed_at_any_moment(firm: Firm) -> None:
    assert kills(firm, 10)


@pytest.mark.soak
def test_killed_often(firm: Firm, figures: Counter[str]) -> None:
    figures["kills"] = int(os.environ.get("FREECRM_KILLS", "100"))
    figures["pieces of work acknowledged"] = kills(firm, figures["kills"])
