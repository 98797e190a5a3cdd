"""What the pipeline's page shows on this computer at the next start: view, pipeline, filter, right side."""

from __future__ import annotations

import json
from typing import NamedTuple

from PySide6.QtCore import QByteArray

from freecrm.ui.board.shown import BOARD, FORECAST, PERIODS, Narrow
from freecrm.ui.preferences import Preferences

NAME = "pipeline"


class Kept(NamedTuple):
    """side: whether the right side is shown, None = as there is room."""

    view: str = BOARD
    pipe: bytes | None = None
    narrow: Narrow = Narrow()
    side: bool | None = None


def keep(preferences: Preferences, now: Kept) -> None:
    """Remember it."""
    kept = {
        "view": now.view,
        "pipe": now.pipe.hex() if now.pipe else "",
        "owner": now.narrow.owner.hex() if now.narrow.owner else "",
        "period": now.narrow.period,
        "side": now.side,
    }
    preferences.remember(NAME, QByteArray(json.dumps(kept).encode()))


def recall(preferences: Preferences) -> Kept:
    """What was remembered; the usual where nothing was."""
    held = preferences.recall(NAME)
    if held is None:
        return Kept()
    try:
        kept = json.loads(bytes(held.data()))
        return Kept(
            FORECAST if kept["view"] == FORECAST else BOARD,
            bytes.fromhex(kept["pipe"]) or None,
            Narrow(bytes.fromhex(kept["owner"]) or None, kept["period"] if kept["period"] in PERIODS else ""),
            kept["side"] if isinstance(kept["side"], bool) else None,
        )
    except (ValueError, TypeError, KeyError):  # edited by hand
        return Kept()
