"""One step being taken back, from the change log alone: for undo and redo."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from freecrm.core.change import DELETE, INSERT, NOTED, UPDATE, Kept
from freecrm.core.entity import columns, is_child
from freecrm.core.fields import Link
from freecrm.core.words import N_, Said, say
from freecrm.store import going
from freecrm.store.logbook import logged_now, turn_back, unlogged
from freecrm.store.logged import Anchors, Row, restore_rows, title_of, values_of
from freecrm.store.tables import pack_custom, quoted, shadow_columns, shadow_values, takes_custom
from freecrm.store.writer import BLOCK, Step

_WAS_THERE = (
    "EXISTS (SELECT 1 FROM change y WHERE y.id = x.id AND y.n < x.n AND y.n >= :first AND y.op = 2"
    " AND y.entity = :entity)"
)
"""A row that the step deleted and made again was there before it."""


class TakeBack:
    """One step being taken back."""

    def __init__(self, made: Step, n: int, first: int, last: int) -> None:
        self.made, self.c, self.schema = made, made.connection, made.schema
        self.n, self.first, self.last = n, first, last
        self.kept: list[Kept] = []
        self.did = False
        self.entities = [e for e in self.schema.model.entities if self._has(e)]
        self._net()

    def _has(self, entity: str, op: int | None = None) -> bool:
        sql = (
            "SELECT 1 FROM change"
            " WHERE n BETWEEN ? AND ? AND entity = ? AND step = ? AND op = coalesce(?, op) LIMIT 1"
        )
        return self.c.execute(sql, (self.first, self.last, entity, self.n, op)).fetchone() is not None

    def _ends_are_there(self, entity: str, row: dict[str, Any]) -> bool:
        """Whether all is there that a record goes and comes with."""
        held = {name: v.hex() if isinstance(v, bytes) else v for name, v in row.items()}
        if (
            is_child(self.schema.entity(entity))
            and held.get("parent_entity") not in self.schema.model.entities
        ):
            return False
        return Anchors(self.c, self.schema, entity).hold(held)

    def _net(self) -> None:
        """Temp table `born`: rows the step made and that still exist; `later`: ids changed since."""
        c = self.c
        c.execute("DROP TABLE IF EXISTS temp.born")
        c.execute("DROP TABLE IF EXISTS temp.later")
        c.execute("CREATE TEMP TABLE born(id BLOB PRIMARY KEY, entity TEXT, parent BLOB) WITHOUT ROWID")
        c.execute("CREATE TEMP TABLE later(id BLOB PRIMARY KEY) WITHOUT ROWID")
        for entity in self.entities:
            parent = "t.parent" if is_child(self.schema.entity(entity)) else "NULL"
            was_there = _WAS_THERE if self._has(entity, DELETE) else "0"
            c.execute(
                f"INSERT OR IGNORE INTO temp.born SELECT t.id, '{entity}', {parent} FROM change x"
                f" JOIN {quoted(entity)} t ON t.id = x.id"
                " WHERE x.n BETWEEN :first AND :last AND x.entity = :entity AND x.op = 0 AND x.step = :n"
                f" AND NOT {was_there} ORDER BY x.id",
                {"first": self.first, "last": self.last, "entity": entity, "n": self.n},
            )
        c.execute("CREATE INDEX temp.born_parent ON born(parent)")
        # steps that were taken back whole, and the steps that took them back, changed nothing on balance; that
        # somebody was reminded is no edit
        c.execute(
            "INSERT OR IGNORE INTO temp.later SELECT id FROM change"
            " WHERE n > ? AND n < ? AND coalesce(step, -1) NOT IN ("
            " SELECT s.n FROM step s JOIN step u ON u.n = s.undone_by WHERE s.n > ? AND u.kept IS NULL UNION"
            " SELECT u.n FROM step s JOIN step u ON u.n = s.undone_by WHERE s.n > ? AND u.kept IS NULL UNION"
            " SELECT n FROM step WHERE n > ? AND title = ?)",
            (self.last, self.made.first, self.n, self.n, self.n, NOTED),
        )

    # ---- rows that the step made

    def remove_new(self) -> None:
        """Delete the rows that the step made, but for those edited or needed since."""
        edited = self._edited_since()
        for entity, id in edited:
            self._keep(entity, id, say(N_("It was edited since.")))
        self._spare_what_is_needed()
        for entity in self.entities:
            born = f"SELECT id FROM temp.born WHERE entity = '{entity}'"
            if self.c.execute(f"DELETE FROM {quoted(entity)} WHERE id IN ({born})").rowcount:
                self.did = True

    def _edited_since(self) -> list[tuple[str, bytes]]:
        """Roots among the born that were edited since, in themselves or in a child; taken out of `born`."""
        c = self.c
        found: set[tuple[str, bytes]] = set()
        for id, entity, parent in c.execute(
            "SELECT b.id, b.entity, b.parent FROM temp.later l JOIN temp.born b ON b.id = l.id"
        ).fetchall():
            root = (
                c.execute("SELECT entity, id FROM temp.born WHERE id = ?", (parent,)).fetchone()
                if parent
                else None
            )
            found.add(root or (entity, id))
        for child in self.schema.child_entities():  # a child row added to, or taken from, a new record since
            found.update(
                c.execute(
                    f"SELECT b.entity, b.id FROM temp.born b JOIN {quoted(child.entity)} k ON k.parent = b.id"
                    " JOIN temp.later l ON l.id = k.id WHERE k.id NOT IN (SELECT id FROM temp.born)"
                ).fetchall()
            )
        found.update(
            c.execute(
                "SELECT b.entity, b.id FROM change x JOIN temp.later l ON l.id = x.id"
                " JOIN temp.born b ON b.id = unhex_id(x.data ->> '$.parent')"
                " WHERE x.op = 2 AND x.n > ? AND x.n < ?",
                (self.last, self.made.first),
            ).fetchall()
        )
        for entity, id in found:
            self._spare(entity, id)
        return sorted(found)

    def _spare(self, entity: str, id: bytes) -> None:
        """Take a record out of `born` with its child rows and what goes with it (a person's position)."""
        c = self.c
        c.execute("DELETE FROM temp.born WHERE id = ? OR parent = ?", (id, id))
        for other, f in going.along(self.schema.model, entity):
            mine = f"SELECT id FROM {quoted(other.entity)} WHERE {quoted(f.name)} = ?"
            born = c.execute(f"SELECT id FROM temp.born WHERE id IN ({mine})", (id,)).fetchall()
            for (row,) in born:
                self._spare(other.entity, row)

    def _spare_what_is_needed(self) -> None:
        """Take out of `born` what something that stays points at, until nothing changes any more."""
        c = self.c
        links = [
            (e.entity, f.name, f.to)
            for e in self.schema.model.entities.values()
            for f in columns(e.fields)
            if isinstance(f, Link) and (f.to in self.entities or not f.to)
        ]
        while True:
            needed: set[bytes] = set()
            for entity, name, to in links:
                of = f" WHERE entity = '{to}'" if to else ""
                rows = c.execute(
                    f"SELECT DISTINCT {quoted(name)} FROM {quoted(entity)} WHERE {quoted(name)} IN"
                    f" (SELECT id FROM temp.born{of}) AND id NOT IN (SELECT id FROM temp.born)"
                )
                needed.update(row[0] for row in rows)
            for id in sorted(needed):
                entity = c.execute("SELECT entity FROM temp.born WHERE id = ?", (id,)).fetchone()
                if entity is not None:
                    self._spare(entity[0], id)
                    self._keep(entity[0], id, say(N_("Something that stays still needs it.")))
            if not needed:
                return

    # ---- rows that the step deleted

    def bring_back_deleted(self) -> None:
        """Insert the rows that were there before the step and are not any more, as they were before it.

        Child rows come after the records, and only where what they belong to is there.
        """
        children = [e for e in self.entities if is_child(self.schema.entity(e))]
        roots = [e for e in self.entities if e not in children]
        back = sum(map(self._bring_back, roots)) - self._take_lost(roots)
        back += sum(map(self._bring_back, children))
        self.did = self.did or back > 0

    def _bring_back(self, entity: str) -> int:
        """Those of one entity; how many. A child row only where what it belongs to is there."""
        self._remove_replaced(entity)
        back = 0
        if self._has(entity, DELETE):
            rows = self.c.execute(
                "SELECT id, data, n FROM change x"
                " WHERE n BETWEEN ? AND ? AND entity = ? AND op = 2 AND step = ? AND data ->> '$.erased' IS NULL"
                f" AND id NOT IN (SELECT id FROM {quoted(entity)})"
                " AND NOT EXISTS (SELECT 1 FROM change y WHERE y.id = x.id AND y.n < x.n AND y.n >= ?"
                " AND y.entity = x.entity AND y.op <> 1) ORDER BY n",
                (self.first, self.last, entity, self.n, self.first),
            )
            changed_too = self._has(entity, UPDATE)
            while block := rows.fetchmany(BLOCK * 50):
                there = [(id, json.loads(data)) for id, data, _ in block]
                if changed_too:
                    for (id, data), (_, _, n) in zip(there, block, strict=True):
                        self._turn_back(entity, id, n, data)
                if is_child(self.schema.entity(entity)):
                    there = self._with_parents(entity, there)
                restore_rows(self.made, entity, there)
                back += len(there)
        return back

    def _take_lost(self, roots: Sequence[str]) -> int:
        """Delete again what came back without the record it belongs to; how many."""
        counted = "SELECT count(*) FROM change WHERE n >= ? AND op = 2 AND entity IN (SELECT value FROM json_each(?))"
        asked = (self.made.first, json.dumps(list(roots)))
        before = self.c.execute(counted, asked).fetchone()[0]
        gone, _emptied = going.settle(self.made, roots)
        why = say(N_("What it belongs to was deleted since."))
        for entity, id in gone:
            sql = "SELECT data ->> ? FROM change WHERE id = ? AND op = 2 ORDER BY n DESC LIMIT 1"
            row = self.c.execute(sql, (f"$.{self.schema.entity(entity).title}", id)).fetchone()
            self.kept.append(Kept(entity, id, str(row[0] or "") if row else "", why))
        return int(self.c.execute(counted, asked).fetchone()[0]) - before if gone else 0

    def settle_links(self) -> None:
        """Empty what got back a link to a record that is gone by now."""
        _gone, emptied = going.settle(self.made, self.entities)
        for entity, id, f in emptied:
            self._keep(entity, id, say(N_("Changed since: {fields}."), fields=[f.title]))

    def _remove_replaced(self, entity: str) -> None:
        """Delete the rows that the step made in place of those it deleted under the same id."""
        if not (self._has(entity, INSERT) and self._has(entity, DELETE)):
            return
        rows = self.c.execute(
            "SELECT DISTINCT x.id, x.id IN (SELECT id FROM temp.later) FROM change x"
            " WHERE x.n BETWEEN :first AND :last AND x.entity = :entity AND x.op = 0 AND x.step = :n"
            f" AND x.id IN (SELECT id FROM {quoted(entity)}) AND {_WAS_THERE}",
            {"first": self.first, "last": self.last, "entity": entity, "n": self.n},
        ).fetchall()
        for id, edited in rows:
            if edited:
                self._keep(entity, id, say(N_("It was edited since.")))
            else:
                self.c.execute(f"DELETE FROM {quoted(entity)} WHERE id = ?", (id,))

    def _turn_back(self, entity: str, id: bytes, n: int, data: dict[str, Any]) -> None:
        """Put back in a logged record what the step had changed in it before deleting it."""
        earlier = self.c.execute(
            "SELECT data FROM change WHERE id = ? AND n >= ? AND n < ? AND entity = ? AND op = 1"
            " ORDER BY n DESC",
            (id, self.first, n, entity),
        ).fetchall()
        for (text,) in earlier:
            turn_back(self.schema.entity(entity), data, json.loads(text))

    def _with_parents(self, entity: str, rows: list[Row]) -> list[Row]:
        kept = []
        links = Anchors(self.c, self.schema, entity)
        for id, data in rows:
            if links.hold(data):
                kept.append((id, data))
            else:
                title = data.get(self.schema.entity(entity).title)
                why = say(N_("What it belongs to was deleted since."))
                self.kept.append(Kept(entity, id, str(title or ""), why))
        return kept

    def refuse_what_is_not_allowed(self) -> None:
        """Known when the rights do not reach what taking this step back would write."""
        guard = self.made.guard
        sql = "SELECT DISTINCT id, op, data FROM change WHERE n BETWEEN ? AND ? AND entity = ? AND step = ?"
        for entity in self.entities:
            fields = self.schema.fields(entity)
            for id, op, data in self.c.execute(sql, (self.first, self.last, entity, self.n)).fetchall():
                logged = json.loads(data) if data else {}
                guard.fields(entity, fields.keys() & logged.keys() if op == UPDATE else ())
                values = guard.held(entity, id)
                if not self._ends_are_there(entity, values or logged):
                    continue  # it comes and goes with its record, which is asked about itself
                if op == DELETE and values is None:
                    values = values_of(self.schema, entity, logged)
                if values is not None:
                    guard.record(entity, ("delete", "change", "create")[op], values, id)

    # ---- values that the step changed

    def set_values_back(self) -> None:
        """Put old values back where the value is still the one that the step left."""
        for entity in self.entities:
            folded: dict[bytes, dict[str, list[Any]]] = {}
            sql = (
                "SELECT id, data FROM change WHERE n BETWEEN ? AND ? AND entity = ? AND op = 1 AND step = ?"
                " AND id NOT IN"
                " (SELECT id FROM change WHERE n BETWEEN ? AND ? AND entity = ? AND op <> 1 AND step = ?)"
                " ORDER BY n"
            )
            span = (self.first, self.last, entity, self.n)
            for id, data in self.c.execute(sql, span + span):
                row = folded.setdefault(id, {})
                for name, (old, new) in json.loads(data).items():
                    row.setdefault(name, [old, new])[1] = new
            changes = list(folded.items())
            for start in range(0, len(changes), BLOCK):
                self._set_back(entity, changes[start : start + BLOCK])

    def _set_back(self, entity: str, changes: list[tuple[bytes, dict[str, list[Any]]]]) -> None:
        """Put the old values of some records back, no two changes of the same one."""
        writes: list[tuple[list[str], list[Any], bytes]] = []
        for id, fields, row in self._held(entity, changes):
            if row is None:
                self._keep(entity, id, say(N_("It was deleted since.")))
                continue
            found = self._old_values(entity, id, fields, row)
            if found is None:
                self._keep(entity, id, say(N_("What it belongs to was deleted since.")))
                continue
            sets, values, since = found
            if sets:
                writes.append((sets, values, id))
            if since:
                self._keep(entity, id, say(N_("Changed since: {fields}."), fields=since))
        for sets, same in groupby(writes, key=lambda write: write[0]):
            assigned = ", ".join(f"{quoted(name)} = ?" for name in sets)
            sql = f"UPDATE {quoted(entity)} SET {assigned} WHERE id = ?"
            self.c.executemany(sql, [(*values, id) for _, values, id in same])
        self.did = self.did or bool(writes)

    def _held(
        self, entity: str, changes: list[tuple[bytes, dict[str, list[Any]]]]
    ) -> Iterator[tuple[bytes, dict[str, list[Any]], dict[str, Any] | None]]:
        """Each change with what its record holds now, the custom JSON included; None when it is gone."""
        fields = self.schema.fields(entity)
        wanted = dict.fromkeys(name for _, of in changes for name in of)
        names = [name for name in wanted if name in fields and not fields[name].custom]
        names += ["custom"] if takes_custom(self.schema.entity(entity)) else []
        selected, marks = ", ".join(["id", *map(quoted, names)]), ", ".join("?" * len(changes))
        sql = f"SELECT {selected} FROM {quoted(entity)} WHERE id IN ({marks})"
        rows = self.c.execute(sql, [id for id, _ in changes])
        held = {id: dict(zip(names, row, strict=True)) for id, *row in rows}
        for id, of in changes:
            yield id, of, held.get(id)

    def _old_values(
        self, entity: str, id: bytes, changes: dict[str, list[Any]], now: dict[str, Any]
    ) -> tuple[list[str], list[Any], list[str]] | None:
        """Columns, their values, and titles of the fields that were changed since; None when the record can't
        be what it was."""
        fields = self.schema.fields(entity)
        held = json.loads(now["custom"]) if now.get("custom") else {}
        sets: list[str] = []
        values: list[Any] = []
        since: list[str] = []
        custom = dict(held)
        for name, (old, new) in changes.items():
            f = fields.get(name)
            if f is None or f.custom:  # a custom field, its definition perhaps gone by now
                if held.get(name) != new:
                    since.append(f.title if f else name)
                elif old is None:
                    custom.pop(name, None)
                else:
                    custom[name] = old
                continue
            if now[name] != unlogged(f, new):
                since.append(f.title)
                continue
            old = unlogged(f, old)
            sets += [name, *shadow_columns(f)]
            values += [old, *shadow_values(f, f.unpack(old))]
        if not self._would_hold(entity, id, {name: changes[name][0] for name in sets if name in changes}):
            return None
        if custom != held:
            sets.append("custom")
            values.append(pack_custom(custom))
        return sets, values, since

    def _would_hold(self, entity: str, id: bytes, old: dict[str, Any]) -> bool:
        """Whether a record that gets these old values would belong to something that is there."""
        declared = self.schema.entity(entity)
        anchors = Anchors(self.c, self.schema, entity)
        if not old.keys() & {link.name for link in anchors.links}:
            return True
        return anchors.hold({**logged_now(self.c, declared, id), **old})

    def _keep(self, entity: str, id: bytes, why: Said) -> None:
        self.kept.append(Kept(entity, id, title_of(self.c, self.schema, entity, id), why))
