"""The program around the window: which file, one window a file, crashes, no display."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QTimeZone
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from freecrm import app
from freecrm.core import zones
from freecrm.core.jobs import InLine, Jobs
from freecrm.core.problems import Known
from freecrm.store.database import Store
from freecrm.ui import cells, talk
from freecrm.ui.list_model import first_of, query_of
from freecrm.ui.window import MainWindow

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FREECRM_HOME", str(tmp_path))
    monkeypatch.delenv("FREECRM_FILE", raising=False)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    return tmp_path


def test_default_file(at_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert app.default_file() == at_home / "FreeCRM.freecrm"
    old, new = at_home / "old.freecrm", at_home / "new.freecrm"
    for path, when in ((old, 1000), (new, 2000)):
        path.touch()
        os.utime(path, (when, when))
    assert app.default_file() == new
    monkeypatch.setenv("FREECRM_FILE", "/elsewhere/x.freecrm")
    assert app.default_file() == Path("/elsewhere/x.freecrm")


def test_a_refused_file_is_a_sentence(at_home: Path) -> None:
    path = at_home / "note.freecrm"
    path.write_text("just text")
    assert isinstance(app.try_open(path), Known)


def test_first_rows_are_there_before_any_job(qapp: QApplication, qtbot: QtBot, full_store: Store) -> None:
    page = full_store.model.pages()[0]
    full_store.write().execute("DELETE FROM kept WHERE key LIKE 'sql.%'")  # as if nobody had looked at it
    assert first_of(full_store, page) is None
    window = app.make_window(full_store, InLine())
    qtbot.addWidget(window)
    assert window.page.model.complete
    first = first_of(full_store, page)
    assert first is not None
    second = app.make_window(full_store, InLine())
    qtbot.addWidget(second)
    assert not second.page.model.complete
    assert list(second.page.model.numbers) == list(first.numbers)
    second.after_first_paint()
    assert len(second.page.model.numbers) == 60
    window.close()
    second.close()


@pytest.mark.usefixtures("started")
def test_all_that_comes_later(qapp: QApplication, qtbot: QtBot, full_store: Store) -> None:
    window = app.make_window(full_store, Jobs())
    qtbot.addWidget(window)
    window.show()
    app.after_first_paint(window)
    qtbot.waitUntil(lambda: window.server is not None, timeout=20_000)
    assert cells.is_warm()
    zone = bytes(QTimeZone.systemTimeZoneId().data()).decode()
    assert zones.told() == zone  # on Windows there is no other way to know it
    assert app.may_run_already(full_store.path)
    window.showMinimized()
    assert _second_start(full_store.path, qtbot, window)
    assert (app.log_folder() / "freecrm.log").exists()
    app.stop_log()
    assert window.server is not None
    window.server.close()
    window.close()
    window.tasks.close()
    assert not app.may_run_already(full_store.path)


def _second_start(path: Path, qtbot: QtBot, window: MainWindow) -> bool:
    answered = app.raise_other(path)
    qtbot.waitUntil(lambda: not window.isMinimized())
    return answered


def test_no_other_window_to_raise(at_home: Path, qapp: QApplication) -> None:
    assert not app.may_run_already(at_home / "x.freecrm")
    assert not app.raise_other(at_home / "x.freecrm")


def test_a_crash_leaves_a_report(
    at_home: Path,
    qapp: QApplication,
    capsys: pytest.CaptureFixture[str],
    log_warnings: list[object],
) -> None:
    app.catch_crashes()
    with talk.recording() as heard:
        try:
            raise RuntimeError("ours")
        except RuntimeError as error:
            sys.excepthook(RuntimeError, error, error.__traceback__)
    assert "RuntimeError: ours" in (at_home / "crash.txt").read_text("utf-8")
    assert len(heard.messages) == 1
    assert "RuntimeError: ours" in heard.messages[0].details
    assert "RuntimeError: ours" in capsys.readouterr().err


def test_without_a_display_it_says_so_and_plays(at_home: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from freecrm import app\n"
        "sys.exit(app.play(Path(sys.argv[1]), sizes=((1366, 768),)))"
    )
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    folder = at_home / "screens"
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT,
        env=kept,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert str(folder) in done.stderr
    assert len(list(folder.glob("*.png"))) >= 4


@pytest.mark.usefixtures("started")
def test_a_start_on_an_empty_file_settles_once(
    qapp: QApplication, qtbot: QtBot, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = store.model.pages()[0]
    store.reader().first(query_of(page), 1)
    assert first_of(store, page) is not None
    settled: list[MainWindow] = []
    later = app.after_first_paint

    def watch(window: MainWindow) -> None:
        settled.append(window)
        later(window)

    def leave() -> int:
        window = settled[0]
        qtbot.addWidget(window)
        qtbot.waitUntil(lambda: window.server is not None, timeout=20_000)
        assert window.status.count.text() == "0 customers"
        window.tasks.jobs.rest()
        window.close()
        return 0

    monkeypatch.setattr(app, "after_first_paint", watch)
    monkeypatch.setattr(app, "make_app", lambda: qapp)
    monkeypatch.setattr(QApplication, "exec", lambda _app: leave())
    path = store.path
    store.close()
    assert app.run(path) == 0
    assert len(settled) == 1
    assert asked_without_sqlalchemy(path) == "[]"


ASKED = """
import sys
from dataclasses import replace
from pathlib import Path
from freecrm.core.query import Query, Sort
from freecrm.modules import model
from freecrm.store.database import open_store
store = open_store(Path(sys.argv[1]), model())
reader = store.reader()
for name in store.schema.fields("contact"):
    query = Query("contact", None, (Sort(name, True),))
    reader.first(query, 50), reader.numbers(query), reader.numbers(replace(query, words="lx"))
    reader.count(replace(query, sort=()))
print([name for name in sys.modules if name == "sqlalchemy"])
"""


def asked_without_sqlalchemy(path: Path) -> str:
    """What of SQLAlchemy a later start has loaded after the list was sorted by everything and searched."""
    done = subprocess.run(
        [sys.executable, "-c", ASKED, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert not done.stderr
    return done.stdout.strip()


STARTED = """
import os, sys
from pathlib import Path
from freecrm import app

def painted(window):
    late = ("freecrm.store.writer", "freecrm.store.undo", "freecrm.sync", "psycopg", "keyring")
    print([name for name in late if name in sys.modules], flush=True)
    os._exit(0)

app.after_first_paint = painted
app.run(Path(sys.argv[1]))
"""


def test_the_first_rows_wait_for_no_writing_and_no_team(store: Store) -> None:
    path = store.path
    store.close()
    done = subprocess.run(
        [sys.executable, "-c", STARTED, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr


RACE = """
import sys, threading
import PySide6.QtWidgets  # as in the program: Qt is there before any thread is
from importlib import import_module
from freecrm import app

def read():
    try:
        from sqlalchemy import bindparam, select
        from sqlalchemy.dialects import sqlite
    except ImportError as error:
        bad.append(error)

def load():
    pause.wait(float(sys.argv[1]))
    for name in app.LATER:
        import_module(name)
    read()

sys.setswitchinterval(1e-5)
bad, pause = [], threading.Event()
threads = [threading.Thread(target=read), threading.Thread(target=load)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
sys.exit(bool(bad))
"""


@pytest.mark.parametrize("head_start", ["0", "0.03"])
def test_two_threads_that_load_the_same_stay_out_of_each_others_way(head_start: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RACE, head_start],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
