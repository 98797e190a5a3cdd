"""Columns of a table that share the width there is, each with its part and its least width."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QTableView

from freecrm.ui import look


def spread(table: QTableView, parts: Sequence[tuple[float, int]], folds: Sequence[int] = ()) -> None:
    """Give the columns their widths; parts: (share, least width of the design), a share of 0 is that width.

    folds: columns that are not shown, in this order, where there is no room for all. The last column takes what
    is left by itself."""
    least = {column: look.px(wide) for column, (_share, wide) in enumerate(parts)}
    room = table.viewport().width()
    for column in folds:
        if sum(least.values()) > room:
            del least[column]
    free = room - sum(least.values())
    shares = sum(parts[column][0] for column in least)
    for column, (share, _wide) in enumerate(parts):
        table.setColumnHidden(column, column not in least)
        if column in least and column < len(parts) - 1:
            own = least[column]
            table.setColumnWidth(column, own + (int(free * share / shares) if free > 0 else 0))
