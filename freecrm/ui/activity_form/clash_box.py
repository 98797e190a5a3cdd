"""What stands in the way of an activity, and the ways out: other times that all have, or without somebody; below it
when everybody is busy on that day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.words import _
from freecrm.store.activities import day_of, midnight
from freecrm.store.clashes import Slot, Span
from freecrm.ui import look
from freecrm.ui.activity_form import says
from freecrm.ui.activity_form.outlook import Outlook, told_lines
from freecrm.ui.parts import announce, label


class ClashBox(QWidget):
    """slot_wanted(Slot): that time is wanted. without_wanted(id): the activity shall do without this colleague."""

    slot_wanted = Signal(object)
    without_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.outlook: Outlook | None = None
        self._told = ""
        self.plate = QFrame()
        self.plate.setProperty("message", "warning")
        self.picture, self.title, self.lines = QLabel(), label("strong"), label("caption")
        for part in (self.title, self.lines):
            part.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(look.px(2))
        words.addWidget(self.title)
        words.addWidget(self.lines)
        row = QHBoxLayout(self.plate)
        row.setContentsMargins(*(look.px(side) for side in (12, 10, 12, 10)))
        row.setSpacing(look.px(10))
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.ways_title, self.bars_title, self.bars_span = (
            label("caption"),
            label("caption"),
            label("caption"),
        )
        self.ways = QVBoxLayout()
        self.ways.setSpacing(look.px(6))
        self.buttons: list[QPushButton] = []
        self.bars = BusyBars()
        head = QHBoxLayout()
        head.addWidget(self.bars_title)
        head.addStretch(1)
        head.addWidget(self.bars_span)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(6))
        column.addWidget(self.plate)
        column.addSpacing(look.px(4))
        column.addWidget(self.ways_title)
        column.addLayout(self.ways)
        column.addSpacing(look.px(4))
        column.addLayout(head)
        column.addWidget(self.bars)
        self.hide()

    @property
    def slot(self) -> Slot | None:
        """The first time that would do."""
        shown = self.outlook
        return shown.slots[0] if shown is not None and shown.clashes and shown.slots else None

    @property
    def warns(self) -> bool:
        """Whether a clash is shown."""
        return self.outlook is not None and bool(self.outlook.clashes)

    def show_outlook(self, found: Outlook | None) -> None:
        """Show what a draft clashes with; nothing is seen when it is nothing."""
        self.outlook = found
        if not self.warns:
            self._told = ""
            self.hide()
            return
        self.reword()
        self.show()
        told = f"{self.title.text()}. {self.lines.text()}"
        if told != self._told:
            announce(self, told)
        self._told = told

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Keep every line whole: layouts inside one another forget how high wrapped words are."""
        margins, inner = self.plate.layout().contentsMargins(), self.width()  # type: ignore[union-attr]
        inner -= margins.left() + margins.right() + look.px(10) + look.px(20)
        for part in (self.title, self.lines):
            part.setMinimumHeight(part.heightForWidth(max(inner, look.px(60))))
        high = self.title.minimumHeight() + look.px(2) + self.lines.minimumHeight()
        self.plate.setMinimumHeight(high + margins.top() + margins.bottom())

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        shown = self.outlook
        if shown is None or not shown.clashes:
            return
        self.picture.setPixmap(
            look.pixmap("triangle-alert", look.px(20), "warning", self.devicePixelRatioF())
        )
        self.title.setText(_title(shown))
        self.lines.setText("\n".join(told_lines(shown)))
        self._fit()
        self.setAccessibleName(self.title.text())
        self._show_ways(shown)
        opens, closes = self.bars.show_outlook(shown)
        self.bars_title.setText(_("Busy ({since}–{until})").format(since=f"{opens}:00", until=f"{closes}:00"))
        at = shown.clashes[0].at
        end = at + (shown.draft.end - shown.draft.start)
        self.bars_span.setText(f"{says.clock(at)}–{says.clock(end)}")

    def _show_ways(self, shown: Outlook) -> None:
        while (item := self.ways.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self.buttons = []
        self.ways_title.setText(_("Times that would do"))
        for at, slot in enumerate(shown.slots):
            when = (
                f"{says.near(says.local(slot.start).date())} {says.clock(slot.start)}–{says.clock(slot.end)}"
            )
            count = len(shown.draft.people)
            hint = _("all {n} are free").format(n=count) if count > 1 else _("free")
            self._way("clock", when, hint, partial(self.slot_wanted.emit, slot), first=not at)
        away = [one for clash in shown.clashes for one in clash.people if one in shown.draft.users]
        for person in list(dict.fromkeys(away))[:2]:
            text = _("Without {name}, at the same time").format(name=shown.name(person))
            self._way("user-x", text, "", partial(self.without_wanted.emit, person))
        self.ways_title.setVisible(bool(self.buttons))

    def _way(self, icon: str, text: str, hint: str, act: object, *, first: bool = False) -> None:
        made = _Way(icon, text, hint)
        made.setProperty("kind", "way")
        made.setProperty("main", first)
        made.clicked.connect(act)
        self.ways.addWidget(made)
        self.buttons.append(made)


class _Way(QPushButton):
    """A way out: an icon, what it is, and behind it why it would do."""

    def __init__(self, icon: str, text: str, hint: str) -> None:
        super().__init__()
        self.setAccessibleName(f"{text}, {hint}" if hint else text)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look.dress(self, icon, 16)
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(34), 0, look.px(10), 0)
        self.words, self.hint = label("body", text), label("caption", hint)
        self.words.setWordWrap(True)
        self.hint.setVisible(bool(hint))
        for part in (self.words, self.hint):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(self.words, 1)
        row.addWidget(self.hint)

    def sizeHint(self) -> QSize:
        inner = self.layout()
        assert inner is not None
        return QSize(inner.sizeHint().width(), self._high(inner.sizeHint().width()))

    def minimumSizeHint(self) -> QSize:
        inner = self.layout()
        assert inner is not None
        return QSize(look.px(120), super().sizeHint().height())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, wide: int) -> int:
        return self._high(wide)

    def _high(self, wide: int) -> int:
        """As high as its words need; never lower than a button."""
        inner = self.layout()
        assert inner is not None
        return max(super().sizeHint().height(), inner.heightForWidth(wide) + look.px(8))


def _title(shown: Outlook) -> str:
    people = list(dict.fromkeys(one for clash in shown.clashes for one in clash.people))
    rooms = [clash.room for clash in shown.clashes if clash.room is not None]
    if people:
        names = _(", ").join(shown.name(one) for one in people)
        if people == [None]:
            return _("You have something else then")
        busy = _("{name} is busy then") if len(people) == 1 else _("{names} are busy then")
        return busy.format(name=names, names=names)
    return _("“{room}” is taken then").format(room=shown.names.get(rooms[0], "")) if rooms else ""


class BusyBars(QWidget):
    """A bar for each person over the hours of the day, with the time that is wanted framed on all of them."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, list[Span], bool]] = []
        self._own = (0.0, 0.0)
        self._hours = (8, 19)
        self._shown: Outlook | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_outlook(self, shown: Outlook) -> tuple[int, int]:
        """Show who is busy when; the hours that are seen."""
        self._shown = shown
        at = shown.clashes[0].at
        end = at + (shown.draft.end - shown.draft.start)
        first = midnight(day_of(at))
        own = ((at - first).total_seconds() / 3600, (end - first).total_seconds() / 3600)
        opens = min(shown.opens.hour - 1, int(own[0]))
        closes = max(shown.closes.hour + 1, min(-int(-own[1] // 1), 24))
        self._hours, self._own = (max(opens, 0), min(closes, 24)), own
        self._rows = [
            (shown.name(person), spans, person == shown.draft.owner) for person, spans in shown.busy.items()
        ]
        self._first = first
        self.setAccessibleName(_("Who is busy when"))
        self.setAccessibleDescription("\n".join(self._say(name, spans) for name, spans, _mine in self._rows))
        self.updateGeometry()
        self.update()
        return self._hours

    def _say(self, name: str, spans: Sequence[Span]) -> str:
        parts = [f"{says.clock(one.start)}–{says.clock(one.end)} {one.subject}".strip() for one in spans]
        return _("{name}: {times}").format(name=name, times=_(", ").join(parts) or _("nothing planned"))

    def sizeHint(self) -> QSize:
        return QSize(look.px(200), max(len(self._rows), 1) * look.px(27))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(120), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names, high, pitch = self._name_width(), look.px(21), look.px(27)
        for at, (name, spans, mine) in enumerate(self._rows):
            y = at * pitch
            painter.setFont(look.font("caption"))
            painter.setPen(look.colour("text2"))
            metrics = painter.fontMetrics()
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, names - look.px(6))
            painter.drawText(QRectF(0, y, names, high), Qt.AlignmentFlag.AlignVCenter, text)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("sunken"))
            bar = QRectF(names, y, self.width() - names - 1, high)
            painter.drawRoundedRect(bar, look.px(3), look.px(3))
            if mine:
                painter.setBrush(look.colour("accent"))
                painter.drawRoundedRect(self._rect(*self._own, y + look.px(3), high - look.px(6)), 2, 2)
            for span in spans:
                begin, end = self._hour(span.start), self._hour(span.end)
                clash = begin < self._own[1] and end > self._own[0]
                painter.setBrush(look.colour("danger" if clash else "border_strong"))
                inner = self._rect(begin, end, y + look.px(3), high - look.px(6))
                if inner.width() > 0:
                    painter.drawRoundedRect(inner, look.px(2), look.px(2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("accent"), look.px(2)))
            painter.drawRoundedRect(self._rect(*self._own, y + 1, high - 2), look.px(3), look.px(3))
        painter.end()

    def _name_width(self) -> int:
        """Room for the names: as much as they need, up to a third of all."""
        metrics = QFontMetrics(look.font("caption"))
        longest = max((metrics.horizontalAdvance(name) for name, _spans, _mine in self._rows), default=0)
        return max(min(longest + look.px(6) + 1, self.width() // 3), look.px(58))

    def _hour(self, moment: dt.datetime) -> float:
        return (moment - self._first).total_seconds() / 3600

    def _rect(self, begin: float, end: float, y: float, high: float) -> QRectF:
        left = self._name_width()
        wide = self.width() - left - 1
        opens, closes = self._hours
        begin, end = max(begin, opens), min(end, closes)
        scale = wide / max(closes - opens, 1)
        return QRectF(left + (begin - opens) * scale, y, max((end - begin) * scale, 0), high)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = int(event.pos().y() // look.px(27))
            text = self._say(*self._rows[at][:2]) if 0 <= at < len(self._rows) else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)
