"""The rows of the palette on the screen: their model, how they are painted, the view that moves through them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.grid_paint import Pictures
from freecrm.ui.palette_row import Row, Spans

HEIGHTS = {"head": 32, "nothing": 240}
HEIGHT = 46
_MARGIN, _PAD, _ICON, _PLATE, _GAP, _BAR = 8, 12, 16, 28, 12, 3
_CENTRE = Qt.AlignmentFlag.AlignCenter

Index = QModelIndex | QPersistentModelIndex


class RowModel(QAbstractListModel):
    """The rows there are now."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: Sequence[Row] = ()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Have these rows in place of those before."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or not self.rows[index.row()].can_be_chosen:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.rows[index.row()].title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.rows[index.row()].said
        return None


class RowPainter(QStyledItemDelegate):
    """Paints the rows; the matched characters are bold in the accent."""

    def __init__(self, view: Hits) -> None:
        super().__init__(view)
        self.view, self.pictures = view, Pictures()
        self._widths: dict[tuple[str, str, bool], int] = {}
        self._metrics: dict[tuple[str, bool], QFontMetrics] = {}
        self._look: tuple[str, int] = ("", 0)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row = self.view.rows.rows[index.row()]
        return QSize(look.px(200), look.px(HEIGHTS.get(row.kind, HEIGHT)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = self.view.rows.rows[index.row()]
        rect: QRect = option.rect
        if row.kind == "head":
            self._head(painter, rect, row)
        elif row.kind == "nothing":
            self._nothing(painter, rect, row)
        else:
            self._row(painter, rect, row, index.row())

    def check(self) -> None:
        """Forget what was measured when theme or zoom are others than before."""
        self.pictures.check()
        if self._look != (look.theme(), look.zoom()) or len(self._widths) > 4000:
            self._look = (look.theme(), look.zoom())
            self._widths.clear()
            self._metrics.clear()

    def _measure(self, role: str, bold: bool) -> QFontMetrics:
        found = self._metrics.get((role, bold))
        if found is None:
            found = self._metrics[role, bold] = QFontMetrics(look.font(role, bold))
        return found

    def _draw(self, painter: QPainter, x: int, place: QRect, text: str, role: str, bold: bool) -> None:
        """A text from `x` on, in the middle of a place's height: at a point, for to fit it into a rectangle
        Qt lays it out in lines, which takes as long again."""
        metrics = self._measure(role, bold)
        painter.setFont(look.font(role, bold))
        line = metrics.height()
        painter.drawText(x, place.top() + (place.height() - line) // 2 + metrics.ascent(), text)

    def _width(self, text: str, role: str, bold: bool) -> int:
        """How wide a text is; the same ones come again with each letter typed."""
        found = self._widths.get((text, role, bold))
        if found is None:
            found = self._widths[text, role, bold] = self._measure(role, bold).horizontalAdvance(text)
        return found

    def _head(self, painter: QPainter, rect: QRect, row: Row) -> None:
        inner = rect.adjusted(look.px(_MARGIN + _PAD), look.px(6), -look.px(_MARGIN + _PAD), 0)
        painter.setPen(look.colour("text3"))
        self._draw(painter, inner.left(), inner, row.title, "caption", False)
        if row.right:
            x = inner.right() + 1 - self._width(row.right, "caption", False)
            self._draw(painter, x, inner, row.right, "caption", False)

    def _nothing(self, painter: QPainter, rect: QRect, row: Row) -> None:
        side = look.px(40)
        top = rect.top() + look.px(56)
        picture = look.pixmap(row.icon, side, "text3", self.view.devicePixelRatioF())
        painter.drawPixmap(rect.center().x() - side // 2, top, picture)
        for text, role, bold, colour, down in (
            (row.title, "subtitle", True, "text", 56),
            (row.facts, "body", False, "text3", 88),
        ):
            painter.setFont(look.font(role, bold))
            painter.setPen(look.colour(colour))
            place = QRect(
                rect.left() + look.px(24), top + look.px(down), rect.width() - look.px(48), look.px(28)
            )
            width = place.width()
            painter.drawText(place, _CENTRE, self.pictures.elided(text, width, bold, painter.fontMetrics()))

    def _row(self, painter: QPainter, rect: QRect, row: Row, at: int) -> None:
        current, hovered = at == self.view.currentIndex().row(), at == self.view.hovered and row.can_be_chosen
        plate = rect.adjusted(look.px(_MARGIN), 0, -look.px(_MARGIN), 0)
        if current or hovered:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("selected" if current else "hover"))
            painter.drawRoundedRect(plate, look.px(6), look.px(6))
        if current:
            painter.setBrush(look.colour("accent"))
            bar = QRectF(plate.left(), plate.top() + look.px(8), _BAR, plate.height() - 2 * look.px(8))
            painter.drawRoundedRect(bar, 1.5, 1.5)
        inner = plate.adjusted(look.px(_PAD), 0, -look.px(_PAD), 0)
        side = look.px(_PLATE)
        self._picture(
            painter, QRect(inner.left(), inner.center().y() - side // 2 + 1, side, side), row, current
        )
        inner.setLeft(inner.left() + side + look.px(_GAP))
        inner.setRight(self._end(painter, inner, row, current) - look.px(_GAP))
        ink = "text3" if row.kind == "kept" else "text"
        if not row.facts:
            self._text(painter, inner, row.title, row.marks, "body", ink, current)
            return
        upper = QRect(inner.left(), inner.top() + look.px(4), inner.width(), look.px(20))
        lower = QRect(inner.left(), inner.top() + look.px(24), inner.width(), look.px(16))
        self._text(painter, upper, row.title, row.marks, "body", ink, current)
        self._text(
            painter, lower, row.facts, row.fact_marks, "caption", "text2" if current else "text3", False
        )

    def _picture(self, painter: QPainter, place: QRect, row: Row, current: bool) -> None:
        ratio = self.view.devicePixelRatioF()
        if row.letter:
            painter.drawPixmap(place.topLeft(), self.pictures.avatar(row.letter, place.width(), ratio))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("surface" if current else "sunken"))
        painter.drawRoundedRect(place, look.px(4), look.px(4))
        side = look.px(_ICON)
        corner = QPoint(place.center().x() - side // 2 + 1, place.center().y() - side // 2 + 1)
        painter.drawPixmap(corner, look.pixmap(row.icon, side, "text2", ratio))

    def _end(self, painter: QPainter, inner: QRect, row: Row, current: bool) -> int:
        """Paint what stands at the end of the row; where the room before it ends."""
        right = inner.right()
        text, keys = row.right, row.keys
        if current and row.kind in ("record", "setting"):
            text, keys = _("Open"), ("Enter",)
        if text:
            painter.setPen(look.colour("text2"))
            width = self._width(text, "caption", False)
            self._draw(painter, right + 1 - width, inner, text, "caption", False)
            right -= width + look.px(8)
        for key in reversed(keys):
            picture = self.pictures.key(key, self.view.devicePixelRatioF())
            width = round(picture.deviceIndependentSize().width())
            painter.drawPixmap(right - width, inner.center().y() - look.px(10), picture)
            right -= width + look.px(4)
        return right

    def _text(
        self, painter: QPainter, place: QRect, text: str, marks: Spans, role: str, colour: str, bold: bool
    ) -> None:
        """A text in runs, the matched ones bold in the accent, shortened at the end of its room."""
        x, end = place.left(), place.right()
        cuts = sorted({0, len(text), *(at for span in marks for at in span)}) if marks else (0, len(text))
        for start, stop in pairwise(cuts):
            matched = any(a <= start < b for a, b in marks)
            strong = matched or (bold and not marks)
            painter.setPen(look.colour("accent" if matched else colour))
            run = text[start:stop]
            width = self._width(run, role, strong)
            if x + width > end:
                metrics = self._measure(role, strong)
                run = metrics.elidedText(run, Qt.TextElideMode.ElideRight, end - x)
            self._draw(painter, x, place, run, role, strong)
            x += width
            if x > end:
                return


class Hits(QListView):
    """The list. The focus stays in the box above it, which moves the cursor here. chosen(row): clicked."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = RowModel(self)
        self.hovered = -1
        self.setModel(self.rows)
        self.painter = RowPainter(self)
        self.setItemDelegate(self.painter)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.viewport().setMouseTracking(True)
        # nothing behind it is painted with each letter: that is the whole window under the scrim
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_rows(self, rows: Sequence[Row], current: int = 0) -> None:
        """Show these rows, the cursor on the first that can be chosen from `current` on."""
        self.hovered = -1
        self.rows.show_rows(rows)
        self.scrollToTop()
        self.go(current, 1)

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        at = self.currentIndex().row()
        return self.rows.rows[at] if 0 <= at < len(self.rows.rows) else None

    def go(self, at: int, by: int) -> None:
        """Put the cursor on row `at`, or on the next one in direction `by` that can be chosen."""
        rows = self.rows.rows
        while 0 <= at < len(rows) and not rows[at].can_be_chosen:
            at += by
        if 0 <= at < len(rows):
            self.setCurrentIndex(self.rows.index(at))
            if not any(row.can_be_chosen for row in rows[:at]):
                self.scrollToTop()  # the head above it is seen, too
            self.viewport().update()

    def step(self, by: int) -> None:
        """Move the cursor, round the ends."""
        places = [at for at, row in enumerate(self.rows.rows) if row.can_be_chosen]
        if places:
            now = self.currentIndex().row()
            held = places.index(now) if now in places else -1
            self.go(places[(held + by) % len(places)], 1)

    def page(self, by: int) -> None:
        """Move the cursor by what is seen at once, up to the ends."""
        places = [at for at, row in enumerate(self.rows.rows) if row.can_be_chosen]
        if places:
            seen = max(1, self.viewport().height() // look.px(HEIGHT) - 1)
            held = places.index(self.currentIndex().row()) if self.row is not None else 0
            self.go(places[min(max(held + by * seen, 0), len(places) - 1)], 1)

    def end(self, last: bool) -> None:
        """Go to the last row that can be chosen, or to the first."""
        self.go(len(self.rows.rows) - 1 if last else 0, -1 if last else 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painter.check()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), look.colour("surface"))
        painter.end()
        super().paintEvent(event)

    # ---- mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: object) -> None:
        self._hover(-1)

    def _hover(self, at: int) -> None:
        rows = self.rows.rows
        at = at if 0 <= at < len(rows) and rows[at].can_be_chosen else -1
        if at != self.hovered:
            self.hovered = at
            self.viewport().setCursor(
                Qt.CursorShape.PointingHandCursor if at >= 0 else Qt.CursorShape.ArrowCursor
            )
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.indexAt(event.position().toPoint()).row()
        if event.button() == Qt.MouseButton.LeftButton and at >= 0 and self.rows.rows[at].can_be_chosen:
            self.go(at, 1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self.indexAt(event.position().toPoint()).row()
        if event.button() == Qt.MouseButton.LeftButton and 0 <= at == self.currentIndex().row():
            self.chosen.emit(at)
