"""What the side panel of a list has of follow-ups: the next step as a card, and a line at its foot to write one."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from freecrm.core.day_words import near, near_time, this_day
from freecrm.core.record import Record
from freecrm.core.words import _
from freecrm.store import followups
from freecrm.store.database import Store
from freecrm.store.followups import OpenStep
from freecrm.ui import finish_box, look, talk
from freecrm.ui.fitting import Elided
from freecrm.ui.follow_up.next_step import ask_next, proposed, split
from freecrm.ui.parts import label
from freecrm.ui.record_page.composer import Composer
from freecrm.ui.tasks import Tasks


class PanelNext(QFrame):
    """The next step of a customer by the two fields that their record has: no question is asked to show it."""

    def __init__(self, store: Store, tasks: Tasks, record: Record, parent: QWidget) -> None:
        super().__init__(parent)
        self.store, self.tasks, self.record = store, tasks, record
        self.at: dt.datetime | None = record["next_at"]
        day, _at = split(self.at)
        self.late = self.at is not None and followups.is_late(
            self.at, dt.datetime.now(dt.UTC), all_day=day is not None
        )
        kind = "danger" if self.late else "warning" if self.at is None else ""
        self.setProperty("message" if kind else "plate", kind or True)
        self.tick: QCheckBox | None = None
        self.name = label("strong", parent=self)
        self.name.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(*(look.px(side) for side in (12, 6, 10, 6)))
        row.setSpacing(look.px(8))
        if self.at is None:
            picture = QLabel(self)
            picture.setPixmap(look.pixmap("triangle-alert", look.px(16), "warning", self.devicePixelRatioF()))
            self.name.setText(_("No next step"))
            self.plan_button = QPushButton(_("Plan it…"), self)
            self.plan_button.setProperty("small", True)
            self.plan_button.clicked.connect(lambda: self.plan())
            row.addWidget(picture)
            row.addWidget(self.name, 1)
            row.addWidget(self.plan_button)
            return
        self.tick = QCheckBox(self)
        self.tick.clicked.connect(lambda: self.finish())
        subject = str(record["next_step"] or "")
        self.tick.setAccessibleName(_("Done: {what}").format(what=subject))
        when = near(day) if day is not None else near_time(self.at)
        self.name.setText(_("{when}, overdue").format(when=when) if self.late else when)
        about = Elided("danger" if self.late else "")
        about.setText(subject)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.name)
        texts.addWidget(about)
        row.addWidget(self.tick)
        row.addLayout(texts, 1)

    def finish(self) -> None:
        """Ask for the result of the next step."""
        if self.tick is not None:
            self.tick.setChecked(False)
        given = (self.store, self.record.entity, self.record.id, 1)
        self.tasks.run(followups.open_steps, *given, then=self._finish, failed=talk.tell_problem)

    def _finish(self, found: list[OpenStep]) -> None:
        if found:
            finish_box.open(self, self.store, self.tasks, found[0].id)

    def plan(self) -> None:
        """Let the next step be typed."""
        entity, id = self.record.entity, self.record.id
        firm = followups.customer_of(self.store, entity, id)
        known = {**({"customer": firm} if firm else {}), **({"deal": id} if entity == "deal" else {})}
        step = proposed(self.store, firm)
        ask_next(self.plan_button, self.store, self.tasks, step, self._plan, known)

    def _plan(self, step: object) -> None:
        if step is not None:
            values = step.values()  # type: ignore[attr-defined]
            given = (self.store, self.record.entity, self.record.id, values)
            self.tasks.run(followups.plan, *given, failed=talk.tell_problem, writes=True)


def pool_line(store: Store, record: Record, parent: QWidget) -> QWidget | None:
    """That a customer goes back to the shared pool soon, and when; None where it doesn't."""
    if record.entity != "customer" or record["owner_user"] is None or not store.setting("pool.on"):
        return None
    from freecrm.store import pool
    from freecrm.ui.pool_desk import days_words
    from freecrm.ui.record_page.pool_card import warning_line

    due = pool.warning(store, record.id)
    if due is None:
        return None
    when = days_words(due.days_left(this_day()))
    return warning_line(_("Goes back to the pool {when}").format(when=when), parent)


class PanelFoot(QFrame):
    """«Write a follow-up…» at the foot of the panel; the box is made when it is first wanted. left(entity, id):
    what was typed is kept as a draft. changed: something was typed."""

    left = Signal(str, object)
    changed = Signal()

    def __init__(self, store: Store, tasks: Tasks, entity: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.store, self.tasks, self.entity = store, tasks, entity
        self.id: bytes | None = None
        self.composer: Composer | None = None
        self.setProperty("foot", True)
        self.button = QPushButton(self)
        self.button.setProperty("kind", "search")
        self.button.clicked.connect(lambda: self.begin())
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(look.px(side) for side in (12, 10, 12, 10)))
        self.column.addWidget(self.button)
        self.reword()

    def show_id(self, id: bytes | None) -> None:
        """Be about this record; what was typed about the one before is kept as a draft."""
        if id == self.id:
            return
        self.id = id
        if self.composer is not None:
            self.composer.leave()
            self._put_away()
        self.setVisible(id is not None)

    def begin(self) -> bool:
        """Put the cursor into the box; False where there is no record."""
        if self.id is None:
            return False
        if self.composer is None:
            made = self.composer = Composer(self.store, self.tasks, self.entity, self.id, self, compact=True)
            made.saved.connect(self._put_away)
            made.changed.connect(self.changed)
            made.left.connect(lambda id: self.left.emit(self.entity, id))
            self.column.addWidget(made)
            made.show()
        self.button.hide()
        self.composer.begin()
        return True

    def _put_away(self) -> None:
        made, self.composer = self.composer, None
        if made is not None:
            made.hide()
            made.deleteLater()
        self.button.show()

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.button.setText(_("Write a follow-up…") + "  " + "Ctrl+J")
        if self.composer is not None:
            self.composer.reword()
