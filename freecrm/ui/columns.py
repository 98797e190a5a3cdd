"""How wide the columns of a list are: no head cut, no phone or date cut, names take what is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil

from PySide6.QtGui import QFont, QFontMetricsF

from freecrm.core.fields import Choice, Field
from freecrm.ui import cells, look

PAD = 8  # left and right of every text
NARROWEST = 44  # what no column goes below, whoever drags it
_PERSON = 26  # a person's disc and the gap behind it
_CHIP, _CHIP_MOST = 12, 120  # what a chip has around its word; how wide it may be
_TITLE_LEAST, _TITLE_FAIR, _TITLE_GOOD = 120, 220, 300
_WIDEST = 800  # what a column is never made wider than by itself
_ROOMY = 1.3  # how much wider than it must be a column may grow before the names get more

_LONGEST = {
    "date": "2026-12-30",
    "yearly": "农历 2026 年腊月廿九",
    "moment": "2026-12-30 20:00",
    "money": "999,999.00",
    "number": "999,999",
    "percent": "100.0 %",
    "yesno": "✓",
    "link": "欧阳思远",
    "main_phone": "138-0000-0000",
    "main_contact": "欧阳思远",
    "city": "哈尔滨",
    "firm": "云杉谷净水设备有限公司",
    "main_job": "采购部经理",
    "handles": "lin_xiaotang",
    "emails": "lin@example.com",
}
_OTHERWISE = "一段普通的字"
"""Texts that have to fit, by kind of field or by its name."""

_LONGER = {"link": "Lin Xiaotang", "main_contact": "Lin Xiaotang", "city": "Shijiazhuang"}
"""Names in Latin letters, which fit as well where there is room for them."""


def widths(fields: Sequence[Field], title: int, room: int) -> list[int]:
    """The widths of all columns in `room` pixels; more than that when they would get unreadable.

    title: the place of the column with the names."""
    body, caption = _ruler(look.font()), _ruler(look.font("caption"))
    least = [_least(f, body, caption, _LONGEST | _LONGER) for f in fields]
    if sum(least) - least[title] + look.px(_TITLE_FAIR) > room:
        least = [_least(f, body, caption, _LONGEST) for f in fields]
    others = sum(least) - least[title]
    least[title] = max(min(room - others, look.px(_TITLE_GOOD)), look.px(_TITLE_LEAST))
    spare = room - sum(least)
    if spare <= 0 or not others:
        least[title] += max(spare, 0)
        return least
    factor = min(1 + spare / others, _ROOMY)
    grown = [width if at == title else int(width * factor) for at, width in enumerate(least)]
    grown[title] += room - sum(grown)
    return grown


def with_own(wanted: Sequence[int], own: Mapping[int, int], title: int, room: int) -> list[int]:
    """The widths where the user chose some (place -> pixels); the names take what that leaves."""
    made = [own.get(at, width) for at, width in enumerate(wanted)]
    if title not in own:
        others = sum(made) - made[title]
        made[title] = max(room - others, look.px(_TITLE_LEAST))
    return made


def fitting(f: Field, texts: Sequence[str], tags: Sequence[Sequence[str]] = ()) -> int:
    """The width at which none of these texts is cut. tags: the chips behind each name of the title column."""
    body, caption = _ruler(look.font()), _ruler(look.font("caption"))
    if isinstance(f, Choice):
        inner = min(max((caption(text) + look.px(_CHIP) for text in texts), default=0), look.px(_CHIP_MOST))
    else:
        inner = max(map(body, texts), default=0)
    if tags:
        chips = (sum(caption(word) + look.px(_CHIP + PAD) for word in words) for words in tags)
        inner = max((body(text) + wide for text, wide in zip(texts, chips, strict=False)), default=inner)
        inner += look.px(24 + PAD)
    elif cells.has_disc(f):
        inner += look.px(_PERSON)
    return min(max(inner, caption(f.title)) + look.px(2 * PAD), look.px(_WIDEST))


def _ruler(font: QFont) -> Callable[[str], int]:
    """What measures texts: whole pixels, never a fraction less than the text needs."""
    metrics = QFontMetricsF(font)
    return lambda text: ceil(metrics.horizontalAdvance(text)) + 1


def _least(
    f: Field, body: Callable[[str], int], caption: Callable[[str], int], longest: Mapping[str, str]
) -> int:
    inner = body(longest.get(f.name) or longest.get(f.kind, _OTHERWISE))
    if isinstance(f, Choice):
        chips = (caption(f.show(entry.key)) + look.px(_CHIP) for entry in f.options.entries)
        inner = min(max(chips, default=0), look.px(_CHIP_MOST))
    elif cells.has_disc(f):
        inner += look.px(_PERSON)
    return max(max(inner, caption(f.title)) + look.px(2 * PAD), look.px(NARROWEST))
