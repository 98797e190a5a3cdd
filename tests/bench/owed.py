"""What customers owe, with a million receivables: how old it is, what the day shows of it, a statement, a receipt."""

from __future__ import annotations

import datetime as dt
import random
import time
from pathlib import Path
from typing import Any

from freecrm.core.day_words import this_day
from freecrm.core.words import N_
from freecrm.modules import model
from freecrm.store import accounts, ageing, receivables
from freecrm.store.database import Store, open_store
from freecrm.store.ids import new_ids
from tests.bench.measure import Goal, Line, Run, fresh

EACH, BLOCK = 10, 20_000  # receivables of a customer; rows of a step
NAMES = ("name", "customer", "day", "due", "amount")


def _fill(store: Store, count: int) -> list[bytes]:
    """So many receivables, none of them paid, due between 200 days ago and in 60 days."""
    chance, today = random.Random(9), this_day()
    days = [today + dt.timedelta(days=n) for n in range(-200, 61)]
    texts = [(day.isoformat(), (day - dt.timedelta(days=30)).isoformat()) for day in days]
    customers = new_ids(max(count // EACH, 1))
    for start in range(0, len(customers), BLOCK):
        block = customers[start : start + BLOCK]
        with store.step(N_("Import {file}"), file="data", origin="import") as step:
            step.insert_many(
                "customer", ["name"], [[f"客户{start + n}"] for n in range(len(block))], ids=block
            )
    for start in range(0, count, BLOCK):
        rows = []
        for n in range(start, min(start + BLOCK, count)):
            due, day = chance.choice(texts)
            rows.append([f"S{n}", customers[n % len(customers)], day, due, chance.randrange(1, 10**7)])
        with store.step(N_("Import {file}"), file="data", origin="import") as step:
            step.insert_many("receivable", NAMES, rows)
    return customers


def session(file: str, count: int) -> dict[str, Any]:
    """In its own process: fill a file, then ask; seconds of each, and of CPU."""
    store = open_store(Path(file), model())
    customers, today, answer = _fill(store, count), this_day(), dict[str, Any]()
    works = {
        "ageing by customer": lambda: ageing.ageing(store, today),
        "overdue, for the day": lambda: ageing.overdue(store, today),
        "statement of a customer": lambda: accounts.statement(store.reader(), customers[7]),
        "receipt on ten bills": lambda: receivables.receive(store, customers[7], 10**9),
    }
    for name, work in works.items():
        took = []
        for _turn in range(1 if name.startswith("receipt") else 3):
            begun, spent = time.perf_counter(), time.process_time()
            work()
            took.append((time.perf_counter() - begun, time.process_time() - spent))
        answer[name] = min(took)
    store.close()
    return answer


def owed(run: Run) -> list[Line]:
    """Ten times as many receivables as the run has customers, 1,000,000 at most."""
    count = min(run.size * EACH, 1_000_000)
    got = fresh("owed:session", str(run.new("owed.freecrm")), count).value
    return [
        Line(
            "owed", f"{name}, {count:,} receivables", "s", took, None, Goal("most", 1), note=f"{cpu:.2f} s of CPU",
            size=count,
        )
        for name, (took, cpu) in got.items()
    ]  # fmt: skip
