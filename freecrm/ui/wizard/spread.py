"""Columns of a table that share the width there is, each with its part and its least width."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QTableView

from freecrm.ui import look


def spread(table: QTableView, parts: Sequence[tuple[float, int]]) -> None:
    """Give the columns their widths; parts: (share, least width of the design), a share of 0 is that width.

    The last column takes what is left by itself."""
    least = [look.px(wide) for _share, wide in parts]
    free = table.viewport().width() - sum(least)
    shares = sum(share for share, _wide in parts)
    for column, ((share, _wide), own) in enumerate(zip(parts, least, strict=True)):
        if column < len(parts) - 1:
            table.setColumnWidth(column, own + (int(free * share / shares) if free > 0 else 0))
