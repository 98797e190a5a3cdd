"""What a firm keeps of a quote, and who is told."""

from __future__ import annotations

from decimal import Decimal

from freecrm.core.totals import Line, total
from freecrm.core.words import N_
from freecrm.store import quote_margin
from freecrm.store.allowed import allowed
from freecrm.store.database import Store

A, B = b"a" * 16, b"b" * 16


def test_net_less_cost() -> None:
    rows = [{"product": A, "quantity": Decimal("1.5")}, {"product": B}, {"product": None}]
    totals = total([Line(1_500, 100_00, None, 1_300), Line(None, 10_00), Line(None, 1_00)], tax_in=True)
    found = quote_margin.margin(rows, totals, {A: 33_33})
    assert found is not None
    assert (found.net, found.cost, found.lacking) == (totals.net, 50_00, 2)
    assert found.left == totals.net - 50_00
    assert found.share == round(Decimal(found.left) * 100 / found.net, 1)
    assert quote_margin.margin(rows, totals, {}) is None
    free = quote_margin.margin(rows[:1], total([Line(1_500, 0)], tax_in=True), {A: 33_33})
    assert free is not None
    assert free.share is None


def test_costs_are_those_of_the_products(store: Store) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        known = step.insert("product", {"name": "A", "cost": 5_00})
        unknown = step.insert("product", {"name": "B"})
    rows = [{"product": known}, {"product": unknown}, {"product": None}, {"product": known}]
    assert quote_margin.costs(store, rows) == {known: 5_00}
    assert quote_margin.costs(store, []) == {}


def test_who_may_is_named(store: Store) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        me = step.insert("user", {"name": "陈思远", "short": "Siyuan"})
    store.set_setting("quote.margin_for", "沈若溪")
    assert allowed(store, "quote.margin_for")  # nobody said who works here
    store.user = me
    assert not allowed(store, "quote.margin_for")
    for named in ("沈若溪, siyuan", "陈思远；何嘉木", "  "):
        store.set_setting("quote.margin_for", named)
        assert allowed(store, "quote.margin_for"), named
