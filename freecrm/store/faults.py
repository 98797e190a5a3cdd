"""SQLite's and the system's refusals, told in the user's words with a way on."""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from freecrm.core.problems import Known
from freecrm.core.words import N_, say

if TYPE_CHECKING:
    from freecrm.store.database import Store

P = ParamSpec("P")
T = TypeVar("T")

NETWORK = frozenset(
    "nfs nfs4 cifs smb smb2 smb3 smbfs smbclient afpfs webdav davfs davfs2 fuse.sshfs fuse.davfs fuse.davfs2"
    " 9p ncpfs afs fuse.rclone fuse.smbnetfs fuse.gvfsd-fuse glusterfs fuse.glusterfs ceph".split()
)


class Damaged(Known):
    """The file does not hold together any more."""


class Busy(Known):
    """Another program is writing to the file."""


@contextmanager
def told(path: Path, folder: Path | None = None) -> Iterator[None]:
    """Turn what SQLite raises inside into a Known sentence; anything unforeseen passes as it is.

    folder: where a copy of the file is being made, whose disk may be the full one."""
    try:
        yield
    except sqlite3.Error as error:
        if folder is not None and (_code(error).startswith("SQLITE_FULL") or "is full" in str(error)):
            raise no_room(folder, str(error)) from error
        known = known_of(path, error)
        if known is None:
            raise
        raise known from error


def by_program(work: Callable[Concatenate[Store, P], T]) -> Callable[Concatenate[Store, P], T]:
    """For functions that do the program's own work on a store, whoever is signed in: they see and may do everything."""

    @wraps(work)
    def made(store: Store, /, *args: P.args, **more: P.kwargs) -> T:
        with store.whole():
            return work(store, *args, **more)

    return made


def reads(work: Callable[Concatenate[Store, P], T]) -> Callable[Concatenate[Store, P], T]:
    """For functions that read from a store: what SQLite refuses comes out as a Known sentence."""

    @wraps(work)
    def made(store: Store, /, *args: P.args, **more: P.kwargs) -> T:
        with told(store.path):
            return work(store, *args, **more)

    return made


def _code(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", "") or ""


def known_of(path: Path, error: sqlite3.Error) -> Known | None:
    """The sentence for what SQLite refused; None for what nobody foresaw."""
    return _known(path, str(error), _code(error))


def _known(path: Path, text: str, code: str) -> Known | None:
    lower = text.lower()
    if "is full" in lower or code.startswith("SQLITE_FULL"):
        return Known(
            say(
                N_(
                    "The disk with {file} is full ({free} MB left). Nothing of this step was saved and"
                    " everything before it is. Free some space and try again."
                ),
                file=path.name,
                free=_free_mb(path),
            ),
            text,
        )
    if "readonly database" in lower or code.startswith("SQLITE_READONLY"):
        return read_only(path, text)
    if "is locked" in lower or code.startswith("SQLITE_BUSY"):
        return busy(path, text)
    if (
        "malformed" in lower
        or "not a database" in lower
        or "unsupported file format" in lower
        or code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
    ):
        return damaged(path, text)
    if "unable to open" in lower or code.startswith("SQLITE_CANTOPEN"):
        return Known(
            say(
                N_("{file} could not be opened. Check that the folder exists and that you may write to it."),
                file=str(path),
            ),
            text,
        )
    if "disk i/o" in lower or code.startswith("SQLITE_IOERR"):
        return Known(
            say(
                N_(
                    "The disk did not take or give the data of {file}."
                    " Everything saved before is still there. Check the disk and its cable, then try again."
                ),
                file=path.name,
            ),
            text,
        )
    return None


@contextmanager
def written(folder: Path) -> Iterator[None]:
    """Turn what the file system refuses when a copy is written into `folder` into a Known sentence."""
    try:
        yield
    except OSError as error:
        details = str(error)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise no_room(folder, details) from error
        if error.errno == errno.ENOENT:
            what = N_("There is no folder {folder} now. Plug the disk in, or choose another folder.")
            raise Known(say(what, folder=str(folder.parent)), details) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            what = N_(
                "FreeCRM may not write to {folder}, or another program holds a file there."
                " Close that program, or choose another folder."
            )
            raise Known(say(what, folder=str(folder)), details) from error
        what = N_("The copy could not be written to {folder}: {why}. Choose another folder.")
        raise Known(say(what, folder=str(folder), why=error.strerror or details), details) from error


def no_room(folder: Path, details: str = "") -> Known:
    """The disk that a copy was to be written to is full."""
    what = N_(
        "The disk with {folder} is full ({free} MB left), so the copy could not be made."
        " The file itself is untouched. Free some space, or choose another folder."
    )
    return Known(say(what, folder=str(folder), free=_free_mb(folder)), details)


def busy(path: Path, details: str = "") -> Busy:
    """Another program is writing to the file, or has it open."""
    what = N_("Another program is writing to {file} just now. Wait until it has ended and try again.")
    return Busy(say(what, file=path.name), details)


def read_only(path: Path, details: str = "") -> Known:
    """The file may not be written."""
    return Known(
        say(
            N_(
                "{file} is write-protected, so nothing can be saved in it. Take the protection off, or copy"
                " the file to a folder of your own and open it there."
            ),
            file=path.name,
        ),
        details,
    )


def damaged(path: Path, details: str = "") -> Damaged:
    """The file is damaged; the way on is the latest backup."""
    return Damaged(
        say(
            N_(
                "{file} is damaged and cannot be read as a whole. Nothing was changed in it."
                " Restore the latest backup from the folder “{folder}”: the damaged file is kept beside it."
            ),
            file=path.name,
            folder=f"{path.stem} backups",
        ),
        details,
    )


def _free_mb(path: Path) -> int:
    try:
        stat = os.statvfs(path.parent)
    except (AttributeError, OSError):
        return 0
    return stat.f_bavail * stat.f_frsize // 1_000_000


def on_network(path: Path, mounts: str | None = None) -> bool:
    """Whether a path lies on a network share, where SQLite files get lost.

    mounts: text in the form of /proc/self/mounts, for another system's table.
    """
    text = str(path)
    if text.startswith(("\\\\", "//")):
        return True
    if sys.platform == "win32":
        import ctypes

        drive = os.path.splitdrive(os.path.abspath(text))[0]
        return bool(drive) and ctypes.windll.kernel32.GetDriveTypeW(drive + "\\") == 4
    if mounts is None:
        mounts = _mounts()
    place = os.path.realpath(text)
    best, kind = "", ""
    for line in mounts.splitlines():
        parts = line.split()
        if len(parts) < 3:
            continue
        point = parts[1].replace("\\040", " ")
        if (place == point or place.startswith(point.rstrip("/") + "/")) and len(point) >= len(best):
            best, kind = point, parts[2]
    return kind.lower() in NETWORK


def _mounts() -> str:
    try:
        return Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        pass
    import subprocess  # only macOS asks a program: a start elsewhere does not wait for it

    try:  # macOS: "//u@host/share on /Volumes/share (smbfs, nodev)"
        lines = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=2, check=False).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    found = []
    for line in lines.splitlines():
        device, _on, rest = line.partition(" on ")
        point, _bracket, kind = rest.partition(" (")
        found.append(f"{device.replace(' ', '_')} {point.replace(' ', chr(92) + '040')} {kind.split(',')[0]}")
    return "\n".join(found)


def on_network_refusal(path: Path) -> Known:
    """Why a file on a share is not opened."""
    return Known(
        say(
            N_(
                "{file} lies on a network share. Several computers writing one file over a network damage it,"
                " so FreeCRM does not open it there. Copy it to this computer;"
                " for a team use the shared database."
            ),
            file=path.name,
        )
    )
