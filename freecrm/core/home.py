"""Where things lie: the program's own files, and those of its user on this computer."""

from __future__ import annotations

import os
import sys
from pathlib import Path

RESOURCES = Path(getattr(sys, "_MEIPASS", Path(__file__).parents[2])) / "resources"
SUFFIX = ".freecrm"


def home() -> Path | None:
    """The folder that holds everything of this user when FREECRM_HOME names one (tests, a USB stick)."""
    named = os.environ.get("FREECRM_HOME")
    return Path(named) if named else None


def settings_folder() -> Path:
    """Where the window's settings lie."""
    found = home()
    if found is not None:
        return found
    import platformdirs

    return platformdirs.user_config_path("FreeCRM", appauthor=False)


def log_folder() -> Path:
    """Where log and crash report lie."""
    found = home()
    if found is not None:
        return found
    import platformdirs

    return platformdirs.user_log_path("FreeCRM", appauthor=False)


def default_file() -> Path:
    """$FREECRM_FILE, else the file used last in the user's Documents/FreeCRM, else a new one there."""
    named = os.environ.get("FREECRM_FILE")
    if named:
        return Path(named)
    folder = home()
    if folder is None:
        import platformdirs

        folder = platformdirs.user_documents_path() / "FreeCRM"
    found = sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else folder / f"FreeCRM{SUFFIX}"
