"""How days, times, lengths and reminders are said in the form of an activity."""

from __future__ import annotations

import datetime as dt

from freecrm.core import agenda, day_words
from freecrm.core.words import N_, _

HOUR, DAY = 60, 1440  # minutes
WHOLE_DAYS = {
    -540: N_("The same day at 9:00"),
    360: N_("The day before at 18:00"),
    900: N_("The day before at 9:00"),
}
"""Reminders of what lasts whole days: minutes before its midnight -> what people call it."""


def local(moment: dt.datetime) -> dt.datetime:
    """A moment on this computer's clock."""
    return moment.astimezone(agenda.zone_of(None))


def clock(moment: dt.datetime) -> str:
    """The time of day: 14:30."""
    return f"{local(moment):%H:%M}"


def day(of: dt.date, today: dt.date | None = None) -> str:
    """A day as short as it can be said: 3/19 Thu, with its year where that is another one."""
    today = today or day_words.this_day()
    return day_words.short(of) if of.year == today.year else day_words.show(of)


def near(of: dt.date, today: dt.date | None = None) -> str:
    """A day by its distance where that is plainer: Today, Tomorrow, 3/19 Thu."""
    return day_words.called(of, today) or day(of, today)


def time(moment: dt.datetime) -> str:
    """A day with its time: 3/19 Thu 14:30."""
    return f"{day(local(moment).date())} {clock(moment)}"


def length(minutes: int) -> str:
    """A length of time: 1 h 30 min."""
    days, rest = divmod(minutes, DAY)
    hours, left = divmod(rest, HOUR)
    parts = (
        (days, _("{n} d").format(n=days)),
        (hours, _("{n} h").format(n=hours)),
        (left, _("{n} min").format(n=left)),
    )
    return " ".join(text for n, text in parts if n) or _("{n} min").format(n=0)


def reminder(before: int, whole_day: bool) -> str:
    """When a reminder comes: 30 min before, the day before at 18:00."""
    if whole_day:
        if before in WHOLE_DAYS:
            return _(WHOLE_DAYS[before])
        days = -(-before // DAY) if before > 0 else 0
        at = (days * DAY - before) % DAY
        text = f"{at // HOUR:02}:{at % HOUR:02}"
        if not days:
            return _("The same day at {time}").format(time=text)
        return _("{n} days before at {time}").format(n=days, time=text)
    if not before:
        return _("At the time")
    if before < 0:
        return _("{length} after it begins").format(length=length(-before))
    return _("{length} before").format(length=length(before))
