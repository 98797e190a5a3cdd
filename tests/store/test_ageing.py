"""How old what is owed is, by customer and in total, and the rows behind each number."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from freecrm.core.day_words import this_day
from freecrm.core.query import Query, Sort
from freecrm.store import ageing, credit, receivables, report_kinds
from freecrm.store.database import Store
from freecrm.store.report_kinds import Asked
from freecrm.store.reports import Wish

DAY = dt.date(2026, 6, 30)


def customer(store: Store, name: str, **more: object) -> bytes:
    with store.step("New") as step:
        return step.insert("customer", {"name": name, **more})


def ago(days: int) -> dt.date:
    return DAY - dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "part"),
    [(-5, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (900, 4)],
)
def test_each_day_has_its_part(store: Store, days: int, part: int) -> None:
    receivables.add(store, customer(store, "A"), 700, day=ago(1000), due=ago(days))
    (row,) = ageing.ageing(store, DAY).rows
    assert row.parts == tuple(700 if at == part else 0 for at in range(5))
    assert row.overdue == (700 if part else 0)


def test_the_parts_less_the_credit_are_what_is_owed(store: Store) -> None:
    chance = random.Random(3)
    who = [
        customer(store, f"C{n}", opening_balance=chance.choice([None, 900, -300]), opening_day=day)
        for n, day in enumerate([None, ago(5), ago(400), None, ago(45)])
    ]
    for n in range(60):
        due = ago(chance.randrange(-60, 200))
        receivables.add(store, chance.choice(who), chance.choice([500, 1_200, -250]), name=f"{n}", due=due)
    for id in who:
        receivables.receive(store, id, chance.randrange(1, 9_000))
    found = ageing.ageing(store, DAY)
    for row in found.rows:
        assert row.id is not None
        items = receivables.open_items(store.reader(), row.id)
        assert sum(row.parts) == sum(item.left for item in items)
        assert row.owed == credit.owed(store.reader(), row.id)
    assert found.total.owed == sum(credit.owed(store.reader(), id) for id in who)
    assert [row.overdue for row in found.rows] == sorted((row.overdue for row in found.rows), reverse=True)


def test_each_number_opens_its_rows(store: Store) -> None:
    who = customer(store, "A"), customer(store, "B")
    for n, days in enumerate((-3, 0, 4, 30, 31, 75, 200, 95)):
        receivables.add(store, who[n % 2], 100 + n, day=ago(300), due=ago(days))
    found = ageing.ageing(store, DAY)
    assert (found.count, found.counts) == (
        2,
        tuple(sum(1 for r in found.rows if r.parts[at]) for at in range(5)),
    )
    assert ageing.ageing(store, DAY, most=1).total == found.total
    reader = store.reader()
    for row in (found.total, *found.rows):
        for part in range(5):
            asked = Query("receivable", ageing.rows_of(DAY, part, row.id).condition, (Sort("due"),))
            rows = reader.rows("receivable", reader.numbers(asked), ["left"])
            assert sum(one[0] for one in rows.values()) == row.parts[part]
    late = Query("receivable", ageing.rows_of(DAY).condition)
    assert reader.count(late) == 6


def test_only_those_of_a_colleague(store: Store) -> None:
    with store.step("New") as step:
        me = step.insert("user", {"name": "Lin"})
        else_ = step.insert("user", {"name": "Gu"})
    mine, other = customer(store, "Mine", owner_user=me), customer(store, "Other", owner_user=else_)
    for id in (mine, other):
        receivables.add(store, id, 100, day=ago(90), due=ago(9))
    assert [row.name for row in ageing.ageing(store, DAY, me).rows] == ["Mine"]
    found = ageing.overdue(store, DAY, me)
    assert [(late.name, late.amount, late.first) for late in found.first] == [("Mine", 100, ago(9))]
    found = ageing.overdue(store, DAY, limit=1)
    assert (found.count, found.amount, len(found.first)) == (2, 200, 1)


def test_the_views_ask_for_what_they_say(store: Store) -> None:
    from freecrm.core.day_words import this_day

    today, who = this_day(), customer(store, "A")
    receivables.add(store, who, 100, name="late", due=today - dt.timedelta(days=3))
    receivables.add(store, who, 100, name="now", due=today)
    receivables.add(store, who, -50, name="note", due=today - dt.timedelta(days=3))
    views = {view.key: view.filters.condition for view in store.model.views("receivable")}
    reader = store.reader()

    def names(key: str) -> set[str]:
        numbers = reader.numbers(Query("receivable", views[key]))
        return {row[0] for row in reader.rows("receivable", numbers, ["name"]).values()}

    assert names("open") == {"late", "now", "note"}
    assert names("overdue") == {"late"}
    assert "now" in names("week")


def test_the_report_tells_the_same_and_opens_its_rows(store: Store) -> None:
    assert report_kinds.of("ageing").work(store, Wish(), Asked()).rows == ()
    who = customer(store, "A")
    for days, amount in ((-5, 700), (10, 300), (40, 200), (200, 100)):
        receivables.add(store, who, amount, due=this_day() - dt.timedelta(days=days))
    receivables.receive(store, who, 50, [])
    table = report_kinds.of("ageing").work(store, Wish(), Asked())
    assert [row.cells[0].value for row in table.rows if row.cells[0]] == [700, 300, 200, 0, 100, -50]
    assert table.total is not None
    assert table.total.cells[0] is not None
    assert table.total.cells[0].value == credit.owed(store.reader(), who) == 1250
    for row in table.rows[:5]:
        figure = row.cells[0]
        assert figure is not None
        assert figure.query is not None
        rows = store.reader().each(figure.query, {"left"})
        assert sum(one["left"] for one in rows) == figure.value


def test_who_owes_most_stands_first_among_those_in_time(store: Store) -> None:
    for name, amount in (("A", 200), ("B", 900), ("C", 500)):
        receivables.add(store, customer(store, name), amount, day=DAY, due=ago(-10))
    receivables.add(store, customer(store, "late"), 100, day=ago(30), due=ago(3))
    assert [row.name for row in ageing.ageing(store, DAY).rows] == ["late", "B", "C", "A"]
