"""The learned chance: what it learns, how it says why, when it keeps quiet, and how right it would have been."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from freecrm.core.chances import LEAST, PRIOR, Sample, backtest, learn
from freecrm.core.words import N_
from freecrm.store import chances, deals, report_kinds
from freecrm.store.database import Store
from freecrm.store.report_kinds import Asked
from freecrm.store.reports import Wish

TODAY = dt.date(2026, 3, 19)


def many(count: int, seed: int = 1) -> list[Sample]:
    """Deals of two sources: a referral is won in eight of ten cases, any other in two."""
    chance = random.Random(seed)
    made = []
    for n in range(count):
        source = chance.choice(("referral", "advert"))
        won = chance.random() < (0.8 if source == "referral" else 0.2)
        made.append(
            Sample(f"2025-{n % 12 + 1:02}-01", won, {"source": source, "noise": chance.choice("ab")}, 0.5)
        )
    return made


def test_too_few_deals_teach_nothing() -> None:
    assert learn(many(LEAST - 1)) is None
    assert backtest(many(LEAST - 1)) is None
    assert learn(many(LEAST)) is not None


def test_what_differs_moves_the_chance_and_says_why() -> None:
    model = learn(many(2_000))
    assert model is not None
    assert 0.75 < model.chance({"source": "referral"}) < 0.85
    assert 0.15 < model.chance({"source": "advert"}) < 0.25
    first, second = model.why({"source": "referral", "noise": "a"})
    assert (first.factor, first.value) == ("source", "referral")
    assert first.shift > 1 > abs(second.shift)
    assert 0 < first.won < first.count < 2_000


def test_the_unknown_moves_nothing_and_the_rare_little() -> None:
    samples = [*many(500), Sample("2025-01-01", True, {"source": "once"})]
    model = learn(samples)
    assert model is not None
    assert model.chance({"source": "never seen"}) == model.chance({})
    assert abs(model.chance({"source": "once"}) - model.chance({})) < 1 / PRIOR


def test_what_is_wiped_when_a_deal_is_lost_teaches_nothing() -> None:
    samples = [
        Sample(one.day, one.won, {**one.factors, **({"size": "1"} if one.won else {})}, one.stage)
        for one in many(500)
    ]
    model = learn(samples)
    assert model is not None
    assert model.chance({"size": "1"}) == model.chance({})
    assert [one.factor for one in model.why({"size": "1", "source": "advert"})] == ["source"]


def test_the_backtest_tells_the_better_one() -> None:
    found = backtest(many(1_000))
    assert found is not None
    assert found.tried == 300
    assert found.stages == pytest.approx(0.25)
    assert found.learned < 0.2
    for band in found.bands:
        assert band.count < 20 or abs(band.said - band.won / band.count) < 0.15


@pytest.fixture
def firm(store: Store) -> dict[str, bytes]:
    """Sixty deals that ended and one that is open."""
    deals.take_ready(store)
    (pipe,) = deals.pipelines(store)
    won, lost = pipe.ending("won"), pipe.ending("lost")
    assert won is not None
    assert lost is not None
    with store.step(N_("{field} changed"), field="x") as step:
        for n in range(60):
            values = {"name": f"D{n}", "closed": dt.date(2025, n % 12 + 1, 5), "begun": dt.date(2024, 12, 1)}
            source = "referral" if n % 2 else "web"
            step.insert("deal", {**values, "source": source, "stage": (won if n % 2 else lost).id})
        open_ = step.insert("deal", {"name": "Open", "source": "referral", "stage": pipe.open[0].id})
    return {"open": open_, "won": won.id}


def test_a_deal_says_its_chance_where_that_is_wanted(store: Store, firm: dict[str, bytes]) -> None:
    assert chances.of(store, firm["open"], TODAY) is None
    store.set_setting("pipeline.learned", True)
    said = chances.of(store, firm["open"], TODAY)
    assert said is not None
    assert said.chance is not None
    assert said.chance > 60_00
    assert said.ended == 60
    source = next(one for one in said.reasons if one[0] == "Source")
    assert (source[2].won, source[2].count) == (30, 30)
    with store.step(N_("{field} changed"), field="x") as step:
        step.update("deal", firm["open"], {"stage": firm["won"]})
    assert chances.of(store, firm["open"], TODAY) is None  # it has ended


def test_it_says_when_it_knows_too_little(store: Store) -> None:
    deals.take_ready(store)
    store.set_setting("pipeline.learned", True)
    (pipe,) = deals.pipelines(store)
    with store.step(N_("{field} changed"), field="x") as step:
        id = step.insert("deal", {"name": "Open", "stage": pipe.open[0].id})
    assert chances.of(store, id, TODAY) == chances.Said(None, 0)
    table = report_kinds.of("chance").work(store, Wish(), Asked())
    assert [line.title for line in table.rows] == ["Shown after 50 closed deals; so far 0."]


def test_the_backtest_is_a_report(store: Store, firm: dict[str, bytes]) -> None:
    table = report_kinds.of("chance").work(store, Wish(), Asked())
    assert table.total is not None
    count, _said, _won, learned, _stages = table.total.cells
    assert count is not None
    assert count.value == 18
    assert learned is not None
    assert learned.value < 150
