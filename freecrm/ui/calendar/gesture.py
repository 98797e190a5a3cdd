"""A drag over a calendar, from the press on: what would come of it is told at any time, nothing happens before the
button is let go."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from PySide6.QtCore import QPoint

from freecrm.ui.calendar.shown import DAY, MINUTES, Laid

SNAP, FINE = 15, 5
"""Minutes that a drag goes at a time, and with Alt held."""
MOVE, BEGIN, END, CREATE = "move", "begin", "end", "create"


class Where(NamedTuple):
    """A place in a calendar. minute: of the day, None = the day as a whole. person: whose row it is."""

    day: dt.date
    minute: int | None = None
    person: bytes | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where something would stand, by the clock of the wall. end: None = as long as is usual."""

    start: dt.datetime
    end: dt.datetime | None
    all_day: bool = False
    person: bytes | None = None


def with_time(target: Target, minute: int) -> Target:
    """A whole day as a time on it, from this minute of the day on."""
    return Target(target.start + dt.timedelta(minutes=minute), None, False, target.person)


def not_past(target: Target, now: dt.datetime) -> Target:
    """On the day of now not before the next full half hour. now: by the clock of the wall."""
    if target.all_day or target.start.date() != now.date() or target.start >= now:
        return target
    late = now.replace(minute=0, second=0, microsecond=0)
    late += dt.timedelta(minutes=30 if now.minute < 30 else 60)
    return replace(target, start=late) if late.date() == now.date() else target


@dataclass
class Gesture:
    """way: MOVE, BEGIN or END (an edge), CREATE. laid: what is dragged, None = a new one. at: where it was pressed.
    begun: whether the mouse went far enough for a drag. timed: the view has hours."""

    way: str
    laid: Laid | None
    pressed: QPoint
    at: Where
    timed: bool = True
    begun: bool = False
    now: Where | None = None
    fine: bool = False
    copies: bool = False
    loose: bool = field(default=False)

    @property
    def target(self) -> Target | None:
        """What would come of it if the button were let go here; None: nothing."""
        if self.now is None:
            return None
        if self.laid is None:
            return self._created(self.now)
        if self.loose:
            return self._put(self.now)
        return self._moved(self.laid, self.now) if self.way == MOVE else self._resized(self.laid, self.now)

    def _snap(self, minute: float) -> int:
        step = FINE if self.fine else SNAP
        return round(minute / step) * step

    def _floor(self, minute: float) -> int:
        step = FINE if self.fine else SNAP
        return int(minute // step) * step

    def _put(self, now: Where) -> Target:
        """Something that has no time yet stands where the mouse is."""
        if now.minute is None:
            return Target(_at(now.day, 0), None, self.timed, now.person)
        return Target(_at(now.day, self._floor(now.minute)), None, False, now.person)

    def _created(self, now: Where) -> Target:
        if self.at.minute is None or now.minute is None:
            first, last = sorted((self.at.day, now.day))
            return Target(_at(first, 0), _at(last + DAY, 0), True, self.at.person)
        one, other = sorted((_at(self.at.day, self.at.minute), _at(self.at.day, now.minute)))
        start = _at(one.date(), self._floor(one.hour * 60 + one.minute))
        end = _at(other.date(), min(self._floor(other.hour * 60 + other.minute) + self._step, MINUTES))
        return Target(start, end, False, self.at.person)

    @property
    def _step(self) -> int:
        return FINE if self.fine else SNAP

    def _moved(self, laid: Laid, now: Where) -> Target:
        days = now.day - self.at.day
        person = now.person if now.person != self.at.person else None
        if not self.timed or (laid.in_band and now.minute is None):
            return Target(laid.start + days, laid.end + days, laid.item.all_day, person)
        if now.minute is None:  # into the band: it takes the whole day
            return Target(_at(now.day, 0), _at(now.day + DAY, 0), True, person)
        if laid.in_band or self.at.minute is None:  # out of the band: as long as is usual
            return Target(_at(now.day, self._floor(now.minute)), None, False, person)
        minutes = laid.start.hour * 60 + laid.start.minute + (now.minute - self.at.minute)
        start = _at(laid.start.date() + days, 0) + dt.timedelta(minutes=self._snap(minutes))
        return Target(start, start + (laid.end - laid.start), False, person)

    def _resized(self, laid: Laid, now: Where) -> Target:
        item = laid.item
        if laid.in_band:
            if self.way == BEGIN:
                start = min(_at(now.day, 0), _at(laid.last, 0))
                return Target(start if item.all_day else start + _clock(laid.start), laid.end, item.all_day)
            day = max(now.day, laid.first)
            end = _at(day + DAY, 0) if item.all_day else _at(day, 0) + _clock(laid.end)
            return Target(laid.start, max(end, laid.start), item.all_day)
        if now.minute is None:
            return Target(laid.start, laid.end, item.all_day)
        edge = _at(now.day, 0) + dt.timedelta(minutes=self._snap(now.minute))
        least = dt.timedelta(minutes=self._step)
        if self.way == BEGIN:
            return Target(min(edge, laid.end - least), laid.end)
        return Target(laid.start, max(edge, laid.start + least))


def _at(day: dt.date, minute: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minute)


def _clock(moment: dt.datetime) -> dt.timedelta:
    return dt.timedelta(hours=moment.hour, minutes=moment.minute)


def nudged(laid: Laid, *, days: int = 0, minutes: int = 0) -> Target:
    """An item moved by the keys."""
    by = dt.timedelta(days=days, minutes=0 if laid.item.all_day else minutes)
    return Target(laid.start + by, laid.end + by, laid.item.all_day)


def stretched(laid: Laid, steps: int) -> Target:
    """An item made longer or shorter by the keys: by quarters of an hour, whole days by days; never less than one."""
    item = laid.item
    if item.all_day:
        return Target(laid.start, max(laid.end + steps * DAY, laid.start + DAY), True)
    step = dt.timedelta(minutes=SNAP)
    return Target(laid.start, max(laid.end + steps * step, laid.start + step), False)
