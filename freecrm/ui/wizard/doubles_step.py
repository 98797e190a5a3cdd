"""Step 4: rows that are, or may be, what is there already: side by side, each with what happens to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.words import N_, Said, _
from freecrm.exchange.changeset import ACTIONS, CHANGED, DOUBTFUL, SAME, Doubt, RowChange
from freecrm.exchange.targets import title_of
from freecrm.ui import look
from freecrm.ui.fitting import fit_heads, plain_table
from freecrm.ui.page import Pane
from freecrm.ui.parts import EmptyState, label
from freecrm.ui.wizard.draft import Draft
from freecrm.ui.wizard.spread import spread
from freecrm.ui.wizard.step import Step

Index = QModelIndex | QPersistentModelIndex
WORDS = {
    "new": N_("New customer of its own"),
    "fill": N_("Fill in what is blank there"),
    "update": N_("Update what is there"),
    "skip": N_("Leave the row out"),
}
SHORT = {"new": N_("new"), "fill": N_("fill blanks"), "update": N_("update"), "skip": N_("leave out")}
_TITLES = (N_("Row"), N_("In the file"), N_("Like"), N_("Why"), N_("What happens"))
_WIDE = ((0, 48), (2, 96), (2.2, 104), (2.6, 104), (1, 84))


@dataclass(frozen=True, slots=True)
class Match:
    """A row and what it is like. pairs: (field, in the file, there already)."""

    row: int
    name: str
    of: str
    of_row: int | None
    reasons: tuple[Said, ...]
    action: str
    alike: str
    one: Doubt | RowChange

    @property
    def why(self) -> str:
        """The reasons in the language spoken now."""
        return _("; ").join(str(reason) for reason in self.reasons)


def matches_of(draft: Draft) -> list[Match]:
    """What has to be looked at: doubtful rows first, then rows that change known records."""
    made, options = draft.made, draft.options
    if made is None:
        return []

    def action(one: Doubt | RowChange) -> str:
        return options.decisions.get(one.row) or options.answers.get(one.alike) or one.action

    found = [Match(d.row, d.name, d.of, d.of_row, d.reasons, action(d), d.alike, d) for d in made.doubts]
    found += [Match(c.row, c.name, c.name, None, c.reasons, action(c), c.alike, c) for c in made.changes]
    return found


class MatchesModel(QAbstractTableModel):
    """The matches as a table."""

    def __init__(self) -> None:
        super().__init__()
        self.matches: list[Match] = []

    def show_matches(self, matches: list[Match]) -> None:
        """Show these."""
        if [m.row for m in matches] != [m.row for m in self.matches]:
            self.beginResetModel()
            self.matches = matches
            self.endResetModel()
        elif matches:
            self.matches = matches
            self.dataChanged.emit(self.index(0, 0), self.index(len(matches) - 1, len(_TITLES) - 1))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.matches)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        one = self.matches[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            of = _("row {row}: {name}").format(row=one.of_row, name=one.of) if one.of_row else one.of
            return (str(one.row), one.name, of, one.why, _(SHORT[one.action]))[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and index.column() in (0, 3):
            return look.colour("text2")
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(_TITLES[section])
        return None


class MatchesTable(QTableView):
    """One line a match."""

    def __init__(self) -> None:
        super().__init__()
        self.matches = MatchesModel()
        self.matches.setParent(self)
        self.setModel(self.matches)
        plain_table(self, one=True)
        head = self.horizontalHeader()
        head.setSectionsClickable(False)
        head.setStretchLastSection(True)
        fit_heads(head)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

    def resize_columns(self) -> None:
        """Give rows and columns their sizes at the zoom shown now."""
        self.verticalHeader().setDefaultSectionSize(look.px(32))
        spread(self, _WIDE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        spread(self, _WIDE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier):
            event.ignore()
        else:
            super().keyPressEvent(event)


class SideBySide(QFrame):
    """One match: its fields beside each other, and what happens."""

    def __init__(self, step: DoublesStep) -> None:
        super().__init__()
        self.step = step
        self.title, self.why = label("strong"), label("caption")
        self.title.setWordWrap(True)
        self.why.setWordWrap(True)
        self.grid_box = QWidget()
        self.grid = QGridLayout(self.grid_box)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(look.px(10))
        self.grid.setVerticalSpacing(look.px(4))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self.grid_box)
        self.group = QButtonGroup(self)
        self.buttons = {action: QRadioButton() for action in ACTIONS}
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (16, 14, 16, 12)))
        column.setSpacing(look.px(6))
        column.addWidget(self.title)
        column.addWidget(self.why)
        column.addWidget(area, 1)
        for action, button in self.buttons.items():
            self.group.addButton(button)
            button.clicked.connect(lambda _checked=False, chosen=action: step.decide(chosen))
            column.addWidget(button)
        self.all_button = QPushButton()
        self.all_button.clicked.connect(step.decide_alike)
        column.addSpacing(look.px(4))
        column.addWidget(self.all_button)

    def show_match(self, one: Match, alike: int) -> None:
        """Show a match; alike: how many rows have the same reasons."""
        there = _("row {row}").format(row=one.of_row) if one.of_row else _("a customer you have")
        self.title.setText(_("Row {row} is like {there}").format(row=one.row, there=there))
        self.why.setText(one.why)
        self._fill(one)
        button = self.buttons[one.action]
        if not button.isChecked():
            button.setChecked(True)
        self.all_button.setText(_("The same for all {n} alike").format(n=f"{alike:,}"))
        self.all_button.setVisible(alike > 1)

    def _fill(self, one: Match) -> None:
        while (item := self.grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        there = _("Row {row}").format(row=one.of_row) if one.of_row else _("There already")
        self.grid.addWidget(label("caption", there), 0, 1)
        self.grid.addWidget(label("caption", _("Row {row}").format(row=one.row)), 0, 2)
        for place, (title, old, new) in enumerate(self._lines(one), 1):
            name = label("caption", title)
            name.setWordWrap(True)
            name.setFixedWidth(look.px(84))
            self.grid.addWidget(name, place, 0, Qt.AlignmentFlag.AlignTop)
            differs = bool(old and new and old != new)
            for column, text in ((1, old), (2, new)):
                cell = label("warning" if differs and column == 2 else "", text or "—")
                cell.setWordWrap(True)
                cell.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                cell.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                self.grid.addWidget(cell, place, column, Qt.AlignmentFlag.AlignTop)
        self.grid.setColumnStretch(1, 1)
        self.grid.setColumnStretch(2, 1)
        self.grid.setRowStretch(self.grid.rowCount(), 1)

    def _lines(self, one: Match) -> list[tuple[str, str, str]]:
        """(field, there already, in the file)."""
        if isinstance(one.one, RowChange):
            return [(title, old, new) for title, old, new in one.one.cells]
        schema, plan = self.step.draft.store.schema, self.step.draft.plan
        mine, theirs = dict(one.one.mine), dict(one.one.theirs)
        news = {f"{plan.main}.{c.new['key']}": c.new["name"] for c in self.step.draft.columns if c.new}
        paths = list(dict.fromkeys([*mine, *theirs]))
        return [
            (news.get(path) or title_of(schema, plan, path), theirs.get(path, ""), mine.get(path, ""))
            for path in paths
        ]

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.setFixedWidth(look.px(380))
        for action, button in self.buttons.items():
            button.setText(_(WORDS[action]))


class DoublesStep(Step):
    """Matches at the left, the current one side by side at the right; a sentence where there are none."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self.table, self.side = MatchesTable(), SideBySide(self)
        self.caption, self.progress = label("", ""), label("hint")
        self.caption.setWordWrap(True)
        self.nothing = EmptyState("circle-check")
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (16, 12, 16, 10)))
        head.addWidget(self.caption, 1)
        head.addWidget(self.progress)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addLayout(head)
        left.addWidget(self.table, 1)
        edge = QWidget()
        edge.setFixedWidth(1)
        edge.setProperty("edge", True)
        edge.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        several = QWidget()
        row = QHBoxLayout(several)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(edge)
        row.addWidget(self.side)
        self.stack = QStackedWidget()
        self.stack.addWidget(several)
        self.stack.addWidget(self.nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_current())
        self.reword()

    # ---- deciding

    @property
    def current(self) -> Match | None:
        """The match under the cursor."""
        at = self.table.currentIndex().row()
        matches = self.table.matches.matches
        return matches[at] if 0 <= at < len(matches) else None

    def decide(self, action: str) -> None:
        """This happens to the row under the cursor."""
        one = self.current
        if one is not None and action != one.action:
            self.draft.decide(one.row, action)
            self.refresh()

    def decide_alike(self) -> None:
        """What happens to the row under the cursor happens to all with the same reasons."""
        one = self.current
        if one is not None:
            rows = [m.row for m in self.table.matches.matches if m.alike == one.alike]
            self.draft.decide_alike(one.alike, one.action, rows)
            self.refresh()

    # ---- showing

    def refresh(self) -> None:
        matches = matches_of(self.draft)
        row = self.current.row if self.current is not None else None
        self.table.matches.show_matches(matches)
        self.stack.setCurrentIndex(0 if matches else 1)
        if matches:
            at = next((n for n, m in enumerate(matches) if m.row == row), 0)
            if self.table.currentIndex().row() != at:
                self.table.selectRow(at)
            self._show_current()
        self._say()
        self.show_progress()
        self.ready.emit()

    def _say(self) -> None:
        made = self.draft.made
        if made is None:
            self.nothing.title.setText(_("Looking for duplicates …"))
            self.nothing.text.setText("")
            return
        same = made.count(SAME)
        self.nothing.title.setText(_("No duplicates were found"))
        text = _("No row is like another one or like a customer you have. Go on.")
        if same:
            text = _("Rows that are in FreeCRM already, just as here: {n}. Go on.").format(n=f"{same:,}")
        self.nothing.text.setText(text)
        parts = []
        if made.count(DOUBTFUL):
            parts.append(_("Rows that may be duplicates: {n}").format(n=f"{made.count(DOUBTFUL):,}"))
        if made.changes:
            changed = max(made.count(CHANGED), len(made.changes))
            parts.append(_("rows about customers you have: {n}").format(n=f"{changed:,}"))
        said = _("; ").join(parts)
        self.caption.setText(
            _("{what}. The safe choice is made already; nothing is overwritten unseen.").format(what=said)
        )

    def show_progress(self) -> None:
        """Show how far the pass over the list is."""
        draft = self.draft
        said = ""
        if not draft.is_current and draft.problem is None:
            said = _("Going through the list …")
            if draft.preparing and draft.done:
                said = f"{draft.done:,} / {draft.total:,}"
        self.progress.setText(said)
        if draft.made is None and said:
            self.nothing.text.setText(said)

    def _show_current(self) -> None:
        one = self.current
        if one is not None:
            made = self.draft.made
            alike = sum(m.alike == one.alike for m in self.table.matches.matches)
            self.side.show_match(one, alike if made is not None else 1)

    def reword(self) -> None:
        self.table.setAccessibleName(_("Rows that may be duplicates"))
        self.table.matches.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(_TITLES) - 1)
        self.table.resize_columns()
        self.nothing.repaint_icon()
        self.side.reword()
        self.refresh()

    def focus_first(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[Pane]:
        return [(self.table, self.focus_first), (self.side, self._focus_side)]

    def _focus_side(self) -> None:
        one = self.current
        if one is not None:
            self.side.buttons[one.action].setFocus(Qt.FocusReason.OtherFocusReason)
