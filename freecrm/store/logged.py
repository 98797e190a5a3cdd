"""What the log holds of a row, and how it is put back into its table."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from freecrm.core.custom import Schema
from freecrm.core.entity import columns, ends
from freecrm.core.fields import Link
from freecrm.store.logbook import unlogged
from freecrm.store.tables import pack_custom, quoted, shadow_columns, shadow_values, takes_custom

if TYPE_CHECKING:
    from freecrm.store.writer import Step

Row = tuple[bytes, dict[str, Any]]
"""The id of a deleted record and what the log kept of it."""


def values_of(schema: Schema, entity: str, data: dict[str, Any]) -> dict[str, Any]:
    """A logged record -> its values, without custom fields."""
    fields = columns(schema.entity(entity).fields)
    return {f.name: f.unpack(unlogged(f, data.get(f.name))) for f in fields}


def title_of(connection: sqlite3.Connection, schema: Schema, entity: str, id: bytes) -> str:
    """What a record is called now; "" when it is gone."""
    declared = schema.entity(entity)
    f = schema.fields(entity)[declared.title]
    row = connection.execute(f"SELECT {quoted(f.name)} FROM {quoted(entity)} WHERE id = ?", (id,)).fetchone()
    return f.show(f.unpack(row[0])) if row else ""


class Anchors:
    """Whether the records are there that a logged record or child row cannot be without."""

    def __init__(self, connection: sqlite3.Connection, schema: Schema, entity: str) -> None:
        self.connection, self.schema = connection, schema
        self.links = ends(schema.entity(entity))
        self._known: dict[tuple[str, bytes | None], bool] = {}

    def hold(self, data: dict[str, Any]) -> bool:
        """Whether all of them are there."""
        return self.lacking(data) is None

    def lacking(self, data: dict[str, Any]) -> Link | None:
        """The link that names a record that is not there, or None."""
        for f in self.links:
            if (f.required or data.get(f.name)) and not self._there(
                f.to or data.get("parent_entity") or "", unlogged(f, data.get(f.name))
            ):
                return f
        return None

    def _there(self, entity: str, id: bytes | None) -> bool:
        if entity not in self.schema.model.entities:
            return True
        if (entity, id) not in self._known:
            sql = f"SELECT 1 FROM {quoted(entity)} WHERE id = ?"
            self._known[entity, id] = self.connection.execute(sql, (id,)).fetchone() is not None
        return self._known[entity, id]


def restore_rows(made: Step, entity: str, rows: Sequence[Row]) -> None:
    """Insert deleted rows from their logged records, with their old ids and numbers."""
    fields = [f for f in columns(made.schema.entity(entity).fields) if f.derived is None]
    custom = takes_custom(made.schema.entity(entity))
    names = (
        [f.name for f in fields]
        + [s for f in fields for s in shadow_columns(f)]
        + (["custom"] if custom else [])
    )
    block = []
    for id, data in rows:
        packed = [unlogged(f, data.get(f.name)) for f in fields]
        shadows = [
            v for f, value in zip(fields, packed, strict=True) for v in shadow_values(f, f.unpack(value))
        ]
        own = [pack_custom(data["custom"] or {})] if custom else []
        block.append((data["n"], id, *packed, *shadows, *own))
    made.restored = True
    made.insert_rows(entity, names, block)
