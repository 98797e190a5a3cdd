"""What somebody new does first, and which of it is done: a short list on the page of the day, until it is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freecrm.store import copies, faults

if TYPE_CHECKING:
    from freecrm.store.database import Store

KEPT = "today.first_steps"
_CLOSED = "closed"
_ASKS = {
    "customers": "SELECT EXISTS(SELECT 1 FROM customer)",
    "follow_up": "SELECT EXISTS(SELECT 1 FROM note) OR EXISTS(SELECT 1 FROM activity WHERE state = 'done'"
    " AND recorded IS NOT 1)",
    "planned": "SELECT EXISTS(SELECT 1 FROM activity WHERE open_at IS NOT NULL)",
}
BACKUP = "backup"


@faults.reads
def done(store: Store) -> dict[str, bool]:
    """Step -> whether it is done, in their order; {} when the list was closed or all is done."""
    if store.kept(KEPT) == _CLOSED:
        return {}
    found = {name: bool(store.read().execute(sql).fetchone()[0]) for name, sql in _ASKS.items()}
    found[BACKUP] = bool(copies.listed(store.path))
    return {} if all(found.values()) else found


def close(store: Store) -> None:
    """Show the list no more."""
    store.keep(KEPT, _CLOSED)
