"""Putting a backup in place of the open file, so that whatever happens one of the two is there whole.

    found = restore.info(copy, model)            what is in it, before anything happens
    ready = restore.prepare(copy, path, model)   everything that takes time; the file stays as it is
    restore.put_in_place(ready)                  the file is closed by now: one rename

The file that goes is backed up first. A damaged one is set aside as it is, where it can't be backed up or its indexes lie.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from freecrm.core.jobs import Progress
from freecrm.core.module import Model
from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store import backup, copies, faults, tables
from freecrm.store.database import backups_of, connect, files_of

BUSY_MS = 500
DAMAGED = ".damaged"  # ending of a damaged file that was set aside
LEAVES_TEAM = N_(
    "It was made before this file joined the team: restored, it exchanges nothing with the team until you join again."
    " A later backup doesn't need that."
)


@dataclass(frozen=True, slots=True)
class Info:
    """What is in a backup, which has just been opened, checked and counted.

    firm: the name in its settings, else that of the file. missing: attachments whose content lies
    neither beside the copy nor beside the file it is to replace. leaves_team: the file that it is to
    replace belongs to a team that the copy knows nothing of.
    """

    path: Path
    at: dt.datetime
    firm: str
    counts: dict[str, int]
    files: int
    missing: int
    size: int
    leaves_team: bool


@dataclass(frozen=True, slots=True)
class Ready:
    """A restore that only has to be put in place. before: where the present file was kept, None when there was
    nothing in it."""

    info: Info
    part: Path
    path: Path
    before: Path | None


def info(copy: Path, model: Model, beside: Path | None = None) -> Info:
    """Open, check and count a backup; Known when it isn't one that can be restored.

    beside: the file it is to replace, whose attachments count as there and whose team is looked for in the copy."""
    size = _size(copy)
    if beside is not None and beside.exists() and os.path.samefile(copy, beside):
        raise Known(say(N_("{file} is the file that is open now. Choose a backup."), file=copy.name))
    said = copies.read(copy)
    with faults.told(copy), closing(copies.opened(copy)) as connection:
        _refuse(connection, copy)
        counts = backup.count(connection, model)
        row = connection.execute("SELECT value FROM setting WHERE key = 'firm.name'").fetchone()
        digests = [found[0] for found in connection.execute(backup.DIGESTS)]
        team = _team(connection)
    leaves = beside is not None and _team_beside(beside) not in ("", team)
    folders = [_contents(copy), *([files_of(beside)] if beside is not None else [])]
    missing = sum(not any((folder / d[:2] / d).exists() for folder in folders) for d in digests)
    firm = json.loads(row[0]) if row else ""
    return Info(copy, said.at, firm or copies.original(copy), counts, len(digests), missing, size, leaves)


def _team(connection: sqlite3.Connection) -> str:
    """The shared database that a file belongs to, "" when to none."""
    there = "SELECT 1 FROM sqlite_master WHERE name = 'sync_meta'"
    if connection.execute(there).fetchone() is None:
        return ""  # a file from before there were teams
    row = connection.execute("SELECT value ->> '$.server' FROM sync_meta WHERE key = 'books'").fetchone()
    return str(row[0] or "") if row is not None else ""


def _team_beside(path: Path) -> str:
    """The same of the file that is to be replaced, which may be damaged or gone."""
    with suppress(sqlite3.Error, OSError, Known), closing(copies.opened(path)) as connection:
        return _team(connection)
    return ""


def _size(copy: Path) -> int:
    try:
        return copy.stat().st_size
    except OSError as error:
        what = N_("{file} is not there any more. Choose another backup.")
        raise Known(say(what, file=copy.name), str(error)) from error


def _refuse(connection: sqlite3.Connection, copy: Path) -> None:
    """Known when a file isn't a sound FreeCRM file that this program understands."""
    try:
        ours = connection.execute("PRAGMA application_id").fetchone()[0] == tables.APPLICATION
        newer = connection.execute("PRAGMA user_version").fetchone()[0] > tables.FORMAT
        sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0] if ours and not newer else "ok"
    except sqlite3.DatabaseError as error:
        known = faults.known_of(copy, error)
        if isinstance(known, faults.Damaged):
            ours, newer, sound = _begins_like_ours(copy), False, str(error)
        elif known is not None:
            raise known from error
        else:
            raise
    if not ours:
        raise Known(say(N_("{file} is not a FreeCRM file. Choose a backup."), file=copy.name))
    if newer:
        what = N_("{file} was made by a newer FreeCRM. Install that one to restore it.")
        raise Known(say(what, file=copy.name))
    if sound != "ok":
        what = N_("{file} is damaged and can't be restored. Choose another backup.")
        raise faults.Damaged(say(what, file=copy.name), sound)


def _begins_like_ours(copy: Path) -> bool:
    with suppress(OSError), copy.open("rb") as file:
        return file.read(100)[68:72] == tables.APPLICATION.to_bytes(4, "big")
    return False


def _contents(copy: Path) -> Path:
    """Where the attachments of a copy lie: a backup's in the folder «files» beside it, a file's in its own."""
    shared = copy.parent / "files"
    return shared if shared.is_dir() else files_of(copy)


# ---- the way


def prepare(copy: Path, path: Path, model: Model, progress: Progress | None = None) -> Ready:
    """Do all that takes time: check the copy, back up the present file, lay the new one beside it.

    The file at `path` may be open meanwhile and stays as it is. Known when the copy can't be
    restored or there is no room."""
    path = path.absolute()
    found = info(copy, model, path)
    before = _keep_present(path, model, progress)
    part = path.with_name(f".{path.name}.restoring")
    try:
        with faults.written(path.parent), faults.told(copy, path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):
                part.unlink()
            _lay(copy, part, model, found, progress)
            backup.sync(part)
            with closing(copies.opened(copy)) as connection:
                digests = [row[0] for row in connection.execute(backup.DIGESTS)]
            backup.attach(digests, _contents(copy), files_of(path))
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    return Ready(found, part, path, before)


def _lay(copy: Path, part: Path, model: Model, found: Info, progress: Progress | None) -> None:
    """Make the new file in `part`, and prove it."""
    with (
        closing(copies.opened(copy)) as source,
        closing(sqlite3.connect(part, isolation_level=None)) as target,
    ):
        backup.pour(source, target, progress)
        copies.forget_note(target)
        problem = target.execute("PRAGMA quick_check(1)").fetchone()[0]
        if problem != "ok" or backup.count(target, model) != found.counts:
            raise faults.damaged(copy, problem)


def _keep_present(path: Path, model: Model, progress: Progress | None) -> Path | None:
    """Back the present file up, and set it aside as it is when it is damaged: what it had not sent is looked for there.
    None when nothing is in it."""
    if not path.exists() or not path.stat().st_size:
        return None
    try:
        with faults.told(path), closing(connect(path, read_only=True)) as connection:
            if not _is_ours(connection, path) or not _has_steps(connection):
                return None
            if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
                _set_aside(path)  # what only this finds can still be copied
            return backup.copied(connection, path, model, "before restore", progress=progress).path
    except faults.Damaged:
        return _set_aside(path)


def _is_ours(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether it is one of FreeCRM; False for one without anything in it, Known for another program's."""
    if connection.execute("PRAGMA application_id").fetchone()[0] == tables.APPLICATION:
        return True
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        what = N_("{file} belongs to another program. FreeCRM leaves it alone; choose a FreeCRM file.")
        raise Known(say(what, file=path.name))
    return False


def _has_steps(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM change LIMIT 1").fetchone() is not None


def _set_aside(path: Path) -> Path:
    """Copy a damaged file and its log of writes into the folder of the backups, byte by byte."""
    folder = backups_of(path)
    with faults.written(folder):
        folder.mkdir(parents=True, exist_ok=True)
        stamp = dt.datetime.now().astimezone()
        target = copies.free_name(folder, path.stem, stamp, "damaged").with_suffix(DAMAGED)
        for end in ("", "-wal"):
            source = path.with_name(path.name + end)
            if source.exists():
                shutil.copyfile(source, target.with_name(target.name + end))
                backup.sync(target.with_name(target.name + end))
    return target


def put_in_place(ready: Ready) -> Path:
    """Let the restored file take the place of the present one, which nobody may have open; its path.

    Known when another program has it open: everything is as it was then, and may be tried again."""
    with faults.written(ready.path.parent):
        _quiet(ready.path)
        os.replace(ready.part, ready.path)
        _sync_folder(ready.path.parent)
    return ready.path


def give_up(ready: Ready) -> None:
    """Forget a prepared restore; the present file stays."""
    with suppress(OSError):
        ready.part.unlink(missing_ok=True)


def restore(copy: Path, path: Path, model: Model, progress: Progress | None = None) -> Ready:
    """Restore a backup to `path`, which nobody has open; what was done."""
    ready = prepare(copy, path, model, progress)
    try:
        put_in_place(ready)
    except BaseException:
        give_up(ready)
        raise
    return ready


def _quiet(path: Path) -> None:
    """Have the present file whole in itself: a log of its writes left beside it would be taken for the new
    file's. A damaged file's log is set aside with it, and goes."""
    if not path.exists():
        return
    try:
        with faults.told(path), closing(connect(path)) as connection:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")  # whoever has it open won't close it now
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        if mode != "delete":
            raise faults.busy(path)
    except faults.Busy as problem:
        what = N_("Another window or program has {file} open. Close it there and try again.")
        raise Known(say(what, file=path.name), problem.details) from problem
    except faults.Damaged:
        for end in ("-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Have the disk keep the rename, where folders can be told to."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
