"""The quick line: an activity in one line of words («Fri 3pm visit Tuoyan 1 h»). What it means is shown while it is
typed; where words mean several customers, it asks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget

from freecrm.core.problems import Known
from freecrm.core.words import _
from freecrm.store import activities, clashes, quick_line
from freecrm.store.database import Store
from freecrm.store.quick_line import Meant, Read
from freecrm.ui import look
from freecrm.ui.parts import announce, label
from freecrm.ui.tasks import Latest, Tasks

LEAST = 380


class _Box(QLineEdit):
    """left: the focus went elsewhere. down: into the answers below. given_up: Esc."""

    left = Signal()
    down = Signal()
    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class Understood(QFrame):
    """What a line means, below it; with the customers to choose from where several fit. chosen(Meant or None)."""

    chosen = Signal(object)
    given_up = Signal()

    def __init__(self, over: QWidget, anchor: QWidget) -> None:
        super().__init__(over)
        self.anchor = anchor
        self.setProperty("popup", True)
        self.setProperty("overlay", True)
        self.words, self.trouble, self.asks = label("understood"), label("trouble"), label("caption")
        for one in (self.words, self.trouble, self.asks):
            one.setWordWrap(True)
        self.answers: list[QPushButton] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(look.px(side) for side in (12, 8, 12, 8)))
        self.column.setSpacing(look.px(4))
        for one in (self.words, self.trouble, self.asks):
            self.column.addWidget(one)
        self.hide()

    def show_line(self, words: str, line: Read | None, trouble: str = "") -> None:
        """Say what a line means, and ask what it leaves open."""
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))
        for button in self.answers:
            self.column.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.answers = []
        if line is not None and line.is_open:
            for meant in line.customers or line.contacts:
                name = f"{meant.name} · {meant.firm_name}" if meant.firm_name else meant.name
                self._answer(name, meant)
            self._answer(_("Neither, without a customer"), None)
        self.asks.setText(_("Who is meant? Enter and ↓ choose."))
        self.asks.setVisible(bool(self.answers))
        self.place()
        self.show()
        self.raise_()

    def warn(self, told: str) -> None:
        """Say below the words what stands in the way."""
        self.trouble.setText(told)
        self.trouble.show()
        self.place()

    def _answer(self, name: str, meant: Meant | None) -> None:
        button = QPushButton(name.replace("&", "&&"))
        button.setProperty("kind", "quiet")
        button.clicked.connect(partial(self._take, meant))
        self.column.addWidget(button)
        self.answers.append(button)

    def _take(self, meant: Meant | None, _on: bool = False) -> None:
        self.chosen.emit(meant)

    def place(self) -> None:
        """Stand below the line, inside the window."""
        over = self.parentWidget()
        if over is None:
            return
        self.setFixedWidth(max(self.anchor.width(), look.px(LEAST)))
        self.adjustSize()
        at = self.anchor.mapTo(over, QPoint(0, self.anchor.height() + look.px(4)))
        self.move(max(min(at.x(), over.width() - self.width() - look.px(8)), look.px(8)), at.y())

    def step(self, by: int) -> None:
        """Go to the next answer, or the one before."""
        here = next((at for at, button in enumerate(self.answers) if button.hasFocus()), -1)
        if self.answers:
            self.answers[(here + by) % len(self.answers)].setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if by is not None:
            self.step(by)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            for button in self.answers:
                if button.hasFocus():
                    button.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)


def _told(store: Store, values: dict[str, Any]) -> str:
    """Who is busy with what when something is planned, "" when nobody is. For any thread."""
    from freecrm.ui.activity_form.outlook import outlook, told_lines

    values = dict(values)
    if values.get("end") is None:
        usual = activities.habits(store).get(values["kind"], activities.USUAL["other"]).minutes
        values["end"] = values["start"] + dt.timedelta(minutes=usual or 0)
    draft = clashes.draft_of(values)
    found = outlook(store, draft) if draft is not None else None
    return "\n".join(told_lines(found)) if found is not None else ""


class QuickLine(QWidget):
    """made(id): something was planned."""

    made = Signal(object)

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.line: Read | None = None
        self._latest, self._clashes = Latest(tasks), Latest(tasks)
        self._wants = False  # Enter came before the line was understood
        self.box = _Box()
        self.box.setClearButtonEnabled(True)
        self._sign = QAction(self.box)
        self.box.addAction(self._sign, QLineEdit.ActionPosition.LeadingPosition)
        self.box.textChanged.connect(self._typed)
        self.box.returnPressed.connect(self.take)
        self.box.down.connect(lambda: self.hint.step(1) if self._hint is not None else None)
        self.box.given_up.connect(self.clear)
        self.box.left.connect(self._left)
        self._hint: Understood | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.box)

    @property
    def hint(self) -> Understood:
        """What stands below the line."""
        if self._hint is None:
            self._hint = Understood(self.window(), self.box)
            self._hint.chosen.connect(self._chose)
            self._hint.given_up.connect(self.box.setFocus)
        return self._hint

    def clear(self) -> None:
        """Nothing is typed any more."""
        self.box.clear()

    def _typed(self, text: str) -> None:
        self.line, self._wants = None, False
        self._clashes.drop()
        if not text.strip():
            self._latest.drop()
            self._clashes.drop()
            if self._hint is not None:
                self._hint.hide()
            return
        self._latest.run(quick_line.read, self.store, text, then=self._understood)

    def _understood(self, line: Read) -> None:
        if not self.box.text().strip():
            return
        self.line = line
        words = quick_line.shown(self.store, line)
        self.hint.show_line(words, line, str(line.draft.why or ""))
        self.box.setAccessibleDescription(words)
        if self._wants:
            self.take()
        elif line.draft.start is not None and not line.draft.all_day:
            self._clashes.run(_told, self.store, self._values(line), then=self._warn)

    def _warn(self, told: str) -> None:
        """Say who is busy then, before it is saved; Enter saves nevertheless."""
        if told and self.line is not None:
            self.hint.warn(told)
            self.box.setAccessibleDescription(f"{self.hint.words.text()}. {told}")
            announce(self, told)

    def _values(self, line: Read) -> dict[str, Any]:
        values = quick_line.values(self.store, line)
        if self.store.user is not None:
            values.setdefault("owner_user", self.store.user)
        return values

    def take(self) -> None:
        """Plan what the line says; who is meant is asked first where several fit."""
        if not self.box.text().strip():
            return
        if self.line is None:
            self._wants = True
            return
        self._wants = False
        if self.line.draft.why is not None:  # never on another day than was said
            announce(self, str(self.line.draft.why))
        elif self.line.is_open:
            announce(self, self.hint.asks.text())
            self.hint.step(1)
        else:
            self._plan(self.line)

    def _chose(self, meant: Meant | None) -> None:
        if self.line is None:
            return
        chosen = () if meant is None else (meant,)
        if self.line.customers:
            self._plan(replace(self.line, customers=chosen, contacts=self.line.contacts if chosen else ()))
        else:
            self._plan(replace(self.line, contacts=chosen))

    def _plan(self, line: Read) -> None:
        self.tasks.run(
            activities.plan,
            self.store,
            self._values(line),
            then=self._planned,
            failed=self._refused,
            writes=True,
        )

    def _planned(self, id: bytes) -> None:
        self.clear()
        self.box.setFocus()
        self.made.emit(id)

    def _refused(self, problem: Known) -> None:
        self.hint.show_line("", self.line, str(problem))
        self.box.setFocus()

    def _left(self) -> None:
        hint = self._hint
        if hint is not None and not any(button.hasFocus() for button in hint.answers):
            focus = self.window().focusWidget()
            if focus is None or not hint.isAncestorOf(focus):
                hint.hide()

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.box.setPlaceholderText(_("Try: Fri 3pm visit Tuoyan 1h"))
        self.box.setAccessibleName(_("Plan in one line"))
        self._sign.setIcon(look.icon("sparkles", 16))
        if self.line is not None:
            self._understood(self.line)
