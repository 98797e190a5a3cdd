"""Backups by SQLite's online API: taken beside open windows, opened, checked and counted before they count.

A backup is one file in the folder «NAME backups»; attachments are shared by content with the
folder «NAME files» and copied into «NAME backups/files» once.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store import faults
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store

PAGES = 2000


@dataclass(frozen=True, slots=True)
class Copy:
    """A backup that was opened, checked and counted."""

    path: Path
    counts: dict[str, int]
    files: int
    missing: int


def make(
    store: Store, why: str = "", *, folder: Path | None = None, progress: Progress | None = None
) -> Path:
    """Take a backup and prove it; its path. Known when the copy does not hold what the file holds."""
    return take(store, why, folder=folder, progress=progress).path


def take(
    store: Store, why: str = "", *, folder: Path | None = None, progress: Progress | None = None
) -> Copy:
    """Take a backup: database and attachments, opened, checked and counted."""
    folder = folder or store.backups
    stamp = dt.datetime.now().astimezone().strftime("%Y-%m-%d %H%M%S")
    name = f"{store.path.stem} {stamp}{' ' + why if why else ''}.freecrm"
    path, part = folder / name, folder / f".{name}.part"
    with _files_told(path):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with faults.told(path):
            counts = _copied(store, part, progress)
        with _files_told(path):
            _sync(part)
            os.replace(part, path)
            copied, missing = _attachments(store, folder / "files")
    finally:
        part.unlink(missing_ok=True)
    return Copy(path, counts, copied, missing)


def _copied(store: Store, part: Path, progress: Progress | None) -> dict[str, int]:
    """Copy the database to `part` and prove it; entity -> number of records in it."""
    target = sqlite3.connect(part, isolation_level=None)
    source = store.read()
    source.execute("BEGIN")  # one snapshot for the copy and the count it is held against
    try:
        held = count(source, store)
        _copy(source, target, progress)
        target.execute("PRAGMA journal_mode = DELETE")
        problem = target.execute("PRAGMA quick_check(1)").fetchone()[0]
        counts = count(target, store)
    finally:
        source.execute("COMMIT")
        target.close()
    if problem != "ok" or counts != held:
        raise faults.damaged(store.path, problem)
    return counts


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, progress: Progress | None) -> None:
    def tell(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress.tell(total - remaining, total)

    source.backup(target, pages=PAGES, progress=tell)


def count(connection: sqlite3.Connection, store: Store) -> dict[str, int]:
    """Entity -> number of records. A file of an older program may lack the table of a newer entity."""
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return {
        name: connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0]
        for name in store.model.entities
        if name in there
    }


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _attachments(store: Store, folder: Path) -> tuple[int, int]:
    copied = missing = 0
    for (digest,) in store.read().execute("SELECT DISTINCT hash FROM file WHERE hash IS NOT NULL").fetchall():
        source, target = store.files / digest[:2] / digest, folder / digest[:2] / digest
        if target.exists():
            continue
        if not source.exists():
            missing += 1
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target.with_suffix(".part"))
        os.replace(target.with_suffix(".part"), target)
        copied += 1
    return copied, missing


class _files_told:
    """Turn what the file system refuses into a Known sentence."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError):
            raise Known(
                say(
                    N_("The backup could not be written to {folder}: {why}. Choose another folder."),
                    folder=str(self.path.parent),
                    why=error.strerror or str(error),
                )
            ) from error


def listed(store: Store) -> list[Path]:
    """The backups of a file, newest first."""
    return sorted(store.backups.glob("*.freecrm"), key=lambda p: p.stat().st_mtime, reverse=True)


def thin(store: Store, keep: int) -> list[Path]:
    """Remove the oldest daily backups beyond `keep` days; the removed paths. Named ones stay."""
    daily = [p for p in listed(store) if p.stem.endswith("daily")]
    for path in daily[keep:]:
        path.unlink(missing_ok=True)
    return daily[keep:]
