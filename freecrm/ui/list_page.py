"""A page that lists an entity: heading with its find box, message bar, table, side pane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from freecrm.core.arrangement import Arrangement
from freecrm.core.change import Touched
from freecrm.core.filters import Filters
from freecrm.core.jobs import Progress
from freecrm.core.module import List
from freecrm.core.words import N_, Said, _, say
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.arranger import Arranger
from freecrm.ui.find_box import FindBox
from freecrm.ui.footer import Footer
from freecrm.ui.grid import Grid
from freecrm.ui.head_menu import add_sort, head_menu
from freecrm.ui.list_bar import ListBar
from freecrm.ui.list_cells import ListCells
from freecrm.ui.list_model import First, ListModel
from freecrm.ui.list_states import ListStates
from freecrm.ui.page import Page, Pane, Place, merge_place
from freecrm.ui.parts import icon_button, label, name_button
from freecrm.ui.side_pane import SidePane
from freecrm.ui.tasks import Tasks
from freecrm.ui.view_tabs import ChangedBar, Views

if TYPE_CHECKING:
    from freecrm.exchange.printing import Printable
    from freecrm.ui.record_panel import RecordPanel
    from freecrm.ui.sample_strip import SampleStrip


@dataclass(frozen=True, slots=True)
class State:
    """What a list page shows: which view, how it is arranged, its words, how far it is scrolled, the record under the
    cursor."""

    view: bytes | None
    arrangement: Arrangement
    words: str
    scrolled: int
    n: int
    panel: bool


class ListPage(Page):
    """One list. elsewhere(entity, words): the user wants the hits of another list. hint_wanted(text): a line
    for the status bar. open_record(entity, id): a record of whatever kind is wanted. wide_wanted(values,
    draft): the form of a new record is wanted on a page of its own. command_wanted(id): a command of the window.
    menu_wanted(place): the menu of the selected rows, at a place on the screen. settle_wanted(id, field): what two
    people changed there is to be settled.

    follow(what, progress): shows work that takes longer; call what it gives when the work has ended."""

    elsewhere = Signal(str, str)
    hint_wanted = Signal(str)
    open_record = Signal(str, object)
    settle_wanted = Signal(object, str)
    wide_wanted = Signal(object, str)
    density_wanted = Signal(str)
    switched = Signal()
    command_wanted = Signal(str)
    menu_wanted = Signal(object)

    def __init__(
        self,
        store: Store,
        tasks: Tasks,
        page: List,
        first: First | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.store, self.tasks, self.page = store, tasks, page
        self.follow: Callable[[Said, Progress], Callable[[], None]] = lambda _what, _progress: lambda: None
        self.strip: SampleStrip | None = None
        self.entity = store.schema.entity(page.entity)
        self._lay_out()
        self.model = ListModel(store, tasks, page, self)
        self.grid = Grid(self.model, tasks)
        self.arranger = Arranger(self.model, self.grid)
        self.states = ListStates(store, tasks, self.grid, self.model, self.counted)
        self.bar = ListBar(self.arranger, tasks)
        self.footer = Footer(self.arranger, tasks)
        self.views = Views(self.arranger, tasks)
        self.changed_bar = ChangedBar(self.views)
        self._build()
        self.cells = ListCells(self)
        self.side = SidePane(self.splitter, store, tasks, page.entity)
        self._connect()
        self.reword()
        if self.has_views:
            self.views.reopen()
        self.model.begin(first if first is not None and first.query == self.model.query else None)
        self._show_what_fits()

    def _build(self) -> None:
        self.count = label("hint")
        self.find_box = FindBox()
        self.panel_button = icon_button("panel-right", self.toggle_panel)
        self.panel_button.setCheckable(True)
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (8, 6, 8, 6)))
        head.setSpacing(look.px(8))
        head.addWidget(self.views, 1)
        self.head = head
        self.views.setVisible(self.has_views)
        head.addWidget(self.count)
        head.addWidget(self.find_box)
        head.addWidget(self.panel_button)
        self.column.addLayout(head)
        self.column.addWidget(self.bar)
        self.column.addWidget(self.changed_bar)
        self.column.addWidget(self.states, 1)
        self.column.addWidget(self.footer)

    def _lay_out(self) -> None:
        """The widgets that hold others, before what they hold: whatever is put into another widget takes its look
        anew, with all that is in it."""
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)
        self.left_side = QWidget()
        self.splitter.addWidget(self.left_side)
        self.column = QVBoxLayout(self.left_side)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)

    has_rows = True
    message_at = 3
    has_views = True  # it can be looked at in several ways that are kept
    acts: tuple[tuple[str, str, str], ...] = ()
    """What is done here to rows that were chosen, before all else: command, icon, text marked with N_()."""

    def show_strip(self, strip: SampleStrip) -> None:
        """Put a strip above everything that says what kind of records these are."""
        self.strip = strip
        self.column.insertWidget(0, strip)
        self.message_at = 4

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    def _connect(self) -> None:
        self.model.counted.connect(self._counted)
        self.model.asked.connect(self.changed)
        self.grid.cursor_moved.connect(self._moved)
        self.grid.selected.connect(self.changed)
        self.grid.opened.connect(self._open)
        self.grid.menu_wanted.connect(self.menu_wanted)
        self.grid.sort_wanted.connect(self._sort)
        self.grid.more_sort_wanted.connect(lambda name: add_sort(self, name))
        head = self.grid.horizontalHeader()
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._head_menu)
        self.arranger.changed.connect(self.changed)
        self.bar.density_wanted.connect(lambda: self.density_wanted.emit(""))
        self.views.density_wanted.connect(self.density_wanted)
        self.views.switched.connect(self.switched)
        self.footer.summed.connect(self._show_sums)
        self.find_box.textChanged.connect(self.model.search)
        self.find_box.left.connect(self.focus_first)
        self.states.import_wanted.connect(lambda: self.go.emit(Place("import")))
        self.states.new_wanted.connect(lambda: self.command_wanted.emit("file.new"))
        self.states.clear_wanted.connect(self.clear_find)
        self.states.name_chips(self.bar.filters.text_of)
        self.states.drop_wanted.connect(self.drop_filter)
        self.states.elsewhere.connect(lambda entity: self.elsewhere.emit(entity, self.find_box.text()))
        self.side.changed.connect(self._side_changed)
        self.side.step_wanted.connect(self.step_record)
        self.side.hint.connect(self.hint_wanted)
        self.side.open_record.connect(self.open_record)
        self.side.settle_wanted.connect(self.settle_wanted)
        self.side.command_wanted.connect(self.command_wanted)
        self.side.compare_wanted.connect(lambda ids: self.go.emit(merge_place(self.page.entity, ids)))
        self.side.wide_wanted.connect(self.wide_wanted)
        self.side.made.connect(self.show_made)
        self.side.closed.connect(lambda had_focus: self.focus_first() if had_focus else None)

    # ---- what is shown

    def _moved(self) -> None:
        self.side.follow(self.grid.current_n())
        self.side.show_steps(before=self.can_step(-1), after=self.can_step(1))

    def focus_find(self) -> None:
        """Go to the box that narrows the list and mark what is in it."""
        self.find_box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.find_box.selectAll()

    def clear_find(self) -> None:
        """Show all rows again, the focus among them."""
        self.find_box.clear()
        self.focus_first()

    def drop_filter(self, at: int) -> None:
        """Do without one chip of the filter, or (-1) without any; the focus is among the rows then."""
        if at >= 0:
            self.arranger.set_filters(self.arranger.filters.without(at))
        else:
            self.drop_filters()
        self.focus_first()

    def drop_filters(self) -> None:
        """Do without any filter."""
        self.arranger.set_filters(Filters())

    def _sort(self, name: str, down: bool) -> None:
        self.model.sort_by(name, down, early=self.grid.at_top)
        self.grid.show_sort()
        self.arranger.changed.emit()

    def _head_menu(self, at: QPoint) -> None:
        section = self.grid.horizontalHeader().logicalIndexAt(at)
        if section >= 0:
            head_menu(self, section).popup(self.grid.horizontalHeader().mapToGlobal(at))

    def _counted(self, shown: int, _total: int) -> None:
        self.states.counted_anew(shown)
        self._show_what_fits()
        self.changed.emit()

    def _show_what_fits(self) -> None:
        self.states.show_what_fits()
        self._show_count()
        self.panel_button.setEnabled(self.states.has_rows or self.side.is_open)
        self.footer.setVisible(self.states.has_rows and not self.grid.chosen)
        self.bar.setVisible(self.states.has_rows or self.model.narrowed or not self.model.complete)
        self._show_sums()

    def _show_sums(self) -> None:
        groups = self.model.groups
        words = self.counted(len(self.model.records)) if self.model.complete else ""
        if groups is not None:
            words = _("{things} · {n} groups").format(things=words, n=f"{groups.outer:,}")
        self.footer.say(words)
        self.changed.emit()

    def heard(self, touched: Touched | None) -> None:
        if touched is None or touched.ids.keys() & {"custom_field", "pick_option"}:
            self.arranger.load_fields()
        self.views.heard(touched)
        self.model.refresh(touched)
        self.side.refresh()
        if self.strip is not None:
            self.strip.heard(touched)

    def delete_selected(self) -> None:
        """Delete the selected records with all that belongs to them, as one step with its way back."""
        numbers = self.model.records_at(self.grid.selection)
        if numbers:
            self.tasks.run(self._delete, numbers, writes=True)

    def _delete(self, numbers: list[int]) -> None:
        ids = self.store.reader().ids_of(self.page.entity, numbers)
        things = say(self.entity.label if len(ids) == 1 else self.entity.plural)
        with self.store.step(N_("Delete {n} {things:lower}"), n=len(ids), things=things) as step:
            step.delete_many(self.page.entity, ids)

    # ---- paper

    can_print = True

    def leaves(self) -> Sequence[tuple[str, bytes | None]]:
        return ((self.page.entity, None),)

    def printed(self) -> list[Printable]:
        from freecrm.ui.list_print import printed

        return printed(self)

    # ---- going

    def focus_first(self) -> None:
        self.states.focus_first()

    def panes(self) -> list[Pane]:
        found: list[Pane] = [(self.left_side, self.focus_first)]
        if self.side.part is not None:
            found.append((self.side.part, self.side.focus))
        return found

    def unsaved(self) -> list[str]:
        at_side = self.side.part.unsaved() if self.side.part is not None else []
        return [*self.cells.unsaved(), *at_side]

    def unsaved_title(self) -> str:
        return self.side.title() or super().unsaved_title()

    def save(self) -> bool:
        return self.cells.save() and (self.side.part is None or self.side.part.save())

    def give_up(self) -> None:
        self.cells.give_up()
        if self.side.part is not None:
            self.side.part.give_up()

    def state(self) -> State:
        scrolled = self.grid.verticalScrollBar().value()
        words = self.model.query.words
        return State(
            self.views.current, self.arranger.now, words, scrolled, self.grid.current_n(), self.side.is_open
        )

    def restore(self, state: Any) -> None:
        if not isinstance(state, State):
            return
        self.find_box.setText(state.words)
        self.views.take_place(state.view)
        if state.arrangement != self.arranger.now:
            self.arranger.apply(state.arrangement)
        if state.n >= 0:
            self.grid.go_to(state.n)
        self.grid.verticalScrollBar().setValue(state.scrolled)
        if state.panel != self.side.is_open:
            self.toggle_panel()

    def can_step(self, by: int) -> bool:
        """Whether there is a next record (1), or one before (-1)."""
        return self._row_beside(by) is not None

    def step_record(self, by: int) -> None:
        """Put the cursor on the next record of the list (1), or the one before (-1)."""
        row = self._row_beside(by)
        if row is not None:
            self.grid.go(row)

    def _row_beside(self, by: int) -> int | None:
        row = self.grid.currentIndex().row() + by
        while self.model.group_at(row) is not None:
            row += by
        return row if 0 <= row < len(self.model.numbers) else None

    def show_record(self, n: int) -> None:
        """Put the cursor on the record of this number and open the side pane on it."""
        if self.model.place(n) < 0 and n not in self.model.records:
            self.find_box.clear()
        self.grid.go_to(n)
        self.side.open_record_at(n)
        self.focus_first()

    # ---- the side pane

    @property
    def panel(self) -> RecordPanel | None:
        """The record at the side, None as long as nobody has opened it."""
        return self.side.record

    @property
    def panel_open(self) -> bool:
        """Whether the side pane is open."""
        return self.side.is_open

    def toggle_panel(self) -> None:
        """Open the side pane, or close it."""
        if self.side.is_open:
            self.side.close()
        else:
            self.open_panel()

    def open_panel(self) -> None:
        """Show the current record at the side."""
        self.side.open_record_at(self.grid.current_n())
        self._moved()

    def begin_new(self) -> None:
        """Show the form of a new record at the side."""
        self.side.begin_new()

    def show_made(self, id: bytes) -> None:
        """Put the cursor on a record that was just made, and show it."""
        n = self.store.reader().numbers_of(self.page.entity, [id]).get(id)
        if n is not None:
            self.show_record(n)

    def _open(self) -> None:
        """The user wants to see a record: its page, which the palette offers first the next time."""
        ids = self.store.reader().ids_of(self.page.entity, [self.grid.current_n()])
        if ids:
            self.open_record.emit(self.page.entity, ids[0])

    def _side_changed(self) -> None:
        self.panel_button.setChecked(self.side.is_open)
        self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.side.is_open:
            self.side.close()
        else:
            super().keyPressEvent(event)

    # ---- words

    def crumbs(self) -> list[str]:
        name = self.views.name
        return [_(self.entity.plural), name] if name else [_(self.entity.plural)]

    def selection_words(self) -> str:
        selected = self.model.picked(self.grid.selection.ranges())
        words = _("{n} selected").format(n=f"{selected:,}") if selected else ""
        sums = self.footer.selection_words()
        return f"{words}   {sums}" if sums else words

    def hint(self) -> str:
        return _("Space: details   Ctrl+F: find here   Ctrl+K: find anything") if self.states.has_rows else ""

    def counted(self, n: int) -> str:
        """How many of what this page lists: "1,286 customers"."""
        one = _(self.entity.label if n == 1 else self.entity.plural)
        return _("{n} {things}").format(n=f"{n:,}", things=one.lower())

    def summary(self) -> str:
        """The count for the status bar: all, or how many of all."""
        model = self.model
        if not model.complete:
            return _("Counting…")
        if not model.narrowed:
            return self.counted(model.total)
        if model.capped:
            what = _("The newest {n} hits of {total}: type more to narrow them")
            return what.format(n=f"{len(model.records):,}", total=self.counted(model.total))
        return _("{n} of {total}").format(n=f"{len(model.records):,}", total=self.counted(model.total))

    def reword(self) -> None:
        super().reword()
        self.views.reword()
        self.changed_bar.show_now()
        self.grid.setAccessibleName(_(self.entity.plural))
        self.find_box.reword(_("Find in this list"), _("Clear the search"))
        name_button(self.panel_button, _("Side panel"), _("Space"))
        self.states.reword()
        self.bar.reword()
        self._show_sums()
        self.cells.reword()
        self._show_count()
        self.side.reword()
        if self.strip is not None:
            self.strip.reword()

    def _show_count(self) -> None:
        model = self.model
        shown = f"{len(model.records):,}{'+' if model.capped else ''} / " if model.narrowed else ""
        self.count.setText(f"{shown}{model.total:,}" if model.complete else "")
        self.count.setVisible(model.narrowed)
