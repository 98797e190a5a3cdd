"""The settings of this computer and its user: language, theme, text size. One small JSON file.

No Qt, so that the command line reads and sets what the window uses.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from freecrm.core.problems import Known
from freecrm.core.settings import setting
from freecrm.core.words import N_, say

NAME = "settings.json"


def get(folder: Path, key: str) -> Any:
    """The value of a declared setting; its default where none, or one that it doesn't take, is kept."""
    declared = setting(key)
    try:
        return declared.check(_load(folder).get(key, declared.default))
    except Known:
        return declared.default


def put(folder: Path, key: str, value: Any) -> None:
    """Keep the value of a declared setting; Known when it doesn't take it or it can't be written."""
    checked = setting(key).check(value)
    path = folder / NAME
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps({**_load(folder), key: checked}, ensure_ascii=False, indent=1)
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        what = N_("The setting could not be kept in {folder}: {why}. It holds until FreeCRM is closed.")
        raise Known(say(what, folder=str(folder), why=error.strerror or str(error))) from error


def _load(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none yet, or cut short by a crash: everything is as it comes
        return {}
    return found if isinstance(found, dict) else {}
