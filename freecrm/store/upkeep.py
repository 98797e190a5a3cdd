"""What keeps a file quick and is nobody's wish: called in a job some time after the start.

tasks.run(upkeep.renew_search, store, writes=True, failed=...)
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from freecrm.core.jobs import Progress
from freecrm.store import faults
from freecrm.store.search import SearchIndex

if TYPE_CHECKING:
    from freecrm.store.database import Store

STALE = 0.2  # a search walks past this share of tokens that lead nowhere
PAUSE = 0.002  # seconds after each block, so that a window beside it gets its turn


@faults.by_program
def renew_search(store: Store, progress: Progress | None = None) -> bool:
    """Make a search index anew of which more than STALE leads nowhere; whether there was one.

    Readers find what they found meanwhile; writers wait. Known when the disk is full, Cancelled when
    `progress` was cancelled: the index is then as it was.
    """
    progress = progress or Progress()
    renewed = False
    for long in (False, True):
        with faults.told(store.path):
            if SearchIndex(store.read(), long).stale_share() > STALE:
                _renew(store, progress, long=long)
                renewed = True
    return renewed


def _renew(store: Store, progress: Progress, *, long: bool) -> None:
    def told(done: int, total: int) -> None:
        progress.tell(done, total)
        time.sleep(PAUSE)

    with store.lock:
        connection = store.write()
        connection.execute("BEGIN IMMEDIATE")
        try:
            SearchIndex(connection, long).rebuild(told)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
