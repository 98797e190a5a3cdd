"""Who already has this phone, mail, code or name: for matching an import's rows, in blocks."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from freecrm.core.module import Together
from freecrm.store.tables import quoted

BLOCK = 900


class Known(NamedTuple):
    """What is compared of a record that exists."""

    id: bytes
    name: str
    norm: str
    code: str
    city: str
    numbers: frozenset[str]
    mails: frozenset[str]
    people: tuple[str, ...]


def _blocks(values: Iterable[str]) -> Iterator[list[str]]:
    wanted = list(values)
    for start in range(0, len(wanted), BLOCK):
        yield wanted[start : start + BLOCK]


def _marks(block: Collection[object]) -> str:
    return ", ".join("?" * len(block))


def by_codes(c: sqlite3.Connection, entity: str, codes: Collection[str]) -> dict[str, list[bytes]]:
    """Code -> ids."""
    return _by(c, entity, "code", codes)


def by_norms(c: sqlite3.Connection, entity: str, norms: Collection[str]) -> dict[str, list[bytes]]:
    """Normal form of the name -> ids."""
    return _by(c, entity, "name_norm", norms)


def _by(c: sqlite3.Connection, entity: str, column: str, values: Collection[str]) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for block in _blocks(values):
        sql = f"SELECT {quoted(column)}, id FROM {quoted(entity)} WHERE {quoted(column)} IN ({_marks(block)}) ORDER BY n"
        for value, id in c.execute(sql, block):
            found.setdefault(value, []).append(id)
    return found


def by_child(
    c: sqlite3.Connection, plan: Together, child: str, column: str, values: Collection[str]
) -> dict[str, list[bytes]]:
    """Value of a child row (number tail, mail) -> ids of the main records that it leads to.

    A person's phone leads to every main record the person has a position in.
    """
    found: dict[str, list[bytes]] = {}
    for block in _blocks(values):
        sql = (
            f"SELECT k.{quoted(column)}, k.parent_entity, k.parent FROM {quoted(child)} k"
            f" WHERE k.{quoted(column)} IN ({_marks(block)}) ORDER BY k.n"
        )
        people: dict[bytes, list[str]] = {}
        for value, entity, parent in c.execute(sql, block):
            if entity == plan.main:
                _add(found, value, parent)
            elif entity == plan.person:
                people.setdefault(parent, []).append(value)
        for person, main in positions(c, plan, list(people)):
            for value in people[person]:
                _add(found, value, main)
    return found


def _add(found: dict[str, list[bytes]], value: str, id: bytes) -> None:
    held = found.setdefault(value, [])
    if id not in held:
        held.append(id)


def positions(c: sqlite3.Connection, plan: Together, people: Collection[bytes]) -> list[tuple[bytes, bytes]]:
    """(person, main record) of these people."""
    found: list[tuple[bytes, bytes]] = []
    wanted = list(people)
    for start in range(0, len(wanted), BLOCK):
        block = wanted[start : start + BLOCK]
        sql = f"SELECT parent, {quoted(plan.link)} FROM {quoted(plan.position)} WHERE parent IN ({_marks(block)}) ORDER BY n"
        found += c.execute(sql, block).fetchall()
    return found


def people_of(c: sqlite3.Connection, plan: Together, mains: Collection[bytes]) -> list[tuple[bytes, bytes]]:
    """(main record, person) of everybody with a position in these main records, in their order."""
    found: list[tuple[bytes, bytes]] = []
    wanted = list(mains)
    for start in range(0, len(wanted), BLOCK):
        block = wanted[start : start + BLOCK]
        found += c.execute(
            f"SELECT {quoted(plan.link)}, parent FROM {quoted(plan.position)}"
            f" WHERE {quoted(plan.link)} IN ({_marks(block)}) ORDER BY n",
            block,
        ).fetchall()
    return found


def known(c: sqlite3.Connection, plan: Together, ids: Collection[bytes]) -> dict[bytes, Known]:
    """What is compared of these main records."""
    found: dict[bytes, Known] = {}
    wanted = list(ids)
    for start in range(0, len(wanted), 300):
        block = wanted[start : start + 300]
        marks = _marks(block)
        rows = c.execute(
            f"SELECT id, name, name_norm, code, city FROM {quoted(plan.main)} WHERE id IN ({marks})", block
        ).fetchall()
        people: dict[bytes, list[str]] = {}
        owner: dict[bytes, list[bytes]] = {id: [id] for id in block}
        if plan.person:
            for main, person, name in c.execute(
                f"SELECT j.{quoted(plan.link)}, p.id, p.name FROM {quoted(plan.position)} j"
                f" JOIN {quoted(plan.person)} p ON p.id = j.parent WHERE j.{quoted(plan.link)} IN ({marks})",
                block,
            ):
                people.setdefault(main, []).append(name)
                owner.setdefault(person, []).append(main)
        numbers = _values_of(c, "phone", "number", owner)
        mails = _values_of(c, "email", "address", owner)
        for id, name, norm, code, city in rows:
            found[id] = Known(
                id,
                name,
                norm or "",
                code or "",
                city or "",
                frozenset(numbers.get(id, ())),
                frozenset(mails.get(id, ())),
                tuple(people.get(id, ())),
            )
    return found


def _values_of(
    c: sqlite3.Connection, child: str, column: str, owner: dict[bytes, list[bytes]]
) -> dict[bytes, set[str]]:
    found: dict[bytes, set[str]] = {}
    parents = list(owner)
    for start in range(0, len(parents), BLOCK):
        block = parents[start : start + BLOCK]
        sql = f"SELECT parent, {quoted(column)} FROM {quoted(child)} WHERE parent IN ({_marks(block)})"
        for parent, value in c.execute(sql, block):
            for main in owner[parent]:
                if value:
                    found.setdefault(main, set()).add(value)
    return found


def titles(c: sqlite3.Connection, entity: str) -> list[tuple[str, str | None, bytes]]:
    """(name, short name, id) of all people of the firm."""
    return c.execute(f"SELECT name, short, id FROM {quoted(entity)} ORDER BY n").fetchall()


def by_names(c: sqlite3.Connection, entity: str, names: Collection[str]) -> dict[str, list[bytes]]:
    """Name as written -> ids."""
    return _by(c, entity, "name", names)


def last_change(c: sqlite3.Connection) -> int:
    """Number of the latest change in the log: whether anything happened since."""
    return int(c.execute("SELECT coalesce(max(n), 0) FROM change").fetchone()[0])
