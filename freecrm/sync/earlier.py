"""What was done to a record before it came to this file: read from the server's log when somebody looks.

if earlier.may_be(store, entity, id):
    for one in earlier.changes(store, server, entity, id): ...
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core.change import DELETE, INSERT, UPDATE, Change
from freecrm.core.spans import moment
from freecrm.store import faults, history, lines
from freecrm.store.tables import quoted
from freecrm.sync.outbox import CUSTOM

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.sync.server import Past, Server

TOGETHER_MS = 2_000
"""What one person wrote within this time was one thing to them."""

_MOST = 100_000
_OPS = {"n": INSERT, "u": UPDATE, "d": DELETE}


@dataclass(frozen=True, slots=True)
class Earlier:
    """What one person did at one time, on which computer."""

    at: dt.datetime
    who: str
    device: str
    lines: tuple[lines.Line, ...]


@faults.reads
def may_be(store: Store, entity: str, id: bytes) -> bool:
    """Whether the record came here from the team, so that the server may know more of it than this file does."""
    return _arrived(store, entity, id) > 0


@faults.reads
def changes(store: Store, server: Server, entity: str, id: bytes) -> list[Earlier]:
    """What the server's log knows of a record and its rows from before they came here, the newest first. What the
    rights hide is not in it. Known when the server can't be asked."""
    arrived: dict[tuple[str, bytes], float] = {}
    told = []
    for one in reversed(server.history(id.hex())):
        key = (one.entity, bytes.fromhex(one.id))
        if one.entity in store.model.entities and one.op in _OPS:
            if key not in arrived:
                arrived[key] = _arrived(store, *key)
            if one.seq <= arrived[key]:
                told.append(one)
    if not told:
        return []
    names = store.reader().titles("user", {bytes.fromhex(one.person) for one in told if one.person})
    held = _first_values(store, entity, id)
    found = []
    for some in _together(told):
        made = [_change(one, held) for one in some]
        who = names.get(bytes.fromhex(some[0].person)) if some[0].person else ""
        # as they were done: the oldest first
        said = lines.of_changes(store, list(reversed(made)))
        if said:
            found.append(Earlier(moment(some[-1].stamp), str(who or ""), some[0].device, tuple(said)))
    return found


def _arrived(store: Store, entity: str, id: bytes) -> float:
    """The version in which a row first came here: 0 when it was made here, no end when it never was here."""
    c = store.read()
    row = c.execute(
        "SELECT c.op, s.origin FROM change c LEFT JOIN step s ON s.n = c.step WHERE c.id = ? ORDER BY c.n LIMIT 1",
        (id,),
    ).fetchone()
    if row is None:
        return float("inf")
    if row[0] != INSERT or row[1] != "sync":
        return 0
    first = c.execute(
        "SELECT base FROM change WHERE id = ? AND op > 0 AND base > 0 ORDER BY n LIMIT 1", (id,)
    ).fetchone()
    if first is None:
        first = c.execute(f"SELECT seq FROM {quoted(entity)} WHERE id = ?", (id,)).fetchone()
    return int(first[0]) if first is not None else 0


def _first_values(store: Store, entity: str, id: bytes) -> dict[bytes, dict[str, Any]]:
    """What the record and its rows held when they came here, as the log keeps it."""
    return {
        change.id: {name: pair[1] for name, pair in change.values.items()}
        for change in history.of_record(store, entity, id, _MOST)
        if change.op == INSERT
    }


def _together(told: list[Past]) -> Iterator[list[Past]]:
    some: list[Past] = []
    for one in told:
        if some and (
            (one.person, one.device) != (some[-1].person, some[-1].device)
            or abs(some[-1].stamp - one.stamp) > TOGETHER_MS
            or one.id in {other.id for other in some}  # the same row twice: two steps
        ):
            yield some
            some = []
        some.append(one)
    if some:
        yield some


def _change(one: Past, held: dict[bytes, dict[str, Any]]) -> Change:
    """A line of the server's log as one of ours. held: the row after it; left as it was before."""
    id, op = bytes.fromhex(one.id), _OPS[one.op]
    patch, prev = (_plain(text) for text in (one.patch, one.prev))
    row = held.setdefault(id, {})
    values: dict[str, tuple[Any, Any]]
    if op == INSERT:
        values = {name: (None, value) for name, value in row.items() if value not in (None, "")}
    elif op == DELETE:
        row.update(prev)
        values = {name: (value, None) for name, value in prev.items() if value not in (None, "")}
    else:
        values = {name: (prev.get(name), value) for name, value in patch.items()}
        row.update({name: prev.get(name) for name in patch})
    return Change(None, one.entity, id, op, moment(one.stamp), values)


def _plain(text: str | None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text) if text else {}
    return {name.removeprefix(CUSTOM): value for name, value in found.items()}
