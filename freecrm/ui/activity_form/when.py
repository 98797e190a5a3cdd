"""When an activity is: a day, from – to, over several days, all day, or no time yet; read as people say it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from freecrm.core import agenda, date_words, dates, day_words
from freecrm.core.fields import Date, Text, clean
from freecrm.core.record import Typed
from freecrm.core.values import half
from freecrm.core.words import N_, Said, _, say
from freecrm.store.activities import day_of, midnight
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.activity_form import says
from freecrm.ui.editors.base import ReadEditor
from freecrm.ui.editors.dates import DateEditor
from freecrm.ui.editors.flow import Flow
from freecrm.ui.parts import announce, label
from freecrm.ui.tasks import Tasks

CLOCK = 58  # px of a time of day
STEP = 15  # minutes that an arrow moves a time
ONE_DAY = dt.timedelta(days=1)
_SAID = re.compile(r"(?<=[0-9])\s*(?:周|星期|礼拜)?[一二三四五六日天]$|(?<=[0-9])\s+[A-Za-z]{3}$")
_BARE = re.compile(r"([0-9]{1,2})|([0-9]{1,2})([0-9]{2})")
NO_DAY = N_("Say on which day it is, or tick “No time yet”.")
NO_TIME = N_("Say when it begins, or tick “All day” or “No time yet”.")
BACKWARDS = N_(
    "It would end at {end}, before it begins at {start}. Set the end later, or tick “Several days”."
)
BACKWARDS_DAYS = N_("Its last day {end} lies before its first day {start}. Set the last day later.")
NO_CLOCK = N_("“{text}” is no time of day. Type it like 14:30, 3pm or 下午3点.")


class DayEditor(DateEditor):
    """A day, shown as short as it can be said."""

    def as_typed(self, value: Any) -> str:
        return "" if value is None else says.day(value)

    def set_value(self, value: Any) -> None:
        super().set_value(value)
        self.line.setCursorPosition(0)

    def read(self, text: str) -> tuple[Any, Said | None]:
        return super().read(_SAID.sub("", half(text).strip()))  # the weekday that we said ourselves

    def take_day(self, day: dt.date) -> None:
        super().take_day(day)
        self.line.setText(self.as_typed(day))

    def reword(self) -> None:
        super().reword()
        self.line.setPlaceholderText(_("e.g. next Wed"))
        if self._why is None and self._held is not None and not self.line.hasFocus():
            self.set_value(self._held)


class ClockEditor(ReadEditor):
    """A time of day, in words too; arrows move it by a quarter of an hour."""

    def as_typed(self, value: Any) -> str:
        return "" if value is None else f"{value:%H:%M}"

    def read(self, text: str) -> tuple[Any, Said | None]:
        return read_clock(text)

    def problem(self) -> Said | None:
        return self._why if isinstance(self.value(), Typed) else None

    def explain(self) -> None:
        self._read()
        typed = half(self.line.text()).strip()
        plain = self._held is None or typed in (f"{self._held:%H:%M}", f"{self._held.hour}:{self._held:%M}")
        self.tell("" if plain else self.as_typed(self._held))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            by = {Qt.Key.Key_Up: STEP, Qt.Key.Key_Down: -STEP}.get(Qt.Key(event.key()))
            if by is not None and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                self._step(by)
                return True
        return super().eventFilter(watched, event)

    def _step(self, by: int) -> None:
        held: Any = self._held
        at = held.hour * 60 + held.minute if isinstance(held, dt.time) else 9 * 60 - by
        moved = (at // STEP + (1 if by > 0 else 0 if at % STEP else -1)) * STEP
        moved = min(max(moved, 0), 24 * 60 - STEP)
        self._held, self._why = dt.time(moved // 60, moved % 60), None
        self.line.setText(self.as_typed(self._held))
        self.tell("")
        self.changed.emit()


def read_clock(text: str) -> tuple[dt.time | None, Said | None]:
    """The time of day that a text means: 14:30, 930, 9, 3pm, 下午3点半."""
    plain = half(clean(text)).strip()
    if not plain:
        return None, None
    bare = _BARE.fullmatch(plain)
    if bare is not None:
        hour, minute = int(bare[1] or bare[2]), int(bare[3] or 0)
        if (hour, minute) == (24, 0):
            return dt.time(), None
        if hour < 24 and minute < 60:
            return dt.time(hour, minute), None
    elif plain in ("24:00", "24点"):
        return dt.time(), None
    else:
        noon = dt.datetime(2026, 1, 1, 12).astimezone()
        moment, _why = date_words.read_moment(plain, noon)
        if (
            moment is not None
            and moment.astimezone().date() == noon.date()
            and any(c.isdigit() for c in plain)
        ):
            return moment.astimezone().time().replace(tzinfo=None), None
    return None, say(NO_CLOCK, text=plain[:40])


@dataclass(frozen=True, slots=True)
class When:
    """A stretch of time as it is kept. start: None where nobody said when; end: None where nobody said how long."""

    start: dt.datetime | None
    end: dt.datetime | None
    all_day: bool


class WhenEditor(QWidget):
    """changed: something else is in it. left: the focus went out of one of its parts."""

    changed = Signal()
    left = Signal()

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.zone: str | None = None
        self._length: dt.timedelta | None = None
        self.day, self.until = (DayEditor(Date(text), store, tasks) for text in (N_("Day"), N_("Last day")))
        self.begin, self.finish = (
            ClockEditor(Text(text), store, tasks) for text in (N_("From"), N_("Until"))
        )
        self.dash, self.until_label = label("caption", "–"), label("caption")
        self.whole, self.several, self.unset = QCheckBox(), QCheckBox(), QCheckBox()
        self.trouble = label("trouble")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        line = QHBoxLayout()
        line.setSpacing(look.px(4))
        top = Qt.AlignmentFlag.AlignTop
        line.addWidget(self.day, 1, top)
        line.addWidget(self.begin, 0, top)
        line.addWidget(self.dash)
        line.addWidget(self.finish, 0, top)
        self.last = QWidget()
        below = QHBoxLayout(self.last)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(look.px(6))
        below.addWidget(self.until_label)
        below.addWidget(self.until, 1)
        ticks = QWidget()
        flow = Flow(ticks, look.px(12))
        for box in (self.whole, self.several, self.unset):
            box.setParent(ticks)
            flow.addWidget(box)
            box.clicked.connect(self._ticked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(6))
        column.addLayout(line)
        column.addWidget(self.last)
        column.addWidget(self.trouble)
        column.addWidget(ticks)
        for editor, moved in (
            (self.day, self._start_moved),
            (self.begin, self._start_moved),
            (self.finish, self._end_moved),
            (self.until, self._end_moved),
        ):
            editor.changed.connect(moved)
            editor.left.connect(self._left)
        self._show_parts()

    # ---- values

    def set_when(self, start: dt.datetime | None, end: dt.datetime | None, all_day: bool) -> None:
        """Show a stretch of time. Tells nobody."""
        self.unset.setChecked(start is None)
        self.whole.setChecked(all_day)
        last: dt.date | None = None
        if start is None:
            self.day.set_value(None)
            self.begin.set_value(None)
            self.finish.set_value(None)
            self._length = None
        elif all_day:
            first = day_of(start, self.zone)
            self.day.set_value(first)
            self.begin.set_value(None)
            self.finish.set_value(None)
            last = max(day_of(end, self.zone) - ONE_DAY, first) if end is not None else first
            self._length = (last - first) + ONE_DAY
        else:
            begins = says.local(start)
            self.day.set_value(begins.date())
            self.begin.set_value(begins.time().replace(tzinfo=None, microsecond=0))
            self.finish.set_value(says.local(end).time().replace(tzinfo=None, microsecond=0) if end else None)
            last = _last_day(start, end)
            self._length = end - start if end is not None else None
        self.several.setChecked(last is not None and last != self.day.value())
        self.until.set_value(last)
        self.show_problem(None)
        self._show_parts()

    def take(self, start: dt.datetime, end: dt.datetime) -> None:
        """Move to another time, as if it had been typed."""
        self.set_when(start, end, False)
        self.changed.emit()

    def when(self) -> When | None:
        """What is in it; None for what can't be kept yet (see `problem`)."""
        if self.unset.isChecked():
            return When(None, None, False)
        first, last = self.day.value(), self._last()
        if not isinstance(first, dt.date) or not isinstance(last, dt.date):
            return None
        if self.whole.isChecked():
            return When(midnight(first, self.zone), midnight(last + ONE_DAY, self.zone), True)
        begin, finish = self.begin.value(), self.finish.value()
        if not isinstance(begin, dt.time) or not (finish is None or isinstance(finish, dt.time)):
            return None
        start = _moment(first, begin)
        if finish is None:
            return When(start, None, False)
        if finish == dt.time():
            last += ONE_DAY  # until midnight
        return When(start, _moment(last, finish), False)

    def _last(self) -> Any:
        return self.until.value() if self.several.isChecked() else self.day.value()

    def problem(self) -> Said | None:
        """Why what is in it can't be kept, or None."""
        if self.unset.isChecked():
            return None
        timed = not self.whole.isChecked()
        read = [self.day, *([self.until] if self.several.isChecked() else ())]
        for editor in [*read, *([self.begin, self.finish] if timed else ())]:
            why: Said | None = editor.problem()
            if why is not None:
                return why
        if self.day.value() is None or self._last() is None:
            return say(NO_DAY)
        if timed and self.begin.value() is None:
            return say(NO_TIME)
        if max(self.day.value(), self._last()).year >= dates.LAST_YEAR:
            return say(dates.FAR, value=str(self._last()), first=dates.FIRST_YEAR, last=dates.LAST_YEAR - 1)
        found = self.when()
        if found is None or found.start is None or found.end is None or found.end > found.start:
            return None
        if not timed:
            return say(BACKWARDS_DAYS, start=says.day(self.day.value()), end=says.day(self._last()))
        if found.end == found.start and not self.several.isChecked():
            return None  # something that has a time and no length
        return say(BACKWARDS, start=says.time(found.start), end=says.time(found.end))

    def texts(self) -> dict[str, Any]:
        """What was typed, for a draft."""
        return {
            "day": self.day.line.text(),
            "begin": self.begin.line.text(),
            "finish": self.finish.line.text(),
            "until": self.until.line.text(),
            "ticks": [box.isChecked() for box in (self.whole, self.several, self.unset)],
        }

    def set_texts(self, texts: dict[str, Any]) -> None:
        """Go on with what `texts` gave."""
        for box, on in zip((self.whole, self.several, self.unset), texts.get("ticks") or (), strict=False):
            box.setChecked(bool(on))
        for name in ("day", "begin", "finish", "until"):
            getattr(self, name).set_value(Typed(texts.get(name) or ""))
        self._keep_length()
        self._show_parts()

    # ---- moving

    def _start_moved(self) -> None:
        """The end keeps its length."""
        if self._length is not None and self.problem_of_start() is None and self.day.value() is not None:
            if self.whole.isChecked():
                self.until.set_value(self.day.value() + self._length - ONE_DAY)
            elif isinstance(self.begin.value(), dt.time):
                start = _moment(self.day.value(), self.begin.value())
                end = start + self._length
                self.finish.set_value(says.local(end).time().replace(tzinfo=None, microsecond=0))
                last = _last_day(start, end)
                self.until.set_value(last)
                self.several.setChecked(last != self.day.value())
                self._show_parts()
        elif self._length is None:
            if not self.several.isChecked():
                self.until.set_value(self.day.value())
            self._keep_length()
        self._told()

    def problem_of_start(self) -> Said | None:
        """Why its beginning can't be read, or None."""
        return self.day.problem() or (None if self.whole.isChecked() else self.begin.problem())

    def _end_moved(self) -> None:
        self._keep_length()
        self._told()

    def _keep_length(self) -> None:
        found = self.when()
        if (
            found is not None
            and found.start is not None
            and found.end is not None
            and found.end >= found.start
        ):
            self._length = (
                (self._last() - self.day.value()) + ONE_DAY if found.all_day else found.end - found.start
            )

    def set_usual(self, minutes: int) -> None:
        """How long it is by habit, as long as nobody has said otherwise. minutes: 0 = nothing usual."""
        self._length = dt.timedelta(minutes=minutes) if minutes else None
        self._start_moved_quietly()

    def _start_moved_quietly(self) -> None:
        was = self.blockSignals(True)
        self._start_moved()
        self.blockSignals(was)

    def _ticked(self) -> None:
        if self.sender() is self.whole and self.whole.isChecked():
            self.unset.setChecked(False)
            self._length = ONE_DAY * max((self._days() or 1), 1)
        elif self.sender() is self.whole:
            self._length = dt.timedelta(hours=1) if not self.several.isChecked() else None
            if self.begin.value() is None:
                self.begin.set_value(dt.time(9))
                self._start_moved_quietly()
        if self.day.value() is None and not self.unset.isChecked():
            self.day.set_value(day_words.this_day())
        if self.several.isChecked() and self.until.value() is None:
            self.until.set_value(self.day.value())
        self._keep_length()
        self._show_parts()
        self._told()

    def _days(self) -> int | None:
        first, last = self.day.value(), self._last()
        known = isinstance(first, dt.date) and isinstance(last, dt.date)
        return (last - first).days + 1 if known else None

    def _told(self) -> None:
        if self.trouble.isVisibleTo(self):
            self.show_problem(self.problem())
        self.changed.emit()

    def _left(self) -> None:
        typed = any(isinstance(one.value(), Typed) for one in (self.day, self.begin, self.finish, self.until))
        found = self.when()
        backwards = found is not None and self.problem() is not None
        if typed or backwards or self.trouble.isVisibleTo(self):
            self.show_problem(self.problem())
        self.left.emit()

    def show_problem(self, why: Said | None) -> None:
        """Say below it why it can't be kept, or nothing."""
        text = str(why or "")
        if text and text != self.trouble.text():
            announce(self, text)
        self.trouble.setText(text)
        self.trouble.setVisible(why is not None)
        parts = (self.day, self.begin, self.finish, self.until)
        bad = [one for one in parts if one.isVisibleTo(self) and one.problem() is not None]
        if why is not None and not bad:
            blank = [one for one in (self.day, self.begin) if one.isVisibleTo(self) and one.value() is None]
            bad = blank or [self.until if self.whole.isChecked() else self.finish]
        for one in parts:
            one.mark(why is not None and one in bad)
            one.main().setAccessibleDescription(text if one in bad else "")

    # ---- showing

    def _show_parts(self) -> None:
        unset, whole = self.unset.isChecked(), self.whole.isChecked()
        dated: tuple[QWidget, ...] = (self.day, self.whole, self.several)
        timed: tuple[QWidget, ...] = (self.begin, self.dash, self.finish)
        for part in dated:
            part.setVisible(not unset)
        for part in timed:
            part.setVisible(not unset and not whole)
        self.last.setVisible(not unset and self.several.isChecked())

    def focus_first(self) -> None:
        """Put the cursor where something is wrong, else into the day."""
        parts = (self.day, self.begin, self.finish, self.until)
        wrong = next((one for one in parts if one.main().property("wrong")), None)
        if wrong is None and self.unset.isChecked():
            self.unset.setFocus()
        else:
            (wrong or self.day).focus_first()

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        for clock in (self.begin, self.finish):
            clock.setFixedWidth(look.px(CLOCK))
        self.whole.setText(_("All day"))
        self.several.setText(_("Several days"))
        self.unset.setText(_("No time yet"))
        self.until_label.setText(_("Last day"))
        for editor, text in (
            (self.day, N_("Day")),
            (self.begin, N_("From")),
            (self.finish, N_("Until")),
            (self.until, N_("Last day")),
        ):
            editor.reword()
            editor.name(_(text))
            if isinstance(editor, ClockEditor):
                editor.line.setToolTip(_(text))
        if self.trouble.isVisibleTo(self):
            self.show_problem(self.problem())


def _moment(day: dt.date, clock: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, clock, tzinfo=agenda.zone_of(None)).astimezone(dt.UTC)


def _last_day(start: dt.datetime, end: dt.datetime | None) -> dt.date:
    """The last day of it; what ends at midnight still belongs to the day before."""
    first = says.local(start).date()
    if end is None:
        return first
    ends = says.local(end)
    return max(ends.date() - ONE_DAY if ends.time() == dt.time() and end > start else ends.date(), first)
