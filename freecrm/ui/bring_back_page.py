"""A workbook brought back: what it says differently, cell by cell, to be taken or not before it is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QPushButton, QTableView, QVBoxLayout

from freecrm.core.words import N_, _, sentences
from freecrm.exchange.difference import ASK, HERE, SHEET, Difference, Edit, NewRow
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.fitting import fit_heads
from freecrm.ui.headed_model import HeadedModel, Index
from freecrm.ui.page import Page, Place
from freecrm.ui.parts import label
from freecrm.ui.tasks import Tasks

HEADS = (N_("Take"), N_("Record"), N_("Field"), N_("When exported"), N_("Here now"), N_("In the workbook"))
_CHECK, _SHEET = 0, 5


class Differences(HeadedModel):
    """One row a cell that differs, or a new record. changed: another count is to be taken."""

    heads = HEADS

    changed = Signal()

    def __init__(self, found: Difference, new_words: str) -> None:
        super().__init__()
        self.lines: list[Edit | NewRow] = [*found.edits, *found.new]
        self.new_words = new_words
        self.taken = [isinstance(line, NewRow) or line.state != ASK for line in self.lines]

    def decisions(self) -> dict[tuple[int, str], str]:
        """What was chosen, as `take` reads it."""
        return {
            (line.row, line.key if isinstance(line, Edit) else ""): SHEET if taken else HERE
            for line, taken in zip(self.lines, self.taken, strict=True)
        }

    def take_all(self, taken: bool) -> None:
        """Take every line, or none."""
        self.taken = [taken] * len(self.lines)
        if self.lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.lines) - 1, len(HEADS) - 1))
        self.changed.emit()

    def count(self) -> int:
        return len(self.lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == _CHECK else flags

    def data(self, index: Index, role: int = 0) -> Any:
        line = self.lines[index.row()]
        asked = isinstance(line, Edit) and line.state == ASK
        if index.column() == _CHECK and role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if self.taken[index.row()] else Qt.CheckState.Unchecked
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(line, index.column())
        if role == Qt.ItemDataRole.BackgroundRole and asked:
            return QBrush(look.colour("warning_bg"))
        if role == Qt.ItemDataRole.AccessibleTextRole and asked:
            return _("{text}, changed in both places").format(text=self._text(line, index.column()))
        return None

    def _text(self, line: Edit | NewRow, column: int) -> str:
        if isinstance(line, NewRow):
            return ("", line.title, self.new_words, "", "", "")[column]
        return ("", line.title, line.head, line.was, line.here, line.sheet)[column]

    def setData(self, index: Index, value: Any, role: int = 0) -> bool:
        if index.column() != _CHECK or role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.taken[index.row()] = Qt.CheckState(value) == Qt.CheckState.Checked
        self.dataChanged.emit(index, index)
        self.changed.emit()
        return True


class BringBackPage(Page):
    """The differences of one exported workbook. taken: they were written."""

    taken = Signal()

    def __init__(self, store: Store, tasks: Tasks, path: Path) -> None:
        super().__init__()
        self.store, self.tasks, self.path = store, tasks, path
        self.found: Difference | None = None
        self.model: Differences | None = None
        self._build()
        self.reword()
        from freecrm.exchange import returning

        tasks.run(returning.returned, store, path, then=self._compared, failed=self._refused)

    def _build(self) -> None:
        self.title, self.text, self.notes = label("title"), label(), label("hint")
        self.text.setWordWrap(True)
        self.notes.setWordWrap(True)
        self.table = QTableView()
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        fit_heads(self.table.horizontalHeader())
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().setDefaultSectionSize(look.row_height("compact"))
        self.all_button, self.none_button = QPushButton(), QPushButton()
        self.cancel_button, self.take_button = QPushButton(), QPushButton()
        self.take_button.setProperty("kind", "primary")
        self.cancel_button.clicked.connect(lambda: self.left.emit())
        self.take_button.clicked.connect(self._take)
        self.all_button.clicked.connect(lambda: self._take_all(True))
        self.none_button.clicked.connect(lambda: self._take_all(False))
        foot = QHBoxLayout()
        foot.addWidget(self.all_button)
        foot.addWidget(self.none_button)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.take_button)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 12)))
        self.column.setSpacing(look.px(12))
        for part in (self.title, self.text):
            self.column.addWidget(part)
        self.column.addWidget(self.table, 1)
        self.column.addWidget(self.notes)
        self.column.addLayout(foot)

    message_at = 1

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    def _refused(self, problem: Any) -> None:
        from freecrm.ui import talk

        talk.tell_problem(problem)
        self.text.setText(_("Nothing was changed."))

    def _compared(self, found: Difference) -> None:
        self.found = found
        entity = self.store.schema.entity(found.entity)
        self.model = Differences(found, _("New {thing}").format(thing=_(entity.label).lower()))
        self.model.changed.connect(self.reword)
        self.table.setModel(self.model)
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(_CHECK, QHeaderView.ResizeMode.ResizeToContents)
        self.reword()
        self.focus_first()

    def focus_first(self) -> None:
        (self.table if self.model is not None and self.model.lines else self.cancel_button).setFocus()

    def _take_all(self, taken: bool) -> None:
        if self.model is not None:
            self.model.take_all(taken)

    def _take(self) -> None:
        from freecrm.exchange import taking

        if self.found is not None and self.model is not None:
            self.take_button.setEnabled(False)
            self.tasks.run(
                taking.take,
                self.store,
                self.found,
                self.model.decisions(),
                writes=True,
                then=lambda _touched: self._done(),
                finally_=lambda: self.take_button.setEnabled(True),
            )

    def _done(self) -> None:
        self.taken.emit()
        self.left.emit()

    # ---- words

    @property
    def belongs_to(self) -> Place | None:
        return Place("list", self.found.entity) if self.found is not None else None

    def crumbs(self) -> list[str]:
        return [_("Bring back {file}").format(file=self.path.name)]

    def summary(self) -> str:
        return _("{n} rows").format(n=f"{self.found.rows:,}") if self.found is not None else _("Reading…")

    def reword(self) -> None:
        super().reword()
        self.title.setText(self.crumbs()[0])
        self.table.setAccessibleName(_("What the workbook says differently"))
        self.all_button.setText(_("Take all"))
        self.none_button.setText(_("Take none"))
        self.cancel_button.setText(_("Cancel"))
        self._reword_found()
        self.changed.emit()

    def _reword_found(self) -> None:
        count = sum(self.model.taken) if self.model is not None else 0
        self.take_button.setText(_("Take over {n} changes").format(n=f"{count:,}"))
        self.take_button.setEnabled(count > 0)
        for part in (self.all_button, self.none_button):
            part.setVisible(self.model is not None and bool(self.model.lines))
        if self.found is None:
            self.text.setText(_("Comparing the workbook with your records…"))
            return
        both = sum(edit.state == ASK for edit in self.found.edits)
        text = _("{n} cells differ and {new} rows are new; {same} rows are as they are here.").format(
            n=f"{len(self.found.edits):,}", new=f"{len(self.found.new):,}", same=f"{self.found.same:,}"
        )
        if both:
            more = _(
                "{n} cells were changed in both places (yellow): they stay as they are here unless you tick them."
            )
            text = sentences(text, more.format(n=f"{both:,}"))
        if not self.model or not self.model.lines:
            text = _("The workbook says nothing else than your records. There is nothing to take over.")
        self.text.setText(text)
        # lines() begins with the count and the edits, which stand above
        rest = self.found.lines()[1 + len(self.found.edits) + len(self.found.new) :]
        self.notes.setText("\n".join(rest[:6]) + ("\n…" if len(rest) > 6 else ""))
        self.notes.setVisible(bool(rest))
