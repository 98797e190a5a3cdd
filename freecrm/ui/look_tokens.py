"""The colours and sizes of the look, from `resources/look/tokens.json`, for the theme shown now.

Every colour and every size on the screen is asked for here by its token name, so that a theme
switch or a zoom reaches all of them.
"""

from __future__ import annotations

import json
import sys
from functools import lru_cache
from typing import Any

from PySide6.QtGui import QColor, QFont

from freecrm.core.home import RESOURCES

# UX.md section 3.2, and what macOS and Linux have.
# Only what the system may have: each family that is missing costs a start five milliseconds.
FAMILIES = {
    "win32": ["Segoe UI Variable Text", "Segoe UI", "Microsoft YaHei UI"],
    "darwin": [".AppleSystemUIFont", "PingFang SC"],
}.get(sys.platform, ["Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei"])


class _Shown:
    """What is shown now; changed by `look.apply` alone."""

    theme = "light"
    zoom = 100


def show(theme: str, zoom: int) -> None:
    """Answer for `theme` ("light" or "dark") and `zoom` (per cent) from here on."""
    _Shown.theme, _Shown.zoom = theme, zoom
    colour.cache_clear()
    font.cache_clear()
    drawn_font.cache_clear()


def theme() -> str:
    """The theme shown now: "light" or "dark"."""
    return _Shown.theme


def zoom() -> int:
    """The text size shown now, in per cent."""
    return _Shown.zoom


@lru_cache(maxsize=1)
def tokens() -> dict[str, Any]:
    """All tokens as they stand in the file."""
    found: dict[str, Any] = json.loads((RESOURCES / "look" / "tokens.json").read_text("utf-8"))
    return found


def px(length: float) -> int:
    """A length of the design in device-independent pixels at the zoom shown now, at least 1."""
    return max(1, round(length * _Shown.zoom / 100))


def row_height(density: str) -> int:
    """Height of a list row: "comfortable", "compact" or "touch"."""
    return px(tokens()["row"][density])


@lru_cache(maxsize=256)
def colour(name: str) -> QColor:
    """The colour of token `name` in the theme shown now. A shared value: copy it before changing it.

    KeyError when there is no such token."""
    return read_colour(tokens()[_Shown.theme][name])


def read_colour(text: str) -> QColor:
    """`#RRGGBB` or `rgba(r,g,b,a)` with a from 0 to 1."""
    if text.startswith("#"):
        return QColor(text)
    red, green, blue, alpha = (float(part) for part in text[text.index("(") + 1 : -1].split(","))
    return QColor(int(red), int(green), int(blue), round(alpha * 255))


def chart_colours() -> list[QColor]:
    """The colours of a chart's classes in their order; the last one is for all others together."""
    return [read_colour(text) for text in tokens()["chart"][_Shown.theme]]


@lru_cache(maxsize=16)
def font(role: str = "body", bold: bool = False) -> QFont:
    """The font of a text role: "display", "title", "subtitle", "body" or "caption".

    Digits have equal widths, so that figures stand in columns. A shared value: copy it before
    changing it."""
    made = QFont()
    made.setFamilies(FAMILIES)
    made.setPixelSize(px(tokens()["type"][role][0]))
    made.setBold(bold)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


@lru_cache(maxsize=16)
def drawn_font(units: int, bold: bool = False) -> QFont:
    """The font of a text on a drawing that is scaled as a whole, so many of its units high. A shared value."""
    made = QFont(font("body", bold))
    made.setPixelSize(units)
    return made
