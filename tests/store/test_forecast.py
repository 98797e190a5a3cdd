"""What a pipeline is expected to bring, and the rows behind each number; the acts of a board on the file."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator

import pytest
import time_machine

from freecrm.core.filters import Filters
from freecrm.core.problems import Known
from freecrm.core.query import Query
from freecrm.core.words import N_
from freecrm.store import deal_acts, deals, forecast, undo
from freecrm.store.database import Store
from freecrm.store.deals import Pipe
from freecrm.store.forecast import BEST, COMMITTED, TOTAL, WEIGHTED, WON, Month
from tests import boards, calendars

PHASE = "Phase 2, 6 dispensers"


@pytest.fixture(autouse=True)
def thursday(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", calendars.ZONE)
    time.tzset()
    with time_machine.travel(boards.NOW, tick=True):
        yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def made(store: Store) -> dict[str, bytes]:
    return boards.pipeline(store)


def pipe_of(store: Store) -> Pipe:
    return deals.pipelines(store)[0]


def months(store: Store, owner: bytes | None = None, n: int = 6) -> list[Month]:
    pipe = pipe_of(store)
    return forecast.read(store, pipe, deals.cards(store, pipe), n, owner)


def summed(store: Store, filters: Filters, *, weighted: bool = False) -> int:
    """What the rows of a list come to, worked out by hand."""
    rows = list(store.reader().each(Query("deal", filters.condition)))
    if weighted:  # amount in minor units times per cent, halves up
        exact = sum((row["amount"] or 0) * row["odds"] for row in rows) / 100
        return int(exact + (1 if exact % 1 >= 0.5 else 0)) if exact >= 0 else int(exact)
    return sum(row["amount"] or 0 for row in rows)


def spots(store: Store, stage: str, made: dict[str, bytes]) -> list[str]:
    columns = deals.board(store, pipe_of(store))
    return [card.name for column in columns if column.stage.id == made[stage] for card in column.cards]


def test_the_months_of_the_picture(store: Store, made: dict[str, bytes]) -> None:
    found = months(store)
    assert [(month.key, month.won, month.weighted, month.target) for month in found[:4]] == [
        ("2026-03", 158_000_00, 320_250_00, 400_000_00),
        ("2026-04", 0, 125_400_00, 400_000_00),
        ("2026-05", 0, 50_030_00, 400_000_00),
        ("2026-06", 0, 19_620_00, 400_000_00),
    ]
    assert sum(month.weighted for month in found) == 515_300_00


def test_each_number_is_the_sum_of_the_rows_that_it_opens(store: Store, made: dict[str, bytes]) -> None:
    """AC-PIPE-6."""
    deal_acts.count_as(store, made["Full softener"], "committed")
    deal_acts.count_as(store, made["Clinic framework"], "best")
    deal_acts.count_as(store, made["Restaurant, phase 2"], "out")
    deal_acts.close_on(store, made["Tea room RO"], None)
    deal_acts.close_on(store, made["Showroom trial"], dt.date(2026, 2, 27))
    deal_acts.close_on(store, made["Dormitory water"], dt.date(2027, 1, 4))
    boards.own_chance(store, made["Coolant recycling"], "33.33")
    deal_acts.put_off(store, made["Cold store rinse water"], dt.date(2026, 4, 1))
    for owner in (None, made[boards.PEOPLE[0]]):
        found = months(store, owner)
        assert {month.key for month in found} >= {"2026-03", "2026-08"}
        for month in found:
            assert summed(store, month.rows(WEIGHTED), weighted=True) == month.weighted
            for what in (WON, COMMITTED, BEST, TOTAL):
                if what != WON or (month.first is not None and not month.kind):
                    assert summed(store, month.rows(what)) == getattr(month, what)
    found = months(store)
    assert [month.key for month in found if month.kind] == ["overdue", "beyond", "undated"]
    march = next(month for month in found if month.key == "2026-03")
    assert (march.committed, march.best) == (74_000_00, 192_000_00)
    assert made["Restaurant, phase 2"] not in {card.id for card in march.counted}


def test_a_target_of_the_firm_goes_before_those_of_its_people(store: Store, made: dict[str, bytes]) -> None:
    first, second = made[boards.PEOPLE[0]], made[boards.PEOPLE[1]]
    with store.step(N_("{field} changed"), field="x") as step:
        for month, user, amount in (
            ("2026-03", first, 90),
            ("2026-07", first, 100),
            ("2026-07", second, 50),
        ):
            step.insert("target", {"month": month, "user": user, "amount": amount})
    everyone = {month.key: month.target for month in months(store)}
    assert (everyone["2026-03"], everyone["2026-07"], everyone["2026-08"]) == (400_000_00, 150, None)
    own = {month.key: month.target for month in months(store, first)}
    assert (own["2026-03"], own["2026-04"], own["2026-07"]) == (90, None, 100)


def test_a_deal_put_off_leaves_the_board_until_its_day(store: Store, made: dict[str, bytes]) -> None:
    id = made[PHASE]
    deal_acts.put_off(store, id, dt.date(2026, 3, 21))
    assert PHASE not in spots(store, "Proposal", made)
    with time_machine.travel(boards.NOW + dt.timedelta(days=2)):
        assert PHASE in spots(store, "Proposal", made)
    undo.undo(store)
    assert PHASE in spots(store, "Proposal", made)
    with pytest.raises(Known, match="not ahead"):
        deal_acts.put_off(store, id, dt.date(2026, 3, 19))


def test_a_lost_deal_says_why_and_to_whom(store: Store, made: dict[str, bytes]) -> None:
    id = made[PHASE]
    with store.step(N_("{field} changed"), field="x") as step:
        rival = step.insert("competitor", {"name": "Clearbrook"})
        step.update("deal", id, {"rivals": [{"competitor": rival}]})
    (reason, name), *_others = deal_acts.reasons(store, made["pipeline"])
    assert name == "Too expensive"
    deal_acts.lose(store, id, {"reason": reason, "why": "12 % dearer"}, rival)
    record = store.reader().record("deal", id)
    assert record is not None
    assert (record["state"], record["reason"], record["why"]) == ("lost", reason, "12 % dearer")
    assert [(row["competitor"], row["won"]) for row in record["rivals"]] == [(rival, True)]
    undo.undo(store)
    record = store.reader().record("deal", id)
    assert record is not None
    assert record["state"] == "open"
    assert [row.get("won") for row in record["rivals"]] == [None]


def test_a_card_comes_below_another_even_among_those_that_nobody_sees(
    store: Store, made: dict[str, bytes]
) -> None:
    before = spots(store, "Proposal", made)
    assert before == [PHASE, "Coolant recycling", "Tea room RO"]
    deal_acts.put_off(store, made["Coolant recycling"], dt.date(2026, 4, 1))
    deal_acts.drop(store, made["Clinic framework"], made["Proposal"], made[PHASE])
    assert spots(store, "Proposal", made) == [PHASE, "Clinic framework", "Tea room RO"]
    undo.undo(store)
    undo.undo(store)
    deal_acts.drop(store, made["Clinic framework"], made["Proposal"], made[PHASE])
    assert spots(store, "Proposal", made) == [PHASE, "Clinic framework", "Coolant recycling", "Tea room RO"]
    deal_acts.drop(store, made["Tea room RO"], made["Proposal"])
    assert spots(store, "Proposal", made)[0] == "Tea room RO"


def test_one_drop_changes_one_card(store: Store, made: dict[str, bytes]) -> None:
    places = "SELECT id, spot FROM deal"
    before = dict(store.read().execute(places).fetchall())
    deal_acts.drop(store, made["Tea room RO"], made["Proposal"], made[PHASE])
    after = dict(store.read().execute(places).fetchall())
    assert [id for id in before if before[id] != after[id]] == [made["Tea room RO"]]


@pytest.mark.parametrize(
    ("month", "close", "wanted"),
    [
        ((2026, 4), (2026, 3, 31), (2026, 4, 30)),
        ((2026, 5), (2026, 3, 12), (2026, 5, 12)),
        ((2026, 3), (2026, 5, 12), (2026, 3, 31)),  # the 12th is over
        ((2026, 6), None, (2026, 6, 30)),
    ],
)
def test_the_day_in_another_month(
    month: tuple[int, int], close: tuple[int, int, int] | None, wanted: tuple[int, int, int]
) -> None:
    day = None if close is None else dt.date(*close)
    assert deal_acts.day_in(dt.date(*month, 1), day) == dt.date(*wanted)


def test_without_a_limit_the_time_that_won_deals_took_is_one(store: Store) -> None:
    made = boards.pipeline(store, limit=None)
    assert forecast.limits(store, pipe_of(store)) == {}
    stage, won = made["Qualified"], made["Won"]
    with store.step(N_("{field} changed"), field="x") as step:
        for at in range(10):  # ten deals of 8 days each
            old = {"name": f"Old {at}", "stage": won, "pipeline": made["pipeline"]}
            id = step.insert("deal", {**old, "closed": dt.date(2026, 1, 9)})
            for after, days in ((stage, 60), (won, 52)):
                moved = {"after": after, "at": boards.NOW - dt.timedelta(days=days)}
                step.insert("deal_move", {"parent": id, "parent_entity": "deal", **moved})
    assert forecast.limits(store, pipe_of(store)) == {stage: 12}
    with store.step(N_("{field} changed"), field="x") as step:
        step.update("stage", stage, {"days": 3})
    assert forecast.limits(store, pipe_of(store)) == {stage: 3}


def test_what_is_gone_is_told(store: Store, made: dict[str, bytes]) -> None:
    id = made[PHASE]
    deal_acts.delete(store, id)
    for act in (
        lambda: deal_acts.drop(store, id, made["Contract"]),
        lambda: deal_acts.lose(store, id),
        lambda: deal_acts.win(store, id),
        lambda: deal_acts.close_on(store, id, dt.date(2026, 5, 1)),
    ):
        with pytest.raises(Known, match="no longer there"):
            act()
    undo.undo(store)
    assert PHASE in spots(store, "Proposal", made)
