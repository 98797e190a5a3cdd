"""The first tab of a record's page: fields at the left, note and timeline in the middle, cards at the right.

Where the window is narrow for the text size the cards stand below the fields.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from freecrm.core.pieces import Card, Entry
from freecrm.core.words import N_, _
from freecrm.store.database import Store
from freecrm.store.followups import OTHER
from freecrm.store.timeline import CHANGES
from freecrm.ui import look
from freecrm.ui.parts import label
from freecrm.ui.record_page.cards import CardBox, DropCard, PeopleCard, card_for, line
from freecrm.ui.record_page.composer import Composer
from freecrm.ui.record_page.fields import PageFields, column_area
from freecrm.ui.record_page.next_card import NextSteps
from freecrm.ui.record_page.quality import QualityCard
from freecrm.ui.record_page.timeline import TimelineBox
from freecrm.ui.tasks import Tasks

LEFT, RIGHT, MIDDLE_LEAST = 280, 284, 420
LEFT_LEAST = 260
ENTRIES = 140  # what the entries have at least where the middle scrolls


class FirstSteps(QFrame):
    """What to do with a record of which nothing is known yet. wanted(what): note, person or file."""

    wanted = Signal(str)

    def __init__(self, *, people: bool, follows: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.follows = follows
        self.setProperty("plate", True)
        self.text = label("hint", parent=self)
        self.text.setWordWrap(True)
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout()
        row.setSpacing(look.px(8))
        for what, icon in (("note", "square-pen"), ("person", "user-plus"), ("file", "paperclip")):
            if what == "person" and not people:
                continue
            button = self.buttons[what] = QPushButton(self)
            button.setProperty("small", True)
            look.dress(button, icon, 16)
            button.clicked.connect(partial(self.wanted.emit, what))
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (12, 10, 12, 10)))
        column.addWidget(self.text)
        column.addLayout(row)
        self.hide()
        self.reword()

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.text.setText(_("Nothing has happened here yet. Ways to begin:"))
        words = {
            "note": N_("Write the first follow-up") if self.follows else N_("Write the first note"),
            "person": N_("Add a contact"),
            "file": N_("Attach a file…"),
        }
        for what, button in self.buttons.items():
            button.setText(_(words[what]))


class _Middle(QWidget):
    """The column in the middle. Where what stands above the entries leaves no room for them, it is higher than its
    place and scrolls, and they have room again."""

    area: QScrollArea | None = None

    def heightForWidth(self, width: int) -> int:
        """What it needs at least, not what it would like: a scroll area goes by this."""
        layout = self.layout()
        needs = layout.minimumHeightForWidth(width) if layout is not None else 0
        room = self.area.viewport().height() if self.area is not None else needs
        return needs if needs <= room else needs + look.px(ENTRIES)


class Overview(QWidget):
    """opens_tab(name), open_record(entity, id): as the cards say. choose_file, begin_person: what is wanted."""

    opens_tab = Signal(str)
    open_record = Signal(str, object)
    choose_file = Signal()
    begin_person = Signal()

    def __init__(
        self, store: Store, tasks: Tasks, entity: str, id: bytes, head_box: QWidget, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.id = id
        self.fields = PageFields(store, entity, id, tasks, head_box, self)
        self.middle = _Middle(self)
        self.composer = Composer(store, tasks, entity, id, self.middle)
        self.timeline = TimelineBox(
            store,
            tasks,
            entity,
            id,
            store.pieces(entity, Entry),
            changes=True,
            title=N_("Timeline"),
            parent=self.middle,
        )
        self.cards: list[CardBox] = [card_for(store, tasks, card, id) for card in store.pieces(entity, Card)]
        people = [card for card in self.cards if isinstance(card, PeopleCard)]
        self.next_steps: NextSteps | None = None
        if self.composer.takes:
            self.next_steps = NextSteps(store, tasks, entity, self.timeline)
            self.timeline.between.addWidget(self.next_steps)
        self.first_steps = FirstSteps(people=bool(people), follows=self.composer.takes, parent=self.timeline)
        self.timeline.between.addWidget(self.first_steps)
        self._build()
        self._connect()

    def _build(self) -> None:
        column = QVBoxLayout(self.middle)
        column.setContentsMargins(*(look.px(side) for side in (20, 12, 8, 0)))
        column.setSpacing(look.px(12))
        column.addWidget(self.composer)
        column.addWidget(self.timeline, 1)
        self.middle_area = self.middle.area = column_area(self)
        self.middle_area.setWidget(self.middle)
        self.right = column_area(self)
        self.stack = QWidget(self.right.viewport())
        self.right.setWidget(self.stack)
        self.right_column = QVBoxLayout(self.stack)
        self.right_column.setContentsMargins(*(look.px(side) for side in (16, 12, 16, 16)))
        self.right_column.setSpacing(look.px(12))
        self.lines: list[QFrame] = []
        for at, card in enumerate(self.cards):
            if at:
                self.lines.append(line(self.stack))
                self.right_column.addWidget(self.lines[-1])
            self.right_column.addWidget(card)
        self.right_column.addStretch(1)
        self.edges = [QFrame(self), QFrame(self)]
        for edge in self.edges:
            edge.setProperty("edge", True)
            edge.setFixedWidth(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.fields)
        row.addWidget(self.edges[0])
        row.addWidget(self.middle_area, 1)
        row.addWidget(self.edges[1])
        row.addWidget(self.right)
        self.narrow = False
        self._size()

    def _connect(self) -> None:
        for card in self.cards:
            card.reword()
            card.opens_tab.connect(self.opens_tab)
            card.open_record.connect(self.open_record)
            card.filled.connect(self._divide)
            if isinstance(card, DropCard):
                card.choose.connect(self.choose_file)
            if isinstance(card, QualityCard):
                card.field_wanted.connect(self.fields.edit)
                card.elsewhere_wanted.connect(self.begin_person)
        if self.next_steps is not None:
            self.next_steps.open_wanted.connect(partial(self.open_record.emit, "activity"))
            self.next_steps.all_wanted.connect(partial(self.opens_tab.emit, "activities"))
            self.next_steps.filled.connect(self.timeline.shown)
        self.composer.attach_wanted.connect(self.choose_file)
        self.first_steps.wanted.connect(self._begin)
        self.timeline.shown.connect(self._suggest)

    def _divide(self) -> None:
        """A hairline stands between two cards that are shown."""
        for at, edge in enumerate(self.lines, 1):
            above = any(not card.isHidden() for card in self.cards[:at])
            edge.setVisible(above and not self.cards[at].isHidden())

    def _begin(self, what: str) -> None:
        if what == "note":
            self.composer.begin(kind=OTHER)
        else:
            (self.choose_file if what == "file" else self.begin_person).emit()

    def _suggest(self) -> None:
        """Offer first steps as long as nothing but the making of the record stands there."""
        model = self.timeline.model
        known = [row.about for row in model.rows if row.about is not None]
        blank = not model.only and not model.words and model.complete
        self.first_steps.setVisible(blank and all(a.kind == CHANGES for a in known) and len(known) <= 1)

    # ---- which record

    def show_id(self, id: bytes) -> None:
        """Show another record."""
        self.id = id
        self.composer.show_id(id)
        self.fields.show_id(id)
        self.timeline.model.show_id(id)
        self.timeline.view.scrollToTop()
        if self.next_steps is not None:
            self.next_steps.load(id)
        for card in self.cards:
            card.load(id)

    def load(self, id: bytes) -> None:
        """Show what there is of the record now."""
        self.timeline.load()
        self.composer.refresh()
        if self.next_steps is not None:
            self.next_steps.load(id)
        for card in self.cards:
            card.load(id)

    # ---- sizes

    def _size(self) -> None:
        self.fields.setMinimumWidth(look.px(LEFT_LEAST))
        self.fields.setMaximumWidth(look.px(LEFT))
        self.right.setFixedWidth(look.px(RIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(LEFT + MIDDLE_LEAST), look.px(240))  # the cards make way where there is no room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < look.px(LEFT + RIGHT + MIDDLE_LEAST)
        if narrow != self.narrow:
            self.narrow = narrow
            self.edges[1].setVisible(not narrow)
            if narrow:
                self.right.takeWidget()
                self.right.hide()
                self.fields.below.addWidget(self.stack)
                self.right_column.setContentsMargins(0, look.px(4), 0, 0)
                self.stack.show()
            else:
                self.right.setWidget(self.stack)
                self.right_column.setContentsMargins(*(look.px(side) for side in (16, 12, 16, 16)))
                self.stack.show()
                self.right.show()

    # ----

    def inputs(self) -> list[QWidget]:
        """What Tab goes through, in reading order."""
        cards = [box for card in self.cards for box in card.inputs()]
        composer = self.composer.inputs()
        steps = list(self.first_steps.buttons.values())
        chips = self.timeline.inputs()
        nexts = self.next_steps.inputs() if self.next_steps is not None else []
        return [*self.fields.inputs(), *composer, *chips[:-1], *nexts, *steps, chips[-1], *cards]

    def state(self) -> Any:
        """How far it is scrolled, what is folded and what the timeline shows."""
        return {
            "fields": self.fields.area.verticalScrollBar().value(),
            "folded": set(self.fields.folded),
            "all": self.fields.all_fields,
            "timeline": self.timeline.state(),
        }

    def restore(self, state: Any) -> None:
        """Show it as it was."""
        self.fields.folded = set(state["folded"])
        self.fields.all_fields = state["all"]
        self.fields.show_record()
        self.fields.scroll_later(state["fields"])
        self.timeline.restore(state["timeline"])

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self._size()
        self.fields.reword()
        self.composer.reword()
        self.first_steps.reword()
        if self.next_steps is not None:
            self.next_steps.reword()
        self.timeline.reword()
        for card in self.cards:
            card.reword()
