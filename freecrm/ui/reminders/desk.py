"""The desk of reminders: watches the clock and the file, and shows what is to be remembered.

One timer wakes at the next reminder, at the latest after a minute: so a computer that slept, or whose clock was set,
is noticed as well. What the popup shows is what the file says is due; nothing is kept here that a crash could lose.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from freecrm.core import quiet
from freecrm.core.change import Touched
from freecrm.core.problems import Known
from freecrm.core.words import _
from freecrm.store import alarm_words, alarms
from freecrm.store.alarms import Alarm
from freecrm.ui import talk
from freecrm.ui.tasks import Latest

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.ui.reminders.popup import ReminderPopup
    from freecrm.ui.reminders.tray import Tray
    from freecrm.ui.window import MainWindow

LOOK_SECONDS = 60.0  # how long it never sleeps
AWAY = dt.timedelta(minutes=3)  # who did not look for so long was asleep
PAUSE = dt.timedelta(hours=1)
_CONCERN = frozenset({"reminder", "activity"})


@dataclass(frozen=True, slots=True)
class Found:
    """What a look found. due: of activities. yearly: None where it was not looked for."""

    due: list[Alarm]
    yearly: list[Alarm] | None
    next: dt.datetime | None


def look(store: Store, now: dt.datetime, me: bytes | None, yearly: bool) -> Found:
    """Ask the file what is due; for a job."""
    return Found(
        alarms.due(store, now, me),
        alarms.yearly(store, now, me) if yearly else None,
        alarms.next_at(store, now),
    )


class ReminderDesk(QObject):
    """Reminders of one window. alarms: what is due, the worst first. leaving: the window is closed for good."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.alarms: list[Alarm] = []
        self.leaving = False
        self.paused_until: dt.datetime | None = None
        self.popup: ReminderPopup | None = None
        self.tray: Tray | None = None
        self._due: list[Alarm] = []
        self._yearly: list[Alarm] = []
        self._yearly_day: dt.date | None = None  # the day whose yearly dates were looked for
        self._noting: set[object] = set()  # what is being written and not in the file yet
        self._last: dt.datetime | None = None
        self._away = True
        self._running = False
        self._asked_for = False  # somebody wants to see them in quiet hours, too
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self.look)
        self._questions = Latest(window.tasks)

    # ---- coming and going

    def start(self) -> None:
        """Watch from here on; what was missed is shown first."""
        self._running = True
        self.show_tray()
        self.look()

    def stop(self) -> None:
        """The window goes: nothing is shown any more, and nothing is lost by it."""
        self._running = False
        QApplication.setQuitOnLastWindowClosed(True)
        self._timer.stop()
        self._questions.drop()
        if self.popup is not None:
            self.popup.hide()
            self.popup.deleteLater()
            self.popup = None
        if self.tray is not None:
            self.tray.remove()
            self.tray = None

    def stays(self) -> bool:
        """Whether closing the window only puts it away: there is a tray, the user wants it, nobody quits."""
        app = QApplication.instance()
        ends = isinstance(app, QGuiApplication) and app.isSavingSession()  # the computer is being shut down
        return self.tray is not None and not self.leaving and not ends

    def put_away(self) -> None:
        """The window was closed into the tray: say once where it went."""
        preferences = self.window.preferences
        QApplication.setQuitOnLastWindowClosed(False)  # a record's own window may be closed after it
        if self.tray is not None and not preferences.flag("tray_told", False):
            self.tray.explain()
            preferences.set_flag("tray_told", True)

    def show_tray(self) -> None:
        """Have the sign beside the clock, where the system has a place for it and the user wants it."""
        from freecrm.ui.reminders import tray

        wanted = self._running and tray.is_there() and bool(self.window.preferences.get("remind.tray"))
        if wanted and self.tray is None:
            self.tray = tray.Tray(self)
        elif not wanted and self.tray is not None:
            self.tray.remove()
            self.tray = None

    def take_setting(self, key: str) -> None:
        """Act on what a setting says now."""
        if key == "remind.tray":
            self.show_tray()
        elif key.startswith("remind.") and self._running:
            self._yearly_day = None
            self.look()

    # ---- looking

    def look(self) -> None:
        """Ask the file what is due, and show it."""
        if not self._running:
            return
        now = dt.datetime.now(dt.UTC)
        if self._last is not None and now - self._last > AWAY:
            self._away = True
        first, self._last = self._last is None, now
        here = now.astimezone()
        morning = first or self._yearly_day is None or here.hour >= alarms.MORNING
        yearly = bool(self.window.preferences.get("remind.yearly"))
        asks = yearly and morning and self._yearly_day != here.date()
        if asks:
            self._yearly_day = here.date()
        elif not yearly:
            self._yearly = []
        self._timer.start(round(LOOK_SECONDS * 1000))
        store = self.window.store
        self._questions.run(look, store, now, store.user, asks, then=self._found)

    def heard(self, touched: Touched | None) -> None:
        """A step of this program, or (None) a write of another one."""
        if not self._running or (touched is not None and not touched.ids.keys() & _CONCERN):
            return
        if touched is None and self._yearly:
            self._yearly_day = None  # another program may have told them
        self._timer.start(0)

    def _found(self, found: Found) -> None:
        if not self._running:
            return
        self._due = found.due
        if found.yearly is not None:
            self._yearly = found.yearly
        now = dt.datetime.now(dt.UTC)
        if found.next is not None:
            seconds = (found.next - now).total_seconds()
            self._timer.start(round(min(max(seconds, 0.25), LOOK_SECONDS) * 1000))
        self._show(now)

    def _show(self, now: dt.datetime) -> None:
        known = {one.key for one in self.alarms}
        waiting = [one for one in (*self._due, *self._yearly) if one.key not in self._noting]
        self.alarms = alarms.worst_first(self.window.store, waiting)
        new = [one for one in self.alarms if one.key not in known]
        if self._is_locked() or (self._is_quiet(now) and not self._asked_for):
            if self.popup is not None:
                self.popup.hide()
            self.alarms = []  # they are new when it is over
            return
        if not self.alarms:
            self._away, self._asked_for = False, False
            if self.popup is not None:
                self.popup.tell([], "", away=False)
            return
        if new and self.window.preferences.get("remind.sound"):
            QApplication.beep()
        away = self._away or (self.popup is not None and self.popup.was_away and self.popup.isVisible())
        self._away = False
        summary = alarm_words.counted(self.window.store, self.alarms)
        self._made_popup().tell(self.alarms, summary, away=away)

    def _is_locked(self) -> bool:
        """Whether the window is behind its lock: a reminder would tell of customers to whoever passes by."""
        return "lock" in self.window.__dict__ and self.window.lock.locked

    def _is_quiet(self, now: dt.datetime) -> bool:
        if self.paused_until is not None and now >= self.paused_until:
            self.pause(False)
        if self.paused_until is not None:
            return True
        get = self.window.preferences.get
        return quiet.until(now.astimezone(), get("remind.quiet_from"), get("remind.quiet_to")) is not None

    def _made_popup(self) -> ReminderPopup:
        if self.popup is None:
            from freecrm.ui.reminders.popup import ReminderPopup

            self.popup = ReminderPopup()
            self.popup.opened.connect(self.open)
            self.popup.done.connect(self.finish)
            self.popup.got.connect(self.got)
            self.popup.later.connect(self.later)
            self.popup.left.connect(self.leave_popup)
        return self.popup

    # ---- what is done about them

    def open(self, alarm: Alarm) -> None:
        """Show the record behind an alarm; whoever looks at it knows."""
        self.window.come_forward()
        self.window.show_id(alarm.entity, alarm.id)
        self.got([alarm])

    def got(self, given: Sequence[Alarm]) -> None:
        """They don't ring again."""
        self._note(given, alarms.seen, given)

    def later(self, given: Sequence[Alarm], until: dt.datetime) -> None:
        """They ring again at `until`."""
        self._note(given, alarms.later, given, until)

    def finish(self, alarm: Alarm) -> None:
        """Ask in the window what came of the activity; the reminder stays until it is saved."""
        from freecrm.ui import activity_desk

        self.window.come_forward()
        activity_desk.finish(self.window, alarm.id, alarm.begins)

    def _note(self, given: Sequence[Alarm], work: Callable[..., object], *args: object) -> None:
        keys = {one.key for one in given}
        self._noting |= keys
        self._yearly = [one for one in self._yearly if one.key not in keys]
        self._show(dt.datetime.now(dt.UTC))

        def over() -> None:
            self._noting -= keys
            self.look()

        def failed(problem: Known) -> None:
            self._yearly_day = None  # they are still to be told
            talk.tell_problem(problem)

        self.window.tasks.run(work, self.window.store, *args, writes=True, failed=failed, finally_=over)

    # ---- told by commands and the tray

    def show(self) -> None:
        """Go to the reminders that wait, in quiet hours, too; say so where there are none."""
        self._asked_for = True
        self._show(dt.datetime.now(dt.UTC))
        if self.alarms and self.popup is not None:
            self.popup.take_focus()
        else:
            self._asked_for = False
            self.window.status.say(_("There is nothing to be reminded of."))

    def leave_popup(self) -> None:
        """Go on in the window, where one was."""
        if self.window.isVisible():
            self.window.activateWindow()
            self.window.raise_()

    def pause(self, yes: bool) -> None:
        """Show no reminder for an hour, or show them again."""
        self.paused_until = dt.datetime.now(dt.UTC) + PAUSE if yes else None
        self.setProperty("paused", yes)
        self._asked_for = False
        self.window.commands.refresh()
        if self.tray is not None:
            self.tray.reword()
        if self._running:
            self._timer.start(0)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        if self.tray is not None:
            self.tray.reword()
        if self.popup is not None and self.alarms:
            summary = alarm_words.counted(self.window.store, self.alarms)
            self.popup.tell(self.alarms, summary, away=self.popup.was_away)
