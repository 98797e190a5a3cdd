"""What a pipeline is expected to bring, month by month, and the rows behind each number.

read(store, pipe, cards, months)     the months, made of the open deals that are already at hand
Month.rows(WEIGHTED)                 the filter of the list that shows the deals a number is made of

A deal counts in the month of its expected close, one that was won in the month it was won. What is "left out" of the
forecast counts in no number here. Best case holds what is committed, too; weighted is rounded once at the end.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from freecrm.core.dates import add_months
from freecrm.core.day_words import this_day
from freecrm.core.filters import Chip, Filters
from freecrm.core.query import Where
from freecrm.core.selling import half_up
from freecrm.store import deals, faults
from freecrm.store.deals import Card, Pipe

if TYPE_CHECKING:
    from freecrm.store.database import Store

WON, COMMITTED, BEST, WEIGHTED, TOTAL = "won", "committed", "best", "weighted", "total"
OUT = "out"
OVERDUE, BEYOND, UNDATED = "overdue", "beyond", "undated"
ENOUGH = 10
"""So many deals that were won must have gone through a stage before it has a usual time."""
_DAY_MS = 24 * 60 * 60 * 1000


@dataclass
class Month:
    """A month of the forecast. first: its first day; of BEYOND that of the first month that is not shown; None for
    OVERDUE (expected before this month) and UNDATED. Sums in minor units. target: None = none was set."""

    first: dt.date | None
    kind: str = ""
    cards: list[Card] = field(default_factory=list)
    won: int = 0
    won_count: int = 0
    target: int | None = None
    base: tuple[Chip, ...] = ()

    @property
    def counted(self) -> list[Card]:
        """Its open deals without those left out of the forecast."""
        return [card for card in self.cards if card.forecast != OUT]

    @property
    def total(self) -> int:
        """All of its open deals."""
        return sum(card.amount for card in self.counted)

    @property
    def weighted(self) -> int:
        """By their chances."""
        return deals.weighted(self.counted)

    @property
    def committed(self) -> int:
        """What is promised."""
        return sum(card.amount for card in self.cards if card.forecast == COMMITTED)

    @property
    def best(self) -> int:
        """What comes when all goes well: committed and best case."""
        return sum(card.amount for card in self.cards if card.forecast in (COMMITTED, BEST))

    @property
    def key(self) -> str:
        """ "2026-03", or its kind."""
        return f"{self.first:%Y-%m}" if self.first is not None and not self.kind else self.kind

    @property
    def last(self) -> dt.date | None:
        """Its last day, None where it is no month."""
        return None if self.first is None or self.kind else last_of(self.first)

    def rows(self, what: str) -> Filters:
        """The filter of the list of deals that shows what a number is made of: one of WON, COMMITTED, …"""
        chips = tuple(chip for chip in self.base if not (what == WON and chip[0].field in ("state", "later")))
        if what == WON:
            return Filters(((Where("state", "in", ("won",)),), *chips, *self._days("closed")))
        counts: dict[str, Chip] = {
            COMMITTED: (Where("forecast", "in", (COMMITTED,)),),
            BEST: (Where("forecast", "in", (COMMITTED, BEST)),),
        }
        kind = counts.get(what, (Where("forecast", "none", (OUT,)),))
        return Filters((*chips, *self._days("close"), kind))

    def _days(self, name: str) -> tuple[Chip, ...]:
        if self.first is not None:
            return ((Where(name, "between", (self.first, self.last)),),)
        if self.kind == UNDATED:
            return ((Where(name, "empty"),),)
        before = this_day().replace(day=1) - dt.timedelta(days=1)
        return ((Where(name, "between", (None, before)),),)


def last_of(month: dt.date) -> dt.date:
    """The last day of a month."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def open_rows(pipe: Pipe, owner: bytes | None = None, stage: bytes | None = None) -> tuple[Chip, ...]:
    """The chips of a list that show what a board shows: open, of this pipeline, not put off."""
    chips: list[Chip] = [(Where("state", "in", (deals.OPEN,)),), (Where("pipeline", "in", (pipe.id,)),)]
    if stage is not None:
        chips.append((Where("stage", "in", (stage,)),))
    if owner is not None:
        chips.append((Where("owner_user", "in", (owner,)),))
    chips.append((Where("later", "empty"), Where("later", "between", (None, this_day()))))
    return tuple(chips)


@faults.reads
def read(
    store: Store, pipe: Pipe, cards: Iterable[Card], months: int, owner: bytes | None = None
) -> list[Month]:
    """This month and those after it, `months` in all; in front what was expected earlier, behind them what is expected
    later and what has no day, each where there is any. cards: the open deals of the pipeline. owner: whose alone,
    None = everybody's."""
    first = this_day().replace(day=1)
    base = open_rows(pipe, owner)
    found = {f"{day:%Y-%m}": Month(day, base=base) for day in (add_months(first, n) for n in range(months))}
    before, undated = Month(None, OVERDUE, base=base), Month(None, UNDATED, base=base)
    beyond = Month(add_months(first, months), BEYOND, base=base)
    for card in cards:
        if owner is not None and card.owner != owner:
            continue
        if card.close is None:
            undated.cards.append(card)
        elif card.close < first:
            before.cards.append(card)
        else:
            found.get(card.close.isoformat()[:7], beyond).cards.append(card)
    until = last_of(add_months(first, months - 1))
    for key, amount, count in _won(store, pipe, first, until, owner):
        found[key].won, found[key].won_count = amount, count
    for key, amount in targets(store, list(found), owner).items():
        found[key].target = amount
    behind = [month for month in (beyond, undated) if month.cards]
    return [*([before] if before.cards else []), *found.values(), *behind]


def _won(
    store: Store, pipe: Pipe, since: dt.date, until: dt.date, owner: bytes | None
) -> list[tuple[str, int, int]]:
    sql = (
        "SELECT substr(closed, 1, 7), coalesce(sum(amount), 0), count(*) FROM deal WHERE state = 'won'"
        " AND pipeline = ? AND closed BETWEEN ? AND ?"
    )
    values: list[object] = [pipe.id, since.isoformat(), until.isoformat()]
    if owner is not None:
        sql += " AND owner_user = ?"
        values.append(owner)
    return list(store.read().execute(sql + " GROUP BY 1", values))


@faults.reads
def targets(store: Store, months: Sequence[str], owner: bytes | None = None) -> dict[str, int]:
    """What is to be sold in months ("2026-03"): by somebody; by the firm, as `goals` rolls it up."""
    from freecrm.store import goals

    first, last = min(months), max(months)
    if owner is None:
        found = goals.firm(store, first, last)
    else:
        rows = goals.of_kind(store, goals.USER, first, last)
        found = {month: amount for (user, month), amount in rows.items() if user == owner}
    return {month: amount for month, amount in found.items() if month in months}


@faults.reads
def limits(store: Store, pipe: Pipe) -> dict[bytes, int]:
    """After how many days in a stage a deal is stuck: as its stage says; else half as long again as the median
    of the deals that were won took there, where there were enough of them. Stages without an answer are left out."""
    found = {stage.id: stage.days for stage in pipe.open if stage.days}
    if len(found) == len(pipe.open):
        return found
    spent: dict[bytes, list[int]] = defaultdict(list)
    for stage, took in store.read().execute(_USUAL, (pipe.id,)):
        spent[stage].append(took)
    usual = {
        stage: max(half_up(round(median(times)) * 3, 2 * _DAY_MS), 1)
        for stage, times in spent.items()
        if len(times) >= ENOUGH
    }
    return {**{stage.id: usual[stage.id] for stage in pipe.open if stage.id in usual}, **found}


_USUAL = """
WITH way AS (
  SELECT m.after AS stage, lead(m.at) OVER (PARTITION BY m.parent ORDER BY m.at, m.n) - m.at AS took
  FROM deal d JOIN deal_move m ON m.parent = d.id WHERE d.state = 'won' AND d.pipeline = ?
)
SELECT stage, took FROM way WHERE took IS NOT NULL AND stage IS NOT NULL
"""
