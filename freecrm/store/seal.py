"""The chain of seals: each step carries a hash over itself, its changes and the step before."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from typing import Any


def chain_hash(connection: sqlite3.Connection, head: list[Any], n: int, first: int, last: int) -> bytes:
    """SHA-256 over the step before, this step's head and its changes: tampering shows."""
    before = connection.execute("SELECT hash FROM step WHERE n < ? ORDER BY n DESC LIMIT 1", (n,)).fetchone()
    sealed = hashlib.sha256(before[0] if before else b"FreeCRM")
    sealed.update(json.dumps(head, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass"))
    for start in range(first, last + 1, 2000):
        text = connection.execute(
            "SELECT group_concat(x, char(10)) FROM (SELECT"
            " entity || op || hex(id) || ' ' || base || ' ' || at || coalesce(data, '') AS x"
            " FROM change WHERE n BETWEEN ? AND ? AND step = ? ORDER BY n)",
            (start, min(start + 1999, last), n),
        ).fetchone()[0]
        sealed.update((text or "").encode("utf-8", "surrogatepass"))
    return sealed.digest()


def seal_anew(connection: sqlite3.Connection, start: int) -> None:
    """Make the seals anew from step `start` on, after values of a person were blanked in the log."""
    rows = connection.execute(
        "SELECT n, title, figures, at, who, origin, undoes, first, last FROM step WHERE n >= ? ORDER BY n",
        (start,),
    ).fetchall()
    for n, title, figures, at, who, origin, undoes, first, last in rows:
        head = [n, title, json.loads(figures), at, who, origin, undoes]
        connection.execute(
            "UPDATE step SET hash = ? WHERE n = ?", (chain_hash(connection, head, n, first, last), n)
        )
