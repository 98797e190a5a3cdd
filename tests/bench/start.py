"""Starting the program, and the memory it holds with a list open."""

from __future__ import annotations

from pathlib import Path

from tests.bench import data
from tests.bench.measure import Goal, Line, Ran, Run, fresh

BLANK = "a process that shows and paints an empty QMainWindow, off-screen"


def _shortest(runs: list[Ran], mark: str) -> float:
    return min(run.marks[mark][0] for run in runs) * 1000


def _home(run: Run) -> Path:
    made = run.scratch / "home"
    made.mkdir(exist_ok=True)
    return made


def starts(run: Run) -> list[Line]:
    """From the start of the process until the first rows are painted, and until everything is loaded."""
    file, home, again = str(data.filled(run)), _home(run), run.repeats(7)
    fresh("window:start", file, "ready", home=home)  # leaves compiled bytecode and the view's SQL
    blank, painted = [], []
    for _ in range(again):
        blank.append(fresh("window:blank"))
        painted.append(fresh("window:start", file, "painted", home=home))
    ready = [fresh("window:start", file, "ready", home=home) for _ in range(run.repeats(3))]
    gaps = [fresh("window:start", file, "gaps", home=home) for _ in range(run.repeats(3))]
    floor = _shortest(blank, "painted")
    return [
        Line(
            "start", "start, warm: first rows painted", "ms", _shortest(painted, "painted"), floor,
            Goal("times", 1.6), BLANK, size=run.size,
        ),
        Line(
            "start", "start, warm: everything ready", "ms", _shortest(ready, "ready"), floor,
            Goal("times", 4), BLANK, size=run.size,
        ),
        Line(
            "start", "longest gap of the main thread while loading", "ms",
            min(float(one.value["gap"]) for one in gaps), None, Goal("most", 50), size=run.size,
            note="a 0-ms timer on the main thread; the best of the runs",
        ),
        Line(
            "start", "memory, first rows painted", "MB",
            max(one.marks["painted"][1] for one in painted),
            max(one.marks["painted"][1] for one in blank), None, BLANK, size=run.size,
        ),
        Line(
            "start", "memory, list open and everything loaded", "MB",
            max(one.marks["ready"][1] for one in ready),
            max(one.marks["painted"][1] for one in blank), Goal("most", 150), BLANK, size=run.size,
        ),
    ]  # fmt: skip
