"""The shared pool: who goes back when, who takes whom, and that nothing gets lost on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from freecrm.core.day_words import this_day
from freecrm.core.problems import Known
from freecrm.store import activities, history, ids, pool, pool_moves, pool_rules, undo
from freecrm.store.database import Store
from tests.store.samples import assert_well, open_in, raw

START = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def ids_of_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids never go back in time, but every test begins on the same day."""
    monkeypatch.setattr(ids, "_last_ms", 0)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(START, tick=True) as traveller:
        yield traveller


@pytest.fixture
def firm(clock: Any, store: Store) -> dict[str, bytes]:
    """A firm with a pool, two colleagues and a customer of grade A that 陈思远 has."""
    store.set_setting("pool.on", True)
    with store.step("New") as step:
        chen = step.insert("user", {"name": "陈思远"})
        lin = step.insert("user", {"name": "林晓棠"})
        hotel = step.insert("customer", {"name": "云杉谷酒店", "grade": "A", "owner_user": chen})
    pool_rules.save_rules(store, [pool_rules.Rule("A", 30, 5)])
    store.user = chen
    return {"chen": chen, "lin": lin, "hotel": hotel}


def of(store: Store, id: bytes) -> dict[str, Any]:
    record = store.reader().record("customer", id)
    assert record is not None
    return dict(record.values)


def go(clock: Any, days: float) -> None:
    clock.move_to(START + days * DAY)


def contact(store: Store, id: bytes) -> None:
    call = activities.plan(store, {"kind": "call", "customer": id, "start": dt.datetime.now(dt.UTC)})
    activities.finish(store, call)


# ---- going back by rule


def test_a_customer_is_warned_of_and_goes_back(clock: Any, store: Store, firm: dict[str, bytes]) -> None:
    go(clock, 24)
    assert pool.look(store) == pool.Outlook()
    go(clock, 25)
    (warned,) = pool.look(store).warned
    assert (warned.name, warned.days_left(this_day())) == ("云杉谷酒店", 5)
    assert pool.run_daily(store) == []
    go(clock, 30)
    (gone,) = pool.run_daily(store)
    assert gone.id == firm["hotel"]
    now = of(store, firm["hotel"])
    assert now["owner_user"] is None
    assert (now["pool_from"], now["pool_why"]) == (firm["chen"], "No contact for 30 days")
    assert now["pool_since"].date() == dt.date(2026, 4, 1)
    (step, *_rest) = history.steps(store, 1)
    assert (step.origin, str(step)) == ("program", "“云杉谷酒店” went back to the pool")
    assert raw(store, "SELECT move, user, by FROM pool_move") == [("expire", firm["chen"], None)]
    assert_well(store)


def test_contact_starts_the_days_anew(clock: Any, store: Store, firm: dict[str, bytes]) -> None:
    go(clock, 29)
    contact(store, firm["hotel"])
    go(clock, 53)
    assert pool.look(store) == pool.Outlook()
    go(clock, 59)
    assert [one.id for one in pool.look(store).due] == [firm["hotel"]]


def test_it_runs_once_a_day_and_catches_up(clock: Any, store: Store, firm: dict[str, bytes]) -> None:
    go(clock, 200)  # the computer was off for months
    assert len(pool.run_daily(store)) == 1
    with store.step("Given again") as step:
        step.update("customer", firm["hotel"], {"owner_user": firm["lin"]})
    assert pool.run_daily(store) == []
    go(clock, 201)
    assert pool.run_daily(store) == []  # who got it has the whole time


def test_taking_the_return_back_gives_the_whole_time(
    clock: Any, store: Store, firm: dict[str, bytes]
) -> None:
    go(clock, 40)
    pool.run_daily(store)
    undo.undo(store, history.steps(store, 1)[0].n)
    assert of(store, firm["hotel"])["owner_user"] == firm["chen"]
    assert raw(store, "SELECT count(*) FROM pool_move") == [(0,)]
    go(clock, 41)
    assert pool.run_daily(store) == []
    go(clock, 71)
    assert len(pool.run_daily(store)) == 1


@pytest.mark.parametrize(
    "values",
    [{"protected": True}, {"status": "customer"}, {"grade": "B"}, {"grade": None}, {"owner_user": None}],
)
def test_who_stays(clock: Any, store: Store, firm: dict[str, bytes], values: dict[str, Any]) -> None:
    with store.step("Changed") as step:
        step.update("customer", firm["hotel"], values)
    go(clock, 90)
    assert pool.look(store) == pool.Outlook()
    assert pool.run(store) == []


def test_buyers_go_back_where_the_firm_wants_it(clock: Any, store: Store, firm: dict[str, bytes]) -> None:
    with store.step("Changed") as step:
        step.update("customer", firm["hotel"], {"status": "customer"})
    store.set_setting("pool.buyers_stay", False)
    go(clock, 90)
    assert len(pool.look(store).due) == 1


def test_a_planned_step_keeps_it_until_it_is_overdue(
    clock: Any, store: Store, firm: dict[str, bytes]
) -> None:
    activities.plan(store, {"kind": "visit", "customer": firm["hotel"], "start": START + 45 * DAY})
    go(clock, 40)
    assert pool.look(store) == pool.Outlook()
    go(clock, 46)
    assert len(pool.look(store).due) == 1


def test_a_plan_far_away_keeps_nothing(clock: Any, store: Store, firm: dict[str, bytes]) -> None:
    activities.plan(store, {"kind": "visit", "customer": firm["hotel"], "start": START + 400 * DAY})
    go(clock, 40)
    assert len(pool.look(store).due) == 1


def test_a_new_rule_warns_before_it_takes(clock: Any, store: Store, firm: dict[str, bytes]) -> None:
    go(clock, 100)
    pool_rules.save_rules(store, [pool_rules.Rule("A", 20, 7)])
    assert pool.run_daily(store) == []
    (warned,) = pool.look(store).warned
    assert warned.days_left(this_day()) == 7
    go(clock, 107)
    assert len(pool.run_daily(store)) == 1


def test_the_preview_of_a_rule_says_what_saving_it_does(
    clock: Any, store: Store, firm: dict[str, bytes]
) -> None:
    go(clock, 100)
    found = pool.look(store, wanted=[pool_rules.Rule("A", 20, 7)])
    assert (len(found.due), len(found.warned)) == (0, 1)
    found = pool.look(store, wanted=[pool_rules.Rule("A", 20, 0)])
    assert (len(found.due), len(found.warned)) == (1, 0)


def test_an_old_list_brought_in_empties_nothing_at_once(
    clock: Any, store: Store, firm: dict[str, bytes]
) -> None:
    go(clock, 10)
    with store.step("Import", origin="import") as step:
        values = {"name": "鹿溪堂茶业", "grade": "A", "owner_user": firm["lin"]}
        step.insert("customer", {**values, "last_contact": dt.date(2020, 1, 1)})
        step.insert("customer", {**values, "name": "松湾牧场"})
    go(clock, 29)
    assert pool.look(store, owner=firm["lin"]) == pool.Outlook()
    go(clock, 40)
    assert len(pool.look(store, owner=firm["lin"]).due) == 2


def test_rules_that_make_no_sense_are_refused(store: Store) -> None:
    for rule in (
        pool_rules.Rule("A", 0),
        pool_rules.Rule("A", 4000),
        pool_rules.Rule("A", 10, 10),
        pool_rules.Rule("A", 10, -1),
    ):
        with pytest.raises(Known):
            pool_rules.save_rules(store, [rule])
    assert pool_rules.rules(store) == []


def test_rules_are_changed_in_one_step(clock: Any, store: Store, firm: dict[str, bytes]) -> None:
    go(clock, 3)
    pool_rules.save_rules(store, [pool_rules.Rule("", 60, 10), pool_rules.Rule("A", 30, 5)])
    assert [(r.grade, r.days, r.since) for r in pool_rules.rules(store)] == [
        ("", 60, dt.date(2026, 3, 5)),
        ("A", 30, dt.date(2026, 3, 2)),
    ]
    undo.undo(store)
    assert [r.grade for r in pool_rules.rules(store)] == ["A"]


def test_nothing_happens_without_a_pool(clock: Any, store: Store, firm: dict[str, bytes]) -> None:
    store.set_setting("pool.on", False)
    go(clock, 90)
    assert pool.run_daily(store) == []
    assert pool.warning(store, firm["hotel"]) is None
    with pytest.raises(Known, match="no shared pool"):
        pool_moves.give_back(store, [firm["hotel"]], "闲置")


# ---- by hand


def test_claimed_and_returned(clock: Any, store: Store, firm: dict[str, bytes]) -> None:
    hotel = firm["hotel"]
    assert pool_moves.give_back(store, [hotel], "  客户  搬走了 ") == 1
    assert (of(store, hotel)["pool_why"], of(store, hotel)["owner_user"]) == ("客户 搬走了", None)
    store.user = firm["lin"]
    assert pool_moves.claim(store, [hotel]) == 1
    assert of(store, hotel)["owner_user"] == firm["lin"]
    assert raw(store, "SELECT move, user, by, reason FROM pool_move ORDER BY n") == [
        ("return", firm["chen"], firm["chen"], "客户 搬走了"),
        ("claim", firm["lin"], firm["lin"], None),
    ]
    undo.undo(store)
    assert of(store, hotel)["owner_user"] is None
    assert_well(store)


def test_the_previous_owner_waits(clock: Any, store: Store, firm: dict[str, bytes]) -> None:
    pool_moves.give_back(store, [firm["hotel"]], "歇一歇")
    with pytest.raises(Known, match=r"was yours .* 48 hours"):
        pool_moves.claim(store, [firm["hotel"]])
    go(clock, 2.1)
    assert pool_moves.claim(store, [firm["hotel"]]) == 1


def many(store: Store, count: int, **values: Any) -> list[bytes]:
    with store.step("New") as step:
        return [step.insert("customer", {"name": f"松湾牧场 {at}", **values}) for at in range(count)]


def test_so_many_a_day(clock: Any, store: Store, firm: dict[str, bytes]) -> None:
    store.set_setting("pool.daily", 3)
    free = many(store, 5)
    pool_moves.claim(store, free[:2])
    with pytest.raises(Known, match=r"claimed 2 today; 2 more are too many. Choose 1"):
        pool_moves.claim(store, free[2:4])
    pool_moves.claim(store, free[2:3])
    with pytest.raises(Known, match=r"claimed 3 today. From 2026-03-03"):
        pool_moves.claim(store, free[3:4])
    undo.undo(store)  # what was taken back was not claimed
    pool_moves.claim(store, free[3:4])
    go(clock, 1)
    assert pool_moves.claim(store, [free[2], free[4]]) == 2


def test_so_many_in_all(clock: Any, store: Store, firm: dict[str, bytes]) -> None:
    store.set_setting("pool.holding", 2)
    free, buyers = many(store, 2), many(store, 2, status="customer")
    pool_moves.claim(store, buyers)  # they don't count
    with pytest.raises(Known, match="may hold 2 customers and has 1; 2 more"):
        pool_moves.claim(store, free)
    pool_moves.claim(store, free[:1])
    with pytest.raises(Known, match="陈思远 may hold 2"):
        pool_moves.assign(store, free[1:], firm["chen"])
    assert pool_moves.assign(store, free[1:], firm["lin"]) == 1


def test_somebody_was_faster(clock: Any, store: Store, firm: dict[str, bytes]) -> None:
    free = many(store, 2)
    pool_moves.assign(store, free[:1], firm["lin"])
    with pytest.raises(Known, match="林晓棠 has it"):
        pool_moves.claim(store, free)
    assert of(store, free[1])["owner_user"] is None


def test_nobody_claims_for_nobody(clock: Any, store: Store, firm: dict[str, bytes]) -> None:
    store.user = None
    with pytest.raises(Known, match="Nobody said who works"):
        pool_moves.claim(store, many(store, 1))


def test_nobody_who_has_left_gets_customers(clock: Any, store: Store, firm: dict[str, bytes]) -> None:
    with store.step("Left") as step:
        step.update("user", firm["lin"], {"left": True})
    with pytest.raises(Known, match="林晓棠 isn't among"):
        pool_moves.assign(store, many(store, 1), firm["lin"])


def test_a_return_needs_a_reason(clock: Any, store: Store, firm: dict[str, bytes]) -> None:
    with pytest.raises(Known, match="Say why"):
        pool_moves.give_back(store, [firm["hotel"]], "  ")
    with pytest.raises(Known, match="already"):
        pool_moves.give_back(store, many(store, 1), "闲置")
    assert of(store, firm["hotel"])["owner_user"] == firm["chen"]


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["claim", "assign", "return", "run", "undo", "redo", "day"]), st.integers(0, 5)
    ),
    max_size=25,
)


@settings(max_examples=25)
@given(MOVES)
def test_owners_agree_with_the_moves(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[str, int]]
) -> None:
    with time_machine.travel(START, tick=True) as clock, pytest.MonkeyPatch.context() as patch:
        patch.setattr(ids, "_last_ms", 0)
        store = open_in(tmp_path_factory.mktemp("pool"))
        store.set_setting("pool.on", True)
        with store.step("New") as step:
            users = [step.insert("user", {"name": name}) for name in ("陈思远", "林晓棠")]
            made = [step.insert("customer", {"name": f"客户 {at}", "grade": "A"}) for at in range(6)]
        pool_rules.save_rules(store, [pool_rules.Rule("A", 3, 1)])
        days = 0
        for what, at in moves:
            store.user = users[at % 2]
            try:
                if what == "claim":
                    pool_moves.claim(store, [made[at]])
                elif what == "assign":
                    pool_moves.assign(store, [made[at]], users[at % 2])
                elif what == "return":
                    pool_moves.give_back(store, [made[at]], "闲置")
                elif what == "run":
                    pool.run_daily(store)
                elif what == "day":
                    days += 1
                    go(clock, days)
                else:
                    own = history.next_undo(store) if what == "undo" else history.next_redo(store)
                    if own is not None and own.n > 2:
                        (undo.undo if what == "undo" else undo.redo)(store)
            except Known:
                pass
            _agree(store)
        assert_well(store)
        store.close()


def _agree(store: Store) -> None:
    """Whoever has a customer got it by the latest move, and one that has gone back has nobody."""
    latest: dict[bytes, tuple[str, bytes]] = {}
    for id, move, user in store.read().execute("SELECT customer, move, user FROM pool_move ORDER BY at, n"):
        latest[id] = (move, user)
    for id, owner in store.read().execute("SELECT id, owner_user FROM customer"):
        move, user = latest.get(id, ("", b""))
        assert owner == (user if move in ("claim", "assign") else None)
