"""Asks where to what is late goes: today, the next working day, another one; all of it, or only what is ticked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core import workdays
from freecrm.core.day_words import show, this_day
from freecrm.core.words import N_, _, plural
from freecrm.store import today
from freecrm.store.database import Store
from freecrm.store.today import Day
from freecrm.ui import look
from freecrm.ui.parts import label
from freecrm.ui.tasks import Tasks
from freecrm.ui.today import words
from freecrm.ui.today.day_dialog import day_editor

Agreed = Callable[[dt.date, Sequence[bytes] | None], object]


class CarryDialog(QDialog):
    """agreed(day, ids): move these there; ids None: all that is late."""

    def __init__(self, over: QWidget, store: Store, tasks: Tasks, agreed: Agreed) -> None:
        super().__init__(over)
        self.store, self._agreed = store, agreed
        self.found = today.day(store, this_day(), store.user)
        self._build(tasks)
        self._fill(self.found)
        self.reword()
        self.resize(look.px(520), look.px(480))
        (self.list if self.found.overdue else self.cancel_button).setFocus()

    def _build(self, tasks: Tasks) -> None:
        self.head, self.text, self.trouble = (
            label("subtitle", "", self),
            label("hint", "", self),
            label("trouble"),
        )
        self.text.setWordWrap(True)
        self.list = QListWidget(self)
        self.list.setProperty("framed", True)
        self.list.setHorizontalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )  # what is too long ends in "…"
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.itemChanged.connect(lambda _item: self._say())
        self.today_choice, self.next_choice, self.other_choice = (QRadioButton(self) for _choice in range(3))
        self.today_choice.setChecked(True)
        self.other = day_editor(store=self.store, tasks=tasks, title=N_("Day"))
        self.other.setMinimumWidth(look.px(180))
        self.other.changed.connect(lambda: self.other_choice.setChecked(True))
        other = QHBoxLayout()
        other.addWidget(self.other_choice, 0, Qt.AlignmentFlag.AlignTop)
        other.addWidget(self.other, 1)
        self.carry_button, self.cancel_button = QPushButton(self), QPushButton(self)
        self.carry_button.setProperty("kind", "primary")
        self.carry_button.setDefault(True)
        self.carry_button.clicked.connect(self.take)
        self.cancel_button.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.carry_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(8))
        for part in (self.head, self.text, self.list, self.today_choice, self.next_choice):
            column.addWidget(part)
        column.addLayout(other)
        column.addWidget(self.trouble)
        column.addLayout(foot)
        self.trouble.hide()

    def _fill(self, day: Day) -> None:
        now = dt.datetime.now(dt.UTC)
        for todo in day.overdue:
            about, _role = words.about(todo, day.day, now)
            item = QListWidgetItem(f"{todo.subject}  ·  {about}", self.list)
            item.setToolTip(item.text())
            item.setData(Qt.ItemDataRole.UserRole, todo.id)
            item.setCheckState(Qt.CheckState.Checked)

    # ---- what is chosen

    def ids(self) -> list[bytes] | None:
        """Those that are ticked; None: everything that is late, also what is not listed here."""
        items = [self.list.item(at) for at in range(self.list.count())]
        ticked = [item for item in items if item.checkState() == Qt.CheckState.Checked]
        if len(ticked) == len(items):
            return None
        return [item.data(Qt.ItemDataRole.UserRole) for item in ticked]

    def next_workday(self) -> dt.date:
        """The working day after today."""
        return workdays.of(self.store).after(this_day(), 1)

    def day(self) -> dt.date | None:
        """Where to; None where what was typed is no day."""
        if self.today_choice.isChecked():
            return this_day()
        if self.next_choice.isChecked():
            return self.next_workday()
        found = self.other.value() if self.other.unreadable() is None else None
        return found if isinstance(found, dt.date) else None

    def take(self) -> None:
        """Move them, or say what is missing."""
        day, ids = self.day(), self.ids()
        if day is None or day < this_day():
            why = self.other.unreadable()
            past = _("That day is over. Choose today or a later one.")
            missing = _("Type a day: tomorrow, next Wed, in 3 days, 25 March.")
            self.trouble.setText(str(why) if why is not None else past if day is not None else missing)
            self.trouble.show()
            self.other.focus_first()
            return
        if ids == [] or not self.found.overdue:
            return
        self.accept()
        self._agreed(day, ids)

    # ---- words

    def _say(self) -> None:
        ids = self.ids()
        n = self.found.overdue_count if ids is None else len(ids)
        self.carry_button.setEnabled(bool(n))
        if n > today.MOST:
            text = _("Carry all of them over")
        else:
            text = plural("Carry {n} activity over", "Carry {n} activities over", n)
        self.carry_button.setText(text)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        title = _("Carry unfinished over")
        self.setWindowTitle(title)
        self.head.setText(title)
        self.text.setText(
            _(
                "Each keeps its time of day. Of what repeats, the missed times are passed over and the next one counts."
            )
            if self.found.overdue
            else _("Nothing is late. There is nothing to carry over.")
        )
        self.list.setAccessibleName(_("What is late"))
        self.today_choice.setText(_("To today, {day}").format(day=show(this_day())))
        self.next_choice.setText(_("To the next working day, {day}").format(day=show(self.next_workday())))
        self.other_choice.setText(_("To another day"))
        self.cancel_button.setText(_("Cancel"))
        self.other.reword()
        for part in (self.list, self.today_choice, self.next_choice, self.other_choice, self.other):
            part.setVisible(bool(self.found.overdue))
        self.carry_button.setVisible(bool(self.found.overdue))
        self._say()
