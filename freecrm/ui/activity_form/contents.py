"""What stands in the lines of the form of an activity, as values of its fields, and what follows from it while it is
typed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from freecrm.core.record import Record, Typed
from freecrm.core.words import N_, Said, _, say
from freecrm.store import activities, clashes
from freecrm.store.clashes import Draft
from freecrm.store.database import Store
from freecrm.ui.activity_form.kinds import KindEditor
from freecrm.ui.activity_form.layout import Parts
from freecrm.ui.form_box import same_value

WHEN = "when"  # key under which a draft keeps what was typed as times
NOBODY = N_("There is nobody called “{text}”. Choose one of the list, or empty the line.")


class Contents:
    """The values of one form. initial: those that count as saved. zone: in which its times are, None = this computer's.
    is_quiet: it is being filled, nobody types."""

    def __init__(self, store: Store, parts: Parts) -> None:
        self.store, self.parts = store, parts
        self.initial: dict[str, Any] = {}
        self.zone: str | None = None
        self.is_quiet = False
        self._deal: bytes | None = None  # which it is a step of; said where it is begun, it has no line
        self._is_usual = False  # the habits of the kind are in it untouched

    # ---- in

    def take(self, values: dict[str, Any], *, new: bool) -> None:
        """Hold these values and nothing unsaved. new: what they leave open gets what is usual."""
        self.fill(values)
        self._is_usual = new and "end" not in values
        if new and "reminders" not in values:
            self._set_usual_reminder()
        self.keep()

    def keep(self) -> None:
        """What stands in it counts as saved."""
        self.initial = self.values()

    def fill(self, values: dict[str, Any]) -> None:
        """Put these values in, as if they had been typed."""
        self.is_quiet = True
        self._deal = values.get("deal")
        parts = self.parts
        for name, editor in parts.editors.items():
            editor.set_value(values.get(name))
        self._fill_times(values)
        self.follow_customer(values.get("customer"))
        parts.people.set_value(values.get("people"))
        parts.reminders.set_whole_day(parts.when.whole.isChecked())
        parts.reminders.set_value(values.get("reminders"))
        parts.repeat.set_value(values.get("repeats"), values.get("start"))
        parts.free.setChecked(bool(values.get("free")))
        parts.show_all_lines(values)
        for line in parts.lines.values():
            line.show_problem(None)
        self.is_quiet = False

    def _fill_times(self, values: dict[str, Any]) -> None:
        when = self.parts.when
        when.zone = self.zone
        if WHEN in values:
            when.set_texts(values[WHEN])
        else:
            start, end, whole = values.get("start"), values.get("end"), bool(values.get("all_day"))
            if start is not None and end is None and not whole:
                habits = activities.habits(self.store)
                minutes = habits.get(values.get("kind") or "", activities.USUAL["other"]).minutes
                end = start + dt.timedelta(minutes=minutes) if minutes else None
            when.set_when(start, end, whole)

    # ---- out

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

    def changed(self) -> dict[str, Any]:
        """Those of its values that are other than what counts as saved."""
        return {
            name: value
            for name, value in self.values().items()
            if not same_value(value, self.initial.get(name))
        }

    def unsaved(self) -> list[str]:
        """Titles of what holds something else than at the beginning."""
        now, fields = self.values(), self.store.schema.fields("activity")
        names = list(dict.fromkeys([*now, *self.initial]))
        odd = [name for name in names if not same_value(now.get(name), self.initial.get(name))]
        titles = {
            WHEN: _("When"),
            "start": _("When"),
            "end": _("When"),
            "all_day": _("When"),
            "repeats": _("Repeats"),
        }
        return list(dict.fromkeys(titles.get(name) or fields[name].title for name in odd))

    def draft(self, record: Record | None) -> Draft | None:
        """What may clash with others, of a new activity or of the one that is changed; None for what can't, or can't
        be read yet."""
        if self.parts.when.problem() is not None or self.parts.repeat.problem() is not None:
            return None
        values, before = self.values(), record.values if record is not None else {}
        kept = {name: before.get(name) for name in ("state", "skipped", "settled")}
        owner = None if isinstance(values["owner_user"], Typed) else values["owner_user"]
        return clashes.draft_of(
            {"start_zone": self.zone, **kept, **values, "owner_user": owner},
            record.id if record is not None else None,
        )

    # ---- what follows from what

    def follow_kind(self) -> None:
        """What is usual for the kind of a new activity, where nobody has said otherwise."""
        if not self._is_usual:
            return
        if not self.parts.when.whole.isChecked() and not self.parts.when.several.isChecked():
            self.parts.when.set_usual(self._habit().minutes)
        if self._has_usual_reminder():
            self._set_usual_reminder()
            self.initial["reminders"] = self.parts.reminders.value()

    def follow_customer(self, customer: Any) -> None:
        """The people of this customer come first among the attendees."""
        self.parts.people.who.customer = customer if isinstance(customer, bytes) else None

    def follow_times(self, *, new: bool) -> None:
        """Whole days have other reminders, what has no time yet has none and doesn't repeat."""
        parts = self.parts
        whole, unset = parts.when.whole.isChecked(), parts.when.unset.isChecked()
        if whole != parts.reminders.whole_day:
            usual = self._has_usual_reminder()
            parts.reminders.set_whole_day(whole)
            if usual and new:
                self._set_usual_reminder()
                self.initial["reminders"] = parts.reminders.value()
        for name in ("reminders", "repeats"):
            parts.lines[name].setVisible(not unset)
        day = parts.when.day.value()
        if isinstance(day, dt.date):
            parts.repeat.set_day(day)
        if parts.when.finish.line.isModified():
            self._is_usual = False

    def _habit(self) -> activities.Habit:
        kind = self.parts.editors["kind"]
        assert isinstance(kind, KindEditor)
        return kind.habit()

    def _has_usual_reminder(self) -> bool:
        return same_value(self.parts.reminders.value(), self.initial.get("reminders"))

    def _set_usual_reminder(self) -> None:
        whole = self.parts.when.whole.isChecked()
        before = activities.WHOLE_DAY if whole else self._habit().before
        self.parts.reminders.set_value([] if before is None else [{"before": before}])

    # ---- what is wrong

    def problem_of(self, name: str) -> Said | None:
        """Why the value of a line isn't taken."""
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
            told = self.problem_of(name)
            line.show_problem(told)
            if told is not None:
                parts.show_more(name)
                editor = parts.editors.get(name)
                wrong.append(editor if editor is not None else line.main)
        if wrong:
            first = wrong[0]
            first.focus_first() if hasattr(first, "focus_first") else first.setFocus()
        return not wrong
