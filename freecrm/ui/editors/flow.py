"""A layout that breaks its widgets into lines, as words are."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class Flow(QLayout):
    """Widgets one behind the other, as many on a line as fit. middle: on the middle of their line.
    even: all of one width, so that the lines are filled from edge to edge."""

    def __init__(
        self, parent: QWidget | None = None, gap: int = 6, *, middle: bool = False, even: bool = False
    ) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}  # by width; Qt asks a dozen times before it lays out
        self._gap, self._middle, self._even = gap, middle, even
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)
        self._heights.clear()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        self._heights.clear()
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def clear(self) -> None:
        """Take all widgets away."""
        while (item := self.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = self._place(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def _place(self, rect: QRect, *, move: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        held: list[tuple[QLayoutItem, QRect]] = []
        shown = [item for item in self._items if not item.isEmpty()]  # hidden: no gap is left for it
        width = self._share(shown, rect.width()) if self._even and shown else 0
        for item in shown:
            size = QSize(width or item.sizeHint().width(), item.sizeHint().height())
            if size.width() > rect.width():
                size = QSize(max(rect.width(), item.minimumSize().width()), size.height())
            if x + size.width() > rect.right() + 1 and line:
                self._put(held, line, move=move)
                x, y, line, held = rect.x(), y + line + self._gap, 0, []
            held.append((item, QRect(QPoint(x, y), size)))
            x += size.width() + self._gap
            line = max(line, size.height())
        self._put(held, line, move=move)
        return y + line - rect.y()

    def _share(self, shown: list[QLayoutItem], room: int) -> int:
        """The width of each where the lines hold equally many, as nearly as can be."""
        least = max(item.sizeHint().width() for item in shown)
        most = max(1, (room + self._gap) // (least + self._gap))
        lines = -(-len(shown) // most)
        each = -(-len(shown) // lines)
        return (room - self._gap * (each - 1)) // each

    def _put(self, held: list[tuple[QLayoutItem, QRect]], line: int, *, move: bool) -> None:
        for item, place in held if move else ():
            down = (line - place.height()) // 2 if self._middle else 0
            item.setGeometry(place.translated(0, down))
