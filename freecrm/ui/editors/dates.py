"""Editors of days and moments: typed in words, moved by arrows, picked from a calendar."""

from __future__ import annotations

import datetime as dt
from typing import Any

from PySide6.QtCore import QDate, QEvent, QLocale, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QLineEdit, QToolButton

from freecrm.core import date_words, words, yearly
from freecrm.core.fields import Date, Field, Moment
from freecrm.core.words import Said, _
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors.base import ReadEditor
from freecrm.ui.tasks import Tasks

_DAYS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
_MONTHS = {Qt.Key.Key_PageUp: 1, Qt.Key.Key_PageDown: -1}


class Calendar(QCalendarWidget):
    """A month in a window of its own below a line; a day is picked by click or Enter."""

    def __init__(self, below: QLineEdit) -> None:
        super().__init__(below)
        self.below = below
        self.setWindowFlags(Qt.WindowType.Popup)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.ShortDayNames)
        self.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.setLocale(
            QLocale(QLocale.Language.Chinese if words.language() == "zh_CN" else QLocale.Language.English)
        )
        for name, icon in (
            ("qt_calendar_prevmonth", "chevron-left"),
            ("qt_calendar_nextmonth", "chevron-right"),
        ):
            button = self.findChild(QToolButton, name)
            if button is not None:
                button.setIcon(look.icon(icon, 16))
        weekend = self.weekdayTextFormat(Qt.DayOfWeek.Saturday)
        weekend.setForeground(look.colour("text2"))
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.setWeekdayTextFormat(day, weekend)

    def open_at(self, day: dt.date) -> None:
        """Show the month of this day."""
        self.setSelectedDate(QDate(day.year, day.month, day.day))
        self.resize(look.px(280), look.px(240))
        at = self.below.mapToGlobal(QPoint(0, self.below.height() + look.px(2)))
        room = self.below.screen().availableGeometry()
        if at.y() + self.height() > room.bottom():
            at.setY(self.below.mapToGlobal(QPoint(0, 0)).y() - self.height() - look.px(2))
        at.setX(max(min(at.x(), room.right() - self.width()), room.left()))
        self.move(at)
        self.show()
        self.setFocus()


class DateEditor(ReadEditor):
    """A day. What words mean is shown with its weekday before it is taken."""

    def __init__(self, field: Field, store: Store, tasks: Tasks) -> None:
        super().__init__(field, store, tasks)
        self.icon = self.line.addAction(look.icon("calendar", 16), QLineEdit.ActionPosition.TrailingPosition)
        self.icon.triggered.connect(self.open_calendar)
        self.calendar: Calendar | None = None

    def explain(self) -> None:
        self._read()
        text = self.line.text()
        plain = self._held is None or (date_words.is_plain(text) and not self._lies_ahead())
        self.tell("" if plain else self.shown())

    def shown(self) -> str:
        """The value with its weekday; of one that should have been and is still to come, that too."""
        day = date_words.show(self._held)
        return _("{day} is still to come").format(day=day) if self._lies_ahead() else day

    def _lies_ahead(self) -> bool:
        return isinstance(self.field, Date) and self.field.lies_ahead(self._held)

    def read(self, text: str) -> tuple[Any, Said | None]:
        return self.field.read_words(text) if isinstance(self.field, Date) else self.field.read(text)

    # ---- by keys and calendar

    def day(self) -> dt.date:
        """The day that keys and calendar start from: the one in the line, else today."""
        held: Any = self._held
        return held if isinstance(held, dt.date) else date_words.this_day()

    def take_day(self, day: dt.date) -> None:
        """Put a day into the line."""
        self._held, self._why = day, None
        self.line.setText(self.field.show(day))
        self.tell(self.shown())
        self.changed.emit()

    def open_calendar(self) -> None:
        """Let a day be picked."""
        made = Calendar(self.line)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.clicked.connect(self._picked)
        made.activated.connect(self._picked)
        self.calendar = made
        made.open_at(self.day())

    def _picked(self, day: QDate) -> None:
        if self.calendar is not None:
            self.calendar.close()
            self.calendar = None
            self.line.setFocus()
            self.take_day(dt.date(day.year(), day.month(), day.day()))

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
            self.take_day(date_words.this_day())
            return
        day = self.day()
        if key in _DAYS:
            moved = day.toordinal() + _DAYS[key]
            self.take_day(dt.date.fromordinal(min(max(moved, 1), dt.date.max.toordinal())))
        else:
            self.take_day(date_words.add_months(day, _MONTHS[key]))

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
        coming = yearly.next_day(self._held, date_words.this_day())
        day = date_words.show(coming) if coming is not None else ""
        return _("{day}, next on {date}").format(day=self.field.show(self._held), date=day)

    def day(self) -> dt.date:
        what = yearly.parse(self._held) if self._held else None
        if what is None:
            return date_words.this_day()
        if what.year and not what.is_lunar:
            return dt.date.fromisoformat(str(self._held))
        return yearly.next_day(str(self._held), date_words.this_day()) or date_words.this_day()

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

    def read(self, text: str) -> tuple[Any, Said | None]:
        return self.field.read_words(text) if isinstance(self.field, Moment) else self.field.read(text)

    def shown(self) -> str:
        local = self._held.astimezone()
        return f"{date_words.show(local.date())} {local:%H:%M}"

    def day(self) -> dt.date:
        return self._held.astimezone().date() if self._held is not None else date_words.this_day()

    def take_day(self, day: dt.date) -> None:
        clock = self._held.astimezone().time() if self._held is not None else dt.time()
        self._held, self._why = dt.datetime.combine(day, clock).astimezone(dt.UTC), None
        self.line.setText(self.field.show(self._held))
        self.tell(self.shown())
        self.changed.emit()
