"""The colours of people in a calendar: a strong one for the edge, its tint for the ground, an ink that can be read."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from PySide6.QtGui import QColor

from freecrm.ui import look

READABLE = 4.5
_GROUND = {"light": 0.14, "dark": 0.26}


class Tone(NamedTuple):
    """edge: a bar or a dot. ground: of an item. ink: the time on that ground."""

    edge: QColor
    ground: QColor
    ink: QColor


def tone(place: int | None) -> Tone:
    """The colours of the person at this place; None = nobody's. From the seventh on all have the last one."""
    classes = len(look.tokens()["chart"]["light"])
    at = classes - 1 if place is None else min(place, classes - 1)
    return _tone(at, look.theme())


@lru_cache(maxsize=32)
def _tone(at: int, theme: str) -> Tone:
    edge = look.chart_colours()[at]
    ground = mixed(look.colour("surface"), edge, _GROUND[theme])
    ink, part = QColor(edge), 0.0
    while contrast(ink, ground) < READABLE and part < 1:
        part += 0.08
        ink = mixed(edge, look.colour("text"), min(part, 1))
    return Tone(edge, ground, ink)


def mixed(one: QColor, other: QColor, part: float) -> QColor:
    """A colour between two: part 0 is the one, 1 the other."""

    def between(a: int, b: int) -> int:
        return round(a + (b - a) * part)

    return QColor(
        between(one.red(), other.red()),
        between(one.green(), other.green()),
        between(one.blue(), other.blue()),
    )


def contrast(one: QColor, other: QColor) -> float:
    """How far two colours are apart in lightness, as WCAG 2 counts it: 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())
