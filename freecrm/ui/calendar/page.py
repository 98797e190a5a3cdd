"""The calendar page: which time it shows of whom, and what goes on between its parts (`frame.py`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout

from freecrm.core import day_words
from freecrm.core.change import Touched
from freecrm.core.words import _, plural
from freecrm.store.calendar import Item
from freecrm.store.database import Store
from freecrm.ui.calendar import menu as menus
from freecrm.ui.calendar import period, remembered
from freecrm.ui.calendar.acting import Acting
from freecrm.ui.calendar.frame import Frame
from freecrm.ui.calendar.gesture import Target, not_past, with_time
from freecrm.ui.calendar.shown import DAY, Laid, Seen, Shown, choose, read
from freecrm.ui.calendar.spoken import spoken
from freecrm.ui.calendar.view import TimeView
from freecrm.ui.page import Page, Pane
from freecrm.ui.preferences import Preferences
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from freecrm.exchange.printing import Printable

_TOUCHES = ("activity", "attendee", "customer", "user", "resource", "kind_habit", "setting")


class CalendarPage(Page):
    """open_record(entity, id): a record is to be seen. finish_wanted(id, instance): an activity was ticked off."""

    open_record = Signal(str, object)
    finish_wanted = Signal(object, object)

    can_print = True
    makes = "activity"
    message_at = 1

    def __init__(self, store: Store, tasks: Tasks, preferences: Preferences | None = None) -> None:
        super().__init__()
        self.store, self.tasks, self.preferences = store, tasks, preferences
        self.day = day_words.this_day()
        self.view_name = period.WEEK
        self.seen: Seen | None = None
        self.shown = Shown()
        self._latest = Latest(tasks)
        self._people: frozenset[bytes] | None = None
        self._arrived = False
        self._follow: bytes | None = None
        self._since_saved = QElapsedTimer()
        self._build()
        self._remembered()
        self.frame.order_tabs()
        self.reword()
        self.ask()

    def _build(self) -> None:
        self.frame = frame = Frame(self, self.store, self.tasks)
        self.quick, self.head, self.left_pane, self.right = frame.quick, frame.head, frame.left, frame.right
        self.grid, self.views = frame.grid, frame.views
        self.acting = Acting(self.store, self.tasks, frame.stack)
        for view in frame.every:
            self._listen_to(view)
        self._listen()

    def _listen(self) -> None:
        self.head.today_wanted.connect(self.go_today)
        self.head.turned.connect(self.turn)
        self.head.view_wanted.connect(self.show_view)
        self.head.clash_wanted.connect(self.next_clash)
        self.head.left_wanted.connect(self.frame.toggle_left)
        self.frame.splitter.splitterMoved.connect(lambda *_place: self._remember())
        self.quick.made.connect(self._made)
        left = self.left_pane
        left.month.chosen.connect(self.go_to)
        left.month.turned.connect(lambda _day: self.ask())
        left.people_changed.connect(self._people_changed)
        left.waiting.opened.connect(self.open_item)
        left.waiting.held.connect(lambda item, at: self.view.hold(item, at))
        left.waiting.dropped.connect(lambda item, at, fine: self.view.let_go(item, at, fine=fine))
        left.waiting.given_up.connect(lambda: self.view.cancel())
        left.waiting.put_wanted.connect(lambda item: self.acting.place(item, self.view.target()))
        self.right.closed.connect(self._right_closed)
        self.right.changed.connect(self.changed)
        self.right.opened.connect(self.frame.give_right_room)
        self.right.saved.connect(self._saved)
        self.right.finish_wanted.connect(self.finish_wanted)
        self.right.open_record.connect(self.open_record)

    def _listen_to(self, view: TimeView) -> None:
        view.opened.connect(self.open_item)
        view.create_wanted.connect(self.begin_new)
        view.new_wanted.connect(self.begin_new)
        view.placed.connect(lambda item, target, copies: self.acting.place(item, target, copies=copies))
        view.delete_wanted.connect(self.acting.delete)
        view.finish_wanted.connect(self._finish)
        view.turned.connect(self.turn)
        view.today_wanted.connect(self.go_today)
        view.day_wanted.connect(self._show_day)
        view.copied.connect(self._copy)
        view.paste_wanted.connect(self.paste)
        view.more_wanted.connect(partial(menus.popup_hidden, self))
        view.menu_wanted.connect(partial(menus.popup, self))
        view.chosen.connect(self.changed)

    @property
    def message_column(self) -> QVBoxLayout:
        return self.frame.column

    @property
    def view(self) -> TimeView:
        """The view that is shown."""
        return self.views[self.view_name]

    # ---- which time

    def days(self) -> list[dt.date]:
        """The days that the view shows."""
        return period.days_of(self.view_name, self.day)

    def go_to(self, day: dt.date) -> None:
        """Show this day."""
        self.day = day
        self.view.here = self.view.here._replace(day=day)
        self.view.current = None
        if not self.left_pane.month.show_month(day):  # else it was asked as the small month turned
            self.ask()

    def go_today(self) -> None:
        """Show today."""
        self.view.settle()
        self.go_to(day_words.this_day())

    def turn(self, by: int) -> None:
        """Show the time before, or after. A cursor that has left for it already stays where it is."""
        days = self.days()
        cursor = self.view.here.day
        outside = not days[0] <= cursor <= days[-1]
        self.go_to(cursor if outside else period.turned(self.view_name, self.day, by))

    def show_view(self, name: str) -> None:
        """Show the same time in another way."""
        if name not in self.views:
            return
        had_focus = self.view.hasFocus()
        before = self.view
        self.view_name = name
        self.view.here = self.view.here._replace(day=self.day)
        if before is not self.view:
            self.view.current = before.current
        if before is not self.view:
            self.view.settle()
        self.frame.stack.setCurrentWidget(self.view)
        if had_focus:
            self.view.setFocus()
        self.ask()
        self.renamed.emit()

    def _show_day(self, day: dt.date) -> None:
        self.day = day
        self.show_view(period.DAY)
        self.view.setFocus()

    # ---- reading

    def ask(self) -> None:
        """Read what is to be shown."""
        days = self.days()
        self._latest.run(
            read, self.store, days[0], days[-1] + DAY, self.left_pane.month.month, then=self._answered
        )
        self._say_time()

    def _answered(self, seen: Seen) -> None:
        self.seen = seen
        rows, first = self.left_pane.rows, not self.left_pane.rows
        self.left_pane.show_people(seen.people, seen.counts())
        if first:
            self.left_pane.choose(self._people)
        if rows is not self.left_pane.rows:
            self.frame.order_tabs()
        self._show()
        if not self._arrived and self.isVisible():
            self.focus_first()

    def _show(self) -> None:
        """Show what was read, of the people chosen."""
        if self.seen is None:
            return
        days = self.days()
        if (days[0], days[-1] + DAY) != (self.seen.since, self.seen.until):
            return  # the answer to a question that is out of date; the next one is on its way
        people = self.left_pane.people()
        self.shown = choose(self.seen, people)
        self.frame.month.month = self.day
        ids = [person.id for person in self.seen.people if people is None or person.id in people]
        self.frame.team.show_people([*ids, b""] if people is None else ids)
        self.view.empty_words = period.empty_words(self.view_name)
        self.view.show_days(days, self.shown)
        self._choose_made()
        left = self.left_pane
        left.month.show_days(days[0], days[-1])
        left.month.show_counts(self.seen.dots(people))
        left.show_waiting(self.seen.waits(people), self.shown.names, self.shown.places)
        self._say_time()
        self._say_clashes()
        self.changed.emit()

    def _choose_made(self) -> None:
        """Put the cursor on what was made a moment ago."""
        if self._follow is None:
            return
        laid = next((one for one in self.shown.laid if one.item.id == self._follow), None)
        if laid is not None:
            self._follow = None
            self.view.choose(laid)

    def _people_changed(self) -> None:
        self._people = self.left_pane.people()
        self._show()

    def heard(self, touched: Touched | None) -> None:
        if touched is None or any(name in touched.ids for name in _TOUCHES):
            self.ask()
        self.right.heard(touched)

    # ---- what is done

    def make_new(self) -> None:
        self.begin_new()

    def begin_new(self, target: Target | None = None) -> None:
        """Begin a new activity: at a place of the calendar, or at its cursor."""
        target = self._new_target() if target is None else self._timed(target)
        clock = self.shown.clock
        values: dict[str, Any] = {"start": clock.utc(target.start), "all_day": target.all_day}
        if target.end is not None:
            values["end"] = clock.utc(target.end)
        if target.person or self.store.user:
            values["owner_user"] = target.person or self.store.user
        self.right.begin(values)

    def _timed(self, target: Target) -> Target:
        """Among people a new one has a time, too, though their rows have no hours."""
        if self.view is not self.frame.team or not target.all_day or target.end is not None:
            return target
        return self._not_past(with_time(target, self.shown.hours[0]))

    def _not_past(self, target: Target) -> Target:
        return not_past(target, self.shown.clock.wall(dt.datetime.now(dt.UTC)))

    def _new_target(self) -> Target:
        """Where a new one begins: at the cursor, and not before now."""
        return self._not_past(self._timed(self.view.target()))

    def open_item(self, item: Item) -> None:
        """Show an activity at the right, where it can be changed."""
        self.right.show_activity(item.id, item.instance)

    def takes(self, entity: str, id: bytes) -> bool:
        if entity != self.makes:
            return False
        record = self.store.reader().record(entity, id)
        if record is not None and record["open_at"] is not None:
            self._follow = id
            self.go_to(self.shown.clock.wall(record["open_at"]).date())
        self.right.show_activity(id)
        return True

    def _copy(self, item: Item) -> None:
        self.acting.clip = item
        laid = self.shown.by_key.get(item.key)
        if laid is not None:
            QGuiApplication.clipboard().setText(spoken(laid, self.shown))

    def paste(self, target: Target) -> None:
        """Plan what was copied once more at this time."""
        self.acting.paste(target, timed=self.view.timed)

    def _made(self, id: bytes) -> None:
        """Something new was planned: show it."""
        record = self.store.reader().record("activity", id)
        self._follow = id
        if record is not None and record["start"] is not None:
            self.go_to(self.shown.clock.wall(record["start"]).date())
        else:
            self.ask()

    def _saved(self, id: bytes) -> None:
        """The form put an activity into the file: the cursor and the focus go to it where it is in sight."""
        self._follow = id
        self._choose_made()
        self.view.setFocus()
        self._since_saved.start()

    def _finish(self, id: bytes, instance: dt.datetime | None) -> None:
        """An item was ticked off; a second Ctrl+Enter right after the one that saved it was meant for the form."""
        since = self._since_saved
        if not since.isValid() or since.elapsed() > QApplication.doubleClickInterval():
            self.finish_wanted.emit(id, instance)

    def show_laid(self, laid: Laid) -> None:
        """Show an item that the view has no room for."""
        self.view.choose(laid)
        self.open_item(laid.item)

    def next_clash(self) -> None:
        """Go to the next clash of the time shown."""
        order = [laid for laid in self.view.in_order() if laid.item.key in self.shown.clashing]
        if not order:
            return
        here = next((at for at, laid in enumerate(order) if laid.item.key == self.view.current), -1)
        self.view.setFocus()
        self.view.choose(order[(here + 1) % len(order)])

    # ---- the sides

    def _right_closed(self) -> None:
        self.frame.fit()
        self.view.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.frame.fit()

    # ---- words

    def _say_time(self) -> None:
        self.head.show_time(self.view_name, *period.title(self.view_name, self.day))

    def _say_clashes(self) -> None:
        count = self.shown.clashes
        self.head.show_clashes(period.clash_words(self.view_name, count), f"{count:,}")

    def crumbs(self) -> list[str]:
        return [_("Calendar"), _(period.VIEWS[self.view_name])]

    def summary(self) -> str:
        if self.seen is None:
            return _("Reading…")
        laid = self.view.in_order()
        done = sum(one.item.done for one in laid)
        return " · ".join((plural("{n} item", "{n} items", len(laid)), _("{n} done").format(n=done)))

    def selection_words(self) -> str:
        return self.head.clash.accessibleName()

    def hint(self) -> str:
        return _(
            "Tab next item · Enter opens · Ctrl+N new · Alt+arrows move · Alt+Shift+↑/↓ longer or shorter"
        )

    def reword(self) -> None:
        super().reword()
        self.frame.reword()
        self._say_time()
        if self.seen is not None:
            self.ask()  # names of days are in another language
            self._show()

    # ---- paper

    def record_in_hand(self) -> tuple[str, bytes] | None:
        """The activity that is chosen."""
        laid = self.view.laid()
        return ("activity", laid.item.id) if laid is not None else None

    def ids_shown(self) -> list[bytes]:
        """The activities of the time and the people that are shown, in their order."""
        return list(dict.fromkeys(laid.item.id for laid in self.view.in_order()))

    def leaves(self) -> Sequence[tuple[str, bytes | None]]:
        return (("activity", None),)

    def printed(self) -> list[Printable]:
        from freecrm.exchange.calendar_print import printed

        days = self.days()
        people = self.left_pane.people()
        names = [name for id, name in self.shown.names.items() if people is None or id in people]
        return printed(
            self.store,
            period.WEEK if self.view_name == period.TEAM else self.view_name,
            days[0],
            days[-1],
            [laid.item for laid in self.view.in_order()],
            _("everybody") if people is None else ", ".join(names),
            clashing=self.shown.clashing,
            now=self.shown.now,
        )

    # ---- going

    def arrived(self) -> None:
        self.ask()

    def focus_first(self) -> None:
        self._arrived = self.seen is not None
        empty = self._arrived and not self.view.in_order()
        (self.quick.box if empty else self.view).setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[Pane]:
        found: list[Pane] = [(self.head, self.quick.box.setFocus)]
        if self.left_pane.isVisible():
            found.append((self.left_pane, self.left_pane.month.setFocus))
        found.append((self.frame.stack, lambda: self.view.setFocus(Qt.FocusReason.OtherFocusReason)))
        if self.right.is_open:
            found.append((self.right, self.right.focus))
        return found

    def state(self) -> Any:
        self._remember()
        return self.view_name, self.day, self.left_pane.people(), self.view.state()

    def restore(self, state: Any) -> None:
        self.view_name, self.day, self._people, of_view = state
        self.left_pane.choose(self._people)
        self.frame.stack.setCurrentWidget(self.view)
        self.view.restore(of_view)
        if not self.left_pane.month.show_month(self.day):
            self.ask()
        self.view.restore(of_view)
        self.renamed.emit()

    def _remember(self) -> None:
        if self.preferences is not None:
            remembered.keep(self.preferences, self.view_name, self.left_pane.people(), self.frame.right_wide)

    def _remembered(self) -> None:
        if self.preferences is not None:
            view, self._people, self.frame.right_wide = remembered.recall(self.preferences)
            self.view_name = view if view in self.views else period.WEEK
            self.frame.stack.setCurrentWidget(self.view)

    def unsaved(self) -> list[str]:
        return self.right.unsaved()

    def save(self) -> bool:
        return self.right.save()

    def give_up(self) -> None:
        self.right.give_up()

    def put_away(self) -> None:
        self._remember()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.right.is_open and not event.modifiers():
            self.right.close_form()
        else:
            super().keyPressEvent(event)
