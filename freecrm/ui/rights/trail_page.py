"""The log of sign-ins, of looks at what is shown in part, of exports: read only, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QStackedWidget, QTableView, QVBoxLayout

from freecrm.core import day_words
from freecrm.core.change import Touched
from freecrm.core.words import N_, _, plural
from freecrm.exchange.printing import Printable
from freecrm.exchange.table_print import TablePrint
from freecrm.store import signin, trail
from freecrm.store.database import Store
from freecrm.store.trail import Line
from freecrm.ui import look
from freecrm.ui.fitting import ComboBox, plain_table
from freecrm.ui.headed_model import HeadedModel, Index
from freecrm.ui.page import Page
from freecrm.ui.parts import EmptyState, label
from freecrm.ui.tasks import Latest, Tasks

MOST = 5000


class TrailModel(HeadedModel):
    """One row a line of the log."""

    heads = (N_("When"), N_("Who"), N_("What"), N_("Of"), N_("Details"))

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.rows: Sequence[Line] = ()
        self._people: dict[bytes, str] = {}

    def show_rows(self, rows: Sequence[Line]) -> None:
        """Show these lines in place of those before."""
        self.beginResetModel()
        self.rows = rows
        self._people = self.store.reader().titles("user", {one.who for one in rows if one.who})
        self.endResetModel()

    def count(self) -> int:
        return len(self.rows)

    def text(self, row: int, column: int) -> str:
        """One cell."""
        line = self.rows[row]
        if column == 0:
            at = line.at.astimezone()
            return f"{day_words.heading(at.date())} {at:%H:%M}"
        if column == 1:
            return self._people.get(line.who or b"", "")
        if column == 2:
            return _(trail.WORDS.get(line.what, line.what))
        declared = self.store.model.entities.get(line.entity)
        if column == 3:
            return line.name or (_(declared.plural) if declared is not None else "")
        if line.what == "shown" and declared is not None:
            f = self.store.schema.fields(line.entity).get(line.detail)
            return f.title if f is not None else line.detail
        return line.detail

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.text(index.row(), index.column())
        return None


class TrailPage(Page):
    """Nothing here changes anything."""

    can_print = True
    message_at = 1

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self._latest = store, Latest(tasks)
        self.title, self.text = label("title"), label("hint")
        self.text.setWordWrap(True)
        self.kind = ComboBox()
        self.kind.currentIndexChanged.connect(lambda _row: self._ask())
        self.rows = TrailModel(store)
        self.table = QTableView()
        self.table.setModel(self.rows)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        plain_table(self.table)
        self.table.horizontalHeader().setStretchLastSection(True)
        for at, width in enumerate((150, 110, 230, 200)):
            self.table.setColumnWidth(at, look.px(width))
        self.nothing = EmptyState("shield-check")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.nothing)
        head = QHBoxLayout()
        head.addWidget(self.text, 1)
        head.addWidget(self.kind)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 12)))
        self.column.setSpacing(look.px(10))
        self.column.addWidget(self.title)
        self.column.addLayout(head)
        self.column.addWidget(self.stack, 1)
        self.reword()

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    def _ask(self) -> None:
        if not signin.may_give(self.store):
            self._answered([])
            return
        what = str(self.kind.currentData() or "")
        self._latest.run(lambda: trail.lines(self.store, MOST, what=what), then=self._answered)

    def _answered(self, found: list[Line]) -> None:
        self.rows.show_rows(found)
        self.stack.setCurrentIndex(0 if found else 1)
        self.changed.emit()

    def arrived(self) -> None:
        self._ask()

    def heard(self, touched: Touched | None) -> None:
        self._ask()

    def focus_first(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def printed(self) -> list[Printable]:
        if not self.rows.rows:
            return []
        heads = [_(head) for head in self.rows.heads]
        rows = [
            [self.rows.text(row, column) for column in range(len(heads))]
            for row in range(len(self.rows.rows))
        ]
        return [TablePrint(self.store, self.title.text(), heads, rows, (90.0, 70.0, 130.0, 110.0, 120.0))]

    def crumbs(self) -> list[str]:
        return [_("Settings"), _("Log of sign-ins and exports")]

    def summary(self) -> str:
        return plural("{n} line", "{n} lines", len(self.rows.rows))

    def reword(self) -> None:
        super().reword()
        self.title.setText(_("Log of sign-ins and exports"))
        self.text.setText(
            _(
                "Who signed in, looked at what is shown in part, exported. Kept in this file; nothing here can be changed."
            )
        )
        self.kind.setAccessibleName(_("What is shown"))
        chosen = self.kind.currentData()
        self.kind.blockSignals(True)
        self.kind.clear()
        self.kind.addItem(_("Everything"), "")
        for key, text in trail.WORDS.items():
            self.kind.addItem(_(text), key)
        self.kind.setCurrentIndex(max(self.kind.findData(chosen), 0))
        self.kind.blockSignals(False)
        may = signin.may_give(self.store)
        self.nothing.title.setText(_("Nothing noted yet") if may else _("Not for you to see"))
        self.nothing.text.setText(
            _("Lines come once a password is asked for or roles hold.")
            if may
            else _("Whoever gives the rights sees it. Ask them.")
        )
        self.rows.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.rows.heads) - 1)
        self._ask()
