"""Groups, sums and the words of filters: the same as plain Python over the same rows."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from freecrm.core import buckets, periods
from freecrm.core.filters import Filters, filters_of
from freecrm.core.problems import Known
from freecrm.core.query import ME, Group, Query, Sort, Where
from freecrm.core.record import Record
from freecrm.core.rights import Rights
from freecrm.store import totals
from freecrm.store.database import Store
from tests.store.samples import open_in

TODAY = dt.date(2026, 3, 19)  # a Thursday
NOON = dt.datetime(2026, 3, 19, 12, tzinfo=dt.UTC)
GRADES = ("A", "B", "C", None)
FIELDS = ("grade", "owner_user", "kind", "city", "last_contact", "employees", "name", "x_when", "tags")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_in(Path(tmp_path_factory.mktemp("totals")))
    chance = random.Random(3)
    with store.step("Fields") as step:
        step.insert("custom_field", {"name": "When", "on": "customer", "key": "x_when", "kind": "moment"})
    with store.step("Rows") as step:
        users = [step.insert("user", {"name": name}) for name in ("林晓棠", "陈思远", "陈思远")]
        for number in range(80):
            day = TODAY + dt.timedelta(days=chance.randrange(-500, 60))
            step.insert(
                "customer",
                {
                    "name": chance.choice(("云杉谷", "Harbor", "鹿溪堂")) + str(number % 7),
                    "grade": chance.choice(GRADES),
                    "owner_user": chance.choice([*users, None]),
                    "last_contact": chance.choice([day, None]),
                    "x_when": dt.datetime(day.year, day.month, day.day, 20, tzinfo=dt.UTC),
                    "opening_balance": chance.choice([None, chance.randrange(-(2**61), 2**61)]),
                    "employees": chance.choice([None, chance.randrange(4)]),
                    "addresses": [{"city": chance.choice(("杭州", "苏州"))}] if number % 3 else [],
                    "tags": [{"word": word} for word in chance.sample(("重点", "外贸"), chance.randrange(3))],
                },
            )
    yield store
    store.close()


def records(store: Store) -> dict[int, Record]:
    return {r.n: r for r in store.reader().each(Query("customer"))}


@time_machine.travel(NOON, tick=False)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_groups_cut_the_numbers_where_they_say(filled: Store, data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=3, unique=True))
    ways = {"last_contact": ("when", "month", "year"), "x_when": ("when", "month", "year")}
    by = tuple(
        Group(name, data.draw(st.sampled_from(ways.get(name, ("",)))), data.draw(st.booleans()))
        for name in names
    )
    query = Query("customer", None, (Sort("opening_balance"), Sort("name", True)), "", by)
    reader, all_ = filled.reader(), records(filled)
    numbers = reader.numbers(query)
    slices = totals.groups(reader, query, ["opening_balance"])
    assert sorted(numbers) == sorted(all_)
    assert len({one.ids for one in slices}) == len(slices)
    at = 0
    for one in slices:
        rows = [all_[n] for n in numbers[at : at + one.count]]
        at += one.count
        held = [r["opening_balance"] for r in rows if r["opening_balance"] is not None]
        assert one.sums["opening_balance"] == (sum(held) if held else None)
        for group, key in zip(by, one.keys, strict=True):
            if not group.by and group.field not in ("owner_user", "tags"):
                assert {r[group.field] for r in rows} == {key}
            if group.field == "last_contact" and group.by == "month":
                assert {r["last_contact"] and f"{r['last_contact']:%Y-%m}" for r in rows} == {key}
        inside = [r["opening_balance"] for r in rows]
        assert inside == sorted(inside, key=lambda v: (v is None, v))
    assert at == len(numbers)


def test_the_options_stand_in_the_order_of_the_list(filled: Store) -> None:
    query = Query("customer", None, (), "", (Group("grade"),))
    assert [one.keys[0] for one in totals.groups(filled.reader(), query, [])] == ["A", "B", "C", None]
    two_of_one_name = Query("customer", None, (), "", (Group("owner_user"),))
    found = totals.groups(filled.reader(), two_of_one_name, [])
    assert [one.keys[0] for one in found] == ["陈思远", "陈思远", "林晓棠", None]


@time_machine.travel(NOON, tick=False)
def test_days_fall_into_their_bucket(filled: Store) -> None:
    query = Query("customer", None, (), "", (Group("last_contact", "when"),))
    f = filled.schema.fields("customer")["last_contact"]
    spans = buckets.buckets(f, TODAY)
    days = [r["last_contact"] for r in records(filled).values() if r["last_contact"]]
    for one in totals.groups(filled.reader(), query, []):
        if one.keys[0] is not None:
            last, before = spans[one.keys[0]].last, spans[one.keys[0] - 1].last if one.keys[0] else None
            fitting = [d for d in days if (last is None or d <= last) and (before is None or d > before)]
            assert one.count == len(fitting)


@pytest.mark.parametrize("due", [True, False])
@given(today=st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)))
def test_buckets_leave_no_day_out(due: bool, today: dt.date) -> None:
    from freecrm.core.fields import Date

    found = buckets.buckets(Date("Day", due=due), today)
    assert found[-1].last is None
    ends = [bucket.last for bucket in found[:-1]]
    assert all(one < other for one, other in itertools.pairwise(ends) if one and other)
    of_today = next(b for b in found if b.last is None or b.last >= today)
    assert of_today.label == "Today"
    assert (found[0].label == "Overdue") == due


def test_sums_averages_and_ends(filled: Store) -> None:
    reader = filled.reader()
    found = totals.totals(
        reader, Query("customer"), ["opening_balance", "last_contact", "grade", "tags", "x_when"]
    )
    all_ = records(filled).values()
    held = [r["opening_balance"] for r in all_ if r["opening_balance"] is not None]
    total = found["opening_balance"]
    assert (total.filled, total.sum, total.least, total.most) == (len(held), sum(held), min(held), max(held))
    days = [r["last_contact"] for r in all_ if r["last_contact"]]
    assert (found["last_contact"].least, found["last_contact"].most) == (min(days), max(days))
    assert found["grade"].filled == sum(1 for r in all_ if r["grade"])
    assert found["tags"].filled == sum(1 for r in all_ if r["tags"])
    assert found["x_when"].most == max(r["x_when"] for r in all_)
    some = sorted(records(filled))[:11]
    chosen = totals.totals(reader, Query("customer"), ["opening_balance"], some)["opening_balance"]
    assert chosen.sum == sum(records(filled)[n]["opening_balance"] or 0 for n in some)
    nothing = totals.totals(reader, Query("customer", Where("city", "=", "?")), ["opening_balance"])
    assert nothing["opening_balance"] == totals.Total(0)
    assert nothing["opening_balance"].average(filled.schema.fields("customer")["opening_balance"]) is None


def test_values_of_a_field_by_how_common_they_are(filled: Store) -> None:
    reader = filled.reader()
    found = totals.values(reader, "customer", "tags")
    assert {word for word, _n in found} == {"重点", "外贸"}
    assert [n for _word, n in found] == sorted((n for _word, n in found), reverse=True)
    cities = dict(totals.values(reader, "customer", "city"))
    assert cities == {c: sum(1 for r in records(filled).values() if r["city"] == c) for c in ("杭州", "苏州")}


def test_what_a_person_may_not_see_is_in_no_sum(filled: Store) -> None:
    me = next(r.id for r in filled.reader().each(Query("user")))
    own = filled.reader(Rights(me, {("customer", "see"): "own"}))
    mine = [r for r in records(filled).values() if r["owner_user"] in (me, None)]
    total = totals.totals(own, Query("customer"), ["opening_balance"])["opening_balance"]
    assert total.sum == sum(r["opening_balance"] or 0 for r in mine)
    query = Query("customer", None, (), "", (Group("grade"),))
    assert sum(one.count for one in totals.groups(own, query, [])) == len(mine)
    hidden = filled.reader(Rights(me, hidden=frozenset({("customer", "grade")})))
    with pytest.raises(Known, match="may not see"):
        totals.groups(hidden, query, [])


# ---- the words of filters


def asked(store: Store, where: Where, rights: Rights | None = None) -> set[int]:
    return set(store.reader(rights).numbers(Query("customer", where)))


def fitting(store: Store, test: Callable[[Record], Any]) -> set[int]:
    return {n for n, r in records(store).items() if test(r)}


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize("key", [*periods.PERIODS, "last_400_days", "next_3_days"])
def test_periods_are_worked_out_when_they_are_asked(filled: Store, key: str) -> None:
    first, last = periods.span(key, TODAY)

    def inside(day: dt.date | None) -> bool:
        return day is not None and (first is None or day >= first) and (last is None or day <= last)

    for name in ("last_contact", "x_when"):

        def day_of(r: Record, name: str = name) -> dt.date | None:
            value = r[name]
            return value.astimezone().date() if isinstance(value, dt.datetime) else value

        assert asked(filled, Where(name, "within", key)) == fitting(filled, lambda r: inside(day_of(r)))
        assert asked(filled, Where(name, "outside", key)) == fitting(filled, lambda r: not inside(day_of(r)))


def test_the_same_words_mean_other_days_tomorrow(store: Store) -> None:
    with store.step("New") as step:
        step.insert("customer", {"name": "a", "last_contact": TODAY})
    query = Query("customer", Where("last_contact", "within", "today"))
    with time_machine.travel(NOON, tick=False):
        assert store.reader().count(query) == 1
    with time_machine.travel(NOON + dt.timedelta(days=1), tick=False):
        assert store.reader().count(query) == 0


def test_ranges_none_and_me(filled: Store) -> None:
    assert asked(filled, Where("employees", "between", (1, 2))) == fitting(
        filled, lambda r: r["employees"] in (1, 2)
    )
    assert asked(filled, Where("employees", "between", (2, None))) == fitting(
        filled, lambda r: (r["employees"] or 0) >= 2
    )
    day = dt.date(2026, 1, 1)
    assert asked(filled, Where("x_when", "between", (None, day))) == fitting(
        filled, lambda r: r["x_when"].astimezone().date() <= day
    )
    assert asked(filled, Where("grade", "none", ("A", "B"))) == fitting(
        filled, lambda r: r["grade"] not in ("A", "B")
    )
    assert asked(filled, Where("tags", "none", ("重点",))) == fitting(
        filled, lambda r: all(tag["word"] != "重点" for tag in r["tags"])
    )
    assert asked(filled, Where("owner_user", "in", (ME,))) == set()
    me = next(r.id for r in filled.reader().each(Query("user")))
    assert asked(filled, Where("owner_user", "in", (ME, "")), Rights(me)) == fitting(
        filled, lambda r: r["owner_user"] in (me, None)
    )


WHERES = st.builds(Where, st.sampled_from(["grade", "city"]), st.just("="), st.sampled_from(["A", "B"]))


@given(st.lists(st.lists(WHERES, min_size=1, max_size=3).map(tuple), max_size=4).map(tuple), st.booleans())
def test_a_filter_is_read_back_from_its_condition(chips: Any, any_: bool) -> None:
    made = Filters(chips, any_)
    back = filters_of(made.condition)
    assert back.condition == made.condition
    assert back.chips == made.chips
    assert back.any == (any_ if chips else False)
