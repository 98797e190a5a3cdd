"""Power that fails: what a disk may hold of a file at that moment.

Everything that was waited for is there. Of what was written to the log of writes after that, any part may be: so it is
cut off at a random place, or has a stretch of nonsense in it. The file's shared memory is gone in any case.
"""

from __future__ import annotations

import random
import shutil
import struct
from pathlib import Path

HEAD, FRAME_HEAD = 32, 24


def reached(path: Path) -> tuple[bytes, int]:
    """How far the log of writes of a file goes: its salt, and the byte after the last whole frame."""
    wal = Path(f"{path}-wal")
    if not wal.exists() or wal.stat().st_size < HEAD:
        return b"", HEAD
    with wal.open("rb") as file:
        head = file.read(HEAD)
        frame = FRAME_HEAD + struct.unpack(">I", head[8:12])[0]
        end = HEAD
        while True:
            file.seek(end)
            found = file.read(frame)
            if len(found) < frame or found[8:16] != head[16:24]:
                return head[16:24], end
            end += frame


def fail(path: Path, copy: Path, sure: tuple[bytes, int], chance: random.Random) -> str:
    """Copy what is on the disk of a file whose program stands still; what became of what nobody had waited for.

    sure: how far the log of writes was when the program last said that something is kept."""
    for end in ("", "-wal", "-shm"):
        Path(f"{copy}{end}").unlink(missing_ok=True)
    shutil.copyfile(path, copy)
    wal, copied = Path(f"{path}-wal"), Path(f"{copy}-wal")
    if not wal.exists():
        return "no log"
    shutil.copyfile(wal, copied)
    salt, end = reached(path)
    kept = sure[1] if sure[0] == salt else HEAD  # a log begun anew: all before is in the file itself
    if end <= kept:
        return "nothing open"
    how = chance.choice(["whole", "cut", "nonsense"])
    with copied.open("r+b") as file:
        if how == "cut":
            file.truncate(chance.randrange(kept, end))
        elif how == "nonsense":
            at = chance.randrange(kept, end)
            file.seek(at)
            file.write(chance.randbytes(min(end - at, chance.choice((1, 512, 4096)))))
    return how
