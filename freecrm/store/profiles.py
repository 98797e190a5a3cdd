"""What records are recognised by, streamed in batches: name, code, city, and the phones, mails and
people that hang on them. For finding doubles."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from freecrm.core.query import Query
from freecrm.store import faults
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store

BATCH = 2000

_FROM = "FROM json_each(?) w CROSS JOIN {main} m ON m.n = w.value"


class Stored(NamedTuple):
    """What a stored record is recognised by. norm: the name's normal form. phones, mails: as they
    are stored, its own and its people's. people: the names of its people."""

    n: int
    id: bytes
    name: str
    norm: str
    code: str
    city: str
    phones: tuple[str, ...]
    mails: tuple[str, ...]
    people: tuple[str, ...]


def stream(
    store: Store,
    entity: str,
    numbers: Iterable[int] | None = None,
    *,
    batch: int = BATCH,
) -> Iterator[list[Stored]]:
    """The records with these numbers (None: all that may be seen), `batch` at a time, by number.

    Hidden fields come back empty; records deleted meanwhile are left out.
    """
    wanted = sorted(all_numbers(store, entity) if numbers is None else numbers)
    for start in range(0, len(wanted), batch):
        with faults.told(store.path):
            found = _batch(store, entity, wanted[start : start + batch])
        yield found


def of_ids(store: Store, entity: str, ids: Iterable[bytes]) -> dict[bytes, Stored]:
    """Id -> the record with that id; deleted ones are missing."""
    c, wanted, numbers = store.read(), list(ids), []
    with faults.told(store.path):
        for start in range(0, len(wanted), BATCH):
            block = wanted[start : start + BATCH]
            marks = ", ".join("?" * len(block))
            numbers += [
                n for (n,) in c.execute(f"SELECT n FROM {quoted(entity)} WHERE id IN ({marks})", block)
            ]
    return {held.id: held for batch in stream(store, entity, numbers) for held in batch}


def all_numbers(store: Store, entity: str) -> Sequence[int]:
    """The numbers of all records that may be seen, ascending."""
    if store.rights is not None:
        return sorted(store.reader().numbers(Query(entity)))
    with faults.told(store.path):
        return array("q", (n for (n,) in store.read().execute(f"SELECT n FROM {quoted(entity)} ORDER BY n")))


def newer(store: Store, entity: str, n: int) -> int:
    """How many records have a number above `n`: those made since it was the last one."""
    with faults.told(store.path):
        sql = f"SELECT count(*) FROM {quoted(entity)} WHERE n > ?"
        return int(store.read().execute(sql, (n,)).fetchone()[0])


def _batch(store: Store, entity: str, numbers: Sequence[int]) -> list[Stored]:
    hidden = store.rights.hidden if store.rights is not None else frozenset()
    c, block = store.read(), json.dumps(numbers)
    plan = store.model.imported(entity)
    main = _FROM.format(main=quoted(entity))
    people_of = (
        f"{main} CROSS JOIN {quoted(plan.position)} j ON j.{quoted(plan.link)} = m.id"
        f" CROSS JOIN {quoted(plan.person)} p ON p.id = j.parent"
        if plan.person
        else ""
    )
    phones: dict[int, list[str]] = {}
    mails: dict[int, list[str]] = {}
    people: dict[int, list[str]] = {}
    for found, child, value, field in (
        (phones, "phone", "number", "phones"),
        (mails, "email", "address", "emails"),
    ):
        tail = f"CROSS JOIN {quoted(child)} x ON x.parent = %s.id ORDER BY x.n"
        if (entity, field) not in hidden:
            _collect(c, f"SELECT m.n, x.{quoted(value)} {main} {tail % 'm'}", block, found)
        if people_of and (plan.person, field) not in hidden:
            _collect(c, f"SELECT m.n, x.{quoted(value)} {people_of} {tail % 'p'}", block, found)
    if people_of:
        _collect(c, f"SELECT m.n, p.name {people_of} ORDER BY j.n", block, people)
    declared = store.schema.entity(entity)
    title = declared.title
    known = [n for n in ("code", "city") if n in declared.fields and (entity, n) not in hidden]
    code, city = (f"m.{quoted(name)}" if name in known else "NULL" for name in ("code", "city"))
    named = f"m.{quoted(title)}, m.{quoted(title + '_norm')}"
    sql = f"SELECT m.n, m.id, {named}, {code}, {city} {main} ORDER BY m.n"
    return [
        Stored(
            n,
            id,
            name or "",
            norm or "",
            code or "",
            city or "",
            tuple(dict.fromkeys(phones.get(n, ()))),
            tuple(dict.fromkeys(mails.get(n, ()))),
            tuple(dict.fromkeys(people.get(n, ()))),
        )
        for n, id, name, norm, code, city in c.execute(sql, (block,))
    ]


def _collect(c: sqlite3.Connection, sql: str, block: str, into: dict[int, list[str]]) -> None:
    for n, value in c.execute(sql, (block,)):
        if value:
            into.setdefault(n, []).append(value)
