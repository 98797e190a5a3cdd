"""What the change log holds, as seen by its readers: steps and the changes in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from freecrm.core.words import N_, Said, from_plain, say

INSERT, UPDATE, DELETE = 0, 1, 2

NOTED = N_("Reminder noted")
"""The title of steps by which the program keeps its own books: who was reminded of what. They are no change of a record:
no history shows them, nothing takes them back, and they keep no undo from its work."""
LEFT = N_("Records that are no longer shared with you taken off")
OUTSIDE = N_("Records that this computer doesn't hold removed")
LET_GO = N_("What named records that were refused changed")
"""The title of steps by which nothing is left that names a new record the team's database did not take."""
TAKEN_OFF = (LEFT, OUTSIDE)
"""The titles of steps by which records leave this computer without being deleted: no recycle bin shows them."""
MOVED = N_("“{name}” moved to “{stage}”")
"""The title of steps that move one deal: its rows of `deal_move` tell it in a timeline."""

DONE = {
    LEFT: N_("Taken off, no longer shared with you"),
    OUTSIDE: N_("Taken off, outside of what this computer holds"),
    N_("Activity copied: {name}"): N_("Copied: {name}"),
    N_("Activity changed: {name}"): N_("Changed: {name}"),
    N_("Activity deleted: {name}"): N_("Deleted: {name}"),
    N_("Activity done: {name}"): N_("Done: {name}"),
    N_("Activity dropped: {name}"): N_("Dropped: {name}"),
    N_("Activity moved: {name}"): N_("Moved: {name}"),
    N_("Activity put off: {name}"): N_("Put off: {name}"),
    N_("Add the sample data"): N_("Sample data added"),
    N_("Carry {n} activities over"): N_("{n} activities carried over"),
    N_("Plan {n} activities"): N_("{n} activities planned"),
    N_("Bring back {file}"): N_("Brought back {file}"),
    N_("Codes given to {n} {things:lower}"): N_("{n} {things:lower} got a code"),
    N_("Convert lead “{name}”"): N_("Lead “{name}” converted"),
    N_("Give up lead “{name}”"): N_("Lead “{name}” given up"),
    N_("Give up {n} leads"): N_("{n} leads given up"),
    N_("Share out lead “{name}”"): N_("Lead “{name}” shared out"),
    N_("Share out {n} leads"): N_("{n} leads shared out"),
    N_("Delete {n} {things:lower}"): N_("{n} {things:lower} deleted"),
    N_("Follow-up on {name}"): N_("Follow-up on {name} saved"),
    N_("Import {file}"): N_("Imported {file}"),
    N_("Merge {n} {things:lower} into “{name}”"): N_("{n} {things:lower} merged into “{name}”"),
    N_("New activity: {name}"): N_("Planned: {name}"),
    N_("Note on {name}"): N_("Note on {name} saved"),
    N_("Put “{name}” off until {day}"): N_("“{name}” was put off until {day}"),
    N_("Redo: {title}"): N_("Redone: {title}"),
    N_("Remove the sample data"): N_("Sample data removed"),
    N_("Relation of {name} with {other} added"): N_("Relation of {name} with {other} was added"),
    N_("Restore {n} records"): N_("{n} records restored"),
    N_("Restore {title}"): N_("{title} restored"),
    N_("Split “{name}” again"): N_("“{name}” was split again"),
    N_("Undo: {title}"): N_("Undone: {title}"),
    N_("View “{name}” put away"): N_("View “{name}” was put away"),
    N_("View “{name}” shown again"): N_("View “{name}” is shown again"),
    N_("{what} “{name}” added"): N_("{what} “{name}” was added"),
    N_("“{name}” taken out of the list"): N_("“{name}” was taken out of the list"),
    N_("“{names}” split from “{into}” again"): N_("“{names}” was split from “{into}” again"),
    N_("“{file}” attached to {name}"): N_("“{file}” was attached to {name}"),
    N_("{n} files attached to {name}"): N_("{n} files were attached to {name}"),
}
"""A step's title, as «Undo …» and the history name it -> what is told once it is done. Titles that are such a
sentence by themselves, in every language («Grade of 云杉谷酒店 changed»), are not among them."""


@dataclass(frozen=True, slots=True)
class Step:
    """One named operation of the log.

    n: its number. title: the sentence in «Undo …». who: the user's id or None. origin: "user",
    "import", "undo", "redo", "program", "sync". undoes: the step this one took back (or brought
    back). undone: taken back and not brought back since. counts: entity -> (new, changed, deleted).
    """

    n: int
    title: str
    figures: dict[str, Any]
    at: dt.datetime
    who: bytes | None
    origin: str
    undoes: int | None
    undone: bool
    counts: dict[str, tuple[int, int, int]]

    def __str__(self) -> str:
        return str(self.said)

    @property
    def said(self) -> Said:
        """The title with its figures, in the language of whoever reads it."""
        return self._say(self.title)

    @property
    def done(self) -> Said:
        """What was done, as a sentence in the past."""
        return self._say(DONE.get(self.title, self.title))

    def _say(self, text: str) -> Said:
        return say(text, **{name: from_plain(value) for name, value in self.figures.items()})


@dataclass(frozen=True, slots=True)
class Change:
    """One write of one row. values: field -> (old, new) as stored."""

    step: int | None
    entity: str
    id: bytes
    op: int
    at: dt.datetime
    values: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Touched:
    """What a step did, for everyone who shows it: entity -> ids (None = too many to list).

    step: the step's number (None where another program wrote). kept: records that an undo left
    as they are because they were edited since.
    """

    step: int | None
    ids: dict[str, frozenset[bytes] | None]
    kept: tuple[Kept, ...] = ()
    counts: dict[str, tuple[int, int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that an undo left alone, and why."""

    entity: str
    id: bytes
    title: str
    why: Said


MOVED = N_("“{name}” moved to “{stage}”")
"""The title of steps that move one deal: its rows of `deal_move` tell it in a timeline."""
