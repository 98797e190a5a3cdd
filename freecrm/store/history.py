"""Readers of the change log: the list of steps, one record's history, the recycle bin, the chain."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core.change import DELETE, INSERT, Change, Step
from freecrm.core.entity import is_child
from freecrm.store import writer
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


def steps(store: Store, limit: int = 100, before: int | None = None) -> list[Step]:
    """The latest steps, newest first; `before`: only those with a smaller number."""
    sql = f"SELECT {_COLUMNS} FROM step WHERE n < ? ORDER BY n DESC LIMIT ?"
    return [_step(row) for row in store.read().execute(sql, (before or 2**62, limit))]


def step(store: Store, n: int) -> Step | None:
    """The step of that number, or None."""
    row = store.read().execute(f"SELECT {_COLUMNS} FROM step WHERE n = ?", (n,)).fetchone()
    return _step(row) if row else None


def next_undo(store: Store) -> Step | None:
    """The step that Ctrl+Z takes back now: this user's latest that still stands."""
    row = (
        store.read()
        .execute(
            f"SELECT {_COLUMNS} FROM step WHERE origin IN ('user', 'import') AND undone_by IS NULL AND who IS ?"
            " ORDER BY n DESC LIMIT 1",
            (store.user,),
        )
        .fetchone()
    )
    return _step(row) if row else None


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


def changes_of_step(store: Store, n: int, limit: int = 1000) -> list[Change]:
    """What a step did, change by change."""
    sql = (
        "SELECT step, entity, id, op, at, data FROM change WHERE n BETWEEN (SELECT first FROM step WHERE n = ?)"
        " AND (SELECT last FROM step WHERE n = ?) AND step = ? ORDER BY n LIMIT ?"
    )
    return [_change(row) for row in store.read().execute(sql, (n, n, n, limit))]


def of_record(store: Store, entity: str, id: bytes, limit: int = 1000) -> list[Change]:
    """A record's changes and those of its child rows, newest first: who, when, old, new.

    The creating change of a record that still exists carries the values it was made with.
    """
    c = store.read()
    ids = [id]
    if not is_child(store.schema.entity(entity)):
        for child in dict.fromkeys(k.entity for k in store.schema.children(entity).values()):
            ids += [row[0] for row in c.execute(f"SELECT id FROM {quoted(child)} WHERE parent = ?", (id,))]
    marks = ", ".join("?" * len(ids))
    rows = c.execute(
        f"SELECT step, entity, id, op, at, data FROM change WHERE id IN ({marks})"
        " UNION ALL SELECT x.step, x.entity, x.id, x.op, x.at, x.data FROM change x WHERE x.op = 2 AND x.step IN"
        " (SELECT step FROM change WHERE id = ?) AND x.data ->> '$.parent' = ?",
        (*ids, id, id.hex().upper()),
    ).fetchall()
    found = sorted({(*row[:5], row[5]) for row in rows}, key=lambda row: row[4], reverse=True)
    return [_change(row) for row in found[:limit]]


def _change(row: tuple[Any, ...]) -> Change:
    step_n, entity, id, op, at, data = row
    values: dict[str, tuple[Any, Any]] = {}
    if op == DELETE:
        held = json.loads(data)
        held.update(held.pop("custom", None) or {})
        values = {k: (v, None) for k, v in held.items() if v not in (None, "") and k != "n"}
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


def bin(store: Store, limit: int = 1000) -> list[Binned]:
    """The recycle bin: records deleted in the last 90 days that are not back, newest first."""
    since = int((dt.datetime.now(dt.UTC) - dt.timedelta(days=BIN_DAYS)).timestamp() * 1000)
    found: list[Binned] = []
    c = store.read()
    for entity in store.model.roots():
        rows = c.execute(
            f"SELECT x.id, x.data ->> '$.{entity.title}', max(x.at), x.step FROM change x JOIN step s ON s.n = x.step"
            " WHERE x.op = 2 AND x.entity = ? AND x.at > ? AND s.origin NOT IN ('undo', 'redo')"
            f" AND x.id NOT IN (SELECT id FROM {quoted(entity.entity)}) GROUP BY x.id ORDER BY x.n DESC LIMIT ?",
            (entity.entity, since, limit),
        )
        found += [Binned(entity.entity, id, title or "", _moment(at), n) for id, title, at, n in rows]
    return sorted(found, key=lambda b: b.at, reverse=True)[:limit]


def deletion(store: Store, entity: str, id: bytes) -> tuple[int, str] | None:
    """(step, title) of the latest deletion of a record, or None."""
    title = store.schema.entity(entity).title
    row = (
        store.read()
        .execute(
            f"SELECT step, data ->> '$.{title}' FROM change WHERE id = ? AND entity = ? AND op = 2 AND step IS NOT NULL"
            " ORDER BY n DESC LIMIT 1",
            (id, entity),
        )
        .fetchone()
    )
    return row if row else None


def broken_links(store: Store) -> int | None:
    """Number of the first step whose seal does not fit its changes; None when the chain holds."""
    c: sqlite3.Connection = store.read()
    rows = c.execute(
        "SELECT n, title, figures, at, who, origin, undoes, first, last, hash FROM step ORDER BY n"
    )
    for n, title, figures, at, who, origin, undoes, first, last, sealed in rows.fetchall():
        head = [n, title, json.loads(figures), at, who, origin, undoes]
        if writer.chain_hash(c, head, n, first, last) != sealed:
            return int(n)
    return None
