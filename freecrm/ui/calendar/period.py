"""Which days a view shows, what they are called, and the days before and after them."""

from __future__ import annotations

import datetime as dt

from freecrm.core import dates, day_words
from freecrm.core.words import N_, _, plural
from freecrm.ui.calendar.shown import DAY as ONE
from freecrm.ui.calendar.shown import weeks_of
from freecrm.ui.calendar.spoken import date_title, month_title, range_title

DAY, WEEK, MONTH, LIST, TEAM = "day", "week", "month", "list", "team"
VIEWS = {DAY: N_("One day"), WEEK: N_("Week"), MONTH: N_("Month"), LIST: N_("List"), TEAM: N_("Team")}
LISTED = 28  # days of the list


def days_of(view: str, day: dt.date) -> list[dt.date]:
    """The days that a view shows around a day."""
    first, count = day - day.weekday() * ONE, 7
    if view == DAY:
        first, count = day, 1
    elif view == MONTH:
        first, behind = weeks_of(day)
        next_month = dates.add_months(day.replace(day=1), 1)
        count = (behind - first).days
        while first + (count - 7) * ONE >= next_month:
            count -= 7
    elif view == LIST:
        count = LISTED
    return [first + at * ONE for at in range(count)]


def turned(view: str, day: dt.date, by: int) -> dt.date:
    """The day that far before or after, as far as a view turns at a time."""
    if view == MONTH:
        return dates.add_months(day, by)
    return day + by * (ONE if view == DAY else 7 * ONE)


def title(view: str, day: dt.date) -> tuple[str, str]:
    """What the time of a view is called, and its week."""
    if view == MONTH:
        return month_title(day), ""
    if view == DAY:
        return f"{date_title(day)} {day_words.weekday(day)}", ""
    days = days_of(view, day)
    week = _("Week {n}").format(n=days[0].isocalendar().week) if len(days) == 7 else ""
    return range_title(days[0], days[-1]), week


def clash_words(view: str, count: int) -> str:
    """How many clashes the time of a view has; "" for none."""
    if not count:
        return ""
    if view in (WEEK, TEAM):
        return plural("{n} clash this week", "{n} clashes this week", count)
    return plural("{n} clash here", "{n} clashes here", count)


def empty_words(view: str) -> str:
    """What is said where nothing stands in the time of a view."""
    return {
        DAY: _("Nothing is planned on this day yet"),
        MONTH: _("Nothing is planned in this month yet"),
        LIST: _("Nothing is planned in these four weeks yet"),
    }.get(view, _("Nothing is planned in this week yet"))
