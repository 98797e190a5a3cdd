"""The one door: every write of form, import, undo and sync ends in a `Step`.

It checks rights and values' shape, gives ids and numbers, keeps shadow columns, derived fields
and the search index, counts and seals what the triggers logged, and commits once.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from freecrm.core.change import Kept, Touched
from freecrm.core.entity import is_child
from freecrm.core.fields import Field, Link
from freecrm.core.jobs import Progress
from freecrm.core.numbering import facts_of
from freecrm.core.problems import Bug, Known
from freecrm.core.record import check_values
from freecrm.core.rights import Rights
from freecrm.core.rows import Rows
from freecrm.core.words import to_plain
from freecrm.store import (
    bonds,
    deal_lines,
    deal_moves,
    derive,
    documents,
    elements,
    going,
    ledgers,
    many,
    next_steps,
    numbering,
    order_bills,
    order_door,
    plans,
    prices,
    receivable_door,
    sent_quotes,
    sharing,
    stated,
    trees,
)
from freecrm.store.guard import Guard
from freecrm.store.seal import chain_hash
from freecrm.store.search import SearchIndex
from freecrm.store.span import Span, counted
from freecrm.store.tables import pack_custom, quoted, shadow_columns, shadow_makers, shadow_values

if TYPE_CHECKING:
    from freecrm.store.database import Store

BLOCK = 100  # rows of one INSERT: SQLite keeps one statement journal a statement, which is what costs
SCHEMA = frozenset({"custom_field", "pick_option"})
"""Entities whose records change the schema of the file."""
UNCHECKED = ("undo", "redo", "sync")  # these bring values that were checked when they were written
FEW = 100  # changes that are followed up as they come
LISTED = 5_000  # more touched ids than this are told as "many"


class Step:
    """What may be done inside `with store.step(...)`. Ids are 16 bytes, values as the fields keep them."""

    def __init__(
        self,
        store: Store,
        title: str,
        figures: dict[str, Any],
        *,
        rights: Rights | None = None,
        origin: str = "user",
        undoes: int | None = None,
    ) -> None:
        self.store, self.schema, self.title, self.figures = store, store.schema, title, figures
        self.rights, self.origin, self.undoes = rights, origin, undoes
        self.kept: list[Kept] = []
        self.ready = documents.Ready()
        self.restored = False  # rows came back with their old numbers
        self.moves = False  # records are made one: what was said of them stays as it was
        self.corrects = origin != "import"  # a stated day takes the place of an earlier statement
        self.lasting = False  # to be kept as a step though it changes no record
        self.indexed_later = False  # search documents are made by `indexing.catch_up` once more has come
        self.carried = False  # what else was written in this transaction stays though no record changed
        self.who = store.user
        self.asked = False  # whoever moves deals has asked for what their new stage needs
        self.touched: Touched | None = None
        self._numbers: dict[str, numbering.Numbers | None] = {}
        self.progress: Progress | None = None  # told of deleting and indexing, asked until the step is sealed
        self._connection = store.write()
        self.guard = Guard(self._connection, self.schema, rights)
        self.n = 0

    # ---- the transaction

    def begin(self) -> None:
        """Open the transaction and tell the triggers which step this is."""
        c = self._connection
        c.execute("BEGIN IMMEDIATE")
        try:
            self._begun(c)
        except BaseException:
            self.abandon()
            raise

    def _begun(self, c: sqlite3.Connection) -> None:
        self.n = c.execute("SELECT coalesce(max(n), 0) + 1 FROM step").fetchone()[0]
        self.first = c.execute("SELECT coalesce(max(n), 0) + 1 FROM change").fetchone()[0]
        self.at = time.time_ns() // 1_000_000
        self._number = self._number_before = c.execute(
            "SELECT value FROM counter WHERE name = 'n'"
        ).fetchone()[0]
        c.execute("UPDATE door SET step = ?, at = ?", (self.n, self.at))

    def end(self) -> Touched:
        """Derive, index, seal, commit; what was touched."""
        c = self._connection
        counts = counted(c, self.first)
        if not counts and not self.kept and not self.lasting:
            if self.carried:
                c.execute("UPDATE door SET step = NULL, at = NULL")
                self._keep_number()
            c.execute("COMMIT" if self.carried else "ROLLBACK")
            self.touched = Touched(None, {})
            return self.touched
        self.guard.rights = None  # what follows is done by rule, not by whoever opened this step
        if self.minds and order_door.fill(self, counts):
            counts = counted(c, self.first)
        if self.origin != "sync":  # what came from the server was put in order there, for all alike
            trees.refuse_loops(c, self.store.model, self.first, set(counts))
            ledgers.refuse_overdrawn(c, self.schema, self.first, set(counts))
            back = self.origin in ("undo", "redo")
            sent_quotes.refuse(c, self.schema, self.first, set(counts), back=back)
            order_door.refuse(c, self.schema, self.first, set(counts))
            receivable_door.refuse(c, self.schema, self.first, counts)
            placed = self.origin in ("user", "import") and not self.moves
            bonds.refuse(c, self.store.model, self.first, set(counts), placed=placed)
        if self.minds and any(
            [
                plans.follow(self, counts),
                deal_lines.follow(self, counts),
                deal_moves.follow(self, counts),
                sharing.follow(self, counts),
                order_bills.follow(self, counts),
                receivable_door.follow(self, counts),
            ]
        ):
            counts = counted(c, self.first)
        fresh = None if self.restored else self._number_before
        span = Span(self.first, counts, fresh, self._is_exact(counts))
        self._go_on()
        changed = derive.run(c, self.store.model, span)
        self._go_on()
        if SCHEMA & counts.keys():
            self.schema = self.guard.schema = self.store.read_schema(c)
        if not self.indexed_later:
            documents.refresh(c, self.schema, span, self.ready, self.next_number, self.progress)
        self._go_on()
        if self.progress is not None:
            self.progress.fixed = True  # what follows is one piece
        last = c.execute("SELECT coalesce(max(n), 0) FROM change").fetchone()[0]
        if self.indexed_later:
            from freecrm.store import indexing  # only a first exchange needs it

            indexing.postpone(c, self.first, last, self._number_before)
        self._seal(last, counts)
        c.execute("UPDATE door SET step = NULL, at = NULL")
        for numbers in self._numbers.values():
            if numbers is not None:
                numbers.write(c)
        self._keep_number()
        ids = self._touched_ids(counts, changed)
        c.execute("COMMIT")
        self.touched = Touched(self.n, ids, tuple(self.kept), counts)
        return self.touched

    def _keep_number(self) -> None:
        if self._number != self._number_before:
            self._connection.execute("UPDATE counter SET value = ? WHERE name = 'n'", (self._number,))

    def _go_on(self) -> None:
        """Cancelled when the user has stopped the work."""
        if self.progress is not None:
            self.progress.check()

    def abandon(self) -> None:
        """Leave the file as it was before the step."""
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):  # the disk is gone: SQLite rolls back when the file is next opened
                self._connection.execute("ROLLBACK")

    def next_number(self) -> int:
        """A row number never used before in this file."""
        self._number += 1
        return int(self._number)

    @property
    def connection(self) -> sqlite3.Connection:
        """The writer's connection, for undo and other parts of the store. Nobody else uses it."""
        return self._connection

    # ---- writing single records

    def insert(self, entity: str, values: dict[str, Any], *, id: bytes | None = None) -> bytes:
        """Add one record with its child rows; its id.

        Known when a needed value is missing, a value is refused or the rights do not reach.
        """
        values = self.whole(entity, values)
        if is_child(self.schema.entity(entity)) and self.origin != "sync":
            if not values.get("parent_entity"):
                raise Bug(f"a row of {entity} needs parent_entity")
            self.guard.there(values["parent_entity"], values["parent"])
        self.guard.record(entity, "create", values)
        if self.minds:
            numbering.refuse_taken(self._connection, self.schema.entity(entity), values, sees=self.guard.sees)
            self._number_new(entity, values)
            receivable_door.fill(entity, values)
            prices.fill(self, entity, values)
        return self.insert_whole(entity, values, id)

    def whole(self, entity: str, values: dict[str, Any]) -> dict[str, Any]:
        """The values of a new record, checked, with what is filled in by itself."""
        self._known_names(entity, values, new=True)
        fields = self.schema.fields(entity)
        values = {**{f.name: f.default for f in fields.values() if f.default is not None}, **values}
        self._check(entity, values, new=True)
        return values

    @property
    def minds(self) -> bool:
        """Whether numbers are given and doubles refused: what comes back or comes from elsewhere has its own."""
        return self.origin not in ("undo", "redo", "sync")

    def _number_new(self, entity: str, values: dict[str, Any]) -> None:
        """Give a new record the numbers that the firm's rules give, where it has none."""
        for f in numbering.ruled(self.schema.entity(entity)):
            if values.get(f.name) in (None, ""):
                numbers = self._numbers_of(f)
                if numbers is not None:
                    values[f.name] = numbers.next(facts_of(values))

    def _numbers_of(self, f: Field) -> numbering.Numbers | None:
        key = numbering.key_of(f)
        if key not in self._numbers:
            rule = numbering.rule_of(self._connection, f)
            made = numbering.Numbers(self._connection, f, rule) if rule is not None else None
            self._numbers[key] = made
        return self._numbers[key]

    def insert_whole(self, entity: str, values: dict[str, Any], id: bytes | None = None) -> bytes:
        names, row = self.row_of(entity, values)
        id = id or elements.ids(self._connection, self.schema.entity(entity), names, [row])[0]
        self.insert_rows(entity, names, [(self.next_number(), id, *row)])
        for f in self.schema.fields(entity).values():
            if isinstance(f, Rows):
                for child in values.get(f.name) or ():
                    given = {k: v for k, v in self.child_values(f, child).items() if k != "id"}
                    self.insert_whole(
                        f.of, self.whole(f.of, {**given, "parent": id, "parent_entity": entity})
                    )
            elif f.stated is not None and values.get(f.name) is not None:
                stated.state(self, f, [(id, values[f.name])], new=True)
            elif f.moves and values.get(f.name) is not None:
                next_steps.move(self, f, [(id, values[f.name])], alone=True)
        self._schema_may_change(entity)
        return id

    def update(self, entity: str, id: bytes, values: dict[str, Any]) -> bool:
        """Change fields of one record; False when nothing differs. A list of child rows replaces them."""
        return bool(self.update_block(entity, [(id, values)]))

    def update_many(self, entity: str, changes: Sequence[many.Change]) -> int:
        """The same for many records, block by block; how many differ now."""
        blocks = range(0, len(changes), many.BLOCK)
        return sum(len(self.update_block(entity, changes[at : at + many.BLOCK])) for at in blocks)

    def _shares(self, entity: str, changes: Sequence[many.Change]) -> bool:
        """Whether several records get a value that only one may have."""
        fields = self.schema.fields(entity)
        names = {name for _id, values in changes for name in values if name in fields}
        return len(changes) > 1 and self.minds and any(fields[name].unique for name in names)

    def update_block(self, entity: str, changes: Sequence[many.Change]) -> set[bytes]:
        """The same for a few hundred at a time; the ids of those that differ now."""
        if len({id for id, _ in changes}) < len(changes) or self._shares(entity, changes):
            # a later change needs what an earlier one did
            return {id for id, values in changes if self.update(entity, id, values)}
        block = many.Block(self, entity, changes)
        self._known_names(entity, block.names)
        if self.origin not in UNCHECKED:
            many.check(block.fields, changes)
        changed = block.write()
        self._schema_may_change(entity)
        return changed

    def delete(self, entity: str, id: bytes) -> None:
        """Remove one record, its child rows and what goes with it (a position in that firm)."""
        ledgers.refuse_change(self.schema, entity)
        self.guard.record(entity, "delete", self.guard.there(entity, id), id)
        self.delete_ids(entity, [id])

    def delete_many(self, entity: str, ids: Sequence[bytes]) -> None:
        """Remove many records with all that belongs to them. Sample data and merges go through here, so lines of
        a ledger may be among them; the balance of whoever stays is held all the same."""
        for id in ids if self.rights is not None else ():
            self.guard.record(entity, "delete", self.guard.there(entity, id), id)
        self.delete_ids(entity, ids)

    # ---- writing many records

    def insert_many(
        self,
        entity: str,
        names: Sequence[str],
        rows: Sequence[Sequence[Any]],
        *,
        ids: Sequence[bytes] | None = None,
        shadows: Sequence[Sequence[Any]] | None = None,
        indexed: bool = False,
    ) -> list[int]:
        """Add many rows as one block; their numbers.

        names: columns, "custom" among them as packed JSON text. rows: packed values in that order,
        checked by the caller (station 3). shadows: the shadow columns' values in the order of
        `shadow_names`, where the caller has worked them out already. indexed: the search documents
        of these rows' records are handed over through `index`, so nobody need look for them.
        """
        self.guard.bulk(entity, names, rows)
        self._known_names(entity, (name for name in names if name != "custom"))
        if ids is None:
            ids = elements.ids(self._connection, self.schema.entity(entity), names, rows)
        names, rows = self._state_days(entity, names, rows, ids)
        first = self._number + 1
        self._number += len(rows)
        numbers = list(range(first, self._number + 1))
        extra = self.shadow_names(entity, names)
        if extra:
            made = shadows if shadows is not None else self._shadow_rows(entity, names, rows)
            block = [(n, id, *row, *more) for n, id, row, more in zip(numbers, ids, rows, made, strict=True)]
        else:
            block = [(n, id, *row) for n, id, row in zip(numbers, ids, rows, strict=True)]
        self.insert_rows(entity, [*names, *extra], block)
        if indexed:
            self.ready.rows[entity] += len(rows)
        return numbers

    def _state_days(
        self, entity: str, names: Sequence[str], rows: Sequence[Sequence[Any]], ids: Sequence[bytes]
    ) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
        """Take the days that are stated of new records out of their rows, and keep what says so."""
        fields = self.schema.fields(entity)
        for f in stated.fields(fields[name] for name in names if name in fields):
            at = names.index(f.name)
            said = [(id, f.unpack(row[at])) for id, row in zip(ids, rows, strict=True)]
            stated.state(self, f, said, new=True)
            names = [name for name in names if name != f.name]
            rows = [[*row[:at], *row[at + 1 :]] for row in rows]
        return names, rows

    def fill(self, entity: str, name: str, rows: Sequence[tuple[Any, bytes]]) -> None:
        """Set one field, that has no shadow columns, of many records: (packed value, id), checked by the caller."""
        self.guard.fill(entity, (id for _value, id in rows))
        self._known_names(entity, [name])
        sql = f"UPDATE {quoted(entity)} SET {quoted(name)} = ? WHERE id = ?"
        self._connection.executemany(sql, rows)

    def shadow_names(self, entity: str, names: Iterable[str]) -> list[str]:
        """The shadow columns that go with these columns, in the order `shadows` must have."""
        fields = self.schema.fields(entity)
        return [s for name in names if name in fields for s in shadow_columns(fields[name])]

    def index(self, entity: str, documents_: Sequence[tuple[int, str, str]]) -> None:
        """Hand over the search documents of new rows, made elsewhere: (n, text, tokens)."""
        number = documents.entity_number(entity)
        SearchIndex(self._connection).put(
            [(number, n, text) for n, text, _ in documents_], self.next_number, [t for _, _, t in documents_]
        )
        self.ready.numbers.update(n for n, _, _ in documents_)

    # ---- inside

    def _known_names(
        self, entity: str, values: Iterable[str] | Mapping[str, Any], *, new: bool = False
    ) -> None:
        values = values if isinstance(values, Mapping) else list(values)
        fields = self.schema.fields(entity)
        for name in values:
            f = fields.get(name)
            if f is None:
                raise Bug(f"{entity} has no field {name!r}")
            if not f.in_cells:
                raise Bug(f"{entity}.{name} is derived; nobody writes it")
        self.guard.fields(entity, values, new=new)

    def _check(self, entity: str, values: dict[str, Any], *, new: bool) -> None:
        if self.origin in UNCHECKED:
            return
        problems = check_values(self.schema.fields(entity), values, new=new)
        if problems:
            raise Known(problems[0].why)

    def _schema_may_change(self, entity: str) -> None:
        if entity in SCHEMA:  # the same step may fill the field that it adds
            self.schema = self.guard.schema = self.store.read_schema(self._connection)

    def child_values(self, of: Rows, row: dict[str, Any]) -> dict[str, Any]:
        """A child row as readers give it, without the titles they add to links."""
        fields = self.schema.fields(of.of)
        titles = {f"{f.name}_title" for f in fields.values() if isinstance(f, Link)} - fields.keys()
        derived = {f.name for f in fields.values() if not f.is_written}
        return {k: v for k, v in row.items() if k not in titles and k not in derived}

    def row_of(self, entity: str, values: dict[str, Any]) -> tuple[list[str], list[Any]]:
        fields = self.schema.fields(entity)
        names: list[str] = []
        row: list[Any] = []
        custom: dict[str, Any] = {}
        for name, value in values.items():
            f = fields[name]
            if isinstance(f, Rows) or f.stated is not None or f.moves:
                continue
            packed = None if value == "" else f.pack(value)
            if f.custom:
                if packed is not None:
                    custom[name] = packed
                continue
            names += [name, *shadow_columns(f)]
            row += [packed, *shadow_values(f, value)]
        if custom:
            names.append("custom")
            row.append(pack_custom(custom))
        return names, row

    def _shadow_rows(
        self, entity: str, names: Sequence[str], rows: Sequence[Sequence[Any]]
    ) -> list[list[Any]]:
        fields = self.schema.fields(entity)
        makers = [
            (i, make)
            for i, name in enumerate(names)
            if name in fields
            for make in shadow_makers(fields[name].search)
        ]
        return [[make(row[i]) if row[i] else None for i, make in makers] for row in rows]

    def insert_rows(self, entity: str, names: Sequence[str], block: Sequence[Sequence[Any]]) -> None:
        zero = derive.starts_at_zero(
            self.schema.entity(entity)
        )  # else each row is written a second time for it
        columns = ("n", "id", *names, *zero)
        head = f"INSERT INTO {quoted(entity)}({', '.join(map(quoted, columns))}) VALUES "
        one = f"({', '.join([*'?' * (len(names) + 2), *'0' * len(zero)])})"
        many = head + ", ".join([one] * BLOCK)
        execute = self._connection.execute
        whole = len(block) - len(block) % BLOCK
        for start in range(0, whole, BLOCK):
            execute(many, [v for row in block[start : start + BLOCK] for v in row])
        if whole < len(block):
            self._connection.executemany(head + one, block[whole:])

    def delete_ids(self, entity: str, ids: Sequence[bytes]) -> None:
        """Delete records, their child rows and what goes with them (`store/going.py`), in blocks."""
        going.delete(self, entity, ids)
        self._schema_may_change(entity)

    # ---- sealing

    def _is_exact(self, counts: dict[str, tuple[int, int, int]]) -> bool:
        """Whether every change in the log belongs to a step. Asked where it saves more than it costs."""
        if sum(changed + deleted for _new, changed, deleted in counts.values()) < FEW:
            return False
        sql = "SELECT coalesce(sum(last - first + 1), 0) FROM step"
        return bool(self._connection.execute(sql).fetchone()[0] == self.first - 1)

    def _touched_ids(
        self, counts: dict[str, tuple[int, int, int]], derived: set[str]
    ) -> dict[str, frozenset[bytes] | None]:
        ids: dict[str, frozenset[bytes] | None] = {}
        for entity in {*counts, *derived}:
            if sum(counts.get(entity, (0,))) > LISTED:
                ids[entity] = None
                continue
            sql = (
                "SELECT id FROM change WHERE n >= ? AND entity = ? UNION"
                " SELECT id FROM temp.derived_touch WHERE entity = ?"
            )
            rows = self._connection.execute(sql, (self.first, entity, entity)).fetchmany(LISTED + 1)
            ids[entity] = None if len(rows) > LISTED else frozenset(row[0] for row in rows)
        return ids

    def _seal(self, last: int, counts: dict[str, tuple[int, int, int]]) -> None:
        c = self._connection
        kept = [[k.entity, k.id.hex(), k.title, k.why.text, k.why.figures] for k in self.kept]
        figures = json.loads(json.dumps(self.figures, ensure_ascii=False, default=to_plain))
        head = [self.n, self.title, figures, self.at, self.who, self.origin, self.undoes]
        c.execute(
            "INSERT INTO step(n, title, figures, at, who, origin, undoes, first, last, counts, kept, hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.n,
                self.title,
                json.dumps(figures, ensure_ascii=False),
                self.at,
                self.who,
                self.origin,
                self.undoes,
                self.first,
                last,
                json.dumps(counts),
                json.dumps(kept, ensure_ascii=False, default=to_plain) if kept else None,
                chain_hash(c, head, self.n, self.first, last),
            ),
        )
