"""Reads for screens, exports and the command line, through this thread's own connection.

Lists ask for numbers `n` first (one vector), then for the rows that are painted.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from freecrm.core.entity import columns
from freecrm.core.fields import Field, Link, Rows
from freecrm.core.query import Query, Sort
from freecrm.core.record import Record
from freecrm.core.rights import Rights
from freecrm.store import documents, faults, select
from freecrm.store.search import SearchIndex
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.core.custom import Schema
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

PARSED = 20_000  # numbers parsed before other threads get their turn


class Reader:
    """Reads with the rights of one person (None = everything)."""

    def __init__(
        self, store: Store, rights: Rights | None = None, step: Step | None = None
    ) -> None:
        """step: sees what this step under way has written; else what was last committed."""
        self.store, self.rights, self.step = store, rights, step
        self._read = store.read if step is None else lambda: step.connection

    @property
    def schema(self) -> Schema:
        """The fields as they are now, those that the step under way has added included."""
        return self.store.schema if self.step is None else self.step.schema

    def connection(self) -> sqlite3.Connection:
        """The connection that this reader reads through."""
        return self._read()

    # ---- which rows

    def numbers(self, query: Query) -> array[int]:
        """The numbers of all rows of a question, in order. One SQL step that holds no lock."""
        text = self._run(query, "vector").fetchone()[0]
        found = array("q")
        if not text:
            return found
        start, step = 0, PARSED * 8
        while start < len(text):
            end = text.find(",", start + step)
            end = len(text) if end < 0 else end
            found.extend(map(int, text[start:end].split(",")))
            start = end + 1
        return found

    def first(self, query: Query, limit: int) -> list[int]:
        """The first `limit` numbers of a question."""
        return [row[0] for row in self._run(query, "first", limit)]

    def count(self, query: Query) -> int:
        """How many rows a question has. Never on the drawing path."""
        return int(self._run(query, "count").fetchone()[0])

    def is_ready(self, query: Query, shape: str) -> bool:
        """Whether a question needs no compiling first: its SQL is known from an earlier time."""
        return select.is_known(self.store, query, self.rights, shape)

    def numbers_of(self, entity: str, ids: Iterable[bytes]) -> dict[bytes, int]:
        """id -> number of these records, those that are gone left out."""
        found: dict[bytes, int] = {}
        wanted = list(ids)
        for start in range(0, len(wanted), 500):
            block = wanted[start : start + 500]
            marks = ", ".join("?" * len(block))
            sql = f"SELECT id, n FROM {quoted(entity)} WHERE id IN ({marks})"
            found.update(self.store.read().execute(sql, block))
        return found

    def version(self) -> int:
        """Changes whenever another connection has written to the file; asking costs microseconds."""
        with faults.told(self.store.path):
            return int(self.store.read().execute("PRAGMA data_version").fetchone()[0])

    def _run(self, query: Query, shape: str, limit: int = 0) -> Any:
        sql, parameters = select.compiled(self.store, query, self.rights, shape)
        words = ""
        if query.words:
            hits = SearchIndex(self._read()).find_numbers(
                query.words, documents.entity_number(query.entity)
            )
            words = json.dumps(hits)
        special = {"\0words_": words, "\0limit_": limit}
        with faults.told(self.store.path):
            return self._read().execute(
                sql, [special[p] if isinstance(p, str) and p in special else p for p in parameters]
            )

    # ---- their values

    def rows(self, entity: str, numbers: Sequence[int], names: Sequence[str]) -> dict[int, list[Any]]:
        """n -> values of the named fields as people know them: links as titles, child rows as lists.

        Deleted rows are missing. Meant for a window of some hundred rows.
        """
        fields = [self.schema.fields(entity)[name] for name in names if self._sees(entity, name)]
        found: dict[int, list[Any]] = {}
        ids: dict[bytes, int] = {}
        selected = [f for f in fields if not isinstance(f, Rows)]
        sql_names = ", ".join(["n", "id", *(_column(f) for f in selected)])
        marks = ", ".join("?" * len(numbers))
        place = {f.name: i for i, f in enumerate(fields)}
        with faults.told(self.store.path):
            for n, id, *values in self._read().execute(
                f"SELECT {sql_names} FROM {quoted(entity)} WHERE n IN ({marks})", list(numbers)
            ):
                row: list[Any] = [None] * len(fields)
                for f, value in zip(selected, values, strict=True):
                    row[place[f.name]] = f.unpack(value)
                found[n] = row
                ids[id] = n
            for f in fields:
                if isinstance(f, Link) and f.to:
                    self._titles_into(f, place[f.name], found)
                elif isinstance(f, Rows):
                    for id, children in self.children(f, list(ids)).items():
                        found[ids[id]][place[f.name]] = children
        return found

    def _sees(self, entity: str, name: str) -> bool:
        return self.rights is None or (entity, name) not in self.rights.hidden

    def _titles_into(self, f: Link, place: int, rows: dict[int, list[Any]]) -> None:
        titles = self.titles(f.to, {row[place] for row in rows.values() if row[place]})
        for row in rows.values():
            row[place] = titles.get(row[place], "") if row[place] else None

    def titles(self, entity: str, ids: set[bytes]) -> dict[bytes, str]:
        """id -> what the record is called."""
        found: dict[bytes, str] = {}
        title = quoted(self.schema.entity(entity).title)
        wanted = list(ids)
        for start in range(0, len(wanted), 500):
            block = wanted[start : start + 500]
            marks = ", ".join("?" * len(block))
            found.update(
                self._read().execute(
                    f"SELECT id, {title} FROM {quoted(entity)} WHERE id IN ({marks})", block
                )
            )
        return found

    def children(self, f: Rows, ids: Sequence[bytes]) -> dict[bytes, list[dict[str, Any]]]:
        """Parent id -> its child rows of one field, primary first, then in order of making."""
        child = self.schema.entity(f.of)
        own = columns(child.fields)
        names = ", ".join(["parent", "id", *(quoted(c.name) for c in own)])
        order = 'coalesce("primary", 0) DESC, n' if "primary" in child.fields else "n"
        found: dict[bytes, list[dict[str, Any]]] = {}
        for start in range(0, len(ids), 500):
            block = ids[start : start + 500]
            marks = ", ".join("?" * len(block))
            sql = f"SELECT {names} FROM {quoted(f.of)} WHERE parent IN ({marks}) ORDER BY {order}"
            for parent, id, *values in self._read().execute(sql, block):
                row: dict[str, Any] = {"id": id}
                row.update(
                    {c.name: c.unpack(v) for c, v in zip(own, values, strict=True) if c.name != "parent"}
                )
                found.setdefault(parent, []).append(row)
        for link in (c for c in own if isinstance(c, Link) and c.to):
            all_rows = [row for rows in found.values() for row in rows]
            titles = self.titles(link.to, {row[link.name] for row in all_rows if row[link.name]})
            for row in all_rows:
                row[f"{link.name}_title"] = titles.get(row[link.name], "")
        return found

    def pointing(self, child: str, link: str, id: bytes, limit: int = 50) -> list[dict[str, Any]]:
        """Child rows whose `link` is this record (the jobs at a customer), primary first.

        Each with "id", "parent", "parent_entity" and "parent_title": what it belongs to.
        """
        entity = self.schema.entity(child)
        own = columns(entity.fields)
        names = ", ".join(["id", *(quoted(c.name) for c in own)])
        order = 'coalesce("primary", 0) DESC, n' if "primary" in entity.fields else "n"
        sql = f"SELECT {names} FROM {quoted(child)} WHERE {quoted(link)} = ? ORDER BY {order} LIMIT ?"
        found: list[dict[str, Any]] = []
        with faults.told(self.store.path):
            for row_id, *values in self.store.read().execute(sql, (id, limit)):
                row = {c.name: c.unpack(v) for c, v in zip(own, values, strict=True)}
                found.append({"id": row_id, **row})
            for name in {row["parent_entity"] for row in found if row["parent_entity"]}:
                titles = self.titles(name, {row["parent"] for row in found if row["parent_entity"] == name})
                for row in found:
                    if row["parent_entity"] == name:
                        row["parent_title"] = titles.get(row["parent"], "")
        return found

    def record(self, entity: str, id: bytes) -> Record | None:
        """One record whole, child rows included; links stay ids (titles under `<name>_title`)."""
        return self._record(entity, "id", id)

    def by_number(self, entity: str, n: int) -> Record | None:
        """The record with this number."""
        return self._record(entity, "n", n)

    def _record(self, entity: str, key: str, value: Any) -> Record | None:
        fields = [f for f in self.schema.fields(entity).values() if self._sees(entity, f.name)]
        plain = [f for f in fields if not isinstance(f, Rows)]
        names = ", ".join(["n", "id", "seq", *(_column(f) for f in plain)])
        with faults.told(self.store.path):
            row = (
                self._read()
                .execute(f"SELECT {names} FROM {quoted(entity)} WHERE {key} = ?", (value,))
                .fetchone()
            )
            if row is None:
                return None
            made = Record(entity, row[1], row[0], seq=row[2])
            for f, stored in zip(plain, row[3:], strict=True):
                made.values[f.name] = f.unpack(stored)
                if isinstance(f, Link) and f.to and stored:
                    made.values[f"{f.name}_title"] = self.titles(f.to, {stored}).get(stored, "")
            for f in fields:
                if isinstance(f, Rows):
                    made.values[f.name] = self.children(f, [made.id]).get(made.id, [])
        if self.rights is not None:
            owners = self.rights.owners(entity, "see")
            link = self.schema.entity(entity).owner
            if owners is not None and (not link or made.values.get(link) not in owners):
                return None
        return made

    def each(self, query: Query, block: int = 500) -> Iterator[Record]:
        """Every record of a question, whole; for exports."""
        numbers = self.numbers(query)
        for start in range(0, len(numbers), block):
            yield from self._block(query.entity, numbers[start : start + block])

    def _block(self, entity: str, numbers: Sequence[int]) -> list[Record]:
        fields = [f for f in self.schema.fields(entity).values() if self._sees(entity, f.name)]
        plain = [f for f in fields if not isinstance(f, Rows)]
        names = ", ".join(["n", "id", "seq", *(_column(f) for f in plain)])
        marks = ", ".join("?" * len(numbers))
        made: dict[int, Record] = {}
        for n, id, seq, *values in self._read().execute(
            f"SELECT {names} FROM {quoted(entity)} WHERE n IN ({marks})", list(numbers)
        ):
            found = {f.name: f.unpack(v) for f, v in zip(plain, values, strict=True)}
            made[n] = Record(entity, id, n, found, seq)
        for f in fields:
            if isinstance(f, Rows):
                held = self.children(f, [r.id for r in made.values()])
                for record in made.values():
                    record.values[f.name] = held.get(record.id, [])
            elif isinstance(f, Link) and f.to:
                titles = self.titles(f.to, {r.values[f.name] for r in made.values() if r.values[f.name]})
                for record in made.values():
                    record.values[f"{f.name}_title"] = titles.get(record.values[f.name], "")
        return [made[n] for n in numbers if n in made]

    # ---- finding

    def find(self, words: str, limit: int = 20, entities: Sequence[str] = ()) -> list[Found]:
        """The records that `words` finds (UX C2), best first; notes and remarks last."""
        wanted = {documents.entity_number(name): name for name in entities or self.store.model.entities}
        index = SearchIndex(self._read())
        hits = index.find(words, entities=list(wanted) if entities else None, limit=limit)
        found = []
        for hit in hits:
            name = wanted.get(hit.entity)
            record = self.by_number(name, hit.n) if name else None
            if record is not None:
                found.append(Found(record, hit.rank))
        return found

    def named(self, entity: str, text: str) -> bytes | None:
        """The id of the record of exactly this name, or None when none or several have it."""
        title = quoted(self.schema.entity(entity).title)
        rows = (
            self._read()
            .execute(f"SELECT id FROM {quoted(entity)} WHERE {title} = ? LIMIT 2", (text,))
            .fetchall()
        )
        return rows[0][0] if len(rows) == 1 else None

    def list_query(self, entity: str, sort: str = "", words: str = "") -> Query:
        """The question behind a list: all rows in the order of `sort` ("-field" = down)."""
        order = (Sort(sort.lstrip("-"), sort.startswith("-")),) if sort else ()
        return Query(entity, None, order, words)


class Found:
    """A hit: the record and how well it fits (smaller is better)."""

    __slots__ = ("rank", "record")

    def __init__(self, record: Record, rank: int) -> None:
        self.record, self.rank = record, rank


def _column(f: Field) -> str:
    return f"custom ->> '$.{f.name}'" if f.custom else quoted(f.name)
