"""Whether much is about to be deleted: then the exchange stops and asks, before anything is gone anywhere.

What somebody did here as a step with a name (an import taken back, say) goes out unasked: they saw it. What other
programs deleted in the file does not, and what comes in from others is asked about everywhere else.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store.tables import quoted, rows_of

if TYPE_CHECKING:
    from freecrm.core.module import Model
    from freecrm.store.database import Store
    from freecrm.sync.server import Server

ROWS = 50
SHARE = 5  # a fifth


class Braked(Known):
    """Nothing was deleted; exchange again with `deletions=True` where that is meant. counts: entity -> how many."""

    def __init__(self, known: Known, counts: dict[str, int]) -> None:
        super().__init__(known.what, known.details)
        self.counts = counts


def incoming(store: Store, server: Server, cursor: int, upto: int) -> None:
    """Braked when deletions of others between two places of the history would empty a table of this file."""
    if upto - cursor <= ROWS:
        return  # each record has a number of its own, so no more than these can be gone
    c = store.read()
    counts = server.going(cursor, upto)
    for entity in [name for name, n in counts.items() if n > ROWS and name in store.model.entities]:
        ids = server.deleted(cursor, upto, entity)
        sql = f"SELECT id FROM {quoted(entity)} WHERE id IN (?)"
        counts[entity] = sum(1 for _row in rows_of(c, sql, ids))  # what was deleted here isn't news
    found = _many(c, store.model, counts, gone_already=False)
    if found:
        what = N_(
            "Others deleted {n} of {all} {things:lower}. Nothing was deleted here yet. Ask your colleagues, and go on"
            " only if that is meant."
        )
        raise _braked(store, what, found, counts)


def outgoing(store: Store, upto: int) -> None:
    """Braked when so much that no step of FreeCRM deleted would go out as deleted."""
    c = store.read()
    sql = "SELECT entity, count(*) FROM change WHERE n > ? AND op = 2 AND step IS NULL GROUP BY entity"
    counts = dict(c.execute(sql, (upto,)).fetchall())
    found = _many(c, store.model, counts, gone_already=True)
    if found:
        what = N_(
            "Another program deleted {n} of {all} {things:lower} in this file. Your colleagues still have them, and nothing"
            " was sent. Go on only if that is meant; otherwise go back to a backup."
        )
        raise _braked(store, what, found, counts)


def _many(
    c: sqlite3.Connection, model: Model, counts: dict[str, int], *, gone_already: bool
) -> dict[str, tuple[int, int]]:
    """Entity -> how many of how many, for those that lose too many. Records before their rows."""
    found = {}
    for entity in model.entities:
        n = counts.get(entity, 0)
        if n <= ROWS:
            continue
        held = c.execute(f"SELECT count(*) FROM {quoted(entity)}").fetchone()[0] + (n if gone_already else 0)
        if n * SHARE > held > 0:
            found[entity] = (min(n, held), held)
    return found


def _braked(store: Store, what: str, found: dict[str, tuple[int, int]], counts: dict[str, int]) -> Braked:
    roots = {entity.entity for entity in store.model.roots()}
    entity = next((name for name in found if name in roots), next(iter(found)))
    n, held = found[entity]
    things = say(store.schema.entity(entity).plural)
    return Braked(Known(say(what, n=n, all=held, things=things)), {name: counts[name] for name in found})
