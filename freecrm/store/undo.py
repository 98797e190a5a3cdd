"""Undo and redo: new steps that put old values back, made from the change log alone.

A value is put back only where it is still the one the step left; what was edited since stays and
is listed. A record that the step made goes, with its child rows, unless it or a child row was
edited since or something that stays still points at it. Redo is the undo of an undo. Set-based
where rows come and go, so that an import of 100,000 rows is taken back faster than it came.
"""

from __future__ import annotations

import json
import sqlite3
import time
from typing import TYPE_CHECKING, Any

from freecrm.core.change import Kept, Touched
from freecrm.core.entity import columns, is_child
from freecrm.core.fields import Field, Link
from freecrm.core.problems import Known
from freecrm.core.rights import Rights
from freecrm.core.words import N_, Said, say
from freecrm.store import history
from freecrm.store.tables import quoted, shadow_columns, shadow_values, takes_custom
from freecrm.store.writer import BLOCK, Step, pack_custom

if TYPE_CHECKING:
    from freecrm.store.database import Store

DAYS = 90


def undo(store: Store, n: int | None = None, *, rights: Rights | None = None) -> Touched:
    """Take a step back (the latest one of this user when `n` is None); what was touched and kept.

    Known when there is nothing to undo, the step is older than 90 days, already undone, or
    nothing of it can be taken back any more.
    """
    step = history.step(store, n) if n is not None else history.next_undo(store)
    if step is None:
        raise Known(say(N_("There is nothing to undo.")))
    if step.undone:
        raise Known(say(N_("“{title}” has been undone already."), title=step.said))
    if step.origin == "sync":
        raise Known(
            say(
                N_("“{title}” came from a colleague. Open its history and set the values back there."),
                title=step.said,
            )
        )
    age = (time.time() - step.at.timestamp()) / 86400
    if age > DAYS:
        raise Known(
            say(
                N_("“{title}” is {days} days old; undo reaches back {most} days."),
                title=step.said,
                days=int(age),
                most=DAYS,
            )
        )
    return _take_back(store, step.n, N_("Undo: {title}"), "undo", step.said, rights)


def redo(store: Store, *, rights: Rights | None = None) -> Touched:
    """Bring back what the latest undo took; Known when there is nothing to bring back."""
    step = history.next_redo(store)
    if step is None or step.undoes is None:
        raise Known(say(N_("There is nothing to redo.")))
    original = history.step(store, step.undoes)
    title = original.said if original else step.said
    return _take_back(store, step.n, N_("Redo: {title}"), "redo", title, rights)


def _take_back(store: Store, n: int, title: str, origin: str, of: Said, rights: Rights | None) -> Touched:
    with store.step(title, rights=rights, origin=origin, undoes=n, title=of) as made:
        c = made.connection
        first, last, undoes = c.execute("SELECT first, last, undoes FROM step WHERE n = ?", (n,)).fetchone()
        work = _Undo(made, n, first, last)
        work.remove_new()
        work.bring_back_deleted()
        work.set_values_back()
        made.kept = work.kept
        if not work.did:
            why = str(work.kept[0].why) if work.kept else ""
            raise Known(say(N_("“{title}” can no longer be undone. {why}"), title=of, why=why))
        c.execute("UPDATE step SET undone_by = ? WHERE n = ?", (made.n, n))
        if origin == "redo":
            c.execute("UPDATE step SET undone_by = NULL WHERE n = ?", (undoes,))
    assert made.touched is not None
    return made.touched


class _Undo:
    """One step being taken back."""

    def __init__(self, made: Step, n: int, first: int, last: int) -> None:
        self.made, self.c, self.schema = made, made.connection, made.schema
        self.n, self.first, self.last = n, first, last
        self.kept: list[Kept] = []
        self.did = False
        self.entities = [e for e in self.schema.model.entities if self._has(e)]
        self._net()

    def _has(self, entity: str) -> bool:
        sql = "SELECT 1 FROM change WHERE n BETWEEN ? AND ? AND entity = ? AND step = ? LIMIT 1"
        return self.c.execute(sql, (self.first, self.last, entity, self.n)).fetchone() is not None

    def _net(self) -> None:
        """Temp table `born`: rows the step made and that still exist; `later`: ids changed since."""
        c = self.c
        c.execute("DROP TABLE IF EXISTS temp.born")
        c.execute("DROP TABLE IF EXISTS temp.later")
        c.execute("CREATE TEMP TABLE born(id BLOB PRIMARY KEY, entity TEXT, parent BLOB) WITHOUT ROWID")
        c.execute("CREATE TEMP TABLE later(id BLOB PRIMARY KEY) WITHOUT ROWID")
        for entity in self.entities:
            parent = "t.parent" if is_child(self.schema.entity(entity)) else "NULL"
            c.execute(
                f"INSERT OR IGNORE INTO temp.born SELECT t.id, '{entity}', {parent} FROM change x"
                f" JOIN {quoted(entity)} t ON t.id = x.id"
                " WHERE x.n BETWEEN ? AND ? AND x.entity = ? AND x.op = 0 AND x.step = ? ORDER BY x.id",
                (self.first, self.last, entity, self.n),
            )
        c.execute("CREATE INDEX temp.born_parent ON born(parent)")
        # steps that were taken back whole, and the steps that took them back, changed nothing on balance
        c.execute(
            "INSERT OR IGNORE INTO temp.later SELECT id FROM change WHERE n > ? AND n < ? AND coalesce(step, -1) NOT IN ("
            " SELECT s.n FROM step s JOIN step u ON u.n = s.undone_by WHERE s.n > ? AND u.kept IS NULL"
            " UNION SELECT u.n FROM step s JOIN step u ON u.n = s.undone_by WHERE s.n > ? AND u.kept IS NULL)",
            (self.last, self.made.first, self.n, self.n),
        )

    # ---- rows that the step made

    def remove_new(self) -> None:
        """Delete the rows that the step made, but for those edited or needed since."""
        edited = self._edited_since()
        for entity, id in edited:
            self._keep(entity, id, say(N_("It was edited since.")))
        self._spare_what_is_needed()
        for entity in self.entities:
            sql = f"DELETE FROM {quoted(entity)} WHERE id IN (SELECT id FROM temp.born WHERE entity = '{entity}')"
            if self.c.execute(sql).rowcount:
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
        for _entity, id in found:
            c.execute("DELETE FROM temp.born WHERE id = ? OR parent = ?", (id, id))
        return sorted(found)

    def _spare_what_is_needed(self) -> None:
        """Take out of `born` what something that stays points at, until nothing changes any more."""
        c = self.c
        links = [
            (e.entity, f.name, f.to)
            for e in self.schema.model.entities.values()
            for f in columns(e.fields)
            if isinstance(f, Link) and f.to in self.entities
        ]
        while True:
            spared = 0
            for entity, name, to in links:
                rows = c.execute(
                    f"SELECT DISTINCT {quoted(name)} FROM {quoted(entity)} WHERE {quoted(name)} IN"
                    f" (SELECT id FROM temp.born WHERE entity = '{to}') AND id NOT IN (SELECT id FROM temp.born)"
                ).fetchall()
                for (id,) in rows:
                    c.execute("DELETE FROM temp.born WHERE id = ? OR parent = ?", (id, id))
                    self._keep(to, id, say(N_("Something that stays still needs it.")))
                spared += len(rows)
            if not spared:
                return

    # ---- rows that the step deleted

    def bring_back_deleted(self) -> None:
        """Insert the rows that the step deleted, with their old ids and numbers."""
        for entity in self.entities:
            rows = self.c.execute(
                "SELECT id, data FROM change WHERE n BETWEEN ? AND ? AND entity = ? AND op = 2 AND step = ?"
                f" AND id NOT IN (SELECT id FROM {quoted(entity)}) ORDER BY n",
                (self.first, self.last, entity, self.n),
            )
            while block := rows.fetchmany(BLOCK * 50):
                restore_rows(self.made, entity, [(id, json.loads(data)) for id, data in block])
                self.did = True

    # ---- values that the step changed

    def set_values_back(self) -> None:
        """Put old values back where the value is still the one that the step left."""
        for entity in self.entities:
            folded: dict[bytes, dict[str, list[Any]]] = {}
            sql = (
                "SELECT id, data FROM change WHERE n BETWEEN ? AND ? AND entity = ? AND op = 1 AND step = ?"
                " AND id NOT IN (SELECT id FROM change WHERE n BETWEEN ? AND ? AND entity = ? AND op <> 1 AND step = ?)"
                " ORDER BY n"
            )
            span = (self.first, self.last, entity, self.n)
            for id, data in self.c.execute(sql, span + span):
                row = folded.setdefault(id, {})
                for name, (old, new) in json.loads(data).items():
                    row.setdefault(name, [old, new])[1] = new
            for id, fields in folded.items():
                self._set_back(entity, id, fields)

    def _set_back(self, entity: str, id: bytes, changes: dict[str, list[Any]]) -> None:
        fields = self.schema.fields(entity)
        custom_too = takes_custom(self.schema.entity(entity))
        names = [name for name in changes if name in fields and not fields[name].custom]
        selected = ", ".join(["id", *(quoted(n) for n in names), *(["custom"] if custom_too else [])])
        row = self.c.execute(f"SELECT {selected} FROM {quoted(entity)} WHERE id = ?", (id,)).fetchone()
        if row is None:
            self._keep(entity, id, say(N_("It was deleted since.")))
            return
        now = dict(zip(names, row[1:], strict=False))
        held = json.loads(row[-1]) if custom_too and row[-1] else {}
        sets: list[str] = []
        values: list[Any] = []
        since: list[str] = []
        custom = dict(held)
        for name, (old, new) in changes.items():
            f = fields.get(name)
            if name not in now:  # a custom field, its definition perhaps gone by now
                if held.get(name) != new:
                    since.append(f.title if f else name)
                elif old is None:
                    custom.pop(name, None)
                else:
                    custom[name] = old
                continue
            assert f is not None
            if now[name] != unlogged(f, new):
                since.append(f.title)
                continue
            old = unlogged(f, old)
            sets += [name, *shadow_columns(f)]
            values += [old, *shadow_values(f, f.unpack(old))]
        if custom != held:
            sets.append("custom")
            values.append(pack_custom(custom))
        if sets:
            assigned = ", ".join(f"{quoted(name)} = ?" for name in sets)
            self.c.execute(f"UPDATE {quoted(entity)} SET {assigned} WHERE id = ?", (*values, id))
            self.did = True
        if since:
            self._keep(entity, id, say(N_("Changed since: {fields}."), fields=since))

    def _keep(self, entity: str, id: bytes, why: Said) -> None:
        self.kept.append(Kept(entity, id, title_of(self.c, self.schema, entity, id), why))


def title_of(connection: sqlite3.Connection, schema: Any, entity: str, id: bytes) -> str:
    """What a record is called; a child row by its parent too."""
    declared = schema.entity(entity)
    f = schema.fields(entity)[declared.title]
    row = connection.execute(f"SELECT {quoted(f.name)} FROM {quoted(entity)} WHERE id = ?", (id,)).fetchone()
    return f.show(f.unpack(row[0])) if row else ""


def unlogged(f: Field, value: Any) -> Any:
    """A value as the log keeps it -> as the table holds it."""
    if f.column == "BLOB":
        return bytes.fromhex(value) if value else None
    return value


def restore_rows(made: Step, entity: str, rows: list[tuple[bytes, dict[str, Any]]]) -> None:
    """Insert deleted rows from their logged records, with their old ids and numbers."""
    fields = [f for f in columns(made.schema.entity(entity).fields) if f.derived is None]
    custom = takes_custom(made.schema.entity(entity))
    names = (
        [f.name for f in fields]
        + [s for f in fields for s in shadow_columns(f)]
        + (["custom"] if custom else [])
    )
    marks = ", ".join("?" * (len(names) + 2))
    sql = f"INSERT INTO {quoted(entity)}(n, id, {', '.join(quoted(n) for n in names)}) VALUES ({marks})"
    block = []
    for id, data in rows:
        packed = [unlogged(f, data.get(f.name)) for f in fields]
        shadows = [
            v for f, value in zip(fields, packed, strict=True) for v in shadow_values(f, f.unpack(value))
        ]
        own = [pack_custom(data["custom"] or {})] if custom else []
        block.append((data["n"], id, *packed, *shadows, *own))
    made.connection.executemany(sql, block)


def restore(store: Store, entity: str, id: bytes, *, rights: Rights | None = None) -> Touched:
    """Bring a deleted record back from the recycle bin, with the child rows deleted with it."""
    found = history.deletion(store, entity, id)
    if found is None:
        raise Known(say(N_("This record is not in the recycle bin.")))
    step, title = found
    with store.step(N_("Restore {title}"), rights=rights, title=title) as made:
        c = made.connection
        key = id.hex().upper()
        for name in store.model.entities:
            links = [
                f.name
                for f in columns(store.model.entities[name].fields)
                if isinstance(f, Link) and f.required
            ]
            mine = " OR ".join(["x.id = :id", *(f"x.data ->> '$.{link}' = :key" for link in links)])
            rows = c.execute(
                "SELECT x.id, x.data FROM change x JOIN step s ON s.n = :step"
                " WHERE x.n BETWEEN s.first AND s.last"
                f" AND x.entity = :entity AND x.op = 2 AND ({mine})"
                f" AND x.id NOT IN (SELECT id FROM {quoted(name)}) ORDER BY x.n",
                {"step": step, "entity": name, "id": id, "key": key},
            ).fetchall()
            if rows:
                restore_rows(made, name, [(row_id, json.loads(data)) for row_id, data in rows])
    assert made.touched is not None
    return made.touched
