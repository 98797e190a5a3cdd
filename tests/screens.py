"""Pictures of the window in every language, theme and size, to be looked at: `python -m tests.screens`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from freecrm import app
from freecrm.core import jobs
from freecrm.core.words import N_, say
from freecrm.modules import model
from freecrm.store.database import open_store
from freecrm.ui import cells, screens, talk
from tests import samples

FOLDER = Path(__file__).parents[1] / "build" / "screens"


def main() -> int:
    """Make all pictures; the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FREECRM_HOME"] = folder
        app.make_app()
        cells.warm_up()
        made = []
        store = open_store(Path(folder) / "禾川净水设备.freecrm", model())
        samples.fill(store)
        window = app.make_window(store, lambda _path, progress: None, jobs.InLine())
        made += screens.play(window, FOLDER)
        window.show_page(1)
        made += screens.play(window, FOLDER / "contacts")
        window.show_page(0)
        window.dress.set_language("zh_CN")
        window.dress.set_theme("light")
        window.steps.undo()
        window.steps.redo()
        talk.tell(say(N_("There is nothing to undo.")), "warning", "details")
        made.append(screens.picture(window, FOLDER / "told.png"))
        window.close()
        app.end(window)
        store = open_store(Path(folder) / "empty.freecrm", model())
        window = app.make_window(store, lambda _path, progress: None, jobs.InLine())
        made += screens.play(window, FOLDER / "empty")
        window.close()
        app.end(window)
    print(f"{len(made)} pictures in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
