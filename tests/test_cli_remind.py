"""`freecrm remind`: for cron, beside an open window or without one."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from freecrm import cli
from freecrm.modules import model
from freecrm.store import activities, alarms
from freecrm.store.database import Store, open_store

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "firm.freecrm"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    made = open_store(path, model())
    now = dt.datetime.now(dt.UTC)
    with made.step("New") as step:
        firm = step.insert("customer", {"name": "云杉谷酒店", "grade": "A"})
        day = now.astimezone().date()
        step.insert(
            "contact", {"name": "沈嘉言", "birthday": f"1980-{day:%m-%d}", "jobs": [{"customer": firm}]}
        )
    activities.plan(made, {"kind": "call", "subject": "=回访", "start": now - HOUR, "customer": firm})
    activities.plan(made, {"kind": "task", "subject": "报告", "start": now - 30 * HOUR})
    activities.plan(made, {"kind": "call", "subject": "later", "start": now + 30 * HOUR})
    yield made
    made.close()


def started(path: Path, *words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    """A process of its own, as cron starts it."""
    env = {**os.environ, "FREECRM_LANGUAGE": language, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "freecrm", "--file", str(path), "remind", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, encoding="utf-8", check=False)


def test_beside_an_open_store_each_is_told_once(path: Path, store: Store) -> None:
    looked = started(path, "--look")
    assert looked.returncode == 0
    assert [line.partition(": ")[2] for line in looked.stdout.splitlines()][1:] == [
        "沈嘉言 · Birthday · 云杉谷酒店",
        *[looked.stdout.splitlines()[2].partition(": ")[2]],
    ]
    assert "云杉谷酒店 · =回访" in looked.stdout.splitlines()[0]
    assert "报告" in looked.stdout.splitlines()[2]
    assert "later" not in looked.stdout
    assert looked.stderr == "1 call, 1 birthday, 1 task\n"
    told = started(path, language="zh_CN")
    assert told.returncode == 0
    assert told.stderr == "1 个电话、1 个生日、1 个任务\n"
    again = started(path)
    assert (again.returncode, again.stdout) == (cli.NOTHING, "")
    assert again.stderr == "There is nothing to be reminded of.\n"
    assert alarms.missed(store, dt.datetime.now(dt.UTC)) == []  # the open one sees it too


def test_for_programs(path: Path, store: Store) -> None:
    answer = started(path, "--json")
    assert answer.returncode == 0
    found = json.loads(answer.stdout)
    assert [one["what"] for one in found] == ["call", "yearly", "task"]
    assert (found[0]["customer"], found[0]["name"], found[0]["grade"]) == ("云杉谷酒店", "=回访", "A")
    assert dt.datetime.fromisoformat(found[0]["begins"]).tzinfo is not None
    assert json.loads(started(path, "--json").stdout) == []


def test_an_open_window_shows_it_no_more(path: Path, store: Store, qtbot: object, tmp_path: Path) -> None:
    from freecrm.core.jobs import InLine
    from freecrm.ui.preferences import Preferences
    from freecrm.ui.tasks import Tasks
    from freecrm.ui.window import MainWindow

    store.keep("started", True)
    window = MainWindow(store, Tasks(InLine()), Preferences(tmp_path / "settings"))
    window.show()
    window.reminders.start()
    assert len(window.reminders.alarms) == 3
    assert started(path).returncode == 0
    window.watch.look()
    qtbot.waitUntil(lambda: not window.reminders.alarms)  # type: ignore[attr-defined]
    assert window.reminders.popup is not None
    assert window.reminders.popup.isHidden()
    window.close()
    window.tasks.close()


def test_a_file_that_is_not_there(path: Path) -> None:
    answer = started(path)
    assert answer.returncode == cli.REFUSED
    assert "There is no file" in answer.stderr
