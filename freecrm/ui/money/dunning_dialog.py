"""Whom to ask for what is overdue: the customers with their letter, ticked; writing keeps it and shows the paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from freecrm.core import dunning as rules
from freecrm.core.day_words import this_day
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, plural
from freecrm.store import dunning
from freecrm.store.database import Store
from freecrm.store.dunning import Due
from freecrm.ui import look
from freecrm.ui.parts import announce, fitted, label
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Latest, Tasks

HEADS = (N_("Customer"), N_("Letter"), N_("Days overdue"), N_("Overdue"), N_("Last letter"))


class DunningDialog(QDialog):
    """written(due): these letters are kept and are to be shown on paper."""

    def __init__(
        self, over: QWidget, store: Store, tasks: Tasks, written: Callable[[Sequence[Due]], object]
    ) -> None:
        super().__init__(over)
        self.store, self.tasks, self._written = store, tasks, written
        self.due: list[Due] = []
        self._latest = Latest(tasks)
        self.setWindowTitle(_("Dunning letters"))
        self.table = QTableWidget(0, len(HEADS))
        self.table.setHorizontalHeaderLabels([_(head) for head in HEADS])
        self.table.setAccessibleName(_("Customers to be asked"))
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(look.row_height("comfortable"))
        head = self.table.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.said, self.trouble = label("caption", _("Looking…")), label("trouble")
        for part in (self.said, self.trouble):
            part.setWordWrap(True)
        self.trouble.hide()
        self.cancel_button, self.write_button = QPushButton(_("Cancel")), QPushButton(_("Write the letters"))
        self.write_button.setProperty("kind", "primary")
        self.write_button.setEnabled(False)
        self.cancel_button.setAutoDefault(False)
        self.write_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.write_button.clicked.connect(self.write)
        self.table.itemChanged.connect(lambda _item: self._say())
        foot = QHBoxLayout()
        foot.addWidget(self.said, 1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.write_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(8))
        column.addWidget(label("subtitle", _("Dunning letters")))
        text = _(
            "By how late the oldest bill is. A letter of the same level goes to nobody twice within the days set."
        )
        hint = label("hint", text)
        hint.setWordWrap(True)
        column.addWidget(hint)
        column.addWidget(self.table, 1)
        column.addWidget(self.trouble)
        column.addLayout(foot)
        fitted(self, 720, 480)
        order_tabs(self)
        self.table.setFocus()
        self._latest.run(dunning.due, store, this_day(), then=self._show)

    def _show(self, due: list[Due]) -> None:
        self.due = due
        show = self.store.schema.fields("receivable")["amount"].show
        self.table.blockSignals(True)
        self.table.setRowCount(len(due))
        for row, one in enumerate(due):
            last = (
                "" if one.last is None else f"{one.last[0].isoformat()} · {_(rules.TITLES[one.last[1] - 1])}"
            )
            texts = (one.name, _(rules.TITLES[one.level - 1]), f"{one.days:,}", show(one.amount), last)
            for at, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if at in (2, 3):
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                if not at:
                    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                    item.setCheckState(Qt.CheckState.Checked)
                self.table.setItem(row, at, item)
        self.table.blockSignals(False)
        if due:
            self.table.setCurrentCell(0, 0)
        self._say()

    def chosen(self) -> list[Due]:
        """Those that are ticked."""
        checked = Qt.CheckState.Checked
        return [
            one
            for row, one in enumerate(self.due)
            if (item := self.table.item(row, 0)) is not None and item.checkState() == checked
        ]

    def _say(self) -> None:
        n = len(self.chosen())
        self.write_button.setEnabled(bool(n))
        text = plural("{n} letter will be written.", "{n} letters will be written.", n)
        self.said.setText(text if self.due else _("Nobody is to be asked today."))

    def write(self) -> None:
        """Keep that they are written, and show them."""
        chosen = self.chosen()
        self.tasks.run(
            dunning.write,
            self.store,
            chosen,
            writes=True,
            then=lambda _none: self._done(chosen),
            failed=self._failed,
        )

    def _done(self, chosen: Sequence[Due]) -> None:
        self.accept()
        self._written(chosen)

    def _failed(self, problem: Known) -> None:
        self.trouble.setText(str(problem.what))
        self.trouble.show()
        announce(self, str(problem.what))

    def keyPressEvent(self, event: Any) -> None:
        if event.key() == Qt.Key.Key_Space and self.table.currentRow() >= 0:
            item = self.table.item(self.table.currentRow(), 0)
            if item is not None:
                on = item.checkState() == Qt.CheckState.Checked
                item.setCheckState(Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)
            return
        super().keyPressEvent(event)
