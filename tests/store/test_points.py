"""The ledger of points: worked out by the rules, never below zero, run out once, right after whatever happens."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

import pytest

from freecrm.core import points as worked
from freecrm.core.points import Line, Rules
from freecrm.core.problems import Known
from freecrm.core.words import speaking
from freecrm.store import check, derive, history, merging, points, undo
from freecrm.store.database import Store

TODAY = dt.date(2026, 3, 31)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.fixture(autouse=True)
def given(store: Store) -> Iterator[None]:
    store.set_setting("points.given", True)
    yield
    assert check.check(store) == []
    assert derive.wrong(store.read(), store.model) == []


def customer(store: Store, name: str = "云杉谷酒店") -> bytes:
    with store.step("New") as step:
        return step.insert("customer", {"name": name})


def balance(store: Store, id: bytes) -> int:
    record = store.reader().record("customer", id)
    assert record is not None
    held = points.lines(store.read(), id)
    assert record["points"] == sum(line.points for line in held)
    return int(record["points"])


def moves(store: Store, id: bytes) -> list[tuple[str, str, int]]:
    return [(line.day.isoformat(), line.move, line.points) for line in points.lines(store.read(), id)]


# ---- the rules


@pytest.mark.parametrize(
    ("amount", "rules", "points_"),
    [
        (9_990, Rules(), 9),
        (10_000, Rules(), 10),
        (999, Rules(), 0),
        (0, Rules(), 0),
        (-10_000, Rules(), 0),
        (9_990, Rules(earned=3, per=10), 29),
        (12_345_678_901_234, Rules(), 12_345_678_901),
    ],
)
def test_an_amount_earns_whole_points_rounded_down(amount: int, rules: Rules, points_: int) -> None:
    assert rules.worth(amount) == points_


def test_points_count_for_so_many_months() -> None:
    assert Rules(months=12).until(day("2024-02-29")) == day("2025-02-28")
    assert Rules(months=1).until(day("2026-01-31")) == day("2026-02-28")
    assert Rules().until(TODAY) is None


def test_the_oldest_points_are_used_up_first() -> None:
    lines = [
        Line(day("2025-01-01"), "earn", 100, day("2026-01-01")),
        Line(day("2025-06-01"), "earn", 50, day("2026-06-01")),
        Line(day("2025-07-01"), "spend", -120),
    ]
    assert [(lot.line.day, lot.left) for lot in worked.left(lines)] == [(day("2025-06-01"), 30)]
    assert worked.due(lines, day("2026-06-01")) == []
    assert [lot.left for lot in worked.due(lines, day("2026-06-02"))] == [30]
    assert worked.soon(lines, day("2026-05-20")) == [(day("2026-06-01"), 30)]
    assert worked.soon(lines, day("2026-04-20")) == []


# ---- writing


def test_earn_spend_and_correct(store: Store) -> None:
    id = customer(store)
    assert points.earn(store, id, 129_900, today=TODAY) == 129
    points.earn(store, id, 50_000, 60, today=TODAY, day=day("2026-03-01"), reason="活动")
    points.spend(store, id, 80, today=TODAY)
    points.correct(store, id, -9, "多记了", today=TODAY)
    assert balance(store, id) == 100
    assert moves(store, id) == [
        ("2026-03-01", "earn", 60),
        ("2026-03-31", "earn", 129),
        ("2026-03-31", "spend", -80),
        ("2026-03-31", "adjust", -9),
    ]
    assert [str(step) for step in history.steps(store)[:2]] == [
        "Points of 云杉谷酒店 corrected by -9",
        "80 points spent by 云杉谷酒店",
    ]
    undo.undo(store)
    undo.undo(store)
    assert balance(store, id) == 189


def test_what_is_refused_says_why_and_leaves_everything(store: Store) -> None:
    id = customer(store)
    points.earn(store, id, None, 100, today=TODAY, day=day("2026-03-10"))
    store.set_setting("points.step", 10)
    steps = len(history.steps(store))
    cases = [
        (lambda: points.spend(store, id, 300, today=TODAY), "has 100 points; 300 are more", "只有 100 分"),
        (lambda: points.spend(store, id, 25, today=TODAY), "Take 20 or 30", "20 或 30"),
        (lambda: points.spend(store, id, 0, today=TODAY), "above zero", "大于 0"),
        (lambda: points.spend(store, id, -10, today=TODAY), "above zero", "大于 0"),
        (
            lambda: points.spend(store, id, 50, today=TODAY, day=day("2026-03-01")),
            "On 2026-03-01 “云杉谷酒店” had only 0",
            "2026-03-01",
        ),
        (lambda: points.earn(store, id, 900, today=TODAY), "no whole point", "不足"),
        (lambda: points.earn(store, id, -900, today=TODAY), "below zero", "小于 0"),
        (lambda: points.earn(store, id, 900, -2, today=TODAY), "above zero", "大于 0"),
        (lambda: points.earn(store, id, None, 10**13, today=TODAY), "digits too many", "多打"),
        (
            lambda: points.earn(store, id, 90_000, today=TODAY, day=day("2026-04-01")),
            "2026-04-01 is still to come",
            "还没到",
        ),
        (lambda: points.correct(store, id, -5, "  ", today=TODAY), "needs a reason", "原因"),
        (lambda: points.correct(store, id, 0, "x", today=TODAY), "changes nothing", "没有变化"),
        (lambda: points.correct(store, id, -101, "x", today=TODAY), "has 100 points", "只有 100 分"),
    ]
    for act, english, chinese in cases:
        with pytest.raises(Known) as told:
            act()
        assert english in str(told.value)
        with speaking("zh_CN"):
            assert chinese in str(told.value)
    assert balance(store, id) == 100
    assert len(history.steps(store)) == steps


def test_points_are_spent_from_the_smallest_balance_on(store: Store) -> None:
    id = customer(store)
    store.set_setting("points.least", 200)
    points.earn(store, id, None, 100, today=TODAY)
    with pytest.raises(Known, match="from 200 on"):
        points.spend(store, id, 50, today=TODAY)
    points.correct(store, id, -50, "多记了", today=TODAY)  # a correction isn't spending
    points.earn(store, id, None, 150, today=TODAY)
    points.spend(store, id, 50, today=TODAY)
    assert balance(store, id) == 150


def test_a_firm_without_points_is_told_where_to_switch_them_on(store: Store) -> None:
    id = customer(store)
    store.set_setting("points.given", False)
    for act in (lambda: points.earn(store, id, 100_000), lambda: points.expire(store)):
        with pytest.raises(Known, match="switched off"):
            act()
    assert points.expire_daily(store) == []


def test_a_line_is_never_changed_nor_taken_out(store: Store) -> None:
    id = customer(store)
    points.earn(store, id, 100_000, today=TODAY)
    line = points.lines(store.read(), id)[0]
    with pytest.raises(Known, match="stays as it was written"), store.step("Edit") as step:
        step.update("points_entry", line.id, {"points": 999})
    with pytest.raises(Known, match="stays as it was written"), store.step("Delete") as step:
        step.delete("points_entry", line.id)
    assert balance(store, id) == 100


def test_earned_points_are_not_undone_once_they_were_spent(store: Store) -> None:
    id = customer(store)
    points.earn(store, id, 100_000, today=TODAY)
    earned = history.steps(store)[0].n
    points.spend(store, id, 60, today=TODAY)
    with pytest.raises(Known, match="would be left with -60 points"):
        undo.undo(store, earned)
    assert balance(store, id) == 40
    undo.undo(store)
    undo.undo(store, earned)
    assert balance(store, id) == 0


def test_many_get_points_in_one_step(store: Store) -> None:
    ids = [customer(store, f"客户{n}") for n in range(3)]
    numbers = list(store.reader().numbers_of("customer", ids).values())
    assert points.give(store, numbers, 50, "周年", today=TODAY) == 3
    assert [balance(store, id) for id in ids] == [50, 50, 50]
    undo.undo(store)
    assert [balance(store, id) for id in ids] == [0, 0, 0]


# ---- what runs out


def test_what_is_left_runs_out_once(store: Store) -> None:
    store.set_setting("points.months", 12)
    id, other = customer(store), customer(store, "鹿溪堂茶业")
    points.earn(store, id, None, 100, today=day("2025-01-10"))
    points.earn(store, id, None, 50, today=day("2025-03-01"))
    points.spend(store, id, 70, today=day("2025-04-01"))
    points.earn(store, other, None, 10, today=day("2025-12-01"))
    assert points.expire(store, day("2026-01-10")) == []  # the last day still counts
    lost = points.expire(store, day("2026-01-11"))
    assert [(one.name, one.points) for one in lost] == [("云杉谷酒店", 30)]
    assert points.expire(store, day("2026-01-11")) == []
    assert moves(store, id)[-1] == ("2026-01-11", "expire", -30)
    assert str(history.steps(store)[0]) == "Points of 云杉谷酒店 ran out"
    # the computer was off for half a year: each line is of its own day
    lost = points.expire(store, day("2026-12-31"))
    assert [(one.name, one.points) for one in lost] == [("云杉谷酒店", 50), ("鹿溪堂茶业", 10)]
    assert moves(store, id)[-1] == ("2026-03-02", "expire", -50)
    assert (balance(store, id), balance(store, other)) == (0, 0)


def test_what_ran_out_is_not_spent(store: Store) -> None:
    store.set_setting("points.months", 1)
    id = customer(store)
    points.earn(store, id, None, 100, today=day("2026-01-01"))
    points.earn(store, id, None, 20, today=day("2026-02-01"))
    with pytest.raises(Known, match="has 20 points"):
        points.spend(store, id, 50, today=day("2026-02-05"))
    points.spend(store, id, 20, today=day("2026-02-05"))
    assert moves(store, id)[-2:] == [("2026-02-02", "expire", -100), ("2026-02-05", "spend", -20)]


def test_points_of_long_ago_run_out_at_once(store: Store) -> None:
    store.set_setting("points.months", 6)
    id = customer(store)
    points.earn(store, id, None, 100, today=TODAY, day=day("2025-01-01"))
    assert moves(store, id) == [("2025-01-01", "earn", 100), ("2025-07-02", "expire", -100)]


def test_the_balance_is_foretold_as_it_will_be(store: Store) -> None:
    store.set_setting("points.months", 12)
    id = customer(store)
    points.earn(store, id, None, 100, today=day("2025-02-01"))
    points.spend(store, id, 30, today=day("2025-03-01"))
    for n, of in ((500, "2020-05-01"), (50, "2024-12-01"), (20, "2026-03-01")):
        told = points.balance_with(store, id, n, day(of), TODAY)
        points.earn(store, id, None, n, day=day(of), today=TODAY)
        assert balance(store, id) == told


def test_the_day_s_look_comes_once(store: Store) -> None:
    store.set_setting("points.months", 1)
    id = customer(store)
    with store.step("From another computer", origin="sync") as step:
        values = {"day": day("2020-01-01"), "move": "earn", "points": 5, "expires": day("2020-02-01")}
        step.insert("points_entry", {**values, "parent": id, "parent_entity": "customer"})
    assert [one.points for one in points.expire_daily(store)] == [5]
    written = history.steps(store)[0]
    assert written.origin == "program"  # Ctrl+Z takes back what the user did, not this
    undo.undo(store, written.n)
    assert points.expire_daily(store) == []


# ---- the statement


def test_a_statement_opens_runs_and_closes(store: Store) -> None:
    store.set_setting("points.months", 12)
    id = customer(store)
    points.earn(store, id, 100_000, today=day("2026-01-05"))
    points.earn(store, id, 50_000, today=day("2026-02-05"))
    points.spend(store, id, 30, today=day("2026-02-20"))
    made = points.statement(store.reader(), id, day("2026-02-01"), day("2026-02-28"), day("2027-01-01"))
    assert (made.opening, made.closing, made.balance) == (100, 120, 120)
    assert [(line.points, after) for line, after in made.rows] == [(50, 150), (-30, 120)]
    assert made.soon == [(day("2027-01-05"), 70)]
    empty = points.statement(store.reader(), id, day("2025-01-01"), day("2025-12-31"), TODAY)
    assert (empty.opening, empty.rows, empty.closing) == (0, [], 0)
    with pytest.raises(Known, match="Turn the days round"):
        points.statement(store.reader(), id, day("2026-02-28"), day("2026-02-01"))


# ---- whatever happens


@pytest.mark.parametrize("seed", range(6))
def test_the_balance_is_the_sum_whatever_happens(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    store.set_setting("points.months", 3)
    now = day("2025-01-01")
    ids = [customer(store, f"客户{n}") for n in range(4)]
    merged: list[int] = []
    for _turn in range(60):
        now += dt.timedelta(days=chance.randrange(12))
        alive = [id for id in ids if store.reader().record("customer", id) is not None]
        id = chance.choice(alive)
        act = chance.choice(("earn", "earn", "spend", "correct", "expire", "undo", "merge", "split", "bin"))
        try:
            if act == "earn":
                back = now - dt.timedelta(days=chance.choice((0, 0, 0, 40, 200)))
                points.earn(store, id, chance.randrange(50_000), today=now, day=back)
            elif act == "spend":
                points.spend(store, id, chance.randrange(1, 40), today=now)
            elif act == "correct":
                points.correct(store, id, chance.randrange(-30, 30), "核对", today=now)
            elif act == "expire":
                points.expire(store, now)
                assert points.expire(store, now) == []
            elif act == "undo":
                undo.undo(store)
            elif act == "merge" and len(alive) > 2:
                two = chance.sample(alive, 2)
                merged.append(merging.merge(store, "customer", two, two[0]).step or 0)
            elif act == "split" and merged:
                merging.split(store, merged.pop())
            elif act == "bin" and len(alive) > 2:
                with store.step("Delete") as step:
                    step.delete("customer", id)
                if chance.random() < 0.8:
                    undo.restore(store, "customer", id)
        except Known:
            pass  # refused: nothing was written
        for one in ids:
            if store.reader().record("customer", one) is not None:
                assert balance(store, one) >= 0
                held = points.lines(store.read(), one)
                assert sum(lot.left for lot in worked.left(held)) == balance(store, one)
