"""What a list shows: its table, or what says why there is none and offers the way on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from freecrm.core.filters import Filters, filters_of
from freecrm.core.words import N_, _, say
from freecrm.store import through
from freecrm.store.database import Store
from freecrm.ui.grid import Grid
from freecrm.ui.list_model import ListModel, query_of
from freecrm.ui.parts import EmptyState
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from freecrm.ui.skeleton import Skeleton

SKELETON_AFTER_MS = 300
BEGUN = {
    "quote": N_(
        "Begin one here, or on the page of a customer or a deal. Price, unit and tax come with the product."
    ),
    "sales_order": N_(
        "Make one of a quote on the quote's page, of a deal on the deal's page, or begin one here."
    ),
    "delivery": N_("Goods go out from the page of their order: Deliver…"),
    "invoice": N_("Ask for an invoice on the page of its order: Invoice…"),
    "repeat_bill": N_("It makes a draft of an order on each of its days. It never sends anything."),
    "receivable": N_("A confirmed order is owed by itself. What is owed without an order you enter here."),
    "receipt": N_("A receipt settles the open bills of a customer, the oldest first."),
}
"""What comes to be here, not from a list: what an empty list says of it in place of the offer to import."""


class ListStates(QStackedWidget):
    """import_wanted, new_wanted, clear_wanted: a button in place of the rows was pressed.
    said_empty: what a list says that is empty though the file isn't: title, text and what its one button (as
    import_wanted) does; None: that there are no records yet, and how to bring some in.
    drop_wanted(at): the filter shall be without this chip, or (-1) without any.
    elsewhere(entity): the user wants the hits of another list."""

    import_wanted = Signal()
    new_wanted = Signal()
    clear_wanted = Signal()
    drop_wanted = Signal(int)
    elsewhere = Signal(str)

    def __init__(
        self, store: Store, tasks: Tasks, grid: Grid, model: ListModel, counted: Callable[[int], str]
    ) -> None:
        """counted(n): how many of what the list shows, in words."""
        super().__init__()
        self.store, self.grid, self.model, self.counted = store, grid, model, counted
        self.entity = store.schema.entity(model.page.entity)
        self.said_empty: tuple[str, str, str] | None = None
        self._latest = Latest(tasks)
        self._other: tuple[str, int] = ("", 0)
        self._drops: list[int] = []  # how many there would be without each chip of the filter
        self._chip_words: Callable[[Filters, int], str] = lambda _filters, _at: ""
        self._latest_drop = Latest(tasks)
        self._slow = QTimer(self, singleShot=True, interval=SKELETON_AFTER_MS)
        self._slow.timeout.connect(self.show_what_fits)
        self._slow.start()
        self.addWidget(grid)

    # made when they are first shown, so that the first picture does not wait for them

    @cached_property
    def empty(self) -> EmptyState:
        """In place of the table as long as there are no records at all."""
        made = EmptyState(self.entity.icon)
        begun = self.entity.entity in BEGUN
        self.import_button = made.add_button(self.import_wanted.emit, "" if begun else "primary")
        self.new_button = made.add_button(self.new_wanted.emit, "primary" if begun else "")
        self.addWidget(made)
        return made

    @cached_property
    def nothing(self) -> EmptyState:
        """In place of the table when no record matches."""
        made = EmptyState("search")
        self.drop_button = made.add_button(lambda: self.drop_wanted.emit(self._best))
        self.drop_all_button = made.add_button(lambda: self.drop_wanted.emit(-1), "quiet")
        self.clear_button = made.add_button(self.clear_wanted.emit)
        self.elsewhere_button = made.add_button(lambda: self.elsewhere.emit(self._other[0]), "quiet")
        self.addWidget(made)
        return made

    @cached_property
    def skeleton(self) -> Skeleton:
        """In place of the table while a list takes longer."""
        from freecrm.ui.skeleton import Skeleton

        made = Skeleton()
        self.addWidget(made)
        return made

    @cached_property
    def blank(self) -> QWidget:
        """In place of the table for the blink before."""
        made = QWidget()
        self.addWidget(made)
        return made

    def _is_made(self, name: str) -> bool:
        return name in self.__dict__

    @property
    def has_rows(self) -> bool:
        """Whether the table is shown."""
        return self.currentWidget() is self.grid

    def counted_anew(self, shown: int) -> None:
        """The list is complete with this many rows."""
        self._slow.stop()
        self._other = ("", 0)
        self._drops = []
        if not shown and self.model.query.words:
            self._look_elsewhere()
        if not shown and self.model.query.where is not None:
            self._count_without()
        self.show_what_fits()

    def show_what_fits(self) -> None:
        """The table, or what says why there is none; the focus stays with it."""
        if len(self.model.numbers):
            part: QWidget = self.grid
        elif not self.model.complete:
            part = self.blank if self._slow.isActive() else self.skeleton
        else:
            part = self.nothing if self.model.narrowed and self.model.total else self.empty
        self.reword()
        before = self.currentWidget()
        if part is not before:
            focus = QApplication.focusWidget()
            had_focus = before is not None and focus is not None and before.isAncestorOf(focus)
            self.setCurrentWidget(part)
            if had_focus:
                self.focus_first()

    def focus_first(self) -> None:
        """Put the focus into the table, or on the button that stands in its place."""
        part = self.currentWidget()
        if self._is_made("nothing") and part is self.nothing:
            buttons = (self.drop_button, self.clear_button, self.drop_all_button)
            next(one for one in buttons if not one.isHidden()).setFocus()
        elif self._is_made("empty") and part is self.empty:
            (self.new_button if self.import_button.isHidden() else self.import_button).setFocus()
        else:
            self.grid.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def name_chips(self, words: Callable[[Filters, int], str]) -> None:
        """words(filters, at): a chip of a filter in words."""
        self._chip_words = words

    def _best_words(self) -> str:
        return self._chip_words(filters_of(self.model.query.where), self._best)

    def _count_without(self) -> None:
        """How many there would be without each chip of the filter."""
        query, filters = self.model.query, filters_of(self.model.query.where)
        only = self.model.page.only

        def count() -> list[int]:
            reader = self.store.reader()
            without = [filters.without(at).condition for at in range(len(filters.chips))]
            asked = [replace(query, where=one, sort=(), group=()).and_(only) for one in without]
            return [reader.count(one) for one in asked]

        self._latest_drop.run(count, then=self._counted_without)

    def _counted_without(self, found: list[int]) -> None:
        if len(self.model.records) == 0:
            self._drops = found
            self.reword()
            if (
                self._is_made("nothing")
                and self.currentWidget() is self.nothing
                and self.nothing.isAncestorOf(QApplication.focusWidget() or self)
            ):
                self.focus_first()

    @property
    def _best(self) -> int:
        """The chip without which the most would be shown, -1 when dropping one shows nothing."""
        return self._drops.index(max(self._drops)) if any(self._drops) else -1

    def _look_elsewhere(self) -> None:
        """Whether another list has what this one hasn't."""
        words = self.model.query.words
        others = [page for page in self.store.model.pages() if page.entity != self.entity.entity]

        def count() -> tuple[str, int]:
            reader = self.store.reader()
            for page in others:
                found = reader.count(replace(query_of(page), sort=(), words=words))
                if found:
                    return page.entity, found
            return "", 0

        self._latest.run(count, then=self._found_elsewhere)

    def _found_elsewhere(self, found: tuple[str, int]) -> None:
        self._other = found
        self.reword()

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        if self._is_made("empty"):
            self.empty.repaint_icon()
            self._reword_empty()
        if self._is_made("nothing"):
            self.nothing.repaint_icon()
            self._reword_nothing()

    def _reword_empty(self) -> None:
        self.new_button.setVisible(self.said_empty is None)
        if self.said_empty is not None:
            title, text, act = (_(one) for one in self.said_empty)
            self.empty.title.setText(title)
            self.empty.text.setText(text)
            self.import_button.setText(act)
            return
        things, thing = _(self.entity.plural).lower(), _(self.entity.label).lower()
        rights = self.store.rights
        if rights is not None and rights.scope(self.entity.entity, "see") == "none":
            self.empty.title.setText(_("Your role does not let you see {things}").format(things=things))
            self.empty.text.setText(_("Whoever gives the rights can change that. Ask them."))
            self.import_button.hide()
            self.new_button.hide()
            return
        self.empty.title.setText(_("No {things} yet").format(things=things))
        said = BEGUN.get(self.entity.entity)
        self.import_button.setVisible(said is None)
        bring = _("Bring in the list you have: Excel, csv or vCard. You can undo it.")
        self.empty.text.setText(bring if said is None else _(said))
        self.import_button.setText(_("Import a list…"))
        self.new_button.setText(_("New {thing}").format(thing=thing))

    def _reword_nothing(self) -> None:
        model = self.model
        filtered = model.query.where is not None
        self.clear_button.setVisible(bool(model.query.words))
        self.drop_all_button.setVisible(filtered)
        self.drop_all_button.setText(_("Remove all filters"))
        self.drop_button.setVisible(filtered and self._best >= 0)
        if filtered and self._best >= 0:
            chip = self._best_words()
            self.drop_button.setText(_("Remove: {filter}").format(filter=chip))
        self.clear_button.setText(_("Clear the search"))
        self._show_elsewhere()
        if filtered:
            self._reword_filtered()
            return
        self.nothing.title.setText(_("Nothing matches “{words}”").format(words=model.query.words[:60]))
        schema = self.store.schema
        shown = dict.fromkeys(
            schema.fields(self.entity.entity)[way.field].title
            for way in through.ways(schema, self.entity.entity)
        )
        if shown:
            what = N_(
                "Searched: names, pinyin, codes, phones, mails, addresses and tags of {things}; also: {columns}."
            )
        else:
            what = N_("Searched: names, pinyin, codes, phones, mails, addresses and tags of {things}.")
        self.nothing.text.setText(str(say(what, things=self.counted(model.total), columns=list(shown))))

    def _reword_filtered(self) -> None:
        self.nothing.title.setText(_("Nothing matches the filter"))
        if self._best >= 0:
            text = _("Without the filter {filter} there would be {things}.").format(
                filter=self._best_words(), things=self.counted(self._drops[self._best])
            )
        else:
            text = _("{things} are hidden by it.").format(things=self.counted(self.model.total))
        self.nothing.text.setText(text)

    def _show_elsewhere(self) -> None:
        entity, found = self._other
        self.elsewhere_button.setVisible(bool(entity))
        if entity:
            other = self.store.schema.entity(entity)
            named = _(other.label if found == 1 else other.plural).lower()
            self.elsewhere_button.setText(_("Show {n} {things}").format(n=f"{found:,}", things=named))
