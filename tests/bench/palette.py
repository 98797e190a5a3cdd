"""The palette: from the key to the caret, and from each keystroke to painted hits."""

from __future__ import annotations

import time
from typing import Any

from freecrm.modules import model
from freecrm.store.database import open_store
from freecrm.store.search import SearchIndex
from tests.bench import data, finding
from tests.bench.measure import Goal, Line, Run, each, fresh, part

COMMANDS = 80
SMALL_GOAL, LARGE_GOAL, LARGE = 16, 30, 1_000_000


def palette(run: Run) -> list[Line]:
    """One session of the palette over an empty window; every state of its box on the way to some words."""
    path = data.filled(run)
    store = open_store(path, model())
    texts, sounds, initials = finding.asked(store, 8 if run.size >= 10_000 else 2)
    store.close()
    states = [*finding.typing([*texts, *sounds, *initials]), ">", ">im", "@li", "#44", "set", "shez"]
    home = run.scratch / "home"
    home.mkdir(exist_ok=True)
    found = fresh("palette:session", str(path), states, run.repeats(40), home=home).value
    taken, opened, alone = found["typed"], found["opened"], found["index"]
    floor_is = "the search index asked for the same alone: no records read, no commands, nothing painted"
    goal = Goal("most", LARGE_GOAL if run.size >= LARGE else SMALL_GOAL)
    what = f"{len(states)} states of the box, answer in a job, painted"
    return [
        Line("palette", "palette: keystroke to painted hits, p95", "ms", part(taken, 0.95), part(alone, 0.95), goal, floor_is, size=run.size, note=what),
        Line("palette", "palette: keystroke to painted hits, p50", "ms", part(taken, 0.5), part(alone, 0.5), None, floor_is, size=run.size),
        Line(
            "palette", "palette: keystroke to painted hits, the slowest", "ms", max(taken), size=run.size,
            note=f"“{states[taken.index(max(taken))]}”",
        ),
        Line("palette", "palette: key to caret, the first time", "ms", opened[0], None, Goal("most", 60), size=run.size),
        Line("palette", "palette: key to caret, p95", "ms", part(opened, 0.95), None, Goal("most", 60), size=run.size),
    ]  # fmt: skip


def session(file: str, states: list[str], times: int) -> dict[str, Any]:
    """Milliseconds of each opening and of each state typed, in a process of its own."""
    from pathlib import Path

    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication, QMainWindow

    from freecrm.core.jobs import Jobs
    from freecrm.store import recent
    from freecrm.ui import cells, look
    from freecrm.ui.commands import Command, Commands
    from freecrm.ui.palette import Palette
    from freecrm.ui.preferences import Preferences
    from freecrm.ui.tasks import Tasks

    app = look.make_app("bench")
    look.apply(app, "light")
    cells.warm_up()
    store = open_store(Path(file), model())
    for id, entity in store.read().execute("SELECT id, 'customer' FROM customer LIMIT 8").fetchall():
        recent.note(store, entity, id)
    window = QMainWindow()
    window.resize(1366, 768)
    commands, tasks = Commands(window), Tasks(Jobs())
    for at in range(COMMANDS):
        commands.add(
            Command(f"tools.{at}", f"Export the list {at}…", _nothing, key=f"Ctrl+Alt+F{at % 30 + 1}")
        )
    box = Palette(window, store, tasks, commands, Preferences(Path(file).parent))
    window.show()
    QApplication.processEvents()

    def wait() -> None:
        wants = QEventLoop.ProcessEventsFlag.WaitForMoreEvents  # a busy wait would take the worker's time
        while not box.settled:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents | wants)

    def type_(text: str) -> float:
        begun = time.perf_counter()
        box.box.setText(text)
        wait()
        QApplication.processEvents()
        return (time.perf_counter() - begun) * 1000

    def open_() -> float:
        begun = time.perf_counter()
        box.open()
        QApplication.processEvents()
        taken = (time.perf_counter() - begun) * 1000
        wait()
        box.close()
        return taken

    opened = [open_() for _ in range(times)]
    box.open()
    wait()
    for text in states[:20]:
        type_(text)  # warm
    typed = [type_(text) for text in states]
    index = SearchIndex(store.read())
    alone = each(lambda text: index.find(text, None, 20), states)
    tasks.close()
    store.close()
    return {"opened": opened, "typed": typed, "index": alone}


def _nothing() -> None:
    pass
