"""Who already has this phone, mail, code or name: for matching an import's rows, in blocks."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator

from freecrm.core.module import Together
from freecrm.store.tables import quoted

BLOCK = 900


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
    c: sqlite3.Connection, plan: Together, entity: str, child: str, column: str, values: Collection[str]
) -> dict[str, list[bytes]]:
    """Value of a child row (number tail, mail) -> ids of the records of `entity` that it leads to.

    A person's phone leads to every main record the person has a position in.
    """
    found: dict[str, list[bytes]] = {}
    for block in _blocks(values):
        sql = (
            f"SELECT k.{quoted(column)}, k.parent_entity, k.parent FROM {quoted(child)} k"
            f" WHERE k.{quoted(column)} IN ({_marks(block)}) ORDER BY k.n"
        )
        people: dict[bytes, list[str]] = {}
        for value, owner, parent in c.execute(sql, block):
            if owner == entity:
                _add(found, value, parent)
            elif owner == plan.person:
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


def titles(c: sqlite3.Connection, entity: str) -> list[tuple[str, str | None, bytes]]:
    """(name, short name, id) of all people of the firm."""
    return c.execute(f"SELECT name, short, id FROM {quoted(entity)} ORDER BY n").fetchall()


def named(c: sqlite3.Connection, entity: str) -> list[tuple[str, bytes]]:
    """(name, id) of all records of an entity, in their order."""
    return c.execute(f"SELECT name, id FROM {quoted(entity)} WHERE name IS NOT NULL ORDER BY n").fetchall()


def ids(c: sqlite3.Connection, entity: str) -> list[bytes]:
    """The ids of all records of an entity of which there are few."""
    return [id for (id,) in c.execute(f"SELECT id FROM {quoted(entity)}")]


def by_names(c: sqlite3.Connection, entity: str, names: Collection[str]) -> dict[str, list[bytes]]:
    """Name as written -> ids."""
    return _by(c, entity, "name", names)


def last_change(c: sqlite3.Connection) -> int:
    """Number of the latest change in the log: whether anything happened since."""
    return int(c.execute("SELECT coalesce(max(n), 0) FROM change").fetchone()[0])
