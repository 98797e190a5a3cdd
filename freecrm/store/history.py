"""Readers of the change log: the list of steps, one record's history, the recycle bin, the chain."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from freecrm.core.change import DELETE, INSERT, UPDATE, Change, Step
from freecrm.core.entity import is_child
from freecrm.store import faults, seal
from freecrm.store.logbook import logged_now, turn_back
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store

_COLUMNS = "n, title, figures, at, who, origin, undoes, undone_by, counts"
BIN_DAYS = 90


def _moment(ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC)


def _step(row: tuple[Any, ...]) -> Step:
    n, title, figures, at, who, origin, undoes, undone_by, counts = row
    return Step(
        n,
        title,
        json.loads(figures or "{}"),
        _moment(at),
        who,
        origin,
        undoes,
        undone_by is not None,
        {entity: tuple(c) for entity, c in json.loads(counts or "{}").items()},
    )


@faults.reads
def steps(store: Store, limit: int = 100, before: int | None = None) -> list[Step]:
    """The latest steps, newest first; `before`: only those with a smaller number."""
    sql = f"SELECT {_COLUMNS} FROM step WHERE n < ? ORDER BY n DESC LIMIT ?"
    return [_step(row) for row in store.read().execute(sql, (before or 2**62, limit))]


@faults.reads
def step(store: Store, n: int) -> Step | None:
    """The step of that number, or None."""
    row = store.read().execute(f"SELECT {_COLUMNS} FROM step WHERE n = ?", (n,)).fetchone()
    return _step(row) if row else None


@faults.reads
def next_undo(store: Store) -> Step | None:
    """The step that Ctrl+Z takes back now: this user's latest that still stands."""
    row = (
        store.read()
        .execute(
            f"SELECT {_COLUMNS} FROM step"
            " WHERE origin IN ('user', 'import') AND undone_by IS NULL AND who IS ? ORDER BY n DESC LIMIT 1",
            (store.user,),
        )
        .fetchone()
    )
    return _step(row) if row else None


@faults.reads
def next_redo(store: Store) -> Step | None:
    """The undo that Ctrl+Y takes back now: the latest, when nothing new was done since."""
    row = (
        store.read()
        .execute(
            f"SELECT {_COLUMNS} FROM step WHERE origin = 'undo' AND undone_by IS NULL AND who IS ? AND n >"
            " (SELECT coalesce(max(n), 0) FROM step WHERE origin IN ('user', 'import') AND who IS ?)"
            " ORDER BY n DESC LIMIT 1",
            (store.user, store.user),
        )
        .fetchone()
    )
    return _step(row) if row else None


@faults.reads
def changes_of_step(store: Store, n: int, limit: int = 1000) -> list[Change]:
    """What a step did, change by change."""
    sql = (
        "SELECT step, entity, id, op, at, data FROM change"
        " WHERE n BETWEEN (SELECT first FROM step WHERE n = ?)"
        " AND (SELECT last FROM step WHERE n = ?) AND step = ? ORDER BY n LIMIT ?"
    )
    return [_change(row) for row in store.read().execute(sql, (n, n, n, limit))]


@faults.reads
def of_record(store: Store, entity: str, id: bytes, limit: int = 1000) -> list[Change]:
    """A record's changes and those of its child rows, newest first: who, when, old, new.

    The creating change of a record that still exists carries the values it was made with.
    """
    c = store.read()
    mine, parameters = ["SELECT ?"], [id]
    if not is_child(store.schema.entity(entity)):
        for child in dict.fromkeys(k.entity for k in store.schema.children(entity).values()):
            mine.append(f"SELECT id FROM {quoted(child)} WHERE parent = ?")
            parameters.append(id)
    # as questions inside the question: a record may have more child rows than SQLite takes parameters
    mine.append("SELECT id FROM change WHERE op = 2 AND data ->> '$.parent' = ?")
    rows = c.execute(
        f"SELECT step, entity, id, op, at, data FROM change WHERE id IN ({' UNION '.join(mine)})"
        " ORDER BY n DESC LIMIT ?",
        (*parameters, id.hex().upper(), limit),
    ).fetchall()
    held: dict[bytes, dict[str, Any]] = {}
    return [_with_first_values(store, _change(row), row[5], held) for row in rows]


def _with_first_values(
    store: Store, change: Change, data: str | None, held: dict[bytes, dict[str, Any]]
) -> Change:
    """Walks a record's changes from the newest back: the creating one gets the values it was made with.

    held: id -> the record as it was after the change that is looked at, as the log keeps values.
    """
    entity = store.schema.entity(change.entity)
    if change.op == DELETE:
        held[change.id] = json.loads(data or "{}")
        return change
    if change.id not in held:
        held[change.id] = logged_now(store.read(), entity, change.id)
    if change.op == UPDATE:
        turn_back(entity, held[change.id], json.loads(data or "{}"))
        return change
    first = _flat(held.pop(change.id))
    return replace(change, values={name: (None, value) for name, value in first.items()})


def _flat(held: dict[str, Any]) -> dict[str, Any]:
    """A logged record as field -> value, blanks left out."""
    found = {**held, **(held.get("custom") or {})}
    return {k: v for k, v in found.items() if v not in (None, "") and k not in ("n", "custom")}


def _change(row: tuple[Any, ...]) -> Change:
    step_n, entity, id, op, at, data = row
    values: dict[str, tuple[Any, Any]] = {}
    if op == DELETE:
        values = {name: (value, None) for name, value in _flat(json.loads(data)).items()}
    elif op != INSERT:
        values = {k: (pair[0], pair[1]) for k, pair in json.loads(data).items()}
    return Change(step_n, entity, id, op, _moment(at), values)


@dataclass(frozen=True, slots=True)
class Binned:
    """A deleted record: what it was called, when and in which step it went."""

    entity: str
    id: bytes
    title: str
    at: dt.datetime
    step: int


@faults.reads
def bin(store: Store, limit: int = 1000) -> list[Binned]:
    """The recycle bin: records deleted in the last 90 days that are not back, newest first."""
    since = int((dt.datetime.now(dt.UTC) - dt.timedelta(days=BIN_DAYS)).timestamp() * 1000)
    found: list[Binned] = []
    c = store.read()
    for entity in store.model.roots():
        rows = c.execute(
            f"SELECT x.id, x.data ->> '$.{entity.title}', max(x.at), x.step"
            " FROM change x JOIN step s ON s.n = x.step"
            " WHERE x.op = 2 AND x.entity = ? AND x.at > ? AND s.origin NOT IN ('undo', 'redo')"
            f" AND x.id NOT IN (SELECT id FROM {quoted(entity.entity)})"
            " GROUP BY x.id ORDER BY x.n DESC LIMIT ?",
            (entity.entity, since, limit),
        )
        found += [Binned(entity.entity, id, title or "", _moment(at), n) for id, title, at, n in rows]
    return sorted(found, key=lambda b: b.at, reverse=True)[:limit]


@faults.reads
def deletion(store: Store, entity: str, id: bytes) -> tuple[int, str] | None:
    """(step, title) of the latest deletion of a record, or None."""
    title = store.schema.entity(entity).title
    row = (
        store.read()
        .execute(
            f"SELECT step, data ->> '$.{title}' FROM change"
            " WHERE id = ? AND entity = ? AND op = 2 AND step IS NOT NULL ORDER BY n DESC LIMIT 1",
            (id, entity),
        )
        .fetchone()
    )
    return row if row else None


@faults.reads
def broken_links(store: Store) -> int | None:
    """Number of the first step whose seal does not fit its changes; None when the chain holds."""
    c: sqlite3.Connection = store.read()
    rows = c.execute(
        "SELECT n, title, figures, at, who, origin, undoes, first, last, hash FROM step ORDER BY n"
    )
    for n, title, figures, at, who, origin, undoes, first, last, sealed in rows.fetchall():
        head = [n, title, json.loads(figures), at, who, origin, undoes]
        if seal.chain_hash(c, head, n, first, last) != sealed:
            return int(n)
    loose = c.execute(
        "SELECT min(x.step) FROM change x LEFT JOIN step s ON s.n = x.step"
        " WHERE x.step IS NOT NULL AND (s.n IS NULL OR x.n NOT BETWEEN s.first AND s.last)"
    ).fetchone()
    return None if loose[0] is None else int(loose[0])


def entity_of(store: Store, id: bytes) -> str | None:
    """What kind of record an id is or was, by the log; None for an id that was never here."""
    row = store.read().execute("SELECT entity FROM change WHERE id = ? LIMIT 1", (id,)).fetchone()
    return row[0] if row else None
