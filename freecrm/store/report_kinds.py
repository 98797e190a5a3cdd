"""The reports that there are: what each can be asked, who works it out, how it is drawn.

    report = report_kinds.of("sales")
    table = report.work(store, wish, Asked(by="owner_user"))

The page shows whatever stands in REPORTS; a further report is one more line there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from freecrm.core import periods
from freecrm.core.day_words import this_day
from freecrm.core.words import N_, _
from freecrm.store import chances, frozen, reports_money, reports_orders, reports_sales, reports_stages
from freecrm.store.reports import Table, Wish

if TYPE_CHECKING:
    from freecrm.store.database import Store

DEALS, ORDERS = "deals", "orders"
SOURCES = {DEALS: N_("From deals won"), ORDERS: N_("From orders")}
WAYS = {reports_stages.COHORT: N_("By cohort"), reports_stages.PASSAGE: N_("By passage")}
WAYS_SAID = {
    reports_stages.COHORT: N_("Deals begun in the period, and how far they came until today"),
    reports_stages.PASSAGE: N_("What came to each stage in the period, whenever it began"),
}
COLUMNS, BARS, FUNNEL = "columns", "bars", "funnel"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is chosen besides the period, the pipeline and the person: a key of the report's `by`, `ways`, `sources`."""

    by: str = ""
    way: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """How a table is drawn. kind: COLUMNS (standing, for months), BARS (lying) or FUNNEL. series: places of the figures
    among the cells of a row; the first one is filled, the second one hatched. mark: that of a line across a column."""

    kind: str
    series: tuple[int, ...]
    mark: int | None = None


Work = Callable[["Store", Wish, Asked], Table]


@dataclass(frozen=True)
class Report:
    """A report. about: what it answers, in one sentence. period, pipeline, person: whether that can be chosen. staged:
    its rows are stages, so it is of one pipeline at a time, of the first unless another is chosen. by: what its rows can be, ways: how it can count, sources: what it can be made of; {} = there is no choice. missing: what is said when it has no rows."""

    name: str
    title: str
    about: str
    icon: str
    work: Work
    drawn: Callable[[Asked], Drawn]
    period: bool = True
    pipeline: bool = True
    person: bool = True
    staged: bool = False
    by: Mapping[str, str] = field(default_factory=dict)
    ways: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    missing: str = ""

    def crosses(self, asked: Asked) -> bool:
        """Whether its rows can be crossed with others: those made of deals."""
        return bool(self.by) and self.fitting(asked).source != ORDERS

    def fitting(self, asked: Asked) -> Asked:
        """The choices with what this report doesn't know put right."""
        return Asked(
            *(
                _one(*pair)
                for pair in ((asked.by, self.by), (asked.way, self.ways), (asked.source, self.sources))
            )
        )


def _one(key: str, known: Mapping[str, str]) -> str:
    return key if key in known else next(iter(known), "")


def _sales(store: Store, wish: Wish, asked: Asked) -> Table:
    if asked.source == ORDERS:
        return reports_orders.sales(store, wish, asked.by)
    return reports_sales.sales(store, wish, asked.by)


def _sold(asked: Asked) -> Drawn:
    return Drawn(COLUMNS, (1,), 2) if asked.by == reports_sales.MONTH else Drawn(BARS, (1, 2))


REPORTS = (
    Report(
        "pipeline",
        N_("Pipeline"),
        N_("What is open in each stage, and what it is worth by its chances."),
        "square-kanban",
        lambda store, wish, _asked: reports_stages.pipeline(store, wish),
        lambda _asked: Drawn(BARS, (1, 2)),
        period=False,
        staged=True,
    ),
    Report(
        "funnel",
        N_("Funnel"),
        N_("How many deals come from one stage to the next."),
        "funnel",
        lambda store, wish, asked: reports_stages.funnel(store, wish, asked.way),
        lambda _asked: Drawn(FUNNEL, (0,)),
        staged=True,
        ways=WAYS,
    ),
    Report(
        "ended",
        N_("Won and lost"),
        N_("Why deals end as they do: by reason, product, competitor and person."),
        "trophy",
        lambda store, wish, asked: reports_sales.win_loss(store, wish, asked.by),
        lambda _asked: Drawn(BARS, (0, 1)),
        by={by: reports_sales.BY[by] for by in reports_sales.ENDED_BY},
    ),
    Report(
        "sales",
        N_("Sales"),
        N_("What was sold, against the targets."),
        "target",
        _sales,
        _sold,
        by={by: reports_sales.BY[by] for by in reports_sales.SALES_BY},
        sources=SOURCES,
    ),
    Report(
        "ageing",
        N_("Ageing"),
        N_("How long what is owed has been due."),
        "hand-coins",
        lambda store, wish, _asked: reports_money.ageing(store, wish, this_day()),
        lambda _asked: Drawn(BARS, (0,)),
        period=False,
        pipeline=False,
        person=False,
        missing=N_("Plan an order's payments or enter a receivable, and it is aged here."),
    ),
    Report(
        "accuracy",
        N_("Forecast and outcome"),
        N_("What was expected of a month in its first week, and what was won."),
        "history",
        lambda store, wish, _asked: frozen.accuracy(store, wish),
        lambda _asked: Drawn(COLUMNS, (1,), 0),
        person=False,
        missing=N_("Once a week the forecast is kept as it stands. The months it was kept for stand here."),
    ),
    Report(
        "times",
        N_("Time in stage"),
        N_("How long deals stay in each stage, and which are stuck."),
        "hourglass",
        lambda store, wish, _asked: reports_stages.times(store, wish, dt.datetime.now(dt.UTC)),
        lambda _asked: Drawn(BARS, (0, 1)),
        period=False,
        staged=True,
    ),
    Report(
        "chance",
        N_("Learned chance"),
        N_("How right the chances learned from your closed deals would have been."),
        "sparkles",
        lambda store, wish, _asked: chances.report(store, wish),
        lambda _asked: Drawn(BARS, (1, 2)),
        period=False,
        pipeline=False,
        person=False,
        missing=N_(
            "It is learned from your own closed deals, won and lost, as soon as there are 50 of them."
        ),
    ),
)


def of(name: str) -> Report:
    """The report of this name; the first one for a name that isn't known."""
    return next((one for one in REPORTS if one.name == name), REPORTS[0])


# ---- periods

EVER = "ever"
PERIODS = {
    "this_month": periods.PERIODS["this_month"],
    "last_month": periods.PERIODS["last_month"],
    "this_quarter": N_("this quarter"),
    "last_quarter": N_("last quarter"),
    "this_year": periods.PERIODS["this_year"],
    "last_year": periods.PERIODS["last_year"],
    "last_90_days": periods.PERIODS["last_90_days"],
    "last_365_days": N_("last 365 days"),
    EVER: N_("ever"),
}


def span(key: str, today: dt.date) -> periods.Span:
    """The days of one of PERIODS, or of "2026-01-01/2026-03-31", seen from `today`."""
    if key == EVER:
        return None, None
    if "/" in key:
        begins, _slash, ends = key.partition("/")
        return (
            dt.date.fromisoformat(begins) if begins else None,
            dt.date.fromisoformat(ends) if ends else None,
        )
    if key.endswith("_quarter"):
        first = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        if key == "last_quarter":
            before = first - dt.timedelta(days=1)
            return before.replace(month=before.month - 2, day=1), before
        return first, (first + dt.timedelta(days=100)).replace(day=1) - dt.timedelta(days=1)
    return periods.span(key, today)


def span_words(key: str, today: dt.date) -> str:
    """A period with its days: "this month, 2026-03-01 – 2026-03-31"."""
    first, last = span(key, today)
    days = f"{first or '…'} – {last or '…'}"
    if first is None and last is None:
        return _(PERIODS[EVER])
    return days if key not in PERIODS else f"{_(PERIODS[key])}, {days}"
