"""Writes a change set: one named step through the door, undoable for 90 days, updates too."""

from __future__ import annotations

import gc
import marshal
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from freecrm.core.change import Touched
from freecrm.core.jobs import Progress
from freecrm.core.module import Together
from freecrm.core.problems import Bug, Known
from freecrm.core.rights import Rights
from freecrm.core.words import N_, say
from freecrm.exchange import compare, mapping
from freecrm.exchange.changeset import ChangeSet, Options, spool_path
from freecrm.exchange.importer import REMEMBERED, stream
from freecrm.exchange.packing import Block
from freecrm.store import lookup
from freecrm.store.database import Store
from freecrm.store.reader import Reader
from freecrm.store.writer import Step

TITLE = N_("Import {file}")


def apply(
    store: Store, made: ChangeSet, *, rights: Rights | None = None, progress: Progress | None = None
) -> Touched:
    """Write what `prepare` found; what was touched.

    Known when somebody changed the file since `prepare` (prepare again), Cancelled when stopped:
    the file's content is then as it was. The mapping is remembered for files with the same heads.
    """
    if made.spool is None or made.mapping is None:
        raise Known(say(N_("This import was already written or given up. Read the file again.")))
    with store.step(TITLE, rights=rights, origin="import", file=made.path.name) as step:
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
    rights: Rights | None = None,
    progress: Progress | None = None,
) -> tuple[ChangeSet, Touched]:
    """`prepare` and `apply` in one, for whoever needs no look in between: written while it is read.

    The child prepares the next rows while the last ones are written; still one transaction, and
    Known, Cancelled or a kill leave the file's content as it was.
    """
    spool = spool_path()
    try:
        said = stream(store, path, plan, options, spool, progress)
        base, main = next(value for kind, value in said if kind == "base")
        with store.step(TITLE, rights=rights, origin="import", file=Path(path).name) as step:
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
    name = made.options.name or mapping.signature(made.heads)
    store.keep(REMEMBERED + name, made.mapping.remembered())
    made.discard()
    return step.touched


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
        self.done = 0

    def up_to(self, end: int | None) -> None:
        """Write the entries of the spool that end before byte `end` (None = all)."""
        while end is None or self.spool.tell() < end:
            try:
                kind, value = marshal.load(self.spool)
            except EOFError:
                return
            if kind == "rows":
                self._rows(value)
            else:
                self._entry(kind, pickle.loads(value))
            if self.progress is not None:
                self.progress.tell(min(self.done, self.total), self.total)

    def _entry(self, kind: str, value: Any) -> None:
        if kind == "first":
            self._first(value)
        elif kind == "merge":
            self._merge(*value)
        elif kind == "links":
            self._links(value)

    def _first(self, operations: list[tuple[str, bytes, dict[str, Any]]]) -> None:
        for entity, id, values in operations:
            held = self.reader.record(entity, id)
            if held is None:
                self.step.insert(entity, values, id=id)
            elif held["off"]:
                self.step.update(entity, id, {"off": None})

    def _rows(self, block: Block) -> None:
        for entity, names, rows, ids, documents in block:
            numbers = self.step.insert_many(entity, names, rows, ids=ids, indexed=True)
            if documents:
                self.step.index(
                    entity, [(n, text, tokens) for n, (text, tokens) in zip(numbers, documents, strict=True)]
                )
            if entity == self.main:
                self.done += len(rows)

    def _merge(
        self,
        main: str,
        id: bytes,
        values: dict[str, Any],
        person: dict[str, Any],
        position: dict[str, Any],
        action: str,
        blank: list[str],
        _row: int,
    ) -> None:
        """Put a row into a record that exists by now; what is there decides what changes."""
        self.done += 1
        schema = self.step.schema
        record = self.reader.record(main, id)
        if record is None:
            return
        mine = values if main == self.plan.main else person
        changes = compare.changes_for(schema, main, record, mine, action, blank)
        if changes:
            self.step.update(main, id, changes)
        if main != self.plan.main or not person.get("name"):
            return
        people = lookup.people_of(self.step.connection, self.plan, id)
        who = compare.person_of(self.reader, self.plan, people, person)
        if who is None:
            job = {**position, self.plan.link: id}
            self.step.insert(self.plan.person, {**person, "jobs": [job]})
            return
        held = self.reader.record(self.plan.person, who)
        if held is not None:
            changes = compare.changes_for(schema, self.plan.person, held, person, action)
            if changes:
                self.step.update(self.plan.person, who, changes)

    def _links(self, links: list[tuple[str, bytes, str, bytes]]) -> None:
        for entity, id, name, target in links:
            self.step.update(entity, id, {name: target})
