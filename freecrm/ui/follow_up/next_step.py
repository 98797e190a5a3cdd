"""What comes next, chosen in words: its kind, when, what; inline in a box, or behind a chip that says it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from freecrm.core.day_words import near, near_time, this_day
from freecrm.core.record import Typed
from freecrm.core.words import N_, Said, _, say
from freecrm.store import activities, followups
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors import editor_for
from freecrm.ui.editors.flow import Flow
from freecrm.ui.fitting import ComboBox
from freecrm.ui.parts import label
from freecrm.ui.popup import Popup
from freecrm.ui.tasks import Tasks

SOON = (
    (N_("Today"), 0),
    (N_("Tomorrow"), 1),
    (N_("In 3 days"), 3),
    (N_("In a week"), 7),
    (N_("In 2 weeks"), 14),
)
"""What the buttons offer: text, days from today."""


@dataclass(frozen=True, slots=True)
class Next:
    """The next step. day, at: one of them; a day is the whole day."""

    kind: str = "call"
    day: dt.date | None = None
    at: dt.datetime | None = None
    subject: str = ""

    def values(self) -> dict[str, Any]:
        """The fields of the activity that it becomes."""
        made: dict[str, Any] = {"kind": self.kind}
        if self.subject:
            made["subject"] = self.subject
        if self.at is not None:
            made["start"] = self.at
        elif self.day is not None:
            made |= {"start": activities.midnight(self.day), "all_day": True}
        return made

    def words(self) -> str:
        """When it is, as people say it."""
        if self.at is not None:
            return near_time(self.at)
        return near(self.day) if self.day is not None else _("no date yet")

    def plain(self) -> dict[str, Any]:
        """What a draft keeps of it."""
        return {"kind": self.kind, "day": self.day, "at": self.at, "subject": self.subject}


def split(moment: dt.datetime | None) -> tuple[dt.date | None, dt.datetime | None]:
    """A moment as a whole day where it is midnight, else as a time."""
    if moment is None:
        return None, None
    local = moment.astimezone()
    return (local.date(), None) if (local.hour, local.minute) == (0, 0) else (None, moment)


class WhenEditor(QWidget):
    """A day or a moment typed in words, with buttons for what is near. changed: something was typed or chosen."""

    changed = Signal()

    def __init__(self, store: Store, tasks: Tasks, parent: QWidget, soon: tuple[int, ...]) -> None:
        super().__init__(parent)
        self.editor = editor_for(store.schema.fields("activity")["start"], store, tasks)
        self.editor.changed.connect(self._typed)
        self.buttons: list[tuple[QPushButton, str]] = []
        holder = QWidget(self)
        flow = Flow(holder, look.px(6))
        for text, days in SOON:
            if days not in soon:
                continue
            button = QPushButton(holder)
            button.setProperty("chip", "off")
            button.clicked.connect(partial(self.take_days, days))
            self.buttons.append((button, text))
            flow.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(6))
        column.addWidget(self.editor)
        column.addWidget(holder)
        self._day: dt.date | None = None
        self.reword()

    @property
    def line(self) -> QLineEdit:
        """Where words are typed."""
        main = self.editor.main()
        assert isinstance(main, QLineEdit)
        return main

    def _typed(self) -> None:
        self._day = None
        self.editor.mark(False)
        self.changed.emit()

    def take_days(self, days: int) -> None:
        """Take the day so many days from today."""
        self.take(this_day() + dt.timedelta(days=days), None)
        self.changed.emit()

    def take(self, day: dt.date | None, at: dt.datetime | None) -> None:
        """Show a day or a moment. Tells nobody."""
        self.editor.set_value(at)
        self._day = day if at is None else None
        if self._day is not None:
            self.line.setText(self._day.isoformat())
            self.editor.tell(near(self._day))  # type: ignore[attr-defined]
        self.editor.mark(False)

    def value(self) -> tuple[dt.date | None, dt.datetime | None]:
        """The day, or the moment; both None where nothing stands there or what does can't be read."""
        if self._day is not None:
            return self._day, None
        value = self.editor.value()
        return split(value) if isinstance(value, dt.datetime) else (None, None)

    def problem(self) -> Said | None:
        """Why what was typed is no time; marks it."""
        if self._day is not None or not isinstance(self.editor.value(), Typed):
            return None
        self.editor.mark(True)
        return self.editor.problem() or say(N_("This isn't a date. Try “tomorrow 10:00”."))

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.editor.reword()
        self.line.setPlaceholderText(_("e.g. tomorrow 10:00, next Wed, in 3 days"))
        for button, text in self.buttons:
            button.setText(_(text))


class NextEditor(QWidget):
    """The whole of a next step. changed: something of it was typed or chosen."""

    changed = Signal()

    def __init__(self, store: Store, tasks: Tasks, parent: QWidget) -> None:
        super().__init__(parent)
        self.store, self.tasks = store, tasks
        self.kind = ComboBox()
        self.when = WhenEditor(store, tasks, self, (1, 3, 7, 14))
        self.what = QLineEdit(self)
        self.what.setMaxLength(200)
        self.names = [label("caption", parent=self) for _row in range(3)]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(look.px(12))
        grid.setVerticalSpacing(look.px(8))
        for row, (name, part) in enumerate(zip(self.names, (self.when, self.kind, self.what), strict=True)):
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(part, row, 1)
        grid.setColumnStretch(1, 1)
        self.when.changed.connect(self.changed)
        self.kind.activated.connect(lambda _row: self.changed.emit())
        self.what.textEdited.connect(lambda _text: self.changed.emit())
        self._fill()
        self.reword()

    def _fill(self) -> None:
        options = self.store.schema.fields("activity")["kind"].options  # type: ignore[attr-defined]
        self.kind.clear()
        for entry in options.entries:
            if not entry.off:
                self.kind.addItem(entry.title, entry.key)

    def take(self, step: Next) -> None:
        """Show a next step. Tells nobody."""
        self.kind.setCurrentIndex(max(self.kind.findData(step.kind), 0))
        self.when.take(step.day, step.at)
        self.what.setText(step.subject)

    def value(self) -> Next:
        """The next step as it stands there."""
        day, at = self.when.value()
        return Next(str(self.kind.currentData() or "call"), day, at, self.what.text().strip())

    def problem(self) -> Said | None:
        """Why it can't be taken, or None."""
        return self.when.problem()

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        kind = self.kind.currentData()
        self._fill()
        self.kind.setCurrentIndex(max(self.kind.findData(kind), 0))
        texts = (_("When"), _("Kind"), _("What"))
        for name, text, part in zip(self.names, texts, (self.when.line, self.kind, self.what), strict=True):
            name.setText(text)
            name.setBuddy(part)
            part.setAccessibleName(_("Next step: {what}").format(what=text))
        self.what.setPlaceholderText(_("What is to be done then"))
        self.when.reword()


class NextPopup(Popup):
    """Changes a next step in a small panel. taken(Next or None): the user wants this one, or none."""

    taken = Signal(object)
    wide = 380

    def __init__(
        self,
        anchor: QWidget,
        store: Store,
        tasks: Tasks,
        step: Next,
        about: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(anchor)
        self.about, self.over = about, anchor.window()
        self.setAccessibleName(_("Next step"))
        self.editor = NextEditor(store, tasks, self)
        self.editor.take(step)
        self.trouble = label("trouble", parent=self)
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.none_button, self.take_button = (
            QPushButton(_("No next step"), self),
            QPushButton(_("Take it"), self),
        )
        self.more_button = QPushButton(_("All details…"), self)
        self.more_button.setVisible(about is not None)
        self.none_button.setVisible(about is None)
        self.more_button.setProperty("kind", "quiet")
        self.none_button.setProperty("kind", "quiet")
        self.take_button.setProperty("kind", "primary")
        for button, act in (
            (self.none_button, self._none),
            (self.more_button, self.widen),
            (self.take_button, self.take),
        ):
            button.setProperty("small", True)
            button.clicked.connect(lambda _checked=False, act=act: act())
        from PySide6.QtWidgets import QHBoxLayout

        foot = QHBoxLayout()
        foot.addWidget(self.none_button)
        foot.addWidget(self.more_button)
        foot.addStretch(1)
        foot.addWidget(self.take_button)
        self.column.addWidget(self.editor)
        self.column.addWidget(self.trouble)
        self.column.addLayout(foot)
        self.editor.when.line.returnPressed.connect(self.take)
        self.editor.what.returnPressed.connect(self.take)

    def first(self) -> QWidget:
        return self.editor.when.line

    def open(self) -> None:
        super().open()
        self.editor.when.line.selectAll()

    def take(self) -> None:
        """Take what stands there, if it can be read."""
        why = self.editor.problem()
        if why is not None:
            self.trouble.setText(str(why))
            self.trouble.show()
            self.place()
            self.editor.when.line.setFocus()
            return
        made = self.editor.value()
        self.dismiss()
        self.taken.emit(made)

    def widen(self) -> None:
        """Go on in the dialog that has everything: place, people, reminders, repeats."""
        from freecrm.ui.activity_form import dialog

        step = self.editor.value() if self.editor.problem() is None else None
        self.dismiss()
        values = {**(self.about or {}), **(step.values() if step is not None else {})}
        dialog.plan(self.over, self.editor.store, self.editor.tasks, values)

    def _none(self) -> None:
        self.dismiss()
        self.taken.emit(None)


class WhenPopup(Popup):
    """Asks for a day or a moment. taken(day, moment): one of them, the other None."""

    taken = Signal(object, object)
    wide = 340

    def __init__(
        self, anchor: QWidget, store: Store, tasks: Tasks, title: str, soon: tuple[int, ...]
    ) -> None:
        super().__init__(anchor)
        self.setAccessibleName(title)
        self.head = label("strong", title, self)
        self.when = WhenEditor(store, tasks, self, soon)
        self.when.line.setAccessibleName(title)
        self.trouble = label("trouble", parent=self)
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.take_button = QPushButton(_("Take it"), self)
        self.take_button.setProperty("kind", "primary")
        self.take_button.setProperty("small", True)
        self.take_button.clicked.connect(self.take)
        for part in (self.head, self.when, self.trouble):
            self.column.addWidget(part)
        self.column.addWidget(self.take_button, 0, Qt.AlignmentFlag.AlignRight)
        self.when.line.returnPressed.connect(self.take)

    def first(self) -> QWidget:
        return self.when.line

    def take(self) -> None:
        """Take what stands there, if it can be read."""
        why = self.when.problem()
        day, at = self.when.value()
        if why is None and day is None and at is None:
            why = say(N_("Say when: “tomorrow 10:00”, “next Wed”, “in 3 days”."))
        if why is not None:
            self.trouble.setText(str(why))
            self.trouble.show()
            self.place()
            self.when.line.setFocus()
            return
        self.dismiss()
        self.taken.emit(day, at)


def ask_next(
    anchor: QWidget,
    store: Store,
    tasks: Tasks,
    step: Next,
    taken: Callable[[Next | None], object],
    about: dict[str, Any] | None = None,
) -> NextPopup:
    """Let a next step be changed below `anchor`. about: what of the activity is known, where it is to be planned at
    once; then the popup leads to the whole form as well."""
    made = NextPopup(anchor, store, tasks, step, about)
    made.taken.connect(taken)
    made.open()
    return made


def proposed(store: Store, customer: bytes | None) -> Next:
    """What is proposed for a customer: a call on the day that follows from their grade."""
    return Next("call", followups.next_day(store, customer, this_day()))
