"""Reports of what is under way: the pipeline by stage, the funnel by cohort or by passage, time in stage, what is stuck."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from freecrm.core.query import Query, Where
from freecrm.core.selling import WHOLE, half_up
from freecrm.core.spans import at_wall, ms
from freecrm.core.words import N_, _, say
from freecrm.store import deals, faults, reports
from freecrm.store.reports import COUNT, DAYS, MONEY, SHARE, Figure, Line, Table, Wish

if TYPE_CHECKING:
    from freecrm.store.database import Store

COHORT, PASSAGE = "cohort", "passage"
DAY = 24 * 60 * 60 * 1000

OPEN_SAID = N_("Open deals in this stage")
SUM_SAID = N_("Sum of their amounts")
WEIGHTED_SAID = N_("Sum of amount × chance, rounded once at the end")
COHORT_SAID = N_("Deals that began in the period and came this far since, or further; stages passed over count as reached")  # fmt: skip
PASSAGE_SAID = N_("Deals that came to this stage in the period, or passed it over on their way further")
OF_FIRST_SAID = N_("Deals here ÷ deals in the first stage")
OF_BEFORE_SAID = N_("Deals here ÷ deals in the stage before")
MEDIAN_SAID = N_("Median of the days that deals won spent in this stage")
LIMIT_SAID = N_("The stage's own limit, or half as long again as deals won took")
STUCK_SAID = N_("Open deals in this stage for longer than the limit")


def _pipe(store: Store, wish: Wish) -> deals.Pipe | None:
    found = deals.pipelines(store, all=wish.pipeline is not None)
    return next((pipe for pipe in found if wish.pipeline in (None, pipe.id)), None)


def _whole(wish: Wish, pipe: deals.Pipe) -> Query:
    """All deals of the pipeline that is asked about, whatever their days are."""
    query = wish.of()
    return query if wish.pipeline is not None else query.and_(Where("pipeline", "=", pipe.id))


@faults.reads
def pipeline(store: Store, wish: Wish) -> Table:
    """The open deals of a pipeline by stage: how many, what they would bring, what that is worth by their chances."""
    heads = (_("Stage"), _("Deals"), _("Amount"), _("Weighted"))
    pipe = _pipe(store, wish)
    if pipe is None:
        return Table(_("Pipeline"), heads, ())
    every = _whole(wish, pipe).and_(Where("state", "=", deals.OPEN))
    sql = (
        "SELECT d.stage, count(*), coalesce(sum(d.amount), 0), coalesce(sum(coalesce(d.amount, 0) * d.odds), 0)"
        " FROM json_each(?) w CROSS JOIN deal d ON d.n = w.value GROUP BY d.stage"
    )
    found = {
        row[0]: row[1:] for row in store.read().execute(sql, (reports.chosen(store, wish, every),)).fetchall()
    }
    rows = []
    for stage in pipe.open:
        query = every.and_(Where("stage", "=", stage.id))
        rows.append(Line(stage.name, _open(found.get(stage.id, (0, 0, 0)), query), stage.id))
    sums = [sum(one[at] for one in found.values()) for at in range(3)]
    return Table(_("Pipeline"), heads, tuple(rows), Line(_("Sum"), _open(sums, every)))


def _open(found: Sequence[int], query: Query) -> tuple[Figure, ...]:
    count, amount, weighted = found
    return (
        Figure(count, COUNT, say(OPEN_SAID), query),
        Figure(amount, MONEY, say(SUM_SAID), query),
        Figure(half_up(weighted, WHOLE), MONEY, say(WEIGHTED_SAID), query),
    )


# ---- the way of each deal


@dataclass(frozen=True, slots=True)
class _Move:
    deal: int
    after: bytes
    at: int


def _ways(store: Store, wish: Wish, query: Query) -> dict[int, list[_Move]]:
    """The number of each deal -> its moves in order."""
    sql = (
        "SELECT d.n, m.after, m.at FROM json_each(?) w CROSS JOIN deal d ON d.n = w.value"
        " JOIN deal_move m ON m.parent = d.id WHERE m.after IS NOT NULL ORDER BY m.at, m.n"
    )
    found: dict[int, list[_Move]] = defaultdict(list)
    for row in store.read().execute(sql, (reports.chosen(store, wish, query),)):
        found[row[0]].append(_Move(*row))
    return found


def _span(wish: Wish) -> tuple[int, int]:
    """The first moment of the period and the one after its last, by the clock on the wall."""
    midnight = dt.time()
    first = at_wall(dt.datetime.combine(wish.since, midnight), None) if wish.since is not None else 0
    if wish.until is None:
        return first, 1 << 62
    return first, at_wall(dt.datetime.combine(wish.until + dt.timedelta(days=1), midnight), None)


@faults.reads
def funnel(store: Store, wish: Wish, way: str = COHORT) -> Table:
    """How far deals come. way: COHORT, those that began in the period and how far they came until now; PASSAGE, what
    passed each stage in the period, whenever it began. A stage passed over counts as reached."""
    heads = (_("Stage"), _("Deals"), _("Of the first"), _("Of the one before"))
    pipe = _pipe(store, wish)
    if pipe is None:
        return Table(_("Funnel"), heads, ())
    steps = [stage for stage in pipe.stages if stage.outcome != deals.LOST]
    steps.sort(key=lambda stage: stage.outcome == deals.WON)
    place = {stage.id: at for at, stage in enumerate(steps)}
    every = _whole(wish, pipe)
    reached: list[list[int]] = [[] for _step in steps]
    for deal, moves in _ways(store, wish, every).items():
        for at in _reached(moves, place, _span(wish), way):
            reached[at].append(deal)
    says = say(COHORT_SAID if way == COHORT else PASSAGE_SAID)
    rows = []
    for at, stage in enumerate(steps):
        count = len(reached[at])
        of_first = reports.share(count, len(reached[0]))
        of_before = reports.share(count, len(reached[at - 1])) if at else None
        cells = (
            Figure(count, COUNT, says, reports.named(every, reached[at])),
            reports.figure(of_first, SHARE, say(OF_FIRST_SAID)),
            reports.figure(of_before, SHARE, say(OF_BEFORE_SAID)),
        )
        rows.append(Line(stage.name, cells, stage.id))
    return Table(_("Funnel"), heads, tuple(rows))


def _reached(
    moves: Sequence[_Move], place: dict[bytes, int], span: tuple[int, int], way: str
) -> Iterable[int]:
    """The places in the funnel that a deal counts in."""
    first, after = span
    if way == COHORT:
        began = first <= moves[0].at < after
        furthest = max((place[move.after] for move in moves if move.after in place), default=-1)
        return range(furthest + 1) if began else ()
    found: set[int] = set()
    furthest = -1
    for move in moves:
        at = place.get(move.after)
        if at is None:
            continue
        if first <= move.at < after:
            found.update(range(furthest + 1, at + 1), (at,))
        furthest = max(furthest, at)
    return sorted(found)


# ---- time


@faults.reads
def times(store: Store, wish: Wish, now: dt.datetime) -> Table:
    """How long deals stay in each stage, and which of the open ones are stuck: longer there than the stage's own limit,
    or where it has none than half as long again as the median of deals that were won. now: with its zone."""
    heads = (_("Stage"), _("Usual days"), _("Limit"), _("Open deals"), _("Stuck"), _("Amount stuck"))
    pipe = _pipe(store, wish)
    if pipe is None:
        return Table(_("Time in stage"), heads, ())
    every = _whole(wish, pipe)
    usual = _usual(store, wish, every.and_(Where("state", "=", deals.WON)))
    held = every.and_(Where("state", "=", deals.OPEN))
    sql = (
        "SELECT d.stage, d.n, d.since, coalesce(d.amount, 0) FROM json_each(?) w"
        " CROSS JOIN deal d ON d.n = w.value ORDER BY d.n"
    )
    there: dict[bytes, list[tuple[int, int | None, int]]] = defaultdict(list)
    for stage, n, since, amount in store.read().execute(sql, (reports.chosen(store, wish, held),)):
        there[stage].append((n, since, amount))
    rows, stuck_numbers, stuck_sum = [], list[int](), 0
    for stage in pipe.open:
        limit = limit_of(stage, usual.get(stage.id))
        late = [
            (n, amount)
            for n, since, amount in there[stage.id]
            if limit is not None and since is not None and ms(now) - since > limit
        ]
        stuck_numbers += [n for n, _amount in late]
        stuck_sum += sum(amount for _id, amount in late)
        query = held.and_(Where("stage", "=", stage.id))
        rows.append(
            Line(
                stage.name,
                (
                    reports.figure(_tenths(usual.get(stage.id)), DAYS, say(MEDIAN_SAID)),
                    reports.figure(_tenths(limit), DAYS, say(LIMIT_SAID)),
                    Figure(len(there[stage.id]), COUNT, say(OPEN_SAID), query),
                    *_stuck(held, [n for n, _amount in late], sum(amount for _id, amount in late)),
                ),
                stage.id,
            )
        )
    count = sum(map(len, there.values()))
    cells = (None, None, Figure(count, COUNT, say(OPEN_SAID), held), *_stuck(held, stuck_numbers, stuck_sum))
    return Table(_("Time in stage"), heads, tuple(rows), Line(_("Sum"), cells))


def _stuck(held: Query, numbers: Sequence[int], amount: int) -> tuple[Figure, Figure]:
    query = reports.named(held, numbers)
    return Figure(len(numbers), COUNT, say(STUCK_SAID), query), Figure(amount, MONEY, say(SUM_SAID), query)


def limit_of(stage: deals.Stage, usual: float | None) -> float | None:
    """After how many milliseconds a deal is stuck in a stage; None where nothing is known. usual: the median."""
    if stage.days is not None:
        return stage.days * DAY
    return None if usual is None else usual * 1.5


def _usual(store: Store, wish: Wish, won: Query) -> dict[bytes, float]:
    """Stage -> median of the milliseconds that deals won spent in it, each deal's stays added up."""
    spent: dict[bytes, list[int]] = defaultdict(list)
    for moves in _ways(store, wish, won).values():
        own: dict[bytes, int] = defaultdict(int)
        for move, following in pairwise(moves):
            own[move.after] += following.at - move.at
        for stage, time in own.items():
            spent[stage].append(time)
    return {stage: median(all_times) for stage, all_times in spent.items()}


def _tenths(time: float | None) -> int | None:
    return None if time is None else half_up(round(time) * 10, DAY)
