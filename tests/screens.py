"""Pictures of every page in every language, theme and size, to be looked at: `python -m tests.screens`.

Those of finer screens (AC-X-4) are made by processes of their own: Qt takes the scale of a screen at its start.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from freecrm import app
from freecrm.core import jobs
from freecrm.core.words import N_, say
from freecrm.exchange import sample
from freecrm.modules import model
from freecrm.store.database import Store, open_store
from freecrm.ui import cells, screens, talk
from tests import boards, calendars, samples

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "build" / "screens"
FINE = {"1.25": (1536, 864), "2": (1920, 1080)}
"""Scale of a screen -> size of the window on it: 1920 × 1080 at 125 %, 3840 × 2160 at 200 %."""
LIST = ROOT / "resources" / "sample" / "customers_zh.xlsx"


def opened(folder: Path, name: str) -> Store:
    """A new file whose user has chosen how to begin."""
    store = open_store(folder / f"{name}.freecrm", model())
    store.keep("started", True)
    return store


def fine(scale: str) -> int:
    """Make the pictures for a screen of this scale, which Qt has been told of; the exit code."""
    made, folder = [], FOLDER / f"at-{scale}"
    with tempfile.TemporaryDirectory() as named:
        os.environ["FREECRM_HOME"] = named
        app.make_app()
        cells.warm_up()
        store = opened(Path(named), "禾川净水设备")
        samples.fill(store)
        window = app.make_window(store, jobs.InLine())
        for states in (None, screens.shell_states, partial(screens.wizard_states, path=LIST)):
            made += screens.play(window, folder, states, (FINE[scale],))
        window.close()
        app.end(window)
    print(f"{len(made)} pictures in {folder}")
    return 0


def calendar(folder: Path) -> list[Path]:
    """Pictures of the calendar in the week of design picture 03, on its Thursday."""
    import time_machine

    with time_machine.travel(calendars.NOW, tick=False):
        store = opened(folder, "calendar")
        calendars.week(store)
        window = app.make_window(store, jobs.InLine())
        made = screens.play(window, FOLDER / "calendar", screens.calendar_states)
        window.close()
        app.end(window)
    return made


def pipeline(folder: Path) -> list[Path]:
    """Pictures of the pipeline of design picture 04, on its Thursday."""
    import time_machine

    with time_machine.travel(boards.NOW, tick=False):
        store = opened(folder, "pipeline")
        boards.pipeline(store)
        window = app.make_window(store, jobs.InLine())
        made = screens.play(window, FOLDER / "pipeline", screens.pipeline_states)
        made += screens.play(window, FOLDER / "reports", screens.report_states)
        window.close()
        app.end(window)
    return made


def main() -> int:
    """Make all pictures; the exit code."""
    if len(sys.argv) > 1:
        return fine(sys.argv[1])
    made = []
    for scale in FINE:
        env = {**os.environ, "QT_SCALE_FACTOR": scale}
        subprocess.run([sys.executable, "-m", "tests.screens", scale], env=env, check=True)
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        os.environ["FREECRM_HOME"] = named
        app.make_app()
        cells.warm_up()
        store = opened(folder, "禾川净水设备")
        samples.fill(store)
        samples.points(store)
        window = app.make_window(store, jobs.InLine())
        made += screens.play(window, FOLDER)
        made += screens.play(window, FOLDER / "shell", screens.shell_states)
        made += screens.play(window, FOLDER / "record", screens.record_states)
        person = partial(screens.record_states, entity="contact")
        made += screens.play(window, FOLDER / "record", person, sizes=((1366, 768),))
        made += screens.play(window, FOLDER / "import", partial(screens.wizard_states, path=LIST))
        store.set_setting("pool.on", True)
        window.take_setting("pool.on")
        made += screens.play(window, FOLDER / "pool", screens.pool_states)
        samples.untidy(store)
        made += screens.play(window, FOLDER / "tidy", screens.tidy_states)
        samples.changes(store)
        made += screens.play(window, FOLDER / "day", screens.day_states)
        made += screens.play(window, FOLDER / "step", screens.step_states)
        made += screens.play(window, FOLDER / "log", screens.log_states)
        window.show_elsewhere("contact", "")
        made += screens.play(window, FOLDER / "contacts")
        window.visit(window.home())
        window.dress.set_language("zh_CN")
        window.dress.set_theme("light")
        window.steps.undo()
        window.steps.redo()
        talk.tell(say(N_("There is nothing to undo.")), "warning", "details")
        made.append(screens.picture(window, FOLDER / "told.png"))
        for zoom in (90, 125, 150):
            window.dress.set_zoom(zoom)
            made.append(screens.picture(window, FOLDER / f"zoom-{zoom}.png"))
        window.dress.set_zoom(100)
        window.close()
        app.end(window)
        made += calendar(folder)
        made += pipeline(folder)
        for name, fill in (("sample", sample.install), ("empty", None)):
            store = opened(folder, name)
            if fill is not None:
                fill(store, "zh_CN")
            window = app.make_window(store, jobs.InLine())
            made += screens.play(window, FOLDER / name)
            window.close()
            app.end(window)
    print(f"{len(made)} pictures in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
