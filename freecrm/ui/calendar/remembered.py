"""Which view of the calendar, and whose, this computer shows at the next start."""

from __future__ import annotations

import json

from PySide6.QtCore import QByteArray

from freecrm.ui.preferences import Preferences

NAME = "calendar"


def keep(preferences: Preferences, view: str, people: frozenset[bytes] | None) -> None:
    """Remember the view, and whose calendars are seen (None = everybody's)."""
    kept = {"view": view, "people": None if people is None else sorted(id.hex() for id in people)}
    preferences.remember(NAME, QByteArray(json.dumps(kept).encode()))


def recall(preferences: Preferences) -> tuple[str, frozenset[bytes] | None]:
    """What was remembered; "" and everybody where nothing was."""
    held = preferences.recall(NAME)
    try:
        kept = json.loads(bytes(held.data())) if held is not None else {}
        people = kept.get("people")
        return str(kept.get("view", "")), None if people is None else frozenset(map(bytes.fromhex, people))
    except (ValueError, TypeError, AttributeError):  # edited by hand
        return "", None
