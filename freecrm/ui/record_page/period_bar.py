"""Which days of a ledger are shown: everything, this month, own days."""

from __future__ import annotations

import datetime as dt
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from freecrm.core import periods
from freecrm.core.day_words import this_day
from freecrm.core.fields import Date
from freecrm.core.words import N_, Said, _
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors import editor_for
from freecrm.ui.fitting import ComboBox
from freecrm.ui.parts import label
from freecrm.ui.tasks import Tasks

ALL, OWN = "all", "own"
SPANS = (ALL, "this_month", "last_month", "this_year", "last_year", OWN)


class PeriodBar(QWidget):
    """turned: another period is wanted."""

    turned = Signal()

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.period, self.period_label, self.dash = ComboBox(), QLabel(), label("caption", "–")
        for span in SPANS:
            self.period.addItem("", span)
        self.period_label.setBuddy(self.period)
        self.period.currentIndexChanged.connect(lambda _at: self._turn())
        self.days = [editor_for(_day(), store, tasks) for _end in range(2)]
        for editor in self.days:
            editor.changed.connect(self._turn)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(8))
        for part in (self.period_label, self.period, self.days[0], self.dash, self.days[1]):
            row.addWidget(part)
        self._show_days()

    @property
    def own(self) -> bool:
        """Whether days of one's own are asked for."""
        return bool(self.period.currentData() == OWN)

    @property
    def whole(self) -> bool:
        """Whether everything is asked for."""
        return bool(self.period.currentData() == ALL)

    def _show_days(self) -> None:
        for part in (*self.days, self.dash):
            part.setVisible(self.own)

    def _turn(self) -> None:
        self._show_days()
        self.turned.emit()

    def unreadable(self) -> Said | None:
        """Why a day that was typed is none."""
        return next((w for e in self.days if (w := e.unreadable()) is not None), None) if self.own else None

    def span(self) -> tuple[dt.date | None, dt.date | None]:
        """The first and the last day that are shown; None: without an end."""
        key = self.period.currentData()
        if key == ALL:
            return None, None
        if key == OWN:
            first, last = (editor.value() for editor in self.days)
            return (first if isinstance(first, dt.date) else None), (
                last if isinstance(last, dt.date) else None
            )
        return periods.span(key, this_day())

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        return [self.period, *(editor.main() for editor in self.days if not editor.isHidden())]

    def state(self) -> Any:
        """What is chosen."""
        return self.period.currentData(), [editor.value() for editor in self.days]

    def restore(self, state: Any) -> None:
        """Choose it again."""
        span, days = state
        for editor, day in zip(self.days, days, strict=True):
            editor.set_value(day)
        self.period.setCurrentIndex(SPANS.index(span))

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        own = {ALL: _("Everything"), OWN: _("Own days")}
        for at, span in enumerate(SPANS):
            self.period.setItemText(at, own.get(span) or periods.title(span))
        self.period_label.setText(_("Period"))
        for editor, text in zip(self.days, (_("From"), _("Until")), strict=True):
            editor.name(text)
            editor.reword()


def _day() -> Date:
    made = Date(N_("Day"))
    made.name, made.entity = "day", ""
    return made
