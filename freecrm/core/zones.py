"""The time zone this computer stands in, by its name in the tz database (Asia/Shanghai)."""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import ZoneInfo

_LINKS = (Path("/etc/localtime"), Path("/var/db/timezone/localtime"))
_known: list[str] = []


def here() -> str:
    """The name of this computer's zone; "" where the system tells none, then its clock stands for it."""
    return _named(os.environ.get("TZ", "")) or _linked() or told()


def tell(name: str) -> None:
    """What the window system knows the zone by; the start of the window tells it, for Windows has no file of it."""
    _known[:] = [_named(name)]


def told() -> str:
    """What the window system knows the zone by; "" as long as there is none."""
    return _known[0] if _known else ""


def _linked() -> str:
    for link in _LINKS:
        if link.is_symlink():
            _before, found, name = str(link.resolve()).partition("/zoneinfo/")
            if found:
                return _named(name)
    try:
        return _named(Path("/etc/timezone").read_text("ascii").strip())
    except (OSError, UnicodeDecodeError):
        return ""


def _named(name: str) -> str:
    """The name when it is one of the database, else nothing."""
    name = name.lstrip(":")
    try:
        return ZoneInfo(name).key if name else ""
    except (OSError, ValueError, LookupError):
        return ""
