"""The side panel: the record under the cursor, its fields by section, the people that belong to it.

It follows the cursor a blink later, so that a held arrow key stays light. Only what is filled in is
shown, and the few fields that should be, as "—". A click, F2 or Enter on a value edits it where it
stands; each value is saved as a step of its own. Files dropped on it are attached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.record import Record
from freecrm.core.rights import is_masked
from freecrm.core.words import N_, _
from freecrm.store import figures, signin
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.parts import icon_button, label, name_button
from freecrm.ui.record_acts import ActStrip
from freecrm.ui.record_lines import SectionGrid, Spot, Value
from freecrm.ui.record_view import RecordView
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Tasks

if TYPE_CHECKING:
    from freecrm.ui.attaching import Attaching
    from freecrm.ui.follow_up.panel import PanelFoot
    from freecrm.ui.in_place import InPlace

WAIT_MS = 30
OUTLINE = N_(
    "Not all of it is here: this customer lies outside of what this computer holds, so phones, addresses, contacts and notes"
    " are missing."
)
SHOWN_MOST = 50  # rows of a kind (notes, files); more are for the page


class RecordPanel(QFrame):
    """One record, to read, to copy from and, with tasks, to edit. closed: its × was pressed. hint(text): why
    a value can't be edited. open_record(entity, id): a page is wanted: a
    person's, or this record's. typed: something else is typed
    into a value. edited: it was saved, or left as it was. step_wanted(1 or -1): the next
    record of the list, the one before. settle_wanted(id, field): what two people changed there is to be settled."""

    closed = Signal()
    hint = Signal(str)
    open_record = Signal(str, object)
    typed = Signal()
    edited = Signal()
    step_wanted = Signal(int)
    settle_wanted = Signal(object, str)

    def __init__(
        self, store: Store, entity: str, parent: QWidget | None = None, *, tasks: Tasks | None = None
    ) -> None:
        super().__init__(parent)
        self.store, self.entity, self.tasks = store, entity, tasks
        self.n = -1
        self.record: Record | None = None
        self.all_fields = False
        self.place: InPlace | None = None
        self.spots: dict[str, Spot] = {}
        self._next = -1  # the record that is wanted while a value can't be saved yet
        self.attaching: Attaching | None = None
        self.foot: PanelFoot | None = None
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._timer.timeout.connect(self.load)
        self.setProperty("panel", True)
        self.setAcceptDrops(tasks is not None)
        self._build()
        self.reword()

    def _build(self) -> None:
        self.code = Value("", role="caption", parent=self)
        self.before_button = icon_button("chevron-up", lambda: self.step_wanted.emit(-1), 16, self)
        self.after_button = icon_button("chevron-down", lambda: self.step_wanted.emit(1), 16, self)
        self.page_button = icon_button("maximize-2", self._open_page, 16, self)
        self.close_button = icon_button("x", self.closed.emit, 16, self)
        self.top = QHBoxLayout()
        self.top.setContentsMargins(*(look.px(side) for side in (16, 6, 8, 6)))
        self.top.addWidget(self.code, 1)
        for button in (self.before_button, self.after_button, self.page_button, self.close_button):
            self.top.addWidget(button)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body = self.make_body()
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(*(look.px(side) for side in (16, 4, 16, 16)))
        self.column.setSpacing(look.px(10))
        self.all_button: QPushButton | None = None
        self.whole = QVBoxLayout(self)
        self.whole.setContentsMargins(0, 0, 0, 0)
        self.whole.setSpacing(0)
        self.whole.addLayout(self.top)
        self.acts = ActStrip(self.entity, self)
        self.acts.setContentsMargins(*(look.px(side) for side in (16, 0, 16, 6)))
        self.whole.addWidget(self.acts)
        self.whole.addWidget(self.area, 1)
        self.code.wanted.connect(lambda: self.edit("code"))

    def make_body(self) -> QWidget:
        """What the record is laid out in, put into the area."""
        made = QWidget(self.area.viewport())
        self.area.setWidget(made)
        return made

    def add_foot(self, foot: PanelFoot) -> None:
        """Let follow-ups be written at its foot, and show the next step on top."""
        self.foot = foot
        self.whole.addWidget(foot)

    def _open_page(self) -> None:
        if self.record is not None:
            self.open_record.emit(self.entity, self.record.id)

    # ---- which record

    def follow(self, n: int) -> None:
        """Show the record of this number soon (-1: none); only the last of many asked for is read.

        As long as a value can't be saved the panel stays with its record, so that nothing typed is lost."""
        if n != self.n or n < 0:
            if not self._let_go():
                self._next = n
                return
            self.n = n
            self._timer.start()

    def load(self) -> None:
        """Read the record now and show it; a value being edited is left alone."""
        self._timer.stop()
        if self.place is not None:
            if self.record is not None and self.n == self.record.n:
                return
            if not self._let_go():
                self._next, self.n = self.n, self.record.n if self.record is not None else -1
                return
        self.record = self.read() if self.n >= 0 else None
        self.show_record()

    def read(self) -> Record | None:
        """The record as the panel shows it, without rows of which it has very many: its page shows those."""
        reader = self.store.reader()
        id = next(iter(reader.ids_of(self.entity, [self.n])), None)
        if id is None:
            return None
        return reader.record(self.entity, id, figures.crowded(reader, self.entity, id, SHOWN_MOST))

    def lay_out(self, record: Record) -> RecordView:
        """Put the record's head and sections into the column."""
        view = RecordView(self.store, record, self.all_fields, self.devicePixelRatioF(), self.body)
        self.head = view.texts
        sections = [SectionGrid(title, lines, parent=self.body) for title, lines in view.sections]
        parts: list[QWidget] = [view.head, *sections]
        if self.foot is not None and "next_at" in record.values:
            from freecrm.ui.follow_up.panel import PanelNext, pool_line

            assert self.tasks is not None
            warned = pool_line(self.store, record, self.body)
            parts[1:1] = [
                PanelNext(self.store, self.tasks, record, self.body),
                *([warned] if warned is not None else []),
            ]
        for part in parts:
            self.column.addWidget(part)
        return view

    def _let_go(self) -> bool:
        return self.place is None or self.place.save(None)

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self.setMinimumWidth(look.px(260))
        name_button(self.before_button, _("Previous record"), "Ctrl+Up")
        name_button(self.after_button, _("Next record"), "Ctrl+Down")
        name_button(self.page_button, _("Open the page"), _("Enter"))
        name_button(self.close_button, _("Close the side panel"), _("Space"))
        self.setAccessibleName(_("Details"))
        self.acts.reword()
        if self.foot is not None:
            self.foot.reword()
        if self.place is not None:
            self.place.reword()
        else:
            self.show_record()

    # ---- how it looks

    def show_record(self) -> None:
        """Build the panel anew from the record it holds."""
        focused, scrolled = self._focused_key(), self.area.verticalScrollBar().value()
        self.setUpdatesEnabled(False)
        before = self.column.takeAt(0)
        while before is not None:
            gone = before.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
            before = self.column.takeAt(0)
        record = self.record
        self.spots = {}
        self.all_button = None
        self.code.setText(str(record["code"] or "") if record is not None else "")
        self.page_button.setEnabled(record is not None)
        self.acts.show_for(record)
        if self.foot is not None:
            self.foot.show_id(record.id if record is not None else None)
        if record is not None:
            self._connect(self.lay_out(record))
        else:
            hint = label("hint", _("Choose a row to see its details."), self.body)
            hint.setWordWrap(True)
            self.column.addWidget(hint)
        self.column.addStretch(1)
        self.show_parts()
        self.setUpdatesEnabled(True)
        if focused:
            self._focus(focused)
        self._scroll_later(scrolled)

    def show_parts(self) -> None:
        """Show what was laid out at once, so that the focus can go there; not before it is complete, for what
        is shown takes its look and its place."""
        for at in range(self.column.count()):
            item = self.column.itemAt(at)
            part = item.widget() if item is not None else None
            if part is not None:
                part.show()

    def _connect(self, view: RecordView) -> None:
        for entity, id, name in view.people:
            if name.is_unseen:
                continue
            name.editable(_("Open"))
            name.wanted.connect(lambda entity=entity, id=id: self.open_record.emit(entity, id))
        if self.tasks is None:
            return
        self.spots = view.spots
        if "code" in self.store.schema.fields(self.entity):
            self.spots["code"] = view.spot("code", self.code)
        for key, spot in self.spots.items():
            for value in spot.labels:
                value.editable(spot.of.title)
                if self._is_masked(spot):
                    value.setToolTip(
                        _("Shown in part. A click shows it whole, and that you looked is noted.")
                    )
                if value is not self.code:
                    value.wanted.connect(lambda key=key: self.edit(key))
        self.all_button = QPushButton(
            _("Show filled fields only") if self.all_fields else _("Show all fields"), self.body
        )
        self.all_button.setProperty("kind", "quiet")
        self.all_button.setProperty("small", True)
        self.all_button.clicked.connect(self.toggle_all)
        self.column.addWidget(self.all_button, 0, Qt.AlignmentFlag.AlignLeft)
        from freecrm.ui.differences import marks

        marks.show(self, view)
        if signin.is_outline(self.store, view.record):
            outline = label("caption", _(OUTLINE))
            outline.setWordWrap(True)
            view.texts.addWidget(outline)
        order_tabs(self.body)

    def toggle_all(self) -> None:
        """Show the empty fields, too, or only those filled in."""
        if self.place is None or self.place.save(None):
            self.all_fields = not self.all_fields
            self.show_record()
            if self.all_button is not None:
                self.all_button.setFocus()

    # ---- editing

    def edit(self, key: str) -> None:
        """Edit a value in its place (a field's name, or what `spots` calls it); says why when that can't be."""
        if self.place is not None and not self.place.save(None):
            return
        if key not in self.spots and key in self.store.schema.fields(self.entity) and not self.all_fields:
            self.all_fields = True
            self.show_record()
        spot = self.spots.get(key)
        if spot is None or self.tasks is None or self.place is not None:
            return
        why = RecordView.why_not(self.store, spot)
        if why is not None:
            self.hint.emit(str(why))
            return
        if self._is_masked(spot):  # it is looked at before it is changed
            from freecrm.ui.rights.reveal import RevealDialog

            RevealDialog(self, self.store, spot.entity, spot.id, spot.of.name).open()
            return
        from freecrm.ui.in_place import InPlace

        self.place = InPlace(self.store, self.tasks, spot)
        self.place.ended.connect(lambda step: self._ended(spot, step))
        self.place.editor.changed.connect(self.typed)
        for widget in spot.hides:
            widget.hide()
        self._put(self.place, spot)
        self.place.show()
        order_tabs(self.body)
        self.place.editor.focus_first()
        self._scroll_later(self.area.verticalScrollBar().value())

    def _is_masked(self, spot: Spot) -> bool:
        """Whether a value is shown in part."""
        rights = self.store.rights
        return (
            rights is not None
            and (spot.entity, spot.of.name) in rights.masked
            and is_masked(spot.of.show(spot.value))
        )

    def _scroll_later(self, value: int) -> None:
        """Stay where the panel was, and show what is edited: once the new parts are laid out."""

        def scroll() -> None:
            self.area.verticalScrollBar().setValue(value)
            focus = QApplication.focusWidget()
            if self.place is not None:
                self.area.ensureWidgetVisible(self.place)
            elif focus is not None and self.body.isAncestorOf(focus):
                self.area.ensureWidgetVisible(focus)

        QTimer.singleShot(0, self, scroll)

    def _put(self, place: InPlace, spot: Spot) -> None:
        """Where the value stood; several elements take the whole width."""
        if spot.into is None:
            title = self.store.schema.entity(self.entity).title
            self.head.insertWidget(0 if spot.key == title else self.head.count(), place)
            if spot.key == title:
                spot.labels[0].hide()
            return
        grid, at = spot.into
        beside = spot.hides[0] if spot.of.column and spot.hides[0].property("role") == "hint" else None
        if beside is None or place.editor.grows:
            grid.addWidget(place, at, 0, 1, 2)
        else:
            beside.show()
            grid.addWidget(place, at, 1)

    def _ended(self, spot: Spot, step: int | None) -> None:
        place, self.place = self.place, None
        focus = QApplication.focusWidget()
        if place is not None:
            place.hide()
            place.deleteLater()
        key = self._beside(spot.key, step or 0)
        if self._next >= 0:
            self.n, self._next = self._next, -1
        self.load()
        if step:
            self.edit(key)
        if step is not None and self.place is None:
            self._focus(key)
        elif focus is not None and step is None and focus.isVisible():
            focus.setFocus()
        self.edited.emit()

    def _beside(self, key: str, step: int) -> str:
        """The value that is edited after this one; those that can't be edited are passed over."""
        keys = [k for k, s in self.spots.items() if RecordView.why_not(self.store, s) is None or k == key]
        keys.sort(key=lambda k: k == "code")
        at = keys.index(key) + step if key in keys else -1
        return keys[at] if 0 <= at < len(keys) else ""

    def _focus(self, key: str) -> None:
        spot = self.spots.get(key)
        if spot is not None and spot.labels:
            spot.labels[0].setFocus()
        elif self.all_button is not None and key:
            self.all_button.setFocus()

    def _focused_key(self) -> str:
        focus = QApplication.focusWidget()
        return next((key for key, spot in self.spots.items() if focus in spot.labels), "")

    # ---- leaving

    def unsaved(self) -> list[str]:
        """Titles of the values whose typed text would be lost."""
        return self.place.unsaved() if self.place is not None else []

    def save(self) -> bool:
        """Save the value being edited; False when that isn't possible, which is then said below it."""
        return self.place is None or self.place.save(0)

    def give_up(self) -> None:
        """Forget what was typed."""
        if self.place is not None:
            self.place.restore()

    # ---- files dropped on it

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.tasks is None or self.record is None:
            return
        from freecrm.ui.attaching import Attaching

        self.attaching = Attaching.of(self, self.store, self.tasks, self.record, event)
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
            self.attaching.attach(self.load)
            self.attaching = None
