"""What pasting would do, before it is done: counts, every cell old → new, what isn't understood and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.fields import Field
from freecrm.core.words import _, inside, plural
from freecrm.exchange import cellpaste
from freecrm.exchange.cellpaste import Cell, Plan
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.parts import announce, label

LOOKED_AT = 200  # rows whose cells say how wide a column is
_ARROW = " → "
Index = QModelIndex | QPersistentModelIndex


class PlanModel(QAbstractTableModel):
    """The rows of a plan as a table: a cell that changes reads «old → new»."""

    def __init__(self, plan: Plan, fields: list[Field], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.plan, self.fields = plan, fields

    def take(self, plan: Plan) -> None:
        """Show another plan."""
        self.beginResetModel()
        self.plan = plan
        self.endResetModel()

    def cell(self, index: Index) -> Cell:
        """The cell at a place."""
        return self.plan.lines[index.row()].cells[index.column()]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.plan.lines)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.fields)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self.cell(index)
        if role == Qt.ItemDataRole.DisplayRole:
            if cell.state == cellpaste.CHANGED:
                return f"{cell.old}{_ARROW}{cell.new or '—'}" if cell.old else cell.new
            return f"⚠ {cell.new}" if cell.state == cellpaste.BAD else cell.old
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return str(cell.why) if cell.why is not None else None
        if role == Qt.ItemDataRole.ForegroundRole:
            return look.colour(_INKS[cell.state])
        if role == Qt.ItemDataRole.BackgroundRole and cell.state == cellpaste.BAD:
            return look.colour("danger_bg")
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self.fields[section].title
        line = self.plan.lines[section]
        if line.n is not None:
            return line.title
        return _("New: {name}").format(name=line.title) if line.why is None else _("Left out")


_INKS = {
    cellpaste.SAME: "text3",
    cellpaste.EMPTY: "text3",
    cellpaste.CHANGED: "text",
    cellpaste.BAD: "danger",
}


def told(plan: Plan, thing: str, things: str) -> str:
    """The counts of a plan as one sentence."""
    parts = []
    if plan.changed or not plan.made:
        parts.append(plural("Changes {n} cell", "Changes {n} cells", plan.changed))
    if plan.made:
        new = _("{n} new {things}")
        parts.append(new.format(n=plan.made, things=inside(thing if plan.made == 1 else things)))
    if plan.bad > plan.taken:
        parts.append(plural("{n} cell not understood", "{n} cells not understood", plan.bad - plan.taken))
    if plan.taken:
        parts.append(
            plural(
                "{n} cell stays as it was: the code belongs to another",
                "{n} cells stay as they were: the code belongs to another",
                plan.taken,
            )
        )
    return _(", ").join(parts)


class PasteDialog(QDialog):
    """The preview. again(blanks): makes the plan anew. agreed(plan): the user wants it."""

    def __init__(
        self,
        over: QWidget,
        store: Store,
        plan: Plan,
        again: Callable[[bool, Callable[[Plan], None]], None],
        agreed: Callable[[Plan], None],
    ) -> None:
        super().__init__(over)
        self.store, self.plan, self._again, self._agreed = store, plan, again, agreed
        fields = store.schema.fields(plan.target.entity)
        self.model = PlanModel(plan, [fields[name] for name in plan.target.names], self)
        self._build()
        self.reword()
        self.resize(look.px(820), look.px(480))
        self._to_first_bad()

    def _build(self) -> None:
        self.head, self.notes, self.why = label("subtitle"), label("hint"), label("trouble")
        self.notes.setWordWrap(True)
        self.why.setWordWrap(True)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        rows, columns = self.table.verticalHeader(), self.table.horizontalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(look.px(30))
        rows.setMaximumWidth(look.px(200))
        columns.setResizeContentsPrecision(LOOKED_AT)
        columns.setMinimumSectionSize(look.px(110))
        columns.setMaximumSectionSize(look.px(320))
        columns.setStretchLastSection(True)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.selectionModel().currentChanged.connect(lambda now, _before: self._tell(now))
        self.blanks = QCheckBox()
        self.blanks.toggled.connect(lambda on: self._again(on, self.take))
        self.cancel_button, self.paste_button = QPushButton(), QPushButton()
        self.paste_button.setProperty("kind", "primary")
        self.paste_button.setDefault(True)
        self.paste_button.clicked.connect(self._paste)
        self.cancel_button.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.blanks)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.paste_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(8))
        for part in (self.head, self.notes):
            column.addWidget(part)
        column.addWidget(self.table, 1)
        column.addWidget(self.why)
        column.addLayout(foot)

    def take(self, plan: Plan) -> None:
        """Show another plan."""
        self.plan = plan
        self.model.take(plan)
        self.reword()
        self._to_first_bad()

    def _to_first_bad(self) -> None:
        self.table.resizeColumnsToContents()
        at = next(
            (
                (row, column)
                for row, line in enumerate(self.plan.lines)
                for column, cell in enumerate(line.cells)
                if cell.state == cellpaste.BAD
            ),
            (0, 0),
        )
        self.table.setCurrentIndex(self.model.index(*at))
        (self.table if self.plan.bad else self.paste_button).setFocus()

    def _tell(self, index: QModelIndex) -> None:
        cell = self.model.cell(index) if index.isValid() else None
        why = str(cell.why) if cell is not None and cell.why is not None else ""
        self.why.setText(why)
        if why:
            announce(self.why, why)

    def _paste(self) -> None:
        self.accept()
        self._agreed(self.plan)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.paste_button.isEnabled():
            self._paste()
        else:
            super().keyPressEvent(event)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        declared, plan = self.store.schema.entity(self.plan.target.entity), self.plan
        self.setWindowTitle(_("Paste cells"))
        self.head.setText(told(plan, _(declared.label), _(declared.plural)))
        self.notes.setText("\n".join(str(note) for note in plan.notes))
        self.notes.setVisible(bool(plan.notes))
        self.table.setAccessibleName(_("Cells to be pasted"))
        self.blanks.setText(_("Blank cells empty what is there"))
        self.blanks.setVisible(bool(plan.empty) or self.blanks.isChecked())
        self.cancel_button.setText(_("Cancel"))
        self.paste_button.setText(_("Paste"))
        self.paste_button.setEnabled(bool(plan.changed or plan.made))


class ManyRows(QDialog):
    """More rows than one pastes into a list: the import is offered with them. chosen(how): "import" or "paste"."""

    def __init__(self, over: QWidget, count: int, *, here: bool, chosen: Callable[[str], None]) -> None:
        super().__init__(over)
        self.count, self._chosen = count, chosen
        self.head, self.text = label("subtitle"), label()
        self.text.setWordWrap(True)
        self.cancel_button, self.here_button, self.import_button = (QPushButton() for _button in range(3))
        self.import_button.setProperty("kind", "primary")
        self.import_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.here_button.clicked.connect(lambda: self._take("paste"))
        self.import_button.clicked.connect(lambda: self._take("import"))
        self.here_button.setVisible(here)
        foot = QHBoxLayout()
        foot.addStretch(1)
        for button in (self.cancel_button, self.here_button, self.import_button):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(12))
        column.addWidget(self.head)
        column.addWidget(self.text)
        column.addLayout(foot)
        self.setMinimumWidth(look.px(480))
        self.reword()

    def _take(self, how: str) -> None:
        self.accept()
        self._chosen(how)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.setWindowTitle(_("Paste cells"))
        self.head.setText(_("You copied {n} rows").format(n=f"{self.count:,}"))
        self.text.setText(
            _(
                "So many rows are better imported: the import finds who is there already, doubles and wrong cells."
            )
        )
        self.cancel_button.setText(_("Cancel"))
        self.here_button.setText(_("Paste here all the same"))
        self.import_button.setText(_("Import these rows…"))
