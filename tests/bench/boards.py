"""The pipeline's page with many deals: from the press until it is painted, frames while a card is dragged, and the
time until a drop stands in the file."""

from __future__ import annotations

import datetime as dt
import random
import time
from pathlib import Path
from typing import Any

from freecrm.core.day_words import this_day
from freecrm.core.words import N_
from freecrm.modules import model
from freecrm.store import deals
from freecrm.store.database import Store, open_store
from tests.bench.agenda import _leave, _settle, _window
from tests.bench.measure import Goal, Line, Run, fresh, part

MOST = {1_000: 300, 5_000: 500}
USERS, CUSTOMERS, ENDED = 8, 200, 1_000
NAMES = ("shown", "cpu", "drag", "drag_cpu", "scroll", "scroll_cpu", "drop", "seen", "seen_cpu")


def boards(run: Run) -> list[Line]:
    """Boards of 1,000 and of 5,000 open deals; a tenth of that where the data are a test's."""
    less = 1 if run.size >= 10_000 else 20
    home, file = run.scratch / "board", run.new("board.freecrm")
    home.mkdir(exist_ok=True)
    _fill(file, [count // less for count in MOST], ENDED // less)
    found = fresh("boards:session", str(file), run.repeats(7), home=home).value
    blank, lines = part(found["blank"], 0.5), []
    floor_is = "a blank page put into the same window and painted"
    for at, (count, most) in enumerate(MOST.items()):
        one = found[str(at)]
        spent = f"{part(one['cpu'], 0.5):.0f} ms of CPU in all threads"
        what = f"board of {count:,} open deals"
        own = {
            name: f"{part(one[f'{name}_cpu'], share):.1f} ms of CPU in the main thread"
            for name, share in (("drag", 0.95), ("scroll", 0.95), ("seen", 0.5))
        }
        lines += [
            Line("board", f"{what}: from the press until painted", "ms", part(one["shown"], 0.5), blank, Goal("most", most), floor_is, note=spent, size=run.size),
            Line("board", f"{what}: frame while a card is dragged, p95", "ms", part(one["drag"], 0.95), None, Goal("most", 16), note=own["drag"], size=run.size),
            Line("board", f"{what}: frame while scrolling, p95", "ms", part(one["scroll"], 0.95), None, Goal("most", 16), note=own["scroll"], size=run.size),
            Line("board", f"{what}: a drop until it stands in the file", "ms", part(one["drop"], 0.5), None, Goal("most", 200), size=run.size),
            Line("board", f"{what}: a drop until it is seen", "ms", part(one["seen"], 0.5), None, Goal("most", 50), note=own["seen"], size=run.size),
        ]  # fmt: skip
    return lines


def _fill(path: Path, counts: list[int], ended: int) -> None:
    store, chance, today = open_store(path, model()), random.Random(5), this_day()
    deals.take_ready(store)
    (ready,) = deals.pipelines(store)
    with store.step(N_("{field} changed"), field="x") as step:
        users = [step.insert("user", {"name": f"User {n}"}) for n in range(USERS)]
        customers = [step.insert("customer", {"name": f"客户{n}"}) for n in range(CUSTOMERS)]
        for at, count in enumerate(counts):
            pipe, stages, ends = ready.id, [stage.id for stage in ready.open], ready.stages[-2:]
            if at:
                pipe = step.insert("pipeline", {"name": f"Pipeline {count}", "position": at + 1})
                made = [
                    step.insert(
                        "stage",
                        {
                            "pipeline": pipe,
                            "name": stage.name,
                            "position": n,
                            "chance": chance.randrange(100),
                            "outcome": stage.outcome,
                        },
                    )
                    for n, stage in enumerate(ready.stages)
                ]
                stages = made[:-2]
            for n in range(count + (0 if at else ended)):
                stage = chance.choice(stages) if n < count else chance.choice(ends).id
                close = today + dt.timedelta(days=chance.randrange(-20, 240))
                step.insert(
                    "deal",
                    {
                        "name": f"Deal {n}: filters and service",
                        "customer": chance.choice(customers),
                        "owner_user": chance.choice(users),
                        "stage": stage,
                        "amount": chance.randrange(1_000_00, 300_000_00),
                        "close": close,
                    },
                )
    store.close()


def session(file: str, times: int) -> dict[str, Any]:
    """Milliseconds of boards shown, of frames painted and of drops, in a process of its own."""
    from PySide6.QtWidgets import QApplication, QWidget

    from tests.ui import calendar_host  # noqa: F401 (its loading is no frame)

    window, store = _window(file)
    pipes = [pipe.id for pipe in deals.pipelines(store)]
    window.after_first_paint()
    _show(window, pipes[0])
    answer: dict[str, Any] = {"blank": []}
    for at, pipe in enumerate(pipes):
        found: dict[str, list[float]] = {name: [] for name in NAMES}
        for _time in range(times + 1):
            _show(window, pipe)
            window.visit(window.home())
            QApplication.processEvents()
            begun, spent = time.perf_counter(), time.process_time()
            _show(window, None)
            if _time:
                found["shown"].append((time.perf_counter() - begun) * 1000)
                found["cpu"].append((time.process_time() - spent) * 1000)
        page: Any = window.navigator.page
        view = page.view
        bar = view.verticalScrollBar()
        for frame in range(40):
            bar.setValue(frame * 3 * bar.singleStep())  # a notch of the wheel a frame
            spent = time.thread_time()
            found["scroll"].append(_painted(view))
            found["scroll_cpu"].append((time.thread_time() - spent) * 1000)
        bar.setValue(0)
        for turn in range(max(times, 1)):
            _press(view, view.card_rect(turn % 3, 0).center())
            goal = view.card_rect(turn % 3 + 1, 1).center()
            start = view.card_rect(turn % 3, 0).center()
            for frame in range(1, 25):
                begun, spent = time.perf_counter(), time.thread_time()
                _move(view, start + (goal - start) * frame / 24)
                view.viewport().repaint()
                found["drag"].append((time.perf_counter() - begun) * 1000)
                found["drag_cpu"].append((time.thread_time() - spent) * 1000)
            before, spent, begun = _moves(store), time.thread_time(), time.perf_counter()
            _release(view, goal)  # paints, then has it written
            found["seen"].append((time.perf_counter() - begun) * 1000)
            found["seen_cpu"].append((time.thread_time() - spent) * 1000)
            _settle(lambda before=before: _moves(store) > before)
            found["drop"].append((time.perf_counter() - begun) * 1000)
            _settle(lambda page=page: not page._latest.busy)
        answer[str(at)] = found
    for _time in range(max(times, 1)):
        begun = time.perf_counter()
        one = QWidget()
        window.stack.addWidget(one)
        window.stack.setCurrentWidget(one)
        window.repaint()
        answer["blank"].append((time.perf_counter() - begun) * 1000)
    window.stack.setCurrentWidget(page)
    _leave(window, store)
    return answer


def _show(window: Any, pipe: bytes | None) -> None:
    """Visit the pipeline's page, and turn to this pipeline (None: the one that was shown last)."""
    from freecrm.ui.page import Place

    window.visit(Place("pipeline"))
    page = window.navigator.page
    if pipe is not None:
        page.show_pipe(pipe)
    _settle(lambda: page.has_seen and not page._latest.busy and (pipe is None or page.seen.pipe.id == pipe))
    page.view.viewport().repaint()


def _painted(view: Any) -> float:
    begun = time.perf_counter()
    view.viewport().repaint()
    return (time.perf_counter() - begun) * 1000


def _moves(store: Store) -> int:
    return int(store.read().execute("SELECT count(*) FROM deal_move").fetchone()[0])


def _press(view: Any, at: Any) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at.toPoint())


def _move(view: Any, at: Any) -> None:
    from tests.ui.calendar_host import move

    move(view.viewport(), at.toPoint())


def _release(view: Any, at: Any) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    QTest.mouseRelease(
        view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at.toPoint()
    )
