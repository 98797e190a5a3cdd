"""Reports of what came to an end: sales by month, person, product and region against target; won and lost."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core.query import Any_, Condition, Query, Where
from freecrm.core.words import N_, Said, _, say
from freecrm.store import faults, goals, reports
from freecrm.store.reports import COUNT, MONEY, SHARE, Figure, Line, Table, Wish

if TYPE_CHECKING:
    from freecrm.store.database import Store

MONTH, PERSON, PRODUCT, REGION, REASON, RIVAL = "month", "owner_user", "product", "region", "reason", "rival"
TEAM = "team"
BY = {
    MONTH: N_("Month"),
    PERSON: N_("Owner"),
    TEAM: N_("Department"),
    PRODUCT: N_("Product"),
    REGION: N_("Region"),
    REASON: N_("Reason of loss"),
    RIVAL: N_("Competitor"),
}
SALES_BY = (MONTH, PERSON, TEAM, PRODUCT, REGION)
ENDED_BY = (REASON, PRODUCT, RIVAL, PERSON)

DEALS_SAID = N_("Deals won whose closing day lies in the period")
WON_SAID = N_("Sum of the amounts of the deals won whose closing day lies in the period")
LINES_SAID = N_("Sum of the lines of this product in the deals won whose closing day lies in the period")
REST_SAID = N_("Amounts of the deals won less the sum of their lines")
TARGET_SAID = N_("Sum of the targets of the months of the period")
REACHED_SAID = N_("Won ÷ target")
LOST_SAID = N_("Deals lost whose closing day lies in the period")
LOST_SUM_SAID = N_("Sum of the amounts of the deals lost whose closing day lies in the period")
RATE_SAID = N_("Deals won ÷ (deals won + deals lost)")

_KEYS = {
    MONTH: ("substr(d.closed, 1, 7)", ""),
    PERSON: ("d.owner_user", ""),
    REASON: ("d.reason", ""),
    TEAM: ("u.team", "LEFT JOIN user u ON u.id = d.owner_user"),
    REGION: (goals.OF_REGION, ""),
    PRODUCT: ("k.product", "LEFT JOIN (SELECT DISTINCT parent, product FROM deal_line) k ON k.parent = d.id"),
    RIVAL: (
        "k.competitor",
        "LEFT JOIN (SELECT DISTINCT parent, competitor FROM deal_rival) k ON k.parent = d.id",
    ),
}
_TITLES = {PERSON: "user", PRODUCT: "product", REASON: "loss_reason", RIVAL: "competitor"}
_FIELDS = {PRODUCT: "lines", RIVAL: "rivals"}


@dataclass(frozen=True, slots=True)
class Added:
    """How many, and what they come to in minor units."""

    deals: int = 0
    amount: int = 0


@faults.reads
def sales(store: Store, wish: Wish, by: str = MONTH) -> Table:
    """What was won in the period, by one of SALES_BY: deals, amount, target, share of the target reached.

    By product the lines count, and what the deals' amounts differ from their lines stands in a row of its own, so that
    the sum is that of every other report."""
    every = wish.of(Where("state", "=", "won"), day="closed")
    numbers = reports.chosen(store, wish, every)
    found = _sums(store, numbers, by)
    total = _total(store, numbers)
    if by == PRODUCT:
        found = _of_lines(store, numbers, found)
    goals = targets(store, wish, by)
    titles = titles_of(store, by, {*found, *goals})
    wheres = _opener(store, by, numbers)
    says = say(LINES_SAID if by == PRODUCT else WON_SAID)
    rows = [
        Line(titles(key), sold(found.get(key, Added()), goals.get(key), every.and_(wheres(key)), says), key)
        for key in ordered(by, found, goals, titles)
    ]
    if by == PRODUCT and (rest := total.amount - sum(one.amount for one in found.values())):
        rows.append(
            Line(_("Differs from the lines"), (None, Figure(rest, MONEY, say(REST_SAID)), None, None))
        )
    goal = sum(goals.values()) if goals else None
    last = Line(_("Sum"), sold(total, goal, every, say(WON_SAID)))
    heads = (_(BY[by]), _("Deals won"), _("Won"), _("Target"), _("Reached"))
    return Table(_("Sales"), heads, tuple(rows), last)


def sold(
    found: Added, goal: int | None, query: Query, says: Said, count_says: str = DEALS_SAID
) -> tuple[Figure | None, ...]:
    """The figures of a row: how many, the amount, the target, the share of it that was reached."""
    return (
        Figure(found.deals, COUNT, say(count_says), query),
        Figure(found.amount, MONEY, says, query),
        reports.figure(goal, MONEY, say(TARGET_SAID)),
        reports.figure(reports.share(found.amount, goal) if goal else None, SHARE, say(REACHED_SAID)),
    )


@faults.reads
def win_loss(store: Store, wish: Wish, by: str = REASON) -> Table:
    """Deals that ended in the period, by one of ENDED_BY: won, lost, their amounts, the share that was won.

    A deal of several products or competitors stands in the row of each; the sum counts it once. Only what was lost
    has a reason, so that a share of wins by reason would say nothing: there is none but in the sum."""
    won, lost = (wish.of(Where("state", "=", state), day="closed") for state in ("won", "lost"))
    chosen = [reports.chosen(store, wish, query) for query in (won, lost)]
    sums = [_sums(store, numbers, by) for numbers in chosen]
    totals = [_total(store, numbers) for numbers in chosen]
    titles = titles_of(store, by, {*sums[0], *sums[1]})
    wheres = _opener(store, by, "")
    keys = sorted(
        {*sums[0], *sums[1]},
        key=lambda key: (
            key is None,
            -sums[0].get(key, Added()).deals - sums[1].get(key, Added()).deals,
            titles(key),
        ),
    )
    rows = [
        Line(
            titles(key),
            _ended(
                sums[0].get(key, Added()),
                sums[1].get(key, Added()),
                won.and_(wheres(key)),
                lost.and_(wheres(key)),
                has_rate=by != REASON,
            ),
            key,
        )
        for key in keys
    ]
    heads = (_(BY[by]), _("Deals won"), _("Deals lost"), _("Won"), _("Lost"), _("Win rate"))
    return Table(
        _("Won and lost"), heads, tuple(rows), Line(_("Sum"), _ended(totals[0], totals[1], won, lost))
    )


def _ended(
    won: Added, lost: Added, of_won: Query, of_lost: Query, *, has_rate: bool = True
) -> tuple[Figure | None, ...]:
    return (
        Figure(won.deals, COUNT, say(DEALS_SAID), of_won),
        Figure(lost.deals, COUNT, say(LOST_SAID), of_lost),
        Figure(won.amount, MONEY, say(WON_SAID), of_won),
        Figure(lost.amount, MONEY, say(LOST_SUM_SAID), of_lost),
        reports.figure(reports.share(won.deals, won.deals + lost.deals), SHARE, say(RATE_SAID))
        if has_rate
        else None,
    )


# ---- adding up


def _sums(store: Store, numbers: str, by: str) -> dict[Any, Added]:
    key, join = _KEYS[by]
    sql = (
        f"SELECT {key} AS k, count(*), coalesce(sum(d.amount), 0) FROM json_each(?) w"
        f" CROSS JOIN deal d ON d.n = w.value {join} GROUP BY k"
    )
    return {key: Added(deals, amount) for key, deals, amount in store.read().execute(sql, (numbers,))}


def _total(store: Store, numbers: str) -> Added:
    sql = "SELECT count(*), coalesce(sum(d.amount), 0) FROM json_each(?) w CROSS JOIN deal d ON d.n = w.value"
    return Added(*store.read().execute(sql, (numbers,)).fetchone())


def _of_lines(store: Store, numbers: str, found: dict[Any, Added]) -> dict[Any, Added]:
    sql = (
        "SELECT k.product, coalesce(sum(k.total), 0) FROM json_each(?) w CROSS JOIN deal d ON d.n = w.value"
        " JOIN deal_line k ON k.parent = d.id GROUP BY k.product"
    )
    amounts = dict(store.read().execute(sql, (numbers,)).fetchall())
    return {
        key: Added(one.deals, amounts.get(key, 0) if key is not None else one.amount)
        for key, one in found.items()
    }


def targets(store: Store, wish: Wish, by: str) -> dict[Any, int]:
    """Key -> target of the period; whole months count, those of the first and the last day among them."""
    if wish.pipeline is not None or wish.within is not None:
        return {}
    first = wish.since.isoformat()[:7] if wish.since is not None else ""
    last = wish.until.isoformat()[:7] if wish.until is not None else "9999-12"
    found: dict[Any, int] = defaultdict(int)
    if by == MONTH and wish.owner is None:
        return goals.firm(store, first, last)
    if by in (MONTH, PERSON):
        for (user, month), amount in goals.of_kind(store, goals.USER, first, last).items():
            if wish.owner in (None, user):
                found[month if by == MONTH else user] += amount
    elif wish.owner is None:
        for (key, _month), amount in goals.of_kind(store, by, first, last).items():
            found[key] += amount
    return dict(found)


# ---- what the rows are called, and what they open


def titles_of(store: Store, by: str, keys: Iterable[Any]) -> Callable[[Any], str]:
    """What the rows of a report are called."""
    blank = {PERSON: N_("Without an owner"), TEAM: N_("Without a department"), PRODUCT: N_("Without a product"), REGION: N_("Without a region"), RIVAL: N_("Without a competitor"), REASON: N_("Without a reason"), MONTH: N_("Without a day")}  # fmt: skip
    names: dict[Any, str] = {}
    if by in _TITLES:
        names = dict(store.reader().linked(_TITLES[by], {key for key in keys if key is not None}))
    return lambda key: (
        _(blank[by]) if key is None else names.get(key) or (key if isinstance(key, str) else "…")
    )


def ordered(
    by: str, found: dict[Any, Added], goals: dict[Any, int], titles: Callable[[Any], str]
) -> list[Any]:
    """The rows in their order: months as they come, all else by amount."""
    keys = {*found, *goals}
    if by == MONTH:
        return sorted(keys, key=lambda key: key or "")
    return sorted(keys, key=lambda key: (key is None, -found.get(key, Added()).amount, titles(key)))


def _opener(store: Store, by: str, numbers: str) -> Callable[[Any], Condition | None]:
    """What narrows the deals to those of a row."""
    if by == REGION:
        return _regions(store, numbers)
    if by == TEAM:
        return team_opener(store)
    field = _FIELDS.get(by, by)

    def opened(key: Any) -> Condition | None:
        if by == MONTH:
            return None if key is None else in_month(key)
        return Where(field, "empty") if key is None else Where(field, "=", key)

    return opened


def of_row(store: Store, by: str, key: Any) -> Condition | None:
    """What narrows deals to those of one row of a report by one of SALES_BY or ENDED_BY: with it in `Wish.within`, any
    other way of looking is crossed with this one."""
    if by == REGION:
        return _regions(store, reports.chosen(store, Wish(), Wish().of()))(key)
    return _opener(store, by, "")(key)


def team_opener(store: Store) -> Callable[[Any], Condition | None]:
    """What narrows to the people of a department."""
    of_team: dict[Any, list[bytes]] = defaultdict(list)
    for id, team in store.read().execute("SELECT id, team FROM user"):
        of_team[team].append(id)

    def opened(team: Any) -> Condition | None:
        own = Where("owner_user", "in", tuple(of_team[team]))
        return own if team is not None else Any_((own, Where("owner_user", "empty")))

    return opened


def in_month(month: str, day: str = "closed") -> Condition:
    """The day lies in the month "2026-03"."""
    first = dt.date.fromisoformat(f"{month}-01")
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return Where(day, "between", (first, last))


def _regions(store: Store, numbers: str) -> Callable[[Any], Condition | None]:
    key, _join = _KEYS[REGION]
    sql = (
        f"SELECT DISTINCT {key} AS k, d.customer FROM json_each(?) w CROSS JOIN deal d ON d.n = w.value"
        " WHERE d.customer IS NOT NULL"
    )
    customers: dict[Any, list[bytes]] = defaultdict(list)
    for region, customer in store.read().execute(sql, (numbers,)):
        customers[region].append(customer)

    def opened(region: Any) -> Condition | None:
        own = Where("customer", "in", tuple(customers[region]))
        return Any_((own, Where("customer", "empty"))) if region is None else own

    return opened
