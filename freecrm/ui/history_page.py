"""The history: every step of this file, newest first, what each changed, and the way back from any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from freecrm.core.change import Touched
from freecrm.core.words import _, plural
from freecrm.store import journal, undo
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.find_box import FindBox
from freecrm.ui.page import Page, Pane
from freecrm.ui.parts import EmptyState, label
from freecrm.ui.step_detail import StepDetail
from freecrm.ui.step_list import StepList
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    pass


class HistoryPage(Page):
    """open_record(entity, id): a record is wanted."""

    open_record = Signal(str, object)

    def __init__(self, store: Store, tasks: Tasks, number: int = 0) -> None:
        """number: the step that is shown at first, 0: the newest."""
        super().__init__()
        self.store, self.tasks = store, tasks
        self._wanted = number
        self._found: journal.Found | None = None
        self._latest = Latest(tasks)
        self._build()
        self.reword()
        self._ask()

    def _build(self) -> None:
        self.title, self.count = label("subtitle"), label("hint")
        self.find_box = FindBox()
        self.find_box.textChanged.connect(lambda: self._ask())
        self.kind = QComboBox()
        for key in journal.KINDS:
            self.kind.addItem("", key)
        self.kind.currentIndexChanged.connect(lambda: self._ask())
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (16, 6, 8, 6)))
        head.setSpacing(look.px(8))
        head.addWidget(self.title)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.kind)
        head.addWidget(self.find_box)
        self.steps = StepList(self.store)
        self.steps.chosen.connect(self._chosen)
        self.find_box.left.connect(self.steps.setFocus)
        self.nothing = EmptyState("history")
        self.all_button = self.nothing.add_button(self._show_all)
        self.left_side = QStackedWidget()
        self.left_side.addWidget(self.steps)
        self.left_side.addWidget(self.nothing)
        self.detail = StepDetail(self.store, self.tasks)
        self.detail.undo_wanted.connect(self.undo)
        self.detail.opened.connect(self.open_record)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.left_side)
        self.splitter.addWidget(self.detail)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([look.px(440), look.px(720)])
        self.left_side.setMinimumWidth(look.px(280))
        self.detail.setMinimumWidth(look.px(360))
        rule = QWidget()
        rule.setProperty("edge", True)
        rule.setFixedHeight(1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(head)
        self.column.addWidget(rule)
        self.column.addWidget(self.splitter, 1)

    message_at = 1

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    # ---- which steps

    def _ask(self) -> None:
        self._wanted = self._wanted or self.steps.number
        kind = str(self.kind.currentData() or "all")
        self._latest.run(journal.find, self.store, self.find_box.text(), kind, then=self._answered)

    def _answered(self, found: journal.Found) -> None:
        self._found = found
        wanted, self._wanted = self._wanted, 0
        self.steps.show_found(found, wanted)
        self.left_side.setCurrentIndex(0 if found.numbers else 1)
        self._reword_count()
        self.changed.emit()

    def _chosen(self, number: int) -> None:
        step = self.steps.steps.step(self.steps.currentIndex().row()) if number else None
        self.detail.show_step(step)
        self.changed.emit()

    def _show_all(self) -> None:
        self.kind.setCurrentIndex(0)
        self.find_box.clear()
        self.steps.setFocus()

    def show_step(self, number: int) -> None:
        """Put the cursor on a step, whatever is asked for now."""
        self._wanted = number
        self._show_all()
        if self.steps.number != number:
            self._ask()

    # ---- undo

    def undo(self, number: int) -> None:
        """Take a step back, or bring back what an undo took."""
        self.detail.undo_button.setEnabled(False)
        self.tasks.run(_take_back, self.store, number, writes=True, finally_=lambda: self.detail.reword())

    # ---- of the window

    def heard(self, touched: Touched | None) -> None:
        if touched is None or touched.step is not None:
            self._ask()

    def crumbs(self) -> list[str]:
        return [_("History")]

    def summary(self) -> str:
        return self._count_words()

    def hint(self) -> str:
        return _("↑↓ step   Enter opens the record of a change   Ctrl+F find")

    def focus_first(self) -> None:
        (self.steps if self.left_side.currentIndex() == 0 else self.find_box).setFocus()

    def panes(self) -> list[Pane]:
        return [(self.left_side, self.steps.setFocus), (self.detail, self.detail.table.setFocus)]

    def state(self) -> Any:
        return self.find_box.text(), self.kind.currentIndex(), self.steps.number

    def restore(self, state: Any) -> None:
        words, kind, number = state
        self._wanted = number
        self.kind.setCurrentIndex(kind)
        self.find_box.setText(words)
        self._wanted = number
        self._ask()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Find):
            self.find_box.setFocus()
        else:
            super().keyPressEvent(event)

    # ---- words

    def _count_words(self) -> str:
        if self._found is None:
            return _("Reading…")
        shown, total = len(self._found.numbers), self._found.total
        if shown == total:
            return plural("{n:,} step", "{n:,} steps", total)
        return _("{n} of {total} steps").format(n=f"{shown:,}", total=f"{total:,}")

    def _reword_count(self) -> None:
        self.count.setText(self._count_words())
        narrowed = bool(self.find_box.text()) or self.kind.currentIndex() > 0
        self.nothing.title.setText(_("No step fits") if narrowed else _("Nothing was done yet"))
        text = _("Search for a name, a value or a person, or show all steps.")
        self.nothing.text.setText(text if narrowed else _("Every change will stand here, with its way back."))
        self.all_button.setText(_("Show all steps"))
        self.all_button.setVisible(narrowed)

    def reword(self) -> None:
        super().reword()
        self.title.setText(_("History"))
        self.find_box.reword(_("Find in the history"), _("Show all steps"))
        self.kind.setAccessibleName(_("Kind of step"))
        for at, (_key, text) in enumerate(journal.KINDS.items()):
            self.kind.setItemText(at, _(text))
        self.steps.setAccessibleName(_("Steps"))
        self.steps.steps.forget()
        self.steps.fit()
        self.steps.viewport().update()
        self.nothing.repaint_icon()
        self._reword_count()
        self.detail.table.lines.show_extent(self.detail.table.lines.extent)
        self.detail.reword()


def _take_back(store: Store, number: int) -> Touched:
    return undo.undo(store, number)
