"""Whether a customer may owe more: one answer for whoever sells and for whoever looks.

found = outlook(limit=5_000_000, owed=1_200_000, grade="good", extra=400_000)
found.verdict, found.why
"""

from __future__ import annotations

from dataclasses import dataclass

from freecrm.core.words import N_, Said, say

OK, WARNS, BLOCKS = "ok", "warns", "blocks"
STOPPED, WATCHED = "stop", "watch"
"""Grades that mean something here: cash only, and look twice."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """verdict: OK, WARNS or BLOCKS, with the sentence `why`. free: what may still be owed after it, None: no
    limit is set. over: by how much the limit is passed. late: for how many days something has been overdue, where that
    is too long."""

    verdict: str
    why: Said | None = None
    free: int | None = None
    over: int = 0
    late: int = 0


def outlook(limit: int | None, owed: int, grade: str | None = None, extra: int = 0, late: int = 0) -> Outlook:
    """How it stands when `extra` more is bought on credit (0: as it stands now). Amounts in minor units; a
    negative `owed` is money of theirs that lies with us. late: as of `Outlook`. The worst reason is told."""
    after = owed + extra
    free = None if limit is None else max(limit - after, 0)
    over = 0 if limit is None else max(after - limit, 0)
    if grade == STOPPED and after > 0:
        return Outlook(BLOCKS, say(N_("Cash only: nothing is sold on credit.")), free, over)
    if over:
        return Outlook(BLOCKS, say(N_("Over the credit limit.")), free, over)
    if late:
        why = N_("Overdue for {days} days: sold on credit with a reason only.")
        return Outlook(BLOCKS, say(why, days=f"{late:,}"), free, late=late)
    if grade == WATCHED and after > 0:
        return Outlook(WARNS, say(N_("On watch: look at what is owed before you sell on credit.")), free)
    if limit is not None and after > 0 and after * 10 >= limit * 9:
        return Outlook(WARNS, say(N_("The credit limit is nearly used up.")), free)
    return Outlook(OK, None, free)
