"""Pictures of the pages of a PDF, and what is written on them. PDFium works for one at a time: calls wait."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, NamedTuple

from freecrm.core.problems import Cancelled

_pdfium = threading.RLock()  # PDFium may be used by one thread at a time, in the whole process


class Picture(NamedTuple):
    """Pixels, line by line, four bytes each: blue, green, red and one that says nothing."""

    width: int
    height: int
    stride: int
    pixels: bytes


class Pages:
    """The pages of one file; `close` it when it is not needed any more: whoever still asks gets `Cancelled`."""

    def __init__(self, path: Path) -> None:
        with _pdfium:
            import pypdfium2

            self._document: Any = pypdfium2.PdfDocument(path.read_bytes())
            self._closed = False
            self._count = len(self._document)
            self._size: tuple[float, float] = self._document.get_page_size(0)

    def __len__(self) -> int:
        return self._count

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the pages in points; all pages of a file made here are alike."""
        return self._size

    def picture(self, at: int, scale: float, band: tuple[float, float] = (0.0, 1.0)) -> Picture:
        """A page, 0 the first, `scale` pixels a point. band: the part of its height that is wanted, 0 = top."""
        with _pdfium:
            page = self._page(at)
            height = self._size[1]
            crop = (0, height * (1 - band[1]), 0, height * band[0])
            bitmap = page.render(scale=scale, crop=crop, prefer_bgrx=True, maybe_alpha=False)
            made = Picture(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))
            bitmap.close()
            page.close()
        return made

    def text(self, at: int) -> str:
        """What is written on a page, as it would be copied."""
        with _pdfium:
            page = self._page(at)
            held = page.get_textpage()
            found: str = held.get_text_bounded()
            held.close()
            page.close()
        return found

    def _page(self, at: int) -> Any:
        if self._closed:
            raise Cancelled
        return self._document[at]

    def close(self) -> None:
        """Let go of the file."""
        with _pdfium:
            self._closed = True
            self._document.close()
