"""The pages of a PDF one below the other, and beside them the same ones small."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.page_shelf import PageShelf

ZOOMS = (0.25, 4.0)
STEP = 1.2
PIXELS = 96 / 72  # of a screen, a point at 100 %
_GAP, _EDGE = 16, 24
_THUMB, _CAPTION = 96, 24

Index = QModelIndex | QPersistentModelIndex


def _paper() -> QColor:
    """Paper is white in every theme."""
    return QColor(look.tokens()["light"]["surface"])


class PageView(QAbstractScrollArea):
    """turned(page): another page is in sight. zoomed: it is shown at another size. fit: "width", "page" or ""."""

    turned = Signal(int)
    zoomed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shelf: PageShelf | None = None
        self.page = 0
        self.fit = "width"
        self._zoom = 1.0
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._look())

    # ---- what is shown

    def show_pages(self, shelf: PageShelf) -> None:
        """Show these pages, at the place where the ones before were looked at."""
        at = min(self.page, len(shelf) - 1)
        self.shelf = shelf
        shelf.came.connect(lambda _at: self.viewport().update())
        self._lay_out()
        self.go_to(at)
        self._look()
        self.viewport().update()

    @property
    def zoom(self) -> float:
        """1.0 is the size of paper on an ordinary screen."""
        return self._zoom

    def set_zoom(self, zoom: float, fit: str = "") -> None:
        """Show the pages at this size. fit: what this size follows when the window changes."""
        page, part = self._place()
        self._zoom, self.fit = min(max(zoom, ZOOMS[0]), ZOOMS[1]), fit
        self._lay_out()
        self.verticalScrollBar().setValue(int(self._top(page) + part * self._size().height()))
        self.zoomed.emit()
        self.viewport().update()

    def fit_width(self) -> None:
        """As wide as there is room."""
        if self.shelf is not None:
            room = self.viewport().width() - 2 * look.px(_EDGE)
            self.set_zoom(min(room / (self.shelf.pages.size[0] * PIXELS), 2.0), "width")

    def fit_page(self) -> None:
        """Whole pages."""
        if self.shelf is not None:
            width, height = self.shelf.pages.size
            across = (self.viewport().width() - 2 * look.px(_EDGE)) / (width * PIXELS)
            down = (self.viewport().height() - 2 * look.px(_GAP)) / (height * PIXELS)
            self.set_zoom(min(across, down), "page")
            self.go_to(self.page)

    def go_to(self, page: int) -> None:
        """Bring a page into sight."""
        if self.shelf is not None:
            page = min(max(page, 0), len(self.shelf) - 1)
            self.verticalScrollBar().setValue(self._top(page) - look.px(_GAP) // 2)

    def _size(self) -> QSize:
        if self.shelf is None:
            return QSize(1, 1)
        width, height = self.shelf.pages.size
        return QSize(round(width * PIXELS * self._zoom), round(height * PIXELS * self._zoom))

    def _top(self, page: int) -> int:
        return look.px(_GAP) + page * (self._size().height() + look.px(_GAP))

    def _place(self) -> tuple[int, float]:
        """The page at the upper edge, and how much of it is above that."""
        value = self.verticalScrollBar().value()
        page = max(0, (value - look.px(_GAP)) // (self._size().height() + look.px(_GAP)))
        return page, (value - self._top(page)) / self._size().height()

    def _lay_out(self) -> None:
        if self.shelf is None:
            return
        whole = self._top(len(self.shelf))
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        down.setRange(0, max(0, whole - self.viewport().height()))
        down.setPageStep(self.viewport().height())
        down.setSingleStep(look.px(48))
        wide = self._size().width() + 2 * look.px(_EDGE)
        across.setRange(0, max(0, wide - self.viewport().width()))
        across.setPageStep(self.viewport().width())

    def _look(self) -> None:
        """Find the page that is looked at: the one in the middle."""
        if self.shelf is None:
            return
        middle = self.verticalScrollBar().value() + self.viewport().height() // 3
        step = self._size().height() + look.px(_GAP)
        page = min(max((middle - look.px(_GAP)) // step, 0), len(self.shelf) - 1)
        if page != self.page:
            self.page = page
            self.turned.emit(page)
        self.reword()

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.setAccessibleName(_("Pages"))
        if self.shelf is not None:
            text = _("Page {n} / {total}").format(n=self.page + 1, total=len(self.shelf))
            self.setAccessibleDescription(text)

    # ---- drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), look.colour("sunken"))
        if self.shelf is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size, room = self._size(), self.viewport().size()
        offset = self.verticalScrollBar().value()
        left = max(look.px(_EDGE), (room.width() - size.width()) // 2) - self.horizontalScrollBar().value()
        first = max(0, offset // (size.height() + look.px(_GAP)) - 1)
        for page in range(first, len(self.shelf)):
            top = self._top(page) - offset
            if top > room.height():
                break
            where = QRect(left, top, size.width(), size.height())
            if where.bottom() >= 0:
                self._paint_page(painter, page, where)

    def _paint_page(self, painter: QPainter, page: int, where: QRect) -> None:
        assert self.shelf is not None
        painter.fillRect(where, _paper())
        image = self.shelf.picture(page, round(where.width() * self.devicePixelRatioF()))
        if image is not None:
            painter.drawImage(where, image)
        painter.setPen(QPen(look.colour("border"), 1))
        painter.drawRect(where.adjusted(-1, -1, 0, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.fit == "width":
            self.fit_width()
        elif self.fit == "page":
            self.fit_page()
        self._lay_out()

    # ---- keys and wheel

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self._zoom * STEP ** (event.angleDelta().y() / 120))
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self.shelf) - 1 if self.shelf is not None else 0
        down = self.verticalScrollBar()
        moves = {
            Qt.Key.Key_PageDown: lambda: self.go_to(self.page + 1),
            Qt.Key.Key_PageUp: lambda: self.go_to(self.page - 1),
            Qt.Key.Key_Home: lambda: self.go_to(0),
            Qt.Key.Key_End: lambda: self.go_to(last),
            Qt.Key.Key_Down: lambda: down.setValue(down.value() + down.singleStep()),
            Qt.Key.Key_Up: lambda: down.setValue(down.value() - down.singleStep()),
        }
        move = moves.get(Qt.Key(event.key()))
        if move is not None:
            move()
        else:
            super().keyPressEvent(event)


class _Numbers(QAbstractListModel):
    """One row for each page."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.shelf: PageShelf | None = None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if self.shelf is None or (parent is not None and parent.isValid()) else len(self.shelf)

    def data(self, index: Index, role: int = 0) -> Any:
        if role == Qt.ItemDataRole.AccessibleTextRole and self.shelf is not None:
            return _("Page {n} / {total}").format(n=index.row() + 1, total=len(self.shelf))
        return None


class _Small(QStyledItemDelegate):
    """Paints a small page with its number."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        model = index.model()
        assert isinstance(model, _Numbers)
        height = 1.0
        if model.shelf is not None:
            width, tall = model.shelf.pages.size
            height = look.px(_THUMB) * tall / width
        return QSize(look.px(_THUMB + 2 * _GAP), round(height) + look.px(_CAPTION + _GAP))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, _Numbers)
        if model.shelf is None:
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        width, tall = model.shelf.pages.size
        side = look.px(_THUMB)
        where = QRect(
            rect.center().x() - side // 2, rect.top() + look.px(10), side, round(side * tall / width)
        )
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(where, _paper())
        ratio = painter.device().devicePixelRatio()
        image = model.shelf.picture(index.row(), round(side * ratio))
        if image is not None:
            painter.drawImage(where, image)
        painter.setPen(QPen(look.colour("accent" if chosen else "border"), 2 if chosen else 1))
        painter.drawRect(where)
        painter.setPen(look.colour("text" if chosen else "text2"))
        painter.setFont(look.font("caption"))
        below = QRect(rect.left(), where.bottom() + 2, rect.width(), look.px(_CAPTION) - 2)
        text = f"{index.row() + 1:,} / {len(model.shelf):,}"
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()


class Thumbs(QListView):
    """The pages small. chosen(page): one of them is wanted."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers = _Numbers(self)
        self._telling = True
        self.setModel(self._numbers)
        self.setItemDelegate(_Small(self))
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(look.px(_THUMB + 2 * _GAP + 12))
        self.selectionModel().currentChanged.connect(self._current)

    def show_pages(self, shelf: PageShelf) -> None:
        """Show these pages."""
        self._numbers.beginResetModel()
        self._numbers.shelf = shelf
        self._numbers.endResetModel()
        shelf.came.connect(lambda at: self.update(self._numbers.index(at)))

    def follow(self, page: int) -> None:
        """Mark the page that is looked at."""
        self._telling = False
        self.setCurrentIndex(self._numbers.index(page))
        self._telling = True

    def _current(self, now: QModelIndex, _before: QModelIndex) -> None:
        if self._telling and now.isValid():
            self.chosen.emit(now.row())

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.setAccessibleName(_("Small pages"))
