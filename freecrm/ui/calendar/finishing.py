"""Saying that an activity is done, from wherever it is ticked off."""

from __future__ import annotations

import datetime as dt
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from freecrm.store import activities

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow

BOX = "freecrm.ui.finish_box"


def finish(window: MainWindow, id: bytes, instance: dt.datetime | None = None) -> None:
    """Ask what came of it and what is next; without the box for that it is done at once."""
    if find_spec(BOX) is not None:
        import_module(BOX).FinishBox(window, window.store, window.tasks, id, instance).open()
        return
    window.tasks.run(partial(activities.finish, window.store, id, instance=instance), writes=True)
