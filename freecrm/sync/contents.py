"""The contents of attached files: what is only here goes to the server, what is only there comes here, piece by piece,
going on where a broken connection stopped it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from freecrm.store import files
from freecrm.store.tables import blocks

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.sync.server import Server

PIECE = 1 << 20


def exchange(store: Store, server: Server) -> int:
    """Send and fetch all that is missing on either side; how many files are still missing here."""
    _send(store, server)
    return _fetch(store, server)


def _send(store: Store, server: Server) -> None:
    for id, digest, pieces in server.files_wanted():
        path = files.place(store, digest)
        if path.is_file():
            _send_one(server, id, path, pieces)


def _send_one(server: Server, id: str, path: Path, pieces: int) -> None:
    size = path.stat().st_size
    with path.open("rb") as source:
        source.seek(pieces * PIECE)
        for n in range(pieces, max(1, -(-size // PIECE))):
            server.put_piece(id, n, source.read(PIECE), (n + 1) * PIECE >= size)


def _fetch(store: Store, server: Server) -> int:
    rows = store.read().execute("SELECT id, hash FROM file WHERE hash IS NOT NULL").fetchall()
    missing = {id.hex().upper(): digest for id, digest in rows if not files.place(store, digest).is_file()}
    came = 0
    for block in blocks(list(missing)):
        for id, pieces in server.files_there(list(block)):
            came += _fetch_one(store, server, id, missing[id], pieces)
    return len(missing) - came


def _fetch_one(store: Store, server: Server, id: str, digest: str, pieces: int) -> bool:
    """Whether it is here now, and is what its name says."""
    target = files.place(store, digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{digest}.part")
    begun = part.stat().st_size // PIECE if part.is_file() else 0
    with part.open("r+b" if begun else "wb") as out:
        out.truncate(begun * PIECE)
        out.seek(begun * PIECE)
        for n in range(begun, pieces):
            data = server.piece(id, n)
            if data is None:  # it was taken back meanwhile
                return False
            out.write(data)
        out.flush()
        os.fsync(out.fileno())
    with part.open("rb") as whole:
        if hashlib.file_digest(whole, "sha256").hexdigest() != digest:
            part.unlink()
            return False
    part.replace(target)
    return True
