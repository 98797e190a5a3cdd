"""A look into a foreign file before anything is made of it: sheets, first rows, header, encoding.

    seen = peek(path)                        made in a child process; a big xlsx takes under a second
    seen = peek(path, sheet="客户", header_row=3)

What it takes for sheet and header is what an import takes that is told them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from freecrm.core.problems import Bug
from freecrm.core.words import Said, language, use
from freecrm.exchange.heads import Layout
from freecrm.exchange.sheets import Row, Source
from freecrm.store import child


@dataclass(frozen=True, slots=True)
class SheetSeen:
    """One sheet: its extent as far as the file states it (0: not known without reading it; about: a guess)."""

    name: str
    rows: int
    columns: int
    hidden: bool
    about: bool = False


@dataclass
class Peek:
    """What a look has shown. first: the first rows as they stand in the file, with their numbers.

    stamp: tells whether the file is still the one that was looked at. sure: whether sheet, header
    and encoding can hardly be others than these.
    """

    path: Path
    source: Source
    sheets: list[SheetSeen]
    sheet: str
    layout: Layout
    first: list[Row]
    stamp: tuple[int, int]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)
    sure: bool = True

    def is_current(self) -> bool:
        """Whether the file is still the one that was looked at."""
        try:
            return stamp_of(self.path) == self.stamp
        except OSError:
            return False


def stamp_of(path: Path) -> tuple[int, int]:
    """What changes when a file is written; OSError when it is gone."""
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


def peek(
    path: Path,
    sheet: str | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
    *,
    cancel: Callable[[], bool] | None = None,
) -> Peek:
    """Look into a file; Known when it holds no table that can be read."""
    args = (Path(path).absolute(), sheet, header_row, encoding, language())
    for seen in child.run(look_in, args, cancel=cancel):
        found: Peek = seen
        return found
    raise Bug("the look into a file ended without an answer")


def look_in(
    path: Path, sheet: str | None, header_row: int | None, encoding: str | None, tongue: str
) -> Iterator[Peek]:
    """The child's side."""
    from freecrm.exchange.reading import OWN_SHEETS, open_source

    use(tongue)
    opened = open_source(path, sheet, header_row, encoding, quick=True)
    stamp = stamp_of(path)
    tables = {table.name: table for table in opened.tables}
    seen = []
    for name in opened.source.sheets:
        table = tables.get(name)
        if table is not None and name not in OWN_SHEETS:
            seen.append(SheetSeen(name, table.height, table.width, table.hidden, table.about))
        elif table is None:
            seen.append(SheetSeen(name, 0, 0, False))
    table = tables[opened.sheet]
    others = [
        other
        for other in seen
        if other.name != opened.sheet and not other.hidden and other.rows * 3 > table.height
    ]
    yield Peek(
        path,
        opened.source,
        seen,
        opened.sheet,
        opened.layout,
        opened.first,
        stamp,
        table.merged,
        opened.notes,
        sure=opened.source.kind == "vcf" or (opened.layout.header_row > 0 and not others),
    )
