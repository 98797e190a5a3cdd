"""The page of the day over very many customers and as many activities: its questions, and one activity for many."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from freecrm.core.agenda import DAY
from freecrm.core.day_words import this_day
from freecrm.modules import model
from freecrm.store import plan_many, today
from freecrm.store.database import Store, connect, open_store
from freecrm.store.plan_many import Wanted
from tests.bench.measure import Goal, Line, Run, seconds

USERS, PLANNED, WITH_STEP, NEVER = 10, 0.1, 0.08, 0.3
MANY = 10_000


def _id(ms: int, number: int) -> bytes:
    return ms.to_bytes(6, "big") + b"\x70\x00\x80" + number.to_bytes(7, "big")


def _customers(size: int, now: int, users: list[bytes]) -> Iterator[tuple[Any, ...]]:
    chance, day = random.Random(7), this_day()
    for number in range(size):
        silent = dt.timedelta(days=int(chance.expovariate(1 / 90)))
        last = None if chance.random() < NEVER else (day - silent).isoformat()
        step = now + chance.randrange(-30, 60) * DAY if chance.random() < WITH_STEP else None
        grade = chance.choices(["A", "B", "C", None], [5, 25, 40, 30])[0]
        owner = chance.choice(users) if chance.random() < 0.9 else None
        status = chance.choice(["lead", "active", "customer", "dormant", "lost"])
        id = _id(now - 400 * DAY + number * 10, number)
        yield USERS + 1 + number, id, f"客户{number}", f"{number:07}", grade, last, owner, status, step


def _activities(size: int, now: int, users: list[bytes]) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(8)
    for number in range(size):
        planned = chance.random() < PLANNED
        start = now + (chance.randrange(-40 * DAY, 120 * DAY) if planned else -chance.randrange(900 * DAY))
        begins = None if planned and chance.random() < 0.05 else start
        customer = chance.randrange(size)
        of = _id(now - 400 * DAY + customer * 10, customer)
        id = _id(now - 400 * DAY + number * 10, size + number)
        ends = begins + 3_600_000 if begins is not None else None
        state, opens = ("planned", begins) if planned else ("done", None)
        kind, owner = chance.choice(["call", "visit", "task"]), chance.choice(users)
        yield size + USERS + 1 + number, id, f"回访{number}", kind, state, begins, ends, of, owner, opens


def _file(path: Path, size: int) -> Store:
    """A file of so many customers and activities, written past the door: only what is asked here is in it."""
    open_store(path, model()).close()
    connection = connect(path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    now = time.time_ns() // 1_000_000
    users = [_id(now - 500 * DAY, number) for number in range(USERS)]
    connection.execute("BEGIN")
    rows = [(number, id, f"User {number}") for number, id in enumerate(users, 1)]
    connection.executemany("INSERT INTO user(n, id, name) VALUES (?, ?, ?)", rows)
    customers = (
        "INSERT INTO customer(n, id, name, name_key, grade, last_contact, owner_user, status, next_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    )
    connection.executemany(customers, _customers(size, now, users))
    done = (
        'INSERT INTO activity(n, id, subject, kind, state, start, "end", customer, owner_user, open_at)'
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    )
    connection.executemany(done, _activities(size, now, users))
    connection.execute("UPDATE counter SET value = ? WHERE name = 'n'", (2 * size + USERS + 2,))
    connection.execute("COMMIT")
    connection.close()
    return open_store(path, model())


def day(run: Run) -> list[Line]:
    """Everybody's day and one's own; their floor is one walk over the index of open activities."""
    store = _file(run.new("day.freecrm"), run.size)
    me = store.read().execute("SELECT id FROM user WHERE n = 3").fetchone()[0]
    floor = seconds(lambda: store.read().execute("SELECT count(open_at) FROM activity").fetchall(), 3)
    floor_is = "one count over the index of open activities"
    lines = []
    for name, who in (("everybody's", None), ("one's own", me)):
        taken = seconds(lambda who=who: today.day(store, this_day(), who), run.repeats(5)) * 1000
        lines.append(
            Line("today", f"page of the day, {name}", "ms", taken, floor * 1000, Goal("most", 300), floor_is, size=run.size)
        )  # fmt: skip
    taken = seconds(lambda: today.due(store, this_day(), None), run.repeats(5)) * 1000
    lines.append(Line("today", "number in the sidebar", "ms", taken, None, Goal("most", 100), size=run.size))
    count = min(MANY, run.size)
    numbers = list(range(USERS + 1, USERS + 1 + count))
    wanted = Wanted("call", "{name}", this_day(), a_day=20)
    taken = seconds(lambda: plan_many.apply(store, numbers, wanted))
    what = f"one activity for each of {count:,} customers"
    lines.append(Line("today", what, "s", taken, None, size=run.size))
    store.close()
    return lines
