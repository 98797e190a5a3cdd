"""Clashes and free time over a million activities: ten people, ten years, two hundred repeating ones."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from freecrm.core.words import N_
from freecrm.modules import model
from freecrm.store import clashes
from freecrm.store.clashes import Draft
from freecrm.store.database import Store, connect, open_store
from freecrm.store.ids import new_ids
from tests.bench.measure import Goal, Line, Run

PEOPLE, YEARS, REPEATING, ASKED = 10, 10, 200, 60
HOUR = 3_600_000
FIRST = round(dt.datetime(2020, 1, 1, tzinfo=dt.UTC).timestamp() * 1000)


def clashing(run: Run) -> list[Line]:
    """How long the form waits for its warning."""
    path = run.cache / f"activities-{run.size}.freecrm"
    if not path.exists():
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        _fill(part, run.size)
        part.replace(path)
    store = open_store(path, model())
    try:
        return _measured(store, run)
    finally:
        store.close()


def _measured(store: Store, run: Run) -> list[Line]:
    chance = random.Random(3)
    users = [row[0] for row in store.read().execute("SELECT id FROM user ORDER BY n")]
    days = YEARS * 365

    def draft(**more: Any) -> Draft:
        start = dt.datetime.fromtimestamp(
            (FIRST + chance.randrange(days - 200) * 24 * HOUR + chance.randrange(1, 9) * HOUR) / 1000, dt.UTC
        )
        end = start + dt.timedelta(hours=2)
        return Draft(start, end, chance.choice(users), tuple(chance.sample(users, 2)), **more)

    def slots() -> object:
        one = draft()
        return clashes.free_slots(store, one.people, None, 120, one.start, 2)

    def bars() -> object:
        one = draft()
        return clashes.busy(store, one.people, one.start.date())

    asked: list[tuple[str, Callable[[], object], float]] = [
        ("clash check of one activity, p95", lambda: clashes.find(store, draft()), 10),
        ("two free slots for three people, p95", slots, 10),
        ("bars of three people, p95", bars, 10),
        (
            "clash check of a weekly activity over half a year, p95",
            lambda: clashes.find(store, draft(repeats="FREQ=WEEKLY", zone="Asia/Shanghai")),
            100,
        ),
    ]
    return [
        Line("clash", name, "ms", _p95(work), None, Goal("most", most), size=run.size)
        for name, work, most in asked
    ]


def _p95(work: Callable[[], object]) -> float:
    work()
    taken = []
    for _time in range(ASKED):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return sorted(taken)[int(len(taken) * 0.95)]


def _fill(path: Path, size: int) -> None:
    store = open_store(path, model())
    with store.step(N_("New user")) as step:
        users = [step.insert("user", {"name": f"User {n}"}) for n in range(PEOPLE)]
    store.close()
    chance, connection = random.Random(7), connect(path)
    connection.execute("BEGIN")
    days = YEARS * 365
    for at in range(0, size, 10_000):
        ids = new_ids(min(10_000, size - at))
        rows, going = [], []
        for n, id in enumerate(ids, at + 1):
            start = FIRST + chance.randrange(days) * 24 * HOUR + chance.randrange(2, 40) * HOUR // 4
            rule = "FREQ=WEEKLY" if n <= REPEATING else None
            end = start + chance.choice((1, 2, 4, 8)) * HOUR // 4
            rows.append((id, f"Activity {n}", start, end, chance.choice(users), rule))
            if not n % 4:
                going.append((new_ids(1)[0], id, chance.choice(users)))
        connection.executemany(
            'INSERT INTO activity(id, subject, kind, state, start, "end", owner_user, repeats, start_zone)'
            " VALUES (?, ?, 'call', 'planned', ?, ?, ?, ?, 'Asia/Shanghai')",
            rows,
        )
        connection.executemany(
            "INSERT INTO attendee(id, parent, parent_entity, \"user\") VALUES (?, ?, 'activity', ?)",
            going,
        )
    connection.execute("COMMIT")
    connection.close()
