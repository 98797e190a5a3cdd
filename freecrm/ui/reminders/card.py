"""One reminder in the popup: when and what, from when to when, with whom, and what to do about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from freecrm.core.words import N_, _
from freecrm.store import alarm_words, alarms
from freecrm.store.alarms import Alarm
from freecrm.ui import look
from freecrm.ui.fitting import Elided
from freecrm.ui.parts import label

LATER: tuple[tuple[str, Callable[[dt.datetime], dt.datetime]], ...] = (
    (N_("In 5 minutes"), lambda now: now + dt.timedelta(minutes=5)),
    (N_("In 10 minutes"), lambda now: now + dt.timedelta(minutes=10)),
    (N_("In 1 hour"), lambda now: now + dt.timedelta(hours=1)),
    (N_("Tomorrow 9:00"), alarms.tomorrow),
)
"""To when a reminder may be put off."""


class LaterButton(QPushButton):
    """A button with the times to which something is put off. chosen(until): one of them."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.menu_ = QMenu(self)
        self.actions_ = []
        for text, until in LATER:
            action = self.menu_.addAction(_(text))
            action.triggered.connect(partial(self._choose, until))
            self.actions_.append(action)
        self.setMenu(self.menu_)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands behind the text
        look.dress(self, "chevron-down", 14)

    def _choose(self, until: Callable[[dt.datetime], dt.datetime], _checked: bool = False) -> None:
        self.chosen.emit(until(dt.datetime.now(dt.UTC)))

    def reword(self) -> None:
        """Say it in the language spoken now."""
        self.setText(_("Snooze"))
        for action, (text, _until) in zip(self.actions_, LATER, strict=True):
            action.setText(_(text))


class Card(QFrame):
    """One alarm. opened, done, got: of the three buttons; later(until): put off to then."""

    opened, done, got = Signal(), Signal(), Signal()
    later = Signal(object)

    def __init__(self, alarm: Alarm, parent: QWidget) -> None:
        super().__init__(parent)
        self.alarm = alarm
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.head = label("strong", parent=self)
        self.head.setWordWrap(True)
        self.where, self.who = Elided(), Elided("caption")
        self.open_button, self.later_button = QPushButton(self), LaterButton(self)  # Tab goes in this order
        self.got_button, self.done_button = QPushButton(self), QPushButton(self)
        self.open_button.clicked.connect(lambda: self.opened.emit())
        self.done_button.clicked.connect(lambda: self.done.emit())
        self.got_button.clicked.connect(lambda: self.got.emit())
        self.later_button.chosen.connect(self.later)
        for button in self.buttons():
            button.setProperty("small", True)
        self.done_button.setVisible(not alarm.is_yearly)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(3))
        for part in (self.head, self.where, self.who):
            column.addWidget(part)
        row = QHBoxLayout()
        row.setContentsMargins(0, look.px(6), 0, 0)
        row.setSpacing(look.px(8))
        for button in self.buttons():
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        self.reword()

    def buttons(self) -> tuple[QPushButton, ...]:
        """In the order in which Tab goes."""
        return self.open_button, self.later_button, self.got_button, self.done_button

    def show_main(self, main: bool) -> None:
        """Whether its first button is the one that is mostly pressed: it stands alone."""
        kind = "primary" if main else ""
        if self.open_button.property("kind") != kind:
            self.open_button.setProperty("kind", kind)
            look.refresh(self.open_button)

    def tell(self, now: dt.datetime) -> None:
        """Say how long it is until then, seen from now."""
        self.head.setText(alarm_words.headline(self.alarm, now))
        for line, text in (
            (self.where, alarm_words.where(self.alarm)),
            (self.who, alarm_words.who(self.alarm)),
        ):
            line.setText(text)
            line.setVisible(bool(text))

    def reword(self) -> None:
        """Say it in the language spoken now."""
        self.tell(dt.datetime.now(dt.UTC))
        self.later_button.reword()
        said = {
            self.open_button: _("Open"),
            self.later_button: _("Snooze"),
            self.got_button: _("Got it"),
            self.done_button: _("Done"),
        }
        about = alarm_words.what(self.alarm)
        for button, text in said.items():
            button.setText(text)
            button.setAccessibleName(_("{action}: {what}").format(action=text, what=about))
