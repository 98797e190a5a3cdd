"""Import as a change set: `prepare` reads, maps, checks, matches and compares; nothing is written.

    change_set = prepare(store, path, plan, Options())
    touched = apply(store, change_set)          # freecrm/exchange/applier.py: one undoable step

All of `prepare` happens in a child process with a connection of its own that can only read.
"""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from freecrm.core.jobs import Progress
from freecrm.core.module import Model, Together
from freecrm.core.problems import Bug
from freecrm.core.rights import Rights
from freecrm.core.words import N_, language, say, use
from freecrm.exchange.changeset import ChangeSet, Options, spool_path
from freecrm.exchange.passing import Pass
from freecrm.exchange.reading import open_source
from freecrm.exchange.rowsfile import RowsFile, open_rows
from freecrm.store import child
from freecrm.store.database import Store

LONG = ("left_out", "doubts", "changes", "troubles", "troubled", "preview", "decisions")
"""The lists of a ChangeSet that may be long."""

PIECE = 100


def prepare(
    store: Store,
    path: Path,
    plan: Together,
    options: Options | None = None,
    *,
    rows: Path | None = None,
    progress: Progress | None = None,
) -> ChangeSet:
    """What importing a file would do; Known when it cannot be read, Cancelled when stopped.

    Nothing is written, neither into the database nor beside it; the spool lies in the system's
    folder for such things until `apply` or `ChangeSet.discard`. rows: a file that keeps the rows
    once they were read (`spool_path("rows")`); the next call with it reads nothing anew.
    """
    spool = spool_path()
    done = False
    try:
        for kind, value in stream(store, path, plan, options or Options(), spool, progress, rows):
            if kind == "done":
                done = True
                found: ChangeSet = value
                return found
        raise Bug("the import's child process ended without an answer")
    finally:
        if not done:
            spool.unlink(missing_ok=True)


def stream(
    store: Store,
    path: Path,
    plan: Together,
    options: Options,
    spool: Path,
    progress: Progress | None = None,
    rows: Path | None = None,
) -> Generator[tuple[str, Any], None, None]:
    """What the child says while it works: ("base", (log position, main entity)), ("spool", bytes that
    lie in the spool by now) again and again, ("done", ChangeSet) at last. Progress is told by itself.
    """
    where = (store.path, store.model, Path(path).absolute())
    args = (*where, plan, options, spool, language(), rows, store.rights)
    parts: list[tuple[str, list[Any]]] = []
    for kind, value in child.run(work, args, cancel=None if progress is None else lambda: progress.cancelled):
        if kind == "progress":
            if progress is not None:
                progress.tell(*value)
            continue
        if kind == "part":
            parts.append(value)
            continue
        if kind == "done":
            value.spool = spool
            for name, piece in parts:
                getattr(value, name).extend(piece)
        yield kind, value


def work(
    database: Path,
    model: Model,
    path: Path,
    plan: Together,
    options: Options,
    spool: Path,
    tongue: str,
    kept_rows: Path | None,
    rights: Rights | None = None,
) -> Iterator[tuple[str, Any]]:
    """The child's side: yields ("progress", (done, total, what)) and at last ("done", ChangeSet)."""
    use(tongue)
    gc.disable()  # rows hold no cycles; looking for them costs a fifth of the time
    store = Store(database, model)
    if rights is None:
        store.load_schema()
    else:  # what is shown in part is compared whole, and told in part
        store.hold_to(replace(rights, masked=frozenset()))
    with (
        open_rows(kept_rows) if kept_rows else tempfile.TemporaryFile() as rows_file,
        spool.open("wb") as out,
    ):
        kept = RowsFile(rows_file)
        if kept.opened is None:
            opened = open_source(path, options.sheet, options.header_row, options.encoding)
            for total in kept.fill(opened):
                yield "progress", (0, total, say(N_("Reading {file}"), file=path.name))
        run = Pass(store, plan, options, path, kept)
        run.masked = rights.masked if rights is not None else frozenset()
        yield "base", (run.set.base, run.main)
        yield "progress", (0, kept.count, say(N_("Comparing with your customers")))
        for done in run.through(out):
            yield "progress", (done, kept.count)
            out.flush()
            yield "spool", out.tell()
        out.flush()
        found = run.result()
        # In pieces, for the window stands still while one is taken in.
        for name in LONG:
            rows: list[Any] = getattr(found, name)
            setattr(found, name, [])
            for start in range(0, len(rows), PIECE):
                yield "part", (name, rows[start : start + PIECE])
        yield "done", found
    store.close()
