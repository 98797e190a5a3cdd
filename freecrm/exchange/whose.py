"""What a foreign list is about, by its heads: customers, leads, deals, products or people of the firm."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from freecrm.core.custom import Schema
from freecrm.core.module import Together
from freecrm.exchange import mapping
from freecrm.exchange.presets import plain

USUAL = "customer"


def plans(schema: Schema) -> list[Together]:
    """All that lists can be about, customers first."""
    found = [plan for module in schema.model.modules for plan in module.imports]
    return sorted(found, key=lambda plan: plan.main != USUAL)


def about(schema: Schema, heads: Sequence[str]) -> Together:
    """Whose list this is: that of which it names the key, and most other fields. In doubt it lists customers, and a head
    that may name them («company») says nothing of leads."""
    best, most = schema.model.imported(USUAL), 0
    usual = _naming(schema, best)
    for plan in plans(schema):
        score = _score(schema, plan, [head for head in heads if plan is best or plain(head) not in usual])
        if score > most:
            best, most = plan, score
    return best


def of_file(
    schema: Schema, path: Path, sheet: str | None, header_row: int | None, encoding: str | None
) -> Together:
    """The same of a file; Known when it cannot be read."""
    from freecrm.exchange.peek import peek

    return about(schema, peek(path, sheet, header_row, encoding).layout.heads)


def _naming(schema: Schema, plan: Together) -> set[str]:
    """The heads that name what such a record is called."""
    title = f"{plan.main}.{schema.entity(plan.main).title}"
    return {head for head, paths in mapping.known_heads(schema, plan).items() if title in paths}


def _score(schema: Schema, plan: Together, heads: Sequence[str]) -> int:
    """How many heads name fields; 0 where none names what such a record is known by."""
    paths = mapping.known_heads(schema, plan)
    named = [paths[key] for head in heads if (key := plain(head)) in paths]
    title = f"{plan.main}.{schema.entity(plan.main).title}"
    keys = {title, f"{plan.main}.{plan.by}"} if plan.by else {title}
    if plan.person:
        keys.add(f"{plan.person}.{schema.entity(plan.person).title}")
    known = any(path.startswith(key) for found in named for path in found for key in keys)
    return len(named) if known else 0
