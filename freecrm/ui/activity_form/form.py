"""An activity being planned or changed: in the side panel of the calendar, or in a dialog.

    form.begin({"start": …, "customer": …})     a new one
    form.show_activity(id, instance)            one that is there; instance: which time of a repeating one
    form.saved.connect(…), form.closed.connect(…)

What it clashes with is looked for while it is typed (`clash_box.outlook`, off the drawing path) and shown above the ways
out; what was typed is kept in the file until it is saved or given up (`DraftKeeper`).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from PySide6.QtCore import QEventLoop, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QWidget
from shiboken6 import isValid

from freecrm.core import agenda
from freecrm.core.change import Touched
from freecrm.core.problems import Known
from freecrm.core.record import Record, Typed
from freecrm.core.words import N_, Said, _, say
from freecrm.store import activities, clashes
from freecrm.store.clashes import Draft, Slot
from freecrm.store.database import Store
from freecrm.store.single import Changed
from freecrm.ui import talk
from freecrm.ui.activity_form.clash_box import Outlook, outlook
from freecrm.ui.activity_form.layout import Parts
from freecrm.ui.form_box import same_value
from freecrm.ui.form_drafts import DraftKeeper
from freecrm.ui.tasks import Latest, Tasks

LOOK_MS = 150  # after the last letter, until clashes are looked for
WHEN = "when"  # key under which a draft keeps what was typed as times
UNKNOWN_ZONE = N_(
    "This computer doesn't know the time zone “{zone}”. The times are those of this computer, and saving keeps them so."
)
NOBODY = N_("There is nobody called “{text}”. Choose one of the list, or empty the line.")


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
        self._initial: dict[str, Any] = {}
        self._deal: bytes | None = None  # which it is a step of; said where it is begun, it has no line
        self._quiet = self._busy = False
        self._zone: str | None = None
        self._usual = ""  # the kind whose habits are in the form untouched
        self._saved_id: bytes | None = None
        self._came_from: tuple[bytes, dt.datetime | None] | None = None
        self._had_focus: QWidget | None = None
        self._waiting: QEventLoop | None = None
        self._latest = Latest(tasks)
        self._look_timer = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._look_timer.timeout.connect(self.look_for_clashes)
        self.parts = Parts(self)
        self._connect()
        for key in ("Ctrl+S", "Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.save)
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
            self._initial = {}  # all of it was typed
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
            self._fill({**values, **typed})
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
        self._zone = zone if known else None
        self.parts.zone_note.setText("" if known else str(say(UNKNOWN_ZONE, zone=zone)))
        self.parts.zone_note.setVisible(not known)
        self.parts.trouble.dismiss()
        self.parts.clash.show_outlook(None)
        self._fill(values)
        self._usual = "" if record is not None or "end" in values else "new"
        if record is None and "reminders" not in values:
            self._set_usual_reminder()
        self._initial = self.values()
        self.parts.show_record(record, instance)
        self._show_foot()

    def _fill(self, values: dict[str, Any]) -> None:
        self._quiet = True
        self._deal = values.get("deal")
        parts = self.parts
        for name, editor in parts.editors.items():
            editor.set_value(values.get(name))
        parts.when.zone = self._zone
        if WHEN in values:
            parts.when.set_texts(values[WHEN])
        else:
            start, end = values.get("start"), values.get("end")
            if start is not None and end is None:
                minutes = (
                    activities.habits(self.store)
                    .get(values.get("kind") or "", activities.USUAL["other"])
                    .minutes
                )
                end = start + dt.timedelta(minutes=minutes) if minutes and not values.get("all_day") else end
            parts.when.set_when(start, end, bool(values.get("all_day")))
        parts.people.who.customer = (
            values.get("customer") if isinstance(values.get("customer"), bytes) else None
        )
        parts.people.set_value(values.get("people"))
        parts.reminders.set_whole_day(parts.when.whole.isChecked())
        parts.reminders.set_value(values.get("reminders"))
        parts.repeat.set_value(values.get("repeats"), values.get("start"))
        parts.free.setChecked(bool(values.get("free")))
        parts.show_all_lines(values)
        for line in parts.lines.values():
            line.show_problem(None)
        self._quiet = False

    # ---- values

    def values(self) -> dict[str, Any]:
        """What is in it, by field name; text that is no value yet is `Typed`, times that can't be read stand under
        WHEN as they were typed."""
        parts = self.parts
        found = {name: editor.value() for name, editor in parts.editors.items()}
        when = parts.when.when() if parts.when.problem() is None else None
        if when is None:
            found[WHEN] = parts.when.texts()
        else:
            found |= {"start": when.start, "end": when.end, "all_day": when.all_day or None}
        found["people"] = parts.people.value()
        found["reminders"] = parts.reminders.value() if when is None or when.start is not None else []
        found["repeats"] = parts.repeat.value() if when is None or when.start is not None else None
        found["free"] = parts.free.isChecked() or None
        if self._deal is not None:
            found["deal"] = self._deal
        return found

    def unsaved(self) -> list[str]:
        """Titles of what holds something else than at the beginning."""
        now, fields = self.values(), self.store.schema.fields("activity")
        names = list(dict.fromkeys([*now, *self._initial]))
        odd = [name for name in names if not same_value(now.get(name), self._initial.get(name))]
        titles = {
            WHEN: _("When"),
            "start": _("When"),
            "end": _("When"),
            "all_day": _("When"),
            "repeats": _("Repeats"),
        }
        return list(dict.fromkeys(titles.get(name) or fields[name].title for name in odd))

    def heading(self) -> str:
        """What would be lost: «New activity: Call», or the subject of the one that is changed."""
        name = str(self.parts.editors["subject"].value() or "")
        if self.id is not None:
            return name or _("Activity")
        return _("{what}: {name}").format(what=_("New activity"), name=name) if name else _("New activity")

    def _draft(self) -> Draft | None:
        """What may clash with others; None for what can't, or can't be read yet."""
        if self.parts.when.problem() is not None or self.parts.repeat.problem() is not None:
            return None
        values = self.values()
        record = self.record.values if self.record is not None else {}
        kept = {
            "start_zone": self._zone,
            **{name: record.get(name) for name in ("state", "skipped", "settled")},
        }
        owner = values["owner_user"]
        return clashes.draft_of(
            {**kept, **values, "owner_user": None if isinstance(owner, Typed) else owner}, self.id
        )

    # ---- while it is typed

    def _changed(self) -> None:
        if self._quiet:
            return
        if self.drafts is not None:
            self.drafts.touch()
        for name, line in self.parts.lines.items():
            if line.trouble.isVisibleTo(self):
                line.show_problem(self._problem_of(name))
        self._look_timer.start()
        self.parts.show_title(self.heading(), bool(self.unsaved()))
        self.changed.emit()

    def _left(self) -> None:
        """A value that isn't taken is told of when its editor is left."""
        for name, editor in self.parts.editors.items():
            if editor is self.sender() and isinstance(editor.value(), Typed):
                self.parts.lines[name].show_problem(editor.problem())

    def _kind_changed(self) -> None:
        """What is usual for the kind, where nobody has said otherwise."""
        if self._quiet or self.id is not None:
            return
        if self._usual:
            habit = self.parts.editors["kind"].habit()  # type: ignore[attr-defined]
            if not self.parts.when.whole.isChecked() and not self.parts.when.several.isChecked():
                self.parts.when.set_usual(habit.minutes)
            if same_value(self.parts.reminders.value(), self._initial.get("reminders")):
                self._set_usual_reminder()
                self._initial["reminders"] = self.parts.reminders.value()

    def _set_usual_reminder(self) -> None:
        habit = self.parts.editors["kind"].habit()  # type: ignore[attr-defined]
        whole = self.parts.when.whole.isChecked()
        before = activities.WHOLE_DAY if whole else habit.before
        self.parts.reminders.set_value([] if before is None else [{"before": before}])

    def _customer_changed(self) -> None:
        value = self.parts.editors["customer"].value()
        self.parts.people.who.customer = value if isinstance(value, bytes) else None

    def _when_changed(self) -> None:
        parts = self.parts
        whole, unset = parts.when.whole.isChecked(), parts.when.unset.isChecked()
        if whole != parts.reminders.whole_day:
            usual = same_value(parts.reminders.value(), self._initial.get("reminders"))
            parts.reminders.set_whole_day(whole)
            if usual and self.id is None:
                self._set_usual_reminder()
                self._initial["reminders"] = parts.reminders.value()
        for name in ("reminders", "repeats"):
            parts.lines[name].setVisible(not unset)
        day = parts.when.day.value()
        if isinstance(day, dt.date):
            parts.repeat.set_day(day)
        if parts.when.finish.line.isModified():
            self._usual = ""

    # ---- clashes

    def look_for_clashes(self) -> None:
        """Look anew what it clashes with, in the background."""
        self._look_timer.stop()
        draft = self._draft()
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

    def _problem_of(self, name: str) -> Said | None:
        parts = self.parts
        if name in parts.editors:
            return parts.editors[name].problem()
        if name == "people" and parts.people.unread():
            return say(NOBODY, text=parts.people.who.line.text().strip()[:60])
        if name == "repeats" and not parts.when.unset.isChecked():
            return parts.repeat.problem()
        return parts.reminders.problem() if name == "reminders" else None

    def check(self) -> bool:
        """Whether all can be saved; else what is wrong stands below each value and the cursor in the first."""
        parts = self.parts
        why = parts.when.problem()
        if why is None and parts.when.unset.isChecked() and parts.repeat.value():
            parts.repeat.set_value(None, None)
        parts.when.show_problem(why)
        wrong: list[Any] = [parts.when] if why is not None else []
        for name, line in parts.lines.items():
            told = self._problem_of(name)
            line.show_problem(told)
            if told is not None:
                parts.show_more(name)
                editor = parts.editors.get(name)
                wrong.append(editor if editor is not None else line.main)
        if wrong:
            first = wrong[0]
            first.focus_first() if hasattr(first, "focus_first") else first.setFocus()
        return not wrong

    def save(self) -> bool:
        """Write it as one step; False when that wasn't possible, or when it clashes and nobody was told of that yet:
        the form then says so. The window lives on while another piece of work is waited for."""
        if self._busy or not self.check():
            return False
        self._look_timer.stop()
        self._latest.drop()
        values, draft = self.values(), self._draft()
        seen = self.parts.clash.outlook
        told = draft is None or (seen is not None and seen.draft == draft)
        accepted = [one.id for one in seen.clashes] if seen is not None and told and draft is not None else []
        changed = {
            name: value for name, value in values.items() if not same_value(value, self._initial.get(name))
        }
        scope = self._scope(changed)
        if scope == "":
            return False
        self._busy, self._saved_id = True, None
        self._had_focus = QApplication.focusWidget()
        self.setEnabled(False)

        def write() -> Outlook | bytes:
            found = outlook(self.store, draft) if draft is not None and not told else None
            if found is not None and found.clashes:
                return found
            return self._write(values, changed, accepted, scope)

        self.tasks.run(write, then=self._done, failed=self._failed, finally_=self._finished, writes=True)
        return self._wait()

    def _scope(self, changed: dict[str, Any]) -> str:
        """How many times of a repeating activity a change is meant for: "this", "later", "all"; "" = the user stays."""
        if self.instance is None or not changed:
            return "all"
        return talk.ask_times(self, self.heading(), ending="repeats" in changed)

    def _write(
        self, values: dict[str, Any], changed: dict[str, Any], accepted: list[bytes], scope: str
    ) -> bytes:
        """In the writer's thread."""
        if self.id is None:
            given = {k: v for k, v in values.items() if v not in (None, "")}
            return activities.save(self.store, None, given, accepted=accepted)
        if not changed and not accepted:
            return self.id
        if "start" in changed and self._zone is None:
            changed["start_zone"] = self._own_zone()
        record, at = self.record, self.instance
        assert record is not None
        if at is not None:
            from freecrm.store import series

            return series.change(self.store, self.id, at, changed, scope, accepted=accepted).id or self.id
        shown = {name: record[name] for name in changed if name in record.values}
        return activities.save(self.store, self.id, changed, shown=shown, accepted=accepted)

    def _own_zone(self) -> str | None:
        from freecrm.core import zones

        return zones.here() or None

    def _wait(self) -> bool:
        if self._busy:
            self._waiting = QEventLoop()
            self._waiting.exec()
            self._waiting = None
        saved = self._saved_id
        if saved is not None:
            self._show_saved(saved)
            self.saved.emit(saved)
        return saved is not None

    def _show_saved(self, id: bytes) -> None:
        """Be the activity that is in the file now: saving again changes it and makes no second one."""
        self.was_new = self.id is None
        came_from = None if self.id is None else (self.id, self.instance)
        try:
            self.show_activity(id, self._initial.get("start"))
        except Known:  # taken away by somebody else at once
            return
        self._came_from = came_from

    def look_again(self, touched: Touched | None) -> None:
        """The file changed: show what it says now; what is being typed stays."""
        if self.id is None or self._busy or self.unsaved():
            return
        ids = None if touched is None else touched.ids.get("activity", frozenset())
        if ids is not None and self.id not in ids:
            return
        from freecrm.store import series

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
        self._initial = self.values()

    def _failed(self, problem: Known) -> None:
        if isinstance(problem, Changed) and self.record is not None:
            self.record.values.update(problem.now)  # told once; saving again means it
        self.parts.trouble.show_problem(self.heading(), problem)

    def _finished(self) -> None:
        self._busy = False
        self.setEnabled(True)
        before = self._had_focus
        if before is not None and isValid(before) and QApplication.focusWidget() is None:
            before.setFocus()
        if self._waiting is not None:
            self._waiting.quit()

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
        if self.id is None or self.record is None or self._busy:
            return
        id, instance = self.id, self.instance
        at = instance
        if at is not None:
            scope = talk.ask_times(self, self.heading(), deleting=True)
            if not scope:
                return

            def work() -> None:
                from freecrm.store import series

                series.delete(self.store, id, at, scope)

        else:

            def work() -> None:
                activities.remove(self.store, id)

        self.tasks.run(work, then=lambda _none: self._gone(), failed=self._failed, writes=True)

    def _gone(self) -> None:
        if self.drafts is not None:
            self.drafts.drop()
        self._initial = self.values()
        self.deleted.emit()

    def give_up(self) -> None:
        """Forget what was typed."""
        if self.drafts is not None:
            self.drafts.drop()
        self._initial = self.values()
        self.closed.emit()

    def ask_to_leave(self) -> bool:
        """Whether the form may go: nothing was typed, or it was saved or given up when asked."""
        fields = self.unsaved()
        answer = talk.ask_unsaved(self, self.heading(), fields) if fields else "discard"
        if answer == "save":
            return self.save()
        if answer == "discard":
            self.give_up()
        return answer == "discard"

    # ---- keys and words

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.ask_to_leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(
            QApplication.focusWidget(), QLineEdit
        ):
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def focus_first(self) -> None:
        """Put the cursor into the subject."""
        self.parts.editors["subject"].focus_first()

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self._quiet = True
        self.parts.reword()
        self.parts.show_record(self.record, self.instance)
        self.parts.show_title(self.heading(), bool(self.unsaved()))
        self._show_foot()
        self._quiet = False
