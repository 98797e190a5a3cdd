"""An activity being planned or changed: in the side panel of the calendar, or in a dialog.

    form.begin({"start": …, "customer": …})     a new one
    form.show_activity(id, instance)            one that is there; instance: which time of a repeating one
    form.saved.connect(…), form.closed.connect(…)

What it clashes with is looked for while it is typed (`outlook.py`, off the drawing path) and shown above the ways
out; what was typed is kept in the file until it is saved or given up (`DraftKeeper`).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from freecrm.core import agenda
from freecrm.core.change import Touched
from freecrm.core.problems import Known
from freecrm.core.record import Record, Typed
from freecrm.core.words import N_, _, say
from freecrm.store import activities, series
from freecrm.store.clashes import Slot
from freecrm.store.database import Store
from freecrm.store.single import Changed
from freecrm.ui import form_ways, talk
from freecrm.ui.activity_form.contents import Contents
from freecrm.ui.activity_form.layout import Parts
from freecrm.ui.activity_form.outlook import Outlook, outlook
from freecrm.ui.activity_form.writing import Writing
from freecrm.ui.form_drafts import DraftKeeper
from freecrm.ui.tasks import Latest, Tasks

LOOK_MS = 150  # after the last letter, until clashes are looked for
UNKNOWN_ZONE = N_(
    "This computer doesn't know the time zone “{zone}”. The times are those of this computer, and saving keeps them so."
)


class ActivityForm(QFrame):
    """saved(id): it is in the file. closed: the user is done with it. deleted: it was taken away. finish_wanted(id,
    instance): the user wants to say what came of it. changed: something was typed. open_record(entity, id)."""

    saved = Signal(object)
    closed = Signal()
    deleted = Signal()
    changed = Signal()
    finish_wanted = Signal(object, object)
    open_record = Signal(str, object)

    can_open = False
    """Whether somebody hears `open_record`."""
    was_new = False
    """Whether what was saved last was not in the file before."""

    def __init__(self, store: Store, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.store, self.tasks = store, tasks
        self.id: bytes | None = None
        self.instance: dt.datetime | None = None
        self.record: Record | None = None
        self.drafts: DraftKeeper | None = None
        self._saved_id: bytes | None = None
        self._came_from: tuple[bytes, dt.datetime | None] | None = None
        self._hold = form_ways.Hold(self)
        self._latest = Latest(tasks)
        self._look_timer = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._look_timer.timeout.connect(self.look_for_clashes)
        self.parts = Parts(self)
        self.contents = Contents(store, self.parts)
        self._connect()
        form_ways.save_by_keys(self, self.save)
        self.begin({})

    def _connect(self) -> None:
        parts = self.parts
        for editor in parts.editors.values():
            editor.changed.connect(self._changed)
            editor.left.connect(self._left)
        for part in (parts.when, parts.people, parts.reminders, parts.repeat):
            part.changed.connect(self._changed)
        parts.editors["kind"].changed.connect(self._kind_changed)
        parts.editors["customer"].changed.connect(self._customer_changed)
        parts.when.changed.connect(self._when_changed)
        parts.free.clicked.connect(self._changed)
        parts.clash.slot_wanted.connect(self.take_slot)
        parts.clash.without_wanted.connect(parts.people.remove)
        parts.trouble.again.connect(self.save)
        parts.save_button.clicked.connect(self.save)
        parts.move_button.clicked.connect(self.move_and_save)
        parts.finish_button.clicked.connect(self._finish)
        parts.delete_button.clicked.connect(self.delete)
        parts.close_button.clicked.connect(self.ask_to_leave)
        parts.customer_button.clicked.connect(self._open_customer)

    # ---- what it is about

    def begin(self, values: dict[str, Any], *, draft: str = "") -> None:
        """Plan a new activity. values: what is known of it already, as the fields keep it, or a draft's; then draft is
        its key."""
        known = {
            "kind": "call" if values.get("customer") else "task",
            "owner_user": self.store.user,
            **values,
        }
        self._take(None, None, known, draft)
        if draft:
            self.contents.initial = {}  # all of it was typed
        self._when_changed()

    def show_activity(
        self,
        id: bytes,
        instance: dt.datetime | None = None,
        *,
        typed: dict[str, Any] | None = None,
        draft: str = "",
    ) -> None:
        """Show an activity that is there. instance: which time of a repeating one; None: its next. typed, draft: what
        somebody had begun to change, and its key. Known when it is there no more."""
        record = activities.there(self.store, id)
        values = dict(record.values)
        if record["repeats"] and record["start"] is not None:
            instance = instance or record["open_at"] or record["start"]
            if record["end"] is not None:
                values["end"] = instance + (record["end"] - record["start"])
            values["start"] = instance
        else:
            instance = None
        self._take(record, instance, values, draft)
        if typed:
            self.contents.fill({**values, **typed})
        self.look_for_clashes()

    def _take(
        self, record: Record | None, instance: dt.datetime | None, values: dict[str, Any], draft: str
    ) -> None:
        self._latest.drop()
        self._look_timer.stop()
        self.record, self.instance = record, instance
        self._came_from = None
        self.id = record.id if record is not None else None
        if self.drafts is not None:
            self.drafts.setParent(None)
            self.drafts.deleteLater()
        self.drafts = DraftKeeper(self.store, self.tasks, ("activity", self.id), draft, self)
        zone = values.get("start_zone")
        known = zone is None or agenda.is_zone(zone)
        self.contents.zone = zone if known else None
        self.parts.zone_note.setText("" if known else str(say(UNKNOWN_ZONE, zone=zone)))
        self.parts.zone_note.setVisible(not known)
        self.parts.trouble.dismiss()
        self.parts.clash.show_outlook(None)
        self.contents.take(values, new=record is None)
        self.parts.show_record(record, instance)
        self._show_foot()

    # ---- values

    def values(self) -> dict[str, Any]:
        """What is in it, by field name, for a draft too: `Contents.values`."""
        return self.contents.values()

    def unsaved(self) -> list[str]:
        """Titles of what holds something else than at the beginning."""
        return self.contents.unsaved()

    def heading(self) -> str:
        """What would be lost: «New activity: Call», or the subject of the one that is changed."""
        name = str(self.parts.editors["subject"].value() or "")
        if self.id is not None:
            return name or _("Activity")
        return _("{what}: {name}").format(what=_("New activity"), name=name) if name else _("New activity")

    # ---- while it is typed

    def _changed(self) -> None:
        if self.contents.is_quiet:
            return
        if self.drafts is not None:
            self.drafts.touch()
        for name, line in self.parts.lines.items():
            if line.trouble.isVisibleTo(self):
                line.show_problem(self.contents.problem_of(name))
        self._look_timer.start()
        self.parts.show_title(self.heading(), bool(self.unsaved()))
        self.changed.emit()

    def _left(self) -> None:
        """A value that isn't taken is told of when its editor is left."""
        for name, editor in self.parts.editors.items():
            if editor is self.sender() and isinstance(editor.value(), Typed):
                self.parts.lines[name].show_problem(editor.problem())

    def _kind_changed(self) -> None:
        if not self.contents.is_quiet and self.id is None:
            self.contents.follow_kind()

    def _customer_changed(self) -> None:
        self.contents.follow_customer(self.parts.editors["customer"].value())

    def _when_changed(self) -> None:
        self.contents.follow_times(new=self.id is None)

    # ---- clashes

    def look_for_clashes(self) -> None:
        """Look anew what it clashes with, in the background."""
        self._look_timer.stop()
        draft = self.contents.draft(self.record)
        if draft is None:
            self._latest.drop()
            self._show_outlook(None)
        elif self.parts.clash.outlook is None or self.parts.clash.outlook.draft != draft:
            self._latest.run(outlook, self.store, draft, then=self._show_outlook)

    def _show_outlook(self, found: Outlook | None) -> None:
        self.parts.clash.show_outlook(found)
        self._show_foot()

    def take_slot(self, slot: Slot) -> None:
        """Move it to a time that all have."""
        self.parts.when.take(slot.start, slot.end)
        self.look_for_clashes()
        self.parts.save_button.setFocus()

    def move_and_save(self) -> None:
        """Move it to the first time that would do, and save."""
        slot = self.parts.clash.slot
        if slot is not None:
            self.take_slot(slot)
            self.save()

    def _show_foot(self) -> None:
        planned = self.record is None or self.record["state"] == agenda.PLANNED
        self.parts.show_foot(new=self.id is None, finish=self.id is not None and planned)

    # ---- saving

    def save(self) -> bool:
        """Write it as one step; False when that wasn't possible, or when it clashes and nobody was told of that yet:
        the form then says so. The window lives on while another piece of work is waited for."""
        if self._hold.on or not self.contents.check():
            return False
        self._look_timer.stop()
        self._latest.drop()
        changed, draft = self.contents.changed(), self.contents.draft(self.record)
        seen = self.parts.clash.outlook
        told = seen if seen is not None and draft is not None and seen.draft == draft else None
        scope = self._scope(changed)
        if scope == "":
            return False
        writing = Writing(
            self.record, self.instance, self.contents.zone, self.values(), changed, scope, draft, told
        )
        self._saved_id = None
        self._hold.begin()
        self.tasks.run(
            writing.write,
            self.store,
            then=self._done,
            failed=self._failed,
            finally_=self._hold.end,
            writes=True,
        )
        self._hold.wait()
        saved: bytes | None = self._saved_id
        if saved is not None:
            self._show_saved(saved)
            self.saved.emit(saved)
        return saved is not None

    def _scope(self, changed: dict[str, Any]) -> str:
        """How many times of a repeating activity a change is meant for: "this", "later", "all"; "" = the user stays."""
        if self.instance is None or not changed:
            return "all"
        return talk.ask_times(self, self.heading(), ending="repeats" in changed)

    def _show_saved(self, id: bytes) -> None:
        """Be the activity that is in the file now: saving again changes it and makes no second one."""
        self.was_new = self.id is None
        came_from = None if self.id is None else (self.id, self.instance)
        try:
            self.show_activity(id, self.contents.initial.get("start"))
        except Known:  # taken away by somebody else at once
            return
        self._came_from = came_from

    def look_again(self, touched: Touched | None) -> None:
        """The file changed: show what it says now; what is being typed stays."""
        if self.id is None or self._hold.on or self.unsaved():
            return
        ids = None if touched is None else touched.ids.get("activity", frozenset())
        if ids is not None and self.id not in ids:
            return
        shown: list[tuple[bytes, dt.datetime | None]] = [(self.id, self.instance)]
        if self._came_from is not None:  # saving may have made another activity, which undo takes away again
            shown.append(self._came_from)
        shown.append((self.id, None))
        for id, instance in shown:
            if series.takes_place(self.store, id, instance):
                self.show_activity(id, instance)
                return
        self._gone()

    def _done(self, result: Outlook | bytes) -> None:
        if isinstance(result, Outlook):
            self._show_outlook(result)
            self.parts.show_clash()
            return
        self._saved_id = result
        self.parts.trouble.dismiss()
        if self.drafts is not None:
            self.drafts.drop()
        self.contents.keep()

    def _failed(self, problem: Known) -> None:
        if isinstance(problem, Changed) and self.record is not None:
            self.record.values.update(problem.now)  # told once; saving again means it
        self.parts.trouble.show_problem(self.heading(), problem)

    # ---- other ends

    def _finish(self) -> None:
        """What came of it is asked elsewhere; what was typed here goes first."""
        if self.id is not None and (not self.unsaved() or self.save()):
            self.finish_wanted.emit(self.id, self.instance)

    def _open_customer(self) -> None:
        customer = self.parts.editors["customer"].value()
        if customer is not None:
            self.open_record.emit("customer", customer)

    def delete(self) -> None:
        """Take the activity away, of a repeating one the times that the user means; it can be undone."""
        if self.id is None or self.record is None or self._hold.on:
            return
        id, instance = self.id, self.instance
        at = instance
        if at is not None:
            scope = talk.ask_times(self, self.heading(), deleting=True)
            if not scope:
                return

            def work() -> None:
                series.delete(self.store, id, at, scope)

        else:

            def work() -> None:
                activities.remove(self.store, id)

        self.tasks.run(work, then=lambda _none: self._gone(), failed=self._failed, writes=True)

    def _gone(self) -> None:
        if self.drafts is not None:
            self.drafts.drop()
        self.contents.keep()
        self.deleted.emit()

    def give_up(self) -> None:
        """Forget what was typed."""
        if self.drafts is not None:
            self.drafts.drop()
        self.contents.keep()
        self.closed.emit()

    def ask_to_leave(self) -> bool:
        """Whether the form may go: nothing was typed, or it was saved or given up when asked."""
        return form_ways.ask_to_leave(self)

    # ---- keys and words

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.ask_to_leave()
        elif form_ways.goes_on(event):
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def focus_first(self) -> None:
        """Put the cursor into the subject."""
        self.parts.editors["subject"].focus_first()

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self.contents.is_quiet = True
        self.parts.reword()
        self.parts.show_record(self.record, self.instance)
        self.parts.show_title(self.heading(), bool(self.unsaved()))
        self._show_foot()
        self.contents.is_quiet = False
