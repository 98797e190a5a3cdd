"""An item and its times in words: for tooltips, screen readers and the heads of the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from freecrm.core import day_words
from freecrm.core.words import _
from freecrm.ui.calendar.shown import Laid, Shown


def hours(at: dt.datetime) -> str:
    """A time of day: 9:00."""
    return f"{at.hour}:{at.minute:02}"


def clock_words(start: dt.datetime, end: dt.datetime, *, all_day: bool) -> str:
    """When on its day: 14:00–16:00; with the days where it reaches over several."""
    last = (end - dt.timedelta(microseconds=1)).date() if end > start else start.date()
    if all_day:
        return (
            _("all day")
            if last <= start.date()
            else f"{day_words.show(start.date())} – {day_words.show(last)}"
        )
    if last <= start.date():
        return f"{hours(start)}–{hours(end)}" if end > start else hours(start)
    return f"{day_words.show(start.date())} {hours(start)} – {day_words.show(end.date())} {hours(end)}"


def when_words(laid: Laid) -> str:
    """The day and the time of an item."""
    words = clock_words(laid.start, laid.end, all_day=laid.item.all_day)
    return words if laid.last > laid.first else f"{day_words.show(laid.first)} {words}"


def headline(laid: Laid) -> str:
    """What an item is called where there is one line: its subject, else whom it is about."""
    return laid.item.title or laid.item.customer_name or _("(no name)")


def below(laid: Laid) -> str:
    """What stands below its subject: customer and place, what the subject says already left out."""
    item = laid.item
    parts = (item.customer_name if item.customer_name not in item.title else "", item.place, item.room_name)
    return " · ".join(part for part in parts if part)


def one_line(laid: Laid, fits: Callable[[str], bool]) -> str:
    """All that one line has room for: the subject, and behind it the customer where the subject is not cut by that."""
    title, customer = headline(laid), laid.item.customer_name
    return f"{title} · {customer}" if customer and customer not in title and fits(title) else title


def state_words(laid: Laid, shown: Shown) -> str:
    """How things stand with it: done, overdue, clashing, repeating."""
    item = laid.item
    said = []
    if item.done:
        said.append(_("done"))
    elif item.overdue(shown.now):
        said.append(_("overdue") if laid.first < shown.today else _("its time has passed"))
    if item.key in shown.clashing:
        said.append(_("clashes"))
    if item.repeats:
        said.append(_("repeats"))
    if item.free:
        said.append(_("blocks no time"))
    return ", ".join(said)


def spoken(laid: Laid, shown: Shown) -> str:
    """All of an item in one sentence, for who doesn't see it."""
    names = ", ".join(shown.names.get(person, "") for person in laid.item.people)
    parts = (headline(laid), when_words(laid), below(laid), names, state_words(laid, shown))
    return " · ".join(part for part in parts if part)


def date_title(day: dt.date) -> str:
    """A day as heads say it: 19 March 2026, 2026年3月19日."""
    return _("{month} {day}, {year}").format(month=month_name(day), day=day.day, year=day.year)


def month_name(day: dt.date) -> str:
    """The month of a day: March, 3月."""
    return _(day_words.MONTHS[day.month - 1]).replace(" ", "")  # 3月, not 3 月


def month_title(day: dt.date) -> str:
    """A month as heads say it: March 2026, 2026年3月."""
    return _("{month} {year}").format(month=month_name(day), year=day.year)


def range_title(first: dt.date, last: dt.date) -> str:
    """Several days as heads say them: March 16 – 22, 2026 or 2026年3月16日 – 22日."""
    if first.year != last.year:
        return f"{date_title(first)} – {date_title(last)}"
    if first.month != last.month:
        text = _("{month} {day} – {month2} {day2}, {year}")
    else:
        text = _("{month} {day} – {day2}, {year}")
    return text.format(
        month=month_name(first), day=first.day, month2=month_name(last), day2=last.day, year=first.year
    )
