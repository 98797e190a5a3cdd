"""What is selected in a table, on the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freecrm.core.fields import Field
from freecrm.core.words import N_, say
from freecrm.ui import clipboard, talk
from freecrm.ui.selection import Block

if TYPE_CHECKING:
    from freecrm.ui.grid import Grid

COPY_AT_ONCE = 500
COPY_MOST = 100_000


def copy(grid: Grid) -> None:
    """Put the block or the chosen rows on the clipboard as Excel takes them; else the focused cell."""
    block, index = grid.block(), grid.currentIndex()
    if block is None and not (grid.chosen and len(grid.selection) > 1):
        if not index.isValid():
            return
        block = Block(index.row(), index.column(), index.row(), index.column())
    count = block.height if block is not None else len(grid.selection)
    if count > COPY_MOST:
        what = N_("{n} rows are too many to copy at once. Select at most {most}.")
        talk.tell(say(what, n=f"{count:,}", most=f"{COPY_MOST:,}"), "warning")
        return
    wanted = range(block.top, block.bottom + 1) if block is not None else grid.selection
    places = [at for at in wanted if grid.list_model.group_at(at) is None]
    columns = slice(block.left, block.right + 1) if block is not None else slice(None)

    def put(rows: list[list[tuple[Field, str]]]) -> None:
        clipboard.put([row[columns] for row in rows])

    if count <= COPY_AT_ONCE:
        put(grid.list_model.table(places))
    else:
        grid.tasks.run(grid.list_model.table, places, then=put)
