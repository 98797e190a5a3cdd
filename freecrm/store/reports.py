"""Reports: tables of numbers, each with the question that opens its rows and the sentence that says its formula.

    table = reports_sales.sales(store, Wish(since=…, until=…), "owner_user")
    table.rows[0].cells[1].value      won by the first person, minor units
    table.rows[0].cells[1].query      the deals that were added up

What they are made of: `reports_sales.py` (what was sold, won and lost), `reports_stages.py` (what is under way).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from freecrm.core import money
from freecrm.core.query import All, Condition, Query, Where
from freecrm.core.selling import WHOLE, half_up
from freecrm.core.words import Said, _

if TYPE_CHECKING:
    from freecrm.core.rights import Rights
    from freecrm.store.database import Store

COUNT, MONEY, SHARE, DAYS, SCORE = "count", "money", "share", "days", "score"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a report. kind: COUNT, MONEY (minor units), SHARE (hundredths of a per cent) DAYS (tenths of a
    day) or SCORE (thousandths). query: opens the rows that it was made of, None where it has none of its own. says: its formula."""

    value: int
    kind: str
    says: Said
    query: Query | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a report. key: what it is about (an id, a month), None for the rest and for the sum. None in place of
    a figure: it cannot be said, such as a share of nothing."""

    title: str
    cells: tuple[Figure | None, ...]
    key: Any = None


@dataclass(frozen=True, slots=True)
class Table:
    """A report. heads: over the titles of the rows and over each figure. total: the row below all others."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[Line, ...]
    total: Line | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a report is about. since, until: days, both included, None = without an end. within: what else holds of
    its deals (a product, a reason, a competitor), so that any two can be crossed. rights: of who asks."""

    pipeline: bytes | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    owner: bytes | None = None
    within: Condition | None = None
    rights: Rights | None = None

    def of(self, *more: Condition, day: str = "", entity: str = "deal") -> Query:
        """The deals (or orders) it is about. day: the field whose day lies in the period, "" = whatever their days
        are."""
        found: list[Condition] = [*more]
        if self.pipeline is not None and entity == "deal":
            found.append(Where("pipeline", "=", self.pipeline))
        if self.owner is not None:
            found.append(Where("owner_user", "=", self.owner))
        if self.within is not None:
            found.append(self.within)
        if day and self.since is not None:
            found.append(Where(day, ">=", self.since))
        if day and self.until is not None:
            found.append(Where(day, "<=", self.until))
        return Query(entity, All(tuple(found)) if found else None)


def narrowed(query: Query, *more: Condition) -> Query:
    """The same question of fewer rows."""
    for condition in more:
        query = query.and_(condition)
    return query


def chosen(store: Store, wish: Wish, query: Query) -> str:
    """The numbers of a question's deals as a JSON list, for `json_each`."""
    return str([*store.reader(wish.rights).numbers(query)])


def named(query: Query, numbers: Sequence[int]) -> Query:
    """These records of a question."""
    return replace(query, where=Where("n", "in", tuple(numbers)))


def share(part: int, whole: int) -> int | None:
    """Hundredths of a per cent, half up; None of nothing."""
    return half_up(part * WHOLE, whole) if whole else None


def figure(value: int | None, kind: str, says: Said, query: Query | None = None) -> Figure | None:
    """A figure, or None where there is no value."""
    return None if value is None else Figure(value, kind, says, query)


def text(of: Figure | None, currency: str) -> str:
    """A figure as people read it: 1,234, ¥86,400.50, 62.5 %, 12.5; a dash where there is none."""
    if of is None:
        return "–"
    if of.kind == MONEY:
        return money.show(of.value, currency, symbol=True)
    if of.kind == SHARE:
        return _("{n}%").format(n=f"{half_up(of.value, 10) / 10:,.1f}")
    if of.kind == SCORE:
        return f"{of.value / 1000:.3f}"
    return f"{of.value / 10:,.1f}" if of.kind == DAYS else f"{of.value:,}"
