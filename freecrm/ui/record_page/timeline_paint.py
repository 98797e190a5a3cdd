"""How the entries of a timeline are painted, and how high they are."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from freecrm.core.words import _
from freecrm.ui import cells, look
from freecrm.ui.grid_paint import Pictures, chip_colours
from freecrm.ui.record_page.timeline_model import DETAILS_SEEN, Index, TimelineModel
from freecrm.ui.record_page.timeline_words import Part, Row, folded_words

LINES = 6  # of a long text that is folded
LETTERS, MOST_LETTERS = 1200, 20_000
DISC, LEFT, PAD, CHIP = 28, 44, 8, 20
_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere)
_TALL = 1_000_000


class TimelinePainter(QStyledItemDelegate):
    """Measures and paints; what costs is kept in the rows."""

    def __init__(self, view: QListView, model: TimelineModel) -> None:
        super().__init__(view)
        self.view, self.model, self.pictures = view, model, Pictures()

    # ---- heights

    def height(self, row: Row, width: int) -> int:
        """How high a row is at this width."""
        key = (width, self.model.is_unfolded(row), look.zoom())
        known = row.heights.get(key)
        if known is None:
            if len(row.heights) > 8:
                row.heights.clear()
            known = row.heights[key] = self._measure(row, width)
        return known

    def _measure(self, row: Row, width: int) -> int:
        if row.about is None:
            return look.px(34)
        body = QFontMetrics(look.font("body"))
        tall = 2 * look.px(PAD) + body.height()
        if row.text:
            tall += self._text_height(row, width)[0] + look.px(2)
        if row.chips:
            tall += look.px(CHIP + 4)
        shown, folded = self.parts_of(row)
        tall += len(shown) * look.px(CHIP + 4) + (body.height() if folded else 0)
        return max(tall, look.px(DISC + 2 * PAD))

    def parts_of(self, row: Row) -> tuple[list[Part], int]:
        """The changed values that are shown, and how many are folded away."""
        if self.model.is_unfolded(row) or len(row.parts) <= DETAILS_SEEN + 1:
            return row.parts, 0
        return row.parts[:DETAILS_SEEN], len(row.parts) - DETAILS_SEEN

    def _text_height(self, row: Row, width: int) -> tuple[int, bool]:
        """Of a row's text, and whether some of it is folded away."""
        metrics = QFontMetrics(look.font("body"))
        room = self._room(width)
        whole = self.model.is_unfolded(row)
        text = row.text[: MOST_LETTERS if whole else LETTERS]
        tall = metrics.boundingRect(QRect(0, 0, room, _TALL), _WRAP, text).height()
        most = LINES * metrics.lineSpacing() + 1
        if whole or (tall <= most and len(row.text) <= LETTERS):
            return tall, False
        return min(tall, most) + metrics.lineSpacing(), True

    def _room(self, width: int) -> int:
        return max(width - look.px(LEFT) - look.px(12), look.px(60))

    # ---- painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.pictures.check()
        row, rect = self.model.rows[index.row()], QRect(option.rect)
        painter.save()
        if row.about is None:
            self._heading(painter, row, rect)
        else:
            last = index.row() + 1 >= len(self.model.rows)
            follows = not last and self.model.rows[index.row() + 1].about is not None
            self._entry(painter, row, rect, option, follows=follows)
        painter.restore()

    def _heading(self, painter: QPainter, row: Row, rect: QRect) -> None:
        painter.setFont(look.font("caption", bold=True))
        painter.setPen(look.colour("text2"))
        metrics = painter.fontMetrics()
        left, middle = rect.left() + look.px(4), rect.top() + look.px(20)
        painter.drawText(left, middle + metrics.ascent() // 2 - 1, row.head)
        start = left + metrics.horizontalAdvance(row.head) + look.px(10)
        painter.fillRect(QRect(start, middle, rect.right() - look.px(12) - start, 1), look.colour("border"))

    def _entry(
        self, painter: QPainter, row: Row, rect: QRect, option: QStyleOptionViewItem, *, follows: bool
    ) -> None:
        state = option.state
        focused = bool(state & QStyle.StateFlag.State_Selected) and self.view.hasFocus()
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        plate = rect.adjusted(look.px(LEFT - 8), 1, -look.px(4), -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if focused or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("hover"))
            painter.drawRoundedRect(plate, look.px(4), look.px(4))
        self._disc(painter, row, rect, follows=follows)
        x, top = rect.left() + look.px(LEFT), rect.top() + look.px(PAD)
        room = self._room(rect.width())
        top = self._headline(painter, row, QPoint(x, top), room)
        if row.chips:
            top = self._chips(painter, row, QPoint(x, top), room)
        if row.text:
            top = self._text(painter, row, QRect(x, top, room, _TALL), rect.width())
        shown, folded = self.parts_of(row)
        for part in shown:
            top = self._part(painter, part, QPoint(x, top), room)
        if folded:
            painter.setFont(look.font("body"))
            painter.setPen(look.colour("accent"))
            painter.drawText(x, top + painter.fontMetrics().ascent(), folded_words(folded))
        if focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            pen = painter.pen()
            pen.setColor(look.colour("focus"))
            pen.setWidth(2)
            painter.setPen(pen)
            painter.drawRoundedRect(plate.adjusted(1, 1, -1, -1), look.px(4), look.px(4))

    def _disc(self, painter: QPainter, row: Row, rect: QRect, *, follows: bool) -> None:
        side, left = look.px(DISC), rect.left() + look.px(2)
        top = rect.top() + look.px(PAD) - look.px(2)
        if follows:
            middle = left + side // 2
            line = QRect(middle, top + side + look.px(2), 1, rect.bottom() - top - side)
            painter.fillRect(line, look.colour("border"))
        ground, ink = chip_colours(row.tint or "neutral")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour(ground))
        painter.drawEllipse(QRectF(left, top, side, side))
        inner = look.px(16)
        picture = look.pixmap(row.icon, inner, ink, self.view.devicePixelRatioF())
        painter.drawPixmap(left + (side - inner) // 2, top + (side - inner) // 2, picture)

    def _headline(self, painter: QPainter, row: Row, at: QPoint, room: int) -> int:
        painter.setFont(look.font("caption"))
        painter.setPen(look.colour("text2"))
        small = painter.fontMetrics()
        wide = small.horizontalAdvance(row.when)
        body = QFontMetrics(look.font("body"))
        base = at.y() + body.ascent()
        painter.drawText(at.x() + room - wide, base, row.when)
        bold = not row.parts and bool(row.chips or row.text)
        painter.setFont(look.font("body", bold))
        painter.setPen(look.colour("text"))
        left = room - wide - look.px(12)
        painter.drawText(
            at.x(), base, painter.fontMetrics().elidedText(row.head, Qt.TextElideMode.ElideRight, left)
        )
        return at.y() + body.height()

    def _chips(self, painter: QPainter, row: Row, at: QPoint, room: int) -> int:
        x, ratio = at.x(), self.view.devicePixelRatioF()
        top = at.y() + look.px(2)
        for text, tint in row.chips:
            left = at.x() + room - x
            if left < look.px(24):
                break
            if not tint:
                painter.setFont(look.font("caption"))
                painter.setPen(look.colour("text2"))
                painter.drawText(x, top + look.px(14), text)
                x += painter.fontMetrics().horizontalAdvance(text) + look.px(8)
                continue
            short = QFontMetrics(look.font("caption")).elidedText(
                text, Qt.TextElideMode.ElideMiddle, left - look.px(12)
            )
            ground, ink = ("sunken", "text") if tint == "plain" else chip_colours(tint)
            plate = self.pictures.chip(short, ground, ink, left, ratio, single=False)
            painter.drawPixmap(x, top, plate)
            x += round(plate.width() / ratio) + look.px(8)
        return at.y() + look.px(CHIP + 4)

    def _text(self, painter: QPainter, row: Row, rect: QRect, width: int) -> int:
        painter.setFont(look.font("body"))
        painter.setPen(look.colour("text2"))
        tall, folded = self._text_height(row, width)
        line = painter.fontMetrics().lineSpacing()
        shown = tall - line if folded else tall
        box = QRect(rect.left(), rect.top(), rect.width(), shown)
        painter.save()
        painter.setClipRect(box)
        letters = MOST_LETTERS if self.model.is_unfolded(row) else LETTERS
        painter.drawText(QRect(box.topLeft(), QSize(box.width(), _TALL)), _WRAP, row.text[:letters])
        painter.restore()
        if folded:
            painter.setPen(look.colour("accent"))
            base = rect.top() + shown + painter.fontMetrics().ascent()
            painter.drawText(rect.left(), base, _("Show all"))
        return rect.top() + tall + look.px(2)

    def _part(self, painter: QPainter, part: Part, at: QPoint, room: int) -> int:
        """`Grade  B → A`, the new value on a plate."""
        ratio, x, tall = self.view.devicePixelRatioF(), at.x(), look.px(CHIP + 4)
        painter.setFont(look.font("body"))
        painter.setPen(look.colour("text3"))
        metrics = painter.fontMetrics()
        base = at.y() + (tall - metrics.height()) // 2 + metrics.ascent()
        title = metrics.elidedText(part.title, Qt.TextElideMode.ElideRight, room // 2)
        painter.drawText(x, base, title)
        x += metrics.horizontalAdvance(title) + look.px(10)
        for is_new, (text, tint) in enumerate(((part.old, "plain"), (part.new, part.tint))):
            left = at.x() + room - x
            if left < look.px(30):
                break
            if not is_new and not text:
                continue  # what is new has nothing before it
            small = QFontMetrics(look.font("caption"))
            most = min(left, room // 2) - look.px(12)
            short = small.elidedText(text or cells.EMPTY, Qt.TextElideMode.ElideRight, most)
            ground, ink = ("sunken", "text2") if tint == "plain" or not text else chip_colours(tint)
            plate = self.pictures.chip(short, ground, ink, left, ratio, single=False)
            painter.drawPixmap(x, at.y() + look.px(2), plate)
            x += round(plate.width() / ratio) + look.px(6)
            if not is_new and x < at.x() + room - look.px(30):
                painter.setFont(look.font("body"))
                painter.setPen(look.colour("text3"))
                painter.drawText(x, base, "→")
                x += metrics.horizontalAdvance("→") + look.px(6)
        return at.y() + tall
