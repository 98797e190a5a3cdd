"""Finishing an activity in one box: what came of it, the outcome, when, and what is next.

finish_box.open(window, store, tasks, id)                 one step, told by the undo toast
finish_box.open(window, store, tasks, id, instance=at)    that time of a repeating one
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from freecrm.core.day_words import near, near_time
from freecrm.core.problems import Known
from freecrm.core.record import Record
from freecrm.core.words import Said, _
from freecrm.store import activities, followups
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.editors.flow import Flow
from freecrm.ui.follow_up import phrase_menu
from freecrm.ui.follow_up.next_step import Next, NextEditor, WhenPopup, proposed
from freecrm.ui.follow_up.text import FollowText
from freecrm.ui.form_hints import STILL_HERE
from freecrm.ui.parts import announce, label
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Tasks

LINES = 3


class FinishBox(QDialog):
    """finished(id): the activity is done; id of the one that holds the result."""

    finished_ = Signal(object)

    def __init__(
        self, parent: QWidget, store: Store, tasks: Tasks, id: bytes, instance: dt.datetime | None = None
    ) -> None:
        """Known when the activity isn't there any more."""
        super().__init__(parent)
        record = activities.there(store, id)
        self.store, self.tasks, self.id, self.record, self.instance = store, tasks, id, record, instance
        self.outcome: str | None = record["outcome"]
        self.day: dt.date | None = None
        self.at: dt.datetime | None = None
        self.head, self.about = label("subtitle", parent=self), label("caption", parent=self)
        self.head.setWordWrap(True)
        self.text = FollowText(self)
        self.text.setProperty("frameless", False)
        self.text.least = LINES
        self.text.colleagues = lambda: [name for _id, name in followups.colleagues(store)]
        self.text.setPlainText(str(record["result"] or ""))
        self.text.installEventFilter(self)
        self.when_chip, self.phrase_chip = QPushButton(self), QPushButton(self)
        self.outcomes: dict[str, QPushButton] = {}
        self.next_box = QCheckBox(self)
        self.next = NextEditor(store, tasks, self)
        self.trouble = label("trouble", parent=self)
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.cancel_button, self.save_button = QPushButton(self), QPushButton(self)
        self._lay_out()
        self._begin(record)
        self.reword()
        order_tabs(self)
        self.text.setFocus()

    def _lay_out(self) -> None:
        chips = QWidget(self)
        flow = Flow(chips, look.px(6))
        options = self.store.schema.fields("activity")["outcome"].options  # type: ignore[attr-defined]
        for entry in options.entries:
            if entry.off and entry.key != self.outcome:
                continue
            chip = self.outcomes[entry.key] = QPushButton(entry.title.replace("&", "&&"), chips)
            chip.setCheckable(True)
            chip.clicked.connect(partial(self._choose, entry.key))
            flow.addWidget(chip)
        below = QHBoxLayout()
        below.setSpacing(look.px(6))
        for button, icon, act in (
            (self.when_chip, "clock", self._choose_when),
            (self.phrase_chip, "message-square-text", self._offer_phrases),
        ):
            button.setProperty("chip", "off")
            look.dress(button, icon, 16)
            button.clicked.connect(lambda _checked=False, act=act: act())
            below.addWidget(button)
        below.addStretch(1)
        for button in (*self.outcomes.values(), self.when_chip, self.phrase_chip, self.cancel_button):
            button.setAutoDefault(False)
        self.save_button.setProperty("kind", "primary")
        self.save_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.save_button.clicked.connect(lambda: self.save())
        self.next_box.toggled.connect(self._with_next)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(10))
        for part in (self.head, self.about, self.text, chips):
            column.addWidget(part)
        column.addLayout(below)
        line = QWidget(self)
        line.setProperty("edge", True)
        line.setFixedHeight(1)
        column.addWidget(line)
        column.addWidget(self.next_box)
        column.addWidget(self.next)
        column.addWidget(self.trouble)
        column.addStretch(1)
        column.addLayout(foot)
        self.resize(look.px(520), look.px(340))

    def _begin(self, record: Record) -> None:
        """Propose the next step where none would be left; a repeating one goes on by itself."""
        customer = record["customer"]
        open_ = followups.open_steps(self.store, "customer", customer) if customer else []
        left = [step for step in open_ if step.id != self.id and step.at is not None]
        kind = record["kind"] if record["kind"] not in (None, "task") else "call"
        step = proposed(self.store, customer)
        self.next.take(Next(kind, step.day))
        wanted = not left and not record["repeats"] and customer is not None
        self.next_box.setChecked(wanted)
        self._with_next(wanted)

    def _with_next(self, yes: bool) -> None:
        self.next.setVisible(yes)
        QTimer.singleShot(0, self, self._fit)
        if yes and self.isVisible():
            self.next.when.line.setFocus()
            self.next.when.line.selectAll()

    def _fit(self) -> None:
        """Be as high as what is in it."""
        self.resize(self.width(), max(self.sizeHint().height(), look.px(340)))

    def _choose(self, key: str) -> None:
        self.outcome = None if self.outcome == key else key
        self._mark()

    def _mark(self) -> None:
        for key, chip in self.outcomes.items():
            chip.setChecked(key == self.outcome)
            chip.setProperty("chip", "true" if key == self.outcome else "off")
            look.refresh(chip)

    def _choose_when(self) -> None:
        popup = WhenPopup(self.when_chip, self.store, self.tasks, _("When was it?"), (0,))
        popup.when.take(self.day, self.at)
        popup.taken.connect(self._take_when)
        popup.open()

    def _take_when(self, day: dt.date | None, at: dt.datetime | None) -> None:
        self.day, self.at = day, at
        self._say_when()

    def _say_when(self) -> None:
        if self.at is not None:
            when = near_time(self.at)
        else:
            when = near(self.day) if self.day is not None else _("now")
        self.when_chip.setText(_("When: {when}").format(when=when))

    def _offer_phrases(self) -> None:
        phrase_menu.offer(self.phrase_chip, self.text, self.store, self.tasks)

    # ---- saving

    def problem(self) -> Said | None:
        """Why it can't be saved yet, or None."""
        why = self.store.schema.fields("activity")["result"].check(self.text.toPlainText().strip() or None)
        if why is None and self.next_box.isChecked():
            why = self.next.problem()
        return why

    def then(self) -> dict[str, Any] | None:
        """The next step, with the people of this one."""
        if not self.next_box.isChecked():
            return None
        values = self.next.value().values()
        people = [{"contact": row["contact"]} for row in self.record["people"] or () if row.get("contact")]
        return {**values, **({"people": people} if people else {})}

    def save(self) -> None:
        """Write it as one step and close; what is wrong is said in the box."""
        why = self.problem()
        if why is not None:
            self._tell(str(why))
            return
        at = self.at
        if self.day is not None:
            at = activities.midnight(self.day) + dt.timedelta(hours=12)  # on that day, nobody knows when
        self.save_button.setEnabled(False)
        self.tasks.run(
            self._write, self.text.toPlainText().strip(), at, self.then(),
            then=self._done, failed=self._failed, finally_=lambda: self.save_button.setEnabled(True),
            writes=True,
        )  # fmt: skip

    def _write(self, result: str, at: dt.datetime | None, then: dict[str, Any] | None) -> bytes:
        return activities.finish(
            self.store,
            self.id,
            result=result,
            outcome=self.outcome,
            at=at,
            instance=self.instance,
            then=then,
        )

    def _done(self, id: bytes) -> None:
        self.accept()
        self.finished_.emit(id)

    def _failed(self, problem: Known) -> None:
        self._tell(_(STILL_HERE).format(why=problem.what))

    def _tell(self, text: str) -> None:
        self.trouble.setText(text)
        self.trouble.show()
        announce(self, text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if ctrl and (enter or event.key() == Qt.Key.Key_S):
            self.save()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter in an empty result is the quick way: it is done, and nothing is to be said of it."""
        if watched is self.text and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if (
                enter
                and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
                and not self.text.toPlainText()
            ):
                self.save()
                return True
        return super().eventFilter(watched, event)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.setWindowTitle(_("Finish and write the result"))
        self.head.setText(str(self.record["subject"] or ""))
        parts = [self.store.schema.fields("activity")["kind"].show(self.record["kind"])]
        if self.record["customer"]:
            parts.append(str(self.record["customer_title"] or ""))
        at = self.instance or self.record["open_at"] or self.record["start"]
        if at is not None:
            parts.append(
                followups.when_words(at, all_day=bool(self.record["all_day"]), zone=self.record["start_zone"])
            )
        self.about.setText(" · ".join(part for part in parts if part))
        self.text.setPlaceholderText(_("What came of it?"))
        self.text.setAccessibleName(_("What came of it"))
        self.text.fit()
        self.phrase_chip.setText(_("Phrases"))
        self.next_box.setText(_("Plan the next step"))
        self.cancel_button.setText(_("Cancel"))
        self.save_button.setText(_("Done") + "  " + _("Ctrl+Enter"))
        self.save_button.setAccessibleName(_("Mark as done"))
        self.next.reword()
        self._say_when()
        self._mark()


def open(
    parent: QWidget, store: Store, tasks: Tasks, id: bytes, instance: dt.datetime | None = None
) -> FinishBox | None:
    """Show the box over a widget; None, and a sentence told, when the activity isn't there any more."""
    try:
        box = FinishBox(parent.window(), store, tasks, id, instance)
    except Known as problem:
        talk.tell_problem(problem)
        return None
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    return box
