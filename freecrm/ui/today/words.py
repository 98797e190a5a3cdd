"""What the page of the day says: a greeting, the date, how late something is."""

from __future__ import annotations

import datetime as dt

from freecrm.core import dates, day_words, lunar, workdays, yearly
from freecrm.core.words import N_, _, inside, language, plural
from freecrm.store.database import Store
from freecrm.store.occasions import Coming
from freecrm.store.today import MOST, Day, Quiet, Todo

_GREETINGS = (
    (5, N_("Good evening")),
    (11, N_("Good morning")),
    (13, N_("Good day")),
    (18, N_("Good afternoon")),
    (24, N_("Good evening")),
)
"""Until which hour -> how people are greeted."""


def greeting(now: dt.datetime, name: str) -> str:
    """By the time of day, with the name of whoever works here where somebody said it."""
    hello = _(next(text for until, text in _GREETINGS if now.hour < until))
    return _("{hello}, {name}").format(hello=hello, name=name) if name else hello


def date_line(store: Store, day: dt.date) -> str:
    """The date with its weekday, the Chinese date, and the holiday it is or makes up for."""
    weekday = day_words.weekday(day)
    month = _(day_words.MONTHS[day.month - 1])
    found, number = lunar.of(day)
    chinese = yearly.show(f"lunar --{found.number:02}{'+' * found.leap}-{number:02}")
    shown = _("{weekday} {day} {month}").format(weekday=weekday, day=day.day, month=month)
    days = workdays.of(store)
    holiday, worked_for = days.name(day), days.made_up_for(day)
    if worked_for:
        holiday = _("working day for {holiday}").format(holiday=worked_for)
    return " · ".join(filter(None, (shown, chinese, holiday)))


def summary(day: Day) -> str:
    """How much there is to do."""
    if not day.count:
        return _("nothing is due today")
    things = plural("{n} thing to do today", "{n} things to do today", day.count)
    if not day.overdue_count:
        return things
    late = plural("{n} of them late", "{n} of them late", day.overdue_count)
    return f"{things}, {late}" if language() == "en" else f"{things}，{late}"


def counted(n: int) -> str:
    """A count as it is shown: what nobody counted any further has a plus."""
    return f"{MOST:,}+" if n > MOST else f"{n:,}"


def turns(one: Coming) -> str:
    """How old somebody will be, or for which time the day comes back; "" where nobody knows."""
    if not one.turns:
        return ""
    if one.birthday:
        return plural("turns {n}", "turns {n}", one.turns)
    return plural("{n} year", "{n} years", one.turns)


def clock(moment: dt.datetime) -> str:
    """A time of day here."""
    return f"{moment.astimezone():%H:%M}"


def near(day: dt.date, today: dt.date) -> str:
    """A day in few words: yesterday, Mon, 2026-03-02."""
    if -7 < (day - today).days < 7:
        return inside(day_words.called(day, today)) or day_words.weekday(day)
    return dates.show(day)


def title(todo: Todo) -> str:
    """The first line of an activity: today's with their hour."""
    if todo.at is None or todo.all_day or todo.late:
        return todo.subject
    return f"{clock(todo.at)} {todo.subject}"


def about(todo: Todo, today: dt.date, now: dt.datetime) -> tuple[str, str]:
    """The second line of an activity, and the role of its label."""
    parts, role = [], "caption"
    if todo.late and todo.day is not None and todo.at is not None:
        when = near(todo.day, today)
        parts.append(when if todo.all_day else f"{when} {clock(todo.at)}")
        if todo.late > 1:
            parts.append(plural("{n} day late", "{n} days late", todo.late))
        role = "late"
    elif todo.clash:
        parts.append(_("clashes with “{other}”").format(other=todo.clash))
        role = "ask"
    elif todo.at is not None and not todo.all_day and todo.at < now:
        parts.append(_("its time has passed"))
        role = "ask"
    elif todo.all_day:
        parts.append(_("all day"))
    if todo.repeats:
        parts.append(_("repeats"))
    if todo.name and todo.name not in todo.subject:
        parts.append(todo.name)
    if todo.grade:
        parts.append(todo.grade)
    return " · ".join([*parts, *filter(None, (todo.place, todo.owner))]), role


def silence(quiet: Quiet) -> str:
    """The second line of a silent customer."""
    if quiet.last is None:
        said = plural(
            "never contacted, entered {n} day ago", "never contacted, entered {n} days ago", quiet.days
        )
    else:
        said = plural("{n} day without contact", "{n} days without contact", quiet.days)
    return " · ".join(filter(None, (said, quiet.owner)))


def last_contact(quiet: Quiet) -> str:
    """The second line of a customer without a next step."""
    if quiet.last is None:
        said = _("not contacted yet")
    elif quiet.days == 0:
        said = _("last contact today")
    else:
        said = plural("last contact {n} day ago", "last contact {n} days ago", quiet.days)
    return " · ".join(filter(None, (quiet.grade, said, quiet.owner)))


def days_offered(today: dt.date) -> list[tuple[str, dt.date]]:
    """The days that something is put off to, as a menu offers them."""
    monday = today + dt.timedelta(days=7 - today.weekday())
    offered = ((_("Tomorrow"), today + dt.timedelta(days=1)), (_("In 3 days"), today + dt.timedelta(days=3)))
    found = [(f"{text} ({day_words.weekday(day)})", day) for text, day in offered]
    shown = f"{monday.month}-{monday.day}" if language() == "en" else f"{monday.month}月{monday.day}日"
    return [*found, (_("Next Monday ({day})").format(day=shown), monday)]
