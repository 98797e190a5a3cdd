"""How a day, a moment and a length of time are said: the one place for it. Reading them is `date_words.py`'s.

show(day)          2026-03-25 Wed                 in full
short(day)         3/25 Wed                       beside others of its year
in_words(day)      Wed 25 March, 3月25日 周三       in a sentence, without its year
called(day)        Yesterday, Today, Tomorrow; "" for any other
heading(day)       Today, 2026-03-25 Wed
near(day)          today, tomorrow, 3/25 Wed      what is planned, seen from now
near_time(moment)  tomorrow 10:00                 the same with its time
"""

from __future__ import annotations

from datetime import date, datetime

from freecrm.core.words import N_, _, inside

MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"),
    N_("August"), N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_CALLED = {-1: N_("Yesterday"), 0: N_("Today"), 1: N_("Tomorrow")}
FAR = 180
"""From so many days away on, a day of another year is said with it."""


def this_day() -> date:
    """Today, where this computer stands."""
    return datetime.now().astimezone().date()


def weekday(day: date) -> str:
    """The short name of its weekday in the language spoken now."""
    return _(WEEKDAYS[day.weekday()])


def show(day: date) -> str:
    """A day with its weekday: 2026-03-25 Wed."""
    return f"{day.isoformat()} {weekday(day)}"


def short(day: date) -> str:
    """A day without its year: 3/25 Wed."""
    return _("{month}/{day} {weekday}").format(month=day.month, day=day.day, weekday=weekday(day))


def in_words(day: date) -> str:
    """A day without its year and with its weekday: 3月25日 周三, Wed 25 March."""
    return _("{weekday} {date}").format(weekday=weekday(day), date=month_day(day.month, day.day))


def month_day(month: int, day: int) -> str:
    """A day of a year: 3月25日, 25 March."""
    name = _(MONTHS[month - 1])
    return _("{day} {month}").format(month=name, day=day).replace(f" {day} ", f"{day}").replace(" 月", "月")


def called(day: date, today: date | None = None) -> str:
    """What the days around today are called: Yesterday, Today, Tomorrow; "" for any other."""
    away = (day - (today or this_day())).days
    return _(_CALLED[away]) if away in _CALLED else ""


def heading(day: date, today: date | None = None) -> str:
    """A day as a heading: Today, Yesterday, else 2026-03-25 Wed."""
    return called(day, today) or show(day)


def near(day: date, today: date | None = None) -> str:
    """A day as a word inside a sentence: today, tomorrow, 3/25 Wed; with its year where that is far away."""
    today = today or this_day()
    if day.year != today.year and abs((day - today).days) > FAR:
        return show(day)
    return inside(called(day, today)) or short(day)


def near_time(moment: datetime, today: date | None = None) -> str:
    """The same with the time of day here: tomorrow 10:00."""
    local = moment.astimezone()
    return f"{near(local.date(), today)} {local:%H:%M}"
