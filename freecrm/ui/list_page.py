"""A page that lists an entity: heading, message bar, table, what stands in its place, side panel."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from freecrm.core.change import Touched
from freecrm.core.module import List
from freecrm.core.words import _
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.grid import Grid
from freecrm.ui.list_model import First, ListModel, query_of
from freecrm.ui.parts import EmptyState, MessageBar, icon_button, label, name_button
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from freecrm.ui.record_panel import RecordPanel
    from freecrm.ui.talk import Message

SKELETON_AFTER_MS = 300
PANEL_WIDTH = 300


class Skeleton(QWidget):
    """Pale rows where a list that takes longer will stand."""

    ROWS = 12

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        height = look.row_height("comfortable")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("sunken"))
        for at in range(self.ROWS):
            middle = at * height + height // 2
            square = QRect(look.px(12), middle - look.px(12), look.px(24), look.px(24))
            painter.drawRoundedRect(square, look.px(4), look.px(4))
            left = look.px(48)
            for share in (0.18, 0.04, 0.1, 0.12, 0.08):
                width = int(self.width() * share) - (at * 13) % look.px(24)
                bar = QRect(left, middle - look.px(5), max(width, look.px(16)), look.px(10))
                painter.drawRoundedRect(bar, look.px(5), look.px(5))
                left += int(self.width() * share * 1.6)


class ListPage(QWidget):
    """One page. changed: counts or selection are others. import_wanted, clear_wanted: a button of an
    empty list was pressed. elsewhere(entity): the user wants the hits of another page."""

    changed = Signal()
    import_wanted = Signal()
    clear_wanted = Signal()
    elsewhere = Signal(str)

    def __init__(self, store: Store, tasks: Tasks, page: List, first: First | None = None) -> None:
        super().__init__()
        self.store, self.tasks, self.page = store, tasks, page
        self.entity = store.schema.entity(page.entity)
        self.setProperty("page", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = ListModel(store, tasks, page, self)
        self.grid = Grid(self.model, tasks)
        self.panel: RecordPanel | None = None
        self.panel_width = 0  # as the user left it, 0 as it comes
        self.can_import = False
        self._elsewhere = Latest(tasks)
        self._other: tuple[str, int] = ("", 0)
        self._slow = QTimer(self, singleShot=True, interval=SKELETON_AFTER_MS)
        self._slow.timeout.connect(self._show_what_fits)
        self._build()
        self._connect()
        self.reword()
        self._slow.start()
        self.model.begin(first)
        self._show_what_fits()

    def _build(self) -> None:
        self.title, self.count = label("subtitle"), label("hint")
        self.panel_button = icon_button("panel-right", self.toggle_panel)
        self.panel_button.setCheckable(True)
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (16, 6, 8, 6)))
        head.setSpacing(look.px(8))
        head.addWidget(self.title)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.panel_button)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.grid)
        self.left = QWidget()
        self.column = QVBoxLayout(self.left)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(head)
        self.column.addWidget(self.stack, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.left)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)

    # made when they are first shown, so that the first picture does not wait for them

    @cached_property
    def messages(self) -> MessageBar:
        """The bar above the table."""
        made = MessageBar()
        self.column.insertWidget(1, made)
        return made

    @property
    def told(self) -> Message | None:
        """What the bar says, None when it says nothing."""
        return self.messages.message if self._is_made("messages") else None

    @cached_property
    def empty(self) -> EmptyState:
        """In place of the table as long as there are no records at all."""
        made = EmptyState(self.entity.icon)
        self.import_button = made.add_button(self.import_wanted.emit, "primary")
        self.stack.addWidget(made)
        return made

    @cached_property
    def nothing(self) -> EmptyState:
        """In place of the table when no record matches."""
        made = EmptyState("search")
        self.clear_button = made.add_button(self.clear_wanted.emit)
        self.elsewhere_button = made.add_button(lambda: self.elsewhere.emit(self._other[0]), "quiet")
        self.stack.addWidget(made)
        return made

    @cached_property
    def skeleton(self) -> Skeleton:
        """In place of the table while a list takes longer."""
        made = Skeleton()
        self.stack.addWidget(made)
        return made

    @cached_property
    def blank(self) -> QWidget:
        """In place of the table for the blink before."""
        made = QWidget()
        self.stack.addWidget(made)
        return made

    def _is_made(self, name: str) -> bool:
        return name in self.__dict__

    def _connect(self) -> None:
        self.model.counted.connect(self._counted)
        self.model.asked.connect(self.changed)
        self.grid.cursor_moved.connect(self._follow)
        self.grid.selected.connect(self.changed)
        self.grid.opened.connect(self.open_panel)
        self.grid.sort_wanted.connect(self._sort)

    # ---- what is shown

    def search(self, words: str) -> None:
        """Narrow the list to what is typed."""
        self.model.search(words)

    def _sort(self, name: str, down: bool) -> None:
        self.model.sort_by(name, down, early=self.grid.at_top)
        self.grid.show_sort()

    def _counted(self, shown: int, total: int) -> None:
        self._slow.stop()
        self._other = ("", 0)
        if not shown and self.model.query.words:
            self._look_elsewhere()
        self._show_what_fits()
        self.changed.emit()

    def _show_what_fits(self) -> None:
        """The table, or what says why there is none."""
        if len(self.model.numbers):
            part: QWidget = self.grid
        elif not self.model.complete:
            part = self.blank if self._slow.isActive() else self.skeleton
        else:
            part = self.nothing if self.model.query.words and self.model.total else self.empty
        self.reword_states()
        self.panel_button.setEnabled(part is self.grid or self.panel_open)
        before = self.stack.currentWidget()
        if part is not before:
            focus = QApplication.focusWidget()
            had_focus = before is not None and focus is not None and before.isAncestorOf(focus)
            self.stack.setCurrentWidget(part)
            if had_focus:
                self.focus_list()

    def focus_list(self) -> None:
        """Put the focus where the list is, or on the button that stands in its place."""
        part = self.stack.currentWidget()
        if self._is_made("nothing") and part is self.nothing:
            self.clear_button.setFocus()
        elif self._is_made("empty") and part is self.empty and self.can_import:
            self.import_button.setFocus()
        else:
            self.grid.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _look_elsewhere(self) -> None:
        """Whether another page has what this one hasn't."""
        words = self.model.query.words
        others = [page for page in self.store.model.pages() if page.entity != self.page.entity]

        def count() -> tuple[str, int]:
            reader = self.store.reader()
            for page in others:
                found = reader.count(replace(query_of(page), sort=(), words=words))
                if found:
                    return page.entity, found
            return "", 0

        self._elsewhere.run(count, then=self._found_elsewhere)

    def _found_elsewhere(self, found: tuple[str, int]) -> None:
        self._other = found
        self.reword_states()

    def heard(self, touched: Touched | None) -> None:
        """A step, or another program (None), changed something in the file."""
        if touched is None or touched.ids.keys() & {"custom_field", "pick_option"}:
            self.model.load_fields()
        self.model.refresh(touched)
        if self.panel is not None and self.panel.isVisible():
            self.panel.load()

    # ---- the side panel

    def toggle_panel(self) -> None:
        """Open the side panel, or close it."""
        if self.panel is not None and self.panel.isVisible():
            self.close_panel()
        else:
            self.open_panel()

    def open_panel(self) -> None:
        """Show the side panel with the current record."""
        if self.panel is None:
            from freecrm.ui.record_panel import RecordPanel

            self.panel = RecordPanel(self.store, self.page.entity)
            self.panel.closed.connect(self.close_panel)
            self.splitter.addWidget(self.panel)
            self.splitter.setStretchFactor(0, 1)
            self.splitter.setStretchFactor(1, 0)
            wide = self.panel_width or look.px(PANEL_WIDTH)
            self.splitter.setSizes([max(self.splitter.width() - wide, 400), wide])
        self.panel.n = self.grid.current_n()
        self.panel.load()
        self.panel.show()
        self.panel_button.setChecked(True)
        self.changed.emit()

    def close_panel(self) -> None:
        """Take the side panel away; the focus goes back to the list."""
        if self.panel is not None:
            focus = QApplication.focusWidget()
            inside = focus is not None and self.panel.isAncestorOf(focus)
            self.panel_width = self.panel_width_now()
            self.panel.hide()
            if inside:
                self.focus_list()
        self.panel_button.setChecked(False)
        self.changed.emit()

    def panel_width_now(self) -> int:
        """The width of the side panel, 0 as long as nobody has seen it."""
        return self.panel.width() if self.panel is not None and self.panel.isVisible() else self.panel_width

    @property
    def panel_open(self) -> bool:
        """Whether the side panel is open."""
        return self.panel_button.isChecked()

    def _follow(self) -> None:
        if self.panel is not None and self.panel.isVisible():
            self.panel.follow(self.grid.current_n())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.modifiers() and self.grid.hasFocus():
            self.toggle_panel()
        elif event.key() == Qt.Key.Key_Escape and self.panel_open:
            self.close_panel()
        else:
            super().keyPressEvent(event)

    # ---- words

    def counted(self, n: int) -> str:
        """How many of what this page lists: "1,286 customers"."""
        one = _(self.entity.label if n == 1 else self.entity.plural)
        return _("{n} {things}").format(n=f"{n:,}", things=one.lower())

    def summary(self) -> str:
        """The count for the status bar: all, or how many of all."""
        model = self.model
        if not model.complete:
            return _("Counting…")
        if not model.query.words:
            return self.counted(model.total)
        if model.capped:
            what = _("The newest {n} hits of {total}: type more to narrow them")
            return what.format(n=f"{len(model.numbers):,}", total=self.counted(model.total))
        return _("{n} of {total}").format(n=f"{len(model.numbers):,}", total=self.counted(model.total))

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self.title.setText(_(self.entity.plural))
        self.grid.setAccessibleName(_(self.entity.plural))
        name_button(self.panel_button, _("Side panel"), _("Space"))
        if self._is_made("messages"):
            self.messages.reword()
        for name in ("empty", "nothing"):
            if self._is_made(name):
                getattr(self, name).repaint_icon()
        self.reword_states()
        if self.panel is not None:
            self.panel.reword()

    def reword_states(self) -> None:
        """The sentences that name counts and words."""
        model = self.model
        shown = f"{len(model.numbers):,}{'+' if model.capped else ''} / " if model.query.words else ""
        self.count.setText(f"{shown}{model.total:,}" if model.complete else "")
        if self._is_made("empty"):
            self._reword_empty()
        if self._is_made("nothing"):
            self._reword_nothing()

    def _reword_empty(self) -> None:
        things = _(self.entity.plural).lower()
        self.empty.title.setText(_("No {things} yet").format(things=things))
        self.empty.text.setText(
            _("Bring in the list you have: Excel, csv or vCard. You can undo it.")
            if self.can_import
            else _("They are shown here as soon as there are any.")
        )
        self.import_button.setText(_("Import a list…"))
        self.import_button.setVisible(self.can_import)

    def _reword_nothing(self) -> None:
        model = self.model
        self.nothing.title.setText(_("Nothing matches “{words}”").format(words=model.query.words[:60]))
        self.nothing.text.setText(
            _("Searched: names, pinyin, codes, phones, mails, addresses and tags of {things}.").format(
                things=self.counted(model.total)
            )
        )
        self.clear_button.setText(_("Clear the search"))
        entity, found = self._other
        self.elsewhere_button.setVisible(bool(entity))
        if entity:
            other = self.store.schema.entity(entity)
            named = _(other.label if found == 1 else other.plural).lower()
            self.elsewhere_button.setText(_("Show {n} {things}").format(n=f"{found:,}", things=named))
