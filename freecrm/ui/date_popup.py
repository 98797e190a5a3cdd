"""The calendar below a line of a date: a month with the Chinese days, solar terms and holidays; for a moment the times
of day beside it. By keys alone: arrows, PgUp/PgDn, Tab to the times, Enter takes, Esc leaves everything as it was."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QDate, QEvent, QLocale, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QCalendarWidget,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core import dates, day_words, words, workdays
from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.parts import label

STEP = 30
"""Minutes between the times that are offered."""
_WEEKDAYS = (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday)


class Month(QCalendarWidget):
    """A month whose days say what they are in China's calendar, where that is asked for."""

    def __init__(self, days: workdays.Workdays, chinese: bool) -> None:
        super().__init__()
        self.days, self.chinese = days, chinese
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.ShortDayNames)
        self.setMinimumDate(QDate(dates.FIRST_YEAR, 1, 1))
        self.setMaximumDate(QDate(dates.LAST_YEAR, 12, 31))
        is_chinese = words.language() == "zh_CN"
        self.setLocale(QLocale(QLocale.Language.Chinese if is_chinese else QLocale.Language.English))
        self.setFirstDayOfWeek(Qt.DayOfWeek.Monday)  # the locale has just set its own
        heads = self.headerTextFormat()
        heads.setFont(look.font("caption"))
        self.setHeaderTextFormat(heads)
        for name, icon, told in (
            ("qt_calendar_prevmonth", "chevron-left", _("Month before")),
            ("qt_calendar_nextmonth", "chevron-right", _("Next month")),
        ):
            button = self.findChild(QToolButton, name)
            if button is not None:
                button.setIcon(look.icon(icon, 16))
                button.setToolTip(told)
                button.setAccessibleName(told)
        weekend = self.weekdayTextFormat(Qt.DayOfWeek.Saturday)
        weekend.setForeground(look.colour("text2"))
        weekend.setFont(look.font("caption"))
        for day in _WEEKDAYS:
            self.setWeekdayTextFormat(day, weekend)

    def word(self, day: dt.date) -> str:
        """The word below the number of a day."""
        if not self.chinese:
            return ""
        if words.language() == "zh_CN":
            return workdays.cell_word(day, self.days)
        return self.days.mark(day) or workdays.lunar_word(
            day
        )  # one letter stands in a corner, a word does not

    def paintCell(self, painter: QPainter, rect: QRect, date: QDate | dt.date) -> None:
        """One day: its number, the word of the Chinese calendar, and whether it is off or worked."""
        day = date if isinstance(date, dt.date) else dt.date(date.year(), date.month(), date.day())
        chosen = QDate(day.year, day.month, day.day) == self.selectedDate()
        inside = (day.year, day.month) == (self.yearShown(), self.monthShown())
        mark = self.days.mark(day)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell = rect.adjusted(1, 1, -1, -1)
        self._ground(painter, cell, day, chosen, mark)
        painter.setPen(self._colour(day, chosen, inside, "text" if self.days.is_workday(day) else "text2"))
        painter.setFont(look.font("body", chosen or day == day_words.this_day()))
        word = self.word(day)
        upper = cell.adjusted(0, look.px(2), 0, -cell.height() * 9 // 20) if self.chinese else cell
        if mark and mark != word:
            upper.adjust(0, 0, -look.px(9), 0)  # the corner is taken
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, str(day.day))
        painter.setFont(look.font("caption"))
        if word:
            special = bool(self.days.name(day) or workdays.term(day))
            role = self._mark_role(day) if word == mark else "accent" if special else "text3"
            painter.setPen(self._colour(day, chosen, inside, role))
            lower = cell.adjusted(1, cell.height() // 2, -1, 0)
            text = painter.fontMetrics().elidedText(word, Qt.TextElideMode.ElideRight, lower.width())
            painter.drawText(lower, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)
        if mark and mark != word:
            painter.setPen(self._colour(day, chosen, inside, self._mark_role(day)))
            corner = cell.adjusted(0, look.px(1), -look.px(3), 0)
            painter.drawText(corner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, mark)
        painter.restore()

    def _mark_role(self, day: dt.date) -> str:
        return "info" if self.days.is_made_up(day) else "danger"

    def _ground(self, painter: QPainter, cell: QRect, day: dt.date, chosen: bool, mark: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen:
            painter.setBrush(look.colour("accent"))
        elif mark:
            painter.setBrush(look.colour("info_bg" if self.days.is_made_up(day) else "danger_bg"))
        else:
            painter.setBrush(look.colour("surface"))
        if day == day_words.this_day() and not chosen:
            painter.setPen(QPen(look.colour("accent"), look.px(1)))
        painter.drawRoundedRect(cell, look.px(4), look.px(4))

    def _colour(self, day: dt.date, chosen: bool, inside: bool, role: str) -> QColor:
        if chosen:
            return look.colour("on_accent")
        return look.colour(role if inside else "disabled")


class DatePopup(QFrame):
    """The calendar in a window of its own below a line.

    picked: a day, and the time where there are times (else midnight). looked: a day was clicked that isn't taken yet.
    closed: it has gone. times: whether the time of day is asked for as well."""

    picked = Signal(object, object)
    looked = Signal(object)
    closed = Signal()

    def __init__(
        self,
        below: QLineEdit,
        days: workdays.Workdays,
        *,
        chinese: bool = True,
        times: bool = False,
        begins: dt.time = dt.time(9),
    ) -> None:
        super().__init__(below)
        self.below, self.begins = below, begins
        self.setWindowFlags(Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("kind", "dates")
        self.month = Month(days, chinese)
        self.month.setAccessibleName(_("Calendar"))
        self.told = label("caption", "", self)
        self.told.setWordWrap(True)
        self.list: QListWidget | None = self._times() if times else None
        self._lay_out()
        self.month.selectionChanged.connect(self._tell)
        self.month.clicked.connect(self._clicked)
        self.month.activated.connect(self._take)
        self.month.installEventFilter(self)
        for part in self.month.findChildren(QWidget):
            part.installEventFilter(self)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*[look.px(6)] * 4)
        column.setSpacing(look.px(4))
        row = QHBoxLayout()
        row.setSpacing(look.px(6))
        row.addWidget(self.month, 1)
        if self.list is not None:
            row.addWidget(self.list)
        column.addLayout(row)
        column.addWidget(self.told)
        wide = look.px(364) + (look.px(90) if self.list is not None else 0)
        self.resize(wide, look.px(380 if self.month.chinese else 300))

    def _times(self) -> QListWidget:
        made = QListWidget(self)
        made.setFixedWidth(look.px(84))
        made.setAccessibleName(_("Time of day"))
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for minutes in range(0, 24 * 60, STEP):
            made.addItem(f"{minutes // 60:02d}:{minutes % 60:02d}")
        made.itemClicked.connect(self._time_taken)
        made.itemActivated.connect(self._time_taken)
        made.installEventFilter(self)
        return made

    def open_at(self, day: dt.date, clock: dt.time | None = None) -> None:
        """Show the month of this day; clock: the time that is chosen in the list."""
        self.month.setSelectedDate(QDate(day.year, day.month, day.day))
        self._tell()
        if self.list is not None:
            begin = clock if clock is not None else self.begins
            row = (begin.hour * 60 + begin.minute) // STEP
            self.list.setCurrentRow(row)
        at = self.below.mapToGlobal(QPoint(0, self.below.height() + look.px(2)))
        room = self.below.screen().availableGeometry()
        if at.y() + self.height() > room.bottom():
            at.setY(max(self.below.mapToGlobal(QPoint(0, 0)).y() - self.height() - look.px(2), room.top()))
        at.setX(max(min(at.x(), room.right() - self.width()), room.left()))
        self.move(at)
        self.show()
        if self.list is not None and self.list.currentItem() is not None:
            self.list.scrollToItem(self.list.currentItem(), QListWidget.ScrollHint.PositionAtTop)
        self.month.setFocus()

    def day(self) -> dt.date:
        """The day that is chosen."""
        chosen = self.month.selectedDate()
        return dt.date(chosen.year(), chosen.month(), chosen.day())

    def _tell(self) -> None:
        """Say the chosen day in words: its weekday, the Chinese date, term and holiday."""
        day, days = self.day(), self.month.days
        parts = [day_words.show(day)]
        if self.month.chinese:
            parts += [workdays.lunar_date(day), workdays.term(day)]
            parts.append(days.name(day))
            if days.is_made_up(day):
                parts.append(_("worked for {holiday}").format(holiday=days.made_up_for(day)))
            if not days.known(day.year):
                parts.append(_("holidays of {year} not known yet").format(year=day.year))
        text = " · ".join(part for part in parts if part)
        self.told.setText(text)
        self.month.setAccessibleDescription(text)

    def _clicked(self, _day: QDate) -> None:
        if self.list is None:
            self._take(_day)
            return
        self.looked.emit(self.day())
        self.list.setFocus()

    def _take(self, _day: QDate) -> None:
        self._done(None)

    def _time_taken(self, item: QListWidgetItem) -> None:
        hour, minute = item.text().split(":")
        self._done(dt.time(int(hour), int(minute)))

    def _done(self, clock: dt.time | None) -> None:
        day = self.day()
        self.close()
        self.picked.emit(day, clock)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if key == Qt.Key.Key_Home and watched is not self.list:
                today = day_words.this_day()
                self.month.setSelectedDate(QDate(today.year, today.month, today.day))
                return True
            if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and self.list is not None:
                (self.month if watched is self.list else self.list).setFocus()
                return True
            if key == Qt.Key.Key_Escape:
                self.close()
                return True
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
