"""The page of one record: head, figures, tabs that load when they are first opened.

What stands on it the modules declare; the page asks the store and goes through the door, and knows no business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from freecrm.core.change import Touched
from freecrm.core.pieces import Figure, Linked
from freecrm.core.rows import Rows
from freecrm.core.words import N_, _, language
from freecrm.store import figures, followups, merging, noting, recent
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.offering import offer, why_not
from freecrm.ui.page import Pane, Place
from freecrm.ui.parts import name_button
from freecrm.ui.record_page import tabs
from freecrm.ui.record_page.acting import OVERVIEW
from freecrm.ui.record_page.fields import created_words
from freecrm.ui.record_page.frame import FramedPage
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from freecrm.exchange.printing import Printable
    from freecrm.ui.list_model import ListModel
    from freecrm.ui.record_history import Ask

Numbers = tuple[dict[str, figures.Found], dict[str, int | None], int, frozenset[str]]


class RecordPage(FramedPage):
    """One record. open_record(entity, id): another one is wanted. turned(entity, id): the page shows the next of
    the list. back: the page before is wanted. hint_wanted(text): a line for the status bar. own_window(entity,
    id): this record in a window of its own. list_wanted(entity, n): the record in its list. step_wanted(number): a
    step in the history. print_wanted: what `printed` offers. plan_wanted: a follow-up plan is to be begun. note_left(entity, id, name): a note to this record is
    kept as a draft. settle_wanted(id, field): what two people changed there is to be settled."""

    turned = Signal(str, object)
    back = Signal()
    hint_wanted = Signal(str)
    own_window = Signal(str, object)
    list_wanted = Signal(str, int)
    step_wanted = Signal(int)
    print_wanted = Signal()
    plan_wanted = Signal()
    note_left = Signal(str, object, str)
    settle_wanted = Signal(object, str)

    def __init__(
        self, store: Store, tasks: Tasks, entity: str, id: bytes, parent: QWidget | None = None
    ) -> None:
        super().__init__(store, tasks, entity, id, parent)
        self.way: ListModel | None = None  # the list one came from
        self.ask_beyond: Ask | None = None  # who knows of the record what this file doesn't
        self.stale: set[str] = set()
        self.counts: dict[str, int | None] = {}
        self._called = ""
        self._spoken: tuple[str, str, int] = ("", "", 0)
        self._latest, self._created = Latest(tasks), Latest(tasks)
        self._connect()
        self.setAcceptDrops(True)
        self.reword()
        self._begin()

    def _connect(self) -> None:
        fields, overview = self.overview.fields, self.overview
        fields.hint.connect(self.hint_wanted)
        fields.edited.connect(self._edited)
        fields.gone.connect(self._gone)
        fields.open_record.connect(self.open_record)
        fields.settle_wanted.connect(self.settle_wanted)
        overview.open_record.connect(self.open_record)
        overview.opens_tab.connect(self.show_tab)
        overview.choose_file.connect(self.choose_file)
        overview.begin_person.connect(self.begin_first_person)
        overview.composer.changed.connect(self.changed)
        overview.composer.left.connect(self._note_left)
        overview.timeline.view.opened.connect(partial(self.act, "open"))
        overview.timeline.view.act.connect(self.act)
        overview.timeline.shown.connect(self.order_inputs)
        self.add_buttons["file"].clicked.connect(self.choose_file)
        for button, act in (
            (self.previous_button, partial(self.step_record, -1)),
            (self.next_button, partial(self.step_record, 1)),
            (self.window_button, self._own_window),
            (self.more_button, self._show_menu),
        ):
            button.clicked.connect(lambda _checked=False, act=act: act())
        self.bar.chosen.connect(self.open_figure)
        self.bar.whole_wanted.connect(lambda _yes: self._count())
        self.tab_bar.currentChanged.connect(self._tab_changed)

    can_print = True

    def leaves(self) -> Sequence[tuple[str, bytes | None]]:
        return ((self.entity.entity, self.id), ("", None))

    def printed(self) -> list[Printable]:
        from freecrm.ui.list_print import papers_of, record_of
        from freecrm.ui.record_page.paper import TimelinePaper

        record = self.store.reader().record(self.entity.entity, self.id)
        if record is None:
            return []
        seen: list[Printable] = getattr(self.made[self.tab], "printed", list)()
        model = self.overview.timeline.model
        return [
            *papers_of(self.store, record),
            *seen,
            record_of(self.store, record),
            TimelinePaper(model, self.name, model.only, model.words),
        ]

    @property
    def belongs_to(self) -> Place | None:
        return Place("list", self.entity.entity)

    message_at = 1

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    # ---- what it shows

    def _begin(self) -> None:
        self.fields.load()
        if self.is_gone:
            return
        self.overview.load(self.id)
        self._count()
        self._created.run(created_words, self.store, self.id, then=self._say_created)
        self.tasks.run(
            recent.note, self.store, self.entity.entity, self.id, failed=lambda _known: None, writes=True
        )
        self._called = self.name
        self.order_inputs()
        self.show_tab(next((tab.name for tab in self.tabs if tab.opens), self.tab))

    def _say_created(self, text: str) -> None:
        self.fields.say_created(text)

    def _count(self) -> None:
        """Work out the figures and the counts of the tabs, from the rows as they are now."""
        whole = self.tree if self.bar.whole.isChecked() else None
        self._latest.run(self._numbers, self.id, whole, then=self._show_numbers)

    def _numbers(self, id: bytes, whole: Any) -> Numbers:
        reader, entity = self.store.reader(), self.entity.entity
        found = figures.values(reader, entity, id, self.figures, whole)
        counts = {tab.name: figures.count(reader, entity, id, tab) for tab in self.tabs}
        below = len(figures.below(reader, entity, id, self.tree)) - 1 if self.tree is not None else 0
        old = followups.old_figures(self.store, entity, id)
        return found, counts, below, old

    def _show_numbers(self, numbers: Numbers) -> None:
        found, self.counts, below, self.bar.old = numbers
        self.bar.show_values(found, has_below=below > 0)
        shown = None if self.is_gone else self.fields.record
        self.acts.show_for(shown)
        if self.strip is not None:
            self.strip.show_for(shown)
        self._name_tabs()
        self.order_inputs()

    def _name_tabs(self) -> None:
        self.tab_bar.setTabText(0, _("Overview"))
        for at, tab in enumerate(self.tabs, 1):
            count = self.counts.get(tab.name)
            text = _(tab.label) + (f"  {count:,}" if count else "")
            self.tab_bar.setTabText(at, text)
        for name, text in (("ScrollLeftButton", _("Earlier tabs")), ("ScrollRightButton", _("Further tabs"))):
            button = self.tab_bar.findChild(QToolButton, name)
            if button is not None:
                button.setAccessibleName(text)
                button.setToolTip(text)

    def heard(self, touched: Touched | None) -> None:
        if touched is not None and not touched.ids:
            return
        self.fields.load()
        if self.is_gone and self.store.reader().numbers_of(self.entity.entity, [self.id]):
            self._back_again()
        if self.is_gone:
            return
        self._count()
        self.stale = set(self.made)
        self._refresh_shown()
        self._show_name()

    def _edited(self) -> None:
        self.order_inputs()
        self._show_name()
        self.changed.emit()

    def _show_name(self) -> None:
        if self.name != self._called:
            self._called = self.name
            self.renamed.emit()

    def _refresh_shown(self) -> None:
        name = self.tab
        if name in self.stale:
            self.stale.discard(name)
            self.made[name].load(self.id)  # type: ignore[attr-defined]

    # ---- tabs

    @property
    def tab(self) -> str:
        at = self.tab_bar.currentIndex()
        return self.tabs[at - 1].name if at > 0 else OVERVIEW

    def show_tab(self, name: str) -> None:
        names = [OVERVIEW, *(tab.name for tab in self.tabs)]
        if name in names:
            self.tab_bar.setCurrentIndex(names.index(name))

    def step_tab(self, by: int) -> None:
        """To the next tab, or the one before; from the last to the first."""
        self.tab_bar.setCurrentIndex((self.tab_bar.currentIndex() + by) % self.tab_bar.count())
        self.focus_tab()

    def _tab_changed(self, at: int) -> None:
        if not self.overview.fields.save():
            self.tab_bar.blockSignals(True)
            self.tab_bar.setCurrentIndex(0)  # what can't be saved yet stands there
            self.tab_bar.blockSignals(False)
            return
        name = self.tab
        show = self.tabs[at - 1].show if at > 0 else None
        self.makes = show.of if isinstance(show, Linked) else ""
        if name not in self.made:
            made = tabs.make(self, self.tabs[at - 1])
            self.made[name] = made
            self.stack.addWidget(made)
            made.load(self.id)  # type: ignore[attr-defined]
        self.stack.setCurrentWidget(self.made[name])
        self._refresh_shown()
        self.order_inputs()
        self.changed.emit()

    def focus_tab(self) -> None:
        inputs = self.tab_inputs()
        wanted = [one for one in inputs if one.isVisibleTo(self) and one.isEnabled()]
        (wanted[-1] if wanted and self.tab != OVERVIEW else self.tab_bar).setFocus(
            Qt.FocusReason.OtherFocusReason
        )

    def tab_inputs(self) -> list[QWidget]:
        found: list[QWidget] = self.made[self.tab].inputs()  # type: ignore[attr-defined]
        return found

    def open_figure(self, figure: Figure) -> None:
        """Show the rows of a figure: its tab, or the field that it is."""
        if figure.opens:
            self.show_tab(figure.opens)
            self.focus_tab()
            return
        self.show_tab(OVERVIEW)
        of = figure.of
        name = of if isinstance(of, str) else self._field_of(getattr(of, "of", ""))
        self.fields.show_field(name)

    def _field_of(self, child: str) -> str:
        fields = self.store.schema.fields(self.entity.entity).values()
        return next((f.name for f in fields if isinstance(f, Rows) and f.of == child), "")

    # ---- the way through the list

    def follow(self, way: ListModel | None) -> None:
        """Go to the next and the one before along this list."""
        self.way = way
        if way is not None:
            way.moved.connect(self._way_moved)
        self._way_moved()

    def _way_moved(self) -> None:
        at = self.at()
        for button, by in ((self.previous_button, -1), (self.next_button, 1)):
            button.setVisible(at >= 0)
            button.setEnabled(at >= 0 and 0 <= at + by < self._length())
        self.order_inputs()
        self.changed.emit()

    def _length(self) -> int:
        return len(self.way.numbers) if self.way is not None else 0

    def at(self) -> int:
        """Where the record stands in the list one came from, -1 when it doesn't."""
        record = self.fields.record
        return self.way.place(record.n) if self.way is not None and record is not None else -1

    def step_record(self, by: int) -> None:
        """Show the next record of the list one came from (1), or the one before (-1), in the same tab."""
        at = self.at() + by
        if self.way is None or self.at() < 0 or not 0 <= at < self._length():
            return
        ids = self.store.reader().ids_of(self.entity.entity, [self.way.numbers[at]])
        if ids and self.fields.save() and self.panel_goes():
            self.show_id(ids[0])
            self.turned.emit(self.entity.entity, ids[0])

    def show_id(self, id: bytes) -> None:
        """Show another record of the same kind, in the same tab."""
        if self.has_messages:
            self.messages.dismiss()  # it was about the record before
        self.id = id
        self.overview.show_id(id)
        self.stale = set(self.made) - {OVERVIEW, self.tab}
        if self.tab != OVERVIEW:
            self.made[self.tab].load(id)  # type: ignore[attr-defined]
        self._count()
        self._created.run(created_words, self.store, id, then=self._say_created)
        self.tasks.run(
            recent.note, self.store, self.entity.entity, id, failed=lambda _known: None, writes=True
        )
        self._called = self.name
        self._way_moved()

    # ---- what is done with it

    def delete_record(self) -> None:
        """Delete the record, with its way back, and return to where one came from."""
        given = (self.store, self.entity.entity, self.id)

        def gone(_none: object) -> None:
            self.back.emit()

        self.tasks.run(noting.delete_record, *given, then=gone, failed=talk.tell_problem, writes=True)

    def _show_menu(self) -> None:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        entries: list[tuple[str, str, Callable[[], object]]] = [
            ("list", N_("Show in the list"), self._show_in_list),
            ("trash-2", N_("Delete"), self.delete_record),
        ]
        if merging.merges(self.store, self.entity.entity, self.id, limit=1):
            entries.insert(1, ("merge", N_("Split again…"), self._show_merges))
        if self.entity.entity == "customer":
            entries.insert(1, ("list-checks", N_("Begin a follow-up plan…"), self.plan_wanted.emit))
        if self.entity.entity in ("customer", "deal"):
            entries.insert(1, ("file-text", N_("New quote"), self.begin_quote))
        for icon, text, act in entries:
            if text == "Delete":
                menu.addSeparator()
            action = menu.addAction(_(text))
            if text == "Delete":
                why = why_not(self.store, "delete", (self.entity.entity, self.id))
                offer(action, why)
            look.dress(action, icon, 16)
            action.triggered.connect(lambda _checked=False, act=act: act())
        menu.popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    def _show_in_list(self) -> None:
        record = self.fields.record
        if record is not None:
            self.list_wanted.emit(self.entity.entity, record.n)

    def _show_merges(self) -> None:
        self.go.emit(Place("merged", f"{self.entity.entity}:{self.id.hex()}"))

    def _own_window(self) -> None:
        self.own_window.emit(self.entity.entity, self.id)

    # ---- going

    def focus_first(self) -> None:
        self.tab_bar.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_find(self) -> None:
        """Go to the search of the timeline, or of the tab that is shown."""
        box = getattr(self.overview.timeline, "find_box", None)
        inner = getattr(self.made[self.tab], "box", None)
        if inner is not None:
            box = inner.find_box
        elif self.tab != OVERVIEW:
            self.show_tab(OVERVIEW)
        if box is not None:
            box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def panes(self) -> list[Pane]:
        found: list[Pane] = [(self.left_side, self.focus_first)]
        if self.tab == OVERVIEW:
            found += [
                (self.overview.composer, lambda: self.overview.composer.begin()),
                (self.overview.timeline, self.overview.timeline.view.setFocus),
            ]
        else:
            found.append((self.stack, self.focus_tab))
        if self.new is not None:
            found.append((self.new, self.new.focus_first))
        return found

    def state(self) -> Any:
        states = {name: made.state() for name, made in self.made.items()}  # type: ignore[attr-defined]
        return {"tab": self.tab, "whole": self.bar.whole.isChecked(), "tabs": states}

    def restore(self, state: Any) -> None:
        self.show_tab(state["tab"])
        self.bar.whole.setChecked(state["whole"])
        for name in (OVERVIEW, state["tab"]):
            if name in state["tabs"] and name in self.made:
                self.made[name].restore(state["tabs"][name])  # type: ignore[attr-defined]

    def unsaved(self) -> list[str]:
        typed = self.new.unsaved() if self.new is not None else []
        for tab in self._taking_text():
            typed = [*typed, *tab.unsaved()]
        changing = self.overview.composer.unsaved() if self.overview.composer.note is not None else []
        return [*self.fields.unsaved(), *changing, *typed]

    def _note_left(self, id: bytes) -> None:
        if not self.is_gone:
            self.note_left.emit(self.entity.entity, id, self.name)

    def unsaved_title(self) -> str:
        return self.name

    def save(self) -> bool:
        if self.overview.composer.note is not None and self.overview.composer.unsaved():
            self.overview.composer.save()
        saved = all(tab.save() for tab in self._taking_text())
        return saved and bool(self.fields.save()) and (self.new is None or self.new.save())

    def _taking_text(self) -> list[Any]:
        """The tabs that have a form of their own."""
        return [made for made in self.made.values() if hasattr(made, "unsaved")]

    def panel_goes(self) -> bool:
        return super().panel_goes() and not any(tab.unsaved() for tab in self._taking_text())

    def give_up(self) -> None:
        self.fields.give_up()
        for tab in self._taking_text():
            tab.give_up()
        if self.overview.composer.note is not None:
            self.overview.composer.cancel()
        if self.new is not None:
            self.new.give_up()

    def put_away(self) -> None:
        """The page goes: what was typed as a note is kept as its draft."""
        self.overview.composer.leave()
        if self.way is not None:
            self.way.moved.disconnect(self._way_moved)
            self.way = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not event.modifiers():
            self.back.emit()
        elif event.key() == Qt.Key.Key_F2 and not event.modifiers() and not self.is_gone:
            self.show_tab(OVERVIEW)
            self.fields.edit_again()
        else:
            super().keyPressEvent(event)

    # ---- words

    def crumbs(self) -> list[str]:
        return [_(self.entity.plural), self.name or _(self.entity.label)]

    def summary(self) -> str:
        at = self.at()
        return _("{n} of {total}").format(n=f"{at + 1:,}", total=f"{self._length():,}") if at >= 0 else ""

    def hint(self) -> str:
        if self.at() >= 0:
            return _("Ctrl+↑ ↓: previous, next   F2: change a value   Ctrl+J: write a follow-up")
        return _("F2: change a value   Ctrl+J: write a follow-up")

    def reword(self) -> None:
        spoken = (language(), look.theme(), look.zoom())
        if spoken == self._spoken:
            return  # just made: everything is said already
        spoke, self._spoken = bool(self._spoken[0]), spoken
        super().reword()
        self.add_buttons["file"].setText(_("Attach a file…"))
        name_button(self.previous_button, _("Previous record"), "Ctrl+↑")
        name_button(self.next_button, _("Next record"), "Ctrl+↓")
        name_button(self.window_button, _("Open in a window of its own"), "Alt+Enter")
        name_button(self.more_button, _("More"))
        self.tab_bar.setAccessibleName(_("Tabs"))
        self._say_gone()
        self.restore_button.setText(_("Restore"))
        self.fields.created = ""
        for made in self.made.values() if spoke else ():  # else they have just said it
            made.reword()  # type: ignore[attr-defined]
        self.bar.reword()
        self.acts.reword()
        if self.strip is not None:
            self.strip.reword()
        self._name_tabs()
        if self.fields.record is not None:
            self._created.run(created_words, self.store, self.id, then=self._say_created)
        if self.new is not None:
            self.new.reword()
        self.order_inputs()
