"""Rooms and cars: one that planned activities need can't be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freecrm.core.agenda import PLANNED
from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store import noting

if TYPE_CHECKING:
    from freecrm.store.database import Store


def delete(store: Store, id: bytes) -> None:
    """Delete a room. Known while planned activities use it; those that are over lose the link, and undo fills it."""
    n = (
        store.read()
        .execute("SELECT count(*) FROM activity WHERE room = ? AND state = ?", (id, PLANNED))
        .fetchone()[0]
    )
    if n:
        what = N_(
            "“{name}” is booked for planned activities ({n}). Give them another room first, then delete it."
        )
        raise Known(say(what, name=noting.title_of(store, "resource", id), n=f"{n:,}"))
    noting.delete_record(store, "resource", id)
