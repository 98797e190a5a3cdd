"""What is done on a record's page: notes, files, people added and removed; files dropped on it.

The page is put together in `page.py`; this is the part of it that writes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from freecrm.core.entity import Entity
from freecrm.core.pieces import Linked, People, Tab
from freecrm.core.words import _
from freecrm.store import files, noting, quotes
from freecrm.store.database import Store
from freecrm.store.followups import OTHER
from freecrm.store.timeline import CHANGES, Happening
from freecrm.ui import look, talk
from freecrm.ui.follow_up.kinds import NOTE
from freecrm.ui.page import Page
from freecrm.ui.record_page.overview import Overview
from freecrm.ui.tasks import Tasks

if TYPE_CHECKING:
    from PySide6.QtWidgets import QHBoxLayout

    from freecrm.ui.attaching import Attaching
    from freecrm.ui.new_panel import NewPanel
    from freecrm.ui.record_page.rows_tab import Line

OVERVIEW = "overview"


class ActingPage(Page):
    """The acts of a record's page, over the parts that the page itself makes."""

    open_record = Signal(str, object)

    store: Store
    tasks: Tasks
    entity: type[Entity]
    id: bytes
    tabs: list[Tab]
    overview: Overview
    whole: QHBoxLayout
    is_gone: bool

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.new: NewPanel | None = None
        self.attaching: Attaching | None = None

    @property
    def fields(self) -> Any:
        """The fields of the record, edited in place."""
        return self.overview.fields

    @property
    def name(self) -> str:
        """What the record is called."""
        record = self.overview.fields.record
        return (
            self.overview.fields.store.schema.title_of(record.entity, record.values)
            if record is not None
            else ""
        )

    @property
    def tab(self) -> str:
        """The name of the tab that is shown."""
        raise NotImplementedError

    def show_tab(self, name: str) -> None:
        """Turn to a tab; nothing happens when there is none of that name."""
        raise NotImplementedError

    def focus_tab(self) -> None:
        """Put the focus into the tab that is shown."""
        raise NotImplementedError

    def tab_inputs(self) -> list[QWidget]:
        """What Tab goes through in the tab that is shown."""
        raise NotImplementedError

    # ---- adding

    def choose_file(self) -> None:
        """Let a file be chosen and attach it."""
        path = talk.ask_file(self, _("Attach a file"), _("All files (*)"))
        if path is not None:
            self.attach([path])

    def attach(self, paths: list[Path]) -> None:
        """Copy files and hang them on the record."""
        from freecrm.ui import attaching

        attaching.attach(self.store, self.tasks, self.entity.entity, self.id, paths, _nothing)

    def begin_note(self) -> None:
        """Put the cursor where a note is written."""
        self.show_tab(OVERVIEW)
        self.overview.composer.begin(kind=NOTE)

    def begin_follow_up(self, kind: str = OTHER) -> None:
        """Put the cursor where a follow-up is written; on records that have none, where a note is."""
        self.show_tab(OVERVIEW)
        self.overview.composer.begin(kind=kind)

    def begin_first_person(self) -> None:
        """Show the form of a new person, where the record has people."""
        for tab in self.tabs:
            if isinstance(tab.show, People):
                self.begin_person(tab.show)
                return

    def begin_person(self, show: People) -> None:
        """Show the form of a new person who belongs to this record."""
        schema = self.store.schema
        for entity in self.store.model.roots():
            for name, child in schema.children(entity.entity).items():
                if child.entity == show.of:
                    row = {show.by: self.id, f"{show.by}_title": self.name}
                    self.begin_new(entity.entity, {name: [row]})
                    return

    def make_new(self) -> None:
        """Begin a record of those that the tab lists."""
        for tab in self.tabs:
            if isinstance(tab.show, Linked) and tab.name == self.tab:
                self.begin_new(tab.show.of, {tab.show.by: self.id})

    def begin_quote(self) -> None:
        """Begin a quote for this customer, or with the lines of this deal, and show its page."""
        begin = quotes.from_deal if self.entity.entity == "deal" else quotes.begin
        self.tasks.run(
            begin,
            self.store,
            self.id,
            writes=True,
            then=lambda made: self.open_record.emit("quote", made),
            failed=talk.tell_problem,
        )

    def begin_new(self, entity: str, values: dict[str, Any]) -> None:
        """Show the form of a new record at the right; what is typed into an open one stays. A quote is begun at once:
        its lines are typed on its own page."""
        if entity == "quote":
            self.begin_quote()
            return
        from freecrm.ui.new_panel import NewPanel

        if self.new is None:
            made = self.new = NewPanel(self.store, self.tasks, entity, values=values)
            made.form.take_as_given()
            made.form.changed.connect(self.changed)
            made.closed.connect(self._end_new)
            made.open_record.connect(self.open_record)
            made.wide_button.hide()
            made.setFixedWidth(look.px(400))
            self.whole.addWidget(made)
            made.show()
        self.new.focus_first()
        self.changed.emit()

    def _end_new(self) -> None:
        made, self.new = self.new, None
        if made is not None:
            made.hide()
            made.deleteLater()
            self.focus_tab()
            self.changed.emit()

    def panel_goes(self) -> bool:
        """Whether no typed text of a new record would be lost."""
        return self.new is None or not self.new.unsaved()

    # ---- what is done with rows

    def act(self, verb: str, about: Happening) -> None:
        """Do something with an entry of a timeline: open, save, remove."""
        if about.kind == CHANGES:
            view = self.overview.timeline.view if self.tab == OVERVIEW else self.tab_inputs()[-1]
            view.rows_model.toggle(view.currentIndex().row())  # type: ignore[attr-defined]
        elif about.entity == "file":
            self._with_file(verb, about.id, dict(about.values))
        elif about.entity == "activity" and verb == "open":
            self.open_record.emit("activity", about.id)
        elif about.values.get("parent") not in (None, self.id):
            self.open_record.emit(about.values["parent_entity"], about.values["parent"])
        elif verb == "open":
            self.show_tab(OVERVIEW)
            self.overview.composer.name = self.name
            self.overview.composer.begin(about.id, str(about.values.get("text") or ""))
        elif verb == "remove":
            self.remove_row(about.entity, about.id)

    def act_on_file(self, verb: str, line: Line) -> None:
        """Do something with a row of the files: open, save, remove."""
        self._with_file(verb, line.id, line.values)

    def _with_file(self, verb: str, id: bytes, values: dict[str, Any]) -> None:
        if verb == "remove":
            self.remove_row("file", id)
        elif verb == "open":
            from freecrm.ui.editors.files import open_file

            self.tasks.run(files.lend, self.store, values, then=open_file, failed=talk.tell_problem)
        else:
            name = str(values.get("name") or "")
            path = talk.ask_save(self, _("Save “{name}”").format(name=name), "", name)
            if path is not None:
                self.tasks.run(files.copy_out, self.store, values, path, failed=talk.tell_problem)

    def remove_row(self, child: str, id: bytes) -> None:
        """Take a row off the record, with its way back."""
        given = (self.store, child, id, self.name)
        self.tasks.run(noting.remove_row, *given, failed=talk.tell_problem, writes=True)

    # ---- files dropped on it

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        record = self.fields.record
        if record is None or self.is_gone:
            return
        from freecrm.ui.attaching import Attaching

        self.attaching = Attaching.of(self, self.store, self.tasks, record, event)
        if self.attaching is not None:
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self.attaching is not None:
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        if self.attaching is not None:
            self.attaching.hide()
            self.attaching = None

    def dropEvent(self, event: QDropEvent) -> None:
        if self.attaching is not None:
            event.acceptProposedAction()
            self.attaching.attach(_nothing)
            self.attaching = None


def _nothing() -> None:
    """The step's own news brings the files onto the page."""
