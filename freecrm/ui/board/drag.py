"""What a board keeps of places: the measures of its lanes, and the card that is in the hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF

from freecrm.store.deals import Card


class Sizes(NamedTuple):
    """What the arithmetic of places needs, in pixels of the text size shown now. wide: of a lane. top: of the first
    card while nothing is scrolled. step: from the top of a card to that of the next."""

    wide: float
    top: int
    card: int
    step: int
    edge: int
    between: int
    pad: int
    strip: int


@dataclass
class Drag:
    """A card in the hand. lane, at: where it was. grip: where in the card it is held. over: the lane below it, None =
    none that takes it. to: its place among the other cards there. zone: the place at the foot below it, "" = none."""

    card: Card
    lane: int
    at: int
    pressed: QPoint
    grip: QPointF
    begun: bool = False
    now: QPointF | None = None
    over: int | None = None
    to: int = 0
    zone: str = ""
