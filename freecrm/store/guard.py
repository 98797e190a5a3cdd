"""Holds what a step does against the rights of whoever opened it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from freecrm.core.custom import Schema
from freecrm.core.entity import columns, is_child
from freecrm.core.problems import Known
from freecrm.core.rights import PEOPLE, Rights
from freecrm.core.words import N_, Said, say
from freecrm.store import away, sight
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store


def is_meant_for(rights: Rights, entity: str, action: str, person: bytes | None) -> bool:
    """Whether the action reaches a record about this person, of a kind that is `meant`; None: it is the firm's."""
    if person is None:
        return rights.owners(entity, action) is None
    return rights.reaches(entity, action, [person])


_NONE = {
    "create": N_("Your rights do not let you create {entities:lower}. Ask whoever gives the rights."),
    "change": N_("Your rights do not let you change {entities:lower}. Ask whoever gives the rights."),
    "delete": N_("Your rights do not let you delete {entities:lower}. Ask whoever gives the rights."),
}


def why_not(store: Store, entity: str, action: str, id: bytes | None = None) -> Said | None:
    """Why whoever works here may do this with no record of a kind, or not with this one; None: they may. For screens, so
    that they offer nothing in vain; what is written is held by the door."""
    rights = store.rights
    owners = rights.owners(entity, action) if rights is not None else None
    if rights is None or (owners is None and entity not in PEOPLE):
        return None
    if id is None:
        return (
            None
            if (rights.admin if entity in PEOPLE else owners)
            else say(_NONE[action], entities=say(store.schema.entity(entity).plural))
        )
    with store.whole():
        guard = Guard(store.read(), store.schema, rights)
        held = guard.held(entity, id)
        if held is None or guard.may(entity, action, held, id):
            return None
        return guard.refusal(entity, action).what


class Guard:
    """Refuses with a Known what the rights do not reach; None as rights lets everything pass."""

    def __init__(self, connection: sqlite3.Connection, schema: Schema, rights: Rights | None) -> None:
        self.connection, self.schema, self.rights = connection, schema, rights

    def fields(self, entity: str, values: Iterable[str] | Mapping[str, Any], *, new: bool = False) -> None:
        """May these fields be written? new: of a record that is made; whoever makes it may own it, whatever they may
        change later."""
        if self.rights is None:
            return
        closed = self.rights.readonly | self.rights.hidden
        for name in values:
            owns = new and name == self.schema.entity(entity).owner and isinstance(values, Mapping)
            if owns and values[name] in (None, self.rights.user):  # type: ignore[index]
                continue
            if (entity, name) in closed:
                title = self.schema.fields(entity)[name].title
                raise Known(
                    say(N_("You may not change “{field}”. Ask whoever gives the rights."), field=title)
                )

    def record(self, entity: str, action: str, values: dict[str, Any], id: bytes | None = None) -> None:
        """May this record, holding these values, be created, changed or deleted? id: of a record that is there.

        A child row counts as a change of the record that it belongs to.
        """
        if self.rights is None:
            return
        if is_child(self.schema.entity(entity)):
            parent_entity, parent = values.get("parent_entity"), values.get("parent")
            if parent_entity and parent:
                action, entity, id = "change", parent_entity, parent
                values = self.held(parent_entity, parent) or {}
        if not self.may(entity, action, values, id):
            raise self.refusal(entity, action)

    def may(self, entity: str, action: str, values: dict[str, Any], id: bytes | None) -> bool:
        """Whether whoever writes may do this with a record that holds these values."""
        assert self.rights is not None
        if entity in PEOPLE:
            # one may change what stands of oneself, but not what one may do
            own = entity == "user" and action == "change" and id == self.rights.user
            return self.rights.admin or (own and self._same_role(id, values))
        if self.rights.owners(entity, action) is None:
            return True
        meant = self.schema.entity(entity).meant
        if meant:
            return is_meant_for(self.rights, entity, action, values.get(meant))
        return self.rights.reaches(entity, action, self._owners(entity, values, id))

    def _same_role(self, id: bytes | None, values: dict[str, Any]) -> bool:
        held = self.held("user", id) if id is not None else None
        return held is not None and all(
            values.get(name, held[name]) == held[name] for name in ("role", "team", "left")
        )

    def _owners(self, entity: str, values: dict[str, Any], id: bytes | None) -> set[bytes]:
        """Whose a record is; empty = nobody's."""
        link = self.schema.entity(entity).owner
        if link:
            return {values[link]} if values.get(link) else set()
        child, place = sight.tie(self.schema.model, entity)
        if not child:
            return set()
        whose = self.schema.entity(child).fields[place].to  # type: ignore[attr-defined]
        owner = quoted(self.schema.entity(whose).owner)
        placed = [
            row[place] for rows in values.values() if isinstance(rows, list) for row in rows if row.get(place)
        ]
        found: set[bytes] = set()
        if id is not None:
            sql = (
                f"SELECT w.{owner} FROM {quoted(child)} j JOIN {quoted(whose)} w ON w.id = j.{quoted(place)}"
                f" WHERE j.parent = ? AND w.{owner} IS NOT NULL"
            )
            found = {row[0] for row in self.connection.execute(sql, (id,))}
        for one in placed:
            sql = f"SELECT {owner} FROM {quoted(whose)} WHERE id = ? AND {owner} IS NOT NULL"
            found |= {row[0] for row in self.connection.execute(sql, (one,))}
        return found

    def bulk(self, entity: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """May these rows be added in bulk? values: packed, in the order of names."""
        if self.rights is None:
            return
        declared = self.schema.entity(entity)
        if is_child(declared):
            at, of = names.index("parent"), names.index("parent_entity")
            for parent_entity, parent in {(row[of], row[at]) for row in rows}:
                if parent_entity and self.rights.owners(parent_entity, "change") is not None:
                    self._row_of(parent_entity, parent)
            return
        owners = self.rights.owners(entity, "create")
        if entity in PEOPLE:
            if not self.rights.admin:
                raise self.refusal(entity, "create")
        elif owners is not None:
            whose = declared.owner or declared.meant
            at = names.index(whose) if whose in names else -1
            given = {row[at] if at >= 0 else None for row in rows}
            if not owners or given - owners - (set() if declared.meant else {None}):
                raise self.refusal(entity, "create")

    def _row_of(self, entity: str, id: bytes) -> None:
        """Rows come to a record that may be changed, or that this step has made."""
        sql = "SELECT 1 FROM change WHERE id = ? AND op = 0 AND step = (SELECT step FROM door)"
        if self.connection.execute(sql, (id,)).fetchone() is None:
            self.record(entity, "change", self.held(entity, id) or {}, id)

    def fill(self, entity: str, ids: Iterable[bytes]) -> None:
        """May one field of all these records be set?"""
        if self.rights is not None and self.rights.owners(entity, "change") is not None:
            for id in ids:
                self._row_of(entity, id)

    def held(self, entity: str, id: bytes) -> dict[str, Any] | None:
        """What the record holds now (no child rows, no custom fields), or None when it is gone."""
        found = columns(self.schema.entity(entity).fields)
        names = ", ".join(quoted(f.name) for f in found)
        row = self.connection.execute(f"SELECT {names} FROM {quoted(entity)} WHERE id = ?", (id,)).fetchone()
        return None if row is None else {f.name: f.unpack(value) for f, value in zip(found, row, strict=True)}

    def sees(self, entity: str, id: bytes) -> bool:
        """Whether whoever writes may see this record; of one that is gone only who sees all of its kind."""
        if self.rights is None or self.rights.owners(entity, "see") is None:
            return True
        held = self.held(entity, id)
        return held is not None and self.rights.reaches(entity, "see", self._owners(entity, held, id))

    def there(self, entity: str, id: bytes) -> dict[str, Any]:
        """What the record holds now; Known when it is gone."""
        row = self.held(entity, id)
        if row is None:
            deleted = say(
                N_("This {entity} is no longer there: somebody deleted it. Look in the recycle bin."),
                entity=say(self.schema.entity(entity).label),
            )
            raise Known(away.why(self.connection, id) or deleted)
        return row

    def refusal(self, entity: str, action: str) -> Known:
        """Why this action is refused on records of this entity."""
        verbs = {"create": N_("create"), "change": N_("change"), "delete": N_("delete")}
        if self.schema.entity(entity).owner:
            what = N_(
                "Your rights do not let you {verb} this {entity:lower}. Ask its owner or whoever gives the rights."
            )
        else:
            what = N_("Your rights do not let you {verb} this {entity:lower}. Ask whoever gives the rights.")
        return Known(say(what, verb=say(verbs[action]), entity=say(self.schema.entity(entity).label)))
