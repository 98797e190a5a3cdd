"""Handing over what somebody has in hand: to whom, what goes along, and what was done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QWidget,
)

from freecrm.core.problems import Known
from freecrm.core.words import _, plural
from freecrm.exchange import handover_print
from freecrm.exchange.table_print import TablePrint
from freecrm.store import colleagues, handover, signin
from freecrm.store.database import Store
from freecrm.store.handover import Handed
from freecrm.ui import look
from freecrm.ui.asking import Asking
from freecrm.ui.parts import label
from freecrm.ui.tasks import Tasks

MOST = 380  # px: a longer report is scrolled


class HandOverDialog(Asking):
    """First whom and what, then the report. undo: takes the step of that number back."""

    def __init__(
        self,
        over: QWidget | None,
        store: Store,
        tasks: Tasks,
        person: bytes,
        undo: Callable[[int], object] | None = None,
    ) -> None:
        self.people = {one.id: one for one in colleagues.everyone(store, counted=False)}
        name = self.people[person].name
        text = _(
            "Everything in hand goes over in one step, which can be undone. Several people: customers go to them in"
            " turns, and what belongs to a customer goes with it."
        )
        title = _("Hand over")
        super().__init__(over, title, _("Hand over the work of {name}").format(name=name), text, title)
        self.store, self.tasks, self.person, self.name, self._undo = store, tasks, person, name, undo
        self.handed: Handed | None = None
        self.owned = handover.owned(store, person)
        self.table = QWidget()
        self.grid = QGridLayout(self.table)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(look.px(24))
        self.takers = QListWidget()
        self.takers.setAccessibleName(_("Who takes over"))
        for one in self.people.values():
            if one.id != person and not one.left:
                item = QListWidgetItem(one.name, self.takers)
                item.setData(Qt.ItemDataRole.UserRole, one.id.hex())
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Unchecked)
        self.takers.ensurePolished()  # the look says how high a row is
        rows = min(max(self.takers.count(), 2), 6)
        high = max(self.takers.sizeHintForRow(0), look.px(24)) * rows
        self.takers.setFixedHeight(high + 2 * self.takers.frameWidth() + look.px(2))
        self.told = label()
        self.told.setWordWrap(True)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.report = QScrollArea()
        self.report.setFrameShape(QScrollArea.Shape.NoFrame)
        self.report.setWidgetResizable(True)
        self.report.setWidget(self.told)
        self.report.hide()
        self.column.insertWidget(self.column.indexOf(self.text) + 1, self.report)
        self.finished_box = QCheckBox(_("What is finished, too: reports count it for the new owner then"))
        self.left_box = QCheckBox(_("{name} has left").format(name=name))
        self.left_box.setChecked(True)
        self.undo_button, self.print_button = QPushButton(_("Undo")), QPushButton(_("Print…"))
        for button in (self.undo_button, self.print_button):
            button.setAutoDefault(False)
            button.hide()
            self.foot.insertWidget(0, button)
        self.undo_button.clicked.connect(self._take_back)
        self.print_button.clicked.connect(self._print)
        self.form.addRow(self.table)
        self.choices = [label("strong", _("Who takes over")), self.takers, self.finished_box, self.left_box]
        for part in self.choices:
            self.form.addRow(part)
        self._show_owned()
        self.takers.itemChanged.connect(lambda _item: self._tell_ready())
        self._tell_ready()
        self.ready(self.takers)

    def _show_owned(self) -> None:
        if not self.owned:
            self.grid.addWidget(label("hint", _("{name} has nothing in hand.").format(name=self.name)), 0, 0)
            return
        for at, head in enumerate(("", _("In hand"), _("Finished"))):
            self.grid.addWidget(
                label("caption", head),
                0,
                at,
                Qt.AlignmentFlag.AlignRight if at else Qt.AlignmentFlag.AlignLeft,
            )
        for row, kind in enumerate(self.owned, 1):
            self.grid.addWidget(label("", self._plural(kind.entity)), row, 0)
            for at, n in enumerate((kind.open, kind.done), 1):
                self.grid.addWidget(label("", f"{n:,}"), row, at, Qt.AlignmentFlag.AlignRight)
        self.grid.setColumnStretch(3, 1)

    def _plural(self, entity: str) -> str:
        return _(self.store.schema.entity(entity).plural)

    def chosen(self) -> list[bytes]:
        """Who takes over."""
        items = [self.takers.item(at) for at in range(self.takers.count())]
        return [
            bytes.fromhex(item.data(Qt.ItemDataRole.UserRole))
            for item in items
            if item.checkState() == Qt.CheckState.Checked
        ]

    def _tell_ready(self) -> None:
        ready = bool(self.chosen()) or self.handed is not None
        self.act_button.setEnabled(ready)
        self.act_button.setToolTip("" if ready else _("Tick who takes over."))

    def act(self) -> None:
        if self.handed is not None:
            self.accept()
            return
        to = self.chosen()
        why = handover.why_not(self.store, self.person, to)
        if why is not None:
            raise Known(why)
        self.act_button.setEnabled(False)
        self.tasks.run(
            lambda: handover.hand_over(
                self.store,
                self.person,
                to,
                finished=self.finished_box.isChecked(),
                left=self.left_box.isChecked(),
            ),
            writes=True,
            then=self._done,
            failed=lambda problem: self.tell(str(problem)),
            finally_=lambda: self.act_button.setEnabled(True),
        )

    # ---- the report

    def _done(self, handed: Handed) -> None:
        self.handed = handed
        for part in (self.table, *self.choices):
            part.hide()
        n = sum(sum(of.values()) for of in handed.counts.values())
        self.head.setText(plural("{n} record handed over", "{n} records handed over", n))
        lines = [self._line(row) for row in self.rows()]
        if self.left_box.isChecked():
            lines += self._ends()
        self.told.setText("\n".join(line for line in lines if line))
        self.text.hide()
        self.report.show()
        self.act_button.setText(_("Done"))
        self.cancel_button.hide()
        self.print_button.setVisible(bool(n))
        self.undo_button.setVisible(handed.step is not None and self._undo is not None)
        self._tell_ready()
        wide = self.width() - look.px(40)
        self.report.setMinimumSize(wide, min(self.told.heightForWidth(wide), look.px(MOST)))
        self.adjustSize()

    def _ends(self) -> list[str]:
        """Whoever has left signs in no more; what can't be done from here is said."""
        found = []
        if signin.is_on(self.store) and self.person != self.store.user:
            found.append(_("{name} can sign in to this file no more.").format(name=self.name))
        if signin.team_person(self.store) is not None:
            text = _(
                "Whoever looks after the server ends their login there: sudo installer/server/admin.sh end LOGIN"
            )
            found.append(text)
        return found

    def rows(self) -> list[tuple[str, dict[str, int]]]:
        """Who got how many of what."""
        counts = self.handed.counts if self.handed is not None else {}
        return [(self.people[one].name, dict(of)) for one, of in counts.items()]

    def _line(self, row: tuple[str, dict[str, int]]) -> str:
        name, counts = row
        parts = [f"{self._plural(entity)} {n:,}" for entity, n in counts.items() if n]
        return _("{name}: {what}").format(name=name, what=_(", ").join(parts) or "0")

    def brief(self) -> TablePrint:
        """The customers on paper, with what the new owner has to know first."""
        assert self.handed is not None
        return handover_print.brief(
            self.store, self.name, self.handed, {id: one.name for id, one in self.people.items()}
        )

    def _print(self) -> None:
        from freecrm.ui.print_preview import PrintPreview

        PrintPreview([self.brief()], self.tasks, parent=self).open()

    def _take_back(self) -> None:
        if self.handed is not None and self.handed.step is not None and self._undo is not None:
            self._undo(self.handed.step)
            self.accept()
