"""The forecast as it stood at the beginning of each week, and how right it was.

frozen.freeze(store)            once a week, when the program runs; a second call that week does nothing
frozen.accuracy(store, wish)    a report: what was expected of a month when it began, and what was won
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from freecrm.core.day_words import this_day
from freecrm.core.query import Where
from freecrm.core.words import N_, _, say
from freecrm.store import deals, elements, faults, forecast, reports, signin
from freecrm.store.reports import MONEY, SHARE, Figure, Line, Table, Wish
from freecrm.store.reports_sales import WON_SAID, in_month

if TYPE_CHECKING:
    from freecrm.core.jobs import Progress
    from freecrm.store.database import Store

MONTHS = 6
EXPECTED_SAID = N_("Won and weighted of this month, as frozen in its first week")
RIGHT_SAID = N_("Won ÷ forecast")


@faults.by_program
def freeze(store: Store, progress: Progress | None = None) -> int:
    """Keep the forecast of every pipeline as it is in this week; how many months were kept.

    Weeks in which the program didn't run have none. A colleague whose file holds only some of the deals leaves it to those
    who have them all. Who looks whether it is kept already does so with the file locked,
    so that two windows keep it once."""
    week = this_day() - dt.timedelta(days=this_day().weekday())
    if _is_kept(store, week) or not signin.holds_all(store, "deal"):
        return 0
    found = [
        (pipe.id, month)
        for pipe in deals.pipelines(store)
        for month in forecast.read(store, pipe, deals.cards(store, pipe), MONTHS)
        if not month.kind
    ]
    if not any(month.won_count or month.cards for _pipe, month in found):
        return 0
    with store.step(
        N_("Forecast of the week of {day} saved"), origin="program", day=week.isoformat()
    ) as step:
        if _is_kept(store, week):
            return 0
        if progress is not None:
            progress.check()
        for pipe_id, month in found:
            values = {name: getattr(month, name) for name in ("won", "committed", "best", "weighted")}
            count = len(month.counted) + month.won_count
            own = elements.foreseen(step.connection, "frozen", week, month.key, pipe_id)
            step.insert(
                "frozen",
                {"week": week, "month": month.key, "pipeline": pipe_id, "deals": count, **values},
                id=own,
            )
    return len(found)


@faults.reads
def _is_kept(store: Store, week: dt.date) -> bool:
    sql = "SELECT 1 FROM frozen WHERE week = ? LIMIT 1"
    return store.read().execute(sql, (week.isoformat(),)).fetchone() is not None


@faults.reads
def accuracy(store: Store, wish: Wish) -> Table:
    """Month by month up to now: the forecast in the month's first week, and what was won in it."""
    heads = (_("Month"), _("Forecast"), _("Won"), _("Won ÷ forecast"))
    expected = _expected(store, wish)
    every = wish.of(Where("state", "=", "won"))
    sql = (
        "SELECT substr(d.closed, 1, 7), coalesce(sum(d.amount), 0) FROM json_each(?) w"
        " CROSS JOIN deal d ON d.n = w.value GROUP BY 1"
    )
    won = dict(store.read().execute(sql, (reports.chosen(store, wish, every),)).fetchall())
    rows = [
        Line(
            month,
            (
                Figure(amount, MONEY, say(EXPECTED_SAID)),
                Figure(won.get(month, 0), MONEY, say(WON_SAID), every.and_(in_month(month))),
                reports.figure(reports.share(won.get(month, 0), amount), SHARE, say(RIGHT_SAID)),
            ),
            month,
        )
        for month, amount in sorted(expected.items())
    ]
    return Table(_("How right the forecasts were"), heads, tuple(rows))


def _expected(store: Store, wish: Wish) -> dict[str, int]:
    """Month -> won and weighted in the first week that was kept of it, pipelines together."""
    where, given = ("AND pipeline = ?", [wish.pipeline]) if wish.pipeline is not None else ("", [])
    sql = (
        "SELECT month, pipeline, won + weighted, min(week) FROM frozen"
        f" WHERE month <= ? AND week > date(month || '-01', '-7 days') AND week < date(month || '-01', '+1 month') {where}"
        " GROUP BY month, pipeline"
    )
    found: dict[str, int] = {}
    for month, _pipe, amount, _week in store.read().execute(sql, (f"{this_day():%Y-%m}", *given)):
        if (wish.since is None or month >= f"{wish.since:%Y-%m}") and (
            wish.until is None or month <= f"{wish.until:%Y-%m}"
        ):
            found[month] = found.get(month, 0) + (amount or 0)
    return found
