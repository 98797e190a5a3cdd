"""Records to choose from: those chosen last, and those that the search finds. Qt-free, for choosers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from freecrm.core.fields import Choice as PickChoice
from freecrm.core.fields import Link
from freecrm.core.pieces import tree_of
from freecrm.core.query import Query, Sort
from freecrm.core.record import Record
from freecrm.store.faults import reads
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store

MOST = 12
TREE_MOST = 300
_LISTS = ("customer",)  # trees of so many that nobody looks through them
_HINTS = ("code", "firm", "city", "main_contact", "short")


@dataclass(frozen=True, slots=True)
class Choice:
    """A record to choose. hint: what tells it from others of its name. deep: how far below the root of its tree."""

    id: bytes
    title: str
    hint: str
    deep: int = 0


def used(store: Store, entity: str, id: bytes) -> None:
    """Remember that this record was chosen."""
    before = [held for held in _ids(store, entity) if held != id]
    store.keep(_key(entity), [held.hex() for held in [id, *before][:MOST]])


@reads
def choices(store: Store, entity: str, words: str, limit: int = 8) -> list[Choice]:
    """The records that `words` finds, best first; without words those chosen last, then the first of all."""
    reader = store.reader()
    if words:
        hits = [hit.record for hit in reader.find(words, 2 * limit, (entity,))]
        return [_choice(store, record) for record in hits if _is_offered(record)][:limit]
    tree = tree_of(store.schema.entity(entity))
    if tree is not None and entity not in _LISTS:
        return _tree(store, entity, tree.name)
    held = reader.by_ids(entity, _ids(store, entity)[:limit])
    found = [held[id] for id in _ids(store, entity)[:limit] if id in held and _is_offered(held[id])]
    if len(found) < limit:
        title = store.schema.entity(entity).title
        known = {record.id for record in found}
        for n in reader.first(Query(entity, None, (Sort(title),)), 3 * limit):
            record = reader.by_number(entity, n)
            if record is None or not _is_offered(record):
                continue
            if record.id not in known and len(found) < limit:
                found.append(record)
    return [_choice(store, record) for record in found]


def _is_offered(record: Record) -> bool:
    """Whether a record may still be chosen: a product that is no longer sold, a pipeline no longer used may not."""
    values = record.values
    return not values.get("off") and not (record.entity == "product" and values.get("state") == "stopped")


def _tree(store: Store, entity: str, above: str) -> list[Choice]:
    """All records of a small tree, each below the one it is part of."""
    title = store.schema.entity(entity).title
    below: dict[bytes | None, list[Record]] = {}
    found = list(store.reader().each(Query(entity, None, (Sort(title),)), {title, above}))[:TREE_MOST]
    ids = {record.id for record in found}
    for record in found:
        parent = record[above] if record[above] in ids else None
        below.setdefault(parent, []).append(record)
    made: list[Choice] = []

    def put(parent: bytes | None, deep: int) -> None:
        for record in below.get(parent, ()):
            made.append(Choice(record.id, str(record[title] or ""), "", deep))
            put(record.id, deep + 1)

    put(None, 0)
    return made


@reads
def exact(store: Store, entity: str, text: str) -> bytes | None:
    """The record that is called exactly so, None when none or several are. By an index where there is one."""
    from freecrm.core import names

    f = store.schema.fields(entity)[store.schema.entity(entity).title]
    title, indexed = quoted(f.name), f.search == "name"
    sql = f"SELECT id FROM {quoted(entity)} WHERE {title} = ?"
    if indexed:
        sql += f" AND {quoted(f.name + '_norm')} = ?"
    found = (
        store.read().execute(f"{sql} LIMIT 2", (text, names.normal(text)) if indexed else (text,)).fetchall()
    )
    return found[0][0] if len(found) == 1 else None


def _choice(store: Store, record: Record) -> Choice:
    title = str(record[store.schema.entity(record.entity).title] or "")
    fields = store.schema.fields(record.entity)
    parts = []
    for name in _HINTS:
        f = fields.get(name)
        if f is not None and record[name] and not isinstance(f, (Link, PickChoice)):
            parts.append(f.show(record[name]))
    return Choice(record.id, title, " · ".join(parts[:2]))


def _key(entity: str) -> str:
    return f"chosen.{entity}"


def _ids(store: Store, entity: str) -> list[bytes]:
    held = store.kept(_key(entity))
    try:
        return [bytes.fromhex(text) for text in held or ()]
    except (TypeError, ValueError):  # left by another version of the program
        return []
