"""The tabs of a record's page: a table from what a tab shows to the widget, made when it is first opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from freecrm.core.fields import LongText
from freecrm.core.module import List
from freecrm.core.pieces import (
    Account,
    Changes,
    Children,
    Doings,
    Entry,
    Held,
    Ledger,
    Lines,
    Linked,
    People,
    Relations,
    Stages,
    Tab,
)
from freecrm.core.query import Where
from freecrm.core.words import _, inside
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.grid import Grid
from freecrm.ui.list_model import ListModel
from freecrm.ui.record_history import RecordHistory
from freecrm.ui.record_page.empty import EmptyTab
from freecrm.ui.record_page.relations_tab import RelationsTab
from freecrm.ui.record_page.rows_tab import FilesTab, PeopleTab
from freecrm.ui.record_page.timeline import TimelineBox
from freecrm.ui.tabs import tab_order
from freecrm.ui.tasks import Tasks

if TYPE_CHECKING:
    from freecrm.ui.record_page.page import RecordPage


class EntriesTab(QWidget):
    """The timeline with one kind of entries, such as the notes. begin: the first one is to be written."""

    begin = Signal()

    def __init__(self, store: Store, tasks: Tasks, entity: str, id: bytes, tab: Tab) -> None:
        super().__init__()
        show = tab.show
        assert isinstance(show, Children)
        of = show.of
        entries = [one for one in store.pieces(entity, Entry) if one.of == of]
        self.box = TimelineBox(store, tasks, entity, id, entries, changes=False, title=tab.label)
        self.nothing = EmptyTab("square-pen", self.begin.emit)
        self.box.fill_with(self.nothing)
        self._say()
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (16, 10, 16, 0)))
        column.addWidget(self.box)

    def load(self, id: bytes) -> None:
        """Show the entries of this record."""
        if id != self.box.model.id:
            self.box.model.show_id(id)
        else:
            self.box.load()

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        return [self.nothing.button, *self.box.inputs()]

    def _say(self) -> None:
        text = _("What was agreed, what to remember: every note stands here, with its day.")
        self.nothing.say(self.box.heading.text(), text, _("Write the first note"))

    def state(self) -> Any:
        """What is shown, and how far it is scrolled."""
        return self.box.state()

    def restore(self, state: Any) -> None:
        """Show it as it was."""
        self.box.restore(state)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.box.reword()
        self._say()


class LinkedTab(QWidget):
    """A list of the records whose link this record is, in the widget of all lists.

    open_record(entity, id): one of them was opened. add_wanted: a new one."""

    open_record = Signal(str, object)
    add_wanted = Signal()

    def __init__(self, store: Store, tasks: Tasks, id: bytes, tab: Tab) -> None:
        super().__init__()
        show = tab.show
        assert isinstance(show, Linked)
        self.store, self.show_, self.tab = store, show, tab
        self.page = List(show.of, show.columns, show.sort)
        self.model = ListModel(store, tasks, self.page, self)
        self.grid = Grid(self.model, tasks)
        self.grid.sort_wanted.connect(self._sort)
        self.grid.opened.connect(self._opened)
        self.add_button = QPushButton()
        self.nothing = EmptyTab(store.schema.entity(show.of).icon, self.add_wanted.emit)
        self.add_button.setProperty("small", True)
        look.dress(self.add_button, "plus", 16)
        self.add_button.clicked.connect(lambda: self.add_wanted.emit())
        self.model.counted.connect(lambda shown, _total: self._counted(shown))
        top = QHBoxLayout()
        top.addWidget(self.add_button)
        top.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (16, 10, 16, 12)))
        column.setSpacing(look.px(8))
        column.addLayout(top)
        column.addWidget(self.nothing, 1)
        column.addWidget(self.grid, 1)
        self.reword()

    def load(self, id: bytes) -> None:
        """Show the records of this one."""
        from dataclasses import replace

        self.model.query = replace(self.model.query, where=Where(self.show_.by, "=", id))
        self.model.reread()
        self.model.ask()

    def _counted(self, shown: int) -> None:
        self.nothing.setVisible(not shown)
        self.add_button.setVisible(bool(shown))
        self.grid.setVisible(bool(shown))

    def _sort(self, name: str, down: bool) -> None:
        self.model.sort_by(name, down)
        self.grid.show_sort()

    def _opened(self) -> None:
        ids = self.store.reader().ids_of(self.page.entity, [self.grid.current_n()])
        if ids:
            self.open_record.emit(self.page.entity, ids[0])

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        return [self.add_button, self.grid, self.nothing.button]

    def state(self) -> Any:
        """The order, and how far it is scrolled."""
        return self.model.query.sort, self.grid.verticalScrollBar().value()

    def restore(self, state: Any) -> None:
        """Show it as it was."""
        if state[0]:
            self._sort(state[0][0].field, state[0][0].down)
        self.grid.verticalScrollBar().setValue(state[1])

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        declared = self.store.schema.entity(self.page.entity)
        self.grid.setAccessibleName(_(declared.plural))
        self.add_button.setText(_("New {thing}").format(thing=inside(_(declared.label))))
        text = _("{things} in which this record is named as “{field}” stand here.")
        by = self.store.schema.fields(self.page.entity)[self.show_.by]
        said = text.format(things=_(declared.plural), field=by.title)
        self.nothing.say(_(self.tab.label), said, self.add_button.text())


class ChangesTab(RecordHistory):
    """The life of the record: its changes by step, and how it was on a day."""

    def load(self, id: bytes) -> None:
        """Show the life of this record; that of the one shown is only read anew."""
        if id == self.id:
            self.heard(None)
        else:
            self.show_record(self.entity, id)

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        return tab_order(self)

    def state(self) -> Any:
        """The day that is looked at."""
        return self.day.value()

    def restore(self, state: Any) -> None:
        """Look at this day again."""
        if isinstance(state, dt.date):
            self.show_day(state)


def _changes(page: RecordPage, _tab: Tab) -> QWidget:
    made = ChangesTab(page.store, page.tasks)
    made.entity = page.entity.entity
    made.ask_beyond = page.ask_beyond
    made.step_wanted.connect(page.step_wanted)
    return made


def _entries(page: RecordPage, tab: Tab) -> QWidget:
    made = EntriesTab(page.store, page.tasks, page.entity.entity, page.id, tab)
    made.begin.connect(page.begin_note)
    made.box.view.act.connect(page.act)
    made.box.view.opened.connect(lambda about: page.act("open", about))
    return made


def _children(page: RecordPage, tab: Tab) -> QWidget:
    show = tab.show
    assert isinstance(show, Children)
    if any(isinstance(f, LongText) for f in page.store.schema.fields(show.of).values()):
        return _entries(page, tab)
    made = FilesTab(page.store, page.tasks, page.id, show.of)
    made.act.connect(page.act_on_file)
    made.add_wanted.connect(page.choose_file)
    return made


def _people(page: RecordPage, tab: Tab) -> QWidget:
    show = tab.show
    assert isinstance(show, People)
    made = PeopleTab(page.store, page.tasks, page.id, show)
    made.open_record.connect(page.open_record)
    made.add_wanted.connect(lambda: page.begin_person(show))
    made.act.connect(lambda _verb, line: page.remove_row(show.of, line.id))
    return made


def _linked(page: RecordPage, tab: Tab) -> QWidget:
    show = tab.show
    assert isinstance(show, Linked)
    made = LinkedTab(page.store, page.tasks, page.id, tab)
    made.open_record.connect(page.open_record)
    made.add_wanted.connect(lambda: page.begin_new(show.of, {show.by: page.id}))
    return made


def _relations(page: RecordPage, tab: Tab) -> QWidget:
    show = tab.show
    assert isinstance(show, Relations)
    made = RelationsTab(page.store, page.tasks, page.entity.entity, page.id, show)
    made.open_record.connect(page.open_record)
    made.remove.connect(page.remove_row)
    return made


def _ledger(page: RecordPage, _tab: Tab) -> QWidget:
    from freecrm.ui.record_page.points_tab import PointsTab

    made = PointsTab(page.store, page.tasks, page.id, lambda: page.name)
    made.changed.connect(page.changed)
    made.shown.connect(page.order_inputs)
    made.print_wanted.connect(page.print_wanted)
    return made


def _doings(page: RecordPage, tab: Tab) -> QWidget:
    from freecrm.ui.record_page.doings_tab import DoingsTab

    made = DoingsTab(page.store, page.tasks, page.entity.entity, page.id, tab)
    made.begin.connect(page.begin_follow_up)
    made.open_record.connect(page.open_record)
    made.steps.filled.connect(page.order_inputs)
    made.box.view.act.connect(page.act)
    made.box.view.opened.connect(lambda about: page.act("open", about))
    return made


def _held(page: RecordPage, tab: Tab) -> QWidget:
    from freecrm.ui.record_page.held_tab import HeldTab

    made = HeldTab(page.store, page.tasks, page.entity.entity, page.id, tab)
    made.changed.connect(page.changed)
    made.filled.connect(page.order_inputs)
    return made


def _stages(page: RecordPage, _tab: Tab) -> QWidget:
    from freecrm.ui.deals.path_tab import PathTab

    return PathTab(page.store, page.tasks, page.id)


def _lines(page: RecordPage, _tab: Tab) -> QWidget:
    from freecrm.ui.orders.lines_tab import made_for

    made = made_for(page.entity.entity)(page.store, page.tasks, page.id)
    made.changed.connect(page.changed)
    made.shown.connect(page.order_inputs)
    made.open_record.connect(page.open_record)
    made.print_wanted.connect(page.print_wanted)
    return made


def _account(page: RecordPage, _tab: Tab) -> QWidget:
    from freecrm.ui.money.account_tab import AccountTab

    made = AccountTab(page.store, page.tasks, page.id, lambda: page.name)
    made.shown.connect(page.order_inputs)
    made.print_wanted.connect(page.print_wanted)
    made.open_record.connect(page.open_record)
    made.wanted.connect(page.acts.wanted)
    return made


KINDS: dict[type, Callable[[RecordPage, Tab], QWidget]] = {
    Account: _account,
    Changes: _changes,
    Children: _children,
    Doings: _doings,
    Held: _held,
    Ledger: _ledger,
    Lines: _lines,
    Linked: _linked,
    People: _people,
    Relations: _relations,
    Stages: _stages,
}
"""What a tab shows -> what makes its widget."""


def make(page: RecordPage, tab: Tab) -> QWidget:
    """The widget of a tab, empty as yet; its `load(id)` fills it."""
    return KINDS[type(tab.show)](page, tab)
