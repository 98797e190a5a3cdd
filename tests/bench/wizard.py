"""The import wizard over a long list: its first rows, whether the window stays alive meanwhile, and a cancel."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tests.bench import data
from tests.bench.measure import Goal, Line, Run, fresh
from tests.bench.window import Heart, _wait

PATIENCE = 1800


def session(file: str, wide: str, listed: str) -> dict[str, Any]:
    """In its own process: a window with the wizard in it, timed from within."""
    from importlib import import_module
    from pathlib import Path

    from PySide6.QtWidgets import QMainWindow

    from freecrm import app
    from freecrm.core import jobs
    from freecrm.modules import model
    from freecrm.store.database import open_store
    from freecrm.ui import cells
    from freecrm.ui.tasks import Tasks
    from freecrm.ui.wizard import ImportPage

    app.make_app()
    for name in app.LATER:  # a running program has them by then
        import_module(name)
    cells.warm_up()
    store, tasks = open_store(Path(file), model()), Tasks(jobs.Jobs())
    window = QMainWindow()
    page = ImportPage(store, tasks)
    window.setCentralWidget(page)
    window.resize(1366, 768)
    window.show()
    draft = page.draft
    answer: dict[str, Any] = {"first": []}
    for _time in range(3):
        page.go_to(0)
        begun = time.perf_counter()
        page.take(Path(wide))
        _wait(lambda: bool(draft.rows), PATIENCE)
        page.grab()
        answer["first"].append(time.perf_counter() - begun)
    heart = Heart(0, window)
    page.take(Path(listed))
    heart.restart()
    _step(heart, answer, "prepare", lambda: draft.is_current)
    answer["rows"] = draft.made.rows if draft.made else 0
    heart.restart()
    draft.take_target("备注", "")
    _step(heart, answer, "again", lambda: draft.is_current)
    page.go_to(4)
    heart.restart()
    page.next()
    _wait(lambda: draft.done > answer["rows"] // 2 or draft.touched is not None, PATIENCE)
    begun = time.perf_counter()
    page.cancel()
    _step(heart, answer, "import", lambda: not draft.importing)
    answer["cancel"] = time.perf_counter() - begun
    answer["left"] = store.read().execute("SELECT count(*) FROM customer").fetchone()[0]
    page.stop()
    tasks.close()
    store.close()
    return answer


def _step(heart: Heart, answer: dict[str, Any], name: str, done: Callable[[], bool]) -> None:
    begun = time.perf_counter()
    _wait(done, PATIENCE)
    heart.beat()
    answer[f"{name}_seconds"], answer[f"{name}_gap"] = time.perf_counter() - begun, heart.longest * 1000


def wizard(run: Run) -> list[Line]:
    """A list of 20 columns looked into, one of 12 made ready, imported by half and cancelled."""
    count = min(run.size, 100_000)
    home = run.scratch / "home"
    home.mkdir(exist_ok=True)
    wide, listed = str(data.sheet(run, "wide", count)), str(data.sheet(run, "list", count))
    got = fresh("wizard:session", str(run.new("wizard.freecrm")), wide, listed, home=home).value
    first = sorted(got["first"])[len(got["first"]) // 2]
    made = f"{got['rows']:,} rows in {got['prepare_seconds']:.1f} s"
    again = f"{got['again_seconds']:.1f} s, without reading the file again"
    return [
        Line("wizard", f"wizard: first rows of {count:,} × 20 xlsx", "s", first, None, Goal("most", 1), size=count),
        Line(
            "wizard", "wizard: longest gap while it prepares", "ms", got["prepare_gap"], None,
            Goal("most", 50), size=count, note=made,
        ),
        Line(
            "wizard", "wizard: longest gap after a change", "ms", got["again_gap"], None,
            Goal("most", 50), size=count, note=again,
        ),
        Line(
            "wizard", "wizard: longest gap while it imports and is cancelled", "ms", got["import_gap"], None,
            Goal("most", 50), size=count,
        ),
        Line(
            "wizard", "wizard: cancel at half until restored", "s", got["cancel"], None,
            size=count, note=f"{got['left']} customers are left",
        ),
    ]  # fmt: skip
