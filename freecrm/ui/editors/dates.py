"""Editors of days and moments: typed in words, moved by arrows, picked from a calendar."""

from __future__ import annotations

import datetime as dt
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from freecrm.core import date_words, dates, day_words, words, workdays, yearly
from freecrm.core.fields import Date, Field, Moment
from freecrm.core.words import Said, _
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.date_popup import DatePopup
from freecrm.ui.editors.base import ReadEditor
from freecrm.ui.tasks import Tasks

_DAYS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
_MONTHS = {Qt.Key.Key_PageUp: 1, Qt.Key.Key_PageDown: -1}


class DateEditor(ReadEditor):
    """A day. What words mean is shown with its weekday before it is taken."""

    has_times = False  # whether a time of day belongs to it

    def __init__(self, field: Field, store: Store, tasks: Tasks) -> None:
        super().__init__(field, store, tasks)
        self.icon = self.line.addAction(look.icon("calendar", 16), QLineEdit.ActionPosition.TrailingPosition)
        self.icon.triggered.connect(self.open_calendar)
        self.calendar: DatePopup | None = None

    def explain(self) -> None:
        self._read()
        text = self.line.text()
        plain = self._held is None or (date_words.is_plain(text) and not self._lies_ahead())
        self.tell("" if plain else self.shown())

    def shown(self) -> str:
        """The value with its weekday; of one that should have been and is still to come, that too."""
        day = day_words.show(self._held)
        return _("{day} is still to come").format(day=day) if self._lies_ahead() else day

    def _lies_ahead(self) -> bool:
        return isinstance(self.field, Date) and self.field.lies_ahead(self._held)

    def read(self, text: str) -> tuple[Any, Said | None]:
        return self.field.read_words(text) if isinstance(self.field, Date) else self.field.read(text)

    # ---- by keys and calendar

    def day(self) -> dt.date:
        """The day that keys and calendar start from: the one in the line, else today."""
        held: Any = self._held
        return held if isinstance(held, dt.date) else day_words.this_day()

    def take_day(self, day: dt.date) -> None:
        """Put a day into the line."""
        self._held, self._why = day, None
        self.line.setText(self.field.show(day))
        self.tell(self.shown())
        self.changed.emit()

    def open_calendar(self) -> None:
        """Let a day be picked."""
        china = self.store.setting("firm.country") == workdays.CHINA
        made = DatePopup(
            self.line,
            workdays.of(self.store),
            chinese=china or words.language() == "zh_CN",
            times=self.has_times,
            begins=workdays.hours(self.store)[0],
        )
        made.picked.connect(self._picked)
        made.looked.connect(self.take_day)
        made.closed.connect(self._calendar_closed)
        self.calendar = made
        made.open_at(self.day(), self.clock())

    def clock(self) -> dt.time | None:
        """The time of day that the calendar starts from."""
        return None

    def _calendar_closed(self) -> None:
        self.calendar = None

    def _picked(self, day: dt.date, clock: dt.time | None) -> None:
        self.line.setFocus()
        if clock is None:
            self.take_day(day)
        else:
            self.take_moment(day, clock)

    def take_moment(self, day: dt.date, clock: dt.time) -> None:
        """Put a day with a time of day into the line."""
        self.take_day(day)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            if key == Qt.Key.Key_F4 or (alt and key == Qt.Key.Key_Down):
                self.open_calendar()
                return True
            if key in _DAYS or key in _MONTHS:
                self._step(key)
                return True
        return super().eventFilter(watched, event)

    def _step(self, key: Qt.Key) -> None:
        if self._held is None:
            self.take_day(day_words.this_day())
            return
        day = self.day()
        if key in _DAYS:
            moved = day.toordinal() + _DAYS[key]
            self.take_day(dt.date.fromordinal(min(max(moved, 1), dt.date.max.toordinal())))
        else:
            self.take_day(dates.add_months(day, _MONTHS[key]))

    def reword(self) -> None:
        self.icon.setIcon(look.icon("calendar", 16))
        self.icon.setToolTip(_("Calendar (F4)"))
        self.line.setPlaceholderText(_("e.g. 2026-03-25, next Wed, in 3 days"))
        if self.understood.text() and self._held is not None:
            self.tell(self.shown())


class YearlyEditor(DateEditor):
    """A day of the year. How it was read is shown with the next day that it falls on."""

    def read(self, text: str) -> tuple[Any, Said | None]:
        return yearly.read(text)

    def explain(self) -> None:
        self._read()
        self.tell("" if self._held is None else self.shown())

    def shown(self) -> str:
        coming = yearly.next_day(self._held, day_words.this_day())
        day = day_words.show(coming) if coming is not None else ""
        return _("{day}, next on {date}").format(day=self.field.show(self._held), date=day)

    def day(self) -> dt.date:
        what = yearly.parse(self._held) if self._held else None
        if what is None:
            return day_words.this_day()
        if what.year and not what.is_lunar:
            return dt.date.fromisoformat(str(self._held))
        return yearly.next_day(str(self._held), day_words.this_day()) or day_words.this_day()

    def take_day(self, day: dt.date) -> None:
        self._held, self._why = day.isoformat(), None
        self.line.setText(self.field.show(self._held))
        self.tell(self.shown())
        self.changed.emit()

    def reword(self) -> None:
        super().reword()
        self.line.setPlaceholderText(_("e.g. 1985-05-20, 20 May, lunar 8-15"))


class MomentEditor(DateEditor):
    """A day with a time of day."""

    has_times = True

    def read(self, text: str) -> tuple[Any, Said | None]:
        return self.field.read_words(text) if isinstance(self.field, Moment) else self.field.read(text)

    def shown(self) -> str:
        local = self._held.astimezone()
        return f"{day_words.show(local.date())} {local:%H:%M}"

    def day(self) -> dt.date:
        return self._held.astimezone().date() if self._held is not None else day_words.this_day()

    def clock(self) -> dt.time | None:
        return self._held.astimezone().time() if self._held is not None else None

    def take_day(self, day: dt.date) -> None:
        clock = self.clock()
        self.take_moment(day, workdays.hours(self.store)[0] if clock is None else clock)

    def take_moment(self, day: dt.date, clock: dt.time) -> None:
        self._held, self._why = dt.datetime.combine(day, clock).astimezone(dt.UTC), None
        self.line.setText(self.field.show(self._held))
        self.tell(self.shown())
        self.changed.emit()

    def reword(self) -> None:
        super().reword()
        self.line.setPlaceholderText(_("e.g. tomorrow 9:00, next Wed 3pm, 2026-03-25 14:30"))
