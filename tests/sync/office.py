"""An office in which anything may happen at any moment, drawn from a seed: five people edit, delete, undo, merge and
import, exchange one by one, break off where it hurts, have wrong clocks, go back to backups; the server is put back
to older copies. In the end nothing may be missing and all must be equal (`prove`)."""

from __future__ import annotations

import datetime as dt
import json
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import time_machine

from freecrm.core.custom import fixed_id
from freecrm.core.problems import Known
from freecrm.modules import model
from freecrm.store import check, history, merging, undo
from freecrm.store.database import open_store
from freecrm.sync import books, carrying, mending, outbox
from freecrm.sync.exchange import exchange
from freecrm.sync.letters import Letter
from freecrm.sync.server import Behind, Server
from tests.sync.conftest import Desktop, Firm
from tests.sync.oracle import Leaves, last_change, screen

WATCHED = ("customer", "contact", "phone", "note", "tag", "points_entry", "custom_field", "conflict")
YEAR = 365 * 86400
CLOCKS = (0, 0, 0, 37, -600, 3600, -5 * YEAR, YEAR)
PAGE, BATCH = 7, 9
"""Small, so that a few records make several pages and batches."""
FIELD = "x_tds"
WEIGHTS: dict[str, int] = {}
"""Of what is to happen more often than by itself."""


class Crash(Exception):
    """The computer went out."""


class Breaking(Server):
    """A connection that ends at a named call: before it arrives, or after, so that its answer is lost."""

    def __init__(self, server: Server, call: str, count: int, *, late: bool) -> None:
        super().__init__(server.connection)
        self._call, self._count, self._late = call, count, late

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name != object.__getattribute__(self, "__dict__").get("_call"):
            return found

        def called(*given: Any) -> Any:
            self._count -= 1
            if self._count > 0:
                return found(*given)
            if self._late:
                found(*given)
            raise Crash

        return called


class Typing(Server):
    """A connection during one of whose calls somebody types on."""

    def __init__(self, server: Server, call: str, types: Callable[[], object]) -> None:
        super().__init__(server.connection)
        self._call, self._types = call, types

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name != object.__getattribute__(self, "__dict__").get("_call"):
            return found

        def called(*given: Any) -> Any:
            answer = found(*given)
            types, self._types = self._types, lambda: None  # once, or there would always be more to send
            types()
            return answer

        return called


class Office:
    """One run. Everything drawn comes from the seed, so that a seed that fails does so again."""

    def __init__(self, firm: Firm, seed: int, count: int = 5, *, files: bool = False) -> None:
        self.firm, self.seed, self.files = firm, seed, files
        self.letters: list[tuple[str, Path]] = []
        self.carried = self.read = 0
        self.chance = random.Random(seed)
        self.leaves = Leaves()
        self.step = 0
        self.edits = self.syncs = self.crashes = self.restores = self.rollbacks = 0
        self.log: list[str] = []
        self.clock: dict[str, int] = {}
        self.backups: dict[str, tuple[Path, int]] = {}
        self.snapshot: int | None = None
        for n in range(count):
            desktop = firm.desktop("lin shen wang zhao qian sun zhou wu".split()[n])
            self.clock[desktop.name] = self.chance.choice(CLOCKS)
        self.desktops = firm.desktops
        first = self.desktops[0].store
        with first.step("People") as step:
            for desktop in self.desktops:
                step.insert("user", {"name": desktop.name}, id=desktop.person)

    def figures(self) -> dict[str, int]:
        """What happened, counted."""
        return {
            "steps": self.step,
            "edits": self.edits,
            "exchanges": self.syncs,
            "crashes": self.crashes,
            "files carried": self.carried,
            "backups put back": self.restores,
            "server rollbacks": self.rollbacks,
        }

    # ---- what may happen

    def run(self, steps: int) -> None:
        acts: list[tuple[Callable[[Desktop], object], int]] = [
            (self.edit, 30),
            (self.add, 10),
            (self.add_row, 10),
            (self.edit_row, 10),
            (self.drop_row, 4),
            (self.drop, 4),
            (self.undo, 4),
            (self.merge, 3),
            (self.bring_in, 1),
            (self.own_field, 3),
            (self.sync, 40),
            (self.crash, 10),
            (self.type_meanwhile, 10),
            (self.reopen, 2),
            (self.back_up, 2),
            (self.go_back, 2),
            (self.turn_clock, 2),
            (self.copy_server, 1),
            (self.roll_back, 1),
        ]
        if self.files:
            acts += [(self.by_file, 25), (self.carry_late, 8), (self.read_late, 10)]
        names, weights = [act for act, _ in acts], [WEIGHTS.get(act.__name__, weight) for act, weight in acts]
        for self.step in range(steps):
            desktop = self.chance.choice(self.desktops)
            act = self.chance.choices(names, weights)[0]
            self.log.append(f"{self.step} {desktop.name} {act.__name__}")
            with self.at(desktop):
                act(desktop)

    @contextmanager
    def at(self, desktop: Desktop) -> Iterator[None]:
        """On the clock of a desktop."""
        now = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.clock[desktop.name] + self.step)
        with time_machine.travel(now, tick=True):
            yield

    @contextmanager
    def done(self, desktop: Desktop) -> Iterator[None]:
        """What happens inside is seen by the oracle."""
        before = screen(desktop.store, WATCHED)
        try:
            yield
        except Known as known:
            self.log[-1] += f" ({known})"
        after = screen(desktop.store, WATCHED)
        self.edits += 1
        change = last_change(desktop.store)
        self.leaves.wrote(desktop.name, change, before, after, self.step, self._underway(desktop))
        told = [
            (k[0].hex()[-6:], k[1], v) for k, v in after.items() if before.get(k) != v and k[1] not in ("n",)
        ]
        gone = [k[0].hex()[-6:] for k in before.keys() - after.keys() if k[1] == "*"]
        self.log[-1] += f" {[(a, b, v) for a, b, v in told if v is not None]} gone {gone}"

    def _unique(self, desktop: Desktop) -> str:
        return f"{desktop.name}{self.step}"

    def _one(self, desktop: Desktop, entity: str = "customer") -> bytes | None:
        ids = [row[0] for row in desktop.store.read().execute(f'SELECT id FROM "{entity}" ORDER BY id')]
        return self.chance.choice(ids[:8]) if ids else None

    def edit(self, desktop: Desktop) -> None:
        id = self._one(desktop)
        if id is None:
            return self.add(desktop)
        own = self._unique(desktop)
        fields: dict[str, Any] = {
            "name": own,
            "remark": own,
            "credit_limit": self.step * 1000 + len(self.log),
            "grade": self.chance.choice("ABCD"),
        }
        if FIELD in desktop.store.schema.fields("customer"):
            fields[FIELD] = own
        known = desktop.store.schema.fields("customer").keys()
        names = [name for name in fields if name in known]
        chosen = {name: fields[name] for name in self.chance.sample(names, self.chance.choice((1, 1, 2)))}
        with self.done(desktop):
            desktop.set("customer", id, **chosen)
        return None

    def add(self, desktop: Desktop) -> None:
        with self.done(desktop):
            own = self._unique(desktop)
            desktop.add(
                name=own, phones=[{"number": f"+8657{self.step:08}"}] if self.chance.random() < 0.5 else []
            )

    def add_row(self, desktop: Desktop) -> None:
        id = self._one(desktop)
        if id is None:
            return
        owner = {"parent": id, "parent_entity": "customer"}
        own = self._unique(desktop)
        entity, values = self.chance.choice(
            [
                ("phone", {"number": f"+8610{self.step:08}"}),
                ("note", {"text": own}),
                ("tag", {"word": self.chance.choice(("重点", "展会", "老客户", own))}),
                (
                    "points_entry",
                    {"day": dt.date(2026, 3, 1), "move": "earn", "points": self.step + 1, "reason": own},
                ),
            ]
        )
        with self.done(desktop):
            desktop.add(entity, **owner, **values)

    def edit_row(self, desktop: Desktop) -> None:
        entity, name = self.chance.choice([("phone", "number"), ("note", "text")])
        id = self._one(desktop, entity)
        if id is not None:
            value = f"+8620{self.step:08}" if entity == "phone" else self._unique(desktop)
            with self.done(desktop):
                desktop.set(entity, id, **{name: value})

    def drop_row(self, desktop: Desktop) -> None:
        entity = self.chance.choice(("phone", "note", "tag"))
        id = self._one(desktop, entity)
        if id is not None:
            with self.done(desktop):
                desktop.drop(entity, id)

    def drop(self, desktop: Desktop) -> None:
        id = self._one(desktop)
        if id is not None:
            with self.done(desktop):
                desktop.drop("customer", id)

    def undo(self, desktop: Desktop) -> None:
        step = history.next_undo(desktop.store)
        if step is not None and step.title != "People":
            with self.done(desktop):
                undo.undo(desktop.store)

    def merge(self, desktop: Desktop) -> None:
        ids = [row[0] for row in desktop.store.read().execute("SELECT id FROM customer ORDER BY id LIMIT 8")]
        if len(ids) > 3:
            one, other = self.chance.sample(ids, 2)
            with self.done(desktop):
                merging.merge(desktop.store, "customer", [one, other], one)

    def bring_in(self, desktop: Desktop) -> None:
        with self.done(desktop), desktop.store.step("Imported", origin="import") as step:
            rows = [(f"{self._unique(desktop)}-{n}", "B") for n in range(self.chance.randrange(1, 12))]
            step.insert_many("customer", ["name", "grade"], rows)

    def own_field(self, desktop: Desktop) -> None:
        if FIELD not in desktop.store.schema.fields("customer"):
            with self.done(desktop), desktop.store.step("Field") as step:
                values = {"name": "TDS", "on": "customer", "key": FIELD, "kind": "text"}
                step.insert("custom_field", values, id=fixed_id("custom_field", "customer", FIELD))

    # ---- exchange and what goes wrong with it

    def exchange(self, desktop: Desktop, server: Server | None = None) -> None:
        exchange(desktop.store, server or desktop.server, page=PAGE, most=BATCH)

    def sync(self, desktop: Desktop) -> None:
        self.syncs += 1
        try:
            self.exchange(desktop)
        except Behind:
            self.log[-1] += " behind"

    def crash(self, desktop: Desktop) -> None:
        """The exchange ends at one of its calls, or right after one of its writes."""
        self.crashes += 1
        call = self.chance.choice("hello push push push pull pull news written written".split())
        count, late = self.chance.choice((1, 1, 2, 3)), self.chance.random() < 0.6
        self.log[-1] += f" {call} {count} {late}"
        try:
            if call == "written":
                self._crash_after_write(desktop, count)
            else:
                self.exchange(desktop, Breaking(desktop.server, call, count, late=late))
        except (Crash, Behind):
            desktop.cut()
        if self.chance.random() < 0.3:
            self.reopen(desktop)

    def type_meanwhile(self, desktop: Desktop) -> None:
        """Somebody goes on working while the exchange is under way."""
        call = self.chance.choice("hello push news pull pull computers".split())
        acts = [
            self.edit,
            self.edit,
            self.edit,
            self.add_row,
            self.edit_row,
            self.drop,
            self.drop_row,
            self.add,
        ]
        act = self.chance.choice(acts)
        self.log[-1] += f" {call} {act.__name__}"
        try:
            self.exchange(desktop, Typing(desktop.server, call, lambda: act(desktop)))
        except Behind:
            self.log[-1] += " behind"

    # ---- without a network

    def by_file(self, desktop: Desktop) -> None:
        """A file is written; it may be carried at once or later, its answer may be read at once, later or never."""
        path = self.firm.folder / f"{len(self.letters)}.freecrm-out"
        try:
            carrying.write(desktop.store, path, most=BATCH)
        except Known as known:
            self.log[-1] += f" {known}"
            return
        self.letters.append((desktop.name, path))
        if self.chance.random() < 0.7:
            self._carry(path, desktop if self.chance.random() < 0.6 else None)

    def carry_late(self, _desktop: Desktop) -> None:
        out = [path for _name, path in self.letters if path.suffix == ".freecrm-out"]
        if out:
            self._carry(self.chance.choice(out[-6:]))

    def read_late(self, desktop: Desktop) -> None:
        answers = [
            path for name, path in self.letters if name == desktop.name and path.suffix == ".freecrm-in"
        ]
        if answers:
            self._read(desktop, self.chance.choice(answers[-4:]))

    def _carry(self, path: Path, reader: Desktop | None = None) -> None:
        carrier = self.chance.choice(self.desktops)
        to = path.with_name(f"{len(self.letters)}.freecrm-in")
        self.log[-1] += f" {path.stem} by {carrier.name}"
        try:
            carrying.carry(carrier.server, Letter(path), to, page=PAGE)
        except Known as known:
            self.log[-1] += f" ({known})"
            return
        self.carried += 1
        self.letters.append((next(name for name, one in self.letters if one == path), to))
        if reader is not None:
            self._read(reader, to)

    def _read(self, desktop: Desktop, path: Path) -> None:
        self.log[-1] += f" read {path.stem}"
        try:
            outcome = carrying.read(desktop.store, Letter(path))
            self.read += 1
            self.log[-1] += f" {outcome.sent} {outcome.received}"
        except Known as known:
            self.log[-1] += f" ({known})"

    def _crash_after_write(self, desktop: Desktop, count: int) -> None:
        left = [count]

        def heard(_touched: object) -> None:
            left[0] -= 1
            if not left[0]:
                raise Crash

        stop = desktop.store.listen(heard)
        try:
            self.exchange(desktop)
        finally:
            stop()

    def reopen(self, desktop: Desktop) -> None:
        desktop.cut()
        desktop.store.close()
        desktop.store = open_store(desktop.path, model())
        desktop.store.user = desktop.person

    def back_up(self, desktop: Desktop) -> None:
        desktop.store.close()
        copy = desktop.path.with_suffix(".backup")
        shutil.copyfile(desktop.path, copy)
        wal = Path(f"{desktop.path}-wal")
        copied = Path(f"{copy}-wal")
        copied.unlink(missing_ok=True)
        if wal.exists():
            shutil.copyfile(wal, copied)
        self.reopen(desktop)
        self.backups[desktop.name] = (copy, last_change(desktop.store))

    def go_back(self, desktop: Desktop) -> None:
        if desktop.name not in self.backups:
            return
        self.restores += 1
        copy, change = self.backups[desktop.name]
        upto = self._out(desktop)
        self.leaves.wipe(desktop.name, change, -1 if self.snapshot is not None else upto)
        desktop.cut()
        desktop.store.close()
        for end in ("", "-wal", "-shm"):
            Path(f"{desktop.path}{end}").unlink(missing_ok=True)
            if Path(f"{copy}{end}").exists():
                shutil.copyfile(f"{copy}{end}", f"{desktop.path}{end}")
        self.reopen(desktop)
        self.backups[desktop.name] = (copy, last_change(desktop.store))

    def _out(self, desktop: Desktop) -> int:
        held = books.read(desktop.store.read())
        assert held is not None
        return held.upto

    def _underway(self, desktop: Desktop) -> int:
        sealed = outbox.sealed(desktop.store.read())
        return max(self._out(desktop), *(one.upto for one in sealed)) if sealed else self._out(desktop)

    def turn_clock(self, desktop: Desktop) -> None:
        self.clock[desktop.name] = self.chance.choice(CLOCKS)

    # ---- the server goes back in time

    def copy_server(self, _desktop: Desktop) -> None:
        with self.firm.admin() as admin:
            copy_server(admin)
        self.snapshot = self.step

    def roll_back(self, _desktop: Desktop) -> None:
        if self.snapshot is None:
            return
        self.rollbacks += 1
        with self.firm.admin() as admin:
            put_back(admin)

    # ---- the end

    def settle(self) -> None:
        """Exchange until nobody has news."""
        for _ in range(8):
            for desktop in self.desktops:
                self.log.append(f"settle {desktop.name}")
                self.step += 1
                with self.at(desktop):
                    self.sync(desktop)
            cursors = {
                (held.cursor, outbox.waiting(d.store.read()))
                for d in self.desktops
                if (held := books.read(d.store.read()))
            }
            if len(cursors) == 1 and cursors.pop()[1] == 0:
                return
        raise AssertionError(
            "they never settled: " + str([books.read(d.store.read()) for d in self.desktops])
        )

    def prove(self) -> None:
        """Nothing is missing, all are equal."""
        self.settle()
        with self.firm.admin() as admin:
            recs = admin.execute(
                "SELECT upper(replace(id::text, '-', '')), ent, seq, data FROM sync.rec WHERE NOT del"
            ).fetchall()
            head = admin.execute("SELECT seq FROM sync.head").fetchone()[0]
            # of what was deleted before its difference was seen
            unseen = admin.execute(
                "SELECT k.data ->> 'kept', k.data ->> 'other' FROM sync.rec k JOIN sync.rec r ON r.id = k.root"
                " WHERE k.ent = 'conflict' AND k.del AND r.del"
            ).fetchall()
            last = admin.execute("SELECT coalesce(max(seq), 0) FROM sync.batch").fetchone()[0]
        assert head == last
        first = self.desktops[0]
        tables = contents(first)
        for other in self.desktops[1:]:
            theirs = contents(other)
            for entity, rows in tables.items():
                ids = [id for id in {*theirs[entity], *rows} if theirs[entity].get(id) != rows.get(id)]
                assert not ids, f"{other.name} differs from {first.name} in {entity}: " + "; ".join(
                    f"{id.hex()[-6:]} {theirs[entity].get(id)} / {rows.get(id)}" for id in ids
                )
        there = {(ent, id): {k: v for k, v in data.items() if v is not None} for id, ent, _seq, data in recs}
        here = {}
        for name in first.store.model.entities:
            ids = [row[0] for row in first.store.read().execute(f'SELECT id FROM "{name}"')]
            for id, held in outbox.records(first.store.read(), first.store.schema.entity(name), ids).items():
                here[name, id.hex().upper()] = held
        apart = [key for key in here.keys() | there.keys() if here.get(key) != there.get(key)]
        assert not apart, "desktops and server differ: " + "; ".join(
            f"{ent} {id[-6:].lower()} {here.get((ent, id))} / {there.get((ent, id))}" for ent, id in apart
        )
        looked_at = {self.desktops[0], self.chance.choice(self.desktops)}
        for desktop in self.desktops:
            names = sorted(desktop.store.model.entities)
            assert desktop.server.digest(names) == mending.digest(desktop.store), f"digest of {desktop.name}"
            assert outbox.waiting(desktop.store.read()) == 0
            assert not desktop.store.read().execute("SELECT 1 FROM sync_sealed").fetchone()
            said = [str(one) for one in check.check(desktop.store)] if desktop in looked_at else []
            assert said == [], f"{desktop.name}: {said}"
        told = {
            json.loads(text)
            for row in first.all("conflict").values()
            for text in (row["kept"], row["other"])
            if text
        }
        told |= {json.loads(text) for pair in unseen for text in pair if text}
        lost = self.leaves.lost(screen(first.store, WATCHED), told)
        assert not lost, "lost:\n" + "\n".join(
            f"{leaf.key[0].hex()[-6:]} {leaf.key[1]} = {leaf.value!r} by {leaf.desktop} at {leaf.at}"
            for leaf in lost
        )


def contents(desktop: Desktop) -> dict[str, dict[bytes, tuple[Any, ...]]]:
    """Every table as it stands, but for what each file counts by itself."""
    c = desktop.store.read()
    found = {}
    for name in desktop.store.model.entities:
        names = [row[1] for row in c.execute(f'PRAGMA table_info("{name}")') if row[1] not in ("n", "seq")]
        rows = c.execute("SELECT " + ", ".join(f'"{n}"' for n in names) + f' FROM "{name}"')
        found[name] = {row[names.index("id")]: tuple(zip(names, row, strict=True)) for row in rows}
    return found


COPIED = ("rec", "tie", "claim", "gone", "log", "batch", "client", "head", "range", "member")


def copy_server(admin: Any) -> None:
    """Keep all that the server holds as of now."""
    admin.execute("DROP SCHEMA IF EXISTS copy CASCADE; CREATE SCHEMA copy")
    for table in COPIED:
        admin.execute(f"CREATE TABLE copy.{table} AS TABLE sync.{table}")


def put_back(admin: Any) -> None:
    """Make the server what it was when it was copied."""
    with admin.transaction():
        for table in COPIED:
            admin.execute(f"DELETE FROM sync.{table}")
            more = " OVERRIDING SYSTEM VALUE" if table == "client" else ""
            admin.execute(f"INSERT INTO sync.{table}{more} SELECT * FROM copy.{table}")
        admin.execute("SELECT setval('sync.client_no_seq', coalesce(max(no), 0) + 1, false) FROM sync.client")
