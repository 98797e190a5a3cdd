"""The dialog that begins a follow-up plan: which one, from which day, and on which days its steps fall."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from freecrm.core import day_words
from freecrm.core.record import Typed
from freecrm.core.words import _, plural
from freecrm.store import plans
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors import editor_for
from freecrm.ui.fitting import ComboBox
from freecrm.ui.parts import announce, label
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Tasks


class PlanBegin(QDialog):
    """agreed(plan, day): the user wants it. edit_wanted: the plans are to be looked at first. Where the file has no
    plan yet the ready ones are offered, and taken over as soon as one of them begins."""

    edit_wanted = Signal()

    def __init__(
        self, over: QWidget, store: Store, tasks: Tasks, count: int, agreed: Callable[[bytes, dt.date], None]
    ) -> None:
        super().__init__(over)
        self.store, self._agreed = store, agreed
        rows = store.read().execute("SELECT id, name FROM plan ORDER BY n").fetchall()
        self.plan = ComboBox()
        for id, name in rows:
            self.plan.addItem(name or "", id)
        for at, one in enumerate(() if rows else plans.READY):
            self.plan.addItem(_(one.name), at)
        self.offer = label(
            "caption",
            _(
                "There is no follow-up plan yet. These ready ones are added to yours, where you can change them."
            ),
        )
        self.offer.setWordWrap(True)
        self.offer.setVisible(not rows)
        self.day = editor_for(store.schema.fields("plan_run")["begun"], store, tasks)
        self.day.set_value(day_words.this_day())
        self.preview, self.trouble = label(), label("trouble")
        for part in (self.preview, self.trouble):
            part.setWordWrap(True)
        self.trouble.hide()
        names = [QLabel(_("Plan")), QLabel(_("Begins on"))]
        names[0].setBuddy(self.plan)
        self.plan.setAccessibleName(_("Plan"))
        names[1].setBuddy(self.day.main())
        self.day.name(names[1].text())
        form = QGridLayout()
        form.setHorizontalSpacing(look.px(12))
        form.setVerticalSpacing(look.px(8))
        form.setColumnStretch(1, 1)
        for row, (name, widget) in enumerate(zip(names, (self.plan, self.day), strict=True)):
            form.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            form.addWidget(widget, row, 1)
        self._foot(count)
        head = label(
            "subtitle", plural("Begin a plan for {n} customer", "Begin a plan for {n} customers", count)
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(10))
        column.addWidget(head)
        column.addWidget(self.offer)
        column.addLayout(form)
        column.addWidget(self.preview)
        column.addWidget(self.trouble)
        column.addStretch(1)
        column.addLayout(self.foot)
        self.setWindowTitle(head.text())
        self.resize(look.px(480), look.px(320))
        self.plan.currentIndexChanged.connect(lambda _at: self._show())
        self.day.changed.connect(self._show)
        order_tabs(self)
        self._show()
        self.plan.setFocus()

    def _foot(self, count: int) -> None:
        self.edit_button = QPushButton(_("Edit plans…"))
        self.cancel_button, self.begin_button = QPushButton(_("Cancel")), QPushButton(_("Begin"))
        self.begin_button.setProperty("kind", "primary")
        self.edit_button.setAutoDefault(False)
        self.cancel_button.setAutoDefault(False)
        self.begin_button.setDefault(True)
        self.edit_button.clicked.connect(self._edit)
        self.cancel_button.clicked.connect(self.reject)
        self.begin_button.clicked.connect(self._begin)
        self.foot = QHBoxLayout()
        self.foot.addWidget(self.edit_button)
        self.foot.addStretch(1)
        self.foot.addWidget(self.cancel_button)
        self.foot.addWidget(self.begin_button)

    def _edit(self) -> None:
        self.reject()
        self.edit_wanted.emit()

    def _show(self) -> None:
        self.trouble.hide()
        self.day.mark(False)
        chosen, day = self.plan.currentData(), self.day.value()
        if isinstance(chosen, int):
            steps = [
                {"days": n, "kind": kind, "subject": _(what)} for n, kind, what in plans.READY[chosen].steps
            ]
            told = preview(self.store, steps, day, only_workdays=True) if isinstance(day, dt.date) else ""
            self.preview.setText(told)
            return
        record = self.store.reader().record("plan", chosen)
        if record is None or not isinstance(day, dt.date):
            self.preview.setText("")
            return
        self.preview.setText(
            preview(self.store, record["steps"] or (), day, only_workdays=bool(record["workdays"]))
        )

    def _begin(self) -> None:
        day = self.day.value()
        if isinstance(day, Typed) or day is None:
            why = self.day.unreadable() if isinstance(day, Typed) else None
            self.trouble.setText(str(why) if why is not None else _("Say on which day the plan begins."))
            self.trouble.show()
            self.day.mark(True)
            announce(self, self.trouble.text())
            self.day.focus_first()
            return
        self.accept()
        chosen = self.plan.currentData()
        self._agreed(plans.take_ready(self.store)[chosen] if isinstance(chosen, int) else chosen, day)


def preview(store: Store, steps: object, day: dt.date, *, only_workdays: bool) -> str:
    """The days on which steps fall, a line each: «Fri 2026-03-20  Call: First call»."""
    rows = sorted((row for row in steps), key=lambda row: row.get("days") or 0)  # type: ignore[attr-defined]
    kind = store.schema.fields("plan_step")["kind"]
    days = plans.dates(store, [row.get("days") or 0 for row in rows], day, only_workdays=only_workdays)
    return "\n".join(
        f"{day_words.weekday(on)} {on:%Y-%m-%d}  {_told(kind.show(row['kind']), row.get('subject'))}"
        for row, on in zip(rows, days, strict=True)
    )


def _told(kind: str, subject: str | None) -> str:
    return _("{kind}: {what}").format(kind=kind, what=subject) if subject else kind
