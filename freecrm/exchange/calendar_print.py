"""What a calendar shows, on paper: a day or a week with its hours, a month, a list; with the same items as the screen.

printed(store, "week", since, until, found, _("everybody"), clashing={…})     what Ctrl+P offers
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from freecrm.core import agenda, day_words, workdays, zones
from freecrm.core.jobs import Progress
from freecrm.core.query import Query
from freecrm.core.words import N_, _, plural
from freecrm.exchange import leaving
from freecrm.exchange.pdf.calendar_pdf import DONE, LATE, PLANNED, Day, Entry
from freecrm.exchange.printing import Wishes, firm_name, today
from freecrm.exchange.saving import saving

if TYPE_CHECKING:
    from freecrm.exchange.pdf.sheet import Head, Made
    from freecrm.exchange.pdf.table import Group
    from freecrm.exchange.printing import Printable
    from freecrm.store.database import Store

SIGNS = {PLANNED: "□", DONE: "✓", LATE: "!"}
CLASH = "⚠"
WEEK = 7
_NAMES = {"day": N_("Calendar of {span}"), "week": N_("Week {span}"), "month": N_("Month {span}")}


class Shown(Protocol):
    """An item of the calendar, as `store/calendar.py` gives it."""

    @property
    def key(self) -> Hashable: ...
    @property
    def title(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def start(self) -> dt.datetime: ...
    @property
    def end(self) -> dt.datetime: ...
    @property
    def all_day(self) -> bool: ...
    @property
    def people(self) -> tuple[bytes, ...]: ...
    @property
    def customer_name(self) -> str: ...
    @property
    def place(self) -> str: ...


def printed(
    store: Store,
    view: str,
    since: dt.date,
    until: dt.date,
    items: Sequence[Shown],
    people_words: str,
    *,
    clashing: Collection[Hashable] = (),
    now: dt.datetime | None = None,
) -> list[Printable]:
    """What of a calendar can be printed: first as it is seen, then as a list.

    view: "day", "week", "month", or anything else for the list alone. since, until: the first day and the last one.
    people_words: whose items these are, and what else narrows them. clashing: keys of items that clash. now: what
    was over before it is overdue."""
    made: list[Printable] = []
    moment = now or dt.datetime.now(dt.UTC)
    for kind in (*([view] if view in _NAMES else []), "agenda"):
        made.append(
            CalendarPrint(store, kind, since, until, items, people_words, frozenset(clashing), moment)
        )
    return made


@dataclass(frozen=True)
class CalendarPrint:
    """A piece of the calendar as one view of it. See `printed`."""

    store: Store
    view: str
    since: dt.date
    until: dt.date
    items: Sequence[Shown]
    people_words: str
    clashing: frozenset[Hashable]
    now: dt.datetime
    selected: int = 0
    has_fields: bool = False
    has_notes: bool = False
    _names: dict[bytes, str] = field(default_factory=dict, compare=False)

    @property
    def title(self) -> str:
        """What it is called: "Week 2026-03-16 – 2026-03-22"."""
        if self.view == "month":
            middle = self.since + (self.until - self.since) / 2
            return _(_NAMES["month"]).format(span=f"{middle:%Y-%m}")
        span = f"{self.since}" if self.since == self.until else f"{self.since} – {self.until}"
        if self.view == "agenda":
            return _("Activities {span}").format(span=span)
        return _(_NAMES[self.view]).format(span=span)

    @property
    def count(self) -> int:
        """How many items there are."""
        return len(self.items)

    def make(self, path: Path, wishes: Wishes, progress: Progress | None = None) -> Made:
        """Write the PDF; see `Printable`."""
        from freecrm.exchange.pdf import calendar_pdf
        from freecrm.exchange.pdf.sheet import Head

        leaving.narrowed(self.store, Query("activity"), "print")
        users = {id for item in self.items for id in item.people}
        self._names.update(self.store.reader().titles("user", users))
        head = Head(self.title, firm_name(self.store), today(), self._lines())
        with saving(path) as part:
            if self.view == "agenda":
                made = self._list(part, head, wishes, progress)
            elif self.view == "month":
                days = [self._day(day, of_month=True) for day in self._days()]
                names = [day_words.weekday(day) for day in self._days()[:WEEK]]
                made = calendar_pdf.write_month(part, head, names, days, self._entries(), paper=wishes.paper)
            else:
                days = [self._day(day, of_month=False) for day in self._days()]
                from_, to = workdays.hours(self.store)
                hours = (from_.hour, to.hour + (1 if to.minute else 0))
                made = calendar_pdf.write_days(
                    part, head, days, self._entries(), hours=hours, paper=wishes.paper
                )
        made.path = path
        return made

    # ---- words

    def _lines(self) -> list[str]:
        count = plural("{n} activity", "{n} activities", len(self.items))
        signs = [
            f"{SIGNS[PLANNED]} {_('planned')}",
            f"{SIGNS[DONE]} {_('done')}",
            f"{SIGNS[LATE]} {_('overdue')}",
        ]
        signs.append(f"{CLASH} {_('clash')}")
        return [" · ".join(part for part in (self.people_words, count) if part), "   ".join(signs)]

    def _days(self) -> list[dt.date]:
        first, last = self.since, self.until
        if self.view == "month":  # whole weeks
            first -= dt.timedelta(days=first.weekday())
            last += dt.timedelta(days=6 - last.weekday())
        return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]

    def _day(self, day: dt.date, *, of_month: bool) -> Day:
        calendar = workdays.of(self.store)
        note = " ".join(part for part in (workdays.cell_word(day, calendar), calendar.mark(day)) if part)
        title = str(day.day) if of_month else f"{day_words.weekday(day)} {day:%m-%d}"
        middle = self.since + (self.until - self.since) / 2
        return Day(title, note, not calendar.is_workday(day), of_month and day.month != middle.month)

    def _entries(self) -> list[Entry]:
        days = self._days()
        first, count = days[0], len(days)
        made: list[Entry] = []
        for item in self.items:
            start, end = self._local(item.start), self._local(item.end)
            last = (end - dt.timedelta(microseconds=1)).date() if end > start else start.date()
            at, until = (start.date() - first).days, (last - first).days
            if until < 0 or at >= count:
                continue
            if item.all_day or end - start > dt.timedelta(days=1):
                made.append(self._entry(item, max(at, 0), min(until, count - 1), None, None))
                continue
            for day in range(max(at, 0), min(until, count - 1) + 1):  # a late one goes over midnight
                begins = start.hour * 60 + start.minute if day == at else 0
                ends = end.hour * 60 + end.minute if day == until and end.date() == last else 24 * 60
                clock = (
                    f"{begins // 60:02d}:{begins % 60:02d}"
                    if day == at
                    else f"→ {ends // 60:02d}:{ends % 60:02d}"
                )
                made.append(self._entry(item, day, day, begins, max(ends, begins), clock))
        return made

    def _entry(
        self, item: Shown, day: int, last: int, start: int | None, end: int | None, clock: str = ""
    ) -> Entry:
        brief = f"{self._sign(item)} {self._what(item)}"
        text = " ".join(part for part in (self._sign(item), clock, self._what(item)) if part)
        more = [" · ".join(part for part in (item.customer_name, item.place) if part), self._who(item)]
        full = " · ".join(part for part in (self._when(item), text, *more) if part)
        below = tuple(part for part in more if part)
        clash = item.key in self.clashing
        return Entry(day, last, start, end, text, brief, below, full, self._state(item), clash)

    def _state(self, item: Shown) -> str:
        if item.state == agenda.DONE:
            return DONE
        return LATE if item.state == agenda.PLANNED and item.end <= self.now else PLANNED

    def _sign(self, item: Shown) -> str:
        return SIGNS[self._state(item)] + (CLASH if item.key in self.clashing else "")

    def _what(self, item: Shown) -> str:
        kind = self.store.schema.fields("activity")["kind"].show(item.kind)
        return item.title if item.title == kind else _("{kind}: {what}").format(kind=kind, what=item.title)

    def _who(self, item: Shown) -> str:
        return _(", ").join(initials(self._names[id]) for id in item.people if self._names.get(id))

    def _local(self, moment: dt.datetime) -> dt.datetime:
        return moment.astimezone(agenda.zone_of(zones.here())).replace(tzinfo=None)

    def _when(self, item: Shown) -> str:
        start = self._local(item.start)
        return f"{day_words.weekday(start.date())} {start:%Y-%m-%d}"

    # ---- the list

    def _list(self, path: Path, head: Head, wishes: Wishes, progress: Progress | None) -> Made:
        from freecrm.exchange.pdf import list_pdf
        from freecrm.exchange.pdf.table import Column

        columns = [
            Column("", 24),
            Column(_("When"), 76),
            Column(_("What"), 190),
            Column(_("Customer"), 120),
            Column(_("Place"), 90),
            Column(_("Who"), 60),
        ]
        paper = wishes.paper.turned("portrait") if wishes.paper.turn == "auto" else wishes.paper
        return list_pdf.write(
            path, head, columns, self._rows(), paper=paper, count=len(self.items), progress=progress
        )

    def _rows(self) -> Iterator[list[str] | Group]:
        from freecrm.exchange.pdf.table import Group

        calendar, before = workdays.of(self.store), None
        for item in sorted(self.items, key=lambda one: (one.start, one.title)):
            start, end = self._local(item.start), self._local(item.end)
            if start.date() > self.until or (end.date() < self.since and start.date() < self.since):
                continue
            day = max(start.date(), self.since)
            if day != before:
                note = workdays.cell_word(day, calendar)
                yield Group(" · ".join(part for part in (f"{day_words.weekday(day)} {day}", note) if part))
                before = day
            yield [
                self._sign(item),
                self._clock(item, start, end),
                self._what(item),
                item.customer_name,
                item.place,
                _(", ").join(self._names[id] for id in item.people if self._names.get(id)),
            ]

    def _clock(self, item: Shown, start: dt.datetime, end: dt.datetime) -> str:
        if item.all_day:
            last = (end - dt.timedelta(microseconds=1)).date()
            return _("All day") if last <= start.date() else f"– {last:%m-%d}"
        if start == end:
            return f"{start:%H:%M}"
        return (
            f"{start:%H:%M} – {end:%H:%M}"
            if end.date() == start.date()
            else f"{start:%H:%M} – {end:%m-%d %H:%M}"
        )


def initials(name: str) -> str:
    """The short form of a name on paper: 林晓棠 stays, Anna Maria Berg is AMB."""
    if any("\u3400" <= char <= "\u9fff" for char in name):
        return name[:3]
    return "".join(word[0] for word in name.split()[:3]).upper()
