"""Two people wrote on in the same long text: where they touched different lines, both stay."""

from __future__ import annotations

import json
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from freecrm.core.fields import LongText
from freecrm.core.words import N_

if TYPE_CHECKING:
    from freecrm.store.database import Store

UNITED = N_("Both texts of “{name}” saved")


def merge(base: str, one: str, other: str) -> str | None:
    """Both texts in one, or None where they changed the same lines, or lines next to each other."""
    b, x, y = (text.splitlines() for text in (base, one, other))
    made: list[str] = []
    at_b = at_x = at_y = 0
    for start, end, in_x, in_y in [*_same(b, x, y), (len(b), len(b), len(x), len(y))]:
        was, mine, theirs = b[at_b:start], x[at_x:in_x], y[at_y:in_y]
        if mine == was:
            made += theirs
        elif theirs in (was, mine):
            made += mine
        else:
            return None
        made += b[start:end]
        at_b, at_x, at_y = end, in_x + end - start, in_y + end - start
    return "\n".join(made)


def _same(b: list[str], x: list[str], y: list[str]) -> list[tuple[int, int, int, int]]:
    """Pieces of b that stand in both others: (start, end, start in x, start in y)."""
    of_x = SequenceMatcher(None, b, x, autojunk=False).get_matching_blocks()
    of_y = SequenceMatcher(None, b, y, autojunk=False).get_matching_blocks()
    found = []
    for p in of_x:
        for q in of_y:
            start, end = max(p.a, q.a), min(p.a + p.size, q.a + q.size)
            if start < end:
                found.append((start, end, p.b + start - p.a, q.b + start - q.a))
    return found


def unite(store: Store, device: str) -> int:
    """Put together the long texts of which this computer's version came too late; how many differences ended."""
    c = store.read()
    rows = c.execute(
        "SELECT id, parent_entity, parent, of_entity, of_row, field, base, kept, other FROM conflict"
        " WHERE ended IS NULL AND field <> '' AND other_by IS ? AND other_device IS ?",
        (store.user, device),
    ).fetchall()
    ended = 0
    for id, root_entity, root, of_entity, of_row, name, *texts in rows:
        entity, record = (of_entity, bytes.fromhex(of_row)) if of_row else (root_entity, root)
        if entity not in store.model.entities or not isinstance(
            store.schema.fields(entity).get(name), LongText
        ):
            continue
        base, kept, other = (json.loads(text) if text else None for text in texts)
        ended += _unite(store, id, entity, record, name, base or "", kept or "", other or "")
    return ended


def _unite(
    store: Store, conflict: bytes, entity: str, id: bytes, name: str, base: str, kept: str, other: str
) -> bool:
    merged = merge(base, kept, other)
    found = store.reader().record(entity, id)
    if merged is None or found is None or found.values.get(name) != kept:
        return False
    title = store.reader().titles(entity, {id}).get(id) or ""
    with store.step(UNITED, name=title) as step:
        step.update(entity, id, {name: merged})
        step.update("conflict", conflict, {"ended": "written"})
    return True
