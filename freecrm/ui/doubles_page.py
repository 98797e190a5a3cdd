"""Possible duplicates as a work list: found in the background, kept in the file, worked off group by group."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.change import Touched
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, _, inside, plural, say
from freecrm.exchange import doublelist
from freecrm.exchange.doublelist import Group, WorkList
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.doubles_side import GroupSide
from freecrm.ui.fitting import plain_table
from freecrm.ui.headed_model import HeadedModel, Index
from freecrm.ui.page import Page, Pane, merge_place
from freecrm.ui.parts import EmptyState, JobBar, label
from freecrm.ui.tasks import Tasks

_HEADS = (N_("How sure"), N_("Who may be the same"), N_("Why"))
_SHARES = (0, 3, 2)
_SURE = 78


class GroupsModel(HeadedModel):
    """One row a group."""

    heads = _HEADS

    def __init__(self) -> None:
        super().__init__()
        self.groups: list[Group] = []

    def show_groups(self, groups: list[Group]) -> None:
        """Show these."""
        self.beginResetModel()
        self.groups = groups
        self.endResetModel()

    def count(self) -> int:
        return len(self.groups)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        group = self.groups[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            names = " = ".join(name for _, name in group.members)
            return (f"{group.value:.0%}", names, why(group))[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and (index.column() != 1 or group.later):
            return look.colour("text2")
        return None


def why(group: Group) -> str:
    """The reasons in words; that it was put off comes first."""
    said = _("; ").join(str(reason) for reason in group.reasons)
    return _("Put off. {why}").format(why=said) if group.later else said


class GroupsTable(QTableView):
    """The groups, the surest first. Enter merges the one under the cursor. opened: it was pressed."""

    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.groups = GroupsModel()
        self.groups.setParent(self)
        self.setModel(self.groups)
        plain_table(self, one=True)
        head = self.horizontalHeader()
        head.setSectionsClickable(False)
        head.setStretchLastSection(True)
        self.doubleClicked.connect(lambda _index: self.opened.emit())

    def resize_columns(self) -> None:
        """Give rows and columns their sizes at the text size of now."""
        self.verticalHeader().setDefaultSectionSize(look.px(32))
        self.setColumnWidth(0, look.px(_SURE))
        rest = self.viewport().width() - look.px(_SURE)
        self.setColumnWidth(1, rest * _SHARES[1] // sum(_SHARES))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resize_columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.opened.emit()
        elif event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier):
            event.ignore()
        else:
            super().keyPressEvent(event)


class DoublesPage(Page):
    """The work list of one entity. toast_wanted(what, act): a decision was taken, with its way back."""

    toast_wanted = Signal(object, object)
    message_at = 1

    def __init__(self, store: Store, tasks: Tasks, entity: str) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.entity = entity or store.model.pages()[0].entity
        self.held: WorkList | None = None
        self.progress: Progress | None = None
        self._follows = True  # the cursor stays on its group; after a decision it takes the next
        self._build()
        self.read()

    def _build(self) -> None:
        self.title, self.text = label("title"), label("hint")
        self.kinds = QButtonGroup(self)
        self.kind_buttons: dict[str, QPushButton] = {}
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (20, 12, 16, 8)))
        head.setSpacing(look.px(8))
        head.addWidget(self.title)
        for listing in self.store.model.alike():
            button = self.kind_buttons[listing.entity] = QPushButton()
            button.setCheckable(True)
            button.clicked.connect(partial(self._turn_to, listing.entity))
            self.kinds.addButton(button)
            head.addWidget(button)
        self._mark_kind()
        head.addStretch(1)
        self.scan_button, self.stop_button, self.bar = QPushButton(), QPushButton(), JobBar()
        self.scan_button.clicked.connect(self.scan)
        self.stop_button.clicked.connect(self.stop)
        self.bar.setFixedWidth(look.px(160))
        for part in (self.text, self.bar, self.stop_button, self.scan_button):
            head.addWidget(part)
        self.table, self.side = GroupsTable(), GroupSide(self.store, self.tasks)
        self.table.opened.connect(self.merge)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_current())
        for button, act in (
            (self.side.merge_button, self.merge),
            (self.side.apart_button, self.set_apart),
            (self.side.later_button, self.put_off),
        ):
            button.clicked.connect(act)
        self.nothing = EmptyState("combine")
        self.first_button = self.nothing.add_button(self.scan, "primary")
        edge = QWidget()
        edge.setFixedWidth(1)
        edge.setProperty("edge", True)
        edge.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        several = QWidget()
        row = QHBoxLayout(several)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.table, 1)
        row.addWidget(edge)
        row.addWidget(self.side)
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

    # ---- finding

    @property
    def busy(self) -> bool:
        return self.progress is not None

    def read(self) -> None:
        """Show the list as it is kept."""
        self.tasks.run(doublelist.held, self.store, self.entity, then=partial(self._show, self.entity))

    def scan(self) -> None:
        """Look through all records in the background; the list before stays until it is done."""
        if self.progress is not None:
            return
        self.progress = self.tasks.progress(self.bar.heard)
        self.bar.busy(True)
        self._say()
        self.tasks.run(
            doublelist.scan,
            self.store,
            self.entity,
            progress=self.progress,
            then=partial(self._show, self.entity),
            stopped=lambda: talk.tell(say(N_("The search was stopped; the list is as it was."))),
            finally_=self._over,
        )

    def stop(self) -> None:
        """Stop looking."""
        if self.progress is not None:
            self.progress.cancel()

    def _over(self) -> None:
        self.progress = None
        self.bar.busy(False)
        self._say()

    def _turn_to(self, entity: str) -> None:
        if entity != self.entity and self.progress is None:
            self.entity, self.held = entity, None
            self.read()
        self._mark_kind()

    def _mark_kind(self) -> None:
        self.kind_buttons[self.entity].setChecked(True)
        for entity, button in self.kind_buttons.items():
            button.setProperty("chip", True if entity == self.entity else "off")
            look.refresh(button)

    def _show(self, entity: str, held: WorkList | None) -> None:
        if entity != self.entity:
            return
        self.held = held
        before = self.current.ids if self.current is not None and self._follows else None
        self._follows = True
        row = max(self.table.currentIndex().row(), 0)
        groups = held.groups if held is not None else []
        self.table.groups.show_groups(groups)
        self.table.resize_columns()
        self.stack.setCurrentIndex(0 if groups else 1)
        if groups:
            row = next((at for at, g in enumerate(groups) if g.ids == before), min(row, len(groups) - 1))
            self.table.selectRow(row)
        self._show_current()
        self._say()
        self.changed.emit()

    def heard(self, touched: Touched | None) -> None:
        if self.progress is None and (touched is None or self.entity in touched.ids):
            self.read()

    # ---- deciding

    @property
    def current(self) -> Group | None:
        """The group under the cursor."""
        at = self.table.currentIndex().row()
        groups = self.table.groups.groups
        return groups[at] if 0 <= at < len(groups) else None

    def merge(self) -> None:
        """Look at the group field by field."""
        if self.current is not None:
            from freecrm.store.compare import MOST

            self.go.emit(merge_place(self.entity, self.current.ids[:MOST]))

    def set_apart(self) -> None:
        """The group is not one record: it is never shown again."""
        self._decide(
            doublelist.set_apart,
            doublelist.put_together,
            N_("Not the same: {names}. They are not shown again."),
        )

    def put_off(self) -> None:
        """The group goes to the end; one that is there already comes back."""
        if self.current is not None and self.current.later:
            self._decide(doublelist.take_up, doublelist.put_off, N_("Back in its place: {names}."))
        else:
            self._decide(
                doublelist.put_off, doublelist.take_up, N_("For later, at the end of the list: {names}.")
            )

    def _decide(self, work: Callable[..., None], back: Callable[..., None], what: str) -> None:
        group, entity = self.current, self.entity
        if group is None:
            return
        said = say(what, names=[name for _, name in group.members])
        self._run(
            work, entity, group.ids, lambda: self._offer(said, partial(self._run, back, entity, group.ids))
        )

    def _run(
        self, work: Callable[..., None], entity: str, ids: list[bytes], then: Callable[[], None] | None = None
    ) -> None:
        def done(_answer: object) -> None:
            self._follows = False
            self.read()
            if then is not None:
                then()

        self.tasks.run(work, self.store, entity, ids, writes=True, then=done, failed=self._failed)

    def _failed(self, problem: Known) -> None:
        talk.tell_problem(problem)
        self.read()

    def _offer(self, said: Said, act: Callable[[], None]) -> None:
        self.toast_wanted.emit(said, act)

    # ---- showing

    def _show_current(self) -> None:
        self.side.show_group(self.entity, self.current)

    def focus_first(self) -> None:
        (self.table if self.table.groups.groups else self.first_button).setFocus(
            Qt.FocusReason.OtherFocusReason
        )

    def panes(self) -> list[Pane]:
        found: list[Pane] = [(self, self.focus_first)]
        if self.table.groups.groups:
            found = [(self.table, self.table.setFocus), (self.side, self.side.merge_button.setFocus)]
        return found

    def state(self) -> Any:
        return self.entity, max(self.table.currentIndex().row(), 0)

    def restore(self, state: Any) -> None:
        self._turn_to(state[0])
        if state[1] < len(self.table.groups.groups):
            self.table.selectRow(state[1])

    # ---- words

    def crumbs(self) -> list[str]:
        return [_("Possible duplicates")]

    def summary(self) -> str:
        if self.held is None:
            return ""
        return plural("{n} group to look at", "{n} groups to look at", len(self.held.groups))

    def hint(self) -> str:
        return _("Enter: merge   F6: the buttons") if self.table.groups.groups else ""

    def reword(self) -> None:
        super().reword()
        self.title.setText(_("Possible duplicates"))
        self.table.setAccessibleName(_("Possible duplicates"))
        for entity, button in self.kind_buttons.items():
            button.setText(_(self.store.schema.entity(entity).plural))
        self.stop_button.setText(_("Stop"))
        self.table.resize_columns()
        self.nothing.repaint_icon()
        self.side.reword()
        self._show_current()
        self._say()

    def _say(self) -> None:
        busy, held = self.progress is not None, self.held
        things = inside(_(self.store.schema.entity(self.entity).plural))
        self.bar.setAccessibleName(_("How far the search is"))
        self.stop_button.setVisible(busy)
        self.scan_button.setVisible(held is not None and not busy)
        self.scan_button.setText(_("Look again"))
        self.first_button.setVisible(not busy)
        self.first_button.setText(_("Look for duplicates") if held is None else _("Look again"))
        for button in self.kind_buttons.values():
            button.setEnabled(not busy)
        self.text.setText(self._made(held) if held is not None and not busy else "")
        if busy:
            title, text = _("Comparing all {things} …"), _("You can go on working meanwhile.")
        elif held is None:
            title = _("Which {things} are in the list twice?")
            text = _("FreeCRM compares names, phones, mails and contacts. Nothing is changed without you.")
        elif held.found:
            title, text = _("All done"), _("Every group of {things} that looked alike has been decided.")
        else:
            title, text = _("No duplicates were found"), _("No two {things} look alike.")
        self.nothing.title.setText(title.format(things=things))
        self.nothing.text.setText(text.format(things=things))
        self.scan_button.setVisible(held is not None and not busy and bool(held.groups))

    def _made(self, held: WorkList) -> str:
        local = held.at.astimezone()
        today = local.date() == dt.datetime.now().astimezone().date()
        parts = [_("As of {time}").format(time=f"{local:%H:%M}" if today else f"{local:%Y-%m-%d %H:%M}")]
        if held.fresh:
            parts.append(plural("{n} new since", "{n} new since", held.fresh))
        return " · ".join(parts)
