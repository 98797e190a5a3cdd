"""The fonts of paper: Noto Sans SC in two weights, its widths, and what becomes of signs it doesn't have.

A sign of no use on paper (a joiner, a mark of direction) is left out. One that the font doesn't have is
set as 〓, the sign printers put for a missing piece of type, and is counted, so that it can be told.
"""

from __future__ import annotations

import threading
import unicodedata
from functools import lru_cache
from typing import Any

from freecrm.core.home import RESOURCES

MISSING = "〓"
_NAMES = {False: ("NotoSansSC", "NotoSansSC-Regular.ttf"), True: ("NotoSansSC-Bold", "NotoSansSC-Bold.ttf")}
_loading = threading.Lock()


class _Widths(dict[str, float]):
    """Character -> its width at size 1; figured out when first asked for."""

    def __init__(self, face: Any) -> None:
        super().__init__()
        self._face = face

    def __missing__(self, char: str) -> float:
        width: float = self._face.getCharWidth(ord(char)) / 1000
        self[char] = width
        return width


class Face:
    """One weight. name: how reportlab knows it. has: the characters it can set, marks: those of them that stand
    over the one before (there is a letter with its mark for nearly all, which looks better)."""

    def __init__(self, font: Any) -> None:
        self.font = font
        self.name: str = font.fontName
        signs = frozenset(map(chr, font.face.charToGlyph))
        self.marks = frozenset(filter(unicodedata.combining, signs))
        self.has = signs - self.marks
        self.widths = _Widths(font.face)

    def width(self, text: str, size: float) -> float:
        """How wide a text is, in points at this size."""
        return sum(map(self.widths.__getitem__, text)) * size


class Fonts:
    """Both weights."""

    def __init__(self, regular: Face, bold: Face) -> None:
        self.regular, self.bold = regular, bold

    def face(self, text: str, bold: bool) -> Face:
        """The weight that sets a text: Bold where it has all of it."""
        return self.bold if bold and self.bold.has.issuperset(text) else self.regular

    def fit(self, text: str, missing: set[str]) -> str:
        """The text with signs only that the font has, and line breaks; those it hasn't are put into `missing`."""
        if self.regular.has.issuperset(text):
            return text
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
        made = []
        for char in text:
            if char in self.regular.has or char in self.regular.marks or char == "\n":
                made.append(char)
            elif char == "\t" or unicodedata.category(char) == "Zs":
                made.append(" ")
            elif unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Mn", "Me"):
                missing.add(char)
                made.append(MISSING)
        return "".join(made)


def fonts() -> Fonts:
    """The fonts, loaded when something is first printed (0.2 s)."""
    with _loading:
        return _load()


@lru_cache(maxsize=1)
def _load() -> Fonts:
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    rl_config.useA85 = 0  # pages as bytes, not as letters: a quarter smaller

    class Embedded(TTFont):  # type: ignore[misc]  # reportlab has no types
        """Says which characters its signs are beyond 16 bits, too, so that rare names can be searched and copied."""

        def addObjects(self, doc: Any) -> None:
            subsets = list(self.state[doc].subsets)
            super().addObjects(doc)
            streams = [v for k, v in doc.idToObject.items() if k.startswith("toUnicodeCMap:")]
            for stream in streams:
                for code in {c for subset in subsets for c in subset if c > 0xFFFF}:
                    right = chr(code).encode("utf-16-be").hex().upper()
                    stream.content = stream.content.replace(f"<{code:04X}>", f"<{right}>")

    faces = []
    for bold in (False, True):
        name, file = _NAMES[bold]
        font = Embedded(name, str(RESOURCES / "fonts" / file))
        pdfmetrics.registerFont(font)
        faces.append(Face(font))
    return Fonts(*faces)
