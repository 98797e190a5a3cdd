"""Which rows and cells of a list are selected: rows as ranges of places, so that a million rows are one pair of
numbers; cells as one block."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple


class RowSelection:
    """A set of rows as sorted, disjoint ranges (first, last), both ends included."""

    def __init__(self) -> None:
        self._ranges: list[tuple[int, int]] = []

    def __contains__(self, row: int) -> bool:
        at = bisect_right(self._ranges, (row, 2**62)) - 1
        return at >= 0 and self._ranges[at][0] <= row <= self._ranges[at][1]

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self._ranges)

    def __iter__(self) -> Iterator[int]:
        for first, last in self._ranges:
            yield from range(first, last + 1)

    def ranges(self) -> list[tuple[int, int]]:
        """The ranges, in order."""
        return list(self._ranges)

    def clear(self) -> None:
        """Select nothing."""
        self._ranges = []

    def set(self, first: int, last: int) -> None:
        """Select the rows from one to the other, in either order, and no others."""
        self._ranges = [(min(first, last), max(first, last))]

    def add(self, first: int, last: int) -> None:
        """Select these rows as well."""
        low, high = min(first, last), max(first, last)
        kept = []
        for one, other in self._ranges:
            if other < low - 1 or one > high + 1:
                kept.append((one, other))
            else:
                low, high = min(low, one), max(high, other)
        self._ranges = sorted([*kept, (low, high)])

    def remove(self, row: int) -> None:
        """Leave one row out."""
        left = []
        for first, last in self._ranges:
            if not first <= row <= last:
                left.append((first, last))
                continue
            if first < row:
                left.append((first, row - 1))
            if row < last:
                left.append((row + 1, last))
        self._ranges = left

    def toggle(self, row: int) -> None:
        """Select the row when it is not, leave it out when it is."""
        if row in self:
            self.remove(row)
        else:
            self.add(row, row)


class Block(NamedTuple):
    """A rectangle of cells: places of rows and columns, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """How many rows it has."""
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        """How many columns it has."""
        return self.right - self.left + 1

    def holds(self, row: int) -> bool:
        """Whether it reaches into a row."""
        return self.top <= row <= self.bottom


def block_of(one: tuple[int, int], other: tuple[int, int]) -> Block:
    """The block between two cells (row, column), in any order."""
    (row, column), (row2, column2) = one, other
    return Block(min(row, row2), min(column, column2), max(row, row2), max(column, column2))
