"""What is said of a follow-up besides its text: how and where, with whom, what it settles, when next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QSpinBox, QVBoxLayout, QWidget

from freecrm.core.agenda import TASK
from freecrm.core.day_words import near, near_time, this_day
from freecrm.core.words import _, plural
from freecrm.store import activities, followups
from freecrm.store.database import Store
from freecrm.store.followups import FollowUp, OpenStep
from freecrm.ui import look
from freecrm.ui.editors.flow import Flow
from freecrm.ui.fitting import ComboBox
from freecrm.ui.follow_up.kinds import NOTE
from freecrm.ui.follow_up.next_step import Next, WhenPopup, ask_next, proposed
from freecrm.ui.tasks import Latest, Tasks

DIRECTED, PLACED, TIMED = ("call", "email", "wechat"), ("visit",), ("call", "visit")
SHORT = 14


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the record before anything is said of it."""

    people: Sequence[tuple[bytes, str, str]] = ()
    steps: Sequence[OpenStep] = ()
    proposal: Next | None = None
    colleagues: Sequence[tuple[bytes, str]] = ()


def known_of(store: Store, entity: str, id: bytes) -> Known:
    """Read it; costs a few questions along indexes."""
    customer = followups.customer_of(store, entity, id)
    people = followups.people_of(store, id) if entity == "customer" else []
    steps = followups.open_steps(store, entity, id)
    return Known(people, steps, proposed(store, customer), followups.colleagues(store))


class _Strip(QWidget):
    """The chips, as high as their lines: a box in a box in a box loses count of them."""

    def fit(self) -> None:
        """Take the height of the lines at this width."""
        layout = self.layout()
        if layout is not None and self.width() > 0:
            layout.invalidate()
            self.setFixedHeight(max(layout.heightForWidth(self.width()), 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()


class FollowParts(QWidget):
    """changed: something was chosen. phrase_wanted: the phrases, below this button."""

    changed = Signal()

    def __init__(self, store: Store, tasks: Tasks, parent: QWidget) -> None:
        super().__init__(parent)
        self.store, self.tasks = store, tasks
        self.kind, self.known = followups.OTHER, Known()
        self.people: list[bytes] = []
        self.closes: set[bytes] = set()
        self.next: Next | None = None
        self.outcome: str | None = None
        self.owner: bytes | None = None
        self.day: dt.date | None = None  # when it was, or of a task when it is to be; None: now
        self.at: dt.datetime | None = None
        self._decided = False  # the next step was chosen by hand
        self._held: dict[str, Any] = {}  # what a draft said, until the record is read
        self._latest = Latest(tasks)
        self.direction, self.place, self.minutes = ComboBox(), QLineEdit(self), QSpinBox(self)
        self.place.setMaxLength(200)
        self.minutes.setRange(0, 24 * 60)
        self.minutes.setSingleStep(5)
        for combo in (self.direction,):
            combo.setProperty("small", True)
        self.details = QWidget(self)
        line = QHBoxLayout(self.details)
        line.setContentsMargins(look.px(8), 0, look.px(8), 0)
        line.setSpacing(look.px(8))
        line.addWidget(self.direction)
        line.addWidget(self.place, 1)
        line.addWidget(self.minutes)
        line.addStretch(1)
        self.strip = _Strip(self)
        flow = Flow(self.strip, look.px(6))
        self.people_chip, self.next_chip, self.closes_chip = (QPushButton(self.strip) for _n in range(3))
        self.outcome_chip, self.when_chip, self.owner_chip = (QPushButton(self.strip) for _n in range(3))
        self.phrase_chip = QPushButton(self.strip)
        self.chips: list[tuple[QPushButton, str, Callable[[], object] | None]] = [
            (self.people_chip, "user", self._choose_people),
            (self.owner_chip, "user-check", self._choose_owner),
            (self.when_chip, "clock", self._choose_when),
            (self.outcome_chip, "flag", self._choose_outcome),
            (self.next_chip, "calendar-clock", self._choose_next),
            (self.closes_chip, "square-check", self._choose_closes),
            (self.phrase_chip, "message-square-text", None),
        ]
        for chip, icon, act in self.chips:
            chip.setProperty("chip", "off")
            look.dress(chip, icon, 16)
            if act is not None:
                chip.clicked.connect(lambda _checked=False, act=act: act())
            flow.addWidget(chip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(6))
        column.addWidget(self.details)
        column.addWidget(self.strip)
        self.direction.activated.connect(lambda _row: self.changed.emit())
        self.place.textEdited.connect(lambda _text: self.changed.emit())
        self.minutes.valueChanged.connect(lambda _value: self.changed.emit())
        self.reword()

    # ---- of which record

    def load(self, entity: str, id: bytes) -> None:
        """Read whom there is to talk to, what is open, and what is proposed."""
        self._latest.run(known_of, self.store, entity, id, then=self._show_known)

    def _show_known(self, known: Known) -> None:
        self.known = known
        held, self._held = self._held, {}
        ids = {person[0] for person in known.people}
        kept = [id for id in self.people if id in ids]
        self.people = kept or [person[0] for person in known.people[:1]]
        due = activities.midnight(this_day() + dt.timedelta(days=1))
        open_ids = {step.id for step in known.steps}
        self.closes = {step.id for step in known.steps if step.at is not None and step.at < due}
        if held:
            self._take_held(held, ids, open_ids)
        if not self._decided:
            self._propose()
        self._say()

    def _take_held(self, held: dict[str, Any], people: set[bytes], steps: set[bytes]) -> None:
        self.people = [id for id in held.get("people") or () if id in people] or self.people
        if "closes" in held:
            self.closes = {id for id in held["closes"] if id in steps}
        if "next" in held:
            self.next = Next(**held["next"]) if held["next"] else None
            self._decided = True

    def _propose(self) -> None:
        """A next step where none would be left open."""
        left = [step for step in self.known.steps if step.id not in self.closes and step.at is not None]
        self.next = None if left else self.known.proposal

    def clear(self) -> None:
        """Forget all that was said."""
        self.people, self.closes, self.next, self.outcome, self.owner = [], set(), None, None, None
        self.day, self.at, self._decided, self._held, self.known = None, None, False, {}, Known()
        self.place.clear()
        self._set_minutes(0)
        self.direction.setCurrentIndex(0)
        self._say()

    def _set_minutes(self, value: int) -> None:
        self.minutes.blockSignals(True)
        self.minutes.setValue(value)
        self.minutes.blockSignals(False)

    def show_kind(self, kind: str) -> None:
        """Ask for what this kind has."""
        self.kind = kind
        self._say()

    # ---- as values

    def values(self) -> dict[str, Any]:
        """What a draft keeps."""
        made: dict[str, Any] = {
            "people": list(self.people),
            "closes": sorted(self.closes),
            "outcome": self.outcome,
            "owner": self.owner,
            "day": self.day,
            "at": self.at,
            "place": self.place.text(),
            "minutes": self.minutes.value(),
            "direction": self.direction.currentData(),
        }
        if self._decided:
            made["next"] = self.next.plain() if self.next is not None else None
        return made

    def take(self, held: dict[str, Any]) -> None:
        """Go on with what a draft kept; people and steps when the record is read."""
        self._held = held
        self.outcome, self.owner = held.get("outcome"), held.get("owner")
        self.day, self.at = held.get("day"), held.get("at")
        self.place.setText(str(held.get("place") or ""))
        self._set_minutes(int(held.get("minutes") or 0))
        self.direction.setCurrentIndex(max(self.direction.findData(held.get("direction")), 0))
        self._say()

    def said(self, text: str, files: Sequence[dict[str, Any]]) -> FollowUp:
        """The follow-up as it stands there."""
        kind, task = self.kind, self.kind == TASK
        at = activities.midnight(self.day) if self.day is not None else self.at
        whole = task and self.day is not None
        if not task and self.day is not None:  # on that day, nobody knows when
            at = at + dt.timedelta(hours=12) if at is not None else None
        return FollowUp(
            kind,
            text,
            tuple(self.people),
            at,
            whole,
            self.owner if task else None,
            self.direction.currentData() if kind in DIRECTED else None,
            self.minutes.value() or None if kind in TIMED else None,
            self.place.text().strip() if kind in PLACED else "",
            None if task else self.outcome,
            self.next.values() if self.next is not None and not task else None,
            () if task else tuple(step.id for step in self.known.steps if step.id in self.closes),
            tuple(files),
        )

    # ---- choosing

    def _menu(self, chip: QPushButton) -> QMenu:
        menu = QMenu(self)
        menu.setAccessibleName(chip.text())
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _open(self, menu: QMenu, chip: QPushButton) -> None:
        menu.popup(chip.mapToGlobal(chip.rect().bottomLeft()))

    def _choose_people(self) -> None:
        menu = self._menu(self.people_chip)
        for id, name, job in self.known.people:
            action = menu.addAction(f"{name}  {job}".strip().replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(id in self.people)
            action.toggled.connect(partial(self._with, id))
        self._open(menu, self.people_chip)

    def _with(self, id: bytes, yes: bool) -> None:
        chosen = {*self.people, id} if yes else set(self.people) - {id}
        self.people = [person[0] for person in self.known.people if person[0] in chosen]
        self._changed()

    def _choose_closes(self) -> None:
        menu = self._menu(self.closes_chip)
        for step in self.known.steps:
            when = near(step.at.astimezone().date()) if step.at is not None else _("no date yet")
            action = menu.addAction(f"{step.subject}  {when}".replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(step.id in self.closes)
            action.toggled.connect(partial(self._settles, step.id))
        self._open(menu, self.closes_chip)

    def _settles(self, id: bytes, yes: bool) -> None:
        self.closes ^= {id} if yes != (id in self.closes) else set()
        if not self._decided:
            self._propose()
        self._changed()

    def _choose_outcome(self) -> None:
        menu = self._menu(self.outcome_chip)
        options = self.store.schema.fields("activity")["outcome"].options  # type: ignore[attr-defined]
        for entry in options.entries:
            if not entry.off:
                self._option(menu, entry.title, entry.key == self.outcome, "outcome", entry.key)
        menu.addSeparator()
        self._option(menu, _("No outcome"), self.outcome is None, "outcome", None)
        self._open(menu, self.outcome_chip)

    def _choose_owner(self) -> None:
        menu = self._menu(self.owner_chip)
        self._option(menu, _("Me"), self.owner is None, "owner", None)
        for id, name in self.known.colleagues:
            self._option(menu, name, id == self.owner, "owner", id)
        self._open(menu, self.owner_chip)

    def _option(self, menu: QMenu, text: str, chosen: bool, name: str, value: Any) -> None:
        action = menu.addAction(text.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(chosen)

        def take() -> None:
            setattr(self, name, value)
            self._changed()

        action.triggered.connect(lambda _checked=False: take())

    def _choose_when(self) -> None:
        title = _("When is it to be done?") if self.kind == TASK else _("When was it?")
        soon = (0, 1, 3, 7) if self.kind == TASK else (0,)
        popup = WhenPopup(self.when_chip, self.store, self.tasks, title, soon)
        popup.when.take(self.day, self.at)
        popup.taken.connect(self._take_when)
        popup.open()

    def _take_when(self, day: dt.date | None, at: dt.datetime | None) -> None:
        self.day, self.at = day, at
        self._changed()

    def _choose_next(self) -> None:
        step = self.next or self.known.proposal or Next()
        ask_next(self.next_chip, self.store, self.tasks, step, self.take_next)

    def take_next(self, step: Next | None) -> None:
        """Take a next step, or none."""
        self.next, self._decided = step, True
        self._changed()

    def _changed(self) -> None:
        self._say()
        self.changed.emit()

    # ---- in words

    def _say(self) -> None:
        task = self.kind == TASK
        self.details.setVisible(self.kind in (*DIRECTED, *PLACED, *TIMED))
        self.direction.setVisible(self.kind in DIRECTED)
        self.place.setVisible(self.kind in PLACED)
        self.minutes.setVisible(self.kind in TIMED)
        self.strip.setVisible(self.kind != NOTE)
        names = [name for id, name, _job in self.known.people if id in self.people]
        closing = [step.subject for step in self.known.steps if step.id in self.closes]
        self._put(self.people_chip, _("With: {names}"), _short(names) or _("nobody"), bool(names))
        self.people_chip.setVisible(bool(self.known.people))
        colleague = dict(self.known.colleagues).get(self.owner or b"", "")
        self._put(self.owner_chip, _("Whose: {name}"), colleague or _("me"), bool(colleague))
        self.owner_chip.setVisible(task and bool(self.known.colleagues))
        self._put(
            self.when_chip, _("When: {when}"), self._when(), self.day is not None or self.at is not None
        )
        outcome = self.store.schema.fields("activity")["outcome"].show(self.outcome) if self.outcome else ""
        self._put(self.outcome_chip, _("Outcome: {what}"), outcome or "—", bool(outcome))
        self.outcome_chip.setVisible(not task)
        self._put(self.next_chip, _("Next: {when}"), self._next(), self.next is not None)
        self.next_chip.setVisible(not task)
        self._put(self.closes_chip, _("Settles: {what}"), _short(closing) or _("nothing"), bool(closing))
        self.closes_chip.setVisible(not task and bool(self.known.steps))
        self.phrase_chip.setText(_("Phrases"))
        self.strip.fit()

    def _when(self) -> str:
        if self.at is not None:
            return near_time(self.at)
        if self.day is not None:
            return near(self.day)
        return _("no date yet") if self.kind == TASK else _("now")

    def _next(self) -> str:
        if self.next is not None:
            kind = self.store.schema.fields("activity")["kind"].show(self.next.kind)
            return f"{self.next.words()} {kind}"
        left = [step for step in self.known.steps if step.id not in self.closes and step.at is not None]
        if left and left[0].at is not None:
            return _("planned {when}").format(when=near(left[0].at.astimezone().date()))
        return _("none")

    def _put(self, chip: QPushButton, text: str, value: str, chosen: bool) -> None:
        chip.setText(text.format(names=value, name=value, when=value, what=value).replace("&", "&&"))
        wanted = "true" if chosen else "off"
        if chip.property("chip") != wanted:
            chip.setProperty("chip", wanted)
            look.refresh(chip)

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        return [self.direction, self.place, self.minutes, *(chip for chip, _icon, _act in self.chips)]

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        held = self.direction.currentData()
        self.direction.clear()
        options = self.store.schema.fields("activity")["direction"].options  # type: ignore[attr-defined]
        for entry in options.entries:
            self.direction.addItem(entry.title, entry.key)
        self.direction.setCurrentIndex(max(self.direction.findData(held), 0))
        self.direction.setAccessibleName(_("Direction"))
        self.place.setPlaceholderText(_("Where"))
        self.place.setAccessibleName(_("Place"))
        self.minutes.setSuffix(" " + _("min"))
        self.minutes.setSpecialValueText(_("Length"))
        self.minutes.setAccessibleName(_("Length in minutes"))
        self.minutes.setFixedWidth(look.px(104))
        self.minutes.lineEdit().setTextMargins(look.px(6), 0, look.px(6), 0)
        self._say()


def _short(texts: Sequence[str]) -> str:
    """The first of several texts, and how many more there are."""
    if not texts:
        return ""
    first = texts[0] if len(texts[0]) <= SHORT else texts[0][: SHORT - 1] + "…"
    if len(texts) == 1:
        return first
    return _("{name} and {more}").format(name=first, more=plural("{n} more", "{n} more", len(texts) - 1))
