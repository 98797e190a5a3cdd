"""The next steps with a record, above its timeline: to tick, to put off, to drop; and what to do when there is none."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from freecrm.core.day_words import near, near_time, this_day
from freecrm.core.words import N_, _, plural
from freecrm.store import activities, followups
from freecrm.store.database import Store
from freecrm.store.followups import OpenStep
from freecrm.ui import finish_box, look, talk
from freecrm.ui.fitting import Elided
from freecrm.ui.follow_up.next_step import Next, WhenPopup, ask_next, proposed
from freecrm.ui.parts import label
from freecrm.ui.tasks import Latest, Tasks

SEEN = 2
LATER = ((N_("Tomorrow"), 1), (N_("In 3 days"), 3), (N_("Next week"), 7))
HOUR, DAY = 3600, 86_400


class StepCard(QFrame):
    """One planned activity. open_wanted(id): its own page. Ticking it asks for the result."""

    open_wanted = Signal(object)

    def __init__(self, store: Store, tasks: Tasks, step: OpenStep, parent: QWidget) -> None:
        super().__init__(parent)
        self.store, self.tasks, self.step = store, tasks, step
        self.late = step.is_late(dt.datetime.now(dt.UTC))
        if self.late:
            self.setProperty("message", "danger")
        else:
            self.setProperty("plate", True)
        self.tick = QCheckBox(self)
        self.tick.clicked.connect(lambda: self.finish())
        self.name = QPushButton(self)
        self.name.setProperty("kind", "name")
        self.name.clicked.connect(lambda: self.open_wanted.emit(self.step.id))
        self.when = Elided("danger" if self.late else "caption")
        self.finish_button, self.later_button = QPushButton(self), QPushButton(self)
        for button, act in ((self.finish_button, self.finish), (self.later_button, self.offer_later)):
            button.setProperty("small", True)
            button.clicked.connect(lambda _checked=False, act=act: act())
        look.dress(self.later_button, "chevron-down", 14)
        self.later_button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(look.px(6))
        if self.late:
            picture = QLabel(self)
            picture.setPixmap(look.pixmap("circle-alert", look.px(14), "danger", self.devicePixelRatioF()))
            line.addWidget(picture)
        line.addWidget(self.when, 1)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.name, 0, Qt.AlignmentFlag.AlignLeft)
        texts.addLayout(line)
        row = QHBoxLayout(self)
        row.setContentsMargins(*(look.px(side) for side in (12, 6, 10, 6)))
        row.setSpacing(look.px(8))
        row.addWidget(self.tick)
        row.addLayout(texts, 1)
        row.addWidget(self.finish_button)
        row.addWidget(self.later_button)
        self.reword()

    def finish(self) -> None:
        """Ask for the result; the tick stays away as long as it isn't saved."""
        self.tick.setChecked(False)
        finish_box.open(self, self.store, self.tasks, self.step.id)

    def offer_later(self) -> QMenu:
        """Offer other times, and to drop it."""
        menu = QMenu(self)
        menu.setAccessibleName(_("Put off"))
        menu.aboutToHide.connect(menu.deleteLater)
        for text, days in LATER:
            menu.addAction(_(text)).triggered.connect(partial(self._put_off_days, days))
        menu.addAction(_("Another time…")).triggered.connect(lambda: self.ask_time())
        menu.addSeparator()
        dropped = menu.addAction(_("Drop it"))
        look.dress(dropped, "x", 16)
        dropped.triggered.connect(lambda: self._run(activities.drop))
        menu.popup(self.later_button.mapToGlobal(self.later_button.rect().bottomLeft()))
        return menu

    def ask_time(self) -> WhenPopup:
        """Let another time be typed in words."""
        popup = WhenPopup(
            self.later_button, self.store, self.tasks, _("When is it to be done?"), (0, 1, 3, 7)
        )
        popup.taken.connect(self._put_off)
        popup.open()
        return popup

    def _put_off_days(self, days: int, _checked: bool = False) -> None:
        day = this_day() + dt.timedelta(days=days)
        if self.step.all_day or self.step.at is None:
            self._put_off(day, None)
        else:
            clock = self.step.at.astimezone().time()
            self._put_off(None, dt.datetime.combine(day, clock).astimezone().astimezone(dt.UTC))

    def _put_off(self, day: dt.date | None, at: dt.datetime | None) -> None:
        if at is None and day is not None and not self.step.all_day and self.step.at is not None:
            at = dt.datetime.combine(day, self.step.at.astimezone().time()).astimezone(dt.UTC)
        if at is not None:
            self._run(activities.put_off, at)
        elif day is not None:
            self._run(activities.put_off, activities.midnight(day, self.step.zone))

    def _run(self, work: Any, *given: Any) -> None:
        self.tasks.run(work, self.store, self.step.id, *given, failed=talk.tell_problem, writes=True)

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        return [self.tick, self.name, self.finish_button, self.later_button]

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        step = self.step
        kind = self.store.schema.fields("activity")["kind"].show(step.kind)
        subject = step.subject or kind
        self.name.setText(subject.replace("&", "&&"))
        said = when(step)
        parts = [said, kind if subject != kind else "", step.place, ", ".join(step.people), step.owner]
        self.when.setText(" · ".join(part for part in parts if part))
        self.name.setAccessibleName(f"{subject}; {self.when.full if hasattr(self.when, 'full') else said}")
        self.tick.setAccessibleName(_("Done: {what}").format(what=subject))
        self.finish_button.setText(_("Finish with result"))
        self.later_button.setText(_("Put off"))


def when(step: OpenStep) -> str:
    """When a step is to be done, and how late it is."""
    if step.at is None:
        return _("no date yet")
    text = near(activities.day_of(step.at, step.zone)) if step.all_day else near_time(step.at)
    now = dt.datetime.now(dt.UTC)
    if not step.is_late(now):
        return _("planned {when}").format(when=text)
    end = activities.day_after(step.at, step.zone) if step.all_day else step.at
    return _("planned {when}, {late} late").format(
        when=text, late=_late(int((now - end).total_seconds()), step)
    )


def _late(seconds: int, step: OpenStep) -> str:
    if step.all_day:
        return plural("{n} day", "{n} days", seconds // DAY + 1)
    if seconds < HOUR:
        return plural("{n} minute", "{n} minutes", max(seconds // 60, 1))
    if seconds < 2 * DAY:
        return plural("{n} hour", "{n} hours", seconds // HOUR)
    return plural("{n} day", "{n} days", seconds // DAY)


def plan_step(store: Store, tasks: Tasks, entity: str, id: bytes, step: Next) -> None:
    """Plan a step with a record, told by the undo toast."""
    given = (store, entity, id, step.values())
    tasks.run(followups.plan, *given, failed=talk.tell_problem, writes=True)


def known_of(entity: str, id: bytes, customer: bytes | None) -> dict[str, Any]:
    """What is known of an activity that is planned on the page of a record."""
    people: dict[str, Any] = {"people": [{"contact": id}]} if entity == "contact" else {}
    if entity == "deal":
        people = {"deal": id}
    return {**({"customer": customer} if customer else {}), **people}


class NoStep(QFrame):
    """«No next step», with three ways to one."""

    def __init__(self, store: Store, tasks: Tasks, parent: QWidget) -> None:
        super().__init__(parent)
        self.store, self.tasks = store, tasks
        self.entity, self.id, self.customer = "", b"", b""
        self.setProperty("message", "warning")
        self.picture = QLabel(self)
        self.text = label("strong", parent=self)
        self.call_button, self.visit_button, self.own_button = (QPushButton(self) for _n in range(3))
        row = QHBoxLayout(self)
        row.setContentsMargins(*(look.px(side) for side in (12, 5, 10, 5)))
        row.setSpacing(look.px(8))
        row.addWidget(self.picture)
        row.addWidget(self.text, 1)
        for button, act in (
            (self.call_button, lambda: self.plan(Next("call", this_day() + dt.timedelta(days=1)))),
            (self.visit_button, lambda: self.plan(Next("visit", this_day() + dt.timedelta(days=7)))),
            (self.own_button, self.ask),
        ):
            button.setProperty("small", True)
            button.clicked.connect(lambda _checked=False, act=act: act())
            row.addWidget(button)
        self.reword()

    def ask(self) -> None:
        """Let the next step be typed."""
        step = proposed(self.store, self.customer)
        about = known_of(self.entity, self.id, self.customer)
        ask_next(self.own_button, self.store, self.tasks, step, self.plan, about)

    def plan(self, step: Next | None) -> None:
        """Plan this step with the record."""
        if step is not None:
            plan_step(self.store, self.tasks, self.entity, self.id, step)

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        ratio = self.devicePixelRatioF()
        self.picture.setPixmap(look.pixmap("triangle-alert", look.px(16), "warning", ratio))
        self.text.setText(_("No next step"))
        self.call_button.setText(_("Call tomorrow"))
        self.visit_button.setText(_("Visit next week"))
        self.own_button.setText(_("Another step…"))


class NextSteps(QWidget):
    """The cards of a record. open_wanted(id): an activity's page; all_wanted: all of them. filled: they changed."""

    open_wanted = Signal(object)
    all_wanted = Signal()
    filled = Signal()

    def __init__(self, store: Store, tasks: Tasks, entity: str, parent: QWidget, most: int = SEEN) -> None:
        super().__init__(parent)
        self.store, self.tasks, self.entity, self.most = store, tasks, entity, most
        self.id = b""
        self.cards: list[StepCard] = []
        self.steps: list[OpenStep] = []
        self.none: NoStep | None = None
        self.more: QPushButton | None = None
        self._latest = Latest(tasks)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(look.px(6))
        self.hide()

    def load(self, id: bytes) -> None:
        """Show what is open with this record."""
        if id != self.id:
            self.hide()  # what is open with the one before is nobody's here
        self.id = id
        self._latest.run(self._read, id, then=self._show)

    def _read(self, id: bytes) -> tuple[list[OpenStep], bytes | None, bool]:
        found = followups.open_steps(self.store, self.entity, id)
        settled = followups.is_settled(self.store, self.entity, id)
        return found, followups.customer_of(self.store, self.entity, id), settled

    def _show(self, found: tuple[list[OpenStep], bytes | None, bool]) -> None:
        self.steps, customer, settled = found
        had_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        for card in self.cards:
            card.hide()
            card.deleteLater()
        self.cards = []
        for at, step in enumerate(self.steps[: self.most]):
            card = StepCard(self.store, self.tasks, step, self)
            card.open_wanted.connect(self.open_wanted)
            self.cards.append(card)
            self.column.insertWidget(at, card)
            card.show()
        self._show_more(len(self.steps) - len(self.cards))
        nothing = not settled and not any(step.at is not None for step in self.steps)
        if nothing and self.none is None:
            self.none = NoStep(self.store, self.tasks, self)
            self.column.addWidget(self.none)
        if self.none is not None:
            self.none.entity, self.none.id, self.none.customer = self.entity, self.id, customer or b""
            self.none.setVisible(nothing)
        self.setVisible(nothing or bool(self.steps))
        if had_focus and self.inputs():
            self.inputs()[0].setFocus()
        self.filled.emit()

    def plan(self, step: Next | None) -> None:
        """Plan this step with the record."""
        if step is not None and self.id:
            plan_step(self.store, self.tasks, self.entity, self.id, step)

    def _show_more(self, count: int) -> None:
        if self.more is None and count > 0:
            self.more = QPushButton(self)
            self.more.setProperty("kind", "link")
            self.more.clicked.connect(lambda: self.all_wanted.emit())
            self.column.insertWidget(len(self.cards), self.more, 0, Qt.AlignmentFlag.AlignLeft)
        if self.more is not None:
            self.more.setText(plural("{n} more planned", "{n} more planned", max(count, 1)))
            self.more.setVisible(count > 0)

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        found = [one for card in self.cards for one in card.inputs()]
        if self.more is not None:
            found.append(self.more)
        if self.none is not None:
            found += [self.none.call_button, self.none.visit_button, self.none.own_button]
        return found

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        for card in self.cards:
            card.reword()
        if self.none is not None:
            self.none.reword()
        self._show_more(len(self.steps) - len(self.cards))
