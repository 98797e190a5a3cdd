"""The rows of the recycle bin: deleted records, and what went along with those that are seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer

from freecrm.core import day_words
from freecrm.core.words import N_, _
from freecrm.store import recycle
from freecrm.store.database import Store
from freecrm.store.history import Binned
from freecrm.ui import look
from freecrm.ui.headed_model import HeadedModel, Index
from freecrm.ui.tasks import Latest, Tasks

HEADS = (N_("Name"), N_("Kind"), N_("Deleted"), N_("By"), N_("Went along"))
_ALONG = 4
_AT_ONCE = 64
_TEXTS = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)


class BinModel(HeadedModel):
    """One row a deleted record, newest first."""

    heads = HEADS

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store = store
        self.rows: Sequence[Binned] = ()
        self._people: dict[bytes, str] = {}
        self._along: dict[bytes, dict[str, int]] = {}
        self._asked: dict[bytes, Binned] = {}
        self._latest = Latest(tasks)
        # what is painted together is asked for together
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)

    def show_rows(self, rows: Sequence[Binned]) -> None:
        """Show these records in place of those before."""
        self.beginResetModel()
        self.rows = rows
        self._people = self.store.reader().titles("user", {b.who for b in rows if b.who is not None})
        self._along.clear()
        self._asked.clear()
        self.endResetModel()

    def _ask(self) -> None:
        block = list(self._asked.values())[-_AT_ONCE:]
        self._asked.clear()
        if block:
            self._latest.run(recycle.went_along, self.store, block, then=self._found)

    def _found(self, along: dict[bytes, dict[str, int]]) -> None:
        self._along.update(along)
        if self.rows:
            self.dataChanged.emit(self.index(0, _ALONG), self.index(len(self.rows) - 1, _ALONG))

    def text(self, row: int, column: int) -> str:
        """One cell."""
        binned = self.rows[row]
        declared = self.store.schema.entity(binned.entity)
        if column == 0:
            return binned.title or _("(no name)")
        if column == 1:
            return _(declared.label)
        if column == 2:
            at = binned.at.astimezone()
            return f"{day_words.heading(at.date())} {at:%H:%M}"
        if column == 3:
            return self._people.get(binned.who or b"", "")
        if binned.id not in self._along:
            self._asked[binned.id] = binned
            self._soon.start()
            return ""
        return recycle.along_words(self.store, self._along[binned.id])

    def count(self) -> int:
        return len(self.rows)

    def data(self, index: Index, role: int = 0) -> Any:
        if role in _TEXTS:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return look.icon(self.store.schema.entity(self.rows[index.row()].entity).icon, 16)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() > 0:
            return look.colour("text2")
        return None
