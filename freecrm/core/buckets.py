"""How days are put together where a list is grouped by them: overdue, today, this week, later; or by month."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from freecrm.core.fields import Date, Field, Moment
from freecrm.core.words import N_


@dataclass(frozen=True, slots=True)
class Bucket:
    """Days up to `last` (included; None: all that are left) that no bucket before it took. token: its colour."""

    label: str
    last: dt.date | None
    token: str = "text"
    icon: str = "calendar"


def is_due(f: Field) -> bool:
    """Whether a past day in this field is overdue."""
    return isinstance(f, (Date, Moment)) and bool(f.due)


def buckets(f: Field, today: dt.date) -> list[Bucket]:
    """The groups of a day field in the order of the days, seen from `today`. Weeks begin on Monday."""
    one = dt.timedelta(days=1)
    monday = today - dt.timedelta(days=today.weekday())
    sunday = monday + dt.timedelta(days=6)
    after = [
        Bucket(N_("Today"), today, "accent", "clock"),
        Bucket(N_("This week"), sunday),
        Bucket(N_("Later"), None),
    ]
    if today == sunday:
        after[1] = Bucket(N_("Next week"), sunday + dt.timedelta(days=7))
    if is_due(f):
        return [Bucket(N_("Overdue"), today - one, "danger", "circle-alert"), *after]
    after[1] = Bucket(after[1].label if today == sunday else N_("Rest of this week"), after[1].last)
    first = today.replace(day=1)
    before = [
        Bucket(N_("Before this year"), dt.date(today.year, 1, 1) - one),
        Bucket(N_("Earlier this year"), min(first, monday) - one),
    ]
    if first < monday:
        before.append(Bucket(N_("Earlier this month"), monday - one))
    if monday < today:
        before.append(Bucket(N_("Earlier this week"), today - one))
    # around New Year a span may be empty: what ends before the one in front of it takes nothing
    kept: list[Bucket] = []
    for bucket in [*before, *after]:
        if not kept or bucket.last is None or (kept[-1].last is not None and bucket.last > kept[-1].last):
            kept.append(bucket)
    return kept
