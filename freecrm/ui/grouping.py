"""The groups of a list as rows between its rows: a flat index of numbers, so that a million rows stay one
array. A group row's number is below zero (`number_of`); `at_of` leads back to it."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from freecrm.core.query import Group
from freecrm.store.totals import Slice

NO_ROW = -1  # what a list without a cursor says; groups begin below it


@dataclass(slots=True)
class GroupRow:
    """One group. path: what tells it apart, level by level. key: its value at its own level, as people know
    it. start, end: its records among all of the list."""

    path: tuple[Any, ...]
    key: Any
    level: int
    start: int
    end: int
    sums: dict[str, Any]
    leaf: bool

    @property
    def count(self) -> int:
        """How many records are in it."""
        return self.end - self.start


def number_of(at: int) -> int:
    """The number by which a list knows the group row at this place of `Groups.rows`."""
    return NO_ROW - 1 - at


def at_of(number: int) -> int:
    """The place in `Groups.rows` of a group row's number."""
    return NO_ROW - 1 - number


class Groups:
    """All group rows of a list, outer ones before what is in them, and which of them are folded. by: what the
    list was grouped by when they were found."""

    def __init__(self, slices: Sequence[Slice], by: tuple[Group, ...] = ()) -> None:
        self.by = by
        self.rows: list[GroupRow] = []
        self.folded: set[tuple[Any, ...]] = set()
        open_: list[GroupRow] = []
        at = 0
        for one in slices:
            depth = len(one.ids)
            same = 0
            while same < len(open_) and open_[same].path == one.ids[: same + 1] and same < depth - 1:
                same += 1
            del open_[same:]
            for level in range(same, depth):
                made = GroupRow(one.ids[: level + 1], one.keys[level], level, at, at, {}, level == depth - 1)
                self.rows.append(made)
                open_.append(made)
            at += one.count
            for row in open_:
                row.end = at
                for name, value in one.sums.items():
                    if value is not None:
                        row.sums[name] = row.sums.get(name, 0) + value

    @property
    def outer(self) -> int:
        """How many groups there are at the first level."""
        return sum(1 for row in self.rows if not row.level)

    def flat(self, numbers: array[int]) -> tuple[array[int], list[int]]:
        """The numbers of the rows that are shown, group rows among them; the places of the group rows."""
        made, heads = array("q"), list[int]()
        hidden_below = -1  # what lies in a folded group of this level is left out
        for at, row in enumerate(self.rows):
            if 0 <= hidden_below < row.level:
                continue
            hidden_below = -1
            heads.append(len(made))
            made.append(number_of(at))
            if row.path in self.folded:
                hidden_below = row.level
            elif row.leaf:
                made.extend(numbers[row.start : row.end])
        return made, heads

    def around(self, place: int) -> list[GroupRow]:
        """The groups, outer ones first, that hold the record at a place among all records of the list."""
        return [row for row in self.rows if row.start <= place < row.end]

    def keep_folded(self, before: set[tuple[Any, ...]]) -> None:
        """Fold what was folded before the list was asked for anew."""
        self.folded = before & {row.path for row in self.rows}

    def fold_all(self) -> None:
        """Show the group rows of the first level only."""
        self.folded = {row.path for row in self.rows}

    def unfold_all(self) -> None:
        """Show everything."""
        self.folded = set()


def heads_within(heads: Sequence[int], ranges: Sequence[tuple[int, int]]) -> int:
    """How many of these places, in order, lie in some ranges (both ends included)."""
    return sum(bisect_left(heads, last + 1) - bisect_left(heads, first) for first, last in ranges)
