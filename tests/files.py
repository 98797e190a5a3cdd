"""New files for tests: a copy of one that the program made a moment ago, which is there at once."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import time
from functools import cache
from pathlib import Path

from freecrm.modules import model
from freecrm.store.database import Store, open_store
from tests import samples

DAY = 86_400


def new_store(path: Path, **more: object) -> Store:
    """A new file, opened as the program opens one. Tests about making files call `open_store` by themselves."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_template(), path)
    return open_store(path, model())


def filled_store(path: Path, customers: int) -> Store:
    """The same with invented customers in it (`samples.fill`)."""
    template, made = _filled(customers)
    if abs(time.time() - made) > DAY:  # the test lives in another time: its file was filled then
        store = new_store(path)
        samples.fill(store, customers)
        return store
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template, path)
    return open_store(path, model())


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="freecrm-files-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _template() -> Path:
    path = _folder() / "empty.freecrm"
    open_store(path, model()).close()
    return path


@cache
def _filled(customers: int) -> tuple[Path, float]:
    path = _folder() / f"filled-{customers}.freecrm"
    store = new_store(path)
    samples.fill(store, customers)
    store.close()
    return path, time.time()
