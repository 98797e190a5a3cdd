"""The popup at the lower right of the screen: what is to be remembered now, or was missed while nobody was here.

It never takes the focus by itself; a command puts it there, F6 and Esc give it back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.words import _, plural
from freecrm.store.alarms import Alarm
from freecrm.ui import look
from freecrm.ui.parts import announce, icon_button, label, name_button
from freecrm.ui.reminders import place
from freecrm.ui.reminders.card import Card, LaterButton

WIDE, HIGH = 380, 460
MOST = 30  # cards; how many more there are stands below


class ReminderPopup(QFrame):
    """opened, done: one alarm. got, later(alarms, until): several. left: the focus goes back to the window."""

    opened, done, got = Signal(object), Signal(object), Signal(object)
    later = Signal(object, object)
    left = Signal()

    def __init__(self) -> None:
        super().__init__(
            None,
            Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setProperty("reminder", True)
        self.alarms: list[Alarm] = []
        self.cards: dict[object, Card] = {}
        self.was_away = False
        self._summary = ""
        self._build()
        for key in ("F6", "Shift+F6", "Esc"):
            QShortcut(QKeySequence(key), self, self.left.emit)

    def _build(self) -> None:
        self.sign, self.title, self.summary = QLabel(self), label("caption", parent=self), label(parent=self)
        self.summary.setWordWrap(True)
        self.close_button = icon_button("x", self._hide_for_now, 16, self)
        top = QHBoxLayout()
        top.setSpacing(look.px(8))
        top.addWidget(self.sign)
        top.addWidget(self.title, 1)
        top.addWidget(self.close_button)
        self.body = QWidget(self)
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(0, 0, look.px(4), 0)
        self.column.setSpacing(look.px(14))
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(self.body)
        self.more = label("hint", parent=self)
        self.all_got, self.all_later = QPushButton(self), LaterButton(self)
        self.all_got.setProperty("kind", "primary")
        self.all_got.clicked.connect(lambda: self.got.emit(list(self.alarms)))
        self.all_later.chosen.connect(lambda until: self.later.emit(list(self.alarms), until))
        self.foot = QWidget(self)
        row = QHBoxLayout(self.foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(8))
        row.addWidget(self.more, 1)
        for button in (self.all_later, self.all_got):
            button.setProperty("small", True)
            row.addWidget(button)
        self.around = around = QVBoxLayout(self)
        around.setContentsMargins(*(look.px(side) for side in (14, 10, 12, 14)))
        around.setSpacing(look.px(8))
        around.addLayout(top)
        around.addWidget(self.summary)
        around.addWidget(self.area, 1)
        around.addWidget(self.foot)

    # ---- what is shown

    def tell(self, alarms: Sequence[Alarm], summary: str, *, away: bool) -> None:
        """Show these, and only these; nothing hides it. summary: of what kinds they are. away: they came while
        nobody was here."""
        new = {one.key for one in alarms} - {one.key for one in self.alarms}
        self.alarms, self._summary, self.was_away = list(alarms), summary, away
        if not alarms:
            self.hide()
            self._show_cards([])
            return
        self._show_cards(self.alarms[:MOST])
        self.reword()
        self._place()
        if not self.isVisible():
            self.show()
            self._place()  # only now every text knows its height
        if new:
            self.raise_()
            announce(self, self.accessibleName())

    def _show_cards(self, wanted: Sequence[Alarm]) -> None:
        for key in [key for key in self.cards if key not in {one.key for one in wanted}]:
            card = self.cards.pop(key)
            self.column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for at, alarm in enumerate(wanted):
            card = self.cards.get(alarm.key) or self._make(alarm)
            self.cards[alarm.key], card.alarm = card, alarm
            self.column.insertWidget(at, card)
            card.setVisible(True)
            card.show_main(len(wanted) == 1)

    def _make(self, alarm: Alarm) -> Card:
        made = Card(alarm, self.body)
        made.opened.connect(lambda: self.opened.emit(made.alarm))
        made.done.connect(lambda: self.done.emit(made.alarm))
        made.got.connect(lambda: self.got.emit([made.alarm]))
        made.later.connect(lambda until: self.later.emit([made.alarm], until))
        return made

    def tick(self) -> None:
        """Say anew how long it is until then."""
        now = dt.datetime.now(dt.UTC)
        for card in self.cards.values():
            card.tell(now)

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours and the size of the look."""
        n = len(self.alarms)
        away = _("While you were away: {n}").format(n=n)
        self.title.setText(_("FreeCRM · Reminders") if n > 1 else _("FreeCRM · Reminder"))
        self.summary.setText(f"{away} · {self._summary}" if self.was_away else self._summary)
        self.summary.setVisible(n > 1 or self.was_away)
        self.setAccessibleName(f"{self.title.text()}: {self.summary.text()}")
        self.setWindowTitle(self.title.text())
        self.sign.setPixmap(look.pixmap("freecrm", look.px(16), "text2", self.devicePixelRatioF()))
        name_button(self.close_button, _("Again in 10 minutes"), "")
        self.more.setText(plural("and {n} more", "and {n} more", n - MOST) if n > MOST else "")
        self.foot.setVisible(n > 1)
        self.all_got.setText(_("Got it, all"))
        self.all_later.reword()
        self.all_later.setText(_("Snooze all"))
        for card in self.cards.values():
            card.reword()
        if self.isVisible():
            self._place()

    def _hide_for_now(self) -> None:
        until = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)
        self.later.emit(list(self.alarms), until)

    # ---- where it stands

    def _place(self) -> None:
        """Stand at the lower right of the screen, as high as what it shows, at most as HIGH says."""
        wide = place.width_of(look.px(WIDE))
        inner = wide - look.px(14 + 12)
        self.body.setFixedWidth(inner)
        needs = place.height(self.column, inner)
        self.area.setFixedHeight(min(needs, look.px(HIGH), place.free_height() - look.px(150)))
        place.stand(self, self.around, wide)

    def sizeHint(self) -> QSize:
        return QSize(look.px(WIDE), super().sizeHint().height())

    # ---- the keyboard

    def take_focus(self) -> None:
        """Work in it by the keyboard from here on."""
        self.activateWindow()
        self.raise_()
        first = next(iter(self.cards.values()), None)
        if first is not None:
            first.open_button.setFocus(Qt.FocusReason.ShortcutFocusReason)
