"""A drawing as data: boxes, lines, texts. The screen and the paper paint the same one.

Lengths are units of which a box of text has about 190 across: a pixel at 100 %. y grows downwards.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A plate with a name. key: what it stands for, None = nothing that could be opened. caption: the line
    below. plate: a word on a small tinted plate, with its icon. icon: of the box. strong: the drawing is about
    it. round: a person; firms have corners. spoken: all of it in words."""

    key: Hashable
    left: float
    top: float
    width: float
    height: float
    title: str
    caption: str = ""
    plate: str = ""
    plate_icon: str = ""
    tint: str = ""
    icon: str = ""
    strong: bool = False
    round: bool = False
    spoken: str = ""

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    @property
    def centre(self) -> Point:
        """Its middle."""
        return self.left + self.width / 2, self.top + self.height / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line along points, each straight across or down from the one before. dashed: a relation, no order."""

    points: tuple[Point, ...]
    dashed: bool = False

    def parts(self) -> Iterator[tuple[Point, Point]]:
        """Its straight parts."""
        yield from zip(self.points, self.points[1:], strict=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A word beside a line, in `width`, its baseline at `y`. right: it ends at the right edge."""

    left: float
    y: float
    width: float
    text: str
    right: bool = False


@dataclass(slots=True)
class Drawing:
    """What is drawn, in no order but that of the boxes: the keyboard goes through them as they come."""

    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    @property
    def width(self) -> float:
        """Units from the left edge to the right one."""
        return max((box.right for box in self.boxes), default=0.0)

    @property
    def height(self) -> float:
        """Units from the upper edge to the lower one."""
        return max((box.bottom for box in self.boxes), default=0.0)
