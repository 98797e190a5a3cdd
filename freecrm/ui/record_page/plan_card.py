"""The card of the follow-up plans that run for a customer: which step comes next, when, and what stops it."""

from __future__ import annotations

import datetime as dt
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from freecrm.core.pieces import Card
from freecrm.core.words import _
from freecrm.store import plans
from freecrm.store.database import Store
from freecrm.store.plans import Running
from freecrm.ui import cells, look
from freecrm.ui.fitting import Elided
from freecrm.ui.parts import label
from freecrm.ui.record_page.cards import CardBox, clear
from freecrm.ui.tasks import Tasks


class PlanCard(CardBox):
    """Shown only while a plan runs."""

    def __init__(self, store: Store, tasks: Tasks, card: Card, id: bytes) -> None:
        super().__init__(store, tasks, card, id)
        self.tasks = tasks
        self.found: list[Running] = []
        self.buttons: list[QPushButton] = []
        self.more.hide()
        self.hide()
        self.reword()

    def load(self, id: bytes) -> None:
        super().load(id)
        self._latest.run(plans.running, self.store, id, then=self._show)

    def _show(self, found: list[Running]) -> None:
        self.found = found
        clear(self.rows)
        self.buttons.clear()
        for one in found:
            made = self._plan(one)
            self.rows.addWidget(made)
            made.show()  # at once: a card that is seen already would leave it out until later
        self.setVisible(bool(found))
        self.filled.emit()

    def _plan(self, one: Running) -> QWidget:
        made = QWidget()
        name = Elided("strong")
        name.setText(one.name)
        stop = QPushButton(_("Stop"))
        stop.setAccessibleName(_("Stop “{plan}”").format(plan=one.name))
        stop.setToolTip(_("Takes away what is still planned; what was done stays"))
        stop.clicked.connect(partial(self._stop, one))
        self.buttons.append(stop)
        first = QHBoxLayout()
        first.setSpacing(look.px(8))
        first.addWidget(name, 1)
        first.addWidget(stop)
        where = _("Step {n} of {total}").format(n=min(one.done + 1, one.total), total=one.total)
        next_one = label("caption", " · ".join(part for part in (where, self._next(one)) if part))
        next_one.setWordWrap(True)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(2))
        column.addLayout(first)
        column.addWidget(next_one)
        return made

    def _next(self, one: Running) -> str:
        if one.next_at is None:
            return one.next_subject
        local = one.next_at.astimezone()
        day = cells.text(self.store.schema.fields("plan_run")["begun"], local.date())
        clock = "" if local.time() == dt.time() else f" {local:%H:%M}"
        return _("next: {what}, {when}").format(what=one.next_subject, when=f"{day}{clock}")

    def _stop(self, one: Running) -> None:
        self.tasks.run(plans.stop, self.store, one.id, writes=True)

    def reword(self) -> None:
        super().reword()
        self._show(self.found)

    def inputs(self) -> list[QWidget]:
        return [*self.buttons]
