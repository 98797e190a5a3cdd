"""Background work: answers on the main thread, the newest question wins, mistakes don't vanish."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtWidgets import QLabel
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from freecrm.core.jobs import InLine, Jobs, Progress
from freecrm.core.problems import Cancelled, Known
from freecrm.core.words import N_, say
from freecrm.ui import talk
from freecrm.ui.tasks import Latest, Tasks


def test_answers_come_on_the_main_thread(qtbot: QtBot) -> None:
    tasks, heard = Tasks(Jobs()), list[tuple[str, threading.Thread]]()
    tasks.run(
        lambda: threading.current_thread().name,
        then=lambda name: heard.append((name, threading.current_thread())),
    )
    qtbot.waitUntil(lambda: bool(heard))
    assert heard[0][0].startswith("reader")
    assert heard[0][1] is threading.main_thread()
    tasks.close()


def test_progress_comes_on_the_main_thread(qtbot: QtBot) -> None:
    tasks, heard = Tasks(Jobs()), list[tuple[int, bool]]()
    main = threading.main_thread()
    progress = tasks.progress(lambda p: heard.append((p.done, threading.current_thread() is main)))

    def work(progress: Progress) -> None:
        progress.tell(1, 2, say(N_("Importing {file}"), file="x"))

    tasks.run(work, writes=True, progress=progress)
    qtbot.waitUntil(lambda: heard == [(1, True)])
    tasks.close()


def test_known_is_told_and_cancelled_is_not(qtbot: QtBot) -> None:
    tasks, ended = Tasks(InLine()), list[str]()

    def refuse() -> None:
        raise Known(say(N_("There is nothing to undo.")))

    def stop() -> None:
        raise Cancelled

    with talk.recording() as heard:
        tasks.run(refuse, finally_=lambda: ended.append("refused"))
        tasks.run(stop, finally_=lambda: ended.append("stopped"))
        tasks.run(refuse, failed=lambda known: ended.append(str(known)))
    assert [str(message.what) for message in heard.messages] == ["There is nothing to undo."]
    assert ended == ["refused", "stopped", "There is nothing to undo."]


def test_our_mistakes_reach_the_crash_report(qtbot: QtBot) -> None:
    tasks = Tasks(InLine())
    with capture_exceptions() as caught:
        tasks.run(lambda: 1 // 0)
    assert [kind for kind, _error, _trace in caught] == [ZeroDivisionError]


def test_the_newest_question_wins(qtbot: QtBot) -> None:
    tasks = Tasks(Jobs())
    latest, answers, asked = Latest(tasks), list[int](), list[int]()
    go = threading.Event()

    def work(number: int) -> int:
        asked.append(number)
        go.wait(5)
        return number

    for number in range(20):
        latest.run(work, number, then=answers.append)
    go.set()
    qtbot.waitUntil(lambda: bool(answers))
    tasks.close()
    assert answers == [19]
    assert asked == [0, 19]


@pytest.mark.parametrize("jobs", [Jobs, InLine])
def test_nothing_is_called_after_closing(qtbot: QtBot, jobs: type[Jobs]) -> None:
    tasks, heard = Tasks(jobs()), list[int]()
    tasks.close()
    tasks.on_main(lambda: heard.append(1))
    assert heard == []


@pytest.mark.parametrize("how", ["method", "lambda", "partial", "latest"])
def test_an_answer_to_a_widget_that_is_gone_reaches_nobody(qtbot: QtBot, how: str) -> None:
    tasks, go_on = Tasks(Jobs()), threading.Event()
    widget, heard = QLabel("before"), list[str]()
    calls: dict[str, Callable[[Any], None]] = {
        "method": widget.setText,
        "lambda": lambda text: widget.setText(text),
        "partial": partial(lambda label, text: label.setText(text), widget),
        "latest": lambda text: widget.setText(text),
    }

    def work() -> str:
        go_on.wait(10)
        return "after"

    if how == "latest":
        Latest(tasks).run(work, then=calls[how])
    else:
        tasks.run(work, then=calls[how])
    shiboken6.delete(widget)
    go_on.set()
    with qtbot.captureExceptions() as raised:
        tasks.run(lambda: "last", then=heard.append)
        qtbot.waitUntil(lambda: heard == ["last"])
        tasks.close()
    assert raised == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's way with memory")
def test_when_all_is_done_its_memory_goes_back(qtbot: QtBot) -> None:
    def held() -> float:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

    def work(kept: list[bytes]) -> float:
        many = [bytes(2000) for _ in range(60_000)]
        kept.append(many[-1])
        return held()

    kept: list[bytes] = []
    most: list[float] = []
    tasks = Tasks(Jobs())
    try:
        tasks.run(work, kept, then=most.append)
        qtbot.waitUntil(lambda: bool(most) and held() < most[0] - 80, timeout=10_000)
    finally:
        tasks.close()
