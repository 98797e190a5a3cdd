"""What is being typed and not saved yet, kept in the file so that a crash or a power cut costs two seconds.

    drafts.put(store, Draft(key, "customer", None, values, at))
    drafts.all(store)       what an earlier session left behind
    drafts.drop(store, key)

A draft is no record: it is in no log, undone by nobody and synced nowhere. Whoever saves or gives up
drops it, so what is there when a file is opened was left behind.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from freecrm.core import spans
from freecrm.core.entity import is_child
from freecrm.core.record import Typed
from freecrm.store import faults

if TYPE_CHECKING:
    from freecrm.store.database import Store

PREFIX = "draft."


@dataclass(frozen=True, slots=True)
class Draft:
    """key: made by `key_for`. id: the record that was being changed, None for a new one. values: field ->
    value, text that couldn't be read yet as `Typed`. at: when it was kept, in UTC."""

    key: str
    entity: str
    id: bytes | None
    values: dict[str, Any]
    at: dt.datetime


def key_for(entity: str, id: bytes | None = None) -> str:
    """The key of a draft: always the same for a record, a new one for each new record."""
    return f"{PREFIX}{entity}.{id.hex() if id else 'new-' + os.urandom(6).hex()}"


def put(store: Store, draft: Draft) -> None:
    """Keep a draft in place of what was kept under its key."""
    store.keep(
        draft.key,
        {
            "entity": draft.entity,
            "id": draft.id.hex() if draft.id else "",
            "at": spans.ms(draft.at),
            "values": _to_plain(draft.values),
        },
    )


def get(store: Store, key: str) -> Draft | None:
    """The draft of that key, or None."""
    held = store.kept(key)
    return _draft(key, held) if isinstance(held, dict) else None


def all(store: Store) -> list[Draft]:
    """Every draft there is, the newest first."""
    with faults.told(store.path):
        rows = store.read().execute(
            "SELECT key, value FROM kept WHERE key >= ? AND key < ?", (PREFIX, PREFIX[:-1] + "/")
        )
        found = [_draft(key, json.loads(value)) for key, value in rows]
    there = [draft for draft in found if draft is not None and draft.entity in store.model.entities]
    return sorted(there, key=lambda draft: draft.at, reverse=True)


def drop(store: Store, key: str) -> None:
    """Forget a draft; nothing happens when there is none."""
    with store.lock, faults.told(store.path):
        store.write().execute("DELETE FROM kept WHERE key = ?", (key,))


def relink(store: Store, entity: str, gone: Sequence[bytes], into: bytes, title: str) -> None:
    """Let what is typed point at the record that others were merged into: links to them, notes to them.

    title: what the record is called. A note to it that is being typed as well is gone on with below its own."""
    for draft in all(store):
        values = _relinked(draft.values, set(gone), into, title)
        if is_child(store.schema.entity(draft.entity)) and draft.id in gone:
            own = get(store, key_for(draft.entity, into))
            texts = [one.get("text") for one in (own.values if own is not None else {}, values)]
            values = {**values, "text": "\n\n".join(str(text) for text in texts if text)}
            put(store, Draft(key_for(draft.entity, into), draft.entity, into, values, draft.at))
            drop(store, draft.key)
        elif values != draft.values:
            put(store, Draft(draft.key, draft.entity, draft.id, values, draft.at))


def _relinked(value: Any, gone: set[bytes], into: bytes, title: str) -> Any:
    if isinstance(value, dict):
        made = {name: _relinked(one, gone, into, title) for name, one in value.items()}
        moved = [name for name, one in value.items() if isinstance(one, bytes) and one in gone]
        return made | {f"{name}_title": title for name in moved if f"{name}_title" in value}
    if isinstance(value, list):
        return [_relinked(one, gone, into, title) for one in value]
    return into if isinstance(value, bytes) and value in gone else value


def _draft(key: str, held: dict[str, Any]) -> Draft | None:
    try:
        at = spans.moment(held["at"])
        id = bytes.fromhex(held["id"]) or None
        return Draft(key, held["entity"], id, _from_plain(held["values"]), at)
    except (KeyError, TypeError, ValueError):  # left by another version of the program: nothing to offer
        return None


def _to_plain(value: Any) -> Any:
    """A value as JSON takes it. What JSON has no word for is a list of a mark and a text."""
    if isinstance(value, dict):
        return {name: _to_plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return ["list", [_to_plain(one) for one in value]]
    for mark, kind, write, _read in _KINDS:
        if type(value) is kind:
            return [mark, write(value)]
    return value


def _from_plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _from_plain(one) for name, one in value.items()}
    if not isinstance(value, list):
        return value
    mark, held = value
    if mark == "list":
        return [_from_plain(one) for one in held]
    read = next(read for name, _kind, _write, read in _KINDS if name == mark)
    return read(held)


_KINDS: tuple[tuple[str, type, Any, Any], ...] = (
    ("typed", Typed, str, Typed),
    ("id", bytes, bytes.hex, bytes.fromhex),
    ("number", Decimal, str, Decimal),
    ("moment", dt.datetime, dt.datetime.isoformat, dt.datetime.fromisoformat),
    ("date", dt.date, dt.date.isoformat, dt.date.fromisoformat),
)
