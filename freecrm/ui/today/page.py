"""The page of the day: late, due and undated things at the left, customers nobody plans anything with at the right.

It reads anew when a step touches what it shows, every few minutes and at midnight. Every line acts in place; each
act is a step of its own, with its way back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.change import Touched
from freecrm.core.day_words import this_day
from freecrm.core.words import _
from freecrm.store import activities, ageing, carry, first_steps, quotes_waiting, tiles, today
from freecrm.store.activities import Habit
from freecrm.store.ageing import Overdue
from freecrm.store.database import Store
from freecrm.store.occasions import Coming
from freecrm.store.quotes_waiting import Waiting
from freecrm.store.today import Day, Quiet, Todo
from freecrm.ui import look
from freecrm.ui.fitting import Elided
from freecrm.ui.page import Page, Pane, Place
from freecrm.ui.parts import label
from freecrm.ui.tasks import Latest, Tasks
from freecrm.ui.today import words
from freecrm.ui.today.card import Card
from freecrm.ui.today.cards import Cards
from freecrm.ui.today.clock import DayClock
from freecrm.ui.today.line import Line
from freecrm.ui.today.tiles import Tiles

FIGURES_OF = frozenset({"deal", "quote", "stage", "pipeline", "target"})
SHOWN_OF = frozenset(
    {
        "activity",
        "customer",
        "attendee",
        "user",
        "contact",
        "occasion",
        "note",
        "quote",
        "receivable",
        "receipt",
    }
)
ONE_COLUMN = 720  # below this width the columns stand below each other


class TodayPage(Page):
    """open_record(entity, id). view_wanted(entity, key): a list in one of its views. finish_wanted(id): an activity
    is done, its result is wanted. plan_wanted(ids): one activity for each of these customers. begin_wanted(values): the form for one. carry_wanted: move
    what is late. step_wanted(name): one of the first steps. hint_wanted(text): for the status bar. receipt_wanted(id),
    account_wanted(id): of a customer. tile_wanted(Tile): the rows of a figure."""

    open_record = Signal(str, object)
    view_wanted = Signal(str, str)
    finish_wanted = Signal(object)
    plan_wanted = Signal(object)
    begin_wanted = Signal(object)
    carry_wanted = Signal()
    step_wanted = Signal(str)
    limits_wanted = Signal()
    hint_wanted = Signal(str)
    receipt_wanted = Signal(object)
    account_wanted = Signal(object)
    tile_wanted = Signal(object)
    message_at = 1

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.day: Day | None = None
        self.coming: list[Coming] = []
        self.waiting: tuple[list[Waiting], int] = ([], 0)
        self.owing = Overdue()
        self.steps: dict[str, bool] = {}
        self.habits: dict[str, Habit] = {}
        self.unfolded: set[str] = set()
        self.sides: tuple[list[Card], list[Card]] = ([], [])
        self._key: object = None
        self._place = (0, 0)
        self._latest, self._latest_dates, self._latest_tiles = (Latest(tasks) for _n in range(3))
        self._latest_quotes, self._latest_owing = Latest(tasks), Latest(tasks)
        self._build()
        self.clock = DayClock(self)
        self.clock.ticked.connect(self.read)
        self.clock.start()
        self.reword()
        self.read()

    def _build(self) -> None:
        self.hello, self.date, self.count = label("title", "", self), Elided(), Elided("hint")
        self.new_button = QPushButton(self)
        look.dress(self.new_button, "plus", 16)
        self.new_button.clicked.connect(lambda: self.go.emit(Place("new", "activity")))
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (20, 14, 20, 8)))
        head.setSpacing(look.px(12))
        for part in (self.hello, self.date, self.count):
            head.addWidget(part, 0, Qt.AlignmentFlag.AlignBottom)
        head.addStretch(1)
        head.setStretch(2, 1000)
        head.addWidget(self.new_button)
        self.inner = QWidget(self)
        self.columns = QHBoxLayout(self.inner)
        self.columns.setContentsMargins(*(look.px(side) for side in (20, 4, 20, 20)))
        self.columns.setSpacing(look.px(12))
        self.todo_side, self.other_side = QWidget(self.inner), QWidget(self.inner)
        for side in (self.todo_side, self.other_side):
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(look.px(12))
            self.columns.addWidget(side, 1, Qt.AlignmentFlag.AlignTop)
        self.area = QScrollArea(self)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = QWidget(self)
        self.tiles = Tiles(whole)
        self.tiles.wanted.connect(self.tile_wanted)
        above = QVBoxLayout()
        above.setContentsMargins(*(look.px(side) for side in (20, 4, 20, 4)))
        above.addWidget(self.tiles)
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(above)
        rows.addWidget(self.inner)
        rows.addStretch(1)
        self.area.setWidget(whole)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(head)
        self.column.addWidget(self.area, 1)

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    # ---- what it shows

    def read(self) -> None:
        """Read the day anew."""
        day, me = this_day(), self.store.user
        self._latest.run(_whole, self.store, day, me, then=self._show)
        self._latest_dates.run(today.dates, self.store, day, me, then=self._show_dates)
        self._latest_quotes.run(
            quotes_waiting.waiting, self.store, day, me, today.SHOWN, then=self._show_quotes
        )
        self._latest_owing.run(ageing.overdue, self.store, day, me, then=self._show_owing)
        self.read_tiles()

    def read_tiles(self) -> None:
        """Read the figures anew."""
        self._latest_tiles.run(tiles.read, self.store, self.store.user, then=self.tiles.show_tiles)

    def _show(self, found: tuple[Day, dict[str, bool], dict[str, Habit], str]) -> None:
        self.day, self.steps, self.habits, self._name = found
        self._say_head()
        self._lay_out()

    def _show_quotes(self, found: tuple[list[Waiting], int]) -> None:
        same = found == self.waiting
        self.waiting = found
        if not same and self.day is not None:
            self._lay_out()

    def _show_dates(self, found: list[Coming]) -> None:
        same = found == self.coming
        self.coming = found
        if not same and self.day is not None:
            self._lay_out()

    def _show_owing(self, found: Overdue) -> None:
        same = found == self.owing
        self.owing = found
        if not same and self.day is not None:
            self._lay_out()

    def _lay_out(self) -> None:
        """Make the cards anew, the focus where it was."""
        assert self.day is not None
        had_focus = self._holds_focus()
        self.setUpdatesEnabled(False)
        for side in (self.todo_side, self.other_side):
            _clear(side)
        cards = Cards(self, self.inner, dt.datetime.now(dt.UTC))
        day = self.day
        left = [cards.overdue(day)] if day.overdue else []
        left.append(cards.due(day))
        left += [cards.tasks(day)] if day.tasks else []
        right = [cards.first_steps(self.steps, self.step_wanted.emit, self.close_steps)] if self.steps else []
        right += [cards.quotes(self.waiting, day.day)] if self.waiting[1] else []
        right += [cards.owing(self.owing, day.day)] if self.owing.count else []
        right += [cards.silent(day)] if day.silent else []
        right += [cards.idle(day)] if day.idle else []
        right += [cards.dates(self.coming, day.day)] if self.coming else []
        self.sides = (left, right)
        for side, made in ((self.todo_side, left), (self.other_side, right)):
            layout = side.layout()
            assert layout is not None
            for card in made:
                layout.addWidget(card)
                card.show()  # at once, for the focus goes only to what is seen
        self.other_side.setVisible(bool(right))
        for line in self._all():
            line.moved.connect(partial(self._move, line))
            line.crossed.connect(partial(self._cross, line))
            line.focused.connect(self._stands_at)
        self._settle(had_focus)
        self.setUpdatesEnabled(True)
        self.changed.emit()

    def _settle(self, had_focus: bool) -> None:
        """Let the keyboard stop at one line of each side: where it stood, or near."""
        for at, lines in enumerate(self._sides()):
            wanted = next((one for one in lines if one.key == self._key), None)
            if wanted is None and lines:
                wanted = lines[min(self._place[1], len(lines) - 1) if at == self._place[0] else 0]
            if wanted is not None:
                wanted.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                if had_focus and at == self._place[0]:
                    wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def _holds_focus(self) -> bool:
        focus = QGuiApplication.focusObject()
        return isinstance(focus, QWidget) and self.inner.isAncestorOf(focus)

    def _sides(self) -> list[list[Line]]:
        return [[line for card in side for line in card.lines] for side in self.sides]

    def _all(self) -> list[Line]:
        return [line for side in self._sides() for line in side]

    @property
    def lines(self) -> list[Line]:
        """All lines in reading order."""
        return self._all()

    def line_of(self, key: object) -> Line | None:
        """The line that stands for a record: ("activity", id)."""
        return next((line for line in self._all() if line.key == key), None)

    def record_in_hand(self) -> tuple[str, bytes] | None:
        """What the line with the focus is about; None while it is elsewhere."""
        focus = QApplication.focusWidget()
        if focus is None:
            return None
        line = next((one for one in self._all() if one is focus or one.isAncestorOf(focus)), None)
        match line.key if line is not None else None:
            case ("activity" | "customer" | "contact" | "quote") as entity, bytes() as id, *_rest:
                return entity, id
        return None

    # ---- going round

    def _stands_at(self, line: Line) -> None:
        for at, lines in enumerate(self._sides()):
            if line in lines:
                for one in lines:
                    one.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
                line.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                self._key, self._place = line.key, (at, lines.index(line))
        self.area.ensureWidgetVisible(line, 0, look.px(24))

    def _move(self, line: Line, by: int) -> None:
        every = self._all()
        at = every.index(line) + by
        if 0 <= at < len(every):
            every[at].setFocus(Qt.FocusReason.OtherFocusReason)

    def _cross(self, line: Line, by: int) -> None:
        sides = self._sides()
        wanted = sides[1 if by > 0 else 0]
        if line not in wanted and wanted:
            self._current(wanted).setFocus(Qt.FocusReason.OtherFocusReason)

    @staticmethod
    def _current(lines: list[Line]) -> Line:
        return next((one for one in lines if one.focusPolicy() == Qt.FocusPolicy.StrongFocus), lines[0])

    # ---- what a line does

    def finish(self, todo: Todo) -> None:
        """It is done: ask for its result."""
        self.finish_wanted.emit(todo.id)

    def put_off(self, todo: Todo, day: dt.date) -> None:
        """Move it to a day; it keeps its hour."""
        self.tasks.run(carry.later, self.store, todo.id, day, writes=True)

    def drop(self, todo: Todo) -> None:
        """It won't be done."""
        self.tasks.run(activities.drop, self.store, todo.id, writes=True)

    @staticmethod
    def later_text(todo: Todo) -> str:
        """What the question for another day is called."""
        return _("Put off “{name}” to").format(name=todo.subject)

    def offer_days(self, at: QToolButton | QPushButton, title: str, act: Callable[[dt.date], object]) -> None:
        """A menu of days below a button; each does `act`."""
        menu = QMenu(self)
        menu.setAccessibleName(title)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, day in words.days_offered(this_day()):
            menu.addAction(text).triggered.connect(lambda _on=False, day=day: act(day))
        menu.addAction(_("Another day…")).triggered.connect(lambda: self.ask_day(title, act))
        menu.popup(at.mapToGlobal(QPoint(0, at.height())))
        menu.setActiveAction(menu.actions()[0])

    def ask_day(self, title: str, act: Callable[[dt.date], object]) -> None:
        """Let the day be typed in words."""
        from freecrm.ui.today.day_dialog import DayDialog

        made = DayDialog(self, self.store, self.tasks, title, act)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.open()

    def plan_call(self, quiet: Quiet, day: dt.date) -> None:
        """A call with a customer on a day, at no hour."""
        with_owner = self.store.reader().by_ids("customer", [quiet.id], {"owner_user"}).get(quiet.id)
        values = {
            "kind": "call",
            "subject": _("Call {name}").format(name=quiet.name),
            "start": activities.midnight(day),
            "all_day": True,
            "customer": quiet.id,
            "owner_user": self.store.user or (with_owner["owner_user"] if with_owner is not None else None),
        }
        self.tasks.run(activities.plan, self.store, values, writes=True)

    def plan_all(self, grade: str) -> None:
        """A call with every silent customer of a grade."""
        ids = today.silent_ids(self.store, this_day(), self.store.user, grade)
        self.plan_wanted.emit(ids)

    def copy_phone(self, phone: str) -> None:
        """Put the number on the clipboard."""
        QGuiApplication.clipboard().setText(phone)
        self.hint_wanted.emit(_("Copied: {text}").format(text=phone))

    def open(self, entity: str, id: bytes) -> None:
        """Show a record's page."""
        self.open_record.emit(entity, id)

    def show_view(self, entity: str, key: str) -> None:
        """Show a list in one of its views."""
        self.view_wanted.emit(entity, key)

    def show_ageing(self) -> None:
        """Show how old what is owed is."""
        self.go.emit(Place("ageing"))

    def receive(self, id: bytes) -> None:
        """Money came from this customer."""
        self.receipt_wanted.emit(id)

    def show_account(self, id: bytes) -> None:
        """Show what this customer owes."""
        self.account_wanted.emit(id)

    def show_occasions(self) -> None:
        """Show all yearly dates."""
        self.go.emit(Place("occasions"))

    def show_limits(self) -> None:
        """Show the settings that say how long is long."""
        self.limits_wanted.emit()

    def carry_over(self) -> None:
        """Ask where to what is late goes."""
        self.carry_wanted.emit()

    def unfold(self, name: str) -> None:
        """Show all lines of a card that were read."""
        self.unfolded.add(name)
        self._lay_out()

    def close_steps(self) -> None:
        """Show the list of first steps no more."""
        self.tasks.run(first_steps.close, self.store, writes=True, then=lambda _none: self.read())

    # ---- of the window

    def heard(self, touched: Touched | None) -> None:
        if touched is None or SHOWN_OF & touched.ids.keys():
            self.read()
        elif FIGURES_OF & touched.ids.keys():
            self.read_tiles()

    def arrived(self) -> None:
        if self.day is not None:
            self.read()

    def put_away(self) -> None:
        self.clock.stop()

    def crumbs(self) -> list[str]:
        return [_("Today")]

    def summary(self) -> str:
        return self.count.text()

    def hint(self) -> str:
        return _("↑ ↓ ← →: line   Space: done or plan   Enter: open   Shift+F10: all that can be done")

    def focus_first(self) -> None:
        lines = next((side for side in self._sides() if side), [])
        (self._current(lines) if lines else self.new_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_right(self) -> None:
        lines = self._sides()[1]
        if lines:
            self._current(lines).setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[Pane]:
        found: list[Pane] = [(self.todo_side, self.focus_first)]
        if self.tiles.buttons:
            found.insert(0, (self.tiles, self.tiles.focus_first))
        if self._sides()[1]:
            found.append((self.other_side, self._focus_right))
        return found

    def state(self) -> Any:
        return self._key, self._place, self.area.verticalScrollBar().value()

    def restore(self, state: Any) -> None:
        self._key, self._place, value = state
        if self.day is not None:
            self._settle(had_focus=True)
        self.area.verticalScrollBar().setValue(value)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        way = (
            QBoxLayout.Direction.TopToBottom
            if self.width() < look.px(ONE_COLUMN)
            else QBoxLayout.Direction.LeftToRight
        )
        if self.columns.direction() != way:
            self.columns.setDirection(way)

    # ---- words

    _name = ""

    def _say_head(self) -> None:
        now = dt.datetime.now().astimezone()
        self.hello.setText(words.greeting(now, self._name))
        self.date.setText(words.date_line(self.store, now.date()))
        self.count.setText(words.summary(self.day) if self.day is not None else _("Reading…"))

    def reword(self) -> None:
        super().reword()
        self.new_button.setText(_("New activity"))
        self.area.setAccessibleName(_("Today"))
        self.todo_side.setAccessibleName(_("What is to be done"))
        self.other_side.setAccessibleName(_("Whom not to forget"))
        self._say_head()
        if self.day is not None:
            self._lay_out()
            self.read_tiles()


def _whole(
    store: Store, day: dt.date, me: bytes | None
) -> tuple[Day, dict[str, bool], dict[str, Habit], str]:
    """All that the page shows but the yearly dates: they may take longer."""
    name = store.reader().titles("user", {me}).get(me, "") if me is not None else ""
    return today.day(store, day, me), first_steps.done(store), activities.habits(store), name


def _clear(side: QWidget) -> None:
    layout = side.layout()
    assert layout is not None
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
