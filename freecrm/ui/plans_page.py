"""Follow-up plans: the list of them, and the one that is edited: name, steps, working days, what stops it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from freecrm.core import day_words
from freecrm.core.fields import Choice
from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, _, plural, say, sentences
from freecrm.store import plans
from freecrm.ui import look
from freecrm.ui.index_page import IndexPage
from freecrm.ui.parts import label
from freecrm.ui.plan_steps import Steps

STATUSES_IN_ROW = 3


class PlansPage(IndexPage):
    """All plans of the firm."""

    entity, icon, touches = "plan", "list-checks", frozenset({"plan", "plan_step", "plan_run"})

    def form(self) -> Iterable[QWidget | QLayout]:
        self.workdays, self.note = QCheckBox(), QLineEdit()
        self.names = [QLabel(), QLabel(), QLabel(), QLabel()]
        self.names[0].setBuddy(self.name)
        self.names[3].setBuddy(self.note)
        self.steps = Steps(self.store)
        self.add_button = QPushButton()
        look.dress(self.add_button, "plus", 16)
        self.add_button.clicked.connect(self.steps.add)
        self.preview = label("hint")
        self.statuses: dict[str, QCheckBox] = {}
        boxes = QGridLayout()
        boxes.setHorizontalSpacing(look.px(16))
        status = self.store.schema.fields("customer")["status"]
        assert isinstance(status, Choice)
        for at, option in enumerate(one for one in status.options.entries if not one.off):
            box = QCheckBox()
            self.statuses[option.key] = box
            box.toggled.connect(self.edited)
            boxes.addWidget(box, at // STATUSES_IN_ROW, at % STATUSES_IN_ROW)
        boxes.setColumnStretch(STATUSES_IN_ROW, 1)
        steps = QHBoxLayout()
        steps.addWidget(self.add_button)
        steps.addWidget(self.preview, 1)
        for told in (self.note.textChanged, self.workdays.toggled, self.steps.changed):
            told.connect(self.edited)
        name, of_steps, of_statuses, remark = self.names
        return (
            name,
            self.name,
            of_steps,
            self.steps,
            steps,
            self.workdays,
            of_statuses,
            boxes,
            remark,
            self.note,
        )

    # ---- what is shown

    def entries(self) -> Sequence[tuple[bytes, str]]:
        rows = self.store.read().execute("SELECT id, name FROM plan ORDER BY n").fetchall()
        return [(id, name or "") for id, name in rows]

    def fill(self) -> None:
        record = self.store.reader().record("plan", self.id) if self.id is not None else None
        values = record.values if record is not None else {}
        self.name.setText(values.get("name") or "")
        self.note.setText(values.get("note") or "")
        self.workdays.setChecked(bool(values.get("workdays")))
        stops = (values.get("stops") or "").split()
        for key, box in self.statuses.items():
            box.setChecked(key in stops)
        self.steps.load(values.get("steps") or [])

    def values(self) -> dict[str, Any]:
        """The plan as it shall be."""
        stops = [key for key, box in self.statuses.items() if box.isChecked()]
        return {
            "name": self.name.text().strip(),
            "note": self.note.text().strip() or None,
            "workdays": self.workdays.isChecked(),
            "stops": " ".join(stops) or None,
            "steps": self.steps.values(),
        }

    def tell(self, *, dirty: bool) -> None:
        """Say on which days the steps fall, too."""
        super().tell(dirty=dirty)
        counts = [line.days.value() for line in self.steps.lines]
        today = day_words.this_day()
        days = plans.dates(self.store, counts, today, only_workdays=self.workdays.isChecked())
        self.steps.show_days([f"{day_words.weekday(day)} {day:%m-%d}" for day in days])
        self.preview.setText(_("At the right: the days if it began today") if days else "")

    # ---- what is done

    def begin(self) -> bytes:
        with self.store.step(
            N_("{what} “{name}” added"), what=say(N_("Follow-up plan")), name=_("New plan")
        ) as step:
            return step.insert("plan", {"name": _("New plan"), "workdays": True})

    def add_ready(self) -> None:
        self.id = plans.ready(self.store)

    def remove(self, id: bytes) -> None:
        """Where it runs it stops."""
        plans.delete(self.store, id)

    def unsaved(self) -> list[str]:
        if self.id is None:
            return []
        now = self.values()
        titles = {"name": _("Name"), "note": _("Remark"), "workdays": _("Only on working days")}
        titles |= {"stops": _("Stops at status"), "steps": _("Steps")}
        return [title for name, title in titles.items() if now[name] != self.held.get(name)]

    def unsaved_title(self) -> str:
        return self.held["name"] or _("Follow-up plan")

    def write(self, id: bytes) -> None:
        why = self._problem()
        if why is not None:
            raise Known(why)
        values = self.values()
        with self.store.step(N_("Follow-up plan “{name}” changed"), name=values["name"]) as step:
            step.update("plan", id, values)

    def _problem(self) -> Said | None:
        if not self.name.text().strip():
            self.name.setFocus()
            return say(N_("Give the plan a name."))
        for line in self.steps.lines:
            why = line.trouble()
            if why is not None:
                line.time.setFocus()
                return why.what
        return None

    # ---- words

    def crumbs(self) -> list[str]:
        return [_("Follow-up plans")]

    def summary(self) -> str:
        return plural("{n} plan", "{n} plans", self.list.count())

    def reword(self) -> None:
        super().reword()
        self.title.setText(_("Follow-up plans"))
        said = _(
            "Calls and visits that follow one another. Begin a plan on a customer's page, or for many in the list."
        )
        used = plans.in_use(self.store, self.id) if self.id is not None else 0
        if used:
            runs = plural(
                "This one is running for {n} customer.", "This one is running for {n} customers.", used
            )
            said = sentences(said, runs)
        self.text.setText(said)
        self.text.setVisible(bool(self.list.count()))
        self.list.setAccessibleName(_("Follow-up plans"))
        self.new_button.setText(_("New plan"))
        for name, text in zip(
            self.names, (N_("Name"), N_("Steps"), N_("Stops at status"), N_("Remark")), strict=True
        ):
            name.setText(_(text))
        self.note.setAccessibleName(_("Remark"))
        self.add_button.setText(_("Add a step"))
        self.workdays.setText(
            _("Only on working days: what falls on a free day moves on to the next working day")
        )
        status = self.store.schema.fields("customer")["status"]
        for key, box in self.statuses.items():
            box.setText(status.show(key))
        self.empty.title.setText(_("No follow-up plan yet"))
        self.empty.text.setText(
            _(
                "A plan is a row of steps, such as call +1 day, visit +3 days, quote +7 days, begun for a customer at once."
            )
        )
        self.ready_button.setText(_("Take over two ready plans"))
        self.own_button.setText(_("Make my own"))
        self.steps.reword()
