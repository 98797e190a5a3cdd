"""The reminders of an activity, as chips: several are possible, none is too."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QSpinBox, QVBoxLayout, QWidget

from freecrm.core.words import N_, Said, _, say
from freecrm.ui import look
from freecrm.ui.activity_form import says
from freecrm.ui.editors.flow import Flow
from freecrm.ui.fitting import ComboBox
from freecrm.ui.parts import icon_button, inset, label, name_button

USUAL = (0, 5, 10, 15, 30, 60, 1440)  # minutes before
UNITS = (
    (N_("minutes before"), 1),
    (N_("hours before"), 60),
    (N_("days before"), 1440),
    (N_("weeks before"), 10080),
)
FAR = 3650 * 1440
MOST = 10


class RemindersEditor(QWidget):
    """The rows of reminders. changed: one was added or taken away."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[dict[str, Any]] = []
        self.whole_day = False
        self.chips = QWidget()
        self.flow = Flow(self.chips, look.px(6), middle=True)
        self.add_button = QPushButton()
        self.add_button.setProperty("chip", "add")
        self.add_button.clicked.connect(self.offer)
        self.menu = QMenu(self)
        self.own = QWidget()
        self.amount, self.unit, self.take_button = QSpinBox(), ComboBox(), QPushButton()
        self.amount.setRange(1, 999)
        self.amount.setValue(2)
        self.take_button.setProperty("small", True)
        self.take_button.clicked.connect(self._take_own)
        line = QHBoxLayout(self.own)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(look.px(6))
        line.addWidget(self.amount)
        line.addWidget(self.unit, 1)
        line.addWidget(self.take_button)
        self.own.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(6))
        column.addWidget(self.chips)
        column.addWidget(self.own)
        self.reword()

    def value(self) -> list[dict[str, Any]]:
        """The rows, as the field keeps them."""
        return [dict(row) for row in self.rows]

    def set_value(self, rows: Any) -> None:
        """Show these rows. Tells nobody."""
        self.rows = [
            {name: value for name, value in row.items() if name in ("id", "before", "seen", "again")}
            for row in rows or ()
        ]
        self._show()

    def set_whole_day(self, yes: bool) -> None:
        """Whether they belong to whole days, whose reminders are times of day."""
        if yes != self.whole_day:
            self.whole_day = yes
            self._show()

    def choices(self) -> list[int]:
        """What is offered, in minutes before."""
        taken = {row["before"] for row in self.rows}
        return [one for one in (says.WHOLE_DAYS if self.whole_day else USUAL) if one not in taken]

    def offer(self) -> None:
        """Open the list of what is usual below the button."""
        self.fill_menu()
        self.menu.popup(self.add_button.mapToGlobal(self.add_button.rect().bottomLeft()))

    def fill_menu(self) -> None:
        self.menu.clear()
        for before in self.choices():
            self.menu.addAction(says.reminder(before, self.whole_day)).triggered.connect(
                partial(self.add, before)
            )
        self.menu.addSeparator()
        self.menu.addAction(_("Other…")).triggered.connect(self._begin_own)
        if self.rows:
            self.menu.addAction(_("No reminder")).triggered.connect(self._clear)

    def add(self, before: int, _checked: bool = False) -> None:
        """One more reminder."""
        if all(row["before"] != before for row in self.rows) and len(self.rows) < MOST:
            self.rows.append({"before": before})
            self._show()
            self.changed.emit()
        self.add_button.setFocus()

    def remove(self, before: int) -> None:
        """One less."""
        self.rows = [row for row in self.rows if row["before"] != before]
        self._show()
        self.add_button.setFocus()
        self.changed.emit()

    def _clear(self) -> None:
        self.rows = []
        self._show()
        self.add_button.setFocus()
        self.changed.emit()

    def _begin_own(self) -> None:
        self.own.show()
        self.amount.setFocus()
        self.amount.selectAll()

    def _take_own(self) -> None:
        self.own.hide()
        self.add(min(self.amount.value() * UNITS[self.unit.currentIndex()][1], FAR))

    def problem(self) -> Said | None:
        """Why they can't be kept, or None."""
        return None if len(self.rows) <= MOST else say(N_("There can be {n} reminders at most."), n=MOST)

    def main(self) -> QWidget:
        """What a label belongs to."""
        return self.add_button

    def _show(self) -> None:
        self.flow.removeWidget(self.add_button)
        self.add_button.setParent(self.chips)
        while (item := self.flow.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for row in sorted(self.rows, key=lambda one: -one["before"]):
            self.flow.addWidget(self._chip(row["before"]))
        self.flow.addWidget(self.add_button)
        self.add_button.setText(("+ " + _("Another")) if self.rows else _("No reminder"))
        self.add_button.setAccessibleName(_("Add a reminder"))
        self.add_button.setVisible(len(self.rows) < MOST)
        self.chips.updateGeometry()

    def _chip(self, before: int) -> QWidget:
        made = QFrame(self.chips)
        made.setProperty("person", True)
        line = QHBoxLayout(made)
        line.setContentsMargins(*(look.px(side) for side in (8, 2, 2, 2)))
        line.setSpacing(look.px(4))
        text = says.reminder(before, self.whole_day)
        line.addWidget(label("", text, made))
        away = icon_button("x", partial(self.remove, before), 14, made)
        away.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        name_button(away, _("Take out: {what}").format(what=text))
        line.addWidget(away)
        return made

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        inset(self.amount)
        at = max(self.unit.currentIndex(), 0)
        self.unit.clear()
        self.unit.addItems([_(text) for text, _minutes in UNITS])
        self.unit.setCurrentIndex(at)
        self.unit.setAccessibleName(_("Unit"))
        for part in (self.amount, self.amount.lineEdit()):
            part.setAccessibleName(_("How long before"))
        self.take_button.setText(_("Take"))
        self._show()
