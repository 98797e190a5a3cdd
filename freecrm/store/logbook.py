"""How the log keeps a record: values as the table holds them, BLOBs as hex, custom ones under "custom"."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from freecrm.core.entity import Entity, columns
from freecrm.core.fields import Field
from freecrm.store.tables import quoted, takes_custom


def unlogged(f: Field, value: Any) -> Any:
    """A value as the log keeps it -> as the table holds it."""
    if f.column == "BLOB":
        return bytes.fromhex(value) if value else None
    return value


def turn_back(entity: type[Entity], data: dict[str, Any], changes: dict[str, list[Any]]) -> None:
    """Set a logged record back to what it was before `changes`, in place."""
    for name, (old, _new) in changes.items():
        if name in entity.fields:
            data[name] = old
            continue
        custom = data["custom"] = dict(data.get("custom") or {})
        if old is None:
            custom.pop(name, None)
        else:
            custom[name] = old


def logged_now(connection: sqlite3.Connection, entity: type[Entity], id: bytes) -> dict[str, Any]:
    """The record as the log would keep it if it were deleted now; empty when it is gone."""
    fields = [f for f in columns(entity.fields) if f.derived is None]
    custom = takes_custom(entity)
    names = ", ".join([*(quoted(f.name) for f in fields), *(["custom"] if custom else [])])
    row = connection.execute(f"SELECT {names} FROM {quoted(entity.entity)} WHERE id = ?", (id,)).fetchone()
    if row is None:
        return {}
    values = zip(fields, row, strict=False)
    held = {f.name: v.hex().upper() if isinstance(v, bytes) else v for f, v in values}
    if custom:
        held["custom"] = json.loads(row[-1]) if row[-1] else None
    return held
