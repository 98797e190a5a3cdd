"""The firm's settings are the same for the whole team: whoever may give rights sets them, the last one counts.

They travel as records of an entity «setting» that no file has a table for. What this file last knew of them stands in
`sync_meta` beside the books: key -> [value, version].
"""

from __future__ import annotations

import json
import sqlite3
import time
from typing import Any

from freecrm.core.custom import fixed_id
from freecrm.core.settings import SETTINGS
from freecrm.sync.books import Books

ENTITY = "setting"
OWN = ("backup.", "pipeline.learned")
"""What is each computer's own, though it stands in the file."""

State = dict[str, list[Any]]


def _state(c: sqlite3.Connection) -> State:
    row = c.execute("SELECT value FROM sync_meta WHERE key = 'agreed'").fetchone()
    return {} if row is None else dict(json.loads(row[0]))


def _keep(c: sqlite3.Connection, state: State) -> None:
    text = json.dumps(state, ensure_ascii=False)
    c.execute("INSERT OR REPLACE INTO sync_meta(key, value) VALUES ('agreed', ?)", (text,))


def _held(c: sqlite3.Connection) -> dict[str, str]:
    found = dict(c.execute("SELECT key, value FROM setting").fetchall())
    return {key: value for key, value in found.items() if not key.startswith(OWN)}


def items(c: sqlite3.Connection, books: Books) -> list[list[Any]]:
    """What was set here and not told yet, as items of a batch; it counts as told then. A file that just joins takes
    the team's settings first."""
    if not books.settled:
        return []
    state, made = _state(c), []
    stamp = int(time.time() * 1000) + books.skew
    for key, value in _held(c).items():
        before, seq = state.get(key, [None, 0])
        if value != before:
            id = fixed_id(ENTITY, key).hex()
            op = "u" if seq else "n"
            item = [ENTITY, id, seq, stamp, op, {"key": key, "value": value}]
            made.append([*item, {"value": before}] if op == "u" else item)
            state[key] = [value, seq]
    if made:
        _keep(c, state)
    return made


def untold(c: sqlite3.Connection, since: int | None = None) -> None:
    """What was told in a batch that never went, or is after version `since` of a server that lost it, is to be told
    again."""
    state = _state(c)
    for (payload,) in c.execute("SELECT payload FROM sync_sealed").fetchall():
        for item in json.loads(payload):
            if item[0] == ENTITY:
                state[item[5]["key"]][0] = None
    if since is not None:
        state = {key: [None, since] if seq > since else [value, seq] for key, (value, seq) in state.items()}
    if state:
        _keep(c, state)


def take(c: sqlite3.Connection, seq: int, data: str | None) -> bool:
    """Take a setting of the team, unless another one waits to be told here; whether it is another one now."""
    held = json.loads(data or "{}")
    key, value = held.get("key"), held.get("value")
    if key not in SETTINGS or key.startswith(OWN):
        return False
    state, here = _state(c), _held(c).get(key)
    before = state.get(key, [None, 0])[0]
    if key in state and here != before and here != value:
        state[key] = [before, seq]
        _keep(c, state)
        return False
    state[key] = [value, seq]
    _keep(c, state)
    c.execute(
        "INSERT INTO setting(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        (key, value),
    )
    return bool(here != value)
