"""«Tidy up»: suggestions, ten for today, scores by owner; one page with three parts."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout

from freecrm.core.change import Touched
from freecrm.core.words import N_, _
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.page import Page, Pane
from freecrm.ui.parts import label
from freecrm.ui.tasks import Tasks
from freecrm.ui.tidy.scores import ScoresPane
from freecrm.ui.tidy.suggestions import SuggestionsPane
from freecrm.ui.tidy.today import TodayPane

PARTS = {
    "suggestions": N_("Suggestions"),
    "today": N_("Ten for today"),
    "scores": N_("Scores"),
}


class TidyPage(Page):
    """toast_wanted(what, act): a decision that is no step, with its way back. open_record(entity, id).
    owner_wanted(entity, owner): that owner's records in their list; None: those of nobody. rules_wanted: the
    rules of the scores."""

    toast_wanted = Signal(object, object)
    open_record = Signal(str, object)
    owner_wanted = Signal(str, object)
    rules_wanted = Signal()
    hint_wanted = Signal(str)
    message_at = 1

    def __init__(self, store: Store, tasks: Tasks, part: str = "") -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.part = part if part in PARTS else next(iter(PARTS))
        self.suggestions = SuggestionsPane(store, tasks)
        self.today, self.scores = TodayPane(store, tasks), ScoresPane(store, tasks)
        self.panes_by_name = {
            "suggestions": self.suggestions,
            "today": self.today,
            "scores": self.scores,
        }
        self._build()
        self._connect()
        self.show_part(self.part)

    def _build(self) -> None:
        self.title = label("title")
        self.group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (20, 12, 16, 4)))
        head.setSpacing(look.px(8))
        head.addWidget(self.title)
        for name in PARTS:
            button = self.buttons[name] = QPushButton()
            button.setCheckable(True)
            button.clicked.connect(partial(self.show_part, name))
            self.group.addButton(button)
            head.addWidget(button)
        head.addStretch(1)
        self.stack = QStackedWidget()
        for pane in self.panes_by_name.values():
            self.stack.addWidget(pane)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(head)
        self.column.addWidget(self.stack, 1)

    def _connect(self) -> None:
        for pane in self.panes_by_name.values():
            pane.changed.connect(self.changed)  # type: ignore[attr-defined]
            pane.open_record.connect(self.open_record)  # type: ignore[attr-defined]
        self.suggestions.toast_wanted.connect(self.toast_wanted)
        self.today.hint_wanted.connect(self.hint_wanted)
        self.scores.owner_wanted.connect(self.owner_wanted)
        self.scores.rules_wanted.connect(self.rules_wanted)

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    @property
    def pane(self) -> Any:
        """The part that is shown."""
        return self.panes_by_name[self.part]

    def show_part(self, name: str) -> None:
        """Turn to a part of the page; a value that can't be saved yet keeps the user where it is."""
        if name != self.part and self.part == "today" and not self.today.save():
            name = self.part
        self.part = name
        for one, button in self.buttons.items():
            button.setChecked(one == name)
            button.setProperty("chip", True if one == name else "off")
            look.refresh(button)
        self.stack.setCurrentWidget(self.pane)
        if name != "suggestions":
            self.pane.read()
        self.renamed.emit()
        self.changed.emit()

    @property
    def busy(self) -> bool:
        return self.suggestions.busy

    def heard(self, touched: Touched | None) -> None:
        if touched is not None and touched.step is None:
            return  # something was only remembered
        if not self.suggestions.busy:
            self.suggestions.renew()
        if self.part != "suggestions":
            self.pane.read()

    def arrived(self) -> None:
        if self.part != "suggestions":
            self.pane.read()

    @property
    def has_chart(self) -> bool:
        """Whether a chart is shown that can be a table."""
        return self.part == "scores"

    def step_record(self, by: int) -> None:
        """To the next of the ten of today, or the one before."""
        if self.part == "today":
            self.today.step(by)

    # ---- going

    def focus_first(self) -> None:
        self.pane.focus_first()

    def panes(self) -> list[Pane]:
        found: list[Pane] = [(self.pane, self.pane.focus_first)]
        if self.part == "suggestions" and self.suggestions.table.suggestions.rows:
            one = self.suggestions
            found = [(one.kinds, one.kinds.setFocus), (one.table, one.table.setFocus)]
        elif self.part == "today" and self.today.found is not None and self.today.found.ones:
            found = [(self.today.list, self.today.list.setFocus), (self.today.right, self.today.focus_record)]
        return found

    def state(self) -> Any:
        return self.part, self.suggestions.kind, self.suggestions.table.currentIndex().row()

    def restore(self, state: Any) -> None:
        part, kind, row = state
        self.show_part(part)
        if self.suggestions.held is not None and kind in self.suggestions.held.counts:
            self.suggestions.show_kind(kind)
            self.suggestions.table.selectRow(min(row, len(self.suggestions.table.suggestions.rows) - 1))

    def unsaved(self) -> list[str]:
        return self.today.panel.unsaved()

    def unsaved_title(self) -> str:
        return self.today.title_shown

    def save(self) -> bool:
        return self.today.save()

    def give_up(self) -> None:
        self.today.panel.give_up()

    # ---- words

    def crumbs(self) -> list[str]:
        return [_("Tidy up"), _(PARTS[self.part])]

    def summary(self) -> str:
        return str(self.pane.summary())

    def hint(self) -> str:
        return str(self.pane.hint())

    def reword(self) -> None:
        super().reword()
        self.title.setText(_("Tidy up"))
        for name, button in self.buttons.items():
            button.setText(_(PARTS[name]))
        for pane in self.panes_by_name.values():
            pane.reword()  # type: ignore[attr-defined]
