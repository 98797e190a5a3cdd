"""What this computer remembers: theme, language, row height, and the window's size and place.

The settings are declared in `core/settings` and kept by `core/computer`; the window's states lie in an
ini file beside them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from freecrm.core import computer
from freecrm.core.settings import setting


class Preferences:
    """The settings whose place is "computer", and the window's geometry."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept = QSettings(str(folder / "freecrm.ini"), QSettings.Format.IniFormat)
        self._now: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        """The value of a declared setting; its default where something stands that it doesn't take."""
        return self._now[key] if key in self._now else computer.get(self.folder, key)

    def set(self, key: str, value: Any) -> None:
        """Keep the value of a declared setting; Known when it doesn't take it, or when it can't be written:
        then it holds until the window is closed."""
        self._now[key] = setting(key).check(value)
        computer.put(self.folder, key, value)
        del self._now[key]

    def recall(self, name: str) -> QByteArray | None:
        """A state kept by `remember` (a geometry), or None."""
        found = self._kept.value(f"window/{name}")
        return found if isinstance(found, QByteArray) else None

    def remember(self, name: str, state: QByteArray) -> None:
        """Keep a state for the next start."""
        self._kept.setValue(f"window/{name}", state)

    def flag(self, name: str, default: bool) -> bool:
        """A yes or no kept by `set_flag`."""
        return str(self._kept.value(f"window/{name}", default)).lower() in ("true", "1")

    def set_flag(self, name: str, value: bool) -> None:
        """Keep a yes or no."""
        self._kept.setValue(f"window/{name}", value)

    def number(self, name: str, default: int) -> int:
        """A whole number kept by `set_number`."""
        text = str(self._kept.value(f"window/{name}", default))
        return int(text) if text.isdecimal() else default

    def set_number(self, name: str, value: int) -> None:
        """Keep a whole number."""
        self._kept.setValue(f"window/{name}", value)

    def keys(self) -> dict[str, str]:
        """Command -> key of the user's own choice ("" = none)."""
        try:
            held = json.loads(str(self._kept.value("window/keys", "{}")))
        except ValueError:  # edited by hand
            return {}
        return {str(id): str(key) for id, key in held.items()} if isinstance(held, dict) else {}

    def set_keys(self, own: dict[str, str]) -> None:
        """Keep the keys of the user's own choice."""
        self._kept.setValue("window/keys", json.dumps(own))
