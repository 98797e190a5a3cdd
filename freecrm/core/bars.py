"""A chart of horizontal bars as a list of primitives: whoever paints needs to know no chart, whoever describes
one no painter. Lengths are in the painter's pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """share: of the whole length, 0 to 1, None: there is none. text: stands at the bar's end. series: which of
    the chart's classes it is."""

    share: float | None
    text: str
    series: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: what it is called, a small word below that, its values one under the other."""

    label: str
    beside: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Rect:
    """series: whose colour and pattern; None: the ground on which bars stand."""

    x: float
    y: float
    width: float
    height: float
    series: int | None


@dataclass(frozen=True, slots=True)
class Words:
    """role: "body" or "caption". bold. The text ends in "…" where the width does not do."""

    x: float
    y: float
    width: float
    height: float
    text: str
    role: str = "body"
    faint: bool = False


Primitive = Rect | Words


@dataclass(frozen=True, slots=True)
class Sizes:
    """unit: a pixel of the design. measure(text, role): how long a text is."""

    unit: float
    measure: Callable[[str, str], float]
    line: float = 20
    caption: float = 16
    thick: float = 14
    gap: float = 3
    air: float = 18


@dataclass(frozen=True, slots=True)
class Drawing:
    """items: to be painted in this order. rows: (top, height) of each bar's line. height: of all of it."""

    items: tuple[Primitive, ...]
    rows: tuple[tuple[float, float], ...]
    height: float


def drawing(bars: Sequence[Bar], width: float, sizes: Sizes) -> Drawing:
    """The chart in so wide a room: names at the left, values at the ends of the bars, where there is always
    room for them."""
    u = sizes.unit
    names = max((sizes.measure(bar.label, "body") for bar in bars), default=0)
    names = min(max(names, 60 * u), width * 0.32) + 12 * u
    texts = [value.text for bar in bars for value in bar.values]
    ends = max((sizes.measure(text, "caption") for text in texts), default=0) + 10 * u
    whole = max(width - names - ends, 24 * u)
    items: list[Primitive] = []
    rows: list[tuple[float, float]] = []
    y = 0.0
    for bar in bars:
        values = len(bar.values) * sizes.thick * u + max(len(bar.values) - 1, 0) * sizes.gap * u
        words = (sizes.line + (sizes.caption if bar.beside else 0)) * u
        high = max(values, words) + sizes.air * u
        items.append(Words(0, y + (high - words) / 2, names - 12 * u, sizes.line * u, bar.label))
        if bar.beside:
            below = y + (high - words) / 2 + sizes.line * u
            items.append(
                Words(0, below, names - 12 * u, sizes.caption * u, bar.beside, "caption", faint=True)
            )
        top = y + (high - values) / 2
        for value in bar.values:
            thick = sizes.thick * u
            items.append(Rect(names, top, whole, thick, None))
            length = whole * (value.share or 0)
            if length > 0:
                items.append(Rect(names, top, max(length, u), thick, value.series))
            at = names + length + 6 * u
            items.append(Words(at, top - u, ends, thick + 2 * u, value.text, "caption"))
            top += thick + sizes.gap * u
        rows.append((y, high))
        y += high
    return Drawing(tuple(items), tuple(rows), y)
