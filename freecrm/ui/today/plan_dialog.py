"""One activity for each of many customers: what, from when, how many a day, whose; the first of them to look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.date_words import read_moment
from freecrm.core.day_words import show, this_day
from freecrm.core.fields import Choice
from freecrm.core.problems import Known
from freecrm.core.words import N_, _
from freecrm.store import choosing, plan_many
from freecrm.store.database import Store
from freecrm.store.plan_many import NAME, Sample, Wanted
from freecrm.ui import look
from freecrm.ui.fitting import ComboBox
from freecrm.ui.parts import inset, label, show_trouble
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Latest, Tasks
from freecrm.ui.today import words
from freecrm.ui.today.day_dialog import day_editor

AFTER_TYPING_MS = 150
PEOPLE = 200
A_DAY = 20
SUBJECTS = {
    "call": N_("Call {name}"),
    "visit": N_("Visit {name}"),
    "meeting": N_("Meet {name}"),
    "letter": N_("Write to {name}"),
    "email": N_("Write to {name}"),
    "wechat": N_("Write to {name}"),
}
"""What is offered as a subject; of other kinds, the name of the kind and the customer's."""


class PlanDialog(QDialog):
    """agreed(wanted): the user wants it. numbers: of the customers, in the order they are planned."""

    def __init__(
        self,
        over: QWidget,
        store: Store,
        tasks: Tasks,
        numbers: Sequence[int],
        agreed: Callable[[Wanted], object],
    ) -> None:
        super().__init__(over)
        self.store, self.tasks, self.numbers, self._agreed = store, tasks, numbers, agreed
        self._latest = Latest(tasks)
        self._typed = QTimer(self, singleShot=True, interval=AFTER_TYPING_MS)
        self._typed.timeout.connect(self.look_again)
        self._own_subject = False
        self._build()
        self._fill()
        self.reword()
        self.resize(look.px(600), look.px(560))
        self.look_again()
        self.subject.setFocus()
        self.subject.selectAll()

    def _build(self) -> None:
        self.head = label("subtitle", "", self)
        self.kind, self.owner = ComboBox(), ComboBox()
        self.subject, self.clock = QLineEdit(self), QLineEdit(self)
        tomorrow = this_day() + dt.timedelta(days=1)
        self.first = day_editor(self.store, self.tasks, N_("First day"), tomorrow)
        self.spread, self.a_day, self.workdays = QCheckBox(self), QSpinBox(self), QCheckBox(self)
        self.a_day.setRange(1, 1000)
        self.a_day.setValue(A_DAY)
        self.spread.setChecked(len(self.numbers) > A_DAY)
        self.workdays.setChecked(True)
        self.labels = [QLabel(self) for _row in range(6)]
        form = QGridLayout()
        form.setHorizontalSpacing(look.px(12))
        form.setVerticalSpacing(look.px(8))
        form.setColumnStretch(1, 1)
        rows = (self.kind, self.subject, self.first, self.clock, self.spread, self.owner)
        self.named_hint = label("caption", "", self)
        for at, (name, part) in enumerate(zip(self.labels, rows, strict=True)):
            row = at + (at > 1)  # below the subject stands what {name} means
            form.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            if part is self.spread:
                how_many = QHBoxLayout()
                how_many.addWidget(self.spread)
                how_many.addWidget(self.a_day)
                how_many.addStretch(1)
                form.addLayout(how_many, row, 1)
            else:
                form.addWidget(part, row, 1)
            if part is self.subject:
                form.addWidget(self.named_hint, row + 1, 1)
            name.setBuddy(self.first.main() if part is self.first else part)
        form.addWidget(self.workdays, 7, 1)
        self.trouble, self.count = label("trouble", "", self), label("strong", "", self)
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.card = QFrame(self)
        self.card.setProperty("card", True)
        self.samples = QGridLayout(self.card)
        self.samples.setContentsMargins(*(look.px(side) for side in (12, 10, 12, 10)))
        self.samples.setVerticalSpacing(look.px(6))
        self.samples.setColumnStretch(0, 1)
        self.plan_button, self.cancel_button = QPushButton(self), QPushButton(self)
        self.plan_button.setProperty("kind", "primary")
        self.plan_button.setDefault(True)
        self.plan_button.clicked.connect(self.take)
        self.cancel_button.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.plan_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(10))
        column.addWidget(self.head)
        column.addLayout(form)
        for part in (self.trouble, self.count, self.card):
            column.addWidget(part)
        column.addStretch(1)
        column.addLayout(foot)

    def _fill(self) -> None:
        kinds = self.store.schema.fields("activity")["kind"]
        assert isinstance(kinds, Choice)
        for entry in kinds.options.entries:
            self.kind.addItem(kinds.show(entry.key), entry.key)
        self.owner.addItem("", None)
        for one in choosing.choices(self.store, "user", "", PEOPLE):
            self.owner.addItem(one.title, one.id)
        if self.store.user is not None and not self._are_owned():
            self.owner.setCurrentIndex(max(self.owner.findData(self.store.user), 0))
        self._offer_subject()
        self.kind.currentIndexChanged.connect(lambda _at: self._take_kind())
        self.subject.textEdited.connect(self._typed_subject)
        for line in (self.subject, self.clock):
            line.textChanged.connect(lambda _text: self._typed.start())
        self.first.changed.connect(self._typed.start)
        self.spread.toggled.connect(lambda _on: self.look_again())
        self.a_day.valueChanged.connect(lambda _value: self._typed.start())
        self.workdays.toggled.connect(lambda _on: self.look_again())
        self.owner.currentIndexChanged.connect(lambda _at: self.look_again())
        order_tabs(self)

    def _are_owned(self) -> bool:
        """Whether the first of the customers have owners."""
        blocks = self.store.reader().blocks("customer", list(self.numbers[:50]), {"owner_user"})
        return any(record["owner_user"] for block in blocks for record in block)

    # ---- what is wanted

    def _typed_subject(self, _text: str) -> None:
        self._own_subject = True

    def _take_kind(self) -> None:
        if not self._own_subject:
            self._offer_subject()
        self.look_again()

    def _offer_subject(self) -> None:
        key = str(self.kind.currentData())
        offered = SUBJECTS.get(key)
        text = _(offered) if offered is not None else f"{self.kind.currentText()} {NAME}"
        self.subject.setText(text)

    def wanted(self) -> Wanted | None:
        """What is asked for; None as long as something can't be read, which is then said."""
        why = self.first.unreadable()
        day = self.first.value()
        clock, trouble = self._clock()
        if why is not None or day is None or trouble:
            missing = _("Type a day: tomorrow, next Wed, in 3 days, 25 March.")
            self._tell(str(why) if why is not None else trouble or missing)
            return None
        self._tell("")
        return Wanted(
            str(self.kind.currentData()),
            self.subject.text(),
            day,
            clock,
            self.a_day.value() if self.spread.isChecked() else 0,
            self.workdays.isChecked(),
            self.owner.currentData(),
        )

    def _clock(self) -> tuple[dt.time | None, str]:
        text = self.clock.text().strip()
        if not text:
            return None, ""
        moment, _why = read_moment(text)
        local = moment.astimezone() if moment is not None else None
        if local is None or (local.time() == dt.time() and not text.startswith("0")):
            said = _(
                "“{text}” is no time of day. Write 9:30 or 下午3点, or leave it empty for the whole day."
            )
            return None, said.format(text=text[:40])
        return local.time(), ""

    # ---- what it would be

    def look_again(self) -> None:
        """Show the first of them as they would be."""
        self._typed.stop()
        self.a_day.setEnabled(self.spread.isChecked())
        wanted = self.wanted()
        self.plan_button.setEnabled(False)
        if wanted is None:
            self._latest.drop()
            self._show([])
            return
        self._latest.run(_look, self.store, self.numbers, wanted, then=self._answered)

    def _answered(self, found: tuple[list[Sample], str]) -> None:
        samples, why = found
        if why:
            self._tell(why)
        self.plan_button.setEnabled(bool(samples))
        self._show(samples)

    def _show(self, samples: list[Sample]) -> None:
        while self.samples.count():
            item = self.samples.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, one in enumerate(samples):
            when = show(one.day) if one.all_day else f"{show(one.day)} {words.clock(one.start)}"
            for column, (text, role) in enumerate(((one.subject, ""), (when, "hint"), (one.owner, "hint"))):
                made = label(role, text[:60], self.card)
                self.samples.addWidget(made, row, column)
                made.show()
        self.card.setVisible(bool(samples))
        self._say_count(bool(samples))

    def _say_count(self, there: bool) -> None:
        n = f"{len(self.numbers):,}"
        more = len(self.numbers) > plan_many.SAMPLES
        self.count.setText((_("The first of {n}:").format(n=n) if more else _("These:")) if there else "")

    def _tell(self, text: str) -> None:
        show_trouble(self.trouble, text)

    def take(self) -> None:
        """Plan them."""
        wanted = self.wanted()
        if wanted is not None and self.plan_button.isEnabled():
            self.accept()
            self._agreed(wanted)

    # ---- words

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        inset(self.a_day)
        n = f"{len(self.numbers):,}"
        title = _("Plan an activity for each of {n} customers").format(n=n)
        self.setWindowTitle(title)
        self.head.setText(title)
        texts = (_("Kind"), _("Subject"), _("First day"), _("Time"), _("Spread"), _("Owner"))
        for name, text in zip(self.labels, texts, strict=True):
            name.setText(text)
        for box, text in (
            (self.kind, _("Kind")),
            (self.owner, _("Owner")),
            (self.a_day, _("Activities a day")),
        ):
            box.setAccessibleName(text)
        self.a_day.lineEdit().setAccessibleName(_("Activities a day"))
        self.subject.setAccessibleName(_("Subject"))
        self.named_hint.setText(_("{name} stands for the customer's name.").format(name=NAME))
        self.subject.setToolTip(self.named_hint.text())
        self.clock.setAccessibleName(_("Time"))
        self.clock.setPlaceholderText(_("Whole day; or 9:30, then one after the other"))
        self.spread.setText(_("over days, for each owner a day:"))
        self.workdays.setText(_("Only on working days"))
        self.owner.setItemText(0, _("The owner of each customer"))
        self.plan_button.setText(_("Plan {n} activities").format(n=n))
        self.cancel_button.setText(_("Cancel"))
        self.first.reword()
        self._say_count(self.samples.count() > 0)


def _look(store: Store, numbers: Sequence[int], wanted: Wanted) -> tuple[list[Sample], str]:
    """The first of them, or why it can't be done."""
    try:
        return plan_many.look(store, numbers, wanted), ""
    except Known as problem:
        return [], str(problem)
