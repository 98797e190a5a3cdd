"""The right column of a record's page: key people with their roles, a place to drop files on."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from freecrm.core.pieces import Card, Children, Credit, People, Plans, Pool, Quality
from freecrm.core.words import _, plural
from freecrm.store import roles
from freecrm.store.database import Store
from freecrm.ui import cells, look
from freecrm.ui.fitting import Elided
from freecrm.ui.grid_paint import Pictures
from freecrm.ui.parts import chip, label
from freecrm.ui.tasks import Latest, Tasks

SEEN = 6


class CardBox(QWidget):
    """One card. opens_tab(name): all of it is wanted. filled: it is shown or not. open_record(entity, id):
    somebody's page is wanted."""

    opens_tab = Signal(str)
    filled = Signal()
    open_record = Signal(str, object)

    def __init__(self, store: Store, tasks: Tasks, card: Card, id: bytes) -> None:
        super().__init__()
        self.store, self.card, self.id = store, card, id
        self._latest = Latest(tasks)
        self.heading, self.more = label("strong"), QPushButton()
        self.more.setProperty("kind", "link")
        self.more.clicked.connect(lambda: self.opens_tab.emit(card.opens))
        top = QHBoxLayout()
        top.addWidget(self.heading, 1)
        top.addWidget(self.more)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(look.px(8))
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(look.px(6))
        self.column.addLayout(top)
        self.column.addLayout(self.rows)

    def load(self, id: bytes) -> None:
        """Show what there is for this record."""
        self.id = id

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.heading.setText(_(self.card.label))

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        return [self.more]


class PeopleCard(CardBox):
    """Who matters there: name and job, telephone, the role in the decision as a plate."""

    def __init__(self, store: Store, tasks: Tasks, card: Card, id: bytes) -> None:
        super().__init__(store, tasks, card, id)
        self.pictures, self.names = Pictures(), list[QPushButton]()
        self.found: tuple[list[roles.Person], int] = ([], 0)
        self.hide()

    def load(self, id: bytes) -> None:
        super().load(id)
        show = self.card.show
        assert isinstance(show, People)
        self._latest.run(roles.key_people, self.store.reader(), show.of, show.by, id, SEEN, then=self._show)

    def _show(self, found: tuple[list[roles.Person], int]) -> None:
        self.found = found
        people, total = found
        clear(self.rows)
        self.names.clear()
        if people and self._lacks(people):
            self.rows.addWidget(self._warning())
        self.pictures.check()
        for person in people:
            self.rows.addWidget(self._person(person))
        self.more.setText(plural("{n} contact", "All {n} contacts", total))
        self.setVisible(bool(people))
        self.filled.emit()

    def _lacks(self, people: list[roles.Person]) -> bool:
        """Whether nobody has the role that somebody should have; whoever has it comes first."""
        show, fields = self.card.show, self.store.schema.fields(people[0].child)
        wanted = show.wanted if isinstance(show, People) else ""
        return bool(wanted) and "role" in fields and all(person.role != wanted for person in people)

    def _warning(self) -> QWidget:
        made, side = QWidget(), look.px(16)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(8))
        picture = QLabel()
        picture.setPixmap(look.pixmap("triangle-alert", side, "warning", self.devicePixelRatioF()))
        text = label("warning", _("No decider is linked. Give the one who decides that role."))
        text.setWordWrap(True)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text, 1)
        return made

    def _person(self, person: roles.Person) -> QWidget:
        made, side = QWidget(), look.px(32)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(10))
        picture = QLabel()
        picture.setPixmap(self.pictures.person(person.name, side, self.devicePixelRatioF()))
        name = QPushButton(person.name or cells.EMPTY)
        name.setProperty("kind", "name")
        name.clicked.connect(partial(self.open_record.emit, person.entity, person.id))
        self.names.append(name)
        first = QHBoxLayout()
        first.setSpacing(look.px(6))
        first.addWidget(name)
        work = Elided("caption")
        work.setText(person.work)
        work.setSizePolicy(work.sizePolicy().Policy.Ignored, work.sizePolicy().Policy.Preferred)
        first.addWidget(work, 1)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addLayout(first)
        if person.phone:
            phone = label("caption", cells.phone(person.phone))
            phone.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            texts.addWidget(phone)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        f = self.store.schema.fields(person.child).get("role")
        entry = cells.option(f, person.role) if f is not None else None
        if f is not None and entry is not None:
            row.addWidget(chip(f.show(person.role), entry.colour), 0, Qt.AlignmentFlag.AlignTop)
        said = [
            person.name,
            person.work,
            f.show(person.role) if f is not None and person.role else "",
            person.phone,
        ]
        name.setAccessibleName(", ".join(text for text in said if text))
        return made

    def reword(self) -> None:
        super().reword()
        self._show(self.found)

    def inputs(self) -> list[QWidget]:
        return [self.more, *self.names]


class DropCard(CardBox):
    """Where files may be dropped, or chosen by a press. choose: a file is to be chosen."""

    choose = Signal()

    def __init__(self, store: Store, tasks: Tasks, card: Card, id: bytes) -> None:
        super().__init__(store, tasks, card, id)
        self.heading.hide()
        self.more.hide()
        self.button = QPushButton()
        self.button.setProperty("kind", "drop")
        look.dress(self.button, "upload", 16)
        self.button.clicked.connect(lambda: self.choose.emit())
        self.rows.addWidget(self.button)

    def reword(self) -> None:
        super().reword()
        self.button.setText(_("Drop files here"))
        self.button.setAccessibleName(_("Drop files here, or press to choose one"))
        self.button.setToolTip(_("Drop files anywhere on this page, or press to choose one"))

    def inputs(self) -> list[QWidget]:
        return [self.button]


def card_for(store: Store, tasks: Tasks, card: Card, id: bytes) -> CardBox:
    """The widget of a card."""
    from freecrm.ui.record_page.credit_card import CreditCard
    from freecrm.ui.record_page.plan_card import PlanCard
    from freecrm.ui.record_page.pool_card import PoolCard
    from freecrm.ui.record_page.quality import QualityCard

    # What a card shows -> the widget that shows it.
    kinds: dict[type, type[CardBox]] = {
        Children: DropCard,
        Credit: CreditCard,
        People: PeopleCard,
        Plans: PlanCard,
        Pool: PoolCard,
        Quality: QualityCard,
    }
    return kinds[type(card.show)](store, tasks, card, id)


def line(parent: QWidget | None = None) -> QFrame:
    """A hairline between pieces."""
    made = QFrame(parent)
    made.setProperty("line", True)
    return made


def clear(layout: Any) -> None:
    """Take all widgets out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        gone = item.widget()
        if gone is not None:
            gone.hide()
            gone.deleteLater()
