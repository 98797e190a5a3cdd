"""The figures of the day agree with the reports; one that can't be worked out leaves the others. Forecasts are frozen."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterator

import pytest
import time_machine

from freecrm.core.jobs import InLine, Progress
from freecrm.core.words import N_
from freecrm.store import frozen, report_kinds, tiles, undo
from freecrm.store.database import Store
from freecrm.store.report_kinds import Asked
from freecrm.store.reports import Wish
from tests import boards, calendars


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


def by_name(store: Store) -> dict[str, tiles.Tile]:
    return {tile.name: tile for tile in tiles.read(store, None)}


def value(tile: tiles.Tile) -> int:
    assert tile.figure is not None
    return tile.figure.value


def test_figures_agree_with_the_reports(store: Store, made: dict[str, bytes]) -> None:
    """AC-DASH-2."""
    found = by_name(store)
    assert value(found["forecast"]) == 478_250_00
    assert found["forecast"].note == "won ¥158,000 + weighted ¥320,250"
    assert value(found["won"]) == 158_000_00
    assert found["won"].note == "39.5% of the target ¥400,000"
    first, last = report_kinds.span("this_month", dt.date(2026, 3, 19))
    sales = report_kinds.of("sales").work(store, Wish(since=first, until=last), Asked("month", "", "deals"))
    assert sales.total is not None
    assert sales.total.cells[1] is not None
    assert value(found["won"]) == sales.total.cells[1].value
    open_ = report_kinds.of("pipeline").work(store, Wish(), Asked())
    assert open_.total is not None
    assert open_.total.cells[1] is not None
    assert value(found["pipeline"]) == open_.total.cells[1].value == 958_700_00


def test_they_are_in_the_firms_currency(store: Store, made: dict[str, bytes]) -> None:
    store.set_setting("firm.currency", "USD")
    found = by_name(store)
    assert {tile.currency for tile in found.values()} == {"USD"}
    assert found["forecast"].note == "won $158,000 + weighted $320,250"


def test_each_opens_what_it_counts(store: Store, made: dict[str, bytes]) -> None:
    found = by_name(store)
    query = found["forecast"].query
    assert query is not None
    rows = list(store.reader().each(query))
    assert sum((row["amount"] or 0) * row["odds"] / 100 for row in rows) == 320_250_00
    stuck = found["stuck"]
    assert stuck.query is not None
    assert store.reader().count(stuck.query) == value(stuck) == 2


def test_too_little_says_what_is_missing(store: Store, made: dict[str, bytes]) -> None:
    rate = by_name(store)["rate"]
    assert rate.figure is None
    assert rate.note == "Shown from 5 deals on that ended in 90 days; so far 2."


def test_an_empty_file_has_no_tiles(store: Store) -> None:
    assert tiles.read(store, None) == []


def test_one_that_stops_leaves_the_others(
    store: Store, made: dict[str, bytes], log_warnings: list[logging.LogRecord]
) -> None:
    store.write().execute("DROP TABLE quote")
    found = by_name(store)
    assert value(found["won"]) == 158_000_00
    assert found["quotes"].figure is None
    assert found["quotes"].note
    assert [record.getMessage() for record in log_warnings] == ["tile quotes"]


# ---- frozen forecasts


def test_a_week_is_frozen_once(store: Store, made: dict[str, bytes]) -> None:
    assert frozen.freeze(store) == frozen.MONTHS
    assert frozen.freeze(store) == 0
    sql = "SELECT week, won, weighted, committed, deals FROM frozen WHERE month = '2026-03'"
    assert store.read().execute(sql).fetchall() == [("2026-03-16", 158_000_00, 320_250_00, 0, 7)]
    with time_machine.travel(boards.NOW + dt.timedelta(days=4), tick=True):
        assert frozen.freeze(store) == frozen.MONTHS


def test_what_was_expected_stands_beside_what_came(store: Store, made: dict[str, bytes]) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        for week, weighted in (("2026-02-23", 300_000_00), ("2026-03-02", 1), ("2026-01-05", 2)):
            step.insert("frozen", {"week": dt.date.fromisoformat(week), "month": "2026-03", "pipeline": made["pipeline"], "won": 16_000_00, "weighted": weighted})  # fmt: skip
    table = report_kinds.of("accuracy").work(store, Wish(), Asked())
    (line,) = table.rows
    assert line.title == "2026-03"
    assert [cell.value if cell else None for cell in line.cells] == [316_000_00, 158_000_00, 50_00]
    undo.undo(store)
    assert report_kinds.of("accuracy").work(store, Wish(), Asked()).rows == ()


def test_the_forecast_is_kept_by_the_work_of_the_day(store: Store, made: dict[str, bytes]) -> None:
    job = InLine().run(frozen.freeze, store, writes=True, progress=Progress())  # as the window starts it
    assert job.result() == frozen.MONTHS
