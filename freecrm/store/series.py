"""Changing a repeating activity: this time, this and all later ones, or all of them. Each is one step that can be undone.

    series.change(store, id, instance, {"subject": …}, series.THIS)
    series.move(store, id, instance, start, end, series.LATER)
    series.delete(store, id, instance, series.ALL)

`id` is the repeating activity (the master), or one that stands for a single time of it; `instance` the beginning of the
time meant, as `repeats.times` gave it. *This* makes an activity of its own for that time, which the master leaves out.
*Later* ends the master before that time; a new master begins with it. *All* moves the master itself.

What people have done with single times goes along: a time that was left out, or stands by itself, belongs afterwards to
the time of the same number. Where the new rule has no such time, it stays where it is as an activity of its own
(`Done.loose`). What is done already stays on its day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

THIS, LATER, ALL = "this", "later", "all"
SCOPES = (THIS, LATER, ALL)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it. id: the activity that now holds the time meant, None when it was deleted. loose: activities that
    stood for a time of the series and are single ones now."""

    id: bytes | None
    loose: tuple[bytes, ...] = ()
