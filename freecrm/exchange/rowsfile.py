"""The rows of a foreign file once read, kept compactly on disk: another look costs no reading.

A file of rows that was written to its end serves every later pass over the same list, in the same
child process or in the next one.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from freecrm.exchange.reading import Opened
from freecrm.exchange.sheets import Row

BLOCK = 1000
_HEAD = struct.Struct("<QQ")  # where what was opened stands, and how many rows there are; zeros: unfinished


class RowsFile:
    """Rows in blocks. `fill` it from an opened file, or find it full (`opened` is set)."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.opened: Opened | None = None
        self.count = 0
        file.seek(0)
        at, count = _HEAD.unpack(head) if len(head := file.read(_HEAD.size)) == _HEAD.size else (0, 0)
        if at:
            file.seek(at)
            self.opened, self.count = pickle.load(file), count

    def fill(self, opened: Opened) -> Iterator[int]:
        """Take all rows in; yields how many there are by now. `opened` lets go of its content."""
        file = self.file
        file.seek(0)
        file.truncate()
        file.write(_HEAD.pack(0, 0))
        rows = opened.rows()
        while block := list(islice(rows, BLOCK)):
            pickle.dump(block, file, pickle.HIGHEST_PROTOCOL)
            self.count += len(block)
            yield self.count
        at = file.tell()
        opened.close()
        pickle.dump(opened, file, pickle.HIGHEST_PROTOCOL)
        file.seek(0)
        file.write(_HEAD.pack(at, self.count))
        file.flush()
        self.opened = opened

    def blocks(self) -> Iterator[list[Row]]:
        """All rows from the first on, a block at a time."""
        self.file.seek(_HEAD.size)
        left = self.count
        while left > 0:
            block: list[Row] = pickle.load(self.file)
            left -= len(block)
            yield block

    def first(self, most: int) -> list[list[Any]]:
        """The cells of the first rows."""
        found: list[list[Any]] = []
        for block in self.blocks():
            found += [cells for _number, cells in block]
            if len(found) >= most:
                break
        return found[:most]


def open_rows(path: Path) -> IO[bytes]:
    """The file at `path`, kept or made."""
    return path.open("r+b" if path.exists() else "w+b")
