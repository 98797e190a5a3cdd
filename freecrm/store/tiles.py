"""The figures at the top of the day: what is open, won, expected, asked and stuck; each as the reports work it out.

    for tile in tiles.read(store, me): …

A tile that can't be worked out says so and leaves the others alone. What a tile counts and what it opens is the same
question.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from freecrm.core.day_words import this_day
from freecrm.core.problems import Known
from freecrm.core.query import All, Any_, Condition, Query, Where
from freecrm.core.words import N_, _, plural, say
from freecrm.store import deals, forecast, report_kinds, reports_sales, reports_stages
from freecrm.store.reports import MONEY, Figure, Table, Wish

if TYPE_CHECKING:
    from freecrm.store.database import Store

FEW = 5
"""With fewer deals that ended, a funnel says nothing."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure of the day. figure: None where there is too little to say, `note` says what is missing. note: what it is
    measured by. urgent: it wants somebody. query: its rows; report: the report that has it. currency: of the firm."""

    name: str
    title: str
    figure: Figure | None
    note: str
    query: Query | None = None
    report: str = ""
    urgent: bool = False
    currency: str = "CNY"


def read(store: Store, me: bytes | None) -> list[Tile]:
    """The tiles of somebody, or of the whole firm; none in a file without deals and quotes."""
    made = [_made(make, name, title, store, me) for name, (title, make) in TILES.items()]
    currency = store.setting("firm.currency")
    there = [replace(tile, currency=currency) for tile in made if tile is not None]
    return there if any(tile.figure is not None and tile.figure.value for tile in there) else []


def _made(
    make: Callable[[Store, bytes | None], Tile | None], name: str, title: str, store: Store, me: bytes | None
) -> Tile | None:
    try:
        return make(store, me)
    except Known as problem:
        return Tile(name, _(title), None, str(problem))
    except Exception:  # a mistake in one tile must not take the day with it; the log has it
        logging.getLogger("freecrm").exception("tile %s", name)
        return Tile(name, _(title), None, _("This figure couldn't be worked out. The log says why."))


def _sum(table: Table, at: int) -> Figure | None:
    return table.total.cells[at] if table.total is not None else None


def _month() -> tuple[dt.date, dt.date]:
    first = this_day().replace(day=1)
    return first, forecast.last_of(first)


def _pipeline(store: Store, me: bytes | None) -> Tile | None:
    table = reports_stages.pipeline(store, Wish(owner=me))
    amount, weighted = _sum(table, 1), _sum(table, 2)
    if amount is None or weighted is None or not amount.value:
        return Tile(
            "pipeline", _("Open pipeline"), None, _("Shown once there is an open deal with an amount.")
        )
    note = _("weighted {amount}").format(amount=_plain(store, weighted.value))
    return Tile("pipeline", _("Open pipeline"), amount, note, amount.query, "pipeline")


def _won(store: Store, me: bytes | None) -> Tile | None:
    first, last = _month()
    table = reports_sales.sales(store, Wish(since=first, until=last, owner=me))
    won, goal, reached = (_sum(table, at) for at in (1, 2, 3))
    if won is None:
        return None
    if goal is None:
        note = _("No target is set for this month.")
    else:
        part = reached.value / 100 if reached is not None else 0
        note = _("{n}% of the target {amount}").format(n=f"{part:,.1f}", amount=_plain(store, goal.value))
    return Tile("won", _("Won this month"), won, note, won.query, "sales")


def _forecast(store: Store, me: bytes | None) -> Tile | None:
    won = weighted = 0
    for pipe in deals.pipelines(store):
        for month in forecast.read(store, pipe, deals.cards(store, pipe), 1, me):
            if not month.kind:
                won, weighted = won + month.won, weighted + month.weighted
    if not won + weighted:
        return Tile(
            "forecast",
            _("Forecast of this month"),
            None,
            _("Shown once a deal is expected to close this month."),
        )
    figure = Figure(won + weighted, MONEY, say(FORECAST_SAID))
    first, last = _month()
    found: list[Condition] = [
        Where("state", "in", ("open",)),
        Where("close", "between", (first, last)),
        Where("forecast", "none", (forecast.OUT,)),
        Any_((Where("later", "empty"), Where("later", "between", (None, this_day())))),
    ]
    if me is not None:
        found.append(Where("owner_user", "in", (me,)))
    note = _("won {won} + weighted {weighted}").format(
        won=_plain(store, won), weighted=_plain(store, weighted)
    )
    return Tile("forecast", _("Forecast of this month"), figure, note, Query("deal", All(tuple(found))))


FORECAST_SAID = N_("Won this month, and the weighted amounts of what is expected to close in it")


def _funnel(store: Store, me: bytes | None) -> Tile | None:
    first, last = report_kinds.span("last_90_days", this_day())
    table = reports_sales.win_loss(store, Wish(since=first, until=last, owner=me))
    won, lost, rate = (_sum(table, at) for at in (0, 1, 4))
    if won is None or lost is None:
        return None
    ended = won.value + lost.value
    if ended < FEW or rate is None:
        return Tile(
            "rate",
            _("Win rate"),
            None,
            _("Shown from {n} deals on that ended in 90 days; so far {so_far}.").format(n=FEW, so_far=ended),
        )
    note = _("{won} of {n} in 90 days").format(won=won.value, n=ended)
    return Tile("rate", _("Win rate"), rate, note, won.query, "funnel")


def _quotes(store: Store, me: bytes | None) -> Tile | None:
    found: list[Where] = [Where("state", "in", ("sent",))]
    if me is not None:
        found.append(Where("owner_user", "in", (me,)))
    query = Query("quote", All(tuple(found)))
    reader = store.reader()
    numbers = list(reader.numbers(query))
    if not numbers:
        return None
    total = sum(row["total"] or 0 for row in reader.each(query))
    figure = Figure(total, MONEY, say(QUOTES_SAID), query)
    return Tile(
        "quotes",
        _("Quotes waiting"),
        figure,
        plural("{n} quote sent", "{n} quotes sent", len(numbers)),
        query,
    )


QUOTES_SAID = N_("Sum of the quotes that were sent and not answered")


def _stuck(store: Store, me: bytes | None) -> Tile | None:
    table = reports_stages.times(store, Wish(owner=me), dt.datetime.now(dt.UTC))
    count, amount = _sum(table, 3), _sum(table, 4)
    if count is None or not count.value:
        return None
    return Tile(
        "stuck",
        _("Stuck deals"),
        count,
        _plain(store, amount.value) if amount is not None else "",
        count.query,
        "times",
        urgent=True,
    )


def _plain(store: Store, minor: int) -> str:
    from freecrm.core.money import show

    return show(minor, store.setting("firm.currency"), symbol=True).removesuffix(".00")


TILES: dict[str, tuple[str, Callable[[Store, bytes | None], Tile | None]]] = {
    "won": (N_("Won this month"), _won),
    "forecast": (N_("Forecast of this month"), _forecast),
    "pipeline": (N_("Open pipeline"), _pipeline),
    "rate": (N_("Win rate"), _funnel),
    "quotes": (N_("Quotes waiting"), _quotes),
    "stuck": (N_("Stuck deals"), _stuck),
}
