"""New files for tests: a copy of one that the program made a moment ago, which is there at once."""

from __future__ import annotations

import atexit
import json
import shutil
import sqlite3
import tempfile
import time
from functools import cache
from pathlib import Path

from freecrm.modules import model
from freecrm.store.database import Store, open_store
from tests import samples

DAY = 86_400


def new_store(path: Path, *, begun: bool = False) -> Store:
    """A new file, opened as the program opens one; begun: its user has chosen how to begin. Tests about making files call
    `open_store` by themselves."""
    return open_store(path, model()) if path.exists() else copy_of(_template(begun), path)


def filled_store(path: Path, customers: int) -> Store:
    """The same, begun, with invented customers in it (`samples.fill`)."""
    template, made = _filled(customers)
    if abs(time.time() - made) > DAY:  # the test lives in another time: its file was filled then
        store = new_store(path, begun=True)
        samples.fill(store, customers)
        return store
    return copy_of(template, path)


def copy_of(file: Path, path: Path) -> Store:
    """A copy of a file that was filled and closed, opened."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, path)
    return open_store(path, model())


def hand_on(store: Store) -> None:
    """Give the new files of this process the SQL that `store` had compiled, if another one had to compile it too: so a
    program's second start finds it."""
    fresh = dict(store.fresh_select)
    store.fresh_select.clear()
    again = [(name, json.dumps(fresh[name])) for name in fresh.keys() & _compiled]
    _compiled.update(fresh)
    if not again:
        return
    for path in _folder().glob("*.freecrm"):
        connection = sqlite3.connect(path)
        with connection:
            connection.executemany("INSERT OR IGNORE INTO kept(key, value) VALUES (?, ?)", again)
        connection.close()


_compiled: set[str] = set()


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="freecrm-files-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _template(begun: bool) -> Path:
    path = _folder() / ("begun.freecrm" if begun else "empty.freecrm")
    made = new_store(path) if begun else open_store(path, model())
    if begun:
        made.keep("started", True)
    made.close()
    return path


@cache
def _filled(customers: int) -> tuple[Path, float]:
    path = _folder() / f"filled-{customers}.freecrm"
    store = new_store(path, begun=True)
    samples.fill(store, customers)
    store.close()
    return path, time.time()
