"""What every statement of a ledger does: opening balance, the lines of a period, closing balance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from freecrm.core.problems import Known
from freecrm.core.words import N_, say

L = TypeVar("L")


@dataclass(frozen=True, slots=True)
class Window(Generic[L]):
    """opening: the balance before the first day. rows: the lines with the balance after each."""

    opening: int
    rows: list[tuple[L, int]]

    @property
    def closing(self) -> int:
        """The balance after the last line."""
        return self.rows[-1][1] if self.rows else self.opening


def check(first: dt.date | None, last: dt.date | None) -> None:
    """Known when a period ends before it begins."""
    if first is not None and last is not None and first > last:
        what = N_("The statement would end before it begins: {first} is after {last}. Turn the days round.")
        raise Known(say(what, first=first.isoformat(), last=last.isoformat()))


def window(
    lines: Sequence[L],
    first: dt.date | None,
    last: dt.date | None,
    day: Callable[[L], dt.date],
    amount: Callable[[L], int],
) -> Window[L]:
    """The lines from the first day to the last, both included, of a ledger in the order of its days."""
    opening = balance = sum(amount(one) for one in lines if first is not None and day(one) < first)
    rows = []
    for one in lines:
        if (first is None or day(one) >= first) and (last is None or day(one) <= last):
            balance += amount(one)
            rows.append((one, balance))
    return Window(opening, rows)
