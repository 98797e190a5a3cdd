"""An office of fifty that works for long: nobody's memory grows, nothing gets stuck, and all are equal in the end."""

from __future__ import annotations

import os
import random
import statistics
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from freecrm.core.change import Touched
from freecrm.sync import mending, outbox
from freecrm.sync.runner import Runner
from tests.sync.conftest import Firm
from tests.sync.test_together import people, well

CLIENTS = int(os.environ.get("FREECRM_CLIENTS", "50"))
MINUTES = float(os.environ.get("FREECRM_MINUTES", "10"))
RATE = float(os.environ.get("FREECRM_RATE", "2"))
"""Edits a second in all. Fifty desktops and their server share the test's computer, and the desktops one process."""
WARM = 0.25
"""Share of the time after which memory is looked at."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


def memory(pid: int | str = "self") -> int:
    """Kilobytes that a process holds for itself and shares in part."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return int(text.split("\nPss:")[1].split()[0])


def backends(firm: Firm) -> int:
    """The same of the server's processes for this firm."""
    with firm.admin() as admin:
        found = admin.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", (firm.database,))
        return sum(memory(pid) for (pid,) in found.fetchall())


@pytest.mark.soak
def test_fifty_for_long(firm: Firm, figures: Counter[str]) -> None:
    desktops = [firm.desktop(f"p{n:02}") for n in range(CLIENTS)]
    people(*desktops)
    ids = [desktops[0].add(name=f"客户{n}") for n in range(200)]
    firm.settle()
    began: dict[bytes, float] = {}
    waits: list[float] = []

    def heard(touched: Touched) -> None:
        if threading.current_thread().name.startswith("sync"):
            now = time.monotonic()
            waits.extend(now - began[id] for id in touched.ids.get("customer", ()) if id in began)

    runners = []
    for one in desktops:
        one.cut()
        one.store.listen(heard)
        runners.append(Runner(one.store, firm.address(one.name), one.name, lambda _state: None))
        runners[-1].start()
    chance = random.Random(50)
    start, looked = time.monotonic(), 0.0
    here: list[int] = []
    there: list[int] = []
    pause = threading.Event()
    while (gone := time.monotonic() - start) < MINUTES * 60:
        id, desktop = chance.choice(ids), chance.choice(desktops)
        began[id] = time.monotonic()
        desktop.set("customer", id, remark=f"{desktop.name} {gone}")
        figures["edits"] += 1
        if gone > WARM * MINUTES * 60 and gone - looked > 5:
            looked = gone
            here.append(memory())
            there.append(backends(firm))
        pause.wait(1 / RATE)
    for runner in runners:
        runner.stop(30)
    firm.settle()
    assert not [one.name for one in desktops if outbox.waiting(one.store.read())]
    names = sorted(desktops[0].store.model.entities)
    digest = desktops[0].server.digest(names)
    assert not [one.name for one in desktops if mending.digest(one.store) != digest]
    well(*desktops[:2], desktops[-1])
    figures["desktops"] = CLIENTS
    figures["arrivals"] = len(waits)
    figures["ms until half had arrived"] = round(1000 * statistics.median(waits))
    figures["ms until 95 of 100 had"] = round(1000 * statistics.quantiles(waits, n=20)[-1])
    for what, found in (("the desktops'", here), ("the server's", there)):
        part = max(1, len(found) // 5)
        before, after = statistics.median(found[:part]), statistics.median(found[-part:])
        figures[f"KB of memory, {what}, at first"] = round(before)
        figures[f"KB of memory, {what}, in the end"] = round(after)
        assert after < 1.1 * before, f"{what} memory grew from {before:,} to {after:,} KB"
