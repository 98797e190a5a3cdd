"""What the program makes by itself on a day: every desktop of a team does it, and it is there once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from freecrm.core.custom import fixed_id
from freecrm.store import frozen, ids, points, pool, pool_rules, repeat_bills
from freecrm.sync import books, part
from tests import boards
from tests.sync.conftest import Desktop, Firm
from tests.sync.test_together import conflicts, people, well

Pair = tuple[Desktop, Desktop]
DAY = dt.date
MORNING = dt.datetime(2026, 3, 19, 8, tzinfo=dt.UTC)


def bill(desktop: Desktop, **more: Any) -> bytes:
    customer = desktop.add(name="云杉谷酒店")
    line = {"name": "Care", "quantity": 2, "price": 100_00, "position": 1}
    values = {"name": "Service", "every": "month", "begins": DAY(2026, 2, 28), "lines": [line]}
    return desktop.add("repeat_bill", customer=customer, owner_user=desktop.person, **values, **more)


def test_each_makes_the_drafts_and_they_are_one(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    bill(a, ends=DAY(2026, 4, 10))
    firm.settle()
    made = [repeat_bills.run(one.store, DAY(2026, 3, 30)) for one in pair]
    assert len(made[0]) == 2
    assert made[0] == made[1]
    firm.settle()
    well(a, b)
    assert conflicts(a) == []
    orders = a.all("sales_order")
    assert sorted(one["day"] for one in orders.values()) == [DAY(2026, 2, 28), DAY(2026, 3, 28)]
    assert [len(one["lines"]) for one in orders.values()] == [1, 1]
    assert len(a.all("activity")) == 1


def test_what_somebody_changed_in_it_since_is_not_lost(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    bill(a)
    firm.settle()
    for one in pair:
        (order,) = repeat_bills.run(one.store, DAY(2026, 3, 1))
    b.set("sales_order", order, note="by Friday")
    firm.settle()
    well(a, b)
    assert a.get("sales_order", order)["note"] == "by Friday"  # type: ignore[index]
    a.set("sales_order", order, note="by Monday")
    a.sync()
    b.set("sales_order", order, note="by Tuesday")
    firm.settle()
    well(a, b)
    assert [row[0] for row in conflicts(a)] == ["note", "note"]


def test_points_run_out_once(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    for one in pair:
        one.store.set_setting("points.given", True)
    with time_machine.travel(MORNING, tick=False):
        id = a.add(name="云杉谷酒店")
        entry = {"parent": id, "parent_entity": "customer", "day": DAY(2026, 1, 2), "move": "adjust"}
        a.add("points_entry", **entry, points=80, expires=DAY(2026, 3, 18), reason="Gift")
        firm.settle()
        assert [[one.points for one in points.expire_daily(desk.store)] for desk in pair] == [[80], [80]]
        firm.settle()
    well(a, b)
    assert a.get("customer", id)["points"] == 0  # type: ignore[index]
    assert conflicts(a) == []


def test_a_customer_goes_back_once(firm: Firm, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "_last_ms", 0)  # the customer is made on its day
    a, b = pair
    people(a, b)
    with time_machine.travel(MORNING - dt.timedelta(days=60), tick=False):
        a.store.set_setting("pool.on", True)
        b.store.set_setting("pool.on", True)
        id = a.add(name="云杉谷酒店", owner_user=a.person)
        pool_rules.save_rules(a.store, [pool_rules.Rule("", 30, 5)])
        firm.settle()
    with time_machine.travel(MORNING, tick=False):
        assert [len(pool.run_daily(one.store)) for one in pair] == [1, 1]
        firm.settle()
    well(a, b)
    assert a.get("customer", id)["owner_user"] is None  # type: ignore[index]
    assert len(a.all("pool_move")) == 1
    assert conflicts(a) == []


def test_a_week_has_one_forecast(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    with time_machine.travel(MORNING, tick=False):
        boards.pipeline(a.store)
        firm.settle()
        for one in pair:
            assert frozen.freeze(one.store) == frozen.MONTHS
        firm.settle()
    well(a, b)
    assert len(a.all("frozen")) == frozen.MONTHS
    assert conflicts(a) == []


def test_who_sees_only_some_deals_leaves_the_forecast_to_others(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    role = a.add("role", name="Own", grants='{"deal": {"see": "own"}}')
    a.set("user", b.person, role=role)
    with time_machine.travel(MORNING, tick=False):
        boards.pipeline(a.store)
        firm.settle()
        with books.written(b.store) as c:  # as joining does
            c.execute("INSERT INTO sync_meta(key, value) VALUES ('person', ?)", (b.person.hex(),))
        assert frozen.freeze(b.store) == 0
        a.set("user", b.person, role=None)
        firm.settle()
        part.choose(b.store, part.Part(part.OWN))
        firm.settle()
        assert frozen.freeze(b.store) == 0
        assert frozen.freeze(a.store) == frozen.MONTHS


def test_what_people_chose_under_the_same_id_is_asked_about(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    firm.settle()
    for desk, name in ((a, "Hobby"), (b, "Interests")):
        with desk.store.step("Made") as step:
            values = {"name": name, "key": "x_hobby", "on": "customer", "kind": "text"}
            step.insert("custom_field", values, id=fixed_id("custom_field", "customer", "x_hobby"))
    firm.settle()
    well(a, b)
    assert [row[0] for row in conflicts(a)] == ["name"]
