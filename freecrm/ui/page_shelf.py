"""Pictures of the pages of a PDF, drawn in the background when somebody looks at them, the latest wish first."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from freecrm.ui.tasks import Tasks

if TYPE_CHECKING:
    from freecrm.exchange.pdf.pages import Pages, Picture

WISHES = 24  # what was scrolled past meanwhile is not drawn any more
KEPT = 96_000_000  # bytes of pictures


class PageShelf(QObject):
    """came(page): its picture is there now."""

    came = Signal(int)

    def __init__(self, tasks: Tasks, pages: Pages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tasks, self.pages = tasks, pages
        self._kept: OrderedDict[tuple[int, int], QImage] = OrderedDict()
        self._wanted: list[tuple[int, int]] = []
        self._busy = self._closed = False
        self._begin = QTimer(self, singleShot=True, interval=0)
        self._begin.timeout.connect(self._next)

    def __len__(self) -> int:
        return len(self.pages)

    def picture(self, at: int, width: int) -> QImage | None:
        """The picture of a page that is `width` pixels wide; until it is drawn another one of it, or None."""
        found = self._kept.get((at, width))
        if found is not None:
            self._kept.move_to_end((at, width))
            return found
        wish = (at, width)
        if wish in self._wanted:
            self._wanted.remove(wish)
        self._wanted = [*self._wanted, wish][-WISHES:]
        if not self._busy:
            self._begin.start()
        others = [(key[1], image) for key, image in self._kept.items() if key[0] == at]
        return max(others, key=lambda one: one[0])[1] if others else None

    def _next(self) -> None:
        if self._busy or self._closed or not self._wanted:
            return
        self._busy = True
        at, width = self._wanted.pop()
        scale = width / self.pages.size[0]
        self.tasks.run(
            self.pages.picture, at, scale, then=lambda made: self._take(at, width, made), finally_=self._free
        )

    def _free(self) -> None:
        self._busy = False
        if not self._closed:
            self._begin.start()

    def _take(self, at: int, width: int, made: Picture) -> None:
        if self._closed:
            return
        form = QImage.Format.Format_RGB32
        # a copy, for the picture does not keep the bytes alive
        self._kept[at, width] = QImage(made.pixels, made.width, made.height, made.stride, form).copy()
        while len(self._kept) > 1 and sum(image.sizeInBytes() for image in self._kept.values()) > KEPT:
            self._kept.popitem(last=False)
        self.came.emit(at)

    def close(self) -> None:
        """Draw nothing any more."""
        self._closed = True
        self._wanted = []
        self._kept.clear()
        self.pages.close()
