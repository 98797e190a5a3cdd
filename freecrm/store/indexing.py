"""Search documents of what came in without them, made once all of it is there.

What makes up a record comes from the team in pieces, its phones long after its name: a document made with each piece
would be made again and again. Where it is much, processes of their own make them and this one only writes.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freecrm.core import grams
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.words import N_
from freecrm.store import child, documents, faults
from freecrm.store.search import SearchIndex
from freecrm.store.span import Span, counted

if TYPE_CHECKING:
    from freecrm.core.custom import Schema
    from freecrm.core.module import Model
    from freecrm.store.database import Store

KEY = "unindexed"
"""What the file keeps of it: [first change, last change, highest number of a record before it]."""
MUCH = 5_000
"""Changes from which on the work is worth starting processes for."""
MOST = 2
"""Of these processes: one that writes takes in no more."""
TOGETHER = 10_000
"""Documents that are written in one transaction."""

Document = tuple[int, int, str, str]
"""Entity number, record number, text, tokens."""

TITLE = N_("Search index put together")

log = logging.getLogger("freecrm.store")


def postpone(c: sqlite3.Connection, first: int, last: int, number: int) -> None:
    """Keep, within the step under way, that its changes have no documents yet."""
    c.execute(
        "INSERT INTO kept(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE"
        " SET value = json_set(value, '$[1]', ?)",
        (KEY, json.dumps([first, last, number]), last),
    )


@faults.by_program
def catch_up(store: Store, progress: Progress | None = None, *, much: int = MUCH) -> bool:
    """Make the documents that are lacking; whether there were any. Killed in between, it is done again next time.

    much: from so many changes on other processes help."""
    progress = progress or Progress()
    behind = store.kept(KEY)
    if behind is None:
        return False
    first, last, number = behind
    if last - first >= much:
        try:
            _together(store, first, number, progress)
            return True
        except (Known, OSError) as problem:  # none could be started, or one broke off: only slower
            log.warning("Indexing goes on alone: %s", problem)
    with store.step(TITLE, origin="program") as step:
        c = step.connection
        span = Span(first, counted(c, first), number)
        documents.refresh(c, step.schema, span, documents.Ready(), step.next_number, progress)
        _done(c, c.execute("SELECT max(n) FROM change").fetchone()[0])
        step.carried = True
    return True


def _done(c: sqlite3.Connection, reached: int) -> None:
    c.execute("DELETE FROM kept WHERE key = ? AND value ->> '$[1]' <= ?", (KEY, reached))
    c.execute("UPDATE kept SET value = json_set(value, '$[0]', ?) WHERE key = ?", (reached + 1, KEY))


# ---- with processes of their own


def _together(store: Store, first: int, number: int, progress: Progress) -> None:
    shares = max(1, min(MOST, os.cpu_count() or 1))
    runs = [
        child.run(
            documents_of,
            (store.path, store.model, first, number, k, shares),
            cancel=lambda: progress.cancelled,
        )
        for k in range(shares)
    ]
    try:
        heads = [next(run) for run in runs]
        reached, count = min(head[0] for head in heads), heads[0][1]
        _drop(store, first)
        done, held = 0, []
        turns = deque(runs)
        while turns:
            block = next(turns[0], None)
            if block is None:
                turns.popleft()
                continue
            turns.rotate(-1)
            held += block
            if len(held) >= TOGETHER:
                done += len(held)
                _write(store, held, reached)
                held = []
                progress.tell(done, max(count, done))
        _write(store, held, reached)
    finally:
        for run in runs:
            run.close()
    with store.step(TITLE, origin="program") as step:
        _done(step.connection, reached)
        step.carried = True


def _drop(store: Store, first: int) -> None:
    with store.step(TITLE, origin="program") as step:
        told = counted(step.connection, first)
        for long, entity in [kind for kind in _kinds(step.schema) if told.get(kind[1], (0, 0, 0))[2]]:
            sql = "SELECT data ->> '$.n' FROM change WHERE n >= ? AND entity = ? AND op = 2"
            gone = [row[0] for row in step.connection.execute(sql, (first, entity))]
            SearchIndex(step.connection, long).drop(gone)
        step.carried = True


def _write(store: Store, found: Sequence[tuple[bool, Document]], reached: int) -> None:
    """Write documents, but for those of records that were changed since: these have newer ones."""
    with store.step(TITLE, origin="program") as step:
        c = step.connection
        span = Span(reached + 1, counted(c, reached + 1))
        newer = {row[:2] for row in _wanted(c, step.schema, span)} if span.counts else set()
        for long in (False, True):
            own = [d for is_long, d in found if is_long is long and (long, d[1]) not in newer]
            SearchIndex(c, long).put([d[:3] for d in own], step.next_number, [d[3] for d in own])
        step.carried = True


# ---- in those processes


def documents_of(path: Path, model: Model, first: int, number: int, share: int, shares: int) -> Iterator[Any]:
    """Yields (last change seen, how many documents there are in all), then blocks of (long, document) of every
    `shares`th block of records, from the one number `share` on."""
    from freecrm.store.database import Store

    with closing(Store(path, model)) as store:
        store.load_schema()
        c, schema = store.read(), store.schema
        c.execute("BEGIN")
        span = Span(first, counted(c, first), number)
        wanted = sorted(_wanted(c, schema, span), key=lambda row: row[1])
        yield c.execute("SELECT max(n) FROM change").fetchone()[0], len(wanted)
        for start in range(share * documents.BLOCK, len(wanted), shares * documents.BLOCK):
            yield _block(c, schema, wanted[start : start + documents.BLOCK])
        c.execute("ROLLBACK")


Wanted = tuple[bool, int, str, bytes]
"""Whether it is its long text; the record's number, entity and id."""


def _kinds(schema: Schema) -> list[tuple[bool, str]]:
    roots = [e.entity for e in schema.model.roots() if documents.is_searchable(schema, e.entity)]
    long = [
        name
        for name, e in schema.model.entities.items()
        if e.entity == name and documents.long_field(schema, name)
    ]
    return [*((False, name) for name in roots), *((True, name) for name in long)]


def _wanted(c: sqlite3.Connection, schema: Schema, span: Span) -> list[Wanted]:
    found: list[Wanted] = []
    for long, entity in _kinds(schema):
        if long and entity not in span.counts:
            continue
        rows = documents.touched_long if long else documents.touched_roots
        found += [(long, n, entity, id) for n, id in rows(c, schema, entity, span)]
    return found


def _block(c: sqlite3.Connection, schema: Schema, wanted: Sequence[Wanted]) -> list[tuple[bool, Document]]:
    by_kind: dict[tuple[bool, str], list[bytes]] = {}
    for long, _n, entity, id in wanted:
        by_kind.setdefault((long, entity), []).append(id)
    texts = {
        kind: (documents.long_texts_of if kind[0] else documents.texts_of)(c, schema, kind[1], ids)
        for kind, ids in by_kind.items()
    }
    found = []
    for long, n, entity, id in wanted:
        text = texts[long, entity].get(id, "")
        tokens = (grams.long_grams if long else grams.grams)(text)
        found.append((long, (documents.entity_number(entity), n, text, tokens)))
    return found
