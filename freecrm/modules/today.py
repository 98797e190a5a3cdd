"""The day: its page, and the views that the list of activities offers from the start."""

from __future__ import annotations

from freecrm.core.filters import Filters
from freecrm.core.module import Module, Screen, View
from freecrm.core.query import ME, Where
from freecrm.core.words import N_

PLANNED, DONE = (Where("state", "in", ("planned",)),), (Where("state", "in", ("done",)),)
MINE = (Where("owner_user", "in", (ME,)),)


def _during(field: str, period: str) -> tuple[Where, ...]:
    return (Where(field, "within", period),)


MODULE = Module(
    "today",
    screens=(Screen("today", N_("Today"), "house", place=5),),
    views=(
        View("activity", "mine", N_("My activities"), Filters((PLANNED, MINE)), "start"),
        View("activity", "today", N_("Today"), Filters((_during("open_at", "today"),)), "start"),
        View("activity", "overdue", N_("Overdue"), Filters((_during("open_at", "past"),)), "-start"),
        View("activity", "week", N_("This week"), Filters((_during("start", "this_week"),)), "start"),
        View("activity", "undated", N_("Without a date"), Filters((PLANNED, (Where("start", "empty"),)))),
        View(
            "activity",
            "done",
            N_("Done this week"),
            Filters((DONE, _during("done_at", "this_week"))),
            "-done_at",
        ),
    ),
)
