"""Writes a change set: one named step through the door, undoable for 90 days, updates too."""

from __future__ import annotations

import gc
import marshal
import pickle
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

from freecrm.core.change import Touched
from freecrm.core.jobs import Progress
from freecrm.core.module import Together
from freecrm.core.problems import Bug, Known
from freecrm.core.query import Query
from freecrm.core.record import Record
from freecrm.core.words import N_, say
from freecrm.exchange import codes, compare, mapping
from freecrm.exchange.changeset import ChangeSet, Options, spool_path
from freecrm.exchange.importer import stream
from freecrm.exchange.packing import Block, Merge
from freecrm.exchange.proposing import REMEMBERED
from freecrm.exchange.stock import Held, Stock
from freecrm.exchange.words_of import Operation
from freecrm.store import lookup
from freecrm.store.database import Store
from freecrm.store.reader import Reader
from freecrm.store.writer import Step

TITLE = N_("Import {file}")
TEMPLATES = "mapping_names"
MERGED = 5000  # rows that go into existing records are gathered, so that each is read and written once


def apply(store: Store, made: ChangeSet, *, progress: Progress | None = None) -> Touched:
    """Write what `prepare` found; what was touched.

    Known when somebody changed the file since `prepare` (prepare again), Cancelled when stopped:
    the file's content is then as it was. The mapping is remembered for files with the same heads.
    """
    if made.spool is None or made.mapping is None:
        raise Known(say(N_("This import was already written or given up. Read the file again.")))
    with store.step(TITLE, origin="import", file=made.path.name) as step:
        _refuse_changed(step, made.base)
        with without_gc(), made.spool.open("rb") as spool:
            main = made.mapping.main or made.plan.person
            _Writing(store, step, made.plan, main, spool, made.rows, progress).up_to(None)
        _past_return(progress)
    return _written(store, step, made)


def bring_in(
    store: Store,
    path: Path,
    plan: Together,
    options: Options,
    *,
    rows: Path | None = None,
    progress: Progress | None = None,
) -> tuple[ChangeSet, Touched]:
    """`prepare` and `apply` in one, for whoever needs no look in between: written while it is read.

    The child prepares the next rows while the last ones are written; still one transaction, and
    Known, Cancelled or a kill leave the file's content as it was. rows: as `prepare` takes it.
    """
    spool = spool_path()
    try:
        # closing: a step that ends early ends the child at once, not when the error is let go
        with closing(stream(store, path, plan, options, spool, progress, rows)) as said:
            base, main = next(value for kind, value in said if kind == "base")
            with store.step(TITLE, origin="import", file=Path(path).name) as step:
                _refuse_changed(step, base)
                made = None
                with without_gc(), spool.open("rb") as file:
                    writing = _Writing(store, step, plan, main, file, 0, None)
                    for kind, value in said:
                        writing.up_to(value if kind == "spool" else None)
                        made = value if kind == "done" else made
                if made is None:
                    raise Bug("the import's child process ended without an answer")
                _past_return(progress)
        return made, _written(store, step, made)
    finally:
        spool.unlink(missing_ok=True)


def carry_out(
    store: Store,
    path: Path,
    plan: Together,
    options: Options,
    *,
    made: ChangeSet | None = None,
    rows: Path | None = None,
    progress: Progress | None = None,
) -> tuple[ChangeSet, Touched]:
    """The import as a person starts it: a backup first where there is anything to lose, then all of it.

    made: what `prepare` found with these very options; None to find it out on the way. Cancelled
    and Known leave the file's content as it was.
    """
    if backs_up(store, plan):
        from freecrm.store import backup

        if progress is not None:
            progress.tell(0, 0, say(N_("Making a backup first")))
        backup.before_import(store, progress)
    if progress is not None:
        progress.tell(0, made.rows if made else 0, say(N_("Writing the rows")))
    if made is None:
        return bring_in(store, path, plan, options, rows=rows, progress=progress)
    made.options = options
    return made, apply(store, made, progress=progress)


def backs_up(store: Store, plan: Together) -> bool:
    """Whether an import is preceded by a backup: where the settings want it and there is anything to lose."""
    if not store.setting("backup.before_import"):
        return False
    return any(store.reader().first(Query(entity), 1) for entity in (plan.main, plan.person) if entity)


def _refuse_changed(step: Step, base: int) -> None:
    if lookup.last_change(step.connection) != base:
        raise Known(
            say(N_("Somebody changed customers while you looked at this import. Read the file once more."))
        )


def _past_return(progress: Progress | None) -> None:
    """From here on the step is being sealed and can no longer be stopped."""
    if progress is not None:
        progress.check()
        progress.fixed = True


def _written(store: Store, step: Step, made: ChangeSet) -> Touched:
    assert step.touched is not None
    assert made.mapping is not None
    kept = made.mapping.remembered()
    name = made.options.keep_as or made.options.name
    if name:
        kept["name"] = name
        store.keep(REMEMBERED + name, kept)
        store.keep(TEMPLATES, sorted({*templates(store), name}))
    store.keep(REMEMBERED + mapping.signature(made.heads), kept)
    made.discard()
    return step.touched


def templates(store: Store) -> list[str]:
    """The names of the mappings that were kept as templates."""
    return list(store.kept(TEMPLATES) or ())


@contextmanager
def without_gc() -> Iterator[None]:
    """Without looking for cycles meanwhile: the spool's rows hold none, and looking takes its time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


class _Writing:
    """One spool being written inside one step."""

    def __init__(
        self,
        store: Store,
        step: Step,
        plan: Together,
        main: str,
        spool: IO[bytes],
        total: int,
        progress: Progress | None,
    ) -> None:
        self.store, self.step, self.plan, self.main = store, step, plan, main
        self.spool, self.total, self.progress = spool, total, progress
        self.reader = Reader(store, step=step)
        self.first: list[Operation] = []
        self.waiting: list[Merge] = []
        self.done = 0

    def up_to(self, end: int | None) -> None:
        """Write the entries of the spool that end before byte `end` (None = all)."""
        while end is None or self.spool.tell() < end:
            try:
                kind, value = marshal.load(self.spool)
            except EOFError:
                break
            if kind == "rows":
                self._rows(value)
            else:
                self._entry(kind, pickle.loads(value))
            if self.progress is not None:
                self.progress.tell(min(self.done, self.total), self.total)
        if end is None:
            self._merge_waiting()

    def _entry(self, kind: str, value: Any) -> None:
        if kind == "first":
            self.first = value
        elif kind == "merge":
            self.waiting.append(value)
            self.done += 1
            if len(self.waiting) == MERGED:
                self._merge_waiting()
        elif kind == "links":
            self._merge_waiting()
            self._links(value)
        elif kind == "codes":
            codes.take_over(self.step, value)

    def _first(self) -> None:
        """New fields, list entries and people of the firm: made when the first row needs them."""
        operations, self.first = self.first, []
        for entity, id, values in operations:
            held = self.reader.record(entity, id)
            if held is None:
                self.step.insert(entity, values, id=id)
            elif held["off"]:
                self.step.update(entity, id, {"off": None})

    def _rows(self, block: Block) -> None:
        self._first()
        for entity, names, rows, ids, documents in block:
            numbers = self.step.insert_many(entity, names, rows, ids=ids, indexed=True)
            if documents:
                self.step.index(
                    entity, [(n, text, tokens) for n, (text, tokens) in zip(numbers, documents, strict=True)]
                )
            if entity == self.main:
                self.done += len(rows)

    def _merge_waiting(self) -> None:
        """Put the rows that wait into the records they are about; what stands there decides what changes."""
        waiting, self.waiting = self.waiting, []
        if not waiting:
            return
        self._first()
        stock = Stock(self.reader, self.step.schema, self.plan, self.main)
        stock.load({merge.id for merge in waiting})
        positions: dict[int, dict[str, Any]] = {}
        for merge in waiting:
            self._merge(stock, merge, positions)
        for held in stock.everything():
            record = held.record
            if not held.stored:
                job = positions[id(held)]
                self.step.insert(record.entity, {**record.values, "jobs": [job]})
            elif held.changed:
                self.step.update(record.entity, record.id, {n: record.values[n] for n in held.changed})

    def _merge(self, stock: Stock, merge: Merge, positions: dict[int, dict[str, Any]]) -> None:
        schema, plan = self.step.schema, self.plan
        held = stock.held(merge.id)
        if held is None:
            return
        mine = merge.values if self.main == plan.main else merge.person
        held.take(
            schema.fields(self.main), compare.changes_for(schema, held, mine, merge.action, merge.blank)
        )
        if self.main != plan.main or not merge.person.get("name"):
            return
        person = stock.person(merge.id, merge.person)
        if person is None:
            person = Held(Record(plan.person, b"", 0, dict(merge.person)), stored=False)
            positions[id(person)] = {**merge.position, plan.link: merge.id}
            stock.join(merge.id, person)
            return
        changes = compare.changes_for(schema, person, merge.person, merge.action)
        person.take(schema.fields(plan.person), changes)

    def _links(self, links: list[tuple[str, bytes, str, bytes]]) -> None:
        for entity, id, name, target in links:
            self.step.update(entity, id, {name: target})
