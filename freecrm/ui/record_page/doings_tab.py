"""The tab with a record's activities: what is planned on top, what was done below, newest first."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from freecrm.core.pieces import Entry, Tab
from freecrm.core.words import _
from freecrm.store.database import Store
from freecrm.store.followups import FEW
from freecrm.ui import look
from freecrm.ui.follow_up.next_step import ask_next, proposed
from freecrm.ui.record_page.empty import EmptyTab
from freecrm.ui.record_page.next_card import NextSteps, known_of
from freecrm.ui.record_page.timeline import TimelineBox
from freecrm.ui.tasks import Tasks

TALL = 260


class _Planned(QScrollArea):
    """As high as the cards in it, within bounds."""

    def __init__(self, cards: NextSteps, parent: QWidget) -> None:
        super().__init__(parent)
        self.cards = cards
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(cards)

    def fit(self) -> None:
        """Take the height of the cards."""
        self.setFixedHeight(min(self.cards.sizeHint().height(), look.px(TALL)))

    def sizeHint(self) -> QSize:
        return self.cards.sizeHint()


class DoingsTab(QWidget):
    """begin: a follow-up is to be written. open_record(entity, id): an activity's page is wanted."""

    begin = Signal()
    open_record = Signal(str, object)

    def __init__(self, store: Store, tasks: Tasks, entity: str, id: bytes, tab: Tab) -> None:
        super().__init__()
        self.store, self.tasks, self.tab = store, tasks, tab
        entries = [one for one in store.pieces(entity, Entry) if one.of == "activity"]
        self.write_button, self.plan_button = QPushButton(self), QPushButton(self)
        for button, icon, act in (
            (self.write_button, "square-pen", self.begin.emit),
            (self.plan_button, "calendar-plus", self.plan),
        ):
            button.setProperty("small", True)
            look.dress(button, icon, 16)
            button.clicked.connect(lambda _checked=False, act=act: act())
        self.steps = NextSteps(store, tasks, entity, self, FEW)
        self.steps.open_wanted.connect(lambda id: self.open_record.emit("activity", id))
        self.planned = _Planned(self.steps, self)
        self.steps.filled.connect(self.planned.fit)
        self.box = TimelineBox(store, tasks, entity, id, entries, changes=False, title=tab.label, parent=self)
        self.nothing = EmptyTab("calendar", self.begin.emit, self)
        self.box.fill_with(self.nothing)
        top = QHBoxLayout()
        top.setSpacing(look.px(8))
        top.addWidget(self.write_button)
        top.addWidget(self.plan_button)
        top.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (16, 10, 16, 0)))
        column.setSpacing(look.px(8))
        column.addLayout(top)
        column.addWidget(self.planned)
        column.addWidget(self.box, 1)
        self.reword()

    def plan(self) -> None:
        """Let a next step be typed."""
        none = self.steps.none
        customer = none.customer if none is not None else self.steps.id
        about = known_of(self.steps.entity, self.steps.id, customer)
        step = proposed(self.store, customer)
        ask_next(self.plan_button, self.store, self.tasks, step, self.steps.plan, about)

    def load(self, id: bytes) -> None:
        """Show the activities of this record."""
        self.steps.load(id)
        if id != self.box.model.id:
            self.box.model.show_id(id)
        else:
            self.box.load()

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        return [
            self.write_button, self.plan_button, *self.steps.inputs(), self.nothing.button, *self.box.inputs()
        ]  # fmt: skip

    def state(self) -> Any:
        """What is shown, and how far it is scrolled."""
        return self.box.state()

    def restore(self, state: Any) -> None:
        """Show it as it was."""
        self.box.restore(state)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.write_button.setText(_("Write a follow-up"))
        self.plan_button.setText(_("Plan a step…"))
        self.steps.reword()
        self.box.reword()
        text = _("Calls, visits, tasks: what was done stands here, and above it what is planned.")
        self.nothing.say(_("Follow-ups"), text, _("Write the first follow-up"))
