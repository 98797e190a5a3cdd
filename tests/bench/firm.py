"""A file of a firm that has worked for years: customers, people with birthdays, activities, reminders, a change log.

    path = firm.file(run)          `run.size` customers and as many activities, from the cache of that day
    firm.crowded(store)            the customer with very many entries in the timeline
    firm.MONTHS                    items -> how many days from today the month with so many items lies

Written past the door, and without its index until all rows are there: only what the questions ask for is in it.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from freecrm.core.agenda import DAY
from freecrm.core.day_words import this_day
from freecrm.modules import model
from freecrm.store import changelog, tables
from freecrm.store.activities import midnight
from freecrm.store.database import Store, connect, open_store
from tests.bench.data import hash_of
from tests.bench.measure import Run

USERS, PLANNED, WITH_STEP, NEVER = 10, 0.1, 0.08, 0.3
REPEATING, ENTRIES = 200, 10_000
HOUR = 3_600_000
MONTHS = {500: 800, 5_000: 1200}
ZONE = "Asia/Shanghai"
RULES = (
    "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "FREQ=DAILY", "FREQ=MONTHLY", "FREQ=WEEKLY;COUNT=400",
    "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY", "LUNAR=08-15",
)  # fmt: skip
"""Most of them end before the months of `MONTHS`, in which else more would stand than is said."""

Row = tuple[Any, ...]


def file(run: Run) -> Path:
    """The file, made if it isn't there; the planned is around the day on which it was made."""
    ddl = [*tables.ddl(model()), *changelog.all_triggers(model()).values(), Path(__file__).read_text("utf-8")]
    name = f"firm-{run.size}-"
    path = run.cache / f"{name}{this_day().isoformat()}-{hash_of(*ddl)}.freecrm"
    if not path.exists():
        for old in run.cache.glob(f"{name}*.freecrm*"):
            old.unlink()
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        _Firm(run.size).write(part)
        part.replace(path)
    return path


def crowded(store: Store) -> bytes:
    """The customer whose timeline has `ENTRIES` entries (or as many as there are activities)."""
    return bytes(store.read().execute("SELECT id FROM customer ORDER BY n LIMIT 1").fetchone()[0])


def month(items: int) -> dt.date:
    """The first day of the month in which so many items stand."""
    return (this_day() + dt.timedelta(days=MONTHS[items])).replace(day=1)


def _id(ms: int, number: int) -> bytes:
    return ms.to_bytes(6, "big") + b"\x70\x00\x80" + number.to_bytes(7, "big")


class _Firm:
    """Draws the rows; each kind with a chance of its own, so that one more of a kind changes no other."""

    def __init__(self, size: int) -> None:
        self.size, self.now = size, time.time_ns() // 1_000_000
        self.users = [_id(self.now - 500 * DAY, number) for number in range(USERS)]

    def customer(self, number: int) -> bytes:
        return _id(self.made(number), number)

    def made(self, number: int) -> int:
        """When a customer was entered: over the last 400 days."""
        return self.now - 400 * DAY + number * (400 * DAY // self.size)

    def activity(self, number: int) -> bytes:
        return _id(self.made(number), self.size + number)

    # ---- rows

    def customers(self) -> Iterator[Row]:
        chance, day = random.Random(7), this_day()
        for number in range(self.size):
            silent = dt.timedelta(days=int(chance.expovariate(1 / 90)))
            last = None if chance.random() < NEVER else (day - silent).isoformat()
            step = self.now + chance.randrange(-30, 60) * DAY if chance.random() < WITH_STEP else None
            grade = chance.choices(["A", "B", "C", None], [5, 25, 40, 30])[0]
            owner = chance.choice(self.users) if chance.random() < 0.9 else None
            status = chance.choice(["lead", "active", "customer", "dormant", "lost"])
            name = f"客户{number}"
            yield number + 1, self.customer(number), name, f"{number:07}", grade, last, owner, status, step

    def contacts(self) -> Iterator[Row]:
        chance = random.Random(9)
        for number in range(self.size):
            born = dt.date(1950, 1, 1) + dt.timedelta(days=chance.randrange(18_000))
            way = chance.choices(["", "{d}", "--{d:%m-%d}", "lunar {d:%Y}-{m:02}-{n:02}"], [70, 24, 3, 3])[0]
            birthday = way.format(d=born, m=born.month, n=min(born.day, 29)) or None
            yield number + 1, _id(self.made(number), 2 * self.size + number), f"联系人{number}", birthday

    def jobs(self) -> Iterator[Row]:
        for number in range(self.size):
            contact = _id(self.made(number), 2 * self.size + number)
            yield number + 1, _id(self.made(number), 3 * self.size + number), contact, self.customer(number)

    def activities(self) -> Iterator[Row]:
        chance = random.Random(8)
        fixed = [*self.repeating(), *self.months()][: self.size // 2]
        for number in range(self.size):
            planned = chance.random() < PLANNED
            start: int | None = self.now + (
                chance.randrange(-40 * DAY, 120 * DAY) if planned else -chance.randrange(900 * DAY)
            )
            if planned and chance.random() < 0.05:
                start = None
            rule, customer = None, chance.randrange(self.size)
            if number < len(fixed):
                start, rule = fixed[number]
                planned = True
            elif not planned and number < len(fixed) + ENTRIES:
                customer = 0
            end = None if start is None else start + chance.choice((1, 2, 4, 8)) * HOUR // 4
            state, opens, done = ("planned", start, None) if planned else ("done", None, start)
            kind, owner = chance.choice(["call", "visit", "task"]), chance.choice(self.users)
            yield (
                number + 1, self.activity(number), f"回访{number}", kind, state, start, end, ZONE,
                self.customer(customer), owner, opens, done, rule, "水压正常，滤芯换好" if done else None,
            )  # fmt: skip

    def repeating(self) -> Iterator[tuple[int, str]]:
        chance = random.Random(10)
        for number in range(REPEATING):
            rule = RULES[number % len(RULES)]
            over = this_day() + dt.timedelta(days=400)
            ends = rule if "COUNT" in rule or "LUNAR" in rule else f"{rule};UNTIL={over:%Y%m%d}T000000Z"
            yield self.now - chance.randrange(700) * DAY, ends

    def months(self) -> Iterator[tuple[int, None]]:
        chance = random.Random(11)
        for items in MONTHS:
            for _item in range(items):
                day = month(items) + dt.timedelta(days=chance.randrange(28))
                yield round(midnight(day).timestamp() * 1000) + chance.randrange(32, 76) * HOUR // 4, None

    def attendees(self) -> Iterator[Row]:
        chance = random.Random(12)
        for at, number in enumerate(range(0, self.size, 4), 1):
            yield (
                at,
                _id(self.now, 4 * self.size + at),
                self.activity(number),
                "activity",
                chance.choice(self.users),
            )

    def reminders(self) -> Iterator[Row]:
        """Of everything planned; what has passed was seen, but for the last hours."""
        at = 0
        for _n, id, _subject, _kind, state, start, *_rest in self.activities():
            if state == "planned" and start is not None:
                at += 1
                rings = start - 15 * 60_000
                seen = rings < self.now - 12 * HOUR
                yield at, _id(self.now, 6 * self.size + at), id, "activity", 15, start if seen else None, None if seen else rings  # fmt: skip

    def changes(self) -> Iterator[Row]:
        """Every customer was made; one in ten changed hands since, three in ten were changed otherwise."""
        chance, n = random.Random(13), 0
        for number in range(self.size):
            id, made = self.customer(number), self.made(number)
            more = chance.random()
            n += 1
            yield n, id, 0, made, json.dumps({"name": f"客户{number}", "grade": "B"})
            if more < 0.4:
                n += 1
                name = "owner_user" if more < 0.1 else "remark"
                yield n, id, 1, made + int(chance.random() * (self.now - made)), json.dumps({name: None})

    # ---- writing

    def write(self, path: Path) -> None:
        open_store(path, model()).close()
        c = connect(path)
        for (name,) in c.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            c.execute(f'DROP TRIGGER "{name}"')
        filled = ("customer", "contact", "job", "activity", "attendee", "reminder", "change")
        sql = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql > '' AND tbl_name IN (%s)"
        held = c.execute(sql % ", ".join("?" * len(filled)), filled).fetchall()
        for name, _sql in held:
            c.execute(f'DROP INDEX "{name}"')
        c.execute("BEGIN")
        users = [(number, id, f"User {number}") for number, id in enumerate(self.users, 1)]
        into(c, "user", "n id name", users)
        into(
            c, "customer", "n id name name_key grade last_contact owner_user status next_at", self.customers()
        )
        into(c, "contact", "n id name birthday", self.contacts())
        into(c, "job", "n id parent customer", self.jobs())
        into(
            c,
            "activity",
            "n id subject kind state start end start_zone customer owner_user open_at done_at repeats result",
            self.activities(),
        )
        into(c, "attendee", "n id parent parent_entity user", self.attendees())
        into(c, "reminder", "n id parent parent_entity before seen at", self.reminders())
        c.executemany(
            "INSERT INTO change(n, entity, id, op, base, at, data) VALUES (?, 'customer', ?, ?, 0, ?, ?)",
            self.changes(),
        )
        c.execute("UPDATE counter SET value = ? WHERE name = 'n'", (4 * self.size + USERS,))
        for _name, made in held:
            c.execute(made)
        c.execute("COMMIT")
        c.close()


def into(c: Any, table: str, names: str, rows: Any) -> None:
    """Insert rows into a table: names with blanks between."""
    columns = ", ".join(f'"{name}"' for name in names.split())
    marks = ", ".join("?" * len(names.split()))
    c.executemany(f'INSERT INTO "{table}"({columns}) VALUES ({marks})', rows)  # noqa: S608 - names of ours
