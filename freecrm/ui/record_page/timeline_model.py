"""The entries of a timeline, read a page at a time in the background, with headings between the days.

Heights are worked out once for a width and kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from freecrm.core.pieces import Entry
from freecrm.store import timeline
from freecrm.store.database import Store
from freecrm.store.timeline import CHANGES
from freecrm.ui.record_page.timeline_words import Row, Teller, heading_of
from freecrm.ui.tasks import Latest, Tasks

PAGE, KEPT_MOST = 100, 400
DETAILS_SEEN = 2
Index = QModelIndex | QPersistentModelIndex
_SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_NOWHERE = QModelIndex()


class TimelineModel(QAbstractListModel):
    """loaded: a page came. reading, read: before and after all is read anew; the view keeps its place."""

    loaded = Signal()
    reading = Signal()
    read = Signal()

    def __init__(
        self,
        store: Store,
        tasks: Tasks,
        entity: str,
        id: bytes,
        entries: Sequence[Entry],
        *,
        changes: bool,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.store, self.tasks, self.entity, self.id = store, tasks, entity, id
        self.entries, self.with_changes = list(entries), changes
        self.teller = Teller(store, entity, entries)
        self.rows: list[Row] = []
        self.unfolded: set[tuple[str, bytes, int]] = set()
        self.only, self.words = "", ""
        self.kinds: frozenset[str] = frozenset()  # those that there are entries of
        self.complete = False
        self._after: Any = None
        self._loaded = 0
        self._latest = Latest(tasks)
        self._heading = ""

    # ---- reading

    def show_id(self, id: bytes) -> None:
        """The entries of another record."""
        self.id = id
        self.unfolded.clear()
        self._loaded = 0
        self.load()

    def narrow(self, only: str, words: str) -> None:
        """Show one kind ("" = all) and what contains these words."""
        words = words.strip()
        if (only, words) != (self.only, self.words):
            self.only, self.words, self._loaded = only, words, 0
            self.load()

    def load(self) -> None:
        """Read from the beginning, as far as it was read before."""
        self._latest.run(self._first, min(max(self._loaded, PAGE), KEPT_MOST), then=self._begin)

    def more(self) -> None:
        """Read the next page, if there is one and none is on its way."""
        if not self.complete and self._after is not None and not self._latest.busy:
            self._latest.run(self._ask, self._after, PAGE, then=self._append)

    @property
    def busy(self) -> bool:
        """Whether entries are on their way."""
        return self._latest.busy

    def _first(self, limit: int) -> tuple[timeline.Page, frozenset[str]]:
        return self._ask(None, limit), timeline.kinds(self.store.reader(), self.id, self.entries)

    def _ask(self, after: Any, limit: int) -> timeline.Page:
        wanted = [entry for entry in self.entries if self.only in ("", entry.name)]
        return timeline.page(
            self.store.reader(),
            self.entity,
            self.id,
            wanted,
            changes=self.with_changes and self.only in ("", CHANGES),
            words=self.words,
            after=after,
            limit=limit,
        )

    def _begin(self, found: tuple[timeline.Page, frozenset[str]]) -> None:
        page, self.kinds = found
        self.reading.emit()
        self.beginResetModel()
        self._heading, self._loaded = "", 0
        self.rows = self._rows(page)
        self.endResetModel()
        self.read.emit()
        self.loaded.emit()

    def _append(self, page: timeline.Page) -> None:
        rows = self._rows(page)
        if rows:
            self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows) + len(rows) - 1)
            self.rows += rows
            self.endInsertRows()
        self.loaded.emit()

    def _rows(self, page: timeline.Page) -> list[Row]:
        self._after, self.complete = page.after, page.after is None
        self._loaded += len(page.entries)
        made: list[Row] = []
        today = dt.datetime.now().astimezone().date()
        for one in page.entries:
            heading = heading_of(one.at.astimezone().date(), today)
            if heading != self._heading:
                self._heading = heading
                made.append(Row(heading, spoken=heading))
            made.append(self.teller.row(one))
        return made

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.load()

    # ---- folding

    def toggle(self, at: int) -> None:
        """Unfold an entry, or fold it."""
        row = self.rows[at]
        self.unfolded ^= {row.key}
        index = self.index(at)
        self.dataChanged.emit(index, index)

    def is_unfolded(self, row: Row) -> bool:
        """Whether all of an entry is shown."""
        return row.key in self.unfolded

    def find(self, key: tuple[str, bytes, int]) -> int:
        """Where an entry is, -1 when it isn't there."""
        return next((at for at, row in enumerate(self.rows) if row.about is not None and row.key == key), -1)

    # ---- as Qt asks

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if not index.isValid():
            return None
        if role == _DISPLAY:
            return self.rows[index.row()].head
        if role == _SPOKEN:
            return self.rows[index.row()].spoken
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and self.rows[index.row()].about is None:
            return Qt.ItemFlag.ItemNeverHasChildren  # a heading is passed over
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
