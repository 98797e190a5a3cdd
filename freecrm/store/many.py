"""Many records changed by the door at once: a block costs a few statements, and the file holds afterwards
exactly what changing them one by one gives."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from freecrm.core.entity import columns
from freecrm.core.fields import Field
from freecrm.core.problems import Known
from freecrm.core.rights import is_masked, masked
from freecrm.core.rows import Rows
from freecrm.store import elements, ledgers, next_steps, numbering, stated
from freecrm.store.tables import pack_custom, quoted, shadow_columns, shadow_values

if TYPE_CHECKING:
    from freecrm.store.writer import Step

BLOCK = 500  # records read at a time
TOGETHER = 100  # records one UPDATE changes: SQLite keeps a journal of each statement, which is what costs

Change = tuple[bytes, dict[str, Any]]
"""The id of a record and its new values."""
_Write = tuple[tuple[str, ...], tuple[Any, ...], bytes]


def check(fields: dict[str, Field], changes: Iterable[Change]) -> None:
    """Known when one of the new values is refused. Most blocks give all records the same value."""
    passed: dict[str, Any] = {}
    for _id, values in changes:
        for name, value in values.items():
            if name in passed and passed[name] is value:
                continue
            why = fields[name].check(value)
            if why is not None:
                raise Known(why)
            passed[name] = value


def by_number(connection: sqlite3.Connection, entity: str, ids: Sequence[bytes]) -> list[bytes]:
    """The ids in the order of their rows in the file, in which writing them touches each page once; those that
    are gone stand last."""
    found: dict[bytes, int] = {}
    for start in range(0, len(ids), BLOCK):
        block = ids[start : start + BLOCK]
        marks = ", ".join("?" * len(block))
        found.update(connection.execute(f"SELECT id, n FROM {quoted(entity)} WHERE id IN ({marks})", block))
    return [*sorted(found, key=found.__getitem__), *(id for id in ids if id not in found)]


class Block:
    """Some records of one entity, no two the same, changed by a step."""

    def __init__(self, step: Step, entity: str, changes: Sequence[Change]) -> None:
        self.step, self.entity, self.changes = step, entity, changes
        self.fields = step.schema.fields(entity)
        self.names = {name for _, values in changes for name in values}

    def write(self) -> set[bytes]:
        """Change them; the ids of those that differ now. Known when one is gone or the rights do not reach."""
        writes = self._writes()
        for sets, same in groupby(writes, key=lambda write: write[0]):
            self._update(sets, list(same))
        changed = {id for _, _, id in writes}
        for name in sorted(self.names):
            of = self.fields[name]
            if isinstance(of, Rows):
                changed |= self._replace_children(of)
            elif of.stated is not None:
                said = [(id, values[name]) for id, values in self.changes if name in values]
                alone = len(self.changes) == 1 and self.step.origin == "user"
                changed |= stated.state(self.step, of, said, alone=alone)
            elif of.moves:
                said = [(id, values[name]) for id, values in self.changes if name in values]
                changed |= next_steps.move(self.step, of, said, alone=len(self.changes) == 1)
        return changed

    # ---- the records' own columns

    def _writes(self) -> list[_Write]:
        held = self._held()
        guard = self.step.guard
        found: list[_Write] = []
        for id, values in self.changes:
            if id not in held:
                guard.there(self.entity, id)  # says that it is gone
            stored = held[id]
            before = {n: f.unpack(stored[n]) for n, f in self.read.items()} if guard.rights else {}
            if guard.rights:
                guard.record(self.entity, "change", before, id)
            sets, row = self._differs(values, stored)
            if not sets:
                continue
            ledgers.refuse_change(self.step.schema, self.entity)
            if self.step.minds:
                new = {name: values[name] for name in sets if name in values}
                declared = self.step.schema.entity(self.entity)
                numbering.refuse_taken(self.step.connection, declared, new, id, self.step.guard.sees)
            if guard.rights:
                plain = {n: v for n, v in values.items() if not isinstance(self.fields[n], Rows)}
                guard.record(self.entity, "change", {**before, **plain}, id)
            found.append((tuple(sets), tuple(row), id))
        return found

    def _held(self) -> dict[bytes, dict[str, Any]]:
        """Id -> the columns as they are stored: those that change, or all where rights have to be held against."""
        own = columns(self.step.schema.entity(self.entity).fields)
        everything = self.step.guard.rights is not None
        self.read = {f.name: f for f in own if everything or f.name in self.names}
        custom = any(self.fields[name].custom for name in self.names)
        names = [*self.read, *(["custom"] if custom else [])]
        marks = ", ".join("?" * len(self.changes))
        selected = ", ".join(["id", *map(quoted, names)])
        sql = f"SELECT {selected} FROM {quoted(self.entity)} WHERE id IN ({marks})"
        rows = self.step.connection.execute(sql, [id for id, _ in self.changes])
        return {id: dict(zip(names, row, strict=True)) for id, *row in rows}

    def _differs(self, values: dict[str, Any], stored: dict[str, Any]) -> tuple[list[str], list[Any]]:
        sets: list[str] = []
        row: list[Any] = []
        custom: dict[str, Any] = {}
        for name, value in values.items():
            f = self.fields[name]
            if isinstance(f, Rows) or f.stated is not None or f.moves:
                continue
            packed = None if value == "" else f.pack(value)
            if f.custom:
                custom[name] = packed
            elif self._is_the_masked(value, stored[name]):
                continue
            elif f.pack(f.unpack(stored[name])) != packed:
                sets += [name, *shadow_columns(f)]
                row += [packed, *shadow_values(f, value)]
        if custom:
            before = stored["custom"]
            merged = {**(json.loads(before) if before else {}), **custom}
            text = pack_custom({k: v for k, v in merged.items() if v is not None})
            if text != before:
                sets.append("custom")
                row.append(text)
        return sets, row

    def _is_the_masked(self, value: Any, stored: Any) -> bool:
        """Whether a value is what its writer was shown of the one that is there: then it was not touched."""
        return self.step.guard.rights is not None and is_masked(value) and value == masked(stored)

    def _update(self, sets: tuple[str, ...], writes: list[_Write]) -> None:
        """Set the same columns of several records: where the values are the same too, of many in one statement."""
        assigned = ", ".join(f"{quoted(name)} = ?" for name in sets)
        head = f"UPDATE {quoted(self.entity)} SET {assigned} WHERE id"
        connection = self.step.connection
        row = writes[0][1]
        if any(write[1] != row for write in writes):
            connection.executemany(f"{head} = ?", [(*values, id) for _, values, id in writes])
            return
        for start in range(0, len(writes), TOGETHER):
            ids = [id for _, _, id in writes[start : start + TOGETHER]]
            connection.execute(f"{head} IN ({', '.join('?' * len(ids))})", (*row, *ids))

    # ---- their child rows

    def _replace_children(self, of: Rows) -> set[bytes]:
        """Put lists of child rows in place of what the records have."""
        step, wanted = self.step, [(id, v[of.name] or []) for id, v in self.changes if of.name in v]
        parents = self._children_of(of.of, [id for id, _ in wanted])
        held: dict[bytes, set[bytes]] = {}
        for child, parent in parents.items():
            held.setdefault(parent, set()).add(child)
        gone: list[bytes] = []
        staying: list[Change] = []
        fresh: list[dict[str, Any]] = []
        changed: set[bytes] = set()
        for id, rows in wanted:
            mine = held.get(id, set())
            left = sorted(mine - {row["id"] for row in rows if row.get("id")})
            gone += left
            made = len(fresh)
            for row in rows:
                values = {k: v for k, v in step.child_values(of, row).items() if k != "id"}
                if row.get("id") in mine:
                    staying.append((row["id"], values))
                else:
                    fresh.append({**values, "parent": id, "parent_entity": self.entity})
            if left or len(fresh) > made:
                changed.add(id)
        if gone:
            step.delete_ids(of.of, gone)
        if staying:
            changed |= {parents[child] for child in step.update_block(of.of, staying)}
        self._insert(of.of, fresh)
        return changed

    def _children_of(self, child: str, ids: list[bytes]) -> dict[bytes, bytes]:
        sql = f"SELECT id, parent FROM {quoted(child)} WHERE parent IN ({', '.join('?' * len(ids))})"
        return dict(self.step.connection.execute(sql, ids).fetchall())

    def _insert(self, child: str, rows: list[dict[str, Any]]) -> None:
        step = self.step
        whole = [step.whole(child, values) for values in rows]
        if any(isinstance(f, Rows) for f in step.schema.fields(child).values()):
            for values in whole:
                step.insert_whole(child, values)
            return
        made = [step.row_of(child, values) for values in whole]
        declared = step.schema.entity(child)
        for names, same in groupby(made, key=lambda one: one[0]):
            block = [row for _, row in same]
            ids = elements.ids(step.connection, declared, names, block)
            step.insert_rows(
                child, names, [(step.next_number(), id, *row) for id, row in zip(ids, block, strict=True)]
            )
