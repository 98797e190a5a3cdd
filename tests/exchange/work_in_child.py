"""What test_child.py has done in the child: plain generators of an importable module."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator

from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.exchange.reading import open_source


def count(to: int) -> Iterator[int]:
    yield from range(to)


def rows_of(path: str) -> Iterator[list[object]]:
    for number, cells in open_source(path).rows():
        yield [number, *cells]


def read_each(paths: list[str], start: int) -> Iterator[int]:
    """Reads one file after the other from `start` on; tells the place of the next one after each."""
    for at, path in enumerate(paths[start:], start):
        with contextlib.suppress(Known):
            opened = open_source(path)
            for _, cells in opened.rows():
                assert len(cells) == len(opened.layout.heads)
        yield at + 1


def refuse() -> Iterator[int]:
    yield 1
    raise Known(
        say(N_("The file {name} is empty. Choose the one that holds the list."), name="a"), details="d"
    )


def stumble() -> Iterator[int]:
    yield 1
    raise KeyError("ours")


def abort() -> Iterator[int]:
    yield 1
    os.abort()


def eat_memory() -> Iterator[int]:
    yield 1
    yield len(bytearray(1 << 40))


def far_corner(path: str) -> Iterator[int]:
    import python_calamine

    yield python_calamine.load_workbook(path).get_sheet_by_index(0).height


def loaded() -> Iterator[list[str]]:
    main = sys.modules["__main__"]
    yield [name for name in ("PySide6", "sqlalchemy", "openpyxl", "pytest") if name in sys.modules]
    yield [str(getattr(main, "__file__", ""))]


def never_ends() -> Iterator[int]:
    yield os.getpid()
    while True:
        time.sleep(1)


def shout() -> Iterator[int]:
    os.write(1, b"noise on standard output")
    yield 1
