"""What a person may see, as SQLite itself holds it: on the connections of somebody whose role keeps something back, a
view stands before each table of which they may not see all. Whatever is asked there, by a list, a report, the search
or an export, is asked of what they may see.

A view of SQLite's `temp` schema is found before the table of the same name, and lives with its connection only.
The writer's connection has none: what a step may do is held by `store/guard.py`.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from freecrm.core import derive
from freecrm.core.change import NOTED
from freecrm.core.entity import Entity, columns, is_child, is_place
from freecrm.core.fields import Field, Link
from freecrm.core.rights import PEOPLE, Rights, masked
from freecrm.core.rows import Rows
from freecrm.core.words import N_
from freecrm.store.tables import quoted, shadow_columns, takes_custom

if TYPE_CHECKING:
    from freecrm.core.custom import Schema
    from freecrm.core.module import Model

_BY_INDEX = re.compile(r"\s+INDEXED\s+BY\s+\w+", re.IGNORECASE)


@lru_cache(maxsize=512)
def _without_hints(sql: str) -> str:
    return _BY_INDEX.sub("", sql)


class _Cursor(sqlite3.Cursor):
    """Leaves out hints which index to use: SQLite takes none for a view, and finds one by itself."""

    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        return super().execute(_without_hints(sql) if "INDEXED" in sql else sql, parameters)


class Narrow(sqlite3.Connection):
    """A connection whose tables are seen through views."""

    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = (), /) -> Any:
        return self.cursor().execute(sql, parameters)  # sqlite3's own makes a cursor of its own kind


def closed(schema: Schema, rights: Rights) -> Rights:
    """The rights with all that would tell of what is hidden: what is worked out of it by itself (the main phone of the
    phones, what a customer owes of receivables that may not be seen)."""
    hidden, part = set(rights.hidden), set(rights.masked)
    before = -1
    while before != len(hidden) + len(part):
        before = len(hidden) + len(part)
        for entity in schema.model.entities.values():
            for f in schema.fields(entity.entity).values():
                if f.derived is None or (entity.entity, f.name) in hidden:
                    continue
                told = set(_told_by(schema, entity, f))
                if told & hidden or any(
                    name == "" and rights.scope(of, "see") == "none" for of, name in told
                ):
                    hidden.add((entity.entity, f.name))
                elif told & part and isinstance(f.derived, (derive.First, derive.Either)):
                    part.add((entity.entity, f.name))
    return replace(rights, hidden=frozenset(hidden), masked=frozenset(part))


def _told_by(schema: Schema, entity: type[Entity], f: Field) -> Iterable[tuple[str, str]]:
    """(entity, field) of all that a derived field is worked out of; field "": of the records as such."""
    rule = f.derived
    if isinstance(rule, derive.Net):
        yield entity.entity, rule.start
    if isinstance(rule, derive.Worked):
        yield from ((entity.entity, name) for name in rule.own)
        yield from ((rule.over, name) for name in rule.takes)
    if isinstance(rule, derive.Rolled):
        yield from ((entity.entity, name) for name in rule.own)
        yield from _of_rows(schema, entity, rule.of, rule.takes)
    for part in derive.parts(rule) if rule is not None else ():
        yield from _of_rows(schema, entity, part.of, (getattr(part, "take", ""),))


def _of_rows(
    schema: Schema, entity: type[Entity], of: str, takes: Iterable[str]
) -> Iterable[tuple[str, str]]:
    yield from ((of, name.partition(".")[0]) for name in takes if name)
    if is_child(schema.entity(of)):
        yield from (
            (entity.entity, f.name)
            for f in schema.fields(entity.entity).values()
            if isinstance(f, Rows) and f.of == of
        )
    else:
        yield of, ""


def narrow(connection: sqlite3.Connection, schema: Schema, rights: Rights) -> None:
    """Put the views of these rights on a connection, in place of those it had."""
    connection.create_function("shown_in_part", 1, masked, deterministic=True)
    for (name,) in connection.execute("SELECT name FROM temp.sqlite_master WHERE type = 'view'").fetchall():
        connection.execute(f"DROP VIEW temp.{quoted(name)}")
    if rights.is_whole:
        return
    for sql in views(schema, rights):
        connection.execute(sql)
    log = _Log(connection, schema, rights)
    connection.create_function("in_sight", 2, log.sees)
    connection.create_function("whole_step", 4, log.sees_whole)
    connection.create_function("counts_in_sight", 4, log.counts)


def views(schema: Schema, rights: Rights) -> list[str]:
    """The statements that make the views of these rights; where all may be seen, the table stands for itself."""
    found = []
    made: dict[str, str] = {}
    for entity in schema.model.entities.values():
        if not is_child(entity):
            where = _of_record(schema.model, entity, rights)
            if where:
                made[entity.entity] = where
    closed_rows = _hidden_rows(schema, rights)
    for entity in schema.model.entities.values():
        name = entity.entity
        where = made.get(name, "")
        if is_child(entity):
            where = _of_row(schema, name, made, closed_rows.get(name, ()))
        shown = _columns(schema, entity, rights)
        if where or shown:
            picked = ", ".join(shown) if shown else "*"
            condition = f" WHERE {where}" if where else ""
            found.append(
                f"CREATE TEMP VIEW {quoted(name)} AS SELECT {picked} FROM main.{quoted(name)} t{condition}"
            )
            made.setdefault(name, where)
    return [*found, *_log(schema, rights, {name: where for name, where in made.items() if where})]


def _owned(column: str, rights: Rights, entity: str) -> str:
    owners = rights.owners(entity, "see")
    if owners is None:
        return ""
    if not owners:
        return "0"
    listed = ", ".join(f"x'{id.hex()}'" for id in sorted(owners))
    return f"({column} IS NULL OR {column} IN ({listed}))"


def _of_record(model: Model, entity: type[Entity], rights: Rights) -> str:
    """The condition on a record that stands alone; "" = all may be seen."""
    name = entity.entity
    owners = rights.owners(name, "see")
    if owners is None or name in PEOPLE:
        return ""
    if not owners:
        return "0"
    if entity.owner:
        return _owned(f"t.{quoted(entity.owner)}", rights, name)
    child, link = tie(model, name)
    if not child:
        return ""  # nobody's, so everybody's
    whose = model.entities[model.entities[child].fields[link].to]  # type: ignore[attr-defined]
    listed = ", ".join(f"x'{id.hex()}'" for id in sorted(owners))
    owner = f"w.{quoted(whose.owner)}"
    return (  # at nobody's customers only: everybody's
        f"coalesce((SELECT max({owner} IN ({listed})) FROM main.{quoted(child)} j"
        f" CROSS JOIN main.{quoted(whose.entity)} w ON w.id = j.{quoted(link)}"
        f" WHERE j.parent = t.id AND {owner} IS NOT NULL), 1)"
    )


def tie(model: Model, entity: str) -> tuple[str, str]:
    """The child row and its link that place records of an entity at others (a contact's job at a customer)."""
    for f in model.entities[entity].fields.values():
        child = model.entities.get(getattr(f, "of", ""))
        for link in child.fields.values() if child is not None else ():
            if (
                child is not None
                and isinstance(link, Link)
                and link.required
                and is_place(link, child)
                and model.entities[link.to].owner
            ):
                return child.entity, link.name
    return "", ""


def _hidden_rows(schema: Schema, rights: Rights) -> dict[str, list[str]]:
    """Child entity -> the entities whose rows of it are hidden."""
    found: dict[str, list[str]] = {}
    for entity, name in sorted(rights.hidden):
        f = schema.by_entity.get(entity, {}).get(name)
        if isinstance(f, Rows):
            found.setdefault(f.of, []).append(entity)
    return found


def _of_row(schema: Schema, child: str, made: dict[str, str], hidden: Iterable[str]) -> str:
    """The condition on a row that belongs to a record: that record is seen, and its rows of this kind are not hidden."""
    parts = []
    narrowed = [
        name
        for name, fields in schema.by_entity.items()
        if made.get(name) and any(isinstance(f, Rows) and f.of == child for f in fields.values())
    ]
    if narrowed:
        cases = " ".join(
            f"WHEN '{name}' THEN EXISTS (SELECT 1 FROM temp.{quoted(name)} p WHERE p.id = t.parent)"
            for name in narrowed
        )
        parts.append(f"CASE t.parent_entity {cases} ELSE 1 END")
    listed = ", ".join(f"'{name}'" for name in hidden)
    if listed:
        parts.append(f"coalesce(t.parent_entity, '') NOT IN ({listed})")
    return " AND ".join(parts)


def _columns(schema: Schema, entity: type[Entity], rights: Rights) -> list[str]:
    """What a view shows of each column; nothing when all are shown as they are."""
    name = entity.entity
    part = _masked_rows(schema, entity, rights)
    found, differs = ["n", "id", "seq"], False
    for f in columns(entity.fields):
        own = [f.name, *shadow_columns(f)]
        if (name, f.name) in rights.hidden:
            found += [f"NULL AS {quoted(column)}" for column in own]
            differs = True
        elif (name, f.name) in rights.masked or f.name in part:
            test = part.get(f.name, "1")
            found.append(
                f"CASE WHEN {test} THEN shown_in_part(t.{quoted(f.name)}) ELSE t.{quoted(f.name)} END"
                f" AS {quoted(f.name)}"
            )
            found += [f"CASE WHEN {test} THEN NULL ELSE t.{quoted(c)} END AS {quoted(c)}" for c in own[1:]]
            differs = True
        else:
            found += [quoted(column) for column in own]
    if takes_custom(entity):
        custom = [f.name for f in schema.fields(name).values() if f.custom]
        gone = [key for key in custom if (name, key) in rights.hidden]
        text = "custom"
        for key in gone:
            text = f"json_remove({text}, '$.{key}')"
        for key in (key for key in custom if (name, key) in rights.masked and key not in gone):
            text = (
                f"CASE WHEN json_type({text}, '$.{key}') = 'text' THEN"
                f" json_set({text}, '$.{key}', shown_in_part({text} ->> '$.{key}')) ELSE {text} END"
            )
        differs = differs or text != "custom"
        found.append(f"{text} AS custom" if text != "custom" else "custom")
    found.append("extra")
    return found if differs else []


def _masked_rows(schema: Schema, entity: type[Entity], rights: Rights) -> dict[str, str]:
    """Field of a child row that is shown in part -> in which rows, as a condition."""
    of: dict[str, list[str]] = {}
    for parent, name in sorted(rights.masked):
        f = schema.by_entity.get(parent, {}).get(name)
        if isinstance(f, Rows) and f.of == entity.entity:
            of.setdefault(f.shows, []).append(parent)
    return {
        shows: f"t.parent_entity IN ({', '.join(repr(name) for name in parents)})"
        for shows, parents in of.items()
    }


def _log(schema: Schema, rights: Rights, made: dict[str, str]) -> list[str]:
    """The views before the change log: of what may be seen, without what is hidden."""
    seen = " WHERE in_sight(entity, id)" if made else ""
    data = _log_data(schema, rights)
    found = [
        "CREATE TEMP VIEW change AS SELECT n, step, entity, id, op, base, at,"
        f" {data} AS data FROM main.change{seen}"
    ]
    if made:
        told = f"t.who IS x'{rights.user.hex()}' OR whole_step(t.n, t.first, t.last, t.counts)"
        title = f"CASE WHEN t.title = {literal(NOTED)} OR {told} THEN t.title ELSE {literal(PARTLY)} END"
        found.append(
            f"CREATE TEMP VIEW step AS SELECT t.n, {title} AS title,"
            f" CASE WHEN {told} THEN t.figures ELSE '{{}}' END AS figures, t.at, t.who, t.origin, t.undoes,"
            " t.undone_by, t.first, t.last,"
            f" CASE WHEN {told} THEN t.counts ELSE counts_in_sight(t.n, t.first, t.last, t.counts) END AS counts,"
            f" CASE WHEN {told} THEN t.kept END AS kept, t.hash"
            f" FROM main.step t WHERE t.who = x'{rights.user.hex()}'"
            " OR EXISTS (SELECT 1 FROM main.change c WHERE c.n BETWEEN t.first AND t.last AND c.step = t.n"
            " AND in_sight(c.entity, c.id))"
        )
    return found


PARTLY = N_("Changes that you see in part")
"""What a colleague's step is called for whom some of it is not: its own title would tell of what, and of how much."""

COUNTED = 2000
"""Changes of a step that are looked at one by one; of more it is not said how many may be seen."""


def literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


class _Log:
    """Judges what the change log tells of. A record that was deleted is judged by what it was, and by who deleted it:
    as SQL alone this would name every table some thousand times over."""

    def __init__(self, connection: sqlite3.Connection, schema: Schema, rights: Rights) -> None:
        self.connection, self.schema, self.rights = connection, schema, rights
        self.closed_rows = _hidden_rows(schema, rights)
        self.narrowed = {
            row[0] for row in connection.execute("SELECT name FROM temp.sqlite_master WHERE type = 'view'")
        }

    def _changes(self, n: int, first: int, last: int) -> Iterable[tuple[str, bytes, int]]:
        sql = "SELECT entity, id, op FROM main.change WHERE n BETWEEN ? AND ? AND step = ?"
        return self.connection.execute(sql, (first, last, n))

    def sees_whole(self, n: int, first: int, last: int, counts: str | None) -> bool:
        """Whether all that a step changed may be seen."""
        if not self.narrowed.intersection(json.loads(counts or "{}")):
            return True
        return last - first < COUNTED and all(
            self.sees(of, id) for of, id, _op in self._changes(n, first, last)
        )

    def counts(self, n: int, first: int, last: int, counts: str | None) -> str:
        """How much of a step may be seen, as it keeps its counts; nothing where that is too much to look at."""
        if last - first >= COUNTED:
            return "{}"
        found: dict[str, list[int]] = {}
        for entity, id, op in self._changes(n, first, last):
            if self.sees(entity, id):
                found.setdefault(entity, [0, 0, 0])[op] += 1
        return json.dumps(found)

    def sees(self, entity: str, id: bytes) -> bool:
        """Whether what this id was or is may be seen."""
        if entity not in self.narrowed:
            return True
        c, table = self.connection, quoted(entity)
        if c.execute(f"SELECT 1 FROM temp.{table} WHERE id = ?", (id,)).fetchone() is not None:
            return True
        if c.execute(f"SELECT 1 FROM main.{table} WHERE id = ?", (id,)).fetchone() is not None:
            return False
        gone = c.execute(
            "SELECT x.data, s.who FROM main.change x LEFT JOIN main.step s ON s.n = x.step"
            " WHERE x.id = ? AND x.op = 2 ORDER BY x.n DESC LIMIT 1",
            (id,),
        ).fetchone()
        if gone is None:
            return False
        if gone[1] == self.rights.user and self.rights.owners(entity, "see") != frozenset():
            return True
        declared, was = self.schema.entity(entity), json.loads(gone[0] or "{}")
        if is_child(declared):
            parent, of = was.get("parent"), was.get("parent_entity")
            if of in self.closed_rows.get(entity, ()):
                return False
            return bool(parent) and self.sees(of or "", bytes.fromhex(parent))
        if not declared.owner:
            return False
        owner = was.get(declared.owner)
        return self.rights.reaches(entity, "see", [bytes.fromhex(owner)] if owner else [])


def _log_data(schema: Schema, rights: Rights) -> str:
    """The values of a logged change without what is hidden or shown in part only."""
    gone: dict[str, list[str]] = {}
    for entity, name in sorted(rights.hidden | rights.masked):
        f = schema.by_entity.get(entity, {}).get(name)
        if f is None:
            continue
        if isinstance(f, Rows):
            gone.setdefault(f.of, []).append(f.shows)
        else:
            gone.setdefault(entity, []).extend([name, f"custom.{name}"] if f.custom else [name])
    if not gone:
        return "data"
    cases = " ".join(
        f"WHEN '{entity}' THEN json_remove(data, {', '.join(repr('$.' + name) for name in dict.fromkeys(names))})"
        for entity, names in gone.items()
    )
    return f"CASE entity {cases} ELSE data END"
