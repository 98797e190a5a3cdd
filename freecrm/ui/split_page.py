"""Merged records of the last 90 days: what went into what, and the way to split them again."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.change import Touched
from freecrm.core.problems import Known
from freecrm.core.words import _, plural
from freecrm.store import merging
from freecrm.store.database import Store
from freecrm.store.merging import Merged, SplitView
from freecrm.ui import look, talk
from freecrm.ui.page import Page, Pane
from freecrm.ui.parts import EmptyState, label
from freecrm.ui.tasks import Latest, Tasks

_MOST = 30  # lines of what stays


class SplitPage(Page):
    """name: "customer", or "customer:<id>" to begin with the merges into that record."""

    message_at = 1

    def __init__(self, store: Store, tasks: Tasks, name: str) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.latest = Latest(tasks)
        self.entity, _sign, into = name.partition(":")
        self.into = bytes.fromhex(into)
        self.merges: list[Merged] = []
        self.view: SplitView | None = None
        self.problem: Known | None = None
        self._build()
        self.read()

    def _build(self) -> None:
        self.title, self.text = label("title"), label("hint")
        self.text.setWordWrap(True)
        head = QVBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 8)))
        head.addWidget(self.title)
        head.addWidget(self.text)
        self.list = QListWidget()
        self.list.setProperty("framed", True)
        self.list.currentRowChanged.connect(self._look)
        self.what, self.stays_title, self.stays = label("strong"), label("strong"), label("")
        for part in (self.what, self.stays):
            part.setWordWrap(True)
        self.split_button = QPushButton()
        self.split_button.setProperty("kind", "primary")
        self.split_button.clicked.connect(self.split)
        side = QVBoxLayout()
        side.setSpacing(look.px(8))
        for part in (self.what, self.stays_title, self.stays):
            side.addWidget(part)
        side.addStretch(1)
        side.addWidget(self.split_button)
        right = QFrame()
        right.setLayout(side)
        several = QWidget()
        row = QHBoxLayout(several)
        row.setContentsMargins(*(look.px(side_) for side_ in (20, 8, 20, 16)))
        row.setSpacing(look.px(16))
        row.addWidget(self.list, 1)
        row.addWidget(right, 1)
        self.nothing = EmptyState("merge")
        self.stack = QStackedWidget()
        self.stack.addWidget(several)
        self.stack.addWidget(self.nothing)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(head)
        self.column.addWidget(self.stack, 1)

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    # ---- reading

    def read(self) -> None:
        """Show the merges that stand."""
        self.tasks.run(merging.merges, self.store, self.entity, then=self._show)

    def _show(self, found: list[Merged]) -> None:
        self.merges = sorted(found, key=lambda one: one.into != self.into)
        self.view = self.problem = None
        self.reword()
        self.stack.setCurrentIndex(0 if self.merges else 1)
        if self.merges:
            self.list.setCurrentRow(0)
        self.changed.emit()

    def _look(self, row: int) -> None:
        self.view = self.problem = None
        self._say()
        if 0 <= row < len(self.merges):
            self.latest.run(_view, self.store, self.merges[row].step, then=self._seen)

    def _seen(self, found: SplitView | Known) -> None:
        self.problem = found if isinstance(found, Known) else None
        self.view = found if isinstance(found, SplitView) else None
        self._say()

    def heard(self, touched: Touched | None) -> None:
        if touched is None or self.entity in touched.ids:
            self.read()

    def split(self) -> None:
        """Bring back what was merged away."""
        if self.view is not None:
            work = partial(merging.split, self.store, self.view.merged.step)
            self.split_button.setEnabled(False)
            self.tasks.run(work, writes=True, failed=talk.tell_problem)

    # ---- going

    def focus_first(self) -> None:
        (self.list if self.merges else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[Pane]:
        return [(self.list, self.list.setFocus), (self, self.split_button.setFocus)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    # ---- words

    def crumbs(self) -> list[str]:
        return [_(self.store.schema.entity(self.entity).plural), _("Merged records")]

    def summary(self) -> str:
        return plural("{n} merge", "{n} merges", len(self.merges))

    def reword(self) -> None:
        super().reword()
        self.title.setText(_("Merged records"))
        text = _("For {days} days they can be split again. What was changed since stays where it is.")
        self.text.setText(text.format(days=merging.DAYS))
        self.list.setAccessibleName(_("Merged records"))
        self.nothing.repaint_icon()
        self.nothing.title.setText(_("Nothing was merged in the last {days} days").format(days=merging.DAYS))
        row = self.list.currentRow()
        self.list.blockSignals(True)
        self.list.clear()
        for one in self.merges:
            names = _(", ").join(name for _id, name in one.gone)
            line = _("{time}  {names} → {into}")
            self.list.addItem(
                line.format(time=f"{one.at.astimezone():%Y-%m-%d %H:%M}", names=names, into=one.was)
            )
        self.list.setCurrentRow(row)
        self.list.blockSignals(False)
        self._say()

    def _say(self) -> None:
        self.split_button.setText(_("Split again"))
        self.split_button.setEnabled(self.view is not None)
        self.stays_title.setText("")
        self.stays.setText(str(self.problem.what) if self.problem is not None else "")
        self.what.setText("")
        if self.view is None:
            return
        made = self.view.merged
        names = _(", ").join(name for _id, name in made.gone)
        days = plural("{n} day left", "{n} days left", made.days_left)
        self.what.setText(
            _("{names} comes back out of “{into}” ({days}).").format(names=names, into=made.title, days=days)
        )
        stays = self.view.stays
        self.stays_title.setText(
            _("Stays with “{into}”").format(into=made.title)
            if stays
            else _("Everything goes back to where it was.")
        )
        line = _("{what}: {name}")
        lines = ["· " + line.format(what=one.title, name=one.why) for one in stays[:_MOST]]
        self.stays.setText("\n".join([*lines, *(["…"] if len(stays) > _MOST else [])]))


def _view(store: Store, step: int) -> SplitView | Known:
    try:
        return merging.split_view(store, step)
    except Known as problem:  # it is the answer: why it can't be split
        return problem
