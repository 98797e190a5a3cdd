"""Records that left this computer without being deleted: why, and how they come back.

`change.TAKEN_OFF` are the titles of the steps by which they went.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from freecrm.core.change import DELETE, LEFT, OUTSIDE
from freecrm.core.words import N_, Said, say

if TYPE_CHECKING:
    import sqlite3

_WHY = {
    LEFT: N_(
        "This record is not shared with you any more and was taken off this computer; nobody deleted it. Whoever gives the"
        " rights can change that. Ask them."
    ),
    OUTSIDE: N_(
        "This record lies outside of what this computer holds and was taken off here; nobody deleted it. “What this computer"
        " holds…” in Settings → Team brings it back."
    ),
}


def why(c: sqlite3.Connection, id: bytes) -> Said | None:
    """Why a record that is not here was taken off this computer, in words; None where it was deleted, or never was here.

    c: a connection that reads all of the file, whatever its user may see."""
    row = c.execute(
        "SELECT s.title FROM change x JOIN step s ON s.n = x.step WHERE x.id = ? AND x.op = ? ORDER BY x.n DESC LIMIT 1",
        (id, DELETE),
    ).fetchone()
    return say(_WHY[row[0]]) if row is not None and row[0] in _WHY else None
