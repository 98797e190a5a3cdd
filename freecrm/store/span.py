"""The changes of the step under way, as those who follow them up (derived fields, index) ask for them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from freecrm.store.tables import quoted

Select = tuple[str, tuple[object, ...]]
Counts = dict[str, tuple[int, int, int]]
"""Entity -> how many were added, changed, deleted."""


def counted(c: sqlite3.Connection, first: int) -> Counts:
    """What the log tells from change `first` on."""
    found: dict[str, list[int]] = {}
    sql = "SELECT entity, op, count(*) FROM change WHERE n >= ? GROUP BY entity, op"
    for entity, op, count in c.execute(sql, (first,)):
        found.setdefault(entity, [0, 0, 0])[op] = count
    return {entity: (n[0], n[1], n[2]) for entity, n in found.items()}


_FIRST, _FRESH = -1, -2
"""What stands in an outline for the numbers of a step."""


class Outline(NamedTuple):
    """A span without its figures: (entity, whether any were added, changed, deleted), whether new rows are known by
    their numbers, `Span.exact`."""

    counts: tuple[tuple[str, bool, bool, bool], ...]
    numbered: bool
    exact: bool

    def span(self) -> Span:
        """One whose statements are those of all spans of this outline once they are `filled`."""
        counts: Counts = {e: (int(new), int(changed), int(gone)) for e, new, changed, gone in self.counts}
        return Span(_FIRST, counts, _FRESH if self.numbered else None, self.exact)


@dataclass(frozen=True)
class Span:
    """first: number of its first change. counts: entity -> (new, changed, deleted).

    fresh: new rows have numbers above this one; None when rows came back with their old numbers
    (undo, restore), so that only the log knows them. Asking by number is many times faster.
    exact: every change of the file is of a step, so that what a change does not name is known to be in order.
    Where other programs wrote, a record that is touched at all is worked out anew.
    """

    first: int
    counts: Counts
    fresh: int | None = None
    exact: bool = False

    def outline(self, entities: Collection[str]) -> Outline:
        """What its statements about these entities depend on."""
        counts = self.counts
        told = ((e, *counts[e]) for e in sorted(counts.keys() & entities))
        return Outline(
            tuple((e, bool(new), bool(changed), bool(gone)) for e, new, changed, gone in told),
            self.fresh is not None,
            self.exact,
        )

    def filled(self, parameters: tuple[object, ...]) -> tuple[object, ...]:
        """Parameters of an outline's statement as those of this span."""
        return tuple(
            {_FIRST: self.first, _FRESH: self.fresh}.get(p, p) if isinstance(p, int) else p
            for p in parameters
        )

    def written(self, entity: str, column: str = "id", fields: Iterable[str] | None = None) -> list[Select]:
        """Statements that select `column` of the rows of `entity` that were added or changed.

        fields: of the changed ones only those are needed where one of these was changed (None: all).
        """
        new, changed, _deleted = self.counts.get(entity, (0, 0, 0))
        name, table = quoted(column), quoted(entity)
        log = "SELECT id FROM change WHERE n >= ? AND entity = ? AND op"
        there = f"SELECT {name} FROM {table} WHERE {name} IS NOT NULL AND"
        found: list[Select] = []
        if new and self.fresh is not None:
            found.append((f"{there} n > ?", (self.fresh,)))
        elif new:
            found.append((f"{there} id IN ({log} = 0)", (self.first, entity)))
        if changed and (fields is None or not self.exact):
            found.append((f"{there} id IN ({log} = 1)", (self.first, entity)))
        elif changed and fields is not None:
            one_of = " OR ".join(f"data -> '$.{quoted(name)}' IS NOT NULL" for name in sorted({*fields}))
            if one_of:
                found.append((f"{there} id IN ({log} = 1 AND ({one_of}))", (self.first, entity)))
        return found

    def gone(self, entity: str) -> list[Select]:
        """Statements that select the ids of the rows of `entity` that were deleted."""
        if not self.counts.get(entity, (0, 0, 0))[2]:
            return []
        return [("SELECT id FROM change WHERE n >= ? AND entity = ? AND op = 2", (self.first, entity))]

    def has_old_rows(self, entity: str) -> bool:
        """Whether rows of `entity` that were there before were changed or deleted."""
        _new, changed, deleted = self.counts.get(entity, (0, 0, 0))
        return bool(changed or deleted)
