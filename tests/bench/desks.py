"""Many desktops at work at once, each a process of its own with its file, and how long an edit of one takes to all others.

python -m tests.bench.desks FILE ADDRESS-AS-JSON PASSWORD     one of them
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from freecrm.modules import model
from freecrm.store.database import open_store
from freecrm.store.ids import new_id
from freecrm.sync import books, setup
from freecrm.sync.exchange import exchange
from freecrm.sync.runner import Runner, State
from freecrm.sync.server import Address, connect
from tests.bench.measure import ROOT, Goal, Line, Run, part
from tests.sync.postgres import running

if TYPE_CHECKING:
    from freecrm.core.change import Touched

EDITS = 10  # a second, of all desktops together
SECONDS = 20.0
SETTLE = 5.0  # for the last edits to arrive
GATHER = 300.0


def desks(run: Run) -> list[Line]:
    """`--desktops` of them; each edits a customer of its own. The clock is one, so that times compare."""
    small = run.size < 10_000
    count, seconds = (3, 1.0) if small else (run.desktops, SECONDS)
    with running(sure=True) as server:
        database = server.database()
        names = [f"desk{n}" for n in range(count)]
        with server.admin(database) as admin:
            setup.install(admin, model(), "bench")
            for name in names:
                setup.add_member(admin, name, name, person=new_id(), gives_rights=True)
        addresses = [Address("127.0.0.1", name, database, server.port) for name in names]
        _customers(run.scratch / "maker.freecrm", addresses[0], names)
        workers = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.bench.desks", str(run.scratch / f"{name}.freecrm"),
                 json.dumps(address.plain()), name],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
            for name, address in zip(names, addresses, strict=True)
        ]  # fmt: skip
        try:
            for worker in workers:
                assert worker.stdout is not None
                worker.stdout.readline()  # it is in step
            for worker in workers:
                assert worker.stdin is not None
                worker.stdin.write(json.dumps([seconds, EDITS / count]) + "\n")
                worker.stdin.flush()
            told = [json.loads(worker.communicate(timeout=seconds + GATHER)[0]) for worker in workers]
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
    edits = sum(one["edits"] for one in told)
    waits = [wait for one in told for wait in one["waits"]] or [float("inf")]
    note = (
        f"{edits} edits, {len(waits):,} arrivals of {edits * (count - 1):,}, longest {max(waits, default=0):.0f} ms;"
        f" the desktops were at work for {sum(one['work'] for one in told):.1f} s of the {seconds:.0f} s"
    )
    what = f"an edit among {count} desktops"
    return [
        Line("desks", f"{what}, p50", "ms", part(waits, 0.5), None, None, size=count),
        Line(
            "desks", f"{what}, p95", "ms", part(waits, 0.95), None, Goal("most", 500), note=note, size=count
        ),
    ]


def _customers(path: Path, address: Address, names: list[str]) -> None:
    """A customer for each desktop, on the server."""
    store = open_store(path, model())
    books.begin(store, device="maker", place="maker")
    with connect(address, address.login) as server:
        exchange(store, server)
        with store.step("x") as step:
            for name in names:
                step.insert("customer", {"name": name})
        exchange(store, server)
    store.close()


# ---- one desktop


def main(path: str, address: str, name: str) -> None:
    """Get in step, edit when told to, tell what came of others and how long it took."""
    store = open_store(Path(path), model())
    books.begin(store, device=name, place=name)
    at = Address(**json.loads(address))
    with connect(at, name) as server:
        exchange(store, server)
    mine = store.read().execute("SELECT id FROM customer WHERE name = ?", (name,)).fetchone()[0]
    waits: list[float] = []
    ready, own = threading.Event(), threading.get_ident()

    def came(touched: Touched) -> None:
        now = time.time()
        ids = touched.ids.get("customer") or ()
        if threading.get_ident() == own:
            return
        for id in ids:
            row = store.read().execute("SELECT remark FROM customer WHERE id = ?", (id,)).fetchone()
            if id != mine and row is not None and row[0]:
                waits.append((now - float(row[0])) * 1000)

    def heard(state: State) -> None:
        if state.kind == "synced":
            ready.set()

    runner = Runner(store, at, name, heard)
    runner.start()
    ready.wait()
    stop = store.listen(came)
    print("ready", flush=True)
    seconds, rate = json.loads(sys.stdin.readline())
    edits, until, spent = 0, time.monotonic() + seconds, time.process_time()
    chance = random.Random(name)
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, chance.expovariate(rate)))
        if time.monotonic() < until:
            with store.step("x") as step:
                step.update("customer", mine, {"remark": str(time.time())})
            edits += 1
    time.sleep(SETTLE)
    stop()
    print(json.dumps({"edits": edits, "waits": waits, "work": time.process_time() - spent}), flush=True)
    with suppress(BrokenPipeError):
        runner.stop()
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
