"""Sales as the orders say: what was confirmed, by month, person, product and region against target.

An order counts from the day on which it was confirmed, as long as it isn't cancelled. By product the lines count; they
are read off one index (`sales_order_line.sold`), so that a million of them answer in a blink.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from freecrm.core.query import Any_, Condition, Query, Where
from freecrm.core.words import N_, _, say
from freecrm.store import faults, select
from freecrm.store.reports import MONEY, Figure, Line, Table, Wish
from freecrm.store.reports_sales import (
    BY,
    MONTH,
    PERSON,
    PRODUCT,
    REGION,
    TEAM,
    Added,
    in_month,
    ordered,
    sold,
    targets,
    team_opener,
    titles_of,
)

if TYPE_CHECKING:
    from freecrm.store.database import Store

ORDER = "sales_order"
DAY = "confirmed"

ORDERS_SAID = N_("Orders confirmed in the period and not cancelled")
TOTAL_SAID = N_("Sum of the totals of the orders confirmed in the period and not cancelled")
LINES_SAID = N_("Sum of the lines of this product in the orders confirmed in the period and not cancelled")
LINE_COUNT_SAID = N_("Lines of this product in the orders confirmed in the period and not cancelled")
REST_SAID = N_("Totals of the orders less the sum of their lines: discounts on the whole, and tax")

_KEYS = {MONTH: "substr(o.confirmed, 1, 7)", PERSON: "o.owner_user", REGION: "o.customer"}
_PLACE = (
    "SELECT a.parent, coalesce(a.province, a.city, a.country, a.street) FROM address a"
    " JOIN (SELECT parent, min(n) AS n FROM address WHERE parent_entity = 'customer' GROUP BY parent) f ON f.n = a.n"
)


@faults.reads
def sales(store: Store, wish: Wish, by: str = MONTH) -> Table:
    """What was ordered in the period, in the shape of `reports_sales.sales`. By product the lines are counted, and what
    the totals differ from them stands in a row of its own."""
    every = wish.of(Where(DAY, "filled"), Where("cancelled", "empty"), day=DAY, entity=ORDER)
    places: dict[Any, list[bytes]] = {}
    if by == PRODUCT:
        found = _of_lines(store, wish, every)
    elif by == TEAM:
        found = _teams(store, _sums(store, wish, every, _KEYS[PERSON]))
    elif by == REGION:
        found, places = _regions(store, wish, every)
    else:
        found = _sums(store, wish, every, _KEYS[by])
    # an order stands in one row, but for products: its lines are of several
    total = _total(store, wish, every) if by == PRODUCT else _added(found.values())
    goals = targets(store, wish, by)
    titles = titles_of(store, by, {*found, *goals})
    count_says = LINE_COUNT_SAID if by == PRODUCT else ORDERS_SAID
    says = say(LINES_SAID if by == PRODUCT else TOTAL_SAID)
    where = team_opener(store) if by == TEAM else _opener(by, places)
    rows = [
        Line(
            titles(key),
            sold(found.get(key, Added()), goals.get(key), every.and_(where(key)), says, count_says),
            key,
        )
        for key in ordered(by, found, goals, titles)
    ]
    if by == PRODUCT and (rest := total.amount - sum(one.amount for one in found.values())):
        rows.append(
            Line(_("Differs from the lines"), (None, Figure(rest, MONEY, say(REST_SAID)), None, None))
        )
    goal = sum(goals.values()) if goals else None
    last = Line(_("Sum"), sold(total, goal, every, say(TOTAL_SAID), ORDERS_SAID))
    counted = _("Order lines") if by == PRODUCT else _("Orders")
    return Table(_("Sales"), (_(BY[by]), counted, _("Ordered"), _("Target"), _("Reached")), tuple(rows), last)


def _inner(store: Store, wish: Wish, query: Query) -> tuple[str, tuple[Any, ...]]:
    """The question's orders as SQL that gives their numbers."""

    def make(compiler: select.Compiler, asked: Query) -> Any:
        from sqlalchemy import select as select_

        conditions = compiler.conditions(asked, wish.rights)
        return select_(compiler.table.c.n).select_from(compiler.table).where(*conditions)

    return select.compiled(store, query, wish.rights, "plain numbers", make)


def _rows(store: Store, wish: Wish, query: Query, what: str, rest: str = "") -> list[Any]:
    inner, given = _inner(store, wish, query)
    sql = f"SELECT {what} FROM ({inner}) w CROSS JOIN {ORDER} o ON o.n = w.n {rest}"
    return store.read().execute(sql, given).fetchall()


def _sums(store: Store, wish: Wish, query: Query, key: str) -> dict[Any, Added]:
    what = f"{key} AS k, count(*), coalesce(sum(o.total), 0)"
    return {k: Added(count, amount) for k, count, amount in _rows(store, wish, query, what, "GROUP BY k")}


def _added(some: Iterable[Added]) -> Added:
    every = list(some)
    return Added(sum(one.deals for one in every), sum(one.amount for one in every))


def _total(store: Store, wish: Wish, query: Query) -> Added:
    ((count, amount),) = _rows(store, wish, query, "count(*), coalesce(sum(o.total), 0)")
    return Added(count, amount)


def _teams(store: Store, people: dict[Any, Added]) -> dict[Any, Added]:
    teams = dict(store.read().execute("SELECT id, team FROM user").fetchall())
    found: dict[Any, Added] = defaultdict(Added)
    for user, one in people.items():
        team = teams.get(user)
        found[team] = Added(found[team].deals + one.deals, found[team].amount + one.amount)
    return dict(found)


def _regions(store: Store, wish: Wish, query: Query) -> tuple[dict[Any, Added], dict[Any, list[bytes]]]:
    """By region, and the customers of each: added up by customer first, for these are far fewer."""
    place = dict(store.read().execute(_PLACE).fetchall())
    found: dict[Any, Added] = defaultdict(Added)
    customers: dict[Any, list[bytes]] = defaultdict(list)
    for customer, one in _sums(store, wish, query, _KEYS[REGION]).items():
        region = place.get(customer)
        found[region] = Added(found[region].deals + one.deals, found[region].amount + one.amount)
        if customer is not None:
            customers[region].append(customer)
    return dict(found), customers


def _of_lines(store: Store, wish: Wish, query: Query) -> dict[Any, Added]:
    """By product. Whose orders count all, and which days, is known to the lines themselves; anything else asks the
    orders, of which there are fewer then."""
    if wish.owner is None and wish.within is None and wish.rights is None:
        sql = (
            "SELECT product, count(*), coalesce(sum(total), 0) FROM sales_order_line"
            " WHERE bound BETWEEN ? AND ? GROUP BY product"
        )
        first = wish.since.isoformat() if wish.since is not None else ""
        last = wish.until.isoformat() if wish.until is not None else "9999-12-31"
        rows = store.read().execute(sql, (first, last)).fetchall()
    else:
        join = "CROSS JOIN sales_order_line k ON k.parent = o.id GROUP BY k.product"
        rows = _rows(store, wish, query, "k.product, count(*), coalesce(sum(k.total), 0)", join)
    return {product: Added(count, amount) for product, count, amount in rows}


def _opener(by: str, places: dict[Any, list[bytes]]) -> Callable[[Any], Condition | None]:
    """What narrows the orders to those of a row."""

    def opened(key: Any) -> Condition | None:
        if by == MONTH:
            return None if key is None else in_month(key, DAY)
        if by == REGION:
            own = Where("customer", "in", tuple(places.get(key, ())))
            return Any_((own, Where("customer", "empty"))) if key is None else own
        if by == PRODUCT:
            return Where("lines.product", "empty") if key is None else Where("lines.product", "=", key)
        return Where(by, "empty") if key is None else Where(by, "=", key)

    return opened
