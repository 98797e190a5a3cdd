"""Holds what a step does against the rights of whoever opened it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from freecrm.core.custom import Schema
from freecrm.core.entity import columns, is_child
from freecrm.core.problems import Known
from freecrm.core.rights import Rights
from freecrm.core.words import N_, say
from freecrm.store.tables import quoted


class Guard:
    """Refuses with a Known what the rights do not reach; None as rights lets everything pass."""

    def __init__(self, connection: sqlite3.Connection, schema: Schema, rights: Rights | None) -> None:
        self.connection, self.schema, self.rights = connection, schema, rights

    def fields(self, entity: str, names: Iterable[str]) -> None:
        """May these fields be written?"""
        if self.rights is None:
            return
        closed = self.rights.readonly | self.rights.hidden
        for name in names:
            if (entity, name) in closed:
                title = self.schema.fields(entity)[name].title
                raise Known(
                    say(N_("You may not change “{field}”. Ask whoever gives the rights."), field=title)
                )

    def record(self, entity: str, action: str, values: dict[str, Any]) -> None:
        """May this record, holding these values, be created, changed or deleted?

        A child row counts as a change of the record that it belongs to.
        """
        if self.rights is None:
            return
        if is_child(self.schema.entity(entity)):
            parent_entity, parent = values.get("parent_entity"), values.get("parent")
            if parent_entity and parent:
                action = "change"
                entity, values = parent_entity, self.held(parent_entity, parent) or {}
        owners = self.rights.owners(entity, action)
        if owners is None:
            return
        link = self.schema.entity(entity).owner
        if not link or values.get(link) not in owners:
            raise self.refusal(entity, action)

    def bulk(self, entity: str) -> None:
        """May rows be added in bulk? Only by somebody whose right reaches everybody's."""
        if self.rights is not None and self.rights.owners(entity, "create") is not None:
            raise self.refusal(entity, "create")

    def held(self, entity: str, id: bytes) -> dict[str, Any] | None:
        """What the record holds now (no child rows, no custom fields), or None when it is gone."""
        found = columns(self.schema.entity(entity).fields)
        names = ", ".join(quoted(f.name) for f in found)
        row = self.connection.execute(f"SELECT {names} FROM {quoted(entity)} WHERE id = ?", (id,)).fetchone()
        return None if row is None else {f.name: f.unpack(value) for f, value in zip(found, row, strict=True)}

    def there(self, entity: str, id: bytes) -> dict[str, Any]:
        """What the record holds now; Known when it is gone."""
        row = self.held(entity, id)
        if row is None:
            raise Known(
                say(
                    N_("This {entity} is no longer there: somebody deleted it. Look in the recycle bin."),
                    entity=say(self.schema.entity(entity).label),
                )
            )
        return row

    def refusal(self, entity: str, action: str) -> Known:
        """Why this action is refused on records of this entity."""
        verbs = {"create": N_("create"), "change": N_("change"), "delete": N_("delete")}
        return Known(
            say(
                N_(
                    "Your rights do not let you {verb} this {entity}."
                    " Ask its owner or whoever gives the rights."
                ),
                verb=say(verbs[action]),
                entity=say(self.schema.entity(entity).label),
            )
        )
