"""What a list page does with its cells and chosen rows: edit, copy and paste, fill down, change many at once.

All of it is loaded when it is first wanted; the first picture does not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QMenu, QToolButton

from freecrm.core.fields import Link
from freecrm.core.words import N_, Said, _, say
from freecrm.ui import talk
from freecrm.ui.offering import why_not

if TYPE_CHECKING:
    from freecrm.store.batch import Change
    from freecrm.ui.batch_bar import BatchBar
    from freecrm.ui.batch_dialog import BatchDialog
    from freecrm.ui.cell_editing import CellEditing
    from freecrm.ui.list_page import ListPage
    from freecrm.ui.paste_desk import PasteDesk

FEW = 8  # owners and tags that a menu offers
_OTHER = object()


class ListCells(QObject):
    """The cells of one list page. dialog: the one that changes many, None when it is closed."""

    def __init__(self, page: ListPage) -> None:
        super().__init__(page)
        self.page, self.grid = page, page.grid
        self.dialog: BatchDialog | None = None
        self.grid.edit_wanted.connect(self.edit)
        self.grid.composed.connect(self._compose)
        self.grid.clear_wanted.connect(self.clear)
        self.grid.selected.connect(self._show_bar)

    def is_made(self, name: str) -> bool:
        """Whether a part was wanted already."""
        return name in self.__dict__

    # ---- one cell

    @cached_property
    def editing(self) -> CellEditing:
        """Edits the cell under the cursor."""
        from freecrm.ui.cell_editing import CellEditing

        made = CellEditing(self.grid, self.page.store, self.page.tasks)
        made.hint.connect(self.page.hint_wanted)
        return made

    def edit(self, text: str | None = None) -> None:
        """Edit the cell under the cursor. text: what takes the place of what stands there."""
        self.editing.begin(text)

    def _compose(self, event: QInputMethodEvent) -> None:
        if self.is_made("editing") or event.preeditString() or event.commitString():
            self.editing.compose(event)

    # ---- the clipboard and blocks

    @cached_property
    def pasting(self) -> PasteDesk:
        """Pastes what the clipboard holds."""
        from freecrm.ui.paste_desk import PasteDesk

        return PasteDesk(self.page)

    def fill_down(self) -> None:
        """Give the cells of the block, or of the chosen rows in the cursor's column, what the first of them has;
        a single cell takes what stands above it."""
        from freecrm.store import cells

        numbers, names = self._cells()
        if len(numbers) < 2:
            above = self.page.model.records_at(range(self.grid.currentIndex().row()))[-1:]
            if not above or not numbers:
                self.page.hint_wanted.emit(_("There is nothing above the first row to fill down."))
                return
            numbers = [*above, *numbers]
        work = partial(cells.fill_down, self.page.store, self.page.entity.entity, numbers, names)
        self.work(say(N_("Filling down {n} rows"), n=len(numbers)), work, self._left_alone)

    def clear(self) -> None:
        """Empty the cells of the block."""
        from freecrm.store import cells

        numbers, names = self._cells()
        work = partial(cells.clear, self.page.store, self.page.entity.entity, numbers, names)
        self.work(say(N_("Emptying cells of {n} rows"), n=len(numbers)), work, self._left_alone)

    def _left_alone(self, count: int) -> None:
        if count:
            text = _("{n} cells follow from other values and stay as they are.")
            self.page.hint_wanted.emit(text.format(n=count))

    def _cells(self) -> tuple[list[int], list[str]]:
        """The records and fields of the block, or of the chosen rows and the cursor's column."""
        block, model = self.grid.block(), self.page.model
        if block is None:
            columns = [self.grid.currentIndex().column()]
        else:
            columns = list(range(block.left, block.right + 1))
        return self.numbers(), [model.fields[at].name for at in columns]

    def numbers(self) -> list[int]:
        """The numbers of the records that are selected, from top to bottom."""
        return self.page.model.records_at(self.grid.selection)

    # ---- many records

    @cached_property
    def bar(self) -> BatchBar:
        """The bar below the list while rows are chosen."""
        from freecrm.ui.batch_bar import BatchBar

        made, page = BatchBar(), self.page
        self._owners, self._tags = QMenu(made), QMenu(made)
        self._owners.aboutToShow.connect(lambda: self.fill_owners(self._owners))
        self._tags.aboutToShow.connect(lambda: self.fill_tags(self._tags))
        for id, icon, text in page.acts:
            made.add(id, icon, partial(_, text))
        if page.entity.owner and not page.acts:
            made.add("batch.owner", "user", lambda: _("Owner"), self._owners)
        if self.has_tags:
            made.add("batch.tag", "tag", lambda: _("Tag"), self._tags)
        if page.entity.entity == "customer":
            made.add("batch.plan", "calendar-plus", lambda: _("Plan for all…"))
        made.add("batch.field", "square-pen", lambda: _("Edit field…"))
        made.add("batch.export", "download", lambda: _("Export…"))
        made.add("edit.delete", "trash-2", lambda: _("Delete"))
        made.wanted.connect(page.command_wanted)
        made.all_wanted.connect(self.grid.selectAll)
        made.closed.connect(self._close_bar)
        made.more.connect(self._more)
        page.column.insertWidget(page.column.indexOf(page.states) + 1, made)
        made.reword()
        return made

    @property
    def has_tags(self) -> bool:
        """Whether records of this list can be tagged."""
        return "tags" in self.page.store.schema.fields(self.page.entity.entity)

    def _show_bar(self) -> None:
        chosen = self.grid.chosen
        if not chosen and not self.is_made("bar"):
            return
        was_shown = not self.bar.isHidden()
        if chosen:
            store, entity = self.page.store, self.page.page.entity
            unchanging = why_not(store, "change", (entity, None))
            for id in ("batch.field", "batch.owner", "batch.tag"):
                if id in self.bar.buttons:
                    self.bar.offer(id, unchanging)
            if "batch.plan" in self.bar.buttons:
                self.bar.offer("batch.plan", why_not(store, "create", ("activity", None)))
            self.bar.offer("batch.export", why_not(store, "export", (entity, None)))
            self.bar.offer("edit.delete", why_not(store, "delete", (entity, None)))
            self.bar.show_counts(
                self.page.model.picked(self.grid.selection.ranges()), len(self.page.model.records)
            )
        if chosen != was_shown:
            self.bar.setVisible(chosen)
            # in the room of the sums, which the status bar tells of what is chosen
            self.page.footer.setVisible(not chosen and self.page.states.has_rows)
            self.page.column.activate()
            if chosen:  # it takes room from the list: the row one stands on stays in sight
                self.grid.scrollTo(self.grid.currentIndex())

    def _close_bar(self) -> None:
        self.grid.let_go()
        self.page.focus_first()

    def _more(self, button: QToolButton) -> None:
        self.page.menu_wanted.emit(button.mapToGlobal(QPoint(0, button.height())))

    def edit_field(self, name: str = "", how: str = "set") -> None:
        """Ask which field of the selected records is to be changed, and to what."""
        from freecrm.ui.batch_dialog import BatchDialog

        numbers = self.numbers()
        if not numbers:
            return
        page = self.page

        def agreed(change: Change) -> None:
            self.change(numbers, change)

        made = BatchDialog(
            page, page.store, page.tasks, page.entity.entity, numbers, agreed, name=name, how=how
        )
        self.dialog = made
        made.finished.connect(self._closed)
        made.open()

    def _closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
        self.page.focus_first()

    def change(self, numbers: list[int], change: Change) -> None:
        """Change a field of these records, as one step."""
        from freecrm.store import batch

        work = partial(batch.apply, self.page.store, self.page.entity.entity, numbers, change)
        self.work(say(N_("Changing {n} records"), n=f"{len(numbers):,}"), work)

    def fill_owners(self, menu: QMenu) -> None:
        """Offer people that the selected records can be handed over to."""
        from freecrm.store import choosing
        from freecrm.store.batch import Change
        from freecrm.ui.batch_bar import fill

        name = self.page.entity.owner
        f = self.page.store.schema.fields(self.page.entity.entity)[name]
        assert isinstance(f, Link)
        people = choosing.choices(self.page.store, f.to, "", FEW)
        entries: list[tuple[str, object]] = [(one.title, one.id) for one in people]

        def picked(value: object) -> None:
            if value is _OTHER:
                self.edit_field(name)
            else:
                self.change(self.numbers(), Change(name, "set", value))

        fill(menu, [*entries, ("", None), (_("Somebody else…"), _OTHER)], picked)

    def fill_tags(self, menu: QMenu) -> None:
        """Offer tags to be put on the selected records."""
        from freecrm.store import words_used
        from freecrm.store.batch import Change
        from freecrm.ui.batch_bar import fill

        words = words_used.tags(self.page.store, "", FEW)
        entries: list[tuple[str, object]] = [(word, word) for word in words]

        def picked(value: object) -> None:
            if value is _OTHER:
                self.edit_field("tags", "append")
            else:
                self.change(self.numbers(), Change("tags", "append", [{"word": value}]))

        fill(menu, [*entries, ("", None), (_("Another tag…"), _OTHER)], picked)

    # ---- work

    def work(self, what: Said, work: Callable[..., Any], then: Callable[[Any], None] | None = None) -> None:
        """Write in a job that is followed at the lower right once it takes longer, and can be stopped there."""
        tasks = self.page.tasks
        progress = tasks.progress(lambda _progress: None)
        done = self.page.follow(what, progress)
        tasks.run(
            work,
            progress=progress,
            then=then,
            stopped=lambda: talk.tell(say(N_("Stopped. Everything is as it was before."))),
            finally_=done,
            writes=True,
        )

    # ---- what is typed and not saved

    def unsaved(self) -> list[str]:
        """Titles of what is typed into a cell and not saved."""
        editor = self.editing.editor if self.is_made("editing") else None
        return editor.unsaved() if editor is not None else []

    def save(self) -> bool:
        """Save what is typed into a cell."""
        return not self.is_made("editing") or self.editing.finish()

    def give_up(self) -> None:
        """Forget what is typed into a cell."""
        if self.is_made("editing") and self.editing.editor is not None:
            self.editing.editor.restore()

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.grid.head_box.reword()
        if self.is_made("editing"):
            self.editing.reword()
        if self.is_made("bar"):
            self.bar.reword()
            self._show_bar()
        dialog = self.pasting.dialog if self.is_made("pasting") else None
        for part in (self.dialog, dialog):
            if part is not None:
                part.reword()
