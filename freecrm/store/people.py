"""Who stands for a main record: the person whose position in it comes first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from freecrm.core.module import Together
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store

BLOCK = 500


def first_people(store: Store, plan: Together, ids: Sequence[bytes]) -> dict[bytes, bytes]:
    """Main record -> its main person: the primary one, else the one who came first."""
    found: dict[bytes, bytes] = {}
    link = quoted(plan.link)
    order = 'coalesce("primary", 0) DESC, n' if "primary" in store.schema.fields(plan.position) else "n"
    for start in range(0, len(ids), BLOCK):
        block = ids[start : start + BLOCK]
        marks = ", ".join("?" * len(block))
        for main, person in store.read().execute(
            f"SELECT {link}, parent FROM {quoted(plan.position)} WHERE {link} IN ({marks}) ORDER BY {order}",
            block,
        ):
            found.setdefault(main, person)
    return found
