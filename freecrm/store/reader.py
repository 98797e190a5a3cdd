"""Reads for screens, exports and the command line, through this thread's own connection.

Lists ask for numbers `n` first (one vector), then for the rows that are painted. The search is
loaded when somebody searches: the first picture does not wait for it.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from freecrm.core.entity import columns, is_child
from freecrm.core.fields import Link
from freecrm.core.query import Query, Sort
from freecrm.core.record import Columns, Record
from freecrm.core.rows import Rows
from freecrm.store import blocks, faults, select
from freecrm.store.blocks import Wanted, column, is_packed, packed
from freecrm.store.tables import quoted, rows_of

if TYPE_CHECKING:
    from freecrm.core.custom import Schema
    from freecrm.core.rights import Rights
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

FOUND_MOST = 5000  # hits of a search that a list is given
PARSED = 20_000  # numbers parsed before other threads get their turn
MANY, SHARE = 2_000, 8  # so many ids, and more than this part of a table: all of it is read


class Reader:
    """Reads with the rights of one person (None: of whoever is signed in)."""

    def __init__(
        self,
        store: Store,
        rights: Rights | None = None,
        step: Step | None = None,
        *,
        for_files: bool = False,
    ) -> None:
        """step: sees what this step under way has written; else what was last committed. for_files: what is read goes
        where it can come back from: links to what may not be seen stay blank, or their words would be taken for a name.
        """
        self.for_files = for_files
        self.store, self.step = store, step
        self.rights = rights if rights is not None else store.rights
        self._read: Callable[[], sqlite3.Connection]
        if step is not None:
            self._read = lambda: step.connection
        elif rights is not None and rights is not store.rights:
            from freecrm.store import sight  # a start that needs it not does not wait for it

            of = self.rights = sight.closed(store.schema, rights)
            self._read = lambda: store.read_as(of)
        else:
            self._read = store.read

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
        if self._glances(query):
            found = [row[0] for row in self._run(query, "glance", limit)]
            if len(found) == limit:
                return found
        return [row[0] for row in self._run(query, "first", limit)]

    def count(self, query: Query) -> int:
        """How many rows a question has. Never on the drawing path."""
        return int(self._run(query, "count").fetchone()[0])

    def is_ready(self, query: Query, shape: str) -> bool:
        """Whether a question needs no compiling first: its SQL is known from an earlier time."""
        if shape == "first" and self._glances(query):
            shape = "glance"
        return select.is_known(self.store, query, self.rights, shape)

    def prepare(self, query: Query, pause: Callable[[], object]) -> None:
        """Have the SQL of a list, in each order that its columns give, before it is asked for.

        pause: called between them. Costs nothing where the file keeps it from an earlier time.
        """
        for name in self.schema.fields(query.entity):
            for down in (False, True):
                select.prepare(self.store, self._read(), replace(query, sort=(Sort(name, down),)))
            pause()

    def is_quick(self, query: Query) -> bool:
        """Whether the first rows cost next to nothing, however long the list is."""
        f = self.schema.fields(query.entity)[query.sort[0].field] if query.sort else None
        if query.words or query.group or (f is not None and len(query.sort) > 1):
            return False
        return self._glances(query) or (query.where is None and (f is None or select.is_walked(f)))

    def _glances(self, query: Query) -> bool:
        return self.rights is None and select.glances(self.store, self._read(), query)

    def numbers_of(self, entity: str, ids: Iterable[bytes]) -> dict[bytes, int]:
        """id -> number of these records, those that are gone left out."""
        found: dict[bytes, int] = {}
        wanted = list(ids)
        for start in range(0, len(wanted), 500):
            block = wanted[start : start + 500]
            marks = ", ".join("?" * len(block))
            sql = f"SELECT id, n FROM {quoted(entity)} WHERE id IN ({marks})"
            found.update(self._read().execute(sql, block))
        return found

    def ids_of(self, entity: str, numbers: Sequence[int]) -> list[bytes]:
        """The ids of these records in the order of the numbers, those that are gone left out."""
        found: dict[int, bytes] = {}
        for start in range(0, len(numbers), 500):
            block = list(numbers[start : start + 500])
            marks = ", ".join("?" * len(block))
            sql = f"SELECT n, id FROM {quoted(entity)} WHERE n IN ({marks})"
            found.update(self._read().execute(sql, block))
        return [found[n] for n in numbers if n in found]

    def version(self) -> int:
        """Changes whenever another connection has written to the file; asking costs microseconds."""
        with faults.told(self.store.path):
            return int(self._read().execute("PRAGMA data_version").fetchone()[0])

    def _found_in_sight(self, entity: str, words: str, numbers: list[int]) -> list[int]:
        """Of what the words found, the records in which they stand in something that this person may see: the search
        index knows all fields."""
        from freecrm.core.matching import match, parse
        from freecrm.store import documents

        if self.rights is None or not documents.is_partly_hidden(self.schema, entity, self.rights.hidden):
            return numbers
        parsed, found = parse(words), []
        for start in range(0, len(numbers), documents.BLOCK):
            ids = self.ids_of(entity, numbers[start : start + documents.BLOCK])
            texts = documents.texts_of(self._read(), self.schema, entity, ids)
            found += [id for id, text in texts.items() if match(parsed, text) is not None]
        kept = set(self.numbers_of(entity, found).values())
        return [n for n in numbers if n in kept]

    def _run(self, query: Query, shape: str, limit: int = 0) -> Any:
        sql, parameters = select.compiled(self.store, query, self.rights, shape)
        return self.execute(sql, parameters, query, limit)

    def execute(self, sql: str, parameters: Sequence[Any], query: Query, limit: int = 0) -> sqlite3.Cursor:
        """Run the compiled SQL of a question, with what its words find and its limit put in."""
        words = ""
        if query.words:
            from freecrm.store import documents, through
            from freecrm.store.search import SearchIndex

            number = documents.entity_number(query.entity)
            hits = SearchIndex(self._read()).find_numbers(query.words, number, FOUND_MOST)
            hits = self._found_in_sight(query.entity, query.words, hits)
            if len(hits) < FOUND_MOST:
                more = through.numbers(self, query.entity, query.words, FOUND_MOST)
                hits += sorted(more.difference(hits), reverse=True)[: FOUND_MOST - len(hits)]
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
        shown = [self.schema.fields(entity)[name] for name in names]
        seen = [f if self._sees(entity, f.name) else None for f in shown]
        columns_ = ["NULL" if f is None or isinstance(f, Rows) else column(f) for f in seen]
        marks = ", ".join("?" * len(numbers))
        unpacking = [
            (at, f.unpack)
            for at, f in enumerate(seen)
            if f is not None and not isinstance(f, Rows) and is_packed(f)
        ]
        found: dict[int, list[Any]] = {}
        ids: dict[bytes, int] = {}
        with faults.told(self.store.path):
            for n, id, *row in self._read().execute(
                f"SELECT {', '.join(['n', 'id', *columns_])} FROM {quoted(entity)} WHERE n IN ({marks})",
                list(numbers),
            ):
                for at, unpack in unpacking:
                    if row[at] is not None:
                        row[at] = unpack(row[at])
                found[n] = row
                ids[id] = n
            for at, f in enumerate(seen):
                if isinstance(f, Link) and f.to:
                    self._titles_into(f, at, found)
                elif isinstance(f, Rows):
                    for id, children in self.children(f, list(ids)).items():
                        found[ids[id]][at] = children
        return found

    def sees(self, entity: str, name: str) -> bool:
        """Whether whoever asks may see a field."""
        return self._sees(entity, name)

    def _sees(self, entity: str, name: str) -> bool:
        return self.rights is None or (entity, name) not in self.rights.hidden

    def _titles_into(self, f: Link, place: int, rows: dict[int, list[Any]]) -> None:
        titles = self.linked(f.to, {row[place] for row in rows.values() if row[place]})
        for row in rows.values():
            row[place] = titles.get(row[place], "") if row[place] else None

    def linked(self, entity: str, ids: set[bytes]) -> dict[bytes, str]:
        """id -> what stands where a link points at the record: what it is called, or that whoever reads may not see it.

        A link that holds anything points at a record: those to what was deleted are empty."""
        found = self.titles(entity, ids)
        if len(found) < len(ids) and not self.for_files and self.keeps_back(entity):
            from freecrm.core.rights import unseen  # one person alone does not wait for it

            found.update(dict.fromkeys(ids - found.keys(), unseen()))
        return found

    def keeps_back(self, entity: str) -> bool:
        """Whether there may be records of this kind that whoever reads may not see."""
        return self.rights is not None and self.rights.owners(entity, "see") is not None

    def titles(self, entity: str, ids: set[bytes]) -> dict[bytes, str]:
        """id -> what the record is called; those that are gone, or may not be seen, are missing."""
        declared = self.schema.entity(entity)
        title, stead = quoted(declared.title), declared.stead
        more = f", {quoted(stead)}" if stead else ""
        rows = self._of_ids(f"SELECT id, {title}{more} FROM {quoted(entity)}", entity, ids)
        if not stead:
            return dict(rows)
        return {
            id: self.schema.title_of(entity, {declared.title: name, stead: other}) for id, name, other in rows
        }

    def _of_ids(self, sql: str, entity: str, ids: set[bytes]) -> Iterator[Any]:
        """The rows with these ids, which stand first in them. Of most of a table they are sorted out of all: finding
        each by itself takes six times as long."""
        c = self._read()
        if len(ids) > MANY:
            (every,) = c.execute(f"SELECT count(*) FROM {quoted(entity)}").fetchone()
            if every < len(ids) * SHARE:
                return (row for row in c.execute(sql) if row[0] in ids)
        return rows_of(c, f"{sql} WHERE id IN (?)", ids)

    def children(self, f: Rows, ids: Sequence[bytes]) -> dict[bytes, list[dict[str, Any]]]:
        """Parent id -> its child rows of one field, primary first, then in order of making."""
        child = self.schema.entity(f.of)
        own = columns(child.fields)
        places = ["id", *(c.name for c in own if c.name != "parent")]
        unpacking = packed(c for c in own if c.name != "parent")
        names = ", ".join([*(quoted(name) for name in places), "parent"])
        order = 'coalesce("primary", 0) DESC, n' if "primary" in child.fields else "n"
        found: dict[bytes, list[dict[str, Any]]] = {}
        for start in range(0, len(ids), 500):
            block = ids[start : start + 500]
            marks = ", ".join("?" * len(block))
            sql = f"SELECT {names} FROM {quoted(f.of)} WHERE parent IN ({marks}) ORDER BY {order}"
            for values in self._read().execute(sql, block):
                # The parent comes last, so that `zip` leaves it out and no list is made for the rest.
                row: dict[str, Any] = dict(zip(places, values, strict=False))
                for name, unpack in unpacking:
                    if row[name] is not None:
                        row[name] = unpack(row[name])
                found.setdefault(values[-1], []).append(row)
        for link in (c for c in own if isinstance(c, Link) and c.to):
            all_rows = [row for rows in found.values() for row in rows]
            titles = self.linked(link.to, {row[link.name] for row in all_rows if row[link.name]})
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
            for row_id, *values in self._read().execute(sql, (id, limit)):
                row = {c.name: c.unpack(v) for c, v in zip(own, values, strict=True)}
                found.append({"id": row_id, **row})
            for name in {row["parent_entity"] for row in found if row["parent_entity"]}:
                titles = self.titles(name, {row["parent"] for row in found if row["parent_entity"] == name})
                for row in found:
                    if row["parent_entity"] == name:
                        row["parent_title"] = titles.get(row["parent"], "")
        return found

    def record(self, entity: str, id: bytes, without: Collection[str] = ()) -> Record | None:
        """One record whole, child rows included; links stay ids (titles under `<name>_title`).

        without: fields that are left out, for a record may have very many notes."""
        return self._record(entity, "id", id, without)

    def by_number(self, entity: str, n: int, without: Collection[str] = ()) -> Record | None:
        """The record with this number."""
        return self._record(entity, "n", n, without)

    def _record(self, entity: str, key: str, value: Any, without: Collection[str]) -> Record | None:
        every = self.schema.fields(entity).values()
        fields = [f for f in every if self._sees(entity, f.name) and f.name not in without]
        plain = [f for f in fields if not isinstance(f, Rows)]
        names = ", ".join(["n", "id", "seq", *(column(f) for f in plain)])
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
                    made.values[f"{f.name}_title"] = self.linked(f.to, {stored}).get(stored, "")
            for f in fields:
                if isinstance(f, Rows):
                    made.values[f.name] = self.children(f, [made.id]).get(made.id, [])
        return made

    def each(self, query: Query, names: Collection[str] | None = None, block: int = 500) -> Iterator[Record]:
        """Every record of a question, whole or with the named fields only."""
        for records in self.blocks(query.entity, self.numbers(query), names, block):
            yield from records

    def blocks(
        self, entity: str, numbers: Sequence[int], names: Collection[str] | None = None, block: int = 500
    ) -> Iterator[list[Record]]:
        """The records of these numbers in their order, some hundred at a time; for exports.

        names: the fields that are read (None = all). Records deleted meanwhile are missing.
        """
        for start in range(0, len(numbers), block):
            yield self._block(entity, "n", numbers[start : start + block], names)

    def in_columns(
        self, entity: str, numbers: Sequence[int], names: Collection[str] | None = None, block: int = 500
    ) -> Iterator[Columns]:
        """The same as `blocks`, column by column."""
        wanted = self._wanted(entity, "n", names)
        known: blocks.Titles = {}
        for start in range(0, len(numbers), block):
            _, ids, _, held = blocks.in_columns(self, wanted, numbers[start : start + block], known)
            yield Columns(ids, held)

    def by_ids(
        self, entity: str, ids: Sequence[bytes], names: Collection[str] | None = None
    ) -> dict[bytes, Record]:
        """Id -> record, whole or with the named fields only; those that are gone are missing."""
        found: dict[bytes, Record] = {}
        for start in range(0, len(ids), 500):
            block = self._block(entity, "id", ids[start : start + 500], names)
            found.update((record.id, record) for record in block)
        return found

    def has_several(self, entity: str, f: Rows) -> bool:
        """Whether any record of the entity has more than one row in this field."""
        sql = f"SELECT 1 FROM {quoted(f.of)} WHERE parent_entity = ? GROUP BY parent HAVING count(*) > 1"
        return self._read().execute(f"{sql} LIMIT 1", (entity,)).fetchone() is not None

    @contextmanager
    def snapshot(self) -> Iterator[int]:
        """All reads inside see one state of the file; gives the number of its latest change."""
        connection = self._read()
        begun = not connection.in_transaction
        with faults.told(self.store.path):
            if begun:
                connection.execute("BEGIN")
            try:
                yield int(connection.execute("SELECT coalesce(max(n), 0) FROM change").fetchone()[0])
            finally:
                if begun and connection.in_transaction:
                    connection.execute("ROLLBACK")

    def _block(
        self, entity: str, key: str, values: Sequence[Any], names: Collection[str] | None
    ) -> list[Record]:
        return blocks.records(self, self._wanted(entity, key, names), values)

    def _wanted(self, entity: str, key: str, names: Collection[str] | None) -> Wanted:
        fields = [
            f
            for f in self.schema.fields(entity).values()
            if (names is None or f.name in names) and self._sees(entity, f.name)
        ]
        return Wanted(entity, key, fields)

    # ---- finding

    def find(self, words: str, limit: int = 20, entities: Sequence[str] = ()) -> list[Found]:
        """The records that `words` finds (UX C2), best first; notes and remarks last."""
        from freecrm.store import documents
        from freecrm.store.search import SearchIndex

        wanted = {documents.entity_number(name): name for name in entities or self.store.model.entities}
        unseen = None if self.rights is None else lambda e, n: self.misses(wanted.get(e), n, words)
        found: dict[tuple[str, int], Found] = {}
        with faults.told(self.store.path):
            only = list(wanted) if entities else None
            hits = SearchIndex(self._read()).find(words, only, limit, skip=unseen)
            self._into(found, [(wanted.get(hit.entity), hit.n, hit.rank) for hit in hits])
            if len(found) < limit:
                texts = SearchIndex(self._read(), long=True).find(words, limit=limit)
                owners = [(*self._owner_of_text(hit.entity, hit.n), hit.rank) for hit in texts]
                self._into(found, [one for one in owners if one[0] in wanted.values()])
        return list(found.values())[:limit]

    def _into(self, found: dict[tuple[str, int], Found], hits: Sequence[tuple[str | None, int, int]]) -> None:
        """Add the records of (entity, number, rank), in this order, that exist and were not there yet."""
        records: dict[tuple[str, int], Record] = {}
        for entity in {name for name, _, _ in hits if name}:
            numbers = [n for name, n, _ in hits if name == entity]
            records.update(((entity, record.n), record) for record in self._block(entity, "n", numbers, None))
        for name, n, rank in hits:
            if name and (name, n) in records and (name, n) not in found:
                found[name, n] = Found(records[name, n], rank)

    def _owner_of_text(self, number: int, n: int) -> tuple[str | None, int]:
        """The record that a long text belongs to: its own, or for a note the one it hangs on."""
        from freecrm.store import documents

        entities = self.store.model.entities.values()
        entity = next((e for e in entities if documents.entity_number(e.entity) == number), None)
        text = documents.long_field(self.schema, entity.entity) if entity is not None else None
        if entity is None or text is None or not self._sees(entity.entity, text.name):
            return None, n
        if not is_child(entity):
            return entity.entity, n
        sql = f"SELECT parent, parent_entity FROM {quoted(entity.entity)} WHERE n = ?"
        row = self._read().execute(sql, (n,)).fetchone()
        if row is None or row[1] not in self.store.model.entities:
            return None, n
        parent = self._read().execute(f"SELECT n FROM {quoted(row[1])} WHERE id = ?", (row[0],)).fetchone()
        return (row[1], parent[0]) if parent else (None, n)

    def misses(self, entity: str | None, n: int, words: str) -> bool:
        """Whether a record that these words found is one that this person does not see, or not for these words."""
        if entity is None:
            return True
        sql = f"SELECT 1 FROM {quoted(entity)} WHERE n = ?"
        return self._read().execute(sql, (n,)).fetchone() is None or not self._found_in_sight(
            entity, words, [n]
        )

    def named(self, entity: str, text: str) -> bytes | None:
        """The id of the record of exactly this name, or None when none or several have it."""
        title = quoted(self.schema.entity(entity).title)
        rows = (
            self._read()
            .execute(f"SELECT id FROM {quoted(entity)} WHERE {title} = ? LIMIT 2", (text,))
            .fetchall()
        )
        return rows[0][0] if len(rows) == 1 else None


class Found:
    """A hit: the record and how well it fits (smaller is better)."""

    __slots__ = ("rank", "record")

    def __init__(self, record: Record, rank: int) -> None:
        self.record, self.rank = record, rank
