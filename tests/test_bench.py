"""The benchmark itself: every measurement runs at the smallest size, and each line of it stands in the table."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.bench import table
from tests.bench.__main__ import MEASURES, measured
from tests.bench.measure import Goal, Line

SMALLEST = 300


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made data that all measurements share."""
    return tmp_path_factory.mktemp("bench")


@pytest.mark.parametrize("name", MEASURES)
def test_every_measurement_runs_and_is_told(name: str, cache: Path, tmp_path: Path) -> None:
    lines = measured(SMALLEST, [name], cache)
    assert {line.name for line in lines} == {name}
    assert all(line.ours is not None for line in lines), [line.note for line in lines]
    about = table.machine()
    printed = table.text(lines, about).splitlines()
    for line in lines:
        assert any(row.startswith(line.what) for row in printed)
    table.keep(lines, about, tmp_path / "bench.json")
    kept = json.loads((tmp_path / "bench.json").read_text("utf-8"))
    assert [found["what"] for found in kept["lines"]] == [line.what for line in lines]
    assert not list(cache.glob("scratch-*"))


def test_a_missed_goal_is_told_as_missed() -> None:
    missed = Line("read", "reading", "s", 3.0, 1.0, Goal("times", 1.2), "plain", size=100_000)
    reached = Line("find", "finding", "%", 100.0, None, Goal("least", 100), size=100_000)
    nobody = Line("peer", "a peer", "s", None, goal=Goal("least_times", 30), note="not installed")
    assert (missed.met, reached.met, nobody.met) == (False, True, None)
    printed = table.text([missed, reached, nobody], table.machine())
    assert re.search(r"reading +100,000 +1.00 s +3.00 s +3.00 × +≤ 1.2× +NO", printed)
    assert "1 goals met, 1 missed." in printed
    assert "a peer: not installed" in printed


def test_growth_stands_beside_both_sizes() -> None:
    lines = [
        Line("jump", f"rows of {size:,}", "ms", ours, size=size)
        for size, ours in ((100_000, 2.0), (1_000_000, 5.0))
    ]
    assert table.growth(lines) == [
        ["what", "100,000", "1,000,000", "growth"],
        ["rows of N", "2.00 ms", "5.00 ms", "2.50 ×"],
    ]
