"""What the reports take that are made of a million order lines, each in a process that has just opened the file."""

from __future__ import annotations

import datetime as dt
import random
import time
from pathlib import Path
from typing import Any

from freecrm.modules import model
from freecrm.store import tables
from freecrm.store.database import Store, open_store
from freecrm.store.reports import Wish
from tests.bench.data import hash_of
from tests.bench.measure import Goal, Line, Run, fresh

LINES, EACH = 1_000_000, 5
USERS, CUSTOMERS, PRODUCTS, DAYS = 40, 2_000, 1_000, 1_095
FIRST = dt.date(2023, 1, 1)
YEAR = (dt.date(2024, 1, 1), dt.date(2024, 12, 31))


def file(run: Run) -> Path:
    """A file with so many order lines, written past the door; kept from run to run."""
    count = LINES if run.size >= 10_000 else run.size * EACH
    name = f"orders-{count}-"
    path = run.cache / f"{name}{hash_of(*tables.ddl(model()), Path(__file__).read_text('utf-8'))}.freecrm"
    if not path.exists():
        for old in run.cache.glob(f"{name}*.freecrm*"):
            old.unlink()
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        store = open_store(part, model())
        _fill(store, count // EACH)
        store.close()
        part.replace(path)
    return path


def _fill(store: Store, orders: int) -> None:
    chance = random.Random(5)
    many = max(orders // 200, 4)

    def ids(count: int) -> list[bytes]:
        return [chance.randbytes(16) for _n in range(count)]

    users, customers, products = ids(min(USERS, many)), ids(min(CUSTOMERS, many)), ids(min(PRODUCTS, many))
    days = [(FIRST + dt.timedelta(days=n)).isoformat() for n in range(DAYS)]
    connection = store.write()
    connection.execute("BEGIN")
    for entity, some in (("user", users), ("customer", customers), ("product", products)):
        rows = [(id, f"{entity} {n}") for n, id in enumerate(some)]
        connection.executemany(f"INSERT INTO {entity}(id, name) VALUES(?, ?)", rows)
    connection.executemany(
        "INSERT INTO address(id, parent, parent_entity, province) VALUES(?, ?, 'customer', ?)",
        [(chance.randbytes(16), id, f"Province {n % 30}") for n, id in enumerate(customers)],
    )
    made = [(id, chance.choice(days)) for id in ids(orders)]
    connection.executemany(
        "INSERT INTO sales_order(id, number, customer, owner_user, day, confirmed, total) VALUES(?, ?, ?, ?, ?, ?, ?)",
        (
            (id, f"A{n}", chance.choice(customers), chance.choice(users), day, day, chance.randrange(10**6))
            for n, (id, day) in enumerate(made)
        ),
    )
    connection.executemany(
        "INSERT INTO sales_order_line(id, parent, parent_entity, product, name, price, total, bound)"
        " VALUES(?, ?, 'sales_order', ?, 'x', 100, ?, ?)",
        (
            (chance.randbytes(16), id, chance.choice(products), chance.randrange(10**5), day)
            for id, day in made
            for _line in range(EACH)
        ),
    )
    connection.execute("COMMIT")


def read(path: str) -> dict[str, float]:
    """In its own process: each report once, in seconds."""
    from freecrm.store import reports_orders

    store = open_store(Path(path), model())
    (user,) = store.read().execute("SELECT id FROM user LIMIT 1").fetchone()
    wishes: dict[str, Wish] = {
        "": Wish(),
        ", one year": Wish(since=YEAR[0], until=YEAR[1]),
        ", one person": Wish(owner=user),
    }
    found: dict[str, Any] = {}
    for words, wish in wishes.items():
        for by in ("month", "owner_user", "product", "region"):
            begun = time.perf_counter()
            reports_orders.sales(store, wish, by)
            found[f"by {by}{words}"] = time.perf_counter() - begun
    store.close()
    return found


def sold(run: Run) -> list[Line]:
    """Sales from orders, by each of what they can be seen by."""
    path = file(run)
    count = LINES if run.size >= 10_000 else run.size * EACH
    found = fresh("orders:read", str(path)).value
    return [
        Line(
            "orders", f"sales of {count:,} order lines {what}", "s", taken, None, Goal("most", 1), size=count
        )
        for what, taken in found.items()
    ]
