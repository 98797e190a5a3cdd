"""The form above a ledger of points: earn by an amount, spend, correct. Enter saves, Esc closes it.

What it comes to is said before it is saved: the points, how long they count, the balance after it.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

from freecrm.core.day_words import this_day
from freecrm.core.points import MOST, Rules
from freecrm.core.problems import Known
from freecrm.core.record import Typed
from freecrm.core.words import N_, Said, _, say
from freecrm.store import points
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors import editor_for
from freecrm.ui.editors.base import Editor
from freecrm.ui.parts import announce, label
from freecrm.ui.tasks import Tasks

EARN, SPEND, CORRECT = "earn", "spend", "adjust"
_ASKED = {
    EARN: ("amount", "points", "day", "reason"),
    SPEND: ("points", "day", "reason"),
    CORRECT: ("points", "reason", "day"),
}
_HEADS = {EARN: N_("Earn points"), SPEND: N_("Spend points"), CORRECT: N_("Correct points")}
_STRETCH = {"reason": 3}


def _not_whole(text: str) -> Said:
    """Why what was typed is no number of points."""
    text = text.strip()
    if text.lstrip("+-−").replace(",", "").isdecimal():
        return say(points.TOO_MANY, n=text)
    return say(N_("“{text}” isn't a whole number. Enter the points as one, as in 500."), text=text)


class PointsForm(QFrame):
    """done: it is saved, or closed. changed: something was typed."""

    done = Signal()
    changed = Signal()

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.id, self.kind, self.balance = b"", EARN, 0
        self._own = False  # the points were typed, not worked out
        self._busy = False
        self._problem: Said | None = None
        self.setProperty("card", True)
        fields = store.schema.fields(points.ENTITY)
        self.editors: dict[str, Editor] = {
            name: editor_for(fields[name], store, tasks) for name in ("amount", "points", "day", "reason")
        }
        self.labels = {name: QLabel() for name in self.editors}
        for name, editor in self.editors.items():
            self.labels[name].setBuddy(editor.main())
            self.labels[name].setProperty("role", "caption")
            editor.changed.connect(partial(self._typed, name))
            line = editor.main()
            if isinstance(line, QLineEdit):
                line.returnPressed.connect(self.save)
        self.heading, self.outlook, self.trouble = label("strong"), label("caption"), label("trouble")
        for part in (self.outlook, self.trouble):
            part.setWordWrap(True)
        self.save_button, self.cancel_button = QPushButton(), QPushButton()
        self.save_button.setProperty("kind", "primary")
        for button, act in ((self.save_button, self.save), (self.cancel_button, self.close_form)):
            button.setProperty("small", True)
            button.clicked.connect(act)
        self._build()
        self.hide()

    def _build(self) -> None:
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(look.px(12))
        self.grid.setVerticalSpacing(look.px(2))
        foot = QHBoxLayout()
        foot.setSpacing(look.px(8))
        words = QVBoxLayout()
        words.setSpacing(look.px(2))
        words.addWidget(self.outlook)
        words.addWidget(self.trouble)
        foot.addLayout(words, 1)
        for button in (self.cancel_button, self.save_button):
            foot.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (14, 10, 14, 10)))
        column.setSpacing(look.px(8))
        column.addWidget(self.heading)
        column.addLayout(self.grid)
        column.addLayout(foot)

    # ---- beginning

    def begin(self, kind: str, id: bytes, balance: int, values: dict[str, Any] | None = None) -> None:
        """Ask for a new line of this kind."""
        self.id, self.kind, self.balance, self._own = id, kind, balance, False
        given = {"day": this_day(), **(values or {})}
        while self.grid.count():
            self.grid.takeAt(0)
        asked = _ASKED[kind]
        for at, name in enumerate(self.editors):
            self.grid.setColumnStretch(at, 0)
            for part in (self.labels[name], self.editors[name]):
                part.setVisible(name in asked)
        for at, name in enumerate(asked):
            self.grid.addWidget(self.labels[name], 0, at)
            self.grid.addWidget(self.editors[name], 1, at, Qt.AlignmentFlag.AlignTop)
            self.grid.setColumnStretch(at, _STRETCH.get(name, 1))
        for name, editor in self.editors.items():
            editor.set_value(given.get(name))
        self._tell(None)
        self.reword()
        self.show()
        self.editors[asked[0]].focus_first()
        self.changed.emit()

    def close_form(self) -> None:
        """Close it; what was typed is forgotten."""
        self.hide()
        for editor in self.editors.values():
            editor.set_value(None)
        self.done.emit()
        self.changed.emit()

    @property
    def is_open(self) -> bool:
        """Whether something is asked for."""
        return not self.isHidden()

    def unsaved(self) -> list[str]:
        """What was typed and would be lost."""
        typed = any(self.editors[name].value() is not None for name in ("amount", "points", "reason"))
        return [_(_HEADS[self.kind])] if self.is_open and typed else []

    # ---- what it comes to

    def _typed(self, name: str) -> None:
        if name == "points":
            self._own = self.editors["points"].value() is not None
        if name == "amount" and not self._own:
            amount = self.editors["amount"].value()
            worth = None if amount is None or isinstance(amount, Typed) else points.worth(self.store, amount)
            self.editors["points"].set_value(worth or None)
        self._tell(None)
        self._say_outlook()
        self.changed.emit()

    def _values(self) -> dict[str, Any]:
        return {name: self.editors[name].value() for name in _ASKED[self.kind]}

    def _say_outlook(self) -> None:
        """Say what the line would do, as far as it is known."""
        self.outlook.setText(_(", ").join(self._outlook()))
        self.outlook.setVisible(bool(self.outlook.text()))

    def _outlook(self) -> list[str]:
        values, agreed = self._values(), points.rules(self.store)
        n, day, said = values["points"], values["day"], []
        if self.kind == EARN:
            what = _("{earned} for each full {per}")
            said.append(what.format(earned=f"{agreed.earned:,}", per=f"{agreed.per:,}"))
        if not isinstance(n, int) or not self._possible(n, agreed):
            return said
        after = self.balance + (-n if self.kind == SPEND else n)
        until = agreed.until(day) if self.kind != SPEND and n > 0 and isinstance(day, dt.date) else None
        if until is not None and until < this_day():
            return said + self._run_out(n, day, until)
        if until is not None:
            said.append(_("they count until {day}").format(day=until.isoformat()))
        return [*said, _("balance then {n}").format(n=f"{after:,}")]

    def _possible(self, n: int, agreed: Rules) -> bool:
        """Whether so many points could be saved."""
        if self.kind == CORRECT:
            return n != 0 and 0 <= self.balance + n <= MOST
        if self.kind == SPEND:
            return 0 < n <= self.balance and not n % agreed.step and self.balance >= agreed.least
        return 0 < n <= MOST - self.balance

    def _run_out(self, n: int, day: dt.date, until: dt.date) -> list[str]:
        """What is said of points that no longer count; some of them may pay for what was spent long ago."""
        after = points.balance_with(self.store, self.id, n, day)
        if after == self.balance:
            what, then = _("they counted until {day} and have run out already"), _("the balance stays {n}")
        else:
            what, then = _("what is left of them ran out after {day} already"), _("balance then {n}")
        return [what.format(day=until.isoformat()), then.format(n=f"{after:,}")]

    # ---- saving

    def save(self) -> bool:
        """Write the line; False when that can't be, which is said below it."""
        if self._busy:
            return False
        values = self._values()
        for name in _ASKED[self.kind]:
            editor = self.editors[name]
            why = editor.unreadable() if isinstance(values[name], Typed) else None
            if why is not None and name == "points":
                why = _not_whole(str(values[name]))
            if why is not None:
                self._tell(why, name)
                return False
        what = self._missing(values)
        if what is not None:
            self._tell(*what)
            return False
        self._busy = True
        self.tasks.run(
            self._work(values),
            then=lambda _none: self.close_form(),
            failed=self._refused,
            finally_=self._ended,
            writes=True,
        )
        return not self.is_open

    def _missing(self, values: dict[str, Any]) -> tuple[Said, str] | None:
        if values["points"] is None and values.get("amount") is None:
            if self.kind == EARN:
                return say(N_("Enter what was bought, or the points themselves.")), "amount"
            return say(N_("How many points? Enter a whole number.")), "points"
        return None

    def _work(self, values: dict[str, Any]) -> Any:
        given = {"day": values["day"], "reason": values["reason"] or ""}
        n = values["points"]
        if self.kind == EARN:
            return partial(points.earn, self.store, self.id, values["amount"], n, **given)
        if self.kind == SPEND:
            return partial(points.spend, self.store, self.id, n, **given)
        reason = given.pop("reason")
        return partial(points.correct, self.store, self.id, n, reason, **given)

    def _refused(self, problem: Known) -> None:
        self._tell(problem.what)

    def _ended(self) -> None:
        self._busy = False

    def _tell(self, why: Said | None, name: str = "") -> None:
        self._problem = why
        self.trouble.setText("" if why is None else str(why))
        self.trouble.setVisible(why is not None)
        for one, editor in self.editors.items():
            editor.mark(one == name)
        if why is not None:
            announce(self, str(why))
            if name:
                self.editors[name].focus_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not event.modifiers():
            self.close_form()
        else:
            super().keyPressEvent(event)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.heading.setText(_(_HEADS[self.kind]))
        fields = self.store.schema.fields(points.ENTITY)
        for name, editor in self.editors.items():
            text = fields[name].title
            if name == "points" and self.kind == CORRECT:
                text = _("Points, fewer with −")
            if name == "reason" and self.kind != CORRECT:
                text = _("Reason (may stay empty)")
            self.labels[name].setText(text)
            editor.name(text)
            editor.reword()
        self.save_button.setText(_("Save"))
        self.cancel_button.setText(_("Cancel"))
        if self._problem is not None:
            self.trouble.setText(str(self._problem))
        self._say_outlook()
