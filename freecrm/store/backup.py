"""Backups by SQLite's online API: taken beside open windows, opened, checked and counted before they count.

A backup is one file in the folder «NAME backups»; attachments are shared by content with the
folder «NAME files» and copied into «NAME backups/files» once. What it holds stands in the copy
itself, so that a list of backups need not count.
"""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import shutil
import sqlite3
import zlib
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from freecrm.core import spans
from freecrm.core.home import SUFFIX
from freecrm.core.jobs import Progress
from freecrm.core.module import Model
from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, from_plain, say, to_plain
from freecrm.store import faults
from freecrm.store.copies import (
    AUTOMATIC,
    CLOSING,
    DAILY,
    IMPORT,
    Copy,
    free_name,
    listed,
    named,
    note,
    read,
    superfluous,
)
from freecrm.store.database import backups_of, files_of
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store

PAGES = 2000
OLD_DAYS = 7
"""After so many days a backup is warned of, where something was changed since."""
_LAST, _TROUBLE = "backup", "backup trouble"  # in the table of kept things


# ---- taking


def make(
    store: Store, why: str = "", *, folder: Path | None = None, progress: Progress | None = None
) -> Path:
    """Take a backup and prove it; its path. Known when the copy does not hold what the file holds."""
    return take(store, why, folder=folder, progress=progress).path


@faults.by_program
def take(
    store: Store, why: str = "", *, folder: Path | None = None, progress: Progress | None = None
) -> Copy:
    """Take a backup: database and attachments, opened, checked and counted; in the second place, too, where
    one is set and no `folder` is named."""
    made = copied(store.read(), store.path, store.model, why, folder=folder, progress=progress)
    if folder is not None:
        return made
    with suppress(Known):  # a full disk may cost the note of it, not the backup
        store.keep(_LAST, {"name": made.path.name, "at": spans.ms(made.at), "mark": _mark(store)})
    wanted = store.setting("backup.folder")
    if not wanted:
        return made
    try:
        return replace(made, second=_again(made, Path(wanted) / made.path.parent.name))
    except Known as problem:
        return replace(made, trouble=problem.what)


def copied(
    source: sqlite3.Connection,
    path: Path,
    model: Model,
    why: str = "",
    *,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Copy:
    """Take a backup of the file at `path` that `source` reads."""
    folder = folder or backups_of(path)
    at = dt.datetime.now().astimezone()
    with faults.written(folder):
        folder.mkdir(parents=True, exist_ok=True)
    target = free_name(folder, path.stem, at, why)
    part = folder / f".{target.name}.part"
    try:
        with faults.told(path, folder), faults.written(folder):
            counts = _copied(source, part, path, model, progress)
            digests = [row[0] for row in source.execute(DIGESTS)]
            files, missing = attach(digests, files_of(path), folder / "files")
            note(part, why, at, counts, files, missing)
            sync(part)
            os.replace(part, target)
    finally:
        with suppress(OSError):
            part.unlink()
    return Copy(target, at, counts, files, missing, why, target.stat().st_size, True)


def _copied(
    source: sqlite3.Connection, part: Path, path: Path, model: Model, progress: Progress | None
) -> dict[str, int]:
    """Copy the database to `part` and prove it; entity -> number of records in it."""
    with closing(sqlite3.connect(part, isolation_level=None)) as target:
        source.execute("BEGIN")  # one snapshot for the copy and the count it is held against
        try:
            held = count(source, model)
            pour(source, target, progress)
            problem = target.execute("PRAGMA quick_check(1)").fetchone()[0]
            counts = count(target, model)
        finally:
            source.execute("COMMIT")
    if problem != "ok" or counts != held:
        raise faults.damaged(path, problem)
    return counts


def pour(source: sqlite3.Connection, target: sqlite3.Connection, progress: Progress | None) -> None:
    """Copy a whole database into another one, which is one file by itself afterwards."""

    def tell(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress.tell(total - remaining, total)

    source.backup(target, pages=PAGES, progress=tell)
    target.execute("PRAGMA journal_mode = DELETE")


def count(connection: sqlite3.Connection, model: Model) -> dict[str, int]:
    """Entity -> number of records. A file of an older program may lack the table of a newer entity."""
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return {
        name: connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0]
        for name in model.entities
        if name in there
    }


def sync(path: Path) -> None:
    """Have the disk keep what was written."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


DIGESTS = "SELECT DISTINCT hash FROM file WHERE hash IS NOT NULL"


def attach(digests: list[str], source: Path, target: Path) -> tuple[int, int]:
    """Copy the contents of these hashes where they are not there yet; (copied, missing)."""
    done = missing = 0
    for digest in digests:
        there, here = source / digest[:2] / digest, target / digest[:2] / digest
        if here.exists():
            continue
        if not there.exists():
            missing += 1
            continue
        here.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(there, here.with_suffix(".part"))
        os.replace(here.with_suffix(".part"), here)
        done += 1
    return done, missing


def _again(made: Copy, folder: Path) -> Path:
    """Copy a backup to the second place, byte by byte the same."""
    import filecmp

    target = folder / made.path.name
    part = folder / f".{target.name}.part"
    with faults.written(folder):
        if not folder.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder.parent))
        folder.mkdir(exist_ok=True)
        try:
            shutil.copyfile(made.path, part)
            sync(part)
            if not filecmp.cmp(made.path, part, shallow=False):
                raise OSError(f"{part.name} differs from what was written")
            os.replace(part, target)
        finally:
            with suppress(OSError):
                part.unlink()
        shared = made.path.parent / "files"
        digests = [found.name for found in shared.glob("??/*") if found.suffix != ".part"]
        attach(digests, shared, folder / "files")
    return target


# ---- by itself


def due(store: Store) -> bool:
    """Whether the backup of today is to be made: none yet today, by whatever the clock says, and something
    has changed since the last one."""
    last = store.kept(_LAST)
    today = dt.datetime.now().astimezone().date()
    return (
        store.setting("backup.daily")
        and (last is None or spans.moment(last["at"]).astimezone().date() != today)
        and has_changed(store)
    )


@faults.by_program
def has_changed(store: Store) -> bool:
    """Whether something has changed since the last backup; a file nobody has written into counts as no."""
    mark, last = _mark(store), store.kept(_LAST)
    return mark != [0, 0] and (last is None or last["mark"] != mark)


def automatic(store: Store, why: str, progress: Progress | None = None) -> Copy | None:
    """Take a backup by itself, thin the old ones; None when nothing has changed since the last."""
    if not has_changed(store):
        return None
    made = take(store, why, progress=progress)
    keep_trouble(store, made.trouble)
    thin(store, made.path)
    return made


def why_not(store: Store) -> Said | None:
    """Why whoever works here may take none: they may not have everything. None: they may."""
    if store.rights is None or store.rights.admin:
        return None
    return say(N_("A backup holds everything. Ask whoever gives the rights to take it."))


def refuse_narrow(store: Store) -> None:
    """Known when whoever works here may not have everything."""
    why = why_not(store)
    if why is not None:
        raise Known(why)


def by_hand(store: Store, progress: Progress | None = None) -> Copy:
    """Take a backup because the user wants one now; it is never thinned. Known for whose role keeps something back: it
    holds everything."""
    refuse_narrow(store)
    made = take(store, progress=progress)
    keep_trouble(store, made.trouble)
    return made


def daily(store: Store, progress: Progress | None = None) -> Copy | None:
    """The backup of today, when it is due."""
    return automatic(store, DAILY, progress) if due(store) else None


def before_import(store: Store, progress: Progress | None = None) -> Copy | None:
    """The backup before an import, where the settings want it."""
    return automatic(store, IMPORT, progress) if store.setting("backup.before_import") else None


def on_close(store: Store) -> Copy | None:
    """The backup on closing, where the settings want it. It never keeps anybody from closing: what went wrong
    is told by `trouble` at the next start."""
    try:
        return automatic(store, CLOSING) if store.setting("backup.on_close") else None
    except Known as problem:
        keep_trouble(store, problem.what)
        return None


def trouble(store: Store) -> Said | None:
    """Why the last backup that FreeCRM made by itself is not where it should be; None when it is."""
    return from_plain(store.kept(_TROUBLE)) if store.kept(_TROUBLE) else None


def keep_trouble(store: Store, what: Said | None) -> None:
    """Remember what is to be told of the last backup."""
    if what is None and store.kept(_TROUBLE) is None:
        return
    with suppress(Known):  # on a full disk there is no room for a note either
        store.keep(_TROUBLE, None if what is None else json.loads(json.dumps(what, default=to_plain)))


def _mark(store: Store) -> list[int]:
    """Changes with every change of records or settings."""
    c = store.read()
    with faults.told(store.path):
        last = c.execute("SELECT coalesce(max(n), 0) FROM change").fetchone()[0]
        text = c.execute("SELECT group_concat(key || value) FROM (SELECT * FROM setting ORDER BY key)")
        return [last, zlib.crc32((text.fetchone()[0] or "").encode())]


def last(store: Store) -> Copy | None:
    """The backup made last, or None."""
    kept = store.kept(_LAST)
    if kept is not None and (store.backups / kept["name"]).exists():
        return read(store.backups / kept["name"])
    return next(iter(listed(store.path)), None)


def outdated(store: Store) -> Said | None:
    """What to tell whoever may take one when the last backup is too old for what was changed since; None when it isn't."""
    if why_not(store) is not None or not has_changed(store):
        return None
    made = last(store)
    now = dt.datetime.now(dt.UTC)
    if made is not None:
        days = (now - made.at).days
        what = N_(
            "The last backup is {n} days old, and something was changed since. Take one in Settings › Backups."
        )
        return say(what, n=days) if days >= OLD_DAYS else None
    with faults.told(store.path):
        (first,) = store.read().execute("SELECT min(at) FROM change").fetchone()
    if first is None or (now - spans.moment(first)).days < OLD_DAYS:
        return None
    return say(N_("There is no backup of this file. Take one in Settings › Backups."))


def thin(store: Store, spare: Path | None = None) -> list[Path]:
    """Remove the automatic backups that the settings no longer keep; the removed paths.

    Of the newest day one a reason stays, of other days one a day, then one a week, one a month. It is
    days with a backup that count, so that a clock that is wrong removes nothing. `spare` stays.
    """
    keep = {unit: store.setting(f"backup.keep_{unit}") for unit in ("days", "weeks", "months")}
    gone = []
    folders = [store.backups]
    if store.setting("backup.folder"):
        folders.append(Path(store.setting("backup.folder")) / store.backups.name)
    for folder in folders:
        spared = None if spare is None else spare.name
        found = [path for path in folder.glob(f"*{SUFFIX}") if named(path)[1] in AUTOMATIC]
        gone += [path for path in superfluous(found, **keep) if path.name != spared]
    for path in gone:
        with suppress(OSError):  # it is looked at by another program, or the stick is gone: next time
            path.unlink()
    return gone
