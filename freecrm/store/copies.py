"""The backups there are: what each says of itself, and which of them the settings no longer keep.

What a backup holds stands in the copy itself, so that a list of backups need not count.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from freecrm.core import spans
from freecrm.core.home import SUFFIX
from freecrm.core.words import N_, Said
from freecrm.store.database import address_of, backups_of

CLOSING, DAILY, IMPORT = "on close", "daily", "before import"
WHYS = {
    "": N_("By hand"),
    CLOSING: N_("On closing"),
    DAILY: N_("Daily"),
    IMPORT: N_("Before an import"),
    "before upgrade": N_("Before an upgrade"),
    "before restore": N_("Before a restore"),
}
"""Why a backup was made, as its file name says it -> what people read."""
AUTOMATIC = (CLOSING, DAILY, IMPORT)
_NAME = re.compile(r"(.*) (\d{4}-\d\d-\d\d \d{6})(?: (.+?))?(?: #\d+)?")
_STAMP = "%Y-%m-%d %H%M%S"
_KEY = "copy"  # in the table of kept things


@dataclass(frozen=True, slots=True)
class Copy:
    """A backup. counts: entity -> records, None when nobody has counted yet. proven: it was opened, checked and
    counted when it was made. second: its copy in the second place; trouble: why there is none."""

    path: Path
    at: dt.datetime
    counts: dict[str, int] | None = None
    files: int = 0
    missing: int = 0
    why: str = ""
    size: int = 0
    proven: bool = False
    second: Path | None = None
    trouble: Said | None = None


# ---- names


def free_name(folder: Path, stem: str, at: dt.datetime, why: str) -> Path:
    """What a new backup is called; two may be made in one second."""
    name = f"{stem} {at.strftime(_STAMP)}{' ' + why if why else ''}"
    path, number = folder / f"{name}{SUFFIX}", 2
    while path.exists():
        path, number = folder / f"{name} #{number}{SUFFIX}", number + 1
    return path


def named(path: Path) -> tuple[dt.datetime | None, str]:
    """When and why a backup was made, by its file name."""
    found = _NAME.fullmatch(path.stem)
    if found is None:
        return None, ""
    try:
        at = dt.datetime.strptime(found[2], _STAMP).astimezone()
    except ValueError:
        return None, ""
    return at, found[3] or ""


def original(path: Path) -> str:
    """What the file was called of which this is a backup."""
    found = _NAME.fullmatch(path.stem)
    return path.stem if found is None else found[1]


# ---- what a copy says of itself


def note(part: Path, why: str, at: dt.datetime, counts: dict[str, int], files: int, missing: int) -> None:
    """Write into the copy what it is, for those who list it."""
    said = {"why": why, "at": spans.ms(at), "counts": counts, "files": files, "missing": missing}
    with closing(sqlite3.connect(part, isolation_level=None)) as connection:
        connection.execute(
            "INSERT INTO kept(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            (_KEY, json.dumps(said, ensure_ascii=False)),
        )


def forget_note(connection: sqlite3.Connection) -> None:
    """Make a copy a file like any other again."""
    connection.execute("DELETE FROM kept WHERE key = ?", (_KEY,))


def listed(path: Path) -> list[Copy]:
    """The backups of the file at `path`, newest first. Nothing is counted: what they hold stands in them."""
    return sorted(map(read, backups_of(path).glob(f"*{SUFFIX}")), key=lambda copy: copy.at, reverse=True)


def read(path: Path) -> Copy:
    """What a backup says of itself. One of an older program, or a file that is none, says little: nobody has
    proven it."""
    said: dict[str, Any] = {}
    with suppress(sqlite3.Error, ValueError), closing(opened(path)) as connection:
        row = connection.execute("SELECT value FROM kept WHERE key = ?", (_KEY,)).fetchone()
        said = json.loads(row[0]) if row else {}
    stamp, why = named(path)
    with suppress(OSError):
        stat = path.stat()
        at = (
            spans.moment(said["at"]).astimezone()
            if said
            else stamp or dt.datetime.fromtimestamp(stat.st_mtime, dt.UTC)
        )
        counts, files, missing = said.get("counts"), said.get("files", 0), said.get("missing", 0)
        return Copy(path, at, counts, files, missing, said.get("why", why), stat.st_size, bool(said))
    return Copy(path, stamp or spans.moment(0).astimezone(), why=why)


def opened(path: Path) -> sqlite3.Connection:
    """A copy, to be read only; nothing is made beside it."""
    wal = path.with_name(path.name + "-wal")
    lone = "" if wal.exists() else "&immutable=1"  # a stick that is write-protected holds backups, too
    return sqlite3.connect(f"{address_of(path)}?mode=ro{lone}", uri=True, isolation_level=None)


# ---- which stay


def superfluous(paths: Iterable[Path], days: int, weeks: int, months: int) -> list[Path]:
    """Those of these automatic backups that are beyond so many days, weeks and months."""
    stamped = sorted(
        ((at, why, path) for path in paths for at, why in [named(path)] if at is not None), reverse=True
    )
    if not stamped:
        return []
    newest = stamped[0][0].date()
    kept: set[Path] = set()
    whys: dict[str, Path] = {}
    for at, why, path in stamped:
        if at.date() == newest:
            whys.setdefault(why, path)
    kept.update(whys.values())
    for most, form in ((days, "%Y-%m-%d"), (weeks, "%G-%V"), (months, "%Y-%m")):
        units: dict[str, Path] = {}
        for at, _why, path in stamped:
            units.setdefault(at.strftime(form), path)
        kept.update(list(units.values())[:most])
    return [path for _at, _why, path in stamped if path not in kept]
