"""Which view of the calendar, and whose, this computer shows at the next start, and how wide its editor is."""

from __future__ import annotations

import json

from PySide6.QtCore import QByteArray

from freecrm.ui.preferences import Preferences

NAME = "calendar"
WIDEST = 2_000


def keep(preferences: Preferences, view: str, people: frozenset[bytes] | None, wide: int) -> None:
    """Remember the view, whose calendars are seen (None = everybody's), and the width of the editor (0 = as it is)."""
    whose = None if people is None else sorted(id.hex() for id in people)
    kept = {"view": view, "people": whose, "right": wide}
    preferences.remember(NAME, QByteArray(json.dumps(kept).encode()))


def recall(preferences: Preferences) -> tuple[str, frozenset[bytes] | None, int]:
    """What was remembered; "", everybody and 0 where nothing was."""
    held = preferences.recall(NAME)
    try:
        kept = json.loads(bytes(held.data())) if held is not None else {}
        people = kept.get("people")
        whose = None if people is None else frozenset(map(bytes.fromhex, people))
        return str(kept.get("view", "")), whose, min(max(int(kept.get("right", 0)), 0), WIDEST)
    except (ValueError, TypeError, AttributeError):  # edited by hand
        return "", None, 0
