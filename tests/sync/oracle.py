"""Whether anything was lost: every value that somebody wrote is a leaf until somebody who saw it writes another.

What a desktop shows is looked at before and after each thing done there. A new value takes the place of the one that
stood on that screen; a row that is gone was given up by somebody who saw it. What nobody gave up must be there in
the end, or stand as the other value of a difference, or have been wiped by its own user's going back to a backup
before it went out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from freecrm.store.database import Store
from freecrm.sync import outbox

THERE = "*"
"""The field that stands for a row's being there."""
PASSED_OVER = {"position", "parent", "parent_entity", "at", "at_zone"}

Key = tuple[bytes, str]
Screen = dict[Key, Any]


@dataclass(slots=True)
class Leaf:
    """A value that a desktop wrote. change: the last change of its file then. seen: given up by whoever saw it."""

    key: Key
    value: Any
    desktop: str
    change: int
    at: int
    seen: bool = False
    wiped: bool = False


@dataclass(slots=True)
class Leaves:
    """All values written so far, and what became of those that nobody gave up."""

    all: list[Leaf] = field(default_factory=list)
    of: dict[Key, list[Leaf]] = field(default_factory=dict)
    dropped: dict[tuple[str, Key], int] = field(default_factory=dict)
    """(desktop, row) -> the change by which it was last deleted there."""

    def wrote(self, desktop: str, change: int, before: Screen, after: Screen, at: int, out: int) -> None:
        """What a desktop showed before and after something was done there. out: the change up to which all may have gone
        out before: what was deleted later and is brought back was never a word to anybody."""
        for key in before.keys() - after.keys():
            self._give_up(key, before[key])
            if key[1] == THERE:
                self.dropped[desktop, key] = change
        once = {key[0] for key in after if key[1] == THERE and key in self.of}  # rows that were there before
        for key, value in after.items():
            if key in before and before[key] == value:
                continue
            if key in before:
                self._give_up(key, before[key])
            back = (key[0], THERE) not in before and key[0] in once  # from its deletion, as it was
            if back and self.dropped.get((desktop, (key[0], THERE)), 0) > out:
                continue
            if any(leaf.value == value for leaf in self.of.get(key, ())) and key[1] != THERE:
                back = True  # taken back: as if nothing had been written, as far as others are concerned
            if value is not None and not (back and key[1] != THERE):
                leaf = Leaf(key, value, desktop, change, at)
                self.all.append(leaf)
                self.of.setdefault(key, []).append(leaf)

    def _give_up(self, key: Key, value: Any) -> None:
        if key[1] in ("kept", "other") and isinstance(
            value, str
        ):  # of a difference: what was written is meant
            meant = json.loads(value)
            for leaf in self.all:
                if leaf.value == meant:
                    leaf.seen = True
        for leaf in self.of.get(key, ()):
            if leaf.value == value:
                leaf.seen = True

    def wipe(self, desktop: str, after: int, upto: int) -> None:
        """A desktop went back to where its file ended with change `after`; up to `upto` all had gone out."""
        for leaf in self.all:
            if leaf.desktop == desktop and leaf.change > after and leaf.change > upto:
                leaf.wiped = True

    def lost(self, final: Screen, told: set[Any]) -> list[Leaf]:
        """Those that are nowhere. told: the values of all differences."""
        return [
            leaf
            for leaf in self.all
            if not leaf.seen
            and not leaf.wiped
            and final.get(leaf.key) != leaf.value
            and leaf.value not in told
        ]


def screen(store: Store, entities: tuple[str, ...]) -> Screen:
    """All that a desktop's file holds of these entities."""
    found: Screen = {}
    c = store.read()
    for name in entities:
        ids = [row[0] for row in c.execute(f'SELECT id FROM "{name}"')]
        for id, held in outbox.records(c, store.schema.entity(name), ids).items():
            found[id, THERE] = True
            found.update(((id, key), value) for key, value in held.items() if key not in PASSED_OVER)
    return found


def last_change(store: Store) -> int:
    return int(store.read().execute("SELECT coalesce(max(n), 0) FROM change").fetchone()[0])
