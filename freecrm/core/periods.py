"""Spans of days by their names, stored as words in filters and worked out whenever they are asked:
"this_week", "last_30_days", "past". Weeks run from Monday to Sunday."""

from __future__ import annotations

import datetime as dt
import re

from freecrm.core.words import N_, _

Span = tuple[dt.date | None, dt.date | None]
"""First and last day, both included; None: without an end on that side."""

PERIODS = {
    "today": N_("today"),
    "yesterday": N_("yesterday"),
    "tomorrow": N_("tomorrow"),
    "past": N_("before today"),
    "future": N_("after today"),
    "this_week": N_("this week"),
    "last_week": N_("last week"),
    "next_week": N_("next week"),
    "this_month": N_("this month"),
    "last_month": N_("last month"),
    "next_month": N_("next month"),
    "this_year": N_("this year"),
    "last_year": N_("last year"),
    "last_7_days": N_("last 7 days"),
    "last_30_days": N_("last 30 days"),
    "last_90_days": N_("last 90 days"),
    "next_7_days": N_("next 7 days"),
    "next_30_days": N_("next 30 days"),
}
"""Those that are offered, in their order."""

_DAYS = re.compile(r"(last|next)_([0-9]{1,4})_days")


def is_period(key: object) -> bool:
    """Whether `key` names a span of days: one of PERIODS, or any other count of days."""
    return isinstance(key, str) and (key in PERIODS or _DAYS.fullmatch(key) is not None)


def title(key: str) -> str:
    """What a period is called in the language spoken now."""
    if key in PERIODS:
        return _(PERIODS[key])
    found = _DAYS.fullmatch(key)
    if found is None:
        return key
    text = _("last {n} days") if found[1] == "last" else _("next {n} days")
    return text.format(n=found[2])


def span(key: str, today: dt.date) -> Span:
    """The days that a period means, seen from `today`. "last 30 days" ends today, "next 7 days" begins
    tomorrow. ValueError when it is none."""
    found = _DAYS.fullmatch(key)
    if found is not None:
        count = dt.timedelta(days=int(found[2]))
        one = dt.timedelta(days=1)
        return (today - count + one, today) if found[1] == "last" else (today + one, today + count)
    if key in _SINGLE:
        day = today + dt.timedelta(days=_SINGLE[key])
        return day, day
    if key == "past":
        return None, today - dt.timedelta(days=1)
    if key == "future":
        return today + dt.timedelta(days=1), None
    which, _sign, unit = key.partition("_")
    if which not in _AWAY or unit not in ("week", "month", "year"):
        raise ValueError(f"no period is called {key!r}")
    return _unit(unit, _AWAY[which], today)


_SINGLE = {"today": 0, "yesterday": -1, "tomorrow": 1}
_AWAY = {"this": 0, "last": -1, "next": 1}


def _unit(unit: str, away: int, today: dt.date) -> Span:
    if unit == "week":
        monday = today - dt.timedelta(days=today.weekday() - 7 * away)
        return monday, monday + dt.timedelta(days=6)
    if unit == "year":
        return dt.date(today.year + away, 1, 1), dt.date(today.year + away, 12, 31)
    from freecrm.core.dates import add_months

    first = add_months(today.replace(day=1), away)
    return first, add_months(first, 1) - dt.timedelta(days=1)
