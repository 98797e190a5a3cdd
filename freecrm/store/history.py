"""Readers of the change log: the list of steps, one record's history, the recycle bin, the chain."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from freecrm.core.change import DELETE, INSERT, NOTED, TAKEN_OFF, UPDATE, Change, Step
from freecrm.core.entity import is_child
from freecrm.core.spans import moment
from freecrm.core.words import N_, Said, say
from freecrm.store import faults, going, seal
from freecrm.store.logbook import logged_now, turn_back
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store

_COLUMNS = "n, title, figures, at, who, origin, undoes, undone_by, counts"
BIN_DAYS = 90
_MINE = "(:me IS NULL OR who IS NULL OR who = :me)"
"""Steps of whoever works here. What nobody in particular did counts, and all of it while nobody said who works here:
without a sign-in these are the same hands, before and after they gave themselves a name."""
_MY_OWN = "who = :me"
"""The same where a role tells people apart."""


def _mine(store: Store) -> str:
    return _MINE if store.rights is None or store.rights.admin else _MY_OWN


MERGE = N_("Merge {n} {things:lower} into “{name}”")
"""The title of every step that merged records; those merged away are brought back by splitting."""


def _step(row: tuple[Any, ...]) -> Step:
    n, title, figures, at, who, origin, undoes, undone_by, counts = row
    return Step(
        n,
        title,
        json.loads(figures or "{}"),
        moment(at),
        who,
        origin,
        undoes,
        undone_by is not None,
        {entity: tuple(c) for entity, c in json.loads(counts or "{}").items()},
    )


@faults.reads
def steps(store: Store, limit: int = 100, before: int | None = None) -> list[Step]:
    """The latest steps, newest first; `before`: only those with a smaller number."""
    sql = f"SELECT {_COLUMNS} FROM step WHERE n < ? AND title <> ? ORDER BY n DESC LIMIT ?"
    return [_step(row) for row in store.read().execute(sql, (before or 2**62, NOTED, limit))]


@faults.reads
def step(store: Store, n: int) -> Step | None:
    """The step of that number, or None."""
    row = store.read().execute(f"SELECT {_COLUMNS} FROM step WHERE n = ?", (n,)).fetchone()
    return _step(row) if row else None


@faults.reads
def steps_at(store: Store, numbers: Sequence[int]) -> dict[int, Step]:
    """Number -> step, those that are not there left out; for a few hundred at a time."""
    sql = f"SELECT {_COLUMNS} FROM step WHERE n IN ({', '.join('?' * len(numbers))})"
    return {row[0]: _step(row) for row in store.read().execute(sql, list(numbers))}


def nothing(store: Store) -> Said:
    """Why there is nothing that Ctrl+Z would take back."""
    if store.rights is None or store.rights.admin:
        return say(N_("There is nothing to undo."))
    return say(
        N_("You have done nothing here that could be undone. What colleagues did they undo themselves.")
    )


@faults.reads
def next_undo(store: Store) -> Step | None:
    """The step that Ctrl+Z takes back now: this user's latest that still stands."""
    row = (
        store.read()
        .execute(
            f"SELECT {_COLUMNS} FROM step"
            f" WHERE origin IN ('user', 'import') AND undone_by IS NULL AND {_mine(store)} ORDER BY n DESC LIMIT 1",
            {"me": store.user},
        )
        .fetchone()
    )
    return _step(row) if row else None


@faults.reads
def next_redo(store: Store) -> Step | None:
    """The undo that Ctrl+Y takes back now: the latest, when nothing new was done since."""
    mine = _mine(store)
    row = (
        store.read()
        .execute(
            f"SELECT {_COLUMNS} FROM step WHERE origin = 'undo' AND undone_by IS NULL AND {mine} AND n >"
            f" (SELECT coalesce(max(n), 0) FROM step WHERE origin IN ('user', 'import') AND {mine})"
            " ORDER BY n DESC LIMIT 1",
            {"me": store.user},
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
    return [change_of(row) for row in store.read().execute(sql, (n, n, n, limit))]


@faults.reads
def of_record(store: Store, entity: str, id: bytes, limit: int = 1000) -> list[Change]:
    """A record's changes and those of its child rows, newest first: who, when, old, new.

    The creating change of a record that still exists carries the values it was made with.
    """
    whole = ["SELECT ?1"]
    if not is_child(store.schema.entity(entity)):
        for child in dict.fromkeys(k.entity for k in store.schema.children(entity).values()):
            whole.append(f"SELECT id FROM {quoted(child)} WHERE parent = ?1")
        whole.append("SELECT id FROM change WHERE op = 2 AND data ->> '$.parent' = ?2")
    rows = (
        store.read()
        .execute(
            "SELECT step, entity, id, op, at, data,"
            " EXISTS (SELECT 1 FROM step s WHERE s.n = change.step AND s.title = ?4)"
            f" FROM change WHERE id IN ({' UNION '.join(whole)}) ORDER BY n DESC LIMIT ?3",
            (id, id.hex().upper(), limit, NOTED),
        )
        .fetchall()
    )
    held: dict[bytes, dict[str, Any]] = {}
    found = [(_with_first_values(store, change_of(row[:6]), row[5], held), row[6]) for row in rows]
    return [change for change, is_noted in found if not is_noted]


@faults.reads
def written(store: Store, ids: Sequence[bytes]) -> dict[bytes, tuple[dt.datetime, bytes | None]]:
    """Id -> when the record was made and by whom (None: nobody was signed in); left out what the log has not."""
    marks = ", ".join("?" * len(ids))
    rows = store.read().execute(
        "SELECT c.id, min(c.n), c.at, s.who FROM change c LEFT JOIN step s ON s.n = c.step"
        f" WHERE c.op = {INSERT} AND c.id IN ({marks}) GROUP BY c.id",
        tuple(ids),
    )
    return {id: (moment(at), who) for id, _n, at, who in rows}


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
    return {k: v for k, v in found.items() if v not in (None, "") and k not in ("n", "custom", "erased")}


def change_of(row: tuple[Any, ...]) -> Change:
    """A row (step, entity, id, op, at, data) of the log as a Change."""
    step_n, entity, id, op, at, data = row
    values: dict[str, tuple[Any, Any]] = {}
    if op == DELETE:
        values = {name: (value, None) for name, value in _flat(json.loads(data)).items()}
    elif op != INSERT:
        values = {k: (pair[0], pair[1]) for k, pair in json.loads(data).items()}
    return Change(step_n, entity, id, op, moment(at), values)


@dataclass(frozen=True, slots=True)
class Binned:
    """A deleted record: what it was called, when, in which step and by whom it went."""

    entity: str
    id: bytes
    title: str
    at: dt.datetime
    step: int
    who: bytes | None = None


@faults.reads
def bin(store: Store, limit: int = 1000, words: str = "") -> list[Binned]:
    """The recycle bin: records deleted in the last 90 days that are not back, newest first. What went along with
    another record is no entry of its own.

    words: only those in whose values all of these words are.
    """
    since = int((dt.datetime.now(dt.UTC) - dt.timedelta(days=BIN_DAYS)).timestamp() * 1000)
    found: list[Binned] = []
    asked = words.split()
    has_words = " AND instr(lower(x.data), lower(?))" * len(asked)
    for entity in store.model.roots():
        rows = store.read().execute(
            f"SELECT x.id, x.data ->> '$.{entity.title}', max(x.n), x.at, s.n, s.who"
            " FROM step s CROSS JOIN change x ON x.n BETWEEN s.first AND s.last AND x.step = s.n"
            f" WHERE s.at > ? AND s.title NOT IN (?, ?, ?) AND s.origin NOT IN ('undo', 'redo') AND s.counts ->> '$.{entity.entity}[2]' > 0"
            f" AND x.op = 2 AND x.entity = ? AND x.data ->> '$.erased' IS NULL{has_words}"
            f" AND x.id NOT IN (SELECT id FROM {quoted(entity.entity)} WHERE id = x.id)"
            f" AND NOT {going.went_along(entity)}"
            " GROUP BY x.id ORDER BY x.n DESC LIMIT ?",
            (since, MERGE, *TAKEN_OFF, entity.entity, *asked, limit),
        )
        found += [
            Binned(entity.entity, id, title or "", moment(at), n, who) for id, title, _n, at, n, who in rows
        ]
    return sorted(found, key=lambda b: (b.at, b.step), reverse=True)[:limit]


@faults.reads
def deletion(store: Store, entity: str, id: bytes) -> tuple[int, str] | None:
    """(step, title) of the latest deletion of a record, or None."""
    title = store.schema.entity(entity).title
    row = (
        store.read()
        .execute(
            f"SELECT step, data ->> '$.{title}' FROM change"
            " WHERE id = ? AND entity = ? AND op = 2 AND step IS NOT NULL AND data ->> '$.erased' IS NULL"
            " ORDER BY n DESC LIMIT 1",
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
