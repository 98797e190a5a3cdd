"""Rows that become new records, packed for the door's block insert: ids and search documents made here.

Runs in the child process, so that the one that writes only writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from freecrm.core import grams
from freecrm.core.custom import Schema, fixed_id
from freecrm.core.entity import columns
from freecrm.core.fields import Field
from freecrm.core.module import Together
from freecrm.core.rows import Rows
from freecrm.exchange.mapping import Mapping
from freecrm.exchange.words_of import Operation, option_list
from freecrm.store import documents
from freecrm.store.ids import new_ids
from freecrm.store.tables import pack_custom

Block = list[tuple[str, list[str], list[tuple[Any, ...]], list[bytes], list[tuple[str, str]]]]
"""Per entity: names, packed rows, ids, (text, tokens) of the search documents."""


class Merge(NamedTuple):
    """A row that goes into a record: its values for the main record, the person and the position.

    blank: fields of the main record that its empty cells clear.
    """

    id: bytes
    values: dict[str, Any]
    person: dict[str, Any]
    position: dict[str, Any]
    action: str
    blank: list[str]


def custom_values(new: dict[str, Any]) -> dict[str, Any]:
    """The record of a custom field that an import proposes."""
    values = {k: v for k, v in new.items() if k != "options"}
    if "options" in new:
        values["choices"] = option_list(new["options"])
    return values


def new_field_ops(found: Mapping) -> list[Operation]:
    """The custom fields that an import adds, as records to make first."""
    made = []
    for place, column in enumerate(found.columns):
        if column.new is not None and column.target.startswith("+"):
            values = {**custom_values(column.new), "position": place}
            made.append(("custom_field", fixed_id("custom_field", values["on"], values["key"]), values))
    return made


class _Table:
    """The rows of one entity that are waiting to be written."""

    def __init__(self, schema: Schema, entity: str, used: set[str] | None) -> None:
        self.entity = entity
        all_fields = schema.fields(entity)
        self.fields = [
            f
            for f in columns(all_fields)
            if f.is_written and (used is None or f.name in used or f.search == "name")
        ]
        self.custom = [f for f in all_fields.values() if f.custom]
        self.defaults = [(at, f.default) for at, f in enumerate(self.fields) if f.default is not None]
        self.packs = [(at, f.pack) for at, f in enumerate(self.fields) if type(f).pack is not Field.pack]
        self.searched = [(f.name, f) for f in documents.searched(schema, entity)]
        self.plain = [f.name for f in self.fields]
        self.names = self.plain + (["custom"] if self.custom else [])
        self.clear()

    def clear(self) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self.ids: list[bytes] = []
        self.documents: list[tuple[str, str]] = []

    def add(self, id: bytes, values: dict[str, Any]) -> None:
        # Most fields are kept as they are: only the others are looked at one by one.
        row = [*map(values.get, self.plain)]
        for at, value in self.defaults:
            if row[at] is None:
                row[at] = value
        for at, pack in self.packs:
            if row[at] is not None:
                row[at] = pack(row[at])
        if self.custom:
            get = values.get
            own = {f.name: f.pack(get(f.name)) for f in self.custom if get(f.name) is not None}
            row.append(pack_custom(own))
        self.rows.append(tuple(row))
        self.ids.append(id)


class Packer:
    """Takes new records; `flush` gives them as blocks and starts anew."""

    def __init__(self, schema: Schema, plan: Together, main: str, used: dict[str, set[str]]) -> None:
        """used: the fields of main record and person that any row can fill; other columns stay away."""
        self.schema, self.plan, self.main, self.used = schema, plan, main, used
        self.tables: dict[str, _Table] = {}
        self.children: dict[str, list[Rows]] = {}
        self.spare: list[bytes] = []

    def _table(self, entity: str) -> _Table:
        made = self.tables.get(entity)
        if made is None:
            made = self.tables[entity] = _Table(self.schema, entity, self.used.get(entity))
        return made

    def id(self) -> bytes:
        """A new id; made many at a time."""
        if not self.spare:
            self.spare = new_ids(4096)[::-1]
        return self.spare.pop()

    def new(
        self, id: bytes, values: dict[str, Any], person: dict[str, Any] | None, position: dict[str, Any]
    ) -> None:
        """A new main record, with the person in it and that person's position."""
        self._record(self.main, id, values)
        if person is not None:
            who, job = self.id(), self.id()
            self._record(self.plan.person, who, person)
            self.position(job, who, id, position)

    def position(self, job: bytes, who: bytes, main: bytes, values: dict[str, Any]) -> None:
        """The position of a person in a main record."""
        link = {"parent": who, "parent_entity": self.plan.person, self.plan.link: main}
        self._table(self.plan.position).add(job, {**values, **link})

    def _record(self, entity: str, id: bytes, values: dict[str, Any]) -> None:
        table = self._table(entity)
        table.add(id, values)
        pairs: list[tuple[Field, Any]] = [(f, values[name]) for name, f in table.searched if name in values]
        for f in self._rows_of(entity):
            rows = values.get(f.name)
            if not rows:
                continue
            child = self._table(f.of)
            for row in rows:
                child.add(self.id(), {**row, "parent": id, "parent_entity": entity})
                pairs += [(c, row[name]) for name, c in child.searched if name in row]
        text = documents.document(pairs)
        table.documents.append((text, grams.grams(text)))

    def _rows_of(self, entity: str) -> Sequence[Rows]:
        held = self.children.get(entity)
        if held is None:
            held = self.children[entity] = [
                f
                for f in self.schema.fields(entity).values()
                if isinstance(f, Rows) and f.of != self.plan.position
            ]
        return held

    def flush(self) -> Block:
        """The waiting rows, the main records first, then the people, then what hangs on them."""
        order = {self.main: 0, self.plan.person: 1}
        found: Block = []
        for entity in sorted(self.tables, key=lambda e: order.get(e, 2)):
            table = self.tables[entity]
            if table.rows:
                found.append((entity, table.names, table.rows, table.ids, table.documents))
                table.clear()
        return found
