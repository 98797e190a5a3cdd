"""Exchanging with the team's database on loopback: many records out and in, one edit from desktop to desktop."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from freecrm.core.words import N_
from freecrm.modules import model
from freecrm.store.database import Store, open_store
from freecrm.store.ids import new_id
from freecrm.sync import books, setup
from freecrm.sync.exchange import exchange
from freecrm.sync.runner import Runner, State
from freecrm.sync.server import Address, connect
from tests.bench.measure import Goal, Line, Run, part
from tests.sync.postgres import Postgres, running

PEOPLE = ("lin", "shen")
EDITS = 100


def teams(run: Run) -> list[Line]:
    """At a million (`--size 1000000`) the goal of the first exchange is that of the design; at less its share. What
    this process alone has spent stands beside: other work on the computer doesn't count in it."""
    with running(sure=True) as server:
        addresses = _firm(server)
        stores = [_store(run.scratch / f"{name}.freecrm", name) for name in PEOPLE]
        try:
            with connect(addresses[1], PEOPLE[1]) as empty:
                exchange(stores[1], empty)
            with stores[0].step(N_("Import {file}"), file="x", origin="import") as step:
                rows = [
                    (f"客户 {n:07}", "ABC"[n % 3], f"https://www.example{n}.com") for n in range(run.size)
                ]
                step.insert_many("customer", ("name", "grade", "website"), rows)
            push, pushing = _timed(stores[0], addresses[0], PEOPLE[0])
            newcomer = _store(run.scratch / "new.freecrm", "new")
            first, firsting = _timed(newcomer, addresses[1], PEOPLE[1])
            newcomer.close()
            _timed(stores[1], addresses[1], PEOPLE[1])
            waits = _edits(stores, addresses, run.repeats(EDITS))
        finally:
            for store in stores:
                store.close()
    share = run.size / 100_000
    return [
        Line("team", "new records out", "s", push, None, Goal("most", 6 * share), note=pushing, size=run.size),
        Line("team", "first exchange of a new desktop", "s", first, None, Goal("most", 9 * share), note=firsting, size=run.size),
        Line("team", "an edit from desktop to desktop, p50", "ms", part(waits, 0.5), None, Goal("most", 20), size=run.size),
        Line("team", "an edit from desktop to desktop, p95", "ms", part(waits, 0.95), None, Goal("most", 50), size=run.size),
    ]  # fmt: skip


def _firm(server: Postgres) -> list[Address]:
    database = server.database()
    with server.admin(database) as admin:
        setup.install(admin, model(), "bench")
        for name in PEOPLE:
            setup.add_member(admin, name, name, person=new_id(), gives_rights=True)
    return [Address("127.0.0.1", name, database, server.port) for name in PEOPLE]


def _store(path: Path, name: str) -> Store:
    store = open_store(path, model())
    books.begin(store, device=name, place=name)
    return store


def _timed(store: Store, address: Address, password: str) -> tuple[float, str]:
    """Seconds of one exchange, signing in and all; how many of them were this process's work."""
    begun, spent = time.perf_counter(), time.process_time()
    with connect(address, password) as server:
        exchange(store, server)
    return time.perf_counter() - begun, f"{time.process_time() - spent:.1f} s of them at work on the desktop"


def _edits(stores: list[Store], addresses: list[Address], count: int) -> list[float]:
    """Milliseconds from the commit of an edit on one desktop to its commit on the other."""
    here, there = stores
    seen = threading.Condition()
    state: dict[str, State] = {}
    came: list[float] = []

    def heard(which: str, found: State) -> None:
        with seen:
            state[which] = found
            seen.notify_all()

    runners = [
        Runner(store, address, name, lambda found, name=name: heard(name, found))
        for store, address, name in zip(stores, addresses, PEOPLE, strict=True)
    ]
    id = here.read().execute("SELECT id FROM customer LIMIT 1").fetchone()[0]

    def written(_touched: object) -> None:
        now = time.perf_counter()
        with seen:
            came.append(now)
            seen.notify_all()

    for runner in runners:
        runner.start()
    waits = []
    try:
        with seen:
            seen.wait_for(lambda: all(state.get(n, State()).kind == "synced" for n in PEOPLE), 30)
        stop = there.listen(written)
        for n in range(count):
            with here.step("x") as step:
                step.update("customer", id, {"remark": f"edit {n}"})
            begun = time.perf_counter()
            value = f"edit {n}"

            def arrived(value: str = value) -> bool:
                row = there.read().execute("SELECT remark FROM customer WHERE id = ?", (id,)).fetchone()
                return bool(row[0] == value)

            with seen:
                seen.wait_for(arrived, 30)
                waits.append(((came[-1] if came else time.perf_counter()) - begun) * 1000)
        stop()
    finally:
        for runner in runners:
            runner.stop()
    return waits
