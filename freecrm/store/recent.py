"""The records that were opened last, newest first. The file remembers them; they are no step and never undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from freecrm.store.database import Store

KEY = "recent"
MOST = 40

Opened = tuple[str, bytes]
"""Entity and id of a record."""


def note(store: Store, entity: str, id: bytes) -> None:
    """Remember that this record was opened. Writes: call it in a job of the writer."""
    with store.lock:
        kept = [opened for opened in _kept(store) if opened != (entity, id)]
        kept.insert(0, (entity, id))
        store.keep(KEY, [[entity, id.hex()] for entity, id in kept[:MOST]])


def recent(store: Store, limit: int = 8) -> list[Opened]:
    """The records opened last that are still there and that this person may see."""
    kept = _kept(store)
    reader = store.reader()
    there: set[Opened] = set()
    for entity in {entity for entity, _ in kept}:
        ids = [id for of, id in kept if of == entity]
        there.update((entity, id) for id in reader.by_ids(entity, ids, ()))
    return [opened for opened in kept if opened in there][:limit]


def _kept(store: Store) -> list[Opened]:
    entities = store.schema.model.entities
    return [(entity, bytes.fromhex(id)) for entity, id in store.kept(KEY) or () if entity in entities]
