"""Random roles, departments, owners and hidden fields, changed all the time: in the end each desktop holds exactly what
its person may see, worked out from what the boss sees and what the roles say, and exactly as the server shows it."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from freecrm.core.entity import is_child
from freecrm.core.rights import SCOPES
from freecrm.store import check, merging
from freecrm.sync import books, mending, outbox
from freecrm.sync.exchange import exchange
from tests.sync.conftest import Desktop, Firm
from tests.sync.office import Breaking, Crash, Typing
from tests.sync.postgres import Postgres

OWNED = ("customer", "contact", "activity")
HIDEABLE = (("customer", "credit_limit"), ("customer", "remark"), ("contact", "remark"), ("activity", "text"))
TEAMS = ("华东", "华南", "")


class Ranks:
    """One run: a boss who hands everything round, and colleagues whose rights change under their hands."""

    def __init__(self, firm: Firm, seed: int) -> None:
        self.firm, self.chance = firm, random.Random(seed)
        self.boss = firm.desktop("lin")
        self.others = [firm.desktop(name, gives_rights=False) for name in ("shen", "wang", "zhao")]
        self.moves = self.changes = self.exchanges = self.crashes = 0
        self.said: list[str] = []
        store = self.boss.store
        with store.step("People") as step:
            for one in (self.boss, *self.others):
                step.insert("user", {"name": one.name, "team": self.chance.choice(TEAMS)}, id=one.person)
        self.roles = [self.boss.add("role", name=f"Role {n}", **self._rights()) for n in range(3)]
        for one in self.others:
            self.boss.set("user", one.person, role=self.chance.choice(self.roles))
        self.people: list[bytes | None] = [None, self.boss.person, *(one.person for one in self.others)]
        for _n in range(6):
            self.add(self.boss)
        firm.settle()

    def _rights(self) -> dict[str, str]:
        grants: dict[str, dict[str, str]] = {}
        for entity in (*OWNED, "*"):
            if self.chance.random() < 0.7:
                see = self.chance.choice(SCOPES if entity != "*" else ("own", "team", "all"))
                change = self.chance.choice(SCOPES[: SCOPES.index(see) + 1])
                grants[entity] = {"see": see, "change": change, "create": change, "delete": change}
        hidden = [pair for pair in HIDEABLE if self.chance.random() < 0.3]
        return {"grants": json.dumps(grants), "hidden_fields": json.dumps(hidden)}

    # ---- what happens

    def run(self, steps: int) -> None:
        acts = {
            self.add: 8,
            self.edit: 20,
            self.give_away: 20,
            self.row: 12,
            self.link: 10,
            self.drop: 3,
            self.merge: 2,
            self.new_rights: 6,
            self.new_role: 5,
            self.new_team: 4,
            self.exchange: 40,
            self.crash: 6,
            self.type_meanwhile: 8,
        }
        for n in range(steps):
            desktop = self.chance.choice([self.boss, self.boss, *self.others])
            (act,) = self.chance.choices(list(acts), list(acts.values()))
            self.said.append(f"{n} {desktop.name} {act.__name__}")
            act(desktop)

    def _some(self, desktop: Desktop, entity: str) -> bytes | None:
        ids = sorted(row[0] for row in desktop.store.read().execute(f'SELECT id FROM "{entity}"'))
        return self.chance.choice(ids) if ids else None

    def _anybody(self) -> bytes | None:
        return self.chance.choice(self.people)

    def add(self, desktop: Desktop) -> None:
        self.changes += 1
        number = self.changes
        kind = self.chance.choice(OWNED)
        if kind == "customer":
            desktop.add(
                name=f"客户{number}",
                owner_user=self._anybody(),
                credit_limit=number,
                remark=f"r{number}",
                phones=[{"number": f"+8657100{number:06}"}],
            )
        elif kind == "contact":
            at = self._some(desktop, "customer")
            desktop.add("contact", name=f"人{number}", jobs=[{"customer": at}] if at else [])
        else:
            at = self._some(desktop, "customer")
            desktop.add(
                "activity", subject=f"事{number}", kind="visit", customer=at, owner_user=self._anybody()
            )

    def edit(self, desktop: Desktop) -> None:
        entity = self.chance.choice(OWNED)
        id = self._some(desktop, entity)
        if id is not None:
            self.changes += 1
            field = "text" if entity == "activity" else "remark"
            desktop.set(entity, id, **{field: f"{desktop.name}{len(self.said)}"})

    def give_away(self, desktop: Desktop) -> None:
        entity = self.chance.choice(("customer", "customer", "activity"))
        id = self._some(desktop, entity)
        if id is not None:
            self.moves += 1
            desktop.set(entity, id, owner_user=self._anybody())

    def row(self, desktop: Desktop) -> None:
        entity = self.chance.choice(OWNED[:2])
        id = self._some(desktop, entity)
        if id is not None:
            self.changes += 1
            desktop.add("note", parent=id, parent_entity=entity, text=f"{desktop.name}{len(self.said)}")

    def link(self, desktop: Desktop) -> None:
        """A person changes firms: whose the person is goes with it."""
        id, at = self._some(desktop, "job"), self._some(desktop, "customer")
        if id is not None and at is not None:
            self.moves += 1
            desktop.set("job", id, customer=at)

    def drop(self, desktop: Desktop) -> None:
        entity = self.chance.choice(("customer", "contact", "activity", "note", "job"))
        id = self._some(desktop, entity)
        if id is not None:
            self.changes += 1
            desktop.drop(entity, id)

    def merge(self, desktop: Desktop) -> None:
        one, other = self._some(desktop, "customer"), self._some(desktop, "customer")
        if one is not None and other is not None and one != other:
            self.moves += 1
            merging.merge(desktop.store, "customer", [one, other], one)

    def new_rights(self, _desktop: Desktop) -> None:
        self.boss.set("role", self.chance.choice(self.roles), **self._rights())

    def new_role(self, _desktop: Desktop) -> None:
        role = self.chance.choice([*self.roles, None])
        self.boss.set("user", self.chance.choice(self.others).person, role=role)

    def new_team(self, _desktop: Desktop) -> None:
        self.boss.set("user", self.chance.choice(self.others).person, team=self.chance.choice(TEAMS))

    def exchange(self, desktop: Desktop) -> None:
        self.exchanges += 1
        exchange(desktop.store, desktop.server, page=5, most=7, greeted=self.chance.random() < 0.5)

    def crash(self, desktop: Desktop) -> None:
        self.crashes += 1
        call = self.chance.choice("hello push pull pull_gone fetch digest news".split())
        server = Breaking(desktop.server, call, self.chance.choice((1, 2)), late=self.chance.random() < 0.5)
        try:
            exchange(desktop.store, server, page=5, most=7)
        except Crash:
            desktop.cut()

    def type_meanwhile(self, desktop: Desktop) -> None:
        act = self.chance.choice((self.edit, self.give_away, self.row))
        call = self.chance.choice("hello push news pull pull_gone fetch".split())
        exchange(desktop.store, Typing(desktop.server, call, lambda: act(desktop)), page=5, most=7)

    # ---- the end

    def settle(self) -> None:
        for _ in range(10):
            for one in self.firm.desktops:
                exchange(one.store, one.server, page=5, most=7)
            found = [books.read(one.store.read()) for one in self.firm.desktops]
            cursors = {held.cursor for held in found if held is not None}
            if len(cursors) == 1 and not any(outbox.waiting(one.store.read()) for one in self.firm.desktops):
                return
        raise AssertionError("they never settled")

    def prove(self) -> None:
        self.settle()
        people = self.boss.all("user")
        roles = self.boss.all("role")
        everything = self._records(self.boss)
        for one in self.others:
            me = people[one.person]
            role = roles.get(me["role"]) if me["role"] else None
            reach = json.loads(role["grants"] or "{}") if role else {}
            hidden = {tuple(pair) for pair in json.loads((role or {}).get("hidden_fields") or "[]")}
            mates = {id for id, who in people.items() if who["team"] and who["team"] == me["team"]}
            wanted = {
                key: {name: value for name, value in held.items() if (key[0], name) not in hidden}
                for key, held in everything.items()
                if self._sees(reach, one.person, mates, *self._whose(everything, key))
                and not (key[0] == "conflict" and self._about(held) in hidden)
            }
            held = self._records(one)
            assert held.keys() == wanted.keys(), (
                f"{one.name} {reach}: too much {held.keys() - wanted.keys()},"
                f" missing {wanted.keys() - held.keys()}"
            )
            assert held == wanted, f"{one.name} {reach} {hidden}"
            names = sorted(one.store.model.entities)
            shown = {row.id: row for row in one.server.pull(0, 1_000_000, 1_000_000)}
            there = {
                (row.entity, bytes.fromhex(row.id)): {
                    name: value for name, value in json.loads(row.data or "{}").items() if value is not None
                }
                for row in shown.values()
                if not row.gone and row.entity in names
            }
            assert there == held
            assert one.server.digest(names) == mending.digest(one.store)
            said = [str(what) for what in check.check(one.store)]
            assert not [what for what in said if "gone" not in what], said  # links to what is not seen

    def _records(self, desktop: Desktop) -> dict[tuple[str, bytes], dict[str, Any]]:
        found = {}
        for name, entity in desktop.store.model.entities.items():
            ids = [row[0] for row in desktop.store.read().execute(f'SELECT id FROM "{name}"')]
            for id, held in outbox.records(desktop.store.read(), entity, ids).items():
                found[name, id] = {key: value for key, value in held.items() if value is not None}
        return found

    def _whose(
        self, everything: dict[tuple[str, bytes], dict[str, Any]], key: tuple[str, bytes]
    ) -> tuple[str, set[str]]:
        """The kind of record that a row belongs to, and who owns it."""
        entity, id = key
        held = everything[key]
        if is_child(self.boss.store.model.entities[entity]):
            entity, id = held["parent_entity"], bytes.fromhex(held["parent"])
            held = everything[entity, id]
        if entity == "contact":
            firms = [
                everything.get(
                    ("customer", bytes.fromhex(job["customer"])), {}
                )  # one that was refused is nowhere
                for (name, _id), job in everything.items()
                if name == "job" and bytes.fromhex(job["parent"]) == id and job.get("customer")
            ]
            return entity, {firm["owner_user"] for firm in firms if firm.get("owner_user")}
        owner = self.boss.store.model.entities[entity].owner
        return entity, {held[owner]} if owner and held.get(owner) else set()

    def _about(self, held: dict[str, Any]) -> tuple[str, str]:
        return held.get("of_entity") or held["parent_entity"], held["field"]

    def _sees(
        self, reach: dict[str, Any], me: bytes, mates: set[bytes], entity: str, owners: set[str]
    ) -> bool:
        scope = reach.get(entity, {}).get("see") or reach.get("*", {}).get("see") or "all"
        whose = {bytes.fromhex(owner) for owner in owners}
        if scope in ("all", "none"):
            return scope == "all"
        return not whose or bool(whose & ({me, *mates} if scope == "team" else {me}))


def play(postgres: Postgres, folder: Path, seed: int, steps: int) -> Ranks:
    firm = Firm(postgres, folder)
    try:
        ranks = Ranks(firm, seed)
        try:
            ranks.run(steps)
            ranks.prove()
        except BaseException:
            print("\n".join(ranks.said))  # noqa: T201
            raise
    finally:
        firm.close()
    return ranks


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.mark.parametrize("seed", range(2))
def test_everybody_holds_what_they_may_see(postgres: Postgres, tmp_path: Path, seed: int) -> None:
    play(postgres, tmp_path, seed, 40)


@pytest.mark.soak
def test_everybody_holds_what_they_may_see_in_many(
    postgres: Postgres, tmp_path: Path, figures: Counter[str]
) -> None:
    first = int(os.environ.get("FREECRM_SEED", "1000"))
    for seed in range(first, first + int(os.environ.get("FREECRM_RIGHTS_SEEDS", "100"))):
        folder = tmp_path / str(seed)
        folder.mkdir()
        ranks = play(postgres, folder, seed, 200)
        figures.update(
            {
                "seeds": 1,
                "moves": ranks.moves,
                "other changes": ranks.changes,
                "exchanges": ranks.exchanges,
                "crashes": ranks.crashes,
            }
        )
        shutil.rmtree(folder)
