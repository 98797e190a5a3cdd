"""Where an item is drawn, and where it is said that there are more."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from freecrm.ui.calendar.shown import Laid


@dataclass(slots=True)
class Spot:
    """Where an item is drawn. part: "grid" scrolls, "band" stands. begins, ends: it doesn't reach over this edge.
    line: drawn in one
    line. day: the one in whose column it stands."""

    laid: Laid
    rect: QRectF
    part: str = "grid"
    begins: bool = True
    ends: bool = True
    line: bool = False
    day: dt.date | None = None


@dataclass(slots=True)
class More:
    """A «+3»: what is not drawn for want of room."""

    hidden: list[Laid]
    rect: QRectF
    part: str = "grid"
    day: dt.date | None = None
