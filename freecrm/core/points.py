"""Loyalty points, worked out: what an amount earns, what is left of what was earned, what runs out when.

    rules.worth(12_990)            129 yuan 90 at one point for each 10 yuan: 12
    left(lines, day)               the lots that still hold points, the oldest first
    due(lines, today)              what of them has run out by today

Points are whole. What is spent uses up what was earned first; what ran out is no longer there to be spent.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from freecrm.core.dates import add_months

MOST = 10**12
"""More points than this are taken for a slip of the fingers; sums of them always fit a 64-bit integer."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the firm has agreed on. earned: points for each full `per` units of money. months: how long points
    count, 0 = for ever. least: nobody spends who has fewer. step: points are spent in multiples of it."""

    earned: int = 1
    per: int = 10
    months: int = 0
    least: int = 0
    step: int = 1

    def worth(self, amount: int, digits: int = 2) -> int:
        """The points that an amount of the minor unit earns, always rounded down to whole points."""
        unit: int = self.per * 10**digits
        return max(amount, 0) * self.earned // unit

    def until(self, day: dt.date) -> dt.date | None:
        """The last day on which points of this day count; None: they don't run out."""
        return add_months(day, self.months) if self.months else None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ledger. points: with its sign."""

    day: dt.date
    move: str
    points: int
    expires: dt.date | None = None
    amount: int | None = None
    reason: str = ""
    id: bytes = b""


@dataclass(slots=True)
class Lot:
    """What is left of points that came in by one line."""

    line: Line
    left: int

    def over(self, day: dt.date) -> bool:
        """Whether these points no longer count on this day."""
        return self.line.expires is not None and self.line.expires < day


def left(lines: Iterable[Line]) -> list[Lot]:
    """What still holds points after all lines, which are given in the order of their days."""
    held: deque[Lot] = deque()
    owed = 0  # used before they were there: an earlier line was undone, or came later from another computer
    for line in lines:
        if line.points > 0:
            paid = min(owed, line.points)
            owed -= paid
            held.append(Lot(line, line.points - paid))
        else:
            owed += _use(held, line)
    return [lot for lot in held if lot.left]


def _use(held: deque[Lot], line: Line) -> int:
    """Take the points of a line below zero from what is there: the oldest first, of those that count that day.

    What expires takes those first that don't count any more. Answers what was not there to be taken.
    """
    over = line.move == "expire"
    needed = _take(held, -line.points, lambda lot: lot.over(line.day) == over)
    if needed:  # lines of several ledgers were put together, or came from another computer
        needed = _take(held, needed, lambda lot: True)
    while held and not held[0].left:
        held.popleft()
    return needed


def _take(held: Iterable[Lot], needed: int, wanted: Callable[[Lot], bool]) -> int:
    for lot in held:
        if not needed:
            break
        if lot.left and wanted(lot):
            part = min(lot.left, needed)
            lot.left -= part
            needed -= part
    return needed


def due(lines: Iterable[Line], today: dt.date) -> list[Lot]:
    """The lots that have run out before today and are not written off yet."""
    return [lot for lot in left(lines) if lot.over(today)]


def soon(lines: Iterable[Line], today: dt.date, days: int = 30) -> list[tuple[dt.date, int]]:
    """What runs out within so many days from today: (last day, points), the first day first."""
    found: dict[dt.date, int] = {}
    last = today + dt.timedelta(days=days)
    for lot in left(lines):
        until = lot.line.expires
        if until is not None and today <= until <= last:
            found[until] = found.get(until, 0) + lot.left
    return sorted(found.items())


def available(lines: Sequence[Line], day: dt.date) -> int:
    """How many points may be taken away on a day, so that the balance falls below zero on none from then on."""
    balance, least = 0, None
    for line in lines:
        if line.day > day:
            least = balance if least is None else min(least, balance)
        balance += line.points
    return balance if least is None else min(least, balance)
