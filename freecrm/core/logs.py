"""The program's own log: one rotating text file on this computer. Nothing is sent anywhere."""

from __future__ import annotations

import logging
import sys
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

log = logging.getLogger("freecrm")


def start(folder: Path, *, verbose: bool = False) -> None:
    """Write the log into `folder`/freecrm.log (1 MB, three old ones kept)."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(folder / "freecrm.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.DEBUG if verbose else logging.INFO)


def report_crash(
    folder: Path, kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> Path:
    """Write a crash report into `folder` and answer its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "crash.txt"
    text = "".join(traceback.format_exception(kind, error, trace))
    path.write_text(f"FreeCRM on Python {sys.version}\n\n{text}", encoding="utf-8")
    log.error("crash report written to %s", path)
    return path
