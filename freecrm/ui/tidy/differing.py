"""Before and after of a suggestion, painted so that the difference is seen without its colours: what goes is struck
through, what comes is underlined, blanks and invisible signs have a shape."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from freecrm.ui import look

Index = QModelIndex | QPersistentModelIndex
Part = tuple[str, bool]
"""A stretch of text, and whether the other side lacks it."""
SIDE = Qt.ItemDataRole.UserRole + 1
"""What a cell is: (before, after, which of the two it shows)."""
LONGEST = 160
_EDGE = 8
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


@lru_cache(maxsize=4096)
def parts(before: str, after: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Both texts in stretches, with the signs nobody sees made visible where they differ."""
    one, other = " ".join(before.split("\n")), " ".join(after.split("\n"))
    first = _differing_from(one, other)
    one, other = one[first : first + LONGEST], other[first : first + LONGEST]
    lead = "…" if first else ""
    old: list[Part] = [(lead, False)] if lead else []
    new: list[Part] = [(lead, False)] if lead else []
    for what, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        same = what == "equal"
        if b > a:
            old.append((one[a:b] if same else seen(one[a:b]), not same))
        if d > c:
            new.append((other[c:d], not same))  # what comes is seen as it will be
    return tuple(old), tuple(new)


def _differing_from(one: str, other: str) -> int:
    """Where to begin showing two long texts: a little before they differ."""
    if max(len(one), len(other)) <= LONGEST:
        return 0
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    return max(at - LONGEST // 4, 0)


def seen(text: str) -> str:
    """A text whose blanks and invisible signs have a shape."""
    return "".join("␣" if c.isspace() else c if c.isprintable() else "◌" for c in text)


class Differing(QStyledItemDelegate):
    """Paints cells that have a SIDE."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        held = index.data(SIDE)
        if held is None:
            super().paint(painter, option, index)
            return
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        before, after, which = held
        shown = parts(before, after)[which]
        rect = option.rect.adjusted(look.px(_EDGE), 0, -look.px(_EDGE), 0)
        painter.save()
        painter.setClipRect(rect)
        if shown:
            _paint(painter, rect, shown, which)
        else:
            painter.setFont(look.font("body"))
            painter.setPen(look.colour("text3"))
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, str(index.data() or ""))
        painter.restore()


def _paint(painter: QPainter, rect: QRect, shown: tuple[Part, ...], which: int) -> None:
    plain, marked = look.font("body"), QFont(look.font("body"))
    (marked.setUnderline if which else marked.setStrikeOut)(True)
    x, right = rect.left(), rect.right()
    whole = QFontMetrics(plain).horizontalAdvance("".join(text for text, _differs in shown))
    more = x + whole > right
    if more:
        right -= QFontMetrics(plain).horizontalAdvance("…")
    for text, differs in shown:
        font = marked if differs else plain
        metrics = QFontMetrics(font)
        cut = metrics.horizontalAdvance(text) > right - x
        if cut:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(right - x, 0)).rstrip("…")
        wide = metrics.horizontalAdvance(text)
        piece = QRect(x, rect.top(), wide, rect.height())
        if differs:
            high = metrics.height()
            ground = QRect(x, rect.center().y() - high // 2, wide, high + 1)
            painter.fillRect(ground, look.colour("success_bg" if which else "danger_bg"))
        painter.setFont(font)
        token = ("success" if which else "danger") if differs else "text"
        painter.setPen(look.colour(token))
        painter.drawText(piece, Qt.AlignmentFlag.AlignVCenter, text)
        x += wide
        if cut:
            break
    if more:
        painter.setFont(plain)
        painter.setPen(look.colour("text"))
        painter.drawText(QRect(x, rect.top(), rect.right() - x + 1, rect.height()), _MIDDLE, "…")
