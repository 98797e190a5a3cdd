"""What this computer remembers of the window: theme, language, row height, size and place.

An ini file in the user's settings folder; the settings themselves are declared in `core/settings`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from freecrm.core.settings import setting


class Preferences:
    """The settings whose place is "computer", and the window's geometry."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "freecrm.ini"
        self._kept = QSettings(str(self.path), QSettings.Format.IniFormat)

    def get(self, key: str) -> Any:
        """The value of a declared setting; its default where something stands that it doesn't take."""
        declared = setting(key)
        value = self._kept.value(key.replace(".", "/"), declared.default)
        if type(declared.default) is int:  # an ini file holds texts
            return int(str(value)) if str(value).isdecimal() else declared.default
        return value if not declared.choices or value in declared.choices else declared.default

    def set(self, key: str, value: Any) -> None:
        """Keep the value of a declared setting; Known when it doesn't take it."""
        self._kept.setValue(key.replace(".", "/"), setting(key).check(value))

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
