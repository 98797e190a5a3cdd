"""The recycle bin: what was deleted in the last 90 days, to be brought back or deleted for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
)

from freecrm.core.change import Touched
from freecrm.core.words import N_, _, plural, say
from freecrm.store import history, recycle, undo
from freecrm.store.database import Store
from freecrm.store.history import BIN_DAYS, Binned
from freecrm.ui import look, talk
from freecrm.ui.bin_model import BinModel
from freecrm.ui.find_box import FindBox
from freecrm.ui.fitting import plain_table
from freecrm.ui.page import Page, Pane
from freecrm.ui.parts import EmptyState, JobBar, label
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    pass

MOST = 20_000
"""So many records are listed; older ones are found by a search."""
_WIDTHS = (280, 110, 200, 120)


class BinPage(Page):
    """step_wanted(number): the user wants to see the step that deleted a record."""

    step_wanted = Signal(int)

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self._latest = Latest(tasks)
        self._read = False
        self._build()
        self.reword()
        self._ask()

    def _build(self) -> None:
        self.title, self.count = label("subtitle"), label("hint")
        self.find_box = FindBox()
        self.find_box.textChanged.connect(lambda: self._ask())
        self.find_box.left.connect(lambda: self.focus_first())
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (16, 6, 8, 6)))
        head.setSpacing(look.px(8))
        head.addWidget(self.title)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.find_box)
        self.rows = BinModel(self.store, self.tasks)
        self.table = self._table()
        self.nothing = EmptyState("trash-2")
        self.all_button = self.nothing.add_button(self.find_box.clear)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.nothing)
        self.working = JobBar()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(head)
        self.column.addWidget(self.stack, 1)
        self.column.addWidget(self.working)
        self.column.addWidget(self._foot())

    def _table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.rows)
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        plain_table(table)
        header = table.horizontalHeader()
        header.setStretchLastSection(True)
        table.selectionModel().selectionChanged.connect(lambda: self._reword_buttons())
        table.doubleClicked.connect(self._show_step)
        return table

    def _foot(self) -> QFrame:
        foot = QFrame()
        foot.setProperty("foot", True)
        self.empty_button, self.purge_button = QPushButton(), QPushButton()
        self.step_button, self.restore_button = QPushButton(), QPushButton()
        self.restore_button.setProperty("kind", "primary")
        look.dress(self.restore_button, "archive-restore", 16, "on_accent")
        self.empty_button.setProperty("kind", "quiet")
        self.empty_button.clicked.connect(self.empty)
        self.purge_button.clicked.connect(self.purge)
        self.step_button.clicked.connect(lambda: self._show_step(self.table.currentIndex()))
        self.restore_button.clicked.connect(self.restore_chosen)
        row = QHBoxLayout(foot)
        row.setContentsMargins(*(look.px(side) for side in (16, 8, 16, 8)))
        row.setSpacing(look.px(8))
        row.addWidget(self.empty_button)
        row.addStretch(1)
        row.addWidget(self.step_button)
        row.addWidget(self.purge_button)
        row.addWidget(self.restore_button)
        return foot

    message_at = 1

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    # ---- which records

    def _ask(self) -> None:
        self._latest.run(history.bin, self.store, MOST, self.find_box.text(), then=self._answered)

    def _answered(self, found: list[Binned]) -> None:
        row = self.table.currentIndex().row()
        self._read = True
        self.rows.show_rows(found)
        self.stack.setCurrentIndex(0 if found else 1)
        if found:
            self.table.setCurrentIndex(self.rows.index(min(max(row, 0), len(found) - 1), 0))
        self._reword_found()
        self.changed.emit()

    def chosen(self) -> list[Binned]:
        """The records that are selected."""
        picked = self.table.selectionModel().selectedRows() if self.rows.rows else []
        return [self.rows.rows[at] for at in sorted(index.row() for index in picked)]

    # ---- doing

    def restore_chosen(self) -> None:
        """Bring the selected records back with all that went along."""
        records = [(b.entity, b.id) for b in self.chosen()]
        if records:
            self._work(lambda: undo.restore_many(self.store, records))

    def purge(self) -> None:
        """Delete the selected records for good, once the user has said so."""
        self._purge(self.chosen())

    def empty(self) -> None:
        """Delete everything that is in the bin for good, once the user has said so."""
        self.tasks.run(history.bin, self.store, 2**31, then=self._purge)

    def _purge(self, binned: list[Binned]) -> None:
        if not binned:
            return
        name = binned[0].title if len(binned) == 1 else ""
        if talk.ask_purge(self, len(binned), name):
            records = [(b.entity, b.id) for b in binned]
            self._work(lambda: recycle.erase(self.store, records), self._purged)

    def _purged(self, n: int) -> None:
        what = N_("{n} record is gone for good.") if n == 1 else N_("{n} records are gone for good.")
        talk.tell(say(what, n=n))

    def _work(self, work: Any, then: Any = None) -> None:
        self.working.busy(True)
        self._reword_buttons()
        self.tasks.run(work, writes=True, then=then, finally_=self._worked)

    def _worked(self) -> None:
        self.working.busy(False)
        self._reword_buttons()

    def _show_step(self, index: QModelIndex) -> None:
        if index.isValid():
            self.step_wanted.emit(self.rows.rows[index.row()].step)

    # ---- of the window

    def heard(self, touched: Touched | None) -> None:
        if touched is None or touched.step is not None:
            self._ask()

    def crumbs(self) -> list[str]:
        return [_("Recycle bin")]

    def summary(self) -> str:
        return self._count_words()

    def selection_words(self) -> str:
        n = len(self.chosen())
        return plural("{n:,} selected", "{n:,} selected", n) if n > 1 else ""

    def hint(self) -> str:
        return _("Enter restores   Del deletes for ever   Ctrl+F find")

    def focus_first(self) -> None:
        (self.table if self.stack.currentIndex() == 0 else self.find_box).setFocus()

    def panes(self) -> list[Pane]:
        return [(self.stack, self.focus_first), (self.restore_button, self.restore_button.setFocus)]

    def state(self) -> Any:
        return self.find_box.text()

    def restore(self, state: Any) -> None:
        self.find_box.setText(state)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Find):
            self.find_box.setFocus()
        elif event.key() == Qt.Key.Key_Delete and self.table.hasFocus():
            self.purge()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.table.hasFocus():
            self.restore_chosen()
        else:
            super().keyPressEvent(event)

    # ---- words

    def _count_words(self) -> str:
        if not self._read:
            return _("Reading…")
        n = len(self.rows.rows)
        if n >= MOST:
            return _("the newest {n}; search for older ones").format(n=f"{n:,}")
        return plural("{n:,} record", "{n:,} records", n)

    def _reword_found(self) -> None:
        self.count.setText(self._count_words())
        asked = bool(self.find_box.text())
        self.nothing.title.setText(_("Nothing in the bin fits") if asked else _("The recycle bin is empty"))
        kept = _("What is deleted stays here for {days} days and can be brought back.").format(days=BIN_DAYS)
        self.nothing.text.setText("" if asked else kept)
        self.all_button.setText(_("Show all"))
        self.all_button.setVisible(asked)
        self._reword_buttons()

    def _reword_buttons(self) -> None:
        n, free = len(self.chosen()), self.working.isHidden()
        self.restore_button.setText(
            plural("Restore {n:,} record", "Restore {n:,} records", n) if n else _("Restore")
        )
        self.purge_button.setText(_("Delete for ever…"))
        self.empty_button.setText(_("Empty the recycle bin…"))
        self.step_button.setText(_("Show the step"))
        for button in (self.restore_button, self.purge_button):
            button.setEnabled(n > 0 and free)
        self.step_button.setEnabled(n == 1)
        self.empty_button.setEnabled(bool(self.rows.rows) and not self.find_box.text() and free)
        self.changed.emit()

    def reword(self) -> None:
        super().reword()
        self.title.setText(_("Recycle bin"))
        self.find_box.reword(_("Find in the recycle bin"), _("Show all"))
        self.table.setAccessibleName(_("Deleted records"))
        self.table.verticalHeader().setMinimumSectionSize(1)
        self.table.verticalHeader().setDefaultSectionSize(look.row_height("comfortable"))
        for column, wide in enumerate(_WIDTHS):
            self.table.setColumnWidth(column, look.px(wide))
        self.nothing.repaint_icon()
        self._reword_found()
        self.table.viewport().update()
