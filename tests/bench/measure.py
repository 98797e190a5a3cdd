"""How things are measured here: the lines of the table, clocks, and processes of their own.

A line compares two figures of one run: the floor (the plainest honest way, measured beside ours on
the same data) and ours. Nothing is asserted; a goal that is missed is printed as missed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "bench"
MB = 1 << 20
PATIENCE = 3600  # seconds until a process that does not end is given up


@dataclass(frozen=True)
class Goal:
    """times, least_times: at most, at least so many times the floor. most, least: of our own figure,
    in the line's unit."""

    kind: str
    value: float

    def met(self, ours: float, floor: float | None) -> bool | None:
        """Whether it is reached; None where the floor could not be measured."""
        if self.kind in ("times", "least_times"):
            if floor is None:
                return None
            return ours <= self.value * floor if self.kind == "times" else ours >= self.value * floor
        return ours <= self.value if self.kind == "most" else ours >= self.value

    def text(self, unit: str) -> str:
        """As the table shows it."""
        sign = "≤" if self.kind in ("times", "most") else "≥"
        return f"{sign} {self.value:g}" + ("×" if "times" in self.kind else f" {unit}".rstrip())


@dataclass
class Line:
    """One line of the table.

    ours None: it could not be measured, `note` says why. floor_is: what the floor does, in one
    line. others: other ways, name -> figure in the same unit. size: customers (or rows) it ran with.
    """

    name: str
    what: str
    unit: str
    ours: float | None
    floor: float | None = None
    goal: Goal | None = None
    floor_is: str = ""
    others: dict[str, float] = field(default_factory=dict)
    note: str = ""
    size: int = 0

    @property
    def ratio(self) -> float | None:
        """Ours in units of the floor."""
        return self.ours / self.floor if self.ours is not None and self.floor else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None where there is none or it could not be measured."""
        return None if self.goal is None or self.ours is None else self.goal.met(self.ours, self.floor)


@dataclass
class Run:
    """What all measurements of one run share. size: customers. found: figures that later lines use. desktops: how
    many of them work at once."""

    size: int
    scratch: Path
    cache: Path = FOLDER
    found: dict[str, float] = field(default_factory=dict)
    desktops: int = 50

    def repeats(self, most: int) -> int:
        """How often a short thing is repeated: once where the data are a test's."""
        return most if self.size >= 10_000 else 1

    def new(self, name: str) -> Path:
        """A path in the scratch folder where nothing lies."""
        path = self.scratch / f"{len(list(self.scratch.iterdir())):03}-{name}"
        for end in ("", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        return path


# ---- clocks


def seconds(work: Callable[[], Any], repeats: int = 1) -> float:
    """The shortest of several runs."""
    best = float("inf")
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return best


def each(work: Callable[[Any], Any], given: Sequence[Any]) -> list[float]:
    """Milliseconds of one call for each of the given things."""
    taken = []
    for one in given:
        begun = time.perf_counter()
        work(one)
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def part(values: Sequence[float], share: float) -> float:
    """The value that `share` of all do not exceed (0.95: p95)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


# ---- processes of their own


@dataclass
class Ran:
    """A process that has ended. marks: name -> (seconds since it was started, its MB then).

    peak, child_peak: the most MB it and the largest of its children held, looked at every few ms.
    """

    value: dict[str, Any]
    marks: dict[str, tuple[float, float]]
    peak: float
    child_peak: float


def fresh(function: str, *args: Any, home: Path | None = None) -> Ran:
    """Run `module:function` of this package in a new process; it `mark`s moments and returns plain data."""
    command = [sys.executable, "-m", "tests.bench.process", function, json.dumps(args)]
    with tempfile.TemporaryFile() as complaints:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, env=_environment(home), stdout=subprocess.PIPE, stderr=complaints, text=True
        )
        watch = _Watch(process.pid)
        watch.start()
        patience = threading.Timer(PATIENCE, process.kill)
        patience.start()
        marks: dict[str, tuple[float, float]] = {}
        value: dict[str, Any] | None = None
        assert process.stdout
        for line in process.stdout:
            kind, _, rest = line.rstrip("\n").partition(" ")
            if kind == "MARK":
                taken = time.perf_counter() - begun
                marks[rest] = (taken, watch.now())
            elif kind == "VALUE":
                value = json.loads(rest)
        process.stdout.close()
        process.wait()
        patience.cancel()
        watch.over.set()
        watch.join()
        if value is None and process.returncode:
            complaints.seek(0)
            told = complaints.read().decode("utf-8", "replace").strip()[-2000:]
            raise RuntimeError(f"{function} ended with {process.returncode}: {told}")
    return Ran(value or {}, marks, watch.peak, watch.child_peak)


def _environment(home: Path | None) -> dict[str, str]:
    made = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "FREECRM_LANGUAGE": "en"}
    made.pop("PYTHONDONTWRITEBYTECODE", None)
    if home is not None:
        made["FREECRM_HOME"] = str(home)
    return made


class _Watch(threading.Thread):
    """Looks at the memory of a process and its children until `over`."""

    EVERY, CHILDREN_EVERY = 0.01, 8

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.process = psutil.Process(pid)
        self.over = threading.Event()
        self.peak = self.child_peak = 0.0

    def now(self) -> float:
        """MB held at this moment."""
        with suppress(psutil.Error):
            self.peak = max(self.peak, self.process.memory_info().rss / MB)
            return float(self.process.memory_info().rss / MB)
        return 0.0

    def run(self) -> None:
        turn = 0
        children: list[psutil.Process] = []
        while not self.over.wait(self.EVERY):
            self.now()
            if turn % self.CHILDREN_EVERY == 0:
                with suppress(psutil.Error):
                    children = self.process.children()
            for child in children:
                with suppress(psutil.Error):
                    self.child_peak = max(self.child_peak, child.memory_info().rss / MB)
            turn += 1
