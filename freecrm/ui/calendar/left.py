"""The left side of the calendar: a small month, whose calendars are seen, and what has no time yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.words import _, plural
from freecrm.store.calendar import Item, Person
from freecrm.ui import look
from freecrm.ui.calendar.small_month import SmallMonth
from freecrm.ui.calendar.spoken import month_title
from freecrm.ui.calendar.tones import contrast, tone
from freecrm.ui.calendar.waiting import Waiting
from freecrm.ui.parts import icon_button, label, name_button

WIDE = 224
_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


class PersonRow(QAbstractButton):
    """One colleague: a box in their colour, their name, how many items they have in the days shown.

    only_wanted: nobody else is to be seen (a click on the name, or Enter)."""

    only_wanted = Signal()

    def __init__(self, person: Person) -> None:
        super().__init__()
        self.person = person
        self.count, self.me = 0, False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def say(self) -> None:
        """Say name and count in the language spoken now."""
        items = plural("{n} item", "{n} items", self.count)
        self.setText(self.person.name)
        self.setAccessibleName(f"{self.person.name} · {items}")
        self.setToolTip(_("Click the name to see only {name}").format(name=self.person.name))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look.px(WIDE - 32), look.px(28))

    def _box(self) -> QRectF:
        side = look.px(16)
        return QRectF(look.px(2), (self.height() - side) / 2, side, side)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        on_name = event.position().x() > self._box().right() + look.px(4) and self.rect().contains(
            event.position().toPoint()
        )
        if on_name and event.button() == Qt.MouseButton.LeftButton:
            self.setDown(False)
            self.only_wanted.emit()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.only_wanted.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, box = tone(self.person.place), self._box()
        if self.underMouse():
            painter.fillRect(self.rect(), look.colour("hover"))
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.edge)
            painter.drawRoundedRect(box, look.px(3), look.px(3))
            white = contrast(look.colour("on_accent"), colours.edge) >= 3
            picture = look.pixmap(
                "check", look.px(14), "on_accent" if white else "text", self.devicePixelRatioF()
            )
            painter.drawPixmap(box.topLeft() + (box.bottomRight() - box.topLeft()) / 16, picture)
        else:
            painter.setBrush(look.colour("surface"))
            painter.setPen(QPen(colours.edge, 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), look.px(3), look.px(3))
        count = plural("{n} item", "{n} items", self.count)
        small = look.font("caption")
        wide = QFontMetricsF(small).horizontalAdvance(count)
        painter.setFont(small)
        painter.setPen(look.colour("text3"))
        painter.drawText(QRectF(self.width() - wide - look.px(2), 0, wide + 2, self.height()), _MIDDLE, count)
        font = look.font("body")
        metrics = QFontMetricsF(font)
        room = self.width() - wide - box.right() - look.px(18)
        name = f"{self.person.name} {_('(me)')}" if self.me else self.person.name
        painter.setFont(font)
        painter.setPen(look.colour("text" if self.isChecked() else "text2"))
        text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(box.right() + look.px(8), 0, room, self.height()), _MIDDLE, text)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("focus"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), look.px(4), look.px(4))


class LeftPane(QScrollArea):
    """people_changed: others are to be seen (`people`)."""

    people_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.me: bytes | None = None
        self.rows: list[PersonRow] = []
        self._people: tuple[Person, ...] = ()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.month = SmallMonth()
        self.month_title = label("strong")
        self.before = icon_button("chevron-left", lambda: self.month.turn(-1), 16)
        self.after = icon_button("chevron-right", lambda: self.month.turn(1), 16)
        self.month.turned.connect(lambda _day: self._say_month())
        self.team_title, self.waiting_title = label("strong"), label("strong")
        self.only_me = QPushButton()
        self.only_me.setProperty("kind", "link")
        self.only_me.clicked.connect(self._only_me)
        self.waiting_count, self.waiting_hint = label("caption"), label("caption")
        self.waiting_hint.setWordWrap(True)
        self.waiting = Waiting()
        self._build()

    def _build(self) -> None:
        self.inside = QWidget()
        self.inside.setProperty("page", True)
        column = QVBoxLayout(self.inside)
        column.setContentsMargins(*(look.px(side) for side in (12, 8, 12, 12)))
        column.setSpacing(look.px(4))
        column.addLayout(_row(self.month_title, None, self.before, self.after))
        column.addWidget(self.month)
        column.addSpacing(look.px(10))
        self.team = QWidget()
        self.team_column = QVBoxLayout(self.team)
        self.team_column.setContentsMargins(0, 0, 0, 0)
        self.team_column.setSpacing(0)
        self.team_column.addLayout(_row(self.team_title, None, self.only_me))
        column.addWidget(self.team)
        column.addSpacing(look.px(10))
        column.addLayout(_row(self.waiting_title, None, self.waiting_count))
        column.addWidget(self.waiting_hint)
        column.addWidget(self.waiting)
        column.addStretch(1)
        self.setWidget(self.inside)

    # ---- people

    def people(self) -> frozenset[bytes] | None:
        """Whose calendars are to be seen; None = everybody's."""
        checked = frozenset(row.person.id for row in self.rows if row.isChecked())
        return None if len(checked) == len(self.rows) else checked

    def show_people(self, people: Sequence[Person], counts: Mapping[bytes, int]) -> None:
        """Who there is, and how much each has in the days shown."""
        if tuple(people) != self._people:
            was = {row.person.id: row.isChecked() for row in self.rows}
            for row in self.rows:
                row.hide()
                row.deleteLater()
            self._people, self.rows = tuple(people), []
            for person in people:
                made = PersonRow(person)
                made.setChecked(was.get(person.id, True))
                made.clicked.connect(lambda _on=False: self.people_changed.emit())
                made.only_wanted.connect(lambda id=person.id: self.show_only(id))
                self.team_column.addWidget(made)
                self.rows.append(made)
        for row in self.rows:
            row.count, row.me = counts.get(row.person.id, 0), row.person.id == self.me
            row.say()
        self.team.setVisible(bool(self.rows))
        self.only_me.setEnabled(True)

    def choose(self, ids: frozenset[bytes] | None) -> None:
        """See only these (None = everybody)."""
        for row in self.rows:
            row.setChecked(ids is None or row.person.id in ids)

    def show_only(self, id: bytes) -> None:
        """See only this one; everybody again where it is so already."""
        self.choose(None if self.people() == frozenset((id,)) else frozenset((id,)))
        self.people_changed.emit()

    def _only_me(self) -> None:
        if self.me is None or self.people() is not None:
            self.choose(None)
        else:
            self.choose(frozenset((self.me,)))
        self.people_changed.emit()
        self._say_only()

    def _say_only(self) -> None:
        narrowed = self.people() is not None
        self.only_me.setText(_("Show everybody") if narrowed else _("Only me"))
        self.only_me.setVisible(narrowed or self.me is not None)

    # ---- what waits

    def show_waiting(
        self, items: list[Item], names: Mapping[bytes, str], places: Mapping[bytes, int]
    ) -> None:
        """What has no time yet."""
        self.waiting.show_items(items, names, places)
        self.waiting_count.setText(str(len(items) or ""))
        self.waiting.setVisible(bool(items))
        hint = _("Drag into the calendar to schedule") if items else _("Nothing waits for a time")
        self.waiting_hint.setText(hint)
        self._say_only()

    # ---- words

    def _say_month(self) -> None:
        self.month_title.setText(month_title(self.month.month))
        self.month.setAccessibleName(_("Small month"))
        self.month.setAccessibleDescription(month_title(self.month.month))

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self.setFixedWidth(look.px(WIDE))
        name_button(self.before, _("The month before"))
        name_button(self.after, _("The month after"))
        self.team_title.setText(_("Team"))
        self.waiting_title.setText(_("Not scheduled"))
        self._say_month()
        self._say_only()
        self.month.updateGeometry()
        for row in self.rows:
            row.say()
            row.updateGeometry()
        self.waiting.reword()


def _row(*parts: QWidget | None) -> QHBoxLayout:
    made = QHBoxLayout()
    made.setSpacing(look.px(4))
    for part in parts:
        if part is None:
            made.addStretch(1)
        else:
            made.addWidget(part)
    return made
