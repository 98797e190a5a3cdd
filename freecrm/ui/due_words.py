"""When the next step of a customer is, as a list's cell says it: 今天 10:30, 明天, 周三 15:00, 12月7日 周一, or that
none is planned; and whether the last contact is too long ago. The file keeps moments, these are only their words.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from freecrm.core import day_words
from freecrm.core.words import _

if TYPE_CHECKING:
    from freecrm.store.database import Store

LOST = "lost"
"""The status of customers for whom nothing need be planned."""
WEEK = 7


class Said(NamedTuple):
    """What a cell says. token: its colour. sign: the icon in front of it, "" = none."""

    text: str
    token: str = "text"
    sign: str = ""


def next_step(at: dt.datetime | None, status: Any, now: dt.datetime | None = None) -> Said:
    """The cell of the next step: past with a sign in red, today in the accent, none in amber with a sign unless the
    customer is lost."""
    if at is None:
        return Said("", "text2") if status == LOST else Said(_("None planned"), "warning", "triangle-alert")
    now = (now or dt.datetime.now(dt.UTC)).astimezone()
    local = at.astimezone()
    whole = (local.hour, local.minute) == (0, 0)
    away = (local.date() - now.date()).days
    text = _day(local.date(), now.date())
    if not whole and -1 <= away < WEEK:
        text = f"{text} {local:%H:%M}"
    if away < 0 or (not whole and at <= now):
        return Said(text, "danger", "circle-alert")
    return Said(text, "accent" if away == 0 else "text")


def _day(day: dt.date, today: dt.date) -> str:
    away = (day - today).days
    if 1 < away < WEEK:
        return day_words.weekday(day)
    if abs(away) > day_words.FAR:
        return day.isoformat()
    return day_words.called(day, today) or day_words.short(day)


def in_full(at: dt.datetime | None, status: Any) -> str:
    """The same with its date, for whoever points at the cell."""
    if at is None:
        return "" if status == LOST else _("None planned: type when, e.g. “next Wed 10:00”.")
    local = at.astimezone()
    whole = (local.hour, local.minute) == (0, 0)
    return day_words.show(local.date()) + ("" if whole else f" {local:%H:%M}")


class Limits:
    """After how many days without contact a customer was left alone for too long, by grade; asked once a paint."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.today = dt.datetime.now().astimezone().date()
        self._days: dict[Any, int] = {}

    def days_over(self, last: dt.date | None, grade: Any, status: Any) -> int:
        """How many days ago the last contact was when that is too long, else 0."""
        if last is None or status == LOST:
            return 0
        if grade not in self._days:
            from freecrm.store import rhythm

            self._days[grade] = rhythm.days_old(self.store, grade)
        away = (self.today - last).days
        return away if self._days[grade] and away > self._days[grade] else 0
