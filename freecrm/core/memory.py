"""Memory that is used no more goes back to the system, where the C library would hold on to it.

Only glibc (Linux) needs to be told; everywhere else nothing happens.
"""

from __future__ import annotations

import sys
from typing import Any

_ARENAS = -8  # M_ARENA_MAX


def _library() -> Any:
    """The C library of this process, None where it is another one than glibc."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    found = ctypes.CDLL(None)
    return found if hasattr(found, "malloc_trim") and hasattr(found, "mallopt") else None


def share() -> None:
    """Let all threads take their memory from one place; else each keeps what it once needed. For threads that
    have not begun yet."""
    library = _library()
    if library is not None:
        library.mallopt(_ARENAS, 1)


def give_back() -> None:
    """Give the system what lies unused; takes some milliseconds, in which other threads go on."""
    library = _library()
    if library is not None:
        library.malloc_trim(0)
