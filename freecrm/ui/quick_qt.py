"""Loads Qt for Python without letting it compile itself anew at every start, nor read the text of every module.

PySide keeps a hundred kilobytes of Python in a zip inside its library and compiles them, a quarter of
the time until a window stands. The code that comes out is kept here, as Python keeps that of any
other module; it is used again only for the same text and the same Python.

After that PySide opens the source of whatever is imported, keeps all its lines, and looks for its own name in
it, to know whether that module may have asked for other names of Qt's functions (`__feature__`). None of ours
does.
"""

from __future__ import annotations

import builtins
import marshal
import os
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType
from typing import Any

OURS = "shibokensupport/"  # what the names of those files begin with

Known = dict[tuple[str, int, int], CodeType]
"""(name, length and checksum of its text) -> code."""


def load(kept: Path) -> None:
    """Import Qt's core with the code in the file `kept`, and leave it there for the next start.

    Where the file cannot be read or written Qt is only slower."""
    if "PySide6" in sys.modules:
        return
    known = _read(kept)
    count = len(known)
    real = builtins.compile
    builtins.compile = _compiling(known, real)
    try:
        import PySide6.QtCore  # noqa: F401 - to have it
    finally:
        builtins.compile = real
    spare_sources()
    if len(known) != count:
        with suppress(OSError):
            _write(kept, known)


def spare_sources() -> None:
    """Let PySide not read the text of what is imported from here on."""
    feature = sys.modules.get("shibokensupport.feature")
    if feature is not None and hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = _is_of_the_window  # type: ignore[attr-defined]  # a module without stub


def _is_of_the_window(module: Any) -> bool:
    return str(getattr(module, "__name__", "")).startswith("freecrm.ui")


def _compiling(known: Known, real: Callable[..., Any]) -> Callable[..., Any]:
    def compiled(source: Any, filename: Any, mode: str, *more: Any, **named: Any) -> Any:
        if not (isinstance(source, bytes) and isinstance(filename, str) and filename.startswith(OURS)):
            return real(source, filename, mode, *more, **named)
        key = (filename, len(source), zlib.crc32(source))
        if key not in known:
            known[key] = real(source, filename, mode, *more, **named)
        return known[key]

    return compiled


def _read(kept: Path) -> Known:
    try:
        magic, known = marshal.loads(kept.read_bytes())  # our own file, as trusted as __pycache__
    except (OSError, ValueError, EOFError, TypeError):
        return {}
    return known if magic == MAGIC_NUMBER and isinstance(known, dict) else {}


def _write(kept: Path, known: Known) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_name(f"{kept.name}.{os.getpid()}")
    part.write_bytes(marshal.dumps((MAGIC_NUMBER, known)))
    part.replace(kept)
