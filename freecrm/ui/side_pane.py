"""The pane at the side of a list: the record under the cursor, or the form of a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QSplitter

from freecrm.store.database import Store
from freecrm.store.quotes import begun_with
from freecrm.ui import look
from freecrm.ui.tasks import Tasks

if TYPE_CHECKING:
    from freecrm.ui.new_panel import NewPanel
    from freecrm.ui.record_panel import RecordPanel

WIDTH, FORM_WIDTH, LIST_LEAST = 320, 400, 400


class SidePane(QObject):
    """changed: opened, closed, or shows something else. closed(had_focus): by the user. hint(text): a line for
    the status bar. step_wanted(1 or -1): the next record, the one before. made(id): a new record is in the file. open_record(entity, id): another one is wanted.
    follow_up_left(entity, id): a follow-up is kept as a draft. command_wanted(id): a command of the window. wide_wanted(values, draft): the form is wanted on a page of its own; draft: the key of what is kept of it.

    width: as the user left it, 0 as it comes."""

    changed = Signal()
    closed = Signal(bool)
    hint = Signal(str)
    step_wanted = Signal(int)
    made = Signal(object)
    open_record = Signal(str, object)
    settle_wanted = Signal(object, str)
    compare_wanted = Signal(object)
    wide_wanted = Signal(object, str)
    follow_up_left = Signal(str, object)
    command_wanted = Signal(str)

    def __init__(self, splitter: QSplitter, store: Store, tasks: Tasks, entity: str) -> None:
        super().__init__(splitter)
        self.splitter, self.store, self.tasks, self.entity = splitter, store, tasks, entity
        self.record: RecordPanel | None = None
        self.new: NewPanel | None = None
        self.width = 0
        self._zoom = look.zoom()

    @property
    def part(self) -> NewPanel | RecordPanel | None:
        """What is shown, None when the pane is closed (it is shown also while the whole window is not)."""
        if self.new is not None:
            return self.new
        return self.record if self.record is not None and not self.record.isHidden() else None

    @property
    def is_open(self) -> bool:
        """Whether the side pane is shown."""
        return self.part is not None

    def title(self) -> str:
        """What the pane is about: the record's name, "New customer: ACME"; "" when it is closed."""
        if self.new is not None:
            return self.new.form.heading()
        held = self.record.record if self.record is not None else None
        return self.store.schema.title_of(self.entity, held.values) if held is not None else ""

    # ---- the record

    def open_record_at(self, n: int) -> None:
        """Show the record of this number (-1: none yet); an open form stays until it is left."""
        if self.new is not None:
            return
        if self.record is None:
            from freecrm.store import followups
            from freecrm.ui.record_panel import RecordPanel

            self.record = RecordPanel(self.store, self.entity, tasks=self.tasks)
            self.record.closed.connect(self.close)
            self.record.hint.connect(self.hint)
            self.record.acts.wanted.connect(self.command_wanted)
            self.record.open_record.connect(self.open_record)
            self.record.settle_wanted.connect(self.settle_wanted)
            if followups.takes(self.store.schema.entity(self.entity)):
                from freecrm.ui.follow_up.panel import PanelFoot

                foot = PanelFoot(self.store, self.tasks, self.entity, self.record)
                foot.left.connect(self.follow_up_left)
                self.record.add_foot(foot)
            self._add(self.record, WIDTH)
            self.record.typed.connect(self.changed)
            self.record.edited.connect(self.changed)
            self.record.step_wanted.connect(self.step_wanted)
        self.record.n = n
        self.record.load()
        self.record.show()
        self.changed.emit()

    def follow(self, n: int) -> None:
        """Show the record of this number soon, if the pane shows one."""
        if self.record is not None and self.part is self.record:
            self.record.follow(n)

    def show_steps(self, *, before: bool, after: bool) -> None:
        """Say whether the list has a record before the one shown, and one after it."""
        if self.record is not None:
            self.record.before_button.setEnabled(before)
            self.record.after_button.setEnabled(after)

    def refresh(self) -> None:
        """Show what a step changed."""
        if self.record is not None and self.part is self.record:
            self.record.load()

    def begin_follow_up(self) -> bool:
        """Put the cursor where a follow-up on the record shown is written; False where that isn't possible."""
        shown = self.record is not None and self.part is self.record and self.record.foot is not None
        return shown and self.record.foot.begin()  # type: ignore[union-attr]

    # ---- the form

    def begin_new(self, values: dict[str, Any] | None = None, draft: str = "") -> None:
        """Show the form of a new record, the cursor in its first field; one that is open is gone on with."""
        if self.new is None:
            from freecrm.ui.new_panel import NewPanel

            if self.record is not None:
                self.width = self.width_now()
                self.record.hide()
            given = not values and not draft
            start = begun_with(self.store, self.entity) if given else values
            made = self.new = NewPanel(self.store, self.tasks, self.entity, values=start, draft=draft)
            if given and start:
                made.form.take_as_given()
            made.form.changed.connect(self.changed)
            made.saved.connect(self.made)
            made.closed.connect(self._end_new)
            made.open_record.connect(self.open_record)
            made.compare_wanted.connect(self.compare_wanted)
            made.wide_wanted.connect(self._widen)
            self._add(made, FORM_WIDTH)
            made.show()
        self.new.focus_first()
        self.changed.emit()

    def _widen(self) -> None:
        if self.new is not None:
            values, draft = self.new.values(), self.new.draft
            self._end_new()
            self.wide_wanted.emit(values, draft)

    def _end_new(self) -> None:
        form, self.new = self.new, None
        if form is not None:
            had_focus = _has_focus(form)
            form.hide()
            form.deleteLater()
            self.closed.emit(had_focus)
            self.changed.emit()

    # ---- the pane

    def _add(self, part: QFrame, width: int) -> None:
        self.splitter.addWidget(part)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(self.splitter.count() - 1, 0)
        wide = max(self.width, look.px(width))
        sizes = [0] * self.splitter.count()
        sizes[0], sizes[-1] = max(self.splitter.width() - wide, LIST_LEAST), wide
        self.splitter.setSizes(sizes)

    def close(self) -> None:
        """Take the side pane away; a form asks first what becomes of what was typed."""
        if self.new is not None:
            self.new.close_asking()
        elif self.record is not None:
            had_focus = _has_focus(self.record)
            self.width = self.width_now()
            self.record.hide()
            self.closed.emit(had_focus)
            self.changed.emit()

    def width_now(self) -> int:
        """How wide the record is shown, 0 as long as nobody has seen it."""
        return self.record.width() if self.record is not None and self.record.isVisible() else self.width

    def focus(self) -> None:
        """Put the focus into it."""
        if self.new is not None:
            self.new.focus_first()
        elif self.record is not None:
            self.record.area.setFocus(Qt.FocusReason.TabFocusReason)

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme, as wide as the text wants."""
        grown, self._zoom = look.zoom() / self._zoom, look.zoom()
        self.width = round(self.width * grown)
        sizes = self.splitter.sizes()
        for part in (self.record, self.new):
            if part is not None:
                part.reword()
        if grown != 1 and self.part is not None:
            at = self.splitter.indexOf(self.part)
            wide = round(sizes[at] * grown)
            sizes[0], sizes[at] = sizes[0] + sizes[at] - wide, wide
            self.splitter.setSizes(sizes)


def _has_focus(part: QFrame) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and part.isAncestorOf(focus)
